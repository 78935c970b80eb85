/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/sections.h"
#include "model/email.h"

#include <string.h>

static const char *const mode_words[] = {
    [MODE_APPLY] = "apply",
    [MODE_REPORT] = "report",
    NULL,
};
static const char *const adoption_words[] = {
    [ADOPTION_MATCHING] = "matching",
    [ADOPTION_NONE] = "none",
    NULL,
};
static const char *const leavers_words[] = {
    [LEAVERS_DEACTIVATE] = "deactivate",
    [LEAVERS_REMOVE_GROUPS] = "remove-groups",
    [LEAVERS_REPORT] = "report",
    NULL,
};
static const char *const disabled_words[] = {
    [DISABLED_LEAVER_NOW] = "leaver-now",
    [DISABLED_GRACE] = "grace",
    NULL,
};
static const char *const memberships_words[] = {
    [MEMBERSHIPS_OURS] = "ours",
    [MEMBERSHIPS_EXACT] = "exact",
    NULL,
};
static const char *const addresses_words[] = {
    [ADDRESSES_REPORT] = "report",
    [ADDRESSES_CHANGE] = "change",
    NULL,
};
static const char *const names_words[] = {
    [NAMES_KEEP] = "keep",
    [NAMES_FOLLOW] = "follow",
    NULL,
};
static const char *const returners_words[] = {
    [RETURNERS_REACTIVATE] = "reactivate",
    [RETURNERS_REPORT] = "report",
    NULL,
};
static const char *const by_hand_words[] = {
    [BY_HAND_RESPECT] = "respect",
    [BY_HAND_REACTIVATE] = "reactivate",
    NULL,
};
static const char *const unmanaged_words[] = {
    [UNMANAGED_IGNORE] = "ignore",
    [UNMANAGED_REPORT] = "report",
    [UNMANAGED_LEAVER] = "leaver",
    NULL,
};

static void read_grace(Section *section, Lifecycle *lifecycle)
{
    Section *grace = section_group(section, "grace", SECTION_OPTIONAL);
    if (grace == NULL)
        return;
    lifecycle->grace_days = section_int(grace, "days", 0, 3650, lifecycle->grace_days);
    lifecycle->grace_reads = section_int(grace, "reads", 0, 1000, lifecycle->grace_reads);
    section_close(grace);
}

static void read_protect(Section *section, Lifecycle *lifecycle)
{
    g_auto(GStrv) addresses = section_strings(section, "protect", SECTION_OPTIONAL);
    for (unsigned i = 0; addresses != NULL && addresses[i] != NULL; i++) {
        const config_setting_t *element = section_element(section, "protect", i);
        g_autofree char *key = NULL;
        g_autoptr(GError) error = NULL;
        if (!email_key(addresses[i], strlen(addresses[i]), &key, &error))
            reader_problem(section->reader, element, NULL, "%s", error->message);
        g_ptr_array_add(lifecycle->protect, g_strdup(addresses[i]));
    }
}

/* Each kind once, in the order of the table. */
static void read_kinds(Section *section, Lifecycle *lifecycle)
{
    g_auto(GStrv) names = section_strings(section, "kinds", SECTION_OPTIONAL);
    for (unsigned i = 0; names != NULL && names[i] != NULL; i++) {
        ChangeKind kind = CHANGE_LINK;
        if (change_kind_parse(names[i], &kind)) {
            lifecycle->kinds |= UINT32_C(1) << kind;
            continue;
        }
        g_autoptr(GPtrArray) known = g_ptr_array_new();
        for (int k = 0; k < CHANGE_KINDS; k++)
            g_ptr_array_add(known, (gpointer) (guintptr) change_kind_name((ChangeKind) k));
        g_autofree char *hint = text_did_you_mean(names[i], known, NULL);
        g_autofree char *safe = text_safe(names[i], -1);
        reader_problem(section->reader, section_element(section, "kinds", i), hint,
                       "no change is called '%s'", safe);
    }
}

void read_lifecycle(Section *root, Config *config)
{
    Section *section = section_group(root, "lifecycle", SECTION_OPTIONAL);
    if (section == NULL)
        return;
    Lifecycle *to = &config->sync->lifecycle;
    to->mode = (LifecycleMode) section_choice(section, "mode", mode_words, to->mode);
    to->adoption = (Adoption) section_choice(section, "adoption", adoption_words, to->adoption);
    to->memberships =
        (Memberships) section_choice(section, "memberships", memberships_words, to->memberships);
    to->leavers = (Leavers) section_choice(section, "leavers", leavers_words, to->leavers);
    to->disabled = (Disabled) section_choice(section, "disabled", disabled_words, to->disabled);
    to->expired = (Disabled) section_choice(section, "expired", disabled_words, to->expired);
    to->delete_after_days =
        section_int(section, "delete_after_days", 0, 36500, to->delete_after_days);
    to->addresses =
        (Addresses) section_choice(section, "addresses", addresses_words, to->addresses);
    to->names = (Names) section_choice(section, "names", names_words, to->names);
    to->returners =
        (Returners) section_choice(section, "returners", returners_words, to->returners);
    to->by_hand = (ByHand) section_choice(section, "by_hand", by_hand_words, to->by_hand);
    to->unmanaged =
        (Unmanaged) section_choice(section, "unmanaged", unmanaged_words, to->unmanaged);
    to->create_groups = section_bool(section, "create_groups", to->create_groups);
    to->delete_groups = section_bool(section, "delete_groups", to->delete_groups);
    to->create_workspaces = section_bool(section, "create_workspaces", to->create_workspaces);
    read_grace(section, to);
    read_protect(section, to);
    read_kinds(section, to);
    read_people_policy(section, to);
    section_close(section);
}
