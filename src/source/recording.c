/* SPDX-License-Identifier: Apache-2.0 */
#include "source/recording.h"

#include "base/text.h"
#include "model/dn.h"

#include <stdio.h>
#include <string.h>

#include <lber.h>
#include <ldif.h>

struct Recording {
    GString *head;
    GHashTable *entries; /* DN key -> Entry * */
};

Recording *recording_new(void)
{
    Recording *recording = g_new0(Recording, 1);
    recording->head = g_string_new(RECORDING_FORM "\n");
    recording->entries =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) entry_free);
    return recording;
}

void recording_free(Recording *recording)
{
    if (recording == NULL)
        return;
    (void) g_string_free(recording->head, TRUE);
    g_hash_table_unref(recording->entries);
    g_free(recording);
}

void recording_clear(Recording *recording)
{
    g_string_assign(recording->head, RECORDING_FORM "\n");
    g_hash_table_remove_all(recording->entries);
}

void recording_say(Recording *recording, const char *what, const char *value)
{
    g_autofree char *safe = text_safe(value, -1);
    g_string_append_printf(recording->head, "# %s: %s\n", what, safe);
}

void recording_say_root(Recording *recording, const Entry *root)
{
    for (guint i = 0; i < root->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(root->attributes, i);
        for (guint k = 0; k < attribute_count(attribute); k++) {
            const Value *value = attribute_value(attribute, k);
            g_autofree char *safe = text_safe(value->bytes, (gssize) value->length);
            g_autofree char *line = g_strdup_printf("%s: %s", attribute->name, safe);
            recording_say(recording, "root DSE", line);
        }
    }
}

void recording_say_search(Recording *recording, const char *base, SearchScope scope,
                          const char *filter, char **attributes)
{
    g_autofree char *names = g_strjoinv(" ", attributes);
    recording_say(recording, "search", base);
    recording_say(recording, "scope", search_scope_words[scope]);
    recording_say(recording, "filter", filter);
    recording_say(recording, "attributes", names);
}

static bool has_value(const Attribute *attribute, const Value *value)
{
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *other = attribute_value(attribute, i);
        if (other->length == value->length &&
            memcmp(other->bytes, value->bytes, value->length) == 0)
            return true;
    }
    return false;
}

/* Attributes that came before, which is all of them when the entry did, are complete. */
static void merge(Entry *known, const Entry *entry)
{
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        bool news = entry_attribute(known, attribute->name) == NULL;
        for (guint k = 0; k < attribute_count(attribute); k++) {
            const Value *value = attribute_value(attribute, k);
            if (news || !has_value(entry_attribute(known, attribute->name), value))
                entry_add_value(known, attribute->name, value->bytes, value->length);
        }
    }
}

void recording_add(Recording *recording, const Entry *entry)
{
    char *key = NULL;
    /* what is no DN has failed the read */
    if (!dn_key(entry->dn, strlen(entry->dn), &key, NULL))
        return;
    Entry *known = g_hash_table_lookup(recording->entries, key);
    if (known == NULL) {
        known = entry_new(entry->dn);
        g_hash_table_insert(recording->entries, key, known);
    } else {
        g_free(key);
    }
    merge(known, entry);
}

/* Keys of the entries, sorted; of those that have attributes, without which LDIF has no entry. */
static GPtrArray *sorted_keys(const Recording *recording)
{
    GPtrArray *keys = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key = NULL;
    gpointer entry = NULL;
    g_hash_table_iter_init(&iter, recording->entries);
    while (g_hash_table_iter_next(&iter, &key, &entry)) {
        if (((const Entry *) entry)->attributes->len > 0)
            g_ptr_array_add(keys, key);
    }
    text_sort(keys);
    return keys;
}

static void put(GString *text, const char *name, const char *bytes, size_t length)
{
    char *line = ldif_put_wrap(LDIF_PUT_VALUE, name, bytes, length, LDIF_LINE_WIDTH_MAX);
    g_string_append(text, line);
    ber_memfree(line);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp((*(Attribute *const *) a)->name, (*(Attribute *const *) b)->name);
}

static gint compare_values(gconstpointer a, gconstpointer b)
{
    const Value *x = a;
    const Value *y = b;
    int order = memcmp(x->bytes, y->bytes, MIN(x->length, y->length));
    return order != 0 ? order : x->length < y->length ? -1 : x->length > y->length;
}

/* Servers give attributes and values in no order. */
static void put_entry(GString *text, Entry *entry)
{
    put(text, "dn", entry->dn, strlen(entry->dn));
    g_ptr_array_sort(entry->attributes, compare_names);
    for (guint i = 0; i < entry->attributes->len; i++) {
        Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        if (!attribute_name_is_valid(attribute->name))
            continue; /* nothing else is written where a name belongs */
        g_array_sort(attribute->values, compare_values);
        for (guint k = 0; k < attribute_count(attribute); k++) {
            const Value *value = attribute_value(attribute, k);
            put(text, attribute->name, value->bytes, value->length);
        }
    }
    g_string_append_c(text, '\n');
}

char *recording_text(const Recording *recording)
{
    GString *text = g_string_new(recording->head->str);
    g_autoptr(GPtrArray) keys = sorted_keys(recording);
    g_string_append(text, "\nversion: 1\n\n");
    for (guint i = 0; i < keys->len; i++)
        put_entry(text, g_hash_table_lookup(recording->entries, g_ptr_array_index(keys, i)));
    g_string_append_printf(text, "# end: %u entries\n", keys->len);
    return g_string_free(text, FALSE);
}
