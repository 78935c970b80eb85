/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include "base/text.h"
#include "report/report_private.h"

#include <libsmartcols.h>
#include <string.h>

#define NARROWEST 40
#define NARROWEST_COLUMN 12
#define ENDLESS 100000

typedef struct {
    char **cells;
    const char *color;
} Row;

struct ReportTable {
    const ReportOptions *options;
    const char *const *columns;
    guint width;     /* how many columns */
    guint most;      /* rows that are shown */
    GPtrArray *rows; /* Row *, those that are shown */
    guint begun;
};

static void row_free(Row *row)
{
    g_strfreev(row->cells);
    g_free(row);
}

static bool has_width(const ReportOptions *options)
{
    return options->is_terminal && options->width > 0;
}

ReportTable *report_table_new(const ReportOptions *options, const char *const *columns, guint most)
{
    ReportTable *table = g_new0(ReportTable, 1);
    table->options = options;
    table->columns = columns;
    table->most = most;
    while (columns[table->width] != NULL)
        table->width++;
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify) row_free);
    return table;
}

void report_table_free(ReportTable *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table);
}

bool report_table_row(ReportTable *table)
{
    table->begun++;
    if (table->rows->len == table->most)
        return false;
    Row *row = g_new0(Row, 1);
    row->cells = g_new0(char *, table->width + 1);
    for (guint i = 0; i < table->width; i++)
        row->cells[i] = g_strdup("");
    g_ptr_array_add(table->rows, row);
    return true;
}

static Row *last_row(ReportTable *table)
{
    return g_ptr_array_index(table->rows, table->rows->len - 1);
}

/* Our sentences may be longer than what text_safe lets through; they are shown whole. */
static char *safe(const char *value)
{
    if (text_is_safe(value, strlen(value)))
        return g_strdup(value);
    return text_safe(value, -1);
}

void report_table_cell(ReportTable *table, size_t column, const char *value)
{
    Row *row = last_row(table);
    g_free(row->cells[column]);
    row->cells[column] = safe(value != NULL ? value : "");
}

void report_table_color(ReportTable *table, const char *color)
{
    if (table->options->color)
        last_row(table)->color = color;
}

/* ---- widths ---- */

static unsigned columns_of(const char *text, const char *end)
{
    unsigned columns = 0;
    for (; text < end; text = text_next(text)) {
        gunichar c = g_utf8_get_char(text);
        if (!g_unichar_iszerowidth(c))
            columns += g_unichar_iswide(c) ? 2 : 1;
    }
    return columns;
}

/*
 * Where the next piece of TEXT ends: behind a space or a comma, so that names of entries break
 * between their parts; or where WIDTH is used up.
 */
static const char *piece_end(const char *text, unsigned width)
{
    const char *end = text;
    while (*end != '\0') {
        const char *next = text_next(end);
        bool last = *end == ' ' || *end == ',';
        if (end > text && columns_of(text, next) > width && !last)
            return end;
        end = next;
        if (last)
            return end;
    }
    return end;
}

/* TEXT in lines of at most WIDTH columns; those after the first begin with INDENT. New string. */
static char *wrap(const char *text, unsigned width, const char *indent)
{
    GString *lines = g_string_new(NULL);
    unsigned at = 0;
    while (*text != '\0') {
        const char *end = piece_end(text, width);
        /* a space at the end of a line is in nobody's way */
        const char *visible = end[-1] == ' ' ? end - 1 : end;
        if (at > 0 && at + columns_of(text, visible) > width) {
            while (lines->len > 0 && lines->str[lines->len - 1] == ' ')
                g_string_truncate(lines, lines->len - 1);
            g_string_append_printf(lines, "\n%s", indent);
            at = (unsigned) strlen(indent);
        }
        g_string_append_len(lines, text, end - text);
        at += columns_of(text, end);
        text = end;
    }
    return g_string_free(lines, FALSE);
}

static void wrap_cells(ReportTable *table, guint column, unsigned width)
{
    for (guint i = 0; i < table->rows->len; i++) {
        Row *row = g_ptr_array_index(table->rows, i);
        char *wrapped = wrap(row->cells[column], width, "");
        g_free(row->cells[column]);
        row->cells[column] = wrapped;
    }
}

/* The columns that COLUMN needs; 0: every cell of it is empty. */
static unsigned natural_width(const ReportTable *table, guint column)
{
    unsigned widest = 0;
    for (guint i = 0; i < table->rows->len; i++) {
        const char *cell = ((const Row *) g_ptr_array_index(table->rows, i))->cells[column];
        widest = MAX(widest, columns_of(cell, cell + strlen(cell)));
    }
    unsigned heading = (unsigned) strlen(table->columns[column]);
    return widest == 0 ? 0 : MAX(widest, heading);
}

/* All columns and what is between them. */
static unsigned used_width(const ReportTable *table, const unsigned *widths)
{
    unsigned used = 0;
    for (guint i = 0; i < table->width; i++)
        used += widths[i] > 0 ? widths[i] + (i > 0) : 0;
    return used;
}

/* A sentence that stands before the last two columns leaves them half of what it would take; an
 * address stays in one piece. */
static void narrow_sentences(ReportTable *table, unsigned *widths, unsigned room)
{
    for (guint i = 0; i + 2 < table->width; i++) {
        unsigned others = used_width(table, widths) - widths[i] - widths[table->width - 1];
        unsigned half = room > others ? (room - others) / 2 : 0;
        if (widths[i] <= NARROWEST || half >= widths[i])
            continue;
        widths[i] = MAX(half, NARROWEST_COLUMN);
        wrap_cells(table, i, widths[i]);
    }
}

/* Makes the last two columns as narrow as the terminal wants them, and sentences before them. */
static void fit(ReportTable *table, unsigned *widths)
{
    unsigned room = (unsigned) MAX(table->options->width, NARROWEST);
    if (used_width(table, widths) <= room)
        return;
    narrow_sentences(table, widths, room);
    unsigned used = used_width(table, widths);
    guint last = table->width - 1;
    unsigned place = table->width > 2 ? widths[last - 1] : 0;
    unsigned fixed = used - widths[last] - place;
    unsigned rest = room > fixed ? room - fixed : 0;
    if (place > rest / 2) {
        place = MAX(rest / 2, NARROWEST_COLUMN);
        wrap_cells(table, last - 1, place);
    }
    wrap_cells(table, last, MAX(rest > place ? rest - place : 0, NARROWEST_COLUMN));
}

static void fill(const ReportTable *table, const unsigned *widths, struct libscols_table *target)
{
    for (guint i = 0; i < table->width; i++) {
        struct libscols_column *column = scols_table_new_column(
            target, table->columns[i], 0, SCOLS_FL_WRAP | (widths[i] == 0 ? SCOLS_FL_HIDDEN : 0));
        (void) scols_column_set_safechars(column, "\n\\");
        (void) scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
                                         NULL);
    }
    for (guint r = 0; r < table->rows->len; r++) {
        const Row *row = g_ptr_array_index(table->rows, r);
        struct libscols_line *line = scols_table_new_line(target, NULL);
        if (row->color != NULL)
            (void) scols_line_set_color(line, row->color);
        for (guint i = 0; i < table->width; i++)
            (void) scols_line_set_data(line, i, row->cells[i]);
    }
}

static void print_rows(ReportTable *table, FILE *out)
{
    g_autofree unsigned *widths = g_new0(unsigned, table->width);
    for (guint i = 0; i < table->width; i++)
        widths[i] = natural_width(table, i);
    if (has_width(table->options))
        fit(table, widths);
    /* these fail for a NULL table only, and running out of memory ends the program anyway */
    struct libscols_table *target = scols_new_table();
    (void) scols_table_enable_colors(target, table->options->color);
    (void) scols_table_set_termforce(target, SCOLS_TERMFORCE_ALWAYS);
    (void) scols_table_set_termwidth(target, ENDLESS);
    (void) scols_table_set_stream(target, out);
    fill(table, widths, target);
    (void) scols_print_table(target);
    scols_unref_table(target);
}

void report_table_print(ReportTable *table, FILE *out)
{
    if (table->begun == 0)
        return;
    if (table->rows->len > 0)
        print_rows(table, out);
    if (table->begun > table->rows->len)
        (void) fprintf(out, "... and %u more; %s\n", table->begun - table->rows->len,
                       report_more(table->options));
}

void report_sentence(const ReportOptions *options, FILE *out, unsigned indent, const char *sentence)
{
    g_autofree char *shown = safe(sentence);
    if (has_width(options)) {
        g_autofree char *margin = g_strnfill(indent + 2, ' ');
        char *wrapped = wrap(shown, (unsigned) MAX(options->width, NARROWEST), margin);
        g_free(shown);
        shown = wrapped;
    }
    (void) fprintf(out, "%*s%s\n", (int) indent, "", shown);
}
