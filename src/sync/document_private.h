/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DOCUMENT_PRIVATE_H
#define SYNC_DOCUMENT_PRIVATE_H

/* What the writer (document.c) and the reader (document_read.c) of the plan must agree on. */

#include "sync/document.h"

#define PLAN_FORMAT "toggl-ldap-sync plan"
#define PLAN_VERSION 1

/* The key under which people of each kind of notice stand. */
extern const char *const plan_notice_keys[NOTICE_KINDS];

/* "sha256:..." of the canonical text of DOCUMENT, without the newline at the end, while its own
 * digest is empty. New string. */
char *plan_document_digest(const json_t *document);

/*
 * Reads DOCUMENT, any JSON, without a look at its seal and digests: what is accepted can be handled
 * by the rest of the program. Error: SYNC_ERROR_STALE, without the sentence around it.
 */
bool plan_document_decode(const json_t *document, Plan **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
