/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

/* page - the style and the script of the HTML report: page.css and page.js, put into the program by
 * the build. */

extern const char page_css[];
extern const char page_js[];

#endif
