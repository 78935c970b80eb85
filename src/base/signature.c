/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signature.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNATURE_END "-----END SSH SIGNATURE-----"
/* PROTOCOL.sshsig: six bytes, a version, then the public key as a string of SSH. */
#define MAGIC "SSHSIG"
#define LONGEST_COMPLAINT 500

/* A folder that nobody else can look into, for one call of ssh-keygen. */
typedef struct {
    char *folder;
    char *text;      /* the file with the text */
    char *signature; /* the file with the signature */
    char *complaint; /* what ssh-keygen says on standard error */
} Desk;

static void desk_clear(Desk *desk)
{
    /* best effort: what is left holds no secret */
    if (desk->folder != NULL) {
        (void) g_unlink(desk->text);
        (void) g_unlink(desk->signature);
        (void) g_unlink(desk->complaint);
        (void) g_rmdir(desk->folder);
    }
    g_free(desk->folder);
    g_free(desk->text);
    g_free(desk->signature);
    g_free(desk->complaint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static bool desk_fail(const char *what, const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                "a folder for ssh-keygen %s: %s\nhint: is TMPDIR writable, and the disk not full?",
                what, why);
    return false;
}

static bool desk_open(Desk *desk, const char *text, GError **error)
{
    g_autoptr(GError) problem = NULL;
    desk->folder = g_dir_make_tmp("toggl-ldap-sync-XXXXXX", &problem);
    if (desk->folder == NULL)
        return desk_fail("cannot be made", problem->message, error);
    desk->text = g_build_filename(desk->folder, "record", NULL);
    desk->signature = g_build_filename(desk->folder, "record.sig", NULL);
    desk->complaint = g_build_filename(desk->folder, "complaint", NULL);
    if (!g_file_set_contents(desk->text, text, -1, &problem))
        return desk_fail("cannot be written", problem->message, error);
    return true;
}

/* The last thing that ssh-keygen said, on one line. New string. */
static char *complaint_of(const Desk *desk)
{
    g_autofree char *said = NULL;
    if (!g_file_get_contents(desk->complaint, &said, NULL, NULL) || *g_strstrip(said) == '\0')
        return g_strdup("it does not say why");
    g_strdelimit(said, "\r\n", ' ');
    return text_safe(said, MIN(LONGEST_COMPLAINT, (gssize) strlen(said)));
}

/* Runs ARGUMENTS to its end; INPUT is its standard input, or -1 for ours. */
static bool run(const char *const *arguments, const Desk *desk, int input, bool *ret_success,
                GError **error)
{
    g_autoptr(GError) problem = NULL;
    GPid pid = 0;
    int status = 0;
    int complaint = open(desk->complaint, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int output = open("/dev/null", O_WRONLY | O_CLOEXEC);
    GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD;
    if (input < 0)
        flags |= G_SPAWN_CHILD_INHERITS_STDIN;
    bool started = complaint >= 0 && output >= 0 &&
                   g_spawn_async_with_fds(NULL, (char **) (guintptr) arguments, NULL, flags, NULL,
                                          NULL, &pid, input, output, complaint, &problem);
    if (complaint >= 0)
        (void) close(complaint); /* the child has its own */
    if (output >= 0)
        (void) close(output);
    if (!started) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "ssh-keygen cannot be started: %s\nhint: install the OpenSSH client",
                    problem != NULL ? problem->message : g_strerror(errno));
        return false;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    *ret_success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return true;
}

bool signature_make(const char *key, const char *text, char **ret_signature, GError **error)
{
    g_auto(Desk) desk = {0};
    if (!desk_open(&desk, text, error))
        return false;
    const char *const arguments[] = {"ssh-keygen", "-Y", "sign",    "-n", SIGNATURE_NAMESPACE,
                                     "-f",         key,  desk.text, NULL};
    bool success = false;
    g_autofree char *signature = NULL;
    if (!run(arguments, &desk, -1, &success, error))
        return false;
    if (success && g_file_get_contents(desk.signature, &signature, NULL, NULL)) {
        *ret_signature = g_steal_pointer(&signature);
        return true;
    }
    g_autofree char *why = complaint_of(&desk);
    g_autofree char *safe = text_safe(key, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED, "'%s' cannot sign: %s", safe, why);
    return false;
}

bool signature_verify(const char *allowed_signers, const char *identity, const char *text,
                      const char *signature, GError **error)
{
    g_auto(Desk) desk = {0};
    g_autoptr(GError) problem = NULL;
    if (!desk_open(&desk, text, error))
        return false;
    if (!g_file_set_contents(desk.signature, signature, -1, &problem))
        return desk_fail("cannot be written", problem->message, error);
    int input = open(desk.text, O_RDONLY | O_CLOEXEC);
    if (input < 0)
        return desk_fail("cannot be read", g_strerror(errno), error);
    const char *const arguments[] = {
        "ssh-keygen",    "-Y", "verify", "-n", SIGNATURE_NAMESPACE, "-f",
        allowed_signers, "-I", identity, "-s", desk.signature,      NULL};
    bool success = false;
    bool ran = run(arguments, &desk, input, &success, error);
    (void) close(input); /* only read */
    if (!ran || success)
        return ran;
    g_autofree char *why = complaint_of(&desk);
    g_autofree char *safe = text_safe(identity, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                "the signature is not one of '%s': %s\n"
                "hint: '%s' must name this person's key, for the namespace " SIGNATURE_NAMESPACE,
                safe, why, allowed_signers);
    return false;
}

static bool take_number(const guchar *bytes, gsize length, gsize at, gsize *ret)
{
    if (at > length || length - at < 4)
        return false;
    *ret = (gsize) bytes[at] << 24 | (gsize) bytes[at + 1] << 16 | (gsize) bytes[at + 2] << 8 |
           bytes[at + 3];
    return true;
}

char *signature_key(const char *signature)
{
    const char *begin = strstr(signature, SIGNATURE_BEGIN);
    if (begin == NULL)
        return NULL;
    begin += strlen(SIGNATURE_BEGIN);
    const char *end = strstr(begin, SIGNATURE_END);
    if (end == NULL)
        return NULL;
    g_autofree char *armor = g_strndup(begin, (gsize) (end - begin));
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(armor, &length);
    gsize at = strlen(MAGIC) + 4;
    gsize size = 0;
    if (length < at || memcmp(bytes, MAGIC, strlen(MAGIC)) != 0 ||
        !take_number(bytes, length, at, &size) || size == 0 || size > length - at - 4)
        return NULL;
    return g_base64_encode(bytes + at + 4, size);
}
