/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_DELIVER_H
#define REPORT_DELIVER_H

/*
 * deliver - sends what there is to tell: to a webhook, by mail, to a dead man's switch.
 *
 *     deliver_start(&settings, problems);
 *     ... the run ...
 *     deliver_bulletin(&settings, bulletin, &memory, problems);
 *
 * Nothing here fails: a notification that cannot be sent is a line in PROBLEMS, for the log, and
 * changes nothing about the run. The same failure is told once a day.
 */

#include "base/secret.h"
#include "report/bulletin.h"

#include <glib.h>
#include <stdbool.h>

/* The requests that carry what is told: where to and when it was made, and its signature. */
#define DELIVER_TIME_HEADER "X-Toggl-Ldap-Sync-Time"
#define DELIVER_SIGNATURE_HEADER "X-Toggl-Ldap-Sync-Signature"

typedef struct {
    unsigned on;         /* 1 << NEWS_..., what is told */
    Secret *webhook;     /* a URL: whoever knows it can post there; owned; NULL: none */
    Secret *webhook_key; /* signs what is posted; owned; NULL: nobody signs */
    Secret *ping;        /* a URL, as healthchecks.io makes them; owned; NULL: none */
    char *proxy;         /* for webhook and ping; NULL: the usual environment */
    char *smtp;          /* smtp:// or smtps://; NULL: SENDMAIL */
    char *sendmail;      /* its path; NULL and no SMTP: no mail */
    char *user;          /* NULL: no login */
    Secret *password;    /* owned; NULL: none */
    char *ca_file;       /* for mail, webhook and ping; NULL: the system's */
    char *from;
    char **to; /* NULL: no mail */
} NotifySettings;

NotifySettings *notify_settings_new(void);
void notify_settings_free(NotifySettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NotifySettings, notify_settings_free)

/* What was told before; the owner of the state fills this in. A NULL memory forgets. */
typedef struct NewsMemory NewsMemory;
struct NewsMemory {
    char *(*get)(NewsMemory *memory, const char *key); /* new string, or NULL */
    void (*set)(NewsMemory *memory, const char *key, const char *value);
};

/* Says that a run begins, to the dead man's switch alone. PROBLEMS (char *) gains lines. */
void deliver_start(const NotifySettings *settings, GPtrArray *problems);

/*
 * Which of NEWS is to be told now: asked for, and not told already. Of a failure, something held, a
 * partial run and somebody protected the same is told once in 24 hours.
 */
unsigned deliver_choose(const NotifySettings *settings, const Bulletin *bulletin, unsigned news,
                        NewsMemory *memory);

/* Tells. The dead man's switch hears of every run: success for 0 and 75, else a failure. */
void deliver_bulletin(const NotifySettings *settings, const Bulletin *bulletin, NewsMemory *memory,
                      GPtrArray *problems);

#endif
