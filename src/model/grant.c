/* SPDX-License-Identifier: Apache-2.0 */
#include "model/grant.h"

#define BLOCK 1024

struct GrantIndex {
    GHashTable *grants; /* NULL: nobody has asked yet */
};

GrantIndex *grant_indexes_new(void)
{
    return g_new0(GrantIndex, GRANT_KINDS);
}

void grant_indexes_free(GrantIndex *indexes)
{
    for (GrantKind kind = 0; kind < GRANT_KINDS; kind++)
        g_clear_pointer(&indexes[kind].grants, g_hash_table_unref);
    g_free(indexes);
}

static guint grant_hash(gconstpointer key)
{
    const Grant *grant = key;
    uint64_t mixed = (uint64_t) grant->member.value * UINT64_C(0x9e3779b97f4a7c15);
    mixed ^= (uint64_t) grant->target * UINT64_C(0xc2b2ae3d27d4eb4f) + (uint64_t) grant->second;
    return (guint) (mixed ^ (mixed >> 32));
}

/* Within one kind. */
static gboolean grant_equal(gconstpointer a, gconstpointer b)
{
    const Grant *x = a;
    const Grant *y = b;
    return x->member.value == y->member.value && x->target == y->target && x->second == y->second;
}

static Grant *next_place(Ledger *ledger)
{
    guint used = ledger->grants->len % BLOCK;
    if (used == 0)
        g_ptr_array_add(ledger->grant_blocks, g_new(Grant, BLOCK));
    Grant *block = g_ptr_array_index(ledger->grant_blocks, ledger->grant_blocks->len - 1);
    return &block[used];
}

Grant *ledger_add_grant(Ledger *ledger, GrantKind kind, OrganizationUserId member, int64_t target,
                        int64_t second)
{
    Grant *grant = next_place(ledger);
    *grant = (Grant){
        .row.dirty = true, .kind = kind, .member = member, .target = target, .second = second};
    g_ptr_array_add(ledger->grants, grant);
    if (ledger->grant_indexes[kind].grants != NULL)
        g_hash_table_add(ledger->grant_indexes[kind].grants, grant);
    return grant;
}

static void make_index(const Ledger *ledger, GrantKind kind)
{
    GHashTable *index = g_hash_table_new(grant_hash, grant_equal);
    for (guint i = 0; i < ledger->grants->len; i++) {
        Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (grant->kind == kind && !grant->row.removed)
            g_hash_table_add(index, grant);
    }
    ledger->grant_indexes[kind].grants = index;
}

Grant *ledger_grant(const Ledger *ledger, GrantKind kind, OrganizationUserId member, int64_t target,
                    int64_t second)
{
    if (ledger->grant_indexes[kind].grants == NULL)
        make_index(ledger, kind);
    Grant key = {.kind = kind, .member = member, .target = target, .second = second};
    return g_hash_table_lookup(ledger->grant_indexes[kind].grants, &key);
}

void ledger_remove_grant(Ledger *ledger, Grant *grant)
{
    if (ledger->grant_indexes[grant->kind].grants != NULL)
        (void) g_hash_table_remove(ledger->grant_indexes[grant->kind].grants, grant);
    grant->row.removed = true;
    grant->row.dirty = true;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static gint compare_grants(gconstpointer a, gconstpointer b)
{
    const Grant *x = *(const Grant *const *) a;
    const Grant *y = *(const Grant *const *) b;
    if (x->member.value != y->member.value)
        return compare_numbers(x->member.value, y->member.value);
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->target != y->target)
        return compare_numbers(x->target, y->target);
    return compare_numbers(x->second, y->second);
}

static gint compare_with_data(gconstpointer a, gconstpointer b, gpointer data)
{
    (void) data;
    return compare_grants(a, b);
}

static void sort_range(gpointer *grants, guint count)
{
    for (guint i = 1; i < count; i++) {
        if (compare_grants(&grants[i - 1], &grants[i]) <= 0)
            continue;
        g_qsort_with_data(grants, (gint) count, sizeof(gpointer), compare_with_data, NULL);
        return;
    }
}

static int64_t member_of(gconstpointer grant)
{
    return ((const Grant *) grant)->member.value;
}

/* Sorts the first grants, as far as their members ascend: those of each member among themselves.
 * Says how many that are. */
static guint sort_head(gpointer *grants, guint count)
{
    guint end = 0;
    for (guint first = 0; first < count; first = end) {
        if (first > 0 && member_of(grants[first]) < member_of(grants[first - 1]))
            return first;
        for (end = first + 1; end < count && member_of(grants[end]) == member_of(grants[first]);)
            end++;
        sort_range(grants + first, end - first);
    }
    return count;
}

/* Merges the first HEAD of COUNT grants, which are sorted, with the others, which are too. */
static void merge(gpointer *grants, guint head, guint count)
{
    g_autofree gpointer *front = g_memdup2(grants, sizeof(gpointer) * head);
    guint from = 0;
    guint to = 0;
    for (guint next = head; from < head && next < count;) {
        bool old = compare_grants(&front[from], &grants[next]) <= 0;
        grants[to++] = old ? front[from++] : grants[next++];
    }
    while (from < head)
        grants[to++] = front[from++];
}

/* Mostly they are in order, but for new ones at the end. */
void ledger_sort_grants(Ledger *ledger)
{
    gpointer *grants = ledger->grants->pdata;
    guint count = ledger->grants->len;
    guint head = sort_head(grants, count);
    if (head == count)
        return;
    sort_range(grants + head, count - head);
    merge(grants, head, count);
}
