/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SAVED_H
#define CLI_SAVED_H

/*
 * saved - plans that were made before: read from a file or from the history, carried out by apply,
 * or, once approved, by sync.
 */

#include "cli/context.h"
#include "model/plan.h"

#include <glib.h>
#include <stdbool.h>

/* The text of the plan in the file PATH. SYNC_ERROR_USAGE when there is none to be read. */
bool saved_read(const char *path, char **ret_text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    const char *path;
    const char *only; /* NULL: all of it */
    bool skip_stale;
    char *text; /* the plan, read before the state is opened: root's hands may then be bound */
    GPtrArray *beside; /* approvals that stand beside it */
} SavedOrder;

/* Reads what ORDER's path names. Free with saved_order_clear. */
bool saved_order_read(SavedOrder *order, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void saved_order_clear(SavedOrder *order);

/* Carries out a saved plan. CONTEXT was opened for writing, and nothing was read yet. */
bool saved_apply(Context *context, const GlobalOptions *global, const SavedOrder *order,
                 int *ret_status, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the approved plans leave behind for what is planned after them. */
typedef enum {
    APPROVED_NONE,  /* none waited: the read is as good as new */
    APPROVED_SEEN,  /* carried out, and read again; absence was counted, which is done once */
    APPROVED_UNSEEN /* cut short, or not read again: what was read says nothing of what was done */
} Approved;

/*
 * Carries out every approved plan that waits, as with --skip-stale, and stops at the first that
 * leaves APPROVED_UNSEEN: whoever plans on would do things twice. Both sides were read. *STATUS
 * becomes worse when a run did not work.
 */
bool saved_carry_out_approved(Context *context, const GlobalOptions *global, Approved *ret_approved,
                              int *status, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
