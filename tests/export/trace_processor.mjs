// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Perfetto's own trace_processor (WASM), in this process: load(DIR, FILE) returns a function that
// asks it in SQL and returns rows. DIR is what fetch-trace-processor made.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { pathToFileURL } from 'node:url';

const CHUNK = 32 << 20;

// The bundle was made for a worker of a browser: what it lacks here, and the WASM in memory.
function patched(source) {
  const anchors = [
    ['this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;'],
    ['locateFile: (s) => s,', 'locateFile: (s) => s, wasmBinary: globalThis.__TP_WASM,'],
    ['const wasmBridge = new wasm_bridge_1.WasmBridge();',
     'const wasmBridge = new wasm_bridge_1.WasmBridge(); globalThis.__TP_bridge = wasmBridge;'],
  ];
  for (const [anchor, text] of anchors) {
    if (!source.includes(anchor)) throw new Error('this is another bundle: no ' + anchor);
    source = source.replace(anchor, text);
  }
  return source;
}

async function start(dir) {
  const { EngineBase } = await import(pathToFileURL(path.join(dir, 'engine.mjs')).href);
  globalThis.self = globalThis;
  globalThis.WorkerGlobalScope ??= function () {};
  globalThis.location ??= { href: pathToFileURL(dir).href + '/' };
  globalThis.__TP_WASM = new Uint8Array(fs.readFileSync(path.join(dir, 'trace_processor.wasm')));
  const bundle = 'engine_bundle.node.js';
  vm.runInThisContext(patched(fs.readFileSync(path.join(dir, bundle), 'utf8')), { filename: bundle });
  const channel = new MessageChannel();
  globalThis.__TP_bridge.initialize(channel.port1);
  class Engine extends EngineBase {
    mode = 'WASM';
    id = 'tp';
    constructor(port) {
      super();
      this.port = port;
      port.onmessage = (m) => m.data instanceof Uint8Array && this.onRpcResponseBytes(m.data);
    }
    rpcSendRequestBytes(data) { this.port.postMessage(data); }
    [Symbol.dispose]() { this.port.close(); }
  }
  return new Engine(channel.port2);
}

export async function load(dir, file) {
  // It tells of its progress on the console, which is ours.
  const { log, warn } = console;
  console.log = console.warn = () => {};
  const engine = await start(dir);
  const bytes = new Uint8Array(fs.readFileSync(file));
  for (let at = 0; at < bytes.length; at += CHUNK) await engine.parse(bytes.subarray(at, at + CHUNK));
  await engine.notifyEof();
  Object.assign(console, { log, warn: (...text) => /Unexpected QueryResult/.test(text[0]) || warn(...text) });

  return async (sql) => {
    const answer = await engine.tryQuery(sql);
    if (answer.ok === false) throw new Error(`${sql}: ${answer.error?.message ?? answer.error}`);
    const result = answer.ok === undefined ? answer : answer.value ?? answer.result;
    const columns = result.columns();
    const rows = [];
    for (const it = result.iter({}); it.valid(); it.next())
      rows.push(Object.fromEntries(columns.map((column) => [column, it.get(column)])));
    return rows;
  };
}
