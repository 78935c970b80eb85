/* SPDX-License-Identifier: Apache-2.0 */
#include "model/email.h"

#include "base/error.h"
#include "base/text.h"

#include <idn2.h>
#include <string.h>

#define LONGEST 254 /* RFC 5321 4.5.3.1.3, less the angle brackets */
#define LONGEST_LOCAL 64

static bool refuse(const char *address, size_t length, const char *why, GError **error)
{
    g_autofree char *safe = text_safe(address, (gssize) length);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "'%s' is no mail address: %s", safe, why);
    return false;
}

/* Printable ASCII without the space: nearly every address there is. */
static bool is_plain(const char *address, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (address[i] <= ' ' || address[i] >= 0x7f)
            return false;
    }
    return true;
}

/* RFC 5322 3.2.3: the specials, without '.' and '@'. */
static bool is_special(char c)
{
    switch (c) {
    case '<':
    case '>':
    case '(':
    case ')':
    case '[':
    case ']':
    case ',':
    case ';':
    case ':':
    case '\\':
    case '"':
        return true;
    default:
        return false;
    }
}

static bool needs_quoting(const char *address, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_special(address[i]))
            return true;
    }
    return false;
}

static const char *problem_with(const char *address, size_t length)
{
    if (length == 0)
        return "it is empty";
    if (length > LONGEST)
        return "it is longer than 254 bytes";
    if (!is_plain(address, length)) {
        if (!text_is_safe(address, length))
            return "it holds control characters, direction marks or broken UTF-8";
        if (memchr(address, ' ', length) != NULL)
            return "it holds a space";
    }
    return needs_quoting(address, length) ? "it holds a character that needs quoting" : NULL;
}

/* Whether all characters of TEXT can be seen, and will mean tomorrow what they mean today. */
static bool is_visible(const char *text)
{
    for (const char *at = text; *at != '\0'; at = text_next(at)) {
        gunichar c = g_utf8_get_char(at);
        GUnicodeType type = g_unichar_type(c);
        if (g_unichar_isspace(c) || type == G_UNICODE_FORMAT || type == G_UNICODE_PRIVATE_USE ||
            type == G_UNICODE_UNASSIGNED)
            return false;
    }
    return true;
}

static bool is_plain_domain(const char *domain)
{
    for (const char *c = domain; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && *c != '-' && *c != '.')
            return false;
    }
    return true;
}

/* Labels of 1 to 63 letters, digits and inner hyphens, at least two of them, the last no number. */
static bool is_good_domain(const char *domain)
{
    size_t label = 0;
    size_t labels = 1;
    if (!is_plain_domain(domain))
        return false;
    for (const char *c = domain; *c != '\0'; c++) {
        if (*c == '.') {
            if (label == 0 || c[-1] == '-')
                return false;
            label = 0;
            labels++;
        } else if (*c == '-' && label == 0) {
            return false;
        } else {
            label++;
        }
        if (label > 63)
            return false;
    }
    const char *last = domain + strlen(domain) - label;
    bool number = strspn(last, "0123456789") == label;
    return labels >= 2 && label > 0 && !number && domain[strlen(domain) - 1] != '-';
}

/* The domain as lower-case A-labels, or NULL. */
static char *to_a_labels(const char *domain)
{
    if (is_plain_domain(domain)) {
        char *lower = g_ascii_strdown(domain, -1);
        /* plain names may hide A-labels that stand for nothing; those only libidn2 can tell */
        if (strstr(lower, "xn--") == NULL)
            return lower;
        g_free(lower);
    }
    uint8_t *found = NULL;
    int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
    if (idn2_lookup_u8((const uint8_t *) domain, &found, flags) != IDN2_OK)
        return NULL;
    char *key = g_ascii_strdown((const char *) found, -1);
    idn2_free(found);
    return key;
}

/* The same, NULL too when it is no domain that mail could be sent to. */
static char *domain_key(const char *domain)
{
    g_autofree char *key = to_a_labels(domain);
    return key != NULL && is_good_domain(key) ? g_steal_pointer(&key) : NULL;
}

static bool is_dotted_badly(const char *local)
{
    size_t length = strlen(local);
    return local[0] == '.' || local[length - 1] == '.' || strstr(local, "..") != NULL;
}

/* Whether TEXT begins with what marks an A-label (RFC 5890 2.3.2.1). */
static bool is_marked(const char *text)
{
    return text[0] == 'x' && text[1] == 'n' && text[2] == '-' && text[3] == '-';
}

/* The key of an address that is one but for the case of its letters, as nearly all are; NULL for
 * any other, right or wrong. */
static char *plain_key(const char *address, size_t length)
{
    if (length > LONGEST)
        return NULL;
    g_autofree char *key = g_malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        char c = address[i];
        if (c <= ' ' || c >= 0x7f || is_special(c))
            return NULL;
        key[i] = text_lower(c);
    }
    key[length] = '\0';
    char *at = strchr(key, '@');
    if (at == NULL || at == key || at - key > LONGEST_LOCAL)
        return NULL;
    for (const char *c = at + 1; *c != '\0'; c++) {
        if (is_marked(c))
            return NULL;
    }
    *at = '\0';
    if (is_dotted_badly(key) || !is_good_domain(at + 1))
        return NULL;
    *at = '@';
    return g_steal_pointer(&key);
}

bool email_key(const char *address, size_t length, char **ret_key, GError **error)
{
    char *key = plain_key(address, length);
    if (key != NULL) {
        *ret_key = key;
        return true;
    }
    const char *problem = problem_with(address, length);
    if (problem != NULL)
        return refuse(address, length, problem, error);
    bool plain = is_plain(address, length);
    g_autofree char *normal = plain ? g_strndup(address, length)
                                    : g_utf8_normalize(address, (gssize) length, G_NORMALIZE_NFC);
    /* composing may bring out what was hidden: U+037E becomes a semicolon */
    if (!plain && needs_quoting(normal, strlen(normal)))
        return refuse(address, length, "it holds a character that needs quoting", error);
    char *at = strchr(normal, '@');
    if (at == NULL || strchr(at + 1, '@') != NULL)
        return refuse(address, length, "it does not hold exactly one '@'", error);
    if (!plain && !is_visible(normal))
        return refuse(address, length, "it holds an invisible character or a space", error);
    *at = '\0';
    if (*normal == '\0' || strlen(normal) > LONGEST_LOCAL || is_dotted_badly(normal))
        return refuse(address, length, "what stands before the '@' is impossible", error);
    g_autofree char *domain = domain_key(at + 1);
    if (domain == NULL || strlen(normal) + 1 + strlen(domain) > LONGEST)
        return refuse(address, length, "the domain is impossible", error);
    for (char *c = normal; *c != '\0'; c++)
        *c = g_ascii_tolower(*c);
    *ret_key = g_strconcat(normal, "@", domain, NULL);
    return true;
}

char *email_key_with_domain(const char *key, const char *from_domain, const char *to_domain)
{
    const char *at = strrchr(key, '@');
    g_autofree char *from = domain_key(from_domain);
    g_autofree char *to = domain_key(to_domain);
    if (at == NULL || from == NULL || to == NULL || strcmp(at + 1, from) != 0)
        return NULL;
    g_autofree char *local = g_strndup(key, (size_t) (at - key));
    return g_strconcat(local, "@", to, NULL);
}
