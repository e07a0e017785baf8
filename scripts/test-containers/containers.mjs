// The lab in containers as a test sees it: the engine's commands, what a balancer says, and visitors.
import { execFile } from 'node:child_process';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);
const engineName = process.env.ENGINE ?? 'podman';

export const command = async (file, args, options = {}) => {
  const { stdout } = await execute(file, args, { cwd: root, maxBuffer: 1 << 24, ...options });
  return stdout.trim();
};
export const engine = (...args) => command(engineName, args);

// The lab's own lines: lab('run -d … softengheigvd/webapp')
export const lab = (line) => engine(...line.split(' '));

export const runBackend = (name, ...options) =>
  engine('run', '-d', '--restart=always', '-e', `TAG=${name}`, '-e', 'ROLE=backend', '--network', 'heig',
    ...options, '--name', name, 'softengheigvd/webapp');
export const runBalancer = (name, ...options) =>
  engine('run', '-d', '-e', 'ROLE=balancer', '--restart=always', '--network', 'heig',
    ...options, '--name', name, 'softengheigvd/ha');

export const addressOf = (name) => engine('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name);
export const shell = (name, script) => engine('exec', name, '/bin/bash', '-c', script);

const names = ['ha', 'ha2', 's1', 's2', 's3', 'filler']; // test.sh has seen that they are free

export const removeAll = () => engine('rm', '-f', '-v', '-t', '0', '--ignore', ...names);

// A network that is there is used, and stays: what undoes it is answered.
export const useNetwork = async () => {
  const there = (await engine('network', 'ls', '--format', '{{.Name}}')).split('\n').includes('heig');
  if (there) return () => {};
  await lab('network create --driver bridge heig');
  return () => lab('network rm heig');
};

export const within = async (seconds, what, condition) => {
  const begin = Date.now();
  let last;
  while (Date.now() - begin < seconds * 1000) {
    try {
      last = await condition();
      if (last === true) return Date.now() - begin;
    } catch (error) {
      last = error.message;
    }
    await pause(50);
  }
  throw new Error(`not within ${seconds} s: ${what}; last: ${JSON.stringify(last)}`);
};

// ---- what a balancer says

const get = (url, { headers = {}, agent, timeout = 5000 } = {}) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent, timeout }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => (body += part)).on('error', reject)
        .on('end', () => resolve({ code: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject).on('timeout', () => request.destroy(new Error(`${url}: no answer in ${timeout} ms`)));
  });

export const statusAt = async (place) => JSON.parse((await get(`http://${place}/api/v1/status`)).body);
export const status = async (balancer) => statusAt(`${await addressOf(balancer)}:9999`);

// The balancer is in sync, and who serves is just these, where they are now: how long that took, in milliseconds.
export const converged = async (balancer, ...members) => {
  const expected = await Promise.all(members.map(async (name) => `${name} ${await addressOf(name)}`));
  return within(15, `${balancer} serves by ${members}`, async () => {
    const { balancer: { state }, pools: [pool] } = await status(balancer);
    const serving = pool.members.filter((member) => member.state === 'serving')
      .map(({ name, address }) => `${name} ${address}`).sort();
    return (state === 'in-sync' && serving.join() === expected.join()) || { state, serving };
  });
};

// Each of the two names the other as alive, and both see the same members: how long that took, in milliseconds.
export const agree = (...balancers) =>
  within(30, `${balancers} agree`, async () => {
    const fleets = await Promise.all(balancers.map(async (balancer) => (await status(balancer)).fleet));
    const others = [...balancers].reverse();
    return fleets.every(([other, ...more], i) =>
      !more.length && other?.name === others[i] && other.state === 'alive' && other.agrees) || fleets;
  });

// ---- visitors

// One visitor keeps its connection and its cookies.
export class Visitor {
  cookies = new Map();
  agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(address) {
    this.address = address;
  }

  // From here on it asks another balancer.
  turnTo(address) {
    this.agent.destroy();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.address = address;
  }

  async ask() {
    const headers = this.cookies.size ? { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') } : {};
    const answer = await get(`http://${this.address}/`, { headers, agent: this.agent });
    if (answer.code !== 200) throw new Error(`${answer.code} ${answer.body.slice(0, 80)}`);
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [pair] = cookie.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return JSON.parse(answer.body);
  }
}

// Eight visitors with cookies and two new ones at each turn, while `work` is done.
export const underLoad = async (addresses, work) => {
  const found = { requests: 0, failed: [] };
  let going = true;
  const visit = async (address, keeps) => {
    let visitor = new Visitor(address);
    while (going) {
      found.requests++;
      await visitor.ask().catch((error) => found.failed.push(`${new Date().toISOString()} ${error.message}`));
      if (!keeps) {
        visitor.agent.destroy();
        visitor = new Visitor(address);
      }
      await pause(20);
    }
    visitor.agent.destroy();
  };
  const visits = addresses.flatMap((address) =>
    Array.from({ length: Math.ceil(10 / addresses.length) }, (_, i) => visit(address, i % 5 !== 0)));
  try {
    await pause(500);
    await work();
    await pause(500);
  } finally {
    going = false;
    await Promise.all(visits);
  }
  return found;
};
