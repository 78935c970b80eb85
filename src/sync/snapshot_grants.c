/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot_grants.h"

GrantRow grant_row_new(void)
{
    return (GrantRow){.targets = g_array_new(false, false, sizeof(int64_t))};
}

void grant_row_clear(GrantRow *row)
{
    g_array_unref(row->targets);
}

static bool differ_in_target_only(const Grant *a, const Grant *b)
{
    return a->member.value == b->member.value && a->user_id.value == b->user_id.value &&
           a->second == b->second && a->since == b->since && a->kind == b->kind &&
           a->role == b->role && a->role_before == b->role_before && a->origin == b->origin;
}

bool grant_row_take(const GPtrArray *grants, guint *at, GrantRow *row)
{
    (void) g_array_set_size(row->targets, 0);
    for (; *at < grants->len; (*at)++) {
        const Grant *grant = g_ptr_array_index(grants, *at);
        if (grant->row.removed)
            continue;
        if (row->targets->len == 0)
            row->common = *grant;
        else if (!differ_in_target_only(&row->common, grant))
            break;
        g_array_append_val(row->targets, grant->target);
    }
    return row->targets->len > 0;
}

bool grant_row_is_good(const GrantRow *row)
{
    bool needs_ids = row->common.kind != GRANT_ORGANIZATION_ROLE;
    for (guint i = 0; needs_ids && i < row->targets->len; i++) {
        if (g_array_index(row->targets, int64_t, i) == 0)
            return false;
    }
    return true;
}

void grant_row_give(const GrantRow *row, Ledger *ledger)
{
    const Grant *common = &row->common;
    for (guint i = 0; i < row->targets->len; i++) {
        Grant *grant = ledger_add_grant(ledger, common->kind, common->member,
                                        g_array_index(row->targets, int64_t, i), common->second);
        grant->user_id = common->user_id;
        grant->since = common->since;
        grant->role = common->role;
        grant->role_before = common->role_before;
        grant->origin = common->origin;
    }
}
