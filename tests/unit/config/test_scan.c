/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/scan.h"

#include <string.h>

/* What is found in TEXT, one line each; "" for nothing. */
static char *findings(const char *text, bool *ret_readable)
{
    g_autoptr(Reader) reader = reader_new("t.conf", true);
    *ret_readable = scan_file(reader, "t.conf", text, strlen(text));
    g_autoptr(GError) error = NULL;
    if (reader_finish(reader, &error))
        return g_strdup("");
    return g_strdup(error->message);
}

static void test_findings(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *found; /* NULL: nothing */
        bool readable;
    } cases[] = {
        {"", NULL, true},
        {"a = 2147483647; b = -2147483648; c = 0x7FFFFFFF; d = +1;", NULL, true},
        {"a = 9223372036854775807L; b = -9223372036854775808L; c = 0x7FFFFFFFFFFFFFFFL;", NULL,
         true},
        {"a = 3000000000LL; b = 1e300; c = 3000000000.5; d = -2.5E-3;", NULL, true},
        {"# a = 4294967296\n// b = 4294967296\n/* c = 4294967296 \n */ d = 1;", NULL, true},
        {"a = \"4294967296\"; b = \"\\\"4294967296\\\"\"; c = \"\\\\\"; d = 1;", NULL, true},
        {"version4294967296 = 1; true = 1;", NULL, true},
        {"a = \"not \\\\x00\"; /* an escaped backslash */", NULL, true},
        {"a = 2147483648;",
         "t.conf:1: a: number past 32 bits '2147483648'\n"
         "hint: write 2147483648L, or the digits in quotes",
         true},
        {"a = -0x80000001;",
         "t.conf:1: a: number past 32 bits '-0x80000001'\n"
         "hint: write -0x80000001L, or the digits in quotes",
         true},
        {"a = 9223372036854775808L;", "t.conf:1: a: number past 64 bits '9223372036854775808L'",
         true},
        {"a = 99999999999999999999999;",
         "t.conf:1: a: number past 32 bits '99999999999999999999999'\n"
         "hint: write 99999999999999999999999L, or the digits in quotes",
         true},
        {"a:\n{\n  b = ( 1, { c = 1; }, [ 7,\n 4294967296 ] );\n};",
         "t.conf:4: a.b.[2].[1]: number past 32 bits '4294967296'\n"
         "hint: write 4294967296L, or the digits in quotes",
         true},
        {"a: { flag = true; b = 1; }; c = 4294967296;",
         "t.conf:1: c: number past 32 bits '4294967296'\n"
         "hint: write 4294967296L, or the digits in quotes",
         true},
        {"token = 4294967296;", "t.conf:1: token: number past 32 bits '***'", true},
        {"a = \"x\\x00y\";", "t.conf:1: a: NUL byte in a string", true},
        {"\n\na = \"x\n\ny;\n", "t.conf:3: a: a string that never ends", false},
        {"a = \"x\\", "t.conf:1: a: a string that never ends", false},
        {"@include \"none.inc\"\n  @include \"none2.inc\"",
         "t.conf:1: @include: cannot read 'none.inc': No such file or directory\n"
         "t.conf:2: @include: cannot read 'none2.inc': No such file or directory",
         false},
        {"a = 1; @include \"none.inc\"", NULL, true}, /* a syntax error, which libconfig finds */
        {"/* ", NULL, true},
        {"/*", NULL, true},
        {"}})]", NULL, true},
        {"@include", NULL, true},
        {"@include \"", "t.conf:1: @include: cannot read '': Is a directory", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool readable = false;
        g_autofree char *found = findings(cases[i].text, &readable);
        const char *wanted = cases[i].found != NULL ? cases[i].found : "";
        if (strcmp(found, wanted) != 0)
            fail_msg("in '%s':\n  got      %s\n  expected %s", cases[i].text, found, wanted);
        if (readable != cases[i].readable)
            fail_msg("'%s' is %sreadable", cases[i].text, readable ? "" : "not ");
    }
}

/* Any bytes at all come to an end, within the text. */
static void test_hostile_bytes(void **state)
{
    (void) state;
    static const char alphabet[] = "{}()[],;=:\"\\\n\t #/*@x0L9-+.\xc3\xbc";
    g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
    g_autoptr(Reader) reader = reader_new("t.conf", true);
    unsigned readable = 0;
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = (size_t) g_rand_int_range(random, 0, 60);
        /* exactly as long: a byte too far is seen by the sanitizer */
        g_autofree char *text = g_malloc(length + (length == 0));
        for (size_t i = 0; i < length; i++)
            text[i] = alphabet[g_rand_int_range(random, 0, (gint32) sizeof alphabet)];
        readable += scan_file(reader, "t.conf", text, length);
    }
    assert_true(readable > 0 && readable < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
