"use strict";exports.id=648,exports.ids=[648],exports.modules={240:((en,vt,W)=>{W.d(vt,{Wf:()=>Fe,MA:()=>fe,g_:()=>ft,R$:()=>it,xc:()=>Je});var H=W(7598),se=W(3916),M=W(1996);const te=(0,M.YA)(45),fe=(0,M.YA)(5);var me=W(1916);const Ee="Nothing was changed.";function V(I,A,S,P){const{host:N,masterSocket:z,service:C,step:D}=P,ne=P.worker??"the worker",Q=`As root on ${N.name}: EXTRAOPTS="-S ${z},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${N.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,ae=`~/.buka/${C}/${ne}`,_e=oe({give:Q,mark:ae,host:N,masterSocket:z,worker:ne});if(I==="unknown-name")return Ke(S,P);const $e=_e[I]??{message:"The load balancer refused."};return new se.w({message:"",left:Ee,...$e,code:I,host:N.name,step:D,...A!==""&&{seen:A}})}function oe({give:I,mark:A,host:S,masterSocket:P,worker:N}){const z=`Look at the guard's log, ${A}/guard.log on ${S.name}, and run it again.`,C=`${N} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${S.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${C} If it was drained, its guard keeps it so.`,hint:`On ${S.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${P}; without it, requests of a process that a reload left behind can't be seen.`,hint:I},"socket-denied":{message:`${S.user} may not use HAProxy's master socket.`,hint:I},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${S.user} can't be written.`,hint:`On ${S.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${N} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${S.name}; then run it again.`},"last-server":{message:`${N} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${N} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${N} has passed no check since it was drained; it would get traffic unchecked.`,left:`${N} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${N}.`,left:`${N} may be in rotation in one process and not in another.`,hint:z},superseded:{message:`This run no longer holds ${N} out of rotation: something else readmitted it, or its lease ran out.`,left:`${N} is in rotation, or its guard readmits it when it is fit.`,hint:z},"lease-busy":{message:`The lease of ${N} could not be renewed: something has held its lock for 3 s.`,left:C,hint:`On ${S.name}: \`fuser ${A}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${S.user} leaves behind, so nothing would readmit ${N} if this run died.`,hint:`As root on ${S.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${S.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${N} was readmitted, but HAProxy does not see it up.`,left:`${N} is ready: it gets traffic as soon as its check passes.`,hint:`On ${S.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Ke({missing:I,unreadable:A,backendNames:S,serverNames:P},{host:N,step:z}){const C=A.find(({old:Q})=>!Q)?.backend,D=(Q,ae,_e,$e,Ie)=>new se.w({code:Q,message:ae,host:N.name,step:z,seen:$e.length>0?`known there: ${$e.join(", ")}`:"none is known there",left:Ee,hint:`Correct ${Ie} in buka.yml${ke(_e,$e)}.`});if(C!==void 0&&!S.includes(C)){const Q=`HAProxy has no backend ${C}.`;return D("unknown-backend",Q,C,S,"`load-balancers: backend:`")}const ne=I[0];if(ne!==void 0){const{backend:Q,server:ae}=ne,_e=P.filter(Ie=>Ie.backend===Q).map(Ie=>Ie.server),$e=`HAProxy has no server ${ae} in backend ${Q}.`;return D("unknown-server",$e,ae,_e,"the worker's name under `load-balancers: servers:`")}return new se.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${C??""}.`,host:N.name,step:z,left:Ee,hint:`On ${N.name}: \`systemctl status haproxy\`, then run it again.`})}function ke(I,A){const[S]=[...A].sort((P,N)=>(0,me.Io)(I,P)-(0,me.Io)(I,N));return S!==void 0&&(0,me.Io)(I,S)<=Math.max(2,I.length/3)?`: ${S} is the nearest`:""}const Z=39,he=24,J=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function be(I){const A=I.split(`
`).map(z=>z.split(" ")),S=(z,C)=>A.filter(D=>D[0]===z&&D.length>=C).map(D=>D.slice(1)),P=([z="",C=""])=>({backend:z,server:C}),N=S("name",2);return{processes:S("pids",1).at(-1)??[],servers:S("server",12).map(we),missing:S("missing",3).map(P),unreadable:S("unreadable",4).map(([z="",C,D=""])=>({process:z,old:C==="old",backend:D})),backendNames:N.filter(z=>z.length===1).map(([z=""])=>z),serverNames:N.filter(z=>z.length===2).map(P),traffic:S("traffic",8).map(([,z="",C="",...D])=>{const[ne=0,Q=0,ae=0,_e=0]=D.map(Number);return{backend:z,server:C,responses:ne,serverErrors:Q,failed:ae,ttime:_e}}),marks:new Map(S("mark",4).map(([z="",C,D,...ne])=>[z,{processes:new Set(ne.filter(Boolean)),lease:{left:(0,M.Rz)(Number(C)*10),alive:D==="alive"}}]))}}function we(I){const[A="",S,P="",N="",z,C,,D,ne,Q,...ae]=I;return{process:A,old:S==="old",backend:P,server:N,admin:Number(z),checking:Number(C),inFlight:Number(D),tracks:ne!=="-",check:Q==="-"?void 0:Q,status:ae.join(" ")}}function Ge({admin:I}){return I&Z?"maintenance":I&he?"drain":"ready"}function lt(I){return I.tracks?/^(UP|DRAIN)$/.test(I.status)?"passed":ie(I.status):(I.checking&6)!==6||I.check===void 0||I.check==="INI"?"unchecked":J.has(I.check)?ie(I.status,"passed"):"failed"}function ie(I,A="unchecked"){return I.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(I)?"unchecked":A}function Ze(I){return Ge(I)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(I.status)}var et=W(8522);const Ue=String.raw`
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
`,Oe=String.raw`
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
`,Le=String.raw`
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
`,He=String.raw`
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
`,ge=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${He}'
${Le}
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
`,ct=45,de=I=>I.replace(/^ *(# .*)?\n?/gm,""),Te=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,et.gzipSync)(de(ge+Ue+Oe),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,Se=Te+de(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),qe=String.raw`
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
`,tt=String.raw`
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
`,R=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,xt=String.raw`
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
`,Tt=String.raw`
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
`,nt=String.raw`
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
`,We=String.raw`
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
`;function re(I,A){return{name:"observe the load balancer",text:de(ge+qe),values:{service:I.service,socket:I.masterSocket,workers:I.targets.map(({worker:S})=>S).join(`
`),...st(I.targets.flatMap(S=>S.servers))},deadline:(0,M.YA)(ct),parse:A}}function ze(I,A){return{name:"renew the leases",text:de(Le+nt),values:{service:I.service,workers:I.workers.join(`
`),lease:Ye(I.lease)},deadline:(0,M.YA)(ct),parse:A}}const U={drain:Se+de(tt),maintain:Se+de(R),check:Se+de(xt),readmit:Se+de(Tt),revive:Te+de(We)};function Ae(I,A,{deadline:S,lease:P,step:N},z){return{name:`${I} ${A.worker}`,text:U[I],values:{service:A.service,worker:A.worker,socket:A.masterSocket,deadline:Ye(S),lease:Ye(P),sender:N.process,this_step:String(N.number),...st(A.servers)},deadline:(0,M.Rz)(S+(0,M.YA)(ct)),parse:z}}const Ye=I=>String(Math.ceil(I/10));function st(I){return{targets:I.map(({backend:A,server:S})=>`${A} ${S}`).join(`
`),backends:[...new Set(I.map(({backend:A})=>A))].join(" ")}}function pt(I,A,S){return{host:I,processes:A.processes.length,workers:new Map(S.map(P=>[P.worker,dt(A,P)]))}}function dt(I,{worker:A,servers:S}){const P=I.servers.filter(D=>S.some(({backend:ne,server:Q})=>ne===D.backend&&Q===D.server)),N=P.filter(({old:D})=>!D),z=I.marks.get(A),C=N.some(D=>Ge(D)!=="ready"&&z?.processes.has(D.process)===!0);return{worker:A,servers:S.map(({backend:D,server:ne})=>wt(P.filter(Q=>Q.backend===D&&Q.server===ne),I.traffic.filter(Q=>Q.backend===D&&Q.server===ne))),inRotation:N.length>0&&N.every(Ze),drainedByBuka:C,lease:C?z?.lease:void 0}}function wt(I,A){const[S]=I.filter(({old:P})=>!P);if(S===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:S.backend,server:S.server,admin:Ge(S),check:lt(S),status:S.status,inFlight:I.reduce((P,{inFlight:N})=>P+N,0),traffic:Et(A)}}function Et(I){const A=N=>I.reduce((z,C)=>z+N(C),0),S=({responses:N})=>Math.min(N,1024),P=A(S);return{responses:A(({responses:N})=>N),serverErrors:A(({serverErrors:N})=>N),failed:A(({failed:N})=>N),meanTime:P===0?void 0:(0,M.Rz)(A(N=>N.ttime*S(N))/P)}}const ut=new WeakMap,Ve={process:(0,H.randomUUID)(),number:0};class gt{cluster;host;remote;lease;#e;constructor(A,S,P,N=te){this.cluster=A,this.host=S,this.remote=P,this.lease=N,this.#e=new Map(A.workers.hosts.map(z=>[z.name,$t(A,z.name)]))}async observe(){const A=[...this.#e.values()],S={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:A};return this.remote.run(re(S,P=>pt(this.host,be(this.#a(P,"observe")),A)))}async drain(A,{deadline:S,onProgress:P}){const N=Q=>{const[ae,..._e]=this.#s(Q,"drain",A,["drained","still"]),[$e=0,Ie=0,kt=0]=_e.map(Number);return ae==="drained"?{kind:ae,waited:(0,M.Rz)($e)}:{kind:"still-in-flight",inFlight:$e,unreadable:Ie,waited:(0,M.Rz)(kt)}},{promise:z,resolve:C}=Promise.withResolvers(),D=this.remote.run(this.#n("drain",A,S,N),{onLine:Q=>{C();const ae=/^progress (\d+)$/.exec(Q);ae&&P?.(Number(ae[1]))}}),ne=ut.get(this.remote)??new Map;return ut.set(this.remote,ne.set(A,Promise.race([z,D.catch(()=>{})]))),D}async maintain(A,{deadline:S=(0,M.YA)(10)}={}){return this.remote.run(this.#n("maintain",A,S,P=>({cut:Number(this.#s(P,"maintain",A,["cut"])[1])})))}async check(A,{deadline:S}){const P=N=>{const[z,C="",...D]=this.#s(N,"check",A,["passed","failed"]),ne=C.startsWith("no")?"no check is configured; ":"";return{passed:z==="passed",seen:ne+D.join(" ")}};return this.remote.run(this.#n("check",A,S,P))}async readmit(A){await ut.get(this.remote)?.get(A),await this.remote.run(this.#n("readmit",A,(0,M.YA)(5),S=>{this.#s(S,"readmit",A,["readmitted"])}))}async renew(A){const S={service:this.cluster.service,workers:A,lease:this.lease},P=await this.remote.run(ze(S,D=>St(this.#a(D,"renew")))),N=D=>P.filter(([ne])=>ne===D).map(([,ne=""])=>ne),z=await Promise.all(N("unguarded").map(async D=>({worker:D,held:await this.#t(D)}))),[C]=N("busy");if(C!==void 0)throw this.#r("lease-busy","",{worker:C,step:"renew"});return[...new Set([...N("lost"),...z.filter(({held:D})=>!D).map(({worker:D})=>D)])]}async#t(A){const S=P=>this.#s(P,"renew",A,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",A,(0,M.YA)(5),S))}#n(A,S,P,N){return Ve.number+=1,Ae(A,this.#i(S),{deadline:P,lease:this.lease,step:Ve},N)}#i(A){const S=this.#e.get(A);if(S===void 0)throw new Error(`${A} is no worker of ${this.cluster.service}`);return S}#s(A,S,P,N){const C=(this.#a(A,S,P).trimEnd().split(`
`).at(-1)??"").split(" ");if(!N.includes(C[0]??""))throw this.#o(A,S);return C}#a(A,S,P){if(A.status===0)return A.stdout;const N=/^error (\S+) ?(.*)$/m.exec(A.stdout);if(N===null)throw this.#o(A,S);const[,z="",C=""]=N;throw this.#r(z,C,{worker:P,step:S,facts:be(A.stdout)})}#r(A,S,{facts:P=be(""),worker:N,step:z}){const{service:C,loadBalancers:D}=this.cluster,ne={host:this.host,masterSocket:D.masterSocket,service:C,worker:N,step:z};return V(A,S,P,ne)}#o({status:A,stdout:S,stderr:P},N){return new se.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${A}.`,host:this.host.name,step:N,seen:(P.trim()||S.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const St=I=>I.split(`
`).filter(Boolean).map(A=>A.split(" "));function $t({service:I,loadBalancers:A},S){const{backends:P,masterSocket:N}=A,z=A.servers.get(S)??S;for(const C of[...P,z])if(!/^[A-Za-z0-9_.:-]+$/.test(C))throw ue("name of a backend or server",C);if(!/^\/[A-Za-z0-9_./-]+$/.test(N))throw ue("path of a socket",N);return{service:I,worker:S,masterSocket:N,servers:P.map(C=>({backend:C,server:z}))}}const ue=(I,A)=>new se.j({code:"unusable-name",message:`${JSON.stringify(A)} can't be the ${I} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function it(I,A,S,P=te){if(I.loadBalancers.kind==="haproxy")return new gt(I,A,S,P)}var pe=W(8146);const ft="/etc/keepalived/haproxy-serves",Fe="/var/lib/buka-load-balancer/away",At=String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`,Je=I=>(0,pe.K$)({name:"look at the address",text:At,values:{address:I,away_file:Fe,serves_program:ft},deadline:(0,M.YA)(15),parse(A){const S=(0,pe.OA)((0,pe.gq)(A).stdout,["here","away","keepalived","serves","heeds"]),P=N=>S[N]==="yes";return{here:P("here"),away:P("away"),keepalived:P("keepalived"),serves:P("serves"),heeds:P("heeds")}}})}),1021:((en,vt,W)=>{W.d(vt,{td:()=>Ee,VI:()=>Q,F3:()=>ue,bL:()=>Fe,Fg:()=>C,QW:()=>Je,vN:()=>_e,p_:()=>gt,qq:()=>ee,Dp:()=>je,R3:()=>bt,cJ:()=>ft,Bf:()=>it,dw:()=>at});var H=W(3916);const se=66,M=67,te=`umask 022
[ -d "$root" ] || exit ${se}
cd -- "$root"
`,fe=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function me(f,m,{root:o,id:r}){const c=f.stderr.trim().slice(-1e3)||`exit status ${f.status}`;if(f.status===se)return new H.w({code:"service-folder-missing",message:`${o} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${o}`});if(f.status===M)return new H.w({code:"release-not-staged",message:`release ${r} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const d=fe.find(w=>w.seen.test(c));return d?new H.w({code:d.code,message:`${m}: ${d.message}`,seen:c,hint:d.hint}):new H.w({code:"release-script-failed",message:`${m} failed`,seen:c})}const Ee=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${M}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
`;function V(f,m){return{name:`activate ${m}`,text:`${enterRoot}${Ee}`,values:{root:f,id:m},deadline:seconds(30),parse(o){if(o.status!==0)throw hostFailure(o,`activating ${m}`,{root:f,id:m})}}}var oe=W(1455),Ke=W(7075),ke=W(6118),Z=W(1996),he=W(3024),J=W(6466),be=W(8522);const we=(f,m,o)=>new H.w({code:`archive-${f}`,message:`the archive ${m}`,seen:o,left:"Nothing was changed.",hint:f==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*Ge(f){const m=(0,ke.extract)(),o=(0,J.pipeline)((0,he.createReadStream)(f),(0,be.createZstdDecompress)(),m);o.catch(()=>{});try{for await(const r of m){const{name:c,type:d,mode:w,size:b,linkname:_}=r.header;yield{name:d==="directory"?c.replace(/\/$/,""):c,type:d??"unknown",mode:w??0,size:b??0,target:_??"",content:r}}await o}catch(r){throw r instanceof H.w?r:we("damaged","can't be read to its end",r.message)}}var lt=W(7598),ie=W(2857);function Ze(f){if(new RegExp("\\p{Cc}","u").test(f))return"has a control character in its name";if(!f.isWellFormed())return"has a name that is not Unicode";if(f.startsWith("/"))return"is an absolute path";const m=f.split("/");if(m.includes(".."))return"leads outside the release";if(m.includes("")||m.includes("."))return"is not written plainly"}function et(f,m){const o=m.get(f)??"";return o===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(o)?"is a link to a name with a control character":o.isWellFormed()?o.startsWith("/")?`is a link to an absolute path, ${o}`:Ue(f,m)?`is a link that leads outside the release, to ${o}`:void 0:"is a link to a name that is not Unicode"}function Ue(f,m){const o=[],r=f.split("/").reverse();let c=0;for(let d=r.pop();d!==void 0;d=r.pop()){if(d===""||d===".")continue;if(d===".."){if(o.pop()===void 0)return!0;continue}o.push(d);const w=m.get(o.join("/"));if(w!==void 0){if(++c>40)return!1;if(w.startsWith("/"))return!0;o.pop(),r.push(...w.split("/").reverse())}}return!1}function Oe(f,m){return Buffer.compare(Buffer.from(f),Buffer.from(m))}const Le=f=>f.slice(0,Math.max(0,f.lastIndexOf("/"))),He=ie.aig().int().nonnegative(),ge=ie.YjP(),ct=ie.YjP().regex(/^[0-9a-f]{64}$/),de=ie.gMt("type",[ie.rej({type:ie.euz("file"),mode:He,size:He,sha256:ct,path:ge}),ie.rej({type:ie.euz("directory"),mode:He,path:ge}),ie.rej({type:ie.euz("symlink"),target:ge,path:ge})]),Ne=ie.rej({service:ie.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:ie.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:ie.YOg(ge),contractMigrations:ie.YOg(ge).optional()}),Te=Ne.extend({entries:ie.YOg(de)});function Se({service:f,commit:m,migrations:o,contractMigrations:r,entries:c}){const d=r?.length?{contractMigrations:r}:{};return`${JSON.stringify({service:f,commit:m,migrations:o,...d}).slice(0,-1)},"entries":[
${c.map(qe).join(`,
`)}
]}
`}function qe(f){switch(f.type){case"file":{const{type:m,mode:o,size:r,sha256:c,path:d}=f;return JSON.stringify({type:m,mode:o,size:r,sha256:c,path:d})}case"directory":return JSON.stringify({type:f.type,mode:f.mode,path:f.path});case"symlink":return JSON.stringify({type:f.type,target:f.target,path:f.path})}}const tt=f=>(0,lt.createHash)("sha256").update(f).digest("hex");function R(f){return`${f.commit?.slice(0,7)??"local"}-${tt(Se(f)).slice(0,8)}`}function xt(f){const m=Te.safeParse(nt(f));if(!m.success)return;const o=m.data;return Se(o)===f?o:void 0}function Tt(f){const m=Ne.safeParse(nt(f.replace(/,"entries":\[$/,"}")));return m.success?m.data:void 0}function nt(f){try{return JSON.parse(f)}catch{return}}function We(f){const m=new Map(f.map(({path:c,type:d})=>[c,d])),o=new Map(f.flatMap(c=>c.type==="symlink"?[[c.path,c.target]]:[]));let r;for(const c of f){const{path:d}=c,w=Ze(d)??(c.type==="symlink"?et(d,o):re(c.type,c.mode))??ze(Le(d),m)??U(r,d);if(w)return{path:d,why:w};r=d}return f.some(({type:c})=>c==="file")?void 0:{path:".",why:"has no file"}}function re(f,m){if(m&2048)return"is setuid";if(m&1024)return"is setgid";if(m&512)return"has the sticky bit";if(m>511)return"has a mode that is none";const o=f==="directory"?320:256;return(m&o)===o?void 0:"is closed to its own owner"}function ze(f,m){if(f==="")return;const o=m.get(f);if(o!=="directory")return o===void 0?"is in a folder that is not listed":`lies behind a ${o}, ${f}`}function U(f,m){if(!(f===void 0||Oe(f,m)<0))return f===m?"is there twice":"is out of order"}function Ae(){const f=(0,lt.createHash)("sha256");let m=0;return{async*passing(o){for await(const r of o)f.update(r),m+=r.length,yield r},size:()=>m,digest:()=>f.digest("hex")}}async function Ye(f){const m=Ae();for await(const o of m.passing(f));return{size:m.size(),sha256:m.digest()}}const st=64*1024*1024;async function pt(f){let m;const o=new Set;for await(const c of Ge(f)){if(!m){m=await dt(c);continue}const d=wt(c,o);await Et(c,d,m.entries[o.size]),o.add(d)}if(!m)throw we("damaged","is empty");const r=m.entries[o.size];if(r)throw we("damaged",`lacks ${JSON.stringify(r.path)}, which its manifest lists`);return m}async function dt({name:f,type:m,size:o,content:r}){if(f!=="manifest.json"||m!=="file"||o>st)throw we("damaged","does not begin with a manifest",`${m} ${JSON.stringify(f)}`);const c=[];for await(const b of r)c.push(b);const d=xt(Buffer.concat(c).toString());if(!d)throw we("damaged","has a manifest that Buka did not write");const w=We(d.entries);if(w)throw we("unsafe",`lists ${JSON.stringify(w.path)}, which ${w.why}`);return d}function wt({name:f,type:m},o){const r=JSON.stringify(f);if(!["file","directory","symlink"].includes(m))throw we("unsafe",`has ${r}, which is a ${m}`);const c=Ze(f);if(c)throw we("unsafe",`has ${r}, which ${c}`);const d=f.replace(/^tree\//,"");if(d===f)throw we("unsafe",`has ${r}, which is not below tree/`);if(o.has(d))throw we("unsafe",`has ${r} twice`);return d}async function Et(f,m,o){const r=w=>we("damaged",`does not match its manifest: ${w}`),c=JSON.stringify(m);if(o?.path!==m)throw r(`${c} is where ${JSON.stringify(o?.path??"its end")} should be`);if(o.type!==f.type)throw r(`${c} is a ${f.type}`);if(o.type==="symlink"){if(o.target!==f.target)throw r(`${c} leads to ${JSON.stringify(f.target)}`)}else if(o.mode!==f.mode)throw r(`${c} has the mode ${f.mode.toString(8)}`);if(o.type!=="file"){f.content.resume();return}if(o.size!==f.size)throw r(`${c} has ${f.size} bytes`);const{sha256:d}=await Ye(f.content);if(d!==o.sha256)throw r(`the checksum of ${c} is ${d}`)}function ut(f,m,o){const r={name:f,mtime:o,uid:0,gid:0,type:m.type};return m.type==="symlink"?{...r,mode:511,linkname:m.target}:m.type==="directory"?{...r,mode:m.mode}:{...r,mode:m.mode,size:m.size}}function Ve(f,m,o){return new Promise((r,c)=>{const d=b=>b?c(b):r();if(typeof o=="string"){f.entry(m,o,d);return}const w=f.entry(m,d);o&&(0,J.pipeline)(o,w).catch(c)})}async function gt(f){const{size:m,mtime:o}=await(0,oe.stat)(f).catch(c=>{throw new H.j({code:"archive-missing",message:`the archive ${f} can't be read (${c.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:c})}),r=await pt(f);return{id:R(r),manifest:r,bytes:(0,Z.ee)(m),payload(c){const d=(0,ke.pack)();return St(f,r,c,o,d).catch(w=>d.destroy(w)),Ke.Readable.from(d,{objectMode:!1})}}}async function St(f,m,o,r,c){const d=new Map(m.entries.filter(({type:w,path:b})=>w!=="file"||o.has(b)).map(w=>[`tree/${w.path}`,w]));for await(const{name:w,content:b}of Ge(f)){const _=d.get(w);_&&await Ve(c,ut(_.path,_,r),_.type==="file"?b:void 0),_?.type!=="file"&&b.resume()}c.finalize()}const $t=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,ue=f=>$t.test(f);function it(f){if(ue(f))return f;throw new H.j({code:"release-id",message:`${JSON.stringify(f)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const pe=1e3;function ft(f,m){return{name:`record ${m.event} ${m.release}`,text:`${te}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:f,line:At(m)},deadline:(0,Z.YA)(30),parse(o){if(o.status!==0)throw me(o,"writing the history",{root:f})}}}function Fe(f,m){return{name:`mark ${m} good`,text:`${te}[ -d "releases/$id/tree" ] || exit ${M}
: > "releases/$id/good"
`,values:{root:f,id:m},deadline:(0,Z.YA)(30),parse(o){if(o.status!==0)throw me(o,`marking ${m} good`,{root:f,id:m})}}}function At(f){const{at:m,event:o,release:r,from:c,by:d,reason:w,contract:b,backup:_,recoveryPoint:x}=f;return JSON.stringify({at:m.toISOString(),event:o,release:r,from:c,by:d.slice(0,pe),reason:w?.slice(0,pe),contract:b?.length?b:void 0,backup:_,recoveryPoint:x?.toISOString()})}function Je(f,m){const o=[[]];let r=0;for(const c of m)r+=c.length,r>pe&&(o.push([]),r=c.length),o.at(-1)?.push(c);return o.map(c=>({...f,event:"migrated",contract:c}))}const I=["migrated","activated","good","reverted","restored"];function A(f){let m;try{m=JSON.parse(f)}catch{return}const o=K=>typeof m?.[K]=="string"?m[K]:void 0,r=K=>new Date(o(K)??Number.NaN),c=r("at"),d=o("event")??"",w=o("release")??"",b=o("from"),_=o("reason"),x=Array.isArray(m?.contract)?m.contract.filter(K=>typeof K=="string"):[],O=o("backup"),B=r("recoveryPoint");if(!(Number.isNaN(c.getTime())||!I.includes(d)||!ue(w))&&!(d==="restored"&&(O===void 0||Number.isNaN(B.getTime()))))return{at:c,event:d,release:w,...b!==void 0&&ue(b)&&{from:b},by:o("by")??"",..._!==void 0&&{reason:_},...x.length>0&&{contract:x},...O!==void 0&&{backup:O},...d==="restored"&&{recoveryPoint:B}}}var S=W(6760),P=W(1916);const N=64*1024,z=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function C(f,m){const o=[...f.slice(0,N).matchAll(z)].map(([,d=""])=>d.toLowerCase()),r=o.find(d=>!D(d)&&((0,P.Io)(d,"contract")<=3||(0,P.Io)(d,"expand")<=2));if(r!==void 0)throw new H.j({code:"migration-mark",message:`${m} is marked \`buka: ${r}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const c=o.filter(D);return c.includes("contract")?"contract":c[0]}const D=f=>f==="contract"||f==="expand";async function ne(f,m){const o=[];for(const r of m)C(await Q((0,S.join)(f,r),N),r)==="contract"&&o.push(r);return o}async function Q(f,m){const o=await(0,oe.open)(f);try{const{buffer:r,bytesRead:c}=await o.read(Buffer.alloc(m),0,m,0);return r.toString("utf8",0,c)}finally{await o.close()}}const ae=500;function _e(f){return{name:"observe releases",text:`${te}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${ae} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${ae} history | sed 's/^/history /'
fi
`,values:{root:f},deadline:(0,Z.YA)(30),parse(m){if(m.status!==0)throw me(m,"reading the releases",{root:f});return $e(m.stdout)}}}function $e(f){const m=[],o=[];let r;for(const c of f.split(`
`)){const[,d,w]=/^([a-z]+) (.*)$/s.exec(c)??[];if(!(d===void 0||w===void 0)){if(d==="current"){const[,b=""]=/^releases\/([^/]+)\/tree$/.exec(w)??[];ue(b)&&(r=b)}if(d==="release"&&m.push(...Ie(w)),d==="history"){const b=A(w);b&&o.push(b)}}}return m.sort((c,d)=>c.stagedAt.getTime()-d.stagedAt.getTime()),{staged:m,...r!==void 0&&{active:r},history:o}}function Ie(f){const[,m="",o="",r,c=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(f)??[],d=Tt(c);return!ue(m)||!d?[]:[{id:m,...d.commit!==void 0&&{commit:d.commit},migrations:d.migrations,...d.contractMigrations!==void 0&&{contractMigrations:d.contractMigrations},stagedAt:new Date(Number(o)*1e3),good:r==="yes"}]}async function kt(f,m){const o=new Map;for(const c of m){const d=u(c);await p(f,c,d,o),await v(f,d,o)}const r=[];for(const c of[...o.keys()].sort(Oe)){const d=o.get(c);d&&r.push(await T(f,c,d))}return r}async function _t(f,m){return(await(0,oe.readdir)((0,S.join)(f,m),{withFileTypes:!0}).catch(async c=>{throw new H.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(m)}, which is no folder${await q(f,m)}`,cause:c})})).filter(c=>c.isFile()&&!c.name.startsWith(".")).map(({name:c})=>c).sort(Oe)}function $(f,m){return new H.w({code:"release-refused",message:`${JSON.stringify(f)} ${m}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function u(f){const m=S.posix.normalize(f).replace(/\/$/,"").replace(/^\.$/,""),o=f.startsWith("/")||m.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,r=m.split("/").includes(".git")?"is of git, and is never packed":void 0;if(o===void 0&&r===void 0)return m;throw new H.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(f)}, which ${o??r}`})}async function p(f,m,o,r){const c=o===""?[]:o.split("/");for(let d=1;d<=c.length;d+=1){const w=c.slice(0,d).join("/"),b=await(0,oe.lstat)((0,S.join)(f,w)).catch(()=>{});if(!b||d<c.length&&!b.isDirectory())throw new H.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(m)}, which ${b?`lies behind ${JSON.stringify(w)}, no real folder`:"does not exist"}${b?"":await q(f,o)}`,hint:"Is it made by the build? Then run the build first."});r.set(w,b)}}async function v(f,m,o){if(m!==""&&!o.get(m)?.isDirectory())return;const r=await(0,oe.readdir)((0,S.join)(f,m),{encoding:"buffer"});for(const c of r){const d=c.toString(),w=m===""?d:`${m}/${d}`;if(!Buffer.from(d).equals(c))throw $(w,"has a name that is not UTF-8");d!==".git"&&(o.set(w,await(0,oe.lstat)((0,S.join)(f,w))),await v(f,w,o))}}async function T(f,m,o){const r=o.mode&4095;if(o.isDirectory())return{type:"directory",path:m,mode:r};if(o.isSymbolicLink())return{type:"symlink",path:m,target:await L(f,m)};if(!o.isFile())throw $(m,`is a ${Y(o)}`);const{size:c,sha256:d}=await Ye((0,he.createReadStream)((0,S.join)(f,m))).catch(w=>{throw $(m,`can't be read (${w.code})`)});return{type:"file",path:m,mode:r,size:(0,Z.ee)(c),sha256:d}}async function L(f,m){const o=await(0,oe.readlink)((0,S.join)(f,m),{encoding:"buffer"}),r=o.toString();if(!Buffer.from(r).equals(o))throw $(m,"is a link to a name that is not UTF-8");return r}function Y(f){return f.isFIFO()?"fifo":f.isSocket()?"socket":"device"}async function q(f,m){const o=m.split("/");for(let r=o.length-1;r>=0;r-=1){const c=o.slice(0,r).join("/"),d=await(0,oe.readdir)((0,S.join)(f,c)).catch(()=>{});if(d)return d.length===0?"":`; did you mean ${JSON.stringify(S.posix.join(c,(0,P.kp)(o[r]??"",d)))}?`}return""}async function ee(f,m){const o=(0,S.resolve)(m);if(Me(f,o),f.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(f.commit))throw new H.j({code:"commit-id",message:`${f.commit} is not a full commit id`});const r=await kt(f.folder,f.include),c=We(r);if(c)throw $(c.path,c.why);const d=f.migrations===void 0?[]:await _t(f.folder,f.migrations),w=f.migrations===void 0?[]:await ne((0,S.join)(f.folder,f.migrations),d),b={service:f.service,...f.commit!==void 0&&{commit:f.commit},entries:r,migrations:d,...w.length>0&&{contractMigrations:w}},_=`${o}.partial`;try{await Ce(f.folder,b,_),await(0,oe.rename)(_,o)}finally{await(0,oe.rm)(_,{force:!0})}return{id:R(b),manifest:b,bytes:(0,Z.ee)((await(0,oe.stat)(o)).size),archive:o}}const ye=new Date(0);function Me({folder:f,include:m},o){const r=m.find(c=>`${o}${S.sep}`.startsWith(`${(0,S.resolve)(f,c)}${S.sep}`));if(r!==void 0)throw new H.j({code:"release-output",message:`the archive ${o} would lie in ${r}, which is packed`,hint:"Write it somewhere else."})}async function Ce(f,m,o){const r=(0,ke.pack)(),c=(0,be.createZstdCompress)({params:{[be.constants.ZSTD_c_compressionLevel]:3}}),d=(0,J.pipeline)(r,c,(0,he.createWriteStream)(o));await Promise.all([d,ht(f,m,r).catch(b=>{throw r.destroy(b),b})]).catch(async b=>{throw await d.catch(()=>{}),b});const w=await(0,oe.open)(o,"r+");await w.sync().finally(()=>w.close())}async function ht(f,m,o){await Ve(o,{name:"manifest.json",mode:420,mtime:ye},Se(m));for(const r of m.entries){const c=ut(`tree/${r.path}`,r,ye);if(r.type!=="file"){await Ve(o,c);continue}const d=Ae(),w=(0,he.createReadStream)((0,S.resolve)(f,r.path));if(await Ve(o,c,d.passing(w)).catch(b=>{throw b.message==="Size mismatch"?ot(r.path):b}),d.digest()!==r.sha256)throw ot(r.path)}o.finalize()}function ot(f){return new H.w({code:"release-changed",message:`${JSON.stringify(f)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function je(f,m){const o=Ot(f),r=m===void 0?-1:o.lastIndexOf(m);return(r===-1?o:o.slice(0,r)).findLast(d=>f.every(({staged:w})=>w.some(b=>b.id===d)))}function Ot(f){const m=f.flatMap(({history:c})=>c).filter(({event:c})=>c==="good"||c==="reverted").sort((c,d)=>c.at.getTime()-d.at.getTime()),o=new Set(m.filter(({event:c})=>c==="good").map(({release:c})=>c)),r=f.flatMap(({staged:c})=>c).filter(({id:c,good:d})=>d&&!o.has(c)).sort((c,d)=>c.stagedAt.getTime()-d.stagedAt.getTime()).map(({id:c})=>c).filter((c,d,w)=>w.indexOf(c)===d);for(const{event:c,release:d}of m){const w=r.indexOf(d);w!==-1?r.length=w+1:c==="good"&&r.push(d)}return r}const Qe=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,Xe=String.raw`list_entries() {
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
`,rt=String.raw`compare() {
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
`,mt=`${Qe}${Xe}${rt}`;function bt(f,{keep:m,protect:o}){return{name:"prune releases",text:`${Qe}${te}remove_leftovers
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
`,values:{root:f,keep:String(m),protect:o.join(" ")},deadline:(0,Z.Gx)(10),parse(r){if(r.status!==0)throw me(r,"pruning",{root:f});return[...r.stdout.matchAll(/^removed (\S+)$/gm)].map(([,c=""])=>c).filter(ue)}}}function De(f,m,o){const r=Bt(f,o),c=r.paths("damaged");if(r.has("active"))throw jt(m,Rt(c,r.surplus));const d=[...r.has("replaced")?[`release ${m} was damaged, and is replaced: ${Rt(c,r.surplus)}`]:[],...r.has("staged")&&r.surplus>0?[`release ${m} is active, and ${r.surplus} paths in it are not of the release`]:[],...r.paths("altered").map(b=>`${JSON.stringify(b)} of an earlier release is not what it was; a fresh one is sent`)],w=r.value("folder");if(!r.has("staged")&&(w===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(w)))throw new H.w({code:"release-script-failed",message:`preparing ${m} failed`,seen:f.slice(-500)});return{free:(0,Z.ee)(Number(r.value("free"))),folder:r.has("staged")?void 0:w,needed:new Set(r.paths("needed")),warnings:d}}function Re(f,m,o){const r=Bt(f,o),c=r.paths("wrong");if(!(c.length===0&&r.surplus===0))throw new H.w({code:"stage-mismatch",message:`what arrived is not release ${m}`,seen:Rt(c,r.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function jt(f,m){return new H.w({code:"release-damaged",message:`release ${f} is active here, and its files are not what was deployed`,seen:m,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Rt(f,m){const o=f.slice(0,5).map(c=>JSON.stringify(c)),r=f.length>o.length?` and ${f.length-o.length} more`:"";return[...f.length>0?[`differs in ${o.join(", ")}${r}`]:[],...m>0?[`${m} paths too many`]:[]].join("; ")||"its manifest differs"}function Bt(f,m){const o=f.split(`
`).map(c=>c.split(" ")),r=c=>o.filter(([d])=>d===c).map(([,d=""])=>d);return{has:c=>r(c).length>0,value:c=>r(c)[0],surplus:Number(r("surplus")[0]??0),paths:c=>r(c).flatMap(d=>m.entries[Number(d)]?.path??[])}}const Ut=`(
${te}${mt}${String.raw`
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
`})`,Ht=`(
${te}${mt}${String.raw`
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
`})`,qt=`${te}${mt}remove_tree "releases/$folder"
`,Wt=64*1024*1024,Yt=5e4;async function at(f,m,o,r){const c=f.host.name;r.step({host:c,name:"stage",state:"started",detail:o.id});try{const d=await Vt(f,m,o,b=>r.warning(`${c}: ${b}`)),w=`${(0,Z.z3)(d.sent)} sent, ${d.files} files new, ${d.reused} reused`;return r.step({host:c,name:"stage",state:"done",detail:w}),d}catch(d){throw r.step({host:c,name:"stage",state:"failed"}),d instanceof H.w?d.with({host:c,step:"stage"}):d}}async function Vt(f,m,o,r){const{id:c,manifest:d}=o,w=Se(d),b=(0,be.gzipSync)(w,{level:9}),_={root:m,id:c,sha256:tt(w)},x=await f.run(Pt(_,d),{payload:Ke.Readable.from([b])}),O=d.entries.filter(({type:ve})=>ve==="file").length;for(const ve of x.warnings)r(ve);if(x.folder===void 0)return{sent:(0,Z.ee)(b.length),files:0,reused:O};const K=d.entries.filter(({path:ve})=>x.needed.has(ve)).filter(({type:ve})=>ve==="file"),G=Kt(K,d.entries.length-O);if(G>x.free)throw await f.run(Jt(m,x.folder)),Gt(G,x.free);const le=zt(),Mt=(0,Ke.pipeline)(o.payload(new Set(K.map(({path:ve})=>ve))),(0,be.createGzip)({level:3}),le.stream,()=>{});return await f.run(Lt({..._,folder:x.folder},d,G),{payload:Mt}),{sent:(0,Z.ee)(b.length+le.count()),files:K.length,reused:O-K.length}}function Pt(f,m){return{name:`compare with ${f.id}`,text:Ut,values:f,deadline:(0,Z.Gx)(10),parse(o){if(o.status===0)return De(o.stdout,f.id,m);const r=me(o,`preparing ${f.id}`,f);if(r.code!=="not-enough-disk")throw r;const[,c="0"]=/^free (\d+)$/m.exec(o.stdout)??[];throw Gt(Kt(m.entries,0),(0,Z.ee)(Number(c)))}}}function Lt(f,m,o){return{name:`stage ${f.id}`,text:Ht,values:f,deadline:(0,Z.Rz)((0,Z.Gx)(10)+(0,Z.YA)(o/Yt)),parse(r){if(r.status!==0)throw me(r,`unpacking ${f.id}`,f).with({left:"What had arrived was removed."});Re(r.stdout,f.id,m)}}}function Jt(f,m){return{name:`discard ${m}`,text:qt,values:{root:f,folder:m},deadline:(0,Z.Gx)(2),parse(){}}}function Kt(f,m){const r=f.map(c=>c.type==="file"?Math.ceil(c.size/4096)*4096:4096);return(0,Z.ee)(r.reduce((c,d)=>c+d,Wt)+m*4096)}function Gt(f,m){return new H.w({code:"not-enough-disk",message:`the release needs ${(0,Z.z3)(f)} of disk, a margin of ${(0,Z.z3)((0,Z.ee)(Wt))} included, and ${(0,Z.z3)(m)} are free`,seen:`needed ${f} bytes, free ${m} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function zt(){let f=0;return{stream:new Ke.Transform({transform(o,r,c){f+=o.length,c(null,o)}}),count:()=>f}}}),8146:((en,vt,W)=>{W.d(vt,{Connections:()=>D,Uh:()=>M,OA:()=>st,eE:()=>Ie,aN:()=>Ae,Mn:()=>Ye,wo:()=>Q,Ge:()=>pt,K$:()=>kt,gq:()=>U});const H=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,se=new WeakMap;function M($,u){const p=se.get($)??new Map;se.set($,p);const v=p.get(u)??{host:{...$.host,user:u},run:(T,L)=>$.run(te(T,u),L)};return p.set(u,v),v}const te=($,u)=>({...$,text:H,values:{...$.values,become_user:u,become_names:Object.keys($.values).join(" "),become_text:$.text}});var fe=W(1996),me=W(5472),Ee=W.n(me),V=W(3916),oe=W(7598);class Ke{#e=[];#t=[];constructor(u){for(const[p,v]of u.split(/\r?\n/).entries()){const T=v.trim();if(T===""||T.startsWith("#"))continue;const L=J(T,p+1);L===void 0?this.#t.push(p+1):this.#e.push(L)}}typesFor(u,p){const v=this.#n(u,p).filter(({marker:T})=>T==="");return[...new Set(v.map(({type:T})=>T))]}judge(u,p,v){const T=this.#n(u,p),L=T.find(ee=>ee.marker==="@revoked"&&ee.key.equals(v));if(L!==void 0)return{kind:"revoked",line:L.line};const Y=T.filter(({marker:ee})=>ee==="");if(Y.some(ee=>ee.key.equals(v)))return{kind:"known"};const q=Y.filter(({patterns:ee})=>be(ee,ke(u,p)));return q.length>0?{kind:"mismatch",known:q.map(({line:ee,type:ye,key:Me})=>({line:ee,type:ye,fingerprint:Z(Me)}))}:{kind:"unknown",authorities:T.filter(({marker:ee})=>ee==="@cert-authority").map(({line:ee})=>ee),unreadable:this.#t}}#n(u,p){const v=this.#e.filter(({patterns:T})=>be(T,ke(u,p)));return p===22||v.some(({marker:T})=>T==="")?v:this.#e.filter(T=>v.includes(T)||be(T.patterns,u.toLowerCase()))}}function ke($,u){return u===22?$.toLowerCase():`[${$.toLowerCase()}]:${u}`}function Z($){return`SHA256:${(0,oe.createHash)("sha256").update($).digest("base64").replace(/=+$/,"")}`}function he($){const u=$.length<4?Number.NaN:$.readUInt32BE(0);return u<=$.length-4?$.toString("latin1",4,4+u):""}function J($,u){const p=$.split(/[ \t]+/),v=p[0]?.startsWith("@")?p.shift():"",[T,L,Y]=p;if(v!==""&&v!=="@cert-authority"&&v!=="@revoked"||T===void 0||L===void 0||Y===void 0)return;const q=Buffer.from(Y,"base64");return he(q)===L?{line:u,marker:v,patterns:T,type:L,key:q}:void 0}function be($,u){if($.startsWith("|"))return we($,u);let p=!1;for(const v of $.toLowerCase().split(",")){const T=v.startsWith("!");if(Ge(T?v.slice(1):v,u)){if(T)return!1;p=!0}}return p}function we($,u){const[,p,v,T]=$.split("|");if(p!=="1"||v===void 0||T===void 0)return!1;const L=Buffer.from(T,"base64"),Y=(0,oe.createHmac)("sha1",Buffer.from(v,"base64")).update(u).digest();return L.length===Y.length&&(0,oe.timingSafeEqual)(L,Y)}function Ge($,u){let p=new Set([0]);for(const v of $){const T=new Set;for(const L of p)if(v==="*")for(let Y=L;Y<=u.length;Y+=1)T.add(Y);else L<u.length&&(v==="?"||v===u[L])&&T.add(L+1);p=T}return p.has(u.length)}class lt{#e;#t;constructor({agent:u,privateKey:p,passphrase:v}){if(this.#t=u===""?void 0:u,this.#e=p?.trim()?ie(p,v):void 0,this.#e===void 0&&this.#t===void 0)throw new V.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${Z(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(u){const p=[];return this.#e!==void 0&&p.push({type:"publickey",username:u,key:this.#e}),this.#t!==void 0&&p.push({type:"agent",username:u,agent:this.#t}),p}}function ie($,u){const p=Ee().utils.parseKey($,u===""?void 0:u);if(p instanceof Error)throw Ze(p.message);const v=Array.isArray(p)?p[0]:p;if(v===void 0||!v.isPrivateKey())throw Ze("It is a public key.");return v}function Ze($){return/no passphrase given/i.test($)?new V.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test($)?new V.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new V.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:$,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const et="Nothing was changed on it.";function Ue({host:$,cause:u,tried:p,accepted:v,timeout:T}){const{level:L,code:Y}=u,q=Te(u),ee={host:$.name,seen:q,left:et,cause:u};return L==="client-authentication"||L==="agent"||/authentication failures/i.test(q)?new V.w({...ee,code:"authentication-failed",message:`${$.user} can\u2019t log in; tried ${p}.`,seen:v.length>0?`${q}; the host takes ${v.join(", ")}`:q,hint:`\`ssh-keygen -lf ~${$.user}/.ssh/authorized_keys\` on ${$.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):L==="handshake"?new V.w({...ee,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${$.port} ${$.user}@${$.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new V.w({...ee,code:"unreachable",message:L==="client-timeout"?`${ke($.address,$.port)} did not let us in within ${(0,fe.a3)(T)}.`:`${ke($.address,$.port)} can\u2019t be reached by SSH${$.jump?` through ${$.jump.name}`:""}.`,hint:Oe($,Y)})}function Oe($,u){return u==="ENOTFOUND"?`Check the address of ${$.name} in buka.yml.`:u==="ECONNREFUSED"?`Is sshd running, and on port ${$.port}? \`systemctl status ssh\` on ${$.name}.`:`Try \`ssh ${$.jump===void 0?"":`-J ${$.jump.user}@${$.jump.address}:${$.jump.port} `}-p ${$.port} ${$.user}@${$.address}\`; is the machine up, and does a firewall let you in?`}const Le=1;function He($,u,p){return new V.w({code:"jump-failed",host:u.name,message:`${$.name} opened no connection to ${ke(u.address,u.port)}.`,seen:p.reason===Le?"administratively prohibited":Te(p),left:et,hint:`On ${$.name}: does \`nc -z ${u.address} ${u.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:p})}function ge($,u,p){const v=p.reason===Le;return new V.w({code:"port-closed",host:$.name,message:`It opened no connection to its own port ${u}.`,seen:v?"administratively prohibited":Te(p),left:et,hint:v?`On ${$.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${$.user}; PermitOpen 127.0.0.1:${u} is enough.`:`On ${$.name}: does \`ss -ltn\` list 127.0.0.1:${u}? If not, what should listen there is down.`,cause:p})}function ct($,u){return new V.w({code:"session-refused",host:$.name,message:"The host opens no session on the connection.",seen:Te(u),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:u})}function de($,u,p,v){return new V.w({code:"connection-lost",host:$.name,step:p,message:`The connection to ${$.name} was lost.`,seen:Te(u),left:`"${p}" may still run on ${$.name}; it ends by itself within ${(0,fe.a3)(v)} of its start.`,hint:`When ${$.name} answers again, run the same command again.`,cause:u})}function Ne($){return new V.w({code:"connections-closed",host:$.name,message:"The run is over, and has closed its connections."})}function Te($){return $ instanceof Error?$.message||String($.code??$.name):String($)}var Se=W(7030),qe=W(9487);const tt={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function R($,u){const p=$.typesFor(u.address,u.port);return Object.entries(tt).sort(([T],[L])=>Number(p.includes(L))-Number(p.includes(T))).flatMap(([,T])=>[...T])}function xt($,u,p){const v=$.judge(u.address,u.port,p),T=ke(u.address,u.port),L=`${T} ${he(p)} ${p.toString("base64")}`,Y=`${he(p)} ${Z(p)}`,q="The connection was refused before anything was sent; nothing was changed.",ee=`\`ssh-keygen -lf /etc/ssh/ssh_host_${nt(p)}_key.pub\` on ${u.name} itself`;switch(v.kind){case"known":return;case"revoked":return new V.w({code:"host-key-revoked",host:u.name,message:`${T} presented a key that known_hosts line ${v.line} revokes.`,seen:Y,left:q,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new V.w({code:"host-key-mismatch",host:u.name,message:`${T} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${Y}; known: ${v.known.map(({line:ye,type:Me,fingerprint:Ce})=>`${Me} ${Ce} (line ${ye})`).join(", ")}`,left:q,hint:`Compare with ${ee}. Only if it is the same: \`ssh-keygen -R '${T}' -f known_hosts\`, then add the line: ${L}`});case"unknown":return new V.w({code:"host-key-unknown",host:u.name,message:`known_hosts has no key for ${T}.${Tt(v)}`,seen:Y,left:q,hint:`Compare the fingerprint with ${ee}. Only if it is the same, add the line: ${L}`})}}function Tt({authorities:$,unreadable:u}){const p=$.length>0?` Line ${$.join(", ")} names an authority; Buka takes plain keys only.`:"";return u.length>0?`${p} Not readable: line ${u.join(", ")}.`:p}function nt($){const u=he($);return u==="ssh-rsa"?"rsa":u==="ssh-ed25519"?"ed25519":"ecdsa"}class We{host;#e;#t=new Set;#n;constructor(u,p){this.host=u,this.#e=p,p.on("error",v=>this.#s(v)),p.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(u,p){const{login:v,knownHosts:T,through:L,signal:Y}=p,q=L===void 0?re(u):await L.forward(u),ee=()=>{q.destroy()};Y.addEventListener("abort",ee),Y.aborted&&ee();let ye;const Me={left:v.methods(u.user),accepted:[]},Ce={sock:q,username:u.user,algorithms:{serverHostKey:R(T,u)},hostVerifier:Qe=>(ye=xt(T,u,Qe),ye===void 0),authHandler:(Qe,Xe,rt)=>{Qe!==null&&(Me.accepted=Qe),rt(Me.left.shift()??!1)},readyTimeout:p.connectTimeout,keepaliveInterval:p.keepalive,keepaliveCountMax:3},ht=new qe.H,ot=ht.connect(Ce),je=ht.connection;if(je===null)throw await ot.then(()=>new Error("node-ssh made no client"));const Ot=new We(u,je);try{return await ot,Ot}catch(Qe){if(je.destroy(),Y.aborted)throw Ne(u);const{accepted:Xe}=Me;throw ye??Ue({host:u,cause:Qe,tried:v.tried,accepted:Xe,timeout:p.connectTimeout})}finally{Y.removeEventListener("abort",ee)}}get lost(){return this.#n}whenLost(u){return this.#n!==void 0?queueMicrotask(u):this.#t.add(u),()=>this.#t.delete(u)}exec(u){return this.#i(p=>this.#e.exec(u,p),p=>ct(this.host,p))}forward(u){return this.#i(p=>this.#e.forwardOut("127.0.0.1",0,u.address,u.port,p),p=>He(this.host,u,p))}dial(u){return this.#i(p=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",u,p),p=>ge(this.host,u,p))}async close(){this.#n===void 0&&(await new Promise(u=>{const p=setTimeout(u,1e3);this.whenLost(()=>{clearTimeout(p),u()}),this.#e.end()}),this.#e.destroy())}#i(u,p){return new Promise((v,T)=>{const L=this.whenLost(()=>T(p(this.lost)));try{u((Y,q)=>{L(),Y==null?v(q):T(p(this.lost??Y))})}catch(Y){L(),this.#s(Y),T(p(Y))}})}#s(u){if(this.#n===void 0){this.#n=u,this.#e.destroy();for(const p of this.#t)p();this.#t.clear()}}}function re($){return(0,Se.connect)({host:$.address,port:$.port,noDelay:!0})}class ze{#e;#t;#n=[];#i=[];#s=[];#a=!1;#r;#o=0;constructor(u,p){this.#e=u,this.#t=p}get size(){return this.#o}get stdout(){const u=Buffer.concat(this.#n);return u.toString("utf8",0,Math.max(0,u.length-1))}get output(){if(this.#r!==0)return;const u=Buffer.concat(this.#i),p=u.lastIndexOf(`
`);return{status:Number(u.toString("latin1",p+1)),stdout:this.stdout,stderr:u.toString("utf8",0,Math.max(0,p))}}feed(u){this.#o+=u.length,this.#r===void 0?this.#c(u):this.#l(u)}#c(u){const p=u.lastIndexOf(`
`)+1,v=u.subarray(p);if(p===0){this.#s.push(v);return}const T=Buffer.concat([...this.#s,u.subarray(0,p)]);this.#s=[v];const L=T.indexOf(this.#e),Y=L<0?T:T.subarray(0,L);if(this.#n.push(Y),this.#d(Y),L<0)return;const q=T.indexOf(`
`,L)+1;this.#r=Number(T.toString("latin1",L+this.#e.length,q)),this.#l(T.subarray(q)),this.#l(v)}#l(u){const p=u.subarray(0,this.#r);this.#i.push(p),this.#r=(this.#r??0)-p.length}#d(u){if(!(this.#t===void 0||u.length===0))for(const p of u.toString("utf8",0,u.length-1).split(`
`))this.#a&&this.#t(""),this.#a=p==="",p!==""&&this.#t(p)}}function U($){if($.status===0)return $;throw new V.w({code:"script-failed",message:`The script ended with status ${$.status}.`,seen:Ae($)})}function Ae({stdout:$,stderr:u}){const p=u.trim()||$.trim();return p===""?void 0:p.split(`
`).slice(-10).join(`
`).slice(-2e3)}function Ye($){return $.split(`
`).filter(u=>u!=="")}function st($,u){const p=new Map(Ye($).map(T=>{const L=T.indexOf("=");if(L<1)throw dt(`Expected key=value, not ${JSON.stringify(T)}.`,$);return[T.slice(0,L),T.slice(L+1)]})),v=u.filter(T=>!p.has(T));if(v.length>0)throw dt(`The answer lacks ${v.join(", ")}.`,$);return Object.fromEntries(u.map(T=>[T,p.get(T)]))}function pt($,u){return Ye($).map(p=>{const v=p.split("	");if(v.length!==u.length)throw dt(`Expected ${u.length} columns, not ${JSON.stringify(p)}.`,$);return Object.fromEntries(u.map((T,L)=>[T,v[L]]))})}function dt($,u){return new V.w({code:"answer-unreadable",message:$,seen:u.slice(0,500)})}const wt=5,Ve=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${wt} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,gt=/^buka-lane (ready|unusable)$/;function St($,{payload:u,streamed:p}){const v=Buffer.from(["set -eu",u?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries($.values).map(([ee,ye])=>$t($.name,ee,ye)),$.text,""].join(`
`));if(v.includes(0))throw ue($.name,"the text");const T=(0,oe.randomBytes)(16).toString("hex"),L=($.deadline/1e3).toFixed(3),Y=p?"bs=65536":"obs=65536",q=[T,L,v.length,Y,...u?["last"]:[]].join(" ");return{token:T,bytes:Buffer.concat([Buffer.from(`${q}
`),v])}}function $t($,u,p){if(p.includes("\0"))throw ue($,`"${u}"`);if(!p.isWellFormed())throw new V.w({code:"value-not-unicode",step:$,message:`"${u}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const v=Buffer.from(p).toString("base64");return`${u}=$(printf %s ${v} | base64 -d; echo .); ${u}=\${${u}%.}`}function ue($,u){return new V.w({code:"value-has-nul",step:$,message:`A NUL byte is in ${u}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const it=(0,fe.YA)(wt+15),pe=32e6,ft=[124,137];class Fe{#e;#t;#n=Buffer.alloc(0);#i="";#s;#a=!1;#r;#o;#c=!1;constructor(u,p){this.#e=u,this.#t=setTimeout(()=>this.#u("The login shell did not start Buka\u2019s loop in time."),p),u.stdin.on("error",()=>{}),u.stdout.on("data",v=>this.#a?this.#f(v):this.#d(v)),u.stderr.on("data",v=>{this.#i=(this.#i+v).slice(-4e3)}),u.onClose(()=>{this.#a?this.close():this.#u(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#o===void 0&&!this.#c}run(u,{onLine:p,payload:v}={}){const T=St(u,{payload:v!==void 0,streamed:p!==void 0}),L=performance.now();return v!==void 0&&(this.#c=!0),new Promise((Y,q)=>{const ee=new ze(T.token,p),ye=setTimeout(()=>Ce(Je(u,ee)),(0,fe.Rz)(u.deadline+it)),Me=()=>{clearTimeout(ye),this.#r=void 0,v?.unpipe(this.#e.stdin).destroy()},Ce=je=>{Me(),this.close(),q(je)},ht=je=>{Me(),performance.now()-L>=u.deadline&&ft.includes(je.status)?q(At(u,je)):Y(je)},ot=this.#o??v?.errored;if(ot){Ce(ot);return}this.#r={script:u,answer:ee,finish:ht,fail:Ce},this.#e.stdin.write(T.bytes),v?.on("error",Ce).pipe(this.#e.stdin)})}close(){this.#l(A())}#l(u){this.#o===void 0&&(this.#o=u,clearTimeout(this.#t),this.#e.destroy(),this.#r?.fail(u))}#d(u){this.#n=Buffer.concat([this.#n,u]);let p=0;for(let v=this.#n.indexOf(`
`);v>=0;v=this.#n.indexOf(`
`,p)){const T=this.#n.toString("latin1",p,v).match(gt);if(p=v+1,T!==null){if(T[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#a=!0,this.#f(this.#n.subarray(p));return}}this.#n.length>pe&&this.#u("The login shell talks without end.")}#f(u){if(this.#r===void 0)return;const{script:p,answer:v,finish:T,fail:L}=this.#r;try{v.feed(u)}catch(q){L(q);return}const{output:Y}=v;Y!==void 0?T(Y):v.size>pe&&L(I(p))}#u(u){this.#l(new V.w({code:"shell-unusable",message:u,seen:Ae({status:0,stdout:this.#n.toString("utf8"),stderr:this.#i}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function At($,u){return new V.w({code:"script-timeout",message:`It took longer than the ${(0,fe.a3)($.deadline)} that it may take.`,seen:Ae(u),left:"The host has ended it."})}function Je($,{stdout:u}){return new V.w({code:"script-timeout",message:`The host told no end of it within ${(0,fe.a3)((0,fe.Rz)($.deadline+it))}.`,seen:Ae({status:0,stdout:u,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function I({deadline:$}){return new V.w({code:"output-too-long",message:`It said more than ${pe/1e6} MB.`,left:`The host ends it within ${(0,fe.a3)($)} of its start.`})}function A(){return new V.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const S=8;class P{#e;#t=[];#n=[];#i=0;#s=0;#a=S;constructor(u){this.#e=u}warm(){this.#l()}async run(u,p){const{payload:v}=p;v?.on("error",()=>{});const T=await this.#r();try{const L=T.run(u,p);return v!==void 0&&this.warm(),await L}finally{this.#o(T)}}#r(){for(let u=this.#t.pop();u!==void 0;u=this.#t.pop()){if(u.usable)return Promise.resolve(u);this.#i-=1}return new Promise((u,p)=>{this.#n.push({take:u,fail:p}),this.#c()})}#o(u){const p=u.usable?this.#n.shift():void 0;p!==void 0?p.take(u):u.usable?this.#t.push(u):this.#i-=1,this.#c()}#c(){this.#s<this.#n.length&&this.#l()}#l(){this.#i>=this.#a||(this.#i+=1,this.#s+=1,this.#e().then(u=>{this.#s-=1,this.#o(u)},u=>{this.#s-=1,this.#d(u)}))}#d(u){if(this.#i-=1,u instanceof V.w&&u.code==="session-refused"&&this.#i>0)this.#a=this.#i;else if(this.#i===0)for(const{fail:v}of this.#n.splice(0))v(u);else this.#n.shift()?.fail(u)}}class N{#e;#t;constructor(u,p){this.#e=u,this.#t=new P(async()=>new Fe(C(u,await u.exec(Ve)),p)),this.#t.warm()}get host(){return this.#e.host}async run(u,p={}){const v={host:this.host.name,step:u.name};try{return u.parse(await this.#t.run(u,p))}catch(T){const{lost:L}=this.#e;throw L!==void 0&&T instanceof V.w&&z.has(T.code)?de(this.host,L,u.name,u.deadline):T instanceof V.w?T.with(v):T}}}const z=new Set(["lane-ended","shell-unusable","session-refused"]);function C($,u){return{stdin:u.stdin,stdout:u.stdout,stderr:u.stderr,onClose(p){const v=$.whenLost(p);u.once("close",()=>{v(),p()})},destroy:()=>u.destroy()}}class D{#e;#t;#n;#i;#s=new Map;#a=new WeakMap;#r=new AbortController;constructor(u,{connectTimeout:p=(0,fe.YA)(15),keepalive:v=(0,fe.YA)(5)}={}){this.#e=new lt(u),this.#t=new Ke(u.knownHosts),this.#n=p,this.#i=v}async to(u){const p=await this.#o(u),v=this.#a.get(p);if(v!==void 0)return v;const T=new N(p,this.#n);return this.#a.set(p,T),T}async dial(u,p){return(await this.#o(u)).dial(p)}async close(){this.#r.abort();const p=(await Promise.allSettled(this.#s.values())).flatMap(T=>T.status==="fulfilled"?[T.value]:[]),v=p.filter(({host:T})=>T.jump!==void 0);await Promise.all(v.map(T=>T.close())),await Promise.all(p.map(T=>T.close()))}async#o(u){if(this.#r.signal.aborted)throw Ne(u);const p=ne(u),v=this.#s.get(p);if(v!==void 0){const L=await v;return L.lost===void 0?L:(this.#s.get(p)===v&&this.#s.delete(p),this.#o(u))}const T=this.#c(u);return this.#s.set(p,T),T.catch(()=>{this.#s.get(p)===T&&this.#s.delete(p)}),T}async#c(u){const p=u.jump===void 0?void 0:await this.#o(u.jump);return We.open(u,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#i,through:p,signal:this.#r.signal})}}function ne({name:$,user:u,address:p,port:v,jump:T}){return JSON.stringify([$,u,p,v,T===void 0?null:ne(T)])}async function Q($){const u=new lt($),{agent:p}=$;if(p===void 0||p==="")return u.tried;const v=await ae(p);if(v.length===0)throw $e(`The agent at ${p} has no key.`,void 0);return`${u.tried}: ${v.join(", ")}`}function ae($){return new Promise((u,p)=>{Ee().createAgent($).getIdentities((v,T)=>{v?p($e(`The agent at ${$} can't be asked.`,v)):u((T??[]).map(_e))})})}function _e($){const u=Ee().utils.parseKey($),p=Array.isArray(u)?u[0]:u;return p===void 0||p instanceof Error?"a key of an unknown type":`${p.type} ${Z(p.getPublicSSH())}`}function $e($,u){return new V.j({code:"agent-unusable",message:$,...u&&{seen:u.message,cause:u},hint:'Load the key: `eval "$(ssh-agent)" && ssh-add ~/.ssh/buka`, or name it: --key ~/.ssh/buka.'})}const Ie=($,{address:u,port:p})=>new Ke($).typesFor(u,p);function kt({name:$,text:u,values:p={},deadline:v,parse:T}){const L=Object.keys(p).find(q=>!/^[a-z][a-z0-9_]*$/.test(q));if(L!==void 0)throw _t($,`${JSON.stringify(L)} can't be the name of a shell variable.`);if(!(v>0))throw _t($,`A deadline of ${v} ms is none.`);return{name:$,text:u,values:p,deadline:v,parse:T??(q=>{U(q)})}}const _t=($,u)=>new V.w({code:"script-unsound",step:$,message:u})}),7116:((en,vt,W)=>{W.d(vt,{Mp:()=>Me,XC:()=>Q,HA:()=>Ne,gg:()=>vi,R0:()=>qe,oj:()=>Ie,bz:()=>De,SU:()=>mt,lB:()=>at,Qc:()=>u,wU:()=>kt,D8:()=>Lt,repair:()=>Ti,dU:()=>xi,vl:()=>H,IP:()=>Te,h5:()=>zi,Fe:()=>ye,ml:()=>se,cr:()=>et,yS:()=>Di,yy:()=>Fn});const H=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,se={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var M=W(3916),te=W(1021);function fe(t,e,n){const s=Ee(t,e),i=n.entries.filter(({event:a,release:h,contract:g=[]})=>a==="migrated"&&(g.includes(e)||s.has(h)));return!i.some(({contract:a=[]})=>a.includes(e))||i.some(({at:a})=>oe(a,n.restores))}function me(t,{migrations:e}){const n=V(t),s=n.restores.at(-1);return s===void 0?[]:e.filter(i=>{const l=Ee(t,i),a=n.entries.filter(({event:g,release:k,contract:y=[]})=>g!=="restored"&&(l.has(k)||y.includes(i))),h=a.filter(({event:g,at:k})=>g==="migrated"||k<=s.recoveryPoint);return a.length>0&&!h.some(({at:g})=>oe(g,n.restores))})}const Ee=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function V(t){const e=t.flatMap(({history:s})=>s),n=e.flatMap(({event:s,at:i,recoveryPoint:l})=>s==="restored"&&l!==void 0?[{at:i,recoveryPoint:l}]:[]);return{entries:e,restores:n.sort((s,i)=>s.at.getTime()-i.at.getTime())}}function oe(t,e,n){if(n!==void 0&&t>n)return!1;const s=e.findLastIndex(({at:l})=>n===void 0||l<=n),i=e[s];return i===void 0||t>i.at?!0:oe(t,e.slice(0,s),i.recoveryPoint)}function Ke({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),s=ke(n),i=e??(0,te.Dp)(n,s);if(i===void 0)throw Z([...t],s);const l=n.flatMap(a=>a.staged).find(a=>a.id===i);return{kind:"rollback",id:i,migrations:l?.migrations??[]}}function ke(t){const e=s=>Math.max(0,...t.flatMap(({history:i})=>i).filter(({event:i,release:l})=>i==="activated"&&l===s).map(({at:i})=>i.getTime()));return[...new Set(t.flatMap(s=>s.active??[]))].sort((s,i)=>e(i)-e(s))[0]}function Z(t,e){const n=t.map(([s,{releases:i}])=>{const l=i.staged.map(({id:a,good:h})=>`${a}${h?" (good)":""}`).join(", ");return`
  - ${s}: ${l||"none"}`});return new M.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function he(t,e){const n=new Set(e.migrations),s=V(t),i=new Map;for(const{migration:l,release:a}of t.flatMap(J))n.has(l)||i.has(l)||fe(t,l,s)&&i.set(l,a);return[...i].map(([l,a])=>({migration:l,release:a}))}function J({staged:t,active:e,history:n}){const s=n.flatMap(({release:a,contract:h=[]})=>h.map(g=>({migration:g,release:a}))),i=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),l=t.filter(({id:a,good:h})=>h||a===e||i.has(a)).flatMap(({id:a,contractMigrations:h=[]})=>h.map(g=>({migration:g,release:a})));return[...s,...l]}function be({workers:t},e){const n=Ze(t),s=he(n,e);if(s.length===0)return;const[i,l]=s.length===1?["it","a migration"]:["them","migrations"],a=s.map(({migration:k})=>k).join(", "),h=s.map(({migration:k,release:y})=>`release ${y} ran ${k}`).join(", "),g=`The only other way is to restore the database from a backup made before ${i}, as docs/restore.md tells: all that customers did since then would be lost.`;return new M.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${l} marked \`buka: contract\` came after it.`,seen:`${h}; ${e.id} does not list ${i}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${we(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${g}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${s[0]?.release}. Was ${i} renamed or taken out? A file of the old name must stay. ${g}`})}function we(t,e){const n=(0,te.Dp)(t,ke(t));return n===void 0||n===e.id||he(t,ie(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Ge=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function lt({workers:t},e,n){const s=Ze(t),i=ie(s,n);return(e?.contractMigrations?.filter(a=>!i.migrations.includes(a))??[]).length===0&&he(s,i).length===0}const ie=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ze=t=>[...t.values()].flatMap(e=>e instanceof M.w?[]:[e.releases]);function et(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const s=me(t,ie(t,n));return s.length===0?[]:[{release:n,migrations:s,backTo:Ue(t,n)}]})}function Ue(t,e){const n=(0,te.Dp)(t,e);if(n===void 0)return;const s=ie(t,n);return he(t,s).length===0&&me(t,s).length===0?n:Ue(t,n)}var Oe=W(240);async function Le(t,e){return(0,Oe.R$)(t.cluster,e,await t.remote(e))}const He=(t,e)=>Le(t,de(t.cluster.loadBalancers.hosts,e)),ge=(t,e)=>t.remote(de(t.cluster.workers.hosts,e));function ct(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function de(t,e){const n=t.find(s=>s.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function Ne(t,e){const n=await Promise.all(t.map(async s=>{try{return[s.name,await e(s)]}catch(i){if(i instanceof M.w)return[s.name,i.with({host:s.name})];throw i}}));return new Map(n)}function Te(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof M.w)),failures:e.flatMap(([,n])=>n instanceof M.w?[n]:[])}}const Se=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),qe=t=>t instanceof M.w&&Se.has(t.code),tt=t=>qe(t)||t instanceof M.w&&t.code==="load-balancer-down";var R=W(1996),xt=W(8161);const Tt=(0,R.YA)(5);class nt{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw We()}orLeave(e){return this.#n(e,0,()=>We())}orHurry(e){return this.#n(e,Tt,()=>(this.#t=!0,We()))}#n(e,n,s){return new Promise((i,l)=>{let a;const h=()=>{a=setTimeout(()=>l(s()),n)},g=()=>{clearTimeout(a),this.#e.removeEventListener("abort",h)};e.finally(g).then(i,l),this.requested?h():this.#e.addEventListener("abort",h,{once:!0})})}}const We=()=>new M.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var re=W(8146);const ze=(0,R.YA)(30),U=String.raw`
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
`,Ae=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,Ye=String.raw`${U}${Ae}
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
`,st=({run:t,...e})=>JSON.stringify({run:t,...e}),pt=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function dt(t,e,n){return{name:"lock",text:Ye,values:{root:t,owner:e,ttl:String(ze/1e3),after:n===void 0?"":pt(n)},deadline:(0,R.YA)(30),parse(s){const{outcome:i,found:l}=(0,re.OA)((0,re.gq)(s).stdout,["outcome","found"]),a=pe(l);return i==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:i==="taken"?a?.owner:void 0}}}}const wt=`${U}${Ae}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function Et(t,e){return{name:"renew lock",text:wt,values:{root:t,owner:e,ttl:String(ze/1e3)},deadline:(0,R.YA)(15),parse(n){const{stdout:s}=(0,re.gq)(n);return/^lost=$/m.test(s)?{lost:pe((0,re.OA)(s,["found"]).found)}:"renewed"}}}const ut=`${Ae}
if ours; then rm -f -- "$root/lock"; fi
`,Ve=`${U}${Ae}
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
`;function gt(t,e){return{name:"lock release",text:Ve,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":pt(e)},deadline:(0,R.YA)(15),parse(n){const{outcome:s,found:i}=(0,re.OA)((0,re.gq)(n).stdout,["outcome","found"]),l=pe(i);return s==="held"&&l?{kind:"held",lock:l}:{kind:s==="removed"?"removed":"free",lock:l}}}}function St(t){return{name:"lock status",text:`${U}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,R.YA)(15),parse:e=>pe((0,re.OA)((0,re.gq)(e).stdout,["found"]).found)}}function $t(t,e){return{name:"unlock",text:ut,values:{root:t,owner:e,ttl:"0"},deadline:(0,R.YA)(15),parse:n=>{(0,re.gq)(n)}}}const ue=75,it=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${ue}
`;function pe(t){const[,e,n,s,i=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const l=a=>(0,R.Rz)(a*1e3);return{owner:ft(i),expired:e==="expired",age:l(Math.max(0,Number(n))),left:l(Number(s)),silent:l(Math.max(0,ze/1e3-Number(s)))}}function ft(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=i=>typeof e[i]=="string"?e[i]:void 0,{pid:s}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof s=="number"?s:0}}function Fe({by:t,url:e,machine:n,run:s}){return`${t} (${e??`run ${s}`}), on ${n}`}function At(t,{owner:e,age:n,silent:s},i){return new M.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,R.a3)(i)} were not enough.`,seen:`held by ${Fe(e)}, process ${e.pid}, for ${(0,R.a3)(n)}; its last sign of life is ${(0,R.a3)(s)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,R.a3)(ze)} after its last sign of life; \`buka lock status\` shows it.`})}function Je(t,e){return new M.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${Fe(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function I(t,e){return new M.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,R.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,R.a3)(ze)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const A=(0,R.YA)(10),S=(0,R.YA)(3);class P{context;clock;owner;#e;#t;#n;#i=!1;constructor(e,n,s,i,l){this.context=e,this.clock=n,this.owner=i,this.#e=new Map(s.map(a=>[a.name,{host:a,renewedAt:l}])),this.#t=setInterval(()=>{for(const a of this.#e.values())this.#o(a)},Oe.MA),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(i=>this.#r(i))),this.#n!==void 0)throw this.#n;const s=n.find(i=>!this.#a(i));if(s!==void 0)throw s.failure??I(s.host.name,A)}forget(e){this.#e.delete(e)}async release(){this.#i=!0,clearInterval(this.#t);const e=[...this.#e.values()];await z(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#a({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=A}async#r(e){for(let n=0;n<2&&this.#n===void 0&&!this.#a(e);n+=1)await C(A,this.#o(e))}#o(e){return e.renewing??=this.#c(e).finally(()=>{e.renewing=void 0}),e.renewing}async#c(e){const{name:n}=e.host,{reporter:s,cluster:i}=this.context,l=this.clock.now().getTime();try{const h=await(await this.context.remote(e.host)).run(Et(i.workers.root,this.owner));if(!this.#l(n))return;h==="renewed"?(e.renewedAt=l,e.failure!==void 0&&s.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=Je(n,h.lost)}catch(a){e.failure===void 0&&this.#l(n)&&s.warning(N(n,a),"nothing"),e.failure=a}}#l(e){return!this.#i&&this.#e.has(e)}}function N(t,e){const n=e instanceof M.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,R.a3)(ze)} unless it can be. ${n}`}async function z(t,e,n){const{root:s}=t.cluster.workers;await Promise.all(e.map(async({host:i,renewing:l})=>{const a=async()=>(await t.remote(i)).run($t(s,n)),h=await C(S,Promise.all([a(),l]).then(()=>"none",k=>k));if(h==="none")return;if(h!==void 0&&!(h instanceof M.w))throw h;const g=h?.failure.message??`It did not answer within ${(0,R.a3)(S)}.`;t.reporter.warning(`${i.name}: the lock could not be given back; it expires by itself within ${(0,R.a3)(ze)}. ${g}`,"nothing")}))}async function C(t,e){let n;const s=new Promise(i=>{n=setTimeout(()=>i(void 0),t)});try{return await Promise.race([e,s])}finally{clearTimeout(n)}}const D=(0,R.YA)(2),ne=(0,R.YA)(15);async function Q(t,{after:e}={}){const n=t.clock??se,s=new nt(t.signal),i=[...t.cluster.workers.hosts].sort((j,F)=>j.name<F.name?-1:1),{id:l,by:a,url:h}=t.run,g=st({run:l,by:a,url:h,machine:(0,xt.hostname)(),pid:process.pid}),{lockTimeout:k}=t.cluster.rollout,y=n.now().getTime()+k;let E=0;try{for(;;){s.check();const j=n.now().getTime(),F=await _e(t,i,g,e);if(F===void 0)return new P(t,n,i,g,j);const X=n.now().getTime();if(X>=y)throw At(F.worker,F.by,k);if(X-E>=ne){E=X;const ce=(0,R.a3)((0,R.Rz)(y-X)),Pe=`waiting for ${Fe(F.by.owner)}; ${ce} left`;t.reporter.step({host:F.worker,name:"lock",state:"progress",detail:Pe})}await s.orLeave(ae(n,(0,R.Rz)(y-X)))}}catch(j){throw j instanceof M.w?j.with({step:"lock",left:"Nothing was changed."}):j}}const ae=(t,e)=>t.sleep((0,R.Rz)(Math.min(e,D*(1+Math.random()/2))));async function _e(t,[e,...n],s,i){const{root:l}=t.cluster.workers,a=[],h=async g=>{const k=await t.remote(g);return a.push({host:g}),{worker:g.name,answer:await k.run(dt(l,s,i))}};try{const g=e===void 0?[]:[await h(e)];if(g[0]?.answer.kind==="acquired"){const k=await Promise.allSettled(n.map(h)),y=k.find(E=>E.status==="rejected");if(y)throw y.reason;g.push(...k.flatMap(E=>E.status==="fulfilled"?[E.value]:[]))}for(const{worker:k,answer:y}of g)if(y.kind==="held")return await z(t,a,s),{worker:k,by:y.by};for(const{worker:k,answer:y}of g)y.kind==="acquired"&&$e(t,k,y.from,i);return}catch(g){throw await z(t,a,s),g}}function $e({reporter:t},e,n,s){n!==void 0&&(n.run===s?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${Fe(n)}, which stopped renewing it.`,"nothing"))}async function Ie(t){const{root:e}=t.cluster.workers,{answers:n,failures:s}=await _t(t,St(e));return{locks:n.map(([i,l])=>({worker:i,lock:l})),failures:s}}async function kt(t,e){const{root:n}=t.cluster.workers,{answers:s,failures:i}=await _t(t,gt(n,e));return{released:s.flatMap(([l,a])=>a.kind==="removed"?[{worker:l,lock:a.lock}]:[]),failures:[...s.flatMap(([l,a])=>a.kind==="held"?[$(l,a.lock,e)]:[]),...i]}}const _t=async({cluster:t,remote:e},n)=>Te(await Ne(t.workers.hosts,async s=>(await e(s)).run(n)));function $(t,{owner:e,age:n,silent:s},i){return new M.w({code:"lock-held",host:t,step:"lock release",message:i===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${i}, so it stays.`,seen:`held by ${Fe(e)}, process ${e.pid}, for ${(0,R.a3)(n)}; its last sign of life is ${(0,R.a3)(s)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}const u=String.raw`
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
`,v=(0,R.Gx)(2),T="restarted",L=String.raw`${it}${u}${p}
${te.td}
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
`;function Y(t,e){const{root:n,unit:s,port:i,health:l}=t,{id:a,owner:h,startTimeout:g,healthyAfter:k,steady:y}=e;return{name:`switch to ${a}`,text:L,values:{root:n,unit:s,port:String(i),health:l,id:a,owner:h,healthy_after:String(k),start_timeout:String(Math.ceil(g/10)),steady:String(Math.ceil(y/10))},deadline:(0,R.Rz)(g+y+v),parse:q}}function q(t){if(t.status===ue)throw Je(void 0,void 0);const e=(0,re.gq)(t).stdout.split(`
`),n=e.filter(l=>l.startsWith("log=")).map(l=>l.slice(4)),s=e.filter(l=>/^(end|answer|state|folder|pid)=/.test(l)).join(`
`),i=(0,re.OA)(s,["end","answer","state","folder","pid"]);return{...i,end:i.end,log:n}}function ee(t,e,{id:n,startTimeout:s}){const{unit:i,port:l,health:a,root:h}=t,{end:g,answer:k,state:y,folder:E,log:j}=e,F=j.length>0?`; the end of its log:
${j.join(`
`)}`:"",X=k==="000"?"nothing":k,ce=`On the host: \`journalctl -u ${i} -n 50\`.`;switch(g){case"healthy":return;case"restart-failed":return new M.w({code:"restart-failed",message:`systemd could not start ${i} with ${n}.`,seen:`${y}${F}`,hint:ce});case"crashed":return new M.w({code:"app-crashed",message:`${n} started and died.`,seen:`${y}${F}`,hint:ce});case"unhealthy":return new M.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,R.a3)(s)}.`,seen:`GET http://127.0.0.1:${l}${a} answered ${X}; ${y}${F}`,hint:`${ce} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new M.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:E===""?"where the process runs can\u2019t be told":`the process of ${i} runs in ${E}`,hint:`\`systemctl cat ${i}\` on the host: WorkingDirectory must be ${h}/current.`})}}async function ye(t,{worker:e,to:n,from:s,reason:i}){const{cluster:l,reporter:a,run:h}=t,{workers:g,rollout:k}=l,y=t.clock??se,E=typeof n=="string"?n:n.id,j=await Q(t);try{const F=await ge(t,e);typeof n!="string"&&await(0,te.dw)(F,g.root,n,a),await j.confirm(e);const{startTimeout:X,healthyAfter:ce}=k,Pe={id:E,owner:j.owner,startTimeout:X,healthyAfter:ce,steady:(0,R.Rz)(0)},Be={at:y.now(),event:"activated",release:E,from:s,by:H(h),reason:i},Ct=await F.run(Y(g,Pe));await F.run((0,te.cJ)(g.root,Be));const It=ee(g,Ct,Pe);if(It)throw It.with({host:e,step:"switch"});a.step({host:e,name:"switched",state:"done",detail:`${E}, with its traffic`})}finally{await j.release()}}const Me="muted_during",Ce=(0,R.Gx)(5),ht=(0,R.Gx)(2),ot=(0,R.YA)(3),je="http://127.0.0.1:9093",Ot=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`,Qe=String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`,Xe=({url:t,service:e,work:n,author:s,comment:i})=>(0,re.K$)({name:"mute",text:Ot,values:{url:t,service:e,work:n,author:s,comment:i,label:Me,length:`${Ce/1e3}s`},deadline:(0,R.YA)(30)}),rt=({url:t,author:e})=>(0,re.K$)({name:"unmute",text:Qe,values:{url:t,author:e},deadline:(0,R.YA)(30)});async function mt(t,e,n){const s=bt(t,e);try{return await n()}finally{await s()}}function bt(t,e){const n=Re(t,e);if(n===void 0)return async()=>{};let s=n.silence();const i=setInterval(()=>{s=s.then(n.silence)},ht);return i.unref(),async()=>{clearInterval(i);const l=s.then(n.unsilence);t.signal?.aborted!==!0&&await jt(l)}}async function De(t,e){await jt(Re(t,e)?.silence())}function Re({cluster:{monitoring:t,service:e},run:n,reporter:s,remote:i},l){if(t===void 0)return;const a={url:je,service:e,work:l,author:`buka ${n.id}`,comment:`a ${l} of ${n.by}`};let h=!1;const g=async k=>{try{await k(await i(t.host))}catch(y){h||s.warning(Rt(y),"nothing"),h=!0}};return{silence:()=>g(k=>k.run(Xe(a))),unsilence:async()=>{h||await g(k=>k.run(rt(a)))}}}function jt(t){const e=Promise.withResolvers(),n=setTimeout(e.resolve,ot);return Promise.race([t,e.promise]).finally(()=>clearTimeout(n))}const Rt=t=>`The alerts that this causes are not muted, or for up to ${(0,R.a3)(Ce)} more than they need be: ${t instanceof M.w?t.message:String(t)}`,Bt=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Ut=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Ht=`${u}${p}${U}
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
`;function qt(t){const{root:e,unit:n,port:s,health:i,envFile:l}=t.workers;return{name:"observe",text:Ht,values:{root:e,unit:n,port:String(s),health:i,env_file:l??"",tools:Bt.join(" ")},deadline:(0,R.YA)(20),parse:a=>Wt(a,e)}}function Wt(t,e){const n=(0,re.OA)((0,re.gq)(t).stdout,Ut),s=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,R.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:s,running:Yt(s,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:pe(n.lock)}}function Yt(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[s="",i,...l]=t.slice(`${n}/releases/`.length).split("/");if(i==="tree"&&l.length===0&&(0,te.F3)(s))return s}}async function at(t){const{cluster:e}=t,[n,s]=await Promise.all([Ne(e.workers.hosts,async i=>{const l=await t.remote(i),[a,h]=await Promise.all([l.run((0,te.vN)(e.workers.root)).catch(Vt),l.run(qt(e))]);return{releases:a,probe:h}}),Ne(e.loadBalancers.hosts,async i=>(await Le(t,i)).observe())]);return{workers:n,loadBalancers:s}}function Vt(t){if(t instanceof M.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function Pt({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof M.w)}async function Lt(t){const{hosts:e,root:n}=t.cluster.workers,s=await Ne(e,async a=>(await t.remote(a)).run((0,te.vN)(n))),{answers:i,failures:l}=Te(s);return{...Jt(i,e.length),failures:l}}function Jt(t,e){const s=[...new Set(t.flatMap(([,{staged:l}])=>l.map(({id:a})=>a)))].map(l=>Kt(l,t,e)),i=t.map(([,l])=>l);return{releases:s.sort((l,a)=>a.stagedAt.getTime()-l.stagedAt.getTime()),history:Gt(t),rollbackTo:t.length===e?(0,te.Dp)(i,ke(i)):void 0}}function Kt(t,e,n){const s=e.flatMap(([a,{staged:h}])=>h.filter(g=>g.id===t).map(g=>({worker:a,release:g}))),[i]=s,l=s.map(({worker:a})=>a);return{id:t,commit:i?.release.commit,stagedAt:new Date(Math.min(...s.map(({release:a})=>a.stagedAt.getTime()))),migrations:i?.release.migrations??[],contractMigrations:i?.release.contractMigrations??[],crossed:he(e.map(([,a])=>a),i?.release??{migrations:[]}),workers:l,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:s.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:l.length===n}}function Gt(t){const e=t.flatMap(([i,{history:l}])=>l.map(a=>({worker:i,entry:a}))).sort((i,l)=>i.entry.at.getTime()-l.entry.at.getTime()),n=[],s=new Map;for(const{worker:i,entry:l}of e){const a=JSON.stringify([l.event,l.release,l.by,l.contract]),h=s.get(a);if(h&&!h.workers.includes(i))h.workers.push(i);else{const g={...l,workers:[i]};n.push(g),s.set(a,g)}}return n.reverse()}function zt(t,e){const[n,...s]=t;return n!==void 0&&s.length===0?n:new M.w({...e,seen:t.map(({message:i})=>`
  - ${i.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function f(t,e,n){const s=await Promise.allSettled(t.map(e)),i=s.flatMap(a=>a.status==="rejected"?[a.reason]:[]),l=i.find(a=>!(a instanceof M.w));if(l!==void 0)throw l;if(i.length>0)throw zt(i,n);return s.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const m=t=>({name:"look at the process",text:`${p}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,R.YA)(15),parse:e=>(0,re.OA)((0,re.gq)(e).stdout,["pid"]).pid});async function o({context:t,journal:e}){const{unit:n}=t.cluster.workers;await f([...e.processes].filter(([s])=>!e.missed.includes(s)),async([s,i])=>{const l=await r(t,s);if(l!==void 0&&l!==i)throw c(s,n,i,l)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function r(t,e){try{return await(await ge(t,e)).run(m(t.cluster.workers.unit))}catch(n){if(qe(n))return;throw n}}const c=(t,e,n,s)=>new M.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${s==="0"?"none runs now":`systemd has started it again as ${s}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),d=(0,R.YA)(1),w=(0,R.YA)(30);async function b(t,e){const{clock:n,journal:s,context:i,leases:l,cancellation:a}=t,{reporter:h,cluster:g}=i,{worker:k,drainOn:y}=e;a.check(),s.at(k,"drainStarted",n.now()),h.step({host:k,name:"drain",state:"started",detail:`on ${y.join(", ")||"none"}`}),l.hold(k,y);const[E,j]=await a.orLeave(Qt([_(t,e),x(t,e,g.rollout.drainTimeout)])),F=E.some(({kind:Be})=>Be==="still-in-flight");if(F&&g.rollout.onDrainTimeout==="fail")throw Kn(k,E,g.rollout);const X=F?{deadline:d}:{},ce=await ve(t,e,"drain",Be=>Be.maintain(k,X)),Pe=[...j,...ce.map(Be=>Be.cut)].reduce((Be,Ct)=>Be+Ct,0);s.cut+=Pe,s.at(k,"drained",n.now()),Pe>0&&h.warning(`${k}: ${Pe} requests were still in flight after the drain timeout, and are cut.`,"nothing"),h.step({host:k,name:"drained",state:"done",detail:Pe>0?`${Pe} cut`:void 0})}function _(t,e){const{reporter:n,cluster:s}=t.context,{worker:i}=e,{drainTimeout:l,onDrainTimeout:a}=s.rollout,h=new Map,g=()=>{const k=[...h.values()].reduce((y,E)=>y+E,0);n.step({host:i,name:"drain",state:"progress",detail:`${k} in flight`})};return ve(t,e,"drain",async(k,y)=>{const E=j=>{h.set(y,j),g()};for(;;){t.cancellation.check();const j=await k.drain(i,{deadline:l,onProgress:E});if(j.kind==="drained"||a!=="wait")return j;const F=(0,R.a3)(l);n.info(`${i}: ${j.inFlight} requests in flight on ${y} after ${F}; waiting on, as on-drain-timeout says.`)}})}async function x(t,{worker:e,leaveOn:n},s){const{clock:i}=t,l=i.now().getTime()+s;return ve(t,{worker:e,drainOn:n},"drain",async a=>{for(let h=0;;){const k=((await a.observe()).workers.get(e)?.servers??[]).reduce((y,{inFlight:E})=>y+E,0);if(h=k===0?h+1:0,h===2||i.now().getTime()>=l||t.cancellation.requested)return k;await i.sleep((0,R.Rz)(500))}})}async function O(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout,i=(0,R.Rz)(s+w);await xe(t,e,"check",async(l,a)=>{const{passed:h,seen:g}=await l.check(n,{deadline:i}).catch(K);if(!h)throw new M.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:g,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function B(t,e){await xe(t,e,"drain",n=>n.maintain(e.worker))}function K(t){if(t instanceof M.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function G(t,e){const{context:n,clock:s,journal:i,leases:l}=t,{worker:a}=e;await Qt([xe(t,e,"readmit",h=>h.readmit(a)),Mt(t)]),l.letGo(a),i.at(a,"readmitted",s.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function le(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout;try{await ve(t,e,"readmit",async i=>{try{await i.readmit(n)}catch(l){if(!(l instanceof M.w&&l.code==="not-checked"))throw l;await i.check(n,{deadline:s}),await i.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function Mt(t){const{context:e,journal:n}=t,s=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:i})=>{try{return[[i,await(await He(e,i)).observe()]]}catch(l){if(tt(l))return[];throw l}}));n.views=new Map(s.flat())}async function ve(t,{worker:e,drainOn:n},s,i){return await t.lock.confirm(e),Qt(n.map(l=>Nt(t,l,s,i)))}async function xe(t,{worker:e,drainOn:n},s,i){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(y=>Nt(t,y,s,i)))).flatMap((y,E)=>y.status==="rejected"?[{host:n[E],error:y.reason}]:[]),h=a.filter(({error:y})=>tt(y)),[g]=a.filter(({error:y})=>!tt(y));for(const{host:y,error:E}of h)t.journal.lost.set(y,E);if(g)throw g.error;const[k]=h;if(k&&h.length===n.length)throw k.error}async function Nt({context:t},e,n,s){const i=async()=>s(await He(t,e),e);try{return await i().catch(l=>{if(l instanceof M.w&&l.code==="connection-lost")return i();throw l})}catch(l){throw l instanceof M.w?l.with({host:e,step:n}):l}}async function Qt(t){return await Promise.allSettled(t),Promise.all(t)}function Kn(t,e,{drainTimeout:n}){const s=e.reduce((i,l)=>i+(l.kind==="still-in-flight"?l.inFlight:0),0);return new M.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,R.a3)(n)}.`,seen:`${s} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}async function wn(t,e,{to:n,from:s,event:i,steady:l}){const{context:a,clock:h,journal:g,lock:k}=t,{workers:y,rollout:E}=a.cluster,{worker:j}=e,F=await ge(a,j),{startTimeout:X,healthyAfter:ce}=E,Pe={id:n,owner:k.owner,startTimeout:X,healthyAfter:ce,steady:l},Be=Promise.withResolvers(),Ct=yt=>{yt===T&&(i==="activated"&&g.at(j,"switched",h.now()),a.reporter.step({host:j,name:i==="activated"?"switched":i,state:"done",detail:n}),Be.resolve())},It=H(a.run),Dt={at:h.now(),event:i,release:n,from:s,by:It,reason:t.reason,backup:t.backup},Hn=Be.promise.then(()=>O(t,e)),Wn=Be.promise.then(()=>F.run((0,te.cJ)(y.root,Dt)));for(const yt of[Hn,Wn])yt.catch(()=>{});try{await k.confirm(j);const yt=await F.run(Y(y,Pe),{onLine:Ct}),Yn=ee(y,yt,Pe);if(Yn)throw Yn;g.processes.set(j,yt.pid),i==="activated"&&g.at(j,"healthy",h.now()),a.reporter.step({host:j,name:"healthy",state:"done"})}catch(yt){throw yt instanceof M.w?yt.with({host:j,step:"switch"}):yt}await Hn,await Wn}function gn(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const s=n/(1-n);let i=Math.exp(Gn(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),l=i;for(let a=t;a<e&&i>l*1e-12;a+=1)i*=(e-a)/(a+1)*s,l+=i;return Math.min(1,l)}const Gn=(t,e)=>rn(t)-rn(e)-rn(t-e);function rn(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const Ft=20,$n=3,Un=.001,kn=2,bn=.01,qn=(0,R.YA)(3),Vn=(0,R.Rz)(200),yn=1024;function Jn(t,e,n,s=0){const i=[vn("new release",t),vn("old release",e),es(t,e)].join("; ");if(t.requests<Ft)return{phase:"inconclusive",why:`too little traffic: fewer than ${Ft} requests`,seen:i};const l=e.requests>=Ft,a=Xn(t,n);if(l?Qn(t,e,n):a){const h=l?"clearly more errors than the old release":`more than ${xn(bn)} errors`;return t.errors>s?{phase:"failed",why:h,seen:i}:{phase:"inconclusive",why:`${h}, but none of late`,seen:i}}return Zn(t,e)?{phase:"failed",why:l?"clearly slower than the old release":"slower than the objective",seen:i}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:i}:{phase:"successful",seen:i}}function Qn(t,e,n){const s=an(t);if(t.errors<$n||s<Un||s<kn*an(e))return!1;const i=t.requests/(t.requests+e.requests);return gn(t.errors,t.errors+e.errors,i)<n}const Xn=({errors:t,requests:e},n)=>t>=$n&&gn(t,e,bn)<n;function Zn(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<Ft&&t.meanTime>qn:t.meanTime>=Math.max(kn*e.meanTime,e.meanTime+Vn)}const an=({errors:t,requests:e})=>e===0?0:t/e;function vn(t,e){const{workers:n,requests:s,errors:i}=e;if(n.length===0)return`${t}: none`;const l=s===0?"":` (${xn(an(e))})`;return`${t} on ${n.join(", ")}: ${i} of ${s} requests failed${l}`}function es(t,e){if(t.meanTime===void 0)return`response time not judged: ${t.untimed}`;const n=e.meanTime===void 0?"":` against ${(0,R.a3)(e.meanTime)}`;return`mean response time ${(0,R.a3)(t.meanTime)}${n}`}const xn=t=>`${Number((t*100).toPrecision(3))} %`;class ts{ask;clock;#e=new Map;#t=[];#n=[];constructor(e,n){this.ask=e,this.clock=n}switched(e){for(const n of e)this.#e.set(n,this.clock.now())}async read(){const e=this.clock.now().getTime(),n=[...this.#e].map(([i,l])=>[i,e-l.getTime()]),s=Math.max(0,...n.map(([,i])=>i));try{const i=[...new Set([s,...n.map(([,a])=>a)])],l=new Map(await Promise.all(i.map(async a=>[a,await this.ask((0,R.Rz)(a))])));return this.#t=n.flatMap(([a,h])=>l.get(h)?.get(a)??[]),this.#n=[...l.get(s)??[]].filter(([a])=>!this.#e.has(a)).map(([,a])=>a),[]}catch(i){if(i instanceof M.w)return[i];throw i}}fresh=()=>Tn(this.#t);rest=()=>Tn(this.#n)}function Tn(t){const e=t.reduce((n,s)=>n+s.requests,0);return e<Ft?{meanTime:void 0,untimed:`the app's own figures have fewer than ${Ft} requests since then`}:{meanTime:(0,R.Rz)(t.reduce((n,s)=>n+s.took,0)/e)}}function Sn(t,e){return t.workers.hosts.map(({name:n})=>{const s=e.workers.get(n),i=s instanceof M.w?void 0:s;return{worker:n,active:i?.releases.active,running:i?.probe.running,healthy:i?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([l,a])=>[l,Xt(a,n)]))}})}function Xt(t,e){const n=t instanceof M.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:s})=>s!=="ready")?"drained-by-others":"down"}class ns{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return ln(await Ne(e,async({name:n})=>(await this.open(n)).observe()))}}function ln(t){const e=new Map,n=new Map,s=[];for(const[i,l]of t){if(l instanceof M.w){s.push(l);continue}for(const{worker:a,servers:h}of l.workers.values()){for(const{backend:g,server:k,traffic:y}of h)e.set(`${i} ${g}/${k}`,{worker:a,traffic:y});Xt(l,a)==="down"&&n.set(a,[...n.get(a)??[],i])}}return{counters:e,down:n,silent:s}}class ss{#e=new Set;#t=new Map;#n=new Map;#i=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,s]of e){const i=this.#n.get(n);if(this.#n.set(n,s),i===void 0||this.#e.size===0)continue;const l=this.#t.get(n)??is(s.worker);os(i.traffic,s.traffic)?this.#t.set(n,{...l,unbroken:0,meanTime:void 0}):this.#t.set(n,rs(l,i.traffic,s.traffic))}}switch(e,n){const s=new Set(e);for(const[i,l]of this.#t)s.has(l.worker)&&(this.#e.has(l.worker)||this.#i.push({...l,meanTime:void 0}),this.#t.delete(i));for(const[i,{worker:l}]of this.#n)s.has(l)&&this.#n.delete(i);this.add(n);for(const i of e)this.#e.add(i)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#i)}#s(e,n=[]){const s=[...n,...[...this.#t.values()].filter(e)],i=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...i].map(({worker:a})=>a))].sort(),requests:An(s,"requests"),errors:An(s,"errors"),meanTime:as(s),untimed:`no server answered ${yn} times since its switch`}}}const An=(t,e)=>Math.max(0,t.reduce((n,s)=>n+s[e],0)),is=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),os=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function rs({worker:t,requests:e,errors:n,unbroken:s},i,l){const a=l.failed-i.failed,h=l.responses-i.responses+a;return{worker:t,requests:e+h,errors:n+(l.serverErrors-i.serverErrors)+a,unbroken:s+h,meanTime:l.meanTime}}function as(t){const e=t.filter(({unbroken:s,meanTime:i})=>i!==void 0&&s>=yn),n=e.reduce((s,i)=>s+i.requests,0);if(n!==0)return(0,R.Rz)(e.reduce((s,i)=>s+i.requests*(i.meanTime??0),0)/n)}const _n=(0,R.YA)(5),ls=1,cs=4,ds=.01;class us{#e=new ss;#t;#n=[];#i=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#t.times?.switched(e),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([s])=>!e.includes(s)))}}async watch(e,n){const s=Math.max(1,Math.ceil(n/_n)),i=n>0?(0,R.Rz)(n/s):_n;let l=0,a=0;n>0&&this.#o("started",`${s} measurements`);for(let h=1;;h+=1){(n>0||h>1)&&await this.#a(i);const{phase:g,why:k,seen:y}=this.#r(ds/s),{silent:E}=this.#s;l+=g==="failed"?1:0,a=E.length>0?a+1:0;const j=[k,y,...E.map(({failure:X})=>`${X.host} does not answer: ${X.message}`)].filter(Boolean).join("; "),F=X=>{const ce=X==="inconclusive"&&n===0&&this.#e.fresh().requests<Ft;return ce||this.#o(X==="failure"?"failed":"done",`${X}: ${j}`),X==="inconclusive"&&!ce&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${j}`,"nothing"),{batch:e,verdict:X,seen:j,quiet:ce}};if(l>ls)return F("failure");if(a>cs)return F("inconclusive");if(h>=s&&g!=="failed")return F(g==="successful"&&a===0?"success":"inconclusive");this.#o("progress",`${Math.min(h,s)} of ${s}: ${j}`)}}async#a(e){const{source:n,times:s,clock:i,cancellation:l}=this.#t;l.check(),await l.orLeave(i.sleep(e));const[a,h]=await l.orLeave(Promise.all([n.read(),s?.read()??[]]));this.#s={...a,silent:[...a.silent,...h]},this.#e.add(this.#s)}#r(e){const{times:n}=this.#t,s={...this.#e.fresh(),...n?.fresh()},i={...this.#e.rest(),...n?.rest()},l=Jn(s,i,e,this.#i);l.phase==="failed"&&(this.#i=s.errors);const a=[...this.#s.down].filter(([g])=>this.#e.switched.includes(g));if(a.length===0)return l;const h=a.map(([g,k])=>`${g} fails the health check of ${k.join(", ")}`).join("; ");return{...l,phase:"failed",why:h}}#o(e,n){for(const s of this.#n)this.#t.reporter.step({host:s,name:"watch",state:e,detail:n})}}function fs({batch:t,seen:e}){return new M.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function hs(t,e,n){const{context:s,journal:i,watch:l}=t,{canary:a}=s.cluster.rollout,h=e.tasks.map(({worker:y})=>y).filter(y=>!i.missed.includes(y));l.switched(h,ln(i.views));const g=a!==void 0&&(n===1||e.title==="canary"),k=await l.watch(n,g?a.watch:(0,R.YA)(0));if(i.watched.push(k),k.verdict==="failure")throw fs(k)}const ms=(0,R.YA)(5);async function Mn(t,e,n){const{context:s,journal:i,lock:l,cancellation:a}=t;let{trial:h}=n;for(const[g,k]of e.entries()){const y=k.tasks.map(({worker:j})=>j).join(", "),E=n.direction==="forward"?"Batch":"Going back, batch";await s.reporter.group(`${E} ${g+1} of ${e.length}: ${y}`,async()=>{a.check();for(const{worker:ce}of k.tasks)await l.confirm(ce);const j=e[g-1];j&&bs(t,k,j);const F=h?ms:(0,R.YA)(0);for(const{worker:ce}of k.tasks)i.begin(ce,g+1);const X=f(k.tasks,ce=>ps(t,ce,n,F),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry(X),i.lost.size>0)throw ys(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await hs(t,k,g+1),await o(t))}),k.tasks.some(({does:j})=>j==="switch")&&(h=!1)}}async function ps(t,e,{direction:n},s){const{worker:i,to:l,previous:a}=e;let h="drain";try{await b(t,e),e.does==="switch"?(await t.leases.confirm(i),h="switch",await wn(t,e,{to:l,from:a,event:n==="forward"?"activated":"reverted",steady:s})):await O(t,e),h="readmit",await G(t,e),t.journal.done.push(e)}catch(g){if(!(g instanceof M.w))throw g;if(ws(t,i,g),qe(g)&&g.failure.host===i)return gs(t,e,g);throw await $s(t,e,h,n,g),g}}function ws({context:t,cancellation:e},n,{failure:s}){if(e.requested)return;const{code:i,message:l,step:a="switch"}=s;t.reporter.step({host:n,name:a,state:"failed",detail:`${i}: ${l}`})}function gs({context:t,journal:e,leases:n,lock:s},{worker:i},l){if(n.letGo(i),e.missed.length>=t.cluster.rollout.maxUnreachable)throw l;e.missed.push(i),s.forget(i),t.reporter.warning(`${i} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function $s(t,e,n,s,i){const{worker:l,previous:a}=e,{reporter:h}=t.context,g=k=>h.warning(`${l} stays drained: ${k}`);try{n==="drain"&&i.code!=="check-failed"?await le(t,e):e.does==="readmit"?g("its check does not pass."):s==="back"?g("going back failed, and a revert is never reverted."):a===void 0?g("there is no release to go back to."):t.onFailure==="freeze"?g(`it is not put back to ${a}, as the policy is to freeze.`):(h.info(`${l}: going back to ${a}.`),n==="readmit"?await b(t,e):await B(t,e),ks.has(i.code)||await t.leases.confirm(l),await wn(t,e,{to:a,from:e.to,event:"reverted",steady:(0,R.YA)(0)}),await G(t,e))}catch(k){if(!(k instanceof M.w))throw k;h.warning(`${l} could not be put back, and stays drained where it was: ${k.message}`)}finally{t.leases.letGo(l)}}const ks=new Set(["app-crashed","app-unhealthy","restart-failed"]);function bs({context:t,journal:e},{tasks:n,title:s},i){if(s==="not serving")return;const{minAvailable:l}=t.cluster.rollout,a=new Set(n.map(({worker:E})=>E)),h=t.cluster.workers.hosts.map(({name:E})=>E).filter(E=>!a.has(E)),g=new Set(i.tasks.map(({worker:E})=>E).filter(E=>!e.missed.includes(E))),k=[...e.views.values()],y=h.filter(E=>!g.has(E)&&k.some(j=>Xt(j,E)!=="in"));if(!(h.length-y.length>=l))throw new M.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${h.length-y.length} in rotation; min-available is ${l}.`,seen:`out of rotation since this run began: ${y.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function ys({journal:t}){const[[e,{failure:n}]=["",new M.w({code:"",message:""})]]=t.lost;return new M.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const tn=({stage:t,migrate:e,batches:n,settle:s})=>t.length===0&&e===void 0&&n.length===0&&!s;function vs(t,e,n){const s=nn(t,n),i=s.flatMap(a=>Ts(a,e)),l=new Set(i.map(({worker:a})=>a));return{target:e,from:un(s.flatMap(({seen:a})=>dn(a)).filter(a=>a!==e.id)),stage:s.filter(({seen:a})=>!cn(a,e.id)).map(({name:a})=>a),migrate:Es(t,e,s,i),...on(t,i,s),finished:s.filter(({name:a})=>!l.has(a)).map(({name:a})=>a),proven:s.some(({seen:a})=>En(a,e.id)),settle:s.some(({seen:a})=>!En(a,e.id))}}function nn(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([s,i])=>[s,Xt(i,n)]))}))}const xs=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),cn=({releases:t},e)=>t.staged.some(n=>n.id===e),dn=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),En=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),sn=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Zt=t=>({drainOn:sn(t,e=>e!=="drained-by-others"),leaveOn:sn(t,e=>e==="drained-by-others")});function Ts(t,e){const{name:n,seen:s}=t,{drainOn:i,leaveOn:l}=Zt(t),a=Ss(s,e.id);if(a!==void 0){const k=_s(s,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:k,drainOn:i,leaveOn:l}]}const h=sn(t,k=>k==="drained"||k==="down");if(h.length===0)return[];const g=`runs it, but is out of rotation on ${h.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:g,previous:void 0,drainOn:h,leaveOn:l}]}function Ss({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${As(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const As=t=>t==="000"?"no answer":`answers ${t}`;function _s({releases:t,probe:e},n){const s=new Set(t.staged.map(({id:l})=>l)),i=t.staged.findLast(({id:l,good:a})=>a&&l!==n)?.id;return[t.active,e.running,i].find(l=>l!==void 0&&l!==n&&s.has(l))}function on(t,e,n){const{batch:s,canary:i,minAvailable:l}=t.rollout,a=On(s,t.workers.hosts.length),h=new Set(n.filter(xs).map(({name:F})=>F)),g=e.filter(({worker:F})=>!h.has(F)),k=e.filter(({worker:F})=>h.has(F)),y=[];let E=h.size;for(;g.length>0;){const F=g.splice(0,a);y.push({title:"not serving",tasks:F,available:E}),E+=F.filter(({leaveOn:X})=>X.length===0).length}let j=i?.hosts??0;for(;k.length>0;){const F=E-l;if(F<1)return{batches:y,problem:Ms(t,E,k)};const X=k.splice(0,Math.min(j||a,F));y.push({title:j>0?"canary":"serving",tasks:X,available:E-X.length}),j=0}return{batches:y}}const On=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function Ms(t,e,n){const{minAvailable:s}=t.rollout,i=n.map(({worker:l})=>l).join(", ");return new M.w({code:"too-few-available",step:"preflight",message:`Draining one of ${i} would leave ${e-1} in rotation; min-available is ${s}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Es(t,e,n,s){const{migrate:i,migrations:l}=t.release,a=n[0];if(i===void 0||a===void 0||e.kind!=="deploy")return;const h=me(n.map(({seen:E})=>E.releases),e);if(h.length===0&&!s.some(({does:E})=>E==="switch"))return;const g=n.flatMap(({seen:E})=>E.releases.staged.filter(({id:j})=>j===E.releases.active));if(h.length===0&&g.some(({id:E})=>E===e.id))return;if(l===void 0)return{worker:a.name,migrations:[]};const k=new Set(g.flatMap(({migrations:E})=>E)),y=e.migrations.filter(E=>!k.has(E)||h.includes(E));return y.length===0?void 0:{worker:a.name,migrations:y}}function un(t){const e=n=>t.filter(s=>s===n).length;return t.reduce((n,s)=>n===void 0||e(s)>e(n)?s:n,void 0)}function Os(t,e,{plan:n,workers:s,done:i}){const l=nn(t,e),a=[],h=s.flatMap(E=>{const j=l.find(X=>X.name===E);if(j===void 0||!dn(j.seen).includes(n.target.id))return[];const F=i.find(X=>X.worker===E)?.previous??n.from;return F===void 0||!cn(j.seen,F)?(a.push(E),[]):[{worker:E,does:"switch",to:F,why:`goes back to ${F}`,previous:n.target.id,...Zt(j)}]}),g={...t,rollout:{...t.rollout,canary:void 0}},{batches:k,problem:y}=on(g,h,l);return{batches:k,problem:y,stuck:a}}function Ns(t,e,n){const s=[...e.workers].flatMap(([y,E])=>qe(E)?[y]:[]),i=[...e.loadBalancers.values()],l=s.filter(y=>!i.some(E=>Xt(E,y)==="in")),a=s.filter(y=>!l.includes(y)).map(y=>e.workers.get(y)),h=l.length<=t.rollout.maxUnreachable?l:[],g=Nn(t,[...h,...n]),k=[...g.workers.hosts.map(({name:y})=>e.workers.get(y)),...g.loadBalancers.hosts.map(({name:y})=>e.loadBalancers.get(y))].filter(y=>y instanceof M.w).map(y=>a.includes(y)?Is(y):y);return k.length>0?{problems:k}:{cluster:g,observation:In(g,e),missed:h}}const Is=({failure:t})=>new M.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function fn(t,e){const n=l=>[...l].filter(([,a])=>a instanceof M.w).map(([a])=>a),s=n(e.workers),i=Nn(t,[...s,...n(e.loadBalancers)]);return{cluster:i,observation:In(i,e),missed:s,silent:Pt(e)}}function Nn(t,e){const n=({name:l})=>!e.includes(l),{workers:s,loadBalancers:i}=t;return{...t,workers:{...s,hosts:s.hosts.filter(n)},loadBalancers:{...i,hosts:i.hosts.filter(n)}}}function In(t,e){const n=(s,i)=>new Map(i.map(({name:l})=>[l,s.get(l)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const js=new Set(["cancelled","lock-lost","lease-lost"]);async function Rs(t,e,n){const{context:s,journal:i,onFailure:l}=t;if(js.has(n.code))return;const a=i.done.filter(({does:k})=>k==="switch").map(({worker:k})=>k),g=[...e.proven?[]:e.finished,...a].reverse();if(g.length!==0){if(l==="freeze")return"frozen";if(l==="halt"||i.lost.size>0)return"halted";try{return await s.reporter.group("Revert",async()=>{const k=fn(s.cluster,await at(s)),y=Os(k.cluster,k.observation,{plan:e,workers:g,done:i.done});for(const j of y.stuck)s.reporter.warning(`${j} stays: it has no release to go back to.`);if(y.problem)throw y.problem;const E={...t,context:{...s,cluster:k.cluster}};await Mn(E,y.batches,{direction:"back",trial:!1})}),"reverted"}catch(k){if(!(k instanceof M.w))throw k;return s.reporter.warning(`The revert stopped, and is not reverted: ${k.message}`),"revert-failed"}}}const Ps=[80,443],Ls=String.raw`
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
`,zs=(t,e)=>({name:`look for ${t.name}`,text:Ls,values:{address:t.address,port:String(e),doors:[t.port,...Ps].join(" ")},deadline:(0,R.YA)(20),parse:n=>(0,re.gq)(n).stdout.trim()});async function Fs(t,e){const{workers:n}=t.cluster;await f(await ct(t),async({name:s,remote:i})=>{const l=await i.run(zs(e,n.port));if(l!=="nothing")throw Cs(e,s,l)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const Cs=(t,e,n)=>new M.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function Ds(t,{takeBackup:e,withoutBackup:n},s){if(!jn(t))return;const{context:i,plan:l,observation:a}=t;if(n!==void 0){const{by:h}=i.run;s.withoutBackup={by:h,reason:n},i.reporter.warning(`There is no backup from before this deploy, as ${h} wants it: ${n}`,"nothing");return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const h=await e(i,{release:Ys(l,a),target:l.target.id}),{id:g,recoveryPoint:k,bytes:y,bytesAdded:E,took:j,newestProven:F}=h;s.backup={id:g,recoveryPoint:k,bytes:y,bytesAdded:E,took:j,newestProven:F}}catch(h){throw h instanceof M.w?Bs(h):h}}function Bs(t){const{failure:e}=t;if(e.code==="cancelled")return t;const s=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new M.w({...e,step:"backup",hint:s,cause:t})}function Hs(t,{withoutBackup:e}={}){if(!jn(t))return;const{cluster:n,run:s}=t.context;if(e!==void 0)return`no backup, as ${s.by} wants it: ${e}`;const i=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${i}, while the release is staged; nothing is migrated or switched before that`}function jn({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:s})=>s.some(({worker:i,does:l,to:a})=>l==="switch"&&Ws(n.workers.get(i),a)))}const Ws=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Ys({from:t,target:e},{workers:n}){const s=[...n.values()].map(({releases:a})=>a),i=t??(s.some(({active:a})=>a===e.id)?e.id:void 0),l=s.flatMap(({staged:a})=>a).find(a=>a.id===i)??{migrations:[]};return he(s,l).at(-1)?.release??i}function Ks({withoutBackup:t,despiteObjectives:e}){const n=[{reason:t,what:"without a backup",option:"--without-backup"},{reason:e,what:"despite the objectives",option:"--despite-objectives"}].find(({reason:s})=>s!==void 0&&s.trim()==="");if(n!==void 0)throw new M.j({code:"reason-missing",message:`To deploy ${n.what} takes a reason.`,left:"Nothing was changed.",hint:`${n.option} 'why'; it is kept in the history of every worker.`})}function Gs(t,e,n){const{target:s,stage:i,migrate:l,batches:a,finished:h}=e;return tn(e)?[qs(s)]:[Vs(e),...i.length>0?[`stage on ${i.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...l?[`migrate once, on ${l.worker}, by ${t.release.migrate?.join(" ")}: ${Js(l.migrations)}`]:[],...h.length>0?[`leave ${h.join(", ")}: ${Us(s)}`]:[],...Qs(t,a),...a.flatMap((g,k)=>Xs(t,g,k,a.length)),...s.kind==="repair"?[]:[`settle: mark ${s.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Us=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",qs=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Vs({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Js=t=>t.length>0?t.join(", "):"the program knows which are new";function Qs({rollout:t,workers:e},n){const s=On(t.batch,e.hosts.length),i=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),l=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:h})=>a+h.length,0);return i===0||i>=Math.min(s,l)?[]:[`batches of ${i} instead of ${s}: min-available is ${t.minAvailable}`]}function Xs(t,{title:e,tasks:n,available:s},i,l){const{drainTimeout:a,healthyAfter:h}=t.rollout,g={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${i+1} of ${l}${g}: ${s} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(k=>[`  ${k.worker}: ${k.why}`,...Zs(k,`wait up to ${(0,R.a3)(a)} for requests in flight`,h)])]}function Zs({does:t,to:e,drainOn:n,leaveOn:s,previous:i},l,a){const h=n.join(", "),g=i===void 0?"there is no release to go back to":`if it fails, back to ${i}`;return[...n.length>0?[`    drain on ${h}; ${l}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${g}`]:[],...n.length>0?[`    fresh check on ${h}; readmit`]:[],...s.length>0?[`    stays as it is on ${s.join(", ")}: somebody else drained it there`]:[]]}function ei({worker:t,active:e,running:n,healthy:s,rotation:i}){const l=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,h=[...i],g={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[k]=h,E=k!==void 0&&h.every(([,F])=>F===k[1])?g[k[1]]:h.map(([F,X])=>`${g[X]} on ${F}`).join(", ");return`${t} ${l}${a}, ${s===void 0?"health unknown":s?"healthy":"unhealthy"}, ${E}`}const ti=(0,R.YA)(10);class Rn{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),Oe.MA),this.#t.unref()}hold(e,n){for(const s of n){const i=this.#e.get(s)??new Map;this.#e.set(s,i.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,s])=>{const i=s.get(e);if(!(i===void 0||this.#i(i))&&(await this.#a(n,[e]),!this.#i(s.get(e)??0)))throw si(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#i(e){return this.clock.now().getTime()-e<=ti}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const s=this.#a(e,[...n.keys()]).catch(ni).finally(()=>this.#n.delete(e));this.#n.set(e,s)}}async#a(e,n){const s=this.clock.now().getTime(),l=await(await He(this.context,e)).renew(n),a=this.#e.get(e);for(const h of n)!l.includes(h)&&a?.has(h)&&a.set(h,s)}}function ni(t){if(!(t instanceof M.w))throw t}const si=(t,e)=>new M.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),ii=(0,R.Gx)(15),oi=String.raw`
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
`;function ri({root:t,envFile:e},n,s,i){const l=s.map((a,h)=>`word${h}`);return{name:`migrate ${n}`,text:`${it}
set -- ${l.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${oi}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:i,env_file:e??"",...Object.fromEntries(l.map((a,h)=>[a,s[h]??""]))},deadline:ii,parse(a){if(a.status===ue)throw Je(void 0,void 0);(0,re.gq)(a)}}}function ai(t,e,n){const s=(0,te.cJ)(t,e);return{...s,text:`${it}${s.text}`,values:{...s.values,owner:n},parse(i){if(i.status===ue)throw Je(void 0,void 0);s.parse(i)}}}async function Pn(t,e,{target:n,from:s},i,l){const{cluster:a,run:h,clock:g=se}=t,k={at:g.now(),release:n.id,from:s,by:H(h)},y=await t.remote(e);for(const E of(0,te.QW)(k,l))await y.run(ai(a.workers.root,E,i))}async function li(t,e,n,s){const{workers:i,release:l}=t.cluster,{migrate:a}=e,h=i.hosts.find(({name:j})=>j===a?.worker);if(a===void 0||h===void 0||l.migrate===void 0)return;await Pn(t,h,e,n,s).catch(j=>{throw j instanceof M.w?j.with({host:h.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):j});const k=i.hosts.filter(j=>j!==h).map(j=>Pn(t,j,e,n,s).catch(F=>{if(!(F instanceof M.w))throw F;t.reporter.warning(`${j.name} could not note the migration, which ${h.name} runs: ${F.message}`,"nothing")})),y=ci(t,h,e,l.migrate,n,s),E=(await Promise.allSettled([y,...k])).find(({status:j})=>j==="rejected");if(E?.status==="rejected")throw E.reason}async function ci(t,e,{target:n,migrate:s},i,l,a){const{reporter:h,cluster:g}=t,k=await t.remote(e);h.step({host:e.name,name:"migrate",state:"started",detail:s?.migrations.join(", ")||void 0});try{await k.run(ri(g.workers,n.id,i,l),{onLine:y=>h.step({host:e.name,name:"migrate",state:"progress",detail:y})})}catch(y){throw y instanceof M.w?(h.step({host:e.name,name:"migrate",state:"failed",detail:y.failure.seen}),y.code!=="script-failed"?y.with({host:e.name,step:"migrate"}):new M.w({code:"migration-failed",host:e.name,step:"migrate",message:`${i.join(" ")} failed; no worker was switched.`,seen:y.failure.seen??y.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):y}h.step({host:e.name,name:"migrate",state:"done"})}async function di({context:t,plan:e},{checkObjectives:n,despiteObjectives:s},i){const{cluster:l,reporter:a,run:h}=t;if(!(!l.slo.beforeDeploy||e.target.kind!=="deploy"||tn(e))){if(s!==void 0){i.despiteObjectives={by:h.by,reason:s},a.warning(`The objectives were not asked whether they allow this deploy, as ${h.by} wants it: ${s}`,"nothing");return}if(n===void 0)throw new Error("this deploy needs the objectives, and was given no way to ask");try{a.info(`The objectives allow a deploy: ${await n(t)}.`)}catch(g){throw g instanceof M.w?ui(g):g}}}function ui({failure:t}){const n=[t.hint,"To deploy all the same: `--despite-objectives REASON`, in a workflow `despite-objectives:`. A rollback is never held up."].filter(Boolean).join(" ");return new M.w({...t,step:"objectives",hint:n,left:"Nothing was changed."})}function fi(t,e){const n=nn(t,e),s=n.filter(h=>Ln(h)===void 0),i=un(s.flatMap(({seen:h})=>h.probe.running??[]))??un(n.flatMap(({seen:h})=>h.releases.active??[]));if(i===void 0)return;const l=n.flatMap(h=>hi(h,i)),a=new Set(l.map(({worker:h})=>h));return{target:{kind:"repair",id:i,migrations:[]},from:void 0,stage:[],...on(t,l,n),finished:n.map(({name:h})=>h).filter(h=>!a.has(h)),proven:!0,settle:!1}}function hi(t,e){const{name:n,seen:s}=t,i=Ln(t);if(i!==void 0){const g=cn(s,e)?e:s.releases.active;return g===void 0?[]:[{worker:n,does:"switch",to:g,why:i,...Zt(t)}]}const l=sn(t,g=>g==="drained"),a=s.probe.running;if(l.length===0||a===void 0)return[];const h=`was left drained on ${l.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:h,drainOn:l,leaveOn:Zt(t).leaveOn}]}function Ln({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const zn=(0,R.ee)(64*1024*1024);function Fn(t,e,n,{coming:s,migrates:i}){const{unit:l,root:a,envFile:h}=t.workers,g=t.hosts.get(e)?.user??"the deploy user",k=[];if(n.missingTools.length>0&&k.push({code:"tools-missing",message:`It lacks ${n.missingTools.join(", ")}.`,hint:`Install them on ${e}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),n.folder==="missing"&&k.push({code:"service-folder-missing",message:`${a} does not exist.`,hint:`On ${e}, as root: install -d -o ${g} -g ${g} ${a}`}),n.folder==="read-only"&&k.push({code:"permission-denied",message:`${g} may not write in ${a}.`,hint:`On ${e}, as root: chown ${g}: ${a}`}),s!==void 0&&mi(n,s)&&k.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,R.z3)(n.diskFree)} and ${n.inodesFree} inodes free, ${(0,R.z3)((0,R.ee)(s.size+zn))} and ${s.files+1e3} inodes needed`,hint:`On ${e}: \`df -h ${a}\` shows what is full, \`du -xsh ${a}/releases/*\` what the releases take.`}),n.unit.load!=="loaded"&&k.push({code:"unit-missing",message:`systemd has no usable unit ${l}.`,seen:`LoadState=${n.unit.load}`,hint:`On ${e}: \`systemctl status ${l}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!n.mayRestart||!n.mayReadRelease){const y=n.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${l}`;k.push({code:"sudo-denied",message:`${g} may not run \`sudo ${y}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${e}; docs/hosts.md has the lines.`})}return i&&n.envFile==="unreadable"&&k.push({code:"env-file-unreadable",message:`${g} can't read ${h}, which the migration needs.`,hint:`On ${e}, as root: chgrp ${g} ${h} && chmod 640 ${h}`}),k.map(y=>new M.w({...y,host:e}))}const mi=({diskFree:t,inodesFree:e},{size:n,files:s})=>t<n+zn||e<s+1e3,hn=4096;function pi({entries:t}){const e=t.reduce((n,s)=>n+(s.type==="file"?Math.ceil(s.size/hn)*hn:hn),0);return{size:(0,R.ee)(e),files:t.length}}function wi(t,e,n,s){const i=vs(t,e,n),l=be(n,e),a=[...[...n.workers].flatMap(([h,g])=>gi(t,e,h,g,i,s)),...i.problem?[i.problem]:[],...l?[l]:[]];return a.length>0?{problems:a}:{plan:i}}function gi(t,e,n,{releases:s,probe:i},l,a){const h=s.staged.some(({id:E})=>E===e.id),g=!h&&e.kind==="deploy"?{size:(0,R.ee)(0),files:0,...a}:void 0,k=Fn(t,n,i,{coming:g,migrates:l.migrate?.worker===n});if(e.kind!=="rollback"||h)return k;const y=new M.w({host:n,code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${s.staged.map(({id:E})=>E).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."});return[...k,y]}class Cn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,s){const i=this.#e.get(e);i&&this.#e.set(e,{...i,[n]:s})}get timeline(){return[...this.#e.values()]}}const $i=(0,R.Rz)(1500);class ki{context;kind;clock;journal=new Cn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;commits=new Map;plan=[];afterFailure;backup;withoutBackup;despiteObjectives;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??se,this.#e=this.clock.now()}async phase(e,n){const s=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,R.Rz)(this.clock.now().getTime()-s)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const s=Sn(this.context.cluster,this.observation),i=`
${s.map(l=>`    ${ei(l)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,commits:{from:this.from&&this.commits.get(this.from),to:this.to&&this.commits.get(this.to)},startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:s,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,despiteObjectives:this.despiteObjectives,error:n&&this.changing?new M.w({...n.failure,left:i}):n}}async#n(){const e=at(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep($i).then(()=>this.observation)]))}}async function bi(t,{target:e,from:n}){const{context:s,clock:i,journal:l}=t,{workers:a,release:h}=s.cluster,g={at:i.now(),event:"good",release:e.id,from:n,by:H(s.run),reason:t.reason,backup:t.backup},k={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await f(a.hosts.map(({name:y})=>y).filter(y=>!l.missed.includes(y)),y=>yi(y,async()=>{const E=await ge(s,y);await Promise.all([E.run((0,te.bL)(a.root,e.id)),E.run((0,te.cJ)(a.root,g))]);const j=[e.id,...n===void 0?[]:[n]],F=await E.run((0,te.R3)(a.root,{keep:h.keep,protect:j})),X=F.length>0?`removed ${F.join(", ")}`:void 0;s.reporter.step({host:y,name:"settle",state:"done",detail:X})}),k)}async function yi(t,e){try{await e()}catch(n){throw n instanceof M.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function vi(t,e,n={}){const{id:s,manifest:i}=e,l={kind:"deploy",id:s,migrations:i.migrations};return mn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(h,g)=>(Ks(n),g.to=s,Dn(h,{...n,archive:e,choice:n},g,()=>l))})}function xi(t,{to:e,...n}={}){return mn(t,{...n,kind:"rollback",intend:(i,l)=>Dn(i,n,l,a=>Ke(a,e))})}function Ti(t,e={}){return mn(t,{...e,kind:"repair",intend:Oi})}async function mn(t,e){const n=new ki(t,e.kind),s=new nt(t.signal);try{const i=await n.phase("Preflight",()=>s.orLeave(Si(t,e,n)));if(e.dryRun)return await n.finish("planned");if(tn(i.plan)&&!Li(n.observation))return await n.finish("nothing-to-do");const l=await n.phase("Lock",()=>Q(i.context,{after:e.after})),a=bt(t,"rollout");try{return await n.finish(await Ai(t,e,n,l,s))}finally{await Promise.all([a(),s.unfinished?void 0:l.release()])}}catch(i){if(!(i instanceof M.w))throw i;return n.finish("failed",i)}}async function Si(t,e,n){const s=await e.intend(t,n);return await di(s,e.choice??{},n),s}async function Ai(t,e,n,s,i){const{clock:l,journal:a}=n,h=await n.phase("Plan",()=>i.orLeave(e.intend(t,n))),{plan:g,context:k}=h;if(tn(g))return"nothing-to-do";const{archive:y,choice:E={}}=e,{target:j,migrate:F}=g;n.changing=!0,y&&await n.phase("Stage",()=>i.orLeave(Promise.all([Ii(k,y),Ds(h,E,n)])));const X=y&&F?Ge(y.manifest,F.migrations):[];F&&await n.phase("Migrate",()=>i.orHurry(li(k,g,s.owner,X)));const ce=Mi(h,y),Pe=new Rn(k,l),Be=Ei(h,l,i,E),Ct=_i(e,n),It={context:k,clock:l,cancellation:i,lock:s,leases:Pe,watch:Be,target:j,onFailure:ce,journal:a,...Ct};try{const Dt=!g.proven;await n.phase("Batches",()=>Mn(It,g.batches,{direction:"forward",trial:Dt}))}catch(Dt){throw Dt instanceof M.w&&(n.afterFailure=await Rs(It,g,Dt)),Dt}finally{Pe.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>bi(It,g)),"success"}function _i({reason:t},{backup:e,withoutBackup:n,despiteObjectives:s}){return{reason:[n&&`without a backup: ${n.reason}`,s&&`despite the objectives: ${s.reason}`,t].filter(Boolean).join("; ")||void 0,backup:e?.id}}function Mi({context:t,plan:e,observation:n},s){if(s===void 0)return"halt";const i=e.batches.flatMap(({tasks:a})=>a.map(({previous:h})=>h));return[e.from,...i].some(a=>a!==void 0&&!lt(n,s.manifest,a))?"freeze":t.cluster.rollout.onFailure}function Ei({context:t,plan:e,observation:n},s,i,{askTimes:l}){const{cluster:a,reporter:h}=t,g=a.loadBalancers.hosts.map(({name:j})=>j),k=new ns(g,j=>He(t,j)),y=l&&a.rollout.canary?.responseTime==="app"?new ts(l(a),s):void 0,E=new us({source:k,times:y,clock:s,reporter:h,cancellation:i});return E.switched(e.finished,ln(n.loadBalancers)),E}async function Dn(t,{archive:e,choice:n,without:s=[]},i,l){i.observation=await at(t);const a=await Ni(t,i.observation,s),h=Ns(t.cluster,i.observation,a);if("problems"in h)throw pn(h.problems);const g=l(h.observation);i.to=g.id;const k=e&&pi(e.manifest),y=wi(h.cluster,g,h.observation,k);if("problems"in y)throw pn(y.problems);return i.from=y.plan.from,i.commits=ji(h.observation,e),Bn(t,i,h,y.plan,n)}async function Oi(t,e){e.observation=await at(t);const{silent:n,...s}=fn(t.cluster,e.observation),i=fi(s.cluster,s.observation);if(i===void 0)throw pn(n.length>0?n:[Ri()]);for(const{message:l}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${l}`);return e.to=i.target.id,Bn(t,e,s,i)}function Bn(t,e,{cluster:n,missed:s,observation:i},l,a){const{reporter:h}=t,g=s.map(E=>`leave out ${E}: it can't be reached and takes no traffic`),k={context:{...t,cluster:n},plan:l,observation:i},y=[...Gs(n,l,Hs(k,a)),...g];if(y.join(`
`)!==e.plan.join(`
`))for(const E of y)h.info(E);return e.plan=y,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...s),k}async function Ni(t,e,n){const{hosts:s}=t.cluster.loadBalancers,i=n.map(g=>s.find(k=>k.name===g)??g),[l]=i.filter(g=>typeof g=="string");if(l!==void 0)throw Pi(l,s);const a=s.filter(g=>i.includes(g)&&e.loadBalancers.get(g.name)instanceof M.w),{cluster:h}=fn(t.cluster,e);for(const g of a)await Fs({...t,cluster:h},g),t.reporter.warning(`${g.name} is left out: no worker sees it either.`,"nothing");return a.map(({name:g})=>g)}async function Ii(t,e){const{cluster:n,reporter:s}=t;await f(n.workers.hosts,async i=>(0,te.dw)(await t.remote(i),n.workers.root,e,s),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}function ji({workers:t},e){const n=[...t.values()].flatMap(({releases:i})=>i.staged),s=e===void 0?[]:[{id:e.id,commit:e.manifest.commit}];return new Map([...n,...s].flatMap(({id:i,commit:l})=>l===void 0?[]:[[i,l]]))}const pn=t=>zt(t.map(({failure:e})=>new M.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),Ri=()=>new M.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),Pi=(t,e)=>new M.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),Li=({workers:t})=>[...t.values()].some(e=>!(e instanceof M.w)&&e.probe.lock!==void 0);async function zi(t){const[e,n]=await Promise.all([at(t),Ci(t)]),s=Sn(t.cluster,e),i=Pt(e);return{workers:s,loadBalancers:[...e.loadBalancers].flatMap(([l,a])=>a instanceof M.w?[]:[{name:l,processes:a.processes,hasAddress:n.get(l)?.here,drained:n.get(l)?.away}]),locks:[...e.workers].flatMap(([l,a])=>a instanceof M.w||a.probe.lock===void 0?[]:[{worker:l,owner:a.probe.lock.owner,expired:a.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([l,a])=>a instanceof M.w?[]:[...a.workers.values()].flatMap(({worker:h,lease:g})=>g?[{worker:h,loadBalancer:l,...g}]:[])),failures:i,ok:i.length===0&&s.every(l=>Fi(l)&&l.running===s[0]?.running)}}const Fi=({active:t,running:e,healthy:n,rotation:s})=>e!==void 0&&e===t&&n===!0&&[...s.values()].every(i=>i==="in");async function Ci({cluster:t,remote:e}){const{hosts:n,address:s}=t.loadBalancers;return s===void 0?new Map:new Map(Te(await Ne(n,async i=>(await e(i)).run((0,Oe.xc)(s)))).answers)}async function Di(t,e,n){const s=t.clock??se,i=new nt(t.signal),l=await Q(t),a=new Rn(t,s),h={context:t,clock:s,cancellation:i,lock:l,leases:a,journal:new Cn};try{for(const[g,k]of e.entries())await t.reporter.group(`Worker ${k}, ${g+1} of ${e.length}`,async()=>{i.check(),await Bi(h,await Wi(t,k),n)})}finally{a.stop(),await l.release()}}async function Bi(t,e,n){const{worker:s}=e;try{await b(t,e).catch(async l=>{throw await le(t,e).catch(Hi(t,s)),l}),await t.leases.confirm(s);const i=await n(s).then(()=>{},l=>l);if(await O(t,e).catch(l=>{throw i??l}),await G(t,e),i!==void 0)throw i}finally{t.leases.letGo(s)}}const Hi=(t,e)=>n=>{if(!(n instanceof M.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function Wi(t,e){const{cluster:n}=t,s=await at(t),i=Pt(s);if(i.length>0)throw zt(i,{code:"preflight-failed",step:"drain",message:`${i.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const l=nn(n,s),a=l.find(({name:y})=>y===e);if(a===void 0)throw new Error(`${e} is no worker of this cluster`);const[h]=dn(a.seen);if(h===void 0)throw Yi(e);const g={worker:e,does:"readmit",to:h,why:"is changed",...Zt(a)},{problem:k}=on(n,[g],l);if(k!==void 0)throw new M.w({...k.failure,left:`${e} was not touched.`});return g}const Yi=t=>new M.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),6648:((en,vt,W)=>{W.d(vt,{If:()=>ue,Wz:()=>$t,tw:()=>Se,DW:()=>be,N4:()=>kt,qS:()=>ke,MZ:()=>ge,PE:()=>Ee,wt:()=>V,Nr:()=>De,pt:()=>Xe,Ko:()=>T,ix:()=>H,K9:()=>fe,l9:()=>se,Rx:()=>te,fU:()=>M,I9:()=>L,I$:()=>rt,xP:()=>_t,eI:()=>Me,Ed:()=>Ot,MY:()=>Vt,x3:()=>Ht,zG:()=>Fe,LN:()=>Re,D_:()=>mt,L2:()=>me});function H(o){const r=o<0?"-":"",c=Math.round(Math.abs(o)/1e3);if(c<60)return`${r}${oe(Math.abs(o)/1e3,1)} s`;const d=[[Math.floor(c/86400),"d"],[Math.floor(c/3600)%24,"h"],[Math.floor(c/60)%60,"min"],[c%60,"s"]],w=d.findIndex(([_])=>_>0),b=d.slice(w,w+2).filter(([_])=>_>0);return r+b.map(([_,x])=>`${_} ${x}`).join(" ")}function se(o,r=3){if(o===void 0)return"not measured";const c=10**r;return`${oe(Math.floor(o*c+1e-6)/c,r)} %`}function M(o){return o===void 0?"no requests":o<1e3?`${oe(o,o<10?1:0)} ms`:`${oe(o/1e3,2)} s`}function te(o){return o===void 0?M(void 0):`${o.beyond?"> ":""}${M(o.time)}`}const fe=o=>`${o.toISOString().slice(0,16).replace("T"," ")} UTC`,me={met:"met",missed:"missed",unknown:"not known: too little was measured"},Ee=({overLong:o,long:r,limit:c})=>`${o?.toFixed(1)} times as fast as the budget allows over ${H(r)}; the limit is ${c.toFixed(2)}`;function V({overLong:o,overShort:r,tooFast:c}){return c?"too fast":o===void 0||r===void 0?"not known":"fine"}const oe=(o,r)=>String(Number(o.toFixed(r))),Ke={met:"#1a7f37",missed:"#cf222e",unknown:"#656d76"};function ke({verdict:o,availability:r,responseTime:c}){const d=[se(r.measured,2),M(c.mean)],w=o==="unknown"?"unknown":d.join(" \xB7 "),b="objectives",[_,x]=[he(b),he(w)],O=_+x,B=(K,G,le)=>`<text x="${K}" y="14" textLength="${G}" lengthAdjust="spacingAndGlyphs">${le}</text>`;return`<svg xmlns="http://www.w3.org/2000/svg" width="${O}" height="20" role="img" aria-label="${b}: ${o}, ${w}">
<title>${b}: ${o}, ${w}</title>
<clipPath id="r"><rect width="${O}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${_}" height="20" fill="#3d444d"/><rect x="${_}" width="${x}" height="20" fill="${Ke[o]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-rendering="geometricPrecision">
${B(Z,_-2*Z,b)}
${B(_+Z,x-2*Z,w)}
</g>
</svg>
`}const Z=7,he=o=>Math.round(o.length*6.6)+2*Z;var J=W(1996);const be=5e3,we=6e4;function Ge(o){const r=o.slice(1).map(({at:d},w)=>d-(o[w]?.at??d)),c=r.sort((d,w)=>d-w)[Math.floor(r.length/2)];return Math.min(c??be,we)}const lt=1.5;function ie(o,r){const d=o.flatMap(Ze).flatMap(({from:O,to:B,state:K})=>[{at:Ue(O,r),up:K==="up"?1:0,down:K==="down"?1:0},{at:Ue(B,r),up:K==="up"?-1:0,down:K==="down"?-1:0}]);d.push({at:r.to,up:0,down:0}),d.sort((O,B)=>O.at-B.at);const w=[];let[b,_,x]=[0,0,r.from];for(const O of d){const B=_>0?"down":b>0?"up":"unmeasured";O.at>x&&et(w,{from:x,to:O.at,state:B}),x=O.at,b+=O.up,_+=O.down}return w}function Ze(o){const r=Ge(o),c=[];return o.forEach(({at:d,value:w},b)=>{const _=o[b+1]?.at??Number.POSITIVE_INFINITY,x=_-d<=lt*r?_:d+r;et(c,{from:d,to:x,state:w>0?"up":"down"})}),c}function et(o,r){const c=o.at(-1);c?.state===r.state&&c.to===r.from?o[o.length-1]={...c,to:r.to}:o.push(r)}const Ue=(o,{from:r,to:c})=>Math.min(Math.max(o,r),c);function Oe(o,r){const c={up:0,down:0,unmeasured:0};for(const{from:d,to:w,state:b}of o)c[b]+=Math.max(0,Ue(w,r)-Ue(d,r));return c}const Le=o=>(0,J.Gx)(60*o),He=[{long:Le(1),short:(0,J.Gx)(5),share:.08},{long:Le(6),short:(0,J.Gx)(30),share:.125},{long:Le(24),short:Le(2),share:.2}],ge=o=>He.filter(({long:r})=>r<o).map(({long:r,short:c,share:d})=>({long:r,short:c,limit:d*o/r}));function ct(o,r,c){const d=o.at(-1)?.to??0,w=b=>{const{up:_,down:x}=Oe(o,{from:d-b,to:d});return _+x===0?void 0:x/(_+x)/c};return ge(r).map(({long:b,short:_,limit:x})=>{const[O,B]=[w((0,J.Rz)(b)),w((0,J.Rz)(_))],K=(O??0)>=x&&(B??0)>=x;return{long:b,short:_,limit:x,overLong:O,overShort:B,tooFast:K}})}var de=W(3916);function Ne(o){const r=[];let c=!1;for(const{from:d,to:w,state:b}of o){if(b==="up"&&(c=!1),b!=="down")continue;const _=r.at(-1);c&&_!==void 0?(_.to=w,_.down+=w-d):r.push({from:d,to:w,down:w-d}),c=!0}return r.map(({from:d,to:w,down:b},_)=>({from:new Date(d),to:new Date(w),ongoing:c&&_===r.length-1,length:(0,J.Rz)(w-d),down:(0,J.Rz)(b)}))}function Te(o){return o.filter(({state:r})=>r==="unmeasured").map(({from:r,to:c})=>({from:new Date(r),to:new Date(c),length:(0,J.Rz)(c-r)}))}const Se=.95;function qe(o){return o.includes("missed")?"missed":o.includes("unknown")?"unknown":"met"}function tt(o,r,c){const d=ie(o,r),{up:w,down:b,unmeasured:_}=Oe(d,r),x=r.to-r.from,O=Math.round(x*(100-c.availability)/100),B=w+b===0?void 0:100*w/(w+b);return{verdict:R({up:w,down:b,whole:O,length:x}),objective:c.availability,measured:B,atLeast:100*w/x,coverage:(w+b)/x,up:(0,J.Rz)(w),down:(0,J.Rz)(b),unmeasured:(0,J.Rz)(_),budget:{whole:(0,J.Rz)(O),spent:(0,J.Rz)(b),left:(0,J.Rz)(O-b),leftShare:(O-b)/O},burns:ct(d,(0,J.Rz)(x),O/x),now:d.at(-1)?.state??"unmeasured",incidents:Ne(d),blindSpots:Te(d),probeInterval:(0,J.Rz)(Math.max(0,...o.map(Ge))),timeline:d}}function R({up:o,down:r,whole:c,length:d}){return r>c?"missed":o+r<Se*d?"unknown":r*d>c*(o+r)?"missed":"met"}var xt=W(7116);async function Tt(o,r){const{history:c,failures:d}=await(0,xt.D8)(o);for(const w of d)o.reporter.warning(`Its history is missing: ${w.message}`,"nothing");return d.length===o.cluster.workers.hosts.length?void 0:nt(c,r)}function nt(o,{from:r,to:c}){const d=new Set;return o.toReversed().flatMap(({event:w,at:b,release:_,by:x,reason:O})=>{const B=d.has(_);return w==="activated"&&d.add(_),w==="restored"?[{at:b,kind:"restore",release:_,by:x,reason:O}]:w==="reverted"?[{at:b,kind:"rollback",release:_,by:x,reason:O}]:w!=="activated"?[]:[{at:b,kind:B&&O?"rollback":"deploy",release:_,by:x,reason:O}]}).filter(({at:w})=>w.getTime()>=r&&w.getTime()<=c)}var We=W(7067),re=W(8321),ze=W(8522),U=W(2857);const Ae=(0,J.Gx)(3),Ye=8,st=U.PVZ([U.aig(),U.YjP()]).transform(([o,r])=>({at:Math.round(o*1e3),value:St(r)})),pt=U.Ikc({status:U.euz("success"),data:U.Ikc({resultType:U.euz("matrix"),result:U.YOg(U.Ikc({metric:U.g1P(U.YjP(),U.YjP()),values:U.YOg(st)}))})}),dt=U.Ikc({errorType:U.YjP(),error:U.YjP()}),wt=U.Ikc({status:U.euz("success"),data:U.Ikc({result:U.YOg(U.Ikc({metric:U.g1P(U.YjP(),U.YjP()),value:st}))})}),Et=U.Ikc({status:U.euz("success"),data:U.Ikc({result:st})});class ut{dial;name;patience;#e=Ye;#t=[];constructor(r,c,d=Ae){this.dial=r,this.name=c,this.patience=d}async now(){return new Date(this.#i(Et,await this.#s("query",{query:"scalar(vector(time()))"})).data.result.at)}async values(r){const{result:c}=this.#i(wt,await this.#s("query",{query:r})).data;return c.map(({metric:d,value:w})=>({labels:d,samples:[w]}))}async samples(r,c){return this.#n(await this.#s("query",{query:r,time:String(c/1e3)}))}async steps(r,{from:c,to:d},w){const[b,_]=[c+w,d].map(x=>String(x/1e3));return this.#n(await this.#s("query_range",{query:r,start:b,end:_,step:String(w/1e3)}))}#n(r){const{result:c}=this.#i(pt,r).data;return c.map(({metric:d,values:w})=>({labels:d,samples:w}))}#i(r,c){const d=r.safeParse(gt(c));if(d.success)return d.data;throw this.#o("answers something that is no answer to what it was asked.",c.slice(0,500))}async#s(r,c){const d=new URLSearchParams(Object.entries(c).filter(w=>w[1]!==void 0));await this.#a();try{const w=await this.dial(),{status:b,body:_}=await this.#r(w,r,d.toString());if(b===200)return _;const x=dt.safeParse(gt(_));throw this.#o(`refuses a question, with status ${b}.`,x.success?`${x.data.errorType}: ${x.data.error}`:_.slice(0,500))}finally{this.#e+=1,this.#t.shift()?.()}}async#a(){for(;this.#e===0;)await new Promise(r=>this.#t.push(r));this.#e-=1}#r(r,c,d){return new Promise((w,b)=>{const _=B=>{clearTimeout(x),r.destroy(),b(this.#o("broke off.",B instanceof Error?B.message:String(B)))},x=setTimeout(()=>_(`no answer within ${(0,J.a3)(this.patience)}`),this.patience),O=(0,We.request)({createConnection:()=>r,host:"localhost",method:"POST",path:`/api/v1/${c}`,headers:{"content-type":"application/x-www-form-urlencoded","content-length":Buffer.byteLength(d),"accept-encoding":"gzip"}});O.on("error",_),O.on("response",B=>{Ve(B).then(K=>{clearTimeout(x),r.destroy(),w({status:B.statusCode,body:K})},_)}),O.end(d)})}#o(r,c){return new de.w({code:"prometheus-failed",host:this.name,step:"objectives",message:`Prometheus there ${r}`,seen:c,left:"Nothing was changed.",hint:"`systemctl status prometheus` and `journalctl -u prometheus --since -15min` there."})}}function Ve(o){if(o.headers["content-encoding"]!=="gzip")return(0,re.text)(o);const r=(0,ze.createGunzip)();return o.on("error",c=>r.destroy(c)),(0,re.text)(o.pipe(r))}function gt(o){try{return JSON.parse(o)}catch{return}}const St=o=>Number(o.replace("Inf","Infinity")),$t="availability",ue="app",it=["route","path","handler","url","uri","endpoint"],pe=o=>`probe_success{job="${$t}"}[${o}s]`,ft=o=>`up{job="${ue}"}[${o}s]`;function Fe(o,r){const c=d=>`increase(${o.slo.histogram}_${d}${Je(o)}[${r}s])`;return{count:`sum(${c("count")})`,sum:`sum(${c("sum")})`,buckets:`sum by (le) (${c("bucket")})`}}function At(o,r){const c=d=>`sum by (host) (increase(${o.slo.histogram}_${d}${Je(o)}[${r}s]))`;return{count:c("count"),sum:c("sum")}}function Je({workers:o}){const[r=""]=o.health.split("?"),c=["/metrics",r].map(d=>d.replace(/[^A-Za-z0-9/]/g,w=>`[${w}]`)).join("|");return`{${[`job="${ue}"`,...it.map(d=>`${d}!~"${c}"`)].join(",")}}`}const I=864e5,A=(0,J.Gx)(2),S=168,P=(0,J.Gx)(5);async function N(o,r,c){const[d,w,b]=await Promise.all([z(o,pe,c),z(o,ft,c),C(o,r,c)]),_=Map.groupBy(w,({labels:x})=>x.host??x.instance??"unnamed");return{probes:d.map(({samples:x})=>x),scrapes:new Map([..._].map(([x,O])=>[x,O.map(({samples:B})=>B)])),requests:b}}async function z(o,r,{from:c,to:d}){const w=[];for(let x=d;x>c-A;x-=I)w.push({from:Math.max(x-I,c-A),to:x});const b=await Promise.all(w.reverse().map(async x=>(await o.samples(r(Math.ceil((x.to-x.from)/1e3)),x.to)).map(({labels:B,samples:K})=>({labels:B,samples:K.filter(({at:G})=>G>x.from)}))));return[...Map.groupBy(b.flat(),({labels:x})=>JSON.stringify(Object.entries(x).sort())).values()].map(x=>({labels:x[0]?.labels??{},samples:x.flatMap(({samples:O})=>O)}))}async function C(o,r,c){const d=c.to-c.from,w=Math.max(1,Math.min(S,Math.floor(d/P))),b=Math.floor(d/w/1e3)*1e3,_={from:c.to-w*b,to:c.to},x=Fe(r,b/1e3),[O,B,K]=await Promise.all([x.count,x.sum,x.buckets].map(xe=>o.steps(xe,_,b))),G=Array.from({length:w},(xe,Nt)=>_.from+(Nt+1)*b),[le,Mt]=[O,B].map((xe=[])=>D(xe[0]?.samples)),ve=(K??[]).map(({labels:xe,samples:Nt})=>[ne(xe.le),D(Nt)]);return G.map(xe=>({from:xe-b,to:xe,count:le?.get(xe)??0,sum:Mt?.get(xe)??0,buckets:new Map(ve.map(([Nt,Qt])=>[Nt,Qt.get(xe)??0]))}))}const D=(o=[])=>new Map(o.filter(({value:r})=>Number.isFinite(r)).map(({at:r,value:c})=>[r,c])),ne=(o="+Inf")=>o==="+Inf"?Number.POSITIVE_INFINITY:Number(o);function Q(o,r){const c=[...r].sort(([x],[O])=>x-O),d=c.at(-1)?.[1]??0;if(!(d>0))return;const w=o*d;let[b,_]=[0,0];for(const[x,O]of c){if(O>=w){if(x===Number.POSITIVE_INFINITY)return{time:(0,J.YA)(b),beyond:!0};const B=O>_?(w-_)/(O-_):1;return{time:(0,J.YA)(b+(x-b)*B),beyond:!1}}[b,_]=[x,O]}return{time:(0,J.YA)(b),beyond:!0}}function ae(o){const r=new Map;for(const c of o)for(const[d,w]of c)r.set(d,(r.get(d)??0)+w);return r}function _e(o,r,c,d){const w=x=>{const O=x.map(B=>B.filter(({value:K})=>K>0));return Oe(ie(O,c),c).up/(c.to-c.from)},b=w([...r.values()].flat()),_=Ie({count:o.reduce((x,{count:O})=>x+O,0),sum:o.reduce((x,{sum:O})=>x+O,0),buckets:ae(o.map(({buckets:x})=>x))});return{verdict:$e(_.mean,b,d.meanResponseTime),objective:d.meanResponseTime,..._,coverage:b,workers:[...r].map(([x,O])=>({worker:x,coverage:w(O)})),course:o.map(({from:x,to:O,...B})=>({from:x,to:O,...Ie(B)}))}}function $e(o,r,c){return o===void 0||r<Se?"unknown":o>c?"missed":"met"}function Ie({count:o,sum:r,buckets:c}){if(o<.5)return{requests:0};const[d,w,b]=[.5,.95,.99].map(_=>Q(_,c));return{requests:Math.round(o),mean:(0,J.Rz)((0,J.YA)(r/o)),p50:d,p95:w,p99:b}}const kt=9090;async function _t(o,r,c){const{cluster:d,reporter:w}=o;return w.group(`Measuring the objectives of ${d.service}`,async()=>{const b=await $(d,r,c),_={from:b.from.getTime(),to:b.to.getTime()};return{...b,marks:await Tt(o,_)}})}async function $(o,r,c){const d=u(o,r),w=Math.floor((c??await d.now()).getTime()/1e3)*1e3,b={from:w-o.slo.window,to:w},_=await N(d,o,b),x=tt(_.probes,b,o.slo),O=_e(_.requests,_.scrapes,b,o.slo);return{service:o.service,from:new Date(b.from),to:new Date(b.to),verdict:qe([x.verdict,O.verdict]),availability:x,responseTime:O}}function u(o,r,c){const d=p(o.monitoring?.host);return new ut(()=>r(d,kt),d.name,c)}function p(o){if(o!==void 0)return o;throw new de.j({code:"monitoring-not-configured",message:"buka.yml has no monitoring, so nothing measures the objectives.",left:"Nothing was changed.",hint:"Name the machine that Prometheus runs on: `monitoring: { host: monitor1 }`; docs/objectives.md tells what it must hold."})}const v=["nothing","missed","unknown"];function T(o){const r=v.find(c=>c===o);if(r!==void 0)return r;throw new de.j({code:"fail-on-invalid",message:`fail-on must be one of ${v.join(", ")}.`,seen:o,left:"Nothing was changed.",hint:"`missed` fails when an objective is missed; `unknown` also when too little was measured to say."})}function L(o,r){const{verdict:c,availability:d,responseTime:w}=o;if(!(r==="nothing"||c==="met"||r==="missed"&&c==="unknown"))return new de.w({code:c==="missed"?"objectives-missed":"objectives-unknown",message:c==="missed"?"The objectives were missed over the window.":"Too little of the window was measured to say whether the objectives were met.",seen:[`availability ${me[d.verdict]}: ${se(d.measured)} of ${se(d.objective)}, ${se(100*d.coverage,1)} measured`,`response time ${me[w.verdict]}: mean ${M(w.mean)} of ${M(w.objective)}, ${se(100*w.coverage,1)} measured`].join(`
`),left:"Nothing was changed.",hint:c==="missed"?"The report lists the incidents that spent the budget.":"The report lists when nobody looked: docs/objectives.md#not-measured."})}const Y=o=>async({cluster:r})=>{const c=await $(r,o),d=q(c);if(d)throw d;const{budget:w}=c.availability;return`${H(w.left)} of ${H(w.whole)} of the error budget are left`},q=o=>L(o,"unknown")??ee(o);function ee({availability:{burns:o,budget:r}}){const c=o.filter(({tooFast:d})=>d);if(c.length!==0)return new de.w({code:"budget-burns",message:"Customers get errors now, at a rate that would spend the error budget too soon.",seen:[...c.map(Ee),`${H(r.left)} left`].join(`
`),left:"Nothing was changed.",hint:"docs/alerts/error-budget-burns.md tells how to find out why."})}const ye=(0,J.YA)(10),Me=o=>({checkObjectives:Y(o),askTimes:r=>Ce(r,o)});function Ce(o,r){const c=u(o,r,ye);return async d=>{const w=Math.floor(d/1e3);if(w<1)return new Map;const{count:b,sum:_}=At(o,w),[x,O]=await Promise.all([c.values(b),c.values(_)]);return ot(ht(x),ht(O))}}const ht=o=>new Map(o.map(({labels:r,samples:c})=>[r.host??"",c[0]?.value??0]));function ot(o,r){const c=[...o].filter(([d,w])=>w>0&&r.has(d));return new Map(c.map(([d,w])=>[d,{requests:w,took:(0,J.YA)(r.get(d)??0)}]))}const je=120;async function Ot(o,r){if(o.monitoring?.host===void 0)return;const d=u(o,r),w=(await d.now()).getTime(),[b,_]=await Promise.all([d.samples(pe(je),w),d.samples(ft(je),w)]),x=b.map(({samples:O})=>O.at(-1)?.value);return{probed:x.length===0?"not-probed":x.every(O=>O===1)?"answers":"fails",workers:o.workers.hosts.map(({name:O})=>O).filter(O=>_.some(({labels:B,samples:K})=>B.host===O&&K.at(-1)?.value===1))}}var Qe=W(5260);const Xe=o=>(0,Qe.g)(o).replace(/[&<>"']/g,r=>`&#${r.charCodeAt(0)};`);function rt(o,r){const c=(d,w)=>`<tr>${d.map(b=>`<${w}>${mt(b)}</${w}>`).join("")}</tr>`;return`<div class="scroll"><table><thead>${c(o,"th")}</thead><tbody>${r.map(d=>c(d,"td")).join("")}</tbody></table></div>`}const mt=o=>o.replace(/(\d) (?=(?:%|×|ms|s|min|h|d)(?![a-z]))/g,"$1\xA0");function bt(o){const[r="",...c]=fe(o).split(" ");return`<span class="at"><span>${r}</span> <span>${c.join(" ")}</span></span>`}const De=(o,r)=>`<section class="card"><h2>${o}</h2>${r}</section>`,Re=o=>`<p class="soft">${mt(o)}</p>`,jt=o=>`<span class="pill ${o}">${o}</span>`;function Rt({from:o,to:r,availability:c,responseTime:d,marks:w=[]}){const b=G=>c.timeline.filter(le=>le.state===G).map(le=>[le.from/1e3,le.to/1e3]),_=b("down"),x=c.budget.whole/1e3,O=G=>G===void 0?null:Number((G/1e3).toFixed(6)),{course:B}=d,[K]=B;return{from:o.getTime()/1e3,to:r.getTime()/1e3,down:_,blind:b("unmeasured"),marks:w.map(({at:G})=>G.getTime()/1e3),budget:Bt(o.getTime()/1e3,r.getTime()/1e3,x,_),whole:x,part:K===void 0?0:(K.to-K.from)/1e3,course:{at:B.map(G=>(G.from+G.to)/2e3),requests:B.map(({requests:G})=>G),mean:B.map(({mean:G})=>O(G)),p95:B.map(({p95:G})=>O(G?.time)),p99:B.map(({p99:G})=>O(G?.time)),beyond:{p95:B.flatMap(({p95:G},le)=>G?.beyond?[le]:[]),p99:B.flatMap(({p99:G},le)=>G?.beyond?[le]:[])}},objective:d.objective/1e3}}function Bt(o,r,c,d){const w=[o],b=[c];let _=c;for(const[x,O]of d)w.push(x),b.push(_),_-=O-x,w.push(O),b.push(_);return w.push(r),b.push(_),[w,b]}const Ut=String.raw`
(function () {
  var dark = matchMedia('(prefers-color-scheme: dark)');
  var drawn = [];
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }
  function seconds(value) {
    if (value == null) return '–';
    if (value < 1) return Math.round(value * 1000) + ' ms';
    return +value.toFixed(2) + ' s';
  }
  function length(value) {
    if (value == null) return '–';
    var size = Math.abs(value), sign = value < 0 ? '-' : '';
    if (size < 120) return sign + +size.toFixed(1) + ' s';
    return sign + (size < 7200 ? +(size / 60).toFixed(1) + ' min' : +(size / 3600).toFixed(1) + ' h');
  }
  function requests(value) {
    if (value == null) return '–';
    if (value >= 1e6) return +(value / 1e6).toFixed(1) + ' M';
    return value >= 1e4 ? +(value / 1e3).toFixed(1) + ' k' : String(value);
  }
  function iso(at) { return new Date(at * 1000).toISOString(); }
  function day(at) { return iso(at).slice(5, 10); }
  function clock(at) { return iso(at).slice(11, 16); }
  function moment(at) { return iso(at).slice(0, 10) + ' ' + clock(at); }
  /* The time of day, and the day where it is another one than before. */
  function timeLabels(u, splits, axis, space, step) {
    return splits.map(function (at, index) {
      if (step >= 86400) return day(at);
      return index > 0 && day(at) === day(splits[index - 1]) ? clock(at) : clock(at) + '\n' + day(at);
    });
  }
  function partAround(at) { return moment(at - data.part / 2) + ' to ' + clock(at + data.part / 2); }
  /* A value between two gaps has no line. */
  function alone(u, series) {
    var values = u.data[series], found = [];
    values.forEach(function (value, index) {
      if (value != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
    });
    return found;
  }
  function band(u, from, to, fill, least) {
    var left = u.valToPos(from, 'x', true), right = u.valToPos(to, 'x', true);
    u.ctx.fillStyle = fill;
    u.ctx.fillRect(left, u.bbox.top, Math.max(right - left, least * devicePixelRatio), u.bbox.height);
  }
  function behind(u) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    data.blind.forEach(function (span) { band(u, span[0], span[1], colour('blind'), 1); });
    u.ctx.globalAlpha = 0.55;
    data.down.forEach(function (span) { band(u, span[0], span[1], colour('down'), 2); });
    u.ctx.globalAlpha = 1;
    data.marks.forEach(function (at) { band(u, at, at, colour('mark'), 1); });
    u.ctx.restore();
  }
  function limit(value, scale) {
    return function (u) {
      var y = u.valToPos(value, scale, true);
      if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
      u.ctx.save();
      u.ctx.strokeStyle = colour('bad');
      u.ctx.lineWidth = 1.5 * devicePixelRatio;
      u.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.restore();
    };
  }
  function axes(format, steps) {
    var common = { stroke: colour('soft'), font: '12px system-ui, "DejaVu Sans", sans-serif',
      grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 } };
    return [
      Object.assign({ space: 56, values: timeLabels }, common),
      Object.assign({ size: 68, values: function (u, splits) { return splits.map(function (v) { return v == null ? '' : format(v); }); } }, steps && { incrs: steps }, common)
    ];
  }
  function draw(id, values, series, scale, format, options) {
    var place = document.getElementById(id);
    if (!place) return;
    var chart = new uPlot({
      width: place.clientWidth, height: 240,
      tzDate: function (at) { return uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'); },
      cursor: { y: false, sync: { key: 'time' }, drag: { x: false, y: false }, points: { show: !options.level } },
      scales: { x: { range: function () { return [data.from, data.to]; } }, y: scale },
      axes: axes(format, options.steps),
      series: [{ label: 'time', value: function (u, at) {
        if (at == null) return '–';
        return options.level ? moment(u.posToVal(u.cursor.left, 'x')) : partAround(at);
      } }].concat(series.map(function (one) {
        return Object.assign({ width: 1.5, spanGaps: false, points: { show: false, filter: alone, size: 6 },
          value: function (u, v, index, part) {
            return (one.beyond && one.beyond.indexOf(part) >= 0 ? '> ' : '') + format(v);
          } }, one);
      })),
      hooks: { drawClear: [behind], draw: options.limit == null ? [] : [limit(options.limit, 'y')] }
    }, values, place);
    drawn.push({ chart: chart, place: place });
  }
  function all() {
    drawn.forEach(function (one) { one.chart.destroy(); });
    drawn = [];
    var times = data.course;
    draw('budget', data.budget, [{ label: 'left', stroke: colour('mean'), fill: colour('area'), width: 2 }],
      { range: function (u, low, high) { return [Math.min(0, low * 1.1), Math.max(data.whole * 1.05, high)]; } }, length,
      { limit: 0, level: true, steps: [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400] });
    draw('times', [times.at, times.mean, times.p95, times.p99], [
      { label: 'mean', stroke: colour('mean'), width: 2 }, { label: 'p95', stroke: colour('p95'), beyond: times.beyond.p95 },
      { label: 'p99', stroke: colour('p99'), beyond: times.beyond.p99 }
    ], { distr: 3, range: function (u, low, high) {
      return [Math.pow(10, Math.floor(Math.log10(low || 0.01))), Math.max(high || 0, data.objective) * 1.5];
    } }, seconds, { limit: data.objective });
    draw('requests', [times.at, times.requests], [
      { label: 'requests', width: 0, stroke: colour('mean'), fill: colour('bar'), points: { show: false },
        paths: uPlot.paths.bars({ size: [1, Infinity] }) }
    ], { range: function (u, low, high) { return [0, (high || 1) * 1.1]; } }, requests, {});
  }
  all();
  dark.addEventListener('change', all);
  addEventListener('resize', function () {
    drawn.forEach(function (one) { one.chart.setSize({ width: one.place.clientWidth, height: 240 }); });
  });
})();
`,Ht=`
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1c2128; --soft: #59636e; --line: #d8dde3;
  --good: #1a7f37; --bad: #c01f2b; --unsure: #8a6100;
  --mean: #0b6bcb; --p95: #b35900; --p99: #8250df; --area: #0b6bcb33; --bar: #0b6bcbb3; --blind: #8a93a04d; --down: #d1242f; --mark: #57606a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1318; --card: #181d24; --ink: #e8ebef; --soft: #9aa5b1; --line: #303842;
    --good: #4ac26b; --bad: #ff6b70; --unsure: #e0ac32;
    --mean: #58a6ff; --p95: #f0953f; --p99: #b794f6; --area: #58a6ff33; --bar: #58a6ffb3; --blind: #8a93a059; --down: #ff6b70; --mark: #aab4bf;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 8px; }
p { margin: 0 0 8px; }
p:last-child { margin: 0; }
.soft { color: var(--soft); font-size: .9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-top: 16px; min-width: 0; }
.tiles { display: grid; gap: 16px; margin-top: 16px; }
.tiles .card { margin: 0; }
.figure { font-size: 2rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.met { color: var(--good); } .missed { color: var(--bad); } .unknown { color: var(--unsure); }
.pill { display: inline-block; border: 1px solid currentColor; border-radius: 99px; padding: 1px 10px; font-size: .85rem; font-weight: 600; }
.bar { height: 10px; border-radius: 5px; background: var(--line); overflow: hidden; margin: 8px 0; }
.bar i { display: block; height: 100%; background: var(--good); }
.bar i.missed { background: var(--bad); }
.scroll { overflow-x: auto; }
.scroll table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
.scroll th, .scroll td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
.scroll th { color: var(--soft); font-weight: 500; }
.scroll tr:last-child td { border-bottom: 0; }
.at span { white-space: nowrap; }
.free { overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
.chart { min-height: 240px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--soft); }
.key i { display: inline-block; width: 14px; height: 10px; margin-right: 6px; border-radius: 2px; background: var(--colour); }
.key i.thin { width: 3px; height: 14px; vertical-align: -2px; }
.key i.dashed { height: 0; width: 20px; border-radius: 0; border-top: 2px dashed var(--colour); background: none; vertical-align: 4px; }
.u-legend { font-size: .8rem; color: var(--ink); text-align: left; padding-left: 8px; }
.u-legend .u-value { font-variant-numeric: tabular-nums; min-width: 4.5em; }
.u-legend .u-series:first-child .u-marker { display: none; }
.u-legend .u-series:first-child .u-value { min-width: 13.5em; }
@media (min-width: 800px) {
  main { padding: 32px 24px 64px; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  .at { white-space: nowrap; }
}
`;function qt({availability:o,responseTime:r}){const{measured:c,objective:d,verdict:w,coverage:b,atLeast:_,unmeasured:x}=o,{requests:O,p50:B,p95:K,p99:G}=r,le=x>0?`${H(x)} not measured; ${se(_)} if it was down all that time.`:"The whole window was measured.";return[Yt("Availability",w,se(c),[`Asked for: at least ${se(d)}. Coverage ${se(100*b,2)}.`,le]),Yt("Mean response time",r.verdict,M(r.mean),[`Asked for: at most ${M(r.objective)}. Coverage ${se(100*r.coverage,2)}.`,O===0?"No request was counted.":`${O.toLocaleString("en-US")} requests: p50 ${te(B)}, p95 ${te(K)}, p99 ${te(G)}.`]),Wt(o)]}function Wt({budget:{whole:o,spent:r,left:c,leftShare:d},measured:w}){if(w===void 0)return De("Error budget",`<div class="figure">${H(o)}</div>${Re("What was spent of it nobody knows.")}`);const[b,_]=c<0?["missed",100]:["met",(100*d).toFixed(1)],x=c<0?`${H((0,J.Rz)(-c))} too much`:`${H(c)} left`;return De("Error budget",`<div class="figure${c<0?" missed":""}">${mt(x)}</div><div class="bar"><i class="${b}" style="width:${_}%"></i></div>${Re(`${H(r)} spent of ${H(o)}.`)}`)}const Yt=(o,r,c,d)=>`<section class="card"><h2>${o} ${jt(r)}</h2><div class="figure ${r}">${mt(c)}</div>${d.map(Re).join("")}</section>`,at=JSON.parse('{"js":"/*\\nThe MIT License (MIT)\\n\\nCopyright (c) 2022 Leon Sorokin\\n\\nPermission is hereby granted, free of charge, to any person obtaining a copy\\nof this software and associated documentation files (the \\"Software\\"), to deal\\nin the Software without restriction, including without limitation the rights\\nto use, copy, modify, merge, publish, distribute, sublicense, and/or sell\\ncopies of the Software, and to permit persons to whom the Software is\\nfurnished to do so, subject to the following conditions:\\n\\nThe above copyright notice and this permission notice shall be included in\\nall copies or substantial portions of the Software.\\n\\nTHE SOFTWARE IS PROVIDED \\"AS IS\\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\\nIMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\\nFITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\\nAUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\\nLIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,\\nOUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN\\nTHE SOFTWARE.\\n*/\\n/*! https://github.com/leeoniya/uPlot (v1.6.32) */\\nvar uPlot=function(){\\"use strict\\";const l=\\"u-off\\",e=\\"u-label\\",t=\\"width\\",n=\\"height\\",i=\\"top\\",o=\\"bottom\\",s=\\"left\\",r=\\"right\\",u=\\"#000\\",a=u+\\"0\\",f=\\"mousemove\\",c=\\"mousedown\\",h=\\"mouseup\\",d=\\"mouseenter\\",p=\\"mouseleave\\",m=\\"dblclick\\",g=\\"change\\",x=\\"dppxchange\\",w=\\"--\\",_=\\"undefined\\"!=typeof window,b=_?document:null,v=_?window:null,k=_?navigator:null;let y,M;function S(l,e){if(null!=e){let t=l.classList;!t.contains(e)&&t.add(e)}}function T(l,e){let t=l.classList;t.contains(e)&&t.remove(e)}function E(l,e,t){l.style[e]=t+\\"px\\"}function z(l,e,t,n){let i=b.createElement(l);return null!=e&&S(i,e),null!=t&&t.insertBefore(i,n),i}function D(l,e){return z(\\"div\\",l,e)}const P=new WeakMap;function A(e,t,n,i,o){let s=\\"translate(\\"+t+\\"px,\\"+n+\\"px)\\";s!=P.get(e)&&(e.style.transform=s,P.set(e,s),0>t||0>n||t>i||n>o?S(e,l):T(e,l))}const W=new WeakMap;function Y(l,e,t){let n=e+t;n!=W.get(l)&&(W.set(l,n),l.style.background=e,l.style.borderColor=t)}const C=new WeakMap;function H(l,e,t,n){let i=e+\\"\\"+t;i!=C.get(l)&&(C.set(l,i),l.style.height=t+\\"px\\",l.style.width=e+\\"px\\",l.style.marginLeft=n?-e/2+\\"px\\":0,l.style.marginTop=n?-t/2+\\"px\\":0)}const F={passive:!0},R={...F,capture:!0};function G(l,e,t,n){e.addEventListener(l,t,n?R:F)}function I(l,e,t){e.removeEventListener(l,t,F)}function L(l,e,t,n){let i;t=t||0;let o=2147483647>=(n=n||e.length-1);for(;n-t>1;)i=o?t+n>>1:sl((t+n)/2),l>e[i]?t=i:n=i;return l-e[t]>e[n]-l?n:t}function O(l){return(e,t,n)=>{let i=-1,o=-1;for(let o=t;n>=o;o++)if(l(e[o])){i=o;break}for(let i=n;i>=t;i--)if(l(e[i])){o=i;break}return[i,o]}}_&&function l(){let e=devicePixelRatio;y!=e&&(y=e,M&&I(g,M,l),M=matchMedia(`(min-resolution: ${y-.001}dppx) and (max-resolution: ${y+.001}dppx)`),G(g,M,l),v.dispatchEvent(new CustomEvent(x)))}();const N=l=>null!=l,j=l=>null!=l&&l>0,U=O(N),V=O(j);function B(l,e,t,n){let i=hl(l),o=hl(e);l==e&&(-1==i?(l*=t,e/=t):(l/=t,e*=t));let s=10==t?dl:pl,r=1==o?ul:sl,u=(1==i?sl:ul)(s(ol(l))),a=r(s(ol(e))),f=cl(t,u),c=cl(t,a);return 10==t&&(0>u&&(f=Al(f,-u)),0>a&&(c=Al(c,-a))),n||2==t?(l=f*i,e=c*o):(l=Pl(l,f),e=Dl(e,c)),[l,e]}function $(l,e,t,n){let i=B(l,e,t,n);return 0==l&&(i[0]=0),0==e&&(i[1]=0),i}const J=.1,q={mode:3,pad:J},K={pad:0,soft:null,mode:0},X={min:K,max:K};function Z(l,e,t,n){return Ol(t)?ll(l,e,t):(K.pad=t,K.soft=n?0:null,K.mode=n?3:0,ll(l,e,X))}function Q(l,e){return null==l?e:l}function ll(l,e,t){let n=t.min,i=t.max,o=Q(n.pad,0),s=Q(i.pad,0),r=Q(n.hard,-gl),u=Q(i.hard,gl),a=Q(n.soft,gl),f=Q(i.soft,-gl),c=Q(n.mode,0),h=Q(i.mode,0),d=e-l,p=dl(d),m=fl(ol(l),ol(e)),g=dl(m),x=ol(g-p);(1e-24>d||x>10)&&(d=0,0!=l&&0!=e||(d=1e-24,2==c&&a!=gl&&(o=0),2==h&&f!=-gl&&(s=0)));let w=d||m||1e3,_=dl(w),b=cl(10,sl(_)),v=Al(Pl(l-w*(0==d?0==l?.1:1:o),b/10),24),k=a>l||1!=c&&(3!=c||v>a)&&(2!=c||a>v)?gl:a,y=fl(r,k>v&&l>=k?k:al(k,v)),M=Al(Dl(e+w*(0==d?0==e?.1:1:s),b/10),24),S=e>f||1!=h&&(3!=h||f>M)&&(2!=h||M>f)?-gl:f,T=al(u,M>S&&S>=e?S:fl(S,M));return y==T&&0==y&&(T=100),[y,T]}const el=new Intl.NumberFormat(_?k.language:\\"en-US\\"),tl=l=>el.format(l),nl=Math,il=nl.PI,ol=nl.abs,sl=nl.floor,rl=nl.round,ul=nl.ceil,al=nl.min,fl=nl.max,cl=nl.pow,hl=nl.sign,dl=nl.log10,pl=nl.log2,ml=(l,e=1)=>nl.asinh(l/e),gl=1/0;function xl(l){return 1+(0|dl((l^l>>31)-(l>>31)))}function wl(l,e,t){return al(fl(l,e),t)}function _l(l){return\\"function\\"==typeof l}function bl(l){return _l(l)?l:()=>l}const vl=l=>l,kl=(l,e)=>e,yl=()=>null,Ml=()=>!0,Sl=(l,e)=>l==e,Tl=/\\\\.\\\\d*?(?=9{6,}|0{6,})/gm,El=l=>{if(Il(l)||Wl.has(l))return l;const e=\\"\\"+l,t=e.match(Tl);if(null==t)return l;let n=t[0].length-1;if(-1!=e.indexOf(\\"e-\\")){let[l,t]=e.split(\\"e\\");return+`${El(l)}e${t}`}return Al(l,n)};function zl(l,e){return El(Al(El(l/e))*e)}function Dl(l,e){return El(ul(El(l/e))*e)}function Pl(l,e){return El(sl(El(l/e))*e)}function Al(l,e=0){if(Il(l))return l;let t=10**e;return rl(l*t*(1+Number.EPSILON))/t}const Wl=new Map;function Yl(l){return((\\"\\"+l).split(\\".\\")[1]||\\"\\").length}function Cl(l,e,t,n){let i=[],o=n.map(Yl);for(let s=e;t>s;s++){let e=ol(s),t=Al(cl(l,s),e);for(let r=0;n.length>r;r++){let u=10==l?+`${n[r]}e${s}`:n[r]*t,a=(0>s?e:0)+(o[r]>s?o[r]:0),f=10==l?u:Al(u,a);i.push(f),Wl.set(f,a)}}return i}const Hl={},Fl=[],Rl=[null,null],Gl=Array.isArray,Il=Number.isInteger;function Ll(l){return\\"string\\"==typeof l}function Ol(l){let e=!1;if(null!=l){let t=l.constructor;e=null==t||t==Object}return e}function Nl(l){return null!=l&&\\"object\\"==typeof l}const jl=Object.getPrototypeOf(Uint8Array),Ul=\\"__proto__\\";function Vl(l,e=Ol){let t;if(Gl(l)){let n=l.find((l=>null!=l));if(Gl(n)||e(n)){t=Array(l.length);for(let n=0;l.length>n;n++)t[n]=Vl(l[n],e)}else t=l.slice()}else if(l instanceof jl)t=l.slice();else if(e(l)){t={};for(let n in l)n!=Ul&&(t[n]=Vl(l[n],e))}else t=l;return t}function Bl(l){let e=arguments;for(let t=1;e.length>t;t++){let n=e[t];for(let e in n)e!=Ul&&(Ol(l[e])?Bl(l[e],Vl(n[e])):l[e]=Vl(n[e]))}return l}function $l(l,e,t){for(let n,i=0,o=-1;e.length>i;i++){let s=e[i];if(s>o){for(n=s-1;n>=0&&null==l[n];)l[n--]=null;for(n=s+1;t>n&&null==l[n];)l[o=n++]=null}}}const Jl=\\"undefined\\"==typeof queueMicrotask?l=>Promise.resolve().then(l):queueMicrotask,ql=[\\"January\\",\\"February\\",\\"March\\",\\"April\\",\\"May\\",\\"June\\",\\"July\\",\\"August\\",\\"September\\",\\"October\\",\\"November\\",\\"December\\"],Kl=[\\"Sunday\\",\\"Monday\\",\\"Tuesday\\",\\"Wednesday\\",\\"Thursday\\",\\"Friday\\",\\"Saturday\\"];function Xl(l){return l.slice(0,3)}const Zl=Kl.map(Xl),Ql=ql.map(Xl),le={MMMM:ql,MMM:Ql,WWWW:Kl,WWW:Zl};function ee(l){return(10>l?\\"0\\":\\"\\")+l}const te={YYYY:l=>l.getFullYear(),YY:l=>(l.getFullYear()+\\"\\").slice(2),MMMM:(l,e)=>e.MMMM[l.getMonth()],MMM:(l,e)=>e.MMM[l.getMonth()],MM:l=>ee(l.getMonth()+1),M:l=>l.getMonth()+1,DD:l=>ee(l.getDate()),D:l=>l.getDate(),WWWW:(l,e)=>e.WWWW[l.getDay()],WWW:(l,e)=>e.WWW[l.getDay()],HH:l=>ee(l.getHours()),H:l=>l.getHours(),h:l=>{let e=l.getHours();return 0==e?12:e>12?e-12:e},AA:l=>12>l.getHours()?\\"AM\\":\\"PM\\",aa:l=>12>l.getHours()?\\"am\\":\\"pm\\",a:l=>12>l.getHours()?\\"a\\":\\"p\\",mm:l=>ee(l.getMinutes()),m:l=>l.getMinutes(),ss:l=>ee(l.getSeconds()),s:l=>l.getSeconds(),fff:l=>function(l){return(10>l?\\"00\\":100>l?\\"0\\":\\"\\")+l}(l.getMilliseconds())};function ne(l,e){e=e||le;let t,n=[],i=/\\\\{([a-z]+)\\\\}|[^{]+/gi;for(;t=i.exec(l);)n.push(\\"{\\"==t[0][0]?te[t[1]]:t[0]);return l=>{let t=\\"\\";for(let i=0;n.length>i;i++)t+=\\"string\\"==typeof n[i]?n[i]:n[i](l,e);return t}}const ie=(new Intl.DateTimeFormat).resolvedOptions().timeZone,oe=l=>l%1==0,se=[1,2,2.5,5],re=Cl(10,-32,0,se),ue=Cl(10,0,32,se),ae=ue.filter(oe),fe=re.concat(ue),ce=\\"{YYYY}\\",he=\\"\\\\n\\"+ce,de=\\"{M}/{D}\\",pe=\\"\\\\n\\"+de,me=pe+\\"/{YY}\\",ge=\\"{aa}\\",xe=\\"{h}:{mm}\\"+ge,we=\\"\\\\n\\"+xe,_e=\\":{ss}\\",be=null;function ve(l){let e=1e3*l,t=60*e,n=60*t,i=24*n,o=30*i,s=365*i;return[(1==l?Cl(10,0,3,se).filter(oe):Cl(10,-3,0,se)).concat([e,5*e,10*e,15*e,30*e,t,5*t,10*t,15*t,30*t,n,2*n,3*n,4*n,6*n,8*n,12*n,i,2*i,3*i,4*i,5*i,6*i,7*i,8*i,9*i,10*i,15*i,o,2*o,3*o,4*o,6*o,s,2*s,5*s,10*s,25*s,50*s,100*s]),[[s,ce,be,be,be,be,be,be,1],[28*i,\\"{MMM}\\",he,be,be,be,be,be,1],[i,de,he,be,be,be,be,be,1],[n,\\"{h}\\"+ge,me,be,pe,be,be,be,1],[t,xe,me,be,pe,be,be,be,1],[e,_e,me+\\" \\"+xe,be,pe+\\" \\"+xe,be,we,be,1],[l,_e+\\".{fff}\\",me+\\" \\"+xe,be,pe+\\" \\"+xe,be,we,be,1]],function(e){return(r,u,a,f,c,h)=>{let d=[],p=c>=s,m=c>=o&&s>c,g=e(a),x=Al(g*l,3),w=Pe(g.getFullYear(),p?0:g.getMonth(),m||p?1:g.getDate()),_=Al(w*l,3);if(m||p){let t=m?c/o:0,n=p?c/s:0,i=x==_?x:Al(Pe(w.getFullYear()+n,w.getMonth()+t,1)*l,3),r=new Date(rl(i/l)),u=r.getFullYear(),a=r.getMonth();for(let o=0;f>=i;o++){let s=Pe(u+n*o,a+t*o,1),r=s-e(Al(s*l,3));i=Al((+s+r)*l,3),i>f||d.push(i)}}else{let o=i>c?c:i,s=_+(sl(a)-sl(x))+Dl(x-_,o);d.push(s);let p=e(s),m=p.getHours()+p.getMinutes()/t+p.getSeconds()/n,g=c/n,w=h/r.axes[u]._space;for(;s=Al(s+c,1==l?0:3),f>=s;)if(g>1){let l=sl(Al(m+g,6))%24,t=e(s).getHours()-l;t>1&&(t=-1),s-=t*n,m=(m+g)%24,.7>Al((s-d[d.length-1])/c,3)*w||d.push(s)}else d.push(s)}return d}}]}const[ke,ye,Me]=ve(1),[Se,Te,Ee]=ve(.001);function ze(l,e){return l.map((l=>l.map(((t,n)=>0==n||8==n||null==t?t:e(1==n||0==l[8]?t:l[1]+t)))))}function De(l,e){return(t,n,i,o,s)=>{let r,u,a,f,c,h,d=e.find((l=>s>=l[0]))||e[e.length-1];return n.map((e=>{let t=l(e),n=t.getFullYear(),i=t.getMonth(),o=t.getDate(),s=t.getHours(),p=t.getMinutes(),m=t.getSeconds(),g=n!=r&&d[2]||i!=u&&d[3]||o!=a&&d[4]||s!=f&&d[5]||p!=c&&d[6]||m!=h&&d[7]||d[1];return r=n,u=i,a=o,f=s,c=p,h=m,g(t)}))}}function Pe(l,e,t){return new Date(l,e,t)}function Ae(l,e){return e(l)}function We(l,e){return(t,n,i,o)=>null==o?w:e(l(n))}Cl(2,-53,53,[1]);const Ye={show:!0,live:!0,isolate:!1,mount:()=>{},markers:{show:!0,width:2,stroke:function(l,e){let t=l.series[e];return t.width?t.stroke(l,e):t.points.width?t.points.stroke(l,e):null},fill:function(l,e){return l.series[e].fill(l,e)},dash:\\"solid\\"},idx:null,idxs:null,values:[]},Ce=[0,0];function He(l,e,t,n=!0){return l=>{0==l.button&&(!n||l.target==e)&&t(l)}}function Fe(l,e,t,n=!0){return l=>{(!n||l.target==e)&&t(l)}}const Re={show:!0,x:!0,y:!0,lock:!1,move:function(l,e,t){return Ce[0]=e,Ce[1]=t,Ce},points:{one:!1,show:function(l,e){let i=l.cursor.points,o=D(),s=i.size(l,e);E(o,t,s),E(o,n,s);let r=s/-2;E(o,\\"marginLeft\\",r),E(o,\\"marginTop\\",r);let u=i.width(l,e,s);return u&&E(o,\\"borderWidth\\",u),o},size:function(l,e){return l.series[e].points.size},width:0,stroke:function(l,e){let t=l.series[e].points;return t._stroke||t._fill},fill:function(l,e){let t=l.series[e].points;return t._fill||t._stroke}},bind:{mousedown:He,mouseup:He,click:He,dblclick:He,mousemove:Fe,mouseleave:Fe,mouseenter:Fe},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(l,e)=>{e.stopPropagation(),e.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(l,e,t,n,i)=>n-i,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Ge={show:!0,stroke:\\"rgba(0,0,0,0.07)\\",width:2},Ie=Bl({},Ge,{filter:kl}),Le=Bl({},Ie,{size:10}),Oe=Bl({},Ge,{show:!1}),Ne=\'12px system-ui, -apple-system, \\"Segoe UI\\", Roboto, \\"Helvetica Neue\\", Arial, \\"Noto Sans\\", sans-serif, \\"Apple Color Emoji\\", \\"Segoe UI Emoji\\", \\"Segoe UI Symbol\\", \\"Noto Color Emoji\\"\',je=\\"bold \\"+Ne,Ue={show:!0,scale:\\"x\\",stroke:u,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:je,side:2,grid:Ie,ticks:Le,border:Oe,font:Ne,lineGap:1.5,rotate:0},Ve={show:!0,scale:\\"x\\",auto:!1,sorted:1,min:gl,max:-gl,idxs:[]};function Be(l,e){return e.map((l=>null==l?\\"\\":tl(l)))}function $e(l,e,t,n,i,o,s){let r=[],u=Wl.get(i)||0;for(let l=t=s?t:Al(Dl(t,i),u);n>=l;l=Al(l+i,u))r.push(Object.is(l,-0)?0:l);return r}function Je(l,e,t,n,i){const o=[],s=l.scales[l.axes[e].scale].log,r=sl((10==s?dl:pl)(t));i=cl(s,r),10==s&&(i=fe[L(i,fe)]);let u=t,a=i*s;10==s&&(a=fe[L(a,fe)]);do{o.push(u),u+=i,10!=s||Wl.has(u)||(u=Al(u,Wl.get(i))),a>u||(a=(i=u)*s,10==s&&(a=fe[L(a,fe)]))}while(n>=u);return o}function qe(l,e,t,n,i){let o=l.scales[l.axes[e].scale].asinh,s=n>o?Je(l,e,fl(o,t),n,i):[o],r=0>n||t>0?[]:[0];return(-o>t?Je(l,e,fl(o,-n),-t,i):[o]).reverse().map((l=>-l)).concat(r,s)}const Ke=/./,Xe=/[12357]/,Ze=/[125]/,Qe=/1/,lt=(l,e,t,n)=>l.map(((l,i)=>4==e&&0==l||i%n==0&&t.test(l.toExponential()[0>l?1:0])?l:null));function et(l,e,t){let n=l.axes[t],i=n.scale,o=l.scales[i],s=l.valToPos,r=n._space,u=s(10,i),a=s(9,i)-u<r?s(7,i)-u<r?s(5,i)-u<r?Qe:Ze:Xe:Ke;if(a==Qe){let l=ol(s(1,i)-u);if(r>l)return lt(e.slice().reverse(),o.distr,a,ul(r/l)).reverse()}return lt(e,o.distr,a,1)}function tt(l,e,t){let n=l.axes[t],i=n.scale,o=n._space,s=l.valToPos,r=ol(s(1,i)-s(2,i));return o>r?lt(e.slice().reverse(),3,Ke,ul(o/r)).reverse():e}function nt(l,e,t,n){return null==n?w:null==e?\\"\\":tl(e)}const it={show:!0,scale:\\"y\\",stroke:u,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:je,side:3,grid:Ie,ticks:Le,border:Oe,font:Ne,lineGap:1.5,rotate:0},ot={scale:null,auto:!0,sorted:0,min:gl,max:-gl},st=(l,e,t,n,i)=>i,rt={show:!0,auto:!0,sorted:0,gaps:st,alpha:1,facets:[Bl({},ot,{scale:\\"x\\"}),Bl({},ot,{scale:\\"y\\"})]},ut={scale:\\"y\\",auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:st,alpha:1,points:{show:function(l,e){let{scale:t,idxs:n}=l.series[0],i=l._data[0],o=l.valToPos(i[n[0]],t,!0),s=l.valToPos(i[n[1]],t,!0);return ol(s-o)/(l.series[e].points.space*y)>=n[1]-n[0]},filter:null},values:null,min:gl,max:-gl,idxs:[],path:null,clip:null};function at(l,e,t){return t/10}const ft={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},ct=Bl({},ft,{time:!1,ori:1}),ht={};function dt(l){let e=ht[l];return e||(e={key:l,plots:[],sub(l){e.plots.push(l)},unsub(l){e.plots=e.plots.filter((e=>e!=l))},pub(l,t,n,i,o,s,r){for(let u=0;e.plots.length>u;u++)e.plots[u]!=t&&e.plots[u].pub(l,t,n,i,o,s,r)}},null!=l&&(ht[l]=e)),e}function pt(l,e,t){const n=l.mode,i=l.series[e],o=2==n?l._data[e]:l._data,s=l.scales,r=l.bbox;let u=o[0],a=2==n?o[1]:o[e],f=2==n?s[i.facets[0].scale]:s[l.series[0].scale],c=2==n?s[i.facets[1].scale]:s[i.scale],h=r.left,d=r.top,p=r.width,m=r.height,g=l.valToPosH,x=l.valToPosV;return 0==f.ori?t(i,u,a,f,c,g,x,h,d,p,m,kt,Mt,Tt,zt,Pt):t(i,u,a,f,c,x,g,d,h,m,p,yt,St,Et,Dt,At)}function mt(l,e){let t=0,n=0,i=Q(l.bands,Fl);for(let l=0;i.length>l;l++){let o=i[l];o.series[0]==e?t=o.dir:o.series[1]==e&&(n|=1==o.dir?1:2)}return[t,1==n?-1:2==n?1:3==n?2:0]}function gt(l,e,t,n,i){let o=l.series[e],s=l.scales[2==l.mode?o.facets[1].scale:o.scale];return-1==i?s.min:1==i?s.max:3==s.distr?1==s.dir?s.min:s.max:0}function xt(l,e,t,n,i,o){return pt(l,e,((l,e,s,r,u,a,f,c,h,d,p)=>{let m=l.pxRound;const g=0==r.ori?Mt:St;let x,w;1==r.dir*(0==r.ori?1:-1)?(x=t,w=n):(x=n,w=t);let _=m(a(e[x],r,d,c)),b=m(f(s[x],u,p,h)),v=m(a(e[w],r,d,c)),k=m(f(1==o?u.max:u.min,u,p,h)),y=new Path2D(i);return g(y,v,k),g(y,_,k),g(y,_,b),y}))}function wt(l,e,t,n,i,o){let s=null;if(l.length>0){s=new Path2D;const r=0==e?Tt:Et;let u=t;for(let e=0;l.length>e;e++){let t=l[e];if(t[1]>t[0]){let l=t[0]-u;l>0&&r(s,u,n,l,n+o),u=t[1]}}let a=t+i-u,f=10;a>0&&r(s,u,n-f/2,a,n+o+f)}return s}function _t(l,e,t,n,i,o,s){let r=[],u=l.length;for(let a=1==i?t:n;a>=t&&n>=a;a+=i)if(null===e[a]){let f=a,c=a;if(1==i)for(;++a<=n&&null===e[a];)c=a;else for(;--a>=t&&null===e[a];)c=a;let h=o(l[f]),d=c==f?h:o(l[c]),p=f-i;h=s>0||0>p||p>=u?h:o(l[p]);let m=c+i;d=0>s||0>m||m>=u?d:o(l[m]),h>d||r.push([h,d])}return r}function bt(l){return 0==l?vl:1==l?rl:e=>zl(e,l)}function vt(l){let e=0==l?kt:yt,t=0==l?(l,e,t,n,i,o)=>{l.arcTo(e,t,n,i,o)}:(l,e,t,n,i,o)=>{l.arcTo(t,e,i,n,o)},n=0==l?(l,e,t,n,i)=>{l.rect(e,t,n,i)}:(l,e,t,n,i)=>{l.rect(t,e,i,n)};return(l,i,o,s,r,u=0,a=0)=>{0==u&&0==a?n(l,i,o,s,r):(u=al(u,s/2,r/2),a=al(a,s/2,r/2),e(l,i+u,o),t(l,i+s,o,i+s,o+r,u),t(l,i+s,o+r,i,o+r,a),t(l,i,o+r,i,o,a),t(l,i,o,i+s,o,u),l.closePath())}}const kt=(l,e,t)=>{l.moveTo(e,t)},yt=(l,e,t)=>{l.moveTo(t,e)},Mt=(l,e,t)=>{l.lineTo(e,t)},St=(l,e,t)=>{l.lineTo(t,e)},Tt=vt(0),Et=vt(1),zt=(l,e,t,n,i,o)=>{l.arc(e,t,n,i,o)},Dt=(l,e,t,n,i,o)=>{l.arc(t,e,n,i,o)},Pt=(l,e,t,n,i,o,s)=>{l.bezierCurveTo(e,t,n,i,o,s)},At=(l,e,t,n,i,o,s)=>{l.bezierCurveTo(t,e,i,n,s,o)};function Wt(){return(l,e,t,n,i)=>pt(l,e,((e,o,s,r,u,a,f,c,h,d,p)=>{let m,g,{pxRound:x,points:w}=e;0==r.ori?(m=kt,g=zt):(m=yt,g=Dt);const _=Al(w.width*y,3);let b=(w.size-w.width)/2*y,v=Al(2*b,3),k=new Path2D,M=new Path2D,{left:S,top:T,width:E,height:z}=l.bbox;Tt(M,S-v,T-v,E+2*v,z+2*v);const D=l=>{if(null!=s[l]){let e=x(a(o[l],r,d,c)),t=x(f(s[l],u,p,h));m(k,e+b,t),g(k,e,t,b,0,2*il)}};if(i)i.forEach(D);else for(let l=t;n>=l;l++)D(l);return{stroke:_>0?k:null,fill:k,clip:M,flags:3}}))}function Yt(l){return(e,t,n,i,o,s)=>{n!=i&&(o!=n&&s!=n&&l(e,t,n),o!=i&&s!=i&&l(e,t,i),l(e,t,s))}}const Ct=Yt(Mt),Ht=Yt(St);function Ft(l){const e=Q(l?.alignGaps,0);return(l,t,n,i)=>pt(l,t,((o,s,r,u,a,f,c,h,d,p,m)=>{[n,i]=U(r,n,i);let g,x,w=o.pxRound,_=l=>w(f(l,u,p,h)),b=l=>w(c(l,a,m,d));0==u.ori?(g=Mt,x=Ct):(g=St,x=Ht);const v=u.dir*(0==u.ori?1:-1),k={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:1},y=k.stroke;let M=!1;if(i-n<4*p)for(let l=1==v?n:i;l>=n&&i>=l;l+=v){let e=r[l];null===e?M=!0:null!=e&&g(y,_(s[l]),b(e))}else{let e,t,o,a=e=>l.posToVal(e,u.key,!0),f=null,c=null,h=_(s[1==v?n:i]),d=_(s[n]),p=_(s[i]),m=a(1==v?d+1:p-1);for(let l=1==v?n:i;l>=n&&i>=l;l+=v){let n=s[l],i=(1==v?m>n:n>m)?h:_(n),o=r[l];i==h?null!=o?(t=o,null==f?(g(y,i,b(t)),e=f=c=t):f>t?f=t:t>c&&(c=t)):null===o&&(M=!0):(null!=f&&x(y,h,b(f),b(c),b(e),b(t)),null!=o?(t=o,g(y,i,b(t)),f=c=e=t):(f=c=null,null===o&&(M=!0)),h=i,m=a(h+v))}null!=f&&f!=c&&o!=h&&x(y,h,b(f),b(c),b(e),b(t))}let[S,T]=mt(l,t);if(null!=o.fill||0!=S){let e=k.fill=new Path2D(y),r=b(o.fillTo(l,t,o.min,o.max,S)),u=_(s[n]),a=_(s[i]);-1==v&&([a,u]=[u,a]),g(e,a,r),g(e,u,r)}if(!o.spanGaps){let a=[];M&&a.push(..._t(s,r,n,i,v,_,e)),k.gaps=a=o.gaps(l,t,n,i,a),k.clip=wt(a,u.ori,h,d,p,m)}return 0!=T&&(k.band=2==T?[xt(l,t,n,i,y,-1),xt(l,t,n,i,y,1)]:xt(l,t,n,i,y,T)),k}))}function Rt(l,e,t,n,i,o,s=gl){if(l.length>1){let r=null;for(let u=0,a=1/0;l.length>u;u++)if(void 0!==e[u]){if(null!=r){let e=ol(l[u]-l[r]);a>e&&(a=e,s=ol(t(l[u],n,i,o)-t(l[r],n,i,o)))}r=u}}return s}function Gt(l,e,t,n,i){const o=l.length;if(2>o)return null;const s=new Path2D;if(t(s,l[0],e[0]),2==o)n(s,l[1],e[1]);else{let t=Array(o),n=Array(o-1),r=Array(o-1),u=Array(o-1);for(let t=0;o-1>t;t++)r[t]=e[t+1]-e[t],u[t]=l[t+1]-l[t],n[t]=r[t]/u[t];t[0]=n[0];for(let l=1;o-1>l;l++)0===n[l]||0===n[l-1]||n[l-1]>0!=n[l]>0?t[l]=0:(t[l]=3*(u[l-1]+u[l])/((2*u[l]+u[l-1])/n[l-1]+(u[l]+2*u[l-1])/n[l]),isFinite(t[l])||(t[l]=0));t[o-1]=n[o-2];for(let n=0;o-1>n;n++)i(s,l[n]+u[n]/3,e[n]+t[n]*u[n]/3,l[n+1]-u[n]/3,e[n+1]-t[n+1]*u[n]/3,l[n+1],e[n+1])}return s}const It=new Set;function Lt(){for(let l of It)l.syncRect(!0)}_&&(G(\\"resize\\",v,Lt),G(\\"scroll\\",v,Lt,!0),G(x,v,(()=>{en.pxRatio=y})));const Ot=Ft(),Nt=Wt();function jt(l,e,t,n){return(n?[l[0],l[1]].concat(l.slice(2)):[l[0]].concat(l.slice(1))).map(((l,n)=>Ut(l,n,e,t)))}function Ut(l,e,t,n){return Bl({},0==e?t:n,l)}function Vt(l,e,t){return null==e?Rl:[e,t]}const Bt=Vt;function $t(l,e,t){return null==e?Rl:Z(e,t,J,!0)}function Jt(l,e,t,n){return null==e?Rl:B(e,t,l.scales[n].log,!1)}const qt=Jt;function Kt(l,e,t,n){return null==e?Rl:$(e,t,l.scales[n].log,!1)}const Xt=Kt;function Zt(l,e,t,n,i){let o=fl(xl(l),xl(e)),s=e-l,r=L(i/n*s,t);do{let l=t[r],e=n*l/s;if(e>=i&&17>=o+(5>l?Wl.get(l):0))return[l,e]}while(++r<t.length);return[0,0]}function Qt(l){let e,t;return[l=l.replace(/(\\\\d+)px/,((l,n)=>(e=rl((t=+n)*y))+\\"px\\")),e,t]}function ln(l){l.show&&[l.font,l.labelFont].forEach((l=>{let e=Al(l[2]*y,1);l[0]=l[0].replace(/[0-9.]+px/,e+\\"px\\"),l[1]=e}))}function en(u,g,_){const k={mode:Q(u.mode,1)},M=k.mode;function P(l,e,t,n){let i=e.valToPct(l);return n+t*(-1==e.dir?1-i:i)}function W(l,e,t,n){let i=e.valToPct(l);return n+t*(-1==e.dir?i:1-i)}function C(l,e,t,n){return 0==e.ori?P(l,e,t,n):W(l,e,t,n)}k.valToPosH=P,k.valToPosV=W;let F=!1;k.status=0;const R=k.root=D(\\"uplot\\");null!=u.id&&(R.id=u.id),S(R,u.class),u.title&&(D(\\"u-title\\",R).textContent=u.title);const O=z(\\"canvas\\"),K=k.ctx=O.getContext(\\"2d\\"),X=D(\\"u-wrap\\",R);G(\\"click\\",X,(l=>{l.target===el&&(Nn!=Gn||jn!=In)&&Zn.click(k,l)}),!0);const ll=k.under=D(\\"u-under\\",X);X.appendChild(O);const el=k.over=D(\\"u-over\\",X),tl=+Q((u=Vl(u)).pxAlign,1),sl=bt(tl);(u.plugins||[]).forEach((l=>{l.opts&&(u=l.opts(k,u)||u)}));const hl=u.ms||.001,pl=k.series=1==M?jt(u.series||[],Ve,ut,!1):function(l,e){return l.map(((l,t)=>0==t?{}:Bl({},e,l)))}(u.series||[null],rt),xl=k.axes=jt(u.axes||[],Ue,it,!0),vl=k.scales={},Tl=k.bands=u.bands||[];Tl.forEach((l=>{l.fill=bl(l.fill||null),l.dir=Q(l.dir,-1)}));const El=2==M?pl[1].facets[0].scale:pl[0].scale,Dl={axes:function(){for(let l=0;xl.length>l;l++){let e=xl[l];if(!e.show||!e._show)continue;let t,n,u=e.side,a=u%2,f=e.stroke(k,l),c=0==u||3==u?-1:1,[h,d]=e._found;if(null!=e.label){let s=rl((e._lpos+e.labelGap*c)*y);_n(e.labelFont[0],f,\\"center\\",2==u?i:o),K.save(),1==a?(t=n=0,K.translate(s,rl(lt+st/2)),K.rotate((3==u?-il:il)/2)):(t=rl(Qe+ot/2),n=s);let r=_l(e.label)?e.label(k,l,h,d):e.label;K.fillText(r,t,n),K.restore()}if(0==d)continue;let p=vl[e.scale],m=0==a?ot:st,g=0==a?Qe:lt,x=e._splits,w=2==p.distr?x.map((l=>pn[l])):x,_=2==p.distr?pn[x[1]]-pn[x[0]]:h,b=e.ticks,v=e.border,M=b.show?b.size:0,S=rl(M*y),T=rl((2==e.alignTo?e._size-M-e.gap:e.gap)*y),E=e._rotate*-il/180,z=sl(e._pos*y),D=z+(S+T)*c;n=0==a?D:0,t=1==a?D:0,_n(e.font[0],f,1==e.align?s:2==e.align?r:E>0?s:0>E?r:0==a?\\"center\\":3==u?r:s,E||1==a?\\"middle\\":2==u?i:o);let P=e.font[1]*e.lineGap,A=x.map((l=>sl(C(l,p,m,g)))),W=e._values;for(let l=0;W.length>l;l++){let e=W[l];if(null!=e){0==a?t=A[l]:n=A[l],e=\\"\\"+e;let i=-1==e.indexOf(\\"\\\\n\\")?[e]:e.split(/\\\\n/gm);for(let l=0;i.length>l;l++){let e=i[l];E?(K.save(),K.translate(t,n+l*P),K.rotate(E),K.fillText(e,0,0),K.restore()):K.fillText(e,t,n+l*P)}}}b.show&&zn(A,b.filter(k,w,l,d,_),a,u,z,S,Al(b.width*y,3),b.stroke(k,l),b.dash,b.cap);let Y=e.grid;Y.show&&zn(A,Y.filter(k,w,l,d,_),a,0==a?2:1,0==a?lt:Qe,0==a?st:ot,Al(Y.width*y,3),Y.stroke(k,l),Y.dash,Y.cap),v.show&&zn([z],[1],0==a?1:0,0==a?1:2,1==a?lt:Qe,1==a?st:ot,Al(v.width*y,3),v.stroke(k,l),v.dash,v.cap)}Ci(\\"drawAxes\\")},series:function(){if(Gt>0){let l=pl.some((l=>l._focus))&&dn!=Tt.alpha;l&&(K.globalAlpha=dn=Tt.alpha),pl.forEach(((l,e)=>{if(e>0&&l.show&&(kn(e,!1),kn(e,!0),null==l._paths)){let t=dn;dn!=l.alpha&&(K.globalAlpha=dn=l.alpha);let n=2==M?[0,g[e][0].length-1]:function(l){let e=wl(Lt-1,0,Gt-1),t=wl(en+1,0,Gt-1);for(;null==l[e]&&e>0;)e--;for(;null==l[t]&&Gt-1>t;)t++;return[e,t]}(g[e]);l._paths=l.paths(k,e,n[0],n[1]),dn!=t&&(K.globalAlpha=dn=t)}})),pl.forEach(((l,e)=>{if(e>0&&l.show){let t=dn;dn!=l.alpha&&(K.globalAlpha=dn=l.alpha),null!=l._paths&&yn(e,!1);{let t=null!=l._paths?l._paths.gaps:null,n=l.points.show(k,e,Lt,en,t),i=l.points.filter(k,e,n,t);(n||i)&&(l.points._paths=l.points.paths(k,e,Lt,en,i),yn(e,!0))}dn!=t&&(K.globalAlpha=dn=t),Ci(\\"drawSeries\\",e)}})),l&&(K.globalAlpha=dn=1)}}},Pl=(u.drawOrder||[\\"axes\\",\\"series\\"]).map((l=>Dl[l]));function Cl(l){const e=3==l.distr?e=>dl(e>0?e:l.clamp(k,e,l.min,l.max,l.key)):4==l.distr?e=>ml(e,l.asinh):100==l.distr?e=>l.fwd(e):l=>l;return t=>{let n=e(t),{_min:i,_max:o}=l;return(n-i)/(o-i)}}function Il(l){let e=vl[l];if(null==e){let t=(u.scales||Hl)[l]||Hl;if(null!=t.from){Il(t.from);let e=Bl({},vl[t.from],t,{key:l});e.valToPct=Cl(e),vl[l]=e}else{e=vl[l]=Bl({},l==El?ft:ct,t),e.key=l;let n=e.time,i=e.range,o=Gl(i);if((l!=El||2==M&&!n)&&(!o||null!=i[0]&&null!=i[1]||(i={min:null==i[0]?q:{mode:1,hard:i[0],soft:i[0]},max:null==i[1]?q:{mode:1,hard:i[1],soft:i[1]}},o=!1),!o&&Ol(i))){let l=i;i=(e,t,n)=>null==t?Rl:Z(t,n,l)}e.range=bl(i||(n?Bt:l==El?3==e.distr?qt:4==e.distr?Xt:Vt:3==e.distr?Jt:4==e.distr?Kt:$t)),e.auto=bl(!o&&e.auto),e.clamp=bl(e.clamp||at),e._min=e._max=null,e.valToPct=Cl(e)}}}Il(\\"x\\"),Il(\\"y\\"),1==M&&pl.forEach((l=>{Il(l.scale)})),xl.forEach((l=>{Il(l.scale)}));for(let l in u.scales)Il(l);const jl=vl[El],Ul=jl.distr;let $l,ql;0==jl.ori?(S(R,\\"u-hz\\"),$l=P,ql=W):(S(R,\\"u-vt\\"),$l=W,ql=P);const Kl={};for(let l in vl){let e=vl[l];null==e.min&&null==e.max||(Kl[l]={min:e.min,max:e.max},e.min=e.max=null)}const Xl=u.tzDate||(l=>new Date(rl(l/hl))),Zl=u.fmtDate||ne,Ql=1==hl?Me(Xl):Ee(Xl),le=De(Xl,ze(1==hl?ye:Te,Zl)),ee=We(Xl,Ae(\\"{YYYY}-{MM}-{DD} {h}:{mm}{aa}\\",Zl)),te=[],ie=k.legend=Bl({},Ye,u.legend),oe=k.cursor=Bl({},Re,{drag:{y:2==M}},u.cursor),se=ie.show,re=oe.show,ue=ie.markers;let ce,he,de;ie.idxs=te,ue.width=bl(ue.width),ue.dash=bl(ue.dash),ue.stroke=bl(ue.stroke),ue.fill=bl(ue.fill);let pe,me=[],ge=[],xe=!1,we={};if(ie.live){const l=pl[1]?pl[1].values:null;xe=null!=l,pe=xe?l(k,1,0):{_:0};for(let l in pe)we[l]=w}if(se)if(ce=z(\\"table\\",\\"u-legend\\",R),de=z(\\"tbody\\",null,ce),ie.mount(k,ce),xe){he=z(\\"thead\\",null,ce,de);let l=z(\\"tr\\",null,he);for(var _e in z(\\"th\\",null,l),pe)z(\\"th\\",e,l).textContent=_e}else S(ce,\\"u-inline\\"),ie.live&&S(ce,\\"u-live\\");const be={show:!0},ve={show:!1},Pe=new Map;function Ce(l,e,t,n=!0){const i=Pe.get(e)||{},o=oe.bind[l](k,e,t,n);o&&(G(l,e,i[l]=o),Pe.set(e,i))}function He(l,e){const t=Pe.get(e)||{};for(let n in t)null!=l&&n!=l||(I(n,e,t[n]),delete t[n]);null==l&&Pe.delete(e)}let Fe=0,Ge=0,Ie=0,Le=0,Oe=0,Ne=0,je=Oe,Ke=Ne,Xe=Ie,Ze=Le,Qe=0,lt=0,ot=0,st=0;k.bbox={};let ht=!1,pt=!1,mt=!1,xt=!1,wt=!1,_t=!1;function vt(l,e,t){(t||l!=k.width||e!=k.height)&&kt(l,e),An(!1),mt=!0,pt=!0,Jn()}function kt(l,e){k.width=Fe=Ie=l,k.height=Ge=Le=e,Oe=Ne=0,function(){let l=!1,e=!1,t=!1,n=!1;xl.forEach((i=>{if(i.show&&i._show){let{side:o,_size:s}=i,r=s+(null!=i.label?i.labelSize:0);r>0&&(o%2?(Ie-=r,3==o?(Oe+=r,n=!0):t=!0):(Le-=r,0==o?(Ne+=r,l=!0):e=!0))}})),Ct[0]=l,Ct[1]=t,Ct[2]=e,Ct[3]=n,Ie-=Rt[1]+Rt[3],Oe+=Rt[3],Le-=Rt[2]+Rt[0],Ne+=Rt[0]}(),function(){let l=Oe+Ie,e=Ne+Le,t=Oe,n=Ne;function i(i,o){switch(i){case 1:return l+=o,l-o;case 2:return e+=o,e-o;case 3:return t-=o,t+o;case 0:return n-=o,n+o}}xl.forEach((l=>{if(l.show&&l._show){let e=l.side;l._pos=i(e,l._size),null!=l.label&&(l._lpos=i(e,l.labelSize))}}))}();let t=k.bbox;Qe=t.left=zl(Oe*y,.5),lt=t.top=zl(Ne*y,.5),ot=t.width=zl(Ie*y,.5),st=t.height=zl(Le*y,.5)}const yt=3;if(k.setSize=function({width:l,height:e}){vt(l,e)},null==oe.dataIdx){let l=oe.hover,e=l.skip=new Set(l.skip??[]);e.add(void 0);let t=l.prox=bl(l.prox),n=l.bias??=0;oe.dataIdx=(l,i,o,s)=>{if(0==i)return o;let r=o,u=t(l,i,o,s)??gl,a=u>=0&&gl>u,f=0==jl.ori?Ie:Le,c=oe.left,h=g[0],d=g[i];if(e.has(d[o])){r=null;let l,t=null,i=null;if(0==n||-1==n)for(l=o;null==t&&l-- >0;)e.has(d[l])||(t=l);if(0==n||1==n)for(l=o;null==i&&l++<d.length;)e.has(d[l])||(i=l);if(null!=t||null!=i)if(a){let l=c-(null==t?-1/0:$l(h[t],jl,f,0)),e=(null==i?1/0:$l(h[i],jl,f,0))-c;l>e?e>u||(r=i):l>u||(r=t)}else r=null==i?t:null==t||o-t>i-o?i:t}else a&&ol(c-$l(h[o],jl,f,0))>u&&(r=null);return r}}const Mt=l=>{oe.event=l};oe.idxs=te,oe._lock=!1;let St=oe.points;St.show=bl(St.show),St.size=bl(St.size),St.stroke=bl(St.stroke),St.width=bl(St.width),St.fill=bl(St.fill);const Tt=k.focus=Bl({},u.focus||{alpha:.3},oe.focus),Et=Tt.prox>=0,zt=Et&&St.one;let Dt=[],Pt=[],At=[];function Wt(l,e){let t=St.show(k,e);if(t instanceof HTMLElement)return S(t,\\"u-cursor-pt\\"),S(t,l.class),A(t,-10,-10,Ie,Le),el.insertBefore(t,Dt[e]),t}function Yt(t,n){if(1==M||n>0){let l=1==M&&vl[t.scale].time,e=t.value;t.value=l?Ll(e)?We(Xl,Ae(e,Zl)):e||ee:e||nt,t.label=t.label||(l?\\"Time\\":\\"Value\\")}if(zt||n>0){t.width=null==t.width?1:t.width,t.paths=t.paths||Ot||yl,t.fillTo=bl(t.fillTo||gt),t.pxAlign=+Q(t.pxAlign,tl),t.pxRound=bt(t.pxAlign),t.stroke=bl(t.stroke||null),t.fill=bl(t.fill||null),t._stroke=t._fill=t._paths=t._focus=null;let l=function(l){return Al(1*(3+2*(l||1)),3)}(fl(1,t.width)),e=t.points=Bl({},{size:l,width:fl(1,.2*l),stroke:t.stroke,space:2*l,paths:Nt,_stroke:null,_fill:null},t.points);e.show=bl(e.show),e.filter=bl(e.filter),e.fill=bl(e.fill),e.stroke=bl(e.stroke),e.paths=bl(e.paths),e.pxAlign=t.pxAlign}if(se){let i=function(t,n){if(0==n&&(xe||!ie.live||2==M))return Rl;let i=[],o=z(\\"tr\\",\\"u-series\\",de,de.childNodes[n]);S(o,t.class),t.show||S(o,l);let s=z(\\"th\\",null,o);if(ue.show){let l=D(\\"u-marker\\",s);if(n>0){let e=ue.width(k,n);e&&(l.style.border=e+\\"px \\"+ue.dash(k,n)+\\" \\"+ue.stroke(k,n)),l.style.background=ue.fill(k,n)}}let r=D(e,s);for(var u in t.label instanceof HTMLElement?r.appendChild(t.label):r.textContent=t.label,n>0&&(ue.show||(r.style.color=t.width>0?ue.stroke(k,n):ue.fill(k,n)),Ce(\\"click\\",s,(l=>{if(oe._lock)return;Mt(l);let e=pl.indexOf(t);if((l.ctrlKey||l.metaKey)!=ie.isolate){let l=pl.some(((l,t)=>t>0&&t!=e&&l.show));pl.forEach(((t,n)=>{n>0&&oi(n,l?n==e?be:ve:be,!0,Fi.setSeries)}))}else oi(e,{show:!t.show},!0,Fi.setSeries)}),!1),Et&&Ce(d,s,(l=>{oe._lock||(Mt(l),oi(pl.indexOf(t),ai,!0,Fi.setSeries))}),!1)),pe){let l=z(\\"td\\",\\"u-value\\",o);l.textContent=\\"--\\",i.push(l)}return[o,i]}(t,n);me.splice(n,0,i[0]),ge.splice(n,0,i[1]),ie.values.push(null)}if(re){te.splice(n,0,null);let l=null;zt?0==n&&(l=Wt(t,n)):n>0&&(l=Wt(t,n)),Dt.splice(n,0,l),Pt.splice(n,0,0),At.splice(n,0,0)}Ci(\\"addSeries\\",n)}k.addSeries=function(l,e){e=null==e?pl.length:e,l=1==M?Ut(l,e,Ve,ut):Ut(l,e,{},rt),pl.splice(e,0,l),Yt(pl[e],e)},k.delSeries=function(l){if(pl.splice(l,1),se){ie.values.splice(l,1),ge.splice(l,1);let e=me.splice(l,1)[0];He(null,e.firstChild),e.remove()}re&&(te.splice(l,1),Dt.splice(l,1)[0].remove(),Pt.splice(l,1),At.splice(l,1)),Ci(\\"delSeries\\",l)};const Ct=[!1,!1,!1,!1];function Ht(l,e,t){let[n,i,o,s]=t,r=e%2,u=0;return 0==r&&(s||i)&&(u=0==e&&!n||2==e&&!o?rl(Ue.size/3):0),1==r&&(n||o)&&(u=1==e&&!i||3==e&&!s?rl(it.size/2):0),u}const Ft=k.padding=(u.padding||[Ht,Ht,Ht,Ht]).map((l=>bl(Q(l,Ht)))),Rt=k._padding=Ft.map(((l,e)=>l(k,e,Ct,0)));let Gt,Lt=null,en=null;const tn=1==M?pl[0].idxs:null;let nn,on,sn,rn,un,an,fn,cn,hn,dn,pn=null,mn=!1;function gn(l,e){if(k.data=k._data=g=null==l?[]:l,2==M){Gt=0;for(let l=1;pl.length>l;l++)Gt+=g[l][0].length}else{0==g.length&&(k.data=k._data=g=[[]]),pn=g[0],Gt=pn.length;let l=g;if(2==Ul){l=g.slice();let e=l[0]=Array(Gt);for(let l=0;Gt>l;l++)e[l]=l}k._data=g=l}if(An(!0),Ci(\\"setData\\"),2==Ul&&(mt=!0),!1!==e){let l=jl;l.auto(k,mn)?xn():ii(El,l.min,l.max),xt=xt||oe.left>=0,_t=!0,Jn()}}function xn(){let l,e;mn=!0,1==M&&(Gt>0?(Lt=tn[0]=0,en=tn[1]=Gt-1,l=g[0][Lt],e=g[0][en],2==Ul?(l=Lt,e=en):l==e&&(3==Ul?[l,e]=B(l,l,jl.log,!1):4==Ul?[l,e]=$(l,l,jl.log,!1):jl.time?e=l+rl(86400/hl):[l,e]=Z(l,e,J,!0))):(Lt=tn[0]=l=null,en=tn[1]=e=null)),ii(El,l,e)}function wn(l,e,t,n,i,o){l??=a,t??=Fl,n??=\\"butt\\",i??=a,o??=\\"round\\",l!=nn&&(K.strokeStyle=nn=l),i!=on&&(K.fillStyle=on=i),e!=sn&&(K.lineWidth=sn=e),o!=un&&(K.lineJoin=un=o),n!=an&&(K.lineCap=an=n),t!=rn&&K.setLineDash(rn=t)}function _n(l,e,t,n){e!=on&&(K.fillStyle=on=e),l!=fn&&(K.font=fn=l),t!=cn&&(K.textAlign=cn=t),n!=hn&&(K.textBaseline=hn=n)}function bn(l,e,t,n,i=0){if(n.length>0&&l.auto(k,mn)&&(null==e||null==e.min)){let e=Q(Lt,0),o=Q(en,n.length-1),s=null==t.min?function(l,e,t,n=0,i=!1){let o=i?V:U,s=i?j:N;[e,t]=o(l,e,t);let r=l[e],u=l[e];if(e>-1)if(1==n)r=l[e],u=l[t];else if(-1==n)r=l[t],u=l[e];else for(let n=e;t>=n;n++){let e=l[n];s(e)&&(r>e?r=e:e>u&&(u=e))}return[r??gl,u??-gl]}(n,e,o,i,3==l.distr):[t.min,t.max];l.min=al(l.min,t.min=s[0]),l.max=fl(l.max,t.max=s[1])}}k.setData=gn;const vn={min:null,max:null};function kn(l,e){let t=e?pl[l].points:pl[l];t._stroke=t.stroke(k,l),t._fill=t.fill(k,l)}function yn(l,e){let t=e?pl[l].points:pl[l],{stroke:n,fill:i,clip:o,flags:s,_stroke:r=t._stroke,_fill:u=t._fill,_width:a=t.width}=t._paths;a=Al(a*y,3);let f=null,c=a%2/2;e&&null==u&&(u=a>0?\\"#fff\\":r);let h=1==t.pxAlign&&c>0;if(h&&K.translate(c,c),!e){let l=Qe-a/2,e=lt-a/2,t=ot+a,n=st+a;f=new Path2D,f.rect(l,e,t,n)}e?Sn(r,a,t.dash,t.cap,u,n,i,s,o):function(l,e,t,n,i,o,s,r,u,a,f){let c=!1;0!=u&&Tl.forEach(((h,d)=>{if(h.series[0]==l){let l,p=pl[h.series[1]],m=g[h.series[1]],x=(p._paths||Hl).band;Gl(x)&&(x=1==h.dir?x[0]:x[1]);let w=null;p.show&&x&&function(l,e,t){for(e=Q(e,0),t=Q(t,l.length-1);t>=e;){if(null!=l[e])return!0;e++}return!1}(m,Lt,en)?(w=h.fill(k,d)||o,l=p._paths.clip):x=null,Sn(e,t,n,i,w,s,r,u,a,f,l,x),c=!0}})),c||Sn(e,t,n,i,o,s,r,u,a,f)}(l,r,a,t.dash,t.cap,u,n,i,s,f,o),h&&K.translate(-c,-c)}const Mn=3;function Sn(l,e,t,n,i,o,s,r,u,a,f,c){wn(l,e,t,n,i),(u||a||c)&&(K.save(),u&&K.clip(u),a&&K.clip(a)),c?(r&Mn)==Mn?(K.clip(c),f&&K.clip(f),En(i,s),Tn(l,o,e)):2&r?(En(i,s),K.clip(c),Tn(l,o,e)):1&r&&(K.save(),K.clip(c),f&&K.clip(f),En(i,s),K.restore(),Tn(l,o,e)):(En(i,s),Tn(l,o,e)),(u||a||c)&&K.restore()}function Tn(l,e,t){t>0&&(e instanceof Map?e.forEach(((l,e)=>{K.strokeStyle=nn=e,K.stroke(l)})):null!=e&&l&&K.stroke(e))}function En(l,e){e instanceof Map?e.forEach(((l,e)=>{K.fillStyle=on=e,K.fill(l)})):null!=e&&l&&K.fill(e)}function zn(l,e,t,n,i,o,s,r,u,a){let f=s%2/2;1==tl&&K.translate(f,f),wn(r,s,u,a,r),K.beginPath();let c,h,d,p,m=i+(0==n||3==n?-o:o);0==t?(h=i,p=m):(c=i,d=m);for(let n=0;l.length>n;n++)null!=e[n]&&(0==t?c=d=l[n]:h=p=l[n],K.moveTo(c,h),K.lineTo(d,p));K.stroke(),1==tl&&K.translate(-f,-f)}function Dn(l){let e=!0;return xl.forEach(((t,n)=>{if(!t.show)return;let i=vl[t.scale];if(null==i.min)return void(t._show&&(e=!1,t._show=!1,An(!1)));t._show||(e=!1,t._show=!0,An(!1));let o=t.side,s=o%2,{min:r,max:u}=i,[a,f]=function(l,e,t,n){let i,o=xl[l];if(n>0){let s=o._space=o.space(k,l,e,t,n);i=Zt(e,t,o._incrs=o.incrs(k,l,e,t,n,s),n,s)}else i=[0,0];return o._found=i}(n,r,u,0==s?Ie:Le);if(0==f)return;let c=t._splits=t.splits(k,n,r,u,a,f,2==i.distr),h=2==i.distr?c.map((l=>pn[l])):c,d=2==i.distr?pn[c[1]]-pn[c[0]]:a,p=t._values=t.values(k,t.filter(k,h,n,f,d),n,f,d);t._rotate=2==o?t.rotate(k,p,n,f):0;let m=t._size;t._size=ul(t.size(k,p,n,l)),null!=m&&t._size!=m&&(e=!1)})),e}function Pn(l){let e=!0;return Ft.forEach(((t,n)=>{let i=t(k,n,Ct,l);i!=Rt[n]&&(e=!1),Rt[n]=i})),e}function An(l){pl.forEach(((e,t)=>{t>0&&(e._paths=null,l&&(1==M?(e.min=null,e.max=null):e.facets.forEach((l=>{l.min=null,l.max=null}))))}))}let Wn,Yn,Cn,Hn,Fn,Rn,Gn,In,Ln,On,Nn,jn,Un=!1,Vn=!1,Bn=[];function $n(){Vn=!1;for(let l=0;Bn.length>l;l++)Ci(...Bn[l]);Bn.length=0}function Jn(){Un||(Jl(qn),Un=!0)}function qn(){if(ht&&(function(){for(let l in vl){let e=vl[l];null==Kl[l]&&(null==e.min||null!=Kl[El]&&e.auto(k,mn))&&(Kl[l]=vn)}for(let l in vl){let e=vl[l];null==Kl[l]&&null!=e.from&&null!=Kl[e.from]&&(Kl[l]=vn)}null!=Kl[El]&&An(!0);let l={};for(let e in Kl){let t=Kl[e];if(null!=t){let n=l[e]=Vl(vl[e],Nl);if(null!=t.min)Bl(n,t);else if(e!=El||2==M)if(0==Gt&&null==n.from){let l=n.range(k,null,null,e);n.min=l[0],n.max=l[1]}else n.min=gl,n.max=-gl}}if(Gt>0){pl.forEach(((e,t)=>{if(1==M){let n=e.scale,i=Kl[n];if(null==i)return;let o=l[n];if(0==t){let l=o.range(k,o.min,o.max,n);o.min=l[0],o.max=l[1],Lt=L(o.min,g[0]),en=L(o.max,g[0]),en-Lt>1&&(o.min>g[0][Lt]&&Lt++,g[0][en]>o.max&&en--),e.min=pn[Lt],e.max=pn[en]}else e.show&&e.auto&&bn(o,i,e,g[t],e.sorted);e.idxs[0]=Lt,e.idxs[1]=en}else if(t>0&&e.show&&e.auto){let[n,i]=e.facets,o=n.scale,s=i.scale,[r,u]=g[t],a=l[o],f=l[s];null!=a&&bn(a,Kl[o],n,r,n.sorted),null!=f&&bn(f,Kl[s],i,u,i.sorted),e.min=i.min,e.max=i.max}}));for(let e in l){let t=l[e],n=Kl[e];if(null==t.from&&(null==n||null==n.min)){let l=t.range(k,t.min==gl?null:t.min,t.max==-gl?null:t.max,e);t.min=l[0],t.max=l[1]}}}for(let e in l){let t=l[e];if(null!=t.from){let n=l[t.from];if(null==n.min)t.min=t.max=null;else{let l=t.range(k,n.min,n.max,e);t.min=l[0],t.max=l[1]}}}let e={},t=!1;for(let n in l){let i=l[n],o=vl[n];if(o.min!=i.min||o.max!=i.max){o.min=i.min,o.max=i.max;let l=o.distr;o._min=3==l?dl(o.min):4==l?ml(o.min,o.asinh):100==l?o.fwd(o.min):o.min,o._max=3==l?dl(o.max):4==l?ml(o.max,o.asinh):100==l?o.fwd(o.max):o.max,e[n]=t=!0}}if(t){pl.forEach(((l,t)=>{2==M?t>0&&e.y&&(l._paths=null):e[l.scale]&&(l._paths=null)}));for(let l in e)mt=!0,Ci(\\"setScale\\",l);re&&oe.left>=0&&(xt=_t=!0)}for(let l in Kl)Kl[l]=null}(),ht=!1),mt&&(function(){let l=!1,e=0;for(;!l;){e++;let t=Dn(e),n=Pn(e);l=e==yt||t&&n,l||(kt(k.width,k.height),pt=!0)}}(),mt=!1),pt){if(E(ll,s,Oe),E(ll,i,Ne),E(ll,t,Ie),E(ll,n,Le),E(el,s,Oe),E(el,i,Ne),E(el,t,Ie),E(el,n,Le),E(X,t,Fe),E(X,n,Ge),O.width=rl(Fe*y),O.height=rl(Ge*y),xl.forEach((({_el:e,_show:t,_size:n,_pos:i,side:o})=>{if(null!=e)if(t){let t=o%2==1;E(e,t?\\"left\\":\\"top\\",i-(3===o||0===o?n:0)),E(e,t?\\"width\\":\\"height\\",n),E(e,t?\\"top\\":\\"left\\",t?Ne:Oe),E(e,t?\\"height\\":\\"width\\",t?Le:Ie),T(e,l)}else S(e,l)})),nn=on=sn=un=an=fn=cn=hn=rn=null,dn=1,_i(!0),Oe!=je||Ne!=Ke||Ie!=Xe||Le!=Ze){An(!1);let l=Ie/Xe,e=Le/Ze;if(re&&!xt&&oe.left>=0){oe.left*=l,oe.top*=e,Cn&&A(Cn,rl(oe.left),0,Ie,Le),Hn&&A(Hn,0,rl(oe.top),Ie,Le);for(let t=0;Dt.length>t;t++){let n=Dt[t];null!=n&&(Pt[t]*=l,At[t]*=e,A(n,ul(Pt[t]),ul(At[t]),Ie,Le))}}if(ei.show&&!wt&&ei.left>=0&&ei.width>0){ei.left*=l,ei.width*=l,ei.top*=e,ei.height*=e;for(let l in ki)E(ti,l,ei[l])}je=Oe,Ke=Ne,Xe=Ie,Ze=Le}Ci(\\"setSize\\"),pt=!1}Fe>0&&Ge>0&&(K.clearRect(0,0,O.width,O.height),Ci(\\"drawClear\\"),Pl.forEach((l=>l())),Ci(\\"draw\\")),ei.show&&wt&&(ni(ei),wt=!1),re&&xt&&(xi(null,!0,!1),xt=!1),ie.show&&ie.live&&_t&&(mi(),_t=!1),F||(F=!0,k.status=1,Ci(\\"ready\\")),mn=!1,Un=!1}function Kn(l,e){let t=vl[l];if(null==t.from){if(0==Gt){let n=t.range(k,e.min,e.max,l);e.min=n[0],e.max=n[1]}if(e.min>e.max){let l=e.min;e.min=e.max,e.max=l}if(Gt>1&&null!=e.min&&null!=e.max&&1e-16>e.max-e.min)return;l==El&&2==t.distr&&Gt>0&&(e.min=L(e.min,g[0]),e.max=L(e.max,g[0]),e.min==e.max&&e.max++),Kl[l]=e,ht=!0,Jn()}}k.batch=function(l,e=!1){Un=!0,Vn=e,l(k),qn(),e&&Bn.length>0&&queueMicrotask($n)},k.redraw=(l,e)=>{mt=e||!1,!1!==l?ii(El,jl.min,jl.max):Jn()},k.setScale=Kn;let Xn=!1;const Zn=oe.drag;let Qn=Zn.x,li=Zn.y;re&&(oe.x&&(Wn=D(\\"u-cursor-x\\",el)),oe.y&&(Yn=D(\\"u-cursor-y\\",el)),0==jl.ori?(Cn=Wn,Hn=Yn):(Cn=Yn,Hn=Wn),Nn=oe.left,jn=oe.top);const ei=k.select=Bl({show:!0,over:!0,left:0,width:0,top:0,height:0},u.select),ti=ei.show?D(\\"u-select\\",ei.over?el:ll):null;function ni(l,e){if(ei.show){for(let e in l)ei[e]=l[e],e in ki&&E(ti,e,l[e]);!1!==e&&Ci(\\"setSelect\\")}}function ii(l,e,t){Kn(l,{min:e,max:t})}function oi(e,t,n,i){null!=t.focus&&function(l){if(l!=ui){let e=null==l,t=1!=Tt.alpha;pl.forEach(((n,i)=>{if(1==M||i>0){let o=e||0==i||i==l;n._focus=e?null:o,t&&function(l,e){pl[l].alpha=e,re&&null!=Dt[l]&&(Dt[l].style.opacity=e),se&&me[l]&&(me[l].style.opacity=e)}(i,o?1:Tt.alpha)}})),ui=l,t&&Jn()}}(e),null!=t.show&&pl.forEach(((n,i)=>{0>=i||e!=i&&null!=e||(n.show=t.show,function(e){if(pl[e].show)se&&T(me[e],l);else if(se&&S(me[e],l),re){let l=zt?Dt[0]:Dt[e];null!=l&&A(l,-10,-10,Ie,Le)}}(i),2==M?(ii(n.facets[0].scale,null,null),ii(n.facets[1].scale,null,null)):ii(n.scale,null,null),Jn())})),!1!==n&&Ci(\\"setSeries\\",e,t),i&&Ii(\\"setSeries\\",k,e,t)}let si,ri,ui;k.setSelect=ni,k.setSeries=oi,k.addBand=function(l,e){l.fill=bl(l.fill||null),l.dir=Q(l.dir,-1),Tl.splice(e=null==e?Tl.length:e,0,l)},k.setBand=function(l,e){Bl(Tl[l],e)},k.delBand=function(l){null==l?Tl.length=0:Tl.splice(l,1)};const ai={focus:!0};function fi(l,e,t){let n=vl[e];t&&(l=l/y-(1==n.ori?Ne:Oe));let i=Ie;1==n.ori&&(i=Le,l=i-l),-1==n.dir&&(l=i-l);let o=n._min,s=o+l/i*(n._max-o),r=n.distr;return 3==r?cl(10,s):4==r?((l,e=1)=>nl.sinh(l)*e)(s,n.asinh):100==r?n.bwd(s):s}function ci(l,e){E(ti,s,ei.left=l),E(ti,t,ei.width=e)}function hi(l,e){E(ti,i,ei.top=l),E(ti,n,ei.height=e)}se&&Et&&Ce(p,ce,(l=>{oe._lock||(Mt(l),null!=ui&&oi(null,ai,!0,Fi.setSeries))})),k.valToIdx=l=>L(l,g[0]),k.posToIdx=function(l,e){return L(fi(l,El,e),g[0],Lt,en)},k.posToVal=fi,k.valToPos=(l,e,t)=>0==vl[e].ori?P(l,vl[e],t?ot:Ie,t?Qe:0):W(l,vl[e],t?st:Le,t?lt:0),k.setCursor=(l,e,t)=>{Nn=l.left,jn=l.top,xi(null,e,t)};let di=0==jl.ori?ci:hi,pi=1==jl.ori?ci:hi;function mi(l,e){if(null!=l&&(l.idxs?l.idxs.forEach(((l,e)=>{te[e]=l})):(l=>void 0===l)(l.idx)||te.fill(l.idx),ie.idx=te[0]),se&&ie.live){for(let l=0;pl.length>l;l++)(l>0||1==M&&!xe)&&gi(l,te[l]);!function(){if(se&&ie.live)for(let l=2==M?1:0;pl.length>l;l++){if(0==l&&xe)continue;let e=ie.values[l],t=0;for(let n in e)ge[l][t++].firstChild.nodeValue=e[n]}}()}_t=!1,!1!==e&&Ci(\\"setLegend\\")}function gi(l,e){let t,n=pl[l],i=0==l&&2==Ul?pn:g[l];xe?t=n.values(k,l,e)??we:(t=n.value(k,null==e?null:i[e],l,e),t=null==t?we:{_:t}),ie.values[l]=t}function xi(l,e,t){let n;Ln=Nn,On=jn,[Nn,jn]=oe.move(k,Nn,jn),oe.left=Nn,oe.top=jn,re&&(Cn&&A(Cn,rl(Nn),0,Ie,Le),Hn&&A(Hn,0,rl(jn),Ie,Le)),si=gl,ri=null;let i=0==jl.ori?Ie:Le,o=1==jl.ori?Ie:Le;if(0>Nn||0==Gt||Lt>en){n=oe.idx=null;for(let l=0;pl.length>l;l++){let e=Dt[l];null!=e&&A(e,-10,-10,Ie,Le)}Et&&oi(null,ai,!0,null==l&&Fi.setSeries),ie.live&&(te.fill(n),_t=!0)}else{let l,e,t;1==M&&(l=0==jl.ori?Nn:jn,e=fi(l,El),n=oe.idx=L(e,g[0],Lt,en),t=$l(g[0][n],jl,i,0));let s=-10,r=-10,u=0,a=0,f=!0,c=\\"\\",h=\\"\\";for(let l=2==M?1:0;pl.length>l;l++){let d=pl[l],p=te[l],m=null==p?null:1==M?g[l][p]:g[l][1][p],x=oe.dataIdx(k,l,n,e),w=null==x?null:1==M?g[l][x]:g[l][1][x];if(_t=_t||w!=m||x!=p,te[l]=x,l>0&&d.show){let e=null==x?-10:x==n?t:$l(1==M?g[0][x]:g[l][0][x],jl,i,0),p=null==w?-10:ql(w,1==M?vl[d.scale]:vl[d.facets[1].scale],o,0);if(Et&&null!=w){let e=1==jl.ori?Nn:jn,t=ol(Tt.dist(k,l,x,p,e));if(si>t){let n=Tt.bias;if(0!=n){let i=fi(e,d.scale),o=0>i?-1:1;o!=(0>w?-1:1)||(1==o?1==n?i>w:w>i:1==n?w>i:i>w)||(si=t,ri=l)}else si=t,ri=l}}if(_t||zt){let t,n;0==jl.ori?(t=e,n=p):(t=p,n=e);let i,o,d,m,g,x,w=!0,_=St.bbox;if(null!=_){w=!1;let e=_(k,l);d=e.left,m=e.top,i=e.width,o=e.height}else d=t,m=n,i=o=St.size(k,l);if(x=St.fill(k,l),g=St.stroke(k,l),zt)l!=ri||si>Tt.prox||(s=d,r=m,u=i,a=o,f=w,c=x,h=g);else{let e=Dt[l];null!=e&&(Pt[l]=d,At[l]=m,H(e,i,o,w),Y(e,x,g),A(e,ul(d),ul(m),Ie,Le))}}}}if(zt){let l=Tt.prox;if(_t||(null==ui?l>=si:si>l||ri!=ui)){let l=Dt[0];null!=l&&(Pt[0]=s,At[0]=r,H(l,u,a,f),Y(l,c,h),A(l,ul(s),ul(r),Ie,Le))}}}if(ei.show&&Xn)if(null!=l){let[e,t]=Fi.scales,[n,s]=Fi.match,[r,u]=l.cursor.sync.scales,a=l.cursor.drag;if(Qn=a._x,li=a._y,Qn||li){let a,f,c,h,d,{left:p,top:m,width:g,height:x}=l.select,w=l.scales[r].ori,_=l.posToVal,b=null!=e&&n(e,r),v=null!=t&&s(t,u);b&&Qn?(0==w?(a=p,f=g):(a=m,f=x),c=vl[e],h=$l(_(a,r),c,i,0),d=$l(_(a+f,r),c,i,0),di(al(h,d),ol(d-h))):di(0,i),v&&li?(1==w?(a=p,f=g):(a=m,f=x),c=vl[t],h=ql(_(a,u),c,o,0),d=ql(_(a+f,u),c,o,0),pi(al(h,d),ol(d-h))):pi(0,o)}else yi()}else{let l=ol(Ln-Fn),e=ol(On-Rn);if(1==jl.ori){let t=l;l=e,e=t}Qn=Zn.x&&l>=Zn.dist,li=Zn.y&&e>=Zn.dist;let t,n,s=Zn.uni;null!=s?Qn&&li&&(Qn=l>=s,li=e>=s,Qn||li||(e>l?li=!0:Qn=!0)):Zn.x&&Zn.y&&(Qn||li)&&(Qn=li=!0),Qn&&(0==jl.ori?(t=Gn,n=Nn):(t=In,n=jn),di(al(t,n),ol(n-t)),li||pi(0,o)),li&&(1==jl.ori?(t=Gn,n=Nn):(t=In,n=jn),pi(al(t,n),ol(n-t)),Qn||di(0,i)),Qn||li||(di(0,0),pi(0,0))}if(Zn._x=Qn,Zn._y=li,null==l){if(t){if(null!=Ri){let[l,e]=Fi.scales;Fi.values[0]=null!=l?fi(0==jl.ori?Nn:jn,l):null,Fi.values[1]=null!=e?fi(1==jl.ori?Nn:jn,e):null}Ii(f,k,Nn,jn,Ie,Le,n)}if(Et){let l=t&&Fi.setSeries,e=Tt.prox;null==ui?si>e||oi(ri,ai,!0,l):si>e?oi(null,ai,!0,l):ri!=ui&&oi(ri,ai,!0,l)}}_t&&(ie.idx=n,mi()),!1!==e&&Ci(\\"setCursor\\")}k.setLegend=mi;let wi=null;function _i(l=!1){l?wi=null:(wi=el.getBoundingClientRect(),Ci(\\"syncRect\\",wi))}function bi(l,e,t,n,i,o){oe._lock||Xn&&null!=l&&0==l.movementX&&0==l.movementY||(vi(l,e,t,n,i,o,0,!1,null!=l),null!=l?xi(null,!0,!0):xi(e,!0,!1))}function vi(l,e,t,n,i,o,s,r,u){if(null==wi&&_i(!1),Mt(l),null!=l)t=l.clientX-wi.left,n=l.clientY-wi.top;else{if(0>t||0>n)return Nn=-10,void(jn=-10);let[l,s]=Fi.scales,r=e.cursor.sync,[u,a]=r.values,[f,c]=r.scales,[h,d]=Fi.match,p=e.axes[0].side%2==1,m=0==jl.ori?Ie:Le,g=1==jl.ori?Ie:Le,x=p?o:i,w=p?i:o,_=p?n:t,b=p?t:n;if(t=null!=f?h(l,f)?C(u,vl[l],m,0):-10:m*(_/x),n=null!=c?d(s,c)?C(a,vl[s],g,0):-10:g*(b/w),1==jl.ori){let l=t;t=n,n=l}}!u||null!=e&&e.cursor.event.type!=f||(t>1&&Ie-1>t||(t=zl(t,Ie)),n>1&&Le-1>n||(n=zl(n,Le))),r?(Fn=t,Rn=n,[Gn,In]=oe.move(k,t,n)):(Nn=t,jn=n)}Object.defineProperty(k,\\"rect\\",{get:()=>(null==wi&&_i(!1),wi)});const ki={width:0,height:0,left:0,top:0};function yi(){ni(ki,!1)}let Mi,Si,Ti,Ei;function zi(l,e,t,n,i,o){Xn=!0,Qn=li=Zn._x=Zn._y=!1,vi(l,e,t,n,i,o,0,!0,!1),null!=l&&(Ce(h,b,Di,!1),Ii(c,k,Gn,In,Ie,Le,null));let{left:s,top:r,width:u,height:a}=ei;Mi=s,Si=r,Ti=u,Ei=a}function Di(l,e,t,n,i,o){Xn=Zn._x=Zn._y=!1,vi(l,e,t,n,i,o,0,!1,!0);let{left:s,top:r,width:u,height:a}=ei,f=u>0||a>0,c=Mi!=s||Si!=r||Ti!=u||Ei!=a;if(f&&c&&ni(ei),Zn.setScale&&f&&c){let l=s,e=u,t=r,n=a;if(1==jl.ori&&(l=r,e=a,t=s,n=u),Qn&&ii(El,fi(l,El),fi(l+e,El)),li)for(let l in vl){let e=vl[l];l!=El&&null==e.from&&e.min!=gl&&ii(l,fi(t+n,l),fi(t,l))}yi()}else oe.lock&&(oe._lock=!oe._lock,xi(e,!0,null!=l));null!=l&&(He(h,b),Ii(h,k,Nn,jn,Ie,Le,null))}function Pi(l){oe._lock||(Mt(l),xn(),yi(),null!=l&&Ii(m,k,Nn,jn,Ie,Le,null))}function Ai(){xl.forEach(ln),vt(k.width,k.height,!0)}G(x,v,Ai);const Wi={};Wi.mousedown=zi,Wi.mousemove=bi,Wi.mouseup=Di,Wi.dblclick=Pi,Wi.setSeries=(l,e,t,n)=>{-1!=(t=(0,Fi.match[2])(k,e,t))&&oi(t,n,!0,!1)},re&&(Ce(c,el,zi),Ce(f,el,bi),Ce(d,el,(l=>{Mt(l),_i(!1)})),Ce(p,el,(function(l){if(oe._lock)return;Mt(l);let e=Xn;if(Xn){let l,e,t=!0,n=!0,i=10;0==jl.ori?(l=Qn,e=li):(l=li,e=Qn),l&&e&&(t=i>=Nn||Nn>=Ie-i,n=i>=jn||jn>=Le-i),l&&t&&(Nn=Gn>Nn?0:Ie),e&&n&&(jn=In>jn?0:Le),xi(null,!0,!0),Xn=!1}Nn=-10,jn=-10,te.fill(null),xi(null,!0,!0),e&&(Xn=e)})),Ce(m,el,Pi),It.add(k),k.syncRect=_i);const Yi=k.hooks=u.hooks||{};function Ci(l,e,t){Vn?Bn.push([l,e,t]):l in Yi&&Yi[l].forEach((l=>{l.call(null,k,e,t)}))}(u.plugins||[]).forEach((l=>{for(let e in l.hooks)Yi[e]=(Yi[e]||[]).concat(l.hooks[e])}));const Hi=(l,e,t)=>t,Fi=Bl({key:null,setSeries:!1,filters:{pub:Ml,sub:Ml},scales:[El,pl[1]?pl[1].scale:null],match:[Sl,Sl,Hi],values:[null,null]},oe.sync);2==Fi.match.length&&Fi.match.push(Hi),oe.sync=Fi;const Ri=Fi.key,Gi=dt(Ri);function Ii(l,e,t,n,i,o,s){Fi.filters.pub(l,e,t,n,i,o,s)&&Gi.pub(l,e,t,n,i,o,s)}function Li(){Ci(\\"init\\",u,g),gn(g||u.data,!1),Kl[El]?Kn(El,Kl[El]):xn(),wt=ei.show&&(ei.width>0||ei.height>0),xt=_t=!0,vt(u.width,u.height)}return Gi.sub(k),k.pub=function(l,e,t,n,i,o,s){Fi.filters.sub(l,e,t,n,i,o,s)&&Wi[l](null,e,t,n,i,o,s)},k.destroy=function(){Gi.unsub(k),It.delete(k),Pe.clear(),I(x,v,Ai),R.remove(),ce?.remove(),Ci(\\"destroy\\")},pl.forEach(Yt),xl.forEach((function(l,e){if(l._show=l.show,l.show){let t=vl[l.scale];null==t&&(l.scale=l.side%2?pl[1].scale:El,t=vl[l.scale]);let n=t.time;l.size=bl(l.size),l.space=bl(l.space),l.rotate=bl(l.rotate),Gl(l.incrs)&&l.incrs.forEach((l=>{!Wl.has(l)&&Wl.set(l,Yl(l))})),l.incrs=bl(l.incrs||(2==t.distr?ae:n?1==hl?ke:Se:fe)),l.splits=bl(l.splits||(n&&1==t.distr?Ql:3==t.distr?Je:4==t.distr?qe:$e)),l.stroke=bl(l.stroke),l.grid.stroke=bl(l.grid.stroke),l.ticks.stroke=bl(l.ticks.stroke),l.border.stroke=bl(l.border.stroke);let i=l.values;l.values=Gl(i)&&!Gl(i[0])?bl(i):n?Gl(i)?De(Xl,ze(i,Zl)):Ll(i)?function(l,e){let t=ne(e);return(e,n)=>n.map((e=>t(l(e))))}(Xl,i):i||le:i||Be,l.filter=bl(l.filter||(3>t.distr||10!=t.log?3==t.distr&&2==t.log?tt:kl:et)),l.font=Qt(l.font),l.labelFont=Qt(l.labelFont),l._size=l.size(k,null,e,0),l._space=l._rotate=l._incrs=l._found=l._splits=l._values=null,l._size>0&&(Ct[e]=!0,l._el=D(\\"u-axis\\",X))}})),_?_ instanceof HTMLElement?(_.appendChild(R),Li()):_(k,Li):Li(),k}en.assign=Bl,en.fmtNum=tl,en.rangeNum=Z,en.rangeLog=B,en.rangeAsinh=$,en.orient=pt,en.pxRatio=y,en.join=function(l,e){if(function(l){let e=l[0][0],t=e.length;for(let n=1;l.length>n;n++){let i=l[n][0];if(i.length!=t)return!1;if(i!=e)for(let l=0;t>l;l++)if(i[l]!=e[l])return!1}return!0}(l)){let e=l[0].slice();for(let t=1;l.length>t;t++)e.push(...l[t].slice(1));return function(l,e=100){const t=l.length;if(1>=t)return!0;let n=0,i=t-1;for(;i>=n&&null==l[n];)n++;for(;i>=n&&null==l[i];)i--;if(n>=i)return!0;const o=fl(1,sl((i-n+1)/e));for(let e=l[n],t=n+o;i>=t;t+=o){const n=l[t];if(null!=n){if(e>=n)return!1;e=n}}return!0}(e[0])||(e=function(l){let e=l[0],t=e.length,n=Array(t);for(let l=0;n.length>l;l++)n[l]=l;n.sort(((l,t)=>e[l]-e[t]));let i=[];for(let e=0;l.length>e;e++){let o=l[e],s=Array(t);for(let l=0;t>l;l++)s[l]=o[n[l]];i.push(s)}return i}(e)),e}let t=new Set;for(let e=0;l.length>e;e++){let n=l[e][0],i=n.length;for(let l=0;i>l;l++)t.add(n[l])}let n=[Array.from(t).sort(((l,e)=>l-e))],i=n[0].length,o=new Map;for(let l=0;i>l;l++)o.set(n[0][l],l);for(let t=0;l.length>t;t++){let s=l[t],r=s[0];for(let l=1;s.length>l;l++){let u=s[l],a=Array(i).fill(void 0),f=e?e[t][l]:1,c=[];for(let l=0;u.length>l;l++){let e=u[l],t=o.get(r[l]);null===e?0!=f&&(a[t]=e,2==f&&c.push(t)):a[t]=e}$l(a,c,i),n.push(a)}}return n},en.fmtDate=ne,en.tzDate=function(l,e){let t;return\\"UTC\\"==e||\\"Etc/UTC\\"==e?t=new Date(+l+6e4*l.getTimezoneOffset()):e==ie?t=l:(t=new Date(l.toLocaleString(\\"en-US\\",{timeZone:e})),t.setMilliseconds(l.getMilliseconds())),t},en.sync=dt;{en.addGap=function(l,e,t){let n=l[l.length-1];n&&n[0]==e?n[1]=t:l.push([e,t])},en.clipGaps=wt;let l=en.paths={points:Wt};l.linear=Ft,l.stepped=function(l){const e=Q(l.align,1),t=Q(l.ascDesc,!1),n=Q(l.alignGaps,0),i=Q(l.extend,!1);return(l,o,s,r)=>pt(l,o,((u,a,f,c,h,d,p,m,g,x,w)=>{[s,r]=U(f,s,r);let _=u.pxRound,{left:b,width:v}=l.bbox,k=l=>_(d(l,c,x,m)),M=l=>_(p(l,h,w,g)),S=0==c.ori?Mt:St;const T={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:1},E=T.stroke,z=c.dir*(0==c.ori?1:-1);let D=M(f[1==z?s:r]),P=k(a[1==z?s:r]),A=P,W=P;i&&-1==e&&(W=b,S(E,W,D)),S(E,P,D);for(let l=1==z?s:r;l>=s&&r>=l;l+=z){let t=f[l];if(null==t)continue;let n=k(a[l]),i=M(t);1==e?S(E,n,D):S(E,A,i),S(E,n,i),D=i,A=n}let Y=A;i&&1==e&&(Y=b+v,S(E,Y,D));let[C,H]=mt(l,o);if(null!=u.fill||0!=C){let e=T.fill=new Path2D(E),t=M(u.fillTo(l,o,u.min,u.max,C));S(e,Y,t),S(e,W,t)}if(!u.spanGaps){let i=[];i.push(..._t(a,f,s,r,z,k,n));let h=u.width*y/2,d=t||1==e?h:-h,p=t||-1==e?-h:h;i.forEach((l=>{l[0]+=d,l[1]+=p})),T.gaps=i=u.gaps(l,o,s,r,i),T.clip=wt(i,c.ori,m,g,x,w)}return 0!=H&&(T.band=2==H?[xt(l,o,s,r,E,-1),xt(l,o,s,r,E,1)]:xt(l,o,s,r,E,H)),T}))},l.bars=function(l){const e=Q((l=l||Hl).size,[.6,gl,1]),t=l.align||0,n=l.gap||0;let i=l.radius;i=null==i?[0,0]:\\"number\\"==typeof i?[i,0]:i;const o=bl(i),s=1-e[0],r=Q(e[1],gl),u=Q(e[2],1),a=Q(l.disp,Hl),f=Q(l.each,(()=>{})),{fill:c,stroke:h}=a;return(l,e,i,d)=>pt(l,e,((p,m,g,x,w,_,b,v,k,M,S)=>{let T,E,z=p.pxRound,D=t,P=n*y,A=r*y,W=u*y;0==x.ori?[T,E]=o(l,e):[E,T]=o(l,e);const Y=x.dir*(0==x.ori?1:-1);let C,H,F,R=0==x.ori?Tt:Et,G=0==x.ori?f:(l,e,t,n,i,o,s)=>{f(l,e,t,i,n,s,o)},I=Q(l.bands,Fl).find((l=>l.series[0]==e)),L=p.fillTo(l,e,p.min,p.max,null!=I?I.dir:0),O=z(b(L,w,S,k)),N=M,j=z(p.width*y),U=!1,V=null,B=null,$=null,J=null;null==c||0!=j&&null==h||(U=!0,V=c.values(l,e,i,d),B=new Map,new Set(V).forEach((l=>{null!=l&&B.set(l,new Path2D)})),j>0&&($=h.values(l,e,i,d),J=new Map,new Set($).forEach((l=>{null!=l&&J.set(l,new Path2D)}))));let{x0:q,size:K}=a;if(null!=q&&null!=K){D=1,m=q.values(l,e,i,d),2==q.unit&&(m=m.map((e=>l.posToVal(v+e*M,x.key,!0))));let t=K.values(l,e,i,d);H=2==K.unit?t[0]*M:_(t[0],x,M,v)-_(0,x,M,v),N=Rt(m,g,_,x,M,v,N),F=N-H+P}else N=Rt(m,g,_,x,M,v,N),F=N*s+P,H=N-F;1>F&&(F=0),H/2>j||(j=0),5>F&&(z=vl);let X=F>0;H=z(wl(N-F-(X?j:0),W,A)),C=(0==D?H/2:D==Y?0:H)-D*Y*((0==D?P/2:0)+(X?j/2:0));const Z={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},ll=U?null:new Path2D;let el=null;if(null!=I)el=l.data[I.series[1]];else{let{y0:t,y1:n}=a;null!=t&&null!=n&&(g=n.values(l,e,i,d),el=t.values(l,e,i,d))}let tl=T*H,nl=E*H;for(let t=1==Y?i:d;t>=i&&d>=t;t+=Y){let n=g[t];if(null==n)continue;if(null!=el){let l=el[t]??0;if(n-l==0)continue;O=b(l,w,S,k)}let i=_(2!=x.distr||null!=a?m[t]:t,x,M,v),o=b(Q(n,L),w,S,k),s=z(i-C),r=z(fl(o,O)),u=z(al(o,O)),f=r-u;if(null!=n){let i=0>n?nl:tl,o=0>n?tl:nl;U?(j>0&&null!=$[t]&&R(J.get($[t]),s,u+sl(j/2),H,fl(0,f-j),i,o),null!=V[t]&&R(B.get(V[t]),s,u+sl(j/2),H,fl(0,f-j),i,o)):R(ll,s,u+sl(j/2),H,fl(0,f-j),i,o),G(l,e,t,s-j/2,u,H+j,f)}}return j>0?Z.stroke=U?J:ll:U||(Z._fill=0==p.width?p._fill:p._stroke??p._fill,Z.width=0),Z.fill=U?B:ll,Z}))},l.spline=function(l){return function(l,e){const t=Q(e?.alignGaps,0);return(e,n,i,o)=>pt(e,n,((s,r,u,a,f,c,h,d,p,m,g)=>{[i,o]=U(u,i,o);let x,w,_,b=s.pxRound,v=l=>b(c(l,a,m,d)),k=l=>b(h(l,f,g,p));0==a.ori?(x=kt,_=Mt,w=Pt):(x=yt,_=St,w=At);const y=a.dir*(0==a.ori?1:-1);let M=v(r[1==y?i:o]),S=M,T=[],E=[];for(let l=1==y?i:o;l>=i&&o>=l;l+=y)if(null!=u[l]){let e=v(r[l]);T.push(S=e),E.push(k(u[l]))}const z={stroke:l(T,E,x,_,w,b),fill:null,clip:null,band:null,gaps:null,flags:1},D=z.stroke;let[P,A]=mt(e,n);if(null!=s.fill||0!=P){let l=z.fill=new Path2D(D),t=k(s.fillTo(e,n,s.min,s.max,P));_(l,S,t),_(l,M,t)}if(!s.spanGaps){let l=[];l.push(..._t(r,u,i,o,y,v,t)),z.gaps=l=s.gaps(e,n,i,o,l),z.clip=wt(l,a.ori,d,p,m,g)}return 0!=A&&(z.band=2==A?[xt(e,n,i,o,D,-1),xt(e,n,i,o,D,1)]:xt(e,n,i,o,D,A)),z}))}(Gt,l)}}return en}();","A":".uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, \\"Segoe UI\\", Roboto, \\"Helvetica Neue\\", Arial, \\"Noto Sans\\", sans-serif, \\"Apple Color Emoji\\", \\"Segoe UI Emoji\\", \\"Segoe UI Symbol\\", \\"Noto Color Emoji\\";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: relative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th > * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: \\":\\";vertical-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.07);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 solid;pointer-events: none;will-change: transform;/*this has to be !important since we set inline \\"background\\" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-cursor-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}"}');function Vt(o){const r=`Objectives of ${Xe(o.service)}`;return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${r}</title>
<style>${at.A}${Ht}</style>
</head>
<body>
<main>
${Pt(r,o).filter(Boolean).join(`
`)}
</main>
<script>${at.js}</script>
<script>var data = ${JSON.stringify(Rt(o))};${Ut}</script>
</body>
</html>
`}function Pt(o,r){const{from:c,to:d,verdict:w,availability:b,responseTime:_,marks:x}=r,{blindSpots:O,measured:B}=b,K=_.requests>0;return[`<h1>${o} ${jt(w)}</h1>`,`<p class="soft">${fe(c)} to ${fe(d)}</p>`,`<div class="tiles">${qt(r).join("")}</div>`,(B!==void 0||K)&&De("In the charts",Jt),B!==void 0&&Lt("Error budget that is left","budget","It falls while the service is down."),K&&Lt("Response time of real requests","times","Mean, p95 and p99, on a logarithmic scale. A gap: no request, or none that was counted."),K&&Lt("Requests","requests",`How many there were, in parts of ${H(Gt(r))}.`),b.burns.length>0&&De("Burn rate",zt(r)),De("Incidents",b.incidents.length===0?Re("None was measured."):rt(["from","to","length","measured down"],b.incidents.map(({from:G,to:le,ongoing:Mt,length:ve,down:xe})=>[bt(G),Mt?'<b class="missed">not over</b>':bt(le),H(ve),H(xe)]))),O.length>0&&De("Nobody looked",`${Re("This time counts neither as up nor as down.")}${rt(["from","to","length"],O.map(({from:G,to:le,length:Mt})=>[bt(G),bt(le),H(Mt)]))}`),x===void 0&&De("Done on purpose",Re("No worker could be asked what was deployed when.")),x!==void 0&&x.length>0&&De("Done on purpose",Kt(x)),De("How it was measured",m(r))]}const Lt=(o,r,c)=>De(o,`${Re(c)}<div class="chart" id="${r}"></div>`),Jt=`<ul class="key">${[["down","down",""],["blind","nobody looked",""],["mark","deploy, rollback or restore","thin"],["bad","objective, or the end of the budget","dashed"]].map(([o,r,c])=>`<li><i class="${c}" style="--colour:var(--${o})"></i>${r}</li>`).join("")}</ul>${Re("All times are UTC.")}`,Kt=o=>rt(["when","what","by whom and why"],o.map(({at:r,kind:c,release:d,by:w,reason:b})=>[bt(r),`${c} <code>${Xe(d)}</code>`,`<span class="free">${Xe(w)}${b===void 0?"":`: ${Xe(b)}`}</span>`])),Gt=({responseTime:{course:o}})=>(0,J.Rz)(o[0]===void 0?0:o[0].to-o[0].from),zt=({availability:o})=>rt(["over","burn rate","limit",""],o.burns.map(r=>[`${H(r.long)}<br>${H(r.short)}`,`${f(r.overLong)}<br>${f(r.overShort)}`,f(r.limit),r.tooFast?`<b class="missed">${V(r)}</b>`:V(r)])),f=o=>o===void 0?"not measured":`${Number(o.toFixed(2))} \xD7`;function m({availability:{probeInterval:o},responseTime:{workers:r}}){const c=o>0?`, each ${H(o)}`:"";return[Re(`Availability: a probe through the address that customers use${c}; it stands for the time until the next one. Response time: of real requests, counted by the workers themselves; what load balancers and monitoring ask for is left out.`),r.length===0?Re("No figures of any worker were read."):rt(["worker","its figures were read in"],r.map(({worker:d,coverage:w})=>[Xe(d),se(100*w,2)]))].join("")}})};
