/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

/*
 * view - what is to be shown, before anybody asks in which format: sentences, totals and tables.
 *
 *     g_autoptr(View) view = view_new("Plan for 'Example'");
 *     ViewSection *section = view_section(view, SECTION_DETAIL, "Invite");
 *     section_columns(section, columns);
 *     section_row(section, TONE_GIVES);
 *     section_cell(section, 0, mail);
 *
 * Whoever has something to show fills one; the writers of text, Markdown, CSV and HTML print it.
 * So the numbers and the words of all formats are the same, and a new format serves every command.
 *
 * Everything put in is made safe to show here: no control character, no bidirectional mark, no
 * byte that is no UTF-8 comes out again. What a format must escape besides is up to its writer.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* What a row or a sentence is about, for colours. */
typedef enum { TONE_PLAIN, TONE_GIVES, TONE_TAKES, TONE_ALTERS, TONE_WARNS, TONES } Tone;

/* What a column holds; writers set some of them apart. */
typedef enum {
    COLUMN_PLAIN,
    COLUMN_MARK,   /* one character, "+"; not in CSV, where WHAT says it */
    COLUMN_PERSON, /* an address or another name by which somebody is looked for */
    COLUMN_NAME,   /* what the person is called; in text only where addresses tell nobody apart */
    COLUMN_NUMBER,
    COLUMN_REASON, /* a sentence */
} ColumnRole;

typedef struct {
    const char *title;
    ColumnRole role;
} ViewColumn;

typedef struct {
    char **cells; /* one for each column */
    Tone tone;
} ViewRow;

typedef struct {
    char *text;
    Tone tone;
    unsigned indent; /* in columns of text */
} ViewSentence;

enum {
    SECTION_DETAIL = 1 << 0, /* a summary says only how many rows it has */
    SECTION_FACTS = 1 << 1,  /* text and Markdown leave it out, unless asked for all */
    SECTION_TOP = 1 << 2,    /* a page shows it before the others */
    SECTION_BARS = 1 << 3,   /* the last two columns are numbers, before and after */
};

typedef struct {
    unsigned flags;
    const char *key;           /* by which view_document names it; static; NULL: "notes" */
    char *title;               /* NULL: none */
    GPtrArray *sentences;      /* ViewSentence * */
    const ViewColumn *columns; /* NULL: no table; else ended by a title that is NULL */
    guint width;               /* how many columns */
    GPtrArray *rows;           /* ViewRow * */
} ViewSection;

/* A number that counts for the whole. */
typedef struct {
    char *label;
    char *value;
    Tone tone;
    const char *key; /* what it is called as data; NULL: it is for people only */
    int64_t count;   /* with a key: the number */
} ViewTotal;

typedef struct {
    char *title;
    char *made;          /* when and how: "made 2026-11-24T12:00:00Z, offline"; NULL: not said */
    GPtrArray *notes;    /* char *: where it comes from */
    GPtrArray *totals;   /* ViewTotal * */
    GPtrArray *sections; /* ViewSection *, in the order of text */
    GPtrArray *footer;   /* ViewTotal *: digests and the like, for those who look closely */
} View;

View *view_new(const char *title, ...) G_GNUC_PRINTF(1, 2);
void view_free(View *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

void view_made(View *view, const char *format, ...) G_GNUC_PRINTF(2, 3);
void view_note(View *view, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* LABEL is copied. */
void view_total(View *view, Tone tone, const char *label, const char *value, ...)
    G_GNUC_PRINTF(4, 5);

/* The number COUNT of what LABEL says, which is KEY (static) as data. */
void view_count(View *view, Tone tone, const char *key, const char *label, int64_t count);

void view_footer(View *view, const char *label, const char *value);

/* A new section at the end, owned by VIEW; TITLE may be NULL. One that stays empty is not shown. */
ViewSection *view_section(View *view, unsigned flags, const char *title);

void section_say(ViewSection *section, Tone tone, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A sentence below the one before it. */
void section_say_below(ViewSection *section, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* COLUMNS must outlive the view and are ended by one without a title. */
void section_columns(ViewSection *section, const ViewColumn *columns);

/* Begins a row of empty cells; section_cell sets those of the row begun last. NULL is empty. */
void section_row(ViewSection *section, Tone tone);
void section_cell(ViewSection *section, guint column, const char *value);
void section_number(ViewSection *section, guint column, gint64 value);

/* A whole row at once: as many cells as there are columns; each may be NULL. */
void section_cells(ViewSection *section, Tone tone, const char *const *cells);

/* Whether there is anything to show in SECTION. */
bool section_is_empty(const ViewSection *section);

/* Whether COLUMN is empty in every row; it is not shown then. */
bool section_column_is_empty(const ViewSection *section, guint column);

/* Names SECTION in documents; several sections of one name are one list there. KEY is static. */
void section_key(ViewSection *section, const char *key);

/*
 * VIEW as data, for programs: FORMAT ("toggl-ldap-sync explanation"), the totals, and the rows of
 * each section as objects by the titles of their columns in lower case. New reference.
 */
json_t *view_document(const View *view, const char *format);

/* "gives", "takes", "alters", "warns", "plain". */
const char *tone_name(Tone tone);

#endif
