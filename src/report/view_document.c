/* SPDX-License-Identifier: Apache-2.0 */

/* A view as data. */

#include "report/view.h"

/* The array KEY of DOCUMENT, made when it is not there. Owned by DOCUMENT. */
static json_t *list_of(json_t *document, const char *key)
{
    json_t *list = json_object_get(document, key);
    if (list == NULL) {
        list = json_array();
        (void) json_object_set_new(document, key, list);
    }
    return list;
}

static json_t *row_document(const ViewSection *section, const ViewRow *row)
{
    json_t *object = json_object();
    for (guint i = 0; i < section->width; i++) {
        const ViewColumn *column = &section->columns[i];
        if (column->role == COLUMN_MARK)
            continue;
        g_autofree char *key = g_ascii_strdown(column->title, -1);
        g_strdelimit(key, " ", '_');
        const char *cell = row->cells[i];
        json_t *value = column->role != COLUMN_NUMBER ? json_string(cell)
                        : *cell == '\0'               ? json_null()
                                        : json_integer(g_ascii_strtoll(cell, NULL, 10));
        (void) json_object_set_new(object, key, value);
    }
    return object;
}

static void add_section(json_t *document, const ViewSection *section)
{
    for (guint i = 0; i < section->sentences->len; i++) {
        const ViewSentence *sentence = g_ptr_array_index(section->sentences, i);
        (void) json_array_append_new(list_of(document, "notes"), json_string(sentence->text));
    }
    if (section->columns == NULL)
        return;
    json_t *list = list_of(document, section->key != NULL ? section->key : "rows");
    for (guint r = 0; r < section->rows->len; r++)
        (void) json_array_append_new(list,
                                     row_document(section, g_ptr_array_index(section->rows, r)));
}

json_t *view_document(const View *view, const char *format)
{
    json_t *document =
        json_pack("{ss si ss}", "format", format, "version", 1, "title", view->title);
    if (view->made != NULL)
        (void) json_object_set_new(document, "made", json_string(view->made));
    for (guint i = 0; i < view->notes->len; i++)
        (void) json_array_append_new(list_of(document, "notes"),
                                     json_string(g_ptr_array_index(view->notes, i)));
    json_t *totals = json_object();
    for (guint i = 0; i < view->totals->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->totals, i);
        if (total->key != NULL)
            (void) json_object_set_new(totals, total->key, json_integer(total->count));
    }
    if (json_object_size(totals) > 0)
        (void) json_object_set_new(document, "totals", totals);
    else
        json_decref(totals);
    for (guint s = 0; s < view->sections->len; s++)
        add_section(document, g_ptr_array_index(view->sections, s));
    return document;
}
