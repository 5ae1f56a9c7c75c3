// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Which processes a query finds and the filters leave. Pure; a byte for each process.
"use strict";
(function (lifeline) {
	const data = lifeline.data;

	// Which of the texts hold a word; each is looked at once, however many processes have it.
	function textsWith(strings, word) {
		const found = new Uint8Array(strings.length);
		for (let i = 0; i < strings.length; i++) {
			const text = strings[i];
			if (text.length >= word.length && text.toLowerCase().replaceAll("\0", " ").includes(word))
				found[i] = 1;
		}
		return found;
	}

	function imageHas(report, texts, process) {
		const { images } = report;
		for (let i = images.first[process]; i < images.first[process + 1]; i++)
			if (texts[images.args[i]] || texts[images.exe[i]] || texts[images.file[i]] || texts[images.comm[i]])
				return true;
		return false;
	}

	// Find a text in name, arguments and paths of all executions, or a pid. null: nothing is asked.
	function find(report, query) {
		const word = query.trim().toLowerCase();
		if (word === "")
			return null;
		const texts = textsWith(report.strings, word);
		const comm = report.columns.comm;
		const found = new Uint8Array(report.count);
		const pid = /^(pid[:= ]?)?\d+$/.test(word) ? Number(word.replace(/^pid[:= ]?/, "")) : -1;
		const wantsPid = word.startsWith("pid") && pid >= 0;
		for (let i = 0; i < report.count; i++)
			found[i] = report.pid[i] === pid || (!wantsPid && ((comm && texts[comm[i]]) || imageHas(report, texts, i))) ? 1 : 0;
		return found;
	}

	// range: with filters.inRange only those that lived in it.
	function isLeft(report, filters, range, i) {
		const outcome = report.outcome[i];
		const isBad = outcome === data.FAILED || outcome === data.SIGNALLED || outcome === data.CRASHED;
		const isKilled = outcome === data.SIGNALLED || outcome === data.CRASHED;
		if (!filters.kthreads && report.bits[i] & data.KTHREAD)
			return false;
		if ((filters.failed || filters.signalled) &&
			!(filters.failed && isBad || filters.signalled && (isKilled || report.received.has(i))))
			return false;
		if (filters.inRange && range && (report.start[i] > range[1] || report.end[i] < range[0]))
			return false;
		if (filters.user !== "" && data.column(report, "uid", i) !== Number(filters.user))
			return false;
		return !(filters.least > 0) || report.end[i] - report.start[i] >= filters.least;
	}

	// What the filters leave; null: everything.
	function filter(report, filters, range) {
		const hasKthreads = report.bits.some((bits) => bits & data.KTHREAD);
		if (!filters.failed && !filters.signalled && filters.user === "" && !(filters.least > 0) && !(filters.inRange && range) &&
			(filters.kthreads || !hasKthreads))
			return null;
		const left = new Uint8Array(report.count);
		for (let i = 0; i < report.count; i++)
			left[i] = isLeft(report, filters, range, i) ? 1 : 0;
		return left;
	}

	// The places in the order of the tree that are found, and are within what is isolated.
	function hits(tree, found, left, isolated) {
		const list = [];
		const begin = isolated >= 0 ? tree.place[isolated] : 0;
		const end = isolated >= 0 ? begin + tree.size[isolated] : tree.count;
		for (let i = begin; found && i < end; i++)
			if (found[tree.order[i]] && (!left || left[tree.order[i]]))
				list.push(tree.order[i]);
		return list;
	}

	// The hit after (1) or before (-1) a process in the tree's order, around the end. -1: there is none.
	function step(tree, list, from, direction) {
		if (list.length === 0)
			return -1;
		const at = from >= 0 ? tree.place[from] : -1;
		if (direction > 0)
			return list.find((hit) => tree.place[hit] > at) ?? list[0];
		return list.findLast((hit) => tree.place[hit] < at) ?? list[list.length - 1];
	}

	function users(report) {
		const uid = report.columns.uid;
		return uid ? [...new Set(uid)].filter((user) => !Number.isNaN(user)).sort((a, b) => a - b) : [];
	}

	lifeline.search = { find, filter, hits, step, users };
})(globalThis.lifeline ??= {});
