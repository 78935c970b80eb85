/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/pacing.h"

int64_t pacing_delay(const Pacing *pacing, int64_t now)
{
    if (!pacing->any)
        return 0;
    int64_t passed = now - pacing->last;
    return passed >= pacing->interval ? 0 : pacing->interval - passed;
}

void pacing_mark(Pacing *pacing, int64_t now)
{
    pacing->last = now;
    pacing->any = true;
}
