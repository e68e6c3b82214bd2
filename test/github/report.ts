import type { ReleaseId } from '../../src/release';
import type { BackupTaken, RolloutReport } from '../../src/rollout';
import { bytes, milliseconds, seconds } from '../../src/units';

export const OLD = '0a1b2c3-00000001' as ReleaseId;
export const NEW = '4d5e6f7-00000002' as ReleaseId;

const start = new Date('2026-05-01T08:00:00Z');
const after = (count: number) => new Date(start.getTime() + seconds(count));

export const BACKUP: BackupTaken = {
  id: '20261127T221500Z-3f2a91',
  recoveryPoint: new Date('2026-11-27T22:15:01Z'),
  bytes: bytes(478e6),
  bytesAdded: bytes(2.8e6),
  took: { dump: seconds(3.2), prove: seconds(5.5), restore: seconds(4.1) },
};

export const STORED: BackupTaken = {
  ...BACKUP,
  took: { dump: seconds(3.2), prove: null, restore: null },
  newestProven: { id: '20261127T023011Z-90c1d2', of: new Date('2026-11-27T02:30:12Z') },
};

/** A deploy that went well on the first of two workers and has begun with the second. */
export function reportOf(more: Partial<RolloutReport> = {}): RolloutReport {
  return {
    outcome: 'success',
    kind: 'deploy',
    from: OLD,
    to: NEW,
    startedAt: start,
    phases: [
      { name: 'stage', took: seconds(2.5) },
      { name: 'batches', took: milliseconds(12_300) },
    ],
    timeline: [
      {
        worker: 'worker1',
        batch: 1,
        drainStarted: after(3),
        drained: after(5.2),
        switched: after(5.4),
        healthy: after(7),
        readmitted: after(9.1),
      },
      { worker: 'worker2', batch: 2, drainStarted: after(9.2) },
    ],
    workers: [
      {
        worker: 'worker1',
        active: NEW,
        running: NEW,
        healthy: true,
        rotation: new Map([
          ['lb1', 'in'],
          ['lb2', 'in'],
        ]),
      },
      { worker: 'worker2', active: OLD, running: OLD, healthy: false, rotation: new Map([['lb1', 'drained']]) },
    ],
    cut: 0,
    missed: [],
    watched: [],
    plan: ['worker1: drain, switch, readmit', 'worker2: drain, switch, readmit'],
    ...more,
  };
}
