/* SPDX-License-Identifier: Apache-2.0 */
#include "model/inspection.h"
#include "model/located.h"

#include "testing.h"

/* Freeing what is not there is nothing. */
static void test_nothing_can_be_freed(void **state)
{
    (void) state;
    inspection_free(NULL);
    located_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
