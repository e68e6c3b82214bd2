import { rm } from 'node:fs/promises';
import { restoreSummary, run } from '../../src/actions/restore';
import { restore } from '../../src/backup';
import type { BukaError } from '../../src/errors';
import { BUILDS, makeApp } from '../actions/app';
import { r1 } from '../rollout/ground';
import { ID, RestoreGround } from './restore-ground';

let folder: string;
const before = { ...process.env };
beforeEach(async () => {
  folder = await makeApp(BUILDS);
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true, force: true });
});

/** Why it ends with these inputs; the app has no database, so that nothing can begin. */
async function ends(inputs: Record<string, string>): Promise<string | undefined> {
  process.env = { ...before, GITHUB_WORKSPACE: folder, SSH_AUTH_SOCK: '/nowhere' };
  for (const [name, value] of Object.entries({ 'known-hosts': 'x', ...inputs }))
    process.env[`INPUT_${name.toUpperCase()}`] = value;
  return run().then(
    () => undefined,
    (error: BukaError) => error.code,
  );
}

it('begins only where the service was typed by its name, or for a dry run', async () => {
  expect(await ends({})).toBe('not-confirmed');
  expect(await ends({ confirm: 'true' })).toBe('not-confirmed');
  expect(await ends({ confirm: 'posx', id: ID })).toBe('not-confirmed');
  expect(await ends({ 'drop-previous': 'true' })).toBe('not-confirmed');
  expect(await ends({ confirm: 'pos' })).toBe('backup-not-configured');
  expect(await ends({ 'dry-run': 'true' })).toBe('backup-not-configured');
  expect(await ends({ confirm: 'pos', 'drop-previous': 'true' })).toBe('backup-not-configured');
});

it('takes one backup by one name', async () => {
  expect(await ends({ confirm: 'pos', id: ID, release: r1 })).toBe('restore-words');
  expect(await ends({ confirm: 'pos', id: ID, 'drop-previous': 'true' })).toBe('restore-words');
  expect(await ends({ confirm: 'pos', id: 'newest' })).toBe('backup-id');
  expect(await ends({ confirm: 'pos', release: r1, to: '2026-11-27T22:15:01Z' })).toBe('restore-words');
});

it('takes an instant that is the same one on every machine', async () => {
  expect(await ends({ confirm: 'pos', to: 'yesterday' })).toBe('restore-time');
  expect(await ends({ confirm: 'pos', to: '2026-11-27T22:15:01' })).toBe('restore-time');
  expect(await ends({ confirm: 'pos', to: '2026-11-27T22:15:01Z' })).toBe('backup-not-configured');
});

it('its summary tells what was lost, what is aside, how the workers fare, and what to type', async () => {
  const page = restoreSummary('pos', await restore(new RestoreGround().context));
  expect(page).toContain('the database is what it was at <code>2026-11-27T22:15:01.000Z</code>');
  expect(page).toContain('| <code>public.sales</code> | 1,204 | 12 |');
  expect(page).toContain('| <code>public.carts</code> | 7 | no such table |');
  expect(page).toContain('<code>shop&#95;before&#95;20261127t233000z</code>');
  expect(page).toContain('| <code>worker1</code> | <code>local-00000002</code> | answers |');
  expect(page).toContain('**Next**: The database no longer has 2-contract.sql');
  expect(restoreSummary('pos', await restore(new RestoreGround().context, { dryRun: true }))).toContain(
    'nothing was changed',
  );
});
