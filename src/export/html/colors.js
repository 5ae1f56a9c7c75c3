// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The colours of the canvases, light and dark; those of the rest of the page are in style.css.
"use strict";
(function (lifeline) {
	const light = {
		back: "#ffffff", stripe: "#f7f9fb", text: "#1f2328", muted: "#656d76", grid: "#e9edf1", line: "#d0d7de",
		fork: "#b4bdc7", selected: "#dcebfb", hit: "#fff3c4", accent: "#0a62c9", path: "#d1500b", range: "rgba(10,98,201,.10)",
		loss: "#c0282d", zombie: "#6e7781", barText: "#10161d",
		outcomes: ["#93c6a4", "#8db4d6", "#e5b23c", "#e0706c", "#c07ad0", "#bac3cd"],
		states: ["#57ab74", "#e5b23c", "#cfd8e1", "#d9544d", "#9a7be0", "#c3b0ef", "#e6ebf0", "#6e7781"],
	};
	const dark = {
		back: "#11151a", stripe: "#151a20", text: "#dde3ea", muted: "#8d96a0", grid: "#1e252d", line: "#323b46",
		fork: "#47515d", selected: "#17324f", hit: "#3d3410", accent: "#58a6ff", path: "#ff9248", range: "rgba(88,166,255,.14)",
		loss: "#ff7b72", zombie: "#8d96a0", barText: "#f2f6fa",
		outcomes: ["#2e5f43", "#376690", "#8f6a14", "#a34541", "#86479a", "#4b555f"],
		states: ["#31784c", "#8f6a14", "#323d49", "#a93a34", "#6547b0", "#7d66b8", "#232b34", "#8d96a0"],
	};
	const OUTCOME_WORDS = ["still running", "exited 0", "failed", "killed by a signal", "crashed or out of memory", "end unknown"];
	const STATE_WORDS = ["running", "waits for a CPU", "sleeps", "uninterruptible", "stopped", "held by a tracer", "idle", "zombie"];

	function isDark(theme) {
		return theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
	}

	lifeline.colors = { of: (theme) => isDark(theme) ? dark : light, isDark, OUTCOME_WORDS, STATE_WORDS };
})(globalThis.lifeline ??= {});
