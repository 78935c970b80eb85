/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly.h"
#include "source/filter.h"
#include "source/instead.h"
#include "source/kind.h"
#include "source/ldif_private.h"
#include "source/recording.h"
#include "source/summary.h"

#include <string.h>

/* A search, ready to be applied to entries. */
typedef struct {
    const PeopleSearch *people; /* one of these three */
    const GroupSearch *groups;
    const MemberSearch *members;
    SearchScope scope;
    char *base_key;
    Filter *filter;
    const char *text; /* of the filter, borrowed */
    bool found;       /* an entry at or below the base */
} Search;

/* One pass over a file. */
typedef struct {
    const LdifSource *self;
    Source *source; /* the same */
    SourceKind kind;
    GPtrArray *searches;
    GHashTable *sentinels; /* keys that were not found yet */
    Assembly *assembly;
} Pass;

static void search_free(gpointer data)
{
    Search *search = data;
    g_free(search->base_key);
    filter_free(search->filter);
    g_free(search);
}

static bool add_search(GPtrArray *searches, const char *base, SearchScope scope, const char *filter,
                       Search **ret, GError **error)
{
    Search *search = g_new0(Search, 1);
    g_ptr_array_add(searches, search);
    search->scope = scope;
    search->text = filter;
    const char *dn = base != NULL ? base : "";
    if (!dn_key(dn, strlen(dn), &search->base_key, error)) {
        g_prefix_error(error, "base of a search: ");
        return false;
    }
    *ret = search;
    return filter_parse(filter, &search->filter, error) &&
           filter_is_judgeable(search->filter, error);
}

static void want(void *context, const char *name)
{
    g_hash_table_add(context, g_ascii_strdown(name, -1));
}

/*
 * Whether a recording, if FILE is one, holds the answer to SEARCH, with ATTRIBUTES (taken) and what
 * its filter looks at. What is asked goes into RECORDING.
 */
static bool is_held(const LdifFile *file, const Search *search, const char *base,
                    const char *filter, char **attributes, Recording *recording, GError **error)
{
    g_auto(GStrv) names = attributes;
    if (file == NULL || (file->held == NULL && recording == NULL))
        return true;
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++)
        want(wanted, *name);
    filter_attributes(search->filter, want, wanted);
    g_autofree char **all = (char **) g_hash_table_get_keys_as_array(wanted, NULL);
    if (recording != NULL)
        recording_say_search(recording, base, search->scope, filter, all);
    return held_covers(file->held, base, search->scope, filter, all, error);
}

/* FILE: the one that is to answer them; NULL: not known yet. */
static bool prepare_searches(const LdifSource *self, SourceKind kind, const LdifFile *file,
                             GPtrArray *searches, GError **error)
{
    const SourceSettings *settings = self->settings;
    Recording *recording = self->source.recording;
    Search *search = NULL;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *people = g_ptr_array_index(settings->people, i);
        const char *filter = kind_people_filter(people, kind);
        if (!add_search(searches, people->base, people->scope, filter, &search, error) ||
            !is_held(file, search, people->base, filter,
                     kind_people_attributes(settings, people, kind), recording, error))
            return false;
        search->people = people;
    }
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *groups = g_ptr_array_index(settings->groups, i);
        if (groups->base == NULL && groups->schema == GROUP_SCHEMA_MEMBER_OF)
            continue;
        const char *filter = kind_group_filter(groups, kind);
        if (!add_search(searches, groups->base, groups->scope, filter, &search, error) ||
            !is_held(file, search, groups->base, filter,
                     kind_group_attributes(settings, groups, kind), recording, error))
            return false;
        search->groups = groups;
    }
    return true;
}

static bool prepare_sentinels(const SourceSettings *settings, const Held *held,
                              GHashTable *sentinels, GError **error)
{
    for (char **dn = settings->sentinels; dn != NULL && *dn != NULL; dn++) {
        char *key = NULL;
        if (!dn_key(*dn, strlen(*dn), &key, error)) {
            g_prefix_error(error, "sentinel: ");
            return false;
        }
        if (held != NULL && g_hash_table_contains(held->sentinels, key))
            g_free(key);
        else
            g_hash_table_insert(sentinels, key, *dn);
    }
    return true;
}

/* Only what somebody looks at is kept of an entry: photos are most of many a file. */
static GHashTable *wanted_attributes(const Pass *pass)
{
    GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    want(wanted, "objectClass");
    want(wanted, "ref");
    for (guint i = 0; i < pass->searches->len; i++) {
        const Search *search = g_ptr_array_index(pass->searches, i);
        const SourceSettings *settings = pass->self->settings;
        filter_attributes(search->filter, want, wanted);
        source_ldif_want(wanted, search->people != NULL
                                     ? kind_people_attributes(settings, search->people, pass->kind)
                                     : kind_group_attributes(settings, search->groups, pass->kind));
    }
    return wanted;
}

static bool is_in_scope(const Search *search, const char *key)
{
    return search_scope_covers(search->scope, search->base_key, key);
}

/* Whether ENTRY is no entry, but stands for those of another server (RFC 3296). */
static bool is_referral(const Pass *pass, const Entry *entry)
{
    return pass->kind != SOURCE_KIND_ACTIVE_DIRECTORY &&
           entry_has(entry, "objectClass", "referral");
}

static bool referral_error(const Entry *entry, GError **error)
{
    const Attribute *attribute = entry_attribute(entry, "ref");
    g_autofree char *dn = text_safe(entry->dn, -1);
    g_autofree char *url = attribute_count(attribute) > 0
                               ? text_safe(attribute_value(attribute, 0)->bytes, -1)
                               : g_strdup("nowhere");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "entry '%s' refers to '%s', where what is below it can be found\n"
                "hint: add an export of that server as a directory of its own, or choose a base "
                "that does not hold it",
                dn, url);
    return false;
}

static bool take_entry(void *context, const Entry *entry, GError **error)
{
    Pass *pass = context;
    Recording *recording = pass->self->source.recording;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    if (g_hash_table_size(pass->sentinels) > 0)
        (void) g_hash_table_remove(pass->sentinels, key);
    bool taken = false;
    for (guint i = 0; i < pass->searches->len; i++) {
        Search *search = g_ptr_array_index(pass->searches, i);
        if (!dn_key_is_within(key, search->base_key))
            continue;
        search->found = true;
        if (is_in_scope(search, key) && is_referral(pass, entry))
            return referral_error(entry, error);
        if (!is_in_scope(search, key) || filter_evaluate(search->filter, entry) != FILTER_TRUE)
            continue;
        bool good = search->people != NULL
                        ? assembly_add_person(pass->assembly, search->people, entry, error)
                        : assembly_add_group(pass->assembly, search->groups, entry, error);
        if (!good)
            return false;
        taken = true;
    }
    if (!taken)
        assembly_add_outsider(pass->assembly, key);
    else if (recording != NULL)
        recording_add(recording, entry);
    return true;
}

/*
 * A reference stands for entries that another server has. A domain controller gives references to
 * the other parts of its forest with every search from the root of its domain; of a server we would
 * ask not to (LDAP_SERVER_DOMAIN_SCOPE_OID, MS-ADTS 3.1.1.3.4.1.2).
 */
static bool check_references(const Pass *pass, const LdifFrame *frame, GError **error)
{
    if (frame->references == 0 || pass->kind == SOURCE_KIND_ACTIVE_DIRECTORY)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the search that wrote it was referred to '%s'\n"
                "hint: add an export of that server as a directory of its own, or export from a "
                "base that does not hold it",
                frame->reference);
    return false;
}

/* What must have been met on the way. */
static bool check_found(const Pass *pass, const LdifFile *file, GError **error)
{
    const GPtrArray *searches = pass->searches;
    /* that a base is there is known of what a server has searched */
    for (guint i = 0; i < searches->len && file->held == NULL; i++) {
        const Search *search = g_ptr_array_index(searches, i);
        if (search->found)
            continue;
        g_autofree char *safe = text_safe(search->base_key, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "it holds nothing at or below the base '%s'", safe);
        instead_of_base(pass->source, search->text, error);
        return false;
    }
    GHashTableIter iter;
    gpointer dn = NULL;
    g_hash_table_iter_init(&iter, pass->sentinels);
    if (g_hash_table_iter_next(&iter, NULL, &dn)) {
        g_autofree char *safe = text_safe(dn, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the sentinel '%s' was not found\nhint: the file may be part of an export",
                    safe);
        return false;
    }
    return true;
}

static bool take_found(void *context, const Entry *entry, GError **error)
{
    const Pass *pass = context;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    for (guint i = 0; i < pass->searches->len; i++) {
        const Search *search = g_ptr_array_index(pass->searches, i);
        if (!is_in_scope(search, key) || filter_evaluate(search->filter, entry) != FILTER_TRUE)
            continue;
        assembly_add_found(pass->assembly, search->members, key);
        if (pass->self->source.recording != NULL)
            recording_add(pass->self->source.recording, entry);
    }
    return true;
}

/* The members of dynamic groups are known when all groups are: the file is read a second time. */
static bool find_members(const Pass *first, const LdifFile *file, GError **error)
{
    g_autoptr(GPtrArray) members = NULL;
    if (!assembly_member_searches(first->assembly, &members, error))
        return false;
    if (members->len == 0)
        return true;
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func(search_free);
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < members->len; i++) {
        const MemberSearch *member = g_ptr_array_index(members, i);
        Search *search = NULL;
        if (!add_search(searches, member->base, member->scope, member->filter, &search, error) ||
            !is_held(file, search, member->base, member->filter, NULL,
                     first->self->source.recording, error))
            return false;
        search->members = member;
        filter_attributes(search->filter, want, wanted);
    }
    Pass pass = {.self = first->self, .searches = searches, .assembly = first->assembly};
    LdifWalk walk = {.wanted = wanted, .take = take_found, .context = &pass};
    return ldif_file_walk(file, &walk, error);
}

/* What is said before the first search. */
static void start_recording(const Pass *pass)
{
    Recording *recording = pass->self->source.recording;
    const SourceSettings *settings = pass->self->settings;
    if (recording == NULL)
        return;
    recording_clear(recording);
    recording_say(recording, "source", settings->name);
    recording_say(recording, "kind", kind_row(pass->kind)->name);
    recording_say(recording, "server", settings->file);
    for (char **dn = settings->sentinels; dn != NULL && *dn != NULL; dn++)
        recording_say(recording, "sentinel", *dn);
}

static bool walk_into_assembly(Pass *pass, const LdifFile *file, Directory **ret_directory,
                               GError **error)
{
    const SourceSettings *settings = pass->self->settings;
    start_recording(pass);
    if (!kind_check(settings, pass->kind, error) ||
        !prepare_searches(pass->self, pass->kind, file, pass->searches, error) ||
        !prepare_sentinels(settings, file->held, pass->sentinels, error))
        return false;
    g_autoptr(GHashTable) wanted = wanted_attributes(pass);
    LdifWalk walk = {.wanted = wanted, .take = take_entry, .context = pass};
    if (!ldif_file_walk(file, &walk, error) || !check_references(pass, &file->frame, error) ||
        !check_found(pass, file, error) || !find_members(pass, file, error))
        return false;
    g_autoptr(Directory) directory = NULL;
    if (!assembly_finish(pass->assembly, &directory, error))
        return false;
    Completeness *proof = &directory->completeness;
    g_free(proof->kind);
    proof->kind = g_strdup("ldif");
    proof->references = file->frame.references;
    proof->records = walk.entries;
    proof->searches = pass->searches->len;
    *ret_directory = g_steal_pointer(&directory);
    return true;
}

static bool read_loaded(LdifSource *self, const LdifFile *file, Directory **ret_directory,
                        GError **error)
{
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func(search_free);
    g_autoptr(GHashTable) sentinels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    SourceKind kind = source_ldif_kind(self, file);
    g_autoptr(Assembly) assembly = assembly_new(self->settings, kind);
    assembly_set_now(assembly, self->clock->now(self->clock));
    Pass pass = {.self = self,
                 .source = &self->source,
                 .kind = kind,
                 .searches = searches,
                 .sentinels = sentinels,
                 .assembly = assembly};
    if (walk_into_assembly(&pass, file, ret_directory, error)) {
        if (file->frame.open && file->frame.entry) {
            (*ret_directory)->completeness.open_end = true;
            directory_warn(*ret_directory,
                           g_strdup("no empty line ends the last entry of the file: it may have "
                                    "been cut off, and nothing is taken from anybody because of "
                                    "it; add the line if nothing is missing"));
        }
        instead_tell(&self->source, self->settings, kind, *ret_directory);
        return true;
    }
    if (assembly_unanchored(assembly) != NULL)
        instead_of_anchor(&self->source, assembly_unanchored(assembly), kind, error);
    return false;
}

static bool read_directory(Source *source, Directory **ret_directory, GError **error)
{
    LdifSource *self = (LdifSource *) source;
    int64_t begin = self->clock->monotonic(self->clock);
    LdifFile file = {0};
    if (!ldif_file_load(self->settings->file, &file, error))
        return source_ldif_in_file(self, error);
    g_autoptr(Directory) directory = NULL;
    bool good = read_loaded(self, &file, &directory, error);
    g_autofree char *digest = g_steal_pointer(&file.digest);
    ldif_file_clear(&file);
    if (!good)
        return source_ldif_in_file(self, error);
    Completeness *proof = &directory->completeness;
    proof->complete = true;
    proof->server = g_strdup(self->settings->file);
    proof->digest = g_steal_pointer(&digest);
    proof->attempts = 1;
    proof->microseconds = self->clock->monotonic(self->clock) - begin;
    *ret_directory = g_steal_pointer(&directory);
    return true;
}

static bool check(Source *source, GPtrArray *findings, GError **error)
{
    const LdifSource *self = (const LdifSource *) source;
    g_autoptr(Directory) directory = NULL;
    if (!read_directory(source, &directory, error))
        return false;
    g_autofree char *safe = text_safe(self->settings->file, -1);
    g_autofree char *people = text_count(directory->people->len, "person", "people");
    g_autofree char *groups = text_count(directory->groups->len, "group", "groups");
    g_ptr_array_add(findings, g_strdup_printf("file '%s': %s, %s", safe, people, groups));
    summary_add(directory, findings);
    return true;
}

static void free_source(Source *source)
{
    g_free(source);
}

Source *source_ldif_new(const SourceSettings *settings, Clock *clock, GError **error)
{
    /* the searches are made anew for each read, when the kind is known; here they are tried */
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func(search_free);
    if (settings->file == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "a directory of kind 'ldif' needs a file");
        return NULL;
    }
    LdifSource *self = g_new0(LdifSource, 1);
    self->source = (Source){.name = settings->name,
                            .read = read_directory,
                            .locate = source_ldif_locate,
                            .check = check,
                            .inspect = source_ldif_inspect,
                            .contexts = source_ldif_contexts,
                            .survey = source_ldif_survey,
                            .free = free_source};
    self->settings = settings;
    self->clock = clock;
    g_autoptr(GError) problem = NULL;
    if (prepare_searches(self, SOURCE_KIND_OPENLDAP, NULL, searches, &problem))
        return &self->source;
    g_free(self);
    problem->code = SYNC_ERROR_CONFIG;
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}
