/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "base/signature.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/saved.h"
#include "cli/show.h"
#include "state/approvals.h"
#include "sync/approvals.h"
#include "sync/carry.h"
#include "sync/document.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    char **exceed;
    char *expires;
    char *by;
    char *reference;
    char *sign;
} ApproveOptions;

static void options_clear(ApproveOptions *options)
{
    g_strfreev(options->exceed);
    g_free(options->expires);
    g_free(options->by);
    g_free(options->reference);
    g_free(options->sign);
}

/* A number is a run, anything else a file. */
static int64_t run_number(const char *what)
{
    size_t digits = strspn(what, "0123456789");
    return digits > 0 && digits < 19 && what[digits] == '\0' ? g_ascii_strtoll(what, NULL, 10) : 0;
}

/* The plan of run ID; LIFTS: something of it is to pass a rail. */
static bool load_run(Context *context, int64_t id, bool lifts, char **ret_text, GError **error)
{
    g_autoptr(RunRecord) run = NULL;
    if (!state_run(context->state, id, &run, error))
        return false;
    if (run == NULL || run->plan == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "there is no run %" G_GINT64_FORMAT "%s\n"
                    "hint: 'toggl-ldap-sync history' lists the runs",
                    id, run != NULL ? " with a plan" : "");
        return false;
    }
    if (!lifts && run->ended != 0 && run->status == EXIT_STATUS_DONE) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "run %" G_GINT64_FORMAT
                    " ended with status 0, and no rail held anything of it: there is nothing to "
                    "approve",
                    id);
        return false;
    }
    *ret_text = g_strdup(run->plan);
    return true;
}

/* One approval on its way. */
typedef struct {
    const Config *config;
    const ApproveOptions *options;
    const char *path; /* of the plan; NULL: it is a run's */
    int64_t now;
    char *text; /* the plan's document */
    Plan *plan;
    Approval *approval;
    char *record;
    char *signature; /* NULL: not signed */
} Approving;

static void approving_clear(Approving *approving)
{
    g_free(approving->text);
    plan_free(approving->plan);
    approval_free(approving->approval);
    g_free(approving->record);
    g_free(approving->signature);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Approving, approving_clear)

/* Only what could be carried out can be approved, however old it is, while that is remembered. */
static bool load_plan(Approving *approving, GError **error)
{
    if (!plan_document_read(approving->text, strlen(approving->text), &approving->plan, error))
        return false;
    CarryTerms terms = {
        .organization_id = approving->config->toggl->organization,
        .configuration = approving->config->sync->digest,
        .remembered_days = approving->config->retention.plans_days,
        .now = approving->now,
    };
    int64_t end = carry_end(approving->plan, terms.remembered_days);
    if (terms.now <= end)
        terms.now = MIN(terms.now, approving->plan->created + APPROVAL_SECONDS);
    return carry_check(approving->plan, &terms, error);
}

static bool take_expiry(const Approving *approving, Approval *approval, GError **error)
{
    const char *wanted = approving->options->expires;
    int64_t days = approving->config->retention.plans_days;
    int64_t end = carry_end(approving->plan, days);
    approval->expires = MIN(approval->created + APPROVAL_SECONDS, end);
    if (wanted != NULL && !clock_parse_until(wanted, approval->created, &approval->expires)) {
        g_autofree char *safe = text_safe(wanted, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--expires takes a time to come, like 24h, 7d or 2026-12-24, not '%s'", safe);
        return false;
    }
    if (approval->expires <= end)
        return true;
    g_autofree char *last = clock_format(end);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--expires is at most %s for this plan: later nobody would know whether it was "
                "carried out, which is remembered for %" G_GINT64_FORMAT
                " days (retention.plans_days)\n"
                "hint: what is still wanted then is planned anew",
                last, days);
    return false;
}

static bool check_signing(const Approving *approving, GError **error)
{
    const char *signers = approving->config->sync->approval.allowed_signers;
    if (signers == NULL || approving->options->sign != NULL)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "approvals must be signed here (approval.allowed_signers)\n"
                "hint: --sign ~/.ssh/id_ed25519, and --by as '%s' names that key",
                signers);
    return false;
}

static bool fill(Approving *approving, GError **error)
{
    const ApproveOptions *options = approving->options;
    const Plan *plan = approving->plan;
    Approval *approval = approval_new();
    approving->approval = approval;
    approval->organization_id = plan->organization_id;
    approval->changes = g_strdup(plan->digests.changes);
    approval->configuration = g_strdup(plan->digests.configuration);
    approval->created = approving->now;
    approval->by = options->by != NULL ? g_strdup(options->by) : command_user();
    approval->reference = g_strdup(options->reference);
    if (!take_expiry(approving, approval, error))
        return false;
    for (unsigned i = 0; options->exceed != NULL && options->exceed[i] != NULL; i++) {
        if (!approval_add_rail(plan, options->exceed[i], approval->lifts, error))
            return false;
    }
    return check_signing(approving, error) && approval_check_name(approval->by, error);
}

/* Signs the record, proves at once that others will believe it, and puts it beside the plan. */
static bool sign(Approving *approving, GError **error)
{
    const char *signers = approving->config->sync->approval.allowed_signers;
    const char *by = approving->approval->by;
    approving->record = approval_text(approving->approval);
    if (approving->options->sign == NULL)
        return true;
    if (!signature_make(approving->options->sign, approving->record, &approving->signature,
                        error) ||
        (signers != NULL &&
         !signature_verify(signers, by, approving->record, approving->signature, error)))
        return false;
    if (approving->path == NULL)
        return true;
    g_autofree char *file = approval_file(approving->path, by);
    g_autofree char *text = g_strconcat(approving->record, approving->signature, NULL);
    return write_output(file, text, error);
}

static bool prepare(Approving *approving, GError **error)
{
    return load_plan(approving, error) && fill(approving, error) && sign(approving, error);
}

/* What was carried out, with these rails lifted, needs no approval any more. */
static bool not_carried_out(Context *context, const Approving *approving, GError **error)
{
    int64_t when = 0;
    g_autofree char *name = carry_name(approving->plan, approving->approval->lifts);
    if (!state_when_carried_out(context->state, name, &when, error))
        return false;
    if (when == 0)
        return true;
    g_autofree char *text = clock_format(when);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                "the plan was carried out on %s already: there is nothing to approve", text);
    return false;
}

static bool keep(Context *context, const Approving *approving, GError **error)
{
    const Approval *approval = approving->approval;
    g_autoptr(GString) rails = g_string_new(NULL);
    for (guint i = 0; i < approval->lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(approval->lifts, i);
        g_string_append_printf(rails, "%s%s", i > 0 ? " " : "", rail_name(lift->kind));
    }
    SavedApproval saved = {
        .changes = approval->changes,
        .by = approval->by,
        .record = approving->record,
        .signature = approving->signature,
        .expires = approval->expires,
        .rails = rails->len > 0 ? rails->str : NULL,
        .reference = approval->reference,
    };
    return state_save_approval(context->state, &saved, approving->text, approval->created, error);
}

/* What other rails keep back all the same. Of one person only the last word about a plan counts. */
static void say_rest(const Plan *plan, const Approval *approval)
{
    const guint rest = plan_withheld_count(plan->held) + plan_withheld_count(plan->deferred);
    g_autofree char *others = approval_options(plan);
    if (rest == 0 || *others == '\0')
        return;
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < approval->lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(approval->lifts, i);
        g_autofree char *one = g_strdup_printf("--exceed %s ", rail_name(lift->kind));
        if (strstr(all->str, one) == NULL)
            g_string_append(all, one);
    }
    printf("%u change%s stay%s where %s for other rails: to let %s pass, too, approve once more, "
           "which takes the place of this, with %s%s.\n",
           rest, rest == 1 ? "" : "s", rest == 1 ? "s" : "", rest == 1 ? "it is" : "they are",
           rest == 1 ? "it" : "them", all->str, others);
}

static void say_result(const Context *context, const Plan *plan, const Approval *approval,
                       const char *path)
{
    const Agreement *agreement = agreement_about(context->agreements, plan);
    int64_t needed = context->config->sync->approval.needed;
    int64_t people = agreement != NULL ? agreement->people : 0;
    g_autofree char *expires = clock_format(approval->expires);
    printf("Approved by %s until %s.\n", approval->by, expires);
    if (people < needed) {
        printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
               " approvals: nothing passes before the others have approved the same plan.\n",
               people, needed);
        return;
    }
    bool lifts = agreement != NULL && agreement->lifts->len > 0;
    g_autofree char *quoted = path != NULL ? text_shell_word(path) : NULL;
    if (lifts)
        printf("The next sync carries it out%s%s%s.\n", quoted != NULL ? "; so does apply " : "",
               quoted != NULL ? quoted : "", quoted != NULL ? " now" : "");
    else if (quoted != NULL)
        printf("No rail is lifted; until then the plan can be carried out with apply %s.\n",
               quoted);
    else
        printf("No rail is lifted: what a rail holds stays held; --exceed RAIL lifts one.\n");
    if (lifts)
        say_rest(plan, approval);
}

static bool approve(const GlobalOptions *global, const ApproveOptions *options, const char *what,
                    GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Context) context = NULL;
    g_auto(Approving) approving = {0};
    int64_t run = run_number(what);
    const char *file = command_config_path(global);
    if (!config_load(file, CONFIG_WITHOUT_SECRETS, &config, error))
        return false;
    approving.config = config;
    approving.options = options;
    approving.path = run == 0 ? what : NULL;
    approving.now = clock_real()->now(clock_real());
    /* keys and plans are the caller's: they are used before root's hands are bound by the state */
    if (run == 0 && (!saved_read(what, &approving.text, error) || !prepare(&approving, error)))
        return false;
    if (!context_open(global, CONTEXT_WRITE, &context, error) ||
        (run != 0 && (!load_run(context, run, options->exceed != NULL, &approving.text, error) ||
                      !prepare(&approving, error))) ||
        !not_carried_out(context, &approving, error) || !keep(context, &approving, error) ||
        !context_approvals(context, NULL, error))
        return false;
    const Agreement *agreement = agreement_about(context->agreements, approving.plan);
    carry_lift(approving.plan, agreement != NULL ? agreement->lifts : NULL);
    if (!global->quiet && !show_plan(approving.plan, REPORT_TEXT, global, NULL, error))
        return false;
    say_result(context, approving.plan, approving.approval, approving.path);
    return true;
}

int approve_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    ApproveOptions options = {0};
    GOptionEntry entries[] = {
        {"exceed", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.exceed,
         "a rail that these changes may pass; may be given several times", "RAIL"},
        {"expires", 0, 0, G_OPTION_ARG_STRING, &options.expires,
         "until when: 24h (the default), 7d, 2026-12-24", "WHEN"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &options.by, "who approves (default: you)", "NAME"},
        {"reference", 0, 0, G_OPTION_ARG_STRING, &options.reference, "a ticket, for the record",
         "TICKET"},
        {"sign", 0, 0, G_OPTION_ARG_FILENAME, &options.sign, "sign with this SSH key", "KEY"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("approve", entries, global, &argc, &argv, &helped, error)) {
        bool one = helped || argc == 2;
        if (!one)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "approve takes one PLAN or RUN\n"
                        "hint: 'toggl-ldap-sync approve --help' shows the options");
        if (one && (helped || approve(global, &options, argv[1], error)))
            status = EXIT_STATUS_DONE;
    }
    options_clear(&options);
    return status;
}
