import type { Host } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import type { ReleaseId } from '../../src/release';
import type { Output, Remote, RunOptions, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import type { Context } from '../../src/rollout';
import { type Duration, seconds } from '../../src/units';
import { clusterOf, r1, r2 } from '../rollout/ground';
import { backedUp, ID, manifestOf } from './ground';

/** What a host answers: the lines, or the failure that keeps it from being reached. */
type Answer = string[] | BukaError;

const ended = (lines: readonly string[], status = 0): Output => ({
  status,
  stdout: lines.map((line) => `${line}\n`).join(''),
  stderr: '',
});

export const away = (host: string, code = 'unreachable') =>
  new BukaError({ code, host, message: `${host} does not answer.` });

export class FakeWorker {
  active: ReleaseId | undefined = r2;
  /** By release, the migrations that it lists; contract are those whose names say so. */
  staged: Record<string, string[]> = { [r1]: ['1.sql'], [r2]: ['1.sql', '2-contract.sql'] };
  history: string[] = [
    `{"at":"2026-11-01T00:00:00.000Z","event":"good","release":"${r1}","by":"ann"}`,
    `{"at":"2026-11-27T22:20:00.000Z","event":"migrated","release":"${r2}","by":"ann","contract":["2-contract.sql"]}`,
    `{"at":"2026-11-27T22:21:00.000Z","event":"activated","release":"${r2}","by":"ann"}`,
    `{"at":"2026-11-27T22:22:00.000Z","event":"good","release":"${r2}","by":"ann"}`,
  ];
  lock: string | undefined;
  /** Health answers, the last one for good. */
  health = ['200'];
  /** Names of scripts that fail, and why. */
  readonly failing = new Map<string, BukaError>();

  answer({ name, values }: Script<unknown>): Output {
    const failure = [...this.failing].find(([beginning]) => name.startsWith(beginning))?.[1];
    if (failure) throw failure;
    if (name === 'observe releases') return ended(this.releases());
    if (name === 'lock') {
      const held = this.lock !== undefined && this.lock !== values.owner;
      if (!held) this.lock = values.owner;
      return ended([`outcome=${held ? 'held' : 'acquired'}`, `found=${held ? `held 1 29 ${this.lock}` : ''}`]);
    }
    if (name === 'renew lock')
      return ended(this.lock === values.owner ? ['found='] : ['found=held 1 29 {"run":"other"}', 'lost=']);
    if (name === 'unlock') {
      if (this.lock === values.owner) this.lock = undefined;
      return ended([]);
    }
    if (name.startsWith('record')) {
      this.history.push(values.line ?? '');
      return ended([]);
    }
    if (name === 'observe') return ended(this.probe());
    throw new Error(`a worker is not asked for ${name}`);
  }

  private releases(): string[] {
    return [
      ...(this.active ? [`current releases/${this.active}/tree`] : []),
      ...Object.entries(this.staged).map(([id, migrations], at) => {
        const contractMigrations = migrations.filter((one) => one.includes('contract'));
        const head = JSON.stringify({ service: 'pos', migrations, contractMigrations }).slice(0, -1);
        return `release ${id} ${1_700_000_000 + at} yes ${head},"entries":[`;
      }),
      ...this.history.map((line) => `history ${line}`),
    ];
  }

  private probe(): string[] {
    const answer = this.health.length > 1 ? this.health.shift() : this.health[0];
    const told = { missing: '', folder: 'writable', free: '1', inodes: '1', load: 'loaded', active: 'active' };
    const more = { sub: 'running', restart: 'yes', readlink: 'yes', env: 'none', answer, real: '/srv/pos', lock: '' };
    const running = this.active ? `/srv/pos/releases/${this.active}/tree` : '';
    return Object.entries({ ...told, ...more, running }).map(([key, value]) => `${key}=${value}`);
  }
}

/** A cluster of three workers, a database host and a backup server, all of them played. */
export class RestoreGround {
  readonly reporter = new RecordingReporter();
  readonly workers = { worker1: new FakeWorker(), worker2: new FakeWorker(), worker3: new FakeWorker() };
  /** Hosts that can't be reached. */
  readonly gone = new Map<string, BukaError>();
  /** What the database host and the backup server were asked, in order. */
  readonly asked: string[] = [];
  list: Answer = [`manifest ${manifestOf()}`, 'listed'];
  look: Answer = [
    'current {"exists":true,"bytes":1000,"tables":{"public.sales":1204,"public.carts":7}}',
    `manifest ${manifestOf()}`,
  ];
  load: Answer = ['progress loading 478 MB into shop_1', 'loaded shop_20261127t221500z_3f2a91 4.25'];
  swap: Answer = ['swapped shop_before_20261127t233000z'];
  previous: Answer = [
    'previous shop_before_20261101t000000z 1000',
    'previous shop_before_20261102t000000z 2000',
    'listed',
  ];
  drop: Answer | undefined;
  /** Called before a host answers to what it is asked. */
  whenAsked: (what: string) => unknown = () => {};
  readonly #abort = new AbortController();
  #now = Date.parse('2026-11-28T00:15:01Z');

  readonly context: Context = {
    cluster: backedUp(clusterOf({ loadBalancers: 0, rollout: { lockTimeout: seconds(0) } })),
    reporter: this.reporter,
    run: { id: 'run-9', by: 'ann', url: 'https://ci.example/9' },
    remote: async (host) => this.remoteOf(host),
    signal: this.#abort.signal,
    clock: {
      now: () => new Date(this.#now),
      sleep: async (time: Duration) => {
        this.#now += time;
      },
    },
  };

  cancel(): void {
    this.#abort.abort();
  }

  /** The entries of each worker's history that tell of a restore. */
  get noted(): Record<string, unknown>[][] {
    return Object.values(this.workers).map(({ history }) =>
      history.map((line) => JSON.parse(line)).filter(({ event }) => event === 'restored'),
    );
  }

  private remoteOf(host: Host): Remote {
    const gone = this.gone.get(host.name);
    if (gone) throw gone;
    return {
      host,
      run: async (script, options) => {
        try {
          return script.parse(await this.answer(host.name, script as Script<unknown>, options));
        } catch (error) {
          throw error instanceof BukaError ? error.with({ host: host.name, step: script.name }) : error;
        }
      },
    };
  }

  private async answer(host: string, script: Script<unknown>, { onLine }: RunOptions = {}): Promise<Output> {
    const worker = this.workers[host as keyof typeof this.workers];
    if (worker) return worker.answer(script);
    const request = new Map(
      (script.values.request ?? '').split('\n').map((line) => line.split('=') as [string, string]),
    );
    const what = request.get('do') ?? '';
    this.asked.push([what, request.get('id') ?? request.get('name')].filter(Boolean).join(' '));
    await this.whenAsked(what);
    const lines = this.linesFor(what, request.get('name'));
    if (lines instanceof BukaError) throw lines;
    for (const line of lines) onLine?.(line);
    return ended(lines, lines.at(-1)?.startsWith('error ') ? 20 : 0);
  }

  private linesFor(what: string, name = ''): Answer {
    const { list, look, load, swap, previous } = this;
    const said = { list, look, load, swap, previous, drop: this.drop ?? [`dropped ${name}`] };
    return said[what as keyof typeof said];
  }
}

export { ID, manifestOf };
