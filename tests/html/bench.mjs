// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// How large the page of N processes is, how soon it is ready, and how long its frames take.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, openPage } from "./browser.mjs";
import { makePage } from "./harness.mjs";

const count = Number(process.env.PROCESSES ?? 100000), rounds = Number(process.env.ROUNDS ?? 5);
const directory = mkdtempSync(join(tmpdir(), "lifeline-html-"));
const file = join(directory, "report.html"), bytes = makePage(count);
writeFileSync(file, bytes);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const browser = await launch();
const ready = [];
let page;
for (let i = 0; i < rounds; i++) {
	await page?.close();
	({ page } = await openPage(browser, "file://" + file, { width: 1600, height: 900 }));
	ready.push(await page.evaluate(() => Number(document.documentElement.dataset.readyMs)));
}

// One step a frame, as a wheel makes them: how long the script draws, and how far apart the frames come.
async function frames(name, hash, step) {
	await page.evaluate((to) => {
		location.hash = to;
	}, hash);
	const times = await page.evaluate(async (source) => {
		const app = lifeline.app, move = new Function("app", "i", source), own = [], apart = [];
		let previous = 0;
		for (let i = 0; i < 120; i++) {
			const now = await new Promise(requestAnimationFrame);
			if (previous)
				apart.push(now - previous);
			previous = now;
			const begin = performance.now();
			move(app, i);
			app.drawNow();
			own.push(performance.now() - begin);
		}
		return { own, apart };
	}, step);
	const worst = [...times.own].sort((a, b) => a - b)[Math.floor(times.own.length * 0.95)];
	console.log(`${name.padEnd(24)} draws in ${median(times.own).toFixed(1)} ms, 95 % within ${worst.toFixed(1)} ms; a frame every ${median(times.apart).toFixed(1)} ms`);
}

console.log(`${count} processes: ${(bytes.length / 1e6).toFixed(2)} MB, ready in ${median(ready)} ms (median of ${ready.join(", ")})`);
const zoom = "app.actions.setView(lifeline.view.zoom(app.state.view, app.report.length * 0.4, i % 60 < 30 ? 0.85 : 1 / 0.85, app.report.length))";
const pan = "app.actions.setView(lifeline.view.pan(app.state.view, (app.state.view[1] - app.state.view[0]) * (i % 60 < 30 ? 0.02 : -0.02), app.report.length))";
const scroll = "app.actions.scrollTo(i * 9000)";
await frames("zoom", "#", zoom);
await frames("pan", "#", pan);
await frames("scroll the tree", "#", scroll);
await frames("zoom, critical path", "#path=1&dense=1", zoom);
const search = await page.evaluate(() => {
	const begin = performance.now();
	const hits = lifeline.search.find(lifeline.app.report, "file1234").reduce((a, b) => a + b, 0);
	return [performance.now() - begin, hits];
});
console.log(`search                   ${search[0].toFixed(0)} ms, ${search[1]} found`);
await browser.close();
rmSync(directory, { recursive: true });
