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

/* Groups made anew, who was in them by hand, and what they were attached to belong to no person who
 * could be held: they are by hand from then on. */
static void groups_made_anew_stay(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[3]);
    int64_t run = run_forward(&self);
    assert_int_equal(self.world.organization->groups->len, 0);
    g_autoptr(Plan) plan = plan_undo(&self, run);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "create-group Old\n"
                               "create-group Older\n"
                               "add-group-to-workspace Old Product\n"
                               "add-group-to-workspace Older Product\n"
                               "add-to-group p0@example.org Old\n"
                               "add-to-group p0@example.org Older\n"
                               "add-to-group p1@example.org Old\n"
                               "add-to-group p1@example.org Older\n"
                               "add-to-group p2@example.org Old\n"
                               "add-to-group p2@example.org Older\n");
    assert_int_equal(self.impossible->len, 2);
    assert_string_equal(g_ptr_array_index(self.impossible, 0),
                        "delete-group Old: is made anew, under another number");
    undo(&self, run);
    self.world.now += 3600;
    g_autoptr(Plan) next = world_plan(&self.world);
    g_autofree char *left = plan_lines(next);
    assert_string_equal(left, "");
    end_undone(&self);
}

/* A group that somebody else made meanwhile gets back who is missing in it. */
static void a_group_that_is_there_again_is_filled(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[3]);
    int64_t run = run_forward(&self);
    int64_t old = world_toggl_group(&self.world, "Old");
    world_put(organization_member_by_mail(self.world.organization, "p1@example.org"), old);
    world_finish(&self.world);
    g_autoptr(Plan) plan = plan_undo(&self, run);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "create-group Older\n"
                               "add-group-to-workspace Old Product\n"
                               "add-group-to-workspace Older Product\n"
                               "add-to-group p0@example.org Old\n"
                               "add-to-group p0@example.org Older\n"
                               "add-to-group p1@example.org Older\n"
                               "add-to-group p2@example.org Old\n"
                               "add-to-group p2@example.org Older\n");
    undo(&self, run);
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

/* Undoes the first change of DONE, and what else TEXT says. */
static void undo_first(World *world, const Plan *done, const char *text, Plan *back,
                       GPtrArray *impossible)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) confirmed = g_array_new(FALSE, FALSE, sizeof(unsigned));
    unsigned first = 1;
    g_array_append_val(confirmed, first);
    InverseInput input = {done, text, confirmed, world->organization};
    assert_success(inverse_changes(&input, back, impossible, &error), error);
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
        g_autoptr(Plan) done = plan_new();
        g_autoptr(Plan) back = plan_new();
        Change *change = change_new(cases[i].kind);
        change->id = 1;
        change->person.mail = g_strdup("ann@example.org");
        g_ptr_array_add(done->changes, change);
        /* what she had is written down before, and she is gone afterwards */
        g_autofree char *text = inverse_text(done, world.organization);
        g_ptr_array_remove(world.organization->members, ann);
        world_finish(&world);
        undo_first(&world, done, text, back, impossible);
        g_autofree char *lines = plan_lines(back);
        assert_string_equal(lines, cases[i].undo);
        if (back->changes->len > 0) {
            const Change *invite = g_ptr_array_index(back->changes, 0);
            const InvitationWorkspace *row = g_ptr_array_index(invite->workspaces, 0);
            assert_int_equal(row->workspace.id, company);
            assert_int_equal(row->role, ROLE_ADMIN);
        }
        assert_int_equal(impossible->len, cases[i].words != NULL);
        if (cases[i].words != NULL)
            assert_string_equal(g_ptr_array_index(impossible, 0), cases[i].words);
        world_clear(&world);
    }
}

/*
 * Company with ann, who is in the group Crew and, as a team lead, in the workspace Company; the
 * group is attached to it. One change was confirmed; then what AFTERWARDS says came to pass.
 */
typedef enum {
    NOTHING,
    ANN_IS_GONE,
    ANN_LEFT_COMPANY,
    ANN_IS_INACTIVE,
    ANN_HAS_ACCEPTED, /* who was invited by the run */
    GROUP_IS_GONE,
    GROUP_IS_DETACHED,
} Afterwards;

typedef struct {
    ChangeKind kind;
    Afterwards afterwards;
    bool was_member; /* before.member */
    Role was;        /* before.role */
    const char *undo;
    const char *words; /* NULL: it can be undone wholly */
} UndoCase;

static const UndoCase undo_cases[] = {
    {CHANGE_INVITE, ANN_IS_GONE, false, 0, "", NULL},
    {CHANGE_INVITE, NOTHING, false, 0, "withdraw-invitation ann@example.org\n", NULL},
    {CHANGE_INVITE, ANN_HAS_ACCEPTED, false, 0, "deactivate ann@example.org\n", NULL},
    {CHANGE_WITHDRAW_INVITATION, ANN_IS_GONE, true, 0, "invite ann@example.org\n", NULL},
    {CHANGE_WITHDRAW_INVITATION, NOTHING, true, 0, "", NULL}, /* somebody was quicker */
    {CHANGE_REACTIVATE, NOTHING, false, 0, "deactivate ann@example.org\n", NULL},
    {CHANGE_REACTIVATE, ANN_IS_INACTIVE, false, 0, "", NULL},
    {CHANGE_REACTIVATE, ANN_IS_GONE, false, 0, "",
     "reactivate ann@example.org: is no member any more"},
    {CHANGE_DEACTIVATE, NOTHING, false, 0, "", NULL},
    {CHANGE_DEACTIVATE, ANN_IS_INACTIVE, false, 0, "reactivate ann@example.org\n", NULL},
    {CHANGE_DEACTIVATE, ANN_IS_GONE, false, 0, "",
     "deactivate ann@example.org: is no member any more"},
    {CHANGE_RENAME_MEMBER, NOTHING, false, 0, "rename-member ann@example.org\n", NULL},
    {CHANGE_RENAME_MEMBER, ANN_IS_GONE, false, 0, "",
     "rename-member ann@example.org: is no member any more"},
    {CHANGE_CHANGE_ADDRESS, NOTHING, false, 0, "change-address ann@example.org\n", NULL},
    {CHANGE_CHANGE_ADDRESS, ANN_IS_GONE, false, 0, "",
     "change-address ann@example.org: is no member any more"},
    {CHANGE_ADD_TO_GROUP, NOTHING, false, 0, "remove-from-group ann@example.org Crew\n", NULL},
    {CHANGE_ADD_TO_GROUP, GROUP_IS_GONE, false, 0, "", NULL},
    {CHANGE_ADD_TO_GROUP, ANN_IS_GONE, false, 0, "",
     "add-to-group ann@example.org: is no member any more"},
    {CHANGE_REMOVE_FROM_GROUP, NOTHING, true, 0, "", NULL}, /* she is in it again */
    {CHANGE_REMOVE_FROM_GROUP, GROUP_IS_GONE, true, 0, "",
     "remove-from-group ann@example.org: the group is not there any more"},
    {CHANGE_ADD_GROUP_TO_WORKSPACE, NOTHING, false, 0, "remove-group-from-workspace Crew Company\n",
     NULL},
    {CHANGE_ADD_GROUP_TO_WORKSPACE, GROUP_IS_GONE, false, 0, "", NULL},
    {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, GROUP_IS_DETACHED, true, 0,
     "add-group-to-workspace Crew Company\n", NULL},
    {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, GROUP_IS_GONE, true, 0, "",
     "remove-group-from-workspace Crew: the group is not there any more"},
    {CHANGE_ASSIGN, NOTHING, false, 0, "unassign ann@example.org Company\n", NULL},
    {CHANGE_ASSIGN, ANN_LEFT_COMPANY, false, 0, "", NULL},
    {CHANGE_ASSIGN, ANN_IS_GONE, false, 0, "", "assign ann@example.org: is no member any more"},
    {CHANGE_UNASSIGN, ANN_LEFT_COMPANY, true, ROLE_USER, "assign ann@example.org Company\n", NULL},
    {CHANGE_UNASSIGN, ANN_LEFT_COMPANY, true, ROLE_ADMIN,
     "set-workspace-role ann@example.org Company admin\n", NULL},
    {CHANGE_UNASSIGN, NOTHING, true, ROLE_USER, "", NULL},
    {CHANGE_UNASSIGN, NOTHING, true, ROLE_TEAM_LEAD, "", NULL},
    {CHANGE_UNASSIGN, ANN_IS_GONE, true, ROLE_ADMIN, "",
     "unassign ann@example.org: is no member any more"},
    {CHANGE_SET_WORKSPACE_ROLE, NOTHING, true, ROLE_USER,
     "set-workspace-role ann@example.org Company user\n", NULL},
    {CHANGE_SET_WORKSPACE_ROLE, NOTHING, true, ROLE_TEAM_LEAD, "", NULL},
    {CHANGE_SET_WORKSPACE_ROLE, NOTHING, false, 0, "unassign ann@example.org Company\n", NULL},
    {CHANGE_SET_WORKSPACE_ROLE, ANN_LEFT_COMPANY, true, ROLE_USER, "",
     "set-workspace-role ann@example.org: is not in the workspace any more"},
    {CHANGE_SET_WORKSPACE_ROLE, ANN_IS_GONE, true, ROLE_USER, "",
     "set-workspace-role ann@example.org: is not in the workspace any more"},
    {CHANGE_SET_ORGANIZATION_ROLE, NOTHING, false, 0, "set-organization-role ann@example.org\n",
     NULL},
    {CHANGE_SET_ORGANIZATION_ROLE, ANN_IS_GONE, false, 0, "",
     "set-organization-role ann@example.org: is no member any more"},
    {CHANGE_CREATE_GROUP, NOTHING, false, 0, "",
     "create-group Crew: stays, empty, as long as a rule names it"},
};

/* The change of CASE as a plan has it. */
static Change *confirmed_change(const UndoCase *undo_case, const Member *ann, int64_t crew,
                                int64_t company)
{
    ChangeKind kind = undo_case->kind;
    bool of_group = kind == CHANGE_ADD_TO_GROUP || kind == CHANGE_REMOVE_FROM_GROUP;
    bool attaches =
        kind == CHANGE_ADD_GROUP_TO_WORKSPACE || kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    bool of_workspace = kind == CHANGE_ASSIGN || kind == CHANGE_UNASSIGN ||
                        kind == CHANGE_SET_WORKSPACE_ROLE || attaches;
    Change *change = change_new(kind);
    change->id = 1;
    if (!attaches && kind != CHANGE_CREATE_GROUP) {
        change->person.source = g_strdup("main");
        change->person.anchor = g_strdup("ann");
        change->person.mail = g_strdup("ann@example.org");
        if (kind != CHANGE_INVITE) {
            change->person.organization_user_id = ann->id;
            change->person.user_id = ann->user_id;
        }
    }
    if (of_group || attaches || kind == CHANGE_CREATE_GROUP)
        target_ref_set(&change->group, crew, "Crew");
    if (of_workspace)
        target_ref_set(&change->workspace, company, "Company");
    change->before.member = undo_case->was_member;
    change->before.role = undo_case->was;
    change->before.admin = !ann->admin;
    change->after.admin = ann->admin;
    change->before.name = g_strdup("Ann Archer");
    change->before.mail = g_strdup("ann@example.com");
    return change;
}

static void come_to_pass(World *world, Member *ann, Afterwards afterwards)
{
    Organization *organization = world->organization;
    OrganizationGroup *crew = organization_group_by_name(organization, "Crew");
    ann->joined = afterwards != NOTHING;
    ann->inactive = afterwards == ANN_IS_INACTIVE;
    if (afterwards == ANN_IS_GONE)
        g_ptr_array_remove(organization->members, ann);
    else if (afterwards == ANN_LEFT_COMPANY)
        g_array_set_size(ann->assignments, 0);
    else if (afterwards == GROUP_IS_DETACHED)
        g_array_set_size(crew->workspaces, 0);
    else if (afterwards == GROUP_IS_GONE)
        g_ptr_array_remove(organization->groups, crew);
    world_finish(world);
}

/* A workspace that the run made itself had no number in its plan: it is found by its name. */
static void a_workspace_without_a_number_is_found_by_its_name(void **data)
{
    (void) data;
    static const UndoCase assigned = {CHANGE_ASSIGN, NOTHING, false, 0, NULL, NULL};
    World world;
    world_init(&world);
    int64_t company = world_workspace(&world, "Company");
    Member *ann = world_member(&world, "ann");
    world_assign(ann, company, ROLE_USER);
    world_finish(&world);
    g_autoptr(Plan) done = plan_new();
    g_ptr_array_add(done->changes, confirmed_change(&assigned, ann, 0, 0));
    g_autofree char *text = inverse_text(done, world.organization);
    g_autoptr(Plan) back = plan_new();
    g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
    undo_first(&world, done, text, back, impossible);
    g_autofree char *lines = plan_lines(back);
    assert_string_equal(lines, "unassign ann@example.org Company\n");
    const Change *change = g_ptr_array_index(back->changes, 0);
    assert_int_equal(change->workspace.id, company);
    world_clear(&world);
}

static void every_kind_is_undone_as_things_are_now(void **data)
{
    (void) data;
    for (size_t i = 0; i < G_N_ELEMENTS(undo_cases); i++) {
        World world;
        world_init(&world);
        int64_t company = world_workspace(&world, "Company");
        int64_t crew = world_toggl_group(&world, "Crew");
        (void) id_array_add(organization_group_by_name(world.organization, "Crew")->workspaces,
                            company);
        Member *ann = world_member(&world, "ann");
        world_put(ann, crew);
        world_assign(ann, company, ROLE_TEAM_LEAD);
        world_finish(&world);
        g_autoptr(Plan) done = plan_new();
        g_ptr_array_add(done->changes, confirmed_change(&undo_cases[i], ann, crew, company));
        g_autofree char *text = inverse_text(done, world.organization);
        come_to_pass(&world, ann, undo_cases[i].afterwards);
        g_autoptr(Plan) back = plan_new();
        g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
        undo_first(&world, done, text, back, impossible);
        g_autofree char *lines = plan_lines(back);
        const char *words = impossible->len > 0 ? g_ptr_array_index(impossible, 0) : "";
        const char *expected = undo_cases[i].words != NULL ? undo_cases[i].words : "";
        if (strcmp(lines, undo_cases[i].undo) != 0 || strcmp(words, expected) != 0)
            fail_msg("case %zu, %s: '%s' '%s'", i, change_kind_name(undo_cases[i].kind), lines,
                     words);
        assert_true(impossible->len <= 1);
        world_clear(&world);
    }
}

/* What goes back is what was before the run; what must hold until then is what the run made. */
static void both_sides_of_an_undo_are_those_of_the_run(void **data)
{
    (void) data;
    static const struct {
        ChangeKind kind;
        unsigned fields;
    } cases[] = {
        {CHANGE_RENAME_MEMBER, STATE_NAME},
        {CHANGE_CHANGE_ADDRESS, STATE_MAIL},
        {CHANGE_SET_ORGANIZATION_ROLE, STATE_ADMIN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World world;
        world_init(&world);
        Member *ann = world_member(&world, "ann");
        ann->admin = true;
        world_finish(&world);
        const UndoCase undo_case = {.kind = cases[i].kind};
        g_autoptr(Plan) done = plan_new();
        Change *change = confirmed_change(&undo_case, ann, 0, 0);
        change->after.name = g_strdup("ann");
        change->after.mail = g_strdup("ann@example.org");
        g_ptr_array_add(done->changes, change);
        g_autofree char *text = inverse_text(done, world.organization);
        g_autoptr(Plan) back = plan_new();
        g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
        undo_first(&world, done, text, back, impossible);
        const Change *undo = g_ptr_array_index(back->changes, 0);
        assert_int_equal(undo->before.fields, cases[i].fields);
        assert_int_equal(undo->after.fields, cases[i].fields);
        assert_string_equal(undo->after.name != NULL ? undo->after.name : "Ann Archer",
                            "Ann Archer");
        assert_string_equal(undo->after.mail != NULL ? undo->after.mail : "ann@example.com",
                            "ann@example.com");
        assert_true(undo->before.admin || cases[i].fields != STATE_ADMIN);
        assert_false(undo->after.admin);
        assert_int_equal(undo->person.organization_user_id.value, ann->id.value);
        assert_string_equal(undo->person.anchor, "ann");
        g_autofree char *reason = g_strdup_printf("undoes '%s'", change_kind_name(cases[i].kind));
        assert_string_equal(undo->reason, reason);
        world_clear(&world);
    }
}

/* An invitation brings back what is still there, and needs a workspace. */
static void who_was_withdrawn_is_invited_to_what_is_left(void **data)
{
    (void) data;
    for (unsigned left = 0; left < 2; left++) {
        World world;
        world_init(&world);
        int64_t company = world_workspace(&world, "Company");
        int64_t product = world_workspace(&world, "Product");
        int64_t crew = world_toggl_group(&world, "Crew");
        int64_t gone = world_toggl_group(&world, "Gone");
        Member *ann = world_member(&world, "ann");
        world_put(ann, crew);
        world_put(ann, gone);
        world_assign(ann, company, ROLE_ADMIN);
        world_assign(ann, product, ROLE_USER);
        world_finish(&world);
        const UndoCase undo_case = {.kind = CHANGE_WITHDRAW_INVITATION};
        g_autoptr(Plan) done = plan_new();
        g_ptr_array_add(done->changes, confirmed_change(&undo_case, ann, 0, 0));
        g_autofree char *text = inverse_text(done, world.organization);
        g_ptr_array_remove(world.organization->members, ann);
        g_ptr_array_remove(world.organization->groups,
                           organization_group_by_name(world.organization, "Gone"));
        g_ptr_array_set_size(world.organization->workspaces, (gint) left);
        OrganizationGroup *renamed = organization_group_by_name(world.organization, "Crew");
        g_free(renamed->name);
        renamed->name = g_strdup("Staff");
        world_finish(&world);
        g_autoptr(Plan) back = plan_new();
        g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
        undo_first(&world, done, text, back, impossible);
        assert_int_equal(back->changes->len, left);
        assert_int_equal(impossible->len, 1 - left);
        if (left == 0)
            assert_string_equal(g_ptr_array_index(impossible, 0),
                                "withdraw-invitation ann@example.org: was in no workspace that is "
                                "still there, and an invitation needs one");
        if (left == 1) {
            const Change *invite = g_ptr_array_index(back->changes, 0);
            assert_int_equal(invite->workspaces->len, 1);
            const InvitationWorkspace *row = g_ptr_array_index(invite->workspaces, 0);
            assert_string_equal(row->workspace.name, "Company");
            assert_int_equal(row->role, ROLE_ADMIN);
            assert_int_equal(invite->groups->len, 1);
            const TargetRef *group = g_ptr_array_index(invite->groups, 0);
            assert_int_equal(group->id, crew);
            assert_string_equal(group->name, "Staff");
            assert_int_equal(invite->person.organization_user_id.value, 0);
        }
        world_clear(&world);
    }
}

/* Who has no address is called by the anchor; what has no name at all, by a question mark. */
static void what_cannot_be_undone_has_a_name(void **data)
{
    (void) data;
    static const char *const anchors[] = {"x\x1b[1m", NULL};
    static const char *const words[] = {"deactivate x\\u{001B}[1m: is no member any more",
                                        "deactivate ?: is no member any more"};
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++) {
        World world;
        world_init(&world);
        world_finish(&world);
        g_autoptr(Plan) done = plan_new();
        Change *change = change_new(CHANGE_DEACTIVATE);
        change->id = 1;
        change->person.anchor = g_strdup(anchors[i]);
        g_ptr_array_add(done->changes, change);
        g_autofree char *text = inverse_text(done, world.organization);
        g_autoptr(Plan) back = plan_new();
        g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
        undo_first(&world, done, text, back, impossible);
        assert_int_equal(back->changes->len, 0);
        assert_int_equal(impossible->len, 1);
        assert_string_equal(g_ptr_array_index(impossible, 0), words[i]);
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

/* Who left meanwhile, whose account nobody knows, and a workspace that is gone do not come back
 * with the groups; and what was not confirmed is not undone. */
static void groups_come_back_with_who_is_left(void **data)
{
    (void) data;
    Undone self;
    begin_undone(&self, &engine_cases[3]);
    int64_t run = run_forward(&self);
    Organization *organization = self.world.organization;
    g_ptr_array_remove(organization->members,
                       organization_member_by_mail(organization, "p2@example.org"));
    organization_member_by_mail(organization, "p1@example.org")->user_id.value = 0;
    organization_member_by_mail(organization, "p1@example.org")->joined = false;
    g_ptr_array_set_size(organization->workspaces, 0);
    world_finish(&self.world);
    g_autoptr(Plan) plan = plan_undo(&self, run);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "create-group Old\n"
                               "create-group Older\n"
                               "add-to-group p0@example.org Old\n"
                               "add-to-group p0@example.org Older\n");
    assert_int_equal(self.impossible->len, 4);
    assert_string_equal(g_ptr_array_index(self.impossible, 0),
                        "remove-from-group p1@example.org: Toggl tells no user id before the "
                        "invitation is accepted");
    g_autoptr(Plan) done = plan_new();
    Change *change = change_new(CHANGE_DEACTIVATE);
    change->id = 1;
    g_ptr_array_add(done->changes, change);
    g_autofree char *text = inverse_text(done, organization);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(Plan) back = plan_new();
    g_autoptr(GError) error = NULL;
    InverseInput input = {done, text, none, organization};
    g_ptr_array_set_size(self.impossible, 0);
    assert_success(inverse_changes(&input, back, self.impossible, &error), error);
    assert_int_equal(back->changes->len + self.impossible->len, 0);
    end_undone(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_done_can_be_undone),
        cmocka_unit_test(the_next_sync_does_not_undo_the_undo),
        cmocka_unit_test(groups_made_anew_stay),
        cmocka_unit_test(a_group_that_is_there_again_is_filled),
        cmocka_unit_test(who_has_accepted_is_deactivated),
        cmocka_unit_test(what_is_so_already_is_not_undone),
        cmocka_unit_test(what_cannot_be_undone_is_named),
        cmocka_unit_test(a_workspace_without_a_number_is_found_by_its_name),
        cmocka_unit_test(every_kind_is_undone_as_things_are_now),
        cmocka_unit_test(both_sides_of_an_undo_are_those_of_the_run),
        cmocka_unit_test(who_was_withdrawn_is_invited_to_what_is_left),
        cmocka_unit_test(what_cannot_be_undone_has_a_name),
        cmocka_unit_test(an_inverse_of_others_is_refused),
        cmocka_unit_test(groups_come_back_with_who_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
