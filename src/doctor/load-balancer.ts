import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import type { AddressView, LoadBalancerView } from '../load-balancer';
import type { Observation } from '../rollout';
import { type Finding, failed, NOT_LET_IN, ok, unchecked, wrong } from './finding';

/** HAProxy was asked, and knows a name of `buka.yml` not. */
const NAMES = new Set(['unknown-backend', 'unknown-server', 'tracked-elsewhere']);
const aspects = ['HAProxy', 'worker names', 'checks'];

/** Whether a load balancer can be driven, knows every worker, and gets through to it. Pure. */
export function loadBalancerFindings(cluster: Cluster, host: string, observation: Observation): Finding[] {
  const seen = observation.loadBalancers.get(host);
  if (seen === undefined) return aspects.map((what) => unchecked(host, what, NOT_LET_IN));
  if (seen instanceof BukaError) {
    const known = NAMES.has(seen.code);
    return [
      known ? ok(host, 'HAProxy', 'its master socket answers') : failed(host, 'HAProxy', seen),
      known ? failed(host, 'worker names', seen) : unchecked(host, 'worker names', "HAProxy can't be asked"),
      unchecked(host, 'checks', known ? 'not every worker is known' : "HAProxy can't be asked"),
    ];
  }
  const processes = `${seen.processes} ${seen.processes === 1 ? 'process' : 'processes'}`;
  const names = [...seen.workers.values()].flatMap(({ servers }) =>
    servers.map((one) => `${one.backend}/${one.server}`),
  );
  return [
    ok(host, 'HAProxy', `its master socket answers; ${processes}`),
    ok(host, 'worker names', names.join(', ')),
    checksFinding(cluster, host, seen, observation),
  ];
}

/** A worker that is well by its own account and down by the load balancer's can't be reached from there. */
function checksFinding(cluster: Cluster, host: string, view: LoadBalancerView, { workers }: Observation): Finding {
  const { port, health } = cluster.workers;
  const serving = [...view.workers.values()].filter(({ worker }) => {
    const told = workers.get(worker);
    return told !== undefined && !(told instanceof BukaError) && told.probe.healthy;
  });
  if (serving.length === 0) return unchecked(host, 'checks', 'no worker is known to be healthy yet');
  const blind = serving.filter(({ servers }) => servers.some(({ check }) => check === 'unchecked'));
  const cutOff = serving.filter(({ servers }) => servers.some(({ check }) => check === 'failed'));
  const say = (some: typeof serving) => some.map(({ worker }) => worker).join(', ');
  if (cutOff.length > 0)
    return wrong(
      host,
      'checks',
      `${say(cutOff)}: healthy on the machine itself, DOWN for HAProxy`,
      `On ${host}: curl -i http://${cluster.hosts.get(cutOff[0]?.worker ?? '')?.address}:${port}${health}; a firewall between them, or another path in HAProxy's check?`,
      'check-failed',
    );
  if (blind.length > 0)
    return unchecked(
      host,
      'checks',
      `${say(blind)}: HAProxy has no check, so it gives traffic to a worker that is down`,
      `Worth having: \`check\` in the server's line, \`option httpchk GET ${health}\` in its backend: docs/haproxy.md`,
    );
  return ok(host, 'checks', `${say(serving)} healthy`);
}

/** The shared address is on exactly one of them. Pure. */
export function addressFindings(cluster: Cluster, views: ReadonlyMap<string, AddressView | BukaError>): Finding[] {
  const { address, hosts } = cluster.loadBalancers;
  if (address === undefined) return [];
  const what = `address ${address}`;
  return hosts.map(({ name }) => {
    const view = views.get(name);
    if (view === undefined || view instanceof BukaError) return unchecked(name, what, NOT_LET_IN);
    const others = hosts.filter((other) => other.name !== name).map((other) => views.get(other.name));
    const also = others.some((other) => other !== undefined && !(other instanceof BukaError) && other.here);
    const all = others.every((other) => other !== undefined && !(other instanceof BukaError));
    const mend = `On ${name}: \`systemctl status keepalived\`, \`ip -br address\``;
    if (view.here)
      return also
        ? wrong(
            name,
            what,
            'it is on more than one load balancer',
            `${mend}; the two don't hear each other`,
            'address-twice',
          )
        : ok(name, what, 'it is here');
    if (also) return ok(name, what, 'another one has it');
    if (!all) return unchecked(name, what, 'not here; not every other load balancer could be asked');
    return wrong(
      name,
      what,
      'no load balancer has it',
      `${mend}; bare machines: \`buka provision\``,
      'address-nowhere',
    );
  });
}
