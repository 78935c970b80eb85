/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/protection.h"

#include "model/email.h"

#include <string.h>

struct Protections {
    const Organization *organization;
    GHashTable *by_mail; /* mail key -> NULL; owned keys */
    GHashTable *by_user; /* user id -> const char * reason; borrowed */
};

static GHashTable *configured_keys(const SyncSettings *settings)
{
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < settings->lifecycle.protect->len; i++) {
        const char *address = g_ptr_array_index(settings->lifecycle.protect, i);
        char *key = NULL;
        if (email_key(address, strlen(address), &key, NULL))
            g_hash_table_add(keys, key);
    }
    return keys;
}

Protections *protections_new(const SyncSettings *settings, const Organization *organization,
                             const Ledger *ledger)
{
    Protections *protections = g_new0(Protections, 1);
    protections->organization = organization;
    protections->by_mail = configured_keys(settings);
    protections->by_user = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < ledger->protections->len; i++) {
        Protection *row = g_ptr_array_index(ledger->protections, i);
        if (row->row.removed || row->user_id.value == 0)
            continue;
        /* what the configuration no longer says, it no longer protects */
        bool configured = strcmp(row->reason, PROTECTED_BY_CONFIGURATION) == 0;
        if (configured &&
            (row->mail_key == NULL || !g_hash_table_contains(protections->by_mail, row->mail_key)))
            continue;
        g_hash_table_insert(protections->by_user, &row->user_id.value, row->reason);
    }
    return protections;
}

void protections_free(Protections *protections)
{
    if (protections == NULL)
        return;
    g_hash_table_unref(protections->by_mail);
    g_hash_table_unref(protections->by_user);
    g_free(protections);
}

const char *protections_reason(const Protections *protections, const Member *member)
{
    const Organization *organization = protections->organization;
    if (member->owner ||
        (organization->owner.value != 0 && user_id_equal(member->user_id, organization->owner)))
        return "the owner of the organization";
    if (organization->self.value != 0 && user_id_equal(member->user_id, organization->self))
        return "the owner of the token";
    if (member->mail_key != NULL && g_hash_table_contains(protections->by_mail, member->mail_key))
        return PROTECTED_BY_CONFIGURATION;
    return member->user_id.value != 0
               ? g_hash_table_lookup(protections->by_user, &member->user_id.value)
               : NULL;
}

static bool is_bound(const Ledger *ledger, const char *mail_key)
{
    for (guint i = 0; i < ledger->protections->len; i++) {
        const Protection *row = g_ptr_array_index(ledger->protections, i);
        if (!row->row.removed && strcmp(row->reason, PROTECTED_BY_CONFIGURATION) == 0 &&
            g_strcmp0(row->mail_key, mail_key) == 0)
            return true;
    }
    return false;
}

void protections_remember(const SyncSettings *settings, const Organization *organization,
                          Ledger *ledger)
{
    g_autoptr(GHashTable) keys = configured_keys(settings);
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member->mail_key == NULL || member->user_id.value == 0 ||
            !g_hash_table_contains(keys, member->mail_key) || is_bound(ledger, member->mail_key))
            continue;
        (void) ledger_add_protection(ledger, member->user_id, member->mail_key,
                                     PROTECTED_BY_CONFIGURATION);
    }
}
