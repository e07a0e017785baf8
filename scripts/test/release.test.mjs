// scripts/release in a repository of its own, with a build that takes no time.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'release-'));
after(() => rmSync(folder, { recursive: true }));

const changelog = `# Changelog

## [Unreleased]

### Added

* A setting.

## [0.1.0] - 2026-01-01

* The first version.
`;

const build = `#!/bin/sh
mkdir -p sidecar/target/lib
echo jar >sidecar/target/sidecar.jar; echo lib >sidecar/target/lib/a.jar; echo '{}' >sidecar/target/bom.json
`;

const repository = (text = changelog, maven = build) => {
  const home = mkdtempSync(join(folder, 'repository-'));
  mkdirSync(join(home, 'sidecar'));
  for (const file of ['scripts/release', 'scripts/needs.sh', 'pom.xml', 'sidecar/pom.xml', 'conf/sidecar.yaml', 'LICENSE']) {
    cpSync(join(root, file), join(home, file));
  }
  writeFileSync(join(home, 'CHANGELOG.md'), text);
  writeFileSync(join(home, 'mvnw'), maven, { mode: 0o755 });
  writeFileSync(join(home, '.gitignore'), 'target/\ndist/\n');
  const git = (...options) => execFileSync('git', options, { cwd: home, encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Release');
  git('config', 'user.email', 'release@example.org');
  git('add', '.');
  git('commit', '-qm', 'start');
  const release = (...options) => spawnSync('sh', ['scripts/release', ...options], { cwd: home, encoding: 'utf8' });
  const read = (file) => readFileSync(join(home, file), 'utf8');
  return { home, git, release, read };
};

test('a release sets the version, dates the changelog, builds, commits and tags', () => {
  const { home, git, release, read } = repository();
  const { status, stderr } = release('1.2.3');
  assert.deepEqual([status, stderr], [0, '']);
  for (const pom of ['pom.xml', 'sidecar/pom.xml']) {
    assert.match(read(pom), /<artifactId>rollcall<\/artifactId>\n *<version>1\.2\.3<\/version>/);
  }
  assert.match(read('CHANGELOG.md'), /## \[Unreleased\]\n\n## \[1\.2\.3\] - \d{4}-\d\d-\d\d\n\n### Added\n\n\* A setting\./);
  assert.equal(git('describe', '--exact-match'), 'v1.2.3');
  assert.equal(git('log', '-1', '--format=%s'), 'release: 1.2.3');
  assert.equal(git('status', '--porcelain'), '');
  const name = 'rollcall-sidecar-1.2.3';
  assert.deepEqual(readdirSync(join(home, 'dist')).sort(), ['SHA256SUMS', `${name}-bom.json`, `${name}.tar.gz`]);
  execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: join(home, 'dist') });
  const files = execFileSync('tar', ['tzf', `dist/${name}.tar.gz`], { cwd: home, encoding: 'utf8' }).split('\n');
  for (const file of ['sidecar.jar', 'lib/a.jar', 'conf/sidecar.yaml', 'LICENSE', 'CHANGELOG.md']) {
    assert.ok(files.includes(`${name}/${file}`), file);
  }
});

test('the artefacts of a tag are those of the release, with its changes as notes', () => {
  const { release, read } = repository();
  release('1.2.3');
  const sums = read('dist/SHA256SUMS');
  assert.equal(release('--artefacts').status, 0);
  assert.equal(read('dist/SHA256SUMS'), sums);
  assert.equal(read('dist/release-notes.md').trim(), '### Added\n\n* A setting.');
});

test('a dry run builds the artefacts and changes nothing else', () => {
  const { home, git, release } = repository();
  assert.equal(release('1.2.3', '--dry-run').status, 0);
  assert.ok(existsSync(join(home, 'dist/rollcall-sidecar-1.2.3.tar.gz')));
  assert.deepEqual([git('status', '--porcelain'), git('tag'), git('rev-list', '--count', 'HEAD')], ['', '', '1']);
});

test('a build that fails leaves no change, no commit and no tag', () => {
  const { git, release } = repository(changelog, '#!/bin/sh\nexit 1\n');
  const { status, stderr } = release('1.2.3');
  assert.deepEqual([status, stderr], [1, 'release: failed; nothing was committed or tagged\n']);
  assert.deepEqual([git('status', '--porcelain'), git('tag'), git('rev-list', '--count', 'HEAD')], ['', '', '1']);
});

const help = '; see scripts/release --help';
for (const [options, status, message] of [
  [[], 2, `expected a version, got nothing${help}`],
  [['1.2'], 2, `expected a version such as 1.2.3, got "1.2"${help}`],
  [['1.2.3', '--fast'], 2, `unknown option "--fast"${help}`],
]) {
  test(`release ${options.join(' ')} fails with one line`, () => {
    const result = repository().release(...options);
    assert.deepEqual([result.status, result.stderr], [status, `release: ${message}\n`]);
  });
}

test('refuses a working tree with changes, a version that exists, and a changelog without entries', () => {
  const dirty = repository();
  writeFileSync(join(dirty.home, 'left-over'), '');
  assert.match(dirty.release('1.2.3').stderr, /^release: the working tree has changes or untracked files; .*\n$/);
  const tagged = repository();
  tagged.git('tag', 'v1.2.3');
  assert.equal(tagged.release('1.2.3').stderr, 'release: the tag v1.2.3 already exists\n');
  const empty = repository('# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n* The first version.\n');
  assert.match(empty.release('1.2.3').stderr, /^release: CHANGELOG\.md has no entry under \[Unreleased\]; .*\n$/);
});
