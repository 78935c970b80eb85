/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/reader.h"
#include "config/secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

Section *section_open(Reader *reader, const config_setting_t *group)
{
    Section *section = g_new0(Section, 1);
    section->reader = reader;
    section->group = group;
    section->asked = g_ptr_array_new_with_free_func(g_free);
    return section;
}

static bool was_asked(const Section *section, const char *key)
{
    for (guint i = 0; i < section->asked->len; i++)
        if (strcmp(g_ptr_array_index(section->asked, i), key) == 0)
            return true;
    return false;
}

/* Whether SETTING is a key of an older release: that is no mistake, but somebody should know. */
static bool warn_of_retired(Reader *reader, const config_setting_t *setting)
{
    const RetiredKey *key = retired_find(reader->retired, setting);
    if (key != NULL)
        reader_warning(reader, setting, "retired since %s, ignoring\nhint: %s", key->since,
                       key->instead);
    return key != NULL;
}

/* What may have been meant by KEY: those like it, or else all that SECTION can have. New string. */
static char *hint_for(const Section *section, const char *key)
{
    char *near = text_did_you_mean(key, section->asked, NULL);
    if (near != NULL)
        return near;
    text_sort(section->asked);
    GString *hint = g_string_new("known here: ");
    for (guint i = 0; i < section->asked->len; i++)
        g_string_append_printf(hint, "%s%s", i > 0 ? ", " : "",
                               (const char *) g_ptr_array_index(section->asked, i));
    return g_string_free(hint, FALSE);
}

void section_close(Section *section)
{
    for (int i = 0; i < config_setting_length(section->group); i++) {
        const config_setting_t *setting = config_setting_get_elem(section->group, (unsigned) i);
        const char *key = config_setting_name(setting);
        if (was_asked(section, key) || warn_of_retired(section->reader, setting))
            continue;
        g_autofree char *hint = hint_for(section, key);
        reader_problem(section->reader, setting, hint, "unknown key '%s'", key);
    }
    g_ptr_array_unref(section->asked);
    g_free(section);
}

const config_setting_t *section_get(Section *section, const char *key)
{
    if (!was_asked(section, key))
        g_ptr_array_add(section->asked, g_strdup(key));
    return config_setting_get_member(section->group, key);
}

/* The setting KEY; its absence is reported when NEED says so, with the line of the group. */
static const config_setting_t *need_setting(Section *section, const char *key, SectionNeed need)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting == NULL && need == SECTION_REQUIRED) {
        bool root = config_setting_is_root(section->group);
        reader_problem(section->reader, section->group, NULL,
                       root ? "'%s' is missing" : "key '%s' is missing", key);
    }
    return setting;
}

/* What stands where something else should: "the number '5'", "a list". New string. */
static char *found_text(const config_setting_t *setting)
{
    bool private = secret_key_is_private(config_setting_name(setting));
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING: {
        g_autofree char *safe = text_safe(config_setting_get_string(setting), -1);
        return g_strdup_printf("the string '%s'", private ? "***" : safe);
    }
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        if (private)
            return g_strdup("a number");
        return g_strdup_printf("the number '%lld'", config_setting_type(setting) == CONFIG_TYPE_INT
                                                        ? config_setting_get_int(setting)
                                                        : config_setting_get_int64(setting));
    case CONFIG_TYPE_FLOAT:
        return g_strdup("a fraction");
    case CONFIG_TYPE_BOOL:
        return g_strdup_printf("the boolean '%s'",
                               config_setting_get_bool(setting) ? "true" : "false");
    case CONFIG_TYPE_GROUP:
        return g_strdup("a group");
    default:
        return g_strdup("a list");
    }
}

static void wrong_type(const Section *section, const config_setting_t *setting,
                       const char *expected)
{
    g_autofree char *found = found_text(setting);
    reader_problem(section->reader, setting, NULL, "%s is expected, found %s", expected, found);
}

static bool is_whole_number(const config_setting_t *setting)
{
    int type = config_setting_type(setting);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static int64_t whole_number(const config_setting_t *setting)
{
    return config_setting_type(setting) == CONFIG_TYPE_INT ? config_setting_get_int(setting)
                                                           : config_setting_get_int64(setting);
}

char *section_string(Section *section, const char *key, SectionNeed need)
{
    const config_setting_t *setting = need_setting(section, key, need);
    if (setting == NULL)
        return NULL;
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        wrong_type(section, setting, "a string");
        return NULL;
    }
    const char *value = config_setting_get_string(setting);
    if (*value == '\0') {
        if (need == SECTION_REQUIRED)
            reader_problem(section->reader, setting, NULL, "is empty");
        return NULL;
    }
    return g_strdup(value);
}

char *section_path(Section *section, const char *key, SectionNeed need)
{
    g_autofree char *path = section_string(section, key, need);
    return path != NULL ? reader_resolve(section->reader, path) : NULL;
}

char *section_file(Section *section, const char *key, SectionNeed need)
{
    char *path = section_path(section, key, need);
    if (path == NULL || access(path, R_OK) == 0)
        return path;
    const char *cause = g_strerror(errno);
    const config_setting_t *setting = section_get(section, key);
    g_autofree char *safe = text_safe(path, -1);
    if (section->reader->offline)
        reader_warning(section->reader, setting, "cannot read '%s': %s, ignoring", safe, cause);
    else
        reader_problem(section->reader, setting, NULL, "cannot read '%s': %s", safe, cause);
    return path;
}

static void add_element(const Section *section, GPtrArray *strings, const config_setting_t *element)
{
    if (config_setting_type(element) != CONFIG_TYPE_STRING)
        wrong_type(section, element, "a string");
    else if (*config_setting_get_string(element) == '\0')
        reader_problem(section->reader, element, NULL, "is empty");
    else
        g_ptr_array_add(strings, g_strdup(config_setting_get_string(element)));
}

char **section_strings(Section *section, const char *key, SectionNeed need)
{
    const config_setting_t *setting = need_setting(section, key, need);
    if (setting == NULL)
        return NULL;
    bool list = setting_is_list(setting);
    if (!list && config_setting_type(setting) != CONFIG_TYPE_STRING) {
        wrong_type(section, setting, "a string or a list of strings");
        return NULL;
    }
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
    if (list && config_setting_length(setting) == 0 && need == SECTION_REQUIRED)
        reader_problem(section->reader, setting, NULL, "is empty");
    for (int i = 0; list && i < config_setting_length(setting); i++)
        add_element(section, strings, config_setting_get_elem(setting, (unsigned) i));
    if (!list)
        add_element(section, strings, setting);
    if (strings->len == 0)
        return NULL;
    g_ptr_array_add(strings, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&strings), FALSE);
}

static bool is_usable_string(const config_setting_t *setting)
{
    return config_setting_type(setting) == CONFIG_TYPE_STRING &&
           *config_setting_get_string(setting) != '\0';
}

const config_setting_t *section_element(Section *section, const char *key, unsigned index)
{
    const config_setting_t *setting = section_get(section, key);
    if (!setting_is_list(setting))
        return setting;
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *element = config_setting_get_elem(setting, (unsigned) i);
        if (is_usable_string(element) && index-- == 0)
            return element;
    }
    return setting;
}

bool section_bool(Section *section, const char *key, bool fallback)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting == NULL)
        return fallback;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL) {
        wrong_type(section, setting, "true or false");
        return fallback;
    }
    return config_setting_get_bool(setting) != 0;
}

int64_t section_int(Section *section, const char *key, int64_t minimum, int64_t maximum,
                    int64_t fallback)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting == NULL)
        return fallback;
    if (!is_whole_number(setting)) {
        wrong_type(section, setting, "a whole number");
        return fallback;
    }
    int64_t value = whole_number(setting);
    if (value >= minimum && value <= maximum)
        return value;
    reader_problem(section->reader, setting, NULL,
                   "not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " '%" G_GINT64_FORMAT
                   "'",
                   minimum, maximum, value);
    return fallback;
}

int64_t section_id(Section *section, const char *key, SectionNeed need)
{
    const config_setting_t *setting = need_setting(section, key, need);
    if (setting == NULL)
        return 0;
    int64_t id = 0;
    if (is_whole_number(setting)) {
        id = whole_number(setting);
    } else if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
        const char *text = config_setting_get_string(setting);
        gint64 parsed = 0;
        if (g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &parsed, NULL))
            id = parsed;
    } else {
        wrong_type(section, setting, "an id");
        return 0;
    }
    if (id > 0)
        return id;
    g_autofree char *found = found_text(setting);
    reader_problem(section->reader, setting, NULL, "an id is expected, found %s", found);
    return 0;
}

int64_t section_percent(Section *section, const char *key, int64_t fallback)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting == NULL)
        return fallback;
    gint64 percent = 0;
    if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
        g_autofree char *digits = g_strdup(config_setting_get_string(setting));
        bool sign = g_str_has_suffix(digits, "%");
        if (sign)
            digits[strlen(digits) - 1] = '\0';
        if (sign && g_ascii_string_to_signed(digits, 10, 0, 100, &percent, NULL))
            return percent;
    }
    wrong_type(section, setting, "a percentage like \"5%\"");
    return fallback;
}

unsigned section_choice(Section *section, const char *key, const char *const *words,
                        unsigned fallback)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting == NULL)
        return fallback;
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        wrong_type(section, setting, "a string");
        return fallback;
    }
    const char *value = config_setting_get_string(setting);
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    g_autoptr(GString) all = g_string_new("one of ");
    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(value, words[i]) == 0)
            return i;
        g_ptr_array_add(candidates, (gpointer) (guintptr) words[i]);
        g_string_append_printf(all, "%s'%s'", i > 0 ? ", " : "", words[i]);
    }
    g_autofree char *hint = text_did_you_mean(value, candidates, NULL);
    g_autofree char *safe = text_safe(value, -1);
    reader_problem(section->reader, setting, hint != NULL ? hint : all->str, "unknown value '%s'",
                   safe);
    return fallback;
}

GPtrArray *section_groups(Section *section, const char *key, SectionNeed need)
{
    GPtrArray *sections = g_ptr_array_new();
    const config_setting_t *setting = need_setting(section, key, need);
    if (setting == NULL)
        return sections;
    if (config_setting_is_group(setting)) {
        g_ptr_array_add(sections, section_open(section->reader, setting));
        return sections;
    }
    if (!setting_is_list(setting)) {
        wrong_type(section, setting, "a group or a list of groups");
        return sections;
    }
    if (config_setting_length(setting) == 0 && need == SECTION_REQUIRED)
        reader_problem(section->reader, setting, NULL, "is empty");
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *element = config_setting_get_elem(setting, (unsigned) i);
        if (config_setting_is_group(element))
            g_ptr_array_add(sections, section_open(section->reader, element));
        else
            wrong_type(section, element, "a group");
    }
    return sections;
}

Section *section_group(Section *section, const char *key, SectionNeed need)
{
    const config_setting_t *setting = need_setting(section, key, need);
    if (setting == NULL)
        return NULL;
    if (config_setting_is_group(setting))
        return section_open(section->reader, setting);
    wrong_type(section, setting, "a group");
    return NULL;
}
