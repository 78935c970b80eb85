/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "config/config.h"
#include "state/audit.h"
#include "state/care.h"

#include <stdio.h>
#include <string.h>

static bool backup(const Config *config, const char *file, GError **error)
{
    if (!state_backup(config->state, config->toggl->organization, file, error))
        return false;
    g_autofree char *safe = text_safe(file, -1);
    printf("The state is copied to %s\n", safe);
    return true;
}

static void print_findings(const char *title, const GPtrArray *findings)
{
    printf("%s\n", title);
    for (guint i = 0; i < findings->len; i++)
        printf("  %s\n", (const char *) g_ptr_array_index(findings, i));
}

static bool check(const Config *config, const char *file, GError **error)
{
    (void) file;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    if (!state_check(config->state, config->toggl->organization, findings, error))
        return false;
    print_findings("The state is good:", findings);
    return true;
}

static bool claim(const Config *config, const char *file, GError **error)
{
    (void) file;
    Clock *clock = clock_real();
    const int64_t now = clock->now(clock);
    g_autofree char *by = command_user();
    g_autoptr(Audit) audit = NULL;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    /* the audit file is the state's owner's, too */
    if (!process_become(state_user(config->state), error) ||
        (config->audit != NULL &&
         !audit_open(config->audit, by, config->toggl->organization, &audit, error)) ||
        !audit_write(audit, &(AuditLine){.act = "claim", .at = now}, error))
        return false;
    bool claimed = state_claim(config->state, config->toggl->organization, now, findings, error);
    audit_settle(audit, claimed);
    if (!claimed)
        return false;
    print_findings(
        "The state is ours now; what the next plan takes away is held until a person approves it:",
        findings);
    return true;
}

static const struct {
    const char *name;
    bool takes_file;
    bool (*run)(const Config *config, const char *file, GError **error);
} actions[] = {
    {"backup", true, backup},
    {"check", false, check},
    {"claim", false, claim},
};

static bool act(const GlobalOptions *global, int argc, char **argv, GError **error)
{
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(argv[1], actions[i].name) != 0 || argc != 2 + actions[i].takes_file)
            continue;
        g_autoptr(Config) config = NULL;
        const char *path = command_config_path(global);
        return config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) &&
               actions[i].run(config, argc > 2 ? argv[2] : NULL, error);
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "state takes 'backup FILE', 'check' or 'claim'\n"
                "hint: 'toggl-ldap-sync state --help' says what they do");
    return false;
}

int state_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    bool helped = false;
    int status = -1;
    if (command_parse("state", NULL, global, &argc, &argv, &helped, error) &&
        (helped || act(global, argc, argv, error)))
        status = EXIT_STATUS_DONE;
    return status;
}
