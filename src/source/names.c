/* SPDX-License-Identifier: Apache-2.0 */
#include "source/names.h"

#include <stdbool.h>
#include <string.h>

#define FEWEST_SLOTS 64U
#define CHUNK ((gsize) 64 * 1024)
#define AT_ONCE 32U /* more than memory answers at a time */

typedef struct {
    const char *name; /* in texts; NULL: free */
    uint32_t hash;
    uint32_t number;
} Slot;

struct Names {
    Slot *slots; /* a power of two of them, at least a quarter of them free */
    uint32_t mask;
    guint count;
    GStringChunk *texts;
};

Names *names_new(void)
{
    Names *names = g_new0(Names, 1);
    names->slots = g_new0(Slot, FEWEST_SLOTS);
    names->mask = FEWEST_SLOTS - 1;
    names->texts = g_string_chunk_new(CHUNK);
    return names;
}

void names_free(Names *names)
{
    if (names == NULL)
        return;
    g_free(names->slots);
    g_string_chunk_free(names->texts);
    g_free(names);
}

guint names_count(const Names *names)
{
    return names->count;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return hash ^ hash >> 32;
}

/* Eight bytes at a time: names are long, and most of each is what all others have too. */
static uint32_t hash_of(const char *name)
{
    size_t left = strlen(name);
    uint64_t hash = left;
    uint64_t word = 0;
    for (; left >= sizeof word; name += sizeof word, left -= sizeof word) {
        memcpy(&word, name, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, name, left);
    return (uint32_t) mix(hash, word);
}

static uint32_t find(const Names *names, const char *name, uint32_t hash)
{
    const Slot *slot = &names->slots[hash & names->mask];
    while (slot->name != NULL && (slot->hash != hash || strcmp(slot->name, name) != 0))
        slot = &names->slots[(uint32_t) (slot - names->slots + 1) & names->mask];
    return slot->name != NULL ? slot->number : NAMES_NONE;
}

uint32_t names_find(const Names *names, const char *name)
{
    return find(names, name, hash_of(name));
}

/* What is asked for here is there when it is looked at, one step later. */
static void find_some(const Names *names, const char *const *some, guint count,
                      uint32_t *ret_numbers)
{
    uint32_t hashes[AT_ONCE];
    for (guint i = 0; i < count; i++) {
        hashes[i] = hash_of(some[i]);
        __builtin_prefetch(&names->slots[hashes[i] & names->mask]);
    }
    for (guint i = 0; i < count; i++)
        __builtin_prefetch(names->slots[hashes[i] & names->mask].name);
    for (guint i = 0; i < count; i++)
        ret_numbers[i] = find(names, some[i], hashes[i]);
}

void names_find_all(const Names *names, const char *const *all, guint count, uint32_t *ret_numbers)
{
    for (guint i = 0; i < count; i += AT_ONCE)
        find_some(names, all + i, MIN(AT_ONCE, count - i), ret_numbers + i);
}

static void put(Slot *slots, uint32_t mask, Slot slot)
{
    uint32_t at = slot.hash & mask;
    while (slots[at].name != NULL)
        at = (at + 1) & mask;
    slots[at] = slot;
}

static void grow(Names *names)
{
    uint32_t mask = names->mask * 2 + 1;
    Slot *slots = g_new0(Slot, (gsize) mask + 1);
    for (uint32_t i = 0; i <= names->mask; i++) {
        if (names->slots[i].name != NULL)
            put(slots, mask, names->slots[i]);
    }
    g_free(names->slots);
    names->slots = slots;
    names->mask = mask;
}

const char *names_add(Names *names, const char *name, uint32_t number)
{
    if (names->count >= names->mask - names->mask / 4)
        grow(names);
    Slot slot = {
        .name = g_string_chunk_insert(names->texts, name), .hash = hash_of(name), .number = number};
    put(names->slots, names->mask, slot);
    names->count++;
    return slot.name;
}
