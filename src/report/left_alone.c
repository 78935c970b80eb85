/* SPDX-License-Identifier: Apache-2.0 */
#include "report/left_alone.h"

#include "base/sha256.h"
#include "base/text.h"
#include "report/wording.h"

#define NAMES_SHOWN 5

static const struct {
    NoticeKind kind;
    const char *one;
    const char *many;
} reasons[] = {
    {NOTICE_PROTECTED, "protected person keeps what they should lose",
     "protected people keep what they should lose"},
    {NOTICE_FROZEN, "person is frozen", "people are frozen"},
    {NOTICE_OUT_OF_SCOPE, "person is out of scope", "people are out of scope"},
    {NOTICE_HELD, "person waits for a decision", "people wait for a decision"},
};

/* Whether somebody has said already that nothing shall happen to them. */
static bool is_on_hold(const Plan *plan, const Ledger *ledger, const Notice *notice)
{
    const ChangePerson *who = &notice->person;
    const Link *link = notice->kind == NOTICE_HELD && who->source != NULL && who->anchor != NULL
                           ? ledger_link(ledger, who->source, who->anchor)
                           : NULL;
    return link != NULL && link->hold_until > plan->created;
}

char *left_alone_digest(const Plan *plan, const Ledger *ledger)
{
    g_autoptr(Sha256) sum = sha256_new();
    guint count = 0;
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        for (size_t r = 0; r < G_N_ELEMENTS(reasons); r++) {
            if (notice->kind != reasons[r].kind || is_on_hold(plan, ledger, notice))
                continue;
            g_autofree char *line = g_strdup_printf(
                "%s\n%s\n%s\n%s\n", notice_word(notice->kind),
                text_or_nothing(notice->person.source), text_or_nothing(notice->person.anchor),
                notice->person.anchor != NULL ? "" : person_text(&notice->person));
            sha256_add(sum, line, strlen(line));
            count++;
        }
    }
    return count > 0 ? sha256_end_hex(sum) : NULL;
}

/* The line of one reason; "" when nobody is left alone for it. */
static void add_line(GString *text, const Plan *plan, const Ledger *ledger, size_t reason)
{
    guint count = 0;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        if (notice->kind != reasons[reason].kind || is_on_hold(plan, ledger, notice))
            continue;
        if (count++ >= NAMES_SHOWN)
            continue;
        const ChangePerson *who = &notice->person;
        /* of whom nothing is known but an anchor, the reason says where the entry stands */
        bool called = who->mail != NULL || who->name != NULL;
        g_autofree char *safe = text_safe_within(
            called || notice->reason == NULL ? person_text(who) : notice->reason, -1, 200);
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", safe);
    }
    if (count == 0)
        return;
    g_string_append_printf(text, "%s%u %s, and nothing changes for them: %s",
                           text->len > 0 ? "\n" : "", count,
                           count == 1 ? reasons[reason].one : reasons[reason].many, names->str);
    if (count > NAMES_SHOWN)
        g_string_append_printf(text, " and %u more", count - NAMES_SHOWN);
}

char *left_alone_text(const Plan *plan, const Ledger *ledger)
{
    GString *text = g_string_new(NULL);
    for (size_t r = 0; r < G_N_ELEMENTS(reasons); r++)
        add_line(text, plan, ledger, r);
    if (text->len > 0)
        g_string_append(text, "\nhint: 'toggl-ldap-sync status' says why, and what to do; this is "
                              "said once, until it changes");
    return g_string_free(text, text->len == 0);
}
