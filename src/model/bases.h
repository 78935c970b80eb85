/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_BASES_H
#define MODEL_BASES_H

/*
 * bases - below which entries a set of entries stands: one base for each tree.
 *
 * Two entries are in one tree when their names end in the same RDN ("dc=org", "o=Example"). The
 * base of a tree is the deepest place that holds all that was taken of it; nobody need have seen
 * it.
 */

#include <glib.h>

typedef struct Bases Bases;

Bases *bases_new(void);
void bases_free(Bases *bases);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bases, bases_free)

/* Takes in the entry with this DN key (copied). The root of all, "", stands in no tree. */
void bases_take(Bases *bases, const char *key);

/* Takes in where the entry with this DN key stands: what is above it, if anything is. */
void bases_take_place(Bases *bases, const char *key);

/* The bases (char *, keys), in order. New array. */
GPtrArray *bases_list(const Bases *bases);

#endif
