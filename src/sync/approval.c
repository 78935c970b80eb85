/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/approval.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "toggl-ldap-sync approval"
#define VERSION 1
#define LONGEST_NAME 64

Approval *approval_new(void)
{
    Approval *approval = g_new0(Approval, 1);
    approval->lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    return approval;
}

void approval_free(Approval *approval)
{
    if (approval == NULL)
        return;
    g_free(approval->changes);
    g_free(approval->configuration);
    g_ptr_array_unref(approval->lifts);
    g_free(approval->by);
    g_free(approval->reference);
    g_free(approval->key);
    g_free(approval);
}

static void set_text(json_t *object, const char *key, const char *value)
{
    g_autofree char *valid = value != NULL ? g_utf8_make_valid(value, -1) : NULL;
    if (valid != NULL)
        (void) json_object_set_new_nocheck(object, key, json_string_nocheck(valid));
}

static void set_time(json_t *object, const char *key, int64_t seconds)
{
    g_autofree char *text = clock_format(seconds);
    set_text(object, key, text);
}

char *approval_text(const Approval *approval)
{
    g_autoptr(json_t) record = json_object();
    json_t *rails = json_array();
    for (guint i = 0; i < approval->lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(approval->lifts, i);
        json_t *row = json_object();
        set_text(row, "rail", rail_name(lift->kind));
        set_text(row, "subject", lift->subject);
        (void) json_object_set_new_nocheck(row, "found", json_integer(lift->found));
        (void) json_array_append_new(rails, row);
    }
    set_text(record, "format", FORMAT);
    (void) json_object_set_new_nocheck(record, "version", json_integer(VERSION));
    (void) json_object_set_new_nocheck(record, "organization",
                                       json_integer(approval->organization_id));
    set_text(record, "changes", approval->changes);
    set_text(record, "configuration", approval->configuration);
    (void) json_object_set_new_nocheck(record, "rails", rails);
    set_time(record, "created", approval->created);
    set_time(record, "expires", approval->expires);
    set_text(record, "by", approval->by);
    set_text(record, "reference", approval->reference);
    char *text = json_dumps(record, JSON_SORT_KEYS | JSON_INDENT(2));
    char *line = g_strconcat(text, "\n", NULL);
    free(text); /* Jansson's memory, not GLib's */
    return line;
}

static bool read_time(const json_t *record, const char *key, int64_t *ret, GError **error)
{
    const char *text = NULL;
    if (!json_get_string(record, key, &text, error))
        return false;
    /* what is older than the clock's zero is not written as it is read */
    if (clock_parse(text, ret) && *ret >= 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE, "field '%s' is no time", key);
    return false;
}

static bool read_rail(const json_t *row, GPtrArray *lifts, GError **error)
{
    const char *name = NULL;
    int64_t found = 0;
    RailKind kind = RAIL_KINDS;
    if (!json_get_string(row, "rail", &name, error) ||
        !json_get_int(row, "found", INT64_MIN, &found, error))
        return false;
    if (!rail_parse(name, &kind) || !rail_is_approvable(kind)) {
        g_autofree char *safe = text_safe(name, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE, "nobody can approve a rail '%s'", safe);
        return false;
    }
    g_ptr_array_add(lifts, rail_lift_new(kind, json_string_or(row, "subject", NULL), found));
    return true;
}

static bool read_rails(const json_t *record, GPtrArray *lifts, GError **error)
{
    json_t *rows = NULL;
    if (!json_get_array(record, "rails", &rows, error))
        return false;
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (rows, i, row) {
        if (!read_rail(row, lifts, error))
            return false;
    }
    return true;
}

static bool read_record(const json_t *record, Approval *approval, GError **error)
{
    const char *changes = NULL;
    const char *by = NULL;
    if (strcmp(json_string_or(record, "format", ""), FORMAT) != 0 ||
        json_int_or(record, "version", 0) != VERSION) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                    "it is no approval of this version of toggl-ldap-sync");
        return false;
    }
    if (!json_get_int(record, "organization", 1, &approval->organization_id, error) ||
        !json_get_string(record, "changes", &changes, error) ||
        !json_get_string(record, "by", &by, error) || !approval_check_name(by, error) ||
        !read_time(record, "created", &approval->created, error) ||
        !read_time(record, "expires", &approval->expires, error) ||
        !read_rails(record, approval->lifts, error))
        return false;
    approval->changes = g_strdup(changes);
    approval->configuration = g_strdup(json_string_or(record, "configuration", NULL));
    approval->by = g_strdup(by);
    approval->reference = g_strdup(json_string_or(record, "reference", NULL));
    return true;
}

bool approval_read(const char *text, size_t length, Approval **ret_approval, GError **error)
{
    g_autoptr(json_t) record = NULL;
    g_autoptr(GError) problem = NULL;
    g_autoptr(Approval) approval = approval_new();
    if (!json_parse(text, length, "it is no JSON", &record, &problem) ||
        !read_record(record, approval, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                    "the approval cannot be used: %s\nhint: ask for it again", problem->message);
        return false;
    }
    *ret_approval = g_steal_pointer(&approval);
    return true;
}

bool approval_check_name(const char *name, GError **error)
{
    size_t length = strlen(name);
    bool clean = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "._@+-") == length;
    if (length > 0 && length <= LONGEST_NAME && clean && g_ascii_isalnum(name[0]))
        return true;
    g_autofree char *safe = text_safe(name, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "'%s' cannot be the name of an approver\n"
                "hint: a letter or digit, then letters, digits, '.', '_', '@', '+' and '-', at "
                "most %d",
                safe, LONGEST_NAME);
    return false;
}

/* ---- what several say together ---- */

static void agreement_free(Agreement *agreement)
{
    g_free(agreement->changes);
    g_free(agreement->configuration);
    g_ptr_array_unref(agreement->lifts);
    g_free(agreement);
}

static bool same_plan(const Approval *a, const char *changes, const char *configuration)
{
    return strcmp(a->changes, changes) == 0 && g_strcmp0(a->configuration, configuration) == 0;
}

static bool same_person(const Approval *a, const Approval *b)
{
    return strcmp(a->by, b->by) == 0 ||
           (a->key != NULL && b->key != NULL && strcmp(a->key, b->key) == 0);
}

static const RailLift *lift_of(const Approval *approval, const RailLift *wanted)
{
    for (guint i = 0; i < approval->lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(approval->lifts, i);
        if (lift->kind == wanted->kind && g_strcmp0(lift->subject, wanted->subject) == 0)
            return lift;
    }
    return NULL;
}

/* VOICES (const Approval *) without those whose author has a later word in it. */
static GPtrArray *different_people(const GPtrArray *voices)
{
    GPtrArray *people = g_ptr_array_new();
    for (guint i = voices->len; i > 0; i--) {
        const Approval *voice = g_ptr_array_index(voices, i - 1);
        bool heard = false;
        for (guint p = 0; p < people->len && !heard; p++)
            heard = same_person(g_ptr_array_index(people, p), voice);
        if (!heard)
            g_ptr_array_add(people, (gpointer) (guintptr) voice);
    }
    return people;
}

static bool has_lift(const GPtrArray *lifts, const RailLift *wanted)
{
    for (guint i = 0; i < lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(lifts, i);
        if (lift->kind == wanted->kind && g_strcmp0(lift->subject, wanted->subject) == 0)
            return true;
    }
    return false;
}

/* The rail passes up to the least that any of those who name it has seen. */
static void agree_on(Agreement *agreement, const GPtrArray *voices, const RailLift *wanted,
                     int64_t needed)
{
    if (has_lift(agreement->lifts, wanted))
        return;
    g_autoptr(GPtrArray) naming = g_ptr_array_new();
    int64_t found = INT64_MAX;
    for (guint i = 0; i < voices->len; i++) {
        const RailLift *lift = lift_of(g_ptr_array_index(voices, i), wanted);
        if (lift == NULL)
            continue;
        g_ptr_array_add(naming, g_ptr_array_index(voices, i));
        found = MIN(found, lift->found);
    }
    g_autoptr(GPtrArray) people = different_people(naming);
    if (people->len >= needed)
        g_ptr_array_add(agreement->lifts, rail_lift_new(wanted->kind, wanted->subject, found));
}

static gint later_first(gconstpointer a, gconstpointer b)
{
    const Approval *x = *(const Approval *const *) a;
    const Approval *y = *(const Approval *const *) b;
    return x->expires > y->expires ? -1 : x->expires < y->expires;
}

/* VOICES are all about the same plan. */
static Agreement *agreement_of(GPtrArray *voices, int64_t needed)
{
    Agreement *agreement = g_new0(Agreement, 1);
    const Approval *first = g_ptr_array_index(voices, 0);
    agreement->changes = g_strdup(first->changes);
    agreement->configuration = g_strdup(first->configuration);
    agreement->lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    for (guint i = 0; i < voices->len; i++) {
        const Approval *voice = g_ptr_array_index(voices, i);
        for (guint l = 0; l < voice->lifts->len; l++)
            agree_on(agreement, voices, g_ptr_array_index(voice->lifts, l), needed);
    }
    g_autoptr(GPtrArray) people = different_people(voices);
    agreement->people = people->len;
    g_ptr_array_sort(people, later_first);
    if (people->len >= needed)
        agreement->until =
            ((const Approval *) g_ptr_array_index(people, (guint) needed - 1))->expires;
    return agreement;
}

GPtrArray *approvals_agree(const GPtrArray *approvals, int64_t needed, int64_t organization,
                           int64_t now)
{
    GPtrArray *agreements = g_ptr_array_new_with_free_func((GDestroyNotify) agreement_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < approvals->len; i++) {
        const Approval *first = g_ptr_array_index(approvals, i);
        g_autoptr(GPtrArray) voices = g_ptr_array_new();
        for (guint j = i; j < approvals->len; j++) {
            gpointer other = g_ptr_array_index(approvals, j);
            const Approval *voice = other;
            bool counts = voice->expires > now && voice->organization_id == organization;
            if (counts && same_plan(voice, first->changes, first->configuration) &&
                g_hash_table_add(seen, other))
                g_ptr_array_add(voices, other);
        }
        if (voices->len > 0)
            g_ptr_array_add(agreements, agreement_of(voices, needed));
    }
    return agreements;
}

const Agreement *agreement_about(const GPtrArray *agreements, const Plan *plan)
{
    for (guint i = 0; agreements != NULL && i < agreements->len; i++) {
        const Agreement *agreement = g_ptr_array_index(agreements, i);
        if (g_strcmp0(agreement->changes, plan->digests.changes) == 0 &&
            g_strcmp0(agreement->configuration, plan->digests.configuration) == 0)
            return agreement;
    }
    return NULL;
}

/* ---- the rails of a plan, by name ---- */

static bool is_broken(const Rail *rail)
{
    return rail->verdict == VERDICT_HOLD || rail->verdict == VERDICT_DEFER ||
           rail->verdict == VERDICT_APPROVED;
}

/* As the rail is called, or as its key in the configuration. */
static bool parse_rail(const char *name, RailKind *ret_kind, GError **error)
{
    g_autofree char *dashed = g_strdelimit(g_strdup(name), "_", '-');
    if (!rail_parse(dashed, ret_kind)) {
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (int kind = 0; kind < RAIL_KINDS; kind++) {
            if (rail_is_approvable((RailKind) kind))
                g_ptr_array_add(names, (gpointer) (guintptr) rail_name((RailKind) kind));
        }
        g_autofree char *near = text_did_you_mean(name, names, NULL);
        g_autofree char *safe = text_safe(name, -1);
        g_ptr_array_add(names, NULL);
        g_autofree char *all = g_strjoinv(", ", (char **) names->pdata);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "there is no rail '%s'\nhint: %s%s", safe,
                    near != NULL ? near : "those that can be approved are ",
                    near != NULL ? "" : all);
        return false;
    }
    if (rail_is_approvable(*ret_kind))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "the rail '%s' cannot be approved\nhint: remove its cause", name);
    return false;
}

bool approval_add_rail(const Plan *plan, const char *name, GPtrArray *lifts, GError **error)
{
    RailKind kind = RAIL_KINDS;
    if (!parse_rail(name, &kind, error))
        return false;
    bool found = false;
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind != kind || !is_broken(rail))
            continue;
        found = true;
        RailLift wanted = {.kind = kind, .subject = rail->subject};
        if (!has_lift(lifts, &wanted))
            g_ptr_array_add(lifts, rail_lift_new(kind, rail->subject, rail->found));
    }
    if (found)
        return true;
    g_autofree char *options = approval_options(plan);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "the plan keeps to the rail '%s': there is nothing to approve\nhint: %s%s", name,
                *options != '\0' ? "what it breaks is lifted by " : "it breaks no rail", options);
    return false;
}

/* Notes in KINDS which kind of rail keeps back each change of WITHHELD, plus one; 0: several. */
static void note_kinds(GHashTable *kinds, const GPtrArray *withheld)
{
    for (guint i = 0; i < withheld->len; i++) {
        const Withheld *row = g_ptr_array_index(withheld, i);
        gpointer change = GUINT_TO_POINTER(row->change);
        gpointer known = NULL;
        bool seen = g_hash_table_lookup_extended(kinds, change, NULL, &known);
        guint kind = (guint) row->rail + 1;
        bool another = seen && GPOINTER_TO_UINT(known) != kind;
        g_hash_table_insert(kinds, change, GUINT_TO_POINTER(another ? 0 : kind));
    }
}

bool approval_frees(const Plan *plan, RailKind kind)
{
    g_autoptr(GHashTable) kinds = g_hash_table_new(NULL, NULL);
    note_kinds(kinds, plan->held);
    note_kinds(kinds, plan->deferred);
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, kinds);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        if (GPOINTER_TO_UINT(value) == (guint) kind + 1)
            return true;
    }
    /* one that keeps back no change holds the beginning of a grace */
    return plan_withheld_by(plan->held, kind) + plan_withheld_by(plan->deferred, kind) == 0;
}

guint approval_kinds(const Plan *plan, RailKind *ret_kinds)
{
    bool named[RAIL_KINDS] = {false};
    guint count = 0;
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        bool waits = rail->verdict == VERDICT_HOLD || rail->verdict == VERDICT_DEFER;
        if (!waits || !rail_is_approvable(rail->kind) || named[rail->kind])
            continue;
        named[rail->kind] = true;
        ret_kinds[count++] = rail->kind;
    }
    return count;
}

char *approval_options(const Plan *plan)
{
    GString *options = g_string_new(NULL);
    RailKind kinds[RAIL_KINDS];
    guint count = approval_kinds(plan, kinds);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(options, "%s--exceed %s", i > 0 ? " " : "", rail_name(kinds[i]));
    return g_string_free(options, FALSE);
}
