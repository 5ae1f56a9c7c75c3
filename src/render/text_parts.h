/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of ll_text_event() share: each function puts what happened, in one kind of event,
 * into the line. A fact that is not known is not mentioned.
 */
#pragma once

#include "event/event.h"
#include "render/line.h"

/* text_signal.c */
void ll_text_put_signal(struct ll_line *line, const struct ll_event *event);
void ll_text_put_deliver(struct ll_line *line, const struct ll_event *event);
/* By what came of it: red where it ends the target, yellow where it waits or stops it. */
enum ll_color ll_text_signal_color(const struct ll_event *event);
/* Whether an exit has a cause to tell that its status does not. */
bool ll_text_has_cause(const struct ll_event *event);
/* Put it behind the name of the process, with the blank between them. */
void ll_text_put_cause(struct ll_line *line, const struct ll_event *event);

/* text_state.c */
/*
 * Put the process by its name, "?" where none is known, and a blank after it; of a thread that is
 * not its first, that one before it when shows_thread.
 */
void ll_text_put_subject(struct ll_line *line, const struct ll_event *event, bool shows_thread);
void ll_text_put_state(struct ll_line *line, const struct ll_event *event);
void ll_text_put_state_times(struct ll_line *line, const struct ll_event *event);
/* Red for what is stuck, yellow for what is stopped. */
enum ll_color ll_text_state_color(const struct ll_event *event);
