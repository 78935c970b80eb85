/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pseudonyms.h"

#include "base/sha256.h"
#include "base/text.h"
#include "report/pseudonyms_private.h"

#include <string.h>

#define MOST_WORDS 8 /* of a name that is looked for in a text */
#define ID_MASK INT64_C(0xfffffffffffff)

static void person_free(gpointer data)
{
    g_free(((PseudonymPerson *) data)->key);
    g_free(data);
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

Pseudonyms *pseudonyms_new(const char *salt)
{
    Pseudonyms *pseudonyms = g_new0(Pseudonyms, 1);
    pseudonyms->salt = g_strdup(salt);
    pseudonyms->people = g_ptr_array_new_with_free_func(person_free);
    pseudonyms->mails = new_table();
    pseudonyms->phrases = new_table();
    pseudonyms->openings = new_table();
    pseudonyms->logins = new_table();
    pseudonyms->anchors = new_table();
    pseudonyms->ids = new_table();
    return pseudonyms;
}

void pseudonyms_free(Pseudonyms *pseudonyms)
{
    if (pseudonyms == NULL)
        return;
    g_free(pseudonyms->salt);
    g_ptr_array_unref(pseudonyms->people);
    g_hash_table_unref(pseudonyms->mails);
    g_hash_table_unref(pseudonyms->phrases);
    g_hash_table_unref(pseudonyms->openings);
    g_hash_table_unref(pseudonyms->logins);
    g_hash_table_unref(pseudonyms->anchors);
    g_hash_table_unref(pseudonyms->ids);
    g_free(pseudonyms);
}

/* The first LENGTH bytes of TEXT are a word: how many, without the signs behind it. */
static size_t word_end(const char *text, size_t length)
{
    while (length > 0 && strchr(",.;:!?)]}>'\"", text[length - 1]) != NULL)
        length--;
    return length;
}

/* Letters folded, in whatever locale, and spaces made one: how values are looked up. */
static char *folded(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *lower = g_utf8_casefold(valid, -1);
    GString *key = g_string_sized_new(strlen(lower));
    for (const char *c = g_strstrip(lower); *c != '\0'; c++) {
        if (*c != ' ' || (key->len > 0 && key->str[key->len - 1] != ' '))
            g_string_append_c(key, *c);
    }
    return g_string_free(key, FALSE);
}

static PseudonymPerson *look_up(GHashTable *table, const char *value)
{
    if (value == NULL)
        return NULL;
    g_autofree char *key = folded(value);
    return g_hash_table_lookup(table, key);
}

static void note(GHashTable *table, const char *value, PseudonymPerson *person)
{
    char *key = folded(value);
    if (*key == '\0' || g_hash_table_contains(table, key))
        g_free(key);
    else
        g_hash_table_insert(table, key, person);
}

static void note_phrase(Pseudonyms *pseudonyms, const char *value, PseudonymPerson *person)
{
    note(pseudonyms->phrases, value, person);
    g_autofree char *key = folded(value);
    size_t end = strcspn(key, " ");
    (void) g_hash_table_add(pseudonyms->openings, g_strndup(key, word_end(key, end)));
}

/* A new person, who is called VALUE until there is a number. */
static PseudonymPerson *add_person(Pseudonyms *pseudonyms, const char *value)
{
    PseudonymPerson *person = g_new0(PseudonymPerson, 1);
    person->key = sha256_hmac_hex(pseudonyms->salt, strlen(pseudonyms->salt), value);
    /* whoever turns up after the numbers were given gets the next one */
    person->number = pseudonyms->people->len + 1;
    g_ptr_array_add(pseudonyms->people, person);
    return person;
}

static void note_rdn_values(Pseudonyms *pseudonyms, const char *dn, PseudonymPerson *person)
{
    size_t length = pseudonyms_value_length(dn);
    g_autofree char *rdn = g_strndup(dn, length);
    const char *equals = strchr(rdn, '=');
    if (equals != NULL)
        note(pseudonyms->logins, equals + 1, person);
}

static char *id_key(char kind, int64_t id)
{
    return id != 0 ? g_strdup_printf("%c%" G_GINT64_FORMAT, kind, id) : NULL;
}

static PseudonymPerson *person_of(const Pseudonyms *pseudonyms, const PseudonymFacts *facts)
{
    g_autofree char *user = id_key('u', facts->user_id);
    g_autofree char *member = id_key('m', facts->member_id);
    PseudonymPerson *person = look_up(pseudonyms->anchors, facts->anchor);
    if (person == NULL)
        person = look_up(pseudonyms->ids, member);
    if (person == NULL)
        person = look_up(pseudonyms->ids, user);
    return person != NULL ? person : look_up(pseudonyms->mails, facts->mail);
}

bool pseudonyms_knows(const Pseudonyms *pseudonyms, const PseudonymFacts *facts)
{
    return person_of(pseudonyms, facts) != NULL;
}

PseudonymPerson *pseudonyms_learn(Pseudonyms *pseudonyms, const PseudonymFacts *facts)
{
    g_autofree char *user = id_key('u', facts->user_id);
    g_autofree char *member = id_key('m', facts->member_id);
    PseudonymPerson *person = person_of(pseudonyms, facts);
    const char *first = facts->mail != NULL     ? facts->mail
                        : facts->anchor != NULL ? facts->anchor
                                                : facts->name;
    if (person == NULL)
        person = add_person(pseudonyms, first != NULL ? first : member != NULL ? member : "");
    const struct {
        GHashTable *table;
        const char *value;
    } values[] = {
        {pseudonyms->anchors, facts->anchor},
        {pseudonyms->mails, facts->mail},
        {pseudonyms->ids, member},
        {pseudonyms->ids, user},
        {pseudonyms->logins, facts->login},
        {pseudonyms->logins, facts->name},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        if (values[i].value != NULL)
            note(values[i].table, values[i].value, person);
    }
    if (facts->anchor != NULL)
        note_phrase(pseudonyms, facts->anchor, person);
    if (facts->name != NULL)
        note_phrase(pseudonyms, facts->name, person);
    if (facts->dn != NULL)
        note_rdn_values(pseudonyms, facts->dn, person);
    return person;
}

void pseudonyms_also(Pseudonyms *pseudonyms, PseudonymPerson *person, PseudonymKind kind,
                     const char *value)
{
    if (value == NULL)
        return;
    if (kind == PSEUDONYM_DN)
        note_rdn_values(pseudonyms, value, person);
    else
        note(kind == PSEUDONYM_MAIL ? pseudonyms->mails : pseudonyms->logins, value, person);
}

static gint compare_people(gconstpointer a, gconstpointer b)
{
    const PseudonymPerson *const *x = a;
    const PseudonymPerson *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

void pseudonyms_settle(Pseudonyms *pseudonyms)
{
    g_ptr_array_sort(pseudonyms->people, compare_people);
    for (guint i = 0; i < pseudonyms->people->len; i++)
        ((PseudonymPerson *) g_ptr_array_index(pseudonyms->people, i))->number = i + 1;
}

void pseudonyms_only(Pseudonyms *pseudonyms, unsigned number)
{
    pseudonyms->only = true;
    for (guint i = 0; i < pseudonyms->people->len; i++)
        ((PseudonymPerson *) g_ptr_array_index(pseudonyms->people, i))->number = number;
}

bool pseudonyms_has_id(const Pseudonyms *pseudonyms, int64_t id)
{
    g_autofree char *user = g_strdup_printf("u%" G_GINT64_FORMAT, id);
    g_autofree char *member = g_strdup_printf("m%" G_GINT64_FORMAT, id);
    return g_hash_table_contains(pseudonyms->ids, user) ||
           g_hash_table_contains(pseudonyms->ids, member);
}

/* ---- single values ---- */

/* NULL: nobody who is to be replaced. */
static PseudonymPerson *found_or_new(Pseudonyms *pseudonyms, GHashTable *table, const char *value)
{
    PseudonymPerson *person = look_up(table, value);
    if (person != NULL || pseudonyms->only)
        return person;
    person = add_person(pseudonyms, value);
    note(table, value, person);
    return person;
}

char *pseudonyms_mail(Pseudonyms *pseudonyms, const char *mail)
{
    if (mail == NULL)
        return NULL;
    const PseudonymPerson *person = found_or_new(pseudonyms, pseudonyms->mails, mail);
    return person != NULL ? g_strdup_printf("person-%u@pseudonym.invalid", person->number)
                          : g_strdup(mail);
}

char *pseudonyms_name(Pseudonyms *pseudonyms, const char *name)
{
    if (name == NULL || *name == '\0')
        return g_strdup(name);
    const PseudonymPerson *person = found_or_new(pseudonyms, pseudonyms->phrases, name);
    return person != NULL ? g_strdup_printf("Person %u", person->number) : g_strdup(name);
}

char *pseudonyms_login(Pseudonyms *pseudonyms, const char *login)
{
    if (login == NULL)
        return NULL;
    const PseudonymPerson *person = found_or_new(pseudonyms, pseudonyms->logins, login);
    return person != NULL ? g_strdup_printf("person-%u", person->number) : g_strdup(login);
}

char *pseudonyms_anchor(Pseudonyms *pseudonyms, const char *anchor)
{
    if (anchor == NULL)
        return NULL;
    const PseudonymPerson *person = found_or_new(pseudonyms, pseudonyms->anchors, anchor);
    return person != NULL ? g_strdup_printf("00000000-0000-4000-8000-%012u", person->number)
                          : g_strdup(anchor);
}

int64_t pseudonyms_id(const Pseudonyms *pseudonyms, int64_t id)
{
    if (id == 0 || (pseudonyms->only && !pseudonyms_has_id(pseudonyms, id)))
        return id;
    return pseudonyms_any_id(pseudonyms, id);
}

int64_t pseudonyms_any_id(const Pseudonyms *pseudonyms, int64_t id)
{
    if (id == 0)
        return 0;
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);
    g_autofree char *sum = sha256_hmac_hex(pseudonyms->salt, strlen(pseudonyms->salt), text);
    sum[15] = '\0';
    return (int64_t) g_ascii_strtoull(sum, NULL, 16) & ID_MASK;
}

/* ---- in a text ---- */

/* A text while it is replaced. */
typedef struct {
    Pseudonyms *pseudonyms;
    const char *at;
    GString *out;
} Replacer;

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || (c & 0x80) != 0 || c == '_' || c == '-';
}

static bool is_mail_character(char c)
{
    return is_word(c) || (c != '\0' && strchr(".+%'!#$&*/=?^`{|}~", c) != NULL);
}

size_t pseudonyms_value_length(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0' && strchr(",+'\")>;", text[length]) == NULL)
        length += text[length] == '\\' && text[length + 1] != '\0' ? 2 : 1;
    return length;
}

/* An address that begins here, whoever's it is. */
static bool take_mail(Replacer *replacer)
{
    const char *at = replacer->at;
    size_t local = 0;
    while (is_mail_character(at[local]) && !(local == 0 && strchr("'`", at[0]) != NULL))
        local++;
    if (local == 0 || at[local] != '@')
        return false;
    /* what stands before the address in "mail=zoe@…" and "'zoe@…" is not of it */
    size_t skip = 0;
    for (size_t i = 0; i < local; i++) {
        if (at[i] == '=' || at[i] == '\'')
            skip = i + 1;
    }
    size_t end = local + 1;
    while (is_word(at[end]) || (at[end] == '.' && is_word(at[end + 1])))
        end++;
    if (end == local + 1 || skip == local)
        return false;
    g_autofree char *mail = g_strndup(at + skip, end - skip);
    /* of somebody else's address no part is looked at */
    g_autofree char *pseudonym = pseudonyms_mail(replacer->pseudonyms, mail);
    g_string_append_len(replacer->out, at, (gssize) skip);
    g_string_append(replacer->out, pseudonym);
    replacer->at += end;
    return true;
}

/* A value behind '=' or in quotes that is somebody's login, or the name of their entry. */
static bool take_value(Replacer *replacer)
{
    const char *at = replacer->at;
    char before = replacer->out->len > 0 ? replacer->out->str[replacer->out->len - 1] : '\0';
    if (before != '=' && before != '\'')
        return false;
    size_t length = pseudonyms_value_length(at);
    g_autofree char *value = g_strndup(at, length);
    const PseudonymPerson *person = look_up(replacer->pseudonyms->logins, value);
    bool uid = !replacer->pseudonyms->only && before == '=' && replacer->out->len >= 4 &&
               length > 0 &&
               g_ascii_strncasecmp(replacer->out->str + replacer->out->len - 4, "uid=", 4) == 0;
    if (person == NULL && !uid)
        return false;
    g_autofree char *pseudonym = pseudonyms_login(replacer->pseudonyms, value);
    g_string_append(replacer->out, pseudonym);
    replacer->at += length;
    return true;
}

static bool opens(const Pseudonyms *pseudonyms, const char *word)
{
    g_autofree char *key = folded(word);
    return g_hash_table_contains(pseudonyms->openings, key);
}

/* The longest name, or anchor, that begins here. */
static bool take_phrase(Replacer *replacer)
{
    const char *at = replacer->at;
    size_t best = 0;
    const PseudonymPerson *person = NULL;
    size_t from = 0;
    for (unsigned word = 0; word < MOST_WORDS && at[from] != '\0'; word++) {
        size_t end = from + word_end(at + from, strcspn(at + from, " "));
        g_autofree char *phrase = g_strndup(at, end);
        if (word == 0 && !opens(replacer->pseudonyms, phrase))
            return false;
        const PseudonymPerson *found = look_up(replacer->pseudonyms->phrases, phrase);
        if (found != NULL && end > 0) {
            best = end;
            person = found;
        }
        from += strcspn(at + from, " ");
        from += strspn(at + from, " ");
    }
    if (person == NULL)
        return false;
    g_autofree char *key = g_strndup(at, best);
    bool anchor = look_up(replacer->pseudonyms->anchors, key) == person;
    /* one word of a text may be somebody else's name, too */
    if (replacer->pseudonyms->only && !anchor && strchr(key, ' ') == NULL)
        return false;
    g_autofree char *pseudonym = anchor ? pseudonyms_anchor(replacer->pseudonyms, key)
                                        : g_strdup_printf("Person %u", person->number);
    g_string_append(replacer->out, pseudonym);
    replacer->at += best;
    return true;
}

/* A number in a path of Toggl's API that is one of the only person: "/users/42". */
static bool take_path_id(Replacer *replacer)
{
    size_t digits = strspn(replacer->at, "0123456789");
    const char before = replacer->out->len > 0 ? replacer->out->str[replacer->out->len - 1] : '\0';
    if (!replacer->pseudonyms->only || before != '/' || digits == 0 || digits > 18 ||
        is_word(replacer->at[digits]))
        return false;
    const int64_t id = g_ascii_strtoll(replacer->at, NULL, 10);
    if (!pseudonyms_has_id(replacer->pseudonyms, id))
        return false;
    g_string_append_printf(replacer->out, "%" G_GINT64_FORMAT,
                           pseudonyms_any_id(replacer->pseudonyms, id));
    replacer->at += digits;
    return true;
}

/* All of TEXT is a login name, or the number that Toggl gave somebody; NULL: it is not. */
static char *whole(Pseudonyms *pseudonyms, const char *text)
{
    gint64 id = 0;
    if (pseudonyms->only && look_up(pseudonyms->phrases, text) != NULL &&
        look_up(pseudonyms->anchors, text) == NULL)
        return pseudonyms_name(pseudonyms, text);
    /* "admin" may be a login, and is a role, too: whose word it is the others cannot tell */
    if (!pseudonyms->only && look_up(pseudonyms->logins, text) != NULL &&
        look_up(pseudonyms->phrases, text) == NULL)
        return pseudonyms_login(pseudonyms, text);
    if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &id, NULL))
        return NULL;
    g_autofree char *user = g_strconcat("u", text, NULL);
    g_autofree char *member = g_strconcat("m", text, NULL);
    if (look_up(pseudonyms->ids, user) == NULL && look_up(pseudonyms->ids, member) == NULL)
        return NULL;
    return g_strdup_printf("%" G_GINT64_FORMAT, pseudonyms_id(pseudonyms, id));
}

/* An address that is none, and a name with signs that no name has, were never learned; a text that
 * quotes them, as assembly_person and model/email do, must not tell them. New string. */
static char *without_unreadable(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("(\\bits [^\\s:']+(?: (?:holds|is longer)[^':]*)?: )'.*'"
                                          "( is no mail address|$)",
                                          G_REGEX_DOTALL, 0, NULL);
    return g_regex_replace(regex, text, -1, 0, "\\1'***'\\2", 0, NULL);
}

char *pseudonyms_text(Pseudonyms *pseudonyms, const char *given)
{
    if (given == NULL)
        return NULL;
    char *all = whole(pseudonyms, given);
    if (all != NULL)
        return all;
    g_autofree char *readable =
        !pseudonyms->only && strstr(given, "its ") != NULL ? without_unreadable(given) : NULL;
    const char *text = readable != NULL ? readable : given;
    Replacer replacer = {.pseudonyms = pseudonyms, .at = text, .out = g_string_new(NULL)};
    while (*replacer.at != '\0') {
        const char *at = replacer.at;
        bool begins = at == text || !is_word(at[-1]);
        if (begins && (take_mail(&replacer) || take_value(&replacer) || take_path_id(&replacer) ||
                       take_phrase(&replacer)))
            continue;
        g_string_append_c(replacer.out, *replacer.at++);
    }
    return g_string_free(replacer.out, FALSE);
}
