/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/access.h"

#include "base/text.h"
#include "sync/desired.h"
#include "sync/subject.h"

typedef struct {
    const PlanInput *input;
    Subjects *subjects;
    Desired *desired;
    GHashTable *past; /* Interval * as a set, by member, kind and target */
    GPtrArray *rows;
} Reviewer;

void access_free(Access *access)
{
    if (access == NULL)
        return;
    g_free(access->mail);
    g_free(access->name);
    g_free(access->where);
    g_free(access->why);
    g_free(access);
}

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const Access *const *x = a;
    const Access *const *y = b;
    int by_mail = g_ascii_strcasecmp(text_or_nothing((*x)->mail), text_or_nothing((*y)->mail));
    if (by_mail != 0)
        return by_mail;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    return g_strcmp0((*x)->where, (*y)->where);
}

static int64_t began(const Reviewer *reviewer, const Member *member, IntervalKind kind,
                     int64_t target)
{
    Interval key = {.member = member->id, .kind = kind, .target = target};
    const Interval *known = g_hash_table_lookup(reviewer->past, &key);
    return known != NULL ? known->since : 0;
}

static char *why(const Reviewer *reviewer, Member *member, TargetKind kind, int64_t target)
{
    const Subject *subject = subject_of_member(reviewer->subjects, member);
    if (subject == NULL)
        return NULL;
    const Want *want = desired_want(reviewer->desired, subject->index, kind, target);
    return want != NULL ? want_reason(want, reviewer->input->directories) : NULL;
}

/* Who gave what ACCESS says; a grant knows since when, where no read of both sides does. */
static void judge(const Reviewer *reviewer, const Member *member, Access *access, GrantKind kind,
                  int64_t target)
{
    const Grant *grant = ledger_grant(reviewer->input->ledger, kind, member->id, target, 0);
    if (grant == NULL)
        return;
    access->by = grant->origin == GRANT_GIVEN ? ACCESS_GIVEN : ACCESS_ADOPTED;
    if (access->since == 0)
        access->since = grant->since;
}

static Access *add(Reviewer *reviewer, const Member *member, IntervalKind kind, int64_t target)
{
    Access *access = g_new0(Access, 1);
    access->mail = g_strdup(member->mail);
    access->name = g_strdup(member->name);
    access->kind = kind;
    access->since = began(reviewer, member, kind, target);
    g_ptr_array_add(reviewer->rows, access);
    return access;
}

static void review_groups(Reviewer *reviewer, Member *member)
{
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        const OrganizationGroup *group = organization_group(reviewer->input->organization, id);
        Access *access = add(reviewer, member, INTERVAL_GROUP, id);
        access->where = g_strdup(group != NULL ? group->name : "?");
        judge(reviewer, member, access, GRANT_GROUP, id);
        access->why = why(reviewer, member, TARGET_GROUP, id);
    }
}

static void review_workspaces(Reviewer *reviewer, Member *member)
{
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (assignment->inactive)
            continue;
        int64_t id = assignment->workspace_id;
        const Workspace *workspace = organization_workspace(reviewer->input->organization, id);
        Access *access = add(reviewer, member, INTERVAL_WORKSPACE, id);
        access->where = g_strdup(workspace != NULL ? workspace->name : "?");
        access->role = assignment->role;
        judge(reviewer, member, access, GRANT_WORKSPACE, id);
        access->why = why(reviewer, member, TARGET_WORKSPACE, id);
    }
}

static void review(Reviewer *reviewer, Member *member)
{
    Access *access = add(reviewer, member, INTERVAL_MEMBER, 0);
    const GPtrArray *links = ledger_member_links(reviewer->input->ledger, member->id);
    const Link *link = links != NULL && links->len > 0 ? g_ptr_array_index(links, 0) : NULL;
    access->by = link == NULL                         ? ACCESS_BY_HAND
                 : link->origin == LINK_BY_INVITATION ? ACCESS_GIVEN
                                                      : ACCESS_ADOPTED;
    if (access->since == 0 && access->by == ACCESS_GIVEN)
        access->since = link->invited_at;
    if (member->admin || member->owner) {
        access = add(reviewer, member, INTERVAL_ORGANIZATION_ROLE, 0);
        access->role = ROLE_ADMIN;
        judge(reviewer, member, access, GRANT_ORGANIZATION_ROLE, 0);
    }
    review_groups(reviewer, member);
    review_workspaces(reviewer, member);
}

GPtrArray *access_today(const PlanInput *input, const GPtrArray *past)
{
    g_autoptr(Subjects) subjects =
        subjects_build(input->settings, input->directories, input->organization, input->ledger,
                       input->located, input->now);
    g_autoptr(Desired) desired = desired_build(input->settings, input->directories, subjects,
                                               input->organization, input->ledger);
    g_autoptr(GHashTable) places = g_hash_table_new(interval_place_hash, interval_place_equal);
    for (guint i = 0; past != NULL && i < past->len; i++)
        (void) g_hash_table_add(places, g_ptr_array_index(past, i));
    Reviewer reviewer = {
        .input = input,
        .subjects = subjects,
        .desired = desired,
        .past = places,
        .rows = g_ptr_array_new_with_free_func((GDestroyNotify) access_free),
    };
    for (guint i = 0; i < input->organization->members->len; i++) {
        Member *member = g_ptr_array_index(input->organization->members, i);
        if (!member->inactive)
            review(&reviewer, member);
    }
    g_ptr_array_sort(reviewer.rows, compare_rows);
    return reviewer.rows;
}

GPtrArray *access_at(const GPtrArray *intervals)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify) access_free);
    for (guint i = 0; i < intervals->len; i++) {
        const Interval *interval = g_ptr_array_index(intervals, i);
        bool named = interval->kind == INTERVAL_GROUP || interval->kind == INTERVAL_WORKSPACE;
        Access *access = g_new0(Access, 1);
        access->mail = g_strdup(interval->mail);
        access->kind = interval->kind;
        if (interval->target_name != NULL)
            access->where = g_strdup(interval->target_name);
        else if (named)
            access->where = g_strdup_printf("%" G_GINT64_FORMAT, interval->target);
        access->role = interval->role;
        access->by = interval->ours ? ACCESS_OURS : ACCESS_BY_HAND;
        access->why = g_strdup(interval->path);
        access->since = interval->since;
        g_ptr_array_add(rows, access);
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

const char *access_kind_text(IntervalKind kind)
{
    static const char *const texts[] = {
        [INTERVAL_MEMBER] = "member",
        [INTERVAL_GROUP] = "group",
        [INTERVAL_WORKSPACE] = "workspace",
        [INTERVAL_ORGANIZATION_ROLE] = "organization role",
    };
    return texts[kind];
}
