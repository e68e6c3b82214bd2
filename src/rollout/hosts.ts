import type { Host } from '../cluster';
import { BukaError } from '../errors';
import { type LoadBalancer, loadBalancer } from '../load-balancer';
import type { Remote } from '../remote';
import type { Context } from './context';

export interface WorkerHost {
  readonly name: string;
  readonly remote: Remote;
}

export async function openLoadBalancer(context: Context, host: Host): Promise<LoadBalancer> {
  return loadBalancer(context.cluster, host, await context.remote(host));
}

export const openLoadBalancerNamed = (context: Context, name: string): Promise<LoadBalancer> =>
  openLoadBalancer(context, named(context.cluster.loadBalancers.hosts, name));

/** The worker's connection; a new one when the last was lost. */
export const openWorker = (context: Context, name: string): Promise<Remote> =>
  context.remote(named(context.cluster.workers.hosts, name));

/** Every worker's connection; they are open already when a run gets here, so this waits for none. */
export function openWorkers(context: Context): Promise<WorkerHost[]> {
  return Promise.all(
    context.cluster.workers.hosts.map(async (host) => ({ name: host.name, remote: await context.remote(host) })),
  );
}

function named(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`${name} is not in this run`);
  return host;
}

/** Asks all at once. One that fails is in the answer with its failure; by name, in the order given. */
export async function askEach<Asked extends { readonly name: string }, T>(
  hosts: readonly Asked[],
  ask: (host: Asked) => Promise<T>,
): Promise<Map<string, T | BukaError>> {
  const answers = await Promise.all(
    hosts.map(async (host): Promise<[string, T | BukaError]> => {
      try {
        return [host.name, await ask(host)];
      } catch (error) {
        if (error instanceof BukaError) return [host.name, error.with({ host: host.name })];
        throw error;
      }
    }),
  );
  return new Map(answers);
}

/** The answers of `askEach`, and the failures. */
export function sorted<T>(answers: ReadonlyMap<string, T | BukaError>) {
  const all = [...answers];
  return {
    answers: all.filter((entry): entry is [string, T] => !(entry[1] instanceof BukaError)),
    failures: all.flatMap(([, one]) => (one instanceof BukaError ? [one] : [])),
  };
}

const unreachable: ReadonlySet<string> = new Set(['unreachable', 'jump-failed', 'connection-lost', 'script-timeout']);

/** The host, or the way to it, is gone; not a refusal of something that answers. */
export const isUnreachable = (error: unknown): error is BukaError =>
  error instanceof BukaError && unreachable.has(error.code);

/** A load balancer that can't be asked: gone, or its HAProxy doesn't answer. */
export const isLoadBalancerLost = (error: unknown): error is BukaError =>
  isUnreachable(error) || (error instanceof BukaError && error.code === 'load-balancer-down');
