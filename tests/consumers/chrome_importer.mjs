// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// chrome_importer.mjs DIR TRACE FORKS: what trace_processor makes of Chrome's JSON of the story.
import assert from 'node:assert/strict';
import { load } from '../export/trace_processor.mjs';

const [dir, trace, forks] = process.argv.slice(2);
const ask = await load(dir, trace);

// Whatever the importer found wrong.
assert.deepEqual(await ask("SELECT name, value FROM stats WHERE value != 0 AND severity != 'info'"), []);

// A pid that came twice is two processes; what nobody reaped is open to the end.
const slices = await ask(`SELECT p.pid, s.name, s.dur FROM slice s JOIN thread_track t ON s.track_id = t.id
  JOIN thread USING (utid) JOIN process p USING (upid)
  WHERE (p.pid = 1002 OR p.pid > 4194304) AND s.name != 'process' ORDER BY s.ts`);
assert.deepEqual(slices.map((row) => [Number(row.pid), row.name, Number(row.dur)]), [
  [1002, 'cc1', 39000000], [1002, 'zombie', 1000000], [4194305, 'false', 9000000], [4194305, 'zombie', -1]]);

// An arrow for each fork, and for both signals that the shell sent.
const [{ n }] = await ask('SELECT count(*) AS n FROM flow');
assert.equal(Number(n), Number(forks) + 2);
process.exit(0);
