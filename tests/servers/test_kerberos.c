/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A bind by Kerberos when Kerberos itself cannot be had: nobody is read, and the message says what
 * is missing. (That it works is shown against Samba, which brings a KDC.)
 */

#include "reading.h"
#include "testing.h"

#include <string.h>

#define REALM "EXAMPLE.ORG"
#define KEY_BYTES 32
#define AES256 18 /* aes256-cts-hmac-sha1-96, RFC 3962 */
#define NT_PRINCIPAL 1

static Server *server;

static void put_number(GByteArray *bytes, uint32_t number, unsigned width)
{
    for (unsigned i = width; i > 0; i--) {
        uint8_t byte = (uint8_t) (number >> 8 * (i - 1));
        g_byte_array_append(bytes, &byte, 1);
    }
}

static void put_text(GByteArray *bytes, const char *text)
{
    put_number(bytes, (uint32_t) strlen(text), 2);
    g_byte_array_append(bytes, (const uint8_t *) text, (guint) strlen(text));
}

/* A file with one key, of reader@REALM: MIT Kerberos, "The Kerberos V5 keytab file format". */
static char *write_keytab(void)
{
    g_autoptr(GByteArray) entry = g_byte_array_new();
    put_number(entry, 1, 2); /* component of the name */
    put_text(entry, REALM);
    put_text(entry, "reader");
    put_number(entry, NT_PRINCIPAL, 4);
    put_number(entry, 1800000000, 4); /* when it was written */
    put_number(entry, 1, 1);          /* version of the key */
    put_number(entry, AES256, 2);
    put_number(entry, KEY_BYTES, 2);
    for (unsigned i = 0; i < KEY_BYTES; i++)
        put_number(entry, i, 1);
    g_autoptr(GByteArray) file = g_byte_array_new();
    put_number(file, 0x502, 2);
    put_number(file, entry->len, 4);
    g_byte_array_append(file, entry->data, entry->len);
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(server->folder, "reader.keytab", NULL);
    assert_success(g_file_set_contents(path, (const char *) file->data, (gssize) file->len, &error),
                   error);
    return path;
}

/* The Kerberos library knows REALM by WORDS alone. */
static void configure(const char *words)
{
    g_autofree char *text = g_strdup_printf("[libdefaults]\n"
                                            "default_realm = " REALM "\n"
                                            "dns_lookup_kdc = false\n"
                                            "dns_canonicalize_hostname = false\n"
                                            "[realms]\n" REALM " = {\n%s}\n"
                                            "[domain_realm]\nlocalhost = " REALM "\n",
                                            words);
    g_autofree char *path = g_build_filename(server->folder, "krb5.conf", NULL);
    g_autoptr(GError) error = NULL;
    assert_success(g_file_set_contents(path, text, -1, &error), error);
    assert_true(g_setenv("KRB5_CONFIG", path, true));
}

static void test_without_kdc(void **state)
{
    (void) state;
    static const struct {
        const char *realm; /* lines of krb5.conf */
        SyncError code;
        const char *message; /* of the server "%s" */
    } cases[] = {
        /* named, and nobody is there */
        {"kdc = 127.0.0.1:9\n", SYNC_ERROR_UNREACHABLE,
         "no directory server can be used: '%s': Kerberos has no ticket for it: *"
         "(Cannot contact any KDC for realm '" REALM "')\n"
         "hint: the realm's KDC must be up and reachable on port 88 (TCP or UDP): see "
         "/etc/krb5.conf, or the DNS where that names none"},
        /* not named */
        {"", SYNC_ERROR_DENIED,
         "server '%s' could not be bound to by GSSAPI: *(Cannot find KDC for realm \"" REALM
         "\")\nhint: bind.keytab must hold the key of the account, /etc/krb5.conf its realm, *"},
    };
    g_autofree char *keytab = write_keytab();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        configure(cases[i].realm);
        g_autoptr(SourceSettings) settings = reading_settings_of(server->ldap);
        settings->bind = BIND_GSSAPI;
        g_clear_pointer(&settings->bind_dn, g_free);
        settings->keytab = g_strdup(keytab);
        g_auto(GStrv) halves = g_strsplit(cases[i].message, "%s", 2);
        reading_fails_like(settings, cases[i].code, "%s%s%s", halves[0], server->ldap, halves[1]);
    }
}

static int start(void **state)
{
    (void) state;
    g_autoptr(GString) ldif = server_ldif();
    server = server_start(ldif->str, NULL);
    return 0;
}

static int stop(void **state)
{
    (void) state;
    server_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_kdc),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
