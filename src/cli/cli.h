/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/*
 * cli - the command line: one table of commands, one file a command.
 */

/* The whole program. Returns the exit status. */
int cli_main(int argc, char *argv[]);

#endif
