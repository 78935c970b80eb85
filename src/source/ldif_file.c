/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_file.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "source/ldif_naming.h"
#include "source/ldif_signs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lber.h>
#include <ldif.h>

#define LARGEST (1024L * 1024 * 1024)

static bool fail_to_read(const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "it cannot be read: %s", why);
    return false;
}

/* Up to SIZE bytes; fewer when the file ends before. */
static bool read_bytes(int fd, char *bytes, size_t size, size_t *ret_length, GError **error)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(fd, bytes + length, size - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_to_read(g_strerror(errno), error);
        if (got == 0)
            break;
        length += (size_t) got;
    }
    *ret_length = length;
    return true;
}

static bool read_file(int fd, LdifFile *file, GError **error)
{
    struct stat before;
    struct stat after;
    if (fstat(fd, &before) != 0)
        return fail_to_read(g_strerror(errno), error);
    if (!S_ISREG(before.st_mode))
        return fail_to_read("it is no regular file", error);
    if (before.st_size > LARGEST)
        return fail_to_read("it is larger than 1 GiB", error);
    size_t size = (size_t) before.st_size;
    g_autofree char *bytes = g_malloc(size + 1);
    size_t length = 0;
    if (!read_bytes(fd, bytes, size, &length, error))
        return false;
    /* whoever replaces the file does it by renaming; whoever writes into it is not done yet */
    if (fstat(fd, &after) != 0 || length != size || after.st_size != before.st_size ||
        after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
        after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "it was written to while it was read\n"
                    "hint: write a new file beside it and rename that");
        return false;
    }
    bytes[size] = '\0';
    file->digest = sha256_digest(bytes, size);
    file->bytes = g_steal_pointer(&bytes);
    file->length = size;
    return true;
}

/*
 * LDIF is UTF-8. Windows marks that at the beginning of a file, or writes UTF-16: "ldifde -u" and
 * whatever PowerShell puts into a file by ">".
 */
static bool decode_text(LdifFile *file, GError **error)
{
    static const char utf_8[] = "\xef\xbb\xbf";
    if (g_str_has_prefix(file->bytes, utf_8)) {
        file->length -= strlen(utf_8);
        memmove(file->bytes, file->bytes + strlen(utf_8), file->length + 1);
        return true;
    }
    bool little = file->length >= 2 && memcmp(file->bytes, "\xff\xfe", 2) == 0;
    bool big = file->length >= 2 && memcmp(file->bytes, "\xfe\xff", 2) == 0;
    if (!little && !big)
        return true;
    gsize length = 0;
    char *text = g_convert(file->bytes + 2, (gssize) file->length - 2, "UTF-8",
                           little ? "UTF-16LE" : "UTF-16BE", NULL, &length, NULL);
    if (text == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "it begins as UTF-16, but does not go on so: it may have been cut off\n"
                    "hint: export it without the option -u of ldifde, or convert it to UTF-8");
        return false;
    }
    g_free(file->bytes);
    file->bytes = text;
    file->length = length;
    return true;
}

bool ldif_file_load(const char *path, LdifFile *file, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fail_to_read(g_strerror(errno), error);
    LdifFile loaded = {0};
    bool good = read_file(fd, &loaded, error);
    close(fd);
    if (!good || !decode_text(&loaded, error) || !ldif_file_check(&loaded, error)) {
        ldif_file_clear(&loaded);
        return false;
    }
    *file = loaded;
    return true;
}

void ldif_file_clear(LdifFile *file)
{
    g_clear_pointer(&file->bytes, g_free);
    g_clear_pointer(&file->held, held_free);
    g_clear_pointer(&file->digest, g_free);
    ldif_frame_clear(&file->frame);
    file->length = 0;
}

/* The beginning of a logical line: what stands before its first colon, and the byte after that. */
typedef struct {
    char text[64]; /* longer types are cut: none that matters is */
    size_t length;
    bool complete; /* the byte after the colon was seen, or there is none to see */
    bool folds;    /* a line that begins with a space goes on with this one */
    bool base64;   /* what follows is a value in base64 */
    size_t digits; /* of it, so far */
    unsigned long line;
} Head;

static bool fail_at_base64(unsigned long line, GError **error)
{
    return ldif_fail(line, "what follows '::' is no base64: it may have been cut off", error);
}

/* libldap prints what it does not understand, byte by byte, where no error belongs. */
static bool take_base64(Head *head, const char *bytes, size_t length, GError **error)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ' ' && head->digits == 0)
            continue;
        if (!g_ascii_isalnum(bytes[i]) && strchr("+/=", bytes[i]) == NULL)
            return fail_at_base64(head->line, error);
        head->digits++;
    }
    return true;
}

/* No line goes on with HEAD. */
static bool end_value(const Head *head, GError **error)
{
    return head->digits % 4 == 0 || fail_at_base64(head->line, error);
}

/* The head is known as far as the colon; NEXT is the byte after it, NUL at the end of the line. */
static bool check_head(Head *head, char next, LdifSigns *signs, GError **error)
{
    if (head->length == strlen("include") &&
        g_ascii_strncasecmp(head->text, "include", head->length) == 0)
        return ldif_fail(head->line, "other files are not included\nhint: put their entries here",
                         error);
    if (next == '<')
        return ldif_fail(head->line,
                         "values from other files or servers ('attribute:< URL') are not read\n"
                         "hint: put the value here, in base64 after '::'",
                         error);
    head->base64 = next == ':';
    ldif_signs_look(signs, head->text, head->length);
    return true;
}

/* Adds BYTES of one physical line to HEAD. */
static bool extend_head(Head *head, const char *bytes, size_t length, LdifSigns *signs,
                        GError **error)
{
    for (size_t i = 0; i < length; i++) {
        if (head->complete)
            return !head->base64 || take_base64(head, bytes + i, length - i, error);
        bool colon = head->length > 0 && head->text[head->length - 1] == ':';
        if (colon) {
            head->length--;
            head->complete = true;
            if (!check_head(head, bytes[i], signs, error))
                return false;
            continue;
        }
        if (head->length == sizeof head->text) {
            if (bytes[i] != ':')
                continue;
            head->length--;
        }
        head->text[head->length++] = bytes[i];
    }
    return true;
}

/* What a physical line means for the safety of the file. */
static bool check_line(Head *head, const char *line, size_t length, unsigned long number,
                       LdifSigns *signs, GError **error)
{
    if (length > 0 && line[length - 1] == '\r')
        length--;
    /* libldap takes it for a fold in some places and for a line of its own in others */
    if (length > 0 && *line == '\t')
        return ldif_fail(number, "a line begins with a tab: LDIF folds lines by a space", error);
    bool folded = length > 0 && *line == ' ';
    if (folded && head->folds)
        return extend_head(head, line + 1, length - 1, signs, error);
    if (!end_value(head, error))
        return false;
    /* what is folded onto nothing, or onto a comment, libldap may take for a line of its own */
    for (; length > 0 && g_ascii_isspace(*line); length--)
        line++;
    bool nothing = length == 0 || *line == '#';
    *head = (Head){.line = number, .complete = nothing, .folds = !nothing};
    return head->complete || extend_head(head, line, length, signs, error);
}

bool ldif_file_check(LdifFile *file, GError **error)
{
    LdifSigns signs = {0};
    Head head = {.complete = true};
    unsigned long number = 0;
    const char *end = file->bytes + file->length;
    for (const char *line = file->bytes; line < end;) {
        number++;
        const char *stop = memchr(line, '\n', (size_t) (end - line));
        if (memchr(line, '\0', (size_t) ((stop != NULL ? stop : end) - line)) != NULL)
            return ldif_fail(number, "a NUL byte: this is no LDIF", error);
        if (stop == NULL)
            return ldif_fail(
                number,
                "the file ends in the middle of a line: it was cut off\n"
                "hint: if nothing is missing, end it with a line feed and an empty line",
                error);
        size_t length = (size_t) (stop - line);
        if (!check_line(&head, line, length, number, &signs, error))
            return false;
        ldif_frame_look(&file->frame, line, length);
        line = stop + 1;
    }
    if (!end_value(&head, error))
        return false;
    file->kind = ldif_signs_kind(&signs);
    file->frame.by_server = signs.operational;
    if (!held_parse(file->bytes, file->length, &file->held, error))
        return false;
    if (file->held != NULL && file->held->kind != SOURCE_KIND_AUTO)
        file->kind = file->held->kind;
    return true;
}

/* One record on its way to becoming an entry. */
typedef struct {
    LdifWalk *walk;
    unsigned long line; /* where the record begins */
    Entry *entry;       /* NULL: no dn yet */
    bool deleted;       /* it only tells that there was one */
    bool other;         /* "version:", "search:" and the like: no entry */
    struct berval last; /* the type before, which is mostly that of the next value, too */
    bool last_wanted;
} Record;

static bool is_type(const struct berval *type, const char *name)
{
    return type->bv_len == strlen(name) &&
           g_ascii_strncasecmp(type->bv_val, name, type->bv_len) == 0;
}

static bool take_dn(Record *record, const struct berval *value, GError **error)
{
    if (record->entry != NULL)
        return ldif_fail(record->line, "a record has two DNs: an empty line is missing", error);
    if (value->bv_len != strlen(value->bv_val))
        return ldif_fail(record->line, "a DN with a NUL byte", error);
    record->entry = entry_new(value->bv_val);
    return true;
}

/* What ldapsearch writes around entries, and the version. */
static bool take_frame(Record *record, const struct berval *type, const struct berval *value,
                       GError **error)
{
    record->other = true;
    if (is_type(type, "result") && !g_str_has_prefix(value->bv_val, "0 ") &&
        strcmp(value->bv_val, "0") != 0) {
        g_autofree char *safe = text_safe(value->bv_val, (gssize) value->bv_len);
        g_autofree char *why =
            g_strdup_printf("the search that wrote this did not end with success: '%s'", safe);
        return ldif_fail(record->line, why, error);
    }
    static const char *const words[] = {"version", "search",    "result",  "ref",
                                        "text",    "matchedDN", "control", "pagedresults"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (is_type(type, words[i]))
            return true;
    }
    return ldif_fail(record->line, "a record that does not begin with 'dn:'", error);
}

static bool take_change_type(const Record *record, const struct berval *value, GError **error)
{
    if (g_ascii_strncasecmp(value->bv_val, "add", value->bv_len) == 0 && value->bv_len == 3)
        return true;
    return ldif_fail(record->line, "a change, not an entry\nhint: export the entries themselves",
                     error);
}

static bool is_type_wanted(const LdifWalk *walk, const struct berval *type)
{
    char lower[64];
    size_t length = strcspn(type->bv_val, ";");
    if (walk->wanted == NULL)
        return true;
    if (length >= sizeof lower)
        return false;
    for (size_t i = 0; i < length; i++)
        lower[i] = g_ascii_tolower(type->bv_val[i]);
    lower[length] = '\0';
    return g_hash_table_contains(walk->wanted, lower);
}

static bool is_wanted(Record *record, const struct berval *type)
{
    bool same = record->last.bv_val != NULL && record->last.bv_len == type->bv_len &&
                memcmp(record->last.bv_val, type->bv_val, type->bv_len) == 0;
    if (!same)
        record->last_wanted = is_type_wanted(record->walk, type);
    record->last = *type;
    return record->last_wanted;
}

/*
 * What stays of entries that were deleted: 389 Directory Server's tombstones, Active Directory's
 * deleted and recycled objects (MS-ADTS 3.1.1.5.5). Searches do not find them, exports may hold
 * them.
 */
static bool tells_deletion(const struct berval *type, const struct berval *value)
{
    return (is_type(type, "objectClass") && is_type(value, "nsTombstone")) ||
           (is_type(type, "isDeleted") && is_type(value, "TRUE"));
}

static bool take_value(Record *record, const struct berval *type, const struct berval *value,
                       GError **error)
{
    if (is_type(type, "dn"))
        return take_dn(record, value, error);
    if (record->entry == NULL)
        return take_frame(record, type, value, error);
    if (is_type(type, "changetype"))
        return take_change_type(record, value, error);
    if (is_type(type, "control"))
        return ldif_fail(record->line, "a control belongs to changes, not to entries", error);
    record->deleted = record->deleted || tells_deletion(type, value);
    if (is_wanted(record, type))
        entry_add_value(record->entry, type->bv_val, value->bv_val, value->bv_len);
    return true;
}

static bool take_lines(Record *record, char *text, GError **error)
{
    char *next = text;
    for (char *line = ldif_getline(&next); line != NULL; line = ldif_getline(&next)) {
        struct berval type = {0};
        struct berval value = {0};
        int is_allocated = 0;
        if (ldif_parse_line2(line, &type, &value, &is_allocated) != 0)
            return ldif_fail(record->line,
                             "a line of the record that begins here cannot be understood", error);
        bool good = take_value(record, &type, &value, error);
        if (is_allocated != 0)
            ber_memfree(value.bv_val);
        if (!good)
            return false;
    }
    return true;
}

static bool is_naming_wanted(const void *context, const char *type)
{
    const struct berval name = {.bv_val = (char *) (uintptr_t) type, .bv_len = strlen(type)};
    return is_type_wanted(context, &name);
}

/* What RECORDED holds is what a server said, no less and no more. */
static bool take_record(LdifWalk *walk, bool recorded, char *text, unsigned long line,
                        GError **error)
{
    Record record = {.walk = walk, .line = line};
    bool good = take_lines(&record, text, error);
    g_autoptr(Entry) entry = record.entry;
    if (!good || entry == NULL)
        return good;
    walk->entries++;
    if (record.deleted && !recorded)
        return true;
    if (!recorded)
        ldif_naming_add(entry, is_naming_wanted, walk);
    return walk->take(walk->context, entry, error);
}

bool ldif_file_walk(const LdifFile *file, LdifWalk *walk, GError **error)
{
    if (file->length == 0)
        return true;
    LDIFFP *stream = ldif_open_mem(file->bytes, file->length, "r");
    if (stream == NULL)
        return fail_to_read(g_strerror(errno), error);
    char *text = NULL;
    int size = 0;
    unsigned long line = 0;
    unsigned long begin = 1;
    bool good = true;
    int found = 1;
    while (good && (found = ldif_read_record(stream, &line, &text, &size)) > 0) {
        good = take_record(walk, file->held != NULL, text, begin, error);
        begin = line + 1;
    }
    if (found < 0)
        good = ldif_fail(line, "libldap cannot read it", error);
    if (good && file->held != NULL && walk->entries != file->held->entries)
        good = ldif_fail(line, "it says that it holds another number of entries", error);
    ber_memfree(text);
    ldif_close(stream);
    return good && ldif_frame_end(&file->frame, line, error);
}
