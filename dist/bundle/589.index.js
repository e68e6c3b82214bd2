"use strict";exports.id=589,exports.ids=[589],exports.modules={9970:((Ce,X,m)=>{m.d(X,{databaseLossCommand:()=>Ae});var U=m(6760),K=m(833),V=m(5355),g=m(3916);function C({service:e,database:t,backup:n},o){if(t===void 0||n===void 0)throw new g.j({code:"backup-not-configured",message:"buka.yml names no backup server, so a database that is lost stays lost.",left:"Nothing was changed.",hint:"docs/backup-setup.md tells what it takes; the section in buka.yml is `backup: { host: NAME }`."});const{host:s,name:a}=t,r=`${e}/${s.name}`;if(o!==r)throw new g.j({code:"drill-not-confirmed",message:`This drill takes the database ${a} away from ${e}: PostgreSQL on ${s.name} (${s.address}) is stopped, and its data with it.`,seen:o===void 0?"no --confirm":`--confirm ${o}`,left:"Nothing was changed.",hint:`Is that a staging cluster? Then, the service and the database host of this buka.yml: \`--confirm ${r}\`.`});return t}var D=m(379),q=m(3534),I=m(9),u=m(1996);const _=(0,u.Gx)(2),M=(0,u.YA)(1);async function H(e){const{workers:t}=await(0,I.h5)(e);return e.cluster.workers.hosts.map(({name:n})=>n).filter(n=>!t.some(({worker:o,healthy:s})=>o===n&&s===!0))}async function J(e,t){const n=t().getTime()+_;for(;;){const o=await H(e);if(o.length===0||t().getTime()>=n)return o;await(e.clock?.sleep(M)??new Promise(s=>setTimeout(s,M)))}}var b=m(6259);const E=5432,S=`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
`,Z=`${S}${String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$port" -d postgres -v ON_ERROR_STOP=1 -v database="$database" </dev/null -c "$1"; }
data=$(sql 'SHOW data_directory')
config=$(sql 'SHOW config_file')
known=$(pg_lsclusters -h 2>/dev/null | awk -v port="$port" '$3 == port && $4 ~ /^online/ { print $1 " " $2 " " $6; exit }') || known=
movable=yes
if [ -L "$data" ] || mountpoint -q -- "$data"; then movable=no; fi
printf 'known=%s\ndata=%s\nconfig=%s\nmovable=%s\n' "$known" "$data" "$config" "$movable"
printf 'databases=%s\n' "$(sql 'SELECT to_json(array(SELECT datname::text FROM pg_database WHERE NOT datistemplate ORDER BY 1))')"
printf 'among=%s\n' "$(sql "SELECT to_json(array(SELECT DISTINCT name::text FROM pg_file_settings
  WHERE sourcefile = current_setting('data_directory') || '/postgresql.auto.conf' ORDER BY 1))")"
printf 'encoding=%s\n' "$(sql "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template1'")"
printf 'collate=%s\n' "$(sql "SELECT datcollate FROM pg_database WHERE datname = 'template1'")"
printf 'ctype=%s\n' "$(sql "SELECT datctype FROM pg_database WHERE datname = 'template1'")"
printf 'checksums=%s\n' "$(sql 'SHOW data_checksums')"
printf 'size=%s\n' "$(du -sk -- "$data" | cut -f 1)"
printf 'free=%s\n' "$(df -Pk -- "$data" | awk 'NR == 2 { print $4 }')"
`}`,ee=["known","data","config","movable","databases","among","encoding","collate","ctype","checksums","size","free"],te=e=>(0,b.K$)({name:"look at PostgreSQL",text:Z,values:{port:String(E),database:e},deadline:(0,u.Gx)(5),parse(t){const n=(0,b.OA)((0,b.gq)(t).stdout,ee),[o="",s="",a=""]=n.known.split(" "),r=`/etc/postgresql/${o}/${s}`;if(!([o,s].every(l=>/^[\w.]+$/.test(l))&&/^\/[\w.+/-]+$/.test(a))||a!==n.data||n.config!==`${r}/postgresql.conf`)throw new g.w({code:"drill-foreign-server",message:"PostgreSQL there isn't one that Debian's tools made, so the drill couldn't make another one like it.",seen:`data in ${n.data}, settings in ${n.config}, pg_lsclusters: ${n.known||"none on that port"}`,left:"Nothing was changed.",hint:"`pg_lsclusters` there lists those that it knows. Rehearse by hand: docs/restore.md."});return{server:{version:o,name:s,data:a,settings:r,encoding:n.encoding,collate:n.collate,ctype:n.ctype,checksums:n.checksums==="on"},movable:n.movable==="yes",otherDatabases:j(n.databases).filter(l=>l!==e&&l!=="postgres"),settingsAmongData:j(n.among),size:(0,u.ee)(Number(n.size)*1024),free:(0,u.ee)(Number(n.free)*1024)}}}),j=e=>JSON.parse(e).map(String),ne=["listen_addresses","port"],se=(0,u.ee)(2e8);function oe({movable:e,server:t,otherDatabases:n,settingsAmongData:o,size:s,free:a},{really:r,backupBytes:i}){const l=(p,w,f)=>{throw new g.w({code:p,step:"look",message:w,left:"Nothing was changed.",hint:f})};e||l("drill-foreign-server",`${t.data} is a link, or a file system of its own, and can't be put aside by another name.`,"Rehearse by hand: docs/restore.md."),n.length>0&&l("drill-other-databases",`The same server has ${n.join(", ")}, which would be lost too, and no backup of this service brings them back.`,"What restores put aside, `buka restore --drop-previous` drops. Drop or move the others, or drill on another cluster.");const d=o.filter(p=>ne.includes(p));d.length>0&&l("drill-settings-lost",`ALTER SYSTEM set ${d.join(", ")}, so that stands among the data and is lost with them: after a real loss nobody could connect.`,`Write it into a file in ${t.settings}/conf.d, then \`ALTER SYSTEM RESET ${d[0]}\`; keep that folder where you keep your configuration.`);const c=i*1.5+se,h=a+(r?s:0);h<c&&l("too-little-space",`${(0,u.z3)((0,u.ee)(h))} are free there, and ${(0,u.z3)((0,u.ee)(c))} may be needed ${r?"":"beside the data that is put aside "}for the restored database.`,r?"Give it a larger disk.":"Give it a larger disk. `--really` deletes the data instead of putting it aside.")}const ae=`${S}${String.raw`
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
`}`,O=e=>`/etc/postgresql/before-drill-${e}`,re=(e,t)=>(0,b.K$)({name:"make a new PostgreSQL server",text:ae,values:{port:String(E),kept:O(t),version:e.version,name:e.name,data:e.data,settings:e.settings,encoding:e.encoding,collate:e.collate,ctype:e.ctype,checksums:e.checksums?"yes":"no"},deadline:(0,u.Gx)(5)});function B(e,t){const{host:n,database:o,server:s,backup:a,aside:r}=t,i=r===void 0?"its data is deleted":`its data is whole, in ${r}`,l=`\`buka provision ${n}\``,d=`\`buka restore ${a}\``,c=r===void 0?"":` Or back to the data from before, as root on ${n}:
    ${T(t)}`;switch(e){case"losing":return{left:`PostgreSQL on ${n} may be stopped, and ${r===void 0?"its data deleted":`its data be in ${r}`}: the app has no database then.`,hint:r===void 0?`\`pg_lsclusters\` on ${n} tells. ${W(t)}`:`Back to as it was, as root on ${n}:
    ${T(t)}`};case"lost":return{left:`THE APP HAS NO DATABASE: PostgreSQL on ${n} is gone; ${i}.`,hint:`${W(t)}${c}`};case"empty":return{left:`THE APP HAS NO DATABASE: on ${n} is a new, empty PostgreSQL ${s.version}; ${i}.`,hint:`${l}, then ${d}.${c}`};case"restoring":return{left:`THE APP MAY HAVE NO DATABASE: PostgreSQL on ${n} is new and set up, and ${a} was being restored; ${i}.`,hint:`\`buka restore ${a} --dry-run\` tells whether ${o} is there. If not: ${d}.${c}`};case"restored":return{left:`${o} on ${n} is restored from ${a}; ${i}.`,hint:`\`buka status\` tells what is wrong; \`systemctl restart\` the app on a worker that doesn't connect again by itself.${c}`}}}function W(e){const{host:t,server:n,backup:o,stamp:s}=e,{version:a,name:r,settings:i}=n,l=O(s);return`The way on, as root on ${t}, with the settings (in ${i}, or ${l}) put away, and back after the first command: \`pg_createcluster ${a} ${r}\`, \`systemctl start postgresql@${a}-${r}\`; then \`buka provision ${t}\`, \`buka restore ${o}\`.`}function T({server:e,aside:t,stamp:n}){const{version:o,name:s,data:a,settings:r}=e,i=`postgresql@${o}-${s}`,l=O(n);return[`[ ! -d ${l} ] || { rm -rf ${r}; mv -T ${l} ${r}; }`,`[ ! -d ${t} ] || { systemctl stop ${i}; [ ! -e ${a} ] || mv -T ${a} ${a}.drill-${n}; mv -T ${t} ${a}; }`,`systemctl start ${i}`].join("; ")}const ie=String.raw`
SET statement_timeout = 0;
SELECT format($$SELECT 'row', count(*), %L FROM ONLY %I.%I$$, n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1 \gexec
`,ce=String.raw`
SET LOCAL lock_timeout = '5s';
SELECT format('LOCK TABLE %s IN EXCLUSIVE MODE', string_agg(format('ONLY %I.%I', n.nspname, c.relname), ', '))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  HAVING count(*) > 0 \gexec
`,Y=String.raw`
tab=$(printf '\t')
psql_there() { runuser -u postgres -- psql -X -q -A -t -F "$tab" -v ON_ERROR_STOP=1 -p "$port" -d "$database"; }
count_sql() { cat <<'SQL'
${ie}
SQL
}
hold_sql() { cat <<'SQL'
${ce}
SQL
}
`,le=e=>(0,b.K$)({name:"count rows",text:`${S}${Y}count_sql | psql_there
`,values:{port:String(E),database:e},deadline:(0,u.Gx)(60),parse:t=>F((0,b.gq)(t).stdout)}),de=`${S}${Y}${String.raw`
work=$(mktemp -d)
chown postgres: "$work"
trap 'rm -rf "$work"' EXIT
count() {
  rm -f "$work/rows" "$work/counted"
  {
    echo 'BEGIN;'
    if [ "$1" = held ]; then hold_sql; fi
    echo "\\o '$work/rows'"
    count_sql
    echo '\o'
    echo "SELECT 1 \\g '$work/counted'"
    if [ "$1" = held ]; then echo 'SELECT pg_sleep(300);'; fi
  } | psql_there >/dev/null 2>"$work/err" &
  session=$!
  while [ ! -s "$work/counted" ]; do
    if ! kill -0 "$session" 2>/dev/null; then [ -s "$work/counted" ] || return 1; fi
    sleep 0.02
  done
}
held=yes
if ! count held; then
  held=no
  count free || { cat "$work/err" >&2; exit 1; }
fi
cat "$work/rows"
printf 'held\t%s\n' "$held"
printf 'lost\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)"
pg_ctlcluster --skip-systemctl-redirect -m immediate "$version" "$name" stop >&2
wait "$session" 2>/dev/null || :
unit=postgresql@$version-$name
systemctl stop "$unit"
systemctl reset-failed "$unit" 2>/dev/null || :
if [ "$really" = yes ]; then rm -rf -- "$data"; else mv -T -- "$data" "$aside"; fi
echo gone
`}`,he=e=>e.startsWith("lost	"),ue=({server:e,database:t,aside:n})=>(0,b.K$)({name:"lose the database",text:de,values:{port:String(E),database:t,version:e.version,name:e.name,data:e.data,aside:n??"",really:n===void 0?"yes":"no"},deadline:(0,u.Gx)(60),parse(o){const{stdout:s}=(0,b.gq)(o),a=i=>(0,b.Mn)(s).find(l=>l.startsWith(`${i}	`))?.slice(i.length+1),r=new Date(a("lost")??"");if(Number.isNaN(r.getTime())||(0,b.Mn)(s).at(-1)!=="gone")throw new g.w({code:"answer-unreadable",message:"The database host did not say that its data is gone.",seen:s.slice(-500)});return{at:r,rows:F(s),exact:a("held")==="yes"}}});function F(e){const t=(0,b.Mn)(e).flatMap(n=>{const[,o,s]=/^row\t(\d+)\t(.+)$/.exec(n)??[];return s===void 0?[]:[[s,Number(o)]]});return Object.fromEntries(t)}function pe({atLoss:e,inBackup:t,now:n}){return[...new Set([e,t,n].flatMap(s=>Object.keys(s)))].sort().map(s=>({table:s,atLoss:e[s],inBackup:t[s],now:n[s],lost:Math.max(0,(e[s]??0)-(t[s]??0))}))}function fe(e,t){const n=new Map;return{reporter:{info:o=>e.info(o),warning:o=>e.warning(o),step:o=>e.step(o),async group(o,s){const a=await e.group(o,s);return n.set(o,t()),a}},endOf:o=>n.get(o)}}const ge=e=>({info:()=>{},warning:t=>e.warning(t),step:t=>e.step(t),group:(t,n)=>n()}),A=(e,t)=>(0,u.Rz)(Math.max(0,t.getTime()-e.getTime())),R=(0,u.YA)(5);async function we(e,t){if(e.cluster.database?.kind==="mariadb")throw new g.j({code:"drill-engine",message:"The drill knows how to lose a PostgreSQL server; the database of this buka.yml is MariaDB.",left:"Nothing was changed.",hint:"`buka prove` restores the newest backup on the backup server, and `buka restore --dry-run` shows what it would bring back."});const{host:n,name:o}=C(e.cluster,t.confirm),s=()=>e.clock?.now()??new Date,a={context:e,host:n,database:o,options:t,now:s},{backup:r,server:i}=await L(()=>e.reporter.group("Look",()=>me(a))),l=await L(()=>e.reporter.group("Lock",()=>(0,I.XC)(e))),d=s().toISOString().replace(/[-:]|\.\d+/g,"").toLowerCase(),c=t.really?void 0:`${i.data}.lost-${d}`,h={host:n.name,database:o,server:i,backup:r.id,aside:c,stamp:d};try{await L(()=>be(a,h)),await L(()=>l.confirm());const{seen:p,lost:w}=await ye(a,h),f=await ve(a,h);return await l.release(),await Ee(a,{scene:h,backup:r,lost:w,lostAt:p,gone:f.began,setUp:f.ended})}finally{await l.release()}}async function L(e){try{return await e()}catch(t){throw t instanceof g.w?t.with({step:"look",left:"Nothing was changed."}):t}}const Q=({context:e,host:t,options:n})=>e.remote({...t,user:n.user});async function me(e){const{context:t,host:n,database:o,options:s}=e,a={...t,reporter:ge(t.reporter)},{outcome:r,differences:i}=await(0,q.mg)(a,{check:!0,hosts:[n.name],user:s.user});if(r==="differs")throw new g.w({code:"drill-not-set-up",host:n.name,step:"look",message:"It is not set up as it should be, so what a recovery takes could not be told from what was wrong before.",seen:i.map(({what:w,seen:f})=>`${w}: ${f}`).join(`
`),left:"Nothing was changed.",hint:`\`buka provision ${n.name}\` puts it right.`});const l=await(await Q(e)).run(te(o)),d=await H(t);if(d.length>0)throw new g.w({code:"drill-app-unwell",host:d[0],step:"look",message:`${d.join(", ")} ${d.length>1?"are":"is"} not healthy before the drill, so it could not tell when the app is back.`,left:"Nothing was changed.",hint:"`buka status` tells what is wrong."});const{backup:c,loss:h}=await(0,D.PF)(a,{dryRun:!0});oe(l,{really:s.really,backupBytes:c.bytes});for(const w of $e(o,c,h))t.reporter.info(w);const p=l.settingsAmongData;return p.length>0&&c.continuous===void 0&&t.reporter.warning(`ALTER SYSTEM set ${p.join(", ")} on ${n.name}: that is among the data, is lost with them, and stays so.`),{backup:c,server:l.server}}function $e(e,{id:t,bytes:n,recoveryPoint:o,continuous:s,proof:a},{span:r,tables:i}){const l=i.filter(({now:h,inBackup:p})=>h!==p),d=h=>h===void 0?"no such table":h.toLocaleString("en-US"),c=`The newest ${a===null?"":"proven "}backup is ${t}`;return s!==void 0?[`${c}, with a base of ${(0,u.z3)(n)}, and the log after it: what was written and has not come to the backup server will be lost.`]:[`${c}, ${(0,u.z3)(n)}, of ${o.toISOString()}: what was written in the ${(0,u.a3)(r)} since then will be lost.`,...l.map(({table:h,now:p,inBackup:w})=>`  ${h}: ${d(p)} now, ${d(w)} in the backup`),`  ${i.length-l.length} of ${i.length} tables of ${e} with as many rows as in the backup`]}async function be({context:e,host:t,database:n,options:o},{backup:s}){const{reporter:a,signal:r,clock:i}=e;a.warning(`In ${(0,u.a3)(R)} ${n} on ${t.name} (${t.address}) is lost${o.really?" and its data DELETED":""}, to be restored from ${s}. Ctrl-C now changes nothing.`);const l=i?.sleep(R)??new Promise(c=>setTimeout(c,R)),d=new Promise(c=>r?.addEventListener("abort",()=>c(),{once:!0}));if(r?.aborted||await Promise.race([l,d]),r?.aborted)throw new g.w({code:"cancelled",step:"look",message:"The drill was cancelled.",left:"Nothing was changed, and nothing lost.",hint:"Run the same again to drill."})}async function y({options:e},t,n,o){const{left:s,hint:a}=B(n,t);e.tellLeft?.({left:s,hint:a});try{return await o()}catch(r){if(!(r instanceof g.w))throw new g.w(ke(r,{left:s,hint:a}));const{failure:i}=r;throw new g.w({...i,left:s,hint:[i.hint,a].filter(Boolean).join(" Then: ")})}}const ke=(e,t)=>({...t,code:"drill-broke-off",message:"The drill broke off by a fault of its own.",seen:e instanceof Error?e.stack??e.message:String(e),cause:e});async function ye(e,t){const{context:n,database:o,now:s}=e,{reporter:a}=n;return a.group("Lose the database",()=>y(e,t,"losing",async()=>{let r;const i=f=>{he(f)&&(r=s())},{server:l,aside:d,host:c}=t,h=await N(e,ue({server:l,database:o,aside:d}),i),p=Object.values(h.rows).reduce((f,$)=>f+$,0),w=d===void 0?"its data is deleted":`its data is in ${d}`;return a.step({host:c,name:"lost",state:"done",detail:`${p} rows at ${h.at.toISOString()}; ${w}`}),h.exact||a.warning("A transaction that went on kept the drill from counting at the very moment: the rows at the loss are those from shortly before."),d!==void 0&&a.info(`To put it back at any time, as root on ${c}: ${T(t)}`),{seen:r??s(),lost:h}}))}async function ve(e,t){const{context:n,host:o,options:s,now:a}=e,r=a();return await n.reporter.group("Set up a new one",async()=>{await y(e,t,"lost",()=>N(e,re(t.server,t.stamp))),n.reporter.step({host:o.name,name:"new server",state:"done",detail:`PostgreSQL ${t.server.version}`}),await y(e,t,"empty",()=>(0,q.mg)(n,{check:!1,hosts:[o.name],user:s.user}))}),{began:r,ended:a()}}async function N(e,t,n){const{context:o,host:s}=e;o.reporter.step({host:s.name,name:t.name,state:"started"});try{return await(await Q(e)).run(t,n===void 0?{}:{onLine:n})}catch(a){throw o.reporter.step({host:s.name,name:t.name,state:"failed"}),a instanceof g.w?a.with({host:s.name,step:t.name}):a}}async function Ee(e,t){const{context:n,now:o}=e,{scene:s,backup:a,lost:r}=t,i=fe(n.reporter,o),{signal:l,...d}={...n,reporter:i.reporter},c=await y(e,s,"restoring",()=>(0,D.PF)(d,{id:a.continuous===void 0?a.id:void 0,reason:"drill: database-loss"}));return y(e,s,"restored",async()=>{const h=c.workers.some(({state:$})=>$!=="answers")?await n.reporter.group("Wait for the app",()=>J(d,o)):[],p=o(),w=await N(e,le(s.database)),f=Object.fromEntries(Object.entries(c.backup.tables).map(([$,{rows:z}])=>[$,z]));return{outcome:h.length===0?"recovered":"app-down",host:s.host,database:s.database,backup:c.backup,lostAt:r.at,span:A(c.backup.recoveryPoint,r.at),recovery:h.length===0?A(t.lostAt,p):void 0,parts:Se(t,i,p),tables:pe({atLoss:r.rows,inBackup:f,now:w}),exact:r.exact,aside:s.aside,undo:s.aside===void 0?void 0:T(s),workers:c.workers.map($=>h.includes($.worker)?$:{...$,state:"answers"}),next:c.next,error:h.length===0?void 0:Te(h,s)}})}function Se({lostAt:e,gone:t,setUp:n},o,s){const a=o.endOf("Load")??s,r=o.endOf("Swap")??s,i=[e,t,n,a,r,s];return["loss","provision","load","swap","app back"].map((d,c)=>({name:d,took:A(i[c]??s,i[c+1]??s)}))}const Te=(e,t)=>new g.w({...B("restored",t),code:"drill-app-down",host:e[0],step:"app back",message:`The database is back, and ${e.join(", ")} ${e.length>1?"are":"is"} not healthy: so it would be after a real loss.`});var Le=m(5260),G=m(2741),Oe=m(5217),x=m(6017);async function Ae({confirm:e,really:t,user:n,...o},s){const a=await(0,V.vj)((0,U.join)(o.workingDirectory,o.config));C(a,e);let r;const i=c=>{r=c},l=(0,K.F)({cancelled:()=>s.reporter.warning(Re(r)),quitting:()=>{s.end(),s.reporter.warning(Ne(r))}}),d=await(0,Oe.e)(a,s.reporter,o,c=>we(c,{confirm:e,really:t,user:n,tellLeft:i}),l);return s.end(),s.result(d,xe),d.error&&s.error(d.error),d.outcome==="recovered"?G.OK:G.FAILED}const Re=e=>e===void 0?"cancelled: nothing was lost yet, and nothing will be.":"too late to cancel: the database is lost, and the drill goes on until it is back. Ctrl-C again stops at once, and leaves the app without it.",Ne=e=>e===void 0?"stopped at once: nothing was lost.":`stopped at once. ${e.left} The host goes on with the step that it is at; wait a minute. Then: ${e.hint}`;function xe(e){const{recovery:t,database:n,host:o,parts:s,backup:a,lostAt:r,span:i,tables:l,exact:d,aside:c,undo:h,workers:p,next:w}=e,f=l.filter(({atLoss:k,inBackup:v})=>k!==v),$=l.length-f.length;return[t===void 0?`NOT RECOVERED: ${n} on ${o} is back, and not every worker is healthy.`:`Recovered: every worker is healthy again ${(0,u.a3)(t)} after ${n} on ${o} was lost.`,(0,x.YB)(s.map(({name:k,took:v})=>[`  ${k}`,(0,u.a3)(v)])),`Lost is what was written in the ${(0,u.a3)(i)} between ${a.recoveryPoint.toISOString()}, the recovery point of ${a.id}, and the loss at ${r.toISOString()}.`,f.length>0&&(0,x.YB)([["table","at the loss","in the backup","lost","now"],...f.map(Pe)]),$>0&&`${$} ${f.length>0?"other ":""}table${$>1?"s":""} had as many rows as the backup, which may be others.`,!d&&"The rows at the loss are from shortly before it: a transaction that went on kept them from being held.",(0,x.YB)([["worker","release","now"],...p.map(({worker:k,release:v,state:P})=>[k,v??"-",P==="answers"?P:P.toUpperCase()])]),w.join(`
`),h!==void 0&&`The lost data is whole, on ${o} in ${c}. Back to it, as root there; what was written since is put aside:
  ${h}
To be rid of it, as root there: rm -r ${c}`].filter(Boolean).map(k=>(0,Le.g)(String(k))).join(`

`)}const Pe=({table:e,atLoss:t,inBackup:n,lost:o,now:s})=>[e,...[t,n,o,s].map(a=>a?.toLocaleString("en-US")??"-")]})};
