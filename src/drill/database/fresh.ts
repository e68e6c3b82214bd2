import { type Script, script } from '../../remote';
import { minutes } from '../../units';
import { asRoot, type DatabaseServer, POSTGRES_PORT } from './server';

// pg_createcluster makes none where there are settings for one, so these step aside for that moment, and come back
// whatever it does: as a person puts back the files that they had kept elsewhere.
const text = `${asRoot}${String.raw`
exec 2>&1
back() {
  if [ -d "$kept" ]; then rm -rf -- "$settings"; mv -T -- "$kept" "$settings"; fi
}
trap back EXIT
trap 'exit 1' INT TERM HUP
mv -T -- "$settings" "$kept"
set --
if [ "$checksums" = yes ]; then set -- -- --data-checksums; fi
pg_createcluster --quiet --port "$port" -d "$data" -e "$encoding" --lc-collate "$collate" --lc-ctype "$ctype" \
  "$version" "$name" "$@"
back
trap - EXIT
pg_ctlcluster "$version" "$name" start
tries=0
until runuser -u postgres -- psql -X -q -At -p "$port" -d postgres -c 'SELECT 1' </dev/null >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 300 ]; then tail -n 5 "/var/log/postgresql/postgresql-$version-$name.log"; exit 1; fi
  sleep 0.1
done
`}`;

/** Where the settings are while the new server is made. */
export const settingsMeanwhile = (stamp: string): string => `/etc/postgresql/before-drill-${stamp}`;

/**
 * Makes an empty server of the same version in the place of the one that was lost, with its settings, and starts it.
 * @throws BukaError `script-failed`
 */
export const makeServer = (server: DatabaseServer, stamp: string): Script<void> =>
  script({
    name: 'make a new PostgreSQL server',
    text,
    values: {
      port: String(POSTGRES_PORT),
      kept: settingsMeanwhile(stamp),
      ...{ version: server.version, name: server.name, data: server.data, settings: server.settings },
      ...{ encoding: server.encoding, collate: server.collate, ctype: server.ctype },
      checksums: server.checksums ? 'yes' : 'no',
    },
    deadline: minutes(5),
  });
