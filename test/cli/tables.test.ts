import { parseManifest } from '../../src/backup/manifest';
import { backupsText, backupText } from '../../src/cli/backups';
import { lockReleaseText, lockStatusText } from '../../src/cli/locks';
import { releasesText, reportText, statusText } from '../../src/cli/tables';
import { seconds } from '../../src/units';
import { ID, manifestOf, storedManifest } from '../backup/ground';
import { BACKUP, NEW, reportOf, STORED } from '../github/report';

const owner = { run: 'run-1', by: 'ann\x1b[2J', url: 'https://ci.example/1', machine: 'desk', pid: 47 };
const lock = { owner, expired: false, age: seconds(130), left: seconds(27), silent: seconds(3) };

test('the locks are told with their owner, its last sign of life, and where its run is, once', () => {
  const locks = [
    { worker: 'worker1', lock },
    { worker: 'worker2', lock: { ...lock, expired: true, left: seconds(-10), silent: seconds(40) } },
    { worker: 'worker3' },
  ];
  expect(lockStatusText({ locks, failures: [] }).split('\n')).toEqual([
    expect.stringMatching(/^worker +lock +held by +on +for +last sign of life$/),
    expect.stringMatching(/^worker1 +held +ann\\u\{1b\}\[2J +desk +2 min 10 s +3 s ago, gives way in 27 s$/),
    expect.stringMatching(/^worker2 +EXPIRED .* 40 s ago, the next run takes it over$/),
    expect.stringMatching(/^worker3 +free +- +-/),
    'run run-1: process 47 on desk, https://ci.example/1',
  ]);
});

test('what was released is told, and that nothing was', () => {
  expect(lockReleaseText({ released: [{ worker: 'worker1', lock }], failures: [] })).toMatch(/^worker1: released/);
  expect(lockReleaseText({ released: [], failures: [] })).toBe('No worker is locked.');
});

test('a report says what became of the others after a failure, and who was left out', () => {
  const text = reportText(reportOf({ outcome: 'failed', afterFailure: 'reverted', missed: ['worker3'] }));
  expect(text).toContain('run their old release again');
  expect(text).toContain("Left out, since it can't be reached: worker3.");
});

test('the status tells when a drained worker comes back by itself, and when nothing will bring it back', () => {
  const now = { workers: [], loadBalancers: [], locks: [], failures: [], ok: false };
  const lease = { worker: 'worker1', loadBalancer: 'lb1', left: seconds(40) };
  expect(statusText({ ...now, leases: [{ ...lease, alive: true }] })).toContain('has its traffic back in 40.0 s');
  expect(statusText({ ...now, leases: [{ ...lease, alive: false }] })).toContain('buka repair');
});

test('a report names the backup that the deploy can be gone back from', () => {
  expect(reportText(reportOf({ backup: BACKUP }))).toContain(
    'Backup 20261127T221500Z-3f2a91 of 2026-11-27T22:15:01.000Z: 478.0 MB, 2.8 MB new; proven, restored in 4.1 s.',
  );
  expect(reportText(reportOf())).not.toMatch(/backup/i);
});

test('a report says of a backup that is only stored that it is not proven, and what is', () => {
  const told = reportText(reportOf({ backup: STORED }));
  expect(told).toMatch(
    /stored, NOT PROVEN; the newest proven one is 20261127T023011Z-90c1d2 of 2026-11-27T02:30:12\.000Z\.$/m,
  );
});

test('a report shouts that there is no backup, and says who wanted that, and why', () => {
  const withoutBackup = { by: 'ann', reason: 'it burns\x1b[2J' };
  expect(reportText(reportOf({ withoutBackup }))).toContain(
    'WITHOUT A BACKUP from before, as ann wanted it: it burns\\u{1b}[2J',
  );
});

test('the releases tell in their history of the backup, and of the lack of one', () => {
  const entry = { at: new Date(0), event: 'good' as const, release: NEW, by: 'ann', workers: [] };
  const history = [
    { ...entry, backup: BACKUP.id },
    { ...entry, reason: 'without a backup: it burns' },
  ];
  const told = releasesText({ releases: [], history, rollbackTo: undefined, failures: [] });
  expect(told).toMatch(/ ann +backup 20261127T221500Z-3f2a91$/m);
  expect(told).toMatch(/ ann +without a backup: it burns$/m);
});

describe('the list of backups', () => {
  const manifest = parseManifest(manifestOf({ kind: 'deploy', release: NEW }));
  const stored = parseManifest(storedManifest());
  if (!manifest?.proof || stored === undefined) throw new Error('no manifest');
  const proven = { at: new Date('2026-11-27T22:15:09Z'), took: seconds(5.5) };
  const now = new Date('2026-11-28T22:30:00Z');

  test('tells how old each is, what it is of, how large, how fast it is back, and when it was proven', () => {
    expect(backupsText([{ manifest, proven }], now).split('\n')).toEqual([
      expect.stringMatching(/^backup +age +kind +release +size +added +restore +state$/),
      expect.stringMatching(new RegExp(`^${ID} +24 h +deploy +${NEW} +478.0 MB +2.8 MB +4.1 s +proven 24 h ago$`)),
    ]);
  });

  test('calls one that is only stored not proven, until it is', () => {
    expect(backupsText([{ manifest: stored }], now)).toMatch(/ 2\.8 MB +- +not proven yet$/m);
    expect(backupsText([{ manifest: stored, proven }], now)).toMatch(/ 2\.8 MB +- +proven 24 h ago$/m);
    expect(backupsText([{ manifest: stored, broken: 'x' }], now)).toMatch(/BROKEN: x$/m);
  });

  test('makes one stand out that a later proof found broken', () => {
    expect(backupsText([{ manifest, proven, broken: 'pack 12ab\x1b[2J' }], now)).toMatch(/BROKEN: pack 12ab\\u\{1b\}/);
  });

  test('says what to type where there is none', () => {
    expect(backupsText([], now)).toContain('`buka backup`');
  });

  test('of one that was just made has the figures that matter', () => {
    const told = backupText(manifest);
    expect(told).toMatch(/^Done: backup 20261127T221500Z-3f2a91, proven$/m);
    expect(told).toMatch(/^restored in +4\.1 s$/m);
    expect(told).toContain('12 rows of 1 tables');
  });
});
