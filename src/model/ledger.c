/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ledger.h"

#include "model/grant.h"

#include <string.h>

/* Either is made when somebody first asks: a plan looks at all links, and asks for none. */
struct LinkIndex {
    GHashTable *by_anchor; /* Link * by source and anchor; NULL: not made yet */
    GHashTable *by_member; /* id -> GPtrArray * of Link *; NULL: not made yet */
};

static void link_free(Link *link)
{
    g_free(link->source);
    g_free(link->anchor);
    g_free(link->anchor_kind);
    g_free(link->mail_key);
    g_ptr_array_unref(link->mail_keys);
    g_free(link->dn);
    g_ptr_array_unref(link->dn_keys);
    g_ptr_array_unref(link->uids);
    g_free(link->hold_reason);
    g_free(link);
}

static void binding_free(Binding *binding)
{
    g_free(binding->name);
    g_free(binding->group_anchor);
    g_free(binding->source);
    g_free(binding);
}

void interval_free(Interval *interval)
{
    if (interval == NULL)
        return;
    g_free(interval->mail);
    g_free(interval->target_name);
    g_free(interval->path);
    g_free(interval);
}

static void protection_free(Protection *protection)
{
    g_free(protection->mail_key);
    g_free(protection->reason);
    g_free(protection);
}

static guint link_hash(gconstpointer key)
{
    const Link *link = key;
    return g_str_hash(link->source) * 31U + g_str_hash(link->anchor);
}

static gboolean link_equal(gconstpointer a, gconstpointer b)
{
    const Link *x = a;
    const Link *y = b;
    return strcmp(x->anchor, y->anchor) == 0 && strcmp(x->source, y->source) == 0;
}

static guint binding_hash(gconstpointer key)
{
    const Binding *binding = key;
    return g_str_hash(binding->name) * 31U + (guint) binding->kind;
}

static gboolean binding_equal(gconstpointer a, gconstpointer b)
{
    const Binding *x = a;
    const Binding *y = b;
    return x->kind == y->kind && strcmp(x->name, y->name) == 0;
}

static void unref_links(gpointer links)
{
    g_ptr_array_unref(links);
}

Ledger *ledger_new(void)
{
    Ledger *ledger = g_new0(Ledger, 1);
    ledger->links = g_ptr_array_new_with_free_func((GDestroyNotify) link_free);
    ledger->grants = g_ptr_array_new();
    ledger->bindings = g_ptr_array_new_with_free_func((GDestroyNotify) binding_free);
    ledger->intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    ledger->protections = g_ptr_array_new_with_free_func((GDestroyNotify) protection_free);
    ledger->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    ledger->notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    ledger->link_index = g_new0(LinkIndex, 1);
    ledger->grant_indexes = grant_indexes_new();
    ledger->grant_blocks = g_ptr_array_new_with_free_func(g_free);
    ledger->binding_index = g_hash_table_new(binding_hash, binding_equal);
    return ledger;
}

void ledger_free(Ledger *ledger)
{
    if (ledger == NULL)
        return;
    g_clear_pointer(&ledger->link_index->by_anchor, g_hash_table_unref);
    g_clear_pointer(&ledger->link_index->by_member, g_hash_table_unref);
    g_free(ledger->link_index);
    grant_indexes_free(ledger->grant_indexes);
    g_hash_table_unref(ledger->binding_index);
    g_hash_table_unref(ledger->facts);
    g_hash_table_unref(ledger->notes);
    g_free(ledger->accepted_configuration);
    g_ptr_array_unref(ledger->links);
    g_ptr_array_unref(ledger->grants);
    g_ptr_array_unref(ledger->grant_blocks);
    g_ptr_array_unref(ledger->bindings);
    g_ptr_array_unref(ledger->intervals);
    g_ptr_array_unref(ledger->protections);
    g_free(ledger);
}

Link *ledger_add_link(Ledger *ledger, const char *source, const char *anchor)
{
    Link *link = g_new0(Link, 1);
    link->row.dirty = true;
    link->source = g_strdup(source);
    link->anchor = g_strdup(anchor);
    link->mail_keys = g_ptr_array_new_with_free_func(g_free);
    link->dn_keys = g_ptr_array_new_with_free_func(g_free);
    link->uids = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ledger->links, link);
    if (ledger->link_index->by_anchor != NULL)
        g_hash_table_add(ledger->link_index->by_anchor, link);
    return link;
}

Binding *ledger_add_binding(Ledger *ledger, BindingKind kind, const char *name, int64_t target)
{
    Binding *binding = g_new0(Binding, 1);
    *binding = (Binding){.row.dirty = true, .kind = kind, .name = g_strdup(name), .target = target};
    g_ptr_array_add(ledger->bindings, binding);
    g_hash_table_add(ledger->binding_index, binding);
    return binding;
}

Interval *ledger_add_interval(Ledger *ledger, IntervalKind kind, OrganizationUserId member,
                              int64_t target)
{
    Interval *interval = g_new0(Interval, 1);
    *interval = (Interval){.row.dirty = true, .kind = kind, .member = member, .target = target};
    g_ptr_array_add(ledger->intervals, interval);
    return interval;
}

Protection *ledger_add_protection(Ledger *ledger, UserId user_id, const char *mail_key,
                                  const char *reason)
{
    Protection *protection = g_new0(Protection, 1);
    protection->row.dirty = true;
    protection->user_id = user_id;
    protection->mail_key = g_strdup(mail_key);
    protection->reason = g_strdup(reason);
    g_ptr_array_add(ledger->protections, protection);
    return protection;
}

static GHashTable *links_by_anchor(const Ledger *ledger)
{
    GHashTable *links = g_hash_table_new(link_hash, link_equal);
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed)
            g_hash_table_add(links, link);
    }
    return links;
}

Link *ledger_link(const Ledger *ledger, const char *source, const char *anchor)
{
    LinkIndex *index = ledger->link_index;
    if (index->by_anchor == NULL)
        index->by_anchor = links_by_anchor(ledger);
    /* only compared: nothing is written through these */
    Link key = {.source = (char *) (guintptr) source, .anchor = (char *) (guintptr) anchor};
    return g_hash_table_lookup(index->by_anchor, &key);
}

Binding *ledger_binding(const Ledger *ledger, BindingKind kind, const char *name)
{
    /* only compared: nothing is written through it */
    Binding key = {.kind = kind, .name = (char *) (guintptr) name};
    return g_hash_table_lookup(ledger->binding_index, &key);
}

static void join_member(GHashTable *by_member, Link *link)
{
    int64_t member = link->organization_user_id.value;
    if (member == 0)
        return;
    GPtrArray *links = g_hash_table_lookup(by_member, &member);
    if (links == NULL) {
        links = g_ptr_array_new();
        g_hash_table_insert(by_member, g_memdup2(&member, sizeof member), links);
    }
    g_ptr_array_add(links, link);
}

static GHashTable *links_by_member(const Ledger *ledger)
{
    GHashTable *by_member = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, unref_links);
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed)
            join_member(by_member, link);
    }
    return by_member;
}

const GPtrArray *ledger_member_links(const Ledger *ledger, OrganizationUserId member)
{
    LinkIndex *index = ledger->link_index;
    if (index->by_member == NULL)
        index->by_member = links_by_member(ledger);
    return g_hash_table_lookup(index->by_member, &member.value);
}

static void leave_member(Ledger *ledger, Link *link)
{
    GHashTable *by_member = ledger->link_index->by_member;
    GPtrArray *links = by_member != NULL
                           ? g_hash_table_lookup(by_member, &link->organization_user_id.value)
                           : NULL;
    if (links == NULL)
        return;
    (void) g_ptr_array_remove(links, link);
    if (links->len == 0)
        (void) g_hash_table_remove(by_member, &link->organization_user_id.value);
}

void ledger_set_member(Ledger *ledger, Link *link, OrganizationUserId member, UserId user_id)
{
    leave_member(ledger, link);
    link->organization_user_id = member;
    link->user_id = user_id;
    link->row.dirty = true;
    if (ledger->link_index->by_member != NULL)
        join_member(ledger->link_index->by_member, link);
}

void ledger_remove_link(Ledger *ledger, Link *link)
{
    leave_member(ledger, link);
    if (ledger->link_index->by_anchor != NULL)
        (void) g_hash_table_remove(ledger->link_index->by_anchor, link);
    link->row.removed = true;
    link->row.dirty = true;
}

void ledger_remove_binding(Ledger *ledger, Binding *binding)
{
    (void) g_hash_table_remove(ledger->binding_index, binding);
    binding->row.removed = true;
    binding->row.dirty = true;
}

bool ledger_remembers(const GPtrArray *list, const char *text)
{
    for (guint i = 0; i < list->len; i++) {
        if (strcmp(g_ptr_array_index(list, i), text) == 0)
            return true;
    }
    return false;
}

bool ledger_remember(GPtrArray *list, const char *text)
{
    if (ledger_remembers(list, text))
        return false;
    g_ptr_array_add(list, g_strdup(text));
    return true;
}

guint interval_place_hash(gconstpointer key)
{
    const Interval *interval = key;
    return (guint) interval->member.value * 31U + (guint) interval->target * 7U +
           (guint) interval->kind;
}

gboolean interval_place_equal(gconstpointer a, gconstpointer b)
{
    const Interval *x = a;
    const Interval *y = b;
    return x->member.value == y->member.value && x->target == y->target && x->kind == y->kind;
}

const char *ledger_note(const Ledger *ledger, const char *key)
{
    return g_hash_table_lookup(ledger->notes, key);
}

int64_t ledger_note_number(const Ledger *ledger, const char *key)
{
    const char *value = ledger_note(ledger, key);
    return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

void ledger_set_note(Ledger *ledger, const char *key, const char *value)
{
    if (g_strcmp0(ledger_note(ledger, key), value) == 0)
        return;
    (void) g_hash_table_replace(ledger->notes, g_strdup(key), g_strdup(value));
    ledger->notes_changed = true;
}

void ledger_set_note_number(Ledger *ledger, const char *key, int64_t number)
{
    g_autofree char *value = number != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;
    ledger_set_note(ledger, key, value);
}
