import type { Checker } from './checkers';

/** Every role in the design's words. */
export type HostRole = 'load-balancer' | 'worker' | 'database' | 'backup' | 'monitoring';

/** Where something is on a host, whose it is, and who else may read it. Owners are names of accounts. */
export interface Place {
  /** Absolute. */
  readonly path: string;
  /** As in chmod(1): `0o640`. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** A file that Buka writes as a whole: a change by hand is a difference, and is overwritten. */
export interface ManagedFile extends Place {
  readonly content: string;
  /** The program that reads it, and has to take it before it gets the place of the one that is there. */
  readonly checkedBy?: Checker;
  /** Who has to be told of a new one; where that fails, the old one comes back. */
  readonly tell?: Telling | undefined;
}

/** A unit that reads a file only when it is told to. One that isn't running isn't told. */
export interface Telling {
  readonly unit: string;
  readonly how: 'reload' | 'restart';
  /** What shows that it took the file; without it, that it runs. */
  readonly shownBy?: Proof;
  /**
   * The restart would cut off customers while this unit is active on a host that was set up before: a person moves them
   * away first.
   */
  readonly cutsOffWhile?: string;
}

/** `http`: the path answers 2xx on this machine. `haproxy`: its master process, at this socket, has a new worker process. */
export type Proof =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'haproxy'; readonly socket: string };

/** A folder, and whether all in it belongs to its owner too. */
export interface Folder extends Place {
  readonly whole?: boolean;
}

/**
 * A file that is made once. What is in one that is there is never replaced; only its place is put right.
 * `password`: 43 random characters, made on the host. `key`: an ed25519 key without a passphrase, made on the host.
 * `pgpass`: a line with a password that the host is given, after the lines that are there. `my.cnf`: the options of
 * MariaDB's programs, with a password that the host is given. `environment`: the app's, to which people add.
 */
export interface Secret extends Place {
  readonly kind: 'password' | 'key' | 'pgpass' | 'my.cnf' | 'environment';
  /** It is not there as long as no line begins with this. */
  readonly line?: string;
  /** The content of an `environment`, or of a `my.cnf`, in which the password is still empty. */
  readonly before?: string;
  /** What is lost without the one that was there before: never made while this file exists. */
  readonly opens?: string;
}

/** A package, unless files that match the glob say that something else provides it. */
export interface Package {
  readonly name: string;
  readonly unless?: string;
}

/** An account that nobody logs in to with a password. */
export interface Account {
  readonly name: string;
  readonly home: string;
  readonly shell: string;
  /** Somebody's or Buka's own, with a home folder: one that is there is left as it is. */
  readonly login?: boolean;
}

/** The file by which it is told who sets a role up on its host. */
export interface Claim {
  readonly path: string;
  /** The package that ships one. */
  readonly package?: string;
}

/** All that a role needs on its host, as plain data: what is compared, written, and put into the lab's machines. */
export interface Setup {
  /** `every`: what each host has, whatever its roles. */
  readonly role: HostRole | 'every';
  /** Where one of these is of neither Buka nor its package, the role is set up by hand there, and left alone. */
  readonly claims: readonly Claim[];
  /** Written before packages are installed, since these read them when they are. */
  readonly preparation: readonly ManagedFile[];
  readonly packages: readonly Package[];
  readonly accounts: readonly Account[];
  /** Accounts, and the groups that they are to be in. */
  readonly members: readonly { readonly user: string; readonly group: string }[];
  /** People's and Buka's own accounts, which must be there already. */
  readonly users: readonly string[];
  /** Each after the one that it is in. */
  readonly folders: readonly Folder[];
  readonly files: readonly ManagedFile[];
  readonly secrets: readonly Secret[];
  /** Enabled, and running now. */
  readonly units: readonly string[];
  /** Enabled, whether or not there is something to run yet. */
  readonly enabled: readonly string[];
  /** What only a person can see to. */
  readonly byHand: readonly ByHand[];
}

/** In the words of a difference, with the code and the hint of the failure that it is in the end. */
export interface ByHand {
  readonly what: string;
  readonly seen: string;
  readonly code: string;
  readonly hint: string;
}

/** A set-up of which most is empty. */
export const setup = (role: Setup['role'], parts: Partial<Omit<Setup, 'role'>>): Setup => ({
  ...{ role, claims: [], preparation: [], packages: [], accounts: [], members: [], users: [] },
  ...{ folders: [], files: [], secrets: [], units: [], enabled: [], byHand: [] },
  ...parts,
});

type Given = Partial<Omit<Place, 'path'>>;
const root = { owner: 'root', group: 'root' };

export const folder = (path: string, place: Given & { whole?: boolean } = {}): Folder => ({
  ...root,
  mode: 0o755,
  ...place,
  path,
});

type How = Pick<ManagedFile, 'checkedBy' | 'tell'>;
export const file = (path: string, content: string, place: Given & How = {}): ManagedFile => ({
  ...root,
  mode: 0o644,
  ...place,
  path,
  content,
});

/** Lets a user run one program as another account, without arguments: what it is asked travels on standard input. */
export const sudoers = (path: string, { user, as, program }: { user: string; as: string; program: string }) =>
  sudoersFile(path, `${user} ALL=(${as}) NOPASSWD: ${program} ""\n`);

export const sudoersFile = (path: string, content: string) => file(path, content, { mode: 0o440, checkedBy: 'visudo' });

/** The program's settings, a line `key=value` each. */
export const settings = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/** The first line of a configuration that Buka writes as a whole; by it, Buka knows its own. */
export const MARK = '# Written by Buka (`buka provision`), which overwrites what is changed by hand.';
