/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#define PAGE_SIZE 500
#define MAX_DEPTH 100
#define CONNECT_SECONDS 15
#define PAGE_SECONDS 60
#define READ_SECONDS 600

SourceSettings *source_settings_new(void)
{
    SourceSettings *settings = g_new0(SourceSettings, 1);
    *settings = (SourceSettings){
        .people = g_ptr_array_new_with_free_func((GDestroyNotify) people_search_free),
        .groups = g_ptr_array_new_with_free_func((GDestroyNotify) group_search_free),
        .required = true,
        .page_size = PAGE_SIZE,
        .connect_timeout = CONNECT_SECONDS,
        .page_timeout = PAGE_SECONDS,
        .read_timeout = READ_SECONDS,
    };
    return settings;
}

void source_settings_free(SourceSettings *settings)
{
    if (settings == NULL)
        return;
    g_free(settings->name);
    g_free(settings->file);
    g_strfreev(settings->uris);
    g_free(settings->ca_file);
    g_free(settings->bind_dn);
    secret_free(settings->password);
    g_ptr_array_unref(settings->people);
    g_ptr_array_unref(settings->groups);
    g_strfreev(settings->sentinels);
    g_strfreev(settings->attributes);
    g_free(settings);
}

PeopleSearch *people_search_new(void)
{
    PeopleSearch *search = g_new0(PeopleSearch, 1);
    search->scope = SCOPE_SUBTREE;
    return search;
}

void people_search_free(PeopleSearch *search)
{
    if (search == NULL)
        return;
    g_free(search->base);
    g_free(search->filter);
    g_strfreev(search->mail);
    g_free(search->name);
    g_free(search->anchor);
    g_free(search->disabled);
    g_strfreev(search->exclude_mail);
    g_strfreev(search->exclude_dn);
    g_free(search);
}

GroupSearch *group_search_new(void)
{
    GroupSearch *search = g_new0(GroupSearch, 1);
    *search = (GroupSearch){.scope = SCOPE_SUBTREE, .nested = true, .max_depth = MAX_DEPTH};
    return search;
}

void group_search_free(GroupSearch *search)
{
    if (search == NULL)
        return;
    g_free(search->base);
    g_free(search->filter);
    g_free(search->name);
    g_free(search->member);
    g_free(search);
}

void located_free(Located *located)
{
    if (located == NULL)
        return;
    g_free(located->dn);
    g_free(located);
}
