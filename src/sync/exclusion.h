/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_EXCLUSION_H
#define SYNC_EXCLUSION_H

/*
 * exclusion - who is left alone on both sides, entry or not: by a pattern of exclude, or as an
 * external while the time lasts.
 *
 * Pure.
 */

#include "sync/settings.h"

#include <stdint.h>

/*
 * Why whoever has this address, or had an entry there, is left alone at NOW: words for a report, or
 * NULL. New string. MAIL, its key and DN may be NULL.
 */
char *exclusion_reason(const SyncSettings *settings, const char *mail, const char *mail_key,
                       const char *dn, int64_t now);

/* The same about externals only. */
char *exclusion_external_reason(const SyncSettings *settings, const char *mail_key, int64_t now);

/* The external with this address, over or not; NULL: there is none. */
const External *exclusion_external(const SyncSettings *settings, const char *mail_key);

#endif
