import { BukaError, type Failure } from '../errors';

type Row = Pick<Failure, 'code' | 'message' | 'hint'>;

/** What the program on the backup server may answer instead of what it was asked for. */
const rows = (service: string): Row[] => [
  {
    code: 'program-missing',
    message: "Buka's backup program can't be run there as buka-backup.",
    hint: '`buka provision` installs it, and the right to run it: docs/backup-setup.md.',
  },
  {
    code: 'program-outdated',
    message: "Buka's backup program there is of another version than this Buka.",
    hint: '`buka provision`, with this version of Buka, installs the one that fits.',
  },
  {
    code: 'not-set-up',
    message: `Backups of ${service} are not set up there.`,
    hint: '`buka provision` sets them up: docs/backup-setup.md.',
  },
  {
    code: 'bad-request',
    message: "Buka's backup program there did not understand what it was asked.",
    hint: 'That is a fault in Buka: please report it with what was seen.',
  },
  {
    code: 'repository-missing',
    message: `There are backups of ${service}, but the repository that they are in is gone.`,
    hint: `Was /var/lib/buka-backup/${service}/repository moved, or is its disk not mounted? Put it back. If it is lost, so are the backups: docs/backup.md#a-repository-that-is-lost-or-damaged.`,
  },
  {
    code: 'repository-password',
    message: 'The password there does not open the repository.',
    hint: `Put the right one, from the team's store of secrets, into /etc/buka/backup/${service}/password. Nobody can read the backups without it.`,
  },
  {
    code: 'repository-broken',
    message: "The repository there can't be used: it is damaged, or can't be written.",
    hint: '`df -h /var/lib/buka-backup` there; then docs/backup.md#a-repository-that-is-lost-or-damaged.',
  },
  {
    code: 'database-unreachable',
    message: "The backup server can't read the database.",
    hint: 'Is the database up? Is buka_backup let in from the backup server? `buka provision` puts right its account and its password.',
  },
  {
    code: 'client-too-old',
    message: 'The backup server has no pg_dump or mariadb-dump as new as the database server.',
    hint: '`buka provision` installs it; was the database server upgraded?',
  },
  {
    code: 'migration-running',
    message: 'A migration is at work in the database, and a backup waits for none.',
    hint: 'Wait until it has ended, then run the same again.',
  },
  {
    code: 'not-transactional',
    message: 'The database has tables that no snapshot can be taken of, so a backup would not be of one instant.',
    hint: '`ALTER TABLE … ENGINE=InnoDB` for each of those that are named. It locks the table while it works.',
  },
  {
    code: 'backup-running',
    message: `Another backup of ${service}, or a proof of one, is under way there, and did not end in time.`,
    hint: '`buka backups` shows it when it is done. Wait for it, then run the same again.',
  },
  {
    code: 'too-little-space',
    message: 'There is too little room on the backup server.',
    hint: '`df -h /var/lib/buka-backup` there. Give it a larger disk, or keep fewer (`backup: keep:` in buka.yml, then `buka provision`).',
  },
  {
    code: 'dump-failed',
    message: 'The database could not be read to its end, so there is no backup of it.',
    hint: 'A table that buka_backup may not read: `buka provision`. A connection that was lost: run the same again. The log of the database server has more.',
  },
  {
    code: 'globals-failed',
    message: 'The roles of the database server could not be read.',
    hint: '`buka provision` lets buka_backup read them: docs/backup-setup.md.',
  },
  {
    code: 'store-failed',
    message: 'restic could not store what was read.',
    hint: '`df -h /var/lib/buka-backup` and `journalctl --since -15min` there, then run the same again.',
  },
  {
    code: 'proof-failed',
    message: 'It could not be restored, or what came back is not what production held. It is no backup.',
    hint: 'What differs is told above. Run the same again; if it stays, docs/backup.md#a-proof-that-fails.',
  },
  {
    code: 'not-receiving',
    message: "The backup server does not receive the database's write-ahead log.",
    hint: `\`systemctl status buka-backup-receive@${service}\` and its journal there. \`buka provision\` puts right the way to the database; then run the same again.`,
  },
  {
    code: 'wal-broken',
    message: 'A part of the write-ahead log that backups need is missing or damaged on the backup server.',
    hint: '`buka backup` now: where a proof found the last one broken, it begins with a new base. docs/backup-continuous.md#a-gap-in-the-log.',
  },
  {
    code: 'wal-minimal',
    message: 'The database server writes too little into its write-ahead log for a backup in continuous mode.',
    hint: '`wal_level = replica` in its postgresql.conf, and a restart of PostgreSQL.',
  },
  {
    code: 'point-denied',
    message: 'The database does not let buka_backup name a point in its write-ahead log.',
    hint: '`buka provision` lets it; was the database made anew?',
  },
  {
    code: 'tablespaces',
    message: 'The database server has tablespaces of its own, which the continuous mode does not take along.',
    hint: 'Move their tables to pg_default, or use `backup: mode: dump`.',
  },
  {
    code: 'no-such-backup',
    message: `There is no such backup of ${service}.`,
    hint: '`buka backups` lists those that there are; `buka backup` makes one.',
  },
  {
    code: 'interrupted',
    message: "Buka's backup program there was ended in the middle.",
    hint: '`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again.',
  },
];

/** The failure that the backup server tells by a code. */
export function backupFailure(service: string, code: string, seen: string | undefined): BukaError {
  const row = rows(service).find((one) => one.code === code);
  if (row !== undefined) return new BukaError({ ...row, seen: seen || undefined });
  return new BukaError({
    code: 'answer-unreadable',
    message: 'The backup server tells of a failure that this Buka does not know.',
    seen: [code, seen].filter(Boolean).join(' '),
    hint: '`buka provision`, with this version of Buka, installs the program that fits.',
  });
}
