import { randomUUID } from 'node:crypto';
import type { Cluster, Host } from '../../cluster';
import { BukaError, ConfigurationError } from '../../errors';
import type { Output, Remote, Script } from '../../remote';
import { type Duration, milliseconds, seconds } from '../../units';
import { type DrainOutcome, LEASE, type LoadBalancer, type LoadBalancerView } from '../load-balancer';
import { failureOf } from './errors';
import { type Facts, parseFacts } from './facts';
import { change, observe, renew, type WorkerTarget } from './scripts';
import { viewOf } from './view';

/**
 * Until a drain has begun there, or ended: by connection and worker. A readmission that overtook it on the way would
 * find nothing to do, and the worker would be left drained.
 */
const drainsOn = new WeakMap<Remote, Map<string, Promise<unknown>>>();

/** The steps that this process has sent, to whichever load balancer. */
const steps = { process: randomUUID(), number: 0 };

/**
 * HAProxy, by the command line of its master process: the one place where every process is seen and told, also those
 * that a reload left behind (HAProxy's management guide, 9.4).
 */
export class HaproxyLoadBalancer implements LoadBalancer {
  readonly #targets: ReadonlyMap<string, WorkerTarget>;

  constructor(
    private readonly cluster: Cluster,
    readonly host: Host,
    private readonly remote: Remote,
    private readonly lease: Duration = LEASE,
  ) {
    this.#targets = new Map(cluster.workers.hosts.map((worker) => [worker.name, targetOf(cluster, worker.name)]));
  }

  async observe(): Promise<LoadBalancerView> {
    const targets = [...this.#targets.values()];
    const about = { service: this.cluster.service, masterSocket: this.cluster.loadBalancers.masterSocket, targets };
    return this.remote.run(
      observe(about, (output) => viewOf(this.host, parseFacts(this.#succeeded(output, 'observe')), targets)),
    );
  }

  async drain(
    worker: string,
    { deadline, onProgress }: { deadline: Duration; onProgress?: (inFlight: number) => void },
  ): Promise<DrainOutcome> {
    const parse = (output: Output): DrainOutcome => {
      const [kind, ...figures] = this.#answer(output, 'drain', worker, ['drained', 'still']);
      const [first = 0, unreadable = 0, waited = 0] = figures.map(Number);
      if (kind === 'drained') return { kind, waited: milliseconds(first) };
      return { kind: 'still-in-flight', inFlight: first, unreadable, waited: milliseconds(waited) };
    };
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const ended = this.remote.run(this.#change('drain', worker, deadline, parse), {
      onLine: (line) => {
        begin();
        const progress = /^progress (\d+)$/.exec(line);
        if (progress) onProgress?.(Number(progress[1]));
      },
    });
    const drains = drainsOn.get(this.remote) ?? new Map<string, Promise<unknown>>();
    drainsOn.set(this.remote, drains.set(worker, Promise.race([begun, ended.catch(() => {})])));
    return ended;
  }

  async maintain(worker: string, { deadline = seconds(10) }: { deadline?: Duration } = {}): Promise<{ cut: number }> {
    return this.remote.run(
      this.#change('maintain', worker, deadline, (output) => ({
        cut: Number(this.#answer(output, 'maintain', worker, ['cut'])[1]),
      })),
    );
  }

  async check(worker: string, { deadline }: { deadline: Duration }): Promise<{ passed: boolean; seen: string }> {
    const parse = (output: Output) => {
      const [kind, checked = '', ...seen] = this.#answer(output, 'check', worker, ['passed', 'failed']);
      const unchecked = checked.startsWith('no') ? 'no check is configured; ' : '';
      return { passed: kind === 'passed', seen: unchecked + seen.join(' ') };
    };
    return this.remote.run(this.#change('check', worker, deadline, parse));
  }

  async readmit(worker: string): Promise<void> {
    await drainsOn.get(this.remote)?.get(worker);
    await this.remote.run(
      this.#change('readmit', worker, seconds(5), (output) => {
        this.#answer(output, 'readmit', worker, ['readmitted']);
      }),
    );
  }

  async renew(workers: readonly string[]): Promise<readonly string[]> {
    const about = { service: this.cluster.service, workers, lease: this.lease };
    const answers = await this.remote.run(renew(about, (output) => rows(this.#succeeded(output, 'renew'))));
    const all = (kind: string) => answers.filter(([word]) => word === kind).map(([, worker = '']) => worker);
    const revived = await Promise.all(
      all('unguarded').map(async (worker) => ({ worker, held: await this.#revive(worker) })),
    );
    const [busy] = all('busy');
    if (busy !== undefined) throw this.#failure('lease-busy', '', { worker: busy, step: 'renew' });
    return [...new Set([...all('lost'), ...revived.filter(({ held }) => !held).map(({ worker }) => worker)])];
  }

  /** A guard that was killed is started again. False when HAProxy may have given the worker traffic meanwhile. */
  async #revive(worker: string): Promise<boolean> {
    const parse = (output: Output) => this.#answer(output, 'renew', worker, ['held', 'lost'])[0] === 'held';
    return this.remote.run(this.#change('revive', worker, seconds(5), parse));
  }

  #change<Result>(
    kind: Parameters<typeof change>[0],
    worker: string,
    deadline: Duration,
    parse: (output: Output) => Result,
  ): Script<Result> {
    steps.number += 1;
    return change(kind, this.#target(worker), { deadline, lease: this.lease, step: steps }, parse);
  }

  #target(worker: string): WorkerTarget {
    const target = this.#targets.get(worker);
    if (target === undefined) throw new Error(`${worker} is no worker of ${this.cluster.service}`);
    return target;
  }

  /** The words of the line that ends an answer. */
  #answer(output: Output, step: string, worker: string, kinds: readonly string[]): string[] {
    const last = this.#succeeded(output, step, worker).trimEnd().split('\n').at(-1) ?? '';
    const words = last.split(' ');
    if (!kinds.includes(words[0] ?? '')) throw this.#unexpected(output, step);
    return words;
  }

  #succeeded(output: Output, step: string, worker?: string): string {
    if (output.status === 0) return output.stdout;
    const error = /^error (\S+) ?(.*)$/m.exec(output.stdout);
    if (error === null) throw this.#unexpected(output, step);
    const [, code = '', seen = ''] = error;
    throw this.#failure(code, seen, { worker, step, facts: parseFacts(output.stdout) });
  }

  #failure(
    code: string,
    seen: string,
    { facts = parseFacts(''), worker, step }: { facts?: Facts; worker?: string | undefined; step: string },
  ): BukaError {
    const { service, loadBalancers } = this.cluster;
    const context = { host: this.host, masterSocket: loadBalancers.masterSocket, service, worker, step };
    return failureOf(code, seen, facts, context);
  }

  #unexpected({ status, stdout, stderr }: Output, step: string): BukaError {
    return new BukaError({
      code: 'load-balancer-script',
      message: `The script on the load balancer ended with status ${status}.`,
      host: this.host.name,
      step,
      seen: (stderr.trim() || stdout.trim()).split('\n').slice(-3).join('\n'),
      hint: '`buka status` shows what state it left.',
    });
  }
}

const rows = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));

/**
 * The Runtime API reads spaces, semicolons and more as its own, so names keep to what HAProxy allows for one
 * (configuration manual, 2.2: letters, digits, `-`, `_`, `.`, `:`), and paths to what every client takes as plain text.
 */
function targetOf({ service, loadBalancers }: Cluster, worker: string): WorkerTarget {
  const { backends, masterSocket } = loadBalancers;
  const server = loadBalancers.servers.get(worker) ?? worker;
  for (const name of [...backends, server])
    if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw unusable('name of a backend or server', name);
  if (!/^\/[A-Za-z0-9_./-]+$/.test(masterSocket)) throw unusable('path of a socket', masterSocket);
  return { service, worker, masterSocket, servers: backends.map((backend) => ({ backend, server })) };
}

const unusable = (what: string, value: string) =>
  new ConfigurationError({
    code: 'unusable-name',
    message: `${JSON.stringify(value)} can't be the ${what} in HAProxy.`,
    left: 'Nothing was changed.',
    hint: 'Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only.',
  });
