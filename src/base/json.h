/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * json - strict reading on top of Jansson: a field is there with the right type, or the caller is
 * told.
 *
 * All readers refuse duplicate keys, integers beyond 64 bits, text that is no UTF-8, and documents
 * that are too long or nested too deep. Messages name the field and what stood there.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/autoptr.h"
#include "base/json_cells.h"

/* Nothing that this program reads is nested half as deep. */
#define JSON_DEPTH_LIMIT 32U

/* Jansson counts bytes in an int. What comes from the net is shorter: see HTTP_BODY_LIMIT. */
#define JSON_LENGTH_LIMIT ((size_t) 1 << 30)

/*
 * Parses LENGTH bytes as one document of any type. On success *RET is a new reference. WHAT names
 * the document in messages. Error: SYNC_ERROR_INCOMPLETE with line and column.
 */
bool json_parse(const char *bytes, size_t length, const char *what, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Field KEY of OBJECT as an integer of at least MINIMUM. A missing or null field is an error.
 * Errors: SYNC_ERROR_INCOMPLETE. *RET is untouched on failure.
 */
bool json_get_int(const json_t *object, const char *key, int64_t minimum, int64_t *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Field KEY of OBJECT as a string, owned by OBJECT. A missing or null field is an error. */
bool json_get_string(const json_t *object, const char *key, const char **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Field KEY of OBJECT as an array, owned by OBJECT. A missing or null field is an error. */
bool json_get_array(const json_t *object, const char *key, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Lenient twins: FALLBACK when the field is missing, null, or of another type. */
int64_t json_int_or(const json_t *object, const char *key, int64_t fallback);
bool json_bool_or(const json_t *object, const char *key, bool fallback);
const char *json_string_or(const json_t *object, const char *key, const char *fallback);

/*
 * DOCUMENT as text, dumped with FLAGS of Jansson; what a terminal could take for more than text is
 * escaped in strings, so that printing it is harmless. New string, for g_free.
 */
char *json_text(const json_t *document, size_t flags);

/*
 * Walks the arrays that stand at the top of one big JSON object without holding the whole of it in
 * memory.
 *
 * For every element of every top-level array ELEMENT is called with the array's key; every other
 * top-level field is given to FIELD. Values are borrowed for the call. A callback that returns
 * false (with ERROR set) ends the walk.
 */
typedef struct {
    bool (*field)(void *context, const char *key, json_t *value, GError **error);
    bool (*element)(void *context, const char *key, const JsonCell *value, GError **error);
} JsonWalker;
bool json_walk(const char *bytes, size_t length, const char *what, const JsonWalker *walker,
               void *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
