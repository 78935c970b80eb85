/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

/*
 * metrics - a run as a file for node_exporter's textfile collector: gauges about the last run, by
 * the conventions of Prometheus. They hold no person's name.
 */

#include "report/bulletin.h"

#include <glib.h>
#include <stdint.h>

/* The whole file. New string. Pure. */
char *metrics_text(const Bulletin *bulletin);

/*
 * The time of the last success that TEXT, a file of metrics_text, tells; 0 when it tells none. For
 * a run that could not even open its state.
 */
int64_t metrics_last_success(const char *text);

#endif
