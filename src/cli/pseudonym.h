/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PSEUDONYM_H
#define CLI_PSEUDONYM_H

/*
 * pseudonym - pseudonyms for everybody whom a command has met.
 */

#include "cli/context.h"
#include "report/pseudonyms.h"

#include <glib.h>

/* A new text that nobody can guess. New string. */
char *pseudonym_salt(void);

/*
 * New ones for one file: for everybody in what CONTEXT (may be NULL) has read, in LEDGER and in
 * PLAN (may be NULL both). Settled; the caller's.
 */
Pseudonyms *pseudonym_new(const Context *context, const Ledger *ledger, const Plan *plan);

#endif
