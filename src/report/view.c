/* SPDX-License-Identifier: Apache-2.0 */
#include "report/view.h"

#include "base/text.h"

#include <string.h>

#define LONGEST_SENTENCE 4000
#define LONGEST_NAME 255

static void row_free(gpointer data)
{
    ViewRow *row = data;
    g_strfreev(row->cells);
    g_free(row);
}

static void sentence_free(gpointer data)
{
    g_free(((ViewSentence *) data)->text);
    g_free(data);
}

static void total_free(gpointer data)
{
    ViewTotal *total = data;
    g_free(total->label);
    g_free(total->value);
    g_free(total);
}

static void section_free(gpointer data)
{
    ViewSection *section = data;
    g_free(section->title);
    g_ptr_array_unref(section->sentences);
    g_ptr_array_unref(section->rows);
    g_free(section);
}

/* FORMAT filled in and made safe. */
static char *safe_text(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);

static char *safe_text(const char *format, va_list arguments)
{
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    return text_safe_within(raw, -1, LONGEST_SENTENCE);
}

View *view_new(const char *title, ...)
{
    View *view = g_new0(View, 1);
    va_list arguments;
    va_start(arguments, title);
    view->title = safe_text(title, arguments);
    va_end(arguments);
    view->notes = g_ptr_array_new_with_free_func(g_free);
    view->totals = g_ptr_array_new_with_free_func(total_free);
    view->sections = g_ptr_array_new_with_free_func(section_free);
    view->footer = g_ptr_array_new_with_free_func(total_free);
    return view;
}

void view_free(View *view)
{
    if (view == NULL)
        return;
    g_free(view->title);
    g_free(view->made);
    g_ptr_array_unref(view->notes);
    g_ptr_array_unref(view->totals);
    g_ptr_array_unref(view->sections);
    g_ptr_array_unref(view->footer);
    g_free(view);
}

void view_made(View *view, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_free(view->made);
    view->made = safe_text(format, arguments);
    va_end(arguments);
}

void view_note(View *view, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(view->notes, safe_text(format, arguments));
    va_end(arguments);
}

void view_total(View *view, Tone tone, const char *label, const char *value, ...)
{
    ViewTotal *total = g_new0(ViewTotal, 1);
    va_list arguments;
    va_start(arguments, value);
    total->value = safe_text(value, arguments);
    va_end(arguments);
    total->label = text_safe(label, -1);
    total->tone = tone;
    g_ptr_array_add(view->totals, total);
}

void view_count(View *view, Tone tone, const char *key, const char *label, int64_t count)
{
    view_total(view, tone, label, "%" G_GINT64_FORMAT, count);
    ViewTotal *total = g_ptr_array_index(view->totals, view->totals->len - 1);
    total->key = key;
    total->count = count;
}

void view_footer(View *view, const char *label, const char *value)
{
    ViewTotal *total = g_new0(ViewTotal, 1);
    total->label = text_safe(label, -1);
    total->value = text_safe(value, -1);
    g_ptr_array_add(view->footer, total);
}

ViewSection *view_section(View *view, unsigned flags, const char *title)
{
    ViewSection *section = g_new0(ViewSection, 1);
    section->flags = flags;
    section->title = title != NULL ? text_safe_within(title, -1, LONGEST_SENTENCE) : NULL;
    section->sentences = g_ptr_array_new_with_free_func(sentence_free);
    section->rows = g_ptr_array_new_with_free_func(row_free);
    g_ptr_array_add(view->sections, section);
    return section;
}

static void add_sentence(ViewSection *section, Tone tone, unsigned indent, char *text)
{
    ViewSentence *sentence = g_new0(ViewSentence, 1);
    sentence->text = text;
    sentence->tone = tone;
    sentence->indent = indent;
    g_ptr_array_add(section->sentences, sentence);
}

void section_say(ViewSection *section, Tone tone, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_sentence(section, tone, 0, safe_text(format, arguments));
    va_end(arguments);
}

void section_say_below(ViewSection *section, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_sentence(section, TONE_PLAIN, 2, safe_text(format, arguments));
    va_end(arguments);
}

void section_columns(ViewSection *section, const ViewColumn *columns)
{
    section->columns = columns;
    for (section->width = 0; columns[section->width].title != NULL;)
        section->width++;
}

void section_row(ViewSection *section, Tone tone)
{
    ViewRow *row = g_new0(ViewRow, 1);
    row->cells = g_new0(char *, section->width + 1);
    for (guint i = 0; i < section->width; i++)
        row->cells[i] = g_strdup("");
    row->tone = tone;
    g_ptr_array_add(section->rows, row);
}

void section_cell(ViewSection *section, guint column, const char *value)
{
    ViewRow *row = g_ptr_array_index(section->rows, section->rows->len - 1);
    ColumnRole role = section->columns[column].role;
    bool name = role == COLUMN_PERSON || role == COLUMN_NAME;
    g_free(row->cells[column]);
    row->cells[column] =
        text_safe_within(value != NULL ? value : "", -1, name ? LONGEST_NAME : LONGEST_SENTENCE);
}

void section_number(ViewSection *section, guint column, gint64 value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
    section_cell(section, column, text);
}

void section_cells(ViewSection *section, Tone tone, const char *const *cells)
{
    section_row(section, tone);
    for (guint i = 0; i < section->width; i++)
        section_cell(section, i, cells[i]);
}

bool section_is_empty(const ViewSection *section)
{
    return section->sentences->len == 0 && section->rows->len == 0;
}

bool section_column_is_empty(const ViewSection *section, guint column)
{
    for (guint i = 0; i < section->rows->len; i++) {
        const ViewRow *row = g_ptr_array_index(section->rows, i);
        if (row->cells[column][0] != '\0')
            return false;
    }
    return true;
}

void section_key(ViewSection *section, const char *key)
{
    section->key = key;
}

const char *tone_name(Tone tone)
{
    static const char *const names[] = {
        [TONE_PLAIN] = "plain",   [TONE_GIVES] = "gives", [TONE_TAKES] = "takes",
        [TONE_ALTERS] = "alters", [TONE_WARNS] = "warns",
    };
    _Static_assert(G_N_ELEMENTS(names) == TONES, "every tone has a name");
    return names[tone];
}
