/* SPDX-License-Identifier: Apache-2.0 */
#include "report/forgetting.h"

#include "report/pseudonyms.h"
#include "sync/document.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

struct Forgetting {
    Pseudonyms *pseudonyms;
    unsigned number;
};

Forgetting *forgetting_new(const char *salt, unsigned number)
{
    Forgetting *forgetting = g_new0(Forgetting, 1);
    forgetting->pseudonyms = pseudonyms_new(salt);
    forgetting->number = number;
    return forgetting;
}

void forgetting_free(Forgetting *forgetting)
{
    if (forgetting == NULL)
        return;
    pseudonyms_free(forgetting->pseudonyms);
    g_free(forgetting);
}

void forgetting_link(Forgetting *forgetting, const Link *link)
{
    pseudonyms_learn_link(forgetting->pseudonyms, link);
}

void forgetting_entry(Forgetting *forgetting, const Person *entry)
{
    pseudonyms_learn_entry(forgetting->pseudonyms, entry);
}

void forgetting_member(Forgetting *forgetting, const Member *member)
{
    pseudonyms_learn_member(forgetting->pseudonyms, member);
}

void forgetting_mail(Forgetting *forgetting, const char *mail)
{
    pseudonyms_learn_mail(forgetting->pseudonyms, mail);
}

void forgetting_begin(Forgetting *forgetting)
{
    pseudonyms_only(forgetting->pseudonyms, forgetting->number);
}

static char *rewrite_json(Forgetting *forgetting, const char *text)
{
    g_autoptr(json_t) document = json_loads(text, JSON_DECODE_ANY, NULL);
    if (document == NULL)
        return pseudonyms_text(forgetting->pseudonyms, text);
    g_autoptr(json_t) before = json_deep_copy(document);
    pseudonyms_json(forgetting->pseudonyms, document);
    if (json_equal(before, document))
        return g_strdup(text);
    char *dumped = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *rewritten = g_strdup(dumped);
    free(dumped);
    return rewritten;
}

static char *rewrite_plan(Forgetting *forgetting, const char *text)
{
    g_autoptr(Plan) plan = NULL;
    /* what nobody can read as a plan is a document like any other */
    if (!plan_document_read(text, strlen(text), &plan, NULL))
        return rewrite_json(forgetting, text);
    g_autofree char *before = plan_document_text(plan);
    pseudonyms_plan(forgetting->pseudonyms, plan);
    g_autofree char *after = plan_document_text(plan);
    if (strcmp(before, after) == 0)
        return g_strdup(text);
    g_clear_pointer(&plan->digests.changes, g_free);
    plan->offline = true;
    return plan_document_text(plan);
}

char *forgetting_rewrite(Forgetting *forgetting, ForgetKind kind, const char *text)
{
    g_autofree char *rewritten = NULL;
    if (text == NULL)
        return NULL;
    switch (kind) {
    case FORGET_PLAN:
        rewritten = rewrite_plan(forgetting, text);
        break;
    case FORGET_JSON:
        rewritten = rewrite_json(forgetting, text);
        break;
    case FORGET_TEXT:
    default:
        rewritten = pseudonyms_text(forgetting->pseudonyms, text);
        break;
    }
    return strcmp(rewritten, text) == 0 ? NULL : g_steal_pointer(&rewritten);
}

int64_t forgetting_id(const Forgetting *forgetting, int64_t id)
{
    return pseudonyms_id(forgetting->pseudonyms, id);
}

char *forgetting_mail_of(const Forgetting *forgetting)
{
    return g_strdup_printf("person-%u@pseudonym.invalid", forgetting->number);
}

char *forgetting_anchor_of(const Forgetting *forgetting)
{
    return g_strdup_printf("00000000-0000-4000-8000-%012u", forgetting->number);
}
