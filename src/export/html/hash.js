// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What is looked at, as the part of the address after #. Pure; a hash is input, never trusted.
"use strict";
(function (lifeline) {
	const MOST_FOLDED = 5000;

	function initial(length) {
		return {
			view: lifeline.view.whole(length), top: 0, selected: -1, isolated: -1, collapsed: new Set(),
			query: "", filters: { failed: false, signalled: false, user: "", least: 0, kthreads: false, inRange: false },
			color: "outcome", path: false, theme: "auto", range: null, panel: "summary", dense: false,
		};
	}

	// Ascending numbers as their differences, in base 36.
	function packNumbers(set) {
		let previous = 0;
		return [...set].sort((a, b) => a - b).slice(0, MOST_FOLDED).map((number) => {
			const difference = number - previous;
			previous = number;
			return difference.toString(36);
		}).join(".");
	}

	function unpackNumbers(text, count) {
		const set = new Set();
		let sum = 0;
		for (const part of text.split(".").slice(0, MOST_FOLDED)) {
			sum += parseInt(part, 36);
			if (!(sum >= 0 && sum < count))
				break;
			set.add(sum);
		}
		return set;
	}

	function times([begin, end]) {
		return Math.round(begin) + "~" + Math.round(end);
	}

	// Only what differs from how the page opens.
	function format(state, length) {
		const first = initial(length), parts = [];
		const put = (key, isPut, value) => isPut && parts.push(key + "=" + encodeURIComponent(value));
		put("t", times(state.view) !== times(first.view), times(state.view));
		put("y", Math.round(state.top) > 0, Math.round(state.top));
		put("p", state.selected >= 0, state.selected);
		put("only", state.isolated >= 0, state.isolated);
		put("fold", state.collapsed.size > 0, packNumbers(state.collapsed));
		put("q", state.query !== "", state.query);
		put("failed", state.filters.failed, 1);
		put("signalled", state.filters.signalled, 1);
		put("user", state.filters.user !== "", state.filters.user);
		put("least", state.filters.least > 0, state.filters.least);
		put("kthreads", state.filters.kthreads, 1);
		put("inrange", state.filters.inRange, 1);
		put("color", state.color !== first.color, state.color);
		put("path", state.path, 1);
		put("theme", state.theme !== first.theme, state.theme);
		put("range", state.range !== null, state.range && times(state.range));
		put("panel", state.panel !== first.panel, state.panel);
		put("dense", state.dense, 1);
		return parts.join("&");
	}

	function parseTimes(text, length) {
		const [begin, end] = (text ?? "").split("~").map(Number);
		return begin < end && Math.abs(begin) < length * 10 && end < length * 10 ? [begin, end] : null;
	}

	function parseNumber(text, most) {
		return /^\d+$/.test(text ?? "") && Number(text) < most ? Number(text) : -1;
	}

	function split(hash) {
		const map = new Map();
		for (const part of hash.replace(/^#/, "").split("&")) {
			const stop = part.indexOf("=");
			try {
				if (stop > 0)
					map.set(part.slice(0, stop), decodeURIComponent(part.slice(stop + 1)));
			} catch {
				// Not ours: as if it were not there.
			}
		}
		return map;
	}

	function oneOf(text, values, otherwise) {
		return values.includes(text) ? text : otherwise;
	}

	function parse(hash, length, count) {
		const map = split(hash), state = initial(length);
		const view = parseTimes(map.get("t"), length);
		if (view)
			state.view = lifeline.view.clamp(view[0], view[1], length);
		state.top = Math.max(0, parseNumber(map.get("y"), 1e9));
		state.selected = parseNumber(map.get("p"), count);
		state.isolated = parseNumber(map.get("only"), count);
		state.collapsed = unpackNumbers(map.get("fold") ?? "", count);
		state.query = (map.get("q") ?? "").slice(0, 1000);
		state.filters.failed = map.get("failed") === "1";
		state.filters.signalled = map.get("signalled") === "1";
		state.filters.user = /^\d+$/.test(map.get("user") ?? "") ? map.get("user") : "";
		state.filters.least = Math.max(0, parseNumber(map.get("least"), 1e18));
		state.filters.kthreads = map.get("kthreads") === "1";
		state.filters.inRange = map.get("inrange") === "1";
		state.color = oneOf(map.get("color"), ["outcome", "state"], state.color);
		state.path = map.get("path") === "1";
		state.theme = oneOf(map.get("theme"), ["auto", "light", "dark"], state.theme);
		state.range = parseTimes(map.get("range"), length);
		state.panel = oneOf(map.get("panel"), ["details", "summary", "none"], state.panel);
		state.dense = map.get("dense") === "1";
		return state;
	}

	lifeline.hash = { initial, format, parse };
})(globalThis.lifeline ??= {});
