/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/signature.h"

#include <glib/gstdio.h>
#include <string.h>

/* Two people with keys, and a file that names the first. */
typedef struct {
    char *folder;
    char *ann;
    char *bob;
    char *signers;
} Keys;

static void make_key(const char *path, const char *type)
{
    const char *const arguments[] = {"ssh-keygen", "-q",  "-t", type, "-N", "",
                                     "-C",         "key", "-f", path, NULL};
    int status = 1;
    assert_true(g_spawn_sync(NULL, (char **) (guintptr) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL,
                             NULL, NULL, NULL, &status, NULL));
    assert_int_equal(status, 0);
}

static void name_signer(const Keys *keys, const char *name, const char *options)
{
    g_autofree char *path = g_strconcat(keys->ann, ".pub", NULL);
    g_autofree char *key = NULL;
    assert_true(g_file_get_contents(path, &key, NULL, NULL));
    g_autofree char *line = g_strdup_printf("%s %s %s", name, options, key);
    assert_true(g_file_set_contents(keys->signers, line, -1, NULL));
}

static int set_up(void **state)
{
    Keys *keys = g_new0(Keys, 1);
    keys->folder = g_dir_make_tmp("signature-XXXXXX", NULL);
    keys->ann = g_build_filename(keys->folder, "ann", NULL);
    keys->bob = g_build_filename(keys->folder, "bob", NULL);
    keys->signers = g_build_filename(keys->folder, "signers", NULL);
    make_key(keys->ann, "ed25519");
    make_key(keys->bob, "ecdsa");
    name_signer(keys, "ann", "namespaces=\"" SIGNATURE_NAMESPACE "\"");
    *state = keys;
    return 0;
}

static int tear_down(void **state)
{
    Keys *keys = *state;
    static const char *const names[] = {"ann", "ann.pub", "bob", "bob.pub", "signers"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(keys->folder, names[i], NULL);
        (void) g_unlink(path);
    }
    assert_int_equal(g_rmdir(keys->folder), 0);
    g_free(keys->folder);
    g_free(keys->ann);
    g_free(keys->bob);
    g_free(keys->signers);
    g_free(keys);
    return 0;
}

static char *sign(const char *key, const char *text)
{
    g_autoptr(GError) error = NULL;
    char *signature = NULL;
    assert_success(signature_make(key, text, &signature, &error), error);
    return signature;
}

static void test_who_signed(void **state)
{
    const Keys *keys = *state;
    g_autofree char *good = sign(keys->ann, "text\n");
    g_autofree char *other = sign(keys->bob, "text\n");
    g_autoptr(GError) error = NULL;
    assert_true(g_str_has_prefix(good, SIGNATURE_BEGIN "\n"));
    assert_success(signature_verify(keys->signers, "ann", "text\n", good, &error), error);
    const struct {
        const char *who;
        const char *text;
        const char *signature;
    } bad[] = {
        {"ann", "text", good},     /* a byte less */
        {"ann", "text\n", other},  /* somebody else's key */
        {"bob", "text\n", other},  /* a key that nobody named */
        {"bob", "text\n", good},   /* another's name */
        {"ann", "text\n", "none"}, /* no signature at all */
        {"ann", "text\n", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_false(
            signature_verify(keys->signers, bad[i].who, bad[i].text, bad[i].signature, &error));
        assert_int_equal(error->code, SYNC_ERROR_DENIED);
        g_autofree char *begin = g_strdup_printf("the signature is not one of '%s': ", bad[i].who);
        if (!g_str_has_prefix(error->message, begin))
            fail_msg("'%s'", error->message);
        g_clear_error(&error);
    }
}

/* A key for commits, or one that is no longer good, is none for approvals. */
static void test_for_what_and_until_when(void **state)
{
    const Keys *keys = *state;
    g_autofree char *signature = sign(keys->ann, "text\n");
    static const char *const bad[] = {"namespaces=\"git\"", "valid-before=\"20200101\"",
                                      "valid-after=\"20990101\""};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        name_signer(keys, "ann", bad[i]);
        assert_false(signature_verify(keys->signers, "ann", "text\n", signature, NULL));
    }
    name_signer(keys, "ann,bob", "namespaces=\"file," SIGNATURE_NAMESPACE "\"");
    assert_true(signature_verify(keys->signers, "bob", "text\n", signature, NULL));
    assert_int_equal(g_unlink(keys->signers), 0);
    assert_false(signature_verify(keys->signers, "ann", "text\n", signature, NULL));
}

static void test_a_key_that_cannot_sign(void **state)
{
    const Keys *keys = *state;
    g_autofree char *missing = g_build_filename(keys->folder, "none", NULL);
    g_autoptr(GError) error = NULL;
    char *untouched = NULL;
    assert_false(signature_make(missing, "text", &untouched, &error));
    assert_null(untouched);
    assert_int_equal(error->code, SYNC_ERROR_DENIED);
    assert_non_null(strstr(error->message, "none' cannot sign: "));
}

static void test_without_ssh_keygen(void **state)
{
    const Keys *keys = *state;
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autoptr(GError) error = NULL;
    char *untouched = NULL;
    g_setenv("PATH", keys->folder, true);
    bool signed_it = signature_make(keys->ann, "text", &untouched, &error);
    g_setenv("PATH", path, true);
    assert_false(signed_it);
    assert_int_equal(error->code, SYNC_ERROR_CONFIG);
    assert_true(g_str_has_prefix(error->message, "ssh-keygen cannot be started: "));
    assert_true(g_str_has_suffix(error->message, "\nhint: install the OpenSSH client"));
}

static void test_key_inside(void **state)
{
    const Keys *keys = *state;
    g_autofree char *one = sign(keys->ann, "one");
    g_autofree char *two = sign(keys->ann, "two");
    g_autofree char *other = sign(keys->bob, "one");
    g_autofree char *key_one = signature_key(one);
    g_autofree char *key_two = signature_key(two);
    g_autofree char *key_other = signature_key(other);
    g_autofree char *public_path = g_strconcat(keys->ann, ".pub", NULL);
    g_autofree char *public = NULL;
    assert_true(g_file_get_contents(public_path, &public, NULL, NULL));
    assert_non_null(strstr(public, key_one));
    assert_string_equal(key_one, key_two);
    assert_string_not_equal(key_one, key_other);
    static const char *const broken[] = {
        "-----BEGIN SSH SIGNATURE-------END SSH SIGNATURE-----",
        "",
        SIGNATURE_BEGIN,
        SIGNATURE_BEGIN "\n-----END SSH SIGNATURE-----",
        SIGNATURE_BEGIN "\nU1NIU0lH\n-----END SSH SIGNATURE-----",
        SIGNATURE_BEGIN "\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----",
        SIGNATURE_BEGIN "\nU1NIU0lHAAAAAQAAAAA=\n-----END SSH SIGNATURE-----",
        SIGNATURE_BEGIN "\nWFNIU0lHAAAAAQAAAAEA\n-----END SSH SIGNATURE-----",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++)
        assert_null(signature_key(broken[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_who_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_for_what_and_until_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_key_that_cannot_sign, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_ssh_keygen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_key_inside, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
