import type { HistoryEntry, ReleaseId } from '../../src/release';
import { contractRun, mayGoBack, refuseCrossing } from '../../src/rollout/crossing';
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
      hint: 'Mend the fault in a commit that has 2.sql, and deploy that: docs/rollback.md has the steps. The only other way is to restore the database from a backup made before it: all that customers did since then would be lost.',
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

it('the contract migrations of a run are those among the new ones', () => {
  expect(contractRun({ contractMigrations: ['1.sql', '3.sql'] }, ['2.sql', '3.sql'])).toEqual(['3.sql']);
  expect(contractRun({}, ['2.sql'])).toEqual([]);
});
