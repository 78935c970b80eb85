/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The LDAP source against a real OpenLDAP server. All of it runs with a ./ldaprc and an environment
 * that turn the verification of certificates off, which must not make a difference.
 */

#include "base/error.h"
#include "server.h"
#include "source/ldap.h"
#include "source/session.h"
#include "testing.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEOPLE 1200
#define READER "cn=reader,dc=example,dc=org"

static Server *main_server;

/* Settings for the people and groups of server_ldif(), at one URI. */
static SourceSettings *settings_new(const char *uri)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("main");
    settings->kind = SOURCE_KIND_AUTO;
    settings->uris = g_strsplit(uri, " ", -1);
    settings->bind = BIND_SIMPLE;
    settings->bind_dn = g_strdup(READER);
    settings->password = secret_new("reader", strlen("reader"));
    settings->connect_timeout = 5;
    settings->page_timeout = 10;
    settings->read_timeout = 60;
    PeopleSearch *people = people_search_new();
    people->base = g_strdup("ou=people,dc=example,dc=org");
    g_ptr_array_add(settings->people, people);
    GroupSearch *groups = group_search_new();
    groups->base = g_strdup("ou=groups,dc=example,dc=org");
    g_ptr_array_add(settings->groups, groups);
    return settings;
}

static void trust(SourceSettings *settings, const char *file)
{
    g_free(settings->ca_file);
    settings->ca_file = g_strdup(file);
}

static Directory *read_all(const SourceSettings *settings)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_ldap_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    Directory *directory = NULL;
    assert_success(source->read(source, &directory, &error), error);
    return directory;
}

/* Reading fails with CODE and exactly this message. */
static void assert_read_fails(const SourceSettings *settings, SyncError code, const char *format,
                              ...) G_GNUC_PRINTF(3, 4);
static void assert_read_fails(const SourceSettings *settings, SyncError code, const char *format,
                              ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    GError *error = NULL;
    g_autoptr(Source) source = source_ldap_new(settings, clock_real(), &error);
    Directory *directory = NULL;
    if (source != NULL)
        assert_false(source->read(source, &directory, &error));
    assert_null(directory);
    assert_non_null(error);
    assert_string_equal(error->message, message);
    assert_int_equal(error->code, code);
    g_clear_error(&error);
}

static GString *main_ldif(void)
{
    GString *ldif = server_ldif();
    for (unsigned i = 0; i < PEOPLE; i++)
        server_add(ldif,
                   "dn: uid=p%04u,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\n"
                   "uid: p%04u\ncn: Person %u\nsn: %u\nmail: p%04u@example.org\n"
                   "entryUUID: 00000000-0000-4000-8000-%012u\n%s",
                   i, i, i, i, i, i,
                   i == 7    ? "displayName:: WsO2w6kgTsO8w59saQ==\n" /* Zöé Nüßli */
                   : i == 11 ? "pwdAccountLockedTime: 000001010000Z\n"
                             : "");
    server_add(ldif, "dn: cn=inner,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\n"
                     "cn: inner\nmember: uid=p0001,ou=people,dc=example,dc=org\n"
                     "entryUUID: 10000000-0000-4000-8000-000000000001\n");
    server_add(ldif, "dn: cn=outer,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\n"
                     "cn: outer\nmember: cn=inner,ou=groups,dc=example,dc=org\n"
                     "member: UID=P0002, ou=People,dc=example,dc=org\n"
                     "member: uid=nobody,ou=people,dc=example,dc=org\n"
                     "entryUUID: 10000000-0000-4000-8000-000000000002\n");
    return ldif;
}

static int start_main(void **state)
{
    (void) state;
    GString *ldif = main_ldif();
    main_server = server_start(ldif->str, NULL);
    g_string_free(ldif, true);
    return 0;
}

static int stop_main(void **state)
{
    (void) state;
    server_stop(main_server);
    return 0;
}

static void test_reads_everything(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    g_autoptr(Directory) directory = read_all(settings);
    const Completeness *proof = &directory->completeness;
    assert_true(proof->complete);
    assert_string_equal(proof->server, main_server->ldap);
    assert_string_equal(proof->kind, "openldap");
    assert_string_equal(proof->software, "OpenLDAP");
    assert_null(proof->tls);
    assert_int_equal(proof->searches, 2);
    assert_int_equal(proof->pages, 4); /* 500, 500, 200, and the groups */
    assert_int_equal(proof->attempts, 1);
    assert_int_equal(proof->people, PEOPLE);
    assert_int_equal(proof->groups, 2);
    assert_int_equal(proof->dangling, 1);
    assert_true(proof->microseconds > 0);

    const Person *zoe = directory_person(directory, "00000000-0000-4000-8000-000000000007");
    assert_non_null(zoe);
    assert_string_equal(zoe->name, "Z\xc3\xb6\xc3\xa9 N\xc3\xbc\xc3\x9fli");
    assert_string_equal(zoe->mail, "p0007@example.org");
    assert_int_equal(zoe->standing, PERSON_ENABLED);
    const Person *locked = directory_person(directory, "00000000-0000-4000-8000-000000000011");
    assert_non_null(locked);
    assert_int_equal(locked->standing, PERSON_DISABLED);

    const DirectoryGroup *outer =
        directory_group_by_dn(directory, "cn=outer,ou=groups,dc=example,dc=org");
    assert_non_null(outer);
    assert_int_equal(outer->members->len, 2);
}

static void test_pages_of_any_size(void **state)
{
    (void) state;
    static const struct {
        int64_t size;
        unsigned pages; /* of people */
    } cases[] = {{1200, 1}, {1199, 2}, {600, 2}, {7, 172}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
        settings->page_size = cases[i].size;
        g_autoptr(Directory) directory = read_all(settings);
        assert_int_equal(directory->completeness.people, PEOPLE);
        assert_int_equal(directory->completeness.pages, cases[i].pages + 1);
    }
}

static void test_tls(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings =
            settings_new(start_tls ? main_server->ldap : main_server->ldaps);
        settings->start_tls = start_tls;
        trust(settings, main_server->authority);
        g_autoptr(Directory) directory = read_all(settings);
        assert_int_equal(directory->completeness.people, PEOPLE);
        assert_string_equal(directory->completeness.tls, "TLS1.3");
    }
}

static void test_external(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldapi);
    settings->bind = BIND_EXTERNAL;
    g_autoptr(Directory) directory = read_all(settings);
    assert_int_equal(directory->completeness.people, PEOPLE);
    assert_null(directory->completeness.tls);
}

static void test_wrong_authority(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        const char *uri = start_tls ? main_server->ldap : main_server->ldaps;
        g_autoptr(SourceSettings) settings = settings_new(uri);
        settings->start_tls = start_tls;
        trust(settings, main_server->stranger);
        assert_read_fails(
            settings, SYNC_ERROR_UNREACHABLE,
            "no directory server can be used: '%s': the certificate of '127.0.0.1' is not "
            "trusted: no certificate authority in '%s' has signed it\n"
            "hint: name the file with your certificate authority as ca_file",
            uri, main_server->stranger);
        trust(settings, "/nonexistent.pem");
        assert_read_fails(settings, SYNC_ERROR_CONFIG,
                          "the certificate authorities in '/nonexistent.pem' cannot be used\n"
                          "hint: ca_file must be a readable file of certificates in PEM form");
    }
}

static void test_wrong_host(void **state)
{
    (void) state;
    static const char *const options[] = {"CERTIFICATE", "wrong-host", NULL};
    GString *ldif = server_ldif();
    Server *server = server_start(ldif->str, options);
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        const char *uri = start_tls ? server->ldap : server->ldaps;
        g_autoptr(SourceSettings) settings = settings_new(uri);
        settings->start_tls = start_tls;
        trust(settings, server->authority);
        assert_read_fails(settings, SYNC_ERROR_UNREACHABLE,
                          "no directory server can be used: '%s': its certificate is for "
                          "'other.example', not for '127.0.0.1'",
                          uri);
    }
    server_stop(server);
    g_string_free(ldif, true);
}

static void test_bind_refused(void **state)
{
    (void) state;
    g_autofree char *uris = g_strdup_printf("%s ldap://127.0.0.1:1", main_server->ldap);
    g_autoptr(SourceSettings) settings = settings_new(uris);
    secret_free(settings->password);
    settings->password = secret_new("guessed", strlen("guessed"));
    assert_read_fails(settings, SYNC_ERROR_DENIED,
                      "server '%s' refused the bind as '" READER "': invalidCredentials (49)\n"
                      "hint: check bind.dn and bind.password",
                      main_server->ldap);
}

static void test_refuses_before_connecting(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) plain = settings_new("ldap://ldap.example.org");
    assert_read_fails(plain, SYNC_ERROR_CONFIG,
                      "the password would travel in plain text to 'ldap://ldap.example.org'\n"
                      "hint: use ldaps:// or start_tls = true");
    g_autoptr(SourceSettings) empty = settings_new(main_server->ldap);
    secret_free(empty->password);
    empty->password = secret_new("", 0);
    assert_read_fails(empty, SYNC_ERROR_CONFIG, "the password of '" READER "' is empty");
    g_autoptr(SourceSettings) external = settings_new(main_server->ldap);
    external->bind = BIND_EXTERNAL;
    assert_read_fails(external, SYNC_ERROR_CONFIG,
                      "bind.method 'external' needs ldapi://, not '%s'", main_server->ldap);
    g_autoptr(SourceSettings) nameless = settings_new(main_server->ldap);
    g_clear_pointer(&nameless->bind_dn, g_free);
    assert_read_fails(nameless, SYNC_ERROR_CONFIG, "bind.method 'simple' needs a dn");
    g_autoptr(SourceSettings) web = settings_new("https://ldap.example.org");
    assert_read_fails(web, SYNC_ERROR_CONFIG,
                      "'https://ldap.example.org' is no URI of an LDAP server\n"
                      "hint: write ldaps://HOST, ldap://HOST or ldapi://PATH with %%2F for /");
}

static void test_server_down(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings =
        settings_new("ldap://127.0.0.1:1 ldapi://%2Fnonexistent%2Fldapi");
    settings->bind = BIND_ANONYMOUS;
    assert_read_fails(settings, SYNC_ERROR_UNREACHABLE,
                      "no directory server can be used: 'ldap://127.0.0.1:1': Connection refused; "
                      "'ldapi://%%2Fnonexistent%%2Fldapi': No such file or directory");
}

static void test_second_server(void **state)
{
    (void) state;
    g_autofree char *uris = g_strdup_printf("ldap://127.0.0.1:1 %s", main_server->ldap);
    g_autoptr(SourceSettings) settings = settings_new(uris);
    g_autoptr(Directory) directory = read_all(settings);
    assert_string_equal(directory->completeness.server, main_server->ldap);
    assert_int_equal(directory->completeness.people, PEOPLE);
}

/* Accepts connections and says nothing. Returns the descriptor. */
static int listen_silently(in_port_t *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (const struct sockaddr *) &address, length), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *) &address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void test_hanging_server(void **state)
{
    (void) state;
    static const struct {
        const char *scheme;
        bool start_tls;
        const char *reason;
    } cases[] = {
        {"ldap", false, "the bind was not answered within 1 seconds"},
        {"ldap", true, "it accepted the connection, but said nothing for 1 seconds"},
        {"ldaps", false, "it accepted the connection, but said nothing for 1 seconds"},
    };
    in_port_t port = 0;
    int fd = listen_silently(&port);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *uri = g_strdup_printf("%s://127.0.0.1:%u", cases[i].scheme, port);
        g_autoptr(SourceSettings) settings = settings_new(uri);
        settings->start_tls = cases[i].start_tls;
        settings->connect_timeout = 1;
        trust(settings, main_server->authority);
        int64_t begin = g_get_monotonic_time();
        assert_read_fails(settings, SYNC_ERROR_UNREACHABLE,
                          "no directory server can be used: '%s': %s", uri, cases[i].reason);
        assert_true(g_get_monotonic_time() - begin < 3 * G_USEC_PER_SEC);
    }
    /* and the next server is asked */
    g_autofree char *uris = g_strdup_printf("ldaps://127.0.0.1:%u %s", port, main_server->ldaps);
    g_autoptr(SourceSettings) settings = settings_new(uris);
    settings->connect_timeout = 1;
    trust(settings, main_server->authority);
    g_autoptr(Directory) directory = read_all(settings);
    assert_string_equal(directory->completeness.server, main_server->ldaps);
    close(fd);
}

static void test_limits(void **state)
{
    (void) state;
    static const struct {
        const char *const options[5];
        const char *ending;
    } cases[] = {
        {{"SIZELIMIT", "500", "PRTOTAL", "500", NULL}, "sizeLimitExceeded (4) after 500 entries"},
        {{"SIZELIMIT", "500", "PRTOTAL", "700", NULL}, "sizeLimitExceeded (4) after 700 entries"},
        {{"PRTOTAL", "disabled", NULL},
         "adminLimitExceeded (11) after 0 entries: the server says 'pagedResults control not "
         "allowed'"},
    };
    GString *ldif = main_ldif();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Server *server = server_start(ldif->str, cases[i].options);
        g_autoptr(SourceSettings) settings = settings_new(server->ldap);
        settings->page_size = 200;
        assert_read_fails(settings, SYNC_ERROR_INCOMPLETE,
                          "server '%s': the search below 'ou=people,dc=example,dc=org' ended with "
                          "%s\nhint: let the account read everything: olcLimits (or limits) with "
                          "'size=unlimited size.prtotal=unlimited size.unchecked=unlimited'",
                          server->ldap, cases[i].ending);
        server_stop(server);
    }
    g_string_free(ldif, true);
}

static void test_referral(void **state)
{
    (void) state;
    in_port_t port = 0;
    int fd = listen_silently(&port);
    GString *ldif = server_ldif();
    server_add(ldif,
               "dn: ou=elsewhere,ou=people,dc=example,dc=org\nobjectClass: referral\n"
               "objectClass: extensibleObject\nou: elsewhere\n"
               "ref: ldap://127.0.0.1:%u/ou=elsewhere,dc=example,dc=org\n",
               port);
    Server *server = server_start(ldif->str, NULL);
    g_autoptr(SourceSettings) settings = settings_new(server->ldap);
    assert_read_fails(settings, SYNC_ERROR_INCOMPLETE,
                      "server '%s': the search below 'ou=people,dc=example,dc=org' was referred to "
                      "'ldap://127.0.0.1:%u/ou=elsewhere,dc=example,dc=org??sub' after 0 entries\n"
                      "hint: referrals are never followed; add that server as a directory of its "
                      "own, or choose a base that does not hold it",
                      server->ldap, port);
    struct pollfd visitors = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&visitors, 1, 0), 0); /* nobody came */
    close(fd);
    server_stop(server);
    g_string_free(ldif, true);
}

static void test_missing_base(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->base);
    people->base = g_strdup("ou=gone,dc=example,dc=org");
    assert_read_fails(settings, SYNC_ERROR_INCOMPLETE,
                      "server '%s': the search below 'ou=gone,dc=example,dc=org' ended with "
                      "noSuchObject (32) after 0 entries\n"
                      "hint: check the base, and whether the account may see it",
                      main_server->ldap);
}

static void test_sentinels(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    settings->sentinels = g_strsplit(READER " uid=gone,ou=people,dc=example,dc=org", " ", -1);
    assert_read_fails(settings, SYNC_ERROR_INCOMPLETE,
                      "server '%s': the sentinel 'uid=gone,ou=people,dc=example,dc=org' was not "
                      "found\nhint: the account may have lost rights, or this server is not what "
                      "it should be",
                      main_server->ldap);
    g_clear_pointer(&settings->sentinels[1], g_free);
    g_autoptr(Directory) directory = read_all(settings);
    assert_int_equal(directory->completeness.searches, 2);
}

static bool take(void *context, const Entry *entry, GError **error)
{
    (void) context;
    (void) entry;
    (void) error;
    return true;
}

/* A server that stops, or is gone, between the bind and the search. */
static void test_server_fails_later(void **state)
{
    (void) state;
    static const struct {
        int signal;
        const char *ending;
    } cases[] = {
        {SIGSTOP, "the search below 'ou=people,dc=example,dc=org' was not answered within 1 "
                  "seconds"},
        {SIGKILL, "the connection broke during the search below 'ou=people,dc=example,dc=org': "
                  "Can't contact LDAP server"},
    };
    char uid[] = "uid";
    char *attributes[] = {uid, NULL};
    GString *ldif = main_ldif();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Server *server = server_start(ldif->str, NULL);
        g_autoptr(SourceSettings) settings = settings_new(server->ldap);
        settings->page_timeout = 1;
        g_autoptr(Session) session = NULL;
        GError *error = NULL;
        int64_t deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
        assert_success(session_open(settings, deadline, &session, &error), error);
        assert_int_equal(kill(server->pid, cases[i].signal), 0);
        g_usleep(50000); /* until it is so */
        SessionSearch search = {.base = "ou=people,dc=example,dc=org",
                                .scope = SCOPE_SUBTREE,
                                .filter = "(objectClass=person)",
                                .attributes = attributes};
        assert_false(session_search(session, &search, take, NULL, &error));
        assert_int_equal(error->code, SYNC_ERROR_INCOMPLETE);
        assert_true(session_failure_may_pass(session));
        assert_string_equal(error->message, cases[i].ending);
        g_clear_error(&error);
        server_stop(server);
    }
    g_string_free(ldif, true);
}

static void test_locate(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->filter);
    people->filter = g_strdup("(uid=p0001)");
    GError *error = NULL;
    g_autoptr(Source) source = source_ldap_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    g_autoptr(GPtrArray) anchors = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < 120; i++) /* three batches; every second one exists */
        g_ptr_array_add(anchors,
                        g_strdup_printf("00000000-0000-4000-8000-%012u", i % 2 ? i : i + 500000));
    g_autoptr(GPtrArray) located = NULL;
    assert_success(source->locate(source, anchors, &located, &error), error);
    assert_int_equal(located->len, anchors->len);
    for (unsigned i = 0; i < located->len; i++) {
        const Located *one = g_ptr_array_index(located, i);
        g_autofree char *dn = g_strdup_printf("uid=p%04u,ou=people,dc=example,dc=org", i);
        if (i % 2 == 0) {
            assert_int_equal(one->kind, LOCATED_NOWHERE);
            assert_null(one->dn);
        } else {
            assert_int_equal(one->kind, i == 11 ? LOCATED_DISABLED : LOCATED_ENABLED);
            assert_string_equal(one->dn, dn);
        }
    }
}

static void test_check(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    people->filter = g_strdup("(&(objectClass=inetOrgPerson)(!(nsAccountLock=TRUE)))");
    GroupSearch *groups = g_ptr_array_index(settings->groups, 0);
    g_free(groups->base);
    groups->base = g_strdup("ou=gone,dc=example,dc=org");
    settings->sentinels = g_strsplit("uid=gone,dc=example,dc=org", " ", -1);
    GError *error = NULL;
    g_autoptr(Source) source = source_ldap_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(source->check(source, findings, &error), error);
    g_autofree char *first =
        g_strdup_printf("'%s' answers: openldap, without TLS", main_server->ldap);
    const char *const expected[] = {
        first,
        "error: the sentinel 'uid=gone,dc=example,dc=org' does not exist, or the account may not "
        "see it",
        "error: people.filter uses the attribute 'nsAccountLock', which the server does not know",
        "error: no people are found below 'ou=people,dc=example,dc=org'",
        "error: the base 'ou=gone,dc=example,dc=org' does not exist, or the account may not see it",
    };
    for (size_t i = 0; i < MIN(findings->len, G_N_ELEMENTS(expected)); i++)
        assert_string_equal(g_ptr_array_index(findings, i), expected[i]);
    assert_int_equal(findings->len, G_N_ELEMENTS(expected));
}

/* The last one: a stop is for good. */
static void test_stop(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_new(main_server->ldap);
    clock_stop();
    assert_read_fails(settings, SYNC_ERROR_INTERRUPTED, "interrupted before connecting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_everything),
        cmocka_unit_test(test_pages_of_any_size),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_external),
        cmocka_unit_test(test_wrong_authority),
        cmocka_unit_test(test_wrong_host),
        cmocka_unit_test(test_bind_refused),
        cmocka_unit_test(test_refuses_before_connecting),
        cmocka_unit_test(test_server_down),
        cmocka_unit_test(test_second_server),
        cmocka_unit_test(test_hanging_server),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_referral),
        cmocka_unit_test(test_missing_base),
        cmocka_unit_test(test_sentinels),
        cmocka_unit_test(test_server_fails_later),
        cmocka_unit_test(test_locate),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_stop),
    };
    g_autofree char *folder = g_dir_make_tmp("slapd-XXXXXX", NULL);
    if (folder == NULL || chdir(folder) != 0 ||
        !g_file_set_contents("ldaprc", "TLS_REQCERT never\n", -1, NULL))
        return 1;
    g_setenv("LDAPTLS_REQCERT", "never", true);
    int failed = cmocka_run_group_tests(tests, start_main, stop_main);
    (void) g_remove("ldaprc");
    (void) g_rmdir(folder);
    return failed;
}
