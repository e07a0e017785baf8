// kamal-proxy: each change is a deployment of all servers, which waits until the new ones are healthy. It has no sticky
// sessions.
import { join } from 'node:path';
import { request, until } from '../lab.mjs';
import { Contestant, run } from './contestant.mjs';

export class KamalProxy extends Contestant {
  static title = 'kamal-proxy';
  static needs = ['kamal-proxy'];
  static sticky = false;
  static oneByOne = true; // a deployment waits for all targets that do not answer yet
  env = { ...process.env, HOME: this.home, XDG_CONFIG_HOME: this.home, XDG_RUNTIME_DIR: this.home };

  async start() {
    this.spawn('proxy', 'kamal-proxy', ['run', '--http-port=8080', '--https-port=8443'], { env: this.env });
    await until('kamal-proxy', async () => (await request(8080, '/')).code > 0);
  }

  told() {
    if (this.members.size === 0) return this.changes;
    return this.inTurn(() => run('kamal-proxy', ['deploy', 'app', ...this.addresses().map((address) => `--target=${address}`), '--health-check-path=/health',
      '--health-check-interval=200ms', '--deploy-timeout=10s', '--drain-timeout=5s'], { env: this.env }).catch((error) => console.error(`kamal-proxy: ${error.stderr}`)));
  }
}
