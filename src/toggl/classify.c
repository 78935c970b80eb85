/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/classify.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

/* The first fragment that stands in a message, letters folded, decides: the special before the
 * general. */
static const struct {
    const char *fragment;
    MessageKind kind;
} fragments[] = {
    {"hourly limit", MESSAGE_HOURLY_LIMIT},
    {"inactive member", MESSAGE_INACTIVE_MEMBER},
    {"already a member", MESSAGE_ALREADY_MEMBER},
    {"already an active member", MESSAGE_ALREADY_MEMBER},
    {"is already member", MESSAGE_ALREADY_MEMBER},
    {"already invited", MESSAGE_ALREADY_MEMBER},
    {"paying user", MESSAGE_PAYING_USER},
    {"from owner", MESSAGE_OWNER},
    {"deactivate owner", MESSAGE_OWNER},
    {"organization owner user", MESSAGE_OWNER},
    {"remove the organization owner", MESSAGE_OWNER},
    {"remove workspace owner", MESSAGE_OWNER},
    {"remove organization admin", MESSAGE_ADMIN},
    {"do not belong to this organization", MESSAGE_NOT_MEMBER},
    {"does not exist in the organization", MESSAGE_NOT_MEMBER},
    {"wrong workspace user id", MESSAGE_NOT_MEMBER},
    {"already been taken", MESSAGE_NAME_TAKEN},
    {"with same name exists", MESSAGE_NAME_TAKEN},
    {"user limit is", MESSAGE_MEMBER_LIMIT},
    {"invitation limit", MESSAGE_INVITATION_LIMIT},
    {"invalid e-mail", MESSAGE_BAD_ADDRESS},
    {"missing e-mail", MESSAGE_BAD_ADDRESS},
    {"email already exists", MESSAGE_BAD_ADDRESS},
    {"invalid json", MESSAGE_BAD_JSON},
    {"json is not valid", MESSAGE_BAD_JSON},
    {"nothing to change", MESSAGE_NOTHING_TO_CHANGE},
    {"multiple organizations", MESSAGE_MANY_ORGANIZATIONS},
    {"multiple workspaces are not enabled", MESSAGE_NO_WORKSPACES},
    {"can have a maximum of", MESSAGE_NO_WORKSPACES},
    {"too long", MESSAGE_TOO_LONG},
    {"must not be longer", MESSAGE_TOO_LONG},
    {"not exists in the", MESSAGE_UNKNOWN_ID},
    {"is not in organization", MESSAGE_UNKNOWN_ID},
    {"unknown group", MESSAGE_UNKNOWN_ID},
    {"invalid group", MESSAGE_UNKNOWN_ID},
    {"invalid workspace", MESSAGE_UNKNOWN_ID},
    {"invalid organization", MESSAGE_UNKNOWN_ID},
    {"invalid user_id", MESSAGE_UNKNOWN_ID},
    {"invalid role", MESSAGE_UNKNOWN_ID},
    {"code not found", MESSAGE_UNKNOWN_ID},
    {"can not be found", MESSAGE_UNKNOWN_ID},
};

static bool looks_like_html(const char *text, size_t length)
{
    g_autofree char *lower = g_ascii_strdown(text, (gssize) MIN(length, 512));
    return g_str_has_prefix(lower, "<!doctype") || g_str_has_prefix(lower, "<html") ||
           strstr(lower, "<html") != NULL;
}

char *classify_text(const char *body, size_t length)
{
    while (length > 0 && g_ascii_isspace(*body)) {
        body++;
        length--;
    }
    while (length > 0 && g_ascii_isspace(body[length - 1]))
        length--;
    if (length == 0)
        return NULL;
    if (looks_like_html(body, length))
        return g_strdup("an HTML page");
    g_autoptr(json_t) value = NULL;
    if (*body == '"' && json_parse(body, length, "the message", &value, NULL) &&
        json_is_string(value)) {
        size_t bytes = json_string_length(value);
        return bytes == 0 ? NULL : text_safe(json_string_value(value), (gssize) bytes);
    }
    return text_safe(body, (gssize) length);
}

MessageKind classify_message(const char *text)
{
    if (text == NULL)
        return MESSAGE_OTHER;
    g_autofree char *lower = g_ascii_strdown(text, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(fragments); i++) {
        if (strstr(lower, fragments[i].fragment) != NULL)
            return fragments[i].kind;
    }
    return MESSAGE_OTHER;
}

const char *message_hint(MessageKind kind)
{
    static const char *const hints[] = {
        [MESSAGE_INACTIVE_MEMBER] = "\nhint: a deactivated member is not invited but reactivated: "
                                    "put_organization_users with inactive=false",
        [MESSAGE_ALREADY_MEMBER] = "\nhint: who is a member, or invited, needs no invitation",
        [MESSAGE_PAYING_USER] =
            "\nhint: who pays is protected; let somebody else pay before this is tried again",
        [MESSAGE_OWNER] =
            "\nhint: the owner is protected; hand the organization over before this is tried again",
        [MESSAGE_ADMIN] = "\nhint: an admin of the organization is in every workspace; take that "
                          "role away first",
        [MESSAGE_NOT_MEMBER] =
            "\nhint: Toggl gives one person three ids; is it the one that this operation takes?",
        [MESSAGE_UNKNOWN_ID] =
            "\nhint: it was deleted meanwhile, or it is an id of another kind than the operation "
            "takes",
        [MESSAGE_NAME_TAKEN] = "\nhint: choose another name, or use what has this one",
        [MESSAGE_MEMBER_LIMIT] =
            "\nhint: the seats of the plan are used up: add seats, or deactivate somebody first",
        [MESSAGE_INVITATION_LIMIT] =
            "\nhint: try again tomorrow, or withdraw invitations that nobody accepts",
        [MESSAGE_BAD_ADDRESS] = "\nhint: correct the address in the directory, or leave it out",
        [MESSAGE_BAD_JSON] = "\nhint: the body is not what this operation takes",
        [MESSAGE_MANY_ORGANIZATIONS] = "\nhint: only they themselves can change name and address "
                                       "of an account that is in several organizations",
        [MESSAGE_NO_WORKSPACES] = "\nhint: the organization's plan does not hold more workspaces",
        [MESSAGES] = NULL,
    };
    return hints[kind] == NULL ? "" : hints[kind];
}

/* Reads the run of numbers that begins at AT ("4, 5", "'4'", "4 not exists"); returns its end. */
static const char *take_ids(const char *at, GArray *ids)
{
    for (;;) {
        at += strspn(at, " ='\":[,#");
        if (!g_ascii_isdigit(*at))
            return at;
        char *end = NULL;
        gint64 id = g_ascii_strtoll(at, &end, 10);
        if (id > 0 && id < G_MAXINT64)
            g_array_append_val(ids, id);
        at = end;
    }
}

GArray *classify_ids(const char *text)
{
    static const char *const words[] = {"id", "ids", "user", "workspace"};
    GArray *ids = g_array_new(false, true, sizeof(int64_t));
    /* text_safe() ends what it cut in "…" */
    if (g_str_has_suffix(text, "…"))
        return ids;
    g_autofree char *lower = g_ascii_strdown(text, -1);
    for (const char *at = lower; *at != '\0' && ids->len == 0;) {
        if (!g_ascii_isalpha(*at)) {
            at++;
            continue;
        }
        size_t length = 0;
        while (g_ascii_isalpha(at[length]))
            length++;
        bool names_ids = false;
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
            names_ids |= strlen(words[i]) == length && strncmp(at, words[i], length) == 0;
        at += length;
        if (names_ids)
            at = take_ids(at, ids);
    }
    /* "The following organization user IDs do not belong to this organization: '4, 5'" */
    static const char strangers[] = "do not belong to this organization: ";
    const char *found = strstr(lower, strangers);
    if (ids->len == 0 && found != NULL)
        (void) take_ids(found + strlen(strangers), ids);
    return ids;
}
