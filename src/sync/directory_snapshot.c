/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/directory_snapshot.h"

#include "base/error.h"
#include "source/recording.h"
#include "sync/digest.h"
#include "sync/subject.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool look_for_lost(Source *source, const Directory *directory, const Ledger *ledger,
                          GError **error)
{
    g_autoptr(GPtrArray) lost = subjects_lost_links(directory, ledger);
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    for (guint i = 0; i < lost->len; i++)
        g_ptr_array_add(anchors, ((const Link *) g_ptr_array_index(lost, i))->anchor);
    if (anchors->len == 0)
        return true;
    g_autoptr(GPtrArray) located = NULL;
    return source->locate(source, anchors, &located, error);
}

static bool record(const SourceSettings *settings, const Ledger *ledger, Clock *clock,
                   char **ret_text, Directory **ret_directory, GError **error)
{
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(Source) source = source_new(settings, clock, error);
    g_autoptr(Directory) directory = NULL;
    if (source == NULL)
        return false;
    source->recording = recording;
    if (!source_read(source, &directory, error) || !look_for_lost(source, directory, ledger, error))
        return false;
    *ret_text = recording_text(recording);
    *ret_directory = g_steal_pointer(&directory);
    return true;
}

static bool write_all(int fd, const char *text, GError **error)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(fd, text, left);
        if (written < 0 && errno != EINTR) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "no memory for it: %s",
                        g_strerror(errno));
            return false;
        }
        if (written > 0) {
            text += written;
            left -= (size_t) written;
        }
    }
    return true;
}

static char *digest_of(Directory *directory)
{
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, directory);
    return digest_directories(one);
}

/* Reads the file FD as a source with SETTINGS does. */
static bool read_back(const SourceSettings *settings, Clock *clock, int fd,
                      Directory **ret_directory, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    SourceSettings offline = *settings; /* borrows what it points to */
    offline.kind = SOURCE_KIND_LDIF;
    offline.file = path;
    g_autoptr(Source) source = source_new(&offline, clock, error);
    return source != NULL && source_read(source, ret_directory, error);
}

static bool prove(const SourceSettings *settings, Clock *clock, const char *text,
                  Directory *directory, GError **error)
{
    int fd = memfd_create("snapshot", MFD_CLOEXEC);
    if (fd < 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "no memory for it: %s",
                    g_strerror(errno));
        return false;
    }
    g_autoptr(Directory) again = NULL;
    bool good = write_all(fd, text, error) && read_back(settings, clock, fd, &again, error);
    close(fd);
    if (!good)
        return false;
    g_autofree char *before = digest_of(directory);
    g_autofree char *after = digest_of(again);
    if (strcmp(before, after) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "read back, it tells of other people or groups than the directory\n"
                "hint: a filter may mean more to the server than to us; write it more simply");
    return false;
}

bool directory_snapshot(const SourceSettings *settings, const Ledger *ledger, Clock *clock,
                        char **ret_text, Directory **ret_directory, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(Directory) directory = NULL;
    if (!record(settings, ledger, clock, &text, &directory, error))
        return false;
    g_autoptr(GError) problem = NULL;
    if (!prove(settings, clock, text, directory, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "a snapshot of this directory cannot stand in for it: %s", problem->message);
        return false;
    }
    *ret_text = g_steal_pointer(&text);
    *ret_directory = g_steal_pointer(&directory);
    return true;
}
