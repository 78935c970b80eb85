/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/digest.h"

#include <string.h>

/* Every field ends in a NUL, which no field can hold: no two lists of fields give the same bytes.
 */
static void add_text(GChecksum *sum, const char *text)
{
    if (text != NULL)
        g_checksum_update(sum, (const guchar *) text, (gssize) strlen(text));
    g_checksum_update(sum, (const guchar *) (text != NULL ? "\0" : "\1"), 1);
}

static void add_int(GChecksum *sum, int64_t number)
{
    int64_t fixed = GINT64_TO_BE(number);
    g_checksum_update(sum, (const guchar *) &fixed, sizeof fixed);
}

static char *finish(GChecksum *sum)
{
    return g_strconcat("sha256:", g_checksum_get_string(sum), NULL);
}

static void add_person(GChecksum *sum, const Person *person)
{
    add_text(sum, person->anchor);
    add_text(sum, person->dn_key);
    add_text(sum, person->mail);
    add_text(sum, person->name);
    add_int(sum, person->standing);
    add_text(sum, person->frozen);
    add_text(sum, person->excluded);
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++)
        add_text(sum, g_ptr_array_index(person->other_mails, i));
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
        const PersonAttribute *attribute = g_ptr_array_index(person->attributes, i);
        add_text(sum, attribute->name);
        add_text(sum, attribute->value);
    }
}

static void add_group(GChecksum *sum, const DirectoryGroup *group)
{
    add_text(sum, group->anchor);
    add_text(sum, group->dn_key);
    add_text(sum, group->name);
    add_int(sum, group->members->len);
    for (guint i = 0; i < group->members->len; i++)
        add_int(sum, g_array_index(group->members, GroupMember, i).person);
}

char *digest_directories(const GPtrArray *directories)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint d = 0; d < directories->len; d++) {
        const Directory *directory = g_ptr_array_index(directories, d);
        add_text(sum, directory->source);
        add_int(sum, directory->people->len);
        for (guint i = 0; i < directory->people->len; i++)
            add_person(sum, g_ptr_array_index(directory->people, i));
        add_int(sum, directory->groups->len);
        for (guint i = 0; i < directory->groups->len; i++)
            add_group(sum, g_ptr_array_index(directory->groups, i));
    }
    return finish(sum);
}

static void add_member(GChecksum *sum, const Member *member)
{
    add_int(sum, member->id.value);
    add_int(sum, member->user_id.value);
    add_text(sum, member->mail);
    add_text(sum, member->name);
    add_int(sum, member->joined);
    add_int(sum, member->inactive);
    add_int(sum, member->admin);
    add_int(sum, member->owner);
    add_int(sum, member->groups->len);
    for (guint i = 0; i < member->groups->len; i++)
        add_int(sum, g_array_index(member->groups, int64_t, i));
    add_int(sum, member->assignments->len);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        add_int(sum, assignment->workspace_id);
        add_int(sum, assignment->role);
        add_int(sum, assignment->inactive);
    }
}

char *digest_organization(const Organization *organization)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    add_int(sum, organization->id);
    add_text(sum, organization->name);
    add_int(sum, organization->members->len);
    for (guint i = 0; i < organization->members->len; i++)
        add_member(sum, g_ptr_array_index(organization->members, i));
    add_int(sum, organization->groups->len);
    for (guint i = 0; i < organization->groups->len; i++) {
        const OrganizationGroup *group = g_ptr_array_index(organization->groups, i);
        add_int(sum, group->id);
        add_text(sum, group->name);
    }
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *workspace = g_ptr_array_index(organization->workspaces, i);
        add_int(sum, workspace->id);
        add_text(sum, workspace->name);
    }
    return finish(sum);
}

char *digest_ledger(const Ledger *ledger)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed)
            continue;
        add_text(sum, link->source);
        add_text(sum, link->anchor);
        add_int(sum, link->organization_user_id.value);
        add_int(sum, link->missing_since);
        add_int(sum, link->reads_missed);
        add_int(sum, link->deactivated_at);
        add_int(sum, link->hold_until);
    }
    for (guint i = 0; i < ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (grant->row.removed)
            continue;
        add_int(sum, grant->member.value);
        add_int(sum, grant->kind);
        add_int(sum, grant->target);
        add_int(sum, grant->role);
        add_int(sum, grant->role_before);
        add_int(sum, grant->origin);
    }
    return finish(sum);
}
