/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PSEUDONYMS_H
#define REPORT_PSEUDONYMS_H

/*
 * pseudonyms - replaces whatever tells who somebody is, so that a works council or a vendor can
 * read a report.
 *
 *     g_autoptr(Pseudonyms) pseudonyms = pseudonyms_new(salt);
 *     pseudonyms_learn_directories(pseudonyms, directories);
 *     pseudonyms_learn_organization(pseudonyms, organization);
 *     pseudonyms_learn_ledger(pseudonyms, ledger);
 *     pseudonyms_settle(pseudonyms);
 *     pseudonyms_plan(pseudonyms, plan);
 *
 * Somebody's address, name, login, entry and ids are one pseudonym everywhere it is used: person 17
 * is person-17@pseudonym.invalid, "Person 17", uid=person-17, and an anchor that ends in 17. Which
 * number somebody has depends on the salt; with a new one for each file, two files cannot be laid
 * side by side, and who knows everybody's address cannot count who is who.
 *
 * What is replaced: everything learned, wherever it stands in a text; besides, every address that
 * looks like one, and every value of uid= in a DN, learned or not. What stays: names of groups and
 * workspaces, where entries stand, servers, times, numbers of things that are no people.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "report/view.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Pseudonyms Pseudonyms;

/* SALT: any text, new for each file; copied. */
Pseudonyms *pseudonyms_new(const char *salt);
void pseudonyms_free(Pseudonyms *pseudonyms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pseudonyms, pseudonyms_free)

/* Who there is. Everything but the numbers of PLAN's requests is copied. */
void pseudonyms_learn_directories(Pseudonyms *pseudonyms, const GPtrArray *directories);
void pseudonyms_learn_organization(Pseudonyms *pseudonyms, const Organization *organization);
void pseudonyms_learn_ledger(Pseudonyms *pseudonyms, const Ledger *ledger);
void pseudonyms_learn_plan(Pseudonyms *pseudonyms, const Plan *plan);
void pseudonyms_learn_entry(Pseudonyms *pseudonyms, const Person *person);
void pseudonyms_learn_member(Pseudonyms *pseudonyms, const Member *member);
void pseudonyms_learn_link(Pseudonyms *pseudonyms, const Link *link);
void pseudonyms_learn_mail(Pseudonyms *pseudonyms, const char *mail);

/* Gives everybody a number, by chance. After learning, before replacing. */
void pseudonyms_settle(Pseudonyms *pseudonyms);

/*
 * In place of pseudonyms_settle: only who was learned is replaced, by NUMBER, and nobody else is
 * touched; for erasing one person from what is kept. A plan stays one that could be applied.
 */
void pseudonyms_only(Pseudonyms *pseudonyms, unsigned number);

/* Whether the one whom pseudonyms_only is about has this id of Toggl. */
bool pseudonyms_has_id(const Pseudonyms *pseudonyms, int64_t id);

/* TEXT with everybody in it replaced; NULL for NULL. New string. */
char *pseudonyms_text(Pseudonyms *pseudonyms, const char *text);

/* Single values that are known for what they are. NULL for NULL. New strings. */
char *pseudonyms_mail(Pseudonyms *pseudonyms, const char *mail);
char *pseudonyms_name(Pseudonyms *pseudonyms, const char *name);
char *pseudonyms_login(Pseudonyms *pseudonyms, const char *login);
char *pseudonyms_anchor(Pseudonyms *pseudonyms, const char *anchor);

/* The same number for the same id of a person, whichever kind it is; 0 for 0. */
int64_t pseudonyms_id(const Pseudonyms *pseudonyms, int64_t id);

/* Replaces in place. A plan under pseudonyms is marked so that it cannot be applied. */
void pseudonyms_plan(Pseudonyms *pseudonyms, Plan *plan);
void pseudonyms_view(Pseudonyms *pseudonyms, View *view);
void pseudonyms_organization(Pseudonyms *pseudonyms, Organization *organization);
void pseudonyms_directory(Pseudonyms *pseudonyms, Directory *directory); /* not in order any more */
void pseudonyms_ledger(Pseudonyms *pseudonyms, Ledger *ledger);

/* Replaces texts in place, and numbers under the keys by which Toggl's ids of people are called. */
void pseudonyms_json(Pseudonyms *pseudonyms, json_t *document);

#endif
