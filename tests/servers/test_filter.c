/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random filters over random entries, judged by our evaluator and by a real server: both must pick
 * the same entries.
 *
 * Left out, because there the two are meant to differ: approximate match (phonetic in slapd,
 * equality here), the order of attributes that have no ordering rule (undefined in slapd), and
 * spaces within addresses, which slapd drops from the ends of each part of a substring match.
 */

#include "base/error.h"
#include "server.h"
#include "source/filter.h"
#include "source/session.h"
#include "source/session_conf.h"
#include "testing.h"

#include <string.h>

#define SEED 20261124
#define ENTRIES 80
#define FILTERS 1000
#define BASE "ou=people,dc=example,dc=org"

typedef enum { TEXT, TELEPHONE, NUMBER, NAME, CLASS } Form;

static const struct {
    const char *name;
    Form form;
} attributes[] = {
    {"cn", TEXT},
    {"sn", TEXT},
    {"description", TEXT},
    {"description;lang-de", TEXT},
    {"mail", TEXT},
    {"employeeNumber", TEXT},
    {"l", TEXT},
    {"telephoneNumber", TELEPHONE},
    {"gidNumber", NUMBER},
    {"seeAlso", NAME},
    {"objectClass", CLASS},
};

static const char *pick(GRand *rand, const char *const *words, int count)
{
    return words[g_rand_int_range(rand, 0, count)];
}

static void random_text(GRand *rand, GString *text, bool is_address)
{
    static const char *const pieces[] = {"a", "B", "ab", "Ba", "1", "(",        "*",       "\\",
                                         "c", "x", "-",  "  ", " ", "\xc3\xa9", "\xc3\x84"};
    int count = (int) G_N_ELEMENTS(pieces) - (is_address ? 4 : 0);
    g_string_append_c(text, "abX"[g_rand_int_range(rand, 0, 3)]);
    for (int n = g_rand_int_range(rand, 0, 4); n > 0; n--)
        g_string_append(text, pick(rand, pieces, count));
    g_string_append_c(text, "aBc"[g_rand_int_range(rand, 0, 3)]);
}

/* A value that an entry may have. */
static GString *random_value(GRand *rand, size_t attribute)
{
    static const char *const telephones[] = {"+41 44-1", "+41441", "+41 44 12", "044 12",
                                             "+4144-12"};
    static const char *const names[] = {"uid=e001,ou=people,dc=example,dc=org",
                                        "UID=E001, OU=People,DC=example,DC=org",
                                        "cn=reader,dc=example,dc=org", "cn=a\\,b,dc=org"};
    static const char *const classes[] = {"inetOrgPerson", "PERSON",     "organizationalPerson",
                                          "top",           "posixGroup", "groupOfNames"};
    GString *text = g_string_new(NULL);
    switch (attributes[attribute].form) {
    case TELEPHONE:
        g_string_append(text, pick(rand, telephones, (int) G_N_ELEMENTS(telephones)));
        break;
    case NUMBER:
        g_string_append_printf(text, "%d", g_rand_int_range(rand, 0, 16));
        break;
    case NAME:
        g_string_append(text, pick(rand, names, (int) G_N_ELEMENTS(names)));
        break;
    case CLASS:
        g_string_append(text, pick(rand, classes, (int) G_N_ELEMENTS(classes)));
        break;
    case TEXT:
    default:
        random_text(rand, text, strcmp(attributes[attribute].name, "mail") == 0);
        break;
    }
    return text;
}

static void escape(GString *filter, const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr("*()\\", value[i]) != NULL)
            g_string_append_printf(filter, "\\%02x", (unsigned char) value[i]);
        else
            g_string_append_c(filter, value[i]);
    }
}

/* Parts of a value with stars between them. */
static void random_substrings(GRand *rand, GString *filter, const GString *value)
{
    size_t middle = value->len / 2;
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        escape(filter, value->str, middle > 0 ? middle : 1);
        g_string_append_c(filter, '*');
        break;
    case 1:
        g_string_append_c(filter, '*');
        escape(filter, value->str + middle, value->len - middle);
        break;
    case 2:
        g_string_append_c(filter, '*');
        escape(filter, value->str, middle > 0 ? middle : 1);
        g_string_append_c(filter, '*');
        break;
    default:
        escape(filter, value->str, 1);
        g_string_append_c(filter, '*');
        escape(filter, value->str + value->len - 1, 1);
        break;
    }
}

/* A cut through a character is no value that either could compare. */
static bool is_ascii(const GString *value)
{
    for (size_t i = 0; i < value->len; i++) {
        if ((unsigned char) value->str[i] >= 0x80)
            return false;
    }
    return true;
}

static void random_leaf(GRand *rand, GString *filter)
{
    size_t attribute = (size_t) g_rand_int_range(rand, 0, (int) G_N_ELEMENTS(attributes));
    Form form = attributes[attribute].form;
    g_autoptr(GString) value = random_value(rand, attribute);
    int kind = g_rand_int_range(rand, 0, 10);
    g_string_append_printf(filter, "(%s", attributes[attribute].name);
    if (kind == 0) {
        g_string_append(filter, "=*");
    } else if (kind < 4 && form == TEXT && is_ascii(value)) {
        g_string_append_c(filter, '=');
        random_substrings(rand, filter, value);
    } else if (kind < 6 && form == NUMBER) {
        g_string_append_printf(filter, "%s%s", kind == 4 ? ">=" : "<=", value->str);
    } else if (kind < 8 && form == NUMBER) {
        g_string_append_printf(filter, ":1.2.840.113556.1.4.%d:=%s", kind == 6 ? 803 : 804,
                               value->str);
    } else {
        g_string_append_c(filter, '=');
        escape(filter, value->str, value->len);
    }
    g_string_append_c(filter, ')');
}

static void random_filter(GRand *rand, GString *filter, int depth)
{
    int kind = depth == 0 ? 3 : g_rand_int_range(rand, 0, 5);
    if (kind >= 3) {
        random_leaf(rand, filter);
        return;
    }
    g_string_append_c(filter, '(');
    g_string_append_c(filter, "&|!"[kind]);
    for (int n = kind == 2 ? 1 : g_rand_int_range(rand, 1, 4); n > 0; n--)
        random_filter(rand, filter, depth - 1);
    g_string_append_c(filter, ')');
}

static void add_line(GString *ldif, const char *name, const char *value)
{
    g_autofree char *coded = g_base64_encode((const unsigned char *) value, strlen(value));
    g_string_append_printf(ldif, "%s:: %s\n", name, coded);
}

static void random_entry(GRand *rand, GString *ldif, int number)
{
    g_string_append_printf(ldif,
                           "dn: uid=e%03d,ou=people,dc=example,dc=org\n"
                           "objectClass: inetOrgPerson\nobjectClass: posixGroup\nuid: e%03d\n",
                           number, number);
    for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
        const char *name = attributes[i].name;
        bool needed =
            strcmp(name, "cn") == 0 || strcmp(name, "sn") == 0 || strcmp(name, "gidNumber") == 0;
        if (attributes[i].form == CLASS || (!needed && g_rand_boolean(rand)))
            continue;
        g_autoptr(GString) value = random_value(rand, i);
        add_line(ldif, name, value->str);
        if (strcmp(name, "description") == 0 && g_rand_boolean(rand))
            add_line(ldif, name, "one more");
    }
    g_string_append_c(ldif, '\n');
}

static bool keep_entry(void *context, const Entry *entry, GError **error)
{
    (void) error;
    GPtrArray *entries = context;
    Entry *copy = entry_new(entry->dn);
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        for (guint k = 0; k < attribute_count(attribute); k++) {
            const Value *value = attribute_value(attribute, k);
            entry_add_value(copy, attribute->name, value->bytes, value->length);
        }
    }
    g_ptr_array_add(entries, copy);
    return true;
}

static bool keep_dn(void *context, const Entry *entry, GError **error)
{
    (void) error;
    g_hash_table_add(context, g_strdup(entry->dn));
    return true;
}

/* Both judge FILTER; differences are printed. Returns how many entries were picked, or -1. */
static int compare(Session *session, const GPtrArray *entries, const char *filter)
{
    static char none[] = "1.1";
    char *nothing[] = {none, NULL};
    SessionSearch search = {
        .base = BASE, .scope = SCOPE_ONE, .filter = filter, .attributes = nothing};
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(Filter) parsed = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(filter_parse(filter, &parsed, &error), error);
    assert_success(session_search(session, &search, keep_dn, found, &error), error);
    int picked = 0;
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        bool ours = filter_evaluate(parsed, entry) == FILTER_TRUE;
        bool theirs = g_hash_table_contains(found, entry->dn);
        picked += ours;
        if (ours != theirs) {
            print_error("%s: %s is %s here and %s at the server\n", filter, entry->dn,
                        ours ? "picked" : "left out", theirs ? "picked" : "left out");
            return -1;
        }
    }
    return picked;
}

static void free_entry(gpointer entry)
{
    entry_free(entry);
}

static void test_agrees_with_slapd(void **state)
{
    (void) state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    GString *ldif = server_ldif();
    for (int i = 0; i < ENTRIES; i++)
        random_entry(rand, ldif, i);
    Server *server = server_start(ldif->str, NULL);
    g_string_free(ldif, true);

    session_conf_isolate();
    g_autoptr(SourceSettings) settings = source_settings_new();
    settings->uris = g_strsplit(server->ldap, " ", -1);
    settings->bind = BIND_ANONYMOUS;
    g_autoptr(Session) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t deadline = g_get_monotonic_time() + 250 * G_USEC_PER_SEC;
    assert_success(session_open(settings, NULL, deadline, &session, &error), error);
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(free_entry);
    SessionSearch all = {.base = BASE, .scope = SCOPE_ONE, .filter = "(objectClass=*)"};
    assert_success(session_search(session, &all, keep_entry, entries, &error), error);
    assert_int_equal(entries->len, ENTRIES);

    int wrong = 0;
    int telling = 0; /* filters that picked some, but not all */
    for (int i = 0; i < FILTERS; i++) {
        g_autoptr(GString) filter = g_string_new(NULL);
        random_filter(rand, filter, 3);
        int picked = compare(session, entries, filter->str);
        wrong += picked < 0;
        telling += picked > 0 && picked < ENTRIES;
    }
    assert_int_equal(wrong, 0);
    assert_true(telling > FILTERS / 3);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agrees_with_slapd)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
