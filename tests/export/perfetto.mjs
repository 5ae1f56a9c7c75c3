// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Whether a Perfetto trace says what its capture says, as Perfetto's own trace_processor reads it.
//
//   node perfetto.mjs DIR TRACE EVENTS
//
// DIR: of fetch-trace-processor; EVENTS: lifeline export json of the same capture. Prints each
// claim, and what speaks against it; exits 1 when anything does.
import fs from 'node:fs';
import { load } from './trace_processor.mjs';

const [dir, trace, eventsFile] = process.argv.slice(2);
const events = fs.readFileSync(eventsFile, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));
const sql = await load(dir, trace);
let failures = 0;

function claim(name, wrong) {
  if (wrong.length > 0) failures++;
  console.log(`  ${wrong.length === 0 ? 'holds' : 'WRONG'}: ${name}`);
  for (const one of wrong.slice(0, 8)) console.log(`    ${one}`);
}

const text = (value) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));

// What one has and the other has not, as sets with repetition.
function difference(expected, found) {
  const count = new Map();
  for (const one of expected) count.set(text(one), (count.get(text(one)) ?? 0) + 1);
  for (const one of found) count.set(text(one), (count.get(text(one)) ?? 0) - 1);
  return [...count].filter(([, n]) => n !== 0).map(([one, n]) => (n > 0 ? `missing ${one}` : `too much: ${one}`));
}

// ---- What the capture says -----------------------------------------------------------------

const [clock] = await sql("select ts, clock_value from clock_snapshot where clock_name = 'REALTIME'");
const offset = BigInt(clock.clock_value) - BigInt(clock.ts);
const ts = (event) => BigInt(event.time_unix_nano) - offset;
const lives = new Map(); // by entity id
const byPid = new Map();
const signals = [], flows = [], losses = [], threads = new Map();
const states = new Map(); // by "pid/tid", changes in order

function meet(event) {
  const id = event['process.entity_id'];
  if (lives.has(id)) return lives.get(id);
  const pid = event['process.pid'];
  const life = {
    id, pid, start: BigInt(event['process.creation.boottime_ns']), parent: event['process.parent.entity_id'],
    ppid: event['process.parent_pid'], born: ts(event) - (event['event.name'] === 'process.reap' ? 1n : 0n), isFork: event['event.name'] === 'process.fork',
    images: [], uid: event['process.user.id'], args: undefined, isOver: false,
  };
  // The pid's former holder is over when it comes again, whatever is told later.
  const former = byPid.get(pid);
  if (former !== undefined && former.end === undefined) former.end = life.born - 1n;
  byPid.set(pid, life);
  lives.set(id, life);
  if (event['process.linux.task_state'] === 'zombie' || event['event.name'] === 'process.reap') {
    life.died = life.born;
    life.wasZombie = true;
  } else {
    life.images.push({ name: event['process.executable.name'], from: life.born,
      category: life.isFork ? 'process.fork' : 'process.snapshot' });
  }
  return life;
}

const stateKey = (event, tid) => `${event['process.entity_id']}/${tid}`;
const dead = new Set(); // threads, by that key
const endThread = (pid, tid, at) => {
  for (const t of threads.values()) if (t.tid === tid && t.pid === pid && t.end === undefined) t.end = at;
};
// What comes after is no change from what was before.
const breakStates = (key, at) => states.get(key)?.changes.push({ at, isBreak: true });

const alive = (id) => lives.has(id) && !lives.get(id).isOver;

// Of a walk over all tasks after a gap, too, where it shows another program.
function changeImage(life, event) {
  life.images.at(-1).to = ts(event);
  life.images.push({ name: event['process.executable.name'], from: ts(event), category: event['event.name'],
    args: event['process.command_args'] });
  const parent = lives.get(life.parent);
  // A process tree cannot tell of one whose parent's pid is not its parent's any more.
  if (parent === undefined || byPid.get(parent.pid) === parent && !parent.isOver) {
    life.args = event['process.command_args'];
    life.uid = event['process.user.id'];
  }
}

function takeExec(life, event) {
  const previous = event['process.previous_thread.id'] ?? life.pid;
  if (previous !== life.pid) {
    endThread(life.pid, previous, ts(event));
    for (const tid of [previous, life.pid]) breakStates(stateKey(event, tid), ts(event));
    dead.delete(stateKey(event, life.pid));
  }
  changeImage(life, event);
}

function takeFork(event) {
  if (event['process.fork.kind'] === 'thread') {
    meet(event);
    threads.set(`${event['thread.id']}@${ts(event)}`, { pid: event['process.pid'], tid: event['thread.id'] });
    return;
  }
  const caller = byPid.get(event['process.fork.caller_pid']);
  const life = meet(event);
  if (caller !== undefined && !caller.isOver) flows.push([caller.id, life.id, 'process.fork']);
}

function takeExit(life, event) {
  endThread(life.pid, event['thread.id'], ts(event));
  dead.add(stateKey(event, event['thread.id']));
  breakStates(stateKey(event, event['thread.id']), ts(event));
  if (event['process.exit.scope'] !== 'process') return;
  life.died = ts(event);
  life.exit = event;
  life.images.at(-1).to = life.died;
}

function takeSignal(life, event) {
  const sender = event['signal.sender.entity_id'];
  signals.push([life.id, event['signal.name'], ts(event), event['signal.sender.pid'] ?? null]);
  if (sender !== undefined && sender !== life.id && alive(sender)) flows.push([sender, life.id, 'signal.generate']);
}

for (const event of events) {
  const name = event['event.name'];
  if (name === 'lost') {
    losses.push([ts(event), event['lost.count']]);
    continue;
  }
  if (name === 'process.state_times') continue;
  const former = lives.get(event['process.entity_id']);
  if (former?.isOver) continue;
  if (name === 'process.fork') {
    takeFork(event);
    continue;
  }
  const tid = event['thread.id'];
  if (name === 'process.snapshot' && tid !== event['process.pid']) {
    if (![...threads.values()].some((t) => t.tid === tid && t.end === undefined))
      threads.set(`${tid}@${ts(event)}`, { pid: event['process.pid'], tid });
    continue;
  }
  const isKnown = lives.has(event['process.entity_id']);
  const life = meet(event);
  if (name === 'process.snapshot' && isKnown && life.died === undefined) changeImage(life, event);
  if (name === 'process.exec') takeExec(life, event);
  if (name === 'process.exit') takeExit(life, event);
  if (name === 'process.reap') {
    life.end ??= ts(event);
    life.reaped = ts(event);
    life.isOver = true;
  }
  if (name === 'signal.generate') takeSignal(life, event);
  const key = stateKey(event, event['thread.id']);
  if (name === 'process.state' && life.died === undefined && !dead.has(key) && !event['process.state.stuck']) {
    if (!states.has(key)) states.set(key, { life, tid: event['thread.id'], changes: [] });
    states.get(key).changes.push({ at: ts(event), from: event['process.state.from'], to: event['process.state.to'] });
  }
}

// ---- What the trace says ---------------------------------------------------------------------

claim('trace_processor found no fault in it',
  (await sql("select name, idx, value from stats where value != 0 and severity != 'info'")).map(text));

const found = await sql(`select p.upid, p.pid, p.parent_upid, p.start_ts, p.end_ts, p.cmdline, p.uid, p.name,
    extract_arg(s.arg_set_id, 'debug.process_entity_id') as id
  from process p join process_track t using (upid) join slice s on s.track_id = t.id
  where s.category in ('process.fork', 'process.snapshot') and s.depth = 0
    and s.ts = (select min(ts) from slice where track_id = t.id)`);
const idOf = new Map(found.map((row) => [row.upid, row.id]));

claim(`each of ${lives.size} processes is one process`, [
  ...difference([...lives.keys()], found.map((row) => row.id)),
  ...difference([lives.size], [idOf.size]),
  // Whom only a child names as its parent has no name.
  ...difference([lives.size], [(await sql('select upid from process where upid != 0 and name is not null')).length]),
]);

const wrongParents = [], wrongTimes = [], wrongIdentity = [];
for (const row of found) {
  const life = lives.get(row.id);
  if (life === undefined) continue;
  if (lives.has(life.parent) && lives.get(life.parent).born <= life.born) {
    if (idOf.get(row.parent_upid) !== life.parent) wrongParents.push(`${life.id}: ${idOf.get(row.parent_upid)} is not ${life.parent}`);
  } else if (life.ppid > 0) {
    const [parent] = await sql(`select pid from process where upid = ${row.parent_upid}`);
    if (Number(parent?.pid) !== life.ppid) wrongParents.push(`${life.id}: ${parent?.pid} is not ${life.ppid}`);
  }
  if ((row.end_ts ?? undefined) !== life.end) wrongTimes.push(`${life.id}: ends ${row.end_ts}, not ${life.end}`);
  if (row.start_ts < life.start - 1n || row.start_ts > life.born) wrongTimes.push(`${life.id}: starts ${row.start_ts}, not ${life.start}`);
  if (Number(row.pid) !== life.pid) wrongIdentity.push(`${life.id}: pid ${row.pid}`);
  if (life.uid !== undefined && Number(row.uid) !== life.uid) wrongIdentity.push(`${life.id}: uid ${row.uid}, not ${life.uid}`);
  if (life.args !== undefined && row.cmdline !== life.args.join(' ')) wrongIdentity.push(`${life.id}: ${row.cmdline}, not ${life.args.join(' ')}`);
}
claim('parents are theirs at birth', wrongParents);
claim('they start when they did and end when they are reaped', wrongTimes);
claim('pid, user and command line are theirs', wrongIdentity);

const slices = await sql(`select s.id, s.ts, s.dur, s.name, s.category, s.arg_set_id, t.upid
  from slice s join process_track t on s.track_id = t.id where s.category is not null and s.depth = 0 order by s.id`);
const expectedSlices = [];
for (const life of lives.values()) {
  for (const image of life.images)
    expectedSlices.push([life.id, image.category, image.name, image.from, image.to === undefined ? -1n : image.to - image.from]);
  if (life.died !== undefined)
    expectedSlices.push([life.id, life.wasZombie ? 'process.snapshot' : 'process.exit', 'zombie', life.died,
      life.reaped === undefined ? -1n : life.reaped - life.died]);
}
claim(`${expectedSlices.length} slices: each program for as long as it ran, each zombie for as long as it was one`,
  difference(expectedSlices, slices.map((s) => [idOf.get(s.upid), s.category, s.name, BigInt(s.ts), BigInt(s.dur)])));

const args = new Map();
for (const row of await sql(`select s.id, a.flat_key, a.key, a.int_value, a.string_value from slice s
    join args a using (arg_set_id) where s.category in ('process.exec', 'process.fork', 'process.snapshot')`)) {
  if (!args.has(row.id)) args.set(row.id, new Map());
  args.get(row.id).set(row.key, row.string_value ?? row.int_value);
}
const wrongArgs = [];
const bySlice = new Map(slices.map((s) => [`${idOf.get(s.upid)}@${s.ts}@${s.category}`, s]));
for (const life of lives.values()) {
  for (const image of life.images.filter((i) => i.args !== undefined)) {
    const own = args.get(bySlice.get(`${life.id}@${image.from}@${image.category}`)?.id) ?? new Map();
    const list = image.args.map((_, i) => own.get(`debug.process_command_args[${i}]`));
    if (text(list) !== text(image.args)) wrongArgs.push(`${life.id}: ${text(list)}, not ${text(image.args)}`);
  }
  if (life.exit === undefined) continue;
  const last = life.images.at(-1);
  const own = args.get(bySlice.get(`${life.id}@${last.from}@${last.category}`)?.id) ?? new Map();
  for (const key of ['process.exit.code', 'process.exit.signal', 'process.exit.description', 'process.cpu.user_ns']) {
    const value = own.get(`debug.${key.replaceAll('.', '_')}`);
    if (String(value) !== String(life.exit[key])) wrongArgs.push(`${life.id}: ${key} ${value}, not ${life.exit[key]}`);
  }
}
claim('programs have their arguments, ends their cause', wrongArgs);

claim(`${signals.length} signals with sender`, difference(signals,
  (await sql(`select s.name, s.ts, t.upid, extract_arg(s.arg_set_id, 'debug.signal_sender_pid') as sender
    from slice s join process_track t on s.track_id = t.id where s.category = 'signal.generate'`))
    .map((s) => [idOf.get(s.upid), s.name, BigInt(s.ts), s.sender === null ? null : Number(s.sender)])));

claim(`${flows.length} arrows for forks and signals`, difference(flows,
  (await sql(`select o.upid as source, i.upid as target, si.category from flow f
    join slice so on so.id = f.slice_out join process_track o on o.id = so.track_id
    join slice si on si.id = f.slice_in join process_track i on i.id = si.track_id`))
    .map((f) => [idOf.get(f.source), idOf.get(f.target), f.category])));

const threadRows = await sql('select t.tid, t.end_ts, p.pid from thread t join process p using (upid) where not t.is_main_thread');
claim(`${threads.size} threads beside the first`, difference(
  [...threads.values()].map((t) => [t.pid, t.tid, t.end === undefined ? null : t.end]),
  threadRows.map((t) => [Number(t.pid), Number(t.tid), t.end_ts === null ? null : BigInt(t.end_ts)])));

// ---- States ------------------------------------------------------------------------------------

const letters = { running: 'Running', sleeping: 'S', uninterruptible: 'D', stopped: 'T', traced: 't', idle: 'I' };
const isFull = [...states.values()].some((s) => s.changes.some((c) => c.from === 'runnable' && c.to === 'running'));
const expectedStates = [];
for (const { life, tid, changes } of states.values()) {
  for (let i = 0; i + 1 < changes.length; i++) {
    const { at, from, to, isBreak } = changes[i];
    if (isBreak || changes[i + 1].isBreak) continue;
    // trace_processor takes no note of the waking of a thread that it has not seen on a CPU.
    if (i === 0 && to === 'runnable' && from !== 'running' && !life.isFork) continue;
    const letter = letters[to] ?? (from === 'running' ? 'R+' : 'R');
    if (changes[i + 1].at !== at) expectedStates.push([life.id, tid, at, changes[i + 1].at - at, letter]);
  }
}
const stateRows = (await sql(`select t.tid, t.upid, s.ts, s.dur, s.state from thread_state s join thread t using (utid)`))
  .map((s) => [idOf.get(s.upid), Number(s.tid), BigInt(s.ts), BigInt(s.dur), s.state]);
const stateSet = new Set(stateRows.map(text));
if (isFull) {
  claim(`${expectedStates.length} stays in a state`,
    expectedStates.filter((s) => !stateSet.has(text(s))).map((s) => `missing ${text(s)}`));
  const expectedSet = new Set(expectedStates.map(text));
  // Before its first change a thread waits for a CPU since its birth; after its last it stays as it was.
  const edges = stateRows.filter((s) => !expectedSet.has(text(s)) && s[3] !== 0n && s[3] !== -1n);
  claim('and no other but from a birth or to an end', edges.filter(([id, tid, at, duration]) => {
    const known = states.get(`${id}/${tid}`)?.changes;
    const isAtBreak = known?.some((c) => c.isBreak && (c.at === at || c.at === at + duration));
    return known !== undefined && !isAtBreak && at > known[0].at && at + duration < known.at(-1).at;
  }).map(text));
} else {
  claim('no state is told where none was recorded', difference([0], [stateRows.length]));
}

// ---- The machine ---------------------------------------------------------------------------------

const counters = await sql(`select t.name, c.ts, c.value from counter c join counter_track t on c.track_id = t.id order by c.id`);
const lastOf = (name) => Number(counters.filter((c) => c.name === name).at(-1)?.value ?? 0);
const sumOf = (name) => counters.filter((c) => c.name === name).reduce((sum, c) => sum + Number(c.value), 0);
const execCount = [...lives.values()].flatMap((l) => l.images).filter((i) => i.category === 'process.exec').length;
const zombieCount = [...lives.values()].filter((l) => l.died !== undefined && l.reaped === undefined).length;
claim('counters: who lives, zombies, execs, losses', difference(
  [['live', [...lives.values()].filter((l) => l.died === undefined && l.reaped === undefined).length], ['zombies', zombieCount],
    ['execs', execCount], ['lost', losses.reduce((sum, [, count]) => sum + count, 0)]],
  [['live', lastOf('live processes')], ['zombies', lastOf('zombies')], ['execs', sumOf('execs per second')],
    ['lost', lastOf('lost events')]]));
claim(`${losses.length} losses, each in its place`, difference(losses,
  (await sql(`select s.ts, extract_arg(s.arg_set_id, 'debug.lost_count') as count from slice s where s.category = 'lost'`))
    .map((s) => [BigInt(s.ts), Number(s.count)])));

const treeRows = await sql(`select t.id from track t join slice s on s.track_id = t.id where s.category = 'tree'`);
const treeCount = [...lives.values()].reduce((sum, l) => sum + l.images.length, 0);
const [depth] = await sql(`with recursive up(id, parent, n) as (
    select id, parent_id, 0 from track where parent_id is not null
    union all select up.id, t.parent_id, n + 1 from up join track t on t.id = up.parent where t.parent_id is not null)
  select coalesce(max(n), 0) as depth from up`);
claim('the tree of tracks has every program and is not too deep',
  [...difference([treeCount], [treeRows.length]), ...(Number(depth.depth) > 99 ? [`${depth.depth} deep`] : [])]);

process.exit(failures > 0 ? 1 : 0);
