/* SPDX-License-Identifier: Apache-2.0 */

/* Every decoder of what Toggl answers: the first byte says which, the rest is the answer. */

#include "base/error.h"
#include "base/json.h"
#include "fuzz.h"
#include "toggl/decode.h"
#include "toggl/mask.h"
#include "toggl/result.h"

#include <string.h>

static Organization *known_organization(void)
{
    Organization *organization = organization_new(1);
    Member *member = organization_add_member(organization, (OrganizationUserId){4});
    member->user_id.value = 9;
    member_set_mail(member, "a@example.org");
    Assignment assignment = {.workspace_id = 5};
    g_array_append_val(member->assignments, assignment);
    int64_t id = 0;
    MUST(organization_index(organization, &id));
    return organization;
}

static bool decode(unsigned which, json_t *value, Organization *organization, GError **error)
{
    switch (which) {
    case 0:
        return decode_organization(value, organization, error);
    case 1:
        return decode_member(value, organization, error);
    case 2:
        return decode_groups(value, organization, error);
    case 3:
        return decode_roles(value, organization, error);
    case 4:
        return decode_workspaces(value, organization, error);
    default:
        return decode_workspace_user(value, 5, organization, error);
    }
}

/* The ids of what was decoded are good, whatever was sent. */
static void look_at(const Organization *organization)
{
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        MUST(member->id.value > 0 && member->user_id.value >= 0 && member->mail != NULL);
        for (guint a = 0; a < member->assignments->len; a++)
            MUST(g_array_index(member->assignments, Assignment, a).workspace_id > 0);
    }
    for (guint i = 0; i < organization->groups->len; i++)
        MUST(((OrganizationGroup *) g_ptr_array_index(organization->groups, i))->id > 0);
    for (guint i = 0; i < organization->workspaces->len; i++)
        MUST(((Workspace *) g_ptr_array_index(organization->workspaces, i))->id > 0);
}

static void fuzz_write(unsigned which, const json_t *value)
{
    static const Operation operations[] = {OPERATION_POST_INVITATION, OPERATION_POST_GROUP,
                                           OPERATION_PATCH_GROUP, OPERATION_POST_WORKSPACE};
    g_autoptr(Request) request = request_new(operations[which % G_N_ELEMENTS(operations)]);
    g_ptr_array_add(request->mails, g_strdup("a@example.org"));
    g_autoptr(GError) error = NULL;
    Outcome outcome = {0};
    bool good = result_take(request, value, &outcome, &error);
    MUST(good == (error == NULL));
    MUST(!good || outcome.kind != OUTCOME_DONE || request->operation == OPERATION_PATCH_GROUP ||
         request->operation == OPERATION_POST_INVITATION || outcome.created_id > 0);
    MUST(outcome.message == NULL || g_utf8_validate(outcome.message, -1, NULL));
    outcome_clear(&outcome);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(json_t) value = NULL;
    g_autoptr(GError) error = NULL;
    if (size == 0 || !json_parse((const char *) data + 1, size - 1, "reply", &value, &error))
        return 0;
    unsigned which = data[0] % 10;
    if (which >= 6) {
        fuzz_write(which - 6, value);
    } else if (which == 2 || which == 3 || which == 4 ? json_is_array(value)
                                                      : json_is_object(value)) {
        g_autoptr(Organization) organization = known_organization();
        bool good = decode(which, value, organization, &error);
        MUST(good == (error == NULL));
        MUST(good || (error->domain == SYNC_ERROR && g_utf8_validate(error->message, -1, NULL)));
        if (good)
            look_at(organization);
    }
    mask_secrets(value);
    return 0;
}
