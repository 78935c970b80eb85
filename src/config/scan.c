/* SPDX-License-Identifier: Apache-2.0 */
#include "config/scan.h"

#include "base/text.h"
#include "config/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* libconfig goes no deeper either. */
#define DEEPEST_INCLUDE 10

/* One bracket that is open: '{' counts names, '(' and '[' count elements. */
typedef struct {
    char bracket;
    unsigned index;
    char *name;
} Level;

typedef struct {
    Reader *reader;
    GArray *levels; /* Level; the first is the file itself */
    bool followed;  /* there was nothing that libconfig cannot read either */
} Scan;

/* Where in one file the scan stands. */
typedef struct {
    Scan *scan;
    const char *file;
    const char *at;
    const char *end;
    unsigned line;
    unsigned depth;
    bool line_is_blank; /* nothing but spaces so far: @include may follow */
} Cursor;

static bool scan_text(Scan *scan, const char *file, const char *text, size_t length,
                      unsigned depth);

bool scan_load(const char *path, char **ret_text, size_t *ret_length, const char **ret_cause)
{
    static const int causes[] = {EACCES, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM};
    g_autoptr(GError) error = NULL;
    struct stat about;
    /* it names programs to run, and whom to believe */
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & S_IWOTH) != 0) {
        *ret_cause = SCAN_OPEN_TO_ALL;
        return false;
    }
    if (g_file_get_contents(path, ret_text, ret_length, &error))
        return true;
    /* GLib's own text repeats the path */
    int number = EIO;
    for (size_t i = 0; i < G_N_ELEMENTS(causes); i++)
        if ((int) g_file_error_from_errno(causes[i]) == error->code)
            number = causes[i];
    *ret_cause = g_strerror(number);
    return false;
}

static void level_clear(gpointer level)
{
    g_free(((Level *) level)->name);
}

static Level *top(const Scan *scan)
{
    return &g_array_index(scan->levels, Level, scan->levels->len - 1);
}

static char *current_key(const Scan *scan)
{
    GString *key = g_string_new(NULL);
    for (guint i = 0; i < scan->levels->len; i++) {
        const Level *level = &g_array_index(scan->levels, Level, i);
        if (i > 0)
            g_string_append_c(key, '.');
        if (level->bracket == '{')
            g_string_append(key, level->name != NULL ? level->name : "");
        else
            g_string_append_printf(key, "[%u]", level->index);
    }
    return g_string_free(key, FALSE);
}

static bool in_private_key(const Scan *scan)
{
    return secret_key_is_private(top(scan)->name);
}

static void open_level(Scan *scan, char bracket)
{
    Level level = {.bracket = bracket};
    g_array_append_val(scan->levels, level);
}

static void close_level(Scan *scan)
{
    if (scan->levels->len > 1)
        g_array_set_size(scan->levels, scan->levels->len - 1);
}

static bool looking_at(const Cursor *cursor, const char *what)
{
    size_t length = strlen(what);
    return (size_t) (cursor->end - cursor->at) >= length && memcmp(cursor->at, what, length) == 0;
}

static void skip_line(Cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at != '\n')
        cursor->at++;
}

static void skip_block_comment(Cursor *cursor)
{
    cursor->at += 2;
    while (cursor->at < cursor->end && !looking_at(cursor, "*/"))
        cursor->line += *cursor->at++ == '\n';
    cursor->at += MIN(2, cursor->end - cursor->at);
}

static bool is_zero_escape(const Cursor *cursor)
{
    return looking_at(cursor, "\\x00") || looking_at(cursor, "\\X00");
}

/* Behind the opening quote. */
static void take_string(Cursor *cursor)
{
    bool zero = false;
    unsigned line = cursor->line;
    while (cursor->at < cursor->end && *cursor->at != '"') {
        zero = zero || *cursor->at == '\0' || is_zero_escape(cursor);
        cursor->line += *cursor->at == '\n';
        if (*cursor->at == '\\' && cursor->at + 1 < cursor->end)
            cursor->line += *++cursor->at == '\n';
        cursor->at++;
    }
    bool open = cursor->at >= cursor->end;
    cursor->at += !open;
    if (open)
        cursor->scan->followed = false;
    if (zero || open) {
        g_autofree char *key = current_key(cursor->scan);
        TextPlace place = {cursor->file, line, key, true};
        reader_problem_in_text(cursor->scan->reader, &place, NULL,
                               open ? "a string that never ends" : "NUL byte in a string");
    }
}

/* Whether NUMBER is a whole number that fits. *RET_WIDE says which size it does not fit. */
static bool number_fits(const char *number, int *ret_bits)
{
    bool negative = *number == '-';
    const char *digits = number + (*number == '-' || *number == '+');
    bool hex = g_ascii_strncasecmp(digits, "0x", 2) == 0;
    digits += hex ? 2 : 0;
    size_t length = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    bool wide = digits[length] == 'L';
    if (length == 0 || (digits[length] != '\0' && !wide))
        return true; /* a fraction, or nothing that libconfig will take */
    g_autofree char *plain = g_strndup(digits, length);
    guint64 limit = wide ? (guint64) G_MAXINT64 : (guint64) G_MAXINT32;
    *ret_bits = wide ? 64 : 32;
    return g_ascii_string_to_unsigned(plain, hex ? 16 : 10, 0, limit + (negative ? 1 : 0), NULL,
                                      NULL);
}

static void take_number(Cursor *cursor)
{
    const char *begin = cursor->at++;
    while (cursor->at < cursor->end && (g_ascii_isalnum(*cursor->at) || *cursor->at == '.'))
        cursor->at++;
    g_autofree char *number = g_strndup(begin, (size_t) (cursor->at - begin));
    int bits = 0;
    if (number_fits(number, &bits))
        return;
    g_autofree char *key = current_key(cursor->scan);
    bool hide = in_private_key(cursor->scan);
    const char *shown = hide ? "***" : number;
    g_autofree char *hint =
        bits == 32 && !hide ? g_strdup_printf("write %sL, or the digits in quotes", number) : NULL;
    TextPlace place = {cursor->file, cursor->line, key, true};
    reader_problem_in_text(cursor->scan->reader, &place, hint, "number past %d bits '%s'", bits,
                           shown);
}

static void take_name(Cursor *cursor)
{
    const char *begin = cursor->at;
    while (cursor->at < cursor->end &&
           (g_ascii_isalnum(*cursor->at) || strchr("-_*", *cursor->at) != NULL) &&
           *cursor->at != '\0')
        cursor->at++;
    g_autofree char *name = g_strndup(begin, (size_t) (cursor->at - begin));
    bool truth = g_ascii_strcasecmp(name, "true") == 0 || g_ascii_strcasecmp(name, "false") == 0;
    Level *level = top(cursor->scan);
    if (level->bracket != '{' || truth)
        return;
    g_free(level->name);
    level->name = g_steal_pointer(&name);
}

static void include(Cursor *cursor, const char *name)
{
    Scan *scan = cursor->scan;
    TextPlace place = {cursor->file, cursor->line, "@include", false};
    g_autofree char *safe = text_safe(name, -1);
    if (g_path_is_absolute(name)) {
        reader_problem_in_text(scan->reader, &place,
                               "includes are looked for in the folder of the configuration",
                               "absolute path '%s'", safe);
        scan->followed = false;
        return;
    }
    g_autofree char *path = g_build_filename(scan->reader->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(scan->reader->path);
    g_autofree char *shown =
        strcmp(folder, ".") == 0 ? g_strdup(name) : g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    size_t length = 0;
    const char *cause = NULL;
    if (!scan_load(path, &text, &length, &cause)) {
        reader_problem_in_text(scan->reader, &place, NULL, "cannot read '%s': %s", safe, cause);
        scan->followed = false;
    } else if (cursor->depth < DEEPEST_INCLUDE) {
        (void) scan_text(scan, shown, text, length, cursor->depth + 1); /* noted in followed */
    }
}

/* Behind "@include". */
static void take_include(Cursor *cursor)
{
    cursor->at += strlen("@include");
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
        cursor->at++;
    if (cursor->at >= cursor->end || *cursor->at != '"')
        return;
    GString *name = g_string_new(NULL);
    for (cursor->at++; cursor->at < cursor->end && *cursor->at != '"' && *cursor->at != '\n';
         cursor->at++) {
        if (*cursor->at == '\\' && cursor->at + 1 < cursor->end)
            cursor->at++;
        g_string_append_c(name, *cursor->at);
    }
    cursor->at += cursor->at < cursor->end && *cursor->at == '"';
    include(cursor, name->str);
    g_string_free(name, TRUE);
}

static void take_punctuation(Cursor *cursor)
{
    char c = *cursor->at++;
    if (c == '{' || c == '(' || c == '[')
        open_level(cursor->scan, c);
    else if (c == '}' || c == ')' || c == ']')
        close_level(cursor->scan);
    else if (c == ',')
        top(cursor->scan)->index++;
}

static void take_token(Cursor *cursor)
{
    char c = *cursor->at;
    bool blank = cursor->line_is_blank;
    cursor->line_is_blank = c == '\n' || (blank && (c == ' ' || c == '\t'));
    if (c == '\n') {
        cursor->line++;
        cursor->at++;
    } else if (c == '#' || looking_at(cursor, "//")) {
        skip_line(cursor);
    } else if (looking_at(cursor, "/*")) {
        skip_block_comment(cursor);
    } else if (c == '"') {
        cursor->at++;
        take_string(cursor);
    } else if (blank && looking_at(cursor, "@include")) {
        take_include(cursor);
    } else if (g_ascii_isdigit(c) || c == '-' || c == '+') {
        take_number(cursor);
    } else if (g_ascii_isalpha(c) || c == '*') {
        take_name(cursor);
    } else {
        take_punctuation(cursor);
    }
}

static bool scan_text(Scan *scan, const char *file, const char *text, size_t length, unsigned depth)
{
    Cursor cursor = {
        .scan = scan,
        .file = file,
        .at = text,
        .end = text + length,
        .line = 1,
        .depth = depth,
        .line_is_blank = true,
    };
    while (cursor.at < cursor.end)
        take_token(&cursor);
    return scan->followed;
}

bool scan_file(Reader *reader, const char *file, const char *text, size_t length)
{
    Scan scan = {
        .reader = reader,
        .levels = g_array_new(false, false, sizeof(Level)),
        .followed = true,
    };
    g_array_set_clear_func(scan.levels, level_clear);
    open_level(&scan, '{');
    bool followed = scan_text(&scan, file, text, length, 0);
    g_array_unref(scan.levels);
    return followed;
}
