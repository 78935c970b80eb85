/* SPDX-License-Identifier: Apache-2.0 */
#include "source/filter.h"

#include "base/error.h"
#include "source/source.h"

#include <string.h>

#include "testing.h"

static const struct {
    const char *name;
    const char *value;
} values[] = {
    {"objectClass", "inetOrgPerson"},
    {"objectClass", "posixAccount"},
    {"uid", "zoe"},
    {"cn", "Zo\xc3\xab  van   Dam"},
    {"cn", "Zoe van Dam"},
    {"cn;lang-de", "Zoe von Dam"},
    {"mail", "Zoe@Example.ORG"},
    {"manager", "UID=Boss, OU=People,dc=example,dc=org"},
    {"uniqueMember", "uid=a,dc=example,dc=org#'0101'B"},
    {"memberUid", "Zoe"},
    {"uidNumber", "1007"},
    {"employeeNumber", "0042"},
    {"userAccountControl", "66050"},
    {"telephoneNumber", "+49 30 12-34"},
    {"objectCategory", "CN=Person,CN=Schema,DC=x"},
    {"description", "a*b(c)\\d"},
    {"title", " Head  of   it "},
    {"shadowMax", "x"},
};

static Entry *make_entry(void)
{
    Entry *entry = entry_new("uid=zoe,dc=example,dc=org");
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        entry_add_value(entry, values[i].name, values[i].value, strlen(values[i].value));
    entry_add_value(entry, "blob", "a\0b", 3);
    return entry;
}

#define T FILTER_TRUE
#define F FILTER_FALSE
#define U FILTER_UNDEFINED

static const struct {
    const char *filter;
    FilterVerdict verdict;
} cases[] = {
    /* equality of text */
    {"(uid=zoe)", T},
    {"(UID=ZOE)", T},
    {"(uid=zo)", F},
    {"(uid~=zoe)", T},
    {"(cn=zoe van dam)", T},
    {"(cn= zoe  van dam )", T},
    {"(cn=ZO\xc3\x8b VAN DAM)", T},
    {"(cn=zoe\xcc\x88 van dam)", T},
    {"(cn=zo\\c3\\ab van dam)", T},
    {"(cn=zoe von dam)", T},
    {"(cn;lang-de=zoe von dam)", T},
    {"(cn;lang-de=zoe van dam)", F},
    {"(title=head of it)", T},
    {"(description=a\\2ab\\28c\\29\\5cd)", T},
    {"(blob=a\\00b)", T},
    {"(blob=a\\00c)", F},
    {"(blob=a)", F},
    /* classes */
    {"(objectClass=posixaccount)", T},
    {"(objectClass=person)", T},
    {"(objectClass=organizationalPerson)", T},
    {"(objectClass=top)", T},
    {"(objectClass=group)", F},
    {"(objectClass=POSIXaccount)", T},
    {"(objectClass=  posixAccount )", T},
    {"(objectClass=posixaccoun)", F},
    {"(objectClass=inet*)", U},
    {"(objectCategory=person)", T},
    {"(objectCategory=CN=Person,CN=Schema,DC=x)", T},
    {"(objectCategory=computer)", F},
    /* absent: false, and its negation true */
    {"(sn=x)", F},
    {"(!(sn=x))", T},
    {"(sn=*)", F},
    {"(!(sn=*))", T},
    {"(sn>=1)", F},
    {"(!(sn>=1))", T},
    {"(!(sn=a*))", T},
    /* presence */
    {"(uid=*)", T},
    {"(cn=*)", T},
    {"(cn;lang-de=*)", T},
    {"(cn;lang-fr=*)", F},
    /* substrings */
    {"(cn=zoe*)", T},
    {"(cn=*dam)", T},
    {"(cn=*van*)", T},
    {"(cn=zoe*van*dam)", T},
    {"(cn=z*v*v*m)", F},
    {"(cn=*  van*)", T},
    {"(cn=van*)", F},
    {"(mail=*@example.org)", T},
    {"(uid=zoe*oe)", F},
    {"(uid=z*e)", T},
    {"(uid=*zoe*)", T},
    {"(manager=uid*)", U},
    {"(uidNumber=1*)", U},
    {"(memberUid=Z*)", T},
    {"(memberUid=z*)", F},
    {"(telephoneNumber=+4930*)", T},
    /* other syntaxes */
    {"(manager=uid=boss,ou=people,dc=example,dc=org)", T},
    {"(manager=uid=other,dc=example,dc=org)", F},
    {"(manager=boss)", U},
    {"(!(manager=boss))", U},
    {"(manager>=uid=a)", U},
    {"(uniqueMember=uid=a,dc=example,dc=org)", T},
    {"(memberUid=Zoe)", T},
    {"(memberUid=zoe)", F},
    {"(telephoneNumber=+49 301234)", T},
    {"(uidNumber=1007)", T},
    {"(uidNumber=01007)", T},
    {"(uidNumber=abc)", U},
    {"(shadowMax=1)", U},
    /* order */
    {"(uidNumber>=999)", T},
    {"(uidNumber>=1007)", T},
    {"(uidNumber>=1008)", F},
    {"(uidNumber<=2)", F},
    {"(uidNumber<=1007)", T},
    {"(employeeNumber>=9)", T},
    {"(employeeNumber<=9)", F},
    {"(uid>=aaa)", T},
    {"(uid>=zoe)", T},
    {"(uid<=zoe)", T},
    {"(uid>=zz)", F},
    {"(uid<=zo)", F},
    {"(uid>=5)", T},
    /* bits */
    {"(userAccountControl:1.2.840.113556.1.4.803:=2)", T},
    {"(userAccountControl:1.2.840.113556.1.4.803:=514)", T},
    {"(userAccountControl:1.2.840.113556.1.4.803:=3)", F},
    {"(userAccountControl:1.2.840.113556.1.4.804:=3)", T},
    {"(userAccountControl:1.2.840.113556.1.4.804:=1)", F},
    {"(!(userAccountControl:1.2.840.113556.1.4.803:=2))", F},
    {"(userAccountControl:1.2.840.113556.1.4.803:=x)", U},
    {"(uid:1.2.840.113556.1.4.803:=1)", U},
    {"(sn:1.2.840.113556.1.4.803:=1)", F},
    /* what only a server can judge */
    {"(cn:caseExactMatch:=Zoe)", U},
    {"(cn:=Zoe)", U},
    {"(:dn:2.5.13.2:=x)", U},
    {"(cn:dn:=x)", U},
    {"(member:1.2.840.113556.1.4.1941:=cn=x)", U},
    /* three values together */
    {"(&)", T},
    {"(|)", F},
    {"(&(uid=zoe)(sn=x))", F},
    {"(&(uid=zoe)(cn:=x))", U},
    {"(&(sn=x)(cn:=x))", F},
    {"(|(uid=zoe)(cn:=x))", T},
    {"(|(sn=x)(cn:=x))", U},
    {"(|(sn=x)(uid=zoe))", T},
    {"(!(&(uid=zoe)(cn:=x)))", U},
    {"(!(!(uid=zoe)))", T},
    {" ( & (uid=zoe) (!(sn=x)) ) ", T},
};

static void test_verdicts(void **state)
{
    (void) state;
    g_autoptr(Entry) entry = make_entry();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Filter) filter = NULL;
        assert_success(filter_parse(cases[i].filter, &filter, &error), error);
        FilterVerdict verdict = filter_evaluate(filter, entry);
        if (verdict != cases[i].verdict)
            fail_msg("%s gave %d", cases[i].filter, (int) verdict);
    }
}

static void test_refusals(void **state)
{
    (void) state;
    static const struct {
        const char *filter;
        const char *message;
    } table[] = {
        {"", "'' is no filter: byte 0: '(' is expected"},
        {"uid=zoe", "'uid=zoe' is no filter: byte 0: '(' is expected"},
        {"(uid=zoe", "'(uid=zoe' is no filter: byte 8: ')' is expected"},
        {"(uid=zoe))", "'(uid=zoe))' is no filter: byte 9: something follows the filter"},
        {"(uid)", "'(uid)' is no filter: byte 1: an attribute and '=' are expected"},
        {"(=x)", "'(=x)' is no filter: byte 1: an attribute is expected"},
        {"(u d=x)", "'(u d=x)' is no filter: byte 1: an attribute is expected"},
        {"()", "'()' is no filter: byte 1: an attribute and '=' are expected"},
        {"(!)", "'(!)' is no filter: byte 2: '(' is expected"},
        {"(!(a=b)(c=d))", "'(!(a=b)(c=d))' is no filter: byte 7: '!' takes one filter"},
        {"(&(a=b)", "'(&(a=b)' is no filter: byte 7: ')' is expected"},
        {"(&a=b)", "'(&a=b)' is no filter: byte 2: ')' is expected"},
        {"(a=b\\4)", "'(a=b\\4)' is no filter: byte 4: '\\' must be followed by two hexadecimal "
                     "digits"},
        {"(a=b(c)", "'(a=b(c)' is no filter: byte 4: a character that must be escaped, as \\28 or "
                    "\\2a"},
        {"(a>=b*)", "'(a>=b*)' is no filter: byte 5: a character that must be escaped, as \\28 or "
                    "\\2a"},
        {"(a=b**c)", "'(a=b**c)' is no filter: byte 7: two '*' without anything between them"},
        {"(:=x)", "'(:=x)' is no filter: byte 1: an attribute is expected"},
        {"(a:b:c:=x)", "'(a:b:c:=x)' is no filter: byte 1: an attribute is expected"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GError) error = NULL;
        Filter *filter = NULL;
        assert_false(filter_parse(table[i].filter, &filter, &error));
        assert_null(filter);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
        assert_error(error, table[i].message);
    }
}

static void test_depth(void **state)
{
    (void) state;
    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < 99; i++)
        g_string_append(text, "(!");
    g_string_append(text, "(a=b)");
    for (unsigned i = 0; i < 99; i++)
        g_string_append_c(text, ')');
    assert_true(source_filter_check(text->str, true, NULL));
    g_string_prepend(text, "(!");
    g_string_append_c(text, ')');
    assert_false(source_filter_check(text->str, true, NULL));
}

static void test_check(void **state)
{
    (void) state;
    g_autoptr(GError) error = NULL;
    assert_success(source_filter_check("(cn:caseExactMatch:=x)", false, &error), error);
    assert_false(source_filter_check("(&(a=b)(|(cn:caseExactMatch:=x)))", true, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    assert_error(error, "only a server can judge the extensible match 'cn:caseExactMatch'\n"
                        "hint: without a server, only the bit rules 1.2.840.113556.1.4.803 and "
                        "1.2.840.113556.1.4.804 are understood");
    assert_false(source_filter_check("(x", true, NULL));
}

static void collect(void *context, const char *name)
{
    g_string_append_printf(context, "%s ", name);
}

static void test_attributes(void **state)
{
    (void) state;
    g_autoptr(Filter) filter = NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    assert_true(
        filter_parse("(&(a=1)(!(b;lang-de=*))(c:1.2.840.113556.1.4.803:=2)(d=x*))", &filter, NULL));
    filter_attributes(filter, collect, names);
    assert_string_equal(names->str, "a b c d ");
}

/* Whatever the bytes, the reader returns, and what it read can be judged. */
static void test_any_text(void **state)
{
    (void) state;
    static const char alphabet[] = "()&|!=*<>~:\\25ac \xc3";
    g_autoptr(GRand) random = g_rand_new_with_seed(4515);
    g_autoptr(Entry) entry = make_entry();
    unsigned read = 0;
    for (unsigned i = 0; i < 200000; i++) {
        char text[24] = "(a";
        size_t length = (size_t) g_rand_int_range(random, 2, 12);
        for (size_t k = 2; k < length; k++)
            text[k] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
        text[length] = ')';
        g_autoptr(Filter) filter = NULL;
        if (!filter_parse(text, &filter, NULL))
            continue;
        read++;
        (void) filter_evaluate(filter, entry);
    }
    assert_true(read > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),   cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_depth),      cmocka_unit_test(test_check),
        cmocka_unit_test(test_attributes), cmocka_unit_test(test_any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
