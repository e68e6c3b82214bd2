import { hbaLine, hbaLines } from '../../src/provision';
import type { BackupSide } from '../../src/provision/backup-side';
import type { DatabaseSide, Postgres } from '../../src/provision/database-side';
import { readerDifferences } from '../../src/provision/look';
import { cluster, facts } from './cluster';

const line = hbaLine(cluster());
const up: Postgres = { kind: 'up', major: '15', reader: true, hba: { path: '/hba', content: `x\n${line}\n` } };
const works: BackupSide = { ...facts, reading: { kind: 'works' } };
const reached: DatabaseSide = { restoreKey: facts.restoreKey, postgres: up, source: { kind: 'reached' } };
const differ = (backup: Partial<BackupSide>, database: Partial<DatabaseSide>) =>
  readerDifferences(cluster(), { ...works, ...backup }, { ...reached, ...database }).map(({ host, what, mend }) => [
    host,
    what,
    mend.kind === 'by-hand' ? mend.code : mend.kind,
  ]);

it('nothing differs when the backup server reads the database, and the database host reaches the backups', () => {
  expect(differ({}, {})).toEqual([]);
});

it('a role or a line of pg_hba.conf that is missing is made, before the password is thought wrong', () => {
  const refused = { reading: { kind: 'refused', seen: 'no' } } as const;
  const postgres = { ...up, reader: false, hba: { path: '/hba', content: `# ${line}\n` } };
  expect(differ(refused, { postgres })).toEqual([
    ['db1', 'role buka_backup', 'reader'],
    ['db1', '/hba', 'hba'],
  ]);
  expect(differ(refused, {})).toEqual([['db1', 'role buka_backup', 'reader-password']]);
});

it('what only a person can mend is told with its own code', () => {
  const seen = 'no';
  expect(differ({ reading: { kind: 'unreachable', seen } }, {})).toEqual([
    ['backup1', 'the way to PostgreSQL', 'database-unreachable'],
  ]);
  expect(differ({}, { postgres: { kind: 'down', seen } })).toEqual([['db1', 'PostgreSQL', 'database-down']]);
  expect(differ({}, { postgres: { ...up, major: '13', reader: false } })).toEqual([
    ['db1', 'PostgreSQL', 'postgresql-too-old'],
  ]);
  expect(differ({}, { source: { kind: 'unreachable', seen } })).toEqual([
    ['db1', 'the way to backup1', 'source-unreachable'],
  ]);
});

describe('in continuous mode', () => {
  const of = cluster('backup: { host: backup1,', 'backup: { host: backup1, mode: continuous,');
  const log = { points: true, limited: true, tooLow: [] };
  const hba = { path: '/etc/postgresql/15/main/pg_hba.conf', content: `${hbaLines(of).join('\n')}\n` };
  const differ = (postgres: object) =>
    readerDifferences(of, works, { ...reached, postgres: { ...up, hba, log, ...postgres } }).map(({ what, mend }) => [
      what,
      mend.kind === 'by-hand' ? mend.code : mend.kind,
    ]);

  it('the log can be read over replication, points can be named, and what piles up has a limit', () => {
    expect(differ({})).toEqual([]);
    expect(differ({ hba: { ...hba, content: `${line}\n` } })).toEqual([[hba.path, 'hba']]);
    expect(differ({ log: { ...log, points: false } })).toEqual([['role buka_backup', 'points']]);
    expect(differ({ log: { ...log, limited: false } })).toEqual([['max_slot_wal_keep_size', 'log-limit']]);
  });

  it('what takes a restart, or another server, is left to a person', () => {
    expect(differ({ log: { ...log, tooLow: ['wal_level = minimal'] } })).toEqual([['PostgreSQL', 'log-settings']]);
    expect(differ({ hba: { ...hba, path: '/srv/pg/pg_hba.conf' } })).toEqual([['PostgreSQL', 'foreign-server']]);
  });
});

it('a host that has no PostgreSQL yet gets its package first', () => {
  expect(differ({ reading: { kind: 'unreachable', seen: 'no' } }, { postgres: { kind: 'missing' } })).toEqual([]);
});
