/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <ldap.h>
#include <string.h>

#define CONTROLS 0xa0U

void request_clear(Request *request)
{
    g_free(request->base);
    g_free(request->cookie);
    g_strfreev(request->attributes);
    *request = (Request){0};
}

static bool read_attributes(BerElement *ber, Request *request)
{
    ber_len_t length = 0;
    char *end = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (ber_tag_t tag = ber_first_element(ber, &length, &end); tag != LBER_DEFAULT;
         tag = ber_next_element(ber, &length, end)) {
        struct berval name = {0};
        if (ber_scanf(ber, "m", &name) == LBER_ERROR)
            return false;
        g_ptr_array_add(names, g_strndup(name.bv_val, name.bv_len));
    }
    g_ptr_array_add(names, NULL);
    request->attributes = (char **) g_ptr_array_steal(names, NULL);
    return true;
}

static bool read_search(BerElement *ber, Request *request)
{
    struct berval base = {0};
    struct berval filter = {0};
    ber_int_t scope = 0;
    ber_int_t skipped = 0;
    ber_int_t types = 0;
    if (ber_scanf(ber, "{meeiib", &base, &scope, &skipped, &skipped, &skipped, &types) ==
            LBER_ERROR ||
        ber_skip_element(ber, &filter) == LBER_ERROR)
        return false;
    request->base = g_strndup(base.bv_val, base.bv_len);
    request->scope = scope;
    return read_attributes(ber, request);
}

static void read_page(const struct berval *value, Request *request)
{
    struct berval copy = *value;
    BerElement *ber = ber_init(&copy);
    ber_int_t size = 0;
    struct berval cookie = {0};
    if (ber != NULL && ber_scanf(ber, "{im}", &size, &cookie) != LBER_ERROR) {
        request->paged = true;
        request->page_size = size;
        request->cookie = g_strndup(cookie.bv_val, cookie.bv_len);
    }
    ber_free(ber, 1);
}

static void read_controls(BerElement *ber, Request *request)
{
    ber_len_t length = 0;
    if (ber_peek_tag(ber, &length) != CONTROLS)
        return;
    char *end = NULL;
    for (ber_tag_t tag = ber_first_element(ber, &length, &end); tag != LBER_DEFAULT;
         tag = ber_next_element(ber, &length, end)) {
        struct berval type = {0};
        struct berval value = {0};
        ber_int_t critical = 0;
        if (ber_scanf(ber, "{m", &type) == LBER_ERROR)
            return;
        if (ber_peek_tag(ber, &length) == LBER_BOOLEAN)
            (void) ber_scanf(ber, "b", &critical); /* it makes no difference here */
        if (ber_peek_tag(ber, &length) == LBER_OCTETSTRING)
            (void) ber_scanf(ber, "m", &value); /* its absence is an empty value */
        if (type.bv_len == strlen(LDAP_CONTROL_PAGEDRESULTS) &&
            memcmp(type.bv_val, LDAP_CONTROL_PAGEDRESULTS, type.bv_len) == 0)
            read_page(&value, request);
        (void) ber_scanf(ber, "}"); /* leaves a control that was read */
    }
}

bool wire_receive(Sockbuf *socket, Request *ret)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_len_t length = 0;
    ber_int_t id = 0;
    *ret = (Request){0};
    bool received = ber_get_next(socket, &length, ber) == LDAP_TAG_MESSAGE &&
                    ber_get_int(ber, &id) != LBER_ERROR;
    if (received) {
        ret->id = id;
        ret->operation = ber_peek_tag(ber, &length);
        if (ret->operation == LDAP_REQ_SEARCH) {
            received = read_search(ber, ret);
            if (received) {
                (void) ber_scanf(ber, "}"); /* leaves the search */
                read_controls(ber, ret);
            }
        }
    }
    ber_free(ber, 1);
    return received;
}

static struct berval *flatten(BerElement *ber)
{
    struct berval *bytes = NULL;
    if (ber_flatten(ber, &bytes) != 0)
        g_error("a message cannot be made");
    ber_free(ber, 1);
    return bytes;
}

BerElement *wire_entry_begin(int id, const char *dn)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_printf(ber, "{it{s{", id, (ber_tag_t) LDAP_RES_SEARCH_ENTRY, dn);
    return ber;
}

void wire_entry_add(BerElement *ber, const char *name, const struct berval *values, size_t count)
{
    ber_printf(ber, "{s[", name);
    for (size_t i = 0; i < count; i++)
        ber_printf(ber, "o", values[i].bv_val, values[i].bv_len);
    ber_printf(ber, "]}");
}

void wire_entry_text(BerElement *ber, const char *name, const char *value)
{
    ber_printf(ber, "{s[s]}", name, value);
}

struct berval *wire_entry_end(BerElement *ber)
{
    ber_printf(ber, "}}}");
    return flatten(ber);
}

struct berval *wire_reference(int id, const char *uri)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_printf(ber, "{it{s}}", id, (ber_tag_t) LDAP_RES_SEARCH_REFERENCE, uri);
    return flatten(ber);
}

static void add_page(BerElement *ber, const Closing *closing)
{
    BerElement *inner = ber_alloc_t(LBER_USE_DER);
    if (closing->broken)
        ber_printf(inner, "s", "no sequence");
    else
        ber_printf(inner, "{is}", closing->estimate, closing->cookie);
    struct berval *value = flatten(inner);
    ber_printf(ber, "t{{so}}", (ber_tag_t) CONTROLS, LDAP_CONTROL_PAGEDRESULTS, value->bv_val,
               value->bv_len);
    ber_bvfree(value);
}

struct berval *wire_closing(const Closing *closing)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    ber_printf(ber, "{it{ess", closing->id, closing->operation, closing->code, "", "");
    if (closing->referral != NULL)
        ber_printf(ber, "t{s}", (ber_tag_t) LDAP_TAG_REFERRAL, closing->referral);
    if (closing->value != NULL)
        ber_printf(ber, "ts", (ber_tag_t) LDAP_TAG_EXOP_RES_VALUE, closing->value);
    ber_printf(ber, "}");
    if (closing->cookie != NULL || closing->broken)
        add_page(ber, closing);
    ber_printf(ber, "}");
    return flatten(ber);
}
