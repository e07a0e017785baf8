// A relay in front of HAProxy's admin socket, through which the sidecar and the bare client of the floor both go, and
// that bare client.
import { once } from 'node:events';
import net from 'node:net';

export const haproxyConfig = (balancer, slots, check) => `
global
    stats socket "${balancer.socket}" mode 660 level admin
    stats timeout 1h
    stats maxconn 20
    maxconn 4096
    hard-stop-after 1s
    server-state-file "${balancer.home}/state"
defaults
    mode http
    option redispatch 1
    retries 3
    retry-on conn-failure empty-response
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    timeout check 1s
    load-server-state-from-file global
frontend localnodes
    bind 127.0.0.1:${balancer.http}
    default_backend nodes
backend nodes
    balance roundrobin
    option httpchk
    http-check send meth GET uri /health
    http-check expect status 200
    cookie ROLLCALL insert indirect nocache httponly dynamic
    dynamic-cookie-key bench
    stick-table type string len 40 size 100k expire 30m srvkey addr
    stick store-request req.cook(NODESESSID),sha1,hex
    default-server check inter ${check} rise 1 fall 2 weight 100
    server-template slot 1-${slots} slot.invalid:1 init-addr last,192.0.2.1 disabled
`;

const prompts = (text) => text.match(/(?:^|\n)> /g)?.length ?? 0;

export class Relay {
  static async open(path, target) {
    const relay = new Relay();
    relay.path = path;
    relay.waits = [];
    relay.sockets = new Set();
    relay.server = net.createServer((client) => relay.connect(client, target)).listen(path);
    await once(relay.server, 'listening');
    return relay;
  }

  connect(client, target) {
    const haproxy = net.connect(target);
    const sent = []; // commands without a complete reply: { line, left }
    let [rest, tail] = ['', ''];
    for (const socket of [client, haproxy]) {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => { client.destroy(); haproxy.destroy(); this.sockets.delete(socket); });
    }
    client.on('data', (data) => {
      haproxy.write(data);
      const commands = (rest + data.toString('latin1')).split('\n');
      rest = commands.pop();
      for (const line of commands) sent.push({ line, left: line.split(';').length });
    });
    haproxy.on('data', (data) => {
      client.write(data);
      const at = performance.now();
      const text = tail + data.toString('latin1');
      for (let count = prompts(text); count > 0; count--) this.answered(sent, at);
      tail = text.endsWith('> ') ? '' : text.slice(-2); // a prompt may be cut in two; a reply begins after its line
    });
  }

  answered(sent, at) {
    const first = sent[0];
    if (first && --first.left <= 0) {
      sent.shift();
      for (const wait of this.waits) if (wait.pattern.test(first.line) && --wait.count === 0) wait.resolve(at);
      this.waits = this.waits.filter((wait) => wait.count > 0);
    }
  }

  // The time of the complete reply to the next command (or the COUNTth) that matches.
  next(pattern, count = 1, seconds = 60) {
    return new Promise((resolve, reject) => {
      const wait = { pattern, count, resolve: (at) => { clearTimeout(timer); resolve(at); } };
      const timer = setTimeout(() => reject(new Error(`timed out: ${wait.count} of ${count} commands are missing: ${pattern}`)), seconds * 1000);
      this.waits.push(wait);
    });
  }

  close() { this.server.close(); for (const socket of this.sockets) socket.destroy(); }
}

export class BareClient {
  static async open(path) {
    const client = new BareClient();
    client.socket = net.connect(path);
    client.text = '';
    client.socket.on('data', (data) => {
      client.text += data.toString('latin1');
      if (client.expected && client.text.endsWith('\n> ') && (client.got = prompts(client.text)) >= client.expected) {
        client.expected = 0;
        client.resolve(client.text);
      }
    });
    client.socket.on('error', () => {});
    await once(client.socket, 'connect');
    await client.send(['prompt']);
    client.id = /\n[^,]*nodes,BACKEND(?:,[^,]*){25},(\d+)/.exec(await client.send(['show stat -1 2 -1']))?.[1] ?? 'nodes';
    return client;
  }

  // All lines at once; the text of all replies.
  send(lines) {
    this.text = '\n';
    this.expected = lines.reduce((sum, line) => sum + line.split(';').length, 0);
    const answer = new Promise((resolve) => { this.resolve = resolve; });
    this.socket.write(`${lines.join('\n')}\n`);
    return answer;
  }

  read() { return this.send(['show info', 'show stat -1 3 -1', 'show table', 'show servers state nodes', 'show stat nodes 4 -1']); }

  program(slot, address, port) {
    return [`clear table nodes data.server_id eq 1`, `set maxconn server nodes/${slot} 0`, `set server nodes/${slot} weight 100`,
      `set server nodes/${slot} addr ${address} port ${port}`];
  }

  ready(slot) { return `set server nodes/${slot} state drain;set server nodes/${slot} health down;set server nodes/${slot} state ready`; }

  async join(slot, address, port) {
    const began = performance.now();
    await this.read();
    await this.send(this.program(slot, address, port));
    await this.send(['show stat nodes 4 1']);
    await this.send([this.ready(slot)]);
    const took = performance.now() - began;
    await this.send([`set server nodes/${slot} state maint`]);
    return took;
  }

  async burst(count, port) {
    const slots = Array.from({ length: count }, (_, i) => i + 3);
    const began = performance.now();
    await this.read();
    await this.send(slots.flatMap((i) => this.program(`slot${i}`, `127.200.${Math.floor(i / 250)}.${1 + (i % 250)}`, port)));
    await this.read();
    await this.send(slots.map((i) => this.ready(`slot${i}`)));
    return performance.now() - began;
  }

  change(slot, address, port, joins) {
    return this.send(joins ? [...this.program(slot, address, port), this.ready(slot)] : [`set server nodes/${slot} state drain`, `set server nodes/${slot} state maint`]);
  }

  close() { this.socket.destroy(); }
}
