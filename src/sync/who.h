/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_WHO_H
#define SYNC_WHO_H

/*
 * who - whom a word on a command line means: an address, a login name, a DN, an anchor, or the
 * number of a member.
 *
 *     g_auto(Who) who = who_of("zoe@example.org");
 *     if (who_fits_best(who_is_link(&who, link), &best, links)) ...    only the best are meant
 *     who_are_one(&who, people, &error)                                and must be one person
 *
 * Pure. Every command that takes WHO goes by this.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What such a word may be, for messages. */
#define WHO_GOES_BY "people go by mail, login name, DN, anchor, or the number of their member"

typedef struct {
    const char *text; /* borrowed */
    char *mail_key;   /* NULL: it is no address */
    char *dn_key;     /* NULL: it is no DN */
    int64_t number;   /* 0: it is none */
    bool is_name;     /* it is something else's name: neither login name nor number */
} Who;

/* TEXT in every form that it may have. Borrows TEXT. */
Who who_of(const char *text);
void who_clear(Who *who);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Who, who_clear)

/* How well somebody fits: an address that somebody has outdoes one that somebody had. */
typedef enum {
    WHO_NOT,
    WHO_BY_NUMBER, /* of the member */
    WHO_WAS,       /* an address, DN or login name of before */
    WHO_ALSO,      /* another address than the one we go by */
    WHO_IS,
    WHO_EXACTLY, /* the anchor, letter by letter */
} WhoMatch;

WhoMatch who_is_person(const Who *who, const Person *person);
WhoMatch who_is_link(const Who *who, const Link *link);
WhoMatch who_is_member(const Who *who, const Member *member);

/*
 * Whether what fits by MATCH is one of those that fit best, FOUND, of which *BEST says how well;
 * WHO_NOT before there is any. What fits better than they do empties FOUND and raises *BEST.
 */
bool who_fits_best(WhoMatch match, WhoMatch *best, GPtrArray *found);

/* Those of SUBJECTS that fit best (Subject *, borrowed); *RET_BEST says how well. New. */
GPtrArray *who_subjects(const Who *who, const Subjects *subjects, WhoMatch *ret_best);

/* One entry or link that is meant; everything borrowed. */
typedef struct {
    const char *source; /* NULL: only Toggl knows them */
    const char *anchor; /* likewise */
    const char *mail;   /* the key; NULL: not known */
    int64_t member;     /* id of the organization-user; 0: not known */
} WhoFound;

/* Adds SUBJECT's entries and links, and its member, to FOUND (WhoFound). */
void who_add_subject(GArray *found, const Subject *subject, const GPtrArray *directories);

/*
 * Whether FOUND (WhoFound) are one person: they share an address or the member. Error,
 * SYNC_ERROR_USAGE, names them by what tells them apart.
 */
bool who_are_one(const Who *who, const GArray *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * SYNC_ERROR_USAGE: nobody is known so; with whom TEXT may have meant, see who_near, by LEDGER (may
 * be NULL), DIRECTORIES (Directory *, may be NULL) and ORGANIZATION (may be NULL).
 */
void who_unknown(const char *text, const Ledger *ledger, const GPtrArray *directories,
                 const Organization *organization, GError **error);

#endif
