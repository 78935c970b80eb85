/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_REPORT_PLANS_H
#define TESTS_UNIT_REPORT_PLANS_H

/* plans - plans made by hand, each with one thing to show. */

#include "model/plan.h"

#include <glib.h>

#define NOON 1795521600 /* 2026-11-24T12:00:00Z */

static inline Plan *plan_empty(void)
{
    Plan *plan = plan_new();
    plan->created = NOON;
    plan->organization_id = 1234567;
    plan->organization_name = g_strdup("Example");
    plan->forecast = (Forecast){.reads = 6, .windows = 1, .seats_now = 40, .seats_then = 40};
    Completeness *read = g_new0(Completeness, 1);
    read->source = g_strdup("staff");
    read->complete = true;
    read->server = g_strdup("ldaps://ldap1.example.org");
    read->tls = g_strdup("TLS1.3");
    read->people = 1200;
    read->groups = 40;
    g_ptr_array_add(plan->completeness, read);
    return plan;
}

static inline Change *plan_change(Plan *plan, ChangeKind kind, const char *mail, const char *reason)
{
    Change *change = change_new(kind);
    change->id = plan->changes->len + 1;
    change->person.mail = g_strdup(mail);
    change->reason = g_strdup(reason);
    g_ptr_array_add(plan->changes, change);
    return change;
}

static inline void plan_notice(Plan *plan, NoticeKind kind, const char *mail, const char *reason)
{
    ChangePerson person = {.mail = g_strdup(mail)};
    plan_add_notice(plan, kind, &person, reason);
    change_person_clear(&person);
}

static inline void plan_invitation(Plan *plan, const char *mail)
{
    Change *change = plan_change(plan, CHANGE_INVITE, mail, "member of cn=dev,dc=example");
    change->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    g_ptr_array_add(change->workspaces, invitation_workspace_new(1, "Product", ROLE_ADMIN));
    g_ptr_array_add(change->workspaces, invitation_workspace_new(2, "Company", ROLE_USER));
    g_ptr_array_add(change->groups, target_ref_new(7, "Developers"));
}

/* One change of every kind, in the plan's order. */
static inline Plan *plan_every_kind(void)
{
    Plan *plan = plan_empty();
    plan_change(plan, CHANGE_LINK, "zoe@example.org", "same address");
    plan_change(plan, CHANGE_ADOPT, "zoe@example.org", "member of cn=dev,dc=example");
    Change *change = plan_change(plan, CHANGE_DEACTIVATE, "dan@example.org",
                                 "the account is locked in the directory");
    change->phase = change_kind_phase(CHANGE_DEACTIVATE, true);
    plan_change(plan, CHANGE_DEACTIVATE, "lea@example.org",
                "gone from the directory, and the grace is over");
    plan_change(plan, CHANGE_WITHDRAW_INVITATION, "ned@example.org",
                "gone from the directory, and the grace is over");
    change = plan_change(plan, CHANGE_CREATE_GROUP, NULL, "a rule names it");
    target_ref_set(&change->group, 0, "Logistics");
    change = plan_change(plan, CHANGE_CREATE_WORKSPACE, NULL, "a rule names it");
    target_ref_set(&change->workspace, 0, "Depot");
    plan_change(plan, CHANGE_REACTIVATE, "ria@example.org", "is back in the directory");
    change = plan_change(plan, CHANGE_ADD_GROUP_TO_WORKSPACE, NULL, "a rule names it");
    target_ref_set(&change->group, 7, "Developers");
    target_ref_set(&change->workspace, 2, "Company");
    change = plan_change(plan, CHANGE_ADD_TO_GROUP, "zoe@example.org",
                         "member of cn=dev,dc=example through cn=backend,dc=example");
    target_ref_set(&change->group, 7, "Developers");
    change = plan_change(plan, CHANGE_ASSIGN, "zoe@example.org", "everyone in the directory");
    target_ref_set(&change->workspace, 2, "Company");
    change = plan_change(plan, CHANGE_CHANGE_ADDRESS, "eva@example.org", "the directory's address");
    change->before.mail = g_strdup("eva@example.org");
    change->after.mail = g_strdup("eva.new@example.org");
    change = plan_change(plan, CHANGE_RENAME_MEMBER, "山田@example.org", "the directory's name");
    change->before.name = g_strdup("Yamada");
    change->after.name = g_strdup("山田");
    change = plan_change(plan, CHANGE_SET_ORGANIZATION_ROLE, "adm@example.org", "lead of all");
    change->after.admin = true;
    change = plan_change(plan, CHANGE_SET_ORGANIZATION_ROLE, "old@example.org", "no lead any more");
    change = plan_change(plan, CHANGE_SET_WORKSPACE_ROLE, "lou@example.org", "member of cn=leads");
    target_ref_set(&change->workspace, 1, "Product");
    change->before.role = ROLE_USER;
    change->after.role = ROLE_ADMIN;
    change = plan_change(plan, CHANGE_REMOVE_FROM_GROUP, "mia@example.org", "no rule wants it");
    target_ref_set(&change->group, 7, "Developers");
    change = plan_change(plan, CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL, "no rule wants it");
    target_ref_set(&change->group, 7, "Developers");
    target_ref_set(&change->workspace, 1, "Product");
    change = plan_change(plan, CHANGE_UNASSIGN, "mia@example.org", "no rule wants it");
    target_ref_set(&change->workspace, 1, "Product");
    plan_invitation(plan, "tim@example.org");
    plan_invitation(plan, "uma@example.org");
    plan_change(plan, CHANGE_RESEND_INVITATION, "vic@example.org", "invited 30 days ago");
    change = plan_change(plan, CHANGE_DELETE_GROUP, NULL, "made by us, and no rule names it");
    target_ref_set(&change->group, 9, "Old");
    plan_change(plan, CHANGE_DELETE_MEMBER, "old@example.org", "deactivated 90 days ago");
    plan->forecast = (Forecast){.reads = 6,
                                .requests = 18,
                                .minimum = 18,
                                .windows = 2,
                                .finish = NOON + 3618,
                                .seats_now = 40,
                                .seats_then = 41};
    return plan;
}

static inline GroupTotal *plan_group_total(Plan *plan, const char *name, int64_t now, int64_t then)
{
    GroupTotal *total = g_new0(GroupTotal, 1);
    target_ref_set(&total->group, 7, name);
    total->now = now;
    total->then = then;
    g_ptr_array_add(plan->groups, total);
    return total;
}

/* Rails that hold, defer and were lifted; every kind of notice; warnings; a broken second source.
 */
static inline Plan *plan_trouble(void)
{
    Plan *plan = plan_empty();
    plan->offline = true;
    Completeness *read = g_new0(Completeness, 1);
    read->source = g_strdup("guests");
    read->problem = g_strdup("ou=guests: size limit exceeded");
    read->dangling = 1;
    g_ptr_array_add(plan->completeness, read);
    for (int i = 0; i < 3; i++) {
        g_autofree char *mail = g_strdup_printf("gone%d@example.org", i);
        Change *change = plan_change(plan, CHANGE_DEACTIVATE, mail, "gone from the directory");
        plan_withhold(plan->held, change->id, RAIL_REMOVALS, NULL);
    }
    plan_invitation(plan, "tim@example.org");
    plan_withhold(plan->deferred, 4, RAIL_INVITATIONS, NULL);
    plan_add_rail(plan, RAIL_GROUP_REMOVALS, NULL)->verdict = VERDICT_OK;
    Rail *rail = plan_add_rail(plan, RAIL_REMOVALS, NULL);
    rail->verdict = VERDICT_HOLD;
    rail->explanation = g_strdup("3 people would lose their place, and at most 2 may: "
                                 "all of them are held");
    g_ptr_array_add(rail->examples, g_strdup("gone0@example.org"));
    g_ptr_array_add(rail->examples, g_strdup("gone1@example.org"));
    rail = plan_add_rail(plan, RAIL_INVITATIONS, NULL);
    rail->verdict = VERDICT_DEFER;
    rail->explanation = g_strdup("51 invitations in 24 hours, and at most 50 may go");
    rail = plan_add_rail(plan, RAIL_MAPPED_GROUP, "cn=dev,dc=example");
    rail->verdict = VERDICT_HOLD;
    rail = plan_add_rail(plan, RAIL_SEATS, NULL);
    rail->verdict = VERDICT_APPROVED;
    rail->explanation = g_strdup("approved by zoe");
    plan_group_total(plan, "Developers", 12, 15);
    plan_group_total(plan, "Same", 3, 3);
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        plan_notice(plan, (NoticeKind) kind, "kim@example.org", "a reason in words");
    ChangePerson nobody = {.name = (char[]){"Only a Name"}, .anchor = (char[]){"1-2-3"}};
    plan_add_notice(plan, NOTICE_FROZEN, &nobody, "no mail address");
    nobody.name = NULL;
    plan_add_notice(plan, NOTICE_FROZEN, &nobody, "no mail address");
    g_ptr_array_add(plan->warnings, g_strdup("'zoe@example.org' and 'zoé@example.org' look alike"));
    return plan;
}

#endif
