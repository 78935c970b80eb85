/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/outcome.h"

/* The number that a failure in an answer to OPERATION names CHANGE by; 0: by none. */
static int64_t number_in(Operation operation, const Change *change)
{
    const ChangePerson *person = &change->person;
    bool about_person = person->mail != NULL || person->anchor != NULL;
    if (!about_person)
        return change->workspace.id;
    if (operation == OPERATION_DELETE_USERS || operation == OPERATION_PUT_USER)
        return person->organization_user_id.value;
    if (operation == OPERATION_DELETE_WORKSPACE_USERS)
        return person->workspace_user_id.value;
    return person->user_id.value;
}

/* Whether FAILURE means CHANGE; one that names nobody means all. */
static bool means(const OutcomeFailure *failure, Operation operation, const Change *change)
{
    if (failure->account && change->kind != CHANGE_RENAME_MEMBER &&
        change->kind != CHANGE_CHANGE_ADDRESS)
        return false;
    if (failure->mail != NULL)
        return g_strcmp0(failure->mail, change->person.mail) == 0;
    return failure->id == 0 || failure->id == number_in(operation, change);
}

bool outcome_confirms(const Outcome *outcome, Operation operation, const Change *change)
{
    if (outcome->kind == OUTCOME_DONE)
        return true;
    bool failed = outcome->kind != OUTCOME_PARTIAL;
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++)
        failed = failed || means(g_ptr_array_index(outcome->failures, i), operation, change);
    return !failed;
}
