import { type BackupId, type RestoreOptions, restore } from '../../src/backup';
import { BukaError } from '../../src/errors';
import { observeReleases } from '../../src/release';
import { crossed } from '../../src/rollout/crossing';
import { r1, r2 } from '../rollout/ground';
import { storedManifest } from './ground';
import { away, ID, manifestOf, RestoreGround } from './restore-ground';

let ground: RestoreGround;
beforeEach(() => {
  ground = new RestoreGround();
});

const go = (options?: RestoreOptions) => restore(ground.context, options);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );
const told = () => ground.reporter.lines.join('\n');
const CURRENT = 'current {"exists":true,"bytes":1000,"tables":{"public.sales":1204}}';
const locks = () => Object.values(ground.workers).map(({ lock }) => lock);

describe('a restore', () => {
  it('tells what would be lost, loads beside, swaps, and says how the workers fare', async () => {
    const report = await go({ reason: 'a bad import' });
    expect(ground.asked).toEqual(['list', `look ${ID}`, `load ${ID}`, `swap ${ID}`]);
    expect(told()).toContain(
      'Lost would be all that was written to shop between 2026-11-27T22:15:01.000Z and now: 2 h.',
    );
    expect(told()).toContain('public.sales: 1,204 now, 12 in the backup');
    expect(told()).toContain('public.carts: 7 now, no such table in the backup');
    expect(report).toMatchObject({
      outcome: 'restored',
      backup: { id: ID },
      loss: { span: 7_200_000 },
      previousDatabase: 'shop_before_20261127t233000z',
      workers: ['worker1', 'worker2', 'worker3'].map((worker) => ({ worker, state: 'answers', release: r2 })),
    });
    expect(ground.reporter.steps).toContainEqual(
      expect.objectContaining({ host: 'db1', name: 'load', state: 'progress', detail: 'loading 478 MB into shop_1' }),
    );
    expect(locks()).toEqual([undefined, undefined, undefined]);
  });

  it('that is only tried ends before anything is changed', async () => {
    const report = await go({ dryRun: true });
    expect(report).toMatchObject({
      outcome: 'planned',
      loss: { tables: [{ table: 'public.carts' }, { now: 1204, inBackup: 12 }] },
    });
    expect(ground.asked).toEqual(['list', `look ${ID}`]);
    expect(ground.noted).toEqual([[], [], []]);
  });

  it('of a backup that was never proven says so before it is confirmed, and names the newest that was', async () => {
    const proven = '20261127T023011Z-90c1d2';
    const older = manifestOf({ id: proven, recoveryPoint: '2026-11-27T02:30:12Z' });
    ground.list = [`manifest ${older}`, `manifest ${storedManifest()}`, 'listed'];
    ground.look = [CURRENT, `manifest ${storedManifest()}`];
    const confirm = async () => {
      expect(told()).toContain(`warning: ${ID} was stored and never proven`);
      expect(told()).toContain(`The newest proven one is of 2026-11-27T02:30:12.000Z: \`buka restore ${proven}\``);
      throw new BukaError({ code: 'not-confirmed', message: 'no' });
    };
    expect(await failure(go({ confirm }))).toMatchObject({ code: 'not-confirmed' });
    expect(told()).toContain('It is loaded beside the present one, compared with what was backed up');
  });

  it('of a backup that was proven later has nothing to say of that', async () => {
    ground.list = [`manifest ${storedManifest()}`, `proved ${ID} 2026-11-28T03:00:00Z 6`, 'listed'];
    ground.look = [CURRENT, `manifest ${storedManifest()}`];
    await go({ dryRun: true });
    expect(told()).not.toContain('never proven');
  });

  it('that a person does not confirm changes nothing, and is asked for after the loss was told', async () => {
    const confirm = async (database: string) => {
      expect(told()).toContain('public.sales: 1,204 now');
      throw new BukaError({ code: 'not-confirmed', message: database });
    };
    expect(await failure(go({ confirm }))).toMatchObject({ code: 'not-confirmed', message: 'shop' });
    expect(ground.asked).toEqual(['list', `look ${ID}`]);
  });

  it('holds the locks of all workers while it loads and swaps', async () => {
    const seen: (string | undefined)[][] = [];
    ground.whenAsked = (what) => {
      if (what === 'load' || what === 'swap') seen.push(locks());
    };
    await go();
    expect(seen).toHaveLength(2);
    for (const lock of seen.flat()) expect(lock).toContain('run-9');
  });

  it('waits for a run that holds the lock, and then changes nothing', async () => {
    ground.workers.worker2.lock = '{"run":"deploy-1","by":"bob","machine":"desk","pid":1}';
    expect(await failure(go())).toMatchObject({ code: 'lock-held', host: 'worker2' });
    expect(ground.asked).not.toContain(`load ${ID}`);
    expect(ground.workers.worker1.lock).toBeUndefined();
  });

  it('is noted in the history of every worker, and opens the way back to the release from before', async () => {
    await go({ reason: 'a bad import' });
    const entry = {
      event: 'restored',
      release: r2,
      backup: ID,
      recoveryPoint: '2026-11-27T22:15:01.000Z',
      by: 'ann, https://ci.example/9',
      reason: 'a bad import',
    };
    expect(ground.noted).toEqual([1, 2, 3].map(() => [expect.objectContaining(entry)]));
    const [host] = ground.context.cluster.workers.hosts;
    const releases = await (await ground.context.remote(host as never)).run(observeReleases('/srv/pos'));
    expect(crossed([releases], { migrations: ['1.sql'] })).toEqual([]);
  });

  it('says what to type where the release on the workers waits for a migration that is gone', async () => {
    const { next } = await go();
    expect(next).toEqual([
      `The database no longer has 2-contract.sql, which release ${r2} on the workers came with. Type \`buka rollback ${r1}\`, which can live with it; a deploy after that brings it again.`,
    ]);
  });

  it('says nothing of that where the backup has the migration', async () => {
    const after = manifestOf({ recoveryPoint: '2026-11-27T23:00:00Z' });
    ground.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${after}`];
    expect((await go()).next).toEqual([]);
  });

  it('names the release that the backup was made for, where nothing is known of migrations', async () => {
    for (const worker of Object.values(ground.workers)) worker.staged = { [r1]: [], [r2]: [] };
    ground.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${manifestOf({ release: r1 })}`];
    expect((await go()).next).toEqual([expect.stringContaining(`\`buka rollback ${r1}\``)]);
  });

  it('into a host without the database says that nothing is there, and puts nothing aside', async () => {
    ground.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${manifestOf()}`];
    ground.swap = ['swapped -'];
    expect(await go()).toMatchObject({ outcome: 'restored', previousDatabase: undefined });
    expect(told()).toContain('There is no database shop now.');
  });

  it('waits for the workers to answer, and tells which do not', async () => {
    ground.workers.worker1.health = ['503', '503', '200'];
    ground.workers.worker2.health = ['503'];
    expect((await go()).workers.map(({ state }) => state)).toEqual(['answers', 'unhealthy', 'answers']);
  });
});

describe('in an emergency a restore', () => {
  it('goes on without the workers that can not be reached, names them, and tells the others', async () => {
    ground.gone.set('worker1', away('worker1'));
    const report = await go();
    expect(report.workers.map(({ state }) => state)).toEqual(['not reached', 'answers', 'answers']);
    expect(told()).toContain('warning: worker1 is left out, and not locked');
    expect(ground.noted.map((all) => all.length)).toEqual([0, 1, 1]);
  });

  it('goes on without any worker, and says what that means', async () => {
    for (const name of Object.keys(ground.workers)) ground.gone.set(name, away(name));
    expect(await go()).toMatchObject({ outcome: 'restored' });
    expect(told()).toContain('No worker can be locked');
  });

  it('goes on without a worker that goes away as it is locked', async () => {
    ground.workers.worker2.failing.set('lock', away('worker2'));
    expect(await go()).toMatchObject({ outcome: 'restored' });
    expect(ground.noted.map((all) => all.length)).toEqual([1, 0, 1]);
  });

  it('goes on without a worker that goes away meanwhile, and one that can not write its history', async () => {
    ground.whenAsked = async (what) => {
      if (what !== 'load') return;
      await ground.context.clock?.sleep(60_000 as never);
      for (const name of ['renew', 'record', 'observe']) ground.workers.worker3.failing.set(name, away('worker3'));
    };
    const report = await go();
    expect(report.workers.map(({ state }) => state)).toEqual(['answers', 'answers', 'not reached']);
    expect(told()).toContain('worker3 could not note the restore');
  });

  it('says so where no worker has noted it', async () => {
    for (const worker of Object.values(ground.workers)) worker.failing.set('record', away('worker'));
    expect(await go()).toMatchObject({ outcome: 'restored' });
    expect(told()).toContain('No worker has noted the restore');
  });

  it('of a named backup goes on where this machine can not ask the backup server', async () => {
    ground.list = away('backup1');
    expect(await go({ id: ID as BackupId })).toMatchObject({ outcome: 'restored' });
    expect(
      await failure(restore(new RestoreGround().context, { id: '20200101T000000Z-000000' as BackupId })),
    ).toMatchObject({
      code: 'no-such-backup',
    });
    expect(await failure(go())).toMatchObject({ code: 'unreachable', host: 'backup1' });
  });
});

describe('a restore leaves the present database untouched, and says so', () => {
  it('when it is cancelled while it loads', async () => {
    ground.whenAsked = (what) => {
      if (what !== 'load') return undefined;
      ground.cancel();
      return new Promise(() => {});
    };
    expect(await failure(go())).toMatchObject({
      code: 'cancelled',
      left: expect.stringMatching(/^The present database is untouched/),
    });
    expect(ground.asked).not.toContain(`swap ${ID}`);
    expect(locks()).toEqual([undefined, undefined, undefined]);
    expect(ground.noted).toEqual([[], [], []]);
  });

  it('when it is cancelled as the loading ends', async () => {
    // The locks are asked between the end of the loading and the swap.
    ground.whenAsked = async (what) => {
      if (what === 'load') await ground.context.clock?.sleep(60_000 as never);
    };
    const { worker1 } = ground.workers;
    const answer = worker1.answer.bind(worker1);
    worker1.answer = (script) => {
      if (script.name === 'renew lock') ground.cancel();
      return answer(script);
    };
    expect(await failure(go())).toMatchObject({ code: 'cancelled' });
    expect(ground.asked.at(-1)).toBe(`load ${ID}`);
  });

  it('when another run took its lock', async () => {
    ground.whenAsked = async (what) => {
      if (what !== 'load') return;
      await ground.context.clock?.sleep(60_000 as never);
      ground.workers.worker2.lock = '{"run":"other"}';
    };
    expect(await failure(go())).toMatchObject({ code: 'lock-lost', left: 'The present database is untouched.' });
    expect(ground.asked).not.toContain(`swap ${ID}`);
    expect(ground.workers.worker2.lock).toBe('{"run":"other"}');
  });

  it.each([
    ['load-differs 2 rows of public.sales', 'load-differs'],
    ['too-little-space 5 MB are free', 'too-little-space'],
    ['repository-broken pack 12ab', 'repository-broken'],
  ])('when the database host ends with: %s', async (said, code) => {
    ground.load = ['progress loading', `error ${said}`];
    expect(await failure(go())).toMatchObject({
      code,
      host: code === 'repository-broken' ? 'backup1' : 'db1',
      step: 'load',
      left: 'The present database is untouched.',
      seen: said.slice(code.length + 1),
      hint: expect.any(String),
    });
    expect(locks()).toEqual([undefined, undefined, undefined]);
  });

  it('when the host is set up for another database', async () => {
    ground.load = ['loaded till_20261127t221500z_3f2a91 4.25'];
    expect(await failure(go())).toMatchObject({ code: 'answer-unreadable', seen: 'till_20261127t221500z_3f2a91' });
    expect(ground.asked).not.toContain(`swap ${ID}`);
  });

  it('when the swap is refused', async () => {
    ground.swap = ['error swap-failed it is being accessed'];
    expect(await failure(go())).toMatchObject({ code: 'swap-failed', left: expect.stringContaining('untouched') });
    expect(ground.noted).toEqual([[], [], []]);
  });
});

describe('the swap', () => {
  it('is waited for when the run is cancelled in the middle of it, and noted', async () => {
    ground.whenAsked = (what) => {
      if (what === 'swap') ground.cancel();
    };
    expect(await go()).toMatchObject({ outcome: 'restored' });
    expect(ground.noted.map((all) => all.length)).toEqual([1, 1, 1]);
  });

  it('of which no answer came is said to be one or the other, and how to find out', async () => {
    ground.swap = away('db1', 'connection-lost');
    expect(await failure(go())).toMatchObject({
      code: 'connection-lost',
      host: 'db1',
      left: expect.stringContaining('as a whole, or not at all'),
      hint: expect.stringContaining(`buka restore ${ID} --dry-run`),
    });
  });
});
