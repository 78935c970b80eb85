/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include "testing.h"

#include <string.h>

SourceSettings *reading_settings(const char *uris, const char *base, const char *account,
                                 const char *password)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("main");
    settings->kind = SOURCE_KIND_AUTO;
    settings->uris = g_strsplit(uris, " ", -1);
    settings->bind = BIND_SIMPLE;
    settings->bind_dn = g_strdup(account);
    settings->password = secret_new(password, strlen(password));
    settings->connect_timeout = 5;
    settings->page_timeout = 10;
    settings->read_timeout = 60;
    PeopleSearch *people = people_search_new();
    people->base = g_strdup_printf("ou=people,%s", base);
    g_ptr_array_add(settings->people, people);
    GroupSearch *groups = group_search_new();
    groups->base = g_strdup_printf("ou=groups,%s", base);
    g_ptr_array_add(settings->groups, groups);
    return settings;
}

SourceSettings *reading_settings_of(const char *uris)
{
    return reading_settings(uris, READING_BASE, READING_ACCOUNT, "reader");
}

void reading_trust(SourceSettings *settings, const char *file)
{
    g_free(settings->ca_file);
    settings->ca_file = g_strdup(file);
}

Directory *reading_all(const SourceSettings *settings)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    Directory *directory = NULL;
    assert_success(source_read(source, &directory, &error), error);
    return directory;
}

GError *reading_failure(const SourceSettings *settings, SyncError code)
{
    GError *error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    Directory *directory = NULL;
    if (source != NULL)
        assert_false(source_read(source, &directory, &error));
    assert_null(directory);
    assert_non_null(error);
    if (error->code != (int) code)
        fail_msg("the error is %d, not %d: %s", error->code, (int) code, error->message);
    return error;
}

void reading_fails(const SourceSettings *settings, SyncError code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(GError) error = reading_failure(settings, code);
    assert_string_equal(error->message, message);
}

void reading_fails_like(const SourceSettings *settings, SyncError code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *pattern = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(GError) error = reading_failure(settings, code);
    if (!g_pattern_match_simple(pattern, error->message))
        fail_msg("not as expected:\n  %s\n  %s", error->message, pattern);
}
