/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired_private.h"

#include "base/text.h"

#include <string.h>

#define MOST_COMPARED 20 /* names that Toggl lacks, with all that it has */

static bool may_create(const Lifecycle *lifecycle, TargetKind kind)
{
    ChangeKind change = kind == TARGET_GROUP ? CHANGE_CREATE_GROUP : CHANGE_CREATE_WORKSPACE;
    bool allowed = kind == TARGET_GROUP ? lifecycle->create_groups : lifecycle->create_workspaces;
    return allowed && (lifecycle->kinds == 0 || (lifecycle->kinds & UINT32_C(1) << change) != 0);
}

static int64_t bound_id(const Builder *builder, TargetKind kind, const char *name)
{
    const Binding *binding =
        name != NULL
            ? ledger_binding(builder->ledger,
                             kind == TARGET_GROUP ? BINDING_GROUP : BINDING_WORKSPACE, name)
            : NULL;
    return binding != NULL ? binding->target : 0;
}

/* The id and name of an object, by its id, or, where ID is 0, by NAME. */
static const char *look_up(const Builder *builder, TargetKind kind, int64_t id, const char *name,
                           int64_t *ret_id)
{
    if (kind == TARGET_GROUP) {
        const OrganizationGroup *found =
            id != 0 ? organization_group(builder->organization, id)
                    : organization_group_by_name(builder->organization, name);
        *ret_id = found != NULL ? found->id : 0;
        return found != NULL ? found->name : NULL;
    }
    const Workspace *found = id != 0 ? organization_workspace(builder->organization, id)
                                     : organization_workspace_by_name(builder->organization, name);
    *ret_id = found != NULL ? found->id : 0;
    return found != NULL ? found->name : NULL;
}

/* What the rule's name means in Toggl: the bound object while it exists, that of the name before a
 * rename, else the one that has the name today. */
static void resolve_target(const Builder *builder, DesiredTarget *target, int64_t wanted_id,
                           const char *fallback)
{
    const char *name = NULL;
    int64_t candidates[] = {wanted_id, 0, 0};
    if (wanted_id == 0) {
        candidates[0] = bound_id(builder, target->kind, target->rule_name);
        candidates[1] = bound_id(builder, target->kind, fallback);
    }
    for (size_t i = 0; name == NULL && i < G_N_ELEMENTS(candidates); i++) {
        if (candidates[i] != 0)
            name = look_up(builder, target->kind, candidates[i], NULL, &target->id);
    }
    if (name == NULL && wanted_id == 0)
        name = look_up(builder, target->kind, 0, target->rule_name, &target->id);
    target->create =
        name == NULL && wanted_id == 0 && may_create(&builder->settings->lifecycle, target->kind);
    target->name = g_strdup(name != NULL ? name : target->rule_name);
}

uint32_t desired_find_target(Builder *builder, TargetKind kind, const char *name,
                             const char *fallback, int64_t id)
{
    g_autofree char *number = name == NULL ? g_strdup_printf("#%" G_GINT64_FORMAT, id) : NULL;
    const char *rule_name = name != NULL ? name : number;
    g_autofree char *key = g_strdup_printf("%c:%s", kind == TARGET_GROUP ? 'g' : 'w', rule_name);
    gpointer known = g_hash_table_lookup(builder->by_name, key);
    if (known != NULL)
        return GPOINTER_TO_UINT(known) - 1;
    DesiredTarget *target = g_new0(DesiredTarget, 1);
    target->kind = kind;
    target->rule_name = g_strdup(rule_name);
    resolve_target(builder, target, id, fallback);
    g_ptr_array_add(builder->desired->targets, target);
    g_hash_table_insert(builder->by_name, g_steal_pointer(&key),
                        GUINT_TO_POINTER(builder->desired->targets->len));
    return builder->desired->targets->len - 1;
}

DesiredTarget *desired_target_at(const Builder *builder, uint32_t index)
{
    return g_ptr_array_index(builder->desired->targets, index);
}

static GPtrArray *names_of(const Builder *builder, TargetKind kind)
{
    GPtrArray *names = g_ptr_array_new();
    const Organization *organization = builder->organization;
    for (guint i = 0; kind == TARGET_GROUP && i < organization->groups->len; i++)
        g_ptr_array_add(names, ((const OrganizationGroup *) organization->groups->pdata[i])->name);
    for (guint i = 0; kind == TARGET_WORKSPACE && i < organization->workspaces->len; i++)
        g_ptr_array_add(names, ((const Workspace *) organization->workspaces->pdata[i])->name);
    return names;
}

/* What TARGET's name may have meant, or NULL. Every name is compared with all of Toggl's, and a
 * pattern can make as many as the directory has groups: somebody reads the first few. */
static const char *near_of(const Builder *builder, DesiredTarget *target)
{
    gpointer known = NULL;
    if (g_hash_table_lookup_extended(builder->near, target, NULL, &known))
        return known;
    g_autoptr(GPtrArray) names = names_of(builder, target->kind);
    char *near = g_hash_table_size(builder->near) < MOST_COMPARED
                     ? text_near_misses(target->rule_name, names)
                     : NULL;
    g_hash_table_insert(builder->near, target, near);
    return near;
}

char *desired_no_such_target(const Builder *builder, const Rule *rule, DesiredTarget *target)
{
    bool group = target->kind == TARGET_GROUP;
    const char *near = near_of(builder, target);
    g_autofree char *safe = text_safe(target->rule_name, -1);
    const Lifecycle *lifecycle = &builder->settings->lifecycle;
    bool left_out = group ? lifecycle->create_groups : lifecycle->create_workspaces;
    const char *key = group ? "create_groups" : "create_workspaces";
    g_autofree char *why = left_out ? g_strdup_printf("lifecycle.kinds leaves out making one")
                                    : g_strdup_printf("lifecycle.%s is false", key);
    return g_strdup_printf("%s: Toggl has no %s '%s', and %s%s%s", rule->label,
                           group ? "group" : "workspace", safe, why,
                           near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}
