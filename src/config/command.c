/* SPDX-License-Identifier: Apache-2.0 */
#include "config/command.h"

#include "base/error.h"
#include "base/program.h"
#include "base/text.h"

#define PATIENCE_SECONDS 10

static bool parse(const char *line, char ***ret_words, GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!g_shell_parse_argv(line, NULL, &words, NULL)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the command cannot be split into words\nhint: look for an open quote");
        return false;
    }
    if (!g_path_is_absolute(words[0])) {
        g_autofree char *safe = text_safe(words[0], -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the program is not an absolute path '%s'", safe);
        return false;
    }
    *ret_words = g_steal_pointer(&words);
    return true;
}

bool command_check(const char *line, GError **error)
{
    g_auto(GStrv) words = NULL;
    return parse(line, &words, error);
}

bool command_run(const char *line, const CommandPlace *place, char *bytes, size_t room,
                 size_t *ret_length, GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!parse(line, &words, error))
        return false;
    const Program program = {.words = (const char *const *) words,
                             .folder = place->folder,
                             .user = &place->user,
                             .seconds = PATIENCE_SECONDS};
    return program_run(&program, bytes, room, ret_length, error);
}
