/* SPDX-License-Identifier: Apache-2.0 */
#include "source/kind.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/filter.h"
#include "source/standing.h"

#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL}) /* NULL alone is the empty list */

const char *const search_scope_words[] = {
    [SCOPE_BASE] = "base",
    [SCOPE_ONE] = "one",
    [SCOPE_SUBTREE] = "subtree",
    NULL,
};

bool search_scope_covers(SearchScope scope, const char *base_key, const char *key)
{
    switch (scope) {
    case SCOPE_BASE:
        return strcmp(key, base_key) == 0;
    case SCOPE_ONE:
        return g_strcmp0(dn_key_parent(key), base_key) == 0;
    case SCOPE_SUBTREE:
    default:
        return dn_key_is_within(key, base_key);
    }
}

const char *const group_schema_words[] = {
    [GROUP_SCHEMA_AUTO] = "auto",
    [GROUP_SCHEMA_NAMES] = "groupOfNames",
    [GROUP_SCHEMA_UNIQUE_NAMES] = "groupOfUniqueNames",
    [GROUP_SCHEMA_POSIX] = "posixGroup",
    [GROUP_SCHEMA_URLS] = "groupOfURLs",
    [GROUP_SCHEMA_MEMBER_OF] = "memberOf",
    NULL,
};

/* Accounts of programs: simpleSecurityObject (RFC 4524) is what binds are made with, account (RFC
 * 4524) what hosts have. */
#define PROGRAMS                                                                                   \
    {                                                                                              \
        "service account", "(|(objectClass=simpleSecurityObject)(objectClass=account))"            \
    }
#define NO_MORE                                                                                    \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

static const KindExclusion programs[] = {PROGRAMS, NO_MORE};

static const KindExclusion freeipa_exclusions[] = {
    PROGRAMS,
    {"host or service", "(|(objectClass=ipaHost)(objectClass=ipaService))"},
    NO_MORE,
};

/* Bits of userAccountControl: MS-ADTS 2.2.16. Values of msExchRecipientTypeDetails: Exchange's
 * RecipientTypeDetails. primaryGroupID 514 is Domain Guests, whatever Guest is called here. */
static const KindExclusion active_directory_exclusions[] = {
    {"computer account", "(objectClass=computer)"},
    {"trust account", "(userAccountControl:1.2.840.113556.1.4.803:=2048)"},
    {"krbtgt account", "(|(sAMAccountName=krbtgt)(sAMAccountName=krbtgt_*))"},
    {"guest account", "(|(sAMAccountName=Guest)(primaryGroupID=514))"},
    {"service account", "(|(objectClass=msDS-ManagedServiceAccount)"
                        "(objectClass=msDS-GroupManagedServiceAccount)(servicePrincipalName=*))"},
    {"shared mailbox", "(|(msExchRecipientTypeDetails=4)(msExchRecipientTypeDetails=34359738368))"},
    {"room or equipment mailbox",
     "(|(msExchRecipientTypeDetails=16)(msExchRecipientTypeDetails=32)"
     "(msExchRecipientTypeDetails=8589934592)(msExchRecipientTypeDetails=17179869184)"
     "(msExchRecipientTypeDetails=2199023255552))"},
    {"system mailbox",
     "(|(msExchRecipientTypeDetails=8192)(msExchRecipientTypeDetails=16384)"
     "(msExchRecipientTypeDetails=8388608)(msExchRecipientTypeDetails=536870912)"
     "(msExchRecipientTypeDetails=549755813888)(msExchRecipientTypeDetails=4398046511104))"},
    NO_MORE,
};

static const Kind rows[] = {
    /*
     * OpenLDAP and whoever keeps to the RFCs.
     *
     * ( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL
     *   MAY ( ... $ displayName $ mail $ uid ... ) )                                  RFC 2798
     * ( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST ( member $ cn ) ... )     RFC 4519
     * ( 2.5.6.17 NAME 'groupOfUniqueNames' ... MUST ( uniqueMember $ cn ) ... )       RFC 4519
     * ( 1.3.6.1.1.1.2.2 NAME 'posixGroup' ... MUST ( cn $ gidNumber )
     *   MAY ( userPassword $ memberUid $ description ) )                              RFC 2307
     * ( 2.16.840.1.113730.3.2.33 NAME 'groupOfURLs' ... MUST cn MAY ( memberURL ... ) )
     * ( 1.3.6.1.1.16.4 NAME 'entryUUID' ... SINGLE-VALUE NO-USER-MODIFICATION
     *   USAGE directoryOperation )                                                    RFC 4530
     */
    {
        .kind = SOURCE_KIND_OPENLDAP,
        .name = "openldap",
        .people_filter = "(objectClass=inetOrgPerson)",
        .group_filter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
                        "(objectClass=posixGroup)(objectClass=groupOfURLs))",
        .anchors = LIST("entryUUID"),
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member", "uniqueMember", "memberUid", "memberURL"),
        .disabled = DISABLED_PPOLICY,
        .operational = LIST("entryUUID"),
        .ignored = LIST(NULL),
        .exclusions = programs,
    },
    /*
     * 389 Directory Server.
     *
     * ( 2.16.840.1.113730.3.2.334 NAME 'nsPerson' SUP top STRUCTURAL
     *   MUST ( displayName $ cn ) MAY ( ... $ mail $ ... ) )
     * ( 2.16.840.1.113730.3.1.542 NAME 'nsUniqueId' ... SINGLE-VALUE NO-USER-MODIFICATION
     *   USAGE directoryOperation )
     */
    {
        .kind = SOURCE_KIND_389DS,
        .name = "389ds",
        .people_filter = "(|(objectClass=inetOrgPerson)(objectClass=nsPerson))",
        .group_filter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
                        "(objectClass=posixGroup)(objectClass=groupOfURLs))",
        .anchors = LIST("nsUniqueId"),
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member", "uniqueMember", "memberUid", "memberURL"),
        .disabled = DISABLED_ACCOUNT_LOCK,
        .operational = LIST("nsUniqueId"),
        .ignored = LIST(NULL),
        .exclusions = programs,
    },
    /*
     * FreeIPA: 389 Directory Server with its own schema.
     *
     * ( 2.16.840.1.113730.3.8.4.14 NAME 'ipaUserGroup' SUP top STRUCTURAL
     *   MUST ( cn $ ipaUniqueID ) MAY ( ... $ member $ memberUser ... ) ), roughly: only user
     *   groups, not the private group of each user, are groups of people
     * ( 2.16.840.1.113730.3.8.3.1 NAME 'ipaUniqueID' ... SINGLE-VALUE )
     *
     * Below cn=provisioning stand people who were deleted but preserved, and people who are not
     * there yet (staged, with 'autogenerate' for an ipaUniqueID); cn=compat shows everything a
     * second time in another schema.
     */
    {
        .kind = SOURCE_KIND_FREEIPA,
        .name = "freeipa",
        .people_filter = "(objectClass=inetOrgPerson)",
        .group_filter = "(objectClass=ipaUserGroup)",
        .anchors = LIST("ipaUniqueID"),
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail"),
        .uid = "uid",
        .group_name = "cn",
        .members = LIST("member"),
        .disabled = DISABLED_ACCOUNT_LOCK,
        .operational = LIST("ipaUniqueID"),
        .preserved = "cn=deleted users,cn=accounts,cn=provisioning",
        .ignored = LIST("cn=staged users,cn=accounts,cn=provisioning", "cn=compat"),
        .exclusions = freeipa_exclusions,
    },
    /*
     * Active Directory and Samba (MS-ADSC, MS-ADA).
     *
     * user: SUP organizationalPerson, of which computer is a subclass; group: member, objectSid
     * ( 1.2.840.113556.1.4.2 NAME 'objectGUID' SYNTAX OctetString SINGLE-VALUE ), 16 bytes
     * ( 1.2.840.113556.1.4.98 NAME 'primaryGroupID' SYNTAX INTEGER SINGLE-VALUE ), the last number
     *   of the objectSid of a group whose member list does not name the user
     * ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' ), MS-OXLDAP
     */
    {
        .kind = SOURCE_KIND_ACTIVE_DIRECTORY,
        .name = "active-directory",
        .people_filter = "(&(objectClass=user)(!(objectClass=computer)))",
        .group_filter = "(objectClass=group)",
        .anchors = LIST("objectGUID"),
        .names = LIST("displayName", "cn"),
        .mails = LIST("mail", "proxyAddresses"),
        .uid = "sAMAccountName",
        .group_name = "cn",
        .members = LIST("member"),
        .primary_group = true,
        .disabled = DISABLED_ACCOUNT_CONTROL,
        .operational = LIST("objectGUID"),
        .ignored = LIST(NULL),
        .exclusions = active_directory_exclusions,
    },
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

KindMembers kind_members(const GroupSearch *search, SourceKind kind)
{
    static const char *const of_schema[] = {
        [GROUP_SCHEMA_NAMES] = "member",    [GROUP_SCHEMA_UNIQUE_NAMES] = "uniqueMember",
        [GROUP_SCHEMA_POSIX] = "memberUid", [GROUP_SCHEMA_URLS] = "memberURL",
        [GROUP_SCHEMA_MEMBER_OF] = NULL,
    };
    KindMembers members = {{NULL}};
    if (search->schema == GROUP_SCHEMA_MEMBER_OF)
        return members;
    if (search->member != NULL || search->schema != GROUP_SCHEMA_AUTO) {
        members.names[0] = search->member != NULL ? search->member : of_schema[search->schema];
        return members;
    }
    const char *const *names = kind_row(kind)->members;
    for (size_t i = 0; names[i] != NULL && i + 1 < G_N_ELEMENTS(members.names); i++)
        members.names[i] = names[i];
    return members;
}

bool kind_ignores(SourceKind kind, const char *dn_key)
{
    for (const char *const *part = kind_row(kind)->ignored; *part != NULL; part++) {
        if (dn_key_contains(dn_key, *part))
            return true;
    }
    return false;
}

static bool check_base(const char *base, SourceKind kind, GError **error)
{
    g_autofree char *key = NULL;
    /* what is no DN is told by whoever searches there */
    if (base == NULL || !dn_key(base, strlen(base), &key, NULL) || !kind_ignores(kind, key))
        return true;
    g_autofree char *safe = text_safe(base, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "the base '%s' holds no people or groups of its own on a server of kind '%s'\n"
                "hint: search below cn=accounts",
                safe, kind_row(kind)->name);
    return false;
}

bool kind_check(const SourceSettings *settings, SourceKind kind, GError **error)
{
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (!check_base(search->base, kind, error))
            return false;
    }
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        if (!check_base(search->base, kind, error))
            return false;
        if (search->nested != NESTED_IN_CHAIN || kind == SOURCE_KIND_ACTIVE_DIRECTORY ||
            settings->kind == SOURCE_KIND_LDIF)
            continue;
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "only Active Directory expands groups by itself, and this is of kind '%s'\n"
                    "hint: write nested = true: then we do it, on any server",
                    kind_row(kind)->name);
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

static void add_rule(GPtrArray *list, const PeopleSearch *search, SourceKind kind)
{
    /* a rule that does not exist is told by whoever judges entries; here it asks for nothing */
    g_autoptr(StandingRule) rule = standing_rule_new(search, kind, NULL);
    if (rule != NULL)
        standing_attributes(rule, add_name, list);
}

static void add_exclusions(GPtrArray *list, const PeopleSearch *search, const Kind *row)
{
    if (!search->exclude_presets)
        return;
    for (const KindExclusion *exclusion = row->exclusions; exclusion->filter != NULL; exclusion++) {
        g_autoptr(Filter) filter = NULL;
        if (filter_parse(exclusion->filter, &filter, NULL))
            filter_attributes(filter, add_name, list);
    }
}

/* What an entry itself says of the groups it is in. */
static void add_own_groups(GPtrArray *list, const SourceSettings *settings, const Kind *row)
{
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        if (search->schema == GROUP_SCHEMA_MEMBER_OF)
            add(list, search->member != NULL ? search->member : "memberOf");
    }
    if (row->primary_group && settings->groups->len > 0) {
        add(list, "primaryGroupID");
        add(list, "objectSid");
    }
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
    add_rule(list, search, kind);
    add_exclusions(list, search, row);
    add_own_groups(list, settings, row);
    add_all(list, search->operational != NULL ? (const char *const *) search->operational
                                              : row->operational);
    add_all(list, (const char *const *) settings->attributes);
    return finish(list);
}

char **kind_group_attributes(const SourceSettings *settings, const GroupSearch *search,
                             SourceKind kind)
{
    const Kind *row = kind_row(kind);
    KindMembers members = kind_members(search, kind);
    GPtrArray *list = g_ptr_array_new();
    add(list, "objectClass");
    add_all(list, row->anchors);
    add(list, search->name != NULL ? search->name : row->group_name);
    add_all(list, members.names);
    add_own_groups(list, settings, row);
    add_all(list, row->operational);
    for (char **text = settings->group_filters; text != NULL && *text != NULL; text++) {
        g_autoptr(Filter) filter = NULL;
        /* what is no filter is told by whoever judges entries */
        if (filter_parse(*text, &filter, NULL))
            filter_attributes(filter, add_name, list);
    }
    return finish(list);
}

char **kind_with_filter(char **attributes, const char *filter)
{
    g_autoptr(Filter) parsed = NULL;
    GPtrArray *list = g_ptr_array_new();
    add_all(list, (const char *const *) attributes);
    g_strfreev(attributes);
    if (filter_parse(filter, &parsed, NULL))
        filter_attributes(parsed, add_name, list);
    return finish(list);
}
