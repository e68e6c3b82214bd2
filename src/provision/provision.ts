import type { Cluster, Host } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import type { Remote } from '../remote';
import type { Reporter } from '../reporter';
import type { Difference } from './compare';
import { look } from './look';
import { mendHost, mendReader } from './mend';
import { backupCluster } from './needs';
import { rolesByHand, rolesOf } from './roles';
import type { HostRole, Secret } from './setup';

/** What a use case works with. */
export interface ProvisionContext {
  readonly cluster: Cluster;
  /** Opens a connection, or gives the one that is open. */
  readonly remote: (host: Host) => Promise<Remote>;
  readonly reporter: Reporter;
}

export interface ProvisionOptions {
  /** Look, and change nothing. */
  readonly check: boolean;
  /** The hosts to set up, by name; all of them when there is none. */
  readonly hosts: readonly string[];
  /** Who logs in: root. Jump hosts are reached as ever. */
  readonly user: string;
}

export interface ProvisionReport {
  /** `differs`: found by a check, and left so. */
  readonly outcome: 'nothing-to-change' | 'changed' | 'differs';
  /** What was not as it should be, and was put right unless it was a check. */
  readonly differences: readonly FoundDifference[];
  /** The roles that Buka doesn't set up yet, by host. */
  readonly byHand: readonly { readonly host: string; readonly roles: readonly HostRole[] }[];
}

export interface FoundDifference {
  readonly host: string;
  readonly what: string;
  readonly seen: string;
}

/**
 * Sets hosts up for their roles: looks, puts right, and looks again until nothing differs, since what one host needs
 * may come from the other. Whoever runs it again finds nothing to change. Nothing is ever taken away but what stands in
 * the place of a file of Buka's; passwords and keys that are there stay.
 * @throws ConfigurationError `unknown-host`
 * @throws BukaError `provision-unsettled` when putting right doesn't help; `deploy-user-missing`, `database-down`,
 *   `postgresql-too-old`, `database-unreachable`, `source-unreachable` for what a person must do; `not-root`,
 *   `not-debian`, `packages-failed`, `sudoers-refused`, `secret-lost`, `reader-password`, `pg-hba-refused`; and those of
 *   a `Remote`
 */
export async function provision(
  { cluster, remote, reporter }: ProvisionContext,
  { check, hosts, user }: ProvisionOptions,
): Promise<ProvisionReport> {
  const chosen = choose(cluster, hosts);
  const byHand = chosen
    .map((host) => ({ host, roles: rolesByHand(cluster, host) }))
    .filter(({ roles }) => roles.length > 0);
  const isSetUp = (host: string) => rolesOf(cluster, host).length > 0 && !byHand.some((one) => one.host === host);
  if (cluster.backup === undefined || !chosen.some((host) => isBackupHost(cluster, host))) {
    for (const host of chosen.filter(isSetUp)) reporter.info(`${host}: nothing to set up: buka.yml has no backup:`);
    return { outcome: 'nothing-to-change', differences: [], byHand };
  }

  const asRoot = (host: Host) => remote({ ...host, user });
  const see = () => reporter.group('Look at the hosts', () => look(cluster, asRoot));
  const ours = ({ host }: Difference) => chosen.includes(host);
  let seen = await see();
  if (check) {
    const differences = seen.differences.filter(ours);
    return {
      outcome: differences.length > 0 ? 'differs' : 'nothing-to-change',
      differences: plain(differences),
      byHand,
    };
  }

  const mended: Difference[] = [];
  let before = '';
  for (;;) {
    const toMend = seen.differences.filter((difference) => ours(difference) && difference.mend.kind !== 'by-hand');
    if (toMend.length === 0) break;
    if (before === key(toMend)) throw unsettled(toMend);
    before = key(toMend);
    await reporter.group('Put right', async () => {
      await settleAll(
        [...new Set(toMend.map(({ host }) => host))].map(async (name) => {
          const at = await asRoot(named(cluster, name));
          await mendHost(
            at,
            toMend.filter(({ host }) => host === name),
            reporter,
          );
        }),
        reporter,
      );
      await mendReader(cluster, asRoot, { differences: toMend, seen, reporter });
    });
    mended.push(...toMend);
    seen = await see();
  }
  const stays = seen.differences.filter(ours);
  if (stays.length > 0) throw forAPerson(stays, reporter);
  for (const { host, mend } of mended)
    if (mend.kind === 'secret' && mend.secret.kind === 'password' && mend.made)
      tellOfPassword(host, mend.secret, reporter);
  tellOfOthers(seen.differences, reporter);
  return { outcome: mended.length > 0 ? 'changed' : 'nothing-to-change', differences: plain(mended), byHand };
}

const isBackupHost = (cluster: Cluster, host: string): boolean =>
  rolesOf(cluster, host).some((role) => role === 'backup' || role === 'database');

function choose(cluster: Cluster, names: readonly string[]): string[] {
  const all = [...cluster.hosts.keys()];
  const stranger = names.find((name) => !all.includes(name));
  if (stranger !== undefined)
    throw new ConfigurationError({
      code: 'unknown-host',
      message: `buka.yml has no host ${JSON.stringify(stranger)}.`,
      left: 'Nothing was changed.',
      hint: `Its hosts are ${all.join(', ')}.`,
    });
  return names.length === 0 ? all : [...new Set(names)];
}

function named(cluster: Cluster, name: string): Host {
  const { backup, database } = backupCluster(cluster);
  return backup.host.name === name ? backup.host : database.host;
}

const plain = (differences: readonly Difference[]): FoundDifference[] =>
  differences.map(({ host, what, seen }) => ({ host, what, seen }));

const key = (differences: readonly Difference[]): string => JSON.stringify(plain(differences));

/** Lets each come to its end. Of several failures one is thrown, the others are told. */
async function settleAll(works: readonly Promise<void>[], reporter: Reporter): Promise<void> {
  const ends = await Promise.allSettled(works);
  const [first, ...others] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  for (const other of others) reporter.warning(other instanceof Error ? other.message : String(other));
  if (first !== undefined) throw first;
}

function unsettled(differences: readonly Difference[]): BukaError {
  const [first] = differences;
  return new BukaError({
    code: 'provision-unsettled',
    host: first?.host,
    step: 'provision',
    message: `${first?.what} was put right, and is as it was before.`,
    seen: differences.map(({ host, what, seen }) => `${host}: ${what}: ${seen}`).join('\n'),
    left: 'All that differed before it was put right.',
    hint: 'Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two.',
  });
}

function forAPerson(differences: readonly Difference[], reporter: Reporter): BukaError {
  const failures = differences.flatMap(({ host, what, seen, mend }) =>
    mend.kind === 'by-hand'
      ? [
          new BukaError({
            code: mend.code,
            host,
            step: 'provision',
            message: `${what}: ${seen}`,
            left: 'Everything else is set up.',
            hint: mend.hint,
          }),
        ]
      : [],
  );
  const [first = unsettled(differences), ...others] = failures;
  for (const other of others) reporter.warning(other.message);
  return first;
}

/** Once: it is the moment to do it. */
const tellOfPassword = (host: string, { path }: Secret, reporter: Reporter) =>
  reporter.warning(
    `${host}: the repository has a password now, in ${path} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`,
  );

/** What one host lacks may keep the other from working. */
function tellOfOthers(differences: readonly Difference[], reporter: Reporter): void {
  for (const host of new Set(differences.map((difference) => difference.host)))
    reporter.warning(
      `${host} is not set up as it should be yet: \`buka provision --check ${host}\` lists what differs.`,
    );
}
