/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/text.h"
#include "toggl/decode.h"
#include "toggl/operations.h"
#include "toggl/read.h"

/* after jansson.h */
#include "base/autoptr.h"

static void add_quota(const Toggl *toggl, GPtrArray *findings)
{
    static const char *const whose[] = {
        [BUCKET_ORGANIZATION] = "for the organization", [BUCKET_ME] = "for the token itself"};
    for (int i = 0; i < BUCKETS; i++) {
        QuotaBucket quota = toggl->quotas[i];
        quota_roll(&quota, toggl->clock->now(toggl->clock));
        g_ptr_array_add(findings, g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                                  " calls an hour are left %s, %" G_GINT64_FORMAT
                                                  " are kept in reserve",
                                                  quota.remaining, quota.total, whose[i],
                                                  quota_reserve(&quota)));
    }
}

/* Whose token it is, as a person knows them. */
static bool add_self(Toggl *toggl, Organization *organization, GPtrArray *findings, GError **error)
{
    g_autoptr(json_t) me = NULL;
    if (!get_me(toggl, &me, error))
        return false;
    if (!json_get_int(me, "id", 1, &organization->self.value, error)) {
        g_prefix_error(error, "toggl: get_me: ");
        return false;
    }
    g_autofree char *mail = text_safe(json_string_or(me, "email", "without an address"), -1);
    g_ptr_array_add(findings, g_strdup_printf("the token is that of user %" G_GINT64_FORMAT ", %s",
                                              organization->self.value, mail));
    return true;
}

static void add_standing(const Organization *organization, const char *plan, GPtrArray *findings)
{
    g_autofree char *name = text_safe(organization->name, -1);
    g_autofree char *safe_plan = plan == NULL || *plan == '\0' ? NULL : text_safe(plan, -1);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "it is an admin of organization '%s'", name);
    if (safe_plan != NULL)
        g_string_append_printf(text, ", plan '%s'", safe_plan);
    if (organization->seats > 0)
        g_string_append_printf(text, ", %" G_GINT64_FORMAT " seats", organization->seats);
    g_ptr_array_add(findings, g_string_free(text, FALSE));
    if (organization->suspended)
        g_ptr_array_add(findings, g_strdup("error: the organization is suspended\n"
                                           "hint: its owner has to settle that with Toggl"));
}

/* Names that the configuration wants, and workspaces that the token cannot see. */
static void add_workspaces(const Organization *organization, const GPtrArray *wanted,
                           size_t existing, GPtrArray *findings)
{
    guint missing = 0;
    for (guint i = 0; wanted != NULL && i < wanted->len; i++) {
        const char *name = g_ptr_array_index(wanted, i);
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        bool found = false;
        for (guint w = 0; w < organization->workspaces->len; w++) {
            const Workspace *workspace = g_ptr_array_index(organization->workspaces, w);
            found = found || g_strcmp0(workspace->name, name) == 0;
            g_ptr_array_add(names, workspace->name);
        }
        if (found)
            continue;
        missing++;
        g_autofree char *safe = text_safe(name, -1);
        g_autofree char *near = text_near_misses(name, names);
        g_ptr_array_add(findings, near == NULL
                                      ? g_strdup_printf("error: there is no workspace '%s'", safe)
                                      : g_strdup_printf("error: there is no workspace '%s'\n"
                                                        "hint: there is %s",
                                                        safe, near));
    }
    if (missing == 0 && wanted != NULL && wanted->len > 0)
        g_ptr_array_add(
            findings,
            wanted->len == 1
                ? g_strdup("the workspace that rules name is there")
                : g_strdup_printf("all %u workspaces that rules name are there", wanted->len));
    if (existing > organization->workspaces->len)
        g_ptr_array_add(findings, g_strdup_printf("%zu workspaces, of which the token sees %u",
                                                  existing, organization->workspaces->len));
}

bool toggl_check(Toggl *toggl, const TogglNeeds *needs, GPtrArray *findings, GError **error)
{
    g_autoptr(Organization) organization = organization_new(toggl->settings->organization);
    g_autofree char *plan = NULL;
    g_autoptr(json_t) statistics = NULL;
    if (!add_self(toggl, organization, findings, error) ||
        !read_standing(toggl, organization, &plan, error) ||
        !read_workspaces(toggl, needs->workspaces, organization, error) ||
        !get_organization_workspaces_statistics(toggl, &statistics, error))
        return false;
    add_standing(organization, plan, findings);
    /* without a name that is wanted the list was not asked for, and nothing is said about it */
    if (organization->workspaces_complete)
        add_workspaces(organization, needs->workspaces, json_object_size(statistics), findings);
    add_quota(toggl, findings);
    return true;
}
