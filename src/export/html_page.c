/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* See html_page.h. The files are read by the assembler, from the top of the source tree. */
#include "export/html_page.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "event/event.h"
#include "render/buffer.h"

/* ll_html_NAME and ll_html_NAME_size are the bytes of a file, on machines of 64 bits. */
#define ASSET(name, file)                                                                      \
	__asm__(".pushsection .rodata\n"                                                       \
		"ll_html_" #name ":\n"                                                         \
		".incbin \"src/export/html/" file "\"\n"                                       \
		"0: .balign 8\n"                                                               \
		"ll_html_" #name "_size:\n"                                                    \
		".quad 0b - ll_html_" #name "\n"                                               \
		".popsection\n");                                                              \
	extern const char ll_html_##name[];                                                    \
	extern const uint64_t ll_html_##name##_size;

#define ASSETS(X)                                                                              \
	X(page, "page.html")                                                                   \
	X(style, "style.css")                                                                  \
	X(data, "data.js")                                                                     \
	X(format, "format.js")                                                                 \
	X(tree, "tree.js")                                                                     \
	X(search, "search.js")                                                                 \
	X(view, "view.js")                                                                     \
	X(hash, "hash.js")                                                                     \
	X(stats, "stats.js")                                                                   \
	X(colors, "colors.js")                                                                 \
	X(dom, "dom.js")                                                                       \
	X(rows, "rows.js")                                                                     \
	X(timeline, "timeline.js")                                                             \
	X(minimap, "minimap.js")                                                               \
	X(details, "details.js")                                                               \
	X(summary, "summary.js")                                                               \
	X(input, "input.js")                                                                   \
	X(app, "app.js")

ASSETS(ASSET)

static struct ll_str find_asset(struct ll_str name)
{
#define X(id, file)                                                                            \
	if (ll_str_is(name, file))                                                             \
		return ll_str_make(ll_html_##id, ll_html_##id##_size);
	ASSETS(X)
#undef X
	return ll_str_make(NULL, 0);
}

static int write_part(FILE *out, struct ll_str name, ll_html_data_fn data, void *arg)
{
	struct ll_str asset = find_asset(name);

	if (ll_str_is(name, "data"))
		return data(arg, out);
	/* A name that is none is a mistake in page.html, which the tests of the page find. */
	return asset.data == NULL ? -EINVAL : ll_stream_write(out, asset.data, asset.length);
}

int ll_html_page_write(FILE *out, ll_html_data_fn data, void *arg)
{
	static const char open[] = "<!--{", close[] = "}-->";
	struct ll_str page = find_asset(ll_str_of("page.html"));
	int err = 0;

	while (err == 0 && page.length > 0) {
		const char *end = page.data + page.length;
		const char *mark = memmem(page.data, page.length, open, strlen(open));
		const char *name = mark != NULL ? mark + strlen(open) : end;
		const char *stop = memmem(name, (size_t)(end - name), close, strlen(close));

		if (mark == NULL || stop == NULL)
			return ll_stream_write(out, page.data, page.length);
		err = ll_stream_write(out, page.data, (size_t)(mark - page.data));
		if (err == 0)
			err = write_part(out, ll_str_make(name, (size_t)(stop - name)), data,
					 arg);
		page = ll_str_make(stop + strlen(close), (size_t)(end - stop) - strlen(close));
	}
	return err;
}
