/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The pid namespace of the tracer: the task iterator shows that one only. */
#pragma once

#include <stdbool.h>

/* Whether it is the first, where pids are as the kernel counts them; false when /proc does not tell. */
bool ll_namespace_is_first(void);
