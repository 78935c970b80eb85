/* SPDX-License-Identifier: Apache-2.0 */

/* What comes in pieces of any size, and is asked for in others, is what was sent. */

#include "source/session_readahead.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testing.h"

#define SEED 20261129
#define MESSAGES 400
#define LARGEST 300000 /* bytes: more than what is read at once */

/* The other end of a connection. */
typedef struct {
    GByteArray *bytes; /* to be sent */
    guint sent;
    guint most; /* bytes that come at once; 0: all that are asked for */
    unsigned reads;
} Peer;

static int peer_set_up(Sockbuf_IO_Desc *layer, void *arg)
{
    layer->sbiod_pvt = arg;
    return 0;
}

static int peer_ignore(Sockbuf_IO_Desc *layer)
{
    (void) layer;
    return 0;
}

static int peer_control(Sockbuf_IO_Desc *layer, int option, void *arg)
{
    (void) layer;
    (void) option;
    (void) arg;
    return 0;
}

static ber_slen_t peer_read(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
    Peer *peer = layer->sbiod_pvt;
    guint left = peer->bytes->len - peer->sent;
    guint count = (guint) MIN(length, left);
    if (peer->most > 0)
        count = MIN(count, peer->most);
    peer->reads++;
    if (count > 0) /* an array of nothing has no data */
        memcpy(bytes, peer->bytes->data + peer->sent, count);
    peer->sent += count;
    return (ber_slen_t) count;
}

static ber_slen_t peer_write(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
    Peer *peer = layer->sbiod_pvt;
    g_byte_array_append(peer->bytes, bytes, (guint) length);
    return (ber_slen_t) length;
}

static Sockbuf_IO peer_functions = {
    .sbi_setup = peer_set_up,
    .sbi_remove = peer_ignore,
    .sbi_ctrl = peer_control,
    .sbi_read = peer_read,
    .sbi_write = peer_write,
    .sbi_close = peer_ignore,
};

/* libldap adds what reads the descriptor when the layer is there already. */
static Sockbuf *connect_to(Peer *peer)
{
    Sockbuf *socket = ber_sockbuf_alloc();
    assert_true(session_readahead_add(socket));
    assert_int_equal(ber_sockbuf_add_io(socket, &peer_functions, LBER_SBIOD_LEVEL_PROVIDER, peer),
                     0);
    return socket;
}

/* A message of some length (none of LDAP is shorter): small as an entry, or of up to LARGEST bytes.
 */
static struct berval *message(GRand *random, gint32 largest)
{
    bool large = g_rand_int_range(random, 0, 20) == 0;
    gint32 length = g_rand_int_range(random, 8, large ? largest : 400);
    g_autofree char *text = g_malloc((gsize) length + 1);
    memset(text, g_rand_int_range(random, 'a', 'z'), (gsize) length);
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    assert_int_not_equal(ber_printf(ber, "{o}", text, (ber_len_t) length), -1);
    struct berval *bytes = NULL;
    assert_int_equal(ber_flatten(ber, &bytes), 0);
    ber_free(ber, 1);
    return bytes;
}

static void free_message(gpointer bytes)
{
    ber_bvfree(bytes);
}

static GPtrArray *messages_into(GByteArray *stream, unsigned count, gint32 largest)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    GPtrArray *list = g_ptr_array_new_with_free_func(free_message);
    for (unsigned i = 0; i < count; i++) {
        struct berval *bytes = message(random, largest);
        g_ptr_array_add(list, bytes);
        g_byte_array_append(stream, (const guint8 *) bytes->bv_val, (guint) bytes->bv_len);
    }
    return list;
}

/* The next message of SOCKET is EXPECTED. */
static void check_next(Sockbuf *socket, const struct berval *expected)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_len_t length = 0;
    ber_tag_t tag = ber_get_next(socket, &length, ber);
    while (tag == LBER_DEFAULT && errno == EWOULDBLOCK)
        tag = ber_get_next(socket, &length, ber);
    assert_int_equal(tag, LBER_SEQUENCE);
    struct berval *all = NULL;
    struct berval inner = {0};
    assert_int_not_equal(ber_scanf(ber, "m", &inner), LBER_ERROR);
    BerElement *again = ber_alloc_t(LBER_USE_DER);
    assert_int_not_equal(ber_printf(again, "{o}", inner.bv_val, inner.bv_len), -1);
    assert_int_equal(ber_flatten(again, &all), 0);
    assert_int_equal(all->bv_len, expected->bv_len);
    assert_memory_equal(all->bv_val, expected->bv_val, expected->bv_len);
    ber_bvfree(all);
    ber_free(again, 1);
    ber_free(ber, 1);
}

static void test_every_piece(void **state)
{
    (void) state;
    static const guint sizes[] = {1, 2, 7, 1000, 262143, 262144, 262145, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Peer peer = {.bytes = g_byte_array_new(), .most = sizes[i]};
        g_autoptr(GPtrArray) expected = messages_into(peer.bytes, MESSAGES, LARGEST);
        Sockbuf *socket = connect_to(&peer);
        for (guint k = 0; k < expected->len; k++)
            check_next(socket, g_ptr_array_index(expected, k));
        assert_int_equal(peer.sent, peer.bytes->len);
        assert_int_equal(ber_sockbuf_ctrl(socket, LBER_SB_OPT_DATA_READY, NULL), 0);
        if (sizes[i] == 0)
            assert_true(peer.reads < MESSAGES / 2);
        ber_sockbuf_free(socket);
        g_byte_array_unref(peer.bytes);
    }
}

/* A connection may break, and be put away, while there is more to come. */
static void test_left_behind(void **state)
{
    (void) state;
    for (guint read = 0; read < 3; read++) {
        Peer peer = {.bytes = g_byte_array_new()};
        g_autoptr(GPtrArray) expected = messages_into(peer.bytes, MESSAGES, LARGEST);
        Sockbuf *socket = connect_to(&peer);
        for (guint k = 0; k < read; k++)
            check_next(socket, g_ptr_array_index(expected, k));
        assert_int_equal(ber_sockbuf_ctrl(socket, LBER_SB_OPT_DATA_READY, NULL), read > 0);
        ber_sockbuf_free(socket);
        g_byte_array_unref(peer.bytes);
    }
}

static void assert_at_end(Sockbuf *socket)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_len_t length = 0;
    assert_int_equal(ber_get_next(socket, &length, ber), LBER_DEFAULT);
    ber_free(ber, 1);
}

static void test_end(void **state)
{
    (void) state;
    Peer peer = {.bytes = g_byte_array_new()};
    Sockbuf *socket = connect_to(&peer);
    assert_at_end(socket);
    /* what is written goes through */
    BerElement *out = ber_alloc_t(LBER_USE_DER);
    assert_int_not_equal(ber_printf(out, "{s}", "hello"), -1);
    assert_int_equal(ber_flush(socket, out, 1), 0);
    assert_int_equal(peer.bytes->len, 9);
    ber_sockbuf_free(socket);
    g_byte_array_unref(peer.bytes);
}

/* Both ends of a real connection, and what goes over it. */
typedef struct {
    Sockbuf *socket;
    int fd;    /* of the socket */
    int other; /* the server's end */
    GByteArray *stream;
    guint sent;
    guint read; /* up to the end of the last message that was taken */
} Wire;

static void wire_open(Wire *wire)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    *wire = (Wire){.fd = ends[0], .other = ends[1], .stream = g_byte_array_new()};
    wire->socket = ber_sockbuf_alloc();
    assert_true(session_readahead_add(wire->socket));
    assert_int_equal(
        ber_sockbuf_add_io(wire->socket, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, &wire->fd),
        0);
}

/* Ends our end; the other one is the test's. */
static void wire_close(Wire *wire)
{
    ber_sockbuf_free(wire->socket); /* and its descriptor */
    g_byte_array_unref(wire->stream);
}

/* Sends at most COUNT bytes, as many as the connection takes. */
static void wire_send(Wire *wire, guint count)
{
    count = MIN(count, wire->stream->len - wire->sent);
    if (count == 0)
        return;
    ssize_t sent = send(wire->other, wire->stream->data + wire->sent, count, MSG_DONTWAIT);
    if (sent > 0)
        wire->sent += (guint) sent;
}

/* Whether there is something in the connection that nobody has fetched. */
static bool wire_holds(const Wire *wire)
{
    char byte = 0;
    return recv(wire->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1;
}

/* What comes is fetched at any moment, as far as there is room, and whatever was read before. */
static void test_pull(void **state)
{
    (void) state;
    Wire wire;
    wire_open(&wire);
    g_autoptr(GPtrArray) expected = messages_into(wire.stream, 4000, 400);
    while (wire.sent < wire.stream->len && !wire_holds(&wire)) {
        wire_send(&wire, 64 * 1024);
        session_readahead_pull(wire.socket);
    }
    assert_true(wire_holds(&wire)); /* it does not take more than it has room for */
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    for (guint next = 0; next < expected->len;) {
        const struct berval *bytes = g_ptr_array_index(expected, next);
        if (g_rand_int_range(random, 0, 50) == 0)
            wire_send(&wire, (guint) g_rand_int_range(random, 1, 60000));
        if (g_rand_int_range(random, 0, 20) == 0)
            session_readahead_pull(wire.socket);
        if (wire.read + bytes->bv_len > wire.sent)
            continue;
        check_next(wire.socket, bytes);
        wire.read += (guint) bytes->bv_len;
        next++;
    }
    close(wire.other);
    wire_close(&wire);
}

/* The end is found by whoever reads, behind all that came before it. */
static void test_pull_at_the_end(void **state)
{
    (void) state;
    Wire wire;
    wire_open(&wire);
    g_autoptr(GPtrArray) expected = messages_into(wire.stream, 20, 400);
    session_readahead_pull(wire.socket); /* nothing has come */
    wire_send(&wire, wire.stream->len);
    assert_int_equal(wire.sent, wire.stream->len);
    close(wire.other);
    session_readahead_pull(wire.socket);
    session_readahead_pull(wire.socket);
    assert_false(wire_holds(&wire));
    for (guint i = 0; i < expected->len; i++)
        check_next(wire.socket, g_ptr_array_index(expected, i));
    session_readahead_pull(wire.socket);
    assert_at_end(wire.socket);
    wire_close(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_piece),
        cmocka_unit_test(test_left_behind),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_pull),
        cmocka_unit_test(test_pull_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
