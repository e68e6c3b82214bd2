"use strict";exports.id=751,exports.ids=[751],exports.modules={9751:((Jt,Se,A)=>{A.d(Se,{mg:()=>jt});const Zt={hostKeys:[],authorizedKeys:""};var T=A(7598);const _="buka-backup",g="buka_backup",C=5432,U=3306,L="/usr/local/lib/buka/backup",Y="/usr/local/lib/buka/restore",O="/var/lib/buka-backup",Q=`${O}/.ssh/authorized_keys`,I=e=>`/etc/buka/backup/${e}`,M=e=>`/etc/buka/restore/${e}`,ye=e=>`${I(e)}/password`,H=e=>`${I(e)}/pgpass`,j=e=>`${I(e)}/my.cnf`,V=e=>`${M(e)}/key`;function m(e){const{database:t,backup:s,...n}=e;if(t===void 0||s===void 0)throw new Error("the cluster was checked to have backups");return{...n,database:t,backup:s}}const D="buka_definitions",x=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,_e=e=>`\`${e.replaceAll("`","``")}\``,ve=e=>_e(e.replaceAll(/[_%\\]/g,"\\$&")),Te=e=>`${x(g)}@${x(m(e).backup.host.address)}`;function Oe(e){const t=(0,T.createHash)("sha1").update(e).digest();return`*${(0,T.createHash)("sha1").update(t).digest("hex").toUpperCase()}`}const Re=`CREATE OR REPLACE DEFINER = '${D}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
  SQL SECURITY DEFINER READS SQL DATA
BEGIN
  FOR one IN (SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = of_database
      ORDER BY event_object_table, action_timing, event_manipulation, action_order) DO
    SELECT 'trigger';
    EXECUTE IMMEDIATE CONCAT('SHOW CREATE TRIGGER \`', REPLACE(of_database, '\`', '\`\`'), '\`.\`', REPLACE(one.name, '\`', '\`\`'), '\`');
  END FOR;
  FOR one IN (SELECT event_name AS name FROM information_schema.events WHERE event_schema = of_database ORDER BY event_name) DO
    SELECT 'event';
    EXECUTE IMMEDIATE CONCAT('SHOW CREATE EVENT \`', REPLACE(of_database, '\`', '\`\`'), '\`.\`', REPLACE(one.name, '\`', '\`\`'), '\`');
  END FOR;
END`;function Ne(e,t){const s=Te(e),n=ve(m(e).database.name);return`SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${s} ACCOUNT LOCK;
${t===void 0?"":`ALTER USER ${s} IDENTIFIED BY PASSWORD ${x(t)} ACCOUNT UNLOCK;
`}GRANT RELOAD, PROCESS ON *.* TO ${s};
GRANT SELECT, SHOW VIEW ON ${n}.* TO ${s};
GRANT SELECT ON mysql.* TO ${s};
CREATE USER IF NOT EXISTS '${D}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${n}.* TO '${D}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${Re}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${s};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${D}'@'localhost';
`}function Ae(e){const{backup:t,database:s}=m(e),n=`user = '${g}' AND host = ${x(t.host.address)}`,o=x(s.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${n} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = ${o} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${n} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${D}' AND host = 'localhost' AND db = ${o} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${D}@localhost'),
  't', 'f');`}const B=e=>`# for ${m(e).database.host.address}:${U}`,Ce=(e,t)=>`${B(e)}
[client]
host=${m(e).database.host.address}
port=${U}
user=${g}
password=${t}
[mariadb-client]
connect-timeout=10
`;var v=A(3916),b=A(7889),k=A(1996);const J=77,Z=78,w=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${J}
command -v apt-get >/dev/null || exit ${Z}
${e}`;function S(e){if(e.status===J)throw new v.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===Z)throw new v.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,b.gq)(e)}var ee=A(7030);const te=14;function q(e){const{database:t}=m(e);return`${t.host.address.replaceAll(":","\\:")}:${C}:*:${g}:`}const es=(e,t)=>`${q(e)}${t}
`;function G(e){const{address:t}=m(e).backup.host,s=(0,ee.isIP)(t)?`${t}/${(0,ee.isIPv6)(t)?128:32}`:t;return`host all ${g} ${s} scram-sha-256 # Buka: backups`}const Le=e=>G(e).replace("host all ","host replication "),se=e=>m(e).backup.mode==="continuous"?[G(e),Le(e)]:[G(e)],P=String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`,De=`DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${P} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${P} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${P});
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $$;
`,Ie=(e,t="dump")=>`SET LOCAL log_statement = 'none';
SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${g}') THEN CREATE ROLE ${g}; END IF;
END $$;
ALTER ROLE ${g} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${t==="continuous"?"REPLICATION":"NOREPLICATION"}${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${g} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${g};
${t==="continuous"?"":De}`,xe=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${g}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${e==="continuous"?"":` AND NOT EXISTS (SELECT FROM ${P})`};`,ne=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],qe=`GRANT EXECUTE ON FUNCTION ${ne.join(", ")} TO ${g};
`,Pe=`SELECT ${ne.map(e=>`pg_catalog.has_function_privilege('${g}', '${e}', 'EXECUTE')`).join(" AND ")}`;function Fe(e,t){const n=(0,T.pbkdf2Sync)(e,t,4096,32,"sha256"),o=r=>(0,T.createHmac)("sha256",n).update(r).digest(),a=(0,T.createHash)("sha256").update(o("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(t).toString("base64")}$${a}:${o("Server Key").toString("base64")}`}const Ue=w(String.raw`
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
`);function Me(e){const{service:t,database:s}=m(e);return{name:"look",text:Ue,values:{authorized:Q,account:_,role:g,kind:s.kind,line:s.kind==="mariadb"?B(e):q(e),pgpass:H(t),mycnf:j(t),host:s.host.address,port:String(C)},deadline:(0,k.Gx)(1),parse(n){const{stdout:o}=S(n),{authorized:a,reading:r,seen:c}=(0,b.OA)(o,["authorized","reading","seen"]);return{hostKeys:[...o.matchAll(/^key=(\S+ \S+)/gm)].map(([,u=""])=>u),authorizedKeys:Buffer.from(a,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:c.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const He=w(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function je(e){const{service:t,backup:s,database:n}=m(e),o=n.kind==="mariadb",a=o?j(t):H(t),r=o?"password=":q(e);return{name:"reader's password",text:He,values:{pgpass:a,line:r},deadline:(0,k.YA)(15),parse(c){const[u=""]=c.stdout.split(`
`),d=u.slice(r.length).replace(/\\([\\:])/g,"$1");if(c.status===0&&/^[\x21-\x7e]+$/.test(d))return d;throw new v.w({code:"reader-password",host:s.host.name,message:`${a} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${s.host.name} ${n.host.name}\` makes a new one.`})}}}const ae=e=>e?.content==="there",Be=w(String.raw`
tab=$(printf '\t')
place() { printf 'place\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(stat -L -c %a:%U:%G -- "$1")" "$3"; }

printf '%s\n' "$folders" | while IFS= read -r path; do
  if [ -d "$path" ]; then place "$path" folder -
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$files" | while IFS= read -r path; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then place "$path" file "$(sha256sum < "$path" | cut -c 1-64)"
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$secrets" | while IFS="$tab" read -r path line; do
  [ -n "$path" ] && [ -f "$path" ] || continue
  content=empty
  if [ -s "$path" ] && { [ -z "$line" ] || grep -qF -- "$line" "$path"; }; then content=there; fi
  place "$path" file "$content"
done
printf '%s\n' "$packages" | while IFS="$tab" read -r name unless; do
  state=missing
  if dpkg -s -- "$name" 2>/dev/null | grep -q '^Status: [a-z]* ok installed$'; then state=installed; fi
  if [ -n "$unless" ]; then
    for match in $unless; do if [ -e "$match" ]; then state=installed; fi; done
  fi
  printf 'package\t%s\t%s\t-\t-\n' "$name" "$state"
done
printf '%s\n' "$accounts" | while IFS= read -r name; do
  if line=$(getent passwd -- "$name"); then printf 'account\t%s\t%s\t-\t-\n' "$name" "$line"; fi
done
printf '%s\n' "$units" | while IFS= read -r unit; do
  if [ -n "$unit" ] && systemctl -q is-enabled -- "$unit" 2>/dev/null && systemctl -q is-active -- "$unit"; then
    printf 'unit\t%s\t-\t-\t-\n' "$unit"
  fi
done
`);function Ge(e){const t=(s,n)=>e.flatMap(s).map(n).join(`
`);return{name:"look",text:Be,values:{folders:t(({folders:s})=>s,({path:s})=>s),files:t(({preparation:s,files:n})=>[...s,...n],({path:s})=>s),secrets:t(({secrets:s})=>s,({path:s,line:n=""})=>`${s}	${n}`),packages:t(({packages:s})=>s,({name:s,unless:n=""})=>`${s}	${n}`),accounts:t(({accounts:s,users:n})=>[...s.map(({name:o})=>o),...n],s=>s),units:t(({units:s})=>s,s=>s)},deadline:(0,k.Gx)(1),parse:s=>We(S(s).stdout)}}function We(e){const t=(0,b.Ge)((0,b.Mn)(e).join(`
`),["of","name","first","second","third"]),s=n=>t.filter(o=>o.of===n);return{places:new Map(s("place").map(({name:n,first:o,second:a,third:r})=>{const[c="",u="",d=""]=a.split(":");return[n,{kind:o==="file"||o==="folder"?o:"other",mode:Number.parseInt(c,8),owner:u,group:d,content:r}]})),packages:new Set(s("package").flatMap(({name:n,first:o})=>o==="installed"?[n]:[])),accounts:new Map(s("account").map(({name:n,first:o})=>{const[,,,,,a="",r=""]=o.split(":");return[n,{home:a,shell:r}]})),units:new Set(s("unit").map(({name:n})=>n))}}function Ke(e,t,s){const n=[],o=(a,r,c)=>{r!==void 0&&n.push({host:e,what:a,seen:r,mend:c})};for(const a of t.preparation)o(a.path,re(a,s.places.get(a.path)),{kind:"preparation",file:a});for(const{name:a}of t.packages)o(`package ${a}`,s.packages.has(a)?void 0:"missing",{kind:"package",name:a});for(const a of t.accounts)o(`account ${a.name}`,ze(a,s),{kind:"account",account:a});for(const a of t.folders)o(a.path,W(a,s.places.get(a.path),"folder"),{kind:"folder",folder:a});for(const a of t.files)o(a.path,re(a,s.places.get(a.path)),{kind:"file",file:a});for(const a of t.secrets)o(a.path,Xe(a,s.places.get(a.path)),{kind:"secret",secret:a,made:!ae(s.places.get(a.path))});for(const a of t.units)o(a,s.units.has(a)?void 0:"not enabled and running",{kind:"unit",unit:a});for(const a of t.users)o(`account ${a}`,s.accounts.has(a)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`On ${e}: \`adduser --disabled-password ${a}\`, and put the deploy key into its authorized_keys.`});return n}function ze({name:e,home:t,shell:s},{accounts:n}){const o=n.get(e);return o===void 0?"missing":o.home!==t?`home ${o.home} instead of ${t}`:o.shell===s?void 0:`shell ${o.shell} instead of ${s}`}const oe=e=>e.toString(8).padStart(4,"0");function W(e,t,s){if(t===void 0)return"missing";if(t.kind!==s)return`not a ${s}`;const n=[];return t.mode!==e.mode&&n.push(`mode ${oe(t.mode)} instead of ${oe(e.mode)}`),(t.owner!==e.owner||t.group!==e.group)&&n.push(`belongs to ${t.owner}:${t.group} instead of ${e.owner}:${e.group}`),n.length===0?void 0:n.join(", ")}function re(e,t){const s=W(e,t,"file");return t?.kind!=="file"?s:[...t.content===(0,T.createHash)("sha256").update(e.content).digest("hex")?[]:["other content"],...s===void 0?[]:[s]].join(", ")||void 0}function Xe(e,t){return t?.kind==="file"&&!ae(t)?e.line===void 0?"empty":"has no line for this database":W(e,t,"file")}const Ye=w(String.raw`
public=
if [ -s "$key" ] && command -v ssh-keygen >/dev/null; then public=$(ssh-keygen -y -P '' -f "$key" </dev/null); fi
printf 'key=%s\n' "$public"

source=not-yet
seen=
if [ -n "$public" ] && [ -s "$known" ]; then
  # What it is answered doesn't matter: 255 is ssh's own failure, anything else the program's, so it was reached.
  status=0
  seen=$(runuser -u "$owner" -- ssh -F none -i "$key" -o BatchMode=yes -o IdentitiesOnly=yes \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$known" -o GlobalKnownHostsFile=/dev/null \
    -o ConnectTimeout=10 -p "$port" "$address" </dev/null 2>&1) || status=$?
  if [ "$status" = 255 ]; then source=unreachable; else source=reached; fi
fi
printf 'source=%s\nsource-seen=%s\n' "$source" "$(printf %s "$seen" | tr '\n\t' '  ')"

sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
postgres=missing
seen=; major=; reader=; path=; content=; points=; limit=; low=
for server in /usr/lib/postgresql/*/bin/postgres; do if [ -x "$server" ]; then postgres=down; fi; done
if [ "$kind" = postgresql ] && [ "$postgres" = down ] && seen=$(sql "SELECT current_setting('server_version_num')::int / 10000" 2>&1); then
  major=$seen
  if [ "$major" -ge 14 ]; then reader=$(sql "$check"); fi
  path=$(sql 'SHOW hba_file')
  content=$(base64 -w 0 < "$path")
  if [ "$mode" = continuous ]; then
    points=$(runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d "$database" -c "$points_check" </dev/null 2>/dev/null) || points=f
    if [ "$(sql "SELECT count(*) FROM pg_database WHERE datname = '$database'")" = 0 ]; then points=t; fi
    limit=$(sql 'SHOW max_slot_wal_keep_size')
    low=$(sql "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings
      WHERE name = 'wal_level' AND setting = 'minimal' OR name IN ('max_wal_senders', 'max_replication_slots') AND setting::int < 4")
  fi
  postgres=up
fi
mariadb=missing
listens=
if [ "$kind" = mariadb ]; then
  sql() { runuser -u mysql -- mariadb -N -B -r -e "$1" </dev/null; }
  if command -v mariadbd >/dev/null; then mariadb=down; fi
  if [ "$mariadb" = down ] && seen=$(sql "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)" 2>&1); then
    major=$seen
    reader=$(sql "$check")
    listens=$(sql "SELECT IF(@@skip_networking, 'nowhere', IFNULL(@@bind_address, '*'))")
    mariadb=up
  fi
fi
printf 'mariadb=%s\nlistens=%s\n' "$mariadb" "$listens"
printf 'postgres=%s\npostgres-seen=%s\nmajor=%s\nreader=%s\nhba=%s\ncontent=%s\npoints=%s\nlimit=%s\nlow=%s\n' \
  "$postgres" "$(printf %s "$seen" | tr '\n\t' '  ')" "$major" "$reader" "$path" "$content" "$points" "$limit" "$low"
`),Qe=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function Ve(e){const{service:t,backup:s,database:n}=m(e),o=n.kind==="mariadb";return{name:"look",text:Ye,values:{key:V(t),known:`${M(t)}/known_hosts`,address:`${_}@${s.host.address}`,port:String(s.host.port),postgres_port:String(C),kind:n.kind,owner:o?"mysql":"postgres",check:o?Ae(e):xe(s.mode),mode:s.mode,database:n.name,points_check:Pe},deadline:(0,k.Gx)(1),parse(a){const r=(0,b.OA)(S(a).stdout,Qe);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:o?{kind:"missing"}:Je(r,s.mode),...o?{mariadb:Ze(r)}:{}}}}}function Je(e,t){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const s=Buffer.from(e.content,"base64").toString(),{points:n,limit:o,low:a}=e,r={points:n==="t",limited:o!=="-1",tooLow:a.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:s},...t==="continuous"?{log:r}:{}}}function Ze(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const et=w(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),tt=e=>(0,b.K$)({name:"account",text:et,values:{sql:e},deadline:(0,k.Gx)(1),parse(t){t.status!==0&&S({...t,stderr:t.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),st=w(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),ie=(e,t="postgres")=>(0,b.K$)({name:"role",text:st,values:{sql:e,database:t,postgres_port:String(C)},deadline:(0,k.Gx)(1),parse(s){if(s.status===0)return;const n=s.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");S({...s,stderr:n})}}),nt=w(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),at=()=>(0,b.K$)({name:"max_slot_wal_keep_size",text:nt,values:{postgres_port:String(C)},deadline:(0,k.Gx)(1),parse:e=>{S(e)}}),ot=w(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
if [ "$(sha256sum < "$path" | cut -c 1-64)" != "$seen" ]; then echo "somebody changed $path just now"; exit 23; fi
beside=$path.buka-new
before=$path.buka-before
rm -f -- "$beside" "$before"
cp -p -- "$path" "$before"
cp -p -- "$path" "$beside"
printf %s "$content" > "$beside"
mv -f -T -- "$beside" "$path"
wrong=$(sql "SELECT line_number || ': ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL") || wrong='it can not be read'
if [ -n "$wrong" ]; then
  mv -f -T -- "$before" "$path"
  printf 'line %s\n' "$wrong"
  exit 23
fi
rm -f -- "$before"
sql 'SELECT pg_reload_conf()' >/dev/null
`),rt=({path:e,content:t},s)=>(0,b.K$)({name:"pg_hba.conf",text:ot,values:{path:e,seen:(0,T.createHash)("sha256").update(t).digest("hex"),content:`${s}
${t}`,postgres_port:String(C)},deadline:(0,k.Gx)(1),parse(n){if(n.status!==23)return void S(n);throw new v.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:n.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${s}`})}}),de=(e,t)=>e.split(`
`).includes(t);var ce=A(379);const le=e=>`command="${L} restore-source ${e}",restrict `,it=new RegExp(`^command="${L} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function dt(e,t,s){return[...e.split(`
`).filter(o=>it.test(o)&&!o.startsWith(le(t))),`${le(t)}${s}`].sort().map(o=>`${o}
`).join("")}const pe={owner:"root",group:"root"},R=(e,t={})=>({...pe,mode:493,...t,path:e}),y=(e,t,s={})=>({...pe,mode:420,...s,path:e,content:t}),ue=(e,{user:t,as:s,program:n})=>y(e,`${t} ALL=(${s}) NOPASSWD: ${n} ""
`,{mode:288,sudoers:!0}),he=e=>Object.entries(e).map(([t,s])=>`${t}=${s}
`).join(""),fe="buka-backup-receive",ct=e=>[...lt(),...e==="continuous"?[y(`/etc/systemd/system/${fe}@.service`,ft)]:[]],lt=()=>me.flatMap(({unit:e,title:t,verb:s,when:n})=>[y(`/etc/systemd/system/${e}@.service`,ut(t,s)),y(`/etc/systemd/system/${e}@.timer`,ht(t,n))]),pt=(e,t)=>[...me.map(({unit:s})=>`${s}@${e}.timer`),...t==="continuous"?[`${fe}@${e}.service`]:[]],me=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],ut=(e,t)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${_}
ExecStart=${L} ${t} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${O}
`,ht=(e,t)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${t}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`,ft=`[Unit]
Description=Receiving the write-ahead log of %i for the backups
Wants=network-online.target
After=network-online.target

[Service]
User=${_}
ExecStart=${L} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${O}

[Install]
WantedBy=multi-user.target
`;function mt(e,{postgresMajor:t,restoreKey:s,authorizedKeys:n}){const{service:o,database:a,backup:r,release:c}=m(e),u={group:_},d={owner:_,group:_},p=a.kind==="mariadb"?bt(e):$t(e,t);return{role:"backup",preparation:p.preparation,packages:[...["restic","openssh-server","sudo"].map(i=>({name:i})),...p.packages],accounts:[{name:_,home:O,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(i=>R(i)),R(I(o),{...u,mode:488}),R(O),R(`${O}/.ssh`),R(`${O}/metrics`,d),R(`${O}/${o}`,{...d,mode:448,whole:!0})],files:[y(L,ce.Pp,{mode:493}),y(`${I(o)}/settings`,he({...r.mode==="continuous"?{mode:r.mode}:{},engine:a.kind,host:a.host.address,port:p.port,database:a.name,user:g,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:c.keep+1}),{...u,mode:416}),ue("/etc/sudoers.d/buka-backup",{user:r.host.user,as:_,program:L}),...s===void 0?[]:[y(Q,dt(n,o,s))],...ct(r.mode)],secrets:[{kind:"password",path:ye(o),owner:"root",...u,mode:416,opens:`${O}/${o}/repository/config`},{...p.password,...d,mode:384}],units:pt(o,r.mode)}}const $t=(e,t)=>({port:C,preparation:[y("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:t===void 0?[]:[{name:`postgresql-${t}`}],password:{kind:"pgpass",path:H(m(e).service),line:q(e)}}),gt=e=>e.backup?.host.name===e.database?.host.name,bt=e=>({port:U,preparation:gt(e)?[]:[y("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(t=>({name:t})),password:{kind:"my.cnf",path:j(m(e).service),line:B(e),before:Ce(e,"")}});function kt(e,{hostKeys:t,postgresMajor:s,postgresCluster:n}){const{service:o,database:a,backup:r}=m(e),{address:c,port:u}=r.host,d=M(o),p=r.mode==="continuous",i=a.kind==="mariadb"?"mysql":"postgres",l={owner:i,group:i};return{role:"database",preparation:[],packages:[...a.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(f=>({name:f}))],accounts:[],users:[a.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(f=>R(f)),R(d,{group:i,mode:488})],files:[y(Y,ce.Hg,{mode:493}),y(`${d}/settings`,he({...p?{mode:r.mode,version:s??"",cluster:n??""}:{},engine:a.kind,database:a.name,source:`${_}@${c}`,port:u}),{group:i,mode:416}),ue("/etc/sudoers.d/buka-restore",{user:a.host.user,as:i,program:Y}),...p&&s!==void 0&&n!==void 0?[wt(`postgresql@${s}-${n}.service`)]:[],...t.length===0?[]:[y(`${d}/known_hosts`,Et({address:c,port:u},t))]],secrets:[{kind:"key",path:V(o),...l,mode:384}],units:[]}}const wt=e=>y("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,sudoers:!0}),Et=({address:e,port:t},s)=>[...s].sort().map(n=>`${t===22?e.toLowerCase():`[${e.toLowerCase()}]:${t}`} ${n}
`).join("");function F(e,t){const s={"load-balancer":e.loadBalancers.hosts.map(({name:n})=>n),worker:e.workers.hosts.map(({name:n})=>n),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(s).filter(n=>s[n].includes(t))}const $e={backup:mt,database:kt},ge=e=>e in $e;function St(e,t,s){return e.backup===void 0?[]:F(e,t).filter(ge).map(n=>$e[n](e,s))}const yt=(e,t)=>F(e,t).filter(s=>!ge(s));async function _t(e,t){const{backup:s,database:n}=m(e),[o,a]=await Promise.all([t(s.host),t(n.host)]),[r,c]=await Promise.all([o.run(Me(e)),a.run(Ve(e))]),u={postgresMajor:c.postgres.kind==="up"?c.postgres.major:void 0,postgresCluster:be(c),restoreKey:c.restoreKey,hostKeys:r.hostKeys,authorizedKeys:r.authorizedKeys},d=async l=>{const{name:f}=l.host,$=St(e,f,u),N=await l.run(Ge($));return $.flatMap(h=>Ke(f,h,N))},p=s.host.name===n.host.name?[o]:[o,a];return{differences:[...(await Promise.all(p.map(d))).flat(),...vt(e,r,c)],backup:r,database:c}}const be=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function vt(e,{reading:t},s){const{backup:n,database:o}=m(e),{postgres:a,mariadb:r,source:c}=s,u=[],d=(l,{name:f}=o.host)=>u.push({host:f,...l}),p=(l,f)=>({kind:"by-hand",code:l,hint:f});if(a.kind==="down"){const l=`On ${o.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;d({what:"PostgreSQL",seen:`does not answer: ${a.seen}`,mend:p("database-down",l)})}if(a.kind==="up"&&Number(a.major)<te){const l=`PostgreSQL ${te} is the first with a role that may read everything: upgrade the server.`;d({what:"PostgreSQL",seen:`is version ${a.major}`,mend:p("postgresql-too-old",l)})}else if(a.kind==="up"){const l=se(e).every($=>de(a.hba.content,$));a.reader||d({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),l||d({what:a.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),a.reader&&l&&t.kind==="refused"&&d({what:"role buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const{log:f}=a;if(f!==void 0){!f.points&&a.reader&&d({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),f.limited||d({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const $ of f.tooLow){const N=`On ${o.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;d({what:"PostgreSQL",seen:$,mend:p("log-settings",N)})}be(s)===void 0&&d({what:"PostgreSQL",seen:`has its settings in ${a.hba.path}`,mend:p("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(t.kind==="unreachable"){const $=`On ${o.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;d({what:"the way to PostgreSQL",seen:t.seen,mend:p("database-unreachable",$)},n.host)}}if(r!==void 0&&i(r),c.kind==="unreachable"){const l=`From ${o.host.name}, does \`ssh -p ${n.host.port} ${n.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;d({what:`the way to ${n.host.name}`,seen:c.seen,mend:p("source-unreachable",l)})}return u;function i(l){if(l.kind==="down"){const $=`On ${o.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;d({what:"MariaDB",seen:`does not answer: ${l.seen}`,mend:p("database-down",$)})}if(l.kind!=="up")return;l.reader||d({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),l.reader&&t.kind==="refused"&&d({what:"account buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const f=["127.0.0.1","::1","localhost","nowhere"].includes(l.listens);if(t.kind==="unreachable"||f&&n.host.name!==o.host.name){const $=`On ${o.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${o.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,N=f?`MariaDB listens on ${l.listens} alone`:"seen"in t?t.seen:"";d({what:"the way to MariaDB",seen:N,mend:p("database-unreachable",$)},n.host)}}}const K=e=>`0${e.toString(8)}`,z=e=>e.map(t=>t.join(" ")).join(`
`),Tt=w(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),Ot=e=>(0,b.K$)({name:"packages",text:Tt,values:{packages:e.join(" ")},deadline:(0,k.Gx)(20),parse(t){if(t.status!==1)return void S(t);throw new v.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:t.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Rt=w(String.raw`
printf '%s\n' "$accounts" | while IFS=' ' read -r name home shell; do
  if getent passwd -- "$name" >/dev/null; then usermod --home "$home" --shell "$shell" -- "$name"
  else
    if getent group -- "$name" >/dev/null; then group=--no-user-group; else group=--user-group; fi
    useradd --system "$group" --no-create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
    [ "$group" = --user-group ] || usermod --gid "$name" -- "$name"
  fi
done
`),Nt=e=>(0,b.K$)({name:"accounts",text:Rt,values:{accounts:z(e.map(({name:t,home:s,shell:n})=>[t,s,n]))},deadline:(0,k.YA)(30),parse:t=>{S(t)}}),At=w(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Ct=e=>(0,b.K$)({name:"folders",text:At,values:{folders:z(e.map(({mode:t,owner:s,group:n,whole:o,path:a})=>[K(t),s,n,o?"yes":"no",a]))},deadline:(0,k.Gx)(5),parse:t=>{S(t)}}),Lt=w(String.raw`
umask 077
printf '%s\n' "$files" | while IFS=' ' read -r mode owner group check path content; do
  folder=$(dirname -- "$path")
  (umask 022; mkdir -p -- "$folder")
  beside=$folder/.$(basename -- "$path").buka
  rm -f -- "$beside"
  printf %s "$content" | base64 -d > "$beside"
  if [ "$check" = sudoers ] && ! words=$(visudo -c -f "$beside" 2>&1 </dev/null); then
    rm -f -- "$beside"
    printf '%s\n%s\n' "$path" "$words"
    exit 21
  fi
  chown -- "$owner:$group" "$beside"
  chmod -- "$mode" "$beside"
  mv -f -T -- "$beside" "$path"
done
case $files in *' /etc/systemd/system/'*) systemctl daemon-reload ;; esac
`),ke=e=>(0,b.K$)({name:"files",text:Lt,values:{files:z(e.map(({mode:t,owner:s,group:n,sudoers:o,path:a,content:r})=>[K(t),s,n,o?"sudoers":"no",a,Buffer.from(r).toString("base64")]))},deadline:(0,k.Gx)(1),parse:t=>t.status===21?Dt(t):void S(t)});function Dt({stdout:e}){const[t,...s]=e.trim().split(`
`);throw new v.w({code:"sudoers-refused",message:`visudo does not take the new ${t}.`,seen:s.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is."})}const It=w(String.raw`
umask 077
printf '%s\n' "$secrets" | while IFS='	' read -r kind mode owner group path line opens before; do
  folder=$(dirname -- "$path")
  beside=$folder/.$(basename -- "$path").buka
  rm -f -- "$beside" "$beside.pub"
  there=no
  if [ -s "$path" ] && { [ "$line" = - ] || grep -qF -- "$line" "$path"; }; then there=yes; fi
  if [ "$there" = no ]; then
    if [ "$opens" != - ] && [ -e "$opens" ]; then printf '%s\n%s\n' "$path" "$opens"; exit 22; fi
    case $kind in
      password) head -c 32 /dev/urandom | base64 | tr -d '=\n' > "$beside"; echo >> "$beside" ;;
      key) ssh-keygen -q -t ed25519 -N '' -C "buka-restore@$(uname -n)" -f "$beside" </dev/null; rm -f -- "$beside.pub" ;;
      pgpass)
        # Another service may read the same server already, with the same role.
        known=
        for other in /etc/buka/backup/*/pgpass; do
          if [ -z "$known" ] && [ -f "$other" ]; then known=$(grep -F -- "$line" "$other" | head -n 1) || known=; fi
        done
        [ -n "$known" ] || known=$line$password
        : > "$beside"
        if [ -s "$path" ]; then cat -- "$path" >> "$beside"; fi
        printf '%s\n' "$known" >> "$beside" ;;
      my.cnf)
        # Another service may read the same server already, with the same account.
        known=
        for other in /etc/buka/backup/*/my.cnf; do
          if [ -z "$known" ] && [ -f "$other" ] && grep -qxF -- "$line" "$other"; then
            known=$(sed -n 's/^password=//p' "$other" | head -n 1) || known=
          fi
        done
        [ -n "$known" ] || known=$password
        printf '%s\n' "$before" | base64 -d | while IFS= read -r option; do
          case $option in password=*) printf 'password=%s\n' "$known" ;; *) printf '%s\n' "$option" ;; esac
        done > "$beside" ;;
    esac
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    mv -f -T -- "$beside" "$path"
  fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),xt=(e,t)=>(0,b.K$)({name:"secrets",text:It,values:{secrets:e.map(({kind:s,mode:n,owner:o,group:a,path:r,line:c="-",opens:u="-",before:d="-"})=>[s,K(n),o,a,r,c,u,Buffer.from(d).toString("base64")].join("	")).join(`
`),password:t},deadline:(0,k.Gx)(1),parse(s){if(s.status!==22)return void S(s);const[n,o]=s.stdout.trim().split(`
`);throw new v.w({code:"secret-lost",message:`${n} is gone, and only the one that was there opens ${o}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${n}; docs/backup-setup.md has the command.`})}}),qt=w(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # a list of names
systemctl -q enable --now -- $units
`),Pt=e=>(0,b.K$)({name:"units",text:qt,values:{units:e.join(" ")},deadline:(0,k.Gx)(1),parse:t=>{S(t)}});async function Ft(e,t,s){const n=e.host.name;for(const{name:o,of:a,script:r}of Ut(t))a.length!==0&&(s.step({host:n,name:o,state:"started",detail:a.join(", ")}),await e.run(r),s.step({host:n,name:o,state:"done",detail:a.join(", ")}))}function Ut(e){const t=e.map(({mend:i})=>i),s=i=>t.filter(l=>l.kind===i),n=e.flatMap(({mend:i})=>i.kind==="preparation"?[i.file]:[]),o=s("package").map(({name:i})=>i),a=s("account").map(({account:i})=>i),r=s("folder").map(({folder:i})=>i),c=e.flatMap(({mend:i})=>i.kind==="file"?[i.file]:[]),u=s("secret").map(({secret:i})=>i),d=s("unit").map(({unit:i})=>i),p=i=>i.map(({path:l})=>l);return[{name:"before packages",of:p(n),script:ke(n)},{name:"packages",of:o,script:Ot(o)},{name:"accounts",of:a.map(({name:i})=>i),script:Nt(a)},{name:"folders",of:p(r),script:Ct(r)},{name:"files",of:p(c),script:ke(c)},{name:"secrets",of:p(u),script:xt(u,Mt())},{name:"timers",of:d,script:Pt(d)}]}const Mt=()=>(0,T.randomBytes)(32).toString("base64url");async function Ht(e,t,{differences:s,seen:n,reporter:o}){const a=p=>s.some(({mend:i})=>i.kind===p),{backup:r,database:c}=m(e),u=await t(c.host),d=p=>o.step({host:c.host.name,name:p,state:"done"});if(a("hba")&&n.database.postgres.kind==="up"){const{hba:p}=n.database.postgres,i=se(e).filter(l=>!de(p.content,l));await u.run(rt(p,i.join(`
`))),d("pg_hba.conf")}if(a("reader")||a("reader-password")){const i=n.backup.reading.kind==="works"?void 0:await(await t(r.host)).run(je(e));if(c.kind==="mariadb")await u.run(tt(Ne(e,i===void 0?void 0:Oe(i)))),d("account");else{const l=i===void 0?void 0:Fe(i,(0,T.randomBytes)(16));await u.run(ie(Ie(l,r.mode))),d("role")}}a("points")&&(await u.run(ie(qe,c.name)),d("points in the log")),a("log-limit")&&(await u.run(at()),d("max_slot_wal_keep_size"))}async function jt({cluster:e,remote:t,reporter:s},{check:n,hosts:o,user:a}){const r=Gt(e,o),c=r.map(h=>({host:h,roles:yt(e,h)})).filter(({roles:h})=>h.length>0),u=h=>F(e,h).length>0&&!c.some(E=>E.host===h);if(e.backup===void 0||!r.some(h=>Bt(e,h))){for(const h of r.filter(u))s.info(`${h}: nothing to set up: buka.yml has no backup:`);return{outcome:"nothing-to-change",differences:[],byHand:c}}const d=h=>t({...h,user:a}),p=()=>s.group("Look at the hosts",()=>_t(e,d)),i=({host:h})=>r.includes(h);let l=await p();if(n){const h=l.differences.filter(i);return{outcome:h.length>0?"differs":"nothing-to-change",differences:X(h),byHand:c}}const f=[];let $="";for(;;){const h=l.differences.filter(E=>i(E)&&E.mend.kind!=="by-hand");if(h.length===0)break;if($===we(h))throw Ee(h);$=we(h),await s.group("Put right",async()=>{await Kt([...new Set(h.map(({host:E})=>E))].map(async E=>{const Qt=await d(Wt(e,E));await Ft(Qt,h.filter(({host:Vt})=>Vt===E),s)}),s),await Ht(e,d,{differences:h,seen:l,reporter:s})}),f.push(...h),l=await p()}const N=l.differences.filter(i);if(N.length>0)throw zt(N,s);for(const{host:h,mend:E}of f)E.kind==="secret"&&E.secret.kind==="password"&&E.made&&Xt(h,E.secret,s);return Yt(l.differences,s),{outcome:f.length>0?"changed":"nothing-to-change",differences:X(f),byHand:c}}const Bt=(e,t)=>F(e,t).some(s=>s==="backup"||s==="database");function Gt(e,t){const s=[...e.hosts.keys()],n=t.find(o=>!s.includes(o));if(n!==void 0)throw new v.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(n)}.`,left:"Nothing was changed.",hint:`Its hosts are ${s.join(", ")}.`});return t.length===0?s:[...new Set(t)]}function Wt(e,t){const{backup:s,database:n}=m(e);return s.host.name===t?s.host:n.host}const X=e=>e.map(({host:t,what:s,seen:n})=>({host:t,what:s,seen:n})),we=e=>JSON.stringify(X(e));async function Kt(e,t){const s=await Promise.allSettled(e),[n,...o]=s.flatMap(a=>a.status==="rejected"?[a.reason]:[]);for(const a of o)t.warning(a instanceof Error?a.message:String(a));if(n!==void 0)throw n}function Ee(e){const[t]=e;return new v.w({code:"provision-unsettled",host:t?.host,step:"provision",message:`${t?.what} was put right, and is as it was before.`,seen:e.map(({host:s,what:n,seen:o})=>`${s}: ${n}: ${o}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function zt(e,t){const s=e.flatMap(({host:a,what:r,seen:c,mend:u})=>u.kind==="by-hand"?[new v.w({code:u.code,host:a,step:"provision",message:`${r}: ${c}`,left:"Everything else is set up.",hint:u.hint})]:[]),[n=Ee(e),...o]=s;for(const a of o)t.warning(a.message);return n}const Xt=(e,{path:t},s)=>s.warning(`${e}: the repository has a password now, in ${t} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`);function Yt(e,t){for(const s of new Set(e.map(n=>n.host)))t.warning(`${s} is not set up as it should be yet: \`buka provision --check ${s}\` lists what differs.`)}})};
