/* SPDX-License-Identifier: Apache-2.0 */
#include "model/inspection.h"

static void step_free(gpointer data)
{
    InspectionStep *step = data;
    g_free(step->what);
    g_free(step->detail);
    g_free(step);
}

Inspection *inspection_new(const char *source, const char *server, const char *kind)
{
    Inspection *inspection = g_new0(Inspection, 1);
    inspection->source = g_strdup(source);
    inspection->server = g_strdup(server);
    inspection->kind = g_strdup(kind);
    inspection->steps = g_ptr_array_new_with_free_func(step_free);
    return inspection;
}

void inspection_free(Inspection *inspection)
{
    if (inspection == NULL)
        return;
    g_free(inspection->source);
    g_free(inspection->server);
    g_free(inspection->kind);
    g_free(inspection->dn);
    g_free(inspection->anchor);
    g_ptr_array_unref(inspection->steps);
    g_free(inspection);
}

void inspection_add(Inspection *inspection, InspectionVerdict verdict, char *detail,
                    const char *what, ...)
{
    InspectionStep *step = g_new0(InspectionStep, 1);
    va_list arguments;
    va_start(arguments, what);
    step->what = g_strdup_vprintf(what, arguments);
    va_end(arguments);
    step->verdict = verdict;
    step->detail = detail;
    g_ptr_array_add(inspection->steps, step);
}

const char *inspection_verdict_name(InspectionVerdict verdict)
{
    static const char *const names[] = {
        [INSPECTION_FACT] = "",
        [INSPECTION_YES] = "yes",
        [INSPECTION_NO] = "no",
        [INSPECTION_UNKNOWN] = "only the server can tell",
    };
    return names[verdict];
}
