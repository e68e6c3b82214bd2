import { BukaError } from '../../../src/errors';
import { seconds } from '../../../src/units';
import { ID, manifestOf } from '../../backup/restore-ground';
import { DrillGround } from './ground';

let ground: DrillGround;
beforeEach(() => {
  ground = new DrillGround();
});

/** Nothing on any host was changed: looks don't count. */
const nothingDone = () => expect(ground.done.filter((what) => what !== 'look')).toEqual([]);
const locks = () => Object.values(ground.restore.workers).map(({ lock }) => lock);
const LOST = '/var/lib/postgresql/15/main.lost-20261128t001501z';

describe('a database that is lost on purpose', () => {
  it('comes back on a new server from the newest proven backup, in this order', async () => {
    const report = await ground.drill();
    expect(ground.done).toEqual([
      'look',
      'lose the database',
      'make a new PostgreSQL server',
      "reader's password",
      'role',
      'look',
      'load',
      'swap',
      'count rows',
    ]);
    expect(report).toMatchObject({ outcome: 'recovered', host: 'db1', database: 'shop', backup: { id: ID } });
    expect(report.workers.map(({ state }) => state)).toEqual(['answers', 'answers', 'answers']);
    expect(ground.restore.noted[0]).toMatchObject([{ backup: ID, reason: 'drill: database-loss' }]);
    expect(locks()).toEqual([undefined, undefined, undefined]);
  });

  it('is told beforehand with what it has, and what the backup has of it', async () => {
    ground.failing.add('lose the database');
    await ground.failure();
    expect(ground.told).toContain(`The newest proven backup is ${ID}, 478.0 MB, of 2026-11-27T22:15:01.000Z`);
    expect(ground.told).toContain('  public.sales: 1,204 now, 12 in the backup');
    expect(ground.told).toContain('  public.carts: 7 now, no such table in the backup');
  });

  it('is measured from the loss until every worker is healthy, in parts that add up', async () => {
    ground.restore.workers.worker2.health = ['200', '503', '503', '503', '200'];
    const { recovery, parts } = await ground.drill();
    const took = Object.fromEntries(parts.map(({ name, took }) => [name, took]));
    expect(took).toEqual({
      loss: 0,
      provision: seconds(4),
      load: seconds(8),
      swap: seconds(2),
      'app back': seconds(3),
    });
    expect(recovery).toBe(seconds(17));
  });

  it('is compared with what it had at the moment of the loss, and with what it has now', async () => {
    const { tables, span, lostAt, exact } = await ground.drill();
    expect(tables).toEqual([
      { table: 'public.carts', atLoss: 7, inBackup: undefined, now: undefined, lost: 7 },
      { table: 'public.sales', atLoss: 1204, inBackup: 12, now: 15, lost: 1192 },
    ]);
    expect(exact).toBe(true);
    // Both by the database host's clock, whatever the clock is here.
    expect(lostAt.toISOString()).toBe('2026-11-28T00:15:01.500Z');
    expect(span).toBe(seconds(7200.5));
  });

  it('stays on the disk under another name, and how it is put back is said before anything else can fail', async () => {
    ground.failing.add('make a new PostgreSQL server');
    await ground.failure();
    expect(ground.losing).toMatchObject({ aside: LOST, really: 'no', data: '/var/lib/postgresql/15/main' });
    expect(ground.told).toContain(`mv -T ${LOST} /var/lib/postgresql/15/main`);
  });

  it('is deleted only when that is asked for, and nothing is said to bring it back', async () => {
    const report = await ground.drill({ really: true });
    expect(ground.losing).toMatchObject({ aside: '', really: 'yes' });
    expect(report.aside).toBeUndefined();
    expect(report.undo).toBeUndefined();
    expect(ground.told).toContain('DELETED');
    expect(ground.told).not.toContain('mv -T');
  });

  it('is said to be counted shortly before, where a transaction went on', async () => {
    ground.lost = ground.lost.map((line) => (line.startsWith('held') ? 'held\tno' : line));
    expect((await ground.drill()).exact).toBe(false);
  });
});

describe('nothing is lost', () => {
  it.each([undefined, '', 'pos', 'db1', 'pos/', 'POS/db1', 'pos/db1 ', 'pos/db2', 'pos/shop', 'yes'])(
    'when what is typed is %j, and no host is asked',
    async (confirm) => {
      expect(await ground.failure({ confirm })).toMatchObject({
        code: 'drill-not-confirmed',
        left: 'Nothing was changed.',
      });
      expect(ground.opened).toEqual([]);
    },
  );

  it.each([
    ['there is no backup', ['listed']],
    ['the only one was found broken', [`manifest ${manifestOf()}`, `broken ${ID} it rots`, 'listed']],
  ])('when %s', async (_what, list) => {
    ground.restore.list = list;
    expect(await ground.failure()).toMatchObject({ code: 'no-such-backup' });
    nothingDone();
  });

  it('when the database host does not get through to the backup server', async () => {
    ground.restore.look = ['error source-unreachable no route'];
    expect(await ground.failure()).toMatchObject({ code: 'source-unreachable' });
    nothingDone();
  });

  it('when the database host is not set up as it should be', async () => {
    ground.missing = '/usr/local/lib/buka/restore';
    expect(await ground.failure()).toMatchObject({
      code: 'drill-not-set-up',
      seen: expect.stringContaining('/usr/local/lib/buka/restore'),
    });
    nothingDone();
  });

  it('when a worker is not healthy beforehand', async () => {
    ground.restore.workers.worker3.health = ['503'];
    expect(await ground.failure()).toMatchObject({ code: 'drill-app-unwell', host: 'worker3' });
    nothingDone();
  });

  it.each([
    ['another database would go too', { databases: '["postgres","shop","till"]' }, 'drill-other-databases'],
    ['one that a restore put aside would go too', { databases: '["shop","shop_before_1"]' }, 'drill-other-databases'],
    ['nobody could connect afterwards', { among: '["listen_addresses"]' }, 'drill-settings-lost'],
    ['the data is on a disk of its own', { movable: 'no' }, 'drill-foreign-server'],
    ["the server isn't Debian's", { known: '' }, 'drill-foreign-server'],
    ['the settings are among the data', { config: '/data/postgresql.conf' }, 'drill-foreign-server'],
    ['its place could not be typed', { known: '15 main /a;b', data: '/a;b' }, 'drill-foreign-server'],
    ['there is no room beside it', { free: '500000' }, 'too-little-space'],
  ])('when %s', async (_what, found, code) => {
    ground.server = { ...ground.server, ...found };
    expect(await ground.failure()).toMatchObject({ code, left: 'Nothing was changed.' });
    nothingDone();
  });

  it('when the database host can not tell of its PostgreSQL', async () => {
    ground.failing.add('look at PostgreSQL');
    expect(await ground.failure()).toMatchObject({ code: 'script-failed', left: 'Nothing was changed.' });
    nothingDone();
  });

  it('when the lock is lost in the last moment', async () => {
    const { clock } = ground.context;
    const sleep = clock?.sleep;
    if (clock)
      clock.sleep = async (time) => {
        for (const worker of Object.values(ground.restore.workers)) worker.lock = '{"run":"other","by":"bob"}';
        await sleep?.(seconds(60));
        await sleep?.(time);
      };
    expect(await ground.failure()).toMatchObject({ code: 'lock-lost' });
    nothingDone();
  });

  it('when another run holds the lock', async () => {
    ground.restore.workers.worker1.lock = '{"run":"other","by":"bob"}';
    expect(await ground.failure()).toMatchObject({ code: 'lock-held' });
    nothingDone();
  });

  it('when it is cancelled while it says what it is about to do', async () => {
    const { clock } = ground.context;
    const sleep = clock?.sleep;
    if (clock)
      clock.sleep = async (time) => {
        ground.restore.cancel();
        await sleep?.(time);
      };
    expect(await ground.failure()).toMatchObject({ code: 'cancelled', left: 'Nothing was changed, and nothing lost.' });
    expect(ground.told).toContain('In 5.0 s shop on db1 (192.0.2.31) is lost');
    nothingDone();
    expect(locks()).toEqual([undefined, undefined, undefined]);
  });
});

it('room that the lost data gives back counts only when it is deleted', async () => {
  ground.server = { ...ground.server, free: '600000', size: '600000' };
  expect(await ground.failure()).toMatchObject({ code: 'too-little-space' });
  expect((await ground.drill({ really: true })).outcome).toBe('recovered');
});

it('a setting that goes with the data, but lets the app in, is only told', async () => {
  ground.server = { ...ground.server, among: '["work_mem"]' };
  expect((await ground.drill()).outcome).toBe('recovered');
  expect(ground.told).toMatch(/warning: ALTER SYSTEM set work_mem on db1/);
});

it('no deploy can begin while the database is away', async () => {
  const seen: (string | undefined)[] = [];
  ground.whenDone = (name) => {
    if (name !== 'count rows') seen.push(...locks());
  };
  await ground.drill();
  expect(seen).toHaveLength(12);
  for (const lock of seen) expect(lock).toContain('run-9');
});

it('who cancels after the loss gets the database back all the same', async () => {
  ground.whenDone = (name) => {
    if (name === 'make a new PostgreSQL server') ground.restore.cancel();
  };
  expect(await ground.drill()).toMatchObject({ outcome: 'recovered' });
});

describe('what is left is told, and what to type', () => {
  const breaks = (name: string) => ground.failing.add(name);

  it('where it broke off while it was lost', async () => {
    breaks('lose the database');
    const failure = await ground.failure();
    expect(failure).toMatchObject({ code: 'script-failed', host: 'db1', seen: 'it broke' });
    expect(failure?.left).toContain('may be stopped');
    expect(failure?.hint).toContain(`mv -T ${LOST}`);
  });
  it('where no new server could be made', async () => {
    breaks('make a new PostgreSQL server');
    const failure = await ground.failure();
    expect(failure?.left).toBe(`THE APP HAS NO DATABASE: PostgreSQL on db1 is gone; its data is whole, in ${LOST}.`);
    expect(failure?.hint).toContain('pg_createcluster 15 main');
    expect(failure?.hint).toContain('/etc/postgresql/before-drill-20261128t001501z');
    expect(failure?.hint).toContain(`mv -T ${LOST}`);
  });
  it('where it could not be set up', async () => {
    breaks('role');
    const failure = await ground.failure();
    expect(failure?.left).toContain('a new, empty PostgreSQL 15');
    expect(failure?.hint).toContain(`\`buka provision db1\`, then \`buka restore ${ID}\``);
  });
  it('where the backup could not be loaded: not that the present database is untouched', async () => {
    ground.restore.load = ['error load-failed out of memory'];
    const failure = await ground.failure();
    expect(failure).toMatchObject({ code: 'load-failed', seen: 'out of memory' });
    expect(failure?.left).toContain('THE APP MAY HAVE NO DATABASE');
    expect(failure?.left).not.toContain('untouched');
    expect(failure?.hint).toContain(`buka restore ${ID}`);
    expect(locks()).toEqual([undefined, undefined, undefined]);
  });
  it('where the data was deleted: nothing that is not there is offered', async () => {
    breaks('make a new PostgreSQL server');
    const failure = await ground.failure({ really: true });
    expect(failure?.left).toContain('its data is deleted');
    expect(failure?.hint).not.toContain('mv -T');
  });
  it('where the drill has a fault of its own', async () => {
    ground.whenDone = (name) => {
      if (name === 'role') throw new TypeError('x is not a function');
    };
    expect(await ground.failure()).toMatchObject({
      code: 'drill-broke-off',
      left: expect.stringContaining('THE APP HAS NO DATABASE'),
      hint: expect.stringContaining('buka restore'),
    });
  });
  it('at each stage, for whoever ends the process then', async () => {
    const told: string[] = [];
    await ground.drill({ tellLeft: ({ left }) => told.push(left) });
    expect(told.map((left) => /may be stopped|is gone|empty|MAY HAVE|is restored/.exec(left)?.[0])).toEqual([
      'may be stopped',
      'is gone',
      'empty',
      'MAY HAVE',
      'is restored',
    ]);
  });
});

it('an app that does not find its database again is waited for, and then told as what it is', async () => {
  ground.restore.workers.worker2.health = ['200', '503'];
  const report = await ground.drill();
  expect(report).toMatchObject({ outcome: 'app-down', recovery: undefined });
  expect(report.error).toBeInstanceOf(BukaError);
  expect(report.error?.failure).toMatchObject({ code: 'drill-app-down', host: 'worker2' });
  expect(report.workers).toMatchObject([{ state: 'answers' }, { state: 'unhealthy' }, { state: 'answers' }]);
});
