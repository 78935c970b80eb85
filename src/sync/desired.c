/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired.h"

#include "base/text.h"
#include "model/dn.h"

#include <string.h>

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories;
    const Subjects *subjects;
    const Organization *organization;
    const Ledger *ledger;
    Desired *desired;
    GHashTable *by_name; /* "g:NAME" or "w:NAME" -> index + 1 */
} Builder;

static void target_free(DesiredTarget *target)
{
    g_free(target->name);
    g_free(target->rule_name);
    g_free(target->source);
    g_free(target->group_anchor);
    g_free(target);
}

/* What the rule's name means in Toggl: the bound object while it exists, else the one that has the
 * name today. */
static void resolve_target(const Builder *builder, DesiredTarget *target, int64_t wanted_id)
{
    bool group = target->kind == TARGET_GROUP;
    const Binding *binding = ledger_binding(
        builder->ledger, group ? BINDING_GROUP : BINDING_WORKSPACE, target->rule_name);
    int64_t id = wanted_id != 0 ? wanted_id : binding != NULL ? binding->target : 0;
    if (group) {
        const OrganizationGroup *found =
            id != 0 ? organization_group(builder->organization, id) : NULL;
        if (found == NULL && wanted_id == 0)
            found = organization_group_by_name(builder->organization, target->rule_name);
        target->id = found != NULL ? found->id : 0;
        target->name = g_strdup(found != NULL ? found->name : target->rule_name);
        target->create =
            found == NULL && wanted_id == 0 && builder->settings->lifecycle.create_groups;
    } else {
        const Workspace *found = id != 0 ? organization_workspace(builder->organization, id) : NULL;
        if (found == NULL && wanted_id == 0)
            found = organization_workspace_by_name(builder->organization, target->rule_name);
        target->id = found != NULL ? found->id : 0;
        target->name = g_strdup(found != NULL ? found->name : target->rule_name);
        target->create =
            found == NULL && wanted_id == 0 && builder->settings->lifecycle.create_workspaces;
    }
}

static uint32_t find_target(Builder *builder, TargetKind kind, const char *name, int64_t id)
{
    g_autofree char *number = name == NULL ? g_strdup_printf("#%" G_GINT64_FORMAT, id) : NULL;
    const char *rule_name = name != NULL ? name : number;
    char *key = g_strdup_printf("%c:%s", kind == TARGET_GROUP ? 'g' : 'w', rule_name);
    gpointer known = g_hash_table_lookup(builder->by_name, key);
    if (known != NULL) {
        g_free(key);
        return GPOINTER_TO_UINT(known) - 1;
    }
    DesiredTarget *target = g_new0(DesiredTarget, 1);
    target->kind = kind;
    target->rule_name = g_strdup(rule_name);
    resolve_target(builder, target, id);
    g_ptr_array_add(builder->desired->targets, target);
    g_hash_table_insert(builder->by_name, key, GUINT_TO_POINTER(builder->desired->targets->len));
    return builder->desired->targets->len - 1;
}

static DesiredTarget *target_at(const Builder *builder, uint32_t index)
{
    return g_ptr_array_index(builder->desired->targets, index);
}

static void hold_rule(Builder *builder, const Rule *rule, const char *subject, char *explanation)
{
    GPtrArray *rails = builder->desired->rails;
    for (guint i = 0; i < rails->len; i++) {
        const Rail *rail = g_ptr_array_index(rails, i);
        if (strcmp(rail->explanation, explanation) == 0) {
            g_free(explanation);
            return;
        }
    }
    g_autoptr(Plan) scratch = plan_new();
    Rail *rail = plan_add_rail(scratch, RAIL_MAPPED_GROUP,
                               subject != NULL       ? subject
                               : rule->label != NULL ? rule->label
                                                     : "mapping");
    rail->verdict = VERDICT_HOLD;
    rail->limit = 1;
    rail->explanation = explanation;
    g_ptr_array_add(rails, g_ptr_array_steal_index(scratch->rails, scratch->rails->len - 1));
    builder->desired->any_rule_held = true;
}

/* What one rule gives to the members of one directory group (or to everyone). */
typedef struct {
    GArray *targets; /* uint32_t */
    GArray *roles;   /* Role, one for each target */
    bool held;
} Gift;

static void gift_clear(Gift *gift)
{
    g_array_unref(gift->targets);
    g_array_unref(gift->roles);
}

static GPtrArray *names_of(const Builder *builder, TargetKind kind)
{
    GPtrArray *names = g_ptr_array_new();
    const GPtrArray *objects =
        kind == TARGET_GROUP ? builder->organization->groups : builder->organization->workspaces;
    for (guint i = 0; i < objects->len; i++) {
        if (kind == TARGET_GROUP)
            g_ptr_array_add(names, ((OrganizationGroup *) g_ptr_array_index(objects, i))->name);
        else
            g_ptr_array_add(names, ((Workspace *) g_ptr_array_index(objects, i))->name);
    }
    return names;
}

static char *no_such_target(const Builder *builder, const Rule *rule, const DesiredTarget *target)
{
    bool group = target->kind == TARGET_GROUP;
    g_autoptr(GPtrArray) names = names_of(builder, target->kind);
    g_autofree char *near = text_near_misses(target->rule_name, names);
    g_autofree char *safe = text_safe(target->rule_name, -1);
    return g_strdup_printf("%s: Toggl has no %s '%s', and lifecycle.%s is false%s%s", rule->label,
                           group ? "group" : "workspace", safe,
                           group ? "create_groups" : "create_workspaces",
                           near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

static void add_gift_target(Builder *builder, Gift *gift, const Rule *rule, TargetKind kind,
                            const char *name, int64_t id, Role role)
{
    uint32_t index = find_target(builder, kind, name, id);
    const DesiredTarget *target = target_at(builder, index);
    g_array_append_val(gift->targets, index);
    g_array_append_val(gift->roles, role);
    if (target->id == 0 && !target->create) {
        hold_rule(builder, rule, NULL, no_such_target(builder, rule, target));
        gift->held = true;
    }
}

/* NAME with \1 and so on replaced from MATCH; MATCH may be NULL. NULL for NULL. */
static char *expand(const char *name, const GMatchInfo *match)
{
    if (name == NULL || match == NULL)
        return g_strdup(name);
    char *expanded = g_match_info_expand_references(match, name, NULL);
    return expanded != NULL ? expanded : g_strdup(name);
}

static Gift gift_of(Builder *builder, const Rule *rule, const GMatchInfo *match,
                    const Directory *directory, const DirectoryGroup *group)
{
    Gift gift = {
        .targets = g_array_new(false, false, sizeof(uint32_t)),
        .roles = g_array_new(false, false, sizeof(Role)),
    };
    if (rule->toggl_group != NULL || rule->toggl_group_id != 0) {
        g_autofree char *name = expand(rule->toggl_group, match);
        add_gift_target(builder, &gift, rule, TARGET_GROUP, name, rule->toggl_group_id, ROLE_NONE);
        DesiredTarget *target = target_at(builder, g_array_index(gift.targets, uint32_t, 0));
        if (match != NULL && target->group_anchor == NULL) {
            target->group_anchor = g_strdup(group->anchor);
            target->source = g_strdup(directory->source);
        }
    }
    for (guint i = 0; i < rule->workspaces->len; i++) {
        const RuleWorkspace *workspace = g_ptr_array_index(rule->workspaces, i);
        g_autofree char *name = expand(workspace->name, match);
        add_gift_target(builder, &gift, rule, TARGET_WORKSPACE, name, workspace->id,
                        workspace->role);
    }
    return gift;
}

static void shield(Builder *builder, const Gift *gift)
{
    for (guint i = 0; i < gift->targets->len; i++)
        target_at(builder, g_array_index(gift->targets, uint32_t, i))->shielded = true;
}

static void give(Builder *builder, const Gift *gift, uint32_t subject, uint32_t directory,
                 uint32_t group, uint32_t via)
{
    for (guint i = 0; i < gift->targets->len; i++) {
        Want want = {
            .subject = subject,
            .target = g_array_index(gift->targets, uint32_t, i),
            .role = g_array_index(gift->roles, Role, i),
            .directory = directory,
            .group = group,
            .via = via,
        };
        g_array_append_val(builder->desired->wants, want);
    }
}

static bool rule_looks_at(const Rule *rule, const Directory *directory)
{
    return rule->from == NULL || strcmp(rule->from, directory->source) == 0;
}

static void apply_to_group(Builder *builder, const Rule *rule, const GMatchInfo *match, uint32_t d,
                           uint32_t g)
{
    const Directory *directory = g_ptr_array_index(builder->directories, d);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
    Gift gift = gift_of(builder, rule, match, directory, group);
    bool empty = group->members->len == 0 && !rule->allow_empty;
    if (empty) {
        g_autofree char *safe = text_safe(group->dn, -1);
        hold_rule(
            builder, rule, NULL,
            g_strdup_printf(
                "%s: the directory group '%s' is empty, and the rule does not say allow_empty",
                rule->label, safe));
    }
    if (empty || gift.held)
        shield(builder, &gift);
    for (guint i = 0; !gift.held && i < group->members->len; i++) {
        const GroupMember *member = &g_array_index(group->members, GroupMember, i);
        give(builder, &gift, builder->subjects->of_person[d][member->person], d, g, member->via);
    }
    gift_clear(&gift);
}

/* A rule without its group: what the rule names stays as it is. */
static void hold_missing_group(Builder *builder, const Rule *rule)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint d = 0; d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        for (guint g = 0; g < directory->groups->len; g++) {
            const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
            g_ptr_array_add(names, rule->kind == RULE_GROUP ? group->dn : group->name);
        }
    }
    g_autofree char *near =
        rule->kind == RULE_GROUP_MATCH ? NULL : text_near_misses(rule->value, names);
    g_autofree char *safe = text_safe(rule->value, -1);
    hold_rule(builder, rule, NULL,
              g_strdup_printf("%s: no directory group %s '%s'%s%s", rule->label,
                              rule->kind == RULE_GROUP_MATCH ? "matches" : "is called", safe,
                              near != NULL ? "; did you mean " : "", near != NULL ? near : ""));
    if (rule->kind == RULE_GROUP_MATCH)
        return; /* the names it made are known by their bindings only */
    Gift gift = gift_of(builder, rule, NULL, NULL, NULL);
    shield(builder, &gift);
    gift_clear(&gift);
}

static bool group_fits(const Rule *rule, const char *wanted_key, const DirectoryGroup *group,
                       GMatchInfo **ret_match)
{
    switch (rule->kind) {
    case RULE_GROUP:
        return wanted_key != NULL && strcmp(group->dn_key, wanted_key) == 0;
    case RULE_GROUP_NAME:
        return group->name != NULL && g_ascii_strcasecmp(group->name, rule->value) == 0;
    case RULE_GROUP_MATCH:
        return group->name != NULL && g_regex_match(rule->pattern, group->name, 0, ret_match);
    case RULE_EVERYONE:
    default:
        return false;
    }
}

static void apply_group_rule(Builder *builder, const Rule *rule)
{
    g_autofree char *wanted_key = NULL;
    bool usable =
        rule->kind != RULE_GROUP || dn_key(rule->value, strlen(rule->value), &wanted_key, NULL);
    bool found = false;
    for (guint d = 0; usable && d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        if (!rule_looks_at(rule, directory))
            continue;
        for (guint g = 0; g < directory->groups->len; g++) {
            const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
            GMatchInfo *match = NULL;
            if (group_fits(rule, wanted_key, group, &match)) {
                found = true;
                apply_to_group(builder, rule, match, d, g);
            }
            g_clear_pointer(&match, g_match_info_unref);
        }
    }
    if (!found && !rule->allow_empty)
        hold_missing_group(builder, rule);
}

static void apply_everyone(Builder *builder, const Rule *rule)
{
    Gift gift = gift_of(builder, rule, NULL, NULL, NULL);
    if (gift.held)
        shield(builder, &gift);
    for (guint i = 0; !gift.held && i < builder->subjects->subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(builder->subjects->subjects, i);
        for (guint e = 0; e < subject->entries->len; e++) {
            const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, e);
            if (!rule_looks_at(rule, g_ptr_array_index(builder->directories, entry->directory)))
                continue;
            give(builder, &gift, i, G_MAXUINT32, 0, 0);
            break;
        }
    }
    gift_clear(&gift);
}

/* A directory group that once made a Toggl name and is gone is a missing mapped group: its name is
 * shielded. */
static void hold_vanished_matches(Builder *builder)
{
    const Rule *match_rule = NULL;
    for (guint i = 0; i < builder->settings->rules->len && match_rule == NULL; i++) {
        const Rule *rule = g_ptr_array_index(builder->settings->rules, i);
        if (rule->kind == RULE_GROUP_MATCH && !rule->allow_empty)
            match_rule = rule;
    }
    for (guint i = 0; match_rule != NULL && i < builder->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(builder->ledger->bindings, i);
        g_autofree char *key =
            g_strdup_printf("%c:%s", binding->kind == BINDING_GROUP ? 'g' : 'w', binding->name);
        bool named = g_hash_table_contains(builder->by_name, key);
        if (binding->row.removed || binding->group_anchor == NULL || named)
            continue;
        uint32_t index =
            find_target(builder, binding->kind == BINDING_GROUP ? TARGET_GROUP : TARGET_WORKSPACE,
                        binding->name, 0);
        target_at(builder, index)->shielded = true;
        target_at(builder, index)->create = false;
        g_autofree char *safe = text_safe(binding->name, -1);
        hold_rule(builder, match_rule, NULL,
                  g_strdup_printf("%s: the directory group behind the Toggl group '%s' is gone",
                                  match_rule->label, safe));
    }
}

static gint compare_wants(gconstpointer a, gconstpointer b)
{
    const Want *x = a;
    const Want *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    if (x->role != y->role)
        return x->role > y->role ? -1 : 1;
    if (x->directory != y->directory)
        return x->directory < y->directory ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

/* One want for each subject and target, the one with the highest role. */
static void settle_wants(Builder *builder)
{
    Desired *desired = builder->desired;
    GArray *wants = desired->wants;
    g_array_sort(wants, compare_wants);
    guint kept = 0;
    for (guint i = 0; i < wants->len; i++) {
        const Want *want = &g_array_index(wants, Want, i);
        const Want *last = kept > 0 ? &g_array_index(wants, Want, kept - 1) : NULL;
        if (last != NULL && last->subject == want->subject && last->target == want->target)
            continue;
        g_array_index(wants, Want, kept++) = *want;
    }
    g_array_set_size(wants, kept);
    guint count = builder->subjects->subjects->len;
    g_array_set_size(desired->first, count + 1);
    guint at = 0;
    for (guint subject = 0; subject <= count; subject++) {
        while (at < wants->len && g_array_index(wants, Want, at).subject < subject)
            at++;
        g_array_index(desired->first, uint32_t, subject) = at;
    }
    for (guint i = 0; i < wants->len; i++) {
        const Want *want = &g_array_index(wants, Want, i);
        const Subject *subject = g_ptr_array_index(builder->subjects->subjects, want->subject);
        if (subject->standing == SUBJECT_PRESENT)
            target_at(builder, want->target)->wanted++;
    }
}

static void index_targets(Desired *desired)
{
    desired->groups = g_hash_table_new(g_int64_hash, g_int64_equal);
    desired->workspaces = g_hash_table_new(g_int64_hash, g_int64_equal);
    /* the first of several names for one object speaks for it */
    for (guint i = desired->targets->len; i > 0; i--) {
        DesiredTarget *target = g_ptr_array_index(desired->targets, i - 1);
        GHashTable *index = target->kind == TARGET_GROUP ? desired->groups : desired->workspaces;
        if (target->id != 0)
            g_hash_table_insert(index, &target->id, target);
    }
}

static void rail_free(gpointer data)
{
    /* a plan knows how to free its rails */
    g_autoptr(Plan) plan = plan_new();
    g_ptr_array_add(plan->rails, data);
}

Desired *desired_build(const SyncSettings *settings, const GPtrArray *directories,
                       const Subjects *subjects, const Organization *organization,
                       const Ledger *ledger)
{
    Desired *desired = g_new0(Desired, 1);
    desired->targets = g_ptr_array_new_with_free_func((GDestroyNotify) target_free);
    desired->wants = g_array_new(false, false, sizeof(Want));
    desired->first = g_array_new(false, true, sizeof(uint32_t));
    desired->rails = g_ptr_array_new_with_free_func(rail_free);
    g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Builder builder = {
        .settings = settings,
        .directories = directories,
        .subjects = subjects,
        .organization = organization,
        .ledger = ledger,
        .desired = desired,
        .by_name = by_name,
    };
    for (guint i = 0; i < settings->rules->len; i++) {
        const Rule *rule = g_ptr_array_index(settings->rules, i);
        if (rule->kind == RULE_EVERYONE)
            apply_everyone(&builder, rule);
        else
            apply_group_rule(&builder, rule);
    }
    hold_vanished_matches(&builder);
    settle_wants(&builder);
    index_targets(desired);
    return desired;
}

void desired_free(Desired *desired)
{
    if (desired == NULL)
        return;
    g_hash_table_unref(desired->groups);
    g_hash_table_unref(desired->workspaces);
    g_ptr_array_unref(desired->targets);
    g_array_unref(desired->wants);
    g_array_unref(desired->first);
    g_ptr_array_unref(desired->rails);
    g_free(desired);
}

char *want_reason(const Want *want, const GPtrArray *directories)
{
    if (want->directory == G_MAXUINT32)
        return g_strdup("everyone in the directory");
    const Directory *directory = g_ptr_array_index(directories, want->directory);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, want->group);
    g_autofree char *name = text_safe(group->dn, -1);
    if (want->via == want->group)
        return g_strdup_printf("member of %s", name);
    g_autoptr(GArray) path = directory_group_path(directory, want->group, want->via);
    GString *reason = g_string_new(NULL);
    g_string_append_printf(reason, "member of %s through ", name);
    for (guint i = 1; i < path->len; i++) {
        const DirectoryGroup *step =
            g_ptr_array_index(directory->groups, g_array_index(path, uint32_t, i));
        g_autofree char *safe = text_safe(step->dn, -1);
        g_string_append_printf(reason, "%s%s", i > 1 ? " and " : "", safe);
    }
    return g_string_free(reason, FALSE);
}

const DesiredTarget *desired_target(const Desired *desired, TargetKind kind, int64_t id)
{
    return g_hash_table_lookup(kind == TARGET_GROUP ? desired->groups : desired->workspaces, &id);
}
