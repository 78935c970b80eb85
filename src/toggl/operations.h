/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_OPERATIONS_H
#define TOGGL_OPERATIONS_H

/*
 * operations - the API's operations that a sync needs, one function each, under the API's names.
 *
 * Reads give the answer as JSON of the shape that was promised: an object or a list. Anything else
 * (null, HTML, an object where a list belongs) is SYNC_ERROR_INCOMPLETE. Writes are all the same to
 * this room: a Request says which one, and how it is written is the business of encode.
 */

#include "toggl/client.h"

/* Every read: on success *RET is a new reference. */
bool get_me(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_me_workspaces(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_owner(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_groups(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_roles(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_workspaces_statistics(Toggl *toggl, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One page of users; the numbers are those of the paging headers, -1 where there is none. */
typedef struct {
    json_t *rows; /* owned */
    int64_t page;
    int64_t page_size;
    int64_t pages;
    int64_t records;
} UserPage;
void user_page_clear(UserPage *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UserPage, user_page_clear)

/* All statuses are asked for. PAGE counts from 1. */
bool get_organization_users(Toggl *toggl, int64_t page, int64_t per_page, UserPage *ret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Sends REQUEST once with BODY (NULL: none), which is what toggl_request_body made of it or another
 * form of the same. As client_write.
 */
bool send_request(Toggl *toggl, const Request *request, const json_t *body, Reply *ret,
                  bool *ret_sent, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The error that a refused REQUEST stands for. */
void set_request_error(const Toggl *toggl, const Request *request, const Reply *reply,
                       GError **error);

#endif
