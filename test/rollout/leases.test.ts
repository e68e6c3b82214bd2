import { jest } from '@jest/globals';
import { BukaError } from '../../src/errors';
import { RENEW_EVERY } from '../../src/load-balancer';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import type { Context } from '../../src/rollout';
import { Leases } from '../../src/rollout/leases';
import { seconds } from '../../src/units';
import { clusterOf } from './ground';

/** What each load balancer answers to a renewal, in its script's words; every question is noted. */
function ground(answers: Record<string, () => Promise<string>>) {
  const asked: string[] = [];
  let now = 1_000_000;
  const context: Context = {
    cluster: clusterOf(),
    reporter: new RecordingReporter(),
    run: { id: 'run', by: 'ann' },
    remote: async (host) =>
      ({
        host,
        run: async (script) => {
          asked.push(host.name);
          const stdout = (await answers[host.name]?.()) ?? '';
          return script.parse({ status: 0, stdout, stderr: '' });
        },
      }) satisfies Remote,
  };
  const clock = { now: () => new Date(now), sleep: async () => {} };
  const leases = new Leases(context, clock);
  leases.hold('worker1', ['lb1', 'lb2']);
  const later = (count: number) => {
    now += seconds(count);
  };
  return { leases, asked, later };
}

const held = async () => '';

describe('the leases of a drained worker', () => {
  it('are not asked about while they are fresh', async () => {
    const { leases, asked, later } = ground({ lb1: held, lb2: held });
    later(9);
    await leases.confirm('worker1');
    expect(asked).toEqual([]);
    leases.stop();
  });

  it('are renewed before the worker is touched, when they are not', async () => {
    const { leases, asked, later } = ground({ lb1: held, lb2: held });
    later(11);
    await leases.confirm('worker1');
    expect(asked.sort()).toEqual(['lb1', 'lb2']);
    leases.stop();
  });

  it('keep the run from the worker when one of them has fired', async () => {
    const { leases, later } = ground({ lb1: held, lb2: async () => 'lost worker1\n' });
    later(11);
    await expect(leases.confirm('worker1')).rejects.toMatchObject({ failure: { code: 'lease-lost', host: 'lb2' } });
    leases.stop();
  });

  it('keep the run from the worker when a load balancer can’t be told', async () => {
    const gone = async () => {
      throw new BukaError({ code: 'unreachable', message: 'No answer.' });
    };
    const { leases, later } = ground({ lb1: held, lb2: gone });
    later(11);
    await expect(leases.confirm('worker1')).rejects.toMatchObject({ code: 'unreachable' });
    leases.stop();
  });

  it('are no concern of the run once the worker is in rotation', async () => {
    const { leases, asked, later } = ground({ lb1: held, lb2: held });
    leases.letGo('worker1');
    later(60);
    await leases.confirm('worker1');
    expect(asked).toEqual([]);
    leases.stop();
  });

  it('are renewed by themselves, and a load balancer that hangs holds up no other', async () => {
    jest.useFakeTimers();
    const { leases, asked } = ground({ lb1: () => new Promise(() => {}), lb2: held });
    await jest.advanceTimersByTimeAsync(RENEW_EVERY * 3);
    expect(asked.filter((name) => name === 'lb1')).toHaveLength(1);
    expect(asked.filter((name) => name === 'lb2')).toHaveLength(3);
    leases.stop();
    jest.useRealTimers();
  });
});
