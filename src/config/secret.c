/* SPDX-License-Identifier: Apache-2.0 */
#include "config/secret.h"

#include "base/error.h"
#include "base/text.h"
#include "config/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_SECRET ((size_t) 64 * 1024)

/* What all readers share: bytes that are wiped wherever they were. */
typedef struct {
    char bytes[LARGEST_SECRET + 1];
    size_t length;
} Buffer;

static void buffer_free(Buffer *buffer)
{
    explicit_bzero(buffer, sizeof *buffer);
    g_free(buffer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Buffer, buffer_free)

typedef bool (*ReadSecret)(const char *rest, const SecretPlaces *places, Buffer *buffer,
                           GError **error);

bool secret_key_is_private(const char *name)
{
    return name != NULL && (strcmp(name, "password") == 0 || strcmp(name, "token") == 0);
}

/* Reads FD to its end. PATH is safe to print. */
static bool read_all(int fd, const char *path, Buffer *buffer, GError **error)
{
    for (;;) {
        size_t room = sizeof buffer->bytes - buffer->length;
        ssize_t got = read(fd, buffer->bytes + buffer->length, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot read the secret '%s': %s",
                        path, g_strerror(errno));
            return false;
        }
        if (got == 0)
            return true;
        buffer->length += (size_t) got;
        if (buffer->length > LARGEST_SECRET) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                        "the secret '%s' is larger than 64 KiB", path);
            return false;
        }
    }
}

static bool check_regular(const struct stat *info, const char *path, GError **error)
{
    if (S_ISREG(info->st_mode))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "the secret '%s' is not a regular file",
                path);
    return false;
}

/* As ssh judges a private key: ours or root's, and nobody else may do anything with it. */
static bool check_private(const struct stat *info, const char *full, uid_t user, GError **error)
{
    g_autofree char *path = text_safe(full, -1);
    g_autofree char *quoted = g_shell_quote(path);
    if (info->st_uid != geteuid() && info->st_uid != user && info->st_uid != 0) {
        g_autofree char *owner = process_user_name(info->st_uid);
        g_autofree char *us = process_user_name(user);
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_CONFIG,
            "the secret '%s' belongs to user '%s', who could change it\nhint: sudo chown %s "
            "%s",
            path, owner, us, quoted);
        return false;
    }
    if ((info->st_mode & 077) != 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the secret '%s' is open to others (mode %04o)\nhint: chmod 600 %s", path,
                    (unsigned) (info->st_mode & 07777), quoted);
        return false;
    }
    return true;
}

/* What makes the file FULL, for OWNER, without the secret on a command line. New string. */
static char *command_to_make(const char *full, uid_t owner)
{
    g_autofree char *path = text_safe(full, -1);
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *name = process_user_name(owner);
    return g_strdup_printf("'sudo install -D -m 600 -o %s /dev/stdin %s', then type the secret and "
                           "Ctrl-D",
                           name, quoted);
}

/* Why FULL cannot be opened, whose it must be, and the command for it. */
static bool cannot_open(const char *full, uid_t owner, int reason, GError **error)
{
    g_autofree char *path = text_safe(full, -1);
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *name = process_user_name(owner);
    g_autofree char *make = command_to_make(full, owner);
    g_autofree char *hint = NULL;
    struct stat info;
    if (reason == ELOOP)
        hint = g_strdup("\nhint: name the file itself");
    else if (reason == ENOENT)
        hint = g_strdup_printf("\nhint: it must belong to '%s' alone: %s", name, make);
    else if (reason == EACCES && lstat(full, &info) == 0)
        hint = g_strdup_printf("\nhint: it must belong to '%s' alone: sudo chown %s %s", name, name,
                               quoted);
    else if (reason == EACCES)
        hint = g_strdup_printf("\nhint: '%s' must be able to enter its folder; root can: put "
                               "'sudo' before the command",
                               name);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot open the secret '%s': %s%s", path,
                reason == ELOOP ? "it is a symbolic link" : g_strerror(reason),
                hint != NULL ? hint : "");
    return false;
}

/* Reads what FD is open on, and closes it. PRIVATE: for the eyes of whom PLACES name alone. */
static bool read_open(int fd, const char *full, const SecretPlaces *private, Buffer *buffer,
                      GError **error)
{
    g_autofree char *path = text_safe(full, -1);
    struct stat info;
    bool done = false;
    if (fstat(fd, &info) != 0)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot look at the secret '%s': %s",
                    path, g_strerror(errno));
    else
        done = check_regular(&info, path, error) &&
               (private == NULL || check_private(&info, full, private->user.user, error)) &&
               read_all(fd, path, buffer, error);
    (void) close(fd); /* only read */
    return done;
}

/* O_NONBLOCK: a FIFO is refused when it is looked at, instead of waited for. */
static int open_secret(const char *full, int flags)
{
    return open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
}

static bool read_file(const char *rest, const SecretPlaces *places, Buffer *buffer, GError **error)
{
    g_autofree char *full = g_canonicalize_filename(rest, places->folder);
    int fd = open_secret(full, O_NOFOLLOW);
    if (fd < 0)
        return cannot_open(full, places->user.user, errno, error);
    return read_open(fd, full, places, buffer, error);
}

static bool read_environment(const char *rest, const SecretPlaces *places, Buffer *buffer,
                             GError **error)
{
    (void) places;
    const char *value = g_getenv(rest);
    g_autofree char *safe = text_safe(rest, -1);
    if (value == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "environment variable '%s' is not set\n"
                    "hint: set it for this command, or name the secret by file:PATH or "
                    "credential:NAME, which sudo and services do not drop",
                    safe);
        return false;
    }
    buffer->length = strlen(value);
    if (buffer->length > LARGEST_SECRET) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "environment variable '%s' is larger than 64 KiB", safe);
        return false;
    }
    memcpy(buffer->bytes, value, buffer->length);
    return true;
}

char *secret_credentials_folder(const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole);
    g_autofree char *name = g_path_get_basename(whole);
    if (g_str_has_suffix(name, ".conf"))
        name[strlen(name) - strlen(".conf")] = '\0';
    bool only = strcmp(name, "toggl-ldap-sync") == 0;
    return g_build_filename(folder, "credentials", only ? NULL : name, NULL);
}

/* Nobody handed over credential NAME; FULL is where it should be kept, WHY is what was tried. */
static bool no_credential(const char *name, const char *full, const char *why, GError **error)
{
    g_autofree char *safe = text_safe(name, -1);
    g_autofree char *make = command_to_make(full, 0);
    g_autofree char *path = text_safe(full, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "credential '%s' is missing: %s\nhint: the file belongs to root alone: %s; a unit "
                "hands it over with LoadCredential=%s:%s",
                safe, why, make, safe, path);
    return false;
}

/* Modes are systemd's business here, and Kubernetes' secrets are links. */
static bool read_handed_over(const char *credentials, const char *rest, const char *kept,
                             Buffer *buffer, GError **error)
{
    g_autofree char *full = g_build_filename(credentials, rest, NULL);
    g_autofree char *safe = text_safe(full, -1);
    g_autofree char *why = g_strdup_printf("there is no '%s'", safe);
    int fd = open_secret(full, 0);
    if (fd < 0 && errno == ENOENT)
        return no_credential(rest, kept, why, error);
    if (fd < 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot open the secret '%s': %s", safe,
                    g_strerror(errno));
        return false;
    }
    if (!read_open(fd, full, NULL, buffer, error))
        return false;
    /* the units hand over an empty line where there is no file, so that we can say so */
    if (buffer->length == 1 && buffer->bytes[0] == '\n')
        buffer->length = 0;
    g_autofree char *empty = g_strdup_printf("'%s' is empty", safe);
    return buffer->length > 0 || no_credential(rest, kept, empty, error);
}

static bool read_credential(const char *rest, const SecretPlaces *places, Buffer *buffer,
                            GError **error)
{
    g_autofree char *kept = g_build_filename(places->credentials, rest, NULL);
    const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
    if (credentials != NULL && *credentials != '\0')
        return read_handed_over(credentials, rest, kept, buffer, error);
    int fd = open_secret(kept, O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        g_autofree char *safe = text_safe(kept, -1);
        g_autofree char *why =
            g_strdup_printf("CREDENTIALS_DIRECTORY is not set, and there is no '%s'", safe);
        return no_credential(rest, kept, why, error);
    }
    if (fd < 0)
        return cannot_open(kept, 0, errno, error);
    return read_open(fd, kept, places, buffer, error);
}

static bool read_command(const char *rest, const SecretPlaces *places, Buffer *buffer,
                         GError **error)
{
    CommandPlace place = {.folder = places->folder, .user = places->user};
    return command_run(rest, &place, buffer->bytes, LARGEST_SECRET, &buffer->length, error);
}

static const struct {
    const char *scheme;
    ReadSecret read;
} schemes[] = {
    {"file:", read_file},
    {"env:", read_environment},
    {"credential:", read_credential},
    {"command:", read_command},
};

/* Which scheme REFERENCE begins with, G_N_ELEMENTS(schemes) for none; *RET_REST is behind it. */
static size_t scheme_of(const char *reference, const char **ret_rest)
{
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(reference, schemes[i].scheme)) {
            *ret_rest = reference + strlen(schemes[i].scheme);
            return i;
        }
    }
    return G_N_ELEMENTS(schemes);
}

static bool refuse(GError **error, const char *message)
{
    g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_CONFIG, message);
    return false;
}

bool secret_reference_check(const char *reference, GError **error)
{
    const char *rest = NULL;
    size_t scheme = scheme_of(reference, &rest);
    if (scheme == G_N_ELEMENTS(schemes))
        return refuse(error, "a secret may not be written here\nhint: say where it is: "
                             "file:PATH, env:NAME, credential:NAME or command:PROGRAM ARGS");
    if (*rest == '\0')
        return refuse(error, "names no secret");
    if (schemes[scheme].read == read_environment && strchr(rest, '=') != NULL)
        return refuse(error, "not the name of an environment variable");
    if (schemes[scheme].read == read_credential &&
        (strchr(rest, '/') != NULL || strcmp(rest, ".") == 0 || strcmp(rest, "..") == 0))
        return refuse(error, "not the name of a credential\nhint: for a path write file:PATH");
    if (schemes[scheme].read == read_command)
        return command_check(rest, error);
    return true;
}

bool secret_reference_read(const char *reference, const SecretPlaces *places, Secret **ret,
                           GError **error)
{
    if (!secret_reference_check(reference, error))
        return false;
    const char *rest = NULL;
    size_t scheme = scheme_of(reference, &rest);
    g_autoptr(Buffer) buffer = g_new0(Buffer, 1);
    if (!schemes[scheme].read(rest, places, buffer, error))
        return false;
    size_t length = buffer->length;
    if (length > 0 && buffer->bytes[length - 1] == '\n')
        length--;
    if (length == 0)
        return refuse(error, "the secret is empty");
    if (memchr(buffer->bytes, '\0', length) != NULL)
        return refuse(error, "the secret holds a NUL byte");
    *ret = secret_new(buffer->bytes, length);
    return true;
}
