import type { Host } from '../../cluster';
import type { LoadBalancerView, ServerView, WorkerView } from '../load-balancer';
import { adminOf, checkOf, type Facts, type ServerFact, takesTraffic } from './facts';
import type { WorkerTarget } from './scripts';

/** One picture of all processes. New requests go to the current ones; the old ones count for what is in flight. */
export function viewOf(host: Host, facts: Facts, targets: readonly WorkerTarget[]): LoadBalancerView {
  return {
    host,
    processes: facts.processes.length,
    workers: new Map(targets.map((target) => [target.worker, workerView(facts, target)])),
  };
}

function workerView(facts: Facts, { worker, servers }: WorkerTarget): WorkerView {
  const mine = facts.servers.filter((fact) =>
    servers.some(({ backend, server }) => backend === fact.backend && server === fact.server),
  );
  const current = mine.filter(({ old }) => !old);
  const marked = facts.marks.get(worker);
  return {
    worker,
    servers: servers.map(({ backend, server }) =>
      serverView(mine.filter((fact) => fact.backend === backend && fact.server === server)),
    ),
    inRotation: current.length > 0 && current.every(takesTraffic),
    drainedByBuka: current.some((fact) => adminOf(fact) !== 'ready' && marked?.has(fact.process) === true),
  };
}

function serverView(facts: readonly ServerFact[]): ServerView {
  const [fact] = facts.filter(({ old }) => !old);
  if (fact === undefined) throw new Error('a reading without the current process is refused by the script');
  return {
    backend: fact.backend,
    server: fact.server,
    admin: adminOf(fact),
    check: checkOf(fact),
    status: fact.status,
    inFlight: facts.reduce((sum, { inFlight }) => sum + inFlight, 0),
  };
}
