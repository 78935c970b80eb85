/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/email.h"
#include "source/assembly_private.h"

#include <string.h>

static void freeze_for_mail(Person *person, const Person *other)
{
    g_autofree char *mail = text_safe(person->mail, -1);
    g_autofree char *dn = text_safe(other->dn, -1);
    assembly_freeze(person, g_strdup_printf("its mail '%s' is also that of '%s'", mail, dn));
}

/* Who is gone gives an address free. */
static bool takes_part(const Person *person)
{
    return person->standing == PERSON_ENABLED && person->mail_key != NULL;
}

/* Further addresses -> the person who has it, or NULL when several have. */
static GHashTable *find_alias_owners(const Directory *directory)
{
    GHashTable *owners = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < directory->people->len; i++) {
        Person *person = g_ptr_array_index(directory->people, i);
        for (guint k = 0;
             person->other_mails != NULL && takes_part(person) && k < person->other_mails->len;
             k++) {
            char *alias = g_ptr_array_index(person->other_mails, k);
            bool shared = g_hash_table_contains(owners, alias);
            g_hash_table_insert(owners, alias, shared ? NULL : person);
        }
    }
    return owners;
}

/* New owner of the address: the caller, whose tables it still is a key of. */
static char *drop_alias(Warnings *warnings, Person *person, guint index)
{
    g_autofree char *alias = text_safe(g_ptr_array_index(person->other_mails, index), -1);
    g_autofree char *dn = text_safe(person->dn, -1);
    assembly_warn(warnings,
                  g_strdup_printf("'%s' is a further address of '%s' and somebody else's too, "
                                  "ignoring it",
                                  alias, dn));
    return g_ptr_array_steal_index(person->other_mails, index);
}

static void warn_alike(Warnings *warnings, const Person *one, const Person *other)
{
    g_autofree char *mail = text_safe(one->mail, -1);
    g_autofree char *dn = text_safe(one->dn, -1);
    g_autofree char *other_mail = text_safe(other->mail, -1);
    g_autofree char *other_dn = text_safe(other->dn, -1);
    assembly_warn(warnings, g_strdup_printf("'%s' of '%s' and '%s' of '%s' look alike: taken for "
                                            "two people",
                                            mail, dn, other_mail, other_dn));
}

/*
 * Everybody's addresses and who has them; of several people the first one. Addresses that are the
 * same look alike, so for all but a few one look tells both.
 */
typedef struct {
    GHashTable *by_look; /* look -> Person * */
    GHashTable *others;  /* key -> Person *: those whose look is first somebody else's */
} Owners;

static void owners_clear(Owners *owners)
{
    g_hash_table_unref(owners->by_look);
    g_hash_table_unref(owners->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Owners, owners_clear)

static Person *owners_find(const Owners *owners, const char *key)
{
    g_autofree char *look = email_look(key);
    Person *first = g_hash_table_lookup(owners->by_look, look);
    if (first == NULL || strcmp(first->mail_key, key) == 0)
        return first;
    return g_hash_table_lookup(owners->others, key);
}

/* Takes in PERSON. Whoever has the same address is frozen, with that person. A pair that is two by
 * the keys and one for the eye is a typing error, or a trick. */
static void owners_add(Owners *owners, Person *person, Warnings *warnings)
{
    char *look = email_look(person->mail_key);
    const Person *first = g_hash_table_lookup(owners->by_look, look);
    if (first == NULL) {
        g_hash_table_insert(owners->by_look, look, person);
        return;
    }
    g_free(look);
    Person *owner = owners_find(owners, person->mail_key);
    if (owner != first)
        warn_alike(warnings, first, person);
    if (owner == NULL) {
        g_hash_table_insert(owners->others, person->mail_key, person);
        return;
    }
    freeze_for_mail(owner, person);
    freeze_for_mail(person, owner);
}

static Owners find_owners(Directory *directory)
{
    Owners owners = {
        .by_look = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .others = g_hash_table_new(g_str_hash, g_str_equal),
    };
    Warnings warnings = {.directory = directory, .more = "pairs of addresses that look alike"};
    for (guint i = 0; i < directory->people->len; i++) {
        Person *person = g_ptr_array_index(directory->people, i);
        if (takes_part(person))
            owners_add(&owners, person, &warnings);
    }
    assembly_warn_rest(&warnings);
    return owners;
}

void assembly_settle_mails(Directory *directory)
{
    g_auto(Owners) owners = find_owners(directory);
    g_autoptr(GHashTable) alias_owners = find_alias_owners(directory);
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
    Warnings warnings = {.directory = directory, .more = "further addresses that several have"};
    for (guint i = 0; i < directory->people->len; i++) {
        Person *person = g_ptr_array_index(directory->people, i);
        if (person->other_mails == NULL || !takes_part(person))
            continue;
        for (guint k = person->other_mails->len; k > 0; k--) {
            const char *alias = g_ptr_array_index(person->other_mails, k - 1);
            if (owners_find(&owners, alias) != NULL ||
                g_hash_table_lookup(alias_owners, alias) != person)
                g_ptr_array_add(dropped, drop_alias(&warnings, person, k - 1));
        }
        if (person->other_mails->len == 0)
            g_clear_pointer(&person->other_mails, g_ptr_array_unref);
    }
    assembly_warn_rest(&warnings);
}

void assembly_warn(Warnings *warnings, char *text)
{
    if (warnings->count++ < 10)
        directory_warn(warnings->directory, text);
    else
        g_free(text);
}

void assembly_warn_rest(const Warnings *warnings)
{
    if (warnings->count > 10)
        directory_warn(warnings->directory,
                       g_strdup_printf("and %u more %s", warnings->count - 10, warnings->more));
}
