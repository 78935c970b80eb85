/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/bisect.h"

#include "base/error.h"
#include "toggl/classify.h"
#include "toggl/send.h"

#include <string.h>

typedef struct {
    Toggl *toggl;
    const Request *request;
    Outcome *outcome; /* of the whole, as far as it is known */
    unsigned calls;
    unsigned accepted; /* items that Toggl took, or that were so already */
    bool cut;          /* nothing more may be sent: OUTCOME and ERROR say why */
    GError **error;
} Bisection;

/* ---- items: addresses, ids, or the values of patches, by their number in the request ---- */

static guint count_values(const Request *request)
{
    guint count = 0;
    for (guint i = 0; i < request->patches->len; i++)
        count += ((GroupPatch *) g_ptr_array_index(request->patches, i))->values->len;
    return count;
}

/* 0: no batch. */
static guint count_items(const Request *request)
{
    switch (request->operation) {
    case OPERATION_POST_INVITATION:
        return request->mails->len;
    case OPERATION_DELETE_USERS:
    case OPERATION_DELETE_WORKSPACE_USERS:
    case OPERATION_POST_GROUP:
        return request->users->len;
    case OPERATION_PATCH_GROUP:
        return count_values(request);
    case OPERATION_RESEND_INVITATION:
    case OPERATION_PUT_USER:
    case OPERATION_DELETE_GROUP:
    case OPERATION_POST_WORKSPACE:
    case OPERATION_ASSIGNMENT:
    case OPERATIONS:
    default:
        return 0;
    }
}

static int64_t value_at(const Request *request, guint index)
{
    for (guint i = 0; i < request->patches->len; i++) {
        const GArray *values = ((GroupPatch *) g_ptr_array_index(request->patches, i))->values;
        if (index < values->len)
            return g_array_index(values, IdRef, index).id;
        index -= values->len;
    }
    return 0;
}

/* The item as failures name it: by address, or by id. */
static const char *mail_of(const Request *request, guint index)
{
    return request->operation == OPERATION_POST_INVITATION
               ? g_ptr_array_index(request->mails, index)
               : NULL;
}

static int64_t id_of(const Request *request, guint index)
{
    if (request->operation == OPERATION_POST_INVITATION)
        return 0;
    if (request->operation == OPERATION_PATCH_GROUP)
        return value_at(request, index);
    return g_array_index(request->users, int64_t, index);
}

static bool names_item(const OutcomeFailure *failure, const Request *request, guint index)
{
    const char *mail = mail_of(request, index);
    return mail != NULL ? g_strcmp0(failure->mail, mail) == 0
                        : failure->id != 0 && failure->id == id_of(request, index);
}

/* ---- a part of the request ---- */

static void copy_patches(Request *part, const Request *whole, const GArray *items)
{
    guint number = 0;
    guint at = 0;
    for (guint i = 0; i < whole->patches->len; i++) {
        const GroupPatch *patch = g_ptr_array_index(whole->patches, i);
        GroupPatch *copy = NULL;
        for (guint v = 0; v < patch->values->len; v++, number++) {
            if (at == items->len || g_array_index(items, guint, at) != number)
                continue;
            at++;
            if (copy == NULL) {
                copy = group_patch_new(patch->op, patch->path);
                g_ptr_array_add(part->patches, copy);
            }
            g_array_append_val(copy->values, g_array_index(patch->values, IdRef, v));
        }
    }
}

/* REQUEST with ITEMS (guint, ascending) only. */
static Request *part_of(const Request *request, const GArray *items)
{
    Request *part = request_new(request->operation);
    part->id = request->id;
    part->group = request->group;
    part->workspace = request->workspace;
    part->name = g_strdup(request->name);
    g_array_append_vals(part->workspaces, request->workspaces->data, request->workspaces->len);
    g_array_append_vals(part->groups, request->groups->data, request->groups->len);
    for (guint i = 0; i < items->len; i++) {
        guint index = g_array_index(items, guint, i);
        if (request->operation == OPERATION_POST_INVITATION)
            g_ptr_array_add(part->mails, g_strdup(mail_of(request, index)));
        else if (request->operation != OPERATION_PATCH_GROUP)
            g_array_append_val(part->users, g_array_index(request->users, int64_t, index));
    }
    copy_patches(part, request, items);
    return part;
}

/* ---- what a part came to ---- */

static void set_message(Outcome *outcome, const char *message)
{
    g_free(outcome->message);
    outcome->message = g_strdup(message);
}

static void add_failure(const Bisection *bisection, guint index, const char *message)
{
    outcome_add_failure(bisection->outcome, id_of(bisection->request, index),
                        mail_of(bisection->request, index), message);
    if (bisection->outcome->message == NULL)
        set_message(bisection->outcome, message);
}

static void fail_items(const Bisection *bisection, const GArray *items, const char *message)
{
    for (guint i = 0; i < items->len; i++)
        add_failure(bisection, g_array_index(items, guint, i), message);
}

static void take_status(const Bisection *bisection, const Outcome *part)
{
    Outcome *whole = bisection->outcome;
    whole->status = part->status;
    whole->paying_user = whole->paying_user || part->paying_user;
    if (part->request_id != NULL) {
        g_free(whole->request_id);
        whole->request_id = g_strdup(part->request_id);
    }
}

/* Toggl took ITEMS, or most of them. */
static void take_accepted(Bisection *bisection, const GArray *items, const Outcome *part)
{
    Outcome *whole = bisection->outcome;
    guint failed = 0;
    for (guint i = 0; part->failures != NULL && i < part->failures->len; i++, failed++) {
        const OutcomeFailure *failure = g_ptr_array_index(part->failures, i);
        outcome_add_failure(whole, failure->id, failure->mail, failure->message);
        if (whole->message == NULL)
            set_message(whole, failure->message);
    }
    for (guint i = 0; part->invited != NULL && i < part->invited->len; i++) {
        const InvitedPerson *person = g_ptr_array_index(part->invited, i);
        outcome_add_invited(whole, person->mail, person->invitation_id, person->user_id);
    }
    whole->created_id = part->created_id;
    bisection->accepted += items->len - MIN(failed, items->len);
}

/* Nobody knows of this part, or it did not leave. What came before it may have been carried out, so
 * then the whole is unknown, and reading tells. */
static void take_cut(Bisection *bisection, Outcome *part)
{
    Outcome *whole = bisection->outcome;
    bisection->cut = true;
    whole->kind = bisection->accepted > 0 ? OUTCOME_UNKNOWN : part->kind;
    set_message(whole, part->message);
    if (bisection->accepted > 0)
        whole->status = 0; /* the run ends here, as after any request without an answer */
}

/* Whether a refusal may be for the sake of some of the items. */
static bool is_about_items(const Request *request, const Outcome *part)
{
    if (part->status != 400)
        return false;
    switch (classify_message(part->message)) {
    case MESSAGE_INACTIVE_MEMBER:
    case MESSAGE_ALREADY_MEMBER:
    case MESSAGE_PAYING_USER:
    case MESSAGE_OWNER:
    case MESSAGE_ADMIN:
    case MESSAGE_NOT_MEMBER:
    case MESSAGE_BAD_ADDRESS:
    case MESSAGE_OTHER:
        return request->operation != OPERATION_POST_GROUP || part->failures != NULL;
    case MESSAGE_UNKNOWN_ID:
        return part->failures != NULL; /* else it is the group, or the workspace */
    case MESSAGE_NAME_TAKEN:
    case MESSAGE_MEMBER_LIMIT:
    case MESSAGE_INVITATION_LIMIT:
    case MESSAGE_BAD_JSON:
    case MESSAGE_NOTHING_TO_CHANGE:
    case MESSAGE_MANY_ORGANIZATIONS:
    case MESSAGE_NO_WORKSPACES:
    case MESSAGE_TOO_LONG:
    case MESSAGE_HOURLY_LIMIT:
    case MESSAGES:
    default:
        return false;
    }
}

static bool is_named(const Bisection *bisection, const Outcome *part, guint index)
{
    for (guint i = 0; part->failures != NULL && i < part->failures->len; i++) {
        if (names_item(g_ptr_array_index(part->failures, i), bisection->request, index))
            return true;
    }
    return false;
}

/* Takes those of ITEMS that PART names out of them: failed, or gone already as they should be. */
static guint take_named(Bisection *bisection, GArray *items, const Outcome *part)
{
    bool deletes = bisection->request->operation == OPERATION_DELETE_USERS ||
                   bisection->request->operation == OPERATION_DELETE_WORKSPACE_USERS;
    bool gone = deletes && classify_message(part->message) == MESSAGE_NOT_MEMBER;
    guint named = 0;
    for (guint i = items->len; i > 0; i--) {
        guint index = g_array_index(items, guint, i - 1);
        if (!is_named(bisection, part, index))
            continue;
        named++;
        g_array_remove_index(items, i - 1);
        if (gone)
            bisection->accepted++;
        else
            add_failure(bisection, index, part->message);
    }
    return named;
}

/* ---- the walk ---- */

/* Sends ITEMS once. True when Toggl refused them: *RET_PART says how, and is the caller's. */
static bool is_refused(Bisection *bisection, const GArray *items, Outcome *ret_part)
{
    g_autoptr(Request) request = part_of(bisection->request, items);
    Outcome part = {0};
    send_once(bisection->toggl, request, &part, bisection->error);
    bisection->calls++;
    take_status(bisection, &part);
    if (part.kind == OUTCOME_REFUSED) {
        *ret_part = part;
        return true;
    }
    if (part.kind == OUTCOME_DONE || part.kind == OUTCOME_PARTIAL)
        take_accepted(bisection, items, &part);
    else
        take_cut(bisection, &part);
    outcome_clear(&part);
    return false;
}

static GArray *first_half(GArray *items)
{
    guint half = items->len / 2;
    GArray *first = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_vals(first, items->data, half);
    g_array_remove_range(items, 0, half);
    return first;
}

/* What is to be done about ITEMS that were REFUSED. True when those that are left may go again, all
 * of them or by halves; *RET_HALVE says which. */
static bool goes_again(Bisection *bisection, GArray *items, const Outcome *refused, bool *ret_halve)
{
    *ret_halve = false;
    bool about_items = is_about_items(bisection->request, refused);
    if (about_items && take_named(bisection, items, refused) > 0)
        return items->len > 0;
    if (about_items && items->len > 1) {
        *ret_halve = true;
        return true;
    }
    fail_items(bisection, items, refused->message);
    return false;
}

/* Sends ITEMS, which are used up, in as many parts as it takes. REFUSED: they were sent already,
 * and this is what became of it (cleared here); else NULL. */
static void solve(Bisection *bisection, GArray *items, Outcome *refused)
{
    Outcome own = {0};
    while (!bisection->cut) {
        if (refused == NULL && bisection->calls >= BISECT_CALLS) {
            fail_items(bisection, items, "not tried: too much of its batch was refused");
            return;
        }
        if (refused == NULL && !is_refused(bisection, items, &own))
            return;
        Outcome *said = refused == NULL ? &own : refused;
        bool halve = false;
        bool again = goes_again(bisection, items, said, &halve);
        outcome_clear(said);
        refused = NULL;
        if (!again)
            return;
        if (halve) {
            g_autoptr(GArray) first = first_half(items);
            solve(bisection, first, NULL);
        }
    }
    if (refused != NULL)
        outcome_clear(refused);
}

/* Whether A and B say the same, and nobody can tell whom it is about. */
static bool says_nothing_new(const Outcome *a, const Outcome *b)
{
    return classify_message(a->message) == MESSAGE_OTHER && a->failures == NULL &&
           b->failures == NULL && g_strcmp0(a->message, b->message) == 0;
}

/* The two halves of a batch that was refused without a name. When both get the same words, of which
 * nobody knows what they mean, it is about no item. */
static void solve_halves(Bisection *bisection, GArray *items, const Outcome *refused)
{
    Outcome of_first = {0};
    Outcome of_second = {0};
    g_autoptr(GArray) first = first_half(items);
    if (!is_refused(bisection, first, &of_first)) {
        solve(bisection, items, NULL);
        return;
    }
    if (!says_nothing_new(refused, &of_first)) {
        solve(bisection, first, &of_first);
        solve(bisection, items, NULL);
        return;
    }
    if (!is_refused(bisection, items, &of_second)) {
        solve(bisection, first, &of_first);
        return;
    }
    if (says_nothing_new(refused, &of_second)) {
        fail_items(bisection, first, refused->message);
        fail_items(bisection, items, refused->message);
        outcome_clear(&of_first);
        outcome_clear(&of_second);
        return;
    }
    solve(bisection, first, &of_first);
    solve(bisection, items, &of_second);
}

static void finish(const Bisection *bisection)
{
    Outcome *whole = bisection->outcome;
    bool failed = whole->failures != NULL && whole->failures->len > 0;
    if (bisection->cut)
        return;
    if (!failed)
        whole->kind = OUTCOME_DONE;
    else
        whole->kind = bisection->accepted > 0 ? OUTCOME_PARTIAL : OUTCOME_REFUSED;
}

/* ---- a PUT of a user ---- */

#define ACCOUNT ((unsigned) (PUT_USER_NAME | PUT_USER_MAIL))

/* Name and address belong to the account, which may not be the organization's to change: whether
 * REFUSED may be for their sake, and there is something else to do. */
static bool is_about_account(const Request *request, const Outcome *refused)
{
    MessageKind kind = classify_message(refused->message);
    return request->operation == OPERATION_PUT_USER && refused->kind == OUTCOME_REFUSED &&
           refused->status == 400 && (request->fields & ACCOUNT) != 0 &&
           (request->fields & ~ACCOUNT) != 0 &&
           (kind == MESSAGE_MANY_ORGANIZATIONS || kind == MESSAGE_BAD_ADDRESS ||
            kind == MESSAGE_OTHER);
}

static Request *without_account(const Request *request)
{
    Request *rest = request_new(OPERATION_PUT_USER);
    rest->organization_user_id = request->organization_user_id;
    rest->fields = request->fields & ~ACCOUNT;
    rest->inactive = request->inactive;
    rest->admin = request->admin;
    rest->role_id = request->role_id;
    g_array_append_vals(rest->workspaces, request->workspaces->data, request->workspaces->len);
    g_array_append_vals(rest->groups, request->groups->data, request->groups->len);
    return rest;
}

/* Sends the rest of REQUEST once OUTCOME, which is replaced, has refused all of it. */
static void send_rest(Toggl *toggl, const Request *request, Outcome *outcome, GError **error)
{
    g_autoptr(Request) rest = without_account(request);
    Outcome refused = *outcome;
    send_once(toggl, rest, outcome, error);
    if (outcome->kind == OUTCOME_DONE) {
        outcome->kind = OUTCOME_PARTIAL;
        outcome_add_failure(outcome, request->organization_user_id.value, NULL, refused.message);
        ((OutcomeFailure *) g_ptr_array_index(outcome->failures, 0))->account = true;
        g_free(outcome->message);
        outcome->message = g_strdup(refused.message);
    }
    outcome_clear(&refused);
}

void bisect_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error)
{
    send_once(toggl, request, ret_outcome, error);
    if (is_about_account(request, ret_outcome)) {
        send_rest(toggl, request, ret_outcome, error);
        return;
    }
    guint count = count_items(request);
    if (ret_outcome->kind != OUTCOME_REFUSED || count < 2 || !is_about_items(request, ret_outcome))
        return;
    Outcome refused = *ret_outcome;
    *ret_outcome = (Outcome){.kind = OUTCOME_REFUSED};
    Bisection bisection = {
        .toggl = toggl, .request = request, .outcome = ret_outcome, .calls = 1, .error = error};
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < count; i++)
        g_array_append_val(items, i);
    take_status(&bisection, &refused);
    if (take_named(&bisection, items, &refused) == 0)
        solve_halves(&bisection, items, &refused);
    else if (items->len > 0)
        solve(&bisection, items, NULL);
    outcome_clear(&refused);
    finish(&bisection);
}
