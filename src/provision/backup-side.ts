import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { fields, type Script } from '../remote';
import { minutes, seconds } from '../units';
import { asRoot, done } from './as-root';
import { myCnfMark } from './mariadb-reader';
import { AUTHORIZED_KEYS, BACKUP_ACCOUNT, myCnfFile, POSTGRES_PORT, pgpassFile, READER } from './names';
import { backupCluster } from './needs';
import { pgpassPrefix } from './reader';

/** What the other side needs to know of the backup server, and how it gets on with the database. */
export interface BackupSide {
  /** `ssh-ed25519 AAAA…` each. */
  readonly hostKeys: readonly string[];
  /** The content of the backup account's authorized_keys. */
  readonly authorizedKeys: string;
  /** Reading the database as a backup does; `not-yet`: something that it takes is missing on this host. */
  readonly reading: Reading;
}

export type Reading =
  | { readonly kind: 'works' | 'not-yet' }
  /** The server doesn't answer; or it does, and doesn't let the reader in. */
  | { readonly kind: 'unreachable' | 'refused'; readonly seen: string };

// The keys are those that sshd itself says it has. They come over a connection to root whose own host key was checked
// against the known hosts that a person gave, so they are as good as those.
const text = asRoot(String.raw`
keys=$(sshd -T 2>/dev/null | sed -n 's/^hostkey //p') || keys=
[ -n "$keys" ] || keys=$(ls /etc/ssh/ssh_host_*_key)
for key in $keys; do
  if [ -f "$key.pub" ]; then public=$(cat -- "$key.pub")
  elif [ -f "$key" ]; then public=$(ssh-keygen -y -P '' -f "$key" </dev/null)
  else continue
  fi
  printf 'key=%s\n' "$public"
done
if [ -f "$authorized" ]; then printf 'authorized=%s\n' "$(base64 -w 0 < "$authorized")"; else echo authorized=; fi

reading=not-yet
seen=
if [ "$kind" = mariadb ]; then
  if getent passwd -- "$account" >/dev/null && command -v mariadb >/dev/null && grep -qsxF -- "$line" "$mycnf"; then
    if seen=$(runuser -u "$account" -- mariadb --defaults-file="$mycnf" -N -B -e 'SELECT 1' 2>&1 </dev/null); then reading=works
    else
      # 2002 to 2013 are the client's own, of a server that was not reached.
      case $seen in *'ERROR 20'*) reading=unreachable ;; *) reading=refused ;; esac
    fi
  fi
elif getent passwd -- "$account" >/dev/null && command -v psql >/dev/null && grep -qsF -- "$line" "$pgpass"; then
  if ! seen=$(pg_isready -t 10 -h "$host" -p "$port" -U "$role" -d postgres 2>&1); then reading=unreachable
  elif seen=$(runuser -u "$account" -- env PGPASSFILE="$pgpass" PGCONNECT_TIMEOUT=10 \
    psql -X -w -q -At -h "$host" -p "$port" -U "$role" -d postgres -c 'SELECT 1' 2>&1 </dev/null); then reading=works
  else reading=refused
  fi
fi
printf 'reading=%s\nseen=%s\n' "$reading" "$(printf %s "$seen" | tr '\n\t' '  ')"
`);

export function askBackupSide(cluster: Cluster): Script<BackupSide> {
  const { service, database } = backupCluster(cluster);
  return {
    name: 'look',
    text,
    values: {
      authorized: AUTHORIZED_KEYS,
      account: BACKUP_ACCOUNT,
      role: READER,
      kind: database.kind,
      line: database.kind === 'mariadb' ? myCnfMark(cluster) : pgpassPrefix(cluster),
      pgpass: pgpassFile(service),
      mycnf: myCnfFile(service),
      host: database.host.address,
      port: String(POSTGRES_PORT),
    },
    deadline: minutes(1),
    parse(output) {
      const { stdout } = done(output);
      const { authorized, reading, seen } = fields(stdout, ['authorized', 'reading', 'seen']);
      return {
        hostKeys: [...stdout.matchAll(/^key=(\S+ \S+)/gm)].map(([, key = '']) => key),
        authorizedKeys: Buffer.from(authorized, 'base64').toString(),
        reading:
          reading === 'refused' || reading === 'unreachable'
            ? { kind: reading, seen: seen.trim() }
            : { kind: reading === 'works' ? 'works' : 'not-yet' },
      };
    },
  };
}

const passwordText = asRoot(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);

/**
 * The reader's password, from the one file that has it. It goes no further than this process, which makes of it what
 * the database server keeps.
 */
export function readPassword(cluster: Cluster): Script<string> {
  const { service, backup, database } = backupCluster(cluster);
  const mariadb = database.kind === 'mariadb';
  const pgpass = mariadb ? myCnfFile(service) : pgpassFile(service);
  const line = mariadb ? 'password=' : pgpassPrefix(cluster);
  return {
    name: "reader's password",
    text: passwordText,
    values: { pgpass, line },
    deadline: seconds(15),
    parse(output) {
      const [first = ''] = output.stdout.split('\n');
      // What the script said is not shown: it may be the password.
      const password = first.slice(line.length).replace(/\\([\\:])/g, '$1');
      if (output.status === 0 && /^[\x21-\x7e]+$/.test(password)) return password;
      throw new BukaError({
        code: 'reader-password',
        host: backup.host.name,
        message: `${pgpass} has no line with a password of letters, digits and signs that begins with ${line}`,
        left: 'The password of the account in the database was not changed.',
        hint: `If there is such a line, remove it; then \`buka provision ${backup.host.name} ${database.host.name}\` makes a new one.`,
      });
    },
  };
}
