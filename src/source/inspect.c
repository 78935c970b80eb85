/* SPDX-License-Identifier: Apache-2.0 */
#include "source/inspect.h"

#include "base/text.h"
#include "model/dn.h"
#include "source/anchor.h"
#include "source/assembly.h"
#include "source/filter.h"
#include "source/kind.h"
#include "source/standing.h"

#include <string.h>

#define VALUES_SHOWN 5

void sought_init(Sought *sought, const char *word)
{
    *sought = (Sought){.word = word};
    if (strchr(word, '=') != NULL && !dn_key(word, strlen(word), &sought->dn_key, NULL))
        sought->dn_key = NULL;
}

void sought_clear(Sought *sought)
{
    g_clear_pointer(&sought->dn_key, g_free);
}

static bool has_any(const Entry *entry, const char *const *names, const char *word)
{
    for (; names != NULL && *names != NULL; names++) {
        if (entry_has(entry, *names, word))
            return true;
    }
    return false;
}

bool inspect_is_sought(const SourceSettings *settings, SourceKind kind, const Entry *entry,
                       const Sought *sought)
{
    g_autofree char *key = NULL;
    if (sought->dn_key != NULL)
        return dn_key(entry->dn, strlen(entry->dn), &key, NULL) && strcmp(key, sought->dn_key) == 0;
    const Kind *row = kind_row(kind);
    if (entry_has(entry, row->uid, sought->word))
        return true;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        g_autofree char *anchor = anchor_of(entry, search->anchor, kind);
        if (anchor != NULL && g_ascii_strcasecmp(anchor, sought->word) == 0)
            return true;
        const char *const *mails =
            search->mail != NULL ? (const char *const *) search->mail : row->mails;
        if (has_any(entry, mails, sought->word))
            return true;
    }
    return false;
}

/* ---- values ---- */

static char *values_of(const Entry *entry, const char *name)
{
    GString *text = g_string_new(NULL);
    guint count = 0;
    for (guint a = 0; a < entry->attributes->len; a++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, a);
        if (!attribute_is(attribute, name))
            continue;
        for (guint i = 0; i < attribute_count(attribute); i++, count++) {
            const Value *value = attribute_value(attribute, i);
            if (count >= VALUES_SHOWN)
                continue;
            g_autofree char *safe = text_safe(value->bytes, (gssize) value->length);
            g_string_append_printf(text, "%s%s", count > 0 ? ", " : "", safe);
        }
    }
    if (count > VALUES_SHOWN)
        g_string_append_printf(text, " and %u more", count - VALUES_SHOWN);
    if (count == 0)
        g_string_append(text, "none");
    g_autofree char *safe_name = text_safe(name, -1);
    g_autofree char *values = g_string_free(text, FALSE);
    return g_strdup_printf("%s: %s", safe_name, values);
}

typedef struct {
    const Entry *entry;
    GString *text;
    GHashTable *seen; /* char *, in lower case */
} Looked;

static void looked_init(Looked *looked, const Entry *entry)
{
    *looked = (Looked){
        .entry = entry,
        .text = g_string_new(NULL),
        .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
}

/* What was looked at; LOOKED is empty afterwards. */
static char *looked_finish(Looked *looked)
{
    g_clear_pointer(&looked->seen, g_hash_table_unref);
    return g_string_free(g_steal_pointer(&looked->text), FALSE);
}

static void look_at(void *context, const char *name)
{
    Looked *looked = context;
    if (!g_hash_table_add(looked->seen, g_ascii_strdown(name, -1)))
        return;
    g_autofree char *values = values_of(looked->entry, name);
    g_string_append_printf(looked->text, "%s%s", looked->text->len > 0 ? "; " : "", values);
}

/* ---- filters ---- */

/* Where the filter that begins at TEXT, "(...)", ends. Values hold no parentheses: RFC 4515. */
static const char *filter_end(const char *text)
{
    unsigned depth = 0;
    for (; *text != '\0'; text++) {
        depth += *text == '(';
        depth -= *text == ')';
        if (depth == 0)
            return text + 1;
    }
    return text;
}

static bool inspect_filter(Inspection *inspection, const Entry *entry, const char *text);

/* "(&(a)(b))": each part for itself, since one that says no is the reason. */
static bool inspect_parts(Inspection *inspection, const Entry *entry, const char *text)
{
    bool taken = true;
    const char *at = text + 2;
    while (*at == ' ')
        at++;
    while (*at == '(') {
        const char *end = filter_end(at);
        g_autofree char *part = g_strndup(at, (size_t) (end - at));
        taken = inspect_filter(inspection, entry, part) && taken;
        for (at = end; *at == ' ';)
            at++;
    }
    return taken;
}

static bool inspect_filter(Inspection *inspection, const Entry *entry, const char *text)
{
    if (g_str_has_prefix(text, "(&"))
        return inspect_parts(inspection, entry, text);
    g_autoptr(Filter) filter = NULL;
    g_autofree char *safe = text_safe_within(text, -1, 1000);
    if (!filter_parse(text, &filter, NULL)) {
        inspection_add(inspection, INSPECTION_UNKNOWN, NULL, "filter %s", safe);
        return false;
    }
    FilterVerdict verdict = filter_evaluate(filter, entry);
    Looked looked;
    looked_init(&looked, entry);
    filter_attributes(filter, look_at, &looked);
    inspection_add(inspection,
                   verdict == FILTER_TRUE    ? INSPECTION_YES
                   : verdict == FILTER_FALSE ? INSPECTION_NO
                                             : INSPECTION_UNKNOWN,
                   looked_finish(&looked), "filter %s", safe);
    return verdict == FILTER_TRUE;
}

/* ---- one search ---- */

static bool inspect_base(Inspection *inspection, const char *key, const PeopleSearch *search)
{
    static const char *const scopes[] = {
        [SCOPE_BASE] = "only", [SCOPE_ONE] = "one level below", [SCOPE_SUBTREE] = "at or below"};
    const char *base = search->base != NULL ? search->base : "";
    g_autofree char *base_key = NULL;
    bool within = key != NULL && dn_key(base, strlen(base), &base_key, NULL) &&
                  search_scope_covers(search->scope, base_key, key);
    g_autofree char *safe = text_safe(base, -1);
    inspection_add(inspection, within ? INSPECTION_YES : INSPECTION_NO, NULL, "%s the base '%s'",
                   scopes[search->scope], safe);
    return within;
}

/* What a read of nothing but this entry makes of it; NULL when it would refuse it. */
static Directory *read_alone(const SourceSettings *settings, SourceKind kind,
                             const PeopleSearch *search, const Entry *entry, int64_t now,
                             GError **error)
{
    Directory *directory = NULL;
    g_autoptr(Assembly) assembly = assembly_new(settings, kind);
    assembly_set_now(assembly, now);
    if (!assembly_add_person(assembly, search, entry, error) ||
        !assembly_finish(assembly, &directory, error))
        return NULL;
    return directory;
}

/* The disabled rule: why it says yes or cannot tell, else the values that made it say no. */
static void inspect_standing(Inspection *inspection, const StandingRule *rule, const Entry *entry,
                             int64_t now)
{
    PersonStanding standing = PERSON_ENABLED;
    char *reason = NULL;
    g_autoptr(GError) error = NULL;
    bool told = standing_judge(rule, entry, now, &standing, &reason, &error);
    if (told && standing == PERSON_ENABLED) {
        Looked looked;
        looked_init(&looked, entry);
        standing_attributes(rule, look_at, &looked);
        reason = looked_finish(&looked);
    } else if (!told) {
        reason = g_strdup(error->message);
    }
    g_autofree char *safe = text_safe_within(standing_rule_text(rule), -1, 1000);
    inspection_add(inspection,
                   !told                        ? INSPECTION_UNKNOWN
                   : standing == PERSON_ENABLED ? INSPECTION_NO
                                                : INSPECTION_YES,
                   reason, "%s by the rule '%s'",
                   standing == PERSON_EXPIRED ? "expired" : "disabled", safe);
}

static void inspect_person(Inspection *inspection, const Person *person)
{
    inspection_add(inspection, INSPECTION_FACT, NULL, "address %s",
                   person->mail != NULL ? person->mail : "none that can be used");
    inspection_add(inspection, INSPECTION_FACT, NULL, "name %s",
                   person->name != NULL ? person->name : "none");
    inspection_add(inspection, person->excluded == NULL ? INSPECTION_NO : INSPECTION_YES,
                   g_strdup(person->excluded), "excluded");
    inspection_add(inspection, person->frozen == NULL ? INSPECTION_NO : INSPECTION_YES,
                   g_strdup(person->frozen), "frozen for a value of its own");
}

Inspection *inspect_entry(const SourceSettings *settings, SourceKind kind, const char *server,
                          const Entry *entry, int64_t now)
{
    Inspection *inspection = inspection_new(settings->name, server, kind_row(kind)->name);
    inspection->dn = text_safe(entry->dn, -1);
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, NULL))
        key = NULL;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (inspection->anchor == NULL)
            inspection->anchor = anchor_of(entry, search->anchor, kind);
        if (settings->people->len > 1)
            inspection_add(inspection, INSPECTION_FACT, NULL, "search for people %u", i + 1);
        bool within = inspect_base(inspection, key, search);
        bool fits = inspect_filter(inspection, entry, kind_people_filter(search, kind));
        inspection->taken = inspection->taken || (within && fits);
        g_autoptr(StandingRule) rule = standing_rule_new(search, kind, NULL);
        if (rule != NULL)
            inspect_standing(inspection, rule, entry, now);
        g_autoptr(GError) error = NULL;
        g_autoptr(Directory) alone = read_alone(settings, kind, search, entry, now, &error);
        if (alone != NULL && alone->people->len > 0)
            inspect_person(inspection, g_ptr_array_index(alone->people, 0));
        else
            inspection_add(inspection, INSPECTION_NO,
                           error != NULL ? text_safe_within(error->message, -1, 1000) : NULL,
                           "can be read");
    }
    return inspection;
}

Entry *inspect_what_if(const Entry *entry, char **with)
{
    Entry *changed = entry_new(entry->dn);
    for (guint a = 0; a < entry->attributes->len; a++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, a);
        bool replaced = false;
        for (char **one = with; one != NULL && *one != NULL; one++) {
            size_t length = strcspn(*one, "=");
            g_autofree char *name = g_strndup(*one, length);
            replaced = replaced || attribute_is(attribute, name);
        }
        for (guint i = 0; !replaced && i < attribute_count(attribute); i++) {
            const Value *value = attribute_value(attribute, i);
            entry_add_value(changed, attribute->name, value->bytes, value->length);
        }
    }
    for (char **one = with; one != NULL && *one != NULL; one++) {
        const char *equals = strchr(*one, '=');
        if (equals == NULL || equals[1] == '\0')
            continue;
        g_autofree char *name = g_strndup(*one, (size_t) (equals - *one));
        entry_add_value(changed, name, equals + 1, strlen(equals + 1));
    }
    return changed;
}

/* ---- in the course of a source ---- */

void inspector_init(Inspector *inspector, const SourceSettings *settings, const char *word,
                    char **with, int64_t now)
{
    *inspector = (Inspector){.settings = settings, .with = with, .now = now};
    sought_init(&inspector->sought, word);
    inspector->inspections = g_ptr_array_new_with_free_func((GDestroyNotify) inspection_free);
}

void inspector_take(Inspector *inspector, const Entry *entry)
{
    if (!inspect_is_sought(inspector->settings, inspector->kind, entry, &inspector->sought))
        return;
    Entry *changed = inspect_what_if(entry, inspector->with);
    g_ptr_array_add(inspector->inspections,
                    inspect_entry(inspector->settings, inspector->kind, inspector->server, changed,
                                  inspector->now));
    if (inspector->overlay == NULL)
        inspector->overlay = changed;
    else
        entry_free(changed);
}

bool inspector_end(Inspector *inspector, bool good, GPtrArray **ret_inspections,
                   Entry **ret_overlay)
{
    sought_clear(&inspector->sought);
    if (good) {
        *ret_inspections = inspector->inspections;
        *ret_overlay = inspector->overlay;
    } else {
        g_ptr_array_unref(inspector->inspections);
        entry_free(inspector->overlay);
    }
    return good;
}
