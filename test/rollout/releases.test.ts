import type { HistoryEntry, ReleaseId, WorkerReleases } from '../../src/release';
import { listReleases } from '../../src/rollout/releases';
import { clusterOf, observationOf, r1, r2, r3, type WorkerShape } from './ground';

const event = (minute: number, event: HistoryEntry['event'], release: ReleaseId, more = {}): HistoryEntry => ({
  at: new Date(minute * 60_000),
  event,
  release,
  by: 'ann',
  ...more,
});

function known(shapes: Readonly<Record<string, WorkerShape>>): (readonly [string, WorkerReleases])[] {
  const cluster = clusterOf({ workers: Object.keys(shapes).length });
  return [...observationOf(cluster, shapes).workers].map(([name, { releases }]) => [name, releases]);
}

it('the history tells once what a run wrote on every worker, also what it migrated and took back', () => {
  const history = [
    event(1, 'migrated', r2, { contract: ['2.sql'] }),
    event(2, 'activated', r2),
    event(3, 'reverted', r1, { from: r2 }),
    event(8, 'good', r1),
  ];
  const shape = { active: r1, running: r1, staged: [r1, r2], good: [r1], history };
  const list = listReleases(known({ worker1: shape, worker2: shape }), 2);
  expect(list.history.map(({ event: what, release, workers }) => [what, release, workers.length])).toEqual([
    ['good', r1, 2],
    ['reverted', r1, 2],
    ['activated', r2, 2],
    ['migrated', r2, 2],
  ]);
});

it('a migration that took several lines is told whole', () => {
  const history = [
    event(1, 'migrated', r2, { contract: ['2.sql'] }),
    event(1, 'migrated', r2, { contract: ['3.sql'] }),
  ];
  const shape = { active: r1, running: r1, history };
  const told = listReleases(known({ worker1: shape, worker2: shape }), 2).history;
  expect(told.map(({ contract, workers }) => [contract, workers.length])).toEqual([
    [['3.sql'], 2],
    [['2.sql'], 2],
  ]);
});

it('each release tells where it is active and good, and which migration bars the way back to it', () => {
  const migrations = { [r2]: ['2.sql'], [r3]: ['2.sql', '3.sql'] };
  const history = [event(1, 'good', r1), event(2, 'migrated', r2, { contract: ['2.sql'] }), event(3, 'good', r2)];
  const shape = { active: r3, running: r3, staged: [r1, r2, r3], good: [r1, r2], migrations, history };
  const list = listReleases(known({ worker1: shape, worker2: { ...shape, active: r2 } }), 2);
  expect(
    list.releases.map(({ id, activeOn, goodOn, crossed }) => ({ id, activeOn, goodOn: goodOn.length, crossed })),
  ).toEqual([
    { id: r3, activeOn: ['worker1'], goodOn: 0, crossed: [] },
    { id: r2, activeOn: ['worker2'], goodOn: 2, crossed: [] },
    { id: r1, activeOn: [], goodOn: 2, crossed: [{ migration: '2.sql', release: r2 }] },
  ]);
});

it('no release is offered for a rollback while a worker is silent', () => {
  const history = [event(1, 'good', r1), event(2, 'good', r2)];
  const shape = { active: r2, running: r2, staged: [r1, r2], history };
  expect(listReleases(known({ worker1: shape }), 1).rollbackTo).toBe(r1);
  expect(listReleases(known({ worker1: shape }), 2).rollbackTo).toBeUndefined();
});
