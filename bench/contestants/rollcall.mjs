// Rollcall as in the lab, by the agent's RPC alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request, root, until } from '../lab.mjs';
import { HaproxyContestant } from './contestant.mjs';
import { SerfContestant } from './serf.mjs';

export class Rollcall extends SerfContestant {
  static title = 'Rollcall';
  static runtime = join(root, 'sidecar/target/runtime');

  async start() {
    writeFileSync(this.state, '1\n');
    await this.startSource();
    await this.startHaproxy('-db', '-f', HaproxyContestant.shipped);
    const env = {
      SIDECAR_HTTP_HOST: '127.0.0.1', SIDECAR_SERF_PIPE: 'off', SIDECAR_HAPROXY_SOCKET: this.socket, SIDECAR_HAPROXY_STATEFILE: this.state,
      SIDECAR_STATE_DIR: join(this.home, 'state'), SIDECAR_POOLS_0_DRAINTIMEOUT: '5s',
    };
    this.spawn('control', 'sh', [join(this.constructor.runtime, 'launch'), '--config', join(root, 'conf/sidecar.yaml')], { env });
    await until('the sidecar', async () => (await request(9999, '/readyz', { timeout: 1000 })).code === 200);
  }
}

// Another build of it, by its runtime directory.
export class RollcallBefore extends Rollcall {
  static title = 'Rollcall before';
  static runtime = process.env.BEFORE;
}
