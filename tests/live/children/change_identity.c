/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Change one thing about who this process is, then execute say_self. */
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "fact.h"

/* Keep the right to pass any directory: say_self may lie where only root may look. */
static int change_users(void)
{
	prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
	return setresuid(54321, 12345, 0);
}

static void change(const char *variant)
{
	int result = -1;

	if (strcmp(variant, "session") == 0)
		result = setsid() < 0 ? -1 : 0;
	else if (strcmp(variant, "group") == 0)
		result = setpgid(0, 0);
	else if (strcmp(variant, "uids") == 0)
		result = change_users();
	if (result < 0)
		err(99, "%s", variant);
}

int main(int argc, char *argv[])
{
	const char *variant = argc > 1 ? argv[1] : "";
	char *path = sibling("say_self");

	bound_life();
	pid_t pid = checked_fork();
	if (pid == 0) {
		change(variant);
		execl(path, "say_self", variant, NULL);
		err(98, "%s", path);
	}
	fact_wait(pid);
	return 0;
}
