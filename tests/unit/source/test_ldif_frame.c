/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_frame.h"

#include "base/error.h"

#include <string.h>

#include "testing.h"

#define HEAD "# extended LDIF\n#\n# LDAPv3\n# base <dc=org> with scope subtree\n#\n\n"
#define ENTRY "dn: cn=a\ncn: a\n\n"
#define END "# search result\nsearch: 2\nresult: 0 Success\n"
#define COUNTS "\n# numResponses: 2\n# numEntries: 1\n"
#define OPEN                                                                                       \
    "line 9: no empty line ends the last entry: it may have been cut off\n"                        \
    "hint: if nothing is missing, add one"
#define MORE                                                                                       \
    "line 9: the search that wrote this was not at its end: a page was to follow\n"                \
    "hint: export again; see what ldapsearch says when it ends"
#define ENDLESS                                                                                    \
    "line 9: the search that wrote this says nowhere that it ended\n"                              \
    "hint: export again; see what ldapsearch says when it ends"

static LdifFrame frame_of(const char *text)
{
    LdifFrame frame = {.by_server = true};
    for (const char *end = strchr(text, '\n'); end != NULL; end = strchr(text, '\n')) {
        ldif_frame_look(&frame, text, (size_t) (end - text));
        text = end + 1;
    }
    return frame;
}

static void test_end(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *problem; /* NULL: it may be all */
    } cases[] = {
        {"", NULL},
        {ENTRY, NULL},
        {"dn: cn=a\ncn: a\n", OPEN},
        {"dn: cn=a\ncn: a\n# a comment\n", OPEN},
        {"dn: cn=a\ncn: a\n folded\n", OPEN},
        {"dn: cn=a\n", OPEN},
        {"dn: cn=a\r\ncn: a\r\n\r\n", NULL},
        {"dn: cn=a\r\ncn: a\r\n", OPEN},
        {"version: 1\ndn: cn=a\ncn: a\n", OPEN},
        {"version: 1\n", NULL},
        {ENTRY "# dn: cn=b\n", NULL},
        /* ldapsearch, the more of "-L" the fewer of these lines */
        {HEAD ENTRY END COUNTS, NULL},
        {HEAD ENTRY END, NULL},
        {HEAD ENTRY, ENDLESS},
        {"version: 1\n\n#\n# LDAPv3\n#\n\n" ENTRY "# search result\n" COUNTS, NULL},
        {"version: 1\n\n#\n# LDAPv3\n#\n\n" ENTRY, ENDLESS},
        {HEAD ENTRY END "\n" HEAD ENTRY END, NULL},
        {HEAD ENTRY END "\n" HEAD ENTRY, ENDLESS},
        {HEAD "# search results are to come\n\n" ENTRY, ENDLESS},
        /* with "-E pr" */
        {ENTRY "# pagedresults: cookie=\n", NULL},
        {ENTRY "# pagedresults: estimate=2 cookie=MQA=\n" ENTRY "# pagedresults: cookie=\n", NULL},
        {ENTRY "# pagedresults: cookie=MQA=\n" ENTRY, MORE},
        {ENTRY "# pagedresults: cookie=\r\n", NULL},
        {HEAD ENTRY END "pagedresults: cookie=MQA=\n" HEAD ENTRY END "pagedresults: cookie=\n",
         NULL},
        {HEAD ENTRY END "pagedresults: cookie=MQA=\n", MORE},
        {"dn: cn=a\npagedresults: cookie=MQA=\n\n", NULL}, /* somebody's attribute */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        LdifFrame frame = frame_of(cases[i].text);
        g_autoptr(GError) error = NULL;
        bool good = ldif_frame_end(&frame, 9, &error);
        const char *problem = good ? NULL : error->message;
        if (g_strcmp0(problem, cases[i].problem) != 0)
            fail_msg("%s:\n%s", cases[i].text, good ? "is taken for all" : problem);
        assert_true(good || g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        ldif_frame_clear(&frame);
    }
}

/* Who writes a file by hand separates entries by empty lines, and need not end the last one so. */
static void test_by_hand(void **state)
{
    (void) state;
    static const char *const texts[] = {"dn: cn=a\ncn: a\n", "dn: cn=a\n",
                                        "version: 1\ndn: cn=a\ncn: a\n# a comment\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        LdifFrame frame = frame_of(texts[i]);
        frame.by_server = false;
        assert_true(ldif_frame_end(&frame, 9, NULL));
        ldif_frame_clear(&frame);
    }
    LdifFrame frame = frame_of(HEAD "dn: cn=a\ncn: a\n");
    frame.by_server = false;
    g_autoptr(GError) error = NULL;
    assert_false(ldif_frame_end(&frame, 9, &error));
    assert_string_equal(error->message, ENDLESS);
    ldif_frame_clear(&frame);
}

static void test_references(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        unsigned count;
        const char *first;
    } cases[] = {
        {ENTRY, 0, NULL},
        {ENTRY "# search reference\nref: ldap://a/dc=x\n\nref: ldap://b/dc=y\n\n", 2,
         "ldap://a/dc=x"},
        {ENTRY "# refldaps://a/dc=x\n\n", 1, "ldaps://a/dc=x"},
        {ENTRY "# refldap://a/\x1b[31m\r\n", 1, "ldap://a/\\u{001B}[31m"},
        {"dn: ou=x\nref: ldap://a/ou=x\n\n", 0, NULL}, /* of an entry */
        {ENTRY "# references\n", 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        LdifFrame frame = frame_of(cases[i].text);
        assert_int_equal(frame.references, cases[i].count);
        if (cases[i].first == NULL)
            assert_null(frame.reference);
        else
            assert_string_equal(frame.reference, cases[i].first);
        ldif_frame_clear(&frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
