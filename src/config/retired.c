/* SPDX-License-Identifier: Apache-2.0 */
#include "config/retired.h"

#include <glib.h>
#include <string.h>

const RetiredKey retired_keys[] = {
    {NULL, NULL, NULL}, /* the end */
};

/* "directories.people.mail": the path of SETTING without positions in lists. New string. */
static char *plain_path(const config_setting_t *setting)
{
    GString *path = g_string_new(NULL);
    for (; !config_setting_is_root(setting); setting = config_setting_parent(setting)) {
        const char *name = config_setting_name(setting);
        if (name == NULL)
            continue;
        if (path->len > 0)
            g_string_prepend_c(path, '.');
        g_string_prepend(path, name);
    }
    return g_string_free(path, FALSE);
}

const RetiredKey *retired_find(const RetiredKey *table, const config_setting_t *setting)
{
    g_autofree char *path = plain_path(setting);
    for (const RetiredKey *key = table; key->path != NULL; key++) {
        if (strcmp(key->path, path) == 0)
            return key;
    }
    return NULL;
}
