/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"

#include <string.h>

/* So that the name in the state cannot be compared with what other programs make of the same id. */
#define MACHINE_SALT "toggl-ldap-sync:"

bool meta_get(const State *state, const char *key, char **ret_value, GError **error)
{
    return pair_get(state, "meta", key, ret_value, error);
}

bool meta_set(const State *state, const char *key, const char *value, GError **error)
{
    return pair_set(state, "meta", key, value, error);
}

char *meta_machine(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/etc/machine-id", &text, NULL, NULL))
        return NULL;
    g_strstrip(text);
    /* images of machines that were never started hold one of these */
    if (*text == '\0' || strcmp(text, "uninitialized") == 0)
        return NULL;
    g_autofree char *salted = g_strconcat(MACHINE_SALT, text, NULL);
    return sha256_hex(salted, strlen(salted));
}

bool meta_check_organization(const State *state, GError **error)
{
    g_autofree char *organization = NULL;
    g_autofree char *wanted = g_strdup_printf("%" G_GINT64_FORMAT, state->organization);
    if (!meta_get(state, "organization", &organization, error))
        return false;
    if (organization == NULL || strcmp(organization, wanted) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' is that of organization %s, and the configuration names %s\n"
                "hint: give each organization a state of its own; a new state knows nobody and "
                "removes nobody",
                state->path, organization, wanted);
    return false;
}

bool meta_check_owner(State *state, GError **error)
{
    g_autofree char *organization = NULL;
    g_autofree char *machine = NULL;
    g_autofree char *here = meta_machine();
    if (!meta_check_organization(state, error) ||
        !meta_get(state, "organization", &organization, error) ||
        !meta_get(state, "machine", &machine, error))
        return false;
    if (machine != NULL && here != NULL && strcmp(machine, here) != 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' was made on another machine\n"
                    "hint: run the program there, or take it over here with 'toggl-ldap-sync state "
                    "claim', which holds removals once until a person approves",
                    state->path);
        return false;
    }
    state->bound = organization != NULL && (machine != NULL || here == NULL);
    return true;
}

bool meta_bind_owner(State *state, GError **error)
{
    if (state->bound)
        return true;
    g_autofree char *organization = g_strdup_printf("%" G_GINT64_FORMAT, state->organization);
    g_autofree char *machine = meta_machine();
    int64_t generation = 0;
    if (!meta_number(state, "generation", &generation, error))
        return false;
    /* a new state in the place of one that was moved away goes on counting */
    return meta_set_number(state, "generation", MAX(generation, state->known_generation), error) &&
           meta_set(state, "organization", organization, error) &&
           (machine == NULL || meta_set(state, "machine", machine, error));
}

bool meta_number(const State *state, const char *key, int64_t *ret_number, GError **error)
{
    g_autofree char *text = NULL;
    if (!meta_get(state, key, &text, error))
        return false;
    *ret_number = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return true;
}

bool meta_set_number(const State *state, const char *key, int64_t number, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    return meta_set(state, key, text, error);
}

bool meta_count_generation(const State *state, int64_t *ret_generation, GError **error)
{
    int64_t generation = 0;
    if (!meta_number(state, "generation", &generation, error) ||
        !meta_set_number(state, "generation", generation + 1, error))
        return false;
    *ret_generation = generation + 1;
    return true;
}

bool meta_check_age(const State *state, GError **error)
{
    int64_t generation = 0;
    if (!meta_number(state, "generation", &generation, error))
        return false;
    if (generation >= state->known_generation)
        return true;
    g_autofree char *runs = text_count(generation, "run", "runs");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' is older than the world: it knows of %s, and %" G_GINT64_FORMAT
                " were begun here\n"
                "hint: put back the newest copy of it, or take this one over with "
                "'toggl-ldap-sync state claim', which holds removals once until a person approves",
                state->path, runs, state->known_generation);
    return false;
}
