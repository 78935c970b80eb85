/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ASSEMBLY_H
#define SOURCE_ASSEMBLY_H

/*
 * assembly - makes a Directory of the entries that the searches of a source bring.
 *
 *     g_autoptr(Assembly) assembly = assembly_new(settings, SOURCE_KIND_OPENLDAP);
 *     for each entry of each people search: assembly_add_person(assembly, search, entry, &error)
 *     for each entry of each groups search: assembly_add_group(assembly, search, entry, &error)
 *     for each of assembly_member_searches(): for each entry: assembly_add_found(...)
 *     assembly_finish(assembly, &directory, &error)
 *
 * It judges single entries: who is disabled, excluded, or cannot be trusted (frozen), finds out who
 * is in which group through groups in groups, and refuses what would make the whole untrustworthy.
 * It does not know whether the searches were complete: that is for the source to prove. The order
 * in which entries come has no influence on the result.
 *
 * Filled in directory->completeness: source, required, kind, duplicates, dangling, outside, cycles,
 * people, groups. All else, `complete` above all, is the source's.
 */

#include "model/directory.h"
#include "source/entry.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Assembly Assembly;

/* An empty assembly for what a server of KIND says. SETTINGS are borrowed and must outlive it. */
Assembly *assembly_new(const SourceSettings *settings, SourceKind kind);
void assembly_free(Assembly *assembly);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Assembly, assembly_free)

/* The time (seconds since 1970) that expiry is judged by. Without it, the moment of assembly_new.
 */
void assembly_set_now(Assembly *assembly, int64_t now);

/*
 * Takes in an entry that a search brought. Copies what it needs. What is wrong with one person's
 * values freezes that person; SYNC_ERROR_INCOMPLETE when the entry has no usable anchor or DN, or
 * the same anchor came before with other data; SYNC_ERROR_CONFIG when the search is wrong.
 */
bool assembly_add_person(Assembly *assembly, const PeopleSearch *search, const Entry *entry,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool assembly_add_group(Assembly *assembly, const GroupSearch *search, const Entry *entry,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The search of the person whose entry had no usable anchor, when that is why assembly_add_person
 * failed; else NULL. Borrowed. */
const PeopleSearch *assembly_unanchored(const Assembly *assembly);

/*
 * For sources that know of more entries than their searches bring: ENTRY exists, so a member with
 * this DN is outside and not dangling. Optional. DN_KEY is copied.
 */
void assembly_add_outsider(Assembly *assembly, const char *dn_key);

/*
 * Resolves the groups, finds addresses that two people share, and brings all into order. On success
 * *RET is the caller's; the assembly is empty and can only be freed. SYNC_ERROR_INCOMPLETE when
 * groups are nested deeper than max_depth.
 */
bool assembly_finish(Assembly *assembly, Directory **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What has to be searched for to know all members of the groups that were added: dynamic groups,
 * and those that the server is to expand. Array of MemberSearch *, new; strings are owned by it.
 * Every entry that such a search finds goes to assembly_add_found. SYNC_ERROR_INCOMPLETE when a
 * group's URL cannot be followed.
 */
typedef struct {
    char *group; /* DN key */
    char *base;
    SearchScope scope;
    char *filter;
} MemberSearch;
bool assembly_member_searches(const Assembly *assembly, GPtrArray **ret_searches, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The entry with DN_KEY (copied) is a member of the group that SEARCH asked for. */
void assembly_add_found(Assembly *assembly, const MemberSearch *search, const char *dn_key);

#endif
