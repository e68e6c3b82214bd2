import { jest } from '@jest/globals';
import { Cancellation } from '../../src/rollout/cancellation';

const never = () => new Promise<never>(() => {});

describe('a run that is cancelled', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leaves at once what can be left', async () => {
    const abort = new AbortController();
    const cancellation = new Cancellation(abort.signal);
    const waiting = expect(cancellation.orLeave(never())).rejects.toMatchObject({ code: 'cancelled' });
    abort.abort();
    await jest.advanceTimersByTimeAsync(0);
    await waiting;
    expect(cancellation.unfinished).toBe(false);
    expect(() => cancellation.check()).toThrow('cancelled');
  });

  it('gives what is between two releases some seconds, and knows that it did not end', async () => {
    const abort = new AbortController();
    const cancellation = new Cancellation(abort.signal);
    const slow = cancellation.orHurry(new Promise((resolve) => setTimeout(resolve, 4000, 'healthy')));
    abort.abort();
    await jest.advanceTimersByTimeAsync(4000);
    expect(await slow).toBe('healthy');
    expect(cancellation.unfinished).toBe(false);
    const stuck = expect(cancellation.orHurry(never())).rejects.toMatchObject({ code: 'cancelled' });
    await jest.advanceTimersByTimeAsync(5000);
    await stuck;
    expect(cancellation.unfinished).toBe(true);
  });

  it('does not wait when it was cancelled before', async () => {
    const cancellation = new Cancellation(AbortSignal.abort());
    const waiting = expect(cancellation.orLeave(never())).rejects.toMatchObject({ code: 'cancelled' });
    await jest.advanceTimersByTimeAsync(0);
    await waiting;
  });
});
