import { Readable } from 'node:stream';
import type { Cluster, Host } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import type { Archive, ReleaseId } from '../../src/release';
import type { Remote, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import type { Context } from '../../src/rollout';
import { bytes } from '../../src/units';
import { backedUp } from '../backup/ground';
import { clusterOf, observationOf, r2, type WorkerShape } from './ground';

/** A cluster whose hosts do as they are told, at once: what they answer, past the scripts. */
export class ObedientHosts {
  readonly reporter = new RecordingReporter();
  /** What was done to the hosts, in order; nothing that only reads. */
  readonly done: string[] = [];
  readonly history: Record<string, unknown>[] = [];
  readonly #abort = new AbortController();
  stagingFails = false;

  constructor(
    readonly shapes: Readonly<Record<string, WorkerShape>> = {},
    readonly cluster: Cluster = backedUp(
      clusterOf({ release: { migrate: ['node', 'migrate.js'], migrations: 'migrations' } }),
    ),
  ) {}

  get context(): Context {
    const remote = async (host: Host): Promise<Remote> => ({
      host,
      run: async (script, options) => this.#answer(host.name, script, options?.onLine) as never,
    });
    const { cluster, reporter } = this;
    const clock = { now: () => new Date(), sleep: async () => {} };
    return { cluster, reporter, remote, clock, run: { id: 'run-1', by: 'ann' }, signal: this.#abort.signal };
  }

  archive(id: ReleaseId = r2, migrations = ['002.sql']): Archive {
    const manifest = { service: 'pos', entries: [], migrations };
    return { id, manifest, bytes: bytes(1), payload: () => Readable.from([]) };
  }

  cancel(): void {
    this.#abort.abort();
  }

  #answer(host: string, { name, values }: Script<unknown>, onLine?: (line: string) => void): unknown {
    const seen = observationOf(this.cluster, this.shapes);
    if (name === 'observe') return seen.workers.get(host)?.probe;
    if (name === 'observe releases') return seen.workers.get(host)?.releases;
    if (name === 'observe the load balancer') return seen.loadBalancers.get(host);
    if (name === 'renew lock') return 'renewed';
    if (name === 'lock') return { kind: 'acquired' };
    if (name === 'unlock') return { kind: 'released' };
    if (name.startsWith('compare with')) {
      if (this.stagingFails) throw new BukaError({ code: 'not-enough-disk', message: 'It is full.' });
      this.done.push(`stage on ${host}`);
      return { folder: undefined, warnings: [] };
    }
    if (name.startsWith('record ')) {
      this.history.push(JSON.parse(values.line ?? ''));
      return undefined;
    }
    this.done.push(`${name} on ${host}`);
    if (name.startsWith('drain ')) return { kind: 'drained', waited: 0 };
    if (name.startsWith('maintain ')) return { cut: 0 };
    if (name.startsWith('check ')) return { passed: true, seen: '' };
    if (name.startsWith('switch to ')) {
      onLine?.('restarted');
      return { end: 'healthy', answer: '200', state: '', pid: '7', folder: '', log: [] };
    }
    if (name === 'look at the process') return '7';
    return name === 'prune releases' ? [] : undefined;
  }
}
