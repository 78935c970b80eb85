/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_frame.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* What stands behind PREFIX at the beginning of LINE, without the spaces around it; NULL when LINE
 * does not begin so. New string. */
static char *behind(const char *line, size_t length, const char *prefix)
{
    size_t skip = strlen(prefix);
    if (length < skip || g_ascii_strncasecmp(line, prefix, skip) != 0)
        return NULL;
    return g_strstrip(g_strndup(line + skip, length - skip));
}

static void take_reference(LdifFrame *frame, const char *url)
{
    frame->references++;
    if (frame->reference == NULL)
        frame->reference = text_safe(url, -1);
}

/* "estimate=3 cookie=MQA=", and "cookie=" behind the last page. */
static void take_page(LdifFrame *frame, const char *page)
{
    const char *cookie = strstr(page, "cookie=");
    frame->more = cookie != NULL && cookie[strlen("cookie=")] != '\0';
}

static void look_at_comment(LdifFrame *frame, const char *line, size_t length)
{
    g_autofree char *page = behind(line, length, "# pagedresults:");
    g_autofree char *url = behind(line, length, "# refldap");
    g_autofree char *begin = behind(line, length, "# LDAPv3");
    g_autofree char *end = behind(line, length, "# search result");
    if (page != NULL)
        take_page(frame, page);
    if (url != NULL) {
        g_autofree char *whole = g_strconcat("ldap", url, NULL);
        take_reference(frame, whole);
    }
    if (begin != NULL && *begin == '\0')
        frame->searching = true;
    if (end != NULL && *end == '\0')
        frame->searching = false;
}

void ldif_frame_look(LdifFrame *frame, const char *line, size_t length)
{
    if (length == 0 || (length == 1 && *line == '\r')) {
        frame->open = false;
        return;
    }
    if (*line == '#') {
        look_at_comment(frame, line, length);
        return;
    }
    if (*line == ' ')
        return;
    /* "version: 1" may stand right before the first DN */
    bool dn = length >= 3 && g_ascii_strncasecmp(line, "dn:", 3) == 0;
    frame->entry = dn || (frame->open && frame->entry);
    frame->open = true;
    if (frame->entry)
        return;
    g_autofree char *page = behind(line, length, "pagedresults:");
    g_autofree char *url = behind(line, length, "ref:");
    if (page != NULL)
        take_page(frame, page);
    if (url != NULL)
        take_reference(frame, url);
}

bool ldif_fail(unsigned long line, const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "line %lu: %s", line, why);
    return false;
}

bool ldif_frame_end(const LdifFrame *frame, unsigned long line, GError **error)
{
    if (frame->open && frame->entry && frame->by_server)
        return ldif_fail(line,
                         "no empty line ends the last entry: it may have been cut off\n"
                         "hint: if nothing is missing, add one",
                         error);
    if (frame->more)
        return ldif_fail(line,
                         "the search that wrote this was not at its end: a page was to follow\n"
                         "hint: export again; see what ldapsearch says when it ends",
                         error);
    if (frame->searching)
        return ldif_fail(line,
                         "the search that wrote this says nowhere that it ended\n"
                         "hint: export again; see what ldapsearch says when it ends",
                         error);
    return true;
}

void ldif_frame_clear(LdifFrame *frame)
{
    g_clear_pointer(&frame->reference, g_free);
    *frame = (LdifFrame){0};
}
