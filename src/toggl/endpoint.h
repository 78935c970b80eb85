/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_ENDPOINT_H
#define TOGGL_ENDPOINT_H

/*
 * endpoint - the table of the API's operations: what each is called, where it goes, what it takes,
 * what it answers.
 *
 *     const Endpoint *endpoint = endpoint_find("get_organization_users");
 *     for (const EndpointField *field = endpoint->fields; field->name != NULL; field++)
 *
 * The client, the command `api` with its help and its completions, and the tests of the contract
 * and of the fake Toggl all read this one table. Names are those of Toggl's published description
 * of its API v9; 25 operations are those of its organizations, the others serve them.
 *
 * Invariants
 *  - names are unique; every "{word}" of a path is a field in the path, and the other way round;
 *  - a field that holds an id says whose id it is, since Toggl gives one person three.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Whose number it is. */
typedef enum {
    ID_NONE,
    ID_ORGANIZATION,
    ID_ORGANIZATION_USER, /* the membership in an organization */
    ID_USER,              /* the account */
    ID_WORKSPACE,
    ID_WORKSPACE_USER, /* the membership in a workspace */
    ID_GROUP,
    ID_ROLE,
    ID_INVITATION,
    ID_PLAN,
} IdKind;

typedef enum { IN_PATH, IN_QUERY, IN_BODY } FieldPlace;

typedef enum {
    FIELD_TEXT,
    FIELD_WORD,    /* one of a few words, see `words` */
    FIELD_WORDS,   /* some of a few words, with commas between */
    FIELD_SECRET,  /* text that is never shown: an invitation code */
    FIELD_ID,      /* a positive number of 63 bits */
    FIELD_IDS,     /* a list of these; in a query with commas between */
    FIELD_INTEGER, /* any number of 64 bits */
    FIELD_DECIMAL,
    FIELD_FLAG, /* true or false */
    FIELD_TEXTS,
    FIELD_OBJECT,
    FIELD_OBJECTS,
    FIELD_ANY,
} FieldType;

typedef struct {
    const char *name; /* NULL: the end of the list */
    FieldPlace place;
    FieldType type;
    IdKind id;
    bool required;
    const char *words; /* "asc|desc"; NULL: anything */
    const char *help;
} EndpointField;

typedef enum {
    BODY_NONE,
    BODY_OBJECT,         /* the fields that are in the body, at least one */
    BODY_OBJECT_OR_NONE, /* the same, or no body at all */
    BODY_LIST,           /* a list of such objects */
    BODY_OBJECT_OR_LIST, /* an object; what is learned of the server may make it a list of one */
} EndpointBody;

typedef enum {
    REPLY_OBJECT,
    REPLY_OBJECT_OR_NONE, /* 204: there is none */
    REPLY_LIST,
    REPLY_TEXT, /* a word such as OK, quoted or bare, or nothing at all */
} EndpointReply;

/* The bucket of the hourly quota that pays for a call. */
typedef enum { BUCKET_ORGANIZATION, BUCKET_ME, BUCKETS } Bucket;

typedef struct {
    const char *name;
    const char *group; /* what it is listed under: "Organization users" */
    const char *method;
    const char *path;            /* below the base URL; "{group_id}" stands for a field */
    const EndpointField *fields; /* ended by one without a name */
    EndpointBody body;
    EndpointReply reply;
    Bucket bucket;
    bool paged;       /* takes page and per_page */
    bool anonymous;   /* goes without the token */
    bool further;     /* none of the 25 operations of organizations */
    const char *row;  /* the id in each row of a paged list */
    const char *asks; /* what a person has to agree to first; NULL: nothing */
    const char *help; /* one line */
} Endpoint;

/* The whole table, in the order of its groups. *RET_COUNT is how many. Static. */
const Endpoint *endpoint_table(size_t *ret_count);

/* The operation called NAME, or NULL. Static. */
const Endpoint *endpoint_find(const char *name);

/* Its field called NAME, or NULL. */
const EndpointField *endpoint_field(const Endpoint *endpoint, const char *name);

/* Whether calling it may change something. */
bool endpoint_is_write(const Endpoint *endpoint);

/* "organization-user id" and the like; "" for ID_NONE. */
const char *id_kind_name(IdKind kind);

/* "list of ids" and the like. */
const char *field_type_name(FieldType type);

#endif
