/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The release, as --version prints it. */
#pragma once

#define LL_VERSION "0.1.0"
