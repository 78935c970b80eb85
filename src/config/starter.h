/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_STARTER_H
#define CONFIG_STARTER_H

/*
 * starter - a first configuration, from what a directory and an organization hold.
 *
 *     Starter starter = {.kind = "openldap", .uri = uri, ...};
 *     starter_look(&starter, directory, organization);
 *     g_autofree char *text = starter_text(&starter);
 *
 * What it proposes sends nothing (lifecycle.mode is "report") until somebody changes that, and
 * gives access to nobody who is not in a group that both sides have, if there is one.
 */

#include "model/directory.h"
#include "model/organization.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A group of the directory and what its members shall have. */
typedef struct {
    char *dn;
    char *toggl_group; /* NULL: none */
    char *workspace;   /* NULL: none */
    int64_t members;
} StarterRule;

/* Strings are borrowed but for those of the rules. */
typedef struct {
    const char *kind; /* "openldap", ... or "ldif" */
    const char *file; /* of kind ldif; NULL otherwise */
    const char *uri;
    bool start_tls;
    const char *ca_file;  /* NULL: the system's */
    const char *bind_dn;  /* NULL: anonymous */
    const char *password; /* a reference; NULL: none */
    const char *people_filter;
    const char *anchor;      /* NULL: what the kind has */
    bool anchor_may_pass_on; /* it may be changed, or given to somebody else */
    const char *mail;        /* the attribute; NULL: what the kind has */
    const char *disabled;    /* a filter; NULL: what the kind has */
    bool expires;            /* shadowExpire says when their time ends */
    const char *group_filter;
    const char *classes; /* which object classes there are; NULL: not known */
    const char *organization_name;
    int64_t organization;
    const char *token;    /* a reference */
    const char *base_url; /* NULL: the usual one */
    const char *state;    /* NULL: the usual place */
    /* filled by starter_look; cleared by starter_clear */
    GPtrArray *people_bases; /* char *: one for each tree */
    GPtrArray *group_bases;  /* likewise; empty: there are no groups */
    int64_t people;
    int64_t groups;
    GPtrArray *rules;     /* StarterRule *: groups that both sides have */
    StarterRule *example; /* what a rule might be when there are none in common; NULL: no group */
    char *workspace;      /* the first one; NULL: none is known */
} Starter;

/* Looks for what is common: where people and groups stand, and groups of one name. */
void starter_look(Starter *starter, const Directory *directory, const Organization *organization);
void starter_clear(Starter *starter);

/* The text of the configuration. New string. */
char *starter_text(const Starter *starter);

#endif
