// Caddy, whose list of servers is replaced by its admin API at each change.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request, until } from '../lab.mjs';
import { Contestant } from './contestant.mjs';

export class Caddy extends Contestant {
  static title = 'Caddy, admin API';
  static needs = ['caddy'];

  async start() {
    const proxy = {
      '@id': 'proxy', handler: 'reverse_proxy', upstreams: [], stream_close_delay: '30s',
      load_balancing: { selection_policy: { policy: 'cookie', name: 'lb', secret: 'bench', fallback: { policy: 'round_robin' } }, try_duration: '2s', try_interval: '10ms' },
      health_checks: { active: { uri: '/health', interval: '200ms', timeout: '1s' } },
    };
    const file = join(this.home, 'caddy.json');
    writeFileSync(file, JSON.stringify({
      admin: { listen: '127.0.0.1:2019' }, logging: { logs: { default: { level: 'ERROR' } } },
      apps: { http: { servers: { app: { listen: ['127.0.0.1:8080'], automatic_https: { disable: true }, routes: [{ handle: [proxy] }] } } } },
    }));
    this.spawn('proxy', 'caddy', ['run', '--config', file], { env: { HOME: this.home, XDG_CONFIG_HOME: this.home, XDG_DATA_HOME: this.home } });
    await until('Caddy', async () => (await request(2019, '/config/')).code === 200);
  }

  told() {
    return this.inTurn(async () => {
      const body = JSON.stringify(this.addresses().map((dial) => ({ dial })));
      const answer = await request(2019, '/id/proxy/upstreams', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body });
      if (answer.code !== 200) throw new Error(`Caddy: ${answer.code} ${answer.body} ${answer.why}`);
    });
  }
}
