// The packages that ./build-packages.sh made: lintian, sums, and that a second build gives the same but for the cache.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from './systemd.mjs';

const folder = mkdtempSync(join(tmpdir(), 'packages-'));
after(() => rmSync(folder, { recursive: true }));
const dist = join(root, 'dist');
const packages = readdirSync(dist).filter((name) => name.endsWith('.deb')).sort();

test('there is a package, a tarball and a sum of each, and a bill of materials', () => {
  const names = readdirSync(dist).map((name) => name.replace(/\d+\.\d+\.\d+/, 'V')).filter((name) => /rollcall[-_](backend[-_])?V|SUMS/.test(name));
  assert.deepEqual(names.sort(), ['SHA256SUMS', 'rollcall-V-linux-amd64.tar.gz', 'rollcall-backend-V-linux-all.tar.gz',
    'rollcall-backend_V_all.deb', 'rollcall_V_amd64.deb', 'rollcall_V_bom.json']);
  execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: dist });
});

test('lintian finds no error', () => {
  const { stdout } = spawnSync('lintian', ['--allow-root', ...packages.map((name) => join(dist, name))], { encoding: 'utf8' });
  assert.deepEqual(stdout.split('\n').filter((line) => line.startsWith('E:')), []);
});

test('the bill of materials has the hash of each jar that is shipped, and the Java runtime', () => {
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('dpkg-deb', ['--extract', join(dist, packages.find((name) => name.endsWith('amd64.deb'))), unpacked]);
  const text = readFileSync(join(unpacked, 'usr/share/doc/rollcall/bom.json'), 'utf8');
  assert.equal(readFileSync(join(dist, readdirSync(dist).find((name) => name.endsWith('_bom.json'))), 'utf8'), text);
  const { components, metadata } = JSON.parse(text);
  const installed = join(unpacked, 'usr/lib/rollcall');
  const sum = (file) => createHash('sha256').update(readFileSync(join(installed, file))).digest('hex');
  const listed = (component) => component.hashes?.find(({ alg }) => alg === 'SHA-256')?.content;
  const jars = readdirSync(join(installed, 'lib'));
  assert.deepEqual(
    components.filter(({ type }) => type === 'library').map((each) => `${each.name}-${each.version}.jar ${listed(each)}`).sort(),
    jars.map((jar) => `${jar} ${sum(join('lib', jar))}`).sort());
  assert.equal(listed(metadata.component), sum('sidecar.jar'));
  assert.deepEqual(components.filter(({ pedigree }) => pedigree).map(({ name }) => name), ['picocli']);
  const [{ version }] = components.filter(({ name }) => name === 'openjdk');
  assert.ok(readFileSync(join(installed, 'java/release'), 'utf8').includes(`JAVA_VERSION="${version}"`));
});

// Name, mode, type, time and sum of each file of a package (dpkg-deb sets the times of directories anew), without the cache, and its sum and size in the control files.
const contents = (file) => {
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('dpkg-deb', ['--raw-extract', file, unpacked]);
  const list = execFileSync('find', ['.', '!', '-type', 'd', '-printf', '%p %m %y %T@\n'], { cwd: unpacked, encoding: 'utf8' }).split('\n').sort();
  const sums = execFileSync('sh', ['-c', 'find . -type f ! -path "*/aot/*" ! -name "*.aot" ! -name md5sums ! -name control -exec sha256sum {} + | sort'], { cwd: unpacked });
  return createHash('sha256').update(list.join('\n')).update(sums).digest('hex');
};

test('a second build makes the same packages, but for the cache', () => {
  execFileSync('./build-packages.sh', { cwd: root, stdio: 'ignore', env: { ...process.env, ROLLCALL_DIST: folder } });
  for (const name of packages) assert.equal(contents(join(folder, name)), contents(join(dist, name)), name);
});
