import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import { deploy, type RolloutReport, rollback } from '../../src/rollout';
import { measuredBy } from '../../src/slo';
import { seconds } from '../../src/units';
import { Ground } from './rollout-ground';
import { oftener } from './told';

/** Releases that are healthy, and bad for customers all the same. */
jest.setTimeout(300_000);

/** Does `what` to a share of the requests of customers; health checks go on as before. */
const some = (share: number, what: string) => `
const { Server } = require('node:http');
const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, response) {
  if (event !== 'request' || request.url === '/readyz' || Math.random() >= ${share}) return emit.apply(this, arguments);
  ${what}
  return true;
};
`;

let ground: Ground;
let one: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
  one = await ground.release('one');
});

afterAll(() => ground?.giveBack());

beforeEach(async () => {
  await ground.runs(one);
});

const canary = { hosts: 1, watch: seconds(15), responseTime: 'load-balancers' } as const;

async function watched(release: Archive, customers = true) {
  const cluster = ground.cluster({ canary, onFailure: 'revert' });
  const context = ground.context(cluster);
  const traffic = customers ? ground.traffic() : undefined;
  const report = await deploy(context, release);
  const came = await traffic?.stop();
  return { report, reporter: context.reporter, came };
}

const verdicts = ({ watched: all }: RolloutReport) => all.map(({ batch, verdict }) => `${batch} ${verdict}`);

/** Only the canary ever ran it, and the shop is as it was. */
async function expectGoneBack(report: RolloutReport): Promise<void> {
  expect(report).toMatchObject({ outcome: 'failed', afterFailure: 'reverted' });
  expect(report.error?.failure).toMatchObject({ code: 'watch-failed', step: 'watch' });
  // The time line tells the way back too, as of a batch of its own.
  expect(report.timeline.map(({ worker }) => worker)).toEqual(['worker1']);
  expect(report.plan.join('\n')).toContain('batch 1 of 3, the canary');
  expect(verdicts(report)).toEqual(['1 failure']);
  expect(await ground.served()).toEqual(['one', 'one', 'one']);
  await ground.inRotation();
}

test('a good release is watched on the canary, and goes to every worker', async () => {
  const { report, reporter, came } = await watched(await ground.release('good'));
  expect(report.error).toBeUndefined();
  expect(came?.failed).toEqual([]);
  expect(verdicts(report)).toEqual(['1 success', '2 success', '3 success']);
  expect(report.watched[0]?.seen).toMatch(
    /^new release on worker1: 0 of \d+ requests failed \(0 %\); old release on worker2, worker3: 0 of \d+ requests failed/,
  );
  const steps = reporter.steps.filter(({ name, host }) => name === 'watch' && host === 'worker1');
  expect(steps.map(({ state }) => state)).toEqual(['started', 'progress', 'progress', 'done']);
  const order = reporter.steps.map(({ host, name, state }) => `${host} ${name} ${state}`);
  expect(order.indexOf('worker1 watch done')).toBeLessThan(order.indexOf('worker2 drain started'));
});

test('a healthy release that answers errors is found out on the canary and taken back', async () => {
  const { report } = await watched(await ground.release('errors', some(0.3, 'response.writeHead(500).end();')));
  await expectGoneBack(report);
  expect(report.error?.failure.seen).toMatch(
    /^clearly more errors .*new release on worker1: [1-9]\d* of \d+ requests failed/,
  );
});

test('a healthy release that hangs up on customers is found out as well', async () => {
  const { report } = await watched(await ground.release('hangs-up', some(0.3, 'request.socket.destroy();')));
  await expectGoneBack(report);
});

test('a release that becomes unhealthy later is found out, without a single customer', async () => {
  const release = await ground.release('tires', `setTimeout(() => { globalThis.unwell = true; }, 12_000);`);
  const { report } = await watched(release, false);
  await expectGoneBack(report);
  expect(report.error?.failure.seen).toMatch(/^worker1 fails the health check of lb1, lb2; /);
});

test('without customers the watch is inconclusive, says so, and the rollout goes on; the way back is not watched', async () => {
  const { report, reporter } = await watched(await ground.release('night'), false);
  expect(report.error).toBeUndefined();
  expect(verdicts(report)).toEqual(['1 inconclusive', '2 inconclusive', '3 inconclusive']);
  const warnings = reporter.lines.filter((line) => line.startsWith('warning: The watch'));
  expect(warnings).toEqual([
    expect.stringMatching(/batch 1 is inconclusive; the rollout goes on\. too little traffic/),
  ]);

  const context = ground.context(ground.cluster({ canary }));
  expect(await rollback(context)).toMatchObject({ outcome: 'success', watched: [] });
  expect(context.reporter.steps.filter(({ name }) => name === 'watch')).toEqual([]);
});

test('errors that all workers have are not blamed on the release', async () => {
  const sick = some(0.3, 'response.writeHead(500).end();');
  const before = await ground.release('sick', sick);
  expect((await deploy(ground.context(), before)).error).toBeUndefined();
  const { report } = await watched(await ground.release('no-better', sick));
  expect(report.error).toBeUndefined();
  expect(verdicts(report)).toEqual(['1 inconclusive', '2 inconclusive', '3 inconclusive']);
  for (const { seen } of report.watched) expect(seen).toMatch(/^many errors, but the old release has them as well/);
});

test('a slow release is found out by few customers, where the app itself tells how long its answers take', async () => {
  const file = '/etc/prometheus/prometheus.yml';
  const { stdout: before } = await ground.lab.shell('monitor1', `cat ${file}`);
  const look = async (configuration: string) => {
    await ground.lab.shell('monitor1', `cat >${file}`, { input: configuration });
    await ground.root('monitor1', 'systemctl reload prometheus');
  };
  await look(oftener(before));
  const customers = ground.traffic();
  try {
    const slow = await ground.release('slow', 'globalThis.delay = 500;');
    const app = { ...canary, watch: seconds(30), responseTime: 'app' } as const;
    const context = ground.context(ground.cluster({ canary: app, onFailure: 'revert' }));
    const report = await deploy(context, slow, measuredBy(context.connections.dial.bind(context.connections)));
    await expectGoneBack(report);
    expect(report.error?.failure.seen).toMatch(
      /^clearly slower than the old release; .*mean response time 5\d\d ms against \d+ ms$/,
    );
  } finally {
    await customers.stop();
    await look(before);
  }
});
