import { type Figures, judge } from '../../src/rollout/watch/judge';
import type { Reading } from '../../src/rollout/watch/source';
import { binomialTail } from '../../src/rollout/watch/statistics';
import { Tally } from '../../src/rollout/watch/tally';
import { milliseconds } from '../../src/units';

const CHANCE = 0.001;

const of = (errors: number, requests: number, meanTime?: number): Figures => ({
  workers: [],
  errors,
  requests,
  meanTime: meanTime === undefined ? undefined : milliseconds(meanTime),
});

describe('a release is judged', () => {
  test.each<[string, Figures, Figures, string, RegExp?]>([
    // The canary of three workers, so the others have twice its requests.
    ['well without an error anywhere', of(0, 300), of(0, 600), 'successful'],
    ['well with one error, however few the requests', of(1, 20), of(0, 40), 'successful'],
    ['well with two errors of twenty, among ever so many workers', of(2, 20), of(0, 10_000), 'successful'],
    ['not at all where errors are as frequent elsewhere', of(30, 300), of(60, 600), 'inconclusive', /has them as well/],
    ['well with rare errors as rare as elsewhere', of(1, 3000), of(2, 6000), 'successful'],
    [
      'not at all with many errors, a little more than elsewhere',
      of(600, 30_000),
      of(800, 60_000),
      'inconclusive',
      /has them as well/,
    ],
    ['well with fewer errors than the objective allows', of(9, 100_000), of(0, 200_000), 'successful'],
    ['badly with a tenth of errors', of(30, 300), of(0, 600), 'failed', /clearly more errors/],
    ['badly when it answers nothing but errors', of(20, 20), of(0, 40), 'failed', /clearly more errors/],
    ['badly with many more errors than elsewhere', of(60, 300), of(12, 600), 'failed', /clearly more errors/],
    ['not at all without traffic', of(0, 0), of(0, 0), 'inconclusive', /too little traffic/],
    ['not at all on too few requests, were all of them errors', of(19, 19), of(0, 40), 'inconclusive', /too little/],
    // With nobody to compare with.
    ['well alone, without errors', of(0, 300), of(0, 0), 'successful'],
    ['well alone, with two errors', of(2, 20), of(0, 0), 'successful'],
    ['well alone, just above one in a hundred', of(12, 1000), of(0, 0), 'successful'],
    ['badly alone, with a tenth of errors', of(30, 300), of(0, 0), 'failed', /more than 1 % errors/],
    ['badly alone, where the others had too little traffic', of(30, 300), of(0, 19), 'failed', /more than 1 %/],
    // Response time.
    ['well when it is as fast', of(0, 3000, 110), of(0, 6000, 100), 'successful'],
    ['well when it is twice as slow, but nobody could notice', of(0, 3000, 80), of(0, 6000, 20), 'successful'],
    ['badly when it is clearly slower', of(0, 3000, 520), of(0, 6000, 200), 'failed', /clearly slower/],
    ['well when all are slow alike', of(0, 3000, 5000), of(0, 6000, 4900), 'successful'],
    ['badly alone, when it is slower than the objective', of(0, 3000, 3100), of(0, 0), 'failed', /objective/],
    ['by errors alone where the time of the others is not known', of(0, 3000, 9000), of(0, 600), 'successful'],
  ])('%s', (_, fresh, rest, phase, why = /^$/) => {
    const judged = judge(fresh, rest, CHANCE);
    expect(judged.phase).toBe(phase);
    expect(judged.why ?? '').toMatch(why);
  });

  test('in words that a person can act on', () => {
    const fresh = { ...of(12, 340), workers: ['worker1'], untimed: 'nobody looked' };
    const rest = { ...of(0, 700), workers: ['worker2', 'worker3'] };
    expect(judge(fresh, rest, CHANCE).seen).toBe(
      'new release on worker1: 12 of 340 requests failed (3.53 %); old release on worker2, worker3: 0 of 700 requests failed (0 %); ' +
        'response time not judged: nobody looked',
    );
    expect(
      judge({ ...fresh, meanTime: milliseconds(40) }, { ...rest, meanTime: milliseconds(38) }, CHANCE).seen,
    ).toMatch(/; mean response time 40 ms against 38 ms$/);
  });
});

describe('the chance of so many errors', () => {
  /** Exact, with p as a fraction, by whole numbers. */
  function exact(successes: number, trials: number, [over, under]: readonly [number, number]): number {
    let ways = 1n;
    let sum = 0n;
    for (let count = 0; count <= trials; count += 1) {
      if (count >= successes)
        sum += ways * BigInt(over) ** BigInt(count) * BigInt(under - over) ** BigInt(trials - count);
      ways = (ways * BigInt(trials - count)) / BigInt(count + 1);
    }
    return Number((sum * 10n ** 40n) / BigInt(under) ** BigInt(trials)) / 1e40;
  }

  test.each([
    [3, 3, [1, 3]],
    [7, 7, [1, 3]],
    [30, 40, [1, 3]],
    [4, 20, [1, 100]],
    [30, 300, [1, 100]],
    [160, 400, [1, 3]],
    [13, 1000, [1, 100]],
  ] as const)('is right for %d of %d', (successes, trials, p) => {
    const expected = exact(successes, trials, p);
    expect(Math.abs(binomialTail(successes, trials, p[0] / p[1]) / expected - 1)).toBeLessThan(1e-9);
  });

  test('is a chance for the figures of a long day', () => {
    const chance = binomialTail(101_500, 10_000_000, 0.01);
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(1e-5);
    expect(binomialTail(100_000, 10_000_000, 0.01)).toBe(1);
  });
});

describe('what is counted', () => {
  const traffic = (responses: number, serverErrors = 0, failed = 0, meanTime?: number) => ({
    responses,
    serverErrors,
    failed,
    ...(meanTime !== undefined && { meanTime: milliseconds(meanTime) }),
  });
  const reading = (counters: Record<string, ReturnType<typeof traffic>>): Reading => ({
    counters: new Map(
      Object.entries(counters).map(([name, one]) => [name, { worker: name.split(' ')[1] as string, traffic: one }]),
    ),
    down: new Map(),
    silent: [],
  });
  /** worker1 on the new release since the last of the readings that are given. */
  const switched = (before: Parameters<typeof reading>[0]): Tally => {
    const tally = new Tally();
    tally.switch(['worker1'], reading(before));
    return tally;
  };

  test('is what came since the switch, on every load balancer, with requests that got no answer', () => {
    const tally = switched({
      'lb1 worker1': traffic(1000, 50, 5),
      'lb2 worker1': traffic(900),
      'lb1 worker2': traffic(7),
    });
    tally.add(
      reading({ 'lb1 worker1': traffic(1100, 52, 6), 'lb2 worker1': traffic(910), 'lb1 worker2': traffic(57) }),
    );
    expect(tally.fresh()).toMatchObject({ workers: ['worker1'], requests: 111, errors: 3 });
    expect(tally.rest()).toMatchObject({ workers: ['worker2'], requests: 50, errors: 0 });
  });

  test('of a load balancer that restarted begins anew and is never negative', () => {
    const tally = switched({ 'lb1 worker1': traffic(1000, 50, 5), 'lb1 worker2': traffic(1000) });
    tally.add(reading({ 'lb1 worker1': traffic(1100, 50, 5), 'lb1 worker2': traffic(1100) }));
    tally.add(reading({ 'lb1 worker1': traffic(3), 'lb1 worker2': traffic(4) }));
    expect(tally.fresh()).toMatchObject({ requests: 100, errors: 0 });
    tally.add(reading({ 'lb1 worker1': traffic(13, 1), 'lb1 worker2': traffic(24) }));
    expect(tally.fresh()).toMatchObject({ requests: 110, errors: 1 });
    expect(tally.rest()).toMatchObject({ requests: 120, errors: 0 });
  });

  test('of requests without an answer may fall a little while others are in flight, and loses no error of the past', () => {
    const tally = switched({ 'lb1 worker1': traffic(100, 0, 5) });
    tally.add(reading({ 'lb1 worker1': traffic(150, 1, 3) }));
    expect(tally.fresh()).toMatchObject({ requests: 48, errors: 0 });
    tally.add(reading({ 'lb1 worker1': traffic(200, 1, 9) }));
    expect(tally.fresh()).toMatchObject({ requests: 104, errors: 5 });
  });

  test('of a load balancer that was silent comes with its next word', () => {
    const tally = switched({ 'lb1 worker1': traffic(10), 'lb2 worker1': traffic(10) });
    tally.add(reading({ 'lb1 worker1': traffic(20) }));
    tally.add(reading({ 'lb1 worker1': traffic(30), 'lb2 worker1': traffic(40, 3) }));
    expect(tally.fresh()).toMatchObject({ requests: 50, errors: 3 });
  });

  test('of one that was silent at the switch begins when it speaks, since what came before may be of the old release', () => {
    const tally = new Tally();
    tally.add(reading({ 'lb1 worker1': traffic(0), 'lb2 worker1': traffic(0) }));
    tally.switch(['worker1'], reading({ 'lb1 worker1': traffic(10) }));
    tally.add(reading({ 'lb1 worker1': traffic(20), 'lb2 worker1': traffic(500, 400) }));
    tally.add(reading({ 'lb1 worker1': traffic(30), 'lb2 worker1': traffic(505, 400) }));
    expect(tally.fresh()).toMatchObject({ requests: 25, errors: 0 });
  });

  test('of a worker’s own switch belongs to neither side: a drain may have cut requests', () => {
    const tally = switched({ 'lb1 worker1': traffic(0), 'lb1 worker2': traffic(0), 'lb1 worker3': traffic(0) });
    tally.switch(
      ['worker2'],
      reading({ 'lb1 worker1': traffic(50), 'lb1 worker2': traffic(40, 0, 9), 'lb1 worker3': traffic(60) }),
    );
    expect(tally.fresh()).toMatchObject({ workers: ['worker1', 'worker2'], requests: 50, errors: 0 });
    expect(tally.rest()).toMatchObject({ workers: ['worker3'], requests: 60, errors: 0 });
    tally.add(reading({ 'lb1 worker1': traffic(51), 'lb1 worker2': traffic(42, 1, 9), 'lb1 worker3': traffic(60) }));
    expect(tally.fresh()).toMatchObject({ requests: 53, errors: 1 });
  });

  test('of the old release stays with it when its worker moves on', () => {
    const tally = switched({ 'lb1 worker1': traffic(0), 'lb1 worker2': traffic(0) });
    tally.add(reading({ 'lb1 worker1': traffic(50), 'lb1 worker2': traffic(60, 6) }));
    tally.switch(['worker2'], reading({ 'lb1 worker1': traffic(80), 'lb1 worker2': traffic(70, 16) }));
    tally.add(reading({ 'lb1 worker1': traffic(90), 'lb1 worker2': traffic(75, 16) }));
    expect(tally.rest()).toMatchObject({ workers: ['worker2'], requests: 60, errors: 6 });
    expect(tally.fresh()).toMatchObject({ workers: ['worker1', 'worker2'], requests: 95, errors: 0 });
  });

  test('tells no response time until 1,024 answers came since the switch, nor after a restart until as many came again', () => {
    const tally = switched({ 'lb1 worker1': traffic(100_000, 0, 0, 900) });
    tally.add(reading({ 'lb1 worker1': traffic(101_023, 0, 0, 500) }));
    expect(tally.fresh()).toMatchObject({
      meanTime: undefined,
      untimed: 'no server answered 1024 times since its switch',
    });
    tally.add(reading({ 'lb1 worker1': traffic(101_024, 0, 0, 480) }));
    expect(tally.fresh().meanTime).toBe(480);
    tally.add(reading({ 'lb1 worker1': traffic(10, 0, 0, 5) }));
    tally.add(reading({ 'lb1 worker1': traffic(20, 0, 0, 5) }));
    expect(tally.fresh().meanTime).toBeUndefined();
    tally.add(reading({ 'lb1 worker1': traffic(1034, 0, 0, 6) }));
    expect(tally.fresh().meanTime).toBe(6);
  });

  test('weighs the mean of each server by its requests', () => {
    const tally = switched({ 'lb1 worker1': traffic(0), 'lb2 worker1': traffic(0) });
    tally.add(reading({ 'lb1 worker1': traffic(3000, 0, 0, 100), 'lb2 worker1': traffic(1500, 0, 0, 400) }));
    expect(tally.fresh().meanTime).toBe(200);
  });
});
