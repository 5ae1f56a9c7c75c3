// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Chromium without a window, and pages whose requests and complaints are kept.
import { createRequire } from "node:module";

const require = createRequire(process.env.LL_NODE_MODULES + "/");
const puppeteer = require("puppeteer-core");

export function launch() {
	return puppeteer.launch({
		executablePath: process.env.LL_CHROMIUM, headless: true,
		args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
	});
}

// Anything but the page itself and its empty icon is a request that must not be.
function watch(page, address, seen, ignoresConsole) {
	page.on("pageerror", (error) => seen.problems.push(String(error)));
	page.on("console", (message) => !ignoresConsole && ["error", "warn", "warning"].includes(message.type()) && seen.problems.push(message.text()));
	page.on("request", (request) => {
		const url = request.url();
		const isAllowed = url === "data:," || url.split("#")[0] === address.split("#")[0];
		if (!isAllowed && !ignoresConsole)
			seen.requests.push(url);
		if (isAllowed)
			request.continue();
		else
			request.abort();
	});
}

export async function openPage(browser, address, { width = 1280, height = 800, theme = "light", ignoresConsole = false, isBroken = false } = {}) {
	const page = await browser.newPage(), seen = { problems: [], requests: [] };
	await page.setRequestInterception(true);
	watch(page, address, seen, ignoresConsole);
	await page.setViewport({ width, height });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
	await page.goto(address);
	if (!isBroken)
		await page.waitForFunction(() => document.documentElement.dataset.readyMs, { timeout: 30000 });
	return { page, seen };
}
