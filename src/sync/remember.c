/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/remember.h"

#include "base/clock.h"
#include "model/email.h"
#include "sync/protection.h"

#include <string.h>

static void set_number(Link *link, int64_t *field, int64_t value)
{
    if (*field == value)
        return;
    *field = value;
    link->row.dirty = true;
}

static void set_text(Link *link, char **field, const char *value)
{
    if (value == NULL || g_strcmp0(*field, value) == 0)
        return;
    g_free(*field);
    *field = g_strdup(value);
    link->row.dirty = true;
}

static void remember_entry(Link *link, const Person *person)
{
    set_text(link, &link->dn, person->dn);
    bool news = person->dn_key != NULL && ledger_remember(link->dn_keys, person->dn_key);
    if (person->uid != NULL)
        news = ledger_remember(link->uids, person->uid) || news;
    if (person->frozen == NULL && person->mail_key != NULL) {
        set_text(link, &link->mail_key, person->mail_key);
        news = ledger_remember(link->mail_keys, person->mail_key) || news;
    }
    if (news)
        link->row.dirty = true;
    bool left = person->standing != PERSON_ENABLED;
    if (link->left != left) {
        link->left = left;
        link->row.dirty = true;
    }
}

/* How one read counts. */
typedef struct {
    int64_t now;
    bool may_start; /* graces may begin */
    int64_t starts; /* how many would, of people who have something to lose */
} ReadCount;

/* One more read without the person, or, when GONE is false, the end of it. */
static void count_gone(Link *link, int64_t *since, int64_t *reads, bool gone, int64_t now)
{
    if (gone && *since == 0)
        set_number(link, since, now);
    else if (!gone)
        set_number(link, since, 0);
    set_number(link, reads, gone ? *reads + 1 : 0);
}

/* Whether this read begins a grace, and may not. */
static bool may_not_start(ReadCount *count, const Subject *subject, bool gone, int64_t since)
{
    bool starts = gone && since == 0;
    count->starts += starts && subject->member != NULL && !subject->member->inactive;
    return starts && !count->may_start;
}

static void count_missing(ReadCount *count, const Subject *subject, Link *link)
{
    bool left = subject->standing == SUBJECT_LEFT;
    bool missing = subject->standing == SUBJECT_MISSING;
    if (!may_not_start(count, subject, missing, link->missing_since))
        count_gone(link, &link->missing_since, &link->reads_missed, missing || left, count->now);
}

static void count_unwanted(ReadCount *count, const Subject *subject, Link *link, bool unwanted)
{
    if (!may_not_start(count, subject, unwanted, link->unwanted_since))
        count_gone(link, &link->unwanted_since, &link->reads_unwanted, unwanted, count->now);
}

/* Whether SUBJECT waits for no word: there, and a member by all of their entries. An old word
 * answers no question to come. */
static bool is_settled(const Subject *subject)
{
    bool settled = subject->standing == SUBJECT_PRESENT && subject->member != NULL;
    for (guint i = 0; settled && i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        settled = link != NULL &&
                  organization_user_id_equal(link->organization_user_id, subject->member->id);
    }
    return settled;
}

/* Of whom it is not known who they are nothing is learned, but that they were away. */
static void remember_who(Link *link, const Subject *subject, const Person *person)
{
    if (subject->unfamiliar && subject->standing == SUBJECT_HELD) {
        link->row.dirty = link->row.dirty || !link->left;
        link->left = true;
        return;
    }
    remember_entry(link, person);
    if (is_settled(subject) || (subject->unfamiliar && subject->standing == SUBJECT_PRESENT))
        set_number(link, &link->released_at, 0);
}

int64_t remember_read(Ledger *ledger, const Subjects *subjects, const Desired *desired, int64_t now,
                      bool may_start)
{
    ReadCount count = {.now = now, .may_start = may_start};
    ledger->last_run = now;
    for (guint i = 0; i < subjects->subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(subjects->subjects, i);
        bool present = subject->standing == SUBJECT_PRESENT;
        bool unknown = desired->any_rule_held || subject->located != NULL;
        bool wanted = desired->matched[i] != 0;
        for (guint e = 0; e < subject->entries->len; e++) {
            const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, e);
            if (entry->link == NULL)
                continue;
            remember_who(entry->link, subject, entry->person);
            /* a directory was not read: whom it knows is not known; or another entry is gone, and
             * this one is here */
            if (desired->uncertain || subject->standing == SUBJECT_MISSING)
                continue;
            count_missing(&count, subject, entry->link);
            count_unwanted(&count, subject, entry->link, present && !wanted && !unknown);
        }
        for (guint l = 0;
             !desired->uncertain && subject->lost_links != NULL && l < subject->lost_links->len;
             l++) {
            Link *link = g_ptr_array_index(subject->lost_links, l);
            count_missing(&count, subject, link);
            count_unwanted(&count, subject, link, present && !wanted && !unknown);
        }
    }
    return count.starts;
}

/* Who joined was invited no more, and who is active was deactivated no more, whoever did that. */
static void remember_standing(Ledger *ledger, Link *link, const Organization *organization)
{
    const Member *member = link->organization_user_id.value != 0
                               ? organization_member(organization, link->organization_user_id)
                               : NULL;
    if (member == NULL && link->user_id.value != 0)
        member = organization_member_by_user(organization, link->user_id);
    bool only_invited =
        link->organization_user_id.value == 0 && link->user_id.value == 0 && link->invited_at != 0;
    if (member == NULL && only_invited && link->mail_key != NULL)
        member = organization_member_by_mail(organization, link->mail_key);
    if (member == NULL)
        return;
    if (!organization_user_id_equal(member->id, link->organization_user_id))
        ledger_set_member(ledger, link, member->id, member->user_id);
    if (member->joined) {
        set_number(link, &link->invited_at, 0);
        set_number(link, &link->resends, 0);
    }
    if (member->joined && !member->inactive)
        set_number(link, &link->deactivated_at, 0);
}

void remember_members(Ledger *ledger, const SyncSettings *settings,
                      const Organization *organization)
{
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed)
            remember_standing(ledger, link, organization);
    }
    protections_remember(settings, organization, ledger);
}

static void forget_detached(Ledger *ledger, Grant *grant, const Organization *organization)
{
    const OrganizationGroup *group = organization_group(organization, grant->target);
    if (group == NULL || !group_in_workspace(group, grant->second))
        ledger_remove_grant(ledger, grant);
}

static void forget_taken_grants(Ledger *ledger, const Organization *organization)
{
    const Member *member = NULL; /* the grants of one member stand together */
    OrganizationUserId last = {0};
    for (guint i = 0; i < ledger->grants->len; i++) {
        Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (!grant->row.removed && grant->kind == GRANT_GROUP_WORKSPACE)
            forget_detached(ledger, grant, organization);
        if (grant->row.removed || grant->member.value == 0)
            continue;
        if (!organization_user_id_equal(grant->member, last))
            member = organization_member(organization, grant->member);
        last = grant->member;
        bool there = member != NULL;
        if (there && grant->kind == GRANT_GROUP)
            there = member_in_group(member, grant->target);
        else if (there && grant->kind == GRANT_WORKSPACE)
            there = member_assignment(member, grant->target) != NULL;
        if (!there)
            ledger_remove_grant(ledger, grant);
    }
}

/* Which directory groups the rules met; those that are missing stay remembered. */
static void remember_met(Ledger *ledger, const Desired *desired)
{
    g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < desired->met->len; i++)
        g_hash_table_add(met, ((MetGroup *) g_ptr_array_index(desired->met, i))->name);
    for (guint i = 0; i < ledger->bindings->len; i++) {
        Binding *binding = g_ptr_array_index(ledger->bindings, i);
        if (!binding->row.removed && binding->kind == BINDING_DIRECTORY_GROUP &&
            !g_hash_table_contains(met, binding->name) &&
            !g_hash_table_contains(desired->kept, binding))
            ledger_remove_binding(ledger, binding);
    }
    for (guint i = 0; i < desired->met->len; i++) {
        const MetGroup *group = g_ptr_array_index(desired->met, i);
        Binding *binding = ledger_binding(ledger, BINDING_DIRECTORY_GROUP, group->name);
        if (binding == NULL)
            binding = ledger_add_binding(ledger, BINDING_DIRECTORY_GROUP, group->name, 0);
        if (g_strcmp0(binding->group_anchor, group->anchor) == 0 &&
            g_strcmp0(binding->source, group->source) == 0)
            continue;
        g_free(binding->group_anchor);
        g_free(binding->source);
        binding->group_anchor = g_strdup(group->anchor);
        binding->source = g_strdup(group->source);
        binding->row.dirty = true;
    }
}

void remember_bindings(Ledger *ledger, const Desired *desired, const Organization *organization)
{
    for (guint i = 0; i < desired->targets->len; i++) {
        const DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        BindingKind kind = target->kind == TARGET_GROUP ? BINDING_GROUP : BINDING_WORKSPACE;
        if (target->id == 0)
            continue;
        Binding *binding = ledger_binding(ledger, kind, target->rule_name);
        if (binding == NULL) {
            (void) ledger_add_binding(ledger, kind, target->rule_name, target->id);
        } else if (binding->target != target->id) {
            binding->target = target->id;
            binding->created_by_us = false;
            binding->row.dirty = true;
        }
    }
    remember_met(ledger, desired);
    forget_taken_grants(ledger, organization);
}

static Link *link_of(Ledger *ledger, const Change *change)
{
    if (change->person.source == NULL || change->person.anchor == NULL)
        return NULL;
    Link *link = ledger_link(ledger, change->person.source, change->person.anchor);
    return link != NULL ? link
                        : ledger_add_link(ledger, change->person.source, change->person.anchor);
}

static void grant(Ledger *ledger, const Change *change, const Member *member, GrantKind kind,
                  int64_t target, GrantOrigin origin, int64_t now)
{
    Grant *row = ledger_grant(ledger, kind, member->id, target, 0);
    bool is_new = row == NULL;
    if (is_new) {
        row = ledger_add_grant(ledger, kind, member->id, target, 0);
        row->since = now;
        row->origin = origin;
    }
    row->user_id = member->user_id;
    row->row.dirty = true;
    if (change->kind != CHANGE_SET_WORKSPACE_ROLE && change->kind != CHANGE_ASSIGN)
        return;
    Role before =
        change->before.member && change->before.role != ROLE_NONE ? change->before.role : ROLE_USER;
    bool raised = change->after.role > before;
    if (raised && row->role_before == ROLE_NONE)
        row->role_before = before;
    if (!raised && change->after.role <= row->role_before)
        row->role_before = ROLE_NONE;
    row->role = change->after.role;
    if (raised)
        row->origin = GRANT_GIVEN;
}

static void forget_grant(Ledger *ledger, const Member *member, GrantKind kind, int64_t target)
{
    Grant *row = ledger_grant(ledger, kind, member->id, target, 0);
    if (row != NULL)
        ledger_remove_grant(ledger, row);
}

static void remember_link(Ledger *ledger, const Change *change, const Member *member, int64_t now)
{
    Link *link = link_of(ledger, change);
    if (link == NULL)
        return;
    if (link->first_seen == 0)
        link->first_seen = now;
    if (link->origin != LINK_BY_HAND)
        link->origin = change->kind == CHANGE_INVITE ? LINK_BY_INVITATION : LINK_BY_MAIL;
    g_autofree char *key = NULL;
    if (change->person.mail != NULL &&
        email_key(change->person.mail, strlen(change->person.mail), &key, NULL)) {
        set_text(link, &link->mail_key, key);
        (void) ledger_remember(link->mail_keys, key);
    }
    link->removed_at = 0;
    link->released_at = 0;
    link->deactivated_at = 0;
    if (change->kind == CHANGE_INVITE) {
        /* a fresh one for one that lapsed counts; the same one, heard of again, does not */
        bool lapsed = link->invited_at != 0 && now - link->invited_at >= SECONDS_A_DAY;
        link->resends = link->invited_at == 0 ? 0 : link->resends + lapsed;
        if (link->invited_at == 0 || lapsed)
            link->invited_at = now;
    }
    if (member != NULL)
        ledger_set_member(ledger, link, member->id, member->user_id);
    /* the word was heard, whichever of their links it was said about */
    const GPtrArray *links = member != NULL ? ledger_member_links(ledger, member->id) : NULL;
    for (guint i = 0; links != NULL && i < links->len; i++) {
        Link *other = g_ptr_array_index(links, i);
        set_number(other, &other->released_at, 0);
    }
    link->row.dirty = true;
}

/* What an invitation carried is ours from the start, with the role we chose; known once Toggl lists
 * the member. */
static void remember_invited(Ledger *ledger, const Change *change, const Member *member,
                             int64_t now)
{
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        for (guint j = 0; change->groups != NULL && j < change->groups->len; j++) {
            const TargetRef *wanted = g_ptr_array_index(change->groups, j);
            if (wanted->id == id)
                grant(ledger, change, member, GRANT_GROUP, id, GRANT_GIVEN, now);
        }
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        for (guint j = 0; change->workspaces != NULL && j < change->workspaces->len; j++) {
            const InvitationWorkspace *wanted = g_ptr_array_index(change->workspaces, j);
            if (wanted->workspace.id != assignment->workspace_id)
                continue;
            grant(ledger, change, member, GRANT_WORKSPACE, assignment->workspace_id, GRANT_GIVEN,
                  now);
            Grant *row =
                ledger_grant(ledger, GRANT_WORKSPACE, member->id, assignment->workspace_id, 0);
            row->role = wanted->role;
            row->role_before = wanted->role > ROLE_USER ? ROLE_USER : ROLE_NONE;
        }
    }
}

/* The links of the member that CHANGE is about, all of them (Link *); the caller's. */
static GPtrArray *links_of(Ledger *ledger, const Change *change)
{
    GPtrArray *links = g_ptr_array_new();
    const GPtrArray *found = change->person.organization_user_id.value != 0
                                 ? ledger_member_links(ledger, change->person.organization_user_id)
                                 : NULL;
    for (guint i = 0; found != NULL && i < found->len; i++)
        g_ptr_array_add(links, g_ptr_array_index(found, i));
    Link *own = found == NULL ? link_of(ledger, change) : NULL;
    if (own != NULL)
        g_ptr_array_add(links, own);
    return links;
}

static void remember_gone(Ledger *ledger, const Change *change, int64_t now)
{
    g_autoptr(GPtrArray) links = links_of(ledger, change);
    for (guint i = 0; i < links->len; i++) {
        Link *link = g_ptr_array_index(links, i);
        link->removed_at = now;
        link->invited_at = 0;
        link->deactivated_at = 0;
        ledger_set_member(ledger, link, (OrganizationUserId){0}, (UserId){0});
    }
}

static void set_deactivated(Ledger *ledger, const Change *change, int64_t when)
{
    g_autoptr(GPtrArray) links = links_of(ledger, change);
    for (guint i = 0; i < links->len; i++) {
        Link *link = g_ptr_array_index(links, i);
        set_number(link, &link->deactivated_at, when);
    }
}

static void remember_created(Ledger *ledger, BindingKind kind, const TargetRef *target, int64_t id)
{
    Binding *binding = ledger_binding(ledger, kind, target->name);
    if (binding == NULL)
        binding = ledger_add_binding(ledger, kind, target->name, id);
    binding->target = id;
    binding->created_by_us = true;
    binding->row.dirty = true;
}

static void forget_group(Ledger *ledger, int64_t id)
{
    for (guint i = 0; i < ledger->bindings->len; i++) {
        Binding *binding = g_ptr_array_index(ledger->bindings, i);
        if (binding->kind == BINDING_GROUP && binding->target == id && !binding->row.removed)
            ledger_remove_binding(ledger, binding);
    }
}

/* A group and a workspace, and nobody's membership. */
static void remember_attachment(Ledger *ledger, const Change *change, int64_t now)
{
    if (change->group.id == 0 || change->workspace.id == 0)
        return;
    OrganizationUserId nobody = {0};
    Grant *row =
        ledger_grant(ledger, GRANT_GROUP_WORKSPACE, nobody, change->group.id, change->workspace.id);
    if (row != NULL)
        return;
    row = ledger_add_grant(ledger, GRANT_GROUP_WORKSPACE, nobody, change->group.id,
                           change->workspace.id);
    row->since = now;
    row->origin = change->kind == CHANGE_ADOPT ? GRANT_ADOPTED : GRANT_GIVEN;
}

static void forget_attachment(Ledger *ledger, const Change *change)
{
    Grant *row = ledger_grant(ledger, GRANT_GROUP_WORKSPACE, (OrganizationUserId){0},
                              change->group.id, change->workspace.id);
    if (row != NULL)
        ledger_remove_grant(ledger, row);
}

static void remember_resend(Ledger *ledger, const Change *change, int64_t now)
{
    g_autoptr(GPtrArray) links = links_of(ledger, change);
    for (guint i = 0; i < links->len; i++) {
        Link *link = g_ptr_array_index(links, i);
        set_number(link, &link->resends, link->resends + 1);
        set_number(link, &link->invited_at, now);
    }
}

static void remember_membership(Ledger *ledger, const Change *change, const Member *member,
                                int64_t now)
{
    GrantOrigin origin = change->kind == CHANGE_ADOPT ? GRANT_ADOPTED : GRANT_GIVEN;
    if (change->group.id != 0)
        grant(ledger, change, member, GRANT_GROUP, change->group.id, origin, now);
    else if (change->workspace.id != 0)
        grant(ledger, change, member, GRANT_WORKSPACE, change->workspace.id, origin, now);
}

void remember_change(Ledger *ledger, const Change *change, const Member *member, int64_t created_id,
                     int64_t now)
{
    switch (change->kind) {
    case CHANGE_LINK:
        remember_link(ledger, change, member, now);
        break;
    case CHANGE_INVITE:
        remember_link(ledger, change, member, now);
        if (member != NULL)
            remember_invited(ledger, change, member, now);
        break;
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        remember_gone(ledger, change, now);
        break;
    case CHANGE_DEACTIVATE:
        set_deactivated(ledger, change, now);
        break;
    case CHANGE_REACTIVATE:
        set_deactivated(ledger, change, 0);
        break;
    case CHANGE_CREATE_GROUP:
        remember_created(ledger, BINDING_GROUP, &change->group, created_id);
        break;
    case CHANGE_CREATE_WORKSPACE:
        remember_created(ledger, BINDING_WORKSPACE, &change->workspace, created_id);
        break;
    case CHANGE_DELETE_GROUP:
        forget_group(ledger, change->group.id);
        break;
    case CHANGE_ADOPT:
        if (change->person.organization_user_id.value == 0)
            remember_attachment(ledger, change, now);
        else if (member != NULL)
            remember_membership(ledger, change, member, now);
        break;
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
        remember_attachment(ledger, change, now);
        break;
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
        forget_attachment(ledger, change);
        break;
    case CHANGE_RESEND_INVITATION:
        remember_resend(ledger, change, now);
        break;
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_ASSIGN:
    case CHANGE_SET_WORKSPACE_ROLE:
        if (member != NULL)
            remember_membership(ledger, change, member, now);
        break;
    case CHANGE_REMOVE_FROM_GROUP:
        if (member != NULL)
            forget_grant(ledger, member, GRANT_GROUP, change->group.id);
        break;
    case CHANGE_UNASSIGN:
        if (member != NULL)
            forget_grant(ledger, member, GRANT_WORKSPACE, change->workspace.id);
        break;
    case CHANGE_RENAME_MEMBER:
    case CHANGE_CHANGE_ADDRESS:
    case CHANGE_SET_ORGANIZATION_ROLE:
    case CHANGE_KINDS:
    default:
        break;
    }
}
