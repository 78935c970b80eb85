/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <sys/resource.h>

static Link *add_full_link(Ledger *ledger, const char *anchor, int64_t base)
{
    Link *link = ledger_add_link(ledger, "ad", anchor);
    link->anchor_kind = g_strdup("objectGUID");
    link->origin = LINK_BY_HAND;
    link->mail_key = g_strdup("jörg@example.org");
    (void) ledger_remember(link->mail_keys, "a@example.org");
    (void) ledger_remember(link->mail_keys, "jörg@example.org");
    link->dn = g_strdup("cn=Jörg,dc=example");
    (void) ledger_remember(link->dn_keys, "cn=a,dc=example");
    (void) ledger_remember(link->dn_keys, "cn=jörg,dc=example");
    (void) ledger_remember(link->uids, "joerg");
    ledger_set_member(ledger, link, (OrganizationUserId){base + 1}, (UserId){base + 2});
    link->first_seen = base + 3;
    link->invited_at = base + 4;
    link->resends = base + 5;
    link->missing_since = base + 6;
    link->reads_missed = base + 7;
    link->unwanted_since = base + 8;
    link->reads_unwanted = base + 9;
    link->deactivated_at = base + 10;
    link->removed_at = base + 11;
    link->hold_until = base + 12;
    link->hold_reason = g_strdup("on leave; it's \"quoted\"");
    link->released_at = base + 13;
    link->left = true;
    return link;
}

static void assert_texts_equal(const GPtrArray *a, const GPtrArray *b)
{
    assert_int_equal(a->len, b->len);
    for (guint i = 0; i < a->len; i++)
        assert_string_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i));
}

static void assert_link_equal(const Link *a, const Link *b)
{
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->anchor, b->anchor);
    assert_int_equal(g_strcmp0(a->anchor_kind, b->anchor_kind), 0);
    assert_int_equal(a->origin, b->origin);
    assert_int_equal(g_strcmp0(a->mail_key, b->mail_key), 0);
    assert_texts_equal(a->mail_keys, b->mail_keys);
    assert_int_equal(g_strcmp0(a->dn, b->dn), 0);
    assert_texts_equal(a->dn_keys, b->dn_keys);
    assert_texts_equal(a->uids, b->uids);
    assert_int_equal(a->organization_user_id.value, b->organization_user_id.value);
    assert_int_equal(a->user_id.value, b->user_id.value);
    assert_int_equal(a->first_seen, b->first_seen);
    assert_int_equal(a->invited_at, b->invited_at);
    assert_int_equal(a->resends, b->resends);
    assert_int_equal(a->missing_since, b->missing_since);
    assert_int_equal(a->reads_missed, b->reads_missed);
    assert_int_equal(a->unwanted_since, b->unwanted_since);
    assert_int_equal(a->reads_unwanted, b->reads_unwanted);
    assert_int_equal(a->deactivated_at, b->deactivated_at);
    assert_int_equal(a->removed_at, b->removed_at);
    assert_int_equal(a->hold_until, b->hold_until);
    assert_int_equal(g_strcmp0(a->hold_reason, b->hold_reason), 0);
    assert_int_equal(a->released_at, b->released_at);
    assert_int_equal(a->left, b->left);
}

/* Saves LEDGER, closes, opens and loads it again. */
static Ledger *round_trip(const Fixture *fixture, Ledger *ledger)
{
    State *state = open_state(fixture, STATE_WRITE);
    save_ledger(state, ledger);
    state_close(state);
    state = open_state(fixture, STATE_WRITE);
    Ledger *again = load_ledger(state);
    state_close(state);
    return again;
}

static void a_new_state_is_known_and_empty(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = load_ledger(state);
    assert_true(ledger->known);
    assert_int_equal(ledger->organization_id, 0);
    assert_int_equal(ledger->last_run, 0);
    assert_null(ledger->accepted_configuration);
    assert_int_equal(ledger->links->len, 0);
    assert_int_equal(ledger->grants->len, 0);
}

static void links_come_back_whole(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    const Link *full = add_full_link(ledger, "guid-1", 100);
    const Link *bare = ledger_add_link(ledger, "ad", "guid-2");
    const Link *other = add_full_link(ledger, "guid-3", INT64_C(0x7fffffffffffff00));
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    assert_int_equal(again->links->len, 3);
    assert_int_equal(again->organization_id, ORGANIZATION);
    assert_link_equal(ledger_link(again, "ad", "guid-1"), full);
    assert_link_equal(ledger_link(again, "ad", "guid-2"), bare);
    assert_link_equal(ledger_link(again, "ad", "guid-3"), other);
    const GPtrArray *of_member = ledger_member_links(again, (OrganizationUserId){101});
    assert_int_equal(of_member->len, 1);
    assert_ptr_equal(g_ptr_array_index(of_member, 0), ledger_link(again, "ad", "guid-1"));
    assert_false(ledger_link(again, "ad", "guid-1")->row.dirty);
}

static void every_link_origin_comes_back(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    for (LinkOrigin origin = LINK_BY_INVITATION; origin <= LINK_BY_HAND; origin++) {
        g_autofree char *anchor = g_strdup_printf("%u", (unsigned) origin);
        ledger_add_link(ledger, "ad", anchor)->origin = origin;
    }
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    assert_int_equal(again->links->len, 3);
    for (guint i = 0; i < again->links->len; i++)
        assert_int_equal(((const Link *) g_ptr_array_index(again->links, i))->origin, i);
}

static void grants_come_back_whole(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    for (GrantKind kind = GRANT_GROUP; kind <= GRANT_GROUP_WORKSPACE; kind++) {
        for (Role role = ROLE_NONE; role <= ROLE_ADMIN; role++) {
            Grant *grant =
                ledger_add_grant(ledger, kind, (OrganizationUserId){role + 1}, kind + 10, role);
            grant->user_id.value = role + 100;
            grant->role = role;
            grant->role_before = ROLE_ADMIN - role;
            grant->origin = role % 2 == 0 ? GRANT_GIVEN : GRANT_ADOPTED;
            grant->since = INT64_C(1700000000) + role;
        }
    }
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    assert_int_equal(again->grants->len, 20);
    for (guint i = 0; i < ledger->grants->len; i++) {
        const Grant *was = g_ptr_array_index(ledger->grants, i);
        const Grant *is = ledger_grant(again, was->kind, was->member, was->target, was->second);
        assert_non_null(is);
        assert_int_equal(is->user_id.value, was->user_id.value);
        assert_int_equal(is->role, was->role);
        assert_int_equal(is->role_before, was->role_before);
        assert_int_equal(is->origin, was->origin);
        assert_int_equal(is->since, was->since);
        assert_int_equal(is->row.id, was->row.id);
        assert_false(is->row.dirty);
    }
}

static void bindings_and_protections_come_back_whole(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    Binding *binding = ledger_add_binding(ledger, BINDING_WORKSPACE, "Product", 7);
    binding->created_by_us = true;
    binding->group_anchor = g_strdup("guid");
    binding->source = g_strdup("ad");
    (void) ledger_add_binding(ledger, BINDING_GROUP, "Product", 8);
    (void) ledger_add_protection(ledger, (UserId){5}, "b@example.org", "protected");
    (void) ledger_add_protection(ledger, (UserId){6}, NULL, "pays");
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    const Binding *workspace = ledger_binding(again, BINDING_WORKSPACE, "Product");
    assert_int_equal(workspace->target, 7);
    assert_true(workspace->created_by_us);
    assert_string_equal(workspace->group_anchor, "guid");
    assert_string_equal(workspace->source, "ad");
    const Binding *group = ledger_binding(again, BINDING_GROUP, "Product");
    assert_int_equal(group->target, 8);
    assert_false(group->created_by_us);
    assert_null(group->group_anchor);
    assert_int_equal(again->protections->len, 2);
    const Protection *first = g_ptr_array_index(again->protections, 0);
    assert_int_equal(first->user_id.value, 5);
    assert_string_equal(first->mail_key, "b@example.org");
    assert_string_equal(first->reason, "protected");
    assert_null(((const Protection *) g_ptr_array_index(again->protections, 1))->mail_key);
}

static void open_intervals_come_back_and_closed_ones_stay(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    for (IntervalKind kind = INTERVAL_MEMBER; kind <= INTERVAL_ORGANIZATION_ROLE; kind++) {
        Interval *interval = ledger_add_interval(ledger, kind, (OrganizationUserId){3}, 4);
        interval->user_id.value = 5;
        interval->mail = g_strdup("a@example.org");
        interval->role = ROLE_TEAM_LEAD;
        interval->since = 6;
        interval->ours = true;
        interval->path = g_strdup("rule 1");
    }
    ((Interval *) g_ptr_array_index(ledger->intervals, 0))->until = 99;
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    assert_int_equal(again->intervals->len, 3);
    const Interval *interval = g_ptr_array_index(again->intervals, 0);
    assert_int_equal(interval->kind, INTERVAL_GROUP);
    assert_int_equal(interval->member.value, 3);
    assert_int_equal(interval->target, 4);
    assert_int_equal(interval->user_id.value, 5);
    assert_string_equal(interval->mail, "a@example.org");
    assert_int_equal(interval->role, ROLE_TEAM_LEAD);
    assert_int_equal(interval->since, 6);
    assert_int_equal(interval->until, 0);
    assert_true(interval->ours);
    assert_string_equal(interval->path, "rule 1");
    assert_sql(fixture, "SELECT until FROM interval WHERE kind = 'member'", "99");
}

/* Who only looks gets everything but the intervals of what members have. */
static void who_looks_gets_members_only(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "guid", 0);
    (void) ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){4}, 9, 0);
    (void) ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){3}, 9, 0);
    for (IntervalKind kind = INTERVAL_MEMBER; kind <= INTERVAL_ORGANIZATION_ROLE; kind++)
        ledger_add_interval(ledger, kind, (OrganizationUserId){3}, 4)->since = 6;
    ledger_free(round_trip(fixture, ledger));
    State *state = open_state(fixture, STATE_READ);
    g_autoptr(Ledger) seen = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_load_to_look(state, &seen, &error), error);
    state_close(state);
    assert_int_equal(seen->links->len, 1);
    assert_int_equal(seen->grants->len, 2);
    assert_int_equal(((const Grant *) g_ptr_array_index(seen->grants, 0))->member.value, 3);
    assert_int_equal(seen->intervals->len, 1);
    const Interval *interval = g_ptr_array_index(seen->intervals, 0);
    assert_int_equal(interval->kind, INTERVAL_MEMBER);
    assert_int_equal(interval->since, 6);
}

static void the_rest_comes_back(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    ledger->last_run = 1700000000;
    ledger->accepted_configuration = g_strdup("sha256:abc");
    g_autoptr(Ledger) again = round_trip(fixture, ledger);
    assert_int_equal(again->last_run, 1700000000);
    assert_string_equal(again->accepted_configuration, "sha256:abc");
    g_clear_pointer(&again->accepted_configuration, g_free);
    g_autoptr(Ledger) third = round_trip(fixture, again);
    assert_null(third->accepted_configuration);
}

static void only_dirty_rows_are_written(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    Link *clean = ledger_add_link(ledger, "ad", "clean");
    Link *dirty = ledger_add_link(ledger, "ad", "dirty");
    save_ledger(state, ledger);
    assert_false(clean->row.dirty);
    assert_int_not_equal(clean->row.id, 0);
    clean->resends = 1;
    dirty->resends = 1;
    dirty->row.dirty = true;
    save_ledger(state, ledger);
    assert_sql(fixture, "SELECT resends FROM link WHERE anchor = 'clean'", "0");
    assert_sql(fixture, "SELECT resends FROM link WHERE anchor = 'dirty'", "1");
}

static void notes_are_written_when_one_has_changed(void **data)
{
    const char *a = "SELECT value FROM meta WHERE key = 'note.a'";
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    ledger_set_note(ledger, "a", "1");
    assert_true(ledger->notes_changed);
    save_ledger(state, ledger);
    assert_sql(fixture, a, "1");
    run_sql(fixture, "UPDATE meta SET value = 'by hand' WHERE key = 'note.a'");
    ledger_set_note(ledger, "a", "1");
    save_ledger(state, ledger);
    assert_sql(fixture, a, "by hand");
    ledger_set_note(ledger, "b", "2");
    save_ledger(state, ledger);
    assert_sql(fixture, a, "1");
    g_autoptr(Ledger) again = load_ledger(state);
    assert_false(again->notes_changed);
    assert_string_equal(ledger_note(again, "b"), "2");
}

static void nothing_dirty_writes_nothing(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "guid", 0);
    save_ledger(state, ledger);
    g_autofree char *log = g_strconcat(fixture->path, "-wal", NULL);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(log, &before), 0);
    save_ledger(state, ledger);
    assert_int_equal(stat(log, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

static void removed_rows_go_and_may_come_again(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    Link *link = add_full_link(ledger, "guid", 0);
    Grant *grant = ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){1}, 2, 0);
    Binding *binding = ledger_add_binding(ledger, BINDING_GROUP, "Developers", 2);
    save_ledger(state, ledger);
    ledger_remove_link(ledger, link);
    ledger_remove_grant(ledger, grant);
    binding->row.removed = binding->row.dirty = true;
    (void) ledger_add_link(ledger, "ad", "guid");
    (void) ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){1}, 2, 0);
    (void) ledger_add_binding(ledger, BINDING_GROUP, "Developers", 3);
    save_ledger(state, ledger);
    assert_sql(fixture, "SELECT count(*) FROM link", "1");
    assert_sql(fixture, "SELECT count(*) FROM remembered", "0");
    assert_sql(fixture, "SELECT count(*) FROM person_grant", "1");
    assert_sql(fixture, "SELECT target FROM binding", "3");
    ledger_remove_link(ledger, ledger_link(ledger, "ad", "guid"));
    save_ledger(state, ledger);
    save_ledger(state, ledger);
    assert_sql(fixture, "SELECT count(*) FROM link", "0");
    assert_sql(fixture, "SELECT count(*) FROM person_grant", "1");
}

static void a_row_that_was_never_saved_can_be_removed(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    ledger_remove_link(ledger, ledger_add_link(ledger, "ad", "guid"));
    save_ledger(state, ledger);
    assert_sql(fixture, "SELECT count(*) FROM link", "0");
}

static void what_is_remembered_follows_the_link(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "guid-1", 0);
    (void) add_full_link(ledger, "guid-2", 50);
    g_autoptr(Ledger) second = round_trip(fixture, ledger);
    Link *link = ledger_link(second, "ad", "guid-2");
    (void) ledger_remember(link->uids, "zoe");
    link->row.dirty = true;
    g_autoptr(Ledger) third = round_trip(fixture, second);
    assert_link_equal(ledger_link(third, "ad", "guid-1"), ledger_link(ledger, "ad", "guid-1"));
    assert_texts_equal(ledger_link(third, "ad", "guid-2")->uids, link->uids);
    assert_int_equal(ledger_link(third, "ad", "guid-2")->row.id, link->row.id);
}

static void a_failed_save_leaves_file_and_rows_as_they_were(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    Link *link = ledger_add_link(ledger, "ad", "first");
    Binding *binding = ledger_add_binding(ledger, BINDING_GROUP, "Twice", 1);
    Binding *twice = ledger_add_binding(ledger, BINDING_GROUP, "Twice", 2);
    ledger_set_note(ledger, "a", "1");
    GError *error = NULL;
    assert_false(state_save(state, ledger, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERNAL));
    assert_non_null(strstr(error->message, "UNIQUE constraint failed: binding.kind, binding.name"));
    g_clear_error(&error);
    assert_true(link->row.dirty);
    assert_int_equal(link->row.id, 0);
    assert_int_equal(binding->row.id, 0);
    assert_sql(fixture, "SELECT count(*) FROM link", "0");
    assert_sql(fixture, "SELECT count(*) FROM meta WHERE key = 'note.a'", "0");
    twice->row.removed = true;
    save_ledger(state, ledger);
    assert_false(link->row.dirty);
    assert_sql(fixture, "SELECT target FROM binding", "1");
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'note.a'", "1");
}

static int fill_the_disk(const Fixture *fixture)
{
    State *state = NULL;
    GError *error = NULL;
    (void) signal(SIGXFSZ, SIG_IGN);
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error))
        return 1;
    const struct rlimit limit = {.rlim_cur = 1U << 17, .rlim_max = 1U << 17};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 2;
    Ledger *ledger = ledger_new();
    for (unsigned i = 0; i < 10000; i++) {
        g_autofree char *anchor = g_strdup_printf("%u", i);
        (void) add_full_link(ledger, anchor, i);
    }
    if (state_save(state, ledger, &error))
        return 3;
    return g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE) &&
                   strstr(error->message, "cannot be written") != NULL &&
                   strstr(error->message, "\nhint: ") != NULL
               ? 0
               : 4;
}

static void a_full_disk_loses_nothing(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "before", 0);
    ledger_free(round_trip(fixture, ledger));
    assert_int_equal(in_child(false, fill_the_disk, fixture), 0);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) again = load_ledger(state);
    assert_int_equal(again->links->len, 1);
}

static void rows_that_make_no_sense_are_named(void **data)
{
    const Fixture *fixture = *data;
    static const struct {
        const char *table;
        const char *spoil;
    } cases[] = {
        {"link", "UPDATE link SET origin = 'magic'"},
        {"person_grant", "UPDATE person_grant SET kind = 'house'"},
        {"person_grant", "UPDATE person_grant SET kind = 'group', role = 'king'"},
        {"person_grant", "UPDATE person_grant SET role = NULL, role_before = 'king'"},
        {"person_grant", "UPDATE person_grant SET role_before = NULL, origin = 'stolen'"},
        {"binding", "UPDATE binding SET kind = 'house'"},
        {"interval", "UPDATE interval SET kind = 'house'"},
        {"interval", "UPDATE interval SET kind = 'group', role = 'king'"},
    };
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "guid", 0);
    (void) ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){1}, 2, 0);
    (void) ledger_add_binding(ledger, BINDING_GROUP, "Developers", 3);
    (void) ledger_add_interval(ledger, INTERVAL_GROUP, (OrganizationUserId){1}, 2);
    ledger_free(round_trip(fixture, ledger));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (i > 0 && strcmp(cases[i].table, cases[i - 1].table) != 0)
            run_sql(fixture, "PRAGMA ignore_check_constraints = ON;"
                             "UPDATE link SET origin = 'mail';"
                             "UPDATE person_grant SET kind = 'group', origin = 'given';"
                             "UPDATE binding SET kind = 'group'");
        g_autofree char *spoil =
            g_strconcat("PRAGMA ignore_check_constraints = ON;", cases[i].spoil, NULL);
        run_sql(fixture, spoil);
        g_autoptr(State) state = open_state(fixture, STATE_READ);
        Ledger *none = NULL;
        GError *error = NULL;
        assert_false(state_load(state, &none, &error));
        assert_null(none);
        g_autofree char *expected = g_strdup_printf(
            "the state '%s' is damaged: row 1 of table %s makes no sense\nhint: put back a copy of "
            "it, or move it away; " A_NEW_STATE,
            fixture->path, cases[i].table);
        assert_error(error, expected);
    }
}

/* What a table refuses never comes in, whoever writes. */
static void the_tables_refuse_words_they_do_not_know(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) add_full_link(ledger, "guid", 0);
    ledger_free(round_trip(fixture, ledger));
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "UPDATE link SET origin = 'magic'", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* Random changes, saved now and then: what is loaded is what is there. Fixed seed. */
static void random_ledgers_come_back(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
    g_autoptr(Ledger) ledger = ledger_new();
    State *state = open_state(fixture, STATE_WRITE);
    for (unsigned step = 0; step < 2000; step++) {
        OrganizationUserId member = {g_rand_int_range(random, 1, 40)};
        int64_t target = g_rand_int_range(random, 1, 8);
        Grant *grant = ledger_grant(ledger, GRANT_GROUP, member, target, 0);
        if (grant == NULL)
            grant = ledger_add_grant(ledger, GRANT_GROUP, member, target, 0);
        else if (g_rand_boolean(random))
            ledger_remove_grant(ledger, grant);
        grant->since = g_rand_int_range(random, 0, 1000000);
        grant->row.dirty = true;
        if (g_rand_int_range(random, 0, 20) == 0)
            save_ledger(state, ledger);
        if (g_rand_int_range(random, 0, 200) != 0)
            continue;
        save_ledger(state, ledger);
        g_autoptr(Ledger) again = load_ledger(state);
        guint there = 0;
        for (guint i = 0; i < ledger->grants->len; i++)
            there += !((const Grant *) g_ptr_array_index(ledger->grants, i))->row.removed;
        assert_int_equal(again->grants->len, there);
        for (guint i = 0; i < again->grants->len; i++) {
            const Grant *is = g_ptr_array_index(again->grants, i);
            const Grant *was = ledger_grant(ledger, is->kind, is->member, is->target, is->second);
            assert_non_null(was);
            assert_int_equal(is->since, was->since);
            assert_int_equal(is->row.id, was->row.id);
        }
    }
    state_close(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_state_is_known_and_empty),
        TEST(links_come_back_whole),
        TEST(every_link_origin_comes_back),
        TEST(grants_come_back_whole),
        TEST(bindings_and_protections_come_back_whole),
        TEST(open_intervals_come_back_and_closed_ones_stay),
        TEST(who_looks_gets_members_only),
        TEST(the_rest_comes_back),
        TEST(only_dirty_rows_are_written),
        TEST(notes_are_written_when_one_has_changed),
        TEST(nothing_dirty_writes_nothing),
        TEST(removed_rows_go_and_may_come_again),
        TEST(a_row_that_was_never_saved_can_be_removed),
        TEST(what_is_remembered_follows_the_link),
        TEST(a_failed_save_leaves_file_and_rows_as_they_were),
        TEST(a_full_disk_loses_nothing),
        TEST(rows_that_make_no_sense_are_named),
        TEST(the_tables_refuse_words_they_do_not_know),
        TEST(random_ledgers_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
