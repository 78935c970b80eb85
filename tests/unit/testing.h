/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_TESTING_H
#define TESTS_UNIT_TESTING_H

/* testing - cmocka with the headers it wants before itself, and what our tests say most often. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib.h>

/* ERROR is set and its message is exactly EXPECTED. Clears it. */
#define assert_error(error, expected)                                                              \
    do {                                                                                           \
        assert_non_null(error);                                                                    \
        assert_string_equal((error)->message, expected);                                           \
        g_clear_error(&(error));                                                                   \
    } while (0)

/* RESULT is true; when it is not, the message of ERROR is in the report. */
#define assert_success(result, error)                                                              \
    do {                                                                                           \
        if (!(result))                                                                             \
            fail_msg("%s", (error) != NULL ? (error)->message : "false without an error");         \
    } while (0)

#endif
