/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A child does what the kernel answers with a signal, first with a handler, which says what it was
 * told, then without one, which is its end. fault VARIANT
 *   unmapped, forbidden, past_end, illegal: a bad access, or instruction
 *   pipe, abort, system_call: SIGPIPE, abort(), a system call seccomp forbids
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "signal_fact.h"

static sigjmp_buf again;
static int ends[2];

static void touch(void *at)
{
	volatile char *volatile byte = at;

	*byte = 1;
}

static void touch_forbidden(void)
{
	touch(mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void touch_past_end(void)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);

	touch(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
}

static void write_to_nobody(void)
{
	if (ends[0] == 0 && pipe(ends) == 0)
		close(ends[0]);
	if (write(ends[1], "x", 1) < 0)
		return;
}

static void forbid_getpriority(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = rules };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		FACT("skip", STR("reason", "no seccomp filters here"));
}

static void do_wrong(const char *variant)
{
	if (strcmp(variant, "unmapped") == 0)
		touch((void *)16);
	else if (strcmp(variant, "forbidden") == 0)
		touch_forbidden();
	else if (strcmp(variant, "past_end") == 0)
		touch_past_end();
	else if (strcmp(variant, "illegal") == 0)
		__builtin_trap();
	else if (strcmp(variant, "pipe") == 0)
		write_to_nobody();
	else if (strcmp(variant, "abort") == 0)
		abort();
	else
		syscall(SYS_getpriority, 0, 0);
}

static void say(int signal, siginfo_t *info, void *context)
{
	(void)context;
	fact_siginfo("handled", info);
	/* A second one of these ends the process. */
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigaction(signal, &action, NULL);
	siglongjmp(again, 1);
}

static void run(const char *variant)
{
	static const int signals[] = { SIGSEGV, SIGBUS,  SIGILL, SIGTRAP,
				       SIGPIPE, SIGABRT, SIGSYS };

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		handle_signal(signals[i], say);
	if (strcmp(variant, "system_call") == 0)
		forbid_getpriority();
	sigsetjmp(again, 1);
	do_wrong(variant);
	_exit(0);
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(99, "usage: fault VARIANT");
	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0)
		run(argv[1]);
	fact_wait(pid);
	return 0;
}
