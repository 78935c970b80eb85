/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A view as one page of HTML that needs nothing else: no script, style, font or picture from
 * elsewhere, and a policy in it that lets nothing be loaded or sent.
 *
 * The first rows of a table are markup, so that the page can be read without scripts and printed;
 * those behind are data in a compact form, which the page's own script searches and shows.
 */

#include "base/sha256.h"
#include "report/page.h"
#include "report/report_private.h"

#include <string.h>

#define ROWS_AS_MARKUP 1000

static const char *const roles[] = {
    [COLUMN_PLAIN] = "plain", [COLUMN_MARK] = "mark",     [COLUMN_PERSON] = "person",
    [COLUMN_NAME] = "name",   [COLUMN_NUMBER] = "number", [COLUMN_REASON] = "reason",
};

static void put(FILE *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        switch (*c) {
        case '&':
            (void) fputs("&amp;", out);
            break;
        case '<':
            (void) fputs("&lt;", out);
            break;
        case '>':
            (void) fputs("&gt;", out);
            break;
        case '"':
            (void) fputs("&quot;", out);
            break;
        case '\'':
            (void) fputs("&#39;", out);
            break;
        default:
            (void) fputc(*c, out);
        }
    }
}

/* A string of JSON that may stand in HTML. Views hold no control characters. */
static void put_json(FILE *out, const char *text)
{
    (void) fputc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (strchr("<>&", *c) != NULL)
            (void) fprintf(out, "\\u%04x", (unsigned) *c);
        else if (*c == '"' || *c == '\\')
            (void) fprintf(out, "\\%c", *c);
        else
            (void) fputc(*c, out);
    }
    (void) fputc('"', out);
}

/* "sha256-..." of TEXT, as a content security policy names it. New string. */
static char *policy_hash(const char *text)
{
    g_autoptr(Sha256) sum = sha256_new();
    guint8 bytes[SHA256_LENGTH];
    sha256_add(sum, text, strlen(text));
    sha256_end(sum, bytes);
    g_autofree char *encoded = g_base64_encode(bytes, sizeof bytes);
    return g_strconcat("sha256-", encoded, NULL);
}

static void put_head(const View *view, FILE *out)
{
    g_autofree char *style = policy_hash(page_css);
    g_autofree char *script = policy_hash(page_js);
    (void) fprintf(out,
                   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"robots\" content=\"noindex\">\n<title>",
                   style, script);
    put(out, view->title);
    (void) fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<div class=\"page\">\n",
                   page_css);
}

static void put_header(const View *view, FILE *out)
{
    (void) fputs("<header>\n<h1>", out);
    put(out, view->title);
    (void) fputs("</h1>\n", out);
    if (view->made != NULL) {
        (void) fputs("<p class=\"made\">", out);
        put(out, view->made);
        (void) fputs("</p>\n", out);
    }
    if (view->notes->len > 0) {
        (void) fputs("<ul class=\"notes\">\n", out);
        for (guint i = 0; i < view->notes->len; i++) {
            (void) fputs("<li>", out);
            put(out, g_ptr_array_index(view->notes, i));
            (void) fputs("</li>\n", out);
        }
        (void) fputs("</ul>\n", out);
    }
    (void) fputs("</header>\n", out);
    if (view->totals->len > 0)
        (void) fputs("<ul class=\"totals\">\n", out);
    for (guint i = 0; i < view->totals->len; i++) {
        const ViewTotal *total = g_ptr_array_index(view->totals, i);
        (void) fprintf(out, "<li class=\"%s\"><b>", tone_name(total->tone));
        put(out, total->value);
        (void) fputs("</b> <span>", out);
        put(out, total->label);
        (void) fputs("</span></li>\n", out);
    }
    if (view->totals->len > 0)
        (void) fputs("</ul>\n", out);
}

static bool is_loud(const ViewSection *section)
{
    for (guint i = 0; i < section->sentences->len; i++) {
        if (((const ViewSentence *) g_ptr_array_index(section->sentences, i))->tone == TONE_WARNS)
            return true;
    }
    return false;
}

static void put_sentences(const ViewSection *section, FILE *out)
{
    if (section->sentences->len == 0)
        return;
    bool loud = is_loud(section);
    if (loud)
        (void) fputs("<div class=\"callout warns\">\n", out);
    for (guint i = 0; i < section->sentences->len; i++) {
        const ViewSentence *sentence = g_ptr_array_index(section->sentences, i);
        (void) fputs(sentence->indent > 0 ? "<p class=\"below\">" : "<p>", out);
        put(out, sentence->text);
        (void) fputs("</p>\n", out);
    }
    if (loud)
        (void) fputs("</div>\n", out);
}

/* The class of a column: its role, and "what" or "outcome" where style wants to know. */
static void put_class(const ViewColumn *column, FILE *out)
{
    (void) fprintf(out, " class=\"%s", roles[column->role]);
    if (column->role == COLUMN_PLAIN && column->title[0] != '\0') {
        g_autofree char *name = g_ascii_strdown(column->title, -1);
        (void) fprintf(out, " %s", name);
    }
    (void) fputc('"', out);
}

/* What a narrow screen, which has no head, writes before a cell; NULL: the cell speaks for itself.
 */
static const char *label_of(const ViewColumn *column)
{
    bool plain = column->role == COLUMN_PLAIN || column->role == COLUMN_NUMBER;
    return plain && strcmp(column->title, "WHAT") != 0 ? column->title : NULL;
}

static void put_table_head(const ViewSection *section, const bool *hidden, FILE *out)
{
    (void) fputs("<table>\n<thead><tr>", out);
    for (guint i = 0; section->columns != NULL && i < section->width; i++) {
        if (hidden[i])
            continue;
        const char *label = label_of(&section->columns[i]);
        (void) fputs("<th scope=\"col\"", out);
        put_class(&section->columns[i], out);
        if (label != NULL)
            (void) fprintf(out, " data-label=\"%s\"", label);
        (void) fprintf(out, ">%s</th>", section->columns[i].title);
    }
    if ((section->flags & SECTION_BARS) != 0)
        (void) fputs("<th></th>", out);
    (void) fputs("</tr></thead>\n<tbody>\n", out);
}

static void put_cell(const ViewColumn *column, const char *value, FILE *out)
{
    const char *label = label_of(column);
    (void) fputs("<td", out);
    put_class(column, out);
    if (label != NULL && value[0] != '\0')
        (void) fprintf(out, " data-label=\"%s\"", label);
    (void) fputc('>', out);
    if (column->role == COLUMN_PERSON && value[0] != '\0') {
        g_autofree char *escaped = g_uri_escape_string(value, NULL, false);
        (void) fputs("<a href=\"#q=", out);
        put(out, escaped);
        (void) fputs("\">", out);
        put(out, value);
        (void) fputs("</a>", out);
    } else {
        put(out, value);
    }
    (void) fputs("</td>", out);
}

static double number_in(const ViewRow *row, guint column)
{
    return (double) g_ascii_strtoll(row->cells[column], NULL, 10);
}

/* The greatest number of the last two columns. */
static double greatest(const ViewSection *section)
{
    double most = 1;
    for (guint r = 0; r < section->rows->len; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        most =
            MAX(most, MAX(number_in(row, section->width - 2), number_in(row, section->width - 1)));
    }
    return most;
}

static void put_bar(const ViewSection *section, const ViewRow *row, double most, FILE *out)
{
    char now[G_ASCII_DTOSTR_BUF_SIZE];
    char then[G_ASCII_DTOSTR_BUF_SIZE];
    (void) g_ascii_formatd(now, sizeof now, "%.2f",
                           number_in(row, section->width - 2) * 100 / most);
    (void) g_ascii_formatd(then, sizeof then, "%.2f",
                           number_in(row, section->width - 1) * 100 / most);
    (void) fprintf(out,
                   "<td class=\"bar\"><svg viewBox=\"0 0 100 18\" preserveAspectRatio=\"none\" "
                   "aria-hidden=\"true\"><rect class=\"now\" y=\"1\" width=\"%s\" height=\"7\"/>"
                   "<rect class=\"then\" y=\"10\" width=\"%s\" height=\"7\"/></svg></td>",
                   now, then);
}

static void put_rows(const ViewSection *section, const bool *hidden, FILE *out)
{
    bool bars = (section->flags & SECTION_BARS) != 0;
    double most = bars ? greatest(section) : 1;
    for (guint r = 0; r < section->rows->len && r < ROWS_AS_MARKUP; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        (void) fprintf(out, "<tr class=\"%s\">", tone_name(row->tone));
        for (guint i = 0; section->columns != NULL && i < section->width; i++) {
            if (!hidden[i])
                put_cell(&section->columns[i], row->cells[i], out);
        }
        if (bars)
            put_bar(section, row, most, out);
        (void) fputs("</tr>\n", out);
    }
    (void) fputs("</tbody>\n</table>\n", out);
}

/* The rows behind the first ones, each string once. */
static void put_rest(const ViewSection *section, const bool *hidden, FILE *out)
{
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) rows = g_string_new(NULL);
    guint next = 0;
    (void) fputs("<script type=\"application/json\" class=\"rest\">{\"s\":[", out);
    for (guint r = ROWS_AS_MARKUP; r < section->rows->len; r++) {
        const ViewRow *row = g_ptr_array_index(section->rows, r);
        g_string_append_printf(rows, "%s[%d", rows->len > 0 ? "," : "", (int) row->tone);
        for (guint i = 0; i < section->width; i++) {
            if (hidden[i])
                continue;
            gpointer known = g_hash_table_lookup(numbers, row->cells[i]);
            if (known == NULL) {
                known = GUINT_TO_POINTER(++next);
                g_hash_table_insert(numbers, row->cells[i], known);
                if (next > 1)
                    (void) fputc(',', out);
                put_json(out, row->cells[i]);
            }
            g_string_append_printf(rows, ",%u", GPOINTER_TO_UINT(known) - 1);
        }
        g_string_append_c(rows, ']');
    }
    (void) fprintf(out, "],\"r\":[%s]}</script>\n", rows->str);
}

static void put_table(const ViewSection *section, FILE *out)
{
    g_autofree bool *hidden = g_new0(bool, section->width + 1);
    for (guint i = 0; i < section->width; i++)
        hidden[i] = section_column_is_empty(section, i);
    if ((section->flags & SECTION_BARS) != 0)
        (void) fputs("<p class=\"legend\"><i></i>now<i class=\"after\"></i>then</p>\n", out);
    put_table_head(section, hidden, out);
    put_rows(section, hidden, out);
    if (section->rows->len <= ROWS_AS_MARKUP)
        return;
    put_rest(section, hidden, out);
    (void) fprintf(out,
                   "<p class=\"more\">%u more rows are in this page; a browser that runs its "
                   "script shows and searches them.</p>\n",
                   section->rows->len - ROWS_AS_MARKUP);
}

static void put_section(const ViewSection *section, const ReportOptions *options, FILE *out)
{
    bool table = section->rows->len > 0 && report_shows_rows(section, options);
    bool bars = (section->flags & SECTION_BARS) != 0;
    bool marked = section->columns != NULL && section->columns[0].role == COLUMN_MARK;
    if (table)
        (void) fprintf(out, "<section data-table class=\"%s%s\">\n", bars ? "bars" : "rows",
                       marked ? "" : " unmarked");
    else
        (void) fputs("<section>\n", out);
    if (section->title != NULL) {
        (void) fputs("<h2>", out);
        put(out, section->title);
        if (section->columns != NULL)
            (void) fprintf(out, " <span class=\"count\">%u</span>", section->rows->len);
        (void) fputs("</h2>\n", out);
    }
    put_sentences(section, out);
    if (table)
        put_table(section, out);
    (void) fputs("</section>\n", out);
}

static void put_footer(const View *view, FILE *out)
{
    (void) fputs("<footer>\n", out);
    if (view->footer->len > 0) {
        (void) fputs("<details><summary>Digests</summary>\n<dl>\n", out);
        for (guint i = 0; i < view->footer->len; i++) {
            const ViewTotal *total = g_ptr_array_index(view->footer, i);
            (void) fputs("<dt>", out);
            put(out, total->label);
            (void) fputs("</dt><dd>", out);
            put(out, total->value);
            (void) fputs("</dd>\n", out);
        }
        (void) fputs("</dl></details>\n", out);
    }
    (void) fputs("<p>toggl-ldap-sync " PROJECT_VERSION "</p>\n</footer>\n", out);
}

void report_view_html(const View *view, const ReportOptions *options, FILE *out)
{
    put_head(view, out);
    put_header(view, out);
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        if ((section->flags & SECTION_TOP) != 0 && !section_is_empty(section))
            put_sentences(section, out);
    }
    (void) fputs("<form class=\"search\" role=\"search\" hidden>\n"
                 "<input type=\"search\" autocomplete=\"off\" spellcheck=\"false\" "
                 "placeholder=\"Search people, groups, reasons\" aria-label=\"Search\">\n"
                 "<output></output>\n</form>\n<main>\n",
                 out);
    for (guint s = 0; s < view->sections->len; s++) {
        const ViewSection *section = g_ptr_array_index(view->sections, s);
        if ((section->flags & SECTION_TOP) == 0 && !section_is_empty(section))
            put_section(section, options, out);
    }
    (void) fputs("</main>\n", out);
    put_footer(view, out);
    (void) fprintf(out, "</div>\n<script>%s</script>\n</body>\n</html>\n", page_js);
}
