/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static const char *const places[] = {[IN_PATH] = "path", [IN_QUERY] = "query", [IN_BODY] = "body"};
static const char *const bodies[] = {
    [BODY_NONE] = "none",
    [BODY_OBJECT] = "object",
    [BODY_OBJECT_OR_NONE] = "object-or-none",
    [BODY_LIST] = "list",
    [BODY_OBJECT_OR_LIST] = "object-or-list",
};
static const char *const replies[] = {
    [REPLY_OBJECT] = "object",
    [REPLY_OBJECT_OR_NONE] = "object-or-none",
    [REPLY_LIST] = "list",
    [REPLY_TEXT] = "text",
};

void api_print_list(void)
{
    size_t count = 0;
    const Endpoint *table = endpoint_table(&count);
    const char *group = "";
    printf("Usage: toggl-ldap-sync api OPERATION [key=value|key:=json]...\n");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(group, table[i].group) != 0)
            printf("\n%s:\n", table[i].group);
        group = table[i].group;
        printf("  %-40s %s\n", table[i].name, table[i].help);
    }
    printf("\n'toggl-ldap-sync api OPERATION --help' lists what one takes.\n");
}

/* The type of FIELD for people: whose id it is, which words there are. New string. */
static char *type_of(const EndpointField *field)
{
    bool list = field->type == FIELD_IDS;
    if (field->id != ID_NONE)
        return g_strdup_printf("%s%s", id_kind_name(field->id), list ? "s" : "");
    if (field->words == NULL)
        return g_strdup(field_type_name(field->type));
    g_auto(GStrv) words = g_strsplit(field->words, "|", -1);
    return g_strjoinv(field->type == FIELD_WORDS ? "," : " or ", words);
}

static void print_fields(const Endpoint *endpoint, FieldPlace place, const char *title)
{
    bool any = false;
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        if (field->place != place)
            continue;
        if (!any)
            printf("\n%s:\n", title);
        any = true;
        g_autofree char *type = type_of(field);
        bool needed = field->required && field->id != ID_ORGANIZATION;
        printf("  %-32s %s: %s%s\n", field->name, type, field->help, needed ? " (needed)" : "");
    }
}

void api_print_help(const Endpoint *endpoint)
{
    printf("Usage: toggl-ldap-sync api %s [key=value|key:=json]...\n\n%s\n\n  %s %s\n",
           endpoint->name, endpoint->help, endpoint->method, endpoint->path);
    print_fields(endpoint, IN_PATH, "Path");
    print_fields(endpoint, IN_QUERY, "Query");
    print_fields(endpoint, IN_BODY,
                 endpoint->body == BODY_LIST ? "Body, a list of objects with" : "Body");
    printf("\nOptions:\n");
    if (endpoint->paged)
        printf("  --all-pages                      every page, as one list\n");
    if (endpoint->body != BODY_NONE)
        printf("  --body JSON|@FILE                the whole body, in place of its fields\n");
    if (endpoint->asks != NULL)
        printf("  --yes                            do not ask, though %s\n", endpoint->asks);
    printf("  --config, --verbose, --quiet, --trace, --help as everywhere\n"
           "\norganization_id is that of the configuration. Lists are written with commas between, "
           "or as JSON after :=.\n");
}

static json_t *field_json(const EndpointField *field)
{
    json_t *object =
        json_pack("{ss ss ss sb ss}", "name", field->name, "in", places[field->place], "type",
                  field_type_name(field->type), "required", field->required, "help", field->help);
    if (field->id != ID_NONE)
        (void) json_object_set_new(object, "id", json_string(id_kind_name(field->id)));
    if (field->words != NULL) {
        g_auto(GStrv) words = g_strsplit(field->words, "|", -1);
        json_t *list = json_array();
        for (char **word = words; *word != NULL; word++)
            (void) json_array_append_new(list, json_string(*word));
        (void) json_object_set_new(object, "words", list);
    }
    return object;
}

static json_t *endpoint_json(const Endpoint *endpoint)
{
    json_t *fields = json_array();
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++)
        (void) json_array_append_new(fields, field_json(field));
    return json_pack("{ss ss ss ss so ss ss sb sb sb sb ss}", "name", endpoint->name, "group",
                     endpoint->group, "method", endpoint->method, "path", endpoint->path, "fields",
                     fields, "body", bodies[endpoint->body], "reply", replies[endpoint->reply],
                     "paged", endpoint->paged, "anonymous", endpoint->anonymous, "further",
                     endpoint->further, "asks", endpoint->asks != NULL, "help", endpoint->help);
}

void api_print_table(void)
{
    size_t count = 0;
    const Endpoint *table = endpoint_table(&count);
    g_autoptr(json_t) list = json_array();
    for (size_t i = 0; i < count; i++)
        (void) json_array_append_new(list, endpoint_json(&table[i]));
    char *text = json_dumps(list, JSON_INDENT(2));
    printf("%s\n", text);
    free(text);
}
