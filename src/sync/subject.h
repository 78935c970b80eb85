/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SUBJECT_H
#define SYNC_SUBJECT_H

/*
 * subject - one human being, however many directory entries, ledger links and mail addresses they
 * have.
 *
 * Identity is the anchor. A person meets their member by the ledger's link, else by any address of
 * theirs. One mail in two sources is one subject with two anchors, the first listed source being
 * primary. A subject whose entries are all gone or disabled left; one gone entry of several is no
 * leaving.
 *
 * Pure: borrows directories, organization and ledger, which must outlive it, and changes none of
 * them.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/located.h"
#include "model/organization.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SUBJECT_PRESENT,      /* at least one enabled entry that can be trusted */
    SUBJECT_LEFT,         /* every entry is positively disabled or expired */
    SUBJECT_MISSING,      /* no entry left; not found anywhere either */
    SUBJECT_OUT_OF_SCOPE, /* the entry exists, enabled, but our bases and filters no longer cover it
                           */
    SUBJECT_FROZEN,       /* what is there cannot be trusted: nothing is done */
    SUBJECT_HELD,         /* a person has to say who is who first */
} SubjectStanding;

/* One entry of a subject. */
typedef struct {
    uint32_t directory; /* index into the directories */
    const Person *person;
    Link *link; /* NULL: the ledger does not know it */
} SubjectEntry;

typedef struct {
    guint index;           /* in Subjects.subjects */
    GArray *entries;       /* SubjectEntry, primary source first */
    GPtrArray *lost_links; /* Link *: entries that the ledger knows and this read did not bring;
                              NULL: none */
    Member *member;        /* NULL: Toggl has none */
    const char
        *matched_by; /* the address that found the member, when no link did; NULL otherwise */
    SubjectStanding standing;
    char *why;              /* of left, out of scope, frozen and held, and of missing who was let
                               go; NULL otherwise */
    const Located *located; /* of out of scope, and of present with one more entry that is: where it
                               is now; NULL: nobody knows */
    bool excluded;          /* frozen because an exclusion says so, on both sides */
    bool unread;            /* frozen because a directory that knows them was not read */
    bool unfamiliar;        /* back after having been away, and nothing that is known of them is
                               theirs any more: an anchor that was given to somebody else? */
    bool has_link;
} Subject;

typedef struct {
    GPtrArray *subjects;  /* Subject *, in the order of sources and anchors, lost ones last */
    uint32_t **of_person; /* [directory][person index] -> index into subjects */
    guint directories;
    Subject **of_member; /* [member's index], for subject_of_member */
} Subjects;

/* What a look-up of lost anchors found: key is the Link, value Located *. NULL: nobody looked. */
typedef GHashTable LocatedLinks;

/*
 * Finds the subjects. DIRECTORIES (Directory *) are in the order of SETTINGS->sources. A link
 * without an entry whose anchor is not in LOCATED counts as missing. Externals are judged at NOW.
 */
Subjects *subjects_build(const SyncSettings *settings, const GPtrArray *directories,
                         const Organization *organization, const Ledger *ledger,
                         LocatedLinks *located, int64_t now);
void subjects_free(Subjects *subjects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Subjects, subjects_free)

/* Who MEMBER is; NULL: a stranger to all directories and to the ledger. */
Subject *subject_of_member(const Subjects *subjects, const Member *member);

/* The links of DIRECTORY's source whose anchor it does not hold (Link *): those worth a look-up.
 * The caller's. */
GPtrArray *subjects_lost_links(const Directory *directory, const Ledger *ledger);

/* The primary entry: the first that is enabled, else the first; NULL when the subject has only lost
 * links. */
const SubjectEntry *subject_primary(const Subject *subject);

/* Fills the person of a change or notice; TO must be zeroed, the caller clears it. */
void subject_describe(const Subject *subject, const GPtrArray *directories, ChangePerson *to);

#endif
