/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SET_H
#define BASE_SET_H

/*
 * set - hash sets of things that are found by what is in them.
 *
 *     g_autoptr(GHashTable) people = set_new_by_name();
 *     if (set_add(people, person) != person) ... somebody else has that name already
 *     Person *zoe = set_find(people, "zoe");
 *
 * Whether something is there already, and that it is there from now on, is one look-up: with the
 * usual two a directory of a hundred thousand people is looked up twice as often as need be.
 */

#include <glib.h>

/*
 * An empty set of things that begin with their name: structs whose first member is a char *. They
 * are borrowed, and must keep their names as long as they are in it.
 */
GHashTable *set_new_by_name(void);

/* Adds THING. Gives what is in SET in its place: THING, or an equal one that was there before and
 * stays. SET may have any hash and equality of its own. */
gpointer set_add(GHashTable *set, gpointer thing);

/* What has NAME in SET, which is one by name, or NULL. */
gpointer set_find(GHashTable *set, const char *name);

#endif
