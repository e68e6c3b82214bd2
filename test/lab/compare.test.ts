import { jest } from '@jest/globals';
import { compareText } from '../../src/cli/compare';
import { type CompareReport, compare, comparePage } from '../../src/drill';
import { status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { DrillGround } from './drill-ground';
import type { Ground } from './rollout-ground';
import type { RootGround } from './root-ground';

/**
 * One worker alone, and all of them, with the same customers, incidents and deploy. This runs in the lab's network, as
 * `npm run lab -- run` has it, so the customers are there too. The figures are small: what they are is for a report.
 */
jest.setTimeout(600_000);

let drills: DrillGround;
let ground: Ground;
let root: RootGround;

beforeAll(async () => {
  drills = await DrillGround.fresh();
  ({ ground, root } = drills);
});

afterAll(() => drills?.giveBack());

const figures = ({ situations }: CompareReport['alone'], situation: keyof typeof situations) => {
  const outcome = situations[situation];
  if ('leftOut' in outcome) throw new Error(`${situation}: ${outcome.leftOut}`);
  return outcome.figures;
};

it('one worker alone is noticed to be down and to be deployed to, all together are not, and all is as before', async () => {
  const report = await compare(drills.context(), {
    ...{ worker: 'worker1', user: 'root', confirm: [], plugOf: () => drills.plug, deploy: {} },
    ...{ archive: await ground.release('two'), rate: 40, mostRate: 80, lasts: seconds(3) },
  });
  // For whoever reads the test's output.
  process.stdout.write(`${compareText(report)}\n`);
  const { alone, distributed } = report;
  expect(report).toMatchObject({ outcome: 'compared', cancelled: false });
  for (const one of [alone, distributed]) {
    expect(figures(one, 'quiet')).toMatchObject({ failed: 0, availability: 100 });
    expect('steps' in one.throughput && one.throughput.steps.length).toBeGreaterThan(0);
  }
  expect(figures(alone, 'deploy').failed).toBeGreaterThan(0);
  expect(figures(distributed, 'deploy')).toMatchObject({ failed: 0, availability: 100 });
  expect(figures(alone, 'worker-down').availability).toBeLessThan(50);
  expect(figures(distributed, 'worker-down').availability).toBeGreaterThan(50);
  expect(alone.situations['load-balancer-lost']).toEqual({ leftOut: 'it has none' });
  expect(figures(distributed, 'load-balancer-lost').availability).toBeGreaterThan(50);

  expect((await status(ground.context())).ok).toBe(true);
  expect(await ground.served()).toEqual(['one', 'one', 'one']);
  expect(await root.root('worker1', 'systemctl is-active buka-drill.service || :')).not.toMatch(/^active$/m);

  // All machines of a lab are on the kernel of the machine that the customers come from.
  expect(report.sharing.groups.map(({ machines }) => machines.length)).toEqual([DrillGround.hosts.length + 2]);
  expect(comparePage(report).match(/class="bars"/g)?.length).toBeGreaterThan(20);
});
