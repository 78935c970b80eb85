/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_certificate.h"

#include "base/clock.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <lber.h>
#include <string.h>

/* Tags of DER, X.690 and RFC 5280. */
#define TAG_BOOLEAN 0x01U
#define TAG_OCTETS 0x04U
#define TAG_OID 0x06U
#define TAG_UTC_TIME 0x17U
#define TAG_GENERALIZED_TIME 0x18U
#define TAG_SEQUENCE 0x30U
#define TAG_VERSION 0xa0U
#define TAG_EXTENSIONS 0xa3U
#define TAG_DNS_NAME 0x82U
#define TAG_ADDRESS 0x87U

#define NAMES_SHOWN 5

static const char alternative_name[] = {0x55, 0x1d, 0x11}; /* 2.5.29.17 */

static void reader_free(BerElement *reader)
{
    ber_free(reader, 1);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BerElement, reader_free)

/* A reader of a copy of BYTES. */
static BerElement *reader_new(const struct berval *bytes)
{
    struct berval copy = *bytes;
    return ber_init(&copy);
}

/* Steps into the element that comes next, if it has TAG. */
static bool enter(BerElement *reader, ber_tag_t tag)
{
    ber_len_t length = 0;
    return ber_peek_tag(reader, &length) == tag && ber_skip_tag(reader, &length) == tag;
}

/* Steps over the next element, if it has TAG; *RET_CONTENT (borrowed) is what it holds. */
static bool skip(BerElement *reader, ber_tag_t tag, struct berval *ret_content)
{
    ber_len_t length = 0;
    return ber_peek_tag(reader, &length) == tag && ber_skip_element(reader, ret_content) == tag;
}

/* Steps over the next COUNT elements, whatever they are. */
static bool skip_any(BerElement *reader, unsigned count)
{
    struct berval content;
    for (unsigned i = 0; i < count; i++) {
        if (ber_skip_element(reader, &content) == LBER_DEFAULT)
            return false;
    }
    return true;
}

/* "YYMMDDHHMMSSZ", or the same with four digits of a year. */
static bool parse_time(BerElement *reader, int64_t *ret_seconds)
{
    struct berval bytes = {0};
    const char *century = "";
    if (skip(reader, TAG_UTC_TIME, &bytes) && bytes.bv_len == strlen("YYMMDDHHMMSSZ"))
        century = bytes.bv_val[0] < '5' ? "20" : "19";
    else if (!skip(reader, TAG_GENERALIZED_TIME, &bytes) ||
             bytes.bv_len != strlen("YYYYMMDDHHMMSSZ"))
        return false;
    g_autofree char *raw = g_strndup(bytes.bv_val, bytes.bv_len);
    g_autofree char *digits = g_strconcat(century, raw, NULL);
    if (strlen(digits) != strlen("YYYYMMDDHHMMSSZ"))
        return false;
    g_autofree char *text = g_strdup_printf("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", digits, digits + 4,
                                            digits + 6, digits + 8, digits + 10, digits + 12);
    return clock_parse(text, ret_seconds);
}

/* The value of the extension subjectAltName. */
static void parse_names(const struct berval *bytes, GPtrArray *names)
{
    g_autoptr(BerElement) reader = reader_new(bytes);
    if (reader == NULL || !enter(reader, TAG_SEQUENCE))
        return;
    for (;;) {
        struct berval name = {0};
        char address[INET6_ADDRSTRLEN];
        ber_tag_t tag = ber_skip_element(reader, &name);
        if (tag == LBER_DEFAULT)
            return;
        if (tag == TAG_DNS_NAME)
            g_ptr_array_add(names, g_strndup(name.bv_val, name.bv_len));
        else if (tag == TAG_ADDRESS && (name.bv_len == 4 || name.bv_len == 16) &&
                 inet_ntop(name.bv_len == 4 ? AF_INET : AF_INET6, name.bv_val, address,
                           sizeof address) != NULL)
            g_ptr_array_add(names, g_strdup(address));
    }
}

/* One after the other; all but subjectAltName are passed over. */
static void parse_extensions(BerElement *reader, GPtrArray *names)
{
    struct berval extension = {0};
    while (skip(reader, TAG_SEQUENCE, &extension)) {
        g_autoptr(BerElement) inner = reader_new(&extension);
        struct berval type = {0};
        struct berval value = {0};
        if (inner == NULL || !skip(inner, TAG_OID, &type))
            return;
        (void) skip(inner, TAG_BOOLEAN, &value); /* whether it is critical; mostly left out */
        if (type.bv_len == sizeof alternative_name &&
            memcmp(type.bv_val, alternative_name, sizeof alternative_name) == 0 &&
            skip(inner, TAG_OCTETS, &value))
            parse_names(&value, names);
    }
}

static bool parse_all(BerElement *reader, Certificate *certificate)
{
    struct berval content = {0};
    if (!enter(reader, TAG_SEQUENCE)) /* the certificate */
        return false;
    if (!enter(reader, TAG_SEQUENCE)) /* what is signed of it */
        return false;
    (void) skip(reader, TAG_VERSION, &content); /* left out in version 1 */
    /* serial number, signature algorithm, issuer; validity; subject, its key */
    if (!skip_any(reader, 3) || !enter(reader, TAG_SEQUENCE) ||
        !parse_time(reader, &certificate->not_before) ||
        !parse_time(reader, &certificate->not_after) || !skip_any(reader, 2))
        return false;
    if (enter(reader, TAG_EXTENSIONS) && enter(reader, TAG_SEQUENCE))
        parse_extensions(reader, certificate->names);
    return true;
}

bool certificate_parse(const char *der, size_t length, Certificate **ret)
{
    g_autofree char *copy = g_memdup2(der, length);
    struct berval bytes = {.bv_len = length, .bv_val = copy};
    g_autoptr(BerElement) reader = length > 0 ? reader_new(&bytes) : NULL;
    g_autoptr(Certificate) certificate = g_new0(Certificate, 1);
    certificate->names = g_ptr_array_new_with_free_func(g_free);
    if (reader == NULL || !parse_all(reader, certificate))
        return false;
    *ret = g_steal_pointer(&certificate);
    return true;
}

void certificate_free(Certificate *certificate)
{
    if (certificate == NULL)
        return;
    g_ptr_array_unref(certificate->names);
    g_free(certificate);
}

bool certificate_is_for(const Certificate *certificate, const char *host)
{
    const char *rest = strchr(host, '.');
    for (guint i = 0; i < certificate->names->len; i++) {
        const char *name = g_ptr_array_index(certificate->names, i);
        if (g_ascii_strcasecmp(name, host) == 0)
            return true;
        if (rest != NULL && g_str_has_prefix(name, "*.") && g_ascii_strcasecmp(name + 1, rest) == 0)
            return true;
    }
    return false;
}

char *certificate_objection(const Certificate *certificate, const char *host, int64_t now)
{
    g_autofree char *from = clock_format(certificate->not_before);
    g_autofree char *to = clock_format(certificate->not_after);
    if (now < certificate->not_before)
        return g_strdup_printf("is not valid before %s", from);
    if (now > certificate->not_after)
        return g_strdup_printf("expired at %s", to);
    if (certificate->names->len == 0 || certificate_is_for(certificate, host))
        return NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < MIN(certificate->names->len, NAMES_SHOWN); i++) {
        g_autofree char *safe = text_safe(g_ptr_array_index(certificate->names, i), -1);
        g_string_append_printf(names, "%s'%s'", i > 0 ? ", " : "", safe);
    }
    g_autofree char *safe = text_safe(host, -1);
    return g_strdup_printf("is for %s%s, not for '%s'", names->str,
                           certificate->names->len > NAMES_SHOWN ? " and others" : "", safe);
}
