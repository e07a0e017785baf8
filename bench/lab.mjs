// The lab of ./run.sh as the benchmarks use it: processes, status, and visitors at a constant rate.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '..');
export const now = () => performance.now();

// A generator of numbers from 0 to 1 (mulberry32).
export const generator = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

export const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export const until = async (what, condition, seconds = 60) => {
  for (const end = now() + seconds * 1000; now() < end; await sleep(20)) if (await condition()) return;
  throw new Error(`timed out after ${seconds} s: ${what}`);
};

export const request = (port, path, { method = 'GET', headers = {}, body, timeout = 10_000 } = {}) => new Promise((resolve) => {
  const failed = (error) => resolve({ code: 0, body: '', why: error.code ?? error.message });
  const sent = http.request({ port, host: '127.0.0.1', path, method, headers, agent: false, timeout }, (response) => {
    let text = '';
    response.on('data', (data) => { text += data; }).on('end', () => resolve({ code: response.statusCode, body: text, headers: response.headers }));
    response.on('error', failed);
  });
  sent.on('timeout', () => sent.destroy(new Error('timeout'))).on('error', failed).end(body);
});

export class Lab {
  constructor(env = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'rollcall-lab-'));
    chmodSync(this.home, 0o755); // the services run as users of their own
    this.env = { ...process.env, ROLLCALL_LAB_DIR: this.home, SIDECAR_HTTP_TOKEN: 'bench', ...env };
    [this.http, this.page] = [8080, 9999];
  }

  async command(...args) {
    const child = spawn(join(root, 'run.sh'), args, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`run.sh ${args.join(' ')}: ${output}`);
  }

  service(name, node = 'ha') { return join(this.home, node, 'services', name); }
  pid(name, node = 'ha') { return Number(run('s6-svstat', '-o', 'pid', this.service(name, node))); }

  async status() {
    const answer = await request(this.page, '/api/v1/status', { timeout: 1000 });
    return answer.code === 200 ? JSON.parse(answer.body) : null;
  }

  act(method, path, body) {
    return request(this.page, path, { method, headers: { authorization: 'Bearer bench', 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  }

  // The state directory on a file system of its own; nothing but this namespace sees it.
  async separateDisk(size) {
    const state = join(this.home, 'ha/state');
    run('s6-svc', '-wd', '-T', '10000', '-d', this.service('sidecar'));
    run('sh', '-c', `cp -a "$1" "$1.kept" && mount -t tmpfs -o size=${size} tmpfs "$1" && cp -a "$1.kept/." "$1" && chown --reference "$1.kept" "$1"`, 'sh', state);
    run('s6-svc', '-u', this.service('sidecar'));
    return state;
  }

  // How long after a time the balancer became in sync and then stayed so; null if that did not happen in time.
  async steadySince(time, steadyMs = 2500, seconds = 90) {
    let since = null;
    for (const end = now() + seconds * 1000; now() < end; await sleep(50)) {
      const asked = now();
      this.last = await this.status();
      if (this.last?.balancer.state !== 'in-sync') since = null;
      else if (now() - (since ??= asked) >= steadyMs) return Math.max(0, since - time);
    }
    return null;
  }

  async close() {
    await this.command('down').catch((error) => console.error(error.message));
    if (existsSync(join(this.home, 'ha/state.kept'))) run('umount', '-l', join(this.home, 'ha/state'));
    rmSync(this.home, { recursive: true, force: true });
  }
}

// So many GETs a second, on a connection each: in turn one without a session and one of a visitor who has one. Nothing
// is tried twice.
export class Visitors {
  constructor(port, rate, sessions = 20) {
    Object.assign(this, { port, rate, sent: 0, failed: [], moved: [] });
    this.idle = Array.from({ length: sessions }, () => ({ cookies: {} }));
    const began = now();
    this.timer = setInterval(() => { for (const due = ((now() - began) / 1000) * rate; this.sent < due;) this.ask(this.sent++); }, 5);
  }

  async ask(number) {
    const visitor = number % 2 && this.idle.length > 0 ? this.idle.shift() : null;
    const at = now();
    const cookie = Object.entries(visitor?.cookies ?? {}).map((pair) => pair.join('=')).join('; ');
    const answer = await request(this.port, '/', { headers: cookie ? { cookie } : {} });
    if (answer.code !== 200) this.failed.push({ at, why: answer.why ?? `status ${answer.code}` });
    if (!visitor) return;
    this.idle.push(visitor);
    if (answer.code !== 200) return;
    for (const line of answer.headers['set-cookie'] ?? []) { const [name, value] = line.split(';')[0].split('='); visitor.cookies[name] = value; }
    const from = JSON.parse(answer.body).tag;
    if (visitor.from && visitor.from !== from) this.moved.push({ at: now(), from: visitor.from });
    visitor.from = from;
  }

  stop() { clearInterval(this.timer); }
}

// Where the table of a document is, between two comments.
export const section = (text, name, lines) =>
  text.replace(new RegExp(`(<!-- ${name}:begin -->\\n)[\\s\\S]*(<!-- ${name}:end -->)`), (_, a, b) => `${a}${lines.join('\n')}\n${b}`);

export const commit = () => run('git', '-C', root, 'rev-parse', '--short', 'HEAD').trim();
export const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
