/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIG_TEXT_H
#define CLI_CONFIG_TEXT_H

/* config_text - a configuration that is not in a file yet. */

#include "config/config.h"

#include <glib.h>
#include <stdbool.h>

/* Loads TEXT as config_load does, without secrets. SYNC_ERROR_CONFIG, SYNC_ERROR_OUTPUT. */
bool config_text_load(const char *text, Config **ret_config, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
