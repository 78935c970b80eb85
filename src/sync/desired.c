/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired_private.h"

#include "base/text.h"

#include <string.h>

static void target_free(DesiredTarget *target)
{
    g_free(target->name);
    g_free(target->rule_name);
    g_free(target);
}

static void met_free(gpointer data)
{
    MetGroup *met = data;
    g_free(met->name);
    g_free(met->anchor);
    g_free(met);
}

static void rail_free(gpointer data)
{
    /* a plan knows how to free its rails */
    g_autoptr(Plan) plan = plan_new();
    g_ptr_array_add(plan->rails, data);
}

static void index_targets(Desired *desired)
{
    desired->groups = g_hash_table_new(g_int64_hash, g_int64_equal);
    desired->workspaces = g_hash_table_new(g_int64_hash, g_int64_equal);
    /* the first of several names for one object speaks for it, and knows what holds for any */
    for (guint i = desired->targets->len; i > 0; i--) {
        DesiredTarget *target = g_ptr_array_index(desired->targets, i - 1);
        GHashTable *index = target->kind == TARGET_GROUP ? desired->groups : desired->workspaces;
        if (target->id == 0)
            continue;
        const DesiredTarget *other = g_hash_table_lookup(index, &target->id);
        target->shielded = target->shielded || (other != NULL && other->shielded);
        target->uncertain = target->uncertain || (other != NULL && other->uncertain);
        g_hash_table_insert(index, &target->id, target);
    }
}

static Desired *desired_new(guint subjects)
{
    Desired *desired = g_new0(Desired, 1);
    desired->targets = g_ptr_array_new_with_free_func((GDestroyNotify) target_free);
    desired->wants = g_array_new(false, false, sizeof(Want));
    desired->first = g_array_new(false, true, sizeof(uint32_t));
    desired->attachments = g_array_new(false, false, sizeof(Attachment));
    desired->rails = g_ptr_array_new_with_free_func(rail_free);
    desired->warnings = g_ptr_array_new_with_free_func(g_free);
    desired->met = g_ptr_array_new_with_free_func(met_free);
    desired->mapped = g_array_new(false, false, sizeof(MappedGroup));
    desired->kept = g_hash_table_new(NULL, NULL);
    desired->matched = g_new0(uint8_t, subjects + 1);
    return desired;
}

/* One byte for each of the people: they are asked for as often as there are memberships. */
static uint8_t **enabled_people(const GPtrArray *directories)
{
    uint8_t **enabled = g_new0(uint8_t *, directories->len + 1);
    for (guint d = 0; d < directories->len; d++) {
        const GPtrArray *people = ((const Directory *) g_ptr_array_index(directories, d))->people;
        enabled[d] = g_new0(uint8_t, people->len + 1);
        for (guint i = 0; i < people->len; i++)
            enabled[d][i] =
                ((const Person *) g_ptr_array_index(people, i))->standing == PERSON_ENABLED;
    }
    return enabled;
}

static void builder_clear(Builder *builder)
{
    for (guint d = 0; d < builder->directories->len; d++) {
        g_free(builder->enabled[d]);
        g_clear_pointer(&builder->lost_names[d], g_hash_table_unref);
    }
    g_free(builder->enabled);
    g_free(builder->lost_names);
    gifts_clear(builder);
}

Desired *desired_build(const SyncSettings *settings, const GPtrArray *directories,
                       const Subjects *subjects, const Organization *organization,
                       const Ledger *ledger)
{
    Desired *desired = desired_new(subjects->subjects->len);
    g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) attachments =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) near = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    Builder builder = {
        .settings = settings,
        .directories = directories,
        .subjects = subjects,
        .organization = organization,
        .ledger = ledger,
        .desired = desired,
        .by_name = by_name,
        .attachments = attachments,
        .met = met,
        .near = near,
        .enabled = enabled_people(directories),
        .lost_names = g_new0(GHashTable *, directories->len + 1),
        .givings = g_array_new(false, false, sizeof(Giving)),
        .awards = g_array_new(false, false, sizeof(Award)),
    };
    for (guint i = 0; i < directories->len; i++) {
        const Directory *directory = g_ptr_array_index(directories, i);
        desired->uncertain = desired->uncertain || !directory->completeness.complete;
    }
    for (guint i = 0; i < settings->rules->len; i++)
        desired_apply_rule(&builder, g_ptr_array_index(settings->rules, i));
    desired_settle(&builder);
    builder_clear(&builder);
    index_targets(desired);
    return desired;
}

void desired_free(Desired *desired)
{
    if (desired == NULL)
        return;
    g_hash_table_unref(desired->groups);
    g_hash_table_unref(desired->workspaces);
    g_hash_table_unref(desired->kept);
    g_ptr_array_unref(desired->targets);
    g_array_unref(desired->wants);
    g_array_unref(desired->first);
    g_array_unref(desired->attachments);
    g_ptr_array_unref(desired->rails);
    g_ptr_array_unref(desired->warnings);
    g_ptr_array_unref(desired->met);
    g_array_unref(desired->mapped);
    g_free(desired->matched);
    g_free(desired);
}

/* "departmentNumber is '4217'": the first of the person's values that the pattern takes. */
static char *value_reason(const Want *want, const Directory *directory)
{
    const Rule *rule = want->rule;
    const Person *person = g_ptr_array_index(directory->people, want->via);
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
        const PersonAttribute *attribute = g_ptr_array_index(person->attributes, i);
        if (g_ascii_strcasecmp(attribute->name, rule->attribute) != 0 ||
            !g_regex_match(rule->pattern, attribute->value, 0, NULL))
            continue;
        g_autofree char *name = text_safe(rule->attribute, -1);
        g_autofree char *value = text_safe(attribute->value, -1);
        return g_strdup_printf("%s is '%s'", name, value);
    }
    return g_strdup("an attribute of the person matches");
}

char *want_reason(const Want *want, const GPtrArray *directories)
{
    const Directory *directory = g_ptr_array_index(directories, want->directory);
    if (want->group == G_MAXUINT32)
        return want->rule->kind == RULE_EVERYONE ? g_strdup("everyone in the directory")
                                                 : value_reason(want, directory);
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

const Want *desired_want(const Desired *desired, guint index, TargetKind kind, int64_t id)
{
    guint end = g_array_index(desired->first, uint32_t, index + 1);
    for (guint i = g_array_index(desired->first, uint32_t, index); i < end; i++) {
        const Want *want = &g_array_index(desired->wants, Want, i);
        const DesiredTarget *target = g_ptr_array_index(desired->targets, want->target);
        if (target->kind == kind && target->id == id)
            return want;
    }
    return NULL;
}
