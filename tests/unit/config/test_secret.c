/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "config/secret.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

static int make_folder(void **state)
{
    (void) state;
    folder = g_dir_make_tmp("secret-XXXXXX", NULL);
    return folder != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void) state;
    GDir *open = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(open); name != NULL; name = g_dir_read_name(open)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        (void) g_remove(path); /* a folder that is left behind fails the next line */
    }
    g_dir_close(open);
    int removed = g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
    return removed;
}

static char *write_file(const char *name, const char *bytes, size_t length, mode_t mode)
{
    char *path = g_build_filename(folder, name, NULL);
    (void) g_remove(path); /* left by an earlier case, or not there */
    assert_true(g_file_set_contents(path, bytes, (gssize) length, NULL));
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void put_file(const char *name, const char *bytes, size_t length, mode_t mode)
{
    g_free(write_file(name, bytes, length, mode));
}

static bool read_secret(const char *reference, Secret **ret, GError **error)
{
    g_autofree char *configuration = g_build_filename(folder, "company.conf", NULL);
    g_autofree char *credentials = secret_credentials_folder(configuration);
    SecretPlaces places = {
        .folder = folder,
        .credentials = credentials,
        .user = process_self(),
    };
    return secret_reference_read(reference, &places, ret, error);
}

static void assert_secret(const char *reference, const char *expected)
{
    g_autoptr(Secret) secret = NULL;
    GError *error = NULL;
    assert_success(read_secret(reference, &secret, &error), error);
    size_t length = 0;
    assert_string_equal(secret_expose(secret, &length), expected);
    assert_int_equal(length, strlen(expected));
}

/* The message, with the temporary folder as DIR. */
static void assert_refused(const char *reference, const char *expected)
{
    g_autoptr(Secret) secret = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(read_secret(reference, &secret, &error));
    assert_null(secret);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    g_autoptr(GString) message = g_string_new(error->message);
    g_string_replace(message, folder, "DIR", 0);
    assert_string_equal(message->str, expected);
}

static void test_newlines(void **state)
{
    (void) state;
    static const struct {
        const char *bytes;
        const char *secret; /* NULL: empty */
    } cases[] = {
        {"hunter2", "hunter2"},
        {"hunter2\n", "hunter2"},
        {"hunter2\n\n", "hunter2\n"},
        {"hunter2\r\n", "hunter2\r"},
        {" x ", " x "},
        {"", NULL},
        {"\n", NULL},
        {"\n\n", "\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put_file("secret", cases[i].bytes, strlen(cases[i].bytes), 0600);
        if (cases[i].secret != NULL)
            assert_secret("file:secret", cases[i].secret);
        else
            assert_refused("file:secret", "the secret is empty");
    }
}

static void test_modes(void **state)
{
    (void) state;
    static const struct {
        mode_t mode;
        bool fine;
    } cases[] = {
        {0600, true},  {0400, true},  {0700, true},  {0640, false}, {0620, false},
        {0610, false}, {0604, false}, {0602, false}, {0601, false}, {0444, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put_file("secret", "hunter2", 7, cases[i].mode);
        g_autofree char *message = g_strdup_printf(
            "the secret 'DIR/secret' is open to others (mode %04o)\nhint: chmod 600 'DIR/secret'",
            (unsigned) cases[i].mode);
        if (cases[i].fine)
            assert_secret("file:secret", "hunter2");
        else
            assert_refused("file:secret", message);
    }
}

static void test_kinds_of_file(void **state)
{
    (void) state;
    g_autofree char *path = write_file("secret", "hunter2", 7, 0600);
    g_autofree char *absolute = g_strconcat("file:", path, NULL);
    assert_secret(absolute, "hunter2");
    g_autofree char *link_path = g_build_filename(folder, "link", NULL);
    assert_int_equal(symlink("secret", link_path), 0);
    assert_refused("file:link", "cannot open the secret 'DIR/link': it is a symbolic link\n"
                                "hint: name the file itself");
    g_autofree char *pipe_path = g_build_filename(folder, "pipe", NULL);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_refused("file:pipe", "the secret 'DIR/pipe' is not a regular file");
    assert_refused("file:.", "the secret 'DIR' is not a regular file");
    g_autofree char *user = process_user_name(geteuid());
    g_autofree char *missing = g_strdup_printf(
        "cannot open the secret 'DIR/none': No such file or directory\n"
        "hint: it must belong to '%s' alone: 'sudo install -D -m 600 -o %s /dev/stdin 'DIR/none'', "
        "then type the secret and Ctrl-D",
        user, user);
    assert_refused("file:none", missing);
    assert_refused("file:secret/x", "cannot open the secret 'DIR/secret/x': Not a directory");
    put_file("zero", "a\0b", 3, 0600);
    assert_refused("file:zero", "the secret holds a NUL byte");
}

static void test_owner(void **state)
{
    (void) state;
    g_autofree char *path = write_file("other", "hunter2", 7, 0600);
    if (geteuid() != 0) {
        print_message("not root: no file can be given to somebody else\n");
        assert_secret("file:other", "hunter2");
        return;
    }
    assert_int_equal(chown(path, 12345, (gid_t) -1), 0);
    assert_refused("file:other",
                   "the secret 'DIR/other' belongs to user '12345', who could change it\n"
                   "hint: sudo chown root 'DIR/other'");
    /* of the user that root will become */
    g_autoptr(Secret) secret = NULL;
    GError *error = NULL;
    SecretPlaces places = {.folder = folder, .user = {.user = 12345, .group = 12345}};
    assert_success(secret_reference_read("file:other", &places, &secret, &error), error);
}

static void test_size(void **state)
{
    (void) state;
    size_t most = (size_t) 64 * 1024;
    g_autofree char *bytes = g_strnfill(most + 1, 'x');
    g_autofree char *fits = g_strnfill(most, 'x');
    put_file("large", bytes, most + 1, 0600);
    assert_refused("file:large", "the secret 'DIR/large' is larger than 64 KiB");
    put_file("large", bytes, most, 0600);
    assert_secret("file:large", fits);
    assert_refused("command:/usr/bin/head -c 65537 /dev/zero",
                   "'/usr/bin/head' printed more than 65536 bytes");
    g_setenv("UNIT_LARGE", bytes, true);
    assert_refused("env:UNIT_LARGE", "environment variable 'UNIT_LARGE' is larger than 64 KiB");
    g_unsetenv("UNIT_LARGE");
}

static void test_environment(void **state)
{
    (void) state;
    g_setenv("UNIT_SECRET", "hunter2\n", true);
    assert_secret("env:UNIT_SECRET", "hunter2");
    g_setenv("UNIT_SECRET", "", true);
    assert_refused("env:UNIT_SECRET", "the secret is empty");
    g_unsetenv("UNIT_SECRET");
    assert_refused("env:UNIT_SECRET", "environment variable 'UNIT_SECRET' is not set\n"
                                      "hint: set it for this command, or name the secret by "
                                      "file:PATH or credential:NAME, which sudo and services do "
                                      "not drop");
}

static void test_credential(void **state)
{
    (void) state;
    static const char how[] =
        "hint: the file belongs to root alone: 'sudo install -D -m 600 -o root "
        "/dev/stdin 'DIR/credentials/company/none'', then type the secret and "
        "Ctrl-D; a unit hands it over with "
        "LoadCredential=none:DIR/credentials/company/none";
    g_setenv("CREDENTIALS_DIRECTORY", folder, true);
    /* as systemd and Kubernetes lay them out: readable to the group, through a link */
    put_file("ldap", "hunter2\n", 8, 0440);
    assert_secret("credential:ldap", "hunter2");
    g_autofree char *link_path = g_build_filename(folder, "linked", NULL);
    assert_int_equal(symlink("ldap", link_path), 0);
    assert_secret("credential:linked", "hunter2");
    g_autofree char *missing =
        g_strconcat("credential 'none' is missing: there is no 'DIR/none'\n", how, NULL);
    assert_refused("credential:none", missing);
    put_file("none", "", 0, 0400);
    g_autofree char *empty =
        g_strconcat("credential 'none' is missing: 'DIR/none' is empty\n", how, NULL);
    assert_refused("credential:none", empty);
    put_file("none", "\n", 1, 0400);
    assert_refused("credential:none", empty);
    g_unsetenv("CREDENTIALS_DIRECTORY");
}

/* By hand, without systemd: the file that the units would hand over. */
static void test_credential_by_hand(void **state)
{
    (void) state;
    g_unsetenv("CREDENTIALS_DIRECTORY");
    assert_refused(
        "credential:ldap",
        "credential 'ldap' is missing: CREDENTIALS_DIRECTORY is not set, and there is "
        "no 'DIR/credentials/company/ldap'\n"
        "hint: the file belongs to root alone: 'sudo install -D -m 600 -o root /dev/stdin "
        "'DIR/credentials/company/ldap'', then type the secret and Ctrl-D; a unit hands "
        "it over with LoadCredential=ldap:DIR/credentials/company/ldap");
    g_autofree char *outer = g_build_filename(folder, "credentials", NULL);
    g_autofree char *inner = g_build_filename(outer, "company", NULL);
    assert_int_equal(g_mkdir_with_parents(inner, 0700), 0);
    g_autofree char *path = write_file("credentials/company/ldap", "hunter2\n", 8, 0600);
    assert_secret("credential:ldap", "hunter2");
    assert_int_equal(chmod(path, 0640), 0);
    assert_refused("credential:ldap",
                   "the secret 'DIR/credentials/company/ldap' is open to others (mode 0640)\n"
                   "hint: chmod 600 'DIR/credentials/company/ldap'");
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_rmdir(inner), 0);
    assert_int_equal(g_rmdir(outer), 0);
}

static void test_credentials_folder(void **state)
{
    (void) state;
    static const struct {
        const char *configuration;
        const char *folder;
    } cases[] = {
        {"/etc/toggl-ldap-sync/toggl-ldap-sync.conf", "/etc/toggl-ldap-sync/credentials"},
        {"/etc/toggl-ldap-sync/acme.conf", "/etc/toggl-ldap-sync/credentials/acme"},
        {"/srv/plain", "/srv/credentials/plain"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = secret_credentials_folder(cases[i].configuration);
        assert_string_equal(found, cases[i].folder);
    }
}

static void test_command(void **state)
{
    (void) state;
    assert_secret("command:/bin/echo 'two words' three", "two words three");
    assert_secret("command:/bin/sh -c 'echo $0; echo noise >&2' \"a b\"", "a b");
    assert_secret("command:/bin/pwd", folder);
    assert_secret("command:/bin/echo $HOME;ls", "$HOME;ls"); /* no shell */
    assert_refused("command:/bin/true", "the secret is empty");
    assert_refused("command:/bin/false", "'/bin/false' ended with status 1");
    assert_refused("command:/bin/sh -c 'echo hunter2; printf \"no\\033[31m way\\n\" >&2; exit 7'",
                   "'/bin/sh' ended with status 7: 'no\\u{001B}[31m way'");
    assert_refused("command:/bin/sh -c 'kill -9 $$'", "'/bin/sh' was ended by signal 9");
    assert_refused("command:/nowhere/program",
                   "cannot start '/nowhere/program': No such file or directory");
    g_autofree char *path = write_file("program", "no program", 10, 0600);
    g_autofree char *reference = g_strconcat("command:", path, NULL);
    assert_refused(reference, "cannot start 'DIR/program': Permission denied");
}

/* A program that hangs, and what it started, are gone after the time is up. */
static void test_command_hangs(void **state)
{
    (void) state;
    int64_t begin = g_get_monotonic_time();
    assert_refused("command:/bin/sh -c '/bin/sleep 33 & echo $! > pid; wait'",
                   "'/bin/sh' was not done after 10 seconds");
    int64_t seconds = (g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
    assert_true(seconds >= 9 && seconds < 20);
    g_autofree char *path = g_build_filename(folder, "pid", NULL);
    g_autofree char *pid = NULL;
    assert_true(g_file_get_contents(path, &pid, NULL, NULL));
    g_autofree char *stat_path = g_strdup_printf("/proc/%s/cmdline", g_strstrip(pid));
    bool gone = false;
    for (unsigned tries = 0; !gone && tries < 200; tries++) {
        g_autofree char *line = NULL;
        /* not there, or a zombie that nobody has collected yet */
        gone = !g_file_get_contents(stat_path, &line, NULL, NULL) || *line == '\0';
        g_usleep(gone ? 0 : 10000);
    }
    assert_true(gone);
}

static void test_form(void **state)
{
    (void) state;
    static const struct {
        const char *reference;
        const char *message; /* NULL: fine */
    } cases[] = {
        {"file:/etc/secret", NULL},
        {"env:NAME", NULL},
        {"credential:name", NULL},
        {"command:/bin/cat /etc/secret", NULL},
        {"hunter2", "a secret may not be written here\nhint: say where it is: file:PATH, env:NAME, "
                    "credential:NAME or command:PROGRAM ARGS"},
        {"File:/etc/secret", "a secret may not be written here\nhint: say where it is: file:PATH, "
                             "env:NAME, credential:NAME or command:PROGRAM ARGS"},
        {"file:", "names no secret"},
        {"env:", "names no secret"},
        {"env:A=B", "not the name of an environment variable"},
        {"credential:a/b", "not the name of a credential\nhint: for a path write file:PATH"},
        {"credential:..", "not the name of a credential\nhint: for a path write file:PATH"},
        {"credential:.", "not the name of a credential\nhint: for a path write file:PATH"},
        {"command:cat /etc/secret", "the program is not an absolute path 'cat'"},
        {"command:''", "the program is not an absolute path ''"},
        {"command:/bin/cat '",
         "the command cannot be split into words\nhint: look for an open quote"},
        {"command: ", "the command cannot be split into words\nhint: look for an open quote"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        bool fine = secret_reference_check(cases[i].reference, &error);
        assert_true(fine == (cases[i].message == NULL));
        if (!fine)
            assert_string_equal(error->message, cases[i].message);
    }
}

static void test_private_keys(void **state)
{
    (void) state;
    assert_true(secret_key_is_private("password"));
    assert_true(secret_key_is_private("token"));
    assert_false(secret_key_is_private("dn"));
    assert_false(secret_key_is_private(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newlines),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_kinds_of_file),
        cmocka_unit_test(test_owner),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_credential),
        cmocka_unit_test(test_credential_by_hand),
        cmocka_unit_test(test_credentials_folder),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_command_hangs),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_private_keys),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
