import { setTimeout } from 'node:timers/promises';
import { BukaError } from '../../src/errors';
import type { HistoryEntry, ReleaseId } from '../../src/release';
import { type BackupTaken, deploy, rollback, type TakeBackup } from '../../src/rollout';
import { bytes, seconds } from '../../src/units';
import { backedUp } from '../backup/ground';
import { clusterOf, r1, r2, r3, type WorkerShape } from './ground';
import { ObedientHosts } from './obedient-hosts';

const taken: BackupTaken = {
  id: '20261127T221500Z-3f2a91',
  recoveryPoint: new Date('2026-11-27T22:15:01Z'),
  bytes: bytes(478e6),
  bytesAdded: bytes(2.8e6),
  took: { dump: seconds(3), prove: seconds(5), restore: seconds(4) },
};
const refused = new BukaError({
  code: 'proof-failed',
  host: 'backup1',
  message: 'It is no backup.',
  hint: 'Look there.',
});
const staged = ['stage on worker1', 'stage on worker2', 'stage on worker3'];
const changes = (ground: ObedientHosts) => ground.done.filter((what) => !staged.includes(what));

/** A way to make backups that notes what it was asked for. */
function backups(make: () => Promise<BackupTaken> = async () => taken) {
  const asked: Parameters<TakeBackup>[1][] = [];
  const takeBackup: TakeBackup = (_, wanted) => {
    asked.push(wanted);
    return make();
  };
  return { asked, takeBackup };
}

it('nothing is migrated and no worker is switched before the backup is there', async () => {
  const ground = new ObedientHosts();
  const backup = Promise.withResolvers<BackupTaken>();
  const { takeBackup, asked } = backups(() => backup.promise);
  const deployed = deploy(ground.context, ground.archive(), { takeBackup });
  // Staging does not wait for it.
  await setTimeout(200);
  expect(ground.done).toEqual(staged);
  backup.resolve(taken);
  const report = await deployed;
  expect(asked).toEqual([{ release: r1, target: r2 }]);
  expect(changes(ground)[0]).toBe(`migrate ${r2} on worker1`);
  expect(changes(ground).length).toBeGreaterThan(1);
  expect(report).toMatchObject({ outcome: 'success', backup: taken, withoutBackup: undefined });
});

it('a backup that is stored and not proven is enough where buka.yml leaves the proof to the night, and told as that', async () => {
  const made = backedUp(clusterOf());
  const backup = made.backup && { ...made.backup, proof: 'nightly' as const };
  const ground = new ObedientHosts({}, { ...made, backup });
  const stored: BackupTaken = {
    ...taken,
    took: { ...taken.took, prove: null, restore: null },
    newestProven: { id: '20261127T023011Z-90c1d2', of: new Date('2026-11-27T02:30:12Z') },
  };
  const report = await deploy(
    ground.context,
    ground.archive(r2, []),
    backups(async () => stored),
  );
  expect(report).toMatchObject({ outcome: 'success', backup: stored });
  expect(report.plan.join('\n')).toContain('and prove it, unless one of the last 36 hours is proven, while');
});

it('what goes into the history of every worker names the backup', async () => {
  const ground = new ObedientHosts();
  await deploy(ground.context, ground.archive(), backups());
  for (const event of ['activated', 'good'])
    expect(ground.history.filter((entry) => entry.event === event)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ release: r2, backup: taken.id })),
    );
});

it('a backup that fails ends the deploy with nothing migrated and nothing switched', async () => {
  const ground = new ObedientHosts();
  const report = await deploy(
    ground.context,
    ground.archive(),
    backups(() => Promise.reject(refused)),
  );
  expect(report).toMatchObject({ outcome: 'failed', backup: undefined });
  expect(report.error?.failure).toMatchObject({ code: 'proof-failed', host: 'backup1', step: 'backup' });
  expect(report.error?.failure.hint).toMatch(/^Look there\. .*--without-backup REASON/);
  expect(report.error?.failure.left).toContain(`worker1 runs ${r1}, healthy, in rotation`);
  expect(changes(ground)).toEqual([]);
  expect(ground.history).toEqual([]);
});

it('staging that fails ends the deploy without waiting for the backup', async () => {
  const ground = new ObedientHosts();
  ground.stagingFails = true;
  const report = await deploy(
    ground.context,
    ground.archive(),
    backups(() => new Promise(() => {})),
  );
  expect(report.outcome).toBe('failed');
  expect(changes(ground)).toEqual([]);
});

it('a run that is cancelled does not wait for the backup', async () => {
  const ground = new ObedientHosts();
  const { takeBackup } = backups(() => {
    ground.cancel();
    return new Promise(() => {});
  });
  const report = await deploy(ground.context, ground.archive(), { takeBackup });
  expect(report.error?.code).toBe('cancelled');
  expect(changes(ground)).toEqual([]);
});

it('a caller that brings no way to make a backup gets nowhere', async () => {
  const ground = new ObedientHosts();
  await expect(deploy(ground.context, ground.archive())).rejects.toThrow('needs a backup');
  expect(changes(ground)).toEqual([]);
});

describe('without a backup, as a person wants it', () => {
  it('is told in a warning, the plan, the report and the history', async () => {
    const ground = new ObedientHosts();
    const { takeBackup, asked } = backups();
    const report = await deploy(ground.context, ground.archive(), { takeBackup, withoutBackup: 'backup1 burns' });
    expect(asked).toEqual([]);
    expect(report).toMatchObject({ backup: undefined, withoutBackup: { by: 'ann', reason: 'backup1 burns' } });
    expect(report.plan).toContain('no backup, as ann wants it: backup1 burns');
    expect(ground.reporter.lines.filter((line) => line.startsWith('warning: There is no backup'))).toEqual([
      expect.stringContaining('ann wants it: backup1 burns'),
    ]);
    expect(changes(ground)[0]).toBe(`migrate ${r2} on worker1`);
    for (const event of ['activated', 'good'])
      expect(ground.history.filter((entry) => entry.event === event)).toEqual(
        Array.from({ length: 3 }, () =>
          expect.objectContaining({ by: 'ann', reason: 'without a backup: backup1 burns' }),
        ),
      );
  });

  it.each(['', '  '])('takes a reason, and %j is none', async (withoutBackup) => {
    const ground = new ObedientHosts();
    const report = await deploy(ground.context, ground.archive(), { withoutBackup });
    expect(report.error?.code).toBe('reason-missing');
    expect(ground.done).toEqual([]);
  });
});

describe('no backup is made', () => {
  const runsIt: WorkerShape = { active: r2, running: r2, migrations: { [r2]: ['002.sql'] } };
  const everywhere = (shape: WorkerShape) => ({ worker1: shape, worker2: shape, worker3: shape });

  it.each<[string, Record<string, WorkerShape>]>([
    ['where there is nothing to do', everywhere(runsIt)],
    [
      'where a worker is only put back into rotation',
      { ...everywhere(runsIt), worker2: { ...runsIt, rotation: 'drained' } },
    ],
    [
      'where a worker only gets its release restarted',
      { ...everywhere(runsIt), worker2: { ...runsIt, healthy: false } },
    ],
  ])('%s', async (_, shapes) => {
    const ground = new ObedientHosts(shapes);
    const { takeBackup, asked } = backups();
    await deploy(ground.context, ground.archive(), { takeBackup });
    expect(asked).toEqual([]);
  });

  it('for a rollback', async () => {
    const shape = { active: r2, running: r2, staged: [r1, r2] };
    const ground = new ObedientHosts(everywhere(shape));
    const report = await rollback(ground.context, { to: r1 });
    expect(report.plan.join('\n')).not.toContain('back up');
    expect(changes(ground).length).toBeGreaterThan(0);
  });

  it('for a dry run, whose plan says that one would be', async () => {
    const ground = new ObedientHosts();
    const { takeBackup, asked } = backups();
    const { outcome, plan } = await deploy(ground.context, ground.archive(), { takeBackup, dryRun: true });
    expect({ outcome, asked, done: ground.done }).toEqual({ outcome: 'planned', asked: [], done: [] });
    const [stage, backup, migrate] = plan.slice(1);
    expect(stage).toMatch(/^stage on/);
    expect(backup).toMatch(/^back up shop on backup1 and prove it/);
    expect(migrate).toMatch(/^migrate once/);
  });

  it('where buka.yml says no', async () => {
    const made = backedUp();
    const cluster = { ...made, backup: made.backup && { ...made.backup, beforeDeploy: false } };
    const ground = new ObedientHosts({}, cluster);
    const report = await deploy(ground.context, ground.archive());
    expect(report.error?.code).not.toBe('proof-failed');
    expect(changes(ground).length).toBeGreaterThan(0);
    expect(report.plan.join('\n')).not.toContain('back up');
  });
});

describe('a backup is tied to the release that can live with it', () => {
  const releaseOf = async (shapes: Record<string, WorkerShape>) => {
    const ground = new ObedientHosts(shapes);
    const { takeBackup, asked } = backups(() => Promise.reject(refused));
    await deploy(ground.context, ground.archive(r3, ['002.sql', '007.sql']), { takeBackup });
    return asked[0]?.release;
  };
  const contract = (release: ReleaseId): HistoryEntry => {
    return { at: new Date(), event: 'migrated', release, by: 'ann', contract: ['007.sql'] };
  };

  it('which is the one that most workers run', async () => {
    expect(await releaseOf({ worker3: { active: r2, running: r2 } })).toBe(r1);
  });

  it('which is none before the first deploy', async () => {
    const empty = { active: undefined, running: undefined, healthy: false, rotation: 'down' as const };
    expect(await releaseOf({ worker1: empty, worker2: empty, worker3: empty })).toBeUndefined();
  });

  it('which is not the one that runs where a run that died had migrated past it', async () => {
    expect(await releaseOf({ worker1: { active: r1, running: r1, history: [contract(r2)] } })).toBe(r2);
  });
});
