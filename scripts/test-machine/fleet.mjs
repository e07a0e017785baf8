// A balancer with a haproxy.cfg of its own and three machines with applications, each with systemd as process 1, and load.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Machine, Network, root, waitFor } from './systemd.mjs';

export const bases = process.env.ROLLCALL_MACHINES ?? '/var/tmp/rollcall-machines';
export const suites = (process.env.SUITES ?? 'bookworm trixie').split(' ');
export const guide = readFileSync(join(root, 'docs/install.md'), 'utf8');
export const version = /<artifactId>rollcall<\/artifactId>\n *<version>(.*)<\/version>/.exec(readFileSync(join(root, 'pom.xml'), 'utf8'))[1];
export const report = (line) => console.log(`    ${line}`);

// The command of the guide that begins like this; it must stand there as it is typed.
export const documented = (start) => {
  const found = guide.split('\n').filter((line) => line.trim().startsWith(start));
  if (found.length === 0) throw new Error(`docs/install.md has no command that starts with ${start}`);
  return found[0].trim();
};

// An operator's own file: two frontends, a backend that Rollcall must not touch, and one that is empty so far.
export const ownConfiguration = `global
    log /dev/log local0
    chroot /var/lib/haproxy
    stats socket /run/haproxy/admin.sock mode 660 level admin
    user haproxy
    group haproxy
    daemon

defaults
    mode http
    log global
    timeout connect 1s
    timeout client 30s
    timeout server 30s

frontend web
    bind :80
    use_backend files if { path_beg /files }
    default_backend app

frontend metrics
    bind 127.0.0.1:8404
    http-request use-service prometheus-exporter

backend files
    server disk 127.0.0.1:8081 disabled

backend app
    balance roundrobin
    option redispatch 1
    retries 3
    retry-on conn-failure empty-response
`;

const examples = join(root, 'backend/examples');
const applications = [
  { name: 'java1', unit: 'hello-java', says: 'hello from Java', install: async (machine, classes) => {
    await machine.copy(join(classes, 'Hello.class'), '/opt/hello/Hello.class');
    await machine.copy(join(examples, 'java/hello-java.service'), '/etc/systemd/system/hello-java.service');
  } },
  { name: 'python1', unit: 'hello-python', says: 'hello from Python', install: async (machine) => {
    await machine.copy(join(examples, 'python/hello.py'), '/opt/hello/hello.py');
    await machine.copy(join(examples, 'python/hello-python.service'), '/etc/systemd/system/hello-python.service');
  } },
  { name: 'nginx1', unit: 'nginx', says: 'hello from nginx', install: async (machine) => {
    await machine.run('rm -f /etc/nginx/sites-enabled/default');
    await machine.copy(join(examples, 'nginx/hello.conf'), '/etc/nginx/conf.d/hello.conf');
  } },
];

// GET requests while `work` runs; returns how many were sent, and those that failed.
export const underLoad = async (machine, work, rate = 200) => {
  const load = machine.spawnBeside(process.execPath, [join(root, 'scripts/test-machine/load.mjs'), 'http://127.0.0.1/', String(rate)]);
  const output = text(load.stdout);
  try {
    await pause(1000);
    await work();
    await pause(1000);
  } finally {
    load.kill('SIGTERM');
  }
  const lines = (await output).trim().split('\n');
  const [, sent, repeated] = /^sent (\d+) repeated (\d+)$/.exec(lines.at(-1));
  report(`${sent} requests, ${repeated} repeated because an idle connection was closed, ${lines.length - 1} failed`);
  return { sent: Number(sent), failed: lines.slice(0, -1) };
};

// The commands of the guide on a balancer.
export const onBalancer = ['apt-get install -y ./rollcall_', 'rollcall init --backend app', 'rollcall doctor'].map(documented);

// The machines, with the packages in /root and the applications running, but nothing of Rollcall installed. `second` is the
// name of another balancer, if there is to be one.
export class Fleet {
  constructor(suite, second) {
    this.folder = mkdtempSync('/var/tmp/rollcall-test-');
    this.network = new Network();
    const machine = (name, number) => new Machine(this.network, name, `10.99.0.${number}`, join(bases, suite), this.folder);
    this.balancer = machine('ha', 1);
    this.backends = applications.map((application, i) => ({ ...application, machine: machine(application.name, 11 + i) }));
    this.second = second && machine(second, 2);
    this.balancers = [this.balancer, ...(second ? [this.second] : [])];
    this.machines = [...this.balancers, ...this.backends.map((backend) => backend.machine)];
  }

  async boot() {
    execFileSync(`${process.env.JAVA_HOME}/bin/javac`, ['--release', '17', '-d', this.folder, join(examples, 'java/Hello.java')]);
    await this.network.start();
    await Promise.all(this.machines.map((one) => one.boot()));
    // all are copies of one machine: only one of them is a web server
    await Promise.all(this.machines.filter(({ name }) => name !== 'nginx1').map((one) => one.run('systemctl disable --now nginx')));
    for (const balancer of this.balancers) {
      await balancer.write('/etc/haproxy/haproxy.cfg', ownConfiguration);
      await balancer.run('systemctl restart haproxy');
      await balancer.copy(join(root, `dist/rollcall_${version}_amd64.deb`), `/root/rollcall_${version}_amd64.deb`);
      // this machine refuses PrivateDevices
      await balancer.write('/etc/systemd/system/rollcall.service.d/test.conf', '[Service]\nPrivateDevices=no\n');
    }
    for (const { machine: one, unit, install } of this.backends) {
      await install(one, this.folder);
      await one.copy(join(root, `dist/rollcall-backend_${version}_all.deb`), `/root/rollcall-backend_${version}_all.deb`);
      await one.run(`systemctl daemon-reload && systemctl enable --now ${unit} && systemctl restart ${unit}`);
    }
  }

  // The commands of the guide: three on the balancer, two on each machine with an application. Returns how many on a balancer.
  async install() {
    const { balancer, backends } = this;
    for (const command of onBalancer) await balancer.run(`cd /root && ${command}`);
    const key = await balancer.run('cat /etc/rollcall/gossip-key');
    const install = documented('apt-get install -y ./rollcall-backend_');
    await Promise.all(backends.map(async ({ machine: one, unit }) => {
      await one.run(`cd /root && ${install}`);
      const init = documented('ssh 192.0.2.1').split(' | ')[1].replace('app.service', `${unit}.service`).replace('192.0.2.1', balancer.address);
      await one.run(`cd /root && ${init}`, { input: `${key}\n` });
    }));
    return onBalancer.length;
  }

  close() {
    for (const one of this.machines) one.kill();
    this.network.stop();
    // once the processes of the machines have ended
    const groups = `find /sys/fs/cgroup -depth -type d -path '*/rollcall-machine-*' -exec rmdir {} + 2>/dev/null`;
    spawn('sh', ['-c', `sleep 2; rm -rf ${this.folder}; ${groups}`], { detached: true, stdio: 'ignore' }).unref();
  }

  async status(balancer = this.balancer) {
    return JSON.parse(await balancer.run('curl -sf -m 2 http://127.0.0.1:9999/api/v1/status'));
  }

  async states(balancer = this.balancer) {
    const { pools: [{ members }] } = await this.status(balancer);
    return Object.fromEntries(members.map(({ name, state }) => [name, state]));
  }

  serving(count, seconds = 60, balancer = this.balancer) {
    return waitFor(seconds, `${count} members serve on ${balancer.name}, in sync`, async () => {
      const { balancer: { state, reasons } } = await this.status(balancer);
      const serving = Object.values(await this.states(balancer)).filter((each) => each === 'serving').length;
      return (serving === count && state === 'in-sync') || { state, reasons, members: await this.states(balancer) };
    });
  }

  // The names of the servers that HAProxy uses.
  servers() {
    return this.balancer.run(`python3 -c 'import socket
s = socket.socket(socket.AF_UNIX); s.connect("/run/haproxy/admin.sock"); s.send(b"show servers state app\\n")
print(s.makefile().read())' | awk '$6 == 2 && $7 == 0 { print $5 }' | sort | xargs`);
  }
}
