import { BukaError } from '../../errors';
import { fields, type Script, script, succeeded } from '../../remote';
import { type Bytes, bytes, formatBytes, minutes } from '../../units';

/** A PostgreSQL server as Debian's tools know it ("cluster" in their words), before it is lost. */
export interface DatabaseServer {
  /** Major version and name, `15` and `main`. */
  readonly version: string;
  readonly name: string;
  /** Absolute paths of its data, and of its settings, which are not lost with them. */
  readonly data: string;
  readonly settings: string;
  /** Of the server as it was made, for making another one like it. */
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly checksums: boolean;
}

/** What else the look saw, and what speaks against losing it. */
export interface DatabaseServerLook {
  readonly server: DatabaseServer;
  /** Its data is a folder of its own on a larger file system, so that it can be put aside by a new name. */
  readonly movable: boolean;
  /** Besides the one that there are backups of, and PostgreSQL's own. */
  readonly otherDatabases: readonly string[];
  /** Set by ALTER SYSTEM: they are among the data. */
  readonly settingsAmongData: readonly string[];
  readonly size: Bytes;
  readonly free: Bytes;
}

/** Where Buka, and the restore, expect the server. */
export const POSTGRES_PORT = 5432;

/** What every script on the database host begins with: root's own paths, whatever the login has. */
export const asRoot = `
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
`;

const text = `${asRoot}${String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$port" -d postgres -v ON_ERROR_STOP=1 -v database="$database" </dev/null -c "$1"; }
data=$(sql 'SHOW data_directory')
config=$(sql 'SHOW config_file')
known=$(pg_lsclusters -h 2>/dev/null | awk -v port="$port" '$3 == port && $4 ~ /^online/ { print $1 " " $2 " " $6; exit }') || known=
movable=yes
if [ -L "$data" ] || mountpoint -q -- "$data"; then movable=no; fi
printf 'known=%s\ndata=%s\nconfig=%s\nmovable=%s\n' "$known" "$data" "$config" "$movable"
printf 'databases=%s\n' "$(sql 'SELECT to_json(array(SELECT datname::text FROM pg_database WHERE NOT datistemplate ORDER BY 1))')"
printf 'among=%s\n' "$(sql "SELECT to_json(array(SELECT DISTINCT name::text FROM pg_file_settings
  WHERE sourcefile = current_setting('data_directory') || '/postgresql.auto.conf' ORDER BY 1))")"
printf 'encoding=%s\n' "$(sql "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template1'")"
printf 'collate=%s\n' "$(sql "SELECT datcollate FROM pg_database WHERE datname = 'template1'")"
printf 'ctype=%s\n' "$(sql "SELECT datctype FROM pg_database WHERE datname = 'template1'")"
printf 'checksums=%s\n' "$(sql 'SHOW data_checksums')"
printf 'size=%s\n' "$(du -sk -- "$data" | cut -f 1)"
printf 'free=%s\n' "$(df -Pk -- "$data" | awk 'NR == 2 { print $4 }')"
`}`;

const keys = [
  ...(['known', 'data', 'config', 'movable', 'databases', 'among', 'encoding', 'collate', 'ctype'] as const),
  ...(['checksums', 'size', 'free'] as const),
] as const;

/** Reads what it takes to lose the server and to make another one like it; changes nothing. */
export const lookAtServer = (database: string): Script<DatabaseServerLook> =>
  script({
    name: 'look at PostgreSQL',
    text,
    values: { port: String(POSTGRES_PORT), database },
    deadline: minutes(5),
    parse(output) {
      const found = fields(succeeded(output).stdout, keys);
      const [version = '', name = '', data = ''] = found.known.split(' ');
      const settings = `/etc/postgresql/${version}/${name}`;
      // The names become parts of what a person is told to type.
      const plain = [version, name].every((word) => /^[\w.]+$/.test(word)) && /^\/[\w.+/-]+$/.test(data);
      if (!plain || data !== found.data || found.config !== `${settings}/postgresql.conf`)
        throw new BukaError({
          code: 'drill-foreign-server',
          message:
            "PostgreSQL there isn't one that Debian's tools made, so the drill couldn't make another one like it.",
          seen: `data in ${found.data}, settings in ${found.config}, pg_lsclusters: ${found.known || 'none on that port'}`,
          left: 'Nothing was changed.',
          hint: '`pg_lsclusters` there lists those that it knows. Rehearse by hand: docs/restore.md.',
        });
      return {
        server: {
          ...{ version, name, data, settings, encoding: found.encoding, collate: found.collate, ctype: found.ctype },
          checksums: found.checksums === 'on',
        },
        movable: found.movable === 'yes',
        otherDatabases: names(found.databases).filter((one) => one !== database && one !== 'postgres'),
        settingsAmongData: names(found.among),
        size: bytes(Number(found.size) * 1024),
        free: bytes(Number(found.free) * 1024),
      };
    },
  });

const names = (json: string): string[] => (JSON.parse(json) as unknown[]).map(String);

/** Settings without which nobody would come in. */
const ways = ['listen_addresses', 'port'];

/** Besides what a restore asks for: an empty server, and the log of its loading. */
const EMPTY_SERVER = bytes(200_000_000);

interface Plan {
  /** Delete the data instead of putting it aside. */
  readonly really: boolean;
  /** Of the database, as the backup has it. */
  readonly backupBytes: Bytes;
}

/** Why this server can't be lost without losing more than the drill brings back. @throws BukaError */
export function refuseToLose(
  { movable, server, otherDatabases, settingsAmongData, size, free }: DatabaseServerLook,
  { really, backupBytes }: Plan,
): void {
  const refuse = (code: string, message: string, hint: string) => {
    throw new BukaError({ code, step: 'look', message, left: 'Nothing was changed.', hint });
  };
  if (!movable)
    refuse(
      'drill-foreign-server',
      `${server.data} is a link, or a file system of its own, and can't be put aside by another name.`,
      'Rehearse by hand: docs/restore.md.',
    );
  if (otherDatabases.length > 0)
    refuse(
      'drill-other-databases',
      `The same server has ${otherDatabases.join(', ')}, which would be lost too, and no backup of this service brings them back.`,
      'What restores put aside, `buka restore --drop-previous` drops. Drop or move the others, or drill on another cluster.',
    );
  const lost = settingsAmongData.filter((name) => ways.includes(name));
  if (lost.length > 0)
    refuse(
      'drill-settings-lost',
      `ALTER SYSTEM set ${lost.join(', ')}, so that stands among the data and is lost with them: after a real loss nobody could connect.`,
      `Write it into a file in ${server.settings}/conf.d, then \`ALTER SYSTEM RESET ${lost[0]}\`; keep that folder where you keep your configuration.`,
    );
  const needed = backupBytes * 1.5 + EMPTY_SERVER;
  const there = free + (really ? size : 0);
  if (there < needed)
    refuse(
      'too-little-space',
      `${formatBytes(bytes(there))} are free there, and ${formatBytes(bytes(needed))} may be needed ${really ? '' : 'beside the data that is put aside '}for the restored database.`,
      really
        ? 'Give it a larger disk.'
        : 'Give it a larger disk. `--really` deletes the data instead of putting it aside.',
    );
}
