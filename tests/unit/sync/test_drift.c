/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/drift.h"

#include "sync/batch.h"

#include "world.h"

/* Company with ann, active and joined, in the group Crew and, as an ordinary user, in Company. */
typedef struct {
    World world;
    int64_t company;
    int64_t crew;
    Member *ann;
} Office;

static void office_init(Office *office)
{
    world_init(&office->world);
    office->company = world_workspace(&office->world, "Company");
    office->crew = world_toggl_group(&office->world, "Crew");
    office->ann = world_member(&office->world, "ann");
    world_put(office->ann, office->crew);
    world_assign(office->ann, office->company, ROLE_USER);
    world_finish(&office->world);
}

static Change *add_change(Plan *plan, ChangeKind kind, const char *who)
{
    Change *change = change_new(kind);
    g_ptr_array_add(plan->changes, change);
    change->id = plan->changes->len;
    if (who != NULL) {
        change->person.source = g_strdup("main");
        change->person.anchor = g_strdup(who);
        change->person.mail = g_strdup_printf("%s@example.org", who);
    }
    return change;
}

/* What became of SAVED, a line each. */
static char *drifts_of(const Plan *saved, const Plan *fresh, const Organization *organization)
{
    g_autoptr(GPtrArray) drifts = drift_check(saved, fresh, organization);
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < drifts->len; i++) {
        g_autofree char *text = drift_text(saved, g_ptr_array_index(drifts, i));
        g_string_append_printf(lines, "%s\n", text);
    }
    return g_string_free(lines, FALSE);
}

/* ---- the plan of this moment has the change, too ---- */

typedef struct {
    ChangeKind kind;
    ChangeState before_then;
    ChangeState before_now;
    ChangeState after_then;
    ChangeState after_now;
    const char *drift;
} StateCase;

#define CHANGE_1 "change 1 (set-workspace-role ann@example.org, workspace 'Company')"

static const StateCase state_cases[] = {
    {CHANGE_SET_WORKSPACE_ROLE, {0}, {0}, {0}, {0}, ""},
#define TRUTH(bit, name)                                                                           \
    {CHANGE_SET_WORKSPACE_ROLE,                                                                    \
     {.fields = (bit), .name = true},                                                              \
     {.fields = (bit)},                                                                            \
     {0},                                                                                          \
     {0},                                                                                          \
     CHANGE_1 ": '" #name "' was true, and is false now\n"},                                       \
    {                                                                                              \
        CHANGE_SET_WORKSPACE_ROLE, {.fields = (bit), .name = true}, {.name = false}, {0}, {0}, ""  \
    }
    TRUTH(STATE_WANTED, wanted),
    TRUTH(STATE_MEMBER, member),
    TRUTH(STATE_ACTIVE, active),
    TRUTH(STATE_JOINED, joined),
    TRUTH(STATE_ADMIN, admin),
#undef TRUTH
    {CHANGE_SET_WORKSPACE_ROLE,
     {.fields = STATE_ROLE, .role = ROLE_USER},
     {.fields = STATE_ROLE, .role = ROLE_ADMIN},
     {0},
     {0},
     CHANGE_1 ": 'role' was user, and is admin now\n"},
    {CHANGE_SET_WORKSPACE_ROLE,
     {.fields = STATE_ROLE, .role = ROLE_NONE},
     {.fields = STATE_ROLE, .role = ROLE_TEAM_LEAD},
     {0},
     {0},
     CHANGE_1 ": 'role' was nothing, and is teamlead now\n"},
    {CHANGE_SET_WORKSPACE_ROLE,
     {0},
     {0},
     {.fields = STATE_ROLE, .role = ROLE_ADMIN},
     {.fields = STATE_ROLE, .role = ROLE_USER},
     CHANGE_1 ": 'role' was admin, and is user now\n"},
    {CHANGE_SET_WORKSPACE_ROLE,
     {.fields = STATE_STANDING, .standing = "missing"},
     {.fields = STATE_STANDING, .standing = "disabled"},
     {0},
     {0},
     CHANGE_1 ": 'standing' was missing, and is disabled now\n"},
};

static Plan *plan_with(const Office *office, ChangeKind kind, ChangeState before, ChangeState after)
{
    Plan *plan = plan_new();
    Change *change = add_change(plan, kind, "ann");
    target_ref_set(&change->workspace, office->company, "Company");
    change->person.organization_user_id = office->ann->id;
    change->before = before;
    change->after = after;
    return plan;
}

static void test_a_state_that_moved(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    for (size_t i = 0; i < G_N_ELEMENTS(state_cases); i++) {
        const StateCase *one = &state_cases[i];
        g_autoptr(Plan) saved = plan_with(&office, one->kind, one->before_then, one->after_then);
        g_autoptr(Plan) fresh = plan_with(&office, one->kind, one->before_now, one->after_now);
        g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
        assert_string_equal(drift, one->drift);
    }
    world_clear(&office.world);
}

static void test_a_name_or_an_address_that_moved(void **state)
{
    static const struct {
        ChangeKind kind;
        unsigned field;
        const char *drift;
    } cases[] = {
        {CHANGE_RENAME_MEMBER, STATE_NAME,
         "change 1 (rename-member ann@example.org): 'name' was old\\u{0007}, and is nothing now\n"},
        {CHANGE_CHANGE_ADDRESS, STATE_MAIL,
         "change 1 (change-address ann@example.org): 'mail' was old\\u{0007}, and is nothing "
         "now\n"},
    };
    (void) state;
    Office office;
    office_init(&office);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) saved = plan_new();
        g_autoptr(Plan) fresh = plan_new();
        Change *then = add_change(saved, cases[i].kind, "ann");
        Change *now = add_change(fresh, cases[i].kind, "ann");
        then->before.fields = now->before.fields = cases[i].field;
        then->before.name = g_strdup("old\a");
        then->before.mail = g_strdup("old\a");
        g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
        assert_string_equal(drift, cases[i].drift);
    }
    world_clear(&office.world);
}

/* ---- what an invitation carries ---- */

typedef enum {
    SAME,
    OTHER_MAIL,
    OTHER_ROLE,
    OTHER_WORKSPACE,
    OTHER_GROUP,
    NO_LISTS,
    OTHER_MEMBERSHIP
} Moved;

static Plan *invitation(Moved moved)
{
    Plan *plan = plan_new();
    Change *change = add_change(plan, CHANGE_INVITE, "zoe");
    if (moved == OTHER_MAIL) {
        g_free(change->person.mail);
        change->person.mail = g_strdup("zoe@example.com");
    }
    change->person.organization_user_id.value = moved == OTHER_MEMBERSHIP ? 99 : 0;
    if (moved == NO_LISTS)
        return plan;
    change->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    g_ptr_array_add(change->workspaces, invitation_workspace_new(1, "Company", ROLE_NONE));
    g_ptr_array_add(change->workspaces,
                    invitation_workspace_new(2, moved == OTHER_WORKSPACE ? "Depot" : "Product",
                                             moved == OTHER_ROLE ? ROLE_ADMIN : ROLE_USER));
    g_ptr_array_add(change->groups, target_ref_new(3, "Crew"));
    g_ptr_array_add(change->groups, target_ref_new(4, moved == OTHER_GROUP ? "Staff" : "Leads"));
    return plan;
}

static void test_an_invitation_that_carries_something_else(void **state)
{
    static const struct {
        Moved moved;
        const char *drift;
    } cases[] = {
        {SAME, ""},
        {OTHER_MAIL, "'mail' was zoe@example.org, and is zoe@example.com now"},
        {OTHER_ROLE, "'workspaces' was Company, Product:user, and is Company, Product:admin now"},
        {OTHER_WORKSPACE, "'workspaces' was Company, Product:user, and is Company, Depot:user now"},
        {OTHER_GROUP, "'groups' was Crew, Leads, and is Crew, Staff now"},
        {NO_LISTS, "'workspaces' was Company, Product:user, and is  now"},
        {OTHER_MEMBERSHIP, "'organization_user_id' was another membership, and is a new one now"},
    };
    (void) state;
    Office office;
    office_init(&office);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) saved = invitation(SAME);
        g_autoptr(Plan) fresh = invitation(cases[i].moved);
        g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
        g_autofree char *expected =
            cases[i].drift[0] == '\0'
                ? g_strdup("")
                : g_strdup_printf("change 1 (invite zoe@example.org): %s\n", cases[i].drift);
        assert_string_equal(drift, expected);
    }
    world_clear(&office.world);
}

/* Lists of any other change repeat what there is, and are no promise. */
static void test_the_lists_of_other_changes_are_made_anew(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    g_autoptr(Plan) saved = invitation(SAME);
    g_autoptr(Plan) fresh = invitation(OTHER_GROUP);
    ((Change *) g_ptr_array_index(saved->changes, 0))->kind = CHANGE_REACTIVATE;
    ((Change *) g_ptr_array_index(fresh->changes, 0))->kind = CHANGE_REACTIVATE;
    g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
    assert_string_equal(drift, "");
    world_clear(&office.world);
}

/* ---- the plan of this moment has no such change ---- */

typedef struct {
    ChangeKind kind;
    ChangeState before;
    const char *group;     /* NULL: none; "Crew" is there, "Gone" is not */
    const char *workspace; /* likewise, "Company" */
    const char *who;       /* NULL: nobody; ann is a member, zoe is not */
    const char *drift;     /* behind the name of the change */
} GoneCase;

#define WANTED (STATE_MEMBER | STATE_WANTED)

static const GoneCase gone_cases[] = {
    {CHANGE_ADD_TO_GROUP,
     {.fields = WANTED, .wanted = true},
     "Crew",
     NULL,
     "ann",
     " is done already\n"},
    {CHANGE_REMOVE_FROM_GROUP,
     {.fields = WANTED, .member = true},
     "Crew",
     NULL,
     "zoe",
     " is done already\n"},
    {CHANGE_ADD_TO_GROUP,
     {.fields = WANTED, .wanted = true},
     "Crew",
     NULL,
     "zoe",
     ": 'wanted' was true, and is false now (left us)\n"},
    {CHANGE_ADD_TO_GROUP,
     {.fields = WANTED, .member = true, .wanted = true},
     "Crew",
     NULL,
     "zoe",
     ": 'member' was true, and is false now\n"},
    {CHANGE_REMOVE_FROM_GROUP,
     {.fields = WANTED, .member = true},
     "Crew",
     NULL,
     "ann",
     ": 'wanted' was false, and is true now\n"},
    {CHANGE_REMOVE_FROM_GROUP,
     {.fields = WANTED},
     "Crew",
     NULL,
     "ann",
     ": 'member' was false, and is true now\n"},
    {CHANGE_ASSIGN,
     {.fields = WANTED, .member = true, .wanted = true},
     NULL,
     "Company",
     "zoe",
     ": 'member' was true, and is false now\n"},
    {CHANGE_SET_WORKSPACE_ROLE,
     {.fields = STATE_ROLE | STATE_MEMBER, .role = ROLE_ADMIN, .member = true},
     NULL,
     "Company",
     "ann",
     ": 'role' was admin, and is user now\n"},
    {CHANGE_DEACTIVATE,
     {.fields = STATE_ACTIVE | STATE_WANTED},
     NULL,
     NULL,
     "ann",
     ": 'active' was false, and is true now\n"},
    {CHANGE_DEACTIVATE,
     {.fields = STATE_ACTIVE | STATE_WANTED, .active = true},
     NULL,
     NULL,
     "ann",
     ": 'wanted' was false, and is true now\n"},
    {CHANGE_INVITE,
     {.fields = WANTED, .member = true},
     NULL,
     NULL,
     "zoe",
     ": 'member' was true, and is false now\n"},
    {CHANGE_CREATE_GROUP,
     {.fields = WANTED, .wanted = true},
     "Crew",
     NULL,
     NULL,
     " is done already\n"},
    {CHANGE_CREATE_GROUP,
     {.fields = WANTED, .wanted = true},
     "Gone",
     NULL,
     NULL,
     ": 'wanted' was true, and is false now\n"},
    {CHANGE_CREATE_WORKSPACE,
     {.fields = WANTED, .wanted = true},
     NULL,
     "Gone",
     NULL,
     ": 'wanted' was true, and is false now\n"},
    {CHANGE_CREATE_WORKSPACE,
     {.fields = WANTED, .member = true},
     NULL,
     "Gone",
     NULL,
     ": 'member' was true, and is false now\n"},
    {CHANGE_DELETE_GROUP,
     {.fields = WANTED, .member = true},
     "Crew",
     NULL,
     NULL,
     ": 'wanted' was false, and is true now\n"},
    {CHANGE_DELETE_GROUP,
     {.fields = WANTED},
     "Crew",
     NULL,
     NULL,
     ": 'member' was false, and is true now\n"},
    {CHANGE_DELETE_GROUP,
     {.fields = WANTED, .member = true},
     "Gone",
     NULL,
     NULL,
     " is done already\n"},
    {CHANGE_ADD_GROUP_TO_WORKSPACE,
     {.fields = WANTED, .wanted = true},
     "Crew",
     "Company",
     NULL,
     ": 'wanted' was true, and is false now\n"},
};

static Plan *gone_plan(const Office *office, const GoneCase *one)
{
    Plan *plan = plan_new();
    Change *change = add_change(plan, one->kind, one->who);
    change->before = one->before;
    if (one->group != NULL)
        target_ref_set(&change->group, strcmp(one->group, "Crew") == 0 ? office->crew : 4711,
                       one->group);
    if (one->workspace != NULL)
        target_ref_set(&change->workspace,
                       strcmp(one->workspace, "Company") == 0 ? office->company : 4711,
                       one->workspace);
    return plan;
}

static char *behind_the_name(char *drift)
{
    char *end = strchr(drift, ')');
    return end != NULL ? end + 1 : drift;
}

static void test_a_change_that_is_not_planned_any_more(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    for (size_t i = 0; i < G_N_ELEMENTS(gone_cases); i++) {
        g_autoptr(Plan) saved = gone_plan(&office, &gone_cases[i]);
        g_autoptr(Plan) fresh = plan_new();
        const ChangePerson other = {.mail = (char[]){"bob@example.org"}};
        const ChangePerson zoe = {.source = (char[]){"main"}, .anchor = (char[]){"zoe"}};
        plan_add_notice(fresh, NOTICE_HELD, &other, "somebody else");
        plan_add_notice(fresh, NOTICE_HELD, &zoe, "left us");
        g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
        if (strcmp(behind_the_name(drift), gone_cases[i].drift) != 0 &&
            !(strstr(gone_cases[i].drift, "left us") != NULL && strstr(drift, "left us") != NULL))
            fail_msg("case %zu: %s", i, drift);
    }
    world_clear(&office.world);
}

/* A plan that undoes a run asks the organization alone: what nobody wants holds all the same. */
static void test_an_undo_is_compared_with_the_organization(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    for (size_t i = 0; i < G_N_ELEMENTS(gone_cases); i++) {
        g_autoptr(Plan) saved = gone_plan(&office, &gone_cases[i]);
        g_autoptr(Plan) fresh = plan_new();
        saved->undoes = 7;
        g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
        const char *expected =
            strstr(gone_cases[i].drift, "'wanted'") != NULL ? "" : gone_cases[i].drift;
        if (strcmp(drift[0] == '\0' ? drift : behind_the_name(drift), expected) != 0)
            fail_msg("case %zu: %s", i, drift);
    }
    world_clear(&office.world);
}

/* Without an anchor a person goes by the address. */
static void test_why_goes_by_the_address(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    g_autoptr(Plan) saved = plan_new();
    g_autoptr(Plan) fresh = plan_new();
    Change *change = add_change(saved, CHANGE_DEACTIVATE, NULL);
    change->person.mail = g_strdup("ann@example.org");
    change->person.organization_user_id = office.ann->id;
    change->before = (ChangeState){.fields = STATE_ACTIVE, .active = true};
    const ChangePerson ann = {.mail = (char[]){"ann@example.org"}};
    plan_add_notice(fresh, NOTICE_PROTECTED, &ann, "pays");
    g_autofree char *drift = drifts_of(saved, fresh, office.world.organization);
    assert_string_equal(drift, "change 1 (deactivate ann@example.org): 'wanted' was false, and is "
                               "true now (pays)\n");
    world_clear(&office.world);
}

/* ---- what is left of a plan ---- */

/* What was created since the plan is found by its name, and gets its number. */
static void test_what_is_left_gets_the_numbers_of_now(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    g_autoptr(Plan) saved = plan_new();
    Change *made = add_change(saved, CHANGE_CREATE_GROUP, NULL);
    target_ref_set(&made->group, 0, "Crew");
    Change *space = add_change(saved, CHANGE_CREATE_WORKSPACE, NULL);
    target_ref_set(&space->workspace, 0, "Company");
    Change *put = add_change(saved, CHANGE_ADD_TO_GROUP, "zoe");
    target_ref_set(&put->group, 0, "Crew");
    Change *assign = add_change(saved, CHANGE_ASSIGN, "zoe");
    target_ref_set(&assign->workspace, 0, "Company");
    Change *invite = add_change(saved, CHANGE_INVITE, "eve");
    invite->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    invite->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    g_ptr_array_add(invite->workspaces, invitation_workspace_new(0, "Company", ROLE_NONE));
    g_ptr_array_add(invite->workspaces, invitation_workspace_new(0, "Later", ROLE_NONE));
    g_ptr_array_add(invite->groups, target_ref_new(0, "Crew"));
    g_ptr_array_add(invite->groups, target_ref_new(0, "Later"));
    plan_withhold(saved->held, made->id, RAIL_HOLD, NULL);
    plan_withhold(saved->held, put->id, RAIL_HOLD, NULL);
    plan_withhold(saved->deferred, invite->id, RAIL_INVITATIONS, NULL);
    g_ptr_array_add(saved->requests, request_new(OPERATION_POST_GROUP));
    g_autoptr(GPtrArray) drifts = drift_check(saved, saved, office.world.organization);
    assert_int_equal(drifts->len, 0); /* it has all of itself */
    g_autoptr(Plan) fresh = plan_new();
    for (guint i = 2; i < saved->changes->len; i++) {
        Change *same = add_change(fresh, ((Change *) g_ptr_array_index(saved->changes, i))->kind,
                                  i == 4 ? "eve" : "zoe");
        if (i == 2)
            target_ref_set(&same->group, office.crew, "Crew"); /* has a number by now */
        if (i == 3)
            target_ref_set(&same->workspace, office.company, "Company");
        if (i == 4) {
            same->workspaces = g_ptr_array_ref(invite->workspaces);
            same->groups = g_ptr_array_ref(invite->groups);
        }
    }
    g_autoptr(GPtrArray) moved = drift_check(saved, fresh, office.world.organization);
    assert_int_equal(moved->len, 2);                     /* group and workspace are there */
    assert_int_equal(drift_count(moved, DRIFT_DONE), 1); /* the other is withheld */
    assert_int_equal(drift_count(moved, DRIFT_STALE), 0);
    plan_narrow(saved, moved, office.world.organization);
    assert_int_equal(saved->changes->len, 3);
    assert_int_equal(put->id, 1);
    assert_int_equal(put->group.id, office.crew);
    assert_int_equal(assign->id, 2);
    assert_int_equal(assign->workspace.id, office.company);
    assert_int_equal(invite->id, 3);
    const InvitationWorkspace *company = g_ptr_array_index(invite->workspaces, 0);
    const InvitationWorkspace *later = g_ptr_array_index(invite->workspaces, 1);
    assert_int_equal(company->workspace.id, office.company);
    assert_int_equal(later->workspace.id, 0);
    assert_int_equal(((const TargetRef *) g_ptr_array_index(invite->groups, 0))->id, office.crew);
    assert_int_equal(((const TargetRef *) g_ptr_array_index(invite->groups, 1))->id, 0);
    assert_int_equal(saved->held->len, 1);
    assert_int_equal(((const Withheld *) g_ptr_array_index(saved->held, 0))->change, 1);
    assert_int_equal(((const Withheld *) g_ptr_array_index(saved->deferred, 0))->change, 3);
    assert_int_equal(saved->requests->len, 0);
    assert_true(saved->partial);
    world_clear(&office.world);
}

/* --only: what is left out is out, and nothing that moved in it counts. */
static void test_what_is_left_out_counts_as_nothing(void **state)
{
    (void) state;
    Office office;
    office_init(&office);
    g_autoptr(Plan) saved = plan_new();
    g_autoptr(Plan) fresh = plan_new();
    static const char *const names[] = {"zoe", "eve", "tom"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        Change *change = add_change(saved, CHANGE_INVITE, names[i]);
        change->before = (ChangeState){.fields = WANTED, .wanted = true};
        if (i == 2) {
            Change *same = add_change(fresh, CHANGE_INVITE, names[i]);
            same->before = change->before;
        }
    }
    g_autoptr(GPtrArray) drifts = drift_check(saved, fresh, office.world.organization);
    assert_int_equal(drift_count(drifts, DRIFT_STALE), 2);
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    g_hash_table_add(kept, g_ptr_array_index(saved->changes, 0));
    drift_leave_out(drifts, saved, kept);
    assert_int_equal(drift_count(drifts, DRIFT_STALE), 1);
    assert_int_equal(drift_count(drifts, DRIFT_DONE), 0);
    plan_narrow(saved, drifts, office.world.organization);
    assert_int_equal(saved->changes->len, 0);
    world_clear(&office.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_state_that_moved),
        cmocka_unit_test(test_a_name_or_an_address_that_moved),
        cmocka_unit_test(test_an_invitation_that_carries_something_else),
        cmocka_unit_test(test_the_lists_of_other_changes_are_made_anew),
        cmocka_unit_test(test_a_change_that_is_not_planned_any_more),
        cmocka_unit_test(test_an_undo_is_compared_with_the_organization),
        cmocka_unit_test(test_why_goes_by_the_address),
        cmocka_unit_test(test_what_is_left_gets_the_numbers_of_now),
        cmocka_unit_test(test_what_is_left_out_counts_as_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
