// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Elements. What comes from the data becomes text, never markup.
"use strict";
(function (lifeline) {
	function find(id) {
		return document.getElementById(id);
	}

	// Make an element: its attributes, then children; a string becomes text, what is null is left out.
	function make(tag, attributes, ...children) {
		const element = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes ?? {})) {
			if (name === "class")
				element.className = value;
			else if (typeof value === "function")
				element.addEventListener(name, value);
			else if (value !== false && value !== null && value !== undefined)
				element.setAttribute(name, value === true ? "" : value);
		}
		element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
		return element;
	}

	// Write only what changes.
	function setText(element, text) {
		if (element.textContent !== text)
			element.textContent = text;
	}

	// Fit a canvas to its box at the screen's resolution. Returns its context, in CSS pixels.
	function fit(canvas, width, height) {
		const scale = globalThis.devicePixelRatio || 1;
		const wide = Math.max(1, Math.round(width * scale)), high = Math.max(1, Math.round(height * scale));
		if (canvas.width !== wide || canvas.height !== high) {
			canvas.width = wide;
			canvas.height = high;
		}
		const context = canvas.getContext("2d");
		context.setTransform(scale, 0, 0, scale, 0, 0);
		return context;
	}

	// Say it to a screen reader, and in the status line.
	function announce(text) {
		setText(find("live"), text);
	}

	lifeline.dom = { find, make, setText, fit, announce };
})(globalThis.lifeline ??= {});
