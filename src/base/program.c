/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST_COMPLAINT 1024

/* A program on its way. */
typedef struct {
    const char *name; /* safe to print */
    GPid pid;
    int input;     /* -1: closed */
    int output;    /* -1: closed */
    int complaint; /* its standard error; -1: closed */
    int64_t seconds;
    int64_t deadline;
    const char *unread; /* what it has not been given yet */
    size_t unread_length;
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

/*
 * In the child: a group of its own, so that what it starts can be ended with it, and the rights of
 * the user it shall work as, so that nobody becomes root by what a configuration names.
 */
static void prepare_child(gpointer data)
{
    const Program *program = data;
    g_autoptr(GError) error = NULL;
    (void) setpgid(0, 0); /* cannot fail for a fresh child */
    if (program->user != NULL && geteuid() == 0 && !process_become(*program->user, &error)) {
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

/* What it no longer wants to read is not our trouble: its status says whether it was content. */
static void give_input(Child *child)
{
    ssize_t put = child->unread_length == 0
                      ? 0
                      : send(child->input, child->unread, child->unread_length, MSG_NOSIGNAL);
    if (put > 0) {
        child->unread += put;
        child->unread_length -= (size_t) put;
    } else if (put == 0 || (errno != EINTR && errno != EAGAIN)) {
        close_pipe(&child->input);
    }
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
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "'%s' was not done after %" G_GINT64_FORMAT " seconds", child->name,
                child->seconds);
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
            {.fd = child->input, .events = POLLOUT},
        };
        int64_t left = (child->deadline - now()) / 1000 + 1;
        if (poll(pipes, G_N_ELEMENTS(pipes), (int) MAX(left, 0)) < 0)
            continue; /* interrupted: the deadline is looked at again */
        if (pipes[0].revents != 0 && !take_output(child, error))
            return false;
        if (pipes[1].revents != 0)
            take_complaint(child);
        if (pipes[2].revents != 0)
            give_input(child);
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

/* A socket, not a pipe: writing to one that the program has closed must not raise a signal. */
static bool open_input(int ends[2], GError **error)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 &&
        fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "cannot open a socket: %s",
                g_strerror(errno));
    return false;
}

static bool start(Child *child, const Program *program, GError **error)
{
    g_autoptr(GError) cause = NULL;
    int ends[2] = {-1, -1};
    if (child->unread != NULL && !open_input(ends, error))
        return false;
    child->input = ends[0];
    bool started = g_spawn_async_with_pipes_and_fds(
        program->folder, (const char *const *) program->words, NULL,
        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES, prepare_child,
        (gpointer) (guintptr) program, ends[1], -1, -1, NULL, NULL, 0, &child->pid, NULL,
        &child->output, &child->complaint, &cause);
    close_pipe(&ends[1]);
    if (started)
        return true;
    close_pipe(&child->input);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot start '%s': %s", child->name,
                g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)   ? g_strerror(ENOENT)
                : g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES) ? g_strerror(EACCES)
                                                                             : "it cannot be run");
    return false;
}

bool program_run(const Program *program, char *bytes, size_t room, size_t *ret_length,
                 GError **error)
{
    g_autofree char *name = text_safe(program->words[0], -1);
    g_autoptr(GString) said = g_string_new(NULL);
    Child child = {
        .name = name,
        .output = -1,
        .complaint = -1,
        .seconds = program->seconds,
        .deadline = now() + program->seconds * G_USEC_PER_SEC,
        .unread = program->input,
        .unread_length = program->input == NULL ? 0 : strlen(program->input),
        .bytes = bytes,
        .room = room,
        .said = said,
    };
    if (!start(&child, program, error))
        return false;
    int status = 0;
    bool ended = listen_to(&child, error) && wait_for(&child, &status, error);
    if (!ended) {
        (void) kill(-child.pid, SIGKILL); /* gone already is as good */
        (void) waitpid(child.pid, &status, 0);
    }
    close_pipe(&child.input);
    close_pipe(&child.output);
    close_pipe(&child.complaint);
    g_spawn_close_pid(child.pid);
    if (!ended || !judge(&child, status, error))
        return false;
    *ret_length = child.length;
    return true;
}
