/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/trouble.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "toggl/classify.h"

#include <string.h>

#define TOKEN_HINT "\nhint: is 'toggl.token' the API token from the profile page, and still valid?"
#define RIGHTS_HINT "\nhint: the token's owner must be an admin of the organization"

void trouble_warn_of_clock(const Toggl *toggl)
{
    if (toggl->ahead <= SECONDS_A_DAY && toggl->ahead >= -SECONDS_A_DAY)
        return;
    int64_t now = toggl->clock->now(toggl->clock);
    g_autofree char *here = clock_format(now);
    g_autofree char *there = clock_format(now - toggl->ahead);
    log_warning("the clock of this machine says %s, and Toggl's says %s: grace, limits and dates "
                "in the directory are counted by a clock that is wrong\n"
                "hint: set the clock, and let it be kept right",
                here, there);
}

void trouble_set_quota(const Toggl *toggl, Bucket bucket, const char *problem, GError **error)
{
    const QuotaBucket *quota = &toggl->quotas[bucket];
    int64_t resets_at =
        quota->resets_at != 0 ? quota->resets_at : toggl->clock->now(toggl->clock) + QUOTA_WINDOW;
    g_autofree char *when = clock_format(resets_at);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_QUOTA,
                "%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                " calls an hour are left%s, %" G_GINT64_FORMAT " are kept in reserve"
                "\nhint: go on after %s",
                problem, quota->remaining, quota->total,
                bucket == BUCKET_ME ? " for the token itself" : "", quota_reserve(quota), when);
}

/* What a refusal that is final means and asks for; "": it speaks for itself. */
static const char *refusal_hint(int status, MessageKind kind)
{
    if (status == 402)
        return "\nhint: the organization's plan does not hold this; the quota is not the reason";
    if (status == 405 || status == 410)
        return "\nhint: Toggl no longer offers this operation; is there a newer version of this "
               "program?";
    const char *hint = message_hint(kind);
    if (*hint != '\0' || status != 404)
        return hint;
    return "\nhint: what is asked for is not there, or the token's owner may not see it";
}

/* Toggl answers 403 to a token that it does not know, too, and says so. */
static bool is_about_token(const Endpoint *endpoint, const Reply *reply)
{
    return reply->http.status == 401 || endpoint->bucket == BUCKET_ME ||
           (reply->text != NULL && strstr(reply->text, "username") != NULL);
}

void trouble_set_error(const Toggl *toggl, const Endpoint *endpoint, const Reply *reply,
                       GError **error)
{
    int status = reply->http.status;
    g_autofree char *problem =
        g_strdup_printf("toggl: %s: status %d%s%s", endpoint->name, status,
                        reply->text == NULL ? "" : ": ", reply->text == NULL ? "" : reply->text);
    bool throttled = reply_is_throttle(reply);
    if (throttled && status == 402)
        trouble_set_quota(toggl, endpoint->bucket, problem, error);
    else if (throttled)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_QUOTA,
                    "%s\nhint: Toggl asks for fewer calls a second; try again in a minute",
                    problem);
    else if (status == 401 || status == 403)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED, "%s%s", problem,
                    is_about_token(endpoint, reply) ? TOKEN_HINT : RIGHTS_HINT);
    else if (status >= 500 || status == 408)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "%s\nhint: the trouble is at Toggl; try again later", problem);
    else
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_API, "%s%s", problem,
                    refusal_hint(status, classify_message(reply->text)));
}
