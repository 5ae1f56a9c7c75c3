// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The page: its state, what can be done to it, and when it is drawn.
"use strict";
(function (lifeline) {
	const { data, format, view, search, dom, stats } = lifeline;
	const HEAD = lifeline.timeline.HEAD;
	const NARROW = 900;

	// The parts of the state that controls stand for, and the controls.
	const CHECKS = { failed: "failed", signalled: "signalled", kthreads: "kthreads" };

	function create(report) {
		const app = { report, tree: lifeline.tree.build(report), found: null, left: null, hits: [], cursor: null, cursorTime: null, rowsStamp: 0 };
		app.pathOf = report.path ? new Set(report.path.map((part) => part.process)) : null;
		app.state = lifeline.hash.parse(location.hash, report.length, report.count);
		if (innerWidth < NARROW && !location.hash.includes("panel="))
			app.state.panel = "none";
		return app;
	}

	// ---- Drawing ----

	function bindDrawing(app) {
		let isAsked = false;
		app.drawNow = () => {
			isAsked = false;
			app.rowsView.draw();
			app.timeline.draw();
			app.minimap.draw();
			if (app.state.panel === "details")
				app.detailsView.draw();
			if (app.state.panel === "summary")
				app.summaryView.draw();
		};
		app.draw = () => {
			if (!isAsked)
				requestAnimationFrame(app.drawNow);
			isAsked = true;
			keepHash(app);
		};
	}

	// Not with every frame: the address is only for later.
	function keepHash(app) {
		clearTimeout(app.hashTimer);
		app.hashTimer = setTimeout(() => {
			const hash = lifeline.hash.format(app.state, app.report.length);
			app.hash = "#" + hash;
			if (location.hash.replace(/^#?/, "#") !== app.hash)
				history.replaceState(null, "", app.hash);
		}, 200);
	}

	function measureBoxes(app) {
		const scroll = dom.find("scroll"), canvas = dom.find("timeline");
		dom.find("stick").style.height = scroll.clientHeight + "px";
		app.height = Math.max(scroll.clientHeight - HEAD, 20);
		app.width = Math.max(canvas.parentElement.clientWidth, 20);
	}

	// Rows anew, after a change of what is folded, isolated or filtered.
	function layOut(app) {
		const { state, report, tree } = app;
		app.left = search.filter(report, state.filters, state.range);
		app.rows = lifeline.tree.rows(tree, { collapsed: state.collapsed, isolated: state.isolated, wanted: app.left });
		app.rowHeight = state.dense ? 14 : 22;
		app.rowsStamp++;
		app.rowsView.refill();
		document.body.classList.toggle("dense", state.dense);
		dom.find("inner").style.height = app.rows.length * app.rowHeight + HEAD + "px";
		dom.find("none").hidden = app.rows.length > 0;
		const at = dom.find("isolated");
		at.hidden = state.isolated < 0;
		if (state.isolated >= 0)
			dom.setText(dom.find("isolatedname"), `Only ${format.name(report, state.isolated)} (${report.pid[state.isolated]}) and below`);
		findHits(app);
		app.draw();
	}

	function findHits(app) {
		const { state, report, tree } = app;
		if (app.query !== state.query)
			app.found = search.find(report, state.query);
		app.query = state.query;
		app.hits = search.hits(tree, app.found, app.left, state.isolated);
		tellHits(app);
	}

	function tellHits(app) {
		const at = app.hits.indexOf(app.state.selected);
		const total = format.count(app.hits.length);
		dom.setText(dom.find("hits"), app.found === null ? "" : at >= 0 ? `${format.count(at + 1)} of ${total}` : total);
		for (const id of ["previous", "next"])
			dom.find(id).disabled = app.hits.length === 0;
	}

	// ---- Actions ----

	function scrollActions(app) {
		const scroll = dom.find("scroll");
		function scrollTo(top) {
			scroll.scrollTop = Number.isFinite(top) ? top : scroll.scrollHeight;
			app.state.top = scroll.scrollTop;
			app.draw();
		}
		function bringIntoSight(process) {
			const row = app.rows.rowOf[process];
			const y = row * app.rowHeight;
			if (row >= 0 && (y < app.state.top || y + app.rowHeight > app.state.top + app.height))
				scrollTo(y - app.height / 2);
		}
		function bringTimeIntoSight(process) {
			const { report, state } = app, [begin, end] = state.view;
			if (report.end[process] < begin || report.start[process] > end)
				state.view = besides(state.view, Math.max(report.start[process], 0), report.end[process]);
		}
		// As close as before, where that shows all of it.
		function besides([begin, end], first, last) {
			const span = end - begin;
			return last - first < span * 0.8 ? view.clamp((first + last - span) / 2, (first + last + span) / 2, app.report.length)
				: view.around(first, last, app.report.length);
		}
		scroll.addEventListener("scroll", () => {
			app.state.top = scroll.scrollTop;
			app.draw();
		});
		return { scrollTo, bringIntoSight, bringTimeIntoSight };
	}

	function treeActions(app) {
		const { report, tree, state } = app;
		function select(process, isFollowed) {
			state.selected = process;
			if (process >= 0 && isFollowed) {
				app.actions.bringIntoSight(process);
				app.actions.bringTimeIntoSight(process);
			}
			if (process >= 0 && innerWidth >= NARROW)
				showPanel("details");
			tellHits(app);
			if (process >= 0)
				dom.announce(`${format.name(report, process)}, pid ${report.pid[process]}, ${format.ending(report, process)}, ${format.duration(report.end[process] - report.start[process])}`);
			app.draw();
		}
		// Wherever it is: unfold, leave the isolated part, scroll.
		function goTo(process) {
			let isNew = lifeline.tree.reveal(tree, state.collapsed, process);
			if (state.isolated >= 0 && !lifeline.tree.isBelow(tree, process, state.isolated)) {
				state.isolated = -1;
				isNew = true;
			}
			if (app.rows.rowOf[process] < 0 && app.left && !app.left[process]) {
				Object.assign(state.filters, { failed: false, signalled: false, user: "", least: 0, kthreads: true, inRange: false });
				showControls(app);
				isNew = true;
			}
			if (isNew)
				layOut(app);
			select(process, true);
		}
		function toggle(process) {
			if (tree.firstChild[process] < 0)
				return;
			const isFolded = state.collapsed.delete(process);
			if (!isFolded)
				state.collapsed.add(process);
			layOut(app);
			dom.announce(isFolded ? "unfolded" : `folded, ${format.count(tree.size[process] - 1)} processes hidden`);
		}
		function foldAll() {
			for (let i = 0; i < tree.count; i++)
				if (tree.firstChild[i] >= 0 && tree.depth[i] > 0)
					state.collapsed.add(i);
			layOut(app);
			dom.announce("folded all");
		}
		function unfoldAll() {
			state.collapsed.clear();
			layOut(app);
			dom.announce("unfolded all");
		}
		function isolate(process) {
			state.isolated = process;
			layOut(app);
			app.actions.scrollTo(0);
			dom.announce(process < 0 ? "all processes" : `only ${format.name(report, process)} and its ${format.count(tree.size[process] - 1)} descendants`);
		}
		function step(direction) {
			const hit = search.step(tree, app.hits, state.selected, direction);
			if (hit < 0)
				return dom.announce(app.found ? "nothing found" : "nothing to search for");
			goTo(hit);
			return dom.announce(`${app.hits.indexOf(hit) + 1} of ${app.hits.length}: ${format.name(report, hit)}, pid ${report.pid[hit]}`);
		}
		return { select, goTo, toggle, foldAll, unfoldAll, isolate, step, showPanel: (panel) => showPanel(panel) };

		function showPanel(panel) {
			if (state.panel === panel)
				return app.draw();
			state.panel = panel;
			return showPanels(app);
		}
	}

	function timeActions(app) {
		const { report, state } = app;
		function setView(next, isTold) {
			state.view = next;
			if (isTold)
				dom.announce(`from ${format.duration(next[0])}, ${format.duration(next[1] - next[0])} across`);
			hideTip();
			app.draw();
		}
		function zoomTo(process) {
			setView(view.around(Math.max(report.start[process], 0), report.end[process], report.length), true);
			app.actions.select(process, true);
		}
		function setRange(range) {
			state.range = range;
			if (state.filters.inRange)
				layOut(app);
			if (range === null)
				state.filters.inRange = false;
			app.draw();
			showRange(app);
		}
		function measure(process) {
			setRange([Math.max(report.start[process], 0), report.end[process]]);
			tellRange();
		}
		function tellRange() {
			dom.announce(rangeText(app));
		}
		function onlyInRange() {
			state.filters.inRange = !state.filters.inRange;
			layOut(app);
			showRange(app);
			dom.announce(state.filters.inRange ? `${format.count(app.rows.length)} rows: only what lived in the range` : "all of the time");
		}
		function zoomToRange() {
			if (state.range)
				setView(view.around(state.range[0], state.range[1], report.length), true);
		}
		return { setView, zoomTo, setRange, measure, tellRange, zoomToRange, onlyInRange, showAll: () => setView(view.whole(report.length), true) };
	}

	function rangeText(app) {
		const { range } = app.state, counts = stats.range(app.report, range);
		return `${format.duration(range[1] - range[0])} from ${format.duration(range[0])}: ${format.count(counts.alive)} processes alive, ` +
			`${format.count(counts.started)} began, ${format.count(counts.ended)} ended, ${format.count(counts.failed)} of them badly`;
	}

	function showRange(app) {
		const bar = dom.find("rangebar");
		bar.hidden = app.state.range === null;
		dom.find("rangeonly").setAttribute("aria-pressed", String(app.state.filters.inRange));
		clearTimeout(app.rangeTimer);
		if (app.state.range)
			app.rangeTimer = setTimeout(() => app.state.range && dom.setText(dom.find("rangetext"), rangeText(app)), 30);
	}

	function hideTip() {
		dom.find("tip").hidden = true;
	}

	function tipLines(app, process, time) {
		const { report } = app;
		return [
			`${format.name(report, process)} (${report.pid[process]})`,
			format.rest(report, process, 120),
			`${format.endingLong(report, process)}; lived ${format.duration(report.end[process] - report.start[process])}`,
			`at ${format.duration(time)}`,
		].filter(Boolean);
	}

	function hoverActions(app) {
		function hover(x, y) {
			const tip = dom.find("tip");
			app.cursor = x >= 0 ? x : null;
			const { process, time } = x >= 0 ? app.timeline.at(x, y) : { process: -1, time: null };
			app.cursorTime = time;
			const isOver = process >= 0 && time >= app.report.start[process] && time <= Math.max(app.report.end[process], app.report.reap[process] || 0);
			tip.hidden = !isOver;
			if (isOver) {
				tip.replaceChildren(...tipLines(app, process, time).map((line, i) => dom.make(i === 0 ? "strong" : "span", {}, line)));
				const box = app.timeline.canvas.getBoundingClientRect();
				tip.style.left = Math.max(4, Math.min(box.left + x + 14, innerWidth - tip.offsetWidth - 8)) + "px";
				const below = box.top + y + 18;
				tip.style.top = (below + tip.offsetHeight > innerHeight - 8 ? below - tip.offsetHeight - 30 : below) + "px";
			}
			app.draw();
		}
		return { hover };
	}

	function otherActions(app) {
		const { state } = app;
		return {
			resize() {
				measureBoxes(app);
				app.draw();
			},
			togglePath() {
				if (!app.report.path)
					return;
				state.path = !state.path;
				showControls(app);
				dom.announce(state.path ? "critical path shown" : "critical path hidden");
				app.draw();
			},
			// One thing at a time: the range, then the isolated part, then the selection.
			escape() {
				if (state.range)
					app.actions.setRange(null);
				else if (state.isolated >= 0)
					app.actions.isolate(-1);
				else
					app.actions.select(-1);
			},
		};
	}

	// ---- Controls ----

	function showPanels(app) {
		const { panel } = app.state;
		document.body.dataset.panel = panel;
		for (const name of ["details", "summary"]) {
			dom.find(name).hidden = panel !== name;
			dom.find("show-" + name).setAttribute("aria-pressed", String(panel === name));
		}
		app.actions.resize();
	}

	function showTheme(app) {
		const isDark = lifeline.colors.isDark(app.state.theme);
		document.documentElement.dataset.theme = isDark ? "dark" : "light";
		app.colors = lifeline.colors.of(app.state.theme);
		showLegend(app);
	}

	function showLegend(app) {
		const isState = app.state.color === "state";
		const words = isState ? lifeline.colors.STATE_WORDS : lifeline.colors.OUTCOME_WORDS;
		const swatches = isState ? app.colors.states : app.colors.outcomes;
		const present = isState ? stats.states(app.report) : stats.outcomes(app.report).map((count) => count > 0);
		const isShares = isState && app.report.stays.count === 0;
		dom.find("legend").replaceChildren(...words.flatMap((word, i) => {
			if (!present[i])
				return [];
			const swatch = dom.make("i", { "aria-hidden": "true" });
			swatch.style.background = swatches[i];
			return [dom.make("span", {}, swatch, word)];
		}), ...(isShares ? [dom.make("span", {}, "shares of each life, not moments")] : []));
	}

	function showControls(app) {
		const { state } = app;
		for (const [name, id] of Object.entries(CHECKS))
			dom.find(id).checked = state.filters[name];
		dom.find("user").value = state.filters.user;
		dom.find("least").value = state.filters.least > 0 ? format.duration(state.filters.least) : "";
		dom.find("query").value = state.query;
		dom.find("path").setAttribute("aria-pressed", String(state.path));
		for (const color of ["outcome", "state"])
			dom.find("by-" + color).setAttribute("aria-pressed", String(state.color === color));
	}

	function on(id, type, action) {
		dom.find(id).addEventListener(type, action);
	}

	function bindFilters(app) {
		const { state } = app;
		function filtered() {
			layOut(app);
			dom.announce(`${format.count(app.left ? app.left.reduce((sum, left) => sum + left, 0) : app.report.count)} processes left`);
		}
		for (const [name, id] of Object.entries(CHECKS))
			on(id, "change", (event) => {
				state.filters[name] = event.target.checked;
				filtered();
			});
		on("user", "change", (event) => {
			state.filters.user = event.target.value;
			filtered();
		});
		on("least", "change", (event) => {
			const least = event.target.value.trim() === "" ? 0 : format.parseDuration(event.target.value);
			event.target.setAttribute("aria-invalid", String(Number.isNaN(least)));
			if (Number.isNaN(least))
				return dom.announce("no such duration: write 1.5s, 200ms or 2m");
			state.filters.least = least;
			return filtered();
		});
		dom.find("user").append(...search.users(app.report).map((user) => dom.make("option", { value: user }, String(user))));
		dom.find("kthreadsbox").hidden = !app.report.bits.some((bits) => bits & data.KTHREAD);
	}

	function bindSearch(app) {
		on("query", "input", (event) => {
			app.state.query = event.target.value;
			findHits(app);
			app.draw();
		});
		on("query", "keydown", (event) => {
			if (event.key !== "Enter")
				return;
			event.preventDefault();
			app.actions.step(event.shiftKey ? -1 : 1);
		});
		on("next", "click", () => app.actions.step(1));
		on("previous", "click", () => app.actions.step(-1));
	}

	function bindButtons(app) {
		const { state, actions } = app;
		for (const color of ["outcome", "state"])
			on("by-" + color, "click", () => {
				state.color = color;
				showControls(app);
				showLegend(app);
				app.draw();
			});
		on("path", "click", actions.togglePath);
		dom.find("path").hidden = !app.report.path;
		on("fit", "click", actions.showAll);
		on("fold", "click", actions.foldAll);
		on("unfold", "click", actions.unfoldAll);
		on("density", "click", () => {
			state.dense = !state.dense;
			layOut(app);
		});
		on("isolatedall", "click", () => actions.isolate(-1));
		on("rangezoom", "click", actions.zoomToRange);
		on("rangeonly", "click", actions.onlyInRange);
		on("rangeclear", "click", () => actions.setRange(null));
		for (const name of ["details", "summary"])
			on("show-" + name, "click", () => actions.showPanel(state.panel === name ? "none" : name));
		on("theme", "click", () => {
			state.theme = lifeline.colors.isDark(state.theme) ? "light" : "dark";
			showTheme(app);
			app.draw();
		});
		on("showhelp", "click", () => dom.find("help").showModal());
		on("closehelp", "click", () => dom.find("help").close());
	}

	// Paper is white; the tables go with it.
	function bindPrint(app) {
		let theme = "auto";
		addEventListener("beforeprint", () => {
			theme = app.state.theme;
			app.state.theme = "light";
			showTheme(app);
			app.summaryView.draw();
			app.drawNow();
		});
		addEventListener("afterprint", () => {
			app.state.theme = theme;
			showTheme(app);
			app.draw();
		});
	}

	function bindWindow(app) {
		new ResizeObserver(() => app.actions.resize()).observe(dom.find("scroll"));
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
			showTheme(app);
			app.draw();
		});
		addEventListener("hashchange", () => {
			if (location.hash.replace(/^#?/, "#") !== app.hash)
				applyHash(app);
		});
		bindPrint(app);
	}

	function applyHash(app) {
		Object.assign(app.state, { ...lifeline.hash.parse(location.hash, app.report.length, app.report.count) });
		showAll(app);
	}

	function showAll(app) {
		const { top } = app.state;
		showTheme(app);
		showControls(app);
		showPanels(app);
		layOut(app);
		showRange(app);
		app.actions.scrollTo(top);
		if (top === 0 && app.state.selected >= 0)
			app.actions.bringIntoSight(app.state.selected);
	}

	// ---- Words that stand still ----

	function showTitle(app) {
		const { report } = app, { about } = report;
		const command = about.command ? data.splitArgs(about.command).map(format.quote).join(" ") : "";
		const title = command || format.visible(about.host ?? "") || "report";
		document.title = `${title.slice(0, 80)} · lifeline`;
		dom.setText(dom.find("title"), title);
		dom.find("title").title = title;
		const counts = stats.outcomes(report), bad = counts[data.FAILED] + counts[data.SIGNALLED] + counts[data.CRASHED];
		dom.setText(dom.find("facts"), [
			about.command ? format.visible(about.host ?? "") : "", format.wallClock(report, 0).slice(0, 19), format.duration(report.length),
			`${format.count(stats.sizes(report).processes)} processes`, bad > 0 ? `${format.count(bad)} ended badly` : "",
		].filter(Boolean).join(" · "));
		app.timeline.canvas.setAttribute("aria-label", `Timeline of ${report.count} processes over ${format.duration(report.length)}. The tree beside it lists the same rows.`);
	}

	function showBanner(app) {
		const { report } = app, kinds = new Map();
		for (const loss of report.losses)
			kinds.set(loss.kind, (kinds.get(loss.kind) ?? 0) + loss.count);
		const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
		const parts = [];
		if (total > 0)
			parts.push(`${format.count(total)} ${total === 1 ? "event was" : "events were"} lost (${[...kinds].map(([kind, count]) => `${format.count(count)} ${format.visible(kind)}`).join(", ")}), where the dashed red lines are: what is shown has gaps.`);
		if (report.leftOut > 0)
			parts.push(`${format.count(report.leftOut)} times a process was left out: there were too many for one page.`);
		if (report.textsLeftOut > 0)
			parts.push(`${format.count(report.textsLeftOut)} texts were left out: they were too long together.`);
		dom.find("loss").hidden = parts.length === 0;
		dom.setText(dom.find("losstext"), parts.join(" "));
	}

	async function main() {
		const report = await data.load(dom.find("data").textContent);
		dom.find("data").remove();
		const app = lifeline.app = create(report);
		app.actions = {};
		bindDrawing(app);
		app.rowsView = lifeline.rows.create(app);
		app.timeline = lifeline.timeline.create(app);
		app.minimap = lifeline.minimap.create(app);
		app.detailsView = lifeline.details.create(app);
		app.summaryView = lifeline.summary.create(app);
		app.rows = lifeline.tree.rows(app.tree, { collapsed: app.state.collapsed, isolated: -1, wanted: null });
		Object.assign(app.actions, scrollActions(app), treeActions(app), timeActions(app), hoverActions(app), otherActions(app));
		showTitle(app);
		showBanner(app);
		bindFilters(app);
		bindSearch(app);
		bindButtons(app);
		document.body.classList.remove("loading");
		showAll(app);
		lifeline.input.bind(app);
		bindWindow(app);
		app.drawNow();
		document.documentElement.dataset.readyMs = String(Math.round(performance.now()));
	}

	main().catch((error) => {
		document.body.classList.remove("loading");
		dom.find("error").hidden = false;
		dom.setText(dom.find("error"), `This report cannot be shown: ${error.message}. It may be cut off; export it again.`);
	});
})(globalThis.lifeline ??= {});
