/**
 * For shell text that only root runs: `sql STATEMENT` asks the database server on the same machine, as its superuser.
 * PostgreSQL's takes `$postgres_port`.
 */
export const ask = {
  postgresql: 'sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }',
  mariadb: 'sql() { runuser -u mysql -- mariadb -N -B -r -e "$1" </dev/null; }',
} as const;

/** The addresses that a server listens on: `*`, `localhost`. */
export const LISTENS = {
  postgresql: 'SHOW listen_addresses',
  mariadb: "SELECT IF(@@skip_networking, 'nowhere', IFNULL(@@bind_address, '*'))",
} as const;
