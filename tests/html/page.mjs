// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The page in a real Chromium, opened from a file as a reviewer opens it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePage, run, test } from "./harness.mjs";
import { launch, openPage } from "./browser.mjs";

const directory = mkdtempSync(join(tmpdir(), "lifeline-html-"));
const file = join(directory, "report.html"), cut = join(directory, "cut.html");
const text = makePage();
writeFileSync(file, text);
writeFileSync(cut, text.toString("latin1").replace(/(id="data">[A-Za-z0-9+/]{40})[A-Za-z0-9+/=]*/, "$1"), "latin1");
const browser = await launch();
const address = "file://" + file;

// What the page tells of itself; lifeline.app is its state.
const pids = (page) => page.evaluate(() => [...lifeline.app.rows.list].map((i) => lifeline.app.report.pid[i]));
const selected = (page) => page.evaluate(() => lifeline.app.report.pid[lifeline.app.state.selected]);
const view = (page) => page.evaluate(() => lifeline.app.state.view);
// Drawn as it is now: frames come when the browser likes.
const drawn = (page) => page.evaluate(() => lifeline.app?.drawNow());

async function content(page, id) {
	await drawn(page);
	return page.$eval("#" + id, (element) => element.textContent);
}

async function withPage(body, options) {
	const { page, seen } = await openPage(browser, options?.address ?? address, options);
	try {
		await body(page);
		assert.deepEqual(seen.problems, []);
		assert.deepEqual(seen.requests, [], "a request left the page");
	} finally {
		await page.close();
	}
}

async function boxOf(page) {
	return page.$eval("#timeline", (canvas) => {
		const box = canvas.getBoundingClientRect();
		return { x: box.x, y: box.y, width: box.width, height: box.height };
	});
}

async function waitForHash(page, part) {
	await page.waitForFunction((wanted) => location.hash.includes(wanted), { timeout: 10000 }, part);
}

test("page_loads_and_shows_rows_facts_and_the_loss", () => withPage(async (page) => {
	assert.deepEqual(await pids(page), [100, 101, 102, 103, 101, 105, 104]);
	assert.equal(await content(page, "title"), "make -j2");
	assert.match(await content(page, "facts"), /1s · 7 processes · 3 ended badly/);
	assert.match(await content(page, "losstext"), /^7 events were lost \(7 process\.fork\)/);
	assert.match(await content(page, "summary"), /1 crashed or out of memory/);
}));

test("timeline_has_colours_of_outcomes_where_the_bars_are", () => withPage(async (page) => {
	const pixel = await page.evaluate(() => {
		const { app, timeline } = lifeline, row = app.rows.rowOf[app.report.pid.indexOf(103)];
		const at = (ns) => (ns - app.state.view[0]) / (app.state.view[1] - app.state.view[0]) * app.width;
		const scale = devicePixelRatio, y = timeline.HEAD + (row + 1) * app.rowHeight - 5;
		return [...app.timeline.canvas.getContext("2d").getImageData(at(80e6) * scale, y * scale, 1, 1).data];
	});
	assert.deepEqual(pixel, [0xe0, 0x70, 0x6c, 255]);
}));

test("pointing_at_a_bar_tells_whose_it_is", () => withPage(async (page) => {
	const box = await boxOf(page);
	const at = await page.evaluate(() => {
		const { app, timeline } = lifeline, row = app.rows.rowOf[app.report.pid.indexOf(103)], [begin, end] = app.state.view;
		return { x: (60e6 - begin) / (end - begin) * app.width, y: timeline.HEAD + (row + 0.5) * app.rowHeight };
	});
	await page.mouse.move(box.x + at.x, box.y + at.y);
	assert.match(await content(page, "tip"), /^sleep \(103\)100killed by SIGTERM/);
	assert.equal(await page.$eval("#tip", (tip) => tip.hidden), false);
	await page.mouse.click(box.x + at.x, box.y + at.y);
	assert.equal(await selected(page), 103);
}));

test("wheel_zooms_at_the_cursor", () => withPage(async (page) => {
	const box = await boxOf(page), share = 0.25;
	const before = await view(page);
	await page.mouse.move(box.x + box.width * share, box.y + 100);
	await page.mouse.wheel({ deltaY: -400 });
	await page.waitForFunction((span) => lifeline.app.state.view[1] - lifeline.app.state.view[0] < span * 0.9, { timeout: 10000 }, before[1] - before[0]);
	const after = await view(page), time = ([begin, end]) => begin + share * (end - begin);
	assert.ok(Math.abs(time(after) - time(before)) < (before[1] - before[0]) * 0.003);
}));

test("drag_moves_and_a_drag_in_the_ruler_measures", () => withPage(async (page) => {
	const box = await boxOf(page);
	await page.evaluate(() => lifeline.app.actions.setView([200e6, 400e6]));
	await page.mouse.move(box.x + 300, box.y + 120);
	await page.mouse.down();
	await page.mouse.move(box.x + 200, box.y + 120, { steps: 4 });
	await page.mouse.up();
	assert.equal(Math.round((await view(page))[0] / 1e6), Math.round(200 + 100 / box.width * 200));
	await page.mouse.move(box.x + 100, box.y + 10);
	await page.mouse.down();
	await page.mouse.move(box.x + 200, box.y + 10, { steps: 4 });
	await page.mouse.up();
	await page.waitForFunction(() => document.getElementById("rangetext").textContent.includes("alive"), { timeout: 10000 });
	const range = await page.evaluate(() => lifeline.app.state.range);
	assert.equal(Math.round((range[1] - range[0]) / 1e6), Math.round(100 / box.width * 200));
	await page.evaluate(() => lifeline.app.actions.setRange([15e6, 25e6]));
	await page.click("#rangeonly");
	assert.deepEqual(await pids(page), [100, 101, 102]);
	await page.keyboard.press("Escape");
	assert.equal((await pids(page)).length, 7);
}));

test("search_counts_and_steps_through_matches", () => withPage(async (page) => {
	await page.keyboard.press("/");
	await page.keyboard.type("sleep");
	assert.equal(await content(page, "hits"), "1");
	await page.keyboard.press("Enter");
	assert.equal(await selected(page), 103);
	assert.equal(await content(page, "hits"), "1 of 1");
	assert.match(await content(page, "live"), /1 of 1: sleep, pid 103/);
	assert.match(await content(page, "details"), /killed by SIGTERM from 101/);
}));

test("search_reveals_a_match_that_is_folded_away", () => withPage(async (page) => {
	await page.click("#fold");
	await page.evaluate(() => lifeline.app.actions.toggle(lifeline.app.report.pid.indexOf(100)));
	assert.deepEqual(await pids(page), [100]);
	await page.type("#query", "pid:105");
	await page.click("#next");
	assert.equal(await selected(page), 105);
	assert.ok((await pids(page)).includes(105));
}));

test("filters_leave_what_failed_and_what_leads_to_it", () => withPage(async (page) => {
	await page.click("#failed");
	assert.deepEqual(await pids(page), [100, 101, 103, 101]);
	await page.click("#failed");
	await page.type("#least", "250ms\n");
	await page.$eval("#least", (input) => input.blur());
	assert.deepEqual(await pids(page), [100, 101, 105, 104]);
	await page.$eval("#least", (input) => {
		input.value = "soon";
		input.dispatchEvent(new Event("change"));
	});
	assert.equal(await page.$eval("#least", (input) => input.getAttribute("aria-invalid")), "true");
}));

test("isolate_and_show_all_by_keys", () => withPage(async (page) => {
	await page.focus("#rows");
	for (let i = 0; i < 5; i++)
		await page.keyboard.press("ArrowDown");
	assert.equal(await selected(page), 101);
	await page.keyboard.press("i");
	assert.deepEqual(await pids(page), [101, 105]);
	assert.match(await content(page, "isolatedname"), /^Only make \(101\) and below/);
	await page.keyboard.press("Escape");
	assert.equal((await pids(page)).length, 7);
}));

test("tree_keys_fold_and_unfold_and_roles_say_so", () => withPage(async (page) => {
	await page.focus("#rows");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowLeft");
	assert.deepEqual(await pids(page), [100]);
	const attributes = async () => {
		await drawn(page);
		return page.$eval("#rows [aria-selected=true]", (row) => [row.getAttribute("role"), row.getAttribute("aria-expanded"), row.getAttribute("aria-level"), row.id]);
	};
	const [role, expanded, level, id] = await attributes();
	assert.deepEqual([role, expanded, level], ["row", "false", "1"]);
	assert.equal(await page.$eval("#rows", (rows) => rows.getAttribute("aria-activedescendant")), id);
	await page.keyboard.press("ArrowRight");
	assert.equal((await attributes())[1], "true");
	assert.equal((await pids(page)).length, 7);
}));

test("accessible_tree_names_every_control_and_row", () => withPage(async (page) => {
	const nodes = await (await page.createCDPSession()).send("Accessibility.getFullAXTree");
	const said = nodes.nodes.filter((node) => !node.ignored).map((node) => [node.role?.value, node.name?.value ?? ""]);
	const nameless = said.filter(([role, name]) => ["button", "searchbox", "checkbox", "combobox", "textbox", "treegrid"].includes(role) && name === "");
	assert.deepEqual(nameless, []);
	assert.equal(said.filter(([role]) => role === "row").length >= 8, true);
	assert.ok(said.some(([role, name]) => role === "treegrid" && name === "Processes"));
	assert.ok(said.some(([role]) => role === "status"));
	assert.ok(said.some(([, name]) => name.startsWith("Timeline of 8 processes")));
}));

test("details_link_to_parent_children_and_signal_partners", () => withPage(async (page) => {
	await page.evaluate(() => lifeline.app.actions.goTo(lifeline.app.report.pid.indexOf(103)));
	const follow = (words) => page.evaluate((wanted) => {
		const link = [...document.querySelectorAll("#details .link")].find((button) => button.textContent === wanted);
		link.click();
		lifeline.app.drawNow();
	}, words);
	await drawn(page);
	await follow("python3 (101)");
	assert.equal(await selected(page), 101);
	assert.match(await content(page, "details"), /Executions/);
	await follow("make (100)");
	assert.match(await content(page, "details"), /Children \(5\)/);
	await follow("sleep (103)");
	assert.equal(await selected(page), 103);
}));

test("hash_keeps_the_view_over_a_reload", () => withPage(async (page) => {
	await page.evaluate(() => {
		const { actions, report } = lifeline.app;
		actions.setView([100e6, 300e6]);
		actions.toggle(report.pid.lastIndexOf(101));
		actions.select(report.pid.indexOf(104));
		actions.setRange([120e6, 130e6]);
	});
	await page.type("#query", "make");
	await page.click("#by-state");
	await waitForHash(page, "color=state");
	await waitForHash(page, "q=make");
	await page.reload();
	await page.waitForFunction(() => document.documentElement.dataset.readyMs, { timeout: 20000 });
	const state = await page.evaluate(() => ({ ...lifeline.app.state, collapsed: [...lifeline.app.state.collapsed] }));
	assert.deepEqual(state.view.map((time) => Math.round(time / 1e6)), [100, 300]);
	assert.deepEqual([state.query, state.color, state.collapsed.length, state.range[1]], ["make", "state", 1, 130e6]);
	assert.equal(await selected(page), 104);
	assert.ok(!(await pids(page)).includes(105));
}));

test("hash_that_is_changed_by_hand_is_followed", () => withPage(async (page) => {
	await page.evaluate(() => {
		location.hash = "#failed=1&theme=dark";
	});
	await page.waitForFunction(() => lifeline.app.rows.length === 4, { timeout: 10000 });
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
}));

test("hostile_arguments_stay_text", () => withPage(async (page) => {
	await page.evaluate(() => {
		lifeline.app.actions.goTo(lifeline.app.report.pid.indexOf(102));
		lifeline.app.drawNow();
	});
	const words = await page.$$eval("#details .argv code", (codes) => codes.map((code) => code.textContent));
	assert.equal(words[0], "'</script><img src=x onerror=alert(1)>'");
	assert.equal(words[1], "$'--bidi=\\u202Eevil'");
	assert.equal(words.length, 9);
	assert.equal(await page.$("img"), null);
	assert.ok(!/[\u0000-\u0008\u202a-\u202e\u2028\u2066-\u2069]/.test(await page.evaluate(() => document.body.innerText)));
	assert.equal(await page.evaluate(() => document.scripts.length), 16);
}));

test("policy_lets_nothing_out", () => withPage(async (page) => {
	const refused = await page.evaluate(async () => {
		const events = [];
		document.addEventListener("securitypolicyviolation", (event) => events.push(event.effectiveDirective));
		await fetch("data:,x").then(() => events.push("fetched"), () => {});
		const image = document.createElement("img");
		await new Promise((done) => {
			image.onerror = done;
			image.onload = done;
			image.src = "file:///nowhere.png";
		});
		return [...new Set(events)].sort();
	});
	assert.deepEqual(refused, ["connect-src", "img-src"]);
}, { ignoresConsole: true }));

test("critical_path_colour_and_theme_redraw", () => withPage(async (page) => {
	const image = () => page.evaluate(() => {
		lifeline.app.drawNow();
		return lifeline.app.timeline.canvas.toDataURL();
	});
	const seen = new Set([await image()]);
	for (const id of ["path", "by-state", "theme", "density"]) {
		await page.click("#" + id);
		seen.add(await image());
	}
	assert.equal(seen.size, 5);
	assert.equal(await page.$eval("#path", (button) => button.getAttribute("aria-pressed")), "true");
}));

test("nothing_overflows_at_three_sizes", async () => {
	for (const [width, height] of [[1600, 900], [1024, 640], [400, 800]])
		await withPage(async (page) => {
			const sizes = await page.evaluate(() => ({
				across: document.documentElement.scrollWidth - innerWidth, down: document.documentElement.scrollHeight - innerHeight,
				time: document.getElementById("time").clientWidth, rows: lifeline.app.height,
			}));
			assert.ok(sizes.across <= 0 && sizes.down <= 0 && sizes.time >= 150 && sizes.rows >= 150, JSON.stringify({ width, ...sizes }));
		}, { width, height });
});

test("print_is_light_and_has_the_tables", () => withPage(async (page) => {
	const pdf = await page.pdf({ format: "A4", landscape: true });
	assert.ok(pdf.length > 20000);
	await page.emulateMediaType("print");
	assert.equal(await page.$eval("#summary", (summary) => getComputedStyle(summary).display), "block");
	assert.equal(await page.$eval("#tools", (tools) => getComputedStyle(tools).display), "none");
}, { theme: "dark" }));

test("page_that_is_cut_off_says_so", () => withPage(async (page) => {
	await page.waitForFunction(() => !document.getElementById("error").hidden, { timeout: 10000 });
	assert.match(await content(page, "error"), /cannot be shown: .*export it again/);
}, { address: "file://" + cut, isBroken: true }));

const failed = await run();
await browser.close();
rmSync(directory, { recursive: true });
process.exit(failed > 0 ? 1 : 0);
