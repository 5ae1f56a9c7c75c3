// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The data as html_json.c writes it, unpacked into typed columns. Pure but for load().
"use strict";
(function (lifeline) {
	const OUTCOMES = ["running", "ok", "failed", "signalled", "crashed", "unknown"];
	const RUNNING = 0, OK = 1, FAILED = 2, SIGNALLED = 3, CRASHED = 4, UNKNOWN = 5;
	const KTHREAD = 1, BIRTH_SEEN = 2, INFERRED = 4, REAP_ROUGH = 8, CONTEXT = 16, COARSE = 32;

	// Unknown is NaN.
	function numbers(column, count) {
		const array = new Float64Array(count).fill(NaN);
		for (let i = 0; column && i < count; i++)
			if (column[i] !== null)
				array[i] = column[i];
		return array;
	}

	function sums(column, count) {
		const array = new Float64Array(count);
		for (let i = 0, sum = 0; column && i < count; i++)
			array[i] = sum += column[i];
		return array;
	}

	const NS = 1000; // of a microsecond, which the data counts in

	function scaled(array, factor) {
		for (let i = 0; i < array.length; i++)
			array[i] *= factor;
		return array;
	}

	// Where the items of each process begin, of a column of owners in ascending order.
	function offsets(owners, count) {
		const first = new Int32Array(count + 1);
		for (let i = 0; i < owners.length; i++)
			first[owners[i] + 1]++;
		for (let i = 0; i < count; i++)
			first[i + 1] += first[i];
		return first;
	}

	function outcomeOf(life, status, cause, causes) {
		if (Number.isNaN(life))
			return RUNNING;
		if (Number.isNaN(status))
			return UNKNOWN;
		if (status & 0x80 || causes[cause] === "fault" || causes[cause] === "oom")
			return CRASHED;
		if (status & 0x7f)
			return SIGNALLED;
		return status === 0 ? OK : FAILED;
	}

	function unpackProcesses(raw, report) {
		const p = raw.processes, count = p.pid.length;
		const columns = {};
		for (const name of Object.keys(p))
			columns[name] = numbers(p[name], count);
		report.count = count;
		report.columns = columns;
		scaled(columns.life, NS);
		scaled(columns.zombie, NS);
		report.pid = Int32Array.from(sums(p.pid, count));
		report.bits = Uint8Array.from(p.bits);
		report.start = scaled(sums(p.start, count), NS);
		report.end = new Float64Array(count);
		report.reap = new Float64Array(count).fill(NaN);
		report.outcome = new Uint8Array(count);
		report.parent = new Int32Array(count);
		for (let i = 0; i < count; i++) {
			const life = columns.life[i];
			// Whoever comes later is nobody's parent: so there are no circles.
			report.parent[i] = p.parent[i] > 0 && p.parent[i] <= i ? i - p.parent[i] : -1;
			report.end[i] = Number.isNaN(life) ? Math.max(report.length, report.start[i]) : report.start[i] + life;
			report.reap[i] = report.end[i] + columns.zombie[i];
			report.outcome[i] = outcomeOf(life, column(report, "status", i), column(report, "cause", i), report.names.cause);
		}
	}

	function column(report, name, i) {
		const array = report.columns[name];
		return array ? array[i] : NaN;
	}

	function unpackImages(raw, report) {
		const images = raw.images;
		const owners = sums(images.process, images.process.length);
		report.images = {
			...images, count: owners.length, first: offsets(owners, report.count),
			time: scaled(Float64Array.from(images.time), NS), args: Int32Array.from(sums(images.args, owners.length)),
		};
	}

	function unpackStays(raw, report) {
		const stays = raw.stays, count = stays.process.length;
		const owners = sums(stays.process, count);
		report.stays = {
			count, first: offsets(owners, report.count), begin: scaled(sums(stays.begin, count), NS),
			length: scaled(Float64Array.from(stays.length), NS), state: Uint8Array.from(stays.state),
		};
	}

	// Signals in order of time, and which of them each process was sent, and sent.
	function unpackSignals(raw, report) {
		const signals = raw.signals, count = signals.target.length;
		const targets = sums(signals.target, count), times = scaled(sums(signals.time, count), NS);
		report.received = new Map();
		report.sent = new Map();
		report.signals = [];
		for (let i = 0; i < count; i++) {
			report.signals.push({
				target: targets[i], time: times[i], name: report.strings[signals.name[i]],
				sender: signals.sender[i], senderPid: signals.sender_pid[i],
				senderName: report.strings[signals.sender_comm[i]],
				kind: report.names.sender_kind[signals.sender_kind[i]],
				result: report.names.result[signals.result[i]],
				action: report.names.action[signals.action[i]], latency: signals.latency[i],
			});
		}
		report.signals.sort((a, b) => a.time - b.time);
		for (const signal of report.signals) {
			push(report.received, signal.target, signal);
			if (signal.sender >= 0 && signal.sender !== signal.target)
				push(report.sent, signal.sender, signal);
		}
	}

	function push(map, key, value) {
		const list = map.get(key);
		if (list)
			list.push(value);
		else
			map.set(key, [value]);
	}

	function unpackLosses(raw, report) {
		const losses = raw.losses;
		report.losses = losses.time.map((time, i) => ({
			time: time * NS, kind: report.strings[losses.kind[i]], count: losses.count[i], cpu: losses.cpu[i],
		}));
	}

	function unpackPath(raw, report) {
		const path = raw.path;
		report.path = null;
		if (!path)
			return;
		const processes = sums(path.process, path.process.length);
		let end = path.begin * NS;
		report.path = path.length.map((length, i) => {
			const begin = end;
			end += length * NS;
			return { process: processes[i], begin, end };
		});
		report.pathIsCut = path.is_cut === 1;
	}

	// Unpack the text of the data.
	function decode(text) {
		const raw = JSON.parse(text);
		const report = {
			length: Math.max(raw.length * NS, NS), unixMs: raw.unix_ms, about: raw.about, names: raw.names,
			strings: raw.strings, leftOut: raw.left_out, textsLeftOut: raw.texts_left_out,
		};
		unpackProcesses(raw, report);
		unpackImages(raw, report);
		unpackSignals(raw, report);
		unpackStays(raw, report);
		unpackLosses(raw, report);
		unpackPath(raw, report);
		return report;
	}

	// Decompress and unpack: base64 of gzip, as it stands in the page.
	async function load(base64) {
		const binary = atob(base64.trim());
		const bytes = new Uint8Array(binary.length);
		for (let i = 0; i < binary.length; i++)
			bytes[i] = binary.charCodeAt(i);
		const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
		return decode(await new Response(stream).text());
	}

	// The text of a column of strings; "" when unknown.
	function text(report, name, i) {
		const number = column(report, name, i);
		return Number.isNaN(number) ? "" : report.strings[number];
	}

	// The executions of a process, oldest first.
	function imagesOf(report, process) {
		const { images, strings } = report, list = [];
		for (let i = images.first[process]; i < images.first[process + 1]; i++)
			list.push({
				time: report.start[process] + images.time[i], args: strings[images.args[i]],
				exe: strings[images.exe[i]], file: strings[images.file[i]], cwd: strings[images.cwd[i]],
				interpreter: strings[images.interpreter[i]], comm: strings[images.comm[i]],
				isCut: images.cut[i] === 1,
			});
		return list;
	}

	// NUL-separated arguments, each kept apart.
	function splitArgs(args) {
		if (args === "")
			return [];
		return (args.endsWith("\0") ? args.slice(0, -1) : args).split("\0");
	}

	// The words that the newest execution was given; none when nothing was seen.
	function argsOf(report, process) {
		const { images } = report, last = images.first[process + 1] - 1;
		return last < images.first[process] ? [] : splitArgs(report.strings[images.args[last]]);
	}

	lifeline.data = {
		OUTCOMES, RUNNING, OK, FAILED, SIGNALLED, CRASHED, UNKNOWN,
		KTHREAD, BIRTH_SEEN, INFERRED, REAP_ROUGH, CONTEXT, COARSE,
		decode, load, column, text, imagesOf, splitArgs, argsOf,
	};
})(globalThis.lifeline ??= {});
