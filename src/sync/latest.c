/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/latest.h"

#include "base/json.h"

#include <stdlib.h>

/* after jansson.h */
#include "base/autoptr.h"

#define FACT_LATEST "run.latest"
#define FACT_SUCCESS "run.last_success"

void latest_run_free(LatestRun *latest)
{
    if (latest == NULL)
        return;
    g_free(latest->command);
    g_free(latest->problem);
    g_free(latest);
}

void latest_remember(State *state, const LatestRun *latest)
{
    g_autofree char *problem =
        latest->problem != NULL ? g_utf8_make_valid(latest->problem, -1) : NULL;
    g_autoptr(json_t) document =
        json_pack("{ss sI si ss*}", "command", latest->command, "ended", (json_int_t) latest->ended,
                  "status", latest->status, "problem", problem);
    char *text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
    state_note_fact(state, FACT_LATEST, text);
    free(text);
}

bool latest_recall(State *state, LatestRun **ret_latest, GError **error)
{
    g_autofree char *text = NULL;
    if (!state_get_fact(state, FACT_LATEST, &text, error))
        return false;
    *ret_latest = NULL;
    g_autoptr(json_t) document = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const char *command = NULL;
    const char *problem = NULL;
    json_int_t ended = 0;
    int status = 0;
    if (document == NULL || json_unpack(document, "{ss sI si s?s}", "command", &command, "ended",
                                        &ended, "status", &status, "problem", &problem) != 0)
        return true;
    LatestRun *latest = g_new0(LatestRun, 1);
    *latest = (LatestRun){.command = g_strdup(command),
                          .ended = ended,
                          .status = status,
                          .problem = g_strdup(problem)};
    *ret_latest = latest;
    return true;
}

void latest_remember_success(State *state, int64_t when)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, when);
    state_note_fact(state, FACT_SUCCESS, text);
}

bool latest_recall_success(State *state, int64_t *ret_when, GError **error)
{
    g_autofree char *text = NULL;
    if (!state_get_fact(state, FACT_SUCCESS, &text, error))
        return false;
    *ret_when = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return true;
}
