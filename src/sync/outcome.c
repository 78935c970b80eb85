/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/outcome.h"

static bool invitation_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->mail != NULL && g_strcmp0(failure->mail, change->person.mail) == 0)
            return true;
    }
    return false;
}

/* Whether a failure that names an id means this change. */
static bool id_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->id == 0 && failure->mail == NULL)
            return true;
        bool about_person =
            failure->id != 0 && (failure->id == change->person.user_id.value ||
                                 failure->id == change->person.organization_user_id.value ||
                                 failure->id == change->person.workspace_user_id.value);
        bool about_workspace = change->person.anchor == NULL && failure->id != 0 &&
                               failure->id == change->workspace.id;
        if (about_person || about_workspace)
            return true;
    }
    return false;
}

static bool names(const Outcome *outcome, const Change *change)
{
    return change->kind == CHANGE_INVITE ? invitation_failed(change, outcome)
                                         : id_failed(change, outcome);
}

bool outcome_confirms(const Outcome *outcome, const Change *change)
{
    if (outcome->kind == OUTCOME_DONE)
        return true;
    if (outcome->kind != OUTCOME_PARTIAL)
        return outcome->kind == OUTCOME_REFUSED && outcome->already;
    return !names(outcome, change);
}
