/* SPDX-License-Identifier: Apache-2.0 */
#include "config/sections.h"

#define LONGEST_DAYS 36500

/* A file beside the state unless it is named; "" means none. */
static char *read_place(Section *section, const char *key, const Config *config,
                        const char *fallback)
{
    if (section != NULL && section_get(section, key) != NULL)
        return section_path(section, key, SECTION_OPTIONAL);
    g_autofree char *folder = g_path_get_dirname(config->state);
    return g_build_filename(folder, fallback, NULL);
}

static void read_report(Section *root, Config *config)
{
    Section *section = section_group(root, "report", SECTION_OPTIONAL);
    ReportSettings *report = &config->report;
    report->html = read_place(section, "html", config, "last-plan.html");
    if (section == NULL)
        return;
    report->metrics = section_path(section, "metrics", SECTION_OPTIONAL);
    report->stale_after_hours =
        section_int(section, "stale_after_hours", 1, 8784, report->stale_after_hours);
    section_close(section);
}

static void read_retention(Section *root, Config *config)
{
    Section *section = section_group(root, "retention", SECTION_OPTIONAL);
    RetentionSettings *retention = &config->retention;
    if (section == NULL)
        return;
    retention->history_days =
        section_int(section, "history_days", 0, LONGEST_DAYS, retention->history_days);
    retention->intervals_days =
        section_int(section, "intervals_days", 0, LONGEST_DAYS, retention->intervals_days);
    retention->plans_days =
        section_int(section, "plans_days", 0, LONGEST_DAYS, retention->plans_days);
    section_close(section);
}

void read_records(Section *root, Config *config)
{
    read_report(root, config);
    read_retention(root, config);
    config->audit = read_place(root, "audit", config, "audit.jsonl");
}
