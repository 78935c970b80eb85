/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_BATCH_PRIVATE_H
#define SYNC_BATCH_PRIVATE_H

/*
 * What the two halves of the batcher share: batch.c decides which changes go together and in which
 * order, batch_request.c turns each such bucket into a request.
 */

#include "sync/batch.h"

/* Limits of Toggl: of a group PATCH they are published, of the rest they are ours. */
#define VALUES_A_PATCH 100
#define PATCHES_A_REQUEST 100
#define PEOPLE_A_REQUEST 100

/* Changes that go in one request, or in several when they are too many. */
typedef struct {
    Operation operation;
    unsigned phase;
    bool last;          /* behind all others of its phase */
    GPtrArray *changes; /* const Change * */
} Bucket;

/* What a PUT of one person can say besides what it is for. */
typedef struct {
    const GPtrArray *workspaces; /* that it must repeat; NULL: it may not speak of workspaces */
    const GPtrArray *groups;     /* likewise; NULL too where lists may not replace what was there */
    GPtrArray *new_groups;       /* const TargetRef *: of requests that come before it */
} PersonPut;

typedef struct {
    Plan *plan;
    GHashTable *withheld;   /* ids of changes: a set */
    GPtrArray *buckets;     /* Bucket * */
    GHashTable *by_key;     /* char * -> Bucket *, borrowed */
    GHashTable *puts;       /* int64_t organization-user id -> PersonPut *, of whom there is one */
    GHashTable *new_groups; /* name -> request that makes it; 0: not numbered yet */
    GHashTable *new_workspaces;
} Batcher;

/*
 * Adds the request for BUCKET to the plan. Those that make groups and workspaces must come before
 * those that name them.
 */
void batch_make_request(const Batcher *batcher, const Bucket *bucket);

#endif
