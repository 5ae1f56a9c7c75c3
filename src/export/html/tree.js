// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Which process stands in which row: the tree in order, folded, isolated, filtered. Pure.
"use strict";
(function (lifeline) {
	// Put the processes in order: each before its children, those by birth. Parents have smaller numbers.
	function build(report) {
		const { count, parent } = report;
		const firstChild = new Int32Array(count).fill(-1), next = new Int32Array(count).fill(-1);
		const depth = new Uint16Array(count), size = new Int32Array(count).fill(1);
		let root = -1;

		for (let i = count - 1; i >= 0; i--) {
			const above = parent[i];
			if (above >= 0) {
				next[i] = firstChild[above];
				firstChild[above] = i;
				size[above] += size[i];
			} else {
				next[i] = root;
				root = i;
			}
		}
		for (let i = 0; i < count; i++)
			depth[i] = parent[i] >= 0 ? Math.min(depth[parent[i]] + 1, 65535) : 0;
		const tree = { count, parent, firstChild, next, depth, size, root };
		return Object.assign(tree, number(tree));
	}

	function number({ count, parent, firstChild, next, root }) {
		const order = new Int32Array(count), place = new Int32Array(count);
		for (let i = 0, at = root; at >= 0; i++) {
			order[i] = at;
			place[at] = i;
			if (firstChild[at] >= 0) {
				at = firstChild[at];
				continue;
			}
			while (at >= 0 && next[at] < 0)
				at = parent[at];
			at = at >= 0 ? next[at] : -1;
		}
		return { order, place };
	}

	// Those that are wanted, and those that lead to them. wanted: a byte for each; null: all.
	function withAncestors(tree, wanted) {
		if (!wanted)
			return null;
		const shown = Uint8Array.from(wanted);
		for (let i = tree.count - 1; i >= 0; i--)
			if (shown[i] && tree.parent[i] >= 0)
				shown[tree.parent[i]] = 1;
		return shown;
	}

	// The rows from above, and the row of each process (-1: none).
	function rows(tree, { collapsed, isolated, wanted }) {
		const shown = withAncestors(tree, wanted);
		const list = new Int32Array(tree.count), rowOf = new Int32Array(tree.count).fill(-1);
		const has = isolated >= 0 && isolated < tree.count;
		const begin = has ? tree.place[isolated] : 0;
		const end = has ? begin + tree.size[isolated] : tree.count;
		let length = 0;

		for (let i = begin; i < end;) {
			const process = tree.order[i];
			if (shown && !shown[process]) {
				i += tree.size[process];
				continue;
			}
			rowOf[process] = length;
			list[length++] = process;
			i += collapsed.has(process) ? tree.size[process] : 1;
		}
		return { list: list.subarray(0, length), rowOf, length };
	}

	// Unfold whatever hides a process. Returns whether anything did.
	function reveal(tree, collapsed, process) {
		let changed = false;
		for (let at = tree.parent[process]; at >= 0; at = tree.parent[at])
			changed = collapsed.delete(at) || changed;
		return changed;
	}

	function isBelow(tree, process, ancestor) {
		const at = tree.place[process], first = tree.place[ancestor];
		return at >= first && at < first + tree.size[ancestor];
	}

	function childrenOf(tree, process) {
		const list = [];
		for (let at = tree.firstChild[process]; at >= 0; at = tree.next[at])
			list.push(at);
		return list;
	}

	lifeline.tree = { build, rows, reveal, isBelow, childrenOf };
})(globalThis.lifeline ??= {});
