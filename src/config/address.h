/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_ADDRESS_H
#define CONFIG_ADDRESS_H

/*
 * address - which URL is one we may send a secret to: an encrypted one, or one that never leaves
 * the machine.
 */

#include <glib.h>
#include <stdbool.h>

typedef enum {
    ADDRESS_NONE, /* not a URL of a kind that is asked for */
    ADDRESS_LDAP,
    ADDRESS_LDAPS,
    ADDRESS_LDAPI,
    ADDRESS_HTTP,
    ADDRESS_HTTPS,
} AddressKind;

typedef struct {
    AddressKind kind;
    bool loopback; /* localhost, 127.0.0.0/8, [::1], or a local socket */
    bool login;    /* holds a user or password, or something that may be meant as one */
    bool plain;    /* nothing behind the host and port but a path */
} Address;

/* Takes URL apart. ADDRESS_NONE when it is none of these kinds or has no host. */
Address address_parse(const char *url);

#endif
