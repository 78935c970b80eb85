/* SPDX-License-Identifier: Apache-2.0 */
#include "config/starter.h"

#include "base/text.h"
#include "model/bases.h"
#include "model/dn.h"

#include <string.h>

#define RULES_SHOWN 50

static void rule_free_data(gpointer data)
{
    StarterRule *rule = data;
    if (rule == NULL)
        return;
    g_free(rule->dn);
    g_free(rule->toggl_group);
    g_free(rule->workspace);
    g_free(rule);
}

/* ---- looking ---- */

static const char *first_workspace(const Organization *organization, const OrganizationGroup *group)
{
    int64_t id = group != NULL && group->workspaces != NULL && group->workspaces->len > 0
                     ? g_array_index(group->workspaces, int64_t, 0)
                     : 0;
    const Workspace *workspace = id != 0 ? organization_workspace(organization, id) : NULL;
    if (workspace == NULL && organization->workspaces->len > 0)
        workspace = g_ptr_array_index(organization->workspaces, 0);
    return workspace != NULL ? workspace->name : NULL;
}

/* The groups of Toggl by their folded names, the first of each. */
static GHashTable *groups_by_name(const Organization *organization)
{
    GHashTable *groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = organization->groups->len; i > 0; i--) {
        OrganizationGroup *group = g_ptr_array_index(organization->groups, i - 1);
        g_hash_table_replace(groups, g_utf8_casefold(group->name, -1), group);
    }
    return groups;
}

static const OrganizationGroup *namesake(GHashTable *groups, const char *name)
{
    g_autofree char *folded = g_utf8_casefold(name, -1);
    return g_hash_table_lookup(groups, folded);
}

static StarterRule *rule_of(const DirectoryGroup *group, const char *toggl_group,
                            const char *workspace)
{
    StarterRule *rule = g_new0(StarterRule, 1);
    rule->dn = g_strdup(group->dn);
    rule->toggl_group = g_strdup(toggl_group);
    rule->workspace = g_strdup(workspace);
    rule->members = group->members->len;
    return rule;
}

static void look_at_groups(Starter *starter, const Directory *directory,
                           const Organization *organization)
{
    g_autoptr(Bases) bases = bases_new();
    g_autoptr(GHashTable) groups = groups_by_name(organization);
    const DirectoryGroup *smallest = NULL;
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        bases_take_place(bases, group->dn_key);
        const OrganizationGroup *same = namesake(groups, group->name);
        if (same != NULL)
            g_ptr_array_add(starter->rules,
                            rule_of(group, same->name, first_workspace(organization, same)));
        bool people = group->members->len > 0;
        if (people && (smallest == NULL || group->members->len < smallest->members->len))
            smallest = group;
    }
    starter->group_bases = bases_list(bases);
    starter->groups = directory->groups->len;
    if (starter->rules->len == 0 && smallest != NULL)
        starter->example = rule_of(smallest, NULL, starter->workspace);
}

void starter_look(Starter *starter, const Directory *directory, const Organization *organization)
{
    g_autoptr(Bases) bases = bases_new();
    for (guint i = 0; i < directory->people->len; i++)
        bases_take_place(bases, ((const Person *) g_ptr_array_index(directory->people, i))->dn_key);
    starter->people_bases = bases_list(bases);
    starter->people = directory->people->len;
    starter->workspace = g_strdup(first_workspace(organization, NULL));
    starter->rules = g_ptr_array_new_with_free_func(rule_free_data);
    look_at_groups(starter, directory, organization);
}

void starter_clear(Starter *starter)
{
    g_clear_pointer(&starter->people_bases, g_ptr_array_unref);
    g_clear_pointer(&starter->group_bases, g_ptr_array_unref);
    g_clear_pointer(&starter->workspace, g_free);
    g_clear_pointer(&starter->rules, g_ptr_array_unref);
    g_clear_pointer(&starter->example, rule_free_data);
}

/* ---- writing ---- */

/* TEXT as a string of libconfig. What must not stand in one is escaped away: such a name can be no
 * name that a rule means. */
static char *quoted(const char *text)
{
    g_autofree char *safe = text_is_safe(text, strlen(text)) ? g_strdup(text) : text_safe(text, -1);
    GString *string = g_string_new("\"");
    for (const char *c = safe; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(string, '\\');
        g_string_append_c(string, *c);
    }
    g_string_append_c(string, '"');
    return g_string_free(string, FALSE);
}

/* "KEY = "VALUE";" with INDENT before it; nothing for NULL. */
static void put(GString *text, const char *indent, const char *key, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *string = quoted(value);
    g_string_append_printf(text, "%s%s = %s;\n", indent, key, string);
}

/* A comment line; what comes from outside cannot end it. */
static void comment(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void comment(GString *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *safe = text_safe_within(line, -1, 200);
    g_string_append_printf(text, "# %s\n", safe);
}

/* "KEY: { ... };", or a list of such groups when there are several; each has a base of its own. */
static void write_searches(GString *text, const char *key, const GPtrArray *bases,
                           void (*write_rest)(GString *text, const Starter *starter),
                           const Starter *starter)
{
    bool list = bases->len > 1;
    g_string_append_printf(text, list ? "  %s =\n  (\n" : "  %s:\n", key);
    for (guint i = 0; i < bases->len; i++) {
        g_string_append(text, "  {\n");
        put(text, "    ", "base", g_ptr_array_index(bases, i));
        write_rest(text, starter);
        g_string_append(text, list && i + 1 < bases->len ? "  },\n" : list ? "  }\n" : "  };\n");
    }
    if (list)
        g_string_append(text, "  );\n");
}

static void write_person_rest(GString *text, const Starter *starter)
{
    put(text, "    ", "filter", starter->people_filter);
    put(text, "    ", "anchor", starter->anchor);
    put(text, "    ", "mail", starter->mail);
    put(text, "    ", "disabled", starter->disabled);
    if (starter->expires)
        g_string_append(
            text,
            "    expires: { attribute = \"shadowExpire\"; format = \"days-since-1970\"; };\n");
}

static void write_people(GString *text, const Starter *starter)
{
    g_string_append(
        text, "\n  # who is looked for; narrow base and filter until it is the right people\n");
    if (starter->classes != NULL) {
        g_string_append(text, "  ");
        comment(text, "what there is: %s", starter->classes);
    }
    if (starter->anchor_may_pass_on) {
        g_string_append(text, "  ");
        comment(text,
                "People are known again by %s: whoever gets another one is somebody else, "
                "and whoever",
                starter->anchor);
        g_string_append(text, "  # gets that of another takes their place. An id of the server's, "
                              "like entryUUID, is better.\n");
    }
    if (starter->mail != NULL)
        g_string_append(text,
                        "  # Nobody has an address where such servers keep it. Do these receive "
                        "mail?\n");
    if (starter->disabled != NULL)
        g_string_append(text,
                        "  # 'disabled' says who may not log in any more: nobody invites them, "
                        "and they leave.\n");
    write_searches(text, "people", starter->people_bases, write_person_rest, starter);
}

static void write_group_rest(GString *text, const Starter *starter)
{
    put(text, "    ", "filter", starter->group_filter);
}

static void write_groups(GString *text, const Starter *starter)
{
    if (starter->group_bases->len > 0)
        write_searches(text, "groups", starter->group_bases, write_group_rest, starter);
}

static void write_directory(GString *text, const Starter *starter)
{
    g_autofree char *people = text_count(starter->people, "person", "people");
    g_autofree char *groups = text_count(starter->groups, "group", "groups");
    comment(text, "Where people come from: %s and %s %s found.", people, groups,
            starter->people + starter->groups == 1 ? "was" : "were");
    g_string_append(text, "directory:\n{\n");
    put(text, "  ", "name", "directory");
    put(text, "  ", "kind", starter->kind);
    put(text, "  ", "file", starter->file);
    put(text, "  ", "uris", starter->uri);
    if (starter->start_tls)
        g_string_append(text, "  start_tls = true;\n");
    put(text, "  ", "ca_file", starter->ca_file);
    if (starter->bind_dn != NULL) {
        g_string_append(text, "  bind:\n  {\n");
        put(text, "    ", "method", "simple");
        put(text, "    ", "dn", starter->bind_dn);
        put(text, "    ", "password", starter->password);
        g_string_append(text, "  };\n");
    }
    write_people(text, starter);
    write_groups(text, starter);
    if (starter->bind_dn != NULL && strchr(starter->bind_dn, '=') != NULL) {
        /* whether the account may see itself, nobody has asked */
        g_string_append(text, "\n  # an entry that every complete read sees, or else it is not "
                              "believed; best the account itself\n");
        put(text, "  # ", "sentinels", starter->bind_dn);
    }
    g_string_append(text, "};\n\n");
}

static void write_toggl(GString *text, const Starter *starter)
{
    comment(text, "Where people go to: %s",
            starter->organization_name != NULL ? starter->organization_name : "the organization");
    g_string_append_printf(text, "toggl:\n{\n  organization = \"%" G_GINT64_FORMAT "\";\n",
                           starter->organization);
    put(text, "  ", "token", starter->token);
    put(text, "  ", "base_url", starter->base_url);
    g_string_append(text, "};\n\n");
}

static char *rule_line(const StarterRule *rule)
{
    GString *line = g_string_new("  { group = ");
    g_autofree char *dn = quoted(rule->dn);
    g_string_append_printf(line, "%s;", dn);
    if (rule->toggl_group != NULL) {
        g_autofree char *group = quoted(rule->toggl_group);
        g_string_append_printf(line, " toggl_group = %s;", group);
    }
    if (rule->workspace != NULL) {
        g_autofree char *workspace = quoted(rule->workspace);
        g_string_append_printf(line, " workspaces = %s;", workspace);
    }
    g_string_append(line, " }");
    return g_string_free(line, FALSE);
}

static void write_mapping(GString *text, const Starter *starter)
{
    guint shown = MIN(starter->rules->len, RULES_SHOWN);
    if (starter->rules->len > 0)
        comment(text,
                "Groups that both sides have: %u. Rules add up; see the sample for more kinds.",
                starter->rules->len);
    else
        comment(text, "No group of the directory has the name of a group in Toggl. This is an "
                      "example; write your own.");
    g_string_append(text, "mapping =\n(\n");
    for (guint i = 0; i < shown; i++) {
        const StarterRule *rule = g_ptr_array_index(starter->rules, i);
        g_autofree char *line = rule_line(rule);
        g_string_append_printf(text, "%s%s  # %" G_GINT64_FORMAT " member%s\n", line,
                               i + 1 < shown ? "," : "", rule->members,
                               rule->members == 1 ? "" : "s");
    }
    if (shown == 0 && starter->example != NULL) {
        g_autofree char *line = rule_line(starter->example);
        g_string_append_printf(text, "%s\n", line);
    } else if (shown == 0) {
        g_autofree char *workspace =
            quoted(starter->workspace != NULL ? starter->workspace : "Workspace");
        g_string_append_printf(text, "  { everyone = true; workspaces = %s; }\n", workspace);
    }
    g_string_append(text, ");\n");
    if (starter->rules->len > shown)
        comment(text, "and %u more groups that both sides have", starter->rules->len - shown);
}

char *starter_text(const Starter *starter)
{
    GString *text = g_string_new(NULL);
    comment(text, "A first configuration of toggl-ldap-sync, made from what both sides hold.");
    comment(text,
            "Next: 'check --online', then 'plan'. The sample of the package explains every key.");
    g_string_append_c(text, '\n');
    write_directory(text, starter);
    write_toggl(text, starter);
    write_mapping(text, starter);
    g_string_append(
        text, "\n# report: sync plans, remembers and reports, and sends nothing. When the plan is "
              "right, write \"apply\".\nlifecycle: { mode = \"report\"; };\n");
    if (starter->state != NULL) {
        g_string_append_c(text, '\n');
        put(text, "", "state", starter->state);
    }
    return g_string_free(text, FALSE);
}
