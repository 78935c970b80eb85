/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Addresses that several people have, and those that look alike: random people with very few
 * letters between them, against rules that compare everybody with everybody.
 */

#include "assembly_world.h"

#include "model/email.h"

#include <string.h>

#define SEED 1029U
#define ROUNDS 400U
#define MOST_PEOPLE 9
#define MOST_MAILS 3

typedef struct {
    unsigned count;
    bool locked[MOST_PEOPLE];
    GPtrArray *mails[MOST_PEOPLE]; /* char *, sorted: the first is the person's */
} Crowd;

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Of "o", "0", "l", "1" and "é" many look alike. */
static char *random_mail(GRand *random)
{
    static const char *const letters[] = {"o", "0", "l", "1", "\xc3\xa9", "e"};
    GString *mail = g_string_new(NULL);
    for (gint32 left = g_rand_int_range(random, 1, 3); left > 0; left--)
        g_string_append(mail, letters[g_rand_int_range(random, 0, G_N_ELEMENTS(letters))]);
    g_string_append(mail, "@x.org");
    return g_string_free(mail, FALSE);
}

static void crowd_fill(Crowd *crowd, GRand *random)
{
    crowd->count = (unsigned) g_rand_int_range(random, 0, MOST_PEOPLE + 1);
    for (unsigned i = 0; i < crowd->count; i++) {
        crowd->locked[i] = g_rand_int_range(random, 0, 4) == 0;
        crowd->mails[i] = g_ptr_array_new_with_free_func(g_free);
        for (gint32 left = g_rand_int_range(random, 1, MOST_MAILS + 1); left > 0; left--) {
            char *mail = random_mail(random);
            if (g_ptr_array_find_with_equal_func(crowd->mails[i], mail, g_str_equal, NULL))
                g_free(mail);
            else
                g_ptr_array_add(crowd->mails[i], mail);
        }
        g_ptr_array_sort(crowd->mails[i], compare_texts);
    }
}

static void crowd_clear(Crowd *crowd)
{
    for (unsigned i = 0; i < crowd->count; i++)
        g_ptr_array_unref(crowd->mails[i]);
}

static const char *mail_of(const Crowd *crowd, unsigned person)
{
    return g_ptr_array_index(crowd->mails[person], 0);
}

/* Reads the crowd, the last ones first. */
static Directory *crowd_read(const Crowd *crowd, const World *world)
{
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = crowd->count; i > 0; i--) {
        GString *text = g_string_new(NULL);
        g_string_append_printf(text, "uid=%u,dc=org|entryUUID=%u", i - 1, i - 1);
        for (guint k = 0; k < crowd->mails[i - 1]->len; k++)
            g_string_append_printf(text, "|mail=%s",
                                   (char *) g_ptr_array_index(crowd->mails[i - 1], k));
        if (crowd->locked[i - 1])
            g_string_append(text, "|pwdAccountLockedTime=000001010000Z");
        g_ptr_array_add(people, g_string_free(text, FALSE));
    }
    g_ptr_array_add(people, NULL);
    return assemble_well(world, SOURCE_KIND_OPENLDAP, (const char *const *) people->pdata, NULL);
}

/* Whoever else, of those who are enabled, has the mail of PERSON; -1: nobody. */
static int sharer_of(const Crowd *crowd, unsigned person)
{
    for (unsigned i = 0; i < crowd->count; i++) {
        if (i != person && !crowd->locked[i] && !crowd->locked[person] &&
            strcmp(mail_of(crowd, i), mail_of(crowd, person)) == 0)
            return (int) i;
    }
    return -1;
}

/* Whether a further address of PERSON is also one of somebody else, or anybody's mail. */
static bool is_shared(const Crowd *crowd, unsigned person, const char *alias)
{
    for (unsigned i = 0; i < crowd->count; i++) {
        if (crowd->locked[i])
            continue;
        guint first = i == person ? crowd->mails[i]->len : 0;
        for (guint k = first; k < crowd->mails[i]->len; k++) {
            if (strcmp(g_ptr_array_index(crowd->mails[i], k), alias) == 0)
                return true;
        }
    }
    return false;
}

static char *expected_others(const Crowd *crowd, unsigned person)
{
    GString *others = g_string_new(NULL);
    for (guint k = 1; k < crowd->mails[person]->len; k++) {
        const char *alias = g_ptr_array_index(crowd->mails[person], k);
        if (crowd->locked[person] || !is_shared(crowd, person, alias))
            g_string_append_printf(others, "%s ", alias);
    }
    return g_string_free(others, FALSE);
}

static char *others_of(const Person *person)
{
    GString *others = g_string_new(NULL);
    for (guint k = 0; person->other_mails != NULL && k < person->other_mails->len; k++)
        g_string_append_printf(others, "%s ", (char *) g_ptr_array_index(person->other_mails, k));
    return g_string_free(others, FALSE);
}

/* Each person with the first one before whose mail looks the same, in the words of the warning. */
static GPtrArray *expected_warnings(const Crowd *crowd)
{
    GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < crowd->count; i++) {
        g_autofree char *look = email_look(mail_of(crowd, i));
        for (unsigned k = 0; k < i && !crowd->locked[i]; k++) {
            g_autofree char *other = email_look(mail_of(crowd, k));
            if (crowd->locked[k] || strcmp(look, other) != 0)
                continue;
            if (strcmp(mail_of(crowd, i), mail_of(crowd, k)) != 0)
                g_ptr_array_add(warnings,
                                g_strdup_printf("'%s' of 'uid=%u,dc=org' and '%s' of "
                                                "'uid=%u,dc=org' look alike: taken for two people",
                                                mail_of(crowd, k), k, mail_of(crowd, i), i));
            break;
        }
    }
    return warnings;
}

static void crowd_check(const Crowd *crowd, const Directory *directory)
{
    for (unsigned i = 0; i < crowd->count; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        int sharer = sharer_of(crowd, i);
        g_autofree char *why =
            sharer < 0 ? NULL
                       : g_strdup_printf("its mail '%s' is also that of 'uid=%d,dc=org'",
                                         mail_of(crowd, i), sharer);
        if (g_strcmp0(person->frozen, why) != 0)
            fail_msg("%u is frozen: '%s', not '%s'", i, person->frozen, why);
        g_autofree char *others = others_of(person);
        g_autofree char *expected = expected_others(crowd, i);
        assert_string_equal(others, expected);
    }
    g_autoptr(GPtrArray) warnings = expected_warnings(crowd);
    assert_true(directory->warnings->len >= warnings->len);
    for (guint i = 0; i < warnings->len; i++)
        assert_string_equal(g_ptr_array_index(directory->warnings, i),
                            g_ptr_array_index(warnings, i));
}

static void test_crowds(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    unsigned shared = 0;
    unsigned alike = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        Crowd crowd = {0};
        crowd_fill(&crowd, random);
        g_autoptr(Directory) directory = crowd_read(&crowd, *state);
        crowd_check(&crowd, directory);
        for (unsigned i = 0; i < crowd.count; i++)
            shared += sharer_of(&crowd, i) >= 0;
        g_autoptr(GPtrArray) warnings = expected_warnings(&crowd);
        alike += warnings->len;
        crowd_clear(&crowd);
    }
    /* and there was something to find */
    assert_true(shared > ROUNDS / 4);
    assert_true(alike > ROUNDS / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_crowds, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
