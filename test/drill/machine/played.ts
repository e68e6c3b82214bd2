import type { Cluster, Host } from '../../../src/cluster';
import type { Customers } from '../../../src/drill/machine/customers';
import type { Sample } from '../../../src/load';
import type { Output, Remote, Script } from '../../../src/remote';
import { RecordingReporter } from '../../../src/reporter';
import type { Context } from '../../../src/rollout';
import type { Duration } from '../../../src/units';
import { clusterOf, r1 } from '../../rollout/ground';

/** A cluster, its customers and the time, played: while a machine is hit, every tenth request fails. */
export class Played {
  readonly cluster: Cluster;
  readonly reporter = new RecordingReporter();
  readonly done: string[] = [];
  readonly asked: string[] = [];
  /** Workers out of rotation. */
  readonly out = new Set<string>();
  failing = false;
  /** How long, in played ms, a load balancer that was cut off has the address beside its stand-in. */
  both = 0;
  /** How long after that a customer finds out that the connection which they kept is gone. */
  foundOut: number | undefined;
  nobody = false;
  /** By how much, in ms, each customer comes too late. */
  late = 0;
  failingScript = '';
  whenDone: () => void = () => {};
  came = 0;
  stopped = 0;
  #now = 1_000_000;
  #hit: string | undefined;
  #looks = 0;
  /** When one that was cut off is back by itself. */
  #heals = 0;

  constructor() {
    const cluster = clusterOf({ loadBalancers: 2, workers: 2 });
    this.cluster = { ...cluster, loadBalancers: { ...cluster.loadBalancers, address: '192.0.2.10' } };
  }

  get context(): Context {
    return {
      cluster: this.cluster,
      reporter: this.reporter,
      run: { id: 'run', by: 'ann' },
      remote: async (host) => this.#remote(host),
      clock: { now: () => new Date(this.#now), sleep: (duration) => this.#pass(duration) },
    };
  }

  hit(host: string, what: string): void {
    this.done.push(`${host} ${what}`);
    const begins = what !== 'on' && what !== 'go on' && what !== 'start';
    this.#hit = begins ? host : undefined;
    this.#looks = begins ? 0 : -3;
    if (what === 'cut') this.#heals = this.#now + 20_000;
    this.whenDone();
  }

  /** Ten a second of the played time. */
  customers = (): Customers => {
    this.came += 1;
    this.#samples = [];
    return {
      samples: this.#samples,
      stop: async () => {
        this.stopped = this.came;
      },
    };
  };
  #samples: Sample[] | undefined;

  #turns = false;
  readonly #sleepers: { readonly until: number; wake(): void }[] = [];

  /** Several may sleep at once; time goes on when all have come to do so. */
  async #pass(duration: Duration): Promise<void> {
    const slept = new Promise<void>((wake) => this.#sleepers.push({ until: this.#now + duration, wake }));
    if (!this.#turns) void this.#turn();
    return slept;
  }

  async #turn(): Promise<void> {
    this.#turns = true;
    while (this.#sleepers.length > 0) {
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (this.#samples !== undefined && !this.nobody) this.#samples.push(this.#sample());
      this.#now += 100;
      if (this.#now === this.#heals) this.#hit = undefined;
      for (const one of this.#sleepers.filter(({ until }) => until <= this.#now)) {
        this.#sleepers.splice(this.#sleepers.indexOf(one), 1);
        one.wake();
      }
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#turns = false;
  }

  #sample(): Sample {
    if (this.#heals > 0 && this.#now === this.#heals + this.both + (this.foundOut ?? Number.NaN))
      return { ...this.#served(), failure: 'reset' };
    const fails = this.failing || (this.#hit !== undefined && (this.#now / 100) % 10 === 0);
    return { ...this.#served(), ...(fails && { failure: 'timeout' }) };
  }

  #served(): Sample {
    return { at: this.#now, kind: 'page', target: 0, fresh: false, latency: this.#hit ? 900 : 20, late: this.late };
  }

  #remote(host: Host): Remote {
    return {
      host,
      run: async <Result>(script: Script<Result>): Promise<Result> => {
        this.asked.push(`${host.name} ${script.name}`);
        return script.parse(this.#answer(host.name, script.name));
      },
    };
  }

  #answer(host: string, name: string): Output {
    const say = (stdout: string) => ({ status: 0, stdout, stderr: '' });
    if (['slow', 'go on', 'crash', 'start', 'cut', 'reboot'].includes(name)) {
      this.hit(host, name);
      return name === this.failingScript ? { status: 1, stdout: '', stderr: 'no such unit' } : say('');
    }
    if (name === 'look at the machine')
      return say('container=no\nnft=yes\nrun=yes\nsysrq=yes\nenabled=yes\nroot=yes\n');
    if (name === 'look at the address') {
      const here = this.#hit === 'lb1' ? host === 'lb2' : host === 'lb1' || this.#now < this.#heals + this.both;
      return say(`here=${here ? 'yes' : 'no'}\naway=no\nkeepalived=yes\nserves=yes\nheeds=yes\n`);
    }
    if (host.startsWith('lb')) return say(this.#haproxy(host));
    return say(workerAnswers[name] ?? this.#unknown(host, name));
  }

  /** A load balancer takes the worker out after its third look; back after a few. */
  #haproxy(host: string): string {
    if (host === 'lb2') this.#looks += 1;
    const servers = this.cluster.workers.hosts.map(({ name }) => {
      const down =
        (this.#hit === name && this.#looks > 2) || (this.#hit === undefined && this.#looks < 0 && name === 'worker1');
      const state = this.out.has(name) || down ? 'L4CON DOWN' : 'L7OK UP';
      return `server 7 current pos ${name} 0 6 0 0 - ${state}`;
    });
    return `pids 7\n${servers.join('\n')}\n`;
  }

  #unknown(host: string, name: string): string {
    throw new Error(`nobody plays ${name} on ${host}`);
  }
}

const probe = [
  ...['missing=', 'folder=writable', 'free=1000000', 'inodes=1000', 'load=loaded', 'active=active', 'sub=running'],
  ...['restart=yes', 'readlink=yes', 'env=readable', 'answer=200', `real=/srv/pos`, 'lock='],
  `running=/srv/pos/releases/${r1}/tree`,
];
const workerAnswers: Readonly<Record<string, string>> = {
  observe: `${probe.join('\n')}\n`,
  'observe releases': `current releases/${r1}/tree\n`,
};
