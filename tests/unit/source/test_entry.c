/* SPDX-License-Identifier: Apache-2.0 */
#include "source/entry.h"

#include <string.h>

#include "testing.h"

#define SEED 512U
#define ROUNDS 500U
#define LONGEST 5000 /* bytes */

static void add(Entry *entry, const char *name, const char *text)
{
    entry_add_value(entry, name, text, strlen(text));
}

static void test_values(void **state)
{
    (void) state;
    g_autoptr(Entry) entry = entry_new("cn=a");
    add(entry, "mail", "a@b.org");
    add(entry, "cn", "A");
    add(entry, "MAIL", "c@d.org");
    entry_add_value(entry, "photo", "x\0y", 3);
    entry_add_value(entry, "empty", NULL, 0);
    assert_string_equal(entry->dn, "cn=a");
    assert_int_equal(entry->attributes->len, 4);
    const Attribute *mail = entry_attribute(entry, "Mail");
    assert_non_null(mail);
    assert_string_equal(mail->name, "mail");
    assert_int_equal(attribute_count(mail), 2);
    assert_string_equal(attribute_value(mail, 1)->bytes, "c@d.org");
    const Value *photo = attribute_value(entry_attribute(entry, "photo"), 0);
    assert_int_equal(photo->length, 3);
    assert_memory_equal(photo->bytes, "x\0y", 4);
    assert_string_equal(attribute_value(entry_attribute(entry, "empty"), 0)->bytes, "");
    assert_null(entry_attribute(entry, "sn"));
    assert_int_equal(attribute_count(NULL), 0);
    entry_free(NULL);
}

static void test_options(void **state)
{
    (void) state;
    g_autoptr(Entry) entry = entry_new("cn=a");
    add(entry, "userCertificate;binary", "1");
    add(entry, "cert;x;BINARY;y", "2");
    add(entry, "cn;lang-de", "3");
    add(entry, "x;binaryish", "4");
    assert_non_null(entry_attribute(entry, "userCertificate"));
    assert_non_null(entry_attribute(entry, "cert;x;y"));
    assert_null(entry_attribute(entry, "cn"));
    const Attribute *german = entry_attribute(entry, "cn;lang-de");
    assert_non_null(german);
    assert_non_null(entry_attribute(entry, "x;binaryish"));
    assert_true(attribute_is(german, "CN"));
    assert_true(attribute_is(german, "cn;lang-de"));
    assert_false(attribute_is(german, "c"));
    assert_false(attribute_is(german, "cnx"));
}

static void test_has(void **state)
{
    (void) state;
    g_autoptr(Entry) entry = entry_new("cn=a");
    add(entry, "nsAccountLock", "true");
    entry_add_value(entry, "x", "a\0b", 3);
    assert_true(entry_has(entry, "nsaccountlock", "TRUE"));
    assert_false(entry_has(entry, "nsAccountLock", "TRU"));
    assert_false(entry_has(entry, "x", "a"));
    assert_false(entry_has(entry, "y", "a"));
}

static void test_dn_length(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        {"cn=a", 4},      {"cn=a#'0101'B", 4},  {"cn=a#''B", 4}, {"cn=a#'02'B", 10},
        {"cn=a'01'B", 9}, {"cn=a#01'B", 9},     {"B", 1},        {"'B", 2},
        {"#'01'B", 0},    {"cn=#'1'B#'0'B", 8},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *copy = g_strdup(cases[i].text);
        Value value = {.bytes = copy, .length = strlen(copy)};
        assert_int_equal(value_dn_length(&value), cases[i].length);
    }
}

static void assert_same(const Entry *a, const Entry *b)
{
    assert_string_equal(a->dn, b->dn);
    assert_int_equal(a->attributes->len, b->attributes->len);
    for (guint i = 0; i < a->attributes->len; i++) {
        const Attribute *x = g_ptr_array_index(a->attributes, i);
        const Attribute *y = g_ptr_array_index(b->attributes, i);
        assert_string_equal(x->name, y->name);
        assert_int_equal(attribute_count(x), attribute_count(y));
        for (guint k = 0; k < attribute_count(x); k++) {
            const Value *value = attribute_value(x, k);
            assert_int_equal(value->length, attribute_value(y, k)->length);
            assert_memory_equal(value->bytes, attribute_value(y, k)->bytes, value->length + 1);
        }
    }
}

/* An entry that was another before is as good as a new one. */
static void test_reset(void **state)
{
    (void) state;
    static const char *const names[] = {"mail", "MAIL", "cn", "cn;lang-de", "photo;binary", "uid"};
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    g_autoptr(Entry) entry = entry_new("what is forgotten");
    g_autofree char *bytes = g_malloc(LONGEST);
    for (size_t i = 0; i < LONGEST; i++)
        bytes[i] = (char) g_rand_int_range(random, 0, 256);
    for (unsigned round = 0; round < ROUNDS; round++) {
        g_autofree char *dn = g_strdup_printf("uid=%u,dc=org", round);
        g_autoptr(Entry) fresh = entry_new(dn);
        entry_reset(entry, dn, strlen(dn));
        for (gint32 left = g_rand_int_range(random, 0, 12); left > 0; left--) {
            const char *name = names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))];
            bool large = g_rand_int_range(random, 0, 20) == 0;
            size_t length = (size_t) g_rand_int_range(random, 0, large ? LONGEST : 40);
            entry_add_value(entry, name, bytes, length);
            entry_add_value(fresh, name, bytes, length);
        }
        assert_same(entry, fresh);
        g_autoptr(Entry) copy = entry_copy(entry);
        assert_same(copy, fresh);
    }
    entry_reset(entry, "cn=a,dc=org", 4);
    assert_string_equal(entry->dn, "cn=a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_options),   cmocka_unit_test(test_has),
        cmocka_unit_test(test_reset),  cmocka_unit_test(test_dn_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
