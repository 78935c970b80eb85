/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

struct Sha256 {
    EVP_MD_CTX *context;
};

/* GOOD is what a function of libcrypto returned. */
static void must(int good)
{
    if (good != 1)
        g_error("libcrypto cannot compute SHA-256: %s", ERR_reason_error_string(ERR_peek_error()));
}

Sha256 *sha256_new(void)
{
    Sha256 *sum = g_new0(Sha256, 1);
    sum->context = EVP_MD_CTX_new();
    must(sum->context != NULL);
    must(EVP_DigestInit_ex(sum->context, EVP_sha256(), NULL));
    return sum;
}

void sha256_free(Sha256 *sum)
{
    if (sum == NULL)
        return;
    EVP_MD_CTX_free(sum->context);
    g_free(sum);
}

void sha256_add(Sha256 *sum, const void *bytes, gsize length)
{
    must(EVP_DigestUpdate(sum->context, bytes, length));
}

void sha256_end(Sha256 *sum, guint8 ret[SHA256_LENGTH])
{
    must(EVP_DigestFinal_ex(sum->context, ret, NULL));
}

static char *hex_of(const guint8 bytes[SHA256_LENGTH])
{
    static const char digits[] = "0123456789abcdef";
    char *hex = g_malloc(2 * SHA256_LENGTH + 1);
    for (size_t i = 0; i < SHA256_LENGTH; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 0xf];
    }
    hex[(size_t) 2 * SHA256_LENGTH] = '\0';
    return hex;
}

char *sha256_end_hex(Sha256 *sum)
{
    guint8 bytes[SHA256_LENGTH];
    sha256_end(sum, bytes);
    return hex_of(bytes);
}

char *sha256_end_digest(Sha256 *sum)
{
    g_autofree char *hex = sha256_end_hex(sum);
    return g_strconcat("sha256:", hex, NULL);
}

char *sha256_hex(const void *bytes, gsize length)
{
    g_autoptr(Sha256) sum = sha256_new();
    sha256_add(sum, bytes, length);
    return sha256_end_hex(sum);
}

char *sha256_digest(const void *bytes, gsize length)
{
    g_autoptr(Sha256) sum = sha256_new();
    sha256_add(sum, bytes, length);
    return sha256_end_digest(sum);
}

char *sha256_hmac_hex(const void *key, gsize key_length, const char *text)
{
    guint8 bytes[SHA256_LENGTH];
    must(HMAC(EVP_sha256(), key, (int) key_length, (const guchar *) text, strlen(text), bytes,
              NULL) != NULL);
    return hex_of(bytes);
}
