import type { Host } from '../../../src/cluster';
import type { CompareOptions } from '../../../src/drill';
import type { Machine } from '../../../src/drill/compare/machines';
import type { Customers } from '../../../src/drill/machine/customers';
import { BukaError } from '../../../src/errors';
import type { Sample } from '../../../src/load';
import type { ReleaseId } from '../../../src/release';
import type { Remote, Script } from '../../../src/remote';
import type { Context } from '../../../src/rollout';
import { type Duration, seconds } from '../../../src/units';
import { clusterOf, r1, r2, type WorkerShape } from '../../rollout/ground';
import { ObedientHosts } from '../../rollout/obedient-hosts';

interface Asking {
  readonly target: string;
  readonly rate: number;
  readonly samples: Sample[];
}

/** A cluster of two workers and two load balancers, its customers and the time, played. */
export class Played {
  readonly done: string[] = [];
  readonly shapes: Record<string, WorkerShape> = {};
  readonly hosts: ObedientHosts;
  /** Requests a second that a worker serves; more of them fail. */
  capacity = 100;
  /** Ports that nobody reaches. */
  readonly closed = new Set<string>();
  /** Called when something was done to a host. */
  whenDone: (what: string) => void = () => {};
  failing: (what: string) => boolean = () => false;
  readonly asking = new Set<Asking>();
  came = 0;
  readonly cancel = new AbortController();
  #now = 1_000_000;
  #lost: string | undefined;

  constructor() {
    const cluster = clusterOf({ loadBalancers: 2, workers: 2 });
    const loadBalancers = { ...cluster.loadBalancers, address: '192.0.2.10' };
    this.hosts = new ObedientHosts(this.shapes, { ...cluster, loadBalancers });
    for (const worker of ['worker1', 'worker2']) this.shapes[worker] = { active: r1, running: r1 };
  }

  get context(): Context {
    return {
      ...this.hosts.context,
      clock: { now: () => new Date(this.#now), sleep: async (duration) => this.pass(duration) },
      remote: async (host) => this.#remote(host),
      signal: this.cancel.signal,
    };
  }

  /** What a comparison of machines in a lab is asked for. */
  options(more: Partial<CompareOptions> = {}): CompareOptions {
    return {
      ...{ worker: 'worker1', user: 'root', confirm: [], rate: 10, mostRate: 400, lasts: seconds(5), deploy: {} },
      archive: this.hosts.archive(r2, []),
      plugOf: () => ({
        off: async (host) => this.#power(host, 'off'),
        on: async (host) => this.#power(host, 'on'),
      }),
      customers: (target, _path, rate) => this.#customers(target, rate),
      ...more,
    };
  }

  /** What was done to machines and releases, without the many small steps of a rollout. */
  get deeds(): string[] {
    const steps = /^(?:(?:switch to|down|start|off|on|reboot) ?.* on|off|on) /;
    return this.done.filter((one) => steps.test(`${one} `));
  }

  get releases(): (ReleaseId | undefined)[] {
    return Object.values(this.shapes).map(({ running }) => running);
  }

  pass(duration: Duration): void {
    for (let passed = 0; passed < duration; passed += 100) {
      for (const asking of this.asking) this.#ask(asking, this.#now + passed);
    }
    this.#now += duration;
  }

  #ask({ target, rate, samples }: Asking, at: number): void {
    const alone = target.endsWith(':3000');
    const up = (name: string) => this.shapes[name]?.healthy !== false;
    const serving = alone ? Number(up('worker1')) : Object.keys(this.shapes).filter(up).length;
    const tick = Math.max(1, rate / 10);
    for (let index = 0; index < tick; index += 1) {
      const isServed = index < (serving * this.capacity) / 10 && !this.closed.has(target);
      const late = index === 0 && rate > 300 ? 500 : 0;
      samples.push({
        ...{ at: at + index, kind: 'page', target: 0, fresh: false, latency: 20, late },
        ...(!isServed && { failure: 'refused' }),
      });
    }
  }

  #customers(target: string, rate: number): Customers {
    this.came += 1;
    const asking = { target, rate, samples: [] };
    this.asking.add(asking);
    return { samples: asking.samples, stop: async () => void this.asking.delete(asking) };
  }

  #power(host: string, what: string): void {
    this.#lost = what === 'off' ? host : undefined;
    this.#did(`${what} ${host}`);
  }

  #did(what: string): void {
    this.done.push(what);
    this.whenDone(what);
    if (this.failing(what)) throw new BukaError({ code: 'script-failed', message: `no ${what}` });
  }

  #remote(host: Host): Remote {
    return {
      host,
      run: async <Result>(script: Script<Result>, options = {}): Promise<Result> => {
        const answer = this.#answer(host.name, script.name);
        if (answer !== undefined) return answer as Result;
        return (await this.hosts.context.remote(host)).run(script, options);
      },
    };
  }

  #answer(host: string, name: string): unknown {
    const shape = this.shapes[host] ?? {};
    if (name === 'look at the machine')
      return { container: false, nft: true, systemdRun: true, sysrq: true, enabled: true, root: true };
    if (name === 'look at the address') {
      const here = host === (this.#lost === 'lb1' ? 'lb2' : 'lb1');
      return { here, away: false, keepalived: true, serves: true, heeds: true };
    }
    if (name === 'look at the processors') return machine({ name: host });
    if (name === 'down' || name === 'start') {
      this.shapes[host] = { ...shape, healthy: name === 'start', rotation: name === 'start' ? 'in' : 'down' };
      this.#did(`${name} on ${host}`);
      return null;
    }
    if (name.startsWith('compare with ')) this.shapes[host] = { ...shape, staged: [r1, r2], good: [r1] };
    if (name.startsWith('switch to ')) return this.#switch(host, name, shape);
    return undefined;
  }

  #switch(host: string, name: string, shape: WorkerShape): unknown {
    const to = name.slice('switch to '.length) as ReleaseId;
    this.shapes[host] = { ...shape, active: to, running: to };
    // An app takes a while to start, and is asked meanwhile.
    this.shapes[host] = { ...this.shapes[host], healthy: false };
    this.pass(seconds(1));
    this.shapes[host] = { ...this.shapes[host], healthy: true };
    this.#did(`${name} on ${host}`);
    return undefined;
  }
}

export const machine = (more: Partial<Machine> = {}): Machine => ({
  ...{ name: 'worker1', virtualization: 'systemd-nspawn', container: true, boot: more.name ?? 'worker1' },
  ...{ kernel: 'Linux 6.1 #1', started: 1_000, memory: '8000000 kB', processors: 2, model: 'AMD EPYC', ...more },
});
