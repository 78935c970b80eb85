/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_OVERVIEW_VIEW_H
#define REPORT_OVERVIEW_VIEW_H

/*
 * overview_view - what `status` shows: first whether all is well, then what needs a person, then
 * the rest.
 */

#include "report/view.h"
#include "sync/overview.h"

#include <jansson.h>

/* The caller's; OVERVIEW, which was judged, may go before it. */
View *overview_view(const Overview *overview);

/*
 * The same as data, "toggl-ldap-sync status", version 1: keys are only ever added. New reference.
 * toggl-ldap-sync(1) describes it.
 */
json_t *overview_document(const Overview *overview);

#endif
