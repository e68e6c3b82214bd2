"use strict";exports.id=87,exports.ids=[87],exports.modules={5087:((xt,_e,v)=>{v.d(_e,{gg:()=>bt,D8:()=>xe,dU:()=>yt,h5:()=>Tt});var f=v(3916),p=v(8318);function Te({workers:n},e){const t=[...n.values()].map(({releases:r})=>r),a=G(t),s=e??(0,p.Dp)(t,a);if(s===void 0)throw Ae([...n],a);const o=t.flatMap(r=>r.staged).find(r=>r.id===s);return{kind:"rollback",id:s,migrations:o?.migrations??[]}}function G(n){const e=a=>Math.max(0,...n.flatMap(({history:s})=>s).filter(({event:s,release:o})=>s==="activated"&&o===a).map(({at:s})=>s.getTime()));return[...new Set(n.flatMap(a=>a.active??[]))].sort((a,s)=>e(s)-e(a))[0]}function Ae(n,e){const t=n.map(([a,{releases:s}])=>{const o=s.staged.map(({id:r,good:i})=>`${r}${i?" (good)":""}`).join(", ");return`
  - ${a}: ${o||"none"}`});return new f.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${t.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}async function xe(n){const{hosts:e,root:t}=n.cluster.workers,a=await Promise.all(e.map(async r=>{try{const i=await n.remote(r);return[r.name,await i.run((0,p.vN)(t))]}catch(i){if(i instanceof f.w)return i.with({host:r.name});throw i}})),s=a.flatMap(r=>r instanceof f.w?[]:[r]),o=a.filter(r=>r instanceof f.w);return{...Oe(s,e.length),failures:o}}function Oe(n,e){const a=[...new Set(n.flatMap(([,{staged:o}])=>o.map(({id:r})=>r)))].map(o=>Ne(o,n,e)),s=n.map(([,o])=>o);return{releases:a.sort((o,r)=>r.stagedAt.getTime()-o.stagedAt.getTime()),history:Me(n),rollbackTo:n.length===e?(0,p.Dp)(s,G(s)):void 0}}function Ne(n,e,t){const a=e.flatMap(([r,{staged:i}])=>i.filter(c=>c.id===n).map(c=>({worker:r,release:c}))),[s]=a,o=a.map(({worker:r})=>r);return{id:n,commit:s?.release.commit,stagedAt:new Date(Math.min(...a.map(({release:r})=>r.stagedAt.getTime()))),migrations:s?.release.migrations??[],workers:o,activeOn:e.filter(([,{active:r}])=>r===n).map(([r])=>r),goodOn:a.filter(({release:r})=>r.good).map(({worker:r})=>r),everywhere:o.length===t}}function Me(n){const e=n.flatMap(([s,{history:o}])=>o.map(r=>({worker:s,entry:r}))).sort((s,o)=>s.entry.at.getTime()-o.entry.at.getTime()),t=[],a=new Map;for(const{worker:s,entry:o}of e){const r=JSON.stringify([o.event,o.release,o.by]),i=a.get(r);if(i&&!i.workers.includes(s))i.workers.push(s);else{const c={...o,workers:[s]};t.push(c),a.set(r,c)}}return t.reverse()}var $=v(1996);function J(n,e){const[t,...a]=n;return t!==void 0&&a.length===0?t:new f.w({...e,seen:n.map(({message:s})=>`
  - ${s.replaceAll(`
`,`
    `)}`).join(""),cause:n})}async function N(n,e,t){const a=await Promise.allSettled(n.map(e)),s=a.flatMap(r=>r.status==="rejected"?[r.reason]:[]),o=s.find(r=>!(r instanceof f.w));if(o!==void 0)throw o;if(s.length>0)throw J(s,t);return a.flatMap(r=>r.status==="fulfilled"?[r.value]:[])}const Re=(0,$.YA)(1),Pe=(0,$.YA)(30);async function X(n,e){const{clock:t,journal:a,context:s}=n,{reporter:o,cluster:r}=s,{worker:i}=e,c=r.rollout.drainTimeout;a.at(i,"drainStarted",t.now()),o.step({host:i,name:"drain",state:"started",detail:`on ${e.drainOn.join(", ")||"none"}`});const d=new Map,l=k=>_=>{d.set(k,_);const W=[...d.values()].reduce((V,K)=>V+K,0);o.step({host:i,name:"drain",state:"progress",detail:`${W} in flight`})},[u,h]=await M([T(n,e.drainOn,"drain",(k,_)=>k.drain(i,{deadline:c,onProgress:l(_)})),Ie(n,e,c)]),w=u.some(({kind:k})=>k==="still-in-flight")?{deadline:Re}:{},S=await T(n,e.drainOn,"drain",k=>k.maintain(i,w)),y=[...h,...S.map(k=>k.cut)].reduce((k,_)=>k+_,0);a.cut+=y,a.at(i,"drained",t.now()),y>0&&o.warning(`${i}: ${y} requests were still in flight after the drain timeout, and are cut.`),o.step({host:i,name:"drained",state:"done",detail:y>0?`${y} cut`:void 0})}async function Ie(n,{worker:e,leaveOn:t},a){const{clock:s}=n,o=s.now().getTime()+a;return T(n,t,"drain",async r=>{for(let i=0;;){const d=((await r.observe()).workers.get(e)?.servers??[]).reduce((l,{inFlight:u})=>l+u,0);if(i=d===0?i+1:0,i===2||s.now().getTime()>=o)return d;await s.sleep((0,$.Rz)(500))}})}async function Z(n,{worker:e,drainOn:t}){const a=(0,$.Rz)(n.context.cluster.rollout.startTimeout+Pe);await T(n,t,"check",async(s,o)=>{const{passed:r,seen:i}=await s.check(e,{deadline:a});if(!r)throw new f.w({code:"check-failed",host:o,step:"check",message:`Its health check of ${e} does not pass, though ${e} answers on its own port.`,seen:i,hint:`Can ${o} reach ${e} on port ${n.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function Q(n,{worker:e,drainOn:t}){const{context:a,clock:s,journal:o}=n;await M([T(n,t,"readmit",r=>r.readmit(e)),Ee(n)]),o.at(e,"readmitted",s.now()),a.reporter.step({host:e,name:"readmitted",state:"done"})}async function Fe(n,{worker:e,drainOn:t}){const{startTimeout:a}=n.context.cluster.rollout;await T(n,t,"readmit",async s=>{try{await s.readmit(e)}catch(o){if(!(o instanceof f.w&&o.code==="not-checked"))throw o;await s.check(e,{deadline:a}),await s.readmit(e)}})}async function Ee({loadBalancers:n,journal:e}){const t=[...n].map(async([a,s])=>[a,await s.observe()]);e.views=new Map(await Promise.all(t))}async function T({loadBalancers:n},e,t,a){return M(e.map(async s=>{try{return await a(n.get(s),s)}catch(o){throw o instanceof f.w?o.with({host:s,step:t}):o}}))}async function M(n){return await Promise.allSettled(n),Promise.all(n)}var g=v(7889),Be=v(8161);const ee={now:()=>new Date,sleep:n=>new Promise(e=>setTimeout(e,n))};var R=v(1916);const P="Nothing was changed.";function je(n,e,t,a){const{host:s,masterSocket:o,service:r,step:i}=a,c=a.worker??"the worker",d=`As root on ${s.name}: EXTRAOPTS="-S ${o},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${s.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,l=`~/.buka/${r}/${c}`,u=Ce({give:d,mark:l,host:s,masterSocket:o,worker:c});if(n==="unknown-name")return Le(t,a);const h=u[n]??{message:"The load balancer refused."};return new f.w({message:"",left:P,...h,code:n,host:s.name,step:i,...e!==""&&{seen:e}})}function Ce({give:n,mark:e,host:t,masterSocket:a,worker:s}){const o=`Look at the guard's log, ${e}/guard.log on ${t.name}, and run it again.`,r=`${s} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${t.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${r} If it was drained, its guard keeps it so.`,hint:`On ${t.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${a}; without it, requests of a process that a reload left behind can't be seen.`,hint:n},"socket-denied":{message:`${t.user} may not use HAProxy's master socket.`,hint:n},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${t.user} can't be written.`,hint:`On ${t.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${s} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${t.name}; then run it again.`},"last-server":{message:`${s} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${s} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${s} has passed no check since it was drained; it would get traffic unchecked.`,left:`${s} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${s}.`,left:`${s} may be in rotation in one process and not in another.`,hint:o},superseded:{message:`Something else readmitted ${s} meanwhile.`,left:`Buka no longer keeps ${s} out of rotation.`,hint:o},"still-down":{message:`${s} was readmitted, but HAProxy does not see it up.`,left:`${s} is ready: it gets traffic as soon as its check passes.`,hint:`On ${t.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Le({missing:n,unreadable:e,backendNames:t,serverNames:a},{host:s,step:o}){const r=e.find(({old:d})=>!d)?.backend,i=(d,l,u,h,m)=>new f.w({code:d,message:l,host:s.name,step:o,seen:h.length>0?`known there: ${h.join(", ")}`:"none is known there",left:P,hint:`Correct ${m} in buka.yml${qe(u,h)}.`});if(r!==void 0&&!t.includes(r)){const d=`HAProxy has no backend ${r}.`;return i("unknown-backend",d,r,t,"`load-balancers: backend:`")}const c=n[0];if(c!==void 0){const{backend:d,server:l}=c,u=a.filter(m=>m.backend===d).map(m=>m.server),h=`HAProxy has no server ${l} in backend ${d}.`;return i("unknown-server",h,l,u,"the worker's name under `load-balancers: servers:`")}return new f.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${r??""}.`,host:s.name,step:o,left:P,hint:`On ${s.name}: \`systemctl status haproxy\`, then run it again.`})}function qe(n,e){const[t]=[...e].sort((a,s)=>(0,R.Io)(n,a)-(0,R.Io)(n,s));return t!==void 0&&(0,R.Io)(n,t)<=Math.max(2,n.length/3)?`: ${t} is the nearest`:""}const ze=39,De=24,He=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function ne(n){const e=n.split(`
`).map(o=>o.split(" ")),t=(o,r)=>e.filter(i=>i[0]===o&&i.length>=r).map(i=>i.slice(1)),a=([o="",r=""])=>({backend:o,server:r}),s=t("name",2);return{processes:t("pids",1).at(-1)??[],servers:t("server",12).map(Ue),missing:t("missing",3).map(a),unreadable:t("unreadable",4).map(([o="",r,i=""])=>({process:o,old:r==="old",backend:i})),backendNames:s.filter(o=>o.length===1).map(([o=""])=>o),serverNames:s.filter(o=>o.length===2).map(a),marks:new Map(t("mark",2).map(([o="",...r])=>[o,new Set(r.filter(Boolean))]))}}function Ue(n){const[e="",t,a="",s="",o,r,,i,c,d,...l]=n;return{process:e,old:t==="old",backend:a,server:s,admin:Number(o),checking:Number(r),inFlight:Number(i),tracks:c!=="-",check:d==="-"?void 0:d,status:l.join(" ")}}function I({admin:n}){return n&ze?"maintenance":n&De?"drain":"ready"}function Ye(n){return n.tracks?/^(UP|DRAIN)$/.test(n.status)?"passed":te(n.status):(n.checking&6)!==6||n.check===void 0||n.check==="INI"?"unchecked":He.has(n.check)?te(n.status,"passed"):"failed"}function te(n,e="unchecked"){return n.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(n)?"unchecked":e}function We(n){return I(n)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(n.status)}const Ve=String.raw`
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

require_mark() {
  if read_mark; then return 0; fi
  refuse_foreign
  die not-drained
}

# Where the mark and the locks of this worker are.
open_state() {
  folder=$HOME/.buka/$service/$worker
  (umask 077; mkdir -p "$folder" && touch "$folder/lock") 2>/dev/null || die state-folder "$folder"
  this_boot
}
# One reader and writer at a time. Closing the descriptor gives the lock back, also when the script dies.
lock() { exec 9>>"$folder/lock"; flock 9; }
unlock() { exec 9>&-; }
write_mark() {
  printf 'state %s\nuntil %s\nboot %s\nprocesses %s\nagents %s\n' \
    "$state" "$until" "$boot" "$processes" "$agents" > "$folder/mark.new"
  mv -f "$folder/mark.new" "$folder/mark"
}

# Puts every process as $state says. $wrong counts what had to be put right or could not be read: such a reading proves
# nothing.
# A process that a reload left behind may refuse ("Proxy is disabled."); it takes no new connection, and is told once.
enforce() {
  fixes=; wrong=0; claimed=$processes; agents_before=$agents
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') wrong=$((wrong + 1)) ;; esac
    if [ "$kind" != server ]; then continue; fi
    case " $processes " in *" $id "*) ;; *) processes="$processes $id" ;; esac
    if [ "$age" = old ]; then case " $told " in *" $id:$backend/$server:$state "*) continue ;; esac; fi
    fix=
    case $state in
      drain) if [ $((admin & 9)) -eq 0 ]; then fix='state drain'; fi ;;
      check | checked) if [ $((admin & 9)) -ne 8 ]; then fix='state drain'; fi ;;
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
    if [ -n "$fix" ]; then wrong=$((wrong + 1)); fi
  done <<FACTS
$facts
FACTS
  if [ "$processes" != "$claimed" ] || [ "$agents" != "$agents_before" ]; then write_mark; fi
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

# Waits until nothing is in flight in two readings in a row that needed no correction, or $deadline (hundredths) passes.
wait_for_silence() {
  clock; began=$now; zeros=0; last=; applied=no
  while :; do
    lock
    read_mark || die superseded "the mark is gone"
    sample || die load-balancer-down "$socket stopped answering"
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
`,Ke=String.raw`
note() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >> "$folder/guard.log"; }

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
  flock -n 8 || exit 0
  printf '%s\n' "$$" > "$folder/guard.pid"
  choose_tool
  beat=0
  while :; do
    if [ "$beat" -gt 0 ] && [ -f "$folder/mark" ] && same_processes; then
      beat=$((beat - 1))
      pause 0.1
      continue
    fi
    beat=9
    lock
    if ! read_mark || [ "$state" = ready ]; then break; fi
    clock
    if [ "$now" -ge "$until" ]; then note "not renewed for 15 minutes: the guard ends, the worker stays in $state"; break; fi
    if sample; then
      enforce
      if [ "$wrong" -gt 0 ]; then note "put back to $state in $pids"; fi
    fi
    unlock
    pause 0.1
  done
  rm -f "$folder/guard.pid"
}

start_guard() {
  HOME=$HOME socket=$socket service=$service worker=$worker targets=$targets backends=$backends library=$library \
    setsid sh -c 'set -eu; eval "$library"; guard' guard </dev/null >/dev/null 2>&1 8>&- 9>&- &
}
renew() { clock; until=$((now + 90000)); }
`,Ge=String.raw`
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
      else if (key in status) print "unreadable " pid[p] " " age[pid[p]] " " backend
      else if (age[pid[p]] == "current") print "missing " backend " " server
    }
  }
}
`,se=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${Ge}'

# Ends the script: the code is one of docs/errors.md, the rest is what was seen.
die() { printf 'error %s\n' "$*"; exit 20; }

# Hundredths of a second since boot, into $now: monotonic, and no process is started for it.
clock() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }

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
  clock; patience=$((now + 2000))
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

# The mark: Buka drained this worker, in these processes of this boot. Replaced whole, under the lock.
this_boot() { read -r boot < /proc/sys/kernel/random/boot_id; }
read_mark() {
  state=; until=0; processes=; agents=; marked_boot=
  if [ ! -f "$folder/mark" ]; then return 1; fi
  while read -r key value; do
    case $key in
      state) state=$value ;;
      until) until=$value ;;
      boot) marked_boot=$value ;;
      processes) processes=$value ;;
      agents) agents=$value ;;
    esac
  done < "$folder/mark"
  if [ "$marked_boot" = "$boot" ]; then return 0; fi
  state=; until=0; processes=; agents=
  return 1
}

pids=; first=; facts=; names=; told=; problem=; said=
`,ae=45,F=n=>n.replace(/^ *(# .*)?\n?/gm,""),Je=F(`library=$(cat <<'BUKA_LIBRARY'
${se}${Ve}${Ke}
BUKA_LIBRARY
)
eval "$library"
reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),Xe=String.raw`
reach
refuse_unknown
printf '%s\n' "$facts"
this_boot
for worker in $workers; do
  folder=$HOME/.buka/$service/$worker
  if read_mark; then printf 'mark %s %s\n' "$worker" "$processes"; fi
done
`,Ze=String.raw`
exec 7>>"$HOME/.buka/$service/.lock"
flock 7
sample || die load-balancer-down "$socket stopped answering"
read_mark || :
refuse_foreign
refuse_last
case $state in maintenance | check | checked) ;; *) state=drain ;; esac
renew
write_mark
enforce
exec 7>&-
unlock
start_guard
if wait_for_silence; then printf 'drained %s\n' "$waited"
else printf 'still %s %s %s\n' "$inflight_sum" "$unreadable" "$waited"; fi
`,Qe=String.raw`
require_mark
state=maintenance
renew
write_mark
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,en=String.raw`
require_mark
state=check
renew
write_mark
unlock
start_guard
clock; began=$now; downed=; last=
while :; do
  lock
  read_mark || die superseded
  sample || die load-balancer-down "$socket stopped answering"
  orders=; pending=no; seen=; checked=no
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') pending=yes ;; esac
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
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
  if [ -n "$orders" ]; then ask "show version$orders" >/dev/null || downed=; wrong=1; else enforce; fi
  if [ "$wrong" -eq 0 ] && [ "$pending" = no ]; then
    state=checked
    write_mark
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
if ! read_mark; then
  refuse_foreign
  printf 'readmitted already\n'
  exit 0
fi
case $state in maintenance | check) die not-checked "$state" ;; esac
state=ready
write_mark
clock; began=$now
while :; do
  enforce
  sample || die load-balancer-down "$socket stopped answering"
  enforce
  if [ "$wrong" -eq 0 ]; then break; fi
  clock
  if [ $((now - began)) -ge 500 ]; then die not-applied "$said"; fi
  pause 0.1
done
orders=; down=; seen=
while read -r kind id age backend server admin checking agent inflight tracked check status; do
  if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
  case " $agents " in *" $backend/$server "*) orders="$orders;@!$id enable agent $backend/$server" ;; esac
  seen="$seen, $backend/$server $status $check"
  case $status in UP | UP\ * | 'no check') ;; *) down="$down $backend/$server $status $check" ;; esac
done <<FACTS
$facts
FACTS
if [ -n "$orders" ]; then ask "show version$orders" >/dev/null || die not-applied 'enable agent'; fi
rm -f "$folder/mark"
if [ -n "$down" ]; then die still-down "$down"; fi
printf 'readmitted %s\n' "$seen"
`;function tn(n,e){return{name:"observe the load balancer",text:F(se+Xe),values:{service:n.service,socket:n.masterSocket,workers:n.targets.map(({worker:t})=>t).join(`
`),...re(n.targets.flatMap(t=>t.servers))},deadline:(0,$.YA)(ae),parse:e}}const sn={drain:Ze,maintain:Qe,check:en,readmit:nn};function x(n,e,t,a){return{name:`${n} ${e.worker}`,text:Je+F(sn[n]),values:{service:e.service,worker:e.worker,socket:e.masterSocket,deadline:String(Math.ceil(t/10)),...re(e.servers)},deadline:(0,$.Rz)(t+(0,$.YA)(ae)),parse:a}}function re(n){return{targets:n.map(({backend:e,server:t})=>`${e} ${t}`).join(`
`),backends:[...new Set(n.map(({backend:e})=>e))].join(" ")}}function an(n,e,t){return{host:n,processes:e.processes.length,workers:new Map(t.map(a=>[a.worker,rn(e,a)]))}}function rn(n,{worker:e,servers:t}){const a=n.servers.filter(r=>t.some(({backend:i,server:c})=>i===r.backend&&c===r.server)),s=a.filter(({old:r})=>!r),o=n.marks.get(e);return{worker:e,servers:t.map(({backend:r,server:i})=>on(a.filter(c=>c.backend===r&&c.server===i))),inRotation:s.length>0&&s.every(We),drainedByBuka:s.some(r=>I(r)!=="ready"&&o?.has(r.process)===!0)}}function on(n){const[e]=n.filter(({old:t})=>!t);if(e===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:e.backend,server:e.server,admin:I(e),check:Ye(e),status:e.status,inFlight:n.reduce((t,{inFlight:a})=>t+a,0)}}class cn{cluster;host;remote;#e;constructor(e,t,a){this.cluster=e,this.host=t,this.remote=a,this.#e=new Map(e.workers.hosts.map(s=>[s.name,dn(e,s.name)]))}async observe(){const e=[...this.#e.values()],t={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:e};return this.remote.run(tn(t,a=>an(this.host,ne(this.#s(a,"observe")),e)))}async drain(e,{deadline:t,onProgress:a}){const s=o=>{const[r,...i]=this.#t(o,"drain",e,["drained","still"]),[c=0,d=0,l=0]=i.map(Number);return r==="drained"?{kind:r,waited:(0,$.Rz)(c)}:{kind:"still-in-flight",inFlight:c,unreadable:d,waited:(0,$.Rz)(l)}};return this.remote.run(x("drain",this.#n(e),t,s),{onLine:o=>{const r=/^progress (\d+)$/.exec(o);r&&a?.(Number(r[1]))}})}async maintain(e,{deadline:t=(0,$.YA)(10)}={}){return this.remote.run(x("maintain",this.#n(e),t,a=>({cut:Number(this.#t(a,"maintain",e,["cut"])[1])})))}async check(e,{deadline:t}){const a=s=>{const[o,r="",...i]=this.#t(s,"check",e,["passed","failed"]),c=r.startsWith("no")?"no check is configured; ":"";return{passed:o==="passed",seen:c+i.join(" ")}};return this.remote.run(x("check",this.#n(e),t,a))}async readmit(e){await this.remote.run(x("readmit",this.#n(e),(0,$.YA)(5),t=>{this.#t(t,"readmit",e,["readmitted"])}))}#n(e){const t=this.#e.get(e);if(t===void 0)throw new Error(`${e} is no worker of ${this.cluster.service}`);return t}#t(e,t,a,s){const r=(this.#s(e,t,a).trimEnd().split(`
`).at(-1)??"").split(" ");if(!s.includes(r[0]??""))throw this.#a(e,t);return r}#s(e,t,a){if(e.status===0)return e.stdout;const s=/^error (\S+) ?(.*)$/m.exec(e.stdout);if(s===null)throw this.#a(e,t);const[,o="",r=""]=s,{service:i,loadBalancers:c}=this.cluster,d={host:this.host,masterSocket:c.masterSocket,service:i,worker:a,step:t};throw je(o,r,ne(e.stdout),d)}#a({status:e,stdout:t,stderr:a},s){return new f.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${e}.`,host:this.host.name,step:s,seen:(a.trim()||t.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}function dn({service:n,loadBalancers:e},t){const{backends:a,masterSocket:s}=e,o=e.servers.get(t)??t;for(const r of[...a,o])if(!/^[A-Za-z0-9_.:-]+$/.test(r))throw oe("name of a backend or server",r);if(!/^\/[A-Za-z0-9_./-]+$/.test(s))throw oe("path of a socket",s);return{service:n,worker:t,masterSocket:s,servers:a.map(r=>({backend:r,server:o}))}}const oe=(n,e)=>new f.j({code:"unusable-name",message:`${JSON.stringify(e)} can't be the ${n} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function ln(n,e,t){if(n.loadBalancers.kind==="haproxy")return new cn(n,e,t)}async function ie(n,e){return ln(n.cluster,e,await n.remote(e))}function ce(n){return Promise.all(n.cluster.workers.hosts.map(async e=>({name:e.name,remote:await n.remote(e)})))}async function un(n){const{hosts:e}=n.cluster.loadBalancers;return new Map(await Promise.all(e.map(async t=>[t.name,await ie(n,t)])))}const A=(0,$.YA)(60),E=String.raw`
read_lock() {
  [ -f "$root/lock" ] || return 0
  who=; now=$(date +%s)
  until=$(stat -c %Y -- "$root/lock") || return 0
  { IFS= read -r who && IFS= read -r begun; } < "$root/lock" || begun=$now
  case $begun in ''|*[!0-9]*) begun=$now ;; esac
  state=held
  if [ "$until" -le "$now" ] || [ "$((until - now))" -gt 600 ]; then state=expired; fi
  printf '%s %s %s\n' "$state" "$((now - begun))" "$who"
}
`,B=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,hn=String.raw`${E}${B}
found=$(read_lock)
outcome=acquired
case $found in
  '') ;;
  held*) ours || { echo "outcome=held"; echo "found=$found"; exit 0; } ;;
  *) outcome=taken ;;
esac
umask 022
printf '%s\n%s\n' "$owner" "$(date +%s)" > "$root/lock.next"
push_forward "$root/lock.next"
mv -T -- "$root/lock.next" "$root/lock"
echo "outcome=$outcome"
echo "found=$found"
`;function fn(n,e){return{name:"lock",text:hn,values:{root:n,owner:e,ttl:String(A/1e3)},deadline:(0,$.YA)(30),parse(t){const{outcome:a,found:s}=(0,g.OA)((0,g.gq)(t).stdout,["outcome","found"]),o=C(s);return a==="held"&&o?{kind:"held",by:o}:{kind:"acquired",from:a==="taken"?o?.owner:void 0}}}}const $n=`${E}${B}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function mn(n,e){return{name:"renew lock",text:$n,values:{root:n,owner:e,ttl:String(A/1e3)},deadline:(0,$.YA)(15),parse(t){const{stdout:a}=(0,g.gq)(t);return/^lost=$/m.test(a)?{lost:C((0,g.OA)(a,["found"]).found)}:"renewed"}}}const wn=`${B}
if ours; then rm -f -- "$root/lock"; fi
`;function kn(n,e){return{name:"unlock",text:wn,values:{root:n,owner:e,ttl:"0"},deadline:(0,$.YA)(15),parse:t=>{(0,g.gq)(t)}}}const j=75,de=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]
) 9>>"$root/lock.guard" || exit ${j}
`;function C(n){const[,e,t,a=""]=/^(held|expired) (-?\d+) (.*)$/.exec(n)??[];if(e!==void 0)return{owner:pn(a),expired:e==="expired",age:(0,$.Rz)(Math.max(0,Number(t))*1e3)}}function pn(n){let e={};try{e=Object(JSON.parse(n))}catch{}const t=s=>typeof e[s]=="string"?e[s]:void 0,{pid:a}=e;return{run:t("run")??"unknown",by:t("by")??`unknown (${n.slice(0,100)})`,url:t("url"),machine:t("machine")??"unknown",pid:typeof a=="number"?a:0}}const gn=(0,$.YA)(15),bn=(0,$.YA)(2),yn=(0,$.YA)(15);async function vn(n){const e=n.clock??ee,t=(await ce(n)).sort((r,i)=>r.name<i.name?-1:1),a=JSON.stringify({run:n.run.id,by:n.run.by,url:n.run.url,machine:(0,Be.hostname)(),pid:process.pid}),s=e.now().getTime()+n.cluster.rollout.lockTimeout;let o=0;for(;;){const r=await Sn(n,t,a);if(r===void 0)return _n(n,e,t,a);const i=e.now().getTime();if(i>=s)throw Tn(r.worker,r.by,n.cluster.rollout.lockTimeout);if(i-o>=yn){o=i;const c=`waiting for ${O(r.by.owner)}, ${(0,$.a3)((0,$.Rz)(s-i))} left`;n.reporter.step({host:r.worker,name:"lock",state:"progress",detail:c})}await e.sleep((0,$.Rz)(Math.min(s-i,bn*(1+Math.random()/2))))}}async function Sn(n,[e,...t],a){const{root:s}=n.cluster.workers,o=[],r=async i=>{const c=await i.remote.run(fn(s,a));return c.kind==="acquired"&&o.push(i),{worker:i,answer:c}};try{const i=e===void 0?[]:[await r(e)];if(i[0]?.answer.kind==="acquired"){const c=await Promise.allSettled(t.map(r)),d=c.find(l=>l.status==="rejected");if(d)throw d.reason;i.push(...c.flatMap(l=>l.status==="fulfilled"?[l.value]:[]))}for(const{worker:c,answer:d}of i)if(d.kind==="held")return await L(n,o,a),{worker:c.name,by:d.by};for(const{worker:c,answer:d}of i)d.kind==="acquired"&&d.from!==void 0&&n.reporter.warning(`${c.name}: took over the lock of ${O(d.from)}, which stopped renewing it.`);return}catch(i){throw await L(n,o,a),i instanceof f.w?i.with({step:"lock",left:"Nothing was changed."}):i}}async function L(n,e,t){await Promise.all(e.map(async({name:a,remote:s})=>{try{await s.run(kn(n.cluster.workers.root,t))}catch(o){if(!(o instanceof f.w))throw o;n.reporter.warning(`${a}: the lock could not be given back; it expires within ${(0,$.a3)(A)}. ${o.failure.message}`)}}))}function _n(n,e,t,a){const{root:s}=n.cluster.workers,o=new Map(t.map(({name:l})=>[l,e.now().getTime()]));let r;const i=()=>Promise.all(t.map(async({name:l,remote:u})=>{const h=e.now().getTime(),m=await u.run(mn(s,a));m==="renewed"?o.set(l,h):r=q(l,m.lost)}));let c=Promise.resolve();const d=setInterval(()=>{c=i().catch(l=>{if(l instanceof f.w)n.reporter.warning(`The lock was not renewed: ${l.message}`);else throw l})},gn);return d.unref(),{owner:a,async confirm(){const l=Math.min(...o.values());if(r===void 0&&e.now().getTime()-l>A/2&&await i(),r!==void 0)throw r},async release(){clearInterval(d),await c,await L(n,t,a)}}}function O({by:n,url:e,machine:t,run:a}){return`${n} (${e??`run ${a}`}), on ${t}`}function Tn(n,{owner:e,age:t},a){return new f.w({code:"lock-held",host:n,step:"lock",message:`Another run holds the lock, ${(0,$.a3)(a)} were not enough.`,seen:`held by ${O(e)}, process ${e.pid}, for ${(0,$.a3)(t)}, and still renewed`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,$.a3)(A)} after its last sign of life.`})}function q(n,e){return new f.w({code:"lock-lost",host:n,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${O(e.owner)}`:"no lock is there",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}const le=String.raw`
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
`,ue=String.raw`
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
`,An=(0,$.Gx)(2),xn="restarted",On=String.raw`${de}${le}${ue}
${p.td}
ticks() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }
end() {
  echo "end=$1"
  echo "answer=$answer"
  echo "state=$active/$sub $(systemctl show -p Result -p ExecMainStatus -- "$unit" | tr '\n' ' ')"
  echo "folder=$(running)"
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
`;function Nn(n,e){const{root:t,unit:a,port:s,health:o}=n,{id:r,owner:i,startTimeout:c,healthyAfter:d,steady:l}=e;return{name:`switch to ${r}`,text:On,values:{root:t,unit:a,port:String(s),health:o,id:r,owner:i,healthy_after:String(d),start_timeout:String(Math.ceil(c/10)),steady:String(Math.ceil(l/10))},deadline:(0,$.Rz)(c+l+An),parse:Mn}}function Mn(n){if(n.status===j)throw q(void 0,void 0);const e=(0,g.gq)(n).stdout.split(`
`),t=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),a=e.filter(o=>/^(end|answer|state|folder)=/.test(o)).join(`
`),s=(0,g.OA)(a,["end","answer","state","folder"]);return{...s,end:s.end,log:t}}function Rn(n,e,{id:t,startTimeout:a}){const{unit:s,port:o,health:r,root:i}=n,{end:c,answer:d,state:l,folder:u,log:h}=e,m=h.length>0?`; the end of its log:
${h.join(`
`)}`:"",w=d==="000"?"nothing":d,S=`On the host: \`journalctl -u ${s} -n 50\`.`;switch(c){case"healthy":return;case"restart-failed":return new f.w({code:"restart-failed",message:`systemd could not start ${s} with ${t}.`,seen:`${l}${m}`,hint:S});case"crashed":return new f.w({code:"app-crashed",message:`${t} started and died.`,seen:`${l}${m}`,hint:S});case"unhealthy":return new f.w({code:"app-unhealthy",message:`${t} did not become healthy in ${(0,$.a3)(a)}.`,seen:`GET http://127.0.0.1:${o}${r} answered ${w}; ${l}${m}`,hint:`${S} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new f.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${t}.`,seen:u===""?"where the process runs can\u2019t be told":`the process of ${s} runs in ${u}`,hint:`\`systemctl cat ${s}\` on the host: WorkingDirectory must be ${i}/current.`})}}async function he(n,e,{to:t,from:a,event:s,steady:o}){const{context:r,clock:i,journal:c,lock:d}=n,{workers:l,rollout:u}=r.cluster,{worker:h}=e,m=n.workers.get(h),{startTimeout:w,healthyAfter:S}=u,y={id:t,owner:d.owner,startTimeout:w,healthyAfter:S,steady:o},k=Promise.withResolvers(),_=b=>{b===xn&&(s==="activated"&&c.at(h,"switched",i.now()),r.reporter.step({host:h,name:s==="activated"?"switched":s,state:"done",detail:t}),k.resolve())},{by:W,url:V}=r.run,K={at:i.now(),event:s,release:t,from:a,by:V??W,reason:n.reason},ye=k.promise.then(()=>Z(n,e)),ve=k.promise.then(()=>m.run((0,p.cJ)(l.root,K)));for(const b of[ye,ve])b.catch(()=>{});try{const b=await m.run(Nn(l,y),{onLine:_}),Se=Rn(l,b,y);if(Se)throw Se;s==="activated"&&c.at(h,"healthy",i.now()),r.reporter.step({host:h,name:"healthy",state:"done"})}catch(b){throw b instanceof f.w?b.with({host:h,step:"switch"}):b}await ye,await ve}function fe(n,e){return n.workers.hosts.map(({name:t})=>{const a=e.workers.get(t),s=a instanceof f.w?void 0:a;return{worker:t,active:s?.releases.active,running:s?.probe.running,healthy:s?.probe.healthy??!1,rotation:new Map([...e.loadBalancers].map(([o,r])=>[o,z(r,t)]))}})}function z(n,e){const t=n instanceof f.w?void 0:n?.workers.get(e);return t===void 0?"unknown":t.inRotation?"in":t.drainedByBuka?"drained":t.servers.some(({admin:a})=>a!=="ready")?"drained-by-others":"down"}const Pn=(0,$.YA)(5);async function In(n,e){let t=!e.proven;for(const[a,s]of e.batches.entries()){const o=s.tasks.map(({worker:r})=>r).join(", ");await n.context.reporter.group(`Batch ${a+1} of ${e.batches.length}: ${o}`,async()=>{await n.lock.confirm();const r=e.batches[a-1];r&&Bn(n,s,r);const i=t?Pn:(0,$.YA)(0);for(const{worker:c}of s.tasks)n.journal.begin(c,a+1);await N(s.tasks,c=>Fn(n,c,i),{code:"batch-failed",message:"Several workers of the batch failed."})}),s.tasks.some(({does:r})=>r==="switch")&&(t=!1)}}async function Fn(n,e,t){const{worker:a}=e,{reporter:s}=n.context;let o=!1;try{e.does==="switch"?(await X(n,e),o=!0,await he(n,e,{to:n.target.id,from:e.previous,event:"activated",steady:t})):(await X(n,e),await Z(n,e))}catch(r){if(!(r instanceof f.w))throw r;const{code:i,message:c}=r.failure;throw s.step({host:a,name:r.failure.step??"switch",state:"failed",detail:`${i}: ${c}`}),await En(n,e,o),r}await Q(n,e)}async function En(n,e,t){const{worker:a,previous:s}=e,{reporter:o}=n.context;try{if(t&&s===void 0){o.warning(`${a}: there is no release to go back to; it stays drained.`);return}t&&s!==void 0?(o.info(`${a}: going back to ${s}.`),await n.lock.confirm(),await he(n,e,{to:s,from:n.target.id,event:"reverted",steady:(0,$.YA)(0)}),await Q(n,e)):await Fe(n,e)}catch(r){if(!(r instanceof f.w))throw r;o.warning(`${a} could not be put back, and stays drained where it was: ${r.message}`)}}function Bn({context:n,journal:e},{tasks:t,title:a},s){if(a==="not serving")return;const{minAvailable:o}=n.cluster.rollout,r=new Set(t.map(({worker:u})=>u)),i=n.cluster.workers.hosts.map(({name:u})=>u).filter(u=>!r.has(u)),c=new Set(s.tasks.map(({worker:u})=>u)),d=[...e.views.values()],l=i.filter(u=>!c.has(u)&&d.some(h=>z(h,u)!=="in"));if(!(i.length-l.length>=o))throw new f.w({code:"too-few-available",step:"drain",message:`Draining ${[...r].join(", ")} would leave ${i.length-l.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${l.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}const D=({stage:n,batches:e,settle:t})=>n.length===0&&e.length===0&&!t;function jn(n,e,t){const a=n.workers.hosts.map(({name:i})=>({name:i,seen:t.workers.get(i),rotation:new Map([...t.loadBalancers].map(([c,d])=>[c,z(d,i)]))})),s=a.flatMap(i=>zn(i,e)),o=new Set(a.filter(Cn).map(({name:i})=>i)),r=new Set(s.map(({worker:i})=>i));return{target:e,from:Kn(a.flatMap(({seen:i})=>qn(i)).filter(i=>i!==e.id)),stage:a.filter(({seen:i})=>!Ln(i,e.id)).map(({name:i})=>i),migrate:Vn(n,e,a,s),...Yn(n,s,o),finished:a.filter(({name:i})=>!r.has(i)).map(({name:i})=>i),proven:a.some(({seen:i})=>$e(i,e.id)),settle:a.some(({seen:i})=>!$e(i,e.id))}}const Cn=({seen:n,rotation:e})=>n.probe.healthy&&[...e.values()].every(t=>t==="in"),Ln=({releases:n},e)=>n.staged.some(t=>t.id===e),qn=({releases:n,probe:e})=>[e.running??n.active].filter(t=>t!==void 0),$e=({releases:n},e)=>n.staged.some(t=>t.id===e&&t.good);function zn(n,e){const{name:t,seen:a,rotation:s}=n,o=l=>[...s].filter(([,u])=>l(u)).map(([u])=>u),r=o(l=>l==="drained-by-others"),i=Dn(a,e.id);if(i!==void 0){const l=Un(a,e.id),u=o(h=>h!=="drained-by-others");return[{worker:t,does:"switch",why:i,previous:l,drainOn:u,leaveOn:r}]}const c=o(l=>l==="drained"||l==="down");if(c.length===0)return[];const d=`runs it, but is out of rotation on ${c.join(", ")}`;return[{worker:t,does:"readmit",why:d,previous:void 0,drainOn:c,leaveOn:r}]}function Dn({releases:n,probe:e},t){if(n.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${n.active}, which isn't running`;if(e.running!==t&&n.active===t)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${Hn(e.answer)}`;if(e.running!==t||n.active!==t)return`runs ${e.running}`}const Hn=n=>n==="000"?"no answer":`answers ${n}`;function Un({releases:n,probe:e},t){const a=new Set(n.staged.map(({id:o})=>o)),s=n.staged.findLast(({id:o,good:r})=>r&&o!==t)?.id;return[n.active,e.running,s].find(o=>o!==void 0&&o!==t&&a.has(o))}function Yn(n,e,t){const{batch:a,canary:s,minAvailable:o}=n.rollout,r=me(a,n.workers.hosts.length),i=e.filter(({worker:h})=>!t.has(h)),c=e.filter(({worker:h})=>t.has(h)),d=[];let l=t.size;for(;i.length>0;){const h=i.splice(0,r);d.push({title:"not serving",tasks:h,available:l}),l+=h.filter(({leaveOn:m})=>m.length===0).length}let u=s?.hosts??0;for(;c.length>0;){const h=l-o;if(h<1)return{batches:d,problem:Wn(n,l,c)};const m=c.splice(0,Math.min(u||r,h));d.push({title:u>0?"canary":"serving",tasks:m,available:l-m.length}),u=0}return{batches:d}}const me=(n,e)=>"hosts"in n?n.hosts:Math.max(1,Math.floor(e*n.percent/100));function Wn(n,e,t){const{minAvailable:a}=n.rollout,s=t.map(({worker:o})=>o).join(", ");return new f.w({code:"too-few-available",step:"preflight",message:`Draining one of ${s} would leave ${e-1} in rotation; min-available is ${a}.`,seen:`${e} of ${n.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Vn(n,e,t,a){const{migrate:s,migrations:o}=n.release,r=t[0],i=a.some(({does:u})=>u==="switch");if(s===void 0||r===void 0||!i||e.kind==="rollback")return;const c=t.flatMap(({seen:u})=>u.releases.staged.filter(({id:h})=>h===u.releases.active));if(c.some(({id:u})=>u===e.id))return;if(o===void 0)return{worker:r.name,migrations:[]};const d=new Set(c.flatMap(({migrations:u})=>u)),l=e.migrations.filter(u=>!d.has(u));return l.length===0?void 0:{worker:r.name,migrations:l}}function Kn(n){const e=t=>n.filter(a=>a===t).length;return n.reduce((t,a)=>t===void 0||e(a)>e(t)?a:t,void 0)}function Gn(n,e){const{target:t,from:a,stage:s,migrate:o,batches:r,finished:i}=e;return D(e)?[`Every worker runs ${t.id}, healthy and in rotation: nothing to do.`]:[`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${a===void 0?"":`; most others run ${a}`}`,...s.length>0?[`stage on ${s.join(", ")}: only what each lacks is sent`]:[],...o?[`migrate once, on ${o.worker}, by ${n.release.migrate?.join(" ")}: ${Jn(o.migrations)}`]:[],...i.length>0?[`leave ${i.join(", ")}: runs it already, healthy and in rotation`]:[],...Xn(n,r),...r.flatMap((d,l)=>Zn(n,d,l,r.length)),`settle: mark ${t.id} good, keep ${n.release.keep} good releases besides those in use`]}const Jn=n=>n.length>0?n.join(", "):"the program knows which are new";function Xn({rollout:n,workers:e},t){const a=me(n.batch,e.hosts.length),s=Math.max(0,...t.filter(({title:r})=>r==="serving").map(({tasks:r})=>r.length)),o=t.filter(({title:r})=>r==="serving").reduce((r,{tasks:i})=>r+i.length,0);return s===0||s>=Math.min(a,o)?[]:[`batches of ${s} instead of ${a}: min-available is ${n.minAvailable}`]}function Zn(n,{title:e,tasks:t,available:a},s,o){const{drainTimeout:r,healthyAfter:i}=n.rollout,c={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${s+1} of ${o}${c}: ${a} of ${n.workers.hosts.length} workers stay in rotation`,...t.flatMap(d=>[`  ${d.worker}: ${d.why}`,...Qn(d,`wait up to ${(0,$.a3)(r)} for requests in flight`,i)])]}function Qn({does:n,drainOn:e,leaveOn:t,previous:a},s,o){const r=e.join(", "),i=a===void 0?"there is no release to go back to":`if it fails, back to ${a}`;return[...e.length>0?[`    drain on ${r}; ${s}; maintenance`]:[],...n==="switch"?[`    switch and restart; healthy ${o} times in a row; ${i}`]:[],...e.length>0?[`    fresh check on ${r}; readmit`]:[],...t.length>0?[`    stays as it is on ${t.join(", ")}: somebody else drained it there`]:[]]}function et({worker:n,active:e,running:t,healthy:a,rotation:s}){const o=t===void 0?"runs no known release":`runs ${t}`,r=e===void 0||e===t?"":` while current is ${e}`,i=[...s],c={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[d]=i,u=d!==void 0&&i.every(([,h])=>h===d[1])?c[d[1]]:i.map(([h,m])=>`${c[m]} on ${h}`).join(", ");return`${n} ${o}${r}, ${a?"healthy":"unhealthy"}, ${u}`}const nt=(0,$.Gx)(15),tt=String.raw`
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
`;function st({root:n,envFile:e},t,a,s){const o=a.map((r,i)=>`word${i}`);return{name:`migrate ${t}`,text:`${de}
set -- ${o.map(r=>`"$${r}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${tt}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:n,id:t,owner:s,env_file:e??"",...Object.fromEntries(o.map((r,i)=>[r,a[i]??""]))},deadline:nt,parse(r){if(r.status===j)throw q(void 0,void 0);(0,g.gq)(r)}}}async function at(n,{target:e,migrate:t},a){const{workers:s,release:o}=n.cluster,r=s.hosts.find(({name:d})=>d===t?.worker);if(t===void 0||r===void 0||o.migrate===void 0)return;const{reporter:i}=n,c=await n.remote(r);i.step({host:r.name,name:"migrate",state:"started",detail:t.migrations.join(", ")||void 0});try{await c.run(st(s,e.id,o.migrate,a),{onLine:d=>i.step({host:r.name,name:"migrate",state:"progress",detail:d})})}catch(d){throw d instanceof f.w?(i.step({host:r.name,name:"migrate",state:"failed",detail:d.failure.seen}),d.code!=="script-failed"?d.with({host:r.name,step:"migrate"}):new f.w({code:"migration-failed",host:r.name,step:"migrate",message:`${o.migrate.join(" ")} failed; no worker was switched.`,seen:d.failure.seen??d.failure.message,hint:"Mend the migration and deploy again. The program must leave the database as it was when it fails."})):d}i.step({host:r.name,name:"migrate",state:"done"})}const rt=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],ot=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],it=`${le}${ue}${E}
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
`;function ct(n){const{root:e,unit:t,port:a,health:s,envFile:o}=n.workers;return{name:"observe",text:it,values:{root:e,unit:t,port:String(a),health:s,env_file:o??"",tools:rt.join(" ")},deadline:(0,$.YA)(20),parse:r=>dt(r,e)}}function dt(n,e){const t=(0,g.OA)((0,g.gq)(n).stdout,ot),a=t.running===""?void 0:t.running;return{missingTools:t.missing.split(" ").filter(Boolean),folder:t.folder,diskFree:(0,$.ee)(Number(t.free)),inodesFree:/^\d+$/.test(t.inodes)?Number(t.inodes):Number.POSITIVE_INFINITY,unit:{load:t.load,active:t.active,sub:t.sub},mayRestart:t.restart==="yes",mayReadRelease:t.readlink==="yes",envFile:t.env,workingFolder:a,running:lt(a,[t.real,e]),answer:t.answer,healthy:t.answer.startsWith("2"),lock:C(t.lock)}}function lt(n,e){for(const t of e){if(!n?.startsWith(`${t}/releases/`))continue;const[a="",s,...o]=n.slice(`${t}/releases/`.length).split("/");if(s==="tree"&&o.length===0&&(0,p.F3)(a))return a}}async function H(n){const{cluster:e}=n,[t,a]=await Promise.all([ke(e.workers.hosts,async s=>{const o=await n.remote(s),[r,i]=await Promise.all([o.run((0,p.vN)(e.workers.root)).catch(ut),o.run(ct(e))]);return{releases:r,probe:i}}),ke(e.loadBalancers.hosts,async s=>(await ie(n,s)).observe())]);return{workers:t,loadBalancers:a}}function ut(n){if(n instanceof f.w&&n.code==="service-folder-missing")return{staged:[],history:[]};throw n}function we({workers:n,loadBalancers:e}){const t=o=>new Map([...o].filter(r=>!(r[1]instanceof f.w))),a={workers:t(n),loadBalancers:t(e)};return a.workers.size===n.size&&a.loadBalancers.size===e.size?a:void 0}function U({workers:n,loadBalancers:e}){return[...n.values(),...e.values()].filter(t=>t instanceof f.w)}async function ke(n,e){const t=await Promise.all(n.map(async a=>{try{return[a.name,await e(a)]}catch(s){if(s instanceof f.w)return[a.name,s.with({host:a.name})];throw s}}));return new Map(t)}const ht=(0,$.ee)(64*1024*1024),Y=4096;function ft({entries:n}){const e=n.reduce((t,a)=>t+(a.type==="file"?Math.ceil(a.size/Y)*Y:Y),0);return{size:(0,$.ee)(e),files:n.length}}function $t(n,e,t,a){const s=we(t),o=s&&jn(n,e,s),r=[...U(t),...[...t.workers].flatMap(([i,c])=>c instanceof f.w?[]:mt(n,e,i,c,o,a)),...o?.problem?[o.problem]:[]];return o===void 0||r.length>0?{problems:r}:{plan:o}}function mt(n,e,t,{releases:a,probe:s},o,r){const{unit:i,root:c,envFile:d}=n.workers,l=n.hosts.get(t)?.user??"the deploy user",u=[],h=a.staged.some(({id:w})=>w===e.id),m=(0,$.ee)((r?.size??0)+ht);if(s.missingTools.length>0&&u.push({code:"tools-missing",message:`It lacks ${s.missingTools.join(", ")}.`,hint:`Install them on ${t}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),s.folder==="missing"&&u.push({code:"service-folder-missing",message:`${c} does not exist.`,hint:`On ${t}, as root: install -d -o ${l} -g ${l} ${c}`}),s.folder==="read-only"&&u.push({code:"permission-denied",message:`${l} may not write in ${c}.`,hint:`On ${t}, as root: chown ${l}: ${c}`}),!h&&e.kind==="deploy"&&(s.diskFree<m||s.inodesFree<(r?.files??0)+1e3)&&u.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,$.z3)(s.diskFree)} and ${s.inodesFree} inodes free, ${(0,$.z3)(m)} and ${(r?.files??0)+1e3} inodes needed`,hint:`On ${t}: \`df -h ${c}\` shows what is full, \`du -xsh ${c}/releases/*\` what the releases take.`}),s.unit.load!=="loaded"&&u.push({code:"unit-missing",message:`systemd has no usable unit ${i}.`,seen:`LoadState=${s.unit.load}`,hint:`On ${t}: \`systemctl status ${i}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!s.mayRestart||!s.mayReadRelease){const w=s.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${i}`;u.push({code:"sudo-denied",message:`${l} may not run \`sudo ${w}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${t}; docs/hosts.md has the lines.`})}return o?.migrate?.worker===t&&s.envFile==="unreadable"&&u.push({code:"env-file-unreadable",message:`${l} can't read ${d}, which the migration needs.`,hint:`On ${t}, as root: chgrp ${l} ${d} && chmod 640 ${d}`}),e.kind==="rollback"&&!h&&u.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${a.staged.map(({id:w})=>w).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),u.map(w=>new f.w({...w,host:t}))}class wt{#e=new Map;cut=0;views=new Map;begin(e,t){this.#e.set(e,{worker:e,batch:t})}at(e,t,a){const s=this.#e.get(e);s&&this.#e.set(e,{...s,[t]:a})}get timeline(){return[...this.#e.values()]}}class kt{context;kind;clock;journal=new wt;#e;#n=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];changing=!1;constructor(e,t){this.context=e,this.kind=t,this.clock=e.clock??ee,this.#e=this.clock.now()}async phase(e,t){const a=this.clock.now().getTime();try{return await this.context.reporter.group(e,t)}finally{this.#n.push({name:e,took:(0,$.Rz)(this.clock.now().getTime()-a)})}}async finish(e,t){this.changing&&(this.observation=await H(this.context));const a=fe(this.context.cluster,this.observation),s=`
${a.map(o=>`    ${et(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#n,timeline:this.journal.timeline,workers:a,cut:this.journal.cut,plan:this.plan,error:t&&this.changing?new f.w({...t.failure,left:s}):t}}}async function pt(n,{target:e,from:t}){const{context:a,clock:s}=n,{workers:o,release:r}=a.cluster,{by:i,url:c}=a.run,d={at:s.now(),event:"good",release:e.id,from:t,by:c??i,reason:n.reason},l={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await N([...n.workers.values()],u=>gt(u.host.name,async()=>{await Promise.all([u.run((0,p.bL)(o.root,e.id)),u.run((0,p.cJ)(o.root,d))]);const h=[e.id,...t===void 0?[]:[t]],m=await u.run((0,p.R3)(o.root,{keep:r.keep,protect:h})),w=m.length>0?`removed ${m.join(", ")}`:void 0;a.reporter.step({host:u.host.name,name:"settle",state:"done",detail:w})}),l)}async function gt(n,e){try{await e()}catch(t){throw t instanceof f.w?t.with({host:n,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):t}}function bt(n,e,{dryRun:t}={}){const{id:a,manifest:s}=e,o={kind:"deploy",id:a,migrations:s.migrations};return pe(n,{kind:"deploy",archive:e,dryRun:t,target:()=>o})}function yt(n,{to:e,reason:t,dryRun:a}={}){return pe(n,{kind:"rollback",reason:t,dryRun:a,target:o=>{const r=we(o);if(r===void 0)throw be(U(o));return Te(r,e)}})}async function pe(n,e){const t=new kt(n,e.kind);try{const a=await t.phase("Preflight",()=>ge(n,e,t));if(e.dryRun)return await t.finish("planned");if(D(a)&&!_t(t.observation))return await t.finish("nothing-to-do");const s=await t.phase("Lock",()=>vn(n));try{return await t.finish(await vt(n,e,t,s))}finally{await s.release()}}catch(a){if(!(a instanceof f.w))throw a;return t.finish("failed",a)}}async function vt(n,e,t,a){const s=await t.phase("Plan",()=>ge(n,e,t));if(D(s))return"nothing-to-do";t.changing=!0,e.archive&&await t.phase("Stage",()=>St(n,e.archive)),s.migrate&&await t.phase("Migrate",()=>at(n,s,a.owner));const o=new Map((await ce(n)).map(({name:l,remote:u})=>[l,u])),r=await un(n),{clock:i,journal:c}=t,d={context:n,clock:i,lock:a,target:s.target,reason:e.reason,workers:o,loadBalancers:r,journal:c};return await t.phase("Batches",()=>In(d,s)),await t.phase("Settle",()=>pt(d,s)),"success"}async function ge(n,e,t){t.observation=await H(n);const a=e.target(t.observation);t.to=a.id;const s=e.archive&&ft(e.archive.manifest),o=$t(n.cluster,a,t.observation,s);if("problems"in o)throw be(o.problems);t.from=o.plan.from;const r=Gn(n.cluster,o.plan);if(r.join(`
`)!==t.plan.join(`
`))for(const i of r)n.reporter.info(i);return t.plan=r,o.plan}async function St(n,e){const{cluster:t,reporter:a}=n;await N(t.workers.hosts,async s=>(0,p.dw)(await n.remote(s),t.workers.root,e,a),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const be=n=>J(n.map(({failure:e})=>new f.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${n.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),_t=({workers:n})=>[...n.values()].some(e=>!(e instanceof f.w)&&e.probe.lock?.expired===!1);async function Tt(n){const e=await H(n),t=fe(n.cluster,e),a=U(e);return{workers:t,loadBalancers:[...e.loadBalancers].flatMap(([s,o])=>o instanceof f.w?[]:[{name:s,processes:o.processes}]),locks:[...e.workers].flatMap(([s,o])=>o instanceof f.w||o.probe.lock===void 0?[]:[{worker:s,owner:o.probe.lock.owner,expired:o.probe.lock.expired}]),failures:a,ok:a.length===0&&t.every(s=>At(s)&&s.running===t[0]?.running)}}const At=({active:n,running:e,healthy:t,rotation:a})=>e!==void 0&&e===n&&t&&[...a.values()].every(s=>s==="in")})};
