import { jest } from '@jest/globals';
import type { Archive } from '../../src/release';
import type { Step } from '../../src/reporter';
import { deploy, type RolloutReport } from '../../src/rollout';
import { seconds } from '../../src/units';
import { faults, Ground, on, workers } from './rollout-ground';

/** What becomes of the workers after one of them failed, or of requests that don't end. */
jest.setTimeout(180_000);

let ground: Ground;
let one: Archive;

beforeAll(async () => {
  ground = await Ground.fresh();
});

beforeEach(async () => {
  one = await ground.release('one');
  await ground.runs(one);
});

afterAll(() => ground?.giveBack());

const running = ({ workers: states }: RolloutReport) => states.map((state) => state.running);
const rotation = ({ workers: states }: RolloutReport, index: number) => [...(states[index]?.rotation.values() ?? [])];

describe('when the last of three workers fails', () => {
  test('the others go back in reverse order, and customers notice nothing', async () => {
    const two = await ground.release('two', on(['worker3'], faults['never healthy']));
    const traffic = ground.traffic();
    const context = ground.context(ground.cluster({ onFailure: 'revert' }));
    const report = await deploy(context, two);
    expect((await traffic.stop()).failed).toEqual([]);
    expect(context.reporter.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
    expect(report).toMatchObject({ outcome: 'failed', afterFailure: 'reverted', error: { code: 'app-unhealthy' } });
    expect(running(report)).toEqual([one.id, one.id, one.id]);
    expect(workers.flatMap((_, index) => rotation(report, index))).toEqual(Array(6).fill('in'));
    const back = context.reporter.steps.filter(({ name }) => name === 'reverted').map(({ host }) => host);
    expect(back).toEqual(['worker3', 'worker2', 'worker1']);
    expect(await ground.served()).toEqual(['one', 'one', 'one']);
  });

  test('a release that dies behind the rollout’s back is found out at its end, and taken back', async () => {
    const dying = await ground.release('dying');
    const context = ground.context(ground.cluster({ onFailure: 'revert' }));
    const isLast = ({ host, name }: Step) => host === 'worker3' && name === 'switched';
    const died = ground.when(context, isLast, () => ground.root('worker1', 'systemctl kill -s KILL pos.service'));
    const report = await deploy(context, dying);
    await died();
    expect(report).toMatchObject({
      afterFailure: 'reverted',
      error: { failure: { code: 'app-restarted', host: 'worker1' } },
    });
    expect(running(report)).toEqual([one.id, one.id, one.id]);
  });

  test('they stay by the policy `halt`, and the one that failed gets its old release back', async () => {
    const three = await ground.release('three', on(['worker3'], faults['does not start']));
    const context = ground.context(ground.cluster({ onFailure: 'halt' }));
    const report = await deploy(context, three);
    expect(context.reporter.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
    expect(report).toMatchObject({ outcome: 'failed', afterFailure: 'halted' });
    expect(running(report)).toEqual([three.id, three.id, one.id]);
    expect(workers.flatMap((_, index) => rotation(report, index))).toEqual(Array(6).fill('in'));
  });

  test('nothing goes back by the policy `freeze`, and the one that failed stays out of rotation', async () => {
    const four = await ground.release('four', on(['worker3'], faults['does not start']));
    const context = ground.context(ground.cluster({ onFailure: 'freeze' }));
    const report = await deploy(context, four);
    expect(report).toMatchObject({ outcome: 'failed', afterFailure: 'frozen' });
    expect(running(report)).toEqual([four.id, four.id, undefined]);
    expect(rotation(report, 2)).toEqual(['drained', 'drained']);
    expect(context.reporter.lines.join('\n')).toContain('warning: worker3 stays drained');
  });

  test('a revert that fails stops there: it is never reverted', async () => {
    const five = await ground.release('five', on(['worker3'], faults['does not start']));
    const context = ground.context(ground.cluster({ onFailure: 'revert' }));
    const broken = ground.when(
      context,
      ({ host, name }) => host === 'worker2' && name === 'readmitted',
      () => ground.root('worker2', `rm /srv/pos/releases/${one.id}/tree/dist/server.js`),
    );
    const report = await deploy(context, five);
    await broken();
    expect(report).toMatchObject({ outcome: 'failed', afterFailure: 'revert-failed' });
    // worker2 could not go back and stays out; worker1, whose turn would have been next, still serves.
    expect(running(report)).toEqual([five.id, undefined, one.id]);
    expect(rotation(report, 1)).toEqual(['drained', 'drained']);
    expect(rotation(report, 0)).toEqual(['in', 'in']);
    await ground.clean();
  });
});

describe('a request that is longer than the drain timeout of 2 s,', () => {
  const long = async (onDrainTimeout: 'wait' | 'cut' | 'fail', name: string, path = '/long', patience?: number) => {
    const archive = await ground.release(name);
    // Round robin over three workers, so each has one.
    const asked = workers.map(() =>
      ground.ask(`http://${ground.lab.cluster.hosts.get('lb1')?.address}${path}`, patience),
    );
    const report = await deploy(ground.context(ground.cluster({ drainTimeout: seconds(2), onDrainTimeout })), archive);
    return { archive, report, answers: await Promise.all(asked) };
  };

  test('is waited for by the policy `wait`', async () => {
    const { report, answers } = await long('wait', 'six');
    expect(report).toMatchObject({ outcome: 'success', cut: 0 });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('is cut and counted by the policy `cut`', async () => {
    // One of 15 s would come to its end by itself at about the time when the last worker's is cut.
    const { report, answers } = await long('cut', 'seven', '/endless', 60_000);
    expect(report).toMatchObject({ outcome: 'success', cut: 3 });
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
  });

  test('fails the rollout by the policy `fail`, and is answered', async () => {
    const { report, answers } = await long('fail', 'eight');
    expect(report.error?.failure).toMatchObject({ code: 'drain-timeout', host: 'worker1', step: 'drain' });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(running(report)).toEqual([one.id, one.id, one.id]);
    expect(workers.flatMap((_, index) => rotation(report, index))).toEqual(Array(6).fill('in'));
  });
});
