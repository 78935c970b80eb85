/* SPDX-License-Identifier: Apache-2.0 */
#include "router.h"

#include "fields.h"
#include "world_json.h"

#include <string.h>

bool service_save(const Service *service, char **ret_why)
{
    g_autoptr(json_t) state = world_to_json(service->world);
    g_autofree char *text = json_dumps(state, JSON_INDENT(2));
    g_autoptr(GError) error = NULL;
    if (service->save_path == NULL) {
        *ret_why = g_strdup("started without --save");
        return false;
    }
    if (!g_file_set_contents(service->save_path, text, -1, &error)) {
        *ret_why = g_strdup(error->message);
        return false;
    }
    return true;
}

static void control_state(Service *service, const json_t *body, Reply *reply)
{
    (void) body;
    reply_json(reply, 200, world_to_json(service->world));
}

static void control_save(Service *service, const json_t *body, Reply *reply)
{
    (void) body;
    g_autofree char *why = NULL;
    if (service_save(service, &why)) {
        reply_ok_json(reply);
    } else {
        reply_message(reply, 400, "%s", why);
    }
}

static void control_accept(Service *service, const json_t *body, Reply *reply)
{
    static const Field fields[] = {{"email", FIELD_STRING}, {NULL, FIELD_ANY}};
    const char *email = json_string_value(json_object_get(body, "email"));
    if (!fields_match(body, fields) || email == NULL) {
        reply_message(reply, 400, "say {\"email\": ...}");
        return;
    }
    Member *member = world_member_by_email(service->world, email);
    if (member == NULL || member->invitation_id == 0) {
        reply_message(reply, 404, "nobody with this address is invited");
        return;
    }
    member_accept(member);
    reply_ok_json(reply);
}

static void control_script(Service *service, const json_t *body, Reply *reply)
{
    g_autofree char *why = NULL;
    if (script_load(service->script, body, &why)) {
        reply_ok_json(reply);
    } else {
        reply_message(reply, 400, "%s", why);
    }
}

void control_answer(Service *service, const Request *request, Reply *reply)
{
    static const struct {
        const char *method;
        const char *path;
        void (*answer)(Service *service, const json_t *body, Reply *reply);
    } controls[] = {{"GET", "/control/state", control_state},
                    {"POST", "/control/save", control_save},
                    {"POST", "/control/accept", control_accept},
                    {"POST", "/control/script", control_script}};
    g_autoptr(json_t) body = json_loadb(request->body, request->size, 0, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(controls); i++) {
        if (strcmp(controls[i].path, request->path) == 0 &&
            strcmp(controls[i].method, request->method) == 0) {
            controls[i].answer(service, body, reply);
            return;
        }
    }
    reply_message(reply, 404, "no such control");
}
