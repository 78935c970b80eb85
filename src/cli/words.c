/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/words.h"

#include <string.h>

static void choice_free(gpointer data)
{
    Choice *choice = data;
    g_free(choice->word);
    g_free(choice);
}

static void add_choice(Cursor *cursor, char *word, const char *about)
{
    if (g_ascii_strncasecmp(word, cursor->typed, strlen(cursor->typed)) != 0) {
        g_free(word);
        return;
    }
    Choice *choice = g_new0(Choice, 1);
    choice->word = word;
    choice->about = about;
    g_ptr_array_add(cursor->choices, choice);
}

static bool takes_value(const GOptionEntry *option)
{
    return option->arg != G_OPTION_ARG_NONE;
}

static bool may_repeat(const GOptionEntry *option)
{
    return option->arg == G_OPTION_ARG_STRING_ARRAY || option->arg == G_OPTION_ARG_FILENAME_ARRAY;
}

/* The option that WORD, "--only=zoe" or "-o", begins with; NULL: none. */
static GOptionEntry *find_option(const GArray *options, const char *word)
{
    for (guint i = 0; i < options->len; i++) {
        GOptionEntry *option = &g_array_index(options, GOptionEntry, i);
        size_t length = strlen(option->long_name);
        if (g_str_has_prefix(word, "--") && strncmp(word + 2, option->long_name, length) == 0 &&
            (word[2 + length] == '\0' || word[2 + length] == '='))
            return option;
        if (word[0] == '-' && option->short_name != 0 && word[1] == option->short_name &&
            word[2] == '\0')
            return option;
    }
    return NULL;
}

static void add_options(Cursor *cursor, const GArray *options)
{
    for (guint i = 0; i < options->len; i++) {
        const GOptionEntry *option = &g_array_index(options, GOptionEntry, i);
        /* one that is there already has this mark */
        if ((option->flags & G_OPTION_FLAG_HIDDEN) == 0)
            add_choice(cursor,
                       g_strdup_printf("--%s%s", option->long_name, takes_value(option) ? "=" : ""),
                       option->description);
    }
}

/* "text, markdown or json" says itself which words there are. */
static void add_value(Cursor *cursor, const GOptionEntry *option)
{
    bool listed =
        strcmp(option->arg_description, "FORMAT") == 0 || strcmp(option->long_name, "color") == 0;
    g_auto(GStrv) words =
        listed ? g_regex_split_simple(", | or ", option->description, 0, 0) : NULL;
    for (char **word = words; word != NULL && *word != NULL; word++)
        add_choice(cursor, g_strdup(*word), NULL);
    if (!listed)
        g_ptr_array_add(cursor->kinds, g_strdup(option->arg_description));
}

/* Whether FORM, "link WHO MEMBER", goes with the COUNT words that stand there already. */
static bool form_fits(char **form, const GPtrArray *given)
{
    for (guint i = 0; i < given->len; i++) {
        if (form[i] == NULL)
            return i > 0 && g_str_has_suffix(form[i - 1], "...");
        if (g_ascii_islower(form[i][0]) && strcmp(form[i], g_ptr_array_index(given, i)) != 0)
            return false;
    }
    return true;
}

static void add_argument(Cursor *cursor, const Command *command, const GPtrArray *given)
{
    g_auto(GStrv) forms =
        g_strsplit(command->arguments != NULL ? command->arguments : "", ", ", -1);
    for (char **each = forms; *each != NULL; each++) {
        g_auto(GStrv) form = g_strsplit(*each, " ", -1);
        guint last = g_strv_length(form);
        if (last == 0 || !form_fits(form, given))
            continue;
        const char *word = form[MIN(given->len, last - 1)];
        bool repeats = g_str_has_suffix(word, "...");
        if (given->len >= last && !repeats)
            continue;
        if (g_ascii_islower(word[0]))
            add_choice(cursor, g_strdup(word), NULL);
        else if (!g_ptr_array_find_with_equal_func(cursor->kinds, word, g_str_equal, NULL))
            g_ptr_array_add(cursor->kinds,
                            g_strndup(word, strlen(word) - (repeats ? strlen("...") : 0)));
    }
}

/* Goes over what stands before the cursor. An option that wants the next word is returned. */
static GOptionEntry *read_before(Cursor *cursor, char **words, guint count, const GArray *options,
                                 GPtrArray *given, bool *ret_ended)
{
    for (guint i = 0; i < count; i++) {
        bool is_option = !*ret_ended && words[i][0] == '-' && words[i][1] != '\0';
        GOptionEntry *option = is_option ? find_option(options, words[i]) : NULL;
        if (strcmp(words[i], "--") == 0)
            *ret_ended = true;
        else if (!is_option)
            g_ptr_array_add(given, words[i]);
        if (option == NULL)
            continue;
        if (!may_repeat(option))
            option->flags |= G_OPTION_FLAG_HIDDEN;
        if (!takes_value(option))
            continue;
        const char *equals = strchr(words[i], '=');
        if (equals == NULL && ++i == count)
            return option;
        if (strcmp(option->long_name, "config") == 0)
            cursor->config = equals != NULL ? equals + 1 : words[i];
    }
    return NULL;
}

/* Where the command stands, behind options for everywhere; COUNT: nowhere yet. */
static guint find_command_word(char **words, guint count, const GArray *everywhere)
{
    for (guint i = 0; i < count; i++) {
        if (words[i][0] != '-')
            return i;
        const GOptionEntry *option = find_option(everywhere, words[i]);
        if (option != NULL && takes_value(option) && strchr(words[i], '=') == NULL)
            i++;
    }
    return count;
}

static const Command *command_called(const char *name)
{
    const Command *command = command_table();
    while (command->name != NULL && strcmp(command->name, name) != 0)
        command++;
    return command->name != NULL && command->summary != NULL ? command : NULL;
}

static void add_commands(Cursor *cursor)
{
    for (const Command *command = command_table(); command->name != NULL; command++) {
        if (command->summary != NULL)
            add_choice(cursor, g_strdup(command->name), command->summary);
    }
}

/* The word at the cursor, where it is the value of one of OPTIONS: "--only=zo". */
static const GOptionEntry *value_at(Cursor *cursor, const GArray *options)
{
    char *equals = g_str_has_prefix(cursor->word, "--") ? strchr(cursor->word, '=') : NULL;
    const GOptionEntry *option = equals != NULL ? find_option(options, cursor->word) : NULL;
    if (option == NULL || !takes_value(option))
        return NULL;
    g_free(cursor->before);
    cursor->before = g_strndup(cursor->word, (gsize) (equals - cursor->word) + 1);
    cursor->typed = equals + 1;
    return option;
}

Cursor *cursor_find(char **words, guint count)
{
    Cursor *cursor = g_new0(Cursor, 1);
    cursor->choices = g_ptr_array_new_with_free_func(choice_free);
    cursor->kinds = g_ptr_array_new_with_free_func(g_free);
    cursor->word = g_strdup(count > 0 ? words[count - 1] : "");
    cursor->before = g_strdup("");
    cursor->typed = cursor->word;
    guint before = count > 0 ? count - 1 : 0;
    g_autoptr(GArray) everywhere = command_options(NULL);
    guint at = find_command_word(words, before, everywhere);
    const Command *command = at < before ? command_called(words[at]) : NULL;
    if (at < before && command == NULL)
        return cursor;
    g_autoptr(GArray) options = command_options(command);
    g_autoptr(GPtrArray) given = g_ptr_array_new();
    bool ended = false;
    const GOptionEntry *wanted = read_before(cursor, words, before, options, given, &ended);
    if (wanted == NULL && !ended)
        wanted = value_at(cursor, options);
    /* its own name, unless that was taken for the value of an option that belongs behind it */
    if (command != NULL && given->len > 0)
        g_ptr_array_remove_index(given, 0);
    if (given->len > 0 && command != NULL && strcmp(command->name, "api") == 0)
        cursor->operation = g_ptr_array_index(given, 0);
    if (wanted != NULL)
        add_value(cursor, wanted);
    else if (!ended && cursor->typed[0] == '-')
        add_options(cursor, options);
    else if (command == NULL)
        add_commands(cursor);
    else
        add_argument(cursor, command, given);
    return cursor;
}

void cursor_free(Cursor *cursor)
{
    if (cursor == NULL)
        return;
    g_ptr_array_unref(cursor->choices);
    g_ptr_array_unref(cursor->kinds);
    g_free(cursor->before);
    g_free(cursor->word);
    g_free(cursor);
}
