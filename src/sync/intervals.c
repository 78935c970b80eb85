/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/remember.h"

typedef struct {
    Ledger *ledger;
    const GPtrArray *directories;
    const Subjects *subjects;
    const Desired *desired;
    GHashTable *open; /* Interval * -> Interval *, by member, kind and target: those not seen yet in
                         this read */
    int64_t now;
} Recorder;

static guint interval_hash(gconstpointer key)
{
    const Interval *interval = key;
    return (guint) interval->member.value * 31U + (guint) interval->target * 7U +
           (guint) interval->kind;
}

static gboolean interval_equal(gconstpointer a, gconstpointer b)
{
    const Interval *x = a;
    const Interval *y = b;
    return x->member.value == y->member.value && x->target == y->target && x->kind == y->kind;
}

/* The want behind a membership, or NULL: by hand. */
static const Want *want_behind(const Recorder *recorder, const Member *member, TargetKind kind,
                               int64_t target)
{
    union {
        const Member *in;
        gpointer out;
    } key = {.in = member};
    const Subject *subject = g_hash_table_lookup(recorder->subjects->of_member, key.out);
    if (subject == NULL)
        return NULL;
    const GArray *first = recorder->desired->first;
    guint end = g_array_index(first, uint32_t, subject->index + 1);
    for (guint i = g_array_index(first, uint32_t, subject->index); i < end; i++) {
        const Want *want = &g_array_index(recorder->desired->wants, Want, i);
        const DesiredTarget *wanted = g_ptr_array_index(recorder->desired->targets, want->target);
        if (wanted->kind == kind && wanted->id == target)
            return want;
    }
    return NULL;
}

static void see(Recorder *recorder, const Member *member, IntervalKind kind, int64_t target,
                Role role)
{
    Interval key = {.member = member->id, .kind = kind, .target = target};
    Interval *known = g_hash_table_lookup(recorder->open, &key);
    if (known != NULL) {
        g_hash_table_remove(recorder->open, &key);
        if (known->role == role)
            return;
        known->until = recorder->now;
        known->row.dirty = true;
    }
    Interval *interval = ledger_add_interval(recorder->ledger, kind, member->id, target);
    interval->user_id = member->user_id;
    interval->mail = g_strdup(member->mail);
    interval->role = role;
    interval->since = recorder->now;
    if (kind != INTERVAL_GROUP && kind != INTERVAL_WORKSPACE)
        return;
    GrantKind grant = kind == INTERVAL_GROUP ? GRANT_GROUP : GRANT_WORKSPACE;
    interval->ours = ledger_grant(recorder->ledger, grant, member->id, target, 0) != NULL;
    const Want *want = want_behind(
        recorder, member, kind == INTERVAL_GROUP ? TARGET_GROUP : TARGET_WORKSPACE, target);
    if (want != NULL)
        interval->path = want_reason(want, recorder->directories);
}

static void see_member(Recorder *recorder, const Member *member)
{
    see(recorder, member, INTERVAL_MEMBER, 0, ROLE_NONE);
    if (member->admin)
        see(recorder, member, INTERVAL_ORGANIZATION_ROLE, 0, ROLE_ADMIN);
    for (guint i = 0; i < member->groups->len; i++)
        see(recorder, member, INTERVAL_GROUP, g_array_index(member->groups, int64_t, i), ROLE_NONE);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (!assignment->inactive)
            see(recorder, member, INTERVAL_WORKSPACE, assignment->workspace_id, assignment->role);
    }
}

void remember_intervals(Ledger *ledger, const GPtrArray *directories, const Subjects *subjects,
                        const Desired *desired, const Organization *organization, int64_t now)
{
    g_autoptr(GHashTable) open = g_hash_table_new(interval_hash, interval_equal);
    for (guint i = 0; i < ledger->intervals->len; i++) {
        Interval *interval = g_ptr_array_index(ledger->intervals, i);
        if (interval->until == 0)
            g_hash_table_add(open, interval);
    }
    Recorder recorder = {
        .ledger = ledger,
        .directories = directories,
        .subjects = subjects,
        .desired = desired,
        .open = open,
        .now = now,
    };
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (!member->inactive)
            see_member(&recorder, member);
    }
    GHashTableIter iterator;
    gpointer gone = NULL;
    g_hash_table_iter_init(&iterator, open);
    while (g_hash_table_iter_next(&iterator, &gone, NULL)) {
        ((Interval *) gone)->until = now;
        ((Interval *) gone)->row.dirty = true;
    }
}
