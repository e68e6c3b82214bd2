import { dropPrevious } from '../../src/backup';
import { BukaError } from '../../src/errors';
import { RestoreGround } from './restore-ground';

let ground: RestoreGround;
beforeEach(() => {
  ground = new RestoreGround();
});
const go = (options?: Parameters<typeof dropPrevious>[1]) => dropPrevious(ground.context, options);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );

it('the databases that restores put aside are listed with their sizes, then dropped by name', async () => {
  const confirm = async (database: string) => {
    expect(database).toBe('shop');
    expect(ground.reporter.lines).toEqual([
      'shop_before_20261101t000000z: 1.0 kB',
      'shop_before_20261102t000000z: 2.0 kB',
    ]);
    expect(ground.asked).toEqual(['previous']);
  };
  expect(await go({ confirm })).toMatchObject({
    dropped: ['shop_before_20261101t000000z', 'shop_before_20261102t000000z'],
  });
  expect(ground.asked).toEqual(['previous', 'drop shop_before_20261101t000000z', 'drop shop_before_20261102t000000z']);
});

it('none is dropped by a dry run, nor where a person does not confirm', async () => {
  expect(await go({ dryRun: true })).toMatchObject({
    found: [{ name: 'shop_before_20261101t000000z' }, {}],
    dropped: [],
  });
  const confirm = async () => {
    throw new BukaError({ code: 'not-confirmed', message: 'no' });
  };
  expect(await failure(go({ confirm }))).toMatchObject({ code: 'not-confirmed', left: 'Nothing was dropped.' });
  expect(ground.asked).toEqual(['previous', 'previous']);
});

it('nobody is asked where there is none', async () => {
  ground.previous = ['listed'];
  const confirm = async () => {
    throw new Error('asked');
  };
  expect(await go({ confirm })).toEqual({ found: [], dropped: [] });
});

it('a list without its end, or with a line that means nothing, drops nothing', async () => {
  for (const lines of [
    ['previous shop_before_20261101t000000z 1000'],
    ['previous shop; DROP 1', 'listed'],
    ['hello', 'listed'],
  ]) {
    ground.previous = lines;
    expect(await failure(go())).toMatchObject({ code: 'answer-unreadable', left: 'Nothing was dropped.' });
  }
  expect(ground.asked).toEqual(['previous', 'previous', 'previous']);
});

it('what was dropped before one failed is told', async () => {
  ground.whenAsked = (what) => {
    if (ground.asked.includes('drop shop_before_20261102t000000z') && what === 'drop')
      ground.drop = ['error no-such-previous x'];
  };
  expect(await failure(go())).toMatchObject({
    code: 'no-such-previous',
    host: 'db1',
    left: 'Dropped were shop_before_20261101t000000z; the others are there.',
  });
});
