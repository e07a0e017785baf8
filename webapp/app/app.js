// The web application behind the balancer: HOST and PORT say where it listens, TAG what it calls itself.
import { randomBytes } from 'node:crypto';
import { networkInterfaces, hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import session from 'express-session';
import { Sessions } from './sessions.js';

const LONGEST_DELAY_MS = 60_000;
const host = process.env.HOST || '0.0.0.0';
const port = Number(process.env.PORT || 3000);
const tag = process.env.TAG || hostname();
const ip = host === '0.0.0.0' ? ownAddress() : host;

let delayMs = 0;
let running = 0; // requests that have no complete answer yet
let draining = false;

const app = express();
app.disable('x-powered-by');

app.use((request, response, next) => {
  running++;
  response.once('close', () => {
    running--;
    closeWhenIdle();
  });
  response.set('x-backend-ip', ip);
  if (draining) response.set('connection', 'close');
  next();
});

app.get('/health', (request, response) => {
  response.status(draining ? 503 : 200).json({ status: draining ? 'draining' : 'ready' });
});

const sessions = session({
  name: 'NODESESSID',
  secret: randomBytes(32).toString('hex'), // sessions live in memory, so they end with the process anyway
  store: new Sessions({ limit: 100_000, idleMs: 30 * 60_000 }),
  cookie: { httpOnly: true, sameSite: 'lax' },
  resave: false,
  saveUninitialized: true,
});

app.get('/', sessions, async (request, response) => {
  request.session.views = (request.session.views ?? 0) + 1;
  await pause(delayMs);
  response.json({
    hello: 'world!',
    ip,
    host: hostname(),
    tag,
    sessionViews: request.session.views,
    id: request.sessionID,
  });
});

app.post('/delay', express.json({ limit: '1kb', strict: false }), (request, response) => {
  const delay = request.body?.delay;
  if (!Number.isInteger(delay) || delay < 0 || delay > LONGEST_DELAY_MS) {
    response.status(400).json({ error: `delay: expected an integer from 0 to ${LONGEST_DELAY_MS} (ms)` });
    return;
  }
  delayMs = delay;
  response.json({ delay });
});

app.use((request, response) => {
  response.status(404).json({ error: `${request.method} ${request.path}: no such thing here` });
});

// Express knows an error handler by its four parameters.
app.use((error, request, response, _next) => {
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  response.status(status).json({ error: status < 500 ? error.message : 'something went wrong here' });
});

const server = app.listen(port, host, (error) => {
  if (error) {
    console.error(`webapp: cannot listen on ${host}:${port}: ${error.code}`);
    process.exit(1);
  }
  console.log(`webapp ${tag} listens on ${host}:${port}`);
});
// Longer than HAProxy keeps an idle connection: so it is HAProxy that closes, never we under a request on its way.
server.keepAliveTimeout = 90_000;
server.headersTimeout = 95_000;

// On TERM the health check says so at once, what runs is finished, and then the process ends by itself.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    draining = true;
    closeWhenIdle();
  });
}

function closeWhenIdle() {
  if (!draining || running > 0) return;
  server.close();
  // A request that was already on its way still gets its answer; connections that ask nothing are cut.
  setTimeout(() => running === 0 && server.closeAllConnections(), 100);
}

function ownAddress() {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((each) => each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
}
