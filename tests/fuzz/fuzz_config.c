/* SPDX-License-Identifier: Apache-2.0 */

/* The loader of configurations, without secrets: nothing is opened or run but what is included. */

#include "config/config.h"
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* libconfig itself forgets the string that a syntax error cuts off. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:strbuf_append\n";
}

/* The input as a file; made once, written anew for each. */
static const char *file_of(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("config", MFD_CLOEXEC);
        MUST(fd >= 0);
        (void) g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    MUST(ftruncate(fd, 0) == 0);
    MUST(pwrite(fd, data, size, 0) == (ssize_t) size);
    return path;
}

static void check(const Config *config)
{
    const SyncSettings *sync = config->sync;
    MUST(config->sources->len > 0 && config->sources->len == sync->sources->len);
    MUST(sync->max_shrink->len == sync->sources->len);
    MUST(g_str_has_prefix(sync->digest, "sha256:") && strlen(sync->digest) == 71);
    MUST(sync->approval.needed >= 1 && sync->limits.invitations >= 0);
    MUST(g_path_is_absolute(config->state) && config->toggl->token == NULL);
    for (guint i = 0; i < config->warnings->len; i++)
        MUST(g_utf8_validate(g_ptr_array_index(config->warnings, i), -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    if (config_load(file_of(data, size), CONFIG_WITHOUT_SECRETS, &config, &error))
        check(config);
    else
        MUST(config == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
    return 0;
}
