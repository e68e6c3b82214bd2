import { jest } from '@jest/globals';
import { compareText } from '../../src/cli/compare';
import { type CompareReport, compare, comparePage, type Plug } from '../../src/drill';
import { type Context, status } from '../../src/rollout';
import { seconds } from '../../src/units';
import { Ground, loadBalancers, workers } from './rollout-ground';
import { RootGround } from './root-ground';

/**
 * One worker alone, and all of them, with the same customers, incidents and deploy. This runs in the lab's network, as
 * `npm run lab -- run` has it, so the customers are there too. The figures are small: what they are is for a report.
 */
jest.setTimeout(600_000);

let ground: Ground;
let root: RootGround;
const hosts = [...workers, ...loadBalancers];

beforeAll(async () => {
  ground = await Ground.fresh();
  root = new RootGround(ground.lab, hosts);
  await root.letIn();
  await ground.runs(await ground.release('one'));
  // The ground switches its app on by hand; a machine that lost its power has to come back by itself.
  for (const worker of workers) await root.root(worker, 'systemctl -q enable pos.service');
});

afterAll(async () => {
  for (const host of hosts) if (ground && !ground.lab.isOn(host)) await ground.lab.powerOn(host);
  await ground?.lab.waitForSsh([...hosts]);
  await root?.giveBack();
  await ground?.giveBack();
});

const context = (): Context => {
  const deploy = ground.context();
  return { ...deploy, remote: (host) => (host.user === 'root' ? root.at(host.name) : deploy.remote(host)) };
};

const plug: Plug = {
  off: (host) => ground.lab.powerOff(host),
  async on(host) {
    await ground.lab.powerOn(host);
    await ground.lab.waitForSsh([host]);
  },
};

const figures = ({ situations }: CompareReport['alone'], situation: keyof typeof situations) => {
  const outcome = situations[situation];
  if ('leftOut' in outcome) throw new Error(`${situation}: ${outcome.leftOut}`);
  return outcome.figures;
};

it('one worker alone is noticed to be down and to be deployed to, all together are not, and all is as before', async () => {
  const report = await compare(context(), {
    ...{ worker: 'worker1', user: 'root', confirm: [], plugOf: () => plug, deploy: {} },
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
  expect(report.sharing.groups.map(({ machines }) => machines.length)).toEqual([hosts.length + 2]);
  expect(comparePage(report).match(/class="bars"/g)?.length).toBeGreaterThan(20);
});
