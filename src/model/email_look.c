/* SPDX-License-Identifier: Apache-2.0 */
#include "model/email.h"

#include "base/text.h"

#include <idn2.h>
#include <string.h>

/*
 * Letters of other scripts, and digits, that look like a small Latin one: the common ones of the
 * Unicode confusables (UTS #39), ascending.
 */
static const struct {
    gunichar letter;
    char like;
} likes[] = {
    {'0', 'o'},    {'1', 'l'},     {0x0131, 'i'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x03b1, 'a'},
    {0x03b3, 'y'}, {0x03b5, 'e'},  {0x03b9, 'i'}, {0x03ba, 'k'}, {0x03bd, 'v'}, {0x03bf, 'o'},
    {0x03c1, 'p'}, {0x03c4, 't'},  {0x03c5, 'u'}, {0x03c7, 'x'}, {0x0430, 'a'}, {0x0435, 'e'},
    {0x043a, 'k'}, {0x043c, 'm'},  {0x043d, 'h'}, {0x043e, 'o'}, {0x043f, 'n'}, {0x0440, 'p'},
    {0x0441, 'c'}, {0x0442, 't'},  {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'},
    {0x0458, 'j'}, {0x04bb, 'h'},  {0x04cf, 'l'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'},
    {0x0570, 'h'}, {0x0578, 'n'},  {0x057d, 'u'}, {0x0585, 'o'}, {0x2010, '-'}, {0x2011, '-'},
    {0x2013, '-'}, {0x2019, '\''},
};

static gunichar like(gunichar letter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(likes) && likes[i].letter <= letter; i++) {
        if (likes[i].letter == letter)
            return (gunichar) likes[i].like;
    }
    return letter;
}

static void append_looks(GString *looks, const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    g_autofree char *apart = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKD);
    for (const char *at = apart; *at != '\0'; at = text_next(at)) {
        gunichar letter = g_utf8_get_char(at);
        if (!g_unichar_ismark(letter))
            g_string_append_unichar(looks, like(g_unichar_tolower(letter)));
    }
}

/* Whether KEY is shown as it is written: ASCII, and no A-label (RFC 5890 2.3.2.1) in it. */
static bool is_plain(const char *key)
{
    for (; *key != '\0'; key++) {
        if ((unsigned char) *key >= 0x80 || (*key == 'x' && strncmp(key, "xn--", 4) == 0))
            return false;
    }
    return true;
}

/* KEY with the domain in letters instead of A-labels. New string. */
static char *as_shown(const char *key)
{
    const char *at = strrchr(key, '@');
    char *domain = NULL;
    if (at == NULL || idn2_to_unicode_8z8z(at + 1, &domain, 0) != IDN2_OK)
        return g_strdup(key);
    char *shown = g_strdup_printf("%.*s@%s", (int) (at - key), key, domain);
    idn2_free(domain);
    return shown;
}

/* The same of a letter of ASCII. */
static char plain_like(char letter)
{
    return letter == '0' ? 'o' : letter == '1' ? 'l' : text_lower(letter);
}

char *email_look(const char *key)
{
    if (!is_plain(key)) {
        g_autofree char *shown = as_shown(key);
        GString *looks = g_string_sized_new(strlen(shown) + 1);
        append_looks(looks, shown);
        return g_string_free(looks, FALSE);
    }
    char *look = g_strdup(key);
    for (char *letter = look; *letter != '\0'; letter++)
        *letter = plain_like(*letter);
    return look;
}

unsigned email_look_hash(const char *key)
{
    g_autofree char *look = is_plain(key) ? NULL : email_look(key);
    unsigned hash = 5381; /* that of g_str_hash() */
    for (const char *letter = look != NULL ? look : key; *letter != '\0'; letter++)
        hash = hash * 33 + (unsigned char) plain_like(*letter);
    return hash;
}

bool email_look_equal(const char *a, const char *b)
{
    if (!is_plain(a) || !is_plain(b)) {
        g_autofree char *look = email_look(a);
        g_autofree char *other = email_look(b);
        return strcmp(look, other) == 0;
    }
    while (*a != '\0' && plain_like(*a) == plain_like(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}
