/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dn.h"

#include "base/error.h"

#include <string.h>

#include "testing.h"

static const struct {
    const char *dn;
    const char *key;
} cases[] = {
    {"", ""},
    {" ", ""},
    {"dc=org", "dc=org"},
    {"CN=Zoe,OU=People,DC=Example,DC=Org", "cn=zoe,ou=people,dc=example,dc=org"},
    {"cn = Zoe , ou = People", "cn=zoe,ou=people"},
    {"cn=zoe, ou=people", "cn=zoe,ou=people"},
    {"cn=zoe;ou=people", "cn=zoe,ou=people"},
    {"cn=Zoe  van   Dam,ou=people", "cn=zoe van dam,ou=people"},
    {"cn=Zoe van Dam ,ou=people", "cn=zoe van dam,ou=people"},
    {"cn=\\20Zoe\\20,ou=people", "cn=zoe,ou=people"},
    {"cn=Doe\\, J,dc=org", "cn=doe\\2c j,dc=org"},
    {"cn=Doe\\2C J,dc=org", "cn=doe\\2c j,dc=org"},
    {"cn=\"Doe, J\",dc=org", "cn=doe\\2c j,dc=org"},
    {"cn=\"say \\\"hi\\\"\",dc=org", "cn=say \\22hi\\22,dc=org"},
    {"cn=a=b,dc=org", "cn=a\\3db,dc=org"},
    {"cn=a\\=b,dc=org", "cn=a\\3db,dc=org"},
    {"cn=\\#1,dc=org", "cn=\\231,dc=org"},
    {"cn=a#1,dc=org", "cn=a\\231,dc=org"},
    {"cn=a\\\\b,dc=org", "cn=a\\5cb,dc=org"},
    {"cn=a\\0ADEL:1,dc=org", "cn=a\\0adel:1,dc=org"},
    {"cn=a\\00b,dc=org", "cn=a\\00b,dc=org"},
    {"cn=a\\7fb,dc=org", "cn=a\\7fb,dc=org"},
    {"uid=a+cn=b,dc=org", "cn=b+uid=a,dc=org"},
    {"cn=b + uid=A,dc=org", "cn=b+uid=a,dc=org"},
    {"2.5.4.3=Zoe,dc=org", "cn=zoe,dc=org"},
    {"OID.2.5.4.3=Zoe,dc=org", "cn=zoe,dc=org"},
    {"0.9.2342.19200300.100.1.25=org", "dc=org"},
    {"commonName=Zoe,domainComponent=org", "cn=zoe,dc=org"},
    {"userid=zoe,dc=org", "uid=zoe,dc=org"},
    {"employeeNumber=7,dc=org", "employeenumber=7,dc=org"},
    {"cn=#04035A6F65,dc=org", "cn=zoe,dc=org"},
    {"cn=#0c81035A6F65,dc=org", "cn=zoe,dc=org"},
    {"cn=Z\xc3\x9c"
     "RICH,dc=org",
     "cn=z\xc3\xbcrich,dc=org"},
    {"cn=Zu\xcc\x88rich,dc=org", "cn=z\xc3\xbcrich,dc=org"},
    {"cn=Z\\c3\\bcrich,dc=org", "cn=z\xc3\xbcrich,dc=org"},
    {"cn=a\xc2\xa0 b,dc=org", "cn=a b,dc=org"},
    {"cn=A\\ffB,dc=org", "cn=a\xff"
                         "b,dc=org"},
    {"cn=,dc=org", "cn=,dc=org"},
    {"cn=\xe1\x8e\xa0,dc=org", "cn=\xea\xad\xb0,dc=org"}, /* Cherokee, of either case */
    {"cn=\xea\xad\xb0,dc=org", "cn=\xea\xad\xb0,dc=org"},
    {"cn=a/b(c)@d.e,dc=org", "cn=a/b(c)@d.e,dc=org"},
};

static void test_table(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *key = NULL;
        g_autofree char *again = NULL;
        assert_success(dn_key(cases[i].dn, strlen(cases[i].dn), &key, &error), error);
        assert_string_equal(key, cases[i].key);
        assert_success(dn_key(key, strlen(key), &again, &error), error);
        assert_string_equal(again, key);
    }
}

static void test_refusals(void **state)
{
    (void) state;
    static const struct {
        const char *dn;
        const char *message;
    } table[] = {
        {"zoe", "'zoe' is no DN: byte 3: '=' is expected"},
        {"=zoe", "'=zoe' is no DN: byte 0: an attribute type is expected"},
        {"oid.=zoe", "'oid.=zoe' is no DN: byte 4: an attribute type is expected"},
        {"cn=a,", "'cn=a,' is no DN: byte 5: an attribute type is expected"},
        {"cn=a,,dc=b", "'cn=a,,dc=b' is no DN: byte 5: an attribute type is expected"},
        {"cn=\"a", "'cn=\"a' is no DN: byte 5: a quoted value does not end"},
        {"cn=a\\", "'cn=a\\' is no DN: byte 5: an escape is cut off"},
        {"cn=#04", "'cn=#04' is no DN: byte 6: a hex value is too short"},
        {"cn=#0405aa", "'cn=#0405aa' is no DN: byte 10: a hex value is no BER string"},
        {"cn=a\"b", "'cn=a\"b' is no DN: byte 4: a character that must be escaped"},
        {"cn=\"a\"b,dc=c", "'cn=\"a\"b,dc=c' is no DN: byte 6: ',' is expected"},
        {"\x1b=a", "'\\u{001B}=a' is no DN: byte 0: an attribute type is expected"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GError) error = NULL;
        char *key = NULL;
        assert_false(dn_key(table[i].dn, strlen(table[i].dn), &key, &error));
        assert_null(key);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_error(error, table[i].message);
    }
}

/* A name as values, from which spellings and an independent key are made. */
typedef struct {
    unsigned type;
    char value[16];
    size_t length;
} Part;
typedef struct {
    Part parts[3];
    unsigned count;
} Rdn;

static const char *const spellings[][4] = {
    {"cn", "CN", "2.5.4.3", "commonName"},
    {"ou", "Ou", "oid.2.5.4.11", "OID.2.5.4.11"},
    {"uid", "UID", "0.9.2342.19200300.100.1.1", "userid"},
    {"dc", "DC", "domainComponent", "0.9.2342.19200300.100.1.25"},
};

static void make_rdn(GRand *random, Rdn *rdn)
{
    static const char alphabet[] = "aZ b,+\"\\<>;=#09-\x01\x7f"
                                   "k";
    rdn->count = (unsigned) (g_rand_int_range(random, 0, 4) == 0 ? 2 : 1);
    for (unsigned i = 0; i < rdn->count; i++) {
        Part *part = &rdn->parts[i];
        part->type = (unsigned) g_rand_int_range(random, 0, G_N_ELEMENTS(spellings));
        part->length = (size_t) g_rand_int_range(random, 1, 9);
        for (size_t k = 0; k < part->length; k++)
            part->value[k] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
    }
}

static void spell_spaces(GRand *random, GString *text)
{
    for (gint32 i = g_rand_int_range(random, 0, 3); i > 0; i--)
        g_string_append_c(text, ' ');
}

static void spell_plain(GRand *random, const Part *part, GString *text)
{
    for (size_t i = 0; i < part->length; i++) {
        char c = part->value[i];
        bool special = strchr(",+\"\\<>;=# ", c) != NULL;
        bool end = i == 0 || i + 1 == part->length;
        char cased = g_rand_boolean(random) ? g_ascii_toupper(c) : g_ascii_tolower(c);
        if (c == ' ' && !end && g_rand_boolean(random))
            g_string_append(text, g_rand_boolean(random) ? "  " : " ");
        else if (special && g_rand_boolean(random))
            g_string_append_printf(text, "\\%c", c);
        else if (special || c < 0x20 || g_rand_int_range(random, 0, 8) == 0)
            g_string_append_printf(text, g_rand_boolean(random) ? "\\%02x" : "\\%02X",
                                   (unsigned) (unsigned char) cased);
        else
            g_string_append_c(text, cased);
    }
}

static void spell_value(GRand *random, const Part *part, GString *text)
{
    switch (g_rand_int_range(random, 0, 5)) {
    case 0:
        g_string_append_printf(text, "#04%02x", (unsigned) part->length);
        for (size_t i = 0; i < part->length; i++)
            g_string_append_printf(text, "%02X", (unsigned) (unsigned char) part->value[i]);
        break;
    case 1:
        g_string_append_c(text, '"');
        for (size_t i = 0; i < part->length; i++) {
            if (part->value[i] == '"' || part->value[i] == '\\')
                g_string_append_c(text, '\\');
            g_string_append_c(text, part->value[i]);
        }
        g_string_append_c(text, '"');
        break;
    default:
        spell_plain(random, part, text);
        break;
    }
}

static char *spell(GRand *random, const Rdn *rdns, unsigned count)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        unsigned turn = (unsigned) g_rand_int_range(random, 0, (gint32) rdns[i].count);
        for (unsigned k = 0; k < rdns[i].count; k++) {
            const Part *part = &rdns[i].parts[(k + turn) % rdns[i].count];
            if (k > 0)
                g_string_append_c(text, '+');
            spell_spaces(random, text);
            g_string_append(text, spellings[part->type][g_rand_int_range(random, 0, 4)]);
            spell_spaces(random, text);
            g_string_append_c(text, '=');
            spell_spaces(random, text);
            spell_value(random, part, text);
            spell_spaces(random, text);
        }
        if (i + 1 < count)
            g_string_append_c(text, g_rand_int_range(random, 0, 5) == 0 ? ';' : ',');
    }
    return g_string_free(text, FALSE);
}

static void test_respellings_keep_the_key(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(4514);
    for (unsigned i = 0; i < 20000; i++) {
        Rdn rdns[4];
        unsigned count = (unsigned) g_rand_int_range(random, 1, 5);
        for (unsigned k = 0; k < count; k++)
            make_rdn(random, &rdns[k]);
        g_autofree char *first = spell(random, rdns, count);
        g_autofree char *second = spell(random, rdns, count);
        g_autoptr(GError) error = NULL;
        g_autofree char *a = NULL;
        g_autofree char *b = NULL;
        g_autofree char *again = NULL;
        assert_success(dn_key(first, strlen(first), &a, &error), error);
        assert_success(dn_key(second, strlen(second), &b, &error), error);
        if (strcmp(a, b) != 0)
            fail_msg("'%s' has '%s', but '%s' has '%s'", first, a, second, b);
        assert_success(dn_key(a, strlen(a), &again, &error), error);
        assert_string_equal(again, a);
        unsigned commas = 0;
        for (const char *c = a; *c != '\0'; c++) {
            assert_true((unsigned char) *c >= 0x20 && *c != 0x7f);
            commas += *c == ',';
        }
        assert_int_equal(commas, count - 1);
    }
}

/* Keys of values of any characters settle at once. */
static void test_keys_of_characters_settle(void **state)
{
    (void) state;
    for (gunichar c = 1; c <= 0x2fffff; c++) {
        if (!g_unichar_validate(c))
            continue;
        char dn[32];
        char utf8[7] = {0};
        (void) g_unichar_to_utf8(c, utf8);
        (void) g_snprintf(dn, sizeof dn, "cn=x%sx\\20%s", utf8, c < 0x80 ? "" : utf8);
        g_autofree char *key = NULL;
        g_autofree char *again = NULL;
        if (!dn_key(dn, strlen(dn), &key, NULL))
            continue;
        assert_true(dn_key(key, strlen(key), &again, NULL));
        if (strcmp(key, again) != 0)
            fail_msg("U+%04X: '%s' has '%s'", c, key, again);
    }
}

/* No bytes make the reader stumble. */
static void test_any_bytes(void **state)
{
    (void) state;
    static const char alphabet[] = "cn=,+\"\\;#04 a\0\xff\xc3";
    g_autoptr(GRand) random = g_rand_new_with_seed(2253);
    for (unsigned i = 0; i < 100000; i++) {
        size_t length = (size_t) g_rand_int_range(random, 0, 16);
        g_autofree char *bytes = g_malloc(length + 1);
        for (size_t k = 0; k < length; k++)
            bytes[k] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
        g_autofree char *key = NULL;
        g_autofree char *again = NULL;
        if (!dn_key(bytes, length, &key, NULL))
            continue;
        assert_true(dn_key(key, strlen(key), &again, NULL));
        assert_string_equal(again, key);
    }
}

static void test_within(void **state)
{
    (void) state;
    assert_true(dn_key_is_within("cn=a,dc=org", ""));
    assert_true(dn_key_is_within("", ""));
    assert_true(dn_key_is_within("dc=org", "dc=org"));
    assert_true(dn_key_is_within("cn=a,ou=b,dc=org", "dc=org"));
    assert_false(dn_key_is_within("dc=org", "cn=a,dc=org"));
    assert_false(dn_key_is_within("cn=xdc=org", "dc=org"));
    assert_false(dn_key_is_within("cn=a\\2cdc=org", "dc=org"));
    assert_false(dn_key_is_within("cn=a,dc=org", "dc=com"));
}

static void test_parent(void **state)
{
    (void) state;
    assert_string_equal(dn_key_parent("cn=a\\2cb,dc=org"), "dc=org");
    assert_string_equal(dn_key_parent("dc=org"), "");
    assert_null(dn_key_parent(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_respellings_keep_the_key),
        cmocka_unit_test(test_keys_of_characters_settle),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
