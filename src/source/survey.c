/* SPDX-License-Identifier: Apache-2.0 */
#include "source/survey.h"

#include "base/text.h"
#include "model/bases.h"
#include "model/dn.h"
#include "source/anchor.h"
#include "source/filter.h"

#include <string.h>

#define CLASSES_SHOWN 8

/*
 * Ids that servers give: RFC 4530; Active Directory; 389 Directory Server and its ancestors;
 * FreeIPA; eDirectory; IBM Security Directory Server; Oracle Internet Directory; HCL Domino;
 * Univention. Then those that organizations give, then names, which may be given to others.
 */
static const char *const anchors[] = {
    "entryUUID",        "objectGUID", "ipaUniqueID", "nsUniqueId",     "GUID",
    "ibm-entryUuid",    "orclGuid",   "dominoUNID",  "zimbraId",       "employeeNumber",
    "employeeID",       "uidNumber",  "uid",         "sAMAccountName", "userPrincipalName",
    "krbPrincipalName", "mail",       "cn",
};

static const char *const addresses[] = {
    "mail",
    "proxyAddresses",
    "mailAlternateAddress",
    "mailLocalAddress",
    "mailPrimaryAddress",
    "rfc822Mailbox",
    "zimbraMailDeliveryAddress",
    "emailAddress",
    "userPrincipalName",
    "krbPrincipalName",
};

/* What tells that somebody may not log in any more, on servers that are no kind of their own. */
static const char *const signs[] = {
    "nsAccountLock", "ds-pwp-account-disabled", "loginDisabled",
    "orclIsEnabled", "inetUserStatus",          "zimbraAccountStatus",
    "accountStatus", "userAccountControl",      "shadowExpire",
};

/* By how many people that lack it, or share it, an attribute is out of the question. */
#define TOO_MANY 100

/* An attribute that people may be known by. */
typedef struct {
    GHashTable *values; /* anchors seen (char *); NULL: it is out of the question */
    guint misses;       /* people who have none or several, or that of somebody else */
    char *miss;         /* the DN of the first of them, safe to print; NULL: none */
} Candidate;

typedef struct {
    char *name; /* as it was spelt first */
    guint entries;
} Class;

struct Survey {
    Filter *filter; /* NULL: nobody matches */
    SourceKind kind;
    guint entries;
    guint people;
    GHashTable *classes; /* lower-case name -> Class * */
    Bases *bases;        /* of all entries */
    Bases *people_bases; /* of what people stand below */
    Candidate candidates[G_N_ELEMENTS(anchors)];
    guint addresses[G_N_ELEMENTS(addresses)];
    guint signs[G_N_ELEMENTS(signs)];
};

static void class_free(gpointer data)
{
    Class *class = data;
    g_free(class->name);
    g_free(class);
}

Survey *survey_new(const char *filter, SourceKind kind)
{
    Survey *survey = g_new0(Survey, 1);
    /* what is no filter is told by whoever searches with it */
    if (filter != NULL && !filter_parse(filter, &survey->filter, NULL))
        survey->filter = NULL;
    survey->kind = kind;
    survey->bases = bases_new();
    survey->people_bases = bases_new();
    survey->classes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, class_free);
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++)
        survey->candidates[i].values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return survey;
}

Survey *survey_look(Source *source, const char *base, const char *filter)
{
    Survey *survey = NULL;
    return source->survey(source, base, filter, &survey, NULL) ? survey : NULL;
}

void survey_free(Survey *survey)
{
    if (survey == NULL)
        return;
    filter_free(survey->filter);
    g_hash_table_unref(survey->classes);
    bases_free(survey->bases);
    bases_free(survey->people_bases);
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++) {
        g_clear_pointer(&survey->candidates[i].values, g_hash_table_unref);
        g_free(survey->candidates[i].miss);
    }
    g_free(survey);
}

static void take_classes(Survey *survey, const Entry *entry)
{
    const Attribute *attribute = entry_attribute(entry, "objectClass");
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        g_autofree char *name = text_safe_within(value->bytes, (gssize) value->length, 64);
        g_autofree char *key = g_ascii_strdown(name, -1);
        Class *class = g_hash_table_lookup(survey->classes, key);
        if (class == NULL) {
            class = g_new0(Class, 1);
            class->name = g_steal_pointer(&name);
            g_hash_table_insert(survey->classes, g_steal_pointer(&key), class);
        }
        class->entries++;
    }
}

static void take_anchors(Survey *survey, const Entry *entry)
{
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++) {
        Candidate *candidate = &survey->candidates[i];
        if (candidate->values == NULL)
            continue;
        char *anchor = anchor_of(entry, anchors[i], survey->kind);
        if (anchor != NULL && g_hash_table_add(candidate->values, anchor))
            continue;
        if (candidate->miss == NULL)
            candidate->miss = text_safe(entry->dn, -1);
        if (++candidate->misses > TOO_MANY)
            g_clear_pointer(&candidate->values, g_hash_table_unref);
    }
}

static void add_name(void *context, const char *name)
{
    g_hash_table_add(context, g_ascii_strdown(name, -1));
}

static void take_addresses(Survey *survey, const Entry *entry)
{
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        const Attribute *attribute = entry_attribute(entry, addresses[i]);
        bool found = false;
        for (guint v = 0; v < attribute_count(attribute) && !found; v++)
            found = strchr(attribute_value(attribute, v)->bytes, '@') != NULL;
        survey->addresses[i] += found;
    }
}

void survey_take(Survey *survey, const Entry *entry)
{
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, NULL))
        return; /* told by whoever reads the entry */
    survey->entries++;
    take_classes(survey, entry);
    bases_take(survey->bases, key);
    if (survey->filter == NULL || filter_evaluate(survey->filter, entry) != FILTER_TRUE)
        return;
    survey->people++;
    bases_take_place(survey->people_bases, key);
    take_anchors(survey, entry);
    take_addresses(survey, entry);
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
        survey->signs[i] += entry_attribute(entry, signs[i]) != NULL;
}

char **survey_attributes(const Survey *survey)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_name(names, "objectClass");
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++)
        add_name(names, anchors[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++)
        add_name(names, addresses[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
        add_name(names, signs[i]);
    if (survey->filter != NULL)
        filter_attributes(survey->filter, add_name, names);
    guint count = 0;
    char **list = (char **) g_hash_table_get_keys_as_array(names, &count);
    g_hash_table_steal_all(names);
    return list;
}

guint survey_entries(const Survey *survey)
{
    return survey->entries;
}

guint survey_people(const Survey *survey)
{
    return survey->people;
}

guint survey_class(const Survey *survey, const char *name)
{
    g_autofree char *key = g_ascii_strdown(name, -1);
    const Class *class = g_hash_table_lookup(survey->classes, key);
    return class != NULL ? class->entries : 0;
}

static gint compare_classes(gconstpointer a, gconstpointer b)
{
    const Class *const *x = a;
    const Class *const *y = b;
    if ((*x)->entries != (*y)->entries)
        return (*x)->entries > (*y)->entries ? -1 : 1;
    return g_ascii_strcasecmp((*x)->name, (*y)->name);
}

/* Adds "NAME (COUNT)" to the list in TEXT. */
static void add_counted(GString *text, const char *name, guint count)
{
    g_string_append_printf(text, "%s%s (%u)", text->len > 0 ? ", " : "", name, count);
}

char *survey_classes(const Survey *survey)
{
    if (survey->entries == 0)
        return NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, survey->classes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(list, value);
    GString *text = g_string_new(NULL);
    guint shown = 0;
    g_ptr_array_sort(list, compare_classes);
    for (guint i = 0; i < list->len && shown < CLASSES_SHOWN; i++) {
        const Class *class = g_ptr_array_index(list, i);
        if (g_ascii_strcasecmp(class->name, "top") == 0)
            continue;
        add_counted(text, class->name, class->entries);
        shown++;
    }
    if (shown == 0)
        g_string_append(text, "entries without an object class");
    return g_string_free(text, FALSE);
}

GPtrArray *survey_bases(const Survey *survey)
{
    return bases_list(survey->people > 0 ? survey->people_bases : survey->bases);
}

GPtrArray *survey_anchors(const Survey *survey)
{
    GPtrArray *found = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(anchors) && survey->people > 0; i++) {
        if (survey->candidates[i].misses == 0)
            g_ptr_array_add(found, (gpointer) (uintptr_t) anchors[i]);
    }
    return found;
}

const char *survey_address(const Survey *survey)
{
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        if (survey->addresses[i] > 0)
            return addresses[i];
    }
    return NULL;
}

const char *survey_nearest_anchor(const Survey *survey, guint *ret_misses, const char **ret_miss)
{
    const Candidate *nearest = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++) {
        const Candidate *candidate = &survey->candidates[i];
        if (candidate->values != NULL && candidate->misses > 0 &&
            candidate->misses < survey->people &&
            (nearest == NULL || candidate->misses < nearest->misses))
            nearest = candidate;
    }
    if (nearest == NULL)
        return NULL;
    *ret_misses = nearest->misses;
    *ret_miss = nearest->miss;
    return anchors[nearest - survey->candidates];
}

bool survey_shows(const Survey *survey, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (g_ascii_strcasecmp(signs[i], name) == 0)
            return survey->signs[i] > 0;
    }
    return false;
}

char *survey_addresses(const Survey *survey)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        if (survey->addresses[i] > 0)
            add_counted(text, addresses[i], survey->addresses[i]);
    }
    return text->len > 0 ? g_strdup(text->str) : NULL;
}
