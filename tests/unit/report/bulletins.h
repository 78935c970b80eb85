/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_REPORT_BULLETINS_H
#define TESTS_UNIT_REPORT_BULLETINS_H

/* bulletins - a run about which there is much to tell, for the tests of what tells it. */

#include "testing.h"

#include "base/error.h"
#include "report/bulletin.h"

#define STARTED INT64_C(1764000000) /* 2025-11-24T16:00:00Z */

static inline void add_notice(Plan *plan, NoticeKind kind, const char *mail, int64_t since)
{
    ChangePerson person = {.mail = (char *) (guintptr) mail};
    plan_add_notice(plan, kind, &person, "because");
    Notice *notice = g_ptr_array_index(plan->notices, plan->notices->len - 1);
    notice->since = since;
    notice->days_left = 3;
    notice->reads_left = 1;
}

static inline Plan *busy_plan(void)
{
    Plan *plan = plan_new();
    plan->created = STARTED;
    plan->organization_name = g_strdup("Example");
    Completeness *completeness = g_new0(Completeness, 1);
    completeness->source = g_strdup("ad \"main\"");
    completeness->people = 120;
    g_ptr_array_add(plan->completeness, completeness);
    for (unsigned i = 1; i <= 5; i++) {
        Change *change = change_new(i < 3 ? CHANGE_INVITE : CHANGE_DEACTIVATE);
        change->id = i;
        g_ptr_array_add(plan->changes, change);
    }
    plan_withhold(plan->held, 3, RAIL_REMOVALS, NULL);
    plan_withhold(plan->held, 4, RAIL_REMOVALS, NULL);
    plan_withhold(plan->deferred, 2, RAIL_INVITATIONS, NULL);
    Rail *rail = plan_add_rail(plan, RAIL_REMOVALS, NULL);
    rail->verdict = VERDICT_HOLD;
    rail->explanation = g_strdup("removals: 3 people would go, and 2 may");
    g_ptr_array_add(rail->examples, g_strdup("zoe@example.org"));
    g_ptr_array_add(rail->examples, g_strdup("bob@example.org"));
    (void) plan_add_rail(plan, RAIL_INVITATIONS, NULL);
    add_notice(plan, NOTICE_MISSING, "new@example.org", STARTED);
    add_notice(plan, NOTICE_MISSING, "old@example.org", STARTED - 1);
    add_notice(plan, NOTICE_PROTECTED, "boss@example.org", 0);
    add_notice(plan, NOTICE_FROZEN, "odd@example.org", 0);
    return plan;
}

static inline Organization *small_organization(void)
{
    Organization *organization = organization_new(7);
    organization_add_member(organization, (OrganizationUserId){1})->joined = true;
    organization_add_member(organization, (OrganizationUserId){2})->inactive = true;
    (void) organization_add_member(organization, (OrganizationUserId){3});
    (void) organization_add_group(organization, 5, "Developers");
    return organization;
}

static inline Bulletin *busy_bulletin(void)
{
    g_autoptr(Plan) plan = busy_plan();
    g_autoptr(Organization) organization = small_organization();
    Bulletin *bulletin = bulletin_new("sync", 7, STARTED);
    bulletin_take_plan(bulletin, plan);
    bulletin_take_organization(bulletin, organization);
    bulletin->run = 12;
    bulletin->ended = STARTED + 42;
    bulletin->status = error_code_exit_status(SYNC_ERROR_REFUSED);
    bulletin->done[CHANGE_LINK] = 4;
    bulletin->done[CHANGE_INVITE] = 1;
    bulletin->done[CHANGE_DEACTIVATE] = 1;
    bulletin->requests_done = 2;
    bulletin->calls = 9;
    bulletin->quota_total = 600;
    bulletin->quota_remaining = 540;
    bulletin->last_success = STARTED + 42;
    bulletin->stale_after = 10800;
    return bulletin;
}

/* A run that could not even read. */
static inline Bulletin *failed_bulletin(void)
{
    Bulletin *bulletin = bulletin_new("sync", 7, STARTED);
    bulletin->ended = STARTED + 15;
    bulletin->status = error_code_exit_status(SYNC_ERROR_UNREACHABLE);
    bulletin->problem = g_strdup("reading directory 'ad': no answer");
    bulletin->last_success = STARTED - 7200;
    bulletin->stale_after = 10800;
    return bulletin;
}

/* TEXT is what the golden file NAME holds; with UPDATE_GOLDEN set it is from now on. */
static inline void assert_golden_text(const char *text, const char *name)
{
    g_autofree char *path = g_build_filename("golden", name, NULL);
    if (g_getenv("UPDATE_GOLDEN") != NULL)
        assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autofree char *golden = NULL;
    assert_true(g_file_get_contents(path, &golden, NULL, NULL));
    assert_string_equal(text, golden);
}

#endif
