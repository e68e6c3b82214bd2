"use strict";exports.id=280,exports.ids=[280],exports.modules={5280:((En,Ke,_)=>{_.d(Ke,{mg:()=>mn});const ze={hostKeys:[],authorizedKeys:""};var x=_(7598),U=_(6648);const R="buka-backup",v="buka_backup",I=5432,V=3306,C="/usr/local/lib/buka/backup",me="/usr/local/lib/buka/restore",O="/var/lib/buka-backup",$e=`${O}/.ssh/authorized_keys`,q=e=>`/etc/buka/backup/${e}`,Q=e=>`/etc/buka/restore/${e}`,Xe=e=>`${q(e)}/password`,J=e=>`${q(e)}/pgpass`,Z=e=>`${q(e)}/my.cnf`,ge=e=>`${Q(e)}/key`,be=({service:e,workers:t})=>t.envFile??`/etc/${e}/env`,ke="/run/haproxy/admin.sock",we="/run/buka-haproxy/servers",ee="/usr/local/lib/buka/haproxy-state",te="/buka-load-balancer",se=8405,Ye=9100,ne={prometheus:U.N4,alertmanager:9093,blackbox:9115},oe="/etc/prometheus/buka";function $(e){const{database:t,backup:s,...n}=e;if(t===void 0||s===void 0)throw new Error("the cluster was checked to have backups");return{...n,database:t,backup:s}}const P="buka_definitions",M=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,Ve=e=>`\`${e.replaceAll("`","``")}\``,Qe=e=>Ve(e.replaceAll(/[_%\\]/g,"\\$&")),Je=e=>`${M(v)}@${M($(e).backup.host.address)}`;function Ze(e){const t=(0,x.createHash)("sha1").update(e).digest();return`*${(0,x.createHash)("sha1").update(t).digest("hex").toUpperCase()}`}const et=`CREATE OR REPLACE DEFINER = '${P}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
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
END`;function tt(e,t){const s=Je(e),n=Qe($(e).database.name);return`SET SESSION sql_log_bin = 0, sql_mode = '';
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
`}function st(e){const{backup:t,database:s}=$(e),n=`user = '${v}' AND host = ${M(t.host.address)}`,a=M(s.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${n} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = ${a} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${n} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${n} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${P}' AND host = 'localhost' AND db = ${a} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${P}@localhost'),
  't', 'f');`}const ae=e=>`# for ${$(e).database.host.address}:${V}`,nt=(e,t)=>`${ae(e)}
[client]
host=${$(e).database.host.address}
port=${V}
user=${v}
password=${t}
[mariadb-client]
connect-timeout=10
`;var T=_(3916),g=_(8146),ye=_(7116),k=_(1996);const ve=77,Ee=78,y=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${ve}
command -v apt-get >/dev/null || exit ${Ee}
${e}`;function E(e){if(e.status===ve)throw new T.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===Ee)throw new T.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,g.gq)(e)}var N=_(7030);const _e=14;function B(e){const{database:t}=$(e);return`${t.host.address.replaceAll(":","\\:")}:${I}:*:${v}:`}const _n=(e,t)=>`${B(e)}${t}
`;function re(e){const{address:t}=$(e).backup.host,s=(0,N.isIP)(t)?`${t}/${(0,N.isIPv6)(t)?128:32}`:t;return`host all ${v} ${s} scram-sha-256 # Buka: backups`}const ot=e=>re(e).replace("host all ","host replication "),Se=e=>$(e).backup.mode==="continuous"?[re(e),ot(e)]:[re(e)],j=String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`,at=`DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${j} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${j} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${j});
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
${t==="continuous"?"":at}`,it=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${v}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${e==="continuous"?"":` AND NOT EXISTS (SELECT FROM ${j})`};`,Te=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],ct=`GRANT EXECUTE ON FUNCTION ${Te.join(", ")} TO ${v};
`,dt=`SELECT ${Te.map(e=>`pg_catalog.has_function_privilege('${v}', '${e}', 'EXECUTE')`).join(" AND ")}`;function lt(e,t){const n=(0,x.pbkdf2Sync)(e,t,4096,32,"sha256"),a=r=>(0,x.createHmac)("sha256",n).update(r).digest(),o=(0,x.createHash)("sha256").update(a("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(t).toString("base64")}$${o}:${a("Server Key").toString("base64")}`}const pt=y(String.raw`
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
`);function ut(e){const{service:t,database:s}=$(e);return{name:"look",text:pt,values:{authorized:$e,account:R,role:v,kind:s.kind,line:s.kind==="mariadb"?ae(e):B(e),pgpass:J(t),mycnf:Z(t),host:s.host.address,port:String(I)},deadline:(0,k.Gx)(1),parse(n){const{stdout:a}=E(n),{authorized:o,reading:r,seen:i}=(0,g.OA)(a,["authorized","reading","seen"]);return{hostKeys:[...a.matchAll(/^key=(\S+ \S+)/gm)].map(([,p=""])=>p),authorizedKeys:Buffer.from(o,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:i.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const ht=y(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function ft(e){const{service:t,backup:s,database:n}=$(e),a=n.kind==="mariadb",o=a?Z(t):J(t),r=a?"password=":B(e);return{name:"reader's password",text:ht,values:{pgpass:o,line:r},deadline:(0,k.YA)(15),parse(i){const[p=""]=i.stdout.split(`
`),d=p.slice(r.length).replace(/\\([\\:])/g,"$1");if(i.status===0&&/^[\x21-\x7e]+$/.test(d))return d;throw new T.w({code:"reader-password",host:s.host.name,message:`${o} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${s.host.name} ${n.host.name}\` makes a new one.`})}}}const L=(e,t)=>({role:e,claims:[],preparation:[],packages:[],accounts:[],members:[],users:[],folders:[],files:[],secrets:[],units:[],enabled:[],byHand:[],...t}),Ae={owner:"root",group:"root"},S=(e,t={})=>({...Ae,mode:493,...t,path:e}),f=(e,t,s={})=>({...Ae,mode:420,...s,path:e,content:t}),Re=(e,{user:t,as:s,program:n})=>Oe(e,`${t} ALL=(${s}) NOPASSWD: ${n} ""
`),Oe=(e,t)=>f(e,t,{mode:288,checkedBy:"visudo"}),xe=e=>Object.entries(e).map(([t,s])=>`${t}=${s}
`).join(""),A="# Written by Buka (`buka provision`), which overwrites what is changed by hand.",Ne=e=>e?.content==="there",mt=y(String.raw`
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
`);function $t(e){const t=(s,n)=>e.flatMap(s).map(n).join(`
`);return{name:"look",text:mt,values:{folders:t(({folders:s})=>s,({path:s})=>s),files:t(({preparation:s,files:n})=>[...s,...n],({path:s})=>s),secrets:t(({secrets:s})=>s,({path:s,line:n=""})=>`${s}	${n}`),packages:t(({packages:s})=>s,({name:s,unless:n=""})=>`${s}	${n}`),accounts:t(({accounts:s,users:n,members:a})=>[...s.map(({name:o})=>o),...n,...a.map(({user:o})=>o)],s=>s),units:t(({units:s,enabled:n,files:a})=>[...s,...n,...a.flatMap(({tell:o})=>gt(o))],s=>s),claims:t(({claims:s})=>s,s=>`${s.path}	${s.package??""}`),mark:A},deadline:(0,k.Gx)(1),parse:s=>bt(E(s).stdout)}}const gt=e=>e===void 0?[]:[e.unit,...e.cutsOffWhile===void 0?[]:[e.cutsOffWhile]];function bt(e){const t=(0,g.Ge)((0,g.Mn)(e).join(`
`),["of","name","first","second","third"]),s=n=>t.filter(a=>a.of===n);return{places:new Map(s("place").map(({name:n,first:a,second:o,third:r})=>{const[i="",p="",d=""]=o.split(":");return[n,{kind:a==="file"||a==="folder"?a:"other",mode:Number.parseInt(i,8),owner:p,group:d,content:r}]})),packages:new Set(s("package").flatMap(({name:n,first:a})=>a==="installed"?[n]:[])),accounts:new Map(s("account").map(({name:n,first:a,second:o})=>{const[,,r,,,i="",p=""]=a.split(":");return[n,{id:Number(r),home:i,shell:p,groups:o.split(" ")}]})),units:new Map(s("unit").map(({name:n,first:a,second:o})=>[n,{enabled:a==="yes",running:o==="yes"}])),claims:new Map(s("claim").map(({name:n,first:a})=>[n,a==="buka"||a==="package"?a:"somebody"]))}}function kt(e,t,s){const n=[],a=(o,r,i)=>{r!==void 0&&n.push({host:e,what:o,seen:r,mend:i})};for(const o of t.preparation)a(o.path,Ce(o,s.places.get(o.path)),{kind:"preparation",file:o});for(const{name:o}of t.packages)a(`package ${o}`,s.packages.has(o)?void 0:"missing",{kind:"package",name:o});for(const o of t.accounts){const r=s.accounts.get(o.name);o.login!==!0&&r!==void 0&&r.id<yt?a(`account ${o.name}`,"one of the distribution's own",vt(e,o)):a(`account ${o.name}`,St(o,s),{kind:"account",account:o})}for(const{user:o,group:r}of t.members)a(`account ${o}`,s.accounts.get(o)?.groups.includes(r)?void 0:`not in the group ${r}`,{kind:"member",user:o,group:r});for(const o of t.folders)a(o.path,ie(o,s.places.get(o.path),"folder"),{kind:"folder",folder:o});for(const o of t.files){const r=s.places.get(o.path),i=Pe(o,r)?{...o,tell:void 0}:o,p=Et(t,i,s)?_t(e,o):{kind:"file",file:i};a(o.path,Ce(o,r),p)}for(const o of t.secrets)a(o.path,Tt(o,s.places.get(o.path)),{kind:"secret",secret:o,made:!Ne(s.places.get(o.path))});for(const o of t.units){const{enabled:r=!1,running:i=!1}=s.units.get(o)??{};a(o,r&&i?void 0:"not enabled and running",{kind:"unit",unit:o})}for(const o of t.enabled)a(o,s.units.get(o)?.enabled?void 0:"not enabled",{kind:"enabled",unit:o});for(const o of t.users)a(`account ${o}`,s.accounts.has(o)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`Put the public half of the deploy key under \`ssh: authorized-keys:\` in buka.yml, and this makes the account. Or on ${e}: \`adduser --disabled-password ${o}\`, and the key into its authorized_keys.`});for(const{what:o,seen:r,code:i,hint:p}of t.byHand)a(o,r,{kind:"by-hand",code:i,hint:p});return n}const wt=({claims:e},t)=>e.some(({path:s})=>t.claims.get(s)==="somebody"),yt=100,vt=(e,{name:t})=>({kind:"by-hand",code:"account-taken",hint:`The app would run as an account that ${e} needs for itself: call the service other than ${t} in buka.yml.`}),Et=({claims:e},{tell:t},s)=>t?.cutsOffWhile!==void 0&&s.units.get(t.cutsOffWhile)?.running===!0&&e.some(({path:n})=>s.claims.get(n)==="buka"),_t=(e,{tell:t})=>({kind:"by-hand",code:"restart-needed",hint:t?.cutsOffWhile===t?.unit?`It takes a restart of ${t?.unit}, which cuts customers off for a moment. In a quiet hour, on ${e}: \`systemctl stop ${t?.unit}\`, and \`buka provision ${e}\` at once.`:`It takes a restart of ${t?.unit}. \`buka load-balancer drain ${e}\` moves the address to another one; then \`systemctl stop ${t?.cutsOffWhile}\` on ${e}, \`buka provision ${e}\`, which starts both again, and \`buka load-balancer readmit ${e}\`.`});function St({name:e,home:t,shell:s,login:n},{accounts:a}){const o=a.get(e);if(o===void 0)return"missing";if(!n)return o.home!==t?`home ${o.home} instead of ${t}`:o.shell===s?void 0:`shell ${o.shell} instead of ${s}`}const Ie=e=>e.toString(8).padStart(4,"0");function ie(e,t,s){if(t===void 0)return"missing";if(t.kind!==s)return`not a ${s}`;const n=[];return t.mode!==e.mode&&n.push(`mode ${Ie(t.mode)} instead of ${Ie(e.mode)}`),(t.owner!==e.owner||t.group!==e.group)&&n.push(`belongs to ${t.owner}:${t.group} instead of ${e.owner}:${e.group}`),n.length===0?void 0:n.join(", ")}function Ce(e,t){const s=ie(e,t,"file");return t?.kind!=="file"?s:[...Pe(e,t)?[]:["other content"],...s===void 0?[]:[s]].join(", ")||void 0}const Pe=({content:e},t)=>t?.kind==="file"&&t.content===(0,x.createHash)("sha256").update(e).digest("hex");function Tt(e,t){return t?.kind==="file"&&!Ne(t)?e.line===void 0?"empty":"has no line for this database":ie(e,t,"file")}const At=y(String.raw`
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
`),Rt=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function Ot(e){const{service:t,backup:s,database:n}=$(e),a=n.kind==="mariadb";return{name:"look",text:At,values:{key:ge(t),known:`${Q(t)}/known_hosts`,address:`${R}@${s.host.address}`,port:String(s.host.port),postgres_port:String(I),kind:n.kind,owner:a?"mysql":"postgres",check:a?st(e):it(s.mode),mode:s.mode,database:n.name,points_check:dt},deadline:(0,k.Gx)(1),parse(o){const r=(0,g.OA)(E(o).stdout,Rt);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:a?{kind:"missing"}:xt(r,s.mode),...a?{mariadb:Nt(r)}:{}}}}}function xt(e,t){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const s=Buffer.from(e.content,"base64").toString(),{points:n,limit:a,low:o}=e,r={points:n==="t",limited:a!=="-1",tooLow:o.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:s},...t==="continuous"?{log:r}:{}}}function Nt(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const It=y(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),Ct=e=>(0,g.K$)({name:"account",text:It,values:{sql:e},deadline:(0,k.Gx)(1),parse(t){t.status!==0&&E({...t,stderr:t.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),Pt=y(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),Le=(e,t="postgres")=>(0,g.K$)({name:"role",text:Pt,values:{sql:e,database:t,postgres_port:String(I)},deadline:(0,k.Gx)(1),parse(s){if(s.status===0)return;const n=s.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");E({...s,stderr:n})}}),Lt=y(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),Dt=()=>(0,g.K$)({name:"max_slot_wal_keep_size",text:Lt,values:{postgres_port:String(I)},deadline:(0,k.Gx)(1),parse:e=>{E(e)}}),Ft=y(String.raw`
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
`),qt=({path:e,content:t},s)=>(0,g.K$)({name:"pg_hba.conf",text:Ft,values:{path:e,seen:(0,x.createHash)("sha256").update(t).digest("hex"),content:`${s}
${t}`,postgres_port:String(I)},deadline:(0,k.Gx)(1),parse(n){if(n.status!==23)return void E(n);throw new T.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:n.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${s}`})}}),De=(e,t)=>e.split(`
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
`),Ht=({address:e,user:t})=>({name:"look",text:Mt,values:{address:e,user:t},deadline:(0,k.YA)(30),parse(s){const n=(0,g.OA)(E(s).stdout,["interface","home","group"]);return{interface:n.interface||void 0,deploy:n.home?{home:n.home,group:n.group}:void 0}}});var Fe=_(379);const qe=e=>`command="${C} restore-source ${e}",restrict `,Ut=new RegExp(`^command="${C} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function Bt(e,t,s){return[...e.split(`
`).filter(a=>Ut.test(a)&&!a.startsWith(qe(t))),`${qe(t)}${s}`].sort().map(a=>`${a}
`).join("")}const Me="buka-backup-receive",jt=e=>[...Wt(),...e==="continuous"?[f(`/etc/systemd/system/${Me}@.service`,Xt)]:[]],Wt=()=>He.flatMap(({unit:e,title:t,verb:s,when:n})=>[f(`/etc/systemd/system/${e}@.service`,Kt(t,s)),f(`/etc/systemd/system/${e}@.timer`,zt(t,n))]),Gt=(e,t)=>[...He.map(({unit:s})=>`${s}@${e}.timer`),...t==="continuous"?[`${Me}@${e}.service`]:[]],He=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],Kt=(e,t)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${R}
ExecStart=${C} ${t} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${O}
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
User=${R}
ExecStart=${C} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${O}

[Install]
WantedBy=multi-user.target
`;function Yt(e,{postgresMajor:t,restoreKey:s,authorizedKeys:n}){const{service:a,database:o,backup:r,release:i}=$(e),p={group:R},d={owner:R,group:R},c=o.kind==="mariadb"?Jt(e):Vt(e,t);return L("backup",{preparation:c.preparation,packages:[...["restic","openssh-server","sudo"].map(h=>({name:h})),...c.packages],accounts:[{name:R,home:O,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(h=>S(h)),S(q(a),{...p,mode:488}),S(O),S(`${O}/.ssh`),S(`${O}/metrics`,d),S(`${O}/${a}`,{...d,mode:448,whole:!0})],files:[f(C,Fe.Pp,{mode:493}),f(`${q(a)}/settings`,xe({...r.mode==="continuous"?{mode:r.mode}:{},engine:o.kind,host:o.host.address,port:c.port,database:o.name,user:v,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:i.keep+1}),{...p,mode:416}),Re("/etc/sudoers.d/buka-backup",{user:r.host.user,as:R,program:C}),...s===void 0?[]:[f($e,Bt(n,a,s))],...jt(r.mode)],secrets:[{kind:"password",path:Xe(a),owner:"root",...p,mode:416,opens:`${O}/${a}/repository/config`},{...c.password,...d,mode:384}],units:Gt(a,r.mode)})}const Vt=(e,t)=>({port:I,preparation:[f("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:t===void 0?[]:[{name:`postgresql-${t}`}],password:{kind:"pgpass",path:J($(e).service),line:B(e)}}),Qt=e=>e.backup?.host.name===e.database?.host.name,Jt=e=>({port:V,preparation:Qt(e)?[]:[f("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(t=>({name:t})),password:{kind:"my.cnf",path:Z($(e).service),line:ae(e),before:nt(e,"")}});function Zt(e,{hostKeys:t,postgresMajor:s,postgresCluster:n}){const{service:a,database:o,backup:r}=$(e),{address:i,port:p}=r.host,d=Q(a),c=r.mode==="continuous",h=o.kind==="mariadb"?"mysql":"postgres",u={owner:h,group:h};return L("database",{packages:[...o.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(l=>({name:l}))],users:[o.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(l=>S(l)),S(d,{group:h,mode:488})],files:[f(me,Fe.Hg,{mode:493}),f(`${d}/settings`,xe({...c?{mode:r.mode,version:s??"",cluster:n??""}:{},engine:o.kind,database:o.name,source:`${R}@${i}`,port:p}),{group:h,mode:416}),Re("/etc/sudoers.d/buka-restore",{user:o.host.user,as:h,program:me}),...c&&s!==void 0&&n!==void 0?[es(`postgresql@${s}-${n}.service`)]:[],...t.length===0?[]:[f(`${d}/known_hosts`,ts({address:i,port:p},t))]],secrets:[{kind:"key",path:ge(a),...u,mode:384}]})}const es=e=>f("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,checkedBy:"visudo"}),ts=({address:e,port:t},s)=>[...s].sort().map(n=>`${t===22?e.toLowerCase():`[${e.toLowerCase()}]:${t}`} ${n}
`).join(""),H="prometheus-node-exporter";function ss(e,t,s){const n=[...ns(e,t,s),...os(e,t)];return L("every",{packages:n.flatMap(({packages:a=[]})=>a),accounts:n.flatMap(({accounts:a=[]})=>a),folders:n.flatMap(({folders:a=[]})=>a),files:n.flatMap(({files:a=[]})=>a),units:n.flatMap(({units:a=[]})=>a)})}function ns({authorizedKeys:e},{user:t},{deploy:s}){if(e===void 0)return[];const n=s?.home??`/home/${t}`,a={owner:t,group:s?.group??t};return[{packages:[{name:"openssh-server"}],accounts:[{name:t,home:n,shell:"/bin/sh",login:!0}],folders:[S(`${n}/.ssh`,{...a,mode:448})],files:[f(`${n}/.ssh/authorized_keys`,e.map(r=>`${r}
`).join(""),{...a,mode:384})]}]}function os({monitoring:e,backup:t},s){if(e===void 0)return[];const n={unit:`${H}.service`,how:"restart"},{address:a}=e.host,r=`--collector.netdev.address-info --collector.textfile.directory=${t?.host.name===s.name?`${O}/metrics`:"/srv/*/metrics"}`,i=(0,N.isIP)(a)?`IPAddressDeny=any
IPAddressAllow=localhost ${a}
`:"";return[{packages:[{name:H}],files:[f(`/etc/systemd/system/${H}.service.d/buka.conf`,`${A}
[Service]
${i}`,{tell:n}),f(`/etc/default/${H}`,`${A}
ARGS="${r}"
`,{tell:n})],units:[`${H}.service`]}]}var as=_(6760),W=_(240),ce=_(7302);function rs(e){const{loadBalancers:t,workers:s}=e,n=s.hosts.map(({name:o,address:r})=>`    server ${t.servers.get(o)??o} ${(0,ce.Em)(r)}:${s.port} check`),a=t.backends.map(o=>`backend ${o}
    balance roundrobin
    option httpchk GET ${s.health}
    http-check expect status 200-299
    default-server inter 500ms fall 2 rise 2
    load-server-state-from-file global
${n.join(`
`)}
`);return[is,cs(e),...a,...ds(e)].join(`
`)}const is=`${A}
global
    log /dev/log local0 info
    chroot /var/lib/haproxy
    stats socket ${ke} mode 660 group haproxy level admin expose-fd listeners
    stats timeout 30s
    server-state-file ${we}
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
`,cs=({service:e,loadBalancers:{address:t,backends:s}})=>`frontend ${e}-in
    bind ${t&&(0,N.isIPv6)(t)?":::80 v4v6":":80"}
    http-request set-log-level silent if { path ${te} } { src 127.0.0.1 ::1 }
    http-request return status 200 content-type text/plain string serving if { path ${te} } { src 127.0.0.1 ::1 }
    default_backend ${s[0]}
`;function ds({monitoring:e}){if(e===void 0)return[];const{address:t}=e.host,s=(0,N.isIP)(t)?`127.0.0.1 ::1 ${t}`:void 0;return[`frontend buka-metrics
    bind ${(0,N.isIPv6)(t)?`:::${se} v4v6`:`:${se}`}
    http-request set-log-level silent
${s===void 0?"":`    http-request deny unless { src ${s} }
`}    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny
`]}const ls=({service:e,loadBalancers:t},s)=>`#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${ke}', '${we}');
my $kept = '';
my %mark = (
${t.backends.flatMap(n=>[...t.servers].map(([a,o])=>`    '${n}/${o}' => '${ps(s)}/.buka/${e}/${a}/mark',
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
`}`,ps=e=>e.replace(/[\\']/g,"\\$&");function us({loadBalancers:e},{host:t,address:s,interface:n}){const{hosts:a}=e,o=a.findIndex(i=>i.name===t.name),r=a.filter(i=>i.name!==t.name).map(i=>`        ${i.address}`);return`${A}
global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "${W.g_}"
    interval 1
    timeout 4
    fall 2
    rise 2
}

vrrp_track_file away {
    file "${W.Wf}"
}

vrrp_instance service {
    state BACKUP
    nopreempt
    interface ${n}
    virtual_router_id 51
    priority ${Math.max(150-10*o,1)}
    advert_int 0.3
    unicast_src_ip ${t.address}
${r.length===0?"":`    unicast_peer {
${r.join(`
`)}
    }
`}    virtual_ipaddress {
        ${s}/${(0,N.isIPv6)(s)?128:32} dev ${n}
    }
    track_script {
        haproxy
    }
    track_file {
        away weight 0
    }
}
`}const hs=`#!/bin/sh
${A}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET ${te} HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)'
`,D="haproxy.service",G="keepalived.service";function fs(e,t,s){const{address:n,masterSocket:a}=e.loadBalancers,o=n!==void 0&&s.interface!==void 0,r={kind:"haproxy",socket:a},i={unit:D,how:"restart",shownBy:r,cutsOffWhile:n?G:D};return L("load-balancer",{claims:[{path:"/etc/haproxy/haproxy.cfg",package:"haproxy"},...n===void 0?[]:[{path:"/etc/keepalived/keepalived.conf"}]],packages:["haproxy",...n===void 0?[]:["keepalived","iproute2","nftables"]].map(p=>({name:p})),members:[{user:t.user,group:"haproxy"}],users:[t.user],folders:[S("/usr/local/lib/buka"),...o?[S((0,as.dirname)(W.Wf))]:[]],files:[f(ee,ls(e,s.deploy?.home??`/home/${t.user}`),{mode:493}),f(`/etc/systemd/system/${D}.d/buka.conf`,gs),f("/etc/default/haproxy",$s(a),{tell:i}),f("/etc/haproxy/haproxy.cfg",rs(e),{checkedBy:"haproxy",tell:{unit:D,how:"reload",shownBy:r}}),...n===void 0?[]:[f(W.g_,hs,{mode:493})],...o?[f(`/etc/systemd/system/${G}.d/buka.conf`,bs),f("/etc/keepalived/keepalived.conf",us(e,{host:t,address:n,interface:s.interface??""}),{checkedBy:"keepalived",tell:{unit:G,how:"reload"}})]:[]],units:[D,...o?[G]:[]],byHand:n!==void 0&&s.interface===void 0?[ms(t)]:[]})}const ms=({name:e,address:t})=>({what:"the shared address",seen:`no network interface has ${t}`,code:"interface-unknown",hint:`keepalived needs to know where to put the address. On ${e}, \`ip address\`: buka.yml must have the address that the machine itself has, the one that the other load balancers reach.`}),$s=e=>`${A}
EXTRAOPTS="-S ${e},mode,660,group,haproxy"
`,gs=`${A}
[Service]
LogRateLimitIntervalSec=0
ExecStartPre=${ee} forget
ExecReload=
ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
ExecReload=${ee} keep
ExecReload=/bin/kill -USR2 $MAINPID
`,bs=`${A}
[Unit]
After=${D}

[Service]
Restart=on-failure
RestartSec=1
`;var ks=_(8815),ws=_(6266);const K=e=>`${A}
${(0,ks.As)(e,{lineWidth:0})}`,de=(e,t)=>e.map(({name:s,address:n})=>({targets:[`${(0,ce.Em)(n)}:${t}`],labels:{host:s}})),z=e=>[{targets:[`127.0.0.1:${e}`]}];function ys(e){const{service:t,hosts:s,loadBalancers:n,workers:a,monitoring:o}=e,{prometheus:r,alertmanager:i,blackbox:p}=ne,d=n.address===void 0?n.hosts.map(({address:h})=>h):[n.address],c=o?.url?[o.url]:d.map(h=>`http://${(0,ce.Em)(h)}`);return K({global:{scrape_interval:"15s",evaluation_interval:"15s",external_labels:{service:t}},rule_files:[`${oe}/*.yml`],alerting:{alertmanagers:[{static_configs:z(i)}]},scrape_configs:[{job_name:"prometheus",static_configs:z(r)},{job_name:"alertmanager",static_configs:z(i)},{job_name:"blackbox",static_configs:z(p)},{job_name:"node",static_configs:de([...s.values()],Ye)},{job_name:"haproxy",scrape_interval:"5s",static_configs:de(n.hosts,se)},{job_name:U.If,static_configs:de(a.hosts,a.port)},vs(U.Wz,c.map(h=>`${h}${a.health}`))]})}const vs=(e,t)=>({job_name:e,scrape_interval:`${U.DW/1e3}s`,scrape_timeout:"4500ms",metrics_path:"/probe",params:{module:["health"]},static_configs:[{targets:t}],relabel_configs:[{source_labels:["__address__"],target_label:"__param_target"},{source_labels:["__param_target"],target_label:"instance"},{target_label:"__address__",replacement:`127.0.0.1:${ne.blackbox}`}]}),Es=({loadBalancers:e})=>K({modules:{health:{prober:"http",timeout:"4s",http:{method:"GET",follow_redirects:!1,preferred_ip_protocol:e.address&&(0,N.isIPv6)(e.address)?"ip6":"ip4"}}}}),_s=e=>K({groups:[{name:e.service,rules:(0,ws.oL)(e)}]});function Ss({service:e,monitoring:t}){const{webhook:s,mail:n}=t?.alerts??{},a={name:s===void 0&&n===void 0?"nobody":"people",...s===void 0?{}:{webhook_configs:[{url:s,send_resolved:!0}]},...n===void 0?{}:{email_configs:[Ts(e,n)]}};return K({route:{receiver:a.name,group_by:["alertname","host"],group_wait:"30s",group_interval:"5m",repeat_interval:"4h"},receivers:[a]})}const Ts=(e,{to:t,from:s,server:n})=>({to:t.join(", "),from:s,smarthost:n,require_tls:!1,send_resolved:!0,headers:{subject:`[${e}] {{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.host }}`},html:"",text:`{{ range .Alerts }}{{ .Annotations.summary }}
{{ .Annotations.description }}
{{ if eq .Status "firing" }}What to do: {{ .Annotations.runbook_url }}{{ else }}It is over.{{ end }}
Since {{ .StartsAt }}

{{ end }}`}),As=(0,k.Rz)(864e5),Rs=e=>Math.max(35,Math.ceil(e/As)+7);function Os(e){const t=["prometheus","prometheus-alertmanager","prometheus-blackbox-exporter"],{prometheus:s,alertmanager:n,blackbox:a}=ne;return L("monitoring",{claims:[{path:"/etc/prometheus/prometheus.yml",package:"prometheus"},{path:"/etc/prometheus/alertmanager.yml",package:"prometheus-alertmanager"},{path:"/etc/prometheus/blackbox.yml",package:"prometheus-blackbox-exporter"}],packages:t.map(o=>({name:o})),folders:[S(oe)],files:[le("prometheus",`--storage.tsdb.retention.time=${Rs(e.slo.window)}d --web.listen-address=127.0.0.1:${s}`),le("prometheus-alertmanager",`--web.listen-address=127.0.0.1:${n} --cluster.listen-address=`),le("prometheus-blackbox-exporter",`--config.file=/etc/prometheus/blackbox.yml --web.listen-address=127.0.0.1:${a}`),f("/etc/prometheus/blackbox.yml",Es(e),{checkedBy:"blackbox",tell:X("restart","prometheus-blackbox-exporter",a,"/-/healthy")}),f("/etc/prometheus/alertmanager.yml",Ss(e),{checkedBy:"amtool",tell:X("reload","prometheus-alertmanager",n,"/-/ready")}),f(`${oe}/${e.service}.yml`,_s(e),{checkedBy:"promtool-rules",tell:X("reload","prometheus",s,"/-/ready")}),f("/etc/prometheus/prometheus.yml",ys(e),{checkedBy:"promtool",tell:X("reload","prometheus",s,"/-/ready")})],units:t.map(o=>`${o}.service`)})}const le=(e,t)=>f(`/etc/default/${e}`,`${A}
ARGS="${t}"
`,{tell:{unit:`${e}.service`,how:"restart"}}),X=(e,t,s,n)=>({unit:`${t}.service`,how:e,shownBy:{kind:"http",port:s,path:n}}),xs=(e,t)=>{const{service:s,workers:n}=e,a=n.port<1024;return`${A}
[Unit]
Description=${s}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${n.root}/current
StartLimitIntervalSec=0

[Service]
User=${s}
WorkingDirectory=${n.root}/current
EnvironmentFile=${be(e)}
ExecStart=${Ns(t,`${n.root}/current`)}
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1
StateDirectory=${s}
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=${a?"CAP_NET_BIND_SERVICE":""}
AmbientCapabilities=${a?"CAP_NET_BIND_SERVICE":""}
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
`};function Ns([e="",...t],s){return[e.includes("/")&&!e.startsWith("/")?`${s}/${e.replace(/^\.\//,"")}`:e,...t.map(Is)].join(" ")}function Is(e){const t=e.replaceAll("%","%%").replaceAll("$","$$$$");return/^[A-Za-z0-9_./:=,@%$+-]+$/.test(t)?t:`"${t.replaceAll("\\","\\\\").replaceAll('"','\\"').replaceAll(`
`,"\\n")}"`}function Cs(e,{user:t},{deploy:s}){const{service:n,workers:a}=e,{unit:o,root:r,port:i,health:p,start:d,packages:c}=a,h=s?.group??t,u=`/etc/systemd/system/${o}`,l=be(e),m={kind:"http",port:i,path:p};return L("worker",{claims:[{path:u}],packages:["sudo",...c].map(w=>({name:w})),accounts:[{name:n,home:r,shell:"/usr/sbin/nologin"}],users:[t],folders:[S(r,{owner:t,group:h}),...l.startsWith(`/etc/${n}/`)?[S(`/etc/${n}`)]:[]],files:[Oe(`/etc/sudoers.d/buka-worker-${n}`,Ls(t,o)),...d===void 0?[]:[f(u,xs(e,d),{tell:{unit:o,how:"restart",shownBy:m}})]],secrets:[{kind:"environment",path:l,owner:"root",group:h,mode:416,before:`PORT=${i}
`}],enabled:d===void 0?[]:[o],byHand:d===void 0?[Ps(o)]:[]})}const Ps=e=>({what:e,seen:"buka.yml does not say how the app is started",code:"start-missing",hint:`In buka.yml: \`workers: { start: node dist/server.js }\`, and this makes a unit of it; or write ${e} yourself: docs/hosts.md.`}),Ls=(e,t)=>[...["start","stop","restart","reset-failed"].map(s=>`/usr/bin/systemctl ${s} ${t}`),"/usr/bin/readlink ^/proc/[0-9]+/cwd$"].map(s=>`${e} ALL=(root) NOPASSWD: ${s}
`).join("");function Ds(e,t){const s={"load-balancer":e.loadBalancers.hosts.map(({name:n})=>n),worker:e.workers.hosts.map(({name:n})=>n),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(s).filter(n=>s[n].includes(t))}function Fs(e,t,s){const n=e.hosts.get(t);if(n===void 0)throw new Error(`${t} is no host of this cluster`);const a=s.own??{},o={"load-balancer":()=>[fs(e,n,a)],worker:()=>[Cs(e,n,a)],database:()=>e.backup===void 0?[]:[Zt(e,s)],backup:()=>[Yt(e,s)],monitoring:()=>[Os(e)]};return[ss(e,n,a),...Ds(e,t).flatMap(r=>o[r]())]}async function qs(e,t,s){const n=Ms(e),a=n.some(({name:c})=>s.includes(c)),o=[...e.hosts.values()].filter(c=>s.includes(c.name)||a&&n.some(({name:h})=>h===c.name)),[r,i]=await Promise.all([a?Hs(e,t):void 0,Promise.all(o.map(async c=>[c.name,await(await t(c)).run(Ht(c))]))]),p=r===void 0?ze:Us(r),d=await Promise.all(o.map(async c=>{const{name:h}=c,u=Fs(e,h,{...p,own:new Map(i).get(h)}),l=await(await t(c)).run($t(u)),m=u.filter(w=>wt(w,l));return{differences:u.filter(w=>!m.includes(w)).flatMap(w=>kt(h,w,l)),byHand:m.flatMap(({role:w})=>w==="every"?[]:[{host:h,role:w}]),serving:l.units.get(e.workers.unit)?.running===!0?[h]:[]}}));return{differences:[...d.flatMap(({differences:c})=>c),...r===void 0?[]:Bs(e,r.backup,r.database)],byHand:d.flatMap(({byHand:c})=>c),serving:d.flatMap(({serving:c})=>c),backups:r}}const Ms=({backup:e,database:t})=>e===void 0||t===void 0?[]:[e.host,t.host];async function Hs(e,t){const{backup:s,database:n}=$(e),[a,o]=await Promise.all([t(s.host).then(r=>r.run(ut(e))),t(n.host).then(r=>r.run(Ot(e)))]);return{backup:a,database:o}}const Us=({backup:e,database:t})=>({postgresMajor:t.postgres.kind==="up"?t.postgres.major:void 0,postgresCluster:Ue(t),restoreKey:t.restoreKey,hostKeys:e.hostKeys,authorizedKeys:e.authorizedKeys}),Ue=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function Bs(e,{reading:t},s){const{backup:n,database:a}=$(e),{postgres:o,mariadb:r,source:i}=s,p=[],d=(u,{name:l}=a.host)=>p.push({host:l,...u}),c=(u,l)=>({kind:"by-hand",code:u,hint:l});if(o.kind==="down"){const u=`On ${a.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;d({what:"PostgreSQL",seen:`does not answer: ${o.seen}`,mend:c("database-down",u)})}if(o.kind==="up"&&Number(o.major)<_e){const u=`PostgreSQL ${_e} is the first with a role that may read everything: upgrade the server.`;d({what:"PostgreSQL",seen:`is version ${o.major}`,mend:c("postgresql-too-old",u)})}else if(o.kind==="up"){const u=Se(e).every(m=>De(o.hba.content,m));o.reader||d({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),u||d({what:o.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),o.reader&&u&&t.kind==="refused"&&d({what:"role buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const{log:l}=o;if(l!==void 0){!l.points&&o.reader&&d({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),l.limited||d({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const m of l.tooLow){const w=`On ${a.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;d({what:"PostgreSQL",seen:m,mend:c("log-settings",w)})}Ue(s)===void 0&&d({what:"PostgreSQL",seen:`has its settings in ${o.hba.path}`,mend:c("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(t.kind==="unreachable"){const m=`On ${a.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;d({what:"the way to PostgreSQL",seen:t.seen,mend:c("database-unreachable",m)},n.host)}}if(r!==void 0&&h(r),i.kind==="unreachable"){const u=`From ${a.host.name}, does \`ssh -p ${n.host.port} ${n.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;d({what:`the way to ${n.host.name}`,seen:i.seen,mend:c("source-unreachable",u)})}return p;function h(u){if(u.kind==="down"){const m=`On ${a.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;d({what:"MariaDB",seen:`does not answer: ${u.seen}`,mend:c("database-down",m)})}if(u.kind!=="up")return;u.reader||d({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),u.reader&&t.kind==="refused"&&d({what:"account buka_backup",seen:`does not let ${n.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const l=["127.0.0.1","::1","localhost","nowhere"].includes(u.listens);if(t.kind==="unreachable"||l&&n.host.name!==a.host.name){const m=`On ${a.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${a.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,w=l?`MariaDB listens on ${u.listens} alone`:"seen"in t?t.seen:"";d({what:"the way to MariaDB",seen:w,mend:c("database-unreachable",m)},n.host)}}}const pe=e=>`0${e.toString(8)}`,Y=e=>e.map(t=>t.join(" ")).join(`
`),js=y(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),Ws=e=>(0,g.K$)({name:"packages",text:js,values:{packages:e.join(" ")},deadline:(0,k.Gx)(20),parse(t){if(t.status!==1)return void E(t);throw new T.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:t.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Gs=y(String.raw`
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
`),Ks=e=>(0,g.K$)({name:"accounts",text:Gs,values:{accounts:Y(e.map(({login:t,name:s,home:n,shell:a})=>[t?"login":"system",s,n,a]))},deadline:(0,k.YA)(30),parse:t=>{E(t)}}),zs=y(String.raw`
printf '%s\n' "$members" | while IFS=' ' read -r user group; do usermod --append --groups "$group" -- "$user"; done
`),Xs=e=>(0,g.K$)({name:"groups",text:zs,values:{members:Y(e.map(({user:t,group:s})=>[t,s]))},deadline:(0,k.YA)(30),parse:t=>{E(t)}}),Ys=y(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Vs=e=>(0,g.K$)({name:"folders",text:Ys,values:{folders:Y(e.map(({mode:t,owner:s,group:n,whole:a,path:o})=>[pe(t),s,n,a?"yes":"no",o]))},deadline:(0,k.Gx)(5),parse:t=>{E(t)}}),Qs=y(String.raw`
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
`),Js=(e,t)=>(0,g.K$)({name:"secrets",text:Qs,values:{secrets:e.map(({kind:s,mode:n,owner:a,group:o,path:r,line:i="-",opens:p="-",before:d="-"})=>[s,pe(n),a,o,r,i,p,Buffer.from(d).toString("base64")].join("	")).join(`
`),password:t},deadline:(0,k.Gx)(1),parse(s){if(s.status!==22)return void E(s);const[n,a]=s.stdout.trim().split(`
`);throw new T.w({code:"secret-lost",message:`${n} is gone, and only the one that was there opens ${a}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${n}; docs/backup-setup.md has the command.`})}}),Zs=y(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # lists of names
if [ -n "$enabled" ]; then systemctl -q enable -- $enabled; fi
# shellcheck disable=SC2086
if [ -n "$units" ]; then systemctl -q enable --now -- $units; fi
`),en=(e,t=[])=>(0,g.K$)({name:"units",text:Zs,values:{units:e.join(" "),enabled:t.join(" ")},deadline:(0,k.Gx)(5),parse:s=>{E(s)}}),tn=String.raw`
check() {
  case $1 in
    visudo) visudo -c -f "$2" ;;
    haproxy) haproxy -c -f "$2" ;;
    keepalived) keepalived --config-test --use-file "$2" ;;
    promtool) promtool check config "$2" ;;
    promtool-rules) promtool check rules "$2" ;;
    amtool) amtool check-config "$2" ;;
    blackbox) prometheus-blackbox-exporter --config.check --config.file="$2" ;;
  esac
}
`,sn=`${ye.Qc}${String.raw`
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
`}`,nn=y(`${tn}${sn}${String.raw`
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
`}`),Be=e=>(0,g.K$)({name:"files",text:nn,values:{files:Y(e.map(on))},deadline:(0,k.Gx)(10),parse(t){if(t.status===21)throw an(t);if(t.status===24)throw rn(t);E(t)}});function on({mode:e,owner:t,group:s,checkedBy:n,tell:a,path:o,content:r}){const i=a?.shownBy;return[pe(e),t,s,n??"-",a?.how??"-",a?.unit??"-",i?.kind??"-",...i?.kind==="http"?[String(i.port),i.path]:["-",i?.socket??"-"],o,Buffer.from(r).toString("base64")]}function an({stdout:e}){const[t,s,...n]=e.trim().split(`
`);return new T.w({code:"file-refused",message:`${s} does not take the new ${t}.`,seen:n.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:s==="visudo"?"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is.":`What it says is about what buka.yml makes of ${t}, or about the version of the program on this host.`})}function rn({stdout:e}){const[t,s,...n]=e.trim().split(`
`);return new T.w({code:"not-taken",message:`${s} does not work with the new ${t}.`,seen:n.join(`
`),left:`The old ${t} is back, and ${s} was told so; files before it were written.`,hint:`On the host: \`journalctl -u ${s} -n 50\`. Mend what it says, then run this again.`})}async function ue(e,t,s){const n=e.host.name;for(const{name:a,of:o,script:r}of cn(t))o.length!==0&&(s.step({host:n,name:a,state:"started",detail:o.join(", ")}),await e.run(r),s.step({host:n,name:a,state:"done",detail:o.join(", ")}))}function cn(e){const t=e.map(({mend:l})=>l),s=l=>t.filter(m=>m.kind===l),n=e.flatMap(({mend:l})=>l.kind==="preparation"?[l.file]:[]),a=s("package").map(({name:l})=>l),o=s("account").map(({account:l})=>l),r=s("folder").map(({folder:l})=>l),i=e.flatMap(({mend:l})=>l.kind==="file"?[l.file]:[]),p=s("secret").map(({secret:l})=>l),d=t.flatMap(l=>l.kind==="unit"?[l.unit]:[]),c=t.flatMap(l=>l.kind==="enabled"?[l.unit]:[]),h=s("member").map(({user:l,group:m})=>({user:l,group:m})),u=l=>l.map(({path:m})=>m);return[{name:"before packages",of:u(n),script:Be(n)},{name:"packages",of:a,script:Ws(a)},{name:"accounts",of:o.map(({name:l})=>l),script:Ks(o)},{name:"groups",of:h.map(({user:l,group:m})=>`${l} in ${m}`),script:Xs(h)},{name:"folders",of:u(r),script:Vs(r)},{name:"files",of:u(i),script:Be(i)},{name:"secrets",of:u(p),script:Js(p,dn())},{name:"units",of:[...d,...c],script:en(d,c)}]}const dn=()=>(0,x.randomBytes)(32).toString("base64url");async function ln(e,t,{differences:s,seen:n,reporter:a}){const o=c=>s.some(({mend:h})=>h.kind===c);if(n.backups===void 0)return;const{backup:r,database:i}=$(e),p=await t(i.host),d=c=>a.step({host:i.host.name,name:c,state:"done"});if(o("hba")&&n.backups.database.postgres.kind==="up"){const{hba:c}=n.backups.database.postgres,h=Se(e).filter(u=>!De(c.content,u));await p.run(qt(c,h.join(`
`))),d("pg_hba.conf")}if(o("reader")||o("reader-password")){const h=n.backups.backup.reading.kind==="works"?void 0:await(await t(r.host)).run(ft(e));if(i.kind==="mariadb")await p.run(Ct(tt(e,h===void 0?void 0:Ze(h)))),d("account");else{const u=h===void 0?void 0:lt(h,(0,x.randomBytes)(16));await p.run(Le(rt(u,r.mode))),d("role")}}o("points")&&(await p.run(Le(ct,i.name)),d("points in the log")),o("log-limit")&&(await p.run(Dt()),d("max_slot_wal_keep_size"))}function pn({loadBalancers:e,workers:t},s,n){const a=i=>e.hosts.some(({name:p})=>p===i),o=({host:i,mend:p})=>{const d=p.kind==="file"?p.file.tell:void 0;if(d?.unit===t.unit&&n.includes(i))return"workers";const c=p.kind==="unit";return a(i)&&(d!==void 0||c)?"loadBalancers":"quiet"},r=i=>s.filter(p=>o(p)===i);return{quiet:r("quiet"),loadBalancers:r("loadBalancers"),workers:r("workers")}}function he(e){const t=[...new Set(e.map(({host:s})=>s))];return new Map(t.map(s=>[s,e.filter(n=>n.host===s)]))}function un({service:e,workers:t}){const s=t.hosts.find(({user:n})=>n===e);if(s!==void 0)throw new T.j({code:"app-user",message:`The app's account would be ${e}, which is the ssh user of ${s.name}: the app could change its own releases.`,left:"Nothing was changed.",hint:"Give ssh: user: in buka.yml another name than the service."})}const hn=({authorizedKeys:e},{mend:t})=>t.kind==="by-hand"&&(t.code==="account-taken"||t.code==="deploy-user-missing"&&e===void 0);function fn(e){if(e?.aborted===!0)throw new T.w({code:"cancelled",message:"The run was cancelled.",left:"Each machine that was begun is as it should be; the others are as they were.",hint:"Run the same again to go on from here."})}function je(e){const[t]=e;return new T.w({code:"provision-unsettled",host:t?.host,step:"provision",message:`${t?.what} was put right, and is as it was before.`,seen:e.map(({host:s,what:n,seen:a})=>`${s}: ${n}: ${a}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function We(e,t,s){const n=e.flatMap(({host:r,what:i,seen:p,mend:d})=>d.kind==="by-hand"?[new T.w({code:d.code,host:r,step:"provision",message:`${i}: ${p}`,left:t,hint:d.hint})]:[]),[a=je(e),...o]=n;for(const r of o)s.warning(r.message);return a}async function mn(e,{check:t,hosts:s,user:n}){const{cluster:a,reporter:o}=e,r=bn(a,s);un(a);const i=b=>e.remote({...b,user:n}),p=()=>o.group("Look at the hosts",()=>qs(a,i,r)),d=({host:b})=>r.includes(b);let c=await p();const h=gn(c.byHand);if(t){const b=c.differences.filter(d);return{outcome:b.length>0?"differs":"nothing-to-change",differences:fe(b),byHand:h}}const u=c.differences.filter(b=>d(b)&&hn(a,b));if(u.length>0)throw We(u,"Nothing was changed.",o);const l=[];let m="";for(;;){const b=c.differences.filter(F=>d(F)&&F.mend.kind!=="by-hand");if(b.length===0)break;if(m===Ge(b))throw je(b);m=Ge(b),await $n(e,i,b,c),l.push(...b),c=await p()}const w=c.differences.filter(d);if(w.length>0)throw We(w,"Everything else is set up.",o);for(const{host:b,mend:F}of l)F.kind==="secret"&&F.made&&yn(b,F.secret,o);return vn(c.differences,o),{outcome:l.length>0?"changed":"nothing-to-change",differences:fe(l),byHand:h}}async function $n(e,t,s,n){const{cluster:a,reporter:o}=e,r=u=>t(kn(a,u)),{quiet:i,loadBalancers:p,workers:d}=pn(a,s,n.serving);await o.group("Put right",async()=>{await wn([...he(i)].map(async([u,l])=>ue(await r(u),l,o)),o),await ln(a,t,{differences:s,seen:n,reporter:o})});for(const[u,l]of he(p))fn(e.signal),await o.group(`Load balancer ${u}`,async()=>ue(await r(u),l,o));const c=he(d);if(c.size===0)return;const h=async u=>(0,g.Uh)(await t(u),u.user);await(0,ye.yS)({...e,remote:h},[...c.keys()],async u=>ue(await r(u),c.get(u)??[],o))}function gn(e){return[...new Set(e.map(({host:s})=>s))].map(s=>({host:s,roles:e.filter(n=>n.host===s).map(({role:n})=>n)}))}function bn(e,t){const s=[...e.hosts.keys()],n=t.find(a=>!s.includes(a));if(n!==void 0)throw new T.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(n)}.`,left:"Nothing was changed.",hint:`Its hosts are ${s.join(", ")}.`});return t.length===0?s:[...new Set(t)]}function kn({hosts:e},t){const s=e.get(t);if(s===void 0)throw new Error(`${t} was checked to be a host`);return s}const fe=e=>e.map(({host:t,what:s,seen:n})=>({host:t,what:s,seen:n})),Ge=e=>JSON.stringify(fe(e));async function wn(e,t){const s=await Promise.allSettled(e),[n,...a]=s.flatMap(o=>o.status==="rejected"?[o.reason]:[]);for(const o of a)t.warning(o instanceof Error?o.message:String(o));if(n!==void 0)throw n}function yn(e,{kind:t,path:s},n){t==="password"&&n.warning(`${e}: the repository has a password now, in ${s} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`),t==="environment"&&n.warning(`${e}: ${s} is new, and has nothing but the app's port. Add what the app needs, such as where its database is, before the first deploy.`)}function vn(e,t){for(const s of new Set(e.map(n=>n.host)))t.warning(`${s} is not set up as it should be yet: \`buka provision --check ${s}\` lists what differs.`)}})};
