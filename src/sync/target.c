/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/target.h"

#include "base/error.h"

typedef struct {
    Target target;
    Toggl *toggl;
} TogglTarget;

static void perform_toggl(Target *target, const Request *request, Outcome *ret_outcome,
                          GError **error)
{
    toggl_send(((TogglTarget *) (void *) target)->toggl, request, ret_outcome, error);
}

static void free_simple(Target *target)
{
    g_free(target);
}

Target *target_toggl_new(Toggl *toggl)
{
    TogglTarget *target = g_new0(TogglTarget, 1);
    target->target = (Target){.perform = perform_toggl, .free = free_simple};
    target->toggl = toggl;
    return &target->target;
}

static void perform_nowhere(Target *target, const Request *request, Outcome *ret_outcome,
                            GError **error)
{
    (void) target;
    (void) request;
    ret_outcome->kind = OUTCOME_NOT_SENT;
    ret_outcome->message = g_strdup("lifecycle.mode is \"report\": nothing is sent");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "%s", ret_outcome->message);
}

Target *target_nowhere_new(void)
{
    Target *target = g_new0(Target, 1);
    *target = (Target){.perform = perform_nowhere, .free = free_simple};
    return target;
}

void target_free(Target *target)
{
    if (target != NULL && target->free != NULL)
        target->free(target);
}
