/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/endpoint.h"

#include <string.h>

#define ORGANIZATION                                                                               \
    {                                                                                              \
        "organization_id", IN_PATH, FIELD_ID, ID_ORGANIZATION, true, NULL, "the organization"      \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const EndpointField no_fields[] = {
    END,
};

static const EndpointField organization_fields[] = {
    ORGANIZATION,
    END,
};

static const EndpointField new_organization_fields[] = {
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL,
     "of the new organization, at most 140 characters"},
    {"workspace_name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL,
     "of its first workspace, at most 140 characters"},
    END,
};

static const EndpointField organization_name_fields[] = {
    ORGANIZATION,
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL, "the new name, at most 140 characters"},
    END,
};

static const EndpointField segmentation_fields[] = {
    ORGANIZATION,
    {"demo_requested", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "whether a demonstration was asked for"},
    {"full_name", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "of whoever answers"},
    {"heard", IN_BODY, FIELD_ANY, ID_NONE, false, NULL,
     "where they heard of Toggl: a text or a list of texts"},
    {"industries", IN_BODY, FIELD_ANY, ID_NONE, false, NULL, "a text or a list of texts"},
    {"members_range", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "how many people there are"},
    {"reasons", IN_BODY, FIELD_ANY, ID_NONE, false, NULL, "a text or a list of texts"},
    {"skipped_step", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "which question was passed over"},
    {"user_id", IN_BODY, FIELD_ID, ID_USER, false, NULL, "who answered"},
    {"user_segments", IN_BODY, FIELD_TEXTS, ID_NONE, false, NULL, "what they call themselves"},
    END,
};

static const EndpointField plan_fields[] = {
    ORGANIZATION,
    {"plan_id", IN_PATH, FIELD_ID, ID_PLAN, true, NULL, "the plan"},
    END,
};

static const EndpointField payment_fields[] = {
    ORGANIZATION,
    {"is_unified", IN_QUERY, FIELD_FLAG, ID_NONE, false, NULL, "bills of the unified billing"},
    {"next", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL,
     "go on after this bill, which is left out"},
    {"prev", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL,
     "go back before this bill, which is left out"},
    {"cursor", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL, "where to go on, in newer versions"},
    {"last_inv", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL,
     "the last bill that was seen, in newer versions"},
    END,
};

static const EndpointField listing_fields[] = {
    ORGANIZATION,
    {"filter", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL, "part of a name or an address"},
    {"active_status", IN_QUERY, FIELD_WORDS, ID_NONE, false, "active|inactive|invited",
     "all when left out"},
    {"only_admins", IN_QUERY, FIELD_FLAG, ID_NONE, false, NULL, "admins of the organization only"},
    {"groups", IN_QUERY, FIELD_IDS, ID_GROUP, false, NULL, "members of any of these groups"},
    {"workspaces", IN_QUERY, FIELD_IDS, ID_WORKSPACE, false, NULL,
     "members of any of these workspaces"},
    {"page", IN_QUERY, FIELD_INTEGER, ID_NONE, false, NULL, "from 1"},
    {"per_page", IN_QUERY, FIELD_INTEGER, ID_NONE, false, NULL, "rows of a page"},
    {"sort_dir", IN_QUERY, FIELD_WORD, ID_NONE, false, "asc|desc", "by name"},
    END,
};

static const EndpointField user_put_fields[] = {
    ORGANIZATION,
    {"organization_user_id", IN_PATH, FIELD_ID, ID_ORGANIZATION_USER, true, NULL,
     "the member, by the id of the membership"},
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "a new name"},
    {"email", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "a new address"},
    {"inactive", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "true deactivates, false reactivates"},
    {"organization_admin", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "admin of the organization; never together with role_id"},
    {"role_id", IN_BODY, FIELD_ID, ID_ROLE, false, NULL, "a role whose entity is organization"},
    {"groups", IN_BODY, FIELD_IDS, ID_GROUP, false, NULL, "all groups of the member"},
    {"workspaces", IN_BODY, FIELD_OBJECTS, ID_NONE, false, NULL,
     "all workspaces of the member: workspace_id, and role_id, role, admin, inactive"},
    END,
};

static const EndpointField user_delete_fields[] = {
    ORGANIZATION,
    {"delete", IN_BODY, FIELD_IDS, ID_ORGANIZATION_USER, true, NULL,
     "the members to delete, by the ids of their memberships"},
    END,
};

static const EndpointField groups_query_fields[] = {
    ORGANIZATION,
    {"name", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL, "part of a name"},
    {"workspace", IN_QUERY, FIELD_ID, ID_WORKSPACE, false, NULL, "groups of this workspace only"},
    END,
};

static const EndpointField group_new_fields[] = {
    ORGANIZATION,
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL, "at most 200 characters, unique"},
    {"users", IN_BODY, FIELD_IDS, ID_USER, false, NULL, "members"},
    {"workspaces", IN_BODY, FIELD_IDS, ID_WORKSPACE, false, NULL,
     "workspaces that its members enter"},
    END,
};

static const EndpointField group_put_fields[] = {
    ORGANIZATION,
    {"group_id", IN_PATH, FIELD_ID, ID_GROUP, true, NULL, "the group"},
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL, "at most 200 characters, unique"},
    {"users", IN_BODY, FIELD_IDS, ID_USER, false, NULL, "all its members"},
    {"workspaces", IN_BODY, FIELD_IDS, ID_WORKSPACE, false, NULL, "all its workspaces"},
    END,
};

static const EndpointField group_patch_fields[] = {
    ORGANIZATION,
    {"group_id", IN_PATH, FIELD_ID, ID_GROUP, true, NULL, "the group"},
    {"op", IN_BODY, FIELD_WORD, ID_NONE, true, "add|remove",
     "of one patch; several go into --body"},
    {"path", IN_BODY, FIELD_WORD, ID_NONE, true, "/users|/workspaces", "what is added or removed"},
    {"value", IN_BODY, FIELD_IDS, ID_NONE, true, NULL, "user ids or workspace ids, at most 100"},
    END,
};

static const EndpointField group_fields[] = {
    ORGANIZATION,
    {"group_id", IN_PATH, FIELD_ID, ID_GROUP, true, NULL, "the group"},
    END,
};

static const EndpointField workspace_fields[] = {
    ORGANIZATION,
    {"workspace_id", IN_PATH, FIELD_ID, ID_WORKSPACE, true, NULL, "the workspace"},
    END,
};

static const EndpointField invitation_fields[] = {
    ORGANIZATION,
    {"emails", IN_BODY, FIELD_TEXTS, ID_NONE, true, NULL, "the addresses to invite"},
    {"workspaces", IN_BODY, FIELD_OBJECTS, ID_NONE, true, NULL,
     "at least one: workspace_id, and role_id, role, admin, integration_data"},
    {"groups", IN_BODY, FIELD_IDS, ID_GROUP, false, NULL, "groups they join"},
    {"project_invite", IN_BODY, FIELD_OBJECT, ID_NONE, false, NULL,
     "project_id, workspace_id, manager"},
    {"skip_email", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "what it does is not published"},
    END,
};

static const EndpointField resend_fields[] = {
    ORGANIZATION,
    {"invitation_id", IN_PATH, FIELD_ID, ID_INVITATION, true, NULL, "the invitation"},
    END,
};

static const EndpointField code_fields[] = {
    {"invitation_code", IN_PATH, FIELD_SECRET, ID_NONE, true, NULL,
     "the code of the link in the mail; @FILE reads it from a file, @- from standard input"},
    END,
};

static const EndpointField workspace_new_fields[] = {
    ORGANIZATION,
    {"name", IN_BODY, FIELD_TEXT, ID_NONE, true, NULL, "at most 140 characters, unique"},
    {"admins", IN_BODY, FIELD_IDS, ID_USER, false, NULL, "its first admins"},
    {"default_currency", IN_BODY, FIELD_TEXT, ID_NONE, false, NULL, "USD, EUR, ..."},
    {"default_hourly_rate", IN_BODY, FIELD_DECIMAL, ID_NONE, false, NULL, "in that currency"},
    {"initial_pricing_plan", IN_BODY, FIELD_INTEGER, ID_NONE, false, NULL, "deprecated"},
    {"limit_public_project_data", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "hide data of public projects"},
    {"only_admins_may_create_projects", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "as the name says"},
    {"only_admins_may_create_tags", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "as the name says"},
    {"only_admins_see_billable_rates", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "as the name says"},
    {"only_admins_see_team_dashboard", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL,
     "as the name says"},
    {"projects_billable_by_default", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "as the name says"},
    {"projects_enforce_billable", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "as the name says"},
    {"projects_private_by_default", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "as the name says"},
    {"rate_change_mode", IN_BODY, FIELD_WORD, ID_NONE, false,
     "start-today|override-current|override-all", "how new rates come into force"},
    {"reports_collapse", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "short reports"},
    {"rounding", IN_BODY, FIELD_INTEGER, ID_NONE, false, NULL, "-1 down, 0 nearest, 1 up"},
    {"rounding_minutes", IN_BODY, FIELD_INTEGER, ID_NONE, false, NULL, "to so many minutes"},
    END,
};

static const EndpointField assignment_fields[] = {
    ORGANIZATION,
    {"workspace_id", IN_PATH, FIELD_ID, ID_WORKSPACE, true, NULL, "the workspace"},
    {"operation", IN_BODY, FIELD_WORD, ID_NONE, true, "add|remove",
     "into the workspace, or out of it"},
    {"user_id", IN_BODY, FIELD_ID, ID_USER, false, NULL, "whom, by the id of the account"},
    {"group_id", IN_BODY, FIELD_ID, ID_GROUP, false, NULL, "or which group"},
    {"joined", IN_BODY, FIELD_FLAG, ID_NONE, false, NULL, "not documented"},
    END,
};

static const EndpointField workspace_users_fields[] = {
    ORGANIZATION,
    {"workspace_id", IN_PATH, FIELD_ID, ID_WORKSPACE, true, NULL, "the workspace"},
    {"name", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL, "part of a name"},
    {"search", IN_QUERY, FIELD_TEXT, ID_NONE, false, NULL, "part of a name or an address"},
    {"page", IN_QUERY, FIELD_INTEGER, ID_NONE, false, NULL, "from 1"},
    {"per_page", IN_QUERY, FIELD_INTEGER, ID_NONE, false, NULL, "rows of a page"},
    {"active", IN_QUERY, FIELD_FLAG, ID_NONE, false, NULL,
     "those who joined only, or the others only"},
    {"custom_rates", IN_QUERY, FIELD_FLAG, ID_NONE, false, NULL,
     "those with rates of their own only"},
    END,
};

static const EndpointField workspace_delete_fields[] = {
    ORGANIZATION,
    {"workspace_id", IN_PATH, FIELD_ID, ID_WORKSPACE, true, NULL, "the workspace"},
    {"delete", IN_BODY, FIELD_IDS, ID_WORKSPACE_USER, true, NULL,
     "whom to take out, by the ids of their memberships in the workspace"},
    END,
};

static const Endpoint endpoints[] = {
    {
        .name = "get_organization",
        .group = "Organization",
        .method = "GET",
        .path = "/organizations/{organization_id}",
        .fields = organization_fields,
        .help = "the organization, and the standing of the caller in it",
    },
    {
        .name = "put_organization",
        .group = "Organization",
        .method = "PUT",
        .path = "/organizations/{organization_id}",
        .fields = organization_name_fields,
        .body = BODY_OBJECT,
        .reply = REPLY_TEXT,
        .help = "rename the organization",
    },
    {
        .name = "post_organization",
        .group = "Organization",
        .method = "POST",
        .path = "/organizations",
        .fields = new_organization_fields,
        .body = BODY_OBJECT,
        .bucket = BUCKET_ME,
        .asks = "this makes a new organization that belongs to the owner of the token, and no "
                "operation deletes it",
        .help = "make a new organization, with the caller as its owner",
    },
    {
        .name = "get_organization_owner",
        .group = "Organization",
        .method = "GET",
        .path = "/organizations/{organization_id}/owner",
        .fields = organization_fields,
        .help = "who owns the organization",
    },
    {
        .name = "get_organization_roles",
        .group = "Organization",
        .method = "GET",
        .path = "/organizations/{organization_id}/roles",
        .fields = organization_fields,
        .reply = REPLY_LIST,
        .further = true,
        .help = "the roles that members can have, with their numbers",
    },
    {
        .name = "get_organization_segmentation",
        .group = "Organization",
        .method = "GET",
        .path = "/organizations/{organization_id}/segmentation",
        .fields = organization_fields,
        .reply = REPLY_OBJECT_OR_NONE,
        .help = "what was answered in the questionnaire for new organizations",
    },
    {
        .name = "put_organization_segmentation",
        .group = "Organization",
        .method = "PUT",
        .path = "/organizations/{organization_id}/segmentation",
        .fields = segmentation_fields,
        .body = BODY_OBJECT_OR_NONE,
        .help = "answer that questionnaire",
    },
    {
        .name = "get_organization_users",
        .group = "Organization users",
        .method = "GET",
        .path = "/organizations/{organization_id}/users",
        .fields = listing_fields,
        .reply = REPLY_LIST,
        .paged = true,
        .row = "id",
        .help = "the members, page by page",
    },
    {
        .name = "get_organization_users_detailed",
        .group = "Organization users",
        .method = "GET",
        .path = "/organizations/{organization_id}/users/detailed",
        .fields = listing_fields,
        .reply = REPLY_LIST,
        .paged = true,
        .row = "id",
        .help = "the members in an older form",
    },
    {
        .name = "put_organization_users",
        .group = "Organization users",
        .method = "PUT",
        .path = "/organizations/{organization_id}/users/{organization_user_id}",
        .fields = user_put_fields,
        .body = BODY_OBJECT,
        .reply = REPLY_TEXT,
        .help = "change one member: state, role, name, address, lists",
    },
    {
        .name = "patch_organization_users",
        .group = "Organization users",
        .method = "PATCH",
        .path = "/organizations/{organization_id}/users",
        .fields = user_delete_fields,
        .body = BODY_OBJECT,
        .reply = REPLY_TEXT,
        .asks = "deleted members cannot be restored: an invitation makes new ones",
        .help = "delete members",
    },
    {
        .name = "delete_organization_users_leave",
        .group = "Organization users",
        .method = "DELETE",
        .path = "/organizations/{organization_id}/users/leave",
        .fields = organization_fields,
        .reply = REPLY_TEXT,
        .asks = "the owner of the token leaves the organization; when the last member leaves, the "
                "organization is deleted",
        .help = "leave the organization",
    },
    {
        .name = "get_organization_groups",
        .group = "Groups",
        .method = "GET",
        .path = "/organizations/{organization_id}/groups",
        .fields = groups_query_fields,
        .reply = REPLY_LIST,
        .help = "the groups with their members and workspaces",
    },
    {
        .name = "post_organization_group",
        .group = "Groups",
        .method = "POST",
        .path = "/organizations/{organization_id}/groups",
        .fields = group_new_fields,
        .body = BODY_OBJECT,
        .help = "make a group",
    },
    {
        .name = "put_organization_group",
        .group = "Groups",
        .method = "PUT",
        .path = "/organizations/{organization_id}/groups/{group_id}",
        .fields = group_put_fields,
        .body = BODY_OBJECT,
        .help = "replace a group: name, members and workspaces",
    },
    {
        .name = "patch_organization_group",
        .group = "Groups",
        .method = "PATCH",
        .path = "/organizations/{organization_id}/groups/{group_id}",
        .fields = group_patch_fields,
        .body = BODY_LIST,
        .help = "add and remove members and workspaces of a group",
    },
    {
        .name = "delete_organization_group",
        .group = "Groups",
        .method = "DELETE",
        .path = "/organizations/{organization_id}/groups/{group_id}",
        .fields = group_fields,
        .reply = REPLY_TEXT,
        .asks = "a deleted group cannot be restored, and its members lose what they had through it "
                "alone",
        .help = "delete a group",
    },
    {
        .name = "get_organization_workspaces_groups",
        .group = "Groups",
        .method = "GET",
        .path = "/organizations/{organization_id}/workspaces/{workspace_id}/groups",
        .fields = workspace_fields,
        .reply = REPLY_LIST,
        .help = "the groups of one workspace",
    },
    {
        .name = "post_organization_invitation",
        .group = "Invitations",
        .method = "POST",
        .path = "/organizations/{organization_id}/invitations",
        .fields = invitation_fields,
        .body = BODY_OBJECT,
        .help = "invite people; each gets a mail",
    },
    {
        .name = "resend_organization_invitation",
        .group = "Invitations",
        .method = "PUT",
        .path = "/organizations/{organization_id}/invitations/{invitation_id}/resend",
        .fields = resend_fields,
        .reply = REPLY_TEXT,
        .further = true,
        .help = "mail an invitation again",
    },
    {
        .name = "post_organization_accept_invitation",
        .group = "Invitations",
        .method = "POST",
        .path = "/organizations/invitations/{invitation_code}/accept",
        .fields = code_fields,
        .reply = REPLY_TEXT,
        .bucket = BUCKET_ME,
        .anonymous = true,
        .help = "accept an invitation, as whoever was invited",
    },
    {
        .name = "post_organization_reject_invitation",
        .group = "Invitations",
        .method = "POST",
        .path = "/organizations/invitations/{invitation_code}/reject",
        .fields = code_fields,
        .reply = REPLY_TEXT,
        .bucket = BUCKET_ME,
        .anonymous = true,
        .further = true,
        .help = "reject an invitation, as whoever was invited",
    },
    {
        .name = "post_organization_workspaces",
        .group = "Workspaces",
        .method = "POST",
        .path = "/organizations/{organization_id}/workspaces",
        .fields = workspace_new_fields,
        .body = BODY_OBJECT,
        .help = "make a workspace",
    },
    {
        .name = "get_organization_workspaces_statistics",
        .group = "Workspaces",
        .method = "GET",
        .path = "/organizations/{organization_id}/workspaces/statistics",
        .fields = organization_fields,
        .help = "admins and numbers of members and groups of each workspace",
    },
    {
        .name = "put_organization_workspaces_assignments",
        .group = "Workspaces",
        .method = "PUT",
        .path = "/organizations/{organization_id}/workspaces/{workspace_id}/assignments",
        .fields = assignment_fields,
        .body = BODY_OBJECT_OR_LIST,
        .reply = REPLY_TEXT,
        .help = "let a member or a group into a workspace, or take them out",
    },
    {
        .name = "get_organization_workspace_users",
        .group = "Workspaces",
        .method = "GET",
        .path = "/organizations/{organization_id}/workspaces/{workspace_id}/workspace_users",
        .fields = workspace_users_fields,
        .reply = REPLY_LIST,
        .paged = true,
        .row = "id",
        .further = true,
        .help = "who is in a workspace, and whether directly",
    },
    {
        .name = "patch_organization_workspace_users",
        .group = "Workspaces",
        .method = "PATCH",
        .path = "/organizations/{organization_id}/workspaces/{workspace_id}/workspace_users",
        .fields = workspace_delete_fields,
        .body = BODY_OBJECT,
        .reply = REPLY_TEXT,
        .further = true,
        .help = "take people out of a workspace",
    },
    {
        .name = "get_organizations_plans",
        .group = "Billing",
        .method = "GET",
        .path = "/organizations/{organization_id}/plans",
        .fields = organization_fields,
        .help = "the plans there are, with their prices",
    },
    {
        .name = "get_organizations_plans_0",
        .group = "Billing",
        .method = "GET",
        .path = "/organizations/{organization_id}/plans/{plan_id}",
        .fields = plan_fields,
        .help = "one plan, with its prices",
    },
    {
        .name = "get_organizations_payments_records",
        .group = "Billing",
        .method = "GET",
        .path = "/organizations/{organization_id}/payment_records",
        .fields = payment_fields,
        .reply = REPLY_LIST,
        .help = "the bills",
    },
    {
        .name = "get_me",
        .group = "The token",
        .method = "GET",
        .path = "/me",
        .fields = no_fields,
        .bucket = BUCKET_ME,
        .further = true,
        .help = "whose token it is",
    },
    {
        .name = "get_me_organizations",
        .group = "The token",
        .method = "GET",
        .path = "/me/organizations",
        .fields = no_fields,
        .reply = REPLY_LIST,
        .bucket = BUCKET_ME,
        .further = true,
        .help = "the organizations of the owner of the token",
    },
    {
        .name = "get_me_workspaces",
        .group = "The token",
        .method = "GET",
        .path = "/me/workspaces",
        .fields = no_fields,
        .reply = REPLY_LIST,
        .bucket = BUCKET_ME,
        .further = true,
        .help = "the workspaces of the owner of the token",
    },
    {
        .name = "get_me_quota",
        .group = "The token",
        .method = "GET",
        .path = "/me/quota",
        .fields = no_fields,
        .reply = REPLY_LIST,
        .bucket = BUCKET_ME,
        .further = true,
        .help = "what is left of the hourly quotas",
    },
};

const Endpoint *endpoint_table(size_t *ret_count)
{
    *ret_count = G_N_ELEMENTS(endpoints);
    return endpoints;
}

const Endpoint *endpoint_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(endpoints); i++) {
        if (strcmp(endpoints[i].name, name) == 0)
            return &endpoints[i];
    }
    return NULL;
}

const EndpointField *endpoint_field(const Endpoint *endpoint, const char *name)
{
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        if (strcmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

bool endpoint_is_write(const Endpoint *endpoint)
{
    return strcmp(endpoint->method, "GET") != 0;
}

const char *id_kind_name(IdKind kind)
{
    static const char *const names[] = {
        [ID_NONE] = "",
        [ID_ORGANIZATION] = "organization id",
        [ID_ORGANIZATION_USER] = "organization-user id",
        [ID_USER] = "user id",
        [ID_WORKSPACE] = "workspace id",
        [ID_WORKSPACE_USER] = "workspace-user id",
        [ID_GROUP] = "group id",
        [ID_ROLE] = "role id",
        [ID_INVITATION] = "invitation id",
        [ID_PLAN] = "plan id",
    };
    return names[kind];
}

const char *field_type_name(FieldType type)
{
    static const char *const names[] = {
        [FIELD_TEXT] = "text",       [FIELD_WORD] = "word",       [FIELD_WORDS] = "words",
        [FIELD_SECRET] = "secret",   [FIELD_ID] = "id",           [FIELD_IDS] = "ids",
        [FIELD_INTEGER] = "integer", [FIELD_DECIMAL] = "decimal", [FIELD_FLAG] = "flag",
        [FIELD_TEXTS] = "texts",     [FIELD_OBJECT] = "object",   [FIELD_OBJECTS] = "objects",
        [FIELD_ANY] = "any",
    };
    return names[type];
}
