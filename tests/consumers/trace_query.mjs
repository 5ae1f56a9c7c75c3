// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Usage: node query.mjs TRACE "SQL" ["SQL" ...]      (env TP_ASSETS=dir)
// Runs Perfetto's real trace_processor (WASM, v55.3) in-process, offline.
import fs from 'node:fs'; import path from 'node:path'; import vm from 'node:vm';
import { pathToFileURL } from 'node:url';
const dir = process.env.TP_ASSETS ?? path.join(import.meta.dirname, 'assets');
const { EngineBase } = await import(pathToFileURL(path.join(dir, 'engine.mjs')).href);
globalThis.self = globalThis; globalThis.WorkerGlobalScope ??= function () {};
globalThis.location ??= { href: pathToFileURL(dir).href + '/' };
globalThis.__TP_WASM = new Uint8Array(fs.readFileSync(path.join(dir, 'trace_processor.wasm')));
let src = fs.readFileSync(path.join(dir, 'engine_bundle.node.js'), 'utf8');
for (const [a, b] of [
  ['this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;'],
  ['locateFile: (s) => s,', 'locateFile: (s) => s, wasmBinary: globalThis.__TP_WASM,'],
  ['const wasmBridge = new wasm_bridge_1.WasmBridge();',
   'const wasmBridge = new wasm_bridge_1.WasmBridge(); globalThis.__TP_bridge = wasmBridge;'],
]) { if (!src.includes(a)) throw new Error('anchor missing: ' + a); src = src.replace(a, b); }
const warn = console.warn; console.warn = (...a) => /Unexpected QueryResult/.test(String(JSON.stringify(a[0]))) || warn(...a);
const clog = console.log; if (!process.env.TP_VERBOSE) console.log = () => {};
vm.runInThisContext(src, { filename: 'engine_bundle.node.js' });
const ch = new MessageChannel(); globalThis.__TP_bridge.initialize(ch.port1);
class Eng extends EngineBase {
  mode = 'WASM'; id = 'tp';
  constructor(p) { super(); this.p = p; p.onmessage = m => m.data instanceof Uint8Array && this.onRpcResponseBytes(m.data); }
  rpcSendRequestBytes(d) { this.p.postMessage(d); }
  [Symbol.dispose]() { this.p.close(); }
}
const eng = new Eng(ch.port2);
await new Promise(r => setTimeout(r, Number(process.env.TP_INIT_MS ?? 500)));
const [file, ...sqls] = process.argv.slice(2);
const t0 = performance.now();
const bytes = new Uint8Array(fs.readFileSync(file));
for (let o = 0; o < bytes.length; o += 32 << 20) await eng.parse(bytes.subarray(o, o + (32 << 20)));
await eng.notifyEof();
console.log = clog;
if (process.env.TP_TIME) console.error(`load ${bytes.length} bytes: ${(performance.now() - t0).toFixed(0)} ms`);
let rc = 0;
for (const q of sqls) {
  const r = await eng.tryQuery(q); const res = r.ok === undefined ? r : r.value ?? r.result;
  if (r.ok === false) { console.log('ERROR', r.error?.message ?? r.error); rc = 1; continue; }
  const cols = res.columns(); console.log('-- ' + q); console.log(cols.join(' | '));
  for (const it = res.iter({}); it.valid(); it.next())
    console.log(cols.map(c => { const v = it.get(c); return v === null ? '[NULL]' : String(v); }).join(' | '));
}
process.exit(rc);
