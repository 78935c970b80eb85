/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/sections.h"
#include "model/dn.h"

#include <string.h>

static const struct {
    const char *key;
    RuleKind kind;
} selectors[] = {
    {"group", RULE_GROUP},
    {"group_name", RULE_GROUP_NAME},
    {"group_anchor", RULE_GROUP_ANCHOR},
    {"group_filter", RULE_GROUP_FILTER},
    {"group_match", RULE_GROUP_MATCH},
    {"people_match", RULE_PEOPLE_MATCH},
    {"everyone", RULE_EVERYONE},
};

/* The selector of a rule, or NULL with a problem when it has none, or several. */
static const char *find_selector(Section *section, RuleKind *ret_kind)
{
    g_autoptr(GString) found = g_string_new(NULL);
    const char *first = NULL;
    unsigned count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(selectors); i++) {
        if (section_get(section, selectors[i].key) == NULL)
            continue;
        g_string_append_printf(found, "%s'%s'", count > 0 ? " and " : "", selectors[i].key);
        if (count++ == 0) {
            first = selectors[i].key;
            *ret_kind = selectors[i].kind;
        }
    }
    if (count == 1)
        return first;
    static const char hint[] = "a rule has exactly one of group, group_name, group_anchor, "
                               "group_filter, group_match, people_match, everyone";
    if (count == 0)
        reader_problem(section->reader, section->group, hint, "the rule names nobody");
    else
        reader_problem(section->reader, section->group, hint,
                       "the rule names people in several ways: %s", found->str);
    return NULL;
}

/* Whether TEXT holds "\1" or "\g<1>", and whether all of them are groups of PATTERN. */
typedef struct {
    bool any;
    bool odd;      /* another escape, which would be replaced too */
    char *missing; /* the first that PATTERN lacks; NULL: none. Owned */
} References;

static bool has_number(const GRegex *pattern, const char *digits)
{
    gint64 number = 0;
    return g_ascii_string_to_signed(digits, 10, 0, g_regex_get_capture_count(pattern), &number,
                                    NULL);
}

static bool has_reference(const GRegex *pattern, const char *name)
{
    return g_ascii_isdigit(*name) ? has_number(pattern, name)
                                  : g_regex_get_string_number(pattern, name) > 0;
}

/* Takes the reference behind a backslash at AT; returns where it ends, NULL when it is none. */
static const char *take_reference(const char *at, char **ret_name)
{
    if (g_ascii_isdigit(*at)) {
        size_t length = strspn(at, "0123456789");
        *ret_name = g_strndup(at, length);
        return at + length;
    }
    const char *close = at[0] == 'g' && at[1] == '<' ? strchr(at, '>') : NULL;
    if (close == NULL)
        return NULL;
    *ret_name = g_strndup(at + 2, (size_t) (close - at - 2));
    return close + 1;
}

static References find_references(const char *text, const GRegex *pattern)
{
    References references = {0};
    for (const char *at = strchr(text, '\\'); at != NULL; at = strchr(at, '\\')) {
        g_autofree char *name = NULL;
        const char *behind = take_reference(at + 1, &name);
        if (behind == NULL) {
            references.odd = references.odd || at[1] != '\\';
            at += at[1] == '\0' ? 1 : 2;
            continue;
        }
        references.any = true;
        if (pattern != NULL && references.missing == NULL && !has_reference(pattern, name))
            references.missing = g_strndup(at, (size_t) (behind - at));
        at = behind;
    }
    return references;
}

/* Checks NAME, which stands in SETTING, of a rule of KIND with PATTERN (NULL: none, or broken). */
static void check_references(Reader *reader, const config_setting_t *setting, const char *name,
                             RuleKind kind, const GRegex *pattern)
{
    References references = find_references(name, pattern);
    g_autofree char *safe = text_safe(name, -1);
    if (references.any && kind != RULE_GROUP_MATCH)
        reader_problem(reader, setting, NULL, "refers back without group_match '%s'", safe);
    else if (references.odd && kind == RULE_GROUP_MATCH)
        reader_problem(reader, setting,
                       "\"\\\\1\" refers back to the first group of group_match, \"\\\\\\\\\" is a "
                       "backslash",
                       "backslash that refers to nothing '%s'", safe);
    else if (references.missing != NULL)
        reader_problem(reader, setting, NULL, "group_match has no group '%s'", references.missing);
    g_free(references.missing);
}

static Role read_role(Section *section)
{
    g_autofree char *name = section_string(section, "role", SECTION_OPTIONAL);
    Role role = ROLE_NONE;
    if (name == NULL || role_parse(name, &role))
        return role;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (Role known = ROLE_USER; known <= ROLE_ADMIN; known++)
        g_ptr_array_add(words, (gpointer) (guintptr) role_name(known));
    g_autofree char *hint = text_did_you_mean(name, words, NULL);
    g_autofree char *safe = text_safe(name, -1);
    reader_problem(section->reader, section_get(section, "role"),
                   hint != NULL ? hint : "one of 'user', 'projectlead', 'teamlead', 'admin'",
                   "unknown value '%s'", safe);
    return ROLE_NONE;
}

static void add_workspace(Reader *reader, const config_setting_t *setting, Rule *rule)
{
    RuleWorkspace *workspace = rule_workspace_new();
    g_ptr_array_add(rule->workspaces, workspace);
    if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
        workspace->name = g_strdup(config_setting_get_string(setting));
        if (*workspace->name == '\0')
            reader_problem(reader, setting, NULL, "is empty");
        check_references(reader, setting, workspace->name, rule->kind, rule->pattern);
        return;
    }
    if (!config_setting_is_group(setting)) {
        reader_problem(reader, setting, "write { name = \"Product\"; role = \"admin\"; }",
                       "a group or a name is expected");
        return;
    }
    Section *section = section_open(reader, setting);
    bool by_name = section_get(section, "name") != NULL;
    bool by_id = section_get(section, "id") != NULL;
    if (by_name == by_id)
        reader_problem(reader, setting, NULL, "a workspace has a name or an id%s",
                       by_name ? ", not both" : "");
    workspace->name = by_name ? section_string(section, "name", SECTION_REQUIRED) : NULL;
    workspace->id = section_id(section, "id", SECTION_OPTIONAL);
    workspace->role = read_role(section);
    if (workspace->name != NULL)
        check_references(reader, section_get(section, "name"), workspace->name, rule->kind,
                         rule->pattern);
    section_close(section);
}

static void read_workspaces(Section *section, Rule *rule)
{
    const config_setting_t *setting = section_get(section, "workspaces");
    if (setting == NULL)
        return;
    if (!setting_is_list(setting)) {
        add_workspace(section->reader, setting, rule);
        return;
    }
    for (int i = 0; i < config_setting_length(setting); i++)
        add_workspace(section->reader, config_setting_get_elem(setting, (unsigned) i), rule);
}

static void read_toggl_group(Section *section, Rule *rule)
{
    const config_setting_t *setting = section_get(section, "toggl_group");
    if (setting == NULL)
        return;
    int type = config_setting_type(setting);
    if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
        rule->toggl_group_id = section_id(section, "toggl_group", SECTION_OPTIONAL);
        return;
    }
    rule->toggl_group = section_string(section, "toggl_group", SECTION_REQUIRED);
    if (rule->toggl_group != NULL)
        check_references(section->reader, setting, rule->toggl_group, rule->kind, rule->pattern);
}

static void check_dn(Reader *reader, const config_setting_t *setting, const Rule *rule)
{
    g_autofree char *key = NULL;
    g_autoptr(GError) error = NULL;
    if (rule->kind == RULE_GROUP && !dn_key(rule->value, strlen(rule->value), &key, &error))
        reader_problem(reader, setting, "for the name of a group write group_name", "%s",
                       error->message);
}

static bool check_from(Section *section, const Config *config, const char *from)
{
    for (guint i = 0; i < config->sync->sources->len; i++)
        if (strcmp(g_ptr_array_index(config->sync->sources, i), from) == 0)
            return true;
    g_autofree char *hint = text_did_you_mean(from, config->sync->sources, NULL);
    g_autofree char *safe = text_safe(from, -1);
    reader_problem(section->reader, section_get(section, "from"), hint,
                   "no directory is called '%s'", safe);
    return false;
}

/* A rule about groups in directories that are not asked for groups would always be held. */
static void check_groups(Section *section, const Config *config, const char *selector,
                         const char *from)
{
    for (guint i = 0; i < config->sources->len; i++) {
        const SourceSettings *source = g_ptr_array_index(config->sources, i);
        if ((from == NULL || strcmp(source->name, from) == 0) && source->groups->len > 0)
            return;
    }
    if (config->sources->len > 0)
        reader_problem(section->reader, section_get(section, selector), NULL,
                       "no directory that the rule looks at has 'groups'");
}

/* Another rule that differs from RULE only in the group it names. */
static Rule *rule_like(const Rule *rule, const char *value)
{
    Rule *other = rule_new(rule->kind);
    other->value = g_strdup(value);
    other->from = g_strdup(rule->from);
    other->allow_empty = rule->allow_empty;
    other->via_group = rule->via_group;
    other->toggl_group = g_strdup(rule->toggl_group);
    other->toggl_group_id = rule->toggl_group_id;
    for (guint i = 0; i < rule->workspaces->len; i++) {
        const RuleWorkspace *from = g_ptr_array_index(rule->workspaces, i);
        RuleWorkspace *workspace = rule_workspace_new();
        workspace->id = from->id;
        workspace->name = g_strdup(from->name);
        workspace->role = from->role;
        g_ptr_array_add(other->workspaces, workspace);
    }
    return other;
}

/* One rule for each group that the selector lists; the rest of the section is the same for all. */
static void add_rules(Section *section, const char *selector, Rule *rule, GPtrArray *rules)
{
    const config_setting_t *setting = section_get(section, selector);
    bool listed = config_setting_is_aggregate(setting);
    g_auto(GStrv) values = section_strings(section, selector, SECTION_REQUIRED);
    for (guint i = 0; values != NULL && values[i] != NULL; i++) {
        const config_setting_t *element = section_element(section, selector, i);
        Rule *one = rule_like(rule, values[i]);
        g_autofree char *path = setting_path(listed ? element : section->group);
        one->label = g_strdup(path);
        check_dn(section->reader, element, one);
        g_ptr_array_add(rules, one);
    }
}

static void read_pattern(Section *section, Rule *rule)
{
    rule->value = section_string(section, "group_match", SECTION_REQUIRED);
    if (rule->value != NULL)
        rule->pattern =
            reader_pattern(section->reader, section_get(section, "group_match"), rule->value);
}

/* Adds NAME to *LIST, once. */
static void add_once(char ***list, const char *name)
{
    guint count = *list != NULL ? g_strv_length(*list) : 0;
    for (guint i = 0; i < count; i++) {
        if (g_ascii_strcasecmp((*list)[i], name) == 0)
            return;
    }
    *list = g_renew(char *, *list, count + 2);
    (*list)[count] = g_strdup(name);
    (*list)[count + 1] = NULL;
}

/* What a rule looks at must be read by the directories it looks into. */
static void ask_sources(const Config *config, const Rule *rule)
{
    for (guint i = 0; i < config->sources->len; i++) {
        SourceSettings *source = g_ptr_array_index(config->sources, i);
        if (rule->from != NULL && strcmp(rule->from, source->name) != 0)
            continue;
        if (rule->attribute != NULL)
            add_once(&source->attributes, rule->attribute);
        if (rule->kind == RULE_GROUP_FILTER && rule->value != NULL)
            add_once(&source->group_filters, rule->value);
    }
}

static void read_people_match(Section *section, Rule *rule)
{
    Section *match = section_group(section, "people_match", SECTION_REQUIRED);
    if (match == NULL)
        return;
    rule->attribute = section_string(match, "attribute", SECTION_REQUIRED);
    rule->value = section_string(match, "pattern", SECTION_REQUIRED);
    if (rule->attribute != NULL)
        check_attribute(match, section_get(match, "attribute"), rule->attribute);
    if (rule->value != NULL)
        rule->pattern = reader_pattern(section->reader, section_get(match, "pattern"), rule->value);
    section_close(match);
}

static void read_group_filter(Section *section, Rule *rule)
{
    rule->value = section_string(section, "group_filter", SECTION_REQUIRED);
    g_autoptr(GError) error = NULL;
    if (rule->value != NULL && !source_filter_check(rule->value, true, &error))
        reader_problem(section->reader, section_get(section, "group_filter"), NULL, "%s",
                       error->message);
}

static void read_via(Section *section, Rule *rule)
{
    static const char *const words[] = {"direct", "group", NULL};
    rule->via_group = section_choice(section, "via", words, 0) == 1;
    if (!rule->via_group)
        return;
    const config_setting_t *setting = section_get(section, "via");
    if (rule->toggl_group == NULL && rule->toggl_group_id == 0)
        reader_problem(section->reader, setting, NULL, "via 'group' needs a toggl_group");
    if (rule->workspaces->len == 0)
        reader_problem(section->reader, setting, NULL, "via 'group' needs workspaces");
    for (guint i = 0; i < rule->workspaces->len; i++) {
        const RuleWorkspace *workspace = g_ptr_array_index(rule->workspaces, i);
        if (workspace->role != ROLE_NONE)
            reader_problem(section->reader, section_get(section, "workspaces"),
                           "a group gives the role 'user'; another rule can give more",
                           "via 'group' takes no role");
    }
}

static void read_rule(Section *section, Config *config)
{
    RuleKind kind = RULE_EVERYONE;
    const char *selector = find_selector(section, &kind);
    Rule *rule = rule_new(kind);
    rule->label = setting_path(section->group);
    rule->from = section_string(section, "from", SECTION_OPTIONAL);
    rule->allow_empty = section_bool(section, "allow_empty", false);
    bool known = rule->from == NULL || check_from(section, config, rule->from);
    if (selector != NULL && kind == RULE_GROUP_MATCH)
        read_pattern(section, rule);
    if (selector != NULL && kind == RULE_PEOPLE_MATCH)
        read_people_match(section, rule);
    if (selector != NULL && kind == RULE_GROUP_FILTER)
        read_group_filter(section, rule);
    if (selector != NULL && kind == RULE_EVERYONE && !section_bool(section, "everyone", true))
        reader_problem(section->reader, section_get(section, "everyone"), NULL,
                       "only 'true' names anybody");
    read_toggl_group(section, rule);
    read_workspaces(section, rule);
    read_via(section, rule);
    bool of_groups = kind != RULE_EVERYONE && kind != RULE_PEOPLE_MATCH;
    if (selector != NULL && known && of_groups)
        check_groups(section, config, selector, rule->from);
    ask_sources(config, rule);
    bool by_name = kind == RULE_GROUP || kind == RULE_GROUP_NAME || kind == RULE_GROUP_ANCHOR;
    if (selector != NULL && by_name) {
        add_rules(section, selector, rule, config->sync->rules);
        rule_free(rule);
    } else {
        g_ptr_array_add(config->sync->rules, rule);
    }
}

/* Exclusions hold on Toggl's side, too: for members without an entry. */
static void take_exclusions(char **patterns, GPtrArray *to)
{
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        GRegex *pattern = g_regex_new(*patterns, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
        if (pattern != NULL) /* what is no pattern was told where it stands */
            g_ptr_array_add(to, pattern);
    }
}

static void collect_exclusions(const Config *config)
{
    for (guint i = 0; i < config->sources->len; i++) {
        const SourceSettings *source = g_ptr_array_index(config->sources, i);
        for (guint p = 0; p < source->people->len; p++) {
            const PeopleSearch *search = g_ptr_array_index(source->people, p);
            take_exclusions(search->exclude_mail, config->sync->excluded_mails);
            take_exclusions(search->exclude_dn, config->sync->excluded_dns);
        }
    }
}

void read_rules(Section *root, Config *config)
{
    collect_exclusions(config);
    g_autoptr(GPtrArray) sections = section_groups(root, "mapping", SECTION_REQUIRED);
    for (guint i = 0; i < sections->len; i++) {
        Section *section = g_ptr_array_index(sections, i);
        read_rule(section, config);
        section_close(section);
    }
}
