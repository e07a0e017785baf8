// What the contestants of bench/peers have in common: processes, their memory and processor time, and HAProxy's file.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request, root, until } from '../lab.mjs';

export const run = promisify(execFile);
export const onPath = (program) => process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));

// How long a source without gossip goes on listing an application that died: about as long as gossip takes.
const unnoticed = 6000;

export class Contestant {
  static needs = []; // programs on PATH
  static sticky = true;
  static oneByOne = false;

  constructor(home) {
    this.home = home;
    mkdirSync(home);
    this.processes = []; // { part, child }, where the part is proxy, control or source
    this.members = new Map();
    this.changes = Promise.resolve();
  }

  spawn(part, command, args, { env = {}, input } = {}) {
    const child = spawn(command, args, { env: { ...process.env, LC_ALL: 'C.UTF-8', ...env }, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    child.output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { child.output = (child.output + data).slice(-4000); });
    child.ended = new Promise((resolve) => { child.on('exit', resolve).on('error', resolve); });
    this.processes.push({ part, child });
    return child;
  }

  async end(child, signal = 'SIGKILL') {
    child.kill(signal);
    await child.ended;
    this.processes = this.processes.filter((one) => one.child !== child);
  }

  // ---- the source, as far as it is one that is told; the bench itself keeps it

  async register(instance) { this.members.set(instance.name, instance); await this.told(); }
  async unregister(instance) { this.members.delete(instance.name); await this.told(); }
  async killed(instance) { await sleep(unnoticed); await this.unregister(instance); }
  addresses() { return [...this.members.values()].map(({ address }) => `${address}:3000`); }

  // One change after the other.
  inTurn(change) { return (this.changes = this.changes.then(change)); }

  // ---- what it uses

  // The processes of a part and all that they started.
  pids(part) {
    const children = new Map();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1];
        children.set(parent, [...(children.get(parent) ?? []), pid]);
      } catch { /* it has just ended */ }
    }
    const tree = (pid) => [pid, ...(children.get(pid) ?? []).flatMap(tree)];
    return this.processes.filter((one) => one.part === part && one.child.exitCode === null).flatMap(({ child }) => tree(String(child.pid)));
  }

  sum(part, value) {
    return this.pids(part).reduce((total, pid) => { try { return total + value(pid); } catch { return total; } }, 0);
  }

  // Proportional set size, MiB
  memory(part) { return this.sum(part, (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024); }

  // Seconds, those of ended children included
  processor(part) { return this.sum(part, (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 15).reduce((a, b) => a + Number(b), 0) / 100); }

  outputs() { return this.processes.map(({ part, child }) => `${part}: ${child.output.slice(-600)}`).join('\n'); }

  async close() {
    await this.changes.catch(() => {});
    await Promise.all([...this.processes].map(({ child }) => this.end(child)));
  }
}

// ---- HAProxy, configured as Rollcall ships it, but for the servers

export class HaproxyContestant extends Contestant {
  constructor(home) {
    super(home);
    [this.config, this.socket, this.state] = ['haproxy.cfg', 'admin.sock', 'server-state'].map((name) => join(home, name));
    this.env = { HTTP_HOST: '127.0.0.1', HTTP_PORT: '8080', STATS_HOST: '127.0.0.1', HAPROXY_SOCKET: this.socket, HAPROXY_STATE_FILE: this.state, DYNAMIC_COOKIE_KEY: 'bench' };
  }

  static shipped = join(root, 'ha/config/haproxy.cfg');

  // The shipped file with other servers, and without the table by which Rollcall counts sessions.
  withServers(servers) {
    return readFileSync(HaproxyContestant.shipped, 'utf8').replace(/^ +(stick|stick-table) .*\n/gm, '').replace(/^ +server-template .*\n/m, servers);
  }

  startHaproxy(...args) {
    this.haproxy = this.spawn('proxy', 'haproxy', args, { env: this.env });
    return until('HAProxy', async () => (await request(8080, '/')).code === 503);
  }
}
