"use strict";exports.id=751,exports.ids=[751],exports.modules={9751:((Qs,Ee,N)=>{N.d(Ee,{mg:()=>Hs});const Vs={hostKeys:[],authorizedKeys:""};var T=N(7598);const _="buka-backup",g="buka_backup",C=5432,F=3306,L="/usr/local/lib/buka/backup",X="/usr/local/lib/buka/restore",R="/var/lib/buka-backup",Y=`${R}/.ssh/authorized_keys`,x=e=>`/etc/buka/backup/${e}`,U=e=>`/etc/buka/restore/${e}`,ye=e=>`${x(e)}/password`,H=e=>`${x(e)}/pgpass`,M=e=>`${x(e)}/my.cnf`,Q=e=>`${U(e)}/key`;function m(e){const{database:s,backup:t,...n}=e;if(s===void 0||t===void 0)throw new Error("the cluster was checked to have backups");return{...n,database:s,backup:t}}const D="buka_definitions",I=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,Se=e=>`\`${e.replaceAll("`","``")}\``,_e=e=>Se(e.replaceAll(/[_%\\]/g,"\\$&")),ve=e=>`${I(g)}@${I(m(e).backup.host.address)}`;function Te(e){const s=(0,T.createHash)("sha1").update(e).digest();return`*${(0,T.createHash)("sha1").update(s).digest("hex").toUpperCase()}`}const Re=`CREATE OR REPLACE DEFINER = '${D}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
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
END`;function Ae(e,s){const t=ve(e),n=_e(m(e).database.name);return`SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${t} ACCOUNT LOCK;
${s===void 0?"":`ALTER USER ${t} IDENTIFIED BY PASSWORD ${I(s)} ACCOUNT UNLOCK;
`}GRANT RELOAD, PROCESS ON *.* TO ${t};
GRANT SELECT, SHOW VIEW ON ${n}.* TO ${t};
GRANT SELECT ON mysql.* TO ${t};
CREATE USER IF NOT EXISTS '${D}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${n}.* TO '${D}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${Re}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${t};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${D}'@'localhost';
`}function Oe(e){const{backup:s,database:t}=m(e),n=`user = '${g}' AND host = ${I(s.host.address)}`,o=I(t.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${n} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = ${o} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${n} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${D}' AND host = 'localhost' AND db = ${o} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${D}@localhost'),
  't', 'f');`}const j=e=>`# for ${m(e).database.host.address}:${F}`,Ne=(e,s)=>`${j(e)}
[client]
host=${m(e).database.host.address}
port=${F}
user=${g}
password=${s}
[mariadb-client]
connect-timeout=10
`;var v=N(3916),b=N(7889),k=N(1996);const V=77,J=78,w=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${V}
command -v apt-get >/dev/null || exit ${J}
${e}`;function y(e){if(e.status===V)throw new v.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===J)throw new v.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,b.gq)(e)}var Z=N(7030);const ee=14;function q(e){const{database:s}=m(e);return`${s.host.address.replaceAll(":","\\:")}:${C}:*:${g}:`}const Js=(e,s)=>`${q(e)}${s}
`;function B(e){const{address:s}=m(e).backup.host,t=(0,Z.isIP)(s)?`${s}/${(0,Z.isIPv6)(s)?128:32}`:s;return`host all ${g} ${t} scram-sha-256 # Buka: backups`}const Ce=e=>B(e).replace("host all ","host replication "),se=e=>m(e).backup.mode==="continuous"?[B(e),Ce(e)]:[B(e)],Le=(e,s="dump")=>`SET LOCAL log_statement = 'none';
SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${g}') THEN CREATE ROLE ${g}; END IF;
END $$;
ALTER ROLE ${g} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${s==="continuous"?"REPLICATION":"NOREPLICATION"}${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${g} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${g};
`,De=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${g}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
);`,te=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],xe=`GRANT EXECUTE ON FUNCTION ${te.join(", ")} TO ${g};
`,Ie=`SELECT ${te.map(e=>`pg_catalog.has_function_privilege('${g}', '${e}', 'EXECUTE')`).join(" AND ")}`;function qe(e,s){const n=(0,T.pbkdf2Sync)(e,s,4096,32,"sha256"),o=r=>(0,T.createHmac)("sha256",n).update(r).digest(),a=(0,T.createHash)("sha256").update(o("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(s).toString("base64")}$${a}:${o("Server Key").toString("base64")}`}const Pe=w(String.raw`
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
`);function Fe(e){const{service:s,database:t}=m(e);return{name:"look",text:Pe,values:{authorized:Y,account:_,role:g,kind:t.kind,line:t.kind==="mariadb"?j(e):q(e),pgpass:H(s),mycnf:M(s),host:t.host.address,port:String(C)},deadline:(0,k.Gx)(1),parse(n){const{stdout:o}=y(n),{authorized:a,reading:r,seen:c}=(0,b.OA)(o,["authorized","reading","seen"]);return{hostKeys:[...o.matchAll(/^key=(\S+ \S+)/gm)].map(([,u=""])=>u),authorizedKeys:Buffer.from(a,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:c.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const Ue=w(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function He(e){const{service:s,backup:t,database:n}=m(e),o=n.kind==="mariadb",a=o?M(s):H(s),r=o?"password=":q(e);return{name:"reader's password",text:Ue,values:{pgpass:a,line:r},deadline:(0,k.YA)(15),parse(c){const[u=""]=c.stdout.split(`
`),d=u.slice(r.length).replace(/\\([\\:])/g,"$1");if(c.status===0&&/^[\x21-\x7e]+$/.test(d))return d;throw new v.w({code:"reader-password",host:t.host.name,message:`${a} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${t.host.name} ${n.host.name}\` makes a new one.`})}}}const ne=e=>e?.content==="there",Me=w(String.raw`
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
`);function je(e){const s=(t,n)=>e.flatMap(t).map(n).join(`
`);return{name:"look",text:Me,values:{folders:s(({folders:t})=>t,({path:t})=>t),files:s(({preparation:t,files:n})=>[...t,...n],({path:t})=>t),secrets:s(({secrets:t})=>t,({path:t,line:n=""})=>`${t}	${n}`),packages:s(({packages:t})=>t,({name:t,unless:n=""})=>`${t}	${n}`),accounts:s(({accounts:t,users:n})=>[...t.map(({name:o})=>o),...n],t=>t),units:s(({units:t})=>t,t=>t)},deadline:(0,k.Gx)(1),parse:t=>Be(y(t).stdout)}}function Be(e){const s=(0,b.Ge)((0,b.Mn)(e).join(`
`),["of","name","first","second","third"]),t=n=>s.filter(o=>o.of===n);return{places:new Map(t("place").map(({name:n,first:o,second:a,third:r})=>{const[c="",u="",d=""]=a.split(":");return[n,{kind:o==="file"||o==="folder"?o:"other",mode:Number.parseInt(c,8),owner:u,group:d,content:r}]})),packages:new Set(t("package").flatMap(({name:n,first:o})=>o==="installed"?[n]:[])),accounts:new Map(t("account").map(({name:n,first:o})=>{const[,,,,,a="",r=""]=o.split(":");return[n,{home:a,shell:r}]})),units:new Set(t("unit").map(({name:n})=>n))}}function Ge(e,s,t){const n=[],o=(a,r,c)=>{r!==void 0&&n.push({host:e,what:a,seen:r,mend:c})};for(const a of s.preparation)o(a.path,oe(a,t.places.get(a.path)),{kind:"preparation",file:a});for(const{name:a}of s.packages)o(`package ${a}`,t.packages.has(a)?void 0:"missing",{kind:"package",name:a});for(const a of s.accounts)o(`account ${a.name}`,We(a,t),{kind:"account",account:a});for(const a of s.folders)o(a.path,G(a,t.places.get(a.path),"folder"),{kind:"folder",folder:a});for(const a of s.files)o(a.path,oe(a,t.places.get(a.path)),{kind:"file",file:a});for(const a of s.secrets)o(a.path,Ke(a,t.places.get(a.path)),{kind:"secret",secret:a,made:!ne(t.places.get(a.path))});for(const a of s.units)o(a,t.units.has(a)?void 0:"not enabled and running",{kind:"unit",unit:a});for(const a of s.users)o(`account ${a}`,t.accounts.has(a)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`On ${e}: \`adduser --disabled-password ${a}\`, and put the deploy key into its authorized_keys.`});return n}function We({name:e,home:s,shell:t},{accounts:n}){const o=n.get(e);return o===void 0?"missing":o.home!==s?`home ${o.home} instead of ${s}`:o.shell===t?void 0:`shell ${o.shell} instead of ${t}`}const ae=e=>e.toString(8).padStart(4,"0");function G(e,s,t){if(s===void 0)return"missing";if(s.kind!==t)return`not a ${t}`;const n=[];return s.mode!==e.mode&&n.push(`mode ${ae(s.mode)} instead of ${ae(e.mode)}`),(s.owner!==e.owner||s.group!==e.group)&&n.push(`belongs to ${s.owner}:${s.group} instead of ${e.owner}:${e.group}`),n.length===0?void 0:n.join(", ")}function oe(e,s){const t=G(e,s,"file");return s?.kind!=="file"?t:[...s.content===(0,T.createHash)("sha256").update(e.content).digest("hex")?[]:["other content"],...t===void 0?[]:[t]].join(", ")||void 0}function Ke(e,s){return s?.kind==="file"&&!ne(s)?e.line===void 0?"empty":"has no line for this database":G(e,s,"file")}const ze=w(String.raw`
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
printf 'mariadb=%s
listens=%s
' "$mariadb" "$listens"
printf 'postgres=%s
postgres-seen=%s
major=%s
reader=%s
hba=%s
content=%s
points=%s
limit=%s
low=%s
'   "$postgres" "$(printf %s "$seen" | tr '
	' '  ')" "$major" "$reader" "$path" "$content" "$points" "$limit" "$low"
`),Xe=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function Ye(e){const{service:s,backup:t,database:n}=m(e),o=n.kind==="mariadb";return{name:"look",text:ze,values:{key:Q(s),known:`${U(s)}/known_hosts`,address:`${_}@${t.host.address}`,port:String(t.host.port),postgres_port:String(C),kind:n.kind,owner:o?"mysql":"postgres",check:o?Oe(e):De(t.mode),mode:t.mode,database:n.name,points_check:Ie},deadline:(0,k.Gx)(1),parse(a){const r=(0,b.OA)(y(a).stdout,Xe);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:o?{kind:"missing"}:Qe(r,t.mode),...o?{mariadb:Ve(r)}:{}}}}}function Qe(e,s){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const t=Buffer.from(e.content,"base64").toString(),{points:n,limit:o,low:a}=e,r={points:n==="t",limited:o!=="-1",tooLow:a.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:t},...s==="continuous"?{log:r}:{}}}function Ve(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const Je=w(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),Ze=e=>(0,b.K$)({name:"account",text:Je,values:{sql:e},deadline:(0,k.Gx)(1),parse(s){s.status!==0&&y({...s,stderr:s.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),es=w(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),re=(e,s="postgres")=>(0,b.K$)({name:"role",text:es,values:{sql:e,database:s,postgres_port:String(C)},deadline:(0,k.Gx)(1),parse(t){if(t.status===0)return;const n=t.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");y({...t,stderr:n})}}),ss=w(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),ts=()=>(0,b.K$)({name:"max_slot_wal_keep_size",text:ss,values:{postgres_port:String(C)},deadline:(0,k.Gx)(1),parse:e=>{y(e)}}),ns=w(String.raw`
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
`),as=({path:e,content:s},t)=>(0,b.K$)({name:"pg_hba.conf",text:ns,values:{path:e,seen:(0,T.createHash)("sha256").update(s).digest("hex"),content:`${t}
${s}`,postgres_port:String(C)},deadline:(0,k.Gx)(1),parse(n){if(n.status!==23)return void y(n);throw new v.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:n.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${t}`})}}),ie=(e,s)=>e.split(`
`).includes(s);var de=N(6557);const ce=e=>`command="${L} restore-source ${e}",restrict `,os=new RegExp(`^command="${L} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function rs(e,s,t){return[...e.split(`
`).filter(o=>os.test(o)&&!o.startsWith(ce(s))),`${ce(s)}${t}`].sort().map(o=>`${o}
`).join("")}const le={owner:"root",group:"root"},A=(e,s={})=>({...le,mode:493,...s,path:e}),S=(e,s,t={})=>({...le,mode:420,...t,path:e,content:s}),pe=(e,{user:s,as:t,program:n})=>S(e,`${s} ALL=(${t}) NOPASSWD: ${n} ""
`,{mode:288,sudoers:!0}),ue=e=>Object.entries(e).map(([s,t])=>`${s}=${t}
`).join(""),he="buka-backup-receive",is=e=>[...ds(),...e==="continuous"?[S(`/etc/systemd/system/${he}@.service`,us)]:[]],ds=()=>fe.flatMap(({unit:e,title:s,verb:t,when:n})=>[S(`/etc/systemd/system/${e}@.service`,ls(s,t)),S(`/etc/systemd/system/${e}@.timer`,ps(s,n))]),cs=(e,s)=>[...fe.map(({unit:t})=>`${t}@${e}.timer`),...s==="continuous"?[`${he}@${e}.service`]:[]],fe=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],ls=(e,s)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${_}
ExecStart=${L} ${s} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${R}
`,ps=(e,s)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${s}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`,us=`[Unit]
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
ReadWritePaths=${R}

[Install]
WantedBy=multi-user.target
`;function hs(e,{postgresMajor:s,restoreKey:t,authorizedKeys:n}){const{service:o,database:a,backup:r,release:c}=m(e),u={group:_},d={owner:_,group:_},p=a.kind==="mariadb"?$s(e):fs(e,s);return{role:"backup",preparation:p.preparation,packages:[...["restic","openssh-server","sudo"].map(i=>({name:i})),...p.packages],accounts:[{name:_,home:R,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(i=>A(i)),A(x(o),{...u,mode:488}),A(R),A(`${R}/.ssh`),A(`${R}/metrics`,d),A(`${R}/${o}`,{...d,mode:448,whole:!0})],files:[S(L,de.Pp,{mode:493}),S(`${x(o)}/settings`,ue({...r.mode==="continuous"?{mode:r.mode}:{},engine:a.kind,host:a.host.address,port:p.port,database:a.name,user:g,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:c.keep+1}),{...u,mode:416}),pe("/etc/sudoers.d/buka-backup",{user:r.host.user,as:_,program:L}),...t===void 0?[]:[S(Y,rs(n,o,t))],...is(r.mode)],secrets:[{kind:"password",path:ye(o),owner:"root",...u,mode:416,opens:`${R}/${o}/repository/config`},{...p.password,...d,mode:384}],units:cs(o,r.mode)}}const fs=(e,s)=>({port:C,preparation:[S("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:s===void 0?[]:[{name:`postgresql-${s}`}],password:{kind:"pgpass",path:H(m(e).service),line:q(e)}}),ms=e=>e.backup?.host.name===e.database?.host.name,$s=e=>({port:F,preparation:ms(e)?[]:[S("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(s=>({name:s})),password:{kind:"my.cnf",path:M(m(e).service),line:j(e),before:Ne(e,"")}});function gs(e,{hostKeys:s,postgresMajor:t,postgresCluster:n}){const{service:o,database:a,backup:r}=m(e),{address:c,port:u}=r.host,d=U(o),p=r.mode==="continuous",i=a.kind==="mariadb"?"mysql":"postgres",l={owner:i,group:i};return{role:"database",preparation:[],packages:[...a.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(f=>({name:f}))],accounts:[],users:[a.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(f=>A(f)),A(d,{group:i,mode:488})],files:[S(X,de.Hg,{mode:493}),S(`${d}/settings`,ue({...p?{mode:r.mode,version:t??"",cluster:n??""}:{},engine:a.kind,database:a.name,source:`${_}@${c}`,port:u}),{group:i,mode:416}),pe("/etc/sudoers.d/buka-restore",{user:a.host.user,as:i,program:X}),...p&&t!==void 0&&n!==void 0?[bs(`postgresql@${t}-${n}.service`)]:[],...s.length===0?[]:[S(`${d}/known_hosts`,ks({address:c,port:u},s))]],secrets:[{kind:"key",path:Q(o),...l,mode:384}],units:[]}}const bs=e=>S("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,sudoers:!0}),ks=({address:e,port:s},t)=>[...t].sort().map(n=>`${s===22?e.toLowerCase():`[${e.toLowerCase()}]:${s}`} ${n}
`).join("");function P(e,s){const t={"load-balancer":e.loadBalancers.hosts.map(({name:n})=>n),worker:e.workers.hosts.map(({name:n})=>n),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(t).filter(n=>t[n].includes(s))}const me={backup:hs,database:gs},$e=e=>e in me;function ws(e,s,t){return e.backup===void 0?[]:P(e,s).filter($e).map(n=>me[n](e,t))}const Es=(e,s)=>P(e,s).filter(t=>!$e(t));async function ys(e,s){const{backup:t,database:n}=m(e),[o,a]=await Promise.all([s(t.host),s(n.host)]),[r,c]=await Promise.all([o.run(Fe(e)),a.run(Ye(e))]),u={postgresMajor:c.postgres.kind==="up"?c.postgres.major:void 0,postgresCluster:ge(c),restoreKey:c.restoreKey,hostKeys:r.hostKeys,authorizedKeys:r.authorizedKeys},d=async l=>{const{name:f}=l.host,$=ws(e,f,u),O=await l.run(je($));return $.flatMap(h=>Ge(f,h,O))},p=t.host.name===n.host.name?[o]:[o,a];return{differences:[...(await Promise.all(p.map(d))).flat(),...Ss(e,r,c)],backup:r,database:c}}const ge=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function Ss(e,{reading:s},t){const{backup:n,database:o}=m(e),{postgres:a,mariadb:r,source:c}=t,u=[],d=(l,{name:f}=o.host)=>u.push({host:f,...l}),p=(l,f)=>({kind:"by-hand",code:l,hint:f});if(a.kind==="down"){const l=`On ${o.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;d({what:"PostgreSQL",seen:`does not answer: ${a.seen}`,mend:p("database-down",l)})}if(a.kind==="up"&&Number(a.major)<ee){const l=`PostgreSQL ${ee} is the first with a role that may read everything: upgrade the server.`;d({what:"PostgreSQL",seen:`is version ${a.major}`,mend:p("postgresql-too-old",l)})}else if(a.kind==="up"){const l=se(e).every($=>ie(a.hba.content,$));a.reader||d({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),l||d({what:a.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),a.reader&&l&&s.kind==="refused"&&d({what:"role buka_backup",seen:`does not let ${n.host.name} in: ${s.seen}`,mend:{kind:"reader-password"}});const{log:f}=a;if(f!==void 0){!f.points&&a.reader&&d({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),f.limited||d({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const $ of f.tooLow){const O=`On ${o.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;d({what:"PostgreSQL",seen:$,mend:p("log-settings",O)})}ge(t)===void 0&&d({what:"PostgreSQL",seen:`has its settings in ${a.hba.path}`,mend:p("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(s.kind==="unreachable"){const $=`On ${o.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;d({what:"the way to PostgreSQL",seen:s.seen,mend:p("database-unreachable",$)},n.host)}}if(r!==void 0&&i(r),c.kind==="unreachable"){const l=`From ${o.host.name}, does \`ssh -p ${n.host.port} ${n.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;d({what:`the way to ${n.host.name}`,seen:c.seen,mend:p("source-unreachable",l)})}return u;function i(l){if(l.kind==="down"){const $=`On ${o.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;d({what:"MariaDB",seen:`does not answer: ${l.seen}`,mend:p("database-down",$)})}if(l.kind!=="up")return;l.reader||d({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),l.reader&&s.kind==="refused"&&d({what:"account buka_backup",seen:`does not let ${n.host.name} in: ${s.seen}`,mend:{kind:"reader-password"}});const f=["127.0.0.1","::1","localhost","nowhere"].includes(l.listens);if(s.kind==="unreachable"||f&&n.host.name!==o.host.name){const $=`On ${o.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${o.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,O=f?`MariaDB listens on ${l.listens} alone`:"seen"in s?s.seen:"";d({what:"the way to MariaDB",seen:O,mend:p("database-unreachable",$)},n.host)}}}const W=e=>`0${e.toString(8)}`,K=e=>e.map(s=>s.join(" ")).join(`
`),_s=w(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),vs=e=>(0,b.K$)({name:"packages",text:_s,values:{packages:e.join(" ")},deadline:(0,k.Gx)(20),parse(s){if(s.status!==1)return void y(s);throw new v.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:s.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Ts=w(String.raw`
printf '%s\n' "$accounts" | while IFS=' ' read -r name home shell; do
  if getent passwd -- "$name" >/dev/null; then usermod --home "$home" --shell "$shell" -- "$name"
  else
    if getent group -- "$name" >/dev/null; then group=--no-user-group; else group=--user-group; fi
    useradd --system "$group" --no-create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
    [ "$group" = --user-group ] || usermod --gid "$name" -- "$name"
  fi
done
`),Rs=e=>(0,b.K$)({name:"accounts",text:Ts,values:{accounts:K(e.map(({name:s,home:t,shell:n})=>[s,t,n]))},deadline:(0,k.YA)(30),parse:s=>{y(s)}}),As=w(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Os=e=>(0,b.K$)({name:"folders",text:As,values:{folders:K(e.map(({mode:s,owner:t,group:n,whole:o,path:a})=>[W(s),t,n,o?"yes":"no",a]))},deadline:(0,k.Gx)(5),parse:s=>{y(s)}}),Ns=w(String.raw`
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
`),be=e=>(0,b.K$)({name:"files",text:Ns,values:{files:K(e.map(({mode:s,owner:t,group:n,sudoers:o,path:a,content:r})=>[W(s),t,n,o?"sudoers":"no",a,Buffer.from(r).toString("base64")]))},deadline:(0,k.Gx)(1),parse:s=>s.status===21?Cs(s):void y(s)});function Cs({stdout:e}){const[s,...t]=e.trim().split(`
`);throw new v.w({code:"sudoers-refused",message:`visudo does not take the new ${s}.`,seen:t.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is."})}const Ls=w(String.raw`
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
`),Ds=(e,s)=>(0,b.K$)({name:"secrets",text:Ls,values:{secrets:e.map(({kind:t,mode:n,owner:o,group:a,path:r,line:c="-",opens:u="-",before:d="-"})=>[t,W(n),o,a,r,c,u,Buffer.from(d).toString("base64")].join("	")).join(`
`),password:s},deadline:(0,k.Gx)(1),parse(t){if(t.status!==22)return void y(t);const[n,o]=t.stdout.trim().split(`
`);throw new v.w({code:"secret-lost",message:`${n} is gone, and only the one that was there opens ${o}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${n}; docs/backup-setup.md has the command.`})}}),xs=w(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # a list of names
systemctl -q enable --now -- $units
`),Is=e=>(0,b.K$)({name:"units",text:xs,values:{units:e.join(" ")},deadline:(0,k.Gx)(1),parse:s=>{y(s)}});async function qs(e,s,t){const n=e.host.name;for(const{name:o,of:a,script:r}of Ps(s))a.length!==0&&(t.step({host:n,name:o,state:"started",detail:a.join(", ")}),await e.run(r),t.step({host:n,name:o,state:"done",detail:a.join(", ")}))}function Ps(e){const s=e.map(({mend:i})=>i),t=i=>s.filter(l=>l.kind===i),n=e.flatMap(({mend:i})=>i.kind==="preparation"?[i.file]:[]),o=t("package").map(({name:i})=>i),a=t("account").map(({account:i})=>i),r=t("folder").map(({folder:i})=>i),c=e.flatMap(({mend:i})=>i.kind==="file"?[i.file]:[]),u=t("secret").map(({secret:i})=>i),d=t("unit").map(({unit:i})=>i),p=i=>i.map(({path:l})=>l);return[{name:"before packages",of:p(n),script:be(n)},{name:"packages",of:o,script:vs(o)},{name:"accounts",of:a.map(({name:i})=>i),script:Rs(a)},{name:"folders",of:p(r),script:Os(r)},{name:"files",of:p(c),script:be(c)},{name:"secrets",of:p(u),script:Ds(u,Fs())},{name:"timers",of:d,script:Is(d)}]}const Fs=()=>(0,T.randomBytes)(32).toString("base64url");async function Us(e,s,{differences:t,seen:n,reporter:o}){const a=p=>t.some(({mend:i})=>i.kind===p),{backup:r,database:c}=m(e),u=await s(c.host),d=p=>o.step({host:c.host.name,name:p,state:"done"});if(a("hba")&&n.database.postgres.kind==="up"){const{hba:p}=n.database.postgres,i=se(e).filter(l=>!ie(p.content,l));await u.run(as(p,i.join(`
`))),d("pg_hba.conf")}if(a("reader")||a("reader-password")){const i=n.backup.reading.kind==="works"?void 0:await(await s(r.host)).run(He(e));if(c.kind==="mariadb")await u.run(Ze(Ae(e,i===void 0?void 0:Te(i)))),d("account");else{const l=i===void 0?void 0:qe(i,(0,T.randomBytes)(16));await u.run(re(Le(l,r.mode))),d("role")}}a("points")&&(await u.run(re(xe,c.name)),d("points in the log")),a("log-limit")&&(await u.run(ts()),d("max_slot_wal_keep_size"))}async function Hs({cluster:e,remote:s,reporter:t},{check:n,hosts:o,user:a}){const r=js(e,o),c=r.map(h=>({host:h,roles:Es(e,h)})).filter(({roles:h})=>h.length>0),u=h=>P(e,h).length>0&&!c.some(E=>E.host===h);if(e.backup===void 0||!r.some(h=>Ms(e,h))){for(const h of r.filter(u))t.info(`${h}: nothing to set up: buka.yml has no backup:`);return{outcome:"nothing-to-change",differences:[],byHand:c}}const d=h=>s({...h,user:a}),p=()=>t.group("Look at the hosts",()=>ys(e,d)),i=({host:h})=>r.includes(h);let l=await p();if(n){const h=l.differences.filter(i);return{outcome:h.length>0?"differs":"nothing-to-change",differences:z(h),byHand:c}}const f=[];let $="";for(;;){const h=l.differences.filter(E=>i(E)&&E.mend.kind!=="by-hand");if(h.length===0)break;if($===ke(h))throw we(h);$=ke(h),await t.group("Put right",async()=>{await Gs([...new Set(h.map(({host:E})=>E))].map(async E=>{const Xs=await d(Bs(e,E));await qs(Xs,h.filter(({host:Ys})=>Ys===E),t)}),t),await Us(e,d,{differences:h,seen:l,reporter:t})}),f.push(...h),l=await p()}const O=l.differences.filter(i);if(O.length>0)throw Ws(O,t);for(const{host:h,mend:E}of f)E.kind==="secret"&&E.secret.kind==="password"&&E.made&&Ks(h,E.secret,t);return zs(l.differences,t),{outcome:f.length>0?"changed":"nothing-to-change",differences:z(f),byHand:c}}const Ms=(e,s)=>P(e,s).some(t=>t==="backup"||t==="database");function js(e,s){const t=[...e.hosts.keys()],n=s.find(o=>!t.includes(o));if(n!==void 0)throw new v.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(n)}.`,left:"Nothing was changed.",hint:`Its hosts are ${t.join(", ")}.`});return s.length===0?t:[...new Set(s)]}function Bs(e,s){const{backup:t,database:n}=m(e);return t.host.name===s?t.host:n.host}const z=e=>e.map(({host:s,what:t,seen:n})=>({host:s,what:t,seen:n})),ke=e=>JSON.stringify(z(e));async function Gs(e,s){const t=await Promise.allSettled(e),[n,...o]=t.flatMap(a=>a.status==="rejected"?[a.reason]:[]);for(const a of o)s.warning(a instanceof Error?a.message:String(a));if(n!==void 0)throw n}function we(e){const[s]=e;return new v.w({code:"provision-unsettled",host:s?.host,step:"provision",message:`${s?.what} was put right, and is as it was before.`,seen:e.map(({host:t,what:n,seen:o})=>`${t}: ${n}: ${o}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function Ws(e,s){const t=e.flatMap(({host:a,what:r,seen:c,mend:u})=>u.kind==="by-hand"?[new v.w({code:u.code,host:a,step:"provision",message:`${r}: ${c}`,left:"Everything else is set up.",hint:u.hint})]:[]),[n=we(e),...o]=t;for(const a of o)s.warning(a.message);return n}const Ks=(e,{path:s},t)=>t.warning(`${e}: the repository has a password now, in ${s} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`);function zs(e,s){for(const t of new Set(e.map(n=>n.host)))s.warning(`${t} is not set up as it should be yet: \`buka provision --check ${t}\` lists what differs.`)}})};
