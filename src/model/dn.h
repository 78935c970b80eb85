/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_DN_H
#define MODEL_DN_H

/*
 * dn - turns a distinguished name, however a server spells it, into a key that can be compared byte
 * by byte.
 *
 * The key of RFC 4514 text: types in lower case with OIDs of well-known types replaced by their
 * names, values unescaped, hex values (#04...) decoded, case folded, spaces at the ends dropped and
 * inner runs made one, the parts of a multi-valued RDN sorted, and everything that is special or
 * below 0x20 escaped as \xx. The old quoted form ("...") and semicolons of RFC 2253 are understood
 * too.
 *
 * Invariants
 *  - keys are equal exactly when the names are, taking every value for case-insensitive;
 *  - an unescaped ',' in a key always separates two RDNs, so "ends in ,BASE" means "stands below
 * BASE";
 *  - a key holds no byte below 0x20 and no 0x7f; the key of a key is that key; the empty DN has the
 * key "".
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Makes the key of the LENGTH bytes at DN. On success *RET_KEY is a new string, owned by the
 * caller. On failure it is left alone and ERROR (SYNC_ERROR_INCOMPLETE) names the byte where the
 * text stops being a DN.
 */
bool dn_key(const char *dn, size_t length, char **ret_key, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether the entry with KEY is BASE_KEY itself or stands anywhere below it. The empty base holds
 * everything. */
bool dn_key_is_within(const char *key, const char *base_key);

/* Whether PART, one or more whole RDNs ("cn=staged users,cn=accounts"), stands anywhere in KEY. */
bool dn_key_contains(const char *key, const char *part);

/* The key of the entry above KEY: a pointer into KEY, "" above the first level, NULL for "" itself.
 */
const char *dn_key_parent(const char *key);

/*
 * The deepest place that holds both everything in COMMON, which is NULL at first, and the entry
 * with KEY: a pointer into either. "" when they have nothing in common.
 */
const char *dn_key_common(const char *common, const char *key);

#endif
