/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/remember.h"

typedef struct {
    Ledger *ledger;
    const GPtrArray *directories;
    const Subjects *subjects;
    const Desired *desired;
    const Organization *organization;
    GHashTable *open; /* Interval * -> Interval *, by member, kind and target: those not seen yet in
                         this read */
    int64_t now;
} Recorder;

/* The want behind a membership, or NULL: by hand. */
static const Want *want_behind(const Recorder *recorder, const Member *member, TargetKind kind,
                               int64_t target)
{
    const Subject *subject = subject_of_member(recorder->subjects, member);
    return subject != NULL ? desired_want(recorder->desired, subject->index, kind, target) : NULL;
}

/* What the group or workspace is called; NULL: there is none, or it has no name. */
static const char *name_of(const Recorder *recorder, IntervalKind kind, int64_t target)
{
    const OrganizationGroup *group =
        kind == INTERVAL_GROUP ? organization_group(recorder->organization, target) : NULL;
    const Workspace *workspace =
        kind == INTERVAL_WORKSPACE ? organization_workspace(recorder->organization, target) : NULL;
    return group != NULL ? group->name : workspace != NULL ? workspace->name : NULL;
}

/* Why MEMBER has it, in words; NULL: by hand. New string. */
static char *path_of(const Recorder *recorder, const Member *member, IntervalKind kind,
                     int64_t target)
{
    if (kind != INTERVAL_GROUP && kind != INTERVAL_WORKSPACE)
        return NULL;
    const Want *want = want_behind(
        recorder, member, kind == INTERVAL_GROUP ? TARGET_GROUP : TARGET_WORKSPACE, target);
    return want != NULL ? want_reason(want, recorder->directories) : NULL;
}

static bool is_ours(const Recorder *recorder, const Member *member, IntervalKind kind,
                    int64_t target)
{
    static const GrantKind grants[] = {
        [INTERVAL_GROUP] = GRANT_GROUP,
        [INTERVAL_WORKSPACE] = GRANT_WORKSPACE,
        [INTERVAL_ORGANIZATION_ROLE] = GRANT_ORGANIZATION_ROLE,
    };
    if (kind == INTERVAL_MEMBER)
        return ledger_member_links(recorder->ledger, member->id) != NULL;
    return ledger_grant(recorder->ledger, grants[kind], member->id, target, 0) != NULL;
}

/* Another role or another path begins another interval; that we took over what was there does not.
 */
static void see(Recorder *recorder, const Member *member, IntervalKind kind, int64_t target,
                Role role)
{
    Interval key = {.member = member->id, .kind = kind, .target = target};
    Interval *known = g_hash_table_lookup(recorder->open, &key);
    g_autofree char *path = path_of(recorder, member, kind, target);
    bool ours = is_ours(recorder, member, kind, target);
    if (known != NULL) {
        g_hash_table_remove(recorder->open, &key);
        bool same = known->role == role && g_strcmp0(known->path, path) == 0;
        known->row.dirty = known->row.dirty || !same || known->ours != ours;
        known->ours = same ? ours : known->ours;
        if (same)
            return;
        known->until = recorder->now;
    }
    Interval *interval = ledger_add_interval(recorder->ledger, kind, member->id, target);
    interval->user_id = member->user_id;
    interval->mail = g_strdup(member->mail);
    interval->target_name = g_strdup(name_of(recorder, kind, target));
    interval->role = role;
    interval->since = recorder->now;
    interval->ours = ours;
    interval->path = g_steal_pointer(&path);
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

/* A grant, as a place of intervals. */
static bool place_of(const Grant *grant, Interval *place)
{
    static const IntervalKind kinds[] = {
        [GRANT_GROUP] = INTERVAL_GROUP,
        [GRANT_WORKSPACE] = INTERVAL_WORKSPACE,
        [GRANT_ORGANIZATION_ROLE] = INTERVAL_ORGANIZATION_ROLE,
    };
    if (grant->kind == GRANT_GROUP_WORKSPACE)
        return false;
    *place =
        (Interval){.member = grant->member, .kind = kinds[grant->kind], .target = grant->target};
    return true;
}

/* What is ours, or was until this very read: a grant that we took away ourselves was saved since.
 */
static GHashTable *places_of_grants(const Ledger *ledger)
{
    GHashTable *places =
        g_hash_table_new_full(interval_place_hash, interval_place_equal, g_free, NULL);
    for (guint i = 0; i < ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        Interval place;
        if ((grant->row.removed && grant->row.id == 0) || !place_of(grant, &place))
            continue;
        g_hash_table_add(places, g_memdup2(&place, sizeof place));
    }
    return places;
}

/* Whether somebody who was linked is gone, although we neither deactivated nor deleted them. */
static bool member_was_taken(const Ledger *ledger, OrganizationUserId member)
{
    const GPtrArray *links = ledger_member_links(ledger, member);
    for (guint i = 0; links != NULL && i < links->len; i++) {
        const Link *link = g_ptr_array_index(links, i);
        if (link->deactivated_at != 0 || link->removed_at != 0)
            return false;
    }
    return links != NULL && links->len > 0;
}

/* What no read sees any more has ended; by hand, when it was ours and is not taken by us. */
static void close_unseen(const Recorder *recorder)
{
    g_autoptr(GHashTable) places = places_of_grants(recorder->ledger);
    GHashTableIter iterator;
    gpointer gone = NULL;
    g_hash_table_iter_init(&iterator, recorder->open);
    while (g_hash_table_iter_next(&iterator, &gone, NULL)) {
        Interval *interval = gone;
        const Member *member = organization_member(recorder->organization, interval->member);
        /* who is deactivated or deleted loses everything at once: that is told of the member */
        bool stays = member != NULL && !member->inactive;
        interval->taken = interval->kind == INTERVAL_MEMBER
                              ? member_was_taken(recorder->ledger, interval->member)
                              : stays && g_hash_table_contains(places, interval);
        interval->until = recorder->now;
        interval->row.dirty = true;
    }
}

void remember_intervals(Ledger *ledger, const GPtrArray *directories, const Subjects *subjects,
                        const Desired *desired, const Organization *organization, int64_t now)
{
    g_autoptr(GHashTable) open = g_hash_table_new(interval_place_hash, interval_place_equal);
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
        .organization = organization,
        .open = open,
        .now = now,
    };
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (!member->inactive)
            see_member(&recorder, member);
    }
    close_unseen(&recorder);
}
