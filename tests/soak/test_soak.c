/* SPDX-License-Identifier: Apache-2.0 */
#include "world_run.h"

#include "state/state_private.h"

#include <glib/gstdio.h>
#include <stdlib.h>

/*
 * Eight hours in which everything goes wrong, in seconds: people come, move, leave and come back,
 * somebody works in the web page, Toggl refuses, answers nothing, does things without saying so,
 * has no quota left, cannot be read; and the journal cannot be written at a moment of chance, which
 * is what a kill looks like to the next run. Then the faults stop, one run, and the organization is
 * what the directory says. At every request it is checked that it harms nobody.
 */

#define RUNS 1000
#define HOURS 8
#define PEOPLE 60
#define GROUPS 6
#define FAULTS_PER_MILLE 120

static const char *const group_names[GROUPS] = {"red", "green", "blue", "amber", "grey", "pink"};

typedef struct {
    guint requests;
    guint refused;
    guint unknown_undone;
    guint unknown_done;
    guint unreachable;
    guint quota;
    guint reads_failed;
    guint killed;
    guint cut_short;
    guint by_hand;
    guint moved;
    guint invited;
} Counts;

typedef struct {
    WorldRun self; /* first: the seams find the rest */
    Target target;
    World world;
    ModelToggl model;
    State *state;
    char *folder;
    char *path;
    GRand *chance;
    bool faults;
    int commits_left; /* -1: the journal works */
    bool wanted[PEOPLE][GROUPS];
    Counts counts;
} Soak;

static bool happens(Soak *soak, int per_mille)
{
    return g_rand_int_range(soak->chance, 0, 1000) < per_mille;
}

static guint pick(Soak *soak, guint count)
{
    return (guint) g_rand_int_range(soak->chance, 0, (gint32) count);
}

/* ---- the directory ---- */

static Person *person_at(const Soak *soak, guint number)
{
    const Directory *directory = g_ptr_array_index(soak->world.directories, 0);
    g_autofree char *anchor = g_strdup_printf("p%02u", number);
    for (guint i = 0; i < directory->people->len; i++) {
        Person *person = g_ptr_array_index(directory->people, i);
        if (strcmp(person->anchor, anchor) == 0)
            return person;
    }
    fail_msg("there is no %s", anchor);
    return NULL;
}

static bool is_enabled(const Soak *soak, guint number)
{
    return person_at(soak, number)->standing == PERSON_ENABLED;
}

/* Groups are written anew whenever somebody moves. */
static void write_groups(Soak *soak)
{
    const Directory *directory = g_ptr_array_index(soak->world.directories, 0);
    g_ptr_array_set_size(directory->groups, 0);
    for (guint g = 0; g < GROUPS; g++) {
        DirectoryGroup *group = world_group(&soak->world, group_names[g], NULL);
        guint own = directory->groups->len - 1;
        for (guint i = 0; i < directory->people->len; i++) {
            const Person *person = g_ptr_array_index(directory->people, i);
            guint number = (guint) g_ascii_strtoull(person->anchor + 1, NULL, 10);
            GroupMember row = {.person = i, .via = own};
            if (soak->wanted[number][g])
                g_array_append_val(group->members, row);
        }
    }
}

static void change_directory(Soak *soak)
{
    guint number = pick(soak, PEOPLE);
    Person *person = person_at(soak, number);
    if (happens(soak, 300)) {
        bool enabled = person->standing == PERSON_ENABLED;
        person->standing = enabled ? PERSON_DISABLED : PERSON_ENABLED;
        g_free(person->standing_reason);
        person->standing_reason = enabled ? g_strdup("locked by an administrator") : NULL;
    } else {
        bool *wanted = &soak->wanted[number][pick(soak, GROUPS)];
        *wanted = !*wanted;
        write_groups(soak);
    }
    soak->counts.moved++;
}

/* ---- Toggl, and who works there by hand ---- */

static Member *any_member(Soak *soak)
{
    const GPtrArray *members = soak->world.organization->members;
    return members->len == 0 ? NULL : g_ptr_array_index(members, pick(soak, members->len));
}

static void work_by_hand(Soak *soak)
{
    Member *member = any_member(soak);
    if (member == NULL)
        return;
    if (!member->joined)
        member->joined = true; /* they accept */
    else if (member->groups->len > 0)
        g_array_remove_index(member->groups, pick(soak, member->groups->len));
    soak->counts.by_hand++;
}

static guint number_of(const Member *member)
{
    return (guint) g_ascii_strtoull(member->mail + 1, NULL, 10);
}

static guint group_of(const Soak *soak, int64_t id)
{
    const OrganizationGroup *group = organization_group(soak->world.organization, id);
    assert_non_null(group);
    for (guint g = 0; g < GROUPS; g++) {
        if (strcmp(group_names[g], group->name) == 0)
            return g;
    }
    fail_msg("nobody asked for group %s", group->name);
    return 0;
}

static void check_patch(const Soak *soak, const Request *request)
{
    for (guint p = 0; p < request->patches->len; p++) {
        const GroupPatch *patch = g_ptr_array_index(request->patches, p);
        for (guint i = 0; i < patch->values->len; i++) {
            UserId user = {g_array_index(patch->values, IdRef, i).id};
            const Member *member = organization_member_by_user(soak->world.organization, user);
            assert_non_null(member);
            bool wanted = soak->wanted[number_of(member)][group_of(soak, request->group.id)];
            assert_true(patch->op == PATCH_ADD ? wanted : !wanted);
        }
    }
}

/* No request may harm anybody, whatever went wrong before. */
static void check_request(Soak *soak, const Request *request)
{
    const Organization *organization = soak->world.organization;
    for (guint i = 0; request->operation == OPERATION_POST_INVITATION && i < request->mails->len;
         i++) {
        const char *mail = g_ptr_array_index(request->mails, i);
        assert_null(organization_member_by_mail(organization, mail));
        assert_true(is_enabled(soak, (guint) g_ascii_strtoull(mail + 1, NULL, 10)));
        soak->counts.invited++;
    }
    if (request->operation == OPERATION_PATCH_GROUP)
        check_patch(soak, request);
    bool puts =
        request->operation == OPERATION_PUT_USER && (request->fields & PUT_USER_INACTIVE) != 0;
    if (puts) {
        const Member *member = organization_member(organization, request->organization_user_id);
        assert_non_null(member);
        assert_true(is_enabled(soak, number_of(member)) == !request->inactive);
    }
    for (guint i = 0; request->operation == OPERATION_DELETE_USERS && i < request->users->len;
         i++) {
        OrganizationUserId id = {g_array_index(request->users, int64_t, i)};
        const Member *member = organization_member(organization, id);
        assert_non_null(member);
        assert_false(member->joined); /* only invitations are withdrawn */
        assert_false(is_enabled(soak, number_of(member)));
    }
}

static void soak_perform(Target *target, const Request *request, Outcome *ret, GError **error)
{
    Soak *soak = (Soak *) (void *) ((char *) target - G_STRUCT_OFFSET(Soak, target));
    soak->counts.requests++;
    check_request(soak, request);
    FailHow how = FAIL_NEVER;
    if (soak->faults && happens(soak, FAULTS_PER_MILLE)) {
        if (happens(soak, 150)) {
            soak->counts.quota++;
            *ret = (Outcome){.kind = OUTCOME_NOT_SENT, .status = 402};
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_QUOTA, "the hour is used up");
            return;
        }
        how = FAIL_REFUSED + (FailHow) pick(soak, 4);
    }
    soak->counts.refused += how == FAIL_REFUSED;
    soak->counts.unknown_undone += how == FAIL_UNKNOWN_UNDONE;
    soak->counts.unknown_done += how == FAIL_UNKNOWN_DONE;
    soak->counts.unreachable += how == FAIL_UNREACHABLE;
    soak->model.how = how;
    soak->model.fail_at = how == FAIL_NEVER ? 0 : soak->model.calls + 1;
    model_perform(&soak->model.target, request, ret, error);
}

static bool soak_read(Reader *reader, GError **error)
{
    Soak *soak = (Soak *) (void *) reader;
    if (soak->faults && happens(soak, 60)) {
        soak->counts.reads_failed++;
        reader->organization = soak->world.organization;
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the line was cut");
        return false;
    }
    return world_read_again(reader, error);
}

/* ---- the state ---- */

/* The journal ends in the middle of a run: what was committed is there, and nothing after that. */
static int refuse_commit(void *data)
{
    Soak *soak = data;
    if (soak->commits_left < 0)
        return 0;
    if (soak->commits_left > 0) {
        soak->commits_left--;
        return 0;
    }
    return 1;
}

static void open_world_state(Soak *soak)
{
    g_autoptr(GError) error = NULL;
    assert_success(state_open(soak->path, STATE_WRITE, 1, &soak->state, &error), error);
    (void) sqlite3_exec(soak->state->database, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    (void) sqlite3_commit_hook(soak->state->database, refuse_commit, soak);
    ledger_free(soak->world.ledger);
    assert_success(state_load(soak->state, &soak->world.ledger, &error), error);
}

static void one_run(Soak *soak)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(RunReport) report = NULL;
    open_world_state(soak);
    bool dies = soak->faults && happens(soak, 100);
    soak->commits_left = dies ? g_rand_int_range(soak->chance, 0, 12) : -1;
    world_run_init(&soak->self, &soak->world, &soak->target, soak->state);
    soak->self.run.reader.again = soak_read;
    if (run_settle(&soak->self.run, notes, &error)) {
        g_autoptr(Plan) plan = world_plan(&soak->world);
        const RunOrder order = {.command = "sync", .plan = plan};
        bool carried = run_carry_out(&soak->self.run, &order, 0, &report, &error);
        assert_true(carried == (error == NULL));
    }
    /* SQLite calls a commit that was refused a constraint, which the state calls a mistake of ours
     */
    if (g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERNAL))
        soak->counts.killed++;
    else if (error != NULL || report->result->cause != NULL)
        soak->counts.cut_short++;
    soak->commits_left = -1;
    g_clear_pointer(&soak->state, state_close);
}

/* ---- hours ---- */

static void begin(Soak *soak, guint32 seed)
{
    *soak = (Soak){.chance = g_rand_new_with_seed(seed), .commits_left = -1};
    soak->target = (Target){.perform = soak_perform};
    World *world = &soak->world;
    world_init(world);
    world->settings->lifecycle.create_groups = true;
    world->settings->limits.removals_floor = 1000;
    world->settings->limits.invitations = 1000000;
    (void) world_workspace(world, "Company");
    for (guint i = 0; i < PEOPLE; i++) {
        g_autofree char *name = g_strdup_printf("p%02u", i);
        (void) world_person(world, name);
        for (guint g = 0; g < GROUPS; g++)
            soak->wanted[i][g] = happens(soak, 300);
    }
    world_finish(world);
    write_groups(soak);
    for (guint g = 0; g < GROUPS; g++)
        (void) world_rule(world, RULE_GROUP_NAME, group_names[g], group_names[g], NULL, ROLE_NONE);
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_NONE);
    model_init(&soak->model, world, 0, FAIL_NEVER);
    soak->folder = g_dir_make_tmp("soak-XXXXXX", NULL);
    soak->path = g_build_filename(soak->folder, "state.db", NULL);
}

static void end(Soak *soak)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *path = g_strconcat(soak->path, suffixes[i], NULL);
        (void) g_remove(path);
    }
    (void) g_rmdir(soak->folder);
    g_free(soak->folder);
    g_free(soak->path);
    g_rand_free(soak->chance);
    model_clear(&soak->model);
    world_clear(&soak->world);
}

/* Straight from the directory, without a plan: who must be there, and where. */
static void check_desired(const Soak *soak)
{
    for (guint i = 0; i < PEOPLE; i++) {
        g_autofree char *mail = g_strdup_printf("p%02u@example.org", i);
        const Member *member = organization_member_by_mail(soak->world.organization, mail);
        if (!is_enabled(soak, i)) {
            assert_true(member == NULL || member->inactive);
            continue;
        }
        assert_non_null(member);
        assert_false(member->inactive);
        for (guint g = 0; g < GROUPS; g++) {
            const OrganizationGroup *group =
                organization_group_by_name(soak->world.organization, group_names[g]);
            bool there = group != NULL && member_in_group(member, group->id);
            if (there != soak->wanted[i][g])
                fail_msg("%s in %s: %d, and %d is wanted", mail, group_names[g], there,
                         soak->wanted[i][g]);
        }
    }
}

static guint from_environment(const char *name, guint otherwise)
{
    const char *text = g_getenv(name);
    return text != NULL ? (guint) g_ascii_strtoull(text, NULL, 10) : otherwise;
}

static void soak_once(guint32 seed, guint runs)
{
    Soak soak;
    begin(&soak, seed);
    int64_t pause = MAX(1, HOURS * INT64_C(3600) / runs);
    soak.faults = true;
    for (guint i = 0; i < runs; i++) {
        soak.world.now += pause;
        for (guint changes = pick(&soak, 3); changes > 0; changes--)
            change_directory(&soak);
        if (happens(&soak, 300))
            work_by_hand(&soak);
        one_run(&soak);
    }
    soak.faults = false;
    soak.world.now += pause;
    one_run(&soak);
    world_finish(&soak.world);
    check_desired(&soak);
    const Counts *c = &soak.counts;
    print_message(
        "seed %u: %u runs, %u requests, %u people invited; %u changes in the directory, %u "
        "by hand; %u refused, %u unknown and not done, %u unknown and done, %u without an "
        "answer, %u without quota, %u reads failed, %u killed in the journal, %u cut "
        "short; then one run: as wanted\n",
        seed, runs, c->requests, c->invited, c->moved, c->by_hand, c->refused, c->unknown_undone,
        c->unknown_done, c->unreachable, c->quota, c->reads_failed, c->killed, c->cut_short);
    assert_true(c->refused > 0 && c->unknown_undone > 0 && c->unknown_done > 0 &&
                c->unreachable > 0 && c->quota > 0 && c->reads_failed > 0 && c->killed > 0);
    end(&soak);
}

static void hours_of_faults_then_one_run(void **state)
{
    (void) state;
    guint seeds = from_environment("SOAK_SEEDS", 1);
    for (guint seed = 1; seed <= seeds; seed++)
        soak_once(seed, from_environment("SOAK_RUNS", RUNS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_of_faults_then_one_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
