/* SPDX-License-Identifier: Apache-2.0 */
#include "state/names.h"

#include "base/clock.h"
#include "state/state_private.h"

#define BEGINS(column) "substr(" column ", 1, length(?1)) = ?1 COLLATE NOCASE"

static const char *const queries[] = {
    [NAMES_PEOPLE] = "SELECT mail_key, NULL, 0 FROM link WHERE " BEGINS(
        "mail_key") " UNION SELECT lower(mail), NULL, 0 FROM interval WHERE until = 0 AND kind = "
                    "'member'"
                    " AND " BEGINS("mail") " ORDER BY 1 LIMIT ?2",
    [NAMES_GROUPS] =
        "SELECT target_name, NULL, 0 FROM interval WHERE until = 0 AND kind = 'group'"
        " AND " BEGINS("target_name") " UNION SELECT name, NULL, 0 FROM binding"
                                      " WHERE kind IN ('group', 'directory-group') AND " BEGINS(
                                          "name") " ORDER BY 1 LIMIT ?2",
    [NAMES_RUNS] = "SELECT CAST(id AS TEXT), command, started FROM run WHERE " BEGINS(
        "CAST(id AS TEXT)") " ORDER BY id DESC LIMIT ?2",
};

void name_free(Name *name)
{
    if (name == NULL)
        return;
    g_free(name->name);
    g_free(name->about);
    g_free(name);
}

static Name *name_of(sqlite3_stmt *statement)
{
    Name *name = g_new0(Name, 1);
    const char *command = database_peek_text(statement, 1);
    name->name = database_text(statement, 0);
    if (command != NULL) {
        g_autofree char *started = clock_format(sqlite3_column_int64(statement, 2));
        name->about = g_strdup_printf("%s, %s", command, started);
    }
    return name;
}

bool state_names(State *state, NamesKind kind, const char *prefix, unsigned limit,
                 GPtrArray **ret_names, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, queries[kind], error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, prefix);
    (void) sqlite3_bind_int64(statement, 2, limit);
    for (;;) {
        bool row = false;
        if (!database_next(state, statement, &row, error))
            return false;
        if (!row)
            break;
        g_ptr_array_add(names, name_of(statement));
    }
    *ret_names = g_steal_pointer(&names);
    return true;
}
