/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/address.h"
#include "config/sections.h"

#include <string.h>

#define SMALLEST_RESERVE 3

static void check_base_url(Section *section, const char *url)
{
    const config_setting_t *setting = section_get(section, "base_url");
    Address address = address_parse(url);
    g_autofree char *safe = text_safe(url, -1);
    if (address.login)
        reader_problem(section->reader, setting, "the token goes into toggl.token",
                       "a URL with a login");
    else if ((address.kind != ADDRESS_HTTPS && address.kind != ADDRESS_HTTP) || !address.plain)
        reader_problem(section->reader, setting, NULL, "not the URL of an API '%s'", safe);
    else if (address.kind == ADDRESS_HTTP && !address.loopback)
        reader_problem(section->reader, setting, "use https://",
                       "the token would go over the network in clear '%s'", safe);
}

static void read_base_url(Section *section, TogglSettings *toggl)
{
    char *url = section_string(section, "base_url", SECTION_OPTIONAL);
    if (url == NULL)
        return;
    check_base_url(section, url);
    while (g_str_has_suffix(url, "/"))
        url[strlen(url) - 1] = '\0';
    replace_string(&toggl->base_url, url);
}

static void read_proxy(Section *section, TogglSettings *toggl)
{
    char *proxy = section_string(section, "proxy", SECTION_OPTIONAL);
    if (proxy == NULL)
        return;
    Address address = address_parse(proxy);
    const config_setting_t *setting = section_get(section, "proxy");
    g_autofree char *safe = text_safe(proxy, -1);
    if (address.login)
        reader_problem(section->reader, setting,
                       "leave it out here and set https_proxy in the environment",
                       "a secret may not be written here");
    else if (address.kind != ADDRESS_HTTP && address.kind != ADDRESS_HTTPS)
        reader_problem(section->reader, setting, "write http://HOST:PORT",
                       "not the URL of a proxy '%s'", safe);
    replace_string(&toggl->proxy, proxy);
}

static void read_reserve(Section *section, TogglSettings *toggl)
{
    const config_setting_t *setting = section_get(section, "reserve");
    if (setting == NULL)
        return;
    if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
        toggl->reserve_percent = section_percent(section, "reserve", toggl->reserve_percent);
        return;
    }
    toggl->reserve_count =
        section_int(section, "reserve", SMALLEST_RESERVE, G_MAXINT32, SMALLEST_RESERVE);
    toggl->reserve_percent = -1;
}

/* What the public record of the API leaves open, as far as the administrator knows it. */
static void read_assume(Section *section, TogglAssume *assume)
{
    static const char *const user_lists[] = {
        [USER_LISTS_OFF] = "off",
        [USER_LISTS_REPLACE] = "replace",
        [USER_LISTS_MERGE] = "merge",
        [USER_LISTS_MERGE + 1] = NULL,
    };
    static const char *const assignments[] = {
        [ASSIGNMENTS_AUTO] = "auto", [ASSIGNMENTS_OBJECT] = "object", [ASSIGNMENTS_LIST] = "list",
        [ASSIGNMENTS_GONE] = "off",  [ASSIGNMENTS_GONE + 1] = NULL,
    };
    Section *group = section_group(section, "assume", SECTION_OPTIONAL);
    if (group == NULL)
        return;
    assume->user_lists =
        (UserLists) section_choice(group, "user_lists", user_lists, assume->user_lists);
    assume->assignments =
        (Assignments) section_choice(group, "assignments", assignments, assume->assignments);
    section_close(group);
}

void read_toggl(Section *root, Config *config)
{
    Section *section = section_group(root, "toggl", SECTION_REQUIRED);
    if (section == NULL)
        return;
    TogglSettings *toggl = config->toggl;
    toggl->organization = section_id(section, "organization", SECTION_REQUIRED);
    (void) section_secret(section, "token", SECTION_REQUIRED, SECRET_TOKEN, &toggl->token);
    read_base_url(section, toggl);
    toggl->requests_per_hour =
        section_int(section, "requests_per_hour", 1, 1000000, toggl->requests_per_hour);
    read_reserve(section, toggl);
    toggl->min_interval_ms =
        section_int(section, "min_interval_ms", 0, 60000, toggl->min_interval_ms);
    toggl->timeout_seconds =
        section_int(section, "timeout_seconds", 1, 3600, toggl->timeout_seconds);
    toggl->settle_seconds = section_int(section, "settle_seconds", 0, 3600, toggl->settle_seconds);
    read_proxy(section, toggl);
    replace_string(&toggl->ca_file, section_file(section, "ca_file", SECTION_OPTIONAL));
    read_assume(section, &toggl->assume);
    section_close(section);
}
