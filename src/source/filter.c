/* SPDX-License-Identifier: Apache-2.0 */
#include "source/filter.h"

#include "base/error.h"
#include "base/text.h"
#include "source/filter_private.h"
#include "source/source.h"

#include <string.h>

#define DEEPEST 100 /* a filter is walked by recursion */
#define ALL_BITS_RULE "1.2.840.113556.1.4.803"
#define ANY_BIT_RULE "1.2.840.113556.1.4.804"

typedef struct {
    const char *start;
    const char *at;
    unsigned depth;
} Parser;

static bool fail(const Parser *parser, const char *why, GError **error)
{
    g_autofree char *safe = text_safe(parser->start, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' is no filter: byte %zu: %s", safe,
                (size_t) (parser->at - parser->start), why);
    return false;
}

static void piece_free(gpointer piece)
{
    g_string_free(piece, TRUE);
}

void filter_free(Filter *filter)
{
    if (filter == NULL)
        return;
    g_free(filter->attribute);
    g_free(filter->rule);
    g_clear_pointer(&filter->children, g_ptr_array_unref);
    g_clear_pointer(&filter->pieces, g_ptr_array_unref);
    g_free(filter);
}

static void skip_spaces(Parser *parser)
{
    while (*parser->at == ' ')
        parser->at++;
}

static bool parse_one(Parser *parser, Filter *filter, GError **error);

/* '&', '|' and '!' were seen; what follows up to the closing parenthesis are filters. */
static bool parse_children(Parser *parser, Filter *filter, GError **error)
{
    filter->children = g_ptr_array_new_with_free_func((GDestroyNotify) filter_free);
    parser->at++;
    skip_spaces(parser);
    while (*parser->at == '(') {
        if (filter->operation == FILTER_NOT && filter->children->len == 1)
            return fail(parser, "'!' takes one filter", error);
        Filter *child = g_new0(Filter, 1);
        g_ptr_array_add(filter->children, child);
        if (!parse_one(parser, child, error))
            return false;
        skip_spaces(parser);
    }
    if (filter->operation == FILTER_NOT && filter->children->len == 0)
        return fail(parser, "'(' is expected", error);
    return true;
}

static bool is_description(const char *name)
{
    if (!g_ascii_isalnum(*name))
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && strchr("-._;", *c) == NULL)
            return false;
    }
    return true;
}

/* A value up to ')', or up to '*' when STARS. */
static bool parse_value(Parser *parser, bool stars, GString *value, GError **error)
{
    for (;; parser->at++) {
        char c = *parser->at;
        if (c == ')' || (c == '*' && stars))
            return true;
        if (c == '\0')
            return fail(parser, "')' is expected", error);
        if (c == '(' || c == '*')
            return fail(parser, "a character that must be escaped, as \\28 or \\2a", error);
        if (c == '\\') {
            if (!g_ascii_isxdigit(parser->at[1]) || !g_ascii_isxdigit(parser->at[2]))
                return fail(parser, "'\\' must be followed by two hexadecimal digits", error);
            c = (char) (g_ascii_xdigit_value(parser->at[1]) * 16 +
                        g_ascii_xdigit_value(parser->at[2]));
            parser->at += 2;
        }
        g_string_append_c(value, c);
    }
}

/* Keeps VALUE as what the values of entries are compared with. */
static void take_value(Filter *filter, const GString *value)
{
    filter->is_number = filter_number(value->str, value->len, &filter->number);
    GString *piece = NULL;
    if (filter_normalise(filter->syntax, value->str, value->len, &piece))
        g_ptr_array_add(filter->pieces, piece);
    else
        filter->impossible = true;
}

/* A value that may hold stars: equality, presence or substrings. */
static bool parse_match(Parser *parser, Filter *filter, GError **error)
{
    g_autoptr(GPtrArray) raw = g_ptr_array_new_with_free_func(piece_free);
    for (;;) {
        GString *piece = g_string_new(NULL);
        g_ptr_array_add(raw, piece);
        if (!parse_value(parser, true, piece, error))
            return false;
        if (*parser->at == ')')
            break;
        parser->at++;
    }
    const GString *first = g_ptr_array_index(raw, 0);
    const GString *last = g_ptr_array_index(raw, raw->len - 1);
    if (raw->len == 1) {
        take_value(filter, first);
        return true;
    }
    if (raw->len == 2 && first->len == 0 && last->len == 0) {
        filter->operation = FILTER_PRESENT;
        return true;
    }
    filter->operation = FILTER_SUBSTRING;
    filter->impossible = filter->syntax == SYNTAX_DN || filter->syntax == SYNTAX_INTEGER ||
                         filter->syntax == SYNTAX_CLASS || filter->syntax == SYNTAX_CATEGORY;
    for (guint i = 0; i < raw->len; i++) {
        const GString *piece = g_ptr_array_index(raw, i);
        bool inner = i > 0 && i + 1 < raw->len;
        if (inner && piece->len == 0)
            return fail(parser, "two '*' without anything between them", error);
        GString *kept = NULL;
        if (filter->syntax == SYNTAX_TEXT)
            kept = filter_fold(piece->str, piece->len, i == 0, i + 1 == raw->len);
        else if (filter->impossible ||
                 !filter_normalise(filter->syntax, piece->str, piece->len, &kept))
            kept = g_string_new(NULL);
        g_ptr_array_add(filter->pieces, kept);
    }
    return true;
}

/* DESCRIPTION is what stood before ":=". */
static void take_rule(Filter *filter, const char *description)
{
    g_auto(GStrv) parts = g_strsplit(description, ":", 2);
    filter->rule = g_strdup(description);
    filter->operation = FILTER_OTHER;
    if (parts[1] != NULL && is_description(parts[0])) {
        if (strcmp(parts[1], ALL_BITS_RULE) == 0)
            filter->operation = FILTER_ALL_BITS;
        else if (strcmp(parts[1], ANY_BIT_RULE) == 0)
            filter->operation = FILTER_ANY_BIT;
    }
    filter->attribute = g_strdup(parts[0] != NULL ? parts[0] : "");
}

static bool is_rule(const char *description)
{
    g_auto(GStrv) parts = g_strsplit(description, ":", -1);
    guint count = g_strv_length(parts);
    guint next = 1;
    if (count == 0 || (*parts[0] == '\0' ? count < 2 : !is_description(parts[0])))
        return false;
    if (next < count && g_ascii_strcasecmp(parts[next], "dn") == 0)
        next++;
    if (next < count && !is_description(parts[next++]))
        return false;
    return next == count;
}

/* "attribute=value" and its like, without the parentheses. */
static bool parse_item(Parser *parser, Filter *filter, GError **error)
{
    size_t width = strcspn(parser->at, "=()");
    if (parser->at[width] != '=')
        return fail(parser, "an attribute and '=' are expected", error);
    const char *sign = parser->at + width;
    filter->operation = FILTER_EQUAL;
    size_t name = width;
    char before = width > 0 ? sign[-1] : '\0';
    if (before == '>' || before == '<' || before == '~' || before == ':')
        name--;
    g_autofree char *description = g_strndup(parser->at, name);
    if (before == ':' ? !is_rule(description) : !is_description(description))
        return fail(parser, "an attribute is expected", error);
    parser->at = sign + 1;
    filter->pieces = g_ptr_array_new_with_free_func(piece_free);
    if (before == ':') {
        take_rule(filter, description);
    } else {
        filter->attribute = g_strdup(description);
        filter->syntax = filter_syntax(description);
    }
    if (name == width)
        return parse_match(parser, filter, error);
    if (before == '>' || before == '<')
        filter->operation = before == '>' ? FILTER_AT_LEAST : FILTER_AT_MOST;
    g_autoptr(GString) value = g_string_new(NULL);
    if (!parse_value(parser, false, value, error))
        return false;
    take_value(filter, value);
    return true;
}

static bool parse_one(Parser *parser, Filter *filter, GError **error)
{
    if (*parser->at != '(')
        return fail(parser, "'(' is expected", error);
    if (++parser->depth > DEEPEST)
        return fail(parser, "it is nested too deeply", error);
    parser->at++;
    skip_spaces(parser);
    bool good = false;
    switch (*parser->at) {
    case '&':
        filter->operation = FILTER_AND;
        good = parse_children(parser, filter, error);
        break;
    case '|':
        filter->operation = FILTER_OR;
        good = parse_children(parser, filter, error);
        break;
    case '!':
        filter->operation = FILTER_NOT;
        good = parse_children(parser, filter, error);
        break;
    default:
        good = parse_item(parser, filter, error);
        break;
    }
    if (!good)
        return false;
    parser->depth--;
    if (*parser->at != ')')
        return fail(parser, "')' is expected", error);
    parser->at++;
    return true;
}

bool filter_parse(const char *text, Filter **ret, GError **error)
{
    Parser parser = {.start = text, .at = text};
    g_autoptr(Filter) filter = g_new0(Filter, 1);
    skip_spaces(&parser);
    if (!parse_one(&parser, filter, error))
        return false;
    skip_spaces(&parser);
    if (*parser.at != '\0')
        return fail(&parser, "something follows the filter", error);
    *ret = g_steal_pointer(&filter);
    return true;
}

bool filter_is_judgeable(const Filter *filter, GError **error)
{
    if (filter->operation == FILTER_OTHER) {
        g_autofree char *safe = text_safe(filter->rule, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "only a server can judge the extensible match '%s'\n"
                    "hint: without a server, only the bit rules " ALL_BITS_RULE " and " ANY_BIT_RULE
                    " are understood",
                    safe);
        return false;
    }
    for (guint i = 0; filter->children != NULL && i < filter->children->len; i++) {
        if (!filter_is_judgeable(g_ptr_array_index(filter->children, i), error))
            return false;
    }
    return true;
}

void filter_attributes(const Filter *filter, void (*each)(void *context, const char *name),
                       void *context)
{
    if (filter->attribute != NULL) {
        g_autofree char *name = g_strndup(filter->attribute, strcspn(filter->attribute, ";"));
        each(context, name);
    }
    for (guint i = 0; filter->children != NULL && i < filter->children->len; i++)
        filter_attributes(g_ptr_array_index(filter->children, i), each, context);
}

bool source_filter_check(const char *text, bool offline, GError **error)
{
    g_autoptr(Filter) filter = NULL;
    return filter_parse(text, &filter, error) && (!offline || filter_is_judgeable(filter, error));
}

void filter_append_value(GString *to, const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (value[i] == '\0' || strchr("*()\\", value[i]) != NULL)
            g_string_append_printf(to, "\\%02x", (unsigned) (unsigned char) value[i]);
        else
            g_string_append_c(to, value[i]);
    }
}
