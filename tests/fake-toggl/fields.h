/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_FIELDS_H
#define FAKE_TOGGL_FIELDS_H

/*
 * fields - which fields a body may have, and of which type: nothing else is let through.
 *
 *     static const Field fields[] = {{"name", FIELD_STRING}, {"users", FIELD_IDS}, {0}};
 *     if (!fields_match(body, fields)) ...
 *
 * A null is a wrong type. Which fields must be there is the operation's business, because each has
 * its own message for that.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    FIELD_STRING,
    FIELD_BOOLEAN,
    FIELD_INTEGER,
    FIELD_NUMBER,
    FIELD_IDS,     /* a list of integers */
    FIELD_STRINGS, /* a list of strings */
    FIELD_OBJECTS, /* a list of objects */
    FIELD_OBJECT,
    FIELD_ANY
} FieldType;

typedef struct {
    const char *name; /* NULL: the end */
    FieldType type;
} Field;

/* Is BODY an object that has only FIELDS, each of its type? */
bool fields_match(const json_t *body, const Field *fields);

/* Do these strings hold anything but space? NULL: no. */
bool text_present(const char *text);
/* How many characters, not bytes. */
size_t text_length(const char *text);
/* A positive whole number in decimal, and nothing after it. */
bool text_to_id(const char *text, int64_t *ret);
/* Is it an address as a form would take it? */
bool text_is_email(const char *text);

/* The integers of a list; a NULL list is empty. New array of int64_t. */
GArray *ids_of(const json_t *list);
bool ids_unique(const GArray *ids);

#endif
