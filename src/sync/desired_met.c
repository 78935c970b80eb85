/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directory groups are remembered by their anchors, under what the rule says, so that a group that
 * was renamed stays the one that it was, and one that a pattern no longer finds is missed.
 */
#include "sync/desired_private.h"

#include "base/text.h"
#include "model/dn.h"

#include <string.h>

static bool is_many(const Rule *rule)
{
    return rule->kind == RULE_GROUP_MATCH || rule->kind == RULE_GROUP_FILTER;
}

/* How the names of all bindings of RULE begin; the name itself for a rule about one group. */
static char *binding_prefix(const Rule *rule)
{
    if (rule->kind == RULE_GROUP) {
        g_autofree char *key = NULL;
        bool usable = dn_key(rule->value, strlen(rule->value), &key, NULL);
        return g_strconcat("group ", usable ? key : rule->value, NULL);
    }
    if (rule->kind == RULE_GROUP_NAME)
        return g_strconcat("group_name ", rule->value, NULL);
    return g_strconcat(rule->kind == RULE_GROUP_FILTER ? "group_filter " : "group_match ",
                       rule->value, "\n", NULL);
}

static const Directory *directory_of(const Builder *builder, const char *source, guint *ret_index)
{
    return directories_find(builder->directories, source, ret_index)
               ? g_ptr_array_index(builder->directories, *ret_index)
               : NULL;
}

static const DirectoryGroup *group_with_anchor(const Directory *directory, const char *anchor)
{
    guint low = 0;
    guint high = directory->groups->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, middle);
        int order = strcmp(group->anchor, anchor);
        if (order == 0)
            return group;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void desired_meet(Builder *builder, const Rule *rule, const Directory *directory,
                  const DirectoryGroup *group)
{
    if (rule->kind == RULE_GROUP_ANCHOR)
        return; /* the rule says the anchor itself */
    g_autofree char *prefix = binding_prefix(rule);
    g_autofree char *name = is_many(rule)
                                ? g_strconcat(prefix, group->name, "\n", directory->source, NULL)
                                : g_strdup(prefix);
    if (g_hash_table_contains(builder->met, name))
        return;
    MetGroup *met = g_new0(MetGroup, 1);
    *met = (MetGroup){
        .name = g_steal_pointer(&name),
        .anchor = g_strdup(group->anchor),
        .source = directory->source,
    };
    g_ptr_array_add(builder->desired->met, met);
    g_hash_table_add(builder->met, met->name);
}

const DirectoryGroup *desired_renamed_group(const Builder *builder, const Rule *rule,
                                            guint *ret_directory)
{
    if (rule->kind != RULE_GROUP && rule->kind != RULE_GROUP_NAME)
        return NULL;
    g_autofree char *name = binding_prefix(rule);
    const Binding *binding = ledger_binding(builder->ledger, BINDING_DIRECTORY_GROUP, name);
    const Directory *directory =
        binding != NULL ? directory_of(builder, binding->source, ret_directory) : NULL;
    if (directory == NULL || !rule_looks_at(rule, directory))
        return NULL;
    return group_with_anchor(directory, binding->group_anchor);
}

/* The group's name within the name of a binding of a pattern or filter. New string. */
static char *bound_group_name(const Binding *binding, size_t prefix)
{
    const char *rest = binding->name + prefix;
    const char *end = strrchr(rest, '\n');
    return end != NULL ? g_strndup(rest, (size_t) (end - rest)) : g_strdup(rest);
}

static bool has_group_called(const Directory *directory, const char *name)
{
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        if (g_strcmp0(group->name, name) == 0)
            return true;
    }
    return false;
}

char *desired_name_before(const Builder *builder, const Rule *rule, const Directory *directory,
                          const DirectoryGroup *group)
{
    g_autofree char *prefix = binding_prefix(rule);
    g_autofree char *now = g_strconcat(prefix, group->name, "\n", directory->source, NULL);
    if (ledger_binding(builder->ledger, BINDING_DIRECTORY_GROUP, now) != NULL)
        return NULL;
    for (guint i = 0; i < builder->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(builder->ledger->bindings, i);
        if (binding->row.removed || binding->kind != BINDING_DIRECTORY_GROUP ||
            g_strcmp0(binding->group_anchor, group->anchor) != 0 ||
            g_strcmp0(binding->source, directory->source) != 0 ||
            !g_str_has_prefix(binding->name, prefix))
            continue;
        g_autofree char *before = bound_group_name(binding, strlen(prefix));
        return has_group_called(directory, before) ? NULL : g_steal_pointer(&before);
    }
    return NULL;
}

/* What RULE gave to the group called NAME, which is gone: nobody loses that. */
static void shield_vanished(Builder *builder, const Rule *rule, const char *name, bool unknown)
{
    GMatchInfo *match = NULL;
    bool matches = rule->kind != RULE_GROUP_MATCH || g_regex_match(rule->pattern, name, 0, &match);
    if (matches) {
        GiftNames names = {.match = match};
        Gift gift = gift_of(builder, rule, &names);
        if (unknown)
            gift_doubt(builder, &gift);
        else
            gift_shield(builder, &gift);
        gift_clear(&gift);
    }
    g_clear_pointer(&match, g_match_info_unref);
}

static void hold_vanished(Builder *builder, const Rule *rule, const char *name)
{
    g_autofree char *safe = text_safe(name, -1);
    desired_hold(
        builder, rule,
        g_strdup_printf("%s: the directory group '%s', which it found before, is gone or "
                        "no longer fits: nobody loses what it gave; say allow_empty = true "
                        "once that is meant",
                        rule->label, safe),
        true);
    shield_vanished(builder, rule, name, false);
}

/* Whether GROUP, found by its anchor, still is one that the rule finds. */
static bool is_met(const Builder *builder, const Rule *rule, const Directory *directory,
                   const DirectoryGroup *group)
{
    g_autofree char *prefix = binding_prefix(rule);
    g_autofree char *name = g_strconcat(prefix, group->name, "\n", directory->source, NULL);
    return g_hash_table_contains(builder->met, name);
}

static void look_for(Builder *builder, const Rule *rule, Binding *binding, size_t prefix)
{
    guint index = 0;
    const Directory *directory = directory_of(builder, binding->source, &index);
    if (directory == NULL || !rule_looks_at(rule, directory))
        return; /* by decision of the configuration */
    g_autofree char *name = bound_group_name(binding, prefix);
    if (!directory->completeness.complete) {
        g_hash_table_add(builder->desired->kept, binding);
        shield_vanished(builder, rule, name, true);
        return;
    }
    const DirectoryGroup *group = group_with_anchor(directory, binding->group_anchor);
    if (rule->allow_empty || (group != NULL && is_met(builder, rule, directory, group)))
        return;
    g_hash_table_add(builder->desired->kept, binding);
    hold_vanished(builder, rule, name);
}

void desired_hold_vanished(Builder *builder, const Rule *rule)
{
    if (!is_many(rule))
        return;
    g_autofree char *prefix = binding_prefix(rule);
    size_t length = strlen(prefix);
    for (guint i = 0; i < builder->ledger->bindings->len; i++) {
        Binding *binding = g_ptr_array_index(builder->ledger->bindings, i);
        bool ours = !binding->row.removed && binding->kind == BINDING_DIRECTORY_GROUP &&
                    strncmp(binding->name, prefix, length) == 0;
        if (ours && !g_hash_table_contains(builder->met, binding->name))
            look_for(builder, rule, binding, length);
    }
}
