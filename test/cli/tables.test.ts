import { lockReleaseText, lockStatusText } from '../../src/cli/locks';
import { reportText, statusText } from '../../src/cli/tables';
import { seconds } from '../../src/units';
import { reportOf } from '../github/report';

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
