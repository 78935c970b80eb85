/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/who_near.h"

#include "base/text.h"
#include "model/directory.h"

#define SHOWN 5
#define SHORTEST 2 /* letters: of one, half of the company begins with it */

/* ---- everybody who is called so ---- */

typedef struct {
    const char *text;
    GHashTable *seen; /* char *, borrowed: by what they are proposed */
    GString *proposals;
    guint found;
} Called;

static bool is_called(const char *text, const char *name)
{
    return name != NULL && g_utf8_validate(name, -1, NULL) && g_str_match_string(text, name, TRUE);
}

/* Whether TEXT has a word by which anybody could be called: without one, all would be. */
static bool has_word(const char *text)
{
    guint letters = 0;
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (const char *at = text; *at != '\0'; at += g_utf8_skip[(unsigned char) *at])
        letters += g_unichar_isalnum(g_utf8_get_char(at)) ? 1 : 0;
    return letters >= SHORTEST;
}

/* Proposes KEY, called NAME, when the text fits one of MAIL, NAME and LOGIN; each may be NULL. */
static void look_at(Called *called, const char *key, const char *mail, const char *name,
                    const char *login)
{
    if (key == NULL || (!is_called(called->text, mail) && !is_called(called->text, name) &&
                        !is_called(called->text, login)))
        return;
    if (!g_hash_table_add(called->seen, (gpointer) (guintptr) key) || called->found++ >= SHOWN)
        return;
    g_autofree char *safe = text_safe_within(key, -1, 200);
    g_autofree char *safe_name = name != NULL ? text_safe_within(name, -1, 80) : NULL;
    g_string_append_printf(called->proposals, "%s'%s'", called->found > 1 ? ", " : "", safe);
    if (safe_name != NULL && *safe_name != '\0')
        g_string_append_printf(called->proposals, " (%s)", safe_name);
}

static void look_at_person(Called *called, const Person *person)
{
    const char *key = person->mail_key != NULL ? person->mail_key
                      : person->uid != NULL    ? person->uid
                                               : person->dn;
    look_at(called, key, person->mail_key, person->name, person->uid);
}

/* NULL: nobody is called so. New string. */
static char *called_so(const char *text, const GPtrArray *directories,
                       const Organization *organization)
{
    if (!has_word(text))
        return NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Called called = {.text = text, .seen = seen, .proposals = g_string_new(NULL)};
    for (guint i = 0; directories != NULL && i < directories->len; i++) {
        const Directory *directory = g_ptr_array_index(directories, i);
        for (guint p = 0; p < directory->people->len; p++)
            look_at_person(&called, g_ptr_array_index(directory->people, p));
    }
    for (guint i = 0; organization != NULL && i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        look_at(&called, member->mail_key, member->mail_key, member->name, NULL);
    }
    if (called.found > SHOWN)
        g_string_append_printf(called.proposals, " or %u more", called.found - SHOWN);
    return g_string_free(called.proposals, called.found == 0);
}

/* ---- everything that is written nearly so ---- */

static void add_name(GHashTable *seen, GPtrArray *names, gpointer name)
{
    if (name != NULL && g_hash_table_add(seen, name))
        g_ptr_array_add(names, name);
}

static void add_ledger(GHashTable *seen, GPtrArray *names, const Ledger *ledger)
{
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed)
            continue;
        add_name(seen, names, link->mail_key);
        for (guint u = 0; u < link->uids->len; u++)
            add_name(seen, names, g_ptr_array_index(link->uids, u));
    }
}

static void add_directory(GHashTable *seen, GPtrArray *names, const Directory *directory)
{
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        add_name(seen, names, person->mail_key);
        add_name(seen, names, person->uid);
    }
}

static GPtrArray *names_of(const Ledger *ledger, const GPtrArray *directories,
                           const Organization *organization, const GPtrArray *others)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = g_ptr_array_new();
    if (ledger != NULL)
        add_ledger(seen, names, ledger);
    for (guint i = 0; directories != NULL && i < directories->len; i++)
        add_directory(seen, names, g_ptr_array_index(directories, i));
    for (guint i = 0; organization != NULL && i < organization->members->len; i++)
        add_name(seen, names,
                 ((const Member *) g_ptr_array_index(organization->members, i))->mail_key);
    for (guint i = 0; others != NULL && i < others->len; i++)
        add_name(seen, names, g_ptr_array_index(others, i));
    return names;
}

char *who_near(const char *text, const Ledger *ledger, const GPtrArray *directories,
               const Organization *organization, const GPtrArray *others, const char *rest)
{
    g_autofree char *called = called_so(text, directories, organization);
    if (called != NULL)
        return g_strdup_printf("did you mean %s? %s", called, rest);
    g_autoptr(GPtrArray) names = names_of(ledger, directories, organization, others);
    return text_did_you_mean(text, names, rest);
}
