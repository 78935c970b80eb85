/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "base/text.h"
#include "config/reader.h"
#include "config/sections.h"
#include "state/state.h"

#include <libconfig.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(config_t, config_destroy)

void replace_string(char **slot, char *value)
{
    if (value == NULL)
        return;
    g_free(*slot);
    *slot = value;
}

char *config_default_state(const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole);
    g_autofree char *name = g_path_get_basename(whole);
    g_autofree char *usual = g_path_get_dirname(CONFIG_DEFAULT_PATH);
    if (strcmp(folder, usual) != 0 || strcmp(whole, CONFIG_DEFAULT_PATH) == 0)
        return g_strdup(CONFIG_DEFAULT_STATE);
    if (g_str_has_suffix(name, ".conf"))
        name[strlen(name) - strlen(".conf")] = '\0';
    g_autofree char *states = g_path_get_dirname(CONFIG_DEFAULT_STATE);
    return g_build_filename(states, name, "state.db", NULL);
}

static Config *config_new(const char *path)
{
    Config *config = g_new0(Config, 1);
    config->sources = g_ptr_array_new_with_free_func((GDestroyNotify) source_settings_free);
    config->toggl = toggl_settings_new();
    config->sync = sync_settings_new();
    config->notify = notify_settings_new();
    config->report = (ReportSettings){.stale_after_hours = 3};
    config->retention =
        (RetentionSettings){.history_days = 400, .intervals_days = 800, .plans_days = 90};
    config->state = config_default_state(path);
    config->log = (LogSettings){.format = LOG_FORMAT_TEXT, .level = LOG_LEVEL_INFO};
    config->path = g_strdup(path);
    return config;
}

void config_free(Config *config)
{
    if (config == NULL)
        return;
    g_ptr_array_unref(config->sources);
    toggl_settings_free(config->toggl);
    sync_settings_free(config->sync);
    notify_settings_free(config->notify);
    g_free(config->state);
    g_free(config->report.html);
    g_free(config->report.metrics);
    g_free(config->audit);
    g_free(config->path);
    if (config->warnings != NULL)
        g_ptr_array_unref(config->warnings);
    g_free(config);
}

static void read_log(Section *root, Config *config)
{
    Section *section = section_group(root, "log", SECTION_OPTIONAL);
    if (section == NULL)
        return;
    LogSettings *log = &config->log;
    log->format = (LogFormat) section_choice(section, "format", log_format_words, log->format);
    log->level = (LogLevel) section_choice(section, "level", log_level_words, log->level);
    section_close(section);
}

static void read_all(Reader *reader, const config_t *file, Config *config)
{
    Section *root = section_open(reader, config_root_setting(file));
    read_directories(root, config);
    read_toggl(root, config);
    read_rules(root, config);
    read_lifecycle(root, config);
    read_limits(root, config);
    read_approval(root, config);
    replace_string(&config->state, section_path(root, "state", SECTION_OPTIONAL));
    read_records(root, config);
    read_notify(root, config);
    read_log(root, config);
    section_close(root);
}

static bool load(Reader *reader, config_t *file, Config *config, GError **error)
{
    if (!reader_parse(reader, file, error))
        return false;
    read_all(reader, file, config);
    /* nothing is run for the sake of a configuration that cannot be used */
    if (!reader_has_problems(reader))
        reader_read_secrets(reader, state_user(config->state));
    if (!reader_finish(reader, error))
        return false;
    config->warnings = g_steal_pointer(&reader->warnings);
    config->sync->digest = digest_configuration(config);
    return true;
}

bool config_load(const char *path, unsigned flags, Config **ret, GError **error)
{
    g_autoptr(Reader) reader = reader_new(path, (flags & CONFIG_WITHOUT_SECRETS) != 0);
    reader->spared[SECRET_TOKEN] = (flags & CONFIG_WITHOUT_TOKEN) != 0;
    reader->spared[SECRET_PASSWORD] = (flags & CONFIG_WITHOUT_PASSWORDS) != 0;
    g_auto(config_t) file;
    config_init(&file);
    Config *config = config_new(path);
    bool loaded = load(reader, &file, config, error);
    if (loaded)
        *ret = config;
    else
        config_free(config);
    return loaded;
}
