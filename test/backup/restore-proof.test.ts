import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '../../src/backup/programs/common';
import { postgresql } from '../../src/backup/programs/postgresql';
import { prove } from '../../src/backup/programs/prove';

/** How a proof loads a backup of PostgreSQL, with the server, the repository and pg_restore played. */
let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'buka-proof-'));
  for (const file of ['globals', 'create', 'asked']) writeFileSync(join(work, file), '');
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const played = String.raw`
work=$1; database=shop
psql() { sql=$(cat); if [ -n "$sql" ]; then echo "$sql" >>"$work/asked"; fi; }
restic() { :; }
drop_lock() { echo unlocked >>"$work/asked"; }
pg_restore() {
  case $* in *--single-transaction*) echo together >>"$work/asked" ;; *) echo 'one by one' >>"$work/asked" ;; esac
  cat >/dev/null
  fails "$@"
}
`;

function restored(fails: string): { told: string; asked: string[] } {
  const text = `fails() {\n${fails}\n}\nrestore_proof 11aa "$work/"`;
  const script = ['set -eu', common, prove, postgresql, played, text].join('\n');
  const { stdout, stderr } = spawnSync('sh', ['-c', script, '/bin/sh', work], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { told: stdout, asked: readFileSync(join(work, 'asked'), 'utf8').trimEnd().split('\n') };
}
const noRoom = String.raw`printf 'pg_restore: error: could not execute query: ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction.\n' >&2
  return 1`;

it('a backup is restored in one transaction, once', () => {
  expect(restored(':')).toEqual({ told: '', asked: ['together'] });
});

it('a backup with more tables and large objects than there is room for locks is restored all the same', () => {
  const { told, asked } = restored(`case $* in *--single-transaction*) ${noRoom} ;; esac`);
  expect(told).toBe('');
  expect(asked).toEqual(['together', 'unlocked', 'DROP DATABASE :"name"', 'one by one']);
});

it('whatever else a restore stumbles over fails the proof at once', () => {
  const { told, asked } = restored(`echo 'pg_restore: error: role "ann" does not exist' >&2; return 1`);
  expect(told).toMatch(/^error proof-failed .*role "ann" does not exist/);
  expect(asked).not.toContain('one by one');
});

it('a restore that has no room for locks one by one either fails the proof', () => {
  expect(restored(noRoom).told).toMatch(/^error proof-failed .*out of shared memory/);
});
