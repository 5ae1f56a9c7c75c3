// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Whether a trace that was cut off can be read up to there: node perfetto_cut.mjs DIR TRACE
import { load } from './trace_processor.mjs';

const [dir, trace] = process.argv.slice(2);
const sql = await load(dir, trace);
const [{ count }] = await sql('select count(*) as count from process where name is not null');
const faults = await sql("select name, value from stats where value != 0 and severity = 'error'");

console.log(`  ${count} processes, ${faults.length} faults`, faults);
process.exit(Number(count) > 100 && faults.length === 0 ? 0 : 1);
