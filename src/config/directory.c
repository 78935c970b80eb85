/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/server.h"
#include "source/session_conf.h"

#include <string.h>

#define DEFAULT_NAME "directory"

static const char *const kind_words[] = {
    [SOURCE_KIND_AUTO] = "auto",
    [SOURCE_KIND_OPENLDAP] = "openldap",
    [SOURCE_KIND_389DS] = "389ds",
    [SOURCE_KIND_FREEIPA] = "freeipa",
    [SOURCE_KIND_ACTIVE_DIRECTORY] = "active-directory",
    [SOURCE_KIND_LDIF] = "ldif",
    NULL,
};
static const char *const scope_words[] = {
    [SCOPE_BASE] = "base",
    [SCOPE_ONE] = "one",
    [SCOPE_SUBTREE] = "subtree",
    NULL,
};
static const char *const disabled_words[] = {"ppolicy", "none", NULL};

/* Where a search begins; for a server, ldap.conf's BASE is what everybody's searches begin with. */
static char *read_base(Section *section, bool offline)
{
    char *base = offline ? NULL : session_conf_value("BASE");
    if (base == NULL || section_get(section, "base") != NULL) {
        g_free(base);
        return read_dn(section, "base", SECTION_REQUIRED);
    }
    return base;
}

/* RFC 4512: a name of letters, digits and hyphens, or an OID; options behind semicolons. */
static bool is_attribute(const char *name)
{
    if (!g_ascii_isalnum(*name))
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;") ==
           strlen(name);
}

void check_attribute(Section *section, const config_setting_t *setting, const char *name)
{
    g_autofree char *safe = text_safe(name, -1);
    if (!is_attribute(name))
        reader_problem(section->reader, setting, NULL, "not the name of an attribute '%s'", safe);
}

static char *read_attribute(Section *section, const char *key)
{
    char *name = section_string(section, key, SECTION_OPTIONAL);
    if (name != NULL)
        check_attribute(section, section_get(section, key), name);
    return name;
}

static char *read_filter(Section *section, bool offline)
{
    char *filter = section_string(section, "filter", SECTION_OPTIONAL);
    g_autoptr(GError) error = NULL;
    if (filter == NULL || source_filter_check(filter, offline, &error))
        return filter;
    reader_problem(section->reader, section_get(section, "filter"), NULL, "%s", error->message);
    return filter;
}

static char **read_patterns(Section *section, const char *key)
{
    char **patterns = section_strings(section, key, SECTION_OPTIONAL);
    for (unsigned i = 0; patterns != NULL && patterns[i] != NULL; i++) {
        const config_setting_t *setting = section_element(section, key, i);
        GRegex *regex = reader_pattern(section->reader, setting, patterns[i]);
        if (regex != NULL)
            g_regex_unref(regex); /* it compiles: that was the question */
    }
    return patterns;
}

static SearchScope read_scope(Section *section, SearchScope fallback)
{
    return (SearchScope) section_choice(section, "scope", scope_words, fallback);
}

static void read_exclude(Section *section, PeopleSearch *search)
{
    Section *exclude = section_group(section, "exclude", SECTION_OPTIONAL);
    if (exclude == NULL)
        return;
    search->exclude_mail = read_patterns(exclude, "mail");
    search->exclude_dn = read_patterns(exclude, "dn");
    section_close(exclude);
}

static PeopleSearch *read_people(Section *section, bool offline)
{
    PeopleSearch *search = people_search_new();
    search->base = read_base(section, offline);
    search->scope = read_scope(section, search->scope);
    search->filter = read_filter(section, offline);
    search->mail = section_strings(section, "mail", SECTION_OPTIONAL);
    for (unsigned i = 0; search->mail != NULL && search->mail[i] != NULL; i++)
        check_attribute(section, section_element(section, "mail", i), search->mail[i]);
    search->name = read_attribute(section, "name");
    search->anchor = read_attribute(section, "anchor");
    unsigned none = G_N_ELEMENTS(disabled_words) - 1;
    unsigned disabled = section_choice(section, "disabled", disabled_words, none);
    search->disabled = g_strdup(disabled_words[disabled]);
    read_exclude(section, search);
    return search;
}

static GroupSearch *read_groups(Section *section, bool offline)
{
    GroupSearch *search = group_search_new();
    search->base = read_base(section, offline);
    search->scope = read_scope(section, search->scope);
    search->filter = read_filter(section, offline);
    search->name = read_attribute(section, "name");
    search->member = read_attribute(section, "member");
    search->nested = section_bool(section, "nested", search->nested);
    search->max_depth = section_int(section, "max_depth", 1, 10000, search->max_depth);
    return search;
}

static void read_searches(Section *section, SourceSettings *source)
{
    bool offline = source->kind == SOURCE_KIND_LDIF;
    g_autoptr(GPtrArray) people = section_groups(section, "people", SECTION_REQUIRED);
    for (guint i = 0; i < people->len; i++) {
        Section *search = g_ptr_array_index(people, i);
        g_ptr_array_add(source->people, read_people(search, offline));
        section_close(search);
    }
    g_autoptr(GPtrArray) groups = section_groups(section, "groups", SECTION_OPTIONAL);
    for (guint i = 0; i < groups->len; i++) {
        Section *search = g_ptr_array_index(groups, i);
        g_ptr_array_add(source->groups, read_groups(search, offline));
        section_close(search);
    }
}

static void read_ldif(Section *section, SourceSettings *source)
{
    refuse_server(section, kind_words[SOURCE_KIND_LDIF]);
    source->file = section_file(section, "file", SECTION_REQUIRED);
}

static char *read_name(Section *section, bool several)
{
    char *name = section_string(section, "name", several ? SECTION_REQUIRED : SECTION_OPTIONAL);
    if (name == NULL)
        return g_strdup(DEFAULT_NAME);
    if (strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
        strlen(name))
        return name;
    g_autofree char *safe = text_safe(name, -1);
    reader_problem(section->reader, section_get(section, "name"), NULL,
                   "letters, digits, '.', '_' and '-' make a name, not '%s'", safe);
    return name;
}

static SourceSettings *read_directory(Section *section, bool several)
{
    SourceSettings *source = source_settings_new();
    g_free(source->name);
    source->name = read_name(section, several);
    source->kind = (SourceKind) section_choice(section, "kind", kind_words, SOURCE_KIND_AUTO);
    if (source->kind == SOURCE_KIND_LDIF)
        read_ldif(section, source);
    else
        read_server(section, source, kind_words[source->kind]);
    read_searches(section, source);
    source->sentinels = section_strings(section, "sentinels", SECTION_OPTIONAL);
    for (unsigned i = 0; source->sentinels != NULL && source->sentinels[i] != NULL; i++)
        check_dn(section, section_element(section, "sentinels", i), source->sentinels[i]);
    source->required = section_bool(section, "required", source->required);
    return source;
}

static bool name_is_taken(const Config *config, const char *name)
{
    for (guint i = 0; i < config->sync->sources->len; i++)
        if (strcmp(g_ptr_array_index(config->sync->sources, i), name) == 0)
            return true;
    return false;
}

void read_directories(Section *root, Config *config)
{
    const config_setting_t *one = section_get(root, "directory");
    const config_setting_t *many = section_get(root, "directories");
    if (one != NULL && many != NULL)
        reader_problem(root->reader, many, NULL, "stands beside 'directory'; one of them is meant");
    if (one == NULL && many == NULL) {
        reader_problem(root->reader, root->group, NULL, "'directory' is missing");
        return;
    }
    const char *key = one != NULL ? "directory" : "directories";
    g_autoptr(GPtrArray) sections = section_groups(root, key, SECTION_REQUIRED);
    for (guint i = 0; i < sections->len; i++) {
        Section *section = g_ptr_array_index(sections, i);
        SourceSettings *source = read_directory(section, sections->len > 1);
        const config_setting_t *name = section_get(section, "name");
        if (name != NULL && name_is_taken(config, source->name)) {
            g_autofree char *safe = text_safe(source->name, -1);
            reader_problem(root->reader, name, NULL, "another directory has the name '%s'", safe);
        }
        g_ptr_array_add(config->sources, source);
        int64_t max_shrink = section_percent(section, "max_shrink", DEFAULT_MAX_SHRINK);
        if (!name_is_taken(config, source->name)) {
            g_ptr_array_add(config->sync->sources, g_strdup(source->name));
            g_array_append_val(config->sync->max_shrink, max_shrink);
        }
        section_close(section);
    }
}
