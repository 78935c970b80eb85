/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/dn.h"
#include "source/filter_private.h"

#include <string.h>

/* Attributes whose values do not compare as text does: RFC 4519, RFC 2307, RFC 4524, MS-ADA. */
static const struct {
    const char *name;
    Syntax syntax;
} syntaxes[] = {
    {"objectClass", SYNTAX_CLASS},
    {"objectCategory", SYNTAX_CATEGORY},
    {"member", SYNTAX_DN},
    {"uniqueMember", SYNTAX_DN},
    {"memberOf", SYNTAX_DN},
    {"manager", SYNTAX_DN},
    {"secretary", SYNTAX_DN},
    {"owner", SYNTAX_DN},
    {"roleOccupant", SYNTAX_DN},
    {"seeAlso", SYNTAX_DN},
    {"managedBy", SYNTAX_DN},
    {"directReports", SYNTAX_DN},
    {"distinguishedName", SYNTAX_DN},
    {"entryDN", SYNTAX_DN},
    {"creatorsName", SYNTAX_DN},
    {"modifiersName", SYNTAX_DN},
    {"memberUid", SYNTAX_EXACT},
    {"homeDirectory", SYNTAX_EXACT},
    {"loginShell", SYNTAX_EXACT},
    {"labeledURI", SYNTAX_EXACT},
    {"userPassword", SYNTAX_EXACT},
    {"jpegPhoto", SYNTAX_EXACT},
    {"objectGUID", SYNTAX_EXACT},
    {"objectSid", SYNTAX_EXACT},
    {"uidNumber", SYNTAX_INTEGER},
    {"gidNumber", SYNTAX_INTEGER},
    {"shadowLastChange", SYNTAX_INTEGER},
    {"shadowMin", SYNTAX_INTEGER},
    {"shadowMax", SYNTAX_INTEGER},
    {"shadowWarning", SYNTAX_INTEGER},
    {"shadowInactive", SYNTAX_INTEGER},
    {"shadowExpire", SYNTAX_INTEGER},
    {"shadowFlag", SYNTAX_INTEGER},
    {"userAccountControl", SYNTAX_INTEGER},
    {"groupType", SYNTAX_INTEGER},
    {"primaryGroupID", SYNTAX_INTEGER},
    {"accountExpires", SYNTAX_INTEGER},
    {"telephoneNumber", SYNTAX_TELEPHONE},
    {"facsimileTelephoneNumber", SYNTAX_TELEPHONE},
    {"homePhone", SYNTAX_TELEPHONE},
    {"mobile", SYNTAX_TELEPHONE},
    {"pager", SYNTAX_TELEPHONE},
};

/* The classes that directories give people, each under the one above it (RFC 4519, RFC 2798). */
static const struct {
    const char *below;
    const char *above;
} classes[] = {
    {"inetorgperson", "organizationalperson"},
    {"organizationalperson", "person"},
    {"residentialperson", "person"},
};

Syntax filter_syntax(const char *name)
{
    size_t length = strcspn(name, ";");
    for (size_t i = 0; i < G_N_ELEMENTS(syntaxes); i++) {
        if (strlen(syntaxes[i].name) == length &&
            g_ascii_strncasecmp(syntaxes[i].name, name, length) == 0)
            return syntaxes[i].syntax;
    }
    return SYNTAX_TEXT;
}

bool filter_number(const char *bytes, size_t length, int64_t *ret)
{
    char digits[24]; /* room for the longest 64-bit number, its sign and the NUL */
    if (length == 0 || length >= sizeof digits || memchr(bytes, '\0', length) != NULL)
        return false;
    memcpy(digits, bytes, length);
    digits[length] = '\0';
    gint64 number = 0;
    if (!g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return false;
    *ret = number;
    return true;
}

static bool is_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char) bytes[i] >= 0x80)
            return false;
    }
    return true;
}

GString *filter_fold(const char *bytes, size_t length, bool trim_start, bool trim_end)
{
    g_autofree char *folded = NULL;
    /* text that is no UTF-8 compares by bytes, its ASCII letters folded */
    if (!is_ascii(bytes, length) && g_utf8_validate(bytes, (gssize) length, NULL)) {
        g_autofree char *normal = g_utf8_normalize(bytes, (gssize) length, G_NORMALIZE_NFKC);
        g_autofree char *lower = g_utf8_casefold(normal, -1);
        folded = g_utf8_normalize(lower, -1, G_NORMALIZE_NFKC);
        bytes = folded;
        length = strlen(folded);
    }
    GString *text = g_string_sized_new(length + 1);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ')
            g_string_append_c(text, g_ascii_tolower(bytes[i]));
        else if (text->len > 0 ? text->str[text->len - 1] != ' ' : !trim_start)
            g_string_append_c(text, ' ');
    }
    if (trim_end && text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    return text;
}

static bool normalise_dn(const char *bytes, size_t length, GString **ret)
{
    g_autofree char *key = NULL;
    if (!dn_key(bytes, length, &key, NULL))
        return false;
    *ret = g_string_new(key);
    return true;
}

/* The value of the first part: Active Directory takes "person" for "CN=Person,CN=Schema,...". */
static GString *category(const char *bytes, size_t length)
{
    GString *key = NULL;
    if (!normalise_dn(bytes, length, &key))
        return filter_fold(bytes, length, true, true);
    const char *equals = strchr(key->str, '=');
    if (equals != NULL) {
        size_t width = strcspn(equals + 1, ",+");
        g_string_erase(key, 0, equals + 1 - key->str);
        g_string_truncate(key, width);
    }
    return key;
}

static GString *telephone(const char *bytes, size_t length)
{
    GString *text = filter_fold(bytes, length, true, true);
    size_t kept = 0;
    for (size_t i = 0; i < text->len; i++) {
        if (text->str[i] != ' ' && text->str[i] != '-')
            text->str[kept++] = text->str[i];
    }
    g_string_truncate(text, kept);
    return text;
}

bool filter_normalise(Syntax syntax, const char *bytes, size_t length, GString **ret)
{
    int64_t number = 0;
    switch (syntax) {
    case SYNTAX_EXACT:
        *ret = g_string_new_len(bytes, (gssize) length);
        return true;
    case SYNTAX_DN:
        return normalise_dn(bytes, length, ret);
    case SYNTAX_INTEGER:
        if (!filter_number(bytes, length, &number))
            return false;
        *ret = g_string_new(NULL);
        g_string_printf(*ret, "%" G_GINT64_FORMAT, (gint64) number);
        return true;
    case SYNTAX_TELEPHONE:
        *ret = telephone(bytes, length);
        return true;
    case SYNTAX_CATEGORY:
        *ret = category(bytes, length);
        return true;
    case SYNTAX_TEXT:
    case SYNTAX_CLASS:
    default:
        *ret = filter_fold(bytes, length, true, true);
        return true;
    }
}

static bool is_same(const GString *a, const GString *b)
{
    return a->len == b->len && memcmp(a->str, b->str, a->len) == 0;
}

/* Whether the bytes are WANTED, which is folded, but for the case of ASCII letters. */
static bool is_spelled(const char *bytes, size_t length, const GString *wanted)
{
    if (length != wanted->len)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text_lower(bytes[i]) != wanted->str[i])
            return false;
    }
    return true;
}

static bool is_below(const char *name, size_t length, const char *wanted)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        const char *below = classes[i].below;
        if (strcmp(classes[i].above, wanted) != 0)
            continue;
        if ((strlen(below) == length && g_ascii_strncasecmp(below, name, length) == 0) ||
            is_below(name, length, below))
            return true;
    }
    return false;
}

/* Whether the class NAME is WANTED or stands below it. */
static bool is_class(const char *name, size_t length, const GString *wanted)
{
    return is_spelled(name, length, wanted) || strcmp(wanted->str, "top") == 0 ||
           is_below(name, length, wanted->str);
}

/* Text of ASCII without spaces and NUL, the usual case, is compared where it stands. */
static bool is_plain_text(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char) bytes[i] >= 0x80 || bytes[i] <= ' ')
            return false;
    }
    return true;
}

static FilterVerdict is_equal(const Filter *filter, const Value *value)
{
    const GString *wanted = g_ptr_array_index(filter->pieces, 0);
    bool class = filter->syntax == SYNTAX_CLASS;
    if ((class || filter->syntax == SYNTAX_TEXT) && is_plain_text(value->bytes, value->length)) {
        bool same = class ? is_class(value->bytes, value->length, wanted)
                          : is_spelled(value->bytes, value->length, wanted);
        return same ? FILTER_TRUE : FILTER_FALSE;
    }
    GString *text = NULL;
    size_t length = filter->syntax == SYNTAX_DN ? value_dn_length(value) : value->length;
    if (!filter_normalise(filter->syntax, value->bytes, length, &text))
        return FILTER_UNDEFINED;
    bool same = class ? is_class(text->str, text->len, wanted) : is_same(text, wanted);
    g_string_free(text, TRUE);
    return same ? FILTER_TRUE : FILTER_FALSE;
}

/* Where PIECE begins in TEXT at or after FROM, or -1. */
static gssize find_piece(const GString *text, size_t from, const GString *piece)
{
    const char *found = memmem(text->str + from, text->len - from, piece->str, piece->len);
    return found != NULL ? found - text->str : -1;
}

static bool has_pieces(const GPtrArray *pieces, const GString *text)
{
    const GString *first = g_ptr_array_index(pieces, 0);
    const GString *last = g_ptr_array_index(pieces, pieces->len - 1);
    if (text->len < first->len + last->len || memcmp(text->str, first->str, first->len) != 0 ||
        memcmp(text->str + text->len - last->len, last->str, last->len) != 0)
        return false;
    g_autoptr(GString) middle = g_string_new_len(text->str, (gssize) (text->len - last->len));
    size_t at = first->len;
    for (guint i = 1; i + 1 < pieces->len; i++) {
        const GString *piece = g_ptr_array_index(pieces, i);
        gssize found = find_piece(middle, at, piece);
        if (found < 0)
            return false;
        at = (size_t) found + piece->len;
    }
    return true;
}

static FilterVerdict has_substrings(const Filter *filter, const Value *value)
{
    GString *text = NULL;
    if (!filter_normalise(filter->syntax, value->bytes, value->length, &text))
        return FILTER_UNDEFINED;
    bool found = has_pieces(filter->pieces, text);
    g_string_free(text, TRUE);
    return found ? FILTER_TRUE : FILTER_FALSE;
}

static FilterVerdict is_ordered(const Filter *filter, const Value *value)
{
    int64_t number = 0;
    int order = 0;
    if (filter->is_number && filter_number(value->bytes, value->length, &number)) {
        order = number < filter->number ? -1 : number > filter->number;
    } else {
        GString *text = NULL;
        if (!filter_normalise(filter->syntax, value->bytes, value->length, &text))
            return FILTER_UNDEFINED;
        const GString *wanted = g_ptr_array_index(filter->pieces, 0);
        order = memcmp(text->str, wanted->str, MIN(text->len, wanted->len));
        if (order == 0)
            order = text->len < wanted->len ? -1 : text->len > wanted->len;
        g_string_free(text, TRUE);
    }
    bool fits = filter->operation == FILTER_AT_LEAST ? order >= 0 : order <= 0;
    return fits ? FILTER_TRUE : FILTER_FALSE;
}

static FilterVerdict has_bits(const Filter *filter, const Value *value)
{
    int64_t number = 0;
    if (!filter_number(value->bytes, value->length, &number))
        return FILTER_UNDEFINED;
    int64_t bits = number & filter->number;
    bool fits = filter->operation == FILTER_ALL_BITS ? bits == filter->number : bits != 0;
    return fits ? FILTER_TRUE : FILTER_FALSE;
}

static FilterVerdict judge_value(const Filter *filter, const Value *value)
{
    if (filter->operation == FILTER_EQUAL)
        return is_equal(filter, value);
    if (filter->operation == FILTER_SUBSTRING)
        return has_substrings(filter, value);
    if (filter->operation == FILTER_AT_LEAST || filter->operation == FILTER_AT_MOST)
        return is_ordered(filter, value);
    return has_bits(filter, value);
}

static bool is_impossible(const Filter *filter)
{
    if (filter->operation == FILTER_ALL_BITS || filter->operation == FILTER_ANY_BIT)
        return !filter->is_number;
    bool orders = filter->operation == FILTER_AT_LEAST || filter->operation == FILTER_AT_MOST;
    bool unordered = filter->syntax == SYNTAX_DN || filter->syntax == SYNTAX_CLASS ||
                     filter->syntax == SYNTAX_CATEGORY;
    return filter->impossible || filter->operation == FILTER_OTHER || (orders && unordered);
}

static FilterVerdict judge_leaf(const Filter *filter, const Entry *entry)
{
    bool present = filter->operation == FILTER_PRESENT;
    if (!present && is_impossible(filter))
        return FILTER_UNDEFINED;
    FilterVerdict best = FILTER_FALSE;
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        if (!attribute_is(attribute, filter->attribute))
            continue;
        if (present)
            return FILTER_TRUE;
        for (guint k = 0; k < attribute_count(attribute) && best != FILTER_TRUE; k++) {
            FilterVerdict verdict = judge_value(filter, attribute_value(attribute, k));
            best = MAX(best, verdict);
        }
    }
    return best;
}

FilterVerdict filter_evaluate(const Filter *filter, const Entry *entry)
{
    if (filter->children == NULL)
        return judge_leaf(filter, entry);
    /* false < undefined < true: "and" is the least of its parts, "or" the greatest, "not" mirrors
     */
    FilterVerdict all = FILTER_TRUE;
    FilterVerdict any = FILTER_FALSE;
    for (guint i = 0; i < filter->children->len; i++) {
        FilterVerdict verdict = filter_evaluate(g_ptr_array_index(filter->children, i), entry);
        all = MIN(all, verdict);
        any = MAX(any, verdict);
        if (filter->operation == FILTER_NOT)
            return FILTER_TRUE - verdict;
        if (filter->operation == FILTER_AND ? all == FILTER_FALSE : any == FILTER_TRUE)
            break;
    }
    return filter->operation == FILTER_AND ? all : any;
}
