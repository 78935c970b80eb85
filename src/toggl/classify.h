/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_CLASSIFY_H
#define TOGGL_CLASSIFY_H

/*
 * classify - makes sense of the one string that Toggl answers with when it refuses.
 *
 * It comes as a quoted JSON string, bare, not at all, or as somebody else's HTML. Messages are
 * recognised by fragments that have been stable, never by equality; what is not recognised is
 * MESSAGE_OTHER, which is final like the rest. Pure.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    MESSAGE_OTHER,
    MESSAGE_INACTIVE_MEMBER,  /* an invited address belongs to a deactivated member */
    MESSAGE_ALREADY_MEMBER,   /* an invited address belongs to a member */
    MESSAGE_PAYING_USER,      /* who pays is protected */
    MESSAGE_OWNER,            /* so is the owner */
    MESSAGE_ADMIN,            /* an organization admin cannot be taken out of a workspace */
    MESSAGE_NOT_MEMBER,       /* the ids in a deletion are no members (any more) */
    MESSAGE_UNKNOWN_ID,       /* an id of a user, group, workspace or role that is not there */
    MESSAGE_NAME_TAKEN,       /* a group or workspace of that name exists */
    MESSAGE_MEMBER_LIMIT,     /* the plan's seats are used up */
    MESSAGE_INVITATION_LIMIT, /* too many invitations today */
    MESSAGE_BAD_ADDRESS,      /* an address that Toggl does not take */
    MESSAGE_BAD_JSON,         /* the body was not understood */
    MESSAGE_NOTHING_TO_CHANGE,
    MESSAGE_MANY_ORGANIZATIONS, /* name and address of somebody who is in several organizations */
    MESSAGE_NO_WORKSPACES,      /* the organization may not have (more) workspaces */
    MESSAGE_TOO_LONG,           /* a name */
    MESSAGE_HOURLY_LIMIT,
    MESSAGES
} MessageKind;

/*
 * The text in the LENGTH bytes of a BODY, as one safe line; "an HTML page" for one of those. NULL
 * when there is none. New string, owned by the caller.
 */
char *classify_text(const char *body, size_t length);

/* What TEXT (may be NULL) says. */
MessageKind classify_message(const char *text);

/* What a person can do about it, as "\nhint: ...", or "" where the message says it all. Static. */
const char *message_hint(MessageKind kind);

/*
 * The ids that stand in TEXT after an "ID", "IDs", "User" or "Workspace", in order: int64_t. Empty
 * when there are none, or the text was cut off and the last one may be half an id. New array, owned
 * by the caller.
 */
GArray *classify_ids(const char *text);

#endif
