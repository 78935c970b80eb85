/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_NAME_H
#define SYNC_NAME_H

/*
 * name - what people are called, as it is compared: the name of a member whom no directory knows
 * with that of somebody about to be invited, and that of somebody who comes back with whose account
 * it is. Names are no identity: they only ask a question, or answer one.
 */

/* NAME composed (Unicode's NFC) and with single spaces: what of it is more than its writing. What
 * is no text is only parted into words. New string. */
char *name_plain(const char *name);

/* NAME in one case, with single spaces (Unicode's NFC and case folding), or NULL for one that says
 * nothing: empty, no text. NULL for NULL. New string. */
char *name_fold(const char *name);

#endif
