/* SPDX-License-Identifier: Apache-2.0 */
#include "export.h"

#include "sync/digest.h"
#include "testing.h"

#include <glib/gstdio.h>

char *export_output(const char *const *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *problems = NULL;
    char *output = NULL;
    int status = -1;
    /* we ourselves heed no file of the LDAP library; its tools may */
    g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "LDAPNOINIT");
    assert_success(g_spawn_sync(NULL, (char **) (uintptr_t) arguments, environment,
                                G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &problems, &status,
                                &error),
                   error);
    if (status != 0)
        fail_msg("%s: %s", arguments[0], problems);
    return output;
}

char *export_digest(Directory *directory)
{
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, directory);
    return digest_directories(one);
}

char *export_digest_of_text(SourceSettings *settings, const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("export-XXXXXX", NULL);
    assert_non_null(folder);
    g_autofree char *path = g_build_filename(folder, "export.ldif", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    settings->kind = SOURCE_KIND_LDIF;
    g_free(settings->file);
    settings->file = g_strdup(path);
    g_autoptr(Directory) directory = reading_all(settings);
    (void) g_unlink(path);
    (void) g_rmdir(folder);
    return export_digest(directory);
}
