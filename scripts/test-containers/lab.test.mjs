// The lab, run in containers by the lines of its own text, and what it promises. ./test.sh --containers runs it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import {
  Visitor, addressOf, agree, command, converged, engine, lab, removeAll, root, runBackend, runBalancer,
  shell, status, underLoad, useNetwork, within,
} from './containers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'containers-'));
let leaveNetwork;
before(async () => (leaveNetwork = await useNetwork()));
afterEach(removeAll);
after(() => {
  rmSync(folder, { recursive: true });
  return leaveNetwork();
});

const figures = (text) => console.log(`    ${text}`);

// ---- the lab's tasks

test('task 1: both images run s6 as process 1, and no process is root', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await converged('ha', 's1');
  for (const [name, services] of [['ha', 'ha serf sidecar'], ['s1', 'node serf']]) {
    assert.equal(await shell(name, 'cat /proc/1/comm'), 's6-svscan');
    assert.equal(await shell(name, 'ls /etc/services.d | xargs'), services);
    const users = await shell(name, `sed -n 's/^Uid:\\t\\([0-9]*\\).*/\\1/p' /proc/[0-9]*/status | sort -u`);
    assert.notEqual(users, '');
    assert.ok(!users.split('\n').includes('0'), users);
  }
});

test('task 1: each process is restarted alone, and the container stays', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await converged('ha', 's1');
  const { pid } = (await status('ha')).haproxy;
  for (const [name, process] of [['ha', 'java'], ['ha', 'serf'], ['ha', 'haproxy'], ['s1', 'serf'], ['s1', 'node']]) {
    const find = `for each in /proc/[0-9]*; do [ "$(cat $each/comm)" != ${process} ] || echo "\${each#/proc/}"; done`;
    const before = await shell(name, find);
    await shell(name, `kill -KILL ${before}`);
    await within(10, `another ${process}`, async () => {
      const now = await shell(name, find);
      return /^\d+$/.test(now) && now !== before;
    });
    await converged('ha', 's1');
  }
  assert.notEqual((await status('ha')).haproxy.pid, pid);
  assert.equal(await engine('inspect', '-f', '{{.RestartCount}}', 'ha'), '0');
});

test('task 1: without a network, with the hosts that --link makes', async () => {
  const container = (name) => `run -d --restart=always -e TAG=${name} -e ROLE=backend --name ${name} softengheigvd/webapp`;
  await lab(container('s1'));
  await lab(container('s2'));
  const hosts = await Promise.all(['s1', 's2'].map(async (name) => `--add-host ${name}:${await addressOf(name)}`));
  await lab(`run -d -e ROLE=balancer --restart=always ${hosts.join(' ')} --name ha softengheigvd/ha`);
  await converged('ha', 's1', 's2');
});

// Serf hands an event to its handlers a second late.
const logged = (event) =>
  within(5, `${event} in the log of the handlers`, async () =>
    new RegExp(`^\\S+ ${event} \\S+ role=backend `, 'm').test(await shell('ha', 'cat /var/log/serf.log')));

test('tasks 2 and 3: the lines of the lab, with s1, s2, s3 added and removed and nothing rebuilt', async () => {
  await command('./start-containers.sh', ['ha'], { env: { ...process.env, ...(await freePorts()) } });
  await converged('ha');
  const { pid } = (await status('ha')).haproxy;
  const members = [];
  for (const name of ['s1', 's2', 's3']) {
    await lab(`run -d --restart=always -e TAG=${name} -e ROLE=backend --network heig --name ${name} softengheigvd/webapp`);
    members.push(name);
    figures(`${name} added: ${await converged('ha', ...members)} ms`);
  }
  const seen = new Set();
  const address = await addressOf('ha');
  await within(5, 'an answer of each', async () => seen.add((await new Visitor(address).ask()).tag).size === 3);

  for (const name of members) await logged(`member-join ${name}`);
  assert.match(await shell('ha', '/opt/bin/serf members'), /^s3 +\S+ +alive +.*role=backend/m);
  assert.match(await shell('ha', 'ls /serf-handlers'), /member-join\.sh\nmember-leave\.sh/);

  for (const name of ['s2', 's1', 's3']) {
    await lab(`rm -f -t 10 ${name}`);
    members.splice(members.indexOf(name), 1);
    await converged('ha', ...members);
  }
  await logged('member-leave s2');
  assert.equal((await status('ha')).haproxy.pid, pid);
});

test('the command line of port 9999 is inside the container now, and what is done there is kept', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name);
  await converged('ha', 's1', 's2');
  const { pools: [{ members }] } = await status('ha');
  const { slot } = members.find((member) => member.name === 's1');
  const say = (state) => shell('ha', `echo 'set server nodes/${slot} state ${state}' | socat - /run/haproxy/admin.sock`);
  await say('drain');
  await converged('ha', 's2');
  await say('ready');
  await converged('ha', 's1', 's2');
});

test('every service writes to the log of its container', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await converged('ha', 's1');
  const logs = async (name) => command('/bin/sh', ['-c', `${process.env.ENGINE ?? 'podman'} logs ${name} 2>&1`]);
  const [balancer, backend] = [await logs('ha'), await logs('s1')];
  for (const [log, line] of [
    [balancer, /Serf agent running/], [balancer, /nodes\/slot1/], [balancer, /rollcall \S+ listens on/],
    [backend, /Serf agent running/], [backend, /webapp s1 listens on/],
  ]) assert.match(log, line);
});

// ---- any order, any end

const orders = ['ha s1 s2', 'ha s2 s1', 's1 ha s2', 's1 s2 ha', 's2 ha s1', 's2 s1 ha'];
for (const order of orders) {
  test(`starts in the order ${order}`, async () => {
    for (const name of order.split(' ')) await (name === 'ha' ? runBalancer : runBackend)(name);
    figures(`converged after ${await converged('ha', 's1', 's2')} ms`);
  });
}

test('a backend that is stopped, started at another address, restarted and run again costs no request', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name);
  await converged('ha', 's1', 's2');
  const { requests, failed } = await underLoad([await addressOf('ha')], async () => {
    const old = await addressOf('s1');
    const begin = Date.now();
    await lab('stop s1');
    figures(`stop took ${Date.now() - begin} ms`);
    assert.equal(await engine('inspect', '-f', '{{.State.ExitCode}}', 's1'), '0');
    await converged('ha', 's2');
    await runBackend('filler', '-e', 'SERF_JOIN=127.0.0.1'); // takes the address that is free
    await lab('start s1');
    assert.notEqual(await addressOf('s1'), old);
    figures(`started at another address: converged after ${await converged('ha', 's1', 's2')} ms`);

    await lab('restart s1');
    figures(`restarted: converged after ${await converged('ha', 's1', 's2')} ms`);

    await lab('rm -f -t 10 s2');
    await converged('ha', 's1');
    await runBackend('s2');
    figures(`run again: converged after ${await converged('ha', 's1', 's2')} ms`);
  });
  figures(`${requests} requests, ${failed.length} failed`);
  assert.deepEqual(failed, []);
});

test('a backend that is killed is out, and in again when it is back', async () => {
  await runBalancer('ha');
  for (const name of ['s1', 's2']) await runBackend(name, '--restart=no');
  await converged('ha', 's1', 's2');
  const { requests, failed } = await underLoad([await addressOf('ha')], async () => {
    await lab('kill s1');
    await within(15, 's1 is out', async () => {
      const { pools: [{ members }] } = await status('ha');
      return members.filter((member) => member.state === 'serving').map((member) => member.name).join() === 's2';
    });
    await lab('start s1');
    figures(`killed and started: converged after ${await converged('ha', 's1', 's2')} ms`);
    await lab('rm -f -t 0 s1');
    await runBackend('s1');
    figures(`removed by force and run again: converged after ${await converged('ha', 's1', 's2')} ms`);
  });
  figures(`${requests} requests, ${failed.length} failed`);
});

test('the balancer that is stopped, killed, restarted and run again finds everybody', async () => {
  await runBalancer('ha', '--restart=no');
  for (const name of ['s1', 's2']) await runBackend(name);
  await converged('ha', 's1', 's2');
  for (const [what, ...lines] of [
    ['stopped and started', 'stop ha', 'start ha'],
    ['killed and started', 'kill ha', 'start ha'],
    ['restarted', 'restart ha'],
  ]) {
    for (const line of lines) await lab(line);
    figures(`${what}: converged after ${await converged('ha', 's1', 's2')} ms`);
  }
  await lab('rm -f -t 0 ha');
  await runBalancer('ha');
  figures(`run again: converged after ${await converged('ha', 's1', 's2')} ms`);
});

// ---- two balancers

const share = ['-e', 'DYNAMIC_COOKIE_KEY=shared by both', '--network-alias', 'serf-cluster'];

test('when one of two balancers is killed, the other serves every session on its backend', async () => {
  for (const name of ['ha', 'ha2']) await runBalancer(name, '--restart=no', '-e', `NODE_NAME=${name}`, ...share);
  for (const name of ['s1', 's2', 's3']) await runBackend(name);
  for (const name of ['ha', 'ha2']) await converged(name, 's1', 's2', 's3');
  figures(`agree after ${await agree('ha', 'ha2')} ms`);
  const one = await addressOf('ha');
  const visitors = await Promise.all(Array.from({ length: 60 }, async () => {
    const visitor = new Visitor(one);
    return { visitor, first: await visitor.ask() };
  }));
  assert.deepEqual([...new Set(visitors.map(({ first }) => first.tag))].sort(), ['s1', 's2', 's3']);
  const goOnAt = async (balancer, sessionViews) => {
    const address = await addressOf(balancer);
    for (const { visitor, first } of visitors) {
      visitor.turnTo(address);
      const { tag, id, sessionViews: views } = await visitor.ask();
      assert.deepEqual({ tag, id, views }, { tag: first.tag, id: first.id, views: sessionViews });
    }
  };
  await lab('kill ha');
  await goOnAt('ha2', 2);
  await lab('start ha');
  await converged('ha', 's1', 's2', 's3');
  figures(`agree again after ${await agree('ha', 'ha2')} ms`);
  await goOnAt('ha', 3);
  visitors.forEach(({ visitor }) => visitor.agent.destroy());
});

test('each of two balancers shows the other, and a stop that both hear of costs no request on either', async () => {
  for (const name of ['ha', 'ha2']) await runBalancer(name, '-e', `NODE_NAME=${name}`, ...share);
  for (const name of ['s1', 's2']) await runBackend(name);
  for (const name of ['ha', 'ha2']) await converged(name, 's1', 's2');
  await agree('ha', 'ha2');
  const addresses = await Promise.all(['ha', 'ha2'].map(addressOf));
  const { requests, failed } = await underLoad(addresses, async () => {
    await lab('stop s1');
    for (const name of ['ha', 'ha2']) await converged(name, 's2');
    await lab('start s1');
    for (const name of ['ha', 'ha2']) await converged(name, 's1', 's2');
    figures(`agree again after ${await agree('ha', 'ha2')} ms`);
  });
  figures(`${requests} requests, ${failed.length} failed`);
  assert.deepEqual(failed, []);
});

test('a balancer that is made anew beside another takes over the token and the key of that one', async () => {
  const env = { ...process.env, ...(await freePorts()) };
  const shared = async (name) =>
    (await engine('container', 'inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', name))
      .split('\n').filter((line) => /^(SIDECAR_HTTP_TOKEN|DYNAMIC_COOKIE_KEY)=./.test(line)).sort();
  await command('./start-containers.sh', ['ha', 'ha2'], { env });
  const before = await shared('ha2');
  assert.equal(before.length, 2);
  await lab('rm -f -v -t 0 ha');
  await command('./start-containers.sh', ['ha'], { env });
  assert.deepEqual(await shared('ha'), before);
});

// ---- what the images promise

test('with a key the gossip is encrypted: who has none stays outside', async () => {
  writeFileSync(join(folder, 'key'), (await command('/bin/sh', ['-c', 'head -c 32 /dev/urandom | base64'])) + '\n');
  const env = { ...process.env, ...(await freePorts()), SERF_KEY_FILE: join(folder, 'key') };
  await command('./start-containers.sh', ['ha', 's1'], { env });
  await runBackend('s2');
  await converged('ha', 's1');
  await within(10, 's2 has tried', async () => {
    const log = await command('/bin/sh', ['-c', `${process.env.ENGINE ?? 'podman'} logs s2 2>&1`]);
    return /Join failed|Encryption/.test(log);
  });
  const { pools: [pool] } = await status('ha');
  assert.deepEqual(pool.members.map((member) => member.name), ['s1']);
});

test('runs with a read-only root and no more capabilities than HAProxy needs', async () => {
  const options = ['--read-only', '--cap-drop', 'ALL', '--tmpfs', '/run:mode=1777', '-e', 'SERF_DIR=/run/rollcall/serf'];
  await runBalancer('ha', ...options, '--cap-add', 'NET_BIND_SERVICE', '-v', '/var/lib/haproxy', '-v', '/var/lib/rollcall');
  await runBackend('s1', ...options);
  await converged('ha', 's1');
  assert.equal((await new Visitor(await addressOf('ha')).ask()).tag, 's1');
});

test('says that it is healthy', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await converged('ha', 's1');
  for (const name of ['ha', 's1']) {
    assert.equal(await engine('healthcheck', 'run', name), '');
  }
});

test('a balancer that is stopped ends within the time that Docker gives', async () => {
  await runBalancer('ha');
  await runBackend('s1');
  await converged('ha', 's1');
  const begin = Date.now();
  await lab('stop ha');
  figures(`stop took ${Date.now() - begin} ms`);
  assert.equal(await engine('inspect', '-f', '{{.State.ExitCode}}', 'ha'), '0');
});

// Ports for start-containers.sh, so that the machine's own are left alone.
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
