/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

/*
 * secret - where a configuration keeps its secrets: anywhere but in itself.
 *
 *   file:PATH             a file of ours or of root that nobody else can touch
 *   env:NAME              an environment variable
 *   credential:NAME       a file in $CREDENTIALS_DIRECTORY, as systemd gives it; where that is not
 *                         set, the file that the units give to systemd, as with file:
 *   command:PROGRAM ARGS  what a program prints, started without a shell
 *
 * "We" are the user that works with the state, also while the process is still root: root's service
 * and root's own hands find the same secrets.
 *
 * Of what was read exactly one newline at the end is dropped. No message holds any of it.
 */

#include "base/process.h"
#include "base/secret.h"

#include <glib.h>
#include <stdbool.h>

/* Checks the form of REFERENCE without opening anything. Error: SYNC_ERROR_CONFIG, without its
 * text. */
bool secret_reference_check(const char *reference, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where a configuration looks for its secrets. */
typedef struct {
    const char *folder;      /* where relative paths begin */
    const char *credentials; /* what the units' LoadCredential= names, a folder */
    ProcessUser user;        /* whom the secrets are for */
} SecretPlaces;

/* The folder of the credentials of the configuration at PATH: see secret.c. New string. */
char *secret_credentials_folder(const char *path);

/* Reads the secret that REFERENCE names. On success *RET is the caller's. Errors:
 * SYNC_ERROR_CONFIG.
 */
bool secret_reference_read(const char *reference, const SecretPlaces *places, Secret **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the value of a key called NAME (may be NULL) must not be shown, whatever stands there. */
bool secret_key_is_private(const char *name);

#endif
