/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Scope-bound ownership: an owning local carries a cleanup attribute and an initial
 * value, and leaves its scope only through TAKE().
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LL_CLEANUP(fn) __attribute__((cleanup(fn)))

/* Give the value away: evaluates to var's value and leaves null (or -1 for TAKE_FD) behind. */
#define TAKE(var)                                                                              \
	({                                                                                     \
		__typeof__(var) v_ = (var);                                                    \
		(var) = NULL;                                                                  \
		v_;                                                                            \
	})
#define TAKE_FD(var)                                                                           \
	({                                                                                     \
		int v_ = (var);                                                                \
		(var) = -1;                                                                    \
		v_;                                                                            \
	})

static inline void ll_free_cleanup(void *pointer)
{
	free(*(void **)pointer);
}

static inline void ll_close_cleanup(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void ll_fclose_cleanup(FILE **file)
{
	if (*file != NULL)
		fclose(*file);
}

#define LL_AUTO_FREE LL_CLEANUP(ll_free_cleanup)
#define LL_AUTO_CLOSE LL_CLEANUP(ll_close_cleanup)
#define LL_AUTO_FCLOSE LL_CLEANUP(ll_fclose_cleanup)
