/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/plan_diff.h"

static void put(GString *key, const char *text)
{
    /* no text holds a NUL, so a separator that texts do not hold either keeps parts apart */
    g_string_append(key, text != NULL ? text : "");
    g_string_append_c(key, '\x1f');
}

static void put_number(GString *key, int64_t number)
{
    g_string_append_printf(key, "%" G_GINT64_FORMAT "\x1f", number);
}

static void put_person(GString *key, const ChangePerson *person)
{
    put(key, person->source);
    put(key, person->anchor);
    if (person->anchor == NULL) {
        put(key, person->mail);
        put_number(key, person->organization_user_id.value);
    }
}

static void put_target(GString *key, const TargetRef *target)
{
    put_number(key, target->id);
    put(key, target->name);
}

static void put_state(GString *key, const ChangeState *state)
{
    put_number(key, state->fields);
    put_number(key, state->member);
    put_number(key, state->active);
    put_number(key, state->admin);
    put_number(key, state->role);
    put(key, state->name);
    put(key, state->mail);
}

static char *change_key(const Change *change)
{
    GString *key = g_string_new(NULL);
    put(key, change_kind_name(change->kind));
    put_person(key, &change->person);
    put_target(key, &change->group);
    put_target(key, &change->workspace);
    put_state(key, &change->after);
    bool invites = change->kind == CHANGE_INVITE; /* other lists only repeat what there is */
    for (guint i = 0; invites && change->groups != NULL && i < change->groups->len; i++)
        put_target(key, g_ptr_array_index(change->groups, i));
    put(key, "workspaces");
    for (guint i = 0; invites && change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *one = g_ptr_array_index(change->workspaces, i);
        put_target(key, &one->workspace);
        put_number(key, one->role);
    }
    return g_string_free(key, FALSE);
}

static char *notice_key(const Notice *notice)
{
    GString *key = g_string_new(NULL);
    put_number(key, notice->kind);
    put_person(key, &notice->person);
    return g_string_free(key, FALSE);
}

/* The keys of ROWS. */
static GHashTable *keys_of(const GPtrArray *rows, char *(*key_of)(gconstpointer row))
{
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < rows->len; i++)
        (void) g_hash_table_add(keys, key_of(g_ptr_array_index(rows, i)));
    return keys;
}

static char *key_of_change(gconstpointer row)
{
    return change_key(row);
}

static char *key_of_notice(gconstpointer row)
{
    return notice_key(row);
}

/* Those of ROWS that are not in OTHER. */
static GPtrArray *missing_in(const GPtrArray *rows, const GPtrArray *other,
                             char *(*key_of)(gconstpointer row))
{
    g_autoptr(GHashTable) keys = keys_of(other, key_of);
    GPtrArray *missing = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        g_autofree char *key = key_of(g_ptr_array_index(rows, i));
        if (!g_hash_table_contains(keys, key))
            g_ptr_array_add(missing, g_ptr_array_index(rows, i));
    }
    return missing;
}

static void note_person(GHashTable *people, const ChangePerson *person)
{
    if (person->anchor == NULL && person->mail == NULL && person->organization_user_id.value == 0)
        return;
    GString *key = g_string_new(NULL);
    put_person(key, person);
    (void) g_hash_table_add(people, g_string_free(key, FALSE));
}

static void note_people(GHashTable *people, const PlanSide *side)
{
    for (guint i = 0; i < side->changes->len; i++)
        note_person(people, &((const Change *) g_ptr_array_index(side->changes, i))->person);
    for (guint i = 0; i < side->notices->len; i++)
        note_person(people, &((const Notice *) g_ptr_array_index(side->notices, i))->person);
}

PlanDiff *plan_diff_new(const Plan *old_plan, const Plan *new_plan)
{
    PlanDiff *diff = g_new0(PlanDiff, 1);
    diff->only_old.changes = missing_in(old_plan->changes, new_plan->changes, key_of_change);
    diff->only_old.notices = missing_in(old_plan->notices, new_plan->notices, key_of_notice);
    diff->only_new.changes = missing_in(new_plan->changes, old_plan->changes, key_of_change);
    diff->only_new.notices = missing_in(new_plan->notices, old_plan->notices, key_of_notice);
    g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    note_people(people, &diff->only_old);
    note_people(people, &diff->only_new);
    diff->people = g_hash_table_size(people);
    return diff;
}

void plan_diff_free(PlanDiff *diff)
{
    if (diff == NULL)
        return;
    g_ptr_array_unref(diff->only_old.changes);
    g_ptr_array_unref(diff->only_old.notices);
    g_ptr_array_unref(diff->only_new.changes);
    g_ptr_array_unref(diff->only_new.notices);
    g_free(diff);
}

bool plan_diff_is_empty(const PlanDiff *diff)
{
    return diff->only_old.changes->len == 0 && diff->only_old.notices->len == 0 &&
           diff->only_new.changes->len == 0 && diff->only_new.notices->len == 0;
}
