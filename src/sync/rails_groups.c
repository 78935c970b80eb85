/* SPDX-License-Identifier: Apache-2.0 */

/* The rail about mapped directory groups that shrank. */

#include "base/text.h"
#include "sync/group_sizes.h"
#include "sync/rails_private.h"

/* How many may be gone: a share, but of a small group a few always. */
static int64_t may_go(const RailsInput *in, const MappedGroup *place, const GroupSize *size)
{
    int64_t share =
        sync_settings_max_shrink(in->settings, place->directory) * size->members_before / 100;
    return MAX(share, in->settings->limits.removals_floor);
}

static void judge_group(Judge *judge, const MappedGroup *place, const Directory *directory,
                        const GroupSize *size)
{
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, place->group);
    g_autofree char *safe = text_safe(group->dn, -1);
    Rail *rail = judge_rail(judge, RAIL_MAX_SHRINK, safe, may_go(judge->in, place, size),
                            size->members_before - size->members);
    char *explanation = g_strdup_printf(
        "the directory group had %" G_GINT64_FORMAT " members when it was last believed, and "
        "%" G_GINT64_FORMAT " now; at most %" G_GINT64_FORMAT " may be gone (max_shrink "
        "%" G_GINT64_FORMAT "%%, never below limits.removals_floor): nothing is taken from "
        "anybody, no role or address changed",
        size->members_before, size->members, rail->limit,
        sync_settings_max_shrink(judge->in->settings, place->directory));
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, change_needs_trust);
}

static bool has_shrunk(const RailsInput *in, const MappedGroup *place, GroupSize *ret_size)
{
    const Directory *directory = g_ptr_array_index(in->directories, place->directory);
    *ret_size = group_size(in->ledger, directory, place->group, NULL);
    return ret_size->members_before - ret_size->members > may_go(in, place, ret_size);
}

void judge_groups(Judge *judge)
{
    const RailsInput *in = judge->in;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; in->mapped != NULL && i < in->mapped->len; i++) {
        const MappedGroup *place = &g_array_index(in->mapped, MappedGroup, i);
        const Directory *directory = g_ptr_array_index(in->directories, place->directory);
        GroupSize size;
        if (has_shrunk(in, place, &size) &&
            g_hash_table_add(seen, group_size_key(directory, place->group)))
            judge_group(judge, place, directory, &size);
    }
}

/* The rail that PLAN has about DN, or NULL. */
static const Rail *rail_about(const Plan *plan, const char *dn)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == RAIL_MAX_SHRINK && g_strcmp0(rail->subject, dn) == 0)
            return rail;
    }
    return NULL;
}

/* A part of a plan, and a directory that is not believed, prove nothing: of them only what people
 * have approved counts. */
void remember_groups(const RailsInput *input, const Plan *plan, Ledger *ledger)
{
    g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) judged = g_array_new(false, false, sizeof(MappedGroup));
    bool doubted = plan->partial || input->shrunk;
    for (guint i = 0; input->mapped != NULL && i < input->mapped->len; i++) {
        MappedGroup place = g_array_index(input->mapped, MappedGroup, i);
        const Directory *directory = g_ptr_array_index(input->directories, place.directory);
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, place.group);
        g_autofree char *safe = text_safe(group->dn, -1);
        const Rail *rail = rail_about(plan, safe);
        bool lifted = rail != NULL && rail->verdict == VERDICT_APPROVED;
        if (rail != NULL && !lifted)
            g_hash_table_add(kept, group_size_key(directory, place.group));
        if (lifted || !doubted)
            g_array_append_val(judged, place);
    }
    group_sizes_remember(ledger, input->settings, input->directories, judged, kept, input->now);
}
