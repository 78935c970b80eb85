/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/earlier_names.h"

#include "testing.h"

#include <string.h>

static void add_person(Directory *directory, const char *anchor)
{
    (void) directory_add_person(directory, g_strdup(anchor),
                                g_strdup_printf("uid=%s,ou=new", anchor),
                                g_strdup_printf("uid=%s,ou=new", anchor), NULL);
}

static DirectoryGroup *add_group(Directory *directory, const char *name)
{
    return directory_add_group(directory, g_strdup(name), g_strdup_printf("cn=%s", name),
                               g_strdup_printf("cn=%s", name), g_strdup(name));
}

static void leave(GPtrArray **names, const char *name)
{
    if (*names == NULL)
        *names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(*names, g_strdup(name));
}

/* Groups by name: a holds b, b holds c, c holds a again; d stands alone. */
static Directory *directory_make(void)
{
    Directory *directory = directory_new("main");
    add_person(directory, "p");
    add_person(directory, "q");
    add_person(directory, "r");
    DirectoryGroup *groups[] = {add_group(directory, "a"), add_group(directory, "b"),
                                add_group(directory, "c"), add_group(directory, "d")};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t below = (i + 1) % 3;
        g_array_append_val(groups[i]->subgroups, below);
    }
    GroupMember member = {.person = 1, .via = 2};
    g_array_append_val(groups[2]->members, member);
    leave(&groups[2]->unresolved, "uid=p,ou=old");
    leave(&groups[2]->unresolved, "uid=nobody,ou=old");
    leave(&groups[3]->outside, "uid=r,ou=far");
    leave(&groups[3]->unresolved, "rosa");
    leave(&groups[3]->unresolved, "shared");
    groups[2]->dangling = 2;
    groups[3]->dangling = 3; /* one of them no name at all */
    directory->completeness.dangling = 5;
    directory->completeness.outside = 1;
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    return directory;
}

static Ledger *ledger_make(void)
{
    Ledger *ledger = ledger_new();
    Link *p = ledger_add_link(ledger, "main", "p");
    (void) ledger_remember(p->dn_keys, "uid=p,ou=old");
    (void) ledger_remember(p->dn_keys, "uid=p,ou=new");
    (void) ledger_remember(p->uids, "Shared");
    Link *q = ledger_add_link(ledger, "main", "q");
    (void) ledger_remember(q->uids, "shared");
    Link *r = ledger_add_link(ledger, "main", "r");
    (void) ledger_remember(r->dn_keys, "uid=r,ou=far");
    (void) ledger_remember(r->uids, "Rosa");
    Link *other = ledger_add_link(ledger, "other", "p");
    (void) ledger_remember(other->dn_keys, "uid=nobody,ou=old");
    Link *gone = ledger_add_link(ledger, "main", "gone");
    (void) ledger_remember(gone->dn_keys, "uid=nobody,ou=old");
    return ledger;
}

static char *members_of(const Directory *directory)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        g_string_append_printf(text, "%s%s:", i > 0 ? " " : "", group->name);
        for (guint k = 0; k < group->members->len; k++) {
            GroupMember member = g_array_index(group->members, GroupMember, k);
            const Person *person = g_ptr_array_index(directory->people, member.person);
            g_string_append_printf(text, "%s%u", person->anchor, member.via);
        }
    }
    return g_string_free(text, FALSE);
}

static void test_recognised(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_make();
    g_autoptr(Ledger) ledger = ledger_make();
    for (unsigned round = 0; round < 2; round++) {
        earlier_names_apply(directory, ledger);
        g_autofree char *members = members_of(directory);
        assert_string_equal(members, "a:p2 b:p2 c:p2q2 d:r3");
        const DirectoryGroup *c = g_ptr_array_index(directory->groups, 2);
        const DirectoryGroup *d = g_ptr_array_index(directory->groups, 3);
        assert_int_equal(c->dangling, 1);
        assert_int_equal(d->dangling, 2);
        assert_string_equal(g_ptr_array_index(c->unresolved, 0), "uid=nobody,ou=old");
        assert_string_equal(g_ptr_array_index(d->unresolved, 0), "shared");
        assert_int_equal(directory->completeness.dangling, 3);
        assert_int_equal(directory->completeness.outside, 0);
        assert_int_equal(directory->warnings->len, 3);
    }
    assert_string_equal(
        g_ptr_array_index(directory->warnings, 0),
        "group 'cn=c' still names 'uid=p,ou=old', who is 'uid=p,ou=new' now: counted as a member");
    assert_string_equal(
        g_ptr_array_index(directory->warnings, 1),
        "group 'cn=d' still names 'rosa', who is 'uid=r,ou=new' now: counted as a member");
}

static void test_many(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("main");
    g_autoptr(Ledger) ledger = ledger_new();
    DirectoryGroup *group = add_group(directory, "g");
    for (unsigned i = 0; i < 15; i++) {
        g_autofree char *anchor = g_strdup_printf("p%02u", i);
        g_autofree char *before = g_strdup_printf("uid=%s,ou=old", anchor);
        add_person(directory, anchor);
        leave(&group->unresolved, before);
        (void) ledger_remember(ledger_add_link(ledger, "main", anchor)->dn_keys, before);
    }
    group->dangling = 15;
    directory->completeness.dangling = 15;
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    earlier_names_apply(directory, ledger);
    assert_int_equal(group->members->len, 15);
    assert_int_equal(group->dangling, 0);
    assert_int_equal(directory->warnings->len, 11);
    assert_string_equal(g_ptr_array_index(directory->warnings, 10),
                        "and 5 more members by earlier names");
}

static void test_remembered(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_make();
    g_autoptr(Ledger) ledger = ledger_make();
    Link *p = ledger_link(ledger, "main", "p");
    Link *r = ledger_link(ledger, "main", "r");
    ((Person *) g_ptr_array_index(directory->people, 2))->uid = g_strdup("rosalind");
    p->row.dirty = r->row.dirty = false;
    assert_true(earlier_names_remember(directory, ledger));
    assert_false(earlier_names_remember(directory, ledger));
    assert_false(p->row.dirty);
    assert_true(r->row.dirty);
    assert_int_equal(p->dn_keys->len, 2);
    assert_string_equal(g_ptr_array_index(r->dn_keys, 1), "uid=r,ou=new");
    assert_string_equal(g_ptr_array_index(r->uids, 1), "rosalind");
    assert_int_equal(ledger_link(ledger, "other", "p")->dn_keys->len, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recognised),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
