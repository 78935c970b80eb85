/* SPDX-License-Identifier: Apache-2.0 */
#include "source/proposal.h"

#include "ldif_world.h"

#define UUID "entryUUID: 00000000-0000-0000-0000-00000000000"

typedef struct {
    const char *text;
    SourceKind kind;
    const char *people_filter; /* NULL, as in the other fields: what the kind has */
    const char *group_filter;
    const char *anchor;
    bool may_pass_on;
    const char *mail;
    const char *disabled;
    bool expires;
} Case;

static void assert_text(const Case *one, const char *what, const char *is, const char *wanted)
{
    if (g_strcmp0(is, wanted) != 0)
        fail_msg("%s: %s is '%s', not '%s'", one->text, what, is, wanted);
}

#define PERSON(attributes) BASE "dn: l=a,dc=org\nobjectClass: inetOrgPerson\n" attributes "\n"

static const Case cases[] = {
    {.text = BASE ZOE "\n" ADA "\n" TEAM "\n", .kind = SOURCE_KIND_OPENLDAP},
    {.text = BASE, .kind = SOURCE_KIND_OPENLDAP},
    /* no ids of a server */
    {.text = PERSON("uid: a\nmail: a@x\n") "dn: uid=b,dc=org\nobjectClass: inetOrgPerson\n"
                                           "uid: b\nmail: a@x\n\n",
     .kind = SOURCE_KIND_OPENLDAP,
     .anchor = "uid",
     .may_pass_on = true},
    {.text = PERSON("uid: a\nibm-entryUuid: 1\n"),
     .kind = SOURCE_KIND_OPENLDAP,
     .anchor = "ibm-entryUuid"},
    {.text = PERSON("description: x\n"), .kind = SOURCE_KIND_OPENLDAP},
    /* other classes of people, the most telling one */
    {.text = BASE
     "dn: uid=a,dc=org\nobjectClass: person\nobjectClass: posixAccount\nmail: a@x\n" UUID "a\n\n",
     .kind = SOURCE_KIND_OPENLDAP,
     .people_filter = "(objectClass=person)"},
    {.text =
         BASE "dn: uid=a,dc=org\nobjectClass: account\nobjectClass: posixAccount\n" UUID "a\n\n",
     .kind = SOURCE_KIND_OPENLDAP,
     .people_filter = "(objectClass=posixAccount)"},
    /* other classes of groups, none forgotten */
    {.text = BASE ZOE "\n" TEAM "\ndn: cn=g,dc=org\nobjectClass: Group\ncn: g\n\n",
     .kind = SOURCE_KIND_OPENLDAP,
     .group_filter = "(|(objectClass=groupOfNames)(objectClass=group))"},
    /* signs of those who may not log in, where the kind does not look */
    {.text = PERSON("loginDisabled: FALSE\n" UUID "a\n"),
     .kind = SOURCE_KIND_OPENLDAP,
     .disabled = "(loginDisabled=TRUE)"},
    {.text = PERSON("zimbraAccountStatus: active\nds-pwp-account-disabled: FALSE\n"
                    "shadowExpire: 1\n" UUID "a\n"),
     .kind = SOURCE_KIND_OPENLDAP,
     .disabled = "(|(ds-pwp-account-disabled=TRUE)(|(zimbraAccountStatus=closed)"
                 "(zimbraAccountStatus=locked)))",
     .expires = true},
    {.text = PERSON("nsUniqueId: 1-1\nnsAccountLock: TRUE\nshadowExpire: 1\n"),
     .kind = SOURCE_KIND_389DS},
    /* addresses elsewhere */
    {.text = PERSON("mailLocalAddress: a@x\n" UUID "a\n"),
     .kind = SOURCE_KIND_OPENLDAP,
     .mail = "mailLocalAddress"},
    {.text = "dn: DC=org\nobjectClass: domain\n\ndn: CN=a,DC=org\nobjectClass: user\n"
             "sAMAccountName: a\nuserAccountControl: 512\nuserPrincipalName: a@x\n\n",
     .kind = SOURCE_KIND_ACTIVE_DIRECTORY,
     .anchor = "sAMAccountName",
     .may_pass_on = true,
     .mail = "userPrincipalName"},
    {.text = "dn: DC=org\nobjectClass: domain\n\ndn: CN=a,DC=org\nobjectClass: user\n"
             "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\nmail: a@x\n\n"
             "dn: CN=g,DC=org\nobjectClass: posixGroup\ncn: g\n\n",
     .kind = SOURCE_KIND_ACTIVE_DIRECTORY},
};

static void test_cases(void **state)
{
    World *world = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *one = &cases[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) bases = NULL;
        SourceKind kind = SOURCE_KIND_AUTO;
        put(world, one->text);
        g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, &error);
        assert_non_null(source);
        assert_success(source->contexts(source, &bases, &kind, &error), error);
        assert_int_equal(kind, one->kind);
        g_autoptr(Proposal) proposal = proposal_new(source, NULL, kind);
        assert_text(one, "people_filter", proposal->people_filter, one->people_filter);
        assert_text(one, "group_filter", proposal->group_filter, one->group_filter);
        assert_text(one, "anchor", proposal->anchor, one->anchor);
        assert_text(one, "mail", proposal->mail, one->mail);
        assert_text(one, "disabled", proposal->disabled, one->disabled);
        assert_int_equal(proposal->expires, one->expires);
        assert_int_equal(proposal->anchor_may_pass_on, one->may_pass_on);
        assert_non_null(proposal->classes);
    }
}

/* What cannot be looked at is proposed as the kind has it. */
static void test_no_file(void **state)
{
    World *world = *state;
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, NULL);
    g_autoptr(Proposal) proposal = proposal_new(source, NULL, SOURCE_KIND_OPENLDAP);
    assert_null(proposal->people_filter);
    assert_null(proposal->anchor);
    assert_null(proposal->classes);
}

/* A file may hold several trees, and nobody need stand on top of them. */
static void test_trees(void **state)
{
    World *world = *state;
    g_autoptr(GPtrArray) bases = NULL;
    SourceKind kind = SOURCE_KIND_AUTO;
    put(world, ZOE "\n" ADA "\ndn: uid=bob,ou=p,o=other\nobjectClass: inetOrgPerson\n\n");
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, NULL);
    assert_true(source->contexts(source, &bases, &kind, NULL));
    assert_int_equal(bases->len, 2);
    assert_string_equal(g_ptr_array_index(bases, 0), "ou=people,dc=org");
    assert_string_equal(g_ptr_array_index(bases, 1), "uid=bob,ou=p,o=other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_cases), TEST(test_no_file), TEST(test_trees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
