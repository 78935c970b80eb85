/* SPDX-License-Identifier: Apache-2.0 */
/* The reads: typed parameters to the fields of the table. */
#include "toggl/operations.h"

/* after jansson.h */
#include "base/autoptr.h"

static void set_text(json_t *arguments, const char *key, const char *text)
{
    if (text != NULL)
        (void) json_object_set_new(arguments, key, json_string(text));
}

static void set_number(json_t *arguments, const char *key, int64_t number)
{
    if (number != 0)
        (void) json_object_set_new(arguments, key, json_integer(number));
}

static void set_choice(json_t *arguments, const char *key, Choice choice)
{
    if (choice != CHOICE_ANY)
        (void) json_object_set_new(arguments, key, json_boolean(choice == CHOICE_YES));
}

static void set_ids(json_t *arguments, const char *key, const GArray *ids)
{
    if (ids == NULL || ids->len == 0)
        return;
    json_t *list = json_array();
    for (guint i = 0; i < ids->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(ids, int64_t, i)));
    (void) json_object_set_new(arguments, key, list);
}

static bool read_page(Toggl *toggl, const char *name, const json_t *arguments, Page *ret,
                      GError **error)
{
    return operation_read(toggl, endpoint_find(name), arguments, ret, error);
}

/* A read whose answer is all of it. */
static bool read_whole(Toggl *toggl, const char *name, const json_t *arguments, json_t **ret,
                       GError **error)
{
    Page page = {0};
    if (!read_page(toggl, name, arguments, &page, error))
        return false;
    *ret = page.rows;
    return true;
}

bool get_organization(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organization", NULL, ret, error);
}

bool get_organization_owner(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organization_owner", NULL, ret, error);
}

bool get_organization_roles(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organization_roles", NULL, ret, error);
}

bool get_organization_segmentation(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organization_segmentation", NULL, ret, error);
}

static char *statuses_text(unsigned statuses)
{
    static const struct {
        unsigned bit;
        const char *word;
    } words[] = {
        {USERS_ACTIVE, "active"}, {USERS_INACTIVE, "inactive"}, {USERS_INVITED, "invited"}};
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if ((statuses & words[i].bit) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "", words[i].word);
    }
    return g_string_free(text, FALSE);
}

static json_t *users_arguments(const UsersQuery *query)
{
    json_t *arguments = json_object();
    g_autofree char *statuses = statuses_text(query->statuses);
    set_text(arguments, "filter", query->filter);
    set_text(arguments, "active_status", query->statuses == 0 ? NULL : statuses);
    set_choice(arguments, "only_admins", query->only_admins);
    set_ids(arguments, "groups", query->groups);
    set_ids(arguments, "workspaces", query->workspaces);
    set_number(arguments, "page", query->page);
    set_number(arguments, "per_page", query->per_page);
    if (query->descending != CHOICE_ANY)
        set_text(arguments, "sort_dir", query->descending == CHOICE_YES ? "desc" : "asc");
    return arguments;
}

bool get_organization_users(Toggl *toggl, const UsersQuery *query, Page *ret, GError **error)
{
    g_autoptr(json_t) arguments = users_arguments(query);
    return read_page(toggl, "get_organization_users", arguments, ret, error);
}

bool get_organization_users_detailed(Toggl *toggl, const UsersQuery *query, Page *ret,
                                     GError **error)
{
    g_autoptr(json_t) arguments = users_arguments(query);
    return read_page(toggl, "get_organization_users_detailed", arguments, ret, error);
}

bool get_organization_groups(Toggl *toggl, const GroupsQuery *query, json_t **ret, GError **error)
{
    g_autoptr(json_t) arguments = json_object();
    if (query != NULL) {
        set_text(arguments, "name", query->name);
        set_number(arguments, "workspace", query->workspace);
    }
    return read_whole(toggl, "get_organization_groups", arguments, ret, error);
}

bool get_organization_workspaces_groups(Toggl *toggl, int64_t workspace, json_t **ret,
                                        GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "workspace_id", (json_int_t) workspace);
    return read_whole(toggl, "get_organization_workspaces_groups", arguments, ret, error);
}

bool get_organization_workspaces_statistics(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organization_workspaces_statistics", NULL, ret, error);
}

bool get_organization_workspace_users(Toggl *toggl, int64_t workspace,
                                      const WorkspaceUsersQuery *query, Page *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "workspace_id", (json_int_t) workspace);
    set_text(arguments, "name", query->name);
    set_text(arguments, "search", query->search);
    set_number(arguments, "page", query->page);
    set_number(arguments, "per_page", query->per_page);
    set_choice(arguments, "active", query->active);
    set_choice(arguments, "custom_rates", query->custom_rates);
    return read_page(toggl, "get_organization_workspace_users", arguments, ret, error);
}

bool get_organizations_plans(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_organizations_plans", NULL, ret, error);
}

bool get_organizations_plans_0(Toggl *toggl, int64_t plan, json_t **ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "plan_id", (json_int_t) plan);
    return read_whole(toggl, "get_organizations_plans_0", arguments, ret, error);
}

bool get_organizations_payments_records(Toggl *toggl, const PaymentsQuery *query, json_t **ret,
                                        GError **error)
{
    g_autoptr(json_t) arguments = json_object();
    set_choice(arguments, "is_unified", query->is_unified);
    set_text(arguments, "next", query->next);
    set_text(arguments, "prev", query->prev);
    set_text(arguments, "cursor", query->cursor);
    set_text(arguments, "last_inv", query->last_invoice);
    return read_whole(toggl, "get_organizations_payments_records", arguments, ret, error);
}

bool get_me(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_me", NULL, ret, error);
}

bool get_me_organizations(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_me_organizations", NULL, ret, error);
}

bool get_me_workspaces(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_me_workspaces", NULL, ret, error);
}

bool get_me_quota(Toggl *toggl, json_t **ret, GError **error)
{
    return read_whole(toggl, "get_me_quota", NULL, ret, error);
}
