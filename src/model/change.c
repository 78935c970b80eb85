/* SPDX-License-Identifier: Apache-2.0 */
#include "model/change.h"

#include <string.h>

typedef struct {
    const char *name;
    ChangeEffect effect;
    unsigned phase;
} KindRow;

/* Phases: facts, disabled people, other leavers, objects, returners, additions, withdrawals,
 * invitations, deletions. */
static const KindRow kinds[] = {
    [CHANGE_LINK] = {"link", EFFECT_NONE, 0},
    [CHANGE_ADOPT] = {"adopt", EFFECT_NONE, 0},
    [CHANGE_INVITE] = {"invite", EFFECT_GIVES, 7},
    [CHANGE_RESEND_INVITATION] = {"resend-invitation", EFFECT_GIVES, 7},
    [CHANGE_WITHDRAW_INVITATION] = {"withdraw-invitation", EFFECT_TAKES, 2},
    [CHANGE_REACTIVATE] = {"reactivate", EFFECT_GIVES, 4},
    [CHANGE_DEACTIVATE] = {"deactivate", EFFECT_TAKES, 2},
    [CHANGE_DELETE_MEMBER] = {"delete-member", EFFECT_TAKES, 8},
    [CHANGE_RENAME_MEMBER] = {"rename-member", EFFECT_ALTERS, 5},
    [CHANGE_CHANGE_ADDRESS] = {"change-address", EFFECT_ALTERS, 5},
    [CHANGE_CREATE_GROUP] = {"create-group", EFFECT_GIVES, 3},
    [CHANGE_DELETE_GROUP] = {"delete-group", EFFECT_TAKES, 8},
    [CHANGE_ADD_TO_GROUP] = {"add-to-group", EFFECT_GIVES, 5},
    [CHANGE_REMOVE_FROM_GROUP] = {"remove-from-group", EFFECT_TAKES, 6},
    [CHANGE_ADD_GROUP_TO_WORKSPACE] = {"add-group-to-workspace", EFFECT_GIVES, 5},
    [CHANGE_REMOVE_GROUP_FROM_WORKSPACE] = {"remove-group-from-workspace", EFFECT_TAKES, 6},
    [CHANGE_ASSIGN] = {"assign", EFFECT_GIVES, 5},
    [CHANGE_UNASSIGN] = {"unassign", EFFECT_TAKES, 6},
    [CHANGE_SET_WORKSPACE_ROLE] = {"set-workspace-role", EFFECT_ALTERS, 5},
    [CHANGE_SET_ORGANIZATION_ROLE] = {"set-organization-role", EFFECT_ALTERS, 5},
    [CHANGE_CREATE_WORKSPACE] = {"create-workspace", EFFECT_GIVES, 3},
};
_Static_assert(G_N_ELEMENTS(kinds) == CHANGE_KINDS, "every kind has a row");

const char *change_kind_name(ChangeKind kind)
{
    return kinds[kind].name;
}

bool change_kind_parse(const char *name, ChangeKind *ret_kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            *ret_kind = (ChangeKind) i;
            return true;
        }
    }
    return false;
}

ChangeEffect change_kind_effect(ChangeKind kind)
{
    return kinds[kind].effect;
}

unsigned change_kind_phase(ChangeKind kind, bool disabled)
{
    return kind == CHANGE_DEACTIVATE && disabled ? 1 : kinds[kind].phase;
}

Change *change_new(ChangeKind kind)
{
    Change *change = g_new0(Change, 1);
    change->kind = kind;
    change->phase = kinds[kind].phase;
    return change;
}

static void state_clear(ChangeState *state)
{
    g_free(state->name);
    g_free(state->mail);
}

void change_free(Change *change)
{
    if (change == NULL)
        return;
    g_free(change->person.source);
    g_free(change->person.anchor);
    g_free(change->person.mail);
    g_free(change->person.name);
    g_free(change->group.name);
    g_free(change->workspace.name);
    state_clear(&change->before);
    state_clear(&change->after);
    g_clear_pointer(&change->workspaces, g_ptr_array_unref);
    g_clear_pointer(&change->groups, g_ptr_array_unref);
    g_free(change->reason);
    g_free(change);
}

TargetRef *target_ref_new(int64_t id, const char *name)
{
    TargetRef *ref = g_new0(TargetRef, 1);
    target_ref_set(ref, id, name);
    return ref;
}

void target_ref_free(TargetRef *ref)
{
    g_free(ref->name);
    g_free(ref);
}

void target_ref_set(TargetRef *ref, int64_t id, const char *name)
{
    g_free(ref->name);
    ref->id = id;
    ref->name = g_strdup(name);
}

InvitationWorkspace *invitation_workspace_new(int64_t id, const char *name, Role role)
{
    InvitationWorkspace *workspace = g_new0(InvitationWorkspace, 1);
    target_ref_set(&workspace->workspace, id, name);
    workspace->role = role;
    return workspace;
}

void invitation_workspace_free(InvitationWorkspace *workspace)
{
    g_free(workspace->workspace.name);
    g_free(workspace);
}

static int compare_targets(const TargetRef *a, const TargetRef *b)
{
    int by_name = g_strcmp0(a->name, b->name);
    if (by_name != 0)
        return by_name;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* By bytes: anchors as they are, addresses in lower case; who has no anchor goes by the address. */
static int compare_people(const ChangePerson *a, const ChangePerson *b)
{
    const char *x = a->anchor != NULL ? a->anchor : a->mail;
    const char *y = b->anchor != NULL ? b->anchor : b->mail;
    if (x == NULL || y == NULL)
        return (x != NULL) - (y != NULL);
    for (;; x++, y++) {
        unsigned char c = (unsigned char) (a->anchor != NULL ? *x : g_ascii_tolower(*x));
        unsigned char d = (unsigned char) (b->anchor != NULL ? *y : g_ascii_tolower(*y));
        if (c != d)
            return c < d ? -1 : 1;
        if (c == '\0')
            return g_strcmp0(a->source, b->source);
    }
}

gint change_compare(gconstpointer a, gconstpointer b)
{
    const Change *x = *(const Change *const *) a;
    const Change *y = *(const Change *const *) b;
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    if (x->kind != y->kind)
        return strcmp(kinds[x->kind].name, kinds[y->kind].name);
    int order = compare_people(&x->person, &y->person);
    if (order == 0)
        order = compare_targets(&x->group, &y->group);
    if (order == 0)
        order = compare_targets(&x->workspace, &y->workspace);
    /* no two changes of a plan come here; should they, the order is still one */
    return order != 0 ? order : g_strcmp0(x->person.mail, y->person.mail);
}
