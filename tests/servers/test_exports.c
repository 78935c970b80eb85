/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One directory, read from a real OpenLDAP server and from the files that ldapsearch, slapcat and
 * we ourselves make of it: the digest must be the same. And DNs: our keys and the server must agree
 * on which of their spellings are one.
 */

#include "export.h"

#include "base/error.h"
#include "model/dn.h"
#include "reading.h"
#include "server.h"
#include "source/session.h"
#include "source/session_conf.h"
#include "sync/directory_snapshot.h"
#include "testing.h"

#include <glib/gstdio.h>
#include <string.h>

#define PEOPLE 60
#define RESPELLINGS 600

static Server *server;

/* People of every sort, and groups of every schema. */
static char *company(void)
{
    GString *ldif = server_ldif();
    for (unsigned i = 0; i < PEOPLE; i++) {
        server_add(ldif,
                   "dn: uid=p%02u,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\n"
                   "uid: p%02u\ncn: Person %u\nsn: %u\nmail: p%02u@example.org\n"
                   "mail: alias%02u@example.org\ntitle: %s\n%s",
                   i, i, i, i, i, i, i % 3 == 0 ? "boss" : "clerk",
                   i % 10 == 0 ? "pwdAccountLockedTime: 000001010000Z\n" : "");
    }
    server_add(ldif, "dn:: dWlkPXpvw6ssb3U9cGVvcGxlLGRjPWV4YW1wbGUsZGM9b3Jn\n"
                     "objectClass: inetOrgPerson\nuid:: em/Dqw==\ncn: Zoe\nsn: Z\n"
                     "mail: zoe@example.org\njpegPhoto:: AAECAwQ=\nuserPassword: secret\n");
    server_add(ldif, "dn: cn=names,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\n"
                     "cn: names\nmember: UID=P01, OU=People,dc=example,dc=org\n"
                     "member: uid=gone,ou=people,dc=example,dc=org\n");
    server_add(ldif, "dn: cn=unique,ou=groups,dc=example,dc=org\nobjectClass: groupOfUniqueNames\n"
                     "cn: unique\nuniqueMember: cn=names,ou=groups,dc=example,dc=org\n"
                     "uniqueMember: uid=p02,ou=people,dc=example,dc=org#'0101'B\n");
    server_add(ldif, "dn: cn=posix,ou=groups,dc=example,dc=org\nobjectClass: organizationalRole\n"
                     "objectClass: posixGroup\ncn: posix\ngidNumber: 5\nmemberUid: p03\n");
    server_add(ldif, "dn: cn=bosses,ou=groups,dc=example,dc=org\nobjectClass: groupOfURLs\n"
                     "cn: bosses\n"
                     "memberURL: ldap:///ou=people,dc=example,dc=org??sub?(title=BOSS)\n");
    return g_string_free(ldif, FALSE);
}

static int start(void **state)
{
    (void) state;
    g_autofree char *ldif = company();
    server = server_start(ldif, NULL);
    return 0;
}

static int stop(void **state)
{
    (void) state;
    g_clear_pointer(&server, server_stop);
    return 0;
}

/* What the server says, in short. */
static char *digest_of_server(Directory **ret_directory)
{
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    *ret_directory = reading_all(settings);
    return export_digest(*ret_directory);
}

/* The digest of TEXT, read as a file. */
static char *digest_of_file(const char *text)
{
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    return export_digest_of_text(settings, text);
}

static void test_dynamic_group(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = NULL;
    g_autofree char *digest = digest_of_server(&directory);
    assert_non_null(digest);
    assert_int_equal(directory->people->len, PEOPLE + 1);
    const DirectoryGroup *bosses =
        directory_group_by_dn(directory, "cn=bosses,ou=groups,dc=example,dc=org");
    assert_int_equal(bosses->members->len, PEOPLE / 3);
    const DirectoryGroup *unique =
        directory_group_by_dn(directory, "cn=unique,ou=groups,dc=example,dc=org");
    assert_int_equal(unique->members->len, 2);
    assert_int_equal(directory->completeness.dangling, 1);
}

/* All of the directory, by ldapsearch with further OPTIONS, parted by spaces. */
static char *searched(const char *options)
{
    g_autofree char *command =
        g_strdup_printf("ldapsearch -x -H %s -D %s -w reader -b %s %s (objectClass=*) * +",
                        server->ldap, READING_ACCOUNT, READING_BASE, options);
    g_auto(GStrv) arguments = g_strsplit(command, " ", -1);
    return export_output((const char *const *) arguments);
}

/* Whatever it writes is taken, and tells the same as the server. */
static void test_ldapsearch(void **state)
{
    (void) state;
    static const char *const options[] = {
        "-LLL",
        "-LL",
        "-L",
        "-v",
        "-LLL -o ldif-wrap=no",
        "-LLL -E pr=7/noprompt",
        "-L -E pr=7/noprompt",
        "-E !pr=7/noprompt",
        "-LLL -o ldif-wrap=20",
    };
    g_autoptr(Directory) directory = NULL;
    g_autofree char *expected = digest_of_server(&directory);
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *text = searched(options[i]);
        g_autofree char *digest = digest_of_file(text);
        if (strcmp(digest, expected) != 0)
            fail_msg("with '%s' it is another directory", options[i]);
    }
}

/* What it writes is not taken when something is missing. */
static void test_ldapsearch_refused(void **state)
{
    (void) state;
    g_autofree char *text = searched("-LLL");
    /* without operational attributes nobody could be known again */
    const char *const fewer[] = {"ldapsearch",    "-LLL", "-x",     "-H", server->ldap, "-D",
                                 READING_ACCOUNT, "-w",   "reader", "-b", READING_BASE, NULL};
    g_autofree char *less = export_output(fewer);
    g_autofree char *path = g_build_filename(server->folder, "export.ldif", NULL);
    assert_true(g_file_set_contents(path, less, -1, NULL));
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    settings->kind = SOURCE_KIND_LDIF;
    settings->file = g_strdup(path);
    reading_fails_like(settings, SYNC_ERROR_INCOMPLETE,
                       "file '*': entry 'uid=p00,ou=people,dc=example,dc=org' has no usable "
                       "entryUUID, by which it could be known again*");
    /* and cut off in its last entry, at the end of a line, it is no export */
    char *last = g_strrstr(text, "\nmemberURL: ");
    last[1] = '\0';
    assert_true(g_file_set_contents(path, text, -1, NULL));
    reading_fails_like(settings, SYNC_ERROR_INCOMPLETE,
                       "file '*': line *: no empty line ends the last entry*");
}

static void test_slapcat(void **state)
{
    (void) state;
    g_autofree char *configuration = g_build_filename(server->folder, "slapd.conf", NULL);
    const char *const arguments[] = {"slapcat", "-f", configuration, "-b", READING_BASE, NULL};
    g_autofree char *text = export_output(arguments);
    g_autoptr(Directory) directory = NULL;
    g_autofree char *expected = digest_of_server(&directory);
    g_autofree char *digest = digest_of_file(text);
    assert_string_equal(digest, expected);
}

/* A snapshot holds what it was asked for, and tells the same as the server. */
static void test_snapshot(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    settings->sentinels = g_strsplit(READING_ACCOUNT, "|", -1);
    g_autoptr(Ledger) ledger = ledger_new();
    char nobody[] = "00000000-0000-0000-0000-000000000000";
    (void) ledger_add_link(ledger, "main", nobody);
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    g_autofree char *text = NULL;
    assert_success(directory_snapshot(settings, ledger, clock_real(), &text, &directory, &error),
                   error);
    g_autoptr(Directory) again = NULL;
    g_autofree char *expected = digest_of_server(&again);
    g_autofree char *digest = digest_of_file(text);
    assert_string_equal(digest, expected);
    assert_non_null(strstr(text, "\n# kind: openldap\n# server: ldap://127.0.0.1:"));
    assert_non_null(strstr(text, "\n# root DSE: structuralObjectClass: OpenLDAProotDSE\n"));
    assert_non_null(strstr(text, "\n# sentinel: " READING_ACCOUNT "\n"));
    assert_non_null(strstr(text, "\n# looked for: 00000000-0000-0000-0000-000000000000\n"));
    assert_non_null(strstr(text, "\ntitle: boss\n"));
    assert_null(strstr(text, "jpegPhoto"));
    assert_null(strstr(text, "userPassword"));
}

/* ---- DNs, with the server as the oracle ---- */

static void append_spaces(GRand *random, GString *text)
{
    for (int i = g_rand_int_range(random, 0, 4); i > 2; i--)
        g_string_append_c(text, ' ');
}

static void append_type(GRand *random, GString *text, const char *type)
{
    static const struct {
        const char *type;
        const char *other;
    } others[] = {{"uid", "0.9.2342.19200300.100.1.1"},
                  {"uid", "userid"},
                  {"ou", "2.5.4.11"},
                  {"ou", "organizationalUnitName"},
                  {"dc", "0.9.2342.19200300.100.1.25"},
                  {"dc", "domainComponent"}};
    const char *chosen = type;
    guint at = (guint) g_rand_int_range(random, 0, 2 * G_N_ELEMENTS(others));
    if (at < G_N_ELEMENTS(others) && strcmp(others[at].type, type) == 0)
        chosen = others[at].other;
    for (; *chosen != '\0'; chosen++)
        g_string_append_c(text, g_rand_boolean(random) ? g_ascii_toupper(*chosen) : *chosen);
}

/* A value in other letters, with escapes that are not needed. */
static void append_value(GRand *random, GString *text, const char *value)
{
    for (; *value != '\0'; value++) {
        char c = g_rand_boolean(random) ? g_ascii_toupper(*value) : *value;
        if (g_rand_int_range(random, 0, 5) == 0)
            g_string_append_printf(text, "\\%02x", (unsigned) (unsigned char) c);
        else
            g_string_append_c(text, c);
    }
}

/* A legal spelling of "uid=NAME,ou=people,dc=example,dc=org", NAME as it stands. */
static char *respelling(GRand *random, const char *name)
{
    const char *const parts[][2] = {
        {"uid", name}, {"ou", "people"}, {"dc", "example"}, {"dc", "org"}};
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (i > 0)
            g_string_append_c(text, ',');
        append_spaces(random, text);
        append_type(random, text, parts[i][0]);
        append_spaces(random, text);
        g_string_append_c(text, '=');
        append_spaces(random, text);
        append_value(random, text, parts[i][1]);
        append_spaces(random, text);
    }
    return g_string_free(text, FALSE);
}

static bool take_dn(void *context, const Entry *entry, GError **error)
{
    (void) error;
    char **dn = context;
    *dn = g_strdup(entry->dn);
    return true;
}

static void check_respelling(Session *session, GRand *random)
{
    /* some of them do not exist */
    g_autofree char *name = g_strdup_printf("p%02d", g_rand_int_range(random, 0, PEOPLE + 20));
    g_autofree char *spelling = respelling(random, name);
    g_autofree char *plain = g_strdup_printf("uid=%s,ou=people," READING_BASE, name);
    g_autofree char *key = NULL;
    g_autofree char *dn = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(dn_key(spelling, strlen(spelling), &key, &error), error);
    assert_string_equal(key, plain);
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    bool found = false;
    assert_success(session_read(session, spelling, "(objectClass=*)", attributes, take_dn, &dn,
                                &found, &error),
                   error);
    assert_int_equal(found, atoi(name + 1) < PEOPLE);
    if (!found)
        return;
    g_autofree char *theirs = NULL;
    assert_success(dn_key(dn, strlen(dn), &theirs, &error), error);
    if (strcmp(theirs, key) != 0)
        fail_msg("the server takes '%s' for '%s'", spelling, dn);
}

static void test_respellings(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    g_autoptr(GError) error = NULL;
    g_autoptr(Session) session = NULL;
    session_conf_isolate();
    assert_success(session_open(settings, NULL, g_get_monotonic_time() + 120 * G_USEC_PER_SEC,
                                &session, &error),
                   error);
    g_autoptr(GRand) random = g_rand_new_with_seed(20261128);
    for (unsigned i = 0; i < RESPELLINGS; i++)
        check_respelling(session, random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dynamic_group),      cmocka_unit_test(test_ldapsearch),
        cmocka_unit_test(test_ldapsearch_refused), cmocka_unit_test(test_slapcat),
        cmocka_unit_test(test_snapshot),           cmocka_unit_test(test_respellings),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
