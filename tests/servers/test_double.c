/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The LDAP source against a double that does what servers do that cannot be had here, and what none
 * should do: whatever comes, either everybody is read, or the read fails and says why.
 */

#include "reading.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PEOPLE_BASE "ou=people,dc=example,dc=org"

typedef struct {
    GPid pid;
    int input; /* its life ends with it */
    char *uri;
} Double;

/* Starts one with WORDS, parted by spaces. */
static Double double_start(const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    char program[] = LDAP_DOUBLE;
    g_ptr_array_add(arguments, program);
    for (char **word = list; *word != NULL; word++) {
        if (**word != '\0')
            g_ptr_array_add(arguments, *word);
    }
    g_ptr_array_add(arguments, NULL);
    Double made = {0};
    int output = -1;
    g_autoptr(GError) error = NULL;
    assert_success(g_spawn_async_with_pipes(NULL, (char **) arguments->pdata, NULL,
                                            G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &made.pid,
                                            &made.input, &output, NULL, &error),
                   error);
    char line[64] = "";
    ssize_t length = read(output, line, sizeof line - 1);
    close(output);
    if (length <= 0 || strncmp(line, "PORT=", 5) != 0)
        fail_msg("the double does not start with '%s'", words);
    made.uri = g_strdup_printf("ldap://127.0.0.1:%d", atoi(line + 5));
    return made;
}

static void double_stop(Double *made)
{
    close(made->input);
    (void) waitpid(made->pid, NULL, 0);
    g_spawn_close_pid(made->pid);
    g_free(made->uri);
}

static SourceSettings *settings_for(const Double *made)
{
    SourceSettings *settings = reading_settings(made->uri, READING_BASE, READING_ACCOUNT, "secret");
    settings->page_size = 10;
    settings->connect_timeout = 1;
    settings->page_timeout = 1;
    return settings;
}

/* What a read of a double came to. */
typedef struct {
    Directory *directory; /* NULL: it failed */
    GError *error;
    int64_t waited; /* seconds between attempts */
} Outcome;

static Outcome read_with(const SourceSettings *settings)
{
    TestClock clock;
    test_clock_init(&clock, 1800000000);
    Outcome outcome = {0};
    g_autoptr(Source) source = source_new(settings, &clock.clock, &outcome.error);
    assert_success(source != NULL, outcome.error);
    if (!source_read(source, &outcome.directory, &outcome.error))
        assert_null(outcome.directory);
    outcome.waited = clock.now_us / G_USEC_PER_SEC - 1800000000;
    return outcome;
}

static Outcome run(const char *words, int64_t page_size)
{
    Double made = double_start(words);
    g_autoptr(SourceSettings) settings = settings_for(&made);
    if (page_size > 0)
        settings->page_size = page_size;
    Outcome outcome = read_with(settings);
    double_stop(&made);
    return outcome;
}

static void outcome_clear(Outcome *outcome)
{
    g_clear_pointer(&outcome->directory, directory_free);
    g_clear_error(&outcome->error);
}

/* One read: either all of them come, or the error has CODE and a message like PATTERN. */
typedef struct {
    const char *words;
    const char *pattern; /* '*' stands for anything; NULL: it succeeds */
    SyncError code;
    unsigned attempts; /* of reads that succeed */
} Case;

static void check_outcome(const Case *one, Outcome *outcome)
{
    if (one->pattern == NULL) {
        if (outcome->directory == NULL)
            fail_msg("%s: %s", one->words, outcome->error->message);
        assert_int_equal(outcome->directory->completeness.people, 25);
        assert_int_equal(outcome->directory->completeness.attempts, one->attempts);
        assert_true(outcome->directory->completeness.complete);
    } else {
        if (outcome->directory != NULL)
            fail_msg("%s: %d people were read", one->words,
                     (int) outcome->directory->completeness.people);
        if (!g_pattern_match_simple(one->pattern, outcome->error->message))
            fail_msg("%s:\n  %s\n  %s", one->words, outcome->error->message, one->pattern);
        assert_int_equal(outcome->error->code, one->code);
    }
    outcome_clear(outcome);
}

static void check(const Case *one)
{
    Outcome outcome = run(one->words, 0);
    check_outcome(one, &outcome);
}

#define BELOW "the search below '" PEOPLE_BASE "'"

static void test_answers(void **state)
{
    (void) state;
    static const Case cases[] = {
        {"people=25 groups=1", NULL, 0, 1},
        {"people=25 groups=1 page=4", NULL, 0, 1}, /* smaller pages than asked for */
        {"people=25 groups=1 page-0=negative", NULL, 0, 1},
        {"people=25 groups=1 page-0=twice", NULL, 0, 1},
        {"people=25 page-2=no-control",
         "*" BELOW " was closed without saying whether it was all, after 20 entries",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 last=no-control",
         "*" BELOW " was closed without saying whether it was all, after 25 entries",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=bad-control", "*without saying whether it was all, after 20 entries",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=no-control*2", NULL, 0, 3},
        {"people=25 page-2=same-cookie", "*goes round in a circle*", SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 kind=389ds page-2=same-cookie", "*goes round in a circle*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 kind=active-directory page-2=same-cookie", "*goes round in a circle*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=reference",
         "*" BELOW " was referred to 'ldap://127.0.0.1:9/ou=elsewhere' after 10 entries*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=referral", "*was referred to 'ldap://127.0.0.1:9/' after 20 entries*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-3=conflict*2", NULL, 0, 3},
        {"people=25 page-3=conflict",
         "*came before*with other data: the directory changed while it was read*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=wrong-id", "*" BELOW " was not answered within 1 seconds",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=truncated", "*the connection broke during " BELOW "*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=truncated*1", NULL, 0, 2},
        {"people=25 page-2=garbage", "*the connection broke during " BELOW "*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=huge", "*" BELOW "*", SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 page-2=close", "*the connection broke during " BELOW "*", SYNC_ERROR_INCOMPLETE,
         0},
        {"people=25 page-2=close*2", NULL, 0, 3},
        {"people=25 page-2=close",
         "server*: the connection broke during " BELOW ": Can't contact LDAP server",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 kind=389ds page-2=close",
         "server*: the connection broke during " BELOW
         ": Can't contact LDAP server\nhint: this server may close the connection when the time "
         "limit of a search is over: *raise nsTimeLimit on the account's entry (-1: no limit)",
         SYNC_ERROR_INCOMPLETE, 0},
        /* the first cause is named when the last attempt ends with another */
        {"people=25 kind=389ds page-2=no-control*1 page-2=hang*1 last=code-4",
         "server 'ldap*': " BELOW
         " ended with sizeLimitExceeded (4) after 25 entries; at first: server 'ldap*': " BELOW
         " was closed without saying whether it was all, after 20 entries"
         "\nhint: raise nsSizeLimit*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 last=reset", "*the connection broke during " BELOW "*", SYNC_ERROR_INCOMPLETE,
         0},
        {"people=25 page-2=hang*1", NULL, 0, 2},
        {"people=25 page-2=trickle*1", NULL, 0, 2},
        {"people=25 bind=close", "*the bind*", SYNC_ERROR_UNREACHABLE, 0},
        {"people=25 bind=hang", "*the bind was not answered within 1 seconds",
         SYNC_ERROR_UNREACHABLE, 0},
        {"people=25 bind=garbage", "*the bind*", SYNC_ERROR_UNREACHABLE, 0},
        {"people=25 root=hang", "*was not answered within 1 seconds", SYNC_ERROR_UNREACHABLE, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(&cases[i]);
}

/* The root DSE: what the server says of itself, and that it is still alive after the last page. */
static void test_root(void **state)
{
    (void) state;
    static const Case cases[] = {
        {"people=25 root-1=nothing",
         "no directory server can be used: 'ldap*': the server does not show its root DSE\n"
         "hint: let the account, and everybody, read the entry with the empty name",
         SYNC_ERROR_UNREACHABLE, 0},
        {"people=25 root=bare",
         "server 'ldap*': the server does not offer paged results, so nobody can tell whether it "
         "answers with everything\nhint: let the account read supportedControl of the root DSE",
         SYNC_ERROR_INCOMPLETE, 0},
        /* who is dead after the last page cannot have given all of them */
        {"people=25 root-2=close",
         "server*: the connection broke during the search for the root DSE: *",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 root-2=close*1", NULL, 0, 2},
        {"people=25 root-2=hang*2", NULL, 0, 3},
        {"people=25 root-2=nothing", "server*: the server does not show its root DSE\n*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 root-2=code-1", "server*operationsError (1)*", SYNC_ERROR_INCOMPLETE, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(&cases[i]);
}

/* A bind that worked, and made us nobody: everything that only the account may see is missing. */
static void test_identity(void **state)
{
    (void) state;
    static const Case cases[] = {
        {"people=25", NULL, 0, 1},
        {"people=25 kind=active-directory", NULL, 0, 1}, /* it cannot be asked */
        {"people=25 whoami=code-50", NULL, 0, 1},        /* we are somebody, but may not ask */
        {"people=25 whoami=nothing",
         "server 'ldap*' accepted the bind, but takes us for nobody\n"
         "hint: the server must map what it was told to an account",
         SYNC_ERROR_DENIED, 0},
        {"people=25 whoami=close", "*: the connection broke during asking who we are: *",
         SYNC_ERROR_UNREACHABLE, 0},
        {"people=25 whoami=hang", "*: asking who we are was not answered within 1 seconds",
         SYNC_ERROR_UNREACHABLE, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(&cases[i]);
}

/* The time for all of a read is over: it is not tried again, whatever the failure is called. */
static void test_read_timeout(void **state)
{
    (void) state;
    static const char *const cases[] = {"people=25 page-2=hang", "people=25 page-2=trickle"};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Double made = double_start(cases[i]);
        g_autoptr(SourceSettings) settings = settings_for(&made);
        settings->page_timeout = 30;
        settings->read_timeout = 1;
        Outcome outcome = read_with(settings);
        double_stop(&made);
        assert_int_equal(outcome.waited, 0);
        check_outcome(&(Case){cases[i], "server*" BELOW " did not end within read_timeout",
                              SYNC_ERROR_INCOMPLETE, 0},
                      &outcome);
    }
}

/* Each sentinel is looked at twice before the read, whether it is there and what can be seen of it,
 * and twice after it. */
static void test_sentinels(void **state)
{
    (void) state;
#define SENTINEL "uid=p0007," PEOPLE_BASE
    static const Case cases[] = {
        {"people=25", NULL, 0, 1},
        {"people=25 entry-1=nothing", "*: the sentinel '" SENTINEL "' was not found\nhint: *",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 entry-3=nothing", "*: the sentinel '" SENTINEL "' was not found\nhint: *",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 entry-3=code-32", "*: the sentinel '" SENTINEL "' was not found\nhint: *",
         SYNC_ERROR_INCOMPLETE, 0},
        /* there and not there */
        {"people=25 entry-3=paged-code-32", "*noSuchObject (32) after 1 entries*",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 entry-2=bare",
         "*: the sentinel '" SENTINEL "' is there, but without 'entryUUID' and 'mail'\n"
         "hint: the account may have lost the right to read that",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 entry-4=bare", "*: the sentinel '" SENTINEL "' is there, but without *",
         SYNC_ERROR_INCOMPLETE, 0},
        {"people=25 entry-1=code-50", "*insufficientAccessRights (50)*", SYNC_ERROR_DENIED, 0},
        {"people=25 entry-3=close*1", NULL, 0, 2},
        {"people=25 entry-3=code-51*2", NULL, 0, 3},
        {"people=25 entry-4=hang*1", NULL, 0, 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Double made = double_start(cases[i].words);
        g_autoptr(SourceSettings) settings = settings_for(&made);
        settings->sentinels = g_strsplit(SENTINEL, "|", -1);
        Outcome outcome = read_with(settings);
        double_stop(&made);
        check_outcome(&cases[i], &outcome);
    }
#undef SENTINEL
}

/* An end that comes too early cannot be told from the end: that is what max_shrink is for. */
static void test_end_is_the_cookie(void **state)
{
    (void) state;
    Double made = double_start("people=25 page-2=end");
    g_autoptr(SourceSettings) settings = settings_for(&made);
    g_autoptr(Directory) directory = reading_all(settings);
    assert_int_equal(directory->completeness.people, 20);
    double_stop(&made);
}

/* What each code means to an administrator; every other code fails the read, too. */
static const struct {
    int code;
    SyncError meaning;
    const char *hint; /* a word of it */
} hints[] = {
    {3, SYNC_ERROR_INCOMPLETE, "time=unlimited"},
    {4, SYNC_ERROR_INCOMPLETE, "size.prtotal=unlimited"},
    {8, SYNC_ERROR_DENIED, "start_tls"},
    {10, SYNC_ERROR_INCOMPLETE, "never followed"},
    {11, SYNC_ERROR_INCOMPLETE, "size.prtotal=unlimited"},
    {12, SYNC_ERROR_INCOMPLETE, "size.prtotal"},
    {13, SYNC_ERROR_DENIED, "start_tls"},
    {32, SYNC_ERROR_INCOMPLETE, "base"},
    {50, SYNC_ERROR_DENIED, "rights"},
    {51, SYNC_ERROR_INCOMPLETE, "olcConnMaxPending"},
    {52, SYNC_ERROR_INCOMPLETE, "olcReadOnly"},
    {53, SYNC_ERROR_INCOMPLETE, "size.unchecked=unlimited"},
};

/* Every code that LDAP has room for, at four places: nobody is ever lost. */
static void test_codes(void **state)
{
    (void) state;
    static const char *const places[] = {"bind", "page-1", "page-2", "last"};
    for (int code = 1; code <= 123; code++) {
        for (size_t p = 0; p < G_N_ELEMENTS(places); p++) {
            g_autofree char *words =
                g_strdup_printf("people=25 groups=1 %s=code-%d", places[p], code);
            Outcome outcome = run(words, 0);
            if (outcome.directory != NULL)
                fail_msg("%s: a directory came", words);
            bool transient = code == 51 || code == 52;
            bool expected = p == 0 ? outcome.error->code ==
                                         (transient ? SYNC_ERROR_UNREACHABLE : SYNC_ERROR_DENIED)
                                   : outcome.error->code == SYNC_ERROR_INCOMPLETE ||
                                         outcome.error->code == SYNC_ERROR_DENIED;
            g_autofree char *number = g_strdup_printf("(%d)", code);
            /* a referral is told by where it points */
            if (!expected || (strstr(outcome.error->message, number) == NULL && code != 10))
                fail_msg("%s: %s", words, outcome.error->message);
            /* only what may pass is tried again */
            assert_int_equal(outcome.waited, p > 0 && transient ? 2 : 0);
            for (size_t i = 0; i < G_N_ELEMENTS(hints) && p > 0; i++) {
                if (hints[i].code != code)
                    continue;
                assert_int_equal(outcome.error->code, hints[i].meaning);
                if (strstr(outcome.error->message, hints[i].hint) == NULL)
                    fail_msg("%s: %s", words, outcome.error->message);
            }
            outcome_clear(&outcome);
        }
    }
}

/* The settings that fix a limit are called differently by each server. */
static void test_limit_hints(void **state)
{
    (void) state;
    static const struct {
        const char *kind;
        int code;
        const char *hint;
    } cases[] = {
        {"openldap", 4,
         "hint: let the account read everything: olcLimits (or limits) with "
         "'size=unlimited size.prtotal=unlimited size.unchecked=unlimited'"},
        {"openldap", 3,
         "hint: let the account read everything: olcLimits (or limits) with "
         "'time=unlimited'"},
        {"389ds", 4,
         "hint: raise nsSizeLimit and nsPagedSizeLimit on the account's entry (-1: no "
         "limit)"},
        {"389ds", 11,
         "hint: raise nsLookThroughLimit and nsPagedLookThroughLimit on the account's "
         "entry (-1: no limit)"},
        {"389ds", 3, "hint: raise nsTimeLimit on the account's entry (-1: no limit)"},
        {"389ds", 53,
         "hint: the account may be locked or its password expired, or the server "
         "refuses searches without an index: see nsslapd-require-index"},
        {"active-directory", 4, "hint: raise MaxPageSize in the LDAP policy of the domain"},
        {"active-directory", 3, "hint: raise MaxQueryDuration in the LDAP policy of the domain"},
        {"active-directory", 11,
         "hint: raise MaxResultSetSize or MaxTempTableSize in the LDAP "
         "policy of the domain"},
        {"active-directory", 12, "hint: raise MaxResultSetSize in the LDAP policy of the domain"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words =
            g_strdup_printf("people=25 kind=%s page-2=code-%d", cases[i].kind, cases[i].code);
        Outcome outcome = run(words, 0);
        assert_null(outcome.directory);
        if (!g_str_has_suffix(outcome.error->message, cases[i].hint))
            fail_msg("%s: %s", words, outcome.error->message);
        outcome_clear(&outcome);
    }
}

/* Active Directory's cap of 1,000 entries a page and 1,500 values of an attribute. */
static void test_active_directory(void **state)
{
    (void) state;
    static const struct {
        unsigned people;
        unsigned pages;
        unsigned ranges;
    } cases[] = {{1500, 2, 0}, {1501, 2, 1}, {3000, 3, 1}, {4000, 4, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = g_strdup_printf(
            "kind=active-directory people=%u groups=1 page=1000 range=1500", cases[i].people);
        Outcome outcome = run(words, 5000);
        if (outcome.directory == NULL)
            fail_msg("%s: %s", words, outcome.error->message);
        const Completeness *proof = &outcome.directory->completeness;
        assert_string_equal(proof->kind, "active-directory");
        assert_int_equal(proof->people, cases[i].people);
        assert_int_equal(proof->pages, cases[i].pages + 1);
        assert_int_equal(proof->ranges, cases[i].ranges);
        assert_int_equal(proof->dangling, 0);
        const DirectoryGroup *group = g_ptr_array_index(outcome.directory->groups, 0);
        assert_int_equal(group->members->len, cases[i].people);
        outcome_clear(&outcome);
    }
}

static void test_ranges(void **state)
{
    (void) state;
#define AD "kind=active-directory people=25 groups=1 range=10 "
    static const Case cases[] = {
        {AD, NULL, 0, 1},
        {AD "range-1=gap", "*'member;range=11-20' leaves a gap", SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-1=overlap", "*'member;range=9-18' overlaps with what came before",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-1=short", "*'member;range=10-19' holds another number of values",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-2=endless", "*'member;range=25-?' was asked for and did not come",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-2=nothing", "*'member;range=20-?' was asked for and did not come",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-1=changed*2", NULL, 0, 1}, /* it is read again */
        {AD "range-2=changed", "*is changed faster than it can be read: 3 times in a row",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-1=changed*3", NULL, 0, 2},
        {AD "range-1=close*1", NULL, 0, 2},
        {AD "range-2=hang*1", NULL, 0, 2},
        {AD "range-2=truncated", "*the connection broke during *", SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-1=code-4", "*sizeLimitExceeded (4)*", SYNC_ERROR_INCOMPLETE, 0},
    };
#undef AD
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(&cases[i]);
}

/* A group that is deleted between two of its slices, or between the last one and the look whether
 * it is still the same, is read again or fails the read: what came of it until then is no group. */
static void test_group_vanishes(void **state)
{
    (void) state;
#define AD "kind=active-directory people=25 groups=1 range=10 "
    static const char *const deleted[] = {AD "range-1=deleted", AD "range-2=deleted"};
    for (size_t i = 0; i < G_N_ELEMENTS(deleted); i++) {
        Outcome outcome = run(deleted[i], 0);
        if (outcome.directory == NULL)
            fail_msg("%s: %s", deleted[i], outcome.error->message);
        assert_int_equal(outcome.directory->completeness.attempts, 2);
        assert_int_equal(outcome.directory->completeness.people, 25);
        assert_int_equal(outcome.directory->completeness.groups, 0);
        outcome_clear(&outcome);
    }
    /* it comes and goes */
    static const Case cases[] = {
        {AD "range-1=no-entries",
         "server*: 'cn=g0,ou=groups,dc=example,dc=org' went away during the read",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-2=no-entries",
         "server*: 'cn=g0,ou=groups,dc=example,dc=org' went away during the read",
         SYNC_ERROR_INCOMPLETE, 0},
        {AD "range-2=no-entries*2", NULL, 0, 3},
    };
#undef AD
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(&cases[i]);
}

/* Pages so large that the next one comes, and goes wrong, while one is being taken. */
static void test_large_pages(void **state)
{
    (void) state;
#define MANY "people=300 groups=1 "
    static const struct {
        const char *words;
        const char *pattern; /* NULL: it succeeds */
    } cases[] = {
        {MANY, NULL},
        {MANY "page-2=twice", NULL},
        {MANY "page-2=close*1", NULL},
        {MANY "page-2=trickle*1", NULL},
        {MANY "page-2=close", "*the connection broke during " BELOW "*"},
        {MANY "page-2=reset", "*the connection broke during " BELOW "*"},
        {MANY "page-2=truncated", "*the connection broke during " BELOW "*"},
        {MANY "page-2=garbage", "*the connection broke during " BELOW "*"},
        {MANY "page-2=huge", "*" BELOW "*"},
        {MANY "page-2=hang", "*" BELOW " was not answered within 1 seconds"},
        {MANY "page-2=trickle", "*" BELOW " was not answered within 1 seconds"},
        {MANY "page-2=wrong-id", "*" BELOW " was not answered within 1 seconds"},
        {MANY "page-2=no-control", "*without saying whether it was all, after 200 entries"},
        {MANY "page-2=reference", "*was referred to 'ldap://127.0.0.1:9/ou=elsewhere'*"},
        {MANY "last=code-4", "*sizeLimitExceeded (4) after 300 entries*"},
        {MANY "page-2=conflict", "*came before*with other data*"},
    };
#undef MANY
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Outcome outcome = run(cases[i].words, 100);
        if ((outcome.directory != NULL) != (cases[i].pattern == NULL))
            fail_msg("%s: %s", cases[i].words,
                     outcome.error != NULL ? outcome.error->message : "it was read");
        if (outcome.directory != NULL)
            assert_int_equal(outcome.directory->completeness.people, 300);
        else if (!g_pattern_match_simple(cases[i].pattern, outcome.error->message))
            fail_msg("%s:\n  %s\n  %s", cases[i].words, outcome.error->message, cases[i].pattern);
        outcome_clear(&outcome);
    }
}

/* A server that fails, and another one that does not: nothing of the two is ever mixed. */
static void test_next_server(void **state)
{
    (void) state;
    static const struct {
        const char *fault;
        unsigned attempts; /* 1: it was left before the read began */
    } cases[] = {
        {"bind=hang", 1},    {"bind=code-51", 1},   {"bind=close", 1},  {"root=hang", 1},
        {"page-3=close", 2}, {"page-2=hang", 2},    {"last=reset", 2},  {"page-1=truncated", 2},
        {"last=garbage", 2}, {"page-2=code-52", 2}, {"page-2=huge", 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = g_strdup_printf("people=25 groups=1 %s", cases[i].fault);
        Double first = double_start(words);
        Double second = double_start("people=7 groups=1");
        g_autoptr(SourceSettings) settings = settings_for(&first);
        g_autofree char *uris = g_strdup_printf("%s %s", first.uri, second.uri);
        g_strfreev(settings->uris);
        settings->uris = g_strsplit(uris, " ", -1);
        TestClock clock;
        test_clock_init(&clock, 1800000000);
        g_autoptr(GError) error = NULL;
        g_autoptr(Source) source = source_new(settings, &clock.clock, &error);
        g_autoptr(Directory) directory = NULL;
        if (!source_read(source, &directory, &error))
            fail_msg("%s: %s", words, error->message);
        assert_int_equal(directory->completeness.people, 7);
        assert_string_equal(directory->completeness.server, second.uri);
        assert_int_equal(directory->completeness.attempts, cases[i].attempts);
        double_stop(&first);
        double_stop(&second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_read_timeout),
        cmocka_unit_test(test_sentinels),
        cmocka_unit_test(test_end_is_the_cookie),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_limit_hints),
        cmocka_unit_test(test_active_directory),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_group_vanishes),
        cmocka_unit_test(test_large_pages),
        cmocka_unit_test(test_next_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
