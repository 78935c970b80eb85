/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "net/http.h"
#include "net/scripted.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Scripted *server;
    Http *http;
    HttpResponse response;
    HttpTrouble trouble;
    GError *error;
} World;

static World begin(void)
{
    return (World){.server = scripted_new()};
}

static bool ask_limit(World *world, const char *method, const char *body, size_t limit)
{
    if (world->server->thread == NULL)
        scripted_start(world->server);
    if (world->http == NULL)
        world->http = http_new(
            &(HttpSettings){.connect_timeout_ms = 2000, .timeout_ms = 500, .body_limit = limit});
    g_autofree char *url = g_strconcat(world->server->url, "/x?a=b", NULL);
    http_response_clear(&world->response);
    HttpRequest request = {
        .method = method, .url = url, .body = body, .once = strcmp(method, "GET") != 0};
    return http_perform(world->http, &request, &world->response, &world->trouble, &world->error);
}

static bool ask(World *world, const char *method, const char *body)
{
    return ask_limit(world, method, body, 0);
}

static void end(World *world)
{
    scripted_stop(world->server);
    http_free(world->http);
    http_response_clear(&world->response);
    g_clear_error(&world->error);
}

static void test_answer(void **state)
{
    (void) state;
    World world = begin();
    (void) scripted_reply(world.server, 201,
                          "X-Toggl-Request-Id:  abc \r\nX-page: 1\r\nX-Page: 2\r\n", "{\"a\":1}");
    (void) scripted_reply(world.server, 404, "", "");
    assert_success(ask(&world, "GET", NULL), world.error);
    assert_int_equal(world.response.status, 201);
    assert_string_equal((const char *) world.response.body->data, "{\"a\":1}");
    assert_int_equal(world.response.body->len, 7);
    assert_string_equal(http_response_header(&world.response, "X-TOGGL-request-id"), "abc");
    assert_string_equal(http_response_header(&world.response, "x-page"), "2");
    assert_null(http_response_header(&world.response, "x-nothing"));
    assert_success(ask(&world, "GET", NULL), world.error);
    assert_int_equal(world.response.status, 404);
    assert_int_equal(world.response.body->len, 0);
    scripted_join(world.server);
    assert_int_equal(world.server->connections, 1); /* it was kept */
    assert_string_equal(scripted_request(world.server, 0), "GET /x?a=b");
    const char *request = g_ptr_array_index(world.server->requests, 0);
    assert_non_null(strstr(request, "User-Agent: toggl-ldap-sync/" PROJECT_VERSION "\r\n"));
    assert_non_null(strstr(request, "Accept-Encoding: gzip\r\n"));
    assert_null(strstr(request, "Authorization"));
    assert_null(strstr(request, "Cookie"));
    end(&world);
}

static void test_body_and_credentials(void **state)
{
    (void) state;
    World world = begin();
    (void) scripted_reply(world.server, 200, "Set-Cookie: a=b\r\n", "OK");
    (void) scripted_reply(world.server, 200, "", "OK");
    scripted_start(world.server);
    g_autoptr(Secret) token = secret_new("0123456789", 10);
    world.http = http_new(&(HttpSettings){
        .user = token, .password = "api_token", .connect_timeout_ms = 2000, .timeout_ms = 2000});
    assert_success(ask(&world, "PATCH", "{\"ü\":1}"), world.error);
    assert_success(ask(&world, "DELETE", NULL), world.error);
    scripted_join(world.server);
    const char *patch = g_ptr_array_index(world.server->requests, 0);
    const char *delete = g_ptr_array_index(world.server->requests, 1);
    assert_true(g_str_has_prefix(patch, "PATCH /x?a=b HTTP/"));
    assert_non_null(strstr(patch, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(patch, "Authorization: Basic MDEyMzQ1Njc4OTphcGlfdG9rZW4=\r\n"));
    assert_null(strstr(patch, "Expect"));
    assert_string_equal(scripted_body(world.server, 0), "{\"ü\":1}");
    assert_true(g_str_has_prefix(delete, "DELETE /x?a=b HTTP/"));
    assert_null(strstr(delete, "Cookie"));
    assert_null(strstr(delete, "Content-Type"));
    end(&world);
}

/* {"a":1}, made by gzip -n */
static const unsigned char zipped[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                       0x03, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32, 0xac, 0x05,
                                       0x00, 0xaf, 0xac, 0x1b, 0x56, 0x07, 0x00, 0x00, 0x00};

static void test_gzip(void **state)
{
    (void) state;
    World world = begin();
    g_autofree char *head = g_strdup_printf(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", sizeof zipped);
    ScriptedLine *line = scripted_bytes(world.server, head, strlen(head));
    g_byte_array_append(line->bytes, zipped, sizeof zipped);
    assert_success(ask(&world, "GET", NULL), world.error);
    assert_string_equal((const char *) world.response.body->data, "{\"a\":1}");
    end(&world);
}

static void test_too_long(void **state)
{
    (void) state;
    World world = begin();
    (void) scripted_reply(world.server, 200, "", "12345");
    (void) scripted_reply(world.server, 200, "", "123456");
    assert_success(ask_limit(&world, "GET", NULL, 5), world.error);
    assert_false(ask(&world, "GET", NULL));
    assert_int_equal(world.error->code, SYNC_ERROR_INCOMPLETE);
    assert_error(world.error, "the answer is longer than 5 bytes");
    assert_true(world.trouble.sent);
    assert_false(world.trouble.may_repeat);
    end(&world);
}

static void test_cut_short(void **state)
{
    (void) state;
    World world = begin();
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"";
    scripted_bytes(world.server, half, strlen(half))->hang_up = true;
    assert_false(ask(&world, "GET", NULL));
    assert_int_equal(world.error->code, SYNC_ERROR_INCOMPLETE);
    assert_true(g_str_has_prefix(world.error->message, "the answer was cut short: "));
    assert_true(world.trouble.sent);
    assert_true(world.trouble.may_repeat);
    end(&world);
}

static void test_reset(void **state)
{
    (void) state;
    World world = begin();
    scripted_bytes(world.server, "", 0)->reset = true;
    assert_false(ask(&world, "POST", "{}"));
    assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
    assert_true(world.trouble.sent);
    end(&world);
}

static void test_slow(void **state)
{
    (void) state;
    World world = begin();
    scripted_reply(world.server, 200, "", "late")->delay_ms = 1500;
    assert_false(ask(&world, "POST", "{}"));
    assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
    assert_true(world.trouble.sent);
    assert_true(world.trouble.may_repeat);
    end(&world);
}

/* A write must not be repeated by the library when a kept connection dies under it. */
static void test_write_leaves_once(void **state)
{
    (void) state;
    static const struct {
        const char *method;
        const char *body;
        bool reset;
    } writes[] = {
        {"POST", "{}", false}, {"POST", "{}", true},    {"PUT", "{\"a\":1}", false},
        {"PATCH", "[]", true}, {"DELETE", NULL, false}, {"PUT", NULL, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
        World world = begin();
        (void) scripted_reply(world.server, 200, "", "[]");
        ScriptedLine *dead = scripted_bytes(world.server, "", 0);
        dead->hang_up = !writes[i].reset;
        dead->reset = writes[i].reset;
        (void) scripted_reply(world.server, 200, "", "OK");
        assert_success(ask(&world, "GET", NULL), world.error);
        assert_false(ask(&world, writes[i].method, writes[i].body));
        assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
        assert_true(world.trouble.sent);
        scripted_join(world.server);
        assert_int_equal(world.server->requests->len, 2);
        end(&world);
    }
}

/* What has a body goes over the connection that is there. */
static void test_writes_share_a_connection(void **state)
{
    (void) state;
    World world = begin();
    for (int i = 0; i < 4; i++)
        (void) scripted_reply(world.server, 200, "", "OK");
    assert_success(ask(&world, "GET", NULL), world.error);
    assert_success(ask(&world, "POST", "{\"name\":\"Zoë\"}"), world.error);
    assert_success(ask(&world, "PATCH", "[]"), world.error);
    assert_success(ask(&world, "DELETE", NULL), world.error);
    scripted_join(world.server);
    assert_string_equal(scripted_body(world.server, 1), "{\"name\":\"Zoë\"}");
    assert_string_equal(scripted_body(world.server, 2), "[]");
    const char *post = g_ptr_array_index(world.server->requests, 1);
    assert_non_null(strstr(post, "\r\nContent-Length: 15\r\n"));
    assert_null(strstr(post, "Transfer-Encoding"));
    assert_int_equal(world.server->connections, 2); /* the DELETE has one of its own */
    end(&world);
}

static void test_nobody_listens(void **state)
{
    (void) state;
    World world = begin();
    scripted_start(world.server);
    g_autofree char *url = g_strdup(world.server->url);
    scripted_stop(world.server);
    g_autoptr(Http) http =
        http_new(&(HttpSettings){.connect_timeout_ms = 2000, .timeout_ms = 2000});
    HttpRequest request = {.method = "POST", .url = url, .body = "{}", .once = true};
    assert_false(http_perform(http, &request, &world.response, &world.trouble, &world.error));
    assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
    assert_string_equal(error_hints(world.error),
                        "\nhint: is the address right, and does a firewall let this machine "
                        "through? Behind a proxy, set 'proxy'");
    assert_false(world.trouble.sent);
    assert_true(world.trouble.may_repeat);
    g_clear_error(&world.error);
    request.url = "https://nowhere.invalid/";
    assert_false(http_perform(http, &request, &world.response, &world.trouble, &world.error));
    assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
    assert_string_equal(error_hints(world.error),
                        "\nhint: is the name right, and can this machine look up others? Behind a "
                        "proxy, set 'proxy'");
    g_clear_error(&world.error);
}

static void test_redirect(void **state)
{
    (void) state;
    World world = begin();
    (void) scripted_reply(world.server, 302, "Location: https://login.example.net/a?token=1\r\n",
                          "");
    (void) scripted_reply(world.server, 304, "", "");
    assert_false(ask(&world, "GET", NULL));
    assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
    assert_error(world.error, "answered with a redirect to 'login.example.net', which is not "
                              "followed\nhint: is 'base_url' right, and is no proxy in between?");
    assert_false(world.trouble.may_repeat);
    assert_success(ask(&world, "GET", NULL), world.error); /* 304 goes nowhere */
    scripted_join(world.server);
    assert_int_equal(world.server->requests->len, 2);
    end(&world);
}

/* What a proxy in the environment must not see. */
static void test_loopback_goes_past_proxies(void **state)
{
    (void) state;
    World world = begin();
    (void) scripted_reply(world.server, 200, "", "OK");
    g_setenv("http_proxy", "http://127.0.0.1:1", true);
    assert_success(ask(&world, "GET", NULL), world.error);
    g_unsetenv("http_proxy");
    end(&world);
}

/* A proxy, of the settings or of the environment, is asked for a tunnel and sees no credentials;
 * what it says of itself is not what Toggl says. */
static void test_proxy(void **state)
{
    (void) state;
    static const char *const variables[] = {NULL, "https_proxy", "HTTPS_PROXY", "ALL_PROXY"};
    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
        World world = begin();
        (void) scripted_reply(world.server, 403, "", "\"User does not have access\"");
        scripted_start(world.server);
        g_auto(GStrv) parts = g_strsplit(world.server->url, "/", 4); /* "http:", "", its place */
        g_autofree char *proxy = g_strconcat("http://", parts[2], NULL);
        if (variables[i] != NULL)
            g_setenv(variables[i], proxy, true);
        g_autoptr(Secret) token = secret_new("the-token", strlen("the-token"));
        world.http = http_new(&(HttpSettings){.connect_timeout_ms = 2000,
                                              .timeout_ms = 2000,
                                              .user = token,
                                              .password = "api_token",
                                              .proxy = variables[i] == NULL ? proxy : NULL});
        HttpRequest request = {.method = "PUT",
                               .url = "https://toggl.invalid/api/v9/me",
                               .body = "{\"name\":\"Zoe\"}",
                               .once = true};
        assert_false(
            http_perform(world.http, &request, &world.response, &world.trouble, &world.error));
        if (variables[i] != NULL)
            g_unsetenv(variables[i]);
        scripted_join(world.server);
        const char *asked = g_ptr_array_index(world.server->requests, 0);
        assert_true(g_str_has_prefix(asked, "CONNECT toggl.invalid:443 HTTP/1.1\r\n"));
        g_autofree char *folded = g_ascii_strdown(asked, -1);
        assert_null(strstr(folded, "authorization"));
        assert_null(strstr(asked, "Zoe"));
        assert_int_equal(world.error->code, SYNC_ERROR_UNREACHABLE);
        assert_non_null(strstr(world.error->message, "403"));
        assert_true(g_str_has_suffix(world.error->message,
                                     "\nhint: check 'proxy' and the environment variable "
                                     "https_proxy"));
        assert_false(world.trouble.sent); /* nothing has reached Toggl */
        end(&world);
    }
}

static void test_url(void **state)
{
    (void) state;
    static const struct {
        const char *url;
        const char *problem; /* NULL: good */
        bool loopback;
    } cases[] = {
        {"https://api.track.toggl.com/api/v9", NULL, false},
        {"http://localhost:1/api", NULL, true},
        {"http://127.0.0.1:1", NULL, true},
        {"http://[::1]:1", NULL, true},
        {"https://127.3.2.1", NULL, true},
        {"http://api.example.org/",
         "'http://api.example.org/' must begin with https:// (http:// only for this machine "
         "itself)",
         false},
        {"http://127.0.0.1.example.org/",
         "'http://127.0.0.1.example.org/' must begin with https:// (http:// only for this machine "
         "itself)",
         false},
        {"ftp://localhost/",
         "'ftp://localhost/' must begin with https:// (http:// only for this machine itself)",
         false},
        {"https://me:word@api.example.org/", "'api.example.org' is given with a user in the URL",
         false},
        {"https://api.example.org/?a", "'https://api.example.org/?a' has something after its path",
         false},
        {"https://api.example.org/#a", "'https://api.example.org/#a' has something after its path",
         false},
        {"", "'' is no URL", false},
        {"api.example.org", "'api.example.org' is no URL", false},
        {"https://", "'https://' is no URL", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        bool loopback = false;
        bool good = http_url_check(cases[i].url, &loopback, &error);
        assert_int_equal(good, cases[i].problem == NULL);
        assert_int_equal(loopback, cases[i].loopback);
        if (!good) {
            assert_int_equal(error->code, SYNC_ERROR_CONFIG);
            assert_error(error, cases[i].problem);
        }
    }
}

static void test_date(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int64_t time; /* -1: it is none */
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Tue, 29 Feb 2028 23:59:59 GMT", 1835481599},
        {"Sun, 06 Nov 1994 08:49:37 +0100", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT+1", -1},
        {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
        {"Sun, 36 Nov 1994 08:49:37 GMT", -1},
        {"tomorrow GMT", -1},
        {" GMT", -1},
        {"", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t time = -1;
        bool good = http_date_parse(cases[i].text, &time);
        assert_int_equal(good, cases[i].time != -1);
        assert_int_equal(time, cases[i].time);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_body_and_credentials),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_write_leaves_once),
        cmocka_unit_test(test_writes_share_a_connection),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_redirect),
        cmocka_unit_test(test_loopback_goes_past_proxies),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
