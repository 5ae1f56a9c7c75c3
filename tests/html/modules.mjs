// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The page's pure modules without a browser, on the data that the exporter writes.
import assert from "node:assert/strict";
import { dataOf, loadModules, makePage, run, test } from "./harness.mjs";

const { data, format, tree, search, view, hash, stats } = loadModules();
const page = makePage();
const report = await data.load(dataOf(page));
const MS = 1e6;
// By pid, and which of those that had it.
const at = (pid, nth = 0) => [...report.pid.keys()].filter((i) => report.pid[i] === pid)[nth];
const all = { failed: false, signalled: false, user: "", least: 0, kthreads: true };
// Arrays of another realm are equal by what they hold.
const same = (actual, expected) => assert.equal(JSON.stringify(actual), JSON.stringify(expected));

test("page_is_whole_and_names_no_part", () => {
	const text = page.toString("latin1");
	assert.ok(text.startsWith("<!doctype html>") && text.trimEnd().endsWith("</html>"));
	assert.ok(!/<!--\{[a-z]+/.test(text.replace(dataOf(page), "")));
	assert.equal(text.match(/<script/g).length, 17);
});

test("page_source_has_no_way_to_make_markup_of_text", () => {
	const text = page.toString("latin1");
	for (const word of ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch(", "XMLHttpRequest", "http:", "https:"])
		assert.ok(!text.includes(word), word);
});

test("data_has_times_ends_and_parents_as_they_were_told", () => {
	assert.equal(report.count, 8);
	const chain = at(101), make = at(100);
	assert.equal(report.start[chain], 10 * MS);
	assert.equal(report.end[chain], 200 * MS);
	assert.equal(report.reap[chain], 250 * MS);
	assert.equal(report.parent[chain], make);
	assert.equal(report.parent[make], -1);
	assert.equal(data.column(report, "parent_pid", make), 50);
	assert.equal(report.length, 1000 * MS);
	assert.equal(data.column(report, "utime", at(102)), 10000);
});

test("data_keeps_two_processes_of_one_pid_apart", () => {
	assert.equal(format.ending(report, at(101, 0)), "exit 3");
	assert.equal(format.ending(report, at(101, 1)), "SIGSEGV");
	assert.equal(report.outcome[at(101, 1)], data.CRASHED);
	assert.ok(Number.isNaN(report.reap[at(101, 1)]));
});

test("data_has_every_execution_in_order", () => {
	const images = data.imagesOf(report, at(101));
	same(images.map((image) => [image.comm, image.time / MS]), [["sh", 11], ["env", 15], ["python3", 60]]);
	same(data.argsOf(report, at(101)), ["python3", "x.py"]);
});

test("data_tells_the_living_the_orphan_and_the_kernel_thread", () => {
	assert.equal(report.outcome[at(104)], data.RUNNING);
	assert.equal(report.end[at(104)], report.length);
	assert.equal(report.pid[report.parent[at(105)]], 101);
	assert.equal(data.column(report, "parent_now", at(105)), 1);
	assert.equal(format.name(report, at(2)), "[kthreadd]");
	assert.ok(report.bits[at(2)] & data.KTHREAD);
});

test("data_has_signals_by_sender_and_target", () => {
	const [signal] = report.received.get(at(103));
	same([signal.name, signal.sender, signal.action, signal.time / MS], ["SIGTERM", at(101), "terminate", 100]);
	assert.equal(report.sent.get(at(101))[0], signal);
	assert.equal(format.ending(report, at(103)), "SIGTERM");
});

test("data_has_losses_and_the_critical_path_without_a_gap", () => {
	same(report.losses, [{ time: 500 * MS, kind: "process.fork", count: 7, cpu: null }]);
	let end = report.path[0].begin;
	for (const part of report.path) {
		assert.ok(Math.abs(part.begin - end) < 1);
		end = part.end;
	}
	assert.equal(report.path[0].begin, 0);
	assert.equal(Math.round(end), report.length);
});

test("data_joins_too_many_states_and_keeps_their_order", () => {
	const { stays } = report, first = stays.first[at(104)], last = stays.first[at(104) + 1];
	assert.ok(report.bits[at(104)] & data.COARSE);
	assert.ok(last - first > 8 && last - first <= 128, String(last - first));
	for (let i = first + 1; i < last; i++)
		assert.ok(stays.begin[i] >= stays.begin[i - 1] + stays.length[i - 1] - 1);
});

test("hostile_text_arrives_and_shows_what_it_is", () => {
	const words = data.argsOf(report, at(102));
	assert.equal(words.length, 9);
	assert.equal(words[0], "</script><img src=x onerror=alert(1)>");
	assert.equal(words[3], "\ufffd\ufffd raw");
	same(words.map(format.quote), [
		"'</script><img src=x onerror=alert(1)>'", "$'--bidi=\\u202Eevil'", "$'a\\u2028b'", "'\ufffd\ufffd raw'", "''",
		"$'two\\nlines'", "'it'\\''s'", "'<!--<script>'", "'{data}'",
	]);
	assert.equal(format.visible(data.imagesOf(report, at(102))[0].cwd), "/tmp/nul\\x00nul");
	assert.equal(format.quote("a'b\n\\"), "$'a\\'b\\n\\\\'");
});

test("durations_read_as_the_command_line_writes_them", () => {
	same([0, 870, 51249, 1.239e6, 4.5e9, 123e9, 11520e9, 40 * 86400e9 + 7 * 3600e9].map(format.duration),
		["0s", "870ns", "51.2µs", "1.23ms", "4.5s", "2m03s", "3h12m", "40d07h"]);
	same(["1.5", "200ms", "2m", "3us"].map(format.parseDuration), [1.5e9, 200e6, 120e9, 3000]);
	for (const text of ["", "1 2", "-1s", "1x", "s"])
		assert.ok(Number.isNaN(format.parseDuration(text)), text);
});

const built = tree.build(report);
const rowsOf = (options) => tree.rows(built, { collapsed: new Set(), isolated: -1, wanted: null, ...options });
const pids = (rows) => [...rows.list].map((i) => report.pid[i]);

test("tree_puts_children_below_parents_by_birth", () => {
	same(pids(rowsOf({})), [2, 100, 101, 102, 103, 101, 105, 104]);
	assert.equal(built.depth[at(105)], 2);
	assert.equal(built.size[at(100)], 7);
});

test("tree_folds_isolates_and_filters", () => {
	same(pids(rowsOf({ collapsed: new Set([at(100)]) })), [2, 100]);
	same(pids(rowsOf({ isolated: at(101, 1) })), [101, 105]);
	const wanted = new Uint8Array(report.count);
	wanted[at(105)] = 1;
	same(pids(rowsOf({ wanted })), [100, 101, 105]);
	assert.equal(rowsOf({ wanted }).rowOf[at(104)], -1);
});

test("tree_reveals_what_is_folded_away", () => {
	const collapsed = new Set([at(100), at(101, 1), at(104)]);
	assert.ok(tree.reveal(built, collapsed, at(105)));
	same([...collapsed], [at(104)]);
	assert.ok(!tree.reveal(built, collapsed, at(105)));
});

test("tree_of_a_long_chain_needs_no_stack", () => {
	const count = 200000, parent = Int32Array.from({ length: count }, (_, i) => i - 1);
	const long = tree.build({ count, parent });
	assert.equal(long.order[count - 1], count - 1);
	assert.equal(long.size[0], count);
});

const found = (query) => [...(search.find(report, query) ?? [])].flatMap((hit, i) => hit ? [report.pid[i]] : []);

test("search_finds_names_arguments_paths_and_pids", () => {
	same(found("PYTHON3"), [101]);
	same(found("-j2"), [100]);
	same(found("exec env"), [101]);
	same(found("/usr/bin/sleep"), [103]);
	same(found("pid:101"), [101, 101]);
	same(found("onerror=alert(1)"), [102]);
	same(found("nowhere"), []);
	assert.equal(search.find(report, "  "), null);
});

test("search_steps_around_the_end_both_ways", () => {
	const hits = search.hits(built, search.find(report, "make"), null, -1);
	assert.deepEqual(search.step(built, hits, -1, 1), hits[0]);
	assert.equal(search.step(built, hits, hits.at(-1), 1), hits[0]);
	assert.equal(search.step(built, hits, hits[0], -1), hits.at(-1));
	assert.equal(search.step(built, [], 3, 1), -1);
});

const left = (filters) => [...(search.filter(report, { ...all, ...filters }) ?? [])].flatMap((is, i) => is ? [report.pid[i]] : []);

test("filters_leave_what_they_say", () => {
	same(left({ failed: true }), [101, 103, 101]);
	same(left({ signalled: true }), [103, 101]);
	same(left({ least: 500 * MS }), [2, 100, 104]);
	same(left({ user: "1000" }), [100, 101, 102, 103]);
	assert.ok(!left({ kthreads: false }).includes(2));
	same([...search.filter(report, { ...all, inRange: true }, [15 * MS, 25 * MS])].flatMap((is, i) => is ? [report.pid[i]] : []), [2, 100, 101, 102]);
	assert.equal(search.filter(report, { ...all, inRange: true }, null), null);
	same(search.users(report), [1000]);
});

test("view_zooms_at_the_cursor_and_stays_in_bounds", () => {
	const [begin, end] = view.zoom([0, 1000 * MS], 250 * MS, 0.5, 1000 * MS);
	assert.equal(Math.round((250 * MS - begin) / (end - begin) * 1000), 250);
	assert.equal(Math.round(end - begin), 500 * MS);
	const out = view.zoom([0, 1000 * MS], 0, 1000, 1000 * MS);
	assert.ok(out[0] >= -20.1 * MS && out[1] <= 1020.1 * MS);
	assert.ok(view.pan([0, 100 * MS], -1e12, 1000 * MS)[0] >= -20.1 * MS);
	const close = view.zoom([5, 2000], 100, 1e-9, 1000 * MS);
	assert.ok(close[1] - close[0] >= 1000);
});

test("view_ticks_are_round_and_told_apart", () => {
	const { step, list } = view.ticks([0, 1234 * MS], 10);
	assert.equal(step, 200 * MS);
	same(list.map((tick) => view.tickLabel(tick, step)), ["0", "200ms", "400ms", "600ms", "800ms", "1.0s", "1.2s"]);
	assert.equal(view.tickLabel(7200e9, 1800e9), "2h00");
});

test("hash_brings_back_all_that_was_looked_at", () => {
	const state = hash.initial(1000 * MS);
	Object.assign(state, { view: [10 * MS, 20 * MS], top: 44, selected: 3, isolated: 1, collapsed: new Set([7, 2, 5]), query: "a&b=#c", color: "state", path: true, theme: "dark", range: [1, 2], panel: "details", dense: true });
	Object.assign(state.filters, { failed: true, signalled: true, user: "1000", least: 5, kthreads: true, inRange: true });
	const back = hash.parse("#" + hash.format(state, 1000 * MS), 1000 * MS, 8);
	same([...back.collapsed], [2, 5, 7]);
	same({ ...back, collapsed: 0 }, { ...state, collapsed: 0 });
	assert.equal(hash.format(hash.initial(5), 5), "");
});

test("hash_that_is_nonsense_changes_nothing", () => {
	for (const text of ["#%E0%A4%A", "#t=NaN~1&p=99&only=-1&fold=zzzzzz.%00&user=<b>&color=x&theme=1&panel=q&y=-3", "#t=5~1", "####", "#t=~", "#range=x"])
		assert.equal(hash.format(hash.parse(text, 1000 * MS, 8), 1000 * MS), "", text);
});

test("stats_count_outcomes_and_a_range", () => {
	same(stats.outcomes(report), [2, 2, 1, 1, 1, 0]);
	same(stats.range(report, [5 * MS, 260 * MS]), { alive: 4, started: 3, ended: 3, failed: 2 });
	assert.equal(stats.byExecutable(report).reduce((sum, row) => sum + row.count, 0), 7);
	assert.ok(Math.abs(stats.shares(report, at(102)).reduce((a, b) => a + b) - 1) < 1e-9);
	assert.equal(stats.shares(report, at(104)), null);
});

process.exit(await run() > 0 ? 1 : 0);
