/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A stream whose bytes go on as gzip in base64, as the page's script can read them. */
#pragma once

#include <stdio.h>

/*
 * Open it in front of out, which is borrowed and has to outlive it. fclose() writes what is left;
 * a failure shows as that of any stream. Returns NULL with errno set when there is no memory.
 */
FILE *ll_html_pack_open(FILE *out);
