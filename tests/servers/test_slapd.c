/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The LDAP source against a real OpenLDAP server. All of it runs with a ./ldaprc and an environment
 * that turn the verification of certificates off, which must not make a difference.
 */

#include "base/error.h"
#include "reading.h"
#include "source/ldap.h"
#include "source/session.h"
#include "testing.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEOPLE 1200
#define READER READING_ACCOUNT

static Server *main_server;

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
                   : i == 13 ? "employeeNumber: 2020-01-01\n"
                   : i == 15 ? "employeeNumber: some day\n"
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
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    g_autoptr(Directory) directory = reading_all(settings);
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
        g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
        settings->page_size = cases[i].size;
        g_autoptr(Directory) directory = reading_all(settings);
        assert_int_equal(directory->completeness.people, PEOPLE);
        assert_int_equal(directory->completeness.pages, cases[i].pages + 1);
    }
}

static void test_bind_refused(void **state)
{
    (void) state;
    g_autofree char *uris = g_strdup_printf("%s ldap://127.0.0.1:1", main_server->ldap);
    g_autoptr(SourceSettings) settings = reading_settings_of(uris);
    secret_free(settings->password);
    settings->password = secret_new("guessed", strlen("guessed"));
    reading_fails(settings, SYNC_ERROR_DENIED,
                  "server '%s' refused the bind as '" READER "': invalidCredentials (49)\n"
                  "hint: check bind.dn and bind.password",
                  main_server->ldap);
}

static void test_refuses_before_connecting(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) plain = reading_settings_of("ldap://ldap.example.org");
    reading_fails(plain, SYNC_ERROR_CONFIG,
                  "the password would travel in plain text to 'ldap://ldap.example.org'\n"
                  "hint: use ldaps:// or start_tls = true");
    g_autoptr(SourceSettings) empty = reading_settings_of(main_server->ldap);
    secret_free(empty->password);
    empty->password = secret_new("", 0);
    reading_fails(empty, SYNC_ERROR_CONFIG, "the password of '" READER "' is empty");
    g_autoptr(SourceSettings) external = reading_settings_of(main_server->ldap);
    external->bind = BIND_EXTERNAL;
    reading_fails(external, SYNC_ERROR_CONFIG,
                  "nothing tells '%s' who we are for bind.method 'external'\n"
                  "hint: use ldapi://, or ldaps:// with client_cert and client_key",
                  main_server->ldap);
    g_autoptr(SourceSettings) nameless = reading_settings_of(main_server->ldap);
    g_clear_pointer(&nameless->bind_dn, g_free);
    reading_fails(nameless, SYNC_ERROR_CONFIG, "bind.method 'simple' needs a dn");
    g_autoptr(SourceSettings) web = reading_settings_of("https://ldap.example.org");
    reading_fails(web, SYNC_ERROR_CONFIG,
                  "'https://ldap.example.org' is no URI of an LDAP server\n"
                  "hint: write ldaps://HOST, ldap://HOST or ldapi://PATH with %%2F for /");
}

static void test_server_down(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings =
        reading_settings_of("ldap://127.0.0.1:1 ldapi://%2Fnonexistent%2Fldapi");
    settings->bind = BIND_ANONYMOUS;
    reading_fails(settings, SYNC_ERROR_UNREACHABLE,
                  "no directory server can be used: 'ldap://127.0.0.1:1': Connection refused; "
                  "'ldapi://%%2Fnonexistent%%2Fldapi': No such file or directory\n"
                  "hint: does the server run, are its name and port right, and does a firewall let "
                  "this machine through?");
}

static void test_second_server(void **state)
{
    (void) state;
    g_autofree char *uris = g_strdup_printf("ldap://127.0.0.1:1 %s", main_server->ldap);
    g_autoptr(SourceSettings) settings = reading_settings_of(uris);
    g_autoptr(Directory) directory = reading_all(settings);
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
        g_autoptr(SourceSettings) settings = reading_settings_of(uri);
        settings->start_tls = cases[i].start_tls;
        settings->connect_timeout = 1;
        reading_trust(settings, main_server->authority);
        int64_t begin = g_get_monotonic_time();
        reading_fails(settings, SYNC_ERROR_UNREACHABLE, "no directory server can be used: '%s': %s",
                      uri, cases[i].reason);
        assert_true(g_get_monotonic_time() - begin < 3 * G_USEC_PER_SEC);
    }
    /* and the next server is asked */
    g_autofree char *uris = g_strdup_printf("ldaps://127.0.0.1:%u %s", port, main_server->ldaps);
    g_autoptr(SourceSettings) settings = reading_settings_of(uris);
    settings->connect_timeout = 1;
    reading_trust(settings, main_server->authority);
    g_autoptr(Directory) directory = reading_all(settings);
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
        g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
        settings->page_size = 200;
        reading_fails(settings, SYNC_ERROR_INCOMPLETE,
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
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    reading_fails(settings, SYNC_ERROR_INCOMPLETE,
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
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->base);
    people->base = g_strdup("ou=gone,dc=example,dc=org");
    reading_fails(settings, SYNC_ERROR_INCOMPLETE,
                  "server '%s': the search below 'ou=gone,dc=example,dc=org' ended with "
                  "noSuchObject (32) after 0 entries\n"
                  "hint: check the base, and whether the account may see it\n"
                  "hint: what the filter finds stands below 'ou=people,dc=example,dc=org'",
                  main_server->ldap);
}

/* A server that is asked for what it does not have says what it has. */
static void test_nobody_there(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->filter);
    people->filter = g_strdup("(objectClass=posixAccount)");
    g_autoptr(Directory) directory = reading_all(settings);
    assert_int_equal(directory->people->len, 0);
    assert_true(g_str_has_prefix(directory->instead,
                                 "no people below 'ou=people,dc=example,dc=org' match "
                                 "'(objectClass=posixAccount)'; what is there: inetOrgPerson ("));
}

static void test_sentinels(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    settings->sentinels = g_strsplit(READER " uid=gone,ou=people,dc=example,dc=org", " ", -1);
    reading_fails(settings, SYNC_ERROR_INCOMPLETE,
                  "server '%s': the sentinel 'uid=gone,ou=people,dc=example,dc=org' was not "
                  "found\nhint: the account may have lost rights, or this server is not what "
                  "it should be",
                  main_server->ldap);
    g_clear_pointer(&settings->sentinels[1], g_free);
    g_autoptr(Directory) directory = reading_all(settings);
    assert_int_equal(directory->completeness.searches, 2);
}

/* The members of a dynamic group cannot be found: that is no group without members. */
static void test_dynamic_group_without_base(void **state)
{
    (void) state;
    GString *ldif = server_ldif();
    server_add(ldif, "dn: cn=lost,ou=groups,dc=example,dc=org\nobjectClass: groupOfURLs\n"
                     "cn: lost\nmemberURL: ldap:///ou=gone,dc=example,dc=org??sub?(uid=*)\n");
    Server *server = server_start(ldif->str, NULL);
    g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
    reading_fails(settings, SYNC_ERROR_INCOMPLETE,
                  "server '%s': members of group 'cn=lost,ou=groups,dc=example,dc=org': the "
                  "search below 'ou=gone,dc=example,dc=org' ended with noSuchObject (32) after 0 "
                  "entries\nhint: check the base, and whether the account may see it",
                  server->ldap);
    server_stop(server);
    g_string_free(ldif, true);
}

/* Only Active Directory is asked to expand groups: others answer with nobody. */
static void test_in_chain_refused(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    ((GroupSearch *) g_ptr_array_index(settings->groups, 0))->nested = NESTED_IN_CHAIN;
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "server '%s': only Active Directory expands groups by itself, and this is of "
                  "kind 'openldap'\nhint: write nested = true: then we do it, on any server",
                  main_server->ldap);
}

/* The account lost a right: what it may not see looks as if it were not there. */
static void test_lost_rights(void **state)
{
    (void) state;
    static const struct {
        const char *hidden;
        const char *sentinel;
        const char *lack; /* NULL: what is hidden is not needed of it */
    } cases[] = {
        {"mail", "uid=p0001,ou=people,dc=example,dc=org", "'entryUUID' and 'mail'"},
        {"entryUUID", "uid=p0001,ou=people,dc=example,dc=org", "'entryUUID' and 'mail'"},
        {"member", "cn=inner,ou=groups,dc=example,dc=org",
         "'entryUUID' and 'member', 'uniqueMember', 'memberUid' or 'memberURL'"},
        {"entryUUID", "cn=inner,ou=groups,dc=example,dc=org",
         "'entryUUID' and 'member', 'uniqueMember', 'memberUid' or 'memberURL'"},
        {"member", "uid=p0001,ou=people,dc=example,dc=org", NULL},
        {"mail", READER, NULL}, /* it is in none of the bases */
    };
    GString *ldif = main_ldif();
    Server *server = server_start(ldif->str, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const options[] = {"HIDE", cases[i].hidden, NULL};
        server_restart(server, options);
        g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
        settings->sentinels = g_strsplit(cases[i].sentinel, "|", -1);
        if (cases[i].lack == NULL) {
            g_autoptr(Directory) directory = reading_all(settings);
            assert_int_equal(directory->completeness.people, PEOPLE);
            continue;
        }
        reading_fails(settings, SYNC_ERROR_INCOMPLETE,
                      "server '%s': the sentinel '%s' is there, but without %s\n"
                      "hint: the account may have lost the right to read that",
                      server->ldap, cases[i].sentinel, cases[i].lack);
    }
    server_stop(server);
    g_string_free(ldif, true);
}

/* The descriptor of the one connection of ours to PORT. */
static int connection_to(in_port_t port)
{
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_in address = {0};
        socklen_t length = sizeof address;
        if (getpeername(fd, (struct sockaddr *) &address, &length) == 0 &&
            address.sin_family == AF_INET && ntohs(address.sin_port) == port)
            return fd;
    }
    fail_msg("there is no connection to port %u", port);
    return -1;
}

/* A connection that died in silence is noticed by the kernel, even where nothing waits for it. */
static void test_keepalive(void **state)
{
    (void) state;
    static const struct {
        int level;
        int option;
        int value;
    } cases[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},         {IPPROTO_TCP, TCP_KEEPIDLE, 60},
        {IPPROTO_TCP, TCP_KEEPINTVL, 15},      {IPPROTO_TCP, TCP_KEEPCNT, 4},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, 7000},
    };
    const char *uris[] = {main_server->ldap, main_server->ldaps};
    for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(SourceSettings) settings = reading_settings_of(uris[i]);
        reading_trust(settings, main_server->authority);
        settings->page_timeout = 7;
        g_autoptr(Session) session = NULL;
        GError *error = NULL;
        int64_t deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
        assert_success(session_open(settings, NULL, deadline, &session, &error), error);
        int fd = connection_to((in_port_t) atoi(strrchr(uris[i], ':') + 1));
        for (size_t k = 0; k < G_N_ELEMENTS(cases); k++) {
            int value = -1;
            socklen_t length = sizeof value;
            assert_int_equal(getsockopt(fd, cases[k].level, cases[k].option, &value, &length), 0);
            assert_int_equal(value, cases[k].value);
        }
    }
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
        g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
        settings->page_timeout = 1;
        g_autoptr(Session) session = NULL;
        GError *error = NULL;
        int64_t deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
        assert_success(session_open(settings, NULL, deadline, &session, &error), error);
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
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->filter);
    people->filter = g_strdup("(uid=p0001)");
    people->expires_attribute = g_strdup("employeeNumber");
    people->expires_format = EXPIRY_ISO_DATE;
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
            /* what cannot be understood makes nobody a leaver, and no look-up fail */
            bool gone = i == 11 || i == 13;
            assert_int_equal(one->kind, gone ? LOCATED_DISABLED : LOCATED_ENABLED);
            assert_string_equal(one->dn, dn);
        }
    }
}

static void test_check(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
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
    g_autofree char *first = g_strdup_printf(
        "'%s' answers: openldap, without TLS, to 'dn:" READER "'", main_server->ldap);
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
    g_autoptr(SourceSettings) settings = reading_settings_of(main_server->ldap);
    clock_stop();
    reading_fails(settings, SYNC_ERROR_INTERRUPTED, "interrupted before connecting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_everything),
        cmocka_unit_test(test_pages_of_any_size),
        cmocka_unit_test(test_bind_refused),
        cmocka_unit_test(test_refuses_before_connecting),
        cmocka_unit_test(test_server_down),
        cmocka_unit_test(test_second_server),
        cmocka_unit_test(test_hanging_server),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_referral),
        cmocka_unit_test(test_missing_base),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_sentinels),
        cmocka_unit_test(test_dynamic_group_without_base),
        cmocka_unit_test(test_in_chain_refused),
        cmocka_unit_test(test_lost_rights),
        cmocka_unit_test(test_keepalive),
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
