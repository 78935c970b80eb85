/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired_private.h"

#include "base/text.h"
#include "model/dn.h"

#include <string.h>

bool rule_looks_at(const Rule *rule, const Directory *directory)
{
    return rule->from == NULL || strcmp(rule->from, directory->source) == 0;
}

bool desired_is_blind(const Builder *builder, const Rule *rule)
{
    for (guint i = 0; i < builder->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(builder->directories, i);
        if (rule_looks_at(rule, directory) && !directory->completeness.complete)
            return true;
    }
    return false;
}

void desired_hold(Builder *builder, const Rule *rule, char *explanation, bool unknown)
{
    GPtrArray *rails = builder->desired->rails;
    builder->desired->any_rule_held = builder->desired->any_rule_held || unknown;
    for (guint i = 0; i < rails->len; i++) {
        const Rail *rail = g_ptr_array_index(rails, i);
        if (strcmp(rail->explanation, explanation) == 0) {
            g_free(explanation);
            return;
        }
    }
    g_autoptr(Plan) scratch = plan_new();
    Rail *rail = plan_add_rail(scratch, RAIL_MAPPED_GROUP, rule->label);
    rail->verdict = VERDICT_HOLD;
    rail->limit = 1;
    rail->explanation = explanation;
    g_ptr_array_add(rails, g_ptr_array_steal_index(scratch->rails, scratch->rails->len - 1));
}

/* ---- rules about groups ---- */

/* The gift of a group that was renamed goes to the objects that the old name was bound to. */
static Gift gift_for_group(Builder *builder, const Rule *rule, const GMatchInfo *match,
                           const Directory *directory, const DirectoryGroup *group)
{
    g_autofree char *before = rule->kind == RULE_GROUP_MATCH
                                  ? desired_name_before(builder, rule, directory, group)
                                  : NULL;
    GMatchInfo *old = NULL;
    bool renamed = before != NULL && g_regex_match(rule->pattern, before, 0, &old);
    GiftNames names = {.match = match, .before = renamed ? old : NULL};
    Gift gift = gift_of(builder, rule, &names);
    g_clear_pointer(&old, g_match_info_unref);
    return gift;
}

static void give_to_members(Builder *builder, const Gift *gift, uint32_t d, uint32_t g)
{
    const Directory *directory = g_ptr_array_index(builder->directories, d);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
    const uint32_t *subjects = builder->subjects->of_person[d];
    const uint8_t *enabled = builder->enabled[d];
    uint32_t giving = gift_begin(builder, gift, d, g);
    for (guint i = 0; i < group->members->len; i++) {
        const GroupMember *member = &g_array_index(group->members, GroupMember, i);
        if (enabled[member->person] != 0)
            gift_give(builder, giving, subjects[member->person], member->via);
    }
}

/* What people were called whom DIRECTORY has lost; found once for all of its groups. */
static GHashTable *lost_names(Builder *builder, guint d)
{
    if (builder->lost_names[d] == NULL)
        builder->lost_names[d] =
            group_lost_names(builder->ledger, g_ptr_array_index(builder->directories, d));
    return builder->lost_names[d];
}

/* Whether a group suddenly names so many who are nobody that what it gives had better stay. */
static bool hold_dangling(Builder *builder, const Rule *rule, const MappedGroup *mapped)
{
    const Directory *directory = g_ptr_array_index(builder->directories, mapped->directory);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, mapped->group);
    if (directory->completeness.dangling == 0)
        return false;
    GroupSize size = group_size(builder->ledger, directory, mapped->group,
                                lost_names(builder, mapped->directory));
    if (!group_size_dangles(&size, sync_settings_max_shrink(builder->settings, mapped->directory)))
        return false;
    g_autofree char *safe = text_safe(group->dn, -1);
    desired_hold(builder, rule,
                 g_strdup_printf("%s: the directory group '%s' names %" G_GINT64_FORMAT
                                 " %s nobody, and %" G_GINT64_FORMAT
                                 " before: take them out of it, or wait for the grace",
                                 rule->label, safe, size.dangling,
                                 size.dangling == 1 ? "member who is" : "members who are",
                                 size.dangling_before),
                 true);
    return true;
}

static void apply_to_group(Builder *builder, const Rule *rule, const GMatchInfo *match, uint32_t d,
                           uint32_t g)
{
    const Directory *directory = g_ptr_array_index(builder->directories, d);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
    Gift gift = gift_for_group(builder, rule, match, directory, group);
    desired_meet(builder, rule, directory, group);
    MappedGroup mapped = {.directory = d, .group = g};
    g_array_append_val(builder->desired->mapped, mapped);
    bool empty = group->members->len == 0 && !rule->allow_empty;
    if (!empty && hold_dangling(builder, rule, &mapped))
        gift_shield(builder, &gift);
    if (empty) {
        g_autofree char *safe = text_safe(group->dn, -1);
        desired_hold(
            builder, rule,
            g_strdup_printf(
                "%s: the directory group '%s' is empty, and the rule does not say allow_empty",
                rule->label, safe),
            true);
    }
    if (empty || gift.held)
        gift_shield(builder, &gift);
    else
        gift_attach(builder, &gift);
    if (desired_is_blind(builder, rule))
        gift_doubt(builder, &gift);
    give_to_members(builder, &gift, d, g);
    gift_clear(&gift);
}

static const char *is_called(RuleKind kind)
{
    switch (kind) {
    case RULE_GROUP_MATCH:
        return "matches";
    case RULE_GROUP_FILTER:
        return "is covered by";
    case RULE_GROUP_ANCHOR:
        return "has the anchor";
    case RULE_GROUP:
    case RULE_GROUP_NAME:
    case RULE_PEOPLE_MATCH:
    case RULE_EVERYONE:
    default:
        return "is called";
    }
}

static char *near_groups(const Builder *builder, const Rule *rule)
{
    if (rule->kind != RULE_GROUP && rule->kind != RULE_GROUP_NAME)
        return NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint d = 0; d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        for (guint g = 0; g < directory->groups->len; g++) {
            const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
            g_ptr_array_add(names, rule->kind == RULE_GROUP ? group->dn : group->name);
        }
    }
    return text_near_misses(rule->value, names);
}

/* A rule without its group: what the rule names stays as it is. */
static void hold_missing_group(Builder *builder, const Rule *rule)
{
    bool blind = desired_is_blind(builder, rule);
    if (!blind) {
        g_autofree char *near = near_groups(builder, rule);
        g_autofree char *safe = text_safe(rule->value, -1);
        desired_hold(builder, rule,
                     g_strdup_printf(
                         "%s: no directory group %s '%s'%s%s", rule->label, is_called(rule->kind),
                         safe, near != NULL ? "; did you mean " : "", near != NULL ? near : ""),
                     true);
    }
    if (rule->kind == RULE_GROUP_MATCH)
        return; /* the names it made are known by what it met before */
    Gift gift = gift_of(builder, rule, NULL);
    if (blind)
        gift_doubt(builder, &gift);
    gift_shield(builder, &gift);
    gift_clear(&gift);
}

static bool has_filter(const DirectoryGroup *group, const char *filter)
{
    for (guint i = 0; group->filters != NULL && i < group->filters->len; i++) {
        if (strcmp(g_ptr_array_index(group->filters, i), filter) == 0)
            return true;
    }
    return false;
}

static bool group_fits(const Rule *rule, const char *wanted_key, const DirectoryGroup *group,
                       GMatchInfo **ret_match)
{
    switch (rule->kind) {
    case RULE_GROUP:
        return wanted_key != NULL && strcmp(group->dn_key, wanted_key) == 0;
    case RULE_GROUP_NAME:
        return group->name != NULL && g_ascii_strcasecmp(group->name, rule->value) == 0;
    case RULE_GROUP_ANCHOR:
        return g_ascii_strcasecmp(group->anchor, rule->value) == 0;
    case RULE_GROUP_FILTER:
        return has_filter(group, rule->value);
    case RULE_PEOPLE_MATCH:
    case RULE_EVERYONE: /* these two are asked of people, never of groups */
    case RULE_GROUP_MATCH:
    default:
        return group->name != NULL && g_regex_match(rule->pattern, group->name, 0, ret_match);
    }
}

static bool apply_to_renamed(Builder *builder, const Rule *rule)
{
    guint d = 0;
    const DirectoryGroup *group = desired_renamed_group(builder, rule, &d);
    guint g = 0;
    const Directory *directory = group != NULL ? g_ptr_array_index(builder->directories, d) : NULL;
    if (directory == NULL || !g_ptr_array_find(directory->groups, group, &g))
        return false;
    g_autofree char *was = text_safe(rule->value, -1);
    g_autofree char *is = text_safe(rule->kind == RULE_GROUP ? group->dn : group->name, -1);
    g_ptr_array_add(
        builder->desired->warnings,
        g_strdup_printf("%s: the directory group '%s' is called '%s' now; going on with "
                        "it, write the new name into the configuration",
                        rule->label, was, is));
    apply_to_group(builder, rule, NULL, d, g);
    return true;
}

static bool apply_to_groups_of(Builder *builder, const Rule *rule, const char *wanted_key, guint d)
{
    const Directory *directory = g_ptr_array_index(builder->directories, d);
    bool found = false;
    for (guint g = 0; g < directory->groups->len; g++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
        GMatchInfo *match = NULL;
        if (group_fits(rule, wanted_key, group, &match)) {
            found = true;
            apply_to_group(builder, rule, match, d, g);
        }
        g_clear_pointer(&match, g_match_info_unref);
    }
    return found;
}

static void apply_group_rule(Builder *builder, const Rule *rule)
{
    g_autofree char *wanted_key = NULL;
    bool usable =
        rule->kind != RULE_GROUP || dn_key(rule->value, strlen(rule->value), &wanted_key, NULL);
    bool found = false;
    for (guint d = 0; usable && d < builder->directories->len; d++) {
        if (rule_looks_at(rule, g_ptr_array_index(builder->directories, d)))
            found = apply_to_groups_of(builder, rule, wanted_key, d) || found;
    }
    desired_hold_vanished(builder, rule);
    bool may_be_none =
        rule->allow_empty && (rule->kind == RULE_GROUP_MATCH || rule->kind == RULE_GROUP_FILTER);
    if (!found && !may_be_none && !apply_to_renamed(builder, rule))
        hold_missing_group(builder, rule);
}

/* ---- rules about people ---- */

typedef enum { VALUE_OTHER, VALUE_FITS, VALUE_UNDECIDED } ValueVerdict;

static ValueVerdict person_fits(const Rule *rule, const Person *person)
{
    if (rule->kind == RULE_EVERYONE)
        return VALUE_FITS;
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
        const PersonAttribute *attribute = g_ptr_array_index(person->attributes, i);
        if (g_ascii_strcasecmp(attribute->name, rule->attribute) != 0)
            continue;
        g_autoptr(GError) error = NULL;
        if (g_regex_match_full(rule->pattern, attribute->value, -1, 0, 0, NULL, &error))
            return VALUE_FITS;
        if (error != NULL)
            return VALUE_UNDECIDED;
    }
    return VALUE_OTHER;
}

static char *near_values(const Builder *builder, const Rule *rule)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    for (guint d = 0; d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        for (guint p = 0; p < directory->people->len && values->len < 1000; p++) {
            const Person *person = g_ptr_array_index(directory->people, p);
            for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
                const PersonAttribute *attribute = g_ptr_array_index(person->attributes, i);
                if (g_ascii_strcasecmp(attribute->name, rule->attribute) == 0 &&
                    g_hash_table_add(seen, attribute->value))
                    g_ptr_array_add(values, attribute->value);
            }
        }
    }
    return text_near_misses(rule->value, values);
}

static void hold_without_people(Builder *builder, const Rule *rule, bool undecided)
{
    g_autofree char *near = near_values(builder, rule);
    g_autofree char *attribute = text_safe(rule->attribute, -1);
    g_autofree char *pattern = text_safe(rule->value, -1);
    char *explanation =
        undecided
            ? g_strdup_printf("%s: the pattern '%s' gives up on a value of '%s'", rule->label,
                              pattern, attribute)
            : g_strdup_printf("%s: nobody has a value of '%s' that matches '%s', and the rule "
                              "does not say allow_empty%s%s",
                              rule->label, attribute, pattern, near != NULL ? "; there is " : "",
                              near != NULL ? near : "");
    desired_hold(builder, rule, explanation, true);
}

static void apply_people_rule(Builder *builder, const Rule *rule)
{
    Gift gift = gift_of(builder, rule, NULL);
    bool found = rule->kind == RULE_EVERYONE || rule->allow_empty;
    bool undecided = false;
    for (guint d = 0; d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        if (!rule_looks_at(rule, directory))
            continue;
        uint32_t giving = gift_begin(builder, &gift, d, G_MAXUINT32);
        for (guint p = 0; p < directory->people->len; p++) {
            ValueVerdict verdict = person_fits(rule, g_ptr_array_index(directory->people, p));
            undecided = undecided || verdict == VALUE_UNDECIDED;
            if (verdict != VALUE_FITS)
                continue;
            found = true;
            if (builder->enabled[d][p] != 0)
                gift_give(builder, giving, builder->subjects->of_person[d][p], p);
        }
    }
    bool blind = desired_is_blind(builder, rule);
    bool held = undecided || (!found && !blind);
    if (held)
        hold_without_people(builder, rule, undecided);
    if (held || gift.held)
        gift_shield(builder, &gift);
    else
        gift_attach(builder, &gift);
    if (blind)
        gift_doubt(builder, &gift);
    gift_clear(&gift);
}

void desired_apply_rule(Builder *builder, const Rule *rule)
{
    if (rule->kind == RULE_EVERYONE || rule->kind == RULE_PEOPLE_MATCH)
        apply_people_rule(builder, rule);
    else
        apply_group_rule(builder, rule);
}
