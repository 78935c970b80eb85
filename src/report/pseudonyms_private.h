/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PSEUDONYMS_PRIVATE_H
#define REPORT_PSEUDONYMS_PRIVATE_H

/* pseudonyms_private - what the files of the pseudonyms share. Only they may include it. */

#include "report/pseudonyms.h"

typedef struct {
    char *key; /* by which the numbers are shuffled */
    unsigned number;
} PseudonymPerson;

struct Pseudonyms {
    char *salt;
    GPtrArray *people; /* PseudonymPerson * */
    /* values, letters folded -> PseudonymPerson *, borrowed */
    GHashTable *mails;
    GHashTable *phrases;  /* names, and anchors: what is replaced wherever it stands */
    GHashTable *openings; /* first words of phrases: a set */
    GHashTable *logins;   /* login names, and what entries are named by */
    GHashTable *anchors;
    GHashTable *ids; /* "u42": user ids, "m42": organization-user ids */
    bool only;       /* nobody but who was learned */
};

/* What is known of somebody at one place; what is not is NULL or 0. */
typedef struct {
    const char *anchor;
    const char *mail;
    const char *name;
    const char *login;
    const char *dn;
    int64_t user_id;
    int64_t member_id;
} PseudonymFacts;

typedef enum { PSEUDONYM_MAIL, PSEUDONYM_LOGIN, PSEUDONYM_DN } PseudonymKind;

/* The person whom FACTS are about, known from now on by all of them. */
PseudonymPerson *pseudonyms_learn(Pseudonyms *pseudonyms, const PseudonymFacts *facts);

/* One more value of PERSON. */
void pseudonyms_also(Pseudonyms *pseudonyms, PseudonymPerson *person, PseudonymKind kind,
                     const char *value);

/* Whether one of FACTS is known. */
bool pseudonyms_knows(const Pseudonyms *pseudonyms, const PseudonymFacts *facts);

/* Another number for ID, whosever it is; 0 for 0. */
int64_t pseudonyms_any_id(const Pseudonyms *pseudonyms, int64_t id);

/* How long the value is that begins TEXT, as it stands in a DN or in quotes. */
size_t pseudonyms_value_length(const char *text);

#endif
