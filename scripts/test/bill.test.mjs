import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const script = join(import.meta.dirname, '../bill.mjs');
const sum = (text) => createHash('sha256').update(text).digest('hex');

// A runtime with two libraries, of which Maven fetched these texts.
const runtime = (context, ...fetched) => {
  const folder = mkdtempSync(join(tmpdir(), 'bill-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'java'));
  writeFileSync(join(folder, 'sidecar.jar'), 'sidecar');
  writeFileSync(join(folder, 'java/release'), 'JAVA_VERSION="25.0.3"\nMODULES="java.base"\n');
  const components = fetched.map((text, i) => {
    writeFileSync(join(folder, `lib/lib${i}-1.jar`), 'shipped');
    return { type: 'library', group: 'g', name: `lib${i}`, version: '1', purl: `pkg:maven/g/lib${i}@1`, hashes: [{ alg: 'SHA-256', content: sum(text) }] };
  });
  const bom = join(folder, 'bom.json');
  writeFileSync(bom, JSON.stringify({ metadata: { component: { name: 'sidecar' } }, components }));
  return { folder, bom };
};

test('bill.mjs lists a changed library with its own hash and that of the original, and the Java runtime', (context) => {
  const { folder, bom } = runtime(context, 'shipped', 'original');
  const { metadata, components: [kept, changed, java] } = JSON.parse(execFileSync(script, [bom, folder]));
  assert.equal(metadata.component.hashes[0].content, sum('sidecar'));
  assert.equal(kept.pedigree, undefined);
  assert.equal(changed.hashes[0].content, sum('shipped'));
  assert.equal(changed.pedigree.ancestors[0].hashes[0].content, sum('original'));
  assert.deepEqual([java.name, java.version], ['openjdk', '25.0.3']);
});

test('bill.mjs says nothing of a change where the hash of the original is not known', (context) => {
  const { folder, bom } = runtime(context, 'original');
  const bill = JSON.parse(readFileSync(bom, 'utf8'));
  delete bill.components[0].hashes;
  writeFileSync(bom, JSON.stringify(bill));
  const { components: [library] } = JSON.parse(execFileSync(script, [bom, folder]));
  assert.equal(library.hashes[0].content, sum('shipped'));
  assert.equal(library.pedigree, undefined);
});

test('bill.mjs refuses a library that is not listed', (context) => {
  const { folder, bom } = runtime(context, 'shipped');
  writeFileSync(join(folder, 'lib/stranger-1.jar'), 'x');
  const { status, stderr } = spawnSync(script, [bom, folder], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /does not list stranger-1\.jar/);
});
