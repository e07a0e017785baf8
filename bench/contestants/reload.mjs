// HAProxy in master-worker mode, reloaded by a handler of Serf's events whenever the members change.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SerfContestant } from './serf.mjs';

export const startReloadable = async (it) => {
  writeFileSync(it.state, '1\n');
  writeFileSync(join(it.home, 'template.cfg'), it.withServers('    server-template none 1 127.0.0.1:1 disabled\n'));
  writeFileSync(it.config, it.withServers(''));
  await it.startHaproxy('-W', '-p', join(it.home, 'haproxy.pid'), '-f', it.config);
};

export class Reload extends SerfContestant {
  static title = 'Serf handler, reload';
  handler = ['-event-handler', `member-join,member-leave,member-failed,member-update,member-reap=${join(import.meta.dirname, 'haproxy-handler')} ${this.home}`];

  async start() {
    await startReloadable(this);
    await this.startSource();
  }
}
