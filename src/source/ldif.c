/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly.h"
#include "source/filter.h"
#include "source/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ldif.h of libldap wants stdio before itself */
#include <ldif.h>

#define LARGEST_FILE (INT64_C(1) << 30)

typedef struct {
    char *base_key;
    SearchScope scope;
    Filter *filter;
    const PeopleSearch *people; /* one of the two */
    const GroupSearch *groups;
} FileSearch;

typedef struct {
    Source source;
    const SourceSettings *settings;
    Clock *clock;
} LdifSource;

/* One pass over the file. */
typedef struct {
    const LdifSource *self;
    SourceKind kind;
    GPtrArray *searches; /* FileSearch * */
    Assembly *assembly;
    int64_t records;
} Pass;

static void search_free(FileSearch *search)
{
    g_free(search->base_key);
    filter_free(search->filter);
    g_free(search);
}

static bool fail(const LdifSource *self, const char *what, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: %s", self->settings->file, what);
    return false;
}

static bool read_file(const LdifSource *self, char **ret_bytes, size_t *ret_length, GError **error)
{
    struct stat about;
    int fd = open(self->settings->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the file '%s' cannot be opened: %s",
                    self->settings->file, g_strerror(errno));
        if (fd >= 0)
            (void) close(fd);
        return false;
    }
    (void) close(fd);
    if (about.st_size > LARGEST_FILE)
        return fail(self, "it is larger than 1 GiB", error);
    g_autoptr(GError) problem = NULL;
    gsize length = 0;
    if (!g_file_get_contents(self->settings->file, ret_bytes, &length, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "%s", problem->message);
        return false;
    }
    *ret_length = length;
    return true;
}

/* A line that would make libldap's parser open something. Folded lines hide nothing: the mark
 * stands at the start. */
static bool refuse_openers(const LdifSource *self, const char *record, GError **error)
{
    for (const char *line = record; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        if (g_ascii_strncasecmp(line, "include:", strlen("include:")) == 0)
            return fail(self, "it holds an 'include:' line, which is not followed", error);
        const char *colon = *line != ' ' && *line != '#' ? strchr(line, ':') : NULL;
        if (colon != NULL && (end == NULL || colon < end) && colon[1] == '<')
            return fail(
                self,
                "it holds a value taken from a URL ('attribute:< ...'), which is not followed",
                error);
        line = end != NULL ? end + 1 : NULL;
    }
    return true;
}

static bool is_entry_record(const char *record)
{
    for (const char *line = record; line != NULL && *line != '\0';) {
        if (g_ascii_strncasecmp(line, "dn:", strlen("dn:")) == 0)
            return true;
        line = strchr(line, '\n');
        if (line != NULL)
            line++;
    }
    return false;
}

/* The parser folds lines together and writes into RECORD. On success *RET_ENTRY is NULL for a
 * record without an entry. */
static bool parse_record(const LdifSource *self, char *record, unsigned long line_number,
                         Entry **ret_entry, GError **error)
{
    g_autoptr(Entry) entry = NULL;
    char *rest = record;
    for (char *line = ldif_getline(&rest); line != NULL; line = ldif_getline(&rest)) {
        struct berval type = {0};
        struct berval value = {0};
        int owned = 0;
        if (*line == '\0' || *line == '#')
            continue;
        if (ldif_parse_line2(line, &type, &value, &owned) != 0) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                        "%s: record before line %lu: a line is no LDIF", self->settings->file,
                        line_number);
            return false;
        }
        if (entry == NULL && g_ascii_strcasecmp(type.bv_val, "dn") == 0) {
            entry = entry_new(value.bv_val);
        } else if (entry != NULL && g_ascii_strcasecmp(type.bv_val, "changetype") == 0) {
            ber_memfree(owned ? value.bv_val : NULL);
            return fail(self, "it holds changes ('changetype:'), not entries", error);
        } else if (entry != NULL) {
            entry_add_value(entry, type.bv_val, value.bv_val, value.bv_len);
        }
        if (owned)
            ber_memfree(value.bv_val);
    }
    *ret_entry = g_steal_pointer(&entry);
    return true;
}

typedef bool (*EntryVisitor)(void *context, const Entry *entry, GError **error);

static bool visit_record(const LdifSource *self, char *record, unsigned long line,
                         EntryVisitor visit, void *context, GError **error)
{
    if (!refuse_openers(self, record, error))
        return false;
    if (!is_entry_record(record))
        return true;
    g_autoptr(Entry) entry = NULL;
    return parse_record(self, record, line, &entry, error) &&
           (entry == NULL || visit(context, entry, error));
}

/* Every entry of BYTES in turn; only one is in memory at a time. */
static bool visit_entries(const LdifSource *self, char *bytes, size_t length, EntryVisitor visit,
                          void *context, GError **error)
{
    if (memchr(bytes, '\0', length) != NULL)
        return fail(self, "it holds a NUL byte: this is no LDIF", error);
    if (length > 0 && bytes[length - 1] != '\n')
        return fail(self, "the last record is cut off: the file does not end with a line end",
                    error);
    LDIFFP *file = ldif_open_mem(bytes, length, "r");
    if (file == NULL)
        return fail(self, "it cannot be read as LDIF", error);
    unsigned long line = 0;
    char *record = NULL;
    int room = 0;
    bool good = true;
    int code = 0;
    while (good && (code = ldif_read_record(file, &line, &record, &room)) > 0)
        good = visit_record(self, record, line, visit, context, error);
    ber_memfree(record);
    ldif_close(file);
    return good && (code == 0 || fail(self, "it cannot be read to the end", error));
}

static bool is_within(const FileSearch *search, const char *key)
{
    if (!dn_key_is_within(key, search->base_key))
        return false;
    bool is_base = strcmp(key, search->base_key) == 0;
    if (search->scope == SCOPE_BASE)
        return is_base;
    return search->scope == SCOPE_SUBTREE ||
           (!is_base && strcmp(dn_key_parent(key), search->base_key) == 0);
}

static bool visit_for_read(void *context, const Entry *entry, GError **error)
{
    Pass *pass = context;
    pass->records++;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    bool found = false;
    for (guint i = 0; i < pass->searches->len; i++) {
        const FileSearch *search = g_ptr_array_index(pass->searches, i);
        if (!is_within(search, key) || filter_evaluate(search->filter, entry) != FILTER_TRUE)
            continue;
        found = true;
        bool taken = search->people != NULL
                         ? assembly_add_person(pass->assembly, search->people, entry, error)
                         : assembly_add_group(pass->assembly, search->groups, entry, error);
        if (!taken)
            return false;
    }
    if (!found)
        assembly_add_outsider(pass->assembly, key);
    return true;
}

/* Whose file it is: the first anchor that names a server tells. */
static bool visit_for_kind(void *context, const Entry *entry, GError **error)
{
    (void) error;
    SourceKind *kind = context;
    if (entry_attribute(entry, "objectGUID") != NULL)
        *kind = SOURCE_KIND_ACTIVE_DIRECTORY;
    else if (entry_attribute(entry, "ipaUniqueID") != NULL)
        *kind = SOURCE_KIND_FREEIPA;
    else if (entry_attribute(entry, "nsUniqueId") != NULL && *kind == SOURCE_KIND_OPENLDAP)
        *kind = SOURCE_KIND_389DS;
    return true;
}

/* The same question without parsing: only a file that names one of them is looked at entry by
 * entry. */
static bool find_kind(const LdifSource *self, const char *bytes, size_t length,
                      SourceKind *ret_kind, GError **error)
{
    static const char *const marks[] = {"objectguid:", "ipauniqueid:", "nsuniqueid:"};
    *ret_kind = SOURCE_KIND_OPENLDAP;
    bool marked = false;
    const char *end = bytes + length;
    for (const char *line = bytes; line != NULL && line < end && !marked;) {
        for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
            marked = marked || g_ascii_strncasecmp(line, marks[i], strlen(marks[i])) == 0;
        line = memchr(line, '\n', (size_t) (end - line));
        if (line != NULL)
            line++;
    }
    if (!marked)
        return true;
    g_autofree char *copy = g_strndup(bytes, length);
    return visit_entries(self, copy, length, visit_for_kind, ret_kind, error);
}

static bool add_search(GPtrArray *searches, const char *base, SearchScope scope, const char *filter,
                       const PeopleSearch *people, const GroupSearch *groups, GError **error)
{
    FileSearch *search = g_new0(FileSearch, 1);
    *search = (FileSearch){.scope = scope, .people = people, .groups = groups};
    g_ptr_array_add(searches, search);
    return dn_key(base != NULL ? base : "", base != NULL ? strlen(base) : 0, &search->base_key,
                  error) &&
           filter_parse(filter, &search->filter, error) &&
           filter_is_judgeable(search->filter, error);
}

static bool make_searches(const SourceSettings *settings, SourceKind kind, GPtrArray *searches,
                          GError **error)
{
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *people = g_ptr_array_index(settings->people, i);
        if (!add_search(searches, people->base, people->scope, kind_people_filter(people, kind),
                        people, NULL, error))
            return false;
    }
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *groups = g_ptr_array_index(settings->groups, i);
        if (!add_search(searches, groups->base, groups->scope, kind_group_filter(groups, kind),
                        NULL, groups, error))
            return false;
    }
    return true;
}

static void prove(const LdifSource *self, const Pass *pass, const char *digest, int64_t begin,
                  Directory *directory)
{
    Completeness *completeness = &directory->completeness;
    completeness->complete = true;
    completeness->server = g_strdup(self->settings->file);
    completeness->kind = g_strdup("ldif");
    completeness->digest = g_strconcat("sha256:", digest, NULL);
    completeness->searches = pass->searches->len;
    completeness->pages = 1;
    completeness->attempts = 1;
    completeness->microseconds = self->clock->monotonic(self->clock) - begin;
}

static bool ldif_read(Source *source, Directory **ret_directory, GError **error)
{
    const LdifSource *self = (const LdifSource *) (void *) source;
    int64_t begin = self->clock->monotonic(self->clock);
    g_autofree char *bytes = NULL;
    size_t length = 0;
    Pass pass = {.self = self};
    if (!read_file(self, &bytes, &length, error) ||
        !find_kind(self, bytes, length, &pass.kind, error))
        return false;
    g_autofree char *digest =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) bytes, length);
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func((GDestroyNotify) search_free);
    g_autoptr(Assembly) assembly = assembly_new(self->settings, pass.kind);
    assembly_set_now(assembly, self->clock->now(self->clock));
    pass.searches = searches;
    pass.assembly = assembly;
    g_autoptr(Directory) directory = NULL;
    if (!make_searches(self->settings, pass.kind, searches, error) ||
        !visit_entries(self, bytes, length, visit_for_read, &pass, error))
        return false;
    if (pass.records == 0)
        return fail(self, "it holds no entry", error);
    if (!assembly_finish(assembly, &directory, error))
        return false;
    prove(self, &pass, digest, begin, directory);
    *ret_directory = g_steal_pointer(&directory);
    return true;
}

typedef struct {
    const LdifSource *self;
    SourceKind kind;
    GHashTable *found; /* anchor -> Located * */
} Lookup;

static bool visit_for_lookup(void *context, const Entry *entry, GError **error)
{
    Lookup *lookup = context;
    const GPtrArray *searches = lookup->self->settings->people;
    const PeopleSearch *search = searches->len > 0 ? g_ptr_array_index(searches, 0) : NULL;
    g_autofree char *anchor =
        assembly_anchor(entry, search != NULL ? search->anchor : NULL, lookup->kind);
    if (anchor == NULL || !g_hash_table_contains(lookup->found, anchor))
        return true;
    PersonStanding standing = PERSON_ENABLED;
    g_autofree char *reason = NULL;
    if (!assembly_standing(entry, search, lookup->kind,
                           lookup->self->clock->now(lookup->self->clock), &standing, &reason,
                           error))
        return false;
    Located *located = g_new0(Located, 1);
    located->kind = standing == PERSON_ENABLED ? LOCATED_ENABLED : LOCATED_DISABLED;
    located->dn = text_safe(entry->dn, -1);
    g_hash_table_replace(lookup->found, g_steal_pointer(&anchor), located);
    return true;
}

static bool ldif_locate(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                        GError **error)
{
    const LdifSource *self = (const LdifSource *) (void *) source;
    g_autofree char *bytes = NULL;
    size_t length = 0;
    g_autoptr(GHashTable) found =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) located_free);
    Lookup lookup = {.self = self, .found = found};
    for (guint i = 0; i < anchors->len; i++)
        g_hash_table_insert(found, g_strdup(g_ptr_array_index(anchors, i)), g_new0(Located, 1));
    if (!read_file(self, &bytes, &length, error) ||
        !find_kind(self, bytes, length, &lookup.kind, error) ||
        !visit_entries(self, bytes, length, visit_for_lookup, &lookup, error))
        return false;
    GPtrArray *located = g_ptr_array_new_with_free_func((GDestroyNotify) located_free);
    for (guint i = 0; i < anchors->len; i++) {
        const Located *one = g_hash_table_lookup(found, g_ptr_array_index(anchors, i));
        Located *copy = g_new0(Located, 1);
        *copy = (Located){.kind = one->kind, .dn = g_strdup(one->dn)};
        g_ptr_array_add(located, copy);
    }
    *ret_located = located;
    return true;
}

static bool ldif_check(Source *source, GPtrArray *findings, GError **error)
{
    g_autoptr(Directory) directory = NULL;
    if (!ldif_read(source, &directory, error))
        return false;
    g_ptr_array_add(findings,
                    g_strdup_printf("%u people, %u groups in %s", directory->people->len,
                                    directory->groups->len, directory->completeness.server));
    return true;
}

static void ldif_free(Source *source)
{
    g_free(source);
}

Source *source_ldif_new(const SourceSettings *settings, Clock *clock, GError **error)
{
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func((GDestroyNotify) search_free);
    if (!make_searches(settings, SOURCE_KIND_OPENLDAP, searches, error))
        return NULL;
    LdifSource *self = g_new0(LdifSource, 1);
    self->source = (Source){
        .name = settings->name,
        .read = ldif_read,
        .locate = ldif_locate,
        .check = ldif_check,
        .free = ldif_free,
    };
    self->settings = settings;
    self->clock = clock;
    return &self->source;
}
