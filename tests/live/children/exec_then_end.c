/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A thread executes this program anew, which makes an end of the leader's task; the new one forks
 * bystanders, who may get that task's memory, and ends: first its leader, with 5, then another
 * thread. The bystanders exit 77 when that was waited for. exec_then_end TIMES BYSTANDERS
 */
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/prctl.h>

#include "fact.h"

/* The task is freed by a callback of a callback. */
#define GRACE_PERIODS 4

static char *path;
static const char *bystanders;

static void *execute_anew(void *arg)
{
	execl(path, "exec_then_end", "anew", bystanders, NULL);
	err(98, "%s", path);
	return arg;
}

static void run_subject(int gate)
{
	pthread_t thread;

	path = sibling("exec_then_end");
	dup2(gate, STDIN_FILENO);
	close(gate);
	pthread_create(&thread, NULL, execute_anew, NULL);
	for (;;)
		pause();
}

static void *outlive_leader(void *arg)
{
	char stat[64];

	snprintf(stat, sizeof(stat), "/proc/self/task/%d/stat", getpid());
	while (fact_stat_field(stat, 3) != 'Z')
		breathe();
	exit_thread(9);
	return arg;
}

/* Bystanders stay until the driver closes its end of the gate. */
static void run_anew(int count)
{
	pthread_t thread;

	for (int i = 0; i < GRACE_PERIODS; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	for (int i = 0; i < count; i++) {
		if (checked_fork() != 0)
			continue;
		while (await_word())
			continue;
		_exit(77);
	}
	pthread_create(&thread, NULL, outlive_leader, NULL);
	exit_thread(5);
}

static void take_children(void)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0)
		fact_wait(info.si_pid);
}

static void run_once(void)
{
	int gate[2];

	if (pipe2(gate, O_CLOEXEC) < 0)
		err(99, "pipe2");
	pid_t pid = checked_fork();
	if (pid == 0)
		run_subject(gate[0]);
	close(gate[0]);
	fact_wait(pid);
	close(gate[1]);
	take_children();
}

int main(int argc, char *argv[])
{
	bound_life();
	if (argc < 3)
		errx(99, "usage: exec_then_end TIMES BYSTANDERS");
	bystanders = argv[2];
	if (strcmp(argv[1], "anew") == 0)
		run_anew(atoi(bystanders));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int left = atoi(argv[1]); left > 0; left--)
		run_once();
	return 0;
}
