/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/inverse.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "sync/confirm.h"
#include "sync/holds.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define FORMAT "toggl-ldap-sync inverse"

/* What undoes each kind; CHANGE_KINDS: nothing does, and why. */
static const struct {
    ChangeKind undo;
    const char *why;
} inverses[CHANGE_KINDS] = {
    [CHANGE_LINK] = {CHANGE_KINDS, NULL}, /* only our own memory: there is nothing to undo */
    [CHANGE_ADOPT] = {CHANGE_KINDS, NULL},
    [CHANGE_INVITE] = {CHANGE_WITHDRAW_INVITATION, NULL},
    [CHANGE_RESEND_INVITATION] = {CHANGE_KINDS, "a mail that was sent cannot be taken back"},
    [CHANGE_WITHDRAW_INVITATION] = {CHANGE_INVITE, NULL},
    [CHANGE_REACTIVATE] = {CHANGE_DEACTIVATE, NULL},
    [CHANGE_DEACTIVATE] = {CHANGE_REACTIVATE, NULL},
    [CHANGE_DELETE_MEMBER] = {CHANGE_INVITE, "is invited anew; the time that was tracked before "
                                             "stays without them"},
    [CHANGE_RENAME_MEMBER] = {CHANGE_RENAME_MEMBER, NULL},
    [CHANGE_CHANGE_ADDRESS] = {CHANGE_CHANGE_ADDRESS, NULL},
    /* the next sync would make it anew, and take it away when no rule names it any more */
    [CHANGE_CREATE_GROUP] = {CHANGE_KINDS, "stays, empty, as long as a rule names it"},
    [CHANGE_DELETE_GROUP] = {CHANGE_CREATE_GROUP, "is made anew, under another number"},
    [CHANGE_ADD_TO_GROUP] = {CHANGE_REMOVE_FROM_GROUP, NULL},
    [CHANGE_REMOVE_FROM_GROUP] = {CHANGE_ADD_TO_GROUP, NULL},
    [CHANGE_ADD_GROUP_TO_WORKSPACE] = {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL},
    [CHANGE_REMOVE_GROUP_FROM_WORKSPACE] = {CHANGE_ADD_GROUP_TO_WORKSPACE, NULL},
    [CHANGE_ASSIGN] = {CHANGE_UNASSIGN, NULL},
    [CHANGE_UNASSIGN] = {CHANGE_ASSIGN, NULL},
    [CHANGE_SET_WORKSPACE_ROLE] = {CHANGE_SET_WORKSPACE_ROLE, NULL},
    [CHANGE_SET_ORGANIZATION_ROLE] = {CHANGE_SET_ORGANIZATION_ROLE, NULL},
    [CHANGE_CREATE_WORKSPACE] = {CHANGE_KINDS, "Toggl lets nobody delete a workspace"},
};

/* ---- what is written down ---- */

static const char *group_name(const Organization *organization, int64_t id)
{
    const OrganizationGroup *group = organization_group(organization, id);
    return group != NULL ? group->name : "";
}

static const char *workspace_name(const Organization *organization, int64_t id)
{
    const Workspace *workspace = organization_workspace(organization, id);
    return workspace != NULL ? workspace->name : "";
}

/* What goes with a membership. */
static void add_memberships(json_t *row, const Organization *organization, const Member *member)
{
    json_t *groups = json_array();
    json_t *workspaces = json_array();
    for (guint i = 0; member != NULL && i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        (void) json_array_append_new(groups, json_pack("{sI ss}", "id", (json_int_t) id, "name",
                                                       group_name(organization, id)));
    }
    for (guint i = 0; member != NULL && i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (!assignment->indirect)
            (void) json_array_append_new(
                workspaces,
                json_pack("{sI ss ss?}", "id", (json_int_t) assignment->workspace_id, "name",
                          workspace_name(organization, assignment->workspace_id), "role",
                          role_name(assignment->role)));
    }
    (void) json_object_set_new(row, "groups", groups);
    (void) json_object_set_new(row, "workspaces", workspaces);
}

/* What goes with a group. */
static void add_group(json_t *row, const Organization *organization, const Change *change)
{
    json_t *members = json_array();
    json_t *workspaces = json_array();
    const OrganizationGroup *group = organization_group(organization, change->group.id);
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member_in_group(member, change->group.id))
            (void) json_array_append_new(
                members,
                json_pack("{sI ss?}", "id", (json_int_t) member->id.value, "mail", member->mail));
    }
    for (guint i = 0; group != NULL && i < group->workspaces->len; i++) {
        int64_t id = g_array_index(group->workspaces, int64_t, i);
        (void) json_array_append_new(workspaces, json_pack("{sI ss}", "id", (json_int_t) id, "name",
                                                           workspace_name(organization, id)));
    }
    (void) json_object_set_new(row, "members", members);
    (void) json_object_set_new(row, "workspaces", workspaces);
}

static json_t *inverse_row(const Change *change, const Organization *organization)
{
    ChangeKind undo = inverses[change->kind].undo;
    json_t *row = json_pack("{sI}", "change", (json_int_t) change->id);
    if (undo != CHANGE_KINDS)
        (void) json_object_set_new(row, "undo", json_string(change_kind_name(undo)));
    if (undo == CHANGE_INVITE)
        add_memberships(row, organization, change_member(change, organization));
    else if (undo == CHANGE_CREATE_GROUP)
        add_group(row, organization, change);
    return row;
}

char *inverse_text(const Plan *plan, const Organization *organization)
{
    json_t *rows = json_array();
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (change->kind != CHANGE_LINK && change->kind != CHANGE_ADOPT)
            (void) json_array_append_new(rows, inverse_row(change, organization));
    }
    g_autoptr(json_t) document =
        json_pack("{ss si so}", "format", FORMAT, "version", 1, "changes", rows);
    char *dumped = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
    char *text = g_strdup(dumped);
    free(dumped);
    return text;
}

/* ---- the changes that undo ---- */

typedef struct {
    const InverseInput *in;
    Plan *plan;
    GPtrArray *impossible;
    GHashTable *done; /* changes there are already, by what they do */
    GHashTable *made; /* names of groups that are made anew */
} Undoer;

static void refuse(const Undoer *undoer, const Change *change, const char *why)
{
    const char *what = change->person.mail != NULL     ? change->person.mail
                       : change->person.anchor != NULL ? change->person.anchor
                       : change->group.name != NULL    ? change->group.name
                                                       : change->workspace.name;
    g_autofree char *safe = text_safe(what != NULL ? what : "?", -1);
    g_ptr_array_add(undoer->impossible,
                    g_strdup_printf("%s %s: %s", change_kind_name(change->kind), safe, why));
}

/* The person of CHANGE with the numbers that Toggl has for them now; those of before are gone with
 * a membership that is. */
static void set_person(Change *undo, const ChangePerson *person, const Member *member)
{
    undo->person.source = g_strdup(person->source);
    undo->person.anchor = g_strdup(person->anchor);
    undo->person.mail = g_strdup(person->mail);
    undo->person.name = g_strdup(person->name);
    if (member == NULL)
        return;
    undo->person.user_id = member->user_id;
    undo->person.organization_user_id = member->id;
    undo->person.invitation_id = member->invitation_id;
}

/* Whether CHANGE's person is a member; else that is said. */
static bool is_still_member(const Undoer *undoer, const Change *change)
{
    if (change_member(change, undoer->in->organization) != NULL)
        return true;
    refuse(undoer, change, "is no member any more");
    return false;
}

/* What the run made had no number when its plan was written down, and what it deleted has another
 * when it is made anew. 0: it is not there. */
static int64_t group_now(const Organization *organization, const TargetRef *ref)
{
    const OrganizationGroup *group = organization_group(organization, ref->id);
    if (group == NULL && ref->name != NULL)
        group = organization_group_by_name(organization, ref->name);
    return group != NULL ? group->id : 0;
}

static int64_t workspace_now(const Organization *organization, const TargetRef *ref)
{
    const Workspace *workspace = ref->id == 0 && ref->name != NULL
                                     ? organization_workspace_by_name(organization, ref->name)
                                     : NULL;
    return workspace != NULL ? workspace->id : ref->id;
}

static void set_target(TargetRef *to, const TargetRef *from)
{
    if (from->name != NULL)
        target_ref_set(to, from->id, from->name);
}

static Change *undo_new(const Undoer *undoer, ChangeKind kind, const Change *change)
{
    Change *undo = change_new(kind);
    undo->phase = change_kind_phase(kind, false);
    set_person(undo, &change->person, change_member(change, undoer->in->organization));
    set_target(&undo->group, &change->group);
    set_target(&undo->workspace, &change->workspace);
    undo->group.id = group_now(undoer->in->organization, &change->group);
    undo->workspace.id = workspace_now(undoer->in->organization, &change->workspace);
    undo->reason = g_strdup_printf("undoes '%s'", change_kind_name(change->kind));
    return undo;
}

/* Adds UNDO, unless it is so already, or there is one that does the same. */
static void add(const Undoer *undoer, Change *undo)
{
    if (change_holds(undo, undoer->in->organization)) {
        change_free(undo);
        return;
    }
    /* what is made anew has no number yet */
    const char *made = undo->group.id == 0 && undo->group.name != NULL ? undo->group.name : "";
    char *key = g_strdup_printf("%s|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%s",
                                change_kind_name(undo->kind),
                                undo->person.mail != NULL ? undo->person.mail : "", undo->group.id,
                                undo->workspace.id, made);
    if (g_hash_table_add(undoer->done, key))
        g_ptr_array_add(undoer->plan->changes, undo);
    else
        change_free(undo);
}

/* Both sides of a change that gives or takes a membership. */
static void set_membership(Change *undo, bool member)
{
    undo->before = (ChangeState){.fields = STATE_MEMBER, .member = !member};
    undo->after = (ChangeState){.fields = STATE_MEMBER, .member = member};
}

/* Why UNDO, which may be about a group, cannot be asked for; NULL: it can. */
static const char *why_not_in_group(const Undoer *undoer, const Change *undo)
{
    if (undo->group.name == NULL)
        return NULL;
    if (undo->person.organization_user_id.value != 0 && undo->person.user_id.value == 0)
        return "Toggl tells no user id before the invitation is accepted";
    bool there = undo->group.id != 0 || g_hash_table_contains(undoer->made, undo->group.name);
    bool gives = change_kind_effect(undo->kind) == EFFECT_GIVES;
    return gives && !there ? "the group is not there any more" : NULL;
}

static void undo_membership(const Undoer *undoer, const Change *change, ChangeKind kind)
{
    bool about_person = change->person.mail != NULL || change->person.anchor != NULL;
    if (about_person && !is_still_member(undoer, change))
        return;
    bool gives = change_kind_effect(kind) == EFFECT_GIVES;
    Change *undo = undo_new(undoer, kind, change);
    set_membership(undo, gives);
    const char *why = why_not_in_group(undoer, undo);
    if (why == NULL) {
        add(undoer, undo);
        return;
    }
    refuse(undoer, change, why);
    change_free(undo);
}

/* Who has accepted meanwhile is a member, and keeps their history when deactivated. */
static void undo_invitation(const Undoer *undoer, const Change *change)
{
    const Member *member = change_member(change, undoer->in->organization);
    if (member == NULL)
        return; /* gone already */
    Change *undo =
        undo_new(undoer, member->joined ? CHANGE_DEACTIVATE : CHANGE_WITHDRAW_INVITATION, change);
    if (member->joined) {
        undo->before = (ChangeState){.fields = STATE_ACTIVE, .active = !member->inactive};
        undo->after = (ChangeState){.fields = STATE_ACTIVE};
    } else {
        set_membership(undo, false);
    }
    add(undoer, undo);
}

static void undo_standing(const Undoer *undoer, const Change *change, ChangeKind kind)
{
    if (!is_still_member(undoer, change))
        return;
    bool active = kind == CHANGE_REACTIVATE;
    Change *undo = undo_new(undoer, kind, change);
    undo->before = (ChangeState){.fields = STATE_ACTIVE, .active = !active};
    undo->after = (ChangeState){.fields = STATE_ACTIVE, .active = active};
    add(undoer, undo);
}

static void undo_text(const Undoer *undoer, const Change *change)
{
    if (!is_still_member(undoer, change))
        return;
    Change *undo = undo_new(undoer, change->kind, change);
    unsigned field = change->kind == CHANGE_RENAME_MEMBER ? STATE_NAME : STATE_MAIL;
    undo->before = (ChangeState){.fields = field,
                                 .name = g_strdup(change->after.name),
                                 .mail = g_strdup(change->after.mail)};
    undo->after = (ChangeState){.fields = field,
                                .name = g_strdup(change->before.name),
                                .mail = g_strdup(change->before.mail)};
    add(undoer, undo);
}

/* The role of before CHANGE; NOW is what stands there, ROLE_NONE for nothing. */
static void set_role(const Undoer *undoer, const Change *change, Role now)
{
    Change *undo = undo_new(undoer, CHANGE_SET_WORKSPACE_ROLE, change);
    undo->before =
        (ChangeState){.fields = STATE_MEMBER | STATE_ROLE, .member = now != ROLE_NONE, .role = now};
    undo->after = (ChangeState){
        .fields = STATE_MEMBER | STATE_ROLE, .member = true, .role = change->before.role};
    add(undoer, undo);
}

static Role role_now(const Undoer *undoer, const Change *change)
{
    const Member *member = change_member(change, undoer->in->organization);
    const Assignment *assignment =
        member != NULL
            ? member_assignment(member, workspace_now(undoer->in->organization, &change->workspace))
            : NULL;
    return assignment != NULL ? assignment->role : ROLE_NONE;
}

static void undo_role(const Undoer *undoer, const Change *change)
{
    Role now = role_now(undoer, change);
    if (now == ROLE_NONE)
        refuse(undoer, change, "is not in the workspace any more");
    else if (!change->before.member)
        undo_membership(undoer, change, CHANGE_UNASSIGN); /* the role came with the place */
    else
        set_role(undoer, change, now);
}

static void undo_admin(const Undoer *undoer, const Change *change)
{
    if (!is_still_member(undoer, change))
        return;
    Change *undo = undo_new(undoer, CHANGE_SET_ORGANIZATION_ROLE, change);
    undo->before = (ChangeState){.fields = STATE_ADMIN, .admin = change->after.admin};
    undo->after = (ChangeState){.fields = STATE_ADMIN, .admin = change->before.admin};
    add(undoer, undo);
}

/* Back into the workspace, in the role of before: a PUT gives both in one. */
static void undo_unassign(const Undoer *undoer, const Change *change)
{
    const Member *member = change_member(change, undoer->in->organization);
    if (member == NULL || change->before.role <= ROLE_USER)
        undo_membership(undoer, change, CHANGE_ASSIGN);
    else
        set_role(undoer, change, role_now(undoer, change));
}

/* ---- with what was written down ---- */

static void undo_removal(const Undoer *undoer, const Change *change, const json_t *row)
{
    const Organization *organization = undoer->in->organization;
    Change *undo = undo_new(undoer, CHANGE_INVITE, change);
    undo->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    undo->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach (json_object_get(row, "groups"), i, value) {
        const OrganizationGroup *group =
            organization_group(organization, json_int_or(value, "id", 0));
        if (group != NULL)
            g_ptr_array_add(undo->groups, target_ref_new(group->id, group->name));
    }
    json_array_foreach (json_object_get(row, "workspaces"), i, value) {
        const Workspace *workspace =
            organization_workspace(organization, json_int_or(value, "id", 0));
        Role role = ROLE_NONE;
        (void) role_parse(json_string_or(value, "role", ""), &role);
        if (workspace != NULL)
            g_ptr_array_add(undo->workspaces,
                            invitation_workspace_new(workspace->id, workspace->name, role));
    }
    set_membership(undo, true);
    if (undo->workspaces->len > 0) {
        add(undoer, undo);
        return;
    }
    refuse(undoer, change, "was in no workspace that is still there, and an invitation needs one");
    change_free(undo);
}

/* Who was in the deleted group, and what it was attached to. */
static void restore_group(const Undoer *undoer, const Change *change, const json_t *row)
{
    if (change->kind != CHANGE_DELETE_GROUP)
        return;
    const Organization *organization = undoer->in->organization;
    const char *group = change->group.name;
    int64_t id = group_now(organization, &change->group); /* 0 while it has none */
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach (json_object_get(row, "members"), i, value) {
        const Member *member =
            organization_member(organization, (OrganizationUserId){json_int_or(value, "id", 0)});
        if (member == NULL || member->user_id.value == 0)
            continue;
        Change *undo = change_new(CHANGE_ADD_TO_GROUP);
        undo->phase = change_kind_phase(CHANGE_ADD_TO_GROUP, false);
        const ChangePerson person = {.mail = member->mail, .name = member->name};
        set_person(undo, &person, member);
        target_ref_set(&undo->group, id, group);
        set_membership(undo, true);
        undo->reason = g_strdup("was in the group that was deleted");
        add(undoer, undo);
    }
    json_array_foreach (json_object_get(row, "workspaces"), i, value) {
        const Workspace *workspace =
            organization_workspace(organization, json_int_or(value, "id", 0));
        if (workspace == NULL)
            continue;
        Change *undo = change_new(CHANGE_ADD_GROUP_TO_WORKSPACE);
        undo->phase = change_kind_phase(CHANGE_ADD_GROUP_TO_WORKSPACE, false);
        target_ref_set(&undo->group, id, group);
        target_ref_set(&undo->workspace, workspace->id, workspace->name);
        set_membership(undo, true);
        undo->reason = g_strdup("the group that was deleted was attached to it");
        add(undoer, undo);
    }
}

static void undo_one(const Undoer *undoer, const Change *change, const json_t *row)
{
    ChangeKind undo = inverses[change->kind].undo;
    if (inverses[change->kind].why != NULL)
        refuse(undoer, change, inverses[change->kind].why);
    if (undo == CHANGE_KINDS)
        return;
    if (change->kind == CHANGE_INVITE)
        undo_invitation(undoer, change);
    else if (undo == CHANGE_INVITE)
        undo_removal(undoer, change, row);
    else if (undo == CHANGE_RENAME_MEMBER || undo == CHANGE_CHANGE_ADDRESS)
        undo_text(undoer, change);
    else if (undo == CHANGE_SET_WORKSPACE_ROLE)
        undo_role(undoer, change);
    else if (undo == CHANGE_SET_ORGANIZATION_ROLE)
        undo_admin(undoer, change);
    else if (undo == CHANGE_REACTIVATE || undo == CHANGE_DEACTIVATE)
        undo_standing(undoer, change, undo);
    else if (undo == CHANGE_ASSIGN)
        undo_unassign(undoer, change);
    else
        undo_membership(undoer, change, undo);
}

static bool is_confirmed_in(const GArray *confirmed, json_int_t id)
{
    for (guint i = 0; i < confirmed->len; i++) {
        if (g_array_index(confirmed, unsigned, i) == id)
            return true;
    }
    return false;
}

typedef void Undo(const Undoer *undoer, const Change *change, const json_t *row);

/* One that is there again keeps its number. */
static void make_group(const Undoer *undoer, const Change *change, const json_t *row)
{
    (void) row;
    if (change->kind != CHANGE_DELETE_GROUP ||
        group_now(undoer->in->organization, &change->group) != 0)
        return;
    Change *undo = undo_new(undoer, CHANGE_CREATE_GROUP, change);
    set_membership(undo, true);
    g_hash_table_add(undoer->made, change->group.name);
    add(undoer, undo);
}

static void undo_all(const Undoer *undoer, const json_t *document, Undo *undo)
{
    const InverseInput *in = undoer->in;
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (json_object_get(document, "changes"), i, row) {
        json_int_t id = json_int_or(row, "change", 0);
        if (id > 0 && id <= in->plan->changes->len && is_confirmed_in(in->confirmed, id))
            undo(undoer, plan_change(in->plan, (unsigned) id), row);
    }
}

bool inverse_changes(const InverseInput *input, Plan *ret, GPtrArray *impossible, GError **error)
{
    g_autoptr(json_t) document = NULL;
    if (!json_parse(input->inverse, strlen(input->inverse), "the inverse", &document, NULL) ||
        strcmp(json_string_or(document, "format", ""), FORMAT) != 0 ||
        json_int_or(document, "version", 0) != 1) {
        g_set_error_literal(
            error, SYNC_ERROR, SYNC_ERROR_STATE,
            "what would undo the run was written by another version of the program, "
            "or is damaged");
        return false;
    }
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) made = g_hash_table_new(g_str_hash, g_str_equal);
    const Undoer undoer = {input, ret, impossible, done, made};
    /* who was taken out of a group that was deleted as well goes into the one made anew, as the
     * person whom a directory knows; then everybody else who was in it */
    undo_all(&undoer, document, make_group);
    undo_all(&undoer, document, undo_one);
    undo_all(&undoer, document, restore_group);
    return true;
}

void inverse_begin(Plan *plan, int64_t run)
{
    GPtrArray *const lists[] = {plan->requests, plan->rails,   plan->deferred, plan->held,
                                plan->notices,  plan->changes, plan->groups};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_set_size(lists[i], 0);
    plan->undoes = run;
}

void inverse_order(Plan *plan)
{
    g_ptr_array_sort(plan->changes, change_compare);
    for (guint i = 0; i < plan->changes->len; i++)
        ((Change *) g_ptr_array_index(plan->changes, i))->id = i + 1;
}
