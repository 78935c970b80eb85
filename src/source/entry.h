/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ENTRY_H
#define SOURCE_ENTRY_H

/*
 * entry - one directory entry as it was read: a DN and attributes with values of any bytes.
 *
 *     g_autoptr(Entry) entry = entry_new(dn);
 *     entry_add_value(entry, "mail", value.bv_val, value.bv_len);
 *     const Attribute *mail = entry_attribute(entry, "mail");
 *     entry_reset(entry, next_dn, strlen(next_dn));
 *
 * An entry keeps its text in a few large pieces of memory, and what it had room for when it is
 * made another: directories have many entries, and most of them look alike.
 *
 * Invariants
 *  - no two attributes of an entry have the same description, letters folded;
 *  - an attribute has at least one value;
 *  - every value is followed by a NUL that its length does not count.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *bytes;
    size_t length;
} Value;

typedef struct {
    const char *name; /* the description as the server spells it, options included, ";binary" not */
    GArray *values;   /* Value */
} Attribute;

typedef struct {
    const char *dn;
    GPtrArray *attributes; /* Attribute * */
    GPtrArray *spare;      /* private: Attribute *, those that it had before it was reset */
    GStringChunk *texts;   /* private: DN, names and values */
} Entry;

/* An entry without attributes. Copies DN. */
Entry *entry_new(const char *dn);

/*
 * Makes ENTRY another one, without attributes. Copies the LENGTH bytes at DN, which must not be
 * ENTRY's own. Whatever came out of it before is gone.
 */
void entry_reset(Entry *entry, const char *dn, size_t length);

void entry_free(Entry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)

/*
 * Adds one value to the attribute NAME, which is made when it is not there. Copies both. The option
 * ";binary" only says how a value travelled and is dropped; all other options stay.
 */
void entry_add_value(Entry *entry, const char *name, const char *bytes, size_t length);

/* Adds all values of ATTRIBUTE under its own name. Copies them. */
void entry_add_attribute(Entry *entry, const Attribute *attribute);

/* A copy of all of ENTRY. */
Entry *entry_copy(const Entry *entry);

/*
 * The attribute with exactly this description, letters folded, or NULL. "mail" does not find
 * "mail;lang-de". Owned by ENTRY, valid until the next value is added.
 */
const Attribute *entry_attribute(const Entry *entry, const char *name);

/*
 * Whether ATTRIBUTE is of the type NAME: the same description, or one with further options
 * ("mail;lang-de" is of the type "mail"). This is what a filter matches.
 */
bool attribute_is(const Attribute *attribute, const char *name);

/* RFC 4512: a name of letters, digits and hyphens, or an OID; options behind semicolons. */
bool attribute_name_is_valid(const char *name);

/* Whether NAME is one of NAMES, which NULL ends, however it is spelt. */
bool attribute_name_is_one_of(const char *name, const char *const *names);

/* Value INDEX of ATTRIBUTE; INDEX must be valid. */
const Value *attribute_value(const Attribute *attribute, guint index);

/* How many values ATTRIBUTE has; 0 for NULL. */
guint attribute_count(const Attribute *attribute);

/*
 * How many of VALUE's bytes are a DN: all, or, in the Name And Optional UID syntax of uniqueMember
 * ("DN#'0101'B"), those before the UID.
 */
size_t value_dn_length(const Value *value);

/* Whether one of the values of ENTRY's attribute NAME is TEXT, ASCII letters folded. */
bool entry_has(const Entry *entry, const char *name, const char *text);

#endif
