/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_readahead.h"

#include <glib.h>
#include <string.h>
#include <sys/socket.h>

#define LEVEL (LBER_SBIOD_LEVEL_PROVIDER + 1)
#define SIZE ((ber_len_t) 256 * 1024) /* a page of people or two */
#define PULL 0x7461                   /* an option of this layer, and of no other */

/* Bytes that came and were not asked for yet. */
typedef struct {
    char bytes[SIZE];
    ber_len_t from;
    ber_len_t to;
} Ahead;

static int set_up(Sockbuf_IO_Desc *layer, void *arg)
{
    (void) arg;
    Ahead *ahead = g_new(Ahead, 1);
    ahead->from = 0;
    ahead->to = 0;
    layer->sbiod_pvt = ahead;
    return 0;
}

static int tear_down(Sockbuf_IO_Desc *layer)
{
    g_clear_pointer(&layer->sbiod_pvt, g_free);
    return 0;
}

/* The layer below only reads the descriptor, and might wait. */
static void pull(Ahead *ahead, ber_socket_t fd)
{
    if (ahead->from > 0) {
        memmove(ahead->bytes, ahead->bytes + ahead->from, ahead->to - ahead->from);
        ahead->to -= ahead->from;
        ahead->from = 0;
    }
    while (ahead->to < SIZE) {
        ssize_t got = recv(fd, ahead->bytes + ahead->to, SIZE - ahead->to, MSG_DONTWAIT);
        if (got <= 0)
            return;
        ahead->to += (ber_len_t) got;
    }
}

static int control(Sockbuf_IO_Desc *layer, int option, void *arg)
{
    Ahead *ahead = layer->sbiod_pvt;
    if (option == PULL) {
        pull(ahead, *(ber_socket_t *) arg);
        return 1;
    }
    if (option == LBER_SB_OPT_DATA_READY && ahead->from < ahead->to)
        return 1;
    return LBER_SBIOD_CTRL_NEXT(layer, option, arg);
}

static ber_slen_t read_ahead(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
    Ahead *ahead = layer->sbiod_pvt;
    if (ahead->from == ahead->to) {
        if (length >= SIZE)
            return LBER_SBIOD_READ_NEXT(layer, bytes, length);
        ber_slen_t got = LBER_SBIOD_READ_NEXT(layer, ahead->bytes, SIZE);
        if (got <= 0)
            return got; /* and errno with it */
        ahead->from = 0;
        ahead->to = (ber_len_t) got;
    }
    ber_len_t count = MIN(length, ahead->to - ahead->from);
    memcpy(bytes, ahead->bytes + ahead->from, count);
    ahead->from += count;
    return (ber_slen_t) count;
}

static ber_slen_t write_through(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
    return LBER_SBIOD_WRITE_NEXT(layer, bytes, length);
}

/* What is left of one connection belongs to no other. */
static int drop(Sockbuf_IO_Desc *layer)
{
    Ahead *ahead = layer->sbiod_pvt;
    ahead->from = ahead->to;
    return 0;
}

void session_readahead_pull(Sockbuf *socket)
{
    ber_socket_t fd = -1;
    if (ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &fd) == 1)
        (void) ber_sockbuf_ctrl(socket, PULL, &fd);
}

bool session_readahead_add(Sockbuf *socket)
{
    static Sockbuf_IO functions = {
        .sbi_setup = set_up,
        .sbi_remove = tear_down,
        .sbi_ctrl = control,
        .sbi_read = read_ahead,
        .sbi_write = write_through,
        .sbi_close = drop,
    };
    return ber_sockbuf_add_io(socket, &functions, LEVEL, NULL) == 0;
}
