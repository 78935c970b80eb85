/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_cells.h"

#include "base/json.h"

#include <string.h>

#define MOST_DIGITS 18 /* so many always fit into 64 bits */

struct JsonCells {
    GArray *cells;  /* JsonCell */
    GString *texts; /* one behind the other, each with its NUL */
};

JsonCells *json_cells_new(void)
{
    JsonCells *cells = g_new0(JsonCells, 1);
    cells->cells = g_array_new(false, false, sizeof(JsonCell));
    cells->texts = g_string_new(NULL);
    return cells;
}

void json_cells_free(JsonCells *cells)
{
    if (cells == NULL)
        return;
    g_array_unref(cells->cells);
    (void) g_string_free(cells->texts, true);
    g_free(cells);
}

const JsonCell *json_cells_first(const JsonCells *cells)
{
    return cells->cells->len > 0 ? &g_array_index(cells->cells, JsonCell, 0) : NULL;
}

static void begin(JsonCells *cells)
{
    (void) g_array_set_size(cells->cells, 0);
    g_string_truncate(cells->texts, 0);
}

static void add(JsonCells *cells, JsonCellType type, int64_t number)
{
    JsonCell cell = {.type = type, .span = 1, .number = number};
    g_array_append_val(cells->cells, cell);
}

/* Until all are there, a text is known by where it stands: the bytes may yet move. */
static void add_text(JsonCells *cells, const char *bytes, size_t length)
{
    add(cells, JSON_CELL_TEXT, (int64_t) cells->texts->len);
    g_string_append_len(cells->texts, bytes, (gssize) length);
    g_string_append_c(cells->texts, '\0');
}

/* Begins a list; what is added until it ends is in it. */
static guint begin_list(JsonCells *cells)
{
    add(cells, JSON_CELL_LIST, 0);
    return cells->cells->len - 1;
}

static void end_list(JsonCells *cells, guint list, uint32_t count)
{
    JsonCell *cell = &g_array_index(cells->cells, JsonCell, list);
    cell->count = count;
    cell->span = cells->cells->len - list;
}

static void end(JsonCells *cells)
{
    for (guint i = 0; i < cells->cells->len; i++) {
        JsonCell *cell = &g_array_index(cells->cells, JsonCell, i);
        if (cell->type == JSON_CELL_TEXT)
            cell->text = cells->texts->str + cell->number;
    }
}

/* ---- from text ---- */

typedef struct {
    JsonCells *cells;
    const char *at;
    const char *end;
} Scanner;

static bool scan_value(Scanner *scanner, unsigned depth);

/* The next byte that is no space, or NUL at the end. */
static char peek(Scanner *scanner)
{
    while (scanner->at < scanner->end && (*scanner->at == ' ' || *scanner->at == '\n' ||
                                          *scanner->at == '\t' || *scanner->at == '\r'))
        scanner->at++;
    return scanner->at < scanner->end ? *scanner->at : '\0';
}

static bool scan_word(Scanner *scanner, const char *word, JsonCellType type)
{
    size_t length = strlen(word);
    const char *after = scanner->at + length;
    if ((size_t) (scanner->end - scanner->at) < length || memcmp(scanner->at, word, length) != 0 ||
        (after < scanner->end && g_ascii_isalpha(*after)))
        return false;
    scanner->at = after;
    add(scanner->cells, type, 0);
    return true;
}

static bool scan_number(Scanner *scanner)
{
    const char *first = scanner->at;
    int64_t number = 0;
    for (; scanner->at < scanner->end && g_ascii_isdigit(*scanner->at); scanner->at++) {
        if (scanner->at - first == MOST_DIGITS)
            return false;
        number = number * 10 + (*scanner->at - '0');
    }
    ptrdiff_t digits = scanner->at - first;
    char after = scanner->at < scanner->end ? *scanner->at : '\0';
    if (digits == 0 || (digits > 1 && *first == '0') || after == '.' || after == 'e' ||
        after == 'E')
        return false;
    add(scanner->cells, JSON_CELL_INTEGER, number);
    return true;
}

static bool scan_text(Scanner *scanner)
{
    const char *first = ++scanner->at;
    unsigned char bits = 0;
    for (; scanner->at < scanner->end && *scanner->at != '"'; scanner->at++) {
        unsigned char c = (unsigned char) *scanner->at;
        if (c < 0x20 || c == '\\')
            return false;
        bits |= c;
    }
    size_t length = (size_t) (scanner->at - first);
    if (scanner->at == scanner->end ||
        (bits >= 0x80 && !g_utf8_validate(first, (gssize) length, NULL)))
        return false;
    scanner->at++;
    add_text(scanner->cells, first, length);
    return true;
}

static bool scan_list(Scanner *scanner, unsigned depth)
{
    guint list = begin_list(scanner->cells);
    uint32_t count = 0;
    scanner->at++;
    if (peek(scanner) != ']') {
        for (;;) {
            if (!scan_value(scanner, depth))
                return false;
            count++;
            char after = peek(scanner);
            if (after == ']')
                break;
            if (after != ',')
                return false;
            scanner->at++;
        }
    }
    scanner->at++;
    end_list(scanner->cells, list, count);
    return true;
}

static bool scan_value(Scanner *scanner, unsigned depth)
{
    switch (peek(scanner)) {
    case '[':
        return depth < JSON_DEPTH_LIMIT && scan_list(scanner, depth + 1);
    case '"':
        return scan_text(scanner);
    case 't':
        return scan_word(scanner, "true", JSON_CELL_TRUE);
    case 'f':
        return scan_word(scanner, "false", JSON_CELL_FALSE);
    case 'n':
        return scan_word(scanner, "null", JSON_CELL_NULL);
    default:
        return scan_number(scanner);
    }
}

bool json_cells_scan(JsonCells *cells, const char *bytes, size_t length, size_t *at)
{
    Scanner scanner = {.cells = cells, .at = bytes + *at, .end = bytes + length};
    begin(cells);
    if (!scan_value(&scanner, 0))
        return false;
    end(cells);
    *at = (size_t) (scanner.at - bytes);
    return true;
}

/* ---- from Jansson ---- */

static void take(JsonCells *cells, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        add(cells, JSON_CELL_NULL, 0);
        break;
    case JSON_FALSE:
        add(cells, JSON_CELL_FALSE, 0);
        break;
    case JSON_TRUE:
        add(cells, JSON_CELL_TRUE, 0);
        break;
    case JSON_INTEGER:
        add(cells, JSON_CELL_INTEGER, json_integer_value(value));
        break;
    case JSON_STRING:
        add_text(cells, json_string_value(value), json_string_length(value));
        break;
    case JSON_ARRAY: {
        guint list = begin_list(cells);
        for (size_t i = 0; i < json_array_size(value); i++)
            take(cells, json_array_get(value, i));
        end_list(cells, list, (uint32_t) json_array_size(value));
        break;
    }
    case JSON_OBJECT:
    case JSON_REAL:
    default:
        add(cells, JSON_CELL_OTHER, 0);
        break;
    }
}

void json_cells_set(JsonCells *cells, const json_t *value)
{
    begin(cells);
    take(cells, value);
    end(cells);
}
