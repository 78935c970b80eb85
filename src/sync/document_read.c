/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A saved plan was perhaps edited, cut or made by another version: nothing in it is believed before
 * it was looked at. The first trouble is kept; what is read after it does not matter.
 */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "sync/document_private.h"
#include "toggl/toggl.h"

#include <string.h>

typedef struct {
    const json_t *document;
    Plan *plan;
    GError *problem; /* the first; NULL: none so far */
} Reader;

G_GNUC_PRINTF(2, 3)
static void complain(Reader *reader, const char *format, ...)
{
    if (reader->problem != NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    reader->problem = g_error_new_valist(SYNC_ERROR, SYNC_ERROR_STALE, format, arguments);
    va_end(arguments);
}

/* For json_get_*: where the first trouble goes, or nowhere. */
static GError **slot(Reader *reader)
{
    return reader->problem == NULL ? &reader->problem : NULL;
}

static int64_t take_int(Reader *reader, const json_t *object, const char *key, int64_t minimum)
{
    int64_t number = minimum;
    (void) !json_get_int(object, key, minimum, &number, slot(reader));
    return number;
}

static unsigned take_count(Reader *reader, const json_t *object, const char *key)
{
    int64_t number = take_int(reader, object, key, 0);
    if (number > G_MAXUINT)
        complain(reader, "field '%s' is too large", key);
    return (unsigned) number;
}

/* One that may be missing: 0 then. */
static unsigned take_known_count(Reader *reader, const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL ? take_count(reader, object, key) : 0;
}

/* An id that may be missing: 0 then. */
static int64_t take_known_id(Reader *reader, const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL ? take_int(reader, object, key, 1) : 0;
}

/* Borrowed, never NULL. */
static const char *peek_text(Reader *reader, const json_t *object, const char *key)
{
    const char *text = "";
    (void) !json_get_string(object, key, &text, slot(reader));
    return text;
}

static char *take_text(Reader *reader, const json_t *object, const char *key)
{
    return g_strdup(peek_text(reader, object, key));
}

/* NULL when the field is missing or null. */
static char *take_known_text(Reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value == NULL || json_is_null(value) ? NULL : take_text(reader, object, key);
}

static bool take_bool(Reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        complain(reader, "field '%s' is neither true nor false", key);
    return json_is_true(value);
}

static const json_t *peek_list(Reader *reader, const json_t *object, const char *key)
{
    json_t *list = NULL;
    (void) !json_get_array(object, key, &list, slot(reader));
    return list;
}

static const json_t *peek_object(Reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_object(value))
        complain(reader, "field '%s' is no object", key);
    return value;
}

static int64_t take_time(Reader *reader, const json_t *object, const char *key)
{
    int64_t seconds = 0;
    const char *text = peek_text(reader, object, key);
    if (reader->problem == NULL && (!clock_parse(text, &seconds) || seconds < 0))
        complain(reader, "field '%s' is no time", key);
    return seconds;
}

static void unknown_word(Reader *reader, const char *key, const char *word)
{
    g_autofree char *safe = text_safe(word, -1);
    complain(reader, "field '%s' has the unknown value '%s'", key, safe);
}

/* ---- changes ---- */

static void read_person(Reader *reader, const json_t *object, ChangePerson *person)
{
    person->source = take_known_text(reader, object, "source");
    person->anchor = take_known_text(reader, object, "anchor");
    person->mail = take_known_text(reader, object, "mail");
    person->name = take_known_text(reader, object, "name");
    person->user_id.value = take_known_id(reader, object, "user_id");
    person->organization_user_id.value = take_known_id(reader, object, "organization_user_id");
    person->invitation_id = take_known_id(reader, object, "invitation_id");
    person->workspace_user_id.value = take_known_id(reader, object, "workspace_user_id");
}

static void read_target(Reader *reader, const json_t *object, TargetRef *ref)
{
    if (object != NULL)
        target_ref_set(ref, take_known_id(reader, object, "id"), peek_text(reader, object, "name"));
}

static Role take_role(Reader *reader, const json_t *object)
{
    const json_t *value = json_object_get(object, "role");
    Role role = ROLE_NONE;
    if (value == NULL || json_is_null(value))
        return role;
    const char *word = peek_text(reader, object, "role");
    if (!role_parse(word, &role))
        unknown_word(reader, "role", word);
    return role;
}

static void read_state(Reader *reader, const json_t *object, ChangeState *state)
{
    static const struct {
        const char *key;
        unsigned field;
    } keys[] = {
        {"wanted", STATE_WANTED}, {"member", STATE_MEMBER}, {"role", STATE_ROLE},
        {"active", STATE_ACTIVE}, {"joined", STATE_JOINED}, {"admin", STATE_ADMIN},
        {"name", STATE_NAME},     {"mail", STATE_MAIL},     {"standing", STATE_STANDING},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (json_object_get(object, keys[i].key) != NULL)
            state->fields |= keys[i].field;
    }
    state->wanted = (state->fields & STATE_WANTED) != 0 && take_bool(reader, object, "wanted");
    state->member = (state->fields & STATE_MEMBER) != 0 && take_bool(reader, object, "member");
    state->active = (state->fields & STATE_ACTIVE) != 0 && take_bool(reader, object, "active");
    state->joined = (state->fields & STATE_JOINED) != 0 && take_bool(reader, object, "joined");
    state->admin = (state->fields & STATE_ADMIN) != 0 && take_bool(reader, object, "admin");
    state->role = take_role(reader, object);
    state->name = take_known_text(reader, object, "name");
    state->mail = take_known_text(reader, object, "mail");
    g_autofree char *standing = take_known_text(reader, object, "standing");
    state->standing = g_intern_string(standing);
}

static void read_lists(Reader *reader, const json_t *object, Change *change)
{
    size_t i = 0;
    json_t *value = NULL;
    if (json_object_get(object, "workspaces") != NULL) {
        change->workspaces =
            g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
        json_array_foreach (peek_list(reader, object, "workspaces"), i, value) {
            InvitationWorkspace *row = invitation_workspace_new(take_known_id(reader, value, "id"),
                                                                peek_text(reader, value, "name"),
                                                                take_role(reader, value));
            row->role_id = take_known_id(reader, value, "role_id");
            row->inactive = json_bool_or(value, "inactive", false);
            g_ptr_array_add(change->workspaces, row);
        }
    }
    if (json_object_get(object, "groups") != NULL) {
        change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
        json_array_foreach (peek_list(reader, object, "groups"), i, value)
            g_ptr_array_add(change->groups, target_ref_new(take_known_id(reader, value, "id"),
                                                           peek_text(reader, value, "name")));
    }
}

/* The least that a change of KIND must say for the rest of the program to handle it. */
static void check_change(Reader *reader, const Change *change)
{
    ChangeKind kind = change->kind;
    bool about_group = kind == CHANGE_CREATE_GROUP || kind == CHANGE_DELETE_GROUP ||
                       kind == CHANGE_ADD_TO_GROUP || kind == CHANGE_REMOVE_FROM_GROUP ||
                       kind == CHANGE_ADD_GROUP_TO_WORKSPACE ||
                       kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    bool about_workspace = kind == CHANGE_CREATE_WORKSPACE || kind == CHANGE_ASSIGN ||
                           kind == CHANGE_UNASSIGN || kind == CHANGE_SET_WORKSPACE_ROLE ||
                           kind == CHANGE_ADD_GROUP_TO_WORKSPACE ||
                           kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    const char *missing = NULL;
    if (about_group && change->group.name == NULL)
        missing = "group";
    else if (about_workspace && change->workspace.name == NULL)
        missing = "workspace";
    else if (kind == CHANGE_SET_WORKSPACE_ROLE && change->workspaces == NULL)
        missing = "workspaces";
    else if ((kind == CHANGE_INVITE && change->person.mail == NULL) ||
             (kind == CHANGE_CHANGE_ADDRESS && change->after.mail == NULL))
        missing = "mail";
    else if (kind == CHANGE_RENAME_MEMBER && change->after.name == NULL)
        missing = "name";
    if (missing != NULL)
        complain(reader, "change %u (%s) has no '%s'", change->id, change_kind_name(kind), missing);
}

static void read_change(Reader *reader, const json_t *object)
{
    ChangeKind kind = CHANGE_LINK;
    const char *word = peek_text(reader, object, "kind");
    if (!change_kind_parse(word, &kind))
        unknown_word(reader, "kind", word);
    Change *change = change_new(kind);
    g_ptr_array_add(reader->plan->changes, change);
    change->id = take_count(reader, object, "id");
    if (change->id != reader->plan->changes->len)
        complain(reader, "change %u stands where %u should", change->id,
                 reader->plan->changes->len);
    change->phase = take_count(reader, object, "phase");
    if (json_object_get(object, "person") != NULL)
        read_person(reader, peek_object(reader, object, "person"), &change->person);
    read_target(reader, json_object_get(object, "group"), &change->group);
    read_target(reader, json_object_get(object, "workspace"), &change->workspace);
    read_lists(reader, object, change);
    change->disabled_person = json_is_true(json_object_get(object, "disabled"));
    if (json_object_get(object, "before") != NULL)
        read_state(reader, peek_object(reader, object, "before"), &change->before);
    if (json_object_get(object, "after") != NULL)
        read_state(reader, peek_object(reader, object, "after"), &change->after);
    change->reason = take_known_text(reader, object, "reason");
    check_change(reader, change);
}

/* ---- requests ---- */

/* Numbers from 1 to LAST. */
static void read_numbers(Reader *reader, const json_t *object, const char *key, unsigned last,
                         GArray *numbers)
{
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach (peek_list(reader, object, key), i, value) {
        json_int_t number = json_integer_value(value);
        if (number < 1 || number > last) {
            complain(reader, "field '%s' of a request names what does not stand before it", key);
            return;
        }
        unsigned small = (unsigned) number;
        g_array_append_val(numbers, small);
    }
}

static void check_request(Reader *reader, const json_t *object, const Request *request)
{
    const Plan *plan = reader->plan;
    g_autofree char *path = toggl_request_path(request, plan->organization_id);
    if (strcmp(path, peek_text(reader, object, "path")) != 0)
        complain(reader, "request %u is about another organization", request->id);
    if (strcmp(toggl_request_method(request), peek_text(reader, object, "method")) != 0)
        complain(reader, "request %u has another method than its operation", request->id);
    if (request->changes->len == 0)
        complain(reader, "request %u carries out no change", request->id);
}

static void read_request(Reader *reader, const json_t *object)
{
    Operation operation = OPERATION_POST_INVITATION;
    const char *word = peek_text(reader, object, "operation");
    if (!operation_parse(word, &operation))
        unknown_word(reader, "operation", word);
    Request *request = request_new(operation);
    g_ptr_array_add(reader->plan->requests, request);
    request->id = take_count(reader, object, "id");
    if (request->id != reader->plan->requests->len)
        complain(reader, "request %u stands where %u should", request->id,
                 reader->plan->requests->len);
    request->phase = take_count(reader, object, "phase");
    if (!toggl_request_decode(request, peek_text(reader, object, "path"),
                              json_object_get(object, "body"), slot(reader)))
        return;
    read_numbers(reader, object, "changes", reader->plan->changes->len, request->changes);
    read_numbers(reader, object, "after", request->id - 1, request->after);
    if (reader->problem != NULL)
        return;
    check_request(reader, object, request);
}

/* ---- the rest of the plan ---- */

static void read_completeness(Reader *reader, const json_t *object)
{
    Completeness *completeness = g_new0(Completeness, 1);
    g_ptr_array_add(reader->plan->completeness, completeness);
    completeness->source = take_text(reader, object, "source");
    completeness->complete = take_bool(reader, object, "complete");
    completeness->problem = take_known_text(reader, object, "problem");
    completeness->server = take_known_text(reader, object, "server");
    completeness->kind = take_known_text(reader, object, "kind");
    completeness->software = take_known_text(reader, object, "software");
    completeness->tls = take_known_text(reader, object, "tls");
    completeness->digest = take_known_text(reader, object, "digest");
    completeness->searches = take_count(reader, object, "searches");
    completeness->pages = take_count(reader, object, "pages");
    completeness->people = take_int(reader, object, "people", 0);
    completeness->groups = take_int(reader, object, "groups", 0);
    completeness->records = take_known_count(reader, object, "records");
    completeness->duplicates = take_known_count(reader, object, "duplicates");
    completeness->dangling = take_known_count(reader, object, "dangling");
    completeness->outside = take_known_count(reader, object, "outside");
    completeness->cycles = take_known_count(reader, object, "cycles");
}

/* WHAT: "a warning" and the like. */
static void add_text(Reader *reader, const json_t *value, const char *what, GPtrArray *texts)
{
    if (json_is_string(value))
        g_ptr_array_add(texts, g_strdup(json_string_value(value)));
    else
        complain(reader, "%s is no string", what);
}

static RailKind take_rail_kind(Reader *reader, const json_t *object)
{
    RailKind kind = RAIL_SOURCE_INCOMPLETE;
    const char *word = peek_text(reader, object, "rail");
    if (!rail_parse(word, &kind))
        unknown_word(reader, "rail", word);
    return kind;
}

static Verdict take_verdict(Reader *reader, const json_t *object)
{
    const char *word = peek_text(reader, object, "verdict");
    for (int verdict = VERDICT_OK; verdict <= VERDICT_APPROVED; verdict++) {
        if (strcmp(word, verdict_name((Verdict) verdict)) == 0)
            return (Verdict) verdict;
    }
    unknown_word(reader, "verdict", word);
    return VERDICT_STOP;
}

static void read_rail(Reader *reader, const json_t *object)
{
    g_autofree char *subject = take_known_text(reader, object, "subject");
    Rail *rail = plan_add_rail(reader->plan, take_rail_kind(reader, object), subject);
    rail->limit = take_int(reader, object, "limit", INT64_MIN);
    rail->found = take_int(reader, object, "found", INT64_MIN);
    rail->verdict = take_verdict(reader, object);
    rail->explanation = take_known_text(reader, object, "explanation");
    size_t i = 0;
    json_t *value = NULL;
    if (json_object_get(object, "examples") == NULL)
        return;
    json_array_foreach (peek_list(reader, object, "examples"), i, value)
        add_text(reader, value, "an example", rail->examples);
}

static void read_withheld(Reader *reader, const json_t *object, GPtrArray *list)
{
    unsigned change = take_count(reader, object, "change");
    if (change < 1 || change > reader->plan->changes->len)
        complain(reader, "a rail withholds change %u, which is not there", change);
    g_autofree char *subject = take_known_text(reader, object, "subject");
    plan_withhold(list, change, take_rail_kind(reader, object), subject);
}

static void read_notice(Reader *reader, const json_t *object, NoticeKind kind)
{
    ChangePerson nobody = {0};
    g_autofree char *reason = take_known_text(reader, object, "reason");
    plan_add_notice(reader->plan, kind, &nobody, reason);
    Notice *notice = g_ptr_array_index(reader->plan->notices, reader->plan->notices->len - 1);
    read_person(reader, peek_object(reader, object, "person"), &notice->person);
    notice->days_left = json_int_or(object, "days_left", -1);
    notice->reads_left = json_int_or(object, "reads_left", -1);
    notice->since = json_int_or(object, "since", 0);
}

static void read_notices(Reader *reader, NoticeKind kind)
{
    /* 0.1.0 called them frozen */
    if (kind == NOTICE_EXCLUDED && json_object_get(reader->document, "excluded") == NULL)
        return;
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach (peek_list(reader, reader->document, plan_notice_keys[kind]), i, value)
        read_notice(reader, value, kind);
}

static void read_group_total(Reader *reader, const json_t *object)
{
    GroupTotal *total = g_new0(GroupTotal, 1);
    g_ptr_array_add(reader->plan->groups, total);
    read_target(reader, object, &total->group);
    total->now = take_int(reader, object, "now", 0);
    total->then = take_int(reader, object, "then", INT64_MIN);
}

static void read_forecast(Reader *reader)
{
    const json_t *object = peek_object(reader, reader->document, "forecast");
    const json_t *seats = peek_object(reader, object, "seats");
    reader->plan->forecast = (Forecast){
        .reads = take_int(reader, object, "reads", 0),
        .requests = take_int(reader, object, "requests", 0),
        .minimum = take_int(reader, object, "minimum", 0),
        .windows = take_int(reader, object, "windows", 0),
        .finish = take_time(reader, object, "finish"),
        .seats_now = take_int(reader, seats, "now", 0),
        .seats_then = take_int(reader, seats, "then", INT64_MIN),
        .subscription = take_known_id(reader, seats, "subscription"),
    };
    const json_t *operations = peek_object(reader, object, "operations");
    for (int operation = 0; operation < OPERATIONS; operation++)
        reader->plan->forecast.operations[operation] =
            take_known_id(reader, operations, operation_name((Operation) operation));
}

static void read_each(Reader *reader, const char *key,
                      void (*read)(Reader *reader, const json_t *object))
{
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach (peek_list(reader, reader->document, key), i, value)
        read(reader, value);
}

static void read_warning(Reader *reader, const json_t *value)
{
    add_text(reader, value, "a warning", reader->plan->warnings);
}

static void read_held(Reader *reader, const json_t *object)
{
    read_withheld(reader, object, reader->plan->held);
}

static void read_deferred(Reader *reader, const json_t *object)
{
    read_withheld(reader, object, reader->plan->deferred);
}

static void read_head(Reader *reader)
{
    Plan *plan = reader->plan;
    const json_t *organization = peek_object(reader, reader->document, "organization");
    const json_t *digests = peek_object(reader, reader->document, "digests");
    plan->created = take_time(reader, reader->document, "created");
    plan->organization_id = take_int(reader, organization, "id", 0);
    plan->organization_name = take_known_text(reader, organization, "name");
    plan->offline = json_bool_or(reader->document, "offline", false);
    plan->undoes = take_known_id(reader, reader->document, "undoes");
    plan->digests.changes = take_text(reader, digests, "changes");
    plan->digests.configuration = take_known_text(reader, digests, "configuration");
    plan->digests.directory = take_known_text(reader, digests, "directory");
    plan->digests.ledger = take_known_text(reader, digests, "ledger");
    plan->digests.organization = take_known_text(reader, digests, "organization");
    plan->digests.document = take_text(reader, digests, "document");
}

/* Before anything else: another format, another version, other bytes than were written. */
static void check_seal(Reader *reader)
{
    const char *format = json_string_or(reader->document, "format", "");
    if (strcmp(format, PLAN_FORMAT) != 0) {
        complain(reader, "it is not a plan of toggl-ldap-sync");
        return;
    }
    int64_t version = take_int(reader, reader->document, "version", 0);
    if (reader->problem == NULL && version != PLAN_VERSION)
        complain(reader,
                 "its version is %" G_GINT64_FORMAT ", and this program writes and reads %d",
                 version, PLAN_VERSION);
    const json_t *digests = peek_object(reader, reader->document, "digests");
    const char *written = peek_text(reader, digests, "document");
    g_autofree char *computed = plan_document_digest(reader->document);
    if (strcmp(written, computed) != 0)
        complain(reader, "digests.document does not fit: it was changed after it was written");
}

static void read_all(Reader *reader)
{
    read_head(reader);
    read_each(reader, "completeness", read_completeness);
    read_each(reader, "changes", read_change);
    if (reader->problem != NULL)
        return; /* what follows counts on the changes */
    read_each(reader, "requests", read_request);
    read_each(reader, "rails", read_rail);
    read_each(reader, "deferred", read_deferred);
    read_each(reader, "held", read_held);
    for (size_t kind = 0; kind < NOTICE_KINDS; kind++)
        read_notices(reader, (NoticeKind) kind);
    read_each(reader, "groups", read_group_total);
    read_each(reader, "warnings", read_warning);
    read_forecast(reader);
}

static void check_changes(Reader *reader)
{
    g_autofree char *changes = plan_changes_digest(reader->plan);
    if (strcmp(changes, reader->plan->digests.changes) != 0)
        complain(reader, "digests.changes does not fit its changes");
}

bool plan_document_decode(const json_t *document, Plan **ret_plan, GError **error)
{
    g_autoptr(Plan) plan = plan_new();
    Reader reader = {.document = document, .plan = plan};
    read_all(&reader);
    if (reader.problem != NULL) {
        g_propagate_error(error, reader.problem);
        return false;
    }
    *ret_plan = g_steal_pointer(&plan);
    return true;
}

bool plan_document_read(const char *text, size_t length, Plan **ret_plan, GError **error)
{
    g_autoptr(Plan) plan = plan_new();
    g_autoptr(json_t) document = NULL;
    g_autoptr(GError) problem = NULL;
    if (json_parse(text, length, "it is no JSON", &document, &problem)) {
        Reader reader = {.document = document, .plan = plan};
        check_seal(&reader);
        if (reader.problem == NULL)
            read_all(&reader);
        if (reader.problem == NULL)
            check_changes(&reader);
        problem = reader.problem;
    }
    if (problem != NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                    "the saved plan cannot be used: %s\nhint: make a new one with plan --out FILE",
                    problem->message);
        return false;
    }
    *ret_plan = g_steal_pointer(&plan);
    return true;
}
