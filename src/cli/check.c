/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/show.h"
#include "source/source.h"

#include <stdio.h>

/* Prints the findings. False when one of them is an error. */
static bool print_findings(const char *what, const GPtrArray *findings)
{
    bool good = true;
    for (guint i = 0; i < findings->len; i++) {
        const char *finding = g_ptr_array_index(findings, i);
        printf("%s: %s\n", what, finding);
        good = good && !g_str_has_prefix(finding, "error: ");
    }
    return good;
}

static bool check_directory(Context *context, guint index, bool *good, GError **error)
{
    const SourceSettings *settings = g_ptr_array_index(context->config->sources, index);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Source) source = source_new(settings, context->clock, error);
    if (source == NULL || !source->check(source, findings, error)) {
        g_prefix_error(error, "checking directory '%s': ", settings->name);
        return false;
    }
    *good = print_findings(settings->name, findings) && *good;
    return true;
}

static bool check_online(const GlobalOptions *global, bool *good, GError **error)
{
    g_autoptr(Context) context = NULL;
    if (!context_open(global, CONTEXT_READ, &context, error))
        return false;
    for (guint i = 0; i < context->config->sources->len; i++) {
        if (!check_directory(context, i, good, error))
            return false;
    }
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    TogglNeeds needs = {0};
    context_needs(context, &needs);
    if (context->config->sync->lifecycle.create_workspaces) /* what is missing will be made */
        g_ptr_array_set_size(needs.workspaces, 0);
    bool reached =
        context_connect(context, error) && toggl_check(context->toggl, &needs, findings, error);
    context_needs_clear(&needs);
    if (!reached) {
        g_prefix_error(error, "checking Toggl: ");
        return false;
    }
    *good = print_findings("Toggl", findings) && *good;
    return true;
}

static int check(const GlobalOptions *global, bool online, GError **error)
{
    const char *path = command_config_path(global);
    bool good = true;
    if (online) {
        if (!check_online(global, &good, error))
            return -1;
    } else {
        g_autoptr(Config) config = NULL;
        if (!config_load(path, CONFIG_WITHOUT_SECRETS, &config, error))
            return -1;
        for (guint i = 0; i < config->warnings->len; i++)
            printf("%s\n", (const char *) g_ptr_array_index(config->warnings, i));
    }
    if (!good) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "%s does not fit what was found", path);
        return -1;
    }
    printf("%s: good\n", path);
    return EXIT_STATUS_DONE;
}

int check_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    gboolean online = FALSE;
    GOptionEntry entries[] = {
        {"online", 0, 0, G_OPTION_ARG_NONE, &online, "also connect to the directories and to Toggl",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("check", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (show_no_arguments(argc, argv, error))
            status = check(global, online, error);
    }
    return status;
}
