/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDAP_PRIVATE_H
#define SOURCE_LDAP_PRIVATE_H

/* ldap_private - what the files of the LDAP source share. Only they may include it. */

#include "source/ldap.h"
#include "source/session.h"

typedef struct {
    Source source;
    const SourceSettings *settings;
    Clock *clock;
} LdapSource;

/* What answers: the configured kind, else what the root DSE tells. */
SourceKind source_ldap_kind(const LdapSource *self, const Session *session);

/* Opens a session that may last for read_timeout from now. */
bool source_ldap_open(const LdapSource *self, Session **ret_session, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* For entries of which only the existence counts. */
bool source_ldap_take_nothing(void *context, const Entry *entry, GError **error);

/*
 * Looks for the sentinels, with the attributes that we need of them: an account that lost the right
 * to read the members of groups sees groups without any. Error: SYNC_ERROR_INCOMPLETE.
 */
bool source_ldap_find_sentinels(const SourceSettings *settings, SourceKind kind, Session *session,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the server gave only a part of some attribute's values. */
bool source_ldap_is_sliced(const Entry *entry);

/*
 * Reads the entry DN with ATTRIBUTES and all of their values, part by part, and again when it
 * changed meanwhile; adds to *RANGES how many attributes came in parts. Errors:
 * SYNC_ERROR_INCOMPLETE when the parts do not fit together, and those of session_search.
 */
bool source_ldap_read_whole(Session *session, const char *dn, char **attributes, Entry **ret,
                            unsigned *ranges, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Recording: what is said before the first search; the attributes to ask for when SEARCH has FILTER
 * (ATTRIBUTES are taken; a recording is judged by the filter once more); what was asked. Nothing
 * happens without one.
 */
void source_ldap_record_begin(const LdapSource *self, const Session *session, SourceKind kind);
char **source_ldap_record_attributes(const LdapSource *self, char **attributes, const char *filter);
void source_ldap_record_search(const LdapSource *self, const SessionSearch *search);
void source_ldap_record_entry(const LdapSource *self, const Entry *entry);

/* The methods of Source that have files of their own. */
bool source_ldap_locate(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                        GError **error);
bool source_ldap_check(Source *source, GPtrArray *findings, GError **error);
bool source_ldap_inspect(Source *source, const char *word, char **with, GPtrArray **ret_inspections,
                         Entry **ret_overlay, GError **error);

/* The naming contexts that hold entries, but for those in which the server keeps itself: a new
 * array of char *. */
bool source_ldap_bases(Session *session, GPtrArray **ret_bases, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
bool source_ldap_survey(Source *source, const char *base, const char *filter, Survey **ret_survey,
                        GError **error);
bool source_ldap_contexts(Source *source, GPtrArray **ret_bases, SourceKind *ret_kind,
                          GError **error);

#endif
