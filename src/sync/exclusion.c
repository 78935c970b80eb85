/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/exclusion.h"

#include "base/text.h"

#include <string.h>

static const GRegex *matching(const GPtrArray *patterns, const char *text)
{
    for (guint i = 0; text != NULL && i < patterns->len; i++) {
        const GRegex *pattern = g_ptr_array_index(patterns, i);
        g_autoptr(GError) error = NULL;
        /* a pattern that gives up on a text might have matched: excluded is the careful answer */
        if (g_regex_match_full(pattern, text, -1, 0, 0, NULL, &error) || error != NULL)
            return pattern;
    }
    return NULL;
}

const External *exclusion_external(const SyncSettings *settings, const char *mail_key)
{
    const GPtrArray *externals = settings->lifecycle.externals;
    for (guint i = 0; mail_key != NULL && i < externals->len; i++) {
        const External *external = g_ptr_array_index(externals, i);
        if (strcmp(external->mail_key, mail_key) == 0)
            return external;
    }
    return NULL;
}

char *exclusion_external_reason(const SyncSettings *settings, const char *mail_key, int64_t now)
{
    const External *external = exclusion_external(settings, mail_key);
    if (external == NULL || now >= external->end)
        return NULL;
    g_autofree char *owner = text_safe(external->owner, -1);
    return g_strdup_printf("external until %s, '%s' answers for them", external->until, owner);
}

char *exclusion_reason(const SyncSettings *settings, const char *mail, const char *mail_key,
                       const char *dn, int64_t now)
{
    const GRegex *by_dn = matching(settings->excluded_dns, dn);
    const GRegex *by_mail = matching(settings->excluded_mails, mail);
    if (by_dn == NULL && by_mail == NULL)
        return exclusion_external_reason(settings, mail_key, now);
    g_autofree char *pattern = text_safe(g_regex_get_pattern(by_dn != NULL ? by_dn : by_mail), -1);
    return g_strdup_printf("excluded by its %s: '%s'", by_dn != NULL ? "DN" : "mail address",
                           pattern);
}
