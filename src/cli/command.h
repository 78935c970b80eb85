/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/*
 * command - what every command shares: the options that stand before and after its name, and how it
 * is found.
 *
 * A command is one row of the table in cli.c and one function. It gets its arguments without its
 * name and returns the exit status; errors it passes up, the caller prints them.
 */

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *config;
    bool verbose;
    bool quiet;
    bool trace;
    char *color; /* "auto", "always", "never"; NULL: auto */
} GlobalOptions;

typedef struct {
    const char *name;
    const char *usage; /* what follows the name: "[--out FILE] ..." */
    /* What may stand where, for completing: forms with commas between; small letters are a word,
     * others say what kind of value, and "..." at the end that it may repeat. NULL: nothing. */
    const char *arguments;
    const char *summary; /* one line; NULL: no command for people, --help does not show it */
    /* Returns the exit status; -1 with ERROR set for everything that went wrong. */
    int (*run)(GlobalOptions *global, int argc, char **argv, GError **error);
} Command;

/* The table, ended by a row without a name. */
const Command *command_table(void);

/*
 * Parses the arguments of COMMAND with ENTRIES and the global ones; what is left stands in *ARGV,
 * from 1 on. --help prints and sets *RET_HELPED. False with SYNC_ERROR_USAGE.
 */
bool command_parse(const char *name, GOptionEntry *entries, GlobalOptions *global, int *argc,
                   char ***argv, bool *ret_helped, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The options of COMMAND (NULL: those that stand before it) with those for everywhere, as
 * GOptionEntry without places for values; strings are static. New.
 */
GArray *command_options(const Command *command);

/* The configuration file that was named on the command line; NULL: the usual one. Borrowed. */
const char *command_config(void);

/* The configuration file, named or the usual one. Borrowed. */
const char *command_config_path(const GlobalOptions *global);

/* Who sits in front of it, behind sudo too. New string. */
char *command_user(void);

/* Whether output to standard output shall be coloured. */
bool command_color(const GlobalOptions *global);

/* The commands. */
int plan_command(GlobalOptions *global, int argc, char **argv, GError **error);
int approve_command(GlobalOptions *global, int argc, char **argv, GError **error);
int person_command(GlobalOptions *global, int argc, char **argv, GError **error);
int apply_command(GlobalOptions *global, int argc, char **argv, GError **error);
int sync_command(GlobalOptions *global, int argc, char **argv, GError **error);
int check_command(GlobalOptions *global, int argc, char **argv, GError **error);
int snapshot_command(GlobalOptions *global, int argc, char **argv, GError **error);
int explain_command(GlobalOptions *global, int argc, char **argv, GError **error);
int diff_config_command(GlobalOptions *global, int argc, char **argv, GError **error);
int access_review_command(GlobalOptions *global, int argc, char **argv, GError **error);
int init_command(GlobalOptions *global, int argc, char **argv, GError **error);
int support_bundle_command(GlobalOptions *global, int argc, char **argv, GError **error);
int history_command(GlobalOptions *global, int argc, char **argv, GError **error);
int undo_command(GlobalOptions *global, int argc, char **argv, GError **error);
int state_command(GlobalOptions *global, int argc, char **argv, GError **error);
int api_command(GlobalOptions *global, int argc, char **argv, GError **error);
int complete_command(GlobalOptions *global, int argc, char **argv, GError **error);
int status_command(GlobalOptions *global, int argc, char **argv, GError **error);

#endif
