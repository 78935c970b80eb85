/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/batch_private.h"

static void bucket_free(Bucket *bucket)
{
    g_ptr_array_unref(bucket->changes);
    g_free(bucket);
}

static const Change *change_at(const Plan *plan, guint index)
{
    return g_ptr_array_index(plan->changes, index);
}

static bool is_withheld(const Batcher *batcher, const Change *change)
{
    return g_hash_table_contains(batcher->withheld, GUINT_TO_POINTER(change->id));
}

/* ---- what must wait for something that is withheld ---- */

/* Which rail withholds what other changes count on. */
typedef struct {
    GHashTable *groups;     /* name of one to be created -> const Withheld * */
    GHashTable *workspaces; /* likewise */
    GHashTable *inactive;   /* int64_t organization-user id of who is not reactivated -> likewise */
    GHashTable *invited;    /* anchor of whose old invitation is not withdrawn -> likewise */
} Missing;

static const Withheld *missing_target(GHashTable *names, const TargetRef *ref)
{
    return ref->id == 0 && ref->name != NULL ? g_hash_table_lookup(names, ref->name) : NULL;
}

/* Nobody gets anything while they stay inactive, nor a second invitation beside the first. */
static const Withheld *missing_person(const Missing *missing, const Change *change)
{
    ChangeEffect effect = change_kind_effect(change->kind);
    if (change->kind == CHANGE_INVITE && change->person.anchor != NULL)
        return g_hash_table_lookup(missing->invited, change->person.anchor);
    if (effect == EFFECT_GIVES || effect == EFFECT_ALTERS)
        return g_hash_table_lookup(missing->inactive, &change->person.organization_user_id.value);
    return NULL;
}

static const Withheld *missing_of(const Missing *missing, const Change *change)
{
    const Withheld *found = missing_target(missing->groups, &change->group);
    if (found == NULL)
        found = missing_target(missing->workspaces, &change->workspace);
    if (found == NULL)
        found = missing_person(missing, change);
    if (change->kind != CHANGE_INVITE)
        return found;
    for (guint i = 0; found == NULL && change->groups != NULL && i < change->groups->len; i++)
        found = missing_target(missing->groups, g_ptr_array_index(change->groups, i));
    for (guint i = 0; found == NULL && change->workspaces != NULL && i < change->workspaces->len;
         i++) {
        const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, i);
        found = missing_target(missing->workspaces, &row->workspace);
    }
    return found;
}

static void collect_missing(const Batcher *batcher, const GPtrArray *list, const Missing *missing)
{
    for (guint i = 0; i < list->len; i++) {
        Withheld *withheld = g_ptr_array_index(list, i);
        const Change *change = change_at(batcher->plan, withheld->change - 1);
        g_hash_table_add(batcher->withheld, GUINT_TO_POINTER(change->id));
        if (change->kind == CHANGE_CREATE_GROUP)
            g_hash_table_insert(missing->groups, change->group.name, withheld);
        else if (change->kind == CHANGE_CREATE_WORKSPACE)
            g_hash_table_insert(missing->workspaces, change->workspace.name, withheld);
        else if (change->kind == CHANGE_REACTIVATE)
            g_hash_table_insert(missing->inactive,
                                (gpointer) (guintptr) &change->person.organization_user_id.value,
                                withheld);
        else if (change->kind == CHANGE_WITHDRAW_INVITATION && change->person.anchor != NULL)
            g_hash_table_insert(missing->invited, change->person.anchor, withheld);
    }
}

static void withhold_dependents(Batcher *batcher)
{
    Plan *plan = batcher->plan;
    g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) workspaces = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) inactive = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autoptr(GHashTable) invited = g_hash_table_new(g_str_hash, g_str_equal);
    Missing missing = {
        .groups = groups, .workspaces = workspaces, .inactive = inactive, .invited = invited};
    collect_missing(batcher, plan->deferred, &missing);
    collect_missing(batcher, plan->held, &missing);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = change_at(plan, i);
        const Withheld *why = is_withheld(batcher, change) ? NULL : missing_of(&missing, change);
        if (why == NULL)
            continue;
        bool deferred = rail_class(why->rail) == RAIL_CLASS_DEFER;
        plan_withhold(deferred ? plan->deferred : plan->held, change->id, why->rail, why->subject);
        g_hash_table_add(batcher->withheld, GUINT_TO_POINTER(change->id));
    }
}

/* ---- which changes go together ---- */

static bool is_known(GHashTable *made, const TargetRef *ref)
{
    return ref->name == NULL || ref->id != 0 || g_hash_table_contains(made, ref->name);
}

/* Whether everything that CHANGE names exists, or will. */
static bool can_go(const Batcher *batcher, const Change *change)
{
    bool creates = change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
    if (creates)
        return true;
    if (!is_known(batcher->new_groups, &change->group) ||
        !is_known(batcher->new_workspaces, &change->workspace))
        return false;
    for (guint i = 0; change->groups != NULL && i < change->groups->len; i++) {
        if (!is_known(batcher->new_groups, g_ptr_array_index(change->groups, i)))
            return false;
    }
    for (guint i = 0;
         change->kind == CHANGE_INVITE && change->workspaces != NULL && i < change->workspaces->len;
         i++) {
        const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, i);
        if (!is_known(batcher->new_workspaces, &row->workspace))
            return false;
    }
    return true;
}

static bool goes(const Batcher *batcher, const Change *change)
{
    return !is_withheld(batcher, change) && can_go(batcher, change);
}

/* Notes what this plan makes. */
static void note_new(Batcher *batcher, const Change *change)
{
    if (is_withheld(batcher, change))
        return;
    if (change->kind == CHANGE_CREATE_GROUP)
        g_hash_table_insert(batcher->new_groups, change->group.name, NULL);
    else if (change->kind == CHANGE_CREATE_WORKSPACE)
        g_hash_table_insert(batcher->new_workspaces, change->workspace.name, NULL);
}

/* Whether only a PUT of the person carries CHANGE out, and may carry more. An assignment that
 * brings a list has no operation of its own any more. */
static bool is_put(const Change *change)
{
    switch ((int) change->kind) {
    case CHANGE_REACTIVATE:
    case CHANGE_RENAME_MEMBER:
    case CHANGE_CHANGE_ADDRESS:
    case CHANGE_SET_WORKSPACE_ROLE:
    case CHANGE_SET_ORGANIZATION_ROLE:
        return true;
    case CHANGE_ASSIGN:
        return change->workspaces != NULL;
    default:
        return false;
    }
}

static void person_put_free(void *data)
{
    PersonPut *put = data;
    g_ptr_array_unref(put->new_groups);
    g_free(put);
}

/* Notes the people whom a PUT is sent for, and what it can say. */
static void note_put(Batcher *batcher, const Change *change)
{
    if (!is_put(change) || !goes(batcher, change))
        return;
    gconstpointer key = &change->person.organization_user_id.value;
    PersonPut *put = g_hash_table_lookup(batcher->puts, key);
    if (put == NULL) {
        put = g_new0(PersonPut, 1);
        put->new_groups = g_ptr_array_new();
        g_hash_table_insert(batcher->puts, (gpointer) (guintptr) key, put);
    }
    if (put->workspaces == NULL)
        put->workspaces = change->workspaces;
    if (put->groups == NULL)
        put->groups = change->groups;
}

static PersonPut *put_of(const Batcher *batcher, const Change *change)
{
    return g_hash_table_lookup(batcher->puts, &change->person.organization_user_id.value);
}

/* A group that is made before the PUT, with the person in it, must be in a list that replaces. */
static void note_joined(const Batcher *batcher, const Change *change)
{
    PersonPut *put =
        change->kind == CHANGE_ADD_TO_GROUP && change->group.id == 0 && goes(batcher, change)
            ? put_of(batcher, change)
            : NULL;
    if (put != NULL)
        g_ptr_array_add(put->new_groups, (gpointer) (guintptr) &change->group);
}

/* Whether CHANGE can ride on a PUT that is sent for the person anyway. */
static bool rides(const Batcher *batcher, const Change *change)
{
    const PersonPut *put = put_of(batcher, change);
    if (put == NULL)
        return false;
    bool of_group = change->kind == CHANGE_ADD_TO_GROUP || change->kind == CHANGE_REMOVE_FROM_GROUP;
    if (of_group)
        return put->groups != NULL && change->group.id != 0;
    if (change->kind == CHANGE_UNASSIGN && put->groups == NULL)
        return false; /* what a list leaves out may stay */
    return (change->kind == CHANGE_ASSIGN || change->kind == CHANGE_UNASSIGN) &&
           put->workspaces != NULL;
}

static char *group_key(const Change *change, Operation *ret_operation)
{
    *ret_operation = OPERATION_PATCH_GROUP;
    if (change->group.id != 0)
        return g_strdup_printf("group %" G_GINT64_FORMAT, change->group.id);
    *ret_operation = OPERATION_POST_GROUP;
    return g_strconcat("new group ", change->group.name, NULL);
}

/* What must be equal for two people to be invited in one call. */
static char *invitation_key(const Change *change)
{
    GString *key = g_string_new("invite");
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, i);
        g_string_append_printf(key, "\nw%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " %s",
                               row->workspace.id, (int) row->role, row->role_id,
                               row->workspace.id == 0 ? row->workspace.name : "");
    }
    for (guint i = 0; change->groups != NULL && i < change->groups->len; i++) {
        const TargetRef *row = g_ptr_array_index(change->groups, i);
        g_string_append_printf(key, "\ng%" G_GINT64_FORMAT " %s", row->id,
                               row->id == 0 ? row->name : "");
    }
    return g_string_free(key, FALSE);
}

static char *person_key(const Change *change)
{
    return g_strdup_printf("person %" G_GINT64_FORMAT, change->person.organization_user_id.value);
}

static char *assignment_key(const Change *change, Operation *ret_operation)
{
    if (change->kind == CHANGE_UNASSIGN && change->person.workspace_user_id.value != 0) {
        *ret_operation = OPERATION_DELETE_WORKSPACE_USERS;
        return g_strdup_printf("leave workspace %" G_GINT64_FORMAT, change->workspace.id);
    }
    *ret_operation = OPERATION_ASSIGNMENT;
    return NULL;
}

/* Changes with equal keys go together; NULL goes alone. False: CHANGE needs no request. */
static bool classify(const Batcher *batcher, const Change *change, Operation *ret_operation,
                     char **ret_key)
{
    *ret_key = NULL;
    if (is_put(change) || rides(batcher, change)) {
        *ret_operation = OPERATION_PUT_USER;
        *ret_key = person_key(change);
        return true;
    }
    switch (change->kind) {
    case CHANGE_INVITE:
        *ret_operation = OPERATION_POST_INVITATION;
        *ret_key = invitation_key(change);
        return true;
    case CHANGE_RESEND_INVITATION:
        *ret_operation = OPERATION_RESEND_INVITATION;
        return true;
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        /* never in one call: deleting is the last thing a plan does */
        *ret_operation = OPERATION_DELETE_USERS;
        *ret_key = g_strdup(change_kind_name(change->kind));
        return true;
    case CHANGE_DEACTIVATE:
        *ret_operation = OPERATION_PUT_USER;
        return true;
    case CHANGE_CREATE_GROUP:
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_REMOVE_FROM_GROUP:
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
        *ret_key = group_key(change, ret_operation);
        return true;
    case CHANGE_DELETE_GROUP:
        *ret_operation = OPERATION_DELETE_GROUP;
        return true;
    case CHANGE_ASSIGN:
    case CHANGE_UNASSIGN:
        *ret_key = assignment_key(change, ret_operation);
        return true;
    case CHANGE_CREATE_WORKSPACE:
        *ret_operation = OPERATION_POST_WORKSPACE;
        return true;
    case CHANGE_LINK:
    case CHANGE_ADOPT:
    case CHANGE_REACTIVATE:
    case CHANGE_RENAME_MEMBER:
    case CHANGE_CHANGE_ADDRESS:
    case CHANGE_SET_WORKSPACE_ROLE:
    case CHANGE_SET_ORGANIZATION_ROLE:
    case CHANGE_KINDS:
    default:
        return false;
    }
}

static Bucket *add_bucket(Batcher *batcher, Operation operation)
{
    Bucket *bucket = g_new0(Bucket, 1);
    *bucket = (Bucket){.operation = operation, .phase = G_MAXUINT, .changes = g_ptr_array_new()};
    g_ptr_array_add(batcher->buckets, bucket);
    return bucket;
}

static void put_into(Bucket *bucket, const Change *change)
{
    bucket->phase = MIN(bucket->phase, change->phase);
    /* a complete list names what is still there: it must come before that is taken away */
    bucket->last = bucket->last ||
                   (change->kind == CHANGE_UNASSIGN && bucket->operation != OPERATION_PUT_USER);
    g_ptr_array_add(bucket->changes, (gpointer) (guintptr) change);
}

static void collect(Batcher *batcher, const Change *change)
{
    Operation operation = OPERATIONS;
    char *key = NULL;
    if (!goes(batcher, change) || !classify(batcher, change, &operation, &key))
        return;
    Bucket *bucket = key != NULL ? g_hash_table_lookup(batcher->by_key, key) : NULL;
    if (bucket == NULL) {
        bucket = add_bucket(batcher, operation);
        if (key != NULL)
            g_hash_table_insert(batcher->by_key, g_steal_pointer(&key), bucket);
    }
    g_free(key);
    put_into(bucket, change);
}

/* ---- what is too much for one request ---- */

/* Adds before removals, people before workspaces. */
static unsigned patch_class(const Change *change)
{
    static const ChangeKind order[] = {CHANGE_ADD_TO_GROUP, CHANGE_ADD_GROUP_TO_WORKSPACE,
                                       CHANGE_REMOVE_FROM_GROUP};
    unsigned class = 0;
    while (class < G_N_ELEMENTS(order) && change->kind != order[class])
        class ++;
    return class;
}

static gint compare_patch_changes(gconstpointer a, gconstpointer b)
{
    const Change *x = *(const Change *const *) a;
    const Change *y = *(const Change *const *) b;
    if (patch_class(x) != patch_class(y))
        return patch_class(x) < patch_class(y) ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* How many changes, beginning with FROM, one request can carry. */
static guint portion(const Bucket *bucket, guint from)
{
    guint left = bucket->changes->len - from;
    if (bucket->operation == OPERATION_POST_INVITATION ||
        bucket->operation == OPERATION_DELETE_USERS ||
        bucket->operation == OPERATION_DELETE_WORKSPACE_USERS)
        return MIN(left, PEOPLE_A_REQUEST);
    if (bucket->operation != OPERATION_PATCH_GROUP)
        return left;
    guint patches = 0;
    guint values = VALUES_A_PATCH;
    for (guint i = 0; i < left; i++) {
        const Change *change = g_ptr_array_index(bucket->changes, from + i);
        bool same = i > 0 && patch_class(change) ==
                                 patch_class(g_ptr_array_index(bucket->changes, from + i - 1));
        if (same && values < VALUES_A_PATCH) {
            values++;
            continue;
        }
        if (patches == PATCHES_A_REQUEST)
            return i;
        patches++;
        values = 1;
    }
    return left;
}

static void split_buckets(Batcher *batcher)
{
    guint whole = batcher->buckets->len;
    for (guint b = 0; b < whole; b++) {
        Bucket *bucket = g_ptr_array_index(batcher->buckets, b);
        if (bucket->operation == OPERATION_PATCH_GROUP)
            g_ptr_array_sort(bucket->changes, compare_patch_changes);
        guint kept = portion(bucket, 0);
        for (guint at = kept; at < bucket->changes->len;) {
            guint count = portion(bucket, at);
            Bucket *part = add_bucket(batcher, bucket->operation);
            for (guint i = 0; i < count; i++)
                put_into(part, g_ptr_array_index(bucket->changes, at + i));
            at += count;
        }
        g_ptr_array_set_size(bucket->changes, (gint) kept);
        bucket->phase = G_MAXUINT;
        for (guint i = 0; i < kept; i++)
            bucket->phase =
                MIN(bucket->phase, ((const Change *) g_ptr_array_index(bucket->changes, i))->phase);
    }
}

static unsigned first_change(const Bucket *bucket)
{
    unsigned first = G_MAXUINT;
    for (guint i = 0; i < bucket->changes->len; i++)
        first = MIN(first, ((const Change *) g_ptr_array_index(bucket->changes, i))->id);
    return first;
}

static gint compare_buckets(gconstpointer a, gconstpointer b)
{
    const Bucket *x = *(const Bucket *const *) a;
    const Bucket *y = *(const Bucket *const *) b;
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    if (x->last != y->last)
        return x->last ? 1 : -1;
    /* a new group can carry the numbers of new workspaces */
    bool v = x->operation == OPERATION_POST_WORKSPACE;
    bool w = y->operation == OPERATION_POST_WORKSPACE;
    if (v != w)
        return v ? -1 : 1;
    unsigned i = first_change(x);
    unsigned j = first_change(y);
    return i < j ? -1 : i > j;
}

/* ---- all of it ---- */

void plan_batch(Plan *plan)
{
    g_autoptr(GHashTable) withheld = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) buckets = g_ptr_array_new_with_free_func((GDestroyNotify) bucket_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) puts =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, person_put_free);
    g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) workspaces = g_hash_table_new(g_str_hash, g_str_equal);
    Batcher batcher = {
        .plan = plan,
        .withheld = withheld,
        .buckets = buckets,
        .by_key = by_key,
        .puts = puts,
        .new_groups = groups,
        .new_workspaces = workspaces,
    };
    g_ptr_array_set_size(plan->requests, 0);
    withhold_dependents(&batcher);
    for (guint i = 0; i < plan->changes->len; i++)
        note_new(&batcher, change_at(plan, i));
    for (guint i = 0; i < plan->changes->len; i++)
        note_put(&batcher, change_at(plan, i));
    for (guint i = 0; i < plan->changes->len; i++)
        note_joined(&batcher, change_at(plan, i));
    for (guint i = 0; i < plan->changes->len; i++)
        collect(&batcher, change_at(plan, i));
    split_buckets(&batcher);
    g_ptr_array_sort(buckets, compare_buckets);
    for (guint i = 0; i < buckets->len; i++)
        batch_make_request(&batcher, g_ptr_array_index(buckets, i));
}
