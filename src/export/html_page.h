/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The page, put together of the files in src/export/html as they are: page.html names the others
 * where they go, as <!--{NAME}-->, and the data as <!--{data}-->.
 */
#pragma once

#include <stdio.h>

/* Write the data, which holds nothing that could end a script. Returns 0 or -errno. */
typedef int (*ll_html_data_fn)(void *arg, FILE *out);

/* Write the whole page. Returns 0 or -errno. */
int ll_html_page_write(FILE *out, ll_html_data_fn data, void *arg);
