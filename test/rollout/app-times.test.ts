import { BukaError } from '../../src/errors';
import { RecordingReporter } from '../../src/reporter';
import { Cancellation } from '../../src/rollout/cancellation';
import type { Clock } from '../../src/rollout/context';
import { type Answered, AppTimes, Watch } from '../../src/rollout/watch';
import type { Reading } from '../../src/rollout/watch/source';
import { type Duration, minutes, seconds } from '../../src/units';

/** Response times that the app tells of: requests by worker, and how long each took. */
class Shop implements Clock {
  #passed = 0;
  readonly asked: number[] = [];
  /** Requests of each worker in a span, and their mean time. */
  times: (span: Duration) => Record<string, { requests: number; mean: Duration }> = () => ({});
  silent: BukaError | undefined;

  now = () => new Date(this.#passed);
  sleep = async (duration: Duration) => {
    this.#passed += duration;
  };

  ask = async (span: Duration): Promise<ReadonlyMap<string, Answered>> => {
    this.asked.push(span / 1000);
    if (this.silent) throw this.silent;
    const told = Object.entries(this.times(span)).map(([worker, { requests, mean }]) => {
      return [worker, { requests, took: (requests * mean) as Duration }] as const;
    });
    return new Map(told);
  };

  /** No load balancer has a word on time; each worker has had 200 requests by each reading. */
  reading = (): Reading => {
    const traffic = { responses: (this.#passed / 1000) * 40, serverErrors: 0, failed: 0 };
    const counters = ['worker1', 'worker2', 'worker3'].map((worker) => [`lb1 ${worker}`, { worker, traffic }] as const);
    return { counters: new Map(counters), down: new Map(), silent: [] };
  };
}

function watchOf(shop: Shop) {
  const times = new AppTimes(shop.ask, shop);
  const source = { read: async () => shop.reading() };
  const reporter = new RecordingReporter();
  return new Watch({ source, times, clock: shop, reporter, cancellation: new Cancellation(undefined) });
}

function switched(shop: Shop) {
  const watch = watchOf(shop);
  watch.switched(['worker1'], shop.reading());
  return watch;
}

const slow = { requests: 30, mean: seconds(1) };
const quick = { requests: 30, mean: seconds(0.1) };

test('a slow release is found out by few requests, where the app itself tells how long they took', async () => {
  const shop = new Shop();
  shop.times = () => ({ worker1: slow, worker2: quick, worker3: quick });
  expect(await switched(shop).watch(1, minutes(1))).toMatchObject({
    verdict: 'failure',
    seen: expect.stringMatching(/^clearly slower than the old release; .*mean response time 1\.0 s against 100 ms$/),
  });
});

test('each is asked of its own time: a worker since its switch, the others since the first one', async () => {
  const shop = new Shop();
  // In its longer span worker2 answered with the old release too.
  shop.times = (span) => ({ worker1: quick, worker2: span > seconds(5) ? slow : quick, worker3: slow });
  const watch = switched(shop);
  await watch.watch(1, seconds(10));
  watch.switched(['worker2'], shop.reading());
  shop.asked.length = 0;
  expect((await watch.watch(2, seconds(5))).seen).toMatch(/mean response time 100 ms against 1\.0 s$/);
  expect(shop.asked.sort((a, b) => a - b)).toEqual([5, 15]);
});

test('fewer than 20 requests judge nothing', async () => {
  const shop = new Shop();
  shop.times = () => ({ worker1: { ...slow, requests: 19 }, worker2: quick });
  const verdict = await switched(shop).watch(1, seconds(10));
  expect(verdict.verdict).toBe('success');
  expect(verdict.seen).toMatch(
    /response time not judged: the app's own figures have fewer than 20 requests since then$/,
  );
});

test('a monitoring host that does not answer fails no release, and no release succeeds by it', async () => {
  const shop = new Shop();
  shop.silent = new BukaError({ code: 'unreachable', host: 'monitor1', message: 'No route.' });
  expect(await switched(shop).watch(1, minutes(1))).toMatchObject({
    verdict: 'inconclusive',
    seen: expect.stringMatching(/; monitor1 does not answer: No route\.$/),
  });
});
