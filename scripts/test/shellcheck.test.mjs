// shellcheck, for dash, over every shell script of the repository, committed or not.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
const files = execFileSync('git', options, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

// A script names its shell in its first line; a file that others source does it in a directive.
const isScript = (file) => {
  try {
    return /^#!.*\bsh\n|^# shellcheck shell=sh\n/.test(readFileSync(join(root, file), 'utf8'));
  } catch {
    return false; // deleted, or a link to a folder
  }
};

test('shellcheck finds nothing', () => {
  const scripts = files.filter(isScript);
  for (const known of ['test.sh', 'mvnw', 'scripts/needs.sh', 'ha/services/sidecar/run', 'conf/serf-log']) {
    assert.ok(scripts.includes(known), `${known} is not among the ${scripts.length} scripts found`);
  }
  const found = spawnSync('shellcheck', ['--external-sources', '--shell=dash', ...scripts], { cwd: root, encoding: 'utf8' });
  assert.equal(found.error, undefined);
  assert.equal(found.status, 0, `${found.stdout}${found.stderr}`);
});
