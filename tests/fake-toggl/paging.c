/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"

#include <string.h>

enum { PER_PAGE_DEFAULT = 50 };

static bool number_read(const Call *call, const char *name, int64_t *ret, Reply *reply)
{
    const char *text = g_hash_table_lookup(call->query, name);
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    int64_t value = g_ascii_strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || g_ascii_isspace(*text)) {
        reply_message(reply, 400, "Invalid value sent for '%s'.", name);
        return false;
    }
    if (value <= 0) {
        reply_message(reply, 400, "%s parameter must contain values > 0.", name);
        return false;
    }
    *ret = value;
    return true;
}

bool paging_read(const Call *call, Paging *ret, Reply *reply)
{
    Paging paging = {.page = 1, .per_page = PER_PAGE_DEFAULT};
    if (!number_read(call, "page", &paging.page, reply) ||
        !number_read(call, "per_page", &paging.per_page, reply)) {
        return false;
    }
    const char *direction = g_hash_table_lookup(call->query, "sort_dir");
    if (direction != NULL && strcmp(direction, "asc") != 0 && strcmp(direction, "desc") != 0) {
        reply_message(reply, 400, "sort_dir parameter can contain only 'asc' or 'desc'.");
        return false;
    }
    paging.descending = direction != NULL && strcmp(direction, "desc") == 0;
    paging.per_page = MIN(paging.per_page, call->manners->per_page_cap);
    *ret = paging;
    return true;
}

GPtrArray *paging_cut(const Paging *paging, const GPtrArray *rows, bool headers, Reply *reply)
{
    int64_t count = rows->len;
    int64_t pages = (count + paging->per_page - 1) / paging->per_page;
    GPtrArray *page = g_ptr_array_new();
    if (paging->page <= pages) {
        int64_t first = (paging->page - 1) * paging->per_page;
        int64_t after = MIN(first + paging->per_page, count);
        for (int64_t i = first; i < after; i++) {
            g_ptr_array_add(page, rows->pdata[paging->descending ? count - 1 - i : i]);
        }
    }
    if (headers) {
        reply_header(reply, "X-Page", "%" PRId64, paging->page);
        reply_header(reply, "X-Page-Size", "%" PRId64, paging->per_page);
        reply_header(reply, "X-Pages", "%" PRId64, pages);
        reply_header(reply, "X-Records", "%" PRId64, count);
        reply_header(reply, "X-Sort-Order", "%s", paging->descending ? "desc" : "asc");
    }
    return page;
}
