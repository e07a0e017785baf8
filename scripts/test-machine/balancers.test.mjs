// `Several balancers` of docs/install.md, as it stands there: a second balancer beside one that serves. Run by
// ./test.sh --machine, as root.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Fleet, bases, documented, onBalancer, report, suites, underLoad } from './fleet.mjs';
import { waitFor } from './systemd.mjs';

const suite = suites.at(-1);

describe(`two balancers on ${suite}`, { skip: !existsSync(join(bases, suite)) && `no machine in ${bases}` }, () => {
  const fleet = new Fleet(suite, 'ha2');
  const { balancer: first, second, backends } = fleet;
  const real = (command) => command.replaceAll('192.0.2.1', first.address).replaceAll('192.0.2.2', second.address);

  before(async () => {
    await fleet.boot();
    await fleet.install();
    await fleet.serving(3);
  });
  after(() => fleet.close());

  // A command of the guide that begins with `ssh`: its first part runs on the first balancer, the rest on this machine.
  const copy = async (command, machine) => {
    const [, from, to] = /^ssh 192\.0\.2\.1 (.*?) \| (.*)$/.exec(command);
    const text = await first.run(`${from} | base64`);
    await machine.run(`base64 -d | ${real(to)}`, { input: `${text}\n` });
  };
  const agree = () => Promise.all(fleet.balancers.map((one) => waitFor(30, `${one.name} agrees with the other`, async () => {
    const { fleet: others } = await fleet.status(one);
    return (others.length === 1 && others[0].agrees === true) || others;
  })));
  const allServe = () => Promise.all(fleet.balancers.map((one) => fleet.serving(3, 60, one)));

  test('a second balancer follows the same members, with the keys of the first', async () => {
    const [install, init, doctor] = onBalancer;
    const { failed } = await underLoad(first, async () => {
      await second.run(`cd /root && ${install}`);
      await copy(documented('ssh 192.0.2.1 tar'), second);
      await second.run(real(documented(`echo 'SERF_JOIN="192.0.2.1"'`)));
      await second.run(init);
      await first.run(real(documented(`echo 'SERF_JOIN="192.0.2.2"'`)));
      await allServe();
      await agree();
    });
    assert.deepEqual(failed, []);
    const findings = (await second.run(doctor)).split('\n');
    assert.deepEqual(findings.filter((line) => !line.startsWith('ok ')), []);
    const keys = 'cd /etc/rollcall && stat -c "%n %a %U:%G" * && sha256sum haproxy.env gossip-key token';
    assert.equal(await second.run(keys), await first.run(keys));
    for (const one of fleet.balancers) assert.match(await one.run('curl -sf -m 2 http://127.0.0.1/'), /hello from/);
  });

  test('a deploy script waits for both', async () => {
    const names = backends.map(({ name }) => name).join(' ');
    await first.run(`rollcall wait ${names} --state serving --all-balancers`);
    await first.run('rollcall drain python1 --wait --all-balancers');
    for (const one of fleet.balancers) assert.equal((await fleet.states(one)).python1, 'parked');
    await second.run('rollcall release python1 --all-balancers && rollcall wait python1 --state serving --all-balancers');
    await allServe();
  });

  test('an application starts while the balancer that was installed first is away', async () => {
    const [, { machine: one, unit }] = backends;
    await copy(documented('ssh 192.0.2.1 cat /etc/rollcall/gossip-key | rollcall-backend init --unit app.service --port 8000 --join 192.0.2.1 --join')
      .replace('app.service', `${unit}.service`), one);
    await allServe();
    const { failed } = await underLoad(second, async () => {
      await first.powerOff();
      await one.run(`systemctl stop ${unit}; systemctl restart serf; systemctl start ${unit}`);
      await fleet.serving(3, 60, second);
    });
    assert.deepEqual(failed, []);
    await first.boot();
    await allServe();
    await agree();
    report('the first balancer is back after its reboot');
  });
});
