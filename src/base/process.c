/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A limit of 0 stops core files; a pattern that begins with "|" does not look at the limit, but
 * does at this flag. The kernel sets it anew whenever the user changes (prctl(2), core(5)). Best
 * effort on both: a kernel that refuses them runs the program all the same.
 */
static void stay_private(void)
{
    struct rlimit none = {0, 0};
    (void) setrlimit(RLIMIT_CORE, &none);
    (void) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

bool process_harden(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) != -1)
            continue;
        int opened = open("/dev/null", O_RDWR);
        if (opened != fd)
            return false;
    }
    (void) umask(077);
    stay_private();
    (void) signal(SIGPIPE, SIG_IGN);
    return true;
}

void process_leave(void *data)
{
    static GPtrArray *left; /* whoever looks for leaks finds here that these are none */
    if (left == NULL)
        left = g_ptr_array_new();
    g_ptr_array_add(left, data);
}

ProcessUser process_self(void)
{
    return (ProcessUser){.user = geteuid(), .group = getegid()};
}

char *process_user_name(uid_t user)
{
    const struct passwd *entry = getpwuid(user);
    return entry != NULL ? g_strdup(entry->pw_name) : g_strdup_printf("%u", (unsigned) user);
}

static bool change_user(const struct passwd *entry, ProcessUser to)
{
    bool grouped =
        entry != NULL ? initgroups(entry->pw_name, entry->pw_gid) == 0 : setgroups(0, NULL) == 0;
    gid_t group = entry != NULL ? entry->pw_gid : to.group;
    return grouped && setresgid(group, group, group) == 0 &&
           setresuid(to.user, to.user, to.user) == 0;
}

bool process_become(ProcessUser to, GError **error)
{
    if (geteuid() == to.user)
        return true;
    g_autofree char *name = process_user_name(to.user);
    const struct passwd *entry = getpwuid(to.user); /* good until somebody else is looked up */
    g_autofree char *home = g_strdup(entry != NULL ? entry->pw_dir : "/");
    if (!change_user(entry, to)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "cannot become user '%s': %s\nhint: put 'sudo -u %s' before the command", name,
                    g_strerror(errno), name);
        return false;
    }
    stay_private();
    (void) g_setenv("HOME", home, true);
    (void) g_setenv("USER", name, true);
    (void) g_setenv("LOGNAME", name, true);
    return true;
}
