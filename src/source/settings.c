/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "model/dn.h"
#include "source/kind.h"
#include "source/ldap.h"
#include "source/ldif.h"
#include "source/source.h"
#include "source/standing.h"

#include <string.h>

SourceSettings *source_settings_new(void)
{
    SourceSettings *settings = g_new0(SourceSettings, 1);
    settings->people = g_ptr_array_new_with_free_func((GDestroyNotify) people_search_free);
    settings->groups = g_ptr_array_new_with_free_func((GDestroyNotify) group_search_free);
    settings->required = true;
    settings->page_size = 500;
    settings->connect_timeout = 10;
    settings->page_timeout = 60;
    settings->read_timeout = 600;
    return settings;
}

void source_settings_free(SourceSettings *settings)
{
    if (settings == NULL)
        return;
    g_free(settings->name);
    g_free(settings->file);
    g_strfreev(settings->uris);
    g_free(settings->domain);
    g_free(settings->ca_file);
    g_free(settings->client_cert);
    g_free(settings->client_key);
    g_free(settings->crl_file);
    g_free(settings->pin);
    g_free(settings->keytab);
    g_free(settings->bind_dn);
    secret_free(settings->password);
    g_ptr_array_unref(settings->people);
    g_ptr_array_unref(settings->groups);
    g_strfreev(settings->sentinels);
    g_strfreev(settings->attributes);
    g_strfreev(settings->group_filters);
    entry_free(settings->overlay);
    g_free(settings);
}

PeopleSearch *people_search_new(void)
{
    PeopleSearch *search = g_new0(PeopleSearch, 1);
    search->scope = SCOPE_SUBTREE;
    search->exclude_presets = true;
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
    g_strfreev(search->operational);
    g_free(search->disabled);
    g_free(search->expires_attribute);
    g_strfreev(search->exclude_mail);
    g_strfreev(search->exclude_dn);
    g_strfreev(search->exclude_group);
    g_free(search);
}

GroupSearch *group_search_new(void)
{
    GroupSearch *search = g_new0(GroupSearch, 1);
    search->scope = SCOPE_SUBTREE;
    search->nested = NESTED_YES;
    search->max_depth = 100;
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

/* What no kind of source could work with, told before any is asked. */
static bool check(const SourceSettings *settings, GError **error)
{
    bool offline = settings->kind == SOURCE_KIND_LDIF;
    if (settings->kind != SOURCE_KIND_AUTO && !kind_check(settings, settings->kind, error))
        return false;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        g_autoptr(StandingRule) rule = standing_rule_new(search, settings->kind, error);
        if (rule == NULL)
            return false;
        if (search->filter != NULL && !source_filter_check(search->filter, offline, error))
            return false;
    }
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        if (search->filter != NULL && !source_filter_check(search->filter, offline, error))
            return false;
    }
    return true;
}

Source *source_new(const SourceSettings *settings, Clock *clock, GError **error)
{
    if (!check(settings, error))
        return NULL;
    return settings->kind == SOURCE_KIND_LDIF ? source_ldif_new(settings, clock, error)
                                              : source_ldap_new(settings, clock, error);
}

bool source_read(Source *source, Directory **ret_directory, GError **error)
{
    return source->read(source, ret_directory, error);
}

bool source_bind_name_check(const char *name, GError **error)
{
    g_autofree char *key = NULL;
    bool of_account = strchr(name, '=') == NULL && strpbrk(name, "@\\") != NULL;
    return of_account || dn_key(name, strlen(name), &key, error);
}

void source_free(Source *source)
{
    if (source != NULL)
        source->free(source);
}
