/* SPDX-License-Identifier: Apache-2.0 */
#include "source/assembly.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/anchor.h"
#include "source/assembly_private.h"

#include <string.h>

static void raw_group_free(gpointer data)
{
    RawGroup *raw = data;
    g_array_unref(raw->members);
    g_clear_pointer(&raw->urls, g_ptr_array_unref);
    g_free(raw->sid);
    g_free(raw);
}

static void clear_alias(gpointer data)
{
    g_free(((Alias *) data)->uid);
}

static void add_base(Assembly *assembly, const char *base)
{
    char *key = NULL;
    /* a base that is no DN fails the search it belongs to */
    if (base != NULL && dn_key(base, strlen(base), &key, NULL))
        g_ptr_array_add(assembly->bases, key);
    else
        g_ptr_array_add(assembly->bases, g_strdup(""));
}

static void add_groups(Assembly *assembly, const GroupSearch *search)
{
    if (search->base != NULL)
        add_base(assembly, search->base);
    if (search->schema != GROUP_SCHEMA_MEMBER_OF)
        return;
    if (assembly->member_of == NULL)
        assembly->member_of = g_strdup(search->member != NULL ? search->member : "memberOf");
    if (search->base == NULL)
        assembly->named = search;
}

Assembly *assembly_new(const SourceSettings *settings, SourceKind kind)
{
    Assembly *assembly = g_new0(Assembly, 1);
    assembly->settings = settings;
    assembly->kind = kind;
    assembly->now = clock_real()->now(clock_real());
    assembly->directory = directory_new(settings->name);
    assembly->rules = g_hash_table_new_full(NULL, NULL, NULL, people_rules_free);
    assembly->groups = g_hash_table_new(g_str_hash, g_str_equal);
    assembly->raw_groups = g_ptr_array_new_with_free_func(raw_group_free);
    assembly->nodes = g_array_new(false, false, sizeof(Node));
    assembly->dn_nodes = names_new();
    assembly->uid_nodes = names_new();
    assembly->sid_nodes = names_new();
    mails_init(&assembly->mails);
    assembly->addresses = assembly_addresses();
    assembly->belongings = g_array_new(false, false, sizeof(Belonging));
    assembly->aliases = g_array_new(false, false, sizeof(Alias));
    g_array_set_clear_func(assembly->aliases, clear_alias);
    assembly->bases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < settings->people->len; i++)
        add_base(assembly, ((const PeopleSearch *) g_ptr_array_index(settings->people, i))->base);
    for (guint i = 0; i < settings->groups->len; i++)
        add_groups(assembly, g_ptr_array_index(settings->groups, i));
    return assembly;
}

void assembly_free(Assembly *assembly)
{
    if (assembly == NULL)
        return;
    directory_free(assembly->directory);
    g_hash_table_unref(assembly->rules);
    g_hash_table_unref(assembly->groups);
    g_ptr_array_unref(assembly->raw_groups);
    g_array_unref(assembly->nodes);
    names_free(assembly->dn_nodes);
    names_free(assembly->uid_nodes);
    names_free(assembly->sid_nodes);
    g_array_unref(assembly->aliases);
    g_array_unref(assembly->belongings);
    mails_clear(&assembly->mails);
    g_array_unref(assembly->addresses);
    g_free(assembly->member_of);
    g_clear_pointer(&assembly->outsiders, g_hash_table_unref);
    g_clear_pointer(&assembly->filters, g_ptr_array_unref);
    g_ptr_array_unref(assembly->bases);
    g_free(assembly);
}

void assembly_set_now(Assembly *assembly, int64_t now)
{
    assembly->now = now;
}

const PeopleSearch *assembly_unanchored(const Assembly *assembly)
{
    return assembly->unanchored;
}

void assembly_add_outsider(Assembly *assembly, const char *key)
{
    if (assembly->outsiders == NULL)
        assembly->outsiders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(assembly->outsiders, g_strdup(key));
}

/* The rules of SEARCH, made when it is first seen; owned by ASSEMBLY. NULL on error. */
static const PeopleRules *rules_of(Assembly *assembly, const PeopleSearch *search, GError **error)
{
    PeopleRules *rules = g_hash_table_lookup(assembly->rules, search);
    if (rules != NULL)
        return rules;
    rules = people_rules_new(search, assembly->kind, error);
    if (rules == NULL)
        return NULL;
    g_hash_table_insert(assembly->rules, (gpointer) (uintptr_t) search, rules);
    return rules;
}

bool assembly_no_anchor(const Assembly *assembly, const Entry *entry, const char *attribute,
                        GError **error)
{
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *name =
        text_safe(attribute != NULL ? attribute : kind_row(assembly->kind)->anchors[0], -1);
    bool file = assembly->settings->kind == SOURCE_KIND_LDIF;
    g_set_error(
        error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
        "entry '%s' has no usable %s, by which it could be known again\nhint: %s", dn, name,
        file ? "export operational attributes too (ldapsearch ... '*' '+'), or name what they have "
               "instead: people.anchor, and --anchor of init"
             : "the account that we bind as may have no right to read it");
    return false;
}

/* The DN as it may be shown. A DN that may not is never sent anywhere, so its key will do. */
char *assembly_shown_dn(const Entry *entry)
{
    return text_is_safe(entry->dn, strlen(entry->dn)) ? g_strdup(entry->dn)
                                                      : text_safe(entry->dn, -1);
}

bool assembly_known_differently(const Entry *entry, const char *old_dn, GError **error)
{
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *old = text_safe(old_dn, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "entry '%s' came before, as '%s', with other data: the directory changed while it "
                "was read, or its anchor is not unique",
                dn, old);
    return false;
}

bool assembly_add_person(Assembly *assembly, const PeopleSearch *search, const Entry *entry,
                         GError **error)
{
    if (assembly_is_overlaid(assembly, entry))
        return true;
    const PeopleRules *rules = rules_of(assembly, search, error);
    if (rules == NULL)
        return false;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    if (kind_ignores(assembly->kind, key))
        return true;
    g_autofree char *anchor = anchor_of(entry, search->anchor, assembly->kind);
    if (anchor == NULL) {
        assembly->unanchored = search;
        return assembly_no_anchor(assembly, entry, search->anchor, error);
    }
    GPtrArray *people = assembly->directory->people;
    Person *before = NULL;
    guint aliases = assembly->aliases->len;
    Person *person = directory_add_person(assembly->directory, g_steal_pointer(&anchor),
                                          assembly_shown_dn(entry), g_steal_pointer(&key), &before);
    assembly_fill_person(assembly, search, rules, entry, person);
    if (before == NULL) {
        mails_add(&assembly->mails, person);
        return assembly_name_person(assembly, person, error) &&
               assembly_take_belongings(assembly, entry, person, person, error);
    }
    if (!assembly_same_person(before, person))
        return assembly_known_differently(entry, before->dn, error);
    /* two searches may differ in what they exclude: either is enough */
    if (before->excluded == NULL)
        before->excluded = g_steal_pointer(&person->excluded);
    g_array_set_size(assembly->aliases, aliases);
    g_ptr_array_remove_index(people, people->len - 1);
    assembly->duplicates++;
    return true;
}

bool assembly_finish(Assembly *assembly, Directory **ret, GError **error)
{
    Directory *directory = assembly->directory;
    const char *anchor = NULL;
    if (!assembly_add_overlay(assembly, error))
        return false;
    if (!directory_finish(directory, &anchor)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "anchor '%s' was let in twice", anchor);
        return false;
    }
    mails_settle(&assembly->mails, directory);
    if (!assembly_settle_groups(assembly, error))
        return false;
    for (guint i = 0; i < assembly->settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(assembly->settings->people, i);
        if (!assembly_exclude_groups(directory, search->exclude_group, error))
            return false;
    }
    directory->completeness.required = assembly->settings->required;
    directory->completeness.kind = g_strdup(kind_row(assembly->kind)->name);
    directory->completeness.duplicates = assembly->duplicates;
    *ret = g_steal_pointer(&assembly->directory);
    return true;
}
