/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/show.h"
#include "sync/directory_snapshot.h"

#include <stdio.h>
#include <string.h>

/* What the command line asks for. */
typedef struct {
    char *organization; /* NULL: none */
    char **directories; /* "[SOURCE=]FILE"; NULL: none */
} Wishes;

static bool take_organization(const GlobalOptions *global, Context *context, const char *path,
                              GError **error)
{
    if (!context_read_organization(context, error))
        return false;
    g_autofree char *text =
        snapshot_text(context->organization, context->ledger, context->clock->now(context->clock));
    if (!write_output(path, text, error))
        return false;
    g_autofree char *members = text_count(context->organization->members->len, "member", "members");
    g_autofree char *groups = text_count(context->organization->groups->len, "group", "groups");
    if (!global->quiet)
        printf("%s: %s, %s, %s\n", path, members, groups,
               context->ledger->known ? "with the ledger"
                                      : "without a ledger: there is no state yet");
    return true;
}

static bool take_directory(const GlobalOptions *global, const Context *context,
                           const char *argument, GError **error)
{
    const char *path = NULL;
    const SourceSettings *settings =
        inputs_source(context->config, "directory", argument, &path, error);
    if (settings == NULL)
        return false;
    g_autofree char *text = NULL;
    g_autoptr(Directory) directory = NULL;
    if (!directory_snapshot(settings, context->ledger, context->clock, &text, &directory, error)) {
        g_prefix_error(error, "directory '%s': ", settings->name);
        return false;
    }
    if (!write_output(path, text, error))
        return false;
    g_autofree char *people = text_count(directory->people->len, "person", "people");
    g_autofree char *groups = text_count(directory->groups->len, "group", "groups");
    if (!global->quiet)
        printf("%s: %s, %s of directory '%s'\n", path, people, groups, settings->name);
    return true;
}

static int take(const GlobalOptions *global, const Wishes *wishes, GError **error)
{
    g_autoptr(Context) context = NULL;
    if (!context_open(global, CONTEXT_READ, &context, error))
        return -1;
    for (char **argument = wishes->directories; argument != NULL && *argument != NULL; argument++) {
        if (!take_directory(global, context, *argument, error))
            return -1;
    }
    if (wishes->organization != NULL &&
        !take_organization(global, context, wishes->organization, error))
        return -1;
    return EXIT_STATUS_DONE;
}

int snapshot_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_autofree char *organization = NULL;
    g_auto(GStrv) directories = NULL;
    GOptionEntry entries[] = {
        {"organization", 0, 0, G_OPTION_ARG_FILENAME, &organization,
         "where to write the organization and the ledger", "FILE"},
        {"directory", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &directories,
         "where to write what a directory says, as LDIF", "[SOURCE=]FILE"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("snapshot", entries, global, &argc, &argv, &helped, error)) {
        Wishes wishes = {.organization = organization, .directories = directories};
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (organization == NULL && directories == NULL)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "snapshot needs --organization FILE or --directory FILE");
        else if (show_no_arguments(argc, argv, error))
            status = take(global, &wishes, error);
    }
    return status;
}
