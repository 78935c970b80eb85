/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

/*
 * session - what the commands share: the configuration, the state, both sides, in the order of one
 * run.
 *
 *     g_autoptr(Session) session = NULL;
 *     if (!session_open(&global, SESSION_WRITE, &session, error) || !session_read(session, NULL,
 * error)) return -1; session_plan(session, &plan, error);
 */

#include "base/clock.h"
#include "cli/command.h"
#include "config/config.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "state/state.h"
#include "sync/subject.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <stdbool.h>

typedef enum {
    SESSION_READ,    /* plan and the views: nothing is written anywhere */
    SESSION_WRITE,   /* sync, apply: takes the lock */
    SESSION_OFFLINE, /* both sides are files: no secrets are needed */
} SessionMode;

typedef struct {
    char **ldif;          /* "[SOURCE=]FILE"; NULL: the directories */
    const char *snapshot; /* NULL: Toggl */
} SessionInputs;

typedef struct {
    Config *config;
    Clock *clock;
    State *state; /* NULL: there is none */
    Ledger *ledger;
    Toggl *toggl; /* NULL: a snapshot stands in */
    GPtrArray *directories;
    Organization *organization;
    LocatedLinks *located;
    GPtrArray *substitutes; /* SourceSettings * made for --ldif */
    bool offline;
    bool saves; /* the state is ours to write */
    struct SessionCache *cache;
} Session;

/* Loads the configuration, opens the log and the state. */
bool session_open(const GlobalOptions *global, SessionMode mode, Session **ret_session,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Reads the directories, then the organization; INPUTS may be NULL. All of it, or an error. */
bool session_read(Session *session, const SessionInputs *inputs, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Connects to Toggl without reading anything. */
bool session_connect(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the organization anew, in place of what was read. */
bool session_read_organization(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the configuration makes necessary to read. Free with session_needs_clear. */
void session_needs(const Session *session, TogglNeeds *ret_needs);
void session_needs_clear(TogglNeeds *needs);

/* Plans. COUNTS: this read counts for grace and intervals; false for a second look in the same run.
 */
bool session_plan(Session *session, bool counts, Plan **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Writes TEXT to PATH whole or not at all. SYNC_ERROR_OUTPUT. */
bool write_output(const char *path, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
