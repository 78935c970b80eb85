/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/address.h"
#include "config/sections.h"
#include "model/dn.h"

#include <string.h>

#define DEFAULT_NAME "directory"
#define LONGEST_TIMEOUT INT64_C(86400)

static const char *const kind_words[] = {
    [SOURCE_KIND_AUTO] = "auto",
    [SOURCE_KIND_OPENLDAP] = "openldap",
    [SOURCE_KIND_389DS] = "389ds",
    [SOURCE_KIND_FREEIPA] = "freeipa",
    [SOURCE_KIND_ACTIVE_DIRECTORY] = "active-directory",
    [SOURCE_KIND_LDIF] = "ldif",
    NULL,
};
static const char *const bind_words[] = {
    [BIND_ANONYMOUS] = "anonymous",
    [BIND_SIMPLE] = "simple",
    [BIND_EXTERNAL] = "external",
    NULL,
};
static const char *const scope_words[] = {
    [SCOPE_BASE] = "base",
    [SCOPE_ONE] = "one",
    [SCOPE_SUBTREE] = "subtree",
    NULL,
};
static const char *const disabled_words[] = {"ppolicy", "none", NULL};

static void check_dn(Section *section, const config_setting_t *setting, const char *dn)
{
    g_autofree char *key = NULL;
    g_autoptr(GError) error = NULL;
    if (!dn_key(dn, strlen(dn), &key, &error))
        reader_problem(section->reader, setting, NULL, "%s", error->message);
}

static char *read_dn(Section *section, const char *key, SectionNeed need)
{
    char *dn = section_string(section, key, need);
    if (dn != NULL)
        check_dn(section, section_get(section, key), dn);
    return dn;
}

/* RFC 4512: a name of letters, digits and hyphens, or an OID; options behind semicolons. */
static bool is_attribute(const char *name)
{
    if (!g_ascii_isalnum(*name))
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;") ==
           strlen(name);
}

static void check_attribute(Section *section, const config_setting_t *setting, const char *name)
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
    search->base = read_dn(section, "base", SECTION_REQUIRED);
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
    search->base = read_dn(section, "base", SECTION_REQUIRED);
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

static void check_uri(Section *section, const config_setting_t *setting, const char *uri,
                      const SourceSettings *source)
{
    Address address = address_parse(uri);
    g_autofree char *safe = text_safe(uri, -1);
    Reader *reader = section->reader;
    bool ldap = address.kind == ADDRESS_LDAP;
    if (!ldap && address.kind != ADDRESS_LDAPS && address.kind != ADDRESS_LDAPI)
        reader_problem(reader, setting, "write ldaps://HOST, ldap://HOST or ldapi://",
                       "not the URI of a directory '%s'", safe);
    else if (address.login)
        reader_problem(reader, setting, "say who binds in bind.dn and bind.password",
                       "a URI with a login");
    else if (source->start_tls && !ldap)
        reader_problem(reader, setting, NULL, "start_tls fits ldap:// only '%s'", safe);
    else if (source->bind == BIND_EXTERNAL && address.kind != ADDRESS_LDAPI)
        reader_problem(reader, setting, NULL, "bind.method 'external' fits ldapi:// only '%s'",
                       safe);
    else if (ldap && !source->start_tls && !address.loopback && source->bind == BIND_SIMPLE)
        reader_problem(reader, setting, "use ldaps://, or start_tls = true",
                       "the password would go over the network in clear '%s'", safe);
    else if (ldap && !source->start_tls && !address.loopback)
        reader_warning(reader, setting,
                       "what '%s' says comes in clear, and anybody on the way can change it", safe);
}

static void read_bind(Section *section, SourceSettings *source)
{
    Section *bind = section_group(section, "bind", SECTION_OPTIONAL);
    if (bind == NULL)
        return;
    source->bind = (BindMethod) section_choice(bind, "method", bind_words, BIND_SIMPLE);
    bool simple = source->bind == BIND_SIMPLE;
    source->bind_dn = read_dn(bind, "dn", simple ? SECTION_REQUIRED : SECTION_OPTIONAL);
    const config_setting_t *password = section_get(bind, "password");
    if (simple)
        (void) section_secret(bind, "password", SECTION_REQUIRED, &source->password);
    else if (source->bind_dn != NULL || password != NULL)
        reader_problem(section->reader, bind->group, NULL,
                       "method '%s' takes neither dn nor password", bind_words[source->bind]);
    section_close(bind);
}

/* What only a server needs makes no sense beside a file, and the other way round. */
static void refuse_key(Section *section, const char *key, const char *kind)
{
    const config_setting_t *setting = section_get(section, key);
    if (setting != NULL)
        reader_problem(section->reader, setting, NULL, "means nothing with kind '%s'", kind);
}

static void read_server(Section *section, SourceSettings *source)
{
    refuse_key(section, "file", kind_words[source->kind]);
    source->start_tls = section_bool(section, "start_tls", false);
    source->ca_file = section_file(section, "ca_file", SECTION_OPTIONAL);
    read_bind(section, source);
    source->uris = section_strings(section, "uris", SECTION_REQUIRED);
    for (unsigned i = 0; source->uris != NULL && source->uris[i] != NULL; i++)
        check_uri(section, section_element(section, "uris", i), source->uris[i], source);
}

static void read_ldif(Section *section, SourceSettings *source)
{
    static const char *const server_keys[] = {"uris", "start_tls", "ca_file", "bind"};
    for (size_t i = 0; i < G_N_ELEMENTS(server_keys); i++)
        refuse_key(section, server_keys[i], "ldif");
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
        read_server(section, source);
    read_searches(section, source);
    source->sentinels = section_strings(section, "sentinels", SECTION_OPTIONAL);
    for (unsigned i = 0; source->sentinels != NULL && source->sentinels[i] != NULL; i++)
        check_dn(section, section_element(section, "sentinels", i), source->sentinels[i]);
    source->connect_timeout =
        section_int(section, "connect_timeout", 1, LONGEST_TIMEOUT, source->connect_timeout);
    source->page_timeout =
        section_int(section, "page_timeout", 1, LONGEST_TIMEOUT, source->page_timeout);
    source->read_timeout =
        section_int(section, "read_timeout", 1, LONGEST_TIMEOUT, source->read_timeout);
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
