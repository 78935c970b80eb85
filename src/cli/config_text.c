/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_text.h"

#include "base/error.h"

#include <unistd.h>

bool config_text_load(const char *text, Config **ret_config, GError **error)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) problem = NULL;
    int file = g_file_open_tmp("toggl-ldap-sync-XXXXXX", &path, &problem);
    if (file < 0 || close(file) != 0 || !g_file_set_contents(path, text, -1, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "%s",
                    problem != NULL ? problem->message : "a temporary file cannot be closed");
        return false;
    }
    bool loaded = config_load(path, CONFIG_WITHOUT_SECRETS, ret_config, error);
    (void) unlink(path); /* in the folder for temporary files nobody misses it either way */
    return loaded;
}
