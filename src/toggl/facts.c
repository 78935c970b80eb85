/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/facts.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define ASSIGNMENTS_FACT "assignments"
#define PER_PAGE_FACT "per_page"
#define CREDENTIALS_FACT "credentials"
#define RESEND_FACT "resend"

/* No maximum is published. What is asked for at first is what other clients have used; a smaller
 * page that a server insists on is asked for again after so many seconds. */
#define PER_PAGE INT64_C(500)
#define PER_PAGE_SECONDS (INT64_C(30) * 24 * 3600)

static const char *const forms[] = {
    [ASSIGNMENTS_AUTO] = "auto",
    [ASSIGNMENTS_OBJECT] = "object",
    [ASSIGNMENTS_LIST] = "list",
    [ASSIGNMENTS_GONE] = "gone",
};

/* A fact that belongs to this token: "me.user_id.0123456789ab". */
static char *token_fact(const Toggl *toggl, const char *key)
{
    return g_strdup_printf("%s.%s", key, toggl->identity);
}

json_t *facts_answer(const Toggl *toggl, const char *key, int64_t longest)
{
    g_autofree char *fact = token_fact(toggl, key);
    g_autofree char *text = client_recall(toggl, fact);
    g_autoptr(json_t) cached = NULL;
    if (text == NULL || !json_parse(text, strlen(text), key, &cached, NULL))
        return NULL;
    int64_t age = toggl->clock->now(toggl->clock) - json_int_or(cached, "at", 0);
    json_t *answer = json_object_get(cached, "answer");
    return age < 0 || age >= longest || answer == NULL ? NULL : json_incref(answer);
}

void facts_keep_answer(const Toggl *toggl, const char *key, json_t *answer)
{
    g_autofree char *fact = token_fact(toggl, key);
    g_autoptr(json_t) cached =
        json_pack("{sI sO}", "at", (json_int_t) toggl->clock->now(toggl->clock), "answer", answer);
    char *text = json_dumps(cached, JSON_COMPACT | JSON_SORT_KEYS);
    client_remember(toggl, fact, text);
    free(text);
}

void facts_drop_answer(const Toggl *toggl, const char *key)
{
    g_autofree char *fact = token_fact(toggl, key);
    client_remember(toggl, fact, "");
}

static Assignments parse_form(const char *text)
{
    for (int form = ASSIGNMENTS_AUTO; form <= ASSIGNMENTS_GONE; form++) {
        if (g_strcmp0(text, forms[form]) == 0)
            return (Assignments) form;
    }
    return ASSIGNMENTS_AUTO;
}

Assignments facts_assignments(const Toggl *toggl)
{
    if (toggl->settings->assume.assignments != ASSIGNMENTS_AUTO)
        return toggl->settings->assume.assignments;
    g_autofree char *known = client_recall(toggl, ASSIGNMENTS_FACT);
    return parse_form(known);
}

Assignments toggl_assignments(const Toggl *toggl)
{
    return facts_assignments(toggl);
}

void facts_learn_assignments(const Toggl *toggl, Assignments form)
{
    if (toggl->settings->assume.assignments == ASSIGNMENTS_AUTO)
        client_remember(toggl, ASSIGNMENTS_FACT, forms[form]);
}

int64_t facts_per_page(const Toggl *toggl)
{
    g_autofree char *known = client_recall(toggl, PER_PAGE_FACT);
    g_auto(GStrv) words = g_strsplit(known == NULL ? "" : known, " ", -1);
    gint64 per_page = 0;
    gint64 at = 0;
    int64_t now = toggl->clock->now(toggl->clock);
    bool read = g_strv_length(words) == 2 &&
                g_ascii_string_to_signed(words[0], 10, 1, PER_PAGE - 1, &per_page, NULL) &&
                g_ascii_string_to_signed(words[1], 10, 0, now, &at, NULL);
    return read && now - at < PER_PAGE_SECONDS ? per_page : PER_PAGE;
}

void facts_learn_per_page(const Toggl *toggl, int64_t per_page)
{
    if (per_page >= facts_per_page(toggl))
        return;
    /* it is the server's, whosever token asks */
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, per_page,
                                            toggl->clock->now(toggl->clock));
    client_remember(toggl, PER_PAGE_FACT, text);
}

void facts_learn_credentials(const Toggl *toggl, int status)
{
    client_remember(toggl, CREDENTIALS_FACT, status == 401 ? "401" : "403");
}

void facts_learn_resend(const Toggl *toggl, bool by_code)
{
    client_remember(toggl, RESEND_FACT, by_code ? "code" : "id");
}

void toggl_fact_free(TogglFact *fact)
{
    if (fact == NULL)
        return;
    g_free(fact->name);
    g_free(fact->value);
    g_free(fact);
}

static void add_fact(GPtrArray *facts, const char *name, const char *value, TogglFactOrigin origin)
{
    TogglFact *fact = g_new0(TogglFact, 1);
    *fact = (TogglFact){.name = g_strdup(name), .value = g_strdup(value), .origin = origin};
    g_ptr_array_add(facts, fact);
}

/* What was learned under KEY, or what is taken for granted until then. */
static void add_learned(const Toggl *toggl, GPtrArray *facts, const char *name, const char *key,
                        const char *until_then)
{
    g_autofree char *known = client_recall(toggl, key);
    if (known != NULL && *known != '\0')
        add_fact(facts, name, known, FACT_LEARNED);
    else
        add_fact(facts, name, until_then, FACT_ASSUMED);
}

GPtrArray *toggl_facts(const TogglSettings *settings, Clock *clock, TogglCache *cache)
{
    static const char *const user_lists[] = {
        [USER_LISTS_OFF] = "off",
        [USER_LISTS_REPLACE] = "replace",
        [USER_LISTS_MERGE] = "merge",
    };
    GPtrArray *facts = g_ptr_array_new_with_free_func((GDestroyNotify) toggl_fact_free);
    g_autoptr(Toggl) toggl = toggl_new(settings, clock, cache, NULL);
    if (toggl == NULL)
        return facts;
    add_fact(facts, "user lists", user_lists[settings->assume.user_lists], FACT_ASSUMED);
    if (settings->assume.assignments != ASSIGNMENTS_AUTO)
        add_fact(facts, "assignments", forms[settings->assume.assignments], FACT_ASSUMED);
    else
        add_learned(toggl, facts, "assignments", ASSIGNMENTS_FACT, forms[ASSIGNMENTS_OBJECT]);
    g_autofree char *rows = g_strdup_printf("%" G_GINT64_FORMAT, facts_per_page(toggl));
    add_fact(facts, "rows a page", rows,
             facts_per_page(toggl) == PER_PAGE ? FACT_ASSUMED : FACT_LEARNED);
    add_learned(toggl, facts, "resend by", RESEND_FACT, "id");
    add_learned(toggl, facts, "bad token", CREDENTIALS_FACT, "401 or 403");
    return facts;
}
