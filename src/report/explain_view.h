/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_EXPLAIN_VIEW_H
#define REPORT_EXPLAIN_VIEW_H

/*
 * explain_view - one person, from the entry to what will happen, for somebody who has to tell them.
 */

#include "model/inspection.h"
#include "report/view.h"
#include "sync/explain.h"

#include <glib.h>

/*
 * INSPECTIONS (Inspection *): how the directories see the entry. WHO: as it was asked. WITH:
 * "attribute=value", NULL-terminated, what was supposed; may be NULL. The caller's.
 */
View *explain_view(const Explanation *explanation, const GPtrArray *inspections, const char *who,
                   char **with);

#endif
