/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/retry.h"

#include "net/http.h"

#include <glib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define FIRST_LIMIT (SECOND / 2)
#define LAST_LIMIT (30 * SECOND)
#define THROTTLE_FIRST (5 * SECOND)
#define LONGEST_RETRY_AFTER INT64_C(3600)

bool retry_may_repeat(const char *method, int status)
{
    if (strcmp(method, "GET") != 0)
        return false;
    return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

/* FIRST doubled for each attempt after the first, up to LAST. */
static int64_t doubled(int64_t first, unsigned attempt, int64_t last)
{
    int64_t value = first;
    for (unsigned i = 1; i < attempt && value < last; i++)
        value *= 2;
    return MIN(value, last);
}

int64_t retry_delay(unsigned attempt, double chance)
{
    return (int64_t) ((double) doubled(FIRST_LIMIT, attempt, LAST_LIMIT) * chance);
}

int64_t retry_throttle_delay(unsigned attempt, double chance)
{
    return doubled(THROTTLE_FIRST, attempt, LAST_LIMIT) + (int64_t) ((double) SECOND * chance);
}

bool retry_after_parse(const char *value, int64_t now, int64_t *ret_seconds)
{
    guint64 seconds = 0;
    int64_t time = 0;
    if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &seconds, NULL)) {
        *ret_seconds = (int64_t) MIN(seconds, (guint64) LONGEST_RETRY_AFTER);
        return true;
    }
    if (!http_date_parse(value, &time))
        return false;
    *ret_seconds = CLAMP(time - now, 0, LONGEST_RETRY_AFTER);
    return true;
}

bool retry_is_quota(int64_t remaining, const char *text)
{
    if (remaining == 0)
        return true;
    g_autofree char *lower = g_ascii_strdown(text == NULL ? "" : text, -1);
    return strstr(lower, "hourly limit") != NULL;
}

int64_t retry_seconds_in_text(const char *text)
{
    static const char before[] = "reset in ";
    const char *found = text == NULL ? NULL : strstr(text, before);
    if (found == NULL)
        return -1;
    const char *digits = found + strlen(before);
    char *end = NULL;
    guint64 seconds = g_ascii_strtoull(digits, &end, 10);
    if (!g_ascii_isdigit(*digits) || !g_str_has_prefix(end, " second"))
        return -1;
    return (int64_t) MIN(seconds, (guint64) LONGEST_RETRY_AFTER);
}
