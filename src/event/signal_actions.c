/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The masks of the kernel: include/linux/signal.h SIG_KERNEL_*_MASK. */
#include "event/signal_actions.h"

#include <signal.h>
#include <stdint.h>

#define BIT(signal) (UINT64_C(1) << (signal))
#define CORE_SIGNALS                                                                           \
	(BIT(SIGQUIT) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGABRT) | BIT(SIGFPE) |              \
	 BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGSYS) | BIT(SIGXCPU) | BIT(SIGXFSZ))
#define IGNORED_SIGNALS (BIT(SIGCHLD) | BIT(SIGWINCH) | BIT(SIGURG))
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
#define FAULT_SIGNALS                                                                          \
	(BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGTRAP) | BIT(SIGSYS))

static bool is_among(uint64_t signals, unsigned signal)
{
	return signal < 64 && (signals >> signal & 1);
}

enum ll_signal_action ll_signal_default_action(unsigned signal)
{
	if (is_among(CORE_SIGNALS, signal))
		return LL_ACTION_CORE;
	if (is_among(STOP_SIGNALS, signal))
		return LL_ACTION_STOP;
	if (is_among(IGNORED_SIGNALS, signal))
		return LL_ACTION_IGNORE;
	return signal == SIGCONT ? LL_ACTION_CONTINUE : LL_ACTION_TERMINATE;
}

bool ll_signal_is_deadly(unsigned signal)
{
	enum ll_signal_action action = ll_signal_default_action(signal);

	return action == LL_ACTION_TERMINATE || action == LL_ACTION_CORE;
}

bool ll_signal_is_fault(unsigned signal)
{
	return is_among(FAULT_SIGNALS, signal);
}
