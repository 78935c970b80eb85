/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_PROPOSAL_H
#define SOURCE_PROPOSAL_H

/*
 * proposal - what a first configuration should look for, from what a directory holds.
 *
 * What the kind of server calls things is proposed when it is there; where a directory has other
 * classes, ids or addresses, those. A person reads it before it does anything.
 */

#include "source/source.h"
#include "source/survey.h"

#include <stdbool.h>

/* NULL: the default of the kind will do. */
typedef struct {
    char *people_filter;
    char *group_filter;
    char *anchor;
    bool
        anchor_may_pass_on; /* it is no id of the server's: it may be changed, or given to others */
    char *mail;             /* the attribute, when none that the kind looks at holds an address */
    char *disabled;         /* a filter of those who may not log in any more */
    bool expires;           /* shadowExpire says when their time ends */
    char *classes;          /* what there is, see survey_classes */
} Proposal;

void proposal_free(Proposal *proposal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Proposal, proposal_free)

/*
 * Looks at what SOURCE, a server or a file of KIND, holds below BASE (NULL: everywhere). Never
 * fails: of what may not be looked at the defaults are proposed. New.
 */
Proposal *proposal_new(Source *source, const char *base, SourceKind kind);

#endif
