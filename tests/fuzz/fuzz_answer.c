/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is made of an answer that is not JSON to be decoded: the headers in front of the first empty
 * line, and the text of a refusal behind it.
 */

#include "base/text.h"
#include "fuzz.h"
#include "net/header.h"
#include "toggl/classify.h"
#include "toggl/quota.h"
#include "toggl/refusal.h"
#include "toggl/retry.h"

#include <string.h>

#define NOW INT64_C(1800000000)

static void fuzz_header(const char *value)
{
    int64_t seconds = -1;
    if (retry_after_parse(value, NOW, &seconds))
        MUST(seconds >= 0 && seconds <= 3600);
    QuotaBucket bucket = quota_new(600, 10, 0);
    if (quota_restore(&bucket, "owner", value, NOW))
        MUST(bucket.remaining >= 0 && bucket.remaining <= bucket.total);
    gint64 number = 0;
    if (g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL)) {
        quota_learn(&bucket, (QuotaNews){.remaining = MAX(number, 0), .resets_in = number}, NOW);
        MUST(bucket.remaining >= 0 && bucket.remaining <= bucket.total);
        MUST(bucket.resets_at <= NOW + QUOTA_WINDOW);
    }
}

/* Whether a refusal of KIND may say of OPERATION that what it asks for is so. */
static bool may_be_so_already(Operation operation, MessageKind kind)
{
    return (operation == OPERATION_ASSIGNMENT && kind == MESSAGE_NOTHING_TO_CHANGE) ||
           (operation == OPERATION_DELETE_USERS && kind == MESSAGE_NOT_MEMBER);
}

/* What a refusal is taken to say of each operation: only of what was asked for, unless it is of a
 * group, whose people it names. */
static void fuzz_refusal(const char *text, MessageKind kind)
{
    for (int i = 0; i < OPERATIONS; i++) {
        g_autoptr(Request) request = request_new((Operation) i);
        request->organization_user_id.value = 4;
        for (int64_t id = 4; id < 7; id++)
            g_array_append_val(request->users, id);
        g_ptr_array_add(request->mails, g_strdup("a@example.org"));
        Outcome outcome = {.message = g_strdup(text), .status = 400};
        refusal_take(request, kind, &outcome);
        MUST(outcome.message != NULL);
        MUST(outcome.kind == OUTCOME_REFUSED ||
             (outcome.kind == OUTCOME_DONE && may_be_so_already(request->operation, kind)));
        for (guint f = 0; outcome.failures != NULL && f < outcome.failures->len; f++) {
            const OutcomeFailure *failure = g_ptr_array_index(outcome.failures, f);
            MUST(failure->mail != NULL ? strcmp(failure->mail, "a@example.org") == 0
                                       : failure->id > 0);
            MUST(failure->mail != NULL || request->operation == OPERATION_PATCH_GROUP ||
                 (failure->id >= 4 && failure->id <= 6));
        }
        outcome_clear(&outcome);
    }
}

static void fuzz_text(const char *bytes, size_t length)
{
    g_autofree char *text = classify_text(bytes, length);
    MUST(text == NULL || (*text != '\0' && g_utf8_validate(text, -1, NULL)));
    MUST(text == NULL || text_is_safe(text, strlen(text)));
    MessageKind kind = classify_message(text);
    MUST(kind < MESSAGES && message_hint(kind) != NULL);
    MUST(retry_seconds_in_text(text) <= 3600);
    (void) retry_is_quota(-1, text);
    fuzz_refusal(text, kind);
    g_autoptr(GArray) ids = classify_ids(text == NULL ? "" : text);
    for (guint i = 0; i < ids->len; i++)
        MUST(g_array_index(ids, int64_t, i) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GHashTable) headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *at = (const char *) data;
    const char *end = at + size;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t) (end - at));
        size_t length = line_end == NULL ? (size_t) (end - at) : (size_t) (line_end + 1 - at);
        if (length == 1)
            break;
        header_take(headers, at, length);
        at += length;
    }
    GHashTableIter iter;
    void *name = NULL;
    void *value = NULL;
    g_hash_table_iter_init(&iter, headers);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        MUST(strchr(name, ':') == NULL);
        fuzz_header(value);
    }
    fuzz_text(at, (size_t) (end - at));
    return 0;
}
