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
    g_free(rule->attribute);
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

External *external_new(const char *mail, const char *mail_key, const char *owner, const char *until,
                       int64_t end)
{
    External *external = g_new0(External, 1);
    *external = (External){
        .mail = g_strdup(mail),
        .mail_key = g_strdup(mail_key),
        .owner = g_strdup(owner),
        .until = g_strdup(until),
        .end = end,
    };
    return external;
}

void external_free(External *external)
{
    if (external == NULL)
        return;
    g_free(external->mail);
    g_free(external->mail_key);
    g_free(external->owner);
    g_free(external->until);
    g_free(external);
}

SyncSettings *sync_settings_new(void)
{
    SyncSettings *settings = g_new0(SyncSettings, 1);
    settings->rules = g_ptr_array_new_with_free_func((GDestroyNotify) rule_free);
    settings->sources = g_ptr_array_new_with_free_func(g_free);
    settings->max_shrink = g_array_new(false, false, sizeof(int64_t));
    settings->excluded_mails = g_ptr_array_new_with_free_func((GDestroyNotify) g_regex_unref);
    settings->excluded_dns = g_ptr_array_new_with_free_func((GDestroyNotify) g_regex_unref);
    settings->lifecycle = (Lifecycle){
        .grace_days = 3,
        .grace_reads = 2,
        .expired = DISABLED_GRACE,
        .unmanaged = UNMANAGED_REPORT,
        .resend_max = 2,
        .resend_after_days = 30,
        .same_domains = g_ptr_array_new_with_free_func((GDestroyNotify) g_strfreev),
        .protect = g_ptr_array_new_with_free_func(g_free),
        .externals = g_ptr_array_new_with_free_func((GDestroyNotify) external_free),
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
    g_ptr_array_unref(settings->excluded_mails);
    g_ptr_array_unref(settings->excluded_dns);
    g_ptr_array_unref(settings->lifecycle.same_domains);
    g_ptr_array_unref(settings->lifecycle.externals);
    g_ptr_array_unref(settings->lifecycle.protect);
    g_free(settings->digest);
    g_free(settings);
}

int64_t sync_settings_max_shrink(const SyncSettings *settings, guint source)
{
    return source < settings->max_shrink->len ? g_array_index(settings->max_shrink, int64_t, source)
                                              : DEFAULT_MAX_SHRINK;
}
