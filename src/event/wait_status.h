/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* How a task ended, from the status word to the fields that tell it. */
#pragma once

#include "event/event.h"

/*
 * Set every field that a wait status tells, as waitpid gives it or as a thread's exit_code: the
 * status, and the code, or the signal and whether a core was dumped. A signal without a name
 * leaves its field absent.
 */
void ll_event_set_wait_status(struct ll_event *event, uint64_t wait_status);
