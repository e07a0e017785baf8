// See bench/faults.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync, constants } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab, Visitors, commit, generator, now, root, run, section, until } from './lab.mjs';

const { values: options } = parseArgs({ options: {
  minutes: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 1e6) },
  fault: { type: 'string' }, tries: { type: 'string', default: '1000' },
} });
const rate = 100;
const lab = new Lab();
const pipe = join(lab.home, 'ha/serf.pipe');
let [random, state, visitors] = [null, null, null];
let dead = ''; // a backend that does not live: its sessions may move

const between = (low, high) => low + random() * (high - low);
const pick = (list) => list[Math.floor(random() * list.length)];
const wait = (low, high) => sleep(between(low, high));
const signal = (service, name) => process.kill(lab.pid(service), name);

// ---- faults: each returns the time from which the balancer could recover

const kill = (...services) => async () => {
  for (const service of services) { signal(service, 'SIGKILL'); if (services.length > 1) await wait(0, 100); }
  return now();
};
const pause = (service) => async () => {
  const pid = lab.pid(service);
  process.kill(pid, 'SIGSTOP');
  await wait(200, 5000);
  process.kill(pid, 'SIGCONT');
  return now();
};
// What has to be saved and sent while the fault lasts.
const change = () => lab.act('PUT', '/api/v1/pools/nodes/members/s1/weight', { weight: Math.round(between(90, 99)) });
const during = (begin, end, low, high) => async () => {
  await begin();
  try {
    await wait(0, 200);
    await change();
    await wait(low, high);
  } finally {
    await end();
  }
  const repaired = now();
  await until('the weight is given back', async () => (await lab.act('DELETE', '/api/v1/pools/nodes/members/s1/intent')).code === 202);
  return repaired;
};
const writable = (mode) => run('find', state, '-type', 'd', '-exec', 'chmod', mode, '{}', '+');
const filler = () => join(state, 'filler');
const fill = () => {
  const file = openSync(filler(), 'w');
  try { for (const piece = Buffer.alloc(4096); ;) writeSync(file, piece); } catch (error) { if (error.code !== 'ENOSPC') throw error; }
  closeSync(file);
};
// As the user of the sidecar, who may change it without any capability.
const descriptors = (limit) => {
  const pid = lab.pid('sidecar');
  const [uid, gid] = ['Uid', 'Gid'].map((id) => new RegExp(`${id}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  run('setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', 'prlimit', '--pid', String(pid), `--nofile=${limit}:`);
};
const open = () => readdirSync(`/proc/${lab.pid('sidecar')}/fd`).length;
// Packets that one of these rules matches are lost, also those of connections that are open.
const cut = (...rules) => { for (const rule of rules) run('ip', 'rule', 'add', 'pref', '5', ...rule.split(' '), 'type', 'blackhole'); run('ip', 'route', 'flush', 'cache'); };
const mend = () => { while (/^5:/m.test(run('ip', 'rule'))) run('ip', 'rule', 'del', 'pref', '5'); run('ip', 'route', 'flush', 'cache'); };
const gossip = ['from 127.0.0.1', 'to 127.0.0.1'].flatMap((end) => ['udp', 'tcp'].map((kind) => `${end} ipproto ${kind} dport 7946`));
const newPipe = (like) => run('sh', '-c', 'mkfifo -m 660 "$1.new" && chown --reference "$2" "$1.new" && mv "$1.new" "$1"', 'sh', pipe, like);
const restartAgent = () => { run('s6-svc', '-r', lab.service('serf')); };
const mutilated = () => {
  const line = pick(['member-join\ts1\t127.0.0.11\tbackend\trole=backend,port=3000\n', 'member-leave\ts2\t127.0.0.12\tbackend\t\n', 'user\trollcall-ready\t7\ts1\\t1\n', 'resync\n']);
  const bytes = Buffer.from(line);
  const place = Math.floor(random() * bytes.length);
  return pick([
    () => bytes.subarray(0, place), () => bytes.subarray(place), () => Buffer.concat([bytes.subarray(0, place), bytes]),
    () => { bytes[place] = Math.floor(random() * 256); return bytes; }, () => Buffer.alloc(9000, place),
  ])();
};

const faults = {
  'sidecar: KILL': kill('sidecar'),
  'HAProxy: KILL': kill('ha'),
  'Serf agent: KILL': kill('serf'),
  'two of the three: KILL': () => { const all = ['sidecar', 'ha', 'serf']; all.splice(Math.floor(random() * 3), 1); return kill(...(random() < 0.5 ? all : all.reverse()))(); },
  'sidecar: STOP for 0.2 to 5 s, CONT': pause('sidecar'),
  'HAProxy: STOP for 0.2 to 5 s, CONT': pause('ha'),
  'Serf agent: STOP for 0.2 to 5 s, CONT': pause('serf'),
  'backend: KILL, started again': async () => {
    dead = 's3';
    await lab.command('kill', 's3');
    await wait(0, 3000);
    await lab.command('add', 's3');
    return now();
  },
  'backend: STOP for 3 to 12 s, CONT': async () => {
    const pid = lab.pid('node', (dead = 's2')); // who waits for it may be answered by another
    process.kill(pid, 'SIGSTOP');
    await wait(3000, 12_000);
    process.kill(pid, 'SIGCONT');
    return now();
  },
  'disk full for 1 to 4 s': during(fill, () => rmSync(filler()), 1000, 4000),
  'disk full, sidecar: KILL': during(fill, async () => { signal('sidecar', 'SIGKILL'); await wait(500, 3000); rmSync(filler()); }, 0, 1000),
  'state directory read-only for 1 to 4 s': during(() => writable('a-w'), () => writable('u+w'), 1000, 4000),
  'no file descriptors for 1 to 4 s': during(() => descriptors(open()), () => descriptors(1024), 1000, 4000),
  'pipe removed, made again, agent restarted': async () => {
    run('mv', pipe, `${pipe}.gone`);
    await wait(0, 3000);
    newPipe(`${pipe}.gone`);
    rmSync(`${pipe}.gone`);
    restartAgent();
    return now();
  },
  'pipe replaced, agent restarted': async () => {
    newPipe(pipe);
    await wait(0, 3000);
    restartAgent();
    return now();
  },
  'pipe: 50 mutilated lines': async () => {
    const file = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    for (let i = 0; i < 50; i++) { try { writeSync(file, mutilated()); } catch (error) { if (error.code !== 'EAGAIN') throw error; } await wait(0, 20); }
    writeSync(file, '\n');
    closeSync(file);
    return now();
  },
  "agent's RPC cut for 1 to 6 s": async () => {
    cut(...pick([['ipproto tcp dport 7373'], ['ipproto tcp sport 7373'], ['ipproto tcp dport 7373', 'ipproto tcp sport 7373']]));
    await wait(1000, 6000);
    mend();
    return now();
  },
  'gossip of the balancer cut for 2 to 15 s': async () => {
    cut(...pick([gossip, gossip.slice(0, 2), gossip.slice(2)]));
    await wait(2000, 15_000);
    mend();
    return now();
  },
};

// ---- tries

// Pairs of a value of this field and all that have it, in the order of the faults above or as they came.
const grouped = (all, field) => {
  const found = new Map();
  for (const one of all) found.set(one[field], [...(found.get(one[field]) ?? []), one]);
  return [...found];
};

const attempt = async (name, seed) => {
  random = generator(seed);
  dead = '';
  await wait(0, 1500);
  const began = now();
  let [took, why] = [null, ''];
  try {
    took = await lab.steadySince(await faults[name]());
    if (took === null) why = JSON.stringify(lab.last?.balancer.reasons ?? 'the sidecar does not answer');
  } catch (error) {
    why = error.message;
  }
  const failed = visitors.failed.filter(({ at }) => at >= began);
  const moved = visitors.moved.filter(({ at, from }) => at >= began && from !== dead);
  const causes = grouped(failed, 'why').map(([cause, all]) => `${all.length} ${cause}`).join(', ');
  console.log(`${new Date().toISOString().slice(11, 19)} seed ${seed} ${name}: ${took === null ? `not in sync (${why})` : `${(took / 1000).toFixed(2)} s`}, failed ${failed.length}${causes && ` (${causes})`}, moved ${moved.length}`);
  if (took === null) console.log(readFileSync(join(lab.home, 'ha/log/sidecar.log'), 'utf8').split('\n').slice(-15).join('\n'));
  return { name, took, failed: failed.length, moved: moved.length };
};

const seconds = (ms) => (ms === undefined ? '' : (ms / 1000).toFixed(1));
const table = (results) => {
  const lines = ['| fault | tries | failed GETs | sessions moved | steadily in sync after, median s | 99 % | worst | never |', '|---|---|---|---|---|---|---|---|'];
  for (const [name, all] of grouped(results, 'name').sort(([a], [b]) => Object.keys(faults).indexOf(a) - Object.keys(faults).indexOf(b))) {
    const took = all.map((one) => one.took).filter((one) => one !== null).sort((a, b) => a - b);
    const at = (share) => seconds(took[Math.min(took.length - 1, Math.floor(took.length * share))]);
    lines.push(`| ${[name, all.length, all.reduce((sum, one) => sum + one.failed, 0), all.reduce((sum, one) => sum + one.moved, 0), at(0.5), at(0.99), seconds(took.at(-1)), all.length - took.length].join(' | ')} |`);
  }
  return lines;
};

const order = (random) => Object.keys(faults).filter((name) => new RegExp(options.fault ?? '').test(name)).map((name) => [random(), name]).sort(([a], [b]) => a - b).map(([, name]) => name);

let ending = false;
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { ending = true; });
const results = [];
const loads = [];
const began = now();
try {
  run('ip', 'rule', 'add', 'pref', '10', 'lookup', 'local');
  run('ip', 'rule', 'del', 'pref', '0');
  await lab.command('--detach', '--backends', '3');
  state = await lab.separateDisk('32m');
  visitors = new Visitors(lab.http, rate);
  if ((await lab.steadySince(now())) === null) throw new Error('the lab does not become in sync');
  for (let seed = Number(options.seed), round = []; !ending && results.length < options.tries && now() - began < options.minutes * 60_000; seed++) {
    if (round.length === 0) round = order(generator(seed));
    if (round.length === 0) throw new Error(`no fault matches ${options.fault}`);
    results.push(await attempt(round.shift(), seed));
    loads.push(loadavg()[0]);
  }
} finally {
  visitors?.stop();
  await lab.close();
}
loads.sort((a, b) => a - b);
const version = execFileSync(process.env.HAPROXY ?? 'haproxy', ['-v'], { encoding: 'utf8' }).split(' ')[2];
const lines = [
  `${new Date().toISOString().slice(0, 10)}, commit ${commit()}, HAProxy ${version}, ${cpus().length} cores, load average ${loads[0].toFixed(1)} to ${loads.at(-1).toFixed(1)}`,
  `(median ${loads[Math.floor(loads.length / 2)].toFixed(1)}), ${rate} GETs a second (${visitors.sent} in all), ${results.length} tries from seed ${options.seed} in ${Math.round((now() - began) / 60_000)} minutes.`,
  '', ...table(results),
];
console.log(`\n${lines.join('\n')}`);
if (!options.fault) {
  const file = join(root, 'docs/reliability.md');
  writeFileSync(file, section(readFileSync(file, 'utf8'), 'faults', lines));
}
process.exit();
