// How long a command of `rollcall` takes: medians of wall clock and processor time in seconds.
// usage: node bench/command-times.mjs [--alone] [ROUNDS [PROGRAM...]]   default: 20 bin/rollcall; with a lab of ./run.sh running
// --alone, as root: each command has a processor of its own while it runs (chrt), whatever else the machine does.
// Several programs (two checkouts, or /usr/bin/rollcall) are run in turns, so that they can be compared.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const alone = process.argv[2] === '--alone';
const [rounds = '20', ...given] = process.argv.slice(alone ? 3 : 2);
const first = alone ? ['chrt', '-r', '1'] : [];
const programs = given.length > 0 ? given : [fileURLToPath(new URL('../bin/rollcall', import.meta.url))];
const commands = ['status --help', 'check', 'status', 'members', 'events', 'plan', 'doctor'];
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1].toFixed(2);

for (const command of commands) {
  const taken = programs.map(() => ({ wall: [], cpu: [] }));
  for (let round = 0; round < Number(rounds); round++) {
    programs.forEach((program, i) => {
      const begin = process.hrtime.bigint();
      // the shell's `times` ends with the processor time of its children
      const { stdout } = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1; times', 'sh', ...first, program, ...command.split(' ')], { encoding: 'utf8' });
      taken[i].wall.push(Number(process.hrtime.bigint() - begin) / 1e9);
      const children = stdout.trim().split('\n').at(-1);
      taken[i].cpu.push([...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0));
    });
  }
  programs.forEach((program, i) => console.log(`${command}\t${median(taken[i].wall)} s\t${median(taken[i].cpu)} s of processor\t${program}`));
}
