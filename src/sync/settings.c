/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/settings.h"

Rule *rule_new(RuleKind kind)
{
    Rule *rule = g_new0(Rule, 1);
    rule->kind = kind;
    rule->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) rule_workspace_free);
    return rule;
}

void rule_free(Rule *rule)
{
    if (rule == NULL)
        return;
    g_free(rule->label);
    g_free(rule->value);
    g_clear_pointer(&rule->pattern, g_regex_unref);
    g_free(rule->from);
    g_free(rule->toggl_group);
    g_ptr_array_unref(rule->workspaces);
    g_free(rule);
}

RuleWorkspace *rule_workspace_new(void)
{
    return g_new0(RuleWorkspace, 1);
}

void rule_workspace_free(RuleWorkspace *workspace)
{
    if (workspace == NULL)
        return;
    g_free(workspace->name);
    g_free(workspace);
}

SyncSettings *sync_settings_new(void)
{
    SyncSettings *settings = g_new0(SyncSettings, 1);
    settings->rules = g_ptr_array_new_with_free_func((GDestroyNotify) rule_free);
    settings->sources = g_ptr_array_new_with_free_func(g_free);
    settings->max_shrink = g_array_new(false, false, sizeof(int64_t));
    settings->lifecycle = (Lifecycle){
        .grace_days = 3,
        .grace_reads = 2,
        .unmanaged = UNMANAGED_REPORT,
        .protect = g_ptr_array_new_with_free_func(g_free),
    };
    settings->limits = (Limits){
        .removals_percent = 5,
        .removals_count = 25,
        .removals_floor = 5,
        .removals_per_day = 50,
        .group_removals_percent = 20,
        .invitations = 50,
        .reactivations = 20,
        .new_admins = 2,
        .address_changes = 10,
    };
    settings->approval.needed = 1;
    return settings;
}

void sync_settings_free(SyncSettings *settings)
{
    if (settings == NULL)
        return;
    g_ptr_array_unref(settings->rules);
    g_ptr_array_unref(settings->sources);
    g_array_unref(settings->max_shrink);
    g_free(settings->approval.allowed_signers);
    g_ptr_array_unref(settings->lifecycle.protect);
    g_free(settings->digest);
    g_free(settings);
}
