/* SPDX-License-Identifier: Apache-2.0 */

/* The LDIF source: whatever the file, it is refused, or it is a directory that is in order. */

#include "fuzz.h"
#include "source/source.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The input as a file; made once, written anew for each. */
static const char *file_of(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("ldif", MFD_CLOEXEC);
        MUST(fd >= 0);
        (void) g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    MUST(ftruncate(fd, 0) == 0);
    MUST(pwrite(fd, data, size, 0) == (ssize_t) size);
    return path;
}

static SourceSettings *settings_new(const char *path)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("fuzz");
    settings->kind = SOURCE_KIND_LDIF;
    settings->file = g_strdup(path);
    settings->attributes = g_strsplit("title,description", ",", -1);
    PeopleSearch *people = people_search_new();
    people->base = g_strdup("dc=org");
    people->filter = g_strdup("(|(uid=*)(objectClass=person))");
    people->expires_attribute = g_strdup("title");
    people->expires_format = EXPIRY_ISO_DATE;
    g_ptr_array_add(settings->people, people);
    GroupSearch *groups = group_search_new();
    groups->base = g_strdup("dc=org");
    groups->filter = g_strdup("(!(uid=*))");
    g_ptr_array_add(settings->groups, groups);
    GroupSearch *named = group_search_new();
    named->schema = GROUP_SCHEMA_MEMBER_OF;
    g_ptr_array_add(settings->groups, named);
    return settings;
}

static void check_person(const Person *person)
{
    MUST(*person->anchor != '\0' && person->dn != NULL && person->dn_key != NULL);
    MUST((person->mail == NULL) == (person->mail_key == NULL));
    MUST(person->mail != NULL || person->frozen != NULL || person->standing != PERSON_ENABLED);
    MUST((person->standing == PERSON_ENABLED) == (person->standing_reason == NULL));
    MUST(person->frozen == NULL || g_utf8_validate(person->frozen, -1, NULL));
    MUST(person->name == NULL || g_utf8_validate(person->name, -1, NULL));
}

static void check_directory(const Directory *directory)
{
    MUST(directory->completeness.complete);
    for (guint i = 0; i < directory->people->len; i++)
        check_person(g_ptr_array_index(directory->people, i));
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        for (guint k = 0; k < group->members->len; k++) {
            const GroupMember *member = &g_array_index(group->members, GroupMember, k);
            MUST(member->person < directory->people->len && member->via < directory->groups->len);
            MUST(k == 0 || member->person > member[-1].person);
        }
    }
    for (guint i = 0; i < directory->warnings->len; i++)
        MUST(g_utf8_validate(g_ptr_array_index(directory->warnings, i), -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SourceSettings) settings = settings_new(file_of(data, size));
    TestClock clock;
    test_clock_init(&clock, 1795500000);
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, &clock.clock, &error);
    MUST(source != NULL);
    g_autoptr(Directory) directory = NULL;
    if (source_read(source, &directory, &error))
        check_directory(directory);
    else
        MUST(directory == NULL && error != NULL && g_utf8_validate(error->message, -1, NULL));
    return 0;
}
