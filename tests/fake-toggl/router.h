/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_ROUTER_H
#define FAKE_TOGGL_ROUTER_H

/*
 * router - from a request to its operation, past the guards that all operations share.
 *
 * The guards, in this order: the script, credentials, the path (404, 405), the burst guard (429),
 * the quota (402), the query, the organization, the caller's rights (403), the body.
 */

#include "call.h"
#include "quota.h"
#include "script.h"

#include <stdio.h>

#define API_PREFIX "/api/v9"

typedef struct {
    World *world; /* owned, as is all of this */
    Quota *quota;
    Script *script;
    Manners manners;
    const char *token;
    char *save_path; /* NULL: nowhere */
    FILE *log;       /* NULL: none */
    int64_t requests;
} Service;

typedef struct {
    const char *method;
    const char *path;          /* without the query */
    GHashTable *query;         /* char * -> char * */
    const char *authorization; /* NULL: none */
    const char *content_type;  /* NULL: none */
    const char *body;
    size_t size;
} Request;

/* Answers REQUEST; writes it to the log. */
void service_answer(Service *service, const Request *request, Reply *reply);

/* Writes the state to its file. False with a new string that says why. */
bool service_save(const Service *service, char **ret_why);

/* The table of operations as JSON: operation, method, path, query. New reference. */
json_t *routes_json(void);

/* control.c: paths below /control, which are not Toggl's. */
void control_answer(Service *service, const Request *request, Reply *reply);

#endif
