/* SPDX-License-Identifier: Apache-2.0 */

/*
 * TLS and what comes with it, against a real OpenLDAP server. All of it runs with a ./ldaprc and an
 * environment that turn the verification of certificates off, which must not make a difference.
 */

#include "reading.h"
#include "testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static Server *server;

static GString *small_ldif(void)
{
    GString *ldif = server_ldif();
    server_add(ldif, "dn: uid=ann,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\n"
                     "uid: ann\ncn: Ann\nsn: Ax\nmail: ann@example.org\n");
    return ldif;
}

static int start(void **state)
{
    (void) state;
    GString *ldif = small_ldif();
    server = server_start(ldif->str, NULL);
    g_string_free(ldif, true);
    return 0;
}

static int stop(void **state)
{
    (void) state;
    server_stop(server);
    return 0;
}

/* Settings that trust the server, over ldaps or with StartTLS. */
static SourceSettings *secure(bool start_tls)
{
    SourceSettings *settings = reading_settings_of(start_tls ? server->ldap : server->ldaps);
    settings->start_tls = start_tls;
    reading_trust(settings, server->authority);
    return settings;
}

static void assert_reads(const SourceSettings *settings, const char *tls)
{
    g_autoptr(Directory) directory = reading_all(settings);
    assert_int_equal(directory->completeness.people, 1);
    if (tls == NULL)
        assert_null(directory->completeness.tls);
    else
        assert_string_equal(directory->completeness.tls, tls);
}

static void set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

static void test_good(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings = secure(start_tls);
        assert_reads(settings, "TLS1.3");
        settings->tls_minimum = TLS_MINIMUM_1_3;
        set(&settings->pin, server_get(server, "PIN"));
        set(&settings->crl_file, server_get(server, "REVOKED"));
        assert_reads(settings, "TLS1.3");
    }
}

/* Every way in which a certificate can be wrong, and the words for it. */
static void test_bad_certificates(void **state)
{
    (void) state;
    static const struct {
        const char *certificate; /* what the server shows */
        const char *trusted;     /* the variable with the authorities that we trust */
        const char *revoked;     /* the variable with the list of revoked ones, or NULL */
        const char *problem;
        const char *names;
    } cases[] = {
        {"server", "STRANGER", NULL, "*self*signed certificate*",
         ", its names are '*IP Address:127.0.0.1*'"},
        {"wrong-host", "AUTHORITY", NULL, "*127.0.0.1*", ", its names are 'DNS:other.example'"},
        {"expired", "AUTHORITY", NULL, "*expired*", ", its names are '*IP Address:127.0.0.1*'"},
        {"nameless", "AUTHORITY", NULL, "*127.0.0.1*", ", it names no host"},
        {"revoked", "AUTHORITY", "REVOKED", "*revoked*",
         ", its names are '*IP Address:127.0.0.1*'"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const options[] = {"CERTIFICATE", cases[i].certificate, NULL};
        server_restart(server, options);
        const char *trusted = server_get(server, cases[i].trusted);
        for (int start_tls = 0; start_tls <= 1; start_tls++) {
            g_autoptr(SourceSettings) settings = secure(start_tls);
            reading_trust(settings, trusted);
            if (cases[i].revoked != NULL)
                set(&settings->crl_file, server_get(server, cases[i].revoked));
            reading_fails_like(
                settings, SYNC_ERROR_UNREACHABLE,
                "no directory server can be used: '%s': the TLS connection with '127.0.0.1' is not "
                "trusted: %s; its subject is 'CN = %s'%s, its issuer is 'CN = authority', it is "
                "valid from * GMT to * GMT; the certificate authorities are those in '%s'\n"
                "hint: ca_file must hold the authority that issued the certificate, and the URI "
                "must name the server as its certificate does",
                settings->uris[0], cases[i].problem, cases[i].certificate, cases[i].names, trusted);
        }
    }
    server_restart(server, NULL);
}

/* A revoked certificate is only refused by those who were told of it. */
static void test_revocation_is_optional(void **state)
{
    (void) state;
    static const char *const options[] = {"CERTIFICATE", "revoked", NULL};
    server_restart(server, options);
    g_autoptr(SourceSettings) settings = secure(false);
    assert_reads(settings, "TLS1.3");
    server_restart(server, NULL);
}

static void test_files_that_cannot_be_used(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = secure(false);
    reading_trust(settings, "/nonexistent.pem");
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "the certificate authorities in '/nonexistent.pem' cannot be used\n"
                  "hint: ca_file must be a readable file of certificates in PEM form");
    reading_trust(settings, server->authority);
    set(&settings->crl_file, "/nonexistent.crl");
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "crl_file '/nonexistent.crl' cannot be read: No such file or directory");
    set(&settings->crl_file, NULL);
    set(&settings->client_cert, "/nonexistent.crt");
    set(&settings->client_key, "/nonexistent.key");
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "client_cert '/nonexistent.crt' cannot be read: No such file or directory");
    set(&settings->client_cert, server_get(server, "CLIENT"));
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "client_key '/nonexistent.key' cannot be read: No such file or directory");
    set(&settings->client_key, server->stranger);
    reading_fails(settings, SYNC_ERROR_CONFIG,
                  "the certificate authorities in '%s', or client_cert, client_key or crl_file, "
                  "cannot be used\n"
                  "hint: ca_file must be a readable file of certificates in PEM form, and so the "
                  "others",
                  server->authority);
}

static void test_pin(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings = secure(start_tls);
        set(&settings->pin, "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        reading_fails_like(settings, SYNC_ERROR_UNREACHABLE,
                           "no directory server can be used: '%s': the TLS connection with "
                           "'127.0.0.1' is not trusted: *public key*; its subject is *",
                           settings->uris[0]);
        /* and it is no way around the authority */
        set(&settings->pin, server_get(server, "PIN"));
        reading_trust(settings, server->stranger);
        reading_fails_like(settings, SYNC_ERROR_UNREACHABLE, "*self*signed certificate*");
    }
}

static void test_oldest_version(void **state)
{
    (void) state;
    static const char *const options[] = {"TLS_MAXIMUM", "1.2", NULL};
    server_restart(server, options);
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings = secure(start_tls);
        assert_reads(settings, "TLS1.2");
        settings->tls_minimum = TLS_MINIMUM_1_3;
        reading_fails_like(settings, SYNC_ERROR_UNREACHABLE,
                           "no directory server can be used: '%s': no TLS connection of at least "
                           "version 1.3 could be made with '127.0.0.1': *; its subject is "
                           "'CN = server'*",
                           settings->uris[0]);
    }
    server_restart(server, NULL);
}

static void test_external(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) local = reading_settings_of(server->ldapi);
    local->bind = BIND_EXTERNAL;
    assert_reads(local, NULL);
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings = secure(start_tls);
        settings->bind = BIND_EXTERNAL;
        reading_fails(settings, SYNC_ERROR_CONFIG,
                      "nothing tells '%s' who we are for bind.method 'external'\n"
                      "hint: use ldapi://, or ldaps:// with client_cert and client_key",
                      settings->uris[0]);
        set(&settings->client_cert, server_get(server, "CLIENT"));
        set(&settings->client_key, server_get(server, "CLIENT_KEY"));
        assert_reads(settings, "TLS1.3");
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GError) error = NULL;
        g_autoptr(Source) source = source_new(settings, clock_real(), &error);
        assert_success(source->check(source, findings, &error), error);
        g_autofree char *first =
            g_strdup_printf("'%s' answers: openldap, TLS1.3, to 'dn:cn=reader,dc=example,dc=org'",
                            settings->uris[0]);
        assert_string_equal(g_ptr_array_index(findings, 0), first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad_certificates),
        cmocka_unit_test(test_revocation_is_optional),
        cmocka_unit_test(test_files_that_cannot_be_used),
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_oldest_version),
        cmocka_unit_test(test_external),
    };
    g_autofree char *folder = g_dir_make_tmp("tls-XXXXXX", NULL);
    if (folder == NULL || chdir(folder) != 0 ||
        !g_file_set_contents("ldaprc", "TLS_REQCERT never\n", -1, NULL))
        return 1;
    g_setenv("LDAPTLS_REQCERT", "never", true);
    int failed = cmocka_run_group_tests(tests, start, stop);
    (void) g_remove("ldaprc");
    (void) g_rmdir(folder);
    return failed;
}
