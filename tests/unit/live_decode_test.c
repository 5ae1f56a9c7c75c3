/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* From records to events: what all have, births, snapshots, cgroups, and what is refused. */
#include "support/decoding.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"

/* include/linux/sched.h */
#define PF_KTHREAD 0x00200000u
#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const uint32_t event_kinds[] = {
	LL_WIRE_FORK,         LL_WIRE_EXEC,   LL_WIRE_EXEC_FAILED, LL_WIRE_THREAD_EXIT,
	LL_WIRE_PROCESS_EXIT, LL_WIRE_REAP,   LL_WIRE_RENAME,      LL_WIRE_OOM_KILL,
	LL_WIRE_TASK,         LL_RECORD_TASK,
};

static const uint32_t other_kinds[] = {
	LL_WIRE_CGROUP_MKDIR,   LL_WIRE_CGROUP_RMDIR, LL_RECORD_LOST,
	LL_RECORD_SNAPSHOT_END, LL_RECORD_LAST_END,
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void every_event_says_who_and_when(void **state)
{
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(event_kinds); i++) {
		wire_begin(&decoding->record, event_kinds[i]);
		const struct ll_event *event = decoding_run(decoding);

		assert_int_equal(event->time_boottime_ns, WIRE_TIME_NS);
		assert_int_equal(event->thread_start_boottime_ns, WIRE_THREAD_START_NS);
		assert_int_equal(event->parent_start_boottime_ns, WIRE_PARENT_START_NS);
		assert_number_known(event, PID, tgid, WIRE_TGID);
		assert_number_known(event, TID, tid, WIRE_TID);
		assert_number_known(event, CREATION, start_boottime_ns, WIRE_START_NS);
		assert_number_known(event, PPID, parent_tgid, WIRE_PARENT_TGID);
		assert_str_known(event, ENTITY_ID, entity_id, "4242-abc000");
		assert_str_known(event, PARENT_ENTITY_ID, parent_entity_id, "77-123");
		assert_str_known(event, COMM, comm, "worker");
		assert_absent(event, LATE);
		assert_absent(event, INFERRED);
	}
}

static void each_wire_kind_becomes_its_event_kind(void **state)
{
	static const struct {
		uint32_t wire;
		enum ll_event_kind event;
	} pairs[] = {
		{ LL_WIRE_FORK, LL_EVENT_FORK },
		{ LL_WIRE_EXEC, LL_EVENT_EXEC },
		{ LL_WIRE_EXEC_FAILED, LL_EVENT_EXEC_FAILED },
		{ LL_WIRE_THREAD_EXIT, LL_EVENT_EXIT },
		{ LL_WIRE_PROCESS_EXIT, LL_EVENT_EXIT },
		{ LL_WIRE_REAP, LL_EVENT_REAP },
		{ LL_WIRE_RENAME, LL_EVENT_RENAME },
		{ LL_WIRE_OOM_KILL, LL_EVENT_OOM_KILL },
		{ LL_WIRE_TASK, LL_EVENT_SNAPSHOT },
	};
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(pairs); i++) {
		wire_begin(&decoding->record, pairs[i].wire);
		assert_int_equal(decoding_run(decoding)->kind, pairs[i].event);
		assert_int_equal(ll_decode_kind(pairs[i].wire), pairs[i].event);
	}
	assert_int_equal(ll_decode_kind(LL_WIRE_CGROUP_MKDIR), LL_EVENT_KINDS);
	assert_int_equal(ll_decode_kind(LL_WIRE_CGROUP_RMDIR), LL_EVENT_KINDS);
	assert_int_equal(ll_decode_kind(0), LL_EVENT_KINDS);
	assert_int_equal(ll_decode_kind(LL_WIRE_KINDS), LL_EVENT_KINDS);
	assert_int_equal(ll_decode_kind(UINT32_MAX), LL_EVENT_KINDS);
}

static void wall_clock_time_is_boot_time_and_the_offset(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	ll_decoder_set_clock(decoding->decoder, INT64_C(1700000000000000000));
	assert_number_known(decoding_run(decoding), TIME, time_unix_ns,
			    UINT64_C(1700000005000000000));
	assert_int_equal(decoding->event.time_boottime_ns, WIRE_TIME_NS);
	/* A wall clock that was never set runs behind the boot clock. */
	ll_decoder_set_clock(decoding->decoder, -1000);
	assert_number_known(decoding_run(decoding), TIME, time_unix_ns, WIRE_TIME_NS - 1000);
}

static void late_is_known_only_when_it_is_true(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	assert_int_equal(decoding_try(decoding, true), 1);
	assert_number_known(&decoding->event, LATE, late, true);
	assert_int_equal(decoding_try(decoding, false), 1);
	assert_absent(&decoding->event, LATE);
}

/* Compare a field with the one line of a file under /proc/sys/kernel. */
static void assert_is_line_of(const struct ll_event *event, enum ll_field field,
			      struct ll_str value, const char *path)
{
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	char line[300] = "";

	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		assert_false(ll_event_has(event, field));
		return;
	}
	assert_true(ll_event_has(event, field));
	assert_int_equal(value.length, strcspn(line, "\n"));
	assert_memory_equal(value.data, line, value.length);
}

static void host_and_boot_are_the_ones_proc_names(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_is_line_of(event, LL_F_HOST_NAME, event->host_name, "/proc/sys/kernel/hostname");
	assert_is_line_of(event, LL_F_BOOT_ID, event->boot_id,
			  "/proc/sys/kernel/random/boot_id");
}

static void a_comm_of_all_its_bytes_needs_no_terminator(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	memcpy(decoding->record.header.comm, "0123456789abcdef", LL_COMM_LEN);
	assert_str_known(decoding_run(decoding), COMM, comm, "0123456789abcdef");
}

static void a_comm_keeps_its_raw_bytes(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	memcpy(decoding->record.header.comm, "\xff\x1b[0m\n", 7);
	assert_str_known(decoding_run(decoding), COMM, comm, "\xff\x1b[0m\n");
}

static void make_orphan(struct wire_record *record, uint32_t tgid)
{
	wire_fork(record);
	record->header.tgid = tgid;
	record->header.parent_tgid = 0;
	record->header.parent_start_boottime_ns = 0;
}

static void the_parent_of_init_is_pid_0_without_identity(void **state)
{
	struct decoding *decoding = *state;

	for (uint32_t tgid = 1; tgid <= 2; tgid++) {
		make_orphan(&decoding->record, tgid);
		assert_number_known(decoding_run(decoding), PPID, parent_tgid, 0);
		assert_absent(&decoding->event, PARENT_ENTITY_ID);
		assert_int_equal(decoding->event.parent_start_boottime_ns, 0);
	}
}

static void an_unknown_parent_is_absent(void **state)
{
	struct decoding *decoding = *state;

	make_orphan(&decoding->record, WIRE_TGID);
	const struct ll_event *event = decoding_run(decoding);
	assert_absent(event, PPID);
	assert_absent(event, PARENT_ENTITY_ID);
	assert_int_equal(event->parent_start_boottime_ns, 0);
}

static void fork_says_what_was_made_and_who_asked(void **state)
{
	static const uint8_t kinds[][2] = {
		{ LL_WIRE_FORK_PROCESS, LL_FORK_PROCESS },
		{ LL_WIRE_FORK_VFORK, LL_FORK_VFORK },
		{ LL_WIRE_FORK_THREAD, LL_FORK_THREAD },
		{ LL_WIRE_FORK_KTHREAD, LL_FORK_KTHREAD },
	};
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		wire_fork(&decoding->record);
		decoding->record.fork.fork_kind = kinds[i][0];
		const struct ll_event *event = decoding_run(decoding);
		assert_number_known(event, FORK_KIND, fork_kind, kinds[i][1]);
		assert_number_known(event, FORK_CALLER, fork_caller_tgid, 88);
		assert_number_known(event, FORK_CALLER_TID, fork_caller_tid, 89);
	}
}

static void a_fork_kind_nobody_knows_is_refused(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	decoding->record.fork.fork_kind = LL_WIRE_FORK_KTHREAD + 1;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	decoding->record.fork.fork_kind = UINT32_MAX;
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
}

static void assert_identity_is_known(const struct ll_event *event)
{
	assert_number_known(event, EUID, euid, 1001);
	assert_number_known(event, RUID, ruid, 1002);
	assert_number_known(event, PGID, pgid, 1003);
	assert_number_known(event, SID, sid, 1004);
	assert_number_known(event, VPID, vpid, 1005);
	assert_number_known(event, KTHREAD, is_kthread, false);
}

static void fork_exec_and_snapshot_carry_the_identity(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	assert_identity_is_known(decoding_run(decoding));
	wire_exec(&decoding->record);
	assert_identity_is_known(decoding_run(decoding));
	wire_exec_failed(&decoding->record, ENOENT);
	assert_identity_is_known(decoding_run(decoding));
	wire_task(&decoding->record, 0);
	assert_identity_is_known(decoding_run(decoding));
	wire_completed_task(&decoding->record);
	assert_identity_is_known(decoding_run(decoding));
}

static void a_kernel_thread_is_known_by_its_flag(void **state)
{
	struct decoding *decoding = *state;

	wire_fork(&decoding->record);
	decoding->record.header.task_flags = PF_KTHREAD | 0x40u;
	assert_number_known(decoding_run(decoding), KTHREAD, is_kthread, true);
	decoding->record.header.task_flags = ~PF_KTHREAD;
	assert_number_known(decoding_run(decoding), KTHREAD, is_kthread, false);
}

static void rename_has_the_name_before_and_after(void **state)
{
	struct decoding *decoding = *state;

	wire_rename(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_str_known(event, COMM, comm, "worker");
	assert_str_known(event, PREVIOUS_COMM, previous_comm, "before");
	memset(decoding->record.rename.previous_comm, 'x', LL_COMM_LEN);
	assert_str_known(decoding_run(decoding), PREVIOUS_COMM, previous_comm,
			 "xxxxxxxxxxxxxxxx");
}

static void an_oom_victim_known_by_pid_alone_has_nothing_else(void **state)
{
	struct decoding *decoding = *state;

	wire_begin(&decoding->record, LL_WIRE_OOM_KILL);
	decoding->record.header = (struct ll_wire_header){
		.size = sizeof(struct ll_wire_oom_kill),
		.kind = LL_WIRE_OOM_KILL,
		.time_boottime_ns = WIRE_TIME_NS,
		.tgid = WIRE_TGID,
		.tid = WIRE_TGID,
	};
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, PID, tgid, WIRE_TGID);
	assert_absent(event, CREATION);
	assert_absent(event, ENTITY_ID);
	assert_absent(event, COMM);
	assert_absent(event, PPID);
	assert_absent(event, PARENT_ENTITY_ID);
	assert_int_equal(event->thread_start_boottime_ns, 0);
	assert_int_equal(event->parent_start_boottime_ns, 0);
}

static void a_snapshot_says_in_which_state_the_task_is(void **state)
{
	struct decoding *decoding = *state;

	wire_task(&decoding->record, 0);
	assert_number_known(decoding_run(decoding), STATE_NOW, task_state, LL_TASK_ALIVE);
	wire_task(&decoding->record, LL_WIRE_TASK_ZOMBIE);
	assert_number_known(decoding_run(decoding), STATE_NOW, task_state, LL_TASK_ZOMBIE);
	wire_task(&decoding->record, LL_WIRE_TASK_LEADER_DEAD);
	assert_number_known(decoding_run(decoding), STATE_NOW, task_state, LL_TASK_LEADER_DEAD);
}

static void a_bare_task_has_no_image(void **state)
{
	struct decoding *decoding = *state;

	wire_task(&decoding->record, 0);
	const struct ll_event *event = decoding_run(decoding);
	assert_absent(event, EXE);
	assert_absent(event, EXE_STATE);
	assert_absent(event, CWD);
	assert_absent(event, ARGS);
	assert_absent(event, ARGS_TRUNCATED);
}

static void a_completed_task_has_what_proc_told(void **state)
{
	struct decoding *decoding = *state;

	wire_completed_task(&decoding->record);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_SNAPSHOT);
	assert_number_known(event, STATE_NOW, task_state, LL_TASK_ALIVE);
	assert_str_known(event, EXE, exe, "/usr/bin/cat");
	assert_str_known(event, CWD, cwd, "/tmp");
	assert_str_known(event, ARGS, args, "cat\0a b\0");
	assert_absent(event, EXE_STATE);
	assert_absent(event, ARGS_TRUNCATED);
}

static void a_completed_task_marks_what_is_deleted_or_cut(void **state)
{
	struct decoding *decoding = *state;

	wire_completed_task(&decoding->record);
	decoding->record.completed_task.exe_is_deleted = 1;
	decoding->record.completed_task.args_are_truncated = 1;
	const struct ll_event *event = decoding_run(decoding);
	assert_number_known(event, EXE_STATE, exe_state, LL_FILE_DELETED);
	assert_number_known(event, ARGS_TRUNCATED, args_truncated, true);
}

static void what_proc_did_not_tell_is_absent(void **state)
{
	struct decoding *decoding = *state;

	wire_begin(&decoding->record, LL_RECORD_TASK);
	const struct ll_event *event = decoding_run(decoding);
	assert_absent(event, EXE);
	assert_absent(event, CWD);
	assert_absent(event, ARGS);
}

static void a_loss_says_kind_count_and_cpu(void **state)
{
	struct decoding *decoding = *state;

	wire_lost(&decoding->record, LL_WIRE_THREAD_EXIT, 12);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_LOST);
	assert_int_equal(event->time_boottime_ns, WIRE_TIME_NS);
	assert_str_known(event, LOST_KIND, lost_kind, "process.exit");
	assert_number_known(event, LOST_COUNT, lost_count, 12);
	assert_number_known(event, LOST_CPU, lost_cpu, 3);
	assert_absent(event, PID);
	assert_absent(event, COMM);
}

static void a_lost_cgroup_record_is_called_so(void **state)
{
	struct decoding *decoding = *state;

	wire_lost(&decoding->record, LL_WIRE_CGROUP_MKDIR, 1);
	assert_str_known(decoding_run(decoding), LOST_KIND, lost_kind, "cgroup");
}

static void the_end_of_a_snapshot_has_a_time_and_no_subject(void **state)
{
	struct decoding *decoding = *state;

	wire_begin(&decoding->record, LL_RECORD_SNAPSHOT_END);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_SNAPSHOT_END);
	assert_int_equal(event->time_boottime_ns, WIRE_TIME_NS);
	assert_absent(event, PID);
	assert_absent(event, ENTITY_ID);
	assert_false(event->is_last);
}

static void the_end_of_the_last_snapshot_says_so(void **state)
{
	struct decoding *decoding = *state;

	wire_begin(&decoding->record, LL_RECORD_LAST_END);
	const struct ll_event *event = decoding_run(decoding);
	assert_int_equal(event->kind, LL_EVENT_SNAPSHOT_END);
	assert_true(event->is_last);
}

static void put_in_cgroup(struct decoding *decoding, uint64_t v2_id, uint64_t v1_id)
{
	wire_fork(&decoding->record);
	decoding->record.fork.identity.cgroup_id = v2_id;
	decoding->record.fork.identity.cgroup_v1_id = v1_id;
}

static void a_cgroup_record_names_the_id_of_later_events(void **state)
{
	struct decoding *decoding = *state;

	decoding_mkdir(decoding, 500, 0, "/a.slice/b.service");
	put_in_cgroup(decoding, 500, 0);
	assert_str_known(decoding_run(decoding), CGROUP, cgroup, "/a.slice/b.service");
	assert_absent(&decoding->event, CONTAINER);
}

static void an_id_without_a_path_leaves_the_cgroup_absent(void **state)
{
	struct decoding *decoding = *state;

	put_in_cgroup(decoding, 501, 0);
	const struct ll_event *event = decoding_run(decoding);
	assert_absent(event, CGROUP);
	assert_absent(event, CONTAINER);
}

static void a_removed_cgroup_still_names_its_last_tasks(void **state)
{
	struct decoding *decoding = *state;

	decoding_mkdir(decoding, 500, 0, "/gone");
	wire_cgroup(&decoding->record, LL_WIRE_CGROUP_RMDIR, 500, 0, "/gone");
	assert_int_equal(decoding_try(decoding, false), 0);
	put_in_cgroup(decoding, 500, 0);
	assert_str_known(decoding_run(decoding), CGROUP, cgroup, "/gone");
}

static void the_names_container_engines_give_tell_the_container(void **state)
{
	static const char *const paths[] = {
		"/docker/" ID64,
		"/system.slice/docker-" ID64 ".scope",
		"/machine.slice/libpod-" ID64 ".scope",
		"/machine.slice/libpod-" ID64 ".scope/container",
		"/libpod_parent/libpod-" ID64,
		"/kubepods/besteffort/pod2f3e6a4c-1111-2222-3333-444455556666/" ID64,
		"/kubepods.slice/kubepods-pod2f3e6a4c_1111.slice/cri-containerd-" ID64 ".scope",
		"/kubepods.slice/kubepods-burstable.slice/crio-" ID64 ".scope",
		"/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" ID64,
	};
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(paths); i++) {
		decoding_mkdir(decoding, 600 + i, 0, paths[i]);
		put_in_cgroup(decoding, 600 + i, 0);
		assert_str_known(decoding_run(decoding), CONTAINER, container_id, ID64);
	}
}

static void a_cgroup_without_a_path_is_refused(void **state)
{
	struct decoding *decoding = *state;

	wire_cgroup(&decoding->record, LL_WIRE_CGROUP_MKDIR, 500, 0, "");
	assert_int_equal(decoding_try(decoding, false), -EBADMSG);
}

static void try_all_short_sizes(struct decoding *decoding, uint32_t kind)
{
	for (uint32_t size = 0; size < wire_fixed_size(kind); size++) {
		wire_begin(&decoding->record, kind);
		decoding->record.header.size = size;
		assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	}
}

static void a_record_shorter_than_its_kind_is_refused(void **state)
{
	for (size_t i = 0; i < COUNT(event_kinds); i++)
		try_all_short_sizes(*state, event_kinds[i]);
	for (size_t i = 0; i < COUNT(other_kinds); i++)
		try_all_short_sizes(*state, other_kinds[i]);
}

static void a_longer_record_of_a_newer_sender_is_taken(void **state)
{
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(event_kinds); i++) {
		wire_begin(&decoding->record, event_kinds[i]);
		decoding->record.header.size += 64;
		decoding_run(decoding);
	}
}

static void a_kind_nobody_knows_is_refused(void **state)
{
	static const uint32_t kinds[] = { 0, LL_WIRE_KINDS, 0x7fff, LL_RECORD_LAST_END + 1,
					  UINT16_MAX };
	struct decoding *decoding = *state;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		wire_begin(&decoding->record, kinds[i]);
		decoding->record.header.size = 1024;
		assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	}
}

/* Every way not to lie within a record of size bytes; the sum of the last two wraps. */
static void refuse_bad_spans(struct decoding *decoding, struct ll_wire_span *span)
{
	uint32_t size = decoding->record.header.size;
	const struct ll_wire_span kept = *span, bad[] = {
		{ size, 1 },
		{ size - 1, 2 },
		{ 0, size + 1 },
		{ UINT32_MAX, 1 },
		{ 1, UINT32_MAX },
		{ UINT32_MAX, UINT32_MAX },
		{ size - 4, UINT32_MAX - size + 8 },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		*span = bad[i];
		assert_int_equal(decoding_try(decoding, false), -EBADMSG);
	}
	*span = kept;
}

static void an_exec_whose_data_lies_outside_is_refused(void **state)
{
	struct decoding *decoding = *state;
	struct ll_wire_exec *exec = &decoding->record.exec;

	wire_exec(&decoding->record);
	exec->flags = LL_WIRE_EXEC_SCRIPT;
	refuse_bad_spans(decoding, &exec->filename);
	refuse_bad_spans(decoding, &exec->interpreter);
	refuse_bad_spans(decoding, &exec->exe);
	refuse_bad_spans(decoding, &exec->cwd);
	refuse_bad_spans(decoding, &exec->args);
	refuse_bad_spans(decoding, &exec->env);
	decoding_run(decoding);
}

static void other_records_whose_data_lies_outside_are_refused(void **state)
{
	struct decoding *decoding = *state;
	struct wire_record *record = &decoding->record;

	wire_exec_failed(record, ENOENT);
	refuse_bad_spans(decoding, &record->exec_failed.filename);
	refuse_bad_spans(decoding, &record->exec_failed.args);
	wire_completed_task(record);
	refuse_bad_spans(decoding, &record->completed_task.exe);
	refuse_bad_spans(decoding, &record->completed_task.cwd);
	refuse_bad_spans(decoding, &record->completed_task.args);
	wire_cgroup(record, LL_WIRE_CGROUP_MKDIR, 500, 0, "/a");
	refuse_bad_spans(decoding, &record->cgroup.path);
}

#define DECODING_TEST(name)                                                                    \
	cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(every_event_says_who_and_when),
		DECODING_TEST(each_wire_kind_becomes_its_event_kind),
		DECODING_TEST(wall_clock_time_is_boot_time_and_the_offset),
		DECODING_TEST(late_is_known_only_when_it_is_true),
		DECODING_TEST(host_and_boot_are_the_ones_proc_names),
		DECODING_TEST(a_comm_of_all_its_bytes_needs_no_terminator),
		DECODING_TEST(a_comm_keeps_its_raw_bytes),
		DECODING_TEST(the_parent_of_init_is_pid_0_without_identity),
		DECODING_TEST(an_unknown_parent_is_absent),
		DECODING_TEST(fork_says_what_was_made_and_who_asked),
		DECODING_TEST(a_fork_kind_nobody_knows_is_refused),
		DECODING_TEST(fork_exec_and_snapshot_carry_the_identity),
		DECODING_TEST(a_kernel_thread_is_known_by_its_flag),
		DECODING_TEST(rename_has_the_name_before_and_after),
		DECODING_TEST(an_oom_victim_known_by_pid_alone_has_nothing_else),
		DECODING_TEST(a_snapshot_says_in_which_state_the_task_is),
		DECODING_TEST(a_bare_task_has_no_image),
		DECODING_TEST(a_completed_task_has_what_proc_told),
		DECODING_TEST(a_completed_task_marks_what_is_deleted_or_cut),
		DECODING_TEST(what_proc_did_not_tell_is_absent),
		DECODING_TEST(a_loss_says_kind_count_and_cpu),
		DECODING_TEST(a_lost_cgroup_record_is_called_so),
		DECODING_TEST(the_end_of_a_snapshot_has_a_time_and_no_subject),
		DECODING_TEST(the_end_of_the_last_snapshot_says_so),
		DECODING_TEST(a_cgroup_record_names_the_id_of_later_events),
		DECODING_TEST(an_id_without_a_path_leaves_the_cgroup_absent),
		DECODING_TEST(a_removed_cgroup_still_names_its_last_tasks),
		DECODING_TEST(the_names_container_engines_give_tell_the_container),
		DECODING_TEST(a_cgroup_without_a_path_is_refused),
		DECODING_TEST(a_record_shorter_than_its_kind_is_refused),
		DECODING_TEST(a_longer_record_of_a_newer_sender_is_taken),
		DECODING_TEST(a_kind_nobody_knows_is_refused),
		DECODING_TEST(an_exec_whose_data_lies_outside_is_refused),
		DECODING_TEST(other_records_whose_data_lies_outside_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
