"use strict";exports.id=945,exports.ids=[945],exports.modules={833:((U,b,i)=>{i.d(b,{F:()=>k});var v=i(1996);const E=(0,v.YA)(1);function k({cancelled:c,quitting:f}){const u=new AbortController;let l=0;const O=()=>{f(),process.exit(1)},m=()=>{u.signal.aborted?performance.now()-l>E&&O():(l=performance.now(),c(),u.abort())};return process.on("SIGINT",m),process.on("SIGHUP",m),process.on("SIGTERM",O),u.signal}}),5217:((U,b,i)=>{i.d(b,{DC:()=>R,eQ:()=>C,mN:()=>x,yl:()=>N});var v=i(7598),E=i.n(v),k=i(1455),c=i.n(k),f=i(8161),u=i.n(f),l=i(6760),O=i.n(l),m=i(3916);async function C(h,w,p,g,T){const A=await W(p),{Connections:M}=await Promise.resolve().then(i.bind(i,8146)),_=new M(A);try{const H=_.to.bind(_);return await g({cluster:h,remote:H,reporter:w,run:N(),signal:T},_.dial.bind(_))}finally{await _.leave()}}async function W(h,w=process.env){const[p,g]=await Promise.all([x(h,w),R(h)]);return{...p,knownHosts:g}}async function x({key:h},w=process.env){const p=h===void 0?w.BUKA_SSH_KEY:await D(h,"key-missing","Name the private key: --key PATH, or leave --key out to use the agent.");return{privateKey:p,passphrase:w.BUKA_SSH_PASSPHRASE,agent:p?void 0:w.SSH_AUTH_SOCK}}function R({knownHosts:h=(0,l.join)((0,f.homedir)(),".ssh","known_hosts")}){return D(h,"known-hosts-missing","Name the file with the public keys of your hosts: --known-hosts PATH; docs/ssh.md shows how to collect and verify them.")}async function D(h,w,p){return(0,k.readFile)(h,"utf8").catch(g=>{const T=g instanceof Error?g.message:String(g);throw new m.j({code:w,message:`${h} can't be read.`,seen:T,left:"Nothing was changed.",hint:p,cause:g})})}const N=()=>({id:(0,v.randomUUID)(),by:`${(0,f.userInfo)().username}@${(0,f.hostname)()}`})}),3007:((U,b,i)=>{i.d(b,{OK:()=>v,W:()=>E,u:()=>k});const v=0,E=1,k=2}),3945:((U,b,i)=>{i.d(b,{drainCommand:()=>he,readmitCommand:()=>ue});var v=i(6760),E=i(833),k=i(7302),c=i(3916),f=i(240),u=i(7116),l=i(1996),O=i(7030),m=i(8146);const C=(0,l.YA)(8),W=(0,l.YA)(20),x=21,R=22,D=23,N=24,h=String.raw`
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
`,w=String.raw`
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
`,p=(e,t,n)=>(0,m.K$)({name:"let go of the address",text:w,values:{address:t,family:(0,O.isIPv6)(t)?"ipv6_addr":"ipv4_addr",protocol:(0,O.isIPv6)(t)?"ip6":"ip",socket:n,away_file:f.Wf,perl:h,patience:String(C/1e3),held_at_most:`${W/1e3}s`,still:String(x),stays:String(R),no_hold:String(D),no_reload:String(N)},deadline:(0,l.YA)(40),parse(s){const o=g[s.status];if(o!==void 0)throw new c.w({...o(e),host:e,step:"drain",seen:(0,m.aN)(s),left:"The address is where it was, and customers are served as before."});const[a,r]=(0,m.Mn)((0,m.gq)(s).stdout).at(-1)?.split(" ")??[];return a==="moved"?{kind:"moved",held:(0,l.Rz)(Number(r))}:{kind:"elsewhere"}}}),g={[x]:e=>({code:"load-balancer-busy",message:`Requests were still under way after ${C/1e3} s, and moving the address would cut them.`,hint:`Run it again in a quieter moment. To move it at once, and cut them: \`systemctl stop keepalived\` on ${e}.`}),[R]:e=>({code:"address-stays",message:"keepalived did not let the address go.",hint:`\`journalctl -u keepalived\` on ${e}.`}),[D]:e=>({code:"hold-failed",message:"New connections could not be held back with nft.",hint:`\`buka provision ${e}\` installs nftables; the kernel must have it too.`}),[N]:e=>({code:"reload-failed",message:"HAProxy did not reload.",hint:`\`systemctl status haproxy\` on ${e}.`})};function T(e,t,n){const{hosts:s,address:o}=e.cluster.loadBalancers,a=s.find(r=>r.name===t);if(a===void 0)throw new c.j({code:"not-a-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this buka.yml.`,left:"Nothing was changed.",hint:`Its load balancers are ${s.map(r=>r.name).join(", ")}.`});if(o===void 0)throw new c.j({code:"address-missing",message:"buka.yml names no address that the load balancers share, so there is nothing to move.",left:"Nothing was changed.",hint:"Where something else sends customers to them, take this one out there."});return{context:e,user:n,host:a,address:o}}const A=({context:e,user:t},n)=>e.remote({...n,user:t});async function M(e,t){const{context:n,address:s}=e,o=await A(e,t),a=(0,f.R$)(n.cluster,t,(0,m.Uh)(o,t.user)),[r,d]=await Promise.all([o.run((0,f.xc)(s)),a.observe()]);return{address:r,view:d}}const _=({view:e})=>[...e.workers.values()].filter(({inRotation:t})=>t);function H({address:e,view:t}){return e.serves?e.keepalived?e.away?"it is drained":_({address:e,view:t}).length===0?"it has no worker in rotation":void 0:"keepalived does not run":"HAProxy answers no request"}async function q(e){const{host:t,context:n}=e,s=j(n.cluster,t),o=await G(e,s),a=(0,u.IP)(o).answers.filter(([,r])=>H(r)===void 0);if(a.length>0)return new Map(a);throw new c.w({code:"no-other-load-balancer",host:t.name,step:"drain",message:s.length===0?"There is no other load balancer that could take the address.":"No other load balancer could take the address.",seen:[...o].map(([r,d])=>`${r}: ${d instanceof c.w?d.failure.message:H(d)}`).join(`
`),left:"Nothing was changed.",hint:s.length===0?"It takes two under `load-balancers:` in buka.yml.":"`buka status` tells more."})}const j=({loadBalancers:e},{name:t})=>e.hosts.filter(n=>n.name!==t),G=(e,t)=>(0,u.HA)(t,n=>M(e,n)),F=()=>(0,m.K$)({name:"readmit the load balancer",text:`rm -f -- "$away_file"
`,values:{away_file:f.Wf},deadline:(0,l.YA)(10)}),V=(0,l.YA)(10),ee=(0,l.YA)(.2);async function te(e,{host:t,user:n}){const{reporter:s}=e,o=T(e,t,n),{host:a,address:r}=o,d=await s.group("Look",async()=>{const K=await q(o),P=await M(o,a).catch(I=>{throw I instanceof c.w?I.with({left:"Nothing was changed."}):I});if(!P.address.heeds||!P.address.keepalived)throw se(t,P.address.keepalived);return{own:P,others:K}});if(d.own.address.away&&!d.own.address.here)return{outcome:"was-drained",host:t,addressOn:await Q(o),moved:!1};if(e.signal?.aborted)throw oe();const y=(0,u.bz)(e,"maintenance"),S=await s.group(`Drain ${t}`,()=>ne(o)),$=await s.group("Wait for another load balancer to have the address",()=>Q(o));await y,s.step({host:$,name:"address",state:"done",detail:r});const L=S.kind==="moved";return{outcome:"drained",host:t,addressOn:$,moved:L,held:L?S.held:void 0}}async function ne(e){const{context:t,host:n,address:s}=e,{reporter:o,cluster:a}=t;o.step({host:n.name,name:"drain",state:"started"});const r=S=>{const $=/^progress (\d+)$/.exec(S)?.[1];$!==void 0&&o.step({host:n.name,name:"drain",state:"progress",detail:`${$} in flight`})},y=await(await A(e,n)).run(p(n.name,s,a.loadBalancers.masterSocket),{onLine:r});return o.step({host:n.name,name:"drained",state:"done"}),y}async function Q(e){const{context:t,host:n,address:s}=e,o=t.clock??u.ml,a=o.now().getTime()+V;for(;;){const r=await(0,u.HA)(j(t.cluster,n),async y=>(await A(e,y)).run((0,f.xc)(s))),[d]=(0,u.IP)(r).answers.filter(([,{here:y}])=>y);if(d!==void 0)return d[0];if(o.now().getTime()>=a)break;await o.sleep(ee)}throw await(await A(e,n)).run(F()),new c.w({code:"address-nowhere",host:n.name,step:"drain",message:`No other load balancer took the address ${s} within ${V/1e3} s.`,left:`${n.name} may have it again.`,hint:"`journalctl -u keepalived` on the others. Do they hear each other (VRRP, protocol 112)?"})}const se=(e,t)=>new c.w({code:"keepalived-foreign",host:e,step:"drain",message:t?"Its keepalived is not set up so that it can be told to leave the address to the others.":"keepalived does not run there.",left:"Nothing was changed.",hint:`\`buka provision ${e}\` puts that right. Where keepalived is your own: stop it there in a quiet moment.`}),oe=()=>new c.w({code:"cancelled",step:"drain",message:"The run was cancelled.",left:"Nothing was changed."}),X=(0,l.YA)(60),ae=(0,l.YA)(1);async function re(e,{host:t,user:n}){const{reporter:s,cluster:o}=e,a=T(e,t,n),{host:r}=a,d=e.clock??u.ml,y=()=>d.now().getTime(),S=y()+X;return s.group(`Readmit ${t}`,async()=>{for(;;){if(e.signal?.aborted)throw le("cancelled",t,"The run was cancelled.");const[$,L]=await Promise.all([M(a,r).catch(Y=>Y),G(a,j(o,r))]),K=(0,u.IP)(L).answers,P=K.find(([,{address:Y}])=>Y.here)?.[0];if(B($)&&!$.address.away)return{outcome:"was-in-service",host:t,addressOn:$.address.here?t:P};const I=ie($,new Map(K));if(I===void 0)return await(await A(a,r)).run(F()),s.step({host:t,name:"readmitted",state:"done"}),{outcome:"readmitted",host:t,addressOn:P};if(y()>=S)throw ce(t,I,$);s.step({host:t,name:"check",state:"progress",detail:I}),await d.sleep(ae)}})}const B=e=>typeof e=="object"&&e!==null&&"address"in e;function ie(e,t){if(!B(e))return e instanceof Error?e.message:String(e);if(!e.address.serves)return"HAProxy answers no request";if(!e.address.keepalived)return"keepalived does not run";const n=[...e.view.workers.values()],s=n.filter(({servers:a})=>a.some(({check:r,status:d})=>de(r,d)));if(s.length>0)return`it has not checked ${s.map(({worker:a})=>a).join(", ")} yet`;const o=n.filter(({worker:a,inRotation:r})=>!r&&[...t.values()].some(({view:d})=>d.workers.get(a)?.inRotation===!0));return o.length>0?`${o.map(({worker:a,servers:r})=>`${a} is ${r[0]?.status??"unknown"}`).join(", ")} here, and serves on another load balancer`:n.some(({inRotation:a})=>a)?void 0:"it has no worker in rotation"}const de=(e,t)=>e==="unchecked"&&t!=="no check",le=(e,t,n)=>new c.w({code:e,host:t,step:"readmit",message:n,left:`${t} is still drained.`}),ce=(e,t,n)=>new c.w({code:"load-balancer-not-ready",host:e,step:"readmit",message:`It would not serve customers as it should, even after ${X/1e3} s.`,seen:t,left:`${e} is still drained, and customers are on another load balancer.`,hint:B(n)?"`buka status` tells what each load balancer sees; `buka provision` puts a configuration right.":`Is ${e} up? \`buka status\` tells.`,...n instanceof Error?{cause:n}:{}});var z=i(5217),J=i(3007);async function he(e,t,n){const s=await(0,k.vj)((0,v.join)(t.workingDirectory,t.config)),o=(0,E.F)(Z(n)),a=await(0,z.eQ)(s,n.reporter,t,r=>te(r,{host:e,user:t.user}),o);return n.end(),n.result(a,fe),J.OK}async function ue(e,t,n){const s=await(0,k.vj)((0,v.join)(t.workingDirectory,t.config)),o=(0,E.F)(Z(n)),a=await(0,z.eQ)(s,n.reporter,t,r=>re(r,{host:e,user:t.user}),o);return n.end(),n.result(a,me),J.OK}const Z=e=>({cancelled:()=>e.reporter.warning("cancelled: a move of the address that has begun comes to its end, which takes seconds; nothing else is begun. Ctrl-C again stops at once."),quitting:()=>{e.end(),e.reporter.warning("stopped at once: a move of the address that has begun comes to its end by itself; `buka status` tells where it is.")}});function fe({outcome:e,host:t,addressOn:n,moved:s,held:o}){const a=`It can be rebooted. Afterwards: buka load-balancer readmit ${t}`;if(e==="was-drained")return`${t} is drained already, and the address is on ${n}.
${a}`;const r=s?`the address went to ${n}${o===void 0?"":`; new connections waited for ${(0,l.a3)(o)} meanwhile`}`:`the address was on ${n} already`;return`Drained: ${t}; ${r}.
${a}`}function me({outcome:e,host:t,addressOn:n}){const s=n===void 0?"":` The address is on ${n}${n===t?"":", and stays there until that one goes"}.`;return e==="was-in-service"?`${t} is in service already.${s}`:`Readmitted: ${t}.${s}`}})};
