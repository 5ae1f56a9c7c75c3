/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A table, because sigabbrev_np() knows neither the prefix nor real-time signals. */
#include "event/signal_names.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"

_Static_assert(SIGSYS == 31, "signal numbers of x86, arm64 and their like");

const char *ll_signal_name(unsigned number)
{
	static const char *const names[LL_SIGNAL_MAX + 1] = {
		[SIGHUP] = "SIGHUP",   [SIGINT] = "SIGINT",
		[SIGQUIT] = "SIGQUIT", [SIGILL] = "SIGILL",
		[SIGTRAP] = "SIGTRAP", [SIGABRT] = "SIGABRT",
		[SIGBUS] = "SIGBUS",   [SIGFPE] = "SIGFPE",
		[SIGKILL] = "SIGKILL", [SIGUSR1] = "SIGUSR1",
		[SIGSEGV] = "SIGSEGV", [SIGUSR2] = "SIGUSR2",
		[SIGPIPE] = "SIGPIPE", [SIGALRM] = "SIGALRM",
		[SIGTERM] = "SIGTERM", [SIGSTKFLT] = "SIGSTKFLT",
		[SIGCHLD] = "SIGCHLD", [SIGCONT] = "SIGCONT",
		[SIGSTOP] = "SIGSTOP", [SIGTSTP] = "SIGTSTP",
		[SIGTTIN] = "SIGTTIN", [SIGTTOU] = "SIGTTOU",
		[SIGURG] = "SIGURG",   [SIGXCPU] = "SIGXCPU",
		[SIGXFSZ] = "SIGXFSZ", [SIGVTALRM] = "SIGVTALRM",
		[SIGPROF] = "SIGPROF", [SIGWINCH] = "SIGWINCH",
		[SIGIO] = "SIGIO",     [SIGPWR] = "SIGPWR",
		[SIGSYS] = "SIGSYS",   [32] = "SIG32",
		[33] = "SIG33",        [34] = "SIGRTMIN",
		[35] = "SIGRTMIN+1",   [36] = "SIGRTMIN+2",
		[37] = "SIGRTMIN+3",   [38] = "SIGRTMIN+4",
		[39] = "SIGRTMIN+5",   [40] = "SIGRTMIN+6",
		[41] = "SIGRTMIN+7",   [42] = "SIGRTMIN+8",
		[43] = "SIGRTMIN+9",   [44] = "SIGRTMIN+10",
		[45] = "SIGRTMIN+11",  [46] = "SIGRTMIN+12",
		[47] = "SIGRTMIN+13",  [48] = "SIGRTMIN+14",
		[49] = "SIGRTMIN+15",  [50] = "SIGRTMIN+16",
		[51] = "SIGRTMIN+17",  [52] = "SIGRTMIN+18",
		[53] = "SIGRTMIN+19",  [54] = "SIGRTMIN+20",
		[55] = "SIGRTMIN+21",  [56] = "SIGRTMIN+22",
		[57] = "SIGRTMIN+23",  [58] = "SIGRTMIN+24",
		[59] = "SIGRTMIN+25",  [60] = "SIGRTMIN+26",
		[61] = "SIGRTMIN+27",  [62] = "SIGRTMIN+28",
		[63] = "SIGRTMIN+29",  [64] = "SIGRTMIN+30",
	};

	return number <= LL_SIGNAL_MAX ? names[number] : NULL;
}

/* libc's, as in ll_signal_name(). */
#define RTMIN 34
#define RTMAX LL_SIGNAL_MAX

/* Parse one or two digits. Returns -1 when text is anything else. */
static int parse_digits(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return length >= 1 && length <= 2 && text[length] == '\0' ? atoi(text) : -1;
}

/* "RTMIN", "RTMIN+3", "RTMAX-1". */
static unsigned find_realtime(const char *name)
{
	bool is_max = strncasecmp(name, "RTMAX", 5) == 0;
	int offset;

	if (!is_max && strncasecmp(name, "RTMIN", 5) != 0)
		return 0;
	if (name[5] == '\0')
		return is_max ? RTMAX : RTMIN;
	offset = name[5] == (is_max ? '-' : '+') ? parse_digits(name + 6) : -1;
	if (offset < 0 || offset > RTMAX - RTMIN)
		return 0;
	return (unsigned)(is_max ? RTMAX - offset : RTMIN + offset);
}

/* The other names some have: signal(7). */
static unsigned find_alias(const char *name)
{
	static const struct {
		const char *name;
		unsigned number;
	} aliases[] = { { "IOT", SIGABRT }, { "CLD", SIGCHLD }, { "POLL", SIGIO } };

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcasecmp(aliases[i].name, name) == 0)
			return aliases[i].number;
	}
	return 0;
}

unsigned ll_signal_find(const char *name, size_t length)
{
	char text[16];
	const char *bare = text;

	if (length == 0 || length >= sizeof(text))
		return 0;
	memcpy(text, name, length);
	text[length] = '\0';
	int number = parse_digits(text);
	if (number >= 0)
		return number <= LL_SIGNAL_MAX ? (unsigned)number : 0;
	if (strncasecmp(text, "SIG", 3) == 0)
		bare += 3;
	for (unsigned i = 1; i <= LL_SIGNAL_MAX; i++) {
		if (strcasecmp(ll_signal_name(i) + 3, bare) == 0)
			return i;
	}
	number = (int)find_realtime(bare);
	return number != 0 ? (unsigned)number : find_alias(bare);
}

const char *ll_signal_suggest(const char *name)
{
	const char *bare = strncasecmp(name, "SIG", 3) == 0 ? name + 3 : name;
	char upper[LL_SUGGEST_MAX + 1] = "";
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t i = 0; i < LL_SUGGEST_MAX && bare[i] != '\0'; i++)
		upper[i] = (char)toupper((unsigned char)bare[i]);
	for (unsigned number = 1; number <= LL_SIGNAL_MAX; number++)
		best = ll_suggest_nearer(upper, ll_signal_name(number) + 3, best, &distance);
	return best;
}

/* Codes that any signal can have: include/uapi/asm-generic/siginfo.h. */
static const char *common_code_name(int code)
{
	switch (code) {
	case 0:
		return "SI_USER";
	case -1:
		return "SI_QUEUE";
	case -2:
		return "SI_TIMER";
	case -3:
		return "SI_MESGQ";
	case -4:
		return "SI_ASYNCIO";
	case -5:
		return "SI_SIGIO";
	case -6:
		return "SI_TKILL";
	case -7:
		return "SI_DETHREAD";
	case -60:
		return "SI_ASYNCNL";
	case 0x80:
		return "SI_KERNEL";
	default:
		return NULL;
	}
}

/* From 1 on, in the order of include/uapi/asm-generic/siginfo.h; NULL-terminated. */
static const char *const *code_names(unsigned signal)
{
	static const char *const none[] = { NULL };
	static const char *const ill[] = { "ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR",
					   "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG",
					   "ILL_COPROC", "ILL_BADSTK", NULL };
	static const char *const fpe[] = { "FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV",
					   "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES",
					   "FPE_FLTINV", "FPE_FLTSUB", NULL };
	static const char *const segv[] = { "SEGV_MAPERR",
					    "SEGV_ACCERR",
					    "SEGV_BNDERR",
					    "SEGV_PKUERR",
					    "SEGV_ACCADI",
					    "SEGV_ADIDERR",
					    "SEGV_ADIPERR",
					    "SEGV_MTEAERR",
					    "SEGV_MTESERR",
					    "SEGV_CPERR",
					    NULL };
	static const char *const bus[] = { "BUS_ADRALN",    "BUS_ADRERR",    "BUS_OBJERR",
					   "BUS_MCEERR_AR", "BUS_MCEERR_AO", NULL };
	static const char *const trap[] = { "TRAP_BRKPT",  "TRAP_TRACE", "TRAP_BRANCH",
					    "TRAP_HWBKPT", "TRAP_UNK",   "TRAP_PERF",
					    NULL };
	static const char *const chld[] = { "CLD_EXITED",  "CLD_KILLED",  "CLD_DUMPED",
					    "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED",
					    NULL };
	static const char *const poll[] = { "POLL_IN",  "POLL_OUT", "POLL_MSG", "POLL_ERR",
					    "POLL_PRI", "POLL_HUP", NULL };
	static const char *const sys[] = { "SYS_SECCOMP", "SYS_USER_DISPATCH", NULL };

	switch (signal) {
	case SIGILL:
		return ill;
	case SIGFPE:
		return fpe;
	case SIGSEGV:
		return segv;
	case SIGBUS:
		return bus;
	case SIGTRAP:
		return trap;
	case SIGCHLD:
		return chld;
	case SIGIO:
		return poll;
	case SIGSYS:
		return sys;
	default:
		return none;
	}
}

const char *ll_signal_code_name(unsigned signal, int code)
{
	const char *const *names = code_names(signal);

	for (int i = 0; names[i] != NULL; i++)
		if (code == i + 1)
			return names[i];
	return common_code_name(code);
}
