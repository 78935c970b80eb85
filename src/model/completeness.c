/* SPDX-License-Identifier: Apache-2.0 */
#include "model/completeness.h"

void completeness_clear(Completeness *completeness)
{
    g_free(completeness->source);
    g_free(completeness->problem);
    g_free(completeness->server);
    g_free(completeness->kind);
    g_free(completeness->software);
    g_free(completeness->tls);
    g_free(completeness->digest);
    *completeness = (Completeness){0};
}
