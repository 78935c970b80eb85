/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/operations.h"

#include "base/error.h"
#include "base/json.h"

#include <stdlib.h>

/* after jansson.h */
#include "base/autoptr.h"

/* What a read promises, for the two shapes there are. */
typedef struct {
    const char *operation;
    Bucket bucket;
    json_type shape;
} Read;

static bool parse_reply(const Read *read, const Reply *reply, json_t **ret, GError **error)
{
    g_autoptr(json_t) value = NULL;
    g_autofree char *what = g_strdup_printf("toggl: %s", read->operation);
    if (!json_parse((const char *) reply->http.body->data, reply->http.body->len, what, &value,
                    error))
        return false;
    if (json_typeof(value) != read->shape) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: the answer is not %s", what,
                    read->shape == JSON_ARRAY ? "a list" : "an object");
        return false;
    }
    *ret = g_steal_pointer(&value);
    return true;
}

static bool perform_read(Toggl *toggl, const Read *read, const char *path, Reply *reply,
                         json_t **ret, GError **error)
{
    Call call = {
        .operation = read->operation, .method = "GET", .path = path, .bucket = read->bucket};
    return client_read(toggl, &call, reply, error) && parse_reply(read, reply, ret, error);
}

static bool read_me(Toggl *toggl, const Read *read, const char *path, json_t **ret, GError **error)
{
    g_auto(Reply) reply = {0};
    return perform_read(toggl, read, path, &reply, ret, error);
}

static bool read_organization(Toggl *toggl, const Read *read, const char *below, json_t **ret,
                              GError **error)
{
    g_auto(Reply) reply = {0};
    g_autofree char *path = g_strdup_printf("/organizations/%" G_GINT64_FORMAT "%s",
                                            toggl->settings->organization, below);
    return perform_read(toggl, read, path, &reply, ret, error);
}

bool get_me(Toggl *toggl, json_t **ret, GError **error)
{
    return read_me(toggl, &(Read){"get_me", BUCKET_ME, JSON_OBJECT}, "/me", ret, error);
}

bool get_me_workspaces(Toggl *toggl, json_t **ret, GError **error)
{
    return read_me(toggl, &(Read){"get_me_workspaces", BUCKET_ME, JSON_ARRAY}, "/me/workspaces",
                   ret, error);
}

bool get_organization(Toggl *toggl, json_t **ret, GError **error)
{
    return read_organization(toggl, &(Read){"get_organization", BUCKET_ORGANIZATION, JSON_OBJECT},
                             "", ret, error);
}

bool get_organization_owner(Toggl *toggl, json_t **ret, GError **error)
{
    return read_organization(toggl,
                             &(Read){"get_organization_owner", BUCKET_ORGANIZATION, JSON_OBJECT},
                             "/owner", ret, error);
}

bool get_organization_groups(Toggl *toggl, json_t **ret, GError **error)
{
    return read_organization(toggl,
                             &(Read){"get_organization_groups", BUCKET_ORGANIZATION, JSON_ARRAY},
                             "/groups", ret, error);
}

bool get_organization_roles(Toggl *toggl, json_t **ret, GError **error)
{
    return read_organization(toggl,
                             &(Read){"get_organization_roles", BUCKET_ORGANIZATION, JSON_ARRAY},
                             "/roles", ret, error);
}

bool get_organization_workspaces_statistics(Toggl *toggl, json_t **ret, GError **error)
{
    return read_organization(
        toggl, &(Read){"get_organization_workspaces_statistics", BUCKET_ORGANIZATION, JSON_OBJECT},
        "/workspaces/statistics", ret, error);
}

void user_page_clear(UserPage *page)
{
    json_decref(page->rows);
    *page = (UserPage){0};
}

static int64_t paging_header(const Reply *reply, const char *name)
{
    const char *value = http_response_header(&reply->http, name);
    gint64 number = 0;
    if (value == NULL || !g_ascii_string_to_signed(value, 10, 0, G_MAXINT32, &number, NULL))
        return -1;
    return number;
}

bool get_organization_users(Toggl *toggl, int64_t page, int64_t per_page, UserPage *ret,
                            GError **error)
{
    g_auto(Reply) reply = {0};
    json_t *rows = NULL;
    g_autofree char *path =
        g_strdup_printf("/organizations/%" G_GINT64_FORMAT "/users?page=%" G_GINT64_FORMAT
                        "&per_page=%" G_GINT64_FORMAT "&sort_dir=asc",
                        toggl->settings->organization, page, per_page);
    if (!perform_read(toggl, &(Read){"get_organization_users", BUCKET_ORGANIZATION, JSON_ARRAY},
                      path, &reply, &rows, error))
        return false;
    *ret = (UserPage){
        .rows = rows,
        .page = paging_header(&reply, "X-Page"),
        .page_size = paging_header(&reply, "X-Page-Size"),
        .pages = paging_header(&reply, "X-Pages"),
        .records = paging_header(&reply, "X-Records"),
    };
    return true;
}

bool send_request(Toggl *toggl, const Request *request, const json_t *body, Reply *ret,
                  bool *ret_sent, GError **error)
{
    g_autofree char *path = toggl_request_path(request, toggl->settings->organization);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    Call call = {.operation = operation_name(request->operation),
                 .method = toggl_request_method(request),
                 .path = path,
                 .body = text,
                 .bucket = BUCKET_ORGANIZATION};
    bool answered = client_write(toggl, &call, ret, ret_sent, error);
    free(text);
    return answered;
}

void set_request_error(const Toggl *toggl, const Request *request, const Reply *reply,
                       GError **error)
{
    Call call = {.operation = operation_name(request->operation), .bucket = BUCKET_ORGANIZATION};
    client_set_error(toggl, &call, reply, error);
}
