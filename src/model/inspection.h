/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_INSPECTION_H
#define MODEL_INSPECTION_H

/*
 * inspection - why one entry of a directory is, or is not, one of the people who are looked at:
 * step by step, as the source judges it.
 */

#include <glib.h>
#include <stdbool.h>

typedef enum {
    INSPECTION_FACT, /* says something, decides nothing */
    INSPECTION_YES,
    INSPECTION_NO,
    INSPECTION_UNKNOWN, /* only the server can tell */
} InspectionVerdict;

typedef struct {
    InspectionVerdict verdict;
    char *what;   /* "filter (objectClass=person)" */
    char *detail; /* the values that decided; NULL: none */
} InspectionStep;

typedef struct {
    char *source;
    char *server;     /* the URI that answered, or the file */
    char *kind;       /* of the server */
    char *dn;         /* safe to print */
    char *anchor;     /* NULL: none that can be used */
    bool taken;       /* some search takes the entry */
    GPtrArray *steps; /* InspectionStep * */
} Inspection;

Inspection *inspection_new(const char *source, const char *server, const char *kind);
void inspection_free(Inspection *inspection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inspection, inspection_free)

/* Adds a step; takes DETAIL, which may be NULL. */
void inspection_add(Inspection *inspection, InspectionVerdict verdict, char *detail,
                    const char *what, ...) G_GNUC_PRINTF(4, 5);

/* "", "yes", "no", "only the server can tell". */
const char *inspection_verdict_name(InspectionVerdict verdict);

#endif
