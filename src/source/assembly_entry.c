/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "source/assembly_private.h"

#include <string.h>

#define LOCKED_BY_ADMINISTRATOR "000001010000Z"
#define ACCOUNT_DISABLED 2               /* MS-ADTS 2.2.16, ADS_UF_ACCOUNTDISABLE */
#define NEVER_EXPIRES G_MAXINT64         /* MS-ADA1 2.1: as does 0 */
#define TICKS 10000000                   /* Active Directory counts 100 ns ... */
#define SECONDS_1601_TO_1970 11644473600 /* ... since 1601 */
#define GUID_LENGTH 16
#define LONGEST_ANCHOR 255

/* MS-DTYP 2.3.4.2: three fields little-endian, the rest as it stands. */
static char *guid_text(const char *bytes)
{
    static const unsigned order[GUID_LENGTH] = {3, 2, 1,  0,  5,  4,  7,  6,
                                                8, 9, 10, 11, 12, 13, 14, 15};
    GString *text = g_string_sized_new(37);
    for (unsigned i = 0; i < GUID_LENGTH; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            g_string_append_c(text, '-');
        g_string_append_printf(text, "%02x", (unsigned char) bytes[order[i]]);
    }
    return g_string_free(text, FALSE);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (g_ascii_strcasecmp(name, *names) == 0)
            return true;
    }
    return false;
}

static char *anchor_value(const Entry *entry, const char *name)
{
    static const char *const guids[] = {"objectGUID", "mS-DS-ConsistencyGuid", NULL};
    static const char *const uuids[] = {"entryUUID", "nsUniqueId", "ipaUniqueID", NULL};
    const Attribute *attribute = entry_attribute(entry, name);
    if (attribute_count(attribute) != 1)
        return NULL;
    const Value *value = attribute_value(attribute, 0);
    if (is_one_of(name, guids))
        return value->length == GUID_LENGTH ? guid_text(value->bytes) : NULL;
    if (value->length == 0 || value->length > LONGEST_ANCHOR ||
        !text_is_safe(value->bytes, value->length))
        return NULL;
    return is_one_of(name, uuids) ? g_ascii_strdown(value->bytes, -1) : g_strdup(value->bytes);
}

char *assembly_anchor(const Entry *entry, const char *attribute, SourceKind kind)
{
    if (attribute != NULL)
        return anchor_value(entry, attribute);
    for (const char *const *name = kind_row(kind)->anchors; *name != NULL; name++) {
        char *anchor = anchor_value(entry, *name);
        if (anchor != NULL)
            return anchor;
    }
    return NULL;
}

static bool unknown(const char *name, const char *what, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "whether the entry is disabled cannot be told: its %s %s", name, what);
    return false;
}

static bool read_number(const Entry *entry, const char *name, int64_t fallback, int64_t *ret,
                        GError **error)
{
    const Attribute *attribute = entry_attribute(entry, name);
    if (attribute == NULL) {
        *ret = fallback;
        return true;
    }
    const Value *value = attribute_value(attribute, 0);
    gint64 number = 0;
    if (attribute_count(attribute) != 1 || strlen(value->bytes) != value->length ||
        !g_ascii_string_to_signed(value->bytes, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return unknown(name, "is no number", error);
    *ret = number;
    return true;
}

static bool account_control(const Entry *entry, int64_t now, PersonStanding *ret_standing,
                            char **ret_reason, GError **error)
{
    int64_t control = 0;
    int64_t expires = 0;
    /* every account has the attribute: one without it is one whose attribute we may not read */
    if (entry_attribute(entry, "userAccountControl") == NULL)
        return unknown("userAccountControl", "is not there", error);
    if (!read_number(entry, "userAccountControl", 0, &control, error) ||
        !read_number(entry, "accountExpires", 0, &expires, error))
        return false;
    if ((control & ACCOUNT_DISABLED) != 0) {
        *ret_standing = PERSON_DISABLED;
        *ret_reason = g_strdup_printf("userAccountControl is %" G_GINT64_FORMAT, (gint64) control);
        return true;
    }
    bool never = expires == 0 || expires == NEVER_EXPIRES;
    int64_t moment = expires / TICKS - SECONDS_1601_TO_1970;
    *ret_standing = PERSON_ENABLED;
    *ret_reason = NULL;
    if (!never && moment <= now) {
        g_autofree char *when = clock_format(moment);
        *ret_standing = PERSON_EXPIRED;
        *ret_reason = g_strdup_printf("accountExpires is %s", when);
    }
    return true;
}

static bool account_lock(const Entry *entry, PersonStanding *ret_standing, char **ret_reason,
                         GError **error)
{
    const Attribute *lock = entry_attribute(entry, "nsAccountLock");
    bool locked = entry_has(entry, "nsAccountLock", "TRUE");
    if (lock != NULL && !locked && !entry_has(entry, "nsAccountLock", "FALSE"))
        return unknown("nsAccountLock", "is neither TRUE nor FALSE", error);
    *ret_standing = locked ? PERSON_DISABLED : PERSON_ENABLED;
    *ret_reason = locked ? g_strdup("nsAccountLock is TRUE") : NULL;
    return true;
}

bool assembly_standing(const Entry *entry, const PeopleSearch *search, SourceKind kind, int64_t now,
                       PersonStanding *ret_standing, char **ret_reason, GError **error)
{
    DisabledRule rule = DISABLED_NEVER;
    if (!kind_disabled_rule(search, kind, &rule, error))
        return false;
    if (rule == DISABLED_ACCOUNT_CONTROL)
        return account_control(entry, now, ret_standing, ret_reason, error);
    if (rule == DISABLED_ACCOUNT_LOCK)
        return account_lock(entry, ret_standing, ret_reason, error);
    /* any other time there is a lockout after bad passwords, which passes */
    bool locked = rule == DISABLED_PPOLICY &&
                  entry_has(entry, "pwdAccountLockedTime", LOCKED_BY_ADMINISTRATOR);
    *ret_standing = locked ? PERSON_DISABLED : PERSON_ENABLED;
    *ret_reason = locked ? g_strdup("pwdAccountLockedTime is " LOCKED_BY_ADMINISTRATOR) : NULL;
    return true;
}
