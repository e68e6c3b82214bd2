import { BACKUP_PROGRAM } from './names';

const prefix = (service: string) => `command="${BACKUP_PROGRAM} restore-source ${service}",restrict `;
/** A line of any service, as `prefix` and a public key make it. */
const anyService = new RegExp(
  `^command="${BACKUP_PROGRAM} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`,
);

/**
 * The keys that may log in as the backup account, each for nothing but to fetch its own service's backups (sshd(8),
 * "AUTHORIZED_KEYS FILE FORMAT"). Lines of other services stay; any other line would be a way to the repository, and
 * goes.
 * @param found the file as it is
 * @param restoreKey `ssh-ed25519 AAAA…`
 */
export function authorizedKeys(found: string, service: string, restoreKey: string): string {
  const others = found.split('\n').filter((line) => anyService.test(line) && !line.startsWith(prefix(service)));
  // Sorted, so that the services agree on what the file is to be.
  return [...others, `${prefix(service)}${restoreKey}`]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}
