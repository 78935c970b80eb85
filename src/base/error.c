/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stddef.h>
#include <string.h>

typedef struct {
    int status;
    bool transient;
} ErrorRow;

static const ErrorRow rows[] = {
    [SYNC_ERROR_USAGE] = {.status = 64},
    [SYNC_ERROR_CONFIG] = {.status = 78},
    [SYNC_ERROR_UNREACHABLE] = {.status = 69, .transient = true},
    [SYNC_ERROR_INCOMPLETE] = {.status = 76, .transient = true},
    [SYNC_ERROR_DENIED] = {.status = 77},
    [SYNC_ERROR_API] = {.status = 65},
    [SYNC_ERROR_QUOTA] = {.status = 75, .transient = true},
    [SYNC_ERROR_LOCKED] = {.status = 75, .transient = true},
    [SYNC_ERROR_INTERRUPTED] = {.status = 75, .transient = true},
    [SYNC_ERROR_REFUSED] = {.status = 3},
    [SYNC_ERROR_STALE] = {.status = 4},
    [SYNC_ERROR_PARTIAL] = {.status = 1, .transient = true},
    [SYNC_ERROR_STATE] = {.status = 73},
    [SYNC_ERROR_OUTPUT] = {.status = 74},
    [SYNC_ERROR_INTERNAL] = {.status = 70},
};
_Static_assert(G_N_ELEMENTS(rows) == SYNC_ERROR_CODES, "every code has a row");

static const ExitStatus statuses[] = {
    {0, "done, or nothing to do", "done, or nothing to do"},
    {1, "applied in part: some requests failed; the journal and the report say which",
     "some requests failed"},
    {2, "plan, diff-config with --detailed-exitcode: there are changes; status: needs attention",
     "there are changes"},
    {3,
     "refused or held by a rail or by the person at the prompt; the report says which rail, the "
     "numbers, "
     "what was still done, and how to approve exactly this",
     "a rail holds something, or a person said no"},
    {4,
     "the saved plan is stale, damaged, too old or already applied: nothing sent; the change "
     "and the field "
     "that moved are named",
     "the saved plan no longer fits"},
    {64, "usage", "the command line is wrong"},
    {65, "api: Toggl refused the request", "Toggl refused the request"},
    {69, "a directory or Toggl cannot be reached", "a directory or Toggl cannot be reached"},
    {70, "internal error", "internal error"},
    {73, "the state cannot be opened, is damaged, belongs to another organization or machine",
     "the state cannot be used"},
    {74, "an output file could not be written", "an output file could not be written"},
    {75,
     "try again later: quota reserve or a daily budget reached (progress kept, says when), "
     "throttled, or "
     "another run holds the lock",
     "the rest goes on in a later run"},
    {76, "a directory or Toggl answered, but not with everything",
     "a directory or Toggl did not answer with everything"},
    {77, "bind refused, token refused, or rights missing",
     "bind refused, token refused, or rights missing"},
    {78, "configuration", "the configuration is wrong"},
    {0, NULL, NULL},
};

/* not G_DEFINE_QUARK: the formatter takes the dashes of its name for minus signs */
GQuark sync_error_quark(void)
{
    return g_quark_from_static_string("toggl-ldap-sync-error");
}

int error_code_exit_status(SyncError code)
{
    return rows[code].status;
}

static const ErrorRow *row_of(const GError *error)
{
    if (error->domain == SYNC_ERROR && error->code >= 0 && error->code < SYNC_ERROR_CODES)
        return &rows[error->code];
    return &rows[SYNC_ERROR_INTERNAL];
}

int error_exit_status(const GError *error)
{
    return row_of(error)->status;
}

bool error_is_transient(const GError *error)
{
    return row_of(error)->transient;
}

const char *error_hints(const GError *error)
{
    const char *hints = strstr(error->message, "\nhint: ");
    return hints != NULL ? hints : error->message + strlen(error->message);
}

const ExitStatus *error_exit_statuses(void)
{
    return statuses;
}

static const ExitStatus *status_row(int status)
{
    const ExitStatus *row = statuses;
    while (row->meaning != NULL && row->status != status)
        row++;
    return row;
}

const char *error_status_meaning(int status)
{
    const ExitStatus *row = status_row(status);
    return row->meaning != NULL ? row->meaning : "";
}

const char *error_status_brief(int status)
{
    const ExitStatus *row = status_row(status);
    return row->brief != NULL ? row->brief : "not a status of this program";
}

int exit_status_worse(int a, int b)
{
    /* Statuses of a run that went through, mildest first; everything that is not here cut the run
     * short. */
    static const int mild[] = {0, 2, 75, 74, 1, 3};
    size_t rank_a = G_N_ELEMENTS(mild);
    size_t rank_b = G_N_ELEMENTS(mild);
    for (size_t i = 0; i < G_N_ELEMENTS(mild); i++) {
        if (a == mild[i])
            rank_a = i;
        if (b == mild[i])
            rank_b = i;
    }
    return rank_b > rank_a ? b : a;
}
