/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/mask.h"

#include <glib.h>
#include <stdbool.h>

#define MASK "***"

/* What a key holds is masked whatever it is, unless there is nothing. */
static const char *const secret_keys[] = {"code",      "invitation_code", "invite_url",
                                          "api_token", "invitation_url",  NULL};

static bool is_role(const json_t *object)
{
    return json_object_get(object, "role_id") != NULL && json_object_get(object, "entity") != NULL;
}

static void mask_object(json_t *object)
{
    bool role = is_role(object);
    void *next = NULL;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach_safe (object, next, key, value) {
        bool secret = g_strv_contains(secret_keys, key) && !(role && g_str_equal(key, "code"));
        bool empty =
            json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0);
        if (secret && !empty)
            (void) json_object_set_new(object, key, json_string(MASK));
        else
            mask_secrets(value);
    }
}

void mask_secrets(json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        mask_secrets(json_array_get(value, i));
    if (json_is_object(value))
        mask_object(value);
}
