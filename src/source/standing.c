/* SPDX-License-Identifier: Apache-2.0 */
#include "source/standing.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/expiry.h"
#include "source/filter.h"

#include <string.h>

#define LOCKED_BY_ADMINISTRATOR "000001010000Z"
#define ACCOUNT_DISABLED 2 /* MS-ADTS 2.2.16, ADS_UF_ACCOUNTDISABLE */

/* One attribute with a date. */
typedef struct {
    const char *attribute; /* NULL: none */
    ExpiryFormat format;
} Expiry;

struct StandingRule {
    DisabledRule disabled;
    Filter *filter; /* in place of a rule */
    char *filter_text;
    Expiry expiry; /* of the search */
    const Kind *kind;
};

static bool unknown(const char *name, const char *what, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "whether the entry is disabled cannot be told: its %s %s", name, what);
    return false;
}

/*
 * ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' SYNTAX INTEGER SINGLE-VALUE )
 *
 * Every account has it: one without it is one whose attribute we may not read.
 */
static bool judge_account_control(const Entry *entry, char **ret_reason, GError **error)
{
    const Attribute *attribute = entry_attribute(entry, "userAccountControl");
    if (attribute == NULL)
        return unknown("userAccountControl", "is not there", error);
    const Value *value = attribute_value(attribute, 0);
    gint64 control = 0;
    if (attribute_count(attribute) != 1 || strlen(value->bytes) != value->length ||
        !g_ascii_string_to_signed(value->bytes, 10, G_MININT64, G_MAXINT64, &control, NULL))
        return unknown("userAccountControl", "is no number", error);
    if ((control & ACCOUNT_DISABLED) != 0)
        *ret_reason = g_strdup_printf("userAccountControl is %" G_GINT64_FORMAT, control);
    return true;
}

/*
 * ( 2.16.840.1.113730.3.1.610 NAME 'nsAccountLock' SYNTAX DirectoryString ), operational, and
 * virtual when a role or a class of service gives it.
 */
static bool judge_account_lock(const Entry *entry, char **ret_reason, GError **error)
{
    const Attribute *lock = entry_attribute(entry, "nsAccountLock");
    bool locked = entry_has(entry, "nsAccountLock", "TRUE");
    if (lock != NULL && !locked && !entry_has(entry, "nsAccountLock", "FALSE"))
        return unknown("nsAccountLock", "is neither TRUE nor FALSE", error);
    if (locked)
        *ret_reason = g_strdup("nsAccountLock is TRUE");
    return true;
}

/*
 * ( 1.3.6.1.4.1.42.2.27.8.1.17 NAME 'pwdAccountLockedTime' SYNTAX GeneralizedTime SINGLE-VALUE
 *   USAGE directoryOperation )
 *
 * The one value is an administrator's lock; any other time there is a lockout after bad passwords,
 * which passes.
 */
static bool judge_ppolicy(const Entry *entry, char **ret_reason, GError **error)
{
    (void) error;
    if (entry_has(entry, "pwdAccountLockedTime", LOCKED_BY_ADMINISTRATOR))
        *ret_reason = g_strdup("pwdAccountLockedTime is " LOCKED_BY_ADMINISTRATOR);
    return true;
}

static bool judge_never(const Entry *entry, char **ret_reason, GError **error)
{
    (void) entry;
    (void) ret_reason;
    (void) error;
    return true;
}

/* What each rule looks at. The judge sets *RET_REASON for who is disabled. */
static const struct {
    const char *word;
    const char *attribute;
    bool (*judge)(const Entry *entry, char **ret_reason, GError **error);
    Expiry expiry;
} rules[] = {
    [DISABLED_NEVER] = {.word = "none", .judge = judge_never},
    [DISABLED_PPOLICY] = {.word = "ppolicy",
                          .attribute = "pwdAccountLockedTime",
                          .judge = judge_ppolicy,
                          .expiry = {"pwdEndTime", EXPIRY_GENERALIZED_TIME}},
    [DISABLED_ACCOUNT_LOCK] = {.word = "account-lock",
                               .attribute = "nsAccountLock",
                               .judge = judge_account_lock,
                               .expiry = {"krbPrincipalExpiration", EXPIRY_GENERALIZED_TIME}},
    [DISABLED_ACCOUNT_CONTROL] = {.word = "account-control",
                                  .attribute = "userAccountControl",
                                  .judge = judge_account_control,
                                  .expiry = {"accountExpires", EXPIRY_FILE_TIME}},
};

static bool take_disabled(StandingRule *rule, const char *text, GError **error)
{
    if (*text == '(') {
        rule->filter_text = g_strdup(text);
        return filter_parse(text, &rule->filter, error) && filter_is_judgeable(rule->filter, error);
    }
    g_autoptr(GString) words = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (strcmp(text, rules[i].word) == 0) {
            rule->disabled = (DisabledRule) i;
            return true;
        }
        g_string_append_printf(words, "'%s', ", rules[i].word);
    }
    g_autofree char *safe = text_safe(text, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "'%s' is no way to find disabled entries\n"
                "hint: write %sor a filter that they match, such as '(loginDisabled=TRUE)'",
                safe, words->str);
    return false;
}

StandingRule *standing_rule_new(const PeopleSearch *search, SourceKind kind, GError **error)
{
    g_autoptr(StandingRule) rule = g_new0(StandingRule, 1);
    rule->kind = kind_row(kind);
    rule->disabled = rule->kind->disabled;
    if (search != NULL)
        rule->expiry = (Expiry){search->expires_attribute, search->expires_format};
    if (search != NULL && search->disabled != NULL && !take_disabled(rule, search->disabled, error))
        return NULL;
    return g_steal_pointer(&rule);
}

void standing_rule_free(StandingRule *rule)
{
    if (rule == NULL)
        return;
    filter_free(rule->filter);
    g_free(rule->filter_text);
    g_free(rule);
}

const char *standing_rule_text(const StandingRule *rule)
{
    return rule->filter != NULL ? rule->filter_text : rules[rule->disabled].word;
}

static bool judge_filter(const StandingRule *rule, const Entry *entry, char **ret_reason,
                         GError **error)
{
    FilterVerdict verdict = filter_evaluate(rule->filter, entry);
    g_autofree char *safe = text_safe(rule->filter_text, -1);
    if (verdict == FILTER_UNDEFINED) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "whether the entry is disabled cannot be told by '%s'", safe);
        return false;
    }
    if (verdict == FILTER_TRUE)
        *ret_reason = g_strdup_printf("it matches '%s'", safe);
    return true;
}

/* Sets *RET_REASON when the date that ENTRY has is over. */
static bool judge_expiry(Expiry expiry, const Entry *entry, int64_t now, char **ret_reason,
                         GError **error)
{
    const Attribute *attribute =
        expiry.attribute != NULL ? entry_attribute(entry, expiry.attribute) : NULL;
    if (attribute == NULL)
        return true;
    const Value *value = attribute_value(attribute, 0);
    int64_t moment = 0;
    if (attribute_count(attribute) != 1 ||
        !expiry_parse(expiry.format, value->bytes, value->length, &moment)) {
        g_autofree char *safe = text_safe(value->bytes, (gssize) value->length);
        g_autofree char *what = g_strdup_printf("is no single date of the form %s: '%s'",
                                                expiry_words[expiry.format], safe);
        return unknown(expiry.attribute, what, error);
    }
    if (moment > now)
        return true;
    g_autofree char *when = expiry_text(expiry.format, value->bytes, value->length, moment);
    *ret_reason = g_strdup_printf("%s is %s", expiry.attribute, when);
    return true;
}

/* Whether ENTRY stands where the kind keeps those who left. */
static bool is_put_away(const StandingRule *rule, const Entry *entry)
{
    g_autofree char *key = NULL;
    return rule->kind->preserved != NULL && dn_key(entry->dn, strlen(entry->dn), &key, NULL) &&
           dn_key_contains(key, rule->kind->preserved);
}

bool standing_judge(const StandingRule *rule, const Entry *entry, int64_t now,
                    PersonStanding *ret_standing, char **ret_reason, GError **error)
{
    g_autofree char *disabled = NULL;
    g_autofree char *expired = NULL;
    if (is_put_away(rule, entry)) {
        *ret_standing = PERSON_DISABLED;
        *ret_reason = g_strdup_printf("it stands below '%s'", rule->kind->preserved);
        return true;
    }
    bool good = rule->filter != NULL ? judge_filter(rule, entry, &disabled, error)
                                     : rules[rule->disabled].judge(entry, &disabled, error);
    /* of who is disabled no date says anything more */
    if (good && disabled == NULL && rule->filter == NULL)
        good = judge_expiry(rules[rule->disabled].expiry, entry, now, &expired, error);
    if (good && disabled == NULL && expired == NULL)
        good = judge_expiry(rule->expiry, entry, now, &expired, error);
    if (!good)
        return false;
    *ret_standing = disabled != NULL  ? PERSON_DISABLED
                    : expired != NULL ? PERSON_EXPIRED
                                      : PERSON_ENABLED;
    *ret_reason = disabled != NULL ? g_steal_pointer(&disabled) : g_steal_pointer(&expired);
    return true;
}

void standing_attributes(const StandingRule *rule, void (*each)(void *context, const char *name),
                         void *context)
{
    if (rule->filter != NULL) {
        filter_attributes(rule->filter, each, context);
    } else {
        if (rules[rule->disabled].attribute != NULL)
            each(context, rules[rule->disabled].attribute);
        if (rules[rule->disabled].expiry.attribute != NULL)
            each(context, rules[rule->disabled].expiry.attribute);
    }
    if (rule->expiry.attribute != NULL)
        each(context, rule->expiry.attribute);
}

/* Looking for the first attribute of a filter that tells who is disabled. */
typedef struct {
    const PeopleSearch *search;
    char *found;
} Hidden;

static void look_at(void *context, const char *name)
{
    Hidden *hidden = context;
    const PeopleSearch *search = hidden->search;
    bool tells = search != NULL && search->expires_attribute != NULL &&
                 g_ascii_strcasecmp(name, search->expires_attribute) == 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const char *attribute = rules[i].attribute;
        const char *expiry = rules[i].expiry.attribute;
        tells = tells || (attribute != NULL && g_ascii_strcasecmp(name, attribute) == 0) ||
                (expiry != NULL && g_ascii_strcasecmp(name, expiry) == 0);
    }
    if (tells && hidden->found == NULL)
        hidden->found = g_strdup(name);
}

char *standing_hidden_by(const char *filter, const PeopleSearch *search)
{
    g_autoptr(Filter) parsed = NULL;
    Hidden hidden = {.search = search};
    /* what is no filter is told by whoever reads it */
    if (!filter_parse(filter, &parsed, NULL))
        return NULL;
    filter_attributes(parsed, look_at, &hidden);
    if (hidden.found == NULL && search != NULL && search->disabled != NULL &&
        *search->disabled == '(' && strstr(filter, search->disabled) != NULL)
        hidden.found = g_strdup(search->disabled);
    return hidden.found;
}
