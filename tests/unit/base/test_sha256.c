/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <string.h>

#include "testing.h"

#define SEED 180U
#define LONGEST 9000
#define ROUNDS 300

/* The examples of FIPS 180-4, and nothing at all. */
static void test_examples_of_the_standard(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *hex = sha256_hex(rows[i].text, strlen(rows[i].text));
        g_autofree char *digest = sha256_digest(rows[i].text, strlen(rows[i].text));
        assert_string_equal(hex, rows[i].hex);
        assert_true(g_str_has_prefix(digest, "sha256:"));
        assert_string_equal(digest + strlen("sha256:"), rows[i].hex);
    }
    g_autofree char *million = g_strnfill(1000000, 'a');
    g_autofree char *hex = sha256_hex(million, 1000000);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* RFC 4231, section 4: cases 1 and 2, and 6, whose key is longer than a block. */
static void test_hmac(void **state)
{
    (void) state;
    g_autofree char *short_key = g_strnfill(20, '\x0b');
    g_autofree char *long_key = g_strnfill(131, '\xaa');
    const struct {
        const char *key;
        const char *text;
        const char *hex;
    } rows[] = {
        {short_key, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *hex = sha256_hmac_hex(rows[i].key, strlen(rows[i].key), rows[i].text);
        assert_string_equal(hex, rows[i].hex);
    }
    g_autofree char *keyless = sha256_hmac_hex("", 0, "");
    assert_string_equal(keyless,
                        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* In whatever pieces bytes come, their sum is the one that another library computes. */
static void test_pieces(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < ROUNDS; round++) {
        guint8 bytes[LONGEST];
        gsize length = (gsize) g_rand_int_range(random, 0, LONGEST);
        for (gsize i = 0; i < length; i++)
            bytes[i] = (guint8) g_rand_int_range(random, 0, 256);
        g_autoptr(Sha256) sum = sha256_new();
        for (gsize at = 0; at < length;) {
            gsize piece = (gsize) g_rand_int_range(random, 0, (gint32) (length - at) + 1);
            sha256_add(sum, bytes + at, piece);
            at += piece;
        }
        g_autofree char *hex = sha256_end_hex(sum);
        g_autofree char *wanted = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, length);
        assert_string_equal(hex, wanted);
    }
}

/* The three ends give the same sum. */
static void test_ends(void **state)
{
    (void) state;
    g_autoptr(Sha256) first = sha256_new();
    g_autoptr(Sha256) second = sha256_new();
    guint8 bytes[SHA256_LENGTH];
    sha256_add(first, "abc", 3);
    sha256_add(second, "abc", 3);
    sha256_end(first, bytes);
    g_autofree char *digest = sha256_end_digest(second);
    assert_int_equal(bytes[0], 0xba);
    assert_int_equal(bytes[SHA256_LENGTH - 1], 0xad);
    assert_string_equal(digest,
                        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_standard),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
