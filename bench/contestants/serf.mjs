// Serf as the source: an agent beside the balancer, and one beside each application.
import { join } from 'node:path';
import { root, until } from '../lab.mjs';
import { HaproxyContestant } from './contestant.mjs';

export class SerfContestant extends HaproxyContestant {
  handler = []; // more arguments of the balancer's agent

  agent(part, name, address, peers, ...more) {
    return this.spawn(part, 'serf', ['agent', `-config-file=${join(root, 'conf/serf.json')}`, `-node=${name}`, `-bind=${address}:7946`, `-rpc-addr=${address}:7373`,
      ...peers.map((peer) => `-retry-join=${peer}:7946`), ...more], { env: this.env });
  }

  async startSource() {
    this.source = this.agent('source', 'ha', '127.0.0.1', [...this.members.values()].slice(0, 3).map(({ instance }) => instance.address), '-tag', 'role=balancer', ...this.handler);
    await until('the agent', () => this.source.output.includes('EventMemberJoin'));
  }

  register(instance) {
    const agent = this.agent('application', instance.name, instance.address, ['127.0.0.1'], '-tag', 'role=backend', '-tag', 'port=3000', '-tag', 'boot=1');
    this.members.set(instance.name, { instance, agent });
  }

  async gone(instance, signal) {
    const { agent } = this.members.get(instance.name);
    this.members.delete(instance.name);
    await this.end(agent, signal);
  }

  unregister(instance) { return this.gone(instance, 'SIGINT'); }
  killed(instance) { return this.gone(instance, 'SIGKILL'); }
  sourceAway() { return this.end(this.source); }
  sourceBack() { return this.startSource(); }
}
