import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { Sessions } from '../sessions.js';

let application;
let url;

before(async () => {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  application = spawn(process.execPath, [new URL('../app.js', import.meta.url).pathname], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), TAG: 's7' },
  });
  await once(application.stdout, 'data');
  url = `http://127.0.0.1:${port}`;
});

after(() => application.kill('SIGKILL'));

const delay = (body) =>
  fetch(`${url}/delay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

test('counts the views of one session', async () => {
  const first = await fetch(url);
  const cookie = first.headers.get('set-cookie');
  assert.match(cookie, /^NODESESSID=.*HttpOnly/);
  assert.equal(first.headers.get('x-backend-ip'), '127.0.0.1');
  const { id, sessionViews, tag, hello, ip } = await first.json();
  assert.deepEqual([sessionViews, tag, hello, ip], [1, 's7', 'world!', '127.0.0.1']);
  const second = await fetch(url, { headers: { cookie: cookie.split(';')[0] } });
  assert.deepEqual(await second.json().then((body) => [body.sessionViews, body.id]), [2, id]);
});

test('/health responds without creating a session', async () => {
  const health = await fetch(`${url}/health`);
  assert.equal(health.status, 200);
  assert.equal(health.headers.get('set-cookie'), null);
});

for (const body of ['{"delay":-1}', '{"delay":60001}', '{"delay":1.5}', '{"delay":"5"}', '{}', 'null', '{']) {
  test(`rejects the delay ${body}`, async () => {
    const response = await delay(body);
    assert.equal(response.status, 400);
    assert.ok((await response.json()).error);
  });
}

test('reports the value found and the values expected for a delay', async () => {
  const { error } = await (await delay('{"delay":60001}')).json();
  assert.equal(error, 'delay: expected an integer from 0 to 60000 (ms), got 60001');
});

test('reports a path that does not exist', async () => {
  const response = await fetch(`${url}/nowhere`);
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { error: 'not found: GET /nowhere' });
});

test('evicts the least recently used session and expired ones', () => {
  const contains = (sessions, id) => {
    let found;
    sessions.get(id, (_, session) => (found = session !== null));
    return found;
  };
  const few = new Sessions({ limit: 2, idleMs: 60_000 });
  few.set('a', {});
  few.set('b', {});
  few.touch('a', {});
  few.set('c', {});
  assert.deepEqual(['a', 'b', 'c'].map((id) => contains(few, id)), [true, false, true]);
  const brief = new Sessions({ limit: 2, idleMs: 0 });
  brief.set('a', {});
  assert.equal(contains(brief, 'a'), false);
});

test('a delayed response does not block the health check and is completed after SIGTERM', async () => {
  assert.equal((await delay('{"delay":1000}')).status, 200);
  let completed = false;
  const slow = fetch(url).finally(() => (completed = true));
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal(completed, false);
  const exited = once(application, 'exit');
  application.kill('SIGTERM');
  let status;
  do status = (await fetch(`${url}/health`)).status;
  while (status === 200);
  assert.equal(status, 503);
  assert.equal((await slow).status, 200);
  assert.deepEqual(await exited, [0, null]);
});
