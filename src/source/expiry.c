/* SPDX-License-Identifier: Apache-2.0 */
#include "source/expiry.h"

#include "base/clock.h"

#include <string.h>

#define TICKS 10000000                            /* Active Directory counts 100 ns ... */
#define SECONDS_1601_TO_1970 INT64_C(11644473600) /* ... since 1601 */
#define FAR_DAY INT64_C(100000000)                /* no calendar goes further */

const char *const expiry_words[] = {
    [EXPIRY_GENERALIZED_TIME] = "generalized-time",
    [EXPIRY_FILE_TIME] = "file-time",
    [EXPIRY_DAYS] = "days-since-1970",
    [EXPIRY_ISO_DATE] = "iso-date",
    NULL,
};

static bool is_number(const char *text, int64_t *ret_number)
{
    gint64 number = 0;
    if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return false;
    *ret_number = number;
    return true;
}

/* MS-ADA1 2.1: 0 and the largest number never come. */
static bool parse_file_time(const char *text, int64_t *ret_moment)
{
    int64_t ticks = 0;
    if (!is_number(text, &ticks) || ticks < 0)
        return false;
    bool never = ticks == 0 || ticks == G_MAXINT64;
    *ret_moment = never ? EXPIRY_NEVER : ticks / TICKS - SECONDS_1601_TO_1970;
    return true;
}

static bool parse_days(const char *text, int64_t *ret_moment)
{
    int64_t days = 0;
    if (!is_number(text, &days) || days < -1 || days == 0 || days > FAR_DAY)
        return false;
    *ret_moment = days == -1 ? EXPIRY_NEVER : days * SECONDS_A_DAY;
    return true;
}

static bool make_moment(const int *parts, double seconds, int64_t *ret_moment)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time =
        g_date_time_new(utc, parts[0], parts[1], parts[2], parts[3], parts[4], 0);
    if (time == NULL)
        return false;
    *ret_moment = g_date_time_to_unix(time) + (int64_t) seconds;
    return true;
}

/* COUNT digits at *AT, which is moved behind them. */
static bool take_digits(const char **at, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!g_ascii_isdigit((*at)[i]))
            return false;
        number = number * 10 + g_ascii_digit_value((*at)[i]);
    }
    *at += count;
    *ret_number = number;
    return true;
}

static bool parse_iso_date(const char *text, int64_t *ret_moment)
{
    if (strchr(text, 'T') != NULL)
        return clock_parse(text, ret_moment);
    int parts[5] = {0};
    const char *at = text;
    bool good = take_digits(&at, 4, &parts[0]) && *at++ == '-' && take_digits(&at, 2, &parts[1]) &&
                *at++ == '-' && take_digits(&at, 2, &parts[2]) && *at == '\0';
    int64_t morning = 0;
    if (!good || !make_moment(parts, 0, &morning))
        return false;
    *ret_moment = morning + SECONDS_A_DAY;
    return true;
}

/* "Z", or how far local time is ahead of UTC; false for anything else. */
static bool take_zone(const char *at, int64_t *ret_ahead)
{
    *ret_ahead = 0;
    if (strcmp(at, "Z") == 0)
        return true;
    if (*at != '+' && *at != '-')
        return false;
    int sign = *at++ == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (!take_digits(&at, 2, &hours) || (*at != '\0' && !take_digits(&at, 2, &minutes)))
        return false;
    *ret_ahead = sign * (hours * INT64_C(3600) + minutes * INT64_C(60));
    return *at == '\0' && hours < 24 && minutes < 60;
}

/* The fraction at *AT of a UNIT of seconds; 0 without one. */
static bool take_fraction(const char **at, double unit, double *ret_seconds)
{
    *ret_seconds = 0;
    if (**at != '.' && **at != ',')
        return true;
    (*at)++;
    if (!g_ascii_isdigit(**at))
        return false;
    for (; g_ascii_isdigit(**at); (*at)++) {
        unit /= 10;
        *ret_seconds += unit * g_ascii_digit_value(**at);
    }
    return true;
}

static bool parse_generalized_time(const char *text, int64_t *ret_moment)
{
    static const double units[] = {3600, 60, 1};
    int parts[6] = {0};
    const char *at = text;
    bool good = take_digits(&at, 4, &parts[0]) && take_digits(&at, 2, &parts[1]) &&
                take_digits(&at, 2, &parts[2]) && take_digits(&at, 2, &parts[3]);
    size_t unit = 0;
    for (; good && unit < 2 && g_ascii_isdigit(*at); unit++)
        good = take_digits(&at, 2, &parts[4 + unit]);
    double fraction = 0;
    int64_t ahead = 0;
    int64_t moment = 0;
    /* a leap second is the 61st of its minute */
    if (!good || parts[5] > 60 || !take_fraction(&at, units[unit], &fraction) ||
        !take_zone(at, &ahead) || !make_moment(parts, parts[5] + fraction, &moment))
        return false;
    *ret_moment = moment - ahead;
    return true;
}

bool expiry_parse(ExpiryFormat format, const char *text, size_t length, int64_t *ret_moment)
{
    g_autofree char *copy = g_strndup(text, length);
    if (strlen(copy) != length)
        return false;
    switch (format) {
    case EXPIRY_FILE_TIME:
        return parse_file_time(copy, ret_moment);
    case EXPIRY_DAYS:
        return parse_days(copy, ret_moment);
    case EXPIRY_ISO_DATE:
        return parse_iso_date(copy, ret_moment);
    case EXPIRY_GENERALIZED_TIME:
        break;
    }
    return parse_generalized_time(copy, ret_moment);
}

char *expiry_text(ExpiryFormat format, const char *text, size_t length, int64_t moment)
{
    bool whole_day = format == EXPIRY_ISO_DATE && memchr(text, 'T', length) == NULL;
    return whole_day ? g_strdup_printf("%.*s, the last day", (int) length, text)
                     : clock_format(moment);
}
