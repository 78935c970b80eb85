/* SPDX-License-Identifier: Apache-2.0 */

/* Which connections we are willing to make, told before the first one is made. */

#include "base/text.h"
#include "net/host.h"
#include "source/session_private.h"

#include <string.h>

static bool check_uri(const SourceSettings *settings, const char *uri, GError **error)
{
    g_autofree char *safe = text_safe(uri, -1);
    LDAPURLDesc *parts = NULL;
    if (ldap_url_parse(uri, &parts) != LDAP_URL_SUCCESS) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "'%s' is no URI of an LDAP server\n"
                    "hint: write ldaps://HOST, ldap://HOST or ldapi://PATH with %%2F for /",
                    safe);
        return false;
    }
    bool local = strcmp(parts->lud_scheme, "ldapi") == 0;
    bool ldaps = strcmp(parts->lud_scheme, "ldaps") == 0;
    bool secret = ldaps || settings->start_tls || local ||
                  host_is_loopback(parts->lud_host != NULL ? parts->lud_host : "");
    ldap_free_urldesc(parts);
    bool certified = settings->client_cert != NULL && (ldaps || settings->start_tls);
    if (settings->bind == BIND_EXTERNAL && !local && !certified) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "nothing tells '%s' who we are for bind.method 'external'\n"
                    "hint: use ldapi://, or ldaps:// with client_cert and client_key",
                    safe);
        return false;
    }
    if (settings->bind == BIND_SIMPLE && !secret) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the password would travel in plain text to '%s'\n"
                    "hint: use ldaps:// or start_tls = true",
                    safe);
        return false;
    }
    return true;
}

bool session_settings_check(const SourceSettings *settings, GError **error)
{
    if (settings->bind == BIND_SIMPLE) {
        size_t length = 0;
        if (settings->password != NULL)
            (void) secret_expose(settings->password, &length); /* only its length is looked at */
        if (settings->bind_dn == NULL || settings->bind_dn[0] == '\0') {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "bind.method 'simple' needs a dn");
            return false;
        }
        /* servers take a name without a password for nobody, and say that it worked */
        if (length == 0) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "the password of '%s' is empty",
                        settings->bind_dn);
            return false;
        }
    }
    if (settings->domain != NULL && settings->bind == BIND_EXTERNAL &&
        settings->client_cert == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "bind.method 'external' needs client_cert and client_key with a domain");
        return false;
    }
    g_auto(GStrv) uris = session_named_servers(settings);
    for (char **uri = uris; *uri != NULL; uri++) {
        if (!check_uri(settings, *uri, error))
            return false;
    }
    return true;
}
