/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"
#include "sync/name.h"

#include "base/text.h"
#include "model/email.h"

#include <string.h>

/* Whether A and B are one mailbox by same_domains. */
static bool same_mailbox(const Differ *differ, const char *a, const char *b)
{
    const GPtrArray *lists = differ->in->settings->lifecycle.same_domains;
    const char *of_a = strrchr(a, '@');
    const char *of_b = strrchr(b, '@');
    for (guint i = 0; of_a != NULL && of_b != NULL && i < lists->len; i++) {
        const char *const *domains = g_ptr_array_index(lists, i);
        if (g_strv_contains(domains, of_a + 1) && g_strv_contains(domains, of_b + 1) &&
            of_a - a == of_b - b && strncmp(a, b, (size_t) (of_a - a)) == 0)
            return true;
    }
    return false;
}

/*
 * Whether the member's address is one that the person had and has no more. A further address that
 * they never had as the first one is as good as it; and so is each of several equal ones, whichever
 * comes first among them today.
 */
static bool address_changed(const Differ *differ, const Subject *subject)
{
    const char *has = subject->member->mail_key;
    if (has == NULL)
        return true;
    bool known = false;
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Person *person = entry->person;
        if (person->standing != PERSON_ENABLED || person->mail_key == NULL)
            continue;
        if (strcmp(person->mail_key, has) == 0 || same_mailbox(differ, person->mail_key, has))
            return false;
        bool was_first = !person->mail_is_any && entry->link != NULL &&
                         ledger_remembers(entry->link->mail_keys, has);
        known = known || (person->other_mails != NULL &&
                          ledger_remembers(person->other_mails, has) && !was_first);
    }
    return !known;
}

static void tell_difference(Differ *differ, const Subject *subject, const char *mail,
                            const char *why)
{
    g_autofree char *wanted = text_safe(mail, -1);
    g_autofree char *has = text_safe(subject->member->mail, -1);
    g_autofree char *reason =
        g_strdup_printf("the directory's address is '%s', Toggl has '%s': %s", wanted, has, why);
    differ_notice(differ, NOTICE_DIFFERENT, subject, reason);
}

/* Why the member's address cannot be changed, or NULL. */
static const char *obstacle(const Differ *differ, const Member *member, const char *mail_key)
{
    if (differ->in->settings->lifecycle.addresses == ADDRESSES_REPORT)
        return "lifecycle.addresses is \"report\"";
    if (differ_is_protected(differ, member, NULL))
        return "the member is protected";
    if (organization_member_by_mail(differ->in->organization, mail_key) != NULL)
        return "another member has that address";
    if (member->joined && !member->can_edit_email)
        return "only the person can change it in Toggl";
    return NULL;
}

/* While nobody has joined, another address is another invitation. */
static void invite_elsewhere(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    Change *change = differ_add(differ, CHANGE_WITHDRAW_INVITATION, subject);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED | STATE_STANDING,
                                   .member = true,
                                   .wanted = true,
                                   .standing = "enabled"};
    change->after = (ChangeState){.fields = STATE_MEMBER};
    g_autofree char *safe = text_safe(subject->member->mail, -1);
    change->reason =
        g_strdup_printf("the invitation went to '%s', which the person no longer has", safe);
    diff_invite(differ, subject, wants, count);
}

static bool diff_address(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    const Member *member = subject->member;
    const Person *person = subject_primary(subject)->person;
    if (person->mail_key == NULL || !address_changed(differ, subject))
        return false;
    const char *why = obstacle(differ, member, person->mail_key);
    if (why == NULL && !member->joined) {
        bool ours = subject_history(subject).invited_at != 0;
        bool possible = differ_allows(differ, CHANGE_WITHDRAW_INVITATION) &&
                        differ_allows(differ, CHANGE_INVITE);
        if (ours && possible) {
            invite_elsewhere(differ, subject, wants, count);
            return true;
        }
        why = ours ? "lifecycle.kinds leaves out what that takes"
                   : "somebody else sent the invitation";
    }
    if (why != NULL) {
        tell_difference(differ, subject, person->mail, why);
        return false;
    }
    Change *change = differ_add(differ, CHANGE_CHANGE_ADDRESS, subject);
    change->before = (ChangeState){
        .fields = STATE_MAIL | STATE_WANTED, .mail = g_strdup(member->mail), .wanted = true};
    change->after = (ChangeState){.fields = STATE_MAIL, .mail = g_strdup(person->mail)};
    change->reason = g_strdup("the address changed in the directory");
    return false;
}

/* An entry without a name has no opinion; a person who has not joined has no name to change. */
static void diff_name(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    const Person *person = subject_primary(subject)->person;
    bool follows = differ->in->settings->lifecycle.names == NAMES_FOLLOW;
    if (!follows || person->name == NULL || !member->joined ||
        differ_is_protected(differ, member, NULL))
        return;
    g_autofree char *wanted = name_plain(person->name);
    g_autofree char *has = name_plain(member->name);
    if (*wanted == '\0' || strcmp(wanted, has) == 0)
        return;
    if (!member->can_edit_email) {
        g_autofree char *a = text_safe(wanted, -1);
        g_autofree char *b = text_safe(has, -1);
        g_autofree char *reason = g_strdup_printf(
            "the directory's name is '%s', Toggl has '%s': only the person can change it in Toggl",
            a, b);
        differ_notice(differ, NOTICE_DIFFERENT, subject, reason);
        return;
    }
    Change *change = differ_add(differ, CHANGE_RENAME_MEMBER, subject);
    change->before = (ChangeState){
        .fields = STATE_NAME | STATE_WANTED, .name = g_strdup(member->name), .wanted = true};
    change->after = (ChangeState){.fields = STATE_NAME, .name = g_strdup(wanted)};
    change->reason = g_strdup("the name changed in the directory; lifecycle.names is \"follow\"");
}

bool diff_identity(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    if (diff_address(differ, subject, wants, count))
        return true;
    diff_name(differ, subject);
    return false;
}
