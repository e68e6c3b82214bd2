import { drainedText, readmittedText } from '../../src/cli/load-balancer';
import { statusText } from '../../src/cli/tables';
import type { Cluster, Host } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import { drain, readmit } from '../../src/maintenance';
import type { Output, Remote, RunOptions, Script } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { type Context, status } from '../../src/rollout';
import { clusterOf } from '../rollout/ground';

/** Two load balancers with a shared address, played. */
class Played {
  readonly cluster: Cluster;
  readonly reporter = new RecordingReporter();
  readonly at: Record<string, { here: boolean; away: boolean; keepalived: boolean; serves: boolean; heeds: boolean }> =
    {};
  /** By load balancer, how it sees each worker. */
  readonly sees: Record<string, Record<string, string>> = {};
  readonly silent = new Set<string>();
  readonly done: string[] = [];
  readonly users = new Set<string>();
  /** Whether the other one takes the address. */
  takes = true;
  /** Called when time passes. */
  whenWaiting: () => void = () => {};
  #now = 0;

  constructor(loadBalancers = 2, address: string | undefined = '192.0.2.10') {
    const cluster = clusterOf({ loadBalancers, workers: 2 });
    this.cluster = { ...cluster, loadBalancers: { ...cluster.loadBalancers, address } };
    for (const { name } of cluster.loadBalancers.hosts) {
      this.at[name] = { here: name === 'lb1', away: false, keepalived: true, serves: true, heeds: true };
      this.sees[name] = { worker1: '0 6 0 0 - L7OK UP', worker2: '0 6 0 0 - L7OK UP' };
    }
  }

  get context(): Context {
    return {
      cluster: this.cluster,
      reporter: this.reporter,
      run: { id: 'run', by: 'ann' },
      remote: async (host) => this.#remote(host),
      clock: {
        now: () => new Date(this.#now),
        sleep: async (duration) => {
          this.#now += duration;
          this.whenWaiting();
        },
      },
    };
  }

  drain = (host = 'lb1') => drain(this.context, { host, user: 'root' });
  readmit = (host = 'lb1') => readmit(this.context, { host, user: 'root' });

  #remote(host: Host): Remote {
    this.users.add(host.user);
    return {
      host,
      run: async <Result>(script: Script<Result>, _options?: RunOptions): Promise<Result> => {
        if (this.silent.has(host.name) || this.at[host.name] === undefined)
          throw new BukaError({ code: 'unreachable', host: host.name, message: 'It does not answer.' });
        return script.parse(this.#answer(host.name, script));
      },
    };
  }

  #answer(name: string, { name: what }: Script<unknown>): Output {
    const say = (stdout: string) => ({ status: 0, stdout, stderr: '' });
    const own = this.at[name];
    if (own === undefined) throw new Error(`no load balancer ${name}`);
    if (what === 'look at the address')
      return say(
        Object.entries(own)
          .map(([key, is]) => `${key}=${is ? 'yes' : 'no'}\n`)
          .join(''),
      );
    if (what === 'let go of the address') {
      this.done.push(`${name} lets go`);
      own.away = true;
      if (!own.here) return say('elsewhere\n');
      own.here = false;
      const other = Object.keys(this.at).find((one) => one !== name && this.at[one]?.away === false);
      if (this.takes && other !== undefined && this.at[other]) this.at[other].here = true;
      return say('progress 3\nmoved 2100\n');
    }
    if (what === 'readmit the load balancer') {
      this.done.push(`${name} takes back`);
      own.away = false;
      return say('');
    }
    // HAProxy's own facts, as the script that observes tells them.
    const servers = Object.entries(this.sees[name] ?? {}).map(
      ([worker, state]) => `server 7 current pos ${worker} ${state}`,
    );
    return say(`pids 7\n${servers.join('\n')}\n`);
  }
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error.failure,
  );

describe('draining a load balancer', () => {
  it('moves the address to the other one, and says that it can be rebooted', async () => {
    const played = new Played();
    const drained = await played.drain();
    expect(drained).toEqual({ outcome: 'drained', host: 'lb1', addressOn: 'lb2', moved: true, held: 2100 });
    expect(drainedText(drained)).toMatch(
      /^Drained: lb1; the address went to lb2; .* 2\.1 s meanwhile\.\nIt can be rebooted/,
    );
    expect([...played.users]).toEqual(['root']);
  });

  it('moves nothing where the address is elsewhere, and twice is once', async () => {
    const played = new Played();
    expect(await played.drain('lb2')).toMatchObject({ outcome: 'drained', addressOn: 'lb1', moved: false });
    expect(await played.drain('lb2')).toMatchObject({ outcome: 'was-drained', addressOn: 'lb1', moved: false });
    expect(played.done).toEqual(['lb2 lets go']);
  });

  it.each<[string, (played: Played) => void, string]>([
    ['is away', ({ silent }) => silent.add('lb2'), 'lb2: It does not answer.'],
    ['serves nobody', ({ at }) => Object.assign(at.lb2 ?? {}, { serves: false }), 'lb2: HAProxy answers no request'],
    ['is drained itself', ({ at }) => Object.assign(at.lb2 ?? {}, { away: true }), 'lb2: it is drained'],
    [
      'has no keepalived',
      ({ at }) => Object.assign(at.lb2 ?? {}, { keepalived: false }),
      'lb2: keepalived does not run',
    ],
    [
      'has no worker',
      ({ sees }) => Object.assign(sees.lb2 ?? {}, { worker1: '0 6 0 0 - L4CON DOWN', worker2: '8 6 0 0 - L7OK DRAIN' }),
      'lb2: it has no worker in rotation',
    ],
  ])('is refused while the other one %s', async (_what, change, seen) => {
    const played = new Played();
    change(played);
    expect(await failureOf(played.drain())).toMatchObject({
      code: 'no-other-load-balancer',
      host: 'lb1',
      seen,
      left: 'Nothing was changed.',
    });
    expect(played.done).toEqual([]);
  });

  it('is refused where there is nothing to move, or nobody to move it to', async () => {
    expect(await failureOf(new Played(1).drain())).toMatchObject({ code: 'no-other-load-balancer' });
    const alone = new Played();
    Object.assign(alone.cluster.loadBalancers, { address: undefined });
    expect(await failureOf(alone.drain())).toMatchObject({ code: 'address-missing' });
    expect(await failureOf(new Played().drain('worker1'))).toMatchObject({ code: 'not-a-load-balancer' });
  });

  it('is refused where keepalived is somebody else’s, and would not heed it', async () => {
    const played = new Played();
    Object.assign(played.at.lb1 ?? {}, { heeds: false });
    expect(await failureOf(played.drain())).toMatchObject({ code: 'keepalived-foreign', left: 'Nothing was changed.' });
    expect(played.done).toEqual([]);
  });

  it('gives the address back where the other one does not take it after all', async () => {
    const played = new Played();
    played.takes = false;
    expect(await failureOf(played.drain())).toMatchObject({ code: 'address-nowhere', host: 'lb1' });
    expect(played.done).toEqual(['lb1 lets go', 'lb1 takes back']);
    expect(played.at.lb1?.away).toBe(false);
  });
});

describe('readmitting a load balancer', () => {
  const drained = async () => {
    const played = new Played();
    await played.drain();
    return played;
  };

  it('waits until it knows every worker as the other one does, and leaves the address where it is', async () => {
    const played = await drained();
    const sees = played.sees.lb1 ?? {};
    const before = { ...sees };
    Object.assign(sees, { worker1: '0 6 0 0 - INI UP', worker2: '0 6 0 0 - L4CON DOWN' });
    let waits = 0;
    played.whenWaiting = () => {
      waits += 1;
      expect(played.at.lb1?.away).toBe(true);
      if (waits === 1) sees.worker1 = before.worker1 ?? '';
      if (waits === 2) sees.worker2 = before.worker2 ?? '';
    };
    const readmitted = await played.readmit();
    expect(readmitted).toEqual({ outcome: 'readmitted', host: 'lb1', addressOn: 'lb2' });
    expect(played.reporter.steps.filter(({ name }) => name === 'check').map(({ detail }) => detail)).toEqual([
      'it has not checked worker1 yet',
      'worker2 is DOWN here, and serves on another load balancer',
    ]);
    expect(readmittedText(readmitted)).toContain('The address is on lb2, and stays there');
    expect(await played.readmit()).toMatchObject({ outcome: 'was-in-service', addressOn: 'lb2' });
  });

  it('a worker that is down for all is no reason to wait', async () => {
    const played = await drained();
    for (const sees of Object.values(played.sees)) sees.worker2 = '0 6 0 0 - L4CON DOWN';
    expect(await played.readmit()).toMatchObject({ outcome: 'readmitted' });
  });

  it('is given up where it never serves: it stays drained', async () => {
    const played = await drained();
    Object.assign(played.at.lb1 ?? {}, { serves: false });
    expect(await failureOf(played.readmit())).toMatchObject({
      code: 'load-balancer-not-ready',
      host: 'lb1',
      seen: 'HAProxy answers no request',
      left: expect.stringContaining('still drained'),
    });
    expect(played.at.lb1?.away).toBe(true);
  });

  it('is waited for while it boots', async () => {
    const played = await drained();
    played.silent.add('lb1');
    played.whenWaiting = () => void played.silent.delete('lb1');
    expect(await played.readmit()).toMatchObject({ outcome: 'readmitted' });
  });
});

it('buka status tells where the address is, and who is out of service', async () => {
  const played = new Played();
  await played.drain();
  const found = await status(played.context).catch((error) => error);
  expect(found.loadBalancers).toEqual([
    { name: 'lb1', processes: 1, hasAddress: false, drained: true },
    { name: 'lb2', processes: 1, hasAddress: true, drained: false },
  ]);
  const text = statusText(found);
  expect(text).toMatch(/^lb2: has the address$/m);
  expect(text).toContain('lb1: drained; takes the address after buka load-balancer readmit lb1');
});
