/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_PRIVATE_H
#define STATE_STATE_PRIVATE_H

/*
 * state_private - what the files of this room share.
 *
 *   database  the connection: statements, transactions, and errors in words
 *   owner     whom the file belongs to, and how root becomes that user
 *   lock      PATH.lock
 *   schema    the tables, and how an older file becomes one of today
 *   meta      whose state this is, and the few values that belong to no row
 *   words     enumerations as the words that stand in the tables
 *   load      tables -> ledger;   save: ledger -> tables
 *   journal   requests;   confirmed: what they did;   run: the history of runs
 *   approvals who has approved which plan
 *   audit     the file that says who did what
 *   retention what was kept long enough goes
 *   decisions what people decided;   forget: one person less in all of it
 *   fact      small values by key;   care: copies, checks, and taking over
 */

#include "state/audit.h"
#include "state/state.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "base/autoptr.h"

struct State {
    char *path;
    StateMode mode;
    int64_t organization; /* the caller's */
    sqlite3 *database;
    int lock;                 /* descriptor of PATH.lock; -1: read only */
    bool bound;               /* the file says whose it is */
    bool immutable;           /* opened as a file that nobody writes, see database_open */
    struct stat opened;       /* of an immutable file, when it was opened */
    GArray *written;          /* WrittenRow, of the transaction under way */
    GHashTable *noted;        /* facts that are not on the disk yet: char * -> char * or NULL */
    int64_t known_generation; /* what the lock file says */
    Audit *audit;             /* NULL: nobody keeps one */
    int64_t audited_run;      /* the run whose beginning stands there; 0: none */
};

/* ---- state.c ---- */

/* Opens the state at PATH for writing, whosever and however old it is, but of ORGANIZATION. */
bool state_open_foreign(const char *path, int64_t organization, State **ret_state, GError **error);

/* ---- database.c ---- */

/* Opens STATE->path in STATE->mode. The file of STATE_WRITE is created when it is not there. */
bool database_open(State *state, GError **error);
void database_close(State *state);

/* Whether a file that was opened as immutable was written to since. */
bool database_was_overtaken(const State *state);

/* The statement that SQL says, or NULL with SYNC_ERROR_STATE. The caller's. */
sqlite3_stmt *database_prepare(const State *state, const char *sql, GError **error);

/* Runs STATEMENT, which gives no rows, to its end; it can be bound again then. */
bool database_run(const State *state, sqlite3_stmt *statement, GError **error);

/* Goes to the next row of STATEMENT; *RET_ROW is false at the end. */
bool database_next(const State *state, sqlite3_stmt *statement, bool *ret_row, GError **error);

/* Runs SQL, one or more statements without values. */
bool database_execute(const State *state, const char *sql, GError **error);

/* The single number that SQL asks for; 0 when there is no row. */
bool database_number(const State *state, const char *sql, int64_t *ret_number, GError **error);

/*
 * A transaction. database_commit takes the result DONE of what was in it: it commits, or, when DONE
 * is false (ERROR is set then) or the commit fails, undoes everything.
 */
bool database_begin(const State *state, GError **error);
bool database_commit(const State *state, bool done, GError **error);

/* SYNC_ERROR_STATE from what SQLite says, with the path and what to do. VERB: "read", "written". */
bool database_fail(const State *state, const char *verb, GError **error);

/* Binds text, which may be NULL and must live until the statement has run, at POSITION. */
void database_bind_text(sqlite3_stmt *statement, int position, const char *text);

/* Column as text that lives until the next step, or as a new string; NULL for NULL. */
const char *database_peek_text(sqlite3_stmt *statement, int column);
char *database_text(sqlite3_stmt *statement, int column);

/* Waits until what PATH holds, opened with FLAGS of open(2), is on the disk; says in errno why it
 * cannot. */
bool database_sync(const char *path, int flags);

/* The same of the name of the file PATH, which is new. */
bool database_sync_name(const char *path);

/* "sudo -u OWNER", or "sudo" when that is root: who may use PATH, or who will once there is a
 * state. New string. */
char *database_owner_command(const char *path);

/* ---- lock.c ---- */

/* Takes PATH.lock for STATE, whose lock is -1. Errors: SYNC_ERROR_LOCKED, SYNC_ERROR_STATE. */
bool lock_take(State *state, GError **error);

/* What is wrong with the folder of the state at PATH, for a warning; NULL: nothing. In a container
 * nobody else is there, so that it is no error. New string. */
char *lock_folder_problem(const char *path);

/* What the lock file says of the generation, without taking it, into STATE->known_generation. */
void lock_look(State *state);

/* Writes GENERATION beside the line about the holder, and remembers that it stands there. */
void lock_note_generation(State *state, int64_t generation);
void lock_release(State *state);

/* ---- schema.c ---- */

#define STATE_APPLICATION_ID 0x546c5379 /* "TlSy" */

/* What leads from each version to the next, as lists of SQL that end in NULL; the first makes all.
 */
typedef struct {
    const char *const *const *steps;
    int count;
} Migrations;
extern const Migrations schema_migrations;

/*
 * Brings the file to the newest version of MIGRATIONS, with a copy in PATH.before-N first. In
 * STATE_READ mode it only looks: *RET_EMPTY says that the file holds nothing yet.
 */
bool schema_prepare(State *state, const Migrations *migrations, bool *ret_empty, GError **error);

/* ---- pair.c: the tables "fact" and "meta", which hold a value for a key ---- */

/* The value of KEY in TABLE; NULL: there is none. The caller's. */
bool pair_get(const State *state, const char *table, const char *key, char **ret_value,
              GError **error);

/* A VALUE of NULL takes the key away. What is there already is not written again. */
bool pair_set(const State *state, const char *table, const char *key, const char *value,
              GError **error);

/* ---- meta.c ---- */

bool meta_get(const State *state, const char *key, char **ret_value, GError **error);
/* A VALUE of NULL takes the key away. What is there already is not written again. */
bool meta_set(const State *state, const char *key, const char *value, GError **error);

/* The same for numbers; 0 when there is none. */
bool meta_number(const State *state, const char *key, int64_t *ret_number, GError **error);
bool meta_set_number(const State *state, const char *key, int64_t number, GError **error);

/* Refuses a file of another organization, or of another organization or machine. */
bool meta_check_organization(const State *state, GError **error);
bool meta_check_owner(State *state, GError **error);

/*
 * The generation of a state counts the runs that were begun with it. It stands in the lock file
 * too, after it is safe in the state: so a copy of the state that was put back is recognised.
 */
bool meta_count_generation(const State *state, int64_t *ret_generation, GError **error);
bool meta_check_age(const State *state, GError **error);

/* Says in the file whose it is, unless it says so already; inside a transaction or outside. */
bool meta_bind_owner(State *state, GError **error);

/* The name of this machine in the state, salted and hashed; NULL when it has none. New string. */
char *meta_machine(void);

/* ---- words.c ---- */

/* Words in the order of an enumeration, ended by NULL. */
typedef const char *const *Words;
extern const Words words_link_origin;
extern const Words words_grant_kind;
extern const Words words_grant_origin;
extern const Words words_binding_kind;
extern const Words words_interval_kind;

/* The number of TEXT among WORDS; false when it is none of them, or NULL. */
bool words_find(Words words, const char *text, unsigned *ret_value);

/* A role by its name; NULL is ROLE_NONE. */
bool words_find_role(const char *text, Role *ret_role);

/* ---- fact.c ---- */

/* Writes what was noted, inside a transaction of the caller's, who says afterwards how it ended. */
bool facts_write(const State *state, GError **error);
void facts_written(const State *state, bool committed);

/* ---- confirmed.c ---- */

/* Notes CONFIRMED (ConfirmedChange; may be NULL) of RUN, inside a transaction of the caller's. */
bool confirmed_write(const State *state, int64_t run, const GArray *confirmed, int64_t now,
                     GError **error);

/* ---- decisions.c ---- */

/* Writes DECISIONS (Decision *), each with its line of the audit file, inside a transaction of the
 * caller's; the rows of LEDGER have their numbers. */
bool decisions_write(const State *state, const GPtrArray *decisions, const Ledger *ledger,
                     GError **error);

/* ---- save.c ---- */

/* One row of a ledger that the transaction under way has written. */
typedef struct {
    LedgerRow *row;
    bool numbered; /* it got its id there */
} WrittenRow;

/*
 * Writes the dirty rows of LEDGER (may be NULL) and the noted facts, inside a transaction of the
 * caller's, who says afterwards how it ended: rows are clean and numbered, and notes written, only
 * once they are committed.
 */
bool ledger_write(State *state, const Ledger *ledger, GError **error);
void ledger_written(State *state, Ledger *ledger, bool committed);

#endif
