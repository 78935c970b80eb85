/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/error.h"
#include "report/report_private.h"
#include "sync/document.h"

typedef void (*ReportWriter)(const Plan *plan, const ReportOptions *options, FILE *out);

static const ReportWriter writers[] = {
    [REPORT_TEXT] = report_text,
    [REPORT_JSON] = report_json,
};
_Static_assert(G_N_ELEMENTS(writers) == REPORT_FORMATS, "every format has a writer");

void report_json(const Plan *plan, const ReportOptions *options, FILE *out)
{
    (void) options;
    g_autofree char *text = plan_document_text(plan);
    (void) fputs(text, out); /* ferror tells */
}

bool report_write(const Plan *plan, ReportFormat format, const ReportOptions *options, FILE *out,
                  GError **error)
{
    writers[format](plan, options, out);
    if (fflush(out) == 0 && !ferror(out))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                "the report could not be written\nhint: is the disk full?");
    return false;
}
