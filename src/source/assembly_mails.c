/* SPDX-License-Identifier: Apache-2.0 */
#include "base/set.h"
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

static guint look_hash(gconstpointer person)
{
    return email_look_hash(((const Person *) person)->mail_key);
}

static gboolean look_equal(gconstpointer a, gconstpointer b)
{
    return email_look_equal(((const Person *) a)->mail_key, ((const Person *) b)->mail_key);
}

void mails_init(Mails *mails)
{
    mails->by_look = g_hash_table_new(look_hash, look_equal);
    mails->alike = g_ptr_array_new();
    mails->further = g_ptr_array_new();
}

void mails_clear(Mails *mails)
{
    g_hash_table_unref(mails->by_look);
    g_ptr_array_unref(mails->alike);
    g_ptr_array_unref(mails->further);
}

void mails_add(Mails *mails, Person *person)
{
    if (!takes_part(person))
        return;
    if (person->other_mails != NULL)
        g_ptr_array_add(mails->further, person);
    Person *first = set_add(mails->by_look, person);
    if (first == person)
        return;
    g_ptr_array_add(mails->alike, first);
    g_ptr_array_add(mails->alike, person);
}

static gint compare_places(gconstpointer a, gconstpointer b)
{
    uint32_t x = (*(Person *const *) a)->place;
    uint32_t y = (*(Person *const *) b)->place;
    return x < y ? -1 : x > y;
}

/* Freezes people who have the same address, and warns of addresses that are two by their keys and
 * one for the eye: a typing error, or a trick. Gives key -> the first Person of those ALIKE. */
static GHashTable *settle_alike(GPtrArray *alike, Directory *directory)
{
    GHashTable *owners = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) looks = g_hash_table_new(look_hash, look_equal);
    Warnings warnings = {.directory = directory, .more = "pairs of addresses that look alike"};
    g_ptr_array_sort(alike, compare_places);
    for (guint i = 0; i < alike->len; i++) {
        Person *person = g_ptr_array_index(alike, i);
        if (i > 0 && person == g_ptr_array_index(alike, i - 1))
            continue;
        const Person *first = set_add(looks, person);
        Person *owner = g_hash_table_lookup(owners, person->mail_key);
        if (owner == NULL) {
            g_hash_table_insert(owners, person->mail_key, person);
        } else {
            freeze_for_mail(owner, person);
            freeze_for_mail(person, owner);
        }
        if (strcmp(first->mail_key, person->mail_key) != 0)
            warn_alike(&warnings, first, person);
    }
    assembly_warn_rest(&warnings);
    return owners;
}

/* Further addresses -> the person who has it, or NULL when several have. */
static GHashTable *find_alias_owners(const GPtrArray *people)
{
    GHashTable *owners = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < people->len; i++) {
        Person *person = g_ptr_array_index(people, i);
        for (guint k = 0; k < person->other_mails->len; k++) {
            char *alias = g_ptr_array_index(person->other_mails, k);
            bool shared = g_hash_table_contains(owners, alias);
            g_hash_table_insert(owners, alias, shared ? NULL : person);
        }
    }
    return owners;
}

/* Whether ALIAS is the address of somebody; ALIKE has those of people whose looks several have. */
static bool is_taken(const Mails *mails, GHashTable *alike, char *alias)
{
    const Person sought = {.mail_key = alias};
    const Person *first = g_hash_table_lookup(mails->by_look, &sought);
    return first != NULL &&
           (strcmp(first->mail_key, alias) == 0 || g_hash_table_contains(alike, alias));
}

void mails_settle(const Mails *mails, Directory *directory)
{
    g_autoptr(GHashTable) alike = settle_alike(mails->alike, directory);
    g_autoptr(GHashTable) alias_owners = find_alias_owners(mails->further);
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
    Warnings warnings = {.directory = directory, .more = "further addresses that several have"};
    g_ptr_array_sort(mails->further, compare_places);
    for (guint i = 0; i < mails->further->len; i++) {
        Person *person = g_ptr_array_index(mails->further, i);
        for (guint k = person->other_mails->len; k > 0; k--) {
            char *alias = g_ptr_array_index(person->other_mails, k - 1);
            if (is_taken(mails, alike, alias) || g_hash_table_lookup(alias_owners, alias) != person)
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
