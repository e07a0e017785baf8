// Calls every operation of the API with the generated client: node client.js URL TOKEN.
import { ActionsApi, Configuration, HealthApi, StatusApi } from './client/index';

declare const process: { argv: string[]; exitCode: number };

const [url, token] = process.argv.slice(2);
const configuration = new Configuration({ basePath: url, accessToken: token });
const called = new Set<string>();

function check(condition: unknown, what: string): void {
  if (!condition) throw new Error(what);
}

// Records which operations are called.
function recorded<T extends object>(api: T): T {
  return new Proxy(api, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        called.add(String(name).replace(/Raw$/, ''));
        return value.apply(target, args);
      };
    },
  });
}

async function main(): Promise<void> {
  const status = recorded(new StatusApi(configuration));
  const actions = recorded(new ActionsApi(configuration));
  const health = recorded(new HealthApi(configuration));

  const now = await status.getStatus();
  check(now.balancer.name === 'ha', 'the name of the balancer');
  const backend = now.pools[0].backend;
  const member = now.pools[0].members.find(row => row.name === 's1');
  check(member?.gossip === 'alive', 'the member s1');
  check((await status.getEvents({ since: 0 })).events[0].kind, 'an event');
  check((await status.getHistory({ range: 'hour', pool: backend, members: '1' })).pools[0].members.length, 'a history');
  check((await status.getPage()).includes('Pool nodes'), 'the text');
  const description = await status.getDescription();
  const stream = await status.getStreamRaw({});
  const reader = stream.raw.body!.getReader();
  check((await reader.read()).value, 'the stream');
  await reader.cancel();
  check((await status.lookUpSession({ lookUpSessionRequest: { cookie: 'no such session' } })).member === null, 'no session');
  const name = 's1';
  const intentTerms = { reason: 'a test', until: new Date(Date.now() + 3_600_000) };
  check((await actions.drainMember({ backend, name, intentTerms })).accepted, 'drain');
  check((await actions.setMaintenance({ backend, name })).accepted, 'maintenance');
  check((await actions.setReady({ backend, name })).accepted, 'ready');
  check((await actions.setWeight({ backend, name, setWeightRequest: { weight: 50 } })).accepted, 'weight');
  check((await actions.clearIntent({ backend, name })).accepted, 'automatic');
  check((await actions.releaseHold({ backend })).accepted, 'release');
  check((await actions.resync()).accepted, 'resync');
  check((await actions.testMail()).accepted, 'mail');
  check((await actions.testChannel({ channel: 'hook' })).accepted, 'channel');
  check(await health.getHealth(), 'health');
  check(await health.getReadiness(), 'readiness');
  check((await health.getMetrics()).includes('rollcall_up'), 'metrics');

  const operations = [...description.matchAll(/operationId: (\w+)/g)].map(found => found[1]);
  const missing = operations.filter(operation => !called.has(operation));
  check(missing.length === 0, 'not called: ' + missing.join(', '));
  console.log(`TypeScript: ${called.size} of ${operations.length} operations called`);
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
