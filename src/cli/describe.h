/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a capture or an export says of the machine, lifeline and the watch. */
#pragma once

#include "capture/about.h"
#include "cli/source.h"

/*
 * Add all that is known: of this machine now, or of a capture what it says itself. The source is
 * open. Returns 0 or -ENOMEM.
 */
int ll_describe_watch(const struct ll_source *source, struct ll_about *about);
