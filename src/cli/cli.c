/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/command.h"
#include "config/config.h"

#include <errno.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const Command commands[] = {
    {"plan",
     "[--out FILE] [--format text|markdown|csv|html|json] [--detailed-exitcode] [--only "
     "WHO|GROUP] [--ldif [SOURCE=]FILE] [--snapshot FILE]",
     NULL, "read both sides and print what would change; changes nothing anywhere", plan_command},
    {"apply", "[PLAN] [--skip-stale] [--only WHO|GROUP] [--yes]", "PLAN",
     "carry out a saved plan; or plan, ask, and carry that out", apply_command},
    {"approve",
     "PLAN|RUN --exceed RAIL... [--expires 24h] [--by NAME] [--reference TICKET] [--sign KEY]",
     "PLAN, RUN", "let exactly these changes pass a rail", approve_command},
    {"person", "hold|release|link|unlink|forget WHO [MEMBER|PLAN...]",
     "hold WHO, release WHO, link WHO MEMBER, unlink WHO, forget WHO PLAN",
     "decide about one person", person_command},
    {"sync", "[--deadline DURATION]", NULL,
     "for timers: plan and apply inside the rails, without asking", sync_command},
    {"check", "[--online]", NULL, "check the configuration, and with --online both sides too",
     check_command},
    {"snapshot", "[--organization FILE] [--directory [SOURCE=]FILE]...", NULL,
     "save the organization and the ledger for offline planning", snapshot_command},
    {"status", "[--format text|json] [--pseudonyms]", NULL,
     "whether all is well, and what needs a person", status_command},
    {"init",
     "--uri URI | --ldif FILE  --token REFERENCE | --snapshot FILE  [--out FILE] [--bind-dn DN "
     "--bind-password REFERENCE]",
     NULL, "write a first configuration, from the root DSE and the organization", init_command},
    {"explain", "WHO [--with ATTRIBUTE=VALUE]... [--ldif [SOURCE=]FILE] [--snapshot FILE]", "WHO",
     "one person: entry, filters, groups, rules, memory, member, changes", explain_command},
    {"diff-config", "OLD NEW --ldif [SOURCE=]FILE --snapshot FILE [--detailed-exitcode]", "OLD NEW",
     "who changes because of the configuration alone", diff_config_command},
    {"access-review", "[--at DATE] [--format text|markdown|csv|html|json]", NULL,
     "who has access to what, by which directory path, since when", access_review_command},
    {"support-bundle", "FILE [--ldif [SOURCE=]FILE] [--snapshot FILE]", "FILE",
     "configuration, both sides, plan and log in one file, under pseudonyms",
     support_bundle_command},
    {"history", "[RUN] [--format text|markdown|csv|html|json]", "RUN",
     "what the runs did; of one run the plan, with what became of each change", history_command},
    {"undo", "RUN [--out FILE]", "RUN", "write the plan that undoes a run, for approve and apply",
     undo_command},
    {"state", "backup FILE|check|claim", "backup FILE, check, claim",
     "copy the state while it is in use, check it, or take over one from elsewhere", state_command},
    {"api", "OPERATION [key=value|key:=json]... [--body JSON|@FILE] [--all-pages] [--yes]",
     "OPERATION FIELD...",
     "any operation of the organization API by its name; without one, lists them", api_command},
    {"complete", "-- WORD...", NULL, NULL, complete_command},
    {NULL, NULL, NULL, NULL, NULL},
};

const Command *command_table(void)
{
    return commands;
}

static void print_help(void)
{
    printf("Usage: toggl-ldap-sync [--config FILE] COMMAND [OPTIONS]\n\n"
           "Keeps a Toggl organization equal to what LDAP directories say.\n\nCommands:\n");
    for (const Command *command = commands; command->summary != NULL; command++)
        printf("  %-14s %s\n", command->name, command->summary);
    printf(
        "\nEverywhere:\n"
        "  --config FILE                configuration (default "
        "/etc/toggl-ldap-sync/toggl-ldap-sync.conf)\n"
        "  --verbose, --quiet           say more, or only errors\n"
        "  --trace                      also say every exchange with Toggl, without secrets\n"
        "  --color=auto|always|never    colour on standard output; NO_COLOR is respected\n"
        "  --version, --help            also 'toggl-ldap-sync COMMAND --help'\n\nExit statuses:\n");
    for (const ExitStatus *status = error_exit_statuses(); status->meaning != NULL; status++)
        printf("  %-3d %s\n", status->status, status->meaning);
}

static const char *named_config;

const char *command_config(void)
{
    return named_config;
}

const char *command_config_path(const GlobalOptions *global)
{
    return global->config != NULL ? global->config : CONFIG_DEFAULT_PATH;
}

/* Who called us, before we became anybody else; NULL: nobody asked yet. */
static char *caller;

char *command_user(void)
{
    if (caller != NULL)
        return g_strdup(caller);
    const char *name = g_getenv("SUDO_USER");
    if (name != NULL && *name != '\0')
        return g_strdup(name);
    const struct passwd *user = getpwuid(getuid());
    return g_strdup(user != NULL ? user->pw_name : "unknown");
}

bool command_color(const GlobalOptions *global)
{
    if (global->color != NULL && strcmp(global->color, "always") == 0)
        return true;
    if (global->color != NULL && strcmp(global->color, "never") == 0)
        return false;
    const char *no_color = g_getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
}

static bool check_global(const GlobalOptions *global, GError **error)
{
    static const char *const colors[] = {"auto", "always", "never", NULL};
    if (global->color == NULL || g_strv_contains(colors, global->color))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--color takes auto, always or never, not '%s'", global->color);
    return false;
}

/* The options for everywhere, as they are parsed. */
typedef struct {
    char *config;
    gboolean verbose;
    gboolean quiet;
    gboolean trace;
    char *color;
    gboolean help;
    gboolean version;
} Flags;

static void flags_clear(Flags *flags)
{
    g_free(flags->config);
    g_free(flags->color);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flags, flags_clear)

#define EVERYWHERE_ENTRIES(flags)                                                                  \
    {"config", 'c', 0, G_OPTION_ARG_FILENAME, &(flags)->config, "configuration file", "FILE"},     \
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &(flags)->verbose, "say more", NULL},               \
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &(flags)->quiet, "say errors only", NULL},            \
        {"trace", 0, 0, G_OPTION_ARG_NONE, &(flags)->trace, "also say every exchange with Toggl",  \
         NULL},                                                                                    \
        {"color", 0, 0, G_OPTION_ARG_STRING, &(flags)->color, "auto, always or never", "WHEN"},    \
    {                                                                                              \
        "help", 'h', 0, G_OPTION_ARG_NONE, &(flags)->help, "show this", NULL                       \
    }

#define VERSION_ENTRY(flags)                                                                       \
    {                                                                                              \
        "version", 0, 0, G_OPTION_ARG_NONE, &(flags)->version, "say which version this is", NULL   \
    }

/* What was said behind the command counts, and else what was said before it. */
static void take_flags(Flags *flags, GlobalOptions *global)
{
    global->verbose = flags->verbose;
    global->quiet = flags->quiet;
    global->trace = flags->trace;
    if (flags->config != NULL) {
        g_free(global->config);
        global->config = g_steal_pointer(&flags->config);
    }
    if (flags->color != NULL) {
        g_free(global->color);
        global->color = g_steal_pointer(&flags->color);
    }
}

static GArray *asked_options; /* where command_parse puts what there is; NULL: nobody asks */

static void tell_options(const GOptionEntry *entries)
{
    for (; entries != NULL && entries->long_name != NULL; entries++) {
        GOptionEntry option = *entries;
        option.arg_data = NULL;
        g_array_append_val(asked_options, option);
    }
}

GArray *command_options(const Command *command)
{
    GArray *options = g_array_new(false, false, sizeof(GOptionEntry));
    Flags flags = {0};
    const GOptionEntry before[] = {EVERYWHERE_ENTRIES(&flags), VERSION_ENTRY(&flags),
                                   G_OPTION_ENTRY_NULL};
    GlobalOptions global = {0};
    g_autofree char *name = g_strdup(command != NULL ? command->name : NULL);
    char *arguments[] = {name, NULL};
    g_autoptr(GError) error = NULL;
    asked_options = options;
    if (command == NULL)
        tell_options(before);
    else
        (void) command->run(&global, 1, arguments, &error); /* comes to command_parse, no further */
    asked_options = NULL;
    return options;
}

bool command_parse(const char *name, GOptionEntry *entries, GlobalOptions *global, int *argc,
                   char ***argv, bool *ret_helped, GError **error)
{
    const Command *command = commands;
    while (strcmp(command->name, name) != 0)
        command++;
    g_auto(Flags)
        flags = {.verbose = global->verbose, .quiet = global->quiet, .trace = global->trace};
    GOptionEntry everywhere[] = {EVERYWHERE_ENTRIES(&flags), G_OPTION_ENTRY_NULL};
    if (asked_options != NULL) {
        tell_options(entries);
        tell_options(everywhere);
        *ret_helped = true;
        return true;
    }
    g_autofree char *usage = g_strdup_printf("%s %s", command->name, command->usage);
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_option_context_set_help_enabled(context, false);
    g_option_context_set_summary(context, command->summary);
    if (entries != NULL)
        g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, everywhere, NULL);
    g_autoptr(GError) problem = NULL;
    if (!g_option_context_parse(context, argc, argv, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "%s: %s\nhint: 'toggl-ldap-sync %s --help' shows the options", name,
                    problem->message, name);
        return false;
    }
    take_flags(&flags, global);
    named_config = global->config;
    *ret_helped = flags.help;
    if (flags.help) {
        g_autofree char *text = g_option_context_get_help(context, true, NULL);
        printf("%s", text);
    }
    return check_global(global, error);
}

static const Command *find_command(const char *name)
{
    for (const Command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

static void on_signal(int number)
{
    /* the second one: what is under way is in the journal already */
    static volatile sig_atomic_t signals;
    if (++signals > 1)
        _exit(128 + number);
    clock_stop();
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void) sigaction(SIGTERM, &action, NULL);
    (void) sigaction(SIGINT, &action, NULL);
    struct sigaction deadline = {.sa_handler = clock_on_deadline};
    (void) sigaction(SIGALRM, &deadline, NULL);
}

/* Tables need a locale that knows UTF-8; the environment's when it is one, else the one that is
 * always there. */
static void set_locale(void)
{
    if (setlocale(LC_ALL, "") == NULL || !g_get_charset(NULL))
        (void) setlocale(LC_CTYPE, "C.UTF-8");
}

static int report_error(const GError *error)
{
    log_error("%s", error->message);
    return error_exit_status(error);
}

static int run_command(GlobalOptions *global, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    const Command *command = find_command(argv[0]);
    if (command == NULL) {
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (const Command *one = command_table(); one->summary != NULL; one++)
            g_ptr_array_add(names, (gpointer) (guintptr) one->name);
        g_autofree char *safe = text_safe(argv[0], -1);
        g_autofree char *hint =
            text_did_you_mean(argv[0], names, "'toggl-ldap-sync --help' lists them");
        log_error("there is no command '%s'\nhint: %s", safe, hint);
        return error_code_exit_status(SYNC_ERROR_USAGE);
    }
    caller = command_user();
    int status = command->run(global, argc, argv, &error);
    g_clear_pointer(&caller, g_free);
    if (error != NULL)
        status = report_error(error);
    return status;
}

/* What was asked for and could not be said is not done. An error about an output that is told
 * already, as STATUS says, is told once. */
static int close_output(int status)
{
    const int output = error_code_exit_status(SYNC_ERROR_OUTPUT);
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (status != output)
        log_error("standard output could not be written%s%s", errno != 0 ? ": " : "",
                  errno != 0 ? g_strerror(errno) : "");
    return exit_status_worse(status, output);
}

int cli_main(int argc, char *argv[])
{
    if (!process_harden())
        return error_code_exit_status(SYNC_ERROR_INTERNAL);
    catch_signals();
    set_locale();
    GlobalOptions global = {0};
    g_auto(Flags) flags = {0};
    GOptionEntry entries[] = {EVERYWHERE_ENTRIES(&flags), VERSION_ENTRY(&flags),
                              G_OPTION_ENTRY_NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, false);
    g_option_context_set_strict_posix(context, true);
    g_option_context_add_main_entries(context, entries, NULL);
    g_auto(GStrv) arguments = g_strdupv(argv);
    g_autofree char **left = g_memdup2(arguments, sizeof(char *) * ((size_t) argc + 1));
    int count = argc;
    int status = EXIT_STATUS_DONE;
    if (!g_option_context_parse(context, &count, &left, &error)) {
        log_error("%s\nhint: 'toggl-ldap-sync --help' shows how to call it", error->message);
        status = error_code_exit_status(SYNC_ERROR_USAGE);
    } else if (flags.version) {
        printf("toggl-ldap-sync %s\n", PROJECT_VERSION);
    } else if (flags.help) {
        print_help();
    } else if (count < 2) {
        log_error("a command is missing\nhint: 'toggl-ldap-sync --help' lists them");
        status = error_code_exit_status(SYNC_ERROR_USAGE);
    } else {
        take_flags(&flags, &global);
        status = run_command(&global, count - 1, left + 1);
    }
    g_free(global.config);
    g_free(global.color);
    return close_output(status);
}
