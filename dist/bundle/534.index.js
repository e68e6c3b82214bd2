"use strict";exports.id=534,exports.ids=[534],exports.modules={3534:((bn,Ke,R)=>{R.d(Ke,{mg:()=>ln});const ze={hostKeys:[],authorizedKeys:""};var N=R(7598),K=R(5026);const O="buka-backup",v="buka_backup",I=5432,z=3306,C="/usr/local/lib/buka/backup",he="/usr/local/lib/buka/restore",A="/var/lib/buka-backup",fe=`${A}/.ssh/authorized_keys`,F=e=>`/etc/buka/backup/${e}`,X=e=>`/etc/buka/restore/${e}`,Xe=e=>`${F(e)}/password`,Y=e=>`${F(e)}/pgpass`,V=e=>`${F(e)}/my.cnf`,$e=e=>`${X(e)}/key`,me=({service:e,workers:t})=>t.envFile??`/etc/${e}/env`,ge="/run/haproxy/admin.sock",be="/run/buka-haproxy/servers",Q="/usr/local/lib/buka/haproxy-state",ke="/etc/keepalived/haproxy-serves",J="/buka-load-balancer",Z=8405,Ye=9100,ee={prometheus:K.N4,alertmanager:9093,blackbox:9115},we="/etc/prometheus/buka";function m(e){const{database:t,backup:s,...n}=e;if(t===void 0||s===void 0)throw new Error("the cluster was checked to have backups");return{...n,database:t,backup:s}}const P="buka_definitions",M=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,Ve=e=>`\`${e.replaceAll("`","``")}\``,Qe=e=>Ve(e.replaceAll(/[_%\\]/g,"\\$&")),Je=e=>`${M(v)}@${M(m(e).backup.host.address)}`;function Ze(e){const t=(0,N.createHash)("sha1").update(e).digest();return`*${(0,N.createHash)("sha1").update(t).digest("hex").toUpperCase()}`}const et=`CREATE OR REPLACE DEFINER = '${P}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
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
END`;function tt(e,t){const s=Je(e),n=Qe(m(e).database.name);return`SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${s} ACCOUNT LOCK;
${t===void 0?"":`ALTER USER ${s} IDENTIFIED BY PASSWORD ${M(t)} ACCOUNT UNLOCK;
`}GRANT RELOAD, PROCESS ON *.* TO ${s};
GRANT SELECT, SHOW VIEW ON ${n}.* TO ${s};
GRANT SELECT ON mysql.* TO ${s};
CREATE USER IF NOT EXISTS '${P}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${n}.* TO '${P}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${et}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${s};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${P}'@'localhost';
`}function st(e){const{backup:t,database:s}=m(e),n=`user = '${v}' AND host = ${M(t.host.address)}`,o=M(s.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${n} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = ${o} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${n} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${P}' AND host = 'localhost' AND db = ${o} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${P}@localhost'),
  't', 'f');`}const te=e=>`# for ${m(e).database.host.address}:${z}`,nt=(e,t)=>`${te(e)}
[client]
host=${m(e).database.host.address}
port=${z}
user=${v}
password=${t}
[mariadb-client]
connect-timeout=10
`;var _=R(3916),g=R(6259),ye=R(9),w=R(1996);const ve=77,Ee=78,y=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${ve}
command -v apt-get >/dev/null || exit ${Ee}
${e}`;function E(e){if(e.status===ve)throw new _.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===Ee)throw new _.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,g.gq)(e)}var x=R(7030);const _e=14;function U(e){const{database:t}=m(e);return`${t.host.address.replaceAll(":","\\:")}:${I}:*:${v}:`}const kn=(e,t)=>`${U(e)}${t}
`;function se(e){const{address:t}=m(e).backup.host,s=(0,x.isIP)(t)?`${t}/${(0,x.isIPv6)(t)?128:32}`:t;return`host all ${v} ${s} scram-sha-256 # Buka: backups`}const at=e=>se(e).replace("host all ","host replication "),Se=e=>m(e).backup.mode==="continuous"?[se(e),at(e)]:[se(e)],B=String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`,ot=`DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${B} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${B} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${B});
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $$;
`,rt=(e,t="dump")=>`SET LOCAL log_statement = 'none';
SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${v}') THEN CREATE ROLE ${v}; END IF;
END $$;
ALTER ROLE ${v} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${t==="continuous"?"REPLICATION":"NOREPLICATION"}${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${v} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${v};
${t==="continuous"?"":ot}`,it=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${v}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${e==="continuous"?"":` AND NOT EXISTS (SELECT FROM ${B})`};`,Te=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],ct=`GRANT EXECUTE ON FUNCTION ${Te.join(", ")} TO ${v};
`,dt=`SELECT ${Te.map(e=>`pg_catalog.has_function_privilege('${v}', '${e}', 'EXECUTE')`).join(" AND ")}`;function lt(e,t){const n=(0,N.pbkdf2Sync)(e,t,4096,32,"sha256"),o=r=>(0,N.createHmac)("sha256",n).update(r).digest(),a=(0,N.createHash)("sha256").update(o("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(t).toString("base64")}$${a}:${o("Server Key").toString("base64")}`}const pt=y(String.raw`
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
`);function ut(e){const{service:t,database:s}=m(e);return{name:"look",text:pt,values:{authorized:fe,account:O,role:v,kind:s.kind,line:s.kind==="mariadb"?te(e):U(e),pgpass:Y(t),mycnf:V(t),host:s.host.address,port:String(I)},deadline:(0,w.Gx)(1),parse(n){const{stdout:o}=E(n),{authorized:a,reading:r,seen:i}=(0,g.OA)(o,["authorized","reading","seen"]);return{hostKeys:[...o.matchAll(/^key=(\S+ \S+)/gm)].map(([,p=""])=>p),authorizedKeys:Buffer.from(a,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:i.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const ht=y(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function ft(e){const{service:t,backup:s,database:n}=m(e),o=n.kind==="mariadb",a=o?V(t):Y(t),r=o?"password=":U(e);return{name:"reader's password",text:ht,values:{pgpass:a,line:r},deadline:(0,w.YA)(15),parse(i){const[p=""]=i.stdout.split(`
`),c=p.slice(r.length).replace(/\\([\\:])/g,"$1");if(i.status===0&&/^[\x21-\x7e]+$/.test(c))return c;throw new _.w({code:"reader-password",host:s.host.name,message:`${a} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${s.host.name} ${n.host.name}\` makes a new one.`})}}}const L=(e,t)=>({role:e,claims:[],preparation:[],packages:[],accounts:[],members:[],users:[],folders:[],files:[],secrets:[],units:[],enabled:[],byHand:[],...t}),Re={owner:"root",group:"root"},S=(e,t={})=>({...Re,mode:493,...t,path:e}),f=(e,t,s={})=>({...Re,mode:420,...s,path:e,content:t}),Oe=(e,{user:t,as:s,program:n})=>Ae(e,`${t} ALL=(${s}) NOPASSWD: ${n} ""
`),Ae=(e,t)=>f(e,t,{mode:288,checkedBy:"visudo"}),Ne=e=>Object.entries(e).map(([t,s])=>`${t}=${s}
`).join(""),T="# Written by Buka (`buka provision`), which overwrites what is changed by hand.",xe=e=>e?.content==="there",$t=y(String.raw`
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
  if line=$(getent passwd -- "$name"); then
    printf 'account\t%s\t%s\t%s\t-\n' "$name" "$line" "$(id -Gn -- "$name")"
  fi
done
printf '%s\n' "$units" | while IFS= read -r unit; do
  [ -n "$unit" ] || continue
  enabled=no; running=no
  if systemctl -q is-enabled -- "$unit" 2>/dev/null; then enabled=yes; fi
  if systemctl -q is-active -- "$unit"; then running=yes; fi
  printf 'unit\t%s\t%s\t%s\t-\n' "$unit" "$enabled" "$running"
done
printf '%s\n' "$claims" | while IFS="$tab" read -r path package; do
  [ -n "$path" ] && [ -e "$path" ] || continue
  who=somebody
  if [ "$(head -n 1 -- "$path")" = "$mark" ]; then who=buka
  elif [ -n "$package" ]; then
    as_shipped=" $path $(md5sum < "$path" | cut -c 1-32)"
    if dpkg-query -W -f='$'{Conffiles}'\n' -- "$package" 2>/dev/null | grep -qxF -- "$as_shipped"; then who=package; fi
  fi
  printf 'claim\t%s\t%s\t-\t-\n' "$path" "$who"
done
`);function mt(e){const t=(s,n)=>e.flatMap(s).map(n).join(`
`);return{name:"look",text:$t,values:{folders:t(({folders:s})=>s,({path:s})=>s),files:t(({preparation:s,files:n})=>[...s,...n],({path:s})=>s),secrets:t(({secrets:s})=>s,({path:s,line:n=""})=>`${s}	${n}`),packages:t(({packages:s})=>s,({name:s,unless:n=""})=>`${s}	${n}`),accounts:t(({accounts:s,users:n,members:o})=>[...s.map(({name:a})=>a),...n,...o.map(({user:a})=>a)],s=>s),units:t(({units:s,enabled:n,files:o})=>[...s,...n,...o.flatMap(({tell:a})=>gt(a))],s=>s),claims:t(({claims:s})=>s,s=>`${s.path}	${s.package??""}`),mark:T},deadline:(0,w.Gx)(1),parse:s=>bt(E(s).stdout)}}const gt=e=>e===void 0?[]:[e.unit,...e.cutsOffWhile===void 0?[]:[e.cutsOffWhile]];function bt(e){const t=(0,g.Ge)((0,g.Mn)(e).join(`
`),["of","name","first","second","third"]),s=n=>t.filter(o=>o.of===n);return{places:new Map(s("place").map(({name:n,first:o,second:a,third:r})=>{const[i="",p="",c=""]=a.split(":");return[n,{kind:o==="file"||o==="folder"?o:"other",mode:Number.parseInt(i,8),owner:p,group:c,content:r}]})),packages:new Set(s("package").flatMap(({name:n,first:o})=>o==="installed"?[n]:[])),accounts:new Map(s("account").map(({name:n,first:o,second:a})=>{const[,,r,,,i="",p=""]=o.split(":");return[n,{id:Number(r),home:i,shell:p,groups:a.split(" ")}]})),units:new Map(s("unit").map(({name:n,first:o,second:a})=>[n,{enabled:o==="yes",running:a==="yes"}])),claims:new Map(s("claim").map(({name:n,first:o})=>[n,o==="buka"||o==="package"?o:"somebody"]))}}function kt(e,t,s){const n=[],o=(a,r,i)=>{r!==void 0&&n.push({host:e,what:a,seen:r,mend:i})};for(const a of t.preparation)o(a.path,Ce(a,s.places.get(a.path)),{kind:"preparation",file:a});for(const{name:a}of t.packages)o(`package ${a}`,s.packages.has(a)?void 0:"missing",{kind:"package",name:a});for(const a of t.accounts){const r=s.accounts.get(a.name);a.login!==!0&&r!==void 0&&r.id<yt?o(`account ${a.name}`,"one of the distribution's own",vt(e,a)):o(`account ${a.name}`,St(a,s),{kind:"account",account:a})}for(const{user:a,group:r}of t.members)o(`account ${a}`,s.accounts.get(a)?.groups.includes(r)?void 0:`not in the group ${r}`,{kind:"member",user:a,group:r});for(const a of t.folders)o(a.path,ne(a,s.places.get(a.path),"folder"),{kind:"folder",folder:a});for(const a of t.files){const r=s.places.get(a.path),i=Pe(a,r)?{...a,tell:void 0}:a,p=Et(t,i,s)?_t(e,a):{kind:"file",file:i};o(a.path,Ce(a,r),p)}for(const a of t.secrets)o(a.path,Tt(a,s.places.get(a.path)),{kind:"secret",secret:a,made:!xe(s.places.get(a.path))});for(const a of t.units){const{enabled:r=!1,running:i=!1}=s.units.get(a)??{};o(a,r&&i?void 0:"not enabled and running",{kind:"unit",unit:a})}for(const a of t.enabled)o(a,s.units.get(a)?.enabled?void 0:"not enabled",{kind:"enabled",unit:a});for(const a of t.users)o(`account ${a}`,s.accounts.has(a)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`Put the public half of the deploy key under \`ssh: authorized-keys:\` in buka.yml, and this makes the account. Or on ${e}: \`adduser --disabled-password ${a}\`, and the key into its authorized_keys.`});for(const{what:a,seen:r,code:i,hint:p}of t.byHand)o(a,r,{kind:"by-hand",code:i,hint:p});return n}const wt=({claims:e},t)=>e.some(({path:s})=>t.claims.get(s)==="somebody"),yt=100,vt=(e,{name:t})=>({kind:"by-hand",code:"account-taken",hint:`The app would run as an account that ${e} needs for itself: call the service other than ${t} in buka.yml.`}),Et=({claims:e},{tell:t},s)=>t?.cutsOffWhile!==void 0&&s.units.get(t.cutsOffWhile)?.running===!0&&e.some(({path:n})=>s.claims.get(n)==="buka"),_t=(e,{tell:t})=>({kind:"by-hand",code:"restart-needed",hint:t?.cutsOffWhile===t?.unit?`It takes a restart of ${t?.unit}, which cuts customers off for a moment. In a quiet hour, on ${e}: \`systemctl stop ${t?.unit}\`, and \`buka provision ${e}\` at once.`:`It takes a restart of ${t?.unit}. On ${e}: \`systemctl stop ${t?.cutsOffWhile}\`, which moves the address to another load balancer; then \`buka provision ${e}\` starts both again.`});function St({name:e,home:t,shell:s,login:n},{accounts:o}){const a=o.get(e);if(a===void 0)return"missing";if(!n)return a.home!==t?`home ${a.home} instead of ${t}`:a.shell===s?void 0:`shell ${a.shell} instead of ${s}`}const Ie=e=>e.toString(8).padStart(4,"0");function ne(e,t,s){if(t===void 0)return"missing";if(t.kind!==s)return`not a ${s}`;const n=[];return t.mode!==e.mode&&n.push(`mode ${Ie(t.mode)} instead of ${Ie(e.mode)}`),(t.owner!==e.owner||t.group!==e.group)&&n.push(`belongs to ${t.owner}:${t.group} instead of ${e.owner}:${e.group}`),n.length===0?void 0:n.join(", ")}function Ce(e,t){const s=ne(e,t,"file");return t?.kind!=="file"?s:[...Pe(e,t)?[]:["other content"],...s===void 0?[]:[s]].join(", ")||void 0}const Pe=({content:e},t)=>t?.kind==="file"&&t.content===(0,N.createHash)("sha256").update(e).digest("hex");function Tt(e,t){return t?.kind==="file"&&!xe(t)?e.line===void 0?"empty":"has no line for this database":ne(e,t,"file")}const Rt=y(String.raw`
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
`),Ot=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function At(e){const{service:t,backup:s,database:n}=m(e),o=n.kind==="mariadb";return{name:"look",text:Rt,values:{key:$e(t),known:`${X(t)}/known_hosts`,address:`${O}@${s.host.address}`,port:String(s.host.port),postgres_port:String(I),kind:n.kind,owner:o?"mysql":"postgres",check:o?st(e):it(s.mode),mode:s.mode,database:n.name,points_check:dt},deadline:(0,w.Gx)(1),parse(a){const r=(0,g.OA)(E(a).stdout,Ot);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:o?{kind:"missing"}:Nt(r,s.mode),...o?{mariadb:xt(r)}:{}}}}}function Nt(e,t){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const s=Buffer.from(e.content,"base64").toString(),{points:n,limit:o,low:a}=e,r={points:n==="t",limited:o!=="-1",tooLow:a.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:s},...t==="continuous"?{log:r}:{}}}function xt(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const It=y(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),Ct=e=>(0,g.K$)({name:"account",text:It,values:{sql:e},deadline:(0,w.Gx)(1),parse(t){t.status!==0&&E({...t,stderr:t.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),Pt=y(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),Le=(e,t="postgres")=>(0,g.K$)({name:"role",text:Pt,values:{sql:e,database:t,postgres_port:String(I)},deadline:(0,w.Gx)(1),parse(s){if(s.status===0)return;const n=s.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");E({...s,stderr:n})}}),Lt=y(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),Dt=()=>(0,g.K$)({name:"max_slot_wal_keep_size",text:Lt,values:{postgres_port:String(I)},deadline:(0,w.Gx)(1),parse:e=>{E(e)}}),qt=y(String.raw`
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
`),Ft=({path:e,content:t},s)=>(0,g.K$)({name:"pg_hba.conf",text:qt,values:{path:e,seen:(0,N.createHash)("sha256").update(t).digest("hex"),content:`${s}
${t}`,postgres_port:String(I)},deadline:(0,w.Gx)(1),parse(n){if(n.status!==23)return void E(n);throw new _.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:n.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${s}`})}}),De=(e,t)=>e.split(`
`).includes(t),Mt=y(String.raw`
interface=
if command -v ip >/dev/null; then
  for one in $(getent ahosts "$address" | awk '{ print $1 }' | sort -u); do
    found=$(ip -o address show to "$one" | awk '{ sub(/@.*/, "", $2); print $2; exit }')
    [ -z "$found" ] || interface=$found
  done
fi
printf 'interface=%s\n' "$interface"
home=; group=
if line=$(getent passwd -- "$user"); then
  home=$(printf %s "$line" | cut -d : -f 6)
  group=$(id -gn -- "$user")
fi
printf 'home=%s\ngroup=%s\n' "$home" "$group"
`),Ht=({address:e,user:t})=>({name:"look",text:Mt,values:{address:e,user:t},deadline:(0,w.YA)(30),parse(s){const n=(0,g.OA)(E(s).stdout,["interface","home","group"]);return{interface:n.interface||void 0,deploy:n.home?{home:n.home,group:n.group}:void 0}}});var qe=R(379);const Fe=e=>`command="${C} restore-source ${e}",restrict `,Ut=new RegExp(`^command="${C} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function Bt(e,t,s){return[...e.split(`
`).filter(o=>Ut.test(o)&&!o.startsWith(Fe(t))),`${Fe(t)}${s}`].sort().map(o=>`${o}
`).join("")}const Me="buka-backup-receive",jt=e=>[...Gt(),...e==="continuous"?[f(`/etc/systemd/system/${Me}@.service`,Xt)]:[]],Gt=()=>He.flatMap(({unit:e,title:t,verb:s,when:n})=>[f(`/etc/systemd/system/${e}@.service`,Kt(t,s)),f(`/etc/systemd/system/${e}@.timer`,zt(t,n))]),Wt=(e,t)=>[...He.map(({unit:s})=>`${s}@${e}.timer`),...t==="continuous"?[`${Me}@${e}.service`]:[]],He=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],Kt=(e,t)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${O}
ExecStart=${C} ${t} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${A}
`,zt=(e,t)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${t}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`,Xt=`[Unit]
Description=Receiving the write-ahead log of %i for the backups
Wants=network-online.target
After=network-online.target

[Service]
User=${O}
ExecStart=${C} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${A}

[Install]
WantedBy=multi-user.target
`;function Yt(e,{postgresMajor:t,restoreKey:s,authorizedKeys:n}){const{service:o,database:a,backup:r,release:i}=m(e),p={group:O},c={owner:O,group:O},d=a.kind==="mariadb"?Jt(e):Vt(e,t);return L("backup",{preparation:d.preparation,packages:[...["restic","openssh-server","sudo"].map(h=>({name:h})),...d.packages],accounts:[{name:O,home:A,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(h=>S(h)),S(F(o),{...p,mode:488}),S(A),S(`${A}/.ssh`),S(`${A}/metrics`,c),S(`${A}/${o}`,{...c,mode:448,whole:!0})],files:[f(C,qe.Pp,{mode:493}),f(`${F(o)}/settings`,Ne({...r.mode==="continuous"?{mode:r.mode}:{},engine:a.kind,host:a.host.address,port:d.port,database:a.name,user:v,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:i.keep+1}),{...p,mode:416}),Oe("/etc/sudoers.d/buka-backup",{user:r.host.user,as:O,program:C}),...s===void 0?[]:[f(fe,Bt(n,o,s))],...jt(r.mode)],secrets:[{kind:"password",path:Xe(o),owner:"root",...p,mode:416,opens:`${A}/${o}/repository/config`},{...d.password,...c,mode:384}],units:Wt(o,r.mode)})}const Vt=(e,t)=>({port:I,preparation:[f("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:t===void 0?[]:[{name:`postgresql-${t}`}],password:{kind:"pgpass",path:Y(m(e).service),line:U(e)}}),Qt=e=>e.backup?.host.name===e.database?.host.name,Jt=e=>({port:z,preparation:Qt(e)?[]:[f("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(t=>({name:t})),password:{kind:"my.cnf",path:V(m(e).service),line:te(e),before:nt(e,"")}});function Zt(e,{hostKeys:t,postgresMajor:s,postgresCluster:n}){const{service:o,database:a,backup:r}=m(e),{address:i,port:p}=r.host,c=X(o),d=r.mode==="continuous",h=a.kind==="mariadb"?"mysql":"postgres",u={owner:h,group:h};return L("database",{packages:[...a.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(l=>({name:l}))],users:[a.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(l=>S(l)),S(c,{group:h,mode:488})],files:[f(he,qe.Hg,{mode:493}),f(`${c}/settings`,Ne({...d?{mode:r.mode,version:s??"",cluster:n??""}:{},engine:a.kind,database:a.name,source:`${O}@${i}`,port:p}),{group:h,mode:416}),Oe("/etc/sudoers.d/buka-restore",{user:a.host.user,as:h,program:he}),...d&&s!==void 0&&n!==void 0?[es(`postgresql@${s}-${n}.service`)]:[],...t.length===0?[]:[f(`${c}/known_hosts`,ts({address:i,port:p},t))]],secrets:[{kind:"key",path:$e(o),...u,mode:384}]})}const es=e=>f("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,checkedBy:"visudo"}),ts=({address:e,port:t},s)=>[...s].sort().map(n=>`${t===22?e.toLowerCase():`[${e.toLowerCase()}]:${t}`} ${n}
`).join(""),H="prometheus-node-exporter";function ss(e,t,s){const n=[...ns(e,t,s),...as(e,t)];return L("every",{packages:n.flatMap(({packages:o=[]})=>o),accounts:n.flatMap(({accounts:o=[]})=>o),folders:n.flatMap(({folders:o=[]})=>o),files:n.flatMap(({files:o=[]})=>o),units:n.flatMap(({units:o=[]})=>o)})}function ns({authorizedKeys:e},{user:t},{deploy:s}){if(e===void 0)return[];const n=s?.home??`/home/${t}`,o={owner:t,group:s?.group??t};return[{packages:[{name:"openssh-server"}],accounts:[{name:t,home:n,shell:"/bin/sh",login:!0}],folders:[S(`${n}/.ssh`,{...o,mode:448})],files:[f(`${n}/.ssh/authorized_keys`,e.map(r=>`${r}
`).join(""),{...o,mode:384})]}]}function as({monitoring:e,backup:t},s){if(e===void 0)return[];const n={unit:`${H}.service`,how:"restart"},{address:o}=e.host,a=t?.host.name===s.name?`--collector.textfile.directory=${A}/metrics`:"",r=(0,x.isIP)(o)?`IPAddressDeny=any
IPAddressAllow=localhost ${o}
`:"";return[{packages:[{name:H}],files:[f(`/etc/systemd/system/${H}.service.d/buka.conf`,`${T}
[Service]
${r}`,{tell:n}),f(`/etc/default/${H}`,`${T}
ARGS="${a}"
`,{tell:n})],units:[`${H}.service`]}]}const ae=e=>(0,x.isIPv6)(e)?`[${e}]`:e;function os(e){const{loadBalancers:t,workers:s}=e,n=s.hosts.map(({name:a,address:r})=>`    server ${t.servers.get(a)??a} ${ae(r)}:${s.port} check`),o=t.backends.map(a=>`backend ${a}
    balance roundrobin
    option httpchk GET ${s.health}
    http-check expect status 200-299
    default-server inter 500ms fall 2 rise 2
    load-server-state-from-file global
${n.join(`
`)}
`);return[rs,is(e),...o,...cs(e)].join(`
`)}const rs=`${T}
global
    log /dev/log local0 info
    chroot /var/lib/haproxy
    stats socket ${ge} mode 660 group haproxy level admin expose-fd listeners
    stats timeout 30s
    server-state-file ${be}
    user haproxy
    group haproxy

defaults
    log global
    mode http
    option httplog
    option dontlognull
    option forwardfor
    retries 3
    option redispatch
    option idle-close-on-response
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    timeout http-request 10s
    timeout http-keep-alive 50s
    timeout check 3s
`,is=({service:e,loadBalancers:{address:t,backends:s}})=>`frontend ${e}-in
    bind ${t&&(0,x.isIPv6)(t)?":::80 v4v6":":80"}
    http-request set-log-level silent if { path ${J} } { src 127.0.0.1 ::1 }
    http-request return status 200 content-type text/plain string serving if { path ${J} } { src 127.0.0.1 ::1 }
    default_backend ${s[0]}
`;function cs({monitoring:e}){if(e===void 0)return[];const{address:t}=e.host,s=(0,x.isIP)(t)?`127.0.0.1 ::1 ${t}`:void 0;return[`frontend buka-metrics
    bind ${(0,x.isIPv6)(t)?`:::${Z} v4v6`:`:${Z}`}
    http-request set-log-level silent
${s===void 0?"":`    http-request deny unless { src ${s} }
`}    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny
`]}const ds=({service:e,loadBalancers:t},s)=>`#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${ge}', '${be}');
my $kept = '';
my %mark = (
${t.backends.flatMap(n=>[...t.servers].map(([o,a])=>`    '${n}/${a}' => '${ls(s)}/.buka/${e}/${o}/mark',
`)).join("")});
${String.raw`
unlink $path;
if (($ARGV[0] // '') eq 'keep' and my $haproxy = IO::Socket::UNIX->new($socket)) {
    eval {
        local $SIG{ALRM} = sub { die };
        alarm 5;
        print $haproxy "show servers state\n";
        $haproxy->flush;
        my %column;
        while (my $line = <$haproxy>) {
            if ($line =~ /^# (.+)/) {
                my @title = split ' ', $1;
                @column{@title} = (0 .. $#title);
                $kept .= $line;
            }
            next if $line =~ /^#/ or !%column;
            my @cell = split ' ', $line;
            next if @cell < 2;
            my $mark = $mark{"$cell[$column{be_name}]/$cell[$column{srv_name}]"};
            next if defined $mark and -e $mark;
            # Forced maintenance and forced drain (management guide, 9.3, "show servers state").
            $kept .= $line if $cell[$column{srv_admin_state}] & 9;
        }
        alarm 0;
        1;
    } or $kept = '';
}
my ($folder) = $path =~ m{^(.*)/};
mkdir $folder, 0755;
open my $out, '>', "$path.new" or exit 0;
print $out "1\n$kept";
close $out or exit 0;
rename "$path.new", $path;
`}`,ls=e=>e.replace(/[\\']/g,"\\$&");function ps({loadBalancers:e},{host:t,address:s,interface:n}){const{hosts:o}=e,a=o.findIndex(i=>i.name===t.name),r=o.filter(i=>i.name!==t.name).map(i=>`        ${i.address}`);return`${T}
global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "${ke}"
    interval 1
    timeout 4
    fall 2
    rise 2
}

vrrp_instance service {
    state BACKUP
    interface ${n}
    virtual_router_id 51
    priority ${Math.max(150-10*a,1)}
    advert_int 0.3
    unicast_src_ip ${t.address}
${r.length===0?"":`    unicast_peer {
${r.join(`
`)}
    }
`}    virtual_ipaddress {
        ${s}/${(0,x.isIPv6)(s)?128:32} dev ${n}
    }
    track_script {
        haproxy
    }
}
`}const us=`#!/bin/sh
${T}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET ${J} HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)'
`,D="haproxy.service",j="keepalived.service";function hs(e,t,s){const{address:n,masterSocket:o}=e.loadBalancers,a=n!==void 0&&s.interface!==void 0,r={kind:"haproxy",socket:o},i={unit:D,how:"restart",shownBy:r,cutsOffWhile:n?j:D};return L("load-balancer",{claims:[{path:"/etc/haproxy/haproxy.cfg",package:"haproxy"},...n===void 0?[]:[{path:"/etc/keepalived/keepalived.conf"}]],packages:["haproxy",...n===void 0?[]:["keepalived","iproute2"]].map(p=>({name:p})),members:[{user:t.user,group:"haproxy"}],users:[t.user],folders:[S("/usr/local/lib/buka")],files:[f(Q,ds(e,s.deploy?.home??`/home/${t.user}`),{mode:493}),f(`/etc/systemd/system/${D}.d/buka.conf`,ms),f("/etc/default/haproxy",$s(o),{tell:i}),f("/etc/haproxy/haproxy.cfg",os(e),{checkedBy:"haproxy",tell:{unit:D,how:"reload",shownBy:r}}),...n===void 0?[]:[f(ke,us,{mode:493})],...a?[f(`/etc/systemd/system/${j}.d/buka.conf`,gs),f("/etc/keepalived/keepalived.conf",ps(e,{host:t,address:n,interface:s.interface??""}),{checkedBy:"keepalived",tell:{unit:j,how:"reload"}})]:[]],units:[D,...a?[j]:[]],byHand:n!==void 0&&s.interface===void 0?[fs(t)]:[]})}const fs=({name:e,address:t})=>({what:"the shared address",seen:`no network interface has ${t}`,code:"interface-unknown",hint:`keepalived needs to know where to put the address. On ${e}, \`ip address\`: buka.yml must have the address that the machine itself has, the one that the other load balancers reach.`}),$s=e=>`${T}
EXTRAOPTS="-S ${e},mode,660,group,haproxy"
`,ms=`${T}
[Service]
LogRateLimitIntervalSec=0
ExecStartPre=${Q} forget
ExecReload=
ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
ExecReload=${Q} keep
ExecReload=/bin/kill -USR2 $MAINPID
`,gs=`${T}
[Unit]
After=${D}

[Service]
Restart=on-failure
RestartSec=1
`;var bs=R(8815);const oe=e=>`${T}
${(0,bs.As)(e,{lineWidth:0})}`,re=(e,t)=>e.map(({name:s,address:n})=>({targets:[`${ae(n)}:${t}`],labels:{host:s}})),G=e=>[{targets:[`127.0.0.1:${e}`]}];function ks(e){const{service:t,hosts:s,loadBalancers:n,workers:o}=e,{prometheus:a,alertmanager:r,blackbox:i}=ee,p=n.address===void 0?n.hosts.map(({address:c})=>c):[n.address];return oe({global:{scrape_interval:"15s",evaluation_interval:"15s",external_labels:{service:t}},rule_files:[`${we}/*.yml`],alerting:{alertmanagers:[{static_configs:G(r)}]},scrape_configs:[{job_name:"prometheus",static_configs:G(a)},{job_name:"alertmanager",static_configs:G(r)},{job_name:"blackbox",static_configs:G(i)},{job_name:"node",static_configs:re([...s.values()],Ye)},{job_name:"haproxy",scrape_interval:"5s",static_configs:re(n.hosts,Z)},{job_name:K.If,static_configs:re(o.hosts,o.port)},ws(K.Wz,p.map(c=>`http://${ae(c)}${o.health}`))]})}const ws=(e,t)=>({job_name:e,scrape_interval:"5s",scrape_timeout:"4500ms",metrics_path:"/probe",params:{module:["health"]},static_configs:[{targets:t}],relabel_configs:[{source_labels:["__address__"],target_label:"__param_target"},{source_labels:["__param_target"],target_label:"instance"},{target_label:"__address__",replacement:`127.0.0.1:${ee.blackbox}`}]}),ys=({loadBalancers:e})=>oe({modules:{health:{prober:"http",timeout:"4s",http:{method:"GET",follow_redirects:!1,preferred_ip_protocol:e.address&&(0,x.isIPv6)(e.address)?"ip6":"ip4"}}}}),vs=()=>oe({route:{receiver:"nobody",group_by:["alertname","host"]},receivers:[{name:"nobody"}]}),Es="35d";function _s(e){const t=["prometheus","prometheus-alertmanager","prometheus-blackbox-exporter"],{prometheus:s,alertmanager:n,blackbox:o}=ee;return L("monitoring",{claims:[{path:"/etc/prometheus/prometheus.yml",package:"prometheus"},{path:"/etc/prometheus/alertmanager.yml",package:"prometheus-alertmanager"},{path:"/etc/prometheus/blackbox.yml",package:"prometheus-blackbox-exporter"}],packages:t.map(a=>({name:a})),folders:[S(we)],files:[ie("prometheus",`--storage.tsdb.retention.time=${Es} --web.listen-address=127.0.0.1:${s}`),ie("prometheus-alertmanager",`--web.listen-address=127.0.0.1:${n} --cluster.listen-address=`),ie("prometheus-blackbox-exporter",`--config.file=/etc/prometheus/blackbox.yml --web.listen-address=127.0.0.1:${o}`),f("/etc/prometheus/blackbox.yml",ys(e),{checkedBy:"blackbox",tell:ce("restart","prometheus-blackbox-exporter",o,"/-/healthy")}),f("/etc/prometheus/alertmanager.yml",vs(),{checkedBy:"amtool",tell:ce("reload","prometheus-alertmanager",n,"/-/ready")}),f("/etc/prometheus/prometheus.yml",ks(e),{checkedBy:"promtool",tell:ce("reload","prometheus",s,"/-/ready")})],units:t.map(a=>`${a}.service`)})}const ie=(e,t)=>f(`/etc/default/${e}`,`${T}
ARGS="${t}"
`,{tell:{unit:`${e}.service`,how:"restart"}}),ce=(e,t,s,n)=>({unit:`${t}.service`,how:e,shownBy:{kind:"http",port:s,path:n}}),Ss=(e,t)=>{const{service:s,workers:n}=e,o=n.port<1024;return`${T}
[Unit]
Description=${s}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${n.root}/current
StartLimitIntervalSec=0

[Service]
User=${s}
WorkingDirectory=${n.root}/current
EnvironmentFile=${me(e)}
ExecStart=${Ts(t,`${n.root}/current`)}
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1
StateDirectory=${s}
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=${o?"CAP_NET_BIND_SERVICE":""}
AmbientCapabilities=${o?"CAP_NET_BIND_SERVICE":""}
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`};function Ts([e="",...t],s){return[e.includes("/")&&!e.startsWith("/")?`${s}/${e.replace(/^\.\//,"")}`:e,...t.map(Rs)].join(" ")}function Rs(e){const t=e.replaceAll("%","%%").replaceAll("$","$$$$");return/^[A-Za-z0-9_./:=,@%$+-]+$/.test(t)?t:`"${t.replaceAll("\\","\\\\").replaceAll('"','\\"').replaceAll(`
`,"\\n")}"`}function Os(e,{user:t},{deploy:s}){const{service:n,workers:o}=e,{unit:a,root:r,port:i,health:p,start:c,packages:d}=o,h=s?.group??t,u=`/etc/systemd/system/${a}`,l=me(e),$={kind:"http",port:i,path:p};return L("worker",{claims:[{path:u}],packages:["sudo",...d].map(k=>({name:k})),accounts:[{name:n,home:r,shell:"/usr/sbin/nologin"}],users:[t],folders:[S(r,{owner:t,group:h}),...l.startsWith(`/etc/${n}/`)?[S(`/etc/${n}`)]:[]],files:[Ae(`/etc/sudoers.d/buka-worker-${n}`,Ns(t,a)),...c===void 0?[]:[f(u,Ss(e,c),{tell:{unit:a,how:"restart",shownBy:$}})]],secrets:[{kind:"environment",path:l,owner:"root",group:h,mode:416,before:`PORT=${i}
`}],enabled:c===void 0?[]:[a],byHand:c===void 0?[As(a)]:[]})}const As=e=>({what:e,seen:"buka.yml does not say how the app is started",code:"start-missing",hint:`In buka.yml: \`workers: { start: node dist/server.js }\`, and this makes a unit of it; or write ${e} yourself: docs/hosts.md.`}),Ns=(e,t)=>[...["start","stop","restart","reset-failed"].map(s=>`/usr/bin/systemctl ${s} ${t}`),"/usr/bin/readlink ^/proc/[0-9]+/cwd$"].map(s=>`${e} ALL=(root) NOPASSWD: ${s}
`).join("");function xs(e,t){const s={"load-balancer":e.loadBalancers.hosts.map(({name:n})=>n),worker:e.workers.hosts.map(({name:n})=>n),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(s).filter(n=>s[n].includes(t))}function Is(e,t,s){const n=e.hosts.get(t);if(n===void 0)throw new Error(`${t} is no host of this cluster`);const o=s.own??{},a={"load-balancer":()=>[hs(e,n,o)],worker:()=>[Os(e,n,o)],database:()=>e.backup===void 0?[]:[Zt(e,s)],backup:()=>[Yt(e,s)],monitoring:()=>[_s(e)]};return[ss(e,n,o),...xs(e,t).flatMap(r=>a[r]())]}async function Cs(e,t,s){const n=Ps(e),o=n.some(({name:d})=>s.includes(d)),a=[...e.hosts.values()].filter(d=>s.includes(d.name)||o&&n.some(({name:h})=>h===d.name)),[r,i]=await Promise.all([o?Ls(e,t):void 0,Promise.all(a.map(async d=>[d.name,await(await t(d)).run(Ht(d))]))]),p=r===void 0?ze:Ds(r),c=await Promise.all(a.map(async d=>{const{name:h}=d,u=Is(e,h,{...p,own:new Map(i).get(h)}),l=await(await t(d)).run(mt(u)),$=u.filter(k=>wt(k,l));return{differences:u.filter(k=>!$.includes(k)).flatMap(k=>kt(h,k,l)),byHand:$.flatMap(({role:k})=>k==="every"?[]:[{host:h,role:k}]),serving:l.units.get(e.workers.unit)?.running===!0?[h]:[]}}));return{differences:[...c.flatMap(({differences:d})=>d),...r===void 0?[]:qs(e,r.backup,r.database)],byHand:c.flatMap(({byHand:d})=>d),serving:c.flatMap(({serving:d})=>d),backups:r}}const Ps=({backup:e,database:t})=>e===void 0||t===void 0?[]:[e.host,t.host];async function Ls(e,t){const{backup:s,database:n}=m(e),[o,a]=await Promise.all([t(s.host).then(r=>r.run(ut(e))),t(n.host).then(r=>r.run(At(e)))]);return{backup:o,database:a}}const Ds=({backup:e,database:t})=>({postgresMajor:t.postgres.kind==="up"?t.postgres.major:void 0,postgresCluster:Ue(t),restoreKey:t.restoreKey,hostKeys:e.hostKeys,authorizedKeys:e.authorizedKeys}),Ue=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function qs(e,{reading:t},s){const{backup:n,database:o}=m(e),{postgres:a,mariadb:r,source:i}=s,p=[],c=(u,{name:l}=o.host)=>p.push({host:l,...u}),d=(u,l)=>({kind:"by-hand",code:u,hint:l});if(a.kind==="down"){const u=`On ${o.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;c({what:"PostgreSQL",seen:`does not answer: ${a.seen}`,mend:d("database-down",u)})}if(a.kind==="up"&&Number(a.major)<_e){const u=`PostgreSQL ${_e} is the first with a role that may read everything: upgrade the server.`;c({what:"PostgreSQL",seen:`is version ${a.major}`,mend:d("postgresql-too-old",u)})}else if(a.kind==="up"){const u=Se(e).every($=>De(a.hba.content,$));a.reader||c({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),u||c({what:a.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),a.reader&&u&&t.kind==="refused"&&c({what:"role buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const{log:l}=a;if(l!==void 0){!l.points&&a.reader&&c({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),l.limited||c({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const $ of l.tooLow){const k=`On ${o.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;c({what:"PostgreSQL",seen:$,mend:d("log-settings",k)})}Ue(s)===void 0&&c({what:"PostgreSQL",seen:`has its settings in ${a.hba.path}`,mend:d("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(t.kind==="unreachable"){const $=`On ${o.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;c({what:"the way to PostgreSQL",seen:t.seen,mend:d("database-unreachable",$)},n.host)}}if(r!==void 0&&h(r),i.kind==="unreachable"){const u=`From ${o.host.name}, does \`ssh -p ${n.host.port} ${n.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;c({what:`the way to ${n.host.name}`,seen:i.seen,mend:d("source-unreachable",u)})}return p;function h(u){if(u.kind==="down"){const $=`On ${o.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;c({what:"MariaDB",seen:`does not answer: ${u.seen}`,mend:d("database-down",$)})}if(u.kind!=="up")return;u.reader||c({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),u.reader&&t.kind==="refused"&&c({what:"account buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const l=["127.0.0.1","::1","localhost","nowhere"].includes(u.listens);if(t.kind==="unreachable"||l&&n.host.name!==o.host.name){const $=`On ${o.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${o.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,k=l?`MariaDB listens on ${u.listens} alone`:"seen"in t?t.seen:"";c({what:"the way to MariaDB",seen:k,mend:d("database-unreachable",$)},n.host)}}}const de=e=>`0${e.toString(8)}`,W=e=>e.map(t=>t.join(" ")).join(`
`),Fs=y(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),Ms=e=>(0,g.K$)({name:"packages",text:Fs,values:{packages:e.join(" ")},deadline:(0,w.Gx)(20),parse(t){if(t.status!==1)return void E(t);throw new _.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:t.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Hs=y(String.raw`
printf '%s\n' "$accounts" | while IFS=' ' read -r kind name home shell; do
  if getent passwd -- "$name" >/dev/null; then usermod --home "$home" --shell "$shell" -- "$name"; continue; fi
  if getent group -- "$name" >/dev/null; then group=--no-user-group; else group=--user-group; fi
  if [ "$kind" = login ]; then
    useradd "$group" --create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
  else
    useradd --system "$group" --no-create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
  fi
  [ "$group" = --user-group ] || usermod --gid "$name" -- "$name"
done
`),Us=e=>(0,g.K$)({name:"accounts",text:Hs,values:{accounts:W(e.map(({login:t,name:s,home:n,shell:o})=>[t?"login":"system",s,n,o]))},deadline:(0,w.YA)(30),parse:t=>{E(t)}}),Bs=y(String.raw`
printf '%s\n' "$members" | while IFS=' ' read -r user group; do usermod --append --groups "$group" -- "$user"; done
`),js=e=>(0,g.K$)({name:"groups",text:Bs,values:{members:W(e.map(({user:t,group:s})=>[t,s]))},deadline:(0,w.YA)(30),parse:t=>{E(t)}}),Gs=y(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Ws=e=>(0,g.K$)({name:"folders",text:Gs,values:{folders:W(e.map(({mode:t,owner:s,group:n,whole:o,path:a})=>[de(t),s,n,o?"yes":"no",a]))},deadline:(0,w.Gx)(5),parse:t=>{E(t)}}),Ks=y(String.raw`
umask 077
printf '%s\n' "$secrets" | while IFS='	' read -r kind mode owner group path line opens before; do
  folder=$(dirname -- "$path")
  (umask 022; mkdir -p -- "$folder")
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
      environment) printf '%s\n' "$before" | base64 -d > "$beside" ;;
    esac
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    mv -f -T -- "$beside" "$path"
  fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),zs=(e,t)=>(0,g.K$)({name:"secrets",text:Ks,values:{secrets:e.map(({kind:s,mode:n,owner:o,group:a,path:r,line:i="-",opens:p="-",before:c="-"})=>[s,de(n),o,a,r,i,p,Buffer.from(c).toString("base64")].join("	")).join(`
`),password:t},deadline:(0,w.Gx)(1),parse(s){if(s.status!==22)return void E(s);const[n,o]=s.stdout.trim().split(`
`);throw new _.w({code:"secret-lost",message:`${n} is gone, and only the one that was there opens ${o}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${n}; docs/backup-setup.md has the command.`})}}),Xs=y(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # lists of names
if [ -n "$enabled" ]; then systemctl -q enable -- $enabled; fi
# shellcheck disable=SC2086
if [ -n "$units" ]; then systemctl -q enable --now -- $units; fi
`),Ys=(e,t=[])=>(0,g.K$)({name:"units",text:Xs,values:{units:e.join(" "),enabled:t.join(" ")},deadline:(0,w.Gx)(5),parse:s=>{E(s)}}),Vs=String.raw`
check() {
  case $1 in
    visudo) visudo -c -f "$2" ;;
    haproxy) haproxy -c -f "$2" ;;
    keepalived) keepalived --config-test --use-file "$2" ;;
    promtool) promtool check config "$2" ;;
    amtool) amtool check-config "$2" ;;
    blackbox) prometheus-blackbox-exporter --config.check --config.file="$2" ;;
  esac
}
`,Qs=`${ye.Qc}${String.raw`
tell() {
  before=
  if [ "$3" = haproxy ]; then before=$(processes "$5" 2>/dev/null) || before=; fi
  case $1 in
    reload) systemctl reload -- "$2" || return 1 ;;
    restart) systemctl restart -- "$2" || return 1 ;;
  esac
  case $3 in
    haproxy)
      waits=0
      until has_new "$(processes "$5" 2>/dev/null)" "$before"; do
        waits=$((waits + 1))
        if [ "$waits" -gt 100 ]; then echo 'HAProxy has started no new process with it'; return 1; fi
        sleep 0.1
      done ;;
    http)
      port=$4; health=$5
      answers ;;
    *)
      sleep 1
      systemctl -q is-active -- "$2" || { systemctl --no-pager -n 10 status -- "$2"; return 1; } ;;
  esac
}

# HAProxy's processes that take new connections, by the master process at a socket.
processes() {
  perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new($ARGV[0]) or exit 1;
    print $s "show proc\n"; $s->flush; shutdown $s, 1;
    while (<$s>) { last if /^# old workers/; print "$1 " if /^(\d+) +worker / }' "$1"
}
has_new() {
  for pid in $1; do
    case " $2" in *" $pid "*) ;; *) return 0 ;; esac
  done
  return 1
}

# Three times in a row, within a minute.
answers() {
  passed=0; until=$(($(date +%s) + 60))
  while [ "$passed" -lt 3 ]; do
    answer=$(probe)
    case $answer in 2??) passed=$((passed + 1)) ;; *) passed=0 ;; esac
    if [ "$(date +%s)" -ge "$until" ]; then echo "http://127.0.0.1:$port$health answers $answer"; return 1; fi
    sleep 0.3
  done
}
`}`,Js=y(`${Vs}${Qs}${String.raw`
umask 077
units=known
know_units() { if [ "$units" = changed ]; then systemctl daemon-reload; units=known; fi; }
back() { if [ -e "$before_it" ]; then mv -f -T -- "$before_it" "$path"; else rm -f -- "$path"; fi; }
printf '%s\n' "$files" | {
  while IFS=' ' read -r mode owner group checker how unit proof port place path content; do
    folder=$(dirname -- "$path")
    (umask 022; mkdir -p -- "$folder")
    beside=$folder/.$(basename -- "$path").buka
    before_it=$beside-before
    rm -f -- "$beside" "$before_it"
    printf %s "$content" | base64 -d > "$beside"
    if [ "$checker" != - ] && ! words=$(check "$checker" "$beside" 2>&1 </dev/null); then
      rm -f -- "$beside"
      printf '%s\n%s\n%s\n' "$path" "$checker" "$words"
      exit 21
    fi
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    if [ "$how" != - ] && [ -f "$path" ]; then cp -p -- "$path" "$before_it"; fi
    mv -f -T -- "$beside" "$path"
    case $path in /etc/systemd/system/*) units=changed ;; esac
    if [ "$how" = - ] || ! systemctl -q is-active -- "$unit"; then rm -f -- "$before_it"; continue; fi
    know_units
    if ! words=$(tell "$how" "$unit" "$proof" "$port" "$place" 2>&1 </dev/null); then
      back
      systemctl daemon-reload
      tell "$how" "$unit" "$proof" "$port" "$place" >/dev/null 2>&1 </dev/null || words="$words; nor with the old one"
      printf '%s\n%s\n%s\n' "$path" "$unit" "$words"
      exit 24
    fi
    rm -f -- "$before_it"
  done
  know_units
}
`}`),Be=e=>(0,g.K$)({name:"files",text:Js,values:{files:W(e.map(Zs))},deadline:(0,w.Gx)(10),parse(t){if(t.status===21)throw en(t);if(t.status===24)throw tn(t);E(t)}});function Zs({mode:e,owner:t,group:s,checkedBy:n,tell:o,path:a,content:r}){const i=o?.shownBy;return[de(e),t,s,n??"-",o?.how??"-",o?.unit??"-",i?.kind??"-",...i?.kind==="http"?[String(i.port),i.path]:["-",i?.socket??"-"],a,Buffer.from(r).toString("base64")]}function en({stdout:e}){const[t,s,...n]=e.trim().split(`
`);return new _.w({code:"file-refused",message:`${s} does not take the new ${t}.`,seen:n.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:s==="visudo"?"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is.":`What it says is about what buka.yml makes of ${t}, or about the version of the program on this host.`})}function tn({stdout:e}){const[t,s,...n]=e.trim().split(`
`);return new _.w({code:"not-taken",message:`${s} does not work with the new ${t}.`,seen:n.join(`
`),left:`The old ${t} is back, and ${s} was told so; files before it were written.`,hint:`On the host: \`journalctl -u ${s} -n 50\`. Mend what it says, then run this again.`})}async function le(e,t,s){const n=e.host.name;for(const{name:o,of:a,script:r}of sn(t))a.length!==0&&(s.step({host:n,name:o,state:"started",detail:a.join(", ")}),await e.run(r),s.step({host:n,name:o,state:"done",detail:a.join(", ")}))}function sn(e){const t=e.map(({mend:l})=>l),s=l=>t.filter($=>$.kind===l),n=e.flatMap(({mend:l})=>l.kind==="preparation"?[l.file]:[]),o=s("package").map(({name:l})=>l),a=s("account").map(({account:l})=>l),r=s("folder").map(({folder:l})=>l),i=e.flatMap(({mend:l})=>l.kind==="file"?[l.file]:[]),p=s("secret").map(({secret:l})=>l),c=t.flatMap(l=>l.kind==="unit"?[l.unit]:[]),d=t.flatMap(l=>l.kind==="enabled"?[l.unit]:[]),h=s("member").map(({user:l,group:$})=>({user:l,group:$})),u=l=>l.map(({path:$})=>$);return[{name:"before packages",of:u(n),script:Be(n)},{name:"packages",of:o,script:Ms(o)},{name:"accounts",of:a.map(({name:l})=>l),script:Us(a)},{name:"groups",of:h.map(({user:l,group:$})=>`${l} in ${$}`),script:js(h)},{name:"folders",of:u(r),script:Ws(r)},{name:"files",of:u(i),script:Be(i)},{name:"secrets",of:u(p),script:zs(p,nn())},{name:"units",of:[...c,...d],script:Ys(c,d)}]}const nn=()=>(0,N.randomBytes)(32).toString("base64url");async function an(e,t,{differences:s,seen:n,reporter:o}){const a=d=>s.some(({mend:h})=>h.kind===d);if(n.backups===void 0)return;const{backup:r,database:i}=m(e),p=await t(i.host),c=d=>o.step({host:i.host.name,name:d,state:"done"});if(a("hba")&&n.backups.database.postgres.kind==="up"){const{hba:d}=n.backups.database.postgres,h=Se(e).filter(u=>!De(d.content,u));await p.run(Ft(d,h.join(`
`))),c("pg_hba.conf")}if(a("reader")||a("reader-password")){const h=n.backups.backup.reading.kind==="works"?void 0:await(await t(r.host)).run(ft(e));if(i.kind==="mariadb")await p.run(Ct(tt(e,h===void 0?void 0:Ze(h)))),c("account");else{const u=h===void 0?void 0:lt(h,(0,N.randomBytes)(16));await p.run(Le(rt(u,r.mode))),c("role")}}a("points")&&(await p.run(Le(ct,i.name)),c("points in the log")),a("log-limit")&&(await p.run(Dt()),c("max_slot_wal_keep_size"))}function on({loadBalancers:e,workers:t},s,n){const o=i=>e.hosts.some(({name:p})=>p===i),a=({host:i,mend:p})=>{const c=p.kind==="file"?p.file.tell:void 0;if(c?.unit===t.unit&&n.includes(i))return"workers";const d=p.kind==="unit";return o(i)&&(c!==void 0||d)?"loadBalancers":"quiet"},r=i=>s.filter(p=>a(p)===i);return{quiet:r("quiet"),loadBalancers:r("loadBalancers"),workers:r("workers")}}function pe(e){const t=[...new Set(e.map(({host:s})=>s))];return new Map(t.map(s=>[s,e.filter(n=>n.host===s)]))}function rn({service:e,workers:t}){const s=t.hosts.find(({user:n})=>n===e);if(s!==void 0)throw new _.j({code:"app-user",message:`The app's account would be ${e}, which is the ssh user of ${s.name}: the app could change its own releases.`,left:"Nothing was changed.",hint:"Give ssh: user: in buka.yml another name than the service."})}const cn=({authorizedKeys:e},{mend:t})=>t.kind==="by-hand"&&(t.code==="account-taken"||t.code==="deploy-user-missing"&&e===void 0);function dn(e){if(e?.aborted===!0)throw new _.w({code:"cancelled",message:"The run was cancelled.",left:"Each machine that was begun is as it should be; the others are as they were.",hint:"Run the same again to go on from here."})}function je(e){const[t]=e;return new _.w({code:"provision-unsettled",host:t?.host,step:"provision",message:`${t?.what} was put right, and is as it was before.`,seen:e.map(({host:s,what:n,seen:o})=>`${s}: ${n}: ${o}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function Ge(e,t,s){const n=e.flatMap(({host:r,what:i,seen:p,mend:c})=>c.kind==="by-hand"?[new _.w({code:c.code,host:r,step:"provision",message:`${i}: ${p}`,left:t,hint:c.hint})]:[]),[o=je(e),...a]=n;for(const r of a)s.warning(r.message);return o}async function ln(e,{check:t,hosts:s,user:n}){const{cluster:o,reporter:a}=e,r=hn(o,s);rn(o);const i=b=>e.remote({...b,user:n}),p=()=>a.group("Look at the hosts",()=>Cs(o,i,r)),c=({host:b})=>r.includes(b);let d=await p();const h=un(d.byHand);if(t){const b=d.differences.filter(c);return{outcome:b.length>0?"differs":"nothing-to-change",differences:ue(b),byHand:h}}const u=d.differences.filter(b=>c(b)&&cn(o,b));if(u.length>0)throw Ge(u,"Nothing was changed.",a);const l=[];let $="";for(;;){const b=d.differences.filter(q=>c(q)&&q.mend.kind!=="by-hand");if(b.length===0)break;if($===We(b))throw je(b);$=We(b),await pn(e,i,b,d),l.push(...b),d=await p()}const k=d.differences.filter(c);if(k.length>0)throw Ge(k,"Everything else is set up.",a);for(const{host:b,mend:q}of l)q.kind==="secret"&&q.made&&mn(b,q.secret,a);return gn(d.differences,a),{outcome:l.length>0?"changed":"nothing-to-change",differences:ue(l),byHand:h}}async function pn(e,t,s,n){const{cluster:o,reporter:a}=e,r=u=>t(fn(o,u)),{quiet:i,loadBalancers:p,workers:c}=on(o,s,n.serving);await a.group("Put right",async()=>{await $n([...pe(i)].map(async([u,l])=>le(await r(u),l,a)),a),await an(o,t,{differences:s,seen:n,reporter:a})});for(const[u,l]of pe(p))dn(e.signal),await a.group(`Load balancer ${u}`,async()=>le(await r(u),l,a));const d=pe(c);if(d.size===0)return;const h=async u=>(0,g.Uh)(await t(u),u.user);await(0,ye.yS)({...e,remote:h},[...d.keys()],async u=>le(await r(u),d.get(u)??[],a))}function un(e){return[...new Set(e.map(({host:s})=>s))].map(s=>({host:s,roles:e.filter(n=>n.host===s).map(({role:n})=>n)}))}function hn(e,t){const s=[...e.hosts.keys()],n=t.find(o=>!s.includes(o));if(n!==void 0)throw new _.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(n)}.`,left:"Nothing was changed.",hint:`Its hosts are ${s.join(", ")}.`});return t.length===0?s:[...new Set(t)]}function fn({hosts:e},t){const s=e.get(t);if(s===void 0)throw new Error(`${t} was checked to be a host`);return s}const ue=e=>e.map(({host:t,what:s,seen:n})=>({host:t,what:s,seen:n})),We=e=>JSON.stringify(ue(e));async function $n(e,t){const s=await Promise.allSettled(e),[n,...o]=s.flatMap(a=>a.status==="rejected"?[a.reason]:[]);for(const a of o)t.warning(a instanceof Error?a.message:String(a));if(n!==void 0)throw n}function mn(e,{kind:t,path:s},n){t==="password"&&n.warning(`${e}: the repository has a password now, in ${s} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`),t==="environment"&&n.warning(`${e}: ${s} is new, and has nothing but the app's port. Add what the app needs, such as where its database is, before the first deploy.`)}function gn(e,t){for(const s of new Set(e.map(n=>n.host)))t.warning(`${s} is not set up as it should be yet: \`buka provision --check ${s}\` lists what differs.`)}})};
