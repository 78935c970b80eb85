/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/context.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/process.h"
#include "source/source.h"
#include "state/audit.h"
#include "state/care.h"
#include "sync/approvals.h"
#include "sync/planner.h"
#include "sync/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The state's facts, as toggl wants to see them. */
typedef struct ContextCache {
    TogglCache cache;
    State *state;
} ContextCache;

static char *cache_get(TogglCache *cache, const char *key)
{
    const ContextCache *own = (ContextCache *) (void *) cache;
    char *value = NULL;
    g_autoptr(GError) error = NULL;
    if (own->state != NULL && !state_get_fact(own->state, key, &value, &error))
        log_debug("the fact '%s' cannot be read, going on without it: %s", key, error->message);
    return value;
}

/* Not worth a wait for the disk of its own: it goes there with whatever is written next. */
static void cache_set(TogglCache *cache, const char *key, const char *value)
{
    const ContextCache *own = (ContextCache *) (void *) cache;
    if (own->state != NULL)
        state_note_fact(own->state, key, value);
}

static void open_log(const GlobalOptions *global, const Config *config)
{
    LogSettings log = config->log;
    if (global->trace)
        log.level = LOG_LEVEL_TRACE;
    else if (global->verbose)
        log.level = LOG_LEVEL_DEBUG;
    else if (global->quiet)
        log.level = LOG_LEVEL_ERROR;
    log_open(&log);
}

/* The configuration, with the secrets that are needed when INPUTS (NULL: none) stand in. Which ones
 * those are is known when it is read. */
static bool load_config(const GlobalOptions *global, const Inputs *inputs, Config **ret_config,
                        GError **error)
{
    const char *path = command_config_path(global);
    unsigned flags = 0;
    g_autoptr(Config) config = NULL;
    if (inputs != NULL && (inputs->ldif != NULL || inputs->snapshot != NULL)) {
        if (!config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) ||
            !inputs_apply(inputs, config, error))
            return false;
        flags = inputs_spare(inputs, config);
    }
    if (flags != CONFIG_WITHOUT_SECRETS) {
        g_clear_pointer(&config, config_free);
        if (!config_load(path, flags, &config, error) ||
            (inputs != NULL && !inputs_apply(inputs, config, error)))
            return false;
    }
    *ret_config = g_steal_pointer(&config);
    return true;
}

static bool new_with(const GlobalOptions *global, ContextMode mode, const Inputs *inputs,
                     Context **ret_context, GError **error)
{
    g_autoptr(Context) context = g_new0(Context, 1);
    context->clock = clock_real();
    context->directories = g_ptr_array_new_with_free_func((GDestroyNotify) directory_free);
    context->located = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) located_free);
    if (inputs != NULL) {
        context->snapshot = inputs->snapshot;
        context->offline = inputs->ldif != NULL || inputs->snapshot != NULL;
        context->detached = inputs->ldif != NULL && inputs->snapshot != NULL;
    }
    context->saves = mode == CONTEXT_WRITE;
    if (!load_config(global, inputs, &context->config, error))
        return false;
    open_log(global, context->config);
    for (guint i = 0; i < context->config->warnings->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(context->config->warnings, i));
    *ret_context = g_steal_pointer(&context);
    return true;
}

bool context_new(const GlobalOptions *global, ContextMode mode, Context **ret_context,
                 GError **error)
{
    return new_with(global, mode, NULL, ret_context, error);
}

/* Whoever may write must be able to say so. */
static bool open_audit(Context *context, GError **error)
{
    const Config *config = context->config;
    Audit *audit = NULL;
    if (!context->saves || config->audit == NULL)
        return true;
    g_autofree char *by = command_user();
    if (!audit_open(config->audit, by, config->toggl->organization, &audit, error))
        return false;
    state_set_audit(context->state, audit);
    return true;
}

static bool load_ledger(const Context *context, Ledger **ret_ledger, GError **error)
{
    return context->saves ? state_load(context->state, ret_ledger, error)
                          : state_load_to_look(context->state, ret_ledger, error);
}

bool context_open_state(Context *context, GError **error)
{
    const Config *config = context->config;
    StateMode state_mode = context->saves ? STATE_WRITE : STATE_READ;
    if (!context->detached &&
        !state_open(config->state, state_mode, config->toggl->organization, &context->state, error))
        return false;
    if (!open_audit(context, error))
        return false;
    if (context->saves &&
        !state_check_clock(context->state, context->clock->now(context->clock), error))
        return false;
    if (context->state == NULL)
        context->ledger = ledger_new();
    else if (!load_ledger(context, &context->ledger, error))
        return false;
    ContextCache *cache = g_new0(ContextCache, 1);
    *cache = (ContextCache){.cache = {.get = cache_get, .set = cache_set}, .state = context->state};
    context->cache = cache;
    return true;
}

static bool open_with(const GlobalOptions *global, ContextMode mode, const Inputs *inputs,
                      Context **ret_context, GError **error)
{
    g_autoptr(Context) context = NULL;
    if (!new_with(global, mode, inputs, &context, error) || !context_open_state(context, error))
        return false;
    *ret_context = g_steal_pointer(&context);
    return true;
}

bool context_open(const GlobalOptions *global, ContextMode mode, Context **ret_context,
                  GError **error)
{
    return open_with(global, mode, NULL, ret_context, error);
}

bool context_open_view(const GlobalOptions *global, const Inputs *inputs, Context **ret_context,
                       GError **error)
{
    return open_with(global, CONTEXT_READ, inputs, ret_context, error);
}

/* The models are left behind: whoever has no more use for a context is about to end. */
void context_free(Context *context)
{
    if (context == NULL)
        return;
    g_clear_pointer(&context->toggl, toggl_free);
    g_free(context->cache);
    g_clear_pointer(&context->located, g_hash_table_unref);
    process_leave(context->organization);
    process_leave(context->directories);
    process_leave(context->ledger);
    g_clear_pointer(&context->agreements, g_ptr_array_unref);
    g_clear_pointer(&context->state, state_close);
    g_clear_pointer(&context->bulletin, bulletin_free);
    g_clear_pointer(&context->config, config_free);
    g_free(context);
}

/* A role that we raised may go back, whatever the rules say now. */
static bool raised_a_role(const Ledger *ledger)
{
    for (guint i = 0; ledger != NULL && i < ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (grant->kind == GRANT_WORKSPACE && grant->role_before != ROLE_NONE &&
            !grant->row.removed)
            return true;
    }
    return false;
}

/* What is known of the lists of a PUT: said in the configuration, or learned from answers. */
static PutLists context_lists(const Context *context)
{
    const TogglAssume *assume = &context->config->toggl->assume;
    Assignments assignments =
        context->toggl != NULL ? toggl_assignments(context->toggl) : assume->assignments;
    return (PutLists){
        .replace = assume->user_lists == USER_LISTS_REPLACE,
        .assignments_gone = assignments == ASSIGNMENTS_GONE,
    };
}

void context_needs(const Context *context, TogglNeeds *ret_needs)
{
    const SyncSettings *sync = context->config->sync;
    TogglNeeds needs = {.workspaces = g_ptr_array_new(), .groups = sync->lifecycle.delete_groups};
    for (guint i = 0; i < sync->rules->len; i++) {
        const Rule *rule = g_ptr_array_index(sync->rules, i);
        needs.groups = needs.groups || rule->toggl_group != NULL || rule->toggl_group_id != 0;
        needs.direct = needs.direct || rule->via_group;
        for (guint w = 0; w < rule->workspaces->len; w++) {
            const RuleWorkspace *workspace = g_ptr_array_index(rule->workspaces, w);
            /* a role goes with the complete list of a person, in which only what is direct stands
             */
            needs.direct = needs.direct || workspace->role != ROLE_NONE;
            if (workspace->name != NULL && rule->kind != RULE_GROUP_MATCH)
                g_ptr_array_add(needs.workspaces, workspace->name);
        }
    }
    needs.direct = needs.direct || context->needs_lists || raised_a_role(context->ledger) ||
                   context_lists(context).assignments_gone;
    needs.groups = needs.groups || needs.direct;
    *ret_needs = needs;
}

void context_needs_clear(TogglNeeds *needs)
{
    g_clear_pointer(&needs->workspaces, g_ptr_array_unref);
}

bool context_connect(Context *context, GError **error)
{
    if (context->toggl != NULL)
        return true;
    ContextCache *cache = context->cache;
    context->toggl = toggl_new(context->config->toggl, context->clock, &cache->cache, error);
    return context->toggl != NULL;
}

bool context_read_organization(Context *context, GError **error)
{
    TogglNeeds needs = {0};
    Organization *organization = NULL;
    bool connected = context_connect(context, error); /* who is asked knows more of the needs */
    context_needs(context, &needs);
    int64_t calls = connected ? toggl_calls(context->toggl) : 0;
    bool read = connected && toggl_read(context->toggl, &needs, &organization, error);
    context_needs_clear(&needs);
    if (!read) {
        g_prefix_error(error, "reading organization %" G_GINT64_FORMAT ": ",
                       context->config->toggl->organization);
        return false;
    }
    g_clear_pointer(&context->organization, organization_free);
    context->organization = organization;
    context->reads = toggl_calls(context->toggl) - calls;
    return true;
}

static bool load_snapshot(const char *path, Organization **ret_organization, Ledger **ret_ledger,
                          GError **error)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    return file_read("the snapshot", path, SYNC_ERROR_UNREACHABLE, &bytes, &length, error) &&
           snapshot_read(bytes, length, path, ret_organization, ret_ledger, error);
}

bool context_fresh_ledger(Context *context, Ledger **ret_ledger, GError **error)
{
    g_autoptr(Organization) organization = NULL;
    if (context->snapshot != NULL)
        return load_snapshot(context->snapshot, &organization, ret_ledger, error);
    if (context->state != NULL)
        return load_ledger(context, ret_ledger, error);
    *ret_ledger = ledger_new();
    return true;
}

static bool read_snapshot(Context *context, const char *path, GError **error)
{
    Ledger *ledger = NULL;
    if (!load_snapshot(path, &context->organization, &ledger, error))
        return false;
    ledger_free(context->ledger);
    context->ledger = ledger;
    if (context->organization->id == context->config->toggl->organization)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "%s is a snapshot of organization %" G_GINT64_FORMAT
                ", and the configuration is for %" G_GINT64_FORMAT,
                path, context->organization->id, context->config->toggl->organization);
    return false;
}

/* Those whom the ledger knows and this read did not bring are looked for before anybody calls them
 * missing. */
static bool locate_lost(Context *context, Source *source, const Directory *directory,
                        GError **error)
{
    g_autoptr(GPtrArray) lost = subjects_lost_links(directory, context->ledger);
    if (lost->len == 0)
        return true;
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    for (guint i = 0; i < lost->len; i++)
        g_ptr_array_add(anchors, ((Link *) g_ptr_array_index(lost, i))->anchor);
    GPtrArray *located = NULL;
    if (!source->locate(source, anchors, &located, error))
        return false;
    for (guint i = 0; i < lost->len; i++) {
        g_hash_table_insert(context->located, g_ptr_array_index(lost, i),
                            g_ptr_array_index(located, i));
        located->pdata[i] = NULL;
    }
    g_ptr_array_set_free_func(located, NULL);
    g_ptr_array_unref(located);
    return true;
}

/* Reads what SETTINGS describe and looks for whom it lost: both, or an error. */
static bool read_source(Context *context, const SourceSettings *settings, Directory **ret,
                        GError **error)
{
    g_autoptr(Source) source = source_new(settings, context->clock, error);
    g_autoptr(Directory) directory = NULL;
    if (source == NULL || !source_read(source, &directory, error)) {
        g_prefix_error(error, "reading directory '%s': ", settings->name);
        return false;
    }
    log_debug("directory '%s': %u people, %u groups from %s", directory->source,
              directory->people->len, directory->groups->len,
              directory->completeness.server != NULL ? directory->completeness.server : "?");
    if (!locate_lost(context, source, directory, error)) {
        g_prefix_error(error, "looking for missing people in directory '%s': ", settings->name);
        return false;
    }
    *ret = g_steal_pointer(&directory);
    return true;
}

/* What stands for a directory that may be missing and is: nobody in it, and no proof. */
static Directory *unread_directory(const SourceSettings *settings, const GError *problem)
{
    Directory *directory = directory_new(settings->name);
    directory->completeness.required = false;
    directory->completeness.problem = g_strdup(problem->message);
    log_warning("%s", problem->message);
    log_warning("directory '%s' is not required: the people whom it knows stay as they are",
                settings->name);
    return directory;
}

static bool read_directory(Context *context, guint index, GError **error)
{
    const SourceSettings *settings = g_ptr_array_index(context->config->sources, index);
    g_autoptr(GError) problem = NULL;
    Directory *directory = NULL;
    if (!read_source(context, settings, &directory, &problem)) {
        bool may_be = g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_UNREACHABLE) ||
                      g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_INCOMPLETE) ||
                      g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_DENIED);
        if (settings->required || !may_be) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        directory = unread_directory(settings, problem);
    }
    g_ptr_array_add(context->directories, directory);
    return true;
}

bool context_read_for(Context *context, const Plan *plan, GError **error)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        context->needs_lists = context->needs_lists || change->kind == CHANGE_SET_WORKSPACE_ROLE;
    }
    bool enough = !context->needs_lists || context->organization == NULL ||
                  context->organization->direct_read;
    return enough || context_read_organization(context, error);
}

bool context_read_directories(Context *context, GError **error)
{
    for (guint i = 0; i < context->config->sources->len; i++) {
        if (!read_directory(context, i, error))
            return false;
    }
    return true;
}

bool context_read(Context *context, GError **error)
{
    /* the snapshot's ledger says who is to be looked for in the directories */
    if (context->snapshot != NULL && !read_snapshot(context, context->snapshot, error))
        return false;
    if (!context_read_directories(context, error))
        return false;
    if (context->organization == NULL && !context_read_organization(context, error))
        return false;
    log_debug("organization %" G_GINT64_FORMAT ": %u members, %u groups", context->organization->id,
              context->organization->members->len, context->organization->groups->len);
    return true;
}

static bool count_today(Context *context, int64_t since, RailsToday *ret_today, GError **error)
{
    RailsToday today = {0};
    const struct {
        const char *kind;
        int64_t *count;
    } counters[] = {
        {"invite", &today.invitations},
        {"reactivate", &today.reactivations},
        {"removal", &today.removals},
        {"disabled-removal", &today.disabled_removals},
    };
    for (size_t i = 0; context->state != NULL && i < G_N_ELEMENTS(counters); i++) {
        if (!state_count_since(context->state, counters[i].kind, since, counters[i].count, error))
            return false;
    }
    today.removals += today.disabled_removals;
    *ret_today = today;
    return true;
}

bool context_plan_input(Context *context, bool counts, PlanInput *ret_input, GError **error)
{
    int64_t now = context->clock->now(context->clock);
    RailsToday today = {0};
    if (!count_today(context, now - SECONDS_A_DAY, &today, error))
        return false;
    TogglQuota quota = {.total = -1, .remaining = -1};
    if (context->toggl != NULL)
        quota = toggl_quota(context->toggl);
    const TogglSettings *toggl = context->config->toggl;
    int64_t an_hour = quota.total > 0 ? quota.total : toggl->requests_per_hour;
    int64_t reserve =
        toggl->reserve_percent >= 0 ? an_hour * toggl->reserve_percent / 100 : toggl->reserve_count;
    *ret_input = (PlanInput){
        .settings = context->config->sync,
        .directories = context->directories,
        .organization = context->organization,
        .ledger = context->ledger,
        .located = context->located,
        .now = now,
        .offline = context->offline,
        .counts_as_read = counts,
        .remember_intervals = counts && context->saves,
        .today = today,
        .only = context->only,
        .agreements = context->agreements,
        .lists = context_lists(context),
        .reads = context->reads,
        .requests_per_hour = an_hour,
        .reserve = MAX(3, reserve),
        .requests_left = quota.remaining,
        .resets_at = quota.resets_at,
        .seconds_a_request = (toggl->min_interval_ms + 999) / 1000,
    };
    return true;
}

bool context_plan(Context *context, bool counts, Plan **ret_plan, GError **error)
{
    PlanInput input = {0};
    return context_plan_input(context, counts, &input, error) &&
           planner_plan(&input, ret_plan, error);
}

bool context_approvals(Context *context, const GPtrArray *beside, GError **error)
{
    const ApprovalSettings *settings = &context->config->sync->approval;
    int64_t now = context->clock->now(context->clock);
    g_autoptr(GPtrArray) approvals = g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    if (!approvals_load(context->state, settings, now, approvals, notes, error))
        return false;
    if (beside != NULL)
        approvals_take(beside, settings, approvals, notes);
    for (guint i = 0; i < notes->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(notes, i));
    g_clear_pointer(&context->agreements, g_ptr_array_unref);
    context->agreements =
        approvals_agree(approvals, settings->needed, context->config->toggl->organization, now);
    return true;
}

/* Devices and pipes are written into; a file would take their place otherwise. */
static bool write_stream(const char *path, const char *bytes, size_t length, GError **error)
{
    FILE *out = fopen(path, "we");
    bool written = out != NULL && fwrite(bytes, 1, length, out) == length;
    if (out != NULL && fclose(out) != 0)
        written = false;
    if (!written)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "'%s' cannot be written: %s", path,
                    g_strerror(errno));
    return written;
}

static bool write_file(const char *path, const char *bytes, gssize length, GError **error)
{
    g_autoptr(GError) problem = NULL;
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
        return write_stream(path, bytes, length < 0 ? strlen(bytes) : (size_t) length, error);
    if (g_file_set_contents_full(path, bytes, length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &problem))
        return true;
    /* GLib names the file that it would have put in this one's place */
    g_autofree char *folder = g_path_get_dirname(path);
    bool full = g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                full ? "'%s' cannot be written: %s\nhint: make room in '%s'"
                     : "'%s' cannot be written: %s\nhint: is '%s' there, and a folder that this "
                       "user may write into?",
                path, file_cause(problem), folder);
    return false;
}

bool write_output(const char *path, const char *text, GError **error)
{
    return write_file(path, text, -1, error);
}

bool write_output_bytes(const char *path, GBytes *bytes, GError **error)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    return write_file(path, data, (gssize) length, error);
}
