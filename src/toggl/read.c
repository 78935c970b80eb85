/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/read.h"

#include "base/error.h"
#include "base/json.h"
#include "toggl/decode.h"
#include "toggl/facts.h"
#include "toggl/operations.h"
#include "toggl/pages.h"
#include "toggl/substitute.h"
#include "toggl/trouble.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

/* How many calls of the organization's quota the last whole read took. */
#define READ_COST "read.cost"
#define READ_COST_KEPT (30 * FACTS_DAY)

/* What an invitation code is made of. */
#define CODE_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"

bool read_self(Toggl *toggl, UserId *ret, GError **error)
{
    g_autoptr(json_t) cached = facts_answer(toggl, "me.user_id", FACTS_DAY);
    if (json_integer_value(cached) > 0) {
        *ret = (UserId){json_integer_value(cached)};
        return true;
    }
    g_autoptr(json_t) me = NULL;
    int64_t id = 0;
    if (!get_me(toggl, &me, error))
        return false;
    if (!json_get_int(me, "id", 1, &id, error)) {
        g_prefix_error(error, "toggl: get_me: ");
        return false;
    }
    g_autoptr(json_t) number = json_integer(id);
    facts_keep_answer(toggl, "me.user_id", number);
    *ret = (UserId){id};
    return true;
}

bool read_standing(Toggl *toggl, Organization *organization, char **ret_plan, GError **error)
{
    g_autoptr(json_t) object = NULL;
    g_autoptr(GError) problem = NULL;
    if (!get_organization(toggl, &object, &problem)) {
        /* 404 is what Toggl says to somebody who is no member, and of an organization that is not
         */
        if (strstr(problem->message, ": status 404") != NULL) {
            char *hint = strstr(problem->message, "\nhint: ");
            if (hint != NULL)
                *hint = '\0';
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                        "%s\nhint: is 'toggl.organization' right, and the token's owner in it?",
                        problem->message);
        } else
            g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    trouble_warn_of_clock(toggl);
    if (!decode_organization(object, organization, error)) {
        g_prefix_error(error, "toggl: get_organization: ");
        return false;
    }
    if (!organization->self_is_admin) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                    "toggl: the token's owner is no admin of organization %" G_GINT64_FORMAT
                    "\nhint: use the token of an organization admin, or make its owner one",
                    organization->id);
        return false;
    }
    if (ret_plan != NULL)
        *ret_plan = g_strdup(json_string_or(object, "pricing_plan_name", NULL));
    return true;
}

typedef struct {
    Toggl *toggl;
    Organization *organization;
} Reading;

/* Older servers tell an invitation by its code alone, which is what sends it again. It is kept here
 * and nowhere else: it opens the door. */
static void remember_code(const Toggl *toggl, const json_t *row, const Organization *organization)
{
    const Member *member = g_ptr_array_index(organization->members, organization->members->len - 1);
    const char *code = json_string_or(row, "invitation_code", "");
    bool odd = strspn(code, CODE_CHARACTERS) != strlen(code);
    if (member->joined || member->invitation_id != 0 || *code == '\0' || odd)
        return;
    int64_t id = member->id.value;
    g_hash_table_replace(toggl->codes, g_memdup2(&id, sizeof id), secret_new(code, strlen(code)));
}

static bool take_member(void *context, const json_t *row, GError **error)
{
    Reading *reading = context;
    if (!decode_member(row, reading->organization, error))
        return false;
    remember_code(reading->toggl, row, reading->organization);
    return true;
}

static void forget_users(void *context)
{
    const Reading *reading = context;
    g_ptr_array_set_size(reading->organization->members, 0);
    g_ptr_array_set_size(reading->organization->workspaces, 0);
}

static bool read_users(Toggl *toggl, Organization *organization, GError **error)
{
    Reading reading = {.toggl = toggl, .organization = organization};
    Listing listing = {.endpoint = endpoint_find("get_organization_users"),
                       .row = take_member,
                       .restart = forget_users,
                       .context = &reading};
    return pages_read(toggl, &listing, error);
}

static bool index_rows(Organization *organization, GError **error)
{
    int64_t id = 0;
    if (organization_index(organization, &id))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "toggl: the id %" G_GINT64_FORMAT " occurs twice in one list", id);
    return false;
}

/* The rows say who owns the organization; a call only when they do not, or do not agree. */
static bool read_owner(Toggl *toggl, Organization *organization, GError **error)
{
    const Member *owner = NULL;
    unsigned owners = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member->owner) {
            owner = member;
            owners++;
        }
    }
    if (owners == 1 && owner->user_id.value != 0) {
        organization->owner = owner->user_id;
        return true;
    }
    g_autoptr(json_t) object = NULL;
    int64_t id = 0;
    if (!get_organization_owner(toggl, &object, error))
        return false;
    if (!json_get_int(object, "user_id", 1, &id, error)) {
        g_prefix_error(error, "toggl: get_organization_owner: ");
        return false;
    }
    organization->owner = (UserId){id};
    Member *member = organization_member_by_user(organization, organization->owner);
    if (member != NULL)
        member->owner = true;
    return true;
}

static bool read_groups(Toggl *toggl, Organization *organization, GError **error)
{
    g_autoptr(json_t) rows = NULL;
    if (!get_organization_groups(toggl, NULL, &rows, error))
        return false;
    if (decode_groups(rows, organization, error))
        return true;
    g_prefix_error(error, "toggl: get_organization_groups: ");
    return false;
}

static bool read_roles(Toggl *toggl, Organization *organization, GError **error)
{
    g_autoptr(json_t) rows = NULL;
    if (!get_organization_roles(toggl, &rows, error))
        return false;
    if (decode_roles(rows, organization, error))
        return true;
    g_prefix_error(error, "toggl: get_organization_roles: ");
    return false;
}

static bool has_name(const GPtrArray *workspaces, const char *name)
{
    for (guint i = 0; i < workspaces->len; i++) {
        if (strcmp(((const Workspace *) g_ptr_array_index(workspaces, i))->name, name) == 0)
            return true;
    }
    return false;
}

static bool has_all(const Organization *organization, const GPtrArray *wanted)
{
    for (guint i = 0; wanted != NULL && i < wanted->len; i++) {
        if (!has_name(organization->workspaces, g_ptr_array_index(wanted, i)))
            return false;
    }
    return true;
}

/* Only ids and names of this organization's are kept, in the form of the answer. */
static json_t *names_of(const Organization *organization)
{
    json_t *rows = json_array();
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *row = g_ptr_array_index(organization->workspaces, i);
        (void) json_array_append_new(rows, json_pack("{sI ss sI}", "id", (json_int_t) row->id,
                                                     "name", row->name, "organization_id",
                                                     (json_int_t) organization->id));
    }
    return rows;
}

static bool take_workspaces(const json_t *rows, Organization *organization, GError **error)
{
    if (decode_workspaces(rows, organization, error)) {
        organization->workspaces_complete = true;
        return true;
    }
    g_prefix_error(error, "toggl: get_me_workspaces: ");
    return false;
}

bool read_workspaces(Toggl *toggl, const GPtrArray *wanted, Organization *organization,
                     GError **error)
{
    if (has_all(organization, wanted))
        return true;
    g_autofree char *key =
        g_strdup_printf("me.workspaces.%" G_GINT64_FORMAT, toggl->settings->organization);
    g_autoptr(json_t) cached = facts_answer(toggl, key, FACTS_DAY);
    if (json_is_array(cached)) {
        g_autoptr(json_t) young = facts_answer(toggl, key, READ_CACHE_MISS_SECONDS);
        if (!take_workspaces(cached, organization, error))
            return false;
        if (young != NULL || has_all(organization, wanted))
            return true;
    }
    g_autoptr(json_t) rows = NULL;
    if (!get_me_workspaces(toggl, &rows, error) || !take_workspaces(rows, organization, error))
        return false;
    g_autoptr(json_t) names = names_of(organization);
    facts_keep_answer(toggl, key, names);
    return true;
}

void read_forget_workspaces(const Toggl *toggl)
{
    g_autofree char *key =
        g_strdup_printf("me.workspaces.%" G_GINT64_FORMAT, toggl->settings->organization);
    facts_drop_answer(toggl, key);
}

/* What a read of everything costs: what the last one did, and at least a call for each list. */
static int64_t expected_cost(const Toggl *toggl, const TogglNeeds *needs)
{
    g_autoptr(json_t) last = facts_answer(toggl, READ_COST, READ_COST_KEPT);
    int64_t lists = 2 + needs->groups + needs->roles;
    return MAX(lists, json_integer_value(last));
}

/*
 * After the first answer, whose headers say what is left: a read that the quota does not cover is
 * not worth what is left of it. One that no hour would cover is tried all the same.
 */
static bool is_covered(const Toggl *toggl, int64_t cost, GError **error)
{
    TogglQuota quota = toggl_quota(toggl);
    int64_t left = quota.remaining - quota.reserve;
    if (cost - 1 <= left || cost > quota.total - quota.reserve)
        return true;
    g_autofree char *problem = g_strdup_printf(
        "reading takes %" G_GINT64_FORMAT " more calls, and the hourly quota does not cover them",
        cost - 1);
    trouble_set_quota(toggl, BUCKET_ORGANIZATION, problem, error);
    return false;
}

static void keep_cost(const Toggl *toggl, int64_t before)
{
    g_autoptr(json_t) cost = json_integer(toggl->spent - before);
    facts_keep_answer(toggl, READ_COST, cost);
}

/* ---- direct assignments ---- */

typedef struct {
    Organization *organization;
    int64_t workspace;
} DirectReading;

static bool take_workspace_user(void *context, const json_t *row, GError **error)
{
    const DirectReading *reading = context;
    return decode_workspace_user(row, reading->workspace, reading->organization, error);
}

static void keep_workspace_users(void *context)
{
    (void) context; /* what is read again takes the place of what was read */
}

/* Whether somebody in WORKSPACE may be there through a group alone. */
static bool may_be_indirect(const Organization *organization, int64_t workspace)
{
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member_assignment(member, workspace) == NULL)
            continue;
        for (guint g = 0; g < organization->groups->len; g++) {
            const OrganizationGroup *group = g_ptr_array_index(organization->groups, g);
            if (group_in_workspace(group, workspace) && member_in_group(member, group->id))
                return true;
        }
    }
    return false;
}

/* A call for each workspace that somebody may have entered through a group; all other assignments
 * are direct. */
static bool read_direct(Toggl *toggl, Organization *organization, GError **error)
{
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *workspace = g_ptr_array_index(organization->workspaces, i);
        if (!may_be_indirect(organization, workspace->id))
            continue;
        g_autoptr(json_t) arguments = json_pack("{sI}", "workspace_id", (json_int_t) workspace->id);
        DirectReading reading = {.organization = organization, .workspace = workspace->id};
        Listing listing = {.endpoint = endpoint_find("get_organization_workspace_users"),
                           .arguments = arguments,
                           .row = take_workspace_user,
                           .restart = keep_workspace_users,
                           .context = &reading};
        if (!pages_read(toggl, &listing, error))
            return false;
    }
    return true;
}

/* What Toggl says of a suspended organization is not what it will say afterwards. */
static bool check_active(const Organization *organization, GError **error)
{
    if (!organization->suspended)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                "toggl: organization %" G_GINT64_FORMAT " is suspended"
                "\nhint: its owner has to settle that with Toggl; nothing is read or changed until "
                "then",
                organization->id);
    return false;
}

static bool read_all(Toggl *toggl, const TogglNeeds *needs, Organization **ret, GError **error)
{
    g_autoptr(Organization) organization = organization_new(toggl->settings->organization);
    int64_t before = toggl->spent;
    if (!read_standing(toggl, organization, NULL, error) || !check_active(organization, error) ||
        !is_covered(toggl, expected_cost(toggl, needs), error) ||
        !read_self(toggl, &organization->self, error) || !read_users(toggl, organization, error) ||
        !index_rows(organization, error) || !read_owner(toggl, organization, error) ||
        (needs->groups && !read_groups(toggl, organization, error)) ||
        (needs->roles && !read_roles(toggl, organization, error)) ||
        !read_workspaces(toggl, needs->workspaces, organization, error) ||
        !index_rows(organization, error) ||
        (needs->direct && !read_direct(toggl, organization, error)))
        return false;
    /* whoever reads is a member: a list without them is not the whole list */
    if (organization_member_by_user(organization, organization->self) == NULL) {
        g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                            "toggl: get_organization_users: the token's owner is not in the list");
        return false;
    }
    organization->direct_read = needs->direct;
    keep_cost(toggl, before);
    substitute_learn(toggl, organization, needs->direct);
    *ret = g_steal_pointer(&organization);
    return true;
}

bool toggl_read(Toggl *toggl, const TogglNeeds *needs, Organization **ret, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (read_all(toggl, needs, ret, &problem))
        return true;
    /* a read that is refused is a read that is not complete */
    if (g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_API))
        problem->code = SYNC_ERROR_INCOMPLETE;
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

void toggl_forget(Toggl *toggl)
{
    read_forget_workspaces(toggl);
}
