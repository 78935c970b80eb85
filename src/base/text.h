/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/*
 * text - makes what came from a directory or from Toggl safe to show.
 *
 * Data is hostile: it may hold NUL, terminal escapes, newlines that forge a log line, bidirectional
 * marks that turn a name around, or bytes that are no UTF-8 at all. text_safe() is the only door to
 * a terminal, a log or an error message.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * LENGTH bytes (or up to the NUL when LENGTH is -1) as one line of valid UTF-8 without control
 * characters: each C0, C1, DEL, line separator and bidirectional control becomes \u{XXXX}, each
 * byte that is no UTF-8 \x{XX}. What is longer than 255 characters is cut and ends in "…". New
 * string, owned by the caller.
 */
char *text_safe(const char *bytes, gssize length);

/* The same, cut behind MOST characters: for our own sentences, which hold several such texts. */
char *text_safe_within(const char *bytes, gssize length, size_t most);

/* TEXT, or "" for NULL. Borrowed. */
const char *text_or_nothing(const char *text);

/* Whether LENGTH bytes are what text_safe would show unchanged, whatever their length. */
bool text_is_safe(const char *bytes, size_t length);

/* g_ascii_tolower() without the call: for loops over each letter of a whole directory. */
static inline char text_lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char) (letter + ('a' - 'A')) : letter;
}

/* What follows the first character of TEXT, which is valid UTF-8 and not at its end.
 * (g_utf8_next_char casts const away.) Never fails. */
static inline const char *text_next(const char *text)
{
    return text + g_utf8_skip[(unsigned char) *text];
}

/* Whether C may be shown: no C0, C1, DEL, line separator or bidirectional control. */
bool text_character_is_safe(gunichar c);

/* Sorts TEXTS (char *) by bytes, whatever the locale. */
void text_sort(GPtrArray *texts);

/* TEXT as one word of a shell, quoted where it must be. New string. */
char *text_shell_word(const char *text);

/* "1 person", "0 people": COUNT of what is called ONE, or MANY unless it is one. New string. */
char *text_count(gint64 count, const char *one, const char *many);

/* How far A is from B: insertions, deletions, replacements and swaps of neighbours, in characters,
 * letters folded. */
size_t text_distance(const char *a, const char *b);

/*
 * The up to three of CANDIDATES (an array of const char *) that are nearest to WANTED, as "'a', 'b'
 * or 'c'", or NULL when none is near; one that is farther by two and more is not told beside a
 * nearer one. New string, owned by the caller.
 */
char *text_near_misses(const char *wanted, const GPtrArray *candidates);

/*
 * A hint for somebody who wrote WANTED, which is none of CANDIDATES: "did you mean 'a' or 'b'?" and
 * then REST, our own words; REST alone when none is near. Without a REST (NULL) it is NULL then.
 * New string, owned by the caller.
 */
char *text_did_you_mean(const char *wanted, const GPtrArray *candidates, const char *rest);

#endif
