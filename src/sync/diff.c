/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff.h"

#include "base/text.h"
#include "model/email.h"

#include <string.h>

#define SECONDS_A_DAY INT64_C(86400)

typedef struct {
    const DiffInput *in;
    Plan *plan;
    GArray *grants; /* const Grant *, of members only, sorted by member */
} Differ;

bool member_is_protected(const SyncSettings *settings, const Organization *organization,
                         const Ledger *ledger, const Member *member, const char **ret_reason)
{
    const char *reason = NULL;
    if (member->owner ||
        (organization->owner.value != 0 && user_id_equal(member->user_id, organization->owner)))
        reason = "the owner of the organization";
    else if (organization->self.value != 0 && user_id_equal(member->user_id, organization->self))
        reason = "the owner of the token";
    for (guint i = 0; reason == NULL && i < settings->lifecycle.protect->len; i++) {
        const char *address = g_ptr_array_index(settings->lifecycle.protect, i);
        g_autofree char *key = NULL;
        if (member->mail_key != NULL && email_key(address, strlen(address), &key, NULL) &&
            strcmp(key, member->mail_key) == 0)
            reason = "protected by lifecycle.protect";
    }
    for (guint i = 0; reason == NULL && i < ledger->protections->len; i++) {
        const Protection *protection = g_ptr_array_index(ledger->protections, i);
        bool same_user =
            protection->user_id.value != 0 && user_id_equal(protection->user_id, member->user_id);
        if (!protection->row.removed && same_user)
            reason = protection->reason;
    }
    if (ret_reason != NULL)
        *ret_reason = reason;
    return reason != NULL;
}

static bool is_protected(const Differ *differ, const Member *member, const char **ret_reason)
{
    return member_is_protected(differ->in->settings, differ->in->organization, differ->in->ledger,
                               member, ret_reason);
}

static Change *add_change(Differ *differ, ChangeKind kind, const Subject *subject)
{
    Change *change = change_new(kind);
    if (subject != NULL)
        subject_describe(subject, differ->in->directories, &change->person);
    change->phase = change_kind_phase(kind, false);
    g_ptr_array_add(differ->plan->changes, change);
    return change;
}

static void notice(Differ *differ, NoticeKind kind, const Subject *subject, const char *reason)
{
    ChangePerson person = {0};
    subject_describe(subject, differ->in->directories, &person);
    plan_add_notice(differ->plan, kind, &person, reason);
    change_person_clear(&person);
}

static const DesiredTarget *target_of(const Differ *differ, const Want *want)
{
    return g_ptr_array_index(differ->in->desired->targets, want->target);
}

/* The wants of subject INDEX: *RET_FIRST and how many. */
static const Want *wants_of(const Differ *differ, guint index, guint *ret_count)
{
    const GArray *first = differ->in->desired->first;
    uint32_t from = g_array_index(first, uint32_t, index);
    *ret_count = g_array_index(first, uint32_t, index + 1) - from;
    return *ret_count > 0 ? &g_array_index(differ->in->desired->wants, Want, from) : NULL;
}

static bool wants_target(const Differ *differ, guint index, TargetKind kind, int64_t id)
{
    guint count = 0;
    const Want *wants = wants_of(differ, index, &count);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = target_of(differ, &wants[i]);
        if (target->kind == kind && target->id == id)
            return true;
    }
    return false;
}

static gint compare_grants(gconstpointer a, gconstpointer b)
{
    const Grant *const *x = a;
    const Grant *const *y = b;
    int64_t i = (*x)->member.value;
    int64_t j = (*y)->member.value;
    return i < j ? -1 : i > j;
}

static void collect_grants(Differ *differ)
{
    const GPtrArray *grants = differ->in->ledger->grants;
    differ->grants = g_array_sized_new(false, false, sizeof(const Grant *), grants->len);
    for (guint i = 0; i < grants->len; i++) {
        const Grant *grant = g_ptr_array_index(grants, i);
        if (!grant->row.removed && grant->member.value != 0)
            g_array_append_val(differ->grants, grant);
    }
    g_array_sort(differ->grants, compare_grants);
}

static guint first_grant(const Differ *differ, OrganizationUserId member)
{
    guint low = 0;
    guint high = differ->grants->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(differ->grants, const Grant *, middle)->member.value < member.value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- people that Toggl does not have ---- */

static gint compare_invitation_workspaces(gconstpointer a, gconstpointer b)
{
    const InvitationWorkspace *const *x = a;
    const InvitationWorkspace *const *y = b;
    return strcmp((*x)->workspace.name, (*y)->workspace.name);
}

static gint compare_target_refs(gconstpointer a, gconstpointer b)
{
    const TargetRef *const *x = a;
    const TargetRef *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static void invite(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    Change *change = add_change(differ, CHANGE_INVITE, subject);
    change->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    GString *reason = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = target_of(differ, &wants[i]);
        if (target->kind == TARGET_WORKSPACE)
            g_ptr_array_add(change->workspaces,
                            invitation_workspace_new(target->id, target->name, wants[i].role));
        else
            g_ptr_array_add(change->groups, target_ref_new(target->id, target->name));
        g_autofree char *why = want_reason(&wants[i], differ->in->directories);
        if (strstr(reason->str, why) == NULL)
            g_string_append_printf(reason, "%s%s", reason->len > 0 ? "; " : "", why);
    }
    g_ptr_array_sort(change->workspaces, compare_invitation_workspaces);
    g_ptr_array_sort(change->groups, compare_target_refs);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = g_string_free(reason, FALSE);
}

static bool has_workspace(const Differ *differ, const Want *wants, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (target_of(differ, &wants[i])->kind == TARGET_WORKSPACE)
            return true;
    }
    return false;
}

static void without_member(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    if (count == 0)
        return;
    const Link *link = NULL;
    for (guint i = 0; i < subject->entries->len && link == NULL; i++)
        link = g_array_index(subject->entries, SubjectEntry, i).link;
    if (link != NULL && link->removed_at == 0) {
        notice(differ, NOTICE_BY_HAND, subject,
               link->invited_at != 0
                   ? "the invitation was refused, or the member deleted, by somebody else"
                   : "the member was deleted by somebody else");
        return;
    }
    if (link != NULL && differ->in->settings->lifecycle.returners == RETURNERS_REPORT) {
        notice(differ, NOTICE_HELD, subject, "is back, and lifecycle.returners is \"report\"");
        return;
    }
    if (!has_workspace(differ, wants, count)) {
        notice(differ, NOTICE_HELD, subject,
               "an invitation needs a workspace, and no rule gives this person one");
        return;
    }
    invite(differ, subject, wants, count);
}

/* ---- members whom the directory wants ---- */

static void link_entries(Differ *differ, const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->link != NULL &&
            entry->link->organization_user_id.value == subject->member->id.value)
            continue;
        const Directory *directory = g_ptr_array_index(differ->in->directories, entry->directory);
        Change *change = add_change(differ, CHANGE_LINK, subject);
        g_free(change->person.source);
        g_free(change->person.anchor);
        change->person.source = g_strdup(directory->source);
        change->person.anchor = g_strdup(entry->person->anchor);
        change->reason = subject->matched_by != NULL
                             ? g_strdup_printf("same address: %s", subject->matched_by)
                         : entry->link != NULL ? g_strdup("the invitation became a member")
                                               : g_strdup("same person in another directory");
    }
}

static Change *membership_change(Differ *differ, ChangeKind kind, const Subject *subject,
                                 const DesiredTarget *target)
{
    Change *change = add_change(differ, kind, subject);
    target_ref_set(target->kind == TARGET_GROUP ? &change->group : &change->workspace, target->id,
                   target->name);
    return change;
}

static void adopt(Differ *differ, const Subject *subject, const Want *want)
{
    if (differ->in->settings->lifecycle.adoption == ADOPTION_NONE)
        return;
    Change *change = membership_change(differ, CHANGE_ADOPT, subject, target_of(differ, want));
    change->before =
        (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = want_reason(want, differ->in->directories);
}

static void diff_group(Differ *differ, const Subject *subject, const Want *want)
{
    const DesiredTarget *target = target_of(differ, want);
    const Member *member = subject->member;
    if (target->id != 0 && member_in_group(member, target->id)) {
        if (ledger_grant(differ->in->ledger, GRANT_GROUP, member->id, target->id, 0) == NULL)
            adopt(differ, subject, want);
        return;
    }
    if (member->user_id.value == 0) {
        g_autofree char *safe = text_safe(target->name, -1);
        g_autofree char *reason = g_strdup_printf(
            "Toggl tells no user id before the invitation is accepted; group '%s' waits", safe);
        notice(differ, NOTICE_WAITING, subject, reason);
        return;
    }
    Change *change = membership_change(differ, CHANGE_ADD_TO_GROUP, subject, target);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = want_reason(want, differ->in->directories);
}

/* Whether somebody has this assignment. A deactivated member's come back with the member. */
static bool stands(const Member *member, const Assignment *assignment)
{
    return assignment != NULL && (!assignment->inactive || member->inactive);
}

/*
 * The role that shall stand in a workspace: the wanted one when it is higher; one that we raised
 * goes back to what it was, or to what is wanted now when that is more; anything else stays.
 */
static Role role_to_be(const Differ *differ, const Member *member, const Want *want,
                       const Assignment *assignment)
{
    if (!stands(member, assignment))
        return MAX(want->role, ROLE_USER);
    if (assignment->role == ROLE_NONE)
        return ROLE_NONE;
    if (want->role >= assignment->role)
        return want->role;
    const Grant *grant = ledger_grant(differ->in->ledger, GRANT_WORKSPACE, member->id,
                                      target_of(differ, want)->id, 0);
    bool ours = grant != NULL && grant->origin == GRANT_GIVEN && grant->role == assignment->role &&
                grant->role_before != ROLE_NONE;
    if (!ours || is_protected(differ, member, NULL))
        return assignment->role;
    return MIN(assignment->role, MAX(grant->role_before, want->role));
}

static const Assignment *assignment_of(const Differ *differ, const Member *member, const Want *want)
{
    const DesiredTarget *target = target_of(differ, want);
    return target->id != 0 ? member_assignment(member, target->id) : NULL;
}

static const Want *want_of_workspace(const Differ *differ, guint index, int64_t workspace)
{
    guint count = 0;
    const Want *wants = wants_of(differ, index, &count);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = target_of(differ, &wants[i]);
        if (target->kind == TARGET_WORKSPACE && target->id == workspace)
            return &wants[i];
    }
    return NULL;
}

/*
 * The list that a PUT of the user must carry, right whether Toggl replaces or merges it: everything
 * they have and everything they shall have, each in the role that shall stand.
 */
static GPtrArray *complete_workspaces(const Differ *differ, guint index, const Member *member)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        const Want *want = want_of_workspace(differ, index, assignment->workspace_id);
        if (assignment->indirect && want == NULL)
            continue;
        const Workspace *workspace =
            organization_workspace(differ->in->organization, assignment->workspace_id);
        Role role = want != NULL ? role_to_be(differ, member, want, assignment) : assignment->role;
        InvitationWorkspace *entry = invitation_workspace_new(
            assignment->workspace_id, workspace != NULL ? workspace->name : "", role);
        entry->role_id = role == ROLE_NONE ? assignment->role_id : 0;
        g_ptr_array_add(list, entry);
    }
    guint count = 0;
    const Want *wants = wants_of(differ, index, &count);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = target_of(differ, &wants[i]);
        if (target->kind == TARGET_WORKSPACE && assignment_of(differ, member, &wants[i]) == NULL)
            g_ptr_array_add(list, invitation_workspace_new(target->id, target->name,
                                                           MAX(wants[i].role, ROLE_USER)));
    }
    return list;
}

static void set_role(Differ *differ, const Subject *subject, const Want *want, Role role,
                     char *reason)
{
    const Assignment *assignment = assignment_of(differ, subject->member, want);
    Role before = assignment != NULL ? assignment->role : ROLE_NONE;
    Change *change =
        membership_change(differ, CHANGE_SET_WORKSPACE_ROLE, subject, target_of(differ, want));
    change->workspaces = complete_workspaces(differ, subject->index, subject->member);
    change->before = (ChangeState){
        .fields = STATE_MEMBER | STATE_ROLE | STATE_WANTED,
        .member = assignment != NULL,
        .role = before,
        .wanted = true,
    };
    change->after =
        (ChangeState){.fields = STATE_MEMBER | STATE_ROLE, .member = true, .role = role};
    if (role < before)
        change->phase = change_kind_phase(CHANGE_UNASSIGN, false);
    change->reason = reason;
}

static void assign(Differ *differ, const Subject *subject, const Want *want)
{
    const DesiredTarget *target = target_of(differ, want);
    if (subject->member->user_id.value == 0) {
        g_autofree char *safe = text_safe(target->name, -1);
        g_autofree char *reason = g_strdup_printf(
            "Toggl tells no user id before the invitation is accepted; workspace '%s' waits", safe);
        notice(differ, NOTICE_WAITING, subject, reason);
        return;
    }
    Change *change = membership_change(differ, CHANGE_ASSIGN, subject, target);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after =
        (ChangeState){.fields = STATE_MEMBER | STATE_ROLE, .member = true, .role = ROLE_USER};
    change->reason = want_reason(want, differ->in->directories);
}

static void diff_workspace(Differ *differ, const Subject *subject, const Want *want)
{
    const Member *member = subject->member;
    const Assignment *assignment = assignment_of(differ, member, want);
    Role role = role_to_be(differ, member, want, assignment);
    bool there = stands(member, assignment);
    if (!there && role == ROLE_USER) {
        assign(differ, subject, want);
        return;
    }
    if (there && ledger_grant(differ->in->ledger, GRANT_WORKSPACE, member->id,
                              assignment->workspace_id, 0) == NULL)
        adopt(differ, subject, want);
    if (there && role == assignment->role)
        return;
    bool lower = there && role < assignment->role;
    set_role(differ, subject, want, role,
             lower ? g_strdup_printf("no rule gives the role %s any more; back to %s",
                                     role_name(assignment->role), role_name(role))
                   : want_reason(want, differ->in->directories));
}

static void take_grant(Differ *differ, const Subject *subject, const Grant *grant)
{
    TargetKind kind = grant->kind == GRANT_GROUP ? TARGET_GROUP : TARGET_WORKSPACE;
    const DesiredTarget *target = desired_target(differ->in->desired, kind, grant->target);
    if (target != NULL &&
        (target->shielded || wants_target(differ, subject->index, kind, grant->target)))
        return;
    bool there = kind == TARGET_GROUP ? member_in_group(subject->member, grant->target)
                                      : member_assignment(subject->member, grant->target) != NULL;
    if (!there)
        return; /* somebody else took it already; the ledger forgets it when it next remembers a
                   read */
    Change *change = add_change(
        differ, kind == TARGET_GROUP ? CHANGE_REMOVE_FROM_GROUP : CHANGE_UNASSIGN, subject);
    if (kind == TARGET_GROUP) {
        const OrganizationGroup *group =
            organization_group(differ->in->organization, grant->target);
        target_ref_set(&change->group, grant->target, group != NULL ? group->name : "");
    } else {
        const Workspace *workspace =
            organization_workspace(differ->in->organization, grant->target);
        target_ref_set(&change->workspace, grant->target, workspace != NULL ? workspace->name : "");
    }
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
    change->after = (ChangeState){.fields = STATE_MEMBER};
    change->reason =
        g_strdup(grant->origin == GRANT_GIVEN ? "given by us, and no rule wants it any more"
                                              : "adopted by us, and no rule wants it any more");
}

static void take_grants(Differ *differ, const Subject *subject)
{
    if (is_protected(differ, subject->member, NULL))
        return;
    OrganizationUserId id = subject->member->id;
    for (guint i = first_grant(differ, id); i < differ->grants->len; i++) {
        const Grant *grant = g_array_index(differ->grants, const Grant *, i);
        if (!organization_user_id_equal(grant->member, id))
            break;
        if (grant->kind == GRANT_GROUP || grant->kind == GRANT_WORKSPACE)
            take_grant(differ, subject, grant);
    }
}

/* ---- people who left ---- */

static const Link *any_link(const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL)
            return link;
    }
    return subject->lost_links != NULL ? g_ptr_array_index(subject->lost_links, 0) : NULL;
}

static void leave(Differ *differ, const Subject *subject, const char *standing, const char *reason)
{
    const Member *member = subject->member;
    const char *protection = NULL;
    if (is_protected(differ, member, &protection)) {
        g_autofree char *text =
            g_strdup_printf("%s, but is %s: nothing is done", reason, protection);
        notice(differ, NOTICE_PROTECTED, subject, text);
        return;
    }
    switch (differ->in->settings->lifecycle.leavers) {
    case LEAVERS_REPORT:
        notice(differ, NOTICE_HELD, subject, "left, and lifecycle.leavers is \"report\"");
        return;
    case LEAVERS_REMOVE_GROUPS:
        take_grants(differ, subject);
        return;
    case LEAVERS_DEACTIVATE:
    default:
        break;
    }
    if (member->inactive)
        return;
    bool disabled = strcmp(standing, "disabled") == 0;
    Change *change = add_change(
        differ, member->joined ? CHANGE_DEACTIVATE : CHANGE_WITHDRAW_INVITATION, subject);
    change->disabled_person = disabled;
    change->phase = change_kind_phase(change->kind, disabled);
    unsigned what = member->joined ? STATE_ACTIVE : STATE_MEMBER;
    change->before = (ChangeState){.fields = what | STATE_WANTED | STATE_STANDING,
                                   .active = true,
                                   .member = true,
                                   .standing = standing};
    change->after = (ChangeState){.fields = what};
    change->reason = g_strdup(reason);
}

/* Counts down: both the days and the complete reads must be over. True when they are. */
static bool grace_is_over(Differ *differ, const Subject *subject, int64_t since, int64_t reads,
                          const char *what)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    int64_t days_gone = since == 0 ? 0 : (differ->in->now - since) / SECONDS_A_DAY;
    int64_t days_left = MAX(0, lifecycle->grace_days - days_gone);
    int64_t reads_left = MAX(0, lifecycle->grace_reads - reads);
    if (days_left == 0 && reads_left == 0)
        return true;
    g_autofree char *reason = g_strdup_printf(
        "%s; %" G_GINT64_FORMAT " more day%s and %" G_GINT64_FORMAT
        " more complete read%s before anything is done",
        what, days_left, days_left == 1 ? "" : "s", reads_left, reads_left == 1 ? "" : "s");
    notice(differ, NOTICE_MISSING, subject, reason);
    Notice *added = g_ptr_array_index(differ->plan->notices, differ->plan->notices->len - 1);
    added->days_left = days_left;
    added->reads_left = reads_left;
    return false;
}

static void diff_left(Differ *differ, const Subject *subject)
{
    if (subject->member == NULL)
        return;
    const Link *link = any_link(subject);
    if (link == NULL) {
        if (!subject->member->inactive)
            notice(differ, NOTICE_UNMANAGED, subject,
                   "disabled in the directory, but never ours: deactivate by hand if this is the "
                   "same person");
        return;
    }
    if (subject->member->inactive)
        return;
    if (differ->in->settings->lifecycle.disabled == DISABLED_GRACE &&
        !grace_is_over(differ, subject, link->missing_since, link->reads_missed, subject->why))
        return;
    leave(differ, subject, "disabled", subject->why);
}

static void diff_missing(Differ *differ, const Subject *subject)
{
    if (subject->member == NULL || subject->member->inactive)
        return;
    const Link *link = any_link(subject);
    if (grace_is_over(differ, subject, link->missing_since, link->reads_missed,
                      "gone from the directory"))
        leave(differ, subject, "missing", "gone from the directory, and the grace is over");
}

/* In the directory, enabled, but no rule wants them any more. */
static void diff_unwanted(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    const Link *link = any_link(subject);
    if (link == NULL || member->inactive)
        return;
    if (differ->in->desired->any_rule_held) {
        notice(differ, NOTICE_HELD, subject,
               "no rule wants this person any more, but a rule is held");
        return;
    }
    if (grace_is_over(differ, subject, link->unwanted_since, link->reads_unwanted,
                      "no rule wants this person any more"))
        leave(differ, subject, "unwanted",
              "no rule wants this person any more, and the grace is over");
}

/* ---- everybody ---- */

static bool reactivated(Differ *differ, const Subject *subject)
{
    const Link *link = any_link(subject);
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    bool ours = link != NULL && link->deactivated_at != 0;
    if (ours && lifecycle->returners == RETURNERS_REPORT) {
        notice(differ, NOTICE_HELD, subject, "is back, and lifecycle.returners is \"report\"");
        return false;
    }
    if (!ours && lifecycle->by_hand == BY_HAND_RESPECT) {
        notice(differ, NOTICE_BY_HAND, subject, "deactivated by somebody else: left alone");
        return false;
    }
    Change *change = add_change(differ, CHANGE_REACTIVATE, subject);
    change->before = (ChangeState){.fields = STATE_ACTIVE | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_ACTIVE, .active = true};
    change->reason =
        g_strdup(ours ? "is back in the directory; we had deactivated them"
                      : "wanted by the directory; lifecycle.by_hand is \"reactivate\"");
    return true;
}

static void diff_present(Differ *differ, const Subject *subject)
{
    guint count = 0;
    const Want *wants = wants_of(differ, subject->index, &count);
    if (subject->member == NULL) {
        without_member(differ, subject, wants, count);
        return;
    }
    if (count == 0) {
        diff_unwanted(differ, subject);
        return;
    }
    link_entries(differ, subject);
    if (subject->member->inactive && !reactivated(differ, subject))
        return;
    for (guint i = 0; i < count; i++) {
        if (target_of(differ, &wants[i])->kind == TARGET_GROUP)
            diff_group(differ, subject, &wants[i]);
        else
            diff_workspace(differ, subject, &wants[i]);
    }
    take_grants(differ, subject);
}

static void diff_frozen(Differ *differ, const Subject *subject)
{
    const SubjectEntry *entry = subject_primary(subject);
    bool idle =
        subject->member == NULL && entry != NULL && entry->person->standing != PERSON_ENABLED;
    if (!idle && !(subject->excluded && subject->member == NULL))
        notice(differ, NOTICE_FROZEN, subject, subject->why);
}

static void diff_subject(Differ *differ, const Subject *subject)
{
    const Link *link = any_link(subject);
    if (link != NULL && link->hold_until > differ->in->now && subject->standing != SUBJECT_FROZEN) {
        notice(differ, NOTICE_HELD, subject,
               link->hold_reason != NULL ? link->hold_reason : "held by hand");
        return;
    }
    switch (subject->standing) {
    case SUBJECT_PRESENT:
        diff_present(differ, subject);
        break;
    case SUBJECT_LEFT:
        diff_left(differ, subject);
        break;
    case SUBJECT_MISSING:
        diff_missing(differ, subject);
        break;
    case SUBJECT_OUT_OF_SCOPE:
        if (subject->member != NULL && !subject->member->inactive)
            notice(differ, NOTICE_OUT_OF_SCOPE, subject, subject->why);
        break;
    case SUBJECT_FROZEN:
    default:
        diff_frozen(differ, subject);
        break;
    }
}

static void diff_unmanaged(Differ *differ)
{
    const Organization *organization = differ->in->organization;
    Unmanaged policy = differ->in->settings->lifecycle.unmanaged;
    for (guint i = 0; i < organization->members->len && policy != UNMANAGED_IGNORE; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        if (g_hash_table_contains(differ->in->subjects->of_member, member) || member->inactive)
            continue;
        g_autoptr(GArray) no_entries = g_array_new(false, false, sizeof(SubjectEntry));
        Subject stranger = {.entries = no_entries, .member = member};
        const char *protection = NULL;
        if (policy == UNMANAGED_LEAVER && !is_protected(differ, member, &protection))
            leave(differ, &stranger, "unmanaged",
                  "no directory knows this member; lifecycle.unmanaged is \"leaver\"");
        else
            notice(differ, NOTICE_UNMANAGED, &stranger, "no directory knows this member");
    }
}

static void diff_targets(Differ *differ)
{
    const Desired *desired = differ->in->desired;
    for (guint i = 0; i < desired->targets->len; i++) {
        const DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        if (!target->create || target->shielded)
            continue;
        Change *change = membership_change(
            differ, target->kind == TARGET_GROUP ? CHANGE_CREATE_GROUP : CHANGE_CREATE_WORKSPACE,
            NULL, target);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
        change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
        change->reason = g_strdup("a rule names it, and Toggl does not have it");
    }
}

/* Groups that we made and that no rule names any more. */
static void diff_unused_groups(Differ *differ)
{
    const DiffInput *in = differ->in;
    for (guint i = 0; in->settings->lifecycle.delete_groups && i < in->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(in->ledger->bindings, i);
        const OrganizationGroup *group = organization_group(in->organization, binding->target);
        bool ours =
            !binding->row.removed && binding->kind == BINDING_GROUP && binding->created_by_us;
        if (!ours || group == NULL || in->desired->any_rule_held ||
            desired_target(in->desired, TARGET_GROUP, group->id) != NULL)
            continue;
        Change *change = add_change(differ, CHANGE_DELETE_GROUP, NULL);
        target_ref_set(&change->group, group->id, group->name);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
        change->after = (ChangeState){.fields = STATE_MEMBER};
        change->reason = g_strdup("made by us, and no rule names it any more");
    }
}

void diff(const DiffInput *input, Plan *plan)
{
    Differ differ = {.in = input, .plan = plan};
    collect_grants(&differ);
    diff_targets(&differ);
    for (guint i = 0; i < input->subjects->subjects->len; i++)
        diff_subject(&differ, g_ptr_array_index(input->subjects->subjects, i));
    diff_unmanaged(&differ);
    diff_unused_groups(&differ);
    g_array_unref(differ.grants);
}
