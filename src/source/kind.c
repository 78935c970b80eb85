/* SPDX-License-Identifier: Apache-2.0 */
#include "source/kind.h"

#include "source/filter.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const Kind rows[] = {
    /* OpenLDAP and whoever keeps to the RFCs: inetOrgPerson (RFC 2798), entryUUID (RFC 4530),
     * groups of RFC 4519 and RFC 2307; the lock is that of draft-behera-ldap-password-policy. */
    {
        .kind = SOURCE_KIND_OPENLDAP,
        .name = "openldap",
        .people_filter = "(objectClass=inetOrgPerson)",
        .group_filter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
                        "(objectClass=posixGroup))",
        .anchors = LIST("entryUUID"),
        .anchor_form = ANCHOR_TEXT,
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member", "uniqueMember", "memberUid"),
        .disabled = DISABLED_PPOLICY,
        .operational = LIST("entryUUID"),
    },
    /* 389 Directory Server: its nsPerson family stands beside inetOrgPerson, nsUniqueId names every
     * entry for good, and nsAccountLock, real or virtual, is how it deactivates. */
    {
        .kind = SOURCE_KIND_389DS,
        .name = "389ds",
        .people_filter = "(|(objectClass=inetOrgPerson)(objectClass=nsPerson))",
        .group_filter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
                        "(objectClass=posixGroup))",
        .anchors = LIST("nsUniqueId"),
        .anchor_form = ANCHOR_TEXT,
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member", "uniqueMember", "memberUid"),
        .disabled = DISABLED_ACCOUNT_LOCK,
        .operational = LIST("nsUniqueId"),
    },
    /* FreeIPA: 389 Directory Server with its own schema; ipaUniqueID is on everything it makes, and
     * only its user groups, not the private group of each user, are groups of people. */
    {
        .kind = SOURCE_KIND_FREEIPA,
        .name = "freeipa",
        .people_filter = "(objectClass=inetOrgPerson)",
        .group_filter = "(objectClass=ipaUserGroup)",
        .anchors = LIST("ipaUniqueID"),
        .anchor_form = ANCHOR_TEXT,
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member"),
        .disabled = DISABLED_ACCOUNT_LOCK,
        .operational = LIST("ipaUniqueID"),
    },
    /* Active Directory and Samba: computers are users too by class; objectGUID is 16 bytes; bit 2
     * of userAccountControl (MS-ADTS 2.2.16) and accountExpires tell who may not log in. */
    {
        .kind = SOURCE_KIND_ACTIVE_DIRECTORY,
        .name = "active-directory",
        .people_filter = "(&(objectClass=user)(!(objectClass=computer)))",
        .group_filter = "(objectClass=group)",
        .anchors = LIST("objectGUID"),
        .anchor_form = ANCHOR_GUID,
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail", "proxyAddresses"),
        .uid = "sAMAccountName",
        .group_name = "cn",
        .members = LIST("member"),
        .disabled = DISABLED_ACCOUNT_CONTROL,
        .operational = LIST("objectGUID"),
    },
};

/* The attributes each rule looks at. */
static const char *const *const rule_attributes[] = {
    [DISABLED_NEVER] = (const char *const[]){NULL},
    [DISABLED_PPOLICY] = LIST("pwdAccountLockedTime"),
    [DISABLED_ACCOUNT_LOCK] = LIST("nsAccountLock"),
    [DISABLED_ACCOUNT_CONTROL] = LIST("userAccountControl", "accountExpires"),
};

const Kind *kind_row(SourceKind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].kind == kind)
            return &rows[i];
    }
    return &rows[0];
}

const char *kind_people_filter(const PeopleSearch *search, SourceKind kind)
{
    return search->filter != NULL ? search->filter : kind_row(kind)->people_filter;
}

const char *kind_group_filter(const GroupSearch *search, SourceKind kind)
{
    return search->filter != NULL ? search->filter : kind_row(kind)->group_filter;
}

bool kind_disabled_rule(const PeopleSearch *search, SourceKind kind, DisabledRule *ret_rule,
                        GError **error)
{
    const char *word = search != NULL ? search->disabled : NULL;
    if (word == NULL) {
        *ret_rule = kind_row(kind)->disabled;
    } else if (strcmp(word, "ppolicy") == 0) {
        *ret_rule = DISABLED_PPOLICY;
    } else if (strcmp(word, "none") == 0) {
        *ret_rule = DISABLED_NEVER;
    } else {
        g_autofree char *safe = text_safe(word, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "'%s' is no way to find disabled entries\nhint: write 'ppolicy' or 'none'",
                    safe);
        return false;
    }
    return true;
}

static void add(GPtrArray *list, const char *name)
{
    for (guint i = 0; i < list->len; i++) {
        if (g_ascii_strcasecmp(g_ptr_array_index(list, i), name) == 0)
            return;
    }
    g_ptr_array_add(list, g_strdup(name));
}

static void add_all(GPtrArray *list, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++)
        add(list, *names);
}

static void add_name(void *context, const char *name)
{
    add(context, name);
}

static char **finish(GPtrArray *list)
{
    g_ptr_array_add(list, NULL);
    return (char **) g_ptr_array_free(list, FALSE);
}

char **kind_people_attributes(const SourceSettings *settings, const PeopleSearch *search,
                              SourceKind kind)
{
    const Kind *row = kind_row(kind);
    GPtrArray *list = g_ptr_array_new();
    if (search->anchor != NULL)
        add(list, search->anchor);
    else
        add_all(list, row->anchors);
    if (search->name != NULL)
        add(list, search->name);
    else
        add_all(list, row->names);
    add_all(list, search->mail != NULL ? (const char *const *) search->mail : row->mails);
    add(list, row->uid);
    DisabledRule rule = DISABLED_NEVER;
    /* a rule that does not exist is told by whoever judges entries; here it asks for nothing */
    if (kind_disabled_rule(search, kind, &rule, NULL))
        add_all(list, rule_attributes[rule]);
    add_all(list, row->operational);
    add_all(list, (const char *const *) settings->attributes);
    return finish(list);
}

char **kind_group_attributes(const SourceSettings *settings, const GroupSearch *search,
                             SourceKind kind)
{
    const Kind *row = kind_row(kind);
    GPtrArray *list = g_ptr_array_new();
    add(list, "objectClass");
    add_all(list, row->anchors);
    add(list, search->name != NULL ? search->name : row->group_name);
    if (search->member != NULL)
        add(list, search->member);
    else
        add_all(list, row->members);
    add_all(list, row->operational);
    for (char **text = settings->group_filters; text != NULL && *text != NULL; text++) {
        g_autoptr(Filter) filter = NULL;
        /* what is no filter is told by whoever judges entries */
        if (filter_parse(*text, &filter, NULL))
            filter_attributes(filter, add_name, list);
    }
    return finish(list);
}
