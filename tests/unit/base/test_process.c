/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/process.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRANGER 54321 /* no user database knows it */

/* What went wrong in a child, as the number of the check; 0: nothing. Its status is the answer. */
static int in_child(int (*work)(void))
{
    (void) fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(work());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int start_without_descriptors(void)
{
    (void) close(0);
    (void) close(1);
    (void) close(2);
    if (!process_harden())
        return 1;
    int next = open("/dev/zero", O_RDONLY);
    return next > 2 ? 0 : 2;
}

/* As somebody else left it: files for all, core dumps of any size, a process that can be traced. */
static int start_in_a_mess(void)
{
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    (void) setrlimit(RLIMIT_CORE, &all); /* a hard limit of 0 is as well, for what follows */
    (void) umask(0);
    if (!process_harden())
        return 1;
    struct rlimit core = {1, 1};
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return 2;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 3;
    if (umask(0) != 077)
        return 4;
    return raise(SIGPIPE) == 0 ? 0 : 5; /* it would have ended us */
}

static void test_harden(void **state)
{
    (void) state;
    assert_int_equal(in_child(start_without_descriptors), 0);
    assert_int_equal(in_child(start_in_a_mess), 0);
}

static int become_itself(void)
{
    GError *error = NULL;
    return process_become(process_self(), &error) && error == NULL ? 0 : 1;
}

static int become_nobody(void)
{
    GError *error = NULL;
    gid_t more = 1;
    if (setgroups(1, &more) != 0 || !process_harden())
        return 1;
    if (!process_become((ProcessUser){.user = 65534, .group = 1}, &error))
        return 2;
    ProcessUser now = process_self();
    gid_t groups[8];
    if (now.user != 65534 || now.group != 65534 || getuid() != 65534 || getgid() != 65534)
        return 3;
    int count = getgroups(8, groups);
    for (int i = 0; i < count; i++)
        if (groups[i] != 65534)
            return 4;
    if (strcmp(g_getenv("USER"), "nobody") != 0 || strcmp(g_getenv("LOGNAME"), "nobody") != 0 ||
        strcmp(g_getenv("HOME"), "/nonexistent") != 0)
        return 5;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 6;
    return setuid(0) != 0 && seteuid(0) != 0 ? 0 : 7; /* there is no way back */
}

static int become_stranger(void)
{
    GError *error = NULL;
    gid_t groups[8];
    if (!process_become((ProcessUser){.user = STRANGER, .group = 7}, &error))
        return 1;
    ProcessUser now = process_self();
    if (now.user != STRANGER || now.group != 7 || getgroups(8, groups) != 0)
        return 2;
    return strcmp(g_getenv("HOME"), "/") == 0 && strcmp(g_getenv("USER"), "54321") == 0 ? 0 : 3;
}

/* Who is not root becomes nobody else. */
static int become_without_right(void)
{
    GError *error = NULL;
    if (geteuid() == 0 && setuid(STRANGER) != 0)
        return 1;
    if (process_become((ProcessUser){.user = 65534, .group = 65534}, &error))
        return 2;
    return g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE) &&
                   strcmp(error->message, "cannot become user 'nobody': Operation not permitted\n"
                                          "hint: put 'sudo -u nobody' before the command") == 0
               ? 0
               : 3;
}

static void test_become(void **state)
{
    (void) state;
    assert_int_equal(in_child(become_itself), 0);
    assert_int_equal(in_child(become_without_right), 0);
    if (geteuid() != 0) {
        print_message("not root: nobody else can be become\n");
        return;
    }
    assert_int_equal(in_child(become_nobody), 0);
    assert_int_equal(in_child(become_stranger), 0);
}

static void test_names(void **state)
{
    (void) state;
    g_autofree char *root = process_user_name(0);
    g_autofree char *stranger = process_user_name(STRANGER);
    assert_string_equal(root, "root");
    assert_string_equal(stranger, "54321");
}

/* Whoever looks for leaks finds none: the sanitizer does, at the end of this test. */
static void test_leave(void **state)
{
    (void) state;
    for (int i = 0; i < 1000; i++)
        process_leave(g_strdup("big"));
    process_leave(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_harden),
        cmocka_unit_test(test_become),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
