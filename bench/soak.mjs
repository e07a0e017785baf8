// See bench/soak.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab, Visitors, commit, generator, memory, now, root, run, section } from './lab.mjs';

const minutes = Number(process.argv[2] ?? 360);
const random = generator(1);
const pick = (list) => list[Math.floor(random() * list.length)];

// An SMTP server that accepts two mails of three, and refuses the third for now.
const mail = { accepted: 0, refused: 0 };
const smtp = net.createServer((socket) => {
  let [text, data] = ['', false];
  const say = (line) => socket.write(`${line}\r\n`);
  socket.on('error', () => {}).on('data', (chunk) => {
    text += chunk;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (data) {
        if (line !== '.') continue;
        data = false;
        if (random() < 0.33) { mail.refused++; say('451 later'); } else { mail.accepted++; say('250 ok'); }
      } else if (/^DATA/i.test(line)) { data = true; say('354 go on'); } else if (/^QUIT/i.test(line)) { say('221 bye'); } else say('250 ok');
    }
  });
  say('220 soak');
}).listen(2525, '127.0.0.1');

const lab = new Lab({ SIDECAR_MAIL_HOST: '127.0.0.1', SIDECAR_MAIL_PORT: '2525', SIDECAR_MAIL_TLS: 'off', SIDECAR_MAIL_FROM: 'soak@example.org', SIDECAR_MAIL_TO: 'operator@example.org' });

// A reader of the stream that goes away after a while, one of four without reading anything.
const stream = () => http.get({ port: lab.page, host: '127.0.0.1', path: '/api/v1/stream', agent: false }, (response) => {
  if (random() < 0.75) response.resume();
  response.on('error', () => {});
  setTimeout(() => response.destroy(), random() * 20_000);
}).on('error', () => {});

const changes = [
  () => lab.command('restart', pick(['s1', 's2', 's3'])),
  async () => { const name = pick(['s2', 's3']); await lab.command('kill', name); await sleep(random() * 4000); await lab.command('add', name); },
  () => lab.act('PUT', `/api/v1/pools/nodes/members/s1/weight`, { weight: Math.ceil(random() * 100) }),
  () => lab.act('DELETE', '/api/v1/pools/nodes/members/s1/intent'),
  () => lab.act('POST', '/api/v1/mail/test'),
  () => run('s6-svc', '-r', lab.service('serf')),
  () => process.kill(lab.pid('ha'), 'SIGKILL'),
];

const held = () => {
  const pid = lab.pid('sidecar');
  return {
    pid, memory: memory(pid), descriptors: readdirSync(`/proc/${pid}/fd`).length, threads: readdirSync(`/proc/${pid}/task`).length,
    disk: Number(run('du', '-sk', join(lab.home, 'ha/state')).split('\t')[0]),
  };
};

const lines = [];
const print = (line) => { lines.push(line); console.log(line); };
let ending = false;
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { ending = true; });
let visitors;
try {
  await lab.command('--detach', '--backends', '3');
  visitors = new Visitors(lab.http, 50);
  await lab.steadySince(now());
  print(`${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, load average ${loadavg()[0].toFixed(1)} at the start; one sidecar process throughout.\n`);
  print('| minute | resident MiB | descriptors | threads | state directory KiB | changes | GETs | failed | mails accepted, refused |');
  print('|---|---|---|---|---|---|---|---|---|');
  const samples = [];
  const began = now();
  let count = 0;
  for (let minute = 1; minute <= minutes && !ending; minute++) {
    while (now() - began < minute * 60_000 && !ending) {
      await pick(changes)();
      count++;
      for (let i = 0; i < 5; i++) stream();
      await sleep(random() * 3000);
    }
    const sample = held();
    samples.push(sample);
    print(`| ${[minute, sample.memory.toFixed(0), sample.descriptors, sample.threads, sample.disk, count, visitors.sent, visitors.failed.length, `${mail.accepted}, ${mail.refused}`].join(' | ')} |`);
  }
  const third = Math.floor(samples.length / 3);
  const most = (part, key) => Math.max(...part.map((one) => one[key]));
  const limits = { memory: [1.05, 4], descriptors: [1, 40], threads: [1, 2], disk: [1, 2048] }; // streams come and go; the journal grows to 32 MiB
  const verdicts = Object.entries(limits).map(([key, [factor, more]]) => {
    const [middle, last] = [most(samples.slice(third, 2 * third), key), most(samples.slice(2 * third), key)];
    return `${key} ${last <= middle * factor + more ? 'flat' : 'GROWS'} (${middle.toFixed(0)}, then ${last.toFixed(0)})`;
  });
  print(`\nThe most in the second third of the time and in the last: ${verdicts.join(', ')}.${samples.some((one) => one.pid !== samples[0].pid) ? ' THE SIDECAR WAS RESTARTED.' : ''}`);
  const file = join(root, 'docs/reliability.md');
  writeFileSync(file, section(readFileSync(file, 'utf8'), 'soak', lines));
} finally {
  visitors?.stop();
  smtp.close();
  await lab.close();
}
process.exit();
