// Runs the commands of the lab's text in containers and tests the properties of the images. Run by ./test.sh
// --containers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import {
  Client, addressOf, command, engine, engineLine, removeAll, root, runBackend, runBalancer, shell, status, underLoad,
  useNetwork, waitFor, waitForAgreement, waitForMembers,
} from './containers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'containers-'));
let removeNetwork;
before(async () => (removeNetwork = await useNetwork()));
afterEach(removeAll);
after(() => {
  rmSync(folder, { recursive: true });
  return removeNetwork();
});

const report = (text) => console.log(`    ${text}`);

// ---- the tasks of the lab

test('task 1: both images run s6 as process 1, and no process is root', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await waitForMembers('ha', 's1');
  for (const [name, services] of [['ha', 'ha serf sidecar'], ['s1', 'node serf']]) {
    assert.equal(await shell(name, 'cat /proc/1/comm'), 's6-svscan');
    assert.equal(await shell(name, 'ls /etc/services.d | xargs'), services);
    const users = await shell(name, `sed -n 's/^Uid:\\t\\([0-9]*\\).*/\\1/p' /proc/[0-9]*/status | sort -u`);
    assert.notEqual(users, '');
    assert.ok(!users.split('\n').includes('0'), users);
  }
});

test('task 1: a process that is killed is restarted without a restart of the container', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await waitForMembers('ha', 's1');
  const { pid } = (await status('ha')).haproxy;
  for (const [name, process] of [['ha', 'java'], ['ha', 'serf'], ['ha', 'haproxy'], ['s1', 'serf'], ['s1', 'node']]) {
    const find = `for dir in /proc/[0-9]*; do [ "$(cat $dir/comm)" != ${process} ] || echo "\${dir#/proc/}"; done`;
    const before = await shell(name, find);
    await shell(name, `kill -KILL ${before}`);
    await waitFor(10, `${process} is restarted`, async () => {
      const current = await shell(name, find);
      return /^\d+$/.test(current) && current !== before;
    });
    await waitForMembers('ha', 's1');
  }
  assert.notEqual((await status('ha')).haproxy.pid, pid);
  assert.equal(await engine('inspect', '-f', '{{.RestartCount}}', 'ha'), '0');
});

test('task 1: without a network, with the host entries that --link creates', async () => {
  const runLine = (name) => `run -d --restart=always -e TAG=${name} -e ROLE=backend --name ${name} softengheigvd/webapp`;
  await engineLine(runLine('s1'));
  await engineLine(runLine('s2'));
  const hosts = await Promise.all(['s1', 's2'].map(async (name) => `--add-host ${name}:${await addressOf(name)}`));
  await engineLine(`run -d -e ROLE=balancer --restart=always ${hosts.join(' ')} --name ha softengheigvd/ha`);
  await waitForMembers('ha', 's1', 's2');
});

// Serf calls the handlers about a second after an event.
const waitForLog = (event) =>
  waitFor(5, `${event} in the log of the handlers`, async () =>
    new RegExp(`^\\S+ ${event} \\S+ role=backend `, 'm').test(await shell('ha', 'cat /var/log/serf.log')));

test('tasks 2 and 3: s1, s2 and s3 are added and removed by the commands of the lab without a rebuild', async () => {
  await command('./start-containers.sh', ['ha'], { env: { ...process.env, ...(await freePorts()) } });
  await waitForMembers('ha');
  const { pid } = (await status('ha')).haproxy;
  const members = [];
  for (const name of ['s1', 's2', 's3']) {
    await engineLine(`run -d --restart=always -e TAG=${name} -e ROLE=backend --network heig --name ${name} softengheigvd/webapp`);
    members.push(name);
    report(`${name} added: ${await waitForMembers('ha', ...members)} ms`);
  }
  const seen = new Set();
  const address = await addressOf('ha');
  await waitFor(5, 'a response from each backend', async () => seen.add((await new Client(address).request()).tag).size === 3);

  for (const name of members) await waitForLog(`member-join ${name}`);
  assert.match(await shell('ha', '/opt/bin/serf members'), /^s3 +\S+ +alive +.*role=backend/m);
  assert.match(await shell('ha', 'ls /serf-handlers'), /member-join\.sh\nmember-leave\.sh/);

  for (const name of ['s2', 's1', 's3']) {
    await engineLine(`rm -f -t 10 ${name}`);
    members.splice(members.indexOf(name), 1);
    await waitForMembers('ha', ...members);
  }
  await waitForLog('member-leave s2');
  assert.equal((await status('ha')).haproxy.pid, pid);
});

test('commands on the admin socket in the container drain a member and return it to rotation', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name);
  await waitForMembers('ha', 's1', 's2');
  const { pools: [{ members }] } = await status('ha');
  const { slot } = members.find((member) => member.name === 's1');
  const setState = (state) => shell('ha', `echo 'set server nodes/${slot} state ${state}' | socat - /run/haproxy/admin.sock`);
  await setState('drain');
  await waitForMembers('ha', 's2');
  await setState('ready');
  await waitForMembers('ha', 's1', 's2');
});

test('every service writes to the log of its container', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await waitForMembers('ha', 's1');
  const logs = async (name) => command('/bin/sh', ['-c', `${process.env.ENGINE ?? 'podman'} logs ${name} 2>&1`]);
  const [balancer, backend] = [await logs('ha'), await logs('s1')];
  for (const [log, line] of [
    [balancer, /Serf agent running/], [balancer, /nodes\/slot1/], [balancer, /event=started /],
    [backend, /Serf agent running/], [backend, /webapp: s1 is listening on/],
  ]) assert.match(log, line);
});

// ---- start in any order, stop in any way

const orders = ['ha s1 s2', 'ha s2 s1', 's1 ha s2', 's1 s2 ha', 's2 ha s1', 's2 s1 ha'];
for (const order of orders) {
  test(`starts in the order ${order}`, async () => {
    for (const name of order.split(' ')) await (name === 'ha' ? runBalancer : runBackend)(name);
    report(`in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
  });
}

test('no request fails while backends are stopped, started at another address, restarted and recreated', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name);
  await waitForMembers('ha', 's1', 's2');
  const { requests, failed } = await underLoad([await addressOf('ha')], async () => {
    const oldAddress = await addressOf('s1');
    const begin = Date.now();
    await engineLine('stop s1');
    report(`stop took ${Date.now() - begin} ms`);
    assert.equal(await engine('inspect', '-f', '{{.State.ExitCode}}', 's1'), '0');
    await waitForMembers('ha', 's2');
    await runBackend('filler', '-e', 'SERF_JOIN=127.0.0.1'); // takes the address that became free
    await engineLine('start s1');
    assert.notEqual(await addressOf('s1'), oldAddress);
    report(`started at another address: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);

    await engineLine('restart s1');
    report(`restarted: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);

    await engineLine('rm -f -t 10 s2');
    await waitForMembers('ha', 's1');
    await runBackend('s2');
    report(`run again: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
  });
  report(`${requests} requests, ${failed.length} failed`);
  assert.deepEqual(failed, []);
});

test('a backend that is killed is removed from rotation, and added again when it returns', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name, '--restart=no');
  await waitForMembers('ha', 's1', 's2');
  const { requests, failed } = await underLoad([await addressOf('ha')], async () => {
    await engineLine('kill s1');
    await waitFor(15, 's1 is out of rotation', async () => {
      const { pools: [{ members }] } = await status('ha');
      return members.filter((member) => member.state === 'serving').map((member) => member.name).join() === 's2';
    });
    await engineLine('start s1');
    report(`killed and started: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
    await engineLine('rm -f -t 0 s1');
    await runBackend('s1');
    report(`removed by force and run again: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
  });
  report(`${requests} requests, ${failed.length} failed`);
});

test('a balancer that is stopped, killed, restarted or recreated is in sync with all members again', async () => {
  await runBalancer('ha', '--restart=no');
  for (const name of ['s1', 's2']) await runBackend(name);
  await waitForMembers('ha', 's1', 's2');
  for (const [what, ...lines] of [
    ['stopped and started', 'stop ha', 'start ha'],
    ['killed and started', 'kill ha', 'start ha'],
    ['restarted', 'restart ha'],
  ]) {
    for (const line of lines) await engineLine(line);
    report(`${what}: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
  }
  await engineLine('rm -f -t 0 ha');
  await runBalancer('ha');
  report(`run again: in sync after ${await waitForMembers('ha', 's1', 's2')} ms`);
});

// ---- two balancers

const share = ['-e', 'DYNAMIC_COOKIE_KEY=shared by both', '--network-alias', 'serf-cluster'];

test('if one of two balancers is killed, the other sends every session to its backend', async () => {
  for (const name of ['ha', 'ha2']) await runBalancer(name, '--restart=no', '-e', `NODE_NAME=${name}`, ...share);
  for (const name of ['s1', 's2', 's3']) await runBackend(name);
  for (const name of ['ha', 'ha2']) await waitForMembers(name, 's1', 's2', 's3');
  report(`the balancers agree after ${await waitForAgreement('ha', 'ha2')} ms`);
  const address = await addressOf('ha');
  const clients = await Promise.all(Array.from({ length: 60 }, async () => {
    const client = new Client(address);
    return { client, first: await client.request() };
  }));
  assert.deepEqual([...new Set(clients.map(({ first }) => first.tag))].sort(), ['s1', 's2', 's3']);
  const continueAt = async (balancer, sessionViews) => {
    const address = await addressOf(balancer);
    for (const { client, first } of clients) {
      client.switchTo(address);
      const { tag, id, sessionViews: views } = await client.request();
      assert.deepEqual({ tag, id, views }, { tag: first.tag, id: first.id, views: sessionViews });
    }
  };
  await engineLine('kill ha');
  await continueAt('ha2', 2);
  await engineLine('start ha');
  await waitForMembers('ha', 's1', 's2', 's3');
  report(`agree again after ${await waitForAgreement('ha', 'ha2')} ms`);
  await continueAt('ha', 3);
  clients.forEach(({ client }) => client.agent.destroy());
});

test('two balancers show each other, and no request fails on either while a backend is stopped', async () => {
  for (const name of ['ha', 'ha2']) await runBalancer(name, '-e', `NODE_NAME=${name}`, ...share);
  for (const name of ['s1', 's2']) await runBackend(name);
  for (const name of ['ha', 'ha2']) await waitForMembers(name, 's1', 's2');
  await waitForAgreement('ha', 'ha2');
  const addresses = await Promise.all(['ha', 'ha2'].map(addressOf));
  const { requests, failed } = await underLoad(addresses, async () => {
    await engineLine('stop s1');
    for (const name of ['ha', 'ha2']) await waitForMembers(name, 's2');
    await engineLine('start s1');
    for (const name of ['ha', 'ha2']) await waitForMembers(name, 's1', 's2');
    report(`agree again after ${await waitForAgreement('ha', 'ha2')} ms`);
  });
  report(`${requests} requests, ${failed.length} failed`);
  assert.deepEqual(failed, []);
});

test('start-containers.sh gives a new balancer the token and the cookie key of an existing one', async () => {
  const env = { ...process.env, ...(await freePorts()) };
  const sharedSecrets = async (name) =>
    (await engine('container', 'inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', name))
      .split('\n').filter((line) => /^(SIDECAR_HTTP_TOKEN|DYNAMIC_COOKIE_KEY)=./.test(line)).sort();
  await command('./start-containers.sh', ['ha', 'ha2'], { env });
  const before = await sharedSecrets('ha2');
  assert.equal(before.length, 2);
  await engineLine('rm -f -v -t 0 ha');
  await command('./start-containers.sh', ['ha'], { env });
  assert.deepEqual(await sharedSecrets('ha'), before);
});

// ---- properties of the images

test('with a gossip key, a backend without the key cannot join', async () => {
  writeFileSync(join(folder, 'key'), (await command('/bin/sh', ['-c', 'head -c 32 /dev/urandom | base64'])) + '\n');
  const env = { ...process.env, ...(await freePorts()), SERF_KEY_FILE: join(folder, 'key') };
  await command('./start-containers.sh', ['ha', 's1'], { env });
  await runBackend('s2');
  await waitForMembers('ha', 's1');
  await waitFor(10, 's2 has tried to join', async () => {
    const log = await command('/bin/sh', ['-c', `${process.env.ENGINE ?? 'podman'} logs s2 2>&1`]);
    return /Join failed|Encryption/.test(log);
  });
  const { pools: [pool] } = await status('ha');
  assert.deepEqual(pool.members.map((member) => member.name), ['s1']);
});

test('both images run with a read-only root file system and only the capability that HAProxy needs', async () => {
  const options = ['--read-only', '--cap-drop', 'ALL', '--tmpfs', '/run:mode=1777', '-e', 'SERF_DIR=/run/rollcall/serf'];
  await runBalancer('ha', ...options, '--cap-add', 'NET_BIND_SERVICE', '-v', '/var/lib/haproxy', '-v', '/var/lib/rollcall');
  await runBackend('s1', ...options);
  await waitForMembers('ha', 's1');
  assert.equal((await new Client(await addressOf('ha')).request()).tag, 's1');
});

test('the health checks of both images pass', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await waitForMembers('ha', 's1');
  for (const name of ['ha', 's1']) {
    assert.equal(await engine('healthcheck', 'run', name), '');
  }
});

test('a balancer stops within the time that Docker allows', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await waitForMembers('ha', 's1');
  const begin = Date.now();
  await engineLine('stop ha');
  report(`stop took ${Date.now() - begin} ms`);
  assert.equal(await engine('inspect', '-f', '{{.State.ExitCode}}', 'ha'), '0');
});

// Free ports for start-containers.sh, because the default ports may be in use on this machine.
async function freePorts() {
  const ports = {};
  for (const variable of ['HTTP_PORT', 'HAPROXY_STATS_PORT', 'SIDECAR_HTTP_PORT']) {
    const server = net.createServer().listen(0);
    await once(server, 'listening');
    ports[variable] = String(server.address().port);
    server.close();
  }
  return ports;
}
