/* SPDX-License-Identifier: Apache-2.0 */

/*
 * shim - stands between the program and the C library (LD_PRELOAD), to kill it or to let calls fail
 * at a point that is counted.
 *
 *   CRASH_LOG=FILE    each point as one letter: J the journal is written and not yet synced, S it
 * is synced, B before bytes are sent to Toggl, A after that CRASH_AT=N        SIGKILL at the N-th
 * point, counted from 1 FAULT=KIND:N      the N-th call of KIND fails; with a + behind, that one
 * and all after it. write (of the state: ENOSPC), fsync (EIO), rename (EROFS), malloc, dns
 *   FAULT_LOG=FILE    how many calls of that kind there were
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    long kill_at;
    long points;
    int log; /* -1: none */
    char kind[16];
    long fail_at; /* 0: never */
    bool for_good;
    long calls;
    const char *calls_log;
} shim = {.log = -1};

/* Before main, and before any thread. */
__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("CRASH_AT");
    const char *log = getenv("CRASH_LOG");
    const char *fault = getenv("FAULT");
    shim.calls_log = getenv("FAULT_LOG");
    shim.kill_at = at != NULL ? strtol(at, NULL, 10) : 0;
    if (log != NULL)
        shim.log = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const char *colon = fault != NULL ? strchr(fault, ':') : NULL;
    if (colon == NULL || (size_t) (colon - fault) >= sizeof shim.kind)
        return;
    memcpy(shim.kind, fault, (size_t) (colon - fault));
    char *end = NULL;
    shim.fail_at = strtol(colon + 1, &end, 10);
    shim.for_good = *end == '+';
}

__attribute__((destructor)) static void finish(void)
{
    if (shim.calls_log == NULL)
        return;
    int file = open(shim.calls_log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0 && dprintf(file, "%ld\n", shim.calls) > 0)
        (void) close(file);
}

static void point(char name)
{
    shim.points++;
    if (shim.log >= 0)
        (void) !write(shim.log, &name, 1);
    if (shim.points == shim.kill_at)
        (void) kill(getpid(), SIGKILL);
}

static bool fails(const char *kind)
{
    if (strcmp(shim.kind, kind) != 0)
        return false;
    shim.calls++;
    return shim.fail_at > 0 &&
           (shim.for_good ? shim.calls >= shim.fail_at : shim.calls == shim.fail_at);
}

/* The next definition of NAME, as a pointer to a function of the right type. */
#define NEXT(type, name)                                                                           \
    static type next;                                                                              \
    if (next == NULL) {                                                                            \
        void *found = dlsym(RTLD_NEXT, name);                                                      \
        memcpy(&next, &found, sizeof next);                                                        \
    }

/* Whether FILE is the state, its log, or something beside it. */
static bool is_state(int file)
{
    char link[64];
    char path[4096];
    (void) snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return false;
    path[length] = '\0';
    return strstr(path, "state.db") != NULL && strstr(path, ".lock") == NULL;
}

static bool is_network(int file)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return getpeername(file, (struct sockaddr *) &peer, &length) == 0 &&
           (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
}

typedef ssize_t (*PwriteFunction)(int, const void *, size_t, off64_t);
typedef ssize_t (*SendFunction)(int, const void *, size_t, int);
typedef int (*SyncFunction)(int);
typedef int (*RenameFunction)(const char *, const char *);
typedef int (*ResolveFunction)(const char *, const char *, const struct addrinfo *,
                               struct addrinfo **);

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    NEXT(PwriteFunction, "pwrite64")
    if (is_state(file) && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return next(file, bytes, length, offset);
}

static int sync_with(SyncFunction next, int file)
{
    bool state = is_state(file);
    if (state)
        point('J');
    if (fails("fsync")) {
        errno = EIO;
        return -1;
    }
    int result = next(file);
    if (state)
        point('S');
    return result;
}

int fdatasync(int file)
{
    NEXT(SyncFunction, "fdatasync")
    return sync_with(next, file);
}

int fsync(int file)
{
    NEXT(SyncFunction, "fsync")
    return sync_with(next, file);
}

ssize_t send(int file, const void *bytes, size_t length, int flags)
{
    NEXT(SendFunction, "send")
    if (!is_network(file))
        return next(file, bytes, length, flags);
    point('B');
    ssize_t result = next(file, bytes, length, flags);
    point('A');
    return result;
}

int rename(const char *from, const char *to)
{
    NEXT(RenameFunction, "rename")
    if (fails("rename")) {
        errno = EROFS;
        return -1;
    }
    return next(from, to);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret)
{
    NEXT(ResolveFunction, "getaddrinfo")
    return fails("dns") ? EAI_AGAIN : next(node, service, hints, ret);
}

/* A sanitizer has an allocator of its own, which must not be replaced. */
#ifndef SHIM_WITHOUT_MALLOC
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    return fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails("malloc") ? NULL : __libc_realloc(memory, size);
}
#endif
