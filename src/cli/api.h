/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_API_H
#define CLI_API_H

/*
 * api - what the command `api` prints about the operations: all from the one table of them.
 */

#include "toggl/endpoint.h"

/* All operations, by group, one line each. */
void api_print_list(void);

/* What ENDPOINT is and takes. */
void api_print_help(const Endpoint *endpoint);

/* The whole table as JSON: for completions, and for tests of the contract. */
void api_print_table(void);

#endif
