// The lab's machine: provision.sh in a clean Debian 13, which is a container with a docker of its own, and then what only
// docker has, --link and compose.yaml. ./test.sh --machine runs it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Visitor, addressOf, command, engine, lab, root, statusAt, within } from '../test-containers/containers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
let address;
before(async () => {
  await engine('create', '--name', 'machine', '--privileged', '-v', `${root}:/vagrant`, '-v', '/var/lib/docker',
    '-v', `${folder}:/base:ro`, '-v', `${root}/scripts/test-machine/init:/usr/sbin/policy-rc.d:ro`, '-w', '/vagrant',
    'debian:trixie-slim', 'sleep', 'infinity');
  await lab(`export -o ${folder}/base.tar machine`);
  await lab('start machine');
  address = await addressOf('machine');
});
after(async () => {
  await lab('rm -f -v -t 0 machine');
  rmSync(folder, { recursive: true });
});

const inside = (script) => engine('exec', 'machine', '/bin/sh', '-c', script);

// Those who serve by the balancer whose page is on this port, where it is in sync.
const serving = async (port) => {
  const { balancer: { state }, pools: [{ members }] } = await statusAt(`${address}:${port}`);
  return state === 'in-sync' ? members.filter((member) => member.state === 'serving').map(({ name }) => name).sort() : state;
};
const servedBy = (port, count) =>
  within(15, `${count} members`, async () => (await serving(port)).length === count || serving(port));

test('provision.sh makes of a clean Debian 13 the machine of the lab', async () => {
  await inside('./provision.sh');
  await servedBy(9999, 2);
  assert.deepEqual(await serving(9999), ['s1', 's2']);
  assert.match((await new Visitor(address).ask()).tag, /^s[12]$/);
});

test('the first start of the text: no network, but --link', async () => {
  await inside('docker rm -f ha s1 s2');
  for (const name of ['s1', 's2']) {
    await inside(`docker run -d -e TAG=${name} -e ROLE=backend --restart=always --name ${name} softengheigvd/webapp`);
  }
  await inside('docker run -d -e ROLE=balancer -p 80:80 -p 1936:1936 -p 9999:9999 --restart=always \
    --link s1 --link s2 --name ha softengheigvd/ha');
  await servedBy(9999, 2);
  await inside('docker rm -f ha s1 s2');
});

test('compose.yaml starts two balancers that agree, and as many backends as it is told', async () => {
  for (const backends of [3, 5]) {
    await inside(`docker compose up -d --scale backend=${backends}`);
    for (const port of [9999, 10000]) await servedBy(port, backends);
  }
  for (const [port, other] of [[9999, 'ha2'], [10000, 'ha']]) {
    await within(30, `agrees with ${other}`, async () => {
      const { fleet } = await statusAt(`${address}:${port}`);
      return fleet.some(({ name, agrees }) => name === other && agrees) || fleet;
    });
  }
  const visitor = new Visitor(`${address}:80`);
  const { id, tag } = await visitor.ask();
  visitor.turnTo(`${address}:81`);
  const later = await visitor.ask();
  visitor.agent.destroy();
  assert.deepEqual([later.id, later.tag, later.sessionViews], [id, tag, 2]);
  assert.match(await inside('docker compose logs ha backend 2>&1'), /Encrypted: true/);
  await inside('docker compose down -v');
});

const vagrant = await command('vagrant', ['--version']).catch(() => '');
test('vagrant accepts the Vagrantfile', { skip: !vagrant && 'no vagrant here' }, async () => {
  const env = { ...process.env, VAGRANT_DOTFILE_PATH: join(folder, 'vagrant') };
  await command('vagrant', ['validate', '--ignore-provider'], { env });
});
