/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "cli/words.h"
#include "config/config.h"
#include "model/plan.h"
#include "state/names.h"
#include "toggl/endpoint.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/*
 * What shells ask when somebody presses the tab key: 'complete -- WORD...', the last word is at the
 * cursor. The first line of the answer is ":words", or ":files" where a file's name may stand, too;
 * each further line is a word that may stand there, and, behind a tab, what it is about. Whoever
 * waits at a prompt is never shown an error: what cannot be known is not offered.
 */

#define MOST_NAMES 100
#define PATIENCE_SECONDS 2

static const char *const kinds_of_files[] = {"FILE", "[SOURCE=]FILE", "FILE.csv", "PLAN",
                                             "OLD",  "NEW",           "KEY",      NULL};
static const char *const references[] = {"credential:", "file:", "env:", "command:", NULL};
static const char *const schemes[] = {"ldaps://", "ldap://", "ldapi://", NULL};

/* Toggl's and the directory's names are hostile, and so is what a shell makes of a line. */
static void offer(const Cursor *cursor, const char *word, const char *about)
{
    bool begins = g_ascii_strncasecmp(word, cursor->typed, strlen(cursor->typed)) == 0;
    if (begins && *word != '\0' && text_is_safe(word, strlen(word)) &&
        (word[0] != '-' || *cursor->before != '\0'))
        printf("%s%s%s%s\n", cursor->before, word, about != NULL ? "\t" : "",
               about != NULL ? about : "");
}

static void offer_words(const Cursor *cursor, const char *const *words)
{
    for (; *words != NULL; words++)
        offer(cursor, *words, NULL);
}

static void offer_rails(const Cursor *cursor)
{
    for (RailKind kind = 0; kind < RAIL_KINDS; kind++) {
        if (rail_is_approvable(kind))
            offer(cursor, rail_name(kind), NULL);
    }
}

static void offer_operations(const Cursor *cursor)
{
    size_t count = 0;
    const Endpoint *table = endpoint_table(&count);
    for (size_t i = 0; i < count; i++)
        offer(cursor, table[i].name, table[i].help);
}

/* "name=" for each field, and behind it the words that it knows. */
static void offer_fields(const Cursor *cursor)
{
    const Endpoint *endpoint = cursor->operation != NULL ? endpoint_find(cursor->operation) : NULL;
    const EndpointField *field = endpoint != NULL ? endpoint->fields : NULL;
    for (; field != NULL && field->name != NULL; field++) {
        g_autofree char *start = g_strconcat(field->name, "=", NULL);
        if (field->id == ID_ORGANIZATION)
            continue;
        if (!g_str_has_prefix(cursor->typed, start)) {
            offer(cursor, start, field->help);
            continue;
        }
        const char *words = field->type == FIELD_FLAG ? "true|false" : field->words;
        g_auto(GStrv) split = words != NULL ? g_strsplit(words, "|", -1) : NULL;
        for (char **word = split; word != NULL && *word != NULL; word++) {
            g_autofree char *whole = g_strconcat(start, *word, NULL);
            offer(cursor, whole, NULL);
        }
    }
}

/* What the last complete reads left in the state, if it is ours to read. */
static void offer_names(const Cursor *cursor, const char *named, const NamesKind *kinds,
                        size_t count)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(State) state = NULL;
    const char *path = cursor->config != NULL ? cursor->config : named;
    if (!config_load(path != NULL ? path : CONFIG_DEFAULT_PATH, CONFIG_WITHOUT_SECRETS, &config,
                     NULL) ||
        !state_open(config->state, STATE_READ, config->toggl->organization, &state, NULL) ||
        state == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        g_autoptr(GPtrArray) names = NULL;
        if (!state_names(state, kinds[i], cursor->typed, MOST_NAMES, &names, NULL))
            return;
        for (guint j = 0; j < names->len; j++) {
            const Name *name = g_ptr_array_index(names, j);
            offer(cursor, name->name, name->about);
        }
    }
}

static void offer_values(const Cursor *cursor, const char *kind, const char *config)
{
    static const NamesKind who_or_group[] = {NAMES_PEOPLE, NAMES_GROUPS};
    static const NamesKind run = NAMES_RUNS;
    if (strcmp(kind, "RAIL") == 0)
        offer_rails(cursor);
    else if (strcmp(kind, "OPERATION") == 0)
        offer_operations(cursor);
    else if (strcmp(kind, "FIELD") == 0)
        offer_fields(cursor);
    else if (strcmp(kind, "REFERENCE") == 0)
        offer_words(cursor, references);
    else if (strcmp(kind, "URI") == 0)
        offer_words(cursor, schemes);
    else if (strcmp(kind, "WHO") == 0 || strcmp(kind, "MEMBER") == 0)
        offer_names(cursor, config, who_or_group, 1);
    else if (strcmp(kind, "WHO|GROUP") == 0)
        offer_names(cursor, config, who_or_group, 2);
    else if (strcmp(kind, "RUN") == 0)
        offer_names(cursor, config, &run, 1);
}

static void on_patience(int number)
{
    (void) number;
    _exit(0);
}

/* Nobody waits for a disk that does not answer, or a state that somebody keeps busy. */
static void limit_patience(void)
{
    struct sigaction action = {.sa_handler = on_patience};
    (void) sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {.it_value = {.tv_sec = PATIENCE_SECONDS}};
    (void) setitimer(ITIMER_REAL, &timer, NULL);
}

int complete_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    (void) error;
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
    limit_patience();
    g_autoptr(Cursor) cursor = cursor_find(argv + first, (guint) MAX(argc - first, 0));
    bool files = false;
    for (guint i = 0; i < cursor->kinds->len; i++)
        files = files || g_strv_contains(kinds_of_files, g_ptr_array_index(cursor->kinds, i));
    printf("%s\n", files ? ":files" : ":words");
    for (guint i = 0; i < cursor->choices->len; i++) {
        const Choice *choice = g_ptr_array_index(cursor->choices, i);
        printf("%s%s%s%s\n", cursor->before, choice->word, choice->about != NULL ? "\t" : "",
               choice->about != NULL ? choice->about : "");
    }
    (void) fflush(stdout); /* patience may end while names are looked for */
    for (guint i = 0; i < cursor->kinds->len; i++)
        offer_values(cursor, g_ptr_array_index(cursor->kinds, i), global->config);
    return 0;
}
