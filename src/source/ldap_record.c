/* SPDX-License-Identifier: Apache-2.0 */

/* What a recording gets to know of a server. */

#include "source/kind.h"
#include "source/ldap_private.h"
#include "source/recording.h"

void source_ldap_record_begin(const LdapSource *self, const Session *session, SourceKind kind)
{
    Recording *recording = self->source.recording;
    if (recording == NULL)
        return;
    recording_clear(recording);
    recording_say(recording, "source", self->settings->name);
    recording_say(recording, "kind", kind_row(kind)->name);
    recording_say(recording, "server", session_uri(session));
    recording_say_root(recording, session_root(session));
    for (char **dn = self->settings->sentinels; dn != NULL && *dn != NULL; dn++)
        recording_say(recording, "sentinel", *dn);
}

char **source_ldap_record_attributes(const LdapSource *self, char **attributes, const char *filter)
{
    return self->source.recording != NULL ? kind_with_filter(attributes, filter) : attributes;
}

void source_ldap_record_search(const LdapSource *self, const SessionSearch *search)
{
    if (self->source.recording != NULL)
        recording_say_search(self->source.recording, search->base, search->scope, search->filter,
                             search->attributes);
}

void source_ldap_record_entry(const LdapSource *self, const Entry *entry)
{
    if (self->source.recording != NULL)
        recording_add(self->source.recording, entry);
}
