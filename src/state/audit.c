/* SPDX-License-Identifier: Apache-2.0 */
#include "state/audit.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "state/state_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Audit {
    char *path;
    char *by;
    int64_t organization;
    int file;
    GPtrArray *open; /* json_t *: lines of which nobody knows yet whether they came to pass */
};

void audit_free(Audit *audit)
{
    if (audit == NULL)
        return;
    if (audit->file >= 0)
        (void) close(audit->file); /* every line was waited for */
    g_ptr_array_unref(audit->open);
    g_free(audit->path);
    g_free(audit->by);
    g_free(audit);
}

static bool fail(const Audit *audit, const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                "the audit file '%s' cannot be written: %s\nhint: nothing is done without a record "
                "of it: mend the file, or set audit = \"\" to keep none",
                audit->path, why);
    return false;
}

static bool write_all(int file, const char *bytes, size_t length)
{
    ssize_t written = 0;
    do
        written = write(file, bytes, length);
    while (written < 0 && errno == EINTR);
    if (written >= 0 && (size_t) written < length) {
        errno = ENOSPC;
        return false;
    }
    return written >= 0;
}

/* A line that was cut by a full disk or a power cut stays alone: the next begins on its own. */
static bool end_last_line(int file)
{
    struct stat about;
    char last = '\n';
    if (fstat(file, &about) != 0 ||
        (about.st_size > 0 && pread(file, &last, 1, about.st_size - 1) != 1))
        return false;
    return last == '\n' || write_all(file, "\n", 1);
}

bool audit_open(const char *path, const char *by, int64_t organization, Audit **ret_audit,
                GError **error)
{
    g_autoptr(Audit) audit = g_new0(Audit, 1);
    *audit = (Audit){
        .path = g_strdup(path),
        .by = g_strdup(by),
        .organization = organization,
        .open = g_ptr_array_new_with_free_func((GDestroyNotify) json_decref),
    };
    const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    bool is_new = false;
    struct stat about;
    audit->file = open(path, flags);
    if (audit->file < 0 && errno == ENOENT) {
        audit->file = open(path, flags | O_CREAT, 0600);
        is_new = true;
    }
    if (audit->file < 0 || fstat(audit->file, &about) != 0)
        return fail(audit, g_strerror(errno), error);
    if (!S_ISREG(about.st_mode))
        return fail(audit, "it is no plain file", error);
    if (!end_last_line(audit->file) || (is_new && !database_sync_name(path)))
        return fail(audit, g_strerror(errno), error);
    *ret_audit = g_steal_pointer(&audit);
    return true;
}

static void set_text(json_t *object, const char *key, const char *text)
{
    g_autofree char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;
    if (valid != NULL)
        (void) json_object_set_new(object, key, json_string(valid));
}

static void set_number(json_t *object, const char *key, int64_t number)
{
    if (number != 0)
        (void) json_object_set_new(object, key, json_integer(number));
}

static void set_time(json_t *object, const char *key, int64_t time)
{
    g_autofree char *text = time != 0 ? clock_format(time) : NULL;
    set_text(object, key, text);
}

static json_t *line_json(const Audit *audit, const AuditLine *line)
{
    json_t *object = json_object();
    set_time(object, "time", line->at);
    set_text(object, "act", line->act);
    set_text(object, "by", line->by != NULL ? line->by : audit->by);
    set_number(object, "organization", audit->organization);
    set_number(object, "person", line->person);
    set_number(object, "member", line->member);
    set_number(object, "group", line->group);
    set_number(object, "workspace", line->workspace);
    set_text(object, "kind", line->kind);
    set_number(object, "run", line->run);
    set_number(object, "undoes", line->undoes);
    set_number(object, "requests", line->requests);
    set_text(object, "plan", line->plan);
    set_text(object, "operation", line->operation);
    set_text(object, "rails", line->rails);
    set_time(object, "until", line->until);
    set_text(object, "reference", line->reference);
    if (line->ends)
        (void) json_object_set_new(object, "status", json_integer(line->status));
    return object;
}

/* In ASCII, so that whoever looks at the file with a terminal sees text. */
static bool append(const Audit *audit, const json_t *object)
{
    char *dumped = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    g_autofree char *text = g_strconcat(dumped, "\n", NULL);
    free(dumped);
    return write_all(audit->file, text, strlen(text));
}

bool audit_write(Audit *audit, const AuditLine *line, GError **error)
{
    if (audit == NULL)
        return true;
    json_t *object = line_json(audit, line);
    g_ptr_array_add(audit->open, object);
    if (append(audit, object) && fdatasync(audit->file) == 0)
        return true;
    int reason = errno;
    (void) end_last_line(audit->file); /* it is tried again by whoever opens the file next */
    return fail(audit, g_strerror(reason), error);
}

void audit_settle(Audit *audit, bool done)
{
    if (audit == NULL)
        return;
    for (guint i = 0; !done && i < audit->open->len; i++) {
        json_t *object = g_ptr_array_index(audit->open, i);
        (void) json_object_set_new(object, "failed", json_true());
        (void) append(audit, object); /* the error that is on its way says more */
    }
    g_ptr_array_set_size(audit->open, 0);
}

void state_set_audit(State *state, Audit *audit)
{
    audit_free(state->audit);
    state->audit = audit;
}
