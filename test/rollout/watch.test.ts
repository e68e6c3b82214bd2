import { BukaError } from '../../src/errors';
import { RecordingReporter } from '../../src/reporter';
import { Cancellation } from '../../src/rollout/cancellation';
import type { Clock } from '../../src/rollout/context';
import { Watch, watchFailure } from '../../src/rollout/watch';
import type { Reading, WatchSource } from '../../src/rollout/watch/source';
import { CONSECUTIVE_ERROR_LIMIT } from '../../src/rollout/watch/watch';
import { type Duration, minutes, seconds } from '../../src/units';

/** Three workers behind one load balancer; what they are asked and answer between readings is up to the test. */
class Shop implements WatchSource, Clock {
  readonly #counted = new Map(['worker1', 'worker2', 'worker3'].map((name) => [name, { requests: 0, errors: 0 }]));
  readonly slept: number[] = [];
  readings = 0;
  /** Called before each reading but the first, which is the readmission's. */
  readonly happens: (shop: Shop, number: number) => void;
  down: Record<string, readonly string[]> = {};
  silent: BukaError[] = [];

  constructor(happens: (shop: Shop, number: number) => void = () => {}) {
    this.happens = happens;
  }

  serve(worker: string, requests: number, errors = 0): void {
    const counted = this.#counted.get(worker);
    if (counted === undefined) throw new Error(worker);
    counted.requests += requests;
    counted.errors += errors;
  }

  now = () => new Date(0);
  sleep = async (duration: Duration) => {
    this.slept.push(duration);
  };

  reading(): Reading {
    const counters = [...this.#counted].map(([worker, { requests, errors }]) => {
      const traffic = { responses: requests, serverErrors: errors, failed: 0 };
      return [`lb1 pos/${worker}`, { worker, traffic }] as const;
    });
    return { counters: new Map(counters), down: new Map(Object.entries(this.down)), silent: this.silent };
  }

  async read(): Promise<Reading> {
    this.readings += 1;
    this.happens(this, this.readings);
    return this.reading();
  }
}

function watched(shop: Shop, signal?: AbortSignal) {
  const reporter = new RecordingReporter();
  const watch = new Watch({ source: shop, clock: shop, reporter, cancellation: new Cancellation(signal) });
  watch.switched(['worker1'], shop.reading());
  return { watch, reporter };
}

/** 100 requests to each worker, of which worker1 fails so many. */
const traffic =
  (errors: number, elsewhere = 0) =>
  (shop: Shop) => {
    shop.serve('worker1', 100, errors);
    for (const other of ['worker2', 'worker3']) shop.serve(other, 100, elsewhere);
  };

const silence = (host: string) => new BukaError({ code: 'unreachable', host, message: 'No route.' });

describe('the watch of a canary', () => {
  test('takes its whole time and ends in success when customers are served well', async () => {
    const shop = new Shop(traffic(0));
    const { watch, reporter } = watched(shop);
    const verdict = await watch.watch(1, minutes(1));
    expect(verdict).toMatchObject({ batch: 1, verdict: 'success' });
    expect(verdict.seen).toMatch(
      /^new release on worker1: 0 of 1200 requests failed \(0 %\); old release on worker2, worker3: 0 of 2400/,
    );
    expect(shop.slept.reduce((a, b) => a + b, 0)).toBe(minutes(1));
    expect(reporter.steps.map(({ state }) => state)).toEqual(['started', ...Array(11).fill('progress'), 'done']);
    expect(reporter.steps.every(({ host, name }) => host === 'worker1' && name === 'watch')).toBe(true);
    expect(reporter.steps[1]?.detail).toMatch(/^1 of 12: new release on worker1: 0 of 100/);
  });

  test('ends in failure as soon as two measurements found clearly more errors than elsewhere', async () => {
    const shop = new Shop(traffic(10));
    const { watch, reporter } = watched(shop);
    const verdict = await watch.watch(1, minutes(1));
    expect(verdict.verdict).toBe('failure');
    expect(verdict.seen).toMatch(/^clearly more errors than the old release; new release on worker1: 20 of 200/);
    expect(shop.readings).toBe(2);
    expect(reporter.steps.at(-1)).toMatchObject({ state: 'failed' });
    const { failure } = watchFailure(verdict);
    expect(failure).toMatchObject({ code: 'watch-failed', step: 'watch', seen: verdict.seen });
    expect(failure.hint).toContain('buka status');
  });

  test('fails no release for one bad moment that nothing followed', async () => {
    const shop = new Shop((one, number) => traffic(number === 1 ? 10 : 0)(one));
    const verdict = await watched(shop).watch.watch(1, minutes(1));
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      seen: expect.stringMatching(/^clearly .*, but none of late;/),
    });
  });

  test('fails no release for one error', async () => {
    const shop = new Shop((one, number) => traffic(number === 3 ? 1 : 0)(one));
    expect(await watched(shop).watch.watch(1, seconds(15))).toMatchObject({ verdict: 'success' });
  });

  test('measures once more when the last measurement failed', async () => {
    const shop = new Shop((one, number) => traffic(number >= 3 ? 30 : 0)(one));
    expect(await watched(shop).watch.watch(1, seconds(15))).toMatchObject({ verdict: 'failure' });
    expect(shop.readings).toBe(4);
  });

  test('fails a worker that drops out of rotation, however little traffic there is', async () => {
    const shop = new Shop((one, number) => {
      if (number >= 2) one.down = { worker1: ['lb2'] };
    });
    const verdict = await watched(shop).watch.watch(1, minutes(1));
    expect(verdict.verdict).toBe('failure');
    expect(verdict.seen).toMatch(/^worker1 fails the health check of lb2; /);
    expect(shop.readings).toBe(3);
  });

  test('fails a worker that comes and goes', async () => {
    const shop = new Shop((one, number) => {
      traffic(0)(one);
      one.down = number % 3 === 0 ? { worker1: ['lb1'] } : {};
    });
    expect(await watched(shop).watch.watch(1, minutes(1))).toMatchObject({ verdict: 'failure' });
    expect(shop.readings).toBe(6);
  });

  test('does not care for a worker on the old release that drops out', async () => {
    const shop = new Shop((one) => {
      traffic(0)(one);
      one.down = { worker3: ['lb1', 'lb2'] };
    });
    expect(await watched(shop).watch.watch(1, minutes(1))).toMatchObject({ verdict: 'success' });
  });

  test('is inconclusive without traffic, and says so', async () => {
    const { watch, reporter } = watched(new Shop());
    const verdict = await watch.watch(1, minutes(1));
    expect(verdict.verdict).toBe('inconclusive');
    expect(reporter.lines).toEqual([
      `warning: The watch of batch 1 is inconclusive; the rollout goes on. ${verdict.seen}`,
    ]);
    expect(verdict.seen).toMatch(/^too little traffic: fewer than 20 requests; new release on worker1: 0 of 0/);
  });

  test('is inconclusive when the old release fails as much', async () => {
    const verdict = await watched(new Shop(traffic(40, 40))).watch.watch(1, minutes(1));
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      seen: expect.stringMatching(/^many errors, but the old release has them/),
    });
  });

  test('is inconclusive when a load balancer stays silent for too many measurements, naming it', async () => {
    const shop = new Shop((one) => {
      traffic(0)(one);
      one.silent = [silence('lb2')];
    });
    const verdict = await watched(shop).watch.watch(1, minutes(1));
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.seen).toMatch(/; lb2 does not answer: No route\.$/);
    expect(shop.readings).toBe(CONSECUTIVE_ERROR_LIMIT + 1);
  });

  test('gets over a load balancer that was silent for a moment', async () => {
    const shop = new Shop((one, number) => {
      traffic(0)(one);
      one.silent = number < 4 ? [silence('lb2')] : [];
    });
    expect(await watched(shop).watch.watch(1, minutes(1))).toMatchObject({ verdict: 'success' });
  });

  test('fails a bad release also while a load balancer is silent', async () => {
    const shop = new Shop((one) => {
      traffic(50)(one);
      one.silent = [silence('lb2')];
    });
    expect(await watched(shop).watch.watch(1, minutes(1))).toMatchObject({ verdict: 'failure' });
  });

  test.each([
    ['between two measurements', { sleep: true }],
    ['while a load balancer hangs', { sleep: false }],
  ])('ends at once when the run is cancelled %s', async (_, { sleep }) => {
    const never = new Promise<never>(() => {});
    const shop = new Shop();
    const reached = new Promise<void>((resolve) => {
      const hang = () => {
        resolve();
        return never;
      };
      if (sleep) shop.sleep = hang;
      else shop.read = hang;
    });
    const cancel = new AbortController();
    const watching = watched(shop, cancel.signal).watch.watch(1, minutes(1));
    watching.catch(() => {});
    await reached;
    cancel.abort();
    await expect(watching).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('after a batch that is not the canary', () => {
  test('what came until the readmission is judged at once, without another question', async () => {
    const shop = new Shop();
    const { watch } = watched(shop);
    traffic(0)(shop);
    watch.switched(['worker2'], shop.reading());
    expect(await watch.watch(2, seconds(0))).toMatchObject({
      batch: 2,
      verdict: 'success',
      seen: expect.stringMatching(/^new release on worker1, worker2: 0 of 100 .*; old release on worker3: 0 of 100/),
    });
    expect([shop.readings, shop.slept]).toEqual([0, []]);
  });

  test('no warning is given in a quiet night, when there was no time to watch in', async () => {
    const { watch, reporter } = watched(new Shop());
    expect(await watch.watch(1, seconds(0))).toMatchObject({ verdict: 'inconclusive' });
    expect(reporter.lines).toEqual([]);
  });

  test('what looks like a failure is measured once more before it is one', async () => {
    const shop = new Shop(traffic(40));
    const { watch } = watched(shop);
    traffic(40)(shop);
    watch.switched(['worker2'], shop.reading());
    expect(await watch.watch(2, seconds(0))).toMatchObject({ verdict: 'failure' });
    expect(shop.readings).toBe(1);
  });

  test('what looked like a failure goes on with a warning when no more errors came', async () => {
    const shop = new Shop(traffic(0));
    const { watch } = watched(shop);
    traffic(40)(shop);
    watch.switched(['worker2'], shop.reading());
    expect(await watch.watch(2, seconds(0))).toMatchObject({ verdict: 'inconclusive' });
    expect(shop.readings).toBe(1);
  });

  test('the last one is judged by an absolute limit: nobody is left to compare with', async () => {
    const shop = new Shop(traffic(40, 40));
    const { watch } = watched(shop);
    watch.switched(['worker2', 'worker3'], shop.reading());
    const verdict = await watch.watch(2, seconds(10));
    expect(verdict).toMatchObject({
      verdict: 'failure',
      seen: expect.stringMatching(/^more than 1 % errors; .*old release: none/),
    });
  });

  test('a view from just before a readmission does not count as dropping out', async () => {
    const shop = new Shop();
    const { watch } = watched(shop);
    traffic(0)(shop);
    shop.down = { worker2: ['lb1'] };
    watch.switched(['worker2'], shop.reading());
    expect(await watch.watch(2, seconds(0))).toMatchObject({ verdict: 'success' });
  });
});

/** Mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('of a thousand rollouts', () => {
  const SEED = 20_261_124;
  async function failures(share: number, elsewhere: number): Promise<number> {
    const next = random(SEED);
    const errorsOf = (requests: number, of: number) =>
      Array.from({ length: requests }, next).filter((one) => one < of).length;
    let failed = 0;
    for (let run = 0; run < 1000; run += 1) {
      const shop = new Shop((one) => {
        for (const worker of ['worker1', 'worker2', 'worker3'])
          one.serve(worker, 50, errorsOf(50, worker === 'worker1' ? share : elsewhere));
      });
      const { verdict } = await watched(shop).watch.watch(1, minutes(1));
      if (verdict === 'failure') failed += 1;
    }
    return failed;
  }

  test('hardly one of a good release fails by chance, also where errors are common', async () => {
    expect(await failures(0.02, 0.02)).toBeLessThanOrEqual(10);
  });

  test('nearly every one of a release that fails a twentieth of its requests fails', async () => {
    expect(await failures(0.05, 0.002)).toBeGreaterThanOrEqual(990);
  });
});
