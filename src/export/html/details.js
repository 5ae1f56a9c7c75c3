// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// All that is known of one process.
"use strict";
(function (lifeline) {
	const { data, format, stats, dom } = lifeline;
	const { make } = dom;
	const MOST_LISTED = 100;

	function create(app) {
		const { report, tree } = app;
		let shown = -2;

		function link(process, text) {
			return make("button", { type: "button", class: "link", click: () => app.actions.goTo(process) },
				text ?? `${format.name(report, process)} (${report.pid[process]})`);
		}

		function section(title, ...children) {
			const content = children.flat().filter((child) => child !== null);
			return content.length === 0 ? null : make("section", {}, make("h3", {}, title), ...content);
		}

		function facts(list) {
			const known = list.filter(([, value]) => value !== "" && value !== null && value !== undefined);
			if (known.length === 0)
				return null;
			return make("dl", {}, known.map(([key, value]) => [make("dt", {}, key), make("dd", {}, value)]));
		}

		function number(name, process) {
			return format.count(data.column(report, name, process));
		}

		function time(name, process) {
			return format.duration(data.column(report, name, process) * 1000);
		}

		// Each argument on a line of its own, as a shell would take it.
		function argv(image) {
			const words = data.splitArgs(image.args);
			if (words.length === 0)
				return null;
			const list = make("ol", { class: "argv", start: 0 }, words.map((word) => make("li", {}, make("code", {}, format.quote(word)))));
			const note = image.isCut ? make("p", { class: "note" }, "Arguments are missing at the end.") : null;
			const copy = make("button", { type: "button", class: "small", click: () => copyText(words.map(format.quote).join(" ")) }, "Copy");
			return [make("div", { class: "argvhead" }, make("span", { class: "note" }, `${words.length} ${words.length === 1 ? "word" : "words"}`), copy), list, note];
		}

		function copyText(text) {
			navigator.clipboard?.writeText(text).then(
				() => dom.announce("copied the command line"), () => dom.announce("the browser refuses to copy"));
		}

		function executions(process) {
			const images = data.imagesOf(report, process);
			if (images.length < 2)
				return null;
			return section("Executions", make("ol", { class: "list" }, images.map((image) => make("li", {},
				make("span", { class: "when" }, format.duration(image.time)), " ",
				make("code", {}, format.visible(image.exe || image.file || image.comm)),
				make("div", { class: "note" }, data.splitArgs(image.args).slice(0, 12).map(format.quote).join(" "))))));
		}

		function family(process) {
			const parent = report.parent[process], parentPid = data.column(report, "parent_pid", process);
			const now = data.column(report, "parent_now", process), children = lifeline.tree.childrenOf(tree, process);
			const more = children.length > MOST_LISTED ? make("li", { class: "note" }, `and ${format.count(children.length - MOST_LISTED)} more`) : null;
			return [
				section("Parent", make("p", {}, parent >= 0 ? link(parent) : parentPid > 0 ? `pid ${parentPid}, not in this report` : "unknown",
					now > 0 ? make("span", { class: "note" }, ` later a child of ${now}`) : null)),
				children.length === 0 ? null : section(`Children (${format.count(children.length)})`,
					make("ul", { class: "list" }, children.slice(0, MOST_LISTED).map((child) =>
						make("li", { "data-outcome": data.OUTCOMES[report.outcome[child]] }, link(child), " ",
							make("span", { class: "end" }, format.ending(report, child)), " ",
							make("span", { class: "note" }, format.duration(report.end[child] - report.start[child])))), more)),
			];
		}

		function sender(signal) {
			if (signal.sender >= 0)
				return link(signal.sender);
			const name = format.visible(signal.senderName);
			return signal.senderPid > 0 ? `${name} (${signal.senderPid})` : signal.kind ?? "unknown";
		}

		function signalRow(signal, other) {
			const came = [signal.action ?? signal.result, Number.isFinite(signal.latency) && signal.latency !== null ? "after " + format.duration(signal.latency) : ""];
			return make("li", {}, make("span", { class: "when" }, format.duration(signal.time)), " ",
				make("strong", {}, format.visible(signal.name)), " ", other, " ", make("span", { class: "note" }, came.filter(Boolean).join(" ")));
		}

		function signals(process) {
			const received = report.received.get(process) ?? [], sent = report.sent.get(process) ?? [];
			const leftOut = data.column(report, "signals_left_out", process);
			return [
				received.length === 0 ? null : section(`Signals received (${format.count(received.length + leftOut)})`,
					make("ul", { class: "list" }, received.slice(0, MOST_LISTED).map((signal) => signalRow(signal, ["from ", sender(signal)])))),
				sent.length === 0 ? null : section(`Signals sent (${format.count(sent.length)})`,
					make("ul", { class: "list" }, sent.slice(0, MOST_LISTED).map((signal) => signalRow(signal, ["to ", link(signal.target)])))),
			];
		}

		function stateBar(process) {
			const times = stats.stateTimes(report, process);
			if (!times)
				return null;
			const words = lifeline.colors.STATE_WORDS;
			return section("States", facts(times.map((time, i) => [words[i], time > 0 ? format.duration(time) : ""])),
				make("p", { class: "note" }, "All threads together; the timeline has the main thread's",
					report.bits[process] & data.COARSE ? ", the short ones joined: there were too many." : "."));
		}

		function usage(process) {
			return section("Resources", facts([
				["CPU, user", time("utime", process)], ["CPU, system", time("stime", process)],
				["Waited for a CPU", time("wait", process)], ["Largest memory", format.size(data.column(report, "maxrss", process))],
				["Threads at once", number("peak_threads", process)],
				["Read from storage", format.size(data.column(report, "read", process))],
				["Written to storage", format.size(data.column(report, "written", process))],
				["Faults, minor", number("minflt", process)], ["Faults, major", number("majflt", process)],
				["Switches, own", number("nvcsw", process)], ["Switches, forced", number("nivcsw", process)],
			]));
		}

		function identity(process, image) {
			const reap = report.reap[process], rough = report.bits[process] & data.REAP_ROUGH ? "at most " : "";
			const reaper = data.column(report, "reaper", process);
			const zombie = reap - report.end[process];
			return facts([
				["Working directory", format.visible(image?.cwd ?? "")],
				["Executable", format.visible(image?.exe ?? "")],
				["Given as", image && image.file !== image.exe ? format.visible(image.file) : ""],
				["Interpreter", format.visible(image?.interpreter ?? "")],
				["Began", [format.duration(report.start[process]), format.wallClock(report, report.start[process])].filter(Boolean).join(" · ")],
				["Lived", format.duration(report.end[process] - report.start[process])],
				["Zombie for", Number.isNaN(zombie) ? "" : rough + format.duration(zombie)],
				["Reaped by", Number.isNaN(reaper) ? "" : reaper === report.pid[process] ? "itself: nobody had to" : String(reaper)],
				["User", userOf(process)],
				["Group, session", [number("pgid", process), number("sid", process)].filter(Boolean).join(", ").replaceAll("\u202f", "")],
				["Pid inside", insideOf(process)],
				["Control group", format.visible(data.text(report, "cgroup", process))],
				["Container", format.visible(data.text(report, "container", process))],
			]);
		}

		function userOf(process) {
			const effective = data.column(report, "uid", process), real = data.column(report, "ruid", process);
			if (Number.isNaN(effective))
				return "";
			return effective === real || Number.isNaN(real) ? String(effective) : `${effective} (real ${real})`;
		}

		function insideOf(process) {
			const vpid = data.column(report, "vpid", process);
			return Number.isNaN(vpid) || vpid === report.pid[process] ? "" : String(vpid);
		}

		function onPath(process) {
			if (!report.path)
				return null;
			const total = report.path.reduce((sum, part) => sum + (part.process === process ? part.end - part.begin : 0), 0);
			return total > 0 ? make("p", { class: "onpath" }, `${format.duration(total)} of it on the critical path`) : null;
		}

		function buttons(process) {
			const isIsolated = app.state.isolated === process;
			const button = (text, click) => make("button", { type: "button", class: "small", click }, text);
			return make("div", { class: "actions" },
				button("Zoom to it", () => app.actions.zoomTo(process)),
				button(isIsolated ? "Show all" : "Isolate", () => app.actions.isolate(isIsolated ? -1 : process)),
				tree.firstChild[process] >= 0 ? button(app.state.collapsed.has(process) ? "Unfold" : "Fold", () => app.actions.toggle(process)) : null,
				button("Measure", () => app.actions.measure(process)));
		}

		function fill(process) {
			const image = data.imagesOf(report, process).at(-1);
			return [
				make("h2", {}, format.name(report, process), " ", make("span", { class: "note" }, String(report.pid[process]))),
				make("p", { class: "cause", "data-outcome": data.OUTCOMES[report.outcome[process]] },
					make("span", { class: "mark", "aria-hidden": "true" }, lifeline.rows.MARKS[report.outcome[process]]), " ", format.endingLong(report, process)),
				report.bits[process] & data.INFERRED ? make("p", { class: "note" }, "Rebuilt after a gap, not observed.") : null,
				report.bits[process] & data.CONTEXT ? make("p", { class: "note" }, "Here only because it leads to others.") : null,
				onPath(process), buttons(process),
				image ? section("Arguments", argv(image) ?? make("p", { class: "note" }, "unknown")) : null,
				identity(process, image), usage(process), stateBar(process), signals(process), family(process), executions(process),
			].flat().filter((part) => part !== null);
		}

		function draw() {
			const key = [app.state.selected, app.state.isolated, app.rowsStamp].join();
			if (key === shown)
				return;
			shown = key;
			const box = dom.find("details"), top = box.scrollTop;
			if (app.state.selected < 0) {
				box.replaceChildren(make("p", { class: "note" }, "Nothing is selected. Click a row or a bar, or use the arrow keys in the tree."));
				return;
			}
			box.replaceChildren(...fill(app.state.selected));
			box.scrollTop = top;
		}

		return { draw };
	}

	lifeline.details = { create };
})(globalThis.lifeline ??= {});
