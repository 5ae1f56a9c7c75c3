// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The timeline: the rows in sight, as bars over time. Draws nothing that is not on the screen.
"use strict";
(function (lifeline) {
	const { data, format, view, stats, dom } = lifeline;
	const HEAD = 28;
	const FONT = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
	const HEAD_FONT = "11px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

	// Everything one frame needs at hand.
	function makeFrame(app, context, width) {
		const [begin, end] = app.state.view, scale = width / (end - begin);
		return {
			app, context, width, scale, begin, end, colors: app.colors, report: app.report, state: app.state,
			x: (ns) => (ns - begin) * scale,
		};
	}

	function rect({ context, width }, x0, y, x1, height, color, least) {
		const left = Math.max(x0, -2), right = Math.min(Math.max(x1, x0 + least), width + 2);
		if (right <= left)
			return;
		context.fillStyle = color;
		context.fillRect(left, y, right - left, height);
	}

	function drawGrid(frame, ticks, height) {
		const { context, colors, x } = frame;
		context.fillStyle = colors.grid;
		for (const tick of ticks.list)
			context.fillRect(Math.round(x(tick)), HEAD, 1, height - HEAD);
		context.fillStyle = colors.line;
		for (const edge of [0, frame.report.length])
			context.fillRect(Math.round(x(edge)), HEAD, 1, height - HEAD);
	}

	function drawHead(frame, ticks) {
		const { context, colors, width, x } = frame;
		context.fillStyle = colors.back;
		context.fillRect(0, 0, width, HEAD);
		context.fillStyle = colors.line;
		context.fillRect(0, HEAD - 1, width, 1);
		context.font = HEAD_FONT;
		context.textBaseline = "middle";
		for (const tick of ticks.list) {
			const at = Math.round(x(tick));
			context.fillStyle = colors.line;
			context.fillRect(at, HEAD - 7, 1, 6);
			context.fillStyle = colors.muted;
			context.fillText(view.tickLabel(tick, ticks.step), at + 4, HEAD / 2);
		}
	}

	function drawBackground(frame, process, y, height) {
		const { context, colors, state, app, width } = frame;
		const isHit = app.found !== null && app.found[process] === 1;
		if (process !== state.selected && !isHit)
			return;
		context.fillStyle = process === state.selected ? colors.selected : colors.hit;
		context.fillRect(0, y, width, height);
	}

	// Executions: what a process was before its first one is paler, later ones are parted by a line.
	function drawOutcome(frame, process, y, height) {
		const { report, context, colors, x } = frame, { images } = report;
		const color = colors.outcomes[report.outcome[process]];
		const start = report.start[process], x0 = x(start), x1 = x(report.end[process]);
		rect(frame, x0, y, x1, height, color, 1.5);
		let previous = -100;
		for (let i = images.first[process]; i < images.first[process + 1]; i++) {
			const at = x(start + images.time[i]);
			if (i === images.first[process] && report.bits[process] & data.BIRTH_SEEN && at - x0 > 1.5) {
				context.globalAlpha *= 0.5;
				rect(frame, x0, y, at, height, colors.back, 0);
				context.globalAlpha *= 2;
			}
			if (at > x0 + 2 && at < x1 - 1 && at - previous > 3) {
				rect(frame, at, y, at + 1, height, colors.back, 1);
				previous = at;
			}
		}
	}

	function drawStays(frame, process, y, height) {
		const { report, colors, x } = frame, { stays } = report;
		rect(frame, x(report.start[process]), y, x(report.end[process]), height, colors.states[6], 1.5);
		for (let i = stays.first[process]; i < stays.first[process + 1]; i++) {
			const x0 = x(stays.begin[i]), x1 = x(stays.begin[i] + stays.length[i]);
			if (x1 >= 0 && x0 <= frame.width)
				rect(frame, x0, y, x1, height, colors.states[stays.state[i]], 0.5);
		}
	}

	// Where only sums are known: shares of the whole bar, not moments.
	function drawShares(frame, process, y, height) {
		const { report, colors, x } = frame, shares = stats.shares(report, process);
		const x0 = x(report.start[process]), x1 = x(report.end[process]);
		if (!shares) {
			rect(frame, x0, y, x1, height, colors.states[6], 1.5);
			return;
		}
		let at = x0;
		rect(frame, x0, y, x1, height, colors.states[2], 1.5);
		shares.forEach((share, state) => {
			const next = at + share * (x1 - x0);
			if (share > 0)
				rect(frame, at, y, next, height, colors.states[state], 0);
			at = next;
		});
	}

	function drawZombie(frame, process, y, height) {
		const { report, context, colors, x } = frame;
		const end = Number.isNaN(report.reap[process]) ? report.length : report.reap[process];
		const x0 = x(report.end[process]), x1 = x(end);
		if (report.outcome[process] === data.RUNNING || x1 - x0 < 1.5)
			return;
		// When only the echo of the reap was seen, it was a zombie for less than that.
		const isRough = (report.bits[process] & data.REAP_ROUGH) !== 0, alpha = context.globalAlpha;
		context.globalAlpha = isRough ? alpha * 0.4 : alpha;
		rect(frame, x0, y + Math.floor(height / 2) - 1, x1, isRough ? 1 : 2, colors.zombie, 0);
		if (!isRough)
			rect(frame, x1 - 1, y + 2, x1, height - 4, colors.zombie, 1);
		context.globalAlpha = alpha;
	}

	function drawLabel(frame, process, y, height) {
		const { report, context, colors, x } = frame;
		const x0 = Math.max(x(report.start[process]), 0), x1 = Math.min(x(report.end[process]), frame.width);
		const room = Math.floor((x1 - x0 - 8) / 6.7);
		if (room < 3 || height < 10)
			return;
		let text = format.name(report, process);
		if (text.length + 4 < room)
			text += " " + format.rest(report, process, room - text.length - 1);
		context.fillStyle = colors.barText;
		context.fillText(text.length > room ? text.slice(0, room - 1) + "…" : text, x0 + 4, y + height / 2 + 0.5, x1 - x0 - 6);
	}

	function drawSignals(frame, process, y) {
		const { report, context, colors, x } = frame;
		for (const signal of report.received.get(process) ?? []) {
			const at = x(signal.time), isFatal = signal.action === "terminate" || signal.action === "core";
			if (at < -4 || at > frame.width + 4)
				continue;
			context.fillStyle = isFatal ? colors.loss : colors.text;
			context.beginPath();
			context.moveTo(at - 3.5, y - 1);
			context.lineTo(at + 3.5, y - 1);
			context.lineTo(at, y + 5);
			context.fill();
		}
	}

	// Where a fork leads from the parent's row down to the child's.
	function drawFork(frame, process, row, y, height) {
		const { app, report, context, colors, x } = frame, parent = report.parent[process];
		const at = Math.round(x(report.start[process]));
		if (parent < 0 || at < 0 || at > frame.width || app.rows.rowOf[parent] < 0)
			return;
		const above = HEAD + (app.rows.rowOf[parent] + 1) * app.rowHeight - frame.state.top - 3;
		context.fillStyle = colors.fork;
		// From a parent out of sight only the end is drawn: else the lines of all would fill the screen.
		const from = above < HEAD ? y - height / 3 : above;
		context.fillRect(at, from, 1, y + height / 2 - from);
	}

	// Outlined, not by colour alone: what was rebuilt after a gap.
	function drawInferred(frame, process, y, height) {
		const { report, context, colors, x } = frame;
		if (!(report.bits[process] & data.INFERRED))
			return;
		context.strokeStyle = colors.muted;
		context.setLineDash([3, 2]);
		const x0 = Math.max(x(report.start[process]), -5), x1 = Math.min(x(report.end[process]), frame.width + 5);
		context.strokeRect(x0 + 0.5, y + 0.5, Math.max(x1 - x0 - 1, 1), height - 1);
		context.setLineDash([]);
	}

	// Where to look for a bar that is out of sight.
	function drawAway({ report, context, colors, width, x }, process, y) {
		const end = Math.max(report.end[process], report.reap[process] || 0);
		const isBefore = x(end) < 0, isAfter = x(report.start[process]) > width;
		if (!isBefore && !isAfter)
			return false;
		context.fillStyle = colors.fork;
		context.fillText(isBefore ? "‹" : "›", isBefore ? 3 : width - 10, y);
		return true;
	}

	function drawRow(frame, index, y) {
		const { app, report, context, state } = frame, process = app.rows.list[index];
		const inset = app.rowHeight > 16 ? 3 : 2, top = y + inset, height = app.rowHeight - 2 * inset + 1;
		if (drawAway(frame, process, y + app.rowHeight / 2))
			return;
		const isAside = (app.left !== null && app.left[process] === 0) || (state.path && app.pathOf && !app.pathOf.has(process));
		context.globalAlpha = isAside ? 0.35 : 1;
		if (state.color === "outcome")
			drawOutcome(frame, process, top, height);
		else if (report.stays.first[process + 1] > report.stays.first[process])
			drawStays(frame, process, top, height);
		else
			drawShares(frame, process, top, height);
		drawZombie(frame, process, top, height);
		drawInferred(frame, process, top, height);
		// Over the colours of states a text would hide what they tell; the tree has the names.
		if (state.color === "outcome")
			drawLabel(frame, process, top, height);
		drawSignals(frame, process, top);
		context.globalAlpha = 1;
	}

	// A line between two rows at one moment; of a row out of sight only a stub at the other one.
	function connect({ app, context }, at, from, to) {
		const top = Math.min(from, to), bottom = Math.max(from, to), edge = HEAD + app.height;
		if (top >= HEAD && bottom <= edge)
			context.fillRect(at, top, 1, bottom - top);
		else if (top >= HEAD && top <= edge)
			context.fillRect(at, top, 1, app.rowHeight * 0.7);
		else if (bottom >= HEAD && bottom <= edge)
			context.fillRect(at, bottom - app.rowHeight * 0.7, 1, app.rowHeight * 0.7);
	}

	// Segments by process, and what connects each to the next.
	function drawPath(frame) {
		const { app, report, context, colors, x, state } = frame;
		const yOf = (process) => HEAD + (app.rows.rowOf[process] + 1) * app.rowHeight - state.top - 3;
		context.fillStyle = colors.path;
		let previous = null;
		for (const segment of report.path) {
			if (segment.process < 0 || app.rows.rowOf[segment.process] < 0)
				continue;
			const x0 = x(segment.begin), x1 = x(segment.end), y = yOf(segment.process);
			if (y > HEAD - 4 && y < HEAD + app.height + 4 && x1 >= 0 && x0 <= frame.width)
				rect(frame, x0, y - 1, x1, 3, colors.path, 1.5);
			context.fillStyle = colors.path;
			if (previous && x0 >= 0 && x0 <= frame.width)
				connect(frame, Math.round(x0), yOf(previous.process), y);
			previous = segment;
		}
	}

	function drawLosses(frame, height) {
		const { report, context, colors, x } = frame;
		context.strokeStyle = colors.loss;
		context.setLineDash([4, 3]);
		let previous = -10;
		for (const loss of report.losses) {
			const at = Math.round(x(loss.time)) + 0.5;
			if (at < 0 || at > frame.width || at - previous < 3)
				continue;
			previous = at;
			context.beginPath();
			context.moveTo(at, 0);
			context.lineTo(at, height);
			context.stroke();
		}
		context.setLineDash([]);
	}

	function drawRange(frame, height) {
		const { state, context, colors, x } = frame;
		if (!state.range)
			return;
		const x0 = Math.round(x(state.range[0])), x1 = Math.round(x(state.range[1]));
		context.fillStyle = colors.range;
		context.fillRect(x0, HEAD, x1 - x0, height);
		context.fillStyle = colors.accent;
		context.fillRect(x0, 0, 1, height);
		context.fillRect(x1, 0, 1, height);
		context.fillRect(x0, HEAD - 3, x1 - x0, 3);
		const text = format.duration(state.range[1] - state.range[0]);
		context.font = HEAD_FONT;
		const wide = context.measureText(text).width, at = Math.min(Math.max((x0 + x1 - wide) / 2, 2), frame.width - wide - 2);
		context.fillStyle = colors.back;
		context.fillRect(at - 4, 4, wide + 8, HEAD - 8);
		context.fillStyle = colors.accent;
		context.fillText(text, at, HEAD / 2);
	}

	function drawCursor(frame, height, at) {
		const { context, colors } = frame;
		if (at === null)
			return;
		context.fillStyle = colors.muted;
		context.globalAlpha = 0.5;
		context.fillRect(at, HEAD, 1, height);
		context.globalAlpha = 1;
	}

	function drawRows(frame, height) {
		const { app, state, context } = frame, { rows, rowHeight } = app;
		const first = Math.floor(state.top / rowHeight);
		const last = Math.min(rows.length, first + Math.ceil((height - HEAD) / rowHeight) + 1);
		const yOf = (index) => HEAD + index * rowHeight - state.top;
		context.font = FONT;
		context.textBaseline = "middle";
		for (let i = first; i < last; i++)
			drawFork(frame, rows.list[i], i, yOf(i), rowHeight);
		for (let i = first; i < last; i++)
			drawRow(frame, i, yOf(i));
	}

	function drawBackgrounds(frame, height) {
		const { app, state, context, colors, width } = frame, { rows, rowHeight } = app;
		const first = Math.floor(state.top / rowHeight);
		const last = Math.min(rows.length, first + Math.ceil((height - HEAD) / rowHeight) + 1);
		for (let i = first; i < last; i++) {
			const y = HEAD + i * rowHeight - state.top;
			if (i % 2 === 1) {
				context.fillStyle = colors.stripe;
				context.fillRect(0, y, width, rowHeight);
			}
			drawBackground(frame, rows.list[i], y, rowHeight);
		}
	}

	function create(app) {
		const canvas = dom.find("timeline");

		function draw() {
			const width = app.width, height = app.height + HEAD;
			const context = dom.fit(canvas, width, height), frame = makeFrame(app, context, width);
			const ticks = view.ticks(app.state.view, width / 110);
			context.fillStyle = app.colors.back;
			context.fillRect(0, 0, width, height);
			drawBackgrounds(frame, height);
			drawGrid(frame, ticks, height);
			drawRows(frame, height);
			if (app.state.path && app.report.path)
				drawPath(frame);
			drawHead(frame, ticks);
			drawLosses(frame, height);
			drawRange(frame, height);
			drawCursor(frame, height, app.cursor);
		}

		// The process and the time under a point of the canvas; process -1: below the rows.
		function at(x, y) {
			const [begin, end] = app.state.view;
			const index = Math.floor((y - HEAD + app.state.top) / app.rowHeight);
			const isRow = y >= HEAD && index >= 0 && index < app.rows.length;
			return { time: begin + x / app.width * (end - begin), process: isRow ? app.rows.list[index] : -1 };
		}

		return { canvas, draw, at };
	}

	lifeline.timeline = { create, HEAD };
})(globalThis.lifeline ??= {});
