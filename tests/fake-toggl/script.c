/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include "fields.h"

#include <string.h>

enum { HUGE_DEFAULT = 256 * 1024 * 1024, SLOW_DEFAULT = 2000, QUOTA_DEFAULT = 133 };

typedef enum { WHEN_BEFORE, WHEN_AFTER } When;

typedef void Spoil(const Rule *rule, Reply *reply);

typedef struct {
    const char *name;
    When when;
    Spoil *spoil;
} Action;

struct Rule {
    const Action *action;
    int64_t at;    /* strikes the one with this number; 0: not so */
    int64_t every; /* strikes each so-manieth */
    int64_t times; /* at most so often; 0: always */
    char *method;  /* WRITE: all but GET; NULL: any */
    char *path;    /* with * and ?; NULL: any */
    int64_t status;
    int64_t amount; /* seconds, milliseconds or bytes; -1: the usual */
    char *text;     /* body or location; NULL: the usual */
    int64_t seen;
    int64_t struck;
};

struct Script {
    GPtrArray *rules; /* Rule *, owned */
};

static int64_t amount_or(const Rule *rule, int64_t usual)
{
    return rule->amount >= 0 ? rule->amount : usual;
}

static void spoil_500(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply_message(reply, 500, "Internal Server Error");
}

static void spoil_reset(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply->delivery = DELIVER_RESET;
}

static void spoil_hang(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply->delivery = DELIVER_HANG;
}

static void spoil_slow(const Rule *rule, Reply *reply)
{
    reply->delivery = DELIVER_SLOWLY;
    reply->amount = amount_or(rule, SLOW_DEFAULT);
}

static void spoil_truncate(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply->delivery = DELIVER_TRUNCATED;
}

static void spoil_type(const Rule *rule, Reply *reply)
{
    (void) rule;
    json_t *other = json_is_array(reply->json)    ? json_object()
                    : json_is_object(reply->json) ? json_array()
                                                  : json_integer(17);
    reply_json(reply, reply->status, other);
}

static void spoil_html(const Rule *rule, Reply *reply)
{
    reply_text(reply, rule->status != 0 ? (unsigned) rule->status : 502, "text/html",
               rule->text != NULL ? rule->text
                                  : "<html><head><title>502 Bad Gateway</title></head>"
                                    "<body><h1>Bad Gateway</h1></body></html>\n");
}

static void spoil_huge(const Rule *rule, Reply *reply)
{
    reply->delivery = DELIVER_HUGE;
    reply->amount = amount_or(rule, HUGE_DEFAULT);
    reply_json(reply, 200, json_string(""));
}

static void spoil_redirect(const Rule *rule, Reply *reply)
{
    reply_header(reply, "Location", "%s",
                 rule->text != NULL ? rule->text : "http://127.0.0.1:9/api/v9/elsewhere");
    reply_empty(reply, rule->status != 0 ? (unsigned) rule->status : 302);
}

static void spoil_402_quota(const Rule *rule, Reply *reply)
{
    int64_t seconds = amount_or(rule, QUOTA_DEFAULT);
    reply_header(reply, "X-Toggl-Quota-Remaining", "0");
    reply_header(reply, "X-Toggl-Quota-Resets-In", "%" PRId64, seconds);
    reply_message(reply, 402,
                  "You have hit your hourly limit for API calls. The quota will reset in %" PRId64
                  " seconds.",
                  seconds);
}

static void spoil_402_plan(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply_message(reply, 402, "This feature is not available in your current plan");
}

static void spoil_429(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply_message(reply, 429, "Too Many Requests");
}

static void spoil_429_retry_after(const Rule *rule, Reply *reply)
{
    reply_header(reply, "Retry-After", "%" PRId64, amount_or(rule, 2));
    reply_message(reply, 429, "Too Many Requests");
}

static void spoil_401(const Rule *rule, Reply *reply)
{
    (void) rule;
    reply_empty(reply, 401);
}

static void spoil_status(const Rule *rule, Reply *reply)
{
    reply_message(reply, rule->status != 0 ? (unsigned) rule->status : 503, "%s",
                  rule->text != NULL ? rule->text : "Service Unavailable");
}

static void spoil_nothing(const Rule *rule, Reply *reply)
{
    (void) rule;
    (void) reply;
}

static const Action actions[] = {
    {"500-before", WHEN_BEFORE, spoil_500},
    {"500-after", WHEN_AFTER, spoil_500},
    {"reset-before", WHEN_BEFORE, spoil_reset},
    {"reset-after", WHEN_AFTER, spoil_reset},
    {"hang", WHEN_BEFORE, spoil_hang},
    {"hang-after", WHEN_AFTER, spoil_hang},
    {"slow", WHEN_AFTER, spoil_slow},
    {"truncate", WHEN_AFTER, spoil_truncate},
    {"wrong-type", WHEN_AFTER, spoil_type},
    {"html", WHEN_BEFORE, spoil_html},
    {"huge", WHEN_AFTER, spoil_huge},
    {"redirect", WHEN_BEFORE, spoil_redirect},
    {"402-quota", WHEN_BEFORE, spoil_402_quota},
    {"402-plan", WHEN_BEFORE, spoil_402_plan},
    {"429", WHEN_BEFORE, spoil_429},
    {"429-retry-after", WHEN_BEFORE, spoil_429_retry_after},
    {"401", WHEN_BEFORE, spoil_401},
    {"status", WHEN_BEFORE, spoil_status},
    {"status-after", WHEN_AFTER, spoil_status},
    {"grow", WHEN_AFTER, spoil_nothing},
    {"shrink", WHEN_AFTER, spoil_nothing},
};

static void rule_free(void *data)
{
    Rule *rule = data;
    g_free(rule->method);
    g_free(rule->path);
    g_free(rule->text);
    g_free(rule);
}

Script *script_new(void)
{
    Script *script = g_new0(Script, 1);
    script->rules = g_ptr_array_new_with_free_func(rule_free);
    return script;
}

void script_free(Script *script)
{
    if (script != NULL) {
        g_ptr_array_unref(script->rules);
        g_free(script);
    }
}

static const Action *action_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            return &actions[i];
        }
    }
    return NULL;
}

static bool rule_shape_is_good(const json_t *json)
{
    static const Field fields[] = {
        {"at", FIELD_INTEGER},     {"every", FIELD_INTEGER}, {"times", FIELD_INTEGER},
        {"match", FIELD_OBJECT},   {"do", FIELD_STRING},     {"status", FIELD_INTEGER},
        {"amount", FIELD_INTEGER}, {"text", FIELD_STRING},   {NULL, FIELD_ANY}};
    static const Field match[] = {
        {"method", FIELD_STRING}, {"path", FIELD_STRING}, {NULL, FIELD_ANY}};
    const json_t *given = json_object_get(json, "match");
    return fields_match(json, fields) && (given == NULL || fields_match(given, match));
}

static Rule *rule_read(const json_t *json, char **ret_why)
{
    const char *name = json_string_value(json_object_get(json, "do"));
    const Action *action = action_find(name);
    const json_t *amount = json_object_get(json, "amount");
    int64_t at = json_integer_value(json_object_get(json, "at"));
    int64_t every = json_integer_value(json_object_get(json, "every"));
    int64_t status = json_integer_value(json_object_get(json, "status"));
    if (!rule_shape_is_good(json)) {
        *ret_why = g_strdup("a rule has 'do', 'at' or 'every', and may have 'match' with 'method' "
                            "and 'path', 'times', 'status', 'amount', 'text'; nothing else");
    } else if (action == NULL) {
        *ret_why = g_strdup_printf("nothing is known to do '%s'", name != NULL ? name : "");
    } else if ((at > 0) == (every > 0)) {
        *ret_why = g_strdup("a rule has either 'at' or 'every', and it is above 0");
    } else if (status != 0 && (status < 200 || status > 599)) {
        *ret_why = g_strdup("a status is from 200 to 599");
    } else {
        const json_t *match = json_object_get(json, "match");
        const char *path = json_string_value(json_object_get(match, "path"));
        Rule *rule = g_new0(Rule, 1);
        rule->action = action;
        rule->at = at;
        rule->every = every;
        rule->times = json_integer_value(json_object_get(json, "times"));
        rule->method = g_strdup(json_string_value(json_object_get(match, "method")));
        rule->path = g_strdup(path);
        rule->status = status;
        rule->amount = amount != NULL ? json_integer_value(amount) : -1;
        rule->text = g_strdup(json_string_value(json_object_get(json, "text")));
        return rule;
    }
    return NULL;
}

bool script_load(Script *script, const json_t *rules, char **ret_why)
{
    if (!json_is_array(rules)) {
        *ret_why = g_strdup("a script is a list of rules");
        return false;
    }
    g_autoptr(GPtrArray) read = g_ptr_array_new_with_free_func(rule_free);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        g_autofree char *why = NULL;
        Rule *rule = rule_read(json_array_get(rules, i), &why);
        if (rule == NULL) {
            *ret_why = g_strdup_printf("rule %zu: %s", i + 1, why);
            return false;
        }
        g_ptr_array_add(read, rule);
    }
    g_ptr_array_unref(script->rules);
    script->rules = g_steal_pointer(&read);
    return true;
}

static bool rule_matches(Rule *rule, const char *method, const char *path)
{
    bool right_method = rule->method == NULL || strcmp(rule->method, method) == 0 ||
                        (strcmp(rule->method, "WRITE") == 0 && strcmp(method, "GET") != 0);
    return right_method && (rule->path == NULL || g_pattern_match_simple(rule->path, path));
}

const Rule *script_pick(Script *script, const char *method, const char *path)
{
    Rule *picked = NULL;
    for (guint i = 0; i < script->rules->len; i++) {
        Rule *rule = script->rules->pdata[i];
        if (!rule_matches(rule, method, path)) {
            continue;
        }
        rule->seen++;
        bool due = rule->at == rule->seen || (rule->every > 0 && rule->seen % rule->every == 0);
        if (picked == NULL && due && (rule->times == 0 || rule->struck < rule->times)) {
            rule->struck++;
            picked = rule;
        }
    }
    return picked;
}

const char *rule_name(const Rule *rule)
{
    return rule->action->name;
}

bool rule_is_before(const Rule *rule)
{
    return rule->action->when == WHEN_BEFORE;
}

/* The first in the order of the listing who may go, so that all move up; NULL: nobody may. */
static Member *first_in_listing(Organization *organization)
{
    const GPtrArray *sorted = organization_by_name(organization);
    for (guint i = 0; i < sorted->len; i++) {
        Member *member = sorted->pdata[i];
        if (!member_is_owner(member) && !member_is_paying(member)) {
            return member;
        }
    }
    return NULL;
}

void rule_disturb(const Rule *rule, World *world)
{
    if (world->organizations->len == 0) {
        return;
    }
    Organization *organization = world->organizations->pdata[0];
    if (strcmp(rule->action->name, "grow") == 0) {
        g_autofree char *email = g_strdup_printf("0-newcomer-%" PRId64 "-%u@example.net",
                                                 rule->struck, organization->members->len);
        const char *given = rule->text != NULL ? rule->text : email;
        if (organization_member_by_email(organization, given) == NULL) {
            member_new(world, organization, 0, 0, given)->joined = true;
        }
    } else if (strcmp(rule->action->name, "shrink") == 0) {
        Member *member = rule->text != NULL ? organization_member_by_email(organization, rule->text)
                                            : first_in_listing(organization);
        if (member != NULL) {
            member_delete(member);
        }
    }
}

void rule_spoil(const Rule *rule, Reply *reply)
{
    rule->action->spoil(rule, reply);
}
