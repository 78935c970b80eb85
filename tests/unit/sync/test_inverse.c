/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_cases.h"
#include "world_run.h"

#include "sync/batch.h"
#include "sync/document.h"
#include "sync/inverse.h"

/*
 * Every engine case is carried out, then undone: the organization is as it was before, what cannot
 * be undone is named, and the next sync leaves the people alone until they are released.
 */

typedef struct {
    World world;
    ModelToggl model;
    State *state;
    char *folder;
    GPtrArray *impossible;
} Undone;

static void begin_undone(Undone *self, const EngineCase *engine_case)
{
    *self = (Undone){.impossible = g_ptr_array_new_with_free_func(g_free)};
    engine_begin(&self->world, engine_case);
    world_finish(&self->world);
    self->state = world_open_state(&self->folder);
    model_init(&self->model, &self->world, 0, FAIL_NEVER);
}

static void end_undone(Undone *self)
{
    g_ptr_array_unref(self->impossible);
    model_clear(&self->model);
    world_close_state(self->state, self->folder);
    world_clear(&self->world);
}

/* The plan that undoes run ID as things are now. */
static Plan *plan_undo(Undone *self, int64_t id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RunRecord) run = NULL;
    g_autoptr(Plan) done = NULL;
    g_autoptr(GArray) confirmed = NULL;
    assert_success(state_run(self->state, id, &run, &error), error);
    assert_non_null(run->inverse);
    assert_success(plan_document_read(run->plan, strlen(run->plan), &done, &error), error);
    assert_success(state_confirmed(self->state, id, &confirmed, &error), error);
    InverseInput input = {.plan = done,
                          .inverse = run->inverse,
                          .confirmed = confirmed,
                          .organization = self->world.organization};
    Plan *plan = plan_new();
    inverse_begin(plan, id);
    g_ptr_array_set_size(self->impossible, 0);
    assert_success(inverse_changes(&input, plan, self->impossible, &error), error);
    inverse_order(plan);
    lists_attach(plan, self->world.organization, &self->world.lists);
    plan_batch(plan);
    return plan;
}

static RunReport *carry_out(Undone *self, Plan *plan)
{
    g_autoptr(GError) error = NULL;
    WorldRun run;
    RunReport *report = NULL;
    world_run_init(&run, &self->world, &self->model.target, self->state);
    const RunOrder order = {.command = "apply", .plan = plan, .foreign = true};
    assert_success(run_carry_out(&run.run, &order, 0, &report, &error), error);
    return report;
}

static void undo(Undone *self, int64_t id)
{
    g_autoptr(Plan) plan = plan_undo(self, id);
    assert_true(plan->requests->len > 0);
    g_autoptr(RunReport) report = carry_out(self, plan);
    assert_int_equal(report->status, 0);
    assert_int_equal(report->result->failed, 0);
    world_finish(&self->world);
}

static int64_t run_forward(Undone *self)
{
    g_autoptr(RunReport) report = world_run_once(&self->world, &self->model, self->state);
    assert_int_equal(report->status, 0);
    world_finish(&self->world);
    return report->run;
}

static void what_was_done_can_be_undone(void **data)
{
    (void) data;
    for (size_t i = 0; i < G_N_ELEMENTS(engine_cases); i++) {
        Undone self;
        begin_undone(&self, &engine_cases[i]);
        g_autofree char *before = world_picture(&self.world);
        int64_t run = run_forward(&self);
        g_autofree char *done = world_picture(&self.world);
        assert_string_not_equal(before, done);
        undo(&self, run);
        g_autofree char *after = world_picture(&self.world);
        assert_string_equal(after, before);
        end_undone(&self);
    }
}

static void the_next_sync_does_not_undo_the_undo(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[0]);
    undo(&self, run_forward(&self));
    self.world.now += 3600;
    g_autoptr(Plan) next = world_plan(&self.world);
    for (guint i = 0; i < next->changes->len; i++)
        assert_null(((const Change *) g_ptr_array_index(next->changes, i))->person.mail);
    guint held = 0;
    for (guint i = 0; i < self.world.ledger->links->len; i++) {
        Link *link = g_ptr_array_index(self.world.ledger->links, i);
        held += link->hold_until == HOLD_UNTIL_RELEASED;
        assert_string_equal(link->hold_reason, "run 1 was undone on 2025-11-24: held until "
                                               "'toggl-ldap-sync person release'");
        link->hold_until = 0; /* released */
    }
    assert_int_equal(held, 3);
    /* the hold is in the state, not in memory alone */
    g_autoptr(GError) error = NULL;
    g_autoptr(Ledger) kept = NULL;
    assert_success(state_load(self.state, &kept, &error), error);
    for (guint i = 0; i < kept->links->len; i++)
        assert_int_equal(((const Link *) g_ptr_array_index(kept->links, i))->hold_until,
                         HOLD_UNTIL_RELEASED);
    g_autoptr(Plan) again = world_plan(&self.world);
    assert_true(again->requests->len > 0);
    end_undone(&self);
}

static void who_has_accepted_is_deactivated(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[0]);
    int64_t run = run_forward(&self);
    Member *ann = organization_member_by_mail(self.world.organization, "ann@example.org");
    ann->joined = true;
    g_autoptr(Plan) plan = plan_undo(&self, run);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "deactivate ann@example.org\n"
                               "withdraw-invitation bob@example.org\n"
                               "withdraw-invitation eve@example.org\n");
    assert_int_equal(self.impossible->len, 3);
    assert_string_equal(g_ptr_array_index(self.impossible, 1),
                        "create-group Leads: stays, empty, as long as a rule names it");
    end_undone(&self);
}

static void what_is_so_already_is_not_undone(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[2]);
    int64_t run = run_forward(&self);
    undo(&self, run);
    g_autoptr(Plan) again = plan_undo(&self, run);
    g_autofree char *lines = plan_lines(again);
    assert_string_equal(lines, "");
    end_undone(&self);
}

/* ---- one change at a time ---- */

static char *undo_of(World *world, const Change *change, GPtrArray *impossible)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_new();
    g_autoptr(Plan) back = plan_new();
    g_autoptr(GArray) confirmed = g_array_new(FALSE, FALSE, sizeof(unsigned));
    unsigned first = 1;
    g_array_append_val(confirmed, first);
    Change *copy = change_new(change->kind);
    change_free(copy);
    g_ptr_array_set_free_func(plan->changes, NULL);
    g_ptr_array_add(plan->changes, (gpointer) (uintptr_t) change);
    g_autofree char *text = inverse_text(plan, world->organization);
    InverseInput input = {plan, text, confirmed, world->organization};
    assert_success(inverse_changes(&input, back, impossible, &error), error);
    return plan_lines(back);
}

static void what_cannot_be_undone_is_named(void **data)
{
    (void) data;
    static const struct {
        ChangeKind kind;
        const char *undo;
        const char *words;
    } cases[] = {
        {CHANGE_RESEND_INVITATION, "",
         "resend-invitation ann@example.org: a mail that was sent cannot be taken back"},
        {CHANGE_CREATE_WORKSPACE, "",
         "create-workspace ann@example.org: Toggl lets nobody delete a workspace"},
        {CHANGE_DELETE_MEMBER, "invite ann@example.org\n",
         "delete-member ann@example.org: is invited anew; the time that was tracked before stays "
         "without them"},
        {CHANGE_LINK, "", NULL},
        {CHANGE_ADOPT, "", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World world;
        world_init(&world);
        int64_t company = world_workspace(&world, "Company");
        Member *ann = world_member(&world, "ann");
        world_assign(ann, company, ROLE_ADMIN);
        world_finish(&world);
        g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(Change) change = change_new(cases[i].kind);
        change->id = 1;
        change->person.mail = g_strdup("ann@example.org");
        if (cases[i].kind == CHANGE_DELETE_MEMBER) {
            /* what she had is written down before, and she is gone afterwards */
            g_autoptr(Plan) plan = plan_new();
            g_ptr_array_set_free_func(plan->changes, NULL);
            g_ptr_array_add(plan->changes, change);
            g_autofree char *text = inverse_text(plan, world.organization);
            assert_non_null(strstr(text, "\"role\":\"admin\""));
            g_ptr_array_remove(world.organization->members, ann);
            world_finish(&world);
            g_autoptr(Plan) back = plan_new();
            g_autoptr(GArray) confirmed = g_array_new(FALSE, FALSE, sizeof(unsigned));
            g_autoptr(GError) error = NULL;
            g_array_append_val(confirmed, change->id);
            InverseInput input = {plan, text, confirmed, world.organization};
            assert_success(inverse_changes(&input, back, impossible, &error), error);
            g_autofree char *lines = plan_lines(back);
            assert_string_equal(lines, cases[i].undo);
            const Change *invite = g_ptr_array_index(back->changes, 0);
            const InvitationWorkspace *row = g_ptr_array_index(invite->workspaces, 0);
            assert_int_equal(row->workspace.id, company);
            assert_int_equal(row->role, ROLE_ADMIN);
        } else {
            g_autofree char *lines = undo_of(&world, change, impossible);
            assert_string_equal(lines, cases[i].undo);
        }
        assert_int_equal(impossible->len, cases[i].words != NULL);
        if (cases[i].words != NULL)
            assert_string_equal(g_ptr_array_index(impossible, 0), cases[i].words);
        world_clear(&world);
    }
}

static void an_inverse_of_others_is_refused(void **data)
{
    (void) data;
    static const char *const texts[] = {"", "{", "[]", "{\"format\":\"else\",\"version\":1}",
                                        "{\"format\":\"toggl-ldap-sync inverse\",\"version\":2}"};
    g_autoptr(Plan) plan = plan_new();
    g_autoptr(GArray) confirmed = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GError *error = NULL;
        InverseInput input = {plan, texts[i], confirmed, NULL};
        assert_false(inverse_changes(&input, plan, impossible, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        assert_error(error,
                     "what would undo the run was written by another version of the program, "
                     "or is damaged");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_done_can_be_undone),
        cmocka_unit_test(the_next_sync_does_not_undo_the_undo),
        cmocka_unit_test(who_has_accepted_is_deactivated),
        cmocka_unit_test(what_is_so_already_is_not_undone),
        cmocka_unit_test(what_cannot_be_undone_is_named),
        cmocka_unit_test(an_inverse_of_others_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
