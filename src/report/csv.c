/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A view as one table of comma-separated values (RFC 4180), for a spreadsheet: UTF-8 with the mark
 * by which spreadsheets know it. The first column says which part of the view a row is of.
 *
 * A cell that a spreadsheet would take for a formula gets an apostrophe in front, as the field's
 * advice against formula injection says.
 */

#include "report/report_private.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

static bool is_formula(const char *text)
{
    /* full-width forms are taken for the plain ones by some */
    static const char *const wide[] = {"\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\x9d",
                                       "\xef\xbc\xa0"};
    while (*text == ' ')
        text++;
    if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(wide); i++) {
        if (g_str_has_prefix(text, wide[i]))
            return true;
    }
    return false;
}

/* One cell, with the comma before it unless it is the first. */
static void put(FILE *out, guint column, const char *text)
{
    if (column > 0)
        (void) fputc(',', out);
    bool formula = is_formula(text);
    if (!formula && strpbrk(text, ",\"\r\n ;") == NULL) {
        (void) fputs(text, out);
        return;
    }
    (void) fputc('"', out);
    if (formula)
        (void) fputc('\'', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"')
            (void) fputc('"', out);
        (void) fputc(*c, out);
    }
    (void) fputc('"', out);
}

/* The titles of all columns of all tables, each once, in the order in which they come. */
static GPtrArray *all_columns(const View *view)
{
    GPtrArray *titles = g_ptr_array_new();
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        for (guint i = 0; section->rows->len > 0 && i < section->width; i++) {
            gpointer title = (gpointer) (guintptr) section->columns[i].title;
            if (section->columns[i].role != COLUMN_MARK &&
                !g_ptr_array_find_with_equal_func(titles, title, g_str_equal, NULL))
                g_ptr_array_add(titles, title);
        }
    }
    return titles;
}

/* A row that only has its part and its last cell. */
static void put_note(const GPtrArray *titles, const char *part, const char *text, FILE *out)
{
    put(out, 0, part);
    for (guint i = 0; i < titles->len; i++)
        put(out, i + 1, "");
    put(out, titles->len + 1, text);
    (void) fputs("\r\n", out);
}

static void put_row(const ViewSection *section, const ViewRow *row, const GPtrArray *titles,
                    FILE *out)
{
    put(out, 0, section->title != NULL ? section->title : "");
    for (guint t = 0; t < titles->len; t++) {
        const char *cell = "";
        for (guint i = 0; i < section->width; i++) {
            if (strcmp(section->columns[i].title, g_ptr_array_index(titles, t)) == 0)
                cell = row->cells[i];
        }
        put(out, t + 1, cell);
    }
    put(out, titles->len + 1, "");
    (void) fputs("\r\n", out);
}

static void put_section(const ViewSection *section, const GPtrArray *titles, bool rows, FILE *out)
{
    for (guint i = 0; i < section->sentences->len; i++) {
        const ViewSentence *sentence = g_ptr_array_index(section->sentences, i);
        put_note(titles, section->title != NULL ? section->title : "", sentence->text, out);
    }
    for (guint r = 0; rows && r < section->rows->len; r++)
        put_row(section, g_ptr_array_index(section->rows, r), titles, out);
    if (!rows && section->rows->len > 0) {
        g_autofree char *count = g_strdup_printf("%u", section->rows->len);
        put_note(titles, section->title != NULL ? section->title : "", count, out);
    }
}

void report_view_csv(const View *view, const ReportOptions *options, FILE *out)
{
    g_autoptr(GPtrArray) titles = all_columns(view);
    (void) fputs(MARK, out);
    put(out, 0, "SECTION");
    for (guint i = 0; i < titles->len; i++)
        put(out, i + 1, g_ptr_array_index(titles, i));
    put(out, titles->len + 1, "NOTE");
    (void) fputs("\r\n", out);
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        if (section->columns != NULL)
            put_section(section, titles, report_shows_rows(section, options), out);
    }
    put_note(titles, "About", view->title, out);
    if (view->made != NULL)
        put_note(titles, "About", view->made, out);
    for (guint i = 0; i < view->notes->len; i++)
        put_note(titles, "About", g_ptr_array_index(view->notes, i), out);
    for (guint i = 0; i < view->totals->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->totals, i);
        g_autofree char *text = g_strconcat(total->value, " ", total->label, NULL);
        put_note(titles, "Totals", text, out);
    }
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        if (section->columns == NULL)
            put_section(section, titles, false, out);
    }
    for (guint i = 0; i < view->footer->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->footer, i);
        g_autofree char *text = g_strconcat(total->label, ": ", total->value, NULL);
        put_note(titles, "Digests", text, out);
    }
}
