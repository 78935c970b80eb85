/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/secret.h"
#include "config/config.h"

#include <glib/gstdio.h>
#include <string.h>

static Config *load(const char *path, unsigned flags)
{
    Config *config = NULL;
    GError *error = NULL;
    assert_success(config_load(path, flags, &config, &error), error);
    return config;
}

/* MESSAGE is EXPECTED, which may end in a newline; names the first line that differs. */
static void assert_lines(const char *file, const char *message, const char *expected)
{
    g_auto(GStrv) got = g_strsplit(message, "\n", -1);
    g_auto(GStrv) wanted = g_strsplit(expected, "\n", -1);
    guint last = g_strv_length(wanted);
    assert_int_not_equal(last, 0);
    if (*wanted[last - 1] == '\0')
        g_clear_pointer(&wanted[last - 1], g_free); /* the newline at the end of the file */
    for (guint i = 0; got[i] != NULL || wanted[i] != NULL; i++) {
        const char *is = got[i] != NULL ? got[i] : "(no more lines)";
        const char *want = wanted[i] != NULL ? wanted[i] : "(no more lines)";
        if (strcmp(is, want) != 0)
            fail_msg("%s, line %u:\n  got      %s\n  expected %s", file, i + 1, is, want);
    }
}

static void check_bad_file(const char *name)
{
    g_autofree char *path = g_build_filename("bad", name, NULL);
    g_autofree char *expected_path = g_strndup(path, strlen(path) - strlen(".conf"));
    g_autofree char *text_path = g_strconcat(expected_path, ".txt", NULL);
    g_autofree char *expected = NULL;
    assert_true(g_file_get_contents(text_path, &expected, NULL, NULL));
    Config *config = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(config_load(path, 0, &config, &error));
    assert_null(config);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    g_autofree char *folder = g_get_current_dir();
    g_autoptr(GString) message = g_string_new(error->message);
    g_string_replace(message, folder, "@CWD@", 0);
    assert_lines(path, message->str, expected);
    assert_null(strstr(error->message, "hunter2"));
}

static void test_bad_files(void **state)
{
    (void) state;
    g_setenv("UNIT_TOKEN", "a-token", true);
    g_unsetenv("UNIT_NOT_SET");
    g_autoptr(GDir) folder = g_dir_open("bad", 0, NULL);
    assert_non_null(folder);
    unsigned checked = 0;
    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
        if (!g_str_has_suffix(name, ".conf"))
            continue;
        check_bad_file(name);
        checked++;
    }
    assert_true(checked >= 35);
}

static void check_unreadable(const char *path, const char *message)
{
    Config *config = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(config_load(path, 0, &config, &error));
    assert_null(config);
    assert_string_equal(error->message, message);
}

static void test_missing_file(void **state)
{
    (void) state;
    check_unreadable("no\033where.conf",
                     "cannot read the configuration 'no\\u{001B}where.conf': No such file or "
                     "directory\nhint: copy '" PROJECT_SAMPLE
                     "' there and change it, let 'toggl-ldap-sync init' write one, or name another "
                     "with --config");
    check_unreadable("bad", "cannot read the configuration 'bad': Is a directory\n"
                            "hint: name another with --config");
}

static void test_file_that_everybody_may_write(void **state)
{
    (void) state;
    g_autofree char *folder = g_dir_make_tmp("config-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.conf", NULL);
    g_autofree char *message = g_strdup_printf(
        "cannot read the configuration '%s': everybody may write it\nhint: chmod o-w "
        "'%s'; or name another with --config",
        path, path);
    assert_true(g_file_set_contents(path, "state = \"s.db\";\n", -1, NULL));
    assert_int_equal(g_chmod(path, 0646), 0);
    check_unreadable(path, message);
    assert_int_equal(g_unlink(path), 0);
    assert_int_equal(g_rmdir(folder), 0);
}

static void test_default_state(void **state)
{
    (void) state;
    static const struct {
        const char *path;
        const char *state;
    } cases[] = {
        {CONFIG_DEFAULT_PATH, CONFIG_DEFAULT_STATE},
        {"/etc/toggl-ldap-sync/../toggl-ldap-sync/toggl-ldap-sync.conf", CONFIG_DEFAULT_STATE},
        {"/etc/toggl-ldap-sync/acme.conf", "/var/lib/toggl-ldap-sync/acme/state.db"},
        {"/etc/toggl-ldap-sync/acme", "/var/lib/toggl-ldap-sync/acme/state.db"},
        {"/srv/acme.conf", CONFIG_DEFAULT_STATE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = config_default_state(cases[i].path);
        assert_string_equal(found, cases[i].state);
    }
}

static void test_defaults(void **state)
{
    (void) state;
    g_setenv("UNIT_TOKEN", "a-token", true);
    g_autoptr(Config) config = load("good/minimal.conf", 0);
    assert_string_equal(config->path, "good/minimal.conf");
    assert_string_equal(config->state, CONFIG_DEFAULT_STATE);
    assert_string_equal(config->report.html, "/var/lib/toggl-ldap-sync/last-plan.html");
    assert_null(config->report.metrics);
    assert_int_equal(config->report.stale_after_hours, 3);
    assert_string_equal(config->audit, "/var/lib/toggl-ldap-sync/audit.jsonl");
    assert_int_equal(config->retention.history_days, 400);
    assert_int_equal(config->retention.intervals_days, 800);
    assert_int_equal(config->retention.plans_days, 90);
    assert_int_equal(config->notify->on, (1U << NEWS_KINDS) - 1);
    assert_null(config->notify->to);
    assert_int_equal(config->log.format, LOG_FORMAT_TEXT);
    assert_int_equal(config->log.level, LOG_LEVEL_INFO);
    assert_int_equal(config->warnings->len, 0);
    assert_int_equal(config->sources->len, 1);
    const SourceSettings *source = g_ptr_array_index(config->sources, 0);
    assert_string_equal(source->name, "directory");
    assert_int_equal(source->kind, SOURCE_KIND_AUTO);
    assert_int_equal(source->bind, BIND_ANONYMOUS);
    assert_null(source->ca_file);
    assert_int_equal(source->tls_minimum, TLS_MINIMUM_1_2);
    assert_null(source->client_cert);
    assert_null(source->crl_file);
    assert_null(source->pin);
    assert_null(source->domain);
    assert_true(source->required);
    assert_null(source->password);
    const PeopleSearch *people = g_ptr_array_index(source->people, 0);
    assert_int_equal(people->scope, SCOPE_SUBTREE);
    assert_null(people->filter);
    assert_null(people->mail);
    assert_null(people->disabled);
    const GroupSearch *groups = g_ptr_array_index(source->groups, 0);
    assert_int_equal(groups->nested, NESTED_YES);
    assert_int_equal(groups->schema, GROUP_SCHEMA_AUTO);
    assert_int_equal(groups->max_depth, 100);
    const TogglSettings *toggl = config->toggl;
    assert_string_equal(secret_expose(toggl->token, NULL), "a-token");
    assert_string_equal(toggl->base_url, "https://api.track.toggl.com/api/v9");
    assert_int_equal(toggl->reserve_percent, 10);
    assert_null(toggl->proxy);
    assert_int_equal(config->sync->lifecycle.grace_days, 3);
    assert_int_equal(config->sync->limits.removals_percent, 5);
}

static void check_full_tls(const SourceSettings *staff, const char *folder)
{
    g_autofree char *certificate = g_build_filename(folder, "client.pem", NULL);
    g_autofree char *key = g_build_filename(folder, "client.key", NULL);
    g_autofree char *revoked = g_build_filename(folder, "revoked.pem", NULL);
    assert_int_equal(staff->tls_minimum, TLS_MINIMUM_1_3);
    assert_string_equal(staff->client_cert, certificate);
    assert_string_equal(staff->client_key, key);
    assert_string_equal(staff->crl_file, revoked);
    assert_string_equal(staff->pin, "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_false(staff->required);
}

static void check_full_directories(const Config *config, const char *folder)
{
    const SourceSettings *staff = g_ptr_array_index(config->sources, 0);
    g_autofree char *ca_file = g_build_filename(folder, "ca.pem", NULL);
    assert_string_equal(staff->name, "staff");
    assert_int_equal(staff->kind, SOURCE_KIND_OPENLDAP);
    assert_string_equal(staff->uris[1], "ldap://ldap2.example.org:3389");
    assert_true(staff->start_tls);
    assert_string_equal(staff->ca_file, ca_file);
    check_full_tls(staff, folder);
    assert_int_equal(staff->bind, BIND_SIMPLE);
    assert_string_equal(staff->bind_dn, "cn=sync,dc=example,dc=org");
    assert_null(staff->password); /* read offline */
    assert_int_equal(staff->people->len, 2);
    const PeopleSearch *people = g_ptr_array_index(staff->people, 0);
    assert_int_equal(people->scope, SCOPE_ONE);
    assert_string_equal(people->filter, "(objectClass=person)");
    assert_string_equal(people->mail[1], "email");
    assert_string_equal(people->disabled, "ppolicy");
    assert_string_equal(people->exclude_mail[0], "^svc-");
    assert_string_equal(people->exclude_dn[0], "ou=robots,");
    assert_string_equal(people->exclude_group[0], "cn=robots,ou=groups,dc=example,dc=org");
    assert_false(people->exclude_presets);
    assert_string_equal(people->operational[1], "memberOf");
    assert_string_equal(people->expires_attribute, "contractEnd");
    assert_int_equal(people->expires_format, EXPIRY_ISO_DATE);
    const PeopleSearch *boss = g_ptr_array_index(staff->people, 1);
    assert_string_equal(boss->disabled, "(employeeType=left)");
    assert_true(boss->exclude_presets);
    const GroupSearch *groups = g_ptr_array_index(staff->groups, 0);
    assert_string_equal(groups->member, "uniqueMember");
    assert_int_equal(groups->schema, GROUP_SCHEMA_UNIQUE_NAMES);
    assert_int_equal(groups->nested, NESTED_NO);
    assert_int_equal(groups->max_depth, 7);
    const GroupSearch *named = g_ptr_array_index(staff->groups, 1);
    assert_int_equal(named->schema, GROUP_SCHEMA_MEMBER_OF);
    assert_int_equal(named->nested, NESTED_YES);
    assert_null(named->base);
    assert_false(staff->required);
    assert_int_equal(staff->connect_timeout, 1);
    assert_int_equal(staff->page_timeout, 2);
    assert_int_equal(staff->read_timeout, 3);
    const SourceSettings *tickets = g_ptr_array_index(config->sources, 1);
    g_autofree char *keytab = g_build_filename(folder, "sync.keytab", NULL);
    assert_string_equal(tickets->domain, "example.org");
    assert_null(tickets->uris);
    assert_int_equal(tickets->bind, BIND_GSSAPI);
    assert_string_equal(tickets->keytab, keytab);
    assert_true(tickets->required);
    const SourceSettings *files = g_ptr_array_index(config->sources, 2);
    g_autofree char *ldif = g_build_filename(folder, "sub", "people.ldif", NULL);
    assert_int_equal(files->kind, SOURCE_KIND_LDIF);
    assert_string_equal(files->file, ldif);
    assert_true(files->required);
    assert_int_equal(((const GroupSearch *) g_ptr_array_index(files->groups, 0))->nested,
                     NESTED_IN_CHAIN);
    assert_string_equal(g_ptr_array_index(config->sync->sources, 2), "files");
}

static void check_full_rules(const GPtrArray *rules)
{
    static const struct {
        const char *label;
        const char *value;
        const char *group;
        int64_t group_id;
        RuleKind kind;
        guint workspaces;
    } expected[] = {
        {"mapping.[0]", "cn=a,dc=example,dc=org", "A", 0, RULE_GROUP, 1},
        {"mapping.[1].group_name.[0]", "b", NULL, 77, RULE_GROUP_NAME, 3},
        {"mapping.[1].group_name.[1]", "c", NULL, 77, RULE_GROUP_NAME, 3},
        {"mapping.[2]", "^x-(.+)$", "X \\1", 0, RULE_GROUP_MATCH, 1},
        {"mapping.[3]", NULL, NULL, 0, RULE_EVERYONE, 0},
        {"mapping.[4]", "0d1f", "G", 0, RULE_GROUP_ANCHOR, 1},
        {"mapping.[5]", "(&(ou=Sales)(!(l=Paris)))", "S", 0, RULE_GROUP_FILTER, 0},
        {"mapping.[6]", "^42", NULL, 0, RULE_PEOPLE_MATCH, 1},
    };
    assert_int_equal(rules->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = g_ptr_array_index(rules, i);
        assert_string_equal(rule->label, expected[i].label);
        assert_int_equal(rule->kind, expected[i].kind);
        assert_true(g_strcmp0(rule->value, expected[i].value) == 0);
        assert_true(g_strcmp0(rule->toggl_group, expected[i].group) == 0);
        assert_int_equal(rule->toggl_group_id, expected[i].group_id);
        assert_int_equal(rule->workspaces->len, expected[i].workspaces);
        bool matches = rule->kind == RULE_GROUP_MATCH || rule->kind == RULE_PEOPLE_MATCH;
        assert_true((rule->pattern != NULL) == matches);
        assert_true((rule->attribute != NULL) == (rule->kind == RULE_PEOPLE_MATCH));
        assert_true(rule->via_group == (rule->kind == RULE_GROUP_ANCHOR));
        assert_true(rule->allow_empty == (rule->kind == RULE_GROUP_MATCH));
        assert_true((rule->from != NULL) == (i == 0 || rule->kind == RULE_GROUP_FILTER));
    }
    const Rule *names = g_ptr_array_index(rules, 2);
    const RuleWorkspace *by_number = g_ptr_array_index(names->workspaces, 0);
    const RuleWorkspace *by_name = g_ptr_array_index(names->workspaces, 1);
    const RuleWorkspace *by_digits = g_ptr_array_index(names->workspaces, 2);
    assert_int_equal(by_number->id, 8000000000);
    assert_int_equal(by_number->role, ROLE_TEAM_LEAD);
    assert_string_equal(by_name->name, "Q");
    assert_int_equal(by_name->role, ROLE_NONE);
    assert_int_equal(by_digits->id, 12);
}

static void check_full_people(const Config *config)
{
    const Lifecycle *lifecycle = &config->sync->lifecycle;
    assert_int_equal(lifecycle->memberships, MEMBERSHIPS_EXACT);
    assert_int_equal(lifecycle->expired, DISABLED_LEAVER_NOW);
    assert_int_equal(lifecycle->delete_after_days, 40);
    assert_int_equal(lifecycle->addresses, ADDRESSES_CHANGE);
    assert_int_equal(lifecycle->names, NAMES_FOLLOW);
    assert_int_equal(lifecycle->resend_max, 3);
    assert_int_equal(lifecycle->resend_after_days, 14);
    assert_int_equal(lifecycle->same_domains->len, 2);
    char **domains = g_ptr_array_index(lifecycle->same_domains, 0);
    assert_string_equal(domains[0], "old.example");
    assert_string_equal(domains[1], "new.example");
    assert_string_equal(domains[2], "xn--bcher-kva.example");
    assert_null(domains[3]);
    assert_int_equal(lifecycle->externals->len, 1);
    const External *external = g_ptr_array_index(lifecycle->externals, 0);
    assert_string_equal(external->mail, "Guest@partner.example");
    assert_string_equal(external->mail_key, "guest@partner.example");
    assert_string_equal(external->owner, "ann@example.org");
    assert_string_equal(external->until, "2027-06-30");
    assert_int_equal(external->end, 1814400000); /* 2027-07-01T00:00:00Z */
    /* what rules look at is asked of the directories they look into */
    const SourceSettings *staff = g_ptr_array_index(config->sources, 0);
    const SourceSettings *files = g_ptr_array_index(config->sources, 1);
    assert_string_equal(staff->attributes[0], "departmentNumber");
    assert_null(staff->attributes[1]);
    assert_string_equal(files->attributes[0], "departmentNumber");
    assert_string_equal(staff->group_filters[0], "(&(ou=Sales)(!(l=Paris)))");
    assert_null(files->group_filters);
    /* exclusions hold for members, too */
    assert_int_equal(config->sync->excluded_mails->len, 1);
    assert_true(
        g_regex_match(g_ptr_array_index(config->sync->excluded_mails, 0), "SVC-a", 0, NULL));
    assert_int_equal(config->sync->excluded_dns->len, 1);
}

static void check_full_policy(const Config *config)
{
    const Lifecycle *lifecycle = &config->sync->lifecycle;
    assert_int_equal(lifecycle->mode, MODE_REPORT);
    assert_int_equal(lifecycle->adoption, ADOPTION_NONE);
    assert_int_equal(lifecycle->leavers, LEAVERS_REMOVE_GROUPS);
    assert_int_equal(lifecycle->disabled, DISABLED_GRACE);
    assert_int_equal(lifecycle->grace_days, 5);
    assert_int_equal(lifecycle->grace_reads, 6);
    assert_int_equal(lifecycle->returners, RETURNERS_REPORT);
    assert_int_equal(lifecycle->by_hand, BY_HAND_REACTIVATE);
    assert_int_equal(lifecycle->unmanaged, UNMANAGED_LEAVER);
    assert_string_equal(g_ptr_array_index(lifecycle->protect, 0), "boss@example.org");
    assert_true(lifecycle->create_groups && lifecycle->delete_groups);
    assert_true(lifecycle->create_workspaces);
    const Limits *limits = &config->sync->limits;
    assert_int_equal(limits->removals_percent, 7);
    assert_int_equal(limits->removals_count, 8);
    assert_int_equal(limits->removals_floor, 2);
    assert_int_equal(limits->invitations, 9);
    assert_int_equal(limits->removals_per_day, 10);
    assert_int_equal(limits->group_removals_percent, 11);
    assert_int_equal(limits->reactivations, 12);
    assert_int_equal(limits->new_admins, 13);
    assert_int_equal(limits->address_changes, 14);
    assert_int_equal(limits->canary, 15);
    assert_int_equal(limits->seats, 16);
    const SyncSettings *sync = config->sync;
    assert_int_equal(lifecycle->kinds, 1U << CHANGE_INVITE | 1U << CHANGE_DEACTIVATE);
    assert_int_equal(sync->approval.needed, 2);
    assert_string_equal(sync->approval.allowed_signers, "/etc/hostname");
    assert_int_equal(sync->max_shrink->len, 3);
    assert_int_equal(g_array_index(sync->max_shrink, int64_t, 0), 8);
    assert_int_equal(g_array_index(sync->max_shrink, int64_t, 1), DEFAULT_MAX_SHRINK);
    const TogglSettings *toggl = config->toggl;
    assert_int_equal(toggl->organization, 9000000000);
    assert_string_equal(toggl->base_url, "http://localhost:8080/api/v9");
    assert_int_equal(toggl->requests_per_hour, 30);
    assert_int_equal(toggl->reserve_percent, -1);
    assert_int_equal(toggl->reserve_count, 5);
    assert_int_equal(toggl->min_interval_ms, 0);
    assert_int_equal(toggl->timeout_seconds, 4);
    assert_int_equal(toggl->settle_seconds, 0);
    assert_string_equal(toggl->proxy, "http://proxy.example.org:3128");
    assert_int_equal(toggl->assume.user_lists, USER_LISTS_REPLACE);
    assert_int_equal(toggl->assume.assignments, ASSIGNMENTS_GONE);
    assert_null(toggl->token);
}

static void check_full_notify(const Config *config)
{
    assert_int_equal(config->retention.history_days, 1);
    assert_int_equal(config->retention.intervals_days, 2);
    assert_int_equal(config->retention.plans_days, 0);
    const NotifySettings *notify = config->notify;
    assert_int_equal(notify->on, 1U << NEWS_FAILURE | 1U << NEWS_RECOVERED);
    assert_string_equal(notify->smtp, "smtps://mail.example.org:465");
    assert_null(notify->sendmail);
    assert_string_equal(notify->user, "sync");
    assert_string_equal(notify->from, "sync@example.org");
    assert_string_equal(notify->to[1], "b@example.org");
    assert_string_equal(notify->proxy, "http://proxy.example.org:3128");
    assert_null(notify->webhook);
}

static void test_every_key(void **state)
{
    (void) state;
    g_autofree char *here = g_get_current_dir();
    g_autofree char *folder = g_build_filename(here, "good", NULL);
    g_autoptr(Config) config = load("good/full.conf", CONFIG_WITHOUT_SECRETS);
    check_full_directories(config, folder);
    check_full_rules(config->sync->rules);
    check_full_policy(config);
    check_full_people(config);
    assert_string_equal(config->state, "/tmp/state.db");
    assert_true(g_str_has_suffix(config->report.html, "/good/reports/last.html"));
    assert_string_equal(config->report.metrics, "/run/prom/toggl.prom");
    assert_int_equal(config->report.stale_after_hours, 5);
    assert_true(g_str_has_suffix(config->audit, "/good/logs/audit.jsonl"));
    check_full_notify(config);
    assert_int_equal(config->log.format, LOG_FORMAT_JSON);
    assert_int_equal(config->log.level, LOG_LEVEL_DEBUG);
    assert_int_equal(config->warnings->len, 8); /* files that are not there */
    g_autofree char *warning = g_strdup_printf(
        "good/full.conf:6: directories.[0].ca_file: cannot read '%s/ca.pem': No such file or "
        "directory, ignoring",
        folder);
    assert_string_equal(g_ptr_array_index(config->warnings, 0), warning);
}

/* Offline nothing is opened or run: what cannot be read is no mistake. */
static void test_without_secrets(void **state)
{
    (void) state;
    g_autoptr(Config) config = load("bad/secret-not-set.conf", CONFIG_WITHOUT_SECRETS);
    assert_null(config->toggl->token);
    GError *error = NULL;
    Config *broken = NULL;
    assert_false(config_load("bad/secrets.conf", CONFIG_WITHOUT_SECRETS, &broken, &error));
    assert_null(strstr(error->message, "hunter2"));
    assert_null(strstr(error->message, "12345678"));
    assert_null(strstr(error->message, "0123456789abcdef"));
    assert_null(strstr(error->message, "joe"));
    g_clear_error(&error);
}

static void test_clear_text_warns(void **state)
{
    (void) state;
    g_autoptr(Config) config = load("good/clear-text.conf", CONFIG_WITHOUT_SECRETS);
    assert_int_equal(config->warnings->len, 1);
    assert_string_equal(g_ptr_array_index(config->warnings, 0),
                        "good/clear-text.conf:3: directory.uris.[1]: what "
                        "'ldap://ldap.example.org' says comes in clear, and anybody on the way "
                        "can change it");
}

/* A filter that hides disabled people turns leavers into people who are missing. */
static void test_hiding_filters_warn(void **state)
{
    (void) state;
    static const char *const expected[] = {
        "userAccountControl",
        "NSACCOUNTLOCK",
        "contractEnd",
        "(employeeType=left)",
    };
    g_setenv("UNIT_TOKEN", "a-token", true);
    g_autoptr(Config) config = load("good/hiding-filters.conf", 0);
    assert_int_equal(config->warnings->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < config->warnings->len; i++) {
        g_autofree char *warning = g_strdup_printf(
            "good/hiding-filters.conf:%u: directory.people.[%u].filter: looks at %s and so hides "
            "people who are disabled: they are missing then, and leave after the grace only",
            5 + i, i, expected[i]);
        assert_string_equal(g_ptr_array_index(config->warnings, i), warning);
    }
}

/* What the project ships loads, wherever the program is started. */
static void test_shipped_files(void **state)
{
    (void) state;
    const char *root = g_getenv("SOURCE_ROOT");
    assert_non_null(root);
    g_autofree char *sample = g_build_filename(root, "conf", "toggl-ldap-sync.conf", NULL);
    g_autofree char *company = g_build_filename(root, "conf", "example", "company.conf", NULL);
    g_autofree char *ldif = g_build_filename(root, "conf", "example", "company.ldif", NULL);
    g_autofree char *db = g_build_filename(root, "conf", "example", "state.db", NULL);
    g_autoptr(Config) config = load(sample, CONFIG_WITHOUT_SECRETS);
    assert_int_equal(config->warnings->len, 0);
    assert_int_equal(config->sync->rules->len, 6);
    g_setenv("TOGGL_TOKEN", "a-token", true);
    g_autoptr(Config) example = load(company, 0);
    const SourceSettings *source = g_ptr_array_index(example->sources, 0);
    assert_string_equal(source->file, ldif);
    assert_string_equal(example->state, db);
    assert_int_equal(example->sync->limits.invitations, 100);
}

/* The sample shows each default behind a '#': it must be the default. */
static void test_sample_shows_defaults(void **state)
{
    (void) state;
    g_autofree char *path =
        g_build_filename(g_getenv("SOURCE_ROOT"), "conf", "toggl-ldap-sync.conf", NULL);
    g_autofree char *sample = NULL;
    assert_true(g_file_get_contents(path, &sample, NULL, NULL));
    g_autoptr(GRegex) commented =
        g_regex_new("^(\\s*)# ([a-z_]+(:| =) .*;.*)$", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *filled = g_regex_replace(commented, sample, -1, 0, "\\1\\2", 0, NULL);
    assert_string_not_equal(filled, sample);
    g_autofree char *folder = g_dir_make_tmp("config-XXXXXX", NULL);
    g_autofree char *copy = g_build_filename(folder, "all.conf", NULL);
    assert_true(g_file_set_contents(copy, filled, -1, NULL));
    g_autoptr(Config) all = load(copy, CONFIG_WITHOUT_SECRETS);
    g_autoptr(Config) plain = load(path, CONFIG_WITHOUT_SECRETS);
    const SourceSettings *a = g_ptr_array_index(all->sources, 0);
    const SourceSettings *b = g_ptr_array_index(plain->sources, 0);
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->tls_minimum, b->tls_minimum);
    assert_int_equal(a->required, b->required);
    assert_int_equal(a->connect_timeout, b->connect_timeout);
    assert_int_equal(a->page_timeout, b->page_timeout);
    assert_int_equal(a->read_timeout, b->read_timeout);
    assert_int_equal(all->toggl->requests_per_hour, plain->toggl->requests_per_hour);
    assert_int_equal(all->toggl->reserve_percent, plain->toggl->reserve_percent);
    assert_int_equal(all->toggl->min_interval_ms, plain->toggl->min_interval_ms);
    assert_int_equal(all->toggl->timeout_seconds, plain->toggl->timeout_seconds);
    assert_int_equal(all->toggl->settle_seconds, plain->toggl->settle_seconds);
    assert_string_equal(all->toggl->base_url, plain->toggl->base_url);
    assert_memory_equal(&all->toggl->assume, &plain->toggl->assume, sizeof(TogglAssume));
    assert_string_equal(all->state, plain->state);
    assert_string_equal(all->report.html, plain->report.html);
    assert_null(all->report.metrics);
    assert_int_equal(all->report.stale_after_hours, plain->report.stale_after_hours);
    assert_string_equal(all->audit, plain->audit);
    assert_memory_equal(&all->retention, &plain->retention, sizeof(RetentionSettings));
    assert_int_equal(all->notify->on, plain->notify->on);
    assert_string_equal(all->notify->to[0], "it@example.org");
    assert_memory_equal(&all->sync->limits, &plain->sync->limits, sizeof(Limits));
    assert_int_equal(g_array_index(all->sync->max_shrink, int64_t, 0),
                     g_array_index(plain->sync->max_shrink, int64_t, 0));
    assert_int_equal(all->sync->approval.needed, plain->sync->approval.needed);
    assert_int_equal(all->sync->lifecycle.kinds, plain->sync->lifecycle.kinds);
    const Lifecycle *said = &all->sync->lifecycle;
    const Lifecycle *silent = &plain->sync->lifecycle;
    assert_int_equal(said->memberships, silent->memberships);
    assert_int_equal(said->leavers, silent->leavers);
    assert_int_equal(said->disabled, silent->disabled);
    assert_int_equal(said->expired, silent->expired);
    assert_int_equal(said->delete_after_days, silent->delete_after_days);
    assert_int_equal(said->returners, silent->returners);
    assert_int_equal(said->by_hand, silent->by_hand);
    assert_int_equal(said->addresses, silent->addresses);
    assert_int_equal(said->names, silent->names);
    assert_int_equal(said->resend_max, silent->resend_max);
    assert_int_equal(said->resend_after_days, silent->resend_after_days);
    assert_int_equal(said->same_domains->len, 0);
    assert_int_equal(said->externals->len, 0);
    assert_int_equal(said->adoption, silent->adoption);
    assert_int_equal(all->sync->lifecycle.grace_days, plain->sync->lifecycle.grace_days);
    assert_int_equal(all->sync->lifecycle.unmanaged, plain->sync->lifecycle.unmanaged);
    assert_int_equal(g_remove(copy), 0);
    assert_int_equal(g_rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_file_that_everybody_may_write),
        cmocka_unit_test(test_default_state),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_key),
        cmocka_unit_test(test_without_secrets),
        cmocka_unit_test(test_clear_text_warns),
        cmocka_unit_test(test_hiding_filters_warn),
        cmocka_unit_test(test_shipped_files),
        cmocka_unit_test(test_sample_shows_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
