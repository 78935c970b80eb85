/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "model/email.h"
#include "source/assembly_private.h"

#include <string.h>

#define LONGEST_NAME 255                   /* characters */
#define LONGEST_VALUE ((size_t) 64 * 1024) /* bytes */
#define PRIMARY "SMTP:" /* MS-OXLDAP: the case tells primary addresses from others */

void assembly_freeze(Person *person, char *why)
{
    if (person->frozen == NULL)
        person->frozen = why;
    else
        g_free(why);
}

/* Why the text of VALUE cannot be used, or NULL. Static. */
static const char *problem_with(const Value *value, size_t characters)
{
    if (value->length > LONGEST_VALUE)
        return "is longer than 64 KiB";
    if (!text_is_safe(value->bytes, value->length))
        return "holds control characters, direction marks or broken UTF-8";
    if (characters > 0 && value->length > characters &&
        (size_t) g_utf8_strlen(value->bytes, -1) > characters)
        return "is longer than 255 characters";
    return NULL;
}

static void freeze_for_value(Person *person, const char *name, const Value *value,
                             const char *problem)
{
    g_autofree char *safe = text_safe(value->bytes, (gssize) value->length);
    g_autofree char *safe_name = text_safe(name, -1);
    assembly_freeze(person, g_strdup_printf("its %s %s: '%s'", safe_name, problem, safe));
}

/* Spaces at the ends are the typist's. */
static char *stripped(const Value *value)
{
    const char *begin = value->bytes;
    while (g_ascii_isspace(*begin))
        begin++;
    size_t length = strlen(begin);
    while (length > 0 && g_ascii_isspace(begin[length - 1]))
        length--;
    return g_strndup(begin, length);
}

/*
 * The text of the attribute NAME: the first by bytes where there are several, since servers give
 * them in no order. NULL when there is none. One that cannot be trusted freezes the person.
 */
static char *take_text(const Entry *entry, const char *name, Person *person)
{
    const Attribute *attribute = entry_attribute(entry, name);
    g_autofree char *best = NULL;
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        const char *problem = problem_with(value, LONGEST_NAME);
        if (problem != NULL) {
            freeze_for_value(person, name, value, problem);
            return NULL;
        }
        g_autofree char *text = stripped(value);
        if (*text != '\0' && (best == NULL || strcmp(text, best) < 0)) {
            g_free(best);
            best = g_steal_pointer(&text);
        }
    }
    return g_steal_pointer(&best);
}

/* One address that an attribute gives. */
typedef struct {
    char *mail;
    char *key;
    bool primary;
} Address;

static void address_clear(gpointer data)
{
    Address *address = data;
    g_free(address->mail);
    g_free(address->key);
}

GArray *assembly_addresses(void)
{
    GArray *addresses = g_array_new(false, false, sizeof(Address));
    g_array_set_clear_func(addresses, address_clear);
    return addresses;
}

static gint compare_addresses(gconstpointer a, gconstpointer b)
{
    const Address *x = a;
    const Address *y = b;
    if (x->primary != y->primary)
        return x->primary ? -1 : 1;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : strcmp(x->mail, y->mail);
}

/*
 * Puts the addresses of the attribute NAME into ADDRESSES (Address), in place of what was there:
 * primary ones first, then by key. What is no address goes to *RET_PROBLEM (the first one's; new
 * string).
 */
static void find_addresses(const Entry *entry, const char *name, GArray *addresses,
                           char **ret_problem)
{
    g_array_set_size(addresses, 0);
    bool proxies = g_ascii_strcasecmp(name, "proxyAddresses") == 0;
    const Attribute *attribute = entry_attribute(entry, name);
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        const char *bytes = value->bytes;
        size_t length = value->length;
        Address address = {0};
        if (proxies) {
            if (g_ascii_strncasecmp(bytes, PRIMARY, strlen(PRIMARY)) != 0)
                continue;
            address.primary = strncmp(bytes, PRIMARY, strlen(PRIMARY)) == 0;
            bytes += strlen(PRIMARY);
            length -= strlen(PRIMARY);
        }
        g_autoptr(GError) error = NULL;
        if (!email_key(bytes, length, &address.key, &error)) {
            if (*ret_problem == NULL)
                *ret_problem = g_strdup_printf("its %s: %s", name, error->message);
            continue;
        }
        address.mail = g_strndup(bytes, length);
        g_array_append_val(addresses, address);
    }
    g_array_sort(addresses, compare_addresses);
}

/* Adds KEY (taken) to the further addresses, wherever else it may stand. */
static void add_other_mail(Person *person, char *key)
{
    if (person->other_mails == NULL)
        person->other_mails = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(person->other_mails, key);
}

/* The further addresses in order, each once, without the person's own. */
static void settle_other_mails(Person *person)
{
    g_autoptr(GPtrArray) all = g_steal_pointer(&person->other_mails);
    const char *last = NULL;
    if (all == NULL)
        return;
    text_sort(all);
    for (guint i = 0; i < all->len; i++) {
        char *key = g_ptr_array_index(all, i);
        if (g_strcmp0(key, person->mail_key) == 0 || g_strcmp0(key, last) == 0)
            continue;
        add_other_mail(person, key);
        last = key;
        all->pdata[i] = NULL;
    }
}

/* Two primary addresses cannot both be the person's. */
static bool is_torn(const GArray *addresses)
{
    if (addresses->len < 2)
        return false;
    const Address *first = &g_array_index(addresses, Address, 0);
    const Address *second = &g_array_index(addresses, Address, 1);
    return first->primary && second->primary && strcmp(first->key, second->key) != 0;
}

/*
 * The first attribute that the entry has decides, and all it holds must be addresses: to fall back
 * on another one whenever somebody mistypes would be to change people's addresses. Of the others
 * whatever is an address is a further one. ADDRESSES is room for those of one attribute.
 */
static void take_mails(GArray *addresses, const Entry *entry, const char *const *names,
                       Person *person)
{
    bool decided = false;
    for (; *names != NULL; names++) {
        g_autofree char *problem = NULL;
        find_addresses(entry, *names, addresses, &problem);
        guint further = 0;
        if (!decided && problem != NULL)
            assembly_freeze(person, g_steal_pointer(&problem));
        else if (!decided && is_torn(addresses))
            assembly_freeze(person, g_strdup_printf("its %s hold two primary addresses", *names));
        else if (!decided && addresses->len > 0) {
            Address *chosen = &g_array_index(addresses, Address, further++);
            person->mail = g_steal_pointer(&chosen->mail);
            person->mail_key = g_steal_pointer(&chosen->key);
            person->mail_is_any = addresses->len > 1 && !chosen->primary;
        }
        decided = decided || person->mail != NULL || person->frozen != NULL;
        for (; further < addresses->len; further++)
            add_other_mail(person,
                           g_steal_pointer(&g_array_index(addresses, Address, further).key));
    }
    if (!decided)
        assembly_freeze(person, g_strdup("it has no mail address"));
    settle_other_mails(person);
}

static void take_uid(Assembly *assembly, const Entry *entry, Person *person)
{
    const char *name = kind_row(assembly->kind)->uid;
    const Attribute *attribute = entry_attribute(entry, name);
    person->uid = take_text(entry, name, person);
    if (person->uid == NULL || attribute_count(attribute) == 1)
        return;
    for (guint i = 0; i < attribute_count(attribute); i++) {
        g_autofree char *text = stripped(attribute_value(attribute, i));
        if (strcmp(text, person->uid) == 0)
            continue;
        Alias alias = {.person = person, .uid = g_steal_pointer(&text)};
        g_array_append_val(assembly->aliases, alias);
    }
}

/* The attributes that rules ask for, each one's values in order. */
static void take_attributes(const SourceSettings *settings, const Entry *entry, Person *person)
{
    for (char **name = settings->attributes; name != NULL && *name != NULL; name++) {
        const Attribute *attribute = entry_attribute(entry, *name);
        g_autoptr(GPtrArray) texts = g_ptr_array_new();
        for (guint i = 0; i < attribute_count(attribute); i++) {
            const Value *value = attribute_value(attribute, i);
            const char *problem = problem_with(value, 0);
            if (problem != NULL)
                freeze_for_value(person, *name, value, problem);
            else
                g_ptr_array_add(texts, value->bytes);
        }
        text_sort(texts);
        for (guint i = 0; i < texts->len; i++)
            person_add_attribute(person, *name, g_ptr_array_index(texts, i));
    }
}

static void take_name(const Assembly *assembly, const PeopleSearch *search, const Entry *entry,
                      Person *person)
{
    if (search->name != NULL) {
        person->name = take_text(entry, search->name, person);
        return;
    }
    const char *const *names = kind_row(assembly->kind)->names;
    for (; *names != NULL && person->name == NULL && person->frozen == NULL; names++)
        person->name = take_text(entry, *names, person);
}

void assembly_fill_person(Assembly *assembly, const PeopleSearch *search, const PeopleRules *rules,
                          const Entry *entry, Person *person)
{
    g_autoptr(GError) error = NULL;
    if (!standing_judge(rules->standing, entry, assembly->now, &person->standing,
                        &person->standing_reason, &error))
        assembly_freeze(person, g_strdup(error->message));
    /* it is shown otherwise when it may not be shown */
    if (strcmp(person->dn, entry->dn) != 0)
        assembly_freeze(person, g_strdup("its DN holds control characters, direction marks or "
                                         "broken UTF-8"));
    const char *const *mails =
        search->mail != NULL ? (const char *const *) search->mail : kind_row(assembly->kind)->mails;
    take_mails(assembly->addresses, entry, mails, person);
    take_name(assembly, search, entry, person);
    take_uid(assembly, entry, person);
    take_attributes(assembly->settings, entry, person);
    assembly_exclude(rules, entry, person);
    /* who is disabled leaves, whatever else the entry holds; nobody can stay by spoiling it */
    if (person->standing != PERSON_ENABLED)
        g_clear_pointer(&person->frozen, g_free);
}

static bool same_texts(const GPtrArray *a, const GPtrArray *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    }
    return true;
}

static bool same_attributes(const GPtrArray *a, const GPtrArray *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        const PersonAttribute *x = g_ptr_array_index(a, i);
        const PersonAttribute *y = g_ptr_array_index(b, i);
        if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0)
            return false;
    }
    return true;
}

bool assembly_same_person(const Person *a, const Person *b)
{
    return strcmp(a->dn_key, b->dn_key) == 0 && g_strcmp0(a->uid, b->uid) == 0 &&
           g_strcmp0(a->mail, b->mail) == 0 && same_texts(a->other_mails, b->other_mails) &&
           g_strcmp0(a->name, b->name) == 0 && a->standing == b->standing &&
           g_strcmp0(a->frozen, b->frozen) == 0 && same_attributes(a->attributes, b->attributes);
}
