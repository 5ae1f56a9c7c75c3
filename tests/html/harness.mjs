// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Tests one after another, counted as cmocka does, so that tools/run-tests can read it. Each has a deadline.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const DEADLINE_MS = 60000;
const tests = [];
const scripts = new URL("../../src/export/html/", import.meta.url);

export function test(name, body) {
	tests.push({ name, body });
}

function withDeadline(promise) {
	let timer;
	const deadline = new Promise((_, refuse) => {
		timer = setTimeout(() => refuse(new Error(`not done after ${DEADLINE_MS} ms`)), DEADLINE_MS);
	});
	return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

// Run all. Returns how many failed.
export async function run() {
	const failed = [];
	for (const { name, body } of tests) {
		console.log(`[ RUN      ] ${name}`);
		try {
			await withDeadline(Promise.resolve().then(body));
			console.log(`[       OK ] ${name}`);
		} catch (error) {
			console.log(error.stack ?? String(error));
			failed.push(name);
		}
	}
	console.log(`[==========] ${tests.length} test(s) run.`);
	console.log(`[  PASSED  ] ${tests.length - failed.length} test(s).`);
	if (failed.length > 0)
		console.log(`[  FAILED  ] ${failed.length} test(s), listed below:`);
	for (const name of failed)
		console.log(`[  FAILED  ] ${name}`);
	return failed.length;
}

// The page's pure modules, as the page loads them: one after another into one scope.
export function loadModules() {
	const context = vm.createContext({ console, atob, Blob, Response, DecompressionStream });
	for (const name of ["data", "format", "tree", "search", "view", "hash", "stats"])
		vm.runInContext(readFileSync(new URL(name + ".js", scripts), "utf8"), context, { filename: name + ".js" });
	return context.lifeline;
}

// The page of a scene, as bytes: all corners, or a build of so many processes.
export function makePage(count) {
	return execFileSync(process.env.LL_MAKE_PAGE, count ? [String(count)] : [], { maxBuffer: 1 << 28 });
}

export function dataOf(page) {
	return /<script type="application\/gzip;base64" id="data">([A-Za-z0-9+/=]*)<\/script>/.exec(page.toString("latin1"))[1];
}
