/* SPDX-License-Identifier: Apache-2.0 */
#include "source/expiry.h"

#include "testing.h"

#include <string.h>

#define BAD G_MININT64

static void test_moments(void **state)
{
    (void) state;
    static const struct {
        ExpiryFormat format;
        const char *text;
        int64_t moment;
    } cases[] = {
        {EXPIRY_GENERALIZED_TIME, "20270630120000Z", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "202706301200Z", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "2027063012Z", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "20270630120000.7Z", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "2027063012,5Z", 1814358600},
        {EXPIRY_GENERALIZED_TIME, "202706301200.5Z", 1814356830},
        {EXPIRY_GENERALIZED_TIME, "20270630140000+0200", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "20270630140000+02", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "20270630093000-0230", 1814356800},
        {EXPIRY_GENERALIZED_TIME, "20161231235960Z", 1483228800},
        {EXPIRY_GENERALIZED_TIME, "000001010000Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270631120000Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630250000Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120061Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "2027063012000Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000.Z", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000Zz", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000+2400", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000+0260", BAD},
        {EXPIRY_GENERALIZED_TIME, "20270630120000+02000", BAD},
        {EXPIRY_GENERALIZED_TIME, "", BAD},
        {EXPIRY_GENERALIZED_TIME, "2027-06-30", BAD},
        {EXPIRY_FILE_TIME, "0", EXPIRY_NEVER},
        {EXPIRY_FILE_TIME, "9223372036854775807", EXPIRY_NEVER},
        {EXPIRY_FILE_TIME, "134588304000000000", 1814356800},
        {EXPIRY_FILE_TIME, "116444736000000000", 0},
        {EXPIRY_FILE_TIME, "1", -11644473600},
        {EXPIRY_FILE_TIME, "-1", BAD},
        {EXPIRY_FILE_TIME, "9223372036854775808", BAD},
        {EXPIRY_FILE_TIME, "soon", BAD},
        {EXPIRY_FILE_TIME, " 1", BAD},
        {EXPIRY_DAYS, "-1", EXPIRY_NEVER},
        {EXPIRY_DAYS, "21000", 1814400000},
        {EXPIRY_DAYS, "1", 86400},
        {EXPIRY_DAYS, "0", BAD},
        {EXPIRY_DAYS, "-2", BAD},
        {EXPIRY_DAYS, "100000001", BAD},
        {EXPIRY_DAYS, "99999999999999999", BAD},
        {EXPIRY_DAYS, "21000d", BAD},
        {EXPIRY_ISO_DATE, "2027-06-30", 1814400000},
        {EXPIRY_ISO_DATE, "2027-06-30T12:00:00Z", 1814356800},
        {EXPIRY_ISO_DATE, "2027-06-30T14:00:00+02:00", 1814356800},
        {EXPIRY_ISO_DATE, "2027-06-31", BAD},
        {EXPIRY_ISO_DATE, "2027-6-30", BAD},
        {EXPIRY_ISO_DATE, "30.06.2027", BAD},
        {EXPIRY_ISO_DATE, "2027-06-30 ", BAD},
        {EXPIRY_ISO_DATE, "2027-06-30Tnoon", BAD},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t moment = BAD;
        bool good = expiry_parse(cases[i].format, cases[i].text, strlen(cases[i].text), &moment);
        if (good != (cases[i].moment != BAD) || moment != cases[i].moment)
            fail_msg("%s '%s' is %" G_GINT64_FORMAT, expiry_words[cases[i].format], cases[i].text,
                     (gint64) moment);
    }
}

static void test_nul(void **state)
{
    (void) state;
    int64_t moment = 5;
    assert_false(expiry_parse(EXPIRY_DAYS, "21000\0", 6, &moment));
    assert_int_equal(moment, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
