import type { HistoryEntry, ReleaseId } from '../../src/release';
import { contractRun, crossed, mayGoBack, refuseCrossing, waitingAfterRestore } from '../../src/rollout/crossing';
import { takenAway } from '../../src/rollout/restored';
import { clusterOf, observationOf, r1, r2, r3, type WorkerShape } from './ground';

const cluster = clusterOf({ workers: 2 });
const migrations = { [r1]: ['1.sql'], [r2]: ['1.sql', '2.sql'], [r3]: ['1.sql', '2.sql', '3.sql'] };
const happened = (event: HistoryEntry['event'], release: ReleaseId, contract?: string[]): HistoryEntry => ({
  at: new Date(0),
  event,
  release,
  by: 'test',
  ...(contract && { contract }),
});

/** All workers are alike, but for worker1 as it is given; `marked` are contract in every manifest that lists them. */
function seen(shape: WorkerShape, marked: readonly string[], worker1: WorkerShape = {}) {
  const both = { active: r2, running: r2, staged: [r1, r2], migrations, ...shape };
  const observation = observationOf(cluster, { worker1: { ...both, ...worker1 }, worker2: both });
  for (const worker of observation.workers.values())
    for (const release of worker.releases.staged)
      Object.assign(release, { contractMigrations: release.migrations.filter((name) => marked.includes(name)) });
  return observation;
}

const going = (to: ReleaseId, kind: 'rollback' | 'deploy' = 'rollback') => ({
  kind,
  id: to,
  migrations: migrations[to as keyof typeof migrations] ?? [],
});
const refused = (...args: Parameters<typeof refuseCrossing>) => refuseCrossing(...args)?.failure;

describe('a release is refused', () => {
  it('that is from before a contract migration of the active one, and told what to do', () => {
    expect(refused(seen({}, ['2.sql']), going(r1))).toEqual({
      code: 'migration-crossed',
      step: 'preflight',
      message: `Release ${r1} can't live with the database as it is now: a migration marked \`buka: contract\` came after it.`,
      seen: `release ${r2} ran 2.sql; ${r1} does not list it`,
      left: 'Nothing was changed.',
      hint: 'Mend the fault in a commit that has 2.sql, and deploy that: docs/rollback.md has the steps. The only other way is to restore the database from a backup made before it, as docs/restore.md tells: all that customers did since then would be lost.',
    });
  });

  it('by a deploy of an older commit as well', () => {
    const { code, hint } = refused(seen({}, ['2.sql']), going(r1, 'deploy')) ?? {};
    expect(code).toBe('migration-crossed');
    expect(hint).toMatch(/^Deploy a commit that has 2\.sql: put this one on top of the commit of local-00000002\./);
  });

  it('when the run that migrated died before any worker was switched, and its release was removed since', () => {
    const died = { active: r1, running: r1, staged: [r1], history: [happened('migrated', r2, ['2.sql'])] };
    expect(refused(seen({ active: r1, running: r1, staged: [r1] }, [], died), going(r1))).toMatchObject({
      seen: `release ${r2} ran 2.sql; ${r1} does not list it`,
    });
  });

  it('when the workers have gone back from the release that migrated', () => {
    const went = { active: r2, running: r2, staged: [r1, r2, r3] };
    const history = [happened('activated', r3), happened('reverted', r2)];
    expect(refused(seen({ ...went, good: [r1, r2] }, ['3.sql'], { history }), going(r1))?.seen).toContain('3.sql');
    expect(refused(seen({ ...went, good: [r1, r3] }, ['3.sql']), going(r1))?.seen).toContain('3.sql');
  });

  it('with the release that it can be rolled back to instead', () => {
    const history = [r1, r2, r3].map((release) => happened('good', release));
    const three = { active: r3, running: r3, staged: [r1, r2, r3], history };
    expect(refused(seen(three, ['2.sql']), going(r1))?.hint).toMatch(/^`buka rollback local-00000002` can be done\. /);
    expect(refused(seen(three, ['2.sql', '3.sql']), going(r1))).toMatchObject({
      message: expect.stringContaining('migrations marked'),
      seen: `release ${r2} ran 2.sql, release ${r3} ran 3.sql; ${r1} does not list them`,
      hint: expect.stringMatching(/^Mend/),
    });
  });
});

describe('a release is let through', () => {
  it('across migrations that its author did not mark', () => {
    expect(refused(seen({}, []), going(r1))).toBeUndefined();
  });
  it('that lists the contract migration itself', () => {
    expect(refused(seen({ active: r3, running: r3, staged: [r1, r2, r3] }, ['2.sql']), going(r2))).toBeUndefined();
  });
  it('when a contract migration lies ready in a release that was only staged', () => {
    expect(refused(seen({ active: r1, running: r1, good: [r1] }, ['2.sql']), going(r1))).toBeUndefined();
  });
});

describe('within a run, workers may go back', () => {
  const observation = seen({ active: r1, running: r1, good: [r1] }, []);
  it('where the target brought nothing that the older release can not live with', () => {
    expect(mayGoBack(observation, { contractMigrations: ['1.sql'] }, r1)).toBe(true);
    expect(mayGoBack(observation, undefined, r1)).toBe(true);
  });
  it('not once a contract migration ran in this run', () => {
    expect(mayGoBack(observation, { contractMigrations: ['2.sql'] }, r1)).toBe(false);
  });
  it('not where an earlier run had run it, which this one resumes', () => {
    const history = [happened('migrated', r2, ['2.sql'])];
    expect(mayGoBack(seen({ active: r1, running: r1, good: [r1] }, [], { history }), undefined, r1)).toBe(false);
  });
  it('not to a release that no worker knows, once any contract migration ran', () => {
    expect(mayGoBack(observation, { contractMigrations: ['1.sql'] }, r3)).toBe(false);
  });
});

describe('after a restore of the database', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
  const migrated = (minute: number, release: ReleaseId, contract?: string[]): HistoryEntry => ({
    ...happened('migrated', release, contract),
    at: at(minute),
  });
  const activated = (minute: number, release: ReleaseId) => ({ ...happened('activated', release), at: at(minute) });
  const restored = (minute: number, recoveryPoint: number): HistoryEntry => ({
    ...happened('restored', r2),
    at: at(minute),
    backup: 'b',
    recoveryPoint: at(recoveryPoint),
  });
  const refusedAfter = (history: HistoryEntry[], onWorker1: HistoryEntry[] = history) =>
    refused(seen({ history }, ['2.sql'], { history: onWorker1 }), going(r1)) !== undefined;

  it('to before a contract migration, the release from before it is let through again', () => {
    expect(refusedAfter([migrated(10, r2, ['2.sql'])])).toBe(true);
    expect(refusedAfter([migrated(10, r2, ['2.sql']), restored(20, 5)])).toBe(false);
    expect(mayGoBack(seen({ history: [migrated(10, r2, ['2.sql']), restored(20, 5)] }, ['2.sql']), undefined, r1)).toBe(
      true,
    );
  });
  it('to after it, or to the very instant that it began, it is refused as before', () => {
    expect(refusedAfter([migrated(10, r2, ['2.sql']), restored(20, 15)])).toBe(true);
    expect(refusedAfter([migrated(10, r2, ['2.sql']), restored(20, 10)])).toBe(true);
  });
  it('that one worker did not note, it is let through as well: they share the database', () => {
    const all = [migrated(10, r2, ['2.sql']), restored(20, 5)];
    expect(refusedAfter([migrated(10, r2, ['2.sql'])], all)).toBe(false);
    expect(refusedAfter([restored(20, 5)], [migrated(10, r2, ['2.sql'])])).toBe(false);
  });
  it('a migration that ran again since is refused again, whatever release brought it', () => {
    const before = [migrated(10, r2, ['2.sql']), restored(20, 5)];
    expect(refusedAfter([...before, migrated(30, r2, ['2.sql'])])).toBe(true);
    // A later release carries it too, and its program runs all that the database lacks.
    const three = { active: r3, running: r3, staged: [r1, r2, r3] };
    const history = [...before, migrated(30, r3)];
    expect(refused(seen({ ...three, history }, ['2.sql']), going(r1))?.seen).toContain('2.sql');
    expect(refused(seen({ ...three, history: before }, ['2.sql']), going(r1))).toBeUndefined();
  });
  it('that was itself undone by a later one, the migration counts again', () => {
    const first = [migrated(10, r2, ['2.sql']), restored(20, 5)];
    // To a backup from between the migration and the first restore, and to one from after that restore.
    expect(refusedAfter([...first, restored(40, 15)])).toBe(true);
    expect(refusedAfter([...first, restored(40, 30)])).toBe(false);
  });
  it('a migration that nobody noted counts as run: it may be older than the recovery point', () => {
    expect(refusedAfter([activated(11, r2), restored(20, 5)])).toBe(true);
    expect(refusedAfter([activated(11, r2), migrated(11, r2), restored(20, 5)])).toBe(true);
  });
  it('the order in which the workers tell of restores means nothing', () => {
    expect(refusedAfter([restored(40, 15), restored(20, 5), migrated(10, r2, ['2.sql'])])).toBe(true);
  });

  describe('the release on the workers waits for the migrations that went with it', () => {
    const gone = (history: HistoryEntry[], worker1: HistoryEntry[] = []) => {
      const { workers } = seen({ active: r3, running: r3, staged: [r1, r2, r3], history }, [], { history: worker1 });
      return takenAway(
        [...workers.values()].map(({ releases }) => releases),
        { migrations: migrations[r3] ?? [] },
      );
    };
    const life = [activated(1, r1), migrated(10, r2), activated(11, r2), migrated(20, r3), activated(21, r3)];
    it('marked or not, and only for those', () => {
      expect(gone([...life, restored(30, 15)])).toEqual(['3.sql']);
      expect(gone([...life, restored(30, 5)])).toEqual(['2.sql', '3.sql']);
      expect(gone([...life, restored(30, 25)])).toEqual([]);
      expect(gone(life)).toEqual([]);
    });
    it('also where each worker knows a part', () => {
      expect(gone(life, [restored(30, 15)])).toEqual(['3.sql']);
    });
    it('until they are run again; to switch to it brings none', () => {
      const back = [...life, restored(30, 5), activated(31, r2)];
      expect(gone([...back, activated(32, r3)])).toEqual(['2.sql', '3.sql']);
      expect(gone([...back, migrated(32, r3)])).toEqual([]);
    });
  });

  describe('what to go back to', () => {
    const good = (minute: number, release: ReleaseId) => ({ ...happened('good', release), at: at(minute) });
    const waiting = (history: HistoryEntry[], marked: string[] = [], shape: WorkerShape = {}) => {
      const { workers } = seen({ active: r3, running: r3, staged: [r1, r2, r3], history, ...shape }, marked);
      return waitingAfterRestore([...workers.values()].map(({ releases }) => releases));
    };
    const life = [good(1, r1), migrated(10, r2, ['2.sql']), good(11, r2), migrated(20, r3, ['3.sql']), good(21, r3)];
    it('is the last good release before whose migrations are all there', () => {
      expect(waiting([...life, restored(30, 15)])).toEqual([{ release: r3, migrations: ['3.sql'], backTo: r2 }]);
      expect(waiting([...life, restored(30, 5)])).toEqual([
        { release: r3, migrations: ['2.sql', '3.sql'], backTo: r1 },
      ]);
    });
    it('is none that can not live with what is there, or that not every worker has', () => {
      const gone = [...life, restored(30, 15)];
      const only = { staged: [r1, r3], good: [r1, r3] };
      expect(waiting(gone, ['2.sql'], only)).toEqual([{ release: r3, migrations: ['3.sql'], backTo: undefined }]);
    });
    it('is not asked for where every release has its migrations', () => {
      expect(waiting([...life, restored(30, 25)])).toEqual([]);
      expect(waiting(life)).toEqual([]);
    });
  });

  it('a worker that has no release of its own makes no other one known', () => {
    const fresh = { active: r1, running: r1, good: [r1], history: [restored(20, 5)] };
    expect(
      crossed(
        [...seen(fresh, ['2.sql']).workers.values()].map(({ releases }) => releases),
        { migrations: [] },
      ),
    ).toEqual([]);
  });
});

it('the contract migrations of a run are those among the new ones', () => {
  expect(contractRun({ contractMigrations: ['1.sql', '3.sql'] }, ['2.sql', '3.sql'])).toEqual(['3.sql']);
  expect(contractRun({}, ['2.sql'])).toEqual([]);
});
