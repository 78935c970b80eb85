/* SPDX-License-Identifier: Apache-2.0 */
#include "company.h"
#include "counting.h"

#include "sync/confirm.h"
#include "sync/diff_private.h"
#include "sync/digest.h"
#include "sync/protection.h"
#include "sync/remember.h"

/* ---- attachments: a group and a workspace, and nobody's membership ---- */

static const Grant *attachment(const Case *c)
{
    return ledger_grant(c->world.ledger, GRANT_GROUP_WORKSPACE, (OrganizationUserId){0}, c->group,
                        c->workspace);
}

static void attach(Case *c, ChangeKind kind, int64_t group, int64_t workspace, int64_t now)
{
    g_autoptr(Change) change = change_new(kind);
    target_ref_set(&change->group, group, "Developers");
    target_ref_set(&change->workspace, workspace, "Product");
    remember_change(c->world.ledger, change, NULL, 0, now);
}

static void test_attachments_come_and_go(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    attach(&c, CHANGE_ADD_GROUP_TO_WORKSPACE, 0, c.workspace, 5); /* no number, nothing known */
    attach(&c, CHANGE_ADD_GROUP_TO_WORKSPACE, c.group, 0, 5);
    assert_int_equal(c.world.ledger->grants->len, 0);
    attach(&c, CHANGE_ADD_GROUP_TO_WORKSPACE, c.group, c.workspace, 5);
    assert_int_equal(attachment(&c)->origin, GRANT_GIVEN);
    assert_int_equal(attachment(&c)->since, 5);
    attach(&c, CHANGE_ADOPT, c.group, c.workspace, 9); /* known already */
    assert_int_equal(attachment(&c)->origin, GRANT_GIVEN);
    assert_int_equal(attachment(&c)->since, 5);
    attach(&c, CHANGE_REMOVE_GROUP_FROM_WORKSPACE, c.group, c.workspace, 9);
    assert_null(attachment(&c));
    attach(&c, CHANGE_REMOVE_GROUP_FROM_WORKSPACE, c.group, c.workspace, 9); /* and once more */
    attach(&c, CHANGE_ADOPT, c.group, c.workspace, 9);
    assert_int_equal(attachment(&c)->origin, GRANT_ADOPTED);
    world_clear(&c.world);
}

/* Who took a group off a workspace by hand took what was ours: it is nobody's to take any more. */
static void test_an_attachment_that_somebody_took_is_forgotten(void **state)
{
    (void) state;
    for (unsigned gone = 0; gone < 3; gone++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "ann");
        attach(&c, CHANGE_ADOPT, c.group, c.workspace, 5);
        OrganizationGroup *group = organization_group_by_name(c.world.organization, "Developers");
        if (gone == 0)
            g_array_append_val(group->workspaces, c.workspace);
        if (gone == 2)
            g_ptr_array_set_size(c.world.organization->groups, 0);
        world_finish(&c.world);
        g_autoptr(Plan) plan = world_plan(&c.world);
        /* still there, and no rule gives it any more: ours to take */
        assert_int_equal(count_changes(plan, CHANGE_REMOVE_GROUP_FROM_WORKSPACE), gone == 0);
        assert_int_equal(attachment(&c) != NULL, gone == 0);
        world_clear(&c.world);
    }
}

/* A rule's name means another group now: what we had made is not ours any more. */
static void test_a_name_that_means_something_else(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Binding *binding = ledger_add_binding(c.world.ledger, BINDING_GROUP, "Developers", 4711);
    binding->created_by_us = true;
    binding->row.dirty = false;
    plan_free(world_plan(&c.world));
    assert_int_equal(binding->target, c.group);
    assert_false(binding->created_by_us);
    assert_true(binding->row.dirty);
    world_clear(&c.world);
}

/* What is about nobody whom a directory knows makes no link. */
static void test_a_change_without_an_entry_makes_no_link(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    static const ChangeKind kinds[] = {CHANGE_LINK, CHANGE_INVITE, CHANGE_DEACTIVATE,
                                       CHANGE_WITHDRAW_INVITATION, CHANGE_RESEND_INVITATION};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(Change) change = change_new(kinds[i]);
        change->person.mail = g_strdup("zoe@example.org");
        remember_change(c.world.ledger, change, NULL, 0, 5);
    }
    assert_int_equal(c.world.ledger->links->len, 0);
    /* and one about an entry whose membership has no number yet is about that entry's link */
    g_autoptr(Change) resend = change_new(CHANGE_RESEND_INVITATION);
    resend->person.source = g_strdup("main");
    resend->person.anchor = g_strdup("ann");
    Link *link = world_link(&c.world, "ann", NULL);
    remember_change(c.world.ledger, resend, NULL, 0, 7);
    assert_int_equal(link->resends, 1);
    assert_int_equal(link->invited_at, 7);
    world_clear(&c.world);
}

/* ---- single rows of neighbours ---- */

static void test_a_confirmed_change_counts_once(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    g_autoptr(Plan) plan = plan_new();
    Change *change = change_new(CHANGE_DEACTIVATE);
    change->id = 1;
    g_ptr_array_add(plan->changes, change);
    g_auto(Confirmed) confirmed = {0};
    confirmed_init(&confirmed, plan, c.world.ledger);
    confirm_change(&confirmed, change, c.world.organization, 0, 5);
    confirm_change(&confirmed, change, c.world.organization, 0, 6);
    assert_int_equal(confirmed.news->len, 1);
    assert_string_equal(g_array_index(confirmed.news, ConfirmedChange, 0).counts_as, "removal");
    world_clear(&c.world);
}

/* Protections that were taken back, and those whose account nobody knows yet, protect no number. */
static void test_protections_that_count(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Member *ann = world_member(&c.world, "ann");
    Member *bob = world_member(&c.world, "bob");
    (void) ledger_add_protection(c.world.ledger, (UserId){0}, "ann@example.org", "pays");
    Protection *taken = ledger_add_protection(c.world.ledger, ann->user_id, NULL, "pays");
    taken->row.removed = true;
    (void) ledger_add_protection(c.world.ledger, bob->user_id, NULL, "pays");
    world_finish(&c.world);
    g_autoptr(Protections) protections =
        protections_new(c.world.settings, c.world.organization, c.world.ledger);
    assert_null(protections_reason(protections, ann));
    assert_string_equal(protections_reason(protections, bob), "pays");
    world_clear(&c.world);
}

static void test_names_that_are_no_text(void **state)
{
    (void) state;
    g_autofree char *folded = name_fold(" Ann\t  ARCHER ");
    assert_string_equal(folded, "ann archer");
    assert_null(name_fold(NULL));
    assert_null(name_fold("\xff"));
    assert_null(name_fold(" \t"));
}

/* A value longer than what is digested at once counts to its last byte. */
static void test_long_values_are_digested_whole(void **state)
{
    (void) state;
    char *digests[2];
    for (unsigned i = 0; i < 2; i++) {
        World world;
        world_init(&world);
        g_autofree char *value = g_strnfill(10000, 'x');
        value[9999] = i == 0 ? 'y' : 'z';
        person_add_attribute(world_person(&world, "ann"), "description", value);
        world_finish(&world);
        digests[i] = digest_directories(world.directories);
        world_clear(&world);
    }
    assert_string_not_equal(digests[0], digests[1]);
    g_free(digests[0]);
    g_free(digests[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attachments_come_and_go),
        cmocka_unit_test(test_an_attachment_that_somebody_took_is_forgotten),
        cmocka_unit_test(test_a_name_that_means_something_else),
        cmocka_unit_test(test_a_change_without_an_entry_makes_no_link),
        cmocka_unit_test(test_a_confirmed_change_counts_once),
        cmocka_unit_test(test_protections_that_count),
        cmocka_unit_test(test_names_that_are_no_text),
        cmocka_unit_test(test_long_values_are_digested_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
