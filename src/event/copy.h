/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* An event that outlasts its source: a copy, with the bytes its strings point to. */
#pragma once

#include "event/event.h"

/* Returns a copy in one piece of heap, the caller's, freed with free(); NULL when out of memory. */
struct ll_event *ll_event_copy(const struct ll_event *event);
