// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Times, sizes and texts of traced processes as a person reads them. Pure.
"use strict";
(function (lifeline) {
	const data = lifeline.data;

	// Three digits that matter, cut, as the command line has it.
	function three(value) {
		const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
		const scale = 10 ** digits;
		return String(Math.floor(value * scale + 1e-9) / scale);
	}

	function duration(ns) {
		if (!Number.isFinite(ns))
			return "";
		if (ns < 0)
			return "−" + duration(-ns);
		if (ns < 1)
			return "0s";
		if (ns < 1e3)
			return Math.floor(ns) + "ns";
		if (ns < 1e6)
			return three(ns / 1e3) + "µs";
		if (ns < 1e9)
			return three(ns / 1e6) + "ms";
		const s = Math.floor(ns / 1e9);
		if (s < 60)
			return three(ns / 1e9) + "s";
		const two = (number) => String(number).padStart(2, "0");
		if (s < 3600)
			return Math.floor(s / 60) + "m" + two(s % 60) + "s";
		if (s < 86400)
			return Math.floor(s / 3600) + "h" + two(Math.floor(s / 60) % 60) + "m";
		return Math.floor(s / 86400) + "d" + two(Math.floor(s / 3600) % 24) + "h";
	}

	// A number and a unit ("1.5s", "200ms", "3"), in ns; NaN when it is none. Without a unit: seconds.
	function parseDuration(text) {
		const units = { ns: 1, us: 1e3, "µs": 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86400e9, "": 1e9 };
		const found = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|)\s*$/.exec(text);
		return found ? Number(found[1]) * units[found[2]] : NaN;
	}

	function size(kib) {
		if (!Number.isFinite(kib))
			return "";
		if (kib === 0)
			return "0B";
		const units = ["KiB", "MiB", "GiB", "TiB"];
		let unit = 0;
		while (kib >= 1024 && unit < 3) {
			kib /= 1024;
			unit++;
		}
		return three(kib) + units[unit];
	}

	function count(number) {
		return Number.isFinite(number) ? number.toLocaleString("en").replaceAll(",", "\u202f") : "";
	}

	// What could hide, reorder or break a line stands as it would inside of $'...'.
	const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;

	function escapeOne(character) {
		const code = character.codePointAt(0);
		const hex = code.toString(16).toUpperCase();
		if (character === "\n")
			return "\\n";
		if (character === "\t")
			return "\\t";
		if (code < 0x80)
			return "\\x" + hex.padStart(2, "0");
		return code > 0xffff ? "\\U" + hex.padStart(8, "0") : "\\u" + hex.padStart(4, "0");
	}

	function visible(text) {
		return text.replace(UNSAFE, escapeOne);
	}

	// One word as a shell would take it.
	function quote(word) {
		if (/^[\w@%+=:,./-]+$/.test(word))
			return word;
		if (word.search(UNSAFE) >= 0)
			return "$'" + visible(word.replace(/[\\']/g, "\\$&")) + "'";
		return "'" + word.replaceAll("'", "'\\''") + "'";
	}

	// What a process is called: the file it runs, or the kernel's name for it.
	function name(report, process) {
		const { images } = report, last = images.first[process + 1] - 1;
		const args = last < images.first[process] ? "" : report.strings[images.args[last]];
		const stop = args.indexOf("\0");
		const first = stop < 0 ? args : args.slice(0, stop);
		const base = first.startsWith("/") ? first.slice(first.lastIndexOf("/") + 1) || first : first;
		const comm = data.text(report, "comm", process);
		if (report.bits[process] & data.KTHREAD)
			return "[" + visible(comm) + "]";
		return visible(base || comm) || "?";
	}

	// The arguments after the name, in one line of at most so many characters.
	function rest(report, process, most) {
		let line = "";
		for (const word of data.argsOf(report, process).slice(1)) {
			line += (line ? " " : "") + quote(word.length > most ? word.slice(0, most) : word);
			if (line.length > most)
				return line.slice(0, most) + "…";
		}
		return line;
	}

	function signalOf(report, status) {
		return report.names.signal[status & 0x7f] || "signal " + (status & 0x7f);
	}

	// How it ended, in a word or two.
	function ending(report, process) {
		const status = data.column(report, "status", process);
		if (report.outcome[process] === data.RUNNING)
			return "running";
		if (Number.isNaN(status))
			return "ended";
		if (status & 0x7f)
			return signalOf(report, status);
		return "exit " + (status >> 8 & 0xff);
	}

	// How it ended, as the command line would say it.
	function endingLong(report, process) {
		const why = data.text(report, "why", process);
		const status = data.column(report, "status", process);
		if (why)
			return visible(why);
		if (report.outcome[process] === data.RUNNING)
			return "still running when the watch ended";
		if (Number.isNaN(status))
			return "ended; how is unknown";
		if (status & 0x7f)
			return "killed by " + signalOf(report, status) + (status & 0x80 ? " (core dumped)" : "");
		return "exited " + (status >> 8 & 0xff);
	}

	function pad(number, digits) {
		return String(number).padStart(digits, "0");
	}

	// The reader's wall clock at a time of the page.
	function wallClock(report, ns) {
		if (report.unixMs === undefined)
			return "";
		const at = new Date(report.unixMs + ns / 1e6);
		return `${at.getFullYear()}-${pad(at.getMonth() + 1, 2)}-${pad(at.getDate(), 2)} ` +
			`${pad(at.getHours(), 2)}:${pad(at.getMinutes(), 2)}:${pad(at.getSeconds(), 2)}.${pad(at.getMilliseconds(), 3)}`;
	}

	lifeline.format = {
		duration, parseDuration, size, count, visible, quote, name, rest, ending, endingLong, wallClock,
	};
})(globalThis.lifeline ??= {});
