/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random groups in groups, written down in every schema at once, against a closure of twenty lines:
 * cycles, diamonds, chains of thirty, members that do not exist, respelled DNs.
 */

#include "source/assembly.h"

#include "testing.h"

#include <string.h>

#define SEED 20261128
#define GRAPHS 1500
#define MOST_PEOPLE 25
#define MOST_GROUPS 34
#define MOST (MOST_PEOPLE + MOST_GROUPS)

/* Who is directly in which group: people first, then groups. */
typedef struct {
    unsigned people;
    unsigned groups;
    bool in[MOST_GROUPS][MOST];
    bool member_of; /* some are told by the members */
} Graph;

/* The reference: members of GROUP, through all groups below it. */
static void reference(const Graph *graph, unsigned group, bool *seen, bool *members)
{
    if (seen[group])
        return;
    seen[group] = true;
    for (unsigned i = 0; i < graph->people; i++)
        members[i] = members[i] || graph->in[group][i];
    for (unsigned i = 0; i < graph->groups; i++) {
        if (graph->in[group][graph->people + i])
            reference(graph, i, seen, members);
    }
}

static void fill(Graph *graph, GRand *random)
{
    memset(graph, 0, sizeof *graph);
    graph->people = (unsigned) g_rand_int_range(random, 0, MOST_PEOPLE + 1);
    graph->groups = (unsigned) g_rand_int_range(random, 1, MOST_GROUPS + 1);
    graph->member_of = g_rand_boolean(random);
    bool chain = g_rand_int_range(random, 0, 3) == 0;
    double density = g_rand_double_range(random, 0, 3.0 / graph->groups);
    for (unsigned group = 0; group < graph->groups; group++) {
        for (unsigned i = 0; i < graph->people + graph->groups; i++)
            graph->in[group][i] = g_rand_double(random) < density;
        if (chain && group + 1 < graph->groups)
            graph->in[group][graph->people + group + 1] = true;
    }
}

static char *dn_of(const Graph *graph, unsigned index)
{
    return index < graph->people
               ? g_strdup_printf("uid=p%02u,ou=people,dc=org", index)
               : g_strdup_printf("cn=g%02u,ou=groups,dc=org", index - graph->people);
}

/* The same DN as people write it. */
static char *respelled(GRand *random, const char *dn)
{
    GString *text = g_string_new(NULL);
    for (; *dn != '\0'; dn++) {
        char c = g_rand_boolean(random) ? g_ascii_toupper(*dn) : *dn;
        g_string_append_c(text, c);
        if (*dn == ',' && g_rand_int_range(random, 0, 3) == 0)
            g_string_append_c(text, ' ');
    }
    return g_string_free(text, FALSE);
}

static void add_text(Entry *entry, const char *name, const char *text)
{
    entry_add_value(entry, name, text, strlen(text));
}

/* Says in GROUP's entry that INDEX is in it, in one way or another. */
static void add_member(const Graph *graph, GRand *random, Entry *group, unsigned index)
{
    g_autofree char *dn = dn_of(graph, index);
    g_autofree char *spelling = respelled(random, dn);
    switch (g_rand_int_range(random, 0, 3)) {
    case 0:
        add_text(group, "member", spelling);
        return;
    case 1: {
        g_autofree char *with_id = g_strconcat(spelling, "#'0101'B", NULL);
        add_text(group, "uniqueMember", with_id);
        return;
    }
    default:
        break;
    }
    g_autofree char *login = g_strdup_printf("P%02u", index);
    add_text(group, "memberUid", index < graph->people ? login : spelling);
}

/* Whether the entry of INDEX, and not that of GROUP, says that it is in it. */
static bool is_told_by_member(const Graph *graph, unsigned group, unsigned index)
{
    return graph->member_of && (group + index) % 3 == 0;
}

static Entry *entry_for(const Graph *graph, GRand *random, unsigned index)
{
    g_autofree char *dn = dn_of(graph, index);
    g_autofree char *anchor = g_strdup_printf("id-%02u", index);
    Entry *entry = entry_new(dn);
    add_text(entry, "entryUUID", anchor);
    if (index < graph->people) {
        g_autofree char *login = g_strdup_printf("p%02u", index);
        g_autofree char *mail = g_strdup_printf("p%02u@example.org", index);
        add_text(entry, "uid", login);
        add_text(entry, "mail", mail);
    }
    for (unsigned group = 0; group < graph->groups; group++) {
        g_autofree char *group_dn = dn_of(graph, graph->people + group);
        g_autofree char *spelling = respelled(random, group_dn);
        if (graph->in[group][index] && is_told_by_member(graph, group, index))
            add_text(entry, "memberOf", spelling);
    }
    for (unsigned i = 0; index >= graph->people && i < graph->people + graph->groups; i++) {
        unsigned group = index - graph->people;
        if (graph->in[group][i] && !is_told_by_member(graph, group, i))
            add_member(graph, random, entry, i);
        if (graph->in[group][i] && g_rand_int_range(random, 0, 9) == 0)
            add_text(entry, "member", "uid=gone,ou=people,dc=org");
    }
    return entry;
}

static SourceSettings *settings_new(const Graph *graph)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("main");
    PeopleSearch *people = people_search_new();
    people->base = g_strdup("ou=people,dc=org");
    g_ptr_array_add(settings->people, people);
    GroupSearch *groups = group_search_new();
    groups->base = g_strdup("ou=groups,dc=org");
    g_ptr_array_add(settings->groups, groups);
    if (graph->member_of) {
        GroupSearch *told = group_search_new();
        told->base = g_strdup("ou=groups,dc=org");
        told->schema = GROUP_SCHEMA_MEMBER_OF;
        g_ptr_array_add(settings->groups, told);
    }
    return settings;
}

/* Entries come in any order. */
static void shuffle(GRand *random, unsigned *order, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        order[i] = i;
    for (unsigned i = count; i > 1; i--) {
        unsigned other = (unsigned) g_rand_int_range(random, 0, (gint32) i);
        unsigned kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

static Directory *assemble(const Graph *graph, GRand *random)
{
    g_autoptr(SourceSettings) settings = settings_new(graph);
    g_autoptr(Assembly) assembly = assembly_new(settings, SOURCE_KIND_OPENLDAP);
    g_autoptr(GError) error = NULL;
    unsigned order[MOST];
    shuffle(random, order, graph->people + graph->groups);
    for (unsigned i = 0; i < graph->people + graph->groups; i++) {
        g_autoptr(Entry) entry = entry_for(graph, random, order[i]);
        bool good = order[i] < graph->people
                        ? assembly_add_person(assembly, g_ptr_array_index(settings->people, 0),
                                              entry, &error)
                        : assembly_add_group(assembly, g_ptr_array_index(settings->groups, 0),
                                             entry, &error);
        assert_success(good, error);
    }
    Directory *directory = NULL;
    assert_success(assembly_finish(assembly, &directory, &error), error);
    return directory;
}

static void compare(const Graph *graph, const Directory *directory, unsigned number)
{
    assert_int_equal(directory->people->len, graph->people);
    assert_int_equal(directory->groups->len, graph->groups);
    for (unsigned group = 0; group < graph->groups; group++) {
        bool seen[MOST_GROUPS] = {false};
        bool expected[MOST] = {false};
        bool found[MOST] = {false};
        reference(graph, group, seen, expected);
        const DirectoryGroup *other = g_ptr_array_index(directory->groups, group);
        for (guint i = 0; i < other->members->len; i++)
            found[g_array_index(other->members, GroupMember, i).person] = true;
        if (memcmp(expected, found, sizeof expected) != 0)
            fail_msg("graph %u of seed %d: group %u has other members", number, SEED, group);
    }
}

static void test_graphs(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    for (unsigned number = 0; number < GRAPHS; number++) {
        Graph graph;
        fill(&graph, random);
        g_autoptr(Directory) directory = assemble(&graph, random);
        compare(&graph, directory, number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
