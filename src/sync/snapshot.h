/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SNAPSHOT_H
#define SYNC_SNAPSHOT_H

/*
 * snapshot - an organization and the ledger as one JSON file, for planning without network and
 * secrets.
 *
 *     { "format": "toggl-ldap-sync snapshot", "version": 2, "created": "…",
 *       "organization": { "id", "name", "owner_user_id", "self_user_id", "self_is_admin", "seats",
 *                         "workspaces_complete", "groups_read" },
 *       "columns": { "members": ["id", "mail", …], "groups": […], … },
 *       "members": [ [4711, "zoe@example.org", …], … ], "groups": […], "workspaces": […],
 *       "ledger": { "known", "last_run", "accepted_configuration" },
 *       "links": […], "grants": […], "bindings": […], "protections": […] }
 *
 * One row a line. snapshot_rows.h says how a row is written. Nothing in it is secret.
 */

#include "model/ledger.h"
#include "model/organization.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The text of a snapshot taken at NOW. LEDGER may be NULL: the snapshot is without one. It is short
 * if the grants are sorted. New string. */
char *snapshot_text(const Organization *organization, const Ledger *ledger, int64_t now);

/*
 * Reads a snapshot from LENGTH bytes; NAME is for messages. The organization is indexed; a ledger
 * that the file does not hold has known == false. Errors: SYNC_ERROR_INCOMPLETE.
 */
bool snapshot_read(const char *bytes, size_t length, const char *name,
                   Organization **ret_organization, Ledger **ret_ledger, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
