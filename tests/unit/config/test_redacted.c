/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/redacted.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Every "ann" is a "P". */
static char *replace(void *context, const char *text)
{
    (void) context;
    g_auto(GStrv) parts = g_strsplit(text, "ann", -1);
    return g_strjoinv("P", parts);
}

static char *redacted(const char *path, const RedactDirectory *directories, guint count)
{
    Redaction redaction = {.replace = replace, .directories = directories, .count = count};
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    assert_success(config_redacted(path, &redaction, &text, &error), error);
    return text;
}

static char *write_file(const char *text)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int file = g_file_open_tmp("redacted-XXXXXX", &path, &error);
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    assert_success(g_file_set_contents(path, text, -1, &error), error);
    return path;
}

static void test_secrets(void **state)
{
    (void) state;
    g_autofree char *path = write_file(
        "# the password is hunter2\n"
        "directory: { name = \"main\"; uris = [ \"ldap://me:hunter2@host/\", "
        "\"ldap://me:hun/ter@2@host2\" ];\n"
        "  bind: { password = \"file:/hunter2\"; dn = \"cn=ann\"; };\n"
        "  keytab = \"/hunter2\"; };\n"
        "toggl: { token = \"command:/bin/echo hunter2\"; proxy = \"http://a:hunter2@p\"; };\n"
        "notify: { webhook = \"https://hooks.example/hunter2\"; secret = \"env:hunter2\"; ping = "
        "\"\"; };\n"
        "lifecycle: { protect = [ \"ann@example.org\", \"bob@example.org\" ]; };\n");
    g_autofree char *text = redacted(path, NULL, 0);
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "ann"));
    assert_null(strstr(text, "#"));
    assert_non_null(strstr(text, "\"ldap://host/\""));
    assert_non_null(strstr(text, "\"ldap://host2\""));
    assert_non_null(strstr(text, "\"cn=P\""));
    assert_non_null(strstr(text, "\"P@example.org\", \"bob@example.org\""));
    assert_non_null(strstr(text, "token = \"env:REMOVED\""));
    assert_non_null(strstr(text, "ping = \"\""));
    assert_int_equal(remove(path), 0);
}

static void test_files(void **state)
{
    (void) state;
    g_autofree char *path =
        write_file("directories = ( { name = \"a\"; uris = \"ldaps://x\"; required = false;\n"
                   "    groups: { base = \"y\"; nested = false; }; },\n"
                   "  { name = \"b\"; file = \"z.ldif\"; people = ( { base = \"q\"; } ); } );\n");
    static const RedactDirectory directories[] = {
        {.source = "a", .file = "a.ldif", .people_base = "ou=p", .groups_base = "ou=g"},
        {.source = "b", .file = "b.ldif", .people_base = "ou=q"},
    };
    g_autofree char *text = redacted(path, directories, G_N_ELEMENTS(directories));
    assert_null(strstr(text, "ldaps://x"));
    assert_null(strstr(text, "z.ldif"));
    static const char *const parts[] = {
        "name = \"a\"",      "required = false", "kind = \"ldif\"", "file = \"a.ldif\"",
        "base = \"ou=p\"",   "base = \"ou=g\"",  "nested = false",  "name = \"b\"",
        "file = \"b.ldif\"", "base = \"ou=q\""};
    const char *at = text;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        at = strstr(at, parts[i]);
        if (at == NULL)
            fail_msg("'%s' is not in its place in:\n%s", parts[i], text);
    }
    assert_null(strstr(at, "groups"));
    assert_int_equal(remove(path), 0);
}

/* Every file that loads can be redacted. */
static void test_good_files(void **state)
{
    (void) state;
    g_autoptr(GDir) folder = g_dir_open("good", 0, NULL);
    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        if (!g_str_has_suffix(name, ".conf"))
            continue;
        g_autofree char *path = g_build_filename("good", name, NULL);
        g_autofree char *text = redacted(path, NULL, 0);
        assert_true(strlen(text) > 0);
        assert_null(strstr(text, "@include"));
    }
}

static void test_no_configuration(void **state)
{
    (void) state;
    Redaction redaction = {.replace = replace};
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    assert_false(config_redacted("good/none.conf", &redaction, &text, &error));
    assert_null(text);
    assert_non_null(strstr(error->message, "cannot read the configuration 'good/none.conf'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_good_files),
        cmocka_unit_test(test_no_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
