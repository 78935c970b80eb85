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
    DISABLED_PPOLICY,         /* pwdAccountLockedTime is 000001010000Z */
    DISABLED_ACCOUNT_LOCK,    /* nsAccountLock is TRUE */
    DISABLED_ACCOUNT_CONTROL, /* bit 2 of userAccountControl; accountExpires has passed */
} DisabledRule;

/* How the bytes of an anchor become text. */
typedef enum { ANCHOR_TEXT, ANCHOR_GUID } AnchorForm;

typedef struct {
    SourceKind kind;
    const char *name; /* as the configuration spells it */
    const char *people_filter;
    const char *group_filter;
    const char *const *anchors; /* in order of preference; NULL-terminated, as all lists here */
    AnchorForm anchor_form;
    const char *const *names;       /* display name of a person, in order of preference */
    const char *const *mails;       /* in order of preference */
    const char *uid;                /* login name */
    const char *group_name;         /* name of a group */
    const char *const *members;     /* attributes that hold a group's members */
    DisabledRule disabled;          /* unless configured */
    const char *const *operational; /* attributes that come only when asked for by name */
} Kind;

/*
 * The row of KIND; never NULL. SOURCE_KIND_AUTO and SOURCE_KIND_LDIF, which name no server, have
 * that of OpenLDAP.
 */
const Kind *kind_row(SourceKind kind);

/* The filters of a search: its own, or those of KIND. Borrowed. */
const char *kind_people_filter(const PeopleSearch *search, SourceKind kind);
const char *kind_group_filter(const GroupSearch *search, SourceKind kind);

/* How SEARCH finds disabled entries. SYNC_ERROR_CONFIG when it names a rule that does not exist. */
bool kind_disabled_rule(const PeopleSearch *search, SourceKind kind, DisabledRule *ret_rule,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The attributes to ask the server for, each by its name: anchors, names, addresses, whatever tells
 * a disabled entry, and what rules want (SETTINGS->attributes). NULL-terminated, without
 * duplicates. New list, for g_strfreev.
 */
char **kind_people_attributes(const SourceSettings *settings, const PeopleSearch *search,
                              SourceKind kind);

/* The same for groups. Includes objectClass and the membership attributes. */
char **kind_group_attributes(const SourceSettings *settings, const GroupSearch *search,
                             SourceKind kind);

#endif
