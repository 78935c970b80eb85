/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reader.h"

#include "base/error.h"
#include "base/text.h"
#include "config/scan.h"
#include "config/secret.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *file;
    unsigned line;
    guint order; /* in which it was found: keeps the sort stable */
    char *key;
    char *text;
    bool spoiled; /* the value is not what was written: nothing more is said about it */
} Problem;

typedef struct {
    Secret **slot;
    char *reference;
    char *file;
    unsigned line;
    char *key;
} PendingSecret;

static void problem_free(Problem *problem)
{
    g_free(problem->file);
    g_free(problem->key);
    g_free(problem->text);
    g_free(problem);
}

static void pending_secret_free(PendingSecret *pending)
{
    g_free(pending->reference);
    g_free(pending->file);
    g_free(pending->key);
    g_free(pending);
}

Reader *reader_new(const char *path, bool offline)
{
    Reader *reader = g_new0(Reader, 1);
    g_autofree char *folder = g_path_get_dirname(path);
    reader->path = g_strdup(path);
    reader->offline = offline;
    reader->retired = retired_keys;
    reader->folder = g_canonicalize_filename(folder, NULL);
    reader->problems = g_ptr_array_new_with_free_func((GDestroyNotify) problem_free);
    reader->warnings = g_ptr_array_new_with_free_func(g_free);
    reader->secrets = g_ptr_array_new_with_free_func((GDestroyNotify) pending_secret_free);
    return reader;
}

void reader_free(Reader *reader)
{
    if (reader == NULL)
        return;
    g_free(reader->path);
    g_free(reader->folder);
    g_ptr_array_unref(reader->problems);
    if (reader->warnings != NULL)
        g_ptr_array_unref(reader->warnings);
    g_ptr_array_unref(reader->secrets);
    g_free(reader);
}

/* NAME of an included file beside the main one, as a person in the same place would open it. */
static char *shown_include(const Reader *reader, const char *name)
{
    if (g_path_is_absolute(name))
        return g_strdup(name); /* newer libraries give the whole path */
    g_autofree char *folder = g_path_get_dirname(reader->path);
    return strcmp(folder, ".") == 0 ? g_strdup(name) : g_build_filename(folder, name, NULL);
}

static char *setting_file(const Reader *reader, const config_setting_t *setting)
{
    const char *file = config_setting_source_file(setting);
    return file != NULL ? shown_include(reader, file) : g_strdup(reader->path);
}

char *reader_resolve(const Reader *reader, const char *path)
{
    return g_canonicalize_filename(path, reader->folder);
}

bool setting_is_list(const config_setting_t *setting)
{
    return config_setting_is_list(setting) || config_setting_is_array(setting);
}

char *setting_path(const config_setting_t *setting)
{
    GString *path = g_string_new(NULL);
    for (; !config_setting_is_root(setting); setting = config_setting_parent(setting)) {
        const char *name = config_setting_name(setting);
        if (path->len > 0)
            g_string_prepend_c(path, '.');
        if (name != NULL) {
            g_string_prepend(path, name);
        } else {
            g_autofree char *index = g_strdup_printf("[%d]", config_setting_index(setting));
            g_string_prepend(path, index);
        }
    }
    return g_string_free(path, FALSE);
}

static bool is_spoiled(const Reader *reader, const char *file, const char *key)
{
    for (guint i = 0; i < reader->problems->len; i++) {
        const Problem *problem = g_ptr_array_index(reader->problems, i);
        if (problem->spoiled && strcmp(problem->key, key) == 0 && strcmp(problem->file, file) == 0)
            return true;
    }
    return false;
}

static void add_problem(Reader *reader, Problem problem, const char *hint, const char *message)
{
    if (is_spoiled(reader, problem.file, problem.key)) {
        g_free(problem.file);
        g_free(problem.key);
        return;
    }
    g_autofree char *safe_file = text_safe(problem.file, -1);
    problem.order = reader->problems->len;
    problem.text = g_strdup_printf("%s:%u: %s%s%s%s%s", safe_file, problem.line, problem.key,
                                   *problem.key != '\0' ? ": " : "", message,
                                   hint != NULL ? "\nhint: " : "", hint != NULL ? hint : "");
    g_ptr_array_add(reader->problems, g_memdup2(&problem, sizeof problem));
}

static Problem problem_at_setting(const Reader *reader, const config_setting_t *setting)
{
    return (Problem){
        .file = setting_file(reader, setting),
        .line = config_setting_is_root(setting) ? 1 : config_setting_source_line(setting),
        .key = setting_path(setting),
    };
}

void reader_problem_in_text(Reader *reader, const TextPlace *place, const char *hint,
                            const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    Problem problem = {
        .file = g_strdup(place->file),
        .line = place->line,
        .key = g_strdup(place->key),
        .spoiled = place->spoils,
    };
    add_problem(reader, problem, hint, message);
}

void reader_problem(Reader *reader, const config_setting_t *setting, const char *hint,
                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_problem(reader, problem_at_setting(reader, setting), hint, message);
}

void reader_warning(Reader *reader, const config_setting_t *setting, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *file = setting_file(reader, setting);
    g_autofree char *safe_file = text_safe(file, -1);
    g_autofree char *key = setting_path(setting);
    g_ptr_array_add(reader->warnings,
                    g_strdup_printf("%s:%u: %s: %s", safe_file,
                                    (unsigned) config_setting_source_line(setting), key, message));
}

bool reader_has_problems(const Reader *reader)
{
    return reader->problems->len > 0;
}

static gint compare_problems(gconstpointer a, gconstpointer b)
{
    const Problem *x = *(const Problem *const *) a;
    const Problem *y = *(const Problem *const *) b;
    int files = strcmp(x->file, y->file);
    if (files != 0)
        return files;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

bool reader_finish(Reader *reader, GError **error)
{
    if (!reader_has_problems(reader))
        return true;
    g_ptr_array_sort(reader->problems, compare_problems);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < reader->problems->len; i++) {
        const Problem *problem = g_ptr_array_index(reader->problems, i);
        if (i > 0)
            g_string_append_c(all, '\n');
        g_string_append(all, problem->text);
    }
    g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_CONFIG, all->str);
    g_string_free(all, TRUE);
    return false;
}

/* Strings that a terminal, a log line or a DN would choke on; "CORP\toby" is the usual way to them.
 */
static void check_string(Reader *reader, const config_setting_t *setting)
{
    const char *value = config_setting_get_string(setting);
    bool control = false;
    for (const char *c = value; *c != '\0'; c++)
        control = control || (unsigned char) *c < 0x20 || *c == 0x7f;
    if (!control && g_utf8_validate(value, -1, NULL))
        return;
    Problem problem = problem_at_setting(reader, setting);
    problem.spoiled = true;
    bool private = secret_key_is_private(config_setting_name(setting));
    g_autofree char *safe = private ? g_strdup("***") : text_safe(value, -1);
    g_autofree char *message =
        g_strdup_printf("%s '%s'", control ? "control character in" : "not UTF-8", safe);
    add_problem(reader, problem,
                control ? "write a backslash as two: \"CORP\\\\toby\", not \"CORP\\toby\""
                        : "save the file as UTF-8",
                message);
}

static void check_strings(Reader *reader, const config_setting_t *setting)
{
    if (config_setting_type(setting) == CONFIG_TYPE_STRING)
        check_string(reader, setting);
    if (!config_setting_is_aggregate(setting))
        return;
    for (int i = 0; i < config_setting_length(setting); i++)
        check_strings(reader, config_setting_get_elem(setting, (unsigned) i));
}

static bool syntax_error(const Reader *reader, const config_t *file, GError **error)
{
    const char *included = config_error_file(file);
    g_autofree char *name =
        included != NULL ? shown_include(reader, included) : g_strdup(reader->path);
    g_autofree char *safe = text_safe(name, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "%s:%d: %s\nhint: the mistake may stand on the line before; a list has no comma "
                "after its last element",
                safe, config_error_line(file), config_error_text(file));
    return false;
}

#define FIRST_PERSON 1000 /* the first user that is no service, as login.defs(5) has it */

/* How the file QUOTED, which this user may not read, can be read. The group of the file is that of
 * the service: a person must not take its place. New string. */
static char *how_to_be_let_in(const char *quoted)
{
    if (geteuid() >= FIRST_PERSON)
        return g_strdup("put 'sudo' before the command; or ");
    const struct group *group = getgrgid(getegid());
    g_autofree char *user = process_user_name(geteuid());
    g_autofree char *name =
        group != NULL ? g_strdup(group->gr_name) : g_strdup_printf("%u", (unsigned) getegid());
    return g_strdup_printf("root can let user '%s' read it: chgrp %s %s && chmod 640 %s; or ", user,
                           name, quoted, quoted);
}

bool reader_parse(Reader *reader, config_t *file, GError **error)
{
    g_autofree char *text = NULL;
    size_t length = 0;
    const char *cause = NULL;
    if (!scan_load(reader->path, &text, &length, &cause)) {
        g_autofree char *safe = text_safe(reader->path, -1);
        int reason = access(reader->path, R_OK) == 0 ? 0 : errno;
        g_autofree char *quoted = g_shell_quote(safe);
        g_autofree char *how = reason == 0 && strcmp(cause, SCAN_OPEN_TO_ALL) == 0
                                   ? g_strdup_printf("chmod o-w %s; or ", quoted)
                               : reason == ENOENT
                                   ? g_strdup("copy '" PROJECT_SAMPLE "' there and change it, let "
                                              "'toggl-ldap-sync init' write one, or ")
                               : reason == EACCES ? how_to_be_let_in(quoted)
                                                  : g_strdup("");
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "cannot read the configuration '%s': %s\nhint: %sname another with --config",
                    safe, cause, how);
        return false;
    }
    if (!scan_file(reader, reader->path, text, length))
        return reader_finish(reader, error);
    config_set_include_dir(file, reader->folder);
    /* an empty file cannot be opened in memory, and says no more than a blank one */
    FILE *stream = length > 0 ? fmemopen(text, length, "r") : fmemopen((char[]){" "}, 1, "r");
    if (stream == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "cannot open a stream in memory");
        return false;
    }
    bool parsed = config_read(file, stream) == CONFIG_TRUE;
    (void) fclose(stream); /* nothing was written */
    if (!parsed)
        return syntax_error(reader, file, error);
    check_strings(reader, config_root_setting(file));
    return true;
}

void reader_read_secrets(Reader *reader, ProcessUser user)
{
    g_autofree char *credentials = secret_credentials_folder(reader->path);
    SecretPlaces places = {
        .folder = reader->folder,
        .credentials = credentials,
        .user = user,
    };
    for (guint i = 0; i < reader->secrets->len; i++) {
        const PendingSecret *pending = g_ptr_array_index(reader->secrets, i);
        g_autoptr(GError) error = NULL;
        Secret *secret = NULL;
        if (secret_reference_read(pending->reference, &places, &secret, &error)) {
            secret_free(*pending->slot);
            *pending->slot = secret;
        } else {
            TextPlace place = {pending->file, pending->line, pending->key, false};
            reader_problem_in_text(reader, &place, NULL, "%s", error->message);
        }
    }
}

GRegex *reader_pattern(Reader *reader, const config_setting_t *setting, const char *pattern)
{
    g_autoptr(GError) error = NULL;
    GRegex *regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, &error);
    if (regex != NULL)
        return regex;
    /* GLib's sentence repeats the pattern; what is wrong stands behind it */
    const char *behind = strstr(error->message, pattern);
    const char *why = strstr(behind != NULL ? behind + strlen(pattern) : error->message, ": ");
    g_autofree char *safe = text_safe(pattern, -1);
    g_autofree char *safe_why = text_safe(why != NULL ? why + 2 : error->message, -1);
    reader_problem(reader, setting, NULL, "bad pattern '%s': %s", safe, safe_why);
    return NULL;
}

bool section_secret(Section *section, const char *key, SectionNeed need, SecretUse use,
                    Secret **slot)
{
    g_autofree char *reference = section_string(section, key, need);
    if (reference == NULL)
        return false;
    const config_setting_t *setting = section_get(section, key);
    g_autoptr(GError) error = NULL;
    if (!secret_reference_check(reference, &error)) {
        reader_problem(section->reader, setting, NULL, "%s", error->message);
        return false;
    }
    if (section->reader->offline || section->reader->spared[use])
        return true;
    PendingSecret *pending = g_new0(PendingSecret, 1);
    pending->slot = slot;
    pending->reference = g_steal_pointer(&reference);
    pending->file = setting_file(section->reader, setting);
    pending->line = config_setting_source_line(setting);
    pending->key = setting_path(setting);
    g_ptr_array_add(section->reader->secrets, pending);
    return true;
}
