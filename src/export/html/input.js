// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Wheel, drag, touch and keys, turned into the actions of app.js.
"use strict";
(function (lifeline) {
	const { view, dom } = lifeline;
	const HEAD = lifeline.timeline.HEAD;

	function wheelPixels(event) {
		return event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
	}

	// On the timeline the wheel zooms at the cursor; sideways, or with Shift, it moves in time; with Alt in rows.
	function bindWheel(app) {
		app.timeline.canvas.addEventListener("wheel", (event) => {
			event.preventDefault();
			const by = wheelPixels(event), [begin, end] = app.state.view, length = app.report.length;
			const along = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
			if (event.altKey)
				app.actions.scrollTo(app.state.top + event.deltaY * by);
			else if (Math.abs(along) > Math.abs(event.deltaY) || event.shiftKey)
				app.actions.setView(view.pan(app.state.view, along * by * (end - begin) / app.width, length));
			else
				app.actions.setView(view.zoom(app.state.view, app.timeline.at(event.offsetX, 0).time, Math.exp(event.deltaY * by * 0.0018), length));
		}, { passive: false });
	}

	// Drag moves; in the ruler, or with Shift, it measures. A press that does not move selects.
	function bindDrag(app) {
		const { canvas } = app.timeline, touches = new Map();
		let drag = null;

		function begin(event) {
			if (event.button !== 0)
				return;
			touches.set(event.pointerId, event.offsetX);
			canvas.setPointerCapture(event.pointerId);
			const isMeasure = event.shiftKey || event.offsetY < HEAD;
			drag = { x: event.offsetX, y: event.offsetY, view: app.state.view, top: app.state.top, isMeasure, moved: false,
				time: app.timeline.at(event.offsetX, 0).time, process: app.timeline.at(event.offsetX, event.offsetY).process };
		}

		function pinch(event) {
			const before = [...touches.values()];
			touches.set(event.pointerId, event.offsetX);
			const after = [...touches.values()];
			const wide = (pair) => Math.max(Math.abs(pair[0] - pair[1]), 10);
			const middle = (after[0] + after[1]) / 2;
			drag = null;
			app.actions.setView(view.zoom(app.state.view, app.timeline.at(middle, 0).time, wide(before) / wide(after), app.report.length));
		}

		function move(event) {
			if (touches.size === 2 && touches.has(event.pointerId))
				return pinch(event);
			if (!drag)
				return app.actions.hover(event.offsetX, event.offsetY);
			const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
			drag.moved ||= Math.abs(dx) + Math.abs(dy) > 3;
			if (!drag.moved)
				return undefined;
			if (drag.isMeasure) {
				const time = app.timeline.at(event.offsetX, 0).time;
				return app.actions.setRange([Math.min(time, drag.time), Math.max(time, drag.time)]);
			}
			const [first, last] = drag.view;
			app.actions.setView(view.pan(drag.view, -dx * (last - first) / app.width, app.report.length));
			return app.actions.scrollTo(drag.top - dy);
		}

		function end(event) {
			touches.delete(event.pointerId);
			if (drag && !drag.moved && drag.isMeasure)
				app.actions.setRange(null);
			else if (drag && !drag.moved)
				app.actions.select(drag.process);
			else if (drag && drag.isMeasure)
				app.actions.tellRange();
			drag = null;
		}

		canvas.addEventListener("pointerdown", begin);
		canvas.addEventListener("pointermove", move);
		canvas.addEventListener("pointerup", end);
		canvas.addEventListener("pointercancel", end);
		canvas.addEventListener("pointerleave", () => app.actions.hover(-1, -1));
		canvas.addEventListener("dblclick", (event) => {
			const { process } = app.timeline.at(event.offsetX, event.offsetY);
			if (process >= 0)
				app.actions.zoomTo(process);
		});
	}

	function bindMinimap(app) {
		const { canvas } = app.minimap;
		const go = (event) => event.buttons & 1 && app.minimap.goTo(event.offsetX, event.offsetY);
		canvas.addEventListener("pointerdown", (event) => {
			canvas.setPointerCapture(event.pointerId);
			go(event);
		});
		canvas.addEventListener("pointermove", go);
	}

	// The width of the tree, by mouse and by keys.
	function bindSplitter(app) {
		const splitter = dom.find("splitter"), stick = dom.find("stick");
		function set(width) {
			const wide = Math.round(Math.min(Math.max(width, 120), stick.clientWidth - 160));
			stick.style.setProperty("--tree", wide + "px");
			splitter.setAttribute("aria-valuenow", String(wide));
			app.actions.resize();
		}
		splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
		splitter.addEventListener("pointermove", (event) => {
			if (event.buttons & 1)
				set(event.clientX - stick.getBoundingClientRect().left);
		});
		splitter.addEventListener("keydown", (event) => {
			const step = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
			if (!step)
				return;
			event.preventDefault();
			event.stopPropagation();
			set(dom.find("tree").clientWidth + step);
		});
	}

	function move(app, by) {
		const { state, rows } = app, row = state.selected >= 0 ? rows.rowOf[state.selected] : -1;
		if (rows.length === 0)
			return;
		const next = row < 0 ? Math.floor(state.top / app.rowHeight) : Math.min(Math.max(row + by, 0), rows.length - 1);
		app.actions.select(rows.list[next], true);
	}

	// As a tree does: right unfolds, then goes to the first child; left folds, then goes to the parent.
	function fold(app, isRight) {
		const { state, tree } = app, process = state.selected;
		if (process < 0)
			return move(app, 0);
		const isFolder = tree.firstChild[process] >= 0, isFolded = state.collapsed.has(process);
		if (isFolder && isFolded === isRight)
			return app.actions.toggle(process);
		if (isRight)
			return isFolder ? move(app, 1) : undefined;
		return tree.parent[process] >= 0 && app.rows.rowOf[tree.parent[process]] >= 0 ? app.actions.select(tree.parent[process], true) : undefined;
	}

	function treeKeys(app) {
		const page = () => Math.max(1, Math.floor(app.height / app.rowHeight) - 1);
		return {
			ArrowDown: () => move(app, 1), ArrowUp: () => move(app, -1), PageDown: () => move(app, page()), PageUp: () => move(app, -page()),
			Home: () => move(app, -app.rows.length), End: () => move(app, app.rows.length),
			ArrowRight: () => fold(app, true), ArrowLeft: () => fold(app, false),
			Enter: () => app.actions.showPanel("details"), " ": () => app.state.selected >= 0 && app.actions.toggle(app.state.selected),
		};
	}

	function zoomBy(app, factor) {
		const [begin, end] = app.state.view;
		app.actions.setView(view.zoom(app.state.view, app.cursorTime ?? (begin + end) / 2, factor, app.report.length), true);
	}

	function panBy(app, share) {
		const [begin, end] = app.state.view;
		app.actions.setView(view.pan(app.state.view, share * (end - begin), app.report.length), true);
	}

	function everywhereKeys(app) {
		const { actions, state } = app;
		const selected = (action) => () => state.selected >= 0 && action(state.selected);
		return {
			w: () => zoomBy(app, 0.7), s: () => zoomBy(app, 1 / 0.7), a: () => panBy(app, -0.2), d: () => panBy(app, 0.2),
			"+": () => zoomBy(app, 0.7), "-": () => zoomBy(app, 1 / 0.7), 0: () => actions.showAll(),
			z: selected(actions.zoomTo), m: selected(actions.measure), c: () => actions.togglePath(),
			i: selected((process) => actions.isolate(state.isolated === process ? -1 : process)),
			x: selected(actions.toggle), n: () => actions.step(1), N: () => actions.step(-1),
			"/": () => dom.find("query").focus(), "?": () => dom.find("help").showModal(), Escape: () => actions.escape(),
		};
	}

	function timelineKeys(app) {
		return {
			ArrowLeft: () => panBy(app, -0.1), ArrowRight: () => panBy(app, 0.1), ArrowUp: () => move(app, -1), ArrowDown: () => move(app, 1),
			PageDown: () => app.actions.scrollTo(app.state.top + app.height), PageUp: () => app.actions.scrollTo(app.state.top - app.height),
			Home: () => app.actions.scrollTo(0), End: () => app.actions.scrollTo(Infinity), Enter: () => app.actions.showPanel("details"),
		};
	}

	function bindKeys(app) {
		const everywhere = everywhereKeys(app), inTree = treeKeys(app), inTimeline = timelineKeys(app);
		document.addEventListener("keydown", (event) => {
			const target = event.target, isText = target.matches("input, select, textarea");
			if (event.ctrlKey || event.metaKey || event.altKey || dom.find("help").open)
				return;
			if (isText) {
				if (event.key === "Escape")
					target.blur();
				return;
			}
			const own = target.id === "rows" ? inTree : target.id === "timeline" ? inTimeline : {};
			const action = own[event.key] ?? everywhere[event.key];
			if (!action)
				return;
			event.preventDefault();
			action();
		});
	}

	function bind(app) {
		bindWheel(app);
		bindDrag(app);
		bindMinimap(app);
		bindSplitter(app);
		bindKeys(app);
	}

	lifeline.input = { bind };
})(globalThis.lifeline ??= {});
