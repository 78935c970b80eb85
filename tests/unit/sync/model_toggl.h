/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_MODEL_TOGGL_H
#define TESTS_UNIT_SYNC_MODEL_TOGGL_H

/*
 * model_toggl - a Target that does to an Organization in memory what Toggl would do, and can fail
 * at request N: before doing it, after doing it without telling, or for good.
 */

#include "testing.h"

#include "base/error.h"
#include "sync/target.h"
#include "world.h"

typedef enum {
    FAIL_NEVER,
    FAIL_REFUSED,
    FAIL_UNKNOWN_UNDONE,
    FAIL_UNKNOWN_DONE,
    FAIL_UNREACHABLE
} FailHow;

typedef struct {
    Target target;
    World *world;
    unsigned calls;
    unsigned fail_at; /* counted from 1 */
    FailHow how;
    GHashTable *invitations; /* address -> how often it was invited */
} ModelToggl;

static inline void model_index(ModelToggl *model)
{
    int64_t id = 0;
    assert_true(organization_index(model->world->organization, &id));
}

static inline void model_invite(ModelToggl *model, const Request *request, Outcome *outcome)
{
    Organization *organization = model->world->organization;
    for (guint i = 0; i < request->mails->len; i++) {
        const char *mail = g_ptr_array_index(request->mails, i);
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(model->invitations, mail));
        g_hash_table_insert(model->invitations, g_strdup(mail), GUINT_TO_POINTER(before + 1));
        int64_t id = model->world->next_id++;
        Member *member = organization_add_member(organization, (OrganizationUserId){id});
        member_set_mail(member, mail);
        member->user_id.value = id + 10000;
        member->invitation_id = id + 20000;
        for (guint g = 0; g < request->groups->len; g++)
            g_array_append_val(member->groups, g_array_index(request->groups, IdRef, g).id);
        for (guint w = 0; w < request->workspaces->len; w++) {
            const RequestWorkspace *workspace =
                &g_array_index(request->workspaces, RequestWorkspace, w);
            world_assign(member, workspace->workspace.id, MAX(workspace->role, ROLE_USER));
        }
        outcome_add_invited(outcome, mail, member->invitation_id, member->user_id);
    }
}

static inline void model_attach(ModelToggl *model, int64_t group, PatchOp op, int64_t workspace)
{
    OrganizationGroup *found = organization_group(model->world->organization, group);
    assert_non_null(found);
    assert_non_null(organization_workspace(model->world->organization, workspace));
    if (op == PATCH_ADD)
        assert_true(id_array_add(found->workspaces, workspace));
    else
        assert_true(id_array_remove(found->workspaces, workspace));
}

static inline void model_patch(ModelToggl *model, const Request *request)
{
    for (guint p = 0; p < request->patches->len; p++) {
        const GroupPatch *patch = g_ptr_array_index(request->patches, p);
        for (guint i = 0; i < patch->values->len; i++) {
            if (patch->path == PATCH_WORKSPACES) {
                model_attach(model, request->group.id, patch->op,
                             g_array_index(patch->values, IdRef, i).id);
                continue;
            }
            UserId user = {g_array_index(patch->values, IdRef, i).id};
            Member *member = organization_member_by_user(model->world->organization, user);
            assert_non_null(member);
            if (patch->op == PATCH_ADD)
                assert_true(id_array_add(member->groups, request->group.id));
            else
                assert_true(id_array_remove(member->groups, request->group.id));
        }
    }
}

static inline void model_put_user(ModelToggl *model, const Request *request)
{
    Member *member = organization_member(model->world->organization, request->organization_user_id);
    assert_non_null(member);
    if ((request->fields & PUT_USER_INACTIVE) != 0)
        member->inactive = request->inactive;
    if ((request->fields & PUT_USER_NAME) != 0) {
        g_free(member->name);
        member->name = g_strdup(request->name);
    }
    if ((request->fields & PUT_USER_MAIL) != 0)
        member_set_mail(member, request->mail);
    if ((request->fields & PUT_USER_GROUPS) != 0 && !model->world->merges)
        g_array_set_size(member->groups, 0);
    for (guint g = 0; g < request->groups->len; g++)
        (void) id_array_add(member->groups, g_array_index(request->groups, IdRef, g).id);
    if ((request->fields & PUT_USER_WORKSPACES) == 0)
        return;
    if (!model->world->merges)
        g_array_set_size(member->assignments, 0);
    for (guint w = 0; w < request->workspaces->len; w++) {
        const RequestWorkspace *workspace =
            &g_array_index(request->workspaces, RequestWorkspace, w);
        Assignment *there = member_assignment(member, workspace->workspace.id);
        if (there != NULL)
            there->role = MAX(workspace->role, ROLE_USER);
        else
            world_assign(member, workspace->workspace.id, MAX(workspace->role, ROLE_USER));
    }
}

static inline void model_assign(ModelToggl *model, const Request *request)
{
    Member *member = organization_member_by_user(model->world->organization, request->user_id);
    assert_non_null(member);
    if (request->assign) {
        assert_null(member_assignment(member, request->workspace.id));
        world_assign(member, request->workspace.id, ROLE_USER);
        return;
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        if (g_array_index(member->assignments, Assignment, i).workspace_id ==
            request->workspace.id) {
            g_array_remove_index(member->assignments, i);
            return;
        }
    }
    fail_msg("an assignment was taken that is not there");
}

/* ID is a number of somebody in this workspace, and in no other. */
static inline void model_leave(ModelToggl *model, int64_t workspace, int64_t id)
{
    for (guint m = 0; m < model->world->organization->members->len; m++) {
        Member *member = g_ptr_array_index(model->world->organization->members, m);
        for (guint i = 0; i < member->assignments->len; i++) {
            const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
            if (assignment->id.value != id)
                continue;
            assert_int_equal(assignment->workspace_id, workspace);
            g_array_remove_index(member->assignments, i);
            return;
        }
    }
    fail_msg("nobody in a workspace has the number %" G_GINT64_FORMAT, id);
}

static inline void model_post_group(ModelToggl *model, const Request *request, Outcome *outcome)
{
    Organization *organization = model->world->organization;
    assert_null(organization_group_by_name(organization, request->name));
    int64_t id = model->world->next_id++;
    (void) organization_add_group(organization, id, request->name);
    for (guint i = 0; i < request->users->len; i++) {
        UserId user = {g_array_index(request->users, int64_t, i)};
        Member *member = organization_member_by_user(organization, user);
        assert_non_null(member);
        assert_true(id_array_add(member->groups, id));
    }
    OrganizationGroup *group = organization_group_by_name(organization, request->name);
    for (guint i = 0; i < request->workspaces->len; i++) {
        int64_t workspace = g_array_index(request->workspaces, RequestWorkspace, i).workspace.id;
        assert_true(id_array_add(group->workspaces, workspace));
    }
    outcome->created_id = id;
}

static inline void model_delete_group(ModelToggl *model, const Request *request)
{
    Organization *organization = model->world->organization;
    OrganizationGroup *group = organization_group(organization, request->group.id);
    assert_non_null(group);
    for (guint i = 0; i < organization->members->len; i++)
        (void) id_array_remove(((Member *) g_ptr_array_index(organization->members, i))->groups,
                               request->group.id);
    g_ptr_array_remove(organization->groups, group);
}

static inline void model_resend(ModelToggl *model, const Request *request)
{
    const GPtrArray *members = model->world->organization->members;
    bool found = false;
    for (guint i = 0; i < members->len; i++)
        found = found || ((const Member *) g_ptr_array_index(members, i))->invitation_id ==
                             request->invitation_id;
    assert_true(found);
}

static inline void model_delete(ModelToggl *model, const Request *request)
{
    Organization *organization = model->world->organization;
    for (guint i = 0; i < request->users->len; i++) {
        OrganizationUserId id = {g_array_index(request->users, int64_t, i)};
        Member *member = organization_member(organization, id);
        assert_non_null(member);
        g_ptr_array_remove(organization->members, member);
        model_index(model);
    }
}

static inline void model_do(ModelToggl *model, const Request *request, Outcome *outcome)
{
    assert_true(request_is_resolved(request));
    switch (request->operation) {
    case OPERATION_POST_INVITATION:
        model_invite(model, request, outcome);
        break;
    case OPERATION_PATCH_GROUP:
        model_patch(model, request);
        break;
    case OPERATION_PUT_USER:
        model_put_user(model, request);
        break;
    case OPERATION_ASSIGNMENT:
        model_assign(model, request);
        break;
    case OPERATION_POST_GROUP:
        model_post_group(model, request, outcome);
        break;
    case OPERATION_POST_WORKSPACE:
        outcome->created_id = model->world->next_id++;
        (void) organization_add_workspace(model->world->organization, outcome->created_id,
                                          request->name);
        break;
    case OPERATION_DELETE_USERS:
        model_delete(model, request);
        break;
    case OPERATION_RESEND_INVITATION:
        model_resend(model, request);
        break;
    case OPERATION_DELETE_GROUP:
        model_delete_group(model, request);
        break;
    case OPERATION_DELETE_WORKSPACE_USERS:
        for (guint i = 0; i < request->users->len; i++)
            model_leave(model, request->workspace.id, g_array_index(request->users, int64_t, i));
        break;
    case OPERATIONS:
    default:
        fail_msg("the model does not know %s", operation_name(request->operation));
    }
    model_index(model);
}

static inline void model_perform(Target *target, const Request *request, Outcome *ret_outcome,
                                 GError **error)
{
    ModelToggl *model = (ModelToggl *) (void *) target;
    model->calls++;
    FailHow how = model->calls == model->fail_at ? model->how : FAIL_NEVER;
    *ret_outcome = (Outcome){.kind = OUTCOME_DONE, .status = 200};
    if (how == FAIL_NEVER || how == FAIL_UNKNOWN_DONE)
        model_do(model, request, ret_outcome);
    if (how == FAIL_NEVER)
        return;
    outcome_clear(ret_outcome);
    ret_outcome->kind = how == FAIL_REFUSED ? OUTCOME_REFUSED : OUTCOME_UNKNOWN;
    ret_outcome->status = how == FAIL_REFUSED ? 400 : how == FAIL_UNREACHABLE ? 0 : 500;
    if (how == FAIL_UNREACHABLE)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the line was cut");
}

static inline void model_init(ModelToggl *model, World *world, unsigned fail_at, FailHow how)
{
    *model = (ModelToggl){
        .target = {.perform = model_perform}, .world = world, .fail_at = fail_at, .how = how};
    model->invitations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static inline void model_clear(ModelToggl *model)
{
    g_hash_table_unref(model->invitations);
}

#endif
