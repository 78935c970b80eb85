/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "toggl/arguments.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define HELP(name) "\nhint: 'toggl-ldap-sync api " name " --help' lists "

static const struct {
    const char *operation;
    const char *word;
    const char *value; /* what is read, as JSON; NULL: refused */
    const char *problem;
} words[] = {
    {"get_organization_users", "filter=a=b", "{\"filter\":\"a=b\"}", NULL},
    {"get_organization_users", "filter=", "{\"filter\":\"\"}", NULL},
    {"get_organization_users", "page=2", "{\"page\":2}", NULL},
    {"get_organization_users", "page=-2", "{\"page\":-2}", NULL},
    {"get_organization_users", "page=2x", NULL,
     "get_organization_users: 'page' is no whole number" HELP("get_organization_users") "what it "
                                                                                        "takes"},
    {"get_organization_users", "page:=\"2\"", NULL,
     "get_organization_users: 'page' is no whole number" HELP("get_organization_users") "what it "
                                                                                        "takes"},
    {"get_organization_users", "groups=1,2", "{\"groups\":[1,2]}", NULL},
    {"get_organization_users", "groups:=[1,2]", "{\"groups\":[1,2]}", NULL},
    {"get_organization_users", "groups=1,,2", NULL, NULL},
    {"get_organization_users", "groups=0", NULL, NULL},
    {"get_organization_users", "groups=9223372036854775807", "{\"groups\":[9223372036854775807]}",
     NULL},
    {"get_organization_users", "groups=9223372036854775808", NULL, NULL},
    {"get_organization_users", "only_admins=true", "{\"only_admins\":true}", NULL},
    {"get_organization_users", "only_admins=yes", NULL, NULL},
    {"get_organization_users", "sort_dir=desc", "{\"sort_dir\":\"desc\"}", NULL},
    {"get_organization_users", "sort_dir=down", NULL, NULL},
    {"get_organization_users", "active_status=active,invited",
     "{\"active_status\":\"active,invited\"}", NULL},
    {"get_organization_users", "active_status=active,", NULL, NULL},
    {"get_organization_users", "sort=asc", NULL,
     "get_organization_users: 'sort' is none of its keys" HELP(
         "get_organization_users") "what it takes"},
    {"get_organization_users", "=1", NULL,
     "get_organization_users: an argument is neither key=value nor "
     "key:=json" HELP("get_organization_users") "the keys"},
    {"get_organization_users", "page", NULL, NULL},
    {"get_organization_users", "filter=\xff", NULL, NULL},
    {"get_organization_users", "page:=1 2", NULL, NULL},
    {"post_organization_workspaces", "default_hourly_rate=12.5", "{\"default_hourly_rate\":12.5}",
     NULL},
    {"post_organization_workspaces", "default_hourly_rate=12", "{\"default_hourly_rate\":12}",
     NULL},
    {"post_organization_workspaces", "default_hourly_rate=x", NULL, NULL},
    {"post_organization_invitation", "emails=a@b.c,d@e.f", "{\"emails\":[\"a@b.c\",\"d@e.f\"]}",
     NULL},
    {"post_organization_invitation", "workspaces=5", NULL, NULL},
    {"post_organization_invitation", "workspaces:=[{\"workspace_id\":5}]",
     "{\"workspaces\":[{\"workspace_id\":5}]}", NULL},
    {"post_organization_invitation", "workspaces:=[5]", NULL, NULL},
    {"post_organization_invitation", "project_invite:={}", "{\"project_invite\":{}}", NULL},
    {"put_organization_segmentation", "heard=a friend", "{\"heard\":\"a friend\"}", NULL},
    {"put_organization_segmentation", "heard:=null", NULL, NULL},
    {"post_organization_accept_invitation", "invitation_code=", NULL, NULL},
};

static void test_words(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(json_t) arguments = json_object();
        g_autoptr(GError) error = NULL;
        const Endpoint *endpoint = endpoint_find(words[i].operation);
        bool good = arguments_add_word(endpoint, arguments, words[i].word, &error);
        if (good != (words[i].value != NULL))
            fail_msg("%s: %s", words[i].word, good ? "taken" : error->message);
        char *text = json_dumps(arguments, JSON_COMPACT);
        assert_string_equal(text, good ? words[i].value : "{}");
        free(text);
        if (!good)
            assert_int_equal(error->code, SYNC_ERROR_USAGE);
        if (words[i].problem != NULL)
            assert_error(error, words[i].problem);
        if (good) {
            assert_false(arguments_add_word(endpoint, arguments, words[i].word, &error));
            assert_non_null(strstr(error->message, "is given twice"));
        }
    }
}

static const struct {
    const char *operation;
    const char *arguments;
    const char *body;    /* given as a whole; NULL: none */
    const char *problem; /* the beginning of it; NULL: good */
    const char *path;
    const char *shown;
    const char *made; /* the body that is made; NULL: none */
} wholes[] = {
    {"get_me", "{}", NULL, NULL, "/me", "/me", NULL},
    {"get_me", "{\"x\":1}", NULL, "get_me: 'x' is none of its keys", NULL, NULL, NULL},
    {"get_organization", "{}", NULL, "get_organization: 'organization_id' is missing", NULL, NULL,
     NULL},
    {"get_organization", "{\"organization_id\":-1}", NULL,
     "get_organization: 'organization_id' is no id", NULL, NULL, NULL},
    {"get_me", "{}", "{}", "get_me takes no body", NULL, NULL, NULL},
    {"get_organization_users",
     "{\"organization_id\":7,\"sort_dir\":\"asc\",\"filter\":\"a&b=c d/ü\",\"workspaces\":[1,2]}",
     NULL, NULL, "/organizations/7/users?filter=a%26b%3Dc%20d%2F%C3%BC&workspaces=1,2&sort_dir=asc",
     "/organizations/7/users?filter=a%26b%3Dc%20d%2F%C3%BC&workspaces=1,2&sort_dir=asc", NULL},
    {"post_organization_accept_invitation", "{\"invitation_code\":\"../x?y\"}", NULL, NULL,
     "/organizations/invitations/..%2Fx%3Fy/accept", "/organizations/invitations/***/accept", NULL},
    {"put_organization_users", "{\"organization_id\":7,\"organization_user_id\":4}", NULL,
     "put_organization_users: nothing is given that it could change", NULL, NULL, NULL},
    {"put_organization_users",
     "{\"organization_id\":7,\"organization_user_id\":4,\"inactive\":true}", NULL, NULL,
     "/organizations/7/users/4", "/organizations/7/users/4", "{\"inactive\":true}"},
    {"put_organization_users", "{\"organization_id\":7,\"organization_user_id\":4}",
     "{\"any\":\"thing\"}", NULL, "/organizations/7/users/4", "/organizations/7/users/4", NULL},
    {"put_organization_users",
     "{\"organization_id\":7,\"organization_user_id\":4,\"inactive\":true}", "{}",
     "put_organization_users: 'inactive' is in the body, which is given as a whole", NULL, NULL,
     NULL},
    {"put_organization_users", "{\"organization_id\":7,\"organization_user_id\":4}", "[]",
     "put_organization_users takes an object as its body", NULL, NULL, NULL},
    {"patch_organization_group",
     "{\"organization_id\":7,\"group_id\":5,\"op\":\"add\",\"path\":\"/users\",\"value\":[9]}",
     NULL, NULL, "/organizations/7/groups/5", "/organizations/7/groups/5",
     "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[9]}]"},
    {"patch_organization_group", "{\"organization_id\":7,\"group_id\":5}", "{}",
     "patch_organization_group takes a list as its body", NULL, NULL, NULL},
    {"put_organization_workspaces_assignments", "{\"organization_id\":7,\"workspace_id\":5}",
     "[{\"operation\":\"add\",\"user_id\":9}]", NULL, "/organizations/7/workspaces/5/assignments",
     "/organizations/7/workspaces/5/assignments", NULL},
    {"put_organization_segmentation", "{\"organization_id\":7}", NULL, NULL,
     "/organizations/7/segmentation", "/organizations/7/segmentation", NULL},
};

static void test_wholes(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(wholes); i++) {
        g_autoptr(json_t) arguments = json_loads(wholes[i].arguments, 0, NULL);
        g_autoptr(json_t) body =
            wholes[i].body == NULL ? NULL : json_loads(wholes[i].body, 0, NULL);
        g_autoptr(GError) error = NULL;
        const Endpoint *endpoint = endpoint_find(wholes[i].operation);
        bool good = arguments_check(endpoint, arguments, body, &error);
        if (good != (wholes[i].problem == NULL))
            fail_msg("%zu: %s", i, good ? "taken" : error->message);
        if (!good) {
            assert_int_equal(error->code, SYNC_ERROR_USAGE);
            if (!g_str_has_prefix(error->message, wholes[i].problem))
                fail_msg("%zu: %s", i, error->message);
            continue;
        }
        g_autofree char *path = arguments_path(endpoint, arguments, false);
        g_autofree char *shown = arguments_path(endpoint, arguments, true);
        assert_string_equal(path, wholes[i].path);
        assert_string_equal(shown, wholes[i].shown);
        g_autoptr(json_t) made = body == NULL ? arguments_body(endpoint, arguments) : NULL;
        char *text = made == NULL ? NULL : json_dumps(made, JSON_COMPACT);
        assert_string_equal(text == NULL ? "none" : text,
                            wholes[i].made == NULL ? "none" : wholes[i].made);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_wholes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
