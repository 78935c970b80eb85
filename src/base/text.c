/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define LONGEST_SHOWN 255
#define NEAR_MISSES 3

bool text_character_is_safe(gunichar c)
{
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
        return false;
    return c != 0x061c && c != 0x200e && c != 0x200f && (c < 0x2028 || c > 0x202e) &&
           (c < 0x2066 || c > 0x2069) && c != 0xfeff;
}

/* Takes one character off *BYTES; a byte that begins no valid character is taken alone and
 * *RET_VALID is false. */
static gunichar take(const char **bytes, size_t *length, bool *ret_valid)
{
    gunichar c = g_utf8_get_char_validated(*bytes, (gssize) *length);
    size_t width = 1;
    *ret_valid = c != (gunichar) -1 && c != (gunichar) -2;
    if (**bytes == '\0') {
        *ret_valid = true;
        c = 0;
    } else if (*ret_valid) {
        width = (size_t) g_utf8_skip[(unsigned char) **bytes];
    } else {
        c = (unsigned char) **bytes;
    }
    *bytes += width;
    *length -= width;
    return c;
}

char *text_safe_within(const char *bytes, gssize length, size_t most)
{
    size_t left = length < 0 ? strlen(bytes) : (size_t) length;
    if (left <= most && text_is_safe(bytes, left))
        return g_strndup(bytes, left);
    GString *safe = g_string_sized_new(MIN(left, most) + 1);
    for (size_t shown = 0; left > 0; shown++) {
        if (shown == most) {
            g_string_append(safe, "…");
            break;
        }
        bool valid = false;
        gunichar c = take(&bytes, &left, &valid);
        if (!valid)
            g_string_append_printf(safe, "\\x{%02X}", c);
        else if (!text_character_is_safe(c))
            g_string_append_printf(safe, "\\u{%04X}", c);
        else
            g_string_append_unichar(safe, c);
    }
    return g_string_free(safe, FALSE);
}

char *text_safe(const char *bytes, gssize length)
{
    return text_safe_within(bytes, length, LONGEST_SHOWN);
}

const char *text_or_nothing(const char *text)
{
    return text != NULL ? text : "";
}

/* How many of LENGTH bytes, eight by eight, are printable ASCII, which nearly all there are are. */
static size_t plain_width(const char *bytes, size_t length)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    static const uint64_t tops = UINT64_C(0x8080808080808080);
    size_t width = 0;
    for (; length - width >= sizeof(uint64_t); width += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, bytes + width, sizeof word);
        /* the top bit of a byte: it had it, it is DEL, or it is below the space (which borrows) */
        if (((word | (word + ones) | (word - 0x20 * ones)) & tops) != 0)
            break;
    }
    return width;
}

bool text_is_safe(const char *bytes, size_t length)
{
    size_t plain = plain_width(bytes, length);
    bytes += plain;
    length -= plain;
    while (length > 0) {
        if (*bytes >= 0x20 && *bytes < 0x7f) {
            bytes++;
            length--;
            continue;
        }
        bool valid = false;
        gunichar c = take(&bytes, &length, &valid);
        if (!valid || !text_character_is_safe(c))
            return false;
    }
    return true;
}

static gunichar *folded(const char *text, size_t *ret_length)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *fold = g_utf8_casefold(valid, -1);
    glong length = 0;
    gunichar *characters = g_utf8_to_ucs4_fast(fold, -1, &length);
    *ret_length = (size_t) length;
    return characters;
}

size_t text_distance(const char *a, const char *b)
{
    size_t rows = 0;
    size_t columns = 0;
    g_autofree gunichar *x = folded(a, &rows);
    g_autofree gunichar *y = folded(b, &columns);
    /* three rows of the usual table: this one, the one above, and the one above that */
    g_autofree size_t *cost = g_new0(size_t, 3 * (columns + 1));
    size_t *here = cost;
    size_t *above = cost + columns + 1;
    size_t *top = above + columns + 1;
    for (size_t j = 0; j <= columns; j++)
        here[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t *free_row = top;
        top = above;
        above = here;
        here = free_row;
        here[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t replace = above[j - 1] + (x[i - 1] != y[j - 1]);
            size_t best = MIN(replace, MIN(above[j], here[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
            if (swapped)
                best = MIN(best, top[j - 2] + 1);
            here[j] = best;
        }
    }
    return here[columns];
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

void text_sort(GPtrArray *texts)
{
    g_ptr_array_sort(texts, compare_texts);
}

char *text_shell_word(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-+=@:,";
    return *text != '\0' && strspn(text, plain) == strlen(text) ? g_strdup(text)
                                                                : g_shell_quote(text);
}

char *text_count(gint64 count, const char *one, const char *many)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", count, count == 1 ? one : many);
}

char *text_near_misses(const char *wanted, const GPtrArray *candidates)
{
    const char *best[NEAR_MISSES] = {NULL};
    size_t distance[NEAR_MISSES] = {0};
    size_t found = 0;
    size_t length = (size_t) g_utf8_strlen(wanted, -1);
    size_t farthest = MAX(2, length / 3);
    for (guint i = 0; i < candidates->len; i++) {
        const char *candidate = g_ptr_array_index(candidates, i);
        size_t other = (size_t) g_utf8_strlen(candidate, -1);
        /* cheap first: folding may lengthen a text, but not by more than three times */
        if (other > 3 * (length + farthest))
            continue;
        size_t d = text_distance(wanted, candidate);
        if (d > farthest || d >= length)
            continue;
        size_t at = found;
        while (at > 0 && distance[at - 1] > d)
            at--;
        if (at == NEAR_MISSES)
            continue;
        size_t last = MIN(found, NEAR_MISSES - 1);
        for (size_t k = last; k > at; k--) {
            best[k] = best[k - 1];
            distance[k] = distance[k - 1];
        }
        best[at] = candidate;
        distance[at] = d;
        found = MIN(found + 1, NEAR_MISSES);
    }
    if (found == 0)
        return NULL;
    /* beside one that is nearer by more than a letter, nobody meant it */
    while (found > 1 && distance[found - 1] > distance[0] + 1)
        found--;
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < found; i++) {
        if (i > 0)
            g_string_append(text, i + 1 == found ? " or " : ", ");
        g_autofree char *safe = text_safe(best[i], -1);
        g_string_append_printf(text, "'%s'", safe);
    }
    return g_string_free(text, FALSE);
}

char *text_did_you_mean(const char *wanted, const GPtrArray *candidates, const char *rest)
{
    g_autofree char *near = text_near_misses(wanted, candidates);
    if (near == NULL)
        return g_strdup(rest);
    return g_strdup_printf("did you mean %s?%s%s", near, rest != NULL ? " " : "",
                           text_or_nothing(rest));
}
