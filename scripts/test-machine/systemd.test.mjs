// The commands of docs/install.md, as they stand there, on clean machines with systemd: a balancer with a haproxy.cfg of
// its own, and three applications. Then reload, reboot, upgrade and purge under load. Run by ./test.sh --machine, as root.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Fleet, bases, guide, ownConfiguration, report, suites, underLoad, version } from './fleet.mjs';
import { root, waitFor } from './systemd.mjs';

// The steps of `The same by hand` in docs/install.md.
const [inConfiguration, inSettings, dropIns] = [...guide.split('## The same by hand')[1].split('\n## ')[0].matchAll(/^ *```\n(.*?)^ *```/gms)]
  .map(([, block]) => block.replace(/^   /gm, ''));
const changedConfiguration = () => {
  const [, ofGlobal, ofBackend] = /^global\n(.*?)\nbackend app\n(.*)/s.exec(inConfiguration);
  return ownConfiguration.replace('global\n', `global\n${ofGlobal}`).replace('\nbackend app\n', `\nbackend app\n${ofBackend}`);
};

// The tarball installs and removes the same; `check` runs in between.
const tarball = async (machine, name, architecture, check) => {
  const folder = `${name}-${version}-linux-${architecture}`;
  await machine.copy(join(root, `dist/${folder}.tar.gz`), `/root/${folder}.tar.gz`);
  await machine.run(`cd /root && tar xzf ${folder}.tar.gz && ${folder}/install.sh && ${check} && ${folder}/install.sh --purge`);
};

for (const suite of suites) {
  describe(`on ${suite}`, { skip: !existsSync(join(bases, suite)) && `no machine in ${bases}` }, () => machineTests(suite));
}

function machineTests(suite) {
  const fleet = new Fleet(suite);
  const { balancer, backends } = fleet;
  const status = () => fleet.status();
  const states = () => fleet.states();
  const allServe = () => fleet.serving(backends.length);
  const servers = () => fleet.servers();

  before(() => fleet.boot());
  after(() => fleet.close());

  test('three commands on the balancer and two on a backend: the first request is served within 120 s', async () => {
    const begin = Date.now();
    const commands = await fleet.install();
    await waitFor(60, 'the first request is served', async () => (await balancer.run('curl -sf -m 2 http://127.0.0.1/')) !== '');
    const seconds = (Date.now() - begin) / 1000;
    report(`${commands} commands on the balancer, 2 on a backend; first request served after ${seconds.toFixed(1)} s`);
    assert.ok(seconds <= 120, `${seconds} s`);
    await allServe();
    const begun = Date.now();
    const findings = (await balancer.run('rollcall doctor')).split('\n');
    report(`rollcall doctor: ${findings.length} findings in ${Date.now() - begun} ms`);
    assert.deepEqual(findings.filter((line) => !line.startsWith('ok ')), []);
    for (const { says } of backends) {
      await waitFor(5, `a response with "${says}"`, async () => (await balancer.run('curl -sf -m 2 http://127.0.0.1/')).includes(says));
    }
  });

  test('the services run as users of their own, with their secrets only, and the unit is hardened', async () => {
    const user = (unit) => balancer.run(`ps -o user= -p "$(systemctl show -P MainPID ${unit})"`);
    assert.deepEqual([await user('rollcall'), await user('serf')], ['rollcall', 'serf']);
    const environment = (unit) => balancer.run(`tr '\\0' '\\n' </proc/"$(systemctl show -P MainPID ${unit})"/environ`);
    assert.doesNotMatch(await environment('rollcall'), /COOKIE_KEY/);
    assert.doesNotMatch(await environment('serf'), /COOKIE_KEY|TOKEN|AUTH=/);
    assert.doesNotMatch(await environment('haproxy'), /TOKEN|AUTH/);
    assert.equal(await balancer.run('stat -c "%a %U:%G" /var/lib/rollcall/memory.json /run/rollcall/serf.pipe'),
      '640 rollcall:rollcall\n660 serf:rollcall');
    assert.match(await balancer.run('su -s /bin/sh nobody -c "cat /etc/rollcall/*" 2>&1 || :'), /token: Permission denied/);
    assert.match(await balancer.run('SERF_RPC_AUTH="$(cat /etc/rollcall/serf-rpc-key)" serf info'), /encrypted = true/);
    // without the drop-in of this test
    const exposure = await balancer.run('mv /etc/systemd/system/rollcall.service.d /root && systemctl daemon-reload && \
      systemd-analyze security --no-pager rollcall.service | tail -1; \
      mv /root/rollcall.service.d /etc/systemd/system && systemctl daemon-reload');
    report(exposure);
    assert.ok(Number(/level for rollcall\.service: ([0-9.]+)/.exec(exposure)[1]) <= 2.0, exposure);
  });

  test('a sidecar that hangs is restarted by the watchdog, one that is killed within a second or two', async () => {
    const pid = () => balancer.run('systemctl show -P MainPID rollcall');
    // shorter, so that this test is; for this test only, because on a busy machine a start takes longer
    const short = '/etc/systemd/system/rollcall.service.d/watchdog.conf';
    await balancer.write(short, '[Service]\nWatchdogSec=4s\n');
    await balancer.run('systemctl daemon-reload && systemctl restart rollcall');
    await allServe();
    let old = await pid();
    await balancer.run(`kill -STOP ${old}`);
    const hung = await waitFor(20, 'restarted by the watchdog', async () => (await pid()) !== old && (await pid()) !== '0');
    await balancer.run(`rm ${short}; systemctl daemon-reload && systemctl restart rollcall`);
    await allServe();
    old = await pid();
    await balancer.run(`kill -KILL ${old}`);
    const killed = await waitFor(10, 'in sync after a kill', async () => (await pid()) !== old && (await status()).balancer.state === 'in-sync');
    report(`restarted ${hung} ms after SIGSTOP (watchdog of 4 s); in sync ${killed} ms after SIGKILL`);
  });

  test('no request fails during a reload, a stop and start of an application, and an upgrade', async () => {
    const { sent, failed } = await underLoad(balancer, async () => {
      await balancer.run('systemctl reload haproxy');
      await pause(1000);
      await allServe();
      const [, python] = backends;
      await python.machine.run(`systemctl stop ${python.unit}`);
      assert.equal((await states()).python1, 'parked');
      await python.machine.run(`systemctl start ${python.unit}`);
      await allServe();
      // an installation over the installed version is what dpkg does in an upgrade; the settings were changed
      await balancer.run('echo "# changed" >>/etc/rollcall/sidecar.yaml && echo "# changed" >>/etc/default/rollcall');
      await balancer.run(`apt-get install -y --reinstall /root/rollcall_${version}_amd64.deb`);
      assert.equal(await balancer.run('grep -c "# changed" /etc/rollcall/sidecar.yaml /etc/default/rollcall'),
        '/etc/rollcall/sidecar.yaml:1\n/etc/default/rollcall:1');
      await allServe();
    });
    assert.ok(sent > 1000);
    assert.deepEqual(failed, []);
  });

  test('a backend that shuts down is drained first', async () => {
    const [, , nginx] = backends;
    const { failed } = await underLoad(balancer, () => nginx.machine.powerOff());
    assert.deepEqual(failed, []);
    await nginx.machine.boot();
    await allServe();
  });

  test('after a reboot of the balancer everything is in place, although /run was empty', async () => {
    const before = await servers();
    await balancer.reboot();
    const { failed } = await underLoad(balancer, () => allServe());
    assert.equal(await servers(), before);
    assert.deepEqual(failed, []);
  });

  test('the files that 0.1.0 wrote are read', async () => {
    const fixtures = join(root, 'sidecar/src/test/resources/io/rollcall/store/v1');
    await balancer.run('systemctl stop rollcall; rm -rf /var/lib/rollcall/memory.json /var/lib/rollcall/journal');
    await balancer.copy(join(fixtures, 'memory-empty.json'), '/var/lib/rollcall/memory.json');
    for (const name of readdirSync(join(fixtures, 'journal'))) {
      await balancer.copy(join(fixtures, 'journal', name), `/var/lib/rollcall/journal/${name}`);
    }
    await balancer.run('chown -R rollcall:rollcall /var/lib/rollcall && systemctl start rollcall');
    await allServe();
    assert.equal(await balancer.run('ls /var/lib/rollcall | grep -E "damaged|v[0-9]" || :'), '');
  });

  test('a downgrade keeps the file of a newer version, and the upgrade after it can use that again', async () => {
    const memory = '/var/lib/rollcall/memory.json';
    const raise = (from, to) => `sed -i 's/"version" *: *${from}/"version":${to}/'`;
    const { failed } = await underLoad(balancer, async () => {
      const version = await balancer.run(`systemctl stop rollcall; grep -oE '"version" *: *[0-9]+' ${memory} | head -1 | grep -oE '[0-9]+'`);
      await balancer.run(`${raise(version, 99)} ${memory} && systemctl start rollcall`);
      await allServe();
      await balancer.run('test -e /var/lib/rollcall/memory.json.v99');
      await balancer.run(`systemctl stop rollcall && mv ${memory}.v99 ${memory} && ${raise(99, version)} ${memory} && systemctl start rollcall`);
      await allServe();
    });
    assert.deepEqual(failed, []);
  });

  test('the steps of the guide by hand, in place of `rollcall init`, give the same', async () => {
    await balancer.run('systemctl disable --now rollcall; rm /etc/systemd/system/serf.service.d/rollcall.conf');
    await balancer.write('/etc/haproxy/haproxy.cfg', changedConfiguration());
    await balancer.write('/etc/rollcall/sidecar.yaml', inSettings);
    await balancer.run(`set -e; ${dropIns}`);
    await allServe();
  });

  test('a purge takes no server out and leaves nothing but what haproxy.cfg refers to', async () => {
    const before = await servers();
    const { failed } = await underLoad(balancer, async () => {
      await balancer.run('apt-get purge -y rollcall');
      await pause(1000);
    });
    assert.equal(await servers(), before);
    assert.deepEqual(failed, []);
    await balancer.run('systemctl restart haproxy'); // it still starts, with its servers
    await waitFor(10, 'the servers are back', async () => (await servers()) === before);
    await balancer.write('/etc/haproxy/haproxy.cfg', ownConfiguration);
    await balancer.run('systemctl restart haproxy');
    await balancer.run(`apt-get install -y /root/rollcall_${version}_amd64.deb && apt-get purge -y rollcall`);
    await tarball(balancer, 'rollcall', 'amd64', 'systemctl cat rollcall.service >/dev/null && test -p /run/rollcall/serf.pipe && getent passwd rollcall');
    const left = await balancer.run(`find / -xdev \\( -iname '*rollcall*' -o -name serf.log -o -name server-state \\) ! -path '/proc/*' ! -path '/root/*' \
      ! -path '/etc/systemd/system/rollcall.service.d*' ! -path '/var/log/journal/*' ! -path '/var/cache/*' ! -path '/var/lib/apt/*'; getent passwd rollcall serf || :`);
    assert.equal(left, '');
  });

  test('a purge of the kit leaves nothing and does not stop the application', async () => {
    const [{ machine: one, unit }] = backends;
    await one.run('apt-get purge -y rollcall-backend');
    assert.equal(await one.run(`systemctl is-active ${unit}`), 'active');
    await one.run(`systemctl restart ${unit}`);
    await tarball(one, 'rollcall-backend', 'all', 'rollcall-backend --version && getent passwd serf');
    const left = await one.run(`find / -xdev -iname '*rollcall*' ! -path '/proc/*' ! -path '/root/*' ! -path '/var/cache/*' ! -path '/var/lib/apt/*'; getent passwd serf || :`);
    assert.equal(left, '');
  });
}
