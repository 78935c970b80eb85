/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/text.h"

#include <string.h>

const char *file_cause(const GError *problem)
{
    const char *colon = strrchr(problem->message, ':');
    return colon != NULL && colon[1] == ' ' ? colon + 2 : problem->message;
}

bool file_read(const char *what, const char *path, SyncError code, char **ret_text,
               gsize *ret_length, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (g_file_get_contents(path, ret_text, ret_length, &problem))
        return true;
    g_autofree char *safe = text_safe(path, -1);
    g_set_error(error, SYNC_ERROR, (gint) code, "%s '%s' cannot be read: %s", what, safe,
                file_cause(problem));
    return false;
}
