// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What all processes, or those of a stretch of time, come to. Pure.
"use strict";
(function (lifeline) {
	const data = lifeline.data;

	// How many of each outcome; processes that are only there to lead to others do not count.
	function outcomes(report) {
		const counts = data.OUTCOMES.map(() => 0);
		for (let i = 0; i < report.count; i++)
			if (!(report.bits[i] & (data.KTHREAD | data.CONTEXT)))
				counts[report.outcome[i]]++;
		return counts;
	}

	// How many are processes, and how many threads of the kernel.
	function sizes(report) {
		const kthreads = report.bits.reduce((sum, bits) => sum + (bits & data.KTHREAD ? 1 : 0), 0);
		return { processes: report.count - kthreads, kthreads };
	}

	// The most processes alive at once.
	function peak(report) {
		const counts = (_, i) => !(report.bits[i] & (data.KTHREAD | data.CONTEXT));
		const begins = report.start.filter(counts).sort(), ends = report.end.filter(counts).sort();
		let most = 0;
		for (let i = 0, over = 0; i < begins.length; i++) {
			while (over < ends.length && ends[over] <= begins[i])
				over++;
			most = Math.max(most, i + 1 - over);
		}
		return most;
	}

	function keyOf(report, i) {
		const { images } = report, last = images.first[i + 1] - 1;
		const exe = last < images.first[i] ? "" : report.strings[images.exe[last]];
		return exe || data.text(report, "comm", i);
	}

	const zeroIfUnknown = (number) => Number.isNaN(number) ? 0 : number;

	// One row for each executable, those first that took most time in all.
	function byExecutable(report) {
		const map = new Map();
		for (let i = 0; i < report.count; i++) {
			if (report.bits[i] & (data.KTHREAD | data.CONTEXT))
				continue;
			const key = keyOf(report, i);
			let row = map.get(key);
			if (!row)
				map.set(key, row = { exe: key, count: 0, failed: 0, wall: 0, cpu: 0, longest: 0, longestProcess: i, rss: 0 });
			const wall = report.end[i] - Math.max(report.start[i], 0);
			row.count++;
			row.failed += report.outcome[i] >= data.FAILED && report.outcome[i] <= data.CRASHED ? 1 : 0;
			row.wall += wall;
			row.cpu += 1000 * (zeroIfUnknown(data.column(report, "utime", i)) + zeroIfUnknown(data.column(report, "stime", i)));
			row.rss = Math.max(row.rss, zeroIfUnknown(data.column(report, "maxrss", i)));
			if (wall > row.longest) {
				row.longest = wall;
				row.longestProcess = i;
			}
		}
		return [...map.values()].sort((a, b) => b.wall - a.wall);
	}

	// What happened in a stretch of time.
	function range(report, [begin, end]) {
		const counts = { alive: 0, started: 0, ended: 0, failed: 0 };
		for (let i = 0; i < report.count; i++) {
			if (report.bits[i] & (data.KTHREAD | data.CONTEXT) || report.start[i] > end || report.end[i] < begin)
				continue;
			counts.alive++;
			counts.started += report.start[i] >= begin ? 1 : 0;
			if (report.outcome[i] === data.RUNNING || report.end[i] > end)
				continue;
			counts.ended++;
			counts.failed += report.outcome[i] >= data.FAILED && report.outcome[i] <= data.CRASHED ? 1 : 0;
		}
		return counts;
	}

	// How a process spent its life as far as it is known: shares that add up to 1, by state number.
	function shares(report, i) {
		const names = ["running", "runnable", "sleeping", "uninterruptible", "stopped", "traced", "idle"];
		const times = names.map((name) => zeroIfUnknown(data.column(report, name, i)) * 1000);
		let sum = times.reduce((a, b) => a + b, 0);
		if (sum === 0) {
			times[0] = 1000 * (zeroIfUnknown(data.column(report, "utime", i)) + zeroIfUnknown(data.column(report, "stime", i)));
			times[1] = 1000 * zeroIfUnknown(data.column(report, "wait", i));
			if (Number.isNaN(data.column(report, "utime", i)))
				return null;
			times[2] = Math.max(0, report.end[i] - report.start[i] - times[0] - times[1]);
			sum = times[0] + times[1] + times[2];
		}
		return sum > 0 ? times.map((time) => time / sum) : null;
	}

	// How long in each state, in ns, when that was recorded; else null.
	function stateTimes(report, i) {
		if (Number.isNaN(data.column(report, "running", i)))
			return null;
		return ["running", "runnable", "sleeping", "uninterruptible", "stopped", "traced", "idle"]
			.map((name) => data.column(report, name, i) * 1000);
	}

	// Which states there are at all, by number; the last is the zombies'.
	function states(report) {
		const present = new Array(8).fill(false);
		present[7] = report.reap.some((reap, i) => reap > report.end[i]);
		for (let i = 0; i < report.count; i++)
			shares(report, i)?.forEach((share, state) => present[state] ||= share > 0);
		return present;
	}

	lifeline.stats = { sizes, states, outcomes, peak, byExecutable, range, shares, stateTimes };
})(globalThis.lifeline ??= {});
