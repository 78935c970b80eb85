/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/approvals.h"

#include "base/signature.h"
#include "base/text.h"

#include <string.h>
#include <sys/stat.h>

#define SUFFIX ".sig"
/* A record is a few lines; a signature of the longest RSA key is below three kilobytes. */
#define LONGEST_FILE 65536

/* Takes RECORD into APPROVALS when it may be believed; else says in NOTES why not. */
static void take(const ApprovalSettings *settings, const char *by, const char *record,
                 const char *signature, GPtrArray *approvals, GPtrArray *notes)
{
    g_autoptr(Approval) approval = NULL;
    g_autoptr(GError) problem = NULL;
    bool good = approval_read(record, strlen(record), &approval, &problem);
    bool other = good && by != NULL && strcmp(approval->by, by) != 0;
    if (good && !other && settings->allowed_signers != NULL)
        good = signature != NULL ? signature_verify(settings->allowed_signers, approval->by, record,
                                                    signature, &problem)
                                 : false;
    if (good && !other) {
        approval->key = signature != NULL ? signature_key(signature) : NULL;
        g_ptr_array_add(approvals, g_steal_pointer(&approval));
        return;
    }
    g_autofree char *safe = text_safe(by != NULL ? by : "?", -1);
    g_ptr_array_add(notes, g_strdup_printf("the approval by '%s' does not count: %s", safe,
                                           other             ? "its record names somebody else"
                                           : problem != NULL ? problem->message
                                                             : "it is not signed"));
}

bool approvals_load(State *state, const ApprovalSettings *settings, int64_t now,
                    GPtrArray *approvals, GPtrArray *notes, GError **error)
{
    g_autoptr(GPtrArray) saved = NULL;
    if (state == NULL)
        return true;
    if (!state_approvals(state, now, &saved, error))
        return false;
    for (guint i = 0; i < saved->len; i++) {
        const SavedApproval *one = g_ptr_array_index(saved, i);
        take(settings, one->by, one->record, one->signature, approvals, notes);
    }
    return true;
}

char *approval_file(const char *plan, const char *by)
{
    return g_strconcat(plan, ".", by, SUFFIX, NULL);
}

void approvals_take(const GPtrArray *saved, const ApprovalSettings *settings, GPtrArray *approvals,
                    GPtrArray *notes)
{
    for (guint i = 0; settings->allowed_signers != NULL && i < saved->len; i++) {
        const SavedApproval *one = g_ptr_array_index(saved, i);
        take(settings, one->by, one->record, one->signature, approvals, notes);
    }
}

/* Whoever may write beside the plan could leave something there that is never read to its end. */
static bool is_no_short_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && (!S_ISREG(about.st_mode) || about.st_size > LONGEST_FILE);
}

/* One file: the record, then its signature. */
static void read_file(const char *path, const char *by, GPtrArray *saved, GPtrArray *notes)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr(GError) problem = NULL;
    bool odd = is_no_short_file(path);
    if (!odd && !g_file_get_contents(path, &text, &length, &problem)) {
        g_autofree char *why = text_safe(problem->message, -1);
        g_ptr_array_add(notes, g_strdup_printf("an approval cannot be read: %s", why));
        return;
    }
    char *signature = odd ? NULL : strstr(text, SIGNATURE_BEGIN);
    if (signature == NULL || strlen(text) != length) {
        g_autofree char *safe = text_safe(path, -1);
        g_ptr_array_add(notes, g_strdup_printf("'%s' is not a signed approval", safe));
        return;
    }
    SavedApproval *approval = g_new0(SavedApproval, 1);
    approval->by = g_strdup(by);
    approval->record = g_strndup(text, (gsize) (signature - text));
    approval->signature = g_strdup(signature);
    g_ptr_array_add(saved, approval);
}

GPtrArray *approvals_beside(const char *path, GPtrArray *notes)
{
    GPtrArray *saved = g_ptr_array_new_with_free_func((GDestroyNotify) saved_approval_free);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *prefix = g_strconcat(base, ".", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_prefix(name, prefix) && g_str_has_suffix(name, SUFFIX) &&
            strlen(name) > strlen(prefix) + strlen(SUFFIX))
            g_ptr_array_add(names, g_strdup(name));
    }
    text_sort(names);
    for (guint i = 0; i < names->len; i++) {
        const char *file = g_ptr_array_index(names, i);
        size_t length = strlen(file) - strlen(prefix) - strlen(SUFFIX);
        g_autofree char *by = g_strndup(file + strlen(prefix), length);
        g_autofree char *full = g_build_filename(folder, file, NULL);
        read_file(full, by, saved, notes);
    }
    return saved;
}
