/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inputs.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

void inputs_clear(Inputs *inputs)
{
    g_clear_pointer(&inputs->ldif, g_strfreev);
    g_clear_pointer(&inputs->snapshot, g_free);
}

SourceSettings *inputs_source(const Config *config, const char *option, const char *argument,
                              const char **ret_path, GError **error)
{
    const char *equals = strchr(argument, '=');
    size_t length = equals != NULL ? (size_t) (equals - argument) : 0;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < config->sources->len; i++) {
        SourceSettings *settings = g_ptr_array_index(config->sources, i);
        if (equals != NULL && strlen(settings->name) == length &&
            strncmp(argument, settings->name, length) == 0) {
            *ret_path = equals + 1;
            return settings;
        }
        g_string_append_printf(names, "%s%s=FILE", i > 0 ? " or " : "", settings->name);
    }
    if (config->sources->len == 1) {
        *ret_path = argument;
        return g_ptr_array_index(config->sources, 0);
    }
    g_autofree char *safe = text_safe(argument, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--%s '%s' does not say which of the directories is meant\nhint: write %s", option,
                safe, names->str);
    return NULL;
}

bool inputs_apply(const Inputs *inputs, Config *config, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    for (char **argument = inputs->ldif; argument != NULL && *argument != NULL; argument++) {
        const char *path = NULL;
        SourceSettings *settings = inputs_source(config, "ldif", *argument, &path, error);
        if (settings == NULL)
            return false;
        if (!g_hash_table_add(taken, settings)) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "--ldif names two files for the directory '%s'", settings->name);
            return false;
        }
        g_free(settings->file);
        settings->file = g_strdup(path);
        if (settings->kind != SOURCE_KIND_LDIF)
            settings->file_kind = settings->kind;
        settings->kind = SOURCE_KIND_LDIF;
    }
    return true;
}

unsigned inputs_spare(const Inputs *inputs, const Config *config)
{
    bool files = true;
    for (guint i = 0; i < config->sources->len; i++) {
        const SourceSettings *settings = g_ptr_array_index(config->sources, i);
        files = files && settings->kind == SOURCE_KIND_LDIF;
    }
    if (files && inputs->snapshot != NULL)
        return CONFIG_WITHOUT_SECRETS;
    return (files ? CONFIG_WITHOUT_PASSWORDS : 0) |
           (inputs->snapshot != NULL ? CONFIG_WITHOUT_TOKEN : 0);
}
