/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_file.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

#include "testing.h"

#define SECRET "the-secret-of-another-file"

typedef struct {
    GString *seen;
    unsigned entries;
} Seen;

static bool take(void *context, const Entry *entry, GError **error)
{
    Seen *seen = context;
    (void) error;
    seen->entries++;
    g_string_append_printf(seen->seen, "[%s]", entry->dn);
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        for (guint k = 0; k < attribute_count(attribute); k++)
            g_string_append_printf(seen->seen, " %s=%s", attribute->name,
                                   attribute_value(attribute, k)->bytes);
    }
    return true;
}

static bool walk(const char *text, Seen *seen, GError **error)
{
    g_autofree char *copy = g_strdup(text);
    LdifFile file = {.bytes = copy, .length = strlen(copy)};
    if (!ldif_file_check(&file, error))
        return false;
    LdifWalk steps = {.take = take, .context = seen};
    return ldif_file_walk(&file, &steps, error);
}

static void test_walk(void **state)
{
    (void) state;
    g_autoptr(GError) error = NULL;
    Seen seen = {.seen = g_string_new(NULL)};
    assert_success(
        walk("dn: cn=a\ncn: a\ncn: b\nsn;x: c\n\n# no\n\ndn: cn=d\ncn: d\n\n", &seen, &error),
        error);
    assert_string_equal(seen.seen->str, "[cn=a] cn=a cn=b sn;x=c[cn=d] cn=d");
    assert_int_equal(seen.entries, 2);
    (void) g_string_free(seen.seen, TRUE);
}

/* Nothing that passes the check makes libldap open another file, however it is laid out. */
static void test_no_other_file(void **state)
{
    (void) state;
    g_autofree char *folder = g_dir_make_tmp("ldif-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "x", NULL);
    assert_true(g_file_set_contents(path, "dn: cn=x\ncn: " SECRET "\n", -1, NULL));
    g_autofree char *url = g_strdup_printf("file://%s", path);
    const char *const parts[] = {
        "\n",       "\n",         " ",  "\t",  "\r", "#",    "j",
        ":",        ":",          "<",  url,   url,  "1",    "\x01",
        "include:", "dn: cn=a\n", "\f", "j:<", "-",  "\n\n", "version: 1\n",
        "inc",      "lude"};
    g_autoptr(GRand) random = g_rand_new_with_seed(2849);
    unsigned passed = 0;
    for (unsigned i = 0; i < 200000; i++) {
        g_autoptr(GString) text = g_string_new(g_rand_boolean(random) ? "dn: cn=a\n" : "");
        for (gint32 k = g_rand_int_range(random, 2, 10); k > 0; k--)
            g_string_append(text, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))]);
        g_string_append_c(text, '\n');
        Seen seen = {.seen = g_string_new(NULL)};
        passed += walk(text->str, &seen, NULL);
        g_autofree char *found = g_string_free(seen.seen, FALSE);
        if (strstr(found, SECRET) != NULL)
            fail_msg("'%s' brought '%s'", text->str, found);
    }
    assert_true(passed > 1000);
    (void) g_unlink(path);
    (void) g_rmdir(folder);
}

static void test_folded_onto_nothing(void **state)
{
    (void) state;
    static const char *const texts[] = {
        " j:< file:///x\n",         "# c\n\tj:< file:///x\n", "# c\n j:< file:///x\n",
        "dn: cn=a\n\n j:< file:\n", "\t\tinclude: file:\n",   "dn: cn=a\n# c\n\tj\n :< file:\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *copy = g_strdup(texts[i]);
        LdifFile file = {.bytes = copy, .length = strlen(copy)};
        g_autoptr(GError) error = NULL;
        assert_false(ldif_file_check(&file, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    }
}

static void test_kind(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        SourceKind kind;
    } cases[] = {
        {"dn: cn=a\nentryUUID: x\n", SOURCE_KIND_OPENLDAP},
        {"dn: cn=a\nOBJECTGUID:: eA==\n", SOURCE_KIND_ACTIVE_DIRECTORY},
        {"dn: cn=a\nnsuniqueid: x\n", SOURCE_KIND_389DS},
        {"dn: cn=a\nnsuniqueid: x\nipaUniqueID: y\nnsuniqueid: z\n", SOURCE_KIND_FREEIPA},
        {"dn: cn=a\nobject\n GUID:: eA==\n", SOURCE_KIND_ACTIVE_DIRECTORY},
        {"dn: cn=a\ncn: x\n objectGUID:: eA==\n", SOURCE_KIND_OPENLDAP},
        {"", SOURCE_KIND_OPENLDAP},
        /* an export of a few attributes */
        {"dn: cn=a\nsAMAccountName: a\nuseraccountcontrol: 514\n", SOURCE_KIND_ACTIVE_DIRECTORY},
        {"dn: cn=a\nsAMAccountName: a\n", SOURCE_KIND_OPENLDAP},
        {"dn: cn=a\nuserAccountControl: 514\n", SOURCE_KIND_OPENLDAP},
        {"dn: cn=a\nsAMAccountName: a\nuserAccountControl: 514\nipaUniqueID: y\n",
         SOURCE_KIND_FREEIPA},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *copy = g_strdup(cases[i].text);
        LdifFile file = {.bytes = copy, .length = strlen(copy)};
        assert_true(ldif_file_check(&file, NULL));
        assert_int_equal(file.kind, cases[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_no_other_file),
        cmocka_unit_test(test_folded_onto_nothing),
        cmocka_unit_test(test_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
