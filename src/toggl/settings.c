/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/toggl.h"

TogglSettings *toggl_settings_new(void)
{
    TogglSettings *settings = g_new0(TogglSettings, 1);
    settings->base_url = g_strdup("https://api.track.toggl.com/api/v9");
    settings->requests_per_hour = 600;
    settings->reserve_percent = 10;
    settings->min_interval_ms = 1000;
    settings->timeout_seconds = 30;
    settings->settle_seconds = 10;
    return settings;
}

void toggl_settings_free(TogglSettings *settings)
{
    if (settings == NULL)
        return;
    secret_free(settings->token);
    g_free(settings->base_url);
    g_free(settings->proxy);
    g_free(settings->ca_file);
    g_free(settings);
}
