/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ASSEMBLY_PRIVATE_H
#define SOURCE_ASSEMBLY_PRIVATE_H

/* assembly_private - what the files of the assembly share. Only they may include it. */

#include "source/assembly.h"
#include "source/kind.h"

/* A people search with what is prepared once for all of its entries. */
typedef struct {
    DisabledRule disabled;
    GPtrArray *mail_patterns; /* GRegex * */
    GPtrArray *dn_patterns;   /* GRegex * */
} PeopleRules;

/* Something that a group names as its member: a DN or a login name. */
typedef enum { NODE_UNKNOWN, NODE_PERSON, NODE_GROUP, NODE_AMBIGUOUS } NodeKind;
typedef struct {
    const char *key; /* owned by the table */
    NodeKind kind;
    bool is_uid;
    uint32_t index; /* into people or groups */
} Node;

/* A group as its entry tells it. */
typedef struct {
    DirectoryGroup *group; /* owned by the directory */
    GArray *members;       /* uint32_t, indices into nodes, ascending, unique */
    unsigned broken;       /* values that are no DN */
    bool nested;
    int64_t max_depth;
} RawGroup;

/* A further login name of somebody. */
typedef struct {
    const Person *person;
    char *uid;
} Alias;

struct Assembly {
    const SourceSettings *settings;
    SourceKind kind;
    int64_t now;
    Directory *directory;  /* NULL once finished */
    GHashTable *rules;     /* const PeopleSearch * -> PeopleRules * */
    GHashTable *people;    /* anchor (the person's) -> Person * */
    GHashTable *groups;    /* anchor (the group's) -> RawGroup *, owned by raw_groups */
    GPtrArray *raw_groups; /* RawGroup * */
    GArray *nodes;         /* Node */
    GHashTable *dn_nodes;  /* DN key -> index into nodes, plus 1 */
    GHashTable *uid_nodes; /* login name, letters folded -> likewise */
    GArray *aliases;       /* Alias */
    GHashTable *outsiders; /* DN keys; NULL: the source does not know them */
    GPtrArray *filters;    /* Filter *: what rules judge groups by; NULL: not parsed yet */
    GPtrArray *bases;      /* char *: keys of the bases of all searches */
    unsigned duplicates;
};

/* Fills PERSON, which has anchor and DN, from ENTRY: standing, mail, names, exclusion; freezes it
 * where needed. */
void assembly_fill_person(Assembly *assembly, const PeopleSearch *search, const PeopleRules *rules,
                          const Entry *entry, Person *person);

/* Whether two readings of one entry brought the same. Exclusion does not count. */
bool assembly_same_person(const Person *a, const Person *b);

/* Freezes PERSON, once: the first reason stays. Takes ownership of WHY. */
void assembly_freeze(Person *person, char *why);

/* The directory is in its final order: freezes people who share a mail and takes from everybody the
 * further addresses that are not theirs alone. */
void assembly_settle_mails(Directory *directory);

/* The directory is in its final order: resolves members, expands groups, counts and warns. */
bool assembly_settle_groups(Assembly *assembly, GError **error);

/* Notes which of the filters that rules ask for cover ENTRY, from which GROUP is. SYNC_ERROR_CONFIG
 * when a filter is none. */
bool assembly_take_filters(Assembly *assembly, const Entry *entry, DirectoryGroup *group,
                           GError **error);

/* At most ten sentences about one kind of trouble, then how many more there are. */
typedef struct {
    Directory *directory;
    const char *more; /* "groups with members that do not exist" */
    unsigned count;
} Warnings;
void assembly_warn(Warnings *warnings, char *text);
void assembly_warn_rest(const Warnings *warnings);

#endif
