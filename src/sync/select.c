/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/error.h"
#include "base/text.h"
#include "model/email.h"
#include "sync/who.h"
#include "sync/who_near.h"

#include <string.h>

static const Change *change_at(const Plan *plan, guint index)
{
    return g_ptr_array_index(plan->changes, index);
}

/* Removes every change that is not in KEPT (const Change *: a set). */
static void keep(Plan *plan, GHashTable *kept)
{
    GPtrArray *left = g_ptr_array_new_with_free_func((GDestroyNotify) change_free);
    for (guint i = 0; i < plan->changes->len; i++) {
        gpointer change = g_ptr_array_index(plan->changes, i);
        if (g_hash_table_contains(kept, change))
            g_ptr_array_add(left, change);
        else
            change_free(change);
    }
    g_ptr_array_set_free_func(plan->changes, NULL);
    g_ptr_array_unref(plan->changes);
    plan->changes = left;
}

static void note(GHashTable *names, const TargetRef *ref)
{
    if (ref->name != NULL && ref->id == 0)
        g_hash_table_add(names, ref->name);
}

/* Adds to KEPT the changes that make what those in it name. */
static void keep_makers(const Plan *plan, GHashTable *kept)
{
    g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) workspaces = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = change_at(plan, i);
        if (!g_hash_table_contains(kept, g_ptr_array_index(plan->changes, i)))
            continue;
        note(groups, &change->group);
        note(workspaces, &change->workspace);
        for (guint g = 0; change->groups != NULL && g < change->groups->len; g++)
            note(groups, g_ptr_array_index(change->groups, g));
        for (guint w = 0; change->workspaces != NULL && w < change->workspaces->len; w++)
            note(workspaces,
                 &((InvitationWorkspace *) g_ptr_array_index(change->workspaces, w))->workspace);
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = change_at(plan, i);
        bool makes = (change->kind == CHANGE_CREATE_GROUP &&
                      g_hash_table_contains(groups, change->group.name)) ||
                     (change->kind == CHANGE_CREATE_WORKSPACE &&
                      g_hash_table_contains(workspaces, change->workspace.name));
        if (makes)
            g_hash_table_add(kept, g_ptr_array_index(plan->changes, i));
    }
}

void plan_select_kinds(Plan *plan, const Lifecycle *lifecycle)
{
    if (lifecycle->kinds == 0)
        return;
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        ChangeKind kind = change_at(plan, i)->kind;
        if (kind == CHANGE_LINK || (lifecycle->kinds & UINT32_C(1) << kind) != 0)
            g_hash_table_add(kept, g_ptr_array_index(plan->changes, i));
    }
    keep(plan, kept);
}

/* ---- whom somebody means ---- */

static void add_person(Selection *selection, const char *source, const char *anchor)
{
    g_hash_table_add(selection->people, g_strconcat(source, "\n", anchor, NULL));
}

static void add_member(Selection *selection, OrganizationUserId id)
{
    g_hash_table_add(selection->members, g_strdup_printf("%" G_GINT64_FORMAT, id.value));
}

static void add_subject(Selection *selection, const Subject *subject, const GPtrArray *directories)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Directory *directory = g_ptr_array_index(directories, entry->directory);
        add_person(selection, directory->source, entry->person->anchor);
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        add_person(selection, link->source, link->anchor);
    }
    if (subject->member != NULL)
        add_member(selection, subject->member->id);
}

static bool plan_names_group(const Plan *plan, const char *name)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        if (g_strcmp0(change_at(plan, i)->group.name, name) == 0)
            return true;
    }
    return false;
}

static Selection *selection_new(void)
{
    Selection *selection = g_new0(Selection, 1);
    selection->people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    selection->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return selection;
}

/* Whether anything is called so; else the error names what is nearly so. */
static bool found_any(const Selection *selection, const char *who, const Ledger *ledger,
                      const GPtrArray *directories, const Organization *organization,
                      GError **error)
{
    if (g_hash_table_size(selection->people) > 0 || g_hash_table_size(selection->members) > 0 ||
        selection->group != NULL)
        return true;
    g_autofree char *safe = text_safe(who, -1);
    g_autoptr(GPtrArray) groups = g_ptr_array_new();
    for (guint i = 0; organization != NULL && i < organization->groups->len; i++)
        g_ptr_array_add(groups,
                        ((OrganizationGroup *) g_ptr_array_index(organization->groups, i))->name);
    g_autofree char *hint = who_near(who, ledger, directories, organization, groups,
                                     WHO_GOES_BY ", groups by their name in Toggl");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "no person, member or Toggl group is called '%s'\nhint: %s", safe, hint);
    return false;
}

/* The subjects that fit best go into SELECTION; they must be one person. */
static bool select_subjects(const Who *who, const Subjects *subjects, const GPtrArray *directories,
                            Selection *selection, GError **error)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    WhoMatch best = WHO_NOT;
    g_autoptr(GPtrArray) fitting = who_subjects(who, subjects, &best);
    for (guint i = 0; i < fitting->len; i++) {
        const Subject *subject = g_ptr_array_index(fitting, i);
        who_add_subject(found, subject, directories);
        add_subject(selection, subject, directories);
    }
    return who_are_one(who, found, error);
}

bool selection_resolve(const char *text, const Subjects *subjects, const GPtrArray *directories,
                       const Organization *organization, const Plan *plan,
                       Selection **ret_selection, GError **error)
{
    g_auto(Who) who = who_of(text);
    g_autoptr(Selection) selection = selection_new();
    if (organization_group_by_name(organization, text) != NULL || plan_names_group(plan, text))
        selection->group = g_strdup(text);
    who.is_name = selection->group != NULL;
    if (!select_subjects(&who, subjects, directories, selection, error))
        return false;
    bool any = g_hash_table_size(selection->people) > 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (who_is_member(&who, member) > (any ? WHO_BY_NUMBER : WHO_NOT))
            add_member(selection, member->id);
    }
    if (!found_any(selection, text, NULL, directories, organization, error))
        return false;
    *ret_selection = g_steal_pointer(&selection);
    return true;
}

/* How well the person of a change fits. */
static WhoMatch match_change(const Who *who, const ChangePerson *person)
{
    g_autofree char *key = NULL;
    if (person->anchor != NULL && g_ascii_strcasecmp(person->anchor, who->text) == 0)
        return strcmp(person->anchor, who->text) == 0 ? WHO_EXACTLY : WHO_IS;
    bool same = person->mail != NULL && who->mail_key != NULL &&
                email_key(person->mail, strlen(person->mail), &key, NULL) &&
                strcmp(key, who->mail_key) == 0;
    return same ? WHO_IS : WHO_NOT;
}

static void add_link_found(const Link *link, Selection *selection, GArray *found)
{
    WhoFound one = {.source = link->source,
                    .anchor = link->anchor,
                    .mail = link->mail_key,
                    .member = link->organization_user_id.value};
    g_array_append_val(found, one);
    add_person(selection, link->source, link->anchor);
    if (link->organization_user_id.value != 0)
        add_member(selection, link->organization_user_id);
}

/* Whom the ledger knows, and fits best. */
static bool select_links(const Who *who, const Ledger *ledger, Selection *selection, GError **error)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    g_autoptr(GPtrArray) fitting = g_ptr_array_new();
    WhoMatch best = WHO_NOT;
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed && who_fits_best(who_is_link(who, link), &best, fitting))
            g_ptr_array_add(fitting, link);
    }
    for (guint i = 0; i < fitting->len; i++)
        add_link_found(g_ptr_array_index(fitting, i), selection, found);
    return who_are_one(who, found, error);
}

bool selection_resolve_saved(const char *text, const Ledger *ledger, const Plan *plan,
                             Selection **ret_selection, GError **error)
{
    g_auto(Who) who = who_of(text);
    g_autoptr(Selection) selection = selection_new();
    if (plan_names_group(plan, text))
        selection->group = g_strdup(text);
    who.is_name = selection->group != NULL;
    if (!select_links(&who, ledger, selection, error))
        return false;
    for (guint i = 0; i < plan->changes->len; i++) {
        const ChangePerson *person = &change_at(plan, i)->person;
        if (match_change(&who, person) == WHO_NOT)
            continue;
        if (person->source != NULL && person->anchor != NULL)
            add_person(selection, person->source, person->anchor);
        if (person->organization_user_id.value != 0)
            add_member(selection, person->organization_user_id);
    }
    if (!found_any(selection, text, ledger, NULL, NULL, error))
        return false;
    *ret_selection = g_steal_pointer(&selection);
    return true;
}

void selection_free(Selection *selection)
{
    if (selection == NULL)
        return;
    g_hash_table_unref(selection->people);
    g_hash_table_unref(selection->members);
    g_free(selection->group);
    g_free(selection);
}

static bool names_person(const Selection *selection, const ChangePerson *person)
{
    g_autofree char *member =
        g_strdup_printf("%" G_GINT64_FORMAT, person->organization_user_id.value);
    if (person->organization_user_id.value != 0 &&
        g_hash_table_contains(selection->members, member))
        return true;
    if (person->source == NULL || person->anchor == NULL)
        return false;
    g_autofree char *key = g_strconcat(person->source, "\n", person->anchor, NULL);
    return g_hash_table_contains(selection->people, key);
}

static bool names_group(const Selection *selection, const Change *change)
{
    if (selection->group == NULL)
        return false;
    bool named = g_strcmp0(change->group.name, selection->group) == 0;
    bool invites = change->kind == CHANGE_INVITE && change->groups != NULL;
    for (guint i = 0; !named && invites && i < change->groups->len; i++)
        named = strcmp(((TargetRef *) g_ptr_array_index(change->groups, i))->name,
                       selection->group) == 0;
    return named;
}

GHashTable *selection_kept(const Plan *plan, const Selection *selection)
{
    GHashTable *kept = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = change_at(plan, i);
        if (names_person(selection, &change->person) || names_group(selection, change))
            g_hash_table_add(kept, g_ptr_array_index(plan->changes, i));
    }
    keep_makers(plan, kept);
    return kept;
}

void plan_select(Plan *plan, const Selection *selection)
{
    g_autoptr(GHashTable) kept = selection_kept(plan, selection);
    keep(plan, kept);
    plan->partial = true;
}
