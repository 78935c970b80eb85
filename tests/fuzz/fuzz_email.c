/* SPDX-License-Identifier: Apache-2.0 */

/* The key of an address: refused, or one that settles and that can be looked at. */

#include "fuzz.h"
#include "model/email.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *key = NULL;
    g_autofree char *again = NULL;
    g_autoptr(GError) error = NULL;
    if (!email_key((const char *) data, size, &key, &error)) {
        MUST(key == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    MUST(size > 0 && memchr(data, '\0', size) == NULL);
    MUST(g_utf8_validate(key, -1, NULL));
    const char *at = strchr(key, '@');
    MUST(at != NULL && at > key && strchr(at + 1, '@') == NULL);
    MUST(email_key(key, strlen(key), &again, NULL));
    MUST(strcmp(key, again) == 0);
    g_autofree char *look = email_look(key);
    MUST(*look != '\0' && g_utf8_validate(look, -1, NULL));
    g_autofree char *moved = email_key_with_domain(key, at + 1, "example.org");
    MUST(moved != NULL && g_str_has_suffix(moved, "@example.org"));
    return 0;
}
