import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/cluster';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { type Context, lockStatus, releaseLocks } from '../../src/rollout';
import type { Lock } from '../../src/rollout/lock';
import { type AcquireOptions, acquire as acquireFor } from '../../src/rollout/lock/acquire';
import { fenceText, LOCK_LOST, renewLock } from '../../src/rollout/lock/scripts';
import { type Duration, seconds } from '../../src/units';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { clusterOf } from './ground';

/** The locks of three workers, each a folder of this machine, asked through a real shell. */
let folder: string;
let remote: LocalRemote;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-lock-'));
  for (const worker of ['worker1', 'worker2', 'worker3']) mkdirSync(join(folder, worker));
  remote = localRemote();
});

/** A lock that is not given back renews itself, on a shell of its own, for as long as the tests live. */
const held: Lock[] = [];
async function acquire(context: Context, options?: AcquireOptions): Promise<Lock> {
  const lock = await acquireFor(context, options);
  held.push(lock);
  return lock;
}

afterEach(async () => {
  await Promise.all(held.splice(0).map((lock) => lock.release()));
  remote.close();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (worker: string) => join(folder, worker, 'lock');
const ownerOf = (worker: string) =>
  existsSync(fileOf(worker)) ? JSON.parse(readFileSync(fileOf(worker), 'utf8').split('\n')[0] ?? '').run : undefined;
const owners = () => ['worker1', 'worker2', 'worker3'].map(ownerOf);
const expireIn = (count: number, worker = 'worker1') =>
  utimesSync(fileOf(worker), 0, Math.floor(Date.now() / 1000) + count);

/** The script, where the worker's folder is. */
const on = (host: Host): Remote => ({
  host,
  run: (script, options) =>
    remote.run({ ...script, values: { ...script.values, root: join(folder, host.name) } }, options),
});

interface Shape {
  readonly lockTimeout?: Duration;
  readonly signal?: AbortSignal;
  /** The workers that take part. */
  readonly workers?: readonly string[];
  /** Runs in place of waiting for the next try. */
  readonly whenWaiting?: () => unknown;
}

function runOf(id: string, { lockTimeout = seconds(0), signal, workers, whenWaiting }: Shape = {}) {
  const cluster = clusterOf({ rollout: { lockTimeout } });
  const hosts = cluster.workers.hosts.filter(({ name }) => workers === undefined || workers.includes(name));
  let now = Date.now();
  const reporter = new RecordingReporter();
  const clock = {
    now: () => new Date(now),
    sleep: async (duration: Duration) => {
      now += duration;
      await whenWaiting?.();
    },
  };
  const context: Context = {
    cluster: { ...cluster, workers: { ...cluster.workers, hosts } },
    remote: async (host) => on(host),
    reporter,
    run: { id, by: `ann of ${id}`, url: `https://ci.example/${id}` },
    signal,
    clock,
  };
  const pass = (duration: Duration) => {
    now += duration;
  };
  return { context, reporter, pass };
}

describe('the locks of all workers', () => {
  it('are taken together, and given back together', async () => {
    const lock = await acquire(runOf('one').context);
    expect(owners()).toEqual(['one', 'one', 'one']);
    await lock.release();
    expect(owners()).toEqual([undefined, undefined, undefined]);
  });

  it('can be those of some workers only', async () => {
    const lock = await acquire(runOf('one', { workers: ['worker3', 'worker1'] }).context);
    expect(owners()).toEqual(['one', undefined, 'one']);
    await lock.release();
    expect(owners()).toEqual([undefined, undefined, undefined]);
  });

  it('are taken whole or not at all: a run that finds one held keeps none and leaves the winner its own', async () => {
    await acquire(runOf('winner', { workers: ['worker2'] }).context);
    await expect(acquire(runOf('loser').context)).rejects.toMatchObject({
      failure: { code: 'lock-held', host: 'worker2', seen: expect.stringContaining('https://ci.example/winner') },
    });
    expect(owners()).toEqual([undefined, 'winner', undefined]);
  });

  it('of another run are waited for, and it is told for whom', async () => {
    const first = await acquire(runOf('first').context);
    const second = runOf('second', { lockTimeout: seconds(60), whenWaiting: () => first.release() });
    await acquire(second.context);
    expect(owners()).toEqual(['second', 'second', 'second']);
    expect(second.reporter.steps).toMatchObject([
      { host: 'worker1', name: 'lock', state: 'progress', detail: expect.stringContaining('ann of first') },
    ]);
  });

  it('are not waited for any longer once the run is cancelled', async () => {
    await acquire(runOf('first').context);
    const abort = new AbortController();
    const whenWaiting = () => {
      abort.abort();
      return new Promise(() => {});
    };
    const second = runOf('second', { lockTimeout: seconds(60), signal: abort.signal, whenWaiting });
    await expect(acquire(second.context)).rejects.toMatchObject({ failure: { code: 'cancelled', step: 'lock' } });
    expect(owners()).toEqual(['first', 'first', 'first']);
  });

  it('of a dead run go to the next one, which says whose they were', async () => {
    await acquire(runOf('dead').context);
    for (const worker of ['worker1', 'worker2', 'worker3']) expireIn(-1, worker);
    const next = runOf('next');
    await acquire(next.context);
    expect(owners()).toEqual(['next', 'next', 'next']);
    expect(next.reporter.lines.filter((line) => line.includes('ann of dead'))).toHaveLength(3);
  });

  it('of a dead run that expire one after the other are all told of, also those that were taken and given back', async () => {
    await acquire(runOf('dead').context);
    expireIn(-1, 'worker1');
    const next = runOf('next', {
      lockTimeout: seconds(60),
      whenWaiting: () => ['worker2', 'worker3'].map((one) => expireIn(-1, one)),
    });
    await acquire(next.context);
    const told = next.reporter.lines.filter((line) => line.includes('took over the lock of'));
    expect(told.map((line) => /worker\d/.exec(line)?.[0])).toEqual(['worker1', 'worker2', 'worker3']);
  });

  it('of a run that is known to be dead need not expire first, and no other run is meant', async () => {
    await acquire(runOf('run-12').context);
    await expect(acquire(runOf('post').context, { after: 'run-1' })).rejects.toMatchObject({
      failure: { code: 'lock-held' },
    });
    await acquire(runOf('post').context, { after: 'run-12' });
    expect(owners()).toEqual(['post', 'post', 'post']);
  });
});

describe('a run that holds the locks', () => {
  it('finds out that another one took one of them, and gives back what is still its own', async () => {
    const slow = runOf('slow');
    const lock = await acquire(slow.context);
    expireIn(-1);
    await acquire(runOf('fast', { workers: ['worker1'] }).context);
    slow.pass(seconds(11));
    await expect(lock.confirm('worker2')).resolves.toBeUndefined();
    await expect(lock.confirm()).rejects.toMatchObject({
      failure: { code: 'lock-lost', host: 'worker1', seen: expect.stringContaining('ann of fast') },
    });
    await expect(lock.confirm('worker2')).rejects.toMatchObject({ failure: { code: 'lock-lost' } });
    await lock.release();
    expect(owners()).toEqual(['fast', undefined, undefined]);
  });

  it('goes on after an expiry that nobody used', async () => {
    const run = runOf('slow');
    const lock = await acquire(run.context);
    expireIn(-20);
    run.pass(seconds(60));
    await lock.confirm();
    await expect(acquire(runOf('other').context)).rejects.toMatchObject({ failure: { code: 'lock-held' } });
  });

  it('is asked about a worker that went away only when that one is meant, and not once it is left out', async () => {
    const run = runOf('one');
    const remoteTo = run.context.remote;
    let away = false;
    const context: Context = {
      ...run.context,
      remote: async (host) => {
        if (away && host.name === 'worker2') throw new Error('worker2 is gone');
        return remoteTo(host);
      },
    };
    const lock = await acquire(context);
    away = true;
    run.pass(seconds(11));
    await expect(lock.confirm('worker1')).resolves.toBeUndefined();
    await expect(lock.confirm('worker2')).rejects.toThrow('worker2 is gone');
    await expect(lock.confirm('worker2')).rejects.toThrow('worker2 is gone');
    await expect(lock.confirm()).rejects.toThrow('worker2 is gone');
    lock.forget('worker2');
    await expect(lock.confirm()).resolves.toBeUndefined();
    expect(run.reporter.lines.filter((line) => line.startsWith('warning: worker2'))).toHaveLength(1);
  });
});

describe('a script that changes a worker', () => {
  const fenced = (owner: string) =>
    remote.run({
      name: 'change',
      text: `${fenceText}\necho changed`,
      values: { root: join(folder, 'worker1'), owner },
      deadline: seconds(20),
      parse: ({ status, stdout }) => ({ status, stdout }),
    });
  const changed = { status: 0, stdout: 'changed\n' };
  const refused = { status: LOCK_LOST, stdout: '' };

  it('runs while the lock is held', async () => {
    const { owner } = await acquire(runOf('one').context);
    expect(await fenced(owner)).toEqual(changed);
  });

  it('does not run when it arrives after the lock expired, though nobody took it over', async () => {
    const { owner } = await acquire(runOf('one').context);
    expireIn(0);
    expect(await fenced(owner)).toEqual(refused);
    await remote.run(renewLock(join(folder, 'worker1'), owner));
    expect(await fenced(owner)).toEqual(changed);
  });

  it('does not run under a lock whose expiry a clock that jumped made', async () => {
    const { owner } = await acquire(runOf('one').context);
    expireIn(86_400);
    expect(await fenced(owner)).toEqual(refused);
  });

  it('does not run under the lock of another run, or under none', async () => {
    const lock = await acquire(runOf('one').context);
    await lock.release();
    expect(await fenced(lock.owner)).toEqual(refused);
    await acquire(runOf('two').context);
    expect(await fenced(lock.owner)).toEqual(refused);
  });
});

describe('a person', () => {
  it('sees who holds each lock, since when, and the last sign of life', async () => {
    await acquire(runOf('alive', { workers: ['worker1', 'worker2'] }).context);
    expireIn(10, 'worker1');
    expireIn(-10, 'worker2');
    const { locks, failures } = await lockStatus(runOf('me').context);
    expect(failures).toEqual([]);
    expect(locks).toMatchObject([
      { worker: 'worker1', lock: { expired: false, owner: { run: 'alive', pid: process.pid } } },
      { worker: 'worker2', lock: { expired: true } },
      { worker: 'worker3', lock: undefined },
    ]);
    const [first, second] = locks.map(({ lock }) => lock);
    expect((first?.silent ?? 0) + (first?.left ?? 0)).toBe(seconds(30));
    expect((second?.silent ?? 0) + (second?.left ?? 0)).toBe(seconds(30));
  });

  it('releases the lock of a dead run, and not by mistake that of one that is alive', async () => {
    await acquire(runOf('alive').context);
    expireIn(-1, 'worker2');
    const { released, failures } = await releaseLocks(runOf('me').context);
    expect(released).toMatchObject([{ worker: 'worker2', lock: { owner: { run: 'alive' } } }]);
    expect(failures.map(({ failure }) => [failure.code, failure.host])).toEqual([
      ['lock-held', 'worker1'],
      ['lock-held', 'worker3'],
    ]);
    expect(failures[0]?.message).toContain('buka lock release --run alive');
    expect(owners()).toEqual(['alive', undefined, 'alive']);
  });

  it('takes the lock of a living run away by naming it, and no other one', async () => {
    const run = runOf('alive');
    const lock = await acquire(run.context);
    expect((await releaseLocks(runOf('me').context, 'aliv')).released).toEqual([]);
    expect((await releaseLocks(runOf('me').context, 'alive')).released).toHaveLength(3);
    expect(owners()).toEqual([undefined, undefined, undefined]);
    run.pass(seconds(11));
    await expect(lock.confirm()).rejects.toMatchObject({ failure: { code: 'lock-lost' } });
  });
});
