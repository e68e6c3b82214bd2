import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  count,
  defaults,
  generate,
  type LoadSettings,
  latency,
  perSecond,
  reasons,
  type Sample,
} from '../../demo/load';

type Answer = (path: string, response: ServerResponse) => void;

/** A shop that serves everybody at once. */
const good: Answer = (path, response) => {
  response.setHeader('x-release', 'one');
  response.statusCode = path === '/sales' ? 201 : 200;
  response.end('{"id":7}');
};

async function underLoad(answer: Answer, settings: Partial<LoadSettings>): Promise<Sample[]> {
  const server = await listen((path, response) => answer(path, response));
  const { port } = server.address() as AddressInfo;
  const samples: Sample[] = [];
  try {
    await generate(
      { ...defaults, maxSeconds: 1, targets: [`http://127.0.0.1:${port}`], ...settings },
      { onSample: (sample) => samples.push(sample), stopped: new AbortController().signal },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return samples;
}

async function listen(answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request.url ?? '', response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('the load', () => {
  test('customers who are served count as served, with the release that served them', async () => {
    const samples = await underLoad(good, {});
    expect(samples.length).toBeGreaterThan(100);
    expect(count(samples).failed).toBe(0);
    expect(new Set(samples.map(({ release }) => release))).toEqual(new Set(['one']));
    expect(samples.filter(({ fresh }) => fresh).length).toBeGreaterThan(0);
  });

  test('an acknowledged sale is remembered by its key and id', async () => {
    const samples = await underLoad(good, {});
    const sales = samples.filter(({ kind }) => kind === 'sale');
    expect(sales.length).toBeGreaterThan(0);
    expect(new Set(sales.map(({ sale }) => sale?.id))).toEqual(new Set(['7']));
    expect(new Set(sales.map(({ sale }) => sale?.key)).size).toBe(sales.length);
  });

  test('each request that was refused, cut or left waiting is counted once, with its reason', async () => {
    const given: Record<string, number> = {};
    let number = 0;
    const samples = await underLoad(
      (path, response) => {
        number += 1;
        const fault = ['error', 'reset', 'short', 'silence'][number % 8];
        if (fault) given[fault] = (given[fault] ?? 0) + 1;
        if (fault === 'error') response.writeHead(503).end();
        else if (fault === 'reset') response.destroy();
        else if (fault === 'short') {
          response.writeHead(path === '/sales' ? 201 : 200, { 'content-length': '100' });
          response.write('cut');
          setTimeout(() => response.destroy(), 5);
        } else if (fault !== 'silence') good(path, response);
      },
      { timeout: 300 },
    );
    const seen = reasons(samples);
    const of = (reason: string) =>
      [...seen].filter(([each]) => each.endsWith(reason)).reduce((sum, [, times]) => sum + times, 0);
    expect(number).toBe(samples.length);
    expect(of('status 503')).toBe(given.error);
    expect(of('timeout')).toBe(given.silence);
    expect(of('reset') + of('cut short')).toBe((given.reset ?? 0) + (given.short ?? 0));
    expect(count(samples).failed).toBe(Object.values(given).reduce((sum, times) => sum + times, 0));
  });

  test('a shop that nobody reaches fails every request', async () => {
    const server = await listen(good);
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const samples = await underLoad(good, { targets: [`http://127.0.0.1:${port}`] });
    expect([...reasons(samples).keys()].every((reason) => reason.endsWith('refused'))).toBe(true);
    expect(count(samples).failed).toBe(samples.length);
  });

  test('customers keep coming while the shop stands still, and their waiting counts from when they came', async () => {
    const settings = { rate: 100, maxSeconds: 1, seed: 5 };
    const quick = await underLoad(good, settings);
    const open = sleep(800);
    const stalled = await underLoad((path, response) => void open.then(() => good(path, response)), settings);
    // As many came, at the same moments after the start: nobody waited for the answers of others.
    expect(stalled.length).toBe(quick.length);
    expect(count(stalled).failed).toBe(0);
    expect(latency(stalled)?.p50).toBeGreaterThan(200);
    expect(latency(stalled)?.p99).toBeGreaterThan(600);
  });

  test('when the generator itself was held up, its customers have waited since they came', async () => {
    let requests = 0;
    const samples = await underLoad((path, response) => {
      requests += 1;
      if (requests === 20) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400); // stops this process
      good(path, response);
    }, {});
    const held = samples.filter(({ late }) => late > 100);
    expect(held.length).toBeGreaterThan(10);
    expect(held.every(({ latency, late }) => latency >= late)).toBe(true);
  });

  test('the same seed brings the same customers', async () => {
    const [one, two, other] = await Promise.all(
      [3, 3, 4].map((seed) =>
        underLoad(good, { seed, rate: 50, shares: { page: 0.4, products: 0.3, sale: 0.3, slow: 0 } }),
      ),
    );
    const kindsOf = (samples: Sample[] | undefined) =>
      [...(samples ?? [])].sort((a, b) => a.at - b.at).map(({ kind, fresh }) => `${kind} ${fresh}`);
    expect(kindsOf(one)).toEqual(kindsOf(two));
    expect(kindsOf(one)).not.toEqual(kindsOf(other));
  });

  test('more in flight than allowed fail instead of piling up', async () => {
    const open = sleep(500);
    const samples = await underLoad((path, response) => void open.then(() => good(path, response)), {
      rate: 100,
      maxInFlight: 10,
    });
    expect([...reasons(samples).keys()].every((reason) => reason.endsWith('too many in flight'))).toBe(true);
    expect(count(samples).failed).toBeGreaterThan(10);
  });
});

describe('the figures', () => {
  const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
    at,
    kind: 'page',
    target: 0,
    fresh: false,
    latency: 10,
    late: 0,
    ...more,
  });

  test('percentiles are latencies that a customer had; failures are not among them', () => {
    const samples = Array.from({ length: 100 }, (_, index) => sample(index, { latency: index + 1 }));
    samples.push(sample(200, { latency: 9_999, failure: 'timeout' }));
    expect(latency(samples)).toEqual({ mean: 50.5, p50: 50, p95: 95, p99: 99 });
    expect(latency([])).toBeUndefined();
  });

  test('each second tells who answered', () => {
    const samples = [
      sample(10_000, { release: 'one' }),
      sample(10_900, { release: 'two' }),
      sample(11_000, { failure: 'reset' }),
    ];
    expect(perSecond(samples)).toEqual([
      { at: 0, sent: 2, failed: 0, reasons: {}, releases: { one: 1, two: 1 } },
      { at: 1, sent: 1, failed: 1, reasons: { 'page: reset': 1 }, releases: {} },
    ]);
  });
});
