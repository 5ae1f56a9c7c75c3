/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* /proc has threads, too, under their own number, and what the kernel keeps from BPF programs. */
#include "cli/absent.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "cli/say.h"

pid_t ll_absent_tgid(pid_t pid)
{
	char path[64], line[256];
	int tgid = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	while (file != NULL && tgid == 0 && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Tgid: %d", &tgid) != 1)
			tgid = 0;
	return tgid;
}

char *ll_absent_why(const struct ll_options *options)
{
	bool is_filtered = ll_options_filter(options);
	int tgid = ll_absent_tgid(options->pid), length;
	char *why = NULL;

	if (tgid == 0)
		length = asprintf(&why, "no such process; it may have ended");
	else if (tgid != options->pid)
		length = asprintf(&why, "it is a thread of process %d; try -p %d", tgid, tgid);
	else if (is_filtered)
		length = asprintf(&why,
				  "it exists, but not with what -u, -c or --cgroup ask for; "
				  "try without them");
	else
		length = asprintf(
			&why, "it exists, but this kernel does not show it to BPF programs; "
			      "see lifeline doctor");
	return length < 0 ? NULL : why;
}

void ll_absent_say(const char *attempt, const struct ll_options *options)
{
	LL_AUTO_FREE char *why = ll_absent_why(options);

	ll_say("cannot %s PID %d: %s", attempt, options->pid,
	       why != NULL ? why : "out of memory");
}
