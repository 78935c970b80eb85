/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/server.h"
#include "source/entry.h"
#include "source/expiry.h"
#include "source/kind.h"
#include "source/session_conf.h"
#include "source/standing.h"

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
static const char *const nested_words[] = {
    [NESTED_NO] = "false",
    [NESTED_YES] = "true",
    [NESTED_IN_CHAIN] = "in-chain",
    NULL,
};

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

void check_attribute(Section *section, const config_setting_t *setting, const char *name)
{
    g_autofree char *safe = text_safe(name, -1);
    if (!attribute_name_is_valid(name))
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
    return (SearchScope) section_choice(section, "scope", search_scope_words, fallback);
}

static char **read_attributes(Section *section, const char *key)
{
    char **names = section_strings(section, key, SECTION_OPTIONAL);
    for (unsigned i = 0; names != NULL && names[i] != NULL; i++)
        check_attribute(section, section_element(section, key, i), names[i]);
    return names;
}

static char **read_dns(Section *section, const char *key)
{
    char **dns = section_strings(section, key, SECTION_OPTIONAL);
    for (unsigned i = 0; dns != NULL && dns[i] != NULL; i++)
        check_dn(section, section_element(section, key, i), dns[i]);
    return dns;
}

static void read_exclude(Section *section, PeopleSearch *search)
{
    Section *exclude = section_group(section, "exclude", SECTION_OPTIONAL);
    if (exclude == NULL)
        return;
    search->exclude_mail = read_patterns(exclude, "mail");
    search->exclude_dn = read_patterns(exclude, "dn");
    search->exclude_group = read_dns(exclude, "group");
    search->exclude_presets = section_bool(exclude, "presets", true);
    section_close(exclude);
}

/* A word of standing.h, or a filter. */
static void read_disabled(Section *section, PeopleSearch *search, SourceKind kind)
{
    search->disabled = section_string(section, "disabled", SECTION_OPTIONAL);
    g_autoptr(GError) error = NULL;
    g_autoptr(StandingRule) rule = standing_rule_new(search, kind, &error);
    if (rule != NULL)
        return;
    char *hint = strstr(error->message, "\nhint: ");
    if (hint != NULL)
        *hint = '\0';
    reader_problem(section->reader, section_get(section, "disabled"),
                   hint != NULL ? hint + strlen("\nhint: ") : NULL, "%s", error->message);
}

static void read_expires(Section *section, PeopleSearch *search)
{
    Section *expires = section_group(section, "expires", SECTION_OPTIONAL);
    if (expires == NULL)
        return;
    search->expires_attribute = section_string(expires, "attribute", SECTION_REQUIRED);
    if (search->expires_attribute != NULL)
        check_attribute(expires, section_get(expires, "attribute"), search->expires_attribute);
    search->expires_format =
        (ExpiryFormat) section_choice(expires, "format", expiry_words, EXPIRY_GENERALIZED_TIME);
    section_close(expires);
}

/* Who is disabled must be read to be seen to be disabled. */
static void warn_of_hiding(Section *section, const PeopleSearch *search)
{
    g_autofree char *attribute =
        search->filter != NULL ? standing_hidden_by(search->filter, search) : NULL;
    if (attribute != NULL)
        reader_warning(section->reader, section_get(section, "filter"),
                       "looks at %s and so hides people who are disabled: they are missing then, "
                       "and leave after the grace only",
                       attribute);
}

static PeopleSearch *read_people(Section *section, SourceKind kind)
{
    PeopleSearch *search = people_search_new();
    search->base = read_base(section, kind == SOURCE_KIND_LDIF);
    search->scope = read_scope(section, search->scope);
    search->filter = read_filter(section, kind == SOURCE_KIND_LDIF);
    search->mail = read_attributes(section, "mail");
    search->name = read_attribute(section, "name");
    search->anchor = read_attribute(section, "anchor");
    search->operational = read_attributes(section, "operational");
    read_disabled(section, search, kind);
    read_expires(section, search);
    read_exclude(section, search);
    warn_of_hiding(section, search);
    return search;
}

/* Without groups nobody knows who is in one. */
static void check_excluded_groups(Section *section, const SourceSettings *source)
{
    for (guint i = 0; i < source->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(source->people, i);
        if (search->exclude_group == NULL || source->groups->len > 0)
            continue;
        reader_problem(section->reader, section_get(section, "people"), "add 'groups' that find it",
                       "exclude.group, but no groups are read");
        return;
    }
}

/* true, false, or "in-chain". */
static Nesting read_nesting(Section *section, SourceKind kind)
{
    const config_setting_t *setting = section_get(section, "nested");
    if (setting == NULL || config_setting_type(setting) != CONFIG_TYPE_STRING)
        return section_bool(section, "nested", true) ? NESTED_YES : NESTED_NO;
    Nesting nested = (Nesting) section_choice(section, "nested", nested_words, NESTED_YES);
    bool may_be = kind == SOURCE_KIND_AUTO || kind == SOURCE_KIND_LDIF ||
                  kind == SOURCE_KIND_ACTIVE_DIRECTORY;
    if (nested == NESTED_IN_CHAIN && !may_be)
        reader_problem(section->reader, setting, "write true: then we do it, on any server",
                       "only Active Directory expands groups by itself");
    return nested;
}

static GroupSearch *read_groups(Section *section, SourceKind kind)
{
    GroupSearch *search = group_search_new();
    search->schema =
        (GroupSchema) section_choice(section, "schema", group_schema_words, search->schema);
    /* what people say of their groups is enough to know them by name */
    bool named = search->schema == GROUP_SCHEMA_MEMBER_OF;
    search->base = named ? read_dn(section, "base", SECTION_OPTIONAL)
                         : read_base(section, kind == SOURCE_KIND_LDIF);
    search->scope = read_scope(section, search->scope);
    search->filter = read_filter(section, kind == SOURCE_KIND_LDIF);
    search->name = read_attribute(section, "name");
    search->member = read_attribute(section, "member");
    search->nested = read_nesting(section, kind);
    search->max_depth = section_int(section, "max_depth", 1, 10000, search->max_depth);
    return search;
}

static void read_searches(Section *section, SourceSettings *source)
{
    g_autoptr(GPtrArray) people = section_groups(section, "people", SECTION_REQUIRED);
    for (guint i = 0; i < people->len; i++) {
        Section *search = g_ptr_array_index(people, i);
        g_ptr_array_add(source->people, read_people(search, source->kind));
        section_close(search);
    }
    g_autoptr(GPtrArray) groups = section_groups(section, "groups", SECTION_OPTIONAL);
    for (guint i = 0; i < groups->len; i++) {
        Section *search = g_ptr_array_index(groups, i);
        g_ptr_array_add(source->groups, read_groups(search, source->kind));
        section_close(search);
    }
    check_excluded_groups(section, source);
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
    source->sentinels = read_dns(section, "sentinels");
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
