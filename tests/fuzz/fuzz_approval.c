/* SPDX-License-Identifier: Apache-2.0 */

/* Records of approvals, and the keys inside signatures: from a file that anybody may have written.
 */

#include "base/signature.h"
#include "fuzz.h"
#include "sync/approval.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autoptr(Approval) approval = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *key = signature_key(text);
    MUST(key == NULL || *key != '\0');
    if (!approval_read((const char *) data, size, &approval, &error)) {
        MUST(approval == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    MUST(approval_check_name(approval->by, NULL) && approval->organization_id > 0);
    for (guint i = 0; i < approval->lifts->len; i++)
        MUST(rail_is_approvable(((RailLift *) g_ptr_array_index(approval->lifts, i))->kind));
    g_autofree char *written = approval_text(approval);
    g_autoptr(Approval) again = NULL;
    MUST(approval_read(written, strlen(written), &again, NULL));
    g_autofree char *same = approval_text(again);
    MUST(strcmp(written, same) == 0);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_ptr_array_add(all, approval);
    g_ptr_array_add(all, again);
    g_autoptr(GPtrArray) agreements = approvals_agree(all, 2, approval->organization_id, 0);
    for (guint i = 0; i < agreements->len; i++) {
        const Agreement *agreement = g_ptr_array_index(agreements, i);
        /* one person, however often */
        MUST(agreement->people == 1 && agreement->lifts->len == 0 && agreement->until == 0);
    }
    return 0;
}
