/* SPDX-License-Identifier: Apache-2.0 */
#include "source/assembly.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly_private.h"

#include <string.h>

static void rules_free(gpointer data)
{
    PeopleRules *rules = data;
    g_clear_pointer(&rules->mail_patterns, g_ptr_array_unref);
    g_clear_pointer(&rules->dn_patterns, g_ptr_array_unref);
    g_free(rules);
}

static void raw_group_free(gpointer data)
{
    RawGroup *raw = data;
    g_array_unref(raw->members);
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

Assembly *assembly_new(const SourceSettings *settings, SourceKind kind)
{
    Assembly *assembly = g_new0(Assembly, 1);
    assembly->settings = settings;
    assembly->kind = kind;
    assembly->now = clock_real()->now(clock_real());
    assembly->directory = directory_new(settings->name);
    assembly->rules = g_hash_table_new_full(NULL, NULL, NULL, rules_free);
    assembly->people = g_hash_table_new(g_str_hash, g_str_equal);
    assembly->groups = g_hash_table_new(g_str_hash, g_str_equal);
    assembly->raw_groups = g_ptr_array_new_with_free_func(raw_group_free);
    assembly->nodes = g_array_new(false, false, sizeof(Node));
    assembly->dn_nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    assembly->uid_nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    assembly->aliases = g_array_new(false, false, sizeof(Alias));
    g_array_set_clear_func(assembly->aliases, clear_alias);
    assembly->bases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < settings->people->len; i++)
        add_base(assembly, ((const PeopleSearch *) g_ptr_array_index(settings->people, i))->base);
    for (guint i = 0; i < settings->groups->len; i++)
        add_base(assembly, ((const GroupSearch *) g_ptr_array_index(settings->groups, i))->base);
    return assembly;
}

void assembly_free(Assembly *assembly)
{
    if (assembly == NULL)
        return;
    directory_free(assembly->directory);
    g_hash_table_unref(assembly->rules);
    g_hash_table_unref(assembly->people);
    g_hash_table_unref(assembly->groups);
    g_ptr_array_unref(assembly->raw_groups);
    g_array_unref(assembly->nodes);
    g_hash_table_unref(assembly->dn_nodes);
    g_hash_table_unref(assembly->uid_nodes);
    g_array_unref(assembly->aliases);
    g_clear_pointer(&assembly->outsiders, g_hash_table_unref);
    g_clear_pointer(&assembly->filters, g_ptr_array_unref);
    g_ptr_array_unref(assembly->bases);
    g_free(assembly);
}

void assembly_set_now(Assembly *assembly, int64_t now)
{
    assembly->now = now;
}

void assembly_add_outsider(Assembly *assembly, const char *key)
{
    if (assembly->outsiders == NULL)
        assembly->outsiders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(assembly->outsiders, g_strdup(key));
}

static bool fail(const Entry *entry, SyncError code, const char *why, GError **error)
{
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_set_error(error, SYNC_ERROR, (gint) code, "entry '%s' %s", dn, why);
    return false;
}

static bool compile_patterns(char **patterns, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) g_regex_unref);
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        g_autoptr(GError) problem = NULL;
        GRegex *regex = g_regex_new(*patterns, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &problem);
        if (regex == NULL) {
            g_autofree char *safe = text_safe(*patterns, -1);
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' is no pattern: %s", safe,
                        problem->message);
            return false;
        }
        g_ptr_array_add(list, regex);
    }
    *ret = g_steal_pointer(&list);
    return true;
}

/* The rules of SEARCH, made when it is first seen; owned by ASSEMBLY. NULL on error. */
static const PeopleRules *rules_of(Assembly *assembly, const PeopleSearch *search, GError **error)
{
    PeopleRules *rules = g_hash_table_lookup(assembly->rules, search);
    if (rules != NULL)
        return rules;
    rules = g_new0(PeopleRules, 1);
    if (!kind_disabled_rule(search, assembly->kind, &rules->disabled, error) ||
        !compile_patterns(search->exclude_mail, &rules->mail_patterns, error) ||
        !compile_patterns(search->exclude_dn, &rules->dn_patterns, error)) {
        rules_free(rules);
        return NULL;
    }
    g_hash_table_insert(assembly->rules, (gpointer) (uintptr_t) search, rules);
    return rules;
}

static bool has_no_anchor(const Assembly *assembly, const Entry *entry, const char *attribute,
                          GError **error)
{
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *name =
        text_safe(attribute != NULL ? attribute : kind_row(assembly->kind)->anchors[0], -1);
    bool file = assembly->settings->kind == SOURCE_KIND_LDIF;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "entry '%s' has no usable %s, by which it could be known again\nhint: %s", dn, name,
                file ? "export operational attributes too (ldapsearch ... '*' '+'), or set anchor"
                     : "the account that we bind as may have no right to read it");
    return false;
}

/* The DN as it may be shown. A DN that may not is never sent anywhere, so its key will do. */
static char *shown_dn(const Entry *entry)
{
    return text_is_safe(entry->dn, strlen(entry->dn)) ? g_strdup(entry->dn)
                                                      : text_safe(entry->dn, -1);
}

static bool is_known_differently(const Entry *entry, const char *old_dn, GError **error)
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
    const PeopleRules *rules = rules_of(assembly, search, error);
    if (rules == NULL)
        return false;
    g_autofree char *anchor = assembly_anchor(entry, search->anchor, assembly->kind);
    if (anchor == NULL)
        return has_no_anchor(assembly, entry, search->anchor, error);
    char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    GPtrArray *people = assembly->directory->people;
    Person *before = g_hash_table_lookup(assembly->people, anchor);
    guint aliases = assembly->aliases->len;
    Person *person =
        directory_add_person(assembly->directory, g_steal_pointer(&anchor), shown_dn(entry), key);
    assembly_fill_person(assembly, search, rules, entry, person);
    if (before == NULL) {
        g_hash_table_insert(assembly->people, person->anchor, person);
        return true;
    }
    if (!assembly_same_person(before, person))
        return is_known_differently(entry, before->dn, error);
    /* two searches may differ in what they exclude: either is enough */
    if (before->excluded == NULL)
        before->excluded = g_steal_pointer(&person->excluded);
    g_array_set_size(assembly->aliases, aliases);
    g_ptr_array_remove_index(people, people->len - 1);
    assembly->duplicates++;
    return true;
}

static uint32_t node_of(Assembly *assembly, GHashTable *table, char *key, bool is_uid)
{
    uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    if (found != 0) {
        g_free(key);
        return found - 1;
    }
    Node node = {.key = key, .is_uid = is_uid};
    g_array_append_val(assembly->nodes, node);
    g_hash_table_insert(table, key, GUINT_TO_POINTER(assembly->nodes->len));
    return assembly->nodes->len - 1;
}

/* A member is named by its DN, or, in memberUid, by its login name; some put DNs there too. */
static void add_member(Assembly *assembly, RawGroup *raw, const Value *value)
{
    uint32_t node = 0;
    char *key = NULL;
    size_t length = value_dn_length(value);
    if (memchr(value->bytes, '=', value->length) == NULL) {
        if (value->length == 0 || !text_is_safe(value->bytes, value->length)) {
            raw->broken++;
            return;
        }
        node = node_of(assembly, assembly->uid_nodes,
                       g_ascii_strdown(value->bytes, (gssize) value->length), true);
    } else if (dn_key(value->bytes, length, &key, NULL)) {
        node = node_of(assembly, assembly->dn_nodes, key, false);
    } else {
        raw->broken++;
        return;
    }
    g_array_append_val(raw->members, node);
}

static gint compare_indices(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *) a;
    uint32_t y = *(const uint32_t *) b;
    return x < y ? -1 : x > y;
}

static void sort_members(GArray *members)
{
    g_array_sort(members, compare_indices);
    guint kept = 0;
    for (guint i = 0; i < members->len; i++) {
        uint32_t node = g_array_index(members, uint32_t, i);
        if (kept == 0 || g_array_index(members, uint32_t, kept - 1) != node)
            g_array_index(members, uint32_t, kept++) = node;
    }
    g_array_set_size(members, kept);
}

static bool take_members(Assembly *assembly, const GroupSearch *search, const Entry *entry,
                         RawGroup *raw, GError **error)
{
    const char *const configured[] = {search->member, NULL};
    const char *const *names =
        search->member != NULL ? configured : kind_row(assembly->kind)->members;
    for (; *names != NULL; names++) {
        for (guint i = 0; i < entry->attributes->len; i++) {
            const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
            if (!attribute_is(attribute, *names))
                continue;
            /* "member;range=0-1499" and whatever else is not the attribute itself is not all of it
             */
            if (strchr(attribute->name, ';') != NULL) {
                g_autofree char *safe = text_safe(attribute->name, -1);
                g_autofree char *why =
                    g_strdup_printf("gives only a part of its members: '%s'", safe);
                return fail(entry, SYNC_ERROR_INCOMPLETE, why, error);
            }
            for (guint k = 0; k < attribute_count(attribute); k++)
                add_member(assembly, raw, attribute_value(attribute, k));
        }
    }
    sort_members(raw->members);
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
    return best != NULL ? g_steal_pointer(&best) : shown_dn(entry);
}

static bool same_group(const RawGroup *a, const char *key, const char *name, const RawGroup *b)
{
    return strcmp(a->group->dn_key, key) == 0 && strcmp(a->group->name, name) == 0 &&
           a->members->len == b->members->len && a->broken == b->broken &&
           (a->members->len == 0 ||
            memcmp(a->members->data, b->members->data, a->members->len * sizeof(uint32_t)) == 0);
}

/* A file made without operational attributes has no anchors; its groups go by their DNs then. */
static char *group_anchor(const Assembly *assembly, const Entry *entry, const char *key)
{
    char *anchor = assembly_anchor(entry, NULL, assembly->kind);
    if (anchor == NULL && assembly->settings->kind == SOURCE_KIND_LDIF)
        return g_strconcat("dn:", key, NULL);
    return anchor;
}

bool assembly_add_group(Assembly *assembly, const GroupSearch *search, const Entry *entry,
                        GError **error)
{
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    g_autofree char *anchor = group_anchor(assembly, entry, key);
    if (anchor == NULL)
        return has_no_anchor(assembly, entry, NULL, error);
    RawGroup *raw = g_new0(RawGroup, 1);
    raw->members = g_array_new(false, false, sizeof(uint32_t));
    raw->nested = search->nested;
    raw->max_depth = search->max_depth;
    g_ptr_array_add(assembly->raw_groups, raw);
    if (!take_members(assembly, search, entry, raw, error))
        return false;
    g_autofree char *name = group_name(assembly, search, entry);
    const RawGroup *before = g_hash_table_lookup(assembly->groups, anchor);
    if (before == NULL) {
        raw->group =
            directory_add_group(assembly->directory, g_steal_pointer(&anchor), shown_dn(entry),
                                g_steal_pointer(&key), g_steal_pointer(&name));
        g_hash_table_insert(assembly->groups, raw->group->anchor, raw);
        return assembly_take_filters(assembly, entry, raw->group, error);
    }
    bool same = same_group(before, key, name, raw);
    g_ptr_array_remove_index(assembly->raw_groups, assembly->raw_groups->len - 1);
    if (!same)
        return is_known_differently(entry, before->group->dn, error);
    assembly->duplicates++;
    return true;
}

/* Two entries with one DN cannot be: one of them was renamed or re-created while we read. */
static bool check_names(GHashTable *seen, const char *key, const char *dn, GError **error)
{
    if (g_hash_table_add(seen, (gpointer) (uintptr_t) key))
        return true;
    g_autofree char *safe = text_safe(dn, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "two entries with different anchors are called '%s': the directory changed while "
                "it was read",
                safe);
    return false;
}

static bool check_unique_names(const Directory *directory, GError **error)
{
    g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        if (!check_names(people, person->dn_key, person->dn, error))
            return false;
    }
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        if (!check_names(groups, group->dn_key, group->dn, error))
            return false;
    }
    return true;
}

bool assembly_finish(Assembly *assembly, Directory **ret, GError **error)
{
    Directory *directory = assembly->directory;
    const char *anchor = NULL;
    if (!check_unique_names(directory, error))
        return false;
    if (!directory_finish(directory, &anchor)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "anchor '%s' was let in twice", anchor);
        return false;
    }
    assembly_settle_mails(directory);
    if (!assembly_settle_groups(assembly, error))
        return false;
    directory->completeness.required = assembly->settings->required;
    directory->completeness.kind = g_strdup(kind_row(assembly->kind)->name);
    directory->completeness.duplicates = assembly->duplicates;
    *ret = g_steal_pointer(&assembly->directory);
    return true;
}
