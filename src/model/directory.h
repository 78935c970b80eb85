/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_DIRECTORY_H
#define MODEL_DIRECTORY_H

/*
 * directory - what one source says: its people, its groups, who is in which, and the proof that
 * this is all.
 *
 * Filled by a Source, read by sync. Plain data; nothing here was decided, except whose entry cannot
 * be trusted.
 *
 *     g_autoptr(Directory) directory = directory_new("ad");
 *     Person *person = directory_add_person(directory, anchor, dn, dn_key, NULL);
 *     ...
 *     directory_finish(directory);
 *
 * Invariants after directory_finish
 *  - people and groups are sorted by anchor, byte by byte, and no anchor occurs twice;
 *  - members are sorted by person and unique; indices are valid;
 *  - strings are NUL-free; what a person may see went through text_safe or was refused.
 */

#include "model/completeness.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { PERSON_ENABLED, PERSON_DISABLED, PERSON_EXPIRED } PersonStanding;

/* One value of an attribute that a rule asks for. */
typedef struct {
    char *name; /* as the rule spells it */
    char *value;
} PersonAttribute;

typedef struct {
    char *anchor; /* printable form; never NULL; a directory finds the person by it */
    char *dn;     /* as the server spells it */
    char *dn_key;
    char *uid;  /* login name, or NULL */
    char *mail; /* the chosen address, as the directory spells it; NULL: none that can be used */
    char *mail_key;         /* NULL exactly when mail is */
    bool mail_is_any;       /* mail is one of several of which none is the primary one */
    GPtrArray *other_mails; /* keys (char *) of further addresses, without mail_key; NULL: none */
    char *name;             /* display name; NULL: the directory has none */
    PersonStanding standing;
    char *standing_reason; /* "pwdAccountLockedTime is 000001010000Z"; NULL when enabled */
    char *frozen;          /* why this entry cannot be trusted; NULL: it can */
    char *excluded; /* which exclusion covers it; NULL: none. Excluded is frozen on both sides */
    GPtrArray *attributes; /* PersonAttribute *, those that rules ask for; NULL: none */
    uint32_t place;        /* index into people once the directory is finished */
} Person;

/* One person in one group, directly or through groups in it. */
typedef struct {
    uint32_t person; /* index into people */
    uint32_t via;    /* index into groups of the group that holds the person directly */
} GroupMember;

typedef struct {
    char *anchor;
    char *dn;
    char *dn_key;
    char *name;
    GArray *members;       /* GroupMember, nested ones included */
    GArray *subgroups;     /* uint32_t, groups that are direct members, ascending; for the path of a
                              reason */
    GPtrArray *filters;    /* char *: those of the filters that rules ask for which cover the entry;
                              NULL: none */
    unsigned dangling;     /* values that name no entry */
    GPtrArray *unresolved; /* char *, what those values say: keys of DNs, and login names (without
                              '='), sorted; NULL: none */
    GPtrArray *outside;    /* the same of members that stand outside the bases */
    uint32_t place;        /* index into groups once the directory is finished */
} DirectoryGroup;

typedef struct {
    char *source;
    Completeness completeness;
    GPtrArray *people;     /* Person * */
    GPtrArray *groups;     /* DirectoryGroup * */
    GPtrArray *warnings;   /* char *, sentences for the report, each safe to print */
    char *instead;         /* what there is instead of people, when there is nobody; safe to print;
                              NULL: not known */
    GHashTable *by_anchor; /* private: Person *, the first of each anchor */
} Directory;

/* An empty directory of SOURCE. Never fails. */
Directory *directory_new(const char *source);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/*
 * A new person or group at the end of the list, owned by DIRECTORY; takes ownership of the strings.
 * *RET_BEFORE (may be NULL) is the first person with the same anchor, or NULL.
 */
Person *directory_add_person(Directory *directory, char *anchor, char *dn, char *dn_key,
                             Person **ret_before);
DirectoryGroup *directory_add_group(Directory *directory, char *anchor, char *dn, char *dn_key,
                                    char *name);

/* Adds a warning; takes ownership of TEXT. */
void directory_warn(Directory *directory, char *text);

/* Adds one value of the attribute NAME to PERSON. Copies both. */
void person_add_attribute(Person *person, const char *name, const char *value);

/*
 * Brings people and groups into order and moves every index along; sorts the members. Sets the
 * counts in completeness. Duplicate anchors are an error of the caller, who has seen the entries:
 * on duplicates false is returned and *RET_ANCHOR (owned by the directory) names one.
 */
bool directory_finish(Directory *directory, const char **ret_anchor) G_GNUC_WARN_UNUSED_RESULT;

/* Where the directory of SOURCE (may be NULL) stands in DIRECTORIES (Directory *); false: there is
 * none, and *RET_INDEX is untouched. */
bool directories_find(const GPtrArray *directories, const char *source, guint *ret_index);

/* The person with ANCHOR, the first of several, or NULL. */
Person *directory_person(const Directory *directory, const char *anchor);

/* The group with this DN key, or NULL. Linear. */
DirectoryGroup *directory_group_by_dn(const Directory *directory, const char *dn_key);

/* Sorts INDICES (uint32_t) ascending, and leaves each once. */
void indices_sort(GArray *indices);

/*
 * The chain of groups from FROM down to TO along direct membership, shortest first, both ends
 * included: indices (uint32_t). Empty when there is none. New array, owned by the caller.
 */
GArray *directory_group_path(const Directory *directory, uint32_t from, uint32_t to);

#endif
