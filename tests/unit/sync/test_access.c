/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "sync/access.h"

/* "ann@… group Developers given since 5: member of cn=…" and so on, one a line. */
static char *lines_of(const GPtrArray *rows)
{
    static const char *const origins[] = {"by hand", "given", "adopted", "ours"};
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const Access *access = g_ptr_array_index(rows, i);
        const char *role = role_name(access->role);
        g_string_append_printf(lines, "%s %s %s %s %s %" G_GINT64_FORMAT " %s\n", access->mail,
                               access_kind_text(access->kind),
                               access->where != NULL ? access->where : "-",
                               role != NULL ? role : "-", origins[access->by], access->since,
                               access->why != NULL ? access->why : "-");
    }
    return g_string_free(lines, FALSE);
}

static Interval *past(GPtrArray *list, const Member *member, IntervalKind kind, int64_t target,
                      int64_t since)
{
    Interval *interval = g_new0(Interval, 1);
    interval->member = member->id;
    interval->kind = kind;
    interval->target = target;
    interval->since = since;
    g_ptr_array_add(list, interval);
    return interval;
}

static void test_today(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    int64_t company = world_workspace(&world, "Company");
    int64_t developers = world_toggl_group(&world, "Developers");
    int64_t party = world_toggl_group(&world, "Party");
    world_person(&world, "ann");
    world_group(&world, "developers", "ann", NULL);
    world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Company", ROLE_NONE);
    Member *ann = world_member(&world, "ann");
    world_put(ann, developers);
    world_put(ann, party);
    world_assign(ann, company, ROLE_ADMIN);
    world_link(&world, "ann", ann)->origin = LINK_BY_INVITATION;
    world_grant(&world, ann, GRANT_GROUP, developers)->since = 70;
    Grant *grant = world_grant(&world, ann, GRANT_WORKSPACE, company);
    grant->origin = GRANT_ADOPTED;
    grant->since = 80;
    Member *old = world_member(&world, "zed");
    old->inactive = true;
    Member *boss = world_member(&world, "boss");
    boss->admin = true;
    world_put(boss, party);
    world_person(&world, "bea");
    Member *bea = world_member(&world, "bea");
    g_free(bea->mail);
    bea->mail = g_strdup("Bea@Example.org");
    Link *link = world_link(&world, "bea", bea);
    link->origin = LINK_BY_INVITATION;
    link->invited_at = 60;
    PlanInput input = world_input(&world);
    g_autoptr(GPtrArray) intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    past(intervals, ann, INTERVAL_MEMBER, 0, 5);
    past(intervals, ann, INTERVAL_GROUP, developers, 6);
    g_autoptr(GPtrArray) rows = access_today(&input, intervals);
    g_autofree char *lines = lines_of(rows);
    assert_string_equal(
        lines,
        "ann@example.org member - - given 5 -\n"
        "ann@example.org group Developers - given 6 member of cn=developers,ou=groups,dc=main\n"
        "ann@example.org group Party - by hand 0 -\n"
        "ann@example.org workspace Company admin adopted 80 member of "
        "cn=developers,ou=groups,dc=main\n"
        "Bea@Example.org member - - given 60 -\n"
        "boss@example.org member - - by hand 0 -\n"
        "boss@example.org group Party - by hand 0 -\n"
        "boss@example.org organization role - admin by hand 0 -\n");
    world_clear(&world);
}

static void test_at(void **state)
{
    (void) state;
    g_autoptr(GPtrArray) intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    const Member zoe = {.id = {3}};
    const Member ann = {.id = {4}};
    Interval *interval = past(intervals, &zoe, INTERVAL_GROUP, 7, 10);
    interval->mail = g_strdup("zoe@example.org");
    interval->ours = true;
    interval->path = g_strdup("member of cn=a");
    interval->target_name = g_strdup("Developers");
    interval = past(intervals, &ann, INTERVAL_WORKSPACE, 8, 20);
    interval->mail = g_strdup("ann@example.org");
    interval->role = ROLE_TEAM_LEAD;
    interval = past(intervals, &ann, INTERVAL_MEMBER, 0, 15);
    interval->mail = g_strdup("ann@example.org");
    g_autoptr(GPtrArray) rows = access_at(intervals);
    g_autofree char *lines = lines_of(rows);
    assert_string_equal(lines, "ann@example.org member - - by hand 15 -\n"
                               "ann@example.org workspace 8 teamlead by hand 20 -\n"
                               "zoe@example.org group Developers - ours 10 member of cn=a\n");
}

/* Who is deactivated in a workspace has no access to it. */
static void test_what_is_not_known_is_not_made_up(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    int64_t company = world_workspace(&world, "Company");
    int64_t office = world_workspace(&world, "Office");
    (void) world_person(&world, "ann");
    Member *ann = world_member(&world, "ann");
    world_assign(ann, company, ROLE_USER);
    world_assign(ann, office, ROLE_USER);
    g_array_index(ann->assignments, Assignment, 1).inactive = true;
    PlanInput input = world_input(&world);
    g_autoptr(GPtrArray) intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    g_autoptr(GPtrArray) rows = access_today(&input, intervals);
    g_autofree char *lines = lines_of(rows);
    assert_string_equal(lines, "ann@example.org member - - by hand 0 -\n"
                               "ann@example.org workspace Company user by hand 0 -\n");
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_today),
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_what_is_not_known_is_not_made_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
