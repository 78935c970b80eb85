/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SERVER_H
#define CONFIG_SERVER_H

/*
 * server - how a directory's server is found, connected to and bound to: uris or domain, TLS, bind
 * and time-outs.
 */

#include "config/sections.h"

/* Takes the keys of the connection from SECTION into SOURCE, whose kind is written KIND. */
void read_server(Section *section, SourceSettings *source, const char *kind);

/* Reports those keys where KIND has no server. */
void refuse_server(Section *section, const char *kind);

/* A DN; reported when it is none. New string, or NULL. */
char *read_dn(Section *section, const char *key, SectionNeed need);

/* Reports TEXT, the value of SETTING, when it is no DN. */
void check_dn(Section *section, const config_setting_t *setting, const char *text);

#endif
