/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/forget.h"
#include "cli/show.h"
#include "state/decisions.h"
#include "sync/decide.h"
#include "sync/who_near.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    gboolean all;
    char *until;
    char *reason;
    char *reference;
    char *by;
    char *from;
    const char *who;    /* NULL: --all, or --from */
    const char *member; /* of link */
    char **files;       /* of forget */
} PersonOptions;

static void options_clear(PersonOptions *options)
{
    g_free(options->until);
    g_free(options->reason);
    g_free(options->reference);
    g_free(options->by);
    g_free(options->from);
}

/* One act under the lock: what it works on, and what goes into the record. */
typedef struct {
    Context *context;
    const PersonOptions *options;
    GPtrArray *decisions; /* Decision * */
    GString *said;        /* what is printed once it is written down */
    int64_t now;
} Act;

static Decision *add_decision(Act *act, const char *what, const char *who)
{
    Decision *decision = g_new0(Decision, 1);
    decision->at = act->now;
    decision->by = act->options->by != NULL ? g_strdup(act->options->by) : command_user();
    decision->what = g_strdup(what);
    decision->who = g_strdup(who);
    decision->reason = g_strdup(act->options->reason);
    decision->reference = g_strdup(act->options->reference);
    g_ptr_array_add(act->decisions, decision);
    return decision;
}

static void add_decisions(Act *act, const char *what, const char *who, const GPtrArray *people)
{
    for (guint i = 0; i < people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(people, i);
        Decision *decision = add_decision(act, what, who);
        decision->source = g_strdup(somebody->source);
        decision->anchor = g_strdup(somebody->anchor);
        decision->link = somebody->link != NULL ? somebody->link->row.id : 0;
    }
}

/* Whom WHO means, in the ledger, or else, when they may be new, in the directories. */
static bool find(Act *act, const char *who, bool may_be_new, GPtrArray **ret_people, GError **error)
{
    Context *context = act->context;
    g_autoptr(GPtrArray) people = decide_find(who, context->ledger, context->directories);
    const Somebody *first = people->len > 0 ? g_ptr_array_index(people, 0) : NULL;
    /* what somebody was called before may be somebody else's by now */
    bool sure = first != NULL && first->match >= WHO_ALSO;
    if (!sure && may_be_new && context->directories->len == 0) {
        if (!context_read_directories(context, error))
            return false;
        g_clear_pointer(&people, g_ptr_array_unref);
        people = decide_find(who, context->ledger, context->directories);
    }
    if (people->len == 0) {
        who_unknown(who, context->ledger, context->directories, context->organization, error);
        return false;
    }
    if (!decide_are_one(who, people, error))
        return false;
    *ret_people = g_steal_pointer(&people);
    return true;
}

/* ---- the acts ---- */

static bool check_hold(const Act *act, int64_t *ret_until, GError **error)
{
    const PersonOptions *options = act->options;
    if (options->until == NULL || options->reason == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "hold needs %s\n"
                    "hint: --until is a time to come like 7d or 2026-12-24, --reason says why",
                    options->until != NULL    ? "--reason"
                    : options->reason != NULL ? "--until"
                                              : "--until and --reason");
        return false;
    }
    if (clock_parse_until(options->until, act->now, ret_until))
        return true;
    g_autofree char *safe = text_safe(options->until, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--until takes a time to come like 7d or 2026-12-24, not '%s'", safe);
    return false;
}

static bool hold(Act *act, GError **error)
{
    const PersonOptions *options = act->options;
    int64_t until = 0;
    g_autoptr(GPtrArray) people = NULL;
    if (!check_hold(act, &until, error))
        return false;
    if (options->all)
        decide_hold_all(act->context->ledger, until, options->reason);
    else if (!find(act, options->who, true, &people, error))
        return false;
    else
        decide_hold(act->context->ledger, people, until, options->reason);
    if (options->all)
        (void) add_decision(act, "hold", NULL);
    else
        add_decisions(act, "hold", options->who, people);
    for (guint i = 0; i < act->decisions->len; i++)
        ((Decision *) g_ptr_array_index(act->decisions, i))->until = until;
    g_autofree char *when = clock_format(until);
    g_autofree char *safe = options->all ? g_strdup("Everything") : text_safe(options->who, -1);
    g_string_append_printf(act->said, "%s is held until %s.\n", safe, when);
    return true;
}

static bool release(Act *act, GError **error)
{
    const PersonOptions *options = act->options;
    g_autoptr(GPtrArray) people = NULL;
    if (options->all) {
        if (decide_release_all(act->context->ledger))
            g_string_append_printf(act->said, "Everything goes on.\n");
        else
            g_string_append_printf(act->said, "Nothing was held.\n");
        (void) add_decision(act, "release", NULL);
        return true;
    }
    if (!find(act, options->who, true, &people, error))
        return false;
    decide_release(act->context->ledger, people, act->now);
    add_decisions(act, "release", options->who, people);
    g_autofree char *safe = text_safe(options->who, -1);
    g_string_append_printf(act->said, "%s goes on with the next run, as far as no rail holds.\n",
                           safe);
    return true;
}

static bool link_one(Act *act, const char *who, const char *wanted, const char *reference,
                     GError **error)
{
    Context *context = act->context;
    g_autoptr(GPtrArray) people = NULL;
    if (!find(act, who, true, &people, error))
        return false;
    const Member *member = decide_member(wanted, context->organization);
    if (member == NULL) {
        g_autofree char *safe = text_safe(wanted, -1);
        g_autofree char *hint = who_near(wanted, NULL, NULL, context->organization, NULL,
                                         "members go by address or organization-user id");
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "Toggl has no member '%s'\nhint: %s", safe,
                    hint);
        return false;
    }
    guint first = act->decisions->len;
    if (!decide_link(context->ledger, people, member, act->now, error))
        return false;
    add_decisions(act, "link", who, people);
    for (guint i = first; i < act->decisions->len; i++) {
        Decision *decision = g_ptr_array_index(act->decisions, i);
        decision->member = g_strdup(member->mail);
        if (reference != NULL) {
            g_free(decision->reference);
            decision->reference = g_strdup(reference);
        }
    }
    g_autofree char *safe = text_safe(who, -1);
    g_autofree char *mail = text_safe(member->mail != NULL ? member->mail : "?", -1);
    g_string_append_printf(act->said, "%s is the member %s.\n", safe, mail);
    return true;
}

static bool link_file(Act *act, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    if (!file_read("the file", act->options->from, SYNC_ERROR_USAGE, &text, NULL, error))
        return false;
    if (!decide_read_rows(text, &rows, error)) {
        g_prefix_error(error, "%s, ", act->options->from);
        return false;
    }
    if (rows->len == 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "the file '%s' names nobody\nhint: a row is WHO,MEMBER or WHO,MEMBER,REFERENCE",
                    act->options->from);
        return false;
    }
    for (guint i = 0; i < rows->len; i++) {
        const LinkRow *row = g_ptr_array_index(rows, i);
        if (!link_one(act, row->who, row->member, row->reference, error)) {
            g_prefix_error(error, "%s, line %u, and nobody was linked: ", act->options->from,
                           row->line);
            return false;
        }
    }
    return true;
}

static bool link_people(Act *act, GError **error)
{
    /* both sides are looked at: who in the directory is who in Toggl */
    if (!context_read(act->context, error))
        return false;
    if (act->options->from != NULL)
        return link_file(act, error);
    return link_one(act, act->options->who, act->options->member, NULL, error);
}

static bool unlink_person(Act *act, GError **error)
{
    g_autoptr(GPtrArray) people = NULL;
    if (!find(act, act->options->who, false, &people, error))
        return false;
    add_decisions(act, "unlink", act->options->who, people);
    decide_unlink(act->context->ledger, people);
    g_autofree char *safe = text_safe(act->options->who, -1);
    g_string_append_printf(
        act->said,
        "%s is linked to nobody now; what they have in Toggl is theirs by hand.\n"
        "The next sync links them again to a member with an address of theirs: 'person link' names "
        "another before it, 'person hold' keeps it from that.\n",
        safe);
    return true;
}

/* Writes down itself what it does. */
static bool forget(Act *act, GError **error)
{
    const PersonOptions *options = act->options;
    g_autofree char *by = options->by != NULL ? g_strdup(options->by) : command_user();
    const ForgetOrder order = {
        .context = act->context,
        .who = options->who,
        .files = options->files,
        .by = by,
        .reference = options->reference,
        .now = act->now,
    };
    return forget_person(&order, act->said, error);
}

typedef struct {
    const char *name;
    bool (*act)(Act *act, GError **error);
    bool takes_all;
    bool takes_member;
    bool takes_files;
} Verb;

static const Verb verbs[] = {
    {"hold", hold, true, false, false},        {"release", release, true, false, false},
    {"link", link_people, false, true, false}, {"unlink", unlink_person, false, false, false},
    {"forget", forget, false, false, true},
};

static const Verb *find_verb(int argc, char **argv, GError **error)
{
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(verbs); i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return &verbs[i];
    }
    g_autofree char *safe = argc > 1 ? text_safe(argv[1], -1) : NULL;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "person takes hold, release, link, unlink or forget%s%s%s\n"
                "hint: 'toggl-ldap-sync person --help' says what they do",
                safe != NULL ? ", not '" : "", text_or_nothing(safe), safe != NULL ? "'" : "");
    return NULL;
}

/* How many words stand behind the verb says what it is about. */
static bool take_words(const Verb *verb, int argc, char **argv, PersonOptions *options,
                       GError **error)
{
    bool nobody = options->all || options->from != NULL;
    int words = nobody ? 0 : verb->takes_member ? 2 : 1;
    bool fits = (verb->takes_files ? argc - 2 >= words : argc - 2 == words) &&
                (!options->all || verb->takes_all) && (options->from == NULL || verb->takes_member);
    if (!fits) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "usage: person %s %s", verb->name,
                    verb->takes_member  ? "WHO MEMBER, or --from FILE.csv"
                    : verb->takes_all   ? "WHO, or --all"
                    : verb->takes_files ? "WHO [PLAN...]"
                                        : "WHO");
        return false;
    }
    options->who = words > 0 ? argv[2] : NULL;
    options->files = verb->takes_files ? argv + 2 + words : NULL;
    options->member = words > 1 ? argv[3] : NULL;
    return true;
}

static bool run(const GlobalOptions *global, const Verb *verb, const PersonOptions *options,
                GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autoptr(GString) said = g_string_new(NULL);
    if (!context_open(global, CONTEXT_WRITE, &context, error))
        return false;
    Act act = {
        .context = context,
        .options = options,
        .decisions = decisions,
        .said = said,
        .now = context->clock->now(context->clock),
    };
    if (!verb->act(&act, error) ||
        (decisions->len > 0 && !state_decide(context->state, decisions, context->ledger, error)))
        return false;
    if (!global->quiet)
        (void) fputs(said->str, stdout); /* the caller looks at the stream's state */
    return true;
}

int person_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    PersonOptions options = {0};
    GOptionEntry entries[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "hold, release: everybody", NULL},
        {"until", 0, 0, G_OPTION_ARG_STRING, &options.until, "hold: until when, 7d, 2026-12-24",
         "WHEN"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &options.reason, "why", "TEXT"},
        {"reference", 0, 0, G_OPTION_ARG_STRING, &options.reference, "a ticket, for the record",
         "TICKET"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &options.by, "who decides (default: you)", "NAME"},
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &options.from, "link: rows of WHO,MEMBER",
         "FILE.csv"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("person", entries, global, &argc, &argv, &helped, error)) {
        const Verb *verb = helped ? NULL : find_verb(argc, argv, error);
        if (helped || (verb != NULL && take_words(verb, argc, argv, &options, error) &&
                       run(global, verb, &options, error)))
            status = EXIT_STATUS_DONE;
    }
    options_clear(&options);
    return status;
}
