// What the documents refer to exists: files, headings, and the fixtures of the tests.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => readFileSync(file, 'utf8');

const markdown = ['.', 'docs', 'docs/decisions']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
  .filter((file) => file.endsWith('.md'));

// The anchor that a forge makes of a heading.
const anchor = (heading) =>
  heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');

const withoutCode = (text) => text.replace(/^```.*?^```/gms, '');
const anchors = (file) => [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading.trim()));
const links = (file) =>
  [...withoutCode(read(file)).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)]
    .map(([, inline, reference]) => inline ?? reference)
    .filter((link) => !/^[a-z]+:/.test(link));

const broken = (file, link) => {
  const [path, fragment] = link.split('#');
  const target = path ? join(dirname(file), path) : file;
  if (!existsSync(target)) return true;
  return fragment !== undefined && statSync(target).isFile() && !anchors(target).includes(fragment);
};

test('every link in the documents leads to a file and a heading that exist', () => {
  const found = markdown.flatMap((file) => links(file).filter((link) => broken(file, link)).map((link) => `${relative(root, file)}: ${link}`));
  assert.deepEqual(found, []);
});

test('every fixture in TESTING.md is a class of the tests', () => {
  const java = readdirSync(join(root, 'sidecar/src/test/java'), { recursive: true }).filter((file) => file.endsWith('.java'));
  const classes = new Set(java.map((file) => basename(file, '.java')));
  const tables = read(join(root, 'TESTING.md')).split('## Fixtures')[1].split('## Rules')[0];
  const named = [...tables.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, cell]) => cell.match(/(?<=`)\w+(?=`)/g));
  assert.ok(named.length > 15, `found only ${named.length} fixtures`);
  assert.deepEqual(named.filter((name) => !classes.has(name)), []);
});

test('every decision has a status, and a row with it in the list of decisions', () => {
  const folder = join(root, 'docs/decisions');
  const list = read(join(folder, 'README.md'));
  for (const name of readdirSync(folder).filter((file) => /^\d{4}-/.test(file))) {
    const status = /^Status: (accepted|superseded by \[\d{4}\])/m.exec(read(join(folder, name)))?.[1].replace(/[[\]]/g, '');
    assert.ok(status, `${name} has no status`);
    assert.match(list, new RegExp(`^\\| \\[${name.slice(0, 4)}\\]\\(${name}\\) \\| .* \\| ${status} \\|$`, 'm'));
  }
});
