/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

/*
 * source - where people come from: an LDAP server, or an LDIF file, behind one contract.
 *
 *     g_autoptr(Source) source = source_new(&settings, clock_real(), &error);
 *     g_autoptr(Directory) directory = NULL;
 *     if (source == NULL || !source_read(source, &directory, &error)) ...
 *
 * A read returns all of it with its Completeness, or an error; never half. Only single entries
 * freeze.
 */

#include "base/clock.h"
#include "base/secret.h"
#include "model/directory.h"
#include "model/located.h"
#include "source/entry.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SOURCE_KIND_AUTO, /* ask the root DSE */
    SOURCE_KIND_OPENLDAP,
    SOURCE_KIND_389DS,
    SOURCE_KIND_FREEIPA,
    SOURCE_KIND_ACTIVE_DIRECTORY,
    SOURCE_KIND_LDIF,
} SourceKind;

typedef enum { BIND_ANONYMOUS, BIND_SIMPLE, BIND_EXTERNAL, BIND_GSSAPI } BindMethod;
typedef enum { TLS_MINIMUM_1_2, TLS_MINIMUM_1_3 } TlsMinimum;
typedef enum { SCOPE_BASE, SCOPE_ONE, SCOPE_SUBTREE } SearchScope;

/* How an attribute says when somebody's time is over. */
typedef enum {
    EXPIRY_GENERALIZED_TIME, /* RFC 4517 3.3.13: 20270630120000Z */
    EXPIRY_FILE_TIME,        /* 100 ns since 1601; 0 and 2^63 - 1: never */
    EXPIRY_DAYS,             /* days since 1970, as shadowExpire; -1: never */
    EXPIRY_ISO_DATE,         /* 2027-06-30: the whole of that day (UTC) still counts */
} ExpiryFormat;

/* Where the members of a group are written. */
typedef enum {
    GROUP_SCHEMA_AUTO,         /* wherever servers of the kind write them */
    GROUP_SCHEMA_NAMES,        /* groupOfNames: member */
    GROUP_SCHEMA_UNIQUE_NAMES, /* groupOfUniqueNames: uniqueMember */
    GROUP_SCHEMA_POSIX,        /* posixGroup: memberUid */
    GROUP_SCHEMA_URLS,         /* groupOfURLs: memberURL, a search that finds them */
    GROUP_SCHEMA_MEMBER_OF,    /* in the entries of the members: memberOf */
} GroupSchema;

/* Who finds the people of groups in a group. */
typedef enum {
    NESTED_NO,       /* nobody: only direct members count */
    NESTED_YES,      /* we do, group by group */
    NESTED_IN_CHAIN, /* Active Directory does (matching rule 1.2.840.113556.1.4.1941) */
} Nesting;

/* One search for people. NULL strings and lists mean "the kind's default". */
typedef struct {
    char *base;
    SearchScope scope;
    char *filter;
    char **mail; /* attributes in order of preference */
    char *name;
    char *anchor;
    char **operational;      /* attributes that come only when asked for by name */
    char *disabled;          /* the word of a rule (standing.h), or a filter that disabled match */
    char *expires_attribute; /* a further date that somebody's time ends at; NULL: none */
    ExpiryFormat expires_format;
    char **exclude_mail; /* patterns (PCRE); an entry that matches is excluded, not absent */
    char **exclude_dn;
    char **exclude_group; /* DNs of groups whose people, nested ones too, are excluded */
    bool exclude_presets; /* and what the kind knows to be no people: computers, rooms, ... */
} PeopleSearch;

typedef struct {
    char *base; /* NULL, with GROUP_SCHEMA_MEMBER_OF only: groups are what people name */
    SearchScope scope;
    char *filter;
    char *name;
    char *member; /* the attribute in place of the schema's */
    GroupSchema schema;
    Nesting nested;
    int64_t max_depth; /* passing it fails the read */
} GroupSearch;

typedef struct {
    char *name;
    SourceKind kind;
    char *file;           /* SOURCE_KIND_LDIF */
    SourceKind file_kind; /* whose export that is; AUTO: the file tells */
    char **uris;          /* NULL: those of domain, else ldap.conf's URI */
    char *domain;         /* whose servers the DNS names (SRV) */
    bool start_tls;
    char *ca_file; /* NULL: ldap.conf's TLS_CACERT, else the system's */
    TlsMinimum tls_minimum;
    char *client_cert; /* PEM files, both or none */
    char *client_key;
    char *crl_file; /* PEM; NULL: revocation is not looked at */
    char *pin;      /* of the server's public key, see session_pin.h; NULL: none */
    BindMethod bind;
    char *bind_dn;
    Secret *password;     /* owned */
    char *keytab;         /* for BIND_GSSAPI; NULL: the Kerberos library's own */
    GPtrArray *people;    /* PeopleSearch *, owned */
    GPtrArray *groups;    /* GroupSearch *, owned */
    char **sentinels;     /* DNs that must be found */
    char **attributes;    /* further attributes of people, asked for by rules */
    char **group_filters; /* filters that groups are judged by, asked for by rules */
    Entry *overlay; /* what if: stands in for the entry of its DN, and makes its person a member of
                       the groups that its memberOf names; NULL: the directory as it is. Owned */
    bool required;  /* false: when it cannot be read, only its own people freeze */
    int64_t page_size;       /* 500 */
    int64_t connect_timeout; /* seconds */
    int64_t page_timeout;
    int64_t read_timeout;
} SourceSettings;

SourceSettings *source_settings_new(void);
void source_settings_free(SourceSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceSettings, source_settings_free)
PeopleSearch *people_search_new(void); /* defaults: subtree, presets */
void people_search_free(PeopleSearch *search);
GroupSearch *group_search_new(void); /* defaults: subtree, auto, nested, max_depth 100 */
void group_search_free(GroupSearch *search);

typedef struct Recording Recording; /* recording.h */
typedef struct Survey Survey;       /* survey.h */
typedef struct Source Source;
struct Source {
    const char *name; /* for messages; owned by the source */

    /* What read and locate ask and see is recorded there. Borrowed; NULL: it is not. */
    Recording *recording;

    /* All of it, or an error; never half. *RET_DIRECTORY is the caller's. */
    bool (*read)(Source *source, Directory **ret_directory, GError **error);

    /*
     * Looks for anchors across all naming contexts, whatever the bases and filters. *RET_LOCATED is
     * a new array of Located * in the order of ANCHORS. A look-up that could not be finished is an
     * error.
     */
    bool (*locate)(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                   GError **error);

    /* Connects, binds, and looks at what the configuration names, without reading everything; adds
     * findings (char *). */
    bool (*check)(Source *source, GPtrArray *findings, GError **error);

    /*
     * Where searches can begin: the naming contexts of the server that hold people, or what all
     * entries of the file stand below, one for each of its trees; and which kind of server answers,
     * or wrote it. New array of char *.
     */
    bool (*contexts)(Source *source, GPtrArray **ret_bases, SourceKind *ret_kind, GError **error);

    /*
     * Looks at what is there below BASE (NULL: everywhere), whatever the configured bases and
     * filters; people are those who match FILTER. Of a large server it is a part that is looked at.
     * *RET_SURVEY is the caller's.
     */
    bool (*survey)(Source *source, const char *base, const char *filter, Survey **ret_survey,
                   GError **error);

    /*
     * Looks for whom WORD means (an address, login name, DN or anchor), whatever the bases and
     * filters, and why a read takes them or not. WITH ("attribute=value", NULL-terminated; may be
     * NULL) stands in for attributes of the entry. *RET_INSPECTIONS is a new array of Inspection *,
     * empty when nobody is found; *RET_OVERLAY (NULL then) is the first entry with WITH in it, the
     * caller's, for the settings of the next read.
     */
    bool (*inspect)(Source *source, const char *word, char **with, GPtrArray **ret_inspections,
                    Entry **ret_overlay, GError **error);

    void (*free)(Source *source);
};

/*
 * The source that SETTINGS describe (borrowed, must outlive it); does not connect yet. NULL with
 * SYNC_ERROR_CONFIG when a filter cannot be evaluated offline and the like. Errors of read:
 * SYNC_ERROR_UNREACHABLE, _INCOMPLETE, _DENIED.
 */
Source *source_new(const SourceSettings *settings, Clock *clock, GError **error);
bool source_read(Source *source, Directory **ret_directory, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void source_free(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)

/*
 * Whether NAME can be who binds: a DN, or a name that only Active Directory takes in its place,
 * "ann@example.org" or "EXAMPLE\\ann" (MS-ADTS 5.1.1.1.1). SYNC_ERROR_INCOMPLETE says why not.
 */
bool source_bind_name_check(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
#define SOURCE_BIND_NAME_HINT                                                                      \
    "write the DN of the account, or for Active Directory its name: ann@example.org"

/* Checks FILTER (RFC 4515) without a server. OFFLINE: it must also be one that our own evaluator
 * can judge. */
bool source_filter_check(const char *filter, bool offline, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
