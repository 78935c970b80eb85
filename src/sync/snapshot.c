/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

#include <string.h>

#define FORMAT "toggl-ldap-sync snapshot"
#define VERSION 1

static void set_int(json_t *object, const char *key, int64_t value)
{
    if (value != 0)
        (void) json_object_set_new(object, key, json_integer(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        (void) json_object_set_new(object, key, json_string(value));
}

static void set_true(json_t *object, const char *key, bool value)
{
    if (value)
        (void) json_object_set_new(object, key, json_true());
}

static json_t *ids_json(const GArray *ids)
{
    json_t *list = json_array();
    for (guint i = 0; i < ids->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(ids, int64_t, i)));
    return list;
}

static json_t *texts_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        (void) json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

static json_t *member_json(const void *row)
{
    const Member *member = row;
    json_t *object = json_object();
    set_int(object, "id", member->id.value);
    set_int(object, "user_id", member->user_id.value);
    set_text(object, "mail", member->mail);
    set_text(object, "name", member->name);
    set_true(object, "joined", member->joined);
    set_true(object, "inactive", member->inactive);
    set_true(object, "admin", member->admin);
    set_true(object, "owner", member->owner);
    set_true(object, "can_edit_email", member->can_edit_email);
    set_int(object, "invitation_id", member->invitation_id);
    (void) json_object_set_new(object, "groups", ids_json(member->groups));
    json_t *workspaces = json_array();
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        json_t *entry = json_object();
        set_int(entry, "id", assignment->workspace_id);
        set_int(entry, "workspace_user_id", assignment->id.value);
        set_text(entry, "role", role_name(assignment->role));
        set_int(entry, "role_id", assignment->role_id);
        set_true(entry, "inactive", assignment->inactive);
        (void) json_array_append_new(workspaces, entry);
    }
    (void) json_object_set_new(object, "workspaces", workspaces);
    return object;
}

static json_t *group_json(const void *row)
{
    const OrganizationGroup *group = row;
    json_t *object = json_object();
    set_int(object, "id", group->id);
    set_text(object, "name", group->name);
    (void) json_object_set_new(object, "workspaces", ids_json(group->workspaces));
    return object;
}

static json_t *workspace_json(const void *row)
{
    const Workspace *workspace = row;
    json_t *object = json_object();
    set_int(object, "id", workspace->id);
    set_text(object, "name", workspace->name);
    return object;
}

static json_t *link_json(const void *row)
{
    const Link *link = row;
    if (link->row.removed)
        return NULL;
    json_t *object = json_object();
    set_text(object, "source", link->source);
    set_text(object, "anchor", link->anchor);
    set_text(object, "anchor_kind", link->anchor_kind);
    set_int(object, "origin", link->origin);
    set_text(object, "mail_key", link->mail_key);
    (void) json_object_set_new(object, "mail_keys", texts_json(link->mail_keys));
    set_text(object, "dn", link->dn);
    (void) json_object_set_new(object, "dn_keys", texts_json(link->dn_keys));
    (void) json_object_set_new(object, "uids", texts_json(link->uids));
    set_int(object, "user_id", link->user_id.value);
    set_int(object, "organization_user_id", link->organization_user_id.value);
    set_int(object, "first_seen", link->first_seen);
    set_int(object, "invited_at", link->invited_at);
    set_int(object, "resends", link->resends);
    set_int(object, "missing_since", link->missing_since);
    set_int(object, "reads_missed", link->reads_missed);
    set_int(object, "unwanted_since", link->unwanted_since);
    set_int(object, "reads_unwanted", link->reads_unwanted);
    set_int(object, "deactivated_at", link->deactivated_at);
    set_int(object, "removed_at", link->removed_at);
    set_int(object, "hold_until", link->hold_until);
    set_text(object, "hold_reason", link->hold_reason);
    set_int(object, "released_at", link->released_at);
    set_true(object, "left", link->left);
    return object;
}

static json_t *grant_json(const void *row)
{
    const Grant *grant = row;
    if (grant->row.removed)
        return NULL;
    json_t *object = json_object();
    set_int(object, "member", grant->member.value);
    set_int(object, "user_id", grant->user_id.value);
    set_int(object, "kind", grant->kind);
    set_int(object, "target", grant->target);
    set_int(object, "second", grant->second);
    set_text(object, "role", role_name(grant->role));
    set_text(object, "role_before", role_name(grant->role_before));
    set_int(object, "origin", grant->origin);
    set_int(object, "since", grant->since);
    return object;
}

static json_t *binding_json(const void *row)
{
    const Binding *binding = row;
    if (binding->row.removed)
        return NULL;
    json_t *object = json_object();
    set_int(object, "kind", binding->kind);
    set_text(object, "name", binding->name);
    set_int(object, "target", binding->target);
    set_true(object, "created_by_us", binding->created_by_us);
    set_text(object, "group_anchor", binding->group_anchor);
    set_text(object, "source", binding->source);
    return object;
}

static json_t *protection_json(const void *row)
{
    const Protection *protection = row;
    if (protection->row.removed)
        return NULL;
    json_t *object = json_object();
    set_int(object, "user_id", protection->user_id.value);
    set_text(object, "mail_key", protection->mail_key);
    set_text(object, "reason", protection->reason);
    return object;
}

static int append(const char *bytes, size_t length, void *data)
{
    g_string_append_len(data, bytes, (gssize) length);
    return 0;
}

static void write_value(GString *text, json_t *value)
{
    (void) json_dump_callback(value, append, text, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}

static void write_rows(GString *text, const char *key, const GPtrArray *rows,
                       json_t *(*to_json)(const void *) )
{
    g_string_append_printf(text, ",\n\"%s\": [", key);
    bool first = true;
    for (guint i = 0; i < rows->len; i++) {
        g_autoptr(json_t) row = to_json(g_ptr_array_index(rows, i));
        if (row == NULL)
            continue;
        g_string_append(text, first ? "\n" : ",\n");
        write_value(text, row);
        first = false;
    }
    g_string_append(text, "]");
}

static void write_field(GString *text, const char *key, json_t *value)
{
    g_string_append_printf(text, ",\n\"%s\": ", key);
    write_value(text, value);
    json_decref(value);
}

char *snapshot_text(const Organization *organization, const Ledger *ledger, int64_t now)
{
    GString *text = g_string_new("{");
    g_string_append_printf(text, "\"format\": \"%s\",\n\"version\": %d", FORMAT, VERSION);
    g_autofree char *created = clock_format(now);
    write_field(text, "created", json_string(created));
    json_t *about = json_object();
    set_int(about, "id", organization->id);
    set_text(about, "name", organization->name);
    set_int(about, "owner_user_id", organization->owner.value);
    set_int(about, "self_user_id", organization->self.value);
    set_true(about, "self_is_admin", organization->self_is_admin);
    set_int(about, "seats", organization->seats);
    set_true(about, "workspaces_complete", organization->workspaces_complete);
    set_true(about, "groups_read", organization->groups_read);
    write_field(text, "organization", about);
    write_rows(text, "members", organization->members, member_json);
    write_rows(text, "groups", organization->groups, group_json);
    write_rows(text, "workspaces", organization->workspaces, workspace_json);
    if (ledger != NULL && ledger->known) {
        json_t *facts = json_object();
        set_true(facts, "known", true);
        set_int(facts, "last_run", ledger->last_run);
        set_text(facts, "accepted_configuration", ledger->accepted_configuration);
        write_field(text, "ledger", facts);
        write_rows(text, "links", ledger->links, link_json);
        write_rows(text, "grants", ledger->grants, grant_json);
        write_rows(text, "bindings", ledger->bindings, binding_json);
        write_rows(text, "protections", ledger->protections, protection_json);
    }
    g_string_append(text, "\n}\n");
    return g_string_free(text, FALSE);
}

/* ---- reading ---- */

typedef struct {
    Organization *organization;
    Ledger *ledger;
    bool is_snapshot;
} Reader;

static void read_ids(const json_t *object, const char *key, GArray *ids)
{
    const json_t *list = json_object_get(object, key);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int64_t id = json_integer_value(json_array_get(list, i));
        g_array_append_val(ids, id);
    }
}

static Role read_role(const json_t *object, const char *key)
{
    Role role = ROLE_NONE;
    const char *name = json_string_or(object, key, NULL);
    return name != NULL && role_parse(name, &role) ? role : ROLE_NONE;
}

static bool read_member(Reader *reader, const json_t *object, GError **error)
{
    int64_t id = 0;
    const char *mail = NULL;
    if (!json_get_int(object, "id", 1, &id, error) ||
        !json_get_string(object, "mail", &mail, error))
        return false;
    Member *member = organization_add_member(reader->organization, (OrganizationUserId){id});
    member->user_id.value = json_int_or(object, "user_id", 0);
    member_set_mail(member, mail);
    g_free(member->name);
    member->name = g_strdup(json_string_or(object, "name", ""));
    member->joined = json_bool_or(object, "joined", false);
    member->inactive = json_bool_or(object, "inactive", false);
    member->admin = json_bool_or(object, "admin", false);
    member->owner = json_bool_or(object, "owner", false);
    member->can_edit_email = json_bool_or(object, "can_edit_email", false);
    member->invitation_id = json_int_or(object, "invitation_id", 0);
    read_ids(object, "groups", member->groups);
    const json_t *workspaces = json_object_get(object, "workspaces");
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        const json_t *entry = json_array_get(workspaces, i);
        Assignment assignment = {
            .id = {json_int_or(entry, "workspace_user_id", 0)},
            .role = read_role(entry, "role"),
            .role_id = json_int_or(entry, "role_id", 0),
            .inactive = json_bool_or(entry, "inactive", false),
        };
        if (!json_get_int(entry, "id", 1, &assignment.workspace_id, error))
            return false;
        g_array_append_val(member->assignments, assignment);
    }
    return true;
}

static bool read_named(Reader *reader, const char *key, const json_t *object, GError **error)
{
    int64_t id = 0;
    const char *name = NULL;
    if (!json_get_int(object, "id", 1, &id, error) ||
        !json_get_string(object, "name", &name, error))
        return false;
    if (strcmp(key, "workspaces") == 0)
        (void) organization_add_workspace(reader->organization, id, name);
    else
        read_ids(object, "workspaces",
                 organization_add_group(reader->organization, id, name)->workspaces);
    return true;
}

static void read_texts(const json_t *object, const char *key, GPtrArray *texts)
{
    const json_t *list = json_object_get(object, key);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text != NULL)
            g_ptr_array_add(texts, g_strdup(text));
    }
}

static bool read_link(Reader *reader, const json_t *object, GError **error)
{
    const char *source = NULL;
    const char *anchor = NULL;
    if (!json_get_string(object, "source", &source, error) ||
        !json_get_string(object, "anchor", &anchor, error))
        return false;
    Link *link = ledger_add_link(reader->ledger, source, anchor);
    link->anchor_kind = g_strdup(json_string_or(object, "anchor_kind", NULL));
    link->origin = (LinkOrigin) json_int_or(object, "origin", 0);
    link->mail_key = g_strdup(json_string_or(object, "mail_key", NULL));
    read_texts(object, "mail_keys", link->mail_keys);
    link->dn = g_strdup(json_string_or(object, "dn", NULL));
    read_texts(object, "dn_keys", link->dn_keys);
    read_texts(object, "uids", link->uids);
    link->first_seen = json_int_or(object, "first_seen", 0);
    link->invited_at = json_int_or(object, "invited_at", 0);
    link->resends = json_int_or(object, "resends", 0);
    link->missing_since = json_int_or(object, "missing_since", 0);
    link->reads_missed = json_int_or(object, "reads_missed", 0);
    link->unwanted_since = json_int_or(object, "unwanted_since", 0);
    link->reads_unwanted = json_int_or(object, "reads_unwanted", 0);
    link->deactivated_at = json_int_or(object, "deactivated_at", 0);
    link->removed_at = json_int_or(object, "removed_at", 0);
    link->hold_until = json_int_or(object, "hold_until", 0);
    link->hold_reason = g_strdup(json_string_or(object, "hold_reason", NULL));
    link->released_at = json_int_or(object, "released_at", 0);
    link->left = json_bool_or(object, "left", false);
    ledger_set_member(reader->ledger, link,
                      (OrganizationUserId){json_int_or(object, "organization_user_id", 0)},
                      (UserId){json_int_or(object, "user_id", 0)});
    return true;
}

static bool read_grant(Reader *reader, const json_t *object, GError **error)
{
    int64_t target = 0;
    if (!json_get_int(object, "target", 1, &target, error))
        return false;
    Grant *grant = ledger_add_grant(reader->ledger, (GrantKind) json_int_or(object, "kind", 0),
                                    (OrganizationUserId){json_int_or(object, "member", 0)}, target,
                                    json_int_or(object, "second", 0));
    grant->user_id.value = json_int_or(object, "user_id", 0);
    grant->role = read_role(object, "role");
    grant->role_before = read_role(object, "role_before");
    grant->origin = (GrantOrigin) json_int_or(object, "origin", 0);
    grant->since = json_int_or(object, "since", 0);
    return true;
}

static bool read_binding(Reader *reader, const json_t *object, GError **error)
{
    const char *name = NULL;
    if (!json_get_string(object, "name", &name, error))
        return false;
    Binding *binding =
        ledger_add_binding(reader->ledger, (BindingKind) json_int_or(object, "kind", 0), name,
                           json_int_or(object, "target", 0));
    binding->created_by_us = json_bool_or(object, "created_by_us", false);
    binding->group_anchor = g_strdup(json_string_or(object, "group_anchor", NULL));
    binding->source = g_strdup(json_string_or(object, "source", NULL));
    return true;
}

static bool read_protection(Reader *reader, const json_t *object, GError **error)
{
    const char *reason = NULL;
    if (!json_get_string(object, "reason", &reason, error))
        return false;
    (void) ledger_add_protection(reader->ledger, (UserId){json_int_or(object, "user_id", 0)},
                                 json_string_or(object, "mail_key", NULL), reason);
    return true;
}

static bool read_element(void *context, const char *key, json_t *value, GError **error)
{
    Reader *reader = context;
    if (strcmp(key, "members") == 0)
        return read_member(reader, value, error);
    if (strcmp(key, "groups") == 0 || strcmp(key, "workspaces") == 0)
        return read_named(reader, key, value, error);
    if (strcmp(key, "links") == 0)
        return read_link(reader, value, error);
    if (strcmp(key, "grants") == 0)
        return read_grant(reader, value, error);
    if (strcmp(key, "bindings") == 0)
        return read_binding(reader, value, error);
    if (strcmp(key, "protections") == 0)
        return read_protection(reader, value, error);
    return true;
}

static bool read_about(Reader *reader, const json_t *value, GError **error)
{
    Organization *organization = reader->organization;
    const char *name = NULL;
    if (!json_get_int(value, "id", 1, &organization->id, error) ||
        !json_get_string(value, "name", &name, error))
        return false;
    g_free(organization->name);
    organization->name = g_strdup(name);
    organization->owner.value = json_int_or(value, "owner_user_id", 0);
    organization->self.value = json_int_or(value, "self_user_id", 0);
    organization->self_is_admin = json_bool_or(value, "self_is_admin", false);
    organization->seats = json_int_or(value, "seats", 0);
    organization->workspaces_complete = json_bool_or(value, "workspaces_complete", false);
    organization->groups_read = json_bool_or(value, "groups_read", false);
    return true;
}

static bool read_field(void *context, const char *key, json_t *value, GError **error)
{
    Reader *reader = context;
    if (strcmp(key, "format") == 0)
        reader->is_snapshot =
            json_is_string(value) && strcmp(json_string_value(value), FORMAT) == 0;
    if (strcmp(key, "version") == 0 && json_integer_value(value) != VERSION) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the snapshot has version %" G_GINT64_FORMAT
                    ", and this program reads version %d",
                    (int64_t) json_integer_value(value), VERSION);
        return false;
    }
    if (strcmp(key, "organization") == 0)
        return read_about(reader, value, error);
    if (strcmp(key, "ledger") == 0) {
        reader->ledger->known = json_bool_or(value, "known", false);
        reader->ledger->last_run = json_int_or(value, "last_run", 0);
        reader->ledger->accepted_configuration =
            g_strdup(json_string_or(value, "accepted_configuration", NULL));
    }
    return true;
}

bool snapshot_read(const char *bytes, size_t length, const char *name,
                   Organization **ret_organization, Ledger **ret_ledger, GError **error)
{
    static const JsonWalker walker = {.field = read_field, .element = read_element};
    g_autoptr(Organization) organization = organization_new(0);
    g_autoptr(Ledger) ledger = ledger_new();
    Reader reader = {.organization = organization, .ledger = ledger};
    if (!json_walk(bytes, length, name, &walker, &reader, error)) {
        g_prefix_error(error, "reading the snapshot: ");
        return false;
    }
    if (!reader.is_snapshot || organization->id == 0) {
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
            "%s is no snapshot of an organization\nhint: make one with 'toggl-ldap-sync snapshot "
            "--organization FILE'",
            name);
        return false;
    }
    int64_t twice = 0;
    if (!organization_index(organization, &twice)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "%s: the id %" G_GINT64_FORMAT " occurs twice", name, twice);
        return false;
    }
    *ret_organization = g_steal_pointer(&organization);
    *ret_ledger = g_steal_pointer(&ledger);
    return true;
}
