/* SPDX-License-Identifier: Apache-2.0 */
#include "config/command.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SECONDS 10
#define LONGEST_COMPLAINT 1024

/* A program on its way. */
typedef struct {
    const char *name; /* safe to print */
    GPid pid;
    int output;    /* -1: closed */
    int complaint; /* its standard error; -1: closed */
    int64_t deadline;
    char *bytes;
    size_t room;
    size_t length;
    GString *said;
} Child;

static int64_t now(void)
{
    Clock *clock = clock_real();
    return clock->monotonic(clock);
}

static bool parse(const char *line, char ***ret_words, GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!g_shell_parse_argv(line, NULL, &words, NULL)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the command cannot be split into words\nhint: look for an open quote");
        return false;
    }
    if (!g_path_is_absolute(words[0])) {
        g_autofree char *safe = text_safe(words[0], -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the program is not an absolute path '%s'", safe);
        return false;
    }
    *ret_words = g_steal_pointer(&words);
    return true;
}

bool command_check(const char *line, GError **error)
{
    g_auto(GStrv) words = NULL;
    return parse(line, &words, error);
}

/*
 * In the child: a group of its own, so that what it starts can be ended with it, and the rights of
 * the user that we work as, so that nobody becomes root by what a configuration names.
 */
static void prepare_child(gpointer data)
{
    const CommandPlace *place = data;
    g_autoptr(GError) error = NULL;
    (void) setpgid(0, 0); /* cannot fail for a fresh child */
    if (geteuid() == 0 && !process_become(place->user, &error)) {
        (void) dprintf(STDERR_FILENO, "%s\n", error->message);
        _exit(1);
    }
}

static void close_pipe(int *fd)
{
    if (*fd >= 0)
        (void) close(*fd); /* only read */
    *fd = -1;
}

static bool take_output(Child *child, GError **error)
{
    /* one byte more than there is room for tells too much from just enough */
    char overflow = 0;
    bool full = child->length == child->room;
    ssize_t got =
        full ? read(child->output, &overflow, 1)
             : read(child->output, child->bytes + child->length, child->room - child->length);
    if (got > 0 && full) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' printed more than %zu bytes",
                    child->name, child->room);
        return false;
    }
    if (got > 0)
        child->length += (size_t) got;
    else if (got == 0 || errno != EINTR)
        close_pipe(&child->output);
    return true;
}

static void take_complaint(Child *child)
{
    char buffer[256];
    ssize_t got = read(child->complaint, buffer, sizeof buffer);
    if (got > 0 && child->said->len < LONGEST_COMPLAINT)
        g_string_append_len(child->said, buffer, got);
    else if (got == 0 || (got < 0 && errno != EINTR))
        close_pipe(&child->complaint);
}

static bool too_late(const Child *child, GError **error)
{
    if (now() < child->deadline)
        return false;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' was not done after %d seconds",
                child->name, PATIENCE_SECONDS);
    return true;
}

static bool listen_to(Child *child, GError **error)
{
    while (child->output >= 0 || child->complaint >= 0) {
        if (too_late(child, error))
            return false;
        struct pollfd pipes[] = {
            {.fd = child->output, .events = POLLIN},
            {.fd = child->complaint, .events = POLLIN},
        };
        int64_t left = (child->deadline - now()) / 1000 + 1;
        if (poll(pipes, G_N_ELEMENTS(pipes), (int) MAX(left, 0)) < 0)
            continue; /* interrupted: the deadline is looked at again */
        if (pipes[0].revents != 0 && !take_output(child, error))
            return false;
        if (pipes[1].revents != 0)
            take_complaint(child);
    }
    return true;
}

static bool wait_for(Child *child, int *ret_status, GError **error)
{
    for (;;) {
        pid_t done = waitpid(child->pid, ret_status, WNOHANG);
        if (done == child->pid)
            return true;
        if (done < 0 && errno != EINTR) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "cannot wait for '%s': %s",
                        child->name, g_strerror(errno));
            return false;
        }
        if (too_late(child, error))
            return false;
        g_usleep(2000);
    }
}

static bool judge(const Child *child, int status, GError **error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    g_autofree char *stripped = g_strstrip(g_strndup(child->said->str, child->said->len));
    g_autofree char *said = text_safe(stripped, -1);
    bool silent = *said == '\0';
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' %s %d%s%s%s", child->name,
                WIFEXITED(status) ? "ended with status" : "was ended by signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), silent ? "" : ": '",
                said, silent ? "" : "'");
    return false;
}

static bool start(Child *child, char **words, const CommandPlace *place, GError **error)
{
    g_autoptr(GError) cause = NULL;
    CommandPlace copy = *place;
    if (g_spawn_async_with_pipes(
            place->folder, words, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
            prepare_child, &copy, &child->pid, NULL, &child->output, &child->complaint, &cause))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot start '%s': %s", child->name,
                g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)   ? g_strerror(ENOENT)
                : g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES) ? g_strerror(EACCES)
                                                                             : "it cannot be run");
    return false;
}

bool command_run(const char *line, const CommandPlace *place, char *bytes, size_t room,
                 size_t *ret_length, GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!parse(line, &words, error))
        return false;
    g_autofree char *name = text_safe(words[0], -1);
    g_autoptr(GString) said = g_string_new(NULL);
    Child child = {
        .name = name,
        .output = -1,
        .complaint = -1,
        .deadline = now() + (int64_t) PATIENCE_SECONDS * G_USEC_PER_SEC,
        .bytes = bytes,
        .room = room,
        .said = said,
    };
    if (!start(&child, words, place, error))
        return false;
    int status = 0;
    bool ended = listen_to(&child, error) && wait_for(&child, &status, error);
    if (!ended) {
        (void) kill(-child.pid, SIGKILL); /* gone already is as good */
        (void) waitpid(child.pid, &status, 0);
    }
    close_pipe(&child.output);
    close_pipe(&child.complaint);
    g_spawn_close_pid(child.pid);
    if (!ended || !judge(&child, status, error))
        return false;
    *ret_length = child.length;
    return true;
}
