/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ASSEMBLY_PRIVATE_H
#define SOURCE_ASSEMBLY_PRIVATE_H

/* assembly_private - what the files of the assembly share. Only they may include it. */

#include "source/assembly.h"
#include "source/filter.h"
#include "source/kind.h"
#include "source/names.h"
#include "source/standing.h"

/* A people search with what is prepared once for all of its entries. */
typedef struct {
    StandingRule *standing;
    GPtrArray *mail_patterns; /* GRegex * */
    GPtrArray *dn_patterns;   /* GRegex * */
    GPtrArray *presets;
} PeopleRules;

/* NULL with SYNC_ERROR_CONFIG when SEARCH cannot be prepared. */
PeopleRules *people_rules_new(const PeopleSearch *search, SourceKind kind, GError **error);
void people_rules_free(gpointer rules);

/* Something that a group names as its member, or that an entry names as its group: a DN, a login
 * name or a SID; and, of all entries, the DN. */
typedef struct {
    const char *key;       /* owned by the table of its kind */
    Person *person;        /* who is called so; NULL: nobody that was read */
    DirectoryGroup *group; /* likewise. What is both is a person */
    bool is_uid;
    bool exists;    /* though nobody knows what it is */
    bool ambiguous; /* a login name of several */
    uint32_t place; /* of the person, once the directory is finished */
} Node;

/* A group as its entry tells it. */
typedef struct {
    DirectoryGroup *group; /* owned by the directory */
    GArray *members;       /* uint32_t, indices into nodes, ascending, unique */
    GPtrArray *urls;       /* char *, searches for members; NULL: none */
    char *sid;             /* NULL: none */
    unsigned broken;       /* values that are no DN */
    Nesting nested;
    int64_t max_depth;
} RawGroup;

/* A further login name of somebody. */
typedef struct {
    Person *person;
    char *uid;
} Alias;

/* A group that an entry itself names. */
typedef struct {
    const void *thing; /* Person *, or else DirectoryGroup * */
    bool is_person;
    uint32_t node;
} Belonging;

/* Addresses of people who are enabled. */
typedef struct {
    GHashTable *by_look; /* Person *, who came first with an address that looks like it */
    GPtrArray *alike;    /* Person *: those whose looks several have */
    GPtrArray *further;  /* Person *: those who have further addresses */
} Mails;
void mails_init(Mails *mails);
void mails_clear(Mails *mails);

/* Takes in PERSON, who is new. */
void mails_add(Mails *mails, Person *person);

/*
 * DIRECTORY is in its final order: freezes people who share a mail, warns of mails that look alike,
 * and takes from everybody the further addresses that are not theirs alone.
 */
void mails_settle(const Mails *mails, Directory *directory);

struct Assembly {
    const SourceSettings *settings;
    SourceKind kind;
    int64_t now;
    Directory *directory;  /* NULL once finished */
    GHashTable *rules;     /* const PeopleSearch * -> PeopleRules * */
    GHashTable *groups;    /* anchor (the group's) -> RawGroup *, owned by raw_groups */
    GPtrArray *raw_groups; /* RawGroup * */
    GArray *nodes;         /* Node */
    Names *dn_nodes;       /* DN key -> index into nodes */
    Names *uid_nodes;      /* login name, letters folded -> likewise */
    Names *sid_nodes;      /* SID -> likewise */
    GArray *aliases;       /* Alias */
    GArray *belongings;    /* Belonging */
    Mails mails;
    GArray *addresses;     /* of the entry that is being read */
    GHashTable *outsiders; /* DN keys; NULL: the source does not know them */
    GPtrArray *filters;    /* Filter *: what rules judge groups by; NULL: not parsed yet */
    GPtrArray *bases;      /* char *: keys of the bases of all searches */
    char *member_of;       /* the attribute of entries that names their groups; NULL: none does */
    const GroupSearch *named; /* groups are what MEMBER_OF names; NULL: entries of their own */
    const PeopleSearch *unanchored; /* whose entry had no usable anchor; NULL: none */
    unsigned duplicates;
};

/* Room for the addresses of an entry. */
GArray *assembly_addresses(void);

/* Fills PERSON, which has anchor and DN, from ENTRY: standing, mail, names, exclusion; freezes it
 * where needed. */
void assembly_fill_person(Assembly *assembly, const PeopleSearch *search, const PeopleRules *rules,
                          const Entry *entry, Person *person);

/* Sets PERSON->excluded when one of RULES covers it. PERSON has its mail. */
void assembly_exclude(const PeopleRules *rules, const Entry *entry, Person *person);

/* Excludes whoever is in one of GROUPS (DNs; NULL: none). SYNC_ERROR_INCOMPLETE when one is not
 * there. */
bool assembly_exclude_groups(const Directory *directory, char **groups, GError **error);

/* The SID of ENTRY in lower-case text, or NULL. New string. */
char *assembly_sid(const Entry *entry);

/* The node for KEY in TABLE; it is made, with a copy of KEY, when there is none. */
uint32_t assembly_node(Assembly *assembly, Names *table, const char *key, bool is_uid);

/* Appends the node for each of KEYS to NODES (uint32_t). */
void assembly_nodes(Assembly *assembly, Names *table, const GPtrArray *keys, bool is_uid,
                    GArray *nodes);

/* The node for KEY, or NULL; valid until the next one is made. */
Node *assembly_find_node(const Assembly *assembly, const Names *table, const char *key);

/* PERSON, or GROUP, which the directory owns, is what its DN stands for. SYNC_ERROR_INCOMPLETE when
 * another one is. */
bool assembly_name_person(Assembly *assembly, Person *person, GError **error);
bool assembly_name_group(Assembly *assembly, DirectoryGroup *group, GError **error);

/* Remembers the groups that ENTRY, read as THING, names itself: memberOf, and primaryGroupID of
 * PERSON (NULL: it is a group). SYNC_ERROR_INCOMPLETE when that is not all of them. */
bool assembly_take_belongings(Assembly *assembly, const Entry *entry, const void *thing,
                              Person *person, GError **error);

/* Whether two readings of one entry brought the same. Exclusion does not count. */
bool assembly_same_person(const Person *a, const Person *b);

/* SYNC_ERROR_INCOMPLETE: ENTRY has no anchor in ATTRIBUTE (NULL: the kind's); came as OLD_DN with
 * other data. Always false. */
bool assembly_no_anchor(const Assembly *assembly, const Entry *entry, const char *attribute,
                        GError **error);
bool assembly_known_differently(const Entry *entry, const char *old_dn, GError **error);

/* The DN as it may be shown; one that may not is never sent anywhere. New string. */
char *assembly_shown_dn(const Entry *entry);

/* Freezes PERSON, once: the first reason stays. Takes ownership of WHY. */
void assembly_freeze(Person *person, char *why);

/* The directory is in its final order: resolves members, expands groups, counts and warns. */
bool assembly_settle_groups(Assembly *assembly, GError **error);

/* Notes which of the filters that rules ask for cover ENTRY, from which GROUP is. SYNC_ERROR_CONFIG
 * when a filter is none. */
bool assembly_take_filters(Assembly *assembly, const Entry *entry, DirectoryGroup *group,
                           GError **error);
/* Whether the overlay of the settings stands in for ENTRY. */
bool assembly_is_overlaid(const Assembly *assembly, const Entry *entry);

/* Takes in the overlay wherever a search would. */
bool assembly_add_overlay(Assembly *assembly, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* GROUP with the overlay's entry among its members when that says so by memberOf; NULL: as it is.
 */
Entry *assembly_joined(const Assembly *assembly, const GroupSearch *search, const Entry *group);

/* At most ten sentences about one kind of trouble, then how many more there are. */
typedef struct {
    Directory *directory;
    const char *more; /* "groups with members that do not exist" */
    unsigned count;
} Warnings;
void assembly_warn(Warnings *warnings, char *text);
void assembly_warn_rest(const Warnings *warnings);

#endif
