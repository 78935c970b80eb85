/* SPDX-License-Identifier: Apache-2.0 */
#include "source/assembly_private.h"
#include "source/filter.h"

static bool parse_filters(Assembly *assembly, GError **error)
{
    g_autoptr(GPtrArray) filters = g_ptr_array_new_with_free_func((GDestroyNotify) filter_free);
    for (char **text = assembly->settings->group_filters; text != NULL && *text != NULL; text++) {
        Filter *filter = NULL;
        if (!filter_parse(*text, &filter, error))
            return false;
        g_ptr_array_add(filters, filter);
    }
    assembly->filters = g_steal_pointer(&filters);
    return true;
}

bool assembly_take_filters(Assembly *assembly, const Entry *entry, DirectoryGroup *group,
                           GError **error)
{
    if (assembly->filters == NULL && !parse_filters(assembly, error))
        return false;
    for (guint i = 0; i < assembly->filters->len; i++) {
        if (filter_evaluate(g_ptr_array_index(assembly->filters, i), entry) != FILTER_TRUE)
            continue;
        if (group->filters == NULL)
            group->filters = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(group->filters, g_strdup(assembly->settings->group_filters[i]));
    }
    return true;
}
