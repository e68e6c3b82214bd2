import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '../../src/backup/programs/common';

/** What is restored of the roles that pg_dumpall told of. */
function rolesOf(globals: readonly string[], psqlHelp = '\\restrict RESTRICT_KEY'): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'buka-roles-'));
  try {
    writeFileSync(join(folder, 'globals'), `${globals.join('\n')}\n`);
    const script = ['set -eu', common, `psql() { printf %s '${psqlHelp}'; }`, 'roles_of "$1"'].join('\n');
    const { stdout, stderr } = spawnSync('sh', ['-c', script, '/bin/sh', join(folder, 'globals')], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const roles = [
  'CREATE ROLE clerk;',
  'ALTER ROLE clerk WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;',
  'CREATE ROLE postgres;',
  'ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;',
  'CREATE ROLE "the ""owner"" [1]";',
  'ALTER ROLE "the ""owner"" [1]" WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;',
];

it('what a superuser granted is granted by the superuser who restores, since PostgreSQL 16 refuses another', () => {
  expect(
    rolesOf([
      ...roles,
      'GRANT pg_read_all_data TO buka_backup WITH INHERIT TRUE GRANTED BY postgres;',
      'GRANT clerk TO boss WITH ADMIN OPTION, INHERIT TRUE GRANTED BY "the ""owner"" [1]";',
    ]).slice(roles.length),
  ).toEqual([
    'GRANT pg_read_all_data TO buka_backup WITH INHERIT TRUE;',
    'GRANT clerk TO boss WITH ADMIN OPTION, INHERIT TRUE;',
  ]);
});

it('what another role granted stays granted by it', () => {
  const by = 'GRANT clerk TO till WITH INHERIT TRUE GRANTED BY boss;';
  expect(rolesOf([...roles, by])).toEqual([...roles, by]);
});

it('tablespaces and settings of single databases are left out', () => {
  expect(
    rolesOf([
      ...roles,
      "CREATE TABLESPACE fast OWNER postgres LOCATION '/fast';",
      'ALTER TABLESPACE fast SET (seq_page_cost=1);',
      'GRANT CREATE ON TABLESPACE fast TO clerk;',
      "ALTER ROLE clerk IN DATABASE shop SET work_mem TO '5MB';",
    ]),
  ).toEqual(roles);
});

it('the restricted mode is asked for only where psql knows it', () => {
  const restricted = ['\\restrict kD8s', ...roles, '\\unrestrict kD8s'];
  expect(rolesOf(restricted)).toEqual(restricted);
  expect(rolesOf(restricted, '\\copyright')).toEqual(roles);
});
