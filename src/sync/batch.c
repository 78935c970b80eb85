/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/batch.h"

#include <string.h>

typedef struct {
    Plan *plan;
    GHashTable *withheld; /* ids of changes: a set */
    GHashTable *open;     /* key -> Request *, the one that still has room */
    GHashTable *created;  /* "g:NAME" or "w:NAME" -> Request * that makes it */
} Batcher;

static bool goes_now(const Batcher *batcher, const Change *change)
{
    return !g_hash_table_contains(batcher->withheld, GUINT_TO_POINTER(change->id));
}

static Request *add_request(Batcher *batcher, Operation operation, unsigned phase)
{
    Request *request = request_new(operation);
    request->phase = phase;
    g_ptr_array_add(batcher->plan->requests, request);
    return request;
}

static void carry(Request *request, const Change *change)
{
    unsigned id = change->id;
    g_array_append_val(request->changes, id);
    request->phase = MIN(request->phase, change->phase);
}

static void need(Request *request, const Request *needed)
{
    /* ids are given at the end; until then the address of the request stands for it, see
     * number_requests */
    for (guint i = 0; i < request->after->len; i++) {
        if (g_array_index(request->after, unsigned, i) == needed->id)
            return;
    }
    unsigned id = needed->id;
    g_array_append_val(request->after, id);
}

/* The request that makes TARGET, or NULL: it is there already. */
static Request *maker(const Batcher *batcher, char kind, const TargetRef *target)
{
    if (target->id != 0)
        return NULL;
    g_autofree char *key = g_strdup_printf("%c:%s", kind, target->name);
    return g_hash_table_lookup(batcher->created, key);
}

static IdRef reference(const Batcher *batcher, Request *request, char kind, const TargetRef *target)
{
    const Request *from = maker(batcher, kind, target);
    if (from == NULL)
        return (IdRef){.id = target->id};
    need(request, from);
    return (IdRef){.from_request = from->id};
}

/* ---- objects ---- */

static void create_object(Batcher *batcher, const Change *change)
{
    bool group = change->kind == CHANGE_CREATE_GROUP;
    const TargetRef *target = group ? &change->group : &change->workspace;
    Request *request = add_request(batcher, group ? OPERATION_POST_GROUP : OPERATION_POST_WORKSPACE,
                                   change->phase);
    /* a number of its own from the start: makers come first, so this is its place among them */
    request->id = batcher->plan->requests->len;
    request->name = g_strdup(target->name);
    carry(request, change);
    g_hash_table_insert(batcher->created, g_strdup_printf("%c:%s", group ? 'g' : 'w', target->name),
                        request);
}

/* ---- groups ---- */

static GroupPatch *room_in_patch(Request *request, PatchOp op, PatchPath path)
{
    for (guint i = 0; i < request->patches->len; i++) {
        GroupPatch *patch = g_ptr_array_index(request->patches, i);
        if (patch->op == op && patch->path == path && patch->values->len < BATCH_LARGEST)
            return patch;
    }
    if (request->patches->len == BATCH_LARGEST)
        return NULL;
    GroupPatch *patch = group_patch_new(op, path);
    g_ptr_array_add(request->patches, patch);
    return patch;
}

static void change_group(Batcher *batcher, const Change *change)
{
    bool add = change->kind == CHANGE_ADD_TO_GROUP || change->kind == CHANGE_ADD_GROUP_TO_WORKSPACE;
    bool users = change->kind == CHANGE_ADD_TO_GROUP || change->kind == CHANGE_REMOVE_FROM_GROUP;
    Request *creation = maker(batcher, 'g', &change->group);
    if (creation != NULL && users && creation->users->len < BATCH_LARGEST) {
        g_array_append_val(creation->users, change->person.user_id.value);
        carry(creation, change);
        return;
    }
    g_autofree char *key =
        g_strdup_printf("patch:%" G_GINT64_FORMAT ":%s", change->group.id, change->group.name);
    Request *request = g_hash_table_lookup(batcher->open, key);
    PatchOp op = add ? PATCH_ADD : PATCH_REMOVE;
    PatchPath path = users ? PATCH_USERS : PATCH_WORKSPACES;
    GroupPatch *patch = request != NULL ? room_in_patch(request, op, path) : NULL;
    if (patch == NULL) {
        request = add_request(batcher, OPERATION_PATCH_GROUP, change->phase);
        request->group = reference(batcher, request, 'g', &change->group);
        g_hash_table_insert(batcher->open, g_steal_pointer(&key), request);
        patch = room_in_patch(request, op, path);
    }
    IdRef value = users ? (IdRef){.id = change->person.user_id.value}
                        : reference(batcher, request, 'w', &change->workspace);
    g_array_append_val(patch->values, value);
    carry(request, change);
}

static void delete_group(Batcher *batcher, const Change *change)
{
    Request *request = add_request(batcher, OPERATION_DELETE_GROUP, change->phase);
    request->group.id = change->group.id;
    carry(request, change);
}

/* ---- people ---- */

static void set_workspaces(Batcher *batcher, Request *request, const Change *change)
{
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *wanted = g_ptr_array_index(change->workspaces, i);
        RequestWorkspace workspace = {
            .workspace = reference(batcher, request, 'w', &wanted->workspace),
            .role = wanted->role,
            .role_id = wanted->role_id,
        };
        g_array_append_val(request->workspaces, workspace);
    }
}

static char *invitation_class(const Change *change)
{
    GString *key = g_string_new("invite");
    for (guint i = 0; i < change->workspaces->len; i++) {
        const InvitationWorkspace *workspace = g_ptr_array_index(change->workspaces, i);
        g_string_append_printf(key, "\x1fw%" G_GINT64_FORMAT ":%s:%d", workspace->workspace.id,
                               workspace->workspace.name, workspace->role);
    }
    for (guint i = 0; i < change->groups->len; i++) {
        const TargetRef *group = g_ptr_array_index(change->groups, i);
        g_string_append_printf(key, "\x1fg%" G_GINT64_FORMAT ":%s", group->id, group->name);
    }
    return g_string_free(key, FALSE);
}

static void invite(Batcher *batcher, const Change *change)
{
    g_autofree char *key = invitation_class(change);
    Request *request = g_hash_table_lookup(batcher->open, key);
    if (request == NULL || request->mails->len == BATCH_LARGEST) {
        request = add_request(batcher, OPERATION_POST_INVITATION, change->phase);
        set_workspaces(batcher, request, change);
        for (guint i = 0; i < change->groups->len; i++) {
            IdRef group = reference(batcher, request, 'g', g_ptr_array_index(change->groups, i));
            g_array_append_val(request->groups, group);
        }
        g_hash_table_insert(batcher->open, g_steal_pointer(&key), request);
    }
    g_ptr_array_add(request->mails, g_strdup(change->person.mail));
    carry(request, change);
}

static void delete_user(Batcher *batcher, const Change *change)
{
    g_autofree char *key = g_strdup_printf("delete:%u", change->phase);
    Request *request = g_hash_table_lookup(batcher->open, key);
    if (request == NULL || request->users->len == BATCH_LARGEST) {
        request = add_request(batcher, OPERATION_DELETE_USERS, change->phase);
        g_hash_table_insert(batcher->open, g_steal_pointer(&key), request);
    }
    g_array_append_val(request->users, change->person.organization_user_id.value);
    carry(request, change);
}

static void put_user(Batcher *batcher, const Change *change)
{
    /* taking access away never shares a call with anything that could make Toggl refuse it */
    bool alone = change->kind == CHANGE_DEACTIVATE;
    int64_t id = change->person.organization_user_id.value;
    g_autofree char *key =
        g_strdup_printf("put%s:%" G_GINT64_FORMAT, alone ? "-deactivate" : "", id);
    Request *request = g_hash_table_lookup(batcher->open, key);
    if (request == NULL) {
        request = add_request(batcher, OPERATION_PUT_USER, change->phase);
        request->organization_user_id = change->person.organization_user_id;
        g_hash_table_insert(batcher->open, g_steal_pointer(&key), request);
    }
    if (change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_REACTIVATE) {
        request->fields |= PUT_USER_INACTIVE;
        request->inactive = change->kind == CHANGE_DEACTIVATE;
    } else if (change->kind == CHANGE_RENAME_MEMBER) {
        request->fields |= PUT_USER_NAME;
        request->name = g_strdup(change->after.name);
    } else if (change->kind == CHANGE_CHANGE_ADDRESS) {
        request->fields |= PUT_USER_MAIL;
        request->mail = g_strdup(change->after.mail);
    } else if (change->kind == CHANGE_SET_ORGANIZATION_ROLE) {
        request->fields |= PUT_USER_ADMIN;
        request->admin = change->after.admin;
    } else if ((request->fields & PUT_USER_WORKSPACES) == 0) {
        /* the list of every such change of one person is the same complete one */
        request->fields |= PUT_USER_WORKSPACES;
        set_workspaces(batcher, request, change);
    }
    carry(request, change);
}

static void assign(Batcher *batcher, const Change *change)
{
    Request *request = add_request(batcher, OPERATION_ASSIGNMENT, change->phase);
    request->assign = change->kind == CHANGE_ASSIGN;
    request->user_id = change->person.user_id;
    request->workspace = reference(batcher, request, 'w', &change->workspace);
    carry(request, change);
}

static void resend(Batcher *batcher, const Change *change)
{
    Request *request = add_request(batcher, OPERATION_RESEND_INVITATION, change->phase);
    request->invitation_id = change->person.invitation_id;
    carry(request, change);
}

static void batch_change(Batcher *batcher, const Change *change)
{
    switch (change->kind) {
    case CHANGE_INVITE:
        invite(batcher, change);
        break;
    case CHANGE_RESEND_INVITATION:
        resend(batcher, change);
        break;
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        delete_user(batcher, change);
        break;
    case CHANGE_REACTIVATE:
    case CHANGE_DEACTIVATE:
    case CHANGE_RENAME_MEMBER:
    case CHANGE_CHANGE_ADDRESS:
    case CHANGE_SET_WORKSPACE_ROLE:
    case CHANGE_SET_ORGANIZATION_ROLE:
        put_user(batcher, change);
        break;
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_REMOVE_FROM_GROUP:
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
        change_group(batcher, change);
        break;
    case CHANGE_DELETE_GROUP:
        delete_group(batcher, change);
        break;
    case CHANGE_ASSIGN:
    case CHANGE_UNASSIGN:
        assign(batcher, change);
        break;
    case CHANGE_LINK:
    case CHANGE_ADOPT:
    case CHANGE_CREATE_GROUP:
    case CHANGE_CREATE_WORKSPACE:
    case CHANGE_KINDS:
    default:
        break;
    }
}

static gint compare_requests(gconstpointer a, gconstpointer b)
{
    const Request *x = *(const Request *const *) a;
    const Request *y = *(const Request *const *) b;
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    unsigned first = g_array_index(x->changes, unsigned, 0);
    unsigned second = g_array_index(y->changes, unsigned, 0);
    return first < second ? -1 : first > second;
}

static void renumber(IdRef *ref, const unsigned *numbers)
{
    if (ref->from_request != 0)
        ref->from_request = numbers[ref->from_request];
}

/* Requests get their final numbers, in sending order; whoever meant a maker by its first number
 * follows. */
static void number_requests(Plan *plan)
{
    g_ptr_array_sort(plan->requests, compare_requests);
    g_autofree unsigned *numbers = g_new0(unsigned, plan->requests->len + 1);
    for (guint i = 0; i < plan->requests->len; i++) {
        Request *request = g_ptr_array_index(plan->requests, i);
        if (request->id != 0)
            numbers[request->id] = i + 1;
        request->id = i + 1;
    }
    for (guint i = 0; i < plan->requests->len; i++) {
        Request *request = g_ptr_array_index(plan->requests, i);
        renumber(&request->group, numbers);
        renumber(&request->workspace, numbers);
        for (guint w = 0; w < request->workspaces->len; w++)
            renumber(&g_array_index(request->workspaces, RequestWorkspace, w).workspace, numbers);
        for (guint g = 0; g < request->groups->len; g++)
            renumber(&g_array_index(request->groups, IdRef, g), numbers);
        for (guint p = 0; p < request->patches->len; p++) {
            GArray *values = ((GroupPatch *) g_ptr_array_index(request->patches, p))->values;
            for (guint v = 0; v < values->len; v++)
                renumber(&g_array_index(values, IdRef, v), numbers);
        }
        for (guint a = 0; a < request->after->len; a++)
            g_array_index(request->after, unsigned, a) =
                numbers[g_array_index(request->after, unsigned, a)];
    }
}

static GHashTable *withheld_changes(const Plan *plan)
{
    GHashTable *withheld = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < plan->held->len; i++)
        g_hash_table_add(withheld,
                         GUINT_TO_POINTER(((Withheld *) g_ptr_array_index(plan->held, i))->change));
    for (guint i = 0; i < plan->deferred->len; i++)
        g_hash_table_add(
            withheld,
            GUINT_TO_POINTER(((Withheld *) g_ptr_array_index(plan->deferred, i))->change));
    return withheld;
}

void plan_batch(Plan *plan)
{
    g_ptr_array_set_size(plan->requests, 0);
    g_autoptr(GHashTable) withheld = withheld_changes(plan);
    g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) created = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Batcher batcher = {.plan = plan, .withheld = withheld, .open = open, .created = created};
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool creates =
            change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
        if (creates && goes_now(&batcher, change))
            create_object(&batcher, change);
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (goes_now(&batcher, change))
            batch_change(&batcher, change);
    }
    number_requests(plan);
}

/* ---- the lower bound ---- */

static void count_key(GHashTable *counts, char *key)
{
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
    g_hash_table_insert(counts, key, GUINT_TO_POINTER(before + 1));
}

static int64_t calls_for(guint things, guint in_one_call)
{
    return (things + in_one_call - 1) / in_one_call;
}

/* What kind of call a change cannot do without, and how many of its kind one call can take. */
static char *indispensable_call(const Change *change, guint *ret_in_one_call)
{
    *ret_in_one_call = BATCH_LARGEST;
    switch (change->kind) {
    case CHANGE_INVITE:
        return invitation_class(change);
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        return g_strdup_printf("delete:%u", change->phase);
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_REMOVE_FROM_GROUP:
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
    case CHANGE_CREATE_GROUP:
        *ret_in_one_call = BATCH_LARGEST * BATCH_LARGEST;
        return g_strdup_printf("group:%s", change->group.name);
    case CHANGE_REACTIVATE:
    case CHANGE_DEACTIVATE:
    case CHANGE_RENAME_MEMBER:
    case CHANGE_CHANGE_ADDRESS:
    case CHANGE_SET_WORKSPACE_ROLE:
    case CHANGE_SET_ORGANIZATION_ROLE:
        return g_strdup_printf("put:%" G_GINT64_FORMAT, change->person.organization_user_id.value);
    case CHANGE_RESEND_INVITATION:
    case CHANGE_DELETE_GROUP:
    case CHANGE_ASSIGN:
    case CHANGE_UNASSIGN:
    case CHANGE_CREATE_WORKSPACE:
        return g_strdup_printf("own:%u", change->id);
    case CHANGE_LINK:
    case CHANGE_ADOPT:
    case CHANGE_KINDS:
    default:
        return NULL;
    }
}

int64_t plan_minimum_requests(const Plan *plan)
{
    g_autoptr(GHashTable) withheld = withheld_changes(plan);
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) sizes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        guint size = 0;
        char *key = g_hash_table_contains(withheld, GUINT_TO_POINTER(change->id))
                        ? NULL
                        : indispensable_call(change, &size);
        if (key == NULL)
            continue;
        g_hash_table_insert(sizes, g_strdup(key), GUINT_TO_POINTER(size));
        count_key(counts, key);
    }
    int64_t minimum = 0;
    GHashTableIter iterator;
    gpointer key = NULL;
    gpointer count = NULL;
    g_hash_table_iter_init(&iterator, counts);
    while (g_hash_table_iter_next(&iterator, &key, &count))
        minimum +=
            calls_for(GPOINTER_TO_UINT(count), GPOINTER_TO_UINT(g_hash_table_lookup(sizes, key)));
    return minimum;
}
