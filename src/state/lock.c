/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_LENGTH 100
#define GENERATION "generation "

/* How this process was called: the program without its folder, and its arguments. New string. */
static char *own_command(void)
{
    g_autofree char *line = NULL;
    size_t length = 0;
    if (!g_file_get_contents("/proc/self/cmdline", &line, &length, NULL) || length == 0)
        return g_strdup("toggl-ldap-sync");
    size_t program = strlen(line);
    for (size_t i = program; i + 1 < length; i++)
        line[i] = line[i] == '\0' ? ' ' : line[i];
    const char *slash = memrchr(line, '/', program);
    g_autofree char *safe = text_safe(slash != NULL ? slash + 1 : line, -1);
    return g_utf8_substring(safe, 0, MIN(g_utf8_strlen(safe, -1), COMMAND_LENGTH));
}

/* The holder wrote one line about itself; it may be about to, so the line may be missing. */
static bool refuse(const char *path, int lock, GError **error)
{
    char holder[1024] = "";
    ssize_t length = pread(lock, holder, sizeof holder - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    g_autofree char *safe = text_safe(holder, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_LOCKED,
                "another run holds the lock%s%s\nhint: wait until it has ended: the lock '%s' goes "
                "with its process",
                *safe != '\0' ? ": " : "", safe, path);
    return false;
}

/* "generation N" is the second line. 0 when there is none. */
static int64_t generation_in(int lock)
{
    char text[2048] = "";
    ssize_t length = pread(lock, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    const char *line = strstr(text, "\n" GENERATION);
    return line != NULL ? g_ascii_strtoll(line + strlen("\n" GENERATION), NULL, 10) : 0;
}

/*
 * The lock is the flock; the lines in it only tell others who has it, and how far its state has
 * come. They are written in one go, so that a death between leaves either.
 */
static void write_lines(int lock, const char *holder, int64_t generation)
{
    g_autofree char *text =
        g_strdup_printf("%s\n" GENERATION "%" G_GINT64_FORMAT "\n", holder, generation);
    size_t length = strlen(text);
    if (pwrite(lock, text, length, 0) == (ssize_t) length)
        (void) ftruncate(lock, (off_t) length); /* what is behind is nobody's line */
}

static void sign(int lock, int64_t generation)
{
    Clock *clock = clock_real();
    g_autofree char *since = clock_format(clock->now(clock));
    g_autofree char *command = own_command();
    g_autofree char *holder =
        g_strdup_printf("pid %d (%s) since %s", (int) getpid(), command, since);
    write_lines(lock, holder, generation);
}

void lock_look(State *state)
{
    g_autofree char *path = g_strconcat(state->path, ".lock", NULL);
    int lock = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0)
        return; /* nobody has run here yet, or we may not know */
    state->known_generation = generation_in(lock);
    (void) close(lock); /* nothing was written */
}

void lock_note_generation(State *state, int64_t generation)
{
    if (state->lock < 0)
        return;
    state->known_generation = generation;
    sign(state->lock, state->known_generation);
}

static bool cannot_open(const State *state, const char *path, int reason, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(state->path);
    g_autofree char *owner = database_owner_command(state->path);
    if (reason == ENOENT)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the lock '%s' cannot be opened: %s\nhint: make the folder '%s', for the user "
                    "that runs this program",
                    path, g_strerror(reason), folder);
    else if (reason == EACCES || reason == EPERM)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the lock '%s' cannot be opened: %s\nhint: put '%s' before the command", path,
                    g_strerror(reason), owner);
    else
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the lock '%s' cannot be opened: %s\nhint: it must be a plain file, on a file "
                    "system that can be written to",
                    path, g_strerror(reason));
    return false;
}

char *lock_folder_problem(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat about;
    if (stat(folder, &about) != 0 || (about.st_mode & (S_IWOTH | S_ISVTX)) != S_IWOTH)
        return NULL;
    g_autofree char *quoted = g_shell_quote(folder);
    return g_strdup_printf("everybody on this machine may write into the folder of the state, '%s' "
                           "(mode %04o), and put another state there\nhint: chmod o-w %s",
                           folder, (unsigned) (about.st_mode & 07777), quoted);
}

bool lock_take(State *state, GError **error)
{
    g_autofree char *problem = lock_folder_problem(state->path);
    if (problem != NULL)
        log_warning("%s", problem);
    g_autofree char *path = g_strconcat(state->path, ".lock", NULL);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return cannot_open(state, path, errno, error);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        int reason = errno;
        if (reason == EWOULDBLOCK)
            (void) refuse(path, lock, error);
        else
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                        "the lock '%s' cannot be taken: %s\nhint: it must be on a local disk", path,
                        g_strerror(reason));
        (void) close(lock); /* nothing was written */
        return false;
    }
    state->known_generation = generation_in(lock);
    sign(lock, state->known_generation);
    state->lock = lock;
    return true;
}

void lock_release(State *state)
{
    if (state->lock < 0)
        return;
    /* a command line may name people, and is nobody's business once it is over */
    write_lines(state->lock, "", state->known_generation);
    (void) close(state->lock);
    state->lock = -1;
}
