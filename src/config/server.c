/* SPDX-License-Identifier: Apache-2.0 */
#include "config/server.h"

#include "base/text.h"
#include "config/address.h"
#include "model/dn.h"
#include "source/session_conf.h"
#include "source/session_pin.h"

#include <string.h>

#define LONGEST_TIMEOUT INT64_C(86400)

static const char *const bind_words[] = {
    [BIND_ANONYMOUS] = "anonymous",
    [BIND_SIMPLE] = "simple",
    [BIND_EXTERNAL] = "external",
    [BIND_GSSAPI] = "gssapi",
    NULL,
};
static const char *const tls_words[] = {
    [TLS_MINIMUM_1_2] = "1.2",
    [TLS_MINIMUM_1_3] = "1.3",
    NULL,
};

/* Every key that is about the connection. */
static const char *const keys[] = {
    "uris",         "domain",   "start_tls", "ca_file", "tls_min",         "client_cert",
    "client_key",   "crl_file", "pin",       "bind",    "connect_timeout", "page_timeout",
    "read_timeout",
};

void check_dn(Section *section, const config_setting_t *setting, const char *text)
{
    g_autofree char *key = NULL;
    g_autoptr(GError) error = NULL;
    if (!dn_key(text, strlen(text), &key, &error))
        reader_problem(section->reader, setting, NULL, "%s", error->message);
}

char *read_dn(Section *section, const char *key, SectionNeed need)
{
    char *dn = section_string(section, key, need);
    if (dn != NULL)
        check_dn(section, section_get(section, key), dn);
    return dn;
}

static void refuse_key(Section *section, const char *key, const char *kind)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting != NULL)
        reader_problem(section->reader, setting, NULL, "means nothing with kind '%s'", kind);
}

void refuse_server(Section *section, const char *kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        refuse_key(section, keys[i], kind);
}

/* Whether what is sent to ADDRESS is encrypted, or never leaves the machine. */
static bool is_private(const SourceSettings *source, const Address *address)
{
    return address->kind != ADDRESS_LDAP || source->start_tls || address->loopback;
}

/* EXTERNAL is who the other layer says we are: a local user, or the owner of a certificate. */
static bool external_fits(const SourceSettings *source, const Address *address)
{
    if (address->kind == ADDRESS_LDAPI)
        return true;
    return source->client_cert != NULL && (address->kind == ADDRESS_LDAPS || source->start_tls);
}

static void check_uri(Section *section, const config_setting_t *setting, const char *uri,
                      const SourceSettings *source)
{
    Address address = address_parse(uri);
    g_autofree char *safe = text_safe(uri, -1);
    Reader *reader = section->reader;
    bool ldap = address.kind == ADDRESS_LDAP;
    if (address.login)
        reader_problem(reader, setting, "say who binds in bind.dn and bind.password",
                       "a URI with a login");
    else if (!ldap && address.kind != ADDRESS_LDAPS && address.kind != ADDRESS_LDAPI)
        reader_problem(reader, setting, "write ldaps://HOST, ldap://HOST or ldapi://",
                       "not the URI of a directory '%s'", safe);
    else if (source->start_tls && !ldap)
        reader_problem(reader, setting, NULL, "start_tls fits ldap:// only '%s'", safe);
    else if (source->bind == BIND_EXTERNAL && !external_fits(source, &address))
        reader_problem(reader, setting, "use ldapi://, or ldaps:// with client_cert and client_key",
                       "nothing tells who we are to bind.method 'external' '%s'", safe);
    else if (!is_private(source, &address) && source->bind == BIND_SIMPLE)
        reader_problem(reader, setting, "use ldaps://, or start_tls = true",
                       "the password would go over the network in clear '%s'", safe);
    else if (!is_private(source, &address) && source->bind == BIND_ANONYMOUS)
        reader_warning(reader, setting,
                       "what '%s' says comes in clear, and anybody on the way can change it", safe);
}

static char *read_bind_name(Section *bind, SectionNeed need)
{
    char *name = section_string(bind, "dn", need);
    g_autoptr(GError) error = NULL;
    if (name != NULL && !source_bind_name_check(name, &error))
        reader_problem(bind->reader, section_get(bind, "dn"), SOURCE_BIND_NAME_HINT, "%s",
                       error->message);
    return name;
}

static void read_bind(Section *section, SourceSettings *source)
{
    Section *bind = section_group(section, "bind", SECTION_OPTIONAL);
    if (bind == NULL)
        return;
    source->bind = (BindMethod) section_choice(bind, "method", bind_words, BIND_SIMPLE);
    bool simple = source->bind == BIND_SIMPLE;
    source->bind_dn = read_bind_name(bind, simple ? SECTION_REQUIRED : SECTION_OPTIONAL);
    const config_setting_t *password = section_get(bind, "password");
    if (simple)
        (void) section_secret(bind, "password", SECTION_REQUIRED, SECRET_PASSWORD,
                              &source->password);
    else if (source->bind_dn != NULL || password != NULL)
        reader_problem(section->reader, bind->group, NULL,
                       "method '%s' takes neither dn nor password", bind_words[source->bind]);
    if (source->bind == BIND_GSSAPI)
        source->keytab = section_file(bind, "keytab", SECTION_OPTIONAL);
    else if (section_get(bind, "keytab") != NULL)
        reader_problem(section->reader, section_get(bind, "keytab"), NULL,
                       "method '%s' takes no keytab", bind_words[source->bind]);
    section_close(bind);
}

static void read_client(Section *section, SourceSettings *source)
{
    source->client_cert = section_file(section, "client_cert", SECTION_OPTIONAL);
    source->client_key = section_file(section, "client_key", SECTION_OPTIONAL);
    const config_setting_t *certificate = section_get(section, "client_cert");
    const config_setting_t *key = section_get(section, "client_key");
    if ((certificate == NULL) != (key == NULL))
        reader_problem(section->reader, certificate != NULL ? certificate : key, NULL,
                       "client_cert and client_key come together");
}

static void read_pin(Section *section, SourceSettings *source)
{
    source->pin = section_string(section, "pin", SECTION_OPTIONAL);
    if (source->pin == NULL || session_pin_is_valid(source->pin))
        return;
    g_autofree char *safe = text_safe(source->pin, -1);
    reader_problem(section->reader, section_get(section, "pin"),
                   "write sha256// and the base64 of the SHA-256 of the server's public key",
                   "not the pin of a public key '%s'", safe);
}

static void read_tls(Section *section, SourceSettings *source)
{
    source->start_tls = section_bool(section, "start_tls", false);
    source->ca_file = section_file(section, "ca_file", SECTION_OPTIONAL);
    source->tls_minimum =
        (TlsMinimum) section_choice(section, "tls_min", tls_words, TLS_MINIMUM_1_2);
    source->crl_file = section_file(section, "crl_file", SECTION_OPTIONAL);
    read_client(section, source);
    read_pin(section, source);
}

static void read_domain(Section *section, SourceSettings *source)
{
    source->domain = section_string(section, "domain", SECTION_OPTIONAL);
    const config_setting_t *setting = section_get(section, "domain");
    if (source->domain == NULL)
        return;
    g_autofree char *safe = text_safe(source->domain, -1);
    if (section_get(section, "uris") != NULL)
        reader_problem(section->reader, setting, NULL, "uris and domain exclude each other");
    else if (strspn(source->domain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789.-") != strlen(source->domain) ||
             strchr(source->domain, '.') == NULL)
        reader_problem(section->reader, setting, NULL, "not a domain of the DNS '%s'", safe);
}

/* The servers: by name, by domain, or those that ldap.conf names for the whole machine. */
static void read_uris(Section *section, SourceSettings *source)
{
    read_domain(section, source);
    g_autofree char *machine = session_conf_value("URI");
    bool elsewhere = section_get(section, "domain") != NULL || machine != NULL;
    source->uris =
        section_strings(section, "uris", elsewhere ? SECTION_OPTIONAL : SECTION_REQUIRED);
    for (unsigned i = 0; source->uris != NULL && source->uris[i] != NULL; i++)
        check_uri(section, section_element(section, "uris", i), source->uris[i], source);
}

void read_server(Section *section, SourceSettings *source, const char *kind)
{
    refuse_key(section, "file", kind);
    read_tls(section, source);
    read_bind(section, source);
    read_uris(section, source);
    source->connect_timeout =
        section_int(section, "connect_timeout", 1, LONGEST_TIMEOUT, source->connect_timeout);
    source->page_timeout =
        section_int(section, "page_timeout", 1, LONGEST_TIMEOUT, source->page_timeout);
    source->read_timeout =
        section_int(section, "read_timeout", 1, LONGEST_TIMEOUT, source->read_timeout);
}
