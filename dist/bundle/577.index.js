"use strict";exports.id=577,exports.ids=[577,377],exports.modules={3945:((V,I,l)=>{l.d(I,{drainCommand:()=>he,readmitCommand:()=>ue});var k=l(6760),v=l(833),b=l(5355),c=l(3916),$=l(240),f=l(2474),d=l(1996),_=l(7030),p=l(6259);const O=(0,d.YA)(8),F=(0,d.YA)(20),E=21,D=22,P=23,j=24,X=String.raw`
use strict; use warnings; use IO::Socket::UNIX; use Time::HiRes qw(sleep time);
my ($socket, $verb, @words) = @ARGV;
$| = 1;
$SIG{ALRM} = sub { };
sub ask {
    my ($line) = @_;
    my $answer = eval {
        local $SIG{ALRM} = sub { die };
        alarm 3;
        my $master = IO::Socket::UNIX->new($socket) or die;
        print $master "$line\n"; $master->flush; shutdown $master, 1;
        local $/;
        my $all = <$master>;
        alarm 0;
        $all;
    };
    alarm 0;
    return $answer // "";
}
my (%old, %now);
sub look {
    %old = (); %now = ();
    my $part = "";
    for (split /\n/, ask("show proc")) {
        $part = $1 if /^# (.+)/;
        next unless /^(\d+)\s+worker\b/;
        if ($part eq "old workers") { $old{$1} = 1 } else { $now{$1} = 1 }
    }
    return %now ? 1 : 0;
}
# Requests that have a worker, or wait for one; undefined where the process doesn't tell (before HAProxy 2.5).
sub in_flight {
    my ($pid) = @_;
    my ($title, @rows) = grep { $_ ne "" } split /\n/, ask("\@!$pid show stat -1 2 -1");
    return undef unless defined $title and $title =~ s/^# // and @rows;
    my %at; my $column = 0; $at{$_} = $column++ for split /,/, $title;
    my $sum = 0;
    for (@rows) { my @cell = split /,/; $sum += ($cell[$at{scur}] || 0) + ($cell[$at{qcur}] || 0) }
    return $sum;
}
if ($verb eq "processes") {
    look() or exit 1;
    print join(" ", keys %now), "\n";
    exit 0;
}
my ($patience, @before) = @words;
my $until = time + $patience;
my ($idle, $left) = (0, "");
while (time < $until) {
    # Right after the reload there is none but those from before it.
    if (!look() or grep { $now{$_} } @before) { $left = "reload"; sleep 0.1; next }
    exit 0 unless %old;
    my $sum = 0; my $mute = 0;
    for (keys %old) { my $count = in_flight($_); if (defined $count) { $sum += $count } else { $mute++ } }
    if ($left ne "$sum $mute") { $left = "$sum $mute"; print "progress $sum\n" }
    $idle = $sum + $mute == 0 ? $idle + 1 : 0;
    # What is left are connections on which no request is under way; their customers are told that they end.
    kill "TERM", keys %old if $idle >= 2;
    sleep 0.1;
}
print "left $left\n";
exit 1;
`,Z=String.raw`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
is_here() { ip -o address show to "$address" | grep -q .; }
lift() { nft delete table inet buka_hold 2>/dev/null || :; }
set_away() {
  mkdir -p -- "$(dirname -- "$away_file")"
  echo 1 > "$away_file"
  sync -- "$away_file"
}
haproxy() { perl -e "$perl" "$socket" "$@"; }
if ! is_here; then set_away; echo elsewhere; exit 0; fi

before=$(haproxy processes) || { echo "nobody answers at $socket"; exit $no_reload; }
trap lift EXIT
if ! nft -f - <<RULES
table inet buka_hold
delete table inet buka_hold
table inet buka_hold {
  set held { type $family; flags timeout; elements = { $address timeout $held_at_most } }
  chain input {
    type filter hook input priority -10; policy accept;
    $protocol daddr @held tcp flags & (syn | ack) == syn drop
  }
}
RULES
then exit $no_hold; fi
began=$(date +%s%N)
# Connections that were half made get through, and are taken by the process that is to end.
sleep 0.3
systemctl reload haproxy.service || exit $no_reload
# shellcheck disable=SC2086 # a list of processes
if ! haproxy wait "$patience" $before; then exit $still; fi
set_away
tries=0
while is_here; do
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then rm -f -- "$away_file"; exit $stays; fi
  sleep 0.1
done
echo "moved $(( ($(date +%s%N) - began) / 1000000 ))"
`,z=(e,t,s)=>(0,p.K$)({name:"let go of the address",text:Z,values:{address:t,family:(0,_.isIPv6)(t)?"ipv6_addr":"ipv4_addr",protocol:(0,_.isIPv6)(t)?"ip6":"ip",socket:s,away_file:$.Wf,perl:X,patience:String(O/1e3),held_at_most:`${F/1e3}s`,still:String(E),stays:String(D),no_hold:String(P),no_reload:String(j)},deadline:(0,d.YA)(40),parse(n){const a=q[n.status];if(a!==void 0)throw new c.w({...a(e),host:e,step:"drain",seen:(0,p.aN)(n),left:"The address is where it was, and customers are served as before."});const[o,r]=(0,p.Mn)((0,p.gq)(n).stdout).at(-1)?.split(" ")??[];return o==="moved"?{kind:"moved",held:(0,d.Rz)(Number(r))}:{kind:"elsewhere"}}}),q={[E]:e=>({code:"load-balancer-busy",message:`Requests were still under way after ${O/1e3} s, and moving the address would cut them.`,hint:`Run it again in a quieter moment. To move it at once, and cut them: \`systemctl stop keepalived\` on ${e}.`}),[D]:e=>({code:"address-stays",message:"keepalived did not let the address go.",hint:`\`journalctl -u keepalived\` on ${e}.`}),[P]:e=>({code:"hold-failed",message:"New connections could not be held back with nft.",hint:`\`buka provision ${e}\` installs nftables; the kernel must have it too.`}),[j]:e=>({code:"reload-failed",message:"HAProxy did not reload.",hint:`\`systemctl status haproxy\` on ${e}.`})};function H(e,t,s){const{hosts:n,address:a}=e.cluster.loadBalancers,o=n.find(r=>r.name===t);if(o===void 0)throw new c.j({code:"not-a-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this buka.yml.`,left:"Nothing was changed.",hint:`Its load balancers are ${n.map(r=>r.name).join(", ")}.`});if(a===void 0)throw new c.j({code:"address-missing",message:"buka.yml names no address that the load balancers share, so there is nothing to move.",left:"Nothing was changed.",hint:"Where something else sends customers to them, take this one out there."});return{context:e,user:s,host:o,address:a}}const y=({context:e,user:t},s)=>e.remote({...s,user:t});async function T(e,t){const{context:s,address:n}=e,a=await y(e,t),o=(0,$.R$)(s.cluster,t,(0,p.Uh)(a,t.user)),[r,i]=await Promise.all([a.run((0,$.xc)(n)),o.observe()]);return{address:r,view:i}}const J=({view:e})=>[...e.workers.values()].filter(({inRotation:t})=>t);function L({address:e,view:t}){return e.serves?e.keepalived?e.away?"it is drained":J({address:e,view:t}).length===0?"it has no worker in rotation":void 0:"keepalived does not run":"HAProxy answers no request"}async function Q(e){const{host:t,context:s}=e,n=R(s.cluster,t),a=await Y(e,n),o=(0,f.IP)(a).answers.filter(([,r])=>L(r)===void 0);if(o.length>0)return new Map(o);throw new c.w({code:"no-other-load-balancer",host:t.name,step:"drain",message:n.length===0?"There is no other load balancer that could take the address.":"No other load balancer could take the address.",seen:[...a].map(([r,i])=>`${r}: ${i instanceof c.w?i.failure.message:L(i)}`).join(`
`),left:"Nothing was changed.",hint:n.length===0?"It takes two under `load-balancers:` in buka.yml.":"`buka status` tells more."})}const R=({loadBalancers:e},{name:t})=>e.hosts.filter(s=>s.name!==t),Y=(e,t)=>(0,f.HA)(t,s=>T(e,s)),C=()=>(0,p.K$)({name:"readmit the load balancer",text:`rm -f -- "$away_file"
`,values:{away_file:$.Wf},deadline:(0,d.YA)(10)}),M=(0,d.YA)(10),ee=(0,d.YA)(.2);async function te(e,{host:t,user:s}){const{reporter:n}=e,a=H(e,t,s),{host:o,address:r}=a,i=await n.group("Look",async()=>{const A=await Q(a),m=await T(a,o).catch(w=>{throw w instanceof c.w?w.with({left:"Nothing was changed."}):w});if(!m.address.heeds||!m.address.keepalived)throw ne(t,m.address.keepalived);return{own:m,others:A}});if(i.own.address.away&&!i.own.address.here)return{outcome:"was-drained",host:t,addressOn:await W(a),moved:!1};if(e.signal?.aborted)throw ae();const u=(0,f.bz)(e,"maintenance"),g=await n.group(`Drain ${t}`,()=>se(a)),h=await n.group("Wait for another load balancer to have the address",()=>W(a));await u,n.step({host:h,name:"address",state:"done",detail:r});const x=g.kind==="moved";return{outcome:"drained",host:t,addressOn:h,moved:x,held:x?g.held:void 0}}async function se(e){const{context:t,host:s,address:n}=e,{reporter:a,cluster:o}=t;a.step({host:s.name,name:"drain",state:"started"});const r=g=>{const h=/^progress (\d+)$/.exec(g)?.[1];h!==void 0&&a.step({host:s.name,name:"drain",state:"progress",detail:`${h} in flight`})},u=await(await y(e,s)).run(z(s.name,n,o.loadBalancers.masterSocket),{onLine:r});return a.step({host:s.name,name:"drained",state:"done"}),u}async function W(e){const{context:t,host:s,address:n}=e,a=t.clock??f.ml,o=a.now().getTime()+M;for(;;){const r=await(0,f.HA)(R(t.cluster,s),async u=>(await y(e,u)).run((0,$.xc)(n))),[i]=(0,f.IP)(r).answers.filter(([,{here:u}])=>u);if(i!==void 0)return i[0];if(a.now().getTime()>=o)break;await a.sleep(ee)}throw await(await y(e,s)).run(C()),new c.w({code:"address-nowhere",host:s.name,step:"drain",message:`No other load balancer took the address ${n} within ${M/1e3} s.`,left:`${s.name} may have it again.`,hint:"`journalctl -u keepalived` on the others. Do they hear each other (VRRP, protocol 112)?"})}const ne=(e,t)=>new c.w({code:"keepalived-foreign",host:e,step:"drain",message:t?"Its keepalived is not set up so that it can be told to leave the address to the others.":"keepalived does not run there.",left:"Nothing was changed.",hint:`\`buka provision ${e}\` puts that right. Where keepalived is your own: stop it there in a quiet moment.`}),ae=()=>new c.w({code:"cancelled",step:"drain",message:"The run was cancelled.",left:"Nothing was changed."}),U=(0,d.YA)(60),oe=(0,d.YA)(1);async function re(e,{host:t,user:s}){const{reporter:n,cluster:a}=e,o=H(e,t,s),{host:r}=o,i=e.clock??f.ml,u=()=>i.now().getTime(),g=u()+U;return n.group(`Readmit ${t}`,async()=>{for(;;){if(e.signal?.aborted)throw le("cancelled",t,"The run was cancelled.");const[h,x]=await Promise.all([T(o,r).catch(N=>N),Y(o,R(a,r))]),A=(0,f.IP)(x).answers,m=A.find(([,{address:N}])=>N.here)?.[0];if(S(h)&&!h.address.away)return{outcome:"was-in-service",host:t,addressOn:h.address.here?t:m};const w=ie(h,new Map(A));if(w===void 0)return await(await y(o,r)).run(C()),n.step({host:t,name:"readmitted",state:"done"}),{outcome:"readmitted",host:t,addressOn:m};if(u()>=g)throw ce(t,w,h);n.step({host:t,name:"check",state:"progress",detail:w}),await i.sleep(oe)}})}const S=e=>typeof e=="object"&&e!==null&&"address"in e;function ie(e,t){if(!S(e))return e instanceof Error?e.message:String(e);if(!e.address.serves)return"HAProxy answers no request";if(!e.address.keepalived)return"keepalived does not run";const s=[...e.view.workers.values()],n=s.filter(({servers:o})=>o.some(({check:r,status:i})=>de(r,i)));if(n.length>0)return`it has not checked ${n.map(({worker:o})=>o).join(", ")} yet`;const a=s.filter(({worker:o,inRotation:r})=>!r&&[...t.values()].some(({view:i})=>i.workers.get(o)?.inRotation===!0));return a.length>0?`${a.map(({worker:o,servers:r})=>`${o} is ${r[0]?.status??"unknown"}`).join(", ")} here, and serves on another load balancer`:s.some(({inRotation:o})=>o)?void 0:"it has no worker in rotation"}const de=(e,t)=>e==="unchecked"&&t!=="no check",le=(e,t,s)=>new c.w({code:e,host:t,step:"readmit",message:s,left:`${t} is still drained.`}),ce=(e,t,s)=>new c.w({code:"load-balancer-not-ready",host:e,step:"readmit",message:`It would not serve customers as it should, even after ${U/1e3} s.`,seen:t,left:`${e} is still drained, and customers are on another load balancer.`,hint:S(s)?"`buka status` tells what each load balancer sees; `buka provision` puts a configuration right.":`Is ${e} up? \`buka status\` tells.`,...s instanceof Error?{cause:s}:{}});var K=l(2741),B=l(5217);async function he(e,t,s){const n=await(0,b.vj)((0,k.join)(t.workingDirectory,t.config)),a=(0,v.F)(G(s)),o=await(0,B.e)(n,s.reporter,t,r=>te(r,{host:e,user:t.user}),a);return s.end(),s.result(o,fe),K.OK}async function ue(e,t,s){const n=await(0,b.vj)((0,k.join)(t.workingDirectory,t.config)),a=(0,v.F)(G(s)),o=await(0,B.e)(n,s.reporter,t,r=>re(r,{host:e,user:t.user}),a);return s.end(),s.result(o,me),K.OK}const G=e=>({cancelled:()=>e.reporter.warning("cancelled: a move of the address that has begun comes to its end, which takes seconds; nothing else is begun. Ctrl-C again stops at once."),quitting:()=>{e.end(),e.reporter.warning("stopped at once: a move of the address that has begun comes to its end by itself; `buka status` tells where it is.")}});function fe({outcome:e,host:t,addressOn:s,moved:n,held:a}){const o=`It can be rebooted. Afterwards: buka load-balancer readmit ${t}`;if(e==="was-drained")return`${t} is drained already, and the address is on ${s}.
${o}`;const r=n?`the address went to ${s}${a===void 0?"":`; new connections waited for ${(0,d.a3)(a)} meanwhile`}`:`the address was on ${s} already`;return`Drained: ${t}; ${r}.
${o}`}function me({outcome:e,host:t,addressOn:s}){const n=s===void 0?"":` The address is on ${s}${s===t?"":", and stays there until that one goes"}.`;return e==="was-in-service"?`${t} is in service already.${n}`:`Readmitted: ${t}.${n}`}}),4377:((V,I,l)=>{l.d(I,{w$:()=>b});var k=l(3759),v=l(2857);function b(d){return k.G1(v.You,d)}function c(d){return core._isoDate(ZodISODate,d)}function $(d){return core._isoTime(ZodISOTime,d)}function f(d){return core._isoDuration(ZodISODuration,d)}})};
