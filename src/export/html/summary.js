// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What the whole report comes to: facts, outcomes, and a table by executable.
"use strict";
(function (lifeline) {
	const { data, format, stats, dom, colors } = lifeline;
	const { make } = dom;
	const MOST_ROWS = 200;
	const COLUMNS = [
		["exe", "Executable"], ["count", "Runs"], ["failed", "Failed"], ["wall", "Time in all"],
		["longest", "Longest"], ["cpu", "CPU"], ["rss", "Memory"],
	];

	function create(app) {
		const { report } = app, rows = stats.byExecutable(report);
		let sorted = "wall", isDone = false;

		function facts() {
			const { about } = report, sizes = stats.sizes(report);
			const list = [
				["Command", about.command ? data.splitArgs(about.command).map(format.quote).join(" ") : "the machine, or a process of it"],
				["Machine", [about.host, about.os_release && "Linux " + about.os_release, about.arch].filter(Boolean).map(format.visible).join(", ")],
				["Began", format.wallClock(report, 0)], ["Lasted", format.duration(report.length)],
				["Processes", format.count(sizes.processes)],
				["Kernel threads", sizes.kthreads > 0 ? format.count(sizes.kthreads) : ""], ["At once, at most", format.count(stats.peak(report))],
				["Lifeline", format.visible(about.version ?? "")],
			];
			return make("dl", {}, list.filter(([, value]) => value).map(([key, value]) => [make("dt", {}, key), make("dd", {}, value)]));
		}

		function outcomes() {
			const counts = stats.outcomes(report);
			return make("ul", { class: "outcomes" }, counts.map((count, outcome) => count === 0 ? null :
				make("li", { "data-outcome": data.OUTCOMES[outcome] }, make("span", { class: "mark", "aria-hidden": "true" }, lifeline.rows.MARKS[outcome]),
					" ", make("strong", {}, format.count(count)), " ", colors.OUTCOME_WORDS[outcome])));
		}

		function cells(row) {
			const base = row.exe.slice(row.exe.lastIndexOf("/") + 1) || row.exe;
			return [
				make("th", { scope: "row", title: format.visible(row.exe) },
					make("button", { type: "button", class: "link", click: () => app.actions.goTo(row.longestProcess) }, format.visible(base))),
				...[format.count(row.count), row.failed ? format.count(row.failed) : "", format.duration(row.wall), format.duration(row.longest),
					format.duration(row.cpu), row.rss > 0 ? format.size(row.rss) : ""].map((text) => make("td", {}, text)),
			];
		}

		function table() {
			const compare = sorted === "exe" ? (a, b) => a.exe < b.exe ? -1 : 1 : (a, b) => b[sorted] - a[sorted];
			const sort = (name) => () => {
				sorted = name;
				draw(true);
				dom.find("sort-" + name).focus();
			};
			return make("table", {}, make("caption", {}, "By executable", rows.length > MOST_ROWS ? `: ${MOST_ROWS} of ${format.count(rows.length)}` : ""),
				make("thead", {}, make("tr", {}, COLUMNS.map(([name, title]) =>
					make("th", { scope: "col", "aria-sort": name === sorted ? (name === "exe" ? "ascending" : "descending") : "none" },
						make("button", { type: "button", class: "sort", id: "sort-" + name, click: sort(name) }, title))))),
				make("tbody", {}, [...rows].sort(compare).slice(0, MOST_ROWS).map((row) => make("tr", {}, cells(row)))));
		}

		function pathTable() {
			if (!report.path)
				return null;
			const sums = new Map();
			for (const part of report.path)
				sums.set(part.process, (sums.get(part.process) ?? 0) + part.end - part.begin);
			const list = [...sums].filter(([process]) => process >= 0).sort((a, b) => b[1] - a[1]).slice(0, 10);
			return make("section", {}, make("h3", {}, "Critical path"),
				make("p", { class: "note" }, "What the command waited for, longest first", report.pathIsCut ? "; cut, there were too many processes." : "."),
				make("ol", { class: "list lines" }, list.map(([process, ns]) => make("li", {}, make("span", { class: "when" }, format.duration(ns)), " ",
					make("button", { type: "button", class: "link", click: () => app.actions.goTo(process) },
						`${format.name(report, process)} (${report.pid[process]})`), " ",
					make("span", { class: "note" }, format.rest(report, process, 60))))));
		}

		function draw(isAgain) {
			if (isDone && !isAgain)
				return;
			isDone = true;
			dom.find("summary").replaceChildren(...[make("h2", {}, "Summary"), outcomes(), facts(), pathTable(), table()].filter((part) => part !== null));
		}

		return { draw };
	}

	lifeline.summary = { create };
})(globalThis.lifeline ??= {});
