import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { isUnreachable } from './hosts';
import { type CompleteObservation, failuresOf, type Observation } from './observe';
import { rotationOf } from './worker-state';

/** The part of the cluster that a run works with, and what was seen of it. */
export interface Reached {
  readonly cluster: Cluster;
  readonly observation: CompleteObservation;
  /** Workers that are left out. */
  readonly missed: readonly string[];
}

/**
 * Leaves out the workers that can't be reached, where they are no more than `max-unreachable` and no load balancer sends
 * them requests, and the load balancers that were shown to take no traffic.
 * @returns the failures that stand in the way instead
 */
export function reached(
  cluster: Cluster,
  observation: Observation,
  without: readonly string[],
): Reached | { readonly problems: readonly BukaError[] } {
  const away = [...observation.workers].flatMap(([name, seen]) => (isUnreachable(seen) ? [name] : []));
  const views = [...observation.loadBalancers.values()];
  const idle = away.filter((name) => !views.some((view) => rotationOf(view, name) === 'in'));
  const serving = away.filter((name) => !idle.includes(name)).map((name) => observation.workers.get(name));
  const missed = idle.length <= cluster.rollout.maxUnreachable ? idle : [];
  const left = narrow(cluster, [...missed, ...without]);
  const problems = [
    ...left.workers.hosts.map(({ name }) => observation.workers.get(name)),
    ...left.loadBalancers.hosts.map(({ name }) => observation.loadBalancers.get(name)),
  ]
    .filter((one) => one instanceof BukaError)
    .map((one) => (serving.includes(one) ? stillServing(one) : one));
  if (problems.length > 0) return { problems };
  return { cluster: left, observation: seenOf(left, observation), missed };
}

const stillServing = ({ failure }: BukaError) =>
  new BukaError({
    ...failure,
    hint: `${failure.hint ?? ''} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim(),
  });

/** For work that puts right what it can reach. */
export function withoutUnreachable(
  cluster: Cluster,
  observation: Observation,
): Reached & { silent: readonly BukaError[] } {
  const failing = (seen: ReadonlyMap<string, unknown>) =>
    [...seen].filter(([, one]) => one instanceof BukaError).map(([name]) => name);
  const missed = failing(observation.workers);
  const left = narrow(cluster, [...missed, ...failing(observation.loadBalancers)]);
  return { cluster: left, observation: seenOf(left, observation), missed, silent: failuresOf(observation) };
}

function narrow(cluster: Cluster, without: readonly string[]): Cluster {
  const stays = ({ name }: { name: string }) => !without.includes(name);
  const { workers, loadBalancers } = cluster;
  return {
    ...cluster,
    workers: { ...workers, hosts: workers.hosts.filter(stays) },
    loadBalancers: { ...loadBalancers, hosts: loadBalancers.hosts.filter(stays) },
  };
}

function seenOf(cluster: Cluster, observation: Observation): CompleteObservation {
  const pick = <T>(from: ReadonlyMap<string, T | BukaError>, hosts: readonly { name: string }[]) =>
    new Map(hosts.map(({ name }) => [name, from.get(name) as T] as const));
  return {
    workers: pick(observation.workers, cluster.workers.hosts),
    loadBalancers: pick(observation.loadBalancers, cluster.loadBalancers.hosts),
  };
}
