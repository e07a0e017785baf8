// An application behind the balancers of bench/peers: app.mjs NAME ADDRESS. It listens when its parent says so, and
// reports when it did and when the first request of a visitor arrived.
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';

const [name, address] = process.argv.slice(2);
const at = () => performance.timeOrigin + performance.now();
const sockets = new Set();
let visited = false;

const server = http.createServer((request, response) => {
  if (request.url === '/health') { response.end('ok'); return; }
  if (!visited) { visited = true; process.send({ first: at() }); }
  response.setHeader('x-from', name);
  if (!request.headers.cookie?.includes('NODESESSID=')) response.setHeader('set-cookie', `NODESESSID=${randomUUID()}; HttpOnly; Path=/`);
  setTimeout(() => response.end('hello\n'), 5);
});
server.keepAliveTimeout = 60_000;
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nX-From: ${name}\r\n\r\n`);
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket)).on('end', () => socket.end()).resume();
});

const end = () => {
  for (const socket of sockets) socket.end();
  server.close(() => process.exit());
  server.closeIdleConnections();
  setTimeout(() => process.exit(), 1000);
};
process.on('message', (message) => {
  if (message === 'listen') server.listen(3000, address, 1024, () => process.send({ listening: at() }));
  else end();
}).on('disconnect', () => process.exit());
