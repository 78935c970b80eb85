/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_held.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/kind.h"
#include "source/recording.h"

#include <string.h>

#define EVERYTHING "(objectClass=*)"
#define FORM_WORDS "# toggl-ldap-sync directory snapshot"

typedef struct {
    char *base; /* DN key */
    SearchScope scope;
    char *filter;
    char **attributes;
} HeldSearch;

static void search_free(gpointer data)
{
    HeldSearch *search = data;
    g_free(search->base);
    g_free(search->filter);
    g_strfreev(search->attributes);
    g_free(search);
}

void held_free(Held *held)
{
    if (held == NULL)
        return;
    g_ptr_array_unref(held->searches);
    g_hash_table_unref(held->sentinels);
    g_hash_table_unref(held->looked_for);
    g_free(held);
}

static Held *held_new(void)
{
    Held *held = g_new0(Held, 1);
    held->searches = g_ptr_array_new_with_free_func(search_free);
    held->sentinels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    held->looked_for = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return held;
}

static bool fail(const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "it is a snapshot, %s", why);
    return false;
}

/* What stands behind "# WHAT: " in LINE, or NULL. */
static const char *value_of(const char *line, const char *what)
{
    size_t length = strlen(what);
    if (!g_str_has_prefix(line, "# ") || strncmp(line + 2, what, length) != 0 ||
        !g_str_has_prefix(line + 2 + length, ": "))
        return NULL;
    return line + 2 + length + 2;
}

static char *key_of(const char *dn)
{
    char *key = NULL;
    return dn_key(dn, strlen(dn), &key, NULL) ? key : NULL;
}

/* A line of a search: the first begins one, the others belong to the last. */
static void take_search(Held *held, const char *line)
{
    const char *base = value_of(line, "search");
    char *key = base != NULL ? key_of(base) : NULL;
    if (key != NULL) {
        HeldSearch *search = g_new0(HeldSearch, 1);
        search->base = key;
        search->scope = SCOPE_BASE;
        g_ptr_array_add(held->searches, search);
    }
    if (base != NULL || held->searches->len == 0)
        return;
    HeldSearch *search = g_ptr_array_index(held->searches, held->searches->len - 1);
    const char *scope = value_of(line, "scope");
    const char *filter = value_of(line, "filter");
    const char *attributes = value_of(line, "attributes");
    for (unsigned i = 0; scope != NULL && search_scope_words[i] != NULL; i++) {
        if (strcmp(scope, search_scope_words[i]) == 0)
            search->scope = (SearchScope) i;
    }
    if (filter != NULL && search->filter == NULL)
        search->filter = g_strdup(filter);
    if (attributes != NULL && search->attributes == NULL)
        search->attributes = g_strsplit(attributes, " ", -1);
}

static void take_line(Held *held, const char *line)
{
    const char *kind = value_of(line, "kind");
    const char *sentinel = value_of(line, "sentinel");
    const char *anchor = value_of(line, "looked for");
    for (SourceKind k = SOURCE_KIND_OPENLDAP; kind != NULL && k < SOURCE_KIND_LDIF; k++) {
        if (strcmp(kind, kind_row(k)->name) == 0)
            held->kind = k;
    }
    char *key = sentinel != NULL ? key_of(sentinel) : NULL;
    if (key != NULL)
        g_hash_table_add(held->sentinels, key);
    if (anchor != NULL)
        g_hash_table_add(held->looked_for, g_strdup(anchor));
    take_search(held, line);
}

/* The last line says how many entries there are: what is cut off has none. */
static bool take_end(Held *held, const char *bytes, size_t length)
{
    const char *end = g_strrstr_len(bytes, (gssize) length, "\n# end: ");
    if (end == NULL)
        return false;
    g_autofree char *line = g_strndup(end + 1, length - (size_t) (end + 1 - bytes));
    char *after = NULL;
    held->entries = g_ascii_strtoull(line + strlen("# end: "), &after, 10);
    return strcmp(after, " entries\n") == 0;
}

bool held_parse(const char *bytes, size_t length, Held **ret, GError **error)
{
    *ret = NULL;
    if (length < strlen(FORM_WORDS) || strncmp(bytes, FORM_WORDS, strlen(FORM_WORDS)) != 0)
        return true;
    size_t head = strlen(RECORDING_FORM);
    if (length <= head || strncmp(bytes, RECORDING_FORM "\n", head + 1) != 0)
        return fail("of a form that this version does not know", error);
    g_autoptr(Held) held = held_new();
    if (!take_end(held, bytes, length))
        return fail("and its end is missing: it was cut off", error);
    const char *at = bytes + head + 1;
    while (*at == '#') {
        const char *stop = strchr(at, '\n');
        g_autofree char *line = g_strndup(at, (size_t) (stop - at));
        take_line(held, line);
        at = stop + 1;
    }
    *ret = g_steal_pointer(&held);
    return true;
}

/* Whether FILTER is "(&...)" and PART one of what it demands: values hold no parentheses. */
static bool demands(const char *filter, const char *part)
{
    if (!g_str_has_prefix(filter, "(&"))
        return false;
    int depth = 0;
    const char *begin = NULL;
    for (const char *at = filter + 2; *at != '\0'; at++) {
        if (*at == '(' && depth++ == 0)
            begin = at;
        if (*at != ')' || --depth != 0 || begin == NULL)
            continue;
        size_t length = (size_t) (at - begin) + 1;
        if (strlen(part) == length && strncmp(begin, part, length) == 0)
            return true;
    }
    return false;
}

static bool covers_place(const HeldSearch *held, const char *key, SearchScope scope)
{
    if (held->scope == SCOPE_SUBTREE)
        return dn_key_is_within(key, held->base);
    return held->scope == scope && strcmp(held->base, key) == 0;
}

static bool covers_filter(const HeldSearch *held, const char *filter)
{
    return held->filter != NULL &&
           (strcmp(held->filter, filter) == 0 || strcmp(held->filter, EVERYTHING) == 0 ||
            demands(filter, held->filter));
}

/* The first of ATTRIBUTES that HELD was not asked for, or NULL. */
static const char *lacks(const HeldSearch *held, char **attributes)
{
    for (; *attributes != NULL; attributes++) {
        bool found = false;
        for (char **name = held->attributes; name != NULL && *name != NULL; name++)
            found = found || g_ascii_strcasecmp(*name, *attributes) == 0;
        if (!found)
            return *attributes;
    }
    return NULL;
}

bool held_covers(const Held *held, const char *base, SearchScope scope, const char *filter,
                 char **attributes, GError **error)
{
    if (held == NULL)
        return true;
    g_autofree char *key = key_of(base);
    g_autofree char *safe_filter = text_safe(filter, -1);
    g_autofree char *missing = NULL;
    for (guint i = 0; key != NULL && i < held->searches->len; i++) {
        const HeldSearch *search = g_ptr_array_index(held->searches, i);
        if (!covers_place(search, key, scope) || !covers_filter(search, safe_filter))
            continue;
        const char *name = lacks(search, attributes);
        if (name == NULL)
            return true;
        if (missing == NULL)
            missing = text_safe(name, -1);
    }
    g_autofree char *safe_base = text_safe(base, -1);
    g_autofree char *why =
        missing != NULL
            ? g_strdup_printf("and does not hold the attribute '%s' of what '%s' finds below '%s'",
                              missing, safe_filter, safe_base)
            : g_strdup_printf("and was not asked for '%s' below '%s'", safe_filter, safe_base);
    g_autofree char *all = g_strconcat(why, "\nhint: take it again, with this configuration", NULL);
    return fail(all, error);
}
