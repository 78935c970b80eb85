/* SPDX-License-Identifier: Apache-2.0 */

/* Entries of which the server gave only a part of some attribute's values, read to their end. */

#include "base/error.h"
#include "base/text.h"
#include "source/ldap_private.h"
#include "source/range.h"

#include <string.h>

#define TRIES 3            /* how often an entry may be found changed */
#define MOST_SLICES 100000 /* of one attribute */

static const char everything[] = "(objectClass=*)";

/* What a server changes in an entry whenever it changes anything in it. */
static const char *const marks[] = {"uSNChanged", "whenChanged", "modifyTimestamp"};

/* Whether NAME, which *RET_RANGE then describes, says that there is more of it elsewhere. */
static bool is_slice(const char *name, Range *ret_range, RangeKind *ret_kind)
{
    if (strchr(name, ';') == NULL)
        return false;
    *ret_kind = range_parse(name, ret_range);
    return *ret_kind != RANGE_NONE;
}

bool source_ldap_is_sliced(const Entry *entry)
{
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        Range range = {0};
        RangeKind kind = RANGE_NONE;
        bool sliced = is_slice(attribute->name, &range, &kind);
        g_free(range.name);
        if (sliced)
            return true;
    }
    return false;
}

static bool keep_entry(void *context, const Entry *entry, GError **error)
{
    (void) error;
    Entry **slot = context;
    entry_free(*slot);
    *slot = entry_copy(entry);
    return true;
}

/* The entry DN with ATTRIBUTES. It was there a moment ago: that it is gone is for a new read. */
static bool read_entry(Session *session, const char *dn, char **attributes, Entry **ret,
                       GError **error)
{
    g_autoptr(Entry) entry = NULL;
    bool found = false;
    if (!session_read(session, dn, everything, attributes, keep_entry, &entry, &found, error))
        return false;
    if (!found || entry == NULL) {
        g_autofree char *safe = text_safe(dn, -1);
        session_may_pass(session);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "'%s' went away during the read",
                    safe);
        return false;
    }
    *ret = g_steal_pointer(&entry);
    return true;
}

static bool slice_error(const Entry *entry, const char *name, const char *what, GError **error)
{
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *safe = text_safe(name, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the server gave only a part of the values of '%s': '%s' %s", dn, safe, what);
    return false;
}

/*
 * Adds the values of ATTRIBUTE, which is slice RANGE, to TO; they must begin where the others
 * ended. *NEXT is moved along.
 */
static bool add_slice(Entry *to, const Attribute *attribute, const Range *range, uint32_t *next,
                      GError **error)
{
    guint count = attribute_count(attribute);
    if (range->low != *next)
        return slice_error(to, attribute->name,
                           range->low > *next ? "leaves a gap" : "overlaps with what came before",
                           error);
    if (!range->last && range->high - range->low + 1 != count)
        return slice_error(to, attribute->name, "holds another number of values", error);
    for (guint i = 0; i < count; i++) {
        const Value *value = attribute_value(attribute, i);
        entry_add_value(to, range->name, value->bytes, value->length);
    }
    *next += count;
    return true;
}

/* The slice of NAME in ENTRY; NULL when there is none. *RET_RANGE is the caller's to free then. */
static const Attribute *find_slice(const Entry *entry, const char *name, Range *ret_range)
{
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        Range range = {0};
        if (range_parse(attribute->name, &range) == RANGE_VALID &&
            g_ascii_strcasecmp(range.name, name) == 0) {
            *ret_range = range;
            return attribute;
        }
        g_free(range.name);
    }
    return NULL;
}

/* Asks for slice after slice of NAME from NEXT on, until one says that it is the last. */
static bool read_slices(Session *session, Entry *to, const char *name, uint32_t next,
                        GError **error)
{
    for (unsigned i = 0; i < MOST_SLICES; i++) {
        g_autofree char *wish = g_strdup_printf("%s;range=%u-*", name, next);
        char *attributes[] = {wish, NULL};
        g_autoptr(Entry) part = NULL;
        if (!read_entry(session, to->dn, attributes, &part, error))
            return false;
        Range range = {0};
        const Attribute *slice = find_slice(part, name, &range);
        if (slice == NULL)
            return slice_error(to, wish, "was asked for and did not come", error);
        bool good = add_slice(to, slice, &range, &next, error);
        g_free(range.name);
        if (!good)
            return false;
        if (range.last)
            return true;
    }
    return slice_error(to, name, "comes in more parts than we are willing to ask for", error);
}

/* A copy of ENTRY in which every attribute is whole. Counts them in *RANGES. */
static bool fill(Session *session, const Entry *entry, Entry **ret, unsigned *ranges,
                 GError **error)
{
    g_autoptr(Entry) whole = entry_new(entry->dn);
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        Range range = {0};
        RangeKind kind = RANGE_NONE;
        if (!is_slice(attribute->name, &range, &kind)) {
            entry_add_attribute(whole, attribute);
            continue;
        }
        if (kind == RANGE_BAD)
            return slice_error(entry, attribute->name, "cannot be understood", error);
        uint32_t next = 0;
        g_autofree char *name = range.name;
        if (!add_slice(whole, attribute, &range, &next, error) ||
            (!range.last && !read_slices(session, whole, name, next, error)))
            return false;
        (*ranges)++;
    }
    *ret = g_steal_pointer(&whole);
    return true;
}

/* Whether the entry is as it was, as far as its server tells. */
static bool is_unchanged(const Entry *before, const Entry *after)
{
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        const Attribute *a = entry_attribute(before, marks[i]);
        const Attribute *b = entry_attribute(after, marks[i]);
        if (attribute_count(a) != attribute_count(b))
            return false;
        if (attribute_count(a) > 0 &&
            strcmp(attribute_value(a, 0)->bytes, attribute_value(b, 0)->bytes) != 0)
            return false;
    }
    return true;
}

/* ATTRIBUTES (may be NULL), and what tells that an entry changed. For g_strfreev. */
static char **with_marks(char **attributes)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (; attributes != NULL && *attributes != NULL; attributes++)
        g_ptr_array_add(all, g_strdup(*attributes));
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        g_ptr_array_add(all, g_strdup(marks[i]));
    g_ptr_array_add(all, NULL);
    return (char **) g_ptr_array_steal(all, NULL);
}

bool source_ldap_read_whole(Session *session, const char *dn, char **attributes, Entry **ret,
                            unsigned *ranges, GError **error)
{
    g_auto(GStrv) wanted = with_marks(attributes);
    g_auto(GStrv) only_marks = with_marks(NULL);
    for (unsigned i = 0; i < TRIES; i++) {
        g_autoptr(Entry) before = NULL;
        g_autoptr(Entry) after = NULL;
        g_autoptr(Entry) whole = NULL;
        unsigned found = 0;
        if (!read_entry(session, dn, wanted, &before, error) ||
            !fill(session, before, &whole, &found, error) ||
            !read_entry(session, dn, only_marks, &after, error))
            return false;
        if (is_unchanged(before, after)) {
            *ranges += found;
            *ret = g_steal_pointer(&whole);
            return true;
        }
    }
    g_autofree char *safe = text_safe(dn, -1);
    session_may_pass(session);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "'%s' is changed faster than it can be read: %d times in a row", safe, TRIES);
    return false;
}
