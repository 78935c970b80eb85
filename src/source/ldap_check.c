/* SPDX-License-Identifier: Apache-2.0 */

/* What is wrong with the configuration that only the server can tell. */

#include "base/error.h"
#include "base/text.h"
#include "source/kind.h"
#include "source/ldap_private.h"
#include "source/summary.h"

#include <string.h>

static const char everything[] = "(objectClass=*)";

/* A look at a server in its course. */
typedef struct {
    const LdapSource *self;
    Session *session;
    SourceKind kind;
    GHashTable *schema; /* NULL: the server does not show it */
    GPtrArray *findings;
} Probe;

static void find(Probe *probe, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void find(Probe *probe, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(probe->findings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Looks for the entry DN; one that is not there is a finding. */
static bool probe_entry(Probe *probe, const char *what, const char *dn, bool *ret_found,
                        GError **error)
{
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    if (!session_read(probe->session, dn, everything, attributes, source_ldap_take_nothing, NULL,
                      ret_found, error))
        return false;
    if (!*ret_found) {
        g_autofree char *safe = text_safe(dn, -1);
        find(probe, "error: %s '%s' does not exist, or the account may not see it", what, safe);
    }
    return true;
}

/* Options (";lang-de") do not make another type. */
static void probe_attribute(Probe *probe, const char *where, const char *name, size_t length)
{
    if (probe->schema == NULL)
        return;
    const char *option = memchr(name, ';', length);
    g_autofree char *key =
        g_ascii_strdown(name, option != NULL ? (gssize) (option - name) : (gssize) length);
    if (key[0] == '\0' || g_hash_table_contains(probe->schema, key))
        return;
    g_autofree char *safe = text_safe(name, (gssize) length);
    find(probe, "error: %s uses the attribute '%s', which the server does not know", where, safe);
}

/*
 * Every assertion of a filter begins with a '(' and a name; in values it is written as \28. An
 * attribute that is not in the schema makes an assertion undefined on OpenLDAP, and its negation
 * too: "everybody but" becomes nobody.
 */
static void probe_filter(Probe *probe, const char *where, const char *filter)
{
    for (const char *at = strchr(filter, '('); at != NULL; at = strchr(at + 1, '(')) {
        const char *name = at + 1 + strspn(at + 1, " ");
        size_t length = strcspn(name, "=<>~:()&|! ");
        if (length > 0)
            probe_attribute(probe, where, name, length);
    }
}

static void probe_name(Probe *probe, const char *where, const char *name)
{
    if (name != NULL)
        probe_attribute(probe, where, name, strlen(name));
}

static bool count_entry(void *context, const Entry *entry, GError **error)
{
    (void) entry;
    (void) error;
    size_t *count = context;
    (*count)++;
    return true;
}

/* Counts what a search finds without asking for any of it. */
static bool probe_search(Probe *probe, const char *what, const SessionSearch *search,
                         GError **error)
{
    bool found = false;
    if (!probe_entry(probe, "the base", search->base, &found, error))
        return false;
    size_t count = 0;
    if (found && !session_search(probe->session, search, count_entry, &count, error))
        return false;
    g_autofree char *base = text_safe(search->base, -1);
    if (found && count == 0)
        find(probe, "error: no %s are found below '%s'", what, base);
    else if (found)
        find(probe, "%zu %s are found below '%s'", count, what, base);
    return true;
}

static bool probe_people(Probe *probe, GError **error)
{
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    const SourceSettings *settings = probe->self->settings;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *people = g_ptr_array_index(settings->people, i);
        SessionSearch search = {.base = people->base,
                                .scope = people->scope,
                                .filter = kind_people_filter(people, probe->kind),
                                .attributes = attributes};
        probe_filter(probe, "people.filter", search.filter);
        probe_name(probe, "people.name", people->name);
        probe_name(probe, "people.anchor", people->anchor);
        probe_name(probe, "people.expires", people->expires_attribute);
        if (people->disabled != NULL && *people->disabled == '(')
            probe_filter(probe, "people.disabled", people->disabled);
        for (char **mail = people->mail; mail != NULL && *mail != NULL; mail++)
            probe_name(probe, "people.mail", *mail);
        if (!probe_search(probe, "people", &search, error))
            return false;
    }
    return true;
}

static bool probe_groups(Probe *probe, GError **error)
{
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    const SourceSettings *settings = probe->self->settings;
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *groups = g_ptr_array_index(settings->groups, i);
        if (groups->base == NULL)
            continue; /* people name them */
        SessionSearch search = {.base = groups->base,
                                .scope = groups->scope,
                                .filter = kind_group_filter(groups, probe->kind),
                                .attributes = attributes};
        probe_filter(probe, "groups.filter", search.filter);
        probe_name(probe, "groups.name", groups->name);
        probe_name(probe, "groups.member", groups->member);
        if (!probe_search(probe, "groups", &search, error))
            return false;
    }
    return true;
}

static bool probe_all(Probe *probe, GError **error)
{
    const SourceSettings *settings = probe->self->settings;
    const char *tls = session_tls(probe->session);
    g_autofree char *uri = text_safe(session_uri(probe->session), -1);
    const char *identity = session_identity(probe->session);
    find(probe, "'%s' answers: %s, %s%s%s%s", uri, kind_row(probe->kind)->name,
         tls != NULL ? tls : "without TLS", identity != NULL ? ", to '" : "",
         identity != NULL ? identity : "", identity != NULL ? "'" : "");
    g_autoptr(GError) problem = NULL;
    if (!session_schema(probe->session, &probe->schema, &problem)) {
        if (!g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_INCOMPLETE) ||
            session_failure_may_pass(probe->session)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        find(probe, "error: filters cannot be compared with the schema: %s", problem->message);
    }
    for (char **dn = settings->sentinels; dn != NULL && *dn != NULL; dn++) {
        bool found = false;
        if (!probe_entry(probe, "the sentinel", *dn, &found, error))
            return false;
    }
    if (settings->attributes != NULL) {
        for (char **name = settings->attributes; *name != NULL; name++)
            probe_name(probe, "a mapping rule", *name);
    }
    return probe_people(probe, error) && probe_groups(probe, error);
}

static bool has_errors(const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        if (g_str_has_prefix(g_ptr_array_index(findings, i), "error: "))
            return true;
    }
    return false;
}

/* What a run would see, when nothing speaks against it. */
static bool read_and_tell(Source *source, GPtrArray *findings, GError **error)
{
    g_autoptr(Directory) directory = NULL;
    if (!source->read(source, &directory, error))
        return false;
    summary_add(directory, findings);
    return true;
}

bool source_ldap_check(Source *source, GPtrArray *findings, GError **error)
{
    const LdapSource *self = (const LdapSource *) source;
    g_autoptr(Session) session = NULL;
    if (!source_ldap_open(self, &session, error))
        return false;
    Probe probe = {.self = self,
                   .session = session,
                   .kind = source_ldap_kind(self, session),
                   .findings = findings};
    bool probed = probe_all(&probe, error);
    g_clear_pointer(&probe.schema, g_hash_table_unref);
    return probed && (has_errors(findings) || read_and_tell(source, findings, error));
}
