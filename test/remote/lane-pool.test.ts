import { BukaError } from '../../src/errors';
import { LanePool } from '../../src/remote/lane-pool';
import { script } from '../../src/remote/script';
import { seconds } from '../../src/units';

test('when a connection is lost, every script that waits for it is told', async () => {
  const gone = new BukaError({ code: 'session-refused', message: 'The connection is gone.' });
  const lanes = new LanePool(() => Promise.reject(gone));
  const wait = script({ name: 'wait', text: ':', deadline: seconds(5) });
  const ends = await Promise.allSettled([1, 2, 3].map(() => lanes.run(wait, {})));
  expect(ends).toEqual(Array(3).fill({ status: 'rejected', reason: gone }));
});
