/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLDS_H
#define TESTS_UNIT_SYNC_WORLDS_H

/*
 * worlds - a world for each seed: two directories, an organization, rules, a ledger and settings,
 * all by chance; and what happens to it from run to run.
 *
 * Chance goes by seed, what is asked and about whom, never by order: a world that is built from the
 * last name to the first is the same world.
 */

#include "world.h"

#define WORLDS_NAMES 9

static const char *const worlds_names[WORLDS_NAMES] = {"ann", "bob", "cat", "dan", "eve",
                                                       "fay", "gus", "hal", "ida"};
static const char *const worlds_groups[] = {"developers", "leads", "toggl-red", "toggl-blue",
                                            "nobody"};
static const char *const worlds_toggl_groups[] = {"Developers", "Leads", "T red", "T blue", "Hand"};
static const char *const worlds_workspaces[] = {"Product", "Company", "Hand space"};

typedef struct {
    World world;
    uint64_t seed;
    unsigned round;
    bool backwards;
} Chance;

/* A number below SIDES. */
static inline unsigned dice(const Chance *chance, const char *what, const char *whom,
                            unsigned sides)
{
    uint64_t hash = UINT64_C(1469598103934665603) ^ chance->seed * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= (uint64_t) chance->round * UINT64_C(0xc2b2ae3d27d4eb4f);
    for (int part = 0; part < 2; part++) {
        for (const char *c = part == 0 ? what : whom; *c != '\0'; c++)
            hash = (hash ^ (unsigned char) *c) * UINT64_C(1099511628211);
        hash = (hash ^ 0xff) * UINT64_C(1099511628211);
    }
    hash ^= hash >> 29;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    hash ^= hash >> 32;
    return (unsigned) (hash % sides);
}

static inline bool likely(const Chance *chance, const char *what, const char *whom,
                          unsigned percent)
{
    return dice(chance, what, whom, 100) < percent;
}

static inline unsigned worlds_at(const Chance *chance, unsigned i, unsigned count)
{
    return chance->backwards ? count - 1 - i : i;
}

/* Whether NAME is in the group of the directory SOURCE, at this moment. */
static inline bool worlds_in_group(const Chance *chance, const char *source, const char *group,
                                   const char *name)
{
    g_autofree char *whom = g_strconcat(source, group, name, NULL);
    return strcmp(group, "nobody") != 0 && likely(chance, "in", whom, 45);
}

static inline void worlds_person(Chance *chance, const char *source, const char *name)
{
    g_autofree char *whom = g_strconcat(source, name, NULL);
    bool main = strcmp(source, "main") == 0;
    if (!likely(chance, "there", whom, main ? 82 : 30))
        return;
    g_autofree char *anchor = g_strconcat(main ? "" : "s-", name, NULL);
    Person *person = world_entry(&chance->world, source, anchor, name);
    if (likely(chance, "new mail", whom, 8)) {
        g_free(person->mail);
        g_free(person->mail_key);
        person->mail = g_strconcat(name, ".new@example.org", NULL);
        person->mail_key = g_strdup(person->mail);
        person->other_mails = g_ptr_array_new_with_free_func(g_free);
        if (likely(chance, "alias", whom, 50))
            g_ptr_array_add(person->other_mails, g_strconcat(name, "@example.org", NULL));
    }
    if (likely(chance, "no name", whom, 10))
        g_clear_pointer(&person->name, g_free);
    unsigned standing = dice(chance, "standing", whom, 100);
    if (standing < 8)
        world_disable(person);
    else if (standing < 12)
        person->standing = PERSON_EXPIRED;
    else if (standing < 16)
        person->frozen = g_strdup("its data cannot be trusted");
    else if (standing < 19)
        person->excluded = g_strdup("excluded by its DN");
    if (likely(chance, "department", whom, 30))
        person_add_attribute(person, "departmentNumber", "4217");
}

static inline void worlds_directory_group(Chance *chance, const char *source, const char *name)
{
    g_autofree char *whom = g_strconcat(source, name, NULL);
    if (!likely(chance, "group there", whom, 90))
        return;
    Directory *directory = world_directory(&chance->world, source);
    char *dn = g_strdup_printf("cn=%s,ou=groups,dc=%s", name, source);
    uint32_t own = directory->groups->len;
    DirectoryGroup *group = directory_add_group(directory, g_strconcat("g-", name, NULL), dn,
                                                g_strdup(dn), g_strdup(name));
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        GroupMember row = {.person = i, .via = own};
        if (worlds_in_group(chance, source, name, person->uid))
            g_array_append_val(group->members, row);
    }
}

static inline void worlds_read_directory(Chance *chance, const char *source)
{
    Directory *directory = world_directory(&chance->world, source);
    directory->completeness.required = strcmp(source, "main") == 0;
    /* the world is never empty: that is a rail of its own */
    if (strcmp(source, "main") == 0)
        (void) world_person_in(&chance->world, source, "zoe");
    if (!directory->completeness.required && likely(chance, "unread", source, 10)) {
        directory->completeness.complete = false;
        return;
    }
    for (unsigned i = 0; i < WORLDS_NAMES; i++)
        worlds_person(chance, source, worlds_names[worlds_at(chance, i, WORLDS_NAMES)]);
    for (unsigned i = 0; i < G_N_ELEMENTS(worlds_groups); i++)
        worlds_directory_group(chance, source,
                               worlds_groups[worlds_at(chance, i, G_N_ELEMENTS(worlds_groups))]);
}

/* Both directories as they are in this round. */
static inline void worlds_read(Chance *chance)
{
    g_ptr_array_set_size(chance->world.directories, 0);
    g_ptr_array_set_size(chance->world.settings->sources, 0);
    worlds_read_directory(chance, "main");
    worlds_read_directory(chance, "second");
}

static inline void worlds_toggl_objects(Chance *chance)
{
    Organization *organization = chance->world.organization;
    unsigned groups = G_N_ELEMENTS(worlds_toggl_groups);
    for (unsigned i = 0; i < groups; i++) {
        unsigned at = worlds_at(chance, i, groups);
        const char *name = worlds_toggl_groups[at];
        if (!likely(chance, "toggl group", name, 75))
            continue;
        OrganizationGroup *group = organization_add_group(organization, 20 + at, name);
        int64_t product = 10;
        if (likely(chance, "attached", name, 30))
            g_array_append_val(group->workspaces, product);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(worlds_workspaces); i++) {
        unsigned at = worlds_at(chance, i, G_N_ELEMENTS(worlds_workspaces));
        if (at == 0 || likely(chance, "workspace", worlds_workspaces[at], 85))
            (void) organization_add_workspace(organization, 10 + at, worlds_workspaces[at]);
    }
}

static inline void worlds_memberships(Chance *chance, Member *member, const char *name)
{
    const Organization *organization = chance->world.organization;
    for (guint i = 0; i < organization->groups->len; i++) {
        const OrganizationGroup *group = g_ptr_array_index(organization->groups, i);
        g_autofree char *whom = g_strconcat(name, group->name, NULL);
        if (likely(chance, "toggl in", whom, 30))
            world_put(member, group->id);
    }
    for (guint i = 0; i < organization->workspaces->len; i++) {
        const Workspace *workspace = g_ptr_array_index(organization->workspaces, i);
        g_autofree char *whom = g_strconcat(name, workspace->name, NULL);
        if (likely(chance, "assigned", whom, 40))
            world_assign(member, workspace->id,
                         likely(chance, "admin", whom, 20) ? ROLE_ADMIN : ROLE_USER);
    }
}

static inline void worlds_member(Chance *chance, const char *name, int64_t id)
{
    Organization *organization = chance->world.organization;
    Member *member = organization_add_member(organization, (OrganizationUserId){id});
    unsigned how = dice(chance, "member mail", name, 100);
    g_autofree char *mail = g_strdup_printf("%s@%s", name, how < 8 ? "old.example" : "example.org");
    member_set_mail(member, mail);
    g_free(member->name);
    member->name = g_strdup(name);
    member->user_id.value = id + 1000;
    unsigned standing = dice(chance, "member standing", name, 100);
    member->joined = standing >= 20;
    member->inactive = standing >= 88;
    member->can_edit_email = likely(chance, "can edit", name, 60);
    if (!member->joined) {
        member->invitation_id = id + 5000;
        if (likely(chance, "no user id", name, 30))
            member->user_id.value = 0;
    }
    member->admin = likely(chance, "organization admin", name, 15);
    worlds_memberships(chance, member, name);
}

static inline void worlds_organization(Chance *chance)
{
    Organization *organization = chance->world.organization;
    worlds_toggl_objects(chance);
    for (unsigned i = 0; i < WORLDS_NAMES; i++) {
        unsigned at = worlds_at(chance, i, WORLDS_NAMES);
        if (likely(chance, "member", worlds_names[at], 65))
            worlds_member(chance, worlds_names[at], 100 + at);
    }
    worlds_member(chance, "stranger", 120);
    Member *owner = organization_add_member(organization, (OrganizationUserId){130});
    member_set_mail(owner, "owner@example.org");
    *owner = (Member){.id = owner->id,
                      .user_id = {1130},
                      .mail = owner->mail,
                      .mail_key = owner->mail_key,
                      .name = owner->name,
                      .joined = true,
                      .admin = true,
                      .owner = true,
                      .groups = owner->groups,
                      .assignments = owner->assignments};
    organization->owner = owner->user_id;
    organization->self.value = 1100 + (int64_t) dice(chance, "self", "", WORLDS_NAMES);
    chance->world.next_id = 1000;
}

static inline Rule *worlds_rule(Chance *chance, unsigned i)
{
    static const RuleKind kinds[] = {RULE_GROUP_NAME,  RULE_GROUP,        RULE_GROUP_NAME,
                                     RULE_GROUP_MATCH, RULE_PEOPLE_MATCH, RULE_EVERYONE};
    g_autofree char *whom = g_strdup_printf("rule %u", i);
    RuleKind kind = kinds[dice(chance, "kind", whom, G_N_ELEMENTS(kinds))];
    unsigned group = dice(chance, "group", whom, 2);
    unsigned space = dice(chance, "space", whom, 3);
    const char *value = worlds_groups[dice(chance, "value", whom, 20) == 0 ? 4 : group];
    g_autofree char *dn = g_strdup_printf("cn=%s,ou=groups,dc=main", value);
    Role role = likely(chance, "rule admin", whom, 20) ? ROLE_ADMIN : ROLE_NONE;
    const char *name = kind == RULE_GROUP_MATCH ? "T \\1" : worlds_toggl_groups[group];
    bool named = likely(chance, "names group", whom, 75);
    Rule *rule = world_rule(&chance->world, kind,
                            kind == RULE_GROUP          ? dn
                            : kind == RULE_GROUP_MATCH  ? "^toggl-(.+)$"
                            : kind == RULE_PEOPLE_MATCH ? "^42"
                            : kind == RULE_EVERYONE     ? NULL
                                                        : value,
                            named ? name : NULL, space < 2 ? worlds_workspaces[space] : NULL, role);
    if (kind == RULE_PEOPLE_MATCH) {
        rule->attribute = g_strdup("departmentNumber");
        rule->pattern = g_regex_new("^42", 0, 0, NULL);
    }
    rule->allow_empty = likely(chance, "allow empty", whom, 40);
    rule->via_group = named && space < 2 && role == ROLE_NONE && likely(chance, "via", whom, 20);
    return rule;
}

static inline void worlds_settings(Chance *chance)
{
    World *world = &chance->world;
    world->lists.replace = likely(chance, "lists replace", "", 40);
    world->lists.assignments_gone = likely(chance, "assignments gone", "", 30);
    world->merges = !world->lists.replace && likely(chance, "lists merge", "", 50);
    world->organization->direct_read = likely(chance, "direct read", "", 80);
    Lifecycle *to = &chance->world.settings->lifecycle;
    to->adoption = likely(chance, "adoption", "", 80) ? ADOPTION_MATCHING : ADOPTION_NONE;
    to->memberships = likely(chance, "exact", "", 20) ? MEMBERSHIPS_EXACT : MEMBERSHIPS_OURS;
    unsigned leavers = dice(chance, "leavers", "", 10);
    to->leavers = leavers == 0   ? LEAVERS_REPORT
                  : leavers == 1 ? LEAVERS_REMOVE_GROUPS
                                 : LEAVERS_DEACTIVATE;
    to->disabled = likely(chance, "disabled", "", 80) ? DISABLED_LEAVER_NOW : DISABLED_GRACE;
    to->expired = likely(chance, "expired", "", 50) ? DISABLED_LEAVER_NOW : DISABLED_GRACE;
    to->grace_days = dice(chance, "days", "", 4);
    to->grace_reads = dice(chance, "reads", "", 4);
    to->delete_after_days = likely(chance, "delete", "", 30) ? 2 : 0;
    to->returners = likely(chance, "returners", "", 80) ? RETURNERS_REACTIVATE : RETURNERS_REPORT;
    to->by_hand = likely(chance, "by hand", "", 70) ? BY_HAND_RESPECT : BY_HAND_REACTIVATE;
    to->addresses = likely(chance, "addresses", "", 50) ? ADDRESSES_REPORT : ADDRESSES_CHANGE;
    to->names = likely(chance, "names", "", 50) ? NAMES_KEEP : NAMES_FOLLOW;
    to->unmanaged = (Unmanaged) dice(chance, "unmanaged", "", 3);
    to->resend_after_days = 1 + dice(chance, "resend", "", 3);
    to->create_groups = likely(chance, "create groups", "", 70);
    to->create_workspaces = likely(chance, "create workspaces", "", 50);
    to->delete_groups = likely(chance, "delete groups", "", 30);
    if (likely(chance, "same domains", "", 50))
        g_ptr_array_add(to->same_domains, g_strsplit("example.org old.example", " ", -1));
    if (likely(chance, "protect", "", 40))
        g_ptr_array_add(to->protect, g_strdup("bob@example.org"));
    if (likely(chance, "external", "", 30)) {
        bool over = likely(chance, "external over", "", 30);
        g_ptr_array_add(to->externals,
                        external_new("cat@example.org", "cat@example.org", "boss", "some day",
                                     WORLD_NOW + (over ? -1 : 1000 * 86400)));
    }
    chance->world.settings->limits.removals_floor = 1000;
    chance->world.settings->limits.removals_count = 1000;
    chance->world.settings->limits.removals_per_day = 1000;
    chance->world.settings->limits.group_removals_percent = 100;
    chance->world.settings->limits.invitations = 1000;
    chance->world.settings->limits.reactivations = 1000;
    chance->world.settings->limits.new_admins = 1000;
    chance->world.settings->limits.address_changes = 1000;
}

static inline void worlds_grants(Chance *chance, const Member *member)
{
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        g_autofree char *whom = g_strdup_printf("%s %d", member->mail, (int) id);
        if (likely(chance, "granted", whom, 60))
            world_grant(&chance->world, member, GRANT_GROUP, id)->origin = GRANT_GIVEN;
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        g_autofree char *whom =
            g_strdup_printf("%s %d", member->mail, (int) assignment->workspace_id);
        if (!likely(chance, "granted", whom, 60))
            continue;
        Grant *grant =
            world_grant(&chance->world, member, GRANT_WORKSPACE, assignment->workspace_id);
        grant->origin = likely(chance, "adopted", whom, 40) ? GRANT_ADOPTED : GRANT_GIVEN;
        grant->role = assignment->role;
        if (assignment->role > ROLE_USER && likely(chance, "raised", whom, 60))
            grant->role_before = ROLE_USER;
    }
}

static inline void worlds_link(Chance *chance, const char *source, const char *name)
{
    g_autofree char *anchor = g_strconcat(strcmp(source, "main") == 0 ? "" : "s-", name, NULL);
    g_autofree char *mail = g_strconcat(name, "@example.org", NULL);
    g_autofree char *whom = g_strconcat(source, name, NULL);
    if (!likely(chance, "linked", whom, strcmp(source, "main") == 0 ? 70 : 25))
        return;
    int64_t now = chance->world.now;
    Member *member = organization_member_by_mail(chance->world.organization, mail);
    Link *link = world_link_in(&chance->world, source, anchor, member);
    g_free(link->mail_key);
    link->mail_key = g_strdup(mail);
    (void) ledger_remember(link->mail_keys, mail);
    if (member == NULL && likely(chance, "was member", whom, 50))
        ledger_set_member(chance->world.ledger, link, (OrganizationUserId){777}, (UserId){1777});
    unsigned what = dice(chance, "link", whom, 100);
    if (what < 10)
        link->removed_at = now - 86400;
    else if (what < 20)
        link->invited_at = now - (int64_t) dice(chance, "invited", whom, 40) * 86400;
    else if (what < 30 && member != NULL && member->inactive)
        link->deactivated_at = now - (int64_t) dice(chance, "deactivated", whom, 5) * 86400;
    else if (what < 35)
        link->hold_until = now + 5 * 86400;
    else if (what < 40)
        link->released_at = now - 1;
    if (member != NULL && ledger_member_links(chance->world.ledger, member->id)->len == 1)
        worlds_grants(chance, member);
}

static inline void worlds_init(Chance *chance, uint64_t seed, bool backwards)
{
    *chance = (Chance){.seed = seed, .backwards = backwards};
    world_init(&chance->world);
    worlds_settings(chance);
    unsigned rules = 1 + dice(chance, "rules", "", 4);
    for (unsigned i = 0; i < rules; i++)
        (void) worlds_rule(chance, i);
    worlds_organization(chance);
    int64_t id = 0;
    assert_true(organization_index(chance->world.organization, &id));
    for (unsigned i = 0; i < WORLDS_NAMES; i++) {
        unsigned at = worlds_at(chance, i, WORLDS_NAMES);
        worlds_link(chance, "main", worlds_names[at]);
        worlds_link(chance, "second", worlds_names[at]);
    }
    worlds_read(chance);
}

static inline void worlds_clear(Chance *chance)
{
    world_clear(&chance->world);
}

/* Who is looked for everywhere, and where they are. */
static inline void worlds_locate(Chance *chance)
{
    g_hash_table_remove_all(chance->world.located);
    for (guint i = 0; i < chance->world.ledger->links->len; i++) {
        Link *link = g_ptr_array_index(chance->world.ledger->links, i);
        if (link->row.removed)
            continue;
        unsigned where = dice(chance, "located", link->anchor, 100);
        Located *located = g_new0(Located, 1);
        located->kind = where < 70   ? LOCATED_NOWHERE
                        : where < 85 ? LOCATED_ENABLED
                                     : LOCATED_DISABLED;
        if (located->kind != LOCATED_NOWHERE)
            located->dn = g_strconcat("uid=", link->anchor, ",ou=elsewhere", NULL);
        g_hash_table_insert(chance->world.located, link, located);
    }
}

/* The next run: time passes, directories change, and somebody works in Toggl by hand. */
static inline void worlds_pass(Chance *chance)
{
    chance->round++;
    chance->world.now += 3600 + (int64_t) dice(chance, "time", "", 3) * 86400;
    worlds_read(chance);
    worlds_locate(chance);
    GPtrArray *members = chance->world.organization->members;
    for (guint i = members->len; i > 0; i--) {
        Member *member = g_ptr_array_index(members, i - 1);
        unsigned what = dice(chance, "by hand", member->mail, 100);
        if (member->owner)
            continue;
        if (what < 3)
            g_ptr_array_remove_index(members, i - 1);
        else if (what < 6)
            member->inactive = !member->inactive && member->joined;
        else if (what < 20 && !member->joined) {
            member->joined = true;
            member->user_id.value = member->id.value + 1000;
        } else if (what < 23 && member->assignments->len > 0)
            g_array_index(member->assignments, Assignment, 0).role = ROLE_ADMIN;
    }
}

#endif
