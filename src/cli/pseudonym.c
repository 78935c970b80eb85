/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pseudonym.h"

#include <sys/random.h>

#define SALT_BYTES 16

char *pseudonym_salt(void)
{
    unsigned char salt[SALT_BYTES];
    /* so few bytes come whole, or the kernel has none for anybody */
    if (getrandom(salt, sizeof salt, 0) != (ssize_t) sizeof salt)
        g_error("the kernel gives no random numbers");
    return g_base64_encode(salt, sizeof salt);
}

Pseudonyms *pseudonym_new(const Context *context, const Ledger *ledger, const Plan *plan)
{
    g_autofree char *text = pseudonym_salt();
    g_autoptr(Pseudonyms) pseudonyms = pseudonyms_new(text);
    if (context != NULL)
        pseudonyms_learn_directories(pseudonyms, context->directories);
    if (context != NULL && context->organization != NULL)
        pseudonyms_learn_organization(pseudonyms, context->organization);
    if (ledger != NULL)
        pseudonyms_learn_ledger(pseudonyms, ledger);
    if (plan != NULL)
        pseudonyms_learn_plan(pseudonyms, plan);
    pseudonyms_settle(pseudonyms);
    return g_steal_pointer(&pseudonyms);
}
