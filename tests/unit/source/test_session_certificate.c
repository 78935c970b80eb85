/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_certificate.h"
#include "testing.h"

#include <string.h>

/*
 * 2026-01-01 to 2049-12-31 23:59:59, for DNS:a.example, DNS:*.b.example, IP:127.0.0.1; what the
 * reader passes over is as short as it may be.
 */
static const unsigned char der[] = {
    0x30, 0x62, 0x30, 0x60,                   /* certificate, what is signed */
    0xa0, 0x03, 0x02, 0x01, 0x02,             /* version */
    0x02, 0x01, 0x01, 0x30, 0x00, 0x30, 0x00, /* serial, algorithm, issuer */
    0x30, 0x1e,                               /* validity */
    0x17, 0x0d, '2',  '6',  '0',  '1',  '0',  '1',  '0',  '0',  '0', '0',
    '0',  '0',  'Z',  0x17, 0x0d, '4',  '9',  '1',  '2',  '3',  '1', '2',
    '3',  '5',  '9',  '5',  '9',  'Z',  0x30, 0x00, 0x30, 0x00, /* subject, key */
    0xa3, 0x2e, 0x30, 0x2c,                                     /* extensions */
    0x30, 0x2a, 0x06, 0x03, 0x55, 0x1d, 0x11, 0x04, 0x23,       /* subjectAltName */
    0x30, 0x21, 0x82, 0x09, 'a',  '.',  'e',  'x',  'a',  'm',  'p', 'l',
    'e',  0x82, 0x0b, '*',  '.',  'b',  '.',  'e',  'x',  'a',  'm', 'p',
    'l',  'e',  0x87, 0x04, 127,  0,    0,    1,    0x80, 0x01, 'x',
};

static Certificate *parse(const unsigned char *bytes, size_t length)
{
    char copy[sizeof der];
    Certificate *certificate = NULL;
    memcpy(copy, bytes, length);
    return certificate_parse(copy, length, &certificate) ? certificate : NULL;
}

static void test_objections(void **state)
{
    (void) state;
    static const struct {
        const char *host;
        int64_t now;
        const char *objection; /* NULL: none */
    } cases[] = {
        {"a.example", 1800000000, NULL},
        {"A.Example", 1800000000, NULL},
        {"x.b.example", 1800000000, NULL},
        {"127.0.0.1", 1800000000, NULL},
        {"a.example", 1767225599, "is not valid before 2026-01-01T00:00:00Z"},
        {"a.example", 1767225600, NULL},
        {"a.example", 2524607999, NULL},
        {"a.example", 2524608000, "expired at 2049-12-31T23:59:59Z"},
        {"b.example", 1800000000,
         "is for 'a.example', '*.b.example', '127.0.0.1', not for 'b.example'"},
        {"x.y.b.example", 1800000000,
         "is for 'a.example', '*.b.example', '127.0.0.1', not for 'x.y.b.example'"},
    };
    g_autoptr(Certificate) certificate = parse(der, sizeof der);
    assert_non_null(certificate);
    assert_int_equal(certificate->names->len, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *objection =
            certificate_objection(certificate, cases[i].host, cases[i].now);
        if (cases[i].objection == NULL)
            assert_null(objection);
        else
            assert_string_equal(objection, cases[i].objection);
    }
}

/* What is damaged may be read or not, but every name that comes of it stood there. */
static void check_damaged(const unsigned char *bytes, size_t length)
{
    g_autoptr(Certificate) certificate = parse(bytes, length);
    for (guint i = 0; certificate != NULL && i < certificate->names->len; i++)
        assert_true(strlen(g_ptr_array_index(certificate->names, i)) < length);
    if (certificate != NULL) {
        g_autofree char *objection = certificate_objection(certificate, "host", 1800000000);
        assert_true(objection == NULL || objection[0] != '\0');
    }
}

static void test_damaged(void **state)
{
    (void) state;
    for (size_t length = 0; length < sizeof der; length++)
        check_damaged(der, length);
    for (size_t bit = 0; bit < sizeof der * 8; bit++) {
        unsigned char bytes[sizeof der];
        memcpy(bytes, der, sizeof der);
        bytes[bit / 8] ^= (unsigned char) (1U << bit % 8);
        check_damaged(bytes, sizeof bytes);
    }
    assert_null(parse(der, 0));
    assert_null(parse(der, 30)); /* no end of its life */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objections),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
