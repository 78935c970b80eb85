/* SPDX-License-Identifier: Apache-2.0 */

/* The key of a DN: whatever the bytes, it is refused or keeps its promises. */

#include "fuzz.h"
#include "model/dn.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *key = NULL;
    g_autofree char *again = NULL;
    g_autoptr(GError) error = NULL;
    if (!dn_key((const char *) data, size, &key, &error)) {
        MUST(key == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    for (const char *c = key; *c != '\0'; c++)
        MUST((unsigned char) *c >= 0x20 && *c != 0x7f);
    MUST(dn_key(key, strlen(key), &again, NULL));
    MUST(strcmp(key, again) == 0);
    MUST(dn_key_is_within(key, "") && dn_key_is_within(key, key));
    for (const char *up = dn_key_parent(key); up != NULL; up = dn_key_parent(up)) {
        MUST(dn_key_is_within(key, up));
        MUST(*up == '\0' || dn_key_contains(key, up));
    }
    return 0;
}
