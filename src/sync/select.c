/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "model/email.h"

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

/* What was asked for, in every form that it may have. */
typedef struct {
    const char *text;
    char *mail_key; /* NULL: it is no address */
    char *dn_key;   /* NULL: it is no DN */
} Question;

static bool is_one_of(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; text != NULL && texts != NULL && i < texts->len; i++) {
        if (strcmp(g_ptr_array_index(texts, i), text) == 0)
            return true;
    }
    return false;
}

static bool person_is(const Question *question, const Person *person)
{
    return g_strcmp0(person->anchor, question->text) == 0 ||
           (question->mail_key != NULL && g_strcmp0(person->mail_key, question->mail_key) == 0) ||
           is_one_of(person->other_mails, question->mail_key) ||
           (question->dn_key != NULL && g_strcmp0(person->dn_key, question->dn_key) == 0);
}

static bool link_is(const Question *question, const Link *link)
{
    return strcmp(link->anchor, question->text) == 0 ||
           is_one_of(link->mail_keys, question->mail_key) ||
           is_one_of(link->dn_keys, question->dn_key);
}

static bool subject_is(const Question *question, const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (person_is(question, entry->person) ||
            (entry->link != NULL && link_is(question, entry->link)))
            return true;
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        if (link_is(question, g_ptr_array_index(subject->lost_links, i)))
            return true;
    }
    return subject->member != NULL && question->mail_key != NULL &&
           g_strcmp0(subject->member->mail_key, question->mail_key) == 0;
}

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

/* Puts WHO into every form that it may have. */
static Question question_of(const char *who)
{
    Question question = {.text = who};
    if (!email_key(who, strlen(who), &question.mail_key, NULL))
        question.mail_key = NULL;
    if (!dn_key(who, strlen(who), &question.dn_key, NULL))
        question.dn_key = NULL;
    return question;
}

static void question_clear(Question *question)
{
    g_free(question->mail_key);
    g_free(question->dn_key);
}

static bool found_any(const Selection *selection, const char *who, GError **error)
{
    if (g_hash_table_size(selection->people) > 0 || g_hash_table_size(selection->members) > 0 ||
        selection->group != NULL)
        return true;
    g_autofree char *safe = text_safe(who, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "no person, member or Toggl group is called '%s'\n"
                "hint: people go by mail, DN or anchor, groups by their name in Toggl",
                safe);
    return false;
}

bool selection_resolve(const char *who, const Subjects *subjects, const GPtrArray *directories,
                       const Organization *organization, const Plan *plan,
                       Selection **ret_selection, GError **error)
{
    Question question = question_of(who);
    g_autoptr(Selection) selection = selection_new();
    for (guint i = 0; i < subjects->subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(subjects->subjects, i);
        if (subject_is(&question, subject))
            add_subject(selection, subject, directories);
    }
    const Member *member = question.mail_key != NULL
                               ? organization_member_by_mail(organization, question.mail_key)
                               : NULL;
    if (member != NULL)
        add_member(selection, member->id);
    if (organization_group_by_name(organization, who) != NULL || plan_names_group(plan, who))
        selection->group = g_strdup(who);
    question_clear(&question);
    if (!found_any(selection, who, error))
        return false;
    *ret_selection = g_steal_pointer(&selection);
    return true;
}

bool selection_resolve_saved(const char *who, const Ledger *ledger, const Plan *plan,
                             Selection **ret_selection, GError **error)
{
    Question question = question_of(who);
    g_autoptr(Selection) selection = selection_new();
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed || !link_is(&question, link))
            continue;
        add_person(selection, link->source, link->anchor);
        if (link->organization_user_id.value != 0)
            add_member(selection, link->organization_user_id);
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const ChangePerson *person = &change_at(plan, i)->person;
        g_autofree char *key = NULL;
        bool same_mail = person->mail != NULL && question.mail_key != NULL &&
                         email_key(person->mail, strlen(person->mail), &key, NULL) &&
                         strcmp(key, question.mail_key) == 0;
        if (!same_mail && g_strcmp0(person->anchor, who) != 0)
            continue;
        if (person->source != NULL && person->anchor != NULL)
            add_person(selection, person->source, person->anchor);
        if (person->organization_user_id.value != 0)
            add_member(selection, person->organization_user_id);
    }
    if (plan_names_group(plan, who))
        selection->group = g_strdup(who);
    question_clear(&question);
    if (!found_any(selection, who, error))
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
