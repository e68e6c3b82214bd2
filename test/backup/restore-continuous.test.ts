import { restore } from '../../src/backup';
import type { BukaError } from '../../src/errors';
import { r1 } from '../rollout/ground';
import { ID, manifestOf, RestoreGround } from './restore-ground';

const log = {
  ...{ base: ID, stream: '20261127T200000Z', first: '000000010000000000000002', last: '000000010000000000000003' },
  ...{ point: `${ID}-1`, exact: true, busy: [] },
};
const LATER = '20261127T233000Z-00aa11';
const earlier = manifestOf({ continuous: log, release: r1 });
const later = manifestOf({ id: LATER, continuous: log, recoveryPoint: '2026-11-27T23:30:00Z' });

let ground: RestoreGround;
let asked: string[];
beforeEach(() => {
  ground = new RestoreGround();
  asked = [];
  ground.list = [`manifest ${earlier}`, `manifest ${later}`, 'listed'];
  ground.look = [
    'current {"exists":true,"bytes":1000,"tables":{"public.sales":1204}}',
    `manifest ${later}`,
    'others ["wiki"]',
  ];
  ground.load = [
    'tables {"public.sales":1199}',
    'reached 2026-11-28T00:14:59.500Z',
    'loaded /var/lib/postgresql/15/main.restored-x 4.25',
  ];
  ground.swap = ['swapped /var/lib/postgresql/15/main.before-20261128t001500z'];
  const { remote } = ground.context;
  ground.context.remote = async (host) => {
    const at = await remote(host);
    return {
      ...at,
      run: (script, options) => {
        if (script.name === 'load') asked.push(/^to=.*$/m.exec(script.values.request ?? '')?.[0] ?? '');
        return at.run(script, options);
      },
    };
  };
});

const told = () => ground.reporter.lines.join('\n');
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure.code,
  );

it('goes to the newest state, tells that the whole server goes back, and when the last sale in it was', async () => {
  const report = await restore(ground.context);
  expect(asked).toEqual(['to=newest']);
  expect(told()).toContain('the newest state that the backup server has: shop, and with it wiki');
  expect(report).toMatchObject({
    outcome: 'restored',
    backup: {
      id: LATER,
      recoveryPoint: new Date('2026-11-28T00:14:59.500Z'),
      tables: { 'public.sales': { rows: 1199 } },
    },
    previousDatabase: '/var/lib/postgresql/15/main.before-20261128t001500z',
  });
  expect(report.next.join()).toContain('type `buka backup` now');
  expect(ground.noted[0]).toMatchObject([{ recoveryPoint: '2026-11-28T00:14:59.500Z' }]);
});

it('goes to the point of a backup that is named, or of a release', async () => {
  await restore(ground.context, { id: LATER as never });
  ground.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${earlier}`];
  await restore(ground.context, { release: r1 });
  expect(asked).toEqual(['to=', 'to=']);
});

it('goes to an instant from the newest backup before it, and not from one after it', async () => {
  ground.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${earlier}`];
  await restore(ground.context, { to: new Date('2026-11-27T23:00:00Z') });
  expect(ground.asked.filter((one) => one.startsWith('look'))).toEqual([`look ${ID}`]);
  expect(asked).toEqual(['to=2026-11-27T23:00:00.000Z']);
  expect(await failure(restore(ground.context, { to: new Date('2026-11-20T00:00:00Z') }))).toBe('no-such-backup');
});

it('says so when the log could be read only up to a gap', async () => {
  ground.load = ['short 0000000000000005 0000000000000009', ...(ground.load as string[])];
  await restore(ground.context);
  expect(told()).toContain('The log has a gap, or is damaged');
});

it('knows no instant where backups are dumps', async () => {
  ground.list = [`manifest ${manifestOf()}`, 'listed'];
  expect(await failure(restore(ground.context, { to: new Date('2026-11-28T00:00:00Z') }))).toBe('no-such-backup');
});
