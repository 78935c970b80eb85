/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

/*
 * A power cut, simulated: a file system of SQLite's (a VFS) that writes down what reaches the disk
 * and when that is waited for. From its notes the files are made as they would be found after a cut
 * at any moment: what was waited for is there; of what was written since, any first part is, in
 * each file for itself, and the last write may be torn. Or the disk did not keep the order: any
 * choice of those writes is there, some of them torn, as SQLite promises to withstand (Atomic
 * Commit In SQLite, 2.0 and 9.0: sectors may come in any order, and one that is being written may
 * hold old bytes, new ones or both). Whatever is found: it can be opened, it lacks nothing that a
 * function had answered for, and it holds nothing that had not happened.
 */

#define NOW INT64_C(1800000000)
#define REQUESTS 14U
#define SECTOR 512U
#define CHECKPOINT_PAGES 12
/* Choices that are tried of the writes that nobody waited for, at each cut. */
#define DISORDERS 2U

typedef enum { NOTE_WRITE, NOTE_TRUNCATE, NOTE_SYNC, NOTE_DELETE, NOTE_MARK } NoteKind;

/* What a mark says has happened, in the order in which it must. */
typedef enum { MARK_BEGUN, MARK_SENT, MARK_DONE, MARK_ENDED } Mark;

typedef struct {
    NoteKind kind;
    unsigned file;  /* index into files */
    int64_t offset; /* or the new length; of a mark: which request */
    Mark mark;
    GBytes *bytes;
} Note;

enum { FILE_DATABASE, FILE_LOG, FILE_JOURNAL, FILES, NO_FILE = FILES };
static const char *const suffixes[FILES] = {"state.db", "state.db-wal", "state.db-journal"};

static GPtrArray *notes; /* Note *; NULL: nobody takes notes */

static void note_free(gpointer data)
{
    Note *note = data;
    g_clear_pointer(&note->bytes, g_bytes_unref);
    g_free(note);
}

static Note *take_note(NoteKind kind, unsigned file, int64_t offset)
{
    Note *note = g_new0(Note, 1);
    *note = (Note){.kind = kind, .file = file, .offset = offset};
    if (notes != NULL && file != NO_FILE)
        g_ptr_array_add(notes, note);
    else
        g_clear_pointer(&note, g_free);
    return note;
}

static void mark(Mark what, unsigned request)
{
    Note *note = take_note(NOTE_MARK, 0, request);
    note->mark = what;
}

static unsigned file_of(const char *path)
{
    for (unsigned i = 0; path != NULL && i < FILES; i++) {
        if (g_str_has_suffix(path, suffixes[i]))
            return i;
    }
    return NO_FILE;
}

/* ---- the file system ---- */

typedef struct {
    sqlite3_file base;
    unsigned file;
    sqlite3_file *real; /* follows this struct in memory */
} NotedFile;

static sqlite3_vfs *real_vfs;

static NotedFile *noted(sqlite3_file *file)
{
    return (NotedFile *) (void *) file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return noted(file)->real;
}

static int noted_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int noted_read(sqlite3_file *file, void *to, int amount, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), to, amount, offset);
}

static int noted_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
    Note *note = take_note(NOTE_WRITE, noted(file)->file, offset);
    if (note != NULL)
        note->bytes = g_bytes_new(from, (size_t) amount);
    return real_of(file)->pMethods->xWrite(real_of(file), from, amount, offset);
}

static int noted_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    (void) take_note(NOTE_TRUNCATE, noted(file)->file, size);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int noted_sync(sqlite3_file *file, int flags)
{
    (void) take_note(NOTE_SYNC, noted(file)->file, 0);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int noted_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int noted_lock(sqlite3_file *file, int kind)
{
    return real_of(file)->pMethods->xLock(real_of(file), kind);
}

static int noted_unlock(sqlite3_file *file, int kind)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), kind);
}

static int noted_reserved(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int noted_control(sqlite3_file *file, int code, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), code, argument);
}

/* A disk that promises nothing: no atomic sectors, no order. */
static int noted_sector(sqlite3_file *file)
{
    (void) file;
    return (int) SECTOR;
}

static int noted_promises(sqlite3_file *file)
{
    (void) file;
    return 0;
}

static int noted_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int noted_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void noted_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int noted_shm_unmap(sqlite3_file *file, int delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static const sqlite3_io_methods noted_methods = {
    .iVersion = 2,
    .xClose = noted_close,
    .xRead = noted_read,
    .xWrite = noted_write,
    .xTruncate = noted_truncate,
    .xSync = noted_sync,
    .xFileSize = noted_size,
    .xLock = noted_lock,
    .xUnlock = noted_unlock,
    .xCheckReservedLock = noted_reserved,
    .xFileControl = noted_control,
    .xSectorSize = noted_sector,
    .xDeviceCharacteristics = noted_promises,
    .xShmMap = noted_shm_map,
    .xShmLock = noted_shm_lock,
    .xShmBarrier = noted_shm_barrier,
    .xShmUnmap = noted_shm_unmap,
};

static int noted_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret)
{
    (void) vfs;
    NotedFile *self = noted(file);
    *self = (NotedFile){.file = file_of(path), .real = (sqlite3_file *) (void *) (self + 1)};
    int code = real_vfs->xOpen(real_vfs, path, self->real, flags, ret);
    if (self->real->pMethods != NULL)
        self->base.pMethods = &noted_methods;
    return code;
}

static int noted_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void) vfs;
    (void) take_note(NOTE_DELETE, file_of(path), 0);
    return real_vfs->xDelete(real_vfs, path, sync);
}

static sqlite3_vfs noted_vfs;

static void install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    noted_vfs = *real_vfs;
    noted_vfs.zName = "noted";
    noted_vfs.szOsFile = (int) sizeof(NotedFile) + real_vfs->szOsFile;
    noted_vfs.xOpen = noted_open;
    noted_vfs.xDelete = noted_delete;
    noted_vfs.pNext = NULL;
    assert_int_equal(sqlite3_vfs_register(&noted_vfs, 1), SQLITE_OK);
}

static void uninstall(void)
{
    assert_int_equal(sqlite3_vfs_unregister(&noted_vfs), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(real_vfs, 1), SQLITE_OK);
}

/* ---- the files after a cut ---- */

typedef enum { FATE_LOST, FATE_TORN, FATE_KEPT } Fate;

typedef struct {
    bool exists;
    GByteArray *safe;   /* what was waited for */
    GPtrArray *pending; /* Note *, borrowed: written since */
} DiskFile;

static void disk_init(DiskFile *disk)
{
    for (unsigned i = 0; i < FILES; i++)
        disk[i] = (DiskFile){.safe = g_byte_array_new(), .pending = g_ptr_array_new()};
}

static void disk_clear(DiskFile *disk)
{
    for (unsigned i = 0; i < FILES; i++) {
        g_byte_array_unref(disk[i].safe);
        g_ptr_array_unref(disk[i].pending);
    }
}

static void put(GByteArray *content, const Note *note, size_t length)
{
    if (note->kind == NOTE_TRUNCATE) {
        guint before = content->len;
        g_byte_array_set_size(content, (guint) note->offset);
        if (content->len > before)
            memset(content->data + before, 0, content->len - before);
        return;
    }
    guint end = (guint) note->offset + (guint) length;
    guint before = content->len;
    if (end > before) {
        g_byte_array_set_size(content, end);
        memset(content->data + before, 0, end - before);
    }
    memcpy(content->data + note->offset, g_bytes_get_data(note->bytes, NULL), length);
}

static size_t length_of(const Note *note)
{
    return note->bytes != NULL ? g_bytes_get_size(note->bytes) : 0;
}

static void disk_take(DiskFile *disk, Note *note)
{
    DiskFile *file = &disk[note->file];
    switch (note->kind) {
    case NOTE_WRITE:
    case NOTE_TRUNCATE:
        file->exists = true;
        g_ptr_array_add(file->pending, note);
        break;
    case NOTE_SYNC:
        for (guint i = 0; i < file->pending->len; i++) {
            const Note *done = g_ptr_array_index(file->pending, i);
            put(file->safe, done, length_of(done));
        }
        g_ptr_array_set_size(file->pending, 0);
        break;
    case NOTE_DELETE:
        file->exists = false;
        g_byte_array_set_size(file->safe, 0);
        g_ptr_array_set_size(file->pending, 0);
        break;
    case NOTE_MARK:
    default:
        break;
    }
}

/* What has happened by a cut. */
typedef struct {
    bool begun;
    bool ended;
    unsigned sent; /* requests that left */
    unsigned done; /* outcomes that the program was told are safe */
} Truth;

static void truth_take(Truth *truth, const Note *note)
{
    switch (note->mark) {
    case MARK_BEGUN:
        truth->begun = true;
        break;
    case MARK_SENT:
        truth->sent = (unsigned) note->offset;
        break;
    case MARK_DONE:
        truth->done = (unsigned) note->offset;
        break;
    case MARK_ENDED:
    default:
        truth->ended = true;
        break;
    }
}

/* Writes FILE as it is when of its unsafe writes that became which FATES says (Fate, one each). */
static void write_image(const Fixture *fixture, const DiskFile *disk, unsigned file,
                        const GArray *fates)
{
    g_autofree char *path = g_build_filename(fixture->folder, suffixes[file], NULL);
    (void) g_remove(path);
    if (!disk[file].exists)
        return;
    g_autoptr(GByteArray) content = g_byte_array_new();
    g_byte_array_append(content, disk[file].safe->data, disk[file].safe->len);
    for (guint i = 0; i < fates->len; i++) {
        const Note *note = g_ptr_array_index(disk[file].pending, i);
        size_t half = length_of(note) / 2 / SECTOR * SECTOR;
        switch (g_array_index(fates, Fate, i)) {
        case FATE_KEPT:
            put(content, note, length_of(note));
            break;
        case FATE_TORN:
            if (note->kind == NOTE_WRITE && half > 0)
                put(content, note, half);
            break;
        case FATE_LOST:
        default:
            break;
        }
    }
    assert_true(g_file_set_contents_full(path, (const char *) content->data, (gssize) content->len,
                                         G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static int64_t number(State *state, const char *sql)
{
    int64_t value = 0;
    g_autoptr(GError) error = NULL;
    assert_success(database_number(state, sql, &value, &error), error);
    return value;
}

/* The state that is found can be opened, and is neither behind nor ahead of TRUTH. */
static void check_found(const Fixture *fixture, const Truth *truth, guint cut)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(State) state = NULL;
    g_autofree char *shared = g_strconcat(fixture->path, "-shm", NULL);
    (void) g_remove(shared); /* memory does not outlive a cut */
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error))
        fail_msg("after a cut at %u: %s", cut, error->message);
    g_autoptr(Ledger) ledger = load_ledger(state);
    int64_t runs = number(state, "SELECT count(*) FROM run");
    int64_t announced = number(state, "SELECT count(*) FROM request");
    int64_t done = number(state, "SELECT count(*) FROM request WHERE outcome IS NOT NULL");
    int64_t ended = number(state, "SELECT count(*) FROM run WHERE ended > 0");
    int64_t confirmed = number(state, "SELECT count(*) FROM confirmed");
    if (truth->begun)
        assert_int_equal(runs, 1);
    /* nothing left without its line in the journal */
    assert_true(announced >= truth->sent);
    assert_true(announced <= (int64_t) truth->sent + 1);
    /* what was answered for is there, and an outcome only of what left */
    assert_true(done >= truth->done);
    assert_true(done <= truth->sent);
    /* an outcome, its changes and what the ledger learned are one */
    assert_int_equal(confirmed, done);
    assert_int_equal(ledger->links->len, done);
    assert_true(!truth->ended || ended == 1);
    assert_true(ended == 0 || done == REQUESTS);
}

typedef struct {
    guint images;
    guint torn;
    guint disordered;
} Tally;

/* The first KEPT writes came through, and half of the next where TORN. */
static GArray *in_order(const DiskFile *file, guint kept, bool torn)
{
    GArray *fates = g_array_new(FALSE, FALSE, sizeof(Fate));
    for (guint i = 0; i < file->pending->len; i++) {
        Fate fate = i < kept ? FATE_KEPT : i == kept && torn ? FATE_TORN : FATE_LOST;
        g_array_append_val(fates, fate);
    }
    return fates;
}

static void check_image(const Fixture *fixture, const DiskFile *disk, const Truth *truth, guint cut,
                        const guint *kept, bool torn, Tally *tally)
{
    for (unsigned i = 0; i < FILES; i++) {
        g_autoptr(GArray) fates = in_order(&disk[i], kept[i], torn);
        write_image(fixture, disk, i, fates);
    }
    check_found(fixture, truth, cut);
    tally->images++;
    tally->torn += torn;
}

/* What became of each write is chance, whatever became of those before it. */
static void check_disorder(const Fixture *fixture, const DiskFile *disk, const Truth *truth,
                           guint cut, GRand *chance, Tally *tally)
{
    bool disordered = false;
    for (unsigned i = 0; i < FILES; i++) {
        g_autoptr(GArray) fates = g_array_new(FALSE, FALSE, sizeof(Fate));
        for (guint w = 0; w < disk[i].pending->len; w++) {
            Fate fate = (Fate) g_rand_int_range(chance, FATE_LOST, FATE_KEPT + 1);
            disordered = disordered || (w > 0 && fate > g_array_index(fates, Fate, w - 1));
            g_array_append_val(fates, fate);
        }
        write_image(fixture, disk, i, fates);
    }
    if (!disordered)
        return;
    check_found(fixture, truth, cut);
    tally->images++;
    tally->disordered++;
}

/* All writes, none, those of one file, and a first part of each by chance. */
static void check_cut(const Fixture *fixture, const DiskFile *disk, const Truth *truth, guint cut,
                      GRand *chance, Tally *tally)
{
    guint kept[FILES] = {0};
    for (unsigned which = 0; which < 1U << FILES; which++) {
        bool differs = which == 0;
        for (unsigned i = 0; i < FILES; i++) {
            bool all = (which & 1U << i) != 0;
            kept[i] = all ? disk[i].pending->len : 0;
            differs = differs || (all && kept[i] > 0);
        }
        if (differs)
            check_image(fixture, disk, truth, cut, kept, false, tally);
    }
    bool any = false;
    for (unsigned i = 0; i < FILES; i++) {
        kept[i] = (guint) g_rand_int_range(chance, 0, (gint32) disk[i].pending->len + 1);
        any = any || disk[i].pending->len > 0;
    }
    if (any)
        check_image(fixture, disk, truth, cut, kept, true, tally);
    for (unsigned i = 0; any && i < DISORDERS; i++)
        check_disorder(fixture, disk, truth, cut, chance, tally);
}

/* ---- what is done meanwhile ---- */

static void run_and_note(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    g_autofree char *long_plan = g_strnfill(20000, 'p');
    State *state = open_state(fixture, STATE_WRITE);
    g_autofree char *often = g_strdup_printf("PRAGMA wal_autocheckpoint = %d", CHECKPOINT_PAGES);
    assert_success(database_execute(state, often, &error), error);
    const NewRun run = {.command = "sync", .plan = long_plan, .inverse = long_plan};
    int64_t id = 0;
    assert_success(state_begin(state, &run, NOW, &id, &error), error);
    mark(MARK_BEGUN, 0);
    const Outcome outcome = {.kind = OUTCOME_DONE, .status = 200};
    g_autoptr(GArray) confirmed = g_array_new(FALSE, TRUE, sizeof(ConfirmedChange));
    ConfirmedChange change = {.counts_as = "invite"};
    g_array_append_val(confirmed, change);
    DoneRequest done = {.outcome = &outcome, .confirmed = confirmed};
    for (unsigned i = 1; i <= REQUESTS + 1; i++) {
        NextRequest next = {.id = i, .operation = "post", .essence = "{}", .changes = "[]"};
        state_note_fact(state, "quota", i % 2 == 0 ? "even" : "odd");
        assert_success(state_record(state, id, i > 1 ? &done : NULL, i <= REQUESTS ? &next : NULL,
                                    ledger, NOW, &error),
                       error);
        if (i > 1)
            mark(MARK_DONE, i - 1);
        if (i > REQUESTS)
            break;
        mark(MARK_SENT, i); /* from here on Toggl may have it */
        g_autofree char *anchor = g_strdup_printf("anchor-%u", i);
        (void) ledger_add_link(ledger, "ad", anchor);
        g_array_index(confirmed, ConfirmedChange, 0).change = i;
        done.id = i;
    }
    assert_success(state_end_run(state, id, NOW, 0, "", ledger, &error), error);
    mark(MARK_ENDED, 0);
    state_close(state);
}

static void no_cut_loses_or_invents_anything(void **data)
{
    const Fixture *fixture = *data;
    install();
    notes = g_ptr_array_new_with_free_func(note_free);
    run_and_note(fixture);
    uninstall();
    g_autoptr(GPtrArray) taken = g_steal_pointer(&notes);
    g_autoptr(GRand) chance = g_rand_new_with_seed(1);
    DiskFile disk[FILES];
    disk_init(disk);
    Truth truth = {0};
    Tally tally = {0};
    guint syncs = 0;
    for (guint i = 0; i < taken->len; i++) {
        Note *note = g_ptr_array_index(taken, i);
        if (note->kind == NOTE_MARK)
            truth_take(&truth, note);
        else
            disk_take(disk, note);
        syncs += note->kind == NOTE_SYNC;
        check_cut(fixture, disk, &truth, i, chance, &tally);
    }
    disk_clear(disk);
    assert_true(truth.ended);
    assert_true(truth.sent == REQUESTS && truth.done == REQUESTS);
    print_message("%u writes and marks, %u waits for the disk, %u files found after a cut, %u of "
                  "them torn, %u out of order: 0 unreadable, 0 behind, 0 ahead\n",
                  taken->len, syncs, tally.images, tally.torn, tally.disordered);
    assert_true(tally.torn > 0 && tally.disordered > 0);
}

/* The same with a disk that does not wait: it must be noticed here, or the test proves nothing. */
static void a_disk_that_lies_would_be_noticed(void **data)
{
    const Fixture *fixture = *data;
    install();
    notes = g_ptr_array_new_with_free_func(note_free);
    run_and_note(fixture);
    uninstall();
    g_autoptr(GPtrArray) taken = g_steal_pointer(&notes);
    DiskFile disk[FILES];
    disk_init(disk);
    for (guint i = 0; i < taken->len; i++) {
        Note *note = g_ptr_array_index(taken, i);
        if (note->kind != NOTE_SYNC && note->kind != NOTE_MARK && note->kind != NOTE_DELETE)
            disk_take(disk, note);
    }
    /* nothing was ever waited for, and nothing came through */
    for (unsigned i = 0; i < FILES; i++) {
        g_autoptr(GArray) fates = in_order(&disk[i], 0, false);
        write_image(fixture, disk, i, fates);
    }
    disk_clear(disk);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_int_equal(number(state, "SELECT count(*) FROM run"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_cut_loses_or_invents_anything),
        TEST(a_disk_that_lies_would_be_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
