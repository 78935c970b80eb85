/* SPDX-License-Identifier: Apache-2.0 */
#include "source/proposal.h"

#include "source/kind.h"

#include <string.h>

void proposal_free(Proposal *proposal)
{
    if (proposal == NULL)
        return;
    g_free(proposal->people_filter);
    g_free(proposal->group_filter);
    g_free(proposal->anchor);
    g_free(proposal->mail);
    g_free(proposal->disabled);
    g_free(proposal->classes);
    g_free(proposal);
}

/* Classes that people have, the most telling first. NULL: there are none such. */
static char *other_people(const Survey *survey)
{
    static const char *const classes[] = {"inetOrgPerson", "user",         "organizationalPerson",
                                          "person",        "posixAccount", "account"};
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (survey_class(survey, classes[i]) > 0)
            return g_strdup_printf("(objectClass=%s)", classes[i]);
    }
    return NULL;
}

/* All classes of groups that are there, if the kind's filter leaves one out; else NULL. */
static char *other_groups(const Survey *survey, SourceKind kind)
{
    static const char *const classes[] = {"groupOfNames", "groupOfUniqueNames", "groupOfURLs",
                                          "posixGroup",   "groupOfEntries",     "groupOfMembers",
                                          "group",        "dominoGroup",        "univentionGroup"};
    const char *usual = kind_row(kind)->group_filter;
    g_autoptr(GString) filter = g_string_new("(|");
    bool missing = false;
    if (kind == SOURCE_KIND_ACTIVE_DIRECTORY || kind == SOURCE_KIND_FREEIPA)
        return NULL; /* what else there is are copies, or no groups of people */
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_autofree char *part = g_strdup_printf("(objectClass=%s)", classes[i]);
        if (survey_class(survey, classes[i]) == 0)
            continue;
        g_string_append(filter, part);
        missing = missing || strstr(usual, part) == NULL;
    }
    g_string_append_c(filter, ')');
    return missing ? g_strdup(filter->str) : NULL;
}

/* The kind's own anchor, or else the best that tells everybody apart. */
static void choose_anchor(const Survey *survey, SourceKind kind, Proposal *proposal)
{
    static const char *const given[] = {
        "employeeNumber",    "employeeID",       "uidNumber", "uid", "sAMAccountName", "mail", "cn",
        "userPrincipalName", "krbPrincipalName", NULL};
    const char *const *usual = kind_row(kind)->anchors;
    g_autoptr(GPtrArray) anchors = survey_anchors(survey);
    for (guint i = 0; i < anchors->len; i++) {
        if (attribute_name_is_one_of(g_ptr_array_index(anchors, i), usual))
            return;
    }
    if (anchors->len == 0)
        return;
    proposal->anchor = g_strdup(g_ptr_array_index(anchors, 0));
    proposal->anchor_may_pass_on = attribute_name_is_one_of(proposal->anchor, given);
}

/*
 * Who may not log in any more, where the rule of the kind does not look: Oracle and Sun Directory
 * Server, OpenDJ and its kin, eDirectory, Oracle Internet Directory, Zimbra, qmail-ldap, and
 * directories that Active Directory's attributes are copied into. NULL: no such sign is there.
 */
static char *other_disabled(const Survey *survey, SourceKind kind)
{
    static const struct {
        const char *attribute;
        const char *filter;
    } rules[] = {
        {"nsAccountLock", "(nsAccountLock=TRUE)"},
        {"ds-pwp-account-disabled", "(ds-pwp-account-disabled=TRUE)"},
        {"loginDisabled", "(loginDisabled=TRUE)"},
        {"orclIsEnabled", "(orclIsEnabled=DISABLED)"},
        {"inetUserStatus", "(|(inetUserStatus=inactive)(inetUserStatus=deleted))"},
        {"zimbraAccountStatus", "(|(zimbraAccountStatus=closed)(zimbraAccountStatus=locked))"},
        {"accountStatus", "(|(accountStatus=disabled)(accountStatus=deleted))"},
        {"userAccountControl", "(userAccountControl:1.2.840.113556.1.4.803:=2)"},
    };
    g_autoptr(GString) filter = g_string_new(NULL);
    unsigned found = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rules) && kind == SOURCE_KIND_OPENLDAP; i++) {
        if (!survey_shows(survey, rules[i].attribute))
            continue;
        g_string_append(filter, rules[i].filter);
        found++;
    }
    if (found == 0)
        return NULL;
    return found == 1 ? g_strdup(filter->str) : g_strdup_printf("(|%s)", filter->str);
}

Proposal *proposal_new(Source *source, const char *base, SourceKind kind)
{
    const Kind *row = kind_row(kind);
    Proposal *proposal = g_new0(Proposal, 1);
    g_autoptr(Survey) survey = survey_look(source, base, row->people_filter);
    if (survey == NULL)
        return proposal;
    proposal->classes = survey_classes(survey);
    proposal->group_filter = other_groups(survey, kind);
    if (survey_people(survey) == 0)
        proposal->people_filter = other_people(survey);
    if (proposal->people_filter != NULL) {
        g_clear_pointer(&survey, survey_free);
        survey = survey_look(source, base, proposal->people_filter);
    }
    if (survey == NULL)
        return proposal;
    choose_anchor(survey, kind, proposal);
    proposal->disabled = other_disabled(survey, kind);
    proposal->expires = kind == SOURCE_KIND_OPENLDAP && survey_shows(survey, "shadowExpire");
    const char *address = survey_address(survey);
    if (address != NULL && !attribute_name_is_one_of(address, row->mails))
        proposal->mail = g_strdup(address);
    return proposal;
}
