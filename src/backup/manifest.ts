import { z } from 'zod';
import { ConfigurationError } from '../errors';
import { isReleaseId } from '../release';
import { bytes, seconds } from '../units';

declare const brand: unique symbol;

/** `20261127T221500Z-3f2a91`: when it was begun, and six hex digits by chance. */
export type BackupId = string & { readonly [brand]: 'BackupId' };

const isBackupId = (text: string): text is BackupId => /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(text);

/**
 * Reads what a person typed as a backup's id.
 * @throws ConfigurationError `backup-id`
 */
export function backupId(text: string): BackupId {
  if (isBackupId(text)) return text;
  throw new ConfigurationError({
    code: 'backup-id',
    message: `${JSON.stringify(text)} is not the id of a backup`,
    hint: 'Ids look like 20261127T221500Z-3f2a91; `buka backups` lists those that there are.',
  });
}

const instant = z.iso.datetime().transform((text) => new Date(text));
const count = z.number().int().nonnegative();
const size = count.transform(bytes);
const length = z.number().nonnegative().transform(seconds);

const common = z.object({
  version: z.literal(1),
  id: z.string().refine(isBackupId),
  service: z.string(),
  /** Why it was made. */
  kind: z.enum(['deploy', 'manual', 'nightly']),
  /** The release that can live with the database as it is in there; null where nobody said. */
  release: z.string().refine(isReleaseId).nullable(),
  run: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
  engine: z.enum(['postgresql', 'mariadb']),
  /** The database's name. */
  database: z.string(),
  /** Versions of the database server, of the program that read it, and of restic. */
  server: z.string(),
  client: z.string(),
  restic: z.string(),
  /** Version of the program on the backup server that made it. */
  program: z.string(),
  /** restic's id of the dump. */
  snapshot: z.string(),
  /** Only in continuous mode, where the snapshot is of a base of the whole server: the point in the log after it. */
  continuous: z
    .object({
      /** The backup that the base was read for. */
      base: z.string().refine(isBackupId),
      stream: z.string(),
      /** Segments of the log, from the base to the point. */
      first: z.string(),
      last: z.string(),
      point: z.string(),
      /** Whether a moment was found in which nothing was being written; otherwise some tables could not be compared. */
      exact: z.boolean(),
      /** Those tables. */
      busy: z.array(z.string()),
    })
    .optional(),
  /** What was committed before this instant is in there, by the database server's clock. */
  recoveryPoint: instant,
  startedAt: instant,
  finishedAt: instant,
  /** Of the dump as it was read, not compressed. */
  bytes: size,
  /** By which the repository grew. */
  bytesAdded: size,
  tables: z.record(z.string(), z.object({ rows: count, hash: z.string() })),
  sequences: z.record(z.string(), z.number().nullable()),
  largeObjects: z.object({ count, hash: z.string() }),
});

const proven = common.extend({
  /** `restore` is the part of `prove` in which the database was loaded: the measured recovery time. */
  seconds: z.object({ dump: length, prove: length, restore: length }),
  /** When and on how much it was shown that it can be restored. */
  proof: z.object({ at: instant, tables: count, rows: count }),
  /** Why it was proven, where that could have been left to the night. */
  proofDue: z.string().optional(),
});

const stored = common.extend({
  seconds: z.object({ dump: length, prove: z.null(), restore: z.null() }),
  /** It is stored; whether it can be restored was left to a later proof. */
  proof: z.null(),
  /** What was proven when it was made, and the instant that that one reflects. */
  newestProven: z.object({ id: z.string().refine(isBackupId), of: instant }),
});

const schema = z.union([proven, stored]);

type Named<Read extends { seconds: unknown }> = Omit<Read, 'seconds'> & { readonly took: Read['seconds'] };

/** Of a backup that was proven when it was made. */
export type ProvenManifest = Named<z.output<typeof proven>>;
/** Of a deploy's backup whose proof was left to the night. */
export type StoredManifest = Named<z.output<typeof stored>>;

/** What the backup server says of a backup, when it was made. It exists only if this does. */
export type BackupManifest = ProvenManifest | StoredManifest;

/** The manifest of a line of JSON; undefined for anything else. Keys that it doesn't know are passed over. */
export function parseManifest(json: string): BackupManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const read = schema.safeParse(value);
  if (!read.success) return undefined;
  // One after the other, so that what belongs together stays so.
  if (read.data.proof === null) return named(read.data);
  return named(read.data);
}

function named<Read extends { seconds: unknown }>({ seconds: took, ...rest }: Read): Named<Read> {
  return { ...rest, took };
}
