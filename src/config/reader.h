/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

/*
 * reader - takes typed values out of a libconfig file and collects everything that is wrong with
 * it.
 *
 *     Section *section = section_open(reader, setting);
 *     settings->base = section_string(section, "base", SECTION_REQUIRED);
 *     settings->nested = section_bool(section, "nested", true);
 *     section_close(section);       reports every key that was not asked for
 *
 * Nothing here fails: a value that cannot be used is reported and its fallback returned, so that
 * one reading finds all mistakes. Only reader_finish() knows whether there were any.
 */

#include "base/process.h"
#include "base/secret.h"
#include "config/retired.h"

#include <glib.h>
#include <libconfig.h>
#include <stdbool.h>
#include <stdint.h>

/* What a secret is for. */
typedef enum { SECRET_TOKEN, SECRET_PASSWORD, SECRET_NEWS, SECRET_USES } SecretUse;

typedef struct {
    char *path;                /* of the main file, as it was given */
    char *folder;              /* of it, absolute: where relative paths begin */
    bool offline;              /* neither secrets nor the files it names need be here */
    bool spared[SECRET_USES];  /* those of this use need not be here, and are not read */
    GPtrArray *problems;       /* Problem * */
    GPtrArray *warnings;       /* char * */
    GPtrArray *secrets;        /* PendingSecret * */
    const RetiredKey *retired; /* retired_keys, or what a test takes for them */
} Reader;

Reader *reader_new(const char *path, bool offline);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

/*
 * Reads the file and what it includes into FILE, which the caller has initialised. Error:
 * SYNC_ERROR_CONFIG when a file cannot be read or is no libconfig. What libconfig itself would let
 * pass (wrapped numbers, bytes that vanish from strings, control characters) is collected.
 */
bool reader_parse(Reader *reader, config_t *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A place that no setting stands for (any more). */
typedef struct {
    const char *file; /* as a person would open it */
    unsigned line;
    const char *key;
    bool spoils; /* the value of KEY is not what was written: no later problem is about it */
} TextPlace;
void reader_problem_in_text(Reader *reader, const TextPlace *place, const char *hint,
                            const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Adds a problem with SETTING itself. HINT may be NULL. */
void reader_problem(Reader *reader, const config_setting_t *setting, const char *hint,
                    const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Adds a warning about SETTING. */
void reader_warning(Reader *reader, const config_setting_t *setting, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* PATTERN, which stands in SETTING, compiled; NULL, and a problem, when it is none. */
GRegex *reader_pattern(Reader *reader, const config_setting_t *setting, const char *pattern);

/* Whether anything was found so far. */
bool reader_has_problems(const Reader *reader);

/* Reads the secrets that are needed into their places, for USER; failures become problems. */
void reader_read_secrets(Reader *reader, ProcessUser user);

/* True when nothing was found, else false with all problems in ERROR, by file and line. */
bool reader_finish(Reader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether SETTING is a list: ( ... ) or [ ... ]. */
bool setting_is_list(const config_setting_t *setting);

/* "directory.people.[1].base": the path of SETTING. New string, the caller's. */
char *setting_path(const config_setting_t *setting);

/* PATH as seen from the folder of the configuration. New string. */
char *reader_resolve(const Reader *reader, const char *path);

typedef enum { SECTION_OPTIONAL, SECTION_REQUIRED } SectionNeed;

/* A group of settings while it is read. */
typedef struct {
    Reader *reader;
    const config_setting_t *group;
    GPtrArray *asked; /* const char *, the keys that are known here */
} Section;

/* GROUP must be of type group. */
Section *section_open(Reader *reader, const config_setting_t *group);
void section_close(Section *section);

/* The setting KEY, or NULL; KEY is known from now on. Borrowed. */
const config_setting_t *section_get(Section *section, const char *key);

/*
 * A string, new. NULL when it is not there, not a string, or empty; the last two, and the first
 * when NEED says so, are reported, but an empty string that is optional means "none".
 */
char *section_string(Section *section, const char *key, SectionNeed need);

/* As section_string, made absolute. */
char *section_path(Section *section, const char *key, SectionNeed need);

/* As section_path, of a file that must be there to be read; offline its absence only warns. */
char *section_file(Section *section, const char *key, SectionNeed need);

/* One string or a list of strings, NULL-terminated; NULL for none. */
char **section_strings(Section *section, const char *key, SectionNeed need);

/* Where string INDEX of what section_strings() returned stands. Borrowed. */
const config_setting_t *section_element(Section *section, const char *key, unsigned index);

bool section_bool(Section *section, const char *key, bool fallback);

/* A number in MINIMUM..MAXIMUM. */
int64_t section_int(Section *section, const char *key, int64_t minimum, int64_t maximum,
                    int64_t fallback);

/* An id, as a number or as digits in a string; 0 when there is none. */
int64_t section_id(Section *section, const char *key, SectionNeed need);

/* "5%" as 5. */
int64_t section_percent(Section *section, const char *key, int64_t fallback);

/* The position in WORDS (ended by NULL) of the string KEY; FALLBACK without one. */
unsigned section_choice(Section *section, const char *key, const char *const *words,
                        unsigned fallback);

/* One group or a list of groups, opened (Section *; close each with section_close). Never NULL. */
GPtrArray *section_groups(Section *section, const char *key, SectionNeed need);

/* The group KEY, opened, or NULL. */
Section *section_group(Section *section, const char *key, SectionNeed need);

/*
 * A reference to a secret. Its form is checked now; unless offline or spared,
 * reader_read_secrets() puts the secret into *SLOT, which must live until then. Returns whether
 * there was a usable reference.
 */
bool section_secret(Section *section, const char *key, SectionNeed need, SecretUse use,
                    Secret **slot);

#endif
