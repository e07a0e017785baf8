// See bench/peers.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath, run as runCommand } from './contestants/contestant.mjs';
import { ConsulTemplate } from './contestants/consul-template.mjs';
import { Caddy } from './contestants/caddy.mjs';
import { Dns } from './contestants/dns.mjs';
import { Fleet, clock } from './contestants/fleet.mjs';
import { KamalProxy } from './contestants/kamal-proxy.mjs';
import { Reload } from './contestants/reload.mjs';
import { Rollcall, RollcallBefore } from './contestants/rollcall.mjs';
import { Traefik } from './contestants/traefik.mjs';
import { Visitors } from './contestants/visitors.mjs';
import { commit, request, root, section, until } from './lab.mjs';

const all = { rollcall: Rollcall, reload: Reload, dns: Dns, 'consul-template': ConsulTemplate, traefik: Traefik, caddy: Caddy, 'kamal-proxy': KamalProxy };
if (process.env.BEFORE) all.before = RollcallBefore;
const setting = (name, standard) => Number(process.env[name] ?? standard);
const [rate, joins, rounds] = [setting('RATE', 1000), setting('JOINS', 20), setting('ROUNDS', 1)];
const stay = 6500; // an application that leaves is there for so long; Rollcall's drain takes at most 5 s
const unnoticed = 8000; // gossip reports a dead one within this time
const calm = 5000;
const measured = process.env.PARTS?.split(' '); // all where it is not set
const unanswered = 15_000;

const asked = process.argv.slice(2);
for (const name of asked) if (!all[name]) { console.error(`bench/peers: unknown contestant "${name}"; expected ${Object.keys(all).join(' ')}`); process.exit(2); }
const missing = Object.values(all).flatMap(({ needs }) => needs).filter((program) => !onPath(program));
const contestants = Object.entries(all).filter(([name, { needs }]) => (asked.length === 0 || asked.includes(name)) && !needs.some((one) => missing.includes(one)));

// ---- what is measured, with one contestant at a time

const parts = ['proxy', 'control', 'source'];

class Turn {
  constructor(name, Contestant, results) {
    this.it = new Contestant(join(process.env.PEERS_HOME, `${name}-${Math.round(clock())}`));
    this.fleet = new Fleet(this.it, stay);
    this.results = results;
  }

  keep(what, value) { (this.results[what] ??= []).push(value); }

  async run() {
    try {
      await this.it.start();
      this.steady = (await Promise.all([1, 2, 3].map(() => this.fleet.join()))).map(({ instance }) => instance);
      const seen = new Set();
      await until('all three serve', async () => seen.add((await request(8080, '/')).headers?.['x-from']) && this.steady.every(({ name }) => seen.has(name)));
      this.visitors = new Visitors(this.fleet, rate);
      await sleep(2000);
      await this.under('calm', () => sleep(calm));
      await this.under('joins', () => this.joins());
      await this.under('leave', () => this.leave());
      await this.under('kill', () => this.kill());
      await this.under('replace', () => this.replace());
      await this.under('source', () => this.source());
      await this.under('changes', () => this.changes());
    } catch (error) {
      console.log(`  ${this.it.constructor.title} stopped: ${error.stack}\n${this.it.outputs()}`);
    } finally {
      this.visitors?.stop();
      await this.fleet.close();
      await this.it.close();
    }
  }

  // What visitors notice of it, and what it takes.
  async under(what, measure) {
    if (measured && !measured.includes(what)) return;
    const [began, sent, used] = [clock(), this.visitors.sent, parts.map((part) => this.it.processor(part))];
    await measure();
    await sleep(500);
    const seconds = (clock() - began) / 1000;
    const outcome = { ...this.visitors.since(began), sent: this.visitors.sent - sent };
    this.keep(what, outcome);
    parts.forEach((part, i) => {
      this.keep(`${what} processor ${part}`, ((this.it.processor(part) - used[i]) / seconds) * 100);
      this.keep(`${what} memory ${part}`, this.it.memory(part));
    });
    console.log(`  ${what}: ${seconds.toFixed(1)} s, ${JSON.stringify(outcome)} ${this.visitors.reasons(began)}`);
  }

  async joined(what, instance, at) {
    const first = await Promise.race([instance.first, sleep(unanswered, null, { ref: false })]);
    this.keep(what, first === null ? null : first - at);
    this.fleet.leaveLater(instance);
  }

  async joins() {
    for (let i = 0; i < joins; i++) {
      const instance = this.fleet.prepare();
      await sleep(400); // its process has started
      await this.joined('fresh', instance, (await this.fleet.join(instance)).at);
    }
    const known = async () => {
      const instance = this.fleet.prepare();
      const registered = this.it.register(instance);
      await sleep(3000);
      await this.joined('known', instance, await instance.listen());
      await registered;
    };
    if (this.it.constructor.oneByOne) { for (let i = 0; i < 3; i++) await known(); return; }
    const all = [];
    for (let i = 0; i < joins; i++) { all.push(known()); await sleep(700); }
    await Promise.all(all);
  }

  async another() {
    const { instance } = await this.fleet.join();
    await until(`${instance.name} serves`, () => this.visitors.seen.has(instance.name));
    return instance;
  }

  async leave() {
    const instance = this.steady.shift();
    const replaced = this.another();
    const holders = this.visitors.holders(instance);
    await this.fleet.leave(instance);
    this.keep('kept', this.visitors.kept(instance, holders));
    this.steady.push(await replaced);
  }

  async kill() {
    this.fleet.kill(this.steady.shift());
    await sleep(unnoticed);
    this.steady.push(await this.another());
  }

  async replace() {
    const joined = await Promise.all([1, 2, 3].map(() => this.fleet.join()));
    await Promise.all(this.steady.map((instance) => this.fleet.leave(instance)));
    this.steady = joined.map(({ instance }) => instance);
  }

  async source() {
    if (!this.it.sourceAway) { this.keep('no source', true); return; }
    await this.it.sourceAway();
    await sleep(5000);
    await this.it.sourceBack();
    await sleep(8000);
  }

  // 100 a minute: one joins, and half an interval later one leaves that joined six seconds ago.
  async changes() {
    const [began, here] = [clock(), []];
    for (let i = 0; clock() - began < 24_000; i++) {
      const instance = this.fleet.prepare();
      await sleep(Math.max(0, began + 1200 * i + 600 - clock()));
      const joined = this.fleet.join(instance);
      here.push(joined);
      await sleep(Math.max(0, began + 1200 * i + 1200 - clock()));
      if (here.length > 5) this.fleet.leaveLater((await here.shift()).instance);
    }
    for (const joined of here) this.fleet.leaveLater((await joined).instance);
  }
}

// ---- tables

const lines = [];
const print = (line = '') => { lines.push(line); console.log(line); };
const row = (...cells) => print(`| ${cells.join(' | ')} |`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const number = (value, digits = 0) => (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits));
const sum = (outcomes, key) => outcomes.reduce((total, one) => total + one[key], 0);

const tables = (turns) => {
  const columns = (title, cell) => row(title, ...turns.map(({ it, results }) => cell(results, it)));
  const heads = () => { print(); row('', ...turns.map(({ it }) => it.title)); row(...Array(turns.length + 1).fill('---')); };
  const times = (values = []) => {
    const good = values.filter((one) => one !== null);
    const never = values.length - good.length;
    return good.length === 0 ? '–' : `${number(median(good))} (${number(Math.min(...good))} to ${number(Math.max(...good))})${never ? `, ${never} never` : ''}`;
  };
  heads();
  columns('fresh join, ms: median (least to most)', ({ fresh }) => times(fresh));
  columns('known join, ms', ({ known }) => times(known));
  columns('visitor of a leaving one kept, s: median', ({ kept = [] }, { sticky }) => (sticky ? number(median(kept.flat()) / 1000, 1) : '–'));
  heads();
  for (const [key, title] of Object.entries({
    calm: 'calm', joins: `${2 * joins} joins and leaves`, leave: 'one leaves', kill: 'one is killed', replace: 'all replaced at once',
    source: 'source away 5 s and back', changes: '100 changes a minute, 24 s',
  })) {
    columns(title, (results, { sticky }) => {
      if (key === 'source' && results['no source']) return 'has none';
      return results[key] ? `${sum(results[key], 'failed')} / ${sum(results[key], 'reset')} / ${sticky ? sum(results[key], 'moved') : '–'} / ${sum(results[key], 'cut')}` : '–';
    });
  }
  heads();
  const triple = (prefix, digits) => (results) => parts.map((part) => number(median(results[`${prefix} ${part}`] ?? []), digits)).join(' + ');
  columns('memory (PSS) at rest, MiB: proxy + control + source', triple('calm memory'));
  columns('the same after the changes', triple('changes memory'));
  columns('processor, calm, % of a core', triple('calm processor', 1));
  columns('processor, 100 changes a minute', triple('changes processor', 1));
};

const version = async (command, ...args) => {
  try {
    const { stdout, stderr } = await runCommand(command, args);
    return /v?\d+\.\d+[\w.+~-]*/.exec(stdout + stderr)?.[0] ?? 'version unknown';
  } catch { return 'version unknown'; }
};
const versions = { HAProxy: ['haproxy', '-v'], Serf: ['dpkg-query', '-Wf${Version}', 'serf'], Knot: ['knotd', '-V'], 'consul-template': ['consul-template', '-v'], Traefik: ['traefik', 'version'], Caddy: ['caddy', 'version'] };

// Process 1 of the namespace has no default action for these; all that it started ends with it.
for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(name, () => process.exit(code));
try {
  const turns = contestants.map(([name, it]) => ({ name, it, results: {} }));
  const loads = [loadavg()[0]];
  for (let round = 0; round < rounds; round++) {
    for (const { name, it, results } of round % 2 ? [...turns].reverse() : turns) {
      console.log(`${new Date().toISOString().slice(11, 19)} ${it.title}, load average ${loadavg()[0].toFixed(1)}`);
      await new Turn(name, it, results).run();
      loads.push(loadavg()[0]);
    }
  }
  const used = await Promise.all(Object.entries(versions).filter(([, [command]]) => onPath(command) && !missing.includes(command)).map(async ([name, command]) => `${name} ${await version(...command)}`));
  print(`${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}; ${rate} requests a second, 60 visitors`);
  print(`with cookies, 10 WebSockets, ${joins} joins of each kind, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}. ${used.join(', ')}.`);
  if (missing.length > 0) print(`Not on this machine, so left out: ${missing.join(', ')}.`);
  tables(turns);
  if (asked.length === 0 && !measured) {
    const file = join(root, 'docs/benchmarks.md');
    writeFileSync(file, section(readFileSync(file, 'utf8'), 'peers', lines));
  }
} catch (error) {
  console.error(error);
  process.exit(1);
}
process.exit();
