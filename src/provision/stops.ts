import type { Cluster } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import type { Reporter } from '../reporter';
import type { Difference } from './compare';

/** What ends a set-up, or keeps it from beginning. */

/** The app and the deploy user are two: the app must not be able to change its own release. */
export function refuseSharedAccount({ service, workers }: Cluster): void {
  const shared = workers.hosts.find(({ user }) => user === service);
  if (shared === undefined) return;
  throw new ConfigurationError({
    code: 'app-user',
    message: `The app's account would be ${service}, which is the ssh user of ${shared.name}: the app could change its own releases.`,
    left: 'Nothing was changed.',
    hint: 'Give ssh: user: in buka.yml another name than the service.',
  });
}

/** What everything else would be made for the wrong account without. */
export const comesFirst = ({ authorizedKeys }: Cluster, { mend }: Difference): boolean =>
  mend.kind === 'by-hand' &&
  (mend.code === 'account-taken' || (mend.code === 'deploy-user-missing' && authorizedKeys === undefined));

export function refuseWhenCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new BukaError({
    code: 'cancelled',
    message: 'The run was cancelled.',
    left: 'Each machine that was begun is as it should be; the others are as they were.',
    hint: 'Run the same again to go on from here.',
  });
}

export function unsettled(differences: readonly Difference[]): BukaError {
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

export function forAPerson(differences: readonly Difference[], left: string, reporter: Reporter): BukaError {
  const failures = differences.flatMap(({ host, what, seen, mend }) =>
    mend.kind === 'by-hand'
      ? [
          new BukaError({
            code: mend.code,
            host,
            step: 'provision',
            message: `${what}: ${seen}`,
            left,
            hint: mend.hint,
          }),
        ]
      : [],
  );
  const [first = unsettled(differences), ...others] = failures;
  for (const other of others) reporter.warning(other.message);
  return first;
}
