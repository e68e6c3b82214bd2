import type { Host } from '../../cluster';
import { milliseconds } from '../../units';
import type { LoadBalancerView, ServerView, Traffic, WorkerView } from '../load-balancer';
import { adminOf, checkOf, type Facts, type ServerFact, type TrafficFact, takesTraffic } from './facts';
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
  const mark = facts.marks.get(worker);
  const drainedByBuka = current.some((fact) => adminOf(fact) !== 'ready' && mark?.processes.has(fact.process) === true);
  return {
    worker,
    servers: servers.map(({ backend, server }) =>
      serverView(
        mine.filter((fact) => fact.backend === backend && fact.server === server),
        facts.traffic.filter((fact) => fact.backend === backend && fact.server === server),
      ),
    ),
    inRotation: current.length > 0 && current.every(takesTraffic),
    drainedByBuka,
    lease: drainedByBuka ? mark?.lease : undefined,
  };
}

function serverView(facts: readonly ServerFact[], traffic: readonly TrafficFact[]): ServerView {
  const [fact] = facts.filter(({ old }) => !old);
  if (fact === undefined) throw new Error('a reading without the current process is refused by the script');
  return {
    backend: fact.backend,
    server: fact.server,
    admin: adminOf(fact),
    check: checkOf(fact),
    status: fact.status,
    inFlight: facts.reduce((sum, { inFlight }) => sum + inFlight, 0),
    traffic: trafficOf(traffic),
  };
}

/** A process's mean is of its last 1,024 requests (configuration manual, `show stat`: `ttime`), so it weighs that much. */
function trafficOf(facts: readonly TrafficFact[]): Traffic {
  const sum = (count: (fact: TrafficFact) => number) => facts.reduce((total, fact) => total + count(fact), 0);
  const weight = ({ responses }: TrafficFact) => Math.min(responses, 1024);
  const weights = sum(weight);
  return {
    responses: sum(({ responses }) => responses),
    serverErrors: sum(({ serverErrors }) => serverErrors),
    failed: sum(({ failed }) => failed),
    meanTime: weights === 0 ? undefined : milliseconds(sum((fact) => fact.ttime * weight(fact)) / weights),
  };
}
