/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/directory_snapshot.h"

#include "base/error.h"
#include "sync/digest.h"

#include "testing.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOW 1795500000
#define PERSON(name, where)                                                                        \
    "dn: uid=" name "," where "dc=org\nobjectClass: inetOrgPerson\nuid: " name "\nmail: " name     \
    "@example.org\ncn: " name "\ntitle: boss\nuserPassword: secret\nentryUUID: id-" name "\n"      \
    "jpegPhoto:: AAEC\n\n"
#define COMPANY                                                                                    \
    "dn: dc=org\nobjectClass: organization\n\n" PERSON("ada", "ou=people,") PERSON("zo\xc3\xab",   \
                                                                                   "ou=people,")   \
        PERSON("max",                                                                              \
               "ou=elsewhere,") "dn: cn=team,ou=groups,dc=org\nobjectClass: groupOfNames\ncn: "    \
                                "team\nentryUUID: g-1\n"                                           \
                                "member: uid=ada,ou=people,dc=org\nmember: "                       \
                                "uid=gone,ou=people,dc=org\n\n"                                    \
                                "dn: cn=query,ou=groups,dc=org\nobjectClass: groupOfURLs\ncn: "    \
                                "query\nentryUUID: "                                               \
                                "g-2\nmemberURL: ldap:///ou=people,dc=org??sub?(title=boss)\n\n"

/* These stand before the library's. */
typedef enum { MEMORY_WORKS, NO_MEMORY_FILE, INTERRUPTED, HALF_A_WRITE, MEMORY_IS_FULL } Memory;

static Memory memory;
static int memory_file = -1;

int memfd_create(const char *name, unsigned flags)
{
    if (memory == NO_MEMORY_FILE) {
        errno = EMFILE;
        return -1;
    }
    memory_file = (int) syscall(SYS_memfd_create, name, flags);
    return memory_file;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    bool ours = memory_file >= 0 && fd == memory_file;
    if (ours && (memory == INTERRUPTED || memory == MEMORY_IS_FULL)) {
        errno = memory == INTERRUPTED ? EINTR : ENOSPC;
        memory = memory == INTERRUPTED ? HALF_A_WRITE : memory;
        return -1;
    }
    size_t part = ours && memory == HALF_A_WRITE && length > 1 ? length / 2 : length;
    return (ssize_t) syscall(SYS_write, fd, bytes, part);
}

typedef struct {
    char *folder;
    char *path;
    char *copy;
    SourceSettings *settings;
    Ledger *ledger;
    TestClock clock;
} World;

static SourceSettings *settings_new(const char *path)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("staff");
    settings->kind = SOURCE_KIND_LDIF;
    settings->file = g_strdup(path);
    settings->sentinels = g_strsplit("cn=team,ou=groups,dc=org", "|", -1);
    PeopleSearch *people = people_search_new();
    people->base = g_strdup("ou=people,dc=org");
    g_ptr_array_add(settings->people, people);
    GroupSearch *groups = group_search_new();
    groups->base = g_strdup("ou=groups,dc=org");
    g_ptr_array_add(settings->groups, groups);
    return settings;
}

static int set_up(void **state)
{
    World *world = g_new0(World, 1);
    world->folder = g_dir_make_tmp("snapshot-XXXXXX", NULL);
    world->path = g_build_filename(world->folder, "company.ldif", NULL);
    world->copy = g_build_filename(world->folder, "copy.ldif", NULL);
    world->settings = settings_new(world->path);
    world->ledger = ledger_new();
    test_clock_init(&world->clock, NOW);
    *state = world;
    return !g_file_set_contents(world->path, COMPANY, -1, NULL);
}

static int tear_down(void **state)
{
    World *world = *state;
    (void) g_unlink(world->path);
    (void) g_unlink(world->copy);
    (void) g_rmdir(world->folder);
    source_settings_free(world->settings);
    ledger_free(world->ledger);
    g_free(world->folder);
    g_free(world->path);
    g_free(world->copy);
    g_free(world);
    return 0;
}

/* A snapshot of the company in world->copy, and the digest of what it is a snapshot of. */
static char *take(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    g_autofree char *text = NULL;
    assert_success(directory_snapshot(world->settings, world->ledger, &world->clock.clock, &text,
                                      &directory, &error),
                   error);
    assert_true(g_file_set_contents(world->copy, text, -1, NULL));
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, directory);
    return digest_directories(one);
}

static bool read_copy(World *world, const SourceSettings *settings, Directory **ret, GError **error)
{
    g_autoptr(Source) source = source_new(settings, &world->clock.clock, error);
    return source != NULL && source_read(source, ret, error);
}

static void test_same_digest(void **state)
{
    World *world = *state;
    g_autofree char *digest = take(world);
    g_autoptr(SourceSettings) settings = settings_new(world->copy);
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    assert_success(read_copy(world, settings, &directory, &error), error);
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, directory);
    g_autofree char *again = digest_directories(one);
    assert_string_equal(digest, again);
    assert_int_equal(directory->people->len, 2);
    const DirectoryGroup *query = directory_group_by_dn(directory, "cn=query,ou=groups,dc=org");
    assert_int_equal(query->members->len, 2);
}

static void test_text(void **state)
{
    World *world = *state;
    g_free(take(world));
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(world->copy, &text, NULL, NULL));
    assert_true(g_str_has_prefix(text, "# toggl-ldap-sync directory snapshot, version 1\n"
                                       "# source: staff\n# kind: openldap\n# server: "));
    assert_non_null(strstr(text, "\n# search: ou=people,dc=org\n# scope: subtree\n"
                                 "# filter: (objectClass=inetOrgPerson)\n# attributes: "));
    assert_true(g_str_has_suffix(text, "\n\n# end: 4 entries\n"));
    /* nothing that nobody asked for */
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "jpegPhoto"));
    assert_null(strstr(text, "max"));
    g_free(take(world));
    g_autofree char *second = NULL;
    assert_true(g_file_get_contents(world->copy, &second, NULL, NULL));
    assert_string_equal(text, second);
}

/* Who asks for more than there is, is told so. */
static void test_asking_for_more(void **state)
{
    World *world = *state;
    static const struct {
        const char *base;
        const char *filter;
        const char *attribute;
        const char *groups;
        const char *why; /* NULL: it can be answered */
    } cases[] = {
        {"ou=people,dc=org", NULL, NULL, "ou=groups,dc=org", NULL},
        {"UID=Ada, ou=people,dc=org", NULL, NULL, "ou=groups,dc=org", NULL},
        {"ou=people,dc=org", "(&(objectClass=inetOrgPerson)(uid=ada))", NULL, "ou=groups,dc=org",
         NULL},
        {"dc=org", NULL, NULL, "ou=groups,dc=org",
         "was not asked for '(objectClass=inetOrgPerson)' below 'dc=org'"},
        {"ou=people,dc=org", "(objectClass=*)", NULL, "ou=groups,dc=org",
         "was not asked for '(objectClass=*)' below 'ou=people,dc=org'"},
        {"ou=people,dc=org", "(&(uid=a)(!(objectClass=inetOrgPerson)))", NULL, "ou=groups,dc=org",
         "was not asked for '(&(uid=a)(!(objectClass=inetOrgPerson)))' below 'ou=people,dc=org'"},
        {"ou=people,dc=org", "(&(objectClass=inetOrgPerson)(l=Paris))", NULL, "ou=groups,dc=org",
         "does not hold the attribute 'l' of what '(&(objectClass=inetOrgPerson)(l=Paris))' finds "
         "below 'ou=people,dc=org'"},
        {"ou=people,dc=org", NULL, "departmentNumber", "ou=groups,dc=org",
         "does not hold the attribute 'departmentnumber' of what '(objectClass=inetOrgPerson)' "
         "finds below 'ou=people,dc=org'"},
        {"ou=people,dc=org", NULL, NULL, "ou=teams,dc=org",
         "was not asked for '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
         "(objectClass=posixGroup)(objectClass=groupOfURLs))' below 'ou=teams,dc=org'"},
    };
    g_free(take(world));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SourceSettings) settings = settings_new(world->copy);
        PeopleSearch *people = g_ptr_array_index(settings->people, 0);
        GroupSearch *groups = g_ptr_array_index(settings->groups, 0);
        g_free(people->base);
        g_free(groups->base);
        people->base = g_strdup(cases[i].base);
        people->filter = g_strdup(cases[i].filter);
        groups->base = g_strdup(cases[i].groups);
        if (cases[i].attribute != NULL)
            settings->attributes = g_strsplit(cases[i].attribute, " ", -1);
        g_autoptr(GError) error = NULL;
        g_autoptr(Directory) directory = NULL;
        bool good = read_copy(world, settings, &directory, &error);
        if (cases[i].why == NULL) {
            assert_success(good, error);
            continue;
        }
        assert_false(good);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        g_autofree char *message = g_strdup_printf("file '%s': it is a snapshot, and %s\n"
                                                   "hint: take it again, with this configuration",
                                                   world->copy, cases[i].why);
        assert_string_equal(error->message, message);
    }
}

static void test_sentinel_not_held(void **state)
{
    World *world = *state;
    g_free(take(world));
    g_autoptr(SourceSettings) settings = settings_new(world->copy);
    g_free(settings->sentinels[0]);
    settings->sentinels[0] = g_strdup("uid=max,ou=elsewhere,dc=org");
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    assert_false(read_copy(world, settings, &directory, &error));
    assert_non_null(strstr(error->message, "the sentinel 'uid=max,ou=elsewhere,dc=org' was not"));
}

/* Whoever was looked for is found again, or is nowhere; nothing is known of anybody else. */
static void test_locate(void **state)
{
    World *world = *state;
    char max[] = "id-max";
    char gone[] = "id-gone";
    char other[] = "id-other";
    (void) ledger_add_link(world->ledger, "staff", max);
    (void) ledger_add_link(world->ledger, "staff", gone);
    (void) ledger_add_link(world->ledger, "another", other);
    g_free(take(world));
    g_autoptr(SourceSettings) settings = settings_new(world->copy);
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, &world->clock.clock, &error);
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    g_ptr_array_add(anchors, max);
    g_ptr_array_add(anchors, gone);
    g_autoptr(GPtrArray) located = NULL;
    assert_success(source->locate(source, anchors, &located, &error), error);
    const Located *first = g_ptr_array_index(located, 0);
    const Located *second = g_ptr_array_index(located, 1);
    assert_int_equal(first->kind, LOCATED_ENABLED);
    assert_string_equal(first->dn, "uid=max,ou=elsewhere,dc=org");
    assert_int_equal(second->kind, LOCATED_NOWHERE);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(world->copy, &text, NULL, NULL));
    assert_null(strstr(text, "secret"));
    g_ptr_array_add(anchors, other);
    GPtrArray *untouched = NULL;
    assert_false(source->locate(source, anchors, &untouched, &error));
    assert_null(untouched);
    g_autofree char *message = g_strdup_printf(
        "file '%s': it is a snapshot, and when it was taken nobody looked for 'id-other'\n"
        "hint: take it again, together with one of the organization",
        world->copy);
    assert_error(error, message);
}

/* Cut off anywhere, it is no snapshot any more. */
static void test_cut_off(void **state)
{
    World *world = *state;
    g_free(take(world));
    g_autofree char *text = NULL;
    gsize length = 0;
    assert_true(g_file_get_contents(world->copy, &text, &length, NULL));
    g_autoptr(SourceSettings) settings = settings_new(world->copy);
    for (gsize cut = strlen("# toggl-ldap-sync directory snapshot"); cut < length;
         cut += cut + 60 < length ? 17 : 1) {
        assert_true(g_file_set_contents(world->copy, text, (gssize) cut, NULL));
        g_autoptr(GError) error = NULL;
        g_autoptr(Directory) directory = NULL;
        if (read_copy(world, settings, &directory, &error))
            fail_msg("cut at %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, cut, length);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    }
    g_autofree char *fewer = g_strdup(text);
    char *number = strstr(fewer, "# end: 4");
    number[strlen("# end: ")] = '5';
    assert_true(g_file_set_contents(world->copy, fewer, -1, NULL));
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_false(read_copy(world, settings, &directory, &error));
    assert_non_null(strstr(error->message, "it says that it holds another number of entries"));
}

static bool try(World *world, GError **error)
{
    g_autoptr(Directory) directory = NULL;
    g_autofree char *text = NULL;
    bool good = directory_snapshot(world->settings, world->ledger, &world->clock.clock, &text,
                                   &directory, error);
    assert_int_equal(good, text != NULL);
    assert_int_equal(good, directory != NULL);
    return good;
}

/* A snapshot that could not be read back is none. */
static void test_what_cannot_be_proved(void **state)
{
    World *world = *state;
    static const struct {
        Memory memory;
        const char *why; /* NULL: it can */
    } cases[] = {
        {NO_MEMORY_FILE, "no memory for it: Too many open files"},
        {MEMORY_IS_FULL, "no memory for it: No space left on device"},
        {INTERRUPTED, NULL},
        {MEMORY_WORKS, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        memory = cases[i].memory;
        bool good = try(world, &error);
        memory = MEMORY_WORKS;
        memory_file = -1;
        assert_int_equal(good, cases[i].why == NULL);
        if (good)
            continue;
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
        g_autofree char *message = g_strdup_printf(
            "a snapshot of this directory cannot stand in for it: %s", cases[i].why);
        assert_string_equal(error->message, message);
    }
}

/* What cannot be read is no snapshot either, and the error is the source's own. */
static void test_a_source_that_cannot_be_read(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    (void) g_unlink(world->path);
    assert_false(try(world, &error));
    assert_null(strstr(error->message, "stand in for it"));
    g_clear_error(&error);
    assert_true(g_file_set_contents(world->path, "dn: not a dn\n", -1, NULL));
    assert_false(try(world, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
}

static void test_a_source_that_cannot_be_asked(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&world->settings->file, g_free);
    assert_false(try(world, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
}

/* The clock of the source: a directory whose people expire tells another story a moment later. */
typedef struct {
    Clock clock;
    int64_t reads;
} Hasty;

static int64_t hasty_now(Clock *clock)
{
    Hasty *hasty = (Hasty *) (void *) clock;
    return NOW + 86400 * hasty->reads++;
}

static void test_what_reads_back_otherwise(void **state)
{
    World *world = *state;
    g_autofree char *soon = NULL;
    g_autoptr(GDateTime) then = g_date_time_new_from_unix_utc(NOW + 86400 / 2);
    soon = g_date_time_format(then, "%Y%m%d%H%M%SZ");
    g_autofree char *company = g_strdup_printf(
        "dn: dc=org\nobjectClass: organization\n\n"
        "dn: uid=ada,ou=people,dc=org\nobjectClass: inetOrgPerson\nuid: ada\nmail: "
        "ada@example.org\ncn: ada\nentryUUID: id-ada\nend: %s\n\n"
        "dn: cn=team,ou=groups,dc=org\nobjectClass: groupOfNames\ncn: team\nentryUUID: "
        "g-1\nmember: uid=ada,ou=people,dc=org\n\n",
        soon);
    assert_true(g_file_set_contents(world->path, company, -1, NULL));
    PeopleSearch *people = g_ptr_array_index(world->settings->people, 0);
    people->expires_attribute = g_strdup("end");
    people->expires_format = EXPIRY_GENERALIZED_TIME;
    Hasty hasty = {.clock = world->clock.clock};
    hasty.clock.now = hasty_now;
    g_autoptr(Directory) directory = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(directory_snapshot(world->settings, world->ledger, &hasty.clock, &text, &directory,
                                    &error));
    assert_string_equal(error->message,
                        "a snapshot of this directory cannot stand in for it: read back, it tells "
                        "of other people or groups than the directory\nhint: a filter may mean "
                        "more to the server than to us; write it more simply");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asking_for_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sentinel_not_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_locate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_proved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_source_that_cannot_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_source_that_cannot_be_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_reads_back_otherwise, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
