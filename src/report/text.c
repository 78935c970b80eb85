/* SPDX-License-Identifier: Apache-2.0 */

/* A view on a terminal or in a pipe. */

#include "report/report_private.h"
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_IN_A_PIPE 100
#define LINES_IN_A_PIPE 150 /* a run of thousands of changes is one of many things in a log */
#define LOWEST 8            /* a terminal of fewer lines is taken for one of so many */

static const char *const colors[] = {
    [TONE_PLAIN] = NULL,     [TONE_GIVES] = "green", [TONE_TAKES] = "red",
    [TONE_ALTERS] = "brown", [TONE_WARNS] = "red",
};
_Static_assert(G_N_ELEMENTS(colors) == TONES, "every tone has a colour");

static void print_header(const View *view, const ReportOptions *options, FILE *out)
{
    g_autofree char *first =
        view->made != NULL ? g_strconcat(view->title, ", ", view->made, NULL) : NULL;
    report_sentence(options, out, 0, first != NULL ? first : view->title);
    for (guint i = 0; i < view->notes->len; i++)
        report_sentence(options, out, 0, g_ptr_array_index(view->notes, i));
}

/* The column of ROLE; the width of the section when there is none. */
static guint column_of(const ViewSection *section, ColumnRole role)
{
    guint column = 0;
    while (column < section->width && section->columns[column].role != role)
        column++;
    return column;
}

/* Whether two rows are about people of one address, whom only their names tell apart. */
static bool names_tell_apart(const ViewSection *section)
{
    guint who = column_of(section, COLUMN_PERSON);
    guint called = column_of(section, COLUMN_NAME);
    if (who == section->width || called == section->width)
        return false;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint r = 0; r < section->rows->len; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        char *name = row->cells[called];
        if (*name == '\0' || *row->cells[who] == '\0')
            continue;
        const char *known = g_hash_table_lookup(names, row->cells[who]);
        if (known != NULL && strcmp(known, name) != 0)
            return true;
        g_hash_table_insert(names, row->cells[who], name);
    }
    return false;
}

static void print_table(const ViewSection *section, const ReportOptions *options, guint most,
                        FILE *out)
{
    g_autofree const char **titles = g_new0(const char *, section->width + 1);
    g_autofree guint *from = g_new0(guint, section->width + 1);
    guint shown = 0;
    bool named = names_tell_apart(section);
    for (guint i = 0; i < section->width; i++) {
        if (section->columns[i].role == COLUMN_NAME && !named)
            continue;
        titles[shown] = section->columns[i].title;
        from[shown++] = i;
    }
    g_autoptr(ReportTable) table = report_table_new(options, titles, most);
    for (guint r = 0; r < section->rows->len; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        if (!report_table_row(table))
            continue;
        report_table_color(table, colors[row->tone]);
        for (guint i = 0; i < shown; i++)
            report_table_cell(table, i, row->cells[from[i]]);
    }
    report_table_print(table, out);
}

static void print_title(const ViewSection *section, const ReportOptions *options, FILE *out)
{
    if (section->title == NULL)
        return;
    g_autofree char *counted = g_strdup_printf("%s (%u)", section->title, section->rows->len);
    report_sentence(options, out, 0, section->columns != NULL ? counted : section->title);
}

/* What is left out unless asked for all: how much it is, and how to ask. */
static void print_hidden(const ViewSection *section, const ReportOptions *options, FILE *out)
{
    if (options->summary || section->title == NULL)
        return;
    g_autofree char *line =
        g_strdup_printf("%s (%u): %s", section->title, section->rows->len, report_more(options));
    (void) fputc('\n', out);
    report_sentence(options, out, 0, line);
}

static void print(const View *view, const ReportOptions *options, guint most, FILE *out)
{
    print_header(view, options, out);
    bool apart = true;
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        bool facts = (section->flags & SECTION_FACTS) != 0;
        if (section_is_empty(section))
            continue;
        if (facts && !options->all) {
            print_hidden(section, options, out);
            continue;
        }
        bool rows = report_shows_rows(section, options);
        /* what a summary only counts needs no empty line before each count */
        if (rows || apart)
            (void) fputc('\n', out);
        apart = rows;
        print_title(section, options, out);
        for (guint i = 0; i < section->sentences->len; i++) {
            const ViewSentence *sentence = g_ptr_array_index(section->sentences, i);
            report_sentence(options, out, sentence->indent, sentence->text);
        }
        if (rows && section->columns != NULL)
            print_table(section, options, most, out);
    }
}

static char *printed(const View *view, const ReportOptions *options, guint most)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    if (out == NULL)
        g_error("no memory for a report");
    print(view, options, most, out);
    if (fclose(out) != 0)
        g_error("no memory for a report");
    char *text = g_strndup(bytes, length);
    free(bytes);
    return text;
}

static guint lines_of(const char *text)
{
    guint lines = 0;
    for (const char *end = strchr(text, '\n'); end != NULL; end = strchr(end + 1, '\n'))
        lines++;
    return lines;
}

/* TEXT cut to ROOM lines; the last says how many are not there. */
static void print_cut(const char *text, guint room, const char *more, FILE *out)
{
    guint left = lines_of(text);
    for (guint line = 1; left > 0 && line < room; line++, left--) {
        const char *end = strchr(text, '\n') + 1;
        (void) fwrite(text, 1, (size_t) (end - text), out); /* ferror tells */
        text = end;
    }
    if (left == 1)
        (void) fputs(text, out);
    else if (left > 1)
        (void) fprintf(out, "... and %u more lines; %s\n", left, more);
}

/* At most ROOM lines: as many rows a table as fit, and at most MOST, else the totals, else their
 * beginning. */
static void print_fitting(const View *view, const ReportOptions *options, guint room, guint most,
                          FILE *out)
{
    guint fits = 0;
    guint beyond = MIN(room, most) + 1;
    while (beyond - fits > 1) {
        guint middle = fits + (beyond - fits) / 2;
        g_autofree char *text = printed(view, options, middle);
        if (lines_of(text) <= room)
            fits = middle;
        else
            beyond = middle;
    }
    g_autofree char *text = printed(view, options, fits);
    if (lines_of(text) > room) {
        ReportOptions summary = *options;
        summary.summary = true;
        g_free(text);
        g_autofree char *totals = printed(view, &summary, fits);
        text = g_strconcat(totals, "... and the rows; ", report_more(options), "\n", NULL);
    }
    print_cut(text, room, report_more(options), out);
}

void report_view_text(const View *view, const ReportOptions *options, FILE *out)
{
    if (options->all || (options->is_terminal && options->height <= 0))
        print(view, options, G_MAXUINT, out);
    else if (options->is_terminal) /* one line is for the prompt */
        print_fitting(view, options, (guint) MAX(options->height, LOWEST) - 1, G_MAXUINT - 1, out);
    else
        print_fitting(view, options, LINES_IN_A_PIPE, ROWS_IN_A_PIPE, out);
}
