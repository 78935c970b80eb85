/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/process.h"

#include <string.h>
#include <unistd.h>

/*
 * Whom the state at PATH belongs to, or will: the owner of the file, else that of the nearest
 * folder above it that is there. A link says nothing about what it points to, so it is taken for
 * itself.
 */
static bool find_owner(const char *path, struct stat *ret_about)
{
    g_autofree char *at = g_canonicalize_filename(path, NULL);
    while (lstat(at, ret_about) != 0) {
        if (strcmp(at, "/") == 0)
            return false;
        char *folder = g_path_get_dirname(at);
        g_free(at);
        at = folder;
    }
    return true;
}

ProcessUser state_user(const char *path)
{
    struct stat about;
    if (geteuid() != 0 || !find_owner(path, &about))
        return process_self();
    return (ProcessUser){.user = about.st_uid, .group = about.st_gid};
}
