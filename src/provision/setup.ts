/** Every role in the design's words. */
export type HostRole = 'load-balancer' | 'worker' | 'database' | 'backup' | 'monitoring';
/** Those that are set up by Buka so far. */
export type ProvisionedRole = 'backup' | 'database';

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
  /** Read by sudo: checked by visudo(8) before it takes the place of the one that is there. */
  readonly sudoers?: boolean;
}

/** A folder, and whether all in it belongs to its owner too. */
export interface Folder extends Place {
  readonly whole?: boolean;
}

/**
 * A file that is made once. What is in one that is there is never replaced; only its place is put right.
 * `password`: 43 random characters, made on the host. `key`: an ed25519 key without a passphrase, made on the host.
 * `pgpass`: a line with a password that the host is given, after the lines that are there. `my.cnf`: the options of
 * MariaDB's programs, with a password that the host is given.
 */
export interface Secret extends Place {
  readonly kind: 'password' | 'key' | 'pgpass' | 'my.cnf';
  /** It is not there as long as no line begins with this. */
  readonly line?: string;
  /** The content of a `my.cnf`, in which the password is still empty. */
  readonly before?: string;
  /** What is lost without the one that was there before: never made while this file exists. */
  readonly opens?: string;
}

/** A package, unless files that match the glob say that something else provides it. */
export interface Package {
  readonly name: string;
  readonly unless?: string;
}

/** A system account that nobody logs in to with a password. */
export interface Account {
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

/** All that a role needs on its host, as plain data: what is compared, written, and put into the lab's machines. */
export interface Setup {
  readonly role: ProvisionedRole;
  /** Written before packages are installed, since these read them when they are. */
  readonly preparation: readonly ManagedFile[];
  readonly packages: readonly Package[];
  readonly accounts: readonly Account[];
  /** People's and Buka's own accounts, which must be there already. */
  readonly users: readonly string[];
  /** Each after the one that it is in. */
  readonly folders: readonly Folder[];
  readonly files: readonly ManagedFile[];
  readonly secrets: readonly Secret[];
  /** Enabled, and running now. */
  readonly units: readonly string[];
}

type Given = Partial<Omit<Place, 'path'>>;
const root = { owner: 'root', group: 'root' };

export const folder = (path: string, place: Given & { whole?: boolean } = {}): Folder => ({
  ...root,
  mode: 0o755,
  ...place,
  path,
});

export const file = (path: string, content: string, place: Given & { sudoers?: boolean } = {}): ManagedFile => ({
  ...root,
  mode: 0o644,
  ...place,
  path,
  content,
});

/** Lets a user run one program as another account, without arguments: what it is asked travels on standard input. */
export const sudoers = (path: string, { user, as, program }: { user: string; as: string; program: string }) =>
  file(path, `${user} ALL=(${as}) NOPASSWD: ${program} ""\n`, { mode: 0o440, sudoers: true });

/** The program's settings, a line `key=value` each. */
export const settings = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
