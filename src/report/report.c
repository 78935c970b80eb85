/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/error.h"
#include "base/json.h"
#include "report/plan_view.h"
#include "report/report_private.h"
#include "sync/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    void (*write)(const View *view, const ReportOptions *options, FILE *out);
} FormatRow;

static const FormatRow formats[] = {
    [REPORT_TEXT] = {"text", report_view_text},
    [REPORT_MARKDOWN] = {"markdown", report_view_markdown},
    [REPORT_CSV] = {"csv", report_view_csv},
    [REPORT_HTML] = {"html", report_view_html},
    [REPORT_JSON] = {"json", NULL},
};
_Static_assert(G_N_ELEMENTS(formats) == REPORT_FORMATS, "every format has a row");

const char *report_format_name(ReportFormat format)
{
    return formats[format].name;
}

bool report_format_parse(const char *name, ReportFormat *ret_format)
{
    for (int format = 0; format < REPORT_FORMATS; format++) {
        if (strcmp(name, formats[format].name) == 0) {
            *ret_format = (ReportFormat) format;
            return true;
        }
    }
    return false;
}

bool report_shows_rows(const ViewSection *section, const ReportOptions *options)
{
    return !(options->summary && (section->flags & SECTION_DETAIL) != 0);
}

const char *report_more(const ReportOptions *options)
{
    return options->more != NULL ? options->more : "--all shows them";
}

static bool flushed(FILE *out, GError **error)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return true;
    bool gone = errno == EPIPE;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "the report could not be written\nhint: %s",
                gone ? "whoever reads it has gone" : "is the disk full?");
    return false;
}

bool report_write_view(const View *view, ReportFormat format, const ReportOptions *options,
                       FILE *out, GError **error)
{
    g_return_val_if_fail(formats[format].write != NULL, false);
    formats[format].write(view, options, out);
    return flushed(out, error);
}

bool report_write_json(const json_t *document, FILE *out, GError **error)
{
    g_autofree char *text = json_text(document, JSON_INDENT(2) | JSON_SORT_KEYS);
    (void) fputs(text, out); /* ferror tells */
    (void) fputc('\n', out);
    return flushed(out, error);
}

bool report_write(const Plan *plan, ReportFormat format, const ReportOptions *options, FILE *out,
                  GError **error)
{
    if (format == REPORT_JSON) {
        g_autofree char *text = plan_document_text(plan);
        (void) fputs(text, out); /* ferror tells */
        return flushed(out, error);
    }
    g_autoptr(View) view = plan_view(plan);
    return report_write_view(view, format, options, out, error);
}

/* Whatever WRITE puts into a stream, as a string. */
typedef struct {
    const Plan *plan;
    const View *view;
    ReportFormat format;
    const ReportOptions *options;
} Wanted;

static char *text_of(const Wanted *wanted)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    if (out == NULL)
        g_error("no memory for a report");
    /* a stream in memory fails when memory runs out only, and that ends the program */
    bool written =
        wanted->plan != NULL
            ? report_write(wanted->plan, wanted->format, wanted->options, out, NULL)
            : report_write_view(wanted->view, wanted->format, wanted->options, out, NULL);
    if (!written || fclose(out) != 0)
        g_error("no memory for a report");
    char *text = g_strndup(bytes, length);
    free(bytes);
    return text;
}

char *report_text_of(const Plan *plan, ReportFormat format, const ReportOptions *options)
{
    return text_of(&(Wanted){.plan = plan, .format = format, .options = options});
}

char *report_view_text_of(const View *view, ReportFormat format, const ReportOptions *options)
{
    return text_of(&(Wanted){.view = view, .format = format, .options = options});
}
