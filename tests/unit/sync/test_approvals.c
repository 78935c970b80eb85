/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/approvals.h"

#include "base/signature.h"
#include "state/approvals.h"
#include "state/decisions.h"

#include "world_run.h"

#include "breaking_state.h"

/* A record by ann. */
static char *record_of(const char *by)
{
    g_autoptr(Approval) approval = approval_new();
    approval->organization_id = 1;
    approval->changes = g_strdup("sha256:c");
    approval->configuration = g_strdup("sha256:k");
    approval->created = WORLD_NOW;
    approval->expires = WORLD_NOW + 60;
    approval->by = g_strdup(by);
    return approval_text(approval);
}

static char *joined(const GPtrArray *notes)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < notes->len; i++)
        g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(notes, i));
    return g_string_free(text, FALSE);
}

/* What the state holds counts when it can be read, is by whom it says, and, where signatures are
 * asked for, is signed. */
static void test_what_the_state_holds(void **data)
{
    (void) data;
    static const struct {
        const char *by;     /* whom the row names */
        const char *record; /* NULL: a good one */
        bool signers;
        const char *signature;
        const char *note; /* NULL: it counts */
    } cases[] = {
        {"ann", NULL, false, NULL, NULL},
        {"bob", NULL, false, NULL,
         "the approval by 'bob' does not count: its record names somebody else\n"},
        {"ann", NULL, true, NULL, "the approval by 'ann' does not count: it is not signed\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *folder = NULL;
        State *state = world_open_state(&folder);
        g_autoptr(GError) error = NULL;
        g_autofree char *good = record_of("ann");
        const SavedApproval saved = {
            .changes = (char[]){"sha256:c"},
            .by = (char *) (uintptr_t) cases[i].by,
            .record = cases[i].record != NULL ? (char *) (uintptr_t) cases[i].record : good,
            .signature = (char *) (uintptr_t) cases[i].signature,
            .expires = WORLD_NOW + 60};
        assert_success(state_save_approval(state, &saved, "plan", WORLD_NOW, &error), error);
        ApprovalSettings settings = {
            .needed = 1, .allowed_signers = cases[i].signers ? (char[]){"/nowhere"} : NULL};
        g_autoptr(GPtrArray) approvals =
            g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
        g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
        assert_success(approvals_load(state, &settings, WORLD_NOW, approvals, notes, &error),
                       error);
        g_autofree char *said = joined(notes);
        assert_string_equal(said, cases[i].note != NULL ? cases[i].note : "");
        assert_int_equal(approvals->len, cases[i].note == NULL);
        world_close_state(state, folder);
    }
}

static void test_without_a_state_nobody_approved(void **data)
{
    (void) data;
    const ApprovalSettings settings = {.needed = 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) approvals = g_ptr_array_new();
    g_autoptr(GPtrArray) notes = g_ptr_array_new();
    assert_success(approvals_load(NULL, &settings, WORLD_NOW, approvals, notes, &error), error);
    assert_int_equal(approvals->len + notes->len, 0);
}

static void test_a_disk_that_gives_out_approves_nothing(void **data)
{
    (void) data;
    char *folder = NULL;
    State *state = world_open_state(&folder);
    const ApprovalSettings settings = {.needed = 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) approvals = g_ptr_array_new();
    g_autoptr(GPtrArray) notes = g_ptr_array_new();
    broken_steps = 0;
    broken_at = 1;
    assert_false(approvals_load(state, &settings, WORLD_NOW, approvals, notes, &error));
    broken_at = 0;
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    assert_int_equal(approvals->len + notes->len, 0);
    world_close_state(state, folder);
}

/* ---- beside a plan ---- */

typedef struct {
    char *folder;
    char *plan;
} Beside;

static void beside_write(const Beside *beside, const char *name, const char *text, gssize length)
{
    g_autofree char *path = g_build_filename(beside->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, length, NULL));
}

static void beside_init(Beside *beside)
{
    beside->folder = g_dir_make_tmp("beside-XXXXXX", NULL);
    beside->plan = g_build_filename(beside->folder, "p.json", NULL);
}

static void beside_clear(Beside *beside)
{
    g_autoptr(GDir) dir = g_dir_open(beside->folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(beside->folder, name, NULL);
        if (g_unlink(path) != 0)
            (void) g_rmdir(path);
    }
    (void) g_rmdir(beside->folder);
    g_free(beside->folder);
    g_free(beside->plan);
}

static void test_what_stands_beside_a_plan(void **data)
{
    (void) data;
    Beside beside;
    beside_init(&beside);
    g_autofree char *record = record_of("ann");
    g_autofree char *signed_text = g_strconcat(record, SIGNATURE_BEGIN, "\nx\n", NULL);
    g_autofree char *huge = g_strnfill(65537, ' ');
    memcpy(huge, SIGNATURE_BEGIN, strlen(SIGNATURE_BEGIN));
    beside_write(&beside, "p.json", "{}", -1);
    beside_write(&beside, "p.json.zoe.sig", signed_text, -1);
    beside_write(&beside, "p.json.ann.sig", signed_text, -1);
    beside_write(&beside, "p.json.sig", signed_text, -1);         /* by nobody */
    beside_write(&beside, "other.json.ann.sig", signed_text, -1); /* of another plan */
    beside_write(&beside, "p.json.bob.txt", signed_text, -1);
    beside_write(&beside, "p.json.unsigned.sig", record, -1);
    beside_write(&beside, "p.json.nul.sig", SIGNATURE_BEGIN "\0x", (gssize) sizeof SIGNATURE_BEGIN);
    beside_write(&beside, "p.json.huge.sig", huge, -1);
    g_autofree char *folder = g_strconcat(beside.plan, ".folder.sig", NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    g_autofree char *nothing = g_strconcat(beside.plan, ".a\033.sig", NULL);
    assert_int_equal(symlink("/nowhere/at/all", nothing), 0);
    g_autofree char *fifo = g_strconcat(beside.plan, ".fifo.sig", NULL);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    alarm(20); /* nobody writes into it: whoever waits for that waits for ever */
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) saved = approvals_beside(beside.plan, notes);
    alarm(0);
    assert_int_equal(saved->len, 2);
    const SavedApproval *first = g_ptr_array_index(saved, 0);
    const SavedApproval *second = g_ptr_array_index(saved, 1);
    assert_string_equal(first->by, "ann");
    assert_string_equal(first->record, record);
    assert_string_equal(first->signature, SIGNATURE_BEGIN "\nx\n");
    assert_string_equal(second->by, "zoe");
    g_autofree char *said = joined(notes);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    assert_int_equal(g_strv_length(lines), 7);
    assert_true(g_str_has_prefix(lines[0], "an approval cannot be read: "));
    assert_null(strchr(lines[0], '\033'));
    static const char *const unsigned_ones[] = {"fifo", "folder", "huge", "nul", "unsigned"};
    for (size_t i = 0; i < G_N_ELEMENTS(unsigned_ones); i++) {
        g_autofree char *line =
            g_strdup_printf("'%s.%s.sig' is not a signed approval", beside.plan, unsigned_ones[i]);
        assert_string_equal(lines[i + 1], line);
    }
    /* without signers they are not even looked at; with them, what is no signature does not count
     */
    ApprovalSettings settings = {.needed = 1};
    g_autoptr(GPtrArray) approvals = g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
    g_ptr_array_set_size(notes, 0);
    approvals_take(saved, &settings, approvals, notes);
    assert_int_equal(approvals->len + notes->len, 0);
    settings.allowed_signers = (char[]){"/nowhere/at/all"};
    approvals_take(saved, &settings, approvals, notes);
    assert_int_equal(approvals->len, 0);
    assert_int_equal(notes->len, 2);
    assert_true(
        g_str_has_prefix(g_ptr_array_index(notes, 0), "the approval by 'ann' does not count: "));
    assert_string_equal(g_ptr_array_index(notes, 1),
                        "the approval by 'zoe' does not count: its record names somebody else");
    beside_clear(&beside);
}

static void test_a_folder_that_is_not_there_holds_nothing(void **data)
{
    (void) data;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) saved = approvals_beside("/nowhere/at/all/p.json", notes);
    assert_int_equal(saved->len + notes->len, 0);
    g_autofree char *file = approval_file("p.json", "ann@example.org");
    assert_string_equal(file, "p.json.ann@example.org.sig");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_state_holds),
        cmocka_unit_test(test_without_a_state_nobody_approved),
        cmocka_unit_test(test_a_disk_that_gives_out_approves_nothing),
        cmocka_unit_test(test_what_stands_beside_a_plan),
        cmocka_unit_test(test_a_folder_that_is_not_there_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
