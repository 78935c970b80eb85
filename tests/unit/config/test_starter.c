/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/config.h"
#include "config/starter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static Directory *directory_of(const char *const *groups)
{
    Directory *directory = directory_new("directory");
    static const char *const people[] = {"uid=ann,ou=staff,ou=people,dc=example",
                                         "uid=bob,ou=people,dc=example"};
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
        (void) directory_add_person(directory, g_strdup_printf("p%zu", i), g_strdup(people[i]),
                                    g_strdup(people[i]), NULL);
    for (guint i = 0; groups[i] != NULL; i++) {
        DirectoryGroup *group = directory_add_group(
            directory, g_strdup_printf("g%u", i), g_strdup_printf("cn=g%u,ou=groups,dc=example", i),
            g_strdup_printf("cn=g%u,ou=groups,dc=example", i), g_strdup(groups[i]));
        for (uint32_t member = 0; member <= i && member < 2; member++) {
            GroupMember one = {member, i};
            g_array_append_val(group->members, one);
        }
    }
    return directory;
}

static Organization *organization_of(const char *const *groups)
{
    Organization *organization = organization_new(5000000000);
    g_free(organization->name);
    organization->name = g_strdup("Example");
    (void) organization_add_workspace(organization, 11, "Company");
    (void) organization_add_workspace(organization, 12, "Product");
    for (int i = 0; groups[i] != NULL; i++) {
        OrganizationGroup *group = organization_add_group(organization, 21 + i, groups[i]);
        int64_t workspace = 12;
        g_array_append_val(group->workspaces, workspace);
    }
    int64_t twice = 0;
    assert_true(organization_index(organization, &twice));
    return organization;
}

static const Starter plain = {
    .kind = "openldap",
    .uri = "ldaps://ldap.example.org",
    .bind_dn = "cn=reader,dc=example",
    .password = "env:LDAP_PASSWORD",
    .people_filter = "(objectClass=inetOrgPerson)",
    .group_filter = "(objectClass=groupOfNames)",
    .organization = 5000000000,
    .token = "credential:toggl-token",
};

/* The text for these groups on both sides, which must be a configuration. */
static char *text_for(const Starter *from, const char *const *directory_groups,
                      const char *const *toggl_groups)
{
    Starter starter = *from;
    g_autoptr(Directory) directory = directory_of(directory_groups);
    g_autoptr(Organization) organization = organization_of(toggl_groups);
    starter_look(&starter, directory, organization);
    char *text = starter_text(&starter);
    starter_clear(&starter);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("starter-XXXXXX", &path, &error);
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    assert_success(g_file_set_contents(path, text, -1, &error), error);
    g_autoptr(Config) config = NULL;
    assert_success(config_load(path, CONFIG_WITHOUT_SECRETS, &config, &error), error);
    assert_int_equal(config->sync->lifecycle.mode, MODE_REPORT);
    assert_true(config->toggl->organization == 5000000000);
    assert_int_equal(remove(path), 0);
    return text;
}

static void test_common_groups(void **state)
{
    (void) state;
    g_autofree char *text =
        text_for(&plain, (const char *const[]){"Developers", "leads", "others", NULL},
                 (const char *const[]){"LEADS", "developers", NULL});
    static const char *const lines[] = {
        "# Where people come from: 2 people and 3 groups were found.",
        "  kind = \"openldap\";\n",
        "  uris = \"ldaps://ldap.example.org\";\n",
        "    dn = \"cn=reader,dc=example\";\n    password = \"env:LDAP_PASSWORD\";\n",
        "    base = \"ou=people,dc=example\";\n",
        "    base = \"ou=groups,dc=example\";\n",
        "  organization = \"5000000000\";\n",
        "# Groups that both sides have: 2.",
        "  { group = \"cn=g0,ou=groups,dc=example\"; toggl_group = \"developers\"; "
        "workspaces = \"Product\"; },  # 1 member\n",
        "  { group = \"cn=g1,ou=groups,dc=example\"; toggl_group = \"LEADS\"; "
        "workspaces = \"Product\"; }  # 2 members\n",
        "lifecycle: { mode = \"report\"; };\n",
    };
    const char *at = text;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        at = strstr(at, lines[i]);
        if (at == NULL)
            fail_msg("'%s' is not in its place in:\n%s", lines[i], text);
    }
    assert_null(strstr(text, "cn=g2"));
    assert_non_null(strstr(text, "\n  # sentinels = \"cn=reader,dc=example\";\n};\n"));
}

static void test_no_common_group(void **state)
{
    (void) state;
    g_autofree char *text =
        text_for(&plain, (const char *const[]){"a", "b", NULL}, (const char *const[]){"c", NULL});
    assert_non_null(strstr(text, "This is an example; write your own."));
    assert_non_null(
        strstr(text, "  { group = \"cn=g0,ou=groups,dc=example\"; workspaces = \"Company\"; }\n"));
    g_autofree char *nothing =
        text_for(&plain, (const char *const[]){NULL}, (const char *const[]){NULL});
    assert_non_null(strstr(nothing, "  { everyone = true; workspaces = \"Company\"; }\n"));
    assert_null(strstr(nothing, "groups:"));
}

/* Whatever a group or the organization is called, the text is a configuration. */
static void test_hostile(void **state)
{
    (void) state;
    static const char *const evil[] = {
        "\"; token = \"x",
        "a\\",
        "\\\"",
        "@include \"/etc/passwd\"",
        "#",
        "*/",
        "\n}; toggl: {",
        "\x1b[2J",
        "\xe2\x80\xae",
        "(",
        ");",
        "${x}",
        "ä",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(evil); i++) {
        Starter starter = plain;
        starter.organization_name = evil[i];
        g_autofree char *text = text_for(&starter, (const char *const[]){evil[i], NULL},
                                         (const char *const[]){evil[i], NULL});
        assert_null(strchr(text, '\x1b'));
    }
}

static void test_file(void **state)
{
    (void) state;
    Starter starter = {
        .kind = "ldif",
        .file = "/etc/hostname",
        .people_filter = "(objectClass=person)",
        .group_filter = "(objectClass=groupOfNames)",
        .organization = 5000000000,
        .token = "env:TOKEN",
        .base_url = "https://toggl.example.org/api/v9",
        .state = "/tmp/state.db",
    };
    g_autofree char *text =
        text_for(&starter, (const char *const[]){"a", NULL}, (const char *const[]){"a", NULL});
    assert_non_null(strstr(text, "  kind = \"ldif\";\n  file = \"/etc/hostname\";\n"));
    assert_non_null(strstr(text, "  base_url = \"https://toggl.example.org/api/v9\";\n"));
    assert_non_null(strstr(text, "\nstate = \"/tmp/state.db\";\n"));
    assert_null(strstr(text, "uris"));
    assert_null(strstr(text, "bind"));
    assert_null(strstr(text, "sentinels")); /* no account */
}

/* What is not the server's own choice is said where the choice stands. */
static void test_choices(void **state)
{
    (void) state;
    Starter starter = plain;
    starter.anchor = "uid";
    starter.anchor_may_pass_on = true;
    starter.mail = "mailLocalAddress";
    starter.disabled = "(loginDisabled=TRUE)";
    starter.expires = true;
    starter.classes = "person (2)\nevil";
    g_autofree char *text =
        text_for(&starter, (const char *const[]){"a", NULL}, (const char *const[]){"a", NULL});
    assert_non_null(strstr(text, "  # what there is: person (2)\\u{000A}evil\n"));
    assert_non_null(strstr(text, "  # People are known again by uid: "));
    assert_non_null(strstr(
        text,
        "    anchor = \"uid\";\n    mail = \"mailLocalAddress\";\n"
        "    disabled = \"(loginDisabled=TRUE)\";\n"
        "    expires: { attribute = \"shadowExpire\"; format = \"days-since-1970\"; };\n  };\n"));
    assert_non_null(strstr(text, "  # Nobody has an address where such servers keep it. "));
    assert_non_null(strstr(text, "  # 'disabled' says who may not log in any more"));
    starter.anchor_may_pass_on = false;
    g_autofree char *id =
        text_for(&starter, (const char *const[]){"a", NULL}, (const char *const[]){"a", NULL});
    assert_null(strstr(id, "known again"));
    /* such a name can bind, and is no entry */
    assert_non_null(strstr(id, "sentinels"));
    starter.bind_dn = "EXAMPLE\\sync";
    g_autofree char *account =
        text_for(&starter, (const char *const[]){"a", NULL}, (const char *const[]){"a", NULL});
    assert_non_null(strstr(account, "    dn = \"EXAMPLE\\\\sync\";\n"));
    assert_null(strstr(account, "sentinels"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common_groups), cmocka_unit_test(test_no_common_group),
        cmocka_unit_test(test_hostile),       cmocka_unit_test(test_file),
        cmocka_unit_test(test_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
