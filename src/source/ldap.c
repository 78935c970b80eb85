/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldap.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly.h"
#include "source/instead.h"
#include "source/kind.h"
#include "source/ldap_private.h"
#include "source/session_conf.h"

#include <string.h>

#define ATTEMPTS 3
#define WAIT_BETWEEN INT64_C(1000000) /* microseconds */
#define AD_CAPABILITY "1.2.840.113556.1.4.800"

SourceKind source_ldap_kind(const LdapSource *self, const Session *session)
{
    if (self->settings->kind != SOURCE_KIND_AUTO)
        return self->settings->kind;
    const Entry *root = session_root(session);
    if (entry_has(root, "supportedCapabilities", AD_CAPABILITY))
        return SOURCE_KIND_ACTIVE_DIRECTORY;
    if (entry_attribute(root, "ipatopologypluginversion") != NULL ||
        entry_attribute(root, "ipaDomainLevel") != NULL)
        return SOURCE_KIND_FREEIPA;
    const Attribute *version = entry_attribute(root, "vendorVersion");
    if (version != NULL && g_str_has_prefix(attribute_value(version, 0)->bytes, "389-Directory"))
        return SOURCE_KIND_389DS;
    /* and whoever else keeps to the RFCs: entryUUID is one of them */
    return SOURCE_KIND_OPENLDAP;
}

bool source_ldap_open(const LdapSource *self, Session **ret_session, GError **error)
{
    int64_t deadline = g_get_monotonic_time() + self->settings->read_timeout * G_USEC_PER_SEC;
    return session_open(self->settings, NULL, deadline, ret_session, error);
}

bool source_ldap_take_nothing(void *context, const Entry *entry, GError **error)
{
    (void) context;
    (void) entry;
    (void) error;
    return true;
}

/* One search of people or of groups, on its way into the assembly. */
typedef struct {
    LdapSource *self;
    Session *session;
    Assembly *assembly;
    const PeopleSearch *people;
    const GroupSearch *groups;
    GPtrArray *sliced; /* char *: DNs of entries that did not come as a whole */
    unsigned ranges;   /* attributes that came in parts */
} Intake;

/* What does not fit together may do so when all of it is read again. */
static bool take(const Intake *intake, const Entry *entry, GError **error)
{
    bool taken = intake->people != NULL
                     ? assembly_add_person(intake->assembly, intake->people, entry, error)
                     : assembly_add_group(intake->assembly, intake->groups, entry, error);
    if (taken)
        source_ldap_record_entry(intake->self, entry);
    else
        session_may_pass(intake->session);
    return taken;
}

/* A part of a list of values would look like all of it: such an entry is read by itself, later. */
static bool take_whole(void *context, const Entry *entry, GError **error)
{
    const Intake *intake = context;
    if (!source_ldap_is_sliced(entry))
        return take(intake, entry, error);
    g_ptr_array_add(intake->sliced, g_strdup(entry->dn));
    return true;
}

static bool run_search(Session *session, const SessionSearch *search, Intake *intake,
                       GError **error)
{
    g_ptr_array_set_size(intake->sliced, 0);
    source_ldap_record_search(intake->self, search);
    if (!session_search(session, search, take_whole, intake, error)) {
        if (session_failed_at_base(session))
            instead_of_base(&intake->self->source, search->filter, error);
        return false;
    }
    for (guint i = 0; i < intake->sliced->len; i++) {
        g_autoptr(Entry) entry = NULL;
        if (!source_ldap_read_whole(session, g_ptr_array_index(intake->sliced, i),
                                    search->attributes, &entry, &intake->ranges, error) ||
            !take(intake, entry, error))
            return false;
    }
    return true;
}

static bool read_people(const SourceSettings *settings, SourceKind kind, Session *session,
                        Intake *intake, GError **error)
{
    for (guint i = 0; i < settings->people->len; i++) {
        intake->people = g_ptr_array_index(settings->people, i);
        const char *filter = kind_people_filter(intake->people, kind);
        g_auto(GStrv) attributes = source_ldap_record_attributes(
            intake->self, kind_people_attributes(settings, intake->people, kind), filter);
        SessionSearch search = {.base = intake->people->base,
                                .scope = intake->people->scope,
                                .filter = filter,
                                .attributes = attributes};
        if (!run_search(session, &search, intake, error))
            return false;
    }
    intake->people = NULL;
    return true;
}

static bool read_groups(const SourceSettings *settings, SourceKind kind, Session *session,
                        Intake *intake, GError **error)
{
    for (guint i = 0; i < settings->groups->len; i++) {
        intake->groups = g_ptr_array_index(settings->groups, i);
        if (intake->groups->base == NULL)
            continue; /* people name them */
        const char *filter = kind_group_filter(intake->groups, kind);
        g_auto(GStrv) attributes = source_ldap_record_attributes(
            intake->self, kind_group_attributes(settings, intake->groups, kind), filter);
        SessionSearch search = {.base = intake->groups->base,
                                .scope = intake->groups->scope,
                                .filter = filter,
                                .attributes = attributes};
        if (!run_search(session, &search, intake, error))
            return false;
    }
    return true;
}

/* A member that a search finds. */
typedef struct {
    const LdapSource *self;
    Assembly *assembly;
    const MemberSearch *search;
} Finding;

static bool take_found(void *context, const Entry *entry, GError **error)
{
    const Finding *finding = context;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    assembly_add_found(finding->assembly, finding->search, key);
    source_ldap_record_entry(finding->self, entry);
    return true;
}

/* The members of dynamic groups, and of those that the server expands. */
static bool find_members(const LdapSource *self, Session *session, Assembly *assembly,
                         GError **error)
{
    g_autoptr(GPtrArray) searches = NULL;
    if (!assembly_member_searches(assembly, &searches, error))
        return false;
    for (guint i = 0; i < searches->len; i++) {
        Finding finding = {
            .self = self, .assembly = assembly, .search = g_ptr_array_index(searches, i)};
        g_auto(GStrv) attributes = source_ldap_record_attributes(
            self, g_strsplit(self->source.recording != NULL ? "objectClass" : "1.1", " ", -1),
            finding.search->filter);
        SessionSearch search = {.base = finding.search->base,
                                .scope = finding.search->scope,
                                .filter = finding.search->filter,
                                .attributes = attributes};
        source_ldap_record_search(self, &search);
        if (!session_search(session, &search, take_found, &finding, error)) {
            g_autofree char *safe = text_safe(finding.search->group, -1);
            g_prefix_error(error, "members of group '%s': ", safe);
            return false;
        }
    }
    return true;
}

/* Everything between the bind and the proof that the server lived to the end. */
static bool read_session(LdapSource *self, Session *session, Directory **ret_directory,
                         GError **error)
{
    SourceKind kind = source_ldap_kind(self, session);
    const SourceSettings *settings = self->settings;
    g_autoptr(Assembly) assembly = assembly_new(settings, kind);
    assembly_set_now(assembly, self->clock->now(self->clock));
    g_autoptr(GPtrArray) sliced = g_ptr_array_new_with_free_func(g_free);
    Intake intake = {.self = self, .session = session, .assembly = assembly, .sliced = sliced};
    source_ldap_record_begin(self, session, kind);
    if (!kind_check(settings, kind, error) ||
        !source_ldap_find_sentinels(settings, kind, session, error) ||
        !read_people(settings, kind, session, &intake, error) ||
        !read_groups(settings, kind, session, &intake, error) ||
        !find_members(self, session, assembly, error) ||
        !source_ldap_find_sentinels(settings, kind, session, error) ||
        !session_prove_alive(session, error) || !assembly_finish(assembly, ret_directory, error)) {
        if (assembly_unanchored(assembly) != NULL)
            instead_of_anchor(&self->source, assembly_unanchored(assembly), kind, error);
        return false;
    }
    instead_tell(&self->source, settings, kind, *ret_directory);
    (*ret_directory)->completeness.ranges = intake.ranges;
    return true;
}

/* What the root DSE says that the server is, safe to print, or NULL. New string. */
static char *software(const Session *session)
{
    const Entry *root = session_root(session);
    const Attribute *name = entry_attribute(root, "vendorName");
    const Attribute *version = entry_attribute(root, "vendorVersion");
    if (name == NULL && version == NULL) {
        bool openldap = entry_has(root, "structuralObjectClass", "OpenLDAProotDSE");
        return openldap ? g_strdup("OpenLDAP") : NULL;
    }
    g_autofree char *both =
        g_strjoin(name != NULL && version != NULL ? " " : "",
                  name != NULL ? attribute_value(name, 0)->bytes : "",
                  version != NULL ? attribute_value(version, 0)->bytes : "", NULL);
    return text_safe(both, -1);
}

static void prove(Completeness *proof, const Session *session)
{
    proof->complete = true;
    proof->server = g_strdup(session_uri(session));
    proof->software = software(session);
    proof->tls = g_strdup(session_tls(session));
    proof->searches = session_searches(session);
    proof->pages = session_pages(session);
}

/* One attempt. *FAILED is the URI of the server that the last one failed with, or NULL. */
static bool read_once(LdapSource *self, int64_t deadline, char **failed, Directory **ret_directory,
                      bool *ret_may_pass, GError **error)
{
    g_autoptr(Session) session = NULL;
    g_autoptr(Directory) directory = NULL;
    if (!session_open(self->settings, *failed, deadline, &session, error)) {
        *ret_may_pass = false; /* every server was tried already */
        return false;
    }
    if (!read_session(self, session, &directory, error)) {
        *ret_may_pass = session_failure_may_pass(session);
        g_free(*failed);
        *failed = g_strdup(session_uri(session));
        g_autofree char *uri = text_safe(session_uri(session), -1);
        g_prefix_error(error, "server '%s': ", uri);
        return false;
    }
    prove(&directory->completeness, session);
    *ret_directory = g_steal_pointer(&directory);
    return true;
}

/*
 * Adds to PROBLEM, with which the last attempt ended, how the FIRST one did: a server that fell
 * over in the middle of a read can only be said to be down afterwards.
 */
static void tell_first(GError *problem, const GError *first)
{
    const char *hints = error_hints(problem);
    const char *first_hints = error_hints(first);
    int length = (int) (hints - problem->message);
    int first_length = (int) (first_hints - first->message);
    if (length == first_length && strncmp(problem->message, first->message, (size_t) length) == 0)
        return;
    char *both = g_strdup_printf("%.*s; at first: %.*s%s%s", length, problem->message, first_length,
                                 first->message, hints,
                                 strstr(hints, first_hints) == NULL ? first_hints : "");
    g_free(problem->message);
    problem->message = both;
}

static bool read_directory(Source *source, Directory **ret_directory, GError **error)
{
    LdapSource *self = (LdapSource *) source;
    Clock *clock = self->clock;
    int64_t begin = clock->monotonic(clock);
    int64_t deadline = g_get_monotonic_time() + self->settings->read_timeout * G_USEC_PER_SEC;
    g_autofree char *failed = NULL;
    g_autoptr(GError) first = NULL;
    for (unsigned attempt = 1;; attempt++) {
        g_autoptr(GError) problem = NULL;
        Directory *directory = NULL;
        bool may_pass = false;
        if (read_once(self, deadline, &failed, &directory, &may_pass, &problem)) {
            directory->completeness.attempts = attempt;
            directory->completeness.microseconds = clock->monotonic(clock) - begin;
            *ret_directory = directory;
            return true;
        }
        if (!may_pass || attempt == ATTEMPTS || clock_stop_requested()) {
            if (first != NULL)
                tell_first(problem, first);
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        if (first == NULL)
            first = g_steal_pointer(&problem);
        clock->wait(clock, WAIT_BETWEEN);
    }
}

static void free_source(Source *source)
{
    g_free(source);
}

/* A base is where a search begins; the server's own root is never meant. */
static bool check_base(const char *base, const char *what, GError **error)
{
    if (base != NULL && base[0] != '\0')
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "a search for %s has no base", what);
    return false;
}

Source *source_ldap_new(const SourceSettings *settings, Clock *clock, GError **error)
{
    session_conf_isolate();
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (!check_base(search->base, "people", error))
            return NULL;
    }
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        bool named = search->schema == GROUP_SCHEMA_MEMBER_OF && search->base == NULL;
        if (!named && !check_base(search->base, "groups", error))
            return NULL;
    }
    if (!session_settings_check(settings, error))
        return NULL;
    LdapSource *self = g_new0(LdapSource, 1);
    self->source = (Source){.name = settings->name,
                            .read = read_directory,
                            .locate = source_ldap_locate,
                            .check = source_ldap_check,
                            .inspect = source_ldap_inspect,
                            .contexts = source_ldap_contexts,
                            .survey = source_ldap_survey,
                            .free = free_source};
    self->settings = settings;
    self->clock = clock;
    return &self->source;
}
