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

typedef bool (*ReadSecret)(const char *rest, const char *folder, Buffer *buffer, GError **error);

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
static bool check_private(const struct stat *info, const char *full, const char *path,
                          GError **error)
{
    g_autofree char *quoted = g_shell_quote(full);
    if (info->st_uid != geteuid() && info->st_uid != 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "the secret '%s' belongs to user %u, who could change it\nhint: chown %u %s",
                    path, (unsigned) info->st_uid, (unsigned) geteuid(), quoted);
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

static bool read_path(const char *full, bool private, Buffer *buffer, GError **error)
{
    g_autofree char *path = text_safe(full, -1);
    /* O_NONBLOCK: a FIFO is refused below instead of waited for */
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (private ? O_NOFOLLOW : 0));
    if (fd < 0) {
        bool link = private && errno == ELOOP;
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot open the secret '%s': %s%s", path,
                    link ? "it is a symbolic link" : g_strerror(errno),
                    link ? "\nhint: name the file itself" : "");
        return false;
    }
    struct stat info;
    bool done = false;
    if (fstat(fd, &info) != 0)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "cannot look at the secret '%s': %s",
                    path, g_strerror(errno));
    else
        done = check_regular(&info, path, error) &&
               (!private || check_private(&info, full, path, error)) &&
               read_all(fd, path, buffer, error);
    (void) close(fd); /* only read */
    return done;
}

static bool read_file(const char *rest, const char *folder, Buffer *buffer, GError **error)
{
    g_autofree char *full = g_canonicalize_filename(rest, folder);
    return read_path(full, true, buffer, error);
}

static bool read_environment(const char *rest, const char *folder, Buffer *buffer, GError **error)
{
    (void) folder;
    const char *value = g_getenv(rest);
    g_autofree char *safe = text_safe(rest, -1);
    if (value == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "environment variable '%s' is not set",
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

static bool read_credential(const char *rest, const char *folder, Buffer *buffer, GError **error)
{
    (void) folder;
    const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
    if (credentials == NULL || *credentials == '\0') {
        g_autofree char *safe = text_safe(rest, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "credential '%s' cannot be found: CREDENTIALS_DIRECTORY is not set\n"
                    "hint: systemd sets it for a unit with LoadCredential=%s:PATH; set it yourself "
                    "to run by hand",
                    safe, safe);
        return false;
    }
    /* modes are systemd's business here, and Kubernetes' secrets are links */
    g_autofree char *full = g_build_filename(credentials, rest, NULL);
    return read_path(full, false, buffer, error);
}

static bool read_command(const char *rest, const char *folder, Buffer *buffer, GError **error)
{
    return command_run(rest, folder, buffer->bytes, LARGEST_SECRET, &buffer->length, error);
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

bool secret_reference_read(const char *reference, const char *folder, Secret **ret, GError **error)
{
    if (!secret_reference_check(reference, error))
        return false;
    const char *rest = NULL;
    size_t scheme = scheme_of(reference, &rest);
    g_autoptr(Buffer) buffer = g_new0(Buffer, 1);
    if (!schemes[scheme].read(rest, folder, buffer, error))
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
