#!/usr/bin/env node
// The bill of materials of a runtime directory: scripts/bill.mjs BOM DIR
// Prints BOM (sidecar/target/bom.json) with the hashes of the files that are shipped. A library that was changed after
// Maven fetched it gets the hash of the changed file and, as its ancestor, that of the original; the linked Java runtime
// is added. Fails if DIR has a library that BOM does not list.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [, , file, runtime] = process.argv;
const bill = JSON.parse(readFileSync(file, 'utf8'));

const hashes = (path) => {
  const bytes = readFileSync(path);
  return ['SHA-256', 'SHA-512'].map((alg) => ({ alg, content: createHash(alg.replace('-', '')).update(bytes).digest('hex') }));
};
const known = (component) => component.hashes?.find(({ alg }) => alg === 'SHA-256')?.content;

const libraries = new Map(bill.components.map((component) => [`${component.name}-${component.version}.jar`, component]));
for (const jar of readdirSync(join(runtime, 'lib'))) {
  const component = libraries.get(jar);
  if (!component) throw new Error(`${file} does not list ${jar}`);
  const fresh = hashes(join(runtime, 'lib', jar));
  const fetched = known(component);
  if (fetched === fresh[0].content) continue;
  const { type, group, name, version, purl } = component;
  // without the hash of what Maven fetched nothing is known of a change
  if (fetched) component.pedigree = {
    ancestors: [{ type, group, name, version, purl, hashes: component.hashes }],
    notes: 'scripts/AddStackMaps.java gave the classes the stack maps of Java 8; nothing else was changed.',
  };
  component.hashes = fresh;
}
bill.metadata.component.hashes = hashes(join(runtime, 'sidecar.jar'));

const release = join(runtime, 'java/release');
if (existsSync(release)) {
  const value = (key) => new RegExp(`^${key}="(.*)"$`, 'm').exec(readFileSync(release, 'utf8'))?.[1];
  const version = value('JAVA_VERSION');
  const purl = `pkg:generic/openjdk@${version}`;
  bill.components.push({
    type: 'platform', 'bom-ref': purl, name: 'openjdk', version, purl,
    description: `The Java runtime in java/, linked by jlink: ${value('MODULES')}`,
    licenses: [{ expression: 'GPL-2.0-only WITH Classpath-exception-2.0' }],
  });
}
console.log(JSON.stringify(bill, null, 2));
