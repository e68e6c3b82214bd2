"use strict";exports.id=379,exports.ids=[379],exports.modules={379:((ts,Te,k)=>{k.d(Te,{TM:()=>lt,WH:()=>Y,Pp:()=>ne,tO:()=>Zt,Cw:()=>x,NL:()=>ft,oY:()=>pt,PF:()=>xt,Hg:()=>ie,ay:()=>ce});var h=k(3916),b=k(7116),$=k(1996),U=k(8146);const Se=20,Ae=[1,126,127],q="progress ";function A(e,{name:t,request:s,deadline:o,read:a}){const{path:r,account:n}=e;return{name:t,text:`printf '%s\\n' "$request" | sudo -n -u "$account" "$path"
`,values:{path:r,account:n,request:Oe({...s,program:e.version})},deadline:o,parse:i=>a(Ne(e,i))}}function Oe(e){return Object.entries(e).map(([t,s])=>`${t}=${Re(s)}`).join(`
`)}const Re=e=>e.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu," ").trim().slice(0,1e3);function Ne({failure:e},t){const s=(0,U.Mn)(t.stdout),[,o,a]=/^error ([a-z-]+)(?: (.*))?$/.exec(s.at(-1)??"")??[];if(t.status===Se&&o!==void 0)throw e(o,a);if(t.status===0)return s.filter(n=>!n.startsWith(q));const r=s.length===0&&Ae.includes(t.status);throw e(r?"program-missing":"interrupted",(0,U.aN)(t)??`status ${t.status}`)}const Le=e=>e.startsWith(q)?e.slice(q.length):void 0;var Ce=k(3759),l=k(2857);function Ie(e){return Ce.G1(l.You,e)}function ss(e){return core._isoDate(ZodISODate,e)}function os(e){return core._isoTime(ZodISOTime,e)}function as(e){return core._isoDuration(ZodISODuration,e)}var O=k(1021);const R=e=>/^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(e);function Y(e){if(R(e))return e;throw new h.j({code:"backup-id",message:`${JSON.stringify(e)} is not the id of a backup`,hint:"Ids look like 20261127T221500Z-3f2a91; `buka backups` lists those that there are."})}const y=Ie().transform(e=>new Date(e)),T=l.aig().int().nonnegative(),G=T.transform($.ee),N=l.aig().nonnegative().transform($.YA),Q=l.Ikc({version:l.euz(1),id:l.YjP().refine(R),service:l.YjP(),kind:l.k5n(["deploy","manual","nightly"]),release:l.YjP().refine(O.F3).nullable(),run:l.YjP(),by:l.YjP(),reason:l.YjP().nullable(),engine:l.k5n(["postgresql","mariadb"]),database:l.YjP(),server:l.YjP(),client:l.YjP(),restic:l.YjP(),program:l.YjP(),snapshot:l.YjP(),continuous:l.Ikc({base:l.YjP().refine(R),stream:l.YjP(),first:l.YjP(),last:l.YjP(),point:l.YjP(),exact:l.zMY(),busy:l.YOg(l.YjP())}).optional(),recoveryPoint:y,startedAt:y,finishedAt:y,bytes:G,bytesAdded:G,tables:l.g1P(l.YjP(),l.Ikc({rows:T,hash:l.YjP()})),sequences:l.g1P(l.YjP(),l.aig().nullable()),largeObjects:l.Ikc({count:T,hash:l.YjP()})}),qe=Q.extend({seconds:l.Ikc({dump:N,prove:N,restore:N}),proof:l.Ikc({at:y,tables:T,rows:T}),proofDue:l.YjP().optional()}),De=Q.extend({seconds:l.Ikc({dump:N,prove:l.chJ(),restore:l.chJ()}),proof:l.chJ(),newestProven:l.Ikc({id:l.YjP().refine(R),of:y})}),Fe=l.KCZ([qe,De]);function D(e){let t;try{t=JSON.parse(e)}catch{return}const s=Fe.safeParse(t);if(s.success)return s.data.proof===null,X(s.data)}function X({seconds:e,...t}){return{...t,took:e}}const Me=e=>[{code:"program-missing",message:"Buka's backup program can't be run there as buka-backup.",hint:"`buka provision` installs it, and the right to run it: docs/backup-setup.md."},{code:"program-outdated",message:"Buka's backup program there is of another version than this Buka.",hint:"`buka provision`, with this version of Buka, installs the one that fits."},{code:"not-set-up",message:`Backups of ${e} are not set up there.`,hint:"`buka provision` sets them up: docs/backup-setup.md."},{code:"bad-request",message:"Buka's backup program there did not understand what it was asked.",hint:"That is a fault in Buka: please report it with what was seen."},{code:"repository-missing",message:`There are backups of ${e}, but the repository that they are in is gone.`,hint:`Was /var/lib/buka-backup/${e}/repository moved, or is its disk not mounted? Put it back. If it is lost, so are the backups: docs/backup.md#a-repository-that-is-lost-or-damaged.`},{code:"repository-password",message:"The password there does not open the repository.",hint:`Put the right one, from the team's store of secrets, into /etc/buka/backup/${e}/password. Nobody can read the backups without it.`},{code:"repository-broken",message:"The repository there can't be used: it is damaged, or can't be written.",hint:"`df -h /var/lib/buka-backup` there; then docs/backup.md#a-repository-that-is-lost-or-damaged."},{code:"database-unreachable",message:"The backup server can't read the database.",hint:"Is the database up? Is buka_backup let in from the backup server? `buka provision` puts right its account and its password."},{code:"client-too-old",message:"The backup server has no pg_dump or mariadb-dump as new as the database server.",hint:"`buka provision` installs it; was the database server upgraded?"},{code:"migration-running",message:"A migration is at work in the database, and a backup waits for none.",hint:"Wait until it has ended, then run the same again."},{code:"not-transactional",message:"The database has tables that no snapshot can be taken of, so a backup would not be of one instant.",hint:"`ALTER TABLE \u2026 ENGINE=InnoDB` for each of those that are named. It locks the table while it works."},{code:"backup-running",message:`Another backup of ${e}, or a proof of one, is under way there, and did not end in time.`,hint:"`buka backups` shows it when it is done. Wait for it, then run the same again."},{code:"too-little-space",message:"There is too little room on the backup server.",hint:"`df -h /var/lib/buka-backup` there. Give it a larger disk, or keep fewer (`backup: keep:` in buka.yml, then `buka provision`)."},{code:"dump-failed",message:"The database could not be read to its end, so there is no backup of it.",hint:"A table that buka_backup may not read: `buka provision`. A connection that was lost: run the same again. The log of the database server has more."},{code:"globals-failed",message:"The roles of the database server could not be read.",hint:"`buka provision` lets buka_backup read them: docs/backup-setup.md."},{code:"store-failed",message:"restic could not store what was read.",hint:"`df -h /var/lib/buka-backup` and `journalctl --since -15min` there, then run the same again."},{code:"proof-failed",message:"It could not be restored, or what came back is not what production held. It is no backup.",hint:"What differs is told above. Run the same again; if it stays, docs/backup.md#a-proof-that-fails."},{code:"not-receiving",message:"The backup server does not receive the database's write-ahead log.",hint:`\`systemctl status buka-backup-receive@${e}\` and its journal there. \`buka provision\` puts right the way to the database; then run the same again.`},{code:"wal-broken",message:"A part of the write-ahead log that backups need is missing or damaged on the backup server.",hint:"`buka backup` now: where a proof found the last one broken, it begins with a new base. docs/backup-continuous.md#a-gap-in-the-log."},{code:"wal-minimal",message:"The database server writes too little into its write-ahead log for a backup in continuous mode.",hint:"`wal_level = replica` in its postgresql.conf, and a restart of PostgreSQL."},{code:"point-denied",message:"The database does not let buka_backup name a point in its write-ahead log.",hint:"`buka provision` lets it; was the database made anew?"},{code:"tablespaces",message:"The database server has tablespaces of its own, which the continuous mode does not take along.",hint:"Move their tables to pg_default, or use `backup: mode: dump`."},{code:"no-such-backup",message:`There is no such backup of ${e}.`,hint:"`buka backups` lists those that there are; `buka backup` makes one."},{code:"interrupted",message:"Buka's backup program there was ended in the middle.",hint:"`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again."}];function Z(e,t,s){const o=Me(e).find(a=>a.code===t);return o!==void 0?new h.w({...o,seen:s||void 0}):new h.w({code:"answer-unreadable",message:"The backup server tells of a failure that this Buka does not know.",seen:[t,s].filter(Boolean).join(" "),hint:"`buka provision`, with this version of Buka, installs the program that fits."})}var Pe=k(7598);const V=String.raw`
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
action=; program=; id=; kind=; release=; run=; by=; reason=; wait=; name=; what=; to=; proof=; asked=
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
      to) to=$value ;;
      proof) proof=$value ;;
      *) die bad-request "no key is called $key" ;;
    esac
  done
  plain service "$asked" 'a-z0-9-' 
  plain id "$id" '0-9a-fTZ-'
  plain release "$release" 'A-Za-z0-9._-'
  plain kind "$kind" 'a-z'
  plain wait "$wait" '0-9'
  plain name "$name" 'A-Za-z0-9_./-'
  plain to "$to" '0-9TZ:.newst-'
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

# What a backup has beside the dump, without tablespaces and settings of single databases: neither need be there. What a
# superuser granted is of the server's first one, whatever that is called here (PostgreSQL 16 refuses another's name).
# A psql from before August 2025 doesn't know the restricted mode that a newer pg_dumpall asks it for.
roles_of() {
  if psql --help=commands </dev/null | grep -q restrict; then unknown='^$'; else unknown='^\\\(un\)\{0,1\}restrict '; fi
  grep -v -e '^CREATE TABLESPACE' -e '^ALTER TABLESPACE' -e ' ON TABLESPACE ' -e ' IN DATABASE ' -e "$unknown" "$1" | awk '
    /^ALTER ROLE / && match($0, / WITH SUPERUSER /) { superusers[substr($0, 12, RSTART - 12)] }
    /^GRANT / {
      for (name in superusers) {
        by = " GRANTED BY " name ";"
        rest = length($0) - length(by)
        if (substr($0, rest + 1) == by) { $0 = substr($0, 1, rest) ";"; break }
      }
    }
    { print }'
}

json() { printf '"%s"' "$(printf %s "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
json_or_null() { if [ -n "$1" ]; then json "$1"; else printf null; fi; }
`,Be=String.raw`
point_sql() { cat <<'SQL'
DO $$
DECLARE
  seen pg_snapshot := pg_current_snapshot();
  point text := current_setting('buka.id') || '-' || current_setting('buka.try');
  quiet boolean := pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen);
  exact boolean := false;
BEGIN
  PERFORM set_config('buka.point', '', false);
  IF quiet OR current_setting('buka.try') = 'last' THEN
    PERFORM set_config('buka.lsn', pg_create_restore_point(point)::text, false);
    PERFORM set_config('buka.point', point, false);
    -- No transaction was at work in the snapshot. If none has begun since, which this question's refusal tells, then
    -- what the snapshot shows is what is there at the point.
    BEGIN
      PERFORM pg_xact_status(pg_snapshot_xmax(seen));
    EXCEPTION WHEN invalid_parameter_value THEN
      exact := quiet;
    END;
  END IF;
  PERFORM set_config('buka.exact', exact::text, false);
END $$;
SELECT NOT (current_setting('buka.exact')::boolean OR current_setting('buka.try') = 'last') AS again,
    to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    current_setting('buka.point') AS point, current_setting('buka.exact') AS exact, current_setting('buka.lsn', true) AS lsn \gset
SQL
}

# The stream that production's log goes into now.
open_stream() {
  tries=0
  while :; do
    identify
    stream=$(newest_stream)
    ask "SELECT coalesce(bool_or(active), false) FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    if [ "$answer" = t ] && is_of_now "$stream"; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 40 ]; then die not-receiving 'nothing receives the log of this server'; fi
    if [ "$tries" = 1 ]; then tell 'progress waiting until the log is received'; fi
    sleep 0.5
  done
}

# A word of the part of a manifest that is about the log: $1 the word, $2 the manifest.
of_log() { sed -n 's/.*"continuous":{[^}]*"'"$1"'":"\([^"]*\)".*/\1/p' "$2"; }
is_point() { grep -q '"continuous":{' "$state/manifests/$id.json"; }
open_point() {
  stream=$state/wal/$(of_log stream "$1")
  base=$(of_log base "$1"); first=$(of_log first "$1"); last=$(of_log last "$1"); point=$(of_log point "$1")
  stored=$(sed -n 's/.*"snapshot":"\([0-9a-f]*\)".*/\1/p' "$1")
  bytes=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$1")
}

# The newest base that this stream goes on from, unless a backup with it was found broken.
choose_base() {
  now_stream=$stream
  for manifest in $(grep -l -s -F "\"stream\":\"$(basename "$now_stream")\"" "$state"/manifests/*.json | sort -r); do
    open_point "$manifest"
    broken=no
    for other in $(grep -l -s -F "\"base\":\"$base\"" "$state"/manifests/*.json); do
      if [ -f "$state/manifests/$(basename "$other" .json).broken" ]; then broken=yes; fi
    done
    if [ "$broken" = no ]; then return 0; fi
  done
  stream=$now_stream; base=
}
# A base is of the whole server; a database that the reader may not connect to tells nobody how large it is.
preflight_log() {
  ask "SELECT current_setting('wal_level'),
    sum(CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE 0 END) FROM pg_database"
  IFS="$tab" read -r wal_level database_bytes <<ANSWER
$answer
ANSWER
  if [ "$wal_level" = minimal ]; then die wal-minimal "wal_level is $wal_level"; fi
}
start_base() {
  pg_basebackup -d "$where" --no-password -D - -F t -X none -c fast -l "$id" >&3 2>"$work/dump.err" 3>&- &
  dump=$!
}
take_base() {
  ask "SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')"
  if [ "$answer" != 0 ]; then die tablespaces "there are $answer tablespaces besides PostgreSQL's own"; fi
  tell 'progress reading all of the server, as a base for the log'
  store base.tar start_base
  # The base itself says with which segment of the log it begins; that is the first file in it.
  first=$({ restic --no-cache dump "$stored" /base.tar 2>/dev/null || :; } | tar -x -O -f - --occurrence=1 backup_label 2>/dev/null |
    sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p')
  if [ -z "$first" ]; then die store-failed 'the base has no label'; fi
  base=$id
}

# A named point in production's log, and what production holds in that very moment. An instant in which nothing is being
# written is looked for; where there is none, the tables that were written to meanwhile can't be compared.
set_point() {
  {
    echo "SELECT set_config('buka.id', '$id', false) \\g /dev/null"
    echo "\\o '$work/fingerprint.sequences'"
    sequences_sql
    echo '\o'
    echo '\set again true'
    for try in $(seq 300) last; do
      echo '\if :again'
      echo "SELECT set_config('buka.try', '$try', false) \\g /dev/null"
      echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
      point_sql
      printf '%s\n' '\if :again' 'ROLLBACK;' 'SELECT pg_sleep(0.01 + random() * 0.03) \g /dev/null' '\endif' '\endif'
    done
    echo "SELECT :'point', :'exact', :'lsn', :'at', substr(pg_walfile_name(:'lsn'), 1, 24) \\g '$work/point'"
    echo "\\o '$work/fingerprint.tables'"
    tables_sql
    echo '\o'
    echo 'COMMIT;'
    # What is whole can't be written again.
    echo 'SELECT pg_switch_wal() \g /dev/null'
  } >"$work/point.sql"
  psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" -f "$work/point.sql" >/dev/null 2>"$work/session.err" || {
    if grep -q 'permission denied for function' "$work/session.err"; then die point-denied "$(words "$work/session.err")"; fi
    die database-unreachable "$(words "$work/session.err")"
  }
  cat "$work/fingerprint.sequences" "$work/fingerprint.tables" >"$work/fingerprint"
  IFS="$tab" read -r point exact lsn recovery_point last <"$work/point"
}
await_point() {
  tries=0
  while :; do
    keep_whole
    if [ -e "$stream/$last" ] || [ -e "$stream/$last.gz" ]; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 300 ]; then die not-receiving "segment $last of the log did not come"; fi
    sleep 0.2
  done
}

# The server as it was at a point, thrown away afterwards: $stored the base, $stream, $point.
recover() {
  if [ "$(free_in "$state")" -lt $((bytes + bytes / 4 + 200000000)) ]; then
    die too-little-space "$(($(free_in "$state") / 1000000)) MB are free in $state, $(((bytes + bytes / 4) / 1000000 + 200)) MB may be needed"
  fi
  mkdir -m 700 "$work/cluster"
  read_backup "$stored" /base.tar | tar -x -f - -C "$work/cluster" 2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  whole_backup_read
  pg_verifybackup -n -q "$work/cluster" >"$work/verify" 2>&1 || {
    cp "$work/verify" "$work/restore.err"
    die proof-failed "the base: $(words "$work/verify")"
  }
  # Settings of production's that it was given by a statement: it needs none of them, nor the libraries that they load.
  : >"$work/cluster/postgresql.auto.conf"
  : >"$work/cluster/recovery.signal"
  echo 'local all all trust' >"$work/hba"
  : >"$work/ident"
  cat >"$work/wal" <<'SCRIPT'
if [ -f "$1/$2" ]; then exec cp "$1/$2" "$3"; fi
if [ -f "$1/$2.gz" ]; then exec gzip -dc "$1/$2.gz" >"$3"; fi
exit 1
SCRIPT
  cat >"$work/conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work'
hba_file = '$work/hba'
ident_file = '$work/ident'
fsync = off
full_page_writes = off
autovacuum = off
jit = off
hot_standby = off
max_prepared_transactions = $(pg_controldata "$work/cluster" | sed -n 's/^max_prepared_xacts setting: *//p')
restore_command = 'sh $work/wal $stream %f "%p"'
recovery_target_name = '$point'
recovery_target_timeline = 'latest'
recovery_target_action = 'promote'
CONF
  proof_server=yes
  pg_ctl -D "$work/cluster" -w -t 43200 -l "$work/server.log" -o "-c config_file=$work/conf" start >/dev/null 2>&1 9>&- || :
  # Without hot standby it counts as started before it has gone through the log.
  until PGPASSFILE=$work/none psql -X -q -h "$work" -U "$user" -d "$database" -c 'SELECT 1' >/dev/null 2>"$work/connect.err"; do
    if pg_ctl -D "$work/cluster" status >/dev/null 2>&1 && ! grep -q 'does not exist' "$work/connect.err"; then sleep 0.2; continue; fi
    grep -e FATAL -e PANIC "$work/server.log" | grep -v 'not accepting' >"$work/restore.err" || cp "$work/server.log" "$work/restore.err"
    die proof-failed "the log up to $point: $(words "$work/restore.err")"
  done
}
prove_point() {
  clock; proof_began=$now
  recover
  restore_seconds=$(since "$proof_began")
  { sequences_sql; tables_sql; } |
    PGPASSFILE=$work/none PGOPTIONS= psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -h "$work" -U "$user" -d "$database" \
      >"$work/restored" 2>"$work/restore.err" || die proof-failed "$(words "$work/restore.err")"
  stop_proof_server
  rm -rf "$work/cluster"
  prove_seconds=$(since "$proof_began")
}

# Where no quiet instant was found, a table that production has written to since may differ; one that it has not, may not.
compare_point() {
  busy=
  if [ "$exact" != true ]; then
    tables_sql | psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -d "$production" >"$work/later" 2>"$work/query.err" ||
      die database-unreachable "$(words "$work/query.err")"
    awk -F "$tab" '
      $1 != "table" { next }
      FILENAME == ARGV[1] { before[$2] = $0; next }
      { if (!($2 in before) || before[$2] != $0) print $2; delete before[$2] }
      END { for (name in before) print name }
    ' "$work/fingerprint" "$work/later" >"$work/busy"
    without_busy "$work/fingerprint" >"$work/wanted"
    without_busy "$work/restored" >"$work/found"
    compare "$work/wanted" "$work/found"
    busy=$(cat "$work/busy")
  else compare "$work/fingerprint" "$work/restored"; fi
  # From now on it is this that the point has to come back as, whenever it is restored: the log is the same each time.
  cp "$work/restored" "$work/fingerprint"
}
without_busy() { awk -F "$tab" 'FILENAME == ARGV[1] { busy[$1] = 1; next } !($1 == "table" && $2 in busy)' "$work/busy" "$1"; }

take_point() {
  clock; dump_began=$now
  open_stream
  choose_base
  size_before=$(stored_size)
  if [ -z "$base" ]; then due='it begins with a new base, which the log goes on from'; fi
  if [ "$kind" = nightly ] || [ -z "$base" ]; then take_base; fi
  set_point
  await_point
  added=$(($(stored_size) - size_before))
  # What was received twice, and is let go of meanwhile, may have been more.
  if [ "$added" -lt 0 ]; then added=0; fi
  dump_seconds=$(since "$dump_began")
  # What some tables have to come back as is then known only from what did.
  if [ "$exact" != true ]; then due='production was never quiet'; fi
  busy=
  if prove_now "production's log is here up to $point"; then
    prove_point
    compare_point
    proof_ended
  fi
  : >"$work/globals"
  : >"$work/create"
  about=$(printf '"continuous":{"base":"%s","stream":"%s","first":"%s","last":"%s","point":"%s","exact":%s,"busy":[%s]},' \
    "$base" "$(basename "$stream")" "$first" "$last" "$point" "$exact" \
    "$(printf '%s\n' "$busy" | while IFS= read -r one; do if [ -n "$one" ]; then printf ',%s' "$(json "$one")"; fi; done | cut -c 2-)")
}
stored_size() { du -sb "$RESTIC_REPOSITORY" "$state/wal" | awk '{ sum += $1 } END { print sum }'; }
`,xe=String.raw`
# For a restore: the log after the base, as an archive of its files; up to the point, or as far as there is any.
send_wal() {
  if [ "$to" != '' ]; then last=; fi
  sending=$(mktemp -d "$state/sending.XXXXXX")
  trap 'rm -rf "$sending"' EXIT
  trap 'exit 1' INT TERM HUP
  ls "$stream" | awk -v first="$first" -v last="$last" '
    /\.history$/ { print; next }
    /^[0-9A-F]+(\.gz)?$/ { segment = substr($0, 1, 24); if (segment >= first && (last == "" || segment <= last)) print }
  ' | while IFS= read -r one; do ln "$stream/$one" "$sending/$one" 2>/dev/null || ln "$stream/$one.gz" "$sending/$one.gz"; done
  if [ -z "$last" ]; then
    # What came since; a segment may become whole in this moment, and has another name then.
    for one in "$stream"/incoming/*; do
      name=$(basename "$one" .partial)
      if [ -f "$one" ] && [ ! -e "$sending/$name" ] && [ ! -e "$sending/$name.gz" ]; then
        cp "$one" "$sending/$name" 2>/dev/null || cp "$stream/$name" "$sending/$name" 2>/dev/null || cp "$stream/incoming/$name" "$sending/$name"
      fi
    done
  fi
  tar -c -f - -C "$sending" .
}

# What belongs to no backup any more goes: the log from before the oldest base of its stream. What is whole is packed.
retain_wal() {
  # Links of a restore that was killed a day ago.
  find "$state/" -maxdepth 1 -name 'sending.*' -mmin +1440 -exec rm -rf {} +
  now_stream=
  if [ "$mode" = continuous ]; then now_stream=$(newest_stream); fi
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    oldest=$(cat "$state"/manifests/*.json 2>/dev/null | grep -F "\"stream\":\"$(basename "$one")\"" |
      sed -n 's/.*"continuous":{[^}]*"first":"\([^"]*\)".*/\1/p' | sort | head -n 1)
    if [ -z "$oldest" ]; then
      if [ "$one" != "$now_stream" ]; then rm -rf "$one"; fi
      continue
    fi
    ls "$one" | awk -v oldest="$oldest" '/^[0-9A-F]+(\.gz)?$/ && substr($0, 1, 24) < oldest' | while IFS= read -r old; do rm -f "$one/$old"; done
    ls "$one" | grep -x '[0-9A-F]\{24\}' | while IFS= read -r whole; do gzip -1 -f "$one/$whole"; done
    sync "$one"
  done
}

# Gaps and rot in the log that backups need; what it finds is on standard output.
verify_wal() {
  for one in "$state"/wal/*; do
    [ -d "$one" ] || continue
    read -r of_system of_timeline segment_size <"$one/identity"
    ls -l "$one" | awk -v size="$segment_size" -v stream="$(basename "$one")" '
      function hex(text, value, i) { value = 0; for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1; return value }
      $9 !~ /^[0-9A-F]+(\.gz)?$/ || length($9) < 24 { next }
      length($9) == 24 && $5 != size { print stream ": " $9 " has " $5 " bytes" }
      { n = hex(substr($9, 9, 8)) * (4294967296 / size) + hex(substr($9, 17, 8)); if (seen != "" && n > before + 1) print stream ": " n - before - 1 " segments are missing before " $9; before = n; seen = 1 }
    '
    for packed in "$one"/*.gz; do
      if [ -f "$packed" ]; then gzip -t "$packed" 2>&1 || :; fi
    done
  done
}
`,We=String.raw`
slot() { printf 'buka_%s\n' "$service" | tr - _; }

# Which server that is, and which of its histories: "system timeline". A restore begins another history.
identify() {
  psql -X -q -A -t -F ' ' -d "$where replication=yes" -c IDENTIFY_SYSTEM >"$work/identified" 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
  read -r system timeline rest <"$work/identified"
}
newest_stream() { ls -d "$state"/wal/*/ 2>/dev/null | sed 's|/$||' | tail -n 1; }
is_of_now() { [ -n "$1" ] && read -r of_system of_timeline rest <"$1/identity" && [ "$of_system $of_timeline" = "$system $timeline" ]; }

# The stream goes on where it ended, as long as the server has kept for it what came after; otherwise another one begins.
begin_stream() {
  identify
  ask "SELECT coalesce(max(CASE WHEN wal_status = 'lost' OR restart_lsn IS NULL THEN 'lost' ELSE 'kept' END), 'none') FROM pg_replication_slots WHERE slot_name = '$(slot)'"
  stream=$(newest_stream)
  if [ "$answer" = kept ] && is_of_now "$stream"; then return 0; fi
  if [ "$answer" != none ]; then drop_slot; fi
  pg_receivewal -d "$where" --no-password --slot="$(slot)" --create-slot >/dev/null 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
  ask "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'"
  stream=$state/wal/$(date -u +%Y%m%dT%H%M%SZ)
  mkdir -p "$stream.new/incoming"
  printf '%s %s %s\n' "$system" "$timeline" "$answer" >"$stream.new/identity"
  sync "$stream.new/identity"
  mv -T "$stream.new" "$stream"
}
# What is whole is kept under its name for good: a link is only ever added. Who receives writes into "incoming" what the
# other side says is the log, also under a name that was there before; the file that is kept stays as it was.
keep_whole() {
  added_one=
  for one in $(ls "$stream/incoming" | grep -x -e '[0-9A-F]\{24\}' -e '[0-9A-F]\{8\}\.history'); do
    if [ ! -e "$stream/$one" ] && [ ! -e "$stream/$one.gz" ] && ln "$stream/incoming/$one" "$stream/$one" 2>/dev/null; then added_one=yes; fi
  done
  if [ -n "$added_one" ]; then sync "$stream"; fi
  # The newest one says where to go on.
  ls "$stream/incoming" | grep -x '[0-9A-F]\{24\}' | sort -r | tail -n +2 | while IFS= read -r one; do rm -f "$stream/incoming/$one"; done
}
drop_slot() {
  pg_receivewal -d "$where" --no-password --slot="$(slot)" --drop-slot >/dev/null 2>"$work/query.err" ||
    die database-unreachable "$(words "$work/query.err")"
}

# Goes on until the mode is another one; a connection that ends is made anew, to whatever server is there then.
receive() {
  exec 8>>"$state/receiving"
  flock -n 8 || die backup-running 'another one receives already'
  program=$(stat -c %i "$0")
  while :; do
    code=0
    (receive_once) || code=$?
    if [ "$code" -eq 0 ]; then exit 0; fi
    # systemd starts the new one.
    if is_replaced; then exit 1; fi
    sleep 3
    mode=dump
    read_settings "$settings/settings" mode
  done
}
is_replaced() { [ "$(stat -c %i "$0" 2>/dev/null)" != "$program" ]; }
# Twice in a row the server is asked how far it is: what it had written the first time and is here the second, is safe.
receive_once() {
  work=$(mktemp -d)
  receiver=
  trap 'unexpected; if [ -n "$receiver" ]; then kill "$receiver" 2>/dev/null || :; wait "$receiver" || :; fi; rm -rf "$work"' EXIT
  trap 'told=yes; exit 1' INT TERM HUP
  choose_client
  if [ "$mode" != continuous ]; then
    # A slot that nobody reads would fill production's disk.
    ask "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    if [ "$answer" != 0 ]; then drop_slot; fi
    rm -f "$HOME/metrics/$service.wal.prom"
    exit 0
  fi
  begin_stream
  tell "receiving into $stream"
  pg_receivewal -D "$stream/incoming" -d "$where" --slot="$(slot)" --synchronous --no-loop --no-password --status-interval=5 2>"$work/receive.err" &
  receiver=$!
  written=
  while kill -0 "$receiver" 2>/dev/null; do
    keep_whole
    asked_at=$(date +%s)
    ask "SELECT pg_current_wal_flush_lsn(), coalesce('$written' <> '' AND restart_lsn >= nullif('$written', '')::pg_lsn, false),
        pg_current_wal_flush_lsn() - restart_lsn FROM pg_replication_slots WHERE slot_name = '$(slot)'"
    IFS="$tab" read -r flushed reached behind <<ANSWER
$answer
ANSWER
    if [ "$reached" = t ]; then printf '%s\n' "$written_at" >"$state/safe"; fi
    wal_metrics "$behind"
    written=$flushed; written_at=$asked_at
    mode=dump
    read_settings "$settings/settings" mode
    if [ "$mode" != continuous ] || is_replaced; then kill "$receiver" 2>/dev/null || :; fi
    sleep 5 &
    wait $! || :
  done
  receiver=
  keep_whole
  if [ "$mode" != continuous ]; then told=yes; tell 'not wanted any more'; exit 1; fi
  die not-receiving "$(words "$work/receive.err")"
}
wal_metrics() {
  safe=0
  read -r safe 2>/dev/null <"$state/safe" || :
  {
    gauge wal_safe_timestamp_seconds "$safe" 'All that was written until then is on the backup server; 0 for never.'
    gauge wal_behind_bytes "$1" 'What production has written and the backup server had not received when it was asked.'
  } | publish "$service.wal"
}
`+Be+xe,L=String.raw`
SET NAMES utf8mb4;
SET sql_mode = '', time_zone = '+00:00', group_concat_max_len = 100000000, max_statement_time = 0, lock_wait_timeout = 5;
`,F=e=>String.raw`CONCAT('${"`"}', REPLACE(${e}, '${"`"}', '${"``"}'), '${"`"}')`,K=e=>`CONCAT('''', REPLACE(REPLACE(${e}, '\\\\', '\\\\\\\\'), '''', ''''''), '''')`,He=String.raw`CASE
    WHEN data_type IN ('tinytext', 'text', 'mediumtext', 'longtext', 'tinyblob', 'blob', 'mediumblob', 'longblob')
      THEN CONCAT('IFNULL(CONCAT(LENGTH(', name, '), '':'', MD5(', name, ')), ''N'')')
    WHEN data_type IN ('char', 'varchar', 'binary', 'varbinary', 'enum', 'set')
      THEN CONCAT('IFNULL(CONCAT(LENGTH(', name, '), '':'', CAST(', name, ' AS BINARY)), ''N'')')
    WHEN data_type IN ('bit', 'geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring',
        'multipolygon', 'geometrycollection')
      THEN CONCAT('IFNULL(HEX(', name, '), ''N'')')
    ELSE CONCAT('IFNULL(CAST(', name, ' AS CHAR), ''N'')')
  END`,J=e=>String.raw`
SELECT CONCAT('SELECT ''table'', ', ${K("t.table_name")}, ', COUNT(*), ', ${e}, ' FROM ', ${F("t.table_name")},
    IF(t.table_type = 'SYSTEM VERSIONED', ' FOR SYSTEM_TIME ALL', ''), ';')
  FROM information_schema.tables t JOIN (
    SELECT table_name, MAX(generation_expression = 'ROW START') AS own_period,
      GROUP_CONCAT(${He} ORDER BY ordinal_position SEPARATOR ', '','', ') AS text
    FROM (SELECT c.*, ${F("column_name")} AS name FROM information_schema.columns c
      WHERE table_schema = DATABASE() AND extra NOT LIKE '%VIRTUAL%') named
    GROUP BY table_name
  ) c ON c.table_name = t.table_name
  WHERE t.table_schema = DATABASE() AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
  ORDER BY t.table_name;
`,je=String.raw`'IFNULL(SUM(CAST(CONV(LEFT(MD5(CONCAT(', c.text,
  IF(t.table_type = 'SYSTEM VERSIONED' AND NOT IFNULL(c.own_period, 0), ', row_start, '','', row_end', ''),
  ')), 16), 16, 10) AS UNSIGNED)), 0)'`,ee=String.raw`${L}
SELECT CONCAT('SELECT ''sequence'', ', ${K("table_name")}, ', next_not_cached_value, increment FROM ', ${F("table_name")}, ';')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE' ORDER BY table_name;
SELECT 'SELECT ''sequence'', table_name, auto_increment, 1 FROM information_schema.tables
  WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL ORDER BY table_name;';
${J(je)}
SELECT 'SELECT ''columns'', table_name, MD5(GROUP_CONCAT(CONCAT_WS('','', column_name, column_type, IFNULL(column_default, ''-''),
    is_nullable, extra, collation_name, generation_expression) ORDER BY ordinal_position))
  FROM information_schema.columns JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE table_schema = DATABASE() AND t.table_type IN (''BASE TABLE'', ''SYSTEM VERSIONED'') GROUP BY table_name ORDER BY table_name;';
SELECT 'SELECT ''view'', table_name, MD5(CONCAT_WS('','', REPLACE(view_definition, CONCAT(''${"`"}'', DATABASE(), ''${"`"}.''), ''''), definer, security_type))
  FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name;';
SELECT 'SELECT ''routine'', CONCAT(routine_type, '' '', routine_name), MD5(CONCAT_WS('','', dtd_identifier, routine_definition, definer, security_type))
  FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name;';
SELECT 'SELECT ''large-objects'', 0, 0;';
`,ze=L+J("'0'"),Ue=String.raw`SELECT GROUP_CONCAT(table_name, ' (', engine, ')' ORDER BY table_name SEPARATOR ', ')
  FROM information_schema.tables WHERE table_schema = DATABASE() AND engine <> 'InnoDB'`,Ye=String.raw`SELECT GROUP_CONCAT(c.table_name, '.', c.column_name ORDER BY 1 SEPARATOR ', ')
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE table_schema = DATABASE() AND c.data_type = 'float' AND t.table_type <> 'VIEW'`,Ge=String.raw`
engine_name=MariaDB dumper=mariadb-dump
statements_sql() { cat <<'SQL'
${ee}
SQL
}
session_sql() { cat <<'SQL'
${L}
SQL
}

# Where production is. The password is in a file that only the backup account reads.
open_database() { :; }
at_production() { tool=$1; shift; "$tool" --defaults-file="$settings/my.cnf" --default-character-set=utf8mb4 "$@"; }
# Asks production, into $answer. The one place that does: what fails in a command substitution could not end the program.
ask() {
  answer=$(at_production mariadb -N -B -r "$database" -e "$1" 2>"$work/query.err") ||
    die database-unreachable "$(words "$work/query.err")"
}
database_size() {
  ask "SELECT CAST(IFNULL(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()"
}

# The programs here are of one version; it must be the server's series or a newer one.
choose_client() {
  ask "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)"
  server=$answer
  choose_client_for "$server"
}
choose_client_for() {
  client=$(mariadbd --no-defaults --version 2>/dev/null | sed -n 's/.* Ver \([0-9.]*\)-MariaDB.*/\1/p')
  if [ -z "$client" ] || ! printf '%s\n%s\n' "$1" "$client" | awk -F . '{ series[NR] = $1 * 1000 + $2 } END { exit series[2] < series[1] }'; then
    die client-too-old "the server is MariaDB $1; here is $client"
  fi
}
version_of_backup() { sed -n 's/.*"server":"\([0-9.]*\)".*/\1/p' "$1"; }

# A dump in the middle of a migration is of neither release. What comes and goes is nobody's migration.
refuse_migration() {
  tries=0
  while :; do
    ask "SELECT CONCAT('process ', id, ' (', user, '): ', LEFT(REGEXP_REPLACE(info, '[[:space:]]+', ' '), 200)) FROM information_schema.processlist
      WHERE db = DATABASE() AND command <> 'Sleep' AND info REGEXP '^[[:space:]]*(ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE)[[:space:]]' LIMIT 1"
    if [ -z "$answer" ]; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 10 ]; then die migration-running "$answer"; fi
    sleep 0.5
  done
  ask "${Ue}"
  if [ "$answer" != NULL ]; then die not-transactional "$answer"; fi
  ask "${Ye}"
  if [ "$answer" != NULL ]; then tell "progress of these columns a dump keeps six digits, as they are FLOAT: $answer"; fi
}

# Triggers and events as statements, from what the procedure of the reader shows: apart from the dump, as they are to come
# last. An event that is made runs, and would change what a restore has just loaded.
definitions_sql() {
  awk -F "$tab" '
    function plain(text, out, at, next_one) {
      while (at = index(text, "\\")) {
        next_one = substr(text, at + 1, 1)
        out = out substr(text, 1, at - 1) (next_one == "n" ? "\n" : next_one == "t" ? "\t" : next_one == "0" ? "\0" : next_one)
        text = substr(text, at + 2)
      }
      return out text
    }
    NF == 1 { kind = $1; next }
    {
      at = kind == "event" ? 4 : 3
      print "SET sql_mode = \x27" $2 "\x27, character_set_client = " $(at + 1) ", collation_connection = " $(at + 2) (kind == "event" ? ", time_zone = \x27" $3 "\x27" : "") ";"
      print "DELIMITER ;;"
      print plain($at) " ;;"
      print "DELIMITER ;"
    }'
}

# The session that the fingerprint is read in. The snapshot itself is taken when the dump's is.
open_snapshot() {
  ask "SELECT CONCAT('CREATE DATABASE %name% CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name, ';')
    FROM information_schema.schemata WHERE schema_name = DATABASE()"
  printf '%s\n' "$answer" >"$work/create"
  at_production mariadb -N -B "$database" -e 'CALL buka_backup.definitions(DATABASE())' >"$work/definitions" 2>"$work/query.err" ||
    die dump-failed "triggers and events: $(words "$work/query.err")"
  definitions_sql <"$work/definitions" >>"$work/create"
  mkfifo "$work/session.in"
  at_production mariadb -N -B -r -n "$database" <"$work/session.in" >"$work/session.out" 2>"$work/session.err" &
  session=$!
  exec 5>"$work/session.in"
}
close_snapshot() {
  exec 5>&-
  if wait "$session"; then session=; else session=; return 1; fi
  grep -v -e '^open$' "$work/session.out" >"$work/fingerprint"
  tail -n 1 "$work/fingerprint" | grep -q '^large-objects'
}
# Waits until a session has said so; false where it ended instead, or it took too long.
hears() {
  heard=0
  until grep -q "^$2" "$1" 2>/dev/null; do
    heard=$((heard + 1))
    if [ "$heard" -gt 400 ] || ! kill -0 "$3" 2>/dev/null; then return 1; fi
    sleep 0.02
  done
}

# MariaDB has no snapshot that two sessions could share. So commits are held for a moment in which both take theirs. The
# server itself ends that moment, should this machine be cut off in the midst of it: a session that is silent is closed.
hold_commits() {
  tries=0
  rm -f "$work/hold.in"; mkfifo "$work/hold.in"
  while :; do
    at_production mariadb -N -B -r -n "$database" <"$work/hold.in" >"$work/hold.out" 2>"$work/hold.err" 3>&- 5>&- &
    hold=$!
    exec 6>"$work/hold.in"
    {
      echo 'SET lock_wait_timeout = 1, wait_timeout = 5;'
      echo 'BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE BLOCK_DDL; BACKUP STAGE BLOCK_COMMIT;'
      echo "SELECT 'held', DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f');"
    } >&6
    if hears "$work/hold.out" held "$hold"; then break; fi
    exec 6>&-
    wait "$hold" || :
    tries=$((tries + 1))
    grep -q 'Lock wait timeout' "$work/hold.err" || die dump-failed "holding commits: $(words "$work/hold.err")"
    if [ "$tries" -ge 10 ]; then
      refuse_migration
      die dump-failed "no moment without a statement that lasts longer than a second: $(words "$work/hold.err")"
    fi
    sleep 2
  done
  recovery_point=$(sed -n "s/^held$tab\(.*\)...\$/\1Z/p" "$work/hold.out")
}

# The dump, to descriptor 3. Rows that did not change are the same bytes in it, so it deduplicates.
start_dump() {
  hold_commits
  { session_sql; echo "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY; SELECT 'open';"; } >&5
  hears "$work/session.out" open "$session" || die dump-failed "reading production: $(words "$work/session.err")"
  # Not by a function: its process is what is waited for, and killed.
  mariadb-dump --defaults-file="$settings/my.cnf" --default-character-set=utf8mb4 --max-allowed-packet=1G \
    --single-transaction --quick --skip-lock-tables --routines --skip-triggers --hex-blob --dump-history --skip-dump-date "$database" \
    >&3 2>"$work/dump.err" 3>&- 5>&- 6>&- &
  dump=$!
  {
    echo 'DELIMITER //'
    # It chooses the database as soon as it has its snapshot.
    echo "BEGIN NOT ATOMIC DECLARE n INT DEFAULT 0; SET @opened = 0;
      WHILE n < 500 AND @opened = 0 DO
        SELECT COUNT(*) INTO @opened FROM information_schema.processlist
          WHERE db = DATABASE() AND user = SUBSTRING_INDEX(USER(), '@', 1) AND id > CONNECTION_ID();
        IF @opened = 0 THEN DO SLEEP(0.004); END IF; SET n = n + 1;
      END WHILE; END//"
    echo 'BACKUP STAGE END//'
    echo "SELECT CONCAT('released ', @opened)//"
  } >&6
  hears "$work/hold.out" released "$hold" || :
  exec 6>&-
  wait "$hold" || :
  # One that was too short to be seen has ended meanwhile.
  if ! grep -q '^released [1-9]' "$work/hold.out" && { ! grep -q '^released' "$work/hold.out" || kill -0 "$dump" 2>/dev/null; }; then
    die dump-failed "the dump did not begin while commits were held: $(words "$work/hold.err") $(words "$work/dump.err")"
  fi
  at_production mariadb -N -B -r "$database" >"$work/statements" 2>"$work/query.err" <<SQL || die database-unreachable "$(words "$work/query.err")"
$(statements_sql)
SQL
  { cat "$work/statements"; echo 'COMMIT;'; } >&5
}
dump_failure_is_migration() { grep -q -e 'Table definition has changed' -e "doesn't exist" "$work/dump.err"; }

# The accounts and roles that have rights on this database or own what is in it; passwords as hashes. An account's lines
# follow its name, so that those that are there already can be passed over.
dump_globals() {
  ask "SELECT DISTINCT CONCAT(IF(g.is_role, 'role', 'user'), ' ', QUOTE(g.user), IF(g.is_role, '', CONCAT('@', QUOTE(g.host))))
    FROM (SELECT user, host, IFNULL(JSON_VALUE(priv, '$.is_role'), 0) AS is_role FROM mysql.global_priv) g
    WHERE g.user NOT IN ('', 'root', 'mysql', 'mariadb.sys', 'buka_definitions', SUBSTRING_INDEX(USER(), '@', 1)) AND (
      (g.user, g.host) IN (SELECT user, host FROM mysql.db WHERE DATABASE() LIKE db
        UNION SELECT user, host FROM mysql.tables_priv WHERE db = DATABASE() UNION SELECT user, host FROM mysql.columns_priv WHERE db = DATABASE()
        UNION SELECT user, host FROM mysql.procs_priv WHERE db = DATABASE())
      OR EXISTS (SELECT 1 FROM mysql.roles_mapping m WHERE m.user = g.user AND m.host = g.host AND m.role IN (
        SELECT user FROM mysql.db WHERE DATABASE() LIKE db UNION SELECT user FROM mysql.tables_priv WHERE db = DATABASE()))
      OR CONCAT(g.user, '@', g.host) IN (SELECT definer FROM information_schema.views WHERE table_schema = DATABASE()
        UNION SELECT definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION SELECT definer FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION SELECT definer FROM information_schema.events WHERE event_schema = DATABASE()))
    ORDER BY g.is_role DESC, 1"
  printf '%s\n' "$answer" | while read -r kind_of account; do
    if [ -z "$account" ]; then continue; fi
    printf -- '-- account %s\n' "$account"
    case $kind_of in
      role) printf 'CREATE ROLE IF NOT EXISTS %s;\n' "$account" ;;
      user)
        printf 'SHOW CREATE USER %s;\n' "$account" | at_production mariadb -N -B -r | sed 's/^CREATE USER /CREATE USER IF NOT EXISTS /; s/$/;/' ;;
    esac
    printf 'SHOW GRANTS FOR %s;\n' "$account" | at_production mariadb -N -B -r | sed 's/$/;/'
  done >"$work/globals" 2>"$work/globals.err"
  if [ -s "$work/globals.err" ]; then die globals-failed "$(words "$work/globals.err")"; fi
}

# A server of its own for a proof, with nothing in it: no network, and nothing is written through to the disk.
start_proof_server() {
  template=$state/template-mariadb-$client
  if [ ! -d "$template" ]; then
    rm -rf "$template.new"
    mariadb-install-db --no-defaults --datadir="$template.new" --auth-root-authentication-method=normal --skip-test-db >"$work/initdb" 2>&1 ||
      die proof-failed "$(words "$work/initdb")"
    mv "$template.new" "$template"
  fi
  cp -a "$template" "$work/cluster" 2>"$work/cp.err" || die too-little-space "$(words "$work/cp.err")"
  plugins=
  for plugin in auth_ed25519 auth_pam; do
    if [ -e "/usr/lib/mysql/plugin/$plugin.so" ]; then plugins="$plugins --plugin-load-add=$plugin"; fi
  done
  mariadbd --no-defaults --datadir="$work/cluster" --socket="$work/socket" --pid-file="$work/cluster/postmaster.pid" --skip-networking \
    --max-allowed-packet=1G --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --skip-innodb-doublewrite --innodb-strict-mode=0 \
    --innodb-buffer-pool-size=128M --event-scheduler=OFF --performance-schema=OFF --character-set-server=utf8mb4 $plugins \
    >"$work/server.log" 2>&1 </dev/null 3>&- 5>&- 9>&- &
  proof_server=$!
  tries=0
  until in_proof -e 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$proof_server" 2>/dev/null; then die proof-failed "$(words "$work/server.log")"; fi
    sleep 0.2
  done
}
stop_proof_server() {
  if [ -z "$proof_server" ]; then return 0; fi
  kill -s KILL "$proof_server" 2>/dev/null || :
  wait "$proof_server" 2>/dev/null || :
  proof_server=
}
in_proof() { mariadb --no-defaults -u root -S "$work/socket" --default-character-set=utf8mb4 --max-allowed-packet=1G -N -B -r "$@"; }

# Restores a backup into the proof's server; its arguments are those of "prove". MariaDB takes a dump that breaks off
# for a whole one, so its last line is asked for.
restore_proof() {
  sed "1s/%name%/$(quoted "$database")/;1q" "$2create" | in_proof >/dev/null 2>"$work/restore.err" ||
    die proof-failed "making the database: $(words "$work/restore.err")"
  mkfifo "$work/ending"
  tail -c 100 <"$work/ending" >"$work/end" &
  ending=$!
  read_backup "$1" /database.dump | tee "$work/ending" | in_proof --binary-mode "$database" >/dev/null 2>"$work/restore.err" || die proof-failed "$(read_failure) $(words "$work/restore.err")"
  wait "$ending" || :
  whole_backup_read
  if ! grep -q '^-- Dump completed' "$work/end"; then
    echo 'the dump has no end' >"$work/restore.err"
    die proof-failed 'the dump has no end'
  fi
  # Roles' rights on single tables need the tables.
  in_proof <"$2globals" >/dev/null 2>"$work/restore.err" || die proof-failed "accounts: $(words "$work/restore.err")"
  sed 1d "$2create" | in_proof --binary-mode "$database" >/dev/null 2>"$work/restore.err" || die proof-failed "triggers and events: $(words "$work/restore.err")"
}
quoted() { printf '${"`"}%s${"`"}' "$1"; }
fingerprint_proof() {
  statements_sql | in_proof "$database" >"$work/statements"
  { session_sql; cat "$work/statements"; } | in_proof "$database"
}
`,Qe=String.raw`
# For the node exporter's textfile collector.
metrics() {
  newest_proven
  newest_at=0
  if [ -n "$newest" ]; then newest_at=$(date -d "$newest_of" +%s); fi
  read -r fine at 2>/dev/null <"$state/verified" || { fine=1; at=0; }
  {
    gauge newest_proven_timestamp_seconds "$newest_at" 'The instant that the newest proven backup reflects; 0 for none.'
    gauge repository_readable "$fine" 'Whether the last read of the whole repository found all of it.'
    gauge repository_read_timestamp_seconds "$at" 'When the whole repository was read last; 0 for never.'
  } | publish "$service"
}
# A metric of the service: its name without what all begin with, its value, and what it means.
gauge() {
  printf '# HELP buka_backup_%s %s\n# TYPE buka_backup_%s gauge\n' "$1" "$3" "$1"
  printf 'buka_backup_%s{service="%s"} %s\n' "$1" "$service" "$2"
}
# Whoever reads the file $1 finds the last one or this one, whole.
publish() {
  cat >"$HOME/metrics/.$1.new"
  chmod 644 "$HOME/metrics/.$1.new"
  chmod 755 "$HOME/metrics"
  mv "$HOME/metrics/.$1.new" "$HOME/metrics/$1.prom"
}
`,C=String.raw`
SET search_path = pg_catalog;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
SET bytea_output = 'hex';
SET extra_float_digits = 1;
SET lc_monetary = 'C';
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
`,M=(e,t="<> 't'")=>String.raw`
SELECT format($$SELECT 'table', %L, count(*), ${e} FROM ONLY %I.%I AS r$$,
    n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence ${t} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
`,te="coalesce(sum(hashtextextended((r.*)::text, 0)), 0)",se=String.raw`
SELECT format($$SELECT 'sequence', %L, s.last_value, %s FROM %I.%I AS s$$,
    n.nspname || '.' || c.relname, q.seqincrement, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpersistence = 'p'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname \gexec
`,oe=String.raw`
SELECT 'large-objects', count(*), coalesce(sum(hashtextextended(m.oid || ' ' || encode(sha256(lo_get(m.oid)), 'hex'), 0)), 0)
  FROM pg_largeobject_metadata m;
`,ae=String.raw`${C}
${se}${M(te)}
${oe}`,Xe=C+se,re=C+M(te,"= 'p'")+oe,Ze=C+M("0"),Ve=String.raw`
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
`,Ke=String.raw`
engine_name=PostgreSQL dumper=pg_dump
fingerprint_sql() { cat <<'SQL'
${ae}
SQL
}
sequences_sql() { cat <<'SQL'
${Xe}
SQL
}
tables_sql() { cat <<'SQL'
${re}
SQL
}
create_sql() { cat <<'SQL'
${Ve}
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

database_size() { ask 'SELECT pg_database_size(current_database())'; }

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
version_of_backup() { sed -n 's/.*"server":"\([0-9]*\)\..*/\1/p' "$1"; }

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
dump_failure_is_migration() { grep -q 'LOCK TABLE' "$work/dump.err"; }
dump_globals() {
  pg_dumpall -d "$production" -l postgres --no-password --globals-only >"$work/globals" 2>"$work/globals.err" ||
    die globals-failed "$(words "$work/globals.err")"
}

# A server of its own for a proof, with nothing in it: no network, and nothing is written through to the disk. Its table
# of locks has room for 200,000 and takes 80 MB at most, half of that at once.
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
    -c max_connections=10 -c max_locks_per_transaction=10000 -c max_wal_size=8GB -c autovacuum=off -c jit=off \
    -c shared_buffers=64MB -c maintenance_work_mem=128MB" \
    start >/dev/null 2>&1 5>&- 9>&- || die proof-failed "$(words "$work/server.log")"
  proof_server=yes
}
stop_proof_server() {
  if [ -z "$proof_server" ]; then return 0; fi
  pg_ctl -D "$work/cluster" -m immediate -w stop >/dev/null 2>&1 || :
  proof_server=
}
in_proof() { PGPASSFILE=$work/none psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -h "$work" -U buka_proof "$@"; }
fingerprint_proof() { fingerprint_sql | in_proof -d "$database"; }

# Restores a backup into the proof's server; its arguments are those of "prove".
restore_proof() {
  roles_of "$2globals" |
    in_proof -d postgres >/dev/null 2>"$work/restore.err" || die proof-failed "roles: $(words "$work/restore.err")"
  # In one transaction no log is written of the rows, as their tables are new in it. But it holds a lock for each table,
  # index and large object: where there are more of them than the server has room for, each statement is on its own.
  transaction=--single-transaction
  until load_proof "$1" "$2create"; do
    if [ -z "$transaction" ] || ! grep -q max_locks_per_transaction "$work/restore.err"; then
      die proof-failed "$(read_failure) $(words "$work/restore.err")"
    fi
    transaction=
    drop_lock
    echo 'DROP DATABASE :"name"' | in_proof -d postgres -v name="$database" >/dev/null 2>"$work/restore.err" ||
      die proof-failed "dropping the database: $(words "$work/restore.err")"
  done
  whole_backup_read
}
load_proof() {
  in_proof -d postgres -v name="$database" <"$2" >/dev/null 2>"$work/restore.err" ||
    die proof-failed "making the database: $(words "$work/restore.err")"
  read_backup "$1" /database.dump | PGPASSFILE=$work/none pg_restore --exit-on-error $transaction --no-tablespaces -h "$work" -U buka_proof -d "$database" \
    2>"$work/restore.err"
}
`,Je=String.raw`
# Shown to be restorable, at once or later, and not found broken since. What has no proof of its own ends with that word.
is_proven() {
  [ ! -e "$state/manifests/$1.broken" ] &&
    { [ -e "$state/manifests/$1.proved" ] || ! grep -q ',"proof":null}$' "$state/manifests/$1.json"; }
}
# Its id, and the instant that it reflects, which it ends with.
newest_proven() {
  newest=; newest_of=
  for one in "$state"/manifests/*.json; do
    [ -f "$one" ] || continue
    one=$(basename "$one" .json)
    if is_proven "$one"; then newest=$one; fi
  done
  if [ -n "$newest" ]; then newest_of=$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$state/manifests/$newest.json"); fi
}

# Whether a new backup is proven at once: always, but for a deploy's that is to leave it to the night. That one is, too,
# where $due says why, and where nothing that is proven is younger than a night and half a day. $1 what is done so far.
prove_now() {
  proven_at=; prove_seconds=null; restore_seconds=null
  if [ "$kind" != deploy ] || [ "$proof" != nightly ]; then
    due=
    tell "progress $1; proving it"
  else
    newest_proven
    if [ -n "$due" ]; then :
    elif [ -e "$state/proof-open" ]; then due='the last proof did not end well'
    elif [ -z "$newest" ]; then due='none is proven'
    elif [ "$(($(date +%s) - $(date -d "$newest_of" +%s)))" -gt 129600 ]; then due="the newest proven one is of $newest_of, more than 36 hours ago"
    else
      tell "progress $1; its proof is left to the night, the newest proven one is $newest of $newest_of"
      return 1
    fi
    tell "progress $1; proving it after all: $due"
  fi
  : >"$state/proof-open"
}
# What breaks off, in whatever way, leaves its mark, and the next backup is proven.
proof_ended() {
  rm -f "$state/proof-open"
  proven_at=$(date -u +%FT%TZ)
}

# $1 the dump's snapshot in the repository; $2, with an ending each, the small files that belong to it: globals (roles),
# create (the empty database) and fingerprint (what production held).
prove() {
  clock; proof_began=$now
  start_proof_server
  clock; restore_began=$now
  restore_proof "$1" "$2"
  restore_seconds=$(since "$restore_began")
  fingerprint_proof >"$work/restored" 2>"$work/restore.err" || die proof-failed "$(words "$work/restore.err")"
  stop_proof_server
  rm -rf "$work/cluster"
  compare "$2fingerprint" "$work/restored"
  prove_seconds=$(since "$proof_began")
}

# A file of what is stored ($1, $2), to standard output. A pipe doesn't tell how that went: whoever reads asks afterwards.
read_backup() {
  code=0
  restic --no-cache dump "$1" "$2" 2>"$work/read.err" || code=$?
  echo "$code" >"$work/read"
}
read_failure() { if [ "$(cat "$work/read")" != 0 ]; then printf 'reading the repository: %s' "$(words "$work/read.err")"; fi; }
whole_backup_read() { if [ "$(cat "$work/read")" != 0 ]; then die proof-failed "$(read_failure)"; fi; }

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

prove_again() {
  need_backup
  lock "a proof of $id" "$wait"
  open_work
  open_repository
  # Not production's word but the backup's: production may be what was lost.
  choose_client_for "$(version_of_backup "$state/manifests/$id.json")"
  : >"$state/proof-open"
  if is_point; then
    open_point "$manifests/$id.json"
    prove_point
    compare "$manifests/$id.fingerprint" "$work/restored"
  else prove "$stored" "$manifests/$id."; fi
  proof_ended
  proved="proved $id $proven_at $prove_seconds"
  printf '%s\n' "$proved" >"$manifests/$id.proved"
  rm -f "$manifests/$id.broken"
  metrics
  tell "$proved"
}
# Only what was found in the backup itself counts against it.
mark_broken() {
  if [ -z "$proved" ] && cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | grep -q .; then
    printf 'broken %s %s\n' "$id" "$(cat "$work/read.err" "$work/restore.err" "$work/differences" 2>/dev/null | tail -n 3 | tr '\n\t' '  ' | cut -c 1-500)" >"$manifests/$id.broken"
    metrics
  fi
}
`,et=String.raw`
# What goes: proven backups beyond those that the settings keep. The newest proven one stays whatever they say, and so
# does the newest of each of the last releases, which a worker may still be rolled back to. One that was never proven
# stays as that newest, beside the newest proven one of the release, or while nothing newer is proven. A backup that a
# later proof found broken counts for nothing. What a dead run left in the repository, and no manifest names, goes too.
retain() {
  lock 'the retention' "$wait"
  open_work
  open_repository
  : >"$work/backups"
  for manifest in "$state"/manifests/*.json; do
    [ -f "$manifest" ] || continue
    id=$(basename "$manifest" .json)
    proven=yes
    if [ -f "$state/manifests/$id.broken" ]; then proven=no; elif ! is_proven "$id"; then proven=never; fi
    day=$(printf %s "$id" | cut -c 1-8)
    printf '%s %s %s %s %s\n' "$id" "$day" "$(date -u -d "$day" +%G-%V)" "$proven" \
      "$(sed -n 's/.*"release":"\([^"]*\)".*/\1/p' "$manifest")" >>"$work/backups"
  done
  sort -r "$work/backups" | awk -v last="$keep_last" -v daily="$keep_daily" -v weekly="$keep_weekly" -v releases="$keep_releases" '
    function fresh(seen, key, most) { if (key == "" || key in seen || size[most] >= limit[most]) return 0; seen[key] = 1; size[most]++; return 1 }
    function of_release(proven) {
      if ($5 == "" || named[$5] == "yes" || (named[$5] == "" && size["releases"] >= releases)) return 0
      if (named[$5] == "") size["releases"]++
      else if (proven == "never") return 0
      named[$5] = proven
      return 1
    }
    BEGIN { limit["daily"] = daily; limit["weekly"] = weekly }
    $4 == "no" { if (proven) print $1; next }
    $4 == "never" { if (!of_release("never") && proven) print $1; next }
    {
      proven++
      keep = proven == 1 || proven <= last
      if (fresh(days, $2, "daily")) keep = 1
      if (fresh(weeks, $3, "weekly")) keep = 1
      if (of_release("yes")) keep = 1
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
  retain_wal
  restic --no-cache prune --quiet >/dev/null 2>"$work/restic.err" || die repository-broken "$(words "$work/restic.err")"
  tell "retained $(cat "$state"/manifests/*.json 2>/dev/null | wc -l)"
}

# Reads the whole repository. What it finds is told again and again by the metrics.
verify() {
  lock 'a read of the whole repository' "$wait"
  open_work
  open_repository
  verify_wal >"$work/wal.check"
  if restic --no-cache check --read-data >"$work/check" 2>&1 && [ ! -s "$work/wal.check" ]; then printf '1 %s\n' "$(date +%s)" >"$state/verified"
  else
    printf '0 %s\n' "$(date +%s)" >"$state/verified"
    metrics
    if [ -s "$work/wal.check" ]; then die wal-broken "$(words "$work/wal.check")"; fi
    die repository-broken "$(words "$work/check")"
  fi
  metrics
  tell verified
}
`,tt=String.raw`
take() {
  case $kind in deploy | manual | nightly) ;; *) die bad-request "kind may not be $kind" ;; esac
  case $proof in '' | every | nightly) ;; *) die bad-request "proof may not be $proof" ;; esac
  id=$(date -u +%Y%m%dT%H%M%SZ)-$(od -A n -t x1 -N 3 /dev/urandom | tr -d ' \n')
  started=$(date -u +%FT%TZ)
  lock "a backup ($kind)" "$wait"
  open_work
  open_repository
  preflight
  tell "progress $database: $((database_bytes / 1000000)) MB in $engine_name $server, by $dumper $client"
  about=; due=
  if [ "$mode" = continuous ]; then take_point; else take_dump; fi
  commit
  failed=
  metrics
  tell "manifest $(cat "$state/manifests/$id.json")"
}

take_dump() {
  clock; dump_began=$now
  open_snapshot
  store database.dump start_dump
  dump_globals
  close_snapshot || die dump-failed "reading production: $(words "$work/session.err")"
  dump_seconds=$(since "$dump_began")
  if prove_now "stored, $((added / 1000)) kB new"; then
    prove "$stored" "$work/"
    proof_ended
  fi
}

# The manifest is what makes it a backup, so it comes last, and in one step.
commit() {
  for part in globals create fingerprint; do cp "$work/$part" "$state/manifests/$id.$part"; done
  {
    printf '{"version":1,"id":"%s","service":"%s","kind":"%s",' "$id" "$service" "$kind"
    printf '"release":%s,"run":%s,"by":%s,"reason":%s,' "$(json_or_null "$release")" "$(json "$run")" "$(json "$by")" "$(json_or_null "$reason")"
    printf '"engine":"%s","database":"%s","server":"%s","client":"%s","restic":"%s","program":"%s",' \
      "$engine" "$database" "$server" "$client" "$(restic version | awk '{ print $2 }')" "$(sha256sum <"$0" | cut -c 1-12)"
    printf '"snapshot":"%s",%s' "$stored" "$about"
    if [ -n "$due" ]; then printf '"proofDue":%s,' "$(json "$due")"; fi
    if [ -z "$proven_at" ]; then printf '"newestProven":{"id":"%s","of":"%s"},' "$newest" "$newest_of"; fi
    printf '"recoveryPoint":"%s","startedAt":"%s","finishedAt":"%s",' "$recovery_point" "$started" "$(date -u +%FT%TZ)"
    printf '"bytes":%s,"bytesAdded":%s,"seconds":{"dump":%s,"prove":%s,"restore":%s},' \
      "$bytes" "$added" "$dump_seconds" "$prove_seconds" "$restore_seconds"
    awk -F "$tab" '
      function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
      $1 == "table" { tables = tables (tables == "" ? "" : ",") text($2) ":{\"rows\":" $3 ",\"hash\":\"" $4 "\"}"; count++; rows += $3 }
      $1 == "sequence" { sequences = sequences (sequences == "" ? "" : ",") text($2) ":" $3 }
      $1 == "large-objects" { large = "{\"count\":" $2 ",\"hash\":\"" $3 "\"}" }
      END {
        printf "\"tables\":{%s},\"sequences\":{%s},\"largeObjects\":%s,", tables, sequences, large
        if (at == "") print "\"proof\":null}"
        else printf "\"proof\":{\"at\":\"%s\",\"tables\":%d,\"rows\":%d}}\n", at, count, rows
      }
    ' at="$proven_at" "$work/fingerprint"
  } >"$work/manifest"
  mv "$work/manifest" "$state/manifests/$id.json.new"
  sync "$state/manifests/$id".*
  mv "$state/manifests/$id.json.new" "$state/manifests/$id.json"
  sync "$state/manifests"
}

# What must hold before anything is begun. Room: for the proof, and for what is new in the worst case.
preflight() {
  choose_client
  database_size
  database_bytes=$answer
  if [ "$mode" = continuous ]; then preflight_log; fi
  free_bytes=$(free_in "$state")
  needed=$((database_bytes + database_bytes / 2 + 200000000))
  if ! ls "$state"/manifests/*.json >/dev/null 2>&1; then needed=$((needed + database_bytes / 2)); fi
  if [ "$free_bytes" -lt "$needed" ]; then
    die too-little-space "$((free_bytes / 1000000)) MB are free in $state, $((needed / 1000000)) MB may be needed"
  fi
  refuse_migration
}

# restic takes whatever it was given until its input ends for a whole backup. So its input is held open here (descriptor
# 3), and ends only when the dump has ended well; otherwise restic is interrupted, which leaves no snapshot.
# $1 what it is called in the repository, $2 what starts it and has its process in $dump.
store() {
  size_before=$(repository_size)
  mkfifo "$work/stream"
  RESTIC_PROGRESS_FPS=0.1 restic --no-cache --json backup --stdin --stdin-filename "$1" --host "$service" --tag "$id" \
    <"$work/stream" >"$work/restic.json" 2>"$work/restic.err" 5>&- &
  store=$!
  exec 3>"$work/stream"
  "$2"
  # Looks at the dump itself: a signal that comes before this shell has let go of its parent's traps is lost.
  { while sleep 2 && kill -0 "$dump" 2>/dev/null; do tell "progress dumped $(awk '/^wchar/ { printf "%.0f MB", $2 / 1000000 }' "/proc/$dump/io" 2>/dev/null)"; done } 3>&- 5>&- 9>&- &
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
  if kill -0 "$store" 2>/dev/null; then lived=yes; else lived=; fi
  end_store
  if [ -z "$lived" ]; then die store-failed "restic ended with status $store_code: $(words "$work/restic.err")"; fi
  if [ -s "$work/session.err" ]; then die dump-failed "reading production: $(words "$work/session.err")"; fi
  if dump_failure_is_migration; then die migration-running "$(words "$work/dump.err")"; fi
  die dump-failed "reading ended with status $code: $(words "$work/dump.err")"
}
# A restic from 0.17 on that is interrupted goes on waiting for the rest of its input, which never comes, nor its end.
end_store() {
  kill -s INT "$store" 2>/dev/null || :
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if kill -0 "$store" 2>/dev/null; then sleep 0.1; fi
  done
  kill -s KILL "$store" 2>/dev/null || :
  store_code=0
  wait "$store" 2>/dev/null || store_code=$?
  store=
  drop_lock
}
summary() { sed -n '/"message_type":"summary"/s/.*"'"$1"'":"\{0,1\}\([0-9a-f]*\)"\{0,1\}.*/\1/p' "$work/restic.json" | tail -n 1; }
`,ne=String.raw`#!/bin/sh
# Buka's program on the backup server; installed by "buka provision".
set -eu
${V}
use_postgresql() {
${Ke}
}
use_mariadb() {
${Ge}
}
${We}
open_service() {
  settings=/etc/buka/backup/$service
  mode=dump; engine=; host=; port=; database=; user=; keep_last=; keep_daily=; keep_weekly=; keep_releases=
  read_settings "$settings/settings" 'mode engine host port database user keep_last keep_daily keep_weekly keep_releases'
  state=$HOME/$service
  mkdir -p "$state/manifests" "$state/scratch" "$HOME/metrics"
  RESTIC_REPOSITORY=$state/repository RESTIC_PASSWORD_FILE=$settings/password
  export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE
  case $engine in postgresql | mariadb) "use_$engine" ;; *) die not-set-up "$settings/settings: no engine is called $engine" ;; esac
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
  if [ -n "$store" ]; then end_store; fi
  if [ -n "$failed" ]; then
    drop_lock
    restic --no-cache forget --quiet $failed >/dev/null 2>&1 || :
  fi
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
# A restic that is killed, whose reader goes away, or that is interrupted while it still waits for its lock to be the only
# one, leaves it.
drop_lock() { restic --no-cache unlock >/dev/null 2>&1 || :; }

${tt}${Je}${et}${Qe}
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

# For a restore: on standard output is nothing but what was asked for, and the status tells whether all of it is there.
fetch() {
  need_backup
  case $what in
    database) exec restic --no-cache dump "$stored" /database.dump ;;
    base) exec restic --no-cache dump "$stored" /base.tar ;;
    wal) open_point "$manifests/$id.json"; send_wal ;;
    globals | create | fingerprint) cat "$manifests/$id.$what" ;;
    manifest) cat "$manifests/$id.json" ;;
    *) die bad-request "nothing is called $what" ;;
  esac
}

nightly() {
  kind=nightly; by='the nightly timer'; run=nightly; wait=3600; status=0
  (take) || status=$?
  (retain) || status=$?
  metrics
  exit "$status"
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
      nightly | retain | verify | receive) ;;
      *) die bad-request "nothing is called $action" ;;
    esac ;;
  *) die bad-request 'too many words' ;;
esac
[ -n "$service" ] || die bad-request 'no service'
open_service
if [ "$action" != list ] && [ "$action" != fetch ]; then open_database; fi
case $action in prove) prove_again ;; *) "$action" ;; esac
`,st=String.raw`
statements_sql() { cat <<'SQL'
${ee}
SQL
}
count_statements_sql() { cat <<'SQL'
${ze}
SQL
}
session_sql() { cat <<'SQL'
${L}
SQL
}

tick='${"`"}'
sql() { mariadb --default-character-set=utf8mb4 --max-allowed-packet=1G -N -B -r "$@"; }
# Asks the server, into $answer.
ask() { answer=$(sql -e "$1" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$1'"; [ "$answer" = 1 ]; }
quoted() { printf '%s%s%s' "$tick" "$1" "$tick"; }
size_of() { ask "SELECT CAST(IFNULL(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = '$1'"; }
# $1 prints statements that print statements, which are then run in the database $2.
doubly() { "$1" | sql "$2" >"$work/statements" && { session_sql; cat "$work/statements"; } | sql "$2"; }
counts() { doubly count_statements_sql "$database"; }
fingerprint() { doubly statements_sql "$new"; }
data_folder() { ask 'SELECT @@datadir'; }
drop_database() { sql -e "DROP DATABASE $(quoted "$1")"; }
analyze() { mariadb-analyze --silent "$new"; }
# A row may be longer than the server lets a statement be. What it lets is put back at the end.
make_database() {
  ask 'SELECT @@global.max_allowed_packet'
  packet=$answer
  sql -e 'SET GLOBAL max_allowed_packet = 1073741824' && sed "1s/%name%/$(quoted "$new")/;1q" "$work/create" | sql
}
# That it ends where the dump ended needs no look: what was loaded is compared with what was backed up.
load_dump() { { echo 'SET sql_log_bin = 0;'; cat; } | sql --binary-mode "$new" >/dev/null; }
tidy_database() {
  if [ -n "$packet" ]; then sql -e "SET GLOBAL max_allowed_packet = $packet" >/dev/null 2>&1 || :; fi
  if [ -n "$closed" ]; then sql -e "SET GLOBAL read_only = $closed" >/dev/null 2>&1 || :; fi
  if [ -n "$failed" ]; then sql -e "DROP DATABASE IF EXISTS $(quoted "$failed")" >/dev/null 2>&1 || :; fi
}
packet=

# Only accounts that are missing; of those, rights on single tables need the tables, and are told where they aren't there.
make_roles() {
  ask "SELECT CONCAT(QUOTE(user), IF(IFNULL(JSON_VALUE(priv, '$.is_role'), 0), '', CONCAT('@', QUOTE(host)))) FROM mysql.global_priv"
  printf '%s\n' "$answer" >"$work/accounts"
  awk 'FNR == NR { there[$0] = 1; next }
    /^-- account / { name = $0; sub(/^-- account /, "", name); skip = name in there; next }
    !skip' "$work/accounts" "$work/globals" >"$work/missing"
  sql --force <"$work/missing" >/dev/null 2>"$work/roles.err" || :
  if [ -s "$work/roles.err" ]; then tell "progress some rights were not given, as what they are on is not there: $(words "$work/roles.err")"; fi
}

# The statements that make again what can't change its database as tables can: views and routines of $1.
others_of() {
  views=$(sql -e "SELECT table_name FROM information_schema.views WHERE table_schema = '$1'") || return 1
  mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --skip-triggers --routines "$1" || return 1
  if [ -n "$views" ]; then
    (IFS="$newline"; set -f; mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --skip-triggers "$1" $views) || return 1
  fi
}
triggers_of() { mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --triggers --skip-routines "$1"; }
events_of() { mariadb-dump --default-character-set=utf8mb4 --skip-dump-date --skip-lock-tables --no-data --no-create-info --skip-triggers --events "$1"; }
# The statements that take views, routines, events ($2: and triggers) out of $1.
names() { sql -e "SELECT CONCAT('DROP ', $1, ' $tick', REPLACE('$4', '$tick', '$tick$tick'), '$tick.$tick', REPLACE($2, '$tick', '$tick$tick'), '$tick;') FROM information_schema.$3 = '$4'"; }
drops_of_triggers() { names "'TRIGGER'" trigger_name 'triggers WHERE trigger_schema' "$1"; }
drops_of_others() {
  names "'VIEW'" table_name 'views WHERE table_schema' "$1" &&
    names routine_type routine_name 'routines WHERE routine_schema' "$1" &&
    names "'EVENT'" event_name 'events WHERE event_schema' "$1"
}
moves() {
  sql -e "SELECT CONCAT('$tick$1$tick.', q, ' TO $tick$2$tick.', q) FROM (SELECT CONCAT('$tick', REPLACE(table_name, '$tick', '$tick$tick'), '$tick') AS q
    FROM information_schema.tables WHERE table_schema = '$1' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')) t"
}

# MariaDB can't give a database another name. Its tables can go from one to another, all in one statement that is done
# as a whole or not at all: those of the present one into a database that is put aside, the new ones in their place.
# Triggers keep a table where it is, so they go before, and come after; nobody may write meanwhile. Views and routines
# follow, and events last.
swap() {
  new=$(beside "$id")
  exists "$new" || die not-loaded "$new"
  fetch_file create
  old=-
  : >"$work/old-drops"; : >"$work/old-others"; : >"$work/old-triggers"; : >"$work/old-events"; : >"$work/moves"
  : >"$work/old-trigger-drops"
  make=$(sed "1s/%name%/$(quoted "$database")/;1q" "$work/create")
  if exists "$database"; then
    old=$(beside "before_$(date -u +%Y%m%dT%H%M%SZ)")
    ask "SELECT CONCAT(default_character_set_name, ' COLLATE ', default_collation_name) FROM information_schema.schemata WHERE schema_name = '$database'"
    make="CREATE DATABASE $(quoted "$old") CHARACTER SET $answer"
    # A view of what is gone can't be read; the present database may be wrong in more ways than one.
    others_of "$database" >"$work/old-others" 2>"$work/others.err" ||
      tell "progress not all views and routines of the present database can be kept: $(words "$work/others.err")"
    {
      triggers_of "$database" >"$work/old-triggers" &&
        events_of "$database" >"$work/old-events" &&
        drops_of_triggers "$database" >"$work/old-trigger-drops" &&
        drops_of_others "$database" >"$work/old-drops" &&
        moves "$database" "$old" >"$work/moves"
    } 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  fi
  if [ -s "$work/moves" ]; then aim=$old; else aim=$database; fi
  { others_of "$new" >"$work/new-others" && moves "$new" "$database" >>"$work/moves"; } 2>"$work/swap.err" ||
    die swap-failed "$(words "$work/swap.err")"
  sql -e "$make" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  ask 'SELECT @@global.read_only'
  closed=$answer
  tries=0
  while :; do
    end_sessions
    if {
      echo 'SET lock_wait_timeout = 1; SET GLOBAL read_only = 1;'
      cat "$work/old-trigger-drops"
      if [ -s "$work/moves" ]; then printf 'RENAME TABLE %s;\n' "$(paste -s -d , "$work/moves")"; fi
    } | sed 's/^DROP TRIGGER /DROP TRIGGER IF EXISTS /' | sql >/dev/null 2>"$work/swap.err"; then break; fi
    if is_moved; then break; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 20 ] || ! grep -q -i -e 'lock wait timeout' -e 'Connection was killed' "$work/swap.err"; then
      sql --force "$database" <"$work/old-triggers" >/dev/null 2>&1 || :
      if [ "$old" != - ] && ! holds_tables "$old"; then drop_database "$old" >/dev/null 2>&1 || :; fi
      die swap-failed "$(words "$work/swap.err")"
    fi
  done
  # From here on the data is the restored one. What fails now is told, and goes on.
  : >"$work/after.err"
  if [ "$old" != - ]; then sql --force <"$work/old-drops" >/dev/null 2>>"$work/after.err" || :; fi
  sql --force --binary-mode "$database" <"$work/new-others" >/dev/null 2>>"$work/after.err" || :
  sed 1d "$work/create" | sql --force --binary-mode "$database" >/dev/null 2>>"$work/after.err" || :
  end_sessions
  sql -e "SET GLOBAL read_only = $closed" 2>>"$work/after.err" || :
  closed=
  if [ "$old" != - ]; then
    # Nothing is to write into what was put aside: its triggers and routines are there, its events are not run.
    { cat "$work/old-others"; cat "$work/old-triggers"; } | sql --force --binary-mode "$old" >/dev/null 2>>"$work/after.err" || :
    sed 's/ PRESERVE ENABLE / PRESERVE DISABLE /' "$work/old-events" | sql --force --binary-mode "$old" >/dev/null 2>>"$work/after.err" || :
  fi
  if ! holds_tables "$new"; then drop_database "$new" 2>>"$work/after.err" || :; fi
  if [ -s "$work/after.err" ]; then tell "progress the tables are swapped, but not all that belongs to them: $(words "$work/after.err")"; fi
  tell "swapped $old"
}
# The answer may be lost where the work was done. One statement moves all or nothing, so one table tells of all; what is
# put aside is never dropped before it was asked for.
is_moved() { holds_tables "$aim"; }
holds_tables() {
  ask "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$1' AND table_type <> 'VIEW'"
  [ "$answer" != 0 ]
}
end_sessions() {
  sql -e "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE db IN ('$database', '$new') AND id <> CONNECTION_ID() AND user <> 'event_scheduler'" |
    sql --force >/dev/null 2>&1 || :
}

# The databases that earlier restores put aside, or loaded and never swapped.
set_aside() {
  ask "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH('$database')) = '$database'
    AND SUBSTR(schema_name, CHAR_LENGTH('$database') + 1) REGEXP '^_(before_)?[0-9]{8}t[0-9]{6}z(_[0-9a-f]{6})?\$' ORDER BY schema_name"
}
`,ot=String.raw`
fingerprint_sql() { cat <<'SQL'
${ae}
SQL
}
counts_sql() { cat <<'SQL'
${Ze}
SQL
}
open_again() { psql -X -q -d postgres -c "ALTER DATABASE \"$1\" ALLOW_CONNECTIONS true" >/dev/null 2>&1 || :; }
sql() { psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 "$@"; }
# Asks the server, into $answer: $1 the database.
ask() { answer=$(sql -d "$1" -c "$2" 2>"$work/query.err") || die database-down "$(words "$work/query.err")"; }
exists() { ask postgres "SELECT count(*) FROM pg_database WHERE datname = '$1'"; [ "$answer" = 1 ]; }

size_of() { ask postgres "SELECT pg_database_size('$1')"; }
counts() { counts_sql | sql -d "$database"; }
fingerprint() { fingerprint_sql | sql -d "$new"; }
data_folder() { ask postgres 'SHOW data_directory'; }
make_database() { sql -d postgres -v name="$new" <"$work/create"; }
load_dump() { pg_restore --exit-on-error --no-tablespaces -d "$new"; }
analyze() { sql -d "$new" -c 'ANALYZE'; }
drop_database() { sql -d postgres -c "DROP DATABASE \"$1\""; }
tidy_database() {
  if [ -n "$closed" ]; then open_again "$database"; fi
  if [ -n "$failed" ]; then psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$failed\"" >/dev/null 2>&1 || :; fi
}

make_roles() {
  ask postgres 'SELECT quote_ident(rolname) FROM pg_roles'
  printf '%s\n' "$answer" >"$work/roles"
  roles_of "$work/globals" |
    awk 'FNR == NR { there[$0] = 1; next }
      $2 == "ROLE" && ($1 == "CREATE" || $1 == "ALTER") { name = $3; sub(/;$/, "", name); if (name in there) next }
      { print }' "$work/roles" - | sql -d postgres >/dev/null 2>"$work/load.err" || die load-failed "roles: $(words "$work/load.err")"
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
`,at=String.raw`
logged_sql() { cat <<'SQL'
${re}
SQL
}
open_cluster() {
  unit=postgresql@$version-$cluster.service
  bin=/usr/lib/postgresql/$version/bin
  data=$(pg_conftool -s "$version" "$cluster" show data_directory 2>/dev/null) || die not-set-up "there is no PostgreSQL server $version/$cluster"
  data=$(readlink -m "$data")
}
is_up() { sql -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

look_point() {
  if is_up; then look
  else
    tell 'current {"exists":false,"bytes":0,"tables":{}}'
    fetch_file manifest
    tell "manifest $(cat "$work/manifest")"
    return 0
  fi
  ask postgres "SELECT coalesce(string_agg(to_json(datname)::text, ',' ORDER BY datname), '') FROM pg_database
    WHERE datname <> '$database' AND datname <> 'postgres' AND NOT datistemplate"
  tell "others [$answer]"
}

fetched() { if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "reading the backup: $(words "$work/fetch.err")"; fi; }
# Unpacks what comes from the backup server into a folder.
unpack() {
  {
    code=0
    fetch "$1" 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | tar -x -f - -C "$2" 2>"$work/load.err" || { fetched; die load-failed "$(words "$work/load.err")"; }
  fetched
}
point_folder() { printf '%s.restored-%s\n' "$data" "$(printf %s "$id" | tr 'A-Z' 'a-z')"; }
load_point() {
  fetch_file fingerprint
  clock; began=$now
  in_manifest() { sed -n 's/.*"continuous":{[^}]*"'"$1"'":"\([^"]*\)".*/\1/p' "$work/manifest"; }
  size=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$work/manifest")
  major=$(sed -n 's/.*"server":"\([0-9]*\)\..*/\1/p' "$work/manifest")
  if [ "$major" != "$version" ]; then die load-failed "the backup is of PostgreSQL $major, here is $version"; fi
  new=$(point_folder)
  folder=$(dirname "$data")
  free=$(free_in "$folder")
  if [ "$free" -lt $((size + size / 4 + 300000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $folder, $(((size + size / 4) / 1000000 + 300)) MB may be needed"
  fi
  rm -rf "$new"
  mkdir -m 700 "$new" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  unfinished=$new
  tell "progress reading a base of $((size / 1000000)) MB into $new"
  unpack base "$new"
  "$bin/pg_verifybackup" -n -q "$new" >"$work/load.err" 2>&1 || die load-failed "the base: $(words "$work/load.err")"
  tell 'progress reading the log after it'
  unpack wal "$new/pg_wal"
  gzip -d -f "$new"/pg_wal/*.gz 2>/dev/null || :
  if ls "$new"/pg_wal/*.gz >/dev/null 2>&1; then die load-failed "the log: $(ls "$new"/pg_wal | grep gz | head -n 3 | tr '\n' ' ') can not be unpacked"; fi
  ls "$new/pg_wal" | grep -x '[0-9A-F]\{24\}' | cut -c 9- | sort >"$work/segments"
  # The settings that production was given by statements come back at the end; some of them would reach for others now.
  mv "$new/postgresql.auto.conf" "$work/auto.conf"
  : >"$new/postgresql.auto.conf"
  : >"$new/recovery.signal"
  echo 'local all postgres peer' >"$work/hba"
  : >"$work/ident"
  {
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" "hba_file = '$work/hba'" "ident_file = '$work/ident'" \
      'hot_standby = off' 'autovacuum = off' 'full_page_writes = on' "restore_command = 'false'" "recovery_target_timeline = 'latest'" \
      "recovery_target_action = 'promote'" "max_prepared_transactions = $("$bin/pg_controldata" "$new" | sed -n 's/^max_prepared_xacts setting: *//p')"
    case $to in
      '') echo "recovery_target_name = '$(in_manifest point)'" ;;
      newest) ;;
      *) echo "recovery_target_time = '$(printf %s "$to" | tr TZ ' ' | sed 's/ *$//') UTC'" ;;
    esac
  } >"$work/conf"
  tell 'progress going through the log'
  started=$new
  "$bin/pg_ctl" -D "$new" -w -t 43200 -l "$work/server.log" -o "-c config_file=$work/conf" start >/dev/null 2>&1 || :
  # Without hot standby it counts as started before it has gone through the log.
  until PGHOST=$work sql -d "$database" -c 'SELECT 1' >/dev/null 2>"$work/load.err"; do
    if "$bin/pg_ctl" -D "$new" status >/dev/null 2>&1 && ! grep -q 'does not exist' "$work/load.err"; then sleep 0.2; continue; fi
    if grep -q 'recovery ended before configured recovery target' "$work/server.log"; then die target-not-reached "$(words "$work/server.log")"; fi
    die load-failed "the log: $(words "$work/server.log")"
  done
  at=$(sed -n 's/.*last completed transaction was at log time \(.*\)/\1/p' "$work/server.log" | tail -n 1)
  point_at=$(sed -n 's/.*"recoveryPoint":"\([^"]*\)".*/\1/p' "$work/manifest")
  # The point is in there too, and may be from after the last transaction.
  if [ -z "$at" ] || [ "$(date -d "$at" +%s%3N)" -lt "$(date -d "$point_at" +%s%3N)" ]; then at=$point_at; fi
  # To the end of the log also means: to the first thing in it that can't be read. The last segment may be empty yet.
  if [ "$to" = newest ]; then
    ended=$(sed -n 's/.*redo done at \([0-9A-F/]*\).*/\1/p' "$work/server.log" | tail -n 1)
    if [ -n "$ended" ]; then
      ended=$(PGHOST=$work sql -d postgres -c "SELECT substr(pg_walfile_name('$ended'), 9)") || die load-failed 'it does not say where the log ended'
      if [ "$(awk -v ended="$ended" '$0 > ended' "$work/segments" | wc -l)" -gt 1 ]; then
        tell "short $ended $(tail -n 1 "$work/segments")"
      fi
    fi
  fi
  tell 'progress reading every table'
  PGHOST=$work; export PGHOST
  logged_sql | sql -d "$database" >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  if [ -z "$to" ]; then same || die load-differs "$(words "$work/differences")"; fi
  tell "tables {$(tables_json "$work/loaded")}"
  unset PGHOST
  "$bin/pg_ctl" -D "$new" -w -t 3600 -m fast stop >/dev/null 2>&1 || die load-failed 'it does not stop'
  started=
  cp "$work/auto.conf" "$new/postgresql.auto.conf"
  sync -f "$new"
  unfinished=
  tell "reached $(date -u -d "$at" +%Y-%m-%dT%H:%M:%S.%3NZ)"
  tell "loaded $new $(since "$began")"
}

# The present server is stopped, the folders change names, and it starts again; if it doesn't, all goes back.
swap_point() {
  new=$(point_folder)
  [ -d "$new" ] && [ ! -e "$new/recovery.signal" ] || die not-loaded "$new"
  old=-
  # Once it has begun it is gone through with.
  trap '' INT TERM HUP
  sudo -n /usr/bin/systemctl stop "$unit" 2>"$work/swap.err" || die swap-failed "$(words "$work/swap.err")"
  if [ -e "$data" ]; then
    old=$data.before-$(date -u +%Y%m%dt%H%M%Sz)
    mv -T "$data" "$old" 2>"$work/swap.err" || { start_server || :; die swap-failed "$(words "$work/swap.err")"; }
  fi
  if mv -T "$new" "$data" 2>"$work/swap.err" && start_server; then
    tell "swapped $old"
    return 0
  fi
  seen="$(words "$work/swap.err") $(tail -n 3 "/var/log/postgresql/postgresql-$version-$cluster.log" 2>/dev/null | tr '\n' ' ')"
  sudo -n /usr/bin/systemctl stop "$unit" 2>/dev/null || :
  if [ "$old" != - ]; then
    if [ ! -e "$new" ] && [ -e "$data" ]; then mv -T "$data" "$new"; fi
    mv -T "$old" "$data"
    start_server || seen="$seen; the server from before does not start either: journalctl -u $unit"
  fi
  die swap-failed "$seen"
}
start_server() {
  sudo -n /usr/bin/systemctl start "$unit" 2>"$work/swap.err" || return 1
  tries=0
  until is_up; do
    tries=$((tries + 1))
    if [ "$tries" -ge 600 ]; then return 1; fi
    sleep 0.1
  done
}

points_aside() { ls -d "$data".before-* "$data".restored-* 2>/dev/null || :; }
previous_points() {
  points_aside | while IFS= read -r one; do tell "previous $one $(du -sb "$one" 2>/dev/null | cut -f 1)"; done
}
drop_point() {
  points_aside | grep -q -x -F -- "$name" || die no-such-previous "$name"
  rm -rf -- "$name" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
  tell "dropped $name"
}
`,ie=String.raw`#!/bin/sh
# Buka's program on the database host; installed by "buka provision".
set -eu
${V}
use_postgresql() {
${ot}
}
use_mariadb() {
${st}
}
${at}
open_service() {
  settings=/etc/buka/restore/$service
  mode=dump; engine=; database=; source=; port=22; version=; cluster=
  read_settings "$settings/settings" 'mode engine database source port version cluster'
  case $engine in postgresql | mariadb) "use_$engine" ;; *) die not-set-up "$settings/settings: no engine is called $engine" ;; esac
  work=$(mktemp -d)
  failed=; closed=; started=; unfinished=
  trap 'tidy' EXIT
  trap 'die interrupted "by a signal"' INT TERM HUP
}
tidy() {
  unexpected
  tidy_database
  if [ -n "$started" ]; then unset PGHOST; "$bin/pg_ctl" -D "$started" -m immediate -w stop >/dev/null 2>&1 || :; fi
  if [ -n "$unfinished" ]; then rm -rf "$unfinished"; fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then exit 20; fi
}

# Rows by table, of lines of a fingerprint.
tables_json() {
  awk -F "$tab" '
    function text(value) { gsub(/\\/, "\\\\", value); gsub(/"/, "\\\"", value); return "\"" value "\"" }
    $1 == "table" { printf "%s%s:%s", comma, text($2), $3; comma = "," }' "$1"
}

# From the backup server, to standard output.
fetch() {
  printf 'service=%s\ndo=fetch\nid=%s\nwhat=%s\nto=%s\n' "$service" "$id" "$1" "$to" |
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
    size_of "$database"
    size=$answer
    counts >"$work/now" 2>"$work/query.err" || die database-down "$(words "$work/query.err")"
    tables=$(tables_json "$work/now")
    tell "current {\"exists\":true,\"bytes\":$size,\"tables\":{$tables}}"
  else tell 'current {"exists":false,"bytes":0,"tables":{}}'; fi
  fetch_file manifest
  tell "manifest $(cat "$work/manifest")"
}

# Into a database of its own. Roles that are missing are made; those that are there stay as they are.
load() {
  fetch_file create
  fetch_file fingerprint
  fetch_file globals
  clock; began=$now
  new=$(beside "$id")
  size=$(sed -n 's/.*"bytes":\([0-9]*\),.*/\1/p' "$work/manifest")
  data_folder
  free=$(free_in "$answer")
  if [ "$free" -lt $((size + size / 2 + 100000000)) ]; then
    die too-little-space "$((free / 1000000)) MB are free in $answer, $(((size + size / 2) / 1000000 + 100)) MB may be needed"
  fi
  make_roles
  if exists "$new"; then drop_database "$new" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"; fi
  failed=$new
  make_database >/dev/null 2>"$work/load.err" || die load-failed "making the database: $(words "$work/load.err")"
  tell "progress loading $((size / 1000000)) MB into $new"
  {
    code=0
    fetch database 2>"$work/fetch.err" || code=$?
    echo "$code" >"$work/fetched"
  } | load_dump 2>"$work/load.err" || die load-failed "$(fetch_failure) $(words "$work/load.err")"
  if [ "$(cat "$work/fetched")" != 0 ]; then die load-failed "$(fetch_failure)"; fi
  tell 'progress comparing it with what was backed up'
  fingerprint >"$work/loaded" 2>"$work/load.err" || die load-failed "$(words "$work/load.err")"
  same || die load-differs "$(words "$work/differences")"
  analyze >/dev/null 2>&1 || :
  failed=
  tell "loaded $new $(since "$began")"
}
fetch_failure() { if [ "$(cat "$work/fetched")" != 0 ]; then printf 'reading the backup: %s' "$(words "$work/fetch.err")"; fi; }
same() {
  grep -v "^sequence" "$work/fingerprint" | sort >"$work/wanted"
  grep -v "^sequence" "$work/loaded" | sort >"$work/found"
  diff "$work/wanted" "$work/found" >"$work/differences"
}

previous() {
  set_aside
  for one in $answer; do
    size_of "$one"
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
  drop_database "$name" 2>"$work/drop.err" || die drop-failed "$(words "$work/drop.err")"
  tell "dropped $name"
}

[ $# -eq 0 ] || die bad-request 'too many words'
read_request
service=$asked
[ -n "$service" ] || die bad-request 'no service'
same_program
case $action in look | load | swap | previous | drop) ;; *) die bad-request "nothing is called $action" ;; esac
open_service
# What a backup is, its manifest says: it may be from before the mode was another one.
if [ "$mode" = continuous ]; then open_cluster; fi
case $action in
  look) if [ "$mode" = continuous ]; then look_point; else look; fi ;;
  load)
    fetch_file manifest
    if ! grep -q '"continuous":{' "$work/manifest"; then load
    elif [ "$mode" = continuous ]; then load_point
    else die not-set-up 'it is of the continuous mode, and this host is set up for the other one'; fi ;;
  swap) if [ "$mode" = continuous ] && [ -d "$(point_folder)" ]; then swap_point; else swap; fi ;;
  previous)
    if [ "$mode" = continuous ]; then previous_points; fi
    if [ "$mode" != continuous ] || is_up; then previous; else tell listed; fi ;;
  drop) case $name in /*) if [ "$mode" = continuous ]; then drop_point; else die no-such-previous "$name"; fi ;; *) drop ;; esac ;;
esac
`,de=e=>(0,Pe.createHash)("sha256").update(e).digest("hex").slice(0,12),le={backup:de(ne),restore:de(ie)};function P({service:e,backup:t,database:s}){if(t===void 0||s===void 0)throw new h.j({code:"backup-not-configured",message:"buka.yml names no backup server.",left:"Nothing was changed.",hint:"docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`."});return{service:e,host:t.host,database:s.name,mode:t.mode,path:"/usr/local/lib/buka/backup",account:"buka-backup",version:le.backup,failure:(o,a)=>Z(e,o,a)}}async function B(e,{host:t},s,{step:o,detail:a,left:r}){const n=(i,d)=>e.reporter.step({host:t.name,name:o,state:i,detail:d});n("started",a);try{return await(await e.remote(t)).run(s,{onLine:d=>{const f=Le(d);f!==void 0&&n("progress",f)}})}catch(i){throw i instanceof h.w?(n("failed",i.failure.message),i.with({host:t.name,step:o,left:r})):i}}const rt=(0,$.Gx)(720);async function ce(e,t){const s=P(e.cluster),{host:o,database:a}=s,r=B(e,s,it(s,e,t),{step:"backup",detail:a,left:"No backup came of it; those that there were are as they were."}),n=await dt(e,o.name,r),{id:i,bytes:d,bytesAdded:f}=n,u=`${i}, ${(0,$.z3)(d)}, ${(0,$.z3)(f)} new; ${nt(n)}`;e.reporter.step({host:o.name,name:"backup",state:"done",detail:u});const c=n.continuous?.busy??[];return c.length>0&&e.reporter.warning(`Production was never quiet: ${c.join(", ")} came back and could be read, but could not be compared with it.`),n}function nt(e){if(e.proof===null){const{id:o,of:a}=e.newestProven;return`stored, not proven; the newest proven one is ${o} of ${a.toISOString()}`}const{proofDue:t,took:s}=e;return`restored in ${(0,$.a3)(s.restore)} and compared${t===void 0?"":`, after all: ${t}`}`}function it(e,{run:t,cluster:s},{kind:o,release:a,reason:r}){const{service:n,database:i}=e,d=o==="deploy"&&s.backup?.proof==="nightly"?"nightly":"every";return A(e,{name:"backup",request:{do:"take",service:n,kind:o,release:a??"",run:t.id,by:(0,b.vl)(t),reason:r??"",proof:d,wait:String(Math.ceil(s.rollout.lockTimeout/1e3))},deadline:rt,read(f){const u=f.at(-1)??"";if(!u.startsWith("manifest "))throw I("It ended without a manifest.",u);const c=D(u.slice(9));if(c===void 0)throw I("Its manifest can't be read.",u);const p={service:n,database:i,kind:o,release:a??null,run:t.id},E=Object.entries(p).filter(([_,z])=>c[_]!==z).map(([_])=>`${_} is ${JSON.stringify(c[_])}`);if(E.length>0)throw I("Its manifest is of something else.",E.join(", "));if(c.proof===null&&d==="every")throw I("Its manifest has no proof.",u);return c}})}const I=(e,t)=>new h.w({code:"backup-unproven",message:`The backup server did not say that the backup is there and proven, so it counts as none. ${e}`,seen:t.slice(0,500)||"nothing",hint:"`buka backups` lists what there is. Run the same again; if it stays, `buka provision` installs the program anew."});function dt({signal:e,reporter:t},s,o){return e===void 0?o:new Promise((a,r)=>{const n=()=>{const i=`${s} goes on with the backup by itself; \`buka backups\` lists it when it is done.`;t.info(i),r(new h.w({code:"cancelled",host:s,step:"backup",message:"The run was cancelled.",left:i}))};o.finally(()=>e.removeEventListener("abort",n)).then(a,r),e.aborted?n():e.addEventListener("abort",n,{once:!0})})}const lt=(e,{release:t,target:s})=>ce(e,{kind:"deploy",release:t,reason:`before ${s}`});async function x(e){const t=P(e.cluster),{host:s}=t;try{return await(await e.remote(s)).run(ct(t))}catch(o){throw o instanceof h.w?o.with({host:s.name}):o}}function ct(e){const{service:t}=e;return A(e,{name:"backups",request:{do:"list",service:t},deadline:(0,$.Gx)(2),read(s){if(s.at(-1)!=="listed")throw w("The list of backups has no end.",s.at(-1));const o=new Map;for(const a of s.slice(0,-1)){const r=$t(a,o);if(r===void 0||r.manifest.service!==t)throw w(`The list of backups has a line that tells of no backup of ${t}.`,a);o.set(r.manifest.id,r)}return[...o.values()]}})}function $t(e,t){const[,s,o=""]=/^(manifest|proved|broken) (.*)$/.exec(e)??[];if(s==="manifest"){const d=D(o);return d===void 0||d.proof===null?d&&{manifest:d}:{manifest:d,proven:{at:d.proof.at,took:d.took.prove}}}const[,a="",r=""]=/^(\S+) ?(.*)$/.exec(o)??[],n=t.get(a);if(n===void 0)return;if(s==="broken")return{...n,broken:r||"it could not be restored"};const i=$e(o,a);return i&&{manifest:n.manifest,proven:i}}function $e(e,t){const[,s,o="",a]=/^(\S+) (\S+) (\d+(?:\.\d+)?)$/.exec(e)??[],r=new Date(o);return s===t&&!Number.isNaN(r.getTime())?{at:r,took:(0,$.YA)(Number(a))}:void 0}const w=(e,t)=>new h.w({code:"answer-unreadable",message:e,seen:t?.slice(0,500)||"nothing",hint:"`buka provision`, with this version of Buka, installs the program that fits."}),ht=(0,$.Gx)(720);async function ft(e,t){const s=P(e.cluster),{name:o}=s.host,a=t??(await x(e)).at(-1)?.manifest.id;if(a===void 0)throw s.failure("no-such-backup","there is none yet").with({host:o,step:"proof"});const r=await B(e,s,ut(s,a,e.cluster.rollout.lockTimeout),{step:"proof",detail:a,left:"No other backup was touched."});return e.reporter.step({host:o,name:"proof",state:"done",detail:`${a} in ${(0,$.a3)(r.took)}`}),r}function ut(e,t,s){return A(e,{name:"proof",request:{do:"prove",service:e.service,id:t,wait:String(Math.ceil(s/1e3))},deadline:ht,read(o){const a=o.at(-1)??"",r=a.startsWith("proved ")?$e(a.slice(7),t):void 0;if(r===void 0)throw w(`The backup server did not say that ${t} is proven.`,a);return{id:t,...r}}})}function pt({id:e,release:t,to:s},o){if([e,t,s].filter(Boolean).length>(o?0:1))throw mt(o);return{id:e?Y(e):void 0,release:t?(0,O.Bf)(t):void 0,to:s?wt(s):void 0}}function wt(e){const t=/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(e)?new Date(e):void 0;if(t!==void 0&&!Number.isNaN(t.getTime()))return t;throw new h.j({code:"restore-time",message:`${JSON.stringify(e)} is not an instant.`,left:"Nothing was changed.",hint:"With date, time and zone: 2026-11-27T22:15:01Z, or 2026-11-28T05:15:01+07:00."})}const mt=e=>new h.j({code:"restore-words",message:e?"To drop what earlier restores put aside restores nothing, so no backup is named with it.":"A backup is named by its id, by a release or by an instant, and only by one of them.",left:"Nothing was changed.",hint:e?"Leave id, release and to out.":"Leave all but one of id, release and to out."});function bt(e,{id:t,release:s,to:o}){if(t!==void 0){const d=e.find(({manifest:f})=>f.id===t);if(d===void 0)throw fe(`There is no backup ${t}.`,e);return d}const a=e.filter(({manifest:d})=>(s===void 0||d.release===s)&&(o===void 0||d.continuous!==void 0&&d.recoveryPoint<=o)),r=he(a);if(r!==void 0)return r;const n=[s===void 0?"":` from when ${s} was on the workers`,o===void 0?"":` in continuous mode from before ${o.toISOString()}`].join(""),i=a.length>0?" that a later proof did not find broken":"";throw fe(`There is no backup${n}${i}.`,e)}const kt=e=>he(e.filter(({proven:t})=>t!==void 0)),he=e=>e.filter(({broken:t})=>t===void 0).sort((t,s)=>t.manifest.recoveryPoint.getTime()-s.manifest.recoveryPoint.getTime()).at(-1);function fe(e,t){const s=t.slice(-5).reverse();return new h.w({code:"no-such-backup",step:"look",message:e,seen:s.map(({manifest:{id:o,release:a,recoveryPoint:r},broken:n})=>`${o} of ${r.toISOString()}, ${a??"no release"}${n===void 0?"":`, BROKEN: ${n}`}`).join(`
`)||"the backup server has none",left:"Nothing was changed.",hint:"`buka backups` lists all; `buka restore ID` takes one by its id."})}const gt=e=>[{code:"program-missing",message:"Buka's restore program can't be run there as the database's account.",hint:"`buka provision` installs it, and the right to run it; so it does on a new database host."},{code:"program-outdated",message:"Buka's restore program there is of another version than this Buka.",hint:"`buka provision`, with this version of Buka, installs the one that fits."},{code:"not-set-up",message:`Restoring ${e} is not set up there.`,hint:"`buka provision` sets it up; so it does on a new database host."},{code:"bad-request",message:"Buka's restore program there did not understand what it was asked.",hint:"That is a fault in Buka: please report it with what was seen."},{code:"source-unreachable",message:"The database host can't read the backup: it does not get through to the backup server.",hint:"Is the backup server on, and can the database host reach its SSH port? `buka provision` puts right the key and the host key. Then run the same again."},{code:"no-such-backup",message:`The backup server has no such backup of ${e}.`,hint:"`buka backups` lists those that there are."},{code:"too-little-space",message:"There is too little room on the database host for a second database beside the present one.",hint:"`df -h` there. `buka restore --drop-previous` drops the databases that earlier restores put aside; else give it a larger disk."},{code:"load-failed",message:"The backup could not be loaded.",hint:"A connection that was lost: run the same again. If it stays, `buka backups` lists older ones to try: `buka restore ID`."},{code:"target-not-reached",message:"The write-ahead log on the backup server ends before that time, or nothing was written after it.",hint:"`buka restore` without `--to` goes as far as there is any."},{code:"load-differs",message:"What was loaded is not what was backed up, so it does not take the place of anything.",hint:"`buka prove ID` on this backup tells whether it is broken; `buka backups` lists the others: `buka restore ID`."},{code:"not-loaded",message:"The database that was to take the place is not there any more.",hint:"`buka restore --dry-run` tells whether the present database is the restored one already: then the rows are those of the backup. Else run the same again."},{code:"swap-failed",message:"The new database could not take the place of the present one.",hint:"Something else keeps connecting, or renames databases. Do `sudo -u postgres psql -l` or `sudo -u mysql mariadb-show` there list the database under its name? Then run the same again."},{code:"drop-failed",message:"The database could not be dropped.",hint:'Is somebody connected to it? `sudo -u postgres psql -c "SELECT * FROM pg_stat_activity"` or `sudo -u mysql mariadb-admin processlist` there tells. Then run the same again.'},{code:"no-such-previous",message:"No restore put a database of that name aside.",hint:"`buka restore --drop-previous --dry-run` lists those that there are."},{code:"database-down",message:"The database server does not answer on the database host.",hint:'`systemctl status postgresql mariadb` and `journalctl -u "postgresql*" -u mariadb` there. On a new machine `buka provision` sets it up. Then run the same again.'},{code:"interrupted",message:"Buka's restore program there was ended in the middle.",hint:"`journalctl --since -15min` there tells by what: a restart, too little memory, a person. Then run the same again."}];function _t(e,t,s){const o=gt(e).find(a=>a.code===t);return o&&new h.w({...o,seen:s||void 0})}function ue({service:e,backup:t,database:s}){if(t===void 0||s===void 0)throw new h.j({code:"backup-not-configured",message:"buka.yml names no backup server, so there is nothing to restore from.",left:"Nothing was changed.",hint:"docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`."});return{service:e,host:s.host,database:s.name,mode:t.mode,path:"/usr/local/lib/buka/restore",account:s.kind==="mariadb"?"mysql":"postgres",version:le.restore,failure:(o,a)=>_t(e,o,a)??Z(e,o,a).with({host:t.host.name})}}const Et=(0,$.Gx)(60),vt=(0,$.Gx)(720),yt=(0,$.Gx)(5),Tt=(e,t)=>S(e,{name:"look",request:{do:"look",id:t},deadline:Et,read(s){const o=Lt(g(s,"current"),g(s,"others")),a=D(g(s,"manifest")??"");if(o===void 0)throw w("The database host did not tell what is there.",s[0]);if(a?.id!==t||a.service!==e.service)throw w(`The database host did not find backup ${t} of ${e.service}.`,s.at(-1));return{current:o,manifest:a}}}),St=(e,t,s="point")=>S(e,{name:"load",request:{do:"load",id:t,to:Nt(s)},deadline:vt,read(o){const[,a,r]=/^(\S+) (\d+(?:\.\d+)?)$/.exec(g(o,"loaded")??"")??[];if(a===void 0)throw w(`The database host did not say that ${t} is loaded.`,o.at(-1));if(a.startsWith("/")){const n=new Date(g(o,"reached")??""),i=we(g(o,"tables"));if(Number.isNaN(n.getTime())||i===void 0)throw w("The database host did not say how far it came.",o.at(-1));return{name:a,took:(0,$.YA)(Number(r)),reached:n,tables:i,stoppedShort:g(o,"short")}}if(!a.startsWith(`${e.database}_`))throw w(`The database host is set up to restore another database than ${e.database}.`,a);return{name:a,took:(0,$.YA)(Number(r))}}}),At=(e,t)=>S(e,{name:"swap",request:{do:"swap",id:t},deadline:yt,read(s){const o=g(s,"swapped");if(!o)throw w("The database host did not say that the new database is in place.",s.at(-1));return o==="-"?void 0:o}}),Ot=e=>S(e,{name:"previous",request:{do:"previous"},deadline:(0,$.Gx)(2),read(t){if(t.at(-1)!=="listed")throw w("The list of databases has no end.",t.at(-1));return t.slice(0,-1).map(o=>{const[,a,r]=/^previous (\S+) (\d+)$/.exec(o)??[];if(a===void 0)throw w("The list of databases has a line that names none.",o);return{name:a,bytes:(0,$.ee)(Number(r))}})}}),Rt=(e,t)=>S(e,{name:"drop",request:{do:"drop",name:t},deadline:(0,$.Gx)(10),read(s){if(g(s,"dropped")!==t)throw w(`The database host did not say that ${t} is dropped.`,s.at(-1))}});function S(e,{request:t,...s}){return A(e,{...s,request:{...t,service:e.service}})}function g(e,t){return e.find(s=>s.startsWith(`${t} `))?.slice(t.length+1)}const Nt=e=>e==="point"?"":e==="newest"?e:e.toISOString(),pe=e=>typeof e=="number"&&e>=0;function Lt(e="",t="[]"){const s=Object(W(e)),o=we(JSON.stringify(s.tables)),a=W(t);if(!(typeof s.exists!="boolean"||!pe(s.bytes)||o===void 0)&&Array.isArray(a))return{exists:s.exists,bytes:(0,$.ee)(s.bytes),tables:o,others:a.map(String)}}function we(e=""){const t=Object.entries(Object(W(e)));if(t.every(s=>pe(s[1])))return Object.fromEntries(t)}function W(e){try{return JSON.parse(e)}catch{return}}function H({recoveryPoint:e,tables:t},s,o){const a=[...new Set([...Object.keys(s.tables),...Object.keys(t)])].sort();return{since:e,span:(0,$.Tq)(e,o),nothingThere:!s.exists,tables:a.map(r=>({table:r,now:s.tables[r],inBackup:t[r]?.rows}))}}function me(e,{since:t,span:s,nothingThere:o,tables:a}){const r=`between ${t.toISOString()} and now: ${It(s)}`;if(o)return[`There is no database ${e} now. What was written ${r}, is not in the backup.`];const n=a.filter(({now:d,inBackup:f})=>d!==f),i=a.length-n.length;return[`Lost would be all that was written to ${e} ${r}.`,...n.map(d=>`  ${Ct(d)}`),i>0?`  ${i} ${n.length>0?"other ":""}table${i>1?"s":""} with as many rows as in the backup, which may be others`:""].filter(Boolean)}function Ct({table:e,now:t,inBackup:s}){const o=t===void 0?"not there now":`${be(t)} now`;return`${e}: ${o}, ${s===void 0?"no such table":be(s)} in the backup`}const be=e=>e.toLocaleString("en-US");function It(e){const t=Math.round(e/1e3),s=[[Math.floor(t/86400),"d"],[Math.floor(t/3600)%24,"h"],[Math.floor(t/60)%60,"min"],[t%60,"s"]],o=s.findIndex(([a])=>a>0);return o===-1?"less than a second":s.slice(o,o+2).filter(([a])=>a>0).map(([a,r])=>`${a} ${r}`).join(" ")}async function qt(e){const{workers:t}=e.cluster,s=await(0,b.HA)(t.hosts,async n=>(await e.remote(n)).run((0,O.vN)(t.root))),{answers:o,failures:a}=(0,b.IP)(s);for(const n of a)ge(e,n);let r=new Map(o);for(;r.size>0;){const n=_e(e,r);try{return{context:n,releases:r,lock:await(0,b.XC)(n)}}catch(i){const d=i instanceof h.w?i.failure.host:void 0;if(!(i instanceof h.w)||!ke(i)||d===void 0||!r.has(d))throw i;ge(e,i),r=new Map([...r].filter(([f])=>f!==d))}}return e.reporter.warning("No worker can be locked, so nothing keeps a deploy that reaches them from running at the same time: see that nobody starts one."),{context:_e(e,r),releases:r}}const ke=({code:e})=>!["lock-held","lock-lost","cancelled"].includes(e);function ge({reporter:e},{failure:t}){e.warning(`${t.host} is left out, and not locked: ${t.message}`)}function _e(e,t){const{workers:s}=e.cluster,o=s.hosts.filter(({name:a})=>t.has(a));return{...e,cluster:{...e.cluster,workers:{...s,hosts:o}}}}async function Dt({context:e,lock:t}){if(t===void 0)return;const s=e.cluster.workers.hosts.map(({name:o})=>o);await Promise.all(s.map(async o=>{try{await t.confirm(o)}catch(a){if(!(a instanceof h.w)||!ke(a))throw a;e.reporter.warning(`${o} went away meanwhile: ${a.failure.message}`)}}))}async function Ft({context:e,releases:t},{id:s,recoveryPoint:o},{at:a,reason:r}){const{workers:n}=e.cluster,i={at:a,event:"restored",backup:s,recoveryPoint:o,by:(0,b.vl)(e.run),reason:r},d=({active:c,history:p,staged:m})=>{const E=c??p.at(-1)?.release??m.at(-1)?.id;return E&&{...i,release:E}},f=async c=>{const p=d(t.get(c.name)??{staged:[],history:[]});p!==void 0&&await(await e.remote(c)).run((0,O.cJ)(n.root,p))},{failures:u}=(0,b.IP)(await(0,b.HA)(n.hosts,f));for(const{failure:c}of u)e.reporter.warning(`${c.host} could not note the restore in its history: ${c.message}`,"nothing");return u.length===n.hosts.length&&e.reporter.warning("No worker has noted the restore: until one has, a rollback refuses to cross migrations that the database no longer has."),[...t.values()].map(c=>{const p=d(c);return p===void 0?c:{...c,history:[...c.history,p]}})}const Mt=(0,$.YA)(30),Ee=(0,$.YA)(1);async function Pt(e,{context:t}){const s=t.clock,o=()=>(s?.now()??new Date).getTime(),a=o()+Mt;for(;;){const{workers:r}=await(0,b.h5)(t);if(!r.some(({healthy:i,active:d})=>i===!1&&d!==void 0)||o()>=a||t.signal?.aborted)return e.cluster.workers.hosts.map(({name:i})=>{const d=r.find(({worker:u})=>u===i),f=d?.running??d?.active;return d?.healthy===void 0?{worker:i,state:"not reached",release:f}:{worker:i,state:d.healthy?"answers":"unhealthy",release:f}});await(s?.sleep(Ee)??new Promise(i=>setTimeout(i,Ee)))}}function Bt(e,{release:t}){const o=(0,b.cr)(e).map(({release:r,migrations:n,backTo:i})=>{const d=`The database no longer has ${n.join(", ")}, which release ${r} on the workers came with.`;return i===void 0?`${d} Type \`buka deploy\`, of the same release or a newer one: it brings it again.`:`${d} Type \`buka rollback ${i}\`, which can live with it; a deploy after that brings it again.`});if(o.length>0)return o;const a=[...new Set(e.flatMap(r=>r.active??[]))];return t===null||a.length===0||a.every(r=>r===t)?[]:[`The backup is from when release ${t} was on the workers; they run ${a.join(", ")}. If that one has changed the database since: \`buka rollback ${t}\`.`]}const v="The present database is untouched.";async function xt(e,t={}){const{reporter:s}=e,o=ue(e.cluster),a=()=>e.clock?.now()??new Date,{manifest:r,loss:n,target:i,current:d}=await s.group("Look",async()=>{const c=await Ut(e,t),p=await j(e,ve(e,o,Tt(o,c)));s.step({host:o.host.name,name:"look",state:"done",detail:o.database});const m=Wt(t,p.manifest);return{...p,target:m,loss:Ht(m,p,a())}}),f={backup:r,database:o.database,loss:n,workers:[],next:[]};for(const c of Qt(o,{manifest:r,loss:n,target:i,current:d}))s.info(c);if(t.dryRun)return{...f,outcome:"planned"};await t.confirm?.(o.database);const u=await s.group("Lock",()=>qt(e));try{return await(0,b.SU)(e,"restore",async()=>{const c=a(),p=await s.group("Load",()=>j(e,ve(e,o,St(o,r.id,i)))),m=jt(r,p);p.stoppedShort!==void 0&&s.warning(`The log has a gap, or is damaged: it ends in segment ${p.stoppedShort.replace(" ",", and there are some up to ")}. What was written after ${m.recoveryPoint.toISOString()} is lost.`),s.step({host:o.host.name,name:"load",state:"done",detail:i==="point"?`${p.name}, the same as was backed up`:`${p.name}, as it was at ${m.recoveryPoint.toISOString()}`});const E=await s.group("Swap",()=>Gt(e,o,r,u)),_=a(),z=(0,$.Tq)(c,_);return await s.group("Look at the workers",async()=>{const Vt=await Ft(u,m,{at:_,reason:t.reason}),Kt=await Pt(e,u),Jt={backup:m,loss:H(m,d,_),previousDatabase:E,took:z,workers:Kt},es=[...Bt(Vt,m),...r.continuous===void 0?[]:[zt]];return{...f,...Jt,outcome:"restored",next:es}})})}finally{await u.lock?.release()}}function Wt({id:e,release:t,to:s},{continuous:o}){if(o!==void 0)return s??(e===void 0&&t===void 0?"newest":"point");if(s===void 0)return"point";throw new h.j({code:"restore-to",message:"Only where backups are made in continuous mode is there anything between two of them.",left:v,hint:"`buka backups` lists what there is; `buka restore ID` takes one."})}const Ht=(e,{manifest:t,current:s},o)=>e==="point"?H(t,s,o):{...H({...t,recoveryPoint:e==="newest"?o:e},s,o),tables:[]};function jt(e,{reached:t,tables:s={}}){if(t===void 0)return e;const o=Object.entries(s).map(([a,r])=>[a,{rows:r,hash:e.tables[a]?.hash??""}]);return{...e,recoveryPoint:t,tables:Object.fromEntries(o)}}const zt="The log of the restored server goes on by itself, but nothing can be restored from it before it has a base: type `buka backup` now.";async function Ut(e,t){let s;try{s=await j(e,x(e))}catch(n){if(!(n instanceof h.w))throw n;if(t.id===void 0||n.code==="cancelled")throw n.with({left:v});return e.reporter.warning(`What is known of ${t.id} can't be asked: ${n.message}`),t.id}const{manifest:o,broken:a,proven:r}=bt(s,t);return a!==void 0?e.reporter.warning(`A later proof found ${o.id} broken: ${a}. It is tried all the same; what comes back is compared before it takes the place of anything.`):r===void 0&&e.reporter.warning(Yt(o,kt(s))),o.id}function Yt({id:e},t){const s=`${e} was stored and never proven: whether it can be restored is not known before it is.`;if(t===void 0)return`${s} There is none that is proven.`;const{manifest:o}=t;return`${s} The newest proven one is of ${o.recoveryPoint.toISOString()}: \`buka restore ${o.id}\`.`}async function Gt(e,t,{id:s},o){try{await Dt(o)}catch(r){throw r instanceof h.w?r.with({left:v}):r}if(e.signal?.aborted)throw ye();const{name:a}=t.host;try{const r=await(await e.remote(t.host)).run(At(t,s)),n=r===void 0?t.database:`${t.database}; the one before is ${r} now`;return e.reporter.step({host:a,name:"swap",state:"done",detail:n}),r}catch(r){if(!(r instanceof h.w))throw r;const n=["unreachable","connection-lost","script-timeout","answer-unreadable","interrupted"].includes(r.code);throw r.with({host:a,step:"swap",left:n?"The swap is done as a whole, or not at all; which of them is not known from here.":`${v} The new one is beside it.`,hint:`\`buka restore ${s} --dry-run\` tells: where each table has as many rows as the backup, it is done.`})}}const ve=(e,t,s)=>B(e,t,s,{step:s.name==="load"?"load":"look",left:v});function j({signal:e},t){return e===void 0?t:new Promise((s,o)=>{const a=()=>o(ye());t.finally(()=>e.removeEventListener("abort",a)).then(s,o),e.aborted?a():e.addEventListener("abort",a,{once:!0})})}const ye=()=>new h.w({code:"cancelled",step:"restore",message:"The restore was cancelled.",left:`${v} The database host may go on loading beside it; the next restore of the same backup replaces that.`,hint:"Run the same again to restore."});function Qt(e,{manifest:t,loss:s,target:o,current:a}){if(t.continuous!==void 0)return Xt(e,{manifest:t,loss:s,target:o,current:a});const{id:r,recoveryPoint:n,bytes:i,release:d,kind:f,by:u,took:c}=t,p={deploy:"before a deploy",manual:"asked for",nightly:"nightly"}[f];return[`Restore ${e.database} on ${e.host.name} from backup ${r}: ${(0,$.z3)(i)}, ${p}, by ${u}, of ${n.toISOString()}${d===null?"":`, when ${d} was on the workers`}.`,...me(e.database,s),`It is loaded beside the present one, ${c.restore===null?"":`in about ${(0,$.a3)(c.restore)}, `}compared with what was backed up, and then takes its name; ${s.nothingThere?"":"the present one stays under another name. "}Whoever is at work in that moment is cut off and comes back to the new one.`]}function Xt(e,{manifest:t,loss:s,target:o,current:a}){const{id:r,recoveryPoint:n,bytes:i,took:d}=t,f=o==="newest"?"the newest state that the backup server has":`what it was at ${(o==="point"?n:o).toISOString()}`,u=a.others.length===0?"":`, and with it ${a.others.join(", ")}`;return[`Restore the whole PostgreSQL server on ${e.host.name} to ${f}: ${e.database}${u}; from the base of ${(0,$.z3)(i)} of backup ${t.continuous?.base??r}, and the log after it.`,...o==="newest"&&!s.nothingThere?["Lost would be what was written and has not come to the backup server: seconds, where that receives."]:me(e.database,s),`It is built beside the present one, ${d.restore===null?"":`in ${(0,$.a3)(d.restore)} or more, `}and then takes its place: PostgreSQL stops and starts again, which takes seconds in which every request fails. ${s.nothingThere?"":"The present data stays in another folder."}`]}async function Zt(e,t={}){const s=ue(e.cluster),o=[];try{const a=await e.remote(s.host),r=await a.run(Ot(s));for(const{name:n,bytes:i}of r)e.reporter.info(`${n}: ${(0,$.z3)(i)}`);if(t.dryRun||r.length===0)return{found:r,dropped:o};await t.confirm?.(s.database);for(const{name:n}of r){if(e.signal?.aborted)throw new h.w({code:"cancelled",message:"It was cancelled."});await a.run(Rt(s,n)),o.push(n),e.reporter.step({host:s.host.name,name:"drop",state:"done",detail:n})}return{found:r,dropped:o}}catch(a){if(!(a instanceof h.w))throw a;const r=o.length===0?"Nothing was dropped.":`Dropped were ${o.join(", ")}; the others are there.`;throw a.with({host:s.host.name,step:"drop",left:r})}}})};
