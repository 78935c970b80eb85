/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired_private.h"

void gift_clear(Gift *gift)
{
    g_array_unref(gift->targets);
    g_array_unref(gift->roles);
    g_array_unref(gift->attachments);
}

/* NAME with \1 and so on replaced from MATCH; MATCH may be NULL. NULL for NULL. */
static char *expand(const char *name, const GMatchInfo *match)
{
    if (name == NULL || match == NULL)
        return g_strdup(name);
    char *expanded = g_match_info_expand_references(match, name, NULL);
    return expanded != NULL ? expanded : g_strdup(name);
}

static uint32_t add_target(Builder *builder, Gift *gift, TargetKind kind, const char *name,
                           int64_t id, const GiftNames *names)
{
    g_autofree char *now = expand(name, names->match);
    g_autofree char *before = names->before != NULL ? expand(name, names->before) : NULL;
    uint32_t index = desired_find_target(builder, kind, now, before, id);
    DesiredTarget *target = desired_target_at(builder, index);
    if (target->id == 0 && !target->create) {
        desired_hold(builder, gift->rule, desired_no_such_target(builder, gift->rule, target),
                     false);
        gift->held = true;
    }
    return index;
}

static void add_attachment(Builder *builder, Gift *gift, uint32_t group, uint32_t workspace)
{
    int64_t pair = (int64_t) ((uint64_t) group << 32 | workspace);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(builder->attachments, &pair));
    if (known == 0) {
        Attachment attachment = {
            .group = group, .workspace = workspace, .rule = gift->rule, .shielded = true};
        g_array_append_val(builder->desired->attachments, attachment);
        known = builder->desired->attachments->len;
        g_hash_table_insert(builder->attachments, g_memdup2(&pair, sizeof pair),
                            GUINT_TO_POINTER(known));
    }
    uint32_t index = known - 1;
    g_array_append_val(gift->attachments, index);
}

Gift gift_of(Builder *builder, const Rule *rule, const GiftNames *names)
{
    static const GiftNames plain = {0};
    if (names == NULL)
        names = &plain;
    Gift gift = {
        .rule = rule,
        .targets = g_array_new(false, false, sizeof(uint32_t)),
        .roles = g_array_new(false, false, sizeof(Role)),
        .attachments = g_array_new(false, false, sizeof(uint32_t)),
    };
    Role none = ROLE_NONE;
    uint32_t group = G_MAXUINT32;
    if (rule->toggl_group != NULL || rule->toggl_group_id != 0) {
        group = add_target(builder, &gift, TARGET_GROUP, rule->toggl_group, rule->toggl_group_id,
                           names);
        g_array_append_val(gift.targets, group);
        g_array_append_val(gift.roles, none);
    }
    for (guint i = 0; i < rule->workspaces->len; i++) {
        const RuleWorkspace *workspace = g_ptr_array_index(rule->workspaces, i);
        uint32_t index =
            add_target(builder, &gift, TARGET_WORKSPACE, workspace->name, workspace->id, names);
        g_array_append_val(gift.targets, index);
        g_array_append_val(gift.roles, workspace->role);
        if (rule->via_group && group != G_MAXUINT32)
            add_attachment(builder, &gift, group, index);
    }
    return gift;
}

void gift_shield(Builder *builder, const Gift *gift)
{
    for (guint i = 0; i < gift->targets->len; i++)
        desired_target_at(builder, g_array_index(gift->targets, uint32_t, i))->shielded = true;
}

void gift_doubt(Builder *builder, const Gift *gift)
{
    for (guint i = 0; i < gift->targets->len; i++)
        desired_target_at(builder, g_array_index(gift->targets, uint32_t, i))->uncertain = true;
}

void gift_attach(Builder *builder, const Gift *gift)
{
    for (guint i = 0; i < gift->attachments->len; i++) {
        guint index = g_array_index(gift->attachments, uint32_t, i);
        g_array_index(builder->desired->attachments, Attachment, index).shielded = false;
    }
}

uint32_t gift_begin(Builder *builder, const Gift *gift, uint32_t directory, uint32_t group)
{
    Giving giving = {.rule = gift->rule,
                     .targets = gift->held ? NULL : g_array_ref(gift->targets),
                     .roles = gift->held ? NULL : g_array_ref(gift->roles),
                     .directory = directory,
                     .group = group};
    g_array_append_val(builder->givings, giving);
    return builder->givings->len - 1;
}

void gift_give(Builder *builder, uint32_t giving, uint32_t subject, uint32_t via)
{
    Award award = {.subject = subject, .giving = giving, .via = via};
    builder->desired->matched[subject] = 1;
    if (g_array_index(builder->givings, Giving, giving).targets != NULL)
        g_array_append_val(builder->awards, award);
}

void gifts_clear(Builder *builder)
{
    for (guint i = 0; i < builder->givings->len; i++) {
        Giving *giving = &g_array_index(builder->givings, Giving, i);
        g_clear_pointer(&giving->targets, g_array_unref);
        g_clear_pointer(&giving->roles, g_array_unref);
    }
    g_clear_pointer(&builder->givings, g_array_unref);
    g_clear_pointer(&builder->awards, g_array_unref);
}
