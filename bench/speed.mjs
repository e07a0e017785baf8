// The measurements of bench/run.sh. Real HAProxy and real Serf; members by lines of the pipe where there are many.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { cpus, tmpdir, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { haproxyConfig, Relay, BareClient } from './relay.mjs';

const root = join(import.meta.dirname, '..');
const runtime = join(root, 'sidecar/target/runtime');
const builds = (process.env.BUILDS ?? `Rollcall=${runtime}`).split(' ').map((build) => build.split('='));
const rounds = Number(process.env.ROUNDS ?? 40);
const sizes = (process.env.SIZES ?? '10 100 1000').split(' ').map(Number);
const asked = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const running = new Set();
const lines = [];
const print = (line = '') => { lines.push(line); console.log(line); };

// ---- figures

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const median = (values) => at(values, 0.5);
const ms = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const row = (...cells) => print(`| ${cells.join(' | ')} |`);
const table = (...heads) => { print(); row(...heads); row(...heads.map(() => '---')); };
const ratio = (one, other) => (one / other).toFixed(1);
const now = () => performance.now();

// ---- processes

const start = (command, args, env = {}) => {
  const child = spawn(command, args, { env: { PATH: `${process.env.PATH}:/usr/sbin`, LC_ALL: 'C.UTF-8', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { child.output = (child.output + data).slice(-4000); });
  child.exited = once(child, 'exit').then(() => running.delete(child));
  return child;
};
const stop = async (child, signal = 'SIGTERM') => { if (child && running.has(child)) { child.kill(signal); await child.exited; } };
const freePort = async (host = '127.0.0.1') => {
  const server = net.createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};
const until = async (what, condition, seconds = 60, pause = 1) => {
  for (const end = now() + seconds * 1000; now() < end; await sleep(pause)) if (await condition()) return;
  throw new Error(`timed out: ${what}`);
};
const status = (pid, key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
// processor time in ms; a tick is 10 ms
const processor = (pid) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
const get = (port, path, headers = {}) => new Promise((resolve) => {
  http.get({ port, host: '127.0.0.1', path, headers, agent: false, timeout: 30_000 }, (response) => {
    let body = '';
    response.on('data', (data) => { body += data; }).on('end', () => resolve({ code: response.statusCode, body, headers: response.headers }));
  }).on('error', () => resolve({ code: 0, body: '' }));
});

// ---- a balancer: HAProxy behind a relay, the sidecar, and one application at every loopback address

class Balancer {
  static async with(members, slots, settings = {}) {
    const it = new Balancer();
    it.home = mkdtempSync(join(folder, 'b-'));
    [it.http, it.page, it.app] = [await freePort(), await freePort(), await freePort('0.0.0.0')];
    it.application = http.createServer((_, response) => response.end('ok')).listen(it.app, '0.0.0.0', 4096);
    it.application.keepAliveTimeout = 60_000;
    it.socket = join(it.home, 'admin.sock');
    writeFileSync(join(it.home, 'state'), '1\n');
    writeFileSync(join(it.home, 'haproxy.cfg'), haproxyConfig(it, slots, settings.check ?? '2s'));
    it.haproxy = start(process.env.HAPROXY ?? 'haproxy', ['-db', '-f', join(it.home, 'haproxy.cfg')]);
    await until('HAProxy', () => get(it.http, '/').then((answer) => answer.code === 503));
    it.relay = await Relay.open(join(it.home, 'relay.sock'), it.socket);
    it.pipe = join(it.home, 'serf.pipe');
    execFileSync('mkfifo', [it.pipe]);
    it.settings = settings;
    await it.startSidecar();
    if (members > 0) {
      it.lines('member-join', Array.from({ length: members }, (_, i) => it.member(i)));
      await until(`${members} members`, () => it.serving(members), 180);
    }
    return it;
  }

  // no two have one address: the second would wait for the first to go
  member(index) { return { name: `m${index}`, address: `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}` }; }

  lines(event, members) {
    const text = members.map(({ name, address }) => `${event}\t${name}\t${address}\tbackend\tboot=1,role=backend,port=${this.app}\n`);
    for (let i = 0; i < text.length; i += 40) appendFileSync(this.pipe, text.slice(i, i + 40).join(''));
  }

  async startSidecar() {
    this.sidecar = start('sh', [join(this.settings.runtime ?? runtime, 'launch'), '--config', process.env.CONF ?? join(root, 'conf/sidecar.yaml')], {
      SIDECAR_HTTP_HOST: '127.0.0.1', SIDECAR_HTTP_PORT: this.page, SIDECAR_SERF_RPC: '', SIDECAR_SERF_PIPE: this.pipe,
      SIDECAR_HAPROXY_SOCKET: this.relay.path, SIDECAR_HAPROXY_STATEFILE: join(this.home, 'state'),
      SIDECAR_STATE_DIR: join(this.home, 'sidecar'), SIDECAR_POOLS_0_DRAINTIMEOUT: '0s', ...this.settings.sidecar,
    });
    await until(`the sidecar: ${this.sidecar.output}`, () => get(this.page, '/readyz').then((answer) => answer.code === 200));
  }

  async members() { return JSON.parse((await get(this.page, '/api/v1/status')).body).pools[0].members; }
  async serving(count) { await sleep(50); return (await this.members()).filter((m) => m.state === 'serving').length >= count; }
  async parked(name) { return (await this.members()).find((m) => m.name === name)?.state === 'parked'; }

  async close() {
    await stop(this.sidecar);
    await stop(this.haproxy);
    this.relay.close();
    this.application.close();
    this.application.closeAllConnections();
  }
}

// The floor asks no application whether it is ready. JAR and CONF name another build, without a cache of its classes;
// READINESS=on leaves the probe on, READINESS=none leaves out the setting, which an older build does not know.
const build = process.env.JAR ? { ROLLCALL_JAR: process.env.JAR, ROLLCALL_AOT: 'off' } : {};
const withoutProbe = { sidecar: { ...build, ...(process.env.READINESS ? {} : { SIDECAR_POOLS_0_READINESS: 'off' }) } };

// ---- (a) a line on the pipe to `ready` acknowledged

const joins = async () => {
  print('\n### From a line on the pipe to `ready` acknowledged');
  table('members', 'build', 'median ms', 'p99', 'floor, median ms', 'p99', 'ratio', 'sidecar, ms of processor', 'HAProxy');
  for (const size of sizes) {
    const measured = [];
    for (const [name, folder] of builds) {
      const balancer = await Balancer.with(size, size + 20, { ...withoutProbe, runtime: folder });
      measured.push({ name, balancer, took: [], used: { sidecar: 0, haproxy: 0 } });
    }
    const { balancer: first } = measured[0];
    const bare = await BareClient.open(first.relay.path);
    const floor = [];
    for (let i = 0; i < rounds + 5; i++) {
      for (const one of i % 2 ? [...measured].reverse() : measured) {
        const took = await joinOnce(one, size + 1 + (i % 8));
        if (i >= 5) one.took.push(took); // the first ones warm up
      }
      const bareTook = await bare.join(`slot${size + 15}`, '127.250.0.1', first.app);
      if (i >= 5) floor.push(bareTook);
    }
    for (const { name, took, used } of measured) {
      row(size, name, ms(median(took)), ms(at(took, 0.99)), ms(median(floor)), ms(at(floor, 0.99)), ratio(median(took), median(floor)),
        ms(used.sidecar / (rounds + 5)), ms(used.haproxy / (rounds + 5)));
    }
    bare.close();
    for (const { balancer } of measured) await balancer.close();
  }
  print('\nThe floor sends the same commands through the same relay: everything read once, one batch to program, the slot read\nback, `ready`; neither asks the application (`readiness: off`). Processor time is of the whole round, the status requests of the benchmark included.');
};

const joinOnce = async ({ balancer, used }, index) => {
  const member = balancer.member(index);
  const before = [processor(balancer.sidecar.pid), processor(balancer.haproxy.pid)];
  const began = now();
  const ready = balancer.relay.next(/state ready/);
  balancer.lines('member-join', [member]);
  const took = (await ready) - began;
  await sleep(300); // whoever asks at once measures his own questions
  used.sidecar += processor(balancer.sidecar.pid) - before[0];
  used.haproxy += processor(balancer.haproxy.pid) - before[1];
  balancer.lines('member-leave', [member]);
  await until('parked', () => balancer.parked(member.name), 60, 200);
  return took;
};

// ---- (b) bursts

const bursts = async () => {
  const count = Math.max(...sizes);
  print(`\n### Bursts of ${count}`);
  table('', 'Rollcall, median ms', 'floor, median ms', 'ratio');
  const [ups, downs, floors] = [[], [], []];
  const repeats = Math.max(3, Math.ceil(rounds / 8));
  for (let i = 0; i < repeats; i++) {
    const balancer = await Balancer.with(1, count + 5, withoutProbe);
    const members = Array.from({ length: count }, (_, k) => balancer.member(k + 1));
    const ready = balancer.relay.next(/state ready/, count);
    let began = now();
    balancer.lines('member-join', members);
    ups.push((await ready) - began);
    await until('all serve', () => balancer.serving(count + 1), 120);
    const gone = balancer.relay.next(/state drain$/, count);
    began = now();
    balancer.lines('member-leave', members);
    downs.push((await gone) - began);
    await balancer.close();
    const bareBalancer = await Balancer.with(1, count + 5);
    const bare = await BareClient.open(bareBalancer.relay.path);
    floors.push(await bare.burst(count, bareBalancer.app));
    bare.close();
    await bareBalancer.close();
  }
  row(`${count} joins, to the last \`ready\``, ms(median(ups)), ms(median(floors)), ratio(median(ups), median(floors)));
  row(`${count} leaves, to the last \`drain\``, ms(median(downs)), '', '');
};

// ---- (c) an application answers, to its first request; real agents

const first = async () => {
  print('\n### From the first answer of an application to its first request');
  table('', 'median ms', 'p90', 'worst');
  const balancer = await Balancer.with(0, 64, { check: '200ms' });
  await stop(balancer.sidecar);
  const [gossip, rpc] = [await freePort(), await freePort()];
  const agent = (name, ip, tags, more = []) => start('serf', ['agent', `-node=${name}`, `-bind=${ip}:${gossip}`, `-rpc-addr=${ip}:${rpc}`,
    ...tags.flatMap((tag) => ['-tag', tag]), ...more]);
  const serf = agent('ha', '127.0.0.1', ['role=balancer']);
  await until('the agent', () => serf.output.includes('EventMemberJoin'));
  balancer.settings = { sidecar: { SIDECAR_SERF_RPC: `127.0.0.1:${rpc}`, SIDECAR_SERF_PIPE: 'off', SIDECAR_POOLS_0_PORT: balancer.app + 1 } };
  await balancer.startSidecar();
  const listen = (ip, name) => http.createServer((_, response) => response.setHeader('x-from', name).end('ok')).listen(balancer.app + 1, ip);
  const steady = listen('127.0.1.1', 'steady');
  const steadyAgent = agent('steady', '127.0.1.1', ['role=backend', 'boot=1'], [`-retry-join=127.0.0.1:${gossip}`]);
  await until('the steady one', () => balancer.serving(1));
  const firstRequest = async (name) => {
    for (const end = now() + 30_000; now() < end;) if ((await get(balancer.http, '/')).headers?.['x-from'] === name) return now();
    throw new Error(`no request reached ${name}`);
  };
  let address = 1;
  const round = async (known) => {
    const [name, ip] = [`x${address}`, `127.0.2.${address++}`];
    const join = () => agent(name, ip, ['role=backend', 'boot=1'], [`-retry-join=127.0.0.1:${gossip}`]);
    let member = known ? join() : null;
    if (known) await sleep(3000);
    const server = listen(ip, name);
    await once(server, 'listening');
    const began = now();
    member ??= join();
    const took = (await firstRequest(name)) - began;
    member.kill('SIGINT');
    await member.exited;
    server.close();
    server.closeAllConnections();
    return took;
  };
  for (const [label, known] of [['fresh: answers, then its agent starts', false], ['known: in the gossip for 3 s', true]]) {
    const took = [];
    for (let i = 0; i < Math.max(5, Math.ceil(rounds / 2)); i++) took.push(await round(known));
    row(label, ms(median(took)), ms(at(took, 0.9)), ms(Math.max(...took)));
  }
  print('\nNo announcement of the application, no pipe; the agent\'s own start is included in the first row.');
  for (const child of [steadyAgent, serf]) await stop(child, 'SIGKILL');
  steady.close();
  await balancer.close();
};

// ---- (d), (e) changes under load

const load = async () => {
  const [rate, seconds] = [Number(process.env.RATE ?? 2000), Number(process.env.SECONDS ?? 30)];
  print(`\n### ${rate} requests a second, 100 changes a minute, ${seconds} s each`);
  table('', 'requests', 'failed', 'p50 ms', 'p99 ms');
  const balancer = await Balancer.with(10, 64, { check: '200ms' });
  const bare = await BareClient.open(balancer.relay.path);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const measure = async (label, change) => {
    const took = [];
    let [failed, open, sent, changed] = [0, 0, 0, 0];
    const began = now();
    while (now() - began < seconds * 1000) {
      for (const due = ((now() - began) / 1000) * rate; sent < due; sent++) {
        const at0 = now();
        open++;
        http.get({ port: balancer.http, host: '127.0.0.1', agent }, (response) => {
          response.resume().on('end', () => { open--; took.push(now() - at0); if (response.statusCode !== 200) failed++; });
        }).on('error', () => { open--; failed++; });
      }
      if ((now() - began) / 600 > changed) change(changed++);
      await sleep(1);
    }
    await until('all answers', () => open === 0);
    row(label, sent, failed, ms(median(took)), ms(at(took, 0.99)));
  };
  const member = (i) => balancer.member(100 + (Math.floor(i / 2) % 10));
  for (const [label, change] of [
    ['calm', () => {}],
    ['changes by Rollcall', (i) => balancer.lines(i % 2 ? 'member-leave' : 'member-join', [member(i)])],
    ['the same by a bare client', (i) => bare.change(`slot${50 + (Math.floor(i / 2) % 10)}`, member(i).address, balancer.app, i % 2 === 0)],
  ]) await measure(label, change);
  agent.destroy();
  bare.close();
  await balancer.close();
};

// ---- (g) start, memory, rest

const starts = async () => {
  print('\n### Start');
  table('', 'median ms', 'p90', 'worst');
  const balancer = await Balancer.with(10, 64);
  const again = async (kill) => {
    await stop(balancer.sidecar, kill);
    const began = now();
    await balancer.startSidecar();
    return now() - began;
  };
  for (const [label, signal, env] of [
    ['start to `/readyz`', 'SIGTERM', {}], ['KILL to `/readyz`, started again at once', 'SIGKILL', {}], ['without the AOT cache', 'SIGTERM', { ROLLCALL_AOT: 'off' }],
  ]) {
    balancer.settings = { sidecar: env };
    await again(signal);
    const took = [];
    for (let i = 0; i < Math.max(5, Math.ceil(rounds / 2)); i++) took.push(await again(signal));
    row(label, ms(median(took)), ms(at(took, 0.9)), ms(Math.max(...took)));
  }
  await balancer.close();
};

const bareServer = async () => {
  const classes = join(folder, 'bare');
  mkdirSync(classes);
  execFileSync(`${process.env.JAVA_HOME}/bin/javac`, ['-nowarn', '-proc:none', '-Xlint:none', '-cp', `${runtime}/lib/*`, '-d', classes, join(import.meta.dirname, 'BareServer.java')], { stdio: 'ignore' });
  const port = await freePort();
  const options = /-XX:\+UseSerialGC[\s\S]*?(?=-jar)/.exec(readFileSync(join(runtime, 'launch'), 'utf8'))[0].split(/[\s\\]+/).filter(Boolean);
  const server = start(join(runtime, 'java/bin/java'), [...options, '-cp', `${classes}:${runtime}/lib/*`, 'BareServer', String(port)]);
  await until(`the bare server: ${server.output}`, () => get(port, '/').then((answer) => answer.code === 200));
  for (let i = 0; i < 100; i++) await get(port, '/');
  await sleep(5000);
  return [server, status(server.pid, 'VmRSS') / 1024];
};

const rest = async () => {
  print('\n### Memory, and processor time at rest');
  table('members', 'resident MiB', 'a bare Vert.x server', 'ratio', '% of a core at rest');
  const [server, floor] = await bareServer();
  for (const size of sizes) {
    const balancer = await Balancer.with(size, size + 20);
    for (let i = 0; i < 20; i++) await get(balancer.page, '/', { accept: 'text/html' });
    await sleep(Number(process.env.SETTLE ?? 60) * 1000);
    const before = processor(balancer.sidecar.pid);
    const seconds = Number(process.env.REST ?? 60);
    await sleep(seconds * 1000);
    const used = (processor(balancer.sidecar.pid) - before) / (seconds * 10);
    const resident = status(balancer.sidecar.pid, 'VmRSS') / 1024;
    row(size, ms(resident), ms(floor), (resident / floor).toFixed(2), used.toFixed(2));
    await balancer.close();
  }
  await stop(server);
};

// ---- (h) what people and programs read

const views = async () => {
  print('\n### Page, JSON and metrics, median ms');
  table('members', 'page', 'JSON', 'metrics');
  for (const size of sizes) {
    const balancer = await Balancer.with(size, size + 20);
    const time = async (path, headers) => {
      const took = [];
      for (let i = 0; i < rounds; i++) {
        const began = now();
        await get(balancer.page, path, headers);
        took.push(now() - began);
      }
      return ms(median(took));
    };
    row(size, await time('/', { accept: 'text/html' }), await time('/api/v1/status'), await time('/metrics'));
    await balancer.close();
  }
};

const parts = { join: joins, burst: bursts, first, load, start: starts, rest, views };
const end = () => { for (const child of running) child.kill('SIGKILL'); rmSync(folder, { recursive: true, force: true }); };
process.on('SIGINT', () => { end(); process.exit(130); });
process.on('SIGTERM', () => { end(); process.exit(143); });
try {
  const commit = execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const version = execFileSync(process.env.HAPROXY ?? 'haproxy', ['-v'], { encoding: 'utf8' }).split(' ')[2];
  print(`${cpus().length} cores (${cpus()[0].model.trim()}), HAProxy ${version}, commit ${commit}, load average ${loadavg()[0].toFixed(1)} at the start, ${rounds} rounds.`);
  for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await part();
  const file = join(root, 'docs/benchmarks.md');
  const text = readFileSync(file, 'utf8');
  if (asked.length === 0) writeFileSync(file, text.replace(/(<!-- speed:begin -->\n)[\s\S]*(<!-- speed:end -->)/, (_, a, b) => `${a}${lines.join('\n')}\n${b}`));
} finally {
  end();
}
process.exit();
