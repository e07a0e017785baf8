// The packages that ./build-packages.sh made: lintian, sums, and that a second build gives the same but for the cache.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
