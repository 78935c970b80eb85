/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dn.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* The types that servers and people write as OIDs, RFC 4514 section 3 and RFC 4519. */
static const struct {
    const char *oid;
    const char *name;
} types[] = {
    {"2.5.4.3", "cn"},
    {"2.5.4.4", "sn"},
    {"2.5.4.6", "c"},
    {"2.5.4.7", "l"},
    {"2.5.4.8", "st"},
    {"2.5.4.9", "street"},
    {"2.5.4.10", "o"},
    {"2.5.4.11", "ou"},
    {"0.9.2342.19200300.100.1.1", "uid"},
    {"0.9.2342.19200300.100.1.3", "mail"},
    {"0.9.2342.19200300.100.1.25", "dc"},
    {"commonname", "cn"},
    {"surname", "sn"},
    {"countryname", "c"},
    {"localityname", "l"},
    {"stateorprovincename", "st"},
    {"streetaddress", "street"},
    {"organizationname", "o"},
    {"organizationalunitname", "ou"},
    {"userid", "uid"},
    {"rfc822mailbox", "mail"},
    {"domaincomponent", "dc"},
};

typedef struct {
    const char *start;
    const char *at;
    const char *end;
} Scanner;

static bool fail(const Scanner *scanner, const char *why, GError **error)
{
    g_autofree char *safe = text_safe(scanner->start, scanner->end - scanner->start);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "'%s' is no DN: byte %zu: %s", safe,
                (size_t) (scanner->at - scanner->start), why);
    return false;
}

static bool at_end(const Scanner *scanner)
{
    return scanner->at == scanner->end;
}

static void skip_spaces(Scanner *scanner)
{
    while (!at_end(scanner) && (*scanner->at == ' ' || *scanner->at == '\n' ||
                                *scanner->at == '\r' || *scanner->at == '\t'))
        scanner->at++;
}

static bool take_type(Scanner *scanner, GString *key, GError **error)
{
    skip_spaces(scanner);
    const char *begin = scanner->at;
    while (!at_end(scanner) && (g_ascii_isalnum(*scanner->at) ||
                                (*scanner->at != '\0' && strchr("-._", *scanner->at) != NULL)))
        scanner->at++;
    if (scanner->at == begin)
        return fail(scanner, "an attribute type is expected", error);
    g_autofree char *type = g_ascii_strdown(begin, scanner->at - begin);
    const char *name = type;
    while (g_str_has_prefix(name, "oid."))
        name += strlen("oid.");
    if (*name == '\0')
        return fail(scanner, "an attribute type is expected", error);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(name, types[i].oid) == 0)
            name = types[i].name;
    }
    g_string_append(key, name);
    skip_spaces(scanner);
    if (at_end(scanner) || *scanner->at != '=')
        return fail(scanner, "'=' is expected", error);
    scanner->at++;
    skip_spaces(scanner);
    g_string_append_c(key, '=');
    return true;
}

static bool take_hex_pair(Scanner *scanner, GString *value)
{
    if (scanner->end - scanner->at < 2 || !g_ascii_isxdigit(scanner->at[0]) ||
        !g_ascii_isxdigit(scanner->at[1]))
        return false;
    g_string_append_c(value, (char) (g_ascii_xdigit_value(scanner->at[0]) * 16 +
                                     g_ascii_xdigit_value(scanner->at[1])));
    scanner->at += 2;
    return true;
}

/* #hex: BER of the value. A string type of short or one- to three-byte long form gives its content.
 */
static bool take_ber(Scanner *scanner, GString *value, GError **error)
{
    g_autoptr(GString) ber = g_string_new(NULL);
    scanner->at++;
    while (take_hex_pair(scanner, ber))
        continue;
    if (ber->len < 2)
        return fail(scanner, "a hex value is too short", error);
    const unsigned char *bytes = (const unsigned char *) ber->str;
    size_t header = 2;
    size_t length = bytes[1];
    if (length > 0x80) {
        size_t count = length - 0x80;
        length = 0;
        for (size_t i = 0; i < count && count <= 3 && header < ber->len; i++)
            length = length * 256 + bytes[header++];
    }
    if (header + length != ber->len)
        return fail(scanner, "a hex value is no BER string", error);
    g_string_append_len(value, ber->str + header, (gssize) length);
    return true;
}

static bool take_escape(Scanner *scanner, GString *value, GError **error)
{
    scanner->at++;
    if (take_hex_pair(scanner, value))
        return true;
    if (at_end(scanner))
        return fail(scanner, "an escape is cut off", error);
    g_string_append_c(value, *scanner->at++);
    return true;
}

static bool take_quoted(Scanner *scanner, GString *value, GError **error)
{
    scanner->at++;
    while (!at_end(scanner) && *scanner->at != '"') {
        if (*scanner->at == '\\') {
            if (!take_escape(scanner, value, error))
                return false;
        } else {
            g_string_append_c(value, *scanner->at++);
        }
    }
    if (at_end(scanner))
        return fail(scanner, "a quoted value does not end", error);
    scanner->at++;
    return true;
}

/* Up to the next separator. Spaces before it are padding, unless an escape put them there. */
static bool take_plain(Scanner *scanner, GString *value, GError **error)
{
    size_t keep = 0;
    while (!at_end(scanner) && *scanner->at != ',' && *scanner->at != ';' && *scanner->at != '+') {
        if (*scanner->at == '"' || *scanner->at == '\0')
            return fail(scanner, "a character that must be escaped", error);
        if (*scanner->at == '\\') {
            if (!take_escape(scanner, value, error))
                return false;
            keep = value->len;
        } else {
            g_string_append_c(value, *scanner->at++);
        }
    }
    while (value->len > keep && g_ascii_isspace(value->str[value->len - 1]))
        g_string_truncate(value, value->len - 1);
    return true;
}

static bool is_ascii(const GString *value)
{
    for (size_t i = 0; i < value->len; i++) {
        if ((unsigned char) value->str[i] >= 0x80)
            return false;
    }
    return true;
}

/* GLib folds some lower-case letters to upper case (Cherokee, as Unicode has it) and those of upper
 * case to lower; lowered afterwards, both meet. */
static char *fold_case(const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    GString *lower = g_string_sized_new(strlen(folded));
    for (const char *at = folded; *at != '\0'; at = text_next(at))
        g_string_append_unichar(lower, g_unichar_tolower(g_utf8_get_char(at)));
    return g_string_free(lower, FALSE);
}

/* RFC 4518 as far as a key needs it: compatible forms made one, letters folded. Composing may bring
 * out what folds again, so it is done twice. */
static char *fold_text(const char *text, size_t length)
{
    char *folded = g_utf8_normalize(text, (gssize) length, G_NORMALIZE_NFKC);
    for (int round = 0; round < 2; round++) {
        g_autofree char *lower = fold_case(folded);
        g_free(folded);
        folded = g_utf8_normalize(lower, -1, G_NORMALIZE_NFKC);
    }
    return folded;
}

/* The bytes of a value with letters folded. What is no text is kept as it is, around text. */
static GString *fold_bytes(const GString *value)
{
    GString *folded = g_string_sized_new(value->len + 1);
    const char *at = value->str;
    const char *end = at + value->len;
    while (at < end) {
        const char *stop = NULL;
        /* stops at NUL bytes too */
        (void) g_utf8_validate(at, end - at, &stop);
        if (stop > at) {
            g_autofree char *text = fold_text(at, (size_t) (stop - at));
            g_string_append(folded, text);
        }
        if (stop < end)
            g_string_append_c(folded, *stop++);
        at = stop;
    }
    return folded;
}

/* VALUE as it stands in a key: folded, spaces at the ends dropped, inner runs made one, escaped. */
static char *fold(const GString *value)
{
    g_autoptr(GString) folded = is_ascii(value) ? NULL : fold_bytes(value);
    const GString *bytes = folded != NULL ? folded : value;
    GString *key = g_string_sized_new(bytes->len + 1);
    bool gap = false;
    for (size_t i = 0; i < bytes->len; i++) {
        unsigned char c = (unsigned char) bytes->str[i];
        if (c == ' ') {
            gap = key->len > 0;
            continue;
        }
        if (gap)
            g_string_append_c(key, ' ');
        gap = false;
        if (c < 0x20 || c == 0x7f || strchr(",;+\"\\<>=#", c) != NULL)
            g_string_append_printf(key, "\\%02x", c);
        else
            g_string_append_c(key, g_ascii_tolower((char) c));
    }
    return g_string_free(key, FALSE);
}

static bool take_value(Scanner *scanner, GString *key, GError **error)
{
    g_autoptr(GString) value = g_string_new(NULL);
    bool good = false;
    if (!at_end(scanner) && *scanner->at == '#')
        good = take_ber(scanner, value, error);
    else if (!at_end(scanner) && *scanner->at == '"')
        good = take_quoted(scanner, value, error);
    else
        good = take_plain(scanner, value, error);
    if (!good)
        return false;
    g_autofree char *folded = fold(value);
    g_string_append(key, folded);
    skip_spaces(scanner);
    return true;
}

/* One RDN: its parts, sorted, joined by '+'. */
static bool take_rdn(Scanner *scanner, GString *key, GError **error)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    for (;;) {
        GString *part = g_string_new(NULL);
        bool good = take_type(scanner, part, error) && take_value(scanner, part, error);
        g_ptr_array_add(parts, g_string_free(part, FALSE));
        if (!good)
            return false;
        if (at_end(scanner) || *scanner->at != '+')
            break;
        scanner->at++;
    }
    text_sort(parts);
    for (guint i = 0; i < parts->len; i++) {
        if (i > 0)
            g_string_append_c(key, '+');
        g_string_append(key, g_ptr_array_index(parts, i));
    }
    return true;
}

static bool is_plain_in_value(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-_.@'()/:&!*$%?^~`{}|[]", c) != NULL);
}

/* The type at *AT, which is moved behind its '='. False when it is none that stands in a key as it
 * is but for its case. */
static bool copy_plain_type(const char **at, const char *end, char **key)
{
    const char *begin = *at;
    const char *name = *key;
    while (*at < end && (g_ascii_isalpha(**at) || (*at > begin && **at == '-')))
        *(*key)++ = text_lower(*(*at)++);
    if (*at == begin || *at == end || **at != '=')
        return false;
    size_t length = (size_t) (*key - name);
    /* the names that stand for others are all longer than "mail" */
    for (size_t i = 0; length > 4 && i < G_N_ELEMENTS(types); i++) {
        if (strncmp(types[i].oid, name, length) == 0 && types[i].oid[length] == '\0')
            return false;
    }
    *(*key)++ = *(*at)++;
    return true;
}

/* The key of a DN that nearly is one: plain ASCII, nothing escaped, one part in each RDN, no spaces
 * but single ones inside values. NULL for any other, right or wrong. */
static char *plain_key(const char *dn, size_t length)
{
    const char *end = dn + length;
    g_autofree char *key = g_malloc(length + 1);
    char *to = key;
    for (const char *at = dn; at < end; at++) {
        while (at < end && *at == ' ')
            at++;
        if (!copy_plain_type(&at, end, &to))
            return NULL;
        for (; at < end && *at != ','; at++) {
            bool inner_space = *at == ' ' && at + 1 < end && at[-1] != '=' && at[1] != ',' &&
                               at[1] != ' ' && at[1] != '+' && at[1] != ';';
            if (!is_plain_in_value(*at) && !inner_space)
                return NULL;
            *to++ = text_lower(*at);
        }
        if (at == end)
            break;
        if (at + 1 == end)
            return NULL;
        *to++ = ',';
    }
    *to = '\0';
    return g_steal_pointer(&key);
}

bool dn_key(const char *dn, size_t length, char **ret_key, GError **error)
{
    char *plain = plain_key(dn, length);
    if (plain != NULL) {
        *ret_key = plain;
        return true;
    }
    Scanner scanner = {.start = dn, .at = dn, .end = dn + length};
    g_autoptr(GString) key = g_string_sized_new(length + 1);
    skip_spaces(&scanner);
    while (!at_end(&scanner)) {
        if (!take_rdn(&scanner, key, error))
            return false;
        if (at_end(&scanner))
            break;
        if (*scanner.at != ',' && *scanner.at != ';')
            return fail(&scanner, "',' is expected", error);
        scanner.at++;
        g_string_append_c(key, ',');
        skip_spaces(&scanner);
        if (at_end(&scanner))
            return fail(&scanner, "an attribute type is expected", error);
    }
    *ret_key = g_strdup(key->str);
    return true;
}

bool dn_key_is_within(const char *key, const char *base_key)
{
    size_t length = strlen(key);
    size_t base = strlen(base_key);
    if (base == 0)
        return true;
    if (length < base || strcmp(key + length - base, base_key) != 0)
        return false;
    return length == base || key[length - base - 1] == ',';
}

bool dn_key_contains(const char *key, const char *part)
{
    size_t length = strlen(part);
    for (const char *at = strstr(key, part); at != NULL; at = strstr(at + 1, part)) {
        if ((at == key || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

const char *dn_key_parent(const char *key)
{
    if (*key == '\0')
        return NULL;
    const char *comma = strchr(key, ',');
    return comma != NULL ? comma + 1 : key + strlen(key);
}

const char *dn_key_common(const char *common, const char *key)
{
    if (common == NULL)
        common = dn_key_parent(key);
    while (common != NULL && *common != '\0' && !dn_key_is_within(key, common))
        common = dn_key_parent(common);
    return common != NULL ? common : "";
}
