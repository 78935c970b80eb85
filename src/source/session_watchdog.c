/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_watchdog.h"

#include "base/clock.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#define SLICE (100 * INT64_C(1000)) /* how late a stop of the run may be noticed */

struct Watchdog {
    GMutex mutex;
    GCond changed;
    GThread *thread;
    int fd;
    int64_t deadline; /* 0: none */
    int64_t wakes;    /* when the thread will look at it again by itself */
    bool fired;
    bool quit;
};

static void fire(Watchdog *watchdog)
{
    watchdog->fired = true;
    watchdog->deadline = 0;
    /* fails only when the peer has ended the connection before us */
    if (watchdog->fd >= 0)
        (void) shutdown(watchdog->fd, SHUT_RDWR);
}

static gpointer run(gpointer data)
{
    Watchdog *watchdog = data;
    g_mutex_lock(&watchdog->mutex);
    while (!watchdog->quit) {
        int64_t now = g_get_monotonic_time();
        if (watchdog->deadline == 0) {
            watchdog->wakes = G_MAXINT64;
            g_cond_wait(&watchdog->changed, &watchdog->mutex);
        } else if (now >= watchdog->deadline || clock_stop_requested()) {
            fire(watchdog);
        } else {
            watchdog->wakes = MIN(watchdog->deadline, now + SLICE);
            (void) g_cond_wait_until(&watchdog->changed, &watchdog->mutex, watchdog->wakes);
        }
    }
    g_mutex_unlock(&watchdog->mutex);
    return NULL;
}

Watchdog *watchdog_new(void)
{
    Watchdog *watchdog = g_new0(Watchdog, 1);
    g_mutex_init(&watchdog->mutex);
    g_cond_init(&watchdog->changed);
    watchdog->fd = -1;

    /* signals belong to the main thread, whose calls they interrupt */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    watchdog->thread = g_thread_new("ldap-watchdog", run, watchdog);
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watchdog;
}

void watchdog_free(Watchdog *watchdog)
{
    if (watchdog == NULL)
        return;
    g_mutex_lock(&watchdog->mutex);
    watchdog->quit = true;
    g_cond_signal(&watchdog->changed);
    g_mutex_unlock(&watchdog->mutex);
    (void) g_thread_join(watchdog->thread);
    g_mutex_clear(&watchdog->mutex);
    g_cond_clear(&watchdog->changed);
    g_free(watchdog);
}

void watchdog_watch(Watchdog *watchdog, int fd)
{
    g_mutex_lock(&watchdog->mutex);
    watchdog->fd = fd;
    if (watchdog->fired)
        fire(watchdog);
    g_mutex_unlock(&watchdog->mutex);
}

void watchdog_set(Watchdog *watchdog, int64_t deadline)
{
    g_mutex_lock(&watchdog->mutex);
    watchdog->deadline = deadline;
    /* it is set for every page: whoever is about to look anyway is not woken for it */
    if (deadline != 0 && deadline < watchdog->wakes)
        g_cond_signal(&watchdog->changed);
    g_mutex_unlock(&watchdog->mutex);
}

bool watchdog_fired(Watchdog *watchdog)
{
    g_mutex_lock(&watchdog->mutex);
    bool fired = watchdog->fired;
    g_mutex_unlock(&watchdog->mutex);
    return fired;
}
