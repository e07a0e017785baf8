// Machines with systemd as process 1, in a network of their own, without a container engine. See ./boot.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const waitFor = async (seconds, description, condition) => {
  const begin = Date.now();
  let last;
  while (Date.now() - begin < seconds * 1000) {
    try {
      last = await condition();
      if (last === true) return Date.now() - begin;
    } catch (error) {
      last = error.message;
    }
    await pause(100);
  }
  throw new Error(`timed out after ${seconds} s: ${description}; last result: ${JSON.stringify(last)}`);
};

// A switch to which machines are connected: the network 10.99.0.0/24, in a namespace of its own.
export class Network {
  async start() {
    this.holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    const namespace = (pid) => readlinkSync(`/proc/${pid}/ns/net`);
    await waitFor(5, 'the namespace of the network', () => namespace(this.holder.pid) !== namespace('self'));
    await this.ip('link', 'add', 'br0', 'type', 'bridge');
    await this.ip('link', 'set', 'br0', 'up');
  }

  ip(...args) {
    return execute('nsenter', ['-t', String(this.holder.pid), '-n', 'ip', ...args]);
  }

  async connect(pid, port, address) {
    await this.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    await this.ip('link', 'set', port, 'master', 'br0', 'up');
    const inside = (...args) => execute('nsenter', ['-t', String(pid), '-n', 'ip', ...args]);
    await inside('link', 'set', 'lo', 'up');
    await inside('addr', 'add', `${address}/24`, 'dev', 'eth0');
    await inside('link', 'set', 'eth0', 'up');
  }

  stop() {
    this.holder.kill('SIGKILL');
  }
}

export class Machine {
  constructor(network, name, address, base, folder) {
    Object.assign(this, { network, name, address, base, folder: join(folder, name) });
  }

  async boot() {
    mkdirSync(this.folder, { recursive: true });
    this.process = spawn('sh', [join(root, 'scripts/test-machine/boot'), this.name, this.base, this.folder],
      { stdio: ['pipe', 'ignore', 'inherit'] });
    this.exited = once(this.process, 'exit');
    // process 1 of the machine is the only child of unshare
    const named = (pid, name) => readFileSync(`/proc/${pid}/comm`, 'utf8') === `${name}\n`;
    await waitFor(10, `process 1 of ${this.name}`, () => {
      this.pid = Number(readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8'));
      return named(this.process.pid, 'unshare') && this.pid > 0 && named(this.pid, 'sh');
    });
    await this.network.connect(this.pid, `port-${this.name}`, this.address);
    await waitFor(10, 'the hostname', async () => (await execute('nsenter', ['-t', String(this.pid), '-u', 'hostname'])).stdout.trim() === this.name);
    this.process.stdin.write('go\n');
    await waitFor(60, `${this.name} has booted`, async () => {
      const state = await this.run('systemctl is-system-running || :');
      return state === 'running' || state === 'degraded' || state;
    });
  }

  // Runs a command of a shell in the machine and returns what it printed.
  async run(command, { input, timeout = 180_000 } = {}) {
    const args = ['-t', String(this.pid), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w',
      'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive',
      'sh', '-c', command];
    const promise = execute('nsenter', args, { maxBuffer: 1 << 24, timeout });
    promise.child.stdin.on('error', () => {}).end(input ?? ''); // a command may end without reading it
    const { stdout } = await promise.catch((error) => {
      throw new Error(`${this.name}: ${command}: ${error.code}\n${error.stdout}${error.stderr}`);
    });
    return stdout.trim();
  }

  write(path, text, mode = '644') {
    return this.run(`mkdir -p "$(dirname ${path})"; cat >${path}; chmod ${mode} ${path}`, { input: text });
  }

  copy(file, path) {
    return this.write(path, readFileSync(file));
  }

  // In the network of the machine, with the files of this one.
  spawnBeside(command, args) {
    return spawn('nsenter', ['-t', String(this.pid), '-n', command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  // As a power button: systemd stops all units. What is under /run and /tmp is gone.
  async powerOff() {
    this.run('systemctl poweroff --no-block').catch(() => {});
    const late = setTimeout(() => this.process.kill('SIGKILL'), 60_000);
    await this.exited;
    clearTimeout(late);
  }

  async reboot() {
    await this.powerOff();
    await this.boot();
  }

  kill() {
    this.process?.kill('SIGKILL');
  }
}
