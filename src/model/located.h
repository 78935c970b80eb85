/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_LOCATED_H
#define MODEL_LOCATED_H

/*
 * located - where an anchor that a read did not bring was found when it was looked for everywhere.
 */

typedef enum { LOCATED_NOWHERE, LOCATED_ENABLED, LOCATED_DISABLED } LocatedKind;
typedef struct {
    LocatedKind kind;
    char *dn; /* NULL when nowhere */
} Located;
void located_free(Located *located);

#endif
