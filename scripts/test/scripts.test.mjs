// Tests the error messages and the usage of the scripts. EndToEndIT tests that run.sh starts a lab.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
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
  const child = spawn('/bin/sh', [join(home, script), ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, out, err };
};

// A directory for PATH with only these commands.
const onlyCommands = (...names) => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const name of names) symlinkSync(`/usr/bin/${name}`, join(bin, name));
  return bin;
};

const seeHelp = '; see ./run.sh --help';
const names = 'expected s1 to s99, ha, or ha2 to ha9';
const notRunning = 'run.sh: the lab is not running; start it with ./run.sh';
const errors = [
  ['run.sh up', 2, `run.sh: unknown argument "up"${seeHelp}`],
  ['run.sh --detach up', 2, `run.sh: unknown argument "up"${seeHelp}`],
  ['run.sh --backends', 2, `run.sh: --backends: expected a number from 0 to 99, got nothing${seeHelp}`],
  ['run.sh --backends 100', 2, `run.sh: --backends: expected a number from 0 to 99, got "100"${seeHelp}`],
  ['run.sh --backends two', 2, `run.sh: --backends: expected a number from 0 to 99, got "two"${seeHelp}`],
  ['run.sh --balancers 0', 2, `run.sh: --balancers: expected a number from 1 to 9, got "0"${seeHelp}`],
  ['run.sh --balancers 10', 2, `run.sh: --balancers: expected a number from 1 to 9, got "10"${seeHelp}`],
  ['run.sh add', 2, `run.sh: add: expected the name of a node, got nothing${seeHelp}`],
  ['run.sh stop s1 s2', 2, `run.sh: stop: expected the name of one node, got 2 names${seeHelp}`],
  ['run.sh status s1', 2, `run.sh: status: unexpected argument "s1"${seeHelp}`],
  ['run.sh add s100', 1, `run.sh: invalid node name "s100": ${names}`],
  ['run.sh add s3', 1, notRunning],
  ['run.sh stop s3', 1, notRunning],
  ['run.sh status', 1, notRunning],
  ['start-containers.sh s100', 1, `start-containers.sh: invalid node name "s100": ${names}`],
  ['test.sh --haproxy', 1, 'test.sh: usage: ./test.sh --haproxy VERSION, such as 3.2'],
  ['scripts/haproxy-version', 1, 'haproxy-version: usage: scripts/haproxy-version VERSION'],
  ['scripts/haproxy-version new', 1, 'haproxy-version: "new" is not a version of HAProxy; expected one such as 3.2'],
  ['test.sh --fast', 2, 'test.sh: unknown argument "--fast"; see ./test.sh --help'],
];
for (const [command, code, line] of errors) {
  test(`${command} fails with one line`, async () => {
    assert.deepEqual(await run(command), { code, out: '', err: `${line}\n` });
  });
}

for (const script of ['build-images.sh', 'start-containers.sh']) {
  test(`${script} fails if no container engine responds`, async () => {
    const { code, err } = await run(script, { ENGINE: 'no-such-engine' });
    assert.equal(code, 1);
    const pattern = `^${script}: no container engine responds \\(tried no-such-engine\\); .*podman.*\\n$`;
    assert.match(err, new RegExp(pattern));
  });
}

// A PATH on which unshare, which tests whether containers are permitted, is this script.
const withUnshare = (script) => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
};
const permitted = withUnshare('exit 0');
const denied = withUnshare('echo "unshare: not permitted" >&2; exit 1');
const notPermitted = 'containers are not permitted on this machine: unshare: not permitted\n';

test('test.sh --containers fails where containers are not permitted', async () => {
  const { code, err } = await run('test.sh --containers', { PATH: denied });
  assert.deepEqual([code, err], [1, `test.sh: ${notPermitted}`]);
});

const both = 'test.sh \ntest.sh --containers\n';
const skipped = `SKIPPED: ./test.sh --containers: ${notPermitted}`;
for (const [what, PATH, FAILS, code, out] of [
  ['runs all tests', permitted, 'nothing', 0, both],
  ['fails when the tests without containers fail, and runs the others', permitted, '', 1, both],
  ['fails when the tests in containers fail', permitted, '--containers', 1, both],
  ['reports the tests that it skips where containers are not permitted', denied, 'nothing', 0, `test.sh \n${skipped}`],
]) {
  test(`continuous integration ${what}`, async () => {
    const home = mkdtempSync(join(folder, 'ci-'));
    for (const file of ['.ci/run', 'scripts/engine.sh']) cpSync(join(root, file), join(home, file));
    writeFileSync(join(home, 'test.sh'), '#!/bin/sh\necho "test.sh $*"\n[ "$*" != "$FAILS" ]\n', { mode: 0o755 });
    assert.deepEqual(await run('.ci/run', { PATH, FAILS }, home), { code, out, err: '' });
  });
}

test('run.sh status reads with the action token, which a viewer among the tokens makes necessary', async () => {
  const lab = join(folder, 'lab-status');
  mkdirSync(join(lab, 'ha/services'), { recursive: true });
  const node = spawn('/bin/sleep', ['60'], { env: { ROLLCALL_NODE: join(lab, 'ha') } });
  const sidecar = http.createServer((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer secret' ? 200 : 401;
    response.end('2 of 2 up');
  });
  await once(sidecar.listen(0, '127.0.0.1'), 'listening');
  writeFileSync(join(lab, 'ha/pid'), String(node.pid));
  const { port } = sidecar.address();
  writeFileSync(join(lab, 'settings'), `export SIDECAR_HTTP_TOKEN=secret SIDECAR_HTTP_PORT=${port}\n`);
  assert.deepEqual(await run('run.sh status', { ROLLCALL_LAB_DIR: lab }), { code: 0, out: '2 of 2 up\n', err: '' });
  node.kill();
  sidecar.close();
});

test('run.sh reports a port that is out of range', async () => {
  const { code, err } = await run('run.sh', { APP_PORT: '65536' });
  assert.deepEqual([code, err], [1, 'run.sh: APP_PORT: expected a port from 1 to 65535, got "65536"\n']);
});

test('run.sh reports a port that is in use', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const { code, err } = await run('run.sh', { HTTP_PORT: String(port) });
  server.close();
  assert.equal(code, 1);
  const line = `run.sh: tcp port ${port} on 127.0.0.1 is already in use; set HTTP_PORT to another port\n`;
  assert.ok(err.includes(line), err);
});

test('run.sh reports a directory that it cannot write to', async () => {
  const { code, err } = await run('run.sh', { ROLLCALL_LAB_DIR: '/proc/lab' });
  const line = 'run.sh: cannot write to /proc/lab; set ROLLCALL_LAB_DIR to a writable directory\n';
  assert.deepEqual([code, err], [1, line]);
});

test('run.sh does not use a directory that contains other files', async () => {
  const { code, err } = await run('run.sh', { ROLLCALL_LAB_DIR: folder });
  const expected = 'expected an empty directory or the directory of a lab; set ROLLCALL_LAB_DIR to another directory';
  assert.deepEqual([code, err], [1, `run.sh: ${folder}: ${expected}\n`]);
});

test('mvnw runs Maven with a JDK 25 and all arguments, also if JAVA_HOME is an older JDK', async () => {
  const old = join(folder, 'jdk');
  mkdirSync(join(old, 'bin'), { recursive: true });
  writeFileSync(join(old, 'bin/javac'), '', { mode: 0o755 });
  writeFileSync(join(old, 'release'), 'JAVA_VERSION="17.0.15"\n');
  const bin = onlyCommands('dirname', 'readlink', 'sed', 'cat');
  writeFileSync(join(bin, 'mvn'), '#!/bin/sh\necho "$@"\ncat "$JAVA_HOME/release"\n', { mode: 0o755 });
  const { code, out } = await run('mvnw -X verify', { JAVA_HOME: old, PATH: bin });
  assert.equal(code, 0);
  assert.match(out, /^-X verify\n/);
  assert.ok(Number(/^JAVA_VERSION="(\d+)/m.exec(out)[1]) >= 25, out);
});

test('mvnw reports that Maven is missing', async () => {
  const { code, err } = await run('mvnw verify', { PATH: onlyCommands('dirname', 'readlink', 'sed') });
  assert.deepEqual([code, err], [1, 'mvnw: mvn not found; install Maven 3.8 or later (Debian package maven)\n']);
});

test('the sidecar service disables readiness notification if file descriptor 3 is not a pipe', async () => {
  const home = mkdtempSync(join(folder, 'java-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/java'), '#!/bin/sh\necho "started, ready on ${ROLLCALL_READY_FD-none}"\n', { mode: 0o755 });
  const { code, out } = await run('ha/services/sidecar/run', { JAVA_HOME: home, ROLLCALL_READY_FD: '3' });
  assert.deepEqual([code, out], [0, 'started, ready on none\n']);
});

test('the sidecar starts with the cache of its own jars and Java only', async () => {
  const home = mkdtempSync(join(folder, 'launch-'));
  for (const name of ['lib', 'aot', 'java', 'java/bin']) mkdirSync(join(home, name));
  cpSync(join(root, 'sidecar/launch'), join(home, 'launch'));
  const write = (name, content) => writeFileSync(join(home, name), content, { mode: 0o755 });
  write('java/bin/java', '#!/bin/sh\necho "$1"\necho "$*" >&2\n');
  const contents = { 'sidecar.jar': 'one', 'lib/a.jar': 'a release', 'java/release': 'JAVA_VERSION="25.0.3"' };
  for (const [name, content] of Object.entries(contents)) write(name, content);
  const training = await run('launch', { ROLLCALL_TRAIN: join(home, 'aot') }, home);
  const cache = training.out.trim().replace('-XX:AOTCacheOutput=', '');
  writeFileSync(cache, 'cache');
  const started = await run('launch', {}, home);
  assert.equal(started.out.trim(), `-XX:AOTCache=${cache}`);
  assert.match(started.err, / -Xlog:disable -Xlog:all=error:stderr /, 'Java writes no lines between those of the log');
  assert.doesNotMatch((await run('launch', { ROLLCALL_AOT: 'off' }, home)).out, /AOTCache/);
  for (const [name, content] of Object.entries(contents)) {
    write(name, content.replace(/.$/, '#')); // as long as before
    assert.doesNotMatch((await run('launch', {}, home)).out, /AOTCache/, name);
    write(name, content);
  }
});

test('serf-log restarts an agent that rejects a member, once per run of the agent and once in five seconds', () => {
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
  const restarts = out.match(/^serf-log: restarting the Serf agent, .* whose new address is .*/gm);
  assert.deepEqual(restarts.map((line) => line.split(' ').pop()), ['10.0.0.2:7946', '[fd00::3]:7946']);
  const done = readFileSync(join(bin, 'done'), 'utf8').split('\n').sort().join('\n');
  assert.match(done, /^\ns6-svc -k \.\.\ns6-svc -k \.\.\nserf join 10\.0\.0\.2:7946\nserf join \[fd00::3\]:7946\n/);
  assert.match(done, /^sleep [45]$/m);
});
