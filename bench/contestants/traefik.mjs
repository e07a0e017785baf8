// Traefik with a file of servers, which is replaced at each change.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request, until } from '../lab.mjs';
import { Contestant } from './contestant.mjs';

export class Traefik extends Contestant {
  static title = 'Traefik, file';
  static needs = ['traefik'];
  file = join(this.home, 'servers.yml');

  async start() {
    this.told();
    this.spawn('proxy', 'traefik', ['--entryPoints.web.address=127.0.0.1:8080', `--providers.file.filename=${this.file}`, '--providers.file.watch=true',
      '--providers.providersThrottleDuration=50ms', '--log.level=ERROR', '--global.checkNewVersion=false', '--global.sendAnonymousUsage=false']);
    await until('Traefik', async () => (await request(8080, '/')).code > 0);
  }

  told() {
    const servers = this.addresses().map((address) => ({ url: `http://${address}` }));
    const loadBalancer = { servers, sticky: { cookie: { name: 'lb' } }, healthCheck: { path: '/health', interval: '200ms', timeout: '1s' } };
    writeFileSync(`${this.file}.new`, JSON.stringify({ http: { // JSON is YAML too
      routers: { app: { rule: 'PathPrefix(`/`)', service: 'app', middlewares: ['retry'] } },
      middlewares: { retry: { retry: { attempts: 4 } } },
      services: { app: { loadBalancer } },
    } }));
    renameSync(`${this.file}.new`, this.file);
  }
}
