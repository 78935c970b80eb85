/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_QUESTION_H
#define REPORT_QUESTION_H

/*
 * question - what somebody says yes to, in numbers. A long plan has scrolled away when the question
 * is asked.
 */

#include "model/plan.h"

/*
 * What PLAN would do now, a line each: what is taken away first, also when that is nothing, then
 * what is altered and given, then how much is held or waits and is not done. New string.
 */
char *question_text(const Plan *plan);

#endif
