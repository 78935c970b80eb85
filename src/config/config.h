/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

/*
 * config - reads the one configuration file and fills the settings of every room from it.
 *
 *     g_autoptr(Config) config = NULL;
 *     if (!config_load(path, 0, &config, &error))
 *         return error_exit_status(error);
 *     g_ptr_array_foreach(config->warnings, ...);
 *
 * Everything that is wrong in the file is reported at once, one "file:line: key: problem 'value'" a
 * line, with a "hint: " line where there is something to say. Only a syntax error stands alone.
 *
 * Invariants of a Config
 *  - it holds at least one source; names of sources are unique and each rule's `from` is one of
 *    them;
 *  - every filter, DN, pattern, address and URL was checked, every default is filled in;
 *  - paths are absolute: a relative one was taken from the folder of the configuration file;
 *  - no secret is anywhere but in a Secret, and none was read under CONFIG_WITHOUT_SECRETS;
 *  - sync->digest depends on what decides and on nothing else: not on comments, order of keys,
 *    servers, paths, pace, secrets or the log.
 */

#include "base/log.h"
#include "report/deliver.h"
#include "source/source.h"
#include "state/retention.h"
#include "sync/settings.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <stdbool.h>

/* Where the file is when nobody says otherwise, and where its state is. */
#define CONFIG_DEFAULT_PATH "/etc/toggl-ldap-sync/toggl-ldap-sync.conf"
#define CONFIG_DEFAULT_STATE "/var/lib/toggl-ldap-sync/state.db"

/*
 * Where the state of the configuration at PATH is unless it says so itself: each configuration
 * beside the default one has a folder of its name. New string.
 */
char *config_default_state(const char *path);

enum {
    /*
     * Offline use: references to secrets are checked for their form, but nothing is opened or run,
     * and every Secret stays NULL. A file that the configuration names and that is not here is no
     * more than a warning.
     */
    CONFIG_WITHOUT_SECRETS = 1 << 0,
    /* The same of Toggl's token, or of what directories ask for, alone; the rest is as ever. */
    CONFIG_WITHOUT_TOKEN = 1 << 1,
    CONFIG_WITHOUT_PASSWORDS = 1 << 2,
};

/* What a run leaves behind for people and for monitoring. */
typedef struct {
    char *html;    /* the page of the last sync; NULL: none */
    char *metrics; /* for node_exporter; NULL: none */
    int64_t stale_after_hours;
} ReportSettings;

typedef struct {
    GPtrArray *sources; /* SourceSettings *, in order of precedence */
    TogglSettings *toggl;
    SyncSettings *sync;
    char *state;
    ReportSettings report;
    RetentionSettings retention;
    char *audit; /* who decided what, JSON lines; NULL: nowhere */
    NotifySettings *notify;
    LogSettings log;
    char *path;          /* of the configuration file, as it was given */
    GPtrArray *warnings; /* char *, "file:line: key: ..." sentences to print, each safe */
} Config;

/*
 * Reads the file at PATH and what it includes, checks it, and, unless FLAGS say otherwise, reads
 * the secrets it names. On success *RET is the caller's. Error: SYNC_ERROR_CONFIG, many lines.
 */
bool config_load(const char *path, unsigned flags, Config **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Frees and wipes. NULL is fine. */
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

#endif
