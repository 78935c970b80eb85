/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/*
 * process - what this process lets happen to itself, and whose rights it has.
 *
 *     if (!process_harden())
 *         _exit(70);
 *     process_become(owner, &error);
 *
 * Invariants, once process_harden() returned true
 *  - descriptors 0 to 2 are open, so that no file of ours ever becomes one of them;
 *  - there is no core dump, whatever limit or pattern others have set: secrets are in this memory;
 *  - nobody but root may trace the process or read its memory.
 */

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * To be called first thing: /dev/null on closed standard descriptors, umask 077, no core dumps, no
 * SIGPIPE. False when a descriptor cannot be opened.
 */
bool process_harden(void) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Leaves DATA (NULL is fine) as it is until the process ends: memory goes back as a whole then, in
 * no time, and not piece by piece. For what is big, is needed to the end, and holds neither secrets
 * nor anything that has to be closed.
 */
void process_leave(void *data);

/* A user, and the group it has when the user database does not know it. */
typedef struct {
    uid_t user;
    gid_t group;
} ProcessUser;

/* Whom this process works as. */
ProcessUser process_self(void);

/* USER as people call it: its name, or its number. New string. */
char *process_user_name(uid_t user);

/*
 * Gives up root for good: from now on the process is TO with its groups; HOME, USER and LOGNAME
 * follow. On failure the process may have lost groups and must not go on. Nothing happens, and
 * true, when it is that user already. Error: SYNC_ERROR_STATE.
 */
bool process_become(ProcessUser to, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
