/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_ARGUMENTS_H
#define TOGGL_ARGUMENTS_H

/*
 * arguments - the fields of one call of an operation, as an object: from words of a command line,
 * and to path, query and body.
 *
 *     json_t *arguments = json_pack("{sI sI}", "organization_id", id, "page", 2);
 *     arguments_check(endpoint, arguments, NULL, &error);
 *     path = arguments_path(endpoint, arguments, false);
 *
 * Errors are SYNC_ERROR_USAGE and name the operation and the field. Pure.
 */

#include "toggl/endpoint.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/*
 * Adds what WORD says: "key=value", where the value is read as the field's type wants it (lists
 * with commas between), or "key:=json". A key that is there already is an error.
 */
bool arguments_add_word(const Endpoint *endpoint, json_t *arguments, const char *word,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether ARGUMENTS are what ENDPOINT takes: known fields of the right type, all that are required.
 * BODY, when it is not NULL, stands in for the fields of the body, of which none may be there then.
 */
bool arguments_check(const Endpoint *endpoint, const json_t *arguments, const json_t *body,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The path with its query, in the order of the table, of ARGUMENTS that were checked. SHOWN: a
 * secret in it is "***", for the log. New string, owned by the caller.
 */
char *arguments_path(const Endpoint *endpoint, const json_t *arguments, bool shown);

/* The body of ARGUMENTS that were checked; NULL: none. New reference. */
json_t *arguments_body(const Endpoint *endpoint, const json_t *arguments);

#endif
