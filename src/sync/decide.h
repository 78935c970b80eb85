/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DECIDE_H
#define SYNC_DECIDE_H

/*
 * decide - what follows in the ledger from a person's decision about one person, or about all.
 *
 * Changes the ledger in memory; the caller saves it together with the record of the decision.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "sync/who.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* One entry of a directory, whether the ledger knows it or not. */
typedef struct {
    char *source;
    char *anchor;
    const Person *person; /* NULL: only the ledger knows it */
    Link *link;           /* NULL: the ledger does not know it */
    WhoMatch match;       /* how well it fits */
} Somebody;
void somebody_free(Somebody *somebody);

/*
 * Everybody whom WHO means, see sync/who: in LEDGER by everything ever seen of them, in DIRECTORIES
 * (Directory *, may be NULL) by what they are now; of all, those that fit best. Somebody *, each
 * entry once; empty when there is nobody. The caller's.
 */
GPtrArray *decide_find(const char *who, const Ledger *ledger, const GPtrArray *directories);

/* Whether PEOPLE (Somebody *), whom WHO means, are one person. Error: SYNC_ERROR_USAGE. */
bool decide_are_one(const char *who, const GPtrArray *people, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Nothing happens to PEOPLE (Somebody *) until UNTIL, for REASON. */
void decide_hold(Ledger *ledger, const GPtrArray *people, int64_t until, const char *reason);

/* What was held goes on, and what waited for a person's word at NOW has it. */
void decide_release(Ledger *ledger, const GPtrArray *people, int64_t now);

/* The same for everybody. */
void decide_hold_all(Ledger *ledger, int64_t until, const char *reason);
/* False: nothing was held. */
bool decide_release_all(Ledger *ledger) G_GNUC_WARN_UNUSED_RESULT;

/*
 * PEOPLE are MEMBER from NOW on, by hand. Error, SYNC_ERROR_REFUSED: the member is somebody else's,
 * or one of PEOPLE is linked to another.
 */
bool decide_link(Ledger *ledger, const GPtrArray *people, const Member *member, int64_t now,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets who in Toggl PEOPLE are; what we gave them is theirs by hand. */
void decide_unlink(Ledger *ledger, const GPtrArray *people);

/* The member that TEXT means: an address, or an organization-user id. NULL: none. */
Member *decide_member(const char *text, const Organization *organization);

/* A line of the file for link --from: who, member, reference (may be NULL). */
typedef struct {
    unsigned line;
    char *who;
    char *member;
    char *reference;
} LinkRow;
void link_row_free(LinkRow *row);

/*
 * The rows of TEXT, comma-separated values (RFC 4180): who, member and, if there is one, a
 * reference; a first row "who,member" is a head, and a byte order mark before it
 * counts for nothing. Error, SYNC_ERROR_USAGE, names the line.
 */
bool decide_read_rows(const char *text, GPtrArray **ret_rows, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
