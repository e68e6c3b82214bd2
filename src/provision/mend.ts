import { randomBytes } from 'node:crypto';
import type { Cluster, Host } from '../cluster';
import type { Remote, Script } from '../remote';
import type { Reporter } from '../reporter';
import { readPassword } from './backup-side';
import type { Difference, Mend } from './compare';
import { addHbaLines, hasHbaLine, limitLog, runMariadbSql, runSql } from './database-side';
import type { Look } from './look';
import { mariadbReaderSql, nativeHash } from './mariadb-reader';
import { backupCluster } from './needs';
import { enableUnits, installPackages, joinGroups, makeAccounts, makeFolders, makeSecrets } from './put';
import { hbaLines, pointsSql, readerSql, scramVerifier } from './reader';
import { writeFiles } from './write-files';

/** Puts one host right, as far as it can be by itself: each kind of thing after what it needs, in one round trip. */
export async function mendHost(at: Remote, differences: readonly Difference[], reporter: Reporter): Promise<void> {
  const host = at.host.name;
  for (const { name, of, script } of steps(differences)) {
    if (of.length === 0) continue;
    reporter.step({ host, name, state: 'started', detail: of.join(', ') });
    await at.run(script);
    reporter.step({ host, name, state: 'done', detail: of.join(', ') });
  }
}

interface Step {
  readonly name: string;
  readonly of: readonly string[];
  readonly script: Script<void>;
}

function steps(differences: readonly Difference[]): Step[] {
  const mends = differences.map(({ mend }) => mend);
  const all = <Kind extends Mend['kind']>(kind: Kind) =>
    mends.filter((mend): mend is Extract<Mend, { kind: Kind }> => mend.kind === kind);
  const preparation = differences.flatMap(({ mend }) => (mend.kind === 'preparation' ? [mend.file] : []));
  const packages = all('package').map(({ name }) => name);
  const accounts = all('account').map(({ account }) => account);
  const folders = all('folder').map(({ folder }) => folder);
  const files = differences.flatMap(({ mend }) => (mend.kind === 'file' ? [mend.file] : []));
  const secrets = all('secret').map(({ secret }) => secret);
  const units = mends.flatMap((mend) => (mend.kind === 'unit' ? [mend.unit] : []));
  const enabled = mends.flatMap((mend) => (mend.kind === 'enabled' ? [mend.unit] : []));
  const members = all('member').map(({ user, group }) => ({ user, group }));
  const paths = (places: readonly { readonly path: string }[]) => places.map(({ path }) => path);
  return [
    { name: 'before packages', of: paths(preparation), script: writeFiles(preparation) },
    { name: 'packages', of: packages, script: installPackages(packages) },
    { name: 'accounts', of: accounts.map(({ name }) => name), script: makeAccounts(accounts) },
    { name: 'groups', of: members.map(({ user, group }) => `${user} in ${group}`), script: joinGroups(members) },
    { name: 'folders', of: paths(folders), script: makeFolders(folders) },
    { name: 'files', of: paths(files), script: writeFiles(files) },
    { name: 'secrets', of: paths(secrets), script: makeSecrets(secrets, newPassword()) },
    { name: 'units', of: [...units, ...enabled], script: enableUnits(units, enabled) },
  ];
}

/** 256 bits, in letters that no file's format has a meaning for. */
const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * Makes the role that reads, gives it the password that the backup server has, and lets it in.
 * @param seen the look that the differences are from
 */
export async function mendReader(
  cluster: Cluster,
  remote: (host: Host) => Promise<Remote>,
  { differences, seen, reporter }: { differences: readonly Difference[]; seen: Look; reporter: Reporter },
): Promise<void> {
  const has = (kind: Mend['kind']) => differences.some(({ mend }) => mend.kind === kind);
  if (seen.backups === undefined) return;
  const { backup, database } = backupCluster(cluster);
  const at = await remote(database.host);
  const say = (name: string) => reporter.step({ host: database.host.name, name, state: 'done' });
  if (has('hba') && seen.backups.database.postgres.kind === 'up') {
    const { hba } = seen.backups.database.postgres;
    const missing = hbaLines(cluster).filter((line) => !hasHbaLine(hba.content, line));
    await at.run(addHbaLines(hba, missing));
    say('pg_hba.conf');
  }
  if (has('reader') || has('reader-password')) {
    // A password that works stays as it is.
    const works = seen.backups.backup.reading.kind === 'works';
    const password = works ? undefined : await (await remote(backup.host)).run(readPassword(cluster));
    if (database.kind === 'mariadb') {
      await at.run(runMariadbSql(mariadbReaderSql(cluster, password === undefined ? undefined : nativeHash(password))));
      say('account');
    } else {
      const verifier = password === undefined ? undefined : scramVerifier(password, randomBytes(16));
      await at.run(runSql(readerSql(verifier, backup.mode)));
      say('role');
    }
  }
  if (has('points')) {
    await at.run(runSql(pointsSql, database.name));
    say('points in the log');
  }
  if (has('log-limit')) {
    await at.run(limitLog());
    say('max_slot_wal_keep_size');
  }
}
