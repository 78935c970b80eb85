/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/read.h"

#include "base/error.h"
#include "base/json.h"
#include "toggl/decode.h"
#include "toggl/operations.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define PER_PAGE INT64_C(200)
#define MOST_PAGES INT64_C(100000)
#define READS 3 /* of a list that moves while it is read */

/* A fact that belongs to this token: "me.user_id.0123456789ab". */
static char *token_fact(const Toggl *toggl, const char *key)
{
    return g_strdup_printf("%s.%s", key, toggl->identity);
}

/* The cached answer under KEY with the time it was given, or NULL. */
static json_t *recall_answer(const Toggl *toggl, const char *key, int64_t longest)
{
    g_autofree char *fact = token_fact(toggl, key);
    g_autofree char *text = client_recall(toggl, fact);
    g_autoptr(json_t) cached = NULL;
    if (text == NULL || !json_parse(text, strlen(text), key, &cached, NULL))
        return NULL;
    int64_t age = toggl->clock->now(toggl->clock) - json_int_or(cached, "at", 0);
    json_t *answer = json_object_get(cached, "answer");
    return age < 0 || age >= longest || answer == NULL ? NULL : json_incref(answer);
}

static void remember_answer(const Toggl *toggl, const char *key, json_t *answer)
{
    g_autofree char *fact = token_fact(toggl, key);
    g_autoptr(json_t) cached =
        json_pack("{sI sO}", "at", (json_int_t) toggl->clock->now(toggl->clock), "answer", answer);
    char *text = json_dumps(cached, JSON_COMPACT | JSON_SORT_KEYS);
    client_remember(toggl, fact, text);
    free(text);
}

bool read_self(Toggl *toggl, UserId *ret, GError **error)
{
    g_autoptr(json_t) cached = recall_answer(toggl, "me.user_id", READ_CACHE_SECONDS);
    if (json_integer_value(cached) > 0) {
        *ret = (UserId){json_integer_value(cached)};
        return true;
    }
    g_autoptr(json_t) me = NULL;
    int64_t id = 0;
    if (!get_me(toggl, &me, error))
        return false;
    if (!json_get_int(me, "id", 1, &id, error)) {
        g_prefix_error(error, "toggl: get_me: ");
        return false;
    }
    g_autoptr(json_t) number = json_integer(id);
    remember_answer(toggl, "me.user_id", number);
    *ret = (UserId){id};
    return true;
}

bool read_standing(Toggl *toggl, Organization *organization, char **ret_plan, GError **error)
{
    g_autoptr(json_t) object = NULL;
    g_autoptr(GError) problem = NULL;
    if (!get_organization(toggl, &object, &problem)) {
        /* 404 is what Toggl says to somebody who is no member, and of an organization that is not
         */
        if (g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_API))
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                        "%s\nhint: is 'toggl.organization' right, and the token's owner in it?",
                        problem->message);
        else
            g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (!decode_organization(object, organization, error)) {
        g_prefix_error(error, "toggl: get_organization: ");
        return false;
    }
    if (!organization->self_is_admin) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                    "toggl: the token's owner is no admin of organization %" G_GINT64_FORMAT
                    "\nhint: use the token of an organization admin, or make its owner one",
                    organization->id);
        return false;
    }
    if (ret_plan != NULL)
        *ret_plan = g_strdup(json_string_or(object, "pricing_plan_name", NULL));
    return true;
}

/* Whether what the headers of a page say fits the pages before it. */
typedef struct {
    int64_t per_page;
    int64_t records; /* -1: not told */
    int64_t pages;
    GHashTable *seen; /* organization-user ids, as pointers into the rows' members */
    bool moved;       /* the list changed while it was read */
} UserWalk;

static bool take_rows(UserWalk *walk, const UserPage *page, Organization *organization,
                      GError **error)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (page->rows, i, row) {
        if (!decode_member(row, organization, error)) {
            g_prefix_error(error, "toggl: get_organization_users: row %zu: ", i + 1);
            return false;
        }
        Member *member = g_ptr_array_index(organization->members, organization->members->len - 1);
        if (!g_hash_table_add(walk->seen, &member->id.value))
            walk->moved = true;
    }
    return true;
}

/* True when PAGE, the NUMBERth, is the last one. */
static bool judge_page(UserWalk *walk, const UserPage *page, int64_t number)
{
    bool first = number == 1;
    if (first && page->page_size > 0 && page->page_size < walk->per_page)
        walk->per_page = page->page_size; /* the server's cap */
    if (!first && page->records != walk->records)
        walk->moved = true;
    if (page->page >= 0 && page->page != number)
        walk->moved = true;
    walk->records = page->records;
    walk->pages = page->pages;
    if (walk->moved)
        return true;
    return page->pages >= 0 ? number >= page->pages : json_array_size(page->rows) == 0;
}

/* Every page once. */
static bool walk_users(Toggl *toggl, UserWalk *walk, Organization *organization, GError **error)
{
    for (int64_t number = 1; number <= MOST_PAGES; number++) {
        g_auto(UserPage) page = {0};
        if (!get_organization_users(toggl, number, walk->per_page, &page, error) ||
            !take_rows(walk, &page, organization, error))
            return false;
        if (judge_page(walk, &page, number)) {
            guint distinct = g_hash_table_size(walk->seen);
            if (walk->records >= 0 && walk->records != (int64_t) distinct)
                walk->moved = true;
            return true;
        }
    }
    walk->moved = true;
    return true;
}

static void forget_users(Organization *organization)
{
    g_ptr_array_set_size(organization->members, 0);
    g_ptr_array_set_size(organization->workspaces, 0);
}

/* All members; read again when the list moved, which an honest one does not for long. */
static bool read_users(Toggl *toggl, Organization *organization, GError **error)
{
    UserWalk walk = {0};
    guint distinct = 0;
    for (int attempt = 0; attempt < READS; attempt++) {
        forget_users(organization);
        g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
        walk = (UserWalk){.per_page = PER_PAGE, .records = -1, .pages = -1, .seen = seen};
        if (!walk_users(toggl, &walk, organization, error))
            return false;
        if (!walk.moved)
            return true;
        distinct = g_hash_table_size(seen);
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "toggl: get_organization_users: the list did not hold still: %u different rows of "
                "%" G_GINT64_FORMAT " after %d reads",
                distinct, walk.records, READS);
    return false;
}

static bool index_rows(Organization *organization, GError **error)
{
    int64_t id = 0;
    if (organization_index(organization, &id))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "toggl: the id %" G_GINT64_FORMAT " occurs twice in one list", id);
    return false;
}

/* The rows say who owns the organization; a call only when they do not, or do not agree. */
static bool read_owner(Toggl *toggl, Organization *organization, GError **error)
{
    const Member *owner = NULL;
    unsigned owners = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member->owner) {
            owner = member;
            owners++;
        }
    }
    if (owners == 1 && owner->user_id.value != 0) {
        organization->owner = owner->user_id;
        return true;
    }
    g_autoptr(json_t) object = NULL;
    int64_t id = 0;
    if (!get_organization_owner(toggl, &object, error))
        return false;
    if (!json_get_int(object, "user_id", 1, &id, error)) {
        g_prefix_error(error, "toggl: get_organization_owner: ");
        return false;
    }
    organization->owner = (UserId){id};
    Member *member = organization_member_by_user(organization, organization->owner);
    if (member != NULL)
        member->owner = true;
    return true;
}

static bool read_groups(Toggl *toggl, Organization *organization, GError **error)
{
    g_autoptr(json_t) rows = NULL;
    if (!get_organization_groups(toggl, &rows, error))
        return false;
    if (decode_groups(rows, organization, error))
        return true;
    g_prefix_error(error, "toggl: get_organization_groups: ");
    return false;
}

static bool read_roles(Toggl *toggl, Organization *organization, GError **error)
{
    g_autoptr(json_t) rows = NULL;
    if (!get_organization_roles(toggl, &rows, error))
        return false;
    if (decode_roles(rows, organization, error))
        return true;
    g_prefix_error(error, "toggl: get_organization_roles: ");
    return false;
}

static bool has_name(const GPtrArray *workspaces, const char *name)
{
    for (guint i = 0; i < workspaces->len; i++) {
        if (strcmp(((const Workspace *) g_ptr_array_index(workspaces, i))->name, name) == 0)
            return true;
    }
    return false;
}

static bool has_all(const Organization *organization, const GPtrArray *wanted)
{
    for (guint i = 0; wanted != NULL && i < wanted->len; i++) {
        if (!has_name(organization->workspaces, g_ptr_array_index(wanted, i)))
            return false;
    }
    return true;
}

/* Only ids and names of this organization's are kept, in the form of the answer. */
static json_t *names_of(const Organization *organization)
{
    json_t *rows = json_array();
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *row = g_ptr_array_index(organization->workspaces, i);
        (void) json_array_append_new(rows, json_pack("{sI ss sI}", "id", (json_int_t) row->id,
                                                     "name", row->name, "organization_id",
                                                     (json_int_t) organization->id));
    }
    return rows;
}

static bool take_workspaces(const json_t *rows, Organization *organization, GError **error)
{
    if (decode_workspaces(rows, organization, error)) {
        organization->workspaces_complete = true;
        return true;
    }
    g_prefix_error(error, "toggl: get_me_workspaces: ");
    return false;
}

bool read_workspaces(Toggl *toggl, const GPtrArray *wanted, Organization *organization,
                     GError **error)
{
    if (has_all(organization, wanted))
        return true;
    g_autofree char *key =
        g_strdup_printf("me.workspaces.%" G_GINT64_FORMAT, toggl->settings->organization);
    g_autoptr(json_t) cached = recall_answer(toggl, key, READ_CACHE_SECONDS);
    if (json_is_array(cached)) {
        g_autoptr(json_t) young = recall_answer(toggl, key, READ_CACHE_MISS_SECONDS);
        if (!take_workspaces(cached, organization, error))
            return false;
        if (young != NULL || has_all(organization, wanted))
            return true;
    }
    g_autoptr(json_t) rows = NULL;
    if (!get_me_workspaces(toggl, &rows, error) || !take_workspaces(rows, organization, error))
        return false;
    g_autoptr(json_t) names = names_of(organization);
    remember_answer(toggl, key, names);
    return true;
}

void read_forget_workspaces(const Toggl *toggl)
{
    g_autofree char *key =
        g_strdup_printf("me.workspaces.%" G_GINT64_FORMAT, toggl->settings->organization);
    g_autofree char *fact = token_fact(toggl, key);
    client_remember(toggl, fact, "");
}

bool toggl_read(Toggl *toggl, const TogglNeeds *needs, Organization **ret, GError **error)
{
    g_autoptr(Organization) organization = organization_new(toggl->settings->organization);
    if (!read_standing(toggl, organization, NULL, error) ||
        !read_self(toggl, &organization->self, error) || !read_users(toggl, organization, error) ||
        !index_rows(organization, error) || !read_owner(toggl, organization, error) ||
        (needs->groups && !read_groups(toggl, organization, error)) ||
        (needs->roles && !read_roles(toggl, organization, error)) ||
        !read_workspaces(toggl, needs->workspaces, organization, error) ||
        !index_rows(organization, error))
        return false;
    /* whoever reads is a member: a list without them is not the whole list */
    if (organization_member_by_user(organization, organization->self) == NULL) {
        g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                            "toggl: get_organization_users: the token's owner is not in the list");
        return false;
    }
    *ret = g_steal_pointer(&organization);
    return true;
}
