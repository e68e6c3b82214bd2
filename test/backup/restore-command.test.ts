import { PassThrough } from 'node:stream';
import { restore } from '../../src/backup';
import { Output } from '../../src/cli/output';
import { confirm, droppedText, restoreCommand, restoreText } from '../../src/cli/restore';
import type { BukaError } from '../../src/errors';
import { bytes } from '../../src/units';
import { r1 } from '../rollout/ground';
import { away, ID, RestoreGround } from './restore-ground';

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BukaError) => error.failure,
  );

describe('the typed name', () => {
  const answered = (text: string | undefined) => {
    const input = new PassThrough();
    if (text === undefined) input.end();
    else input.write(text);
    return failure(confirm('shop', { input, output: new PassThrough() }));
  };
  it('lets it go on', async () => {
    expect(await answered('shop\n')).toBeUndefined();
    expect(await answered(' shop \n')).toBeUndefined();
  });
  it.each(['y\n', 'yes\n', 'Shop\n', 'shops\n', '\n', undefined])('stops it when it is %j', async (text) => {
    expect(await answered(text)).toMatchObject({ code: 'not-confirmed', left: 'Nothing was changed.' });
  });
  it('is not waited for any longer after Ctrl-C', async () => {
    const abort = new AbortController();
    const asked = confirm('shop', { input: new PassThrough(), output: new PassThrough(), signal: abort.signal });
    abort.abort();
    expect(await failure(asked)).toMatchObject({ code: 'not-confirmed' });
  });
});

describe('buka restore', () => {
  const options = { workingDirectory: '/nowhere', config: 'buka.yml' };
  const typed = (id: string | undefined, more: object = {}) =>
    failure(restoreCommand(id, { ...options, ...more }, new Output(true)));
  // Words that are right get as far as the file.
  const passed = { code: 'buka-yml-missing' };

  it('refuses to begin where there is no terminal to ask, unless it is told not to', async () => {
    expect(await typed(undefined)).toMatchObject({ code: 'confirmation-needed', left: 'Nothing was changed.' });
    expect(await typed(undefined, { dropPrevious: true })).toMatchObject({ code: 'confirmation-needed' });
    expect(await typed(undefined, { dryRun: true })).toMatchObject(passed);
    expect(await typed(undefined, { yes: true })).toMatchObject(passed);
  });
  it('takes one backup by one name', async () => {
    expect(await typed(ID, { release: r1, yes: true })).toMatchObject({ code: 'restore-words' });
    expect(await typed(ID, { dropPrevious: true, yes: true })).toMatchObject({ code: 'restore-words' });
    expect(await typed(undefined, { release: r1, dropPrevious: true, yes: true })).toMatchObject({
      code: 'restore-words',
    });
    expect(await typed('newest', { yes: true })).toMatchObject({ code: 'backup-id' });
    expect(await typed(ID, { yes: true })).toMatchObject(passed);
  });
});

it('its end tells what the database is now, where the one before is, how each worker fares, and what to type', async () => {
  const ground = new RestoreGround();
  ground.gone.set('worker3', away('worker3'));
  ground.workers.worker2.health = ['503'];
  const text = restoreText(await restore(ground.context));
  expect(text).toMatch(
    /^Restored: shop is what it was at 2026-11-27T22:15:01\.000Z, from backup 20261127T221500Z-3f2a91/,
  );
  expect(text).toContain('The database before is shop_before_20261127t233000z now.');
  expect(text).toMatch(/^worker1 .* answers$/m);
  expect(text).toMatch(/^worker2 .* UNHEALTHY$/m);
  expect(text).toMatch(/^worker3 +- +NOT REACHED$/m);
  expect(text).toContain(`buka rollback ${r1}`);
  expect(restoreText(await restore(new RestoreGround().context, { dryRun: true }))).toMatch(
    /^Planned, nothing was changed/,
  );
});

it('what was dropped is told, and that nothing was', () => {
  const found = [{ name: 'shop_before_1', bytes: bytes(1) }];
  expect(droppedText({ found, dropped: ['shop_before_1'] })).toBe('Dropped: shop_before_1');
  expect(droppedText({ found, dropped: [] })).toBe('Planned, nothing was dropped: shop_before_1');
  expect(droppedText({ found: [], dropped: [] })).toBe('No restore has put a database aside.');
});
