import { cancelledText, databaseLossCommand, drillText, quittingText } from '../../../src/cli/drill';
import { Output } from '../../../src/cli/output';
import type { BukaError } from '../../../src/errors';
import { toJson } from '../../../src/json';
import { DrillGround } from './ground';

const LOST = '/var/lib/postgresql/15/main.lost-20261128t001501z';

it('its end tells what it took, what was lost, and how to be rid of the lost data or get back to it', async () => {
  const text = drillText(await new DrillGround().drill());
  expect(text).toMatch(/^Recovered: every worker is healthy again 14\.0 s after shop on db1 was lost\.$/m);
  expect(text).toMatch(/^ {2}provision +4\.0 s$/m);
  expect(text).toMatch(/^ {2}load +8\.0 s$/m);
  expect(text).toContain(
    'Lost is what was written in the 120 min 1 s between 2026-11-27T22:15:01.000Z, the recovery point of 20261127T221500Z-3f2a91, and the loss at 2026-11-28T00:15:01.500Z.',
  );
  expect(text).toMatch(/^public\.sales +1,204 +12 +1,192 +15$/m);
  expect(text).toMatch(/^public\.carts +7 +- +7 +-$/m);
  expect(text).toMatch(/^worker1 .* answers$/m);
  expect(text).toContain(`mv -T ${LOST} /var/lib/postgresql/15/main`);
  expect(text).toContain(`rm -r ${LOST}`);
});

it('its end says it in capitals where the app did not come back', async () => {
  const ground = new DrillGround();
  ground.restore.workers.worker2.health = ['200', '503'];
  const text = drillText(await ground.drill({ really: true }));
  expect(text).toMatch(/^NOT RECOVERED: shop on db1 is back, and not every worker is healthy\.$/m);
  expect(text).toMatch(/^worker2 .* UNHEALTHY$/m);
  expect(text).not.toContain('lost data');
});

it('as JSON it has every figure in milliseconds and rows', async () => {
  expect(JSON.parse(toJson(await new DrillGround().drill()))).toMatchObject({
    outcome: 'recovered',
    recovery: 14_000,
    span: 7_200_500,
    lostAt: '2026-11-28T00:15:01.500Z',
    parts: [
      { name: 'loss' },
      { name: 'provision', took: 4000 },
      { name: 'load' },
      { name: 'swap' },
      { name: 'app back' },
    ],
    tables: [
      { table: 'public.carts', lost: 7 },
      { table: 'public.sales', lost: 1192 },
    ],
    aside: LOST,
  });
});

it('Ctrl-C is answered with the truth: nothing is lost yet, or it goes on', () => {
  const left = { left: 'THE APP HAS NO DATABASE.', hint: 'Type this.' };
  expect(cancelledText(undefined)).toContain('nothing was lost yet');
  expect(cancelledText(left)).toContain('goes on until it is back');
  expect(quittingText(undefined)).toBe('stopped at once: nothing was lost.');
  expect(quittingText(left)).toMatch(/^stopped at once\. THE APP HAS NO DATABASE\..*Type this\.$/);
});

it.each([undefined, 'pos/db2', 'yes'])('with --confirm %s it ends before it reads a key', async (confirm) => {
  const options = { workingDirectory: 'examples/pos', config: 'buka.yml', really: false, user: 'root' };
  const typed = { ...options, knownHosts: '/nowhere', ...(confirm === undefined ? {} : { confirm }) };
  const failure = await databaseLossCommand(typed, new Output(true)).catch((error: BukaError) => error.failure);
  expect(failure).toMatchObject({ code: 'drill-not-confirmed', hint: expect.stringContaining('--confirm pos/db1') });
  expect(failure).toMatchObject({ message: expect.stringContaining('(10.20.0.31)') });
});
