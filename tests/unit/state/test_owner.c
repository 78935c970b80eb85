/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

/* 0 when a state can be made and every file of it is nobody's; else the number of the check. */
static int make_as_root(const Fixture *fixture)
{
    State *state = NULL;
    GError *error = NULL;
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error))
        return 1;
    if (geteuid() != NOBODY || getegid() != NOBODY)
        return 2;
    /* the write-ahead log too */
    if (!write_fact(state, "a", "fact"))
        return 3;
    GDir *folder = g_dir_open(fixture->folder, 0, NULL);
    unsigned files = 0;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL; files++) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
        struct stat about;
        if (lstat(path, &about) != 0 || about.st_uid != NOBODY || about.st_gid != NOBODY)
            return 4;
    }
    g_dir_close(folder);
    state_close(state);
    return files >= 3 ? 0 : 5;
}

/* Reading what is not there yet makes us its user all the same: reports may come after it. */
static int read_as_root(const Fixture *fixture)
{
    State *state = NULL;
    GError *error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "not", "yet", "state.db", NULL);
    if (!state_open(path, STATE_READ, ORGANIZATION, &state, &error) || state != NULL)
        return 1;
    return geteuid() == NOBODY ? 0 : 2;
}

/* A link in the folder of the owner must not choose another user. */
static int follow_no_link(const Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->folder, "link", NULL);
    if (symlink("/etc/passwd", path) != 0 || lchown(path, NOBODY, NOBODY) != 0)
        return 1;
    ProcessUser user = state_user(path);
    return user.user == NOBODY && user.group == NOBODY ? 0 : 2;
}

static int know_itself(const Fixture *fixture)
{
    return state_user(fixture->path).user == geteuid() ? 0 : 1;
}

static void test_root_works_as_the_owner(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(in_child(true, know_itself, fixture), 0);
    if (geteuid() != 0) {
        print_message("not root: nobody else can be become\n");
        return;
    }
    assert_int_equal(in_child(false, know_itself, fixture), 0); /* root's folder is root's */
    assert_int_equal(chown(fixture->folder, NOBODY, NOBODY), 0);
    assert_int_equal(in_child(false, follow_no_link, fixture), 0);
    assert_int_equal(in_child(false, read_as_root, fixture), 0);
    assert_int_equal(in_child(false, make_as_root, fixture), 0);
    /* and once more, with the file there */
    assert_int_equal(in_child(false, make_as_root, fixture), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_root_works_as_the_owner, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
