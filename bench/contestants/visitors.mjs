// The visitors of bench/peers: so many GETs a second, in turn one of somebody new, on a connection of its own, and one of
// a visitor who keeps cookies and connection; and WebSockets that stay open. Nothing is tried twice.
import http from 'node:http';
import net from 'node:net';
import { clock } from './fleet.mjs';

const port = 8080;

export class Visitors {
  constructor(fleet, rate, { visitors = 60, sockets = 10 } = {}) {
    Object.assign(this, { fleet, rate, sent: 0, events: [], seen: new Set(), open: 0 });
    this.idle = Array.from({ length: visitors }, () => ({ cookies: new Map(), agent: new http.Agent({ keepAlive: true, maxSockets: 1 }) }));
    this.everyone = [...this.idle];
    this.sockets = new Set();
    for (let i = 0; i < sockets; i++) this.socket();
    const began = clock();
    this.timer = setInterval(() => { for (const due = ((clock() - began) / 1000) * rate; this.sent < due;) this.ask(this.sent++); }, 2);
  }

  record(kind, why, at = clock()) { this.events.push({ kind, why, at }); }

  ask(number) {
    const visitor = number % 2 ? this.idle.shift() : undefined;
    const [at, headers] = [clock(), {}];
    if (visitor?.cookies.size) headers.cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
    this.open++;
    let done = false;
    const end = (kind, why) => {
      if (done) return;
      done = true;
      this.open--;
      if (kind) this.record(kind, why, at);
      if (visitor) this.idle.push(visitor);
    };
    const request = http.get({ port, host: '127.0.0.1', path: '/', agent: visitor?.agent ?? false, headers, timeout: 10_000 }, (response) => {
      response.on('error', (error) => end('failed', error.code)).resume().on('end', () => {
        if (response.statusCode !== 200) { end('failed', `status ${response.statusCode}`); return; }
        const from = response.headers['x-from'];
        this.seen.add(from);
        if (visitor) this.visited(visitor, from, at, response.headers['set-cookie'] ?? []);
        end();
      });
    });
    // A browser would send a GET again whose connection ended before an answer began, if it had been used before.
    request.on('timeout', () => request.destroy(new Error('timeout')))
      .on('error', (error) => end(request.reusedSocket && error.code === 'ECONNRESET' ? 'reset' : 'failed', error.code ?? error.message));
  }

  visited(visitor, from, at, cookies) {
    for (const line of cookies) { const [name, value] = line.split(';')[0].split(/=(.*)/s); visitor.cookies.set(name, value); }
    if (visitor.from && visitor.from !== from && this.fleet.all.get(visitor.from).stays) this.record('moved', '', at);
    visitor.from = from;
    this.fleet.all.get(from)?.served.set(visitor, at);
  }

  // Visitors whose server this is, and how long after it said that it leaves they were served there, in ms.
  holders(instance) { return this.everyone.filter((visitor) => visitor.from === instance.name); }
  kept(instance, holders) { return holders.map((visitor) => Math.max(0, instance.served.get(visitor) - instance.leftAt)); }

  socket() {
    let [text, from] = ['', null];
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET /socket HTTP/1.1\r\nHost: app\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'));
    this.sockets.add(socket);
    socket.on('data', (data) => { from ??= /^HTTP\/1.1 101[\s\S]*?\r\nx-from: (\w+)/i.exec(text += data)?.[1]; });
    socket.on('error', () => {}).on('close', () => {
      this.sockets.delete(socket);
      if (this.stopped) return;
      if (from && !this.fleet.all.get(from).over) this.record('cut', '');
      setTimeout(() => this.stopped || this.socket(), 100);
    });
  }

  since(time) {
    const count = (kind) => this.events.filter((event) => event.kind === kind && event.at >= time).length;
    return { failed: count('failed'), reset: count('reset'), moved: count('moved'), cut: count('cut') };
  }

  reasons(time) {
    const counts = {};
    for (const { kind, why } of this.events.filter(({ at }) => at >= time)) counts[`${kind} ${why}`] = (counts[`${kind} ${why}`] ?? 0) + 1;
    return Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(', ');
  }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
    for (const { agent } of this.everyone) agent.destroy();
  }
}
