import type { Difference } from '../../src/provision/compare';
import { inOrder } from '../../src/provision/order';
import { file } from '../../src/provision/setup';
import { machineCluster } from './cluster';

const of = (host: string, unit: string | undefined, what = 'file'): Difference => ({
  host,
  what,
  seen: 'other content',
  mend: { kind: 'file', file: file('/etc/x', '', unit === undefined ? {} : { tell: { unit, how: 'restart' } }) },
});
const starts = (host: string): Difference => ({ host, what: 'unit', seen: 'no', mend: { kind: 'unit', unit: 'x' } });
const turns = (differences: readonly Difference[], serving: readonly string[] = ['worker1', 'worker2']) => {
  const order = inOrder(machineCluster(), differences, serving);
  return Object.fromEntries(
    Object.entries(order).map(([turn, all]) => [turn, all.map(({ host }: Difference) => host)]),
  );
};

it('a worker is drained for a new unit of the app, and for nothing else', () => {
  expect(turns([of('worker1', 'pos.service'), of('worker2', undefined), of('worker2', 'other.service')])).toEqual({
    quiet: ['worker2', 'worker2'],
    loadBalancers: [],
    workers: ['worker1'],
  });
});

it('a worker whose app does not run is not drained', () => {
  expect(turns([of('worker1', 'pos.service')], [])).toMatchObject({ quiet: ['worker1'], workers: [] });
});

it('what the programs of a load balancer are told of, or are started for, is done on one after the other', () => {
  expect(turns([of('lb1', 'haproxy.service'), of('lb2', undefined), starts('lb2'), starts('monitor1')])).toEqual({
    quiet: ['lb2', 'monitor1'],
    loadBalancers: ['lb1', 'lb2'],
    workers: [],
  });
});
