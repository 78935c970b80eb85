/* SPDX-License-Identifier: Apache-2.0 */
#include "world_run.h"

#include <glib/gstdio.h>

/*
 * A table of worlds. Each is applied, applied again (nothing is left to do), and applied with a
 * failure at every request N in every way, then once more without: the end is the same, and nobody
 * was invited twice.
 */

typedef struct {
    const char *name;
    void (*build)(World *world);
} EngineCase;

static void build_joiners(World *world)
{
    (void) world_workspace(world, "Product");
    (void) world_person(world, "ann");
    (void) world_person(world, "bob");
    (void) world_person(world, "eve");
    (void) world_group(world, "developers", "ann", "bob", NULL);
    (void) world_group(world, "leads", "ann", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "leads", "Leads", "Product", ROLE_ADMIN);
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_NONE);
}

static void build_adoption(World *world)
{
    int64_t product = world_workspace(world, "Product");
    int64_t group = world_toggl_group(world, "Developers");
    for (unsigned i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        (void) world_person(world, name);
        Member *member = world_member(world, name);
        if (i % 2 == 0)
            world_put(member, group);
        if (i % 3 == 0)
            world_assign(member, product, ROLE_USER);
    }
    (void) world_group(world, "developers", "p0", "p1", "p2", "p3", "p4", NULL);
    (void) world_group(world, "leads", "p3", "p4", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "leads", "Leads", "Product", ROLE_TEAM_LEAD);
}

static void build_movers_and_leavers(World *world)
{
    int64_t product = world_workspace(world, "Product");
    int64_t old = world_toggl_group(world, "Old");
    int64_t new = world_toggl_group(world, "New");
    (void) new;
    for (unsigned i = 0; i < 6; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        Person *person = i == 5 ? NULL : world_person(world, name);
        Member *member = world_member(world, name);
        world_put(member, old);
        world_assign(member, product, ROLE_USER);
        Link *link = world_link(world, name, member);
        (void) world_grant(world, member, GRANT_GROUP, old);
        (void) world_grant(world, member, GRANT_WORKSPACE, product);
        if (i == 3)
            world_disable(person);
        if (i == 4) {
            member->inactive = true;
            link->deactivated_at = world->now - 10;
        }
    }
    world->settings->lifecycle.grace_days = 0;
    world->settings->lifecycle.grace_reads = 0;
    (void) world_group(world, "old", "p0", NULL);
    (void) world_group(world, "new", "p1", "p2", "p4", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "old", "Old", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "new", "New", "Product", ROLE_NONE);
}

static const EngineCase cases[] = {
    {"joiners", build_joiners},
    {"adoption", build_adoption},
    {"movers and leavers", build_movers_and_leavers},
};

static void begin(World *world, const EngineCase *engine_case)
{
    world_init(world);
    world->settings->lifecycle.create_groups = true;
    world->settings->lifecycle.create_workspaces = true;
    engine_case->build(world);
}

static RunReport *run_once(World *world, ModelToggl *model, State *state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    WorldRun self;
    world_run_init(&self, world, &model->target, state);
    assert_success(run_settle(&self.run, notes, &error), error);
    g_autoptr(Plan) plan = world_plan(world);
    const RunOrder order = {.command = "sync", .plan = plan};
    RunReport *report = NULL;
    assert_success(run_carry_out(&self.run, &order, 0, &report, &error), error);
    return report;
}

static void run_and_forget(World *world, ModelToggl *model, State *state)
{
    g_autoptr(RunReport) report = run_once(world, model, state);
    assert_true(report->result->unknown == 0 || report->unverified != NULL ||
                report->result->cause != NULL);
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Who is in what, a line a member: the end state that must not depend on how the way there went. */
static char *picture(const World *world)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    const Organization *organization = world->organization;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        GString *line = g_string_new(member->mail);
        g_string_append(line, member->inactive ? " inactive" : "");
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        for (guint g = 0; g < organization->groups->len; g++) {
            const OrganizationGroup *group = g_ptr_array_index(organization->groups, g);
            if (member_in_group(member, group->id))
                g_ptr_array_add(words, g_strdup(group->name));
        }
        for (guint w = 0; w < organization->workspaces->len; w++) {
            const Workspace *workspace = g_ptr_array_index(organization->workspaces, w);
            const Assignment *assignment = member_assignment(member, workspace->id);
            if (assignment != NULL)
                g_ptr_array_add(
                    words, g_strdup_printf("%s:%s", workspace->name, role_name(assignment->role)));
        }
        g_ptr_array_sort(words, compare_lines);
        for (guint w = 0; w < words->len; w++)
            g_string_append_printf(line, " %s", (const char *) g_ptr_array_index(words, w));
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    g_ptr_array_sort(lines, compare_lines);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(lines, i));
    return g_string_free(text, FALSE);
}

static State *open_state(char **ret_folder)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("engine-XXXXXX", &error);
    assert_non_null(folder);
    g_autofree char *path = g_build_filename(folder, "state.db", NULL);
    State *state = NULL;
    assert_success(state_open(path, STATE_WRITE, 1, &state, &error), error);
    *ret_folder = folder;
    return state;
}

static void close_state(State *state, char *folder)
{
    state_close(state);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        (void) g_remove(path);
    }
    (void) g_rmdir(folder);
    g_free(folder);
}

static unsigned apply_case(const EngineCase *engine_case, unsigned fail_at, FailHow how,
                           char **ret_picture)
{
    World world;
    ModelToggl model;
    char *folder = NULL;
    begin(&world, engine_case);
    State *state = open_state(&folder);
    model_init(&model, &world, fail_at, how);
    run_and_forget(&world, &model, state);
    unsigned first_run = model.calls;
    unsigned runs = 1;
    for (unsigned calls = 0; runs < 4 && calls != model.calls; runs++) {
        calls = model.calls;
        run_and_forget(&world, &model, state);
    }
    g_autoptr(Plan) left = world_plan(&world);
    g_autofree char *lines = plan_lines(left);
    assert_string_equal(lines, "");
    GHashTableIter iterator;
    gpointer times = NULL;
    g_hash_table_iter_init(&iterator, model.invitations);
    while (g_hash_table_iter_next(&iterator, NULL, &times))
        assert_int_equal(GPOINTER_TO_UINT(times), 1);
    *ret_picture = picture(&world);
    model_clear(&model);
    close_state(state, folder);
    world_clear(&world);
    return first_run;
}

static void test_every_case_survives_a_failure_at_every_request(void **state)
{
    (void) state;
    unsigned points = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *expected = NULL;
        unsigned requests = apply_case(&cases[i], 0, FAIL_NEVER, &expected);
        assert_true(requests > 0);
        for (unsigned n = 1; n <= requests; n++) {
            for (FailHow how = FAIL_REFUSED; how <= FAIL_UNREACHABLE; how++) {
                g_autofree char *reached = NULL;
                (void) apply_case(&cases[i], n, how, &reached);
                assert_string_equal(reached, expected);
                points++;
            }
        }
    }
    print_message("%u points of failure\n", points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_survives_a_failure_at_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
