/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Why a process cannot be watched: as much as /proc knows, with a remedy where there is one. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/absent.h"

static void assert_says(const struct ll_options *options, const char *words)
{
	LL_AUTO_FREE char *why = ll_absent_why(options);

	assert_non_null(why);
	if (strstr(why, words) == NULL)
		fail_msg("'%s' is not in: %s", words, why);
}

static void process_that_ended_is_gone(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_says(&(struct ll_options){ .pid = pid }, "no such process");
}

struct thread {
	pthread_barrier_t meet; /* when it has told its tid, and when it may end */
	pid_t tid;
};

static void *tell_tid(void *arg)
{
	struct thread *thread = arg;

	thread->tid = gettid();
	pthread_barrier_wait(&thread->meet);
	pthread_barrier_wait(&thread->meet);
	return NULL;
}

static void thread_is_told_with_its_process(void **state)
{
	struct thread thread;
	pthread_t handle;
	char words[32];

	(void)state;
	assert_int_equal(pthread_barrier_init(&thread.meet, NULL, 2), 0);
	assert_int_equal(pthread_create(&handle, NULL, tell_tid, &thread), 0);
	pthread_barrier_wait(&thread.meet);
	LL_AUTO_FREE char *why = ll_absent_why(&(struct ll_options){ .pid = thread.tid });
	pthread_barrier_wait(&thread.meet);
	assert_int_equal(pthread_join(handle, NULL), 0);
	pthread_barrier_destroy(&thread.meet);
	snprintf(words, sizeof(words), "try -p %d", getpid());
	assert_non_null(strstr(why, words));
}

static void filters_are_named_when_there_are_any(void **state)
{
	(void)state;
	assert_says(&(struct ll_options){ .pid = getpid(), .comm = "x" }, "--cgroup");
	assert_says(&(struct ll_options){ .pid = getpid(), .has_uid = true }, "--cgroup");
	assert_says(&(struct ll_options){ .pid = getpid(), .cgroup = "/x" }, "--cgroup");
}

static void process_that_exists_all_the_same_is_hidden(void **state)
{
	(void)state;
	assert_says(&(struct ll_options){ .pid = getpid() },
		    "does not show it to BPF programs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(process_that_ended_is_gone),
		cmocka_unit_test(thread_is_told_with_its_process),
		cmocka_unit_test(filters_are_named_when_there_are_any),
		cmocka_unit_test(process_that_exists_all_the_same_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
