/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <stdbool.h>
#include <string.h>

#define SHORTEST_REDACTED 6

struct Secret {
    size_t length;
    char *bytes;
};

/* Living secrets, for secret_redact. The program is single-threaded where secrets are made and
 * freed. */
static GPtrArray *living;

Secret *secret_new(const char *bytes, size_t length)
{
    Secret *secret = g_new0(Secret, 1);
    secret->length = length;
    secret->bytes = g_malloc(length + 1);
    memcpy(secret->bytes, bytes, length);
    secret->bytes[length] = '\0';
    if (living == NULL)
        living = g_ptr_array_new();
    /* longest first: one that begins with another must go before the other breaks it up */
    guint at = 0;
    while (at < living->len && ((const Secret *) g_ptr_array_index(living, at))->length >= length)
        at++;
    g_ptr_array_insert(living, (gint) at, secret);
    return secret;
}

const char *secret_expose(const Secret *secret, size_t *ret_length)
{
    if (ret_length != NULL)
        *ret_length = secret->length;
    return secret->bytes;
}

void secret_free(Secret *secret)
{
    if (secret == NULL)
        return;
    g_ptr_array_remove(living, secret);
    if (living->len == 0)
        g_clear_pointer(&living, g_ptr_array_unref);
    explicit_bzero(secret->bytes, secret->length);
    g_free(secret->bytes);
    g_free(secret);
}

static void replace_all(GString *text, const char *what)
{
    if (strlen(what) >= SHORTEST_REDACTED)
        g_string_replace(text, what, "***", 0);
}

static void wipe_and_free(char *text)
{
    explicit_bzero(text, strlen(text));
    g_free(text);
}

static bool is_base64(char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '/' || c == '=';
}

/* Replaces CORE with a group of base64 before it, when BEFORE, and one behind it, when BEHIND. */
static void replace_groups(GString *text, const char *core, bool before, bool behind)
{
    const gsize group = 4;
    const char *found = strlen(core) < SHORTEST_REDACTED ? NULL : strstr(text->str, core);
    while (found != NULL) {
        gsize from = (gsize) (found - text->str);
        gsize to = from + strlen(core);
        for (gsize i = 0; before && i < group && from > 0 && is_base64(text->str[from - 1]); i++)
            from--;
        for (gsize i = 0; behind && i < group && is_base64(text->str[to]); i++)
            to++;
        explicit_bzero(text->str + from, to - from);
        g_string_erase(text, (gssize) from, (gssize) (to - from));
        g_string_insert(text, (gssize) from, "***");
        found = strstr(text->str + from, core);
    }
}

/*
 * In the middle of something longer ("user:secret") the base64 of a secret looks different, by the
 * three ways in which its bytes can fall into groups of three. What of it does not depend on its
 * neighbours is looked for; it goes with the groups that hold its first and last bytes.
 */
static void replace_base64(GString *text, const Secret *secret)
{
    char *whole = g_base64_encode((const guchar *) secret->bytes, secret->length);
    replace_all(text, whole);
    wipe_and_free(whole);
    for (size_t skip = 0; skip < 3 && skip + SHORTEST_REDACTED <= secret->length; skip++) {
        size_t inner = (secret->length - skip) / 3 * 3;
        char *core = g_base64_encode((const guchar *) secret->bytes + skip, inner);
        replace_groups(text, core, skip > 0, skip + inner < secret->length);
        wipe_and_free(core);
    }
}

char *secret_redact(const char *text)
{
    GString *redacted = g_string_new(text);
    for (guint i = 0; living != NULL && i < living->len; i++) {
        const Secret *secret = g_ptr_array_index(living, i);
        if (secret->length < SHORTEST_REDACTED)
            continue;
        char *url = g_uri_escape_string(secret->bytes, NULL, false);
        replace_all(redacted, secret->bytes);
        replace_base64(redacted, secret);
        replace_all(redacted, url);
        wipe_and_free(url);
    }
    return g_string_free(redacted, FALSE);
}
