/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"
#include "sync/exclusion.h"

#include "base/text.h"

/* What is found out once for all strangers. */
typedef struct {
    GHashTable *frozen; /* folded names of frozen people without a member */
    GHashTable *sights; /* id of a member -> Interval *, since when it is seen */
} Known;

static bool is_stranger(const Differ *differ, Member *member)
{
    return subject_of_member(differ->in->subjects, member) == NULL;
}

void diff_find_strangers(Differ *differ)
{
    const GPtrArray *members = differ->in->organization->members;
    for (guint i = 0; i < members->len; i++) {
        Member *member = g_ptr_array_index(members, i);
        char *name = is_stranger(differ, member) ? name_fold(member->name) : NULL;
        /* of several with one name the first, by id: one question at a time */
        if (name != NULL && !g_hash_table_contains(differ->strangers, name))
            g_hash_table_insert(differ->strangers, name, member);
        else
            g_free(name);
    }
}

/* Frozen people without a member: who they are in Toggl is not known. */
static GHashTable *names_of_frozen(const Differ *differ)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *subjects = differ->in->subjects->subjects;
    for (guint i = 0; i < subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(subjects, i);
        const SubjectEntry *entry = subject_primary(subject);
        bool frozen = subject->standing == SUBJECT_FROZEN || subject->standing == SUBJECT_HELD;
        char *name = frozen && subject->member == NULL && entry != NULL
                         ? name_fold(entry->person->name)
                         : NULL;
        if (name != NULL)
            g_hash_table_add(names, name);
    }
    return names;
}

/* Since when complete reads have seen each member: id -> Interval *. */
static GHashTable *first_sights(const Differ *differ)
{
    GHashTable *sights = g_hash_table_new(g_int64_hash, g_int64_equal);
    const GPtrArray *intervals = differ->in->ledger->intervals;
    bool needed = differ->in->settings->lifecycle.unmanaged == UNMANAGED_LEAVER;
    for (guint i = 0; needed && i < intervals->len; i++) {
        Interval *interval = g_ptr_array_index(intervals, i);
        if (interval->kind == INTERVAL_MEMBER && interval->until == 0)
            g_hash_table_insert(sights, &interval->member.value, interval);
    }
    return sights;
}

/* What speaks against taking STRANGER for somebody whom no directory means, or NULL. Static. */
static const char *doubt_about(const Differ *differ, const Subject *stranger, const Known *known)
{
    g_autofree char *name = name_fold(stranger->member->name);
    if (g_hash_table_contains(differ->twins, stranger->member))
        return "no directory knows this member, who may be somebody about to be invited";
    if (name != NULL && g_hash_table_contains(known->frozen, name))
        return "no directory knows this member, who may be somebody who is frozen";
    return NULL;
}

/* Whether nothing speaks against taking STRANGER for a leaver; says what does. */
static bool may_leave(Differ *differ, const Subject *stranger, const Known *known)
{
    const Member *member = stranger->member;
    const char *doubt = doubt_about(differ, stranger, known);
    if (doubt != NULL) {
        differ_notice(differ, NOTICE_UNMANAGED, stranger, doubt);
        return false;
    }
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    const Interval *sight = g_hash_table_lookup(known->sights, &member->id.value);
    int64_t since = sight != NULL ? sight->since : 0;
    int64_t days = since == 0 ? 0 : (differ->in->now - since) / SECONDS_A_DAY;
    bool again = since != 0 && since < differ->in->now;
    if (days >= lifecycle->grace_days && (again || lifecycle->grace_reads <= 1))
        return true;
    int64_t days_left = MAX(0, lifecycle->grace_days - days);
    g_autofree char *reason = g_strdup_printf(
        "no directory knows this member; %" G_GINT64_FORMAT " more day%s%s before anything is done",
        days_left, days_left == 1 ? "" : "s", again ? "" : " and another complete read");
    differ_notice(differ, NOTICE_UNMANAGED, stranger, reason);
    return false;
}

/* What is known of an external whose time is over, or nothing special. */
static char *reason_of(const Differ *differ, const Member *member)
{
    const External *external = exclusion_external(differ->in->settings, member->mail_key);
    if (external == NULL)
        return g_strdup(differ->in->desired->uncertain
                            ? "no directory that could be read knows this member"
                            : "no directory knows this member");
    g_autofree char *owner = text_safe(external->owner, -1);
    return g_strdup_printf("external until %s, which is over; '%s' answers for them",
                           external->until, owner);
}

static void diff_stranger(Differ *differ, const Subject *stranger, const Known *known)
{
    const DiffInput *in = differ->in;
    const Member *member = stranger->member;
    g_autofree char *excluded =
        exclusion_reason(in->settings, member->mail, member->mail_key, NULL, in->now);
    if (excluded != NULL) {
        differ_notice(differ, NOTICE_EXCLUDED, stranger, excluded);
        return;
    }
    bool protected = differ_is_protected(differ, member, NULL);
    bool external = exclusion_external(in->settings, member->mail_key) != NULL;
    Unmanaged policy = in->settings->lifecycle.unmanaged;
    g_autofree char *reason = reason_of(differ, member);
    if (policy == UNMANAGED_LEAVER && !protected && !in->desired->uncertain) {
        if (may_leave(differ, stranger, known))
            diff_leave(differ, stranger, "unmanaged",
                       external ? reason
                                : "no directory knows this member; lifecycle.unmanaged is "
                                  "\"leaver\"");
        return;
    }
    const char *doubt = doubt_about(differ, stranger, known);
    if (policy != UNMANAGED_IGNORE || external)
        differ_notice(differ, NOTICE_UNMANAGED, stranger,
                      doubt != NULL && !external ? doubt : reason);
    if (doubt == NULL && !in->desired->uncertain)
        diff_exact(differ, stranger, true);
}

void diff_strangers(Differ *differ)
{
    const GPtrArray *members = differ->in->organization->members;
    g_autoptr(GHashTable) frozen = names_of_frozen(differ);
    g_autoptr(GHashTable) sights = first_sights(differ);
    Known known = {.frozen = frozen, .sights = sights};
    g_autoptr(GArray) no_entries = g_array_new(false, false, sizeof(SubjectEntry));
    for (guint i = 0; i < members->len; i++) {
        Member *member = g_ptr_array_index(members, i);
        if (!is_stranger(differ, member) || member->inactive)
            continue;
        Subject stranger = {.entries = no_entries, .member = member, .index = STRANGER};
        diff_stranger(differ, &stranger, &known);
    }
}
