// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The tree beside the timeline: elements for the rows in sight alone, one table for a screen reader.
"use strict";
(function (lifeline) {
	const { data, format, dom } = lifeline;
	const MARKS = ["▸", "✓", "✗", "↯", "✸", "?"];
	const INDENT = 12, MOST_INDENT = 40;

	function makeRow(body, slot, actions) {
		const twisty = dom.make("span", { class: "twisty", "aria-hidden": "true" });
		const name = dom.make("span", { class: "name" }), args = dom.make("span", { class: "args" });
		const cells = {
			mark: dom.make("span", { class: "mark", "aria-hidden": "true" }),
			command: dom.make("span", { role: "gridcell", class: "command" }, twisty, name, args),
			pid: dom.make("span", { role: "gridcell", class: "number" }),
			time: dom.make("span", { role: "gridcell", class: "number" }),
			end: dom.make("span", { role: "gridcell", class: "end" }),
		};
		const element = dom.make("div", { role: "row", class: "row", id: "row" + slot }, cells.mark, cells.command, cells.pid, cells.time, cells.end);
		const row = { element, twisty, name, args, ...cells, index: -1, process: -1, stamp: -1 };
		twisty.addEventListener("click", (event) => {
			event.stopPropagation();
			actions.toggle(row.process);
		});
		element.addEventListener("click", () => actions.select(row.process, true));
		element.addEventListener("dblclick", () => actions.zoomTo(row.process));
		body.append(element);
		return row;
	}

	function create(app) {
		const body = dom.find("rows"), pool = [];
		let stamp = 0;

		function fill(row, index) {
			const { report, tree, state, rows } = app, process = rows.list[index];
			const isFolder = tree.firstChild[process] >= 0, isFolded = state.collapsed.has(process);
			row.index = index;
			row.process = process;
			const depth = tree.depth[process] - (state.isolated >= 0 ? tree.depth[state.isolated] : 0);
			row.command.style.paddingLeft = Math.min(depth, MOST_INDENT) * INDENT + "px";
			dom.setText(row.twisty, isFolder ? (isFolded ? "▸" : "▾") : "");
			dom.setText(row.name, format.name(report, process));
			dom.setText(row.args, format.rest(report, process, 160) + (isFolded ? `  +${format.count(tree.size[process] - 1)}` : ""));
			dom.setText(row.mark, MARKS[report.outcome[process]]);
			dom.setText(row.pid, String(report.pid[process]));
			dom.setText(row.time, format.duration(report.end[process] - report.start[process]));
			dom.setText(row.end, format.ending(report, process));
			row.element.dataset.outcome = data.OUTCOMES[report.outcome[process]];
			row.element.setAttribute("aria-rowindex", String(index + 2));
			row.element.setAttribute("aria-level", String(depth + 1));
			if (isFolder)
				row.element.setAttribute("aria-expanded", String(!isFolded));
			else
				row.element.removeAttribute("aria-expanded");
		}

		function mark(row) {
			const { state } = app, process = row.process;
			row.element.classList.toggle("selected", process === state.selected);
			row.element.classList.toggle("hit", app.found !== null && app.found[process] === 1);
			row.element.classList.toggle("aside", app.left !== null && app.left[process] === 0);
			row.element.setAttribute("aria-selected", String(process === state.selected));
		}

		function draw() {
			const { state, rows, rowHeight, height } = app;
			const first = Math.floor(state.top / rowHeight);
			const count = Math.min(rows.length - first, Math.ceil(height / rowHeight) + 1);
			while (pool.length < count)
				pool.push(makeRow(body, pool.length, app.actions));
			// A row keeps its element while it scrolls, so little is written anew.
			for (let slot = 0; slot < pool.length; slot++) {
				const row = pool[slot];
				const index = first + ((slot - first) % pool.length + pool.length) % pool.length;
				row.element.hidden = index >= first + count;
				if (row.element.hidden)
					continue;
				if (row.index !== index || row.stamp !== stamp || row.process !== rows.list[index])
					fill(row, index);
				row.stamp = stamp;
				mark(row);
				row.element.style.transform = `translateY(${index * rowHeight - state.top}px)`;
			}
			const at = state.selected >= 0 ? pool.find((row) => !row.element.hidden && row.process === state.selected) : null;
			if (at)
				body.setAttribute("aria-activedescendant", at.element.id);
			else
				body.removeAttribute("aria-activedescendant");
			body.setAttribute("aria-rowcount", String(rows.length + 1));
		}

		return { draw, refill: () => stamp++ };
	}

	lifeline.rows = { create, MARKS };
})(globalThis.lifeline ??= {});
