/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

/*
 * inputs - the files that stand in for a directory or for Toggl: --ldif and --snapshot.
 *
 *     Inputs inputs = {0};
 *     GOptionEntry entries[] = {INPUT_ENTRIES(&inputs), G_OPTION_ENTRY_NULL};
 *     ...
 *     context_open_view(global, &inputs, &context, error)
 *     inputs_clear(&inputs);
 */

#include "config/config.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char **ldif;    /* "[SOURCE=]FILE"; NULL: the directories */
    char *snapshot; /* NULL: Toggl */
} Inputs;

/* Their rows in a table of options; INPUTS points to Inputs. */
#define INPUT_ENTRIES(inputs)                                                                      \
    {"ldif",                                                                                       \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_FILENAME_ARRAY,                                                                  \
     &(inputs)->ldif,                                                                              \
     "read a file in place of a directory",                                                        \
     "[SOURCE=]FILE"},                                                                             \
    {                                                                                              \
        "snapshot", 0, 0, G_OPTION_ARG_FILENAME, &(inputs)->snapshot,                              \
            "read a file in place of Toggl", "FILE"                                                \
    }

void inputs_clear(Inputs *inputs);

/*
 * Which of CONFIG's sources ARGUMENT of OPTION, "[SOURCE=]FILE", means; *RET_PATH is the file, a
 * part of ARGUMENT. Without a name it is the only one. NULL with SYNC_ERROR_USAGE.
 */
SourceSettings *inputs_source(const Config *config, const char *option, const char *argument,
                              const char **ret_path, GError **error);

/*
 * Makes the sources of CONFIG that INPUTS stand in for read those files. SYNC_ERROR_USAGE when an
 * argument means no source, or two mean one.
 */
bool inputs_apply(const Inputs *inputs, Config *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Which secrets are not needed, as flags of config_load: the token where a file stands in for
 * Toggl, passwords where every source of CONFIG is a file, after inputs_apply; all of them where
 * both are so.
 */
unsigned inputs_spare(const Inputs *inputs, const Config *config);

#endif
