/* SPDX-License-Identifier: Apache-2.0 */
#include "source/summary.h"

#include "base/text.h"

#include <string.h>

#define EXAMPLES 3

static const char *people(guint count)
{
    return count == 1 ? "person is" : "people are";
}

/* Equal reasons stand side by side. */
static void add_excluded(const Directory *directory, GPtrArray *findings)
{
    g_autoptr(GPtrArray) reasons = g_ptr_array_new();
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        if (person->excluded != NULL)
            g_ptr_array_add(reasons, person->excluded);
    }
    text_sort(reasons);
    for (guint i = 0, end = 0; i < reasons->len; i = end) {
        const char *reason = g_ptr_array_index(reasons, i);
        for (end = i; end < reasons->len; end++) {
            if (strcmp(g_ptr_array_index(reasons, end), reason) != 0)
                break;
        }
        g_ptr_array_add(findings, g_strdup_printf("%u %s %s", end - i, people(end - i), reason));
    }
}

static void add_gone(const Directory *directory, GPtrArray *findings)
{
    guint disabled = 0;
    guint expired = 0;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        disabled += person->standing == PERSON_DISABLED;
        expired += person->standing == PERSON_EXPIRED;
    }
    if (disabled > 0)
        g_ptr_array_add(findings, g_strdup_printf("%u %s disabled", disabled, people(disabled)));
    if (expired > 0)
        g_ptr_array_add(findings,
                        g_strdup_printf("%u %s past their time", expired, people(expired)));
}

static void add_frozen(const Directory *directory, GPtrArray *findings)
{
    guint count = 0;
    guint first = findings->len;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        if (person->frozen == NULL || person->excluded != NULL)
            continue;
        g_autofree char *dn = text_safe(person->dn, -1);
        if (count++ < EXAMPLES)
            g_ptr_array_add(findings, g_strdup_printf("frozen: '%s': %s", dn, person->frozen));
    }
    if (count > EXAMPLES)
        g_ptr_array_add(findings, g_strdup_printf("frozen: and %u more", count - EXAMPLES));
    if (count > 0)
        g_ptr_array_insert(
            findings, (gint) first,
            g_strdup_printf("%u %s frozen: nothing is done about them", count, people(count)));
}

void summary_add(const Directory *directory, GPtrArray *findings)
{
    if (directory->instead != NULL)
        g_ptr_array_add(findings, g_strdup(directory->instead));
    add_excluded(directory, findings);
    add_gone(directory, findings);
    add_frozen(directory, findings);
    for (guint i = 0; i < directory->warnings->len; i++)
        g_ptr_array_add(findings, g_strdup(g_ptr_array_index(directory->warnings, i)));
}
