/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_WORDING_H
#define REPORT_WORDING_H

/*
 * wording - how kinds of change and of notice are called when a person reads them; in one place.
 *
 * The names of change_kind_name() are for programs; these are for people. Titles are static.
 */

#include "model/plan.h"
#include "report/view.h"
#include "sync/settings.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What is done, as a row begins: "add to group". */
const char *change_title(ChangeKind kind);

/* How many of it: "1 invitation", "3 added to groups". New string, owned by the caller. */
char *change_count_text(ChangeKind kind, int64_t count);

/* The same without the number: "invitation", "added to groups". Static. */
const char *change_count_label(ChangeKind kind, int64_t count);

/*
 * What a run did, in words: SUMMARY as the state keeps it, "2 invite, 1 deactivate" (see
 * run_summary), is "2 invitations, 1 deactivated". Other words stay as they are. NULL is "". New
 * string.
 */
char *summary_text(const char *summary);

/*
 * What became of something that was asked of Toggl and not confirmed otherwise: "done", "refused:
 * too many". SETTLED: an answer that never came was made up for by reading. MESSAGE: Toggl's words;
 * may be NULL. New string.
 */
char *outcome_text(OutcomeKind kind, bool settled, const char *message);

/* "+" gives access, "-" takes it, "~" alters it, "=" is only remembered. */
const char *change_mark(ChangeKind kind);

/* What KIND does, for colours. */
Tone change_tone(ChangeKind kind);

/* How a person is called in one word: the address, else the name, else the anchor; never NULL. */
const char *person_text(const ChangePerson *person);

/*
 * Changes as a reader looks for them, for g_ptr_array_sort: by phase and kind, as change_compare
 * has them, then by who, A to Z.
 */
gint change_compare_for_readers(gconstpointer a, gconstpointer b);

/* What a change is about besides the person: "Product: user -> admin". New string. */
char *change_where(const Change *change);

/* What a rule names and gives: "group 'cn=a,…' -> group 'A', workspace 'B' as admin". New string.
 */
char *rule_text(const Rule *rule);

/* How somebody stands, in a sentence: "is in the directory, and enabled". Static. */
const char *standing_text(SubjectStanding standing);

/* Whether we gave a grant or took it over: "given by us". Static. */
const char *grant_origin_text(GrantOrigin origin);

/* What happens in a phase of the plan: "Invite". */
const char *phase_title(unsigned phase);

/* Why people of this kind of notice are left alone. */
const char *notice_title(NoticeKind kind);

/* The same in one word: "frozen", "out-of-scope". Static. */
const char *notice_word(NoticeKind kind);

/* How the program is called for the organization of the file CONFIG, as a shell takes it: several
 * may be kept from one machine. NULL: the usual file. New string. */
char *program_text(const char *config);

/* Until when somebody is held; "released" for a hold that no day ends. New string. */
char *hold_end_text(int64_t until);

/* "holds", "defers", ...: what a rail with this verdict does. */
const char *verdict_title(Verdict verdict);

#endif
