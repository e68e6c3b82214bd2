import type { Sample } from '../../demo/load';
import { account, type Facts, rulesFor } from './explain';

const at = 1_700_000_000_000;
const facts = (fault: Facts['cell']['fault'], more: Partial<Facts> = {}): Facts => ({
  cell: { fault },
  at,
  mendedAt: at + 60_000,
  inRotation: true,
  led: true,
  own: 1,
  deaths: [],
  ...more,
});
const request = (seconds: number, failure: string, more: Partial<Sample> = {}): Sample => ({
  at: at + seconds * 1000,
  kind: 'sale',
  target: 0,
  fresh: true,
  latency: 10,
  late: 0,
  failure,
  ...more,
});
const unexplained = (samples: Sample[], of: Facts) => account(samples, rulesFor(of)).unexplained.length;

describe('a failed request is explained', () => {
  it('at a worker that lost its power until its health check noticed, not after', () => {
    const power = facts('worker powered off');
    expect(unexplained([request(-1, 'timeout'), request(4, 'status 503')], power)).toBe(0);
    expect(unexplained([request(-5, 'timeout'), request(9, 'status 503'), request(1, 'status 404')], power)).toBe(3);
  });

  it('not when the worker took no requests any more', () => {
    expect(unexplained([request(1, 'timeout')], facts('worker powered off', { inRotation: false }))).toBe(1);
  });

  it('at the address of the load balancer that is off, and at the virtual one only while that moves', () => {
    const off = facts('load balancer powered off');
    expect(unexplained([request(30, 'unreachable', { target: 1 }), request(2, 'reset')], off)).toBe(0);
    expect(unexplained([request(30, 'reset', { fresh: false })], off)).toBe(0);
    expect(unexplained([request(30, 'unreachable'), request(30, 'reset', { target: 2 })], off)).toBe(2);
    expect(unexplained([request(2, 'reset')], facts('load balancer powered off', { led: false }))).toBe(1);
  });

  it('by a reload only as a reset on a connection that was kept open', () => {
    const reload = facts('load balancer reloaded');
    expect(unexplained([request(0.5, 'reset', { fresh: false })], reload)).toBe(0);
    expect(unexplained([request(0.5, 'reset'), request(0.5, 'status 503', { fresh: false })], reload)).toBe(2);
  });

  it.each(['runner killed', 'runner cut off', 'job cancelled', 'disk full', 'SSH hangs'] as const)(
    'never by: %s',
    (fault) => {
      expect(unexplained([request(0, 'reset'), request(1, 'status 503')], facts(fault))).toBe(2);
    },
  );
});
