/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_NAMES_H
#define SOURCE_NAMES_H

/*
 * names - what things are called, as numbers.
 *
 * A membership is a name that has to be found among those of everybody: millions of look-ups, in no
 * order, each of which waits for memory. So what one of them touches lies close together, and many
 * are made at once: while one waits, the next are under way.
 *
 *     Names *names = names_new();
 *     if (names_find(names, key) == NAMES_NONE)
 *         names_add(names, key, number);
 */

#include <glib.h>
#include <stdint.h>

#define NAMES_NONE G_MAXUINT32

typedef struct Names Names;

Names *names_new(void);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

/* The number of NAME, or NAMES_NONE. */
uint32_t names_find(const Names *names, const char *name);

/* The same for each of COUNT names. */
void names_find_all(const Names *names, const char *const *all, guint count, uint32_t *ret_numbers);

/* Gives NUMBER to NAME, which has none yet. The copy of NAME that NAMES keeps. */
const char *names_add(Names *names, const char *name, uint32_t number);

guint names_count(const Names *names);

#endif
