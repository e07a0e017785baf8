// The web application behind the balancer. Environment: HOST and PORT, the listen address; TAG, the name it reports.
import { randomBytes } from 'node:crypto';
import { networkInterfaces, hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import session from 'express-session';
import { Sessions } from './sessions.js';

const MAX_DELAY_MS = 60_000;
const host = process.env.HOST || '0.0.0.0';
const port = Number(process.env.PORT || 3000);
const tag = process.env.TAG || hostname();
const ip = host === '0.0.0.0' ? ownAddress() : host;

let delayMs = 0;
let activeRequests = 0; // requests whose response is not complete
let draining = false;

const app = express();
app.disable('x-powered-by');

app.use((request, response, next) => {
  activeRequests++;
  response.once('close', () => {
    activeRequests--;
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
  secret: randomBytes(32).toString('hex'), // sessions are kept in memory and do not survive a restart
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
  if (!Number.isInteger(delay) || delay < 0 || delay > MAX_DELAY_MS) {
    const got = JSON.stringify(delay) ?? 'nothing';
    response.status(400).json({ error: `delay: expected an integer from 0 to ${MAX_DELAY_MS} (ms), got ${got}` });
    return;
  }
  delayMs = delay;
  response.json({ delay });
});

app.use((request, response) => {
  response.status(404).json({ error: `not found: ${request.method} ${request.path}` });
});

// Express recognizes an error handler by its four parameters.
app.use((error, request, response, _next) => {
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  response.status(status).json({ error: status < 500 ? error.message : 'internal server error' });
});

const server = app.listen(port, host, (error) => {
  if (error) {
    console.error(`webapp: cannot listen on ${host}:${port}: ${error.code}; set HOST and PORT to a free address`);
    process.exit(1);
  }
  console.log(`webapp: ${tag} is listening on ${host}:${port}`);
});
// Longer than HAProxy keeps an idle connection, so that HAProxy closes it. If the application closed it, a request that
// HAProxy has just sent would be lost.
server.keepAliveTimeout = 90_000;
server.headersTimeout = 95_000;

// On SIGTERM the health check fails at once, active requests are completed, and then the process exits.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    draining = true;
    closeWhenIdle();
  });
}

function closeWhenIdle() {
  if (!draining || activeRequests > 0) return;
  server.close();
  // A request that was already sent is still answered; idle connections are closed.
  setTimeout(() => activeRequests === 0 && server.closeAllConnections(), 100);
}

function ownAddress() {
  const all = Object.values(networkInterfaces()).flat();
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
