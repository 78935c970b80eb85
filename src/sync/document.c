/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/document.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "toggl/toggl.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "toggl-ldap-sync plan"
#define VERSION 1

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        (void) json_object_set_new(object, key, json_string(text));
}

static void set_id(json_t *object, const char *key, int64_t id)
{
    if (id != 0)
        (void) json_object_set_new(object, key, json_integer(id));
}

static json_t *person_json(const ChangePerson *person)
{
    json_t *object = json_object();
    set_text(object, "source", person->source);
    set_text(object, "anchor", person->anchor);
    set_text(object, "mail", person->mail);
    set_text(object, "name", person->name);
    set_id(object, "user_id", person->user_id.value);
    set_id(object, "organization_user_id", person->organization_user_id.value);
    set_id(object, "invitation_id", person->invitation_id);
    return object;
}

static json_t *target_json(const TargetRef *target)
{
    json_t *object = json_object();
    set_id(object, "id", target->id);
    set_text(object, "name", target->name);
    return object;
}

static json_t *state_json(const ChangeState *state)
{
    json_t *object = json_object();
    unsigned fields = state->fields;
    if ((fields & STATE_WANTED) != 0)
        (void) json_object_set_new(object, "wanted", json_boolean(state->wanted));
    if ((fields & STATE_MEMBER) != 0)
        (void) json_object_set_new(object, "member", json_boolean(state->member));
    if ((fields & STATE_ACTIVE) != 0)
        (void) json_object_set_new(object, "active", json_boolean(state->active));
    if ((fields & STATE_JOINED) != 0)
        (void) json_object_set_new(object, "joined", json_boolean(state->joined));
    if ((fields & STATE_ADMIN) != 0)
        (void) json_object_set_new(object, "admin", json_boolean(state->admin));
    if ((fields & STATE_ROLE) != 0)
        (void) json_object_set_new(object, "role", text_or_null(role_name(state->role)));
    if ((fields & STATE_NAME) != 0)
        (void) json_object_set_new(object, "name", text_or_null(state->name));
    if ((fields & STATE_MAIL) != 0)
        (void) json_object_set_new(object, "mail", text_or_null(state->mail));
    if ((fields & STATE_STANDING) != 0)
        (void) json_object_set_new(object, "standing", text_or_null(state->standing));
    return object;
}

/* A change as the document holds it; without id and reason it is what an approval binds to. */
static json_t *change_json(const Change *change, bool with_words)
{
    json_t *object = json_object();
    (void) json_object_set_new(object, "kind", json_string(change_kind_name(change->kind)));
    (void) json_object_set_new(object, "phase", json_integer(change->phase));
    if (with_words) {
        (void) json_object_set_new(object, "id", json_integer(change->id));
        (void) json_object_set_new(object, "reason", text_or_null(change->reason));
    }
    if (change->person.mail != NULL || change->person.anchor != NULL)
        (void) json_object_set_new(object, "person", person_json(&change->person));
    if (change->group.name != NULL)
        (void) json_object_set_new(object, "group", target_json(&change->group));
    if (change->workspace.name != NULL)
        (void) json_object_set_new(object, "workspace", target_json(&change->workspace));
    if (change->disabled_person)
        (void) json_object_set_new(object, "disabled", json_true());
    if (change->before.fields != 0)
        (void) json_object_set_new(object, "before", state_json(&change->before));
    if (change->after.fields != 0)
        (void) json_object_set_new(object, "after", state_json(&change->after));
    if (change->workspaces != NULL) {
        json_t *list = json_array();
        for (guint i = 0; i < change->workspaces->len; i++) {
            const InvitationWorkspace *workspace = g_ptr_array_index(change->workspaces, i);
            json_t *entry = target_json(&workspace->workspace);
            set_text(entry, "role", role_name(workspace->role));
            set_id(entry, "role_id", workspace->role_id);
            (void) json_array_append_new(list, entry);
        }
        (void) json_object_set_new(object, "workspaces", list);
    }
    if (change->groups != NULL) {
        json_t *list = json_array();
        for (guint i = 0; i < change->groups->len; i++)
            (void) json_array_append_new(list, target_json(g_ptr_array_index(change->groups, i)));
        (void) json_object_set_new(object, "groups", list);
    }
    return object;
}

static json_t *numbers_json(const GArray *numbers)
{
    json_t *list = json_array();
    for (guint i = 0; i < numbers->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(numbers, unsigned, i)));
    return list;
}

static json_t *request_json(const Plan *plan, const Request *request)
{
    g_autofree char *path = toggl_request_path(request, plan->organization_id);
    json_t *body = toggl_request_body(request);
    json_t *object = json_object();
    (void) json_object_set_new(object, "id", json_integer(request->id));
    (void) json_object_set_new(object, "phase", json_integer(request->phase));
    (void) json_object_set_new(object, "operation",
                               json_string(operation_name(request->operation)));
    (void) json_object_set_new(object, "method", json_string(toggl_request_method(request)));
    (void) json_object_set_new(object, "path", json_string(path));
    (void) json_object_set_new(object, "body", body != NULL ? body : json_null());
    (void) json_object_set_new(object, "changes", numbers_json(request->changes));
    (void) json_object_set_new(object, "after", numbers_json(request->after));
    return object;
}

static json_t *completeness_json(const Completeness *completeness)
{
    json_t *object = json_object();
    (void) json_object_set_new(object, "source", text_or_null(completeness->source));
    (void) json_object_set_new(object, "complete", json_boolean(completeness->complete));
    set_text(object, "server", completeness->server);
    set_text(object, "kind", completeness->kind);
    set_text(object, "software", completeness->software);
    set_text(object, "tls", completeness->tls);
    set_text(object, "digest", completeness->digest);
    (void) json_object_set_new(object, "searches", json_integer(completeness->searches));
    (void) json_object_set_new(object, "pages", json_integer(completeness->pages));
    (void) json_object_set_new(object, "people", json_integer(completeness->people));
    (void) json_object_set_new(object, "groups", json_integer(completeness->groups));
    set_id(object, "duplicates", completeness->duplicates);
    set_id(object, "dangling", completeness->dangling);
    set_id(object, "outside", completeness->outside);
    set_id(object, "cycles", completeness->cycles);
    return object;
}

static json_t *texts_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        (void) json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

static json_t *rail_json(const Rail *rail)
{
    json_t *object = json_object();
    (void) json_object_set_new(object, "rail", json_string(rail_name(rail->kind)));
    (void) json_object_set_new(object, "limit", json_integer(rail->limit));
    (void) json_object_set_new(object, "found", json_integer(rail->found));
    (void) json_object_set_new(object, "verdict", json_string(verdict_name(rail->verdict)));
    set_text(object, "subject", rail->subject);
    set_text(object, "explanation", rail->explanation);
    if (rail->examples->len > 0)
        (void) json_object_set_new(object, "examples", texts_json(rail->examples));
    return object;
}

static json_t *withheld_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        const Withheld *withheld = g_ptr_array_index(list, i);
        json_t *object = json_object();
        (void) json_object_set_new(object, "change", json_integer(withheld->change));
        (void) json_object_set_new(object, "rail", json_string(rail_name(withheld->rail)));
        set_text(object, "subject", withheld->subject);
        (void) json_array_append_new(array, object);
    }
    return array;
}

/* Where each kind of notice stands in the document. Kinds that share a place are told apart by
 * "why". */
static const char *const notice_places[] = {
    [NOTICE_FROZEN] = "frozen",       [NOTICE_HELD] = "people_held",
    [NOTICE_WAITING] = "waiting",     [NOTICE_MISSING] = "missing",
    [NOTICE_UNMANAGED] = "unmanaged", [NOTICE_OUT_OF_SCOPE] = "out_of_scope",
    [NOTICE_BY_HAND] = "by_hand",     [NOTICE_PROTECTED] = "protected",
};
_Static_assert(G_N_ELEMENTS(notice_places) == NOTICE_KINDS, "every notice has a place");

static void add_notices(json_t *document, const Plan *plan)
{
    for (size_t kind = 0; kind < G_N_ELEMENTS(notice_places); kind++)
        (void) json_object_set_new(document, notice_places[kind], json_array());
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        json_t *object = json_object();
        (void) json_object_set_new(object, "person", person_json(&notice->person));
        set_text(object, "reason", notice->reason);
        if (notice->days_left >= 0)
            (void) json_object_set_new(object, "days_left", json_integer(notice->days_left));
        if (notice->reads_left >= 0)
            (void) json_object_set_new(object, "reads_left", json_integer(notice->reads_left));
        (void) json_array_append_new(json_object_get(document, notice_places[notice->kind]),
                                     object);
    }
}

static json_t *forecast_json(const Forecast *forecast)
{
    g_autofree char *finish = clock_format(forecast->finish);
    return json_pack("{sI sI sI sI ss s{sI sI}}", "reads", (json_int_t) forecast->reads, "requests",
                     (json_int_t) forecast->requests, "minimum", (json_int_t) forecast->minimum,
                     "windows", (json_int_t) forecast->windows, "finish", finish, "seats", "now",
                     (json_int_t) forecast->seats_now, "then", (json_int_t) forecast->seats_then);
}

static json_t *totals_json(const Plan *plan)
{
    json_t *list = json_array();
    for (guint i = 0; i < plan->groups->len; i++) {
        const GroupTotal *total = g_ptr_array_index(plan->groups, i);
        json_t *object = target_json(&total->group);
        (void) json_object_set_new(object, "now", json_integer(total->now));
        (void) json_object_set_new(object, "then", json_integer(total->then));
        (void) json_array_append_new(list, object);
    }
    return list;
}

static json_t *summary_json(const Plan *plan)
{
    json_t *object = json_object();
    for (int kind = 0; kind < CHANGE_KINDS; kind++)
        set_id(object, change_kind_name((ChangeKind) kind), plan_count(plan, (ChangeKind) kind));
    return object;
}

static json_t *list_json(const GPtrArray *rows, json_t *(*to_json)(const void *) )
{
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++)
        (void) json_array_append_new(list, to_json(g_ptr_array_index(rows, i)));
    return list;
}

static json_t *change_row(const void *row)
{
    return change_json(row, true);
}

static json_t *rail_row(const void *row)
{
    return rail_json(row);
}

static json_t *completeness_row(const void *row)
{
    return completeness_json(row);
}

static char *dump(const json_t *value)
{
    char *text = json_dumps(value, JSON_SORT_KEYS | JSON_INDENT(2) | JSON_ENCODE_ANY);
    char *own = g_strdup(text);
    free(text);
    return own;
}

static char *digest_of(const char *text)
{
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return g_strconcat("sha256:", sum, NULL);
}

/* The digest of the whole document, computed with its own value empty. */
static char *document_digest(json_t *document)
{
    json_t *digests = json_object_get(document, "digests");
    (void) json_object_set_new(digests, "document", json_string(""));
    g_autofree char *text = dump(document);
    return digest_of(text);
}

json_t *plan_document(const Plan *plan)
{
    g_autofree char *created = clock_format(plan->created);
    json_t *document = json_object();
    (void) json_object_set_new(document, "format", json_string(FORMAT));
    (void) json_object_set_new(document, "version", json_integer(VERSION));
    (void) json_object_set_new(document, "created", json_string(created));
    (void) json_object_set_new(
        document, "organization",
        json_pack("{sI ss}", "id", (json_int_t) plan->organization_id, "name",
                  plan->organization_name != NULL ? plan->organization_name : ""));
    if (plan->offline)
        (void) json_object_set_new(document, "offline", json_true());
    json_t *digests = json_object();
    (void) json_object_set_new(digests, "changes", text_or_null(plan->digests.changes));
    (void) json_object_set_new(digests, "configuration", text_or_null(plan->digests.configuration));
    (void) json_object_set_new(digests, "directory", text_or_null(plan->digests.directory));
    (void) json_object_set_new(digests, "ledger", text_or_null(plan->digests.ledger));
    (void) json_object_set_new(digests, "organization", text_or_null(plan->digests.organization));
    (void) json_object_set_new(document, "digests", digests);
    (void) json_object_set_new(document, "completeness",
                               list_json(plan->completeness, completeness_row));
    (void) json_object_set_new(document, "changes", list_json(plan->changes, change_row));
    json_t *requests = json_array();
    for (guint i = 0; i < plan->requests->len; i++)
        (void) json_array_append_new(requests,
                                     request_json(plan, g_ptr_array_index(plan->requests, i)));
    (void) json_object_set_new(document, "requests", requests);
    (void) json_object_set_new(document, "forecast", forecast_json(&plan->forecast));
    (void) json_object_set_new(document, "rails", list_json(plan->rails, rail_row));
    (void) json_object_set_new(document, "deferred", withheld_json(plan->deferred));
    (void) json_object_set_new(document, "held", withheld_json(plan->held));
    add_notices(document, plan);
    (void) json_object_set_new(document, "groups", totals_json(plan));
    (void) json_object_set_new(document, "warnings", texts_json(plan->warnings));
    (void) json_object_set_new(document, "summary", summary_json(plan));
    g_autofree char *digest = document_digest(document);
    (void) json_object_set_new(digests, "document", json_string(digest));
    return document;
}

char *plan_document_text(const Plan *plan)
{
    g_autoptr(json_t) document = plan_document(plan);
    g_autofree char *text = dump(document);
    return g_strconcat(text, "\n", NULL);
}

char *plan_changes_digest(const Plan *plan)
{
    g_autoptr(json_t) list = json_array();
    for (guint i = 0; i < plan->changes->len; i++)
        (void) json_array_append_new(list, change_json(g_ptr_array_index(plan->changes, i), false));
    g_autofree char *text = dump(list);
    return digest_of(text);
}

/* ---- reading ---- */

static bool damaged(const char *what, GError **error)
{
    g_set_error(
        error, SYNC_ERROR, SYNC_ERROR_STALE,
        "the plan is damaged: %s\nhint: make a new one with 'toggl-ldap-sync plan --out FILE'",
        what);
    return false;
}

static void read_person(const json_t *object, ChangePerson *person)
{
    person->source = g_strdup(json_string_or(object, "source", NULL));
    person->anchor = g_strdup(json_string_or(object, "anchor", NULL));
    person->mail = g_strdup(json_string_or(object, "mail", NULL));
    person->name = g_strdup(json_string_or(object, "name", NULL));
    person->user_id.value = json_int_or(object, "user_id", 0);
    person->organization_user_id.value = json_int_or(object, "organization_user_id", 0);
    person->invitation_id = json_int_or(object, "invitation_id", 0);
}

static void read_target(const json_t *object, TargetRef *target)
{
    if (object != NULL)
        target_ref_set(target, json_int_or(object, "id", 0), json_string_or(object, "name", NULL));
}

static Role read_role(const json_t *object)
{
    Role role = ROLE_NONE;
    const char *name = json_string_or(object, "role", NULL);
    return name != NULL && role_parse(name, &role) ? role : ROLE_NONE;
}

/* The words that a change's standing may be; they are static in the model. */
static const char *read_standing(const json_t *object)
{
    static const char *const words[] = {"enabled",      "disabled", "expired",  "missing",
                                        "out-of-scope", "unwanted", "unmanaged"};
    const char *word = json_string_or(object, "standing", "");
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(word, words[i]) == 0)
            return words[i];
    }
    return NULL;
}

static void read_state(const json_t *object, ChangeState *state)
{
    static const struct {
        const char *key;
        unsigned field;
    } fields[] = {
        {"wanted", STATE_WANTED}, {"member", STATE_MEMBER}, {"active", STATE_ACTIVE},
        {"joined", STATE_JOINED}, {"admin", STATE_ADMIN},   {"role", STATE_ROLE},
        {"name", STATE_NAME},     {"mail", STATE_MAIL},     {"standing", STATE_STANDING},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (json_object_get(object, fields[i].key) != NULL)
            state->fields |= fields[i].field;
    }
    state->wanted = json_bool_or(object, "wanted", false);
    state->member = json_bool_or(object, "member", false);
    state->active = json_bool_or(object, "active", false);
    state->joined = json_bool_or(object, "joined", false);
    state->admin = json_bool_or(object, "admin", false);
    state->role = read_role(object);
    state->name = g_strdup(json_string_or(object, "name", NULL));
    state->mail = g_strdup(json_string_or(object, "mail", NULL));
    state->standing = read_standing(object);
}

static void read_lists(const json_t *object, Change *change)
{
    const json_t *workspaces = json_object_get(object, "workspaces");
    const json_t *groups = json_object_get(object, "groups");
    if (workspaces != NULL)
        change->workspaces =
            g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        const json_t *entry = json_array_get(workspaces, i);
        InvitationWorkspace *workspace = invitation_workspace_new(
            json_int_or(entry, "id", 0), json_string_or(entry, "name", ""), read_role(entry));
        workspace->role_id = json_int_or(entry, "role_id", 0);
        g_ptr_array_add(change->workspaces, workspace);
    }
    if (groups != NULL)
        change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *entry = json_array_get(groups, i);
        g_ptr_array_add(change->groups, target_ref_new(json_int_or(entry, "id", 0),
                                                       json_string_or(entry, "name", "")));
    }
}

static bool read_change(Plan *plan, const json_t *object, size_t index, GError **error)
{
    ChangeKind kind = CHANGE_LINK;
    const char *name = json_string_or(object, "kind", "");
    if (!change_kind_parse(name, &kind) || json_int_or(object, "id", 0) != (int64_t) index + 1)
        return damaged("a change has no known kind or a wrong number", error);
    Change *change = change_new(kind);
    g_ptr_array_add(plan->changes, change);
    change->id = (unsigned) index + 1;
    change->phase = (unsigned) json_int_or(object, "phase", change->phase);
    change->reason = g_strdup(json_string_or(object, "reason", NULL));
    change->disabled_person = json_bool_or(object, "disabled", false);
    read_person(json_object_get(object, "person"), &change->person);
    read_target(json_object_get(object, "group"), &change->group);
    read_target(json_object_get(object, "workspace"), &change->workspace);
    read_state(json_object_get(object, "before"), &change->before);
    read_state(json_object_get(object, "after"), &change->after);
    read_lists(object, change);
    return true;
}

static void read_numbers(const json_t *list, GArray *numbers)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        unsigned number = (unsigned) json_integer_value(json_array_get(list, i));
        g_array_append_val(numbers, number);
    }
}

static bool read_request(Plan *plan, const json_t *object, size_t index, GError **error)
{
    Operation operation = OPERATION_POST_INVITATION;
    if (!operation_parse(json_string_or(object, "operation", ""), &operation) ||
        json_int_or(object, "id", 0) != (int64_t) index + 1)
        return damaged("a request has no known operation or a wrong number", error);
    Request *request = request_new(operation);
    g_ptr_array_add(plan->requests, request);
    request->id = (unsigned) index + 1;
    request->phase = (unsigned) json_int_or(object, "phase", 0);
    read_numbers(json_object_get(object, "changes"), request->changes);
    read_numbers(json_object_get(object, "after"), request->after);
    for (guint i = 0; i < request->changes->len; i++) {
        unsigned change = g_array_index(request->changes, unsigned, i);
        if (change == 0 || change > plan->changes->len)
            return damaged("a request names a change that does not exist", error);
    }
    return toggl_request_decode(request, json_string_or(object, "path", ""),
                                json_object_get(object, "body"), error);
}

static bool read_withheld(const json_t *list, GPtrArray *withheld, GError **error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        RailKind rail = RAIL_REMOVALS;
        if (!rail_parse(json_string_or(object, "rail", ""), &rail))
            return damaged("a held change names no known rail", error);
        plan_withhold(withheld, (unsigned) json_int_or(object, "change", 0), rail,
                      json_string_or(object, "subject", NULL));
    }
    return true;
}

static bool check_document(json_t *document, GError **error)
{
    const char *format = json_string_or(document, "format", "");
    if (strcmp(format, FORMAT) != 0)
        return damaged("it is no plan of this program", error);
    if (json_int_or(document, "version", 0) != VERSION)
        return damaged("it was made by another version of this program", error);
    g_autofree char *expected =
        g_strdup(json_string_or(json_object_get(document, "digests"), "document", ""));
    if (!json_is_object(json_object_get(document, "digests")))
        return damaged("it has no digests", error);
    g_autofree char *found = document_digest(document);
    return strcmp(expected, found) == 0 || damaged("its digest does not fit its content", error);
}

static bool read_rows(Plan *plan, const json_t *list,
                      bool (*read_row)(Plan *plan, const json_t *object, size_t index,
                                       GError **error),
                      GError **error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_row(plan, json_array_get(list, i), i, error))
            return false;
    }
    return true;
}

static void read_head(Plan *plan, const json_t *document)
{
    const json_t *organization = json_object_get(document, "organization");
    const json_t *digests = json_object_get(document, "digests");
    plan->organization_id = json_int_or(organization, "id", 0);
    plan->organization_name = g_strdup(json_string_or(organization, "name", NULL));
    plan->offline = json_bool_or(document, "offline", false);
    if (!clock_parse(json_string_or(document, "created", ""), &plan->created))
        plan->created = 0;
    plan->digests.changes = g_strdup(json_string_or(digests, "changes", NULL));
    plan->digests.configuration = g_strdup(json_string_or(digests, "configuration", NULL));
    plan->digests.directory = g_strdup(json_string_or(digests, "directory", NULL));
    plan->digests.ledger = g_strdup(json_string_or(digests, "ledger", NULL));
    plan->digests.organization = g_strdup(json_string_or(digests, "organization", NULL));
}

bool plan_document_read(const char *text, size_t length, Plan **ret_plan, GError **error)
{
    g_autoptr(json_t) document = NULL;
    g_autoptr(GError) problem = NULL;
    if (!json_parse(text, length, "the plan", &document, &problem))
        return damaged(problem->message, error);
    if (!check_document(document, error))
        return false;
    g_autoptr(Plan) plan = plan_new();
    read_head(plan, document);
    if (!read_rows(plan, json_object_get(document, "changes"), read_change, error) ||
        !read_rows(plan, json_object_get(document, "requests"), read_request, error) ||
        !read_withheld(json_object_get(document, "held"), plan->held, error) ||
        !read_withheld(json_object_get(document, "deferred"), plan->deferred, error))
        return false;
    *ret_plan = g_steal_pointer(&plan);
    return true;
}
