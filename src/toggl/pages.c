/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/pages.h"

#include "base/error.h"
#include "base/json.h"
#include "toggl/facts.h"
#include "toggl/operations.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define MOST_PAGES INT64_C(100000)

/* Page sizes that are tried, one after the other, when a server refuses the one asked for. */
static const int64_t smaller_pages[] = {200, 50};

/* Whether what the headers of a page say fits the pages before it. */
typedef struct {
    const Listing *listing;
    int64_t per_page;
    int64_t records;  /* -1: not told */
    int64_t pages;    /* -1: not told */
    size_t first;     /* how many rows the first page had */
    GHashTable *seen; /* ids */
    bool moved;       /* the list changed while it was read */
    bool pageless;    /* the second page was the first once more */
} Walk;

static bool row_id(const Endpoint *endpoint, const json_t *row, int64_t *ret, GError **error)
{
    /* listings before 2025 named the first one so */
    const char *older = "organization_user_id";
    bool old = json_object_get(row, endpoint->row) == NULL && json_object_get(row, older) != NULL;
    return json_get_int(row, old ? older : endpoint->row, 1, ret, error);
}

/* The ids of a page that were seen already are counted: those of a server without pages are all. */
static bool take_rows(Walk *walk, const Page *page, int64_t number, GError **error)
{
    size_t i = 0;
    json_t *row = NULL;
    size_t repeated = 0;
    json_array_foreach (page->rows, i, row) {
        int64_t id = 0;
        bool good = row_id(walk->listing->endpoint, row, &id, error);
        bool known = good && !g_hash_table_add(walk->seen, g_memdup2(&id, sizeof id));
        if (good && !known)
            good = walk->listing->row(walk->listing->context, row, error);
        if (!good) {
            g_prefix_error(error, "toggl: %s: row %zu: ", walk->listing->endpoint->name, i + 1);
            return false;
        }
        repeated += known ? 1 : 0;
    }
    bool silent = page->page < 0 && page->pages < 0 && page->records < 0;
    walk->pageless = silent && number == 2 && repeated == walk->first && i == repeated && i > 0;
    walk->moved = walk->moved || (repeated > 0 && !walk->pageless);
    if (number == 1)
        walk->first = i;
    return true;
}

/* True when PAGE, the NUMBERth, is the last one. */
static bool judge_page(Walk *walk, const Page *page, int64_t number)
{
    bool first = number == 1;
    if (first && page->page_size > 0 && page->page_size < walk->per_page)
        walk->per_page = page->page_size; /* the server's cap */
    if (!first && page->records != walk->records)
        walk->moved = true;
    if (page->page >= 0 && page->page != number)
        walk->moved = true;
    walk->records = page->records;
    walk->pages = page->pages;
    if (walk->moved || walk->pageless)
        return true;
    return page->pages >= 0 ? number >= page->pages : json_array_size(page->rows) == 0;
}

static bool read_page(Toggl *toggl, const Walk *walk, int64_t number, Page *ret, GError **error)
{
    const Endpoint *endpoint = walk->listing->endpoint;
    g_autoptr(json_t) arguments =
        json_pack("{sI sI}", "page", (json_int_t) number, "per_page", (json_int_t) walk->per_page);
    if (endpoint_field(endpoint, "sort_dir") != NULL)
        (void) json_object_set_new(arguments, "sort_dir", json_string("asc"));
    /* nothing is written through this pointer */
    if (walk->listing->arguments != NULL)
        (void) json_object_update(arguments, (json_t *) (uintptr_t) walk->listing->arguments);
    return operation_read(toggl, endpoint, arguments, ret, error);
}

static bool refuses_page_size(const GError *problem)
{
    return g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_API) &&
           strstr(problem->message, "per_page") != NULL;
}

/* The first page, in the size that the server takes. */
static bool read_first(Toggl *toggl, Walk *walk, Page *ret, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (read_page(toggl, walk, 1, ret, &problem))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(smaller_pages) && refuses_page_size(problem); i++) {
        if (smaller_pages[i] >= walk->per_page)
            continue;
        walk->per_page = smaller_pages[i];
        g_clear_error(&problem);
        if (read_page(toggl, walk, 1, ret, &problem)) {
            facts_learn_per_page(toggl, walk->per_page);
            return true;
        }
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* Every page once. */
static bool walk_pages(Toggl *toggl, Walk *walk, GError **error)
{
    for (int64_t number = 1; number <= MOST_PAGES; number++) {
        g_auto(Page) page = {0};
        bool read = number == 1 ? read_first(toggl, walk, &page, error)
                                : read_page(toggl, walk, number, &page, error);
        if (!read || !take_rows(walk, &page, number, error))
            return false;
        if (judge_page(walk, &page, number)) {
            guint distinct = g_hash_table_size(walk->seen);
            if (walk->records >= 0 && walk->records != (int64_t) distinct)
                walk->moved = true;
            return true;
        }
    }
    walk->moved = true;
    return true;
}

bool pages_read(Toggl *toggl, const Listing *listing, GError **error)
{
    guint distinct = 0;
    int64_t records = -1;
    for (int attempt = 0; attempt < PAGES_READS; attempt++) {
        if (attempt > 0)
            listing->restart(listing->context);
        g_autoptr(GHashTable) seen =
            g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        Walk walk = {.listing = listing,
                     .per_page = facts_per_page(toggl),
                     .records = -1,
                     .pages = -1,
                     .seen = seen};
        if (!walk_pages(toggl, &walk, error))
            return false;
        if (!walk.moved) {
            /* of a single page it may be the number of its rows */
            if (walk.pages > 1)
                facts_learn_per_page(toggl, walk.per_page);
            return true;
        }
        distinct = g_hash_table_size(seen);
        records = walk.records;
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "toggl: %s: the list did not hold still: %u different rows of %" G_GINT64_FORMAT
                " after %d reads\nhint: try again when nobody changes the organization",
                listing->endpoint->name, distinct, records, PAGES_READS);
    return false;
}

/* ---- collecting ---- */

static bool collect_row(void *context, const json_t *row, GError **error)
{
    (void) error; /* any row is good */
    json_t *rows = context;
    (void) json_array_append(rows, (json_t *) (uintptr_t) row);
    return true;
}

static void drop_rows(void *context)
{
    (void) json_array_clear(context);
}

bool pages_collect(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments, json_t **ret,
                   GError **error)
{
    g_autoptr(json_t) rows = json_array();
    Listing listing = {.endpoint = endpoint,
                       .arguments = arguments,
                       .row = collect_row,
                       .restart = drop_rows,
                       .context = rows};
    if (!pages_read(toggl, &listing, error))
        return false;
    *ret = g_steal_pointer(&rows);
    return true;
}
