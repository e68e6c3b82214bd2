import type { Cluster, Host } from '../cluster';
import { ConfigurationError } from '../errors';
import { become, type Remote } from '../remote';
import type { Reporter } from '../reporter';
import { type Context, withoutTraffic } from '../rollout';
import { mendAppDatabase } from './app-database-mend';
import type { Difference } from './compare';
import { type Look, look } from './look';
import { mendHost, mendReader } from './mend';
import { byHost, inOrder } from './order';
import type { HostRole, Secret } from './setup';
import { comesFirst, forAPerson, refuseSharedAccount, refuseWhenCancelled, unsettled } from './stops';

/** What a use case works with; it tells a rollout's locks and leases who is at work. */
export type ProvisionContext = Context;

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
  /** The roles that somebody sets up by hand, by host: left alone. */
  readonly byHand: readonly { readonly host: string; readonly roles: readonly HostRole[] }[];
}

export interface FoundDifference {
  readonly host: string;
  readonly what: string;
  readonly seen: string;
}

/**
 * Sets hosts up for their roles: looks, puts right, and looks again until nothing differs, since what one host needs
 * may come from another. Whoever runs it again finds nothing to change. What customers use is changed on one machine after
 * the other. Nothing is ever taken away but what stands in the place of a file of Buka's; passwords and keys that are
 * there stay, and so does a role whose configuration somebody else wrote.
 * @throws ConfigurationError `unknown-host`, `app-user`
 * @throws BukaError `provision-unsettled` when putting right doesn't help; `deploy-user-missing`, `account-taken`,
 *   `interface-unknown`, `start-missing`, `restart-needed`, `database-down`, `database-taken`, `database-url`,
 *   `postgresql-too-old`,
 *   `database-unreachable`, `source-unreachable` for what a person must do; `not-root`, `not-debian`, `packages-failed`,
 *   `file-refused`, `not-taken`, `secret-lost`, `reader-password`, `pg-hba-refused`; those of a rollout that drains; and
 *   those of a `Remote`
 */
export async function provision(
  context: ProvisionContext,
  { check, hosts, user }: ProvisionOptions,
): Promise<ProvisionReport> {
  const { cluster, reporter } = context;
  const chosen = choose(cluster, hosts);
  refuseSharedAccount(cluster);
  const asRoot = (host: Host) => context.remote({ ...host, user });
  const see = () => reporter.group('Look at the hosts', () => look(cluster, asRoot, chosen));
  const ours = ({ host }: Difference) => chosen.includes(host);
  let seen = await see();
  const byHand = rolesByHost(seen.byHand);
  if (check) {
    const differences = seen.differences.filter(ours);
    return {
      outcome: differences.length > 0 ? 'differs' : 'nothing-to-change',
      differences: plain(differences),
      byHand,
    };
  }
  const first = seen.differences.filter((one) => ours(one) && comesFirst(cluster, one));
  if (first.length > 0) throw forAPerson(first, 'Nothing was changed.', reporter);

  const mended: Difference[] = [];
  let before = '';
  for (;;) {
    const toMend = seen.differences.filter((difference) => ours(difference) && difference.mend.kind !== 'by-hand');
    if (toMend.length === 0) break;
    if (before === key(toMend)) throw unsettled(toMend);
    before = key(toMend);
    await putRight(context, asRoot, toMend, seen);
    mended.push(...toMend);
    seen = await see();
  }
  const stays = seen.differences.filter(ours);
  if (stays.length > 0) throw forAPerson(stays, 'Everything else is set up.', reporter);
  for (const { host, mend } of mended)
    if (mend.kind === 'secret' && mend.made) tellOfSecret(host, mend.secret, cluster, reporter);
  tellOfOthers(seen.differences, reporter);
  return { outcome: mended.length > 0 ? 'changed' : 'nothing-to-change', differences: plain(mended), byHand };
}

/**
 * First what no customer notices, on all hosts at once; then each load balancer after the other, which are to know every
 * worker before one is drained; then each worker whose app runs after the other, drained.
 */
async function putRight(context: ProvisionContext, asRoot: AsRoot, toMend: readonly Difference[], seen: Look) {
  const { cluster, reporter } = context;
  const at = (name: string) => asRoot(named(cluster, name));
  const { quiet, loadBalancers, workers } = inOrder(cluster, toMend, seen.serving);
  await reporter.group('Put right', async () => {
    await settleAll(
      [...byHost(quiet)].map(async ([name, differences]) => mendHost(await at(name), differences, reporter)),
      reporter,
    );
    await mendReader(cluster, asRoot, { differences: toMend, seen, reporter });
    await mendAppDatabase(cluster, asRoot, { differences: toMend, seen, reporter });
  });
  for (const [name, differences] of byHost(loadBalancers)) {
    refuseWhenCancelled(context.signal);
    await reporter.group(`Load balancer ${name}`, async () => mendHost(await at(name), differences, reporter));
  }
  const running = byHost(workers);
  if (running.size === 0) return;
  // Root's key may be no key of the deploy user's; and what is drained is noted in that one's home.
  const remote = async (host: Host) => become(await asRoot(host), host.user);
  await withoutTraffic({ ...context, remote }, [...running.keys()], async (name) =>
    mendHost(await at(name), running.get(name) ?? [], reporter),
  );
}

type AsRoot = (host: Host) => Promise<Remote>;

function rolesByHost(all: Look['byHand']): ProvisionReport['byHand'] {
  const hosts = [...new Set(all.map(({ host }) => host))];
  return hosts.map((host) => ({ host, roles: all.filter((one) => one.host === host).map(({ role }) => role) }));
}

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

function named({ hosts }: Cluster, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`${name} was checked to be a host`);
  return host;
}

/** For people: what two of a host's roles need is one difference to them. */
const plain = (differences: readonly Difference[]): FoundDifference[] => [
  ...new Map(
    differences.map(({ host, what, seen }) => [JSON.stringify([host, what, seen]), { host, what, seen }]),
  ).values(),
];

const key = (differences: readonly Difference[]): string => JSON.stringify(plain(differences));

/** Lets each come to its end. Of several failures one is thrown, the others are told. */
async function settleAll(works: readonly Promise<void>[], reporter: Reporter): Promise<void> {
  const ends = await Promise.allSettled(works);
  const [first, ...others] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  for (const other of others) reporter.warning(other instanceof Error ? other.message : String(other));
  if (first !== undefined) throw first;
}

/** Once: it is the moment to do it. */
function tellOfSecret(host: string, { kind, path }: Secret, { database }: Cluster, reporter: Reporter): void {
  if (kind === 'password')
    reporter.warning(
      `${host}: the repository has a password now, in ${path} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`,
    );
  if (kind === 'environment')
    reporter.warning(
      database?.provision === true
        ? `${host}: ${path} is new, and has nothing but the app's port and DATABASE_URL. Add what the app needs besides, before the first deploy.`
        : `${host}: ${path} is new, and has nothing but the app's port. Add what the app needs, such as where its database is, before the first deploy.`,
    );
}

/** What one host lacks may keep the other from working. */
function tellOfOthers(differences: readonly Difference[], reporter: Reporter): void {
  for (const host of new Set(differences.map((difference) => difference.host)))
    reporter.warning(
      `${host} is not set up as it should be yet: \`buka provision --check ${host}\` lists what differs.`,
    );
}
