/* SPDX-License-Identifier: Apache-2.0 */

/* Who there is in the things that reports are made of, and how these are put under pseudonyms. */

#include "report/pseudonyms_private.h"

#include <string.h>

/* ---- learning ---- */

void pseudonyms_learn_entry(Pseudonyms *pseudonyms, const Person *person)
{
    PseudonymPerson *known = pseudonyms_learn(pseudonyms, &(PseudonymFacts){
                                                              .anchor = person->anchor,
                                                              .mail = person->mail_key,
                                                              .name = person->name,
                                                              .login = person->uid,
                                                              .dn = person->dn,
                                                          });
    pseudonyms_also(pseudonyms, known, PSEUDONYM_MAIL, person->mail);
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++)
        pseudonyms_also(pseudonyms, known, PSEUDONYM_MAIL,
                        g_ptr_array_index(person->other_mails, i));
}

void pseudonyms_learn_directories(Pseudonyms *pseudonyms, const GPtrArray *directories)
{
    for (guint d = 0; d < directories->len; d++) {
        const Directory *directory = g_ptr_array_index(directories, d);
        for (guint i = 0; i < directory->people->len; i++)
            pseudonyms_learn_entry(pseudonyms, g_ptr_array_index(directory->people, i));
    }
}

void pseudonyms_learn_member(Pseudonyms *pseudonyms, const Member *member)
{
    PseudonymPerson *known = pseudonyms_learn(pseudonyms, &(PseudonymFacts){
                                                              .mail = member->mail_key,
                                                              .name = member->name,
                                                              .user_id = member->user_id.value,
                                                              .member_id = member->id.value,
                                                          });
    pseudonyms_also(pseudonyms, known, PSEUDONYM_MAIL, member->mail);
}

void pseudonyms_learn_organization(Pseudonyms *pseudonyms, const Organization *organization)
{
    for (guint i = 0; i < organization->members->len; i++)
        pseudonyms_learn_member(pseudonyms, g_ptr_array_index(organization->members, i));
}

void pseudonyms_learn_mail(Pseudonyms *pseudonyms, const char *mail)
{
    (void) pseudonyms_learn(pseudonyms, &(PseudonymFacts){.mail = mail});
}

static void also_all(Pseudonyms *pseudonyms, PseudonymPerson *person, PseudonymKind kind,
                     const GPtrArray *values)
{
    for (guint i = 0; values != NULL && i < values->len; i++)
        pseudonyms_also(pseudonyms, person, kind, g_ptr_array_index(values, i));
}

void pseudonyms_learn_link(Pseudonyms *pseudonyms, const Link *link)
{
    PseudonymPerson *known =
        pseudonyms_learn(pseudonyms, &(PseudonymFacts){
                                         .anchor = link->anchor,
                                         .mail = link->mail_key,
                                         .dn = link->dn,
                                         .user_id = link->user_id.value,
                                         .member_id = link->organization_user_id.value,
                                     });
    also_all(pseudonyms, known, PSEUDONYM_MAIL, link->mail_keys);
    also_all(pseudonyms, known, PSEUDONYM_DN, link->dn_keys);
    also_all(pseudonyms, known, PSEUDONYM_LOGIN, link->uids);
}

void pseudonyms_learn_ledger(Pseudonyms *pseudonyms, const Ledger *ledger)
{
    for (guint i = 0; i < ledger->links->len; i++)
        pseudonyms_learn_link(pseudonyms, g_ptr_array_index(ledger->links, i));
}

static void learn_change_person(Pseudonyms *pseudonyms, const ChangePerson *person)
{
    if (person->anchor == NULL && person->mail == NULL && person->name == NULL)
        return;
    (void) pseudonyms_learn(pseudonyms, &(PseudonymFacts){
                                            .anchor = person->anchor,
                                            .mail = person->mail,
                                            .name = person->name,
                                            .user_id = person->user_id.value,
                                            .member_id = person->organization_user_id.value,
                                        });
}

void pseudonyms_learn_plan(Pseudonyms *pseudonyms, const Plan *plan)
{
    for (guint i = 0; i < plan->changes->len; i++)
        learn_change_person(pseudonyms,
                            &((const Change *) g_ptr_array_index(plan->changes, i))->person);
    for (guint i = 0; i < plan->notices->len; i++)
        learn_change_person(pseudonyms,
                            &((const Notice *) g_ptr_array_index(plan->notices, i))->person);
}

/* ---- replacing ---- */

static void swap(char **slot, char *value)
{
    g_free(*slot);
    *slot = value;
}

static void replace_text(Pseudonyms *pseudonyms, char **slot)
{
    swap(slot, pseudonyms_text(pseudonyms, *slot));
}

static void replace_texts(Pseudonyms *pseudonyms, GPtrArray *list)
{
    for (guint i = 0; list != NULL && i < list->len; i++)
        replace_text(pseudonyms, (char **) &g_ptr_array_index(list, i));
}

static void replace_id(const Pseudonyms *pseudonyms, int64_t *id)
{
    *id = pseudonyms_id(pseudonyms, *id);
}

/* Whether PERSON, one of many, is to be replaced; what stands there is known from then on. */
static bool takes_person(Pseudonyms *pseudonyms, const ChangePerson *person)
{
    const PseudonymFacts facts = {
        .anchor = person->anchor,
        .mail = person->mail,
        .name = person->name,
        .user_id = person->user_id.value,
        .member_id = person->organization_user_id.value,
    };
    if (!pseudonyms->only)
        return true;
    if (!pseudonyms_knows(pseudonyms, &facts))
        return false;
    (void) pseudonyms_learn(pseudonyms, &facts);
    return true;
}

static void replace_any_id(const Pseudonyms *pseudonyms, int64_t *id)
{
    *id = pseudonyms_any_id(pseudonyms, *id);
}

static void replace_person(Pseudonyms *pseudonyms, ChangePerson *person)
{
    if (!takes_person(pseudonyms, person))
        return;
    swap(&person->anchor, pseudonyms_anchor(pseudonyms, person->anchor));
    swap(&person->mail, pseudonyms_mail(pseudonyms, person->mail));
    swap(&person->name, pseudonyms_name(pseudonyms, person->name));
    replace_any_id(pseudonyms, &person->user_id.value);
    replace_any_id(pseudonyms, &person->organization_user_id.value);
    replace_any_id(pseudonyms, &person->invitation_id);
    replace_any_id(pseudonyms, &person->workspace_user_id.value);
}

/* What a member was and will be called is of the same person. */
static void learn_states(Pseudonyms *pseudonyms, const Change *change)
{
    const ChangeState *const states[] = {&change->before, &change->after};
    if (!pseudonyms->only || !takes_person(pseudonyms, &change->person))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        (void) pseudonyms_learn(
            pseudonyms, &(PseudonymFacts){.anchor = change->person.anchor,
                                          .member_id = change->person.organization_user_id.value,
                                          .mail = states[i]->mail,
                                          .name = states[i]->name});
}

static void replace_targets(Pseudonyms *pseudonyms, GPtrArray *groups)
{
    for (guint i = 0; groups != NULL && i < groups->len; i++)
        replace_text(pseudonyms, &((TargetRef *) g_ptr_array_index(groups, i))->name);
}

static void replace_state(Pseudonyms *pseudonyms, ChangeState *state)
{
    swap(&state->name, pseudonyms_name(pseudonyms, state->name));
    swap(&state->mail, pseudonyms_mail(pseudonyms, state->mail));
}

static void replace_change(Pseudonyms *pseudonyms, Change *change)
{
    learn_states(pseudonyms, change);
    replace_person(pseudonyms, &change->person);
    replace_text(pseudonyms, &change->group.name);
    replace_text(pseudonyms, &change->workspace.name);
    replace_state(pseudonyms, &change->before);
    replace_state(pseudonyms, &change->after);
    replace_targets(pseudonyms, change->groups);
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        InvitationWorkspace *one = g_ptr_array_index(change->workspaces, i);
        replace_text(pseudonyms, &one->workspace.name);
    }
    replace_text(pseudonyms, &change->reason);
}

static void replace_request(Pseudonyms *pseudonyms, Request *request)
{
    replace_id(pseudonyms, &request->organization_user_id.value);
    replace_id(pseudonyms, &request->user_id.value);
    replace_id(pseudonyms, &request->invitation_id);
    /* the new name of a member, or that of a group or workspace */
    bool member = request->operation == OPERATION_PUT_USER;
    swap(&request->name, member ? pseudonyms_name(pseudonyms, request->name)
                                : pseudonyms_text(pseudonyms, request->name));
    swap(&request->mail, pseudonyms_mail(pseudonyms, request->mail));
    for (guint i = 0; request->mails != NULL && i < request->mails->len; i++) {
        char **slot = (char **) &g_ptr_array_index(request->mails, i);
        swap(slot, pseudonyms_mail(pseudonyms, *slot));
    }
    for (guint i = 0; request->users != NULL && i < request->users->len; i++)
        replace_id(pseudonyms, &g_array_index(request->users, int64_t, i));
    for (guint i = 0; request->patches != NULL && i < request->patches->len; i++) {
        GroupPatch *patch = g_ptr_array_index(request->patches, i);
        for (guint v = 0; patch->path == PATCH_USERS && v < patch->values->len; v++)
            replace_id(pseudonyms, &g_array_index(patch->values, IdRef, v).id);
    }
}

static void replace_rail(Pseudonyms *pseudonyms, Rail *rail)
{
    replace_text(pseudonyms, &rail->subject);
    replace_text(pseudonyms, &rail->explanation);
    replace_texts(pseudonyms, rail->examples);
}

/* In the order of real addresses, pseudonyms would tell who comes before whom. */
static gint compare_first_cells(gconstpointer a, gconstpointer b)
{
    const ViewRow *const *x = a;
    const ViewRow *const *y = b;
    return strcmp((*x)->cells[0], (*y)->cells[0]);
}

static gint compare_notices(gconstpointer a, gconstpointer b)
{
    const Notice *const *x = a;
    const Notice *const *y = b;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    return g_strcmp0((*x)->person.mail, (*y)->person.mail);
}

void pseudonyms_plan(Pseudonyms *pseudonyms, Plan *plan)
{
    for (guint i = 0; i < plan->changes->len; i++)
        replace_change(pseudonyms, g_ptr_array_index(plan->changes, i));
    for (guint i = 0; i < plan->requests->len; i++)
        replace_request(pseudonyms, g_ptr_array_index(plan->requests, i));
    for (guint i = 0; i < plan->rails->len; i++)
        replace_rail(pseudonyms, g_ptr_array_index(plan->rails, i));
    for (guint i = 0; i < plan->held->len; i++)
        replace_text(pseudonyms, &((Withheld *) g_ptr_array_index(plan->held, i))->subject);
    for (guint i = 0; i < plan->deferred->len; i++)
        replace_text(pseudonyms, &((Withheld *) g_ptr_array_index(plan->deferred, i))->subject);
    for (guint i = 0; i < plan->notices->len; i++) {
        Notice *notice = g_ptr_array_index(plan->notices, i);
        replace_person(pseudonyms, &notice->person);
        replace_text(pseudonyms, &notice->reason);
    }
    g_ptr_array_sort(plan->notices, compare_notices);
    for (guint i = 0; i < plan->groups->len; i++)
        replace_text(pseudonyms, &((GroupTotal *) g_ptr_array_index(plan->groups, i))->group.name);
    for (guint i = 0; i < plan->completeness->len; i++) {
        Completeness *read = g_ptr_array_index(plan->completeness, i);
        replace_text(pseudonyms, &read->problem);
        replace_text(pseudonyms, &read->server);
    }
    replace_texts(pseudonyms, plan->warnings);
    if (pseudonyms->only)
        return;
    /* of other changes, and nothing that anybody could carry out */
    g_clear_pointer(&plan->digests.changes, g_free);
    plan->offline = true;
}

static void replace_cell(Pseudonyms *pseudonyms, ColumnRole role, char **cell)
{
    if (role == COLUMN_NAME)
        swap(cell, pseudonyms_name(pseudonyms, *cell));
    else if (role != COLUMN_MARK && role != COLUMN_NUMBER)
        replace_text(pseudonyms, cell);
}

void pseudonyms_view(Pseudonyms *pseudonyms, View *view)
{
    replace_text(pseudonyms, &view->title);
    replace_text(pseudonyms, &view->made);
    replace_texts(pseudonyms, view->notes);
    for (guint s = 0; s < view->sections->len; s++) {
        ViewSection *section = g_ptr_array_index(view->sections, s);
        replace_text(pseudonyms, &section->title);
        for (guint i = 0; i < section->sentences->len; i++)
            replace_text(pseudonyms,
                         &((ViewSentence *) g_ptr_array_index(section->sentences, i))->text);
        for (guint r = 0; r < section->rows->len; r++) {
            ViewRow *row = g_ptr_array_index(section->rows, r);
            for (guint i = 0; i < section->width; i++)
                replace_cell(pseudonyms, section->columns[i].role, &row->cells[i]);
        }
        if (section->columns != NULL && section->columns[0].role == COLUMN_PERSON)
            g_ptr_array_sort(section->rows, compare_first_cells);
    }
}

void pseudonyms_organization(Pseudonyms *pseudonyms, Organization *organization)
{
    replace_id(pseudonyms, &organization->owner.value);
    replace_id(pseudonyms, &organization->self.value);
    for (guint i = 0; i < organization->members->len; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        g_autofree char *mail = pseudonyms_mail(pseudonyms, member->mail);
        member_set_mail(member, mail);
        swap(&member->name, pseudonyms_name(pseudonyms, member->name));
        replace_id(pseudonyms, &member->id.value);
        replace_id(pseudonyms, &member->user_id.value);
        replace_id(pseudonyms, &member->invitation_id);
        for (guint a = 0; a < member->assignments->len; a++)
            replace_id(pseudonyms, &g_array_index(member->assignments, Assignment, a).id.value);
    }
    for (guint i = 0; i < organization->groups->len; i++)
        replace_text(pseudonyms,
                     &((OrganizationGroup *) g_ptr_array_index(organization->groups, i))->name);
    for (guint i = 0; i < organization->workspaces->len; i++)
        replace_text(pseudonyms,
                     &((Workspace *) g_ptr_array_index(organization->workspaces, i))->name);
}

static void replace_entry(Pseudonyms *pseudonyms, Person *person)
{
    swap(&person->anchor, pseudonyms_anchor(pseudonyms, person->anchor));
    replace_text(pseudonyms, &person->dn);
    replace_text(pseudonyms, &person->dn_key);
    swap(&person->uid, pseudonyms_login(pseudonyms, person->uid));
    swap(&person->mail, pseudonyms_mail(pseudonyms, person->mail));
    swap(&person->mail_key, pseudonyms_mail(pseudonyms, person->mail_key));
    swap(&person->name, pseudonyms_name(pseudonyms, person->name));
    replace_text(pseudonyms, &person->standing_reason);
    replace_text(pseudonyms, &person->frozen);
    replace_text(pseudonyms, &person->excluded);
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++) {
        char **slot = (char **) &g_ptr_array_index(person->other_mails, i);
        swap(slot, pseudonyms_mail(pseudonyms, *slot));
    }
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++)
        replace_text(pseudonyms,
                     &((PersonAttribute *) g_ptr_array_index(person->attributes, i))->value);
}

void pseudonyms_directory(Pseudonyms *pseudonyms, Directory *directory)
{
    for (guint i = 0; i < directory->people->len; i++)
        replace_entry(pseudonyms, g_ptr_array_index(directory->people, i));
    for (guint i = 0; i < directory->groups->len; i++) {
        DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        replace_text(pseudonyms, &group->dn);
        replace_text(pseudonyms, &group->dn_key);
        replace_text(pseudonyms, &group->name);
    }
    replace_texts(pseudonyms, directory->warnings);
}

static void replace_mails(Pseudonyms *pseudonyms, GPtrArray *mails)
{
    for (guint i = 0; mails != NULL && i < mails->len; i++) {
        char **slot = (char **) &g_ptr_array_index(mails, i);
        swap(slot, pseudonyms_mail(pseudonyms, *slot));
    }
}

static void replace_link(Pseudonyms *pseudonyms, Link *link)
{
    swap(&link->anchor, pseudonyms_anchor(pseudonyms, link->anchor));
    swap(&link->mail_key, pseudonyms_mail(pseudonyms, link->mail_key));
    replace_mails(pseudonyms, link->mail_keys);
    replace_text(pseudonyms, &link->dn);
    replace_texts(pseudonyms, link->dn_keys);
    for (guint i = 0; link->uids != NULL && i < link->uids->len; i++) {
        char **slot = (char **) &g_ptr_array_index(link->uids, i);
        swap(slot, pseudonyms_login(pseudonyms, *slot));
    }
    replace_text(pseudonyms, &link->hold_reason);
    replace_id(pseudonyms, &link->user_id.value);
    replace_id(pseudonyms, &link->organization_user_id.value);
}

void pseudonyms_ledger(Pseudonyms *pseudonyms, Ledger *ledger)
{
    for (guint i = 0; i < ledger->links->len; i++)
        replace_link(pseudonyms, g_ptr_array_index(ledger->links, i));
    for (guint i = 0; i < ledger->grants->len; i++) {
        Grant *grant = g_ptr_array_index(ledger->grants, i);
        replace_id(pseudonyms, &grant->member.value);
        replace_id(pseudonyms, &grant->user_id.value);
    }
    for (guint i = 0; i < ledger->bindings->len; i++)
        replace_text(pseudonyms, &((Binding *) g_ptr_array_index(ledger->bindings, i))->name);
    for (guint i = 0; i < ledger->protections->len; i++) {
        Protection *protection = g_ptr_array_index(ledger->protections, i);
        swap(&protection->mail_key, pseudonyms_mail(pseudonyms, protection->mail_key));
        replace_text(pseudonyms, &protection->reason);
        replace_id(pseudonyms, &protection->user_id.value);
    }
}

/* ---- documents ---- */

static bool is_id_of_person(const char *key)
{
    static const char *const keys[] = {"user_id", "organization_user_id", "invitation_id",
                                       "workspace_user_id", "member"};
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (strcmp(key, keys[i]) == 0)
            return true;
    }
    return false;
}

static char *replaced_value(Pseudonyms *pseudonyms, const char *key, const char *text)
{
    if (g_strcmp0(key, "mail") == 0)
        return pseudonyms_mail(pseudonyms, text);
    if (g_strcmp0(key, "anchor") == 0)
        return pseudonyms_anchor(pseudonyms, text);
    return pseudonyms_text(pseudonyms, text);
}

static void replace_value(Pseudonyms *pseudonyms, const char *key, json_t *value)
{
    if (json_is_string(value)) {
        g_autofree char *text = replaced_value(pseudonyms, key, json_string_value(value));
        (void) json_string_set(value, text);
    } else if (json_is_integer(value)) {
        /* in requests ids stand under other keys, too, or under none */
        const bool is_count = g_strcmp0(key, "change") == 0 || g_strcmp0(key, "version") == 0;
        if (pseudonyms->only ? !is_count : key != NULL && is_id_of_person(key))
            (void) json_integer_set(value, pseudonyms_id(pseudonyms, json_integer_value(value)));
    }
}

void pseudonyms_json(Pseudonyms *pseudonyms, json_t *document)
{
    /* documents are ours: they are nested as deep as we nest them */
    if (json_is_object(document)) {
        const char *key = NULL;
        json_t *value = NULL;
        json_object_foreach (document, key, value) {
            replace_value(pseudonyms, key, value);
            pseudonyms_json(pseudonyms, value);
        }
    } else if (json_is_array(document)) {
        for (size_t i = 0; i < json_array_size(document); i++) {
            json_t *value = json_array_get(document, i);
            replace_value(pseudonyms, NULL, value);
            pseudonyms_json(pseudonyms, value);
        }
    }
}
