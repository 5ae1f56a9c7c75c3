/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The stop flag and its like: the only globals. Handlers only set them, or end at once. */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t pending[_NSIG];
static volatile sig_atomic_t stop_count;
static volatile sig_atomic_t child_running;

static void on_note(int number)
{
	pending[number] = 1;
}

static void on_stop(int number)
{
	pending[number] = 1;
	if (stop_count > 0 && !child_running)
		_exit(128 + number);
	stop_count = 1;
}

/* SA_RESTART keeps writes whole; poll and epoll_wait return EINTR all the same. */
static void catch (int number, void (*handler)(int), bool even_if_ignored)
{
	struct sigaction old, new = { .sa_handler = handler, .sa_flags = SA_RESTART };

	if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN && !even_if_ignored)
		return;
	sigaction(number, &new, NULL);
}

void ll_signals_catch(void)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		catch (stops[i], on_stop, false);
	catch (SIGPIPE, on_note, false);
	catch (SIGXFSZ, on_note, false);
	catch (SIGWINCH, on_note, true);
	/* Ignored, it would have the kernel reap CMD and its status be gone. */
	catch (SIGCHLD, on_note, true);
}

void ll_signals_set_child(bool running)
{
	if (running)
		catch (SIGQUIT, on_note, false);
	child_running = running;
	if (!running)
		stop_count = 0;
}

bool ll_signals_stop_wanted(void)
{
	return stop_count > 0;
}

bool ll_signals_take(int number)
{
	bool was_pending = pending[number];

	pending[number] = 0;
	return was_pending;
}
