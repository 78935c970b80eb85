/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_RANGE_H
#define SOURCE_RANGE_H

/*
 * range - the names of attributes of which a server gives only a part of the values.
 *
 * Active Directory (MS-ADTS 3.1.1.3.1.3.3) names them "member;range=0-1499" and the last part
 * "member;range=1500-*". Whoever takes such a part for all of the values loses people.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RANGE_NONE,  /* a name like any other */
    RANGE_VALID, /* a part of the values */
    RANGE_BAD,   /* says that it is a part, but nobody can tell which */
} RangeKind;

typedef struct {
    char *name; /* without the range; other options stay. For g_free */
    uint32_t low;
    uint32_t high; /* inclusive; only when not last */
    bool last;     /* "*": up to the end */
} Range;

/* Takes the attribute description TEXT apart. *RET is filled for RANGE_VALID only. */
RangeKind range_parse(const char *text, Range *ret);

#endif
