/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/json.h"
#include "base/sha256.h"
#include "sync/document_private.h"
#include "toggl/toggl.h"

#include <string.h>

#define CANONICAL (JSON_SORT_KEYS | JSON_INDENT(2))
#define EMPTY_DIGEST "\"document\": \"\""

const char *const plan_notice_keys[NOTICE_KINDS] = {
    [NOTICE_FROZEN] = "frozen",       [NOTICE_HELD] = "people_held",
    [NOTICE_WAITING] = "waiting",     [NOTICE_MISSING] = "missing",
    [NOTICE_UNMANAGED] = "unmanaged", [NOTICE_OUT_OF_SCOPE] = "out_of_scope",
    [NOTICE_BY_HAND] = "by_hand",     [NOTICE_PROTECTED] = "protected",
    [NOTICE_KEPT] = "kept",           [NOTICE_DIFFERENT] = "different",
    [NOTICE_EXCLUDED] = "excluded",
};

/* Keys are ours, and new in their object: neither needs a look. */
static void set(json_t *object, const char *key, json_t *value)
{
    (void) json_object_set_new_nocheck(object, key, value);
}

static void set_int(json_t *object, const char *key, int64_t value)
{
    set(object, key, json_integer(value));
}

/* Bytes that are no UTF-8 become U+FFFD: JSON cannot hold them. */
static json_t *text_json(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string_nocheck(valid);
}

/* What is not known is left out. */
static void set_known_int(json_t *object, const char *key, int64_t value)
{
    if (value != 0)
        set_int(object, key, value);
}

static void set_known_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        set(object, key, text_json(value));
}

static void set_time(json_t *object, const char *key, int64_t seconds)
{
    g_autofree char *text = clock_format(seconds);
    set(object, key, text_json(text));
}

/* A list made of what MAKE gives for each row of ROWS. */
static json_t *list_json(const GPtrArray *rows, json_t *(*make)(const void *row))
{
    json_t *list = json_array();
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        (void) json_array_append_new(list, make(g_ptr_array_index(rows, i)));
    return list;
}

static json_t *numbers_json(const GArray *numbers)
{
    json_t *list = json_array();
    for (guint i = 0; i < numbers->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(numbers, unsigned, i)));
    return list;
}

static json_t *words_json(const void *word)
{
    return text_json(word);
}

/* ---- changes: their keys are set in the order of the alphabet, see plan_changes_digest ---- */

static json_t *person_json(const ChangePerson *person)
{
    json_t *object = json_object();
    set_known_text(object, "anchor", person->anchor);
    set_known_int(object, "invitation_id", person->invitation_id);
    set_known_text(object, "mail", person->mail);
    set_known_text(object, "name", person->name);
    set_known_int(object, "organization_user_id", person->organization_user_id.value);
    set_known_text(object, "source", person->source);
    set_known_int(object, "user_id", person->user_id.value);
    set_known_int(object, "workspace_user_id", person->workspace_user_id.value);
    return object;
}

static bool person_is_nobody(const ChangePerson *person)
{
    return person->source == NULL && person->anchor == NULL && person->mail == NULL &&
           person->name == NULL && person->user_id.value == 0 &&
           person->organization_user_id.value == 0 && person->invitation_id == 0;
}

static json_t *target_json(const void *row)
{
    const TargetRef *ref = row;
    json_t *object = json_object();
    set_known_int(object, "id", ref->id);
    set(object, "name", text_json(ref->name));
    return object;
}

static json_t *invitation_workspace_json(const void *row)
{
    const InvitationWorkspace *workspace = row;
    json_t *object = json_object();
    set_known_int(object, "id", workspace->workspace.id);
    if (workspace->inactive)
        set(object, "inactive", json_true());
    set(object, "name", text_json(workspace->workspace.name));
    set_known_text(object, "role", role_name(workspace->role));
    set_known_int(object, "role_id", workspace->role_id);
    return object;
}

static json_t *state_json(const ChangeState *state)
{
    json_t *object = json_object();
    if ((state->fields & STATE_ACTIVE) != 0)
        set(object, "active", json_boolean(state->active));
    if ((state->fields & STATE_ADMIN) != 0)
        set(object, "admin", json_boolean(state->admin));
    if ((state->fields & STATE_JOINED) != 0)
        set(object, "joined", json_boolean(state->joined));
    if ((state->fields & STATE_MAIL) != 0)
        set(object, "mail", text_json(state->mail));
    if ((state->fields & STATE_MEMBER) != 0)
        set(object, "member", json_boolean(state->member));
    if ((state->fields & STATE_NAME) != 0)
        set(object, "name", text_json(state->name));
    if ((state->fields & STATE_ROLE) != 0)
        set(object, "role", text_json(role_name(state->role)));
    if ((state->fields & STATE_STANDING) != 0)
        set(object, "standing", text_json(state->standing));
    if ((state->fields & STATE_WANTED) != 0)
        set(object, "wanted", json_boolean(state->wanted));
    return object;
}

/* LISTS: also those of a change that only repeats what is there. */
static json_t *bare_change_json(const Change *change, bool lists)
{
    json_t *object = json_object();
    if (change->after.fields != 0)
        set(object, "after", state_json(&change->after));
    if (change->before.fields != 0)
        set(object, "before", state_json(&change->before));
    if (change->disabled_person)
        set(object, "disabled", json_true());
    if (change->group.name != NULL)
        set(object, "group", target_json(&change->group));
    if (change->groups != NULL && lists)
        set(object, "groups", list_json(change->groups, target_json));
    set(object, "kind", json_string_nocheck(change_kind_name(change->kind)));
    if (!person_is_nobody(&change->person))
        set(object, "person", person_json(&change->person));
    set_int(object, "phase", change->phase);
    if (change->workspace.name != NULL)
        set(object, "workspace", target_json(&change->workspace));
    if (change->workspaces != NULL && lists)
        set(object, "workspaces", list_json(change->workspaces, invitation_workspace_json));
    return object;
}

static json_t *change_json(const void *row)
{
    const Change *change = row;
    json_t *object = bare_change_json(change, true);
    set_int(object, "id", change->id);
    set(object, "reason", text_json(change->reason));
    return object;
}

/* ---- the rest of the plan ---- */

static json_t *request_json(const Request *request, int64_t organization)
{
    json_t *object = json_object();
    json_t *body = toggl_request_body(request);
    g_autofree char *path = toggl_request_path(request, organization);
    set_int(object, "id", request->id);
    set_int(object, "phase", request->phase);
    set(object, "operation", json_string_nocheck(operation_name(request->operation)));
    set(object, "method", json_string_nocheck(toggl_request_method(request)));
    set(object, "path", text_json(path));
    set(object, "body", body != NULL ? body : json_null());
    set(object, "changes", numbers_json(request->changes));
    set(object, "after", numbers_json(request->after));
    return object;
}

static json_t *completeness_json(const void *row)
{
    const Completeness *completeness = row;
    json_t *object = json_object();
    set(object, "source", text_json(completeness->source));
    set(object, "complete", json_boolean(completeness->complete));
    set_known_text(object, "problem", completeness->problem);
    set_known_text(object, "server", completeness->server);
    set_known_text(object, "kind", completeness->kind);
    set_known_text(object, "software", completeness->software);
    set_known_text(object, "tls", completeness->tls);
    set_known_text(object, "digest", completeness->digest);
    set_int(object, "searches", completeness->searches);
    set_int(object, "pages", completeness->pages);
    set_int(object, "people", completeness->people);
    set_int(object, "groups", completeness->groups);
    set_known_int(object, "records", completeness->records);
    set_known_int(object, "duplicates", completeness->duplicates);
    set_known_int(object, "dangling", completeness->dangling);
    set_known_int(object, "outside", completeness->outside);
    set_known_int(object, "cycles", completeness->cycles);
    return object;
}

static json_t *rail_json(const void *row)
{
    const Rail *rail = row;
    json_t *object = json_object();
    set(object, "rail", json_string_nocheck(rail_name(rail->kind)));
    set_known_text(object, "subject", rail->subject);
    set_int(object, "limit", rail->limit);
    set_int(object, "found", rail->found);
    set(object, "verdict", json_string_nocheck(verdict_name(rail->verdict)));
    set_known_text(object, "explanation", rail->explanation);
    if (rail->examples->len > 0)
        set(object, "examples", list_json(rail->examples, words_json));
    return object;
}

static json_t *withheld_json(const void *row)
{
    const Withheld *withheld = row;
    json_t *object = json_object();
    set_int(object, "change", withheld->change);
    set(object, "rail", json_string_nocheck(rail_name(withheld->rail)));
    set_known_text(object, "subject", withheld->subject);
    return object;
}

static json_t *notice_json(const Notice *notice)
{
    json_t *object = json_object();
    set(object, "person", person_json(&notice->person));
    set_known_text(object, "reason", notice->reason);
    if (notice->days_left >= 0)
        set_int(object, "days_left", notice->days_left);
    if (notice->reads_left >= 0)
        set_int(object, "reads_left", notice->reads_left);
    if (notice->since > 0)
        set_int(object, "since", notice->since);
    return object;
}

static json_t *group_total_json(const void *row)
{
    const GroupTotal *total = row;
    json_t *object = target_json(&total->group);
    set_int(object, "now", total->now);
    set_int(object, "then", total->then);
    return object;
}

static json_t *forecast_json(const Forecast *forecast)
{
    json_t *seats = json_object();
    set_int(seats, "now", forecast->seats_now);
    set_int(seats, "then", forecast->seats_then);
    set_known_int(seats, "subscription", forecast->subscription);
    json_t *operations = json_object();
    for (int operation = 0; operation < OPERATIONS; operation++)
        set_known_int(operations, operation_name((Operation) operation),
                      forecast->operations[operation]);
    json_t *object = json_object();
    set(object, "operations", operations);
    set_int(object, "reads", forecast->reads);
    set_int(object, "requests", forecast->requests);
    set_int(object, "minimum", forecast->minimum);
    set_int(object, "windows", forecast->windows);
    set_time(object, "finish", forecast->finish);
    set(object, "seats", seats);
    return object;
}

static json_t *summary_json(const Plan *plan)
{
    int64_t counts[CHANGE_KINDS] = {0};
    for (guint i = 0; i < plan->changes->len; i++)
        counts[((const Change *) g_ptr_array_index(plan->changes, i))->kind]++;
    json_t *object = json_object();
    for (size_t kind = 0; kind < CHANGE_KINDS; kind++)
        set_known_int(object, change_kind_name((ChangeKind) kind), counts[kind]);
    return object;
}

static json_t *digests_json(const Plan *plan)
{
    json_t *object = json_object();
    if (plan->digests.changes != NULL) {
        set(object, "changes", text_json(plan->digests.changes));
    } else {
        g_autofree char *changes = plan_changes_digest(plan);
        set(object, "changes", text_json(changes));
    }
    set_known_text(object, "configuration", plan->digests.configuration);
    set_known_text(object, "directory", plan->digests.directory);
    set_known_text(object, "ledger", plan->digests.ledger);
    set_known_text(object, "organization", plan->digests.organization);
    set(object, "document", json_string_nocheck(""));
    return object;
}

static void add_people(json_t *document, const Plan *plan)
{
    for (size_t kind = 0; kind < NOTICE_KINDS; kind++)
        set(document, plan_notice_keys[kind], json_array());
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        json_t *list = json_object_get(document, plan_notice_keys[notice->kind]);
        (void) json_array_append_new(list, notice_json(notice));
    }
}

/* Everything but the document's own digest, which is empty. */
static json_t *unsealed(const Plan *plan)
{
    json_t *organization = json_object();
    set_int(organization, "id", plan->organization_id);
    set(organization, "name",
        text_json(plan->organization_name != NULL ? plan->organization_name : ""));
    json_t *requests = json_array();
    for (guint i = 0; i < plan->requests->len; i++)
        (void) json_array_append_new(
            requests, request_json(g_ptr_array_index(plan->requests, i), plan->organization_id));
    json_t *document = json_object();
    set(document, "format", json_string_nocheck(PLAN_FORMAT));
    set_int(document, "version", PLAN_VERSION);
    set_time(document, "created", plan->created);
    set(document, "organization", organization);
    if (plan->offline)
        set(document, "offline", json_true());
    if (plan->undoes != 0)
        set(document, "undoes", json_integer(plan->undoes));
    set(document, "digests", digests_json(plan));
    set(document, "completeness", list_json(plan->completeness, completeness_json));
    set(document, "changes", list_json(plan->changes, change_json));
    set(document, "requests", requests);
    set(document, "forecast", forecast_json(&plan->forecast));
    set(document, "rails", list_json(plan->rails, rail_json));
    set(document, "deferred", list_json(plan->deferred, withheld_json));
    set(document, "held", list_json(plan->held, withheld_json));
    add_people(document, plan);
    set(document, "groups", list_json(plan->groups, group_total_json));
    set(document, "summary", summary_json(plan));
    set(document, "warnings", list_json(plan->warnings, words_json));
    return document;
}

/* The canonical bytes. New string. */
static char *document_bytes(const json_t *document, size_t *ret_length)
{
    char *text = json_text(document, CANONICAL);
    *ret_length = strlen(text);
    return text;
}

char *plan_document_digest(const json_t *document)
{
    g_autoptr(json_t) copy = json_copy((json_t *) (guintptr) document);
    json_t *digests = json_copy(json_object_get(document, "digests"));
    if (digests != NULL) {
        (void) json_object_set_new(digests, "document", json_string(""));
        (void) json_object_set_new(copy, "digests", digests);
    }
    size_t length = 0;
    g_autofree char *text = document_bytes(copy, &length);
    return sha256_digest(text, length);
}

json_t *plan_document(const Plan *plan)
{
    json_t *document = unsealed(plan);
    g_autofree char *digest = plan_document_digest(document);
    set(json_object_get(document, "digests"), "document", text_json(digest));
    return document;
}

char *plan_document_text(const Plan *plan)
{
    g_autoptr(json_t) document = unsealed(plan);
    size_t length = 0;
    g_autofree char *text = document_bytes(document, &length);
    g_autofree char *digest = sha256_digest(text, length);
    /* quotes inside strings are escaped, so this finds the key and nothing else */
    const char *seal = strstr(text, EMPTY_DIGEST) + strlen(EMPTY_DIGEST) - 1;
    size_t before = (size_t) (seal - text);
    GString *sealed = g_string_sized_new(length + strlen(digest) + 2);
    g_string_append_len(sealed, text, (gssize) before);
    g_string_append(sealed, digest);
    g_string_append_len(sealed, seal, (gssize) (length - before));
    g_string_append_c(sealed, '\n');
    return g_string_free(sealed, FALSE);
}

/* VALUE and a line feed as the whole of LINE, which grows where it has to. */
static void write_line(const json_t *value, GString *line)
{
    size_t room = line->allocated_len - 1;
    size_t length = json_dumpb(value, line->str, room, JSON_COMPACT);
    g_assert(length > 0); /* without memory the program ends, as with GLib */
    g_string_set_size(line, length);
    if (length > room)
        (void) json_dumpb(value, line->str, length, JSON_COMPACT);
    g_string_append_c(line, '\n');
}

/*
 * An approval binds to everything but the number, the words, and lists of what only is repeated:
 * one change a line, compact, its keys in the order of the alphabet. Jansson writes them in the
 * order in which they were set, and sorting so many objects again would be felt.
 */
char *plan_changes_digest(const Plan *plan)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(plan->changes->len);
    for (guint i = 0; i < plan->changes->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(plan->changes, i));
    g_ptr_array_sort(sorted, change_compare);
    g_autoptr(Sha256) sum = sha256_new();
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; i < sorted->len; i++) {
        const Change *change = g_ptr_array_index(sorted, i);
        g_autoptr(json_t) bare = bare_change_json(change, change->kind == CHANGE_INVITE);
        write_line(bare, line);
        sha256_add(sum, line->str, line->len);
    }
    return sha256_end_digest(sum);
}
