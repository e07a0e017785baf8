// The applications of bench/peers, each a process of its own at an address of its own.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const clock = () => performance.timeOrigin + performance.now();

class Instance {
  constructor(number) {
    this.name = `x${number}`;
    this.address = `127.0.1.${1 + (number % 250)}`;
    this.served = new Map(); // visitor -> when it sent the last request that was answered here
    this.child = fork(join(import.meta.dirname, 'app.mjs'), [this.name, this.address]);
    const message = (key) => new Promise((resolve) => { this.child.on('message', (value) => { if (value[key]) resolve(value[key]); }); });
    [this.listening, this.first] = [message('listening'), message('first')];
    this.exited = new Promise((resolve) => { this.child.on('exit', () => { this.over = true; resolve(); }); });
  }

  // Nothing but itself is the reason when this one loses a visitor.
  get stays() { return !this.over && !this.leftAt; }

  listen() {
    this.child.send('listen');
    return this.listening;
  }

  async end() {
    this.over = true;
    if (this.child.connected) this.child.send('end');
    await this.exited;
  }
}

export class Fleet {
  // STAY: how long an instance goes on after it said that it leaves.
  constructor(contestant, stay) { Object.assign(this, { contestant, stay, all: new Map(), count: 0, pending: [] }); }

  prepare() {
    const instance = new Instance(++this.count);
    this.all.set(instance.name, instance);
    return instance;
  }

  async join(instance = this.prepare()) {
    const at = await instance.listen();
    await this.contestant.register(instance);
    return { instance, at };
  }

  // Says that it leaves, and ends when it has stayed for a while.
  async leave(instance) {
    instance.leftAt = clock();
    await Promise.all([this.contestant.unregister(instance), sleep(this.stay)]);
    await instance.end();
  }

  leaveLater(instance) { this.pending.push(this.leave(instance)); }

  // The machine of an instance dies: gossip finds out by itself, another source is assumed to need as long.
  kill(instance) {
    Object.assign(instance, { over: true, leftAt: clock() });
    instance.child.kill('SIGKILL');
    this.pending.push(this.contestant.killed(instance));
  }

  async close() {
    await Promise.all(this.pending);
    await Promise.all([...this.all.values()].map((instance) => instance.child.exitCode ?? instance.child.signalCode ?? instance.end()));
  }
}
