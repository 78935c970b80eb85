/* SPDX-License-Identifier: Apache-2.0 */
#include "source/range.h"

#include "testing.h"

static void test_names(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        RangeKind kind;
        const char *name;
        uint32_t low;
        uint32_t high;
        bool last;
    } cases[] = {
        {"member", RANGE_NONE, NULL, 0, 0, false},
        {"member;lang-de", RANGE_NONE, NULL, 0, 0, false},
        {"range=0-1", RANGE_NONE, NULL, 0, 0, false},
        {"", RANGE_NONE, NULL, 0, 0, false},
        {"member;range=0-1499", RANGE_VALID, "member", 0, 1499, false},
        {"MEMBER;Range=1500-*", RANGE_VALID, "MEMBER", 1500, 0, true},
        {"member;range=0-*", RANGE_VALID, "member", 0, 0, true},
        {"member;range=7-7", RANGE_VALID, "member", 7, 7, false},
        {"member;binary;range=0-1", RANGE_VALID, "member;binary", 0, 1, false},
        {"member;range=0-1;lang-de", RANGE_VALID, "member;lang-de", 0, 1, false},
        {"member;range=2147483646-2147483647", RANGE_VALID, "member", 2147483646, 2147483647,
         false},
        {"member;range=", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=*", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=-5", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=5-4", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-1x", RANGE_BAD, NULL, 0, 0, false},
        {"member;range= 0-1", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-**", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-2147483648", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-18446744073709551616", RANGE_BAD, NULL, 0, 0, false},
        {"member;range=0-1;range=2-3", RANGE_BAD, NULL, 0, 0, false},
        {";range=0-1", RANGE_BAD, NULL, 0, 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Range range = {0};
        RangeKind kind = range_parse(cases[i].text, &range);
        if (kind != cases[i].kind)
            fail_msg("'%s' is of kind %d", cases[i].text, (int) kind);
        if (kind != RANGE_VALID) {
            assert_null(range.name);
            continue;
        }
        assert_string_equal(range.name, cases[i].name);
        assert_int_equal(range.low, cases[i].low);
        assert_int_equal(range.high, cases[i].high);
        assert_int_equal(range.last, cases[i].last);
        g_free(range.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
