/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"
#include "base/text.h"
#include "config/sections.h"
#include "model/dn.h"
#include "model/email.h"

#include <string.h>

/* To be raised when the same settings come to decide differently. */
#define RULES_VERSION 1

/*
 * The normal form is lines of "name=value"; in values, backslash and newline are escaped, and what
 * was not said is "-" where what was said begins with "+". No two settings that decide differently
 * share a text.
 */
static void add_text(GString *to, const char *name, const char *value)
{
    g_string_append_printf(to, "%s=%s", name, value != NULL ? "+" : "-");
    for (const char *c = value; c != NULL && *c != '\0'; c++) {
        if (*c == '\\' || *c == '\n')
            g_string_append_c(to, '\\');
        g_string_append_c(to, *c == '\n' ? 'n' : *c);
    }
    g_string_append_c(to, '\n');
}

static void add_number(GString *to, const char *name, int64_t value)
{
    g_string_append_printf(to, "%s=%" G_GINT64_FORMAT "\n", name, value);
}

static void add_dn(GString *to, const char *name, const char *dn)
{
    g_autofree char *key = NULL;
    bool usable = dn != NULL && dn_key(dn, strlen(dn), &key, NULL);
    add_text(to, name, usable ? key : dn);
}

static void add_attribute(GString *to, const char *name, const char *attribute)
{
    g_autofree char *lower = attribute != NULL ? g_ascii_strdown(attribute, -1) : NULL;
    add_text(to, name, lower);
}

/* Adds TEXTS in order of their bytes: where the order of the file decides nothing. */
static void add_sorted(GString *to, const char *name, GPtrArray *texts)
{
    text_sort(texts);
    for (guint i = 0; i < texts->len; i++)
        add_text(to, name, g_ptr_array_index(texts, i));
}

static void add_set(GString *to, const char *name, char **values)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (unsigned i = 0; values != NULL && values[i] != NULL; i++)
        g_ptr_array_add(texts, values[i]);
    add_sorted(to, name, texts);
}

static void add_dns(GString *to, const char *name, char **dns)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; dns != NULL && dns[i] != NULL; i++) {
        char *key = NULL;
        bool usable = dn_key(dns[i], strlen(dns[i]), &key, NULL);
        g_ptr_array_add(keys, usable ? key : g_strdup(dns[i]));
    }
    add_sorted(to, name, keys);
}

static void add_people(GString *to, const PeopleSearch *search)
{
    add_dn(to, "people", search->base);
    add_number(to, "scope", search->scope);
    add_text(to, "filter", search->filter);
    for (unsigned i = 0; search->mail != NULL && search->mail[i] != NULL; i++)
        add_attribute(to, "mail", search->mail[i]);
    add_attribute(to, "name", search->name);
    add_attribute(to, "anchor", search->anchor);
    add_text(to, "disabled", search->disabled);
    add_attribute(to, "expires", search->expires_attribute);
    add_number(to, "expires.format", search->expires_format);
    add_set(to, "exclude.mail", search->exclude_mail);
    add_set(to, "exclude.dn", search->exclude_dn);
    add_dns(to, "exclude.group", search->exclude_group);
    add_number(to, "exclude.presets", search->exclude_presets);
}

static void add_groups(GString *to, const GroupSearch *search)
{
    add_dn(to, "groups", search->base);
    add_number(to, "scope", search->scope);
    add_text(to, "filter", search->filter);
    add_attribute(to, "name", search->name);
    add_attribute(to, "member", search->member);
    add_number(to, "schema", search->schema);
    add_number(to, "nested", search->nested);
    add_number(to, "max_depth", search->max_depth);
}

/* The first search that finds an entry says how it is read: their order decides. */
static void add_source(GString *to, const SourceSettings *source, int64_t max_shrink)
{
    add_text(to, "directory", source->name);
    add_number(to, "max_shrink", max_shrink);
    add_number(to, "kind", source->kind);
    for (guint i = 0; i < source->people->len; i++)
        add_people(to, g_ptr_array_index(source->people, i));
    for (guint i = 0; i < source->groups->len; i++)
        add_groups(to, g_ptr_array_index(source->groups, i));
}

static char *workspace_text(const RuleWorkspace *workspace)
{
    GString *text = g_string_new(NULL);
    add_number(text, "id", workspace->id);
    add_text(text, "name", workspace->name);
    add_text(text, "role", role_name(workspace->role));
    return g_string_free(text, FALSE);
}

static char *rule_text(const Rule *rule)
{
    GString *text = g_string_new(NULL);
    add_number(text, "kind", rule->kind);
    if (rule->kind == RULE_GROUP)
        add_dn(text, "value", rule->value);
    else
        add_text(text, "value", rule->value);
    add_attribute(text, "attribute", rule->attribute);
    add_number(text, "via", rule->via_group);
    add_text(text, "from", rule->from);
    add_number(text, "allow_empty", rule->allow_empty);
    add_text(text, "group", rule->toggl_group);
    add_number(text, "group.id", rule->toggl_group_id);
    g_autoptr(GPtrArray) workspaces = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rule->workspaces->len; i++)
        g_ptr_array_add(workspaces, workspace_text(g_ptr_array_index(rule->workspaces, i)));
    add_sorted(text, "workspace", workspaces);
    return g_string_free(text, FALSE);
}

/* What rules give adds up, so that their order decides nothing. */
static void add_rules(GString *to, const GPtrArray *rules)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rules->len; i++)
        g_ptr_array_add(texts, rule_text(g_ptr_array_index(rules, i)));
    add_sorted(to, "rule", texts);
}

static void add_externals(GString *to, const GPtrArray *externals)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < externals->len; i++) {
        const External *external = g_ptr_array_index(externals, i);
        g_ptr_array_add(texts,
                        g_strdup_printf("%s %" G_GINT64_FORMAT, external->mail_key, external->end));
    }
    add_sorted(to, "external", texts);
}

static void add_same_domains(GString *to, const GPtrArray *same_domains)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < same_domains->len; i++) {
        GString *text = g_string_new(NULL);
        add_set(text, "domain", g_ptr_array_index(same_domains, i));
        g_ptr_array_add(texts, g_string_free(text, FALSE));
    }
    add_sorted(to, "same_domains", texts);
}

static void add_lifecycle(GString *to, const Lifecycle *lifecycle)
{
    add_number(to, "mode", lifecycle->mode);
    add_number(to, "kinds", lifecycle->kinds);
    add_number(to, "adoption", lifecycle->adoption);
    add_number(to, "memberships", lifecycle->memberships);
    add_number(to, "leavers", lifecycle->leavers);
    add_number(to, "disabled", lifecycle->disabled);
    add_number(to, "expired", lifecycle->expired);
    add_number(to, "delete_after_days", lifecycle->delete_after_days);
    add_number(to, "addresses", lifecycle->addresses);
    add_number(to, "names", lifecycle->names);
    add_number(to, "resend_max", lifecycle->resend_max);
    add_number(to, "resend_after_days", lifecycle->resend_after_days);
    add_number(to, "grace.days", lifecycle->grace_days);
    add_number(to, "grace.reads", lifecycle->grace_reads);
    add_number(to, "returners", lifecycle->returners);
    add_number(to, "by_hand", lifecycle->by_hand);
    add_number(to, "unmanaged", lifecycle->unmanaged);
    add_number(to, "create_groups", lifecycle->create_groups);
    add_number(to, "delete_groups", lifecycle->delete_groups);
    add_number(to, "create_workspaces", lifecycle->create_workspaces);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < lifecycle->protect->len; i++) {
        const char *address = g_ptr_array_index(lifecycle->protect, i);
        char *key = NULL;
        bool usable = email_key(address, strlen(address), &key, NULL);
        g_ptr_array_add(keys, usable ? key : g_strdup(address));
    }
    add_sorted(to, "protect", keys);
    add_externals(to, lifecycle->externals);
    add_same_domains(to, lifecycle->same_domains);
}

static void add_limits(GString *to, const Limits *limits)
{
    add_number(to, "removals", limits->removals_percent);
    add_number(to, "removals_count", limits->removals_count);
    add_number(to, "removals_floor", limits->removals_floor);
    add_number(to, "removals_per_day", limits->removals_per_day);
    add_number(to, "group_removals", limits->group_removals_percent);
    add_number(to, "invitations", limits->invitations);
    add_number(to, "reactivations", limits->reactivations);
    add_number(to, "new_admins", limits->new_admins);
    add_number(to, "address_changes", limits->address_changes);
    add_number(to, "canary", limits->canary);
    add_number(to, "seats", limits->seats);
}

char *digest_configuration(const Config *config)
{
    g_autoptr(GString) text = g_string_new(NULL);
    add_number(text, "version", RULES_VERSION);
    for (guint i = 0; i < config->sources->len; i++)
        add_source(text, g_ptr_array_index(config->sources, i),
                   g_array_index(config->sync->max_shrink, int64_t, i));
    add_rules(text, config->sync->rules);
    add_lifecycle(text, &config->sync->lifecycle);
    add_limits(text, &config->sync->limits);
    return sha256_digest(text->str, text->len);
}
