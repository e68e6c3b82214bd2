import { BukaError, type Failure } from '../errors';

type Row = Pick<Failure, 'code' | 'message' | 'hint'>;

/** What the program on the database host may answer instead of what it was asked for. */
const rows = (service: string): Row[] => [
  {
    code: 'program-missing',
    message: "Buka's restore program can't be run there as the database's account.",
    hint: '`buka provision` installs it, and the right to run it; so it does on a new database host.',
  },
  {
    code: 'program-outdated',
    message: "Buka's restore program there is of another version than this Buka.",
    hint: '`buka provision`, with this version of Buka, installs the one that fits.',
  },
  {
    code: 'not-set-up',
    message: `Restoring ${service} is not set up there.`,
    hint: '`buka provision` sets it up; so it does on a new database host.',
  },
  {
    code: 'bad-request',
    message: "Buka's restore program there did not understand what it was asked.",
    hint: 'That is a fault in Buka: please report it with what was seen.',
  },
  {
    code: 'source-unreachable',
    message: "The database host can't read the backup: it does not get through to the backup server.",
    hint: 'Is the backup server on, and can the database host reach its SSH port? `buka provision` puts right the key and the host key. Then run the same again.',
  },
  {
    code: 'no-such-backup',
    message: `The backup server has no such backup of ${service}.`,
    hint: '`buka backups` lists those that there are.',
  },
  {
    code: 'too-little-space',
    message: 'There is too little room on the database host for a second database beside the present one.',
    hint: '`df -h` there. `buka restore --drop-previous` drops the databases that earlier restores put aside; else give it a larger disk.',
  },
  {
    code: 'load-failed',
    message: 'The backup could not be loaded.',
    hint: 'A connection that was lost: run the same again. If it stays, `buka backups` lists older ones to try: `buka restore ID`.',
  },
  {
    code: 'target-not-reached',
    message: 'The write-ahead log on the backup server ends before that time, or nothing was written after it.',
    hint: '`buka restore` without `--to` goes as far as there is any.',
  },
  {
    code: 'load-differs',
    message: 'What was loaded is not what was backed up, so it does not take the place of anything.',
    hint: '`buka prove ID` on this backup tells whether it is broken; `buka backups` lists the others: `buka restore ID`.',
  },
  {
    code: 'not-loaded',
    message: 'The database that was to take the place is not there any more.',
    hint: '`buka restore --dry-run` tells whether the present database is the restored one already: then the rows are those of the backup. Else run the same again.',
  },
  {
    code: 'swap-failed',
    message: 'The new database could not take the place of the present one.',
    hint: 'Something else keeps connecting, or renames databases. Do `sudo -u postgres psql -l` or `sudo -u mysql mariadb-show` there list the database under its name? Then run the same again.',
  },
  {
    code: 'drop-failed',
    message: 'The database could not be dropped.',
    hint: 'Is somebody connected to it? `sudo -u postgres psql -c "SELECT * FROM pg_stat_activity"` or `sudo -u mysql mariadb-admin processlist` there tells. Then run the same again.',
  },
  {
    code: 'no-such-previous',
    message: 'No restore put a database of that name aside.',
    hint: '`buka restore --drop-previous --dry-run` lists those that there are.',
  },
  {
    code: 'database-down',
    message: 'The database server does not answer on the database host.',
    hint: '`systemctl status postgresql mariadb` and `journalctl -u "postgresql*" -u mariadb` there. On a new machine `buka provision` sets it up. Then run the same again.',
  },
  {
    code: 'interrupted',
    message: "Buka's restore program there was ended in the middle.",
    hint: '`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again.',
  },
];

/** The failure that the database host tells by a code of its own; undefined for one that it passes on. */
export function restoreFailure(service: string, code: string, seen: string | undefined): BukaError | undefined {
  const row = rows(service).find((one) => one.code === code);
  return row && new BukaError({ ...row, seen: seen || undefined });
}
