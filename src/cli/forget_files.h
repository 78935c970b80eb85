/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FORGET_FILES_H
#define CLI_FORGET_FILES_H

/*
 * forget_files - the files beside the state in which somebody may stand: saved plans, the page of
 * the last run, copies of the state.
 */

#include "config/config.h"
#include "report/forgetting.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    unsigned rewritten;
    bool page;            /* the page of the last run named the person, and is gone */
    GPtrArray *unreached; /* char *: files that name them still, or cannot be looked into */
} ForgetFiles;
void forget_files_clear(ForgetFiles *files);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ForgetFiles, forget_files_clear)

/*
 * Rewrites the saved plans in the folder of the state and FILES (NULL: none), and takes away the
 * page of the last run when it names the person. SYNC_ERROR_OUTPUT; SYNC_ERROR_USAGE for one of
 * FILES that is no plan.
 */
bool forget_files(const Config *config, char **files, Forgetting *forgetting,
                  ForgetFiles *ret_files, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
