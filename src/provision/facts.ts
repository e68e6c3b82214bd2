/** What one host's set-up needs to know of the hosts as they are; absent until there is something to know. */
export interface Facts {
  /** The major version of the server on the database host: `15`. */
  readonly postgresMajor?: string | undefined;
  /** The name that Debian's tools have for that server: `main`. */
  readonly postgresCluster?: string | undefined;
  /** The public half of the database host's key: `ssh-ed25519 AAAA…`. */
  readonly restoreKey?: string | undefined;
  /** The backup server's host keys, `ssh-ed25519 AAAA…` each. */
  readonly hostKeys: readonly string[];
  /** The backup server's authorized_keys as it is: other services have their lines in there. */
  readonly authorizedKeys: string;
  /** Of the host itself, that is set up. */
  readonly own?: OwnFacts | undefined;
}

export interface OwnFacts {
  /** The network interface that has the address of `buka.yml`: `eth0`. */
  readonly interface?: string | undefined;
  /** The deploy user's home and its own group. */
  readonly deploy?: { readonly home: string; readonly group: string } | undefined;
}

export const noFacts: Facts = { hostKeys: [], authorizedKeys: '' };
