// Fixtures of the container tests: commands of the engine, the status of a balancer, and clients.
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

// A command line of the engine, split at spaces: engineLine('run -d … softengheigvd/webapp')
export const engineLine = (line) => engine(...line.split(' '));

export const runBackend = (name, ...options) =>
  engine('run', '-d', '--restart=always', '-e', `TAG=${name}`, '-e', 'ROLE=backend', '--network', 'heig',
    ...options, '--name', name, 'softengheigvd/webapp');
export const runBalancer = (name, ...options) =>
  engine('run', '-d', '-e', 'ROLE=balancer', '--restart=always', '--network', 'heig',
    ...options, '--name', name, 'softengheigvd/ha');

export const addressOf = (name) => engine('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name);
export const shell = (name, script) => engine('exec', name, '/bin/bash', '-c', script);

const names = ['ha', 'ha2', 's1', 's2', 's3', 'filler']; // test.sh has checked that they are unused

export const removeAll = () => engine('rm', '-f', '-v', '-t', '0', '--ignore', ...names);

// Creates the network unless it exists, and returns a function that removes it again if it was created.
export const useNetwork = async () => {
  const exists = (await engine('network', 'ls', '--format', '{{.Name}}')).split('\n').includes('heig');
  if (exists) return () => {};
  await engineLine('network create --driver bridge heig');
  return () => engineLine('network rm heig');
};

// Repeats `condition` until it returns true, and returns the elapsed milliseconds.
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
    await pause(50);
  }
  throw new Error(`timed out after ${seconds} s: ${description}; last result: ${JSON.stringify(last)}`);
};

// ---- the status of a balancer

const get = (url, { headers = {}, agent, timeout = 5000 } = {}) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { headers, agent, timeout }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => (body += part)).on('error', reject)
        .on('end', () => resolve({ code: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject).on('timeout', () => request.destroy(new Error(`${url}: timed out after ${timeout} ms`)));
  });

export const statusAt = async (authority) => JSON.parse((await get(`http://${authority}/api/v1/status`)).body);
export const status = async (balancer) => statusAt(`${await addressOf(balancer)}:9999`);

// The end of each container's log, for the message of a test that failed.
const logs = async (...containers) => {
  const texts = await Promise.all(containers.map(async (name) => {
    const { stdout, stderr } = await execute(engineName, ['logs', '--tail', '25', name]).catch((error) => error);
    return `---- ${name}\n${stdout}${stderr}`;
  }));
  return texts.join('\n');
};

// Waits until the balancer is in sync and exactly these members serve, at their current addresses. Returns the elapsed
// milliseconds: under a second, but a busy machine may lose packets of the gossip, which repeats them after seconds.
export const waitForMembers = async (balancer, ...members) => {
  const expected = await Promise.all(members.map(async (name) => `${name} ${await addressOf(name)}`));
  return waitFor(30, `${balancer} is in sync and serves with ${members}`, async () => {
    const { balancer: { state }, pools: [pool] } = await status(balancer);
    const serving = pool.members.filter((member) => member.state === 'serving')
      .map(({ name, address }) => `${name} ${address}`).sort();
    return (state === 'in-sync' && serving.join() === expected.join()) || { state, serving, all: pool.members };
  }).catch(async (error) => {
    error.message += `\n${await logs(balancer, ...members)}`;
    throw error;
  });
};

// Waits until each of the two balancers lists the other as alive and both see the same members. Returns the elapsed
// milliseconds.
export const waitForAgreement = (...balancers) =>
  waitFor(30, `${balancers} agree`, async () => {
    const fleets = await Promise.all(balancers.map(async (balancer) => (await status(balancer)).fleet));
    const others = [...balancers].reverse();
    return fleets.every(([other, ...more], i) =>
      !more.length && other?.name === others[i] && other.state === 'alive' && other.agrees) || fleets;
  });

// ---- clients

// A client that keeps its connection and its cookies.
export class Client {
  cookies = new Map();
  agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(address) {
    this.address = address;
  }

  // Sends the next requests to another balancer, on a new connection.
  switchTo(address) {
    this.agent.destroy();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.address = address;
  }

  async request() {
    const headers = this.cookies.size ? { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') } : {};
    const response = await get(`http://${this.address}/`, { headers, agent: this.agent });
    if (response.code !== 200) throw new Error(`${response.code} ${response.body.slice(0, 80)}`);
    for (const cookie of response.headers['set-cookie'] ?? []) {
      const [pair] = cookie.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return JSON.parse(response.body);
  }
}

// Runs `work` under the load of ten clients: eight keep their cookies, two are new for each request.
export const underLoad = async (addresses, work) => {
  const result = { requests: 0, failed: [] };
  let active = true;
  const sendRequests = async (address, keepsCookies) => {
    let client = new Client(address);
    while (active) {
      result.requests++;
      await client.request().catch((error) => result.failed.push(`${new Date().toISOString()} ${error.message}`));
      if (!keepsCookies) {
        client.agent.destroy();
        client = new Client(address);
      }
      await pause(20);
    }
    client.agent.destroy();
  };
  const clients = addresses.flatMap((address) =>
    Array.from({ length: Math.ceil(10 / addresses.length) }, (_, i) => sendRequests(address, i % 5 !== 0)));
  try {
    await pause(500);
    await work();
    await pause(500);
  } finally {
    active = false;
    await Promise.all(clients);
  }
  return result;
};
