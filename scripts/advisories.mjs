#!/usr/bin/env node
// Compares the bill of materials with published advisories: scripts/advisories.mjs [BOM]
// It asks the database of https://osv.dev (or OSV_URL) for every library in sidecar/target/bom.json, and prints each
// advisory with the library. Exit status: 0 none, 1 some, 3 the database cannot be reached.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = process.argv[2] ?? join(import.meta.dirname, '../sidecar/target/bom.json');
const url = `${process.env.OSV_URL ?? 'https://api.osv.dev'}/v1/querybatch`;
const libraries = JSON.parse(readFileSync(file, 'utf8')).components.map(({ purl }) => purl.replace(/\?.*/, ''))
  .filter((purl) => purl.startsWith('pkg:maven/')); // a bill of the packages also lists the Java runtime
try {
  const answer = await fetch(url, {
    method: 'POST', signal: AbortSignal.timeout(30_000),
    body: JSON.stringify({ queries: libraries.map((purl) => ({ package: { purl } })) }),
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const { results } = await answer.json();
  if (results?.length !== libraries.length) throw new Error(`expected ${libraries.length} results`);
  const found = results.flatMap(({ vulns = [] }, i) => vulns.map(({ id }) => `${id} ${libraries[i]}`));
  console.log(found.length > 0 ? found.join('\n') : `no advisories for ${libraries.length} libraries`);
  process.exitCode = found.length > 0 ? 1 : 0;
} catch (error) {
  console.error(`advisories: cannot query ${url}: ${error.cause?.code ?? error.message}`);
  process.exitCode = 3;
}
