import { BukaError } from '../../src/errors';
import type { Observation } from '../../src/rollout/observe';
import { reached, withoutUnreachable } from '../../src/rollout/reach';
import { clusterOf, observationOf, r1 } from './ground';

const gone = (host: string, code = 'unreachable') => new BukaError({ code, host, message: 'No answer.' });

function seen(maxUnreachable: number, away: Record<string, BukaError>, rotation: 'in' | 'down' = 'down') {
  const cluster = clusterOf({ workers: 4, rollout: { maxUnreachable } });
  const shapes = Object.fromEntries(Object.keys(away).map((name) => [name, { active: r1, running: r1, rotation }]));
  const { workers, loadBalancers } = observationOf(cluster, shapes);
  const pick = <T>(map: ReadonlyMap<string, T>) => new Map([...map].map(([name, one]) => [name, away[name] ?? one]));
  return { cluster, observation: { workers: pick(workers), loadBalancers: pick(loadBalancers) } as Observation };
}

function found(...args: Parameters<typeof seen>) {
  const { cluster, observation } = seen(...args);
  return reached(cluster, observation, []);
}

describe('a worker that can’t be reached', () => {
  it('stands in the way by default', () => {
    expect(found(0, { worker2: gone('worker2') })).toMatchObject({ problems: [{ code: 'unreachable' }] });
  });

  it('is left out within max-unreachable, and the rest of the run does not know it', () => {
    const left = found(1, { worker2: gone('worker2') });
    expect(left).toMatchObject({ missed: ['worker2'] });
    const names = 'cluster' in left ? left.cluster.workers.hosts.map(({ name }) => name) : [];
    expect(names).toEqual(['worker1', 'worker3', 'worker4']);
  });

  it('stands in the way when there are more than that', () => {
    const two = { worker2: gone('worker2'), worker3: gone('worker3', 'connection-lost') };
    const left = found(1, two);
    expect('problems' in left ? left.problems.map(({ failure }) => failure.host) : []).toEqual(['worker2', 'worker3']);
  });

  it('stands in the way while a load balancer sends it requests', () => {
    const left = found(1, { worker2: gone('worker2') }, 'in');
    expect('problems' in left && left.problems[0]?.failure.hint).toContain('still takes requests');
  });

  it('is not one that answers and refuses', () => {
    expect(found(1, { worker2: gone('worker2', 'host-key-mismatch') })).toMatchObject({
      problems: [{ code: 'host-key-mismatch' }],
    });
  });
});

test('a load balancer that does not answer stands in the way unless it was shown to be away', () => {
  const { cluster, observation } = seen(0, { lb2: gone('lb2') });
  expect(reached(cluster, observation, [])).toMatchObject({ problems: [{ code: 'unreachable' }] });
  const left = reached(cluster, observation, ['lb2']);
  expect('cluster' in left && left.cluster.loadBalancers.hosts.map(({ name }) => name)).toEqual(['lb1']);
});

test('a repair works with what it can reach, and says what it can’t', () => {
  const { cluster, observation } = seen(0, { lb2: gone('lb2'), worker1: gone('worker1') });
  const left = withoutUnreachable(cluster, observation);
  expect(left.cluster.workers.hosts.map(({ name }) => name)).toEqual(['worker2', 'worker3', 'worker4']);
  expect(left).toMatchObject({ missed: ['worker1'], silent: [{ code: 'unreachable' }, { code: 'unreachable' }] });
});
