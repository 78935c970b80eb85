/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "toggl/mask.h"

#include <stdlib.h>

/* after jansson.h */
#include "base/autoptr.h"

static void test_mask(void **state)
{
    (void) state;
    static const char *const cases[][2] = {
        {"{\"api_token\":\"t\",\"id\":1}", "{\"api_token\":\"***\",\"id\":1}"},
        {"[{\"invite_url\":\"https://x/y\",\"a\":[{\"code\":7}]}]",
         "[{\"invite_url\":\"***\",\"a\":[{\"code\":\"***\"}]}]"},
        {"{\"code\":{\"code\":\"x\"},\"invitation_code\":\"c\"}",
         "{\"code\":\"***\",\"invitation_code\":\"***\"}"},
        /* nothing is no secret */
        {"{\"code\":null,\"invite_url\":\"\"}", "{\"code\":null,\"invite_url\":\"\"}"},
        /* the code of a role is its name */
        {"[{\"role_id\":1,\"entity\":\"workspace\",\"code\":\"admin\"}]",
         "[{\"role_id\":1,\"entity\":\"workspace\",\"code\":\"admin\"}]"},
        {"{\"role_id\":1,\"code\":\"admin\"}", "{\"role_id\":1,\"code\":\"***\"}"},
        {"{\"role_id\":1,\"entity\":\"x\",\"api_token\":\"t\"}",
         "{\"role_id\":1,\"entity\":\"x\",\"api_token\":\"***\"}"},
        {"\"text\"", "\"text\""},
        {"null", "null"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(json_t) value = json_loads(cases[i][0], JSON_DECODE_ANY, NULL);
        mask_secrets(value);
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mask)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
