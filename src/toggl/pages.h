/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_PAGES_H
#define TOGGL_PAGES_H

/*
 * pages - reads every page of a list, so that no row is missing and none comes twice.
 *
 * The largest page is asked for that the server grants; what it says of page size, pages and
 * records is believed. Where it says nothing, an empty page is the end, or a second page that is
 * the first once more: that server knows no pages. A list that moved while it was read (a row
 * repeats, or the number of rows is another than was said) is read again, at most PAGES_READS times
 * in all, and then it is SYNC_ERROR_INCOMPLETE.
 */

#include "toggl/client.h"

#include <jansson.h>

#define PAGES_READS 3

typedef struct {
    const Endpoint *endpoint; /* which is paged */
    const json_t *arguments;  /* of every page; NULL: none */
    /* One row that was not there before. */
    bool (*row)(void *context, const json_t *row, GError **error);
    /* The rows so far do not count: the list is read anew. */
    void (*restart)(void *context);
    void *context;
} Listing;

bool pages_read(Toggl *toggl, const Listing *listing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every row of a paged ENDPOINT as one list, a new reference in *RET. */
bool pages_collect(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments, json_t **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
