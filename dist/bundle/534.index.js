"use strict";exports.id=534,exports.ids=[534],exports.modules={3423:((pt,Re,S)=>{S.d(Re,{oL:()=>W,ce:()=>oe});var j=S(2857),G=S(9567),Y=S(3916),q=S(6259),k=S(1996);const K=j.YOg(j.Ikc({labels:j.g1P(j.YjP(),j.YjP()),annotations:j.g1P(j.YjP(),j.YjP()),startsAt:G.p6(),status:j.Ikc({state:j.YjP()})})),se=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check --output=json alert query \
  --active --silenced --inhibited --unprocessed "service=$service" </dev/null
`,Q=(i,p="http://127.0.0.1:9093")=>(0,q.K$)({name:"alerts",text:se,values:{service:i,url:p},deadline:(0,k.YA)(30),parse({status:$,stdout:g,stderr:y}){const b=K.safeParse($===0?B(g):void 0);if(!b.success)throw ge([y.trim(),g.trim()].filter(Boolean).join(`
`).slice(-1e3));return b.data.map(({labels:v,annotations:T,startsAt:M,status:{state:E}})=>({name:v.alertname??"",host:v.host??"",severity:v.severity??"",summary:T.summary??"",description:T.description??"",page:T.runbook_url??"",since:M,muted:E==="suppressed"}))}});async function $e({cluster:i,remote:p}){const{host:$}=V(i.monitoring);try{return await(await p($)).run(Q(i.service))}catch(g){throw g instanceof Y.w?g.with({host:$.name,step:"alerts"}):g}}function B(i){try{return JSON.parse(i)}catch{return}}const ge=i=>new Y.w({code:"alertmanager-failed",message:"Alertmanager there does not tell which alerts there are.",seen:i,left:"Nothing was changed.",hint:"`systemctl status prometheus-alertmanager` there; `buka provision` sets it up."});function V(i){if(i!==void 0)return i;throw new Y.j({code:"monitoring-not-configured",message:"buka.yml has no monitoring, so there are no alerts.",left:"Nothing was changed.",hint:"Name the machine that is to measure: `monitoring: { host: monitor1 }`, and `buka provision`."})}async function oe(i,p){const{service:$}=i.cluster,[g,y]=await Promise.all([$e(i),p.open()]),b=xe($,g,y),v=[];for(const{title:T,body:M}of b.create)v.push(await p.create(T,M));for(const{number:T,title:M,body:E}of b.update)await p.update(T,M,E);for(const T of b.close)await p.close(T,"It is over: Alertmanager no longer holds it to be true.");return{opened:v,updated:b.update.map(({number:T})=>T),closed:b.close,alerts:g}}function xe(i,p,$){const g=Map.groupBy(p,({name:E,host:D})=>ae(i,E,D)),y=new Map($.flatMap(E=>{const D=J(i).exec(E.body)?.[0];return D===void 0?[]:[[D,E]]})),b=[],v=[];for(const[E,D]of g){const U=y.get(E),me={title:be(i,D),body:ke(E,D)};U===void 0&&D.some(({muted:Fe})=>!Fe)&&b.push(me),U!==void 0&&ie(U.body)!==ie(me.body)&&v.push({number:U.number,...me})}const T=[...y].filter(([E])=>!g.has(E)).map(([,{number:E}])=>E),M=$.filter(({number:E,body:D})=>{const U=J(i).exec(D)?.[0];return U!==void 0&&g.has(U)&&y.get(U)?.number!==E});return{create:b,update:v,close:[...T,...M.map(({number:E})=>E)]}}const ae=(i,p,$)=>`<!-- buka-alert ${i} ${p} ${$||"-"} -->`,J=i=>new RegExp(`<!-- buka-alert ${i} [A-Za-z]+ [a-z0-9-]+ -->`);function be(i,p){const[$]=p;return`[${i}] ${$?.name}${$?.host?` on ${$.host}`:""}`}function ke(i,p){const $=p.toSorted((g,y)=>g.since.getTime()-y.since.getTime()).map(({severity:g,summary:y,description:b,since:v})=>`**${re(y)}** (${g}, since ${v.toISOString().slice(0,16).replace("T"," ")} UTC)

${re(b)}`);return[i,...$,`[What it means, what to look at, what to type](${p[0]?.page})`].join(`

`)}const re=i=>i.replace(/[\\`*_[\]<>@#|]/g,p=>`&#${p.charCodeAt(0)};`),ie=i=>[...i.matchAll(/\((\w*), since ([^)]*)\)/g)].map(([p])=>p).join();var ce=S(2861);const de="https://github.com/simplifypos/buka/blob/v1/docs/alerts";function N(i,p){const{when:$,lasting:g,severity:y,mutedDuring:b=[],labels:v,summary:T,description:M}=p;return{alert:i,expr:$,...g===void 0?{}:{for:z(g)},labels:{severity:y,...v,...b.length===0?{}:{[ce.Mp]:b.join(" ")}},annotations:{summary:T,description:M,runbook_url:`${de}/${Ne(i)}.md`}}}const Ne=i=>i.replace(/[A-Z]/g,(p,$)=>`${$===0?"":"-"}${p.toLowerCase()}`);function z(i){const p=[["d",864e5],["h",36e5],["m",6e4],["s",1e3]],[$,g]=p.find(([,y])=>i%y===0)??["ms",1];return`${i/g}${$}`}const le="time() - %s > 36 * 3600";function R({service:i,backup:p}){if(p===void 0)return[];const $=`{job="node",service="${i}"}`,g={host:p.host.name},y=`buka_backup_newest_proven_timestamp_seconds${$}`,b=`buka_backup_wal_safe_timestamp_seconds${$}`;return[N("BackupTooOld",{when:`${le.replace("%s",y)}
or
absent(${y})`,lasting:(0,k.Gx)(15),severity:"critical",labels:g,summary:`No backup of ${i} from the last 36 h is proven`,description:"What was written since the newest proven one would be lost with the database. Is there a nightly one at all?"}),N("BackupDamaged",{when:`buka_backup_repository_readable${$} == 0`,severity:"critical",labels:g,summary:`The backups of ${i} can't all be read`,description:"The last read of the whole repository found a part missing or wrong."}),...p.mode==="continuous"?[N("BackupLogTooOld",{when:`time() - ${b} > 600
or
absent(${b})`,lasting:(0,k.Gx)(5),severity:"critical",labels:g,mutedDuring:["restore","drill"],summary:`The write-ahead log of ${i} is not received`,description:"What was written in the last 10 min and before is not on the backup server: it would be lost with the database."})]:[]]}var X=S(7030);const Z=i=>[Ie(i),Pe,...Ce(i),...De,...pe(i),...Me(i)];function Ie({loadBalancers:{backends:i,servers:p}}){const $=`max by (server) (haproxy_server_status{job="haproxy",proxy=~"${i.map(we).join("|")}",state="DOWN"}) == 1`,g=[...p].filter(([b,v])=>b!==v),y=(b,v,T)=>`label_replace(${b}, "host", "${v}", "server", "${T}")`;return N("WorkerDown",{when:g.reduce((b,[v,T])=>y(b,v,we(T)),y($,"$1","(.+)")),lasting:(0,k.Gx)(1),severity:"critical",mutedDuring:["rollout","restore","drill"],summary:"Worker {{ $labels.host }} serves nobody",description:"A load balancer takes it for dead: it does not answer 2xx on its health URL. The others serve its share."})}const we=i=>i.replace(/[^A-Za-z0-9_-]/g,p=>`[${p}]`),Pe=N("HostNotMeasured",{when:'up{job=~"node|haproxy"} == 0',lasting:(0,k.Gx)(2),severity:"critical",summary:"{{ $labels.host }} tells nothing of itself",description:"Its figures ({{ $labels.job }}) could not be read for 2 min: the machine is off or cut off, or its exporter is. No other alert of it can be trusted to fire."});function Ce({loadBalancers:{address:i,hosts:p}}){const[$,...g]=p;return i===void 0||(0,X.isIP)(i)===0||$===void 0||g.length===0?[]:[N("LoadBalancerFailedOver",{when:`node_network_address_info{job="node",address="${Le(i)}",host!="${$.name}"} == 1`,lasting:(0,k.Gx)(1),severity:"critical",summary:`The address that customers use is on {{ $labels.host }} instead of ${$.name}`,description:`${$.name} can't take requests, or could not for the last moment. Customers are served; with one load balancer less, the next fault may reach them.`})]}const Le=i=>(0,X.isIPv6)(i)?new URL(`http://[${i}]/`).hostname.slice(1,-1):i,De=[N("DiskRunsOut",{when:[ue("node_filesystem_avail_bytes","node_filesystem_size_bytes",'{job="node"}'),ue("node_filesystem_files_free","node_filesystem_files",'{job="node"}')].join(`
or
`),lasting:(0,k.Gx)(30),severity:"warning",summary:"The disk of {{ $labels.host }} fills: {{ $labels.mountpoint }}",description:"Of its space, or of its inodes, less than 5 % are left; or less than 40 %, and none will be in 4 days if it goes on as in the last one."}),N("MemoryRunsOut",{when:ue("node_memory_MemAvailable_bytes","node_memory_MemTotal_bytes",'{job="node"}'),lasting:(0,k.Gx)(30),severity:"warning",summary:"The memory of {{ $labels.host }} runs out",description:"Less than 5 % are left; or less than 40 %, and none will be in 4 days if it goes on as in the last one."})];function ue(i,p,$){const g=`${i}${$} / ${p}${$}`;return`(predict_linear(${i}${$}[1d], 4 * 86400) < 0 and ${g} < 0.4)
or
${g} < 0.05`}const pe=({service:i})=>[N("WorkersOnDifferentReleases",{when:`count(count by (release) (buka_worker_release{job="node",service="${i}"})) > 1`,lasting:(0,k.Gx)(15),severity:"warning",mutedDuring:["rollout"],summary:`The workers of ${i} are on {{ $value }} different releases`,description:"And no rollout is under way: one ended half way, or a worker was left out."})];function Me({service:i,monitoring:p}){return p?.url?.startsWith("https:")!==!0?[]:[N("CertificateEnds",{when:'min(probe_ssl_earliest_cert_expiry{job="availability"}) - time() < 14 * 86400',lasting:(0,k.Gx)(5),severity:"warning",summary:`The certificate of ${i} ends in {{ $value | humanizeDuration }}`,description:`From then on no browser gets through to ${p.url}. What renews it has not, 14 days before.`})]}var x=S(5026);const O=["drill"],he=(0,k.Gx)(60),A=`probe_success{job="${x.Wz}"}`,ye=i=>[...ve(i),I(i),...C()];function ve({service:i,slo:p}){const $=(100-p.availability)/100;return(0,x.MZ)(p.window).map(({long:g,short:y,limit:b},v)=>{const T=Number((b*$).toPrecision(10)),M=U=>`1 - avg_over_time(${A}[${z(U)}]) >= ${T}`,[E,D]=[z(g),z(y)];return N("ErrorBudgetBurns",{when:`${M(g)}
and
${M(y)}`,severity:v<2?"critical":"warning",mutedDuring:O,labels:{over:E},summary:`Customers of ${i} get errors, faster than ${p.availability} % allows`,description:`{{ $value | humanizePercentage }} of the last ${E} failed at {{ $labels.instance }}, and it went on within the last ${D}. At ${Number(b.toPrecision(4))} times the rate that spends the error budget of ${z(p.window)} exactly, or more, it is spent too soon.`})})}function I(i){const{service:p,slo:$}=i,g=y=>{const{sum:b,count:v}=(0,x.zG)(i,y/1e3);return`${b} / ${v} > ${$.meanResponseTime/1e3}`};return N("ResponseTimeTooLong",{when:`${g(he)}
and
${g((0,k.Gx)(5))}`,lasting:(0,k.Gx)(5),severity:"warning",mutedDuring:O,summary:`${p} answers slower than the objective`,description:`Requests of the last hour took {{ $value | humanizeDuration }} on average, where at most ${$.meanResponseTime/1e3} s are promised, and those of the last 5 min were no faster.`})}function C(){const i=`count_over_time(max(present_over_time(${A}[1m]))[1d:1m]) / (24 * 60)`;return[N("CoverageTooLow",{when:`absent_over_time(${A}[15m])`,lasting:(0,k.Gx)(1),severity:"critical",labels:{objective:"availability"},summary:"Nobody looks whether customers are served",description:"There was no probe through the address that customers use for 15 min."}),N("CoverageTooLow",{when:`${i} < ${x.tw}
and on ()
count_over_time(up{job="prometheus"}[10m] offset 1d) > 0`,severity:"warning",labels:{objective:"availability"},summary:"The availability of a part of the last day is not known",description:`Only {{ $value | humanizePercentage }} of the last day was measured. Below ${100*x.tw} % of its window an objective has no verdict.`}),N("CoverageTooLow",{when:`max(up{job="${x.If}"}) == 0`,lasting:he,severity:"warning",labels:{objective:"response-time"},summary:"The response time is not measured",description:"No worker could be asked for its figures, at /metrics, for an hour."})]}const W=i=>[...ye(i),...Z(i),...R(i)]}),3534:((pt,Re,S)=>{S.d(Re,{mg:()=>gs});const j={hostKeys:[],authorizedKeys:""};var G=S(7598),Y=S(5026);const q="buka-backup",k="buka_backup",K=5432,se=3306,Q="/usr/local/lib/buka/backup",$e="/usr/local/lib/buka/restore",B="/var/lib/buka-backup",ge=`${B}/.ssh/authorized_keys`,V=e=>`/etc/buka/backup/${e}`,oe=e=>`/etc/buka/restore/${e}`,xe=e=>`${V(e)}/password`,ae=e=>`${V(e)}/pgpass`,J=e=>`${V(e)}/my.cnf`,be=e=>`${oe(e)}/key`,ke=({service:e,workers:t})=>t.envFile??`/etc/${e}/env`,re="/run/haproxy/admin.sock",ie="/run/buka-haproxy/servers",ce="/usr/local/lib/buka/haproxy-state",de="/buka-load-balancer",N=8405,Ne=9100,z={prometheus:Y.N4,alertmanager:9093,blackbox:9115},le="/etc/prometheus/buka";function R(e){const{database:t,backup:n,...s}=e;if(t===void 0||n===void 0)throw new Error("the cluster was checked to have backups");return{...s,database:t,backup:n}}const X="buka_definitions",Z=e=>`'${e.replaceAll("\\","\\\\").replaceAll("'","''")}'`,Ie=e=>`\`${e.replaceAll("`","``")}\``,we=e=>Ie(e.replaceAll(/[_%\\]/g,"\\$&")),Pe=e=>`${Z(k)}@${Z(R(e).backup.host.address)}`;function Ce(e){const t=(0,G.createHash)("sha1").update(e).digest();return`*${(0,G.createHash)("sha1").update(t).digest("hex").toUpperCase()}`}const Le=`CREATE OR REPLACE DEFINER = '${X}'@'localhost' PROCEDURE buka_backup.definitions(of_database VARCHAR(64))
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
END`;function De(e,t){const n=Pe(e),s=we(R(e).database.name);return`SET SESSION sql_log_bin = 0, sql_mode = '';
CREATE USER IF NOT EXISTS ${n} ACCOUNT LOCK;
${t===void 0?"":`ALTER USER ${n} IDENTIFIED BY PASSWORD ${Z(t)} ACCOUNT UNLOCK;
`}GRANT RELOAD, PROCESS ON *.* TO ${n};
GRANT SELECT, SHOW VIEW ON ${s}.* TO ${n};
GRANT SELECT ON mysql.* TO ${n};
CREATE USER IF NOT EXISTS '${X}'@'localhost' ACCOUNT LOCK;
GRANT TRIGGER, EVENT ON ${s}.* TO '${X}'@'localhost';
CREATE DATABASE IF NOT EXISTS buka_backup;
DELIMITER //
${Le}//
DELIMITER ;
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO ${n};
GRANT EXECUTE ON PROCEDURE buka_backup.definitions TO '${X}'@'localhost';
`}function ue(e){const{backup:t,database:n}=R(e),s=`user = '${k}' AND host = ${Z(t.host.address)}`,a=Z(n.name.replaceAll(/[_%\\]/g,"\\$&"));return`SELECT IF(
  (SELECT COUNT(*) FROM mysql.global_priv WHERE ${s} AND JSON_VALUE(priv, '$.access') = 320 AND NOT IFNULL(JSON_VALUE(priv, '$.account_locked'), 0))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${s} AND db = ${a} AND select_priv = 'Y' AND show_view_priv = 'Y' AND 'Y' NOT IN (insert_priv, update_priv, delete_priv, create_priv, drop_priv, trigger_priv, event_priv))
  AND (SELECT COUNT(*) FROM mysql.db WHERE ${s} AND db = 'mysql' AND select_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.procs_priv WHERE ${s} AND db = 'buka_backup' AND routine_name = 'definitions')
  AND (SELECT COUNT(*) FROM mysql.db WHERE user = '${X}' AND host = 'localhost' AND db = ${a} AND trigger_priv = 'Y' AND event_priv = 'Y')
  AND (SELECT COUNT(*) FROM mysql.proc WHERE db = 'buka_backup' AND name = 'definitions' AND definer = '${X}@localhost'),
  't', 'f');`}const pe=e=>`# for ${R(e).database.host.address}:${se}`,Me=(e,t)=>`${pe(e)}
[client]
host=${R(e).database.host.address}
port=${se}
user=${k}
password=${t}
[mariadb-client]
connect-timeout=10
`;var x=S(3916),O=S(6259),he=S(2861),A=S(1996);const ye=77,ve=78,I=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${ye}
command -v apt-get >/dev/null || exit ${ve}
${e}`;function C(e){if(e.status===ye)throw new x.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===ve)throw new x.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,O.gq)(e)}var W=S(7030);const i=14;function p(e){const{database:t}=R(e);return`${t.host.address.replaceAll(":","\\:")}:${K}:*:${k}:`}const $=(e,t)=>`${p(e)}${t}
`;function g(e){const{address:t}=R(e).backup.host,n=(0,W.isIP)(t)?`${t}/${(0,W.isIPv6)(t)?128:32}`:t;return`host all ${k} ${n} scram-sha-256 # Buka: backups`}const y=e=>g(e).replace("host all ","host replication "),b=e=>R(e).backup.mode==="continuous"?[g(e),y(e)]:[g(e)],v=String.raw`pg_catalog.pg_replication_slots WHERE slot_name LIKE 'buka\_%'`,T=`DO $$ BEGIN
  FOR i IN 1..100 LOOP
    PERFORM pg_catalog.pg_terminate_backend(active_pid) FROM ${v} AND active;
    PERFORM pg_catalog.pg_drop_replication_slot(slot_name) FROM ${v} AND NOT active;
    EXIT WHEN NOT EXISTS (SELECT FROM ${v});
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $$;
`,M=(e,t="dump")=>`SET LOCAL log_statement = 'none';
SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${k}') THEN CREATE ROLE ${k}; END IF;
END $$;
ALTER ROLE ${k} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE ${t==="continuous"?"REPLICATION":"NOREPLICATION"}${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${k} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${k};
${t==="continuous"?"":T}`,E=e=>`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${k}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole) AND ${e==="continuous"?"":"NOT "}r.rolreplication
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
)${e==="continuous"?"":` AND NOT EXISTS (SELECT FROM ${v})`};`,D=["pg_catalog.pg_create_restore_point(text)","pg_catalog.pg_switch_wal()"],U=`GRANT EXECUTE ON FUNCTION ${D.join(", ")} TO ${k};
`,me=`SELECT ${D.map(e=>`pg_catalog.has_function_privilege('${k}', '${e}', 'EXECUTE')`).join(" AND ")}`;function Fe(e,t){const s=(0,G.pbkdf2Sync)(e,t,4096,32,"sha256"),a=r=>(0,G.createHmac)("sha256",s).update(r).digest(),o=(0,G.createHash)("sha256").update(a("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(t).toString("base64")}$${o}:${a("Server Key").toString("base64")}`}const ht=I(String.raw`
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
`);function mt(e){const{service:t,database:n}=R(e);return{name:"look",text:ht,values:{authorized:ge,account:q,role:k,kind:n.kind,line:n.kind==="mariadb"?pe(e):p(e),pgpass:ae(t),mycnf:J(t),host:n.host.address,port:String(K)},deadline:(0,A.Gx)(1),parse(s){const{stdout:a}=C(s),{authorized:o,reading:r,seen:c}=(0,O.OA)(a,["authorized","reading","seen"]);return{hostKeys:[...a.matchAll(/^key=(\S+ \S+)/gm)].map(([,h=""])=>h),authorizedKeys:Buffer.from(o,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:c.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const ft=I(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function $t(e){const{service:t,backup:n,database:s}=R(e),a=s.kind==="mariadb",o=a?J(t):ae(t),r=a?"password=":p(e);return{name:"reader's password",text:ft,values:{pgpass:o,line:r},deadline:(0,A.YA)(15),parse(c){const[h=""]=c.stdout.split(`
`),l=h.slice(r.length).replace(/\\([\\:])/g,"$1");if(c.status===0&&/^[\x21-\x7e]+$/.test(l))return l;throw new x.w({code:"reader-password",host:n.host.name,message:`${o} has no line with a password of letters, digits and signs that begins with ${r}`,left:"The password of the account in the database was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${n.host.name} ${s.host.name}\` makes a new one.`})}}}const ee=(e,t)=>({role:e,claims:[],preparation:[],packages:[],accounts:[],members:[],users:[],folders:[],files:[],secrets:[],units:[],enabled:[],byHand:[],...t}),ze={owner:"root",group:"root"},F=(e,t={})=>({...ze,mode:493,...t,path:e}),w=(e,t,n={})=>({...ze,mode:420,...n,path:e,content:t}),Xe=(e,{user:t,as:n,program:s})=>Ye(e,`${t} ALL=(${n}) NOPASSWD: ${s} ""
`),Ye=(e,t)=>w(e,t,{mode:288,checkedBy:"visudo"}),Qe=e=>Object.entries(e).map(([t,n])=>`${t}=${n}
`).join(""),H="# Written by Buka (`buka provision`), which overwrites what is changed by hand.",Ve=e=>e?.content==="there",gt=I(String.raw`
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
`);function bt(e){const t=(n,s)=>e.flatMap(n).map(s).join(`
`);return{name:"look",text:gt,values:{folders:t(({folders:n})=>n,({path:n})=>n),files:t(({preparation:n,files:s})=>[...n,...s],({path:n})=>n),secrets:t(({secrets:n})=>n,({path:n,line:s=""})=>`${n}	${s}`),packages:t(({packages:n})=>n,({name:n,unless:s=""})=>`${n}	${s}`),accounts:t(({accounts:n,users:s,members:a})=>[...n.map(({name:o})=>o),...s,...a.map(({user:o})=>o)],n=>n),units:t(({units:n,enabled:s,files:a})=>[...n,...s,...a.flatMap(({tell:o})=>kt(o))],n=>n),claims:t(({claims:n})=>n,n=>`${n.path}	${n.package??""}`),mark:H},deadline:(0,A.Gx)(1),parse:n=>wt(C(n).stdout)}}const kt=e=>e===void 0?[]:[e.unit,...e.cutsOffWhile===void 0?[]:[e.cutsOffWhile]];function wt(e){const t=(0,O.Ge)((0,O.Mn)(e).join(`
`),["of","name","first","second","third"]),n=s=>t.filter(a=>a.of===s);return{places:new Map(n("place").map(({name:s,first:a,second:o,third:r})=>{const[c="",h="",l=""]=o.split(":");return[s,{kind:a==="file"||a==="folder"?a:"other",mode:Number.parseInt(c,8),owner:h,group:l,content:r}]})),packages:new Set(n("package").flatMap(({name:s,first:a})=>a==="installed"?[s]:[])),accounts:new Map(n("account").map(({name:s,first:a,second:o})=>{const[,,r,,,c="",h=""]=a.split(":");return[s,{id:Number(r),home:c,shell:h,groups:o.split(" ")}]})),units:new Map(n("unit").map(({name:s,first:a,second:o})=>[s,{enabled:a==="yes",running:o==="yes"}])),claims:new Map(n("claim").map(({name:s,first:a})=>[s,a==="buka"||a==="package"?a:"somebody"]))}}function yt(e,t,n){const s=[],a=(o,r,c)=>{r!==void 0&&s.push({host:e,what:o,seen:r,mend:c})};for(const o of t.preparation)a(o.path,Je(o,n.places.get(o.path)),{kind:"preparation",file:o});for(const{name:o}of t.packages)a(`package ${o}`,n.packages.has(o)?void 0:"missing",{kind:"package",name:o});for(const o of t.accounts){const r=n.accounts.get(o.name);o.login!==!0&&r!==void 0&&r.id<_t?a(`account ${o.name}`,"one of the distribution's own",Et(e,o)):a(`account ${o.name}`,Ot(o,n),{kind:"account",account:o})}for(const{user:o,group:r}of t.members)a(`account ${o}`,n.accounts.get(o)?.groups.includes(r)?void 0:`not in the group ${r}`,{kind:"member",user:o,group:r});for(const o of t.folders)a(o.path,je(o,n.places.get(o.path),"folder"),{kind:"folder",folder:o});for(const o of t.files){const r=n.places.get(o.path),c=et(o,r)?{...o,tell:void 0}:o,h=St(t,c,n)?Tt(e,o):{kind:"file",file:c};a(o.path,Je(o,r),h)}for(const o of t.secrets)a(o.path,At(o,n.places.get(o.path)),{kind:"secret",secret:o,made:!Ve(n.places.get(o.path))});for(const o of t.units){const{enabled:r=!1,running:c=!1}=n.units.get(o)??{};a(o,r&&c?void 0:"not enabled and running",{kind:"unit",unit:o})}for(const o of t.enabled)a(o,n.units.get(o)?.enabled?void 0:"not enabled",{kind:"enabled",unit:o});for(const o of t.users)a(`account ${o}`,n.accounts.has(o)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`Put the public half of the deploy key under \`ssh: authorized-keys:\` in buka.yml, and this makes the account. Or on ${e}: \`adduser --disabled-password ${o}\`, and the key into its authorized_keys.`});for(const{what:o,seen:r,code:c,hint:h}of t.byHand)a(o,r,{kind:"by-hand",code:c,hint:h});return s}const vt=({claims:e},t)=>e.some(({path:n})=>t.claims.get(n)==="somebody"),_t=100,Et=(e,{name:t})=>({kind:"by-hand",code:"account-taken",hint:`The app would run as an account that ${e} needs for itself: call the service other than ${t} in buka.yml.`}),St=({claims:e},{tell:t},n)=>t?.cutsOffWhile!==void 0&&n.units.get(t.cutsOffWhile)?.running===!0&&e.some(({path:s})=>n.claims.get(s)==="buka"),Tt=(e,{tell:t})=>({kind:"by-hand",code:"restart-needed",hint:t?.cutsOffWhile===t?.unit?`It takes a restart of ${t?.unit}, which cuts customers off for a moment. In a quiet hour, on ${e}: \`systemctl stop ${t?.unit}\`, and \`buka provision ${e}\` at once.`:`It takes a restart of ${t?.unit}. \`buka load-balancer drain ${e}\` moves the address to another one; then \`systemctl stop ${t?.cutsOffWhile}\` on ${e}, \`buka provision ${e}\`, which starts both again, and \`buka load-balancer readmit ${e}\`.`});function Ot({name:e,home:t,shell:n,login:s},{accounts:a}){const o=a.get(e);if(o===void 0)return"missing";if(!s)return o.home!==t?`home ${o.home} instead of ${t}`:o.shell===n?void 0:`shell ${o.shell} instead of ${n}`}const Ze=e=>e.toString(8).padStart(4,"0");function je(e,t,n){if(t===void 0)return"missing";if(t.kind!==n)return`not a ${n}`;const s=[];return t.mode!==e.mode&&s.push(`mode ${Ze(t.mode)} instead of ${Ze(e.mode)}`),(t.owner!==e.owner||t.group!==e.group)&&s.push(`belongs to ${t.owner}:${t.group} instead of ${e.owner}:${e.group}`),s.length===0?void 0:s.join(", ")}function Je(e,t){const n=je(e,t,"file");return t?.kind!=="file"?n:[...et(e,t)?[]:["other content"],...n===void 0?[]:[n]].join(", ")||void 0}const et=({content:e},t)=>t?.kind==="file"&&t.content===(0,G.createHash)("sha256").update(e).digest("hex");function At(e,t){return t?.kind==="file"&&!Ve(t)?e.line===void 0?"empty":"has no line for this database":je(e,t,"file")}const Rt=I(String.raw`
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
`),xt=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content","points","limit","low","mariadb","listens"];function Nt(e){const{service:t,backup:n,database:s}=R(e),a=s.kind==="mariadb";return{name:"look",text:Rt,values:{key:be(t),known:`${oe(t)}/known_hosts`,address:`${q}@${n.host.address}`,port:String(n.host.port),postgres_port:String(K),kind:s.kind,owner:a?"mysql":"postgres",check:a?ue(e):E(n.mode),mode:n.mode,database:s.name,points_check:me},deadline:(0,A.Gx)(1),parse(o){const r=(0,O.OA)(C(o).stdout,xt);return{restoreKey:/^\S+ \S+/.exec(r.key)?.[0],source:r.source==="unreachable"?{kind:"unreachable",seen:r["source-seen"].trim()}:{kind:r.source==="reached"?"reached":"not-yet"},postgres:a?{kind:"missing"}:It(r,n.mode),...a?{mariadb:Pt(r)}:{}}}}}function It(e,t){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const n=Buffer.from(e.content,"base64").toString(),{points:s,limit:a,low:o}=e,r={points:s==="t",limited:a!=="-1",tooLow:o.split(", ").filter(Boolean)};return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:n},...t==="continuous"?{log:r}:{}}}function Pt(e){return e.mariadb==="missing"?{kind:"missing"}:e.mariadb!=="up"?{kind:"down",seen:e["postgres-seen"].trim()}:{kind:"up",version:e.major,reader:e.reader==="t",listens:e.listens}}const Ct=I(String.raw`
printf %s "$sql" | runuser -u mysql -- mariadb
`),Lt=e=>(0,O.K$)({name:"account",text:Ct,values:{sql:e},deadline:(0,A.Gx)(1),parse(t){t.status!==0&&C({...t,stderr:t.stderr.replace(/\*[0-9A-F]{40}/g,"***")})}}),Dt=I(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d "$database" -f -
`),tt=(e,t="postgres")=>(0,O.K$)({name:"role",text:Dt,values:{sql:e,database:t,postgres_port:String(K)},deadline:(0,A.Gx)(1),parse(n){if(n.status===0)return;const s=n.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");C({...n,stderr:s})}}),Mt=I(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
free=$(($(df -Pk "$(sql 'SHOW data_directory')" | awk 'NR == 2 { print $4 }') / 1024 / 2))
if [ "$free" -lt 256 ]; then free=256; fi
sql "ALTER SYSTEM SET max_slot_wal_keep_size = '$free MB'"
sql 'SELECT pg_reload_conf()' >/dev/null
`),Ft=()=>(0,O.K$)({name:"max_slot_wal_keep_size",text:Mt,values:{postgres_port:String(K)},deadline:(0,A.Gx)(1),parse:e=>{C(e)}}),jt=I(String.raw`
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
`),qt=({path:e,content:t},n)=>(0,O.K$)({name:"pg_hba.conf",text:jt,values:{path:e,seen:(0,G.createHash)("sha256").update(t).digest("hex"),content:`${n}
${t}`,postgres_port:String(K)},deadline:(0,A.Gx)(1),parse(s){if(s.status!==23)return void C(s);throw new x.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:s.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${n}`})}}),nt=(e,t)=>e.split(`
`).includes(t),Bt=I(String.raw`
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
`),Ut=({address:e,user:t})=>({name:"look",text:Bt,values:{address:e,user:t},deadline:(0,A.YA)(30),parse(n){const s=(0,O.OA)(C(n).stdout,["interface","home","group"]);return{interface:s.interface||void 0,deploy:s.home?{home:s.home,group:s.group}:void 0}}});var st=S(3003);const ot=e=>`command="${Q} restore-source ${e}",restrict `,Ht=new RegExp(`^command="${Q} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function Gt(e,t,n){return[...e.split(`
`).filter(a=>Ht.test(a)&&!a.startsWith(ot(t))),`${ot(t)}${n}`].sort().map(a=>`${a}
`).join("")}const at="buka-backup-receive",Wt=e=>[...Kt(),...e==="continuous"?[w(`/etc/systemd/system/${at}@.service`,Qt)]:[]],Kt=()=>rt.flatMap(({unit:e,title:t,verb:n,when:s})=>[w(`/etc/systemd/system/${e}@.service`,Xt(t,n)),w(`/etc/systemd/system/${e}@.timer`,Yt(t,s))]),zt=(e,t)=>[...rt.map(({unit:n})=>`${n}@${e}.timer`),...t==="continuous"?[`${at}@${e}.service`]:[]],rt=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],Xt=(e,t)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${q}
ExecStart=${Q} ${t} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${B}
`,Yt=(e,t)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${t}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`,Qt=`[Unit]
Description=Receiving the write-ahead log of %i for the backups
Wants=network-online.target
After=network-online.target

[Service]
User=${q}
ExecStart=${Q} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${B}

[Install]
WantedBy=multi-user.target
`;function Vt(e,{postgresMajor:t,restoreKey:n,authorizedKeys:s}){const{service:a,database:o,backup:r,release:c}=R(e),h={group:q},l={owner:q,group:q},d=o.kind==="mariadb"?en(e):Zt(e,t);return ee("backup",{preparation:d.preparation,packages:[...["restic","openssh-server","sudo"].map(f=>({name:f})),...d.packages],accounts:[{name:q,home:B,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(f=>F(f)),F(V(a),{...h,mode:488}),F(B),F(`${B}/.ssh`),F(`${B}/metrics`,l),F(`${B}/${a}`,{...l,mode:448,whole:!0})],files:[w(Q,st.Pp,{mode:493}),w(`${V(a)}/settings`,Qe({...r.mode==="continuous"?{mode:r.mode}:{},engine:o.kind,host:o.host.address,port:d.port,database:o.name,user:k,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:c.keep+1}),{...h,mode:416}),Xe("/etc/sudoers.d/buka-backup",{user:r.host.user,as:q,program:Q}),...n===void 0?[]:[w(ge,Gt(s,a,n))],...Wt(r.mode)],secrets:[{kind:"password",path:xe(a),owner:"root",...h,mode:416,opens:`${B}/${a}/repository/config`},{...d.password,...l,mode:384}],units:zt(a,r.mode)})}const Zt=(e,t)=>({port:K,preparation:[w("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:t===void 0?[]:[{name:`postgresql-${t}`}],password:{kind:"pgpass",path:ae(R(e).service),line:p(e)}}),Jt=e=>e.backup?.host.name===e.database?.host.name,en=e=>({port:se,preparation:Jt(e)?[]:[w("/etc/systemd/system/mariadb.service.d/buka.conf",`[Unit]
ConditionPathExists=/nonexistent
`)],packages:["mariadb-server","mariadb-client"].map(t=>({name:t})),password:{kind:"my.cnf",path:J(R(e).service),line:pe(e),before:Me(e,"")}});function tn(e,{hostKeys:t,postgresMajor:n,postgresCluster:s}){const{service:a,database:o,backup:r}=R(e),{address:c,port:h}=r.host,l=oe(a),d=r.mode==="continuous",f=o.kind==="mariadb"?"mysql":"postgres",m={owner:f,group:f};return ee("database",{packages:[...o.kind==="mariadb"?[{name:"mariadb-server",unless:"/usr/sbin/mariadbd"},{name:"mariadb-client",unless:"/usr/bin/mariadb-dump"}]:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"}],...["openssh-client","sudo"].map(u=>({name:u}))],users:[o.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(u=>F(u)),F(l,{group:f,mode:488})],files:[w($e,st.Hg,{mode:493}),w(`${l}/settings`,Qe({...d?{mode:r.mode,version:n??"",cluster:s??""}:{},engine:o.kind,database:o.name,source:`${q}@${c}`,port:h}),{group:f,mode:416}),Xe("/etc/sudoers.d/buka-restore",{user:o.host.user,as:f,program:$e}),...d&&n!==void 0&&s!==void 0?[nn(`postgresql@${n}-${s}.service`)]:[],...t.length===0?[]:[w(`${l}/known_hosts`,sn({address:c,port:h},t))]],secrets:[{kind:"key",path:be(a),...m,mode:384}]})}const nn=e=>w("/etc/sudoers.d/buka-restore-server",`postgres ALL=(root) NOPASSWD: /usr/bin/systemctl stop ${e}, /usr/bin/systemctl start ${e}
`,{mode:288,checkedBy:"visudo"}),sn=({address:e,port:t},n)=>[...n].sort().map(s=>`${t===22?e.toLowerCase():`[${e.toLowerCase()}]:${t}`} ${s}
`).join(""),fe="prometheus-node-exporter";function on(e,t,n){const s=[...an(e,t,n),...rn(e,t)];return ee("every",{packages:s.flatMap(({packages:a=[]})=>a),accounts:s.flatMap(({accounts:a=[]})=>a),folders:s.flatMap(({folders:a=[]})=>a),files:s.flatMap(({files:a=[]})=>a),units:s.flatMap(({units:a=[]})=>a)})}function an({authorizedKeys:e},{user:t},{deploy:n}){if(e===void 0)return[];const s=n?.home??`/home/${t}`,a={owner:t,group:n?.group??t};return[{packages:[{name:"openssh-server"}],accounts:[{name:t,home:s,shell:"/bin/sh",login:!0}],folders:[F(`${s}/.ssh`,{...a,mode:448})],files:[w(`${s}/.ssh/authorized_keys`,e.map(r=>`${r}
`).join(""),{...a,mode:384})]}]}function rn({monitoring:e,backup:t},n){if(e===void 0)return[];const s={unit:`${fe}.service`,how:"restart"},{address:a}=e.host,r=`--collector.netdev.address-info --collector.textfile.directory=${t?.host.name===n.name?`${B}/metrics`:"/srv/*/metrics"}`,c=(0,W.isIP)(a)?`IPAddressDeny=any
IPAddressAllow=localhost ${a}
`:"";return[{packages:[{name:fe}],files:[w(`/etc/systemd/system/${fe}.service.d/buka.conf`,`${H}
[Service]
${c}`,{tell:s}),w(`/etc/default/${fe}`,`${H}
ARGS="${r}"
`,{tell:s})],units:[`${fe}.service`]}]}var cn=S(6760),_e=S(240);const qe=e=>(0,W.isIPv6)(e)?`[${e}]`:e;function dn(e){const{loadBalancers:t,workers:n}=e,s=n.hosts.map(({name:o,address:r})=>`    server ${t.servers.get(o)??o} ${qe(r)}:${n.port} check`),a=t.backends.map(o=>`backend ${o}
    balance roundrobin
    option httpchk GET ${n.health}
    http-check expect status 200-299
    default-server inter 500ms fall 2 rise 2
    load-server-state-from-file global
${s.join(`
`)}
`);return[ln,un(e),...a,...pn(e)].join(`
`)}const ln=`${H}
global
    log /dev/log local0 info
    chroot /var/lib/haproxy
    stats socket ${re} mode 660 group haproxy level admin expose-fd listeners
    stats timeout 30s
    server-state-file ${ie}
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
`,un=({service:e,loadBalancers:{address:t,backends:n}})=>`frontend ${e}-in
    bind ${t&&(0,W.isIPv6)(t)?":::80 v4v6":":80"}
    http-request set-log-level silent if { path ${de} } { src 127.0.0.1 ::1 }
    http-request return status 200 content-type text/plain string serving if { path ${de} } { src 127.0.0.1 ::1 }
    default_backend ${n[0]}
`;function pn({monitoring:e}){if(e===void 0)return[];const{address:t}=e.host,n=(0,W.isIP)(t)?`127.0.0.1 ::1 ${t}`:void 0;return[`frontend buka-metrics
    bind ${(0,W.isIPv6)(t)?`:::${N} v4v6`:`:${N}`}
    http-request set-log-level silent
${n===void 0?"":`    http-request deny unless { src ${n} }
`}    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny
`]}const hn=({service:e,loadBalancers:t},n)=>`#!/usr/bin/perl
# Buka's program on a load balancer; installed by "buka provision", run by systemd as root.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $path) = ('${re}', '${ie}');
my $kept = '';
my %mark = (
${t.backends.flatMap(s=>[...t.servers].map(([a,o])=>`    '${s}/${o}' => '${mn(n)}/.buka/${e}/${a}/mark',
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
`}`,mn=e=>e.replace(/[\\']/g,"\\$&");function fn({loadBalancers:e},{host:t,address:n,interface:s}){const{hosts:a}=e,o=a.findIndex(c=>c.name===t.name),r=a.filter(c=>c.name!==t.name).map(c=>`        ${c.address}`);return`${H}
global_defs {
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script haproxy {
    script "${_e.g_}"
    interval 1
    timeout 4
    fall 2
    rise 2
}

vrrp_track_file away {
    file "${_e.Wf}"
}

vrrp_instance service {
    state BACKUP
    nopreempt
    interface ${s}
    virtual_router_id 51
    priority ${Math.max(150-10*o,1)}
    advert_int 0.3
    unicast_src_ip ${t.address}
${r.length===0?"":`    unicast_peer {
${r.join(`
`)}
    }
`}    virtual_ipaddress {
        ${n}/${(0,W.isIPv6)(n)?128:32} dev ${s}
    }
    track_script {
        haproxy
    }
    track_file {
        away weight 0
    }
}
`}const $n=`#!/bin/sh
${H}
exec perl -e '
  $SIG{ALRM} = sub { exit 1 };
  alarm 3;
  socket(my $s, 2, 1, 0) or exit 1; # AF_INET and SOCK_STREAM; loading their names takes longer than all the rest
  connect($s, pack("S n C4 x8", 2, 80, 127, 0, 0, 1)) or exit 1;
  syswrite $s, "GET ${de} HTTP/1.0\\r\\n\\r\\n";
  exit((<$s> // "") =~ m{^HTTP/[0-9.]+ 200} ? 0 : 1)'
`,te="haproxy.service",Ee="keepalived.service";function gn(e,t,n){const{address:s,masterSocket:a}=e.loadBalancers,o=s!==void 0&&n.interface!==void 0,r={kind:"haproxy",socket:a},c={unit:te,how:"restart",shownBy:r,cutsOffWhile:s?Ee:te};return ee("load-balancer",{claims:[{path:"/etc/haproxy/haproxy.cfg",package:"haproxy"},...s===void 0?[]:[{path:"/etc/keepalived/keepalived.conf"}]],packages:["haproxy",...s===void 0?[]:["keepalived","iproute2","nftables"]].map(h=>({name:h})),members:[{user:t.user,group:"haproxy"}],users:[t.user],folders:[F("/usr/local/lib/buka"),...o?[F((0,cn.dirname)(_e.Wf))]:[]],files:[w(ce,hn(e,n.deploy?.home??`/home/${t.user}`),{mode:493}),w(`/etc/systemd/system/${te}.d/buka.conf`,wn),w("/etc/default/haproxy",kn(a),{tell:c}),w("/etc/haproxy/haproxy.cfg",dn(e),{checkedBy:"haproxy",tell:{unit:te,how:"reload",shownBy:r}}),...s===void 0?[]:[w(_e.g_,$n,{mode:493})],...o?[w(`/etc/systemd/system/${Ee}.d/buka.conf`,yn),w("/etc/keepalived/keepalived.conf",fn(e,{host:t,address:s,interface:n.interface??""}),{checkedBy:"keepalived",tell:{unit:Ee,how:"reload"}})]:[]],units:[te,...o?[Ee]:[]],byHand:s!==void 0&&n.interface===void 0?[bn(t)]:[]})}const bn=({name:e,address:t})=>({what:"the shared address",seen:`no network interface has ${t}`,code:"interface-unknown",hint:`keepalived needs to know where to put the address. On ${e}, \`ip address\`: buka.yml must have the address that the machine itself has, the one that the other load balancers reach.`}),kn=e=>`${H}
EXTRAOPTS="-S ${e},mode,660,group,haproxy"
`,wn=`${H}
[Service]
LogRateLimitIntervalSec=0
ExecStartPre=${ce} forget
ExecReload=
ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
ExecReload=${ce} keep
ExecReload=/bin/kill -USR2 $MAINPID
`,yn=`${H}
[Unit]
After=${te}

[Service]
Restart=on-failure
RestartSec=1
`;var vn=S(8815),_n=S(3423);const Se=e=>`${H}
${(0,vn.As)(e,{lineWidth:0})}`,Be=(e,t)=>e.map(({name:n,address:s})=>({targets:[`${qe(s)}:${t}`],labels:{host:n}})),Te=e=>[{targets:[`127.0.0.1:${e}`]}];function En(e){const{service:t,hosts:n,loadBalancers:s,workers:a,monitoring:o}=e,{prometheus:r,alertmanager:c,blackbox:h}=z,l=s.address===void 0?s.hosts.map(({address:f})=>f):[s.address],d=o?.url?[o.url]:l.map(f=>`http://${qe(f)}`);return Se({global:{scrape_interval:"15s",evaluation_interval:"15s",external_labels:{service:t}},rule_files:[`${le}/*.yml`],alerting:{alertmanagers:[{static_configs:Te(c)}]},scrape_configs:[{job_name:"prometheus",static_configs:Te(r)},{job_name:"alertmanager",static_configs:Te(c)},{job_name:"blackbox",static_configs:Te(h)},{job_name:"node",static_configs:Be([...n.values()],Ne)},{job_name:"haproxy",scrape_interval:"5s",static_configs:Be(s.hosts,N)},{job_name:Y.If,static_configs:Be(a.hosts,a.port)},Sn(Y.Wz,d.map(f=>`${f}${a.health}`))]})}const Sn=(e,t)=>({job_name:e,scrape_interval:`${Y.DW/1e3}s`,scrape_timeout:"4500ms",metrics_path:"/probe",params:{module:["health"]},static_configs:[{targets:t}],relabel_configs:[{source_labels:["__address__"],target_label:"__param_target"},{source_labels:["__param_target"],target_label:"instance"},{target_label:"__address__",replacement:`127.0.0.1:${z.blackbox}`}]}),Tn=({loadBalancers:e})=>Se({modules:{health:{prober:"http",timeout:"4s",http:{method:"GET",follow_redirects:!1,preferred_ip_protocol:e.address&&(0,W.isIPv6)(e.address)?"ip6":"ip4"}}}}),On=e=>Se({groups:[{name:e.service,rules:(0,_n.oL)(e)}]});function An({service:e,monitoring:t}){const{webhook:n,mail:s}=t?.alerts??{},a={name:n===void 0&&s===void 0?"nobody":"people",...n===void 0?{}:{webhook_configs:[{url:n,send_resolved:!0}]},...s===void 0?{}:{email_configs:[Rn(e,s)]}};return Se({route:{receiver:a.name,group_by:["alertname","host"],group_wait:"30s",group_interval:"5m",repeat_interval:"4h"},receivers:[a]})}const Rn=(e,{to:t,from:n,server:s})=>({to:t.join(", "),from:n,smarthost:s,require_tls:!1,send_resolved:!0,headers:{subject:`[${e}] {{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.host }}`},html:"",text:`{{ range .Alerts }}{{ .Annotations.summary }}
{{ .Annotations.description }}
{{ if eq .Status "firing" }}What to do: {{ .Annotations.runbook_url }}{{ else }}It is over.{{ end }}
Since {{ .StartsAt }}

{{ end }}`}),xn=(0,A.Rz)(864e5),Nn=e=>Math.max(35,Math.ceil(e/xn)+7);function In(e){const t=["prometheus","prometheus-alertmanager","prometheus-blackbox-exporter"],{prometheus:n,alertmanager:s,blackbox:a}=z;return ee("monitoring",{claims:[{path:"/etc/prometheus/prometheus.yml",package:"prometheus"},{path:"/etc/prometheus/alertmanager.yml",package:"prometheus-alertmanager"},{path:"/etc/prometheus/blackbox.yml",package:"prometheus-blackbox-exporter"}],packages:t.map(o=>({name:o})),folders:[F(le)],files:[Ue("prometheus",`--storage.tsdb.retention.time=${Nn(e.slo.window)}d --web.listen-address=127.0.0.1:${n}`),Ue("prometheus-alertmanager",`--web.listen-address=127.0.0.1:${s} --cluster.listen-address=`),Ue("prometheus-blackbox-exporter",`--config.file=/etc/prometheus/blackbox.yml --web.listen-address=127.0.0.1:${a}`),w("/etc/prometheus/blackbox.yml",Tn(e),{checkedBy:"blackbox",tell:Oe("restart","prometheus-blackbox-exporter",a,"/-/healthy")}),w("/etc/prometheus/alertmanager.yml",An(e),{checkedBy:"amtool",tell:Oe("reload","prometheus-alertmanager",s,"/-/ready")}),w(`${le}/${e.service}.yml`,On(e),{checkedBy:"promtool-rules",tell:Oe("reload","prometheus",n,"/-/ready")}),w("/etc/prometheus/prometheus.yml",En(e),{checkedBy:"promtool",tell:Oe("reload","prometheus",n,"/-/ready")})],units:t.map(o=>`${o}.service`)})}const Ue=(e,t)=>w(`/etc/default/${e}`,`${H}
ARGS="${t}"
`,{tell:{unit:`${e}.service`,how:"restart"}}),Oe=(e,t,n,s)=>({unit:`${t}.service`,how:e,shownBy:{kind:"http",port:n,path:s}}),Pn=(e,t)=>{const{service:n,workers:s}=e,a=s.port<1024;return`${H}
[Unit]
Description=${n}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${s.root}/current
StartLimitIntervalSec=0

[Service]
User=${n}
WorkingDirectory=${s.root}/current
EnvironmentFile=${ke(e)}
ExecStart=${Cn(t,`${s.root}/current`)}
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1
StateDirectory=${n}
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
`};function Cn([e="",...t],n){return[e.includes("/")&&!e.startsWith("/")?`${n}/${e.replace(/^\.\//,"")}`:e,...t.map(Ln)].join(" ")}function Ln(e){const t=e.replaceAll("%","%%").replaceAll("$","$$$$");return/^[A-Za-z0-9_./:=,@%$+-]+$/.test(t)?t:`"${t.replaceAll("\\","\\\\").replaceAll('"','\\"').replaceAll(`
`,"\\n")}"`}function Dn(e,{user:t},{deploy:n}){const{service:s,workers:a}=e,{unit:o,root:r,port:c,health:h,start:l,packages:d}=a,f=n?.group??t,m=`/etc/systemd/system/${o}`,u=ke(e),_={kind:"http",port:c,path:h};return ee("worker",{claims:[{path:m}],packages:["sudo",...d].map(L=>({name:L})),accounts:[{name:s,home:r,shell:"/usr/sbin/nologin"}],users:[t],folders:[F(r,{owner:t,group:f}),...u.startsWith(`/etc/${s}/`)?[F(`/etc/${s}`)]:[]],files:[Ye(`/etc/sudoers.d/buka-worker-${s}`,Fn(t,o)),...l===void 0?[]:[w(m,Pn(e,l),{tell:{unit:o,how:"restart",shownBy:_}})]],secrets:[{kind:"environment",path:u,owner:"root",group:f,mode:416,before:`PORT=${c}
`}],enabled:l===void 0?[]:[o],byHand:l===void 0?[Mn(o)]:[]})}const Mn=e=>({what:e,seen:"buka.yml does not say how the app is started",code:"start-missing",hint:`In buka.yml: \`workers: { start: node dist/server.js }\`, and this makes a unit of it; or write ${e} yourself: docs/hosts.md.`}),Fn=(e,t)=>[...["start","stop","restart","reset-failed"].map(n=>`/usr/bin/systemctl ${n} ${t}`),"/usr/bin/readlink ^/proc/[0-9]+/cwd$"].map(n=>`${e} ALL=(root) NOPASSWD: ${n}
`).join("");function jn(e,t){const n={"load-balancer":e.loadBalancers.hosts.map(({name:s})=>s),worker:e.workers.hosts.map(({name:s})=>s),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(n).filter(s=>n[s].includes(t))}function qn(e,t,n){const s=e.hosts.get(t);if(s===void 0)throw new Error(`${t} is no host of this cluster`);const a=n.own??{},o={"load-balancer":()=>[gn(e,s,a)],worker:()=>[Dn(e,s,a)],database:()=>e.backup===void 0?[]:[tn(e,n)],backup:()=>[Vt(e,n)],monitoring:()=>[In(e)]};return[on(e,s,a),...jn(e,t).flatMap(r=>o[r]())]}async function Bn(e,t,n){const s=Un(e),a=s.some(({name:d})=>n.includes(d)),o=[...e.hosts.values()].filter(d=>n.includes(d.name)||a&&s.some(({name:f})=>f===d.name)),[r,c]=await Promise.all([a?Hn(e,t):void 0,Promise.all(o.map(async d=>[d.name,await(await t(d)).run(Ut(d))]))]),h=r===void 0?j:Gn(r),l=await Promise.all(o.map(async d=>{const{name:f}=d,m=qn(e,f,{...h,own:new Map(c).get(f)}),u=await(await t(d)).run(bt(m)),_=m.filter(L=>vt(L,u));return{differences:m.filter(L=>!_.includes(L)).flatMap(L=>yt(f,L,u)),byHand:_.flatMap(({role:L})=>L==="every"?[]:[{host:f,role:L}]),serving:u.units.get(e.workers.unit)?.running===!0?[f]:[]}}));return{differences:[...l.flatMap(({differences:d})=>d),...r===void 0?[]:Wn(e,r.backup,r.database)],byHand:l.flatMap(({byHand:d})=>d),serving:l.flatMap(({serving:d})=>d),backups:r}}const Un=({backup:e,database:t})=>e===void 0||t===void 0?[]:[e.host,t.host];async function Hn(e,t){const{backup:n,database:s}=R(e),[a,o]=await Promise.all([t(n.host).then(r=>r.run(mt(e))),t(s.host).then(r=>r.run(Nt(e)))]);return{backup:a,database:o}}const Gn=({backup:e,database:t})=>({postgresMajor:t.postgres.kind==="up"?t.postgres.major:void 0,postgresCluster:it(t),restoreKey:t.restoreKey,hostKeys:e.hostKeys,authorizedKeys:e.authorizedKeys}),it=({postgres:e})=>e.kind==="up"?/^\/etc\/postgresql\/\d+\/([A-Za-z0-9_]+)\//.exec(e.hba.path)?.[1]:void 0;function Wn(e,{reading:t},n){const{backup:s,database:a}=R(e),{postgres:o,mariadb:r,source:c}=n,h=[],l=(m,{name:u}=a.host)=>h.push({host:u,...m}),d=(m,u)=>({kind:"by-hand",code:m,hint:u});if(o.kind==="down"){const m=`On ${a.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;l({what:"PostgreSQL",seen:`does not answer: ${o.seen}`,mend:d("database-down",m)})}if(o.kind==="up"&&Number(o.major)<i){const m=`PostgreSQL ${i} is the first with a role that may read everything: upgrade the server.`;l({what:"PostgreSQL",seen:`is version ${o.major}`,mend:d("postgresql-too-old",m)})}else if(o.kind==="up"){const m=b(e).every(_=>nt(o.hba.content,_));o.reader||l({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),m||l({what:o.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),o.reader&&m&&t.kind==="refused"&&l({what:"role buka_backup",seen:`does not let ${s.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const{log:u}=o;if(u!==void 0){!u.points&&o.reader&&l({what:"role buka_backup",seen:"may not name points in the log",mend:{kind:"points"}}),u.limited||l({what:"max_slot_wal_keep_size",seen:"no limit",mend:{kind:"log-limit"}});for(const _ of u.tooLow){const L=`On ${a.host.name}, in postgresql.conf: \`wal_level = replica\`, \`max_wal_senders = 10\`, \`max_replication_slots = 10\`, as PostgreSQL has them by default; then restart PostgreSQL, in a quiet hour.`;l({what:"PostgreSQL",seen:_,mend:d("log-settings",L)})}it(n)===void 0&&l({what:"PostgreSQL",seen:`has its settings in ${o.hba.path}`,mend:d("foreign-server","A restore in continuous mode exchanges the data of a server that Debian's tools know (`pg_lsclusters`). Here `backup: mode: dump` is what works.")})}if(t.kind==="unreachable"){const _=`On ${a.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;l({what:"the way to PostgreSQL",seen:t.seen,mend:d("database-unreachable",_)},s.host)}}if(r!==void 0&&f(r),c.kind==="unreachable"){const m=`From ${a.host.name}, does \`ssh -p ${s.host.port} ${s.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;l({what:`the way to ${s.host.name}`,seen:c.seen,mend:d("source-unreachable",m)})}return h;function f(m){if(m.kind==="down"){const _=`On ${a.host.name}: \`systemctl status mariadb\`, \`journalctl -u mariadb\`.`;l({what:"MariaDB",seen:`does not answer: ${m.seen}`,mend:d("database-down",_)})}if(m.kind!=="up")return;m.reader||l({what:"account buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),m.reader&&t.kind==="refused"&&l({what:"account buka_backup",seen:`does not let ${s.host.name} in: ${t.seen}`,mend:{kind:"reader-password"}});const u=["127.0.0.1","::1","localhost","nowhere"].includes(m.listens);if(t.kind==="unreachable"||u&&s.host.name!==a.host.name){const _=`On ${a.host.name}: a file in /etc/mysql/mariadb.conf.d with \`[mariadbd]\` and \`bind-address = ${a.host.address}\` (or 0.0.0.0) lets other hosts in, once MariaDB is restarted; does a firewall, too?`,L=u?`MariaDB listens on ${m.listens} alone`:"seen"in t?t.seen:"";l({what:"the way to MariaDB",seen:L,mend:d("database-unreachable",_)},s.host)}}}const He=e=>`0${e.toString(8)}`,Ae=e=>e.map(t=>t.join(" ")).join(`
`),Kn=I(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),zn=e=>(0,O.K$)({name:"packages",text:Kn,values:{packages:e.join(" ")},deadline:(0,A.Gx)(20),parse(t){if(t.status!==1)return void C(t);throw new x.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:t.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Xn=I(String.raw`
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
`),Yn=e=>(0,O.K$)({name:"accounts",text:Xn,values:{accounts:Ae(e.map(({login:t,name:n,home:s,shell:a})=>[t?"login":"system",n,s,a]))},deadline:(0,A.YA)(30),parse:t=>{C(t)}}),Qn=I(String.raw`
printf '%s\n' "$members" | while IFS=' ' read -r user group; do usermod --append --groups "$group" -- "$user"; done
`),Vn=e=>(0,O.K$)({name:"groups",text:Qn,values:{members:Ae(e.map(({user:t,group:n})=>[t,n]))},deadline:(0,A.YA)(30),parse:t=>{C(t)}}),Zn=I(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Jn=e=>(0,O.K$)({name:"folders",text:Zn,values:{folders:Ae(e.map(({mode:t,owner:n,group:s,whole:a,path:o})=>[He(t),n,s,a?"yes":"no",o]))},deadline:(0,A.Gx)(5),parse:t=>{C(t)}}),es=I(String.raw`
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
`),ts=(e,t)=>(0,O.K$)({name:"secrets",text:es,values:{secrets:e.map(({kind:n,mode:s,owner:a,group:o,path:r,line:c="-",opens:h="-",before:l="-"})=>[n,He(s),a,o,r,c,h,Buffer.from(l).toString("base64")].join("	")).join(`
`),password:t},deadline:(0,A.Gx)(1),parse(n){if(n.status!==22)return void C(n);const[s,a]=n.stdout.trim().split(`
`);throw new x.w({code:"secret-lost",message:`${s} is gone, and only the one that was there opens ${a}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${s}; docs/backup-setup.md has the command.`})}}),ns=I(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # lists of names
if [ -n "$enabled" ]; then systemctl -q enable -- $enabled; fi
# shellcheck disable=SC2086
if [ -n "$units" ]; then systemctl -q enable --now -- $units; fi
`),ss=(e,t=[])=>(0,O.K$)({name:"units",text:ns,values:{units:e.join(" "),enabled:t.join(" ")},deadline:(0,A.Gx)(5),parse:n=>{C(n)}}),os=String.raw`
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
`,as=`${he.Qc}${String.raw`
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
`}`,rs=I(`${os}${as}${String.raw`
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
`}`),ct=e=>(0,O.K$)({name:"files",text:rs,values:{files:Ae(e.map(is))},deadline:(0,A.Gx)(10),parse(t){if(t.status===21)throw cs(t);if(t.status===24)throw ds(t);C(t)}});function is({mode:e,owner:t,group:n,checkedBy:s,tell:a,path:o,content:r}){const c=a?.shownBy;return[He(e),t,n,s??"-",a?.how??"-",a?.unit??"-",c?.kind??"-",...c?.kind==="http"?[String(c.port),c.path]:["-",c?.socket??"-"],o,Buffer.from(r).toString("base64")]}function cs({stdout:e}){const[t,n,...s]=e.trim().split(`
`);return new x.w({code:"file-refused",message:`${n} does not take the new ${t}.`,seen:s.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:n==="visudo"?"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is.":`What it says is about what buka.yml makes of ${t}, or about the version of the program on this host.`})}function ds({stdout:e}){const[t,n,...s]=e.trim().split(`
`);return new x.w({code:"not-taken",message:`${n} does not work with the new ${t}.`,seen:s.join(`
`),left:`The old ${t} is back, and ${n} was told so; files before it were written.`,hint:`On the host: \`journalctl -u ${n} -n 50\`. Mend what it says, then run this again.`})}async function Ge(e,t,n){const s=e.host.name;for(const{name:a,of:o,script:r}of ls(t))o.length!==0&&(n.step({host:s,name:a,state:"started",detail:o.join(", ")}),await e.run(r),n.step({host:s,name:a,state:"done",detail:o.join(", ")}))}function ls(e){const t=e.map(({mend:u})=>u),n=u=>t.filter(_=>_.kind===u),s=e.flatMap(({mend:u})=>u.kind==="preparation"?[u.file]:[]),a=n("package").map(({name:u})=>u),o=n("account").map(({account:u})=>u),r=n("folder").map(({folder:u})=>u),c=e.flatMap(({mend:u})=>u.kind==="file"?[u.file]:[]),h=n("secret").map(({secret:u})=>u),l=t.flatMap(u=>u.kind==="unit"?[u.unit]:[]),d=t.flatMap(u=>u.kind==="enabled"?[u.unit]:[]),f=n("member").map(({user:u,group:_})=>({user:u,group:_})),m=u=>u.map(({path:_})=>_);return[{name:"before packages",of:m(s),script:ct(s)},{name:"packages",of:a,script:zn(a)},{name:"accounts",of:o.map(({name:u})=>u),script:Yn(o)},{name:"groups",of:f.map(({user:u,group:_})=>`${u} in ${_}`),script:Vn(f)},{name:"folders",of:m(r),script:Jn(r)},{name:"files",of:m(c),script:ct(c)},{name:"secrets",of:m(h),script:ts(h,us())},{name:"units",of:[...l,...d],script:ss(l,d)}]}const us=()=>(0,G.randomBytes)(32).toString("base64url");async function ps(e,t,{differences:n,seen:s,reporter:a}){const o=d=>n.some(({mend:f})=>f.kind===d);if(s.backups===void 0)return;const{backup:r,database:c}=R(e),h=await t(c.host),l=d=>a.step({host:c.host.name,name:d,state:"done"});if(o("hba")&&s.backups.database.postgres.kind==="up"){const{hba:d}=s.backups.database.postgres,f=b(e).filter(m=>!nt(d.content,m));await h.run(qt(d,f.join(`
`))),l("pg_hba.conf")}if(o("reader")||o("reader-password")){const f=s.backups.backup.reading.kind==="works"?void 0:await(await t(r.host)).run($t(e));if(c.kind==="mariadb")await h.run(Lt(De(e,f===void 0?void 0:Ce(f)))),l("account");else{const m=f===void 0?void 0:Fe(f,(0,G.randomBytes)(16));await h.run(tt(M(m,r.mode))),l("role")}}o("points")&&(await h.run(tt(U,c.name)),l("points in the log")),o("log-limit")&&(await h.run(Ft()),l("max_slot_wal_keep_size"))}function hs({loadBalancers:e,workers:t},n,s){const a=c=>e.hosts.some(({name:h})=>h===c),o=({host:c,mend:h})=>{const l=h.kind==="file"?h.file.tell:void 0;if(l?.unit===t.unit&&s.includes(c))return"workers";const d=h.kind==="unit";return a(c)&&(l!==void 0||d)?"loadBalancers":"quiet"},r=c=>n.filter(h=>o(h)===c);return{quiet:r("quiet"),loadBalancers:r("loadBalancers"),workers:r("workers")}}function We(e){const t=[...new Set(e.map(({host:n})=>n))];return new Map(t.map(n=>[n,e.filter(s=>s.host===n)]))}function ms({service:e,workers:t}){const n=t.hosts.find(({user:s})=>s===e);if(n!==void 0)throw new x.j({code:"app-user",message:`The app's account would be ${e}, which is the ssh user of ${n.name}: the app could change its own releases.`,left:"Nothing was changed.",hint:"Give ssh: user: in buka.yml another name than the service."})}const fs=({authorizedKeys:e},{mend:t})=>t.kind==="by-hand"&&(t.code==="account-taken"||t.code==="deploy-user-missing"&&e===void 0);function $s(e){if(e?.aborted===!0)throw new x.w({code:"cancelled",message:"The run was cancelled.",left:"Each machine that was begun is as it should be; the others are as they were.",hint:"Run the same again to go on from here."})}function dt(e){const[t]=e;return new x.w({code:"provision-unsettled",host:t?.host,step:"provision",message:`${t?.what} was put right, and is as it was before.`,seen:e.map(({host:n,what:s,seen:a})=>`${n}: ${s}: ${a}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function lt(e,t,n){const s=e.flatMap(({host:r,what:c,seen:h,mend:l})=>l.kind==="by-hand"?[new x.w({code:l.code,host:r,step:"provision",message:`${c}: ${h}`,left:t,hint:l.hint})]:[]),[a=dt(e),...o]=s;for(const r of o)n.warning(r.message);return a}async function gs(e,{check:t,hosts:n,user:s}){const{cluster:a,reporter:o}=e,r=ws(a,n);ms(a);const c=P=>e.remote({...P,user:s}),h=()=>o.group("Look at the hosts",()=>Bn(a,c,r)),l=({host:P})=>r.includes(P);let d=await h();const f=ks(d.byHand);if(t){const P=d.differences.filter(l);return{outcome:P.length>0?"differs":"nothing-to-change",differences:Ke(P),byHand:f}}const m=d.differences.filter(P=>l(P)&&fs(a,P));if(m.length>0)throw lt(m,"Nothing was changed.",o);const u=[];let _="";for(;;){const P=d.differences.filter(ne=>l(ne)&&ne.mend.kind!=="by-hand");if(P.length===0)break;if(_===ut(P))throw dt(P);_=ut(P),await bs(e,c,P,d),u.push(...P),d=await h()}const L=d.differences.filter(l);if(L.length>0)throw lt(L,"Everything else is set up.",o);for(const{host:P,mend:ne}of u)ne.kind==="secret"&&ne.made&&_s(P,ne.secret,o);return Es(d.differences,o),{outcome:u.length>0?"changed":"nothing-to-change",differences:Ke(u),byHand:f}}async function bs(e,t,n,s){const{cluster:a,reporter:o}=e,r=m=>t(ys(a,m)),{quiet:c,loadBalancers:h,workers:l}=hs(a,n,s.serving);await o.group("Put right",async()=>{await vs([...We(c)].map(async([m,u])=>Ge(await r(m),u,o)),o),await ps(a,t,{differences:n,seen:s,reporter:o})});for(const[m,u]of We(h))$s(e.signal),await o.group(`Load balancer ${m}`,async()=>Ge(await r(m),u,o));const d=We(l);if(d.size===0)return;const f=async m=>(0,O.Uh)(await t(m),m.user);await(0,he.yS)({...e,remote:f},[...d.keys()],async m=>Ge(await r(m),d.get(m)??[],o))}function ks(e){return[...new Set(e.map(({host:n})=>n))].map(n=>({host:n,roles:e.filter(s=>s.host===n).map(({role:s})=>s)}))}function ws(e,t){const n=[...e.hosts.keys()],s=t.find(a=>!n.includes(a));if(s!==void 0)throw new x.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(s)}.`,left:"Nothing was changed.",hint:`Its hosts are ${n.join(", ")}.`});return t.length===0?n:[...new Set(t)]}function ys({hosts:e},t){const n=e.get(t);if(n===void 0)throw new Error(`${t} was checked to be a host`);return n}const Ke=e=>e.map(({host:t,what:n,seen:s})=>({host:t,what:n,seen:s})),ut=e=>JSON.stringify(Ke(e));async function vs(e,t){const n=await Promise.allSettled(e),[s,...a]=n.flatMap(o=>o.status==="rejected"?[o.reason]:[]);for(const o of a)t.warning(o instanceof Error?o.message:String(o));if(s!==void 0)throw s}function _s(e,{kind:t,path:n},s){t==="password"&&s.warning(`${e}: the repository has a password now, in ${n} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`),t==="environment"&&s.warning(`${e}: ${n} is new, and has nothing but the app's port. Add what the app needs, such as where its database is, before the first deploy.`)}function Es(e,t){for(const n of new Set(e.map(s=>s.host)))t.warning(`${n} is not set up as it should be yet: \`buka provision --check ${n}\` lists what differs.`)}})};
