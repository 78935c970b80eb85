/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/arguments.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static bool wrong(const Endpoint *endpoint, const char *problem, const char *key, GError **error)
{
    g_autofree char *safe = text_safe(key, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "%s: '%s' %s\nhint: 'toggl-ldap-sync api %s --help' lists what it takes",
                endpoint->name, safe, problem, endpoint->name);
    return false;
}

static const EndpointField *known_field(const Endpoint *endpoint, const char *key, GError **error)
{
    const EndpointField *field = endpoint_field(endpoint, key);
    if (field != NULL)
        return field;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const EndpointField *other = endpoint->fields; other->name != NULL; other++)
        g_ptr_array_add(names, (gpointer) (guintptr) other->name);
    g_autofree char *near = text_near_misses(key, names);
    g_autofree char *problem = near == NULL
                                   ? g_strdup("is none of its keys")
                                   : g_strdup_printf("is none of its keys; there is %s", near);
    (void) wrong(endpoint, problem, key, error);
    return NULL;
}

/* ---- which values a field takes ---- */

static bool is_word_of(const char *words, const char *text)
{
    g_auto(GStrv) list = g_strsplit(words, "|", -1);
    return g_strv_contains((const char *const *) list, text);
}

static bool are_words_of(const char *words, const char *text)
{
    g_auto(GStrv) list = g_strsplit(text, ",", -1);
    for (char **word = list; *word != NULL; word++) {
        if (!is_word_of(words, *word))
            return false;
    }
    return *list != NULL;
}

static bool is_id(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) > 0;
}

static bool is_list_of(const json_t *value, bool (*good)(const json_t *item))
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!good(json_array_get(value, i)))
            return false;
    }
    return json_is_array(value);
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

static bool is_object(const json_t *value)
{
    return json_is_object(value);
}

/* What VALUE is instead of what FIELD takes; NULL: it fits. */
static const char *misfit(const EndpointField *field, const json_t *value)
{
    switch (field->type) {
    case FIELD_TEXT:
        return json_is_string(value) ? NULL : "is no text";
    case FIELD_SECRET:
        return json_is_string(value) && json_string_length(value) > 0 ? NULL : "is no text";
    case FIELD_WORD:
        return json_is_string(value) && is_word_of(field->words, json_string_value(value))
                   ? NULL
                   : "is none of its words";
    case FIELD_WORDS:
        return json_is_string(value) && are_words_of(field->words, json_string_value(value))
                   ? NULL
                   : "is no list of its words";
    case FIELD_ID:
        return is_id(value) ? NULL : "is no id";
    case FIELD_IDS:
        return is_list_of(value, is_id) ? NULL : "is no list of ids";
    case FIELD_INTEGER:
        return json_is_integer(value) ? NULL : "is no whole number";
    case FIELD_DECIMAL:
        return json_is_number(value) ? NULL : "is no number";
    case FIELD_FLAG:
        return json_is_boolean(value) ? NULL : "is neither true nor false";
    case FIELD_TEXTS:
        return is_list_of(value, is_text) ? NULL : "is no list of texts";
    case FIELD_OBJECT:
        return json_is_object(value) ? NULL : "is no object; write key:={...}";
    case FIELD_OBJECTS:
        return is_list_of(value, is_object) ? NULL : "is no list of objects; write key:=[{...}]";
    case FIELD_ANY:
    default:
        return json_is_null(value) ? "is null" : NULL;
    }
}

/* ---- from words ---- */

static json_t *read_integer(const char *text)
{
    gint64 number = 0;
    if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return json_null();
    return json_integer(number);
}

static json_t *read_decimal(const char *text)
{
    g_autoptr(json_t) value = NULL;
    if (!json_parse(text, strlen(text), "number", &value, NULL) || !json_is_number(value))
        return json_null();
    return g_steal_pointer(&value);
}

static json_t *read_flag(const char *text)
{
    if (strcmp(text, "true") == 0)
        return json_true();
    return strcmp(text, "false") == 0 ? json_false() : json_null();
}

static json_t *read_list(const char *text, json_t *(*read)(const char *item))
{
    json_t *list = json_array();
    g_auto(GStrv) items = g_strsplit(text, ",", -1);
    for (char **item = items; *item != NULL; item++)
        (void) json_array_append_new(list, read(*item));
    return list;
}

/* TEXT as FIELD wants it; a value that does not fit is left to misfit(). NULL: not UTF-8. */
static json_t *read_value(const EndpointField *field, const char *text)
{
    switch (field->type) {
    case FIELD_ID:
    case FIELD_INTEGER:
        return read_integer(text);
    case FIELD_IDS:
        return read_list(text, read_integer);
    case FIELD_DECIMAL:
        return read_decimal(text);
    case FIELD_FLAG:
        return read_flag(text);
    case FIELD_TEXTS:
        return g_utf8_validate(text, -1, NULL) ? read_list(text, json_string) : NULL;
    case FIELD_TEXT:
    case FIELD_WORD:
    case FIELD_WORDS:
    case FIELD_SECRET:
    case FIELD_OBJECT:
    case FIELD_OBJECTS:
    case FIELD_ANY:
    default:
        return json_string(text);
    }
}

bool arguments_add_word(const Endpoint *endpoint, json_t *arguments, const char *word,
                        GError **error)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word) {
        /* it may be a secret that was meant to follow a key: it is not shown */
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "%s: an argument is neither key=value nor key:=json\n"
                    "hint: 'toggl-ldap-sync api %s --help' lists the keys",
                    endpoint->name, endpoint->name);
        return false;
    }
    bool json = equals[-1] == ':';
    g_autofree char *key = g_strndup(word, (size_t) (equals - word) - (json ? 1 : 0));
    const EndpointField *field = known_field(endpoint, key, error);
    if (field == NULL)
        return false;
    if (json_object_get(arguments, key) != NULL)
        return wrong(endpoint, "is given twice", key, error);
    g_autoptr(json_t) value = NULL;
    if (!json)
        value = read_value(field, equals + 1);
    else if (!json_parse(equals + 1, strlen(equals + 1), key, &value, NULL))
        return wrong(endpoint, "is followed by something that is no JSON", key, error);
    if (value == NULL)
        return wrong(endpoint, "is not UTF-8", key, error);
    const char *problem = misfit(field, value);
    if (problem != NULL)
        return wrong(endpoint, problem, key, error);
    (void) json_object_set(arguments, key, value);
    return true;
}

/* ---- the whole ---- */

static bool check_given(const Endpoint *endpoint, const json_t *arguments, const json_t *body,
                        size_t *ret_in_body, GError **error)
{
    /* the iterator wants a pointer it could write through; nothing is written here */
    json_t *same = (json_t *) (uintptr_t) arguments;
    const char *key = NULL;
    json_t *value = NULL;
    *ret_in_body = 0;
    json_object_foreach (same, key, value) {
        const EndpointField *field = known_field(endpoint, key, error);
        if (field == NULL)
            return false;
        const char *problem = misfit(field, value);
        if (problem != NULL)
            return wrong(endpoint, problem, key, error);
        *ret_in_body += field->place == IN_BODY ? 1 : 0;
        if (field->place == IN_BODY && body != NULL)
            return wrong(endpoint, "is in the body, which is given as a whole", key, error);
    }
    return true;
}

static bool check_body(const Endpoint *endpoint, const json_t *body, GError **error)
{
    bool list = endpoint->body == BODY_LIST;
    const char *problem = NULL;
    if (endpoint->body == BODY_NONE)
        problem = "takes no body";
    else if (list && !json_is_array(body))
        problem = "takes a list as its body";
    else if (!list && !json_is_object(body) &&
             (endpoint->body != BODY_OBJECT_OR_LIST || !json_is_array(body)))
        problem = "takes an object as its body";
    if (problem == NULL)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s %s", endpoint->name, problem);
    return false;
}

bool arguments_check(const Endpoint *endpoint, const json_t *arguments, const json_t *body,
                     GError **error)
{
    size_t in_body = 0;
    if (!check_given(endpoint, arguments, body, &in_body, error))
        return false;
    if (body != NULL && !check_body(endpoint, body, error))
        return false;
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        bool counts = field->required && (field->place != IN_BODY || body == NULL);
        if (counts && json_object_get(arguments, field->name) == NULL)
            return wrong(endpoint, "is missing", field->name, error);
    }
    bool needs_body = endpoint->body != BODY_NONE && endpoint->body != BODY_OBJECT_OR_NONE;
    if (needs_body && body == NULL && in_body == 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "%s: nothing is given that it could change\n"
                    "hint: 'toggl-ldap-sync api %s --help' lists what it takes",
                    endpoint->name, endpoint->name);
        return false;
    }
    return true;
}

/* VALUE as it stands in a path or a query. New string. */
static char *plain_text(const json_t *value)
{
    if (json_is_integer(value))
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_boolean(value))
        return g_strdup(json_is_true(value) ? "true" : "false");
    if (json_is_string(value))
        return g_strdup(json_string_value(value));
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < json_array_size(value); i++)
        g_string_append_printf(list, "%s%" JSON_INTEGER_FORMAT, i == 0 ? "" : ",",
                               json_integer_value(json_array_get(value, i)));
    return g_string_free(list, FALSE);
}

static void append_value(GString *path, const EndpointField *field, const json_t *value, bool shown)
{
    if (shown && field->type == FIELD_SECRET) {
        g_string_append(path, "***");
        return;
    }
    g_autofree char *text = plain_text(value);
    /* the comma between ids is what the API documents */
    g_autofree char *escaped =
        g_uri_escape_string(text, field->place == IN_QUERY ? "," : "", FALSE);
    g_string_append(path, escaped);
}

char *arguments_path(const Endpoint *endpoint, const json_t *arguments, bool shown)
{
    g_auto(GStrv) words = g_strsplit(endpoint->path, "/", -1);
    GString *path = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (word != words)
            g_string_append_c(path, '/');
        size_t length = strlen(*word);
        if (**word != '{') {
            g_string_append(path, *word);
            continue;
        }
        g_autofree char *name = g_strndup(*word + 1, length - 2);
        append_value(path, endpoint_field(endpoint, name), json_object_get(arguments, name), shown);
    }
    char separator = '?';
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        const json_t *value = json_object_get(arguments, field->name);
        if (field->place != IN_QUERY || value == NULL)
            continue;
        g_string_append_printf(path, "%c%s=", separator, field->name);
        append_value(path, field, value, shown);
        separator = '&';
    }
    return g_string_free(path, FALSE);
}

json_t *arguments_body(const Endpoint *endpoint, const json_t *arguments)
{
    g_autoptr(json_t) body = json_object();
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        json_t *value = json_object_get(arguments, field->name);
        if (field->place == IN_BODY && value != NULL)
            (void) json_object_set(body, field->name, value);
    }
    if (json_object_size(body) == 0)
        return NULL;
    return endpoint->body == BODY_LIST ? json_pack("[O]", body) : g_steal_pointer(&body);
}
