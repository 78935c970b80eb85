/* SPDX-License-Identifier: Apache-2.0 */
#include "world_json.h"

#include "fields.h"
#include "roles.h"

#include <string.h>

static const Field world_fields[] = {{"organization", FIELD_OBJECT},
                                     {"workspaces", FIELD_ANY},
                                     {"groups", FIELD_ANY},
                                     {"users", FIELD_OBJECTS},
                                     {"counters", FIELD_OBJECT},
                                     {"other_organizations", FIELD_OBJECTS},
                                     {NULL, FIELD_ANY}};
static const Field organization_fields[] = {{"id", FIELD_INTEGER},
                                            {"name", FIELD_STRING},
                                            {"owner_user_id", FIELD_INTEGER},
                                            {"owner_email", FIELD_STRING},
                                            {"paying_user_id", FIELD_INTEGER},
                                            {"paying_email", FIELD_STRING},
                                            {"caller_user_id", FIELD_INTEGER},
                                            {"caller_email", FIELD_STRING},
                                            {"plan", FIELD_STRING},
                                            {"seats", FIELD_INTEGER},
                                            {"max_workspaces", FIELD_INTEGER},
                                            {"invitation_limit", FIELD_INTEGER},
                                            {"at", FIELD_INTEGER},
                                            {"segmentation", FIELD_OBJECT},
                                            {NULL, FIELD_ANY}};
static const Field workspace_fields[] = {{"workspace_id", FIELD_INTEGER},
                                         {"name", FIELD_STRING},
                                         {"at", FIELD_INTEGER},
                                         {"settings", FIELD_OBJECT},
                                         {NULL, FIELD_ANY}};
static const Field group_fields[] = {{"group_id", FIELD_INTEGER},
                                     {"name", FIELD_STRING},
                                     {"at", FIELD_INTEGER},
                                     {"workspaces", FIELD_ANY},
                                     {NULL, FIELD_ANY}};
static const Field user_fields[] = {
    {"user_id", FIELD_INTEGER},        {"organization_user_id", FIELD_INTEGER},
    {"email", FIELD_STRING},           {"name", FIELD_STRING},
    {"joined", FIELD_BOOLEAN},         {"inactive", FIELD_BOOLEAN},
    {"admin", FIELD_BOOLEAN},          {"two_factor", FIELD_BOOLEAN},
    {"elsewhere", FIELD_BOOLEAN},      {"invitation_id", FIELD_INTEGER},
    {"invitation_code", FIELD_STRING}, {"invited_at", FIELD_INTEGER},
    {"mails", FIELD_INTEGER},          {"groups", FIELD_ANY},
    {"workspaces", FIELD_ANY},         {NULL, FIELD_ANY}};
static const Field access_fields[] = {{"workspace_id", FIELD_INTEGER},
                                      {"workspace", FIELD_STRING},
                                      {"workspace_user_id", FIELD_INTEGER},
                                      {"role", FIELD_STRING},
                                      {"direct", FIELD_BOOLEAN},
                                      {"inactive", FIELD_BOOLEAN},
                                      {NULL, FIELD_ANY}};

static int64_t number_of(const json_t *json, const char *name, int64_t usual)
{
    const json_t *value = json_object_get(json, name);
    return value != NULL ? json_integer_value(value) : usual;
}

static bool flag_of(const json_t *json, const char *name, bool usual)
{
    const json_t *value = json_object_get(json, name);
    return value != NULL ? json_is_true(value) : usual;
}

static const char *text_of(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

/* Is OBJECT made of FIELDS? If not, says which key is not. A null counts as left out. */
static bool object_is(json_t *object, const Field *fields, const char *what, char **ret_why)
{
    void *each = json_object_iter(object);
    while (each != NULL) {
        const char *key = json_object_iter_key(each);
        json_t *value = json_object_iter_value(each);
        each = json_object_iter_next(object, each);
        if (json_is_null(value)) {
            (void) json_object_del(object, key);
            continue;
        }
        g_autoptr(json_t) one = json_object();
        (void) json_object_set(one, key, value);
        if (!fields_match(one, fields)) {
            *ret_why = g_strdup_printf("%s: '%s' is unknown here, or of the wrong type", what, key);
            return false;
        }
    }
    return true;
}

static Workspace *workspace_of(const Organization *organization, const json_t *reference,
                               char **ret_why)
{
    Workspace *workspace =
        json_is_string(reference)
            ? organization_workspace_by_name(organization, json_string_value(reference))
            : organization_workspace(organization, json_integer_value(reference));
    if (workspace == NULL) {
        g_autofree char *text = json_dumps(reference, JSON_ENCODE_ANY);
        *ret_why = g_strdup_printf("there is no workspace %s", text != NULL ? text : "");
    }
    return workspace;
}

static Group *group_of(const Organization *organization, const json_t *reference, char **ret_why)
{
    Group *group = json_is_string(reference)
                       ? organization_group_by_name(organization, json_string_value(reference))
                       : organization_group(organization, json_integer_value(reference));
    if (group == NULL) {
        g_autofree char *text = json_dumps(reference, JSON_ENCODE_ANY);
        *ret_why = g_strdup_printf("there is no group %s", text != NULL ? text : "");
    }
    return group;
}

/* Takes an id that a file names; false when something else has it. */
static bool claim(World *world, IdKind kind, const json_t *json, const char *key, char **ret_why)
{
    int64_t id = number_of(json, key, 0);
    const json_t *value = json_object_get(json, key);
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (id <= 0 || !world_claim_id(world, kind, id)) {
        *ret_why = g_strdup_printf("%s %" PRId64 " is not above 0, or was given to something else",
                                   id_kind_name(kind), id);
        return false;
    }
    return true;
}

/* USERS holds the user id of each address that has one, because it counts once. */
static bool claim_user(World *world, const json_t *user, GHashTable *users, char **ret_why)
{
    const char *email = text_of(user, "email");
    int64_t id = number_of(user, "user_id", 0);
    const int64_t *known = email != NULL ? g_hash_table_lookup(users, email) : NULL;
    if (known == NULL || *known != id) {
        if (!claim(world, ID_USER, user, "user_id", ret_why)) {
            return false;
        }
        if (email != NULL && id > 0) {
            g_hash_table_insert(users, g_strdup(email), g_memdup2(&id, sizeof id));
        }
    }
    if (!claim(world, ID_ORGANIZATION_USER, user, "organization_user_id", ret_why) ||
        !claim(world, ID_INVITATION, user, "invitation_id", ret_why)) {
        return false;
    }
    const json_t *accesses = json_object_get(user, "workspaces");
    for (size_t i = 0; i < json_array_size(accesses); i++) {
        if (!claim(world, ID_WORKSPACE_USER, json_array_get(accesses, i), "workspace_user_id",
                   ret_why)) {
            return false;
        }
    }
    return true;
}

/* All ids that the file names, before any is made up. */
static bool claim_all(World *world, const json_t *state, GHashTable *users, char **ret_why)
{
    if (!claim(world, ID_ORGANIZATION, json_object_get(state, "organization"), "id", ret_why)) {
        return false;
    }
    static const struct {
        IdKind kind;
        const char *list;
        const char *key;
    } plain[] = {{ID_WORKSPACE, "workspaces", "workspace_id"}, {ID_GROUP, "groups", "group_id"}};
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        const json_t *list = json_object_get(state, plain[i].list);
        for (size_t j = 0; j < json_array_size(list); j++) {
            if (!claim(world, plain[i].kind, json_array_get(list, j), plain[i].key, ret_why)) {
                return false;
            }
        }
    }
    const json_t *list = json_object_get(state, "users");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!claim_user(world, json_array_get(list, i), users, ret_why)) {
            return false;
        }
    }
    return true;
}

static bool read_workspaces(World *world, Organization *organization, const json_t *list,
                            char **ret_why)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        const char *name = json_is_string(item) ? json_string_value(item) : text_of(item, "name");
        if (!json_is_string(item) && (!object_is(item, workspace_fields, "workspace", ret_why))) {
            return false;
        }
        if (name == NULL) {
            *ret_why = g_strdup("a workspace has no name");
            return false;
        }
        Workspace *workspace =
            workspace_new(world, organization, number_of(item, "workspace_id", 0), name);
        workspace->at = number_of(item, "at", workspace->at);
        json_t *settings = json_object_get(item, "settings");
        if (settings != NULL) {
            (void) json_object_update(workspace->settings, settings);
        }
    }
    if (organization->workspaces->len == 0) { /* there is always one */
        (void) workspace_new(world, organization, 0, "Main");
    }
    return true;
}

static bool read_groups(World *world, Organization *organization, const json_t *list,
                        char **ret_why)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        const char *name = json_is_string(item) ? json_string_value(item) : text_of(item, "name");
        if (!json_is_string(item) && (!object_is(item, group_fields, "group", ret_why))) {
            return false;
        }
        if (name == NULL) {
            *ret_why = g_strdup("a group has no name");
            return false;
        }
        Group *group = group_new(world, organization, number_of(item, "group_id", 0), name);
        const json_t *workspaces = json_object_get(item, "workspaces");
        for (size_t j = 0; j < json_array_size(workspaces); j++) {
            Workspace *workspace =
                workspace_of(organization, json_array_get(workspaces, j), ret_why);
            if (workspace == NULL) {
                return false;
            }
            group_add_workspace(world, group, workspace);
        }
        group->at = number_of(item, "at", group->at);
    }
    return true;
}

static bool read_access(World *world, Member *member, json_t *item, char **ret_why)
{
    const json_t *reference = item;
    if (json_is_object(item)) {
        if (!object_is(item, access_fields, "workspaces of a user", ret_why)) {
            return false;
        }
        reference = json_object_get(item, "workspace_id");
        reference = reference != NULL ? reference : json_object_get(item, "workspace");
    }
    const char *role = text_of(item, "role");
    const Role *known = role_of_workspace(role != NULL ? role : ROLE_USER);
    if (known == NULL) {
        *ret_why = g_strdup_printf("there is no workspace role '%s'", role);
        return false;
    }
    Workspace *workspace = workspace_of(member->organization, reference, ret_why);
    if (workspace == NULL) {
        return false;
    }
    Access *access = access_new(world, member, workspace, number_of(item, "workspace_user_id", 0));
    access->role = known->text;
    access->direct = flag_of(item, "direct", true);
    access->inactive = flag_of(item, "inactive", false);
    return true;
}

static bool read_invitation(World *world, Member *member, const json_t *item, char **ret_why)
{
    const char *code = text_of(item, "invitation_code");
    member->joined = flag_of(item, "joined", true);
    if (member->joined) {
        return true;
    }
    if (json_object_get(item, "invitation_id") != NULL && code == NULL) {
        *ret_why =
            g_strdup_printf("'%s' has an invitation_id and no invitation_code", member->email);
        return false;
    }
    if (code != NULL) {
        member->invitation_id = number_of(item, "invitation_id", 0);
        if (member->invitation_id == 0) {
            member->invitation_id = world_new_id(world, ID_INVITATION);
        }
        member->invitation_code = g_strdup(code);
    }
    member_invite(world, member);
    member->invited_at = number_of(item, "invited_at", member->invited_at);
    return true;
}

static bool read_user(World *world, Organization *organization, json_t *item, char **ret_why)
{
    const char *email = text_of(item, "email");
    if (!object_is(item, user_fields, "user", ret_why)) {
        return false;
    }
    if (email == NULL || organization_member_by_email(organization, email) != NULL) {
        *ret_why = g_strdup_printf("a user has no email, or '%s' is there twice",
                                   email != NULL ? email : "");
        return false;
    }
    Member *member = member_new(world, organization, number_of(item, "user_id", 0),
                                number_of(item, "organization_user_id", 0), email);
    if (text_of(item, "name") != NULL) {
        member_set_name(member, text_of(item, "name"));
    }
    member->inactive = flag_of(item, "inactive", false);
    member->admin = flag_of(item, "admin", false);
    member->two_factor = flag_of(item, "two_factor", false);
    member->elsewhere = flag_of(item, "elsewhere", false);
    member->mails = number_of(item, "mails", 0);
    const json_t *workspaces = json_object_get(item, "workspaces");
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        if (!read_access(world, member, json_array_get(workspaces, i), ret_why)) {
            return false;
        }
    }
    const json_t *groups = json_object_get(item, "groups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        Group *group = group_of(organization, json_array_get(groups, i), ret_why);
        if (group == NULL) {
            return false;
        }
        int64_t at = group->at;
        member_add_group(world, member, group);
        group->at = at;
    }
    member_shed(member);
    return read_invitation(world, member, item, ret_why);
}

/* The user that is named by id or by address; USUAL when there is neither. */
static bool read_person(const Organization *organization, const json_t *json, const char *id_key,
                        const char *email_key, int64_t usual, int64_t *ret, char **ret_why)
{
    const char *email = text_of(json, email_key);
    const Member *member = email != NULL ? organization_member_by_email(organization, email) : NULL;
    int64_t id = member != NULL ? member->user_id : number_of(json, id_key, usual);
    if ((email != NULL && member == NULL) ||
        (id != 0 && organization_member(organization, id) == NULL)) {
        *ret_why = g_strdup_printf("organization: '%s' or '%s' is nobody", id_key, email_key);
        return false;
    }
    *ret = id;
    return true;
}

static bool read_standing(World *world, Organization *organization, json_t *json, char **ret_why)
{
    const Member *first = organization->members->pdata[0];
    int64_t caller = 0;
    if (!read_person(organization, json, "owner_user_id", "owner_email", first->user_id,
                     &organization->owner_user_id, ret_why) ||
        !read_person(organization, json, "paying_user_id", "paying_email",
                     organization->owner_user_id, &organization->paying_user_id, ret_why) ||
        !read_person(organization, json, "caller_user_id", "caller_email",
                     organization->owner_user_id, &caller, ret_why)) {
        return false;
    }
    world->caller = world->caller != 0 ? world->caller : caller;
    organization->seats = number_of(json, "seats", 0);
    organization->max_workspaces = number_of(json, "max_workspaces", 20);
    organization->invitation_limit = number_of(json, "invitation_limit", 0);
    organization->at = number_of(json, "at", organization->at);
    organization->segmentation = json_deep_copy(json_object_get(json, "segmentation"));
    const char *plan = text_of(json, "plan");
    if (plan != NULL) {
        g_free(organization->plan);
        organization->plan = g_strdup(plan);
    }
    return true;
}

static bool read_organization(World *world, json_t *state, char **ret_why)
{
    static const char owner[] = "ada@example.com";
    json_t *json = json_object_get(state, "organization");
    if (!object_is(state, world_fields, "state", ret_why) ||
        (json != NULL && !object_is(json, organization_fields, "organization", ret_why))) {
        return false;
    }
    const char *name = text_of(json, "name");
    Organization *organization =
        organization_new(world, number_of(json, "id", 0), name != NULL ? name : "Example Org");
    if (!read_workspaces(world, organization, json_object_get(state, "workspaces"), ret_why) ||
        !read_groups(world, organization, json_object_get(state, "groups"), ret_why)) {
        return false;
    }
    const json_t *users = json_object_get(state, "users");
    for (size_t i = 0; i < json_array_size(users); i++) {
        if (!read_user(world, organization, json_array_get(users, i), ret_why)) {
            return false;
        }
    }
    if (organization->members->len == 0) { /* there is always an owner */
        Member *ada = member_new(world, organization, 0, 0, owner);
        member_set_name(ada, "Ada Owner");
        ada->joined = true;
        ada->admin = true;
        (void) member_assign(world, ada, organization->workspaces->pdata[0], ROLE_ADMIN);
    }
    return read_standing(world, organization, json, ret_why);
}

static void read_counters(World *world, const json_t *counters)
{
    for (IdKind kind = 0; kind < ID_KINDS; kind++) {
        world->next[kind] = number_of(counters, id_kind_name(kind), world->next[kind]);
    }
}

World *world_from_json(json_t *state, char **ret_why)
{
    g_autoptr(json_t) whole = state != NULL ? json_incref(state) : json_object();
    g_autoptr(GHashTable) users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(World) world = world_new();
    if (!json_is_object(whole)) {
        *ret_why = g_strdup("a state is an object");
        return NULL;
    }
    const json_t *others = json_object_get(whole, "other_organizations");
    bool good = claim_all(world, whole, users, ret_why);
    for (size_t i = 0; good && i < json_array_size(others); i++) {
        good = claim_all(world, json_array_get(others, i), users, ret_why);
    }
    read_counters(world, json_object_get(whole, "counters"));
    good = good && read_organization(world, whole, ret_why);
    for (size_t i = 0; good && i < json_array_size(others); i++) {
        good = read_organization(world, json_array_get(others, i), ret_why);
    }
    return good ? g_steal_pointer(&world) : NULL;
}

static json_t *user_to_json(const Member *member)
{
    json_t *groups = json_array();
    for (guint i = 0; i < member->groups->len; i++) {
        const Group *group = member->groups->pdata[i];
        (void) json_array_append_new(groups, json_integer(group->id));
    }
    json_t *accesses = json_array();
    for (guint i = 0; i < member->accesses->len; i++) {
        const Access *access = member->accesses->pdata[i];
        (void) json_array_append_new(
            accesses, json_pack("{s:I, s:I, s:s, s:b, s:b}", "workspace_id",
                                (json_int_t) access->workspace->id, "workspace_user_id",
                                (json_int_t) access->workspace_user_id, "role", access->role,
                                "direct", access->direct, "inactive", access->inactive));
    }
    json_t *user =
        json_pack("{s:I, s:I, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:I, s:o, s:o}", "user_id",
                  (json_int_t) member->user_id, "organization_user_id",
                  (json_int_t) member->organization_user_id, "email", member->email, "name",
                  member->name, "joined", member->joined, "inactive", member->inactive, "admin",
                  member->admin, "two_factor", member->two_factor, "elsewhere", member->elsewhere,
                  "mails", (json_int_t) member->mails, "groups", groups, "workspaces", accesses);
    if (member->invitation_id != 0) {
        (void) json_object_set_new(user, "invitation_id", json_integer(member->invitation_id));
        (void) json_object_set_new(user, "invitation_code", json_string(member->invitation_code));
        (void) json_object_set_new(user, "invited_at", json_integer(member->invited_at));
    }
    return user;
}

static json_t *group_to_json(const Group *group)
{
    json_t *workspaces = json_array();
    for (guint i = 0; i < group->workspaces->len; i++) {
        const Workspace *workspace = group->workspaces->pdata[i];
        (void) json_array_append_new(workspaces, json_integer(workspace->id));
    }
    return json_pack("{s:I, s:s, s:I, s:o}", "group_id", (json_int_t) group->id, "name",
                     group->name, "at", (json_int_t) group->at, "workspaces", workspaces);
}

static json_t *organization_to_json(const World *world, const Organization *organization)
{
    json_t *workspaces = json_array();
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *workspace = organization->workspaces->pdata[i];
        (void) json_array_append_new(
            workspaces, json_pack("{s:I, s:s, s:I, s:O}", "workspace_id",
                                  (json_int_t) workspace->id, "name", workspace->name, "at",
                                  (json_int_t) workspace->at, "settings", workspace->settings));
    }
    json_t *groups = json_array();
    for (guint i = 0; i < organization->groups->len; i++) {
        (void) json_array_append_new(groups, group_to_json(organization->groups->pdata[i]));
    }
    json_t *users = json_array();
    for (guint i = 0; i < organization->members->len; i++) {
        (void) json_array_append_new(users, user_to_json(organization->members->pdata[i]));
    }
    json_t *json = json_pack(
        "{s:I, s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:I}", "id", (json_int_t) organization->id,
        "name", organization->name, "owner_user_id", (json_int_t) organization->owner_user_id,
        "paying_user_id", (json_int_t) organization->paying_user_id, "plan", organization->plan,
        "seats", (json_int_t) organization->seats, "max_workspaces",
        (json_int_t) organization->max_workspaces, "invitation_limit",
        (json_int_t) organization->invitation_limit, "at", (json_int_t) organization->at);
    if (organization_member(organization, world->caller) != NULL) {
        (void) json_object_set_new(json, "caller_user_id", json_integer(world->caller));
    }
    if (organization->segmentation != NULL) {
        (void) json_object_set(json, "segmentation", organization->segmentation);
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "organization", json, "workspaces", workspaces,
                     "groups", groups, "users", users);
}

json_t *world_to_json(const World *world)
{
    json_t *state = NULL;
    json_t *others = json_array();
    for (guint i = 0; i < world->organizations->len; i++) {
        json_t *json = organization_to_json(world, world->organizations->pdata[i]);
        if (state == NULL) {
            state = json;
        } else {
            (void) json_array_append_new(others, json);
        }
    }
    state = state != NULL ? state : json_object();
    json_t *counters = json_object();
    for (IdKind kind = 0; kind < ID_KINDS; kind++) {
        (void) json_object_set_new(counters, id_kind_name(kind), json_integer(world->next[kind]));
    }
    (void) json_object_set_new(state, "counters", counters);
    if (json_array_size(others) > 0) {
        (void) json_object_set(state, "other_organizations", others);
    }
    json_decref(others);
    return state;
}
