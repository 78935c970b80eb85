/* SPDX-License-Identifier: Apache-2.0 */

/* What the entry of a group, and of whoever names a group, says. */

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/anchor.h"
#include "source/assembly_private.h"

#include <string.h>

/* The names by which a group names its members. */
typedef struct {
    GPtrArray *dns;  /* keys */
    GPtrArray *uids; /* login names, letters folded */
} MemberNames;

/* A member is named by its DN, or, in memberUid, by its login name; some put DNs there too. False
 * when VALUE is neither. */
static bool add_name(MemberNames *names, const Value *value)
{
    char *key = NULL;
    if (memchr(value->bytes, '=', value->length) == NULL) {
        if (value->length == 0 || !text_is_safe(value->bytes, value->length))
            return false;
        g_ptr_array_add(names->uids, g_ascii_strdown(value->bytes, (gssize) value->length));
        return true;
    }
    if (!dn_key(value->bytes, value_dn_length(value), &key, NULL))
        return false;
    g_ptr_array_add(names->dns, key);
    return true;
}

static void take_names(Assembly *assembly, const Attribute *attribute, RawGroup *raw)
{
    g_autoptr(GPtrArray) dns = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) uids = g_ptr_array_new_with_free_func(g_free);
    MemberNames names = {.dns = dns, .uids = uids};
    for (guint i = 0; i < attribute_count(attribute); i++)
        raw->broken += !add_name(&names, attribute_value(attribute, i));
    assembly_nodes(assembly, assembly->dn_nodes, dns, false, raw->members);
    assembly_nodes(assembly, assembly->uid_nodes, uids, true, raw->members);
}

static void take_urls(const Attribute *attribute, RawGroup *raw)
{
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        if (raw->urls == NULL)
            raw->urls = g_ptr_array_new_with_free_func(g_free);
        /* what a NUL cuts short is refused when the URL is read: it has no end then */
        g_ptr_array_add(raw->urls, strlen(value->bytes) == value->length
                                       ? g_strdup(value->bytes)
                                       : text_safe(value->bytes, (gssize) value->length));
    }
}

static void take_values(Assembly *assembly, const GroupSearch *search, const Attribute *attribute,
                        RawGroup *raw)
{
    if (search->schema == GROUP_SCHEMA_URLS ||
        g_ascii_strcasecmp(attribute->name, "memberURL") == 0)
        take_urls(attribute, raw);
    else
        take_names(assembly, attribute, raw);
}

/* "member;range=0-1499" and whatever else is not the attribute itself is not all of it. */
static bool is_whole(const Entry *entry, const Attribute *attribute, GError **error)
{
    if (strchr(attribute->name, ';') == NULL)
        return true;
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *name = text_safe(attribute->name, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "entry '%s' gives only a part of its values: '%s'", dn, name);
    return false;
}

static bool take_members(Assembly *assembly, const GroupSearch *search, const Entry *entry,
                         RawGroup *raw, GError **error)
{
    KindMembers members = kind_members(search, assembly->kind);
    for (const char *const *name = members.names; *name != NULL; name++) {
        for (guint i = 0; i < entry->attributes->len; i++) {
            const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
            if (!attribute_is(attribute, *name))
                continue;
            if (!is_whole(entry, attribute, error))
                return false;
            take_values(assembly, search, attribute, raw);
        }
    }
    indices_sort(raw->members);
    return true;
}

/* What the group is called; a name that may not be shown is shown as it may. */
static char *group_name(const Assembly *assembly, const GroupSearch *search, const Entry *entry)
{
    const char *name = search->name != NULL ? search->name : kind_row(assembly->kind)->group_name;
    const Attribute *attribute = entry_attribute(entry, name);
    g_autofree char *best = NULL;
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        g_autofree char *text = text_is_safe(value->bytes, value->length)
                                    ? g_strstrip(g_strdup(value->bytes))
                                    : text_safe(value->bytes, (gssize) value->length);
        if (*text != '\0' && (best == NULL || strcmp(text, best) < 0)) {
            g_free(best);
            best = g_steal_pointer(&text);
        }
    }
    return best != NULL ? g_steal_pointer(&best) : assembly_shown_dn(entry);
}

static bool same_urls(const GPtrArray *a, const GPtrArray *b)
{
    guint count = a != NULL ? a->len : 0;
    if (count != (b != NULL ? b->len : 0))
        return false;
    for (guint i = 0; i < count; i++) {
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    }
    return true;
}

static bool same_group(const RawGroup *a, const char *key, const char *name, const RawGroup *b)
{
    return strcmp(a->group->dn_key, key) == 0 && strcmp(a->group->name, name) == 0 &&
           a->members->len == b->members->len && a->broken == b->broken &&
           same_urls(a->urls, b->urls) &&
           (a->members->len == 0 ||
            memcmp(a->members->data, b->members->data, a->members->len * sizeof(uint32_t)) == 0);
}

/* A file made without operational attributes has no anchors; its groups go by their DNs then. */
static char *group_anchor(const Assembly *assembly, const Entry *entry, const char *key)
{
    char *anchor = anchor_of(entry, NULL, assembly->kind);
    if (anchor == NULL && assembly->settings->kind == SOURCE_KIND_LDIF)
        return g_strconcat("dn:", key, NULL);
    return anchor;
}

static RawGroup *add_raw_group(Assembly *assembly, const GroupSearch *search)
{
    RawGroup *raw = g_new0(RawGroup, 1);
    raw->members = g_array_new(false, false, sizeof(uint32_t));
    /* a file has no server to ask: what stands in it is followed step by step */
    bool file = assembly->settings->kind == SOURCE_KIND_LDIF;
    raw->nested = file && search->nested == NESTED_IN_CHAIN ? NESTED_YES : search->nested;
    raw->max_depth = search->max_depth;
    g_ptr_array_add(assembly->raw_groups, raw);
    return raw;
}

bool assembly_add_group(Assembly *assembly, const GroupSearch *search, const Entry *entry,
                        GError **error)
{
    g_autoptr(Entry) joined = assembly_joined(assembly, search, entry);
    if (joined != NULL)
        entry = joined;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    if (kind_ignores(assembly->kind, key))
        return true;
    g_autofree char *anchor = group_anchor(assembly, entry, key);
    if (anchor == NULL)
        return assembly_no_anchor(assembly, entry, NULL, error);
    RawGroup *raw = add_raw_group(assembly, search);
    raw->sid = assembly_sid(entry);
    if (!take_members(assembly, search, entry, raw, error))
        return false;
    g_autofree char *name = group_name(assembly, search, entry);
    const RawGroup *before = g_hash_table_lookup(assembly->groups, anchor);
    if (before == NULL) {
        raw->group = directory_add_group(assembly->directory, g_steal_pointer(&anchor),
                                         assembly_shown_dn(entry), g_steal_pointer(&key),
                                         g_steal_pointer(&name));
        g_hash_table_insert(assembly->groups, raw->group->anchor, raw);
        return assembly_name_group(assembly, raw->group, error) &&
               assembly_take_filters(assembly, entry, raw->group, error) &&
               assembly_take_belongings(assembly, entry, raw->group, NULL, error);
    }
    bool same = same_group(before, key, name, raw);
    g_ptr_array_remove_index(assembly->raw_groups, assembly->raw_groups->len - 1);
    if (!same)
        return assembly_known_differently(entry, before->group->dn, error);
    assembly->duplicates++;
    return true;
}

/* The value of the first RDN of KEY. New string. */
static char *first_value(const char *key)
{
    size_t type = strcspn(key, "=");
    size_t end = strcspn(key, ",+");
    return type < end ? g_strndup(key + type + 1, end - type - 1) : g_strdup(key);
}

/* A group that is known by its name alone, from the entries of those who are in it. */
static bool add_named_group(Assembly *assembly, const char *dn, const char *key, GError **error)
{
    g_autofree char *anchor = g_strconcat("dn:", key, NULL);
    if (g_hash_table_contains(assembly->groups, anchor) || kind_ignores(assembly->kind, key))
        return true;
    RawGroup *raw = add_raw_group(assembly, assembly->named);
    raw->group = directory_add_group(assembly->directory, g_steal_pointer(&anchor),
                                     text_safe(dn, -1), g_strdup(key), first_value(key));
    g_hash_table_insert(assembly->groups, raw->group->anchor, raw);
    return assembly_name_group(assembly, raw->group, error);
}

static void add_belonging(Assembly *assembly, const void *thing, bool is_person, uint32_t node)
{
    Belonging belonging = {.thing = thing, .is_person = is_person, .node = node};
    g_array_append_val(assembly->belongings, belonging);
}

static bool add_member_of(Assembly *assembly, const Value *value, const void *thing, Person *person,
                          GError **error)
{
    g_autofree char *key = NULL;
    if (!dn_key(value->bytes, value->length, &key, NULL)) {
        if (person != NULL && person->standing == PERSON_ENABLED)
            assembly_freeze(person,
                            g_strdup_printf("its %s holds what is no DN", assembly->member_of));
        return true;
    }
    if (assembly->named != NULL && !add_named_group(assembly, value->bytes, key, error))
        return false;
    add_belonging(assembly, thing, person != NULL,
                  assembly_node(assembly, assembly->dn_nodes, key, false));
    return true;
}

static bool take_member_of(Assembly *assembly, const Entry *entry, const void *thing,
                           Person *person, GError **error)
{
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        if (!attribute_is(attribute, assembly->member_of))
            continue;
        if (!is_whole(entry, attribute, error))
            return false;
        for (guint k = 0; k < attribute_count(attribute); k++) {
            if (!add_member_of(assembly, attribute_value(attribute, k), thing, person, error))
                return false;
        }
    }
    return true;
}

/* MS-ADA3 2.120: the primary group is in the domain of the user, and has the same SID but for the
 * last number. */
static void take_primary_group(Assembly *assembly, const Entry *entry, Person *person)
{
    const Attribute *attribute = entry_attribute(entry, "primaryGroupID");
    g_autofree char *sid = assembly_sid(entry);
    if (sid == NULL)
        return; /* no account: a contact has none */
    guint64 number = 0;
    if (attribute_count(attribute) != 1 ||
        !g_ascii_string_to_unsigned(attribute_value(attribute, 0)->bytes, 10, 0, G_MAXUINT32,
                                    &number, NULL)) {
        if (person->standing == PERSON_ENABLED)
            assembly_freeze(person, g_strdup("its primaryGroupID cannot be read"));
        return;
    }
    *strrchr(sid, '-') = '\0';
    g_autofree char *key = g_strdup_printf("%s-%" G_GUINT64_FORMAT, sid, number);
    add_belonging(assembly, person, true, assembly_node(assembly, assembly->sid_nodes, key, false));
}

bool assembly_take_belongings(Assembly *assembly, const Entry *entry, const void *thing,
                              Person *person, GError **error)
{
    if (assembly->member_of != NULL && !take_member_of(assembly, entry, thing, person, error))
        return false;
    if (person != NULL && assembly->settings->groups->len > 0 &&
        kind_row(assembly->kind)->primary_group)
        take_primary_group(assembly, entry, person);
    return true;
}
