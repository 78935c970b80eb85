/* SPDX-License-Identifier: Apache-2.0 */
#include "config/sections.h"

void read_limits(Section *root, Config *config)
{
    Section *section = section_group(root, "limits", SECTION_OPTIONAL);
    if (section == NULL)
        return;
    Limits *to = &config->sync->limits;
    to->removals_percent = section_percent(section, "removals", to->removals_percent);
    to->group_removals_percent =
        section_percent(section, "group_removals", to->group_removals_percent);
    const struct {
        const char *key;
        int64_t *count;
    } counts[] = {
        {"removals_count", &to->removals_count},
        {"removals_floor", &to->removals_floor},
        {"removals_per_day", &to->removals_per_day},
        {"invitations", &to->invitations},
        {"reactivations", &to->reactivations},
        {"new_admins", &to->new_admins},
        {"address_changes", &to->address_changes},
        {"canary", &to->canary},
        {"seats", &to->seats},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        *counts[i].count = section_int(section, counts[i].key, 0, G_MAXINT32, *counts[i].count);
    section_close(section);
}

void read_approval(Section *root, Config *config)
{
    Section *section = section_group(root, "approval", SECTION_OPTIONAL);
    if (section == NULL)
        return;
    ApprovalSettings *to = &config->sync->approval;
    to->needed = section_int(section, "needed", 1, 100, to->needed);
    to->allowed_signers = section_file(section, "allowed_signers", SECTION_OPTIONAL);
    section_close(section);
}
