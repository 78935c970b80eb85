/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_KIND_H
#define SOURCE_KIND_H

/*
 * kind - what the directory servers we know call things: one table row a server.
 *
 * Everything that depends on the server and not on its administrator is here: the filters and
 * attributes that are used where the configuration names none, and how an entry says that it is
 * disabled.
 */

#include "source/source.h"

#include <glib.h>
#include <stdbool.h>

/* How an entry says that the person may not log in any more. */
typedef enum {
    DISABLED_NEVER,           /* not at all */
    DISABLED_PPOLICY,         /* pwdAccountLockedTime is 000001010000Z, or pwdEndTime has passed */
    DISABLED_ACCOUNT_LOCK,    /* nsAccountLock is TRUE, or krbPrincipalExpiration has passed */
    DISABLED_ACCOUNT_CONTROL, /* bit 2 of userAccountControl, or accountExpires has passed */
} DisabledRule;

/* Entries that look like people and are none. */
typedef struct {
    const char *what; /* "computer account" */
    const char *filter;
} KindExclusion;

typedef struct {
    SourceKind kind;
    const char *name; /* as the configuration spells it */
    const char *people_filter;
    const char *group_filter;
    const char *const *anchors;     /* in order of preference; NULL-terminated, as all lists here */
    const char *const *names;       /* display name of a person, in order of preference */
    const char *const *mails;       /* in order of preference */
    const char *uid;                /* login name */
    const char *group_name;         /* name of a group */
    const char *const *members;     /* attributes that hold a group's members */
    bool primary_group;             /* a person's primaryGroupID names one more group */
    DisabledRule disabled;          /* unless configured */
    const char *const *operational; /* attributes that come only when asked for by name */
    const char *preserved;          /* key of the container of people who left; NULL: none */
    const char *const *ignored;     /* keys of containers that hold no people or groups at all */
    const KindExclusion *exclusions; /* ended by one without a filter */
} Kind;

/*
 * The row of KIND; never NULL. SOURCE_KIND_AUTO and SOURCE_KIND_LDIF, which name no server, have
 * that of OpenLDAP.
 */
const Kind *kind_row(SourceKind kind);

/* The filters of a search: its own, or those of KIND. Borrowed. */
const char *kind_people_filter(const PeopleSearch *search, SourceKind kind);
const char *kind_group_filter(const GroupSearch *search, SourceKind kind);

/*
 * The attributes that hold the members of groups that SEARCH finds; NULL-terminated. Empty when
 * members say themselves where they are. Borrowed from SEARCH or static.
 */
typedef struct {
    const char *names[8];
} KindMembers;
KindMembers kind_members(const GroupSearch *search, SourceKind kind);

/*
 * Whether SETTINGS can be meant for a server of KIND. SYNC_ERROR_CONFIG for a base that holds only
 * copies, and for groups that only another kind of server expands.
 */
bool kind_check(const SourceSettings *settings, SourceKind kind, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether the entry with this DN key is none of people and groups, wherever a search finds it. */
bool kind_ignores(SourceKind kind, const char *dn_key);

/* As the configuration spells the scopes, in the order of SearchScope; ended by NULL. */
extern const char *const search_scope_words[];

/* Whether the entry with the DN key KEY stands where a search of SCOPE below BASE_KEY looks. */
bool search_scope_covers(SearchScope scope, const char *base_key, const char *key);

/* As the configuration spells the schemas, in the order of GroupSchema; ended by NULL. */
extern const char *const group_schema_words[];

/*
 * The attributes to ask the server for, each by its name: anchors, names, addresses, whatever tells
 * a disabled or an excluded entry, groups that the entry itself names, and what rules want
 * (SETTINGS->attributes). NULL-terminated, without duplicates. New list, for g_strfreev.
 */
char **kind_people_attributes(const SourceSettings *settings, const PeopleSearch *search,
                              SourceKind kind);

/* The same for groups. Includes objectClass and the membership attributes. */
char **kind_group_attributes(const SourceSettings *settings, const GroupSearch *search,
                             SourceKind kind);

/* ATTRIBUTES (taken) and those that FILTER looks at. New list, for g_strfreev. */
char **kind_with_filter(char **attributes, const char *filter);

#endif
