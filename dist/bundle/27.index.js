"use strict";exports.id=27,exports.ids=[27],exports.modules={6435:((le,I,$)=>{$.d(I,{TM:()=>Se,WH:()=>we,Pp:()=>X,tO:()=>rt,Cw:()=>B,NL:()=>Re,PF:()=>et,Hg:()=>Q,ay:()=>V});var p=$(3916),w=$(6468),l=$(1996),O=$(7889);const L=20,y=[1,126,127],v="progress ";function g(e,{name:t,request:s,deadline:a,read:r}){const{path:o,account:n}=e;return{name:t,text:`printf '%s\\n' "$request" | sudo -n -u "$account" "$path"
`,values:{path:o,account:n,request:N({...s,program:e.version})},deadline:a,parse:i=>r(pe(e,i))}}function N(e){return Object.entries(e).map(([t,s])=>`${t}=${ue(s)}`).join(`
`)}const ue=e=>e.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu," ").trim().slice(0,1e3);function pe({failure:e},t){const s=(0,O.Mn)(t.stdout),[,a,r]=/^error ([a-z-]+)(?: (.*))?$/.exec(s.at(-1)??"")??[];if(t.status===L&&a!==void 0)throw e(a,r);if(t.status===0)return s.filter(n=>!n.startsWith(v));const o=s.length===0&&y.includes(t.status);throw e(o?"program-missing":"interrupted",(0,O.aN)(t)??`status ${t.status}`)}const he=e=>e.startsWith(v)?e.slice(v.length):void 0;var fe=$(3759),c=$(2857);function $e(e){return fe.G1(c.You,e)}function ot(e){return core._isoDate(ZodISODate,e)}function nt(e){return core._isoTime(ZodISOTime,e)}function it(e){return core._isoDuration(ZodISODuration,e)}var q=$(1021);const W=e=>/^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(e);function we(e){if(W(e))return e;throw new p.j({code:"backup-id",message:`${JSON.stringify(e)} is not the id of a backup`,hint:"Ids look like 20261127T221500Z-3f2a91; `buka backups` lists those that there are."})}const R=$e().transform(e=>new Date(e)),E=c.aig().int().nonnegative(),x=E.transform(l.ee),P=c.aig().nonnegative().transform(l.YA),me=c.Ikc({version:c.euz(1),id:c.YjP().refine(W),service:c.YjP(),kind:c.k5n(["deploy","manual","nightly"]),release:c.YjP().refine(q.F3).nullable(),run:c.YjP(),by:c.YjP(),reason:c.YjP().nullable(),engine:c.euz("postgresql"),database:c.YjP(),server:c.YjP(),client:c.YjP(),restic:c.YjP(),program:c.YjP(),snapshot:c.YjP(),recoveryPoint:R,startedAt:R,finishedAt:R,bytes:x,bytesAdded:x,seconds:c.Ikc({dump:P,prove:P,restore:P}),tables:c.g1P(c.YjP(),c.Ikc({rows:E,hash:c.YjP()})),sequences:c.g1P(c.YjP(),c.aig().nullable()),largeObjects:c.Ikc({count:E,hash:c.YjP()}),proof:c.Ikc({at:R,tables:E,rows:E})});function j(e){let t;try{t=JSON.parse(e)}catch{return}const s=me.safeParse(t);if(!s.success)return;const{seconds:a,...r}=s.data;return{...r,took:a}}const ke=e=>[{code:"program-missing",message:"Buka's backup program can't be run there as buka-backup.",hint:"`buka provision` installs it, and the right to run it: docs/backup-setup.md."},{code:"program-outdated",message:"Buka's backup program there is of another version than this Buka.",hint:"`buka provision`, with this version of Buka, installs the one that fits."},{code:"not-set-up",message:`Backups of ${e} are not set up there.`,hint:"`buka provision` sets them up: docs/backup-setup.md."},{code:"bad-request",message:"Buka's backup program there did not understand what it was asked.",hint:"That is a fault in Buka: please report it with what was seen."},{code:"repository-missing",message:`There are backups of ${e}, but the repository that they are in is gone.`,hint:`Was /var/lib/buka-backup/${e}/repository moved, or is its disk not mounted? Put it back. If it is lost, so are the backups: docs/backup.md#a-repository-that-is-lost-or-damaged.`},{code:"repository-password",message:"The password there does not open the repository.",hint:`Put the right one, from the team's store of secrets, into /etc/buka/backup/${e}/password. Nobody can read the backups without it.`},{code:"repository-broken",message:"The repository there can't be used: it is damaged, or can't be written.",hint:"`df -h /var/lib/buka-backup` there; then docs/backup.md#a-repository-that-is-lost-or-damaged."},{code:"database-unreachable",message:"The backup server can't read the database.",hint:"Is the database up? Does its pg_hba.conf let buka_backup in from the backup server? `buka provision` puts right its account and its password."},{code:"client-too-old",message:"The backup server has no pg_dump of the database server's version.",hint:"`buka provision` installs it; was the database server upgraded?"},{code:"migration-running",message:"A migration is at work in the database, and a backup waits for none.",hint:"Wait until it has ended, then run the same again."},{code:"backup-running",message:`Another backup of ${e}, or a proof of one, is under way there, and did not end in time.`,hint:"`buka backups` shows it when it is proven. Wait for it, then run the same again."},{code:"too-little-space",message:"There is too little room on the backup server.",hint:"`df -h /var/lib/buka-backup` there. Give it a larger disk, or keep fewer (`backup: keep:` in buka.yml, then `buka provision`)."},{code:"dump-failed",message:"The database could not be read to its end, so there is no backup of it.",hint:"A table that buka_backup may not read: `buka provision`. A connection that was lost: run the same again. The log of PostgreSQL has more."},{code:"globals-failed",message:"The roles of the database server could not be read.",hint:"`buka provision` lets buka_backup read them: docs/backup-setup.md."},{code:"store-failed",message:"restic could not store what was read.",hint:"`df -h /var/lib/buka-backup` and `journalctl --since -15min` there, then run the same again."},{code:"proof-failed",message:"It could not be restored, or what came back is not what production held. It is no backup.",hint:"What differs is told above. Run the same again; if it stays, docs/backup.md#a-proof-that-fails."},{code:"no-such-backup",message:`There is no such backup of ${e}.`,hint:"`buka backups` lists those that there are; `buka backup` makes one."},{code:"interrupted",message:"Buka's backup program there was ended in the middle.",hint:"`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again."}];function z(e,t,s){const a=ke(e).find(r=>r.code===t);return a!==void 0?new p.w({...a,seen:s||void 0}):new p.w({code:"answer-unreadable",message:"The backup server tells of a failure that this Buka does not know.",seen:[t,s].filter(Boolean).join(" "),hint:"`buka provision`, with this version of Buka, installs the program that fits."})}var be=$(7598);const Y=String.raw`
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
export PATH LC_ALL
umask 077
cd /
newline='
'
tab=$(printf '\t')

# Whoever asked may have gone away: that ends nothing.
trap '' PIPE
tell() { printf '%s\n' "$*" 2>/dev/null || :; }
# Ends the program: the code is one of docs/errors.md, the rest is what was seen.
die() { told=yes; tell "error $*"; exit 20; }
told=
# For the trap on EXIT, before it tidies up: what ended the program without a word.
unexpected() {
  code=$?
  trap - EXIT
  if [ "$code" -ne 0 ] && [ -z "$told" ]; then tell "error interrupted status $code"; fi
}
# What a command said went wrong, or else the end of what it said, on one line.
words() { { grep -i -m 3 -e error -e fatal "$1" || tail -n 6 "$1"; } 2>/dev/null | tr '\n\t' '  ' | cut -c 1-1500; }

# Hundredths of a second since boot, into $now.
clock() { read -r now rest < /proc/uptime; now=$(printf %s "$now" | tr -d .); }
since() { clock; printf '%s\n' "$now $1" | awk '{ printf "%.2f", ($1 - $2) / 100 }'; }

# The request: a key=value a line. Nothing in it is ever read as code; what becomes part of a path is checked.
action=; program=; id=; kind=; release=; run=; by=; reason=; wait=; name=; what=; asked=
read_request() {
  while IFS='=' read -r key value; do
    case $key in
      service) asked=$value ;;
      do) action=$value ;;
      program) program=$value ;;
      id) id=$value ;;
      kind) kind=$value ;;
      release) release=$value ;;
      run) run=$value ;;
      by) by=$value ;;
      reason) reason=$value ;;
      wait) wait=$value ;;
      name) name=$value ;;
      what) what=$value ;;
      *) die bad-request "no key is called $key" ;;
    esac
  done
  plain service "$asked" 'a-z0-9-' 
  plain id "$id" '0-9a-fTZ-'
  plain release "$release" 'A-Za-z0-9._-'
  plain kind "$kind" 'a-z'
  plain wait "$wait" '0-9'
  plain name "$name" 'A-Za-z0-9_-'
}
plain() {
  case $(printf %s "$2" | tr -d "$3") in
    '') ;;
    *) die bad-request "$1 may not be $2" ;;
  esac
}

# A program of another version than the one that asks may mean something else by the same words.
same_program() {
  mine=$(sha256sum < "$0" | cut -c 1-12)
  if [ "$program" != "$mine" ]; then die program-outdated "installed is $mine, asked for is $program"; fi
}

# Reads lines of key=value into variables of the names given.
read_settings() {
  [ -r "$1" ] || die not-set-up "$1 is missing"
  while IFS='=' read -r key value; do
    case " $2 " in *" $key "*) eval "$key=\$value" ;; esac
  done < "$1"
}

# Bytes that are free where a folder is.
free_in() { echo $(($(df -Pk "$1" | awk 'NR == 2 { print $4 }') * 1024)); }

# What a backup has beside the dump, without tablespaces and settings of single databases: neither need be there.
roles_of() { grep -v -e '^CREATE TABLESPACE' -e '^ALTER TABLESPACE' -e ' ON TABLESPACE ' -e ' IN DATABASE ' "$1"; }

json() { printf '"%s"' "$(printf %s "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
json_or_null() { if [ -n "$1" ]; then json "$1"; else printf null; fi; }
`,G=String.raw`
SET search_path = pg_catalog;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
SET bytea_output = 'hex';
SET extra_float_digits = 1;
SET lc_monetary = 'C';
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
`,U=e=>String.raw`
SELECT format($$SELECT 'table', %L, count(*), ${e} FROM ONLY %I.%I AS r$$,
    n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
`,Z=String.raw`${G}
SELECT format($$SELECT 'sequence', %L, s.last_value, %s FROM %I.%I AS s$$,
    n.nspname || '.' || c.relname, q.seqincrement, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpersistence = 'p'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
${U("coalesce(sum(hashtextextended((r.*)::text, 0)::numeric), 0)")}
SELECT 'large-objects', count(*), coalesce(sum(hashtextextended(m.oid || ' ' || encode(sha256(lo_get(m.oid)), 'hex'), 0)::numeric), 0)
  FROM pg_largeobject_metadata m;
`,ge=G+U("0"),ve=String.raw`
SELECT format('CREATE DATABASE :"name" OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L%s;',
    pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,
    CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
      coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale')) ELSE '' END)
  FROM pg_database d WHERE datname = current_database();
SELECT format('REVOKE ALL ON DATABASE :"name" FROM PUBLIC;') FROM pg_database
  WHERE datname = current_database() AND datacl IS NOT NULL;
SELECT format('GRANT %s ON DATABASE :"name" TO %s%s;', a.privilege_type,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_database, aclexplode(datacl) a WHERE datname = current_database();
SELECT format('ALTER %s SET %s TO %s;',
    CASE s.setrole WHEN 0 THEN 'DATABASE :"name"'
      ELSE format('ROLE %I IN DATABASE :"name"', pg_get_userbyid(s.setrole)) END,
    quote_ident(split_part(one, '=', 1)),
    CASE WHEN split_part(one, '=', 1) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
        'session_preload_libraries') THEN substr(one, strpos(one, '=') + 1)
      ELSE quote_literal(substr(one, strpos(one, '=') + 1)) END)
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) one
  WHERE d.datname = current_database();
`,_e=String.raw`
fingerprint_sql() { cat <<'SQL'
${Z}
SQL
}
create_sql() { cat <<'SQL'
${ve}
SQL
}

# Where production is. A connection that dies is noticed in half a minute, also by a dump that only reads.
open_database() {
  PGPASSFILE=$settings/pgpass PGCONNECT_TIMEOUT=10
  export PGPASSFILE PGCONNECT_TIMEOUT
  where="host='$host' port='$port' user='$user' keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=30000 application_name='buka backup'"
  production="$where dbname='$database'"
}
# Asks production, into $answer. The one place that does: what fails in a command substitution could not end the program.
ask() {
  answer=$(psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" -c "$1" 2>"$work/query.err") ||
    die database-unreachable "$(words "$work/query.err")"
}

# The client programs of the server's own major version, or else of the next newer one.
choose_client() {
  ask "SELECT current_setting('server_version_num')::int / 10000, split_part(current_setting('server_version'), ' ', 1)"
  IFS="$tab" read -r server_major server <<ANSWER
$answer
ANSWER
  choose_client_for "$server_major"
}
choose_client_for() {
  major=
  for folder in $(ls /usr/lib/postgresql 2>/dev/null | sort -n); do
    if [ "$folder" -ge "$1" ] && [ -x "/usr/lib/postgresql/$folder/bin/initdb" ]; then major=$folder; break; fi
  done
  if [ -z "$major" ]; then
    die client-too-old "the server is PostgreSQL $1; here is $(ls /usr/lib/postgresql 2>/dev/null | sort -n | tr '\n' ' ')"
  fi
  PATH=/usr/lib/postgresql/$major/bin:$PATH
  client=$(pg_dump --version | awk '{ print $3 }')
}

# An ALTER that waits for a dump has everybody else wait behind it; and a dump in the middle of a migration is of neither
# release. A lock that comes and goes is nobody's migration.
refuse_migration() {
  tries=0
  while :; do
    ask "SELECT 'process ' || l.pid || ' (' || coalesce(a.application_name, '') || '): ' || coalesce(left(regexp_replace(a.query, '\s+', ' ', 'g'), 200), '')
      FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.relation >= 16384 LIMIT 1"
    if [ -z "$answer" ]; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 10 ]; then die migration-running "$answer"; fi
    sleep 0.5
  done
}

# A session of production that holds one snapshot, for the dump and the fingerprint, until it is closed.
open_snapshot() {
  mkfifo "$work/session.in"
  psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" <"$work/session.in" >/dev/null 2>"$work/session.err" &
  session=$!
  exec 5>"$work/session.in"
  {
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
    echo "SELECT pg_export_snapshot(), to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') \\g '$work/snapshot'"
    echo "\\o '$work/create'"
    create_sql
    echo "\\o '$work/fingerprint'"
    fingerprint_sql
    echo '\o'
  } >&5
  while [ ! -s "$work/snapshot" ]; do
    kill -0 "$session" 2>/dev/null || die database-unreachable "$(words "$work/session.err")"
    sleep 0.05
  done
  IFS="$tab" read -r snapshot recovery_point < "$work/snapshot"
}
close_snapshot() {
  echo 'COMMIT;' 2>/dev/null >&5 || :
  exec 5>&-
  if wait "$session"; then session=; return 0; fi
  session=
  return 1
}

# The dump, to descriptor 3. Uncompressed, as only that deduplicates.
start_dump() {
  pg_dump -d "$production" --no-password -Fc -Z0 --snapshot="$snapshot" --lock-wait-timeout=5s \
    >&3 2>"$work/dump.err" 3>&- 5>&- &
  dump=$!
}
dump_globals() {
  pg_dumpall -d "$production" -l postgres --no-password --globals-only >"$work/globals" 2>"$work/globals.err" ||
    die globals-failed "$(words "$work/globals.err")"
}

# A server of its own for a proof, with nothing in it: no network, and nothing is written through to the disk.
start_proof_server() {
  template=$state/template-$major
  if [ ! -d "$template" ]; then
    rm -rf "$template.new"
    initdb -D "$template.new" -U buka_proof -A trust --no-sync --no-locale -E UTF8 >"$work/initdb" 2>&1 ||
      die proof-failed "$(words "$work/initdb")"
    mv "$template.new" "$template"
  fi
  cp -a "$template" "$work/cluster" 2>"$work/cp.err" || die too-little-space "$(words "$work/cp.err")"
  pg_ctl -D "$work/cluster" -w -t 60 -l "$work/server.log" -o "-c listen_addresses='' -c unix_socket_directories='$work' \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
    -c autovacuum=off -c shared_buffers=64MB -c maintenance_work_mem=128MB -c max_wal_size=8GB -c jit=off" \
    start >/dev/null 2>&1 5>&- 9>&- || die proof-failed "$(words "$work/server.log")"
  proof_server=yes
}
stop_proof_server() {
  if [ -z "$proof_server" ]; then return 0; fi
  pg_ctl -D "$work/cluster" -m immediate -w stop >/dev/null 2>&1 || :
  proof_server=
}
in_proof() { PGPASSFILE=$work/none psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -h "$work" -U buka_proof "$@"; }

# Restores a backup into the proof's server; its arguments are those of "prove".
restore_proof() {
  roles_of "$2globals" |
    in_proof -d postgres >/dev/null 2>"$work/restore.err" || die proof-failed "roles: $(words "$work/restore.err")"
  in_proof -d postgres -v name="$database" <"$2create" >/dev/null 2>"$work/restore.err" ||
    die proof-failed "making the database: $(words "$work/restore.err")"
  {
    code=0
    restic --no-cache dump "$1" /database.dump 2>"$work/read.err" || code=$?
    echo "$code" >"$work/read"
  } | PGPASSFILE=$work/none pg_restore --exit-on-error --no-tablespaces -h "$work" -U buka_proof -d "$database" \
    2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  if [ "$(cat "$work/read")" != 0 ]; then die proof-failed "$(read_failure)"; fi
}
read_failure() { if [ "$(cat "$work/read")" != 0 ]; then printf 'reading the repository: %s' "$(words "$work/read.err")"; fi; }
`,X=String.raw`#!/bin/sh
# Buka's program on the backup server; installed by "buka provision".
set -eu
${Y}
${_e}
open_service() {
  settings=/etc/buka/backup/$service
  engine=; host=; port=; database=; user=; keep_last=; keep_daily=; keep_weekly=; keep_releases=
  read_settings "$settings/settings" 'engine host port database user keep_last keep_daily keep_weekly keep_releases'
  state=$HOME/$service
  mkdir -p "$state/manifests" "$state/scratch" "$HOME/metrics"
  RESTIC_REPOSITORY=$state/repository RESTIC_PASSWORD_FILE=$settings/password
  export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE
}

# One at a time: dumps, proofs, and what deletes. The lock ends with the last process that this one started.
lock() {
  exec 9>>"$state/lock"
  if flock -n 9; then running "$1"; return 0; fi
  tell "progress waiting for another one: $(cat "$state/running" 2>/dev/null)"
  flock -w "$2" 9 || die backup-running "$(cat "$state/running" 2>/dev/null)"
  running "$1"
}
running() { printf '%s since %s, process %s\n' "$1" "$(date -u +%FT%TZ)" "$$" >"$state/running"; }

# A folder for this run alone; what a run that was killed left goes first.
open_work() {
  for left in "$state"/scratch/*; do
    if [ -d "$left/cluster" ] && [ -f "$left/cluster/postmaster.pid" ]; then
      read -r old <"$left/cluster/postmaster.pid" && kill -s QUIT "$old" 2>/dev/null || :
    fi
    rm -rf "$left"
  done
  work=$state/scratch/$$
  mkdir "$work"
  session=; dump=; store=; proof_server=; failed=; proved=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  if [ "$action" = prove ]; then mark_broken; fi
  stop_proof_server
  for process in $dump $session; do kill "$process" 2>/dev/null || :; done
  if [ -n "$store" ]; then kill -s INT "$store" 2>/dev/null || :; wait "$store" 2>/dev/null || :; fi
  if [ -n "$failed" ]; then restic forget --quiet $failed >/dev/null 2>&1 || :; fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

# restic on the repository; a lock in it is of a restic that died, as ours is held.
open_repository() {
  if [ ! -e "$RESTIC_REPOSITORY/config" ]; then
    if ls "$state"/manifests/*.json >/dev/null 2>&1; then die repository-missing "$RESTIC_REPOSITORY"; fi
    restic init >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  fi
  if ! restic --no-cache unlock >/dev/null 2>"$work/restic.err"; then
    if grep -q 'wrong password' "$work/restic.err"; then die repository-password "$settings/password does not open it"; fi
    die repository-broken "$(words "$work/restic.err")"
  fi
}

# What must hold before anything is begun. Room: for the proof, and for what is new in the worst case.
preflight() {
  choose_client
  ask 'SELECT pg_database_size(current_database())'
  database_bytes=$answer
  free_bytes=$(free_in "$state")
  needed=$((database_bytes + database_bytes / 2 + 200000000))
  if ! ls "$state"/manifests/*.json >/dev/null 2>&1; then needed=$((needed + database_bytes / 2)); fi
  if [ "$free_bytes" -lt "$needed" ]; then
    die too-little-space "$((free_bytes / 1000000)) MB are free in $state, $((needed / 1000000)) MB may be needed"
  fi
  refuse_migration
}

# restic takes whatever it was given until its input ends for a whole backup. So its input is held open here (descriptor
# 3), and ends only when the dump has ended well; otherwise restic is interrupted, which leaves no snapshot and no lock.
store_dump() {
  size_before=$(repository_size)
  mkfifo "$work/stream"
  RESTIC_PROGRESS_FPS=0.1 restic --no-cache --json backup --stdin --stdin-filename database.dump --host "$service" --tag "$id" \
    <"$work/stream" >"$work/restic.json" 2>"$work/restic.err" 5>&- &
  store=$!
  exec 3>"$work/stream"
  start_dump
  { while sleep 2; do tell "progress dumped $(awk '/^wchar/ { printf "%.0f MB", $2 / 1000000 }' "/proc/$dump/io" 2>/dev/null)"; done } 3>&- 5>&- 9>&- &
  ticker=$!
  code=0
  wait "$dump" || code=$?
  dump=
  kill "$ticker" 2>/dev/null || :
  if [ "$code" -ne 0 ]; then
    dump_failed
  fi
  exec 3>&-
  code=0
  wait "$store" || code=$?
  store=
  stored=$(summary snapshot_id)
  failed="$failed $stored"
  if [ "$code" -ne 0 ]; then die store-failed "status $code: $(words "$work/restic.err")"; fi
  if [ -z "$stored" ]; then die store-failed "restic named no snapshot"; fi
  bytes=$(summary total_bytes_processed)
  added=$(($(repository_size) - size_before))
}
# On disk: what restic tells is before compression.
repository_size() { du -sb "$RESTIC_REPOSITORY" | cut -f 1; }
# Whichever ended first took the other with it: the dump has no snapshot without its session, and no reader without restic.
dump_failed() {
  sleep 0.2
  if ! kill -0 "$store" 2>/dev/null; then
    wait "$store" || code=$?
    store=
    restic --no-cache unlock >/dev/null 2>&1 || :
    die store-failed "restic ended with status $code: $(words "$work/restic.err")"
  fi
  kill -s INT "$store" 2>/dev/null || :
  wait "$store" 2>/dev/null || :
  store=
  if [ -s "$work/session.err" ]; then die dump-failed "reading production: $(words "$work/session.err")"; fi
  if grep -q 'LOCK TABLE' "$work/dump.err"; then die migration-running "$(words "$work/dump.err")"; fi
  die dump-failed "pg_dump ended with status $code: $(words "$work/dump.err")"
}
summary() { sed -n '/"message_type":"summary"/s/.*"'"$1"'":"\{0,1\}\([0-9a-f]*\)"\{0,1\}.*/\1/p' "$work/restic.json" | tail -n 1; }

# $1 the dump's snapshot in the repository; $2, with an ending each, the small files that belong to it: globals (roles),
# create (the empty database) and fingerprint (what production held).
prove() {
  clock; proof_began=$now
  start_proof_server
  clock; restore_began=$now
  restore_proof "$1" "$2"
  restore_seconds=$(since "$restore_began")
  fingerprint_sql | in_proof -d "$database" >"$work/restored" 2>"$work/restore.err" || die proof-failed "$(words "$work/restore.err")"
  stop_proof_server
  rm -rf "$work/cluster"
  compare "$2fingerprint" "$work/restored"
  prove_seconds=$(since "$proof_began")
}

# A sequence that was read before the dump may have moved on in it, in its own direction.
compare() {
  awk -F "$tab" '
    function key() { return $1 == "large-objects" ? $1 : $1 " " $2 }
    FNR == NR { wanted[key()] = $0; next }
    {
      k = key()
      if (!(k in wanted)) { print k " is not in production"; next }
      split(wanted[k], was, FS)
      if ($1 == "sequence") { if ($4 > 0 ? $3 + 0 < was[3] + 0 : $3 + 0 > was[3] + 0) print k ": " was[3] " before, " $3 " restored" }
      else if ($0 != wanted[k]) print k ": " ($1 == "table" ? was[3] " rows, " $3 " restored" : was[2] ", " $2 " restored")
      delete wanted[k]
    }
    END { for (k in wanted) print k " is missing" }
  ' "$1" "$2" >"$work/differences"
  if [ -s "$work/differences" ]; then die proof-failed "not what production held: $(words "$work/differences")"; fi
}

take() {
  case $kind in deploy | manual | nightly) ;; *) die bad-request "kind may not be $kind" ;; esac
  id=$(date -u +%Y%m%dT%H%M%SZ)-$(od -A n -t x1 -N 3 /dev/urandom | tr -d ' \n')
  started=$(date -u +%FT%TZ)
  lock "a backup ($kind)" "$wait"
  open_work
  open_repository
  preflight
  tell "progress $database: $((database_bytes / 1000000)) MB in PostgreSQL $server, by pg_dump $client"
  clock; dump_began=$now
  open_snapshot
  store_dump
  dump_globals
  close_snapshot || die dump-failed "reading production: $(words "$work/session.err")"
  dump_seconds=$(since "$dump_began")
  tell "progress stored, $((added / 1000)) kB new; proving it"
  prove "$stored" "$work/"
  commit
  failed=
  metrics
  tell "manifest $(cat "$state/manifests/$id.json")"
}

# The manifest is what makes it a backup, so it comes last, and in one step.
commit() {
  for part in globals create fingerprint; do cp "$work/$part" "$state/manifests/$id.$part"; done
  {
    printf '{"version":1,"id":"%s","service":"%s","kind":"%s",' "$id" "$service" "$kind"
    printf '"release":%s,"run":%s,"by":%s,"reason":%s,' "$(json_or_null "$release")" "$(json "$run")" "$(json "$by")" "$(json_or_null "$reason")"
    printf '"engine":"%s","database":"%s","server":"%s","client":"%s","restic":"%s","program":"%s",' \
      "$engine" "$database" "$server" "$client" "$(restic version | awk '{ print $2 }')" "$(sha256sum <"$0" | cut -c 1-12)"
    printf '"snapshot":"%s",' "$stored"
    printf '"recoveryPoint":"%s","startedAt":"%s","finishedAt":"%s",' "$recovery_point" "$started" "$(date -u +%FT%TZ)"
    printf '"bytes":%s,"bytesAdded":%s,"seconds":{"dump":%s,"prove":%s,"restore":%s},' \
      "$bytes" "$added" "$dump_seconds" "$prove_seconds" "$restore_seconds"
    awk -F "$tab" '
      function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
      $1 == "table" { tables = tables (tables == "" ? "" : ",") text($2) ":{\"rows\":" $3 ",\"hash\":\"" $4 "\"}"; count++; rows += $3 }
      $1 == "sequence" { sequences = sequences (sequences == "" ? "" : ",") text($2) ":" $3 }
      $1 == "large-objects" { large = "{\"count\":" $2 ",\"hash\":\"" $3 "\"}" }
      END { printf "\"tables\":{%s},\"sequences\":{%s},\"largeObjects\":%s,\"proof\":{\"at\":\"%s\",\"tables\":%d,\"rows\":%d}}\n", tables, sequences, large, at, count, rows }
    ' at="$(date -u +%FT%TZ)" "$work/fingerprint"
  } >"$work/manifest"
  mv "$work/manifest" "$state/manifests/$id.json.new"
  sync "$state/manifests/$id".*
  mv "$state/manifests/$id.json.new" "$state/manifests/$id.json"
  sync "$state/manifests"
}

need_backup() {
  if [ -z "$id" ] || [ ! -f "$state/manifests/$id.json" ]; then die no-such-backup "$id"; fi
  manifests=$state/manifests
  stored=$(sed -n 's/.*"snapshot":"\([0-9a-f]*\)".*/\1/p' "$manifests/$id.json")
}

list() {
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    tell "manifest $(cat "$manifest")"
    for told in "$state/manifests/$(basename "$manifest" .json)".proved "$state/manifests/$(basename "$manifest" .json)".broken; do
      if [ -f "$told" ]; then tell "$(cat "$told")"; fi
    done
  done
  tell listed
}

prove_again() {
  need_backup
  lock "a proof of $id" "$wait"
  open_work
  open_repository
  # Not production's word but the backup's: production may be what was lost.
  choose_client_for "$(sed -n 's/.*"server":"\([0-9]*\)\..*/\1/p' "$state/manifests/$id.json")"
  prove "$stored" "$manifests/$id."
  proved="proved $id $(date -u +%FT%TZ) $prove_seconds"
  printf '%s\n' "$proved" >"$manifests/$id.proved"
  rm -f "$manifests/$id.broken"
  tell "$proved"
}
# Only what was found in the backup itself counts against it.
mark_broken() {
  if [ -z "$proved" ] && cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | grep -q .; then
    printf 'broken %s %s\n' "$id" "$(cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | tail -n 3 | tr '\n\t' '  ' | cut -c 1-500)" >"$manifests/$id.broken"
    metrics
  fi
}

# For a restore: on standard output is nothing but what was asked for, and the status tells whether all of it is there.
fetch() {
  need_backup
  case $what in
    database) exec restic --no-cache dump "$stored" /database.dump ;;
    globals | create | fingerprint) cat "$manifests/$id.$what" ;;
    manifest) cat "$manifests/$id.json" ;;
    *) die bad-request "nothing is called $what" ;;
  esac
}

# What goes: proven backups beyond those that the settings keep. The newest proven one stays whatever they say, and so
# does the newest of each of the last releases, which a worker may still be rolled back to. A backup that a later proof
# found broken counts for nothing. What a dead run left in the repository, and no manifest names, goes too.
retain() {
  lock 'the retention' "$wait"
  open_work
  open_repository
  : >"$work/backups"
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    id=$(basename "$manifest" .json)
    proven=yes
    if [ -f "$state/manifests/$id.broken" ]; then proven=no; fi
    day=$(printf %s "$id" | cut -c 1-8)
    printf '%s %s %s %s %s\n' "$id" "$day" "$(date -u -d "$day" +%G-%V)" "$proven" \
      "$(sed -n 's/.*"release":"\([^"]*\)".*/\1/p' "$manifest")" >>"$work/backups"
  done
  sort -r "$work/backups" | awk -v last="$keep_last" -v daily="$keep_daily" -v weekly="$keep_weekly" -v releases="$keep_releases" '
    function fresh(seen, key, most) { if (key == "" || key in seen || size[most] >= limit[most]) return 0; seen[key] = 1; size[most]++; return 1 }
    BEGIN { limit["daily"] = daily; limit["weekly"] = weekly; limit["releases"] = releases }
    $4 == "no" { if (proven) print $1; next }
    {
      proven++
      keep = proven == 1 || proven <= last
      if (fresh(days, $2, "daily")) keep = 1
      if (fresh(weeks, $3, "weekly")) keep = 1
      if (fresh(named, $5, "releases")) keep = 1
      if (!keep) print $1
    }
  ' >"$work/removed"
  while read -r id; do
    tell "progress removing $id"
    rm -f "$state/manifests/$id.json"
    rm -f "$state/manifests/$id".*
  done <"$work/removed"
  sync "$state/manifests"
  cat "$state"/manifests/*.json 2>/dev/null | sed -n 's/.*"snapshot":"\([0-9a-f]\{8\}\).*/\1/p' >"$work/named"
  restic --no-cache snapshots --json 2>"$work/restic.err" >"$work/snapshots" || die repository-broken "$(words "$work/restic.err")"
  unnamed=$(tr ',' '\n' <"$work/snapshots" | sed -n 's/.*"short_id":"\([0-9a-f]*\)".*/\1/p' | grep -v -x -F -f "$work/named" || :)
  if [ -n "$unnamed" ]; then
    restic --no-cache forget --quiet $unnamed >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  fi
  restic --no-cache prune --quiet >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  tell "retained $(cat "$state"/manifests/*.json 2>/dev/null | wc -l)"
}

# Reads the whole repository. What it finds is told again and again by the metrics.
verify() {
  lock 'a read of the whole repository' "$wait"
  open_work
  open_repository
  if restic --no-cache check --read-data >"$work/check" 2>&1; then printf '1 %s\n' "$(date +%s)" >"$state/verified"
  else
    printf '0 %s\n' "$(date +%s)" >"$state/verified"
    metrics
    die repository-broken "$(words "$work/check")"
  fi
  metrics
  tell verified
}

nightly() {
  kind=nightly; by='the nightly timer'; run=nightly; wait=3600; status=0
  (take) || status=$?
  (retain) || status=$?
  metrics
  exit "$status"
}

# For the node exporter's textfile collector.
metrics() {
  newest=0
  for manifest in "$state"/manifests/*.json; do
    if [ ! -f "$manifest" ] || [ -f "$state/manifests/$(basename "$manifest" .json).broken" ]; then continue; fi
    newest=$(date -d "$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$manifest")" +%s)
  done
  read -r fine at 2>/dev/null <"$state/verified" || { fine=1; at=0; }
  {
    echo '# HELP buka_backup_newest_proven_timestamp_seconds The instant that the newest proven backup reflects; 0 for none.'
    echo '# TYPE buka_backup_newest_proven_timestamp_seconds gauge'
    echo "buka_backup_newest_proven_timestamp_seconds{service=\"$service\"} $newest"
    echo '# HELP buka_backup_repository_readable Whether the last read of the whole repository found all of it.'
    echo '# TYPE buka_backup_repository_readable gauge'
    echo "buka_backup_repository_readable{service=\"$service\"} $fine"
    echo '# HELP buka_backup_repository_read_timestamp_seconds When the whole repository was read last; 0 for never.'
    echo '# TYPE buka_backup_repository_read_timestamp_seconds gauge'
    echo "buka_backup_repository_read_timestamp_seconds{service=\"$service\"} $at"
  } >"$HOME/metrics/.$service.new"
  chmod 644 "$HOME/metrics/.$service.new"
  chmod 755 "$HOME/metrics"
  mv "$HOME/metrics/.$service.new" "$HOME/metrics/$service.prom"
}

case $# in
  0)
    read_request
    service=$asked
    same_program
    if [ -z "$wait" ]; then wait=0; fi
    case $action in take | list | prove) ;; *) die bad-request "nothing is called $action" ;; esac ;;
  2)
    action=$1; service=$2; wait=3600
    plain service "$service" 'a-z0-9-'
    case $action in
      restore-source)
        read_request
        if [ "$asked" != "$service" ]; then die bad-request "not of this service: $asked"; fi
        action=fetch ;;
      nightly | retain | verify) ;;
      *) die bad-request "nothing is called $action" ;;
    esac ;;
  *) die bad-request 'too many words' ;;
esac
[ -n "$service" ] || die bad-request 'no service'
open_service
if [ "$action" != list ] && [ "$action" != fetch ]; then open_database; fi
case $action in prove) prove_again ;; *) "$action" ;; esac
`,Q=String.raw`#!/bin/sh
# Buka's program on the database host; installed by "buka provision".
set -eu
${Y}
fingerprint_sql() { cat <<'SQL'
${Z}
SQL
}
counts_sql() { cat <<'SQL'
${ge}
SQL
}
open_service() {
  settings=/etc/buka/restore/$service
  database=; source=; port=22
  read_settings "$settings/settings" 'database source port'
  work=$(mktemp -d)
  failed=; closed=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  if [ -n "$closed" ]; then open_again "$database"; fi
  if [ -n "$failed" ]; then psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$failed\"" >/dev/null 2>&1 || :; fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

open_again() { psql -X -q -d postgres -c "ALTER DATABASE \"$1\" ALLOW_CONNECTIONS true" >/dev/null 2>&1 || :; }
sql() { psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 "$@"; }
# Asks the server, into $answer: $1 the database.
ask() { answer=$(sql -d "$1" -c "$2" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask postgres "SELECT count(*) FROM pg_database WHERE datname = '$1'"; [ "$answer" = 1 ]; }

# From the backup server, to standard output.
fetch() {
  printf 'service=%s\ndo=fetch\nid=%s\nwhat=%s\n' "$service" "$id" "$1" |
    ssh -F none -i "$settings/key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes \
      -o UserKnownHostsFile="$settings/known_hosts" -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=10 \
      -o ServerAliveInterval=10 -o ServerAliveCountMax=3 -p "$port" "$source" fetch
}
fetch_file() {
  fetch "$1" >"$work/$1" 2>"$work/fetch.err" && return 0
  case $(cat "$work/$1") in
    'error '*) die "$(sed 's/^error //' "$work/$1" | head -n 1)" ;;
  esac
  die source-unreachable "$(words "$work/fetch.err")"
}

# A name beside the database's own, from the backup's.
beside() { printf '%s_%s\n' "$database" "$(printf %s "$1" | tr 'A-Z-' 'a-z_')" | cut -c 1-63; }

look() {
  if exists "$database"; then
    ask "$database" "SELECT pg_database_size(current_database())"
    size=$answer
    counts_sql | sql -d "$database" >"$work/now" 2>"$work/query.err" || die database-down "$(words "$work/query.err")"
    tables=$(awk -F "$tab" '
      function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
      $1 == "table" { printf "%s%s:%s", comma, text($2), $3; comma = "," }' "$work/now")
    tell "current {\"exists\":true,\"bytes\":$size,\"tables\":{$tables}}"
  else tell 'current {"exists":false,"bytes":0,"tables":{}}'; fi
  fetch_file manifest
  tell "manifest $(cat "$work/manifest")"
}

# Into a database of its own. Roles that are missing are made; those that are there stay as they are.
load() {
  fetch_file manifest
  fetch_file create
  fetch_file fingerprint
  fetch_file globals
  clock; began=$now
  new=$(beside "$id")
  size=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$work/manifest")
  ask postgres 'SHOW data_directory'
  free=$(free_in "$answer")
  if [ "$free" -lt $((size + size / 2 + 100000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $answer, $(((size + size / 2) / 1000000 + 100)) MB may be needed"
  fi
  ask postgres 'SELECT quote_ident(rolname) FROM pg_roles'
  printf '%s\n' "$answer" >"$work/roles"
  roles_of "$work/globals" |
    awk 'FNR == NR { there[$0] = 1; next }
      $2 == "ROLE" && ($1 == "CREATE" || $1 == "ALTER") { name = $3; sub(/;$/, "", name); if (name in there) next }
      { print }' "$work/roles" - | sql -d postgres >/dev/null 2>"$work/load.err" || die load-failed "roles: $(words "$work/load.err")"
  if exists "$new"; then sql -d postgres -c "DROP DATABASE \"$new\"" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"; fi
  failed=$new
  sql -d postgres -v name="$new" <"$work/create" >/dev/null 2>"$work/load.err" || die load-failed "making the database: $(words "$work/load.err")"
  tell "progress loading $((size / 1000000)) MB into $new"
  {
    code=0
    fetch database 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | pg_restore --exit-on-error --no-tablespaces -d "$new" 2>"$work/load.err" || die load-failed "$(fetch_failure) $(words "$work/load.err")"
  if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "$(fetch_failure)"; fi
  tell 'progress comparing it with what was backed up'
  fingerprint_sql | sql -d "$new" >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  same || die load-differs "$(words "$work/differences")"
  sql -d "$new" -c 'ANALYZE' >/dev/null 2>&1 || :
  failed=
  tell "loaded $new $(since "$began")"
}
fetch_failure() { if [ "$(cat "$work/fetched")" != 0 ]; then printf 'reading the backup: %s' "$(words "$work/fetch.err")"; fi; }
same() {
  grep -v "^sequence" "$work/fingerprint" | sort >"$work/wanted"
  grep -v "^sequence" "$work/loaded" | sort >"$work/found"
  diff "$work/wanted" "$work/found" >"$work/differences"
}

# The new database takes the name, and the present one another, in one transaction. Nobody may be connected meanwhile:
# who was is cut off, and comes back to the new one.
swap() {
  new=$(beside "$id")
  exists "$new" || die not-loaded "$new"
  old=-
  if exists "$database"; then
    old=$(beside "before_$(date -u +%Y%m%dT%H%M%SZ)")
    closed=yes
    sql -d postgres -c "ALTER DATABASE \"$database\" ALLOW_CONNECTIONS false" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  fi
  end_sessions() { sql -d postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('$database', '$new') AND pid <> pg_backend_pid()" >/dev/null 2>&1 || :; }
  tries=0
  while :; do
    end_sessions
    if {
      echo 'BEGIN;'
      if [ "$old" != - ]; then echo "ALTER DATABASE \"$database\" RENAME TO \"$old\";"; fi
      echo "ALTER DATABASE \"$new\" RENAME TO \"$database\";"
      echo 'COMMIT;'
    } | sql -d postgres >/dev/null 2>"$work/swap.err"; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 50 ]; then die swap-failed "$(words "$work/swap.err")"; fi
    sleep 0.1
  done
  # Vacuum has to get into it, or the server runs out of transaction numbers one day.
  closed=
  if [ "$old" != - ]; then open_again "$old"; fi
  tell "swapped $old"
}

# The databases that earlier restores put aside, or loaded and never swapped.
set_aside() {
  ask postgres "SELECT datname FROM pg_database WHERE left(datname, length('$database')) = '$database'
    AND substr(datname, length('$database') + 1) ~ '^_(before_)?[0-9]{8}t[0-9]{6}z(_[0-9a-f]{6})?\$' ORDER BY datname"
}
previous() {
  set_aside
  for one in $answer; do
    ask postgres "SELECT pg_database_size('$one')"
    tell "previous $one $answer"
  done
  tell listed
}
drop() {
  set_aside
  case "$newline$answer$newline" in
    *"$newline$name$newline"*) ;;
    *) die no-such-previous "$name" ;;
  esac
  sql -d postgres -c "DROP DATABASE \"$name\"" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
  tell "dropped $name"
}

[ $# -eq 0 ] || die bad-request 'too many words'
read_request
service=$asked
[ -n "$service" ] || die bad-request 'no service'
same_program
case $action in look | load | swap | previous | drop) ;; *) die bad-request "nothing is called $action" ;; esac
open_service
"$action"
`,J=e=>(0,be.createHash)("sha256").update(e).digest("hex").slice(0,12),K={backup:J(X),restore:J(Q)};function D({service:e,backup:t,database:s}){if(t===void 0||s===void 0)throw new p.j({code:"backup-not-configured",message:"buka.yml names no backup server.",left:"Nothing was changed.",hint:"docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`."});return{service:e,host:t.host,database:s.name,path:"/usr/local/lib/buka/backup",account:"buka-backup",version:K.backup,failure:(a,r)=>z(e,a,r)}}async function C(e,{host:t},s,{step:a,detail:r,left:o}){const n=(i,d)=>e.reporter.step({host:t.name,name:a,state:i,detail:d});n("started",r);try{return await(await e.remote(t)).run(s,{onLine:d=>{const u=he(d);u!==void 0&&n("progress",u)}})}catch(i){throw i instanceof p.w?(n("failed",i.failure.message),i.with({host:t.name,step:a,left:o})):i}}const ye=(0,l.Gx)(720);async function V(e,t){const s=D(e.cluster),{host:a,database:r}=s,o=C(e,s,Ee(s,e,t),{step:"backup",detail:r,left:"No backup came of it; those that there were are as they were."}),n=await Te(e,a.name,o),{id:i,bytes:d,bytesAdded:u,took:h}=n,f=`${i}, ${(0,l.z3)(d)}, ${(0,l.z3)(u)} new; restored in ${(0,l.a3)(h.restore)} and compared`;return e.reporter.step({host:a.name,name:"backup",state:"done",detail:f}),n}function Ee(e,{run:t,cluster:s},{kind:a,release:r,reason:o}){const{service:n,database:i}=e;return g(e,{name:"backup",request:{do:"take",service:n,kind:a,release:r??"",run:t.id,by:(0,w.vl)(t),reason:o??"",wait:String(Math.ceil(s.rollout.lockTimeout/1e3))},deadline:ye,read(d){const u=d.at(-1)??"";if(!u.startsWith("manifest "))throw M("It ended without a manifest.",u);const h=j(u.slice(9));if(h===void 0)throw M("Its manifest can't be read.",u);const f={service:n,database:i,kind:a,release:r??null,run:t.id},_=Object.entries(f).filter(([b,H])=>h[b]!==H).map(([b])=>`${b} is ${JSON.stringify(h[b])}`);if(_.length>0)throw M("Its manifest is of something else.",_.join(", "));return h}})}const M=(e,t)=>new p.w({code:"backup-unproven",message:`The backup server did not say that the backup is proven, so it counts as none. ${e}`,seen:t.slice(0,500)||"nothing",hint:"`buka backups` lists what there is. Run the same again; if it stays, `buka provision` installs the program anew."});function Te({signal:e,reporter:t},s,a){return e===void 0?a:new Promise((r,o)=>{const n=()=>{const i=`${s} goes on with the backup by itself; \`buka backups\` lists it when it is proven.`;t.info(i),o(new p.w({code:"cancelled",host:s,step:"backup",message:"The run was cancelled.",left:i}))};a.finally(()=>e.removeEventListener("abort",n)).then(r,o),e.aborted?n():e.addEventListener("abort",n,{once:!0})})}const Se=(e,{release:t,target:s})=>V(e,{kind:"deploy",release:t,reason:`before ${s}`});async function B(e){const t=D(e.cluster),{host:s}=t;try{return await(await e.remote(s)).run(Ae(t))}catch(a){throw a instanceof p.w?a.with({host:s.name}):a}}function Ae(e){const{service:t}=e;return g(e,{name:"backups",request:{do:"list",service:t},deadline:(0,l.Gx)(2),read(s){if(s.at(-1)!=="listed")throw m("The list of backups has no end.",s.at(-1));const a=new Map;for(const r of s.slice(0,-1)){const o=Oe(r,a);if(o===void 0||o.manifest.service!==t)throw m(`The list of backups has a line that tells of no backup of ${t}.`,r);a.set(o.manifest.id,o)}return[...a.values()]}})}function Oe(e,t){const[,s,a=""]=/^(manifest|proved|broken) (.*)$/.exec(e)??[];if(s==="manifest"){const d=j(a);return d&&{manifest:d,proven:{at:d.proof.at,took:d.took.prove}}}const[,r="",o=""]=/^(\S+) ?(.*)$/.exec(a)??[],n=t.get(r);if(n===void 0)return;if(s==="broken")return{...n,broken:o||"it could not be restored"};const i=ee(a,r);return i&&{manifest:n.manifest,proven:i}}function ee(e,t){const[,s,a="",r]=/^(\S+) (\S+) (\d+(?:\.\d+)?)$/.exec(e)??[],o=new Date(a);return s===t&&!Number.isNaN(o.getTime())?{at:o,took:(0,l.YA)(Number(r))}:void 0}const m=(e,t)=>new p.w({code:"answer-unreadable",message:e,seen:t?.slice(0,500)||"nothing",hint:"`buka provision`, with this version of Buka, installs the program that fits."}),Ne=(0,l.Gx)(720);async function Re(e,t){const s=D(e.cluster),{name:a}=s.host,r=t??(await B(e)).at(-1)?.manifest.id;if(r===void 0)throw s.failure("no-such-backup","there is none yet").with({host:a,step:"proof"});const o=await C(e,s,Ie(s,r,e.cluster.rollout.lockTimeout),{step:"proof",detail:r,left:"No other backup was touched."});return e.reporter.step({host:a,name:"proof",state:"done",detail:`${r} in ${(0,l.a3)(o.took)}`}),o}function Ie(e,t,s){return g(e,{name:"proof",request:{do:"prove",service:e.service,id:t,wait:String(Math.ceil(s/1e3))},deadline:Ne,read(a){const r=a.at(-1)??"",o=r.startsWith("proved ")?ee(r.slice(7),t):void 0;if(o===void 0)throw m(`The backup server did not say that ${t} is proven.`,r);return{id:t,...o}}})}function Le(e,{id:t,release:s}){if(t!==void 0){const i=e.find(({manifest:d})=>d.id===t);if(i===void 0)throw te(`There is no backup ${t}.`,e);return i}const a=s===void 0?e:e.filter(({manifest:i})=>i.release===s),r=a.filter(({broken:i})=>i===void 0).sort((i,d)=>i.manifest.recoveryPoint.getTime()-d.manifest.recoveryPoint.getTime()).at(-1);if(r!==void 0)return r;const o=s===void 0?"":` from when ${s} was on the workers`,n=a.length>0?" that a later proof did not find broken":"";throw te(`There is no backup${o}${n}.`,e)}function te(e,t){const s=t.slice(-5).reverse();return new p.w({code:"no-such-backup",step:"look",message:e,seen:s.map(({manifest:{id:a,release:r,recoveryPoint:o},broken:n})=>`
  - ${a} of ${o.toISOString()}, ${r??"no release"}${n===void 0?"":`, BROKEN: ${n}`}`).join("")||"the backup server has none",left:"Nothing was changed.",hint:"`buka backups` lists all; `buka restore ID` takes one by its id."})}const qe=e=>[{code:"program-missing",message:"Buka's restore program can't be run there as postgres.",hint:"`buka provision` installs it, and the right to run it; so it does on a new database host."},{code:"program-outdated",message:"Buka's restore program there is of another version than this Buka.",hint:"`buka provision`, with this version of Buka, installs the one that fits."},{code:"not-set-up",message:`Restoring ${e} is not set up there.`,hint:"`buka provision` sets it up; so it does on a new database host."},{code:"bad-request",message:"Buka's restore program there did not understand what it was asked.",hint:"That is a fault in Buka: please report it with what was seen."},{code:"source-unreachable",message:"The database host can't read the backup: it does not get through to the backup server.",hint:"Is the backup server on, and can the database host reach its SSH port? `buka provision` puts right the key and the host key. Then run the same again."},{code:"no-such-backup",message:`The backup server has no such backup of ${e}.`,hint:"`buka backups` lists those that there are."},{code:"too-little-space",message:"There is too little room on the database host for a second database beside the present one.",hint:"`df -h` there. `buka restore --drop-previous` drops the databases that earlier restores put aside; else give it a larger disk."},{code:"load-failed",message:"The backup could not be loaded.",hint:"A connection that was lost: run the same again. If it stays, `buka backups` lists older ones to try: `buka restore ID`."},{code:"load-differs",message:"What was loaded is not what was backed up, so it does not take the place of anything.",hint:"`buka prove ID` on this backup tells whether it is broken; `buka backups` lists the others: `buka restore ID`."},{code:"not-loaded",message:"The database that was to take the place is not there any more.",hint:"`buka restore --dry-run` tells whether the present database is the restored one already: then the rows are those of the backup. Else run the same again."},{code:"swap-failed",message:"The new database could not take the place of the present one.",hint:"Something else keeps connecting, or renames databases. Does `sudo -u postgres psql -l` there list the database under its name? Then run the same again."},{code:"drop-failed",message:"The database could not be dropped.",hint:'Is somebody connected to it? `sudo -u postgres psql -c "SELECT * FROM pg_stat_activity"` there tells. Then run the same again.'},{code:"no-such-previous",message:"No restore put a database of that name aside.",hint:"`buka restore --drop-previous --dry-run` lists those that there are."},{code:"database-down",message:"PostgreSQL does not answer on the database host.",hint:'`systemctl status postgresql` and `journalctl -u "postgresql*"` there. On a new machine `buka provision` sets it up. Then run the same again.'},{code:"interrupted",message:"Buka's restore program there was ended in the middle.",hint:"`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again."}];function Pe(e,t,s){const a=qe(e).find(r=>r.code===t);return a&&new p.w({...a,seen:s||void 0})}function se({service:e,backup:t,database:s}){if(t===void 0||s===void 0)throw new p.j({code:"backup-not-configured",message:"buka.yml names no backup server, so there is nothing to restore from.",left:"Nothing was changed.",hint:"docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`."});return{service:e,host:s.host,database:s.name,path:"/usr/local/lib/buka/restore",account:"postgres",version:K.restore,failure:(a,r)=>Pe(e,a,r)??z(e,a,r).with({host:t.host.name})}}const je=(0,l.Gx)(60),De=(0,l.Gx)(720),Ce=(0,l.Gx)(5),Me=(e,t)=>T(e,{name:"look",request:{do:"look",id:t},deadline:je,read(s){const a=xe(S(s,"current")),r=j(S(s,"manifest")??"");if(a===void 0)throw m("The database host did not tell what is there.",s[0]);if(r?.id!==t||r.service!==e.service)throw m(`The database host did not find backup ${t} of ${e.service}.`,s.at(-1));return{current:a,manifest:r}}}),Be=(e,t)=>T(e,{name:"load",request:{do:"load",id:t},deadline:De,read(s){const[,a,r]=/^(\S+) (\d+(?:\.\d+)?)$/.exec(S(s,"loaded")??"")??[];if(a===void 0)throw m(`The database host did not say that ${t} is loaded.`,s.at(-1));if(!a.startsWith(`${e.database}_`))throw m(`The database host is set up to restore another database than ${e.database}.`,a);return{name:a,took:(0,l.YA)(Number(r))}}}),Fe=(e,t)=>T(e,{name:"swap",request:{do:"swap",id:t},deadline:Ce,read(s){const a=S(s,"swapped");if(!a)throw m("The database host did not say that the new database is in place.",s.at(-1));return a==="-"?void 0:a}}),He=e=>T(e,{name:"previous",request:{do:"previous"},deadline:(0,l.Gx)(2),read(t){if(t.at(-1)!=="listed")throw m("The list of databases has no end.",t.at(-1));return t.slice(0,-1).map(a=>{const[,r,o]=/^previous (\S+) (\d+)$/.exec(a)??[];if(r===void 0)throw m("The list of databases has a line that names none.",a);return{name:r,bytes:(0,l.ee)(Number(o))}})}}),We=(e,t)=>T(e,{name:"drop",request:{do:"drop",name:t},deadline:(0,l.Gx)(10),read(s){if(S(s,"dropped")!==t)throw m(`The database host did not say that ${t} is dropped.`,s.at(-1))}});function T(e,{request:t,...s}){return g(e,{...s,request:{...t,service:e.service}})}function S(e,t){return e.find(s=>s.startsWith(`${t} `))?.slice(t.length+1)}function xe(e=""){let t;try{t=Object(JSON.parse(e))}catch{return}const s=Object.entries(Object(t.tables)),a=r=>typeof r=="number"&&r>=0;if(!(typeof t.exists!="boolean"||!a(t.bytes))&&s.every(r=>a(r[1])))return{exists:t.exists,bytes:(0,l.ee)(t.bytes),tables:Object.fromEntries(s)}}function ze({recoveryPoint:e,tables:t},s,a){const r=[...new Set([...Object.keys(s.tables),...Object.keys(t)])].sort();return{since:e,span:(0,l.Rz)(Math.max(0,a.getTime()-e.getTime())),nothingThere:!s.exists,tables:r.map(o=>({table:o,now:s.tables[o],inBackup:t[o]?.rows}))}}function Ye(e,{since:t,span:s,nothingThere:a,tables:r}){const o=`between ${t.toISOString()} and now: ${Ue(s)}`;if(a)return[`There is no database ${e} now. What was written ${o}, is not in the backup.`];const n=r.filter(({now:d,inBackup:u})=>d!==u),i=r.length-n.length;return[`Lost would be all that was written to ${e} ${o}.`,...n.map(d=>`  ${Ge(d)}`),i>0?`  ${i} ${n.length>0?"other ":""}table${i>1?"s":""} with as many rows as in the backup, which may be others`:""].filter(Boolean)}function Ge({table:e,now:t,inBackup:s}){const a=t===void 0?"not there now":`${ae(t)} now`;return`${e}: ${a}, ${s===void 0?"no such table":ae(s)} in the backup`}const ae=e=>e.toLocaleString("en-US");function Ue(e){const t=Math.round(e/1e3),s=[[Math.floor(t/86400),"d"],[Math.floor(t/3600)%24,"h"],[Math.floor(t/60)%60,"min"],[t%60,"s"]],a=s.findIndex(([r])=>r>0);return a===-1?"less than a second":s.slice(a,a+2).filter(([r])=>r>0).map(([r,o])=>`${r} ${o}`).join(" ")}async function Ze(e){const{workers:t}=e.cluster,s=await(0,w.HA)(t.hosts,async n=>(await e.remote(n)).run((0,q.vN)(t.root))),{answers:a,failures:r}=(0,w.IP)(s);for(const n of r)oe(e,n);let o=new Map(a);for(;o.size>0;){const n=ne(e,o);try{return{context:n,releases:o,lock:await(0,w.XC)(n)}}catch(i){const d=i instanceof p.w?i.failure.host:void 0;if(!(i instanceof p.w)||!re(i)||d===void 0||!o.has(d))throw i;oe(e,i),o=new Map([...o].filter(([u])=>u!==d))}}return e.reporter.warning("No worker can be locked, so nothing keeps a deploy that reaches them from running at the same time: see that nobody starts one."),{context:ne(e,o),releases:o}}const re=({code:e})=>!["lock-held","lock-lost","cancelled"].includes(e);function oe({reporter:e},{failure:t}){e.warning(`${t.host} is left out, and not locked: ${t.message}`)}function ne(e,t){const{workers:s}=e.cluster,a=s.hosts.filter(({name:r})=>t.has(r));return{...e,cluster:{...e.cluster,workers:{...s,hosts:a}}}}async function Xe({context:e,lock:t}){if(t===void 0)return;const s=e.cluster.workers.hosts.map(({name:a})=>a);await Promise.all(s.map(async a=>{try{await t.confirm(a)}catch(r){if(!(r instanceof p.w)||!re(r))throw r;e.reporter.warning(`${a} went away meanwhile: ${r.failure.message}`)}}))}async function Qe({context:e,releases:t},{id:s,recoveryPoint:a},{at:r,reason:o}){const{workers:n}=e.cluster,i={at:r,event:"restored",backup:s,recoveryPoint:a,by:(0,w.vl)(e.run),reason:o},d=({active:f,history:k,staged:_})=>{const b=f??k.at(-1)?.release??_.at(-1)?.id;return b&&{...i,release:b}},u=async f=>{const k=d(t.get(f.name)??{staged:[],history:[]});k!==void 0&&await(await e.remote(f)).run((0,q.cJ)(n.root,k))},{failures:h}=(0,w.IP)(await(0,w.HA)(n.hosts,u));for(const{failure:f}of h)e.reporter.warning(`${f.host} could not note the restore in its history: ${f.message}`);return h.length===n.hosts.length&&e.reporter.warning("No worker has noted the restore: until one has, a rollback refuses to cross migrations that the database no longer has."),[...t.values()].map(f=>{const k=d(f);return k===void 0?f:{...f,history:[...f.history,k]}})}const Je=(0,l.YA)(30),ie=(0,l.YA)(1);async function Ke(e,{context:t}){const s=t.clock,a=()=>(s?.now()??new Date).getTime(),r=a()+Je;for(;;){const{workers:o}=await(0,w.h5)(t);if(!o.some(({healthy:i,active:d})=>i===!1&&d!==void 0)||a()>=r||t.signal?.aborted)return e.cluster.workers.hosts.map(({name:i})=>{const d=o.find(({worker:h})=>h===i),u=d?.running??d?.active;return d?.healthy===void 0?{worker:i,state:"not reached",release:u}:{worker:i,state:d.healthy?"answers":"unhealthy",release:u}});await(s?.sleep(ie)??new Promise(i=>setTimeout(i,ie)))}}function Ve(e,{release:t}){const a=(0,w.cr)(e).map(({release:o,migrations:n,backTo:i})=>{const d=`The database no longer has ${n.join(", ")}, which release ${o} on the workers came with.`;return i===void 0?`${d} Type \`buka deploy\`, of the same release or a newer one: it brings it again.`:`${d} Type \`buka rollback ${i}\`, which can live with it; a deploy after that brings it again.`});if(a.length>0)return a;const r=[...new Set(e.flatMap(o=>o.active??[]))];return t===null||r.length===0||r.every(o=>o===t)?[]:[`The backup is from when release ${t} was on the workers; they run ${r.join(", ")}. If that one has changed the database since: \`buka rollback ${t}\`.`]}const A="The present database is untouched.";async function et(e,t={}){const{reporter:s}=e,a=se(e.cluster),r=()=>e.clock?.now()??new Date,{manifest:o,loss:n}=await s.group("Look",async()=>{const u=await tt(e,t),h=await F(e,de(e,a,Me(a,u)));return s.step({host:a.host.name,name:"look",state:"done",detail:a.database}),{manifest:h.manifest,loss:ze(h.manifest,h.current,r())}}),i={backup:o,database:a.database,loss:n,workers:[],next:[]};for(const u of at(a,o,n))s.info(u);if(t.dryRun)return{...i,outcome:"planned"};await t.confirm?.(a.database);const d=await s.group("Lock",()=>Ze(e));try{const u=r(),h=await s.group("Load",()=>F(e,de(e,a,Be(a,o.id))));s.step({host:a.host.name,name:"load",state:"done",detail:`${h.name}, the same as was backed up`});const f=await s.group("Swap",()=>st(e,a,o,d)),k=r(),_=(0,l.Rz)(Math.max(0,k.getTime()-u.getTime()));return await s.group("Look at the workers",async()=>{const b=await Qe(d,o,{at:k,reason:t.reason}),H=await Ke(e,d);return{...i,outcome:"restored",previousDatabase:f,took:_,workers:H,next:Ve(b,o)}})}finally{await d.lock?.release()}}async function tt(e,t){let s;try{s=await F(e,B(e))}catch(o){if(!(o instanceof p.w))throw o;if(t.id===void 0||o.code==="cancelled")throw o.with({left:A});return e.reporter.warning(`What is known of ${t.id} can't be asked: ${o.message}`),t.id}const{manifest:a,broken:r}=Le(s,t);return r!==void 0&&e.reporter.warning(`A later proof found ${a.id} broken: ${r}. It is tried all the same; what comes back is compared before it takes the place of anything.`),a.id}async function st(e,t,{id:s},a){try{await Xe(a)}catch(o){throw o instanceof p.w?o.with({left:A}):o}if(e.signal?.aborted)throw ce();const{name:r}=t.host;try{const o=await(await e.remote(t.host)).run(Fe(t,s)),n=o===void 0?t.database:`${t.database}; the one before is ${o} now`;return e.reporter.step({host:r,name:"swap",state:"done",detail:n}),o}catch(o){if(!(o instanceof p.w))throw o;const n=["unreachable","connection-lost","script-timeout","answer-unreadable","interrupted"].includes(o.code);throw o.with({host:r,step:"swap",left:n?"The swap is done as a whole, or not at all; which of them is not known from here.":`${A} The new one is beside it.`,hint:`\`buka restore ${s} --dry-run\` tells: where each table has as many rows as the backup, it is done.`})}}const de=(e,t,s)=>C(e,t,s,{step:s.name==="load"?"load":"look",left:A});function F({signal:e},t){return e===void 0?t:new Promise((s,a)=>{const r=()=>a(ce());t.finally(()=>e.removeEventListener("abort",r)).then(s,a),e.aborted?r():e.addEventListener("abort",r,{once:!0})})}const ce=()=>new p.w({code:"cancelled",step:"restore",message:"The restore was cancelled.",left:`${A} The database host may go on loading beside it; the next restore of the same backup replaces that.`,hint:"Run the same again to restore."});function at(e,t,s){const{id:a,recoveryPoint:r,bytes:o,release:n,kind:i,by:d,took:u}=t,h={deploy:"before a deploy",manual:"asked for",nightly:"nightly"}[i];return[`Restore ${e.database} on ${e.host.name} from backup ${a}: ${(0,l.z3)(o)}, ${h}, by ${d}, of ${r.toISOString()}${n===null?"":`, when ${n} was on the workers`}.`,...Ye(e.database,s),`It is loaded beside the present one, in about ${(0,l.a3)(u.restore)}, compared with what was backed up, and then takes its name; ${s.nothingThere?"":"the present one stays under another name. "}Whoever is at work in that moment is cut off and comes back to the new one.`]}async function rt(e,t={}){const s=se(e.cluster),a=[];try{const r=await e.remote(s.host),o=await r.run(He(s));for(const{name:n,bytes:i}of o)e.reporter.info(`${n}: ${(0,l.z3)(i)}`);if(t.dryRun||o.length===0)return{found:o,dropped:a};await t.confirm?.(s.database);for(const{name:n}of o){if(e.signal?.aborted)throw new p.w({code:"cancelled",message:"It was cancelled."});await r.run(We(s,n)),a.push(n),e.reporter.step({host:s.host.name,name:"drop",state:"done",detail:n})}return{found:o,dropped:a}}catch(r){if(!(r instanceof p.w))throw r;const o=a.length===0?"Nothing was dropped.":`Dropped were ${a.join(", ")}; the others are there.`;throw r.with({host:s.host.name,step:"drop",left:o})}}}),833:((le,I,$)=>{$.d(I,{F:()=>l});var p=$(1996);const w=(0,p.YA)(1);function l({cancelled:O,quitting:L}){const y=new AbortController;let v=0;const g=()=>{L(),process.exit(1)},N=()=>{y.signal.aborted?performance.now()-v>w&&g():(v=performance.now(),O(),y.abort())};return process.on("SIGINT",N),process.on("SIGHUP",N),process.on("SIGTERM",g),y.signal}})};
