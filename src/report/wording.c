/* SPDX-License-Identifier: Apache-2.0 */
#include "report/wording.h"

typedef struct {
    const char *title;
    const char *one;
    const char *many;
} Wording;

static const Wording wordings[] = {
    [CHANGE_LINK] = {"link", "person linked", "people linked"},
    [CHANGE_ADOPT] = {"take over", "membership taken over", "memberships taken over"},
    [CHANGE_INVITE] = {"invite", "invitation", "invitations"},
    [CHANGE_RESEND_INVITATION] = {"invite again", "invitation sent again",
                                  "invitations sent again"},
    [CHANGE_WITHDRAW_INVITATION] = {"withdraw invitation", "invitation withdrawn",
                                    "invitations withdrawn"},
    [CHANGE_REACTIVATE] = {"reactivate", "reactivated", "reactivated"},
    [CHANGE_DEACTIVATE] = {"deactivate", "deactivated", "deactivated"},
    [CHANGE_DELETE_MEMBER] = {"delete", "deleted", "deleted"},
    [CHANGE_RENAME_MEMBER] = {"rename", "renamed", "renamed"},
    [CHANGE_CHANGE_ADDRESS] = {"change address", "address changed", "addresses changed"},
    [CHANGE_CREATE_GROUP] = {"create group", "group created", "groups created"},
    [CHANGE_DELETE_GROUP] = {"delete group", "group deleted", "groups deleted"},
    [CHANGE_ADD_TO_GROUP] = {"add to group", "added to a group", "added to groups"},
    [CHANGE_REMOVE_FROM_GROUP] = {"take out of group", "taken out of a group",
                                  "taken out of groups"},
    [CHANGE_ADD_GROUP_TO_WORKSPACE] = {"attach group", "group attached to a workspace",
                                       "groups attached to workspaces"},
    [CHANGE_REMOVE_GROUP_FROM_WORKSPACE] = {"detach group", "group detached from a workspace",
                                            "groups detached from workspaces"},
    [CHANGE_ASSIGN] = {"assign", "assigned to a workspace", "assigned to workspaces"},
    [CHANGE_UNASSIGN] = {"unassign", "taken out of a workspace", "taken out of workspaces"},
    [CHANGE_SET_WORKSPACE_ROLE] = {"set role", "role in a workspace set",
                                   "roles in workspaces set"},
    [CHANGE_SET_ORGANIZATION_ROLE] = {"set organization role", "organization role set",
                                      "organization roles set"},
    [CHANGE_CREATE_WORKSPACE] = {"create workspace", "workspace created", "workspaces created"},
};
_Static_assert(G_N_ELEMENTS(wordings) == CHANGE_KINDS, "every kind has its wording");

static const char *const phases[] = {
    "Remember",   "Deactivate at once: the directory says they are disabled",
    "Leave",      "Create",
    "Reactivate", "Add and change",
    "Take away",  "Invite",
    "Delete",
};

static const char *const notices[] = {
    [NOTICE_FROZEN] = "Frozen: their data cannot be trusted, nothing is done",
    [NOTICE_HELD] = "Held: a person has to decide",
    [NOTICE_WAITING] = "Waiting: Toggl cannot have it yet",
    [NOTICE_MISSING] = "Missing: the grace runs",
    [NOTICE_UNMANAGED] = "Unmanaged: no directory is in charge of them",
    [NOTICE_OUT_OF_SCOPE] = "Out of scope: the entry is there, but no longer looked at",
    [NOTICE_BY_HAND] = "Changed by hand in Toggl: left alone",
    [NOTICE_PROTECTED] = "Protected: gone from the directory, and never removed",
    [NOTICE_KEPT] = "Kept: theirs by hand, no rule gives it",
    [NOTICE_DIFFERENT] = "Different: the directory says another address or name",
};
_Static_assert(G_N_ELEMENTS(notices) == NOTICE_KINDS, "every notice has a title");

static const char *const verdicts[] = {
    [VERDICT_OK] = "is kept",   [VERDICT_STOP] = "stops",         [VERDICT_HOLD] = "holds",
    [VERDICT_DEFER] = "defers", [VERDICT_APPROVED] = "is lifted",
};

const char *change_title(ChangeKind kind)
{
    return wordings[kind].title;
}

char *change_count_text(ChangeKind kind, int64_t count)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", count,
                           count == 1 ? wordings[kind].one : wordings[kind].many);
}

const char *change_mark(ChangeKind kind)
{
    static const char *const marks[] = {
        [EFFECT_NONE] = "=",
        [EFFECT_GIVES] = "+",
        [EFFECT_TAKES] = "-",
        [EFFECT_ALTERS] = "~",
    };
    return marks[change_kind_effect(kind)];
}

const char *change_color(ChangeKind kind)
{
    static const char *const colors[] = {
        [EFFECT_NONE] = NULL,
        [EFFECT_GIVES] = "green",
        [EFFECT_TAKES] = "red",
        [EFFECT_ALTERS] = "brown",
    };
    return colors[change_kind_effect(kind)];
}

const char *phase_title(unsigned phase)
{
    return phase < G_N_ELEMENTS(phases) ? phases[phase] : "Later";
}

const char *notice_title(NoticeKind kind)
{
    return notices[kind];
}

const char *verdict_title(Verdict verdict)
{
    return verdicts[verdict];
}
