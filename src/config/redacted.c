/* SPDX-License-Identifier: Apache-2.0 */
#include "config/redacted.h"

#include "base/error.h"
#include "config/reader.h"
#include "config/secret.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REMOVED "env:REMOVED"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(config_t, config_destroy)

/* Keys under which a secret, or an address that is as good as one, is named. */
static bool is_private(const char *name)
{
    static const char *const names[] = {"secret", "webhook", "ping",
                                        "proxy",  "keytab",  "client_key"};
    for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return secret_key_is_private(name);
}

/* "ldap://user:password@host" without what is before the last '@': nobody who writes a password
 * there escapes what is in it. New string. */
static char *without_user(const char *text)
{
    const char *slashes = strstr(text, "://");
    const char *at = slashes != NULL ? strrchr(slashes, '@') : NULL;
    if (at == NULL)
        return g_strdup(text);
    g_autofree char *scheme = g_strndup(text, (size_t) (slashes + 3 - text));
    return g_strconcat(scheme, at + 1, NULL);
}

static void redact(const Redaction *redaction, config_setting_t *setting)
{
    for (int i = 0; i < config_setting_length(setting); i++)
        redact(redaction, config_setting_get_elem(setting, (unsigned) i));
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return;
    const char *value = config_setting_get_string(setting);
    if (is_private(config_setting_name(setting))) {
        if (*value != '\0')
            (void) config_setting_set_string(setting, REMOVED); /* fails for other types only */
        return;
    }
    g_autofree char *bare = without_user(value);
    g_autofree char *text = redaction->replace(redaction->context, bare);
    (void) config_setting_set_string(setting, text);
}

static void add_string(config_setting_t *group, const char *name, const char *value)
{
    config_setting_t *setting = config_setting_add(group, name, CONFIG_TYPE_STRING);
    (void) config_setting_set_string(setting, value);
}

/* Whether GROUP says that groups in groups do not count, at its first search. */
static bool is_flat(const config_setting_t *directory)
{
    const config_setting_t *groups = config_setting_get_member(directory, "groups");
    if (groups != NULL && !config_setting_is_group(groups) && config_setting_length(groups) > 0)
        groups = config_setting_get_elem(groups, 0);
    const config_setting_t *nested = groups != NULL && config_setting_is_group(groups)
                                         ? config_setting_get_member(groups, "nested")
                                         : NULL;
    return nested != NULL && config_setting_type(nested) == CONFIG_TYPE_BOOL &&
           config_setting_get_bool(nested) == CONFIG_FALSE;
}

static void put_file(config_setting_t *directory, const RedactDirectory *file)
{
    bool flat = is_flat(directory);
    for (int i = config_setting_length(directory) - 1; i >= 0; i--) {
        const char *name = config_setting_name(config_setting_get_elem(directory, (unsigned) i));
        if (strcmp(name, "name") != 0 && strcmp(name, "required") != 0)
            (void) config_setting_remove_elem(directory, (unsigned) i);
    }
    add_string(directory, "kind", "ldif");
    add_string(directory, "file", file->file);
    config_setting_t *people = config_setting_add(directory, "people", CONFIG_TYPE_GROUP);
    add_string(people, "base", file->people_base);
    add_string(people, "filter", "(objectClass=inetOrgPerson)");
    add_string(people, "anchor", "entryUUID");
    add_string(people, "mail", "mail");
    add_string(people, "name", "displayName");
    add_string(people, "disabled", "ppolicy");
    config_setting_t *exclude = config_setting_add(people, "exclude", CONFIG_TYPE_GROUP);
    add_string(exclude, "mail", "^excluded-");
    if (file->groups_base == NULL)
        return;
    config_setting_t *groups = config_setting_add(directory, "groups", CONFIG_TYPE_GROUP);
    add_string(groups, "base", file->groups_base);
    add_string(groups, "filter", "(objectClass=groupOfNames)");
    add_string(groups, "name", "cn");
    add_string(groups, "member", "member");
    config_setting_t *nested = config_setting_add(groups, "nested", CONFIG_TYPE_BOOL);
    (void) config_setting_set_bool(nested, flat ? CONFIG_FALSE : CONFIG_TRUE);
}

/* One directory, or a list of them, in the order of the redaction. */
static void put_files(const Redaction *redaction, config_setting_t *root)
{
    config_setting_t *one = config_setting_get_member(root, "directory");
    config_setting_t *list = config_setting_get_member(root, "directories");
    for (guint i = 0; i < redaction->count; i++) {
        config_setting_t *directory = one != NULL    ? one
                                      : list != NULL ? config_setting_get_elem(list, i)
                                                     : NULL;
        if (directory != NULL && config_setting_is_group(directory))
            put_file(directory, &redaction->directories[i]);
    }
}

static char *text_of(config_t *file)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    if (out == NULL)
        g_error("no memory for a configuration");
    config_write(file, out);
    if (fclose(out) != 0)
        g_error("no memory for a configuration");
    char *text = g_strndup(bytes, length);
    free(bytes);
    return text;
}

bool config_redacted(const char *path, const Redaction *redaction, char **ret_text, GError **error)
{
    g_autoptr(Reader) reader = reader_new(path, true);
    g_auto(config_t) file;
    config_init(&file);
    if (!reader_parse(reader, &file, error))
        return false;
    config_setting_t *root = config_root_setting(&file);
    redact(redaction, root);
    if (redaction->directories != NULL)
        put_files(redaction, root);
    *ret_text = text_of(&file);
    return true;
}
