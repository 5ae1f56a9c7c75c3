// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// All rows over all time in one strip, drawn once off screen; and what part of it is in sight.
"use strict";
(function (lifeline) {
	const { data, dom } = lifeline;

	function rgb(color) {
		return [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
	}

	// Rows from above share the height; few of them are four pixels high at most.
	function band(app, height, row) {
		const per = Math.max(app.rows.length, height / 4);
		const y = Math.floor(row * height / per);
		return [y, Math.min(height, Math.max(y + 1, Math.floor((row + 1) * height / per)))];
	}

	// How many bars of each kind cover each pixel: a difference at both ends, summed up afterwards.
	function cover(app, width, height) {
		const { report, rows } = app, across = width + 1, scale = width / report.length;
		const plain = new Int32Array(across * height), bad = new Int32Array(across * height);
		for (let i = 0; i < rows.length; i++) {
			const process = rows.list[i], [from, to] = band(app, height, i);
			const x0 = Math.min(Math.max(Math.floor(report.start[process] * scale), 0), width - 1);
			const x1 = Math.min(Math.max(Math.ceil(report.end[process] * scale), x0 + 1), width);
			const isBad = report.outcome[process] >= data.FAILED && report.outcome[process] <= data.CRASHED;
			const map = isBad ? bad : plain;
			for (let y = from; y < to; y++) {
				map[y * across + x0]++;
				map[y * across + x1]--;
			}
		}
		return { plain, bad };
	}

	function paint(app, image, width, height) {
		const { plain, bad } = cover(app, width, height);
		const back = rgb(app.colors.back), low = rgb(app.colors.outcomes[1]), high = rgb(app.colors.outcomes[3]);
		for (let y = 0, at = 0; y < height; y++) {
			let some = 0, worse = 0;
			for (let x = 0; x < width; x++, at += 4) {
				some += plain[y * (width + 1) + x];
				worse += bad[y * (width + 1) + x];
				const color = worse > 0 ? high : low;
				const share = some + worse === 0 ? 0 : Math.min(1, 0.7 + (some + worse) * 0.06);
				for (let part = 0; part < 3; part++)
					image.data[at + part] = back[part] + (color[part] - back[part]) * share;
				image.data[at + 3] = 255;
			}
		}
	}

	function create(app) {
		const canvas = dom.find("minimap"), cache = document.createElement("canvas");
		let key = "";

		function redraw(width, height) {
			cache.width = width;
			cache.height = height;
			const context = cache.getContext("2d"), image = context.createImageData(width, height);
			paint(app, image, width, height);
			context.putImageData(image, 0, 0);
		}

		function box(width, height) {
			const { state, report, rows, rowHeight } = app, scale = width / report.length;
			const total = Math.max(rows.length * rowHeight, rowHeight * height / 4);
			const x0 = Math.max(0, state.view[0] * scale), x1 = Math.min(width, state.view[1] * scale);
			const y0 = state.top / total * height, y1 = Math.min(height, (state.top + app.height) / total * height);
			return { x0, x1: Math.max(x1, x0 + 2), y0, y1: Math.max(y1, y0 + 4) };
		}

		function drawMarks(context, width, height) {
			const { report, colors } = app, scale = width / report.length;
			context.fillStyle = colors.loss;
			for (const loss of report.losses)
				context.fillRect(Math.round(loss.time * scale), 0, 1, height);
			if (app.state.range) {
				context.fillStyle = colors.range;
				context.fillRect(app.state.range[0] * scale, 0, (app.state.range[1] - app.state.range[0]) * scale, height);
			}
		}

		// Hits as ticks at the edge; of many those on the same pixel once.
		function drawHits(context, width, height) {
			const { colors, rows } = app, per = Math.max(rows.length, height / 4);
			context.fillStyle = colors.accent;
			let previous = -1;
			for (const hit of app.hits) {
				const y = Math.floor(rows.rowOf[hit] * height / per);
				if (rows.rowOf[hit] >= 0 && y !== previous)
					context.fillRect(width - 4, y, 4, 2);
				previous = y;
			}
		}

		function draw() {
			const width = canvas.clientWidth, height = canvas.clientHeight;
			if (width === 0 || height === 0)
				return;
			const now = [app.rowsStamp, width, height, app.colors.back].join();
			if (now !== key)
				redraw(width, height);
			key = now;
			const context = dom.fit(canvas, width, height), { x0, x1, y0, y1 } = box(width, height);
			context.imageSmoothingEnabled = false;
			context.drawImage(cache, 0, 0, width, height);
			context.fillStyle = app.colors.back;
			context.globalAlpha = 0.5;
			context.fillRect(0, 0, x0, height);
			context.fillRect(x1, 0, width - x1, height);
			context.fillRect(x0, 0, x1 - x0, y0);
			context.fillRect(x0, y1, x1 - x0, height - y1);
			context.globalAlpha = 1;
			drawMarks(context, width, height);
			drawHits(context, width, height);
			context.strokeStyle = app.colors.accent;
			context.strokeRect(x0 + 0.5, y0 + 0.5, x1 - x0 - 1, y1 - y0 - 1);
		}

		// Move what is in sight so that its middle is there.
		function goTo(x, y) {
			const { state, report, rows, rowHeight } = app, [begin, end] = state.view;
			const total = Math.max(rows.length * rowHeight, rowHeight * canvas.clientHeight / 4);
			const middle = x / canvas.clientWidth * report.length;
			app.actions.setView(lifeline.view.clamp(middle - (end - begin) / 2, middle + (end - begin) / 2, report.length));
			app.actions.scrollTo(y / canvas.clientHeight * total - app.height / 2);
		}

		return { canvas, draw, goTo };
	}

	lifeline.minimap = { create };
})(globalThis.lifeline ??= {});
