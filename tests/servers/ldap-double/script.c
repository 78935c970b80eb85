/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include <stdlib.h>
#include <string.h>

static const char *const places[] = {
    [PLACE_BIND] = "bind",   [PLACE_ROOT] = "root", [PLACE_WHOAMI] = "whoami",
    [PLACE_ENTRY] = "entry", [PLACE_PAGE] = "page", [PLACE_LAST] = "last",
    [PLACE_RANGE] = "range",
};

static const char *const faults[] = {
    [FAULT_NONE] = "none",
    [FAULT_CODE] = "code",
    [FAULT_CODE_PAGED] = "paged-code",
    [FAULT_NO_CONTROL] = "no-control",
    [FAULT_SAME_COOKIE] = "same-cookie",
    [FAULT_END] = "end",
    [FAULT_NO_ENTRIES] = "no-entries",
    [FAULT_NEGATIVE] = "negative",
    [FAULT_BAD_CONTROL] = "bad-control",
    [FAULT_REFERENCE] = "reference",
    [FAULT_REFERRAL] = "referral",
    [FAULT_TWICE] = "twice",
    [FAULT_CONFLICT] = "conflict",
    [FAULT_LATE] = "late",
    [FAULT_WRONG_ID] = "wrong-id",
    [FAULT_TRUNCATED] = "truncated",
    [FAULT_GARBAGE] = "garbage",
    [FAULT_HUGE] = "huge",
    [FAULT_CLOSE] = "close",
    [FAULT_RESET] = "reset",
    [FAULT_HANG] = "hang",
    [FAULT_TRICKLE] = "trickle",
    [FAULT_GAP] = "gap",
    [FAULT_OVERLAP] = "overlap",
    [FAULT_SHORT] = "short",
    [FAULT_ENDLESS] = "endless",
    [FAULT_NOTHING] = "nothing",
    [FAULT_BARE] = "bare",
    [FAULT_CHANGED] = "changed",
    [FAULT_DELETED] = "deleted",
};

/* The position of TEXT in NAMES, or -1. */
static int find(const char *const *names, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0)
            return (int) i;
    }
    return -1;
}

/* Cuts the number behind the last SEPARATOR off TEXT; FALLBACK when there is none. */
static int cut_number(char *text, char separator, int fallback)
{
    char *at = strrchr(text, separator);
    if (at == NULL || !g_ascii_isdigit(at[1]))
        return fallback;
    *at = '\0';
    return (int) strtol(at + 1, NULL, 10);
}

static bool parse_fault(Script *script, char *name, char *value)
{
    Fault fault = {0};
    fault.number = (unsigned) cut_number(name, '-', 0);
    fault.times = cut_number(value, '*', -1);
    fault.code = cut_number(value, '-', 0);
    int place = find(places, G_N_ELEMENTS(places), name);
    int kind = find(faults, G_N_ELEMENTS(faults), value);
    if (place < 0 || kind < 0)
        return false;
    fault.place = (Place) place;
    fault.kind = (FaultKind) kind;
    g_array_append_val(script->faults, fault);
    return true;
}

static bool parse_word(Script *script, const char *word)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL)
        return false;
    const struct {
        const char *name;
        unsigned *slot;
    } numbers[] = {
        {"people", &script->people},
        {"groups", &script->groups},
        {"range", &script->range},
        {"page", &script->page},
    };
    g_autofree char *name = g_strndup(word, (gsize) (equals - word));
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (strcmp(name, numbers[i].name) == 0 && g_ascii_isdigit(equals[1])) {
            *numbers[i].slot = (unsigned) strtoul(equals + 1, NULL, 10);
            return true;
        }
    }
    if (strcmp(name, "kind") == 0) {
        script->kind = equals + 1;
        return true;
    }
    g_autofree char *value = g_strdup(equals + 1);
    return parse_fault(script, name, value);
}

Script *script_parse(char *const *words, const char **ret_word)
{
    Script *script = g_new0(Script, 1);
    script->kind = "openldap";
    script->faults = g_array_new(false, true, sizeof(Fault));
    for (; *words != NULL; words++) {
        if (!parse_word(script, *words)) {
            *ret_word = *words;
            g_array_unref(script->faults);
            g_free(script);
            return NULL;
        }
    }
    return script;
}

Fault script_next(Script *script, Place place, unsigned number)
{
    for (guint i = 0; i < script->faults->len; i++) {
        Fault *fault = &g_array_index(script->faults, Fault, i);
        if (fault->place != place || fault->times == 0 ||
            (fault->number != 0 && fault->number != number))
            continue;
        if (fault->times > 0)
            fault->times--;
        return *fault;
    }
    return (Fault){.kind = FAULT_NONE};
}
