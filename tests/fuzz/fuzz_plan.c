/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader of saved plans: whatever the file, it is refused, or it is a plan that the rest of the
 * program can lift, batch, narrow and write again. The seal is no help: whoever can write a plan
 * can seal it.
 */

#include "base/json.h"
#include "fuzz.h"
#include "sync/carry.h"
#include "sync/document_private.h"

#include <string.h>

/* All rails that the plan breaks are passed, and half of its changes are gone. */
static void handle(Plan *plan)
{
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        g_ptr_array_add(lifts, rail_lift_new(rail->kind, rail->subject, rail->found));
    }
    carry_lift(plan, lifts);
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *request = g_ptr_array_index(plan->requests, i);
        MUST(request->id == i + 1 && request->changes->len > 0);
    }
    g_autoptr(Organization) nobody = organization_new(7);
    g_autoptr(Plan) empty = plan_new();
    g_autoptr(GPtrArray) drifts = drift_check(plan, empty, nobody);
    for (guint i = 0; i < drifts->len; i++) {
        g_autofree char *line = drift_text(plan, g_ptr_array_index(drifts, i));
        MUST(g_utf8_validate(line, -1, NULL) && strchr(line, '\n') == NULL);
    }
    g_ptr_array_set_size(drifts, (gint) (drifts->len / 2));
    plan_narrow(plan, drifts, nobody);
    carry_lift(plan, NULL);
}

static void check(Plan *plan)
{
    g_free(plan_document_text(plan));
    g_autoptr(Plan) again = NULL;
    g_free(plan->digests.changes);
    plan->digests.changes = NULL; /* the writer computes it */
    g_autofree char *sealed = plan_document_text(plan);
    g_autoptr(GError) error = NULL;
    MUST(plan_document_read(sealed, strlen(sealed), &again, &error));
    g_autofree char *same = plan_document_text(again);
    MUST(strcmp(sealed, same) == 0);
    handle(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Plan) sealed = NULL;
    g_autoptr(GError) error = NULL;
    const char *text = (const char *) data;
    if (!plan_document_read(text, size, &sealed, &error)) {
        MUST(sealed == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
        g_clear_error(&error);
    }
    g_autoptr(json_t) document = NULL;
    g_autoptr(Plan) plan = NULL;
    if (json_parse(text, size, "it is no JSON", &document, NULL) &&
        plan_document_decode(document, &plan, &error))
        check(plan);
    return 0;
}
