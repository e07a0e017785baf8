// The kit for backends with real Serf agents: one of the backend, whose RPC has a key, and one of a balancer, which
// records the events and answers the query as its sidecar would.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kit = join(root, 'backend/rollcall-backend');
const folder = mkdtempSync(join(tmpdir(), 'backend-'));
const children = [];
const PATH = `${process.env.PATH}:/usr/sbin`;

const freePort = async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
};

const waitFor = async (description, condition) => {
  const end = Date.now() + 60_000;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > end) throw new Error(`timed out: ${description}`);
    await pause(20);
  }
};

const start = (command, args, env = {}) => {
  const child = spawn(command, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  child.stdout.resume();
  child.stderr.resume();
  return child;
};

// Agents have loopback addresses of their own, whose ports nobody else uses.
const address = () => `127.${[1, 2, 3].map(() => 1 + Math.floor(Math.random() * 250)).join('.')}`;
const gossip = `${address()}:7946`;
const balancerRpc = `${address()}:7373`;
const events = join(folder, 'events');
const answer = join(folder, 'answer');
const key = join(folder, 'rpc.json');
const rpc = `${address()}:7373`;
const backendGossip = `${address()}:7946`;

const output = async (child) => {
  const [[code], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, out, err };
};
const members = async () => (await output(spawn('serf', ['members', `-rpc-addr=${balancerRpc}`], { env: { PATH } }))).out;

before(async () => {
  writeFileSync(events, '');
  writeFileSync(answer, 'drained');
  writeFileSync(key, '{"rpc_auth": "of-the-agent"}');
  const log = `{ printf '%s\\t' "$SERF_USER_EVENT"; cat; } >>${events}`;
  start('serf', ['agent', '-node=ha', `-bind=${gossip}`, `-rpc-addr=${balancerRpc}`, '-tag', 'role=balancer',
    '-event-handler', `user=${log}`, '-event-handler', `query:rollcall-drained=cat ${answer}`]);
  start('serf', ['agent', '-node=s1', `-bind=${backendGossip}`, `-rpc-addr=${rpc}`, `-config-file=${key}`,
    '-tag', 'role=backend', '-tag', 'port=1', `-retry-join=${gossip}`]);
  await waitFor('both agents are alive', async () => (await members()).split('alive').length === 3);
});
after(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

const environment = {
  PATH, SERF_RPC_ADDR: rpc, SERF_RPC_AUTH: 'of-the-agent', ROLLCALL_IDENTITY: join(folder, 'identity'),
  ROLLCALL_BACKEND_DEFAULTS: '/nonexistent',
};
const run = (args, env = {}) => output(spawn('/bin/sh', [kit, ...args], { env: { ...environment, ...env } }));
const ok = async (args, env) => {
  const result = await run(args, env);
  assert.deepEqual({ ...result, out: '' }, { code: 0, out: '', err: '' });
  return result.out;
};
// the last line is not complete yet, or empty
const lastEvent = (name) => readFileSync(events, 'utf8').split('\n').slice(0, -1).reverse()
  .map((line) => line.split('\t')).find(([event]) => event === name);

test('ready waits until the URL responds, sets a new boot, removes the state, and sends the event', async () => {
  await ok(['tag', 'state=draining', 'weight=50']);
  let healthy = false;
  const asked = [];
  const app = http.createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(healthy ? 200 : 503).end();
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  const ready = run(['ready', '--url', `http://127.0.0.1:${app.address().port}/health`]);
  await waitFor('the application was asked twice', () => asked.length > 1);
  assert.equal(lastEvent('rollcall-ready'), undefined);
  healthy = true;
  assert.deepEqual(await ready, { code: 0, out: '', err: '' });
  app.close();
  app.closeAllConnections();
  const [, name, boot] = await waitFor('the event', () => lastEvent('rollcall-ready'));
  assert.equal(name, 's1');
  assert.match(boot, /^[0-9a-f]{18}$/);
  assert.equal(readFileSync(environment.ROLLCALL_IDENTITY, 'utf8'), `s1\t${boot}\n`);
  const row = await waitFor('the tags', async () => /^s1 .*$/m.exec(await members())[0].includes(boot) && members());
  assert.match(row, /weight=50/);
  assert.doesNotMatch(row, /state=/);
});

test('ready signs the event with the key of the file', async () => {
  const secret = join(folder, 'announce.key');
  writeFileSync(secret, `${'k'.repeat(40)}%s\\n"$'\n`);
  const port = await freePort();
  const app = net.createServer().listen(port, '127.0.0.1');
  await ok(['ready', '--port', String(port)], { ROLLCALL_ANNOUNCE_KEY_FILE: secret, ROLLCALL_BOOT: 'b7' });
  app.close();
  const fields = await waitFor('the event', () => lastEvent('rollcall-ready')?.[2] === 'b7' && lastEvent('rollcall-ready'));
  assert.equal(fields.length, 5);
  assert.ok(Math.abs(Date.now() - Number(fields[3])) < 10_000);
  const expected = createHmac('sha256', `${'k'.repeat(40)}%s\\n"$'`).update(fields.slice(0, 4).join('\t')).digest('hex');
  assert.equal(fields[4], expected);
});

test('ready gives up when nothing responds, and sets the tags, so that the checks of the balancers decide', async () => {
  await ok(['tag', 'state=draining']);
  const port = await freePort();
  const { code, err } = await run(['ready', '--port', String(port), '--timeout', '300ms'], { ROLLCALL_BOOT: 'b8' });
  assert.deepEqual([code, err], [1, `rollcall-backend: no response from port ${port} within 0 s; the balancers' own checks decide\n`]);
  await waitFor('the tags', async () => /^s1 .*boot=b8/m.test(await members()) && !/state=/.test(await members()));
});

test('drain announces its deadline, waits for the answer of the balancer, and ends at the deadline', async () => {
  writeFileSync(answer, 'draining 1 0');
  const began = Date.now();
  const drain = run(['drain', '--deadline', '60s']);
  await waitFor('the event', () => lastEvent('rollcall-drain'));
  await waitFor('the tag', async () => /^s1 .*state=draining/m.test(await members()));
  const status = await ok(['status']);
  assert.match(status, /^state     draining$/m);
  assert.match(status, /^balancer  ha: in rotation: 1 sessions, 0 requests$/m);
  writeFileSync(answer, 'drained');
  assert.deepEqual(await drain, { code: 0, out: '', err: '' });
  assert.ok(Date.now() - began < 10_000);
  assert.deepEqual(lastEvent('rollcall-drain'), ['rollcall-drain', 's1', 'b8', '60000']);
  assert.match(await ok(['status']), /^balancer  ha: not in rotation$/m);
  writeFileSync(answer, 'draining 0 0');
  const late = await run(['drain', '--deadline', '1500ms']);
  assert.deepEqual([late.code, late.err],
    [1, `rollcall-backend: drain: timed out after 1500 ms: not all balancers answered 'drained'\n`]);
  writeFileSync(answer, 'drained');
});

for (const [args, status, message] of [
  [[], 2, 'expected a command, got nothing; see rollcall-backend --help'],
  [['leave'], 2, 'unknown command "leave"; see rollcall-backend --help'],
  [['ready', '--url'], 2, 'ready: unexpected argument "--url"; see rollcall-backend --help'],
  [['ready', '--url', 'x', '--port', '1'], 2, 'ready: expected --url or --port, got both; see rollcall-backend --help'],
  [['ready', '--port', '99999'], 2, '--port: expected a port from 1 to 65535, got "99999"; see rollcall-backend --help'],
  [['drain', '--deadline', '8'], 2, '--deadline: expected a time such as 500ms, 8s or 1m, got "8"; see rollcall-backend --help'],
  [['tag', 'weight=257'], 2, 'tag: weight: expected a number from 0 to 256, got "257"; see rollcall-backend --help'],
  [['tag', 'state=up'], 2, 'tag: state: expected starting, ready or draining, got "up"; see rollcall-backend --help'],
]) {
  test(`rollcall-backend ${args.join(' ')} fails with one line`, async () => {
    assert.deepEqual(await run(args), { code: status, out: '', err: `rollcall-backend: ${message}\n` });
  });
}

test('an agent that cannot be reached, or has another key, is status 3', async () => {
  const other = `127.0.0.1:${await freePort()}`;
  for (const env of [{ SERF_RPC_ADDR: other }, { SERF_RPC_AUTH: 'wrong' }]) {
    const { code, err } = await run(['status'], env);
    assert.equal(code, 3, err);
    assert.match(err, /^rollcall-backend: the Serf agent at \S+ cannot be reached: /);
  }
});

test('the entrypoint of a container runs agent and application, announces it, and drains it before it stops', async () => {
  const port = String(await freePort());
  const child = start('/bin/sh', [join(root, 'backend/entrypoint'), 'python3', join(root, 'backend/examples/python/hello.py')], {
    NAME: 's2', PORT: port, HOST: '127.0.0.1', HEALTH_URL: `http://127.0.0.1:${port}/`, SERF_JOIN: gossip, SERF_BIND: address(),
    SERF_RPC_ADDR: `${address()}:7373`, SERF_DIR: join(folder, 's2'),
    ROLLCALL_IDENTITY: join(folder, 'identity-s2'), ROLLCALL_BACKEND_DEFAULTS: '/nonexistent', HOME: folder,
  });
  const [, , boot] = await waitFor('the event', () => lastEvent('rollcall-ready')?.[1] === 's2' && lastEvent('rollcall-ready'));
  assert.match(await members(), new RegExp(`^s2 +\\S+ +alive +.*boot=${boot}`, 'm'));
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /Python/);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.deepEqual(lastEvent('rollcall-drain'), ['rollcall-drain', 's2', boot, '7000']);
  await waitFor('s2 has left', async () => /^s2 +\S+ +left/m.test(await members()));
  assert.ok(existsSync(join(folder, 's2/secrets.json')));
});
