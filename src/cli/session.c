/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include "base/error.h"
#include "base/log.h"
#include "source/source.h"
#include "sync/planner.h"
#include "sync/snapshot.h"

#include <string.h>

#define SECONDS_A_DAY INT64_C(86400)

/* The state's facts, as toggl wants to see them. */
typedef struct SessionCache {
    TogglCache cache;
    State *state;
} SessionCache;

static char *cache_get(TogglCache *cache, const char *key)
{
    const SessionCache *own = (SessionCache *) (void *) cache;
    char *value = NULL;
    g_autoptr(GError) error = NULL;
    if (own->state != NULL && !state_get_fact(own->state, key, &value, &error))
        log_debug("the fact '%s' cannot be read, going on without it: %s", key, error->message);
    return value;
}

static void cache_set(TogglCache *cache, const char *key, const char *value)
{
    const SessionCache *own = (SessionCache *) (void *) cache;
    g_autoptr(GError) error = NULL;
    if (own->state != NULL && !state_set_fact(own->state, key, value, &error))
        log_warning("the fact '%s' cannot be remembered, the next run asks again: %s", key,
                    error->message);
}

static void open_log(const GlobalOptions *global, const Config *config)
{
    LogSettings log = config->log;
    if (global->verbose)
        log.level = LOG_LEVEL_DEBUG;
    else if (global->quiet)
        log.level = LOG_LEVEL_ERROR;
    log_open(&log);
}

bool session_open(const GlobalOptions *global, SessionMode mode, Session **ret_session,
                  GError **error)
{
    g_autoptr(Session) session = g_new0(Session, 1);
    session->clock = clock_real();
    session->directories = g_ptr_array_new_with_free_func((GDestroyNotify) directory_free);
    session->substitutes = g_ptr_array_new_with_free_func((GDestroyNotify) source_settings_free);
    session->located = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) located_free);
    session->offline = mode == SESSION_OFFLINE;
    session->saves = mode == SESSION_WRITE;
    const char *path = global->config != NULL ? global->config : CONFIG_DEFAULT_PATH;
    if (!config_load(path, session->offline ? CONFIG_WITHOUT_SECRETS : 0, &session->config, error))
        return false;
    open_log(global, session->config);
    for (guint i = 0; i < session->config->warnings->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(session->config->warnings, i));
    const Config *config = session->config;
    StateMode state_mode = session->saves ? STATE_WRITE : STATE_READ;
    if (!session->offline &&
        !state_open(config->state, state_mode, config->toggl->organization, &session->state, error))
        return false;
    if (session->state == NULL)
        session->ledger = ledger_new();
    else if (!state_load(session->state, &session->ledger, error))
        return false;
    SessionCache *cache = g_new0(SessionCache, 1);
    *cache = (SessionCache){.cache = {.get = cache_get, .set = cache_set}, .state = session->state};
    session->cache = cache;
    *ret_session = g_steal_pointer(&session);
    return true;
}

void session_free(Session *session)
{
    if (session == NULL)
        return;
    g_clear_pointer(&session->toggl, toggl_free);
    g_free(session->cache);
    g_clear_pointer(&session->located, g_hash_table_unref);
    g_clear_pointer(&session->organization, organization_free);
    g_ptr_array_unref(session->directories);
    g_ptr_array_unref(session->substitutes);
    g_clear_pointer(&session->ledger, ledger_free);
    g_clear_pointer(&session->state, state_close);
    g_clear_pointer(&session->config, config_free);
    g_free(session);
}

void session_needs(const Session *session, TogglNeeds *ret_needs)
{
    const SyncSettings *sync = session->config->sync;
    TogglNeeds needs = {.workspaces = g_ptr_array_new(), .groups = sync->lifecycle.delete_groups};
    for (guint i = 0; i < sync->rules->len; i++) {
        const Rule *rule = g_ptr_array_index(sync->rules, i);
        needs.groups = needs.groups || rule->toggl_group != NULL || rule->toggl_group_id != 0;
        for (guint w = 0; w < rule->workspaces->len; w++) {
            const RuleWorkspace *workspace = g_ptr_array_index(rule->workspaces, w);
            if (workspace->name != NULL && rule->kind != RULE_GROUP_MATCH)
                g_ptr_array_add(needs.workspaces, workspace->name);
        }
    }
    *ret_needs = needs;
}

void session_needs_clear(TogglNeeds *needs)
{
    g_clear_pointer(&needs->workspaces, g_ptr_array_unref);
}

bool session_connect(Session *session, GError **error)
{
    if (session->toggl != NULL)
        return true;
    SessionCache *cache = session->cache;
    session->toggl = toggl_new(session->config->toggl, session->clock, &cache->cache, error);
    return session->toggl != NULL;
}

bool session_read_organization(Session *session, GError **error)
{
    TogglNeeds needs = {0};
    session_needs(session, &needs);
    Organization *organization = NULL;
    bool read =
        session_connect(session, error) && toggl_read(session->toggl, &needs, &organization, error);
    session_needs_clear(&needs);
    if (!read) {
        g_prefix_error(error, "reading organization %" G_GINT64_FORMAT ": ",
                       session->config->toggl->organization);
        return false;
    }
    g_clear_pointer(&session->organization, organization_free);
    session->organization = organization;
    return true;
}

static bool read_snapshot(Session *session, const char *path, GError **error)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_autoptr(GError) problem = NULL;
    if (!g_file_get_contents(path, &bytes, &length, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the snapshot cannot be read: %s",
                    problem->message);
        return false;
    }
    Ledger *ledger = NULL;
    if (!snapshot_read(bytes, length, path, &session->organization, &ledger, error))
        return false;
    ledger_free(session->ledger);
    session->ledger = ledger;
    if (session->organization->id == session->config->toggl->organization)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "%s is a snapshot of organization %" G_GINT64_FORMAT
                ", and the configuration is for %" G_GINT64_FORMAT,
                path, session->organization->id, session->config->toggl->organization);
    return false;
}

/* The settings of source INDEX, or, when --ldif names a file for it, a copy that reads that file.
 */
static const SourceSettings *settings_of(Session *session, guint index, const SessionInputs *inputs)
{
    SourceSettings *configured = g_ptr_array_index(session->config->sources, index);
    for (char **argument = inputs != NULL ? inputs->ldif : NULL;
         argument != NULL && *argument != NULL; argument++) {
        const char *equals = strchr(*argument, '=');
        size_t name_length = equals != NULL ? (size_t) (equals - *argument) : 0;
        bool named = equals != NULL && strlen(configured->name) == name_length &&
                     strncmp(*argument, configured->name, name_length) == 0;
        bool only = session->config->sources->len == 1 && !named;
        if (!named && !only)
            continue;
        g_free(configured->file);
        configured->file = g_strdup(named ? equals + 1 : *argument);
        configured->kind = SOURCE_KIND_LDIF;
        session->offline = true;
        break;
    }
    return configured;
}

/* Those whom the ledger knows and this read did not bring are looked for before anybody calls them
 * missing. */
static bool locate_lost(Session *session, Source *source, const Directory *directory,
                        GError **error)
{
    g_autoptr(GPtrArray) lost = subjects_lost_links(directory, session->ledger);
    if (lost->len == 0)
        return true;
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    for (guint i = 0; i < lost->len; i++)
        g_ptr_array_add(anchors, ((Link *) g_ptr_array_index(lost, i))->anchor);
    GPtrArray *located = NULL;
    if (!source->locate(source, anchors, &located, error))
        return false;
    for (guint i = 0; i < lost->len; i++) {
        g_hash_table_insert(session->located, g_ptr_array_index(lost, i),
                            g_ptr_array_index(located, i));
        located->pdata[i] = NULL;
    }
    g_ptr_array_set_free_func(located, NULL);
    g_ptr_array_unref(located);
    return true;
}

static bool read_directory(Session *session, guint index, const SessionInputs *inputs,
                           GError **error)
{
    const SourceSettings *settings = settings_of(session, index, inputs);
    g_autoptr(Source) source = source_new(settings, session->clock, error);
    Directory *directory = NULL;
    if (source == NULL || !source_read(source, &directory, error)) {
        g_prefix_error(error, "reading directory '%s': ", settings->name);
        return false;
    }
    g_ptr_array_add(session->directories, directory);
    log_info("directory '%s': %u people, %u groups from %s", directory->source,
             directory->people->len, directory->groups->len,
             directory->completeness.server != NULL ? directory->completeness.server : "?");
    if (!locate_lost(session, source, directory, error)) {
        g_prefix_error(error, "looking for missing people in directory '%s': ", settings->name);
        return false;
    }
    return true;
}

bool session_read(Session *session, const SessionInputs *inputs, GError **error)
{
    /* the snapshot's ledger says who is to be looked for in the directories */
    if (inputs != NULL && inputs->snapshot != NULL) {
        session->offline = true;
        if (!read_snapshot(session, inputs->snapshot, error))
            return false;
    }
    for (guint i = 0; i < session->config->sources->len; i++) {
        if (!read_directory(session, i, inputs, error))
            return false;
    }
    if (session->organization == NULL && !session_read_organization(session, error))
        return false;
    log_info("organization %" G_GINT64_FORMAT ": %u members, %u groups", session->organization->id,
             session->organization->members->len, session->organization->groups->len);
    return true;
}

bool session_plan(Session *session, bool counts, Plan **ret_plan, GError **error)
{
    int64_t now = session->clock->now(session->clock);
    int64_t invitations = 0;
    if (session->state != NULL &&
        !state_count_since(session->state, "invite", now - SECONDS_A_DAY, &invitations, error))
        return false;
    TogglQuota quota = {.total = -1};
    if (session->toggl != NULL)
        quota = toggl_quota(session->toggl);
    const TogglSettings *toggl = session->config->toggl;
    int64_t an_hour = quota.total > 0 ? quota.total : toggl->requests_per_hour;
    int64_t reserve =
        toggl->reserve_percent >= 0 ? an_hour * toggl->reserve_percent / 100 : toggl->reserve_count;
    PlanInput input = {
        .settings = session->config->sync,
        .directories = session->directories,
        .organization = session->organization,
        .ledger = session->ledger,
        .located = session->located,
        .now = now,
        .offline = session->offline,
        .counts_as_read = counts,
        .remember_intervals = counts && session->saves,
        .invitations_today = invitations,
        .reads = session->toggl != NULL ? toggl_calls(session->toggl) : 0,
        .requests_per_hour = an_hour,
        .reserve = MAX(3, reserve),
        .seconds_a_request = (toggl->min_interval_ms + 999) / 1000,
    };
    return planner_plan(&input, ret_plan, error);
}

bool write_output(const char *path, const char *text, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (g_file_set_contents_full(path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &problem))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "%s", problem->message);
    return false;
}
