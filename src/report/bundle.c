/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bundle.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 512

struct Bundle {
    GString *bytes;
    int64_t now;
};

/* The header of a file: POSIX.1-1988, "ustar Interchange Format". */
typedef struct {
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char user[32];
    char group[32];
    char major[8];
    char minor[8];
    char prefix[155];
    char padding[12];
} Header;
_Static_assert(sizeof(Header) == BLOCK, "a header is one block");

Bundle *bundle_new(int64_t now)
{
    Bundle *bundle = g_new0(Bundle, 1);
    bundle->bytes = g_string_new(NULL);
    bundle->now = now;
    return bundle;
}

void bundle_free(Bundle *bundle)
{
    if (bundle == NULL)
        return;
    g_string_free(bundle->bytes, TRUE);
    g_free(bundle);
}

/* NUMBER in octal digits that fill FIELD but for its NUL. */
static void put_number(char *field, size_t size, guint64 number)
{
    for (size_t i = size - 1; i-- > 0; number /= 8)
        field[i] = (char) ('0' + number % 8);
}

static void pad(GString *bytes)
{
    static const char nothing[BLOCK] = {0};
    size_t over = bytes->len % BLOCK;
    if (over > 0)
        g_string_append_len(bytes, nothing, (gssize) (BLOCK - over));
}

void bundle_add(Bundle *bundle, const char *name, const char *text)
{
    Header header = {.type = '0'};
    g_return_if_fail(strlen(name) < sizeof header.name);
    memcpy(header.name, name, strlen(name));
    put_number(header.mode, sizeof header.mode, 0600);
    put_number(header.uid, sizeof header.uid, 0);
    put_number(header.gid, sizeof header.gid, 0);
    put_number(header.size, sizeof header.size, strlen(text));
    put_number(header.mtime, sizeof header.mtime, (guint64) bundle->now);
    memcpy(header.magic, "ustar", sizeof header.magic);
    memcpy(header.version, "00", sizeof header.version);
    /* the sum of all bytes, its own field taken for spaces */
    memset(header.checksum, ' ', sizeof header.checksum);
    guint64 sum = 0;
    for (size_t i = 0; i < sizeof header; i++)
        sum += ((const unsigned char *) &header)[i];
    put_number(header.checksum, sizeof header.checksum - 1, sum);
    header.checksum[sizeof header.checksum - 2] = '\0';
    g_string_append_len(bundle->bytes, (const char *) &header, sizeof header);
    g_string_append(bundle->bytes, text);
    pad(bundle->bytes);
}

GBytes *bundle_end(Bundle *bundle)
{
    static const char nothing[2 * BLOCK] = {0};
    g_string_append_len(bundle->bytes, nothing, sizeof nothing);
    return g_bytes_new_static(bundle->bytes->str, bundle->bytes->len);
}

/* ---- a directory ---- */

/* RFC 2849, SAFE-STRING: what does not fit goes in base64. */
static bool is_plain(const char *value)
{
    if (*value == ' ' || *value == ':' || *value == '<')
        return false;
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char) *c < 0x20 || (unsigned char) *c >= 0x7f)
            return false;
    }
    return !g_str_has_suffix(value, " ");
}

static void put(GString *text, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    if (is_plain(value)) {
        g_string_append_printf(text, "%s: %s\n", name, value);
        return;
    }
    g_autofree char *encoded = g_base64_encode((const guchar *) value, strlen(value));
    g_string_append_printf(text, "%s:: %s\n", name, encoded);
}

static void put_person(GString *text, const Person *person)
{
    put(text, "dn", person->dn);
    g_string_append(text, "objectClass: inetOrgPerson\n");
    put(text, "entryUUID", person->anchor);
    put(text, "uid", person->uid);
    put(text, "displayName", person->name);
    if (person->excluded != NULL) {
        g_autofree char *mail =
            g_strconcat("excluded-", person->mail != NULL ? person->mail : "x@invalid", NULL);
        put(text, "mail", mail);
    } else if (person->frozen == NULL) {
        put(text, "mail", person->mail);
    }
    if (person->standing != PERSON_ENABLED)
        g_string_append(text, "pwdAccountLockedTime: 000001010000Z\n");
    for (guint i = 0; person->attributes != NULL && i < person->attributes->len; i++) {
        const PersonAttribute *one = g_ptr_array_index(person->attributes, i);
        put(text, one->name, one->value);
    }
    g_string_append_c(text, '\n');
}

static void put_group(GString *text, const Directory *directory, guint index)
{
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, index);
    put(text, "dn", group->dn);
    g_string_append(text, "objectClass: groupOfNames\n");
    put(text, "entryUUID", group->anchor);
    put(text, "cn", group->name);
    for (guint i = 0; i < group->members->len; i++) {
        const GroupMember *member = &g_array_index(group->members, GroupMember, i);
        const Person *person = g_ptr_array_index(directory->people, member->person);
        if (member->via == index)
            put(text, "member", person->dn);
    }
    for (guint i = 0; i < group->subgroups->len; i++) {
        uint32_t below = g_array_index(group->subgroups, uint32_t, i);
        const DirectoryGroup *subgroup = g_ptr_array_index(directory->groups, below);
        put(text, "member", subgroup->dn);
    }
    g_string_append_c(text, '\n');
}

char *bundle_directory(const Directory *directory)
{
    GString *text = g_string_new("version: 1\n\n");
    for (guint i = 0; i < directory->people->len; i++)
        put_person(text, g_ptr_array_index(directory->people, i));
    for (guint i = 0; i < directory->groups->len; i++)
        put_group(text, directory, i);
    return g_string_free(text, FALSE);
}
