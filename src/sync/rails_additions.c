/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rails about what is given: admins and addresses, which are held, and what costs seats or mails,
 * which is deferred as far as it is too much.
 */
#include "sync/rails_private.h"

#include "base/text.h"

/* How a rail calls what it counts, and the key of its limit. */
typedef struct {
    const char *one;
    const char *many;
    const char *key;
} Words;

static const Words new_admins = {"person would become admin", "people would become admin",
                                 "new_admins"};
static const Words address_changes = {"address would change", "addresses would change",
                                      "address_changes"};
static const Words invitations = {"invitation", "invitations", "invitations"};
static const Words reactivations = {"person reactivated", "people reactivated", "reactivations"};

static bool invites_admin(const Change *change)
{
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, i);
        if (row->role == ROLE_ADMIN)
            return true;
    }
    return false;
}

static bool makes_admin(const Change *change)
{
    if (change->kind == CHANGE_INVITE)
        return invites_admin(change);
    if (change->kind == CHANGE_SET_ORGANIZATION_ROLE)
        return change->after.admin && !change->before.admin;
    return (change->kind == CHANGE_SET_WORKSPACE_ROLE || change->kind == CHANGE_ASSIGN) &&
           change->after.role == ROLE_ADMIN && change->before.role != ROLE_ADMIN;
}

static bool changes_address(const Change *change)
{
    return change->kind == CHANGE_CHANGE_ADDRESS;
}

static bool sends_invitation(const Change *change)
{
    return change->kind == CHANGE_INVITE || change->kind == CHANGE_RESEND_INVITATION;
}

static bool reactivates(const Change *change)
{
    return change->kind == CHANGE_REACTIVATE;
}

static bool takes_seat(const Change *change)
{
    return change->kind == CHANGE_INVITE || change->kind == CHANGE_REACTIVATE;
}

static bool frees_seat(const Change *change)
{
    return change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_WITHDRAW_INVITATION;
}

/* Somebody gets something that they did not have. */
static bool gives(const Change *change)
{
    bool raises =
        (change->kind == CHANGE_SET_WORKSPACE_ROLE && change->after.role > change->before.role) ||
        (change->kind == CHANGE_SET_ORGANIZATION_ROLE && change->after.admin);
    bool person = change->person.anchor != NULL || change->person.mail != NULL ||
                  change->person.organization_user_id.value != 0;
    return person && (raises || change_kind_effect(change->kind) == EFFECT_GIVES);
}

static char *person_key(const ChangePerson *person)
{
    if (person->organization_user_id.value != 0)
        return g_strdup_printf("#%" G_GINT64_FORMAT, person->organization_user_id.value);
    if (person->anchor != NULL)
        return g_strconcat(person->source != NULL ? person->source : "", "\n", person->anchor,
                           NULL);
    return g_strdup(person->mail != NULL ? person->mail : "");
}

/* How many people the changes are about that TEST names. */
static int64_t count_people(const Judge *judge, ChangeTest test)
{
    g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        if (test(change))
            g_hash_table_add(people, person_key(&change->person));
    }
    return g_hash_table_size(people);
}

/* Holds all that TEST names when they are about more people than LIMIT. */
static void judge_held(Judge *judge, RailKind kind, int64_t limit, ChangeTest test,
                       const Words *words)
{
    int64_t found = count_people(judge, test);
    Rail *rail = judge_rail(judge, kind, NULL, limit, found);
    if (found <= limit)
        return;
    g_autofree char *what = text_count(found, words->one, words->many);
    char *explanation = g_strdup_printf("%s, and at most %" G_GINT64_FORMAT
                                        " may in one run (limits.%s): all of them are held",
                                        what, limit, words->key);
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, test);
}

/* Defers what TEST names and goes beyond LIMIT within 24 hours, EARLIER of which are used. */
static void judge_deferred(Judge *judge, RailKind kind, int64_t limit, int64_t earlier,
                           ChangeTest test, const Words *words)
{
    int64_t now = judge_count(judge, test, true);
    Rail *rail = judge_rail(judge, kind, NULL, limit, earlier + now);
    int64_t left = MAX(0, limit - earlier);
    if (now <= left)
        return;
    g_autofree char *what = text_count(rail->found, words->one, words->many);
    g_autofree char *later = text_count(now - left, "waits", "wait");
    char *explanation = g_strdup_printf("%s within 24 hours, and at most %" G_GINT64_FORMAT
                                        " may go (limits.%s): %s for a later run",
                                        what, limit, words->key, later);
    if (!judge_breaks(judge, rail, explanation))
        return;
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        if (test(change) && judge_goes(judge, change) && left-- <= 0)
            judge_withhold(judge, rail, change);
    }
}

/* ---- canary ---- */

/* The people who get something, in the order of the plan: key -> how many came before. */
static GHashTable *people_given(const Judge *judge)
{
    GHashTable *people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        if (!gives(change) || !judge_goes(judge, change))
            continue;
        char *key = person_key(&change->person);
        if (g_hash_table_contains(people, key))
            g_free(key);
        else
            g_hash_table_insert(people, key, GUINT_TO_POINTER(g_hash_table_size(people)));
    }
    return people;
}

static void judge_canary(Judge *judge)
{
    int64_t limit = judge->limits->canary;
    if (limit == 0)
        return;
    g_autoptr(GHashTable) people = people_given(judge);
    Rail *rail = judge_rail(judge, RAIL_CANARY, NULL, limit, g_hash_table_size(people));
    if (rail->found <= limit)
        return;
    char *explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " people would get something, and at most %" G_GINT64_FORMAT
        " may in one run (limits.canary): the others wait for a later run",
        rail->found, limit);
    if (!judge_breaks(judge, rail, explanation))
        return;
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        if (!gives(change) || !judge_goes(judge, change))
            continue;
        g_autofree char *key = person_key(&change->person);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(people, key)) >= limit)
            judge_withhold(judge, rail, change);
    }
}

/* ---- seats ---- */

static void judge_seats(Judge *judge)
{
    int64_t limit = judge->limits->seats;
    if (limit == 0)
        return;
    int64_t then = organization_seats(judge->in->organization) +
                   judge_count(judge, takes_seat, true) - judge_count(judge, frees_seat, true);
    Rail *rail = judge_rail(judge, RAIL_SEATS, NULL, limit, then);
    int64_t over = MIN(then - limit, judge_count(judge, takes_seat, true));
    if (over <= 0)
        return;
    g_autofree char *later = text_count(over, "waits", "wait");
    char *explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " seats would be taken, invitations included, and at most "
        "%" G_GINT64_FORMAT " may be (limits.seats): %s for a later run",
        then, limit, later);
    if (!judge_breaks(judge, rail, explanation))
        return;
    /* the first in the plan keep their place */
    for (guint i = judge->plan->changes->len; i > 0 && over > 0; i--) {
        const Change *change = judge_change(judge, i - 1);
        if (!takes_seat(change) || !judge_goes(judge, change))
            continue;
        judge_withhold(judge, rail, change);
        over--;
    }
}

void judge_additions(Judge *judge)
{
    const Limits *limits = judge->limits;
    const RailsToday *today = &judge->in->today;
    judge_held(judge, RAIL_NEW_ADMINS, limits->new_admins, makes_admin, &new_admins);
    judge_held(judge, RAIL_ADDRESS_CHANGES, limits->address_changes, changes_address,
               &address_changes);
    judge_deferred(judge, RAIL_INVITATIONS, limits->invitations, today->invitations,
                   sends_invitation, &invitations);
    judge_deferred(judge, RAIL_REACTIVATIONS, limits->reactivations, today->reactivations,
                   reactivates, &reactivations);
    judge_seats(judge);
    judge_canary(judge);
}
