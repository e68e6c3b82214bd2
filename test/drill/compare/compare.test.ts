import { compareText } from '../../../src/cli/compare';
import { type CompareReport, compare } from '../../../src/drill';
import type { BukaError } from '../../../src/errors';
import { toJson } from '../../../src/json';
import { r1, r2 } from '../../rollout/ground';
import { Played } from './played';

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );
const leftOut = (report: CompareReport) =>
  (['alone', 'distributed'] as const).flatMap((system) =>
    Object.entries({ throughput: report[system].throughput, ...report[system].situations }).flatMap(
      ([what, outcome]) => ('leftOut' in outcome ? [`${system} ${what}: ${outcome.leftOut}`] : []),
    ),
  );

it('the same incidents and the same deploy come over one worker alone and over all, and all is put back', async () => {
  const played = new Played();
  const report = await compare(played.context, played.options());
  expect(played.deeds).toEqual([
    // alone
    ...[`switch to ${r2} on worker1`, `switch to ${r1} on worker1`, 'down on worker1', 'start on worker1'],
    // distributed
    ...[`switch to ${r2} on worker1`, `switch to ${r2} on worker2`],
    ...[`switch to ${r1} on worker1`, `switch to ${r1} on worker2`],
    ...['down on worker1', 'start on worker1', 'off lb1', 'on lb1'],
  ]);
  expect(played.releases).toEqual([r1, r1]);
  expect(played.asking.size).toBe(0);
  expect(leftOut(report)).toEqual(['alone load-balancer-lost: it has none']);
  expect(report).toMatchObject({ outcome: 'compared', cancelled: false, worker: 'worker1' });
  const { alone, distributed } = report;
  expect(alone.target).toBe('http://192.0.2.1:3000');
  expect(distributed.target).toBe('http://192.0.2.10');
  expect(alone.situations).toMatchObject({
    quiet: { figures: { availability: 100, failed: 0 }, length: 5000 },
    'worker-down': { figures: { availability: 0, errorRate: 100 }, reasons: { refused: 50 }, length: 5000 },
    deploy: { figures: { availability: 0 }, length: 1000 },
  });
  expect(distributed.situations).toMatchObject({
    quiet: { figures: { availability: 100 } },
    'worker-down': { figures: { availability: 100, errorRate: 0 }, reasons: {} },
    deploy: { figures: { availability: 100 } },
    'load-balancer-lost': { figures: { availability: 100 } },
  });
  expect(alone.throughput).toMatchObject({ limit: 'objectives' });
  expect(JSON.parse(toJson(report))).toMatchObject({ alone: { situations: { quiet: { length: 5000 } } } });
  const text = compareText(report);
  expect(text).toMatch(/^a worker is down +requests +50 +50$/m);
  expect(text).toMatch(/^ +availability +0 % +100 %$/m);
  expect(text).toContain('worker1 alone, a load balancer is lost: not measured, it has none.');
});

it('more workers serve more within the objectives, and the rate is found between what held and what did not', async () => {
  const played = new Played();
  const { alone, distributed } = await compare(played.context, played.options({ archive: undefined }));
  const rates = ({ throughput }: CompareReport['alone']) =>
    'steps' in throughput ? throughput.steps.map(({ rate }) => rate) : [];
  expect(rates(alone)).toEqual([10, 20, 40, 80, 160, 120, 100, 110]);
  expect(alone.throughput).toMatchObject({ perSecond: 100 });
  expect(rates(distributed).slice(0, 6)).toEqual([10, 20, 40, 80, 160, 320]);
  expect(distributed.throughput).toMatchObject({ perSecond: 200 });
});

it('nothing is asked of any machine until somebody typed which worker may fail', async () => {
  for (const confirm of [[], ['pos'], ['pos/worker2', 'pos/lb1']]) {
    const played = new Played();
    const options = played.options({ plugOf: () => undefined, confirm });
    expect(await failureOf(compare(played.context, options))).toMatchObject({
      code: 'drill-not-confirmed',
      hint: expect.stringContaining('--confirm pos/worker1'),
    });
    expect({ came: played.came, done: played.done }).toEqual({ came: 0, done: [] });
  }
});

it('a load balancer that nobody confirmed keeps its power, and the report says what to type', async () => {
  const played = new Played();
  const options = played.options({ plugOf: () => undefined, confirm: ['pos/lb2', 'pos/worker1'], archive: undefined });
  const report = await compare(played.context, options);
  expect(leftOut(report)).toEqual([
    'alone deploy: no --archive was given',
    'alone load-balancer-lost: it has none',
    'distributed deploy: no --archive was given',
    'distributed load-balancer-lost: lb1 has the address, and was not confirmed: --confirm pos/lb1',
  ]);
  expect(played.deeds).toEqual(['down on worker1', 'start on worker1', 'down on worker1', 'start on worker1']);
});

it.each<[string, string, readonly string[], string]>([
  ['runs already', r1, [], 'run local-00000001 already'],
  ['brings migrations, which would stay', r2, ['007.sql'], '007.sql'],
])('a release that %s is refused before anything is done', async (_what, id, migrations, message) => {
  const played = new Played();
  const archive = played.hosts.archive(id as typeof r1, [...migrations]);
  expect(await failureOf(compare(played.context, played.options({ archive })))).toMatchObject({
    code: 'compare-release',
    message: expect.stringContaining(message),
    left: 'Nothing was changed.',
  });
  expect(played.deeds).toEqual([]);
});

it.each(['http://192.0.2.1:3000', 'http://192.0.2.10'])(
  'nothing is done where nobody is served at %s',
  async (target) => {
    const played = new Played();
    played.closed.add(target);
    expect(await failureOf(compare(played.context, played.options()))).toMatchObject({
      code: 'drill-app-unwell',
      message: `Nobody is served at ${target}/readyz.`,
      left: 'Nothing was changed.',
    });
    expect(played.deeds).toEqual([]);
    expect(played.asking.size).toBe(0);
  },
);

it('cancelled while the worker is down, it is started again, and the rest is left out', async () => {
  const played = new Played();
  played.whenDone = (what) => {
    if (what === 'down on worker1') played.cancel.abort();
  };
  const report = await compare(played.context, played.options({ archive: undefined }));
  expect(played.deeds).toEqual(['down on worker1', 'start on worker1']);
  expect(report.cancelled).toBe(true);
  expect(leftOut(report).filter((one) => one.includes('it was cancelled'))).toEqual([
    'alone worker-down: it was cancelled',
    ...['throughput', 'quiet', 'worker-down', 'load-balancer-lost'].map(
      (one) => `distributed ${one}: it was cancelled`,
    ),
  ]);
  expect(compareText(report)).toContain('It was cancelled.');
});

it.each([
  ['alone', 1],
  ['distributed', 3],
])('cancelled while it is deployed to what is %s, every worker gets its release back', async (_system, after) => {
  const played = new Played();
  let switches = 0;
  played.whenDone = (what) => {
    if (!what.startsWith('switch')) return;
    switches += 1;
    if (switches === after) played.cancel.abort();
  };
  const report = await compare(played.context, played.options());
  expect(report.cancelled).toBe(true);
  expect(played.deeds).toContain(`switch to ${r2} on worker1`);
  expect(played.releases).toEqual([r1, r1]);
});

it('a deploy that fails is left out with why, the release is given back, and the rest is measured', async () => {
  const played = new Played();
  let failed = 0;
  played.failing = (what) => {
    if (what !== `switch to ${r2} on worker1`) return false;
    failed += 1;
    return failed === 1;
  };
  const report = await compare(played.context, played.options());
  expect(leftOut(report)).toContain(`alone deploy: no switch to ${r2} on worker1`);
  expect(report.distributed.situations['load-balancer-lost']).toHaveProperty('figures');
  expect(played.releases).toEqual([r1, r1]);
});

it('where a worker can not be put back the comparison ends, and says who does it', async () => {
  const played = new Played();
  played.failing = (what) => what === 'start on worker1';
  expect(await failureOf(compare(played.context, played.options({ archive: undefined })))).toMatchObject({
    code: 'drill-not-put-back',
    host: 'worker1',
    left: expect.stringContaining('5.0 s'),
  });
  expect(played.asking.size).toBe(0);
});

it('where a release can not be given back the comparison ends, and says what to type', async () => {
  const played = new Played();
  played.failing = (what) => what === `switch to ${r1} on worker1`;
  expect(await failureOf(compare(played.context, played.options()))).toMatchObject({
    code: 'compare-not-put-back',
    hint: expect.stringContaining(`buka rollback ${r1}`),
  });
  expect(played.deeds).not.toContain('down on worker1');
});

it('where something is not as before, nothing more is done', async () => {
  const played = new Played();
  played.whenDone = (what) => {
    if (what === 'start on worker1') played.shapes.worker2 = { ...played.shapes.worker2, rotation: 'down' };
  };
  const report = await compare(played.context, played.options({ archive: undefined }));
  expect(report.outcome).toBe('not-recovered');
  expect(played.deeds).toEqual(['down on worker1', 'start on worker1']);
  expect(leftOut(report)).toContain('distributed quiet: something was not as before');
  expect(compareText(report)).toContain('NOT AS IT WAS BEFORE');
});
