/* SPDX-License-Identifier: Apache-2.0 */
#include "report/question.h"

#include "report/wording.h"

/* "2 deactivated, 1 invitation withdrawn" of the kinds that have EFFECT; NULL: none. New string. */
static char *counts_of(const int64_t *counts, ChangeEffect effect)
{
    GString *list = g_string_new(NULL);
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        if (counts[kind] == 0 || change_kind_effect((ChangeKind) kind) != effect)
            continue;
        g_autofree char *count = change_count_text((ChangeKind) kind, counts[kind]);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", count);
    }
    return g_string_free(list, list->len == 0);
}

static void count_what_goes(const Plan *plan, int64_t *counts)
{
    g_autoptr(GHashTable) withheld = plan_withheld_set(plan);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (!g_hash_table_contains(withheld, GUINT_TO_POINTER(change->id)))
            counts[change->kind]++;
    }
}

char *question_text(const Plan *plan)
{
    int64_t counts[CHANGE_KINDS] = {0};
    count_what_goes(plan, counts);
    g_autofree char *takes = counts_of(counts, EFFECT_TAKES);
    g_autofree char *alters = counts_of(counts, EFFECT_ALTERS);
    g_autofree char *gives = counts_of(counts, EFFECT_GIVES);
    guint held = plan_withheld_count(plan->held);
    guint deferred = plan_withheld_count(plan->deferred);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "This plan takes away: %s.\n", takes != NULL ? takes : "nothing");
    if (alters != NULL)
        g_string_append_printf(text, "It alters: %s.\n", alters);
    if (gives != NULL)
        g_string_append_printf(text, "It gives: %s.\n", gives);
    if (held > 0 || deferred > 0)
        g_string_append_printf(text, "Not done: %u held, %u for a later run.\n", held, deferred);
    return g_string_free(text, FALSE);
}
