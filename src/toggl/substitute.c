/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/substitute.h"

#include "base/json.h"
#include "toggl/operations.h"
#include "toggl/pages.h"

/* after jansson.h */
#include "base/autoptr.h"

typedef struct {
    Assignment assignment;
    bool unsure; /* it may come through a group alone */
} KnownAssignment;

typedef struct {
    OrganizationUserId id;
    GArray *assignments; /* KnownAssignment */
} Person;

void substitute_person_free(void *data)
{
    Person *person = data;
    g_array_unref(person->assignments);
    g_free(person);
}

/* Access that may come through a group: the person is in one, and it may lead there. */
static bool may_be_indirect(const Organization *organization, const Member *member,
                            int64_t workspace)
{
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        const OrganizationGroup *group = organization_group(organization, id);
        if (group == NULL || group_in_workspace(group, workspace))
            return true;
    }
    return false;
}

void substitute_learn(Toggl *toggl, const Organization *organization, bool direct)
{
    g_hash_table_remove_all(toggl->people);
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member->user_id.value == 0)
            continue;
        Person *person = g_new0(Person, 1);
        *person = (Person){.id = member->id,
                           .assignments = g_array_new(FALSE, TRUE, sizeof(KnownAssignment))};
        for (guint a = 0; a < member->assignments->len; a++) {
            KnownAssignment known = {.assignment =
                                         g_array_index(member->assignments, Assignment, a)};
            known.unsure =
                !direct && may_be_indirect(organization, member, known.assignment.workspace_id);
            g_array_append_val(person->assignments, known);
        }
        int64_t key = member->user_id.value;
        g_hash_table_replace(toggl->people, g_memdup2(&key, sizeof key), person);
    }
}

static KnownAssignment *assignment_in(const Person *person, int64_t workspace)
{
    for (guint i = 0; i < person->assignments->len; i++) {
        KnownAssignment *known = &g_array_index(person->assignments, KnownAssignment, i);
        if (known->assignment.workspace_id == workspace)
            return known;
    }
    return NULL;
}

/* ---- what is direct ---- */

typedef struct {
    const Toggl *toggl;
    int64_t workspace;
} Inquiry;

static bool take_row(void *context, const json_t *row, GError **error)
{
    const Inquiry *inquiry = context;
    int64_t user = json_int_or(row, "user_id", 0);
    const Person *person = g_hash_table_lookup(inquiry->toggl->people, &user);
    KnownAssignment *known = person == NULL ? NULL : assignment_in(person, inquiry->workspace);
    (void) error; /* whom it does not name stays unsure */
    if (known == NULL)
        return true;
    int64_t id = json_int_or(row, "id", 0);
    if (known->assignment.id.value == 0 && id > 0)
        known->assignment.id.value = id;
    if (!json_is_boolean(json_object_get(row, "is_direct")))
        return true;
    known->assignment.indirect = !json_bool_or(row, "is_direct", true);
    known->unsure = false;
    return true;
}

static void keep_rows(void *context)
{
    (void) context; /* what is read again takes the place of what was read */
}

static bool make_sure(Toggl *toggl, int64_t workspace, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "workspace_id", (json_int_t) workspace);
    Inquiry inquiry = {.toggl = toggl, .workspace = workspace};
    Listing listing = {.endpoint = endpoint_find("get_organization_workspace_users"),
                       .arguments = arguments,
                       .row = take_row,
                       .restart = keep_rows,
                       .context = &inquiry};
    return pages_read(toggl, &listing, error);
}

static bool make_all_sure(Toggl *toggl, const Person *person, GError **error)
{
    for (guint i = 0; i < person->assignments->len; i++) {
        const KnownAssignment *known = &g_array_index(person->assignments, KnownAssignment, i);
        if (known->unsure && !make_sure(toggl, known->assignment.workspace_id, error))
            return false;
    }
    return true;
}

/* ---- the requests ---- */

/* What is direct, as it is, and WORKSPACE. */
static GArray *complete_list(const Person *person, int64_t workspace)
{
    GArray *list = g_array_new(FALSE, TRUE, sizeof(UserWorkspace));
    for (guint i = 0; i < person->assignments->len; i++) {
        const Assignment *has = &g_array_index(person->assignments, KnownAssignment, i).assignment;
        if (has->indirect || has->workspace_id == workspace)
            continue;
        UserWorkspace row = {.id = has->workspace_id,
                             .role = has->role,
                             .role_id = has->role == ROLE_NONE ? has->role_id : 0,
                             .inactive = has->inactive ? CHOICE_YES : CHOICE_ANY};
        g_array_append_val(list, row);
    }
    UserWorkspace wanted = {.id = workspace};
    g_array_append_val(list, wanted);
    return list;
}

static void refuse(Answer *answer, const char *message)
{
    answer->outcome.kind = OUTCOME_REFUSED;
    g_free(answer->outcome.message);
    answer->outcome.message = g_strdup(message);
}

static void let_in(Toggl *toggl, const Person *person, int64_t workspace, Answer *answer,
                   GError **error)
{
    if (!make_all_sure(toggl, person, error)) {
        answer->outcome.kind = OUTCOME_NOT_SENT;
        return;
    }
    g_autoptr(GArray) list = complete_list(person, workspace);
    put_organization_users(toggl, person->id, &(UserPut){.workspaces = list}, answer, error);
    if (answer->outcome.kind != OUTCOME_DONE || assignment_in(person, workspace) != NULL)
        return;
    KnownAssignment now = {.assignment.workspace_id = workspace};
    g_array_append_val(person->assignments, now);
}

static void let_out(Toggl *toggl, const Person *person, int64_t workspace, Answer *answer,
                    GError **error)
{
    const KnownAssignment *known = assignment_in(person, workspace);
    bool numbered = known != NULL && known->assignment.id.value != 0;
    if (known != NULL && !numbered && !make_sure(toggl, workspace, error)) {
        answer->outcome.kind = OUTCOME_NOT_SENT;
        return;
    }
    if (known == NULL || known->assignment.id.value == 0) {
        refuse(answer, "Toggl does not tell the id of this membership in the workspace");
        return;
    }
    g_autoptr(GArray) users = g_array_new(FALSE, TRUE, sizeof(int64_t));
    g_array_append_val(users, known->assignment.id.value);
    patch_organization_workspace_users(toggl, workspace, users, answer, error);
}

static void change_group(Toggl *toggl, const Request *request, Answer *answer, GError **error)
{
    g_autoptr(GPtrArray) patches =
        g_ptr_array_new_with_free_func((GDestroyNotify) group_patch_free);
    GroupPatch *patch =
        group_patch_new(request->assign ? PATCH_ADD : PATCH_REMOVE, PATCH_WORKSPACES);
    g_array_append_val(patch->values, request->workspace);
    g_ptr_array_add(patches, patch);
    patch_organization_group(toggl, request->group.id, patches, answer, error);
    if (json_array_size(json_object_get(answer->body, "failure")) > 0)
        refuse(answer, "the group could not be changed");
}

void substitute_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error)
{
    g_auto(Answer) answer = {0};
    g_autoptr(GError) problem = NULL;
    const Person *person = g_hash_table_lookup(toggl->people, &request->user_id.value);
    if (request->by_group)
        change_group(toggl, request, &answer, &problem);
    else if (person == NULL)
        refuse(&answer, "Toggl no longer offers assignments, and this member was not read");
    else if (request->assign)
        let_in(toggl, person, request->workspace.id, &answer, &problem);
    else
        let_out(toggl, person, request->workspace.id, &answer, &problem);
    *ret_outcome = answer.outcome;
    answer.outcome = (Outcome){0};
    if (problem == NULL)
        return;
    if (ret_outcome->message == NULL)
        ret_outcome->message = g_strdup(problem->message);
    /* a refusal says it all in its outcome */
    if (ret_outcome->kind != OUTCOME_REFUSED)
        g_propagate_error(error, g_steal_pointer(&problem));
}
