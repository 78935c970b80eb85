/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HOLDS_H
#define SYNC_HOLDS_H

/*
 * holds - whether what a change wanted is so in an organization that was just read. Pure.
 *
 * It decides what nobody answered, and what a plan of yesterday need not do any more.
 */

#include "model/change.h"
#include "model/organization.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether what CHANGE wanted is so in ORGANIZATION. A resent invitation leaves no trace there, and
 * is taken to have been sent. */
bool change_holds(const Change *change, const Organization *organization);

/* The member that CHANGE is about; NULL when there is none, or it is about nobody. */
Member *change_member(const Change *change, const Organization *organization);

/* The id of the group or workspace that CHANGE made; 0 when it makes none, or it is not there. */
int64_t change_created_id(const Change *change, const Organization *organization);

#endif
