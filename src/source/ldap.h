/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDAP_H
#define SOURCE_LDAP_H

/*
 * ldap - a source that is an LDAP server.
 *
 * A read is a transaction: it brings everything, with the proof, or it fails. What may pass by
 * itself (a broken connection, a busy server) is tried again from the start, on a new connection,
 * at most twice; nothing of an attempt that failed is kept.
 */

#include "source/source.h"

/*
 * The source that SETTINGS describe (borrowed, must outlive it). Does not connect yet. CLOCK
 * measures and waits between attempts; what a socket waits for is real time. Error:
 * SYNC_ERROR_CONFIG for a connection that we are not willing to make.
 */
Source *source_ldap_new(const SourceSettings *settings, Clock *clock, GError **error);

#endif
