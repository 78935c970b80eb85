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
/* The parts of lifecycle that are lists and groups: same_domains, externals, invitations. */
void read_people_policy(Section *section, Lifecycle *lifecycle);

void read_limits(Section *root, Config *config);
void read_approval(Section *root, Config *config);

/* report, retention, audit: what is left behind; paths begin beside the state. */
void read_records(Section *root, Config *config);
void read_notify(Section *root, Config *config);

/* Reports NAME, which stands in SETTING, when it cannot be the name of an attribute. */
void check_attribute(Section *section, const config_setting_t *setting, const char *name);

/* Replaces *SLOT, a string with a default, by VALUE (taken) unless that is NULL. */
void replace_string(char **slot, char *value);

/*
 * The digest of the settings that decide, for SyncSettings.digest. New string, the caller's.
 */
char *digest_configuration(const Config *config);

#endif
