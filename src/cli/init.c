/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/config_text.h"
#include "cli/context.h"
#include "cli/show.h"
#include "config/address.h"
#include "config/secret.h"
#include "config/starter.h"
#include "source/entry.h"
#include "source/kind.h"
#include "source/proposal.h"
#include "source/source.h"
#include "sync/snapshot.h"
#include "toggl/operations.h"
#include "toggl/toggl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *out;
    char *uri;
    gboolean start_tls;
    char *ca_file;
    char *bind_dn;
    char *password;
    char *base;
    char *anchor;
    char *ldif;
    gint64 organization;
    char *token;
    char *base_url;
    char *snapshot;
} InitOptions;

static void options_clear(InitOptions *options)
{
    char **texts[] = {&options->out,      &options->uri,      &options->ca_file, &options->bind_dn,
                      &options->password, &options->base,     &options->anchor,  &options->ldif,
                      &options->token,    &options->base_url, &options->snapshot};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_clear_pointer(texts[i], g_free);
}

static bool usage(GError **error, const char *message)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s", message);
    return false;
}

static bool check_options(const InitOptions *options, GError **error)
{
    if (options->uri == NULL && options->ldif == NULL)
        return usage(error, "init needs --uri or --ldif: where the people are\n"
                            "hint: init --uri ldaps://ldap1.example.org --bind-dn DN "
                            "--bind-password credential:ldap-password");
    if (options->uri != NULL && options->ldif != NULL)
        return usage(error, "init takes --uri or --ldif, not both");
    if (options->token == NULL && options->snapshot == NULL)
        return usage(error, "init needs --token or --snapshot: what Toggl has\n"
                            "hint: a token is named, not given: credential:NAME, file:PATH, "
                            "env:NAME or command:PROGRAM");
    /* neither is repeated: it may hold a password */
    if (options->uri != NULL && address_parse(options->uri).login)
        return usage(error, "--uri takes no login\nhint: say who binds with --bind-dn and "
                            "--bind-password");
    if (options->base_url != NULL && address_parse(options->base_url).login)
        return usage(error, "--base-url takes no login\nhint: the token is named by --token");
    if ((options->bind_dn == NULL) != (options->password == NULL))
        return usage(error, "--bind-dn and --bind-password go together");
    if (options->anchor != NULL && !attribute_name_is_valid(options->anchor)) {
        g_autofree char *safe = text_safe(options->anchor, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--anchor takes the name of an attribute, not '%s'", safe);
        return false;
    }
    g_autoptr(GError) problem = NULL;
    if (options->bind_dn != NULL && !source_bind_name_check(options->bind_dn, &problem)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "--bind-dn: %s\nhint: %s",
                    problem->message, SOURCE_BIND_NAME_HINT);
        return false;
    }
    if (options->password != NULL && !secret_reference_check(options->password, error)) {
        g_prefix_error(error, "--bind-password: ");
        return false;
    }
    if (options->token != NULL && !secret_reference_check(options->token, error)) {
        g_prefix_error(error, "--token: ");
        return false;
    }
    if (options->out != NULL && access(options->out, F_OK) == 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                    "'%s' exists, and init overwrites nothing", options->out);
        return false;
    }
    return true;
}

/* A relative path begins in the folder where we are. */
static bool read_secret(const char *reference, Secret **ret, GError **error)
{
    g_autofree char *folder = g_get_current_dir();
    g_autofree char *credentials = secret_credentials_folder(CONFIG_DEFAULT_PATH);
    return secret_reference_read(
        reference,
        &(SecretPlaces){.folder = folder, .credentials = credentials, .user = process_self()}, ret,
        error);
}

/* ---- the directory ---- */

static SourceSettings *source_settings(const InitOptions *options, GError **error)
{
    g_autoptr(SourceSettings) settings = source_settings_new();
    settings->name = g_strdup("directory");
    settings->kind = options->ldif != NULL ? SOURCE_KIND_LDIF : SOURCE_KIND_AUTO;
    settings->file = g_strdup(options->ldif);
    settings->uris = options->uri != NULL ? g_strsplit(options->uri, ",", -1) : NULL;
    settings->start_tls = options->start_tls;
    settings->ca_file = g_strdup(options->ca_file);
    settings->bind = options->bind_dn != NULL ? BIND_SIMPLE : BIND_ANONYMOUS;
    settings->bind_dn = g_strdup(options->bind_dn);
    if (options->password != NULL && !read_secret(options->password, &settings->password, error)) {
        g_prefix_error(error, "--bind-password: ");
        return NULL;
    }
    return g_steal_pointer(&settings);
}

static bool find_bases(const InitOptions *options, const SourceSettings *settings,
                       GPtrArray **ret_bases, SourceKind *ret_kind, Proposal **ret_proposal,
                       GError **error)
{
    g_autoptr(Source) source = source_new(settings, clock_real(), error);
    if (source == NULL || !source->contexts(source, ret_bases, ret_kind, error)) {
        g_prefix_error(error, "looking at the directory: ");
        return false;
    }
    if (options->base != NULL) {
        g_ptr_array_set_size(*ret_bases, 0);
        g_ptr_array_add(*ret_bases, g_strdup(options->base));
    }
    *ret_proposal = proposal_new(source, options->base, *ret_kind);
    return true;
}

static bool read_directory(const InitOptions *options, SourceSettings *settings,
                           Directory **ret_directory, SourceKind *ret_kind, Proposal **ret_proposal,
                           GError **error)
{
    g_autoptr(GPtrArray) bases = NULL;
    g_autoptr(Proposal) proposal = NULL;
    if (!find_bases(options, settings, &bases, ret_kind, &proposal, error))
        return false;
    for (guint i = 0; i < bases->len; i++) {
        PeopleSearch *people = people_search_new();
        GroupSearch *groups = group_search_new();
        people->base = g_strdup(g_ptr_array_index(bases, i));
        people->filter = g_strdup(proposal->people_filter);
        people->anchor = g_strdup(options->anchor != NULL ? options->anchor : proposal->anchor);
        groups->base = g_strdup(g_ptr_array_index(bases, i));
        groups->filter = g_strdup(proposal->group_filter);
        g_ptr_array_add(settings->people, people);
        g_ptr_array_add(settings->groups, groups);
    }
    g_autoptr(Source) source = source_new(settings, clock_real(), error);
    if (source == NULL || !source_read(source, ret_directory, error)) {
        g_prefix_error(error, "reading the directory: ");
        return false;
    }
    if ((*ret_directory)->people->len > 0) {
        *ret_proposal = g_steal_pointer(&proposal);
        return true;
    }
    const char *instead = (*ret_directory)->instead;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the directory shows nobody\nhint: %sWhere are they? --base says it%s%s",
                options->ldif == NULL ? "may this account read people? " : "",
                instead != NULL ? "\nhint: " : "", instead != NULL ? instead : "");
    return false;
}

/* ---- the organization ---- */

/* The organization of the token, when there is but one. */
static bool only_organization(Toggl *toggl, int64_t *ret_organization, GError **error)
{
    g_autoptr(json_t) list = NULL;
    if (!get_me_organizations(toggl, &list, error))
        return false;
    if (json_array_size(list) == 1) {
        *ret_organization = json_int_or(json_array_get(list, 0), "id", 0);
        return true;
    }
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        g_autofree char *name = text_safe(json_string_or(one, "name", "?"), -1);
        g_string_append_printf(names, "%s%" G_GINT64_FORMAT " '%s'", i > 0 ? ", " : "",
                               json_int_or(one, "id", 0), name);
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "the token is good for %zu organizations; --organization says which%s%s",
                json_array_size(list), names->len > 0 ? "\nhint: " : "", names->str);
    return false;
}

static bool read_toggl(const InitOptions *options, Organization **ret_organization, GError **error)
{
    g_autoptr(TogglSettings) settings = toggl_settings_new();
    settings->organization = options->organization;
    if (options->base_url != NULL) {
        g_free(settings->base_url);
        settings->base_url = g_strdup(options->base_url);
    }
    if (!read_secret(options->token, &settings->token, error)) {
        g_prefix_error(error, "--token: ");
        return false;
    }
    g_autoptr(Toggl) toggl = toggl_new(settings, clock_real(), NULL, error);
    if (toggl == NULL ||
        (settings->organization == 0 &&
         !only_organization(toggl, &settings->organization, error)) ||
        !toggl_read(toggl, &(TogglNeeds){.groups = true}, ret_organization, error)) {
        g_prefix_error(error, "looking at Toggl: ");
        return false;
    }
    return true;
}

static bool read_organization(const InitOptions *options, Organization **ret_organization,
                              GError **error)
{
    g_autofree char *bytes = NULL;
    g_autoptr(Ledger) ledger = NULL;
    gsize length = 0;
    if (options->snapshot == NULL)
        return read_toggl(options, ret_organization, error);
    return file_read("the snapshot", options->snapshot, SYNC_ERROR_UNREACHABLE, &bytes, &length,
                     error) &&
           snapshot_read(bytes, length, options->snapshot, ret_organization, &ledger, error);
}

/* ---- the configuration ---- */

static char *starter_of(const InitOptions *options, SourceKind kind, const Proposal *proposal,
                        const Directory *directory, const Organization *organization)
{
    const Kind *row = kind_row(kind);
    g_autofree char *file =
        options->ldif != NULL ? g_canonicalize_filename(options->ldif, NULL) : NULL;
    Starter starter = {
        .kind = options->ldif != NULL ? "ldif" : row->name,
        .file = file,
        .uri = options->uri,
        .start_tls = options->start_tls,
        .ca_file = options->ca_file,
        .bind_dn = options->bind_dn,
        .password = options->password,
        .people_filter =
            proposal->people_filter != NULL ? proposal->people_filter : row->people_filter,
        .anchor = options->anchor != NULL ? options->anchor : proposal->anchor,
        .anchor_may_pass_on = options->anchor == NULL && proposal->anchor_may_pass_on,
        .mail = proposal->mail,
        .disabled = proposal->disabled,
        .expires = proposal->expires,
        .group_filter = proposal->group_filter != NULL ? proposal->group_filter : row->group_filter,
        .classes = proposal->classes,
        .organization_name = organization->name,
        .organization = organization->id,
        .token = options->token != NULL ? options->token : "credential:toggl-token",
        .base_url = options->base_url,
    };
    starter_look(&starter, directory, organization);
    char *text = starter_text(&starter);
    starter_clear(&starter);
    return text;
}

/* What init writes, check accepts; what it does not accept is not written. */
static bool check_text(const char *text, GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) problem = NULL;
    if (config_text_load(text, &config, &problem))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL,
                "what init would write is no configuration: %s", problem->message);
    return false;
}

static bool init(const GlobalOptions *global, const InitOptions *options, GError **error)
{
    g_autoptr(SourceSettings) settings = NULL;
    g_autoptr(Directory) directory = NULL;
    g_autoptr(Organization) organization = NULL;
    g_autoptr(Proposal) proposal = NULL;
    SourceKind kind = SOURCE_KIND_AUTO;
    if (!check_options(options, error))
        return false;
    settings = source_settings(options, error);
    if (settings == NULL ||
        !read_directory(options, settings, &directory, &kind, &proposal, error) ||
        !read_organization(options, &organization, error))
        return false;
    g_autofree char *text = starter_of(options, kind, proposal, directory, organization);
    if (!check_text(text, error))
        return false;
    if (options->out == NULL) {
        (void) fputs(text, stdout); /* the caller looks at the stream */
        return true;
    }
    if (!write_output(options->out, text, error))
        return false;
    g_autofree char *people = text_count(directory->people->len, "person", "people");
    g_autofree char *groups = text_count(directory->groups->len, "group", "groups");
    g_autofree char *members = text_count(organization->members->len, "member", "members");
    if (!global->quiet)
        printf("%s: %s, %s in the directory, %s in Toggl\n"
               "Next: toggl-ldap-sync --config %s check --online\n",
               options->out, people, groups, members, options->out);
    return true;
}

int init_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    InitOptions options = {0};
    GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "where to write it; not over what is there (default: standard output)", "FILE"},
        {"uri", 0, 0, G_OPTION_ARG_STRING, &options.uri, "of the directory: ldaps://…", "URI"},
        {"start-tls", 0, 0, G_OPTION_ARG_NONE, &options.start_tls, "with ldap://…", NULL},
        {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options.ca_file, "whom to trust", "FILE"},
        {"bind-dn", 0, 0, G_OPTION_ARG_STRING, &options.bind_dn, "who we are there", "DN"},
        {"bind-password", 0, 0, G_OPTION_ARG_STRING, &options.password,
         "where the password is: credential:NAME, file:PATH, env:NAME, command:PROGRAM",
         "REFERENCE"},
        {"base", 0, 0, G_OPTION_ARG_STRING, &options.base,
         "where to look (default: everything the root DSE names)", "DN"},
        {"anchor", 0, 0, G_OPTION_ARG_STRING, &options.anchor,
         "by what people are known again (default: what the kind has, like entryUUID; else what "
         "tells everybody apart)",
         "ATTRIBUTE"},
        {"ldif", 0, 0, G_OPTION_ARG_FILENAME, &options.ldif, "a file is the directory", "FILE"},
        {"organization", 0, 0, G_OPTION_ARG_INT64, &options.organization,
         "which, when the token is good for several", "ID"},
        {"token", 0, 0, G_OPTION_ARG_STRING, &options.token, "where the token is", "REFERENCE"},
        {"base-url", 0, 0, G_OPTION_ARG_STRING, &options.base_url, "of Toggl's API", "URL"},
        {"snapshot", 0, 0, G_OPTION_ARG_FILENAME, &options.snapshot,
         "read a file in place of Toggl; --token is then only named", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    bool done = false;
    if (command_parse("init", entries, global, &argc, &argv, &helped, error))
        done = helped || (show_no_arguments(argc, argv, error) && init(global, &options, error));
    options_clear(&options);
    return done ? EXIT_STATUS_DONE : -1;
}
