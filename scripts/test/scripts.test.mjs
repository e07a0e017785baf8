// What the scripts of the root say before anything starts. That they start a lab is the end-to-end test's to show.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'scripts-'));
after(() => rmSync(folder, { recursive: true }));

const run = async (command, variables = {}, home = root) => {
  const [script, ...options] = command.split(' ');
  const env = { ...process.env, ROLLCALL_LAB_DIR: join(folder, 'lab'), ...variables };
  const started = spawn('/bin/sh', [join(home, script), ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], out, err] = await Promise.all([once(started, 'exit'), text(started.stdout), text(started.stderr)]);
  return { code, out, err };
};

// A folder for PATH with nothing but these.
const commands = (...names) => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const name of names) symlinkSync(`/usr/bin/${name}`, join(bin, name));
  return bin;
};

const hint = '; ./run.sh --help tells the commands';
const refusals = [
  ['run.sh up', 2, `run.sh: 'up': unknown${hint}`],
  ['run.sh --backends 100', 2, `run.sh: --backends: expected a number up to 99${hint}`],
  ['run.sh --balancers 0', 2, `run.sh: --balancers: expected at least 1${hint}`],
  ['run.sh add', 2, `run.sh: add: expected one name${hint}`],
  ['run.sh add s100', 1, "run.sh: 's100': expected a name from s1 to s99, ha, or ha2 to ha9"],
  ['run.sh add s3', 1, 'run.sh: the lab does not run: ./run.sh starts it'],
  ['run.sh status', 1, 'run.sh: the lab does not run: ./run.sh starts it'],
  ['start-containers.sh s100', 1, "start-containers.sh: 's100': expected a name from s1 to s99, ha, or ha2 to ha9"],
  ['test.sh --fast', 2, "test.sh: '--fast': unknown; ./test.sh --help tells what there is"],
];
for (const [command, code, line] of refusals) {
  test(`refuses ${command} in one line`, async () => {
    assert.deepEqual(await run(command), { code, out: '', err: `${line}\n` });
  });
}

for (const script of ['build-images.sh', 'start-containers.sh']) {
  test(`${script} says that no container engine answers`, async () => {
    const { code, err } = await run(script, { ENGINE: 'no-such-engine' });
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^${script}: no container engine answers: .*podman.*\\n$`));
  });
}

// A PATH on which unshare, with which each container begins, is this script.
const unshare = (script) => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
};
const allowing = unshare('exit 0');
const refusing = unshare('echo "unshare: not permitted" >&2; exit 1');

test('refuses the tests in containers where the machine allows none', async () => {
  const { code, err } = await run('test.sh --containers', { PATH: refusing });
  assert.deepEqual([code, err], [1, 'test.sh: this machine allows no containers: unshare: not permitted\n']);
});

const both = 'test.sh \ntest.sh --containers\n';
const leftOut = 'NOT RUN: the tests in containers, since this machine allows none: unshare: not permitted\n';
for (const [what, PATH, FAILS, code, out] of [
  ['runs all tests', allowing, 'nothing', 0, both],
  ['fails when the tests without containers fail, and runs the others', allowing, '', 1, both],
  ['fails when the tests in containers fail', allowing, '--containers', 1, both],
  ['says that it leaves containers out where the machine allows none', refusing, 'nothing', 0, `test.sh \n${leftOut}`],
]) {
  test(`continuous integration ${what}`, async () => {
    const home = mkdtempSync(join(folder, 'ci-'));
    for (const file of ['.ci/run', 'scripts/engine.sh']) cpSync(join(root, file), join(home, file));
    writeFileSync(join(home, 'test.sh'), '#!/bin/sh\necho "test.sh $*"\n[ "$*" != "$FAILS" ]\n', { mode: 0o755 });
    assert.deepEqual(await run('.ci/run', { PATH, FAILS }, home), { code, out, err: '' });
  });
}

test('names a port that is out of range', async () => {
  const { code, err } = await run('run.sh', { APP_PORT: '65536' });
  assert.deepEqual([code, err], [1, 'run.sh: APP_PORT=65536: expected a port from 1 to 65535\n']);
});

test('names a port that is taken', async () => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  const { code, err } = await run('run.sh', { HTTP_PORT: String(port) });
  taken.close();
  assert.equal(code, 1);
  assert.ok(err.includes(`run.sh: tcp port ${port} on 127.0.0.1 is taken: choose another with HTTP_PORT\n`), err);
});

test('names a folder that it cannot write', async () => {
  const { code, err } = await run('run.sh', { ROLLCALL_LAB_DIR: '/proc/lab' });
  assert.equal(code, 1);
  assert.match(err, /^run\.sh: \/proc\/lab: .* ROLLCALL_LAB_DIR\n$/);
});

test('leaves a folder alone that is no lab', async () => {
  const { code, err } = await run('run.sh', { ROLLCALL_LAB_DIR: folder });
  assert.deepEqual([code, err], [1, `run.sh: ${folder}: expected an empty folder or that of a lab\n`]);
});

test('gives Maven a JDK 25 and all arguments, whatever JAVA_HOME is', async () => {
  const old = join(folder, 'jdk');
  mkdirSync(join(old, 'bin'), { recursive: true });
  writeFileSync(join(old, 'bin/javac'), '', { mode: 0o755 });
  writeFileSync(join(old, 'release'), 'JAVA_VERSION="17.0.15"\n');
  const bin = commands('dirname', 'readlink', 'sed', 'cat');
  writeFileSync(join(bin, 'mvn'), '#!/bin/sh\necho "$@"\ncat "$JAVA_HOME/release"\n', { mode: 0o755 });
  const { code, out } = await run('mvnw -X verify', { JAVA_HOME: old, PATH: bin });
  assert.equal(code, 0);
  assert.match(out, /^-X verify\n/);
  assert.ok(Number(/^JAVA_VERSION="(\d+)/m.exec(out)[1]) >= 25, out);
});

test('says that Maven is missing', async () => {
  const { code, err } = await run('mvnw verify', { PATH: commands('dirname', 'readlink', 'sed') });
  assert.deepEqual([code, err], [1, 'mvnw: Maven 3.8 or later is needed: on Debian it is the package maven\n']);
});

test('starts the sidecar also where no supervisor waits for it on descriptor 3', async () => {
  const home = mkdtempSync(join(folder, 'java-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/java'), '#!/bin/sh\necho "started, ready on ${ROLLCALL_READY_FD-none}"\n', { mode: 0o755 });
  const { code, out } = await run('ha/services/sidecar/run', { JAVA_HOME: home, ROLLCALL_READY_FD: '3' });
  assert.deepEqual([code, out], [0, 'started, ready on none\n']);
});

test('an agent that refuses a member starts afresh, once, and the next one after its turn', () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const name of ['sleep', 's6-svc', 'serf']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${bin}/done\n`, { mode: 0o755 });
  }
  const conflict = (state, theirs) =>
    `[ERR] memberlist: Conflicting address for s1. Mine: 10.0.0.1:7946 Theirs: ${theirs} Old state: ${state}\n`;
  const input = [
    '==> Starting Serf agent...\n', conflict(0, '10.0.0.2:7946'), conflict(2, '$(id)'),
    conflict(1, '10.0.0.2:7946'), conflict(2, '10.0.0.2:7946'),
    '==> Starting Serf agent...\n', conflict(2, '[fd00::3]:7946'),
  ].join('');
  const script = `PATH=${bin}:$PATH; . ${join(root, 'conf/serf-log')}; wait`;
  const out = execFileSync('/bin/sh', ['-c', script], { input, encoding: 'utf8' });
  assert.equal(out.match(/^serf: starts afresh/gm).length, 2);
  const done = readFileSync(join(bin, 'done'), 'utf8').split('\n').sort().join('\n');
  assert.match(done, /^\ns6-svc -k \.\.\ns6-svc -k \.\.\nserf join 10\.0\.0\.2:7946\nserf join \[fd00::3\]:7946\n/);
  assert.match(done, /^sleep [45]$/m);
});
