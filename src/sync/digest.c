/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/digest.h"

#include "base/sha256.h"

#include <string.h>

/* A checksum, fed in large pieces: most fields are a few bytes. */
typedef struct {
    Sha256 *sum;
    size_t used;
    guchar buffer[4096];
} Digest;

static void digest_begin(Digest *digest)
{
    digest->sum = sha256_new();
    digest->used = 0;
}

static void flush(Digest *digest)
{
    sha256_add(digest->sum, digest->buffer, digest->used);
    digest->used = 0;
}

static void add_bytes(Digest *digest, const void *bytes, size_t length)
{
    if (length > sizeof digest->buffer - digest->used)
        flush(digest);
    if (length > sizeof digest->buffer) {
        sha256_add(digest->sum, bytes, length);
        return;
    }
    memcpy(digest->buffer + digest->used, bytes, length);
    digest->used += length;
}

/* Every text ends in a NUL, which none can hold: no two lists of fields give the same bytes. */
static void add_text(Digest *digest, const char *text)
{
    if (text != NULL)
        add_bytes(digest, text, strlen(text) + 1);
    else
        add_bytes(digest, "\1", 1);
}

static void add_int(Digest *digest, int64_t number)
{
    int64_t fixed = GINT64_TO_BE(number);
    add_bytes(digest, &fixed, sizeof fixed);
}

static char *digest_end(Digest *digest)
{
    flush(digest);
    char *text = sha256_end_digest(digest->sum);
    sha256_free(digest->sum);
    return text;
}

static void add_person(Digest *digest, const Person *person)
{
    add_text(digest, person->anchor);
    add_text(digest, person->dn_key);
    add_text(digest, person->mail);
    add_text(digest, person->name);
    add_int(digest, person->standing);
    add_text(digest, person->frozen);
    add_text(digest, person->excluded);
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++)
        add_text(digest, g_ptr_array_index(person->other_mails, i));
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
        const PersonAttribute *attribute = g_ptr_array_index(person->attributes, i);
        add_text(digest, attribute->name);
        add_text(digest, attribute->value);
    }
}

static void add_group(Digest *digest, const DirectoryGroup *group)
{
    add_text(digest, group->anchor);
    add_text(digest, group->dn_key);
    add_text(digest, group->name);
    add_int(digest, group->members->len);
    for (guint i = 0; i < group->members->len; i++)
        add_int(digest, g_array_index(group->members, GroupMember, i).person);
}

char *digest_directories(const GPtrArray *directories)
{
    Digest digest;
    digest_begin(&digest);
    for (guint d = 0; d < directories->len; d++) {
        const Directory *directory = g_ptr_array_index(directories, d);
        add_text(&digest, directory->source);
        add_int(&digest, directory->people->len);
        for (guint i = 0; i < directory->people->len; i++)
            add_person(&digest, g_ptr_array_index(directory->people, i));
        add_int(&digest, directory->groups->len);
        for (guint i = 0; i < directory->groups->len; i++)
            add_group(&digest, g_ptr_array_index(directory->groups, i));
    }
    return digest_end(&digest);
}

static void add_member(Digest *digest, const Member *member)
{
    add_int(digest, member->id.value);
    add_int(digest, member->user_id.value);
    add_text(digest, member->mail);
    add_text(digest, member->name);
    add_int(digest, member->joined);
    add_int(digest, member->inactive);
    add_int(digest, member->admin);
    add_int(digest, member->owner);
    add_int(digest, member->groups->len);
    for (guint i = 0; i < member->groups->len; i++)
        add_int(digest, g_array_index(member->groups, int64_t, i));
    add_int(digest, member->assignments->len);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        add_int(digest, assignment->workspace_id);
        add_int(digest, assignment->role);
        add_int(digest, assignment->inactive);
    }
}

char *digest_organization(const Organization *organization)
{
    Digest digest;
    digest_begin(&digest);
    add_int(&digest, organization->id);
    add_text(&digest, organization->name);
    add_int(&digest, organization->members->len);
    for (guint i = 0; i < organization->members->len; i++)
        add_member(&digest, g_ptr_array_index(organization->members, i));
    add_int(&digest, organization->groups->len);
    for (guint i = 0; i < organization->groups->len; i++) {
        const OrganizationGroup *group = g_ptr_array_index(organization->groups, i);
        add_int(&digest, group->id);
        add_text(&digest, group->name);
        add_int(&digest, group->workspaces->len);
        for (guint w = 0; w < group->workspaces->len; w++)
            add_int(&digest, g_array_index(group->workspaces, int64_t, w));
    }
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *workspace = g_ptr_array_index(organization->workspaces, i);
        add_int(&digest, workspace->id);
        add_text(&digest, workspace->name);
    }
    return digest_end(&digest);
}

static gint compare_keys(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

static void add_notes(Digest *digest, const Ledger *ledger)
{
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(ledger->notes), compare_keys);
    for (const GList *at = keys; at != NULL; at = at->next) {
        const char *value = ledger_note(ledger, at->data);
        if (value == NULL)
            continue;
        add_text(digest, at->data);
        add_text(digest, value);
    }
}

static void add_grant(Digest *digest, const Grant *grant)
{
    const guchar words[] = {(guchar) grant->kind, (guchar) grant->role, (guchar) grant->role_before,
                            (guchar) grant->origin};
    add_int(digest, grant->member.value);
    add_int(digest, grant->target);
    add_int(digest, grant->second);
    add_bytes(digest, words, sizeof words);
}

char *digest_ledger(const Ledger *ledger)
{
    Digest digest;
    digest_begin(&digest);
    add_text(&digest, ledger->accepted_configuration);
    add_notes(&digest, ledger);
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed)
            continue;
        add_text(&digest, link->source);
        add_text(&digest, link->anchor);
        add_int(&digest, link->organization_user_id.value);
        add_int(&digest, link->missing_since);
        add_int(&digest, link->reads_missed);
        add_int(&digest, link->deactivated_at);
        add_int(&digest, link->hold_until);
    }
    for (guint i = 0; i < ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (grant->row.removed)
            continue;
        add_grant(&digest, grant);
    }
    return digest_end(&digest);
}
