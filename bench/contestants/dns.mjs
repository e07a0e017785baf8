// HAProxy's own resolvers: SRV records of a Knot server, which each application changes when it comes and goes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../lab.mjs';
import { HaproxyContestant, run } from './contestant.mjs';

// Asked every 100 ms, and as often again where an answer is missing; a record that is gone is gone at once, an answer
// that is no list of servers changes nothing for an hour.
const resolvers = `
resolvers knot
    nameserver knot 127.0.0.1:5353
    accepted_payload_size 8192
    timeout resolve 100ms
    timeout retry 100ms
    hold valid 100ms
    hold obsolete 0s
    hold nx 1h
    hold other 1h
    hold refused 1h
    hold timeout 1h
`;

export class Dns extends HaproxyContestant {
  static title = 'DNS resolvers';

  async start() {
    writeFileSync(this.state, '1\n');
    writeFileSync(this.config, this.withServers('    server-template slot 1-64 _http._tcp.app.test resolvers knot resolve-prefer ipv4 init-addr none\n') + resolvers);
    writeFileSync(join(this.home, 'app.test.zone'), 'app.test. 0 SOA ns.app.test. admin.app.test. 1 3600 600 86400 0\napp.test. 0 NS ns.app.test.\nns.app.test. 0 A 127.0.0.1\n');
    writeFileSync(join(this.home, 'knot.conf'), `
server:
    rundir: "${this.home}"
    listen: 127.0.0.1@5353
database:
    storage: "${this.home}"
acl:
  - id: applications
    address: 127.0.0.0/8
    action: update
zone:
  - domain: app.test
    storage: "${this.home}"
    file: app.test.zone
    acl: applications
`);
    await this.sourceBack();
    await this.startHaproxy('-db', '-f', this.config);
  }

  sourceAway() { return this.end(this.knot); }
  async sourceBack() {
    this.knot = this.spawn('source', 'knotd', ['-c', join(this.home, 'knot.conf')]);
    await until('Knot', () => run('kdig', ['@127.0.0.1', '-p', '5353', '+time=1', '+retry=0', 'app.test', 'SOA']).then(({ stdout }) => stdout.includes('NOERROR'), () => false));
  }

  async update(...lines) {
    const child = this.spawn('application', 'knsupdate', [], { input: true });
    child.stdin.end(`server 127.0.0.1 5353\nzone app.test.\n${lines.join('\n')}\nsend\nanswer\n`);
    await child.ended;
    this.processes = this.processes.filter((one) => one.child !== child);
    if (!child.output.includes('NOERROR')) throw new Error(`knsupdate: ${child.output}`);
  }

  register({ name, address }) { return this.update(`update add _http._tcp.app.test. 0 SRV 0 1 3000 ${name}.app.test.`, `update add ${name}.app.test. 0 A ${address}`); }
  unregister({ name }) { return this.update(`update delete _http._tcp.app.test. SRV 0 1 3000 ${name}.app.test.`, `update delete ${name}.app.test. A`); }
}
