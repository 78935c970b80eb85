/* SPDX-License-Identifier: Apache-2.0 */
#include "model/located.h"

#include <glib.h>

void located_free(Located *located)
{
    if (located == NULL)
        return;
    g_free(located->dn);
    g_free(located);
}
