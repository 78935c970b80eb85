/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_FILTER_PRIVATE_H
#define SOURCE_FILTER_PRIVATE_H

/* filter_private - what the reader and the judge of filters share. Only they may include it. */

#include "source/filter.h"

typedef enum {
    FILTER_AND,
    FILTER_OR,
    FILTER_NOT,
    FILTER_EQUAL,
    FILTER_PRESENT,
    FILTER_SUBSTRING,
    FILTER_AT_LEAST,
    FILTER_AT_MOST,
    FILTER_ALL_BITS,
    FILTER_ANY_BIT,
    FILTER_OTHER, /* an extensible match that only a server can judge */
} FilterOperation;

/* How values of an attribute are compared. */
typedef enum {
    SYNTAX_TEXT,
    SYNTAX_EXACT, /* bytes */
    SYNTAX_DN,
    SYNTAX_INTEGER,
    SYNTAX_TELEPHONE,
    SYNTAX_CLASS,    /* objectClass: classes above count too */
    SYNTAX_CATEGORY, /* objectCategory: a DN, or the first part of one */
} Syntax;

struct Filter {
    FilterOperation operation;
    char *attribute;     /* without the colon parts; NULL for and, or, not */
    char *rule;          /* FILTER_OTHER: as written, for the message */
    GPtrArray *children; /* Filter *; NULL: a leaf */
    Syntax syntax;
    GPtrArray *pieces; /* GString *: one; of a substring match the parts between the stars, the
                          first and last maybe empty; NULL without a value. Normalised */
    bool impossible;   /* the value is none of the attribute's syntax: undefined for all entries */
    int64_t number;    /* the value as an integer, where is_number */
    bool is_number;
};

/* The syntax of the attribute type NAME (options are ignored). */
Syntax filter_syntax(const char *name);

/*
 * LENGTH bytes as values of SYNTAX compare: equal exactly when the results are equal bytes. False
 * when they are no value of the syntax; *RET is then untouched.
 */
bool filter_normalise(Syntax syntax, const char *bytes, size_t length, GString **ret);

/* Makes the runs of spaces in LENGTH bytes one and folds letters; TRIM_START and TRIM_END drop
 * those at the ends. */
GString *filter_fold(const char *bytes, size_t length, bool trim_start, bool trim_end);

/* LENGTH bytes as a decimal integer of 64 bits, nothing before or after it. */
bool filter_number(const char *bytes, size_t length, int64_t *ret);

#endif
