/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_FORGETTING_H
#define REPORT_FORGETTING_H

/*
 * forgetting - what is kept, without one person: their addresses, names, logins, anchors and ids
 * become one pseudonym, everybody else stays as they are.
 *
 *     g_autoptr(Forgetting) forgetting = forgetting_new(salt, 17);
 *     forgetting_person(forgetting, &facts);      everything that is known of the person
 *     forgetting_begin(forgetting);
 *     char *text = forgetting_rewrite(forgetting, FORGET_PLAN, document);   NULL: nothing in it
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/organization.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Forgetting Forgetting;

/* SALT: any text, new each time; NUMBER: the person's in the ledger. */
Forgetting *forgetting_new(const char *salt, unsigned number);
void forgetting_free(Forgetting *forgetting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Forgetting, forgetting_free)

/* What tells who the person is; each may be called several times, before forgetting_begin. */
void forgetting_link(Forgetting *forgetting, const Link *link);
void forgetting_entry(Forgetting *forgetting, const Person *entry);
void forgetting_member(Forgetting *forgetting, const Member *member);
void forgetting_mail(Forgetting *forgetting, const char *mail);

void forgetting_begin(Forgetting *forgetting);

typedef enum {
    FORGET_TEXT, /* a sentence, a name, an address, a DN */
    FORGET_JSON, /* any document of ours but a plan */
    FORGET_PLAN, /* a plan document; nobody can carry out what comes of it */
} ForgetKind;

/* TEXT without the person. NULL: the person does not stand in it. New string. */
char *forgetting_rewrite(Forgetting *forgetting, ForgetKind kind, const char *text);

/* Another number for an id of Toggl that is the person's; any other stays. */
int64_t forgetting_id(const Forgetting *forgetting, int64_t id);

/* How the person is called from now on. New strings. */
char *forgetting_mail_of(const Forgetting *forgetting);
char *forgetting_anchor_of(const Forgetting *forgetting);

#endif
