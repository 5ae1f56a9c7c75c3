/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See describe.h. */
#include "cli/describe.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cli/version.h"

/* Read a short file of /proc, without its newline; empty when it cannot be read. */
static void read_text(const char *path, char *buf, size_t size)
{
	LL_AUTO_FCLOSE FILE *file = fopen(path, "re");
	size_t length = file != NULL ? fread(buf, 1, size - 1, file) : 0;

	buf[length] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static int describe_machine(struct ll_about *about)
{
	struct utsname name;
	char boot[64];
	int err = ll_about_add_text(about, LL_ABOUT_VERSION, LL_VERSION);

	read_text("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	if (err == 0)
		err = ll_about_add_text(about, LL_ABOUT_BOOT, boot);
	if (err == 0 && uname(&name) == 0) {
		err = ll_about_add_text(about, LL_ABOUT_HOST, name.nodename);
		if (err == 0)
			err = ll_about_add_text(about, LL_ABOUT_KERNEL, name.release);
		if (err == 0)
			err = ll_about_add_text(about, LL_ABOUT_ARCH, name.machine);
	}
	if (err == 0)
		err = ll_about_add_number(about, LL_ABOUT_BOOTTIME,
					  ll_clock_ns(CLOCK_BOOTTIME));
	return err == 0 ? ll_about_add_number(about, LL_ABOUT_UNIX, ll_clock_ns(CLOCK_REALTIME))
			: err;
}

/* lifeline's own command line, as ps has it. */
static int describe_options(struct ll_about *about, const char *fact)
{
	LL_AUTO_FCLOSE FILE *file = fopen("/proc/self/cmdline", "re");
	char text[4096];
	size_t length = file != NULL ? fread(text, 1, sizeof(text), file) : 0;

	if (length > 0 && text[length - 1] == '\0')
		length--;
	return ll_about_add(about, fact, ll_str_make(text, length));
}

int ll_describe_watch(const struct ll_source *source, struct ll_about *about)
{
	/* A capture that is recorded again is of the machine that it was of. */
	if (source->options->input != NULL) {
		int copy_err = source->ops->describe(source, about);

		return copy_err == 0 ? describe_options(about, LL_ABOUT_COPY) : copy_err;
	}
	int err = describe_machine(about);

	if (err == 0)
		err = describe_options(about, LL_ABOUT_OPTIONS);
	return err == 0 ? source->ops->describe(source, about) : err;
}
