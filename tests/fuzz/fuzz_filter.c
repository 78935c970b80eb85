/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Filters: whatever the text, it is refused or can be judged; and whatever the value, in a template
 * it is a value and nothing else.
 */

#include "fuzz.h"
#include "source/filter.h"

#include <string.h>

static void count_attribute(void *context, const char *name)
{
    MUST(*name != '\0');
    (*(unsigned *) context)++;
}

static void judge_text(const char *text, const Entry *entry)
{
    g_autoptr(Filter) filter = NULL;
    g_autoptr(GError) error = NULL;
    if (!filter_parse(text, &filter, &error)) {
        MUST(filter == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
        return;
    }
    FilterVerdict verdict = filter_evaluate(filter, entry);
    MUST(verdict == filter_evaluate(filter, entry));
    /* the negation is the opposite, or as undefined */
    g_autofree char *negated = g_strdup_printf("(!%s)", text);
    g_autoptr(Filter) opposite = NULL;
    if (*text == '(' && filter_parse(negated, &opposite, NULL))
        MUST((int) filter_evaluate(opposite, entry) == (int) FILTER_TRUE - (int) verdict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *) data;
    g_autoptr(Entry) entry = entry_new("cn=a");
    entry_add_value(entry, "labeledURI", bytes, size);
    entry_add_value(entry, "cn", bytes, size);
    entry_add_value(entry, "uidNumber", bytes, size);
    entry_add_value(entry, "member", bytes, size);
    entry_add_value(entry, "objectClass", bytes, size);
    g_autofree char *text = g_strndup(bytes, size);
    judge_text(text, entry);

    g_autoptr(GString) template = g_string_new("(&(cn=*)(labeledURI=");
    filter_append_value(template, bytes, size);
    g_string_append(template, "))");
    g_autoptr(Filter) filter = NULL;
    MUST(filter_parse(template->str, &filter, NULL));
    unsigned attributes = 0;
    filter_attributes(filter, count_attribute, &attributes);
    MUST(attributes == 2);
    MUST(filter_evaluate(filter, entry) == FILTER_TRUE);
    return 0;
}
