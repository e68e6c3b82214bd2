"use strict";exports.id=699,exports.ids=[699],exports.modules={6699:((Kr,kt,A)=>{A.d(kt,{gg:()=>Ir,oj:()=>Nt,wU:()=>It,D8:()=>Ut,repair:()=>Pr,dU:()=>Fr,h5:()=>Yr});var f=A(3916),m=A(1996),k=A(7889);const x=(0,m.YA)(30),M=String.raw`
read_lock() {
  [ -f "$root/lock" ] || return 0
  who=; now=$(date +%s)
  until=$(stat -c %Y -- "$root/lock") || return 0
  { IFS= read -r who && IFS= read -r begun; } < "$root/lock" || begun=$now
  case $begun in ''|*[!0-9]*) begun=$now ;; esac
  state=held
  if [ "$until" -le "$now" ] || [ "$((until - now))" -gt 600 ]; then state=expired; fi
  printf '%s %s %s %s\n' "$state" "$((now - begun))" "$((until - now))" "$who"
}
`,P=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,gt=String.raw`${M}${P}
follows() {
  [ -n "$after" ] || return 1
  case $(head -n 1 -- "$root/lock") in "$after"*) return 0 ;; *) return 1 ;; esac
}
found=$(read_lock)
outcome=acquired
case $found in
  '') ;;
  held*)
    if ours; then :
    elif follows; then outcome=taken
    else echo "outcome=held"; echo "found=$found"; exit 0
    fi ;;
  *) ours || outcome=taken ;;
esac
umask 022
printf '%s\n%s\n' "$owner" "$(date +%s)" > "$root/lock.next"
push_forward "$root/lock.next"
mv -T -- "$root/lock.next" "$root/lock"
echo "outcome=$outcome"
echo "found=$found"
`,bt=({run:t,...e})=>JSON.stringify({run:t,...e}),_e=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function yt(t,e,n){return{name:"lock",text:gt,values:{root:t,owner:e,ttl:String(x/1e3),after:n===void 0?"":_e(n)},deadline:(0,m.YA)(30),parse(r){const{outcome:s,found:a}=(0,k.OA)((0,k.gq)(r).stdout,["outcome","found"]),o=O(a);return s==="held"&&o?{kind:"held",by:o}:{kind:"acquired",from:s==="taken"?o?.owner:void 0}}}}const vt=`${M}${P}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function _t(t,e){return{name:"renew lock",text:vt,values:{root:t,owner:e,ttl:String(x/1e3)},deadline:(0,m.YA)(15),parse(n){const{stdout:r}=(0,k.gq)(n);return/^lost=$/m.test(r)?{lost:O((0,k.OA)(r,["found"]).found)}:"renewed"}}}const St=`${P}
if ours; then rm -f -- "$root/lock"; fi
`,Tt=`${M}${P}
found=$(read_lock)
case $found in
  '') echo outcome=free ;;
  held*)
    if [ -n "$run" ]; then
      case $(head -n 1 -- "$root/lock") in
        "$run"*) rm -f -- "$root/lock"; echo outcome=removed ;;
        *) echo outcome=held ;;
      esac
    else echo outcome=held
    fi ;;
  *) rm -f -- "$root/lock"; echo outcome=removed ;;
esac
echo "found=$found"
`;function At(t,e){return{name:"lock release",text:Tt,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":_e(e)},deadline:(0,m.YA)(15),parse(n){const{outcome:r,found:s}=(0,k.OA)((0,k.gq)(n).stdout,["outcome","found"]),a=O(s);return r==="held"&&a?{kind:"held",lock:a}:{kind:r==="removed"?"removed":"free",lock:a}}}}function xt(t){return{name:"lock status",text:`${M}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,m.YA)(15),parse:e=>O((0,k.OA)((0,k.gq)(e).stdout,["found"]).found)}}function Mt(t,e){return{name:"unlock",text:St,values:{root:t,owner:e,ttl:"0"},deadline:(0,m.YA)(15),parse:n=>{(0,k.gq)(n)}}}const L=75,Y=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${L}
`;function O(t){const[,e,n,r,s=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const a=o=>(0,m.Rz)(o*1e3);return{owner:Ot(s),expired:e==="expired",age:a(Math.max(0,Number(n))),left:a(Number(r)),silent:a(Math.max(0,x/1e3-Number(r)))}}function Ot(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=s=>typeof e[s]=="string"?e[s]:void 0,{pid:r}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof r=="number"?r:0}}function E({by:t,url:e,machine:n,run:r}){return`${t} (${e??`run ${r}`}), on ${n}`}function Et(t,{owner:e,age:n,silent:r},s){return new f.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,m.a3)(s)} were not enough.`,seen:`held by ${E(e)}, process ${e.pid}, for ${(0,m.a3)(n)}; its last sign of life is ${(0,m.a3)(r)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,m.a3)(x)} after its last sign of life; \`buka lock status\` shows it.`})}function j(t,e){return new f.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${E(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function Rt(t,e){return new f.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,m.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,m.a3)(x)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}async function Nt(t){const{root:e}=t.cluster.workers,{answers:n,failures:r}=await Se(t,async s=>({worker:s.name,lock:await(await t.remote(s)).run(xt(e))}));return{locks:n,failures:r}}async function It(t,e){const{root:n}=t.cluster.workers,{answers:r,failures:s}=await Se(t,async a=>({worker:a.name,answer:await(await t.remote(a)).run(At(n,e))}));return{released:r.flatMap(({worker:a,answer:o})=>o.kind==="removed"?[{worker:a,lock:o.lock}]:[]),failures:[...r.flatMap(({worker:a,answer:o})=>o.kind==="held"?[Ft(a,o.lock,e)]:[]),...s]}}function Ft(t,{owner:e,age:n,silent:r},s){return new f.w({code:"lock-held",host:t,step:"lock release",message:s===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${s}, so it stays.`,seen:`held by ${E(e)}, process ${e.pid}, for ${(0,m.a3)(n)}; its last sign of life is ${(0,m.a3)(r)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}async function Se(t,e){const n=await Promise.all(t.cluster.workers.hosts.map(async r=>{try{return{answer:await e(r)}}catch(s){if(!(s instanceof f.w))throw s;return{failure:s.with({host:r.name})}}}));return{answers:n.flatMap(r=>"answer"in r?[r.answer]:[]),failures:n.flatMap(r=>"failure"in r?[r.failure]:[])}}var b=A(1021);function Pt({workers:t},e){const n=[...t.values()].map(({releases:o})=>o),r=D(n),s=e??(0,b.Dp)(n,r);if(s===void 0)throw Lt([...t],r);const a=n.flatMap(o=>o.staged).find(o=>o.id===s);return{kind:"rollback",id:s,migrations:a?.migrations??[]}}function D(t){const e=r=>Math.max(0,...t.flatMap(({history:s})=>s).filter(({event:s,release:a})=>s==="activated"&&a===r).map(({at:s})=>s.getTime()));return[...new Set(t.flatMap(r=>r.active??[]))].sort((r,s)=>e(s)-e(r))[0]}function Lt(t,e){const n=t.map(([r,{releases:s}])=>{const a=s.staged.map(({id:o,good:i})=>`${o}${i?" (good)":""}`).join(", ");return`
  - ${r}: ${a||"none"}`});return new f.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function B(t,e){const n=new Set(e.migrations),r=new Map;for(const{migration:s,release:a}of t.flatMap(jt))!n.has(s)&&!r.has(s)&&r.set(s,a);return[...r].map(([s,a])=>({migration:s,release:a}))}function jt({staged:t,active:e,history:n}){const r=n.flatMap(({release:o,contract:i=[]})=>i.map(c=>({migration:c,release:o}))),s=new Set(n.map(({release:o})=>o)),a=t.filter(({id:o,good:i})=>i||o===e||s.has(o)).flatMap(({id:o,contractMigrations:i=[]})=>i.map(c=>({migration:c,release:o})));return[...r,...a]}function Bt({workers:t},e){const n=Ae(t),r=B(n,e);if(r.length===0)return;const[s,a]=r.length===1?["it","a migration"]:["them","migrations"],o=r.map(({migration:d})=>d).join(", "),i=r.map(({migration:d,release:l})=>`release ${l} ran ${d}`).join(", "),c=`The only other way is to restore the database from a backup made before ${s}: all that customers did since then would be lost.`;return new f.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${a} marked \`buka: contract\` came after it.`,seen:`${i}; ${e.id} does not list ${s}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${qt(n,e)}Mend the fault in a commit that has ${o}, and deploy that: docs/rollback.md has the steps. ${c}`:`Deploy a commit that has ${o}: put this one on top of the commit of ${r[0]?.release}. Was ${s} renamed or taken out? A file of the old name must stay. ${c}`})}function qt(t,e){const n=(0,b.Dp)(t,D(t));return n===void 0||n===e.id||B(t,Te(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Ct=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function zt({workers:t},e,n){const r=Ae(t),s=Te(r,n);return(e?.contractMigrations?.filter(o=>!s.migrations.includes(o))??[]).length===0&&B(r,s).length===0}const Te=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ae=t=>[...t.values()].flatMap(e=>e instanceof f.w?[]:[e.releases]);async function Ut(t){const{hosts:e,root:n}=t.cluster.workers,r=await Promise.all(e.map(async o=>{try{const i=await t.remote(o);return[o.name,await i.run((0,b.vN)(n))]}catch(i){if(i instanceof f.w)return i.with({host:o.name});throw i}})),s=r.flatMap(o=>o instanceof f.w?[]:[o]),a=r.filter(o=>o instanceof f.w);return{...Ht(s,e.length),failures:a}}function Ht(t,e){const r=[...new Set(t.flatMap(([,{staged:a}])=>a.map(({id:o})=>o)))].map(a=>Wt(a,t,e)),s=t.map(([,a])=>a);return{releases:r.sort((a,o)=>o.stagedAt.getTime()-a.stagedAt.getTime()),history:Yt(t),rollbackTo:t.length===e?(0,b.Dp)(s,D(s)):void 0}}function Wt(t,e,n){const r=e.flatMap(([o,{staged:i}])=>i.filter(c=>c.id===t).map(c=>({worker:o,release:c}))),[s]=r,a=r.map(({worker:o})=>o);return{id:t,commit:s?.release.commit,stagedAt:new Date(Math.min(...r.map(({release:o})=>o.stagedAt.getTime()))),migrations:s?.release.migrations??[],contractMigrations:s?.release.contractMigrations??[],crossed:B(e.map(([,o])=>o),s?.release??{migrations:[]}),workers:a,activeOn:e.filter(([,{active:o}])=>o===t).map(([o])=>o),goodOn:r.filter(({release:o})=>o.good).map(({worker:o})=>o),everywhere:a.length===n}}function Yt(t){const e=t.flatMap(([s,{history:a}])=>a.map(o=>({worker:s,entry:o}))).sort((s,a)=>s.entry.at.getTime()-a.entry.at.getTime()),n=[],r=new Map;for(const{worker:s,entry:a}of e){const o=JSON.stringify([a.event,a.release,a.by,a.contract]),i=r.get(o);if(i&&!i.workers.includes(s))i.workers.push(s);else{const c={...a,workers:[s]};n.push(c),r.set(o,c)}}return n.reverse()}function xe(t,e){const[n,...r]=t;return n!==void 0&&r.length===0?n:new f.w({...e,seen:t.map(({message:s})=>`
  - ${s.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function R(t,e,n){const r=await Promise.allSettled(t.map(e)),s=r.flatMap(o=>o.status==="rejected"?[o.reason]:[]),a=s.find(o=>!(o instanceof f.w));if(a!==void 0)throw a;if(s.length>0)throw xe(s,n);return r.flatMap(o=>o.status==="fulfilled"?[o.value]:[])}const Me=(0,m.YA)(45),Oe=(0,m.YA)(5);var K=A(1916);const G="Nothing was changed.";function Dt(t,e,n,r){const{host:s,masterSocket:a,service:o,step:i}=r,c=r.worker??"the worker",d=`As root on ${s.name}: EXTRAOPTS="-S ${a},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${s.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,l=`~/.buka/${o}/${c}`,u=Kt({give:d,mark:l,host:s,masterSocket:a,worker:c});if(t==="unknown-name")return Gt(n,r);const h=u[t]??{message:"The load balancer refused."};return new f.w({message:"",left:G,...h,code:t,host:s.name,step:i,...e!==""&&{seen:e}})}function Kt({give:t,mark:e,host:n,masterSocket:r,worker:s}){const a=`Look at the guard's log, ${e}/guard.log on ${n.name}, and run it again.`,o=`${s} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${n.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${o} If it was drained, its guard keeps it so.`,hint:`On ${n.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${r}; without it, requests of a process that a reload left behind can't be seen.`,hint:t},"socket-denied":{message:`${n.user} may not use HAProxy's master socket.`,hint:t},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${n.user} can't be written.`,hint:`On ${n.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${s} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${n.name}; then run it again.`},"last-server":{message:`${s} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${s} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${s} has passed no check since it was drained; it would get traffic unchecked.`,left:`${s} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${s}.`,left:`${s} may be in rotation in one process and not in another.`,hint:a},superseded:{message:`This run no longer holds ${s} out of rotation: something else readmitted it, or its lease ran out.`,left:`${s} is in rotation, or its guard readmits it when it is fit.`,hint:a},"lease-busy":{message:`The lease of ${s} could not be renewed: something has held its lock for 3 s.`,left:o,hint:`On ${n.name}: \`fuser ${e}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${n.user} leaves behind, so nothing would readmit ${s} if this run died.`,hint:`As root on ${n.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${n.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${s} was readmitted, but HAProxy does not see it up.`,left:`${s} is ready: it gets traffic as soon as its check passes.`,hint:`On ${n.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Gt({missing:t,unreadable:e,backendNames:n,serverNames:r},{host:s,step:a}){const o=e.find(({old:d})=>!d)?.backend,i=(d,l,u,h,w)=>new f.w({code:d,message:l,host:s.name,step:a,seen:h.length>0?`known there: ${h.join(", ")}`:"none is known there",left:G,hint:`Correct ${w} in buka.yml${Vt(u,h)}.`});if(o!==void 0&&!n.includes(o)){const d=`HAProxy has no backend ${o}.`;return i("unknown-backend",d,o,n,"`load-balancers: backend:`")}const c=t[0];if(c!==void 0){const{backend:d,server:l}=c,u=r.filter(w=>w.backend===d).map(w=>w.server),h=`HAProxy has no server ${l} in backend ${d}.`;return i("unknown-server",h,l,u,"the worker's name under `load-balancers: servers:`")}return new f.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${o??""}.`,host:s.name,step:a,left:G,hint:`On ${s.name}: \`systemctl status haproxy\`, then run it again.`})}function Vt(t,e){const[n]=[...e].sort((r,s)=>(0,K.Io)(t,r)-(0,K.Io)(t,s));return n!==void 0&&(0,K.Io)(t,n)<=Math.max(2,t.length/3)?`: ${n} is the nearest`:""}const Jt=39,Xt=24,Zt=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function V(t){const e=t.split(`
`).map(a=>a.split(" ")),n=(a,o)=>e.filter(i=>i[0]===a&&i.length>=o).map(i=>i.slice(1)),r=([a="",o=""])=>({backend:a,server:o}),s=n("name",2);return{processes:n("pids",1).at(-1)??[],servers:n("server",12).map(Qt),missing:n("missing",3).map(r),unreadable:n("unreadable",4).map(([a="",o,i=""])=>({process:a,old:o==="old",backend:i})),backendNames:s.filter(a=>a.length===1).map(([a=""])=>a),serverNames:s.filter(a=>a.length===2).map(r),traffic:n("traffic",8).map(([,a="",o="",...i])=>{const[c=0,d=0,l=0,u=0]=i.map(Number);return{backend:a,server:o,responses:c,serverErrors:d,failed:l,ttime:u}}),marks:new Map(n("mark",4).map(([a="",o,i,...c])=>[a,{processes:new Set(c.filter(Boolean)),lease:{left:(0,m.Rz)(Number(o)*10),alive:i==="alive"}}]))}}function Qt(t){const[e="",n,r="",s="",a,o,,i,c,d,...l]=t;return{process:e,old:n==="old",backend:r,server:s,admin:Number(a),checking:Number(o),inFlight:Number(i),tracks:c!=="-",check:d==="-"?void 0:d,status:l.join(" ")}}function J({admin:t}){return t&Jt?"maintenance":t&Xt?"drain":"ready"}function en(t){return t.tracks?/^(UP|DRAIN)$/.test(t.status)?"passed":Ee(t.status):(t.checking&6)!==6||t.check===void 0||t.check==="INI"?"unchecked":Zt.has(t.check)?Ee(t.status,"passed"):"failed"}function Ee(t,e="unchecked"){return t.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(t)?"unchecked":e}function tn(t){return J(t)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(t.status)}var nn=A(8522);const sn=String.raw`
# A server that tracks another is checked through it: only where both are drained and declared down is a check fresh.
refuse_tracked_elsewhere() {
  while read -r kind id age backend server admin checking agent inflight tracked rest; do
    if [ "$kind" != server ] || [ "$tracked" = - ]; then continue; fi
    case "$newline$targets$newline" in
      *"$newline$(printf '%s\n' "$tracked" | tr / ' ')$newline"*) ;;
      *) die tracked-elsewhere "$backend/$server tracks $tracked" ;;
    esac
  done <<FACTS
$facts
FACTS
}

# Somebody else's drain or maintenance (forced 1, from the configuration 4, forced drain 8) is left as it was found.
refuse_foreign() {
  while read -r kind id age backend server admin rest; do
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    case " $processes " in *" $id "*) continue ;; esac
    if [ $((admin & 13)) -ne 0 ]; then die drained-by-others "$backend/$server, admin state $admin"; fi
  done <<FACTS
$facts
FACTS
}

# Draining the last server of a backend is an outage.
refuse_last() {
  while read -r kind id backend active backup; do
    if [ "$kind" != backend ] || [ $((active + backup)) -gt 1 ]; then continue; fi
    if printf '%s\n' "$facts" | serves "$id" "$backend"; then die last-server "$backend"; fi
  done <<FACTS
$facts
FACTS
}
serves() {
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    if [ "$kind" != server ] || [ "$age" != current ] || [ "$id" != "$1" ] || [ "$backend" != "$2" ]; then continue; fi
    case $status in UP | UP\ * | 'no check') return 0 ;; esac
  done
  return 1
}

# What a step needs to go on with: the mark, under the lock, and a fresh reading.
require_mark() {
  sample || die load-balancer-down "$socket stopped answering"
  if ! read_mark; then
    refuse_foreign
    die not-drained
  fi
  respect_others
  refuse_theirs
}

note() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >> "$folder/guard.log"; }

# Forced maintenance that Buka never asked for is somebody else's: bit 1 in a process that was seen as Buka wants it
# without, or together with bit 4, the configuration's own. Where no server is left to Buka, its claim ends.
respect_others() {
  theirs_before=$theirs; ours=no; dropped=no
  while read -r kind id age backend server admin rest; do
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    case " $theirs " in *" $backend/$server "*) continue ;; esac
    other=no
    if [ $((admin & 5)) -eq 5 ]; then other=yes
    elif [ $((admin & 1)) -eq 1 ]; then
      case $state in
        drain | check | checked | returning) case " $settled " in *" $id "*) other=yes ;; esac ;;
      esac
    fi
    if [ "$other" = yes ]; then theirs="$theirs $backend/$server"; else ours=yes; fi
  done <<FACTS
$facts
FACTS
  if [ "$theirs" = "$theirs_before" ]; then return 0; fi
  note "somebody else put$theirs in maintenance: it is theirs now"
  if [ "$ours" = yes ]; then write_mark; return 0; fi
  dropped=yes
  enable_agents || note "could not enable the agent of$agents again"
  rm -f "$folder/mark"
}
refuse_theirs() { if [ -n "$theirs" ]; then die drained-by-others "$theirs: put in maintenance since Buka drained it"; fi; }
enable_agents() {
  orders=
  while read -r kind id age backend server rest; do
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    case " $agents " in *" $backend/$server "*) orders="$orders;@!$id enable agent $backend/$server" ;; esac
  done <<FACTS
$facts
FACTS
  if [ -n "$orders" ]; then ask "show version$orders" >/dev/null; fi
}

# Where the mark and the locks of this worker are.
open_state() {
  folder=$HOME/.buka/$service/$worker
  (umask 077; mkdir -p "$folder" && touch "$folder/lock") 2>/dev/null || die state-folder "$folder"
  this_boot
}

# Puts every process as $state says. $wrong counts what had to be put right or could not be read: such a reading proves
# nothing.
# A process that a reload left behind may refuse ("Proxy is disabled."); it takes no new connection, and is told once.
enforce() {
  fixes=; wrong=0; unfit=; claimed=$processes; agents_before=$agents; settled_before=$settled
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') wrong=$((wrong + 1)) ;; esac
    if [ "$kind" != server ]; then continue; fi
    case " $theirs " in *" $backend/$server "*) continue ;; esac
    case " $processes " in *" $id "*) ;; *) processes="$processes $id" ;; esac
    if [ "$age" = old ]; then case " $told " in *" $id:$backend/$server:$state "*) continue ;; esac; fi
    fix=
    case $state in
      drain) if [ $((admin & 9)) -eq 0 ]; then fix='state drain'; fi ;;
      check | checked | returning) if [ $((admin & 9)) -ne 8 ]; then fix='state drain'; fi ;;
      maintenance) if [ $((admin & 1)) -eq 0 ]; then fix='state maint'; fi ;;
      ready) if [ $((admin & 9)) -ne 0 ]; then fix='state ready'; fi ;;
    esac
    if [ -n "$fix" ]; then fixes="$fixes;@!$id set server $backend/$server $fix"; fi
    if [ "$state" != ready ] && [ $((agent & 4)) -ne 0 ]; then
      fixes="$fixes;@!$id disable agent $backend/$server"
      case " $agents " in *" $backend/$server "*) ;; *) agents="$agents $backend/$server" ;; esac
      fix=agent
    fi
    if [ "$age" = old ]; then told="$told $id:$backend/$server:$state"; continue; fi
    if [ -n "$fix" ]; then wrong=$((wrong + 1)); unfit="$unfit $id"; fi
  done <<FACTS
$facts
FACTS
  for id in $pids; do
    case "$unfit $settled " in *" $id "*) ;; *) settled="$settled $id" ;; esac
  done
  if [ "$processes$agents$settled" != "$claimed$agents_before$settled_before" ]; then write_mark; fi
  if [ -n "$fixes" ]; then said=$(ask "show version$fixes") || said='no answer'; fi
}

# Requests in flight and queued over every process into $inflight_sum; processes that do not tell into $unreadable.
count_requests() {
  inflight_sum=0; unreadable=0
  while read -r kind id age backend server admin checking agent inflight rest; do
    case $kind in
      server) inflight_sum=$((inflight_sum + inflight)) ;;
      unreadable) unreadable=$((unreadable + 1)) ;;
    esac
  done <<FACTS
$facts
FACTS
}

# A turn of a script that waits: the lock, the mark as this script left it, and a reading. Between tries the lock is
# free, so that a renewal gets in. A script whose run is gone must not outlive the lease: it never renews by itself.
turn() {
  clock; silence=$((now + 2000)); haste=100
  while :; do
    lock
    read_mark || die superseded "the mark is gone"
    if [ "$state" != "$mine" ] || lapsed; then die superseded "the mark says $state"; fi
    if sample; then respect_others; refuse_theirs; return 0; fi
    unlock
    clock
    if [ "$now" -ge "$silence" ]; then die load-balancer-down "$socket stopped answering"; fi
    pause 0.1
  done
}

# Waits until nothing is in flight in two readings in a row that needed no correction, or $deadline (hundredths) passes.
wait_for_silence() {
  clock; began=$now; zeros=0; last=; applied=no; mine=$state
  while :; do
    turn
    enforce
    unlock
    count_requests
    if [ "$wrong" -eq 0 ]; then applied=yes; fi
    if [ "$wrong" -eq 0 ] && [ "$inflight_sum" -eq 0 ] && [ "$unreadable" -eq 0 ]; then zeros=$((zeros + 1)); else zeros=0; fi
    clock; waited=$(((now - began) * 10))
    if [ "$zeros" -ge 2 ]; then return 0; fi
    if [ "$inflight_sum" != "$last" ]; then printf 'progress %s\n' "$inflight_sum"; last=$inflight_sum; fi
    if [ $((now - began)) -ge "$deadline" ]; then
      if [ "$applied" = no ]; then die not-applied "$said"; fi
      return 1
    fi
    pause 0.05
  done
}

# One look of a check afresh: $pending says whether a server has yet to pass, $checked whether any is checked at all.
# From maintenance straight to ready, HAProxy sends requests before any check: UP 1/2 at once. So: drained, declared
# down once by this script ($downed), and then risen by fresh checks alone. A process that a reload starts meanwhile is
# declared down as well.
check_afresh() {
  orders=; pending=no; seen=; checked=no; wrong=0
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') pending=yes ;; esac
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    case " $theirs " in *" $backend/$server "*) continue ;; esac
    seen="$seen, $backend/$server $status $check"
    if [ "$tracked" != - ]; then
      checked=yes
      if [ "$status" != DRAIN ]; then pending=yes; fi
    elif [ $((checking & 6)) -eq 6 ]; then
      checked=yes
      case " $downed " in
        *" $id:$backend/$server "*)
          case "$status:$check" in DRAIN:L4OK | DRAIN:L6OK | DRAIN:L7OK | DRAIN:PROCOK) ;; *) pending=yes ;; esac ;;
        *)
          orders="$orders;@!$id set server $backend/$server state drain;@!$id set server $backend/$server health down"
          downed="$downed $id:$backend/$server"
          pending=yes ;;
      esac
    fi
  done <<FACTS
$facts
FACTS
  if [ -z "$orders" ]; then enforce; return 0; fi
  wrong=1
  ask "show version$orders" >/dev/null || downed=
}

# Gives the worker its traffic back, on a fresh reading, under the lock: ready in every process, read back, mark gone.
give_back() {
  enter ready
  clock; began=$now
  while :; do
    enforce
    if [ "$wrong" -eq 0 ]; then break; fi
    clock
    if [ $((now - began)) -ge 500 ]; then return 1; fi
    pause 0.1
    sample || return 1
    respect_others
    if [ "$dropped" = yes ]; then return 0; fi
  done
  enable_agents || return 1
  rm -f "$folder/mark"
}
`,rn=String.raw`
# Whether the processes are still those of the last reading: all that has to be asked ten times a second.
same_processes() {
  seen=
  answer=$(ask 'show proc') || return 1
  while read -r id kind rest; do
    if [ "$kind" = worker ]; then seen="$seen $id"; fi
  done <<ANSWER
$answer
ANSWER
  [ "$seen" = " $pids" ]
}

guard() {
  trap '' HUP
  open_state
  exec 8>>"$folder/guard.lock"
  flock -w 1 8 || exit 0
  printf '%s\n' "$$" > "$folder/guard.pid"
  choose_tool
  haste=100; beat=0; downed=; fired=
  while :; do
    if [ "$beat" -gt 0 ] && [ -f "$folder/mark" ] && same_processes; then
      beat=$((beat - 1))
      pause 0.1
      continue
    fi
    beat=9; idle=0.1
    lock
    if ! read_mark; then break; fi
    if [ "$state" != ready ] && lapsed; then come_back_from "$state"; fi
    fired=$state
    if sample; then
      respect_others || :
      if [ "$dropped" = yes ]; then break; fi
      keep_to_mark || :
    fi
    unlock
    pause "$idle"
  done
  rm -f "$folder/guard.pid"
}

# A disk that is full keeps the mark as it was; the worker comes back all the same.
come_back_from() {
  if [ "$fired" = returning ]; then state=returning; settled=; return 0; fi
  note "the lease was not renewed: the worker, in $1, is readmitted when it is fit" || :
  enter returning || :
  downed=
}

keep_to_mark() {
  case $state in
    returning)
      # An app that is just starting is readmitted soon; one that stays down for hours costs no more than a look a second.
      beat=0; idle=0.3; clock
      if [ "$now" -ge $((until + 6000)) ]; then idle=1; fi
      check_afresh
      if [ "$wrong" -ne 0 ] || [ "$pending" = yes ]; then return 0; fi
      if give_back; then note "readmitted$seen"; fi ;;
    # Whoever readmitted it died over it.
    ready) if give_back; then note "readmitted, as was begun"; fi ;;
    *)
      enforce
      if [ "$wrong" -gt 0 ]; then note "put back to $state in $pids"; fi ;;
  esac
}

start_guard() {
  HOME=$HOME socket=$socket service=$service worker=$worker targets=$targets backends=$backends library=$library \
    setsid sh -c 'set -eu; eval "$library"; guard' guard </dev/null >/dev/null 2>&1 8>&- 9>&- &
}

# Where systemd-logind kills what a user leaves behind, the guard dies with the connection (logind.conf(5)).
refuse_short_lived_guard() {
  case $(cat /proc/self/cgroup) in *session-*.scope*) ;; *) return 0 ;; esac
  policy=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \
    KillUserProcesses KillOnlyUsers KillExcludeUsers 2>/dev/null 8>&- 9>&-) || return 0
  me=$(id -un)
  case $policy in
    'b true'"$newline"'as 0'"$newline"*\"$me\"*) ;;
    'b true'"$newline"'as 0'*) die guard-killed "KillUserProcesses=yes" ;;
    'b true'"$newline"*\"$me\"*) die guard-killed "KillUserProcesses=yes, KillOnlyUsers has $me" ;;
  esac
}
`,Re=String.raw`
# Ends the script: the code is one of docs/errors.md, the rest is what was seen.
die() { printf 'error %s\n' "$*"; exit 20; }

# Hundredths of a second since boot, into $now: monotonic, and no process is started for it.
clock() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }

this_boot() { read -r boot < /proc/sys/kernel/random/boot_id; }
read_mark() {
  state=; until=0; processes=; agents=; settled=; theirs=; marked_boot=
  if [ ! -f "$folder/mark" ]; then return 1; fi
  while read -r key value; do
    case $key in
      state) state=$value ;;
      until) until=$value ;;
      boot) marked_boot=$value ;;
      processes) processes=$value ;;
      agents) agents=$value ;;
      settled) settled=$value ;;
      theirs) theirs=$value ;;
    esac
  done < "$folder/mark"
  if [ "$marked_boot" = "$boot" ]; then return 0; fi
  state=; until=0; processes=; agents=; settled=; theirs=
  return 1
}
write_mark() {
  printf 'state %s\nuntil %s\nboot %s\nprocesses %s\nagents %s\nsettled %s\ntheirs %s\n' \
    "$state" "$until" "$boot" "$processes" "$agents" "$settled" "$theirs" > "$folder/mark.new" &&
    mv -f "$folder/mark.new" "$folder/mark"
}
# A new state has been seen in no process yet.
enter() { state=$1; settled=; write_mark; }

# A lease that ran out is a run's no more, whether or not the guard has acted on it yet.
extend() { clock; until=$((now + lease)); }
lapsed() { clock; [ "$state" = returning ] || [ "$now" -ge "$until" ]; }

# One reader and writer at a time. Closing the descriptor gives the lock back, also when the script dies.
lock() { exec 9>>"$folder/lock"; flock 9; }
unlock() { exec 9>&-; }

# The guard holds its lock as long as it lives. A new one waits for it longer than it is held here.
guard_lives() {
  [ -e "$folder/guard.lock" ] || return 1
  if (exec 8<"$folder/guard.lock"; flock -n 8); then return 1; fi
}
`,an=String.raw`
BEGIN {
  processes = split(ENVIRON["pids"], pid, " ")
  words = split(ENVIRON["targets"], target, /[ \n]+/)
}
{ sub(/\r$/, "") }
/^#<PID>/ { section++; part = "processes"; when = "current"; found = ""; next }
/^# old workers/ { when = "old"; next }
part == "processes" && $2 == "worker" {
  found = found " " $1
  age[$1] = when
  if (when == "current") version = $NF
  next
}
/^# be_id / { part = "state"; split("", column); for (i = 2; i <= NF; i++) column[$i] = i - 1; next }
/^# pxname,/ {
  part = "stat"; split("", column); sub(/^# /, "")
  n = split($0, title, ","); for (i = 1; i <= n; i++) column[title[i]] = i
  next
}
/^# name$/ { part = "backends"; next }
/^(admin|operator|user)$/ { level = $1; next }
/^$/ { part = ""; next }
part == "backends" { names[++named] = $1; next }
part == "state" {
  key = section SUBSEP $column["be_name"] SUBSEP $column["srv_name"]
  id[section, $column["be_name"]] = $column["be_id"]
  admin[key] = $column["srv_admin_state"]
  checking[key] = $column["srv_check_state"]
  agent[key] = $column["srv_agent_state"]
}
part == "stat" {
  gsub(/"([^"]|"")*"/, "")
  split($0, field, ",")
  backend = field[column["pxname"]]; server = field[column["svname"]]
  known[section, backend] = 1
  if (server == "BACKEND") {
    active[section, backend] = field[column["act"]]
    backup[section, backend] = field[column["bck"]]
    next
  }
  if (age[pid[section - 1]] == "current") names[++named] = backend " " server
  key = section SUBSEP backend SUBSEP server
  inflight[key] = field[column["scur"]] + field[column["qcur"]]
  tracked[key] = field[column["tracked"]]
  check[key] = field[column["check_status"]]
  sub(/^\* /, "", check[key])
  status[key] = field[column["status"]]
  responses = field[column["hrsp_other"]]
  for (i = 1; i <= 5; i++) responses += field[column["hrsp_" i "xx"]]
  # Where the server hangs up on a request that is not the first of the client's connection, HAProxy hangs up on the
  # client and counts no error: the request was given to the server, and was never answered. In TCP mode there are none.
  failed = field[column["econ"]] + field[column["eresp"]]
  silent = field[column["stot"]] - responses - field[column["scur"]] - field[column["cli_abrt"]]
  if (silent > failed && field[column["hrsp_2xx"]] != "") failed = silent
  traffic[key] = responses + 0 " " field[column["hrsp_5xx"]] + 0 " " failed + 0 " " field[column["ttime"]] + 0
}
END {
  print "pids" found
  if (version != "") print "version " version
  if (level != "") print "level " level
  if (ENVIRON["names"] != "") for (i = 1; i <= named; i++) if (!told[names[i]]++) print "name " names[i]
  for (p = 1; p <= processes; p++) {
    s = p + 1
    printf "plan %s ", pid[p]
    for (i = 1; i < words; i += 2) {
      backend = target[i]
      if ((p, backend) in planned) continue
      planned[p, backend] = 1
      printf ";@!%s show servers state %s;@!%s show stat %s 6 -1", \
        pid[p], backend, pid[p], ((s, backend) in id ? id[s, backend] : backend)
    }
    print ""
    for (i = 1; i < words; i += 2) {
      backend = target[i]; server = target[i + 1]
      if (!((s, backend) in known)) { print "unreadable " pid[p] " " age[pid[p]] " " backend; continue }
      if (!((p, backend) in counted)) {
        counted[p, backend] = 1
        print "backend " pid[p] " " backend " " active[s, backend] + 0 " " backup[s, backend] + 0
      }
      key = s SUBSEP backend SUBSEP server
      if ((key in status) && (key in admin))
        print "server", pid[p], age[pid[p]], backend, server, admin[key], checking[key], agent[key], inflight[key], \
          (tracked[key] == "" ? "-" : tracked[key]), (check[key] == "" ? "-" : check[key]), status[key]
      if (ENVIRON["names"] != "" && (key in traffic)) print "traffic", pid[p], backend, server, traffic[key]
      if ((key in status) && (key in admin)) continue
      if (key in status) print "unreadable " pid[p] " " age[pid[p]] " " backend
      else if (age[pid[p]] == "current") print "missing " backend " " server
    }
  }
}
`,Ne=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${an}'
${Re}
# Descriptors 8 and 9 hold locks: what outlives a killed script must not keep them.
pause() { sleep "$1" 8>&- 9>&-; }

choose_tool() {
  if socat -V >/dev/null 2>&1; then tool=socat
  elif nc -h 2>&1 | grep -q -e '-N' && nc -h 2>&1 | grep -q -e '-U'; then tool=nc
  elif perl -MSocket -e 1 2>/dev/null; then tool=perl
  elif python3 -I -S -c 'import socket' 2>/dev/null; then tool=python3
  else die tool-missing; fi
}

# One connection, one line of commands; the master's command line answers once the client has half-closed.
ask() {
  case $tool in
    socat) printf '%s\n' "$1" | socat -t 5 -T 5 - "UNIX-CONNECT:$socket" ;;
    nc) printf '%s\n' "$1" | nc -N -w 5 -U "$socket" ;;
    perl) perl -MSocket -e '
      alarm 5;
      socket S, AF_UNIX, SOCK_STREAM, 0 and connect S, sockaddr_un $ARGV[0] or exit 1;
      syswrite S, "$ARGV[1]\n"; shutdown S, 1; print while <S>' "$socket" "$1" ;;
    python3) python3 -I -S -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
s.shutdown(socket.SHUT_WR)
for block in iter(lambda: s.recv(65536), b""): sys.stdout.buffer.write(block)' "$socket" "$1" ;;
  esac 2>/dev/null 8>&- 9>&-
}

runs_here() {
  set +f
  for comm in /proc/[0-9]*/comm; do
    read -r name 2>/dev/null < "$comm" || continue
    if [ "$name" = haproxy ]; then set -f; return 0; fi
  done
  set -f
  return 1
}

# The commands that read one process, into $commands: as planned by the last reading, or those for a plan.
read_commands() {
  while read -r kind id commands; do
    if [ "$kind" = plan ] && [ "$id" = "$1" ]; then return 0; fi
  done <<FACTS
$facts
FACTS
  planned=no; commands=
  for name in $backends; do commands="$commands;@!$1 show servers state $name"; done
}

# Reads every process into $facts. The pids are asked for again with each process: when a reload came between, or the
# master was away to re-execute itself, the reading is taken anew. Fails after 20 s.
sample() {
  clock; patience=$((now + haste))
  while :; do
    line='show proc'; planned=yes
    if [ -n "$names" ]; then line="$line;show cli level"; fi
    for one in $pids; do
      read_commands "$one"
      line="$line;show proc$commands"
      if [ -n "$names" ] && [ "$one" = "$first" ]; then line="$line;@!$one show backend"; fi
    done
    answer=$(ask "$line") || answer=
    case $answer in
      *'#<PID>'*) ;;
      *'Permission denied'*) problem=denied; return 1 ;;
      *'Unknown command'*) problem=not-master; return 1 ;;
      *) problem=silent; clock
        if [ "$now" -ge "$patience" ] || { [ -n "$names" ] && ! runs_here; }; then return 1; fi
        pause 0.1; continue ;;
    esac
    facts=$(printf '%s\n' "$answer" | pids=$pids names=$names awk "$reading" 8>&- 9>&-)
    read -r word found <<FACTS
$facts
FACTS
    if [ "$found" = "$pids" ] && [ -n "$pids" ] && [ "$planned" = yes ]; then return 0; fi
    pids=$found
    first=; for first in $pids; do break; done
    clock
    if [ "$now" -ge "$patience" ]; then problem=no-process; return 1; fi
    if [ -z "$pids" ]; then pause 0.1; fi
  done
}

# The first reading of a script: finds the tool and the socket, and tells apart what may be wrong with them.
reach() {
  choose_tool
  if [ ! -S "$socket" ]; then
    if ! runs_here; then die load-balancer-down "no haproxy process, and no socket $socket"; fi
    die master-socket-missing "HAProxy runs, but there is no socket $socket"
  fi
  if [ ! -w "$socket" ]; then die socket-denied "$(stat -c '%A %U:%G' "$socket") $socket"; fi
  names=1
  if ! sample; then
    case $problem in
      denied) die socket-denied "the socket's level is too low: Permission denied" ;;
      not-master) die master-socket-missing "$socket does not know the command: show proc" ;;
      no-process) die load-balancer-down "the master process has no worker process" ;;
      *) die load-balancer-down "$socket does not answer" ;;
    esac
  fi
  names=
  while read -r kind one rest; do
    case $kind in
      level) if [ "$one" != admin ]; then die socket-denied "the socket's level is $one"; fi ;;
      version)
        IFS=. read -r major minor rest <<VERSION
$one
VERSION
        if [ "$major" -lt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -lt 2 ]; }; then die too-old "$one"; fi ;;
    esac
  done <<FACTS
$facts
FACTS
}

# A name that a current process does not know ends the script before anything changes; the names that it does know go
# along.
refuse_unknown() {
  while read -r kind one age rest; do
    case "$kind $age" in
      missing\ * | 'unreadable current') printf '%s\n' "$facts"; die unknown-name ;;
    esac
  done <<FACTS
$facts
FACTS
}

# A script that must know takes its time; one that looks again by itself, under a lock, is hasty.
haste=2000
pids=; first=; facts=; names=; told=; problem=; said=
`,X=45,S=t=>t.replace(/^ *(# .*)?\n?/gm,""),Ie=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,nn.gzipSync)(S(Ne+sn+rn),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,q=Ie+S(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),on=String.raw`
reach
refuse_unknown
printf '%s\n' "$facts"
this_boot
for worker in $workers; do
  folder=$HOME/.buka/$service/$worker
  if ! read_mark; then continue; fi
  clock
  left=$((until > now ? until - now : 0))
  if guard_lives; then alive=alive; else alive=dead; fi
  printf 'mark %s %s %s %s\n' "$worker" "$left" "$alive" "$processes"
done
`,cn=String.raw`
exec 7>>"$HOME/.buka/$service/.lock"
flock 7
sample || die load-balancer-down "$socket stopped answering"
if read_mark; then
  respect_others
  refuse_theirs
fi
refuse_foreign
refuse_last
refuse_short_lived_guard
case $state in
  maintenance | check | checked) ;;
  returning) state=check ;;
  *) state=drain ;;
esac
extend
enter "$state"
enforce
exec 7>&-
unlock
start_guard
if wait_for_silence; then printf 'drained %s\n' "$waited"
else printf 'still %s %s %s\n' "$inflight_sum" "$unreadable" "$waited"; fi
`,dn=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,ln=String.raw`
require_mark
extend
enter check
unlock
start_guard
clock; began=$now; downed=; last=; mine=check
while :; do
  turn
  check_afresh
  if [ "$wrong" -eq 0 ] && [ "$pending" = no ]; then
    enter checked
    printf 'passed %s%s\n' "$checked" "$seen"
    break
  fi
  unlock
  if [ "$seen" != "$last" ]; then printf 'progress%s\n' "$seen"; last=$seen; fi
  clock
  if [ $((now - began)) -ge "$deadline" ]; then printf 'failed %s%s\n' "$checked" "$seen"; break; fi
  pause 0.1
done
`,un=String.raw`
sample || die load-balancer-down "$socket stopped answering"
if ! read_mark; then
  refuse_foreign
  printf 'readmitted already\n'
  exit 0
fi
respect_others
case $state in maintenance | check | returning) if [ "$dropped" = no ]; then die not-checked "$state"; fi ;; esac
if [ "$dropped" = no ]; then give_back || die not-applied "$said"; fi
refuse_theirs
sample || die load-balancer-down "$socket stopped answering"
down=; seen=
while read -r kind id age backend server admin checking agent inflight tracked check status; do
  if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
  seen="$seen, $backend/$server $status $check"
  case $status in UP | UP\ * | 'no check') ;; *) down="$down $backend/$server $status $check" ;; esac
done <<FACTS
$facts
FACTS
if [ -n "$down" ]; then die still-down "$down"; fi
printf 'readmitted %s\n' "$seen"
`,hn=String.raw`
set -f
this_boot
for worker in $workers; do
  folder=$HOME/.buka/$service/$worker
  if [ ! -f "$folder/mark" ]; then printf 'lost %s\n' "$worker"; continue; fi
  exec 9>>"$folder/lock"
  if ! flock -w 3 9; then printf 'busy %s\n' "$worker"; unlock; continue; fi
  if ! read_mark; then printf 'lost %s\n' "$worker"; unlock; continue; fi
  if [ "$state" = ready ] || lapsed; then
    printf 'lost %s\n' "$worker"
  else
    extend
    write_mark
    printf 'renewed %s\n' "$worker"
  fi
  guard_lives || printf 'unguarded %s\n' "$worker"
  unlock
done
`,fn=String.raw`
open_state
lock
if ! read_mark; then printf 'lost\n'; exit 0; fi
start_guard
reach
respect_others
if [ "$dropped" = yes ]; then printf 'lost\n'; exit 0; fi
case $state in returning | ready) printf 'lost\n'; exit 0 ;; esac
enforce
if [ "$wrong" -eq 0 ]; then printf 'held\n'; else printf 'lost\n'; fi
`;function mn(t,e){return{name:"observe the load balancer",text:S(Ne+on),values:{service:t.service,socket:t.masterSocket,workers:t.targets.map(({worker:n})=>n).join(`
`),...Fe(t.targets.flatMap(n=>n.servers))},deadline:(0,m.YA)(X),parse:e}}function wn(t,e){return{name:"renew the leases",text:S(Re+hn),values:{service:t.service,workers:t.workers.join(`
`),lease:Z(t.lease)},deadline:(0,m.YA)(X),parse:e}}const $n={drain:q+S(cn),maintain:q+S(dn),check:q+S(ln),readmit:q+S(un),revive:Ie+S(fn)};function pn(t,e,{deadline:n,lease:r},s){return{name:`${t} ${e.worker}`,text:$n[t],values:{service:e.service,worker:e.worker,socket:e.masterSocket,deadline:Z(n),lease:Z(r),...Fe(e.servers)},deadline:(0,m.Rz)(n+(0,m.YA)(X)),parse:s}}const Z=t=>String(Math.ceil(t/10));function Fe(t){return{targets:t.map(({backend:e,server:n})=>`${e} ${n}`).join(`
`),backends:[...new Set(t.map(({backend:e})=>e))].join(" ")}}function kn(t,e,n){return{host:t,processes:e.processes.length,workers:new Map(n.map(r=>[r.worker,gn(e,r)]))}}function gn(t,{worker:e,servers:n}){const r=t.servers.filter(i=>n.some(({backend:c,server:d})=>c===i.backend&&d===i.server)),s=r.filter(({old:i})=>!i),a=t.marks.get(e),o=s.some(i=>J(i)!=="ready"&&a?.processes.has(i.process)===!0);return{worker:e,servers:n.map(({backend:i,server:c})=>bn(r.filter(d=>d.backend===i&&d.server===c),t.traffic.filter(d=>d.backend===i&&d.server===c))),inRotation:s.length>0&&s.every(tn),drainedByBuka:o,lease:o?a?.lease:void 0}}function bn(t,e){const[n]=t.filter(({old:r})=>!r);if(n===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:n.backend,server:n.server,admin:J(n),check:en(n),status:n.status,inFlight:t.reduce((r,{inFlight:s})=>r+s,0),traffic:yn(e)}}function yn(t){const e=s=>t.reduce((a,o)=>a+s(o),0),n=({responses:s})=>Math.min(s,1024),r=e(n);return{responses:e(({responses:s})=>s),serverErrors:e(({serverErrors:s})=>s),failed:e(({failed:s})=>s),meanTime:r===0?void 0:(0,m.Rz)(e(s=>s.ttime*n(s))/r)}}const Q=new WeakMap;class vn{cluster;host;remote;lease;#e;constructor(e,n,r,s=Me){this.cluster=e,this.host=n,this.remote=r,this.lease=s,this.#e=new Map(e.workers.hosts.map(a=>[a.name,Sn(e,a.name)]))}async observe(){const e=[...this.#e.values()],n={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:e};return this.remote.run(mn(n,r=>kn(this.host,V(this.#a(r,"observe")),e)))}async drain(e,{deadline:n,onProgress:r}){const s=d=>{const[l,...u]=this.#s(d,"drain",e,["drained","still"]),[h=0,w=0,$=0]=u.map(Number);return l==="drained"?{kind:l,waited:(0,m.Rz)(h)}:{kind:"still-in-flight",inFlight:h,unreadable:w,waited:(0,m.Rz)($)}},{promise:a,resolve:o}=Promise.withResolvers(),i=this.remote.run(this.#t("drain",e,n,s),{onLine:d=>{o();const l=/^progress (\d+)$/.exec(d);l&&r?.(Number(l[1]))}}),c=Q.get(this.remote)??new Map;return Q.set(this.remote,c.set(e,Promise.race([a,i.catch(()=>{})]))),i}async maintain(e,{deadline:n=(0,m.YA)(10)}={}){return this.remote.run(this.#t("maintain",e,n,r=>({cut:Number(this.#s(r,"maintain",e,["cut"])[1])})))}async check(e,{deadline:n}){const r=s=>{const[a,o="",...i]=this.#s(s,"check",e,["passed","failed"]),c=o.startsWith("no")?"no check is configured; ":"";return{passed:a==="passed",seen:c+i.join(" ")}};return this.remote.run(this.#t("check",e,n,r))}async readmit(e){await Q.get(this.remote)?.get(e),await this.remote.run(this.#t("readmit",e,(0,m.YA)(5),n=>{this.#s(n,"readmit",e,["readmitted"])}))}async renew(e){const n={service:this.cluster.service,workers:e,lease:this.lease},r=await this.remote.run(wn(n,i=>_n(this.#a(i,"renew")))),s=i=>r.filter(([c])=>c===i).map(([,c=""])=>c),a=await Promise.all(s("unguarded").map(async i=>({worker:i,held:await this.#n(i)}))),[o]=s("busy");if(o!==void 0)throw this.#i("lease-busy","",{worker:o,step:"renew"});return[...new Set([...s("lost"),...a.filter(({held:i})=>!i).map(({worker:i})=>i)])]}async#n(e){const n=r=>this.#s(r,"renew",e,["held","lost"])[0]==="held";return this.remote.run(this.#t("revive",e,(0,m.YA)(5),n))}#t(e,n,r,s){return pn(e,this.#r(n),{deadline:r,lease:this.lease},s)}#r(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`${e} is no worker of ${this.cluster.service}`);return n}#s(e,n,r,s){const o=(this.#a(e,n,r).trimEnd().split(`
`).at(-1)??"").split(" ");if(!s.includes(o[0]??""))throw this.#o(e,n);return o}#a(e,n,r){if(e.status===0)return e.stdout;const s=/^error (\S+) ?(.*)$/m.exec(e.stdout);if(s===null)throw this.#o(e,n);const[,a="",o=""]=s;throw this.#i(a,o,{worker:r,step:n,facts:V(e.stdout)})}#i(e,n,{facts:r=V(""),worker:s,step:a}){const{service:o,loadBalancers:i}=this.cluster,c={host:this.host,masterSocket:i.masterSocket,service:o,worker:s,step:a};return Dt(e,n,r,c)}#o({status:e,stdout:n,stderr:r},s){return new f.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${e}.`,host:this.host.name,step:s,seen:(r.trim()||n.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const _n=t=>t.split(`
`).filter(Boolean).map(e=>e.split(" "));function Sn({service:t,loadBalancers:e},n){const{backends:r,masterSocket:s}=e,a=e.servers.get(n)??n;for(const o of[...r,a])if(!/^[A-Za-z0-9_.:-]+$/.test(o))throw Pe("name of a backend or server",o);if(!/^\/[A-Za-z0-9_./-]+$/.test(s))throw Pe("path of a socket",s);return{service:t,worker:n,masterSocket:s,servers:r.map(o=>({backend:o,server:a}))}}const Pe=(t,e)=>new f.j({code:"unusable-name",message:`${JSON.stringify(e)} can't be the ${t} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function Tn(t,e,n,r=Me){if(t.loadBalancers.kind==="haproxy")return new vn(t,e,n,r)}async function Le(t,e){return Tn(t.cluster,e,await t.remote(e))}const C=(t,e)=>Le(t,je(t.cluster.loadBalancers.hosts,e)),ee=(t,e)=>t.remote(je(t.cluster.workers.hosts,e));function An(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function je(t,e){const n=t.find(r=>r.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}const xn=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),z=t=>t instanceof f.w&&xn.has(t.code),te=t=>z(t)||t instanceof f.w&&t.code==="load-balancer-down",Mn=(0,m.YA)(1),On=(0,m.YA)(30);async function Be(t,e){const{clock:n,journal:r,context:s,leases:a,cancellation:o}=t,{reporter:i,cluster:c}=s,{worker:d,drainOn:l}=e;o.check(),r.at(d,"drainStarted",n.now()),i.step({host:d,name:"drain",state:"started",detail:`on ${l.join(", ")||"none"}`}),a.hold(d,l);const u=En(t,e),h=se([u.done,Rn(t,e,c.rollout.drainTimeout)]),[w,$]=await o.orLeave(h).catch(async g=>{throw await u.begun,g}),p=w.some(({kind:g})=>g==="still-in-flight");if(p&&c.rollout.onDrainTimeout==="fail")throw Ln(d,w,c.rollout);const v=p?{deadline:Mn}:{},T=await U(t,e,"drain",g=>g.maintain(d,v)),y=[...$,...T.map(g=>g.cut)].reduce((g,ve)=>g+ve,0);r.cut+=y,r.at(d,"drained",n.now()),y>0&&i.warning(`${d}: ${y} requests were still in flight after the drain timeout, and are cut.`),i.step({host:d,name:"drained",state:"done",detail:y>0?`${y} cut`:void 0})}function En(t,e){const{reporter:n,cluster:r}=t.context,{worker:s}=e,{drainTimeout:a,onDrainTimeout:o}=r.rollout,i=new Map,c=()=>{const h=[...i.values()].reduce((w,$)=>w+$,0);n.step({host:s,name:"drain",state:"progress",detail:`${h} in flight`})},d=new Map(e.drainOn.map(h=>[h,Promise.withResolvers()])),l=U(t,e,"drain",async(h,w)=>{const $=p=>{d.get(w)?.resolve(),i.set(w,p),c()};try{for(;;){const p=await h.drain(s,{deadline:a,onProgress:$});if(p.kind==="drained"||o!=="wait")return p;t.cancellation.check();const v=(0,m.a3)(a);n.info(`${s}: ${p.inFlight} requests in flight on ${w} after ${v}; waiting on, as on-drain-timeout says.`)}}finally{d.get(w)?.resolve()}}),u=Promise.all([...d.values()].map(({promise:h})=>h));return{done:l,begun:Promise.race([u,l.catch(()=>{})])}}async function Rn(t,{worker:e,leaveOn:n},r){const{clock:s}=t,a=s.now().getTime()+r;return U(t,{worker:e,drainOn:n},"drain",async o=>{for(let i=0;;){const d=((await o.observe()).workers.get(e)?.servers??[]).reduce((l,{inFlight:u})=>l+u,0);if(i=d===0?i+1:0,i===2||s.now().getTime()>=a||t.cancellation.requested)return d;await s.sleep((0,m.Rz)(500))}})}async function qe(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout,s=(0,m.Rz)(r+On);await ne(t,e,"check",async(a,o)=>{const{passed:i,seen:c}=await a.check(n,{deadline:s}).catch(In);if(!i)throw new f.w({code:"check-failed",host:o,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:c,hint:`Can ${o} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function Nn(t,e){await ne(t,e,"drain",n=>n.maintain(e.worker))}function In(t){if(t instanceof f.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function Ce(t,e){const{context:n,clock:r,journal:s,leases:a}=t,{worker:o}=e;await se([ne(t,e,"readmit",i=>i.readmit(o)),Pn(t)]),a.letGo(o),s.at(o,"readmitted",r.now()),n.reporter.step({host:o,name:"readmitted",state:"done"})}async function Fn(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout;try{await U(t,e,"readmit",async s=>{try{await s.readmit(n)}catch(a){if(!(a instanceof f.w&&a.code==="not-checked"))throw a;await s.check(n,{deadline:r}),await s.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function Pn(t){const{context:e,journal:n}=t,r=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:s})=>{try{return[[s,await(await C(e,s)).observe()]]}catch(a){if(te(a))return[];throw a}}));n.views=new Map(r.flat())}async function U(t,{worker:e,drainOn:n},r,s){return await t.lock.confirm(e),se(n.map(a=>ze(t,a,r,s)))}async function ne(t,{worker:e,drainOn:n},r,s){await t.lock.confirm(e);const o=(await Promise.allSettled(n.map(l=>ze(t,l,r,s)))).flatMap((l,u)=>l.status==="rejected"?[{host:n[u],error:l.reason}]:[]),i=o.filter(({error:l})=>te(l)),[c]=o.filter(({error:l})=>!te(l));for(const{host:l,error:u}of i)t.journal.lost.set(l,u);if(c)throw c.error;const[d]=i;if(d&&i.length===n.length)throw d.error}async function ze({context:t},e,n,r){const s=async()=>r(await C(t,e),e);try{return await s().catch(a=>{if(a instanceof f.w&&a.code==="connection-lost")return s();throw a})}catch(a){throw a instanceof f.w?a.with({host:e,step:n}):a}}async function se(t){return await Promise.allSettled(t),Promise.all(t)}function Ln(t,e,{drainTimeout:n}){const r=e.reduce((s,a)=>s+(a.kind==="still-in-flight"?a.inFlight:0),0);return new f.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,m.a3)(n)}.`,seen:`${r} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const re=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,ae={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var jn=A(8161);const Bn=(0,m.YA)(5);class Ue{#e;#n=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#n}check(){if(this.requested)throw oe()}orLeave(e){return this.#t(e,0,()=>oe())}orHurry(e){return this.#t(e,Bn,()=>(this.#n=!0,oe()))}#t(e,n,r){return new Promise((s,a)=>{let o;const i=()=>{o=setTimeout(()=>a(r()),n)},c=()=>{clearTimeout(o),this.#e.removeEventListener("abort",i)};e.finally(c).then(s,a),this.requested?i():this.#e.addEventListener("abort",i,{once:!0})})}}const oe=()=>new f.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."}),ie=(0,m.YA)(10),He=(0,m.YA)(3);class qn{context;clock;owner;#e;#n;#t;#r=!1;constructor(e,n,r,s,a){this.context=e,this.clock=n,this.owner=s,this.#e=new Map(r.map(o=>[o.name,{host:o,renewedAt:a}])),this.#n=setInterval(()=>{for(const o of this.#e.values())this.#o(o)},Oe),this.#n.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(s=>this.#i(s))),this.#t!==void 0)throw this.#t;const r=n.find(s=>!this.#a(s));if(r!==void 0)throw r.failure??Rt(r.host.name,ie)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#n);const e=[...this.#e.values()];await ce(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#a({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=ie}async#i(e){for(let n=0;n<2&&this.#t===void 0&&!this.#a(e);n+=1)await We(ie,this.#o(e))}#o(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:r,cluster:s}=this.context,a=this.clock.now().getTime();try{const i=await(await this.context.remote(e.host)).run(_t(s.workers.root,this.owner));if(!this.#c(n))return;i==="renewed"?(e.renewedAt=a,e.failure!==void 0&&r.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#t??=j(n,i.lost)}catch(o){e.failure===void 0&&this.#c(n)&&r.warning(Cn(n,o)),e.failure=o}}#c(e){return!this.#r&&this.#e.has(e)}}function Cn(t,e){const n=e instanceof f.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,m.a3)(x)} unless it can be. ${n}`}async function ce(t,e,n){const{root:r}=t.cluster.workers;await Promise.all(e.map(async({host:s,renewing:a})=>{const o=async()=>(await t.remote(s)).run(Mt(r,n)),i=await We(He,Promise.all([o(),a]).then(()=>"none",d=>d));if(i==="none")return;if(i!==void 0&&!(i instanceof f.w))throw i;const c=i?.failure.message??`It did not answer within ${(0,m.a3)(He)}.`;t.reporter.warning(`${s.name}: the lock could not be given back; it expires by itself within ${(0,m.a3)(x)}. ${c}`)}))}async function We(t,e){let n;const r=new Promise(s=>{n=setTimeout(()=>s(void 0),t)});try{return await Promise.race([e,r])}finally{clearTimeout(n)}}const zn=(0,m.YA)(2),Un=(0,m.YA)(15);async function Hn(t,{workers:e,after:n}={}){const r=t.clock??ae,s=new Ue(t.signal),a=t.cluster.workers.hosts.filter(({name:w})=>e===void 0||e.includes(w)).sort((w,$)=>w.name<$.name?-1:1),{id:o,by:i,url:c}=t.run,d=bt({run:o,by:i,url:c,machine:(0,jn.hostname)(),pid:process.pid}),{lockTimeout:l}=t.cluster.rollout,u=r.now().getTime()+l;let h=0;try{for(;;){s.check();const w=r.now().getTime(),$=await Yn(t,a,d,n);if($===void 0)return new qn(t,r,a,d,w);const p=r.now().getTime();if(p>=u)throw Et($.worker,$.by,l);if(p-h>=Un){h=p;const v=(0,m.a3)((0,m.Rz)(u-p)),T=`waiting for ${E($.by.owner)}; ${v} left`;t.reporter.step({host:$.worker,name:"lock",state:"progress",detail:T})}await s.orLeave(Wn(r,(0,m.Rz)(u-p)))}}catch(w){throw w instanceof f.w?w.with({step:"lock",left:"Nothing was changed."}):w}}const Wn=(t,e)=>t.sleep((0,m.Rz)(Math.min(e,zn*(1+Math.random()/2))));async function Yn(t,[e,...n],r,s){const{root:a}=t.cluster.workers,o=[],i=async c=>{const d=await t.remote(c);return o.push({host:c}),{worker:c.name,answer:await d.run(yt(a,r,s))}};try{const c=e===void 0?[]:[await i(e)];if(c[0]?.answer.kind==="acquired"){const d=await Promise.allSettled(n.map(i)),l=d.find(u=>u.status==="rejected");if(l)throw l.reason;c.push(...d.flatMap(u=>u.status==="fulfilled"?[u.value]:[]))}for(const{worker:d,answer:l}of c)if(l.kind==="held")return await ce(t,o,r),{worker:d,by:l.by};for(const{worker:d,answer:l}of c)l.kind==="acquired"&&Dn(t,d,l.from,s);return}catch(c){throw await ce(t,o,r),c}}function Dn({reporter:t},e,n,r){n!==void 0&&(n.run===r?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${E(n)}, which stopped renewing it.`))}const Ye=String.raw`
probe() {
  if command -v curl >/dev/null 2>&1; then
    curl -q -g -s -o /dev/null -m 2 --noproxy '*' -w '%{http_code}' -- "http://127.0.0.1:$port$health" || :
  else
    perl -MIO::Socket::INET -e '
      alarm 2;
      my ($port, $path) = @ARGV;
      my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => 2) or do { print "000"; exit };
      print $s "GET $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\nConnection: close\r\n\r\n"; $s->flush;
      my $line = <$s>;
      print defined $line && $line =~ m{^HTTP/[0-9.]+ ([0-9]{3})} ? $1 : "000"' "$port" "$health" || printf 000
  fi
}
`,de=String.raw`
look() {
  load=; active=; sub=; pid=0; user=
  shown=$(systemctl show -p LoadState -p ActiveState -p SubState -p MainPID -p User -- "$unit")
  while IFS='=' read -r key value; do
    case $key in
      LoadState) load=$value ;;
      ActiveState) active=$value ;;
      SubState) sub=$value ;;
      MainPID) pid=$value ;;
      User) user=$value ;;
    esac
  done <<SHOWN
$shown
SHOWN
}

running() {
  [ "$pid" != 0 ] || return 0
  one_line "$({ readlink "/proc/$pid/cwd" || sudo -n /usr/bin/readlink "/proc/$pid/cwd" || :; } 2>/dev/null)"
}

one_line() { printf '%s' "$1" | tr '\n\r' '??'; }
`,Kn=(0,m.Gx)(2),Gn="restarted",Vn=String.raw`${Y}${Ye}${de}
${b.td}
ticks() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }
end() {
  echo "end=$1"
  echo "answer=$answer"
  echo "state=$active/$sub $(systemctl show -p Result -p ExecMainStatus -- "$unit" | tr '\n' ' ')"
  echo "folder=$(running)"
  echo "pid=$pid"
  [ "$1" = healthy ] || journalctl -q -u "$unit" -n 10 --no-pager -o cat 2>/dev/null | sed 's/^/log=/' || :
  exit 0
}
answer=000
# Restarts of a release that crashed count towards systemd's start limit, which must not hit the one that mends it.
sudo -n /usr/bin/systemctl reset-failed "$unit" 2>/dev/null || :
if ! sudo -n /usr/bin/systemctl restart "$unit"; then look; end restart-failed; fi
look
first=$pid
ticks; began=$now; passed=0
echo restarted
while :; do
  look
  case $active in
    failed | inactive | deactivating) end crashed ;;
  esac
  # Another process than the one that was started, or none: it died, and systemd may be starting it again.
  if [ "$pid" != "$first" ]; then end crashed; fi
  answer=$(probe)
  case $answer in
    2??) passed=$((passed + 1)) ;;
    *) passed=0 ;;
  esac
  ticks; lived=$((now - began))
  if [ "$passed" -ge "$healthy_after" ] && [ "$lived" -ge "$steady" ]; then
    if [ "$(running)" = "$(readlink -f -- "$root")/releases/$id/tree" ]; then end healthy; fi
    end wrong-release
  fi
  if [ "$passed" -lt "$healthy_after" ] && [ "$lived" -ge "$start_timeout" ]; then end unhealthy; fi
  sleep 0.1
done
`;function Jn(t,e){const{root:n,unit:r,port:s,health:a}=t,{id:o,owner:i,startTimeout:c,healthyAfter:d,steady:l}=e;return{name:`switch to ${o}`,text:Vn,values:{root:n,unit:r,port:String(s),health:a,id:o,owner:i,healthy_after:String(d),start_timeout:String(Math.ceil(c/10)),steady:String(Math.ceil(l/10))},deadline:(0,m.Rz)(c+l+Kn),parse:Xn}}function Xn(t){if(t.status===L)throw j(void 0,void 0);const e=(0,k.gq)(t).stdout.split(`
`),n=e.filter(a=>a.startsWith("log=")).map(a=>a.slice(4)),r=e.filter(a=>/^(end|answer|state|folder|pid)=/.test(a)).join(`
`),s=(0,k.OA)(r,["end","answer","state","folder","pid"]);return{...s,end:s.end,log:n}}function Zn(t,e,{id:n,startTimeout:r}){const{unit:s,port:a,health:o,root:i}=t,{end:c,answer:d,state:l,folder:u,log:h}=e,w=h.length>0?`; the end of its log:
${h.join(`
`)}`:"",$=d==="000"?"nothing":d,p=`On the host: \`journalctl -u ${s} -n 50\`.`;switch(c){case"healthy":return;case"restart-failed":return new f.w({code:"restart-failed",message:`systemd could not start ${s} with ${n}.`,seen:`${l}${w}`,hint:p});case"crashed":return new f.w({code:"app-crashed",message:`${n} started and died.`,seen:`${l}${w}`,hint:p});case"unhealthy":return new f.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,m.a3)(r)}.`,seen:`GET http://127.0.0.1:${a}${o} answered ${$}; ${l}${w}`,hint:`${p} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new f.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:u===""?"where the process runs can\u2019t be told":`the process of ${s} runs in ${u}`,hint:`\`systemctl cat ${s}\` on the host: WorkingDirectory must be ${i}/current.`})}}async function De(t,e,{to:n,from:r,event:s,steady:a}){const{context:o,clock:i,journal:c,lock:d}=t,{workers:l,rollout:u}=o.cluster,{worker:h}=e,w=await ee(o,h),{startTimeout:$,healthyAfter:p}=u,v={id:n,owner:d.owner,startTimeout:$,healthyAfter:p,steady:a},T=Promise.withResolvers(),y=_=>{_===Gn&&(s==="activated"&&c.at(h,"switched",i.now()),o.reporter.step({host:h,name:s==="activated"?"switched":s,state:"done",detail:n}),T.resolve())},g=re(o.run),ve={at:i.now(),event:s,release:n,from:r,by:g,reason:t.reason},wt=T.promise.then(()=>qe(t,e)),$t=T.promise.then(()=>w.run((0,b.cJ)(l.root,ve)));for(const _ of[wt,$t])_.catch(()=>{});try{await d.confirm(h);const _=await w.run(Jn(l,v),{onLine:y}),pt=Zn(l,_,v);if(pt)throw pt;c.processes.set(h,_.pid),s==="activated"&&c.at(h,"healthy",i.now()),o.reporter.step({host:h,name:"healthy",state:"done"})}catch(_){throw _ instanceof f.w?_.with({host:h,step:"switch"}):_}await wt,await $t}const Qn=t=>({name:"look at the process",text:`${de}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,m.YA)(15),parse:e=>(0,k.OA)((0,k.gq)(e).stdout,["pid"]).pid});async function Ke({context:t,journal:e}){const{unit:n}=t.cluster.workers;await R([...e.processes].filter(([r])=>!e.missed.includes(r)),async([r,s])=>{const a=await es(t,r);if(a!==void 0&&a!==s)throw ts(r,n,s,a)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function es(t,e){try{return await(await ee(t,e)).run(Qn(t.cluster.workers.unit))}catch(n){if(z(n))return;throw n}}const ts=(t,e,n,r)=>new f.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${r==="0"?"none runs now":`systemd has started it again as ${r}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`});function Ge(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const r=n/(1-n);let s=Math.exp(ns(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),a=s;for(let o=t;o<e&&s>a*1e-12;o+=1)s*=(e-o)/(o+1)*r,a+=s;return Math.min(1,a)}const ns=(t,e)=>le(t)-le(e)-le(t-e);function le(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const N=20,Ve=3,ss=.001,Je=2,Xe=.01,rs=(0,m.YA)(3),as=(0,m.Rz)(200),Ze=1024;function os(t,e,n,r=0){const s=[Qe("new release",t),Qe("old release",e),ls(t,e)].join("; ");if(t.requests<N)return{phase:"inconclusive",why:`too little traffic: fewer than ${N} requests`,seen:s};const a=e.requests>=N,o=cs(t,n);if(a?is(t,e,n):o){const i=a?"clearly more errors than the old release":`more than ${et(Xe)} errors`;return t.errors>r?{phase:"failed",why:i,seen:s}:{phase:"inconclusive",why:`${i}, but none of late`,seen:s}}return ds(t,e)?{phase:"failed",why:a?"clearly slower than the old release":"slower than the objective",seen:s}:o?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:s}:{phase:"successful",seen:s}}function is(t,e,n){const r=ue(t);if(t.errors<Ve||r<ss||r<Je*ue(e))return!1;const s=t.requests/(t.requests+e.requests);return Ge(t.errors,t.errors+e.errors,s)<n}const cs=({errors:t,requests:e},n)=>t>=Ve&&Ge(t,e,Xe)<n;function ds(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<N&&t.meanTime>rs:t.meanTime>=Math.max(Je*e.meanTime,e.meanTime+as)}const ue=({errors:t,requests:e})=>e===0?0:t/e;function Qe(t,e){const{workers:n,requests:r,errors:s}=e;if(n.length===0)return`${t}: none`;const a=r===0?"":` (${et(ue(e))})`;return`${t} on ${n.join(", ")}: ${s} of ${r} requests failed${a}`}function ls(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${Ze} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,m.a3)(e.meanTime)}`;return`mean response time ${(0,m.a3)(t.meanTime)}${n}`}const et=t=>`${Number((t*100).toPrecision(3))} %`;class us{#e=new Set;#n=new Map;#t=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,r]of e){const s=this.#t.get(n);if(this.#t.set(n,r),s===void 0||this.#e.size===0)continue;const a=this.#n.get(n)??hs(r.worker);fs(s.traffic,r.traffic)?this.#n.set(n,{...a,unbroken:0,meanTime:void 0}):this.#n.set(n,ms(a,s.traffic,r.traffic))}}switch(e,n){const r=new Set(e);for(const[s,a]of this.#n)r.has(a.worker)&&(this.#e.has(a.worker)||this.#r.push({...a,meanTime:void 0}),this.#n.delete(s));for(const[s,{worker:a}]of this.#t)r.has(a)&&this.#t.delete(s);this.add(n);for(const s of e)this.#e.add(s)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const r=[...n,...[...this.#n.values()].filter(e)],s=[...this.#t.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:o})=>o>0),...s].map(({worker:o})=>o))].sort(),requests:tt(r,"requests"),errors:tt(r,"errors"),meanTime:ws(r)}}}const tt=(t,e)=>Math.max(0,t.reduce((n,r)=>n+r[e],0)),hs=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),fs=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function ms({worker:t,requests:e,errors:n,unbroken:r},s,a){const o=a.failed-s.failed,i=a.responses-s.responses+o;return{worker:t,requests:e+i,errors:n+(a.serverErrors-s.serverErrors)+o,unbroken:r+i,meanTime:a.meanTime}}function ws(t){const e=t.filter(({unbroken:r,meanTime:s})=>s!==void 0&&r>=Ze),n=e.reduce((r,s)=>r+s.requests,0);if(n!==0)return(0,m.Rz)(e.reduce((r,s)=>r+s.requests*(s.meanTime??0),0)/n)}const nt=(0,m.YA)(5),$s=1,ps=4,ks=.01;class gs{#e=new us;#n;#t=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#n=e}switched(e,n){this.#e.switch(e,n),this.#t=e,this.#s={...n,down:new Map([...n.down].filter(([r])=>!e.includes(r)))}}async watch(e,n){const r=Math.max(1,Math.ceil(n/nt)),s=n>0?(0,m.Rz)(n/r):nt;let a=0,o=0;n>0&&this.#o("started",`${r} measurements`);for(let i=1;;i+=1){(n>0||i>1)&&await this.#a(s);const{phase:c,why:d,seen:l}=this.#i(ks/r),{silent:u}=this.#s;a+=c==="failed"?1:0,o=u.length>0?o+1:0;const h=[d,l,...u.map(({failure:$})=>`${$.host} does not answer: ${$.message}`)].filter(Boolean).join("; "),w=$=>{const p=n>0||this.#e.fresh().requests>=N;return(p||$!=="inconclusive")&&this.#o($==="failure"?"failed":"done",`${$}: ${h}`),$==="inconclusive"&&p&&this.#n.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${h}`),{batch:e,verdict:$,seen:h}};if(a>$s)return w("failure");if(o>ps)return w("inconclusive");if(i>=r&&c!=="failed")return w(c==="successful"&&o===0?"success":"inconclusive");this.#o("progress",`${Math.min(i,r)} of ${r}: ${h}`)}}async#a(e){const{source:n,clock:r,cancellation:s}=this.#n;s.check(),await s.orLeave(r.sleep(e)),this.#s=await s.orLeave(n.read()),this.#e.add(this.#s)}#i(e){const n=this.#e.fresh(),r=os(n,this.#e.rest(),e,this.#r);r.phase==="failed"&&(this.#r=n.errors);const s=[...this.#s.down].filter(([o])=>this.#e.switched.includes(o));if(s.length===0)return r;const a=s.map(([o,i])=>`${o} fails the health check of ${i.join(", ")}`).join("; ");return{...r,phase:"failed",why:a}}#o(e,n){for(const r of this.#t)this.#n.reporter.step({host:r,name:"watch",state:e,detail:n})}}function bs({batch:t,seen:e}){return new f.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}function st(t,e){return t.workers.hosts.map(({name:n})=>{const r=e.workers.get(n),s=r instanceof f.w?void 0:r;return{worker:n,active:s?.releases.active,running:s?.probe.running,healthy:s?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([a,o])=>[a,I(o,n)]))}})}function I(t,e){const n=t instanceof f.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:r})=>r!=="ready")?"drained-by-others":"down"}class ys{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(async n=>{try{return[n,await(await this.open(n)).observe()]}catch(r){if(r instanceof f.w)return[n,r.with({host:n})];throw r}});return he(new Map(await Promise.all(e)))}}function he(t){const e=new Map,n=new Map,r=[];for(const[s,a]of t){if(a instanceof f.w){r.push(a);continue}for(const{worker:o,servers:i}of a.workers.values()){for(const{backend:c,server:d,traffic:l}of i)e.set(`${s} ${c}/${d}`,{worker:o,traffic:l});I(a,o)==="down"&&n.set(o,[...n.get(o)??[],s])}}return{counters:e,down:n,silent:r}}async function vs(t,e,n){const{context:r,journal:s,watch:a}=t,{canary:o}=r.cluster.rollout,i=e.tasks.map(({worker:l})=>l).filter(l=>!s.missed.includes(l));a.switched(i,he(s.views));const c=o!==void 0&&(n===1||e.title==="canary"),d=await a.watch(n,c?o.watch:(0,m.YA)(0));if((c||d.verdict!=="inconclusive")&&s.watched.push(d),d.verdict==="failure")throw bs(d);c&&await Ke(t)}const _s=(0,m.YA)(5);async function rt(t,e,n){const{context:r,journal:s,lock:a,cancellation:o}=t;let{trial:i}=n;for(const[c,d]of e.entries()){const l=d.tasks.map(({worker:h})=>h).join(", "),u=n.direction==="forward"?"Batch":"Going back, batch";await r.reporter.group(`${u} ${c+1} of ${e.length}: ${l}`,async()=>{o.check();for(const{worker:p}of d.tasks)await a.confirm(p);const h=e[c-1];h&&Os(t,d,h);const w=i?_s:(0,m.YA)(0);for(const{worker:p}of d.tasks)s.begin(p,c+1);const $=R(d.tasks,p=>Ss(t,p,n,w),{code:"batch-failed",message:"Several workers of the batch failed."});if(await o.orHurry($),s.lost.size>0)throw Es(t);n.direction==="forward"&&t.target.kind==="deploy"&&await vs(t,d,c+1)}),d.tasks.some(({does:h})=>h==="switch")&&(i=!1)}}async function Ss(t,e,{direction:n},r){const{worker:s,to:a,previous:o}=e;let i="drain";try{await Be(t,e),e.does==="switch"?(await t.leases.confirm(s),i="switch",await De(t,e,{to:a,from:o,event:n==="forward"?"activated":"reverted",steady:r})):await qe(t,e),i="readmit",await Ce(t,e),t.journal.done.push(e)}catch(c){if(!(c instanceof f.w))throw c;if(Ts(t,s,c),z(c)&&c.failure.host===s)return As(t,e,c);throw await xs(t,e,i,n,c),c}}function Ts({context:t,cancellation:e},n,{failure:r}){if(e.requested)return;const{code:s,message:a,step:o="switch"}=r;t.reporter.step({host:n,name:o,state:"failed",detail:`${s}: ${a}`})}function As({context:t,journal:e,leases:n,lock:r},{worker:s},a){if(n.letGo(s),e.missed.length>=t.cluster.rollout.maxUnreachable)throw a;e.missed.push(s),r.forget(s),t.reporter.warning(`${s} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function xs(t,e,n,r,s){const{worker:a,previous:o}=e,{reporter:i}=t.context,c=d=>i.warning(`${a} stays drained: ${d}`);try{n==="drain"&&s.code!=="check-failed"?await Fn(t,e):e.does==="readmit"?c("its check does not pass."):r==="back"?c("going back failed, and a revert is never reverted."):o===void 0?c("there is no release to go back to."):t.onFailure==="freeze"?c(`it is not put back to ${o}, as the policy is to freeze.`):(i.info(`${a}: going back to ${o}.`),n==="readmit"?await Be(t,e):await Nn(t,e),await t.lock.confirm(a),Ms.has(s.code)||await t.leases.confirm(a),await De(t,e,{to:o,from:e.to,event:"reverted",steady:(0,m.YA)(0)}),await Ce(t,e))}catch(d){if(!(d instanceof f.w))throw d;i.warning(`${a} could not be put back, and stays drained where it was: ${d.message}`)}finally{t.leases.letGo(a)}}const Ms=new Set(["app-crashed","app-unhealthy","restart-failed"]);function Os({context:t,journal:e},{tasks:n,title:r},s){if(r==="not serving")return;const{minAvailable:a}=t.cluster.rollout,o=new Set(n.map(({worker:u})=>u)),i=t.cluster.workers.hosts.map(({name:u})=>u).filter(u=>!o.has(u)),c=new Set(s.tasks.map(({worker:u})=>u).filter(u=>!e.missed.includes(u))),d=[...e.views.values()],l=i.filter(u=>!c.has(u)&&d.some(h=>I(h,u)!=="in"));if(!(i.length-l.length>=a))throw new f.w({code:"too-few-available",step:"drain",message:`Draining ${[...o].join(", ")} would leave ${i.length-l.length} in rotation; min-available is ${a}.`,seen:`out of rotation since this run began: ${l.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function Es({journal:t}){const[[e,{failure:n}]=["",new f.w({code:"",message:""})]]=t.lost;return new f.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const Rs=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Ns=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Is=`${Ye}${de}${M}
missing=
for tool in $tools; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
command -v curl >/dev/null 2>&1 || command -v perl >/dev/null 2>&1 || missing="$missing curl"
echo "missing=$missing"

folder=missing; place=/
if [ -d "$root" ]; then
  place=$root; folder=read-only
  [ ! -w "$root" ] || folder=writable
fi
echo "folder=$folder"
echo "free=$(df -B 1 --output=avail -- "$place" | tail -n 1 | tr -d ' ')"
echo "inodes=$(df --output=iavail -- "$place" | tail -n 1 | tr -d ' ')"

look
echo "load=$load"; echo "active=$active"; echo "sub=$sub"
may() { if sudo -n -l "$@" >/dev/null 2>&1; then echo yes; else echo no; fi; }
echo "restart=$(may /usr/bin/systemctl restart "$unit")"
if [ "$user" = "$(id -un)" ]; then echo "readlink=yes"; else echo "readlink=$(may /usr/bin/readlink /proc/1/cwd)"; fi
env=none
if [ -n "$env_file" ]; then
  env=unreadable
  [ ! -r "$env_file" ] || env=readable
fi
echo "env=$env"
echo "answer=$(probe)"
echo "real=$(one_line "$(readlink -f -- "$root")")"
echo "lock=$(read_lock)"
echo "running=$(running)"
`;function Fs(t){const{root:e,unit:n,port:r,health:s,envFile:a}=t.workers;return{name:"observe",text:Is,values:{root:e,unit:n,port:String(r),health:s,env_file:a??"",tools:Rs.join(" ")},deadline:(0,m.YA)(20),parse:o=>Ps(o,e)}}function Ps(t,e){const n=(0,k.OA)((0,k.gq)(t).stdout,Ns),r=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,m.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:r,running:Ls(r,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:O(n.lock)}}function Ls(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[r="",s,...a]=t.slice(`${n}/releases/`.length).split("/");if(s==="tree"&&a.length===0&&(0,b.F3)(r))return r}}async function F(t){const{cluster:e}=t,[n,r]=await Promise.all([at(e.workers.hosts,async s=>{const a=await t.remote(s),[o,i]=await Promise.all([a.run((0,b.vN)(e.workers.root)).catch(js),a.run(Fs(e))]);return{releases:o,probe:i}}),at(e.loadBalancers.hosts,async s=>(await Le(t,s)).observe())]);return{workers:n,loadBalancers:r}}function js(t){if(t instanceof f.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function Bs({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof f.w)}async function at(t,e){const n=await Promise.all(t.map(async r=>{try{return[r.name,await e(r)]}catch(s){if(s instanceof f.w)return[r.name,s.with({host:r.name})];throw s}}));return new Map(n)}const fe=({stage:t,batches:e,settle:n})=>t.length===0&&e.length===0&&!n;function qs(t,e,n){const r=me(t,n),s=r.flatMap(i=>zs(i,e)),a=new Set(r.filter(we).map(({name:i})=>i)),o=new Set(s.map(({worker:i})=>i));return{target:e,from:ke(r.flatMap(({seen:i})=>Cs(i)).filter(i=>i!==e.id)),stage:r.filter(({seen:i})=>!$e(i,e.id)).map(({name:i})=>i),migrate:Ds(t,e,r,s),...pe(t,s,a),finished:r.filter(({name:i})=>!o.has(i)).map(({name:i})=>i),proven:r.some(({seen:i})=>ot(i,e.id)),settle:r.some(({seen:i})=>!ot(i,e.id))}}function me(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([r,s])=>[r,I(s,n)]))}))}const we=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),$e=({releases:t},e)=>t.staged.some(n=>n.id===e),Cs=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),ot=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),H=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),W=t=>({drainOn:H(t,e=>e!=="drained-by-others"),leaveOn:H(t,e=>e==="drained-by-others")});function zs(t,e){const{name:n,seen:r}=t,{drainOn:s,leaveOn:a}=W(t),o=Us(r,e.id);if(o!==void 0){const d=Ws(r,e.id);return[{worker:n,does:"switch",to:e.id,why:o,previous:d,drainOn:s,leaveOn:a}]}const i=H(t,d=>d==="drained"||d==="down");if(i.length===0)return[];const c=`runs it, but is out of rotation on ${i.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:c,previous:void 0,drainOn:i,leaveOn:a}]}function Us({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${Hs(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const Hs=t=>t==="000"?"no answer":`answers ${t}`;function Ws({releases:t,probe:e},n){const r=new Set(t.staged.map(({id:a})=>a)),s=t.staged.findLast(({id:a,good:o})=>o&&a!==n)?.id;return[t.active,e.running,s].find(a=>a!==void 0&&a!==n&&r.has(a))}function pe(t,e,n){const{batch:r,canary:s,minAvailable:a}=t.rollout,o=it(r,t.workers.hosts.length),i=e.filter(({worker:h})=>!n.has(h)),c=e.filter(({worker:h})=>n.has(h)),d=[];let l=n.size;for(;i.length>0;){const h=i.splice(0,o);d.push({title:"not serving",tasks:h,available:l}),l+=h.filter(({leaveOn:w})=>w.length===0).length}let u=s?.hosts??0;for(;c.length>0;){const h=l-a;if(h<1)return{batches:d,problem:Ys(t,l,c)};const w=c.splice(0,Math.min(u||o,h));d.push({title:u>0?"canary":"serving",tasks:w,available:l-w.length}),u=0}return{batches:d}}const it=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function Ys(t,e,n){const{minAvailable:r}=t.rollout,s=n.map(({worker:a})=>a).join(", ");return new f.w({code:"too-few-available",step:"preflight",message:`Draining one of ${s} would leave ${e-1} in rotation; min-available is ${r}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Ds(t,e,n,r){const{migrate:s,migrations:a}=t.release,o=n[0],i=r.some(({does:u})=>u==="switch");if(s===void 0||o===void 0||!i||e.kind!=="deploy")return;const c=n.flatMap(({seen:u})=>u.releases.staged.filter(({id:h})=>h===u.releases.active));if(c.some(({id:u})=>u===e.id))return;if(a===void 0)return{worker:o.name,migrations:[]};const d=new Set(c.flatMap(({migrations:u})=>u)),l=e.migrations.filter(u=>!d.has(u));return l.length===0?void 0:{worker:o.name,migrations:l}}function ke(t){const e=n=>t.filter(r=>r===n).length;return t.reduce((n,r)=>n===void 0||e(r)>e(n)?r:n,void 0)}function Ks(t,e,{plan:n,workers:r,done:s}){const a=me(t,e),o=[],i=r.flatMap(h=>{const w=a.find(p=>p.name===h);if(w===void 0||w.seen.probe.running!==n.target.id)return[];const $=s.find(p=>p.worker===h)?.previous??n.from;return $===void 0||!$e(w.seen,$)?(o.push(h),[]):[{worker:h,does:"switch",to:$,why:`goes back to ${$}`,previous:n.target.id,...W(w)}]}),c=new Set(a.filter(we).map(({name:h})=>h)),d={...t,rollout:{...t.rollout,canary:void 0}},{batches:l,problem:u}=pe(d,i,c);return{batches:l,problem:u,stuck:o}}function Gs(t,e,n){const r=[...e.workers].flatMap(([l,u])=>z(u)?[l]:[]),s=[...e.loadBalancers.values()],a=r.filter(l=>!s.some(u=>I(u,l)==="in")),o=r.filter(l=>!a.includes(l)).map(l=>e.workers.get(l)),i=a.length<=t.rollout.maxUnreachable?a:[],c=dt(t,[...i,...n]),d=[...c.workers.hosts.map(({name:l})=>e.workers.get(l)),...c.loadBalancers.hosts.map(({name:l})=>e.loadBalancers.get(l))].filter(l=>l instanceof f.w).map(l=>o.includes(l)?Vs(l):l);return d.length>0?{problems:d}:{cluster:c,observation:lt(c,e),missed:i}}const Vs=({failure:t})=>new f.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function ct(t,e){const n=[...e.workers,...e.loadBalancers].flatMap(([a,o])=>o instanceof f.w?[{name:a,seen:o}]:[]),r=dt(t,n.map(({name:a})=>a)),s=t.workers.hosts.map(({name:a})=>a).filter(a=>n.some(o=>o.name===a));return{cluster:r,observation:lt(r,e),missed:s,silent:n.map(({seen:a})=>a)}}function dt(t,e){const n=({name:a})=>!e.includes(a),{workers:r,loadBalancers:s}=t;return{...t,workers:{...r,hosts:r.hosts.filter(n)},loadBalancers:{...s,hosts:s.hosts.filter(n)}}}function lt(t,e){const n=(r,s)=>new Map(s.map(({name:a})=>[a,r.get(a)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const Js=new Set(["cancelled","lock-lost","lease-lost"]);async function Xs(t,e,n){const{context:r,journal:s,onFailure:a}=t;if(Js.has(n.code))return;const o=s.done.filter(({does:d})=>d==="switch").map(({worker:d})=>d),c=[...e.proven?[]:e.finished,...o].reverse();if(c.length!==0){if(a==="freeze")return"frozen";if(a==="halt"||s.lost.size>0)return"halted";try{return await r.reporter.group("Revert",async()=>{const d=ct(r.cluster,await F(r)),l=Ks(d.cluster,d.observation,{plan:e,workers:c,done:s.done});for(const h of l.stuck)r.reporter.warning(`${h} stays: it has no release to go back to.`);if(l.problem)throw l.problem;const u={...t,context:{...r,cluster:d.cluster}};await rt(u,l.batches,{direction:"back",trial:!1})}),"reverted"}catch(d){if(!(d instanceof f.w))throw d;return r.reporter.warning(`The revert stopped, and is not reverted: ${d.message}`),"revert-failed"}}}const Zs=[80,443],Qs=String.raw`
command -v perl >/dev/null || { echo "no perl on the worker, to look with"; exit 0; }
perl -MSocket=:all -MIO::Socket::INET -MErrno=:POSIX -e '
  my ($address, $port, @doors) = @ARGV;
  my $packed = inet_aton($address) or do { print "no such address"; exit };
  my $there = uc unpack "H8", pack "V", unpack "N", $packed;
  sub connections {
    my %seen;
    for my $table ("/proc/net/tcp", "/proc/net/tcp6") {
      open my $in, "<", $table or next;
      while (<$in>) {
        my (undef, $local, $remote) = split;
        next unless defined $remote and $local =~ /:([0-9A-F]{4})$/ and hex $1 == $port;
        $seen{$1} = 1 if $remote =~ /$there:([0-9A-F]{4})$/;
      }
    }
    return %seen;
  }
  for my $door (@doors) {
    my $s = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $door, Timeout => 2);
    if ($s) { print "it answers on port $door"; exit }
    if ($!{ECONNREFUSED} or $!{ECONNRESET}) { print "it answers on port $door, by a refusal"; exit }
  }
  my %before = connections();
  for (1 .. 30) {
    select undef, undef, undef, 0.1;
    my %now = connections();
    if (grep { !$before{$_} } keys %now) { print "it opens connections to the app"; exit }
  }
  print "nothing"' "$address" "$port" $doors
`,er=(t,e)=>({name:`look for ${t.name}`,text:Qs,values:{address:t.address,port:String(e),doors:[t.port,...Zs].join(" ")},deadline:(0,m.YA)(20),parse:n=>(0,k.gq)(n).stdout.trim()});async function tr(t,e){const{workers:n}=t.cluster;await R(await An(t),async({name:r,remote:s})=>{const a=await s.run(er(e,n.port));if(a!=="nothing")throw nr(e,r,a)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const nr=(t,e,n)=>new f.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});function sr(t,e){const{target:n,stage:r,migrate:s,batches:a,finished:o}=e;return fe(e)?[ar(n)]:[or(e),...r.length>0?[`stage on ${r.join(", ")}: only what each lacks is sent`]:[],...s?[`migrate once, on ${s.worker}, by ${t.release.migrate?.join(" ")}: ${ir(s.migrations)}`]:[],...o.length>0?[`leave ${o.join(", ")}: ${rr(n)}`]:[],...cr(t,a),...a.flatMap((i,c)=>dr(t,i,c,a.length)),...n.kind==="repair"?[]:[`settle: mark ${n.id} good, keep ${t.release.keep} good releases besides those in use`]]}const rr=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",ar=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function or({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const ir=t=>t.length>0?t.join(", "):"the program knows which are new";function cr({rollout:t,workers:e},n){const r=it(t.batch,e.hosts.length),s=Math.max(0,...n.filter(({title:o})=>o==="serving").map(({tasks:o})=>o.length)),a=n.filter(({title:o})=>o==="serving").reduce((o,{tasks:i})=>o+i.length,0);return s===0||s>=Math.min(r,a)?[]:[`batches of ${s} instead of ${r}: min-available is ${t.minAvailable}`]}function dr(t,{title:e,tasks:n,available:r},s,a){const{drainTimeout:o,healthyAfter:i}=t.rollout,c={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${s+1} of ${a}${c}: ${r} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(d=>[`  ${d.worker}: ${d.why}`,...lr(d,`wait up to ${(0,m.a3)(o)} for requests in flight`,i)])]}function lr({does:t,to:e,drainOn:n,leaveOn:r,previous:s},a,o){const i=n.join(", "),c=s===void 0?"there is no release to go back to":`if it fails, back to ${s}`;return[...n.length>0?[`    drain on ${i}; ${a}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${o} times in a row; ${c}`]:[],...n.length>0?[`    fresh check on ${i}; readmit`]:[],...r.length>0?[`    stays as it is on ${r.join(", ")}: somebody else drained it there`]:[]]}function ur({worker:t,active:e,running:n,healthy:r,rotation:s}){const a=n===void 0?"runs no known release":`runs ${n}`,o=e===void 0||e===n?"":` while current is ${e}`,i=[...s],c={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[d]=i,u=d!==void 0&&i.every(([,w])=>w===d[1])?c[d[1]]:i.map(([w,$])=>`${c[$]} on ${w}`).join(", ");return`${t} ${a}${o}, ${r===void 0?"health unknown":r?"healthy":"unhealthy"}, ${u}`}const hr=(0,m.YA)(10);class fr{context;clock;#e=new Map;#n;#t=new Map;constructor(e,n){this.context=e,this.clock=n,this.#n=setInterval(()=>this.#s(),Oe),this.#n.unref()}hold(e,n){for(const r of n){const s=this.#e.get(r)??new Map;this.#e.set(r,s.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,r])=>{const s=r.get(e);if(!(s===void 0||this.#r(s))&&(await this.#a(n,[e]),!this.#r(r.get(e)??0)))throw wr(e,n)}))}stop(){clearInterval(this.#n),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=hr}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#t.has(e))continue;const r=this.#a(e,[...n.keys()]).catch(mr).finally(()=>this.#t.delete(e));this.#t.set(e,r)}}async#a(e,n){const r=this.clock.now().getTime(),a=await(await C(this.context,e)).renew(n),o=this.#e.get(e);for(const i of n)!a.includes(i)&&o?.has(i)&&o.set(i,r)}}function mr(t){if(!(t instanceof f.w))throw t}const wr=(t,e)=>new f.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),$r=(0,m.Gx)(15),pr=String.raw`
while IFS= read -r buka_line || [ -n "$buka_line" ]; do
  case $buka_line in
    '' | '#'* | ';'*) continue ;;
    *=*) ;;
    *) continue ;;
  esac
  buka_key=$(printf %s "$(printf '%s\n' "$buka_line" | cut -d = -f 1)" | tr -d ' \t')
  buka_value=$(printf '%s\n' "$buka_line" | sed -e 's/^[^=]*=[[:space:]]*//' -e 's/[[:space:]]*$//')
  case $buka_key in '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
  case $buka_value in
    \"*\") buka_value=$(printf '%s\n' "$buka_value" | sed -e 's/^"//' -e 's/"$//' -e 's/\\\(["\\$${"`"}]\)/\1/g') ;;
    \'*\') buka_value=$(printf '%s\n' "$buka_value" | sed -e "s/^'//" -e "s/'$//") ;;
  esac
  export "$buka_key=$buka_value"
done
`;function kr({root:t,envFile:e},n,r,s){const a=r.map((o,i)=>`word${i}`);return{name:`migrate ${n}`,text:`${Y}
set -- ${a.map(o=>`"$${o}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${pr}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:s,env_file:e??"",...Object.fromEntries(a.map((o,i)=>[o,r[i]??""]))},deadline:$r,parse(o){if(o.status===L)throw j(void 0,void 0);(0,k.gq)(o)}}}function gr(t,e,n){const r=(0,b.cJ)(t,e);return{...r,text:`${Y}${r.text}`,values:{...r.values,owner:n},parse(s){if(s.status===L)throw j(void 0,void 0);r.parse(s)}}}async function ut(t,e,{target:n,from:r},s,a){const{cluster:o,run:i,clock:c=ae}=t,d={at:c.now(),release:n.id,from:r,by:re(i)},l=await t.remote(e);for(const u of(0,b.QW)(d,a))await l.run(gr(o.workers.root,u,s))}async function br(t,e,n,r){const{workers:s,release:a}=t.cluster,{migrate:o}=e,i=s.hosts.find(({name:h})=>h===o?.worker);if(o===void 0||i===void 0||a.migrate===void 0)return;await ut(t,i,e,n,r).catch(h=>{throw h instanceof f.w?h.with({host:i.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):h});const d=s.hosts.filter(h=>h!==i).map(h=>ut(t,h,e,n,r).catch(w=>{if(!(w instanceof f.w))throw w;t.reporter.warning(`${h.name} could not note the migration, which ${i.name} runs: ${w.message}`)})),l=yr(t,i,e,a.migrate,n,r),u=(await Promise.allSettled([l,...d])).find(({status:h})=>h==="rejected");if(u?.status==="rejected")throw u.reason}async function yr(t,e,{target:n,migrate:r},s,a,o){const{reporter:i,cluster:c}=t,d=await t.remote(e);i.step({host:e.name,name:"migrate",state:"started",detail:r?.migrations.join(", ")||void 0});try{await d.run(kr(c.workers,n.id,s,a),{onLine:l=>i.step({host:e.name,name:"migrate",state:"progress",detail:l})})}catch(l){throw l instanceof f.w?(i.step({host:e.name,name:"migrate",state:"failed",detail:l.failure.seen}),l.code!=="script-failed"?l.with({host:e.name,step:"migrate"}):new f.w({code:"migration-failed",host:e.name,step:"migrate",message:`${s.join(" ")} failed; no worker was switched.`,seen:l.failure.seen??l.failure.message,left:o.length>0?`The database is as the program left it. Whether it had run ${o.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${o.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):l}i.step({host:e.name,name:"migrate",state:"done"})}function vr(t,e){const n=me(t,e),r=n.filter(c=>ht(c)===void 0),s=ke(r.flatMap(({seen:c})=>c.probe.running??[]))??ke(n.flatMap(({seen:c})=>c.releases.active??[]));if(s===void 0)return;const a=n.flatMap(c=>_r(c,s)),o=new Set(a.map(({worker:c})=>c)),i=new Set(n.filter(we).map(({name:c})=>c));return{target:{kind:"repair",id:s,migrations:[]},from:void 0,stage:[],...pe(t,a,i),finished:n.map(({name:c})=>c).filter(c=>!o.has(c)),proven:!0,settle:!1}}function _r(t,e){const{name:n,seen:r}=t,s=ht(t);if(s!==void 0){const c=$e(r,e)?e:r.releases.active;return c===void 0?[]:[{worker:n,does:"switch",to:c,why:s,...W(t)}]}const a=H(t,c=>c==="drained"),o=r.probe.running;if(a.length===0||o===void 0)return[];const i=`was left drained on ${a.join(", ")}`;return[{worker:n,does:"readmit",to:o,why:i,drainOn:a,leaveOn:W(t).leaveOn}]}function ht({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const Sr=(0,m.ee)(64*1024*1024),ge=4096;function Tr({entries:t}){const e=t.reduce((n,r)=>n+(r.type==="file"?Math.ceil(r.size/ge)*ge:ge),0);return{size:(0,m.ee)(e),files:t.length}}function Ar(t,e,n,r){const s=qs(t,e,n),a=Bt(n,e),o=[...[...n.workers].flatMap(([i,c])=>xr(t,e,i,c,s,r)),...s.problem?[s.problem]:[],...a?[a]:[]];return o.length>0?{problems:o}:{plan:s}}function xr(t,e,n,{releases:r,probe:s},a,o){const{unit:i,root:c,envFile:d}=t.workers,l=t.hosts.get(n)?.user??"the deploy user",u=[],h=r.staged.some(({id:$})=>$===e.id),w=(0,m.ee)((o?.size??0)+Sr);if(s.missingTools.length>0&&u.push({code:"tools-missing",message:`It lacks ${s.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),s.folder==="missing"&&u.push({code:"service-folder-missing",message:`${c} does not exist.`,hint:`On ${n}, as root: install -d -o ${l} -g ${l} ${c}`}),s.folder==="read-only"&&u.push({code:"permission-denied",message:`${l} may not write in ${c}.`,hint:`On ${n}, as root: chown ${l}: ${c}`}),!h&&e.kind==="deploy"&&(s.diskFree<w||s.inodesFree<(o?.files??0)+1e3)&&u.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,m.z3)(s.diskFree)} and ${s.inodesFree} inodes free, ${(0,m.z3)(w)} and ${(o?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${c}\` shows what is full, \`du -xsh ${c}/releases/*\` what the releases take.`}),s.unit.load!=="loaded"&&u.push({code:"unit-missing",message:`systemd has no usable unit ${i}.`,seen:`LoadState=${s.unit.load}`,hint:`On ${n}: \`systemctl status ${i}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!s.mayRestart||!s.mayReadRelease){const $=s.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${i}`;u.push({code:"sudo-denied",message:`${l} may not run \`sudo ${$}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return a.migrate?.worker===n&&s.envFile==="unreadable"&&u.push({code:"env-file-unreadable",message:`${l} can't read ${d}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${l} ${d} && chmod 640 ${d}`}),e.kind==="rollback"&&!h&&u.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${r.staged.map(({id:$})=>$).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),u.map($=>new f.w({...$,host:n}))}class Mr{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,r){const s=this.#e.get(e);s&&this.#e.set(e,{...s,[n]:r})}get timeline(){return[...this.#e.values()]}}const Or=(0,m.Rz)(1500);class Er{context;kind;clock;journal=new Mr;#e;#n=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??ae,this.#e=this.clock.now()}async phase(e,n){const r=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#n.push({name:e,took:(0,m.Rz)(this.clock.now().getTime()-r)})}}async finish(e,n){this.changing&&(this.observation=await this.#t());const r=st(this.context.cluster,this.observation),s=`
${r.map(a=>`    ${ur(a)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#n,timeline:this.journal.timeline,workers:r,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,error:n&&this.changing?new f.w({...n.failure,left:s}):n}}async#t(){const e=F(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(Or).then(()=>this.observation)]))}}async function Rr(t,{target:e,from:n}){const{context:r,clock:s,journal:a}=t,{workers:o,release:i}=r.cluster,c={at:s.now(),event:"good",release:e.id,from:n,by:re(r.run),reason:t.reason},d={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await R(o.hosts.map(({name:l})=>l).filter(l=>!a.missed.includes(l)),l=>Nr(l,async()=>{const u=await ee(r,l);await Promise.all([u.run((0,b.bL)(o.root,e.id)),u.run((0,b.cJ)(o.root,c))]);const h=[e.id,...n===void 0?[]:[n]],w=await u.run((0,b.R3)(o.root,{keep:i.keep,protect:h})),$=w.length>0?`removed ${w.join(", ")}`:void 0;r.reporter.step({host:l,name:"settle",state:"done",detail:$})}),d)}async function Nr(t,e){try{await e()}catch(n){throw n instanceof f.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function Ir(t,e,n={}){const{id:r,manifest:s}=e,a={kind:"deploy",id:r,migrations:s.migrations};return be(t,{...n,kind:"deploy",archive:e,intend:(i,c)=>(c.to=r,ft(i,{...n,archive:e},c,()=>a))})}function Fr(t,{to:e,...n}={}){return be(t,{...n,kind:"rollback",intend:(s,a)=>ft(s,n,a,o=>Pt(o,e))})}function Pr(t,e={}){return be(t,{...e,kind:"repair",intend:qr})}async function be(t,e){const n=new Er(t,e.kind),r=new Ue(t.signal);try{const s=await n.phase("Preflight",()=>r.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(fe(s.plan)&&!Wr(n.observation))return await n.finish("nothing-to-do");const a=await n.phase("Lock",()=>Hn(s.context,{after:e.after}));try{return await n.finish(await Lr(t,e,n,a,r))}finally{r.unfinished||await a.release()}}catch(s){if(!(s instanceof f.w))throw s;return n.finish("failed",s)}}async function Lr(t,e,n,r,s){const{clock:a,journal:o}=n,i=await n.phase("Plan",()=>s.orLeave(e.intend(t,n))),{plan:c,context:d}=i;if(fe(c))return"nothing-to-do";const{archive:l,reason:u}=e,{target:h,migrate:w}=c;n.changing=!0,l&&await n.phase("Stage",()=>s.orLeave(zr(d,l)));const $=l&&w?Ct(l.manifest,w.migrations):[];w&&await n.phase("Migrate",()=>s.orHurry(br(d,c,r.owner,$)));const p=jr(i,l),v=new fr(d,a),T=Br(i,a,s),y={context:d,clock:a,cancellation:s,lock:r,leases:v,watch:T,target:h,onFailure:p,reason:u,journal:o};try{const g=!c.proven;await n.phase("Batches",()=>rt(y,c.batches,{direction:"forward",trial:g})),await Ke(y)}catch(g){throw g instanceof f.w&&(n.afterFailure=await Xs(y,c,g)),g}finally{v.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>Rr(y,c)),"success"}function jr({context:t,plan:e,observation:n},r){if(r===void 0)return"halt";const s=e.batches.flatMap(({tasks:o})=>o.map(({previous:i})=>i));return[e.from,...s].some(o=>o!==void 0&&!zt(n,r.manifest,o))?"freeze":t.cluster.rollout.onFailure}function Br({context:t,plan:e,observation:n},r,s){const a=t.cluster.loadBalancers.hosts.map(({name:c})=>c),o=new ys(a,c=>C(t,c)),i=new gs({source:o,clock:r,reporter:t.reporter,cancellation:s});return i.switched(e.finished,he(n.loadBalancers)),i}async function ft(t,{archive:e,without:n=[]},r,s){r.observation=await F(t);const a=await Cr(t,r.observation,n),o=Gs(t.cluster,r.observation,a);if("problems"in o)throw ye(o.problems);const i=s(o.observation);r.to=i.id;const c=e&&Tr(e.manifest),d=Ar(o.cluster,i,o.observation,c);if("problems"in d)throw ye(d.problems);return r.from=d.plan.from,mt(t,r,o,d.plan)}async function qr(t,e){e.observation=await F(t);const{silent:n,...r}=ct(t.cluster,e.observation),s=vr(r.cluster,r.observation);if(s===void 0)throw ye(n.length>0?n:[Ur()]);for(const{message:a}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${a}`);return e.to=s.target.id,mt(t,e,r,s)}function mt(t,e,{cluster:n,missed:r,observation:s},a){const{reporter:o}=t,i=r.map(d=>`leave out ${d}: it can't be reached and takes no traffic`),c=[...sr(n,a),...i];if(c.join(`
`)!==e.plan.join(`
`))for(const d of c)o.info(d);return e.plan=c,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...r),{context:{...t,cluster:n},plan:a,observation:s}}async function Cr(t,e,n){const{hosts:r}=t.cluster.loadBalancers,s=n.map(d=>r.find(l=>l.name===d)??d),[a]=s.filter(d=>typeof d=="string");if(a!==void 0)throw Hr(a,r);const o=r.filter(d=>s.includes(d)&&e.loadBalancers.get(d.name)instanceof f.w),i=t.cluster.workers.hosts.filter(({name:d})=>!(e.workers.get(d)instanceof f.w)),c={...t.cluster,workers:{...t.cluster.workers,hosts:i}};for(const d of o)await tr({...t,cluster:c},d),t.reporter.warning(`${d.name} is left out: no worker sees it either.`);return o.map(({name:d})=>d)}async function zr(t,e){const{cluster:n,reporter:r}=t;await R(n.workers.hosts,async s=>(0,b.dw)(await t.remote(s),n.workers.root,e,r),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const ye=t=>xe(t.map(({failure:e})=>new f.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),Ur=()=>new f.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),Hr=(t,e)=>new f.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),Wr=({workers:t})=>[...t.values()].some(e=>!(e instanceof f.w)&&e.probe.lock!==void 0);async function Yr(t){const e=await F(t),n=st(t.cluster,e),r=Bs(e);return{workers:n,loadBalancers:[...e.loadBalancers].flatMap(([s,a])=>a instanceof f.w?[]:[{name:s,processes:a.processes}]),locks:[...e.workers].flatMap(([s,a])=>a instanceof f.w||a.probe.lock===void 0?[]:[{worker:s,owner:a.probe.lock.owner,expired:a.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([s,a])=>a instanceof f.w?[]:[...a.workers.values()].flatMap(({worker:o,lease:i})=>i?[{worker:o,loadBalancer:s,...i}]:[])),failures:r,ok:r.length===0&&n.every(s=>Dr(s)&&s.running===n[0]?.running)}}const Dr=({active:t,running:e,healthy:n,rotation:r})=>e!==void 0&&e===t&&n===!0&&[...r.values()].every(s=>s==="in")})};
