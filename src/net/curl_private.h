/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_CURL_PRIVATE_H
#define NET_CURL_PRIVATE_H

/* What the users of libcurl in this room share. */

#include <curl/curl.h>
#include <stdlib.h>

/* after curl.h */
#include "base/autoptr.h"

/* LIST with LINE, which is copied, at its end. Out of memory aborts, as everywhere. */
static inline CurlList *curl_list_append(CurlList *list, const char *line)
{
    CurlList *longer = curl_slist_append(list, line);
    if (longer == NULL)
        abort();
    return longer;
}

#endif
