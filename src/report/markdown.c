/* SPDX-License-Identifier: Apache-2.0 */

/* A view as Markdown (CommonMark with GitHub's tables), for a change ticket. */

#include "report/report_private.h"

#include <string.h>

/*
 * TEXT as Markdown that shows it: CommonMark lets every ASCII punctuation be escaped, and what is
 * markup in HTML becomes an entity. An '@' or '#' that would call somebody or name a ticket is one
 * too. A line break cannot be in it.
 */
static void put(FILE *out, const char *text)
{
    char before = ' ';
    for (const char *c = text; *c != '\0'; before = *c++) {
        bool word = g_ascii_isalnum(before) || (before & 0x80) != 0 || strchr("._%+-", before);
        if (*c == '&')
            (void) fputs("&amp;", out);
        else if (*c == '<')
            (void) fputs("&lt;", out);
        else if (*c == '>')
            (void) fputs("&gt;", out);
        else if (*c == '@' && !word)
            (void) fputs("&#64;", out);
        else if (*c == '#')
            (void) fputs("&#35;", out);
        else if (strchr("\\`*_{}[]!|~^$", *c) != NULL || (strchr("+-=:", *c) != NULL && c == text))
            (void) fprintf(out, "\\%c", *c);
        else
            (void) fputc(*c, out);
    }
}

static void put_totals(const View *view, FILE *out)
{
    if (view->totals->len == 0)
        return;
    (void) fputs("\n| Total | |\n| ---: | :--- |\n", out);
    for (guint i = 0; i < view->totals->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->totals, i);
        (void) fputs("| ", out);
        put(out, total->value);
        (void) fputs(" | ", out);
        put(out, total->label);
        (void) fputs(" |\n", out);
    }
}

static void put_table(const ViewSection *section, FILE *out)
{
    g_autofree bool *hidden = g_new0(bool, section->width + 1);
    if (section->columns == NULL)
        return;
    (void) fputc('\n', out);
    for (guint i = 0; i < section->width; i++) {
        hidden[i] = section_column_is_empty(section, i);
        if (!hidden[i])
            (void) fprintf(out, "| %s ", section->columns[i].title);
    }
    (void) fputs("|\n", out);
    for (guint i = 0; i < section->width; i++) {
        if (!hidden[i])
            (void) fputs(section->columns[i].role == COLUMN_NUMBER ? "| ---: " : "| --- ", out);
    }
    (void) fputs("|\n", out);
    for (guint r = 0; r < section->rows->len; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        for (guint i = 0; i < section->width; i++) {
            if (hidden[i])
                continue;
            (void) fputs("| ", out);
            put(out, row->cells[i]);
            (void) fputc(' ', out);
        }
        (void) fputs("|\n", out);
    }
}

static void put_section(const ViewSection *section, const ReportOptions *options, FILE *out)
{
    if (section->title != NULL) {
        (void) fputs("\n## ", out);
        put(out, section->title);
        if (section->columns != NULL)
            (void) fprintf(out, " (%u)", section->rows->len);
        (void) fputc('\n', out);
    }
    bool loud = false;
    for (guint i = 0; i < section->sentences->len; i++) {
        const ViewSentence *sentence = g_ptr_array_index(section->sentences, i);
        bool below = sentence->indent > 0;
        loud = sentence->tone == TONE_WARNS || (loud && below);
        /* in a quotation a line below follows an empty line of it */
        (void) fputs(!loud ? "\n" : below ? ">\n> " : "\n> ", out);
        put(out, sentence->text);
        (void) fputc('\n', out);
    }
    if (section->rows->len > 0 && report_shows_rows(section, options))
        put_table(section, out);
}

/* What is left out unless asked for all: how much it is, and how to ask. */
static void put_hidden(const ViewSection *section, FILE *out)
{
    (void) fputc('\n', out);
    put(out, section->title);
    (void) fprintf(out, " (%u): `--all` shows them\n", section->rows->len);
}

void report_view_markdown(const View *view, const ReportOptions *options, FILE *out)
{
    (void) fputs("# ", out);
    put(out, view->title);
    (void) fputc('\n', out);
    if (view->made != NULL) {
        (void) fputc('\n', out);
        put(out, view->made);
        (void) fputc('\n', out);
    }
    for (guint i = 0; i < view->notes->len; i++) {
        (void) fputs(i == 0 ? "\n- " : "- ", out);
        put(out, g_ptr_array_index(view->notes, i));
        (void) fputc('\n', out);
    }
    put_totals(view, out);
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        bool facts = (section->flags & SECTION_FACTS) != 0;
        if (section_is_empty(section))
            continue;
        if (options->all || !facts)
            put_section(section, options, out);
        else if (!options->summary && section->title != NULL)
            put_hidden(section, out);
    }
    if (view->footer->len > 0)
        (void) fputs("\n---\n", out);
    for (guint i = 0; i < view->footer->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->footer, i);
        (void) fputs(i == 0 ? "\n- " : "- ", out);
        put(out, total->label);
        (void) fputs(": ", out);
        put(out, total->value);
        (void) fputc('\n', out);
    }
}
