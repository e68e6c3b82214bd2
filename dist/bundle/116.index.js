"use strict";exports.id=116,exports.ids=[116],exports.modules={240:((qt,ft,C)=>{C.d(ft,{Wf:()=>Re,ul:()=>bt,MA:()=>mt,g_:()=>Ye,R$:()=>De,xc:()=>vt});var G=C(7598),ne=C(3916),x=C(1996);const K=(0,x.YA)(45),mt=(0,x.YA)(5);var X=C(1916);const je="Nothing was changed.";function Je(O,b,T,E){const{host:A,masterSocket:I,service:F,step:P}=E,U=E.worker??"the worker",D=`As root on ${A.name}: EXTRAOPTS="-S ${I},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${A.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,Q=`~/.buka/${F}/${U}`,ue=B({give:D,mark:Q,host:A,masterSocket:I,worker:U});if(O==="unknown-name")return ye(T,E);const de=ue[O]??{message:"The load balancer refused."};return new ne.w({message:"",left:je,...de,code:O,host:A.name,step:P,...b!==""&&{seen:b}})}function B({give:O,mark:b,host:T,masterSocket:E,worker:A}){const I=`Look at the guard's log, ${b}/guard.log on ${T.name}, and run it again.`,F=`${A} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${T.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${F} If it was drained, its guard keeps it so.`,hint:`On ${T.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${E}; without it, requests of a process that a reload left behind can't be seen.`,hint:O},"socket-denied":{message:`${T.user} may not use HAProxy's master socket.`,hint:O},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${T.user} can't be written.`,hint:`On ${T.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${A} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${T.name}; then run it again.`},"last-server":{message:`${A} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${A} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${A} has passed no check since it was drained; it would get traffic unchecked.`,left:`${A} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${A}.`,left:`${A} may be in rotation in one process and not in another.`,hint:I},superseded:{message:`This run no longer holds ${A} out of rotation: something else readmitted it, or its lease ran out.`,left:`${A} is in rotation, or its guard readmits it when it is fit.`,hint:I},"lease-busy":{message:`The lease of ${A} could not be renewed: something has held its lock for 3 s.`,left:F,hint:`On ${T.name}: \`fuser ${b}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${T.user} leaves behind, so nothing would readmit ${A} if this run died.`,hint:`As root on ${T.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${T.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${A} was readmitted, but HAProxy does not see it up.`,left:`${A} is ready: it gets traffic as soon as its check passes.`,hint:`On ${T.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function ye({missing:O,unreadable:b,backendNames:T,serverNames:E},{host:A,step:I}){const F=b.find(({old:D})=>!D)?.backend,P=(D,Q,ue,de,we)=>new ne.w({code:D,message:Q,host:A.name,step:I,seen:de.length>0?`known there: ${de.join(", ")}`:"none is known there",left:je,hint:`Correct ${we} in buka.yml${Oe(ue,de)}.`});if(F!==void 0&&!T.includes(F)){const D=`HAProxy has no backend ${F}.`;return P("unknown-backend",D,F,T,"`load-balancers: backend:`")}const U=O[0];if(U!==void 0){const{backend:D,server:Q}=U,ue=E.filter(we=>we.backend===D).map(we=>we.server),de=`HAProxy has no server ${Q} in backend ${D}.`;return P("unknown-server",de,Q,ue,"the worker's name under `load-balancers: servers:`")}return new ne.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${F??""}.`,host:A.name,step:I,left:je,hint:`On ${A.name}: \`systemctl status haproxy\`, then run it again.`})}function Oe(O,b){const[T]=[...b].sort((E,A)=>(0,X.Io)(O,E)-(0,X.Io)(O,A));return T!==void 0&&(0,X.Io)(O,T)<=Math.max(2,O.length/3)?`: ${T} is the nearest`:""}const q=39,se=24,_e=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function be(O){const b=O.split(`
`).map(I=>I.split(" ")),T=(I,F)=>b.filter(P=>P[0]===I&&P.length>=F).map(P=>P.slice(1)),E=([I="",F=""])=>({backend:I,server:F}),A=T("name",2);return{processes:T("pids",1).at(-1)??[],servers:T("server",12).map(te),missing:T("missing",3).map(E),unreadable:T("unreadable",4).map(([I="",F,P=""])=>({process:I,old:F==="old",backend:P})),backendNames:A.filter(I=>I.length===1).map(([I=""])=>I),serverNames:A.filter(I=>I.length===2).map(E),traffic:T("traffic",8).map(([,I="",F="",...P])=>{const[U=0,D=0,Q=0,ue=0]=P.map(Number);return{backend:I,server:F,responses:U,serverErrors:D,failed:Q,ttime:ue}}),marks:new Map(T("mark",4).map(([I="",F,P,...U])=>[I,{processes:new Set(U.filter(Boolean)),lease:{left:(0,x.Rz)(Number(F)*10),alive:P==="alive"}}]))}}function te(O){const[b="",T,E="",A="",I,F,,P,U,D,...Q]=O;return{process:b,old:T==="old",backend:E,server:A,admin:Number(I),checking:Number(F),inFlight:Number(P),tracks:U!=="-",check:D==="-"?void 0:D,status:Q.join(" ")}}function Pe({admin:O}){return O&q?"maintenance":O&se?"drain":"ready"}function it(O){return O.tracks?/^(UP|DRAIN)$/.test(O.status)?"passed":J(O.status):(O.checking&6)!==6||O.check===void 0||O.check==="INI"?"unchecked":_e.has(O.check)?J(O.status,"passed"):"failed"}function J(O,b="unchecked"){return O.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(O)?"unchecked":b}function Ve(O){return Pe(O)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(O.status)}var rt=C(8522);const Be=String.raw`
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
`,Me=String.raw`
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
`,Xe=String.raw`
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
`,ve=String.raw`
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
`,oe=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${ve}'
${Xe}
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
`,Ze=45,ae=O=>O.replace(/^ *(# .*)?\n?/gm,""),Ne=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,rt.gzipSync)(ae(oe+Be+Me),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,ie=Ne+ae(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),Ie=String.raw`
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
`,ze=String.raw`
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
`,M=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,wt=String.raw`
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
`,pt=String.raw`
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
`,Ce=String.raw`
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
`,He=String.raw`
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
`;function V(O,b){return{name:"observe the load balancer",text:ae(oe+Ie),values:{service:O.service,socket:O.masterSocket,workers:O.targets.map(({worker:T})=>T).join(`
`),...We(O.targets.flatMap(T=>T.servers))},deadline:(0,x.YA)(Ze),parse:b}}function Te(O,b){return{name:"renew the leases",text:ae(Xe+Ce),values:{service:O.service,workers:O.workers.join(`
`),lease:me(O.lease)},deadline:(0,x.YA)(Ze),parse:b}}const Le={drain:ie+ae(ze),maintain:ie+ae(M),check:ie+ae(wt),readmit:ie+ae(pt),revive:Ne+ae(He)};function Ee(O,b,{deadline:T,lease:E,step:A},I){return{name:`${O} ${b.worker}`,text:Le[O],values:{service:b.service,worker:b.worker,socket:b.masterSocket,deadline:me(T),lease:me(E),sender:A.process,this_step:String(A.number),...We(b.servers)},deadline:(0,x.Rz)(T+(0,x.YA)(Ze)),parse:I}}const me=O=>String(Math.ceil(O/10));function We(O){return{targets:O.map(({backend:b,server:T})=>`${b} ${T}`).join(`
`),backends:[...new Set(O.map(({backend:b})=>b))].join(" ")}}function ot(O,b,T){return{host:O,processes:b.processes.length,workers:new Map(T.map(E=>[E.worker,$t(b,E)]))}}function $t(O,{worker:b,servers:T}){const E=O.servers.filter(P=>T.some(({backend:U,server:D})=>U===P.backend&&D===P.server)),A=E.filter(({old:P})=>!P),I=O.marks.get(b),F=A.some(P=>Pe(P)!=="ready"&&I?.processes.has(P.process)===!0);return{worker:b,servers:T.map(({backend:P,server:U})=>Qe(E.filter(D=>D.backend===P&&D.server===U),O.traffic.filter(D=>D.backend===P&&D.server===U))),inRotation:A.length>0&&A.every(Ve),drainedByBuka:F,lease:F?I?.lease:void 0}}function Qe(O,b){const[T]=O.filter(({old:E})=>!E);if(T===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:T.backend,server:T.server,admin:Pe(T),check:it(T),status:T.status,inFlight:O.reduce((E,{inFlight:A})=>E+A,0),traffic:at(b)}}function at(O){const b=A=>O.reduce((I,F)=>I+A(F),0),T=({responses:A})=>Math.min(A,1024),E=b(T);return{responses:b(({responses:A})=>A),serverErrors:b(({serverErrors:A})=>A),failed:b(({failed:A})=>A),meanTime:E===0?void 0:(0,x.Rz)(b(A=>A.ttime*T(A))/E)}}const et=new WeakMap,Ue={process:(0,G.randomUUID)(),number:0};class gt{cluster;host;remote;lease;#e;constructor(b,T,E,A=K){this.cluster=b,this.host=T,this.remote=E,this.lease=A,this.#e=new Map(b.workers.hosts.map(I=>[I.name,yt(b,I.name)]))}async observe(){const b=[...this.#e.values()],T={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:b};return this.remote.run(V(T,E=>ot(this.host,be(this.#a(E,"observe")),b)))}async drain(b,{deadline:T,onProgress:E}){const A=D=>{const[Q,...ue]=this.#s(D,"drain",b,["drained","still"]),[de=0,we=0,ct=0]=ue.map(Number);return Q==="drained"?{kind:Q,waited:(0,x.Rz)(de)}:{kind:"still-in-flight",inFlight:de,unreadable:we,waited:(0,x.Rz)(ct)}},{promise:I,resolve:F}=Promise.withResolvers(),P=this.remote.run(this.#n("drain",b,T,A),{onLine:D=>{F();const Q=/^progress (\d+)$/.exec(D);Q&&E?.(Number(Q[1]))}}),U=et.get(this.remote)??new Map;return et.set(this.remote,U.set(b,Promise.race([I,P.catch(()=>{})]))),P}async maintain(b,{deadline:T=(0,x.YA)(10)}={}){return this.remote.run(this.#n("maintain",b,T,E=>({cut:Number(this.#s(E,"maintain",b,["cut"])[1])})))}async check(b,{deadline:T}){const E=A=>{const[I,F="",...P]=this.#s(A,"check",b,["passed","failed"]),U=F.startsWith("no")?"no check is configured; ":"";return{passed:I==="passed",seen:U+P.join(" ")}};return this.remote.run(this.#n("check",b,T,E))}async readmit(b){await et.get(this.remote)?.get(b),await this.remote.run(this.#n("readmit",b,(0,x.YA)(5),T=>{this.#s(T,"readmit",b,["readmitted"])}))}async renew(b){const T={service:this.cluster.service,workers:b,lease:this.lease},E=await this.remote.run(Te(T,P=>kt(this.#a(P,"renew")))),A=P=>E.filter(([U])=>U===P).map(([,U=""])=>U),I=await Promise.all(A("unguarded").map(async P=>({worker:P,held:await this.#t(P)}))),[F]=A("busy");if(F!==void 0)throw this.#r("lease-busy","",{worker:F,step:"renew"});return[...new Set([...A("lost"),...I.filter(({held:P})=>!P).map(({worker:P})=>P)])]}async#t(b){const T=E=>this.#s(E,"renew",b,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",b,(0,x.YA)(5),T))}#n(b,T,E,A){return Ue.number+=1,Ee(b,this.#i(T),{deadline:E,lease:this.lease,step:Ue},A)}#i(b){const T=this.#e.get(b);if(T===void 0)throw new Error(`${b} is no worker of ${this.cluster.service}`);return T}#s(b,T,E,A){const F=(this.#a(b,T,E).trimEnd().split(`
`).at(-1)??"").split(" ");if(!A.includes(F[0]??""))throw this.#o(b,T);return F}#a(b,T,E){if(b.status===0)return b.stdout;const A=/^error (\S+) ?(.*)$/m.exec(b.stdout);if(A===null)throw this.#o(b,T);const[,I="",F=""]=A;throw this.#r(I,F,{worker:E,step:T,facts:be(b.stdout)})}#r(b,T,{facts:E=be(""),worker:A,step:I}){const{service:F,loadBalancers:P}=this.cluster,U={host:this.host,masterSocket:P.masterSocket,service:F,worker:A,step:I};return Je(b,T,E,U)}#o({status:b,stdout:T,stderr:E},A){return new ne.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${b}.`,host:this.host.name,step:A,seen:(E.trim()||T.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const kt=O=>O.split(`
`).filter(Boolean).map(b=>b.split(" "));function yt({service:O,loadBalancers:b},T){const{backends:E,masterSocket:A}=b,I=b.servers.get(T)??T;for(const F of[...E,I])if(!/^[A-Za-z0-9_.:-]+$/.test(F))throw re("name of a backend or server",F);if(!/^\/[A-Za-z0-9_./-]+$/.test(A))throw re("path of a socket",A);return{service:O,worker:T,masterSocket:A,servers:E.map(F=>({backend:F,server:I}))}}const re=(O,b)=>new ne.j({code:"unusable-name",message:`${JSON.stringify(b)} can't be the ${O} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function De(O,b,T,E=K){if(O.loadBalancers.kind==="haproxy")return new gt(O,b,T,E)}var ce=C(8146);const Ye="/etc/keepalived/haproxy-serves",Re="/var/lib/buka-load-balancer/away",bt=(0,x.YA)(5),qe=String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`,vt=O=>(0,ce.K$)({name:"look at the address",text:qe,values:{address:O,away_file:Re,serves_program:Ye},deadline:(0,x.YA)(15),parse(b){const T=(0,ce.OA)((0,ce.gq)(b).stdout,["here","away","keepalived","serves","heeds"]),E=A=>T[A]==="yes";return{here:E("here"),away:E("away"),keepalived:E("keepalived"),serves:E("serves"),heeds:E("heeds")}}})}),1021:((qt,ft,C)=>{C.d(ft,{td:()=>je,VI:()=>U,F3:()=>re,bL:()=>Re,Fg:()=>I,QW:()=>qe,vN:()=>Q,p_:()=>gt,qq:()=>z,Dp:()=>lt,R3:()=>_t,cJ:()=>Ye,Bf:()=>De,dw:()=>st});var G=C(3916);const ne=66,x=67,K=`umask 022
[ -d "$root" ] || exit ${ne}
cd -- "$root"
`,mt=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function X(c,l,{root:f,id:m}){const w=c.stderr.trim().slice(-1e3)||`exit status ${c.status}`;if(c.status===ne)return new G.w({code:"service-folder-missing",message:`${f} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${f}`});if(c.status===x)return new G.w({code:"release-not-staged",message:`release ${m} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const g=mt.find(N=>N.seen.test(w));return g?new G.w({code:g.code,message:`${l}: ${g.message}`,seen:w,hint:g.hint}):new G.w({code:"release-script-failed",message:`${l} failed`,seen:w})}const je=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${x}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
`;function Je(c,l){return{name:`activate ${l}`,text:`${enterRoot}${je}`,values:{root:c,id:l},deadline:seconds(30),parse(f){if(f.status!==0)throw hostFailure(f,`activating ${l}`,{root:c,id:l})}}}var B=C(1455),ye=C(7075),Oe=C(6118),q=C(1996),se=C(3024),_e=C(6466),be=C(8522);const te=(c,l,f)=>new G.w({code:`archive-${c}`,message:`the archive ${l}`,seen:f,left:"Nothing was changed.",hint:c==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*Pe(c){const l=(0,Oe.extract)(),f=(0,_e.pipeline)((0,se.createReadStream)(c),(0,be.createZstdDecompress)(),l);f.catch(()=>{});try{for await(const m of l){const{name:w,type:g,mode:N,size:L,linkname:ee}=m.header;yield{name:g==="directory"?w.replace(/\/$/,""):w,type:g??"unknown",mode:N??0,size:L??0,target:ee??"",content:m}}await f}catch(m){throw m instanceof G.w?m:te("damaged","can't be read to its end",m.message)}}var it=C(7598),J=C(2857);function Ve(c){if(new RegExp("\\p{Cc}","u").test(c))return"has a control character in its name";if(!c.isWellFormed())return"has a name that is not Unicode";if(c.startsWith("/"))return"is an absolute path";const l=c.split("/");if(l.includes(".."))return"leads outside the release";if(l.includes("")||l.includes("."))return"is not written plainly"}function rt(c,l){const f=l.get(c)??"";return f===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(f)?"is a link to a name with a control character":f.isWellFormed()?f.startsWith("/")?`is a link to an absolute path, ${f}`:Be(c,l)?`is a link that leads outside the release, to ${f}`:void 0:"is a link to a name that is not Unicode"}function Be(c,l){const f=[],m=c.split("/").reverse();let w=0;for(let g=m.pop();g!==void 0;g=m.pop()){if(g===""||g===".")continue;if(g===".."){if(f.pop()===void 0)return!0;continue}f.push(g);const N=l.get(f.join("/"));if(N!==void 0){if(++w>40)return!1;if(N.startsWith("/"))return!0;f.pop(),m.push(...N.split("/").reverse())}}return!1}function Me(c,l){return Buffer.compare(Buffer.from(c),Buffer.from(l))}const Xe=c=>c.slice(0,Math.max(0,c.lastIndexOf("/"))),ve=J.aig().int().nonnegative(),oe=J.YjP(),Ze=J.YjP().regex(/^[0-9a-f]{64}$/),ae=J.gMt("type",[J.rej({type:J.euz("file"),mode:ve,size:ve,sha256:Ze,path:oe}),J.rej({type:J.euz("directory"),mode:ve,path:oe}),J.rej({type:J.euz("symlink"),target:oe,path:oe})]),Se=J.rej({service:J.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:J.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:J.YOg(oe),contractMigrations:J.YOg(oe).optional()}),Ne=Se.extend({entries:J.YOg(ae)});function ie({service:c,commit:l,migrations:f,contractMigrations:m,entries:w}){const g=m?.length?{contractMigrations:m}:{};return`${JSON.stringify({service:c,commit:l,migrations:f,...g}).slice(0,-1)},"entries":[
${w.map(Ie).join(`,
`)}
]}
`}function Ie(c){switch(c.type){case"file":{const{type:l,mode:f,size:m,sha256:w,path:g}=c;return JSON.stringify({type:l,mode:f,size:m,sha256:w,path:g})}case"directory":return JSON.stringify({type:c.type,mode:c.mode,path:c.path});case"symlink":return JSON.stringify({type:c.type,target:c.target,path:c.path})}}const ze=c=>(0,it.createHash)("sha256").update(c).digest("hex");function M(c){return`${c.commit?.slice(0,7)??"local"}-${ze(ie(c)).slice(0,8)}`}function wt(c){const l=Ne.safeParse(Ce(c));if(!l.success)return;const f=l.data;return ie(f)===c?f:void 0}function pt(c){const l=Se.safeParse(Ce(c.replace(/,"entries":\[$/,"}")));return l.success?l.data:void 0}function Ce(c){try{return JSON.parse(c)}catch{return}}function He(c){const l=new Map(c.map(({path:w,type:g})=>[w,g])),f=new Map(c.flatMap(w=>w.type==="symlink"?[[w.path,w.target]]:[]));let m;for(const w of c){const{path:g}=w,N=Ve(g)??(w.type==="symlink"?rt(g,f):V(w.type,w.mode))??Te(Xe(g),l)??Le(m,g);if(N)return{path:g,why:N};m=g}return c.some(({type:w})=>w==="file")?void 0:{path:".",why:"has no file"}}function V(c,l){if(l&2048)return"is setuid";if(l&1024)return"is setgid";if(l&512)return"has the sticky bit";if(l>511)return"has a mode that is none";const f=c==="directory"?320:256;return(l&f)===f?void 0:"is closed to its own owner"}function Te(c,l){if(c==="")return;const f=l.get(c);if(f!=="directory")return f===void 0?"is in a folder that is not listed":`lies behind a ${f}, ${c}`}function Le(c,l){if(!(c===void 0||Me(c,l)<0))return c===l?"is there twice":"is out of order"}function Ee(){const c=(0,it.createHash)("sha256");let l=0;return{async*passing(f){for await(const m of f)c.update(m),l+=m.length,yield m},size:()=>l,digest:()=>c.digest("hex")}}async function me(c){const l=Ee();for await(const f of l.passing(c));return{size:l.size(),sha256:l.digest()}}const We=64*1024*1024;async function ot(c){let l;const f=new Set;for await(const w of Pe(c)){if(!l){l=await $t(w);continue}const g=Qe(w,f);await at(w,g,l.entries[f.size]),f.add(g)}if(!l)throw te("damaged","is empty");const m=l.entries[f.size];if(m)throw te("damaged",`lacks ${JSON.stringify(m.path)}, which its manifest lists`);return l}async function $t({name:c,type:l,size:f,content:m}){if(c!=="manifest.json"||l!=="file"||f>We)throw te("damaged","does not begin with a manifest",`${l} ${JSON.stringify(c)}`);const w=[];for await(const L of m)w.push(L);const g=wt(Buffer.concat(w).toString());if(!g)throw te("damaged","has a manifest that Buka did not write");const N=He(g.entries);if(N)throw te("unsafe",`lists ${JSON.stringify(N.path)}, which ${N.why}`);return g}function Qe({name:c,type:l},f){const m=JSON.stringify(c);if(!["file","directory","symlink"].includes(l))throw te("unsafe",`has ${m}, which is a ${l}`);const w=Ve(c);if(w)throw te("unsafe",`has ${m}, which ${w}`);const g=c.replace(/^tree\//,"");if(g===c)throw te("unsafe",`has ${m}, which is not below tree/`);if(f.has(g))throw te("unsafe",`has ${m} twice`);return g}async function at(c,l,f){const m=N=>te("damaged",`does not match its manifest: ${N}`),w=JSON.stringify(l);if(f?.path!==l)throw m(`${w} is where ${JSON.stringify(f?.path??"its end")} should be`);if(f.type!==c.type)throw m(`${w} is a ${c.type}`);if(f.type==="symlink"){if(f.target!==c.target)throw m(`${w} leads to ${JSON.stringify(c.target)}`)}else if(f.mode!==c.mode)throw m(`${w} has the mode ${c.mode.toString(8)}`);if(f.type!=="file"){c.content.resume();return}if(f.size!==c.size)throw m(`${w} has ${c.size} bytes`);const{sha256:g}=await me(c.content);if(g!==f.sha256)throw m(`the checksum of ${w} is ${g}`)}function et(c,l,f){const m={name:c,mtime:f,uid:0,gid:0,type:l.type};return l.type==="symlink"?{...m,mode:511,linkname:l.target}:l.type==="directory"?{...m,mode:l.mode}:{...m,mode:l.mode,size:l.size}}function Ue(c,l,f){return new Promise((m,w)=>{const g=L=>L?w(L):m();if(typeof f=="string"){c.entry(l,f,g);return}const N=c.entry(l,g);f&&(0,_e.pipeline)(f,N).catch(w)})}async function gt(c){const{size:l,mtime:f}=await(0,B.stat)(c).catch(w=>{throw new G.j({code:"archive-missing",message:`the archive ${c} can't be read (${w.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:w})}),m=await ot(c);return{id:M(m),manifest:m,bytes:(0,q.ee)(l),payload(w){const g=(0,Oe.pack)();return kt(c,m,w,f,g).catch(N=>g.destroy(N)),ye.Readable.from(g,{objectMode:!1})}}}async function kt(c,l,f,m,w){const g=new Map(l.entries.filter(({type:N,path:L})=>N!=="file"||f.has(L)).map(N=>[`tree/${N.path}`,N]));for await(const{name:N,content:L}of Pe(c)){const ee=g.get(N);ee&&await Ue(w,et(ee.path,ee,m),ee.type==="file"?L:void 0),ee?.type!=="file"&&L.resume()}w.finalize()}const yt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,re=c=>yt.test(c);function De(c){if(re(c))return c;throw new G.j({code:"release-id",message:`${JSON.stringify(c)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const ce=1e3;function Ye(c,l){return{name:`record ${l.event} ${l.release}`,text:`${K}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:c,line:bt(l)},deadline:(0,q.YA)(30),parse(f){if(f.status!==0)throw X(f,"writing the history",{root:c})}}}function Re(c,l){return{name:`mark ${l} good`,text:`${K}[ -d "releases/$id/tree" ] || exit ${x}
: > "releases/$id/good"
`,values:{root:c,id:l},deadline:(0,q.YA)(30),parse(f){if(f.status!==0)throw X(f,`marking ${l} good`,{root:c,id:l})}}}function bt(c){const{at:l,event:f,release:m,from:w,by:g,reason:N,contract:L,backup:ee,recoveryPoint:ge}=c;return JSON.stringify({at:l.toISOString(),event:f,release:m,from:w,by:g.slice(0,ce),reason:N?.slice(0,ce),contract:L?.length?L:void 0,backup:ee,recoveryPoint:ge?.toISOString()})}function qe(c,l){const f=[[]];let m=0;for(const w of l)m+=w.length,m>ce&&(f.push([]),m=w.length),f.at(-1)?.push(w);return f.map(w=>({...c,event:"migrated",contract:w}))}const vt=["migrated","activated","good","reverted","restored"];function O(c){let l;try{l=JSON.parse(c)}catch{return}const f=Ae=>typeof l?.[Ae]=="string"?l[Ae]:void 0,m=Ae=>new Date(f(Ae)??Number.NaN),w=m("at"),g=f("event")??"",N=f("release")??"",L=f("from"),ee=f("reason"),ge=Array.isArray(l?.contract)?l.contract.filter(Ae=>typeof Ae=="string"):[],Fe=f("backup"),Rt=m("recoveryPoint");if(!(Number.isNaN(w.getTime())||!vt.includes(g)||!re(N))&&!(g==="restored"&&(Fe===void 0||Number.isNaN(Rt.getTime()))))return{at:w,event:g,release:N,...L!==void 0&&re(L)&&{from:L},by:f("by")??"",...ee!==void 0&&{reason:ee},...ge.length>0&&{contract:ge},...Fe!==void 0&&{backup:Fe},...g==="restored"&&{recoveryPoint:Rt}}}var b=C(6760),T=C(1916);const E=64*1024,A=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function I(c,l){const f=[...c.slice(0,E).matchAll(A)].map(([,g=""])=>g.toLowerCase()),m=f.find(g=>!F(g)&&((0,T.Io)(g,"contract")<=3||(0,T.Io)(g,"expand")<=2));if(m!==void 0)throw new G.j({code:"migration-mark",message:`${l} is marked \`buka: ${m}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const w=f.filter(F);return w.includes("contract")?"contract":w[0]}const F=c=>c==="contract"||c==="expand";async function P(c,l){const f=[];for(const m of l)I(await U((0,b.join)(c,m),E),m)==="contract"&&f.push(m);return f}async function U(c,l){const f=await(0,B.open)(c);try{const{buffer:m,bytesRead:w}=await f.read(Buffer.alloc(l),0,l,0);return m.toString("utf8",0,w)}finally{await f.close()}}const D=500;function Q(c){return{name:"observe releases",text:`${K}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${D} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${D} history | sed 's/^/history /'
fi
`,values:{root:c},deadline:(0,q.YA)(30),parse(l){if(l.status!==0)throw X(l,"reading the releases",{root:c});return ue(l.stdout)}}}function ue(c){const l=[],f=[];let m;for(const w of c.split(`
`)){const[,g,N]=/^([a-z]+) (.*)$/s.exec(w)??[];if(!(g===void 0||N===void 0)){if(g==="current"){const[,L=""]=/^releases\/([^/]+)\/tree$/.exec(N)??[];re(L)&&(m=L)}if(g==="release"&&l.push(...de(N)),g==="history"){const L=O(N);L&&f.push(L)}}}return l.sort((w,g)=>w.stagedAt.getTime()-g.stagedAt.getTime()),{staged:l,...m!==void 0&&{active:m},history:f}}function de(c){const[,l="",f="",m,w=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(c)??[],g=pt(w);return!re(l)||!g?[]:[{id:l,...g.commit!==void 0&&{commit:g.commit},migrations:g.migrations,...g.contractMigrations!==void 0&&{contractMigrations:g.contractMigrations},stagedAt:new Date(Number(f)*1e3),good:m==="yes"}]}async function we(c,l){const f=new Map;for(const w of l){const g=dt(w);await p(c,w,g,f),await a(c,g,f)}const m=[];for(const w of[...f.keys()].sort(Me)){const g=f.get(w);g&&m.push(await h(c,w,g))}return m}async function ct(c,l){return(await(0,B.readdir)((0,b.join)(c,l),{withFileTypes:!0}).catch(async w=>{throw new G.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(l)}, which is no folder${await R(c,l)}`,cause:w})})).filter(w=>w.isFile()&&!w.name.startsWith(".")).map(({name:w})=>w).sort(Me)}function tt(c,l){return new G.w({code:"release-refused",message:`${JSON.stringify(c)} ${l}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function dt(c){const l=b.posix.normalize(c).replace(/\/$/,"").replace(/^\.$/,""),f=c.startsWith("/")||l.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,m=l.split("/").includes(".git")?"is of git, and is never packed":void 0;if(f===void 0&&m===void 0)return l;throw new G.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(c)}, which ${f??m}`})}async function p(c,l,f,m){const w=f===""?[]:f.split("/");for(let g=1;g<=w.length;g+=1){const N=w.slice(0,g).join("/"),L=await(0,B.lstat)((0,b.join)(c,N)).catch(()=>{});if(!L||g<w.length&&!L.isDirectory())throw new G.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(l)}, which ${L?`lies behind ${JSON.stringify(N)}, no real folder`:"does not exist"}${L?"":await R(c,f)}`,hint:"Is it made by the build? Then run the build first."});m.set(N,L)}}async function a(c,l,f){if(l!==""&&!f.get(l)?.isDirectory())return;const m=await(0,B.readdir)((0,b.join)(c,l),{encoding:"buffer"});for(const w of m){const g=w.toString(),N=l===""?g:`${l}/${g}`;if(!Buffer.from(g).equals(w))throw tt(N,"has a name that is not UTF-8");g!==".git"&&(f.set(N,await(0,B.lstat)((0,b.join)(c,N))),await a(c,N,f))}}async function h(c,l,f){const m=f.mode&4095;if(f.isDirectory())return{type:"directory",path:l,mode:m};if(f.isSymbolicLink())return{type:"symlink",path:l,target:await y(c,l)};if(!f.isFile())throw tt(l,`is a ${v(f)}`);const{size:w,sha256:g}=await me((0,se.createReadStream)((0,b.join)(c,l))).catch(N=>{throw tt(l,`can't be read (${N.code})`)});return{type:"file",path:l,mode:m,size:(0,q.ee)(w),sha256:g}}async function y(c,l){const f=await(0,B.readlink)((0,b.join)(c,l),{encoding:"buffer"}),m=f.toString();if(!Buffer.from(m).equals(f))throw tt(l,"is a link to a name that is not UTF-8");return m}function v(c){return c.isFIFO()?"fifo":c.isSocket()?"socket":"device"}async function R(c,l){const f=l.split("/");for(let m=f.length-1;m>=0;m-=1){const w=f.slice(0,m).join("/"),g=await(0,B.readdir)((0,b.join)(c,w)).catch(()=>{});if(g)return g.length===0?"":`; did you mean ${JSON.stringify(b.posix.join(w,(0,T.kp)(f[m]??"",g)))}?`}return""}async function z(c,l){const f=(0,b.resolve)(l);if(Y(c,f),c.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(c.commit))throw new G.j({code:"commit-id",message:`${c.commit} is not a full commit id`});const m=await we(c.folder,c.include),w=He(m);if(w)throw tt(w.path,w.why);const g=c.migrations===void 0?[]:await ct(c.folder,c.migrations),N=c.migrations===void 0?[]:await P((0,b.join)(c.folder,c.migrations),g),L={service:c.service,...c.commit!==void 0&&{commit:c.commit},entries:m,migrations:g,...N.length>0&&{contractMigrations:N}},ee=`${f}.partial`;try{await le(c.folder,L,ee),await(0,B.rename)(ee,f)}finally{await(0,B.rm)(ee,{force:!0})}return{id:M(L),manifest:L,bytes:(0,q.ee)((await(0,B.stat)(f)).size),archive:f}}const W=new Date(0);function Y({folder:c,include:l},f){const m=l.find(w=>`${f}${b.sep}`.startsWith(`${(0,b.resolve)(c,w)}${b.sep}`));if(m!==void 0)throw new G.j({code:"release-output",message:`the archive ${f} would lie in ${m}, which is packed`,hint:"Write it somewhere else."})}async function le(c,l,f){const m=(0,Oe.pack)(),w=(0,be.createZstdCompress)({params:{[be.constants.ZSTD_c_compressionLevel]:3}}),g=(0,_e.pipeline)(m,w,(0,se.createWriteStream)(f));await Promise.all([g,pe(c,l,m).catch(L=>{throw m.destroy(L),L})]).catch(async L=>{throw await g.catch(()=>{}),L});const N=await(0,B.open)(f,"r+");await N.sync().finally(()=>N.close())}async function pe(c,l,f){await Ue(f,{name:"manifest.json",mode:420,mtime:W},ie(l));for(const m of l.entries){const w=et(`tree/${m.path}`,m,W);if(m.type!=="file"){await Ue(f,w);continue}const g=Ee(),N=(0,se.createReadStream)((0,b.resolve)(c,m.path));if(await Ue(f,w,g.passing(N)).catch(L=>{throw L.message==="Size mismatch"?xe(m.path):L}),g.digest()!==m.sha256)throw xe(m.path)}f.finalize()}function xe(c){return new G.w({code:"release-changed",message:`${JSON.stringify(c)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function lt(c,l){const f=nt(c),m=l===void 0?-1:f.lastIndexOf(l);return(m===-1?f:f.slice(0,m)).findLast(g=>c.every(({staged:N})=>N.some(L=>L.id===g)))}function nt(c){const l=c.flatMap(({history:w})=>w).filter(({event:w})=>w==="good"||w==="reverted").sort((w,g)=>w.at.getTime()-g.at.getTime()),f=new Set(l.filter(({event:w})=>w==="good").map(({release:w})=>w)),m=c.flatMap(({staged:w})=>w).filter(({id:w,good:g})=>g&&!f.has(w)).sort((w,g)=>w.stagedAt.getTime()-g.stagedAt.getTime()).map(({id:w})=>w).filter((w,g,N)=>N.indexOf(w)===g);for(const{event:w,release:g}of l){const N=m.indexOf(g);N!==-1?m.length=N+1:w==="good"&&m.push(g)}return m}const $e=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,Ot=String.raw`list_entries() {
  awk '
    function plain(text) { gsub(/\\"/, "\"", text); gsub(/\\\\/, "\001", text); gsub(/\001/, "\\", text); return text }
    substr($0, 1, 9) != "{\"type\":\"" { next }
    {
      at = index($0, ",\"path\":\"")
      raw = substr($0, at + 9)
      sub(/"},?$/, "", raw)
      kind = substr($0, 10, 1)
      sum = ""
      if (kind == "s") {
        kind = "l"
        attribute = plain(substr($0, 29, at - 30))
      } else {
        head = substr($0, 1, at)
        match(head, /"mode":[0-9]+/)
        attribute = sprintf("%o", substr(head, RSTART + 7, RLENGTH - 7))
      }
      if (kind == "f") {
        sum = raw
        gsub(/\\"/, "\"", sum)
        sum = (sum ~ /\\/ ? "\\" : "") substr(head, index(head, "\"sha256\":\"") + 10, 64) "  tree/" sum
      }
      print number++ + 0 "\t" kind "\t" attribute "\t" plain(raw) "\t" sum
    }
  ' "$1"
}
`,Ge=String.raw`compare() {
  : > "$work/wrong"; : > "$work/altered"; : > "$work/remove"; : > "$work/check"
  : > "$work/actual"
  if [ -d "$1/tree" ]; then
    find "$1/tree" -mindepth 1 \( -type l -printf 'l\t%l\t%P\n' \) -o -printf '%y\t%m\t%P\n' > "$work/actual"
  fi
  awk -F '\t' -v work="$work" '
    FILENAME == ARGV[1] { kind[$4 ""] = $2; attribute[$4 ""] = $3 ""; number[$4 ""] = $1; next }
    { path = $3 "" }
    path in number && kind[path] == $1 && attribute[path] "" == $2 "" {
      right[path]
      if ($1 == "f") print path > (work "/check")
      next
    }
    path in number && kind[path] == "d" && $1 == "d" { next }
    { print path > (work "/remove") }
    END { for (path in number) if (!(path in right)) print number[path] > (work "/wrong") }
  ' "$work/entries" "$work/actual"
  sed 's|^|tree/|' "$work/check" | tr '\n' '\0' | (cd -- "$1" && nice -n 10 xargs -0 -r sha256sum --) > "$work/sums" || :
  awk -F '\t' -v work="$work" '
    FILENAME == ARGV[1] { sum[$0]; next }
    FILENAME == ARGV[2] { check[$0 ""]; next }
    $2 == "f" && ($4 "") in check && !($5 in sum) {
      print $1 >> (work "/wrong")
      print $1 "\t" $5 >> (work "/altered")
      print $4 >> (work "/remove")
    }
  ' "$work/sums" "$work/check" "$work/entries"
}
`,ht=`${$e}${Ot}${Ge}`;function _t(c,{keep:l,protect:f}){return{name:"prune releases",text:`${$e}${K}remove_leftovers
active=$(readlink current) || active=
active=\${active#releases/}
active=\${active%/tree}
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  if [ -e "$folder/good" ]; then
    printf '1 %s %s\\n' "$(stat -c %.9Y "$folder/good")" "\${folder#releases/}"
  else
    printf '0 0 %s\\n' "\${folder#releases/}"
  fi
done | sort -k1,1nr -k2,2nr | awk -v active="$active" -v protect="$protect" -v keep="$keep" '
  BEGIN { count = split(protect, ids, " "); for (i = 1; i <= count; i++) safe[ids[i]]; safe[active] }
  $3 !~ /^[0-9a-z]+-[0-9a-f]+$/ { next }
  $1 == 1 && !last { last = $3; safe[$3] }
  $1 == 1 && !back && $3 != active { back = $3; safe[$3] }
  $3 in safe { next }
  $1 == 1 && ++kept <= keep { next }
  { print $3 }
' | while read -r victim; do
  # Renamed first: what is called by an id is whole at every moment.
  mv -T -- "releases/$victim" "releases/.removed-$victim"
  printf 'removed %s\\n' "$victim"
  remove_tree "releases/.removed-$victim"
done
`,values:{root:c,keep:String(l),protect:f.join(" ")},deadline:(0,q.Gx)(10),parse(m){if(m.status!==0)throw X(m,"pruning",{root:c});return[...m.stdout.matchAll(/^removed (\S+)$/gm)].map(([,w=""])=>w).filter(re)}}}function Gt(c,l,f){const m=Bt(c,f),w=m.paths("damaged");if(m.has("active"))throw Pt(l,Mt(w,m.surplus));const g=[...m.has("replaced")?[`release ${l} was damaged, and is replaced: ${Mt(w,m.surplus)}`]:[],...m.has("staged")&&m.surplus>0?[`release ${l} is active, and ${m.surplus} paths in it are not of the release`]:[],...m.paths("altered").map(L=>`${JSON.stringify(L)} of an earlier release is not what it was; a fresh one is sent`)],N=m.value("folder");if(!m.has("staged")&&(N===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(N)))throw new G.w({code:"release-script-failed",message:`preparing ${l} failed`,seen:c.slice(-500)});return{free:(0,q.ee)(Number(m.value("free"))),folder:m.has("staged")?void 0:N,needed:new Set(m.paths("needed")),warnings:g}}function Ft(c,l,f){const m=Bt(c,f),w=m.paths("wrong");if(!(w.length===0&&m.surplus===0))throw new G.w({code:"stage-mismatch",message:`what arrived is not release ${l}`,seen:Mt(w,m.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function Pt(c,l){return new G.w({code:"release-damaged",message:`release ${c} is active here, and its files are not what was deployed`,seen:l,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Mt(c,l){const f=c.slice(0,5).map(w=>JSON.stringify(w)),m=c.length>f.length?` and ${c.length-f.length} more`:"";return[...c.length>0?[`differs in ${f.join(", ")}${m}`]:[],...l>0?[`${l} paths too many`]:[]].join("; ")||"its manifest differs"}function Bt(c,l){const f=c.split(`
`).map(w=>w.split(" ")),m=w=>f.filter(([g])=>g===w).map(([,g=""])=>g);return{has:w=>m(w).length>0,value:w=>m(w)[0],surplus:Number(m("surplus")[0]??0),paths:w=>m(w).flatMap(g=>l.entries[Number(g)]?.path??[])}}const Kt=`(
${K}${ht}${String.raw`
mkdir -p releases
remove_leftovers
printf 'free %s\n' "$(df --output=avail -B 1 releases | tail -n 1)"
# A name of its own: nothing that an earlier run left running can write into it.
incoming=$(mktemp -d "releases/.incoming-$id.XXXXXX")
trap 'remove_tree "$incoming"' EXIT
chmod 755 "$incoming"
work=$incoming/work
mkdir "$work"
gzip -dc > "$incoming/manifest.json"
printf '%s  %s\n' "$sha256" "$incoming/manifest.json" | sha256sum -c --quiet
list_entries "$incoming/manifest.json" > "$work/entries"
awk -F '\t' '$2 == "f" { print $5 }' "$work/entries" > "$incoming/files.sha256"

if [ -d "releases/$id" ]; then
  compare "releases/$id"
  cmp -s "$incoming/manifest.json" "releases/$id/manifest.json" && same=yes || same=no
  cmp -s "$incoming/files.sha256" "releases/$id/files.sha256" || same=no
  if [ "$same" = yes ] && [ ! -s "$work/wrong" ] && [ ! -s "$work/remove" ]; then
    echo staged
    exit 0
  fi
  printf 'surplus %s\n' "$(wc -l < "$work/remove")"
  if [ "$(readlink current)" = "releases/$id/tree" ]; then
    # Files that somebody added to it harm nothing that serves.
    if [ "$same" = yes ] && [ ! -s "$work/wrong" ]; then echo staged; else echo active; fi
    sed 's/^/damaged /' "$work/wrong"
    exit 0
  fi
  echo replaced
  sed 's/^/damaged /' "$work/wrong"
fi

set -- "$incoming/files.sha256"
for list in releases/*/files.sha256; do
  [ ! -f "$list" ] || set -- "$@" "$list"
done
base=$(awk '
  FILENAME == ARGV[1] { wanted[$0]; next }
  $0 in wanted && ++common[FILENAME] > most { most = common[FILENAME]; base = FILENAME }
  END { print base }
' "$@")
if [ -n "$base" ]; then
  # What can't be linked (a file that root put there) is only a file more to send.
  cp -al -- "$(dirname "$base")/tree" "$incoming/tree" 2> "$work/unlinked" || :
fi
mkdir -p "$incoming/tree"
chmod 755 "$incoming/tree"
find "$incoming/tree" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
# No manifest has such names, and lines can't hold them.
find "$incoming/tree" -depth \( -name '*[[:cntrl:]]*' -o -lname '*[[:cntrl:]]*' \) -exec rm -rf -- {} +
compare "$incoming"
tr '\n' '\0' < "$work/remove" | (cd -- "$incoming/tree" && xargs -0 -r rm -rf --)
if [ -n "$base" ]; then
  awk -F '\t' 'FILENAME == ARGV[1] { had[$0]; next } $2 in had { print "altered " $1 }' "$base" "$work/altered"
fi
sed 's/^/needed /' "$work/wrong"
printf 'folder %s\n' "$(basename "$incoming")"
trap - EXIT
`})`,Jt=`(
${K}${ht}${String.raw`
incoming=releases/$folder
work=$incoming/work
[ -d "$work" ]
trap 'remove_tree "$incoming"' EXIT
tar -x -z -p -f - --no-same-owner --delay-directory-restore --warning=no-timestamp -C "$incoming/tree"
compare "$incoming"
if [ -s "$work/wrong" ] || [ -s "$work/remove" ]; then
  sed 's/^/wrong /' "$work/wrong"
  printf 'surplus %s\n' "$(wc -l < "$work/remove")"
  exit 0
fi
rm -rf -- "$work"
touch "$incoming/manifest.json"
if [ -d "releases/$id" ]; then
  [ ! -e "releases/$id/good" ] || : > "$incoming/good"
fi
sync -f "$incoming/manifest.json"
if [ -d "releases/$id" ]; then
  mv -T -- "releases/$id" "releases/.removed-$id"
fi
mv -T -- "$incoming" "releases/$id"
trap - EXIT
sync releases
remove_leftovers
`})`,Vt=`${K}${ht}remove_tree "releases/$folder"
`,zt=64*1024*1024,Xt=5e4;async function st(c,l,f,m){const w=c.host.name;m.step({host:w,name:"stage",state:"started",detail:f.id});try{const g=await Zt(c,l,f,L=>m.warning(`${w}: ${L}`)),N=`${(0,q.z3)(g.sent)} sent, ${g.files} files new, ${g.reused} reused`;return m.step({host:w,name:"stage",state:"done",detail:N}),g}catch(g){throw m.step({host:w,name:"stage",state:"failed"}),g instanceof G.w?g.with({host:w,step:"stage"}):g}}async function Zt(c,l,f,m){const{id:w,manifest:g}=f,N=ie(g),L=(0,be.gzipSync)(N,{level:9}),ee={root:l,id:w,sha256:ze(N)},ge=await c.run(Nt(ee,g),{payload:ye.Readable.from([L])}),Fe=g.entries.filter(({type:ke})=>ke==="file").length;for(const ke of ge.warnings)m(ke);if(ge.folder===void 0)return{sent:(0,q.ee)(L.length),files:0,reused:Fe};const Ae=g.entries.filter(({path:ke})=>ge.needed.has(ke)).filter(({type:ke})=>ke==="file"),St=Ct(Ae,g.entries.length-Fe);if(St>ge.free)throw await c.run(en(l,ge.folder)),Ht(St,ge.free);const jt=Et(),tn=(0,ye.pipeline)(f.payload(new Set(Ae.map(({path:ke})=>ke))),(0,be.createGzip)({level:3}),jt.stream,()=>{});return await c.run(Qt({...ee,folder:ge.folder},g,St),{payload:tn}),{sent:(0,q.ee)(L.length+jt.count()),files:Ae.length,reused:Fe-Ae.length}}function Nt(c,l){return{name:`compare with ${c.id}`,text:Kt,values:c,deadline:(0,q.Gx)(10),parse(f){if(f.status===0)return Gt(f.stdout,c.id,l);const m=X(f,`preparing ${c.id}`,c);if(m.code!=="not-enough-disk")throw m;const[,w="0"]=/^free (\d+)$/m.exec(f.stdout)??[];throw Ht(Ct(l.entries,0),(0,q.ee)(Number(w)))}}}function Qt(c,l,f){return{name:`stage ${c.id}`,text:Jt,values:c,deadline:(0,q.Rz)((0,q.Gx)(10)+(0,q.YA)(f/Xt)),parse(m){if(m.status!==0)throw X(m,`unpacking ${c.id}`,c).with({left:"What had arrived was removed."});Ft(m.stdout,c.id,l)}}}function en(c,l){return{name:`discard ${l}`,text:Vt,values:{root:c,folder:l},deadline:(0,q.Gx)(2),parse(){}}}function Ct(c,l){const m=c.map(w=>w.type==="file"?Math.ceil(w.size/4096)*4096:4096);return(0,q.ee)(m.reduce((w,g)=>w+g,zt)+l*4096)}function Ht(c,l){return new G.w({code:"not-enough-disk",message:`the release needs ${(0,q.z3)(c)} of disk, a margin of ${(0,q.z3)((0,q.ee)(zt))} included, and ${(0,q.z3)(l)} are free`,seen:`needed ${c} bytes, free ${l} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function Et(){let c=0;return{stream:new ye.Transform({transform(f,m,w){c+=f.length,w(null,f)}}),count:()=>c}}}),8146:((qt,ft,C)=>{C.d(ft,{Connections:()=>U,Uh:()=>x,OA:()=>ot,eE:()=>ct,aN:()=>me,Mn:()=>We,wo:()=>Q,Ge:()=>$t,K$:()=>tt,gq:()=>Ee});const G=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,ne=new WeakMap;function x(p,a){const h=ne.get(p)??new Map;ne.set(p,h);const y=h.get(a)??{host:{...p.host,user:a},run:(v,R)=>p.run(K(v,a),R)};return h.set(a,y),y}const K=(p,a)=>({...p,text:G,values:{...p.values,become_user:a,become_names:Object.keys(p.values).join(" "),become_text:p.text}});var mt=C(8500),X=C(1996),je=C(5472),Je=C.n(je),B=C(3916),ye=C(7598);class Oe{#e=[];#t=[];constructor(a){for(const[h,y]of a.split(/\r?\n/).entries()){const v=y.trim();if(v===""||v.startsWith("#"))continue;const R=be(v,h+1);R===void 0?this.#t.push(h+1):this.#e.push(R)}}typesFor(a,h){const y=this.#n(a,h).filter(({marker:v})=>v==="");return[...new Set(y.map(({type:v})=>v))]}judge(a,h,y){const v=this.#n(a,h),R=v.find(Y=>Y.marker==="@revoked"&&Y.key.equals(y));if(R!==void 0)return{kind:"revoked",line:R.line};const z=v.filter(({marker:Y})=>Y==="");if(z.some(Y=>Y.key.equals(y)))return{kind:"known"};const W=z.filter(({patterns:Y})=>te(Y,q(a,h)));return W.length>0?{kind:"mismatch",known:W.map(({line:Y,type:le,key:pe})=>({line:Y,type:le,fingerprint:se(pe)}))}:{kind:"unknown",authorities:v.filter(({marker:Y})=>Y==="@cert-authority").map(({line:Y})=>Y),unreadable:this.#t}}#n(a,h){const y=this.#e.filter(({patterns:v})=>te(v,q(a,h)));return h===22||y.some(({marker:v})=>v==="")?y:this.#e.filter(v=>y.includes(v)||te(v.patterns,a.toLowerCase()))}}function q(p,a){return a===22?p.toLowerCase():`[${p.toLowerCase()}]:${a}`}function se(p){return`SHA256:${(0,ye.createHash)("sha256").update(p).digest("base64").replace(/=+$/,"")}`}function _e(p){const a=p.length<4?Number.NaN:p.readUInt32BE(0);return a<=p.length-4?p.toString("latin1",4,4+a):""}function be(p,a){const h=p.split(/[ \t]+/),y=h[0]?.startsWith("@")?h.shift():"",[v,R,z]=h;if(y!==""&&y!=="@cert-authority"&&y!=="@revoked"||v===void 0||R===void 0||z===void 0)return;const W=Buffer.from(z,"base64");return _e(W)===R?{line:a,marker:y,patterns:v,type:R,key:W}:void 0}function te(p,a){if(p.startsWith("|"))return Pe(p,a);let h=!1;for(const y of p.toLowerCase().split(",")){const v=y.startsWith("!");if(it(v?y.slice(1):y,a)){if(v)return!1;h=!0}}return h}function Pe(p,a){const[,h,y,v]=p.split("|");if(h!=="1"||y===void 0||v===void 0)return!1;const R=Buffer.from(v,"base64"),z=(0,ye.createHmac)("sha1",Buffer.from(y,"base64")).update(a).digest();return R.length===z.length&&(0,ye.timingSafeEqual)(R,z)}function it(p,a){let h=new Set([0]);for(const y of p){const v=new Set;for(const R of h)if(y==="*")for(let z=R;z<=a.length;z+=1)v.add(z);else R<a.length&&(y==="?"||y===a[R])&&v.add(R+1);h=v}return h.has(a.length)}class J{#e;#t;constructor({agent:a,privateKey:h,passphrase:y}){if(this.#t=a===""?void 0:a,this.#e=h?.trim()?Ve(h,y):void 0,this.#e===void 0&&this.#t===void 0)throw new B.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${se(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(a){const h=[];return this.#e!==void 0&&h.push({type:"publickey",username:a,key:this.#e}),this.#t!==void 0&&h.push({type:"agent",username:a,agent:this.#t}),h}}function Ve(p,a){const h=Je().utils.parseKey(p,a===""?void 0:a);if(h instanceof Error)throw rt(h.message);const y=Array.isArray(h)?h[0]:h;if(y===void 0||!y.isPrivateKey())throw rt("It is a public key.");return y}function rt(p){return/no passphrase given/i.test(p)?new B.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test(p)?new B.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new B.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:p,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const Be="Nothing was changed on it.";function Me({host:p,cause:a,tried:h,accepted:y,timeout:v}){const{level:R,code:z}=a,W=ie(a),Y={host:p.name,seen:W,left:Be,cause:a};return R==="client-authentication"||R==="agent"||/authentication failures/i.test(W)?new B.w({...Y,code:"authentication-failed",message:`${p.user} can\u2019t log in; tried ${h}.`,seen:y.length>0?`${W}; the host takes ${y.join(", ")}`:W,hint:`\`ssh-keygen -lf ~${p.user}/.ssh/authorized_keys\` on ${p.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):R==="handshake"?new B.w({...Y,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${p.port} ${p.user}@${p.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new B.w({...Y,code:"unreachable",message:R==="client-timeout"?`${q(p.address,p.port)} did not let us in within ${(0,X.a3)(v)}.`:`${q(p.address,p.port)} can\u2019t be reached by SSH${p.jump?` through ${p.jump.name}`:""}.`,hint:Xe(p,z)})}function Xe(p,a){return a==="ENOTFOUND"?`Check the address of ${p.name} in buka.yml.`:a==="ECONNREFUSED"?`Is sshd running, and on port ${p.port}? \`systemctl status ssh\` on ${p.name}.`:`Try \`ssh ${p.jump===void 0?"":`-J ${p.jump.user}@${p.jump.address}:${p.jump.port} `}-p ${p.port} ${p.user}@${p.address}\`; is the machine up, and does a firewall let you in?`}const ve=1;function oe(p,a,h){return new B.w({code:"jump-failed",host:a.name,message:`${p.name} opened no connection to ${q(a.address,a.port)}.`,seen:h.reason===ve?"administratively prohibited":ie(h),left:Be,hint:`On ${p.name}: does \`nc -z ${a.address} ${a.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:h})}function Ze(p,a,h){const y=h.reason===ve;return new B.w({code:"port-closed",host:p.name,message:`It opened no connection to its own port ${a}.`,seen:y?"administratively prohibited":ie(h),left:Be,hint:y?`On ${p.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${p.user}; PermitOpen 127.0.0.1:${a} is enough.`:`On ${p.name}: does \`ss -ltn\` list 127.0.0.1:${a}? If not, what should listen there is down.`,cause:h})}function ae(p,a){return new B.w({code:"session-refused",host:p.name,message:"The host opens no session on the connection.",seen:ie(a),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:a})}function Se(p,a,h,y){return new B.w({code:"connection-lost",host:p.name,step:h,message:`The connection to ${p.name} was lost.`,seen:ie(a),left:`"${h}" may still run on ${p.name}; it ends by itself within ${(0,X.a3)(y)} of its start.`,hint:`When ${p.name} answers again, run the same command again.`,cause:a})}function Ne(p){return new B.w({code:"connections-closed",host:p.name,message:"The run is over, and has closed its connections."})}function ie(p){return p instanceof Error?p.message||String(p.code??p.name):String(p)}var Ie=C(7030),ze=C(9487);const M={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function wt(p,a){const h=p.typesFor(a.address,a.port);return Object.entries(M).sort(([v],[R])=>Number(h.includes(R))-Number(h.includes(v))).flatMap(([,v])=>[...v])}function pt(p,a,h){const y=p.judge(a.address,a.port,h),v=q(a.address,a.port),R=`${v} ${_e(h)} ${h.toString("base64")}`,z=`${_e(h)} ${se(h)}`,W="The connection was refused before anything was sent; nothing was changed.",Y=`\`ssh-keygen -lf /etc/ssh/ssh_host_${He(h)}_key.pub\` on ${a.name} itself`;switch(y.kind){case"known":return;case"revoked":return new B.w({code:"host-key-revoked",host:a.name,message:`${v} presented a key that known_hosts line ${y.line} revokes.`,seen:z,left:W,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new B.w({code:"host-key-mismatch",host:a.name,message:`${v} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${z}; known: ${y.known.map(({line:le,type:pe,fingerprint:xe})=>`${pe} ${xe} (line ${le})`).join(", ")}`,left:W,hint:`Compare with ${Y}. Only if it is the same: \`ssh-keygen -R '${v}' -f known_hosts\`, then add the line: ${R}`});case"unknown":return new B.w({code:"host-key-unknown",host:a.name,message:`known_hosts has no key for ${v}.${Ce(y)}`,seen:z,left:W,hint:`Compare the fingerprint with ${Y}. Only if it is the same, add the line: ${R}`})}}function Ce({authorities:p,unreadable:a}){const h=p.length>0?` Line ${p.join(", ")} names an authority; Buka takes plain keys only.`:"";return a.length>0?`${h} Not readable: line ${a.join(", ")}.`:h}function He(p){const a=_e(p);return a==="ssh-rsa"?"rsa":a==="ssh-ed25519"?"ed25519":"ecdsa"}class V{host;#e;#t=new Set;#n;constructor(a,h){this.host=a,this.#e=h,h.on("error",y=>this.#s(y)),h.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(a,h){const{login:y,knownHosts:v,through:R,signal:z}=h,W=R===void 0?Te(a):await R.forward(a),Y=()=>{W.destroy()};z.addEventListener("abort",Y),z.aborted&&Y();let le;const pe={left:y.methods(a.user),accepted:[]},xe={sock:W,username:a.user,algorithms:{serverHostKey:wt(v,a)},hostVerifier:Ge=>(le=pt(v,a,Ge),le===void 0),authHandler:(Ge,ht,_t)=>{Ge!==null&&(pe.accepted=Ge),_t(pe.left.shift()??!1)},readyTimeout:h.connectTimeout,keepaliveInterval:h.keepalive,keepaliveCountMax:3},lt=new ze.H,nt=lt.connect(xe),$e=lt.connection;if($e===null)throw await nt.then(()=>new Error("node-ssh made no client"));const Ot=new V(a,$e);try{return await nt,Ot}catch(Ge){if($e.destroy(),z.aborted)throw Ne(a);const{accepted:ht}=pe;throw le??Me({host:a,cause:Ge,tried:y.tried,accepted:ht,timeout:h.connectTimeout})}finally{z.removeEventListener("abort",Y)}}get lost(){return this.#n}async askWhetherLost(){return this.lost===void 0&&await this.exec(":").then(a=>a.destroy(),()=>{}),this.lost}whenLost(a){return this.#n!==void 0?queueMicrotask(a):this.#t.add(a),()=>this.#t.delete(a)}exec(a){return this.#i(h=>this.#e.exec(a,h),h=>ae(this.host,h))}forward(a){return this.#i(h=>this.#e.forwardOut("127.0.0.1",0,a.address,a.port,h),h=>oe(this.host,a,h))}dial(a){return this.#i(h=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",a,h),h=>Ze(this.host,a,h))}async close(){this.#n===void 0&&(await new Promise(a=>{const h=setTimeout(a,1e3);this.whenLost(()=>{clearTimeout(h),a()}),this.#e.end()}),this.#e.destroy())}#i(a,h){return new Promise((y,v)=>{const R=this.whenLost(()=>v(h(this.lost)));try{a((z,W)=>{R(),z==null?y(W):v(h(this.lost??z))})}catch(z){R(),this.#s(z),v(h(z))}})}#s(a){if(this.#n===void 0){this.#n=a,this.#e.destroy();for(const h of this.#t)h();this.#t.clear()}}}function Te(p){return(0,Ie.connect)({host:p.address,port:p.port,noDelay:!0})}class Le{#e;#t;#n=[];#i=[];#s=[];#a=!1;#r;#o=0;constructor(a,h){this.#e=a,this.#t=h}get size(){return this.#o}get stdout(){const a=Buffer.concat(this.#n);return a.toString("utf8",0,Math.max(0,a.length-1))}get output(){if(this.#r!==0)return;const a=Buffer.concat(this.#i),h=a.lastIndexOf(`
`);return{status:Number(a.toString("latin1",h+1)),stdout:this.stdout,stderr:a.toString("utf8",0,Math.max(0,h))}}feed(a){this.#o+=a.length,this.#r===void 0?this.#d(a):this.#c(a)}#d(a){const h=a.lastIndexOf(`
`)+1,y=a.subarray(h);if(h===0){this.#s.push(y);return}const v=Buffer.concat([...this.#s,a.subarray(0,h)]);this.#s=[y];const R=v.indexOf(this.#e),z=R<0?v:v.subarray(0,R);if(this.#n.push(z),this.#l(z),R<0)return;const W=v.indexOf(`
`,R)+1;this.#r=Number(v.toString("latin1",R+this.#e.length,W)),this.#c(v.subarray(W)),this.#c(y)}#c(a){const h=a.subarray(0,this.#r);this.#i.push(h),this.#r=(this.#r??0)-h.length}#l(a){if(!(this.#t===void 0||a.length===0))for(const h of a.toString("utf8",0,a.length-1).split(`
`))this.#a&&this.#t(""),this.#a=h==="",h!==""&&this.#t(h)}}function Ee(p){if(p.status===0)return p;throw new B.w({code:"script-failed",message:`The script ended with status ${p.status}.`,seen:me(p)})}function me({stdout:p,stderr:a}){const h=a.trim()||p.trim();return h===""?void 0:h.split(`
`).slice(-10).join(`
`).slice(-2e3)}function We(p){return p.split(`
`).filter(a=>a!=="")}function ot(p,a){const h=new Map(We(p).map(v=>{const R=v.indexOf("=");if(R<1)throw Qe(`Expected key=value, not ${JSON.stringify(v)}.`,p);return[v.slice(0,R),v.slice(R+1)]})),y=a.filter(v=>!h.has(v));if(y.length>0)throw Qe(`The answer lacks ${y.join(", ")}.`,p);return Object.fromEntries(a.map(v=>[v,h.get(v)]))}function $t(p,a){return We(p).map(h=>{const y=h.split("	");if(y.length!==a.length)throw Qe(`Expected ${a.length} columns, not ${JSON.stringify(h)}.`,p);return Object.fromEntries(a.map((v,R)=>[v,y[R]]))})}function Qe(p,a){return new B.w({code:"answer-unreadable",message:p,seen:a.slice(0,500)})}const at=5,gt=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${at} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,kt=/^buka-lane (ready|unusable)$/;function yt(p,{payload:a,streamed:h}){const y=Buffer.from(["set -eu",a?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries(p.values).map(([Y,le])=>re(p.name,Y,le)),p.text,""].join(`
`));if(y.includes(0))throw De(p.name,"the text");const v=(0,ye.randomBytes)(16).toString("hex"),R=(p.deadline/1e3).toFixed(3),z=h?"bs=65536":"obs=65536",W=[v,R,y.length,z,...a?["last"]:[]].join(" ");return{token:v,bytes:Buffer.concat([Buffer.from(`${W}
`),y])}}function re(p,a,h){if(h.includes("\0"))throw De(p,`"${a}"`);if(!h.isWellFormed())throw new B.w({code:"value-not-unicode",step:p,message:`"${a}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const y=Buffer.from(h).toString("base64");return`${a}=$(printf %s ${y} | base64 -d; echo .); ${a}=\${${a}%.}`}function De(p,a){return new B.w({code:"value-has-nul",step:p,message:`A NUL byte is in ${a}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const ce=(0,X.YA)(at+15),Ye=32e6,Re=[124,137];class bt{#e;#t;#n=Buffer.alloc(0);#i="";#s;#a=!1;#r;#o;#d=!1;constructor(a,h){this.#e=a,this.#t=setTimeout(()=>this.#h("The login shell did not start Buka\u2019s loop in time."),h),a.stdin.on("error",()=>{}),a.stdout.on("data",y=>this.#a?this.#u(y):this.#l(y)),a.stderr.on("data",y=>{this.#i=(this.#i+y).slice(-4e3)}),a.onClose(()=>{this.#a?this.close():this.#h(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#o===void 0&&!this.#d}run(a,{onLine:h,payload:y}={}){const v=yt(a,{payload:y!==void 0,streamed:h!==void 0}),R=performance.now();return y!==void 0&&(this.#d=!0),new Promise((z,W)=>{const Y=new Le(v.token,h),le=setTimeout(()=>xe(vt(a,Y)),(0,X.Rz)(a.deadline+ce)),pe=()=>{clearTimeout(le),this.#r=void 0,y?.unpipe(this.#e.stdin).destroy()},xe=$e=>{pe(),this.close(),W($e)},lt=$e=>{pe(),performance.now()-R>=a.deadline&&Re.includes($e.status)?W(qe(a,$e)):z($e)},nt=this.#o??y?.errored;if(nt){xe(nt);return}this.#r={script:a,answer:Y,finish:lt,fail:xe},this.#e.stdin.write(v.bytes),y?.on("error",xe).pipe(this.#e.stdin)})}close(){this.#c(b())}#c(a){this.#o===void 0&&(this.#o=a,clearTimeout(this.#t),this.#e.destroy(),this.#r?.fail(a))}#l(a){this.#n=Buffer.concat([this.#n,a]);let h=0;for(let y=this.#n.indexOf(`
`);y>=0;y=this.#n.indexOf(`
`,h)){const v=this.#n.toString("latin1",h,y).match(kt);if(h=y+1,v!==null){if(v[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#a=!0,this.#u(this.#n.subarray(h));return}}this.#n.length>Ye&&this.#h("The login shell talks without end.")}#u(a){if(this.#r===void 0)return;const{script:h,answer:y,finish:v,fail:R}=this.#r;try{y.feed(a)}catch(W){R(W);return}const{output:z}=y;z!==void 0?v(z):y.size>Ye&&R(O(h))}#h(a){this.#c(new B.w({code:"shell-unusable",message:a,seen:me({status:0,stdout:this.#n.toString("utf8"),stderr:this.#i}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function qe(p,a){return new B.w({code:"script-timeout",message:`It took longer than the ${(0,X.a3)(p.deadline)} that it may take.`,seen:me(a),left:"The host has ended it."})}function vt(p,{stdout:a}){return new B.w({code:"script-timeout",message:`The host told no end of it within ${(0,X.a3)((0,X.Rz)(p.deadline+ce))}.`,seen:me({status:0,stdout:a,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function O({deadline:p}){return new B.w({code:"output-too-long",message:`It said more than ${Ye/1e6} MB.`,left:`The host ends it within ${(0,X.a3)(p)} of its start.`})}function b(){return new B.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const T=8;class E{#e;#t=[];#n=[];#i=0;#s=0;#a=T;constructor(a){this.#e=a}warm(){this.#c()}async run(a,h){const{payload:y}=h;y?.on("error",()=>{});const v=await this.#r();try{const R=v.run(a,h);return y!==void 0&&this.warm(),await R}finally{this.#o(v)}}#r(){for(let a=this.#t.pop();a!==void 0;a=this.#t.pop()){if(a.usable)return Promise.resolve(a);this.#i-=1}return new Promise((a,h)=>{this.#n.push({take:a,fail:h}),this.#d()})}#o(a){const h=a.usable?this.#n.shift():void 0;h!==void 0?h.take(a):a.usable?this.#t.push(a):this.#i-=1,this.#d()}#d(){this.#s<this.#n.length&&this.#c()}#c(){this.#i>=this.#a||(this.#i+=1,this.#s+=1,this.#e().then(a=>{this.#s-=1,this.#o(a)},a=>{this.#s-=1,this.#l(a)}))}#l(a){if(this.#i-=1,a instanceof B.w&&a.code==="session-refused"&&this.#i>0)this.#a=this.#i;else if(this.#i===0)for(const{fail:y}of this.#n.splice(0))y(a);else this.#n.shift()?.fail(a)}}class A{#e;#t;constructor(a,h){this.#e=a,this.#t=new E(async()=>new bt(F(a,await a.exec(gt)),h)),this.#t.warm()}get host(){return this.#e.host}async run(a,h={}){const y={host:this.host.name,step:a.name};try{return a.parse(await this.#t.run(a,h))}catch(v){if(!(v instanceof B.w))throw v;const R=I.has(v.code)?await this.#e.askWhetherLost():void 0;throw R?Se(this.host,R,a.name,a.deadline):v.with(y)}}}const I=new Set(["lane-ended","shell-unusable","session-refused"]);function F(p,a){return{stdin:a.stdin,stdout:a.stdout,stderr:a.stderr,onClose(h){const y=p.whenLost(h);a.once("close",()=>{y(),h()})},destroy:()=>a.destroy()}}const P=(0,X.YA)(3);class U{#e;#t;#n;#i;#s=new Map;#a=new WeakMap;#r=new AbortController;constructor(a,{connectTimeout:h=(0,X.YA)(15),keepalive:y=(0,X.YA)(5)}={}){this.#e=new J(a),this.#t=new Oe(a.knownHosts),this.#n=h,this.#i=y}async to(a){const h=await this.#o(a),y=this.#a.get(h);if(y!==void 0)return y;const v=new A(h,this.#n);return this.#a.set(h,v),v}async dial(a,h){return(await this.#o(a)).dial(h)}async close(){this.#r.abort();const h=(await Promise.allSettled(this.#s.values())).flatMap(v=>v.status==="fulfilled"?[v.value]:[]),y=h.filter(({host:v})=>v.jump!==void 0);await Promise.all(y.map(v=>v.close())),await Promise.all(h.map(v=>v.close()))}async leave(){await Promise.race([this.close(),(0,mt.setTimeout)(P,void 0,{ref:!1})])}async#o(a){if(this.#r.signal.aborted)throw Ne(a);const h=D(a),y=this.#s.get(h);if(y!==void 0){const R=await y;return R.lost===void 0?R:(this.#s.get(h)===y&&this.#s.delete(h),this.#o(a))}const v=this.#d(a);return this.#s.set(h,v),v.catch(()=>{this.#s.get(h)===v&&this.#s.delete(h)}),v}async#d(a){const h=a.jump===void 0?void 0:await this.#o(a.jump);return V.open(a,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#i,through:h,signal:this.#r.signal})}}function D({name:p,user:a,address:h,port:y,jump:v}){return JSON.stringify([p,a,h,y,v===void 0?null:D(v)])}async function Q(p){const a=new J(p),{agent:h}=p;if(h===void 0||h==="")return a.tried;const y=await ue(h);if(y.length===0)throw we(`The agent at ${h} has no key.`,void 0);return`${a.tried}: ${y.join(", ")}`}function ue(p){return new Promise((a,h)=>{Je().createAgent(p).getIdentities((y,v)=>{y?h(we(`The agent at ${p} can't be asked.`,y)):a((v??[]).map(de))})})}function de(p){const a=Je().utils.parseKey(p),h=Array.isArray(a)?a[0]:a;return h===void 0||h instanceof Error?"a key of an unknown type":`${h.type} ${se(h.getPublicSSH())}`}function we(p,a){return new B.j({code:"agent-unusable",message:p,...a&&{seen:a.message,cause:a},hint:'Load the key: `eval "$(ssh-agent)" && ssh-add ~/.ssh/buka`, or name it: --key ~/.ssh/buka.'})}const ct=(p,{address:a,port:h})=>new Oe(p).typesFor(a,h);function tt({name:p,text:a,values:h={},deadline:y,parse:v}){const R=Object.keys(h).find(W=>!/^[a-z][a-z0-9_]*$/.test(W));if(R!==void 0)throw dt(p,`${JSON.stringify(R)} can't be the name of a shell variable.`);if(!(y>0))throw dt(p,`A deadline of ${y} ms is none.`);return{name:p,text:a,values:h,deadline:y,parse:v??(W=>{Ee(W)})}}const dt=(p,a)=>new B.w({code:"script-unsound",step:p,message:a})}),7116:((qt,ft,C)=>{C.d(ft,{Mp:()=>Y,XC:()=>U,HA:()=>Se,gg:()=>vi,R0:()=>Ie,oj:()=>de,bz:()=>Gt,SU:()=>ht,lB:()=>st,Qc:()=>dt,wU:()=>we,D8:()=>Qt,repair:()=>Ti,dU:()=>Si,vl:()=>G,IP:()=>Ne,h5:()=>Pi,Fe:()=>W,ml:()=>ne,cr:()=>rt,yS:()=>Ci,yy:()=>Bn});const G=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,ne={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var x=C(3916),K=C(1021);function mt(t,e,n){const s=je(t,e),i=n.entries.filter(({event:r,release:d,contract:u=[]})=>r==="migrated"&&(u.includes(e)||s.has(d)));return!i.some(({contract:r=[]})=>r.includes(e))||i.some(({at:r})=>B(r,n.restores))}function X(t,{migrations:e}){const n=Je(t),s=n.restores.at(-1);return s===void 0?[]:e.filter(i=>{const o=je(t,i),r=n.entries.filter(({event:u,release:$,contract:k=[]})=>u!=="restored"&&(o.has($)||k.includes(i))),d=r.filter(({event:u,at:$})=>u==="migrated"||$<=s.recoveryPoint);return r.length>0&&!d.some(({at:u})=>B(u,n.restores))})}const je=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function Je(t){const e=t.flatMap(({history:s})=>s),n=e.flatMap(({event:s,at:i,recoveryPoint:o})=>s==="restored"&&o!==void 0?[{at:i,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((s,i)=>s.at.getTime()-i.at.getTime())}}function B(t,e,n){if(n!==void 0&&t>n)return!1;const s=e.findLastIndex(({at:o})=>n===void 0||o<=n),i=e[s];return i===void 0||t>i.at?!0:B(t,e.slice(0,s),i.recoveryPoint)}function ye({workers:t},e){const n=[...t.values()].map(({releases:r})=>r),s=Oe(n),i=e??(0,K.Dp)(n,s);if(i===void 0)throw q([...t],s);const o=n.flatMap(r=>r.staged).find(r=>r.id===i);return{kind:"rollback",id:i,migrations:o?.migrations??[]}}function Oe(t){const e=s=>Math.max(0,...t.flatMap(({history:i})=>i).filter(({event:i,release:o})=>i==="activated"&&o===s).map(({at:i})=>i.getTime()));return[...new Set(t.flatMap(s=>s.active??[]))].sort((s,i)=>e(i)-e(s))[0]}function q(t,e){const n=t.map(([s,{releases:i}])=>{const o=i.staged.map(({id:r,good:d})=>`${r}${d?" (good)":""}`).join(", ");return`- ${s}: ${o||"none"}`});return new x.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:["staged there:",...n].join(`
`),left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function se(t,e){const n=new Set(e.migrations),s=Je(t),i=new Map;for(const{migration:o,release:r}of t.flatMap(_e))n.has(o)||i.has(o)||mt(t,o,s)&&i.set(o,r);return[...i].map(([o,r])=>({migration:o,release:r}))}function _e({staged:t,active:e,history:n}){const s=n.flatMap(({release:r,contract:d=[]})=>d.map(u=>({migration:u,release:r}))),i=new Set(n.filter(({event:r})=>r!=="restored").map(({release:r})=>r)),o=t.filter(({id:r,good:d})=>d||r===e||i.has(r)).flatMap(({id:r,contractMigrations:d=[]})=>d.map(u=>({migration:u,release:r})));return[...s,...o]}function be({workers:t},e){const n=Ve(t),s=se(n,e);if(s.length===0)return;const[i,o]=s.length===1?["it","a migration"]:["them","migrations"],r=s.map(({migration:$})=>$).join(", "),d=s.map(({migration:$,release:k})=>`release ${k} ran ${$}`).join(", "),u=`The only other way is to restore the database from a backup made before ${i}, as docs/restore.md tells: all that customers did since then would be lost.`;return new x.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${d}; ${e.id} does not list ${i}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${te(n,e)}Mend the fault in a commit that has ${r}, and deploy that: docs/rollback.md has the steps. ${u}`:`Deploy a commit that has ${r}: put this one on top of the commit of ${s[0]?.release}. Was ${i} renamed or taken out? A file of the old name must stay. ${u}`})}function te(t,e){const n=(0,K.Dp)(t,Oe(t));return n===void 0||n===e.id||se(t,J(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Pe=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function it({workers:t},e,n){const s=Ve(t),i=J(s,n);return(e?.contractMigrations?.filter(r=>!i.migrations.includes(r))??[]).length===0&&se(s,i).length===0}const J=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ve=t=>[...t.values()].flatMap(e=>e instanceof x.w?[]:[e.releases]);function rt(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const s=X(t,J(t,n));return s.length===0?[]:[{release:n,migrations:s,backTo:Be(t,n)}]})}function Be(t,e){const n=(0,K.Dp)(t,e);if(n===void 0)return;const s=J(t,n);return se(t,s).length===0&&X(t,s).length===0?n:Be(t,n)}var Me=C(240);async function Xe(t,e){return(0,Me.R$)(t.cluster,e,await t.remote(e))}const ve=(t,e)=>Xe(t,ae(t.cluster.loadBalancers.hosts,e)),oe=(t,e)=>t.remote(ae(t.cluster.workers.hosts,e));function Ze(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function ae(t,e){const n=t.find(s=>s.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function Se(t,e){const n=await Promise.all(t.map(async s=>{try{return[s.name,await e(s)]}catch(i){if(i instanceof x.w)return[s.name,i.with({host:s.name})];throw i}}));return new Map(n)}function Ne(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof x.w)),failures:e.flatMap(([,n])=>n instanceof x.w?[n]:[])}}const ie=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),Ie=t=>t instanceof x.w&&ie.has(t.code),ze=t=>Ie(t)||t instanceof x.w&&t.code==="load-balancer-down";var M=C(1996),wt=C(8161);const pt=(0,M.YA)(5);class Ce{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw He()}orLeave(e){return this.#n(e,0,()=>He())}orHurry(e){return this.#n(e,pt,()=>(this.#t=!0,He()))}#n(e,n,s){return new Promise((i,o)=>{let r;const d=()=>{r=setTimeout(()=>o(s()),n)},u=()=>{clearTimeout(r),this.#e.removeEventListener("abort",d)};e.finally(u).then(i,o),this.requested?d():this.#e.addEventListener("abort",d,{once:!0})})}}const He=()=>new x.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var V=C(8146);const Te=(0,M.YA)(30),Le=String.raw`
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
`,Ee=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,me=String.raw`${Le}${Ee}
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
`,We=({run:t,...e})=>JSON.stringify({run:t,...e}),ot=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function $t(t,e,n){return{name:"lock",text:me,values:{root:t,owner:e,ttl:String(Te/1e3),after:n===void 0?"":ot(n)},deadline:(0,M.YA)(30),parse(s){const{outcome:i,found:o}=(0,V.OA)((0,V.gq)(s).stdout,["outcome","found"]),r=ce(o);return i==="held"&&r?{kind:"held",by:r}:{kind:"acquired",from:i==="taken"?r?.owner:void 0}}}}const Qe=`${Le}${Ee}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function at(t,e){return{name:"renew lock",text:Qe,values:{root:t,owner:e,ttl:String(Te/1e3)},deadline:(0,M.YA)(15),parse(n){const{stdout:s}=(0,V.gq)(n);return/^lost=$/m.test(s)?{lost:ce((0,V.OA)(s,["found"]).found)}:"renewed"}}}const et=`${Ee}
if ours; then rm -f -- "$root/lock"; fi
`,Ue=`${Le}${Ee}
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
`;function gt(t,e){return{name:"lock release",text:Ue,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":ot(e)},deadline:(0,M.YA)(15),parse(n){const{outcome:s,found:i}=(0,V.OA)((0,V.gq)(n).stdout,["outcome","found"]),o=ce(i);return s==="held"&&o?{kind:"held",lock:o}:{kind:s==="removed"?"removed":"free",lock:o}}}}function kt(t){return{name:"lock status",text:`${Le}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,M.YA)(15),parse:e=>ce((0,V.OA)((0,V.gq)(e).stdout,["found"]).found)}}function yt(t,e){return{name:"unlock",text:et,values:{root:t,owner:e,ttl:"0"},deadline:(0,M.YA)(15),parse:n=>{(0,V.gq)(n)}}}const re=75,De=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${re}
`;function ce(t){const[,e,n,s,i=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=r=>(0,M.Rz)(r*1e3);return{owner:Ye(i),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(s)),silent:o(Math.max(0,Te/1e3-Number(s)))}}function Ye(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=i=>typeof e[i]=="string"?e[i]:void 0,{pid:s}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof s=="number"?s:0}}function Re({by:t,url:e,machine:n,run:s}){return`${t} (${e??`run ${s}`}), on ${n}`}function bt(t,{owner:e,age:n,silent:s},i){return new x.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,M.a3)(i)} were not enough.`,seen:`held by ${Re(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(s)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,M.a3)(Te)} after its last sign of life; \`buka lock status\` shows it.`})}function qe(t,e){return new x.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${Re(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function vt(t,e){return new x.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,M.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,M.a3)(Te)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const O=(0,M.YA)(10),b=(0,M.YA)(3);class T{context;clock;owner;#e;#t;#n;#i=!1;constructor(e,n,s,i,o){this.context=e,this.clock=n,this.owner=i,this.#e=new Map(s.map(r=>[r.name,{host:r,renewedAt:o}])),this.#t=setInterval(()=>{for(const r of this.#e.values())this.#o(r)},Me.MA),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(i=>this.#r(i))),this.#n!==void 0)throw this.#n;const s=n.find(i=>!this.#a(i));if(s!==void 0)throw s.failure??vt(s.host.name,O)}forget(e){this.#e.delete(e)}async release(){this.#i=!0,clearInterval(this.#t);const e=[...this.#e.values()];await A(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#a({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=O}async#r(e){for(let n=0;n<2&&this.#n===void 0&&!this.#a(e);n+=1)await I(O,this.#o(e))}#o(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:s,cluster:i}=this.context,o=this.clock.now().getTime();try{const d=await(await this.context.remote(e.host)).run(at(i.workers.root,this.owner));if(!this.#c(n))return;d==="renewed"?(e.renewedAt=o,e.failure!==void 0&&s.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=qe(n,d.lost)}catch(r){e.failure===void 0&&this.#c(n)&&s.warning(E(n,r),"nothing"),e.failure=r}}#c(e){return!this.#i&&this.#e.has(e)}}function E(t,e){const n=e instanceof x.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,M.a3)(Te)} unless it can be. ${n}`}async function A(t,e,n){const{root:s}=t.cluster.workers;await Promise.all(e.map(async({host:i,renewing:o})=>{const r=async()=>(await t.remote(i)).run(yt(s,n)),d=await I(b,Promise.all([r(),o]).then(()=>"none",$=>$));if(d==="none")return;if(d!==void 0&&!(d instanceof x.w))throw d;const u=d?.failure.message??`It did not answer within ${(0,M.a3)(b)}.`;t.reporter.warning(`${i.name}: the lock could not be given back; it expires by itself within ${(0,M.a3)(Te)}. ${u}`,"nothing")}))}async function I(t,e){let n;const s=new Promise(i=>{n=setTimeout(()=>i(void 0),t)});try{return await Promise.race([e,s])}finally{clearTimeout(n)}}const F=(0,M.YA)(2),P=(0,M.YA)(15);async function U(t,{after:e}={}){const n=t.clock??ne,s=new Ce(t.signal),i=[...t.cluster.workers.hosts].sort((_,j)=>_.name<j.name?-1:1),{id:o,by:r,url:d}=t.run,u=We({run:o,by:r,url:d,machine:(0,wt.hostname)(),pid:process.pid}),{lockTimeout:$}=t.cluster.rollout,k=n.now().getTime()+$;let S=0;try{for(;;){s.check();const _=n.now().getTime(),j=await Q(t,i,u,e);if(j===void 0)return new T(t,n,i,u,_);const H=n.now().getTime();if(H>=k)throw bt(j.worker,j.by,$);if(H-S>=P){S=H;const Z=(0,M.a3)((0,M.Rz)(k-H)),he=`waiting for ${Re(j.by.owner)}; ${Z} left`;t.reporter.step({host:j.worker,name:"lock",state:"progress",detail:he})}await s.orLeave(D(n,(0,M.Rz)(k-H)))}}catch(_){throw _ instanceof x.w?_.with({step:"lock",left:"Nothing was changed."}):_}}const D=(t,e)=>t.sleep((0,M.Rz)(Math.min(e,F*(1+Math.random()/2))));async function Q(t,[e,...n],s,i){const{root:o}=t.cluster.workers,r=[],d=async u=>{const $=await t.remote(u);return r.push({host:u}),{worker:u.name,answer:await $.run($t(o,s,i))}};try{const u=e===void 0?[]:[await d(e)];if(u[0]?.answer.kind==="acquired"){const $=await Promise.allSettled(n.map(d)),k=$.find(S=>S.status==="rejected");if(k)throw k.reason;u.push(...$.flatMap(S=>S.status==="fulfilled"?[S.value]:[]))}for(const{worker:$,answer:k}of u)k.kind==="acquired"&&ue(t,$,k.from,i);for(const{worker:$,answer:k}of u)if(k.kind==="held")return await A(t,r,s),{worker:$,by:k.by};return}catch(u){throw await A(t,r,s),u}}function ue({reporter:t},e,n,s){n!==void 0&&(n.run===s?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${Re(n)}, which stopped renewing it.`,"nothing"))}async function de(t){const{root:e}=t.cluster.workers,{answers:n,failures:s}=await ct(t,kt(e));return{locks:n.map(([i,o])=>({worker:i,lock:o})),failures:s}}async function we(t,e){const{root:n}=t.cluster.workers,{answers:s,failures:i}=await ct(t,gt(n,e));return{released:s.flatMap(([o,r])=>r.kind==="removed"?[{worker:o,lock:r.lock}]:[]),failures:[...s.flatMap(([o,r])=>r.kind==="held"?[tt(o,r.lock,e)]:[]),...i]}}const ct=async({cluster:t,remote:e},n)=>Ne(await Se(t.workers.hosts,async s=>(await e(s)).run(n)));function tt(t,{owner:e,age:n,silent:s},i){return new x.w({code:"lock-held",host:t,step:"lock release",message:i===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${i}, so it stays.`,seen:`held by ${Re(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(s)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}const dt=String.raw`
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
`,p=String.raw`
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
`,a=(0,M.Gx)(2),h="restarted",y=String.raw`${De}${dt}${p}
${K.td}
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
`;function v(t,e){const{root:n,unit:s,port:i,health:o}=t,{id:r,owner:d,startTimeout:u,healthyAfter:$,steady:k}=e;return{name:`switch to ${r}`,text:y,values:{root:n,unit:s,port:String(i),health:o,id:r,owner:d,healthy_after:String($),start_timeout:String(Math.ceil(u/10)),steady:String(Math.ceil(k/10))},deadline:(0,M.Rz)(u+k+a),parse:R}}function R(t){if(t.status===re)throw qe(void 0,void 0);const e=(0,V.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),s=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),i=(0,V.OA)(s,["end","answer","state","folder","pid"]);return{...i,end:i.end,log:n}}function z(t,e,{id:n,startTimeout:s}){const{unit:i,port:o,health:r,root:d}=t,{end:u,answer:$,state:k,folder:S,log:_}=e,j=_.length>0?`; the end of its log:
${_.join(`
`)}`:"",H=$==="000"?"nothing":$,Z=`On the host: \`journalctl -u ${i} -n 50\`.`;switch(u){case"healthy":return;case"restart-failed":return new x.w({code:"restart-failed",message:`systemd could not start ${i} with ${n}.`,seen:`${k}${j}`,hint:Z});case"crashed":return new x.w({code:"app-crashed",message:`${n} started and died.`,seen:`${k}${j}`,hint:Z});case"unhealthy":return new x.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,M.a3)(s)}.`,seen:`GET http://127.0.0.1:${o}${r} answered ${H}; ${k}${j}`,hint:`${Z} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new x.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:S===""?"where the process runs can\u2019t be told":`the process of ${i} runs in ${S}`,hint:`\`systemctl cat ${i}\` on the host: WorkingDirectory must be ${d}/current.`})}}async function W(t,{worker:e,to:n,from:s,reason:i}){const{cluster:o,reporter:r,run:d}=t,{workers:u,rollout:$}=o,k=t.clock??ne,S=typeof n=="string"?n:n.id,_=await U(t);try{const j=await oe(t,e);typeof n!="string"&&await(0,K.dw)(j,u.root,n,r),await _.confirm(e);const{startTimeout:H,healthyAfter:Z}=$,he={id:S,owner:_.owner,startTimeout:H,healthyAfter:Z,steady:(0,M.Rz)(0)},fe={at:k.now(),event:"activated",release:S,from:s,by:G(d),reason:i},xt=await j.run(v(u,he));await j.run((0,K.cJ)(u.root,fe));const ut=z(u,xt,he);if(ut)throw ut.with({host:e,step:"switch"});r.step({host:e,name:"switched",state:"done",detail:`${S}, with its traffic`})}finally{await _.release()}}const Y="muted_during",le=(0,M.Gx)(5),pe=(0,M.Gx)(2),xe=(0,M.YA)(3),lt="http://127.0.0.1:9093",nt=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`,$e=String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`,Ot=({url:t,service:e,work:n,author:s,comment:i})=>(0,V.K$)({name:"mute",text:nt,values:{url:t,service:e,work:n,author:s,comment:i,label:Y,length:`${le/1e3}s`},deadline:(0,M.YA)(30)}),Ge=({url:t,author:e})=>(0,V.K$)({name:"unmute",text:$e,values:{url:t,author:e},deadline:(0,M.YA)(30)});async function ht(t,e,n){const s=_t(t,e);try{return await n()}finally{await s()}}function _t(t,e){const n=Ft(t,e);if(n===void 0)return async()=>{};let s=n.silence();const i=setInterval(()=>{s=s.then(n.silence)},pe);return i.unref(),async()=>{clearInterval(i);const o=s.then(n.unsilence);t.signal?.aborted!==!0&&await Pt(o)}}async function Gt(t,e){await Pt(Ft(t,e)?.silence())}function Ft({cluster:{monitoring:t,service:e},run:n,reporter:s,remote:i},o){if(t===void 0)return;const r={url:lt,service:e,work:o,author:`buka ${n.id}`,comment:`a ${o} of ${n.by}`};let d=!1;const u=async $=>{try{await $(await i(t.host))}catch(k){d||s.warning(Mt(k),"nothing"),d=!0}};return{silence:()=>u($=>$.run(Ot(r))),unsilence:async()=>{d||await u($=>$.run(Ge(r)))}}}function Pt(t){const e=Promise.withResolvers(),n=setTimeout(e.resolve,xe);return Promise.race([t,e.promise]).finally(()=>clearTimeout(n))}const Mt=t=>`The alerts that this causes are not muted, or for up to ${(0,M.a3)(le)} more than they need be: ${t instanceof x.w?t.message:String(t)}`,Bt=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Kt=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Jt=`${dt}${p}${Le}
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
`;function Vt(t){const{root:e,unit:n,port:s,health:i,envFile:o}=t.workers;return{name:"observe",text:Jt,values:{root:e,unit:n,port:String(s),health:i,env_file:o??"",tools:Bt.join(" ")},deadline:(0,M.YA)(20),parse:r=>zt(r,e)}}function zt(t,e){const n=(0,V.OA)((0,V.gq)(t).stdout,Kt),s=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,M.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:s,running:Xt(s,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:ce(n.lock)}}function Xt(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[s="",i,...o]=t.slice(`${n}/releases/`.length).split("/");if(i==="tree"&&o.length===0&&(0,K.F3)(s))return s}}async function st(t){const{cluster:e}=t,[n,s]=await Promise.all([Se(e.workers.hosts,async i=>{const o=await t.remote(i),[r,d]=await Promise.all([o.run((0,K.vN)(e.workers.root)).catch(Zt),o.run(Vt(e))]);return{releases:r,probe:d}}),Se(e.loadBalancers.hosts,async i=>(await Xe(t,i)).observe())]);return{workers:n,loadBalancers:s}}function Zt(t){if(t instanceof x.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function Nt({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof x.w)}async function Qt(t){const{hosts:e,root:n}=t.cluster.workers,s=await Se(e,async r=>(await t.remote(r)).run((0,K.vN)(n))),{answers:i,failures:o}=Ne(s);return{...en(i,e.length),failures:o}}function en(t,e){const s=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:r})=>r)))].map(o=>Ct(o,t,e)),i=t.map(([,o])=>o);return{releases:s.sort((o,r)=>r.stagedAt.getTime()-o.stagedAt.getTime()),history:Ht(t),rollbackTo:t.length===e?(0,K.Dp)(i,Oe(i)):void 0}}function Ct(t,e,n){const s=e.flatMap(([r,{staged:d}])=>d.filter(u=>u.id===t).map(u=>({worker:r,release:u}))),[i]=s,o=s.map(({worker:r})=>r);return{id:t,commit:i?.release.commit,stagedAt:new Date(Math.min(...s.map(({release:r})=>r.stagedAt.getTime()))),migrations:i?.release.migrations??[],contractMigrations:i?.release.contractMigrations??[],crossed:se(e.map(([,r])=>r),i?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:r}])=>r===t).map(([r])=>r),goodOn:s.filter(({release:r})=>r.good).map(({worker:r})=>r),everywhere:o.length===n}}function Ht(t){const e=t.flatMap(([i,{history:o}])=>o.map(r=>({worker:i,entry:r}))).sort((i,o)=>i.entry.at.getTime()-o.entry.at.getTime()),n=[],s=new Map;for(const{worker:i,entry:o}of e){const r=JSON.stringify([o.event,o.release,o.by,o.contract]),d=s.get(r);if(d&&!d.workers.includes(i))d.workers.push(i);else{const u={...o,workers:[i]};n.push(u),s.set(r,u)}}return n.reverse()}function Et(t,e){const[n,...s]=t;return n!==void 0&&s.length===0?n:new x.w({...e,seen:t.map(({message:i})=>`- ${i.replaceAll(`
`,`
  `)}`).join(`
`),cause:t})}async function c(t,e,n){const s=await Promise.allSettled(t.map(e)),i=s.flatMap(r=>r.status==="rejected"?[r.reason]:[]),o=i.find(r=>!(r instanceof x.w));if(o!==void 0)throw o;if(i.length>0)throw Et(i,n);return s.flatMap(r=>r.status==="fulfilled"?[r.value]:[])}const l=t=>({name:"look at the process",text:`${p}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,M.YA)(15),parse:e=>(0,V.OA)((0,V.gq)(e).stdout,["pid"]).pid});async function f({context:t,journal:e}){const{unit:n}=t.cluster.workers;await c([...e.processes].filter(([s])=>!e.missed.includes(s)),async([s,i])=>{const o=await m(t,s);if(o!==void 0&&o!==i)throw w(s,n,i,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function m(t,e){try{return await(await oe(t,e)).run(l(t.cluster.workers.unit))}catch(n){if(Ie(n))return;throw n}}const w=(t,e,n,s)=>new x.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${s==="0"?"none runs now":`systemd has started it again as ${s}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),g=(0,M.YA)(1),N=(0,M.YA)(30);async function L(t,e){const{clock:n,journal:s,context:i,leases:o,cancellation:r}=t,{reporter:d,cluster:u}=i,{worker:$,drainOn:k}=e;r.check(),s.at($,"drainStarted",n.now()),d.step({host:$,name:"drain",state:"started",detail:`on ${k.join(", ")||"none"}`}),o.hold($,k);const[S,_]=await r.orLeave(sn([ee(t,e),ge(t,e,u.rollout.drainTimeout)])),j=S.some(({kind:fe})=>fe==="still-in-flight");if(j&&u.rollout.onDrainTimeout==="fail")throw Yn($,S,u.rollout);const H=j?{deadline:g}:{},Z=await ke(t,e,"drain",fe=>fe.maintain($,H)),he=[..._,...Z.map(fe=>fe.cut)].reduce((fe,xt)=>fe+xt,0);s.cut+=he,s.at($,"drained",n.now()),he>0&&d.warning(`${$}: ${he} requests were still in flight after the drain timeout, and are cut.`,"nothing"),d.step({host:$,name:"drained",state:"done",detail:he>0?`${he} cut`:void 0})}function ee(t,e){const{reporter:n,cluster:s}=t.context,{worker:i}=e,{drainTimeout:o,onDrainTimeout:r}=s.rollout,d=new Map,u=()=>{const $=[...d.values()].reduce((k,S)=>k+S,0);n.step({host:i,name:"drain",state:"progress",detail:`${$} in flight`})};return ke(t,e,"drain",async($,k)=>{const S=_=>{d.set(k,_),u()};for(;;){t.cancellation.check();const _=await $.drain(i,{deadline:o,onProgress:S});if(_.kind==="drained"||r!=="wait")return _;const j=(0,M.a3)(o);n.info(`${i}: ${_.inFlight} requests in flight on ${k} after ${j}; waiting on, as on-drain-timeout says.`)}})}async function ge(t,{worker:e,leaveOn:n},s){const{clock:i}=t,o=i.now().getTime()+s;return ke(t,{worker:e,drainOn:n},"drain",async r=>{for(let d=0;;){const $=((await r.observe()).workers.get(e)?.servers??[]).reduce((k,{inFlight:S})=>k+S,0);if(d=$===0?d+1:0,d===2||i.now().getTime()>=o||t.cancellation.requested)return $;await i.sleep((0,M.Rz)(500))}})}async function Fe(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout,i=(0,M.Rz)(s+N);await nn(t,e,"check",async(o,r)=>{const{passed:d,seen:u}=await o.check(n,{deadline:i}).catch(Ae);if(!d)throw new x.w({code:"check-failed",host:r,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:u,hint:`Can ${r} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function Rt(t,e){await nn(t,e,"drain",n=>n.maintain(e.worker))}function Ae(t){if(t instanceof x.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function St(t,e){const{context:n,clock:s,journal:i,leases:o}=t,{worker:r}=e;await sn([nn(t,e,"readmit",d=>d.readmit(r)),tn(t)]),o.letGo(r),i.at(r,"readmitted",s.now()),n.reporter.step({host:r,name:"readmitted",state:"done"})}async function jt(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout;try{await ke(t,e,"readmit",async i=>{try{await i.readmit(n)}catch(o){if(!(o instanceof x.w&&o.code==="not-checked"))throw o;await i.check(n,{deadline:s}),await i.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function tn(t){const{context:e,journal:n}=t,s=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:i})=>{try{return[[i,await(await ve(e,i)).observe()]]}catch(o){if(ze(o))return[];throw o}}));n.views=new Map(s.flat())}async function ke(t,{worker:e,drainOn:n},s,i){return await t.lock.confirm(e),sn(n.map(o=>wn(t,o,s,i)))}async function nn(t,{worker:e,drainOn:n},s,i){await t.lock.confirm(e);const r=(await Promise.allSettled(n.map(k=>wn(t,k,s,i)))).flatMap((k,S)=>k.status==="rejected"?[{host:n[S],error:k.reason}]:[]),d=r.filter(({error:k})=>ze(k)),[u]=r.filter(({error:k})=>!ze(k));for(const{host:k,error:S}of d)t.journal.lost.set(k,S);if(u)throw u.error;const[$]=d;if($&&d.length===n.length)throw $.error}async function wn({context:t},e,n,s){const i=async()=>s(await ve(t,e),e);try{return await i().catch(o=>{if(o instanceof x.w&&o.code==="connection-lost")return i();throw o})}catch(o){throw o instanceof x.w?o.with({host:e,step:n}):o}}async function sn(t){return await Promise.allSettled(t),Promise.all(t)}function Yn(t,e,{drainTimeout:n}){const s=e.reduce((i,o)=>i+(o.kind==="still-in-flight"?o.inFlight:0),0);return new x.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,M.a3)(n)}.`,seen:`${s} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}async function pn(t,e,{to:n,from:s,event:i,steady:o}){const{context:r,clock:d,journal:u,lock:$}=t,{workers:k,rollout:S}=r.cluster,{worker:_}=e,j=await oe(r,_),{startTimeout:H,healthyAfter:Z}=S,he={id:n,owner:$.owner,startTimeout:H,healthyAfter:Z,steady:o},fe=Promise.withResolvers(),xt=Ke=>{Ke===h&&(i==="activated"&&u.at(_,"switched",d.now()),r.reporter.step({host:_,name:i==="activated"?"switched":i,state:"done",detail:n}),fe.resolve())},ut=G(r.run),At={at:d.now(),event:i,release:n,from:s,by:ut,reason:t.reason,backup:t.backup},Wn=fe.promise.then(()=>Fe(t,e)),Un=fe.promise.then(()=>j.run((0,K.cJ)(k.root,At)));for(const Ke of[Wn,Un])Ke.catch(()=>{});try{await $.confirm(_);const Ke=await j.run(v(k,he),{onLine:xt}),Dn=z(k,Ke,he);if(Dn)throw Dn;u.processes.set(_,Ke.pid),i==="activated"&&u.at(_,"healthy",d.now()),r.reporter.step({host:_,name:"healthy",state:"done"})}catch(Ke){throw Ke instanceof x.w?Ke.with({host:_,step:"switch"}):Ke}await Wn,await Un}function $n(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const s=n/(1-n);let i=Math.exp(qn(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=i;for(let r=t;r<e&&i>o*1e-12;r+=1)i*=(e-r)/(r+1)*s,o+=i;return Math.min(1,o)}const qn=(t,e)=>rn(t)-rn(e)-rn(t-e);function rn(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const Tt=20,gn=3,Gn=.001,kn=2,yn=.01,Kn=(0,M.YA)(3),Jn=(0,M.Rz)(200),bn=1024;function Vn(t,e,n,s=0){const i=[vn("new release",t),vn("old release",e),es(t,e)].join("; ");if(t.requests<Tt)return{phase:"inconclusive",why:`too little traffic: fewer than ${Tt} requests`,seen:i};const o=e.requests>=Tt,r=Zn(t,n);if(o?Xn(t,e,n):r){const d=o?"clearly more errors than the old release":`more than ${Sn(yn)} errors`;return t.errors>s?{phase:"failed",why:d,seen:i}:{phase:"inconclusive",why:`${d}, but none of late`,seen:i}}return Qn(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:i}:r?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:i}:{phase:"successful",seen:i}}function Xn(t,e,n){const s=on(t);if(t.errors<gn||s<Gn||s<kn*on(e))return!1;const i=t.requests/(t.requests+e.requests);return $n(t.errors,t.errors+e.errors,i)<n}const Zn=({errors:t,requests:e},n)=>t>=gn&&$n(t,e,yn)<n;function Qn(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<Tt&&t.meanTime>Kn:t.meanTime>=Math.max(kn*e.meanTime,e.meanTime+Jn)}const on=({errors:t,requests:e})=>e===0?0:t/e;function vn(t,e){const{workers:n,requests:s,errors:i}=e;if(n.length===0)return`${t}: none`;const o=s===0?"":` (${Sn(on(e))})`;return`${t} on ${n.join(", ")}: ${i} of ${s} requests failed${o}`}function es(t,e){if(t.meanTime===void 0)return`response time not judged: ${t.untimed}`;const n=e.meanTime===void 0?"":` against ${(0,M.a3)(e.meanTime)}`;return`mean response time ${(0,M.a3)(t.meanTime)}${n}`}const Sn=t=>`${Number((t*100).toPrecision(3))} %`;class ts{ask;clock;#e=new Map;#t=[];#n=[];constructor(e,n){this.ask=e,this.clock=n}switched(e){for(const n of e)this.#e.set(n,this.clock.now())}async read(){const e=this.clock.now().getTime(),n=[...this.#e].map(([i,o])=>[i,e-o.getTime()]),s=Math.max(0,...n.map(([,i])=>i));try{const i=[...new Set([s,...n.map(([,r])=>r)])],o=new Map(await Promise.all(i.map(async r=>[r,await this.ask((0,M.Rz)(r))])));return this.#t=n.flatMap(([r,d])=>o.get(d)?.get(r)??[]),this.#n=[...o.get(s)??[]].filter(([r])=>!this.#e.has(r)).map(([,r])=>r),[]}catch(i){if(i instanceof x.w)return[i];throw i}}fresh=()=>Tn(this.#t);rest=()=>Tn(this.#n)}function Tn(t){const e=t.reduce((n,s)=>n+s.requests,0);return e<Tt?{meanTime:void 0,untimed:`the app's own figures have fewer than ${Tt} requests since then`}:{meanTime:(0,M.Rz)(t.reduce((n,s)=>n+s.took,0)/e)}}function xn(t,e){return t.workers.hosts.map(({name:n})=>{const s=e.workers.get(n),i=s instanceof x.w?void 0:s;return{worker:n,active:i?.releases.active,running:i?.probe.running,healthy:i?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,r])=>[o,It(r,n)]))}})}function It(t,e){const n=t instanceof x.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:s})=>s!=="ready")?"drained-by-others":"down"}class ns{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return an(await Se(e,async({name:n})=>(await this.open(n)).observe()))}}function an(t){const e=new Map,n=new Map,s=[];for(const[i,o]of t){if(o instanceof x.w){s.push(o);continue}for(const{worker:r,servers:d}of o.workers.values()){for(const{backend:u,server:$,traffic:k}of d)e.set(`${i} ${u}/${$}`,{worker:r,traffic:k});It(o,r)==="down"&&n.set(r,[...n.get(r)??[],i])}}return{counters:e,down:n,silent:s}}class ss{#e=new Set;#t=new Map;#n=new Map;#i=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,s]of e){const i=this.#n.get(n);if(this.#n.set(n,s),i===void 0||this.#e.size===0)continue;const o=this.#t.get(n)??is(s.worker);rs(i.traffic,s.traffic)?this.#t.set(n,{...o,unbroken:0,meanTime:void 0}):this.#t.set(n,os(o,i.traffic,s.traffic))}}switch(e,n){const s=new Set(e);for(const[i,o]of this.#t)s.has(o.worker)&&(this.#e.has(o.worker)||this.#i.push({...o,meanTime:void 0}),this.#t.delete(i));for(const[i,{worker:o}]of this.#n)s.has(o)&&this.#n.delete(i);this.add(n);for(const i of e)this.#e.add(i)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#i)}#s(e,n=[]){const s=[...n,...[...this.#t.values()].filter(e)],i=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:r})=>r>0),...i].map(({worker:r})=>r))].sort(),requests:An(s,"requests"),errors:An(s,"errors"),meanTime:as(s),untimed:`no server answered ${bn} times since its switch`}}}const An=(t,e)=>Math.max(0,t.reduce((n,s)=>n+s[e],0)),is=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),rs=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function os({worker:t,requests:e,errors:n,unbroken:s},i,o){const r=o.failed-i.failed,d=o.responses-i.responses+r;return{worker:t,requests:e+d,errors:n+(o.serverErrors-i.serverErrors)+r,unbroken:s+d,meanTime:o.meanTime}}function as(t){const e=t.filter(({unbroken:s,meanTime:i})=>i!==void 0&&s>=bn),n=e.reduce((s,i)=>s+i.requests,0);if(n!==0)return(0,M.Rz)(e.reduce((s,i)=>s+i.requests*(i.meanTime??0),0)/n)}const On=(0,M.YA)(5),cs=1,ds=4,ls=.01;class hs{#e=new ss;#t;#n=[];#i=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#t.times?.switched(e),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([s])=>!e.includes(s)))}}async watch(e,n){const s=Math.max(1,Math.ceil(n/On)),i=n>0?(0,M.Rz)(n/s):On;let o=0,r=0;n>0&&this.#o("started",`${s} measurements`);for(let d=1;;d+=1){(n>0||d>1)&&await this.#a(i);const{phase:u,why:$,seen:k}=this.#r(ls/s),{silent:S}=this.#s;o+=u==="failed"?1:0,r=S.length>0?r+1:0;const _=[$,k,...S.map(({failure:H})=>`${H.host} does not answer: ${H.message}`)].filter(Boolean).join("; "),j=H=>{const Z=H==="inconclusive"&&n===0&&this.#e.fresh().requests<Tt;return Z||this.#o(H==="failure"?"failed":"done",`${H}: ${_}`),H==="inconclusive"&&!Z&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${_}`,"nothing"),{batch:e,verdict:H,seen:_,quiet:Z}};if(o>cs)return j("failure");if(r>ds)return j("inconclusive");if(d>=s&&u!=="failed")return j(u==="successful"&&r===0?"success":"inconclusive");this.#o("progress",`${Math.min(d,s)} of ${s}: ${_}`)}}async#a(e){const{source:n,times:s,clock:i,cancellation:o}=this.#t;o.check(),await o.orLeave(i.sleep(e));const[r,d]=await o.orLeave(Promise.all([n.read(),s?.read()??[]]));this.#s={...r,silent:[...r.silent,...d]},this.#e.add(this.#s)}#r(e){const{times:n}=this.#t,s={...this.#e.fresh(),...n?.fresh()},i={...this.#e.rest(),...n?.rest()},o=Vn(s,i,e,this.#i);o.phase==="failed"&&(this.#i=s.errors);const r=[...this.#s.down].filter(([u])=>this.#e.switched.includes(u));if(r.length===0)return o;const d=r.map(([u,$])=>`${u} fails the health check of ${$.join(", ")}`).join("; ");return{...o,phase:"failed",why:d}}#o(e,n){for(const s of this.#n)this.#t.reporter.step({host:s,name:"watch",state:e,detail:n})}}function us({batch:t,seen:e}){return new x.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function fs(t,e,n){const{context:s,journal:i,watch:o}=t,{canary:r}=s.cluster.rollout,d=e.tasks.map(({worker:k})=>k).filter(k=>!i.missed.includes(k));o.switched(d,an(i.views));const u=r!==void 0&&(n===1||e.title==="canary"),$=await o.watch(n,u?r.watch:(0,M.YA)(0));if(i.watched.push($),$.verdict==="failure")throw us($)}const ms=(0,M.YA)(5);async function _n(t,e,n){const{context:s,journal:i,lock:o,cancellation:r}=t;let{trial:d}=n;for(const[u,$]of e.entries()){const k=$.tasks.map(({worker:_})=>_).join(", "),S=n.direction==="forward"?"Batch":"Going back, batch";await s.reporter.group(`${S} ${u+1} of ${e.length}: ${k}`,async()=>{r.check();for(const{worker:Z}of $.tasks)await o.confirm(Z);const _=e[u-1];_&&ys(t,$,_);const j=d?ms:(0,M.YA)(0);for(const{worker:Z}of $.tasks)i.begin(Z,u+1);const H=c($.tasks,Z=>ws(t,Z,n,j),{code:"batch-failed",message:"Several workers of the batch failed."});if(await r.orHurry(H),i.lost.size>0)throw bs(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await fs(t,$,u+1),await f(t))}),$.tasks.some(({does:_})=>_==="switch")&&(d=!1)}}async function ws(t,e,{direction:n},s){const{worker:i,to:o,previous:r}=e;let d="drain";try{await L(t,e),e.does==="switch"?(await t.leases.confirm(i),d="switch",await pn(t,e,{to:o,from:r,event:n==="forward"?"activated":"reverted",steady:s})):await Fe(t,e),d="readmit",await St(t,e),t.journal.done.push(e)}catch(u){if(!(u instanceof x.w))throw u;if(ps(t,i,u),Ie(u)&&u.failure.host===i)return $s(t,e,u);throw await gs(t,e,d,n,u),u}}function ps({context:t,cancellation:e},n,{failure:s}){if(e.requested)return;const{code:i,message:o,step:r="switch"}=s;t.reporter.step({host:n,name:r,state:"failed",detail:`${i}: ${o}`})}function $s({context:t,journal:e,leases:n,lock:s},{worker:i},o){if(n.letGo(i),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(i),s.forget(i),t.reporter.warning(`${i} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function gs(t,e,n,s,i){const{worker:o,previous:r}=e,{reporter:d}=t.context,u=$=>d.warning(`${o} stays drained: ${$}`);try{n==="drain"&&i.code!=="check-failed"?await jt(t,e):e.does==="readmit"?u("its check does not pass."):s==="back"?u("going back failed, and a revert is never reverted."):r===void 0?u("there is no release to go back to."):t.onFailure==="freeze"?u(`it is not put back to ${r}, as the policy is to freeze.`):(d.info(`${o}: going back to ${r}.`),n==="readmit"?await L(t,e):await Rt(t,e),ks.has(i.code)||await t.leases.confirm(o),await pn(t,e,{to:r,from:e.to,event:"reverted",steady:(0,M.YA)(0)}),await St(t,e))}catch($){if(!($ instanceof x.w))throw $;d.warning(`${o} could not be put back, and stays drained where it was: ${$.message}`)}finally{t.leases.letGo(o)}}const ks=new Set(["app-crashed","app-unhealthy","restart-failed"]);function ys({context:t,journal:e},{tasks:n,title:s},i){if(s==="not serving")return;const{minAvailable:o}=t.cluster.rollout,r=new Set(n.map(({worker:S})=>S)),d=t.cluster.workers.hosts.map(({name:S})=>S).filter(S=>!r.has(S)),u=new Set(i.tasks.map(({worker:S})=>S).filter(S=>!e.missed.includes(S))),$=[...e.views.values()],k=d.filter(S=>!u.has(S)&&$.some(_=>It(_,S)!=="in"));if(!(d.length-k.length>=o))throw new x.w({code:"too-few-available",step:"drain",message:`Draining ${[...r].join(", ")} would leave ${d.length-k.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${k.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function bs({journal:t}){const[[e,{failure:n}]=["",new x.w({code:"",message:""})]]=t.lost;return new x.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const Wt=({stage:t,migrate:e,batches:n,settle:s})=>t.length===0&&e===void 0&&n.length===0&&!s;function vs(t,e,n){const s=Ut(t,n),i=s.flatMap(r=>Ts(r,e)),o=new Set(i.map(({worker:r})=>r));return{target:e,from:ln(s.flatMap(({seen:r})=>dn(r)).filter(r=>r!==e.id)),stage:s.filter(({seen:r})=>!cn(r,e.id)).map(({name:r})=>r),migrate:Ms(t,e,s,i),...Yt(t,i,s),finished:s.filter(({name:r})=>!o.has(r)).map(({name:r})=>r),proven:s.some(({seen:r})=>Mn(r,e.id)),settle:s.some(({seen:r})=>!Mn(r,e.id))}}function Ut(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([s,i])=>[s,It(i,n)]))}))}const Ss=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),cn=({releases:t},e)=>t.staged.some(n=>n.id===e),dn=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),Mn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),Dt=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Lt=t=>({drainOn:Dt(t,e=>e!=="drained-by-others"),leaveOn:Dt(t,e=>e==="drained-by-others")});function Ts(t,e){const{name:n,seen:s}=t,{drainOn:i,leaveOn:o}=Lt(t),r=xs(s,e.id);if(r!==void 0){const $=Os(s,e.id);return[{worker:n,does:"switch",to:e.id,why:r,previous:$,drainOn:i,leaveOn:o}]}const d=Dt(t,$=>$==="drained"||$==="down");if(d.length===0)return[];const u=`runs it, but is out of rotation on ${d.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:u,previous:void 0,drainOn:d,leaveOn:o}]}function xs({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${As(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const As=t=>t==="000"?"no answer":`answers ${t}`;function Os({releases:t,probe:e},n){const s=new Set(t.staged.map(({id:o})=>o)),i=t.staged.findLast(({id:o,good:r})=>r&&o!==n)?.id;return[t.active,e.running,i].find(o=>o!==void 0&&o!==n&&s.has(o))}function Yt(t,e,n){const{batch:s,canary:i,minAvailable:o}=t.rollout,r=Nn(s,t.workers.hosts.length),d=new Set(n.filter(Ss).map(({name:j})=>j)),u=e.filter(({worker:j})=>!d.has(j)),$=e.filter(({worker:j})=>d.has(j)),k=[];let S=d.size;for(;u.length>0;){const j=u.splice(0,r);k.push({title:"not serving",tasks:j,available:S}),S+=j.filter(({leaveOn:H})=>H.length===0).length}let _=i?.hosts??0;for(;$.length>0;){const j=S-o;if(j<1)return{batches:k,problem:_s(t,S,$)};const H=$.splice(0,Math.min(_||r,j));k.push({title:_>0?"canary":"serving",tasks:H,available:S-H.length}),_=0}return{batches:k}}const Nn=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function _s(t,e,n){const{minAvailable:s}=t.rollout,i=n.map(({worker:o})=>o).join(", ");return new x.w({code:"too-few-available",step:"preflight",message:`Draining one of ${i} would leave ${e-1} in rotation; min-available is ${s}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Ms(t,e,n,s){const{migrate:i,migrations:o}=t.release,r=n[0];if(i===void 0||r===void 0||e.kind!=="deploy")return;const d=X(n.map(({seen:S})=>S.releases),e);if(d.length===0&&!s.some(({does:S})=>S==="switch"))return;const u=n.flatMap(({seen:S})=>S.releases.staged.filter(({id:_})=>_===S.releases.active));if(d.length===0&&u.some(({id:S})=>S===e.id))return;if(o===void 0)return{worker:r.name,migrations:[]};const $=new Set(u.flatMap(({migrations:S})=>S)),k=e.migrations.filter(S=>!$.has(S)||d.includes(S));return k.length===0?void 0:{worker:r.name,migrations:k}}function ln(t){const e=n=>t.filter(s=>s===n).length;return t.reduce((n,s)=>n===void 0||e(s)>e(n)?s:n,void 0)}function Ns(t,e,{plan:n,workers:s,done:i}){const o=Ut(t,e),r=[],d=s.flatMap(S=>{const _=o.find(H=>H.name===S);if(_===void 0||!dn(_.seen).includes(n.target.id))return[];const j=i.find(H=>H.worker===S)?.previous??n.from;return j===void 0||!cn(_.seen,j)?(r.push(S),[]):[{worker:S,does:"switch",to:j,why:`goes back to ${j}`,previous:n.target.id,...Lt(_)}]}),u={...t,rollout:{...t.rollout,canary:void 0}},{batches:$,problem:k}=Yt(u,d,o);return{batches:$,problem:k,stuck:r}}function Es(t,e,n){const s=[...e.workers].flatMap(([k,S])=>Ie(S)?[k]:[]),i=[...e.loadBalancers.values()],o=s.filter(k=>!i.some(S=>It(S,k)==="in")),r=s.filter(k=>!o.includes(k)).map(k=>e.workers.get(k)),d=o.length<=t.rollout.maxUnreachable?o:[],u=En(t,[...d,...n]),$=[...u.workers.hosts.map(({name:k})=>e.workers.get(k)),...u.loadBalancers.hosts.map(({name:k})=>e.loadBalancers.get(k))].filter(k=>k instanceof x.w).map(k=>r.includes(k)?Rs(k):k);return $.length>0?{problems:$}:{cluster:u,observation:Rn(u,e),missed:d}}const Rs=({failure:t})=>new x.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function hn(t,e){const n=o=>[...o].filter(([,r])=>r instanceof x.w).map(([r])=>r),s=n(e.workers),i=En(t,[...s,...n(e.loadBalancers)]);return{cluster:i,observation:Rn(i,e),missed:s,silent:Nt(e)}}function En(t,e){const n=({name:o})=>!e.includes(o),{workers:s,loadBalancers:i}=t;return{...t,workers:{...s,hosts:s.hosts.filter(n)},loadBalancers:{...i,hosts:i.hosts.filter(n)}}}function Rn(t,e){const n=(s,i)=>new Map(i.map(({name:o})=>[o,s.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const js=new Set(["cancelled","lock-lost","lease-lost"]);async function Is(t,e,n){const{context:s,journal:i,onFailure:o}=t;if(js.has(n.code))return;const r=i.done.filter(({does:$})=>$==="switch").map(({worker:$})=>$),u=[...e.proven?[]:e.finished,...r].reverse();if(u.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||i.lost.size>0)return"halted";try{return await s.reporter.group("Revert",async()=>{const $=hn(s.cluster,await st(s)),k=Ns($.cluster,$.observation,{plan:e,workers:u,done:i.done});for(const _ of k.stuck)s.reporter.warning(`${_} stays: it has no release to go back to.`);if(k.problem)throw k.problem;const S={...t,context:{...s,cluster:$.cluster}};await _n(S,k.batches,{direction:"back",trial:!1})}),"reverted"}catch($){if(!($ instanceof x.w))throw $;return s.reporter.warning(`The revert stopped, and is not reverted: ${$.message}`),"revert-failed"}}}const Ls=[80,443],Fs=String.raw`
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
`,Ps=(t,e)=>({name:`look for ${t.name}`,text:Fs,values:{address:t.address,port:String(e),doors:[t.port,...Ls].join(" ")},deadline:(0,M.YA)(20),parse:n=>(0,V.gq)(n).stdout.trim()});async function Bs(t,e){const{workers:n}=t.cluster;await c(await Ze(t),async({name:s,remote:i})=>{const o=await i.run(Ps(e,n.port));if(o!=="nothing")throw zs(e,s,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const zs=(t,e,n)=>new x.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function Cs(t,{takeBackup:e,withoutBackup:n},s){if(!jn(t))return;const{context:i,plan:o,observation:r}=t;if(n!==void 0){const{by:d}=i.run;s.withoutBackup={by:d,reason:n},i.reporter.warning(`There is no backup from before this deploy, as ${d} wants it: ${n}`,"nothing");return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const d=await e(i,{release:Ds(o,r),target:o.target.id}),{id:u,recoveryPoint:$,bytes:k,bytesAdded:S,took:_,newestProven:j}=d;s.backup={id:u,recoveryPoint:$,bytes:k,bytesAdded:S,took:_,newestProven:j}}catch(d){throw d instanceof x.w?Hs(d):d}}function Hs(t){const{failure:e}=t;if(e.code==="cancelled")return t;const s=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new x.w({...e,step:"backup",hint:s,cause:t})}function Ws(t,{withoutBackup:e}={}){if(!jn(t))return;const{cluster:n,run:s}=t.context;if(e!==void 0)return`no backup, as ${s.by} wants it: ${e}`;const i=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${i}, while the release is staged; nothing is migrated or switched before that`}function jn({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:s})=>s.some(({worker:i,does:o,to:r})=>o==="switch"&&Us(n.workers.get(i),r)))}const Us=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Ds({from:t,target:e},{workers:n}){const s=[...n.values()].map(({releases:r})=>r),i=t??(s.some(({active:r})=>r===e.id)?e.id:void 0),o=s.flatMap(({staged:r})=>r).find(r=>r.id===i)??{migrations:[]};return se(s,o).at(-1)?.release??i}function Ys({withoutBackup:t,despiteObjectives:e}){const n=[{reason:t,what:"without a backup",option:"--without-backup"},{reason:e,what:"despite the objectives",option:"--despite-objectives"}].find(({reason:s})=>s!==void 0&&s.trim()==="");if(n!==void 0)throw new x.j({code:"reason-missing",message:`To deploy ${n.what} takes a reason.`,left:"Nothing was changed.",hint:`${n.option} 'why'; it is kept in the history of every worker.`})}function qs(t,e,n){const{target:s,stage:i,migrate:o,batches:r,finished:d}=e;return Wt(e)?[Ks(s)]:[Js(e),...i.length>0?[`stage on ${i.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${Vs(o.migrations)}`]:[],...d.length>0?[`leave ${d.join(", ")}: ${Gs(s)}`]:[],...Xs(t,r),...r.flatMap((u,$)=>Zs(t,u,$,r.length)),...s.kind==="repair"?[]:[`settle: mark ${s.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Gs=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Ks=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Js({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Vs=t=>t.length>0?t.join(", "):"the program knows which are new";function Xs({rollout:t,workers:e},n){const s=Nn(t.batch,e.hosts.length),i=Math.max(0,...n.filter(({title:r})=>r==="serving").map(({tasks:r})=>r.length)),o=n.filter(({title:r})=>r==="serving").reduce((r,{tasks:d})=>r+d.length,0);return i===0||i>=Math.min(s,o)?[]:[`batches of ${i} instead of ${s}: min-available is ${t.minAvailable}`]}function Zs(t,{title:e,tasks:n,available:s},i,o){const{drainTimeout:r,healthyAfter:d}=t.rollout,u={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${i+1} of ${o}${u}: ${s} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap($=>[`  ${$.worker}: ${$.why}`,...Qs($,`wait up to ${(0,M.a3)(r)} for requests in flight`,d)])]}function Qs({does:t,to:e,drainOn:n,leaveOn:s,previous:i},o,r){const d=n.join(", "),u=i===void 0?"there is no release to go back to":`if it fails, back to ${i}`;return[...n.length>0?[`    drain on ${d}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${r} times in a row; ${u}`]:[],...n.length>0?[`    fresh check on ${d}; readmit`]:[],...s.length>0?[`    stays as it is on ${s.join(", ")}: somebody else drained it there`]:[]]}function ei({worker:t,active:e,running:n,healthy:s,rotation:i}){const o=n===void 0?"runs no known release":`runs ${n}`,r=e===void 0||e===n?"":` while current is ${e}`,d=[...i],u={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[$]=d,S=$!==void 0&&d.every(([,j])=>j===$[1])?u[$[1]]:d.map(([j,H])=>`${u[H]} on ${j}`).join(", ");return`${t} ${o}${r}, ${s===void 0?"health unknown":s?"healthy":"unhealthy"}, ${S}`}const ti=(0,M.YA)(10);class In{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),Me.MA),this.#t.unref()}hold(e,n){for(const s of n){const i=this.#e.get(s)??new Map;this.#e.set(s,i.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,s])=>{const i=s.get(e);if(!(i===void 0||this.#i(i))&&(await this.#a(n,[e]),!this.#i(s.get(e)??0)))throw si(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#i(e){return this.clock.now().getTime()-e<=ti}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const s=this.#a(e,[...n.keys()]).catch(ni).finally(()=>this.#n.delete(e));this.#n.set(e,s)}}async#a(e,n){const s=this.clock.now().getTime(),o=await(await ve(this.context,e)).renew(n),r=this.#e.get(e);for(const d of n)!o.includes(d)&&r?.has(d)&&r.set(d,s)}}function ni(t){if(!(t instanceof x.w))throw t}const si=(t,e)=>new x.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),ii=(0,M.Gx)(15),ri=String.raw`
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
`;function oi({root:t,envFile:e},n,s,i){const o=s.map((r,d)=>`word${d}`);return{name:`migrate ${n}`,text:`${De}
set -- ${o.map(r=>`"$${r}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${ri}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:i,env_file:e??"",...Object.fromEntries(o.map((r,d)=>[r,s[d]??""]))},deadline:ii,parse(r){if(r.status===re)throw qe(void 0,void 0);(0,V.gq)(r)}}}function ai(t,e,n){const s=(0,K.cJ)(t,e);return{...s,text:`${De}${s.text}`,values:{...s.values,owner:n},parse(i){if(i.status===re)throw qe(void 0,void 0);s.parse(i)}}}async function Ln(t,e,{target:n,from:s},i,o){const{cluster:r,run:d,clock:u=ne}=t,$={at:u.now(),release:n.id,from:s,by:G(d)},k=await t.remote(e);for(const S of(0,K.QW)($,o))await k.run(ai(r.workers.root,S,i))}async function ci(t,e,n,s){const{workers:i,release:o}=t.cluster,{migrate:r}=e,d=i.hosts.find(({name:_})=>_===r?.worker);if(r===void 0||d===void 0||o.migrate===void 0)return;await Ln(t,d,e,n,s).catch(_=>{throw _ instanceof x.w?_.with({host:d.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):_});const $=i.hosts.filter(_=>_!==d).map(_=>Ln(t,_,e,n,s).catch(j=>{if(!(j instanceof x.w))throw j;t.reporter.warning(`${_.name} could not note the migration, which ${d.name} runs: ${j.message}`,"nothing")})),k=di(t,d,e,o.migrate,n,s),S=(await Promise.allSettled([k,...$])).find(({status:_})=>_==="rejected");if(S?.status==="rejected")throw S.reason}async function di(t,e,{target:n,migrate:s},i,o,r){const{reporter:d,cluster:u}=t,$=await t.remote(e);d.step({host:e.name,name:"migrate",state:"started",detail:s?.migrations.join(", ")||void 0});try{await $.run(oi(u.workers,n.id,i,o),{onLine:k=>d.step({host:e.name,name:"migrate",state:"progress",detail:k})})}catch(k){throw k instanceof x.w?(d.step({host:e.name,name:"migrate",state:"failed",detail:k.failure.seen}),k.code!=="script-failed"?k.with({host:e.name,step:"migrate"}):new x.w({code:"migration-failed",host:e.name,step:"migrate",message:`${i.join(" ")} failed; no worker was switched.`,seen:k.failure.seen??k.failure.message,left:r.length>0?`The database is as the program left it. Whether it had run ${r.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${r.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):k}d.step({host:e.name,name:"migrate",state:"done"})}async function li({context:t,plan:e},{checkObjectives:n,despiteObjectives:s},i){const{cluster:o,reporter:r,run:d}=t;if(!(!o.slo.beforeDeploy||e.target.kind!=="deploy"||Wt(e))){if(s!==void 0){i.despiteObjectives={by:d.by,reason:s},r.warning(`The objectives were not asked whether they allow this deploy, as ${d.by} wants it: ${s}`,"nothing");return}if(n===void 0)throw new Error("this deploy needs the objectives, and was given no way to ask");try{r.info(`The objectives allow a deploy: ${await n(t)}.`)}catch(u){throw u instanceof x.w?hi(u):u}}}function hi({failure:t}){const n=[t.hint,"To deploy all the same: `--despite-objectives REASON`, in a workflow `despite-objectives:`. A rollback is never held up."].filter(Boolean).join(" ");return new x.w({...t,step:"objectives",hint:n,left:"Nothing was changed."})}function ui(t,e){const n=Ut(t,e),s=n.filter(d=>Fn(d)===void 0),i=ln(s.flatMap(({seen:d})=>d.probe.running??[]))??ln(n.flatMap(({seen:d})=>d.releases.active??[]));if(i===void 0)return;const o=n.flatMap(d=>fi(d,i)),r=new Set(o.map(({worker:d})=>d));return{target:{kind:"repair",id:i,migrations:[]},from:void 0,stage:[],...Yt(t,o,n),finished:n.map(({name:d})=>d).filter(d=>!r.has(d)),proven:!0,settle:!1}}function fi(t,e){const{name:n,seen:s}=t,i=Fn(t);if(i!==void 0){const u=cn(s,e)?e:s.releases.active;return u===void 0?[]:[{worker:n,does:"switch",to:u,why:i,...Lt(t)}]}const o=Dt(t,u=>u==="drained"),r=s.probe.running;if(o.length===0||r===void 0)return[];const d=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:r,why:d,drainOn:o,leaveOn:Lt(t).leaveOn}]}function Fn({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const Pn=(0,M.ee)(64*1024*1024);function Bn(t,e,n,{coming:s,migrates:i}){const{unit:o,root:r,envFile:d}=t.workers,u=t.hosts.get(e)?.user??"the deploy user",$=[];if(n.missingTools.length>0&&$.push({code:"tools-missing",message:`It lacks ${n.missingTools.join(", ")}.`,hint:`Install them on ${e}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),n.folder==="missing"&&$.push({code:"service-folder-missing",message:`${r} does not exist.`,hint:`On ${e}, as root: install -d -o ${u} -g ${u} ${r}`}),n.folder==="read-only"&&$.push({code:"permission-denied",message:`${u} may not write in ${r}.`,hint:`On ${e}, as root: chown ${u}: ${r}`}),s!==void 0&&mi(n,s)&&$.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,M.z3)(n.diskFree)} and ${n.inodesFree} inodes free, ${(0,M.z3)((0,M.ee)(s.size+Pn))} and ${s.files+1e3} inodes needed`,hint:`On ${e}: \`df -h ${r}\` shows what is full, \`du -xsh ${r}/releases/*\` what the releases take.`}),n.unit.load!=="loaded"&&$.push({code:"unit-missing",message:`systemd has no usable unit ${o}.`,seen:`LoadState=${n.unit.load}`,hint:`On ${e}: \`systemctl status ${o}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!n.mayRestart||!n.mayReadRelease){const k=n.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${o}`;$.push({code:"sudo-denied",message:`${u} may not run \`sudo ${k}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${e}; docs/hosts.md has the lines.`})}return i&&n.envFile==="unreadable"&&$.push({code:"env-file-unreadable",message:`${u} can't read ${d}, which the migration needs.`,hint:`On ${e}, as root: chgrp ${u} ${d} && chmod 640 ${d}`}),$.map(k=>new x.w({...k,host:e}))}const mi=({diskFree:t,inodesFree:e},{size:n,files:s})=>t<n+Pn||e<s+1e3,un=4096;function wi({entries:t}){const e=t.reduce((n,s)=>n+(s.type==="file"?Math.ceil(s.size/un)*un:un),0);return{size:(0,M.ee)(e),files:t.length}}function pi(t,e,n,s){const i=vs(t,e,n),o=be(n,e),r=[...[...n.workers].flatMap(([d,u])=>$i(t,e,d,u,i,s)),...i.problem?[i.problem]:[],...o?[o]:[]];return r.length>0?{problems:r}:{plan:i}}function $i(t,e,n,{releases:s,probe:i},o,r){const d=s.staged.some(({id:S})=>S===e.id),u=!d&&e.kind==="deploy"?{size:(0,M.ee)(0),files:0,...r}:void 0,$=Bn(t,n,i,{coming:u,migrates:o.migrate?.worker===n});if(e.kind!=="rollback"||d)return $;const k=new x.w({host:n,code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${s.staged.map(({id:S})=>S).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."});return[...$,k]}class zn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,s){const i=this.#e.get(e);i&&this.#e.set(e,{...i,[n]:s})}get timeline(){return[...this.#e.values()]}}const gi=(0,M.Rz)(1500);class ki{context;kind;clock;journal=new zn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;commits=new Map;plan=[];afterFailure;backup;withoutBackup;despiteObjectives;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??ne,this.#e=this.clock.now()}async phase(e,n){const s=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,M.Rz)(this.clock.now().getTime()-s)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const s=xn(this.context.cluster,this.observation),i=s.map(ei).join(`
`);return{outcome:e,kind:this.kind,from:this.from,to:this.to,commits:{from:this.from&&this.commits.get(this.from),to:this.to&&this.commits.get(this.to)},startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:s,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,despiteObjectives:this.despiteObjectives,error:n&&this.changing?new x.w({...n.failure,left:i}):n}}async#n(){const e=st(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(gi).then(()=>this.observation)]))}}async function yi(t,{target:e,from:n}){const{context:s,clock:i,journal:o}=t,{workers:r,release:d}=s.cluster,u={at:i.now(),event:"good",release:e.id,from:n,by:G(s.run),reason:t.reason,backup:t.backup},$={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await c(r.hosts.map(({name:k})=>k).filter(k=>!o.missed.includes(k)),k=>bi(k,async()=>{const S=await oe(s,k);await Promise.all([S.run((0,K.bL)(r.root,e.id)),S.run((0,K.cJ)(r.root,u))]);const _=[e.id,...n===void 0?[]:[n]],j=await S.run((0,K.R3)(r.root,{keep:d.keep,protect:_})),H=j.length>0?`removed ${j.join(", ")}`:void 0;s.reporter.step({host:k,name:"settle",state:"done",detail:H})}),$)}async function bi(t,e){try{await e()}catch(n){throw n instanceof x.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function vi(t,e,n={}){const{id:s,manifest:i}=e,o={kind:"deploy",id:s,migrations:i.migrations};return fn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(d,u)=>(Ys(n),u.to=s,Cn(d,{...n,archive:e,choice:n},u,()=>o))})}function Si(t,{to:e,...n}={}){return fn(t,{...n,kind:"rollback",intend:(i,o)=>Cn(i,n,o,r=>ye(r,e))})}function Ti(t,e={}){return fn(t,{...e,kind:"repair",intend:Ni})}async function fn(t,e){const n=new ki(t,e.kind),s=new Ce(t.signal);try{const i=await n.phase("Preflight",()=>s.orLeave(xi(t,e,n)));if(e.dryRun)return await n.finish("planned");if(Wt(i.plan)&&!Fi(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>U(i.context,{after:e.after})),r=_t(t,"rollout");try{return await n.finish(await Ai(t,e,n,o,s))}finally{await Promise.all([r(),s.unfinished?void 0:o.release()])}}catch(i){if(!(i instanceof x.w))throw i;return n.finish("failed",i)}}async function xi(t,e,n){const s=await e.intend(t,n);return await li(s,e.choice??{},n),s}async function Ai(t,e,n,s,i){const{clock:o,journal:r}=n,d=await n.phase("Plan",()=>i.orLeave(e.intend(t,n))),{plan:u,context:$}=d;if(Wt(u))return"nothing-to-do";const{archive:k,choice:S={}}=e,{target:_,migrate:j}=u;n.changing=!0,k&&await n.phase("Stage",()=>i.orLeave(Promise.all([Ri($,k),Cs(d,S,n)])));const H=k&&j?Pe(k.manifest,j.migrations):[];j&&await n.phase("Migrate",()=>i.orHurry(ci($,u,s.owner,H)));const Z=_i(d,k),he=new In($,o),fe=Mi(d,o,i,S),xt=Oi(e,n),ut={context:$,clock:o,cancellation:i,lock:s,leases:he,watch:fe,target:_,onFailure:Z,journal:r,...xt};try{const At=!u.proven;await n.phase("Batches",()=>_n(ut,u.batches,{direction:"forward",trial:At}))}catch(At){throw At instanceof x.w&&(n.afterFailure=await Is(ut,u,At)),At}finally{he.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>yi(ut,u)),"success"}function Oi({reason:t},{backup:e,withoutBackup:n,despiteObjectives:s}){return{reason:[n&&`without a backup: ${n.reason}`,s&&`despite the objectives: ${s.reason}`,t].filter(Boolean).join("; ")||void 0,backup:e?.id}}function _i({context:t,plan:e,observation:n},s){if(s===void 0)return"halt";const i=e.batches.flatMap(({tasks:r})=>r.map(({previous:d})=>d));return[e.from,...i].some(r=>r!==void 0&&!it(n,s.manifest,r))?"freeze":t.cluster.rollout.onFailure}function Mi({context:t,plan:e,observation:n},s,i,{askTimes:o}){const{cluster:r,reporter:d}=t,u=r.loadBalancers.hosts.map(({name:_})=>_),$=new ns(u,_=>ve(t,_)),k=o&&r.rollout.canary?.responseTime==="app"?new ts(o(r),s):void 0,S=new hs({source:$,times:k,clock:s,reporter:d,cancellation:i});return S.switched(e.finished,an(n.loadBalancers)),S}async function Cn(t,{archive:e,choice:n,without:s=[]},i,o){i.observation=await st(t);const r=await Ei(t,i.observation,s),d=Es(t.cluster,i.observation,r);if("problems"in d)throw mn(d.problems);const u=o(d.observation);i.to=u.id;const $=e&&wi(e.manifest),k=pi(d.cluster,u,d.observation,$);if("problems"in k)throw mn(k.problems);return i.from=k.plan.from,i.commits=ji(d.observation,e),Hn(t,i,d,k.plan,n)}async function Ni(t,e){e.observation=await st(t);const{silent:n,...s}=hn(t.cluster,e.observation),i=ui(s.cluster,s.observation);if(i===void 0)throw mn(n.length>0?n:[Ii()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=i.target.id,Hn(t,e,s,i)}function Hn(t,e,{cluster:n,missed:s,observation:i},o,r){const{reporter:d}=t,u=s.map(S=>`leave out ${S}: it can't be reached and takes no traffic`),$={context:{...t,cluster:n},plan:o,observation:i},k=[...qs(n,o,Ws($,r)),...u];if(k.join(`
`)!==e.plan.join(`
`))for(const S of k)d.info(S);return e.plan=k,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...s),$}async function Ei(t,e,n){const{hosts:s}=t.cluster.loadBalancers,i=n.map(u=>s.find($=>$.name===u)??u),[o]=i.filter(u=>typeof u=="string");if(o!==void 0)throw Li(o,s);const r=s.filter(u=>i.includes(u)&&e.loadBalancers.get(u.name)instanceof x.w),{cluster:d}=hn(t.cluster,e);for(const u of r)await Bs({...t,cluster:d},u),t.reporter.warning(`${u.name} is left out: no worker sees it either.`,"nothing");return r.map(({name:u})=>u)}async function Ri(t,e){const{cluster:n,reporter:s}=t;await c(n.workers.hosts,async i=>(0,K.dw)(await t.remote(i),n.workers.root,e,s),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}function ji({workers:t},e){const n=[...t.values()].flatMap(({releases:i})=>i.staged),s=e===void 0?[]:[{id:e.id,commit:e.manifest.commit}];return new Map([...n,...s].flatMap(({id:i,commit:o})=>o===void 0?[]:[[i,o]]))}const mn=t=>Et(t.map(({failure:e})=>new x.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),Ii=()=>new x.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),Li=(t,e)=>new x.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),Fi=({workers:t})=>[...t.values()].some(e=>!(e instanceof x.w)&&e.probe.lock!==void 0);async function Pi(t){const[e,n]=await Promise.all([st(t),zi(t)]),s=xn(t.cluster,e),i=Nt(e);return{workers:s,loadBalancers:[...e.loadBalancers].flatMap(([o,r])=>r instanceof x.w?[]:[{name:o,processes:r.processes,hasAddress:n.get(o)?.here,drained:n.get(o)?.away}]),locks:[...e.workers].flatMap(([o,r])=>r instanceof x.w||r.probe.lock===void 0?[]:[{worker:o,owner:r.probe.lock.owner,expired:r.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([o,r])=>r instanceof x.w?[]:[...r.workers.values()].flatMap(({worker:d,lease:u})=>u?[{worker:d,loadBalancer:o,...u}]:[])),failures:i,ok:i.length===0&&s.every(o=>Bi(o)&&o.running===s[0]?.running)}}const Bi=({active:t,running:e,healthy:n,rotation:s})=>e!==void 0&&e===t&&n===!0&&[...s.values()].every(i=>i==="in");async function zi({cluster:t,remote:e}){const{hosts:n,address:s}=t.loadBalancers;return s===void 0?new Map:new Map(Ne(await Se(n,async i=>(await e(i)).run((0,Me.xc)(s)))).answers)}async function Ci(t,e,n){const s=t.clock??ne,i=new Ce(t.signal),o=await U(t),r=new In(t,s),d={context:t,clock:s,cancellation:i,lock:o,leases:r,journal:new zn};try{for(const[u,$]of e.entries())await t.reporter.group(`Worker ${$}, ${u+1} of ${e.length}`,async()=>{i.check(),await Hi(d,await Ui(t,$),n)})}finally{r.stop(),await o.release()}}async function Hi(t,e,n){const{worker:s}=e;try{await L(t,e).catch(async o=>{throw await jt(t,e).catch(Wi(t,s)),o}),await t.leases.confirm(s);const i=await n(s).then(()=>{},o=>o);if(await Fe(t,e).catch(o=>{throw i??o}),await St(t,e),i!==void 0)throw i}finally{t.leases.letGo(s)}}const Wi=(t,e)=>n=>{if(!(n instanceof x.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function Ui(t,e){const{cluster:n}=t,s=await st(t),i=Nt(s);if(i.length>0)throw Et(i,{code:"preflight-failed",step:"drain",message:`${i.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const o=Ut(n,s),r=o.find(({name:k})=>k===e);if(r===void 0)throw new Error(`${e} is no worker of this cluster`);const[d]=dn(r.seen);if(d===void 0)throw Di(e);const u={worker:e,does:"readmit",to:d,why:"is changed",...Lt(r)},{problem:$}=Yt(n,[u],o);if($!==void 0)throw new x.w({...$.failure,left:`${e} was not touched.`});return u}const Di=t=>new x.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})})};
