/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_LEDGER_H
#define MODEL_LEDGER_H

/*
 * ledger - our memory between runs, as plain data: who is who, what we gave, since when somebody is
 * missing.
 *
 * Loaded by state (or from a snapshot), read by the pure functions of sync, changed by apply and by
 * the commands that record a decision. Rows remember whether they changed, so that state writes
 * only those.
 *
 *     Link *link = ledger_link(ledger, "ad", anchor);
 *     link->missing_since = now;
 *     link->row.dirty = true;
 *
 * Invariants
 *  - one link for each (source, anchor); one grant for each (member, kind, target, second target);
 *  - a row whose removed flag is set is gone for every reader and look-up, and is deleted by the
 * next save.
 */

#include "model/ids.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The end of a hold that only a release ends: 9999-12-31T23:59:59Z. */
#define HOLD_UNTIL_RELEASED INT64_C(253402300799)

typedef struct {
    int64_t id;   /* the row in the state; 0: not saved yet */
    bool dirty;   /* to be written */
    bool removed; /* to be deleted */
} LedgerRow;

/* Where a link came from. */
typedef enum { LINK_BY_INVITATION, LINK_BY_MAIL, LINK_BY_HAND } LinkOrigin;

/* (source, anchor) <-> Toggl's ids. */
typedef struct {
    LedgerRow row;
    char *source;
    char *anchor;
    char *anchor_kind; /* "entryUUID", "objectGUID", ... */
    LinkOrigin origin;
    char *mail_key; /* the chosen address when last read; a member is found by it while its id is
                       unknown */
    GPtrArray *mail_keys;                    /* every address ever seen, char * */
    char *dn;                                /* where the entry stood when last read */
    GPtrArray *dn_keys;                      /* every DN ever seen, char * */
    GPtrArray *uids;                         /* every login name ever seen, char * */
    UserId user_id;                          /* 0: not known yet */
    OrganizationUserId organization_user_id; /* 0: not known yet */
    int64_t first_seen;
    int64_t invited_at;     /* our last invitation or resend; 0: none by us */
    int64_t resends;        /* of that invitation */
    int64_t missing_since;  /* 0: not missing */
    int64_t reads_missed;   /* complete reads of sync or apply since then */
    int64_t unwanted_since; /* in the directory, but no rule wants them; 0: wanted */
    int64_t reads_unwanted;
    int64_t deactivated_at; /* by us, confirmed; 0: not by us */
    int64_t removed_at;     /* deleted by us, confirmed; 0: not by us */
    int64_t hold_until;     /* person hold; 0: none */
    char *hold_reason;
    int64_t released_at; /* person release: what waited for a person's word (a re-created or deleted
                            member, a possible twin) goes on; 0: nobody said so */
    bool left;           /* positively disabled or expired when last read; or away before, and who
                            is back now is not known */
} Link;

typedef enum {
    GRANT_GROUP,             /* target: group */
    GRANT_WORKSPACE,         /* target: workspace; role: what we gave, NONE: no opinion */
    GRANT_ORGANIZATION_ROLE, /* role: admin */
    GRANT_GROUP_WORKSPACE,   /* no member; target: group; second: workspace */
} GrantKind;

#define GRANT_KINDS (GRANT_GROUP_WORKSPACE + 1)

typedef enum { GRANT_GIVEN, GRANT_ADOPTED } GrantOrigin;

typedef struct {
    LedgerRow row;
    OrganizationUserId member; /* 0 for GRANT_GROUP_WORKSPACE */
    UserId user_id;            /* 0: not known yet */
    int64_t target;
    int64_t second; /* 0 but for GRANT_GROUP_WORKSPACE */
    int64_t since;
    GrantKind kind;
    Role role;
    Role role_before; /* what stood there before we raised it; NONE: nothing */
    GrantOrigin origin;
} Grant;

typedef enum { BINDING_GROUP, BINDING_WORKSPACE, BINDING_DIRECTORY_GROUP } BindingKind;

/*
 * A name in a rule <-> what it meant when first seen: an object of Toggl by its id, or, for
 * BINDING_DIRECTORY_GROUP, a group of a directory by its anchor, with target 0.
 */
typedef struct {
    LedgerRow row;
    BindingKind kind;
    char *name; /* as the rule gives it, after back references */
    int64_t target;
    bool created_by_us;
    char *group_anchor; /* BINDING_DIRECTORY_GROUP: which one; NULL otherwise */
    char *source;       /* of group_anchor */
} Binding;

typedef enum {
    INTERVAL_MEMBER,
    INTERVAL_GROUP,
    INTERVAL_WORKSPACE,
    INTERVAL_ORGANIZATION_ROLE
} IntervalKind;

/* Who had what, from when to when, ours or by hand, by which path. */
typedef struct {
    LedgerRow row;
    OrganizationUserId member;
    UserId user_id;
    char *mail;
    IntervalKind kind;
    int64_t target;
    char *target_name; /* what Toggl called it then; NULL: it has no name */
    Role role;
    int64_t since; /* when a complete read first saw it */
    int64_t until; /* when a complete read no longer saw it; 0: still there */
    bool ours;
    bool taken; /* ended by hand: it was given by us or taken over, and we did not take it away */
    char *path; /* the reason in words; NULL: by hand */
} Interval;

void interval_free(Interval *interval); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interval, interval_free)

/* Whether two intervals are about the same place of the same member, whenever; for GHashTable. */
guint interval_place_hash(gconstpointer interval);
gboolean interval_place_equal(gconstpointer a, gconstpointer b);

/* A member that must never be removed, by decision of the configuration or because Toggl said so
 * (paying user). */
typedef struct {
    LedgerRow row;
    UserId user_id;
    char *mail_key;
    char *reason;
} Protection;

/* The grants of one kind, and the links, to be looked up; private. */
typedef struct GrantIndex GrantIndex;
typedef struct LinkIndex LinkIndex;

typedef struct {
    bool known;                   /* false: there is no state yet, or a snapshot without one */
    int64_t organization_id;      /* 0: not bound yet */
    int64_t last_run;             /* when sync or apply last read both sides; 0: never */
    char *accepted_configuration; /* digest; NULL: none yet */
    GPtrArray *links;             /* Link * */
    GPtrArray *grants;            /* Grant * */
    GPtrArray *bindings;          /* Binding * */
    GPtrArray *intervals;         /* Interval *, open ones only */
    GPtrArray *protections;       /* Protection * */
    GHashTable
        *facts; /* char * -> char *: learned of Toggl, cached, counted; written through by state */
    GHashTable *
        notes; /* char * -> char *: what rails compare with, see ledger_note; NULL: to be deleted */
    bool notes_changed; /* since they were last read or written: there may be one for each group */
    /* look-ups, private */
    LinkIndex *link_index;
    GrantIndex *grant_indexes; /* one for each kind */
    GPtrArray *grant_blocks;   /* where the grants are */
    GHashTable *binding_index;
} Ledger;

Ledger *ledger_new(void);
void ledger_free(Ledger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ledger, ledger_free)

/* New, dirty rows, owned by LEDGER and found by the look-ups at once. Strings are copied. */
Link *ledger_add_link(Ledger *ledger, const char *source, const char *anchor);
Grant *ledger_add_grant(Ledger *ledger, GrantKind kind, OrganizationUserId member, int64_t target,
                        int64_t second);
Binding *ledger_add_binding(Ledger *ledger, BindingKind kind, const char *name, int64_t target);
Interval *ledger_add_interval(Ledger *ledger, IntervalKind kind, OrganizationUserId member,
                              int64_t target);
Protection *ledger_add_protection(Ledger *ledger, UserId user_id, const char *mail_key,
                                  const char *reason);

/*
 * Puts the grants into the order of members, kinds, targets and second targets: those of one member
 * stand together. New ones stand at the end until it is called again.
 */
void ledger_sort_grants(Ledger *ledger);

/* Look-ups; NULL when there is none. */
Link *ledger_link(const Ledger *ledger, const char *source, const char *anchor);
Grant *ledger_grant(const Ledger *ledger, GrantKind kind, OrganizationUserId member, int64_t target,
                    int64_t second);
Binding *ledger_binding(const Ledger *ledger, BindingKind kind, const char *name);

/* The links that name this member (Link *), or NULL. Owned by LEDGER; valid until a link changes
 * its member. */
const GPtrArray *ledger_member_links(const Ledger *ledger, OrganizationUserId member);

/* Says which member LINK means from now on. The look-ups follow. */
void ledger_set_member(Ledger *ledger, Link *link, OrganizationUserId member, UserId user_id);

/* Marks rows for deletion; look-ups no longer find them. */
void ledger_remove_link(Ledger *ledger, Link *link);
void ledger_remove_grant(Ledger *ledger, Grant *grant);
void ledger_remove_binding(Ledger *ledger, Binding *binding);

/*
 * Small values by key that a rail needs from one run to the next: how many people a directory held,
 * until when everything is held. A key that is not there
 * is NULL, or 0 as a number; setting NULL or 0 takes it away.
 */
const char *ledger_note(const Ledger *ledger, const char *key);
int64_t ledger_note_number(const Ledger *ledger, const char *key);
void ledger_set_note(Ledger *ledger, const char *key, const char *value);
void ledger_set_note_number(Ledger *ledger, const char *key, int64_t number);

/* The keys. A directory's name is put behind the first four. */
#define NOTE_PEOPLE_READ "people." /* of the last complete read that was believed */
#define NOTE_GROUPS_READ "groups."
#define NOTE_MAILS_READ "mails."       /* people with an address */
#define NOTE_DISABLED_READ "disabled." /* people who are disabled or expired */
#define NOTE_DOUBT "doubt"             /* since when the ledger itself is not believed */
#define NOTE_HOLD_UNTIL "hold.until"   /* person hold --all */
#define NOTE_HOLD_REASON "hold.reason"

/* Adds TEXT to a list of remembered strings; false when it was there. */
bool ledger_remember(GPtrArray *list, const char *text);
bool ledger_remembers(const GPtrArray *list, const char *text);

#endif
