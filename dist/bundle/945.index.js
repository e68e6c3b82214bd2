"use strict";exports.id=945,exports.ids=[945],exports.modules={833:((B,E,r)=>{r.d(E,{F:()=>k});var v=r(1996);const _=(0,v.YA)(1);function k({cancelled:u,quitting:m}){const f=new AbortController;let l=0;const O=()=>{m(),process.exit(1)},w=()=>{f.signal.aborted?performance.now()-l>_&&O():(l=performance.now(),u(),f.abort())};return process.on("SIGINT",w),process.on("SIGHUP",w),process.on("SIGTERM",O),f.signal}}),5217:((B,E,r)=>{r.d(E,{DC:()=>C,eQ:()=>x,mN:()=>N,yl:()=>K});var v=r(7598),_=r.n(v),k=r(1455),u=r.n(k),m=r(8161),f=r.n(m),l=r(6760),O=r.n(l),w=r(8500),j=r.n(w),Y=r(3916),R=r(1996);const S=(0,R.YA)(3);async function x(c,h,$,g,I){const G=await M($),{Connections:D}=await Promise.resolve().then(r.bind(r,8146)),b=new D(G);try{const U=b.to.bind(b);return await g({cluster:c,remote:U,reporter:h,run:K(),signal:I},b.dial.bind(b))}finally{await Promise.race([b.close(),(0,w.setTimeout)(S,void 0,{ref:!1})])}}async function M(c,h=process.env){const[$,g]=await Promise.all([N(c,h),C(c)]);return{...$,knownHosts:g}}async function N({key:c},h=process.env){const $=c===void 0?h.BUKA_SSH_KEY:await L(c,"key-missing","Name the private key: --key PATH, or leave --key out to use the agent.");return{privateKey:$,passphrase:h.BUKA_SSH_PASSPHRASE,agent:$?void 0:h.SSH_AUTH_SOCK}}function C({knownHosts:c=(0,l.join)((0,m.homedir)(),".ssh","known_hosts")}){return L(c,"known-hosts-missing","Name the file with the public keys of your hosts: --known-hosts PATH; docs/ssh.md shows how to collect and verify them.")}async function L(c,h,$){return(0,k.readFile)(c,"utf8").catch(g=>{const I=g instanceof Error?g.message:String(g);throw new Y.j({code:h,message:`${c} can't be read.`,seen:I,left:"Nothing was changed.",hint:$,cause:g})})}const K=()=>({id:(0,v.randomUUID)(),by:`${(0,m.userInfo)().username}@${(0,m.hostname)()}`})}),3007:((B,E,r)=>{r.d(E,{OK:()=>v,W:()=>_,u:()=>k});const v=0,_=1,k=2}),3945:((B,E,r)=>{r.d(E,{drainCommand:()=>he,readmitCommand:()=>ue});var v=r(6760),_=r(833),k=r(9865),u=r(3916),m=r(240),f=r(7116),l=r(1996),O=r(7030),w=r(8146);const j=(0,l.YA)(8),Y=(0,l.YA)(20),R=21,S=22,x=23,M=24,N=String.raw`
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
`,C=String.raw`
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
`,L=(e,t,s)=>(0,w.K$)({name:"let go of the address",text:C,values:{address:t,family:(0,O.isIPv6)(t)?"ipv6_addr":"ipv4_addr",protocol:(0,O.isIPv6)(t)?"ip6":"ip",socket:s,away_file:m.Wf,perl:N,patience:String(j/1e3),held_at_most:`${Y/1e3}s`,still:String(R),stays:String(S),no_hold:String(x),no_reload:String(M)},deadline:(0,l.YA)(40),parse(n){const o=K[n.status];if(o!==void 0)throw new u.w({...o(e),host:e,step:"drain",seen:(0,w.aN)(n),left:"The address is where it was, and customers are served as before."});const[a,i]=(0,w.Mn)((0,w.gq)(n).stdout).at(-1)?.split(" ")??[];return a==="moved"?{kind:"moved",held:(0,l.Rz)(Number(i))}:{kind:"elsewhere"}}}),K={[R]:e=>({code:"load-balancer-busy",message:`Requests were still under way after ${j/1e3} s, and moving the address would cut them.`,hint:`Run it again in a quieter moment. To move it at once, and cut them: \`systemctl stop keepalived\` on ${e}.`}),[S]:e=>({code:"address-stays",message:"keepalived did not let the address go.",hint:`\`journalctl -u keepalived\` on ${e}.`}),[x]:e=>({code:"hold-failed",message:"New connections could not be held back with nft.",hint:`\`buka provision ${e}\` installs nftables; the kernel must have it too.`}),[M]:e=>({code:"reload-failed",message:"HAProxy did not reload.",hint:`\`systemctl status haproxy\` on ${e}.`})};function c(e,t,s){const{hosts:n,address:o}=e.cluster.loadBalancers,a=n.find(i=>i.name===t);if(a===void 0)throw new u.j({code:"not-a-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this buka.yml.`,left:"Nothing was changed.",hint:`Its load balancers are ${n.map(i=>i.name).join(", ")}.`});if(o===void 0)throw new u.j({code:"address-missing",message:"buka.yml names no address that the load balancers share, so there is nothing to move.",left:"Nothing was changed.",hint:"Where something else sends customers to them, take this one out there."});return{context:e,user:s,host:a,address:o}}const h=({context:e,user:t},s)=>e.remote({...s,user:t});async function $(e,t){const{context:s,address:n}=e,o=await h(e,t),a=(0,m.R$)(s.cluster,t,(0,w.Uh)(o,t.user)),[i,d]=await Promise.all([o.run((0,m.xc)(n)),a.observe()]);return{address:i,view:d}}const g=({view:e})=>[...e.workers.values()].filter(({inRotation:t})=>t);function I({address:e,view:t}){return e.serves?e.keepalived?e.away?"it is drained":g({address:e,view:t}).length===0?"it has no worker in rotation":void 0:"keepalived does not run":"HAProxy answers no request"}async function G(e){const{host:t,context:s}=e,n=D(s.cluster,t),o=await b(e,n),a=(0,f.IP)(o).answers.filter(([,i])=>I(i)===void 0);if(a.length>0)return new Map(a);throw new u.w({code:"no-other-load-balancer",host:t.name,step:"drain",message:n.length===0?"There is no other load balancer that could take the address.":"No other load balancer could take the address.",seen:[...o].map(([i,d])=>`${i}: ${d instanceof u.w?d.failure.message:I(d)}`).join(`
`),left:"Nothing was changed.",hint:n.length===0?"It takes two under `load-balancers:` in buka.yml.":"`buka status` tells more."})}const D=({loadBalancers:e},{name:t})=>e.hosts.filter(s=>s.name!==t),b=(e,t)=>(0,f.HA)(t,s=>$(e,s)),U=()=>(0,w.K$)({name:"readmit the load balancer",text:`rm -f -- "$away_file"
`,values:{away_file:m.Wf},deadline:(0,l.YA)(10)}),Q=(0,l.YA)(10),ee=(0,l.YA)(.2);async function te(e,{host:t,user:s}){const{reporter:n}=e,o=c(e,t,s),{host:a,address:i}=o,d=await n.group("Look",async()=>{const W=await G(o),A=await $(o,a).catch(P=>{throw P instanceof u.w?P.with({left:"Nothing was changed."}):P});if(!A.address.heeds||!A.address.keepalived)throw ne(t,A.address.keepalived);return{own:A,others:W}});if(d.own.address.away&&!d.own.address.here)return{outcome:"was-drained",host:t,addressOn:await X(o),moved:!1};if(e.signal?.aborted)throw oe();const y=(0,f.bz)(e,"maintenance"),T=await n.group(`Drain ${t}`,()=>se(o)),p=await n.group("Wait for another load balancer to have the address",()=>X(o));await y,n.step({host:p,name:"address",state:"done",detail:i});const H=T.kind==="moved";return{outcome:"drained",host:t,addressOn:p,moved:H,held:H?T.held:void 0}}async function se(e){const{context:t,host:s,address:n}=e,{reporter:o,cluster:a}=t;o.step({host:s.name,name:"drain",state:"started"});const i=T=>{const p=/^progress (\d+)$/.exec(T)?.[1];p!==void 0&&o.step({host:s.name,name:"drain",state:"progress",detail:`${p} in flight`})},y=await(await h(e,s)).run(L(s.name,n,a.loadBalancers.masterSocket),{onLine:i});return o.step({host:s.name,name:"drained",state:"done"}),y}async function X(e){const{context:t,host:s,address:n}=e,o=t.clock??f.ml,a=o.now().getTime()+Q;for(;;){const i=await(0,f.HA)(D(t.cluster,s),async y=>(await h(e,y)).run((0,m.xc)(n))),[d]=(0,f.IP)(i).answers.filter(([,{here:y}])=>y);if(d!==void 0)return d[0];if(o.now().getTime()>=a)break;await o.sleep(ee)}throw await(await h(e,s)).run(U()),new u.w({code:"address-nowhere",host:s.name,step:"drain",message:`No other load balancer took the address ${n} within ${Q/1e3} s.`,left:`${s.name} may have it again.`,hint:"`journalctl -u keepalived` on the others. Do they hear each other (VRRP, protocol 112)?"})}const ne=(e,t)=>new u.w({code:"keepalived-foreign",host:e,step:"drain",message:t?"Its keepalived is not set up so that it can be told to leave the address to the others.":"keepalived does not run there.",left:"Nothing was changed.",hint:`\`buka provision ${e}\` puts that right. Where keepalived is your own: stop it there in a quiet moment.`}),oe=()=>new u.w({code:"cancelled",step:"drain",message:"The run was cancelled.",left:"Nothing was changed."}),z=(0,l.YA)(60),ae=(0,l.YA)(1);async function re(e,{host:t,user:s}){const{reporter:n,cluster:o}=e,a=c(e,t,s),{host:i}=a,d=e.clock??f.ml,y=()=>d.now().getTime(),T=y()+z;return n.group(`Readmit ${t}`,async()=>{for(;;){if(e.signal?.aborted)throw le("cancelled",t,"The run was cancelled.");const[p,H]=await Promise.all([$(a,i).catch(V=>V),b(a,D(o,i))]),W=(0,f.IP)(H).answers,A=W.find(([,{address:V}])=>V.here)?.[0];if(F(p)&&!p.address.away)return{outcome:"was-in-service",host:t,addressOn:p.address.here?t:A};const P=ie(p,new Map(W));if(P===void 0)return await(await h(a,i)).run(U()),n.step({host:t,name:"readmitted",state:"done"}),{outcome:"readmitted",host:t,addressOn:A};if(y()>=T)throw ce(t,P,p);n.step({host:t,name:"check",state:"progress",detail:P}),await d.sleep(ae)}})}const F=e=>typeof e=="object"&&e!==null&&"address"in e;function ie(e,t){if(!F(e))return e instanceof Error?e.message:String(e);if(!e.address.serves)return"HAProxy answers no request";if(!e.address.keepalived)return"keepalived does not run";const s=[...e.view.workers.values()],n=s.filter(({servers:a})=>a.some(({check:i,status:d})=>de(i,d)));if(n.length>0)return`it has not checked ${n.map(({worker:a})=>a).join(", ")} yet`;const o=s.filter(({worker:a,inRotation:i})=>!i&&[...t.values()].some(({view:d})=>d.workers.get(a)?.inRotation===!0));return o.length>0?`${o.map(({worker:a,servers:i})=>`${a} is ${i[0]?.status??"unknown"}`).join(", ")} here, and serves on another load balancer`:s.some(({inRotation:a})=>a)?void 0:"it has no worker in rotation"}const de=(e,t)=>e==="unchecked"&&t!=="no check",le=(e,t,s)=>new u.w({code:e,host:t,step:"readmit",message:s,left:`${t} is still drained.`}),ce=(e,t,s)=>new u.w({code:"load-balancer-not-ready",host:e,step:"readmit",message:`It would not serve customers as it should, even after ${z/1e3} s.`,seen:t,left:`${e} is still drained, and customers are on another load balancer.`,hint:F(s)?"`buka status` tells what each load balancer sees; `buka provision` puts a configuration right.":`Is ${e} up? \`buka status\` tells.`,...s instanceof Error?{cause:s}:{}});var J=r(5217),Z=r(3007);async function he(e,t,s){const n=await(0,k.vj)((0,v.join)(t.workingDirectory,t.config)),o=(0,_.F)(q(s)),a=await(0,J.eQ)(n,s.reporter,t,i=>te(i,{host:e,user:t.user}),o);return s.end(),s.result(a,fe),Z.OK}async function ue(e,t,s){const n=await(0,k.vj)((0,v.join)(t.workingDirectory,t.config)),o=(0,_.F)(q(s)),a=await(0,J.eQ)(n,s.reporter,t,i=>re(i,{host:e,user:t.user}),o);return s.end(),s.result(a,me),Z.OK}const q=e=>({cancelled:()=>e.reporter.warning("cancelled: a move of the address that has begun comes to its end, which takes seconds; nothing else is begun. Ctrl-C again stops at once."),quitting:()=>{e.end(),e.reporter.warning("stopped at once: a move of the address that has begun comes to its end by itself; `buka status` tells where it is.")}});function fe({outcome:e,host:t,addressOn:s,moved:n,held:o}){const a=`It can be rebooted. Afterwards: buka load-balancer readmit ${t}`;if(e==="was-drained")return`${t} is drained already, and the address is on ${s}.
${a}`;const i=n?`the address went to ${s}${o===void 0?"":`; new connections waited for ${(0,l.a3)(o)} meanwhile`}`:`the address was on ${s} already`;return`Drained: ${t}; ${i}.
${a}`}function me({outcome:e,host:t,addressOn:s}){const n=s===void 0?"":` The address is on ${s}${s===t?"":", and stays there until that one goes"}.`;return e==="was-in-service"?`${t} is in service already.${n}`:`Readmitted: ${t}.${n}`}})};
