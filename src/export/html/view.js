// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The stretch of time that is looked at: zoom, pan, ticks. Pure; times in ns.
"use strict";
(function (lifeline) {
	const LEAST = 1000; // a microsecond across the screen

	// Keep a stretch within the page's time, with a little room at its ends.
	function clamp(begin, end, length) {
		const margin = length * 0.02;
		const span = Math.min(Math.max(end - begin, Math.min(LEAST, length)), length + 2 * margin);
		const middle = (begin + end) / 2;
		let first = middle - span / 2;
		first = Math.min(Math.max(first, -margin), length + margin - span);
		return [first, first + span];
	}

	function whole(length) {
		return [-length * 0.01, length * 1.01];
	}

	// factor < 1 looks closer; what is at that time stays where it is.
	function zoom([begin, end], at, factor, length) {
		const span = Math.min(Math.max((end - begin) * factor, Math.min(LEAST, length)), length * 1.04);
		const share = (at - begin) / (end - begin);
		const first = at - share * span;
		return clamp(first, first + span, length);
	}

	function pan([begin, end], by, length) {
		return clamp(begin + by, end + by, length);
	}

	// Show a process wholly, with room on both sides.
	function around(begin, end, length) {
		const room = Math.max((end - begin) * 0.1, LEAST / 2);
		return clamp(begin - room, end + room, length);
	}

	// A round distance of ticks: 1, 2 or 5 times a power of ten; minutes and hours by their own.
	function tickStep(span, count) {
		const rough = span / Math.max(count, 1);
		const minutes = [60e9, 120e9, 300e9, 600e9, 900e9, 1800e9, 3600e9, 7200e9, 21600e9, 43200e9, 86400e9];
		if (rough > 30e9)
			return minutes.find((step) => step >= rough) ?? Math.ceil(rough / 86400e9) * 86400e9;
		const power = 10 ** Math.floor(Math.log10(rough));
		return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough);
	}

	function ticks([begin, end], count) {
		const step = tickStep(end - begin, count), list = [];
		for (let i = Math.ceil(begin / step); i * step <= end && list.length < 100; i++)
			list.push(i * step);
		return { step, list };
	}

	// As many digits as neighbouring ticks need to differ.
	function tickLabel(ns, step) {
		const digits = (unit) => Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
		if (ns === 0)
			return "0";
		if (step >= 60e9) {
			const minutes = Math.round(ns / 60e9);
			return Math.abs(minutes) < 60 ? minutes + "m" : Math.trunc(minutes / 60) + "h" + String(Math.abs(minutes) % 60).padStart(2, "0");
		}
		if (Math.abs(ns) >= 1e9)
			return (ns / 1e9).toFixed(digits(1e9)) + "s";
		if (Math.abs(ns) >= 1e6)
			return (ns / 1e6).toFixed(digits(1e6)) + "ms";
		return (ns / 1e3).toFixed(digits(1e3)) + "µs";
	}

	lifeline.view = { clamp, whole, zoom, pan, around, ticks, tickLabel };
})(globalThis.lifeline ??= {});
