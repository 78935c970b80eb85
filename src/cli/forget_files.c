/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forget_files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/context.h"
#include "sync/document.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_FILE (INT64_C(64) * 1024 * 1024)

void forget_files_clear(ForgetFiles *files)
{
    g_clear_pointer(&files->unreached, g_ptr_array_unref);
}

static bool is_plan(const char *text)
{
    g_autoptr(Plan) plan = NULL;
    return plan_document_read(text, strlen(text), &plan, NULL);
}

/* A saved plan without the person; FALSE only when it cannot be written. */
static bool rewrite_plan(const char *path, const char *text, Forgetting *forgetting,
                         ForgetFiles *files, GError **error)
{
    g_autofree char *without = forgetting_rewrite(forgetting, FORGET_PLAN, text);
    if (without == NULL)
        return true;
    files->rewritten++;
    return write_output(path, without, error);
}

static bool take_named(char **paths, Forgetting *forgetting, ForgetFiles *files, GError **error)
{
    for (char **path = paths; path != NULL && *path != NULL; path++) {
        g_autofree char *text = NULL;
        if (!file_read("the plan", *path, SYNC_ERROR_USAGE, &text, NULL, error))
            return false;
        if (!is_plan(text)) {
            g_autofree char *safe = text_safe(*path, -1);
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "'%s' is no saved plan\nhint: other files are rewritten by nobody: take "
                        "them away",
                        safe);
            return false;
        }
        if (!rewrite_plan(*path, text, forgetting, files, error))
            return false;
    }
    return true;
}

/* The state itself and what SQLite puts beside it, the lock, and the file that holds no names. */
static bool is_of_state(const Config *config, const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *own = g_strconcat(config->state, endings[i], NULL);
        if (strcmp(own, path) == 0)
            return true;
    }
    return g_strcmp0(config->audit, path) == 0;
}

static bool take_page(const char *path, const char *text, Forgetting *forgetting,
                      ForgetFiles *files, GError **error)
{
    g_autofree char *without = forgetting_rewrite(forgetting, FORGET_TEXT, text);
    if (without == NULL)
        return true;
    files->page = true;
    files->rewritten++;
    if (unlink(path) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "'%s' cannot be taken away: %s", path,
                g_strerror(errno));
    return false;
}

/* A file beside the state. What is neither a plan nor the page is looked into, and named. */
static bool take_neighbour(const Config *config, const char *path, Forgetting *forgetting,
                           ForgetFiles *files, GError **error)
{
    struct stat about;
    g_autofree char *copies = g_strconcat(config->state, ".before-", NULL);
    if (is_of_state(config, path) || lstat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return true;
    g_autofree char *text = NULL;
    if (g_str_has_prefix(path, copies) || about.st_size > LARGEST_FILE ||
        !g_file_get_contents(path, &text, NULL, NULL)) {
        g_ptr_array_add(files->unreached, g_strdup(path));
        return true;
    }
    if (g_strcmp0(path, config->report.html) == 0)
        return take_page(path, text, forgetting, files, error);
    if (is_plan(text))
        return rewrite_plan(path, text, forgetting, files, error);
    g_autofree char *without = forgetting_rewrite(forgetting, FORGET_TEXT, text);
    if (without != NULL)
        g_ptr_array_add(files->unreached, g_strdup(path));
    return true;
}

static bool take_folder(const Config *config, Forgetting *forgetting, ForgetFiles *files,
                        GError **error)
{
    g_autofree char *folder = g_path_get_dirname(config->state);
    GDir *names = g_dir_open(folder, 0, NULL);
    bool done = true;
    const char *name = NULL;
    while (done && names != NULL && (name = g_dir_read_name(names)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        done = take_neighbour(config, path, forgetting, files, error);
    }
    if (names != NULL)
        g_dir_close(names);
    return done;
}

bool forget_files(const Config *config, char **paths, Forgetting *forgetting,
                  ForgetFiles *ret_files, GError **error)
{
    ret_files->unreached = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;
    const char *page = config->report.html;
    return take_named(paths, forgetting, ret_files, error) &&
           take_folder(config, forgetting, ret_files, error) &&
           /* a page that is kept elsewhere */
           (page == NULL || !g_file_get_contents(page, &text, NULL, NULL) ||
            take_page(page, text, forgetting, ret_files, error));
}
