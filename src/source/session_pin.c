/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_pin.h"

#include "base/sha256.h"

#include <string.h>

static const char prefix[] = "sha256//";

bool session_pin_is_valid(const char *pin)
{
    if (!g_str_has_prefix(pin, prefix))
        return false;
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(pin + strlen(prefix), &length);
    if (bytes == NULL || length != SHA256_LENGTH)
        return false;
    /* the decoder passes over what is no base64: only what it would write itself is right */
    g_autofree char *again = g_base64_encode(bytes, length);
    return strcmp(again, pin + strlen(prefix)) == 0;
}

char *session_pin_for_libldap(const char *pin)
{
    return g_strconcat("sha256:", pin + strlen(prefix), NULL);
}
