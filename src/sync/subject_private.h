/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SUBJECT_PRIVATE_H
#define SYNC_SUBJECT_PRIVATE_H

/*
 * subject_private - what the files of subject share.
 *
 *   subject.c           which entries and links are one person
 *   subject_standing.c  what the entries say together
 *   subject_match.c     who meets a member by an address
 */

#include "sync/subject.h"

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories;
    const Organization *organization;
    const Ledger *ledger;
    LocatedLinks *located;
    int64_t now;
    Subjects *subjects;
    Link ***links;       /* [directory][person's place]: the link of each; NULL: none */
    GPtrArray *lost;     /* Link *: those of nobody who was read, in the order of the ledger */
    GHashTable *by_mail; /* mail key -> Subject *, keys borrowed; NULL: nobody has asked yet */
    GHashTable *taken;   /* the address of every link with a member or an invitation, borrowed;
                            NULL: nobody has asked yet */
} SubjectBuilder;

/* Sets standing and why of SUBJECT. */
void subject_judge(const SubjectBuilder *builder, Subject *subject);

/* A change of mind: SUBJECT has STANDING because of WHY, which is taken. */
void subject_set_standing(Subject *subject, SubjectStanding standing, char *why);

/* Whether somebody has said of SUBJECT that they go on. */
bool subject_is_released(const Subject *subject);

/* Whoever has no member yet meets one by an address, if it is nobody else's. */
void subjects_match(SubjectBuilder *builder);

void subject_claim(SubjectBuilder *builder, Subject *subject, Member *member);

/* The directory called SOURCE, or NULL. */
const Directory *subject_directory(const SubjectBuilder *builder, const char *source);

#endif
