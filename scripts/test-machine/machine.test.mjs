// Tests provision.sh in a clean Debian 13, which is a container that runs its own docker, and then --link and
// compose.yaml, which require docker. Run by ./test.sh --machine.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, addressOf, command, engine, engineLine, root, statusAt, waitFor } from '../test-containers/containers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
let address;
before(async () => {
  await engine('create', '--name', 'machine', '--privileged', '-v', `${root}:/vagrant`, '-v', '/var/lib/docker',
    '-v', `${folder}:/base:ro`, '-v', `${root}/scripts/test-machine/init:/usr/sbin/policy-rc.d:ro`, '-w', '/vagrant',
    'debian:trixie-slim', 'sleep', 'infinity');
  await engineLine(`export -o ${folder}/base.tar machine`);
  await engineLine('start machine');
  address = await addressOf('machine');
});
after(async () => {
  await engineLine('rm -f -v -t 0 machine');
  rmSync(folder, { recursive: true });
});

const inside = (script) => engine('exec', 'machine', '/bin/sh', '-c', script);

// The members that serve, from the balancer whose status page is on this port; its state if it is not in sync.
const serving = async (port) => {
  const { balancer: { state }, pools: [{ members }] } = await statusAt(`${address}:${port}`);
  return state === 'in-sync' ? members.filter((member) => member.state === 'serving').map(({ name }) => name).sort() : state;
};
const waitForCount = (port, count) =>
  waitFor(15, `${count} members serve`, async () => (await serving(port)).length === count || serving(port));

test('provision.sh sets up the lab on a clean Debian 13', async () => {
  await inside('./provision.sh');
  await waitForCount(9999, 2);
  assert.deepEqual(await serving(9999), ['s1', 's2']);
  assert.match((await new Client(address).request()).tag, /^s[12]$/);
});

test('the first start in the text of the lab works: without a network, with --link', async () => {
  await inside('docker rm -f ha s1 s2');
  for (const name of ['s1', 's2']) {
    await inside(`docker run -d -e TAG=${name} -e ROLE=backend --restart=always --name ${name} softengheigvd/webapp`);
  }
  await inside('docker run -d -e ROLE=balancer -p 80:80 -p 1936:1936 -p 9999:9999 --restart=always \
    --link s1 --link s2 --name ha softengheigvd/ha');
  await waitForCount(9999, 2);
  await inside('docker rm -f ha s1 s2');
});

test('compose.yaml starts two balancers that agree, and the given number of backends', async () => {
  for (const backends of [3, 5]) {
    await inside(`docker compose up -d --scale backend=${backends}`);
    for (const port of [9999, 10000]) await waitForCount(port, backends);
  }
  for (const [port, other] of [[9999, 'ha2'], [10000, 'ha']]) {
    await waitFor(30, `agrees with ${other}`, async () => {
      const { fleet } = await statusAt(`${address}:${port}`);
      return fleet.some(({ name, agrees }) => name === other && agrees) || fleet;
    });
  }
  const client = new Client(`${address}:80`);
  const { id, tag } = await client.request();
  client.switchTo(`${address}:81`);
  const second = await client.request();
  client.agent.destroy();
  assert.deepEqual([second.id, second.tag, second.sessionViews], [id, tag, 2]);
  assert.match(await inside('docker compose logs ha backend 2>&1'), /Encrypted: true/);
  await inside('docker compose down -v');
});

test('compose.own-haproxy.yaml runs the sidecar alone, without rights and read-only, beside another HAProxy', async () => {
  const compose = 'HAPROXY_IMAGE=softengheigvd/ha docker compose -f compose.own-haproxy.yaml';
  await inside(`${compose} up -d --quiet-pull`);
  await waitForCount(9999, 2);
  const client = new Client(`${address}:80`);
  assert.ok((await client.request()).id);
  client.agent.destroy();
  const id = await inside(`${compose} ps -q sidecar`);
  assert.equal(await inside(`docker inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.CapDrop}}' ${id}`),
    'true 64803:64800 [ALL]');
  const users = await inside(`set -e; for s in haproxy serf sidecar; do
    stat -c %u /proc/$(docker inspect -f '{{.State.Pid}}' $(${compose} ps -q $s)); done`);
  assert.equal(new Set(users.split('\n')).size, 3, users);
  await inside(`${compose} down -v`);
});

const vagrant = await command('vagrant', ['--version']).catch(() => '');
test('vagrant accepts the Vagrantfile', { skip: !vagrant && 'vagrant is not installed' }, async () => {
  const env = { ...process.env, VAGRANT_DOTFILE_PATH: join(folder, 'vagrant') };
  await command('vagrant', ['validate', '--ignore-provider'], { env });
});
