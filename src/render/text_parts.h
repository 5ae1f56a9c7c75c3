/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of ll_text_event() share: each function puts what happened, in one kind of event,
 * into the line. A fact that is not known is not mentioned.
 */
#pragma once

#include "event/event.h"
#include "render/line.h"

/* text_state.c */
void ll_text_put_state(struct ll_line *line, const struct ll_event *event);
void ll_text_put_state_times(struct ll_line *line, const struct ll_event *event);
/* Red for what is stuck, yellow for what is stopped. */
enum ll_color ll_text_state_color(const struct ll_event *event);
