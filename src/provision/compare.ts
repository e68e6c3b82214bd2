import { createHash } from 'node:crypto';
import type { Account, Folder, ManagedFile, Place, Secret, Setup } from './setup';
import { type Found, type FoundPlace, isThere } from './survey';

/** One thing that is not as it should be, and what puts it right. */
export interface Difference {
  /** By its name in `buka.yml`. */
  readonly host: string;
  /** A path, or `package restic`. */
  readonly what: string;
  /** In words: `missing`, `mode 0644 instead of 0440`. */
  readonly seen: string;
  readonly mend: Mend;
}

export type Mend =
  | { readonly kind: 'preparation' | 'file'; readonly file: ManagedFile }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'folder'; readonly folder: Folder }
  /** `made`: it is not there yet. */
  | { readonly kind: 'secret'; readonly secret: Secret; readonly made: boolean }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  /** `enabled`: it need not run. */
  | { readonly kind: 'unit' | 'enabled'; readonly unit: string }
  /** The role that reads the database: itself, its password, and the line that lets it in. */
  | { readonly kind: 'reader' | 'reader-password' | 'hba' }
  /** In continuous mode: its right to name points in the log; what the server keeps of that at most. */
  | { readonly kind: 'points' | 'log-limit' }
  /** Of the app's own database: see `app-database.ts`. */
  | { readonly kind: 'app-database'; readonly part: 'url' | 'listens' | 'hba' | 'account' | 'database' | 'password' }
  /** For a person. */
  | { readonly kind: 'by-hand'; readonly code: string; readonly hint: string };

/** What must be on a host and isn't, in the order in which it is to be put right. */
export function compare(host: string, setup: Setup, found: Found): Difference[] {
  const differences: Difference[] = [];
  const differ = (what: string, seen: string | undefined, mend: Mend) => {
    if (seen !== undefined) differences.push({ host, what, seen, mend });
  };
  for (const file of setup.preparation)
    differ(file.path, fileDiffers(file, found.places.get(file.path)), { kind: 'preparation', file });
  for (const { name } of setup.packages)
    differ(`package ${name}`, found.packages.has(name) ? undefined : 'missing', { kind: 'package', name });
  for (const account of setup.accounts) {
    const system = found.accounts.get(account.name);
    if (account.login !== true && system !== undefined && system.id < FIRST_OF_PACKAGES)
      differ(`account ${account.name}`, "one of the distribution's own", accountTaken(host, account));
    else differ(`account ${account.name}`, accountDiffers(account, found), { kind: 'account', account });
  }
  for (const { user, group } of setup.members)
    differ(
      `account ${user}`,
      found.accounts.get(user)?.groups.includes(group) ? undefined : `not in the group ${group}`,
      { kind: 'member', user, group },
    );
  for (const folder of setup.folders)
    differ(folder.path, placeDiffers(folder, found.places.get(folder.path), 'folder'), { kind: 'folder', folder });
  for (const file of setup.files) {
    const there = found.places.get(file.path);
    // Of a file whose place alone is wrong, its readers need not be told.
    const wanted = isSame(file, there) ? { ...file, tell: undefined } : file;
    const mend: Mend = cutsOff(setup, wanted, found) ? cutsOffCustomers(host, file) : { kind: 'file', file: wanted };
    differ(file.path, fileDiffers(file, there), mend);
  }
  for (const secret of setup.secrets)
    differ(secret.path, secretDiffers(secret, found.places.get(secret.path)), {
      kind: 'secret',
      secret,
      made: !isThere(found.places.get(secret.path)),
    });
  for (const unit of setup.units) {
    const { enabled = false, running = false } = found.units.get(unit) ?? {};
    differ(unit, enabled && running ? undefined : 'not enabled and running', { kind: 'unit', unit });
  }
  for (const unit of setup.enabled)
    differ(unit, found.units.get(unit)?.enabled ? undefined : 'not enabled', { kind: 'enabled', unit });
  for (const user of setup.users)
    differ(`account ${user}`, found.accounts.has(user) ? undefined : 'missing', {
      kind: 'by-hand',
      code: 'deploy-user-missing',
      hint: `Put the public half of the deploy key under \`ssh: authorized-keys:\` in buka.yml, and this makes the account. Or on ${host}: \`adduser --disabled-password ${user}\`, and the key into its authorized_keys.`,
    });
  for (const { what, seen, code, hint } of setup.byHand) differ(what, seen, { kind: 'by-hand', code, hint });
  return differences;
}

/** Somebody else wrote the configuration that the role is known by. */
export const isByHand = ({ claims }: Setup, found: Found): boolean =>
  claims.some(({ path }) => found.claims.get(path) === 'somebody');

/** Below are the accounts that every Debian has, the same everywhere (Debian Policy, 9.2.2). */
const FIRST_OF_PACKAGES = 100;

const accountTaken = (host: string, { name }: Account): Mend => ({
  kind: 'by-hand',
  code: 'account-taken',
  hint: `The app would run as an account that ${host} needs for itself: call the service other than ${name} in buka.yml.`,
});

/** A restart that customers would feel, on a host that Buka has set up before. */
const cutsOff = ({ claims }: Setup, { tell }: ManagedFile, found: Found): boolean =>
  tell?.cutsOffWhile !== undefined &&
  found.units.get(tell.cutsOffWhile)?.running === true &&
  claims.some(({ path }) => found.claims.get(path) === 'buka');

const cutsOffCustomers = (host: string, { tell }: ManagedFile): Mend => ({
  kind: 'by-hand',
  code: 'restart-needed',
  hint:
    tell?.cutsOffWhile === tell?.unit
      ? `It takes a restart of ${tell?.unit}, which cuts customers off for a moment. In a quiet hour, on ${host}: \`systemctl stop ${tell?.unit}\`, and \`buka provision ${host}\` at once.`
      : `It takes a restart of ${tell?.unit}. \`buka load-balancer drain ${host}\` moves the address to another one; then \`systemctl stop ${tell?.cutsOffWhile}\` on ${host}, \`buka provision ${host}\`, which starts both again, and \`buka load-balancer readmit ${host}\`.`,
});

function accountDiffers({ name, home, shell, login }: Account, { accounts }: Found): string | undefined {
  const found = accounts.get(name);
  if (found === undefined) return 'missing';
  if (login) return undefined;
  if (found.home !== home) return `home ${found.home} instead of ${home}`;
  return found.shell === shell ? undefined : `shell ${found.shell} instead of ${shell}`;
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

function placeDiffers(place: Place, found: FoundPlace | undefined, kind: 'file' | 'folder'): string | undefined {
  if (found === undefined) return 'missing';
  if (found.kind !== kind) return `not a ${kind}`;
  const wrong: string[] = [];
  if (found.mode !== place.mode) wrong.push(`mode ${octal(found.mode)} instead of ${octal(place.mode)}`);
  if (found.owner !== place.owner || found.group !== place.group)
    wrong.push(`belongs to ${found.owner}:${found.group} instead of ${place.owner}:${place.group}`);
  return wrong.length === 0 ? undefined : wrong.join(', ');
}

function fileDiffers(file: ManagedFile, found: FoundPlace | undefined): string | undefined {
  const wrong = placeDiffers(file, found, 'file');
  if (found?.kind !== 'file') return wrong;
  return (
    [...(isSame(file, found) ? [] : ['other content']), ...(wrong === undefined ? [] : [wrong])].join(', ') || undefined
  );
}

const isSame = ({ content }: ManagedFile, found: FoundPlace | undefined): boolean =>
  found?.kind === 'file' && found.content === createHash('sha256').update(content).digest('hex');

function secretDiffers(secret: Secret, found: FoundPlace | undefined): string | undefined {
  if (found?.kind === 'file' && !isThere(found))
    return secret.line === undefined ? 'empty' : 'has no line for this database';
  return placeDiffers(secret, found, 'file');
}
