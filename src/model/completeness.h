/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_COMPLETENESS_H
#define MODEL_COMPLETENESS_H

/*
 * completeness - a reader's proof that it read everything.
 *
 * A Directory that carries one with COMPLETE set was read to the end: every search closed with
 * success, every page chain with an empty cookie, every range with '*', no reference left out,
 * every sentinel found. Without it nothing is planned.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *source; /* the configured name */
    bool complete;
    bool required;       /* false: when incomplete, only this source's people freeze */
    char *problem;       /* why it is not complete; NULL when it is */
    char *server;        /* the URI that answered, or the file */
    char *kind;          /* "openldap", "389ds", "freeipa", "active-directory", "ldif" */
    char *software;      /* what the root DSE says of itself, or NULL */
    char *tls;           /* "TLS1.3" and the like; NULL without */
    char *digest;        /* of an LDIF file's bytes; NULL for a server */
    unsigned records;    /* entries in an LDIF file; 0 for a server */
    bool open_end;       /* nothing ends the last entry of an LDIF file: it may have been cut off,
                            and that somebody is not in it says nothing */
    unsigned searches;   /* how many searches were closed with success */
    unsigned pages;      /* pages accepted */
    unsigned ranges;     /* ranged attributes read to '*' */
    unsigned references; /* search references seen (and refused, or ignored as configured) */
    unsigned duplicates; /* entries that came twice with the same data */
    unsigned dangling;   /* group members that name no entry */
    unsigned outside;    /* group members that exist only outside the people's bases */
    unsigned cycles;     /* group cycles cut */
    unsigned attempts;   /* reads begun: 1 when the first went through */
    int64_t people;
    int64_t groups;
    int64_t microseconds; /* how long the read took */
} Completeness;

/* Frees what COMPLETENESS owns and zeroes it. */
void completeness_clear(Completeness *completeness);

#endif
