// consul-template, which reloads HAProxy; a small server answers what it asks of Consul, blocking queries too, at once.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { HaproxyContestant } from './contestant.mjs';
import { startReloadable } from './reload.mjs';

export class ConsulTemplate extends HaproxyContestant {
  static title = 'consul-template, reload';
  static needs = ['consul-template'];
  index = 1;
  waiting = new Set();

  async start() {
    await startReloadable(this);
    await this.sourceBack();
    const template = join(this.home, 'servers.ctmpl');
    writeFileSync(template, '{{ range service "app" }}    server {{ .Node }} {{ .Address }}:{{ .Port }}\n{{ end }}');
    const command = `${join(import.meta.dirname, 'haproxy-reload')} ${this.home} <${join(this.home, 'servers.txt')}`;
    this.spawn('control', 'consul-template', ['-consul-addr=127.0.0.1:8500', `-template=${template}:${join(this.home, 'servers.txt')}:sh -c '${command}'`], { env: this.env });
  }

  answer(response) {
    const service = ({ name, address }) => ({
      Node: { ID: name, Node: name, Address: address, Datacenter: 'dc1', TaggedAddresses: {}, Meta: {} },
      Service: { ID: name, Service: 'app', Address: address, Port: 3000, Tags: [], Meta: {}, Weights: { Passing: 1, Warning: 1 } },
      Checks: [{ Node: name, CheckID: 'serfHealth', Name: 'Serf', Status: 'passing', ServiceID: '' }],
    });
    response.setHeader('X-Consul-Index', this.index).setHeader('X-Consul-KnownLeader', 'true').setHeader('X-Consul-LastContact', '0').setHeader('content-type', 'application/json');
    response.end(JSON.stringify([...this.members.values()].map(service)));
  }

  async sourceBack() {
    this.consul = http.createServer((request, response) => {
      const asked = new URL(request.url, 'http://consul').searchParams.get('index');
      if (Number(asked ?? 0) === this.index) this.waiting.add(response); else this.answer(response);
      response.on('close', () => this.waiting.delete(response));
    }).listen(8500, '127.0.0.1');
    await once(this.consul, 'listening');
  }

  sourceAway() {
    this.consul.close();
    this.consul.closeAllConnections();
  }

  told() {
    this.index++;
    for (const response of this.waiting) this.answer(response);
    this.waiting.clear();
  }

  async close() {
    await super.close();
    this.sourceAway();
  }
}
