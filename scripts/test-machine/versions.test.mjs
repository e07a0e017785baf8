// Upgrades and downgrades of a balancer under load: from and to the first release, and between this version and one whose
// files have newer formats. No request fails, orders of operators and mails survive, and no file of a newer format is lost.
// Run by ./test.sh --machine, as root.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Fleet, bases, report, suites, underLoad, version } from './fleet.mjs';
import { root, waitFor } from './systemd.mjs';

const suite = suites[0];
const lib = '/usr/lib/rollcall';
const state = '/var/lib/rollcall';

// The sidecar of the first release in place of the installed one; it knows fewer settings, and reports to s6 only.
const firstRelease = `[Service]
Type=exec
WatchdogSec=0
EnvironmentFile=
Environment=SIDECAR_HTTP_TOKEN_FILE=/etc/rollcall/token SIDECAR_SERF_AUTHKEY_FILE=/etc/rollcall/serf-rpc-key
ExecStart=
ExecStart=${lib}/java/bin/java -Xmx64m -XX:+UseSerialGC -jar /opt/first/sidecar.jar --config /opt/first/sidecar.yaml
`;
const settings = `haproxy:
  socket: /run/haproxy/rollcall.sock
  stateFile: ${state}/server-state
pools:
  - backend: app
    port: 8000
`;

describe(`upgrades and downgrades on ${suite}`, { skip: !existsSync(join(bases, suite)) && `no machine in ${bases}` }, () => {
  const fleet = new Fleet(suite);
  const { balancer } = fleet;
  const others = join(fleet.folder, 'others');

  before(async () => {
    execFileSync(join(root, 'scripts/test-machine/other-versions'), [others], { stdio: ['ignore', 'inherit', 'inherit'] });
    await fleet.boot();
    await fleet.install();
    await fleet.serving(3);
    await balancer.copy(join(others, 'rollcall_99_amd64.deb'), '/root/rollcall_99_amd64.deb');
    await balancer.copy(join(others, '0.1.0.tar.gz'), '/opt/first/first.tar.gz');
    await balancer.run('cd /opt/first && tar xzf first.tar.gz');
    await balancer.write('/opt/first/sidecar.yaml', settings);
  });
  after(() => fleet.close());

  const api = (method, path, body = '{}') => balancer.run(`curl -sSf -m 5 -X ${method} -H "Authorization: Bearer $(cat /etc/rollcall/token)" \
    -H 'Content-Type: application/json' -d '${body}' http://127.0.0.1:9999/api/v1/${path}`);
  const order = (member, what) => api('POST', `pools/app/members/${member}/${what}`);
  const weight = (member, value) => api('PUT', `pools/app/members/${member}/weight`, `{"weight": ${value}}`);
  const release = (member) => api('DELETE', `pools/app/members/${member}/intent`);
  const file = async (name) => JSON.parse(await balancer.run(`cat ${state}/${name}`));
  const files = async () => (await balancer.run(`ls ${state}`)).split('\n');
  const eventIds = async () => {
    const { events } = JSON.parse(await balancer.run('curl -sf -m 5 "http://127.0.0.1:9999/api/v1/events?since=0"'));
    return events.map(({ id }) => id);
  };

  // The members as expected, such as { java1: 'serving 50', python1: 'parked', nginx1: 'maint' }, and nothing under way. A mail
  // that waits makes a balancer degraded.
  const become = (expected, seconds = 60) => waitFor(seconds, JSON.stringify(expected), async () => {
    const { balancer: { state }, pools: [{ members }] } = await fleet.status();
    const now = Object.fromEntries(members.map((one) => [one.name, expected[one.name]?.includes(' ') ? `${one.state} ${one.weight}` : one.state]));
    return (/^(in-sync|degraded)$/.test(state) && Object.entries(expected).every(([name, each]) => now[name] === each)) || { state, now };
  });

  const runFirstRelease = async () => {
    await balancer.write('/etc/systemd/system/rollcall.service.d/zz-first.conf', firstRelease);
    await balancer.run('systemctl daemon-reload && systemctl restart rollcall');
  };
  const runThis = () => balancer.run('rm /etc/systemd/system/rollcall.service.d/zz-first.conf; systemctl daemon-reload && systemctl restart rollcall');
  const install = async (name) => {
    await balancer.run(`cd /root && apt-get install -y --allow-downgrades ./rollcall_${name}_amd64.deb`);
    const installed = await balancer.run("dpkg-query -W -f '${Version}' rollcall");
    assert.equal(installed, name);
  };

  test('an upgrade from the first release, a downgrade to it, and an upgrade again', async () => {
    const { sent, failed } = await underLoad(balancer, async () => {
      await balancer.run(`systemctl stop rollcall; rm -rf ${state}/*.json ${state}/journal`);
      await runFirstRelease();
      await fleet.serving(3);
      assert.equal((await fleet.status()).balancer.version, '0.1.0');
      await weight('java1', 50);
      await order('nginx1', 'maint');
      await become({ java1: 'serving 50', python1: 'serving', nginx1: 'maint' });
      const before = await eventIds();

      await runThis();
      await become({ java1: 'serving 50', python1: 'serving', nginx1: 'maint' });
      const after = await eventIds();
      assert.deepEqual(before.filter((id) => !after.includes(id)), []);
      await release('nginx1');
      await order('python1', 'drain');
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'serving' });

      await runFirstRelease();
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'serving' });
      await order('nginx1', 'maint');
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'maint' });

      await runThis();
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'maint' });
      for (const member of ['java1', 'python1', 'nginx1']) await release(member);
      await fleet.serving(3);
      assert.deepEqual((await files()).filter((name) => /damaged|\.v\d/.test(name)), []);
    });
    assert.ok(sent > 1000);
    assert.deepEqual(failed, []);
  });

  test('an upgrade to newer formats of all files, a downgrade, and both again', async () => {
    // nothing listens on these ports: what is sent there waits in the files
    await balancer.run(`cat >>/etc/default/rollcall <<'TEXT'
SIDECAR_MAIL_HOST=127.0.0.1
SIDECAR_MAIL_FROM=rollcall@example.org
SIDECAR_MAIL_TO=ops@example.org
SIDECAR_ALERTS_CHANNELS_0_NAME=chat
SIDECAR_ALERTS_CHANNELS_0_TYPE=slack
SIDECAR_ALERTS_CHANNELS_0_URL=http://127.0.0.1:1/hook
TEXT
      systemctl restart rollcall`);
    await fleet.serving(3);
    const mails = async () => (await file('mail.json')).spool.mails.map(({ id }) => id);
    const alerts = async () => (await file('channels.json')).pending.map(({ id }) => id);
    const { sent, failed } = await underLoad(balancer, async () => {
      await balancer.run('systemctl stop serf'); // an incident, of which mail and chat are to be told
      await waitFor(60, 'a mail and an alert wait', async () => (await mails()).length > 0 && (await alerts()).length > 0);
      await balancer.run('systemctl start serf');
      await weight('java1', 50);
      await order('nginx1', 'maint');
      await become({ java1: 'serving 50', python1: 'serving', nginx1: 'maint' });
      const [someMails, someAlerts, someEvents] = [await mails(), await alerts(), await eventIds()];
      const nothingLost = async () => {
        const [m, a, e] = [await mails(), await alerts(), await eventIds()];
        assert.deepEqual(someMails.filter((id) => !m.includes(id)), [], 'mails');
        assert.deepEqual(someAlerts.filter((id) => !a.includes(id)), [], 'alerts');
        assert.deepEqual(someEvents.filter((id) => !e.includes(id)), [], 'events');
      };

      await install('99');
      await become({ java1: 'serving 50', python1: 'serving', nginx1: 'maint' });
      await waitFor(10, 'the files have their new formats', async () => (await file('memory.json')).version === 2);
      assert.equal(Object.keys((await file('memory.json')).memory.pools.app.seats).length, 3);
      await nothingLost();
      await order('python1', 'drain');
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'maint' });

      await install(version);
      await become({ java1: 'serving 50', python1: 'parked', nginx1: 'maint' });
      await nothingLost();
      const kept = (await files()).filter((name) => /\.v\d/.test(name));
      report(`kept by the downgrade: ${kept.join(' ')}`);
      assert.ok(kept.includes('memory.json.v2') && kept.includes('mail.json.v3') && kept.includes('channels.json.v2'), kept.join(' '));
      const first = await balancer.run(`cat ${state}/memory.json.v2`);
      assert.equal(Object.keys(JSON.parse(first).memory.pools.app.seats).length, 3);
      await release('python1');
      await weight('java1', 60);
      await become({ java1: 'serving 60', python1: 'serving', nginx1: 'maint' });

      await install('99');
      await become({ java1: 'serving 60', python1: 'serving', nginx1: 'maint' });
      await nothingLost();
      await install(version);
      await become({ java1: 'serving 60', python1: 'serving', nginx1: 'maint' });
      await nothingLost();
      const again = (await files()).filter((name) => name.startsWith('memory.json.v2'));
      const texts = await Promise.all(again.map((name) => balancer.run(`cat ${state}/${name}`)));
      assert.equal(again.length, 2, again.join(' '));
      assert.ok(texts.includes(first), 'the file of the first downgrade is as it was');
      assert.deepEqual((await files()).filter((name) => name.includes('damaged')), []);
    });
    assert.ok(sent > 1000);
    assert.deepEqual(failed, []);
  });
});
