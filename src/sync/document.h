/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DOCUMENT_H
#define SYNC_DOCUMENT_H

/*
 * document - the plan as canonical JSON, and back.
 *
 * The same plan gives the same bytes: keys sorted, one value a line, order as in the plan.
 */

#include "model/plan.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* The plan document, digests included. New reference. */
json_t *plan_document(const Plan *plan);

/* Its bytes, as `plan --format json` prints and `plan --out` saves them, with a newline at the end.
 * New string. */
char *plan_document_text(const Plan *plan);

/* "sha256:..." of the sorted changes without their id and reason. New string. */
char *plan_changes_digest(const Plan *plan);

/*
 * The plan that TEXT holds. Fails with SYNC_ERROR_STALE when it is damaged: not our format or
 * version, a digest that does not fit, a field that is missing.
 */
bool plan_document_read(const char *text, size_t length, Plan **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
