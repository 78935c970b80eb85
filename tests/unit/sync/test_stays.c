/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "sync/stays.h"

#define LATER (WORLD_NOW + 100)

/* Ann is in Crew, which leads to Depot, in Depot and in Product; Bob is deactivated and nowhere;
 * Cat is invited. */
typedef struct {
    World world;
    Member *ann;
    Member *bob;
    Member *cat;
    int64_t crew;
    int64_t depot;
    int64_t product;
} Case;

static void begin(Case *self)
{
    World *world = &self->world;
    world_init(world);
    self->ann = world_member(world, "ann");
    self->bob = world_member(world, "bob");
    self->cat = world_member(world, "cat");
    self->crew = world_toggl_group(world, "Crew");
    self->depot = world_workspace(world, "Depot");
    self->product = world_workspace(world, "Product");
    (void) id_array_add(self->ann->groups, self->crew);
    world_assign(self->ann, self->depot, ROLE_USER);
    world_assign(self->ann, self->product, ROLE_USER);
    self->bob->inactive = true;
    self->cat->joined = false;
    world_finish(world);
    (void) id_array_add(organization_group(world->organization, self->crew)->workspaces,
                        self->depot);
}

static Change *of(ChangeKind kind, const Member *member, int64_t group, int64_t workspace)
{
    Change *change = change_new(kind);
    if (member != NULL) {
        change->person.source = g_strdup("main");
        change->person.anchor = g_strndup(member->mail, 3);
        change->person.mail = g_strdup(member->mail);
        change->person.organization_user_id = member->id;
    }
    if (group != 0)
        target_ref_set(&change->group, group, "Crew");
    if (workspace != 0)
        target_ref_set(&change->workspace, workspace, "Somewhere");
    return change;
}

static void test_what_stays(void **state)
{
    (void) state;
    Case self;
    begin(&self);
    Organization *organization = self.world.organization;
    const struct {
        ChangeKind kind;
        const Member *member;
        int64_t group;
        int64_t workspace;
        bool stays;
    } cases[] = {
        {CHANGE_DELETE_MEMBER, self.bob, 0, 0, true},
        {CHANGE_WITHDRAW_INVITATION, self.cat, 0, 0, true},
        {CHANGE_DEACTIVATE, self.ann, 0, 0, true},
        {CHANGE_DEACTIVATE, self.bob, 0, 0, false},
        {CHANGE_REMOVE_FROM_GROUP, self.ann, self.crew, 0, true},
        {CHANGE_REMOVE_FROM_GROUP, self.bob, self.crew, 0, false},
        {CHANGE_UNASSIGN, self.ann, 0, self.product, true},
        {CHANGE_UNASSIGN, self.ann, 0, self.depot, false}, /* the group may give that */
        {CHANGE_UNASSIGN, self.bob, 0, self.product, false},
        {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL, self.crew, self.depot, true},
        {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL, self.crew, self.product, false},
        {CHANGE_DELETE_GROUP, NULL, self.crew, 0, true},
        {CHANGE_DELETE_GROUP, NULL, 99, 0, false},
        /* what gives is wanted again when it is not there */
        {CHANGE_ADD_TO_GROUP, self.ann, self.crew, 0, false},
        {CHANGE_REACTIVATE, self.bob, 0, 0, false},
        {CHANGE_INVITE, self.cat, 0, 0, false},
        {CHANGE_LINK, self.ann, 0, 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Change) change =
            of(cases[i].kind, cases[i].member, cases[i].group, cases[i].workspace);
        if (change_stays(change, organization) != cases[i].stays)
            fail_msg("case %zu: %s", i, change_kind_name(cases[i].kind));
        /* a member is known by the number, not by an address that may be somebody else's now */
        change->person.organization_user_id.value += cases[i].member != NULL ? 1000 : 0;
        if (cases[i].member != NULL)
            assert_false(change_stays(change, organization));
    }
    g_autoptr(Change) depot = of(CHANGE_UNASSIGN, self.ann, 0, self.depot);
    organization->direct_read = true;
    assert_true(change_stays(depot, organization));
    member_assignment(self.ann, self.depot)->indirect = true;
    assert_false(change_stays(depot, organization));
    world_clear(&self.world);
}

static void test_it_is_remembered_again(void **state)
{
    (void) state;
    Case self;
    begin(&self);
    Ledger *ledger = self.world.ledger;
    const Member *const members[] = {self.bob, self.cat};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autofree char *anchor = g_strndup(members[i]->mail, 3);
        Link *link = world_link(&self.world, anchor, members[i]);
        link->removed_at = WORLD_NOW;
        ledger_set_member(ledger, link, (OrganizationUserId){0}, (UserId){0});
        g_autoptr(Change) change =
            of(i == 0 ? CHANGE_DELETE_MEMBER : CHANGE_WITHDRAW_INVITATION, members[i], 0, 0);
        stays_remember(ledger, change, self.world.organization, LATER);
        assert_int_equal(link->organization_user_id.value, members[i]->id.value);
        assert_int_equal(link->user_id.value, members[i]->user_id.value);
        assert_int_equal(link->removed_at, 0);
        assert_int_equal(link->deactivated_at, i == 0 ? LATER : 0);
        assert_int_equal(link->invited_at, i == 0 ? 0 : LATER);
    }
    g_autoptr(Change) group = of(CHANGE_REMOVE_FROM_GROUP, self.ann, self.crew, 0);
    g_autoptr(Change) space = of(CHANGE_UNASSIGN, self.ann, 0, self.product);
    g_autoptr(Change) attachment =
        of(CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL, self.crew, self.depot);
    g_autoptr(Change) deletion = of(CHANGE_DELETE_GROUP, NULL, self.crew, 0);
    const Change *const changes[] = {group, space, attachment, deletion};
    for (int twice = 0; twice < 2; twice++) {
        for (size_t i = 0; i < G_N_ELEMENTS(changes); i++)
            stays_remember(ledger, changes[i], self.world.organization, LATER);
    }
    assert_int_equal(ledger->grants->len, 3);
    for (guint i = 0; i < ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        assert_int_equal(grant->origin, GRANT_GIVEN);
        assert_int_equal(grant->since, LATER);
    }
    OrganizationUserId nobody = {0};
    assert_non_null(ledger_grant(ledger, GRANT_GROUP, self.ann->id, self.crew, 0));
    assert_non_null(ledger_grant(ledger, GRANT_WORKSPACE, self.ann->id, self.product, 0));
    assert_non_null(ledger_grant(ledger, GRANT_GROUP_WORKSPACE, nobody, self.crew, self.depot));
    const Binding *binding = ledger_binding(ledger, BINDING_GROUP, "Crew");
    assert_int_equal(binding->target, self.crew);
    assert_true(binding->created_by_us);
    world_clear(&self.world);
}

/* Of somebody whom no directory knows the ledger never knew anything. */
static void test_of_strangers_nothing_is_remembered(void **state)
{
    (void) state;
    Case self;
    begin(&self);
    g_autoptr(Change) deletion = of(CHANGE_DELETE_MEMBER, self.bob, 0, 0);
    stays_remember(self.world.ledger, deletion, self.world.organization, LATER);
    g_clear_pointer(&deletion->person.anchor, g_free);
    stays_remember(self.world.ledger, deletion, self.world.organization, LATER);
    assert_int_equal(self.world.ledger->links->len, 0);
    g_autoptr(Change) removal = of(CHANGE_REMOVE_FROM_GROUP, self.ann, self.crew, 0);
    removal->person.organization_user_id.value = 999;
    stays_remember(self.world.ledger, removal, self.world.organization, LATER);
    assert_int_equal(self.world.ledger->grants->len, 0);
    world_clear(&self.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_stays),
        cmocka_unit_test(test_it_is_remembered_again),
        cmocka_unit_test(test_of_strangers_nothing_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
