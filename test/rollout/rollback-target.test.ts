import type { BukaError } from '../../src/errors';
import type { HistoryEntry, ReleaseId } from '../../src/release';
import { rollbackTarget } from '../../src/rollout/rollback-target';
import { clusterOf, observationOf, r1, r2, r3, type WorkerShape } from './ground';

const happened = (...events: (readonly [HistoryEntry['event'], ReleaseId])[]): HistoryEntry[] =>
  events.map(([event, release], index) => ({ at: new Date(index * 60_000), event, release, by: 'ann' }));
const both = (shape: WorkerShape, worker2: WorkerShape = shape) =>
  observationOf(clusterOf({ workers: 2 }), { worker1: shape, worker2 });
const goes = (shape: WorkerShape, worker2?: WorkerShape) => rollbackTarget(both(shape, worker2), undefined).id;

const staged = [r1, r2, r3];

describe('a rollback goes', () => {
  it('to the last good release, not to a failed attempt after it', () => {
    const history = happened(['good', r1], ['good', r2], ['migrated', r3], ['activated', r3], ['reverted', r2]);
    expect(goes({ active: r2, running: r2, staged, good: [r1, r2], history })).toBe(r1);
  });

  it('back from a rollout that stopped half way, and not past the release that the others still run', () => {
    const history = happened(['activated', r2], ['good', r2], ['migrated', r3], ['activated', r3]);
    const old = { active: r2, running: r2, staged, good: [r1, r2], history: history.slice(0, 3) };
    expect(goes({ ...old, active: r3, running: r3, history }, old)).toBe(r2);
  });

  it('to the named one, with the migrations that it lists', () => {
    const shape = { active: r3, running: r3, staged, migrations: { [r1]: ['1.sql'] } };
    expect(rollbackTarget(both(shape), r1)).toEqual({ kind: 'rollback', id: r1, migrations: ['1.sql'] });
  });

  it('nowhere without a good release before the present on every worker, and tells what each has', () => {
    const one = { active: r2, running: r2, staged: [r1, r2], history: happened(['good', r1], ['good', r2]) };
    const other = { ...one, staged: [r2, r3], good: [r2] };
    let failure: BukaError['failure'] | undefined;
    try {
      rollbackTarget(both(one, other), undefined);
    } catch (error) {
      failure = (error as BukaError).failure;
    }
    expect(failure).toMatchObject({ code: 'nothing-to-roll-back-to', left: 'Nothing was changed.' });
    expect(failure?.seen).toBe(`staged there:\n- worker1: ${r1} (good), ${r2} (good)\n- worker2: ${r2} (good), ${r3}`);
  });
});
