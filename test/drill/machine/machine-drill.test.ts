import { drillSummary } from '../../../src/actions/drill-summary';
import { machineDrillText } from '../../../src/cli/machine-drill';
import { type MachineDrillOptions, machineDrill } from '../../../src/drill';
import type { BukaError } from '../../../src/errors';
import { toJson } from '../../../src/json';
import type { Context } from '../../../src/rollout';
import { Played } from './played';

const options = (more: Partial<MachineDrillOptions> = {}): MachineDrillOptions => ({
  ...{ drill: 'worker-slow', host: 'worker1', user: 'root', confirm: 'pos/worker1', rate: 10 },
  ...more,
});
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );

it('an incident is made, held and put back under load, and its report has what customers saw', async () => {
  const played = new Played();
  const report = await machineDrill(played.context, options({ customers: played.customers }));
  expect(played.done).toEqual(['worker1 slow', 'worker1 go on']);
  expect(report).toMatchObject({
    outcome: 'recovered',
    host: 'worker1',
    held: 20_000,
    load: { target: 'http://192.0.2.10', path: '/readyz', rate: 10 },
    before: { requests: 150, failed: 0, availability: 100 },
    after: { failed: 0 },
  });
  expect(report.during?.failed).toBeGreaterThan(0);
  expect(report.during?.requests).toBeGreaterThan(199);
  expect(report.detected).toBe(900);
  expect(report.recovered).toBe(20_900);
  const text = machineDrillText(report);
  expect(text).toMatch(/^worker-slow of worker1: all was as before 20\.9 s after it began\.$/m);
  expect(text).toMatch(/^failed +0 +\d+ +0$/m);
  expect(text).toMatch(/^detected +after 900 ms$/m);
  expect(text).toContain('With this as the only incident of 7 d, the objectives would have held');
  expect(JSON.parse(toJson(report))).toMatchObject({ drill: 'worker-slow', recovered: 20_900 });
});

it('without a confirmation nothing is asked of any machine, but for a machine of the lab', async () => {
  const played = new Played();
  for (const confirm of [undefined, 'pos', 'pos/worker2'])
    expect(await failureOf(machineDrill(played.context, options({ confirm })))).toMatchObject({
      code: 'drill-not-confirmed',
      hint: expect.stringContaining('--confirm pos/worker1'),
    });
  expect(played.asked).toEqual([]);
  const plug = { off: async () => {}, on: async () => {} };
  await machineDrill(played.context, options({ confirm: undefined, plug, customers: played.customers }));
  expect(played.done).toEqual(['worker1 slow', 'worker1 go on']);
});

it('a machine of the lab loses its power, and has it again', async () => {
  const played = new Played();
  const plug = {
    off: async (host: string) => played.hit(host, 'off'),
    on: async (host: string) => played.hit(host, 'on'),
  };
  const report = await machineDrill(
    played.context,
    options({ drill: 'load-balancer-power-off', host: 'lb1', plug, customers: played.customers }),
  );
  expect(played.done).toEqual(['lb1 off', 'lb1 on']);
  expect(report).toMatchObject({ outcome: 'recovered', held: 20_000 });
  expect(report.detected).toBeDefined();
});

it('a load balancer that was cut off has the address beside its stand-in for a while: that is not yet as before', async () => {
  const played = new Played();
  played.both = 5000;
  const cut = options({ drill: 'load-balancer-cut', host: 'lb1', confirm: 'pos/lb1', customers: played.customers });
  const report = await machineDrill(played.context, cut);
  expect(played.done).toEqual(['lb1 cut']);
  expect(report.detected).toBeDefined();
  expect(report.recovered).toBeGreaterThanOrEqual(25_000);
});

it('a connection that a customer kept to the load balancer is found to be gone a moment later: that is the incident’s', async () => {
  const played = new Played();
  played.both = 5000;
  played.foundOut = 4000;
  const cut = options({ drill: 'load-balancer-cut', host: 'lb1', confirm: 'pos/lb1', customers: played.customers });
  const report = await machineDrill(played.context, cut);
  expect(report).toMatchObject({ after: { failed: 0 }, reasons: { reset: 1 } });
  expect(report.recovered).toBeLessThan(29_000);
});

it.each<[string, (played: Played) => void, string]>([
  ['a worker is out', ({ out }) => out.add('worker2'), 'drill-app-unwell'],
  ['requests fail already', (played) => Object.assign(played, { failing: true }), 'drill-app-unwell'],
  ['nobody is served at all', (played) => Object.assign(played, { nobody: true }), 'drill-app-unwell'],
])('nothing is done to the machine while %s', async (_what, change, code) => {
  const played = new Played();
  change(played);
  expect(await failureOf(machineDrill(played.context, options({ customers: played.customers })))).toMatchObject({
    code,
    left: 'Nothing was changed.',
  });
  expect(played.done).toEqual([]);
  expect(played.stopped).toBe(played.came);
});

it('customers who came late themselves are told of beside the verdict', async () => {
  const played = new Played();
  const report = () => machineDrill(played.context, options({ customers: played.customers }));
  played.late = 1000;
  expect(machineDrillText(await report())).not.toContain('stood still');
  played.late = 4900;
  const late = await report();
  for (const text of [machineDrillText(late), drillSummary(late)])
    expect(text).toContain('Customers came up to 4.9 s late, since this machine stood still.');
});

it('cancelled, the incident is ended at once, and the report says that it was shorter', async () => {
  const played = new Played();
  const cancel = new AbortController();
  played.whenDone = () => cancel.abort();
  const context: Context = { ...played.context, signal: cancel.signal };
  const report = await machineDrill(context, options({ customers: played.customers }));
  expect(played.done).toEqual(['worker1 slow', 'worker1 go on']);
  expect(report.cancelled).toBe(true);
  expect(report.held).toBeLessThan(1000);
  expect(machineDrillText(report)).toContain('It was cancelled');
});

it('cancelled before it, nothing is done', async () => {
  const played = new Played();
  const context: Context = { ...played.context, signal: AbortSignal.abort() };
  expect(await failureOf(machineDrill(context, options({ customers: played.customers })))).toMatchObject({
    code: 'cancelled',
    left: 'Nothing was changed.',
  });
  expect(played.done).toEqual([]);
});

it('where making it fails half way, it is put back all the same', async () => {
  const played = new Played();
  played.failingScript = 'slow';
  expect(await failureOf(machineDrill(played.context, options({ customers: played.customers })))).toMatchObject({
    code: 'script-failed',
  });
  expect(played.done).toEqual(['worker1 slow', 'worker1 go on']);
});

it('where it can not be put back, the failure says that the machine does it, and when', async () => {
  const played = new Played();
  played.failingScript = 'go on';
  expect(await failureOf(machineDrill(played.context, options({ customers: played.customers })))).toMatchObject({
    code: 'drill-not-put-back',
    host: 'worker1',
    left: expect.stringContaining('20.0 s'),
  });
});
