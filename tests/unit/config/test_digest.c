/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/config.h"

#include <glib/gstdio.h>
#include <string.h>

/* Every deciding key stands in it, so that each can be changed in one place. */
static const char base[] =
    "directories = ( {\n"
    "  name = \"staff\"; kind = \"openldap\"; uris = [ \"ldaps://ldap1.example.org\" ];\n"
    "  bind: { method = \"simple\"; dn = \"cn=sync,dc=example\"; password = \"env:UNIT_A\"; };\n"
    "  people = ( { base = \"ou=people,dc=example\"; filter = \"(a=b)\"; mail = [ \"mail\", "
    "\"alias\" ]; name = \"cn\"; scope = \"one\"; anchor = \"entryUUID\"; disabled = \"ppolicy\";\n"
    "    expires: { attribute = \"end\"; format = \"iso-date\"; };\n"
    "    exclude: { mail = [ \"^svc-\" ]; dn = [ \"robots\" ]; group = [ \"cn=r\" ]; presets = "
    "true; "
    "}; }, { base = \"dc=two\"; } );\n"
    "  groups: { base = \"ou=groups,dc=example\"; filter = \"(c=d)\"; name = \"ou\"; member = "
    "\"member\"; nested = true; scope = \"subtree\"; max_depth = 9; schema = \"auto\"; };\n"
    "  sentinels = [ \"cn=one\" ]; connect_timeout = 5; page_timeout = 6; read_timeout = 7;\n"
    "  max_shrink = \"51%\";\n"
    "}, { name = \"files\"; uris = \"ldapi://\"; people: { base = \"dc=files\"; }; } );\n"
    "toggl: { organization = 1; token = \"env:UNIT_B\"; base_url = \"https://one.example.org\"; "
    "min_interval_ms = 11; reserve = 12; timeout_seconds = 13; settle_seconds = 14; "
    "requests_per_hour = 15; proxy = \"http://one.example.org\"; };\n"
    "mapping = ( { group = \"cn=a,dc=example\"; toggl_group = \"A\"; workspaces = ( { name = "
    "\"P\"; role = \"admin\"; }, { id = 21; } ); from = \"staff\"; },\n"
    "  { group_match = \"^x(.)\"; toggl_group = 22; workspaces = \"Q\"; allow_empty = true; },\n"
    "  { group_name = \"n\"; workspaces = \"R\"; }, { people_match = { attribute = \"l\"; pattern "
    "= "
    "\"Paris\"; }; toggl_group = \"L\"; workspaces = \"V\"; via = \"group\"; }, { group_filter = "
    "\"(e=f)\"; }, { group_anchor = \"0f\"; }, { everyone = true; } );\n"
    "lifecycle: { mode = \"apply\"; kinds = [ \"invite\" ]; adoption = \"matching\"; leavers = "
    "\"deactivate\"; disabled = \"leaver-now\"; grace: { days = 31; reads = 32; }; memberships = "
    "\"ours\"; expired = \"grace\"; delete_after_days = 33; addresses = \"report\"; names = "
    "\"keep\"; same_domains = ( ( \"one.example\", \"two.example\" ) ); invitations: { resend_max "
    "= "
    "34; resend_after_days = 35; }; externals = ( { mail = \"x@example.org\"; owner = \"o\"; until "
    "= "
    "\"2027-06-30\"; } ); returners = "
    "\"reactivate\"; by_hand = "
    "\"respect\"; unmanaged = \"ignore\"; protect = [ \"a@example.org\" ]; create_groups = false; "
    "delete_groups = false; create_workspaces = false; };\n"
    "limits: { removals = \"41%\"; removals_count = 42; removals_floor = 43; invitations = 44; "
    "removals_per_day = 45; group_removals = \"46%\"; reactivations = 47; new_admins = 48; "
    "address_changes = 49; canary = 50; seats = 61; };\n"
    "approval: { needed = 2; allowed_signers = \"signers\"; };\n"
    "state = \"one.db\"; log: { format = \"text\"; level = \"info\"; };\n";

typedef struct {
    const char *from;
    const char *to;
} Edit;

static char *edited(const Edit *edit)
{
    GString *text = g_string_new(base);
    if (g_string_replace(text, edit->from, edit->to, 1) != 1)
        fail_msg("'%s' is not in the text", edit->from);
    return g_string_free(text, FALSE);
}

static char *digest_of(const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("digest-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "t.conf", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    Config *config = NULL;
    GError *error = NULL;
    assert_success(config_load(path, CONFIG_WITHOUT_SECRETS, &config, &error), error);
    char *digest = g_strdup(config->sync->digest);
    config_free(config);
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_rmdir(folder), 0);
    return digest;
}

static void test_form(void **state)
{
    (void) state;
    g_autofree char *digest = digest_of(base);
    assert_true(g_regex_match_simple("^sha256:[0-9a-f]{64}$", digest, 0, 0));
}

/* Each of them, in place of what stands there, decides something else. */
static const Edit deciding[] = {
    {"name = \"files\"", "name = \"papers\""},
    {"kind = \"openldap\"", "kind = \"freeipa\""},
    {"ou=people,dc=example", "ou=persons,dc=example"},
    {"(a=b)", "(a=c)"},
    {"filter = \"(a=b)\"; ", ""},
    {"[ \"mail\", \"alias\" ]", "[ \"alias\", \"mail\" ]"},
    {"[ \"mail\", \"alias\" ]", "\"mail\""},
    {"name = \"cn\"; scope", "name = \"displayName\"; scope"},
    {"scope = \"one\"", "scope = \"base\""},
    {"\"entryUUID\"", "\"nsUniqueId\""},
    {"\"ppolicy\"", "\"none\""},
    {"\"^svc-\"", "\"^bot-\""},
    {"\"robots\"", "\"machines\""},
    {"\"end\"", "\"contractEnd\""},
    {"\"iso-date\"", "\"file-time\""},
    {"\"cn=r\"", "\"cn=s\""},
    {"presets = true", "presets = false"},
    {", { base = \"dc=two\"; }", ""},
    {"ou=groups,dc=example", "ou=teams,dc=example"},
    {"(c=d)", "(c=e)"},
    {"name = \"ou\"", "name = \"cn\""},
    {"member = \"member\"", "member = \"uniqueMember\""},
    {"nested = true", "nested = false"},
    {"schema = \"auto\"", "schema = \"posixGroup\""},
    {"scope = \"subtree\"", "scope = \"one\""},
    {"max_depth = 9", "max_depth = 8"},
    {"cn=a,dc=example", "cn=b,dc=example"},
    {"toggl_group = \"A\"", "toggl_group = \"B\""},
    {"toggl_group = \"A\"; ", ""},
    {"toggl_group = 22", "toggl_group = \"22\""},
    {"toggl_group = 22", "toggl_group = 23"},
    {"name = \"P\"", "name = \"O\""},
    {"role = \"admin\"", "role = \"teamlead\""},
    {"role = \"admin\"; ", ""},
    {"{ id = 21; }", "{ id = 20; }"},
    {"{ id = 21; }", "{ name = \"21\"; }"},
    {" from = \"staff\";", ""},
    {"^x(.)", "^y(.)"},
    {"allow_empty = true", "allow_empty = false"},
    {"group_name = \"n\"", "group_name = [ \"n\", \"m\" ]"},
    {", { everyone = true; }", ""},
    {"mode = \"apply\"", "mode = \"report\""},
    {"adoption = \"matching\"", "adoption = \"none\""},
    {"leavers = \"deactivate\"", "leavers = \"report\""},
    {"disabled = \"leaver-now\"", "disabled = \"grace\""},
    {"days = 31", "days = 30"},
    {"reads = 32", "reads = 31"},
    {"returners = \"reactivate\"", "returners = \"report\""},
    {"by_hand = \"respect\"", "by_hand = \"reactivate\""},
    {"unmanaged = \"ignore\"", "unmanaged = \"leaver\""},
    {"memberships = \"ours\"", "memberships = \"exact\""},
    {"expired = \"grace\"", "expired = \"leaver-now\""},
    {"delete_after_days = 33", "delete_after_days = 0"},
    {"addresses = \"report\"", "addresses = \"change\""},
    {"names = \"keep\"", "names = \"follow\""},
    {"\"two.example\"", "\"three.example\""},
    {"resend_max = 34", "resend_max = 0"},
    {"resend_after_days = 35", "resend_after_days = 1"},
    {"x@example.org", "y@example.org"},
    {"2027-06-30", "2027-07-01"},
    {"attribute = \"l\"", "attribute = \"st\""},
    {"\"Paris\"", "\"Rome\""},
    {"via = \"group\"", "via = \"direct\""},
    {"(e=f)", "(e=g)"},
    {"\"0f\"", "\"1f\""},
    {"a@example.org", "b@example.org"},
    {"create_groups = false", "create_groups = true"},
    {"delete_groups = false", "delete_groups = true"},
    {"create_workspaces = false", "create_workspaces = true"},
    {"41%", "40%"},
    {"removals_count = 42", "removals_count = 41"},
    {"removals_floor = 43", "removals_floor = 42"},
    {"invitations = 44", "invitations = 43"},
    {"removals_per_day = 45", "removals_per_day = 46"},
    {"46%", "47%"},
    {"reactivations = 47", "reactivations = 48"},
    {"new_admins = 48", "new_admins = 49"},
    {"address_changes = 49", "address_changes = 50"},
    {"canary = 50", "canary = 51"},
    {"seats = 61", "seats = 62"},
    {"51%", "52%"},
    {"[ \"invite\" ]", "[ \"invite\", \"assign\" ]"},
    {"[ \"invite\" ]", "[ ]"},
};

static void test_deciding_keys(void **state)
{
    (void) state;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(seen, digest_of(base));
    for (size_t i = 0; i < G_N_ELEMENTS(deciding); i++) {
        g_autofree char *text = edited(&deciding[i]);
        if (!g_hash_table_add(seen, digest_of(text)))
            fail_msg("'%s' for '%s' changes nothing", deciding[i].to, deciding[i].from);
    }
}

static void test_other_keys(void **state)
{
    (void) state;
    static const Edit edits[] = {
        {"ldap1.example.org", "ldap2.example.org"},
        {"cn=sync,dc=example", "cn=other,dc=example"},
        {"env:UNIT_A", "env:UNIT_C"},
        {"env:UNIT_B", "file:/secret"},
        {"cn=one", "cn=two"},
        {"connect_timeout = 5", "required = false; tls_min = \"1.3\"; connect_timeout = 5"},
        {"connect_timeout = 5", "connect_timeout = 50"},
        {"page_timeout = 6", "page_timeout = 60"},
        {"read_timeout = 7", "read_timeout = 70"},
        {"https://one.example.org", "https://two.example.org"},
        {"min_interval_ms = 11", "min_interval_ms = 12"},
        {"reserve = 12", "reserve = \"12%\""},
        {"timeout_seconds = 13", "timeout_seconds = 14"},
        {"settle_seconds = 14", "settle_seconds = 15"},
        {"requests_per_hour = 15", "requests_per_hour = 16"},
        {"http://one.example.org", "http://two.example.org"},
        {"one.db", "two.db"},
        {"needed = 2", "needed = 3"},
        {"\"signers\"", "\"others\""},
        {"format = \"text\"", "format = \"json\""},
        {"level = \"info\"", "level = \"debug\""},
        /* the same in other words */
        {"ou=people,dc=example", "OU=People, DC=Example"},
        {"cn=a,dc=example", "CN=a , dc=EXAMPLE"},
        {"\"entryUUID\"", "\"entryuuid\""},
        {"a@example.org", "a@EXAMPLE.org"},
        {"[ \"a@example.org\" ]", "\"a@example.org\""},
        {"\"one.example\", \"two.example\"", "\"TWO.example\", \"one.example\""},
        {"owner = \"o\"", "owner = \"p\""},
        {"x@example.org", "X@EXAMPLE.org"},
        {"attribute = \"l\"", "attribute = \"L\""},
        {"[ \"invite\" ]", "\"invite\""},
        {"workspaces = \"Q\"", "workspaces = ( { name = \"Q\"; } )"},
        {"{ id = 21; }", "{ id = \"21\"; }"},
        {"{ name = \"P\"; role = \"admin\"; }, { id = 21; }",
         "{ id = 21L; }, { role = \"admin\"; name = \"P\"; }"},
        {", { everyone = true; } );", " );"},
        {"mapping = ( ", "mapping = ( { everyone = true; }, "},
    };
    g_autofree char *plain = digest_of(base);
    for (size_t i = 0; i + 2 < G_N_ELEMENTS(edits); i++) {
        g_autofree char *text = edited(&edits[i]);
        g_autofree char *digest = digest_of(text);
        if (strcmp(digest, plain) != 0)
            fail_msg("'%s' for '%s' changes the digest", edits[i].to, edits[i].from);
    }
    /* the last two together move a rule from the end to the beginning */
    g_autoptr(GString) moved = g_string_new(base);
    for (size_t i = G_N_ELEMENTS(edits) - 2; i < G_N_ELEMENTS(edits); i++)
        assert_int_equal(g_string_replace(moved, edits[i].from, edits[i].to, 1), 1);
    g_autofree char *digest = digest_of(moved->str);
    assert_string_equal(digest, plain);
}

/* What is not said has the digest of its default said aloud. */
static void test_defaults(void **state)
{
    (void) state;
    static const char short_text[] =
        "directory: { uris = \"ldapi://\"; people: { base = \"dc=a\"; }; };\n"
        "toggl: { organization = 1; token = \"env:UNIT_B\"; };\n"
        "mapping: { everyone = true; };\n";
    g_autofree char *long_text = g_strconcat(
        "directories = ( { name = \"directory\"; kind = \"auto\"; uris = \"ldapi://\"; people = ( "
        "{ base = \"dc=a\"; scope = \"subtree\"; } ); max_shrink = \"20%\"; } );\n"
        "toggl: { organization = 1; token = \"env:UNIT_B\"; };\n"
        "mapping = ( { everyone = true; allow_empty = false; workspaces = ( ); } );\n"
        "lifecycle: { mode = \"apply\"; kinds = [ ]; adoption = \"matching\"; leavers = "
        "\"deactivate\"; disabled = \"leaver-now\"; grace: { days = 3; reads = 2; }; returners = "
        "\"reactivate\"; "
        "by_hand = \"respect\"; unmanaged = \"report\"; protect = ( ); create_groups = false; "
        "delete_groups = false; create_workspaces = false; };\n"
        "limits: { removals = \"5%\"; removals_count = 25; removals_floor = 5; invitations = 50; "
        "removals_per_day = 50; group_removals = \"20%\"; reactivations = 20; new_admins = 2; "
        "address_changes = 10; canary = 0; seats = 0; };\n"
        "approval: { needed = 1; allowed_signers = \"\"; };\n",
        NULL);
    g_autofree char *a = digest_of(short_text);
    g_autofree char *b = digest_of(long_text);
    assert_string_equal(a, b);
}

/* BASE with spaces, newlines and comments wherever the syntax lets them stand. */
static char *reformatted(GRand *random)
{
    static const char *const fillers[] = {
        "", " ", "\n", "\t", " # one; two = 3\n", " // {\n", " /* \"x\n */ ", "\n\n# (\n",
    };
    GString *text = g_string_new(NULL);
    bool quoted = false;
    for (const char *c = base; *c != '\0'; c++) {
        quoted = quoted != (*c == '"');
        g_string_append_c(text, *c);
        bool may = !quoted && strchr(";,{}()[]=", *c) != NULL;
        guint filler = g_rand_int(random) % (guint) G_N_ELEMENTS(fillers);
        if (may)
            g_string_append(text, fillers[filler]);
    }
    return g_string_free(text, FALSE);
}

static void test_formatting(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
    g_autofree char *plain = digest_of(base);
    for (unsigned round = 0; round < 100; round++) {
        g_autofree char *text = reformatted(random);
        g_autofree char *digest = digest_of(text);
        if (strcmp(digest, plain) != 0)
            fail_msg("another digest for:\n%s", text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),       cmocka_unit_test(test_deciding_keys),
        cmocka_unit_test(test_other_keys), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_formatting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
