/* SPDX-License-Identifier: Apache-2.0 */
#include "ear.h"

#include "base/log.h"
#include "report/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Standard error is the far end of a pseudo terminal while a test runs. */
typedef struct {
    int master;
    int saved;
} Terminal;

static int open_terminal(void **state)
{
    Terminal *terminal = g_new0(Terminal, 1);
    *state = terminal;
    terminal->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal->master < 0 || grantpt(terminal->master) != 0 || unlockpt(terminal->master) != 0)
        return -1;
    int end = open(ptsname(terminal->master), O_RDWR | O_NOCTTY);
    terminal->saved = end >= 0 ? stderr_to(end) : -1;
    if (terminal->saved < 0)
        return -1;
    return close(end);
}

static int close_terminal(void **state)
{
    Terminal *terminal = *state;
    progress_end();
    stderr_back(terminal->saved);
    (void) close(terminal->master);
    g_free(terminal);
    return 0;
}

/* What was shown since the last look. */
static char *shown(const Terminal *terminal)
{
    GString *text = g_string_new(NULL);
    struct pollfd one = {.fd = terminal->master, .events = POLLIN};
    while (poll(&one, 1, 100) > 0) {
        char bytes[4096];
        ssize_t got = read(terminal->master, bytes, sizeof bytes);
        if (got <= 0)
            break;
        g_string_append_len(text, bytes, got);
    }
    return g_string_free(text, FALSE);
}

static void check_shown(const Terminal *terminal, const char *expected)
{
    g_autofree char *text = shown(terminal);
    assert_string_equal(text, expected);
}

static void test_one_line(void **state)
{
    const Terminal *terminal = *state;
    progress_show("sending requests", 1, 3);
    progress_show("sending requests", 2, 3); /* within a tenth of a second: not shown */
    progress_show("sending requests", 3, 3); /* the last one always is */
    check_shown(terminal, "\r\033[Ksending requests: 1 of 3\r\033[Ksending requests: 3 of 3");
    g_usleep(110 * 1000);
    progress_show("reading", 1, 3);
    check_shown(terminal, "\r\033[Kreading: 1 of 3");
    progress_end();
    progress_end();
    check_shown(terminal, "\r\033[K");
}

static void test_out_of_the_way_of_the_log(void **state)
{
    const Terminal *terminal = *state;
    log_open(&(LogSettings){.format = LOG_FORMAT_TEXT, .level = LOG_LEVEL_INFO});
    progress_show("reading", 3, 3);
    log_info("hello");
    g_autofree char *text = shown(terminal);
    assert_true(g_str_has_prefix(text, "\r\033[Kreading: 3 of 3\r\033[K"));
    assert_non_null(strstr(text, "hello"));
    log_info("again");
    g_autofree char *after = shown(terminal);
    assert_null(strstr(after, "\033[K"));
}

static void test_no_terminal(void **state)
{
    const Terminal *terminal = *state;
    Ear ear = ear_open();
    progress_show("reading", 3, 3);
    progress_end();
    g_autofree char *said = ear_take(&ear);
    ear_close(&ear);
    assert_string_equal(said, "");
    check_shown(terminal, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_line, open_terminal, close_terminal),
        cmocka_unit_test_setup_teardown(test_out_of_the_way_of_the_log, open_terminal,
                                        close_terminal),
        cmocka_unit_test_setup_teardown(test_no_terminal, open_terminal, close_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
