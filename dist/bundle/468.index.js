"use strict";exports.id=468,exports.ids=[468],exports.modules={6468:((ho,xt,_)=>{_.d(xt,{XC:()=>Ke,HA:()=>M,gg:()=>Jr,oj:()=>zn,wU:()=>Wn,D8:()=>Dn,repair:()=>Zr,dU:()=>Xr,vl:()=>j,IP:()=>ie,h5:()=>lo,cr:()=>Lt});const j=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,V={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var f=_(3916),g=_(1021);function Mt(t,e,n){const r=Me(t,e),s=n.entries.filter(({event:a,release:i,contract:c=[]})=>a==="migrated"&&(c.includes(e)||r.has(i)));return!s.some(({contract:a=[]})=>a.includes(e))||s.some(({at:a})=>X(a,n.restores))}function J(t,{migrations:e}){const n=Oe(t),r=n.restores.at(-1);return r===void 0?[]:e.filter(s=>{const o=Me(t,s),a=n.entries.filter(({event:c,release:d,contract:l=[]})=>c!=="restored"&&(o.has(d)||l.includes(s))),i=a.filter(({event:c,at:d})=>c==="migrated"||d<=r.recoveryPoint);return a.length>0&&!i.some(({at:c})=>X(c,n.restores))})}const Me=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function Oe(t){const e=t.flatMap(({history:r})=>r),n=e.flatMap(({event:r,at:s,recoveryPoint:o})=>r==="restored"&&o!==void 0?[{at:s,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((r,s)=>r.at.getTime()-s.at.getTime())}}function X(t,e,n){if(n!==void 0&&t>n)return!1;const r=e.findLastIndex(({at:o})=>n===void 0||o<=n),s=e[r];return s===void 0||t>s.at?!0:X(t,e.slice(0,r),s.recoveryPoint)}function Ot({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),r=Z(n),s=e??(0,g.Dp)(n,r);if(s===void 0)throw Et([...t],r);const o=n.flatMap(a=>a.staged).find(a=>a.id===s);return{kind:"rollback",id:s,migrations:o?.migrations??[]}}function Z(t){const e=r=>Math.max(0,...t.flatMap(({history:s})=>s).filter(({event:s,release:o})=>s==="activated"&&o===r).map(({at:s})=>s.getTime()));return[...new Set(t.flatMap(r=>r.active??[]))].sort((r,s)=>e(s)-e(r))[0]}function Et(t,e){const n=t.map(([r,{releases:s}])=>{const o=s.staged.map(({id:a,good:i})=>`${a}${i?" (good)":""}`).join(", ");return`
  - ${r}: ${o||"none"}`});return new f.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function x(t,e){const n=new Set(e.migrations),r=Oe(t),s=new Map;for(const{migration:o,release:a}of t.flatMap(Rt))n.has(o)||s.has(o)||Mt(t,o,r)&&s.set(o,a);return[...s].map(([o,a])=>({migration:o,release:a}))}function Rt({staged:t,active:e,history:n}){const r=n.flatMap(({release:a,contract:i=[]})=>i.map(c=>({migration:c,release:a}))),s=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),o=t.filter(({id:a,good:i})=>i||a===e||s.has(a)).flatMap(({id:a,contractMigrations:i=[]})=>i.map(c=>({migration:c,release:a})));return[...r,...o]}function It({workers:t},e){const n=Ee(t),r=x(n,e);if(r.length===0)return;const[s,o]=r.length===1?["it","a migration"]:["them","migrations"],a=r.map(({migration:d})=>d).join(", "),i=r.map(({migration:d,release:l})=>`release ${l} ran ${d}`).join(", "),c=`The only other way is to restore the database from a backup made before ${s}, as docs/restore.md tells: all that customers did since then would be lost.`;return new f.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${i}; ${e.id} does not list ${s}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${Nt(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${c}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${r[0]?.release}. Was ${s} renamed or taken out? A file of the old name must stay. ${c}`})}function Nt(t,e){const n=(0,g.Dp)(t,Z(t));return n===void 0||n===e.id||x(t,q(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Ft=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function Pt({workers:t},e,n){const r=Ee(t),s=q(r,n);return(e?.contractMigrations?.filter(a=>!s.migrations.includes(a))??[]).length===0&&x(r,s).length===0}const q=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ee=t=>[...t.values()].flatMap(e=>e instanceof f.w?[]:[e.releases]);function Lt(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const r=J(t,q(t,n));return r.length===0?[]:[{release:n,migrations:r,backTo:Re(t,n)}]})}function Re(t,e){const n=(0,g.Dp)(t,e);if(n===void 0)return;const r=q(t,n);return x(t,r).length===0&&J(t,r).length===0?n:Re(t,n)}var Bt=_(7598),m=_(1996);const Ie=(0,m.YA)(45),Ne=(0,m.YA)(5);var Q=_(1916);const ee="Nothing was changed.";function jt(t,e,n,r){const{host:s,masterSocket:o,service:a,step:i}=r,c=r.worker??"the worker",d=`As root on ${s.name}: EXTRAOPTS="-S ${o},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${s.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,l=`~/.buka/${a}/${c}`,u=qt({give:d,mark:l,host:s,masterSocket:o,worker:c});if(t==="unknown-name")return Ct(n,r);const h=u[t]??{message:"The load balancer refused."};return new f.w({message:"",left:ee,...h,code:t,host:s.name,step:i,...e!==""&&{seen:e}})}function qt({give:t,mark:e,host:n,masterSocket:r,worker:s}){const o=`Look at the guard's log, ${e}/guard.log on ${n.name}, and run it again.`,a=`${s} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${n.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${a} If it was drained, its guard keeps it so.`,hint:`On ${n.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${r}; without it, requests of a process that a reload left behind can't be seen.`,hint:t},"socket-denied":{message:`${n.user} may not use HAProxy's master socket.`,hint:t},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${n.user} can't be written.`,hint:`On ${n.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${s} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${n.name}; then run it again.`},"last-server":{message:`${s} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${s} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${s} has passed no check since it was drained; it would get traffic unchecked.`,left:`${s} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${s}.`,left:`${s} may be in rotation in one process and not in another.`,hint:o},superseded:{message:`This run no longer holds ${s} out of rotation: something else readmitted it, or its lease ran out.`,left:`${s} is in rotation, or its guard readmits it when it is fit.`,hint:o},"lease-busy":{message:`The lease of ${s} could not be renewed: something has held its lock for 3 s.`,left:a,hint:`On ${n.name}: \`fuser ${e}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${n.user} leaves behind, so nothing would readmit ${s} if this run died.`,hint:`As root on ${n.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${n.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${s} was readmitted, but HAProxy does not see it up.`,left:`${s} is ready: it gets traffic as soon as its check passes.`,hint:`On ${n.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Ct({missing:t,unreadable:e,backendNames:n,serverNames:r},{host:s,step:o}){const a=e.find(({old:d})=>!d)?.backend,i=(d,l,u,h,w)=>new f.w({code:d,message:l,host:s.name,step:o,seen:h.length>0?`known there: ${h.join(", ")}`:"none is known there",left:ee,hint:`Correct ${w} in buka.yml${Ut(u,h)}.`});if(a!==void 0&&!n.includes(a)){const d=`HAProxy has no backend ${a}.`;return i("unknown-backend",d,a,n,"`load-balancers: backend:`")}const c=t[0];if(c!==void 0){const{backend:d,server:l}=c,u=r.filter(w=>w.backend===d).map(w=>w.server),h=`HAProxy has no server ${l} in backend ${d}.`;return i("unknown-server",h,l,u,"the worker's name under `load-balancers: servers:`")}return new f.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${a??""}.`,host:s.name,step:o,left:ee,hint:`On ${s.name}: \`systemctl status haproxy\`, then run it again.`})}function Ut(t,e){const[n]=[...e].sort((r,s)=>(0,Q.Io)(t,r)-(0,Q.Io)(t,s));return n!==void 0&&(0,Q.Io)(t,n)<=Math.max(2,t.length/3)?`: ${n} is the nearest`:""}const zt=39,Wt=24,Ht=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function te(t){const e=t.split(`
`).map(o=>o.split(" ")),n=(o,a)=>e.filter(i=>i[0]===o&&i.length>=a).map(i=>i.slice(1)),r=([o="",a=""])=>({backend:o,server:a}),s=n("name",2);return{processes:n("pids",1).at(-1)??[],servers:n("server",12).map(Dt),missing:n("missing",3).map(r),unreadable:n("unreadable",4).map(([o="",a,i=""])=>({process:o,old:a==="old",backend:i})),backendNames:s.filter(o=>o.length===1).map(([o=""])=>o),serverNames:s.filter(o=>o.length===2).map(r),traffic:n("traffic",8).map(([,o="",a="",...i])=>{const[c=0,d=0,l=0,u=0]=i.map(Number);return{backend:o,server:a,responses:c,serverErrors:d,failed:l,ttime:u}}),marks:new Map(n("mark",4).map(([o="",a,i,...c])=>[o,{processes:new Set(c.filter(Boolean)),lease:{left:(0,m.Rz)(Number(a)*10),alive:i==="alive"}}]))}}function Dt(t){const[e="",n,r="",s="",o,a,,i,c,d,...l]=t;return{process:e,old:n==="old",backend:r,server:s,admin:Number(o),checking:Number(a),inFlight:Number(i),tracks:c!=="-",check:d==="-"?void 0:d,status:l.join(" ")}}function ne({admin:t}){return t&zt?"maintenance":t&Wt?"drain":"ready"}function Yt(t){return t.tracks?/^(UP|DRAIN)$/.test(t.status)?"passed":Fe(t.status):(t.checking&6)!==6||t.check===void 0||t.check==="INI"?"unchecked":Ht.has(t.check)?Fe(t.status,"passed"):"failed"}function Fe(t,e="unchecked"){return t.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(t)?"unchecked":e}function Kt(t){return ne(t)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(t.status)}var Gt=_(8522);const Vt=String.raw`
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
  in_order
  respect_others
  refuse_theirs
}

# Two scripts that are sent one after the other may start the other way round. What was sent first is then over.
in_order() {
  if [ "$by" = "$sender" ] && [ "$step" -gt "$this_step" ]; then die superseded "a later step was there first"; fi
  by=$sender; step=$this_step
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
    if [ "$state" != "$mine" ] || [ "$by $step" != "$sender $this_step" ] || lapsed; then die superseded "the mark says $state"; fi
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
`,Jt=String.raw`
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
`,Pe=String.raw`
# Ends the script: the code is one of docs/errors.md, the rest is what was seen.
die() { printf 'error %s\n' "$*"; exit 20; }

# Hundredths of a second since boot, into $now: monotonic, and no process is started for it.
clock() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }

this_boot() { read -r boot < /proc/sys/kernel/random/boot_id; }
read_mark() {
  state=; until=0; processes=; agents=; settled=; theirs=; by=; step=; marked_boot=
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
      by) by=$value ;;
      step) step=$value ;;
    esac
  done < "$folder/mark"
  if [ "$marked_boot" = "$boot" ]; then return 0; fi
  state=; until=0; processes=; agents=; settled=; theirs=; by=; step=
  return 1
}
write_mark() {
  printf 'state %s\nuntil %s\nboot %s\nprocesses %s\nagents %s\nsettled %s\ntheirs %s\nby %s\nstep %s\n' \
    "$state" "$until" "$boot" "$processes" "$agents" "$settled" "$theirs" "$by" "$step" > "$folder/mark.new" &&
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
`,Xt=String.raw`
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
`,Le=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${Xt}'
${Pe}
# Descriptors 8 and 9 hold locks: what outlives a killed script must not keep them.
pause() { sleep "$1" 8>&- 9>&-; }

choose_tool() {
  if socat -V >/dev/null 2>&1; then tool=socat
  elif nc -h 2>&1 | grep -q -e '-N' && nc -h 2>&1 | grep -q -e '-U'; then tool=nc
  elif perl -e 1 2>/dev/null; then tool=perl
  elif python3 -I -S -c 'import socket' 2>/dev/null; then tool=python3
  else die tool-missing; fi
}

# One connection, one line of commands; the master's command line answers once the client has half-closed. The guard
# asks ten times a second, and perl's Socket.pm takes four times as long to load as perl itself, so its names are
# written out as Linux has them everywhere but on MIPS: AF_UNIX, SOCK_STREAM, sockaddr_un (unix(7)).
ask() {
  case $tool in
    socat) printf '%s\n' "$1" | socat -t 5 -T 5 - "UNIX-CONNECT:$socket" ;;
    nc) printf '%s\n' "$1" | nc -N -w 5 -U "$socket" ;;
    perl) perl -e '
      alarm 5;
      socket S, 1, 1, 0 and connect S, pack "S a*", 1, $ARGV[0] or exit 1;
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
`,se=45,S=t=>t.replace(/^ *(# .*)?\n?/gm,""),Be=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,Gt.gzipSync)(S(Le+Vt+Jt),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,C=Be+S(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),Zt=String.raw`
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
`,Qt=String.raw`
exec 7>>"$HOME/.buka/$service/.lock"
flock 7
sample || die load-balancer-down "$socket stopped answering"
if read_mark; then
  respect_others
  refuse_theirs
fi
in_order
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
`,en=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,tn=String.raw`
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
`,nn=String.raw`
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
`,sn=String.raw`
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
`,rn=String.raw`
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
`;function on(t,e){return{name:"observe the load balancer",text:S(Le+Zt),values:{service:t.service,socket:t.masterSocket,workers:t.targets.map(({worker:n})=>n).join(`
`),...je(t.targets.flatMap(n=>n.servers))},deadline:(0,m.YA)(se),parse:e}}function an(t,e){return{name:"renew the leases",text:S(Pe+sn),values:{service:t.service,workers:t.workers.join(`
`),lease:re(t.lease)},deadline:(0,m.YA)(se),parse:e}}const cn={drain:C+S(Qt),maintain:C+S(en),check:C+S(tn),readmit:C+S(nn),revive:Be+S(rn)};function dn(t,e,{deadline:n,lease:r,step:s},o){return{name:`${t} ${e.worker}`,text:cn[t],values:{service:e.service,worker:e.worker,socket:e.masterSocket,deadline:re(n),lease:re(r),sender:s.process,this_step:String(s.number),...je(e.servers)},deadline:(0,m.Rz)(n+(0,m.YA)(se)),parse:o}}const re=t=>String(Math.ceil(t/10));function je(t){return{targets:t.map(({backend:e,server:n})=>`${e} ${n}`).join(`
`),backends:[...new Set(t.map(({backend:e})=>e))].join(" ")}}function ln(t,e,n){return{host:t,processes:e.processes.length,workers:new Map(n.map(r=>[r.worker,un(e,r)]))}}function un(t,{worker:e,servers:n}){const r=t.servers.filter(i=>n.some(({backend:c,server:d})=>c===i.backend&&d===i.server)),s=r.filter(({old:i})=>!i),o=t.marks.get(e),a=s.some(i=>ne(i)!=="ready"&&o?.processes.has(i.process)===!0);return{worker:e,servers:n.map(({backend:i,server:c})=>hn(r.filter(d=>d.backend===i&&d.server===c),t.traffic.filter(d=>d.backend===i&&d.server===c))),inRotation:s.length>0&&s.every(Kt),drainedByBuka:a,lease:a?o?.lease:void 0}}function hn(t,e){const[n]=t.filter(({old:r})=>!r);if(n===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:n.backend,server:n.server,admin:ne(n),check:Yt(n),status:n.status,inFlight:t.reduce((r,{inFlight:s})=>r+s,0),traffic:fn(e)}}function fn(t){const e=s=>t.reduce((o,a)=>o+s(a),0),n=({responses:s})=>Math.min(s,1024),r=e(n);return{responses:e(({responses:s})=>s),serverErrors:e(({serverErrors:s})=>s),failed:e(({failed:s})=>s),meanTime:r===0?void 0:(0,m.Rz)(e(s=>s.ttime*n(s))/r)}}const oe=new WeakMap,qe={process:(0,Bt.randomUUID)(),number:0};class mn{cluster;host;remote;lease;#e;constructor(e,n,r,s=Ie){this.cluster=e,this.host=n,this.remote=r,this.lease=s,this.#e=new Map(e.workers.hosts.map(o=>[o.name,$n(e,o.name)]))}async observe(){const e=[...this.#e.values()],n={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:e};return this.remote.run(on(n,r=>ln(this.host,te(this.#o(r,"observe")),e)))}async drain(e,{deadline:n,onProgress:r}){const s=d=>{const[l,...u]=this.#s(d,"drain",e,["drained","still"]),[h=0,w=0,$=0]=u.map(Number);return l==="drained"?{kind:l,waited:(0,m.Rz)(h)}:{kind:"still-in-flight",inFlight:h,unreadable:w,waited:(0,m.Rz)($)}},{promise:o,resolve:a}=Promise.withResolvers(),i=this.remote.run(this.#t("drain",e,n,s),{onLine:d=>{a();const l=/^progress (\d+)$/.exec(d);l&&r?.(Number(l[1]))}}),c=oe.get(this.remote)??new Map;return oe.set(this.remote,c.set(e,Promise.race([o,i.catch(()=>{})]))),i}async maintain(e,{deadline:n=(0,m.YA)(10)}={}){return this.remote.run(this.#t("maintain",e,n,r=>({cut:Number(this.#s(r,"maintain",e,["cut"])[1])})))}async check(e,{deadline:n}){const r=s=>{const[o,a="",...i]=this.#s(s,"check",e,["passed","failed"]),c=a.startsWith("no")?"no check is configured; ":"";return{passed:o==="passed",seen:c+i.join(" ")}};return this.remote.run(this.#t("check",e,n,r))}async readmit(e){await oe.get(this.remote)?.get(e),await this.remote.run(this.#t("readmit",e,(0,m.YA)(5),n=>{this.#s(n,"readmit",e,["readmitted"])}))}async renew(e){const n={service:this.cluster.service,workers:e,lease:this.lease},r=await this.remote.run(an(n,i=>wn(this.#o(i,"renew")))),s=i=>r.filter(([c])=>c===i).map(([,c=""])=>c),o=await Promise.all(s("unguarded").map(async i=>({worker:i,held:await this.#n(i)}))),[a]=s("busy");if(a!==void 0)throw this.#i("lease-busy","",{worker:a,step:"renew"});return[...new Set([...s("lost"),...o.filter(({held:i})=>!i).map(({worker:i})=>i)])]}async#n(e){const n=r=>this.#s(r,"renew",e,["held","lost"])[0]==="held";return this.remote.run(this.#t("revive",e,(0,m.YA)(5),n))}#t(e,n,r,s){return qe.number+=1,dn(e,this.#r(n),{deadline:r,lease:this.lease,step:qe},s)}#r(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`${e} is no worker of ${this.cluster.service}`);return n}#s(e,n,r,s){const a=(this.#o(e,n,r).trimEnd().split(`
`).at(-1)??"").split(" ");if(!s.includes(a[0]??""))throw this.#a(e,n);return a}#o(e,n,r){if(e.status===0)return e.stdout;const s=/^error (\S+) ?(.*)$/m.exec(e.stdout);if(s===null)throw this.#a(e,n);const[,o="",a=""]=s;throw this.#i(o,a,{worker:r,step:n,facts:te(e.stdout)})}#i(e,n,{facts:r=te(""),worker:s,step:o}){const{service:a,loadBalancers:i}=this.cluster,c={host:this.host,masterSocket:i.masterSocket,service:a,worker:s,step:o};return jt(e,n,r,c)}#a({status:e,stdout:n,stderr:r},s){return new f.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${e}.`,host:this.host.name,step:s,seen:(r.trim()||n.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const wn=t=>t.split(`
`).filter(Boolean).map(e=>e.split(" "));function $n({service:t,loadBalancers:e},n){const{backends:r,masterSocket:s}=e,o=e.servers.get(n)??n;for(const a of[...r,o])if(!/^[A-Za-z0-9_.:-]+$/.test(a))throw Ce("name of a backend or server",a);if(!/^\/[A-Za-z0-9_./-]+$/.test(s))throw Ce("path of a socket",s);return{service:t,worker:n,masterSocket:s,servers:r.map(a=>({backend:a,server:o}))}}const Ce=(t,e)=>new f.j({code:"unusable-name",message:`${JSON.stringify(e)} can't be the ${t} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function pn(t,e,n,r=Ie){if(t.loadBalancers.kind==="haproxy")return new mn(t,e,n,r)}async function Ue(t,e){return pn(t.cluster,e,await t.remote(e))}const U=(t,e)=>Ue(t,ze(t.cluster.loadBalancers.hosts,e)),ae=(t,e)=>t.remote(ze(t.cluster.workers.hosts,e));function kn(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function ze(t,e){const n=t.find(r=>r.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function M(t,e){const n=await Promise.all(t.map(async r=>{try{return[r.name,await e(r)]}catch(s){if(s instanceof f.w)return[r.name,s.with({host:r.name})];throw s}}));return new Map(n)}function ie(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof f.w)),failures:e.flatMap(([,n])=>n instanceof f.w?[n]:[])}}const gn=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),z=t=>t instanceof f.w&&gn.has(t.code),ce=t=>z(t)||t instanceof f.w&&t.code==="load-balancer-down";var bn=_(8161);const yn=(0,m.YA)(5);class We{#e;#n=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#n}check(){if(this.requested)throw de()}orLeave(e){return this.#t(e,0,()=>de())}orHurry(e){return this.#t(e,yn,()=>(this.#n=!0,de()))}#t(e,n,r){return new Promise((s,o)=>{let a;const i=()=>{a=setTimeout(()=>o(r()),n)},c=()=>{clearTimeout(a),this.#e.removeEventListener("abort",i)};e.finally(c).then(s,o),this.requested?i():this.#e.addEventListener("abort",i,{once:!0})})}}const de=()=>new f.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var k=_(7889);const T=(0,m.YA)(30),O=String.raw`
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
`,W=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,vn=String.raw`${O}${W}
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
`,_n=({run:t,...e})=>JSON.stringify({run:t,...e}),He=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function Sn(t,e,n){return{name:"lock",text:vn,values:{root:t,owner:e,ttl:String(T/1e3),after:n===void 0?"":He(n)},deadline:(0,m.YA)(30),parse(r){const{outcome:s,found:o}=(0,k.OA)((0,k.gq)(r).stdout,["outcome","found"]),a=E(o);return s==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:s==="taken"?a?.owner:void 0}}}}const Tn=`${O}${W}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function An(t,e){return{name:"renew lock",text:Tn,values:{root:t,owner:e,ttl:String(T/1e3)},deadline:(0,m.YA)(15),parse(n){const{stdout:r}=(0,k.gq)(n);return/^lost=$/m.test(r)?{lost:E((0,k.OA)(r,["found"]).found)}:"renewed"}}}const xn=`${W}
if ours; then rm -f -- "$root/lock"; fi
`,Mn=`${O}${W}
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
`;function On(t,e){return{name:"lock release",text:Mn,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":He(e)},deadline:(0,m.YA)(15),parse(n){const{outcome:r,found:s}=(0,k.OA)((0,k.gq)(n).stdout,["outcome","found"]),o=E(s);return r==="held"&&o?{kind:"held",lock:o}:{kind:r==="removed"?"removed":"free",lock:o}}}}function En(t){return{name:"lock status",text:`${O}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,m.YA)(15),parse:e=>E((0,k.OA)((0,k.gq)(e).stdout,["found"]).found)}}function Rn(t,e){return{name:"unlock",text:xn,values:{root:t,owner:e,ttl:"0"},deadline:(0,m.YA)(15),parse:n=>{(0,k.gq)(n)}}}const H=75,le=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${H}
`;function E(t){const[,e,n,r,s=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=a=>(0,m.Rz)(a*1e3);return{owner:In(s),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(r)),silent:o(Math.max(0,T/1e3-Number(r)))}}function In(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=s=>typeof e[s]=="string"?e[s]:void 0,{pid:r}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof r=="number"?r:0}}function R({by:t,url:e,machine:n,run:r}){return`${t} (${e??`run ${r}`}), on ${n}`}function Nn(t,{owner:e,age:n,silent:r},s){return new f.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,m.a3)(s)} were not enough.`,seen:`held by ${R(e)}, process ${e.pid}, for ${(0,m.a3)(n)}; its last sign of life is ${(0,m.a3)(r)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,m.a3)(T)} after its last sign of life; \`buka lock status\` shows it.`})}function D(t,e){return new f.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${R(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function Fn(t,e){return new f.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,m.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,m.a3)(T)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const ue=(0,m.YA)(10),De=(0,m.YA)(3);class Pn{context;clock;owner;#e;#n;#t;#r=!1;constructor(e,n,r,s,o){this.context=e,this.clock=n,this.owner=s,this.#e=new Map(r.map(a=>[a.name,{host:a,renewedAt:o}])),this.#n=setInterval(()=>{for(const a of this.#e.values())this.#a(a)},Ne),this.#n.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(s=>this.#i(s))),this.#t!==void 0)throw this.#t;const r=n.find(s=>!this.#o(s));if(r!==void 0)throw r.failure??Fn(r.host.name,ue)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#n);const e=[...this.#e.values()];await he(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#o({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=ue}async#i(e){for(let n=0;n<2&&this.#t===void 0&&!this.#o(e);n+=1)await Ye(ue,this.#a(e))}#a(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:r,cluster:s}=this.context,o=this.clock.now().getTime();try{const i=await(await this.context.remote(e.host)).run(An(s.workers.root,this.owner));if(!this.#c(n))return;i==="renewed"?(e.renewedAt=o,e.failure!==void 0&&r.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#t??=D(n,i.lost)}catch(a){e.failure===void 0&&this.#c(n)&&r.warning(Ln(n,a)),e.failure=a}}#c(e){return!this.#r&&this.#e.has(e)}}function Ln(t,e){const n=e instanceof f.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,m.a3)(T)} unless it can be. ${n}`}async function he(t,e,n){const{root:r}=t.cluster.workers;await Promise.all(e.map(async({host:s,renewing:o})=>{const a=async()=>(await t.remote(s)).run(Rn(r,n)),i=await Ye(De,Promise.all([a(),o]).then(()=>"none",d=>d));if(i==="none")return;if(i!==void 0&&!(i instanceof f.w))throw i;const c=i?.failure.message??`It did not answer within ${(0,m.a3)(De)}.`;t.reporter.warning(`${s.name}: the lock could not be given back; it expires by itself within ${(0,m.a3)(T)}. ${c}`)}))}async function Ye(t,e){let n;const r=new Promise(s=>{n=setTimeout(()=>s(void 0),t)});try{return await Promise.race([e,r])}finally{clearTimeout(n)}}const Bn=(0,m.YA)(2),jn=(0,m.YA)(15);async function Ke(t,{after:e}={}){const n=t.clock??V,r=new We(t.signal),s=[...t.cluster.workers.hosts].sort((h,w)=>h.name<w.name?-1:1),{id:o,by:a,url:i}=t.run,c=_n({run:o,by:a,url:i,machine:(0,bn.hostname)(),pid:process.pid}),{lockTimeout:d}=t.cluster.rollout,l=n.now().getTime()+d;let u=0;try{for(;;){r.check();const h=n.now().getTime(),w=await Cn(t,s,c,e);if(w===void 0)return new Pn(t,n,s,c,h);const $=n.now().getTime();if($>=l)throw Nn(w.worker,w.by,d);if($-u>=jn){u=$;const p=(0,m.a3)((0,m.Rz)(l-$)),b=`waiting for ${R(w.by.owner)}; ${p} left`;t.reporter.step({host:w.worker,name:"lock",state:"progress",detail:b})}await r.orLeave(qn(n,(0,m.Rz)(l-$)))}}catch(h){throw h instanceof f.w?h.with({step:"lock",left:"Nothing was changed."}):h}}const qn=(t,e)=>t.sleep((0,m.Rz)(Math.min(e,Bn*(1+Math.random()/2))));async function Cn(t,[e,...n],r,s){const{root:o}=t.cluster.workers,a=[],i=async c=>{const d=await t.remote(c);return a.push({host:c}),{worker:c.name,answer:await d.run(Sn(o,r,s))}};try{const c=e===void 0?[]:[await i(e)];if(c[0]?.answer.kind==="acquired"){const d=await Promise.allSettled(n.map(i)),l=d.find(u=>u.status==="rejected");if(l)throw l.reason;c.push(...d.flatMap(u=>u.status==="fulfilled"?[u.value]:[]))}for(const{worker:d,answer:l}of c)if(l.kind==="held")return await he(t,a,r),{worker:d,by:l.by};for(const{worker:d,answer:l}of c)l.kind==="acquired"&&Un(t,d,l.from,s);return}catch(c){throw await he(t,a,r),c}}function Un({reporter:t},e,n,r){n!==void 0&&(n.run===r?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${R(n)}, which stopped renewing it.`))}async function zn(t){const{root:e}=t.cluster.workers,{answers:n,failures:r}=await Ge(t,En(e));return{locks:n.map(([s,o])=>({worker:s,lock:o})),failures:r}}async function Wn(t,e){const{root:n}=t.cluster.workers,{answers:r,failures:s}=await Ge(t,On(n,e));return{released:r.flatMap(([o,a])=>a.kind==="removed"?[{worker:o,lock:a.lock}]:[]),failures:[...r.flatMap(([o,a])=>a.kind==="held"?[Hn(o,a.lock,e)]:[]),...s]}}const Ge=async({cluster:t,remote:e},n)=>ie(await M(t.workers.hosts,async r=>(await e(r)).run(n)));function Hn(t,{owner:e,age:n,silent:r},s){return new f.w({code:"lock-held",host:t,step:"lock release",message:s===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${s}, so it stays.`,seen:`held by ${R(e)}, process ${e.pid}, for ${(0,m.a3)(n)}; its last sign of life is ${(0,m.a3)(r)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}async function Dn(t){const{hosts:e,root:n}=t.cluster.workers,r=await M(e,async a=>(await t.remote(a)).run((0,g.vN)(n))),{answers:s,failures:o}=ie(r);return{...Yn(s,e.length),failures:o}}function Yn(t,e){const r=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:a})=>a)))].map(o=>Kn(o,t,e)),s=t.map(([,o])=>o);return{releases:r.sort((o,a)=>a.stagedAt.getTime()-o.stagedAt.getTime()),history:Gn(t),rollbackTo:t.length===e?(0,g.Dp)(s,Z(s)):void 0}}function Kn(t,e,n){const r=e.flatMap(([a,{staged:i}])=>i.filter(c=>c.id===t).map(c=>({worker:a,release:c}))),[s]=r,o=r.map(({worker:a})=>a);return{id:t,commit:s?.release.commit,stagedAt:new Date(Math.min(...r.map(({release:a})=>a.stagedAt.getTime()))),migrations:s?.release.migrations??[],contractMigrations:s?.release.contractMigrations??[],crossed:x(e.map(([,a])=>a),s?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:r.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:o.length===n}}function Gn(t){const e=t.flatMap(([s,{history:o}])=>o.map(a=>({worker:s,entry:a}))).sort((s,o)=>s.entry.at.getTime()-o.entry.at.getTime()),n=[],r=new Map;for(const{worker:s,entry:o}of e){const a=JSON.stringify([o.event,o.release,o.by,o.contract]),i=r.get(a);if(i&&!i.workers.includes(s))i.workers.push(s);else{const c={...o,workers:[s]};n.push(c),r.set(a,c)}}return n.reverse()}function Ve(t,e){const[n,...r]=t;return n!==void 0&&r.length===0?n:new f.w({...e,seen:t.map(({message:s})=>`
  - ${s.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function I(t,e,n){const r=await Promise.allSettled(t.map(e)),s=r.flatMap(a=>a.status==="rejected"?[a.reason]:[]),o=s.find(a=>!(a instanceof f.w));if(o!==void 0)throw o;if(s.length>0)throw Ve(s,n);return r.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const Je=String.raw`
probe() {
  if command -v curl >/dev/null 2>&1; then
    curl -q -g -s -o /dev/null -m 2 --noproxy '*' -w '%{http_code}' -- "http://127.0.0.1:$port$health" || :
  else
    perl -e '
      alarm 2;
      my ($port, $path) = @ARGV;
      socket S, 2, 1, 0 and connect S, pack "S n C4 x8", 2, $port, 127, 0, 0, 1 or do { print "000"; exit };
      syswrite S, "GET $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\nConnection: close\r\n\r\n";
      my $line = <S>;
      print defined $line && $line =~ m{^HTTP/[0-9.]+ ([0-9]{3})} ? $1 : "000"' "$port" "$health" || printf 000
  fi
}
`,fe=String.raw`
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
`,Vn=t=>({name:"look at the process",text:`${fe}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,m.YA)(15),parse:e=>(0,k.OA)((0,k.gq)(e).stdout,["pid"]).pid});async function Jn({context:t,journal:e}){const{unit:n}=t.cluster.workers;await I([...e.processes].filter(([r])=>!e.missed.includes(r)),async([r,s])=>{const o=await Xn(t,r);if(o!==void 0&&o!==s)throw Zn(r,n,s,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function Xn(t,e){try{return await(await ae(t,e)).run(Vn(t.cluster.workers.unit))}catch(n){if(z(n))return;throw n}}const Zn=(t,e,n,r)=>new f.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${r==="0"?"none runs now":`systemd has started it again as ${r}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),Qn=(0,m.YA)(1),es=(0,m.YA)(30);async function Xe(t,e){const{clock:n,journal:r,context:s,leases:o,cancellation:a}=t,{reporter:i,cluster:c}=s,{worker:d,drainOn:l}=e;a.check(),r.at(d,"drainStarted",n.now()),i.step({host:d,name:"drain",state:"started",detail:`on ${l.join(", ")||"none"}`}),o.hold(d,l);const[u,h]=await a.orLeave(we([ts(t,e),ns(t,e,c.rollout.drainTimeout)])),w=u.some(({kind:y})=>y==="still-in-flight");if(w&&c.rollout.onDrainTimeout==="fail")throw is(d,u,c.rollout);const $=w?{deadline:Qn}:{},p=await Y(t,e,"drain",y=>y.maintain(d,$)),b=[...h,...p.map(y=>y.cut)].reduce((y,L)=>y+L,0);r.cut+=b,r.at(d,"drained",n.now()),b>0&&i.warning(`${d}: ${b} requests were still in flight after the drain timeout, and are cut.`),i.step({host:d,name:"drained",state:"done",detail:b>0?`${b} cut`:void 0})}function ts(t,e){const{reporter:n,cluster:r}=t.context,{worker:s}=e,{drainTimeout:o,onDrainTimeout:a}=r.rollout,i=new Map,c=()=>{const d=[...i.values()].reduce((l,u)=>l+u,0);n.step({host:s,name:"drain",state:"progress",detail:`${d} in flight`})};return Y(t,e,"drain",async(d,l)=>{const u=h=>{i.set(l,h),c()};for(;;){t.cancellation.check();const h=await d.drain(s,{deadline:o,onProgress:u});if(h.kind==="drained"||a!=="wait")return h;const w=(0,m.a3)(o);n.info(`${s}: ${h.inFlight} requests in flight on ${l} after ${w}; waiting on, as on-drain-timeout says.`)}})}async function ns(t,{worker:e,leaveOn:n},r){const{clock:s}=t,o=s.now().getTime()+r;return Y(t,{worker:e,drainOn:n},"drain",async a=>{for(let i=0;;){const d=((await a.observe()).workers.get(e)?.servers??[]).reduce((l,{inFlight:u})=>l+u,0);if(i=d===0?i+1:0,i===2||s.now().getTime()>=o||t.cancellation.requested)return d;await s.sleep((0,m.Rz)(500))}})}async function Ze(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout,s=(0,m.Rz)(r+es);await me(t,e,"check",async(o,a)=>{const{passed:i,seen:c}=await o.check(n,{deadline:s}).catch(rs);if(!i)throw new f.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:c,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function ss(t,e){await me(t,e,"drain",n=>n.maintain(e.worker))}function rs(t){if(t instanceof f.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function Qe(t,e){const{context:n,clock:r,journal:s,leases:o}=t,{worker:a}=e;await we([me(t,e,"readmit",i=>i.readmit(a)),as(t)]),o.letGo(a),s.at(a,"readmitted",r.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function os(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout;try{await Y(t,e,"readmit",async s=>{try{await s.readmit(n)}catch(o){if(!(o instanceof f.w&&o.code==="not-checked"))throw o;await s.check(n,{deadline:r}),await s.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function as(t){const{context:e,journal:n}=t,r=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:s})=>{try{return[[s,await(await U(e,s)).observe()]]}catch(o){if(ce(o))return[];throw o}}));n.views=new Map(r.flat())}async function Y(t,{worker:e,drainOn:n},r,s){return await t.lock.confirm(e),we(n.map(o=>et(t,o,r,s)))}async function me(t,{worker:e,drainOn:n},r,s){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(l=>et(t,l,r,s)))).flatMap((l,u)=>l.status==="rejected"?[{host:n[u],error:l.reason}]:[]),i=a.filter(({error:l})=>ce(l)),[c]=a.filter(({error:l})=>!ce(l));for(const{host:l,error:u}of i)t.journal.lost.set(l,u);if(c)throw c.error;const[d]=i;if(d&&i.length===n.length)throw d.error}async function et({context:t},e,n,r){const s=async()=>r(await U(t,e),e);try{return await s().catch(o=>{if(o instanceof f.w&&o.code==="connection-lost")return s();throw o})}catch(o){throw o instanceof f.w?o.with({host:e,step:n}):o}}async function we(t){return await Promise.allSettled(t),Promise.all(t)}function is(t,e,{drainTimeout:n}){const r=e.reduce((s,o)=>s+(o.kind==="still-in-flight"?o.inFlight:0),0);return new f.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,m.a3)(n)}.`,seen:`${r} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const cs=(0,m.Gx)(2),ds="restarted",ls=String.raw`${le}${Je}${fe}
${g.td}
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
`;function us(t,e){const{root:n,unit:r,port:s,health:o}=t,{id:a,owner:i,startTimeout:c,healthyAfter:d,steady:l}=e;return{name:`switch to ${a}`,text:ls,values:{root:n,unit:r,port:String(s),health:o,id:a,owner:i,healthy_after:String(d),start_timeout:String(Math.ceil(c/10)),steady:String(Math.ceil(l/10))},deadline:(0,m.Rz)(c+l+cs),parse:hs}}function hs(t){if(t.status===H)throw D(void 0,void 0);const e=(0,k.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),r=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),s=(0,k.OA)(r,["end","answer","state","folder","pid"]);return{...s,end:s.end,log:n}}function fs(t,e,{id:n,startTimeout:r}){const{unit:s,port:o,health:a,root:i}=t,{end:c,answer:d,state:l,folder:u,log:h}=e,w=h.length>0?`; the end of its log:
${h.join(`
`)}`:"",$=d==="000"?"nothing":d,p=`On the host: \`journalctl -u ${s} -n 50\`.`;switch(c){case"healthy":return;case"restart-failed":return new f.w({code:"restart-failed",message:`systemd could not start ${s} with ${n}.`,seen:`${l}${w}`,hint:p});case"crashed":return new f.w({code:"app-crashed",message:`${n} started and died.`,seen:`${l}${w}`,hint:p});case"unhealthy":return new f.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,m.a3)(r)}.`,seen:`GET http://127.0.0.1:${o}${a} answered ${$}; ${l}${w}`,hint:`${p} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new f.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:u===""?"where the process runs can\u2019t be told":`the process of ${s} runs in ${u}`,hint:`\`systemctl cat ${s}\` on the host: WorkingDirectory must be ${i}/current.`})}}async function tt(t,e,{to:n,from:r,event:s,steady:o}){const{context:a,clock:i,journal:c,lock:d}=t,{workers:l,rollout:u}=a.cluster,{worker:h}=e,w=await ae(a,h),{startTimeout:$,healthyAfter:p}=u,b={id:n,owner:d.owner,startTimeout:$,healthyAfter:p,steady:o},y=Promise.withResolvers(),L=v=>{v===ds&&(s==="activated"&&c.at(h,"switched",i.now()),a.reporter.step({host:h,name:s==="activated"?"switched":s,state:"done",detail:n}),y.resolve())},B=j(a.run),A={at:i.now(),event:s,release:n,from:r,by:B,reason:t.reason,backup:t.backup},St=y.promise.then(()=>Ze(t,e)),Tt=y.promise.then(()=>w.run((0,g.cJ)(l.root,A)));for(const v of[St,Tt])v.catch(()=>{});try{await d.confirm(h);const v=await w.run(us(l,b),{onLine:L}),At=fs(l,v,b);if(At)throw At;c.processes.set(h,v.pid),s==="activated"&&c.at(h,"healthy",i.now()),a.reporter.step({host:h,name:"healthy",state:"done"})}catch(v){throw v instanceof f.w?v.with({host:h,step:"switch"}):v}await St,await Tt}function nt(t,e){return t.workers.hosts.map(({name:n})=>{const r=e.workers.get(n),s=r instanceof f.w?void 0:r;return{worker:n,active:s?.releases.active,running:s?.probe.running,healthy:s?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,a])=>[o,N(a,n)]))}})}function N(t,e){const n=t instanceof f.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:r})=>r!=="ready")?"drained-by-others":"down"}class ms{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return $e(await M(e,async({name:n})=>(await this.open(n)).observe()))}}function $e(t){const e=new Map,n=new Map,r=[];for(const[s,o]of t){if(o instanceof f.w){r.push(o);continue}for(const{worker:a,servers:i}of o.workers.values()){for(const{backend:c,server:d,traffic:l}of i)e.set(`${s} ${c}/${d}`,{worker:a,traffic:l});N(o,a)==="down"&&n.set(a,[...n.get(a)??[],s])}}return{counters:e,down:n,silent:r}}function st(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const r=n/(1-n);let s=Math.exp(ws(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=s;for(let a=t;a<e&&s>o*1e-12;a+=1)s*=(e-a)/(a+1)*r,o+=s;return Math.min(1,o)}const ws=(t,e)=>pe(t)-pe(e)-pe(t-e);function pe(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const F=20,rt=3,$s=.001,ot=2,at=.01,ps=(0,m.YA)(3),ks=(0,m.Rz)(200),it=1024;function gs(t,e,n,r=0){const s=[ct("new release",t),ct("old release",e),_s(t,e)].join("; ");if(t.requests<F)return{phase:"inconclusive",why:`too little traffic: fewer than ${F} requests`,seen:s};const o=e.requests>=F,a=ys(t,n);if(o?bs(t,e,n):a){const i=o?"clearly more errors than the old release":`more than ${dt(at)} errors`;return t.errors>r?{phase:"failed",why:i,seen:s}:{phase:"inconclusive",why:`${i}, but none of late`,seen:s}}return vs(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:s}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:s}:{phase:"successful",seen:s}}function bs(t,e,n){const r=ke(t);if(t.errors<rt||r<$s||r<ot*ke(e))return!1;const s=t.requests/(t.requests+e.requests);return st(t.errors,t.errors+e.errors,s)<n}const ys=({errors:t,requests:e},n)=>t>=rt&&st(t,e,at)<n;function vs(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<F&&t.meanTime>ps:t.meanTime>=Math.max(ot*e.meanTime,e.meanTime+ks)}const ke=({errors:t,requests:e})=>e===0?0:t/e;function ct(t,e){const{workers:n,requests:r,errors:s}=e;if(n.length===0)return`${t}: none`;const o=r===0?"":` (${dt(ke(e))})`;return`${t} on ${n.join(", ")}: ${s} of ${r} requests failed${o}`}function _s(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${it} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,m.a3)(e.meanTime)}`;return`mean response time ${(0,m.a3)(t.meanTime)}${n}`}const dt=t=>`${Number((t*100).toPrecision(3))} %`;class Ss{#e=new Set;#n=new Map;#t=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,r]of e){const s=this.#t.get(n);if(this.#t.set(n,r),s===void 0||this.#e.size===0)continue;const o=this.#n.get(n)??Ts(r.worker);As(s.traffic,r.traffic)?this.#n.set(n,{...o,unbroken:0,meanTime:void 0}):this.#n.set(n,xs(o,s.traffic,r.traffic))}}switch(e,n){const r=new Set(e);for(const[s,o]of this.#n)r.has(o.worker)&&(this.#e.has(o.worker)||this.#r.push({...o,meanTime:void 0}),this.#n.delete(s));for(const[s,{worker:o}]of this.#t)r.has(o)&&this.#t.delete(s);this.add(n);for(const s of e)this.#e.add(s)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const r=[...n,...[...this.#n.values()].filter(e)],s=[...this.#t.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...s].map(({worker:a})=>a))].sort(),requests:lt(r,"requests"),errors:lt(r,"errors"),meanTime:Ms(r)}}}const lt=(t,e)=>Math.max(0,t.reduce((n,r)=>n+r[e],0)),Ts=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),As=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function xs({worker:t,requests:e,errors:n,unbroken:r},s,o){const a=o.failed-s.failed,i=o.responses-s.responses+a;return{worker:t,requests:e+i,errors:n+(o.serverErrors-s.serverErrors)+a,unbroken:r+i,meanTime:o.meanTime}}function Ms(t){const e=t.filter(({unbroken:r,meanTime:s})=>s!==void 0&&r>=it),n=e.reduce((r,s)=>r+s.requests,0);if(n!==0)return(0,m.Rz)(e.reduce((r,s)=>r+s.requests*(s.meanTime??0),0)/n)}const ut=(0,m.YA)(5),Os=1,Es=4,Rs=.01;class Is{#e=new Ss;#n;#t=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#n=e}switched(e,n){this.#e.switch(e,n),this.#t=e,this.#s={...n,down:new Map([...n.down].filter(([r])=>!e.includes(r)))}}async watch(e,n){const r=Math.max(1,Math.ceil(n/ut)),s=n>0?(0,m.Rz)(n/r):ut;let o=0,a=0;n>0&&this.#a("started",`${r} measurements`);for(let i=1;;i+=1){(n>0||i>1)&&await this.#o(s);const{phase:c,why:d,seen:l}=this.#i(Rs/r),{silent:u}=this.#s;o+=c==="failed"?1:0,a=u.length>0?a+1:0;const h=[d,l,...u.map(({failure:$})=>`${$.host} does not answer: ${$.message}`)].filter(Boolean).join("; "),w=$=>{const p=$==="inconclusive"&&n===0&&this.#e.fresh().requests<F;return p||this.#a($==="failure"?"failed":"done",`${$}: ${h}`),$==="inconclusive"&&!p&&this.#n.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${h}`),{batch:e,verdict:$,seen:h,quiet:p}};if(o>Os)return w("failure");if(a>Es)return w("inconclusive");if(i>=r&&c!=="failed")return w(c==="successful"&&a===0?"success":"inconclusive");this.#a("progress",`${Math.min(i,r)} of ${r}: ${h}`)}}async#o(e){const{source:n,clock:r,cancellation:s}=this.#n;s.check(),await s.orLeave(r.sleep(e)),this.#s=await s.orLeave(n.read()),this.#e.add(this.#s)}#i(e){const n=this.#e.fresh(),r=gs(n,this.#e.rest(),e,this.#r);r.phase==="failed"&&(this.#r=n.errors);const s=[...this.#s.down].filter(([a])=>this.#e.switched.includes(a));if(s.length===0)return r;const o=s.map(([a,i])=>`${a} fails the health check of ${i.join(", ")}`).join("; ");return{...r,phase:"failed",why:o}}#a(e,n){for(const r of this.#t)this.#n.reporter.step({host:r,name:"watch",state:e,detail:n})}}function Ns({batch:t,seen:e}){return new f.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function Fs(t,e,n){const{context:r,journal:s,watch:o}=t,{canary:a}=r.cluster.rollout,i=e.tasks.map(({worker:l})=>l).filter(l=>!s.missed.includes(l));o.switched(i,$e(s.views));const c=a!==void 0&&(n===1||e.title==="canary"),d=await o.watch(n,c?a.watch:(0,m.YA)(0));if(s.watched.push(d),d.verdict==="failure")throw Ns(d)}const Ps=(0,m.YA)(5);async function ht(t,e,n){const{context:r,journal:s,lock:o,cancellation:a}=t;let{trial:i}=n;for(const[c,d]of e.entries()){const l=d.tasks.map(({worker:h})=>h).join(", "),u=n.direction==="forward"?"Batch":"Going back, batch";await r.reporter.group(`${u} ${c+1} of ${e.length}: ${l}`,async()=>{a.check();for(const{worker:p}of d.tasks)await o.confirm(p);const h=e[c-1];h&&Us(t,d,h);const w=i?Ps:(0,m.YA)(0);for(const{worker:p}of d.tasks)s.begin(p,c+1);const $=I(d.tasks,p=>Ls(t,p,n,w),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry($),s.lost.size>0)throw zs(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await Fs(t,d,c+1),await Jn(t))}),d.tasks.some(({does:h})=>h==="switch")&&(i=!1)}}async function Ls(t,e,{direction:n},r){const{worker:s,to:o,previous:a}=e;let i="drain";try{await Xe(t,e),e.does==="switch"?(await t.leases.confirm(s),i="switch",await tt(t,e,{to:o,from:a,event:n==="forward"?"activated":"reverted",steady:r})):await Ze(t,e),i="readmit",await Qe(t,e),t.journal.done.push(e)}catch(c){if(!(c instanceof f.w))throw c;if(Bs(t,s,c),z(c)&&c.failure.host===s)return js(t,e,c);throw await qs(t,e,i,n,c),c}}function Bs({context:t,cancellation:e},n,{failure:r}){if(e.requested)return;const{code:s,message:o,step:a="switch"}=r;t.reporter.step({host:n,name:a,state:"failed",detail:`${s}: ${o}`})}function js({context:t,journal:e,leases:n,lock:r},{worker:s},o){if(n.letGo(s),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(s),r.forget(s),t.reporter.warning(`${s} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function qs(t,e,n,r,s){const{worker:o,previous:a}=e,{reporter:i}=t.context,c=d=>i.warning(`${o} stays drained: ${d}`);try{n==="drain"&&s.code!=="check-failed"?await os(t,e):e.does==="readmit"?c("its check does not pass."):r==="back"?c("going back failed, and a revert is never reverted."):a===void 0?c("there is no release to go back to."):t.onFailure==="freeze"?c(`it is not put back to ${a}, as the policy is to freeze.`):(i.info(`${o}: going back to ${a}.`),n==="readmit"?await Xe(t,e):await ss(t,e),Cs.has(s.code)||await t.leases.confirm(o),await tt(t,e,{to:a,from:e.to,event:"reverted",steady:(0,m.YA)(0)}),await Qe(t,e))}catch(d){if(!(d instanceof f.w))throw d;i.warning(`${o} could not be put back, and stays drained where it was: ${d.message}`)}finally{t.leases.letGo(o)}}const Cs=new Set(["app-crashed","app-unhealthy","restart-failed"]);function Us({context:t,journal:e},{tasks:n,title:r},s){if(r==="not serving")return;const{minAvailable:o}=t.cluster.rollout,a=new Set(n.map(({worker:u})=>u)),i=t.cluster.workers.hosts.map(({name:u})=>u).filter(u=>!a.has(u)),c=new Set(s.tasks.map(({worker:u})=>u).filter(u=>!e.missed.includes(u))),d=[...e.views.values()],l=i.filter(u=>!c.has(u)&&d.some(h=>N(h,u)!=="in"));if(!(i.length-l.length>=o))throw new f.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${i.length-l.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${l.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function zs({journal:t}){const[[e,{failure:n}]=["",new f.w({code:"",message:""})]]=t.lost;return new f.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const Ws=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Hs=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Ds=`${Je}${fe}${O}
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
`;function Ys(t){const{root:e,unit:n,port:r,health:s,envFile:o}=t.workers;return{name:"observe",text:Ds,values:{root:e,unit:n,port:String(r),health:s,env_file:o??"",tools:Ws.join(" ")},deadline:(0,m.YA)(20),parse:a=>Ks(a,e)}}function Ks(t,e){const n=(0,k.OA)((0,k.gq)(t).stdout,Hs),r=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,m.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:r,running:Gs(r,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:E(n.lock)}}function Gs(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[r="",s,...o]=t.slice(`${n}/releases/`.length).split("/");if(s==="tree"&&o.length===0&&(0,g.F3)(r))return r}}async function P(t){const{cluster:e}=t,[n,r]=await Promise.all([M(e.workers.hosts,async s=>{const o=await t.remote(s),[a,i]=await Promise.all([o.run((0,g.vN)(e.workers.root)).catch(Vs),o.run(Ys(e))]);return{releases:a,probe:i}}),M(e.loadBalancers.hosts,async s=>(await Ue(t,s)).observe())]);return{workers:n,loadBalancers:r}}function Vs(t){if(t instanceof f.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function ft({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof f.w)}const ge=({stage:t,migrate:e,batches:n,settle:r})=>t.length===0&&e===void 0&&n.length===0&&!r;function Js(t,e,n){const r=be(t,n),s=r.flatMap(a=>Zs(a,e)),o=new Set(s.map(({worker:a})=>a));return{target:e,from:_e(r.flatMap(({seen:a})=>mt(a)).filter(a=>a!==e.id)),stage:r.filter(({seen:a})=>!ye(a,e.id)).map(({name:a})=>a),migrate:sr(t,e,r,s),...ve(t,s,r),finished:r.filter(({name:a})=>!o.has(a)).map(({name:a})=>a),proven:r.some(({seen:a})=>wt(a,e.id)),settle:r.some(({seen:a})=>!wt(a,e.id))}}function be(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([r,s])=>[r,N(s,n)]))}))}const Xs=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),ye=({releases:t},e)=>t.staged.some(n=>n.id===e),mt=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),wt=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),K=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),G=t=>({drainOn:K(t,e=>e!=="drained-by-others"),leaveOn:K(t,e=>e==="drained-by-others")});function Zs(t,e){const{name:n,seen:r}=t,{drainOn:s,leaveOn:o}=G(t),a=Qs(r,e.id);if(a!==void 0){const d=tr(r,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:d,drainOn:s,leaveOn:o}]}const i=K(t,d=>d==="drained"||d==="down");if(i.length===0)return[];const c=`runs it, but is out of rotation on ${i.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:c,previous:void 0,drainOn:i,leaveOn:o}]}function Qs({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${er(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const er=t=>t==="000"?"no answer":`answers ${t}`;function tr({releases:t,probe:e},n){const r=new Set(t.staged.map(({id:o})=>o)),s=t.staged.findLast(({id:o,good:a})=>a&&o!==n)?.id;return[t.active,e.running,s].find(o=>o!==void 0&&o!==n&&r.has(o))}function ve(t,e,n){const{batch:r,canary:s,minAvailable:o}=t.rollout,a=$t(r,t.workers.hosts.length),i=new Set(n.filter(Xs).map(({name:w})=>w)),c=e.filter(({worker:w})=>!i.has(w)),d=e.filter(({worker:w})=>i.has(w)),l=[];let u=i.size;for(;c.length>0;){const w=c.splice(0,a);l.push({title:"not serving",tasks:w,available:u}),u+=w.filter(({leaveOn:$})=>$.length===0).length}let h=s?.hosts??0;for(;d.length>0;){const w=u-o;if(w<1)return{batches:l,problem:nr(t,u,d)};const $=d.splice(0,Math.min(h||a,w));l.push({title:h>0?"canary":"serving",tasks:$,available:u-$.length}),h=0}return{batches:l}}const $t=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function nr(t,e,n){const{minAvailable:r}=t.rollout,s=n.map(({worker:o})=>o).join(", ");return new f.w({code:"too-few-available",step:"preflight",message:`Draining one of ${s} would leave ${e-1} in rotation; min-available is ${r}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function sr(t,e,n,r){const{migrate:s,migrations:o}=t.release,a=n[0];if(s===void 0||a===void 0||e.kind!=="deploy")return;const i=J(n.map(({seen:u})=>u.releases),e);if(i.length===0&&!r.some(({does:u})=>u==="switch"))return;const c=n.flatMap(({seen:u})=>u.releases.staged.filter(({id:h})=>h===u.releases.active));if(i.length===0&&c.some(({id:u})=>u===e.id))return;if(o===void 0)return{worker:a.name,migrations:[]};const d=new Set(c.flatMap(({migrations:u})=>u)),l=e.migrations.filter(u=>!d.has(u)||i.includes(u));return l.length===0?void 0:{worker:a.name,migrations:l}}function _e(t){const e=n=>t.filter(r=>r===n).length;return t.reduce((n,r)=>n===void 0||e(r)>e(n)?r:n,void 0)}function rr(t,e,{plan:n,workers:r,done:s}){const o=be(t,e),a=[],i=r.flatMap(u=>{const h=o.find($=>$.name===u);if(h===void 0||!mt(h.seen).includes(n.target.id))return[];const w=s.find($=>$.worker===u)?.previous??n.from;return w===void 0||!ye(h.seen,w)?(a.push(u),[]):[{worker:u,does:"switch",to:w,why:`goes back to ${w}`,previous:n.target.id,...G(h)}]}),c={...t,rollout:{...t.rollout,canary:void 0}},{batches:d,problem:l}=ve(c,i,o);return{batches:d,problem:l,stuck:a}}function or(t,e,n){const r=[...e.workers].flatMap(([l,u])=>z(u)?[l]:[]),s=[...e.loadBalancers.values()],o=r.filter(l=>!s.some(u=>N(u,l)==="in")),a=r.filter(l=>!o.includes(l)).map(l=>e.workers.get(l)),i=o.length<=t.rollout.maxUnreachable?o:[],c=pt(t,[...i,...n]),d=[...c.workers.hosts.map(({name:l})=>e.workers.get(l)),...c.loadBalancers.hosts.map(({name:l})=>e.loadBalancers.get(l))].filter(l=>l instanceof f.w).map(l=>a.includes(l)?ar(l):l);return d.length>0?{problems:d}:{cluster:c,observation:kt(c,e),missed:i}}const ar=({failure:t})=>new f.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function Se(t,e){const n=o=>[...o].filter(([,a])=>a instanceof f.w).map(([a])=>a),r=n(e.workers),s=pt(t,[...r,...n(e.loadBalancers)]);return{cluster:s,observation:kt(s,e),missed:r,silent:ft(e)}}function pt(t,e){const n=({name:o})=>!e.includes(o),{workers:r,loadBalancers:s}=t;return{...t,workers:{...r,hosts:r.hosts.filter(n)},loadBalancers:{...s,hosts:s.hosts.filter(n)}}}function kt(t,e){const n=(r,s)=>new Map(s.map(({name:o})=>[o,r.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const ir=new Set(["cancelled","lock-lost","lease-lost"]);async function cr(t,e,n){const{context:r,journal:s,onFailure:o}=t;if(ir.has(n.code))return;const a=s.done.filter(({does:d})=>d==="switch").map(({worker:d})=>d),c=[...e.proven?[]:e.finished,...a].reverse();if(c.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||s.lost.size>0)return"halted";try{return await r.reporter.group("Revert",async()=>{const d=Se(r.cluster,await P(r)),l=rr(d.cluster,d.observation,{plan:e,workers:c,done:s.done});for(const h of l.stuck)r.reporter.warning(`${h} stays: it has no release to go back to.`);if(l.problem)throw l.problem;const u={...t,context:{...r,cluster:d.cluster}};await ht(u,l.batches,{direction:"back",trial:!1})}),"reverted"}catch(d){if(!(d instanceof f.w))throw d;return r.reporter.warning(`The revert stopped, and is not reverted: ${d.message}`),"revert-failed"}}}const dr=[80,443],lr=String.raw`
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
`,ur=(t,e)=>({name:`look for ${t.name}`,text:lr,values:{address:t.address,port:String(e),doors:[t.port,...dr].join(" ")},deadline:(0,m.YA)(20),parse:n=>(0,k.gq)(n).stdout.trim()});async function hr(t,e){const{workers:n}=t.cluster;await I(await kn(t),async({name:r,remote:s})=>{const o=await s.run(ur(e,n.port));if(o!=="nothing")throw fr(e,r,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const fr=(t,e,n)=>new f.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function mr(t,{takeBackup:e,withoutBackup:n},r){if(!gt(t))return;const{context:s,plan:o,observation:a}=t;if(n!==void 0){const{by:i}=s.run;r.withoutBackup={by:i,reason:n},s.reporter.warning(`There is no backup from before this deploy, as ${i} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const i=await e(s,{release:kr(o,a),target:o.target.id}),{id:c,recoveryPoint:d,bytes:l,bytesAdded:u,took:h,newestProven:w}=i;r.backup={id:c,recoveryPoint:d,bytes:l,bytesAdded:u,took:h,newestProven:w}}catch(i){throw i instanceof f.w?wr(i):i}}function wr(t){const{failure:e}=t;if(e.code==="cancelled")return t;const r=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new f.w({...e,step:"backup",hint:r,cause:t})}function $r(t,{withoutBackup:e}={}){if(!gt(t))return;const{cluster:n,run:r}=t.context;if(e!==void 0)return`no backup, as ${r.by} wants it: ${e}`;const s=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${s}, while the release is staged; nothing is migrated or switched before that`}function gt({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:r})=>r.some(({worker:s,does:o,to:a})=>o==="switch"&&pr(n.workers.get(s),a)))}const pr=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function kr({from:t,target:e},{workers:n}){const r=[...n.values()].map(({releases:a})=>a),s=t??(r.some(({active:a})=>a===e.id)?e.id:void 0),o=r.flatMap(({staged:a})=>a).find(a=>a.id===s)??{migrations:[]};return x(r,o).at(-1)?.release??s}function gr({withoutBackup:t}){if(!(t===void 0||t.trim()!==""))throw new f.j({code:"reason-missing",message:"To deploy without a backup takes a reason.",left:"Nothing was changed.",hint:"--without-backup 'why'; it is kept in the history of every worker."})}function br(t,e,n){const{target:r,stage:s,migrate:o,batches:a,finished:i}=e;return ge(e)?[vr(r)]:[_r(e),...s.length>0?[`stage on ${s.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${Sr(o.migrations)}`]:[],...i.length>0?[`leave ${i.join(", ")}: ${yr(r)}`]:[],...Tr(t,a),...a.flatMap((c,d)=>Ar(t,c,d,a.length)),...r.kind==="repair"?[]:[`settle: mark ${r.id} good, keep ${t.release.keep} good releases besides those in use`]]}const yr=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",vr=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function _r({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Sr=t=>t.length>0?t.join(", "):"the program knows which are new";function Tr({rollout:t,workers:e},n){const r=$t(t.batch,e.hosts.length),s=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),o=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:i})=>a+i.length,0);return s===0||s>=Math.min(r,o)?[]:[`batches of ${s} instead of ${r}: min-available is ${t.minAvailable}`]}function Ar(t,{title:e,tasks:n,available:r},s,o){const{drainTimeout:a,healthyAfter:i}=t.rollout,c={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${s+1} of ${o}${c}: ${r} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(d=>[`  ${d.worker}: ${d.why}`,...xr(d,`wait up to ${(0,m.a3)(a)} for requests in flight`,i)])]}function xr({does:t,to:e,drainOn:n,leaveOn:r,previous:s},o,a){const i=n.join(", "),c=s===void 0?"there is no release to go back to":`if it fails, back to ${s}`;return[...n.length>0?[`    drain on ${i}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${c}`]:[],...n.length>0?[`    fresh check on ${i}; readmit`]:[],...r.length>0?[`    stays as it is on ${r.join(", ")}: somebody else drained it there`]:[]]}function Mr({worker:t,active:e,running:n,healthy:r,rotation:s}){const o=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,i=[...s],c={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[d]=i,u=d!==void 0&&i.every(([,w])=>w===d[1])?c[d[1]]:i.map(([w,$])=>`${c[$]} on ${w}`).join(", ");return`${t} ${o}${a}, ${r===void 0?"health unknown":r?"healthy":"unhealthy"}, ${u}`}const Or=(0,m.YA)(10);class Er{context;clock;#e=new Map;#n;#t=new Map;constructor(e,n){this.context=e,this.clock=n,this.#n=setInterval(()=>this.#s(),Ne),this.#n.unref()}hold(e,n){for(const r of n){const s=this.#e.get(r)??new Map;this.#e.set(r,s.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,r])=>{const s=r.get(e);if(!(s===void 0||this.#r(s))&&(await this.#o(n,[e]),!this.#r(r.get(e)??0)))throw Ir(e,n)}))}stop(){clearInterval(this.#n),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=Or}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#t.has(e))continue;const r=this.#o(e,[...n.keys()]).catch(Rr).finally(()=>this.#t.delete(e));this.#t.set(e,r)}}async#o(e,n){const r=this.clock.now().getTime(),o=await(await U(this.context,e)).renew(n),a=this.#e.get(e);for(const i of n)!o.includes(i)&&a?.has(i)&&a.set(i,r)}}function Rr(t){if(!(t instanceof f.w))throw t}const Ir=(t,e)=>new f.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),Nr=(0,m.Gx)(15),Fr=String.raw`
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
`;function Pr({root:t,envFile:e},n,r,s){const o=r.map((a,i)=>`word${i}`);return{name:`migrate ${n}`,text:`${le}
set -- ${o.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${Fr}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:s,env_file:e??"",...Object.fromEntries(o.map((a,i)=>[a,r[i]??""]))},deadline:Nr,parse(a){if(a.status===H)throw D(void 0,void 0);(0,k.gq)(a)}}}function Lr(t,e,n){const r=(0,g.cJ)(t,e);return{...r,text:`${le}${r.text}`,values:{...r.values,owner:n},parse(s){if(s.status===H)throw D(void 0,void 0);r.parse(s)}}}async function bt(t,e,{target:n,from:r},s,o){const{cluster:a,run:i,clock:c=V}=t,d={at:c.now(),release:n.id,from:r,by:j(i)},l=await t.remote(e);for(const u of(0,g.QW)(d,o))await l.run(Lr(a.workers.root,u,s))}async function Br(t,e,n,r){const{workers:s,release:o}=t.cluster,{migrate:a}=e,i=s.hosts.find(({name:h})=>h===a?.worker);if(a===void 0||i===void 0||o.migrate===void 0)return;await bt(t,i,e,n,r).catch(h=>{throw h instanceof f.w?h.with({host:i.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):h});const d=s.hosts.filter(h=>h!==i).map(h=>bt(t,h,e,n,r).catch(w=>{if(!(w instanceof f.w))throw w;t.reporter.warning(`${h.name} could not note the migration, which ${i.name} runs: ${w.message}`)})),l=jr(t,i,e,o.migrate,n,r),u=(await Promise.allSettled([l,...d])).find(({status:h})=>h==="rejected");if(u?.status==="rejected")throw u.reason}async function jr(t,e,{target:n,migrate:r},s,o,a){const{reporter:i,cluster:c}=t,d=await t.remote(e);i.step({host:e.name,name:"migrate",state:"started",detail:r?.migrations.join(", ")||void 0});try{await d.run(Pr(c.workers,n.id,s,o),{onLine:l=>i.step({host:e.name,name:"migrate",state:"progress",detail:l})})}catch(l){throw l instanceof f.w?(i.step({host:e.name,name:"migrate",state:"failed",detail:l.failure.seen}),l.code!=="script-failed"?l.with({host:e.name,step:"migrate"}):new f.w({code:"migration-failed",host:e.name,step:"migrate",message:`${s.join(" ")} failed; no worker was switched.`,seen:l.failure.seen??l.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):l}i.step({host:e.name,name:"migrate",state:"done"})}function qr(t,e){const n=be(t,e),r=n.filter(i=>yt(i)===void 0),s=_e(r.flatMap(({seen:i})=>i.probe.running??[]))??_e(n.flatMap(({seen:i})=>i.releases.active??[]));if(s===void 0)return;const o=n.flatMap(i=>Cr(i,s)),a=new Set(o.map(({worker:i})=>i));return{target:{kind:"repair",id:s,migrations:[]},from:void 0,stage:[],...ve(t,o,n),finished:n.map(({name:i})=>i).filter(i=>!a.has(i)),proven:!0,settle:!1}}function Cr(t,e){const{name:n,seen:r}=t,s=yt(t);if(s!==void 0){const c=ye(r,e)?e:r.releases.active;return c===void 0?[]:[{worker:n,does:"switch",to:c,why:s,...G(t)}]}const o=K(t,c=>c==="drained"),a=r.probe.running;if(o.length===0||a===void 0)return[];const i=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:i,drainOn:o,leaveOn:G(t).leaveOn}]}function yt({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const Ur=(0,m.ee)(64*1024*1024),Te=4096;function zr({entries:t}){const e=t.reduce((n,r)=>n+(r.type==="file"?Math.ceil(r.size/Te)*Te:Te),0);return{size:(0,m.ee)(e),files:t.length}}function Wr(t,e,n,r){const s=Js(t,e,n),o=It(n,e),a=[...[...n.workers].flatMap(([i,c])=>Hr(t,e,i,c,s,r)),...s.problem?[s.problem]:[],...o?[o]:[]];return a.length>0?{problems:a}:{plan:s}}function Hr(t,e,n,{releases:r,probe:s},o,a){const{unit:i,root:c,envFile:d}=t.workers,l=t.hosts.get(n)?.user??"the deploy user",u=[],h=r.staged.some(({id:$})=>$===e.id),w=(0,m.ee)((a?.size??0)+Ur);if(s.missingTools.length>0&&u.push({code:"tools-missing",message:`It lacks ${s.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),s.folder==="missing"&&u.push({code:"service-folder-missing",message:`${c} does not exist.`,hint:`On ${n}, as root: install -d -o ${l} -g ${l} ${c}`}),s.folder==="read-only"&&u.push({code:"permission-denied",message:`${l} may not write in ${c}.`,hint:`On ${n}, as root: chown ${l}: ${c}`}),!h&&e.kind==="deploy"&&(s.diskFree<w||s.inodesFree<(a?.files??0)+1e3)&&u.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,m.z3)(s.diskFree)} and ${s.inodesFree} inodes free, ${(0,m.z3)(w)} and ${(a?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${c}\` shows what is full, \`du -xsh ${c}/releases/*\` what the releases take.`}),s.unit.load!=="loaded"&&u.push({code:"unit-missing",message:`systemd has no usable unit ${i}.`,seen:`LoadState=${s.unit.load}`,hint:`On ${n}: \`systemctl status ${i}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!s.mayRestart||!s.mayReadRelease){const $=s.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${i}`;u.push({code:"sudo-denied",message:`${l} may not run \`sudo ${$}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return o.migrate?.worker===n&&s.envFile==="unreadable"&&u.push({code:"env-file-unreadable",message:`${l} can't read ${d}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${l} ${d} && chmod 640 ${d}`}),e.kind==="rollback"&&!h&&u.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${r.staged.map(({id:$})=>$).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),u.map($=>new f.w({...$,host:n}))}class Dr{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,r){const s=this.#e.get(e);s&&this.#e.set(e,{...s,[n]:r})}get timeline(){return[...this.#e.values()]}}const Yr=(0,m.Rz)(1500);class Kr{context;kind;clock;journal=new Dr;#e;#n=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??V,this.#e=this.clock.now()}async phase(e,n){const r=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#n.push({name:e,took:(0,m.Rz)(this.clock.now().getTime()-r)})}}async finish(e,n){this.changing&&(this.observation=await this.#t());const r=nt(this.context.cluster,this.observation),s=`
${r.map(o=>`    ${Mr(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#n,timeline:this.journal.timeline,workers:r,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,error:n&&this.changing?new f.w({...n.failure,left:s}):n}}async#t(){const e=P(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(Yr).then(()=>this.observation)]))}}async function Gr(t,{target:e,from:n}){const{context:r,clock:s,journal:o}=t,{workers:a,release:i}=r.cluster,c={at:s.now(),event:"good",release:e.id,from:n,by:j(r.run),reason:t.reason,backup:t.backup},d={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await I(a.hosts.map(({name:l})=>l).filter(l=>!o.missed.includes(l)),l=>Vr(l,async()=>{const u=await ae(r,l);await Promise.all([u.run((0,g.bL)(a.root,e.id)),u.run((0,g.cJ)(a.root,c))]);const h=[e.id,...n===void 0?[]:[n]],w=await u.run((0,g.R3)(a.root,{keep:i.keep,protect:h})),$=w.length>0?`removed ${w.join(", ")}`:void 0;r.reporter.step({host:l,name:"settle",state:"done",detail:$})}),d)}async function Vr(t,e){try{await e()}catch(n){throw n instanceof f.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function Jr(t,e,n={}){const{id:r,manifest:s}=e,o={kind:"deploy",id:r,migrations:s.migrations};return Ae(t,{...n,kind:"deploy",archive:e,choice:n,intend:(i,c)=>(gr(n),c.to=r,vt(i,{...n,archive:e,choice:n},c,()=>o))})}function Xr(t,{to:e,...n}={}){return Ae(t,{...n,kind:"rollback",intend:(s,o)=>vt(s,n,o,a=>Ot(a,e))})}function Zr(t,e={}){return Ae(t,{...e,kind:"repair",intend:so})}async function Ae(t,e){const n=new Kr(t,e.kind),r=new We(t.signal);try{const s=await n.phase("Preflight",()=>r.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(ge(s.plan)&&!co(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>Ke(s.context,{after:e.after}));try{return await n.finish(await Qr(t,e,n,o,r))}finally{r.unfinished||await o.release()}}catch(s){if(!(s instanceof f.w))throw s;return n.finish("failed",s)}}async function Qr(t,e,n,r,s){const{clock:o,journal:a}=n,i=await n.phase("Plan",()=>s.orLeave(e.intend(t,n))),{plan:c,context:d}=i;if(ge(c))return"nothing-to-do";const{archive:l,choice:u={}}=e,{target:h,migrate:w}=c;n.changing=!0,l&&await n.phase("Stage",()=>s.orLeave(Promise.all([oo(d,l),mr(i,u,n)])));const $=l&&w?Ft(l.manifest,w.migrations):[];w&&await n.phase("Migrate",()=>s.orHurry(Br(d,c,r.owner,$)));const p=to(i,l),b=new Er(d,o),y=no(i,o,s),L=eo(e,n),B={context:d,clock:o,cancellation:s,lock:r,leases:b,watch:y,target:h,onFailure:p,journal:a,...L};try{const A=!c.proven;await n.phase("Batches",()=>ht(B,c.batches,{direction:"forward",trial:A}))}catch(A){throw A instanceof f.w&&(n.afterFailure=await cr(B,c,A)),A}finally{b.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>Gr(B,c)),"success"}function eo({reason:t},{backup:e,withoutBackup:n}){return n!==void 0?{reason:`without a backup: ${n.reason}`}:{reason:t,backup:e?.id}}function to({context:t,plan:e,observation:n},r){if(r===void 0)return"halt";const s=e.batches.flatMap(({tasks:a})=>a.map(({previous:i})=>i));return[e.from,...s].some(a=>a!==void 0&&!Pt(n,r.manifest,a))?"freeze":t.cluster.rollout.onFailure}function no({context:t,plan:e,observation:n},r,s){const o=t.cluster.loadBalancers.hosts.map(({name:c})=>c),a=new ms(o,c=>U(t,c)),i=new Is({source:a,clock:r,reporter:t.reporter,cancellation:s});return i.switched(e.finished,$e(n.loadBalancers)),i}async function vt(t,{archive:e,choice:n,without:r=[]},s,o){s.observation=await P(t);const a=await ro(t,s.observation,r),i=or(t.cluster,s.observation,a);if("problems"in i)throw xe(i.problems);const c=o(i.observation);s.to=c.id;const d=e&&zr(e.manifest),l=Wr(i.cluster,c,i.observation,d);if("problems"in l)throw xe(l.problems);return s.from=l.plan.from,_t(t,s,i,l.plan,n)}async function so(t,e){e.observation=await P(t);const{silent:n,...r}=Se(t.cluster,e.observation),s=qr(r.cluster,r.observation);if(s===void 0)throw xe(n.length>0?n:[ao()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=s.target.id,_t(t,e,r,s)}function _t(t,e,{cluster:n,missed:r,observation:s},o,a){const{reporter:i}=t,c=r.map(u=>`leave out ${u}: it can't be reached and takes no traffic`),d={context:{...t,cluster:n},plan:o,observation:s},l=[...br(n,o,$r(d,a)),...c];if(l.join(`
`)!==e.plan.join(`
`))for(const u of l)i.info(u);return e.plan=l,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...r),d}async function ro(t,e,n){const{hosts:r}=t.cluster.loadBalancers,s=n.map(c=>r.find(d=>d.name===c)??c),[o]=s.filter(c=>typeof c=="string");if(o!==void 0)throw io(o,r);const a=r.filter(c=>s.includes(c)&&e.loadBalancers.get(c.name)instanceof f.w),{cluster:i}=Se(t.cluster,e);for(const c of a)await hr({...t,cluster:i},c),t.reporter.warning(`${c.name} is left out: no worker sees it either.`);return a.map(({name:c})=>c)}async function oo(t,e){const{cluster:n,reporter:r}=t;await I(n.workers.hosts,async s=>(0,g.dw)(await t.remote(s),n.workers.root,e,r),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const xe=t=>Ve(t.map(({failure:e})=>new f.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),ao=()=>new f.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),io=(t,e)=>new f.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),co=({workers:t})=>[...t.values()].some(e=>!(e instanceof f.w)&&e.probe.lock!==void 0);async function lo(t){const e=await P(t),n=nt(t.cluster,e),r=ft(e);return{workers:n,loadBalancers:[...e.loadBalancers].flatMap(([s,o])=>o instanceof f.w?[]:[{name:s,processes:o.processes}]),locks:[...e.workers].flatMap(([s,o])=>o instanceof f.w||o.probe.lock===void 0?[]:[{worker:s,owner:o.probe.lock.owner,expired:o.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([s,o])=>o instanceof f.w?[]:[...o.workers.values()].flatMap(({worker:a,lease:i})=>i?[{worker:a,loadBalancer:s,...i}]:[])),failures:r,ok:r.length===0&&n.every(s=>uo(s)&&s.running===n[0]?.running)}}const uo=({active:t,running:e,healthy:n,rotation:r})=>e!==void 0&&e===t&&n===!0&&[...r.values()].every(s=>s==="in")})};
