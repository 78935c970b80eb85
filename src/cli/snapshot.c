/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/show.h"

#include <stdio.h>

static int take(const GlobalOptions *global, const char *path, GError **error)
{
    g_autoptr(Context) context = NULL;
    if (!context_open(global, CONTEXT_READ, &context, error) ||
        !context_read_organization(context, error))
        return -1;
    g_autofree char *text =
        snapshot_text(context->organization, context->ledger, context->clock->now(context->clock));
    if (!write_output(path, text, error))
        return -1;
    if (!global->quiet)
        printf("%s: %u members, %u groups, %s\n", path, context->organization->members->len,
               context->organization->groups->len,
               context->ledger->known ? "with the ledger"
                                      : "without a ledger: there is no state yet");
    return EXIT_STATUS_DONE;
}

int snapshot_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_autofree char *path = NULL;
    GOptionEntry entries[] = {
        {"organization", 0, 0, G_OPTION_ARG_FILENAME, &path,
         "where to write the organization and the ledger", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("snapshot", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (path == NULL)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "snapshot needs --organization FILE");
        else if (show_no_arguments(argc, argv, error))
            status = take(global, path, error);
    }
    return status;
}
