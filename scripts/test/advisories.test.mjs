import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const script = join(import.meta.dirname, '../advisories.mjs');
const purls = ['pkg:maven/a/b@1.0?type=jar', 'pkg:generic/openjdk@25', 'pkg:maven/c/d@2.0?type=jar'];

// A database with one advisory for c:d.
const run = async (context, status = 200) => {
  const asked = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data) => { body += data; }).on('end', () => {
      const queries = JSON.parse(body).queries.map((query) => query.package.purl);
      asked.push(...queries);
      response.statusCode = status;
      response.end(JSON.stringify({ results: queries.map((purl) => (purl.includes('c/d') ? { vulns: [{ id: 'GHSA-1' }] } : {})) }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'advisories-'));
  context.after(() => { server.close(); rmSync(folder, { recursive: true }); });
  return async (libraries) => {
    const bom = join(folder, 'bom.json');
    writeFileSync(bom, JSON.stringify({ components: libraries.map((purl) => ({ purl })) }));
    const env = { ...process.env, OSV_URL: `http://127.0.0.1:${server.address().port}` };
    return new Promise((resolve) => execFile(script, [bom], { env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr, asked })));
  };
};

test('advisories.mjs names each advisory with its library', async (context) => {
  const { code, stdout, asked } = await (await run(context))(purls);
  assert.equal(stdout, 'GHSA-1 pkg:maven/c/d@2.0\n');
  assert.equal(code, 1);
  assert.deepEqual(asked, ['pkg:maven/a/b@1.0', 'pkg:maven/c/d@2.0']);
});

test('advisories.mjs reports that there are none', async (context) => {
  const { code, stdout } = await (await run(context))(purls.slice(0, 1));
  assert.deepEqual([code, stdout], [0, 'no advisories for 1 libraries\n']);
});

test('advisories.mjs does not take a failure of the database for none', async (context) => {
  const { code, stderr } = await (await run(context, 500))(purls);
  assert.equal(code, 3);
  assert.match(stderr, /^advisories: cannot query http:.*: status 500\n$/);
});
