"use strict";exports.id=906,exports.ids=[906],exports.modules={1906:((Oa,vt,T)=>{T.d(vt,{mg:()=>ka});const _t={hostKeys:[],authorizedKeys:""};var x=T(7598),V=T(6648);const D="buka-backup",A="buka_backup",L=5432,Q=3306,M="/usr/local/lib/buka/backup",Le="/usr/local/lib/buka/restore",P="/var/lib/buka-backup",Ce=`${P}/.ssh/authorized_keys`,K=e=>`/etc/buka/backup/${e}`,ie=e=>`/etc/buka/restore/${e}`,St=e=>`${K(e)}/password`,de=e=>`${K(e)}/pgpass`,ce=e=>`${K(e)}/my.cnf`,Ie=e=>`${ie(e)}/key`,H=({service:e,workers:t})=>t.envFile??`/etc/${e}/env`,De="/run/haproxy/admin.sock",Pe="/run/buka-haproxy/servers",le="/usr/local/lib/buka/haproxy-state",pe="/buka-load-balancer",ue=`${pe}/workers`,he=8405,At=9100,fe={prometheus:V.N4,alertmanager:9093,blackbox:9115},$e="/etc/prometheus/buka";function v(e){const{database:t,backup:n,...s}=e;if(t===void 0||n===void 0)throw new Error("the cluster was checked to have backups");return{...s,database:t,backup:n}}const B="buka_definitions",C=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,qe=e=>`\`${e.replaceAll("`","``")}\``,me=e=>qe(e.replaceAll(/[_%\\]/g,"\\$&")),Tt=e=>`${C(A)}@${C(v(e).backup.host.address)}`;function be(e){const t=(0,x.createHash)("sha1").update(e).digest();return`*${(0,x.createHash)("sha1").update(t).digest("hex").toUpperCase()}`}const Ot=`CREATE OR REPLACE DEFINER = '${B}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
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
END`,Ue=`SET SESSION sql_log_off = 1, slow_query_log = 0;
`;function Rt(e,t){const n=Tt(e),s=me(v(e).database.name);return`${Ue}SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${n} ACCOUNT LOCK;
${t===void 0?"":`ALTER USER ${n} IDENTIFIED BY PASSWORD ${C(t)} ACCOUNT UNLOCK;
`}GRANT RELOAD, PROCESS ON *.* TO ${n};
GRANT SELECT, SHOW VIEW ON ${s}.* TO ${n};
GRANT SELECT ON mysql.* TO ${n};
CREATE USER IF NOT EXISTS '${B}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${s}.* TO '${B}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${Ot}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${n};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${B}'@'localhost';
`}function Nt(e){const{backup:t,database:n}=v(e),s=`user = '${A}' AND host = ${C(t.host.address)}`,o=C(n.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${s} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${s} AND db = ${o} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${s} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${s} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${B}' AND host = 'localhost' AND db = ${o} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${B}@localhost'),
  't', 'f');`}const ge=e=>`# for ${v(e).database.host.address}:${Q}`,xt=(e,t)=>`${ge(e)}
[client]
host=${v(e).database.host.address}
port=${Q}
user=${A}
password=${t}
[mariadb-client]
connect-timeout=10
`;var S=T(3916),g=T(8146),Fe=T(7116),q=T(7030),J=T(7302);const Me=14;function Z(e){const{database:t}=v(e);return`${t.host.address.replaceAll(":","\\:")}:${L}:*:${A}:`}const Ra=(e,t)=>`${Z(e)}${t}
`;function ke(e){const{address:t}=v(e).backup.host,n=(0,q.isIP)(t)?`${t}/${(0,q.isIPv6)(t)?128:32}`:t;return`host all ${A} ${n} scram-sha-256 # Buka: backups`}const Lt=e=>ke(e).replace("host all ","host replication "),He=e=>v(e).backup.mode==="continuous"?[ke(e),Lt(e)]:[ke(e)],ee=String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`,Ct=`DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${ee} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${ee} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${ee});
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $$;
`,Be=`SET LOCAL log_statement = 'none';
SET LOCAL log_min_duration_statement = -1;
SET LOCAL log_min_error_statement = 'panic';
`,It=(e,t="dump")=>`${Be}SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${A}') THEN CREATE ROLE ${A}; END IF;
END $$;
ALTER ROLE ${A} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${t==="continuous"?"REPLICATION":"NOREPLICATION"}${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${A} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${A};
${t==="continuous"?"":Ct}`,Dt=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${A}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${e==="continuous"?"":` AND NOT EXISTS (SELECT FROM ${ee})`};`,We=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],Pt=`GRANT EXECUTE ON FUNCTION ${We.join(", ")} TO ${A};
`,qt=`SELECT ${We.map(e=>`pg_catalog.has_function_privilege('${A}', '${e}', 'EXECUTE')`).join(" AND ")}`;function we(e,t){const s=(0,x.pbkdf2Sync)(e,t,4096,32,"sha256"),o=r=>(0,x.createHmac)("sha256",s).update(r).digest(),a=(0,x.createHash)("sha256").update(o("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(t).toString("base64")}$${a}:${o("Server Key").toString("base64")}`}const F=(e,t)=>({role:e,claims:[],preparation:[],packages:[],accounts:[],members:[],users:[],folders:[],files:[],secrets:[],units:[],enabled:[],byHand:[],...t}),je={owner:"root",group:"root"},O=(e,t={})=>({...je,mode:493,...t,path:e}),$=(e,t,n={})=>({...je,mode:420,...n,path:e,content:t}),Ge=(e,{user:t,as:n,program:s})=>Ke(e,`${t} ALL=(${n}) NOPASSWD: ${s} ""
`),Ke=(e,t)=>$(e,t,{mode:288,checkedBy:"visudo"}),ze=e=>Object.entries(e).map(([t,n])=>`${t}=${n}
`).join(""),R="# Written by Buka (`buka provision`), which overwrites what is changed by hand.";function _({database:e,...t}){if(e===void 0)throw new Error("the cluster was checked to have a database");return{...t,database:e}}const Ut=({database:e})=>F("database",{packages:e?.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}]}),Xe={postgresql:["postgres:","postgresql:"],mariadb:["mysql:","mariadb:"]},Ft={postgresql:L,mariadb:Q};function Ye(e,t){const{service:n,database:s}=_(e);return`${Xe[s.kind][0]}//${n}:${t}@${(0,J.Em)(s.host.address)}/${s.name}`}function Mt(e,t){if(t===void 0)return{kind:"missing"};const{service:n,database:s}=_(e),o=t.trim().replace(/^(["'])(.*)\1$/,"$2");if(o==="")return{kind:"empty"};const a=Xe[s.kind];if(!URL.canParse(o))return{kind:"foreign"};const{protocol:r,username:i,password:c,hostname:l,port:u,pathname:h}=new URL(o),p=a.includes(r)&&ye(i)===n&&l.toLowerCase()===new URL(Ye(e,"any")).hostname.toLowerCase()&&["",String(Ft[s.kind])].includes(u)&&ye(h)===`/${s.name}`,d=ye(c);return p&&d!==void 0&&/^[\x21-\x7e]+$/.test(d)?{kind:"ours",password:d,value:t.trim()}:{kind:"foreign"}}function ye(e){try{return decodeURIComponent(e)}catch{return}}const Ve=({service:e})=>` # Buka: the app of ${e}`;function Qe(e){const{service:t,database:n,workers:s}=_(e);return s.hosts.map(({address:o})=>{const a=(0,q.isIP)(o)?`${o}/${(0,q.isIPv6)(o)?128:32}`:o;return`host "${n.name}" "${t}" ${a} scram-sha-256${Ve(e)}`})}function Je(e,t){const n=Qe(e),s=t.split(`
`);return{lacking:n.filter(o=>!s.includes(o)),surplus:s.filter(o=>o.endsWith(Ve(e))&&!n.includes(o))}}function Ht(e,t){const{lacking:n,surplus:s}=Je(e,t);return[...n,...t.split(`
`).filter(o=>!s.includes(o))].join(`
`)}const Ze=({service:e,database:t,workers:n})=>t?.kind==="mariadb"?n.hosts.map(({address:s})=>`${e}@${s}`):[e];function et(e,t){const[,n]=/^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(e)??[];return e===(n===void 0?be(t):we(t,Buffer.from(n,"base64")))}function Bt(e,{server:t,urls:n},s=[]){const o=_(e).database.host.name;if(t.kind==="down")return[{host:o,...Wt(e,o,t.seen)}];if(t.kind==="missing")return tt(e,n,s);const a=jt(e,t,n);return a!==void 0?[{host:o,...a}]:[...tt(e,n,s),...Kt(e,t,n)]}const W=(e,t)=>({kind:"by-hand",code:e,hint:t}),z=e=>_(e).database.kind==="mariadb"?"MariaDB":"PostgreSQL";function Wt(e,t,n){const s=z(e)==="MariaDB"?"`systemctl status mariadb`":"`pg_lsclusters`";return{what:z(e),seen:`does not answer: ${n}`,mend:W("database-down",`On ${t}: ${s}.`)}}function jt(e,{belongsTo:t,accounts:n},s){const{service:o,database:a}=_(e),{name:r}=a;if(t==="somebody")return{what:`database ${r}`,seen:`is not the account ${o}'s, or that one is a group, which may not log in`,mend:W("database-taken","Somebody made it in another way, so its accounts are left to people: take `provision: true` out of `database:` in buka.yml, or give it another name there.")};const i=[...n].find(([,c])=>c!=="")?.[0];if(!(i===void 0||[...s.values()].some(({kind:c})=>c==="ours"||c==="foreign")))return{what:`account ${i}`,seen:"has a password, and no worker a DATABASE_URL",mend:W("database-taken",`Whoever uses the account would be locked out by a new password. If somebody knows the present one, put DATABASE_URL with it into ${H(e)} on one worker, and the others get it too. If nobody uses it, take its password away: ${Gt(e,i)}.`)}}const Gt=(e,t)=>{const[n,s]=t.split("@");return z(e)==="MariaDB"?`\`ALTER USER '${n}'@'${s}' ACCOUNT LOCK\``:`\`ALTER ROLE "${t}" PASSWORD NULL\``};function Ee(e){const t=[...e].filter(n=>n.kind==="ours");return new Set(t.map(({password:n})=>n)).size===1?t[0]:void 0}function tt(e,t,n){const s=H(e),o=[...t.values()],r=o.some(({kind:c})=>c==="ours")&&Ee(o)===void 0,i=r||o.some(({kind:c})=>c==="foreign");return[...t].flatMap(([c,{kind:l}])=>{const u=(h,p)=>[{host:c,what:s,seen:h,mend:W("database-url",p)}];return l==="empty"?u("DATABASE_URL is empty","Take the line out, and it is written; or say there where the database is."):l==="ours"&&r?u("DATABASE_URL has another password than on another worker","Put the one that is right into all of them: the account in the database then gets it."):l!=="missing"?[]:i||n.includes(c)?u("has no DATABASE_URL",n.includes(c)?"This worker is set up by hand: put the line of the other workers into it.":"Other workers have one of their own there: put in what this one is to have."):[{host:c,what:s,seen:"has no DATABASE_URL",mend:{kind:"app-database",part:"url"}}]})}function Kt(e,t,n){const{database:s}=_(e),o=s.host.name,{hba:a,accounts:r,belongsTo:i}=t,c=[],l=(d,f,E)=>c.push({host:o,what:d,seen:f,mend:E}),u=d=>({kind:"app-database",part:d});Xt(t.listens)&&l(z(e),`listens on ${t.listens} alone`,Yt(e,t));const h=a===void 0?"":zt(e,a.content);a!==void 0&&h!==""&&l(a.path,h,u("hba"));const p=Ee(n.values());for(const d of Ze(e)){const f=r.get(d);f===void 0?l(`account ${d}`,"missing, or can not work with the database",u("account")):p!==void 0&&!et(f,p.password)&&l(`account ${d}`,"has another password than the workers' DATABASE_URL",u("password"))}return i==="nobody"&&l(`database ${s.name}`,"missing",u("database")),c}function zt(e,t){const{lacking:n,surplus:s}=Je(e,t),o=a=>a.map(r=>r.split(" ")[3]).join(", ");return[...n.length>0?[`has no line for ${o(n)}`]:[],...s.length>0?[`lets in ${o(s)}`]:[]].join("; ")}const Xt=e=>e.split(",").every(t=>["127.0.0.1","::1","localhost","nowhere"].includes(t.trim()));function Yt(e,{clients:t,configuration:n}){const{kind:s,host:o}=_(e).database;return t>0?W("restart-needed",`${z(e)} would have to be restarted, and programs on ${o.name} work with it. When they don't, run this again.`):s==="postgresql"&&!nt.test(n??"")?W("database-unreachable",`PostgreSQL has its settings in ${n}, where Debian's tools don't: set listen_addresses there, and restart it.`):{kind:"app-database",part:"listens"}}const nt=/^\/etc\/postgresql\/(\d+)\/([A-Za-z0-9_]+)\/postgresql\.conf$/;var k=T(1996);const st=e=>_(e).database.kind==="mariadb"?Jt(e):Vt(e);function Vt(e){const{service:t,database:n}=_(e);return{whose:`SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_authid
      WHERE rolname = '${t}' AND NOT rolcanlogin AND rolpassword IS NULL)
      THEN 'somebody' ELSE COALESCE((SELECT CASE WHEN pg_catalog.pg_get_userbyid(datdba) = '${t}' THEN 'app' ELSE 'somebody' END
      FROM pg_catalog.pg_database WHERE datname = '${n.name}'), 'nobody') END`,accounts_are:`SELECT rolname || ' ' || COALESCE(rolpassword, '') FROM pg_catalog.pg_authid
      WHERE rolname = '${t}' AND rolcanlogin AND COALESCE(rolvaliduntil, 'infinity') > pg_catalog.now()`,at_work:`SELECT count(*) FROM pg_catalog.pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()`}}const at=["select","insert","create","alter","drop"],Qt=[...at,"update","delete","references","index","create_tmp_table","lock_tables","create_view","show_view","create_routine","alter_routine","execute","event","trigger","delete_history"];function Jt(e){const{service:t,database:n,workers:s}=_(e),o=s.hosts.map(({address:i})=>C(i)).join(", "),a=C(me(n.name).slice(1,-1)),r=i=>`FROM mysql.db d JOIN mysql.global_priv g ON g.user = d.user AND g.host = d.host
    WHERE d.db = ${a} AND d.user = ${C(t)} AND d.host IN (${o})
      AND 'N' NOT IN (${i.map(c=>`d.${c}_priv`).join(", ")})`;return{whose:`SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = ${C(n.name)})
      THEN 'nobody' WHEN EXISTS (SELECT 1 ${r(at)}) THEN 'app' ELSE 'somebody' END`,accounts_are:`SELECT CONCAT(g.user, '@', g.host, ' ', IF(IFNULL(JSON_VALUE(g.priv, '$.account_locked'), 0), '',
      IFNULL(JSON_VALUE(g.priv, '$.authentication_string'), ''))) ${r(Qt)}`,at_work:`SELECT COUNT(*) FROM information_schema.processlist
      WHERE id <> CONNECTION_ID() AND user NOT IN ('system user', 'event_scheduler')`}}const te=({database:e})=>e?.kind==="mariadb",ve=e=>e.split("@").map(C).join("@");function Zt(e,t){const{database:n}=_(e);return te(e)?t.map(s=>`CREATE USER IF NOT EXISTS ${ve(s)} ACCOUNT LOCK;
GRANT ALL PRIVILEGES ON ${me(n.name)}.* TO ${ve(s)};
`).join(""):t.map(s=>`DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${s}') THEN CREATE ROLE "${s}"; END IF;
END $$;
ALTER ROLE "${s}" LOGIN VALID UNTIL 'infinity';
`).join("")}function en(e,t,n){const s=t.map(o=>te(e)?`ALTER USER ${ve(o)} IDENTIFIED BY PASSWORD ${C(be(n))} ACCOUNT UNLOCK;
`:`ALTER ROLE "${o}" PASSWORD '${we(n,(0,x.randomBytes)(16))}';
`);return[te(e)?Ue:Be,...s].join("")}function tn(e){const{service:t,database:n}=_(e);return te(e)?`CREATE DATABASE IF NOT EXISTS ${qe(n.name)} CHARACTER SET utf8mb4`:`CREATE DATABASE "${n.name}" OWNER "${t}" ENCODING 'UTF8' TEMPLATE template0`}const ot=77,rt=78,w=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${ot}
command -v apt-get >/dev/null || exit ${rt}
${e}`;function y(e){if(e.status===ot)throw new S.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===rt)throw new S.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,g.gq)(e)}const U={postgresql:'sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }',mariadb:'sql() { runuser -u mysql -- mariadb -N -B -r -e "$1" </dev/null; }'},X={postgresql:"SHOW listen_addresses",mariadb:"SELECT IF(@@skip_networking, 'nowhere', IFNULL(@@bind_address, '*'))"},nn=w(String.raw`
umask 077
path=$(readlink -f -- "$path")
[ -f "$path" ] || exit 0
if grep -q '^[[:space:]]*DATABASE_URL=' "$path"; then exit 0; fi
beside=$(dirname -- "$path")/.$(basename -- "$path").buka
rm -f -- "$beside"
cp -p -- "$path" "$beside"
if [ -n "$(tail -c 1 -- "$beside")" ]; then echo >> "$beside"; fi
printf 'DATABASE_URL=%s\n' "$value" >> "$beside"
mv -f -T -- "$beside" "$path"
`),sn=(e,t)=>(0,g.K$)({name:"DATABASE_URL",text:nn,values:{path:e,value:t},deadline:(0,k.YA)(30),parse:n=>{y(n)}}),an=w(String.raw`
if [ "$kind" = mariadb ]; then ${U.mariadb}; else ${U.postgresql}; fi
sql "$sql"
`),on=e=>(0,g.K$)({name:"database",text:an,values:{kind:_(e).database.kind,sql:tn(e),postgres_port:String(L)},deadline:(0,k.Gx)(2),parse:t=>{y(t)}}),rn=w(String.raw`
umask 022
# It ends with 25 while somebody is at work, whom a restart would cut off.
if [ "$kind" = mariadb ]; then
  ${U.mariadb}
  listens() { sql "${X.mariadb}"; }
  would_listen() { mariadbd --verbose --help 2>/dev/null </dev/null | awk '$1 == "bind-address" { print $2 }'; }
  takes() { mariadbd --verbose --help </dev/null 2>&1 >/dev/null; }
else
  ${U.postgresql}
  data=$(sql 'SHOW data_directory')
  listens() { sql "${X.postgresql}"; }
  takes() { runuser -u postgres -- "/usr/lib/postgresql/$major/bin/postgres" -D "$data" -c "config_file=$configuration" -C listen_addresses </dev/null; }
  would_listen() { takes 2>/dev/null; }
fi
if [ "$(sql "$at_work")" != 0 ]; then exit 25; fi
folder=$(dirname -- "$path")
mkdir -p -- "$folder"
beside=$folder/.$(basename -- "$path").buka
before=$beside-before
rm -f -- "$beside" "$before"
printf %s "$content" > "$beside"
if [ -f "$path" ]; then cp -p -- "$path" "$before"; fi
mv -f -T -- "$beside" "$path"
back() { if [ -e "$before" ]; then mv -f -T -- "$before" "$path"; else rm -f -- "$path"; fi; }
if ! words=$(takes 2>&1); then back; printf '%s\n' "$words" | tail -n 5; exit 21; fi
if [ "$(would_listen)" != '*' ]; then back; printf 'another setting that is read after it says %s\n' "$(would_listen)"; exit 21; fi
up() {
  systemctl restart -- "$unit" || return 1
  waits=0
  until [ "$(listens 2>/dev/null)" = '*' ]; do
    waits=$((waits + 1))
    if [ "$waits" -gt 100 ]; then return 1; fi
    sleep 0.3
  done
}
if ! words=$(up 2>&1); then
  back
  systemctl restart -- "$unit" >/dev/null 2>&1 || words="$words; nor with the old one"
  printf '%s\n' "$words"
  exit 24
fi
rm -f -- "$before"
`);function dn(e,t=""){const{kind:n}=_(e).database,[,s="",o=""]=nt.exec(t)??[],{path:a,unit:r,content:i}=n==="mariadb"?{path:"/etc/mysql/mariadb.conf.d/99-buka.cnf",unit:"mariadb.service",content:`${R}
[mariadbd]
bind-address = *
`}:{path:`/etc/postgresql/${s}/${o}/conf.d/buka.conf`,unit:`postgresql@${s}-${o}.service`,content:`${R}
listen_addresses = '*'
`};return(0,g.K$)({name:"listening",text:rn,values:{kind:n,path:a,unit:r,content:i,configuration:t,major:s,postgres_port:String(L),at_work:st(e).at_work},deadline:(0,k.Gx)(3),parse(c){const l=c.stdout.trim(),u=`The old settings are back, and ${r} runs with them.`;if(c.status===21)throw new S.w({code:"file-refused",message:`The server does not take ${a}.`,seen:l,left:"The settings are as they were, and nothing was restarted.",hint:"What it says is about its other settings: mend those, or let it listen to other machines by hand."});if(c.status===24)throw new S.w({code:"not-taken",message:`${r} does not work with ${a}.`,seen:l,left:u,hint:`On the host: \`journalctl -u ${r} -n 50\`. Mend what it says, then run this again.`});if(c.status===25)throw new S.w({code:"restart-needed",message:`${r} has to be restarted to listen to other machines, and programs on its own work with it.`,left:"It was left as it is.",hint:"When they don't, run this again."});y(c)}})}const cn=w(String.raw`
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

${U.postgresql}
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
  ${U.mariadb}
  if command -v mariadbd >/dev/null; then mariadb=down; fi
  if [ "$mariadb" = down ] && seen=$(sql "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)" 2>&1); then
    major=$seen
    reader=$(sql "$check")
    listens=$(sql "${X.mariadb}")
    mariadb=up
  fi
fi
printf 'mariadb=%s\nlistens=%s\n' "$mariadb" "$listens"
printf 'postgres=%s\npostgres-seen=%s\nmajor=%s\nreader=%s\nhba=%s\ncontent=%s\npoints=%s\nlimit=%s\nlow=%s\n' \
  "$postgres" "$(printf %s "$seen" | tr '\n\t' '  ')" "$major" "$reader" "$path" "$content" "$points" "$limit" "$low"
`),ln=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function pn(e){const{service:t,backup:n,database:s}=v(e),o=s.kind==="mariadb";return{name:"look",text:cn,values:{key:Ie(t),known:`${ie(t)}/known_hosts`,address:`${D}@${n.host.address}`,port:String(n.host.port),postgres_port:String(L),kind:s.kind,owner:o?"mysql":"postgres",check:o?Nt(e):Dt(n.mode),mode:n.mode,database:s.name,points_check:qt},deadline:(0,k.Gx)(1),parse(a){const r=(0,g.OA)(y(a).stdout,ln);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:o?{kind:"missing"}:un(r,n.mode),...o?{mariadb:hn(r)}:{}}}}}function un(e,t){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const n=Buffer.from(e.content,"base64").toString(),{points:s,limit:o,low:a}=e,r={points:s==="t",limited:o!=="-1",tooLow:a.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:n},...t==="continuous"?{log:r}:{}}}function hn(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const fn=w(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),it=e=>(0,g.K$)({name:"account",text:fn,values:{sql:e},deadline:(0,k.Gx)(1),parse(t){t.status!==0&&y({...t,stderr:t.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),$n=w(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),_e=(e,t="postgres")=>(0,g.K$)({name:"role",text:$n,values:{sql:e,database:t,postgres_port:String(L)},deadline:(0,k.Gx)(1),parse(n){if(n.status===0)return;const s=n.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");y({...n,stderr:s})}}),mn=w(String.raw`
${U.postgresql}
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),bn=()=>(0,g.K$)({name:"max_slot_wal_keep_size",text:mn,values:{postgres_port:String(L)},deadline:(0,k.Gx)(1),parse:e=>{y(e)}}),gn=w(String.raw`
${U.postgresql}
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
`),dt=({path:e,content:t},{now:n,lines:s,of:o})=>(0,g.K$)({name:"pg_hba.conf",text:gn,values:{path:e,seen:(0,x.createHash)("sha256").update(t).digest("hex"),content:n,postgres_port:String(L)},deadline:(0,k.Gx)(1),parse(a){if(a.status!==23)return void y(a);throw new S.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with the lines for ${o}.`,seen:a.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this at its top by hand and reload PostgreSQL: ${s.join("; ")}`})}}),kn=(e,t)=>dt(e,{now:`${t.join(`
`)}
${e.content}`,lines:t,of:"the backups"}),ct=(e,t)=>e.split(`
`).includes(t);async function wn(e,t,{differences:n,seen:s,reporter:o}){const a=s.appDatabase,r=n.flatMap(({host:m,mend:N})=>N.kind==="app-database"?[{host:m,part:N.part}]:[]);if(a===void 0||r.length===0)return;const{database:i,workers:c}=_(e),l=Ee(a.urls.values()),u=l?.value??Ye(e,(0,x.randomBytes)(32).toString("base64url")),h=c.hosts.filter(({name:m})=>r.some(({host:N,part:Ta})=>Ta==="url"&&N===m));for(const m of h)await(await t(m)).run(sn(H(e),u)),o.step({host:m.name,name:"DATABASE_URL",state:"done"});const{server:p}=a;if(p.kind!=="up"||!r.some(({part:m})=>m!=="url"))return;const d=await t(i.host),f=m=>r.some(({part:N})=>N===m),E=m=>o.step({host:i.host.name,name:m,state:"done"}),b=i.kind==="mariadb"?it:_e,I=n.some(({mend:m})=>m.kind==="hba");if(f("hba")&&p.hba!==void 0&&!I){const m=Ht(e,p.hba.content);await d.run(dt(p.hba,{now:m,lines:Qe(e),of:"the app"})),E("pg_hba.conf")}if(f("account")){const m=Ze(e).filter(N=>!p.accounts.has(N));await d.run(b(Zt(e,m))),E("account")}if(f("database")&&(await d.run(on(e)),E("database")),f("password")&&l!==void 0){const m=[...p.accounts].filter(([,N])=>!et(N,l.password)).map(([N])=>N);await d.run(b(en(e,m,l.password))),E("password")}f("listens")&&(await d.run(dn(e,p.configuration)),E("listening"))}const yn=w(String.raw`
server=missing
seen=; belongs=nobody; accounts=; listens=; clients=0; hba=; content=; configuration=
if [ "$kind" = mariadb ]; then
  ${U.mariadb}
  if command -v mariadbd >/dev/null; then server=down; fi
  if [ "$server" = down ] && seen=$(sql 'SELECT 1' 2>&1); then
    server=up
    listens=$(sql "${X.mariadb}")
  fi
else
  ${U.postgresql}
  for one in /usr/lib/postgresql/*/bin/postgres; do if [ -x "$one" ]; then server=down; fi; done
  if [ "$server" = down ] && seen=$(sql 'SELECT 1' 2>&1); then
    server=up
    listens=$(sql "${X.postgresql}")
    configuration=$(sql 'SHOW config_file')
    hba=$(sql 'SHOW hba_file')
    content=$(base64 -w 0 < "$hba")
  fi
fi
if [ "$server" = up ]; then
  belongs=$(sql "$whose")
  clients=$(sql "$at_work")
  kept=$(sql "$accounts_are")
  accounts=$(printf '%s\n' "$kept" | base64 -w 0)
fi
printf 'server=%s\nseen=%s\nbelongs=%s\nlistens=%s\nclients=%s\nhba=%s\ncontent=%s\nconfiguration=%s\naccounts=%s\n' \
  "$server" "$(printf %s "$seen" | tr '\n\t' '  ')" "$belongs" "$listens" "$clients" "$hba" "$content" "$configuration" "$accounts"
`),En=["server","seen","belongs","listens","clients","hba","content","configuration","accounts"];function vn(e){const{database:t}=_(e);return{name:"look",text:yn,values:{kind:t.kind,postgres_port:String(L),...st(e)},deadline:(0,k.Gx)(1),parse(n){y({...n,stdout:""});const s=(0,g.OA)(n.stdout,En);if(s.server==="missing")return{kind:"missing"};if(s.server!=="up")return{kind:"down",seen:s.seen.trim()};const{belongs:o,listens:a,clients:r,hba:i,configuration:c}=s,l=Buffer.from(s.content,"base64").toString();return{kind:"up",belongsTo:o==="nobody"||o==="app"?o:"somebody",accounts:_n(Buffer.from(s.accounts,"base64").toString()),listens:a===""?"nowhere":a,clients:Number(r),...t.kind==="mariadb"?{}:{hba:{path:i,content:l},configuration:c}}}}}const _n=e=>new Map(e.split(`
`).filter(Boolean).map(t=>[t.slice(0,t.indexOf(" ")),t.slice(t.indexOf(" ")+1)])),Sn=w(String.raw`
if [ -f "$path" ] && grep -q '^[[:space:]]*DATABASE_URL=' "$path"; then
  sed -n 's/^[[:space:]]*DATABASE_URL=//p' "$path" | tail -n 1 | base64 -w 0
else echo missing
fi
`),An=e=>({name:"look",text:Sn,values:{path:H(e)},deadline:(0,k.YA)(30),parse(t){y({...t,stdout:""});const n=t.stdout.trim();return Mt(e,n==="missing"?void 0:Buffer.from(n,"base64").toString())}});async function Tn(e,t,n){const{database:s,workers:o}=e;if(s?.provision!==!0||![s.host,...o.hosts].some(({name:i})=>n.includes(i)))return;const[a,r]=await Promise.all([t(s.host).then(i=>i.run(vn(e))),Promise.all(o.hosts.map(async i=>[i.name,await(await t(i)).run(An(e))]))]);return{server:a,urls:new Map(r)}}const On=w(String.raw`
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
`);function Rn(e){const{service:t,database:n}=v(e);return{name:"look",text:On,values:{authorized:Ce,account:D,role:A,kind:n.kind,line:n.kind==="mariadb"?ge(e):Z(e),pgpass:de(t),mycnf:ce(t),host:n.host.address,port:String(L)},deadline:(0,k.Gx)(1),parse(s){const{stdout:o}=y(s),{authorized:a,reading:r,seen:i}=(0,g.OA)(o,["authorized","reading","seen"]);return{hostKeys:[...o.matchAll(/^key=(\S+ \S+)/gm)].map(([,c=""])=>c),authorizedKeys:Buffer.from(a,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:i.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const Nn=w(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function xn(e){const{service:t,backup:n,database:s}=v(e),o=s.kind==="mariadb",a=o?ce(t):de(t),r=o?"password=":Z(e);return{name:"reader's password",text:Nn,values:{pgpass:a,line:r},deadline:(0,k.YA)(15),parse(i){const[c=""]=i.stdout.split(`
`),l=c.slice(r.length).replace(/\\([\\:])/g,"$1");if(i.status===0&&/^[\x21-\x7e]+$/.test(l))return l;throw new S.w({code:"reader-password",host:n.host.name,message:`${a} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${n.host.name} ${s.host.name}\` makes a new one.`})}}}const lt=e=>e?.content==="there",Ln=w(String.raw`
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
`);function Cn(e){const t=(n,s)=>e.flatMap(n).map(s).join(`
`);return{name:"look",text:Ln,values:{folders:t(({folders:n})=>n,({path:n})=>n),files:t(({preparation:n,files:s})=>[...n,...s],({path:n})=>n),secrets:t(({secrets:n})=>n,({path:n,line:s=""})=>`${n}	${s}`),packages:t(({packages:n})=>n,({name:n,unless:s=""})=>`${n}	${s}`),accounts:t(({accounts:n,users:s,members:o})=>[...n.map(({name:a})=>a),...s,...o.map(({user:a})=>a)],n=>n),units:t(({units:n,enabled:s,files:o})=>[...n,...s,...o.flatMap(({tell:a})=>In(a))],n=>n),claims:t(({claims:n})=>n,n=>`${n.path}	${n.package??""}`),mark:R},deadline:(0,k.Gx)(1),parse:n=>Dn(y(n).stdout)}}const In=e=>e===void 0?[]:[e.unit,...e.cutsOffWhile===void 0?[]:[e.cutsOffWhile]];function Dn(e){const t=(0,g.Ge)((0,g.Mn)(e).join(`
`),["of","name","first","second","third"]),n=s=>t.filter(o=>o.of===s);return{places:new Map(n("place").map(({name:s,first:o,second:a,third:r})=>{const[i="",c="",l=""]=a.split(":");return[s,{kind:o==="file"||o==="folder"?o:"other",mode:Number.parseInt(i,8),owner:c,group:l,content:r}]})),packages:new Set(n("package").flatMap(({name:s,first:o})=>o==="installed"?[s]:[])),accounts:new Map(n("account").map(({name:s,first:o,second:a})=>{const[,,r,,,i="",c=""]=o.split(":");return[s,{id:Number(r),home:i,shell:c,groups:a.split(" ")}]})),units:new Map(n("unit").map(({name:s,first:o,second:a})=>[s,{enabled:o==="yes",running:a==="yes"}])),claims:new Map(n("claim").map(({name:s,first:o})=>[s,o==="buka"||o==="package"?o:"somebody"]))}}function Pn(e,t,n){const s=[],o=(a,r,i)=>{r!==void 0&&s.push({host:e,what:a,seen:r,mend:i})};for(const a of t.preparation)o(a.path,ut(a,n.places.get(a.path)),{kind:"preparation",file:a});for(const{name:a}of t.packages)o(`package ${a}`,n.packages.has(a)?void 0:"missing",{kind:"package",name:a});for(const a of t.accounts){const r=n.accounts.get(a.name);a.login!==!0&&r!==void 0&&r.id<Un?o(`account ${a.name}`,"one of the distribution's own",Fn(e,a)):o(`account ${a.name}`,Bn(a,n),{kind:"account",account:a})}for(const{user:a,group:r}of t.members)o(`account ${a}`,n.accounts.get(a)?.groups.includes(r)?void 0:`not in the group ${r}`,{kind:"member",user:a,group:r});for(const a of t.folders)o(a.path,Se(a,n.places.get(a.path),"folder"),{kind:"folder",folder:a});for(const a of t.files){const r=n.places.get(a.path),i=ht(a,r)?{...a,tell:void 0}:a,c=Mn(t,i,n)?Hn(e,a):{kind:"file",file:i};o(a.path,ut(a,r),c)}for(const a of t.secrets)o(a.path,Wn(a,n.places.get(a.path)),{kind:"secret",secret:a,made:!lt(n.places.get(a.path))});for(const a of t.units){const{enabled:r=!1,running:i=!1}=n.units.get(a)??{};o(a,r&&i?void 0:"not enabled and running",{kind:"unit",unit:a})}for(const a of t.enabled)o(a,n.units.get(a)?.enabled?void 0:"not enabled",{kind:"enabled",unit:a});for(const a of t.users)o(`account ${a}`,n.accounts.has(a)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`Put the public half of the deploy key under \`ssh: authorized-keys:\` in buka.yml, and this makes the account. Or on ${e}: \`adduser --disabled-password ${a}\`, and the key into its authorized_keys.`});for(const{what:a,seen:r,code:i,hint:c}of t.byHand)o(a,r,{kind:"by-hand",code:i,hint:c});return s}const qn=({claims:e},t)=>e.some(({path:n})=>t.claims.get(n)==="somebody"),Un=100,Fn=(e,{name:t})=>({kind:"by-hand",code:"account-taken",hint:`The app would run as an account that ${e} needs for itself: call the service other than ${t} in buka.yml.`}),Mn=({claims:e},{tell:t},n)=>t?.cutsOffWhile!==void 0&&n.units.get(t.cutsOffWhile)?.running===!0&&e.some(({path:s})=>n.claims.get(s)==="buka"),Hn=(e,{tell:t})=>({kind:"by-hand",code:"restart-needed",hint:t?.cutsOffWhile===t?.unit?`It takes a restart of ${t?.unit}, which cuts customers off for a moment. In a quiet hour, on ${e}: \`systemctl stop ${t?.unit}\`, and \`buka provision ${e}\` at once.`:`It takes a restart of ${t?.unit}. \`buka load-balancer drain ${e}\` moves the address to another one; then \`systemctl stop ${t?.cutsOffWhile}\` on ${e}, \`buka provision ${e}\`, which starts both again, and \`buka load-balancer readmit ${e}\`.`});function Bn({name:e,home:t,shell:n,login:s},{accounts:o}){const a=o.get(e);if(a===void 0)return"missing";if(!s)return a.home!==t?`home ${a.home} instead of ${t}`:a.shell===n?void 0:`shell ${a.shell} instead of ${n}`}const pt=e=>e.toString(8).padStart(4,"0");function Se(e,t,n){if(t===void 0)return"missing";if(t.kind!==n)return`not a ${n}`;const s=[];return t.mode!==e.mode&&s.push(`mode ${pt(t.mode)} instead of ${pt(e.mode)}`),(t.owner!==e.owner||t.group!==e.group)&&s.push(`belongs to ${t.owner}:${t.group} instead of ${e.owner}:${e.group}`),s.length===0?void 0:s.join(", ")}function ut(e,t){const n=Se(e,t,"file");return t?.kind!=="file"?n:[...ht(e,t)?[]:["other content"],...n===void 0?[]:[n]].join(", ")||void 0}const ht=({content:e},t)=>t?.kind==="file"&&t.content===(0,x.createHash)("sha256").update(e).digest("hex");function Wn(e,t){return t?.kind==="file"&&!lt(t)?e.line===void 0?"empty":"has no line for this database":Se(e,t,"file")}const jn=w(String.raw`
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
`),Gn=({address:e,user:t})=>({name:"look",text:jn,values:{address:e,user:t},deadline:(0,k.YA)(30),parse(n){const s=(0,g.OA)(y(n).stdout,["interface","home","group"]);return{interface:s.interface||void 0,deploy:s.home?{home:s.home,group:s.group}:void 0}}});var ft=T(379);const $t=e=>`command="${M} restore-source ${e}",restrict `,Kn=new RegExp(`^command="${M} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function zn(e,t,n){return[...e.split(`
`).filter(o=>Kn.test(o)&&!o.startsWith($t(t))),`${$t(t)}${n}`].sort().map(o=>`${o}
`).join("")}const mt="buka-backup-receive",Xn=e=>[...Yn(),...e==="continuous"?[$(`/etc/systemd/system/${mt}@.service`,Zn)]:[]],Yn=()=>bt.flatMap(({unit:e,title:t,verb:n,when:s})=>[$(`/etc/systemd/system/${e}@.service`,Qn(t,n)),$(`/etc/systemd/system/${e}@.timer`,Jn(t,s))]),Vn=(e,t)=>[...bt.map(({unit:n})=>`${n}@${e}.timer`),...t==="continuous"?[`${mt}@${e}.service`]:[]],bt=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],Qn=(e,t)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${D}
ExecStart=${M} ${t} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${P}
`,Jn=(e,t)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${t}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`,Zn=`[Unit]
Description=Receiving the write-ahead log of %i for the backups
Wants=network-online.target
After=network-online.target

[Service]
User=${D}
ExecStart=${M} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${P}

[Install]
WantedBy=multi-user.target
`;function es(e,{postgresMajor:t,restoreKey:n,authorizedKeys:s}){const{service:o,database:a,backup:r,release:i}=v(e),c={group:D},l={owner:D,group:D},u=a.kind==="mariadb"?ss(e):ts(e,t);return F("backup",{preparation:u.preparation,packages:[...["restic","openssh-server","sudo"].map(h=>({name:h})),...u.packages],accounts:[{name:D,home:P,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(h=>O(h)),O(K(o),{...c,mode:488}),O(P),O(`${P}/.ssh`),O(`${P}/metrics`,l),O(`${P}/${o}`,{...l,mode:448,whole:!0})],files:[$(M,ft.Pp,{mode:493}),$(`${K(o)}/settings`,ze({...r.mode==="continuous"?{mode:r.mode}:{},engine:a.kind,host:a.host.address,port:u.port,database:a.name,user:A,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:i.keep+1}),{...c,mode:416}),Ge("/etc/sudoers.d/buka-backup",{user:r.host.user,as:D,program:M}),...n===void 0?[]:[$(Ce,zn(s,o,n))],...Xn(r.mode)],secrets:[{kind:"password",path:St(o),owner:"root",...c,mode:416,opens:`${P}/${o}/repository/config`},{...u.password,...l,mode:384}],units:Vn(o,r.mode)})}const ts=(e,t)=>({port:L,preparation:[$("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:t===void 0?[]:[{name:`postgresql-${t}`}],password:{kind:"pgpass",path:de(v(e).service),line:Z(e)}}),ns=e=>e.backup?.host.name===e.database?.host.name,ss=e=>({port:Q,preparation:ns(e)?[]:[$("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(t=>({name:t})),password:{kind:"my.cnf",path:ce(v(e).service),line:ge(e),before:xt(e,"")}});function as(e,{hostKeys:t,postgresMajor:n,postgresCluster:s}){const{service:o,database:a,backup:r}=v(e),{address:i,port:c}=r.host,l=ie(o),u=r.mode==="continuous",h=a.kind==="mariadb"?"mysql":"postgres",p={owner:h,group:h};return F("database",{packages:[...a.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(d=>({name:d}))],users:[a.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(d=>O(d)),O(l,{group:h,mode:488})],files:[$(Le,ft.Hg,{mode:493}),$(`${l}/settings`,ze({...u?{mode:r.mode,version:n??"",cluster:s??""}:{},engine:a.kind,database:a.name,source:`${D}@${i}`,port:c}),{group:h,mode:416}),Ge("/etc/sudoers.d/buka-restore",{user:a.host.user,as:h,program:Le}),...u&&n!==void 0&&s!==void 0?[os(`postgresql@${n}-${s}.service`)]:[],...t.length===0?[]:[$(`${l}/known_hosts`,rs({address:i,port:c},t))]],secrets:[{kind:"key",path:Ie(o),...p,mode:384}]})}const os=e=>$("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,checkedBy:"visudo"}),rs=({address:e,port:t},n)=>[...n].sort().map(s=>`${t===22?e.toLowerCase():`[${e.toLowerCase()}]:${t}`} ${s}
`).join(""),Y="prometheus-node-exporter";function is(e,t,n){const s=[...ds(e,t,n),...cs(e,t)];return F("every",{packages:s.flatMap(({packages:o=[]})=>o),accounts:s.flatMap(({accounts:o=[]})=>o),folders:s.flatMap(({folders:o=[]})=>o),files:s.flatMap(({files:o=[]})=>o),units:s.flatMap(({units:o=[]})=>o)})}function ds({authorizedKeys:e},{user:t},{deploy:n}){if(e===void 0)return[];const s=n?.home??`/home/${t}`,o={owner:t,group:n?.group??t};return[{packages:[{name:"openssh-server"}],accounts:[{name:t,home:s,shell:"/bin/sh",login:!0}],folders:[O(`${s}/.ssh`,{...o,mode:448})],files:[$(`${s}/.ssh/authorized_keys`,e.map(r=>`${r}
`).join(""),{...o,mode:384})]}]}function cs({monitoring:e,backup:t},n){if(e===void 0)return[];const s={unit:`${Y}.service`,how:"restart"},{address:o}=e.host,r=`--collector.netdev.address-info --collector.textfile.directory=${t?.host.name===n.name?`${P}/metrics`:"/srv/*/metrics"}`,i=(0,q.isIP)(o)?`IPAddressDeny=any
IPAddressAllow=localhost ${o}
`:"";return[{packages:[{name:Y}],files:[$(`/etc/systemd/system/${Y}.service.d/buka.conf`,`${R}
[Service]
${i}`,{tell:s}),$(`/etc/default/${Y}`,`${R}
ARGS="${r}"
`,{tell:s})],units:[`${Y}.service`]}]}var ls=T(6760),j=T(240);function ps(e){const{loadBalancers:t,workers:n}=e,s=n.hosts.map(({name:a,address:r})=>`    server ${t.servers.get(a)??a} ${(0,J.Em)(r)}:${n.port} check`),o=t.backends.map(a=>`backend ${a}
    balance roundrobin
    option httpchk GET ${n.health}
    http-check expect status 200-299
    default-server inter 500ms fall 2 rise 2
    load-server-state-from-file global
${s.join(`
`)}
`);return[us,hs(e),...o,...fs(e)].join(`
`)}const us=`${R}
global
    log /dev/log local0 info
    chroot /var/lib/haproxy
    stats socket ${De} mode 660 group haproxy level admin expose-fd listeners
    stats timeout 30s
    server-state-file ${Pe}
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
`,hs=({service:e,loadBalancers:{address:t,backends:n}})=>`frontend ${e}-in
    bind ${t&&(0,q.isIPv6)(t)?":::80 v4v6":":80"}
    acl keepalived-asks src 127.0.0.1 ::1
    acl its-question path ${pe} ${ue}
    acl whether-it-has-workers path ${ue}
    http-request set-log-level silent if keepalived-asks its-question
    http-request return status 503 content-type text/plain string none if keepalived-asks whether-it-has-workers { nbsrv(${n[0]}) eq 0 }
    http-request return status 200 content-type text/plain string serving if keepalived-asks its-question
    http-after-response set-header Keep-Alive timeout=${j.ul/1e3}
    default_backend ${n[0]}
`;function fs({monitoring:e}){if(e===void 0)return[];const{address:t}=e.host,n=(0,q.isIP)(t)?`127.0.0.1 ::1 ${t}`:void 0;return[`frontend buka-metrics
    bind ${(0,q.isIPv6)(t)?`:::${he} v4v6`:`:${he}`}
    http-request set-log-level silent
${n===void 0?"":`    http-request deny unless { src ${n} }
`}    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny
`]}const $s=({service:e,loadBalancers:t},n)=>`#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${De}', '${Pe}');
my $kept = '';
my %mark = (
${t.backends.flatMap(s=>[...t.servers].map(([o,a])=>`    '${s}/${a}' => '${ms(n)}/.buka/${e}/${o}/mark',
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
`}`,ms=e=>e.replace(/[\\']/g,"\\$&");function bs({loadBalancers:e},{host:t,address:n,interface:s}){const{hosts:o}=e,a=o.filter(r=>r.name!==t.name).map(r=>`        ${r.address}`);return`${R}
global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "${j.g_}"
    interval 1
    timeout 4
    fall 2
    rise 2
}

vrrp_script workers {
    script "${j.g_} ${ue}"
    interval 1
    timeout 4
    fall 1
    rise 5
    weight -100
}

vrrp_track_file away {
    file "${j.Wf}"
}

vrrp_instance service {
    state BACKUP
    preempt_delay 10
    interface ${s}
    virtual_router_id 51
    priority 150
    advert_int 0.3
    higher_prio_send_advert true
    unicast_src_ip ${t.address}
${a.length===0?"":`    unicast_peer {
${a.join(`
`)}
    }
`}    virtual_ipaddress {
        ${n}/${(0,q.isIPv6)(n)?128:32} dev ${s}
    }
    track_script {
        haproxy
        workers
    }
    track_file {
        away weight 0
    }
}
`}const gs=`#!/bin/sh
${R}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET @ARGV HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)' "\${1:-${pe}}"
`,G="haproxy.service",ne="keepalived.service";function ks(e,t,n){const{address:s,masterSocket:o}=e.loadBalancers,a=s!==void 0&&n.interface!==void 0,r={kind:"haproxy",socket:o},i={unit:G,how:"restart",shownBy:r,cutsOffWhile:s?ne:G};return F("load-balancer",{claims:[{path:"/etc/haproxy/haproxy.cfg",package:"haproxy"},...s===void 0?[]:[{path:"/etc/keepalived/keepalived.conf"}]],packages:["haproxy",...s===void 0?[]:["keepalived","iproute2","nftables"]].map(c=>({name:c})),members:[{user:t.user,group:"haproxy"}],users:[t.user],folders:[O("/usr/local/lib/buka"),...a?[O((0,ls.dirname)(j.Wf))]:[]],files:[$(le,$s(e,n.deploy?.home??`/home/${t.user}`),{mode:493}),$(`/etc/systemd/system/${G}.d/buka.conf`,Es),$("/etc/default/haproxy",ys(o),{tell:i}),$("/etc/haproxy/haproxy.cfg",ps(e),{checkedBy:"haproxy",tell:{unit:G,how:"reload",shownBy:r}}),...s===void 0?[]:[$(j.g_,gs,{mode:493})],...a?[$(`/etc/systemd/system/${ne}.d/buka.conf`,vs),$("/etc/keepalived/keepalived.conf",bs(e,{host:t,address:s,interface:n.interface??""}),{checkedBy:"keepalived",tell:{unit:ne,how:"reload"}})]:[]],units:[G,...a?[ne]:[]],byHand:s!==void 0&&n.interface===void 0?[ws(t)]:[]})}const ws=({name:e,address:t})=>({what:"the shared address",seen:`no network interface has ${t}`,code:"interface-unknown",hint:`keepalived needs to know where to put the address. On ${e}, \`ip address\`: buka.yml must have the address that the machine itself has, the one that the other load balancers reach.`}),ys=e=>`${R}
EXTRAOPTS="-S ${e},mode,660,group,haproxy"
`,Es=`${R}
[Service]
LogRateLimitIntervalSec=0
ExecStartPre=${le} forget
ExecReload=
ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
ExecReload=${le} keep
ExecReload=/bin/kill -USR2 $MAINPID
`,vs=`${R}
[Unit]
After=${G}

[Service]
Restart=on-failure
RestartSec=1
`;var _s=T(8815),Ss=T(6266);const se=e=>`${R}
${(0,_s.As)(e,{lineWidth:0})}`,Ae=(e,t)=>e.map(({name:n,address:s})=>({targets:[`${(0,J.Em)(s)}:${t}`],labels:{host:n}})),ae=e=>[{targets:[`127.0.0.1:${e}`]}];function As(e){const{service:t,hosts:n,loadBalancers:s,workers:o,monitoring:a}=e,{prometheus:r,alertmanager:i,blackbox:c}=fe,l=s.address===void 0?s.hosts.map(({address:h})=>h):[s.address],u=a?.url?[a.url]:l.map(h=>`http://${(0,J.Em)(h)}`);return se({global:{scrape_interval:"15s",evaluation_interval:"15s",external_labels:{service:t}},rule_files:[`${$e}/*.yml`],alerting:{alertmanagers:[{static_configs:ae(i)}]},scrape_configs:[{job_name:"prometheus",static_configs:ae(r)},{job_name:"alertmanager",static_configs:ae(i)},{job_name:"blackbox",static_configs:ae(c)},{job_name:"node",static_configs:Ae([...n.values()],At)},{job_name:"haproxy",scrape_interval:"5s",static_configs:Ae(s.hosts,he)},{job_name:V.If,static_configs:Ae(o.hosts,o.port)},Ts(V.Wz,u.map(h=>`${h}${o.health}`))]})}const Ts=(e,t)=>({job_name:e,scrape_interval:`${V.DW/1e3}s`,scrape_timeout:"4500ms",metrics_path:"/probe",params:{module:["health"]},static_configs:[{targets:t}],relabel_configs:[{source_labels:["__address__"],target_label:"__param_target"},{source_labels:["__param_target"],target_label:"instance"},{target_label:"__address__",replacement:`127.0.0.1:${fe.blackbox}`}]}),Os=({loadBalancers:e})=>se({modules:{health:{prober:"http",timeout:"4s",http:{method:"GET",follow_redirects:!1,preferred_ip_protocol:e.address&&(0,q.isIPv6)(e.address)?"ip6":"ip4"}}}}),Rs=e=>se({groups:[{name:e.service,rules:(0,Ss.oL)(e)}]});function Ns({service:e,monitoring:t}){const{webhook:n,mail:s}=t?.alerts??{},o={name:n===void 0&&s===void 0?"nobody":"people",...n===void 0?{}:{webhook_configs:[{url:n,send_resolved:!0}]},...s===void 0?{}:{email_configs:[xs(e,s)]}};return se({route:{receiver:o.name,group_by:["alertname","host"],group_wait:"30s",group_interval:"5m",repeat_interval:"4h"},receivers:[o]})}const xs=(e,{to:t,from:n,server:s})=>({to:t.join(", "),from:n,smarthost:s,require_tls:!1,send_resolved:!0,headers:{subject:`[${e}] {{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.host }}`},html:"",text:`{{ range .Alerts }}{{ .Annotations.summary }}
{{ .Annotations.description }}
{{ if eq .Status "firing" }}What to do: {{ .Annotations.runbook_url }}{{ else }}It is over.{{ end }}
Since {{ .StartsAt }}

{{ end }}`}),Ls=(0,k.Rz)(864e5),Cs=e=>Math.max(35,Math.ceil(e/Ls)+7);function Is(e){const t=["prometheus","prometheus-alertmanager","prometheus-blackbox-exporter"],{prometheus:n,alertmanager:s,blackbox:o}=fe;return F("monitoring",{claims:[{path:"/etc/prometheus/prometheus.yml",package:"prometheus"},{path:"/etc/prometheus/alertmanager.yml",package:"prometheus-alertmanager"},{path:"/etc/prometheus/blackbox.yml",package:"prometheus-blackbox-exporter"}],packages:t.map(a=>({name:a})),folders:[O($e)],files:[Te("prometheus",`--storage.tsdb.retention.time=${Cs(e.slo.window)}d --web.listen-address=127.0.0.1:${n}`),Te("prometheus-alertmanager",`--web.listen-address=127.0.0.1:${s} --cluster.listen-address=`),Te("prometheus-blackbox-exporter",`--config.file=/etc/prometheus/blackbox.yml --web.listen-address=127.0.0.1:${o}`),$("/etc/prometheus/blackbox.yml",Os(e),{checkedBy:"blackbox",tell:oe("restart","prometheus-blackbox-exporter",o,"/-/healthy")}),$("/etc/prometheus/alertmanager.yml",Ns(e),{checkedBy:"amtool",tell:oe("reload","prometheus-alertmanager",s,"/-/ready")}),$(`${$e}/${e.service}.yml`,Rs(e),{checkedBy:"promtool-rules",tell:oe("reload","prometheus",n,"/-/ready")}),$("/etc/prometheus/prometheus.yml",As(e),{checkedBy:"promtool",tell:oe("reload","prometheus",n,"/-/ready")})],units:t.map(a=>`${a}.service`)})}const Te=(e,t)=>$(`/etc/default/${e}`,`${R}
ARGS="${t}"
`,{tell:{unit:`${e}.service`,how:"restart"}}),oe=(e,t,n,s)=>({unit:`${t}.service`,how:e,shownBy:{kind:"http",port:n,path:s}}),Ds=(e,t)=>{const{service:n,workers:s}=e,o=s.port<1024;return`${R}
[Unit]
Description=${n}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${s.root}/current
StartLimitIntervalSec=0

[Service]
User=${n}
WorkingDirectory=${s.root}/current
EnvironmentFile=${H(e)}
ExecStart=${Ps(t,`${s.root}/current`)}
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1
StateDirectory=${n}
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
`};function Ps([e="",...t],n){return[e.includes("/")&&!e.startsWith("/")?`${n}/${e.replace(/^\.\//,"")}`:e,...t.map(qs)].join(" ")}function qs(e){const t=e.replaceAll("%","%%").replaceAll("$","$$$$");return/^[A-Za-z0-9_./:=,@%$+-]+$/.test(t)?t:`"${t.replaceAll("\\","\\\\").replaceAll('"','\\"').replaceAll(`
`,"\\n")}"`}function Us(e,{user:t},{deploy:n}){const{service:s,workers:o}=e,{unit:a,root:r,port:i,health:c,start:l,packages:u}=o,h=n?.group??t,p=`/etc/systemd/system/${a}`,d=H(e),f={kind:"http",port:i,path:c};return F("worker",{claims:[{path:p}],packages:["sudo",...u].map(E=>({name:E})),accounts:[{name:s,home:r,shell:"/usr/sbin/nologin"}],users:[t],folders:[O(r,{owner:t,group:h}),...d.startsWith(`/etc/${s}/`)?[O(`/etc/${s}`)]:[]],files:[Ke(`/etc/sudoers.d/buka-worker-${s}`,Ms(t,a)),...l===void 0?[]:[$(p,Ds(e,l),{tell:{unit:a,how:"restart",shownBy:f}})]],secrets:[{kind:"environment",path:d,owner:"root",group:h,mode:416,before:`PORT=${i}
`}],enabled:l===void 0?[]:[a],byHand:l===void 0?[Fs(a)]:[]})}const Fs=e=>({what:e,seen:"buka.yml does not say how the app is started",code:"start-missing",hint:`In buka.yml: \`workers: { start: node dist/server.js }\`, and this makes a unit of it; or write ${e} yourself: docs/hosts.md.`}),Ms=(e,t)=>[...["start","stop","restart","reset-failed"].map(n=>`/usr/bin/systemctl ${n} ${t}`),"/usr/bin/readlink ^/proc/[0-9]+/cwd$"].map(n=>`${e} ALL=(root) NOPASSWD: ${n}
`).join("");function Hs(e,t){const n={"load-balancer":e.loadBalancers.hosts.map(({name:s})=>s),worker:e.workers.hosts.map(({name:s})=>s),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(n).filter(s=>n[s].includes(t))}function Bs(e,t,n){const s=e.hosts.get(t);if(s===void 0)throw new Error(`${t} is no host of this cluster`);const o=n.own??{},a={"load-balancer":()=>[ks(e,s,o)],worker:()=>[Us(e,s,o)],database:()=>e.backup!==void 0?[as(e,n)]:e.database?.provision===!0?[Ut(e)]:[],backup:()=>[es(e,n)],monitoring:()=>[Is(e)]};return[is(e,s,o),...Hs(e,t).flatMap(r=>a[r]())]}async function Ws(e,t,n){const s=js(e),o=s.some(({name:d})=>n.includes(d)),a=[...e.hosts.values()].filter(d=>n.includes(d.name)||o&&s.some(({name:f})=>f===d.name)),[r,i,c]=await Promise.all([o?Gs(e,t):void 0,Tn(e,t,n),Promise.all(a.map(async d=>[d.name,await(await t(d)).run(Gn(d))]))]),l=r===void 0?_t:Ks(r),u=await Promise.all(a.map(async d=>{const{name:f}=d,E=Bs(e,f,{...l,own:new Map(c).get(f)}),b=await(await t(d)).run(Cn(E)),I=E.filter(m=>qn(m,b));return{differences:E.filter(m=>!I.includes(m)).flatMap(m=>Pn(f,m,b)),byHand:I.flatMap(({role:m})=>m==="every"?[]:[{host:f,role:m}]),serving:b.units.get(e.workers.unit)?.running===!0?[f]:[]}})),h=u.flatMap(({byHand:d})=>d),p=h.flatMap(({host:d,role:f})=>f==="worker"?[d]:[]);return{differences:[...u.flatMap(({differences:d})=>d),...r===void 0?[]:zs(e,r.backup,r.database),...i===void 0||r!==void 0&&i.server.kind==="down"?[]:Bt(e,i,p)],byHand:h,serving:u.flatMap(({serving:d})=>d),backups:r,appDatabase:i}}const js=({backup:e,database:t})=>e===void 0||t===void 0?[]:[e.host,t.host];async function Gs(e,t){const{backup:n,database:s}=v(e),[o,a]=await Promise.all([t(n.host).then(r=>r.run(Rn(e))),t(s.host).then(r=>r.run(pn(e)))]);return{backup:o,database:a}}const Ks=({backup:e,database:t})=>({postgresMajor:t.postgres.kind==="up"?t.postgres.major:void 0,postgresCluster:gt(t),restoreKey:t.restoreKey,hostKeys:e.hostKeys,authorizedKeys:e.authorizedKeys}),gt=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function zs(e,{reading:t},n){const{backup:s,database:o}=v(e),{postgres:a,mariadb:r,source:i}=n,c=[],l=(p,{name:d}=o.host)=>c.push({host:d,...p}),u=(p,d)=>({kind:"by-hand",code:p,hint:d});if(a.kind==="down"){const p=`On ${o.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;l({what:"PostgreSQL",seen:`does not answer: ${a.seen}`,mend:u("database-down",p)})}if(a.kind==="up"&&Number(a.major)<Me){const p=`PostgreSQL ${Me} is the first with a role that may read everything: upgrade the server.`;l({what:"PostgreSQL",seen:`is version ${a.major}`,mend:u("postgresql-too-old",p)})}else if(a.kind==="up"){const p=He(e).every(f=>ct(a.hba.content,f));a.reader||l({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),p||l({what:a.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),a.reader&&p&&t.kind==="refused"&&l({what:"role buka_backup",seen:`does not let ${s.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const{log:d}=a;if(d!==void 0){!d.points&&a.reader&&l({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),d.limited||l({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const f of d.tooLow){const E=`On ${o.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;l({what:"PostgreSQL",seen:f,mend:u("log-settings",E)})}gt(n)===void 0&&l({what:"PostgreSQL",seen:`has its settings in ${a.hba.path}`,mend:u("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(t.kind==="unreachable"){const f=`On ${o.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;l({what:"the way to PostgreSQL",seen:t.seen,mend:u("database-unreachable",f)},s.host)}}if(r!==void 0&&h(r),i.kind==="unreachable"){const p=`From ${o.host.name}, does \`ssh -p ${s.host.port} ${s.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;l({what:`the way to ${s.host.name}`,seen:i.seen,mend:u("source-unreachable",p)})}return c;function h(p){if(p.kind==="down"){const f=`On ${o.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;l({what:"MariaDB",seen:`does not answer: ${p.seen}`,mend:u("database-down",f)})}if(p.kind!=="up")return;p.reader||l({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),p.reader&&t.kind==="refused"&&l({what:"account buka_backup",seen:`does not let ${s.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const d=["127.0.0.1","::1","localhost","nowhere"].includes(p.listens);if(t.kind==="unreachable"||d&&s.host.name!==o.host.name){const f=`On ${o.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${o.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,E=d?`MariaDB listens on ${p.listens} alone`:"seen"in t?t.seen:"";l({what:"the way to MariaDB",seen:E,mend:u("database-unreachable",f)},s.host)}}}const Oe=e=>`0${e.toString(8)}`,re=e=>e.map(t=>t.join(" ")).join(`
`),Xs=w(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),Ys=e=>(0,g.K$)({name:"packages",text:Xs,values:{packages:e.join(" ")},deadline:(0,k.Gx)(20),parse(t){if(t.status!==1)return void y(t);throw new S.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:t.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Vs=w(String.raw`
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
`),Qs=e=>(0,g.K$)({name:"accounts",text:Vs,values:{accounts:re(e.map(({login:t,name:n,home:s,shell:o})=>[t?"login":"system",n,s,o]))},deadline:(0,k.YA)(30),parse:t=>{y(t)}}),Js=w(String.raw`
printf '%s\n' "$members" | while IFS=' ' read -r user group; do usermod --append --groups "$group" -- "$user"; done
`),Zs=e=>(0,g.K$)({name:"groups",text:Js,values:{members:re(e.map(({user:t,group:n})=>[t,n]))},deadline:(0,k.YA)(30),parse:t=>{y(t)}}),ea=w(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),ta=e=>(0,g.K$)({name:"folders",text:ea,values:{folders:re(e.map(({mode:t,owner:n,group:s,whole:o,path:a})=>[Oe(t),n,s,o?"yes":"no",a]))},deadline:(0,k.Gx)(5),parse:t=>{y(t)}}),na=w(String.raw`
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
`),sa=(e,t)=>(0,g.K$)({name:"secrets",text:na,values:{secrets:e.map(({kind:n,mode:s,owner:o,group:a,path:r,line:i="-",opens:c="-",before:l="-"})=>[n,Oe(s),o,a,r,i,c,Buffer.from(l).toString("base64")].join("	")).join(`
`),password:t},deadline:(0,k.Gx)(1),parse(n){if(n.status!==22)return void y(n);const[s,o]=n.stdout.trim().split(`
`);throw new S.w({code:"secret-lost",message:`${s} is gone, and only the one that was there opens ${o}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${s}; docs/backup-setup.md has the command.`})}}),aa=w(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # lists of names
if [ -n "$enabled" ]; then systemctl -q enable -- $enabled; fi
# shellcheck disable=SC2086
if [ -n "$units" ]; then systemctl -q enable --now -- $units; fi
`),oa=(e,t=[])=>(0,g.K$)({name:"units",text:aa,values:{units:e.join(" "),enabled:t.join(" ")},deadline:(0,k.Gx)(5),parse:n=>{y(n)}}),ra=String.raw`
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
`,ia=`${Fe.Qc}${String.raw`
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
`}`,da=w(`${ra}${ia}${String.raw`
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
`}`),kt=e=>(0,g.K$)({name:"files",text:da,values:{files:re(e.map(ca))},deadline:(0,k.Gx)(10),parse(t){if(t.status===21)throw la(t);if(t.status===24)throw pa(t);y(t)}});function ca({mode:e,owner:t,group:n,checkedBy:s,tell:o,path:a,content:r}){const i=o?.shownBy;return[Oe(e),t,n,s??"-",o?.how??"-",o?.unit??"-",i?.kind??"-",...i?.kind==="http"?[String(i.port),i.path]:["-",i?.socket??"-"],a,Buffer.from(r).toString("base64")]}function la({stdout:e}){const[t,n,...s]=e.trim().split(`
`);return new S.w({code:"file-refused",message:`${n} does not take the new ${t}.`,seen:s.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:n==="visudo"?"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is.":`What it says is about what buka.yml makes of ${t}, or about the version of the program on this host.`})}function pa({stdout:e}){const[t,n,...s]=e.trim().split(`
`);return new S.w({code:"not-taken",message:`${n} does not work with the new ${t}.`,seen:s.join(`
`),left:`The old ${t} is back, and ${n} was told so; files before it were written.`,hint:`On the host: \`journalctl -u ${n} -n 50\`. Mend what it says, then run this again.`})}async function Re(e,t,n){const s=e.host.name;for(const{name:o,of:a,script:r}of ua(t))a.length!==0&&(n.step({host:s,name:o,state:"started",detail:a.join(", ")}),await e.run(r),n.step({host:s,name:o,state:"done",detail:a.join(", ")}))}function ua(e){const t=e.map(({mend:d})=>d),n=d=>t.filter(f=>f.kind===d),s=e.flatMap(({mend:d})=>d.kind==="preparation"?[d.file]:[]),o=n("package").map(({name:d})=>d),a=n("account").map(({account:d})=>d),r=n("folder").map(({folder:d})=>d),i=e.flatMap(({mend:d})=>d.kind==="file"?[d.file]:[]),c=n("secret").map(({secret:d})=>d),l=t.flatMap(d=>d.kind==="unit"?[d.unit]:[]),u=t.flatMap(d=>d.kind==="enabled"?[d.unit]:[]),h=n("member").map(({user:d,group:f})=>({user:d,group:f})),p=d=>d.map(({path:f})=>f);return[{name:"before packages",of:p(s),script:kt(s)},{name:"packages",of:o,script:Ys(o)},{name:"accounts",of:a.map(({name:d})=>d),script:Qs(a)},{name:"groups",of:h.map(({user:d,group:f})=>`${d} in ${f}`),script:Zs(h)},{name:"folders",of:p(r),script:ta(r)},{name:"files",of:p(i),script:kt(i)},{name:"secrets",of:p(c),script:sa(c,ha())},{name:"units",of:[...l,...u],script:oa(l,u)}]}const ha=()=>(0,x.randomBytes)(32).toString("base64url");async function fa(e,t,{differences:n,seen:s,reporter:o}){const a=u=>n.some(({mend:h})=>h.kind===u);if(s.backups===void 0)return;const{backup:r,database:i}=v(e),c=await t(i.host),l=u=>o.step({host:i.host.name,name:u,state:"done"});if(a("hba")&&s.backups.database.postgres.kind==="up"){const{hba:u}=s.backups.database.postgres,h=He(e).filter(p=>!ct(u.content,p));await c.run(kn(u,h)),l("pg_hba.conf")}if(a("reader")||a("reader-password")){const h=s.backups.backup.reading.kind==="works"?void 0:await(await t(r.host)).run(xn(e));if(i.kind==="mariadb")await c.run(it(Rt(e,h===void 0?void 0:be(h)))),l("account");else{const p=h===void 0?void 0:we(h,(0,x.randomBytes)(16));await c.run(_e(It(p,r.mode))),l("role")}}a("points")&&(await c.run(_e(Pt,i.name)),l("points in the log")),a("log-limit")&&(await c.run(bn()),l("max_slot_wal_keep_size"))}function $a({loadBalancers:e,workers:t},n,s){const o=i=>e.hosts.some(({name:c})=>c===i),a=({host:i,mend:c})=>{const l=c.kind==="file"?c.file.tell:void 0;if(l?.unit===t.unit&&s.includes(i))return"workers";const u=c.kind==="unit";return o(i)&&(l!==void 0||u)?"loadBalancers":"quiet"},r=i=>n.filter(c=>a(c)===i);return{quiet:r("quiet"),loadBalancers:r("loadBalancers"),workers:r("workers")}}function Ne(e){const t=[...new Set(e.map(({host:n})=>n))];return new Map(t.map(n=>[n,e.filter(s=>s.host===n)]))}function ma({service:e,workers:t}){const n=t.hosts.find(({user:s})=>s===e);if(n!==void 0)throw new S.j({code:"app-user",message:`The app's account would be ${e}, which is the ssh user of ${n.name}: the app could change its own releases.`,left:"Nothing was changed.",hint:"Give ssh: user: in buka.yml another name than the service."})}const ba=({authorizedKeys:e},{mend:t})=>t.kind==="by-hand"&&(t.code==="account-taken"||t.code==="deploy-user-missing"&&e===void 0);function ga(e){if(e?.aborted===!0)throw new S.w({code:"cancelled",message:"The run was cancelled.",left:"Each machine that was begun is as it should be; the others are as they were.",hint:"Run the same again to go on from here."})}function wt(e){const[t]=e;return new S.w({code:"provision-unsettled",host:t?.host,step:"provision",message:`${t?.what} was put right, and is as it was before.`,seen:e.map(({host:n,what:s,seen:o})=>`${n}: ${s}: ${o}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function yt(e,t,n){const s=e.flatMap(({host:r,what:i,seen:c,mend:l})=>l.kind==="by-hand"?[new S.w({code:l.code,host:r,step:"provision",message:`${i}: ${c}`,left:t,hint:l.hint})]:[]),[o=wt(e),...a]=s;for(const r of a)n.warning(r.message);return o}async function ka(e,{check:t,hosts:n,user:s}){const{cluster:o,reporter:a}=e,r=Ea(o,n);ma(o);const i=b=>e.remote({...b,user:s}),c=()=>a.group("Look at the hosts",()=>Ws(o,i,r)),l=({host:b})=>r.includes(b);let u=await c();const h=ya(u.byHand);if(t){const b=u.differences.filter(l);return{outcome:b.length>0?"differs":"nothing-to-change",differences:xe(b),byHand:h}}const p=u.differences.filter(b=>l(b)&&ba(o,b));if(p.length>0)throw yt(p,"Nothing was changed.",a);const d=[];let f="";for(;;){const b=u.differences.filter(I=>l(I)&&I.mend.kind!=="by-hand");if(b.length===0)break;if(f===Et(b))throw wt(b);f=Et(b),await wa(e,i,b,u),d.push(...b),u=await c()}const E=u.differences.filter(l);if(E.length>0)throw yt(E,"Everything else is set up.",a);for(const{host:b,mend:I}of d)I.kind==="secret"&&I.made&&Sa(b,I.secret,o,a);return Aa(u.differences,a),{outcome:d.length>0?"changed":"nothing-to-change",differences:xe(d),byHand:h}}async function wa(e,t,n,s){const{cluster:o,reporter:a}=e,r=p=>t(va(o,p)),{quiet:i,loadBalancers:c,workers:l}=$a(o,n,s.serving);await a.group("Put right",async()=>{await _a([...Ne(i)].map(async([p,d])=>Re(await r(p),d,a)),a),await fa(o,t,{differences:n,seen:s,reporter:a}),await wn(o,t,{differences:n,seen:s,reporter:a})});for(const[p,d]of Ne(c))ga(e.signal),await a.group(`Load balancer ${p}`,async()=>Re(await r(p),d,a));const u=Ne(l);if(u.size===0)return;const h=async p=>(0,g.Uh)(await t(p),p.user);await(0,Fe.yS)({...e,remote:h},[...u.keys()],async p=>Re(await r(p),u.get(p)??[],a))}function ya(e){return[...new Set(e.map(({host:n})=>n))].map(n=>({host:n,roles:e.filter(s=>s.host===n).map(({role:s})=>s)}))}function Ea(e,t){const n=[...e.hosts.keys()],s=t.find(o=>!n.includes(o));if(s!==void 0)throw new S.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(s)}.`,left:"Nothing was changed.",hint:`Its hosts are ${n.join(", ")}.`});return t.length===0?n:[...new Set(t)]}function va({hosts:e},t){const n=e.get(t);if(n===void 0)throw new Error(`${t} was checked to be a host`);return n}const xe=e=>[...new Map(e.map(({host:t,what:n,seen:s})=>[JSON.stringify([t,n,s]),{host:t,what:n,seen:s}])).values()],Et=e=>JSON.stringify(xe(e));async function _a(e,t){const n=await Promise.allSettled(e),[s,...o]=n.flatMap(a=>a.status==="rejected"?[a.reason]:[]);for(const a of o)t.warning(a instanceof Error?a.message:String(a));if(s!==void 0)throw s}function Sa(e,{kind:t,path:n},{database:s},o){t==="password"&&o.warning(`${e}: the repository has a password now, in ${n} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`),t==="environment"&&o.warning(s?.provision===!0?`${e}: ${n} is new, and has nothing but the app's port and DATABASE_URL. Add what the app needs besides, before the first deploy.`:`${e}: ${n} is new, and has nothing but the app's port. Add what the app needs, such as where its database is, before the first deploy.`)}function Aa(e,t){for(const n of new Set(e.map(s=>s.host)))t.warning(`${n} is not set up as it should be yet: \`buka provision --check ${n}\` lists what differs.`)}})};
