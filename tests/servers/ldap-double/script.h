/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_LDAP_DOUBLE_SCRIPT_H
#define TESTS_SERVERS_LDAP_DOUBLE_SCRIPT_H

/* script - what the double is to hold, and where and how it is to misbehave. */

#include <glib.h>
#include <stdbool.h>

/* Where something goes wrong. */
typedef enum {
    PLACE_BIND,
    PLACE_ROOT,   /* read NUMBER (from 1) of the root DSE on a connection; 0: each */
    PLACE_WHOAMI, /* when it is asked who is bound */
    PLACE_ENTRY,  /* read NUMBER (from 1) of a person's entry by its DN on a connection; 0: each */
    PLACE_PAGE,   /* page NUMBER (from 1) of a search; 0: every page */
    PLACE_LAST,   /* the last page of a search */
    PLACE_RANGE,  /* slice NUMBER (from 1) of a ranged attribute that is asked for; 0: each */
} Place;

/* What goes wrong there. */
typedef enum {
    FAULT_NONE,
    FAULT_CODE,        /* it is closed with result code NUMBER, without a paging control */
    FAULT_CODE_PAGED,  /* the same, with one that has an empty cookie */
    FAULT_NO_CONTROL,  /* success, but no paging control */
    FAULT_SAME_COOKIE, /* the cookie that was sent comes back */
    FAULT_END,         /* an empty cookie, though there is more */
    FAULT_NO_ENTRIES,  /* success and an empty cookie, without any entry */
    FAULT_NEGATIVE,    /* the estimate of the size is negative: no fault at all */
    FAULT_BAD_CONTROL, /* the paging control holds no BER */
    FAULT_REFERENCE,   /* a search reference comes with the entries */
    FAULT_REFERRAL,    /* success with a referral in it */
    FAULT_TWICE,       /* each entry comes twice: no fault at all */
    FAULT_CONFLICT,    /* an entry comes again with other data */
    FAULT_LATE,        /* an entry comes after the page was closed */
    FAULT_WRONG_ID,    /* the answer has another number than the request */
    FAULT_TRUNCATED,   /* the connection ends in the middle of a message */
    FAULT_GARBAGE,     /* what comes is no BER */
    FAULT_HUGE,        /* a message says that it is 2 GiB long */
    FAULT_CLOSE,       /* the connection is closed instead of an answer */
    FAULT_RESET,       /* the same, rudely */
    FAULT_HANG,        /* no answer comes */
    FAULT_TRICKLE,     /* the answer comes byte by byte, one in 100 ms */
    FAULT_GAP,         /* PLACE_RANGE: begins one value too late */
    FAULT_OVERLAP,     /* begins one value too early */
    FAULT_SHORT,       /* brings fewer values than it says */
    FAULT_ENDLESS,     /* never says "*" */
    FAULT_NOTHING,     /* brings no such attribute; elsewhere: no such entry, and nobody is bound */
    FAULT_BARE,        /* PLACE_ROOT: no controls are named; PLACE_ENTRY: a bare objectClass */
    FAULT_CHANGED,     /* the entry is another than before (uSNChanged) */
    FAULT_DELETED,     /* as it should be, but all groups are gone afterwards */
} FaultKind;

typedef struct {
    Place place;
    unsigned number;
    FaultKind kind;
    int code;
    int times; /* how often it still happens; -1: always */
} Fault;

typedef struct {
    const char *kind; /* "openldap", "389ds", "active-directory" */
    unsigned people;
    unsigned groups; /* everybody is in each of them */
    unsigned range;  /* most values of "member" that come unasked; 0: all */
    unsigned page;   /* most entries of a page, whatever is asked for; 0: no limit */
    GArray *faults;  /* Fault */
} Script;

/*
 * Reads WORDS: "kind=active-directory", "people=1200", "groups=1", "range=1500", "page=1000", and
 * faults: PLACE[-NUMBER]=FAULT[-CODE][*TIMES], as in "page-2=code-51*1" or "bind=hang". NULL for a
 * word that nobody understands, which *RET_WORD is then.
 */
Script *script_parse(char *const *words, const char **ret_word);

/* The fault that is to happen at PLACE number NUMBER now, and is used up by that; kind FAULT_NONE
 * when all is well. */
Fault script_next(Script *script, Place place, unsigned number);

#endif
