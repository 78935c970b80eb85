/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SECTIONS_H
#define CONFIG_SECTIONS_H

/*
 * sections - one function for each part of the file: takes it from the root and fills CONFIG.
 *
 * They run in this order: rules look at the sources by name.
 */

#include "config/config.h"
#include "config/reader.h"

void read_directories(Section *root, Config *config);
void read_toggl(Section *root, Config *config);
void read_rules(Section *root, Config *config);
void read_lifecycle(Section *root, Config *config);
void read_limits(Section *root, Config *config);
void read_approval(Section *root, Config *config);

/* Replaces *SLOT, a string with a default, by VALUE (taken) unless that is NULL. */
void replace_string(char **slot, char *value);

/*
 * The digest of the settings that decide, for SyncSettings.digest. New string, the caller's.
 */
char *digest_configuration(const Config *config);

#endif
