/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/protection.h"

#include "model/email.h"

#include <string.h>

bool member_is_protected(const SyncSettings *settings, const Organization *organization,
                         const Ledger *ledger, const Member *member, const char **ret_reason)
{
    const char *reason = NULL;
    if (member->owner ||
        (organization->owner.value != 0 && user_id_equal(member->user_id, organization->owner)))
        reason = "the owner of the organization";
    else if (organization->self.value != 0 && user_id_equal(member->user_id, organization->self))
        reason = "the owner of the token";
    for (guint i = 0; reason == NULL && i < settings->lifecycle.protect->len; i++) {
        const char *address = g_ptr_array_index(settings->lifecycle.protect, i);
        g_autofree char *key = NULL;
        if (member->mail_key != NULL && email_key(address, strlen(address), &key, NULL) &&
            strcmp(key, member->mail_key) == 0)
            reason = "protected by lifecycle.protect";
    }
    for (guint i = 0; reason == NULL && i < ledger->protections->len; i++) {
        const Protection *protection = g_ptr_array_index(ledger->protections, i);
        bool same_user =
            protection->user_id.value != 0 && user_id_equal(protection->user_id, member->user_id);
        if (!protection->row.removed && same_user)
            reason = protection->reason;
    }
    if (ret_reason != NULL)
        *ret_reason = reason;
    return reason != NULL;
}
