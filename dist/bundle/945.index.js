"use strict";exports.id=945,exports.ids=[945,741],exports.modules={2741:((re,W,s)=>{s.r(W),s.d(W,{FAILED:()=>w,OK:()=>$,USAGE:()=>O,buildCommand:()=>j,deployCommand:()=>K,lockReleaseCommand:()=>te,lockStatusCommand:()=>Y,releasesCommand:()=>de,repairCommand:()=>B,rollbackCommand:()=>b,statusCommand:()=>ie});var x=s(3024),M=s(1455),I=s(8161),k=s(6760),P=s(379),C=s(5211),S=s(833),F=s(9865),R=s(1021),D=s(7116),Q=s(6648),L=s(5217),o=s(5260),g=s(1996),c=s(6017);function v({locks:n}){const r=(0,c.YB)([["worker","lock","held by","on","for","last sign of life"],...n.map(({worker:f,lock:E})=>E===void 0?[f,"free","-","-","-","-"]:[f,E.expired?"EXPIRED":"held",(0,o.g)(E.owner.by),(0,o.g)(E.owner.machine),y(E.age),`${y(E.silent)} ago, ${E.expired?"the next run takes it over":`gives way in ${y(E.left)}`}`])]),m=new Map(n.flatMap(({lock:f})=>f===void 0?[]:[[f.owner.run,f]]));return[r,...[...m.values()].map(h)].join(`
`)}function T({released:n,failures:r}){return n.length===0?r.length===0?"No worker is locked.":"No lock was released.":n.map(({worker:m,lock:f})=>`${m}: released the lock of ${f===void 0?"nobody":f.owner.by}`).map(o.g).join(`
`)}const h=({owner:n})=>(0,o.g)(`run ${n.run}: process ${n.pid} on ${n.machine}${n.url?`, ${n.url}`:""}`),y=n=>(0,g.a3)(n).replace(".0 s"," s").replace(/^0 ms$/,"0 s"),$=0,w=1,O=2,p=({workingDirectory:n,config:r})=>(0,F.vj)((0,k.join)(n,r));async function j(n,r){const m=await ne(await p(n),n,(0,k.resolve)(n.output),r);return r.end(),r.result(m,({release:f,archive:E})=>`${f}
${E}`),$}async function K(n,r){const{dryRun:m=!1,withoutLoadBalancer:f,withoutBackup:E,despiteObjectives:U}=n,q={dryRun:m,without:f,withoutBackup:E,despiteObjectives:U,takeBackup:P.TM},X=await p(n),ee=await(0,M.mkdtemp)((0,k.join)((0,I.tmpdir)(),"buka-")),J=()=>(0,x.rmSync)(ee,{recursive:!0,force:!0});process.once("exit",J);try{const ce=n.archive??(await ne(X,n,(0,k.join)(ee,"release.tar.zst"),r)).archive,he=await(0,R.p_)(ce);return await V(X,n,r,(ae,ue)=>(0,D.gg)(ae,he,{...q,...(0,Q.eI)(ue)}))}finally{process.off("exit",J),J()}}async function b(n,r,m){const f=n===void 0?void 0:(0,R.Bf)(n),{reason:E,dryRun:U=!1,withoutLoadBalancer:q}=r;return V(await p(r),r,m,X=>(0,D.dU)(X,{to:f,reason:E,dryRun:U,without:q}))}async function B(n,r){const{dryRun:m=!1}=n;return V(await p(n),n,r,f=>(0,D.repair)(f,{dryRun:m}))}async function Y(n,r){const m=await(0,L.eQ)(await p(n),r.reporter,n,D.oj);return _(m,r,v)}async function te(n,r){const m=await(0,L.eQ)(await p(n),r.reporter,n,f=>(0,D.wU)(f,n.run));return _(m,r,T)}async function ie(n,r){const m=await(0,L.eQ)(await p(n),r.reporter,n,D.h5);r.end(),r.result(m,c.qS);for(const f of m.failures)r.error(f);return m.ok?$:w}async function de(n,r){return _(await(0,L.eQ)(await p(n),r.reporter,n,D.D8),r,c.S_)}function ne(n,{workingDirectory:r},m,f){const{reporter:E}=f;return(0,C.j)({cluster:n,folder:r,output:m,reporter:E,commandOutput:f.json?"stderr":"stdout"})}async function V(n,r,m,f){const E=r.dryRun?void 0:(0,S.F)(le(m)),U=await(0,L.eQ)(n,m.reporter,r,f,E);return m.end(),m.result(U,c.UH),U.error&&m.error(U.error),U.outcome==="failed"?w:$}const le=n=>({cancelled:()=>n.reporter.warning("cancelled: no new batch starts, a worker that is draining gets its traffic back, and one that is being switched has 5 s to come to an end. Ctrl-C again stops at once."),quitting:()=>{n.end(),n.reporter.warning("stopped at once: drained workers get their traffic back by themselves within a minute if they are fit; `buka repair` puts right what is left.")}});function _(n,r,m){r.end(),r.result(n,m);for(const f of n.failures)r.error(f);return n.failures.length===0?$:w}}),5217:((re,W,s)=>{s.d(W,{DC:()=>T,eQ:()=>g,mN:()=>v,yl:()=>y});var x=s(7598),M=s.n(x),I=s(1455),k=s.n(I),P=s(8161),C=s.n(P),S=s(6760),F=s.n(S),R=s(8500),D=s.n(R),Q=s(3916),L=s(1996);const o=(0,L.YA)(3);async function g($,w,O,p,j){const K=await c(O),{Connections:b}=await Promise.resolve().then(s.bind(s,8146)),B=new b(K);try{const Y=B.to.bind(B);return await p({cluster:$,remote:Y,reporter:w,run:y(),signal:j},B.dial.bind(B))}finally{await Promise.race([B.close(),(0,R.setTimeout)(o,void 0,{ref:!1})])}}async function c($,w=process.env){const[O,p]=await Promise.all([v($,w),T($)]);return{...O,knownHosts:p}}async function v({key:$},w=process.env){const O=$===void 0?w.BUKA_SSH_KEY:await h($,"key-missing","Name the private key: --key PATH, or leave --key out to use the agent.");return{privateKey:O,passphrase:w.BUKA_SSH_PASSPHRASE,agent:O?void 0:w.SSH_AUTH_SOCK}}function T({knownHosts:$=(0,S.join)((0,P.homedir)(),".ssh","known_hosts")}){return h($,"known-hosts-missing","Name the file with the public keys of your hosts: --known-hosts PATH; docs/ssh.md shows how to collect and verify them.")}async function h($,w,O){return(0,I.readFile)($,"utf8").catch(p=>{const j=p instanceof Error?p.message:String(p);throw new Q.j({code:w,message:`${$} can't be read.`,seen:j,left:"Nothing was changed.",hint:O,cause:p})})}const y=()=>({id:(0,x.randomUUID)(),by:`${(0,P.userInfo)().username}@${(0,P.hostname)()}`})}),3945:((re,W,s)=>{s.d(W,{drainCommand:()=>ce,readmitCommand:()=>he});var x=s(6760),M=s(833),I=s(9865),k=s(3916),P=s(240),C=s(7116),S=s(1996),F=s(7030),R=s(8146);const D=(0,S.YA)(8),Q=(0,S.YA)(20),L=21,o=22,g=23,c=24,v=String.raw`
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
`,T=String.raw`
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
`,h=(e,t,a)=>(0,R.K$)({name:"let go of the address",text:T,values:{address:t,family:(0,F.isIPv6)(t)?"ipv6_addr":"ipv4_addr",protocol:(0,F.isIPv6)(t)?"ip6":"ip",socket:a,away_file:P.Wf,perl:v,patience:String(D/1e3),held_at_most:`${Q/1e3}s`,still:String(L),stays:String(o),no_hold:String(g),no_reload:String(c)},deadline:(0,S.YA)(40),parse(i){const d=y[i.status];if(d!==void 0)throw new k.w({...d(e),host:e,step:"drain",seen:(0,R.aN)(i),left:"The address is where it was, and customers are served as before."});const[l,u]=(0,R.Mn)((0,R.gq)(i).stdout).at(-1)?.split(" ")??[];return l==="moved"?{kind:"moved",held:(0,S.Rz)(Number(u))}:{kind:"elsewhere"}}}),y={[L]:e=>({code:"load-balancer-busy",message:`Requests were still under way after ${D/1e3} s, and moving the address would cut them.`,hint:`Run it again in a quieter moment. To move it at once, and cut them: \`systemctl stop keepalived\` on ${e}.`}),[o]:e=>({code:"address-stays",message:"keepalived did not let the address go.",hint:`\`journalctl -u keepalived\` on ${e}.`}),[g]:e=>({code:"hold-failed",message:"New connections could not be held back with nft.",hint:`\`buka provision ${e}\` installs nftables; the kernel must have it too.`}),[c]:e=>({code:"reload-failed",message:"HAProxy did not reload.",hint:`\`systemctl status haproxy\` on ${e}.`})};function $(e,t,a){const{hosts:i,address:d}=e.cluster.loadBalancers,l=i.find(u=>u.name===t);if(l===void 0)throw new k.j({code:"not-a-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this buka.yml.`,left:"Nothing was changed.",hint:`Its load balancers are ${i.map(u=>u.name).join(", ")}.`});if(d===void 0)throw new k.j({code:"address-missing",message:"buka.yml names no address that the load balancers share, so there is nothing to move.",left:"Nothing was changed.",hint:"Where something else sends customers to them, take this one out there."});return{context:e,user:a,host:l,address:d}}const w=({context:e,user:t},a)=>e.remote({...a,user:t});async function O(e,t){const{context:a,address:i}=e,d=await w(e,t),l=(0,P.R$)(a.cluster,t,(0,R.Uh)(d,t.user)),[u,A]=await Promise.all([d.run((0,P.xc)(i)),l.observe()]);return{address:u,view:A}}const p=({view:e})=>[...e.workers.values()].filter(({inRotation:t})=>t);function j({address:e,view:t}){return e.serves?e.keepalived?e.away?"it is drained":p({address:e,view:t}).length===0?"it has no worker in rotation":void 0:"keepalived does not run":"HAProxy answers no request"}async function K(e){const{host:t,context:a}=e,i=b(a.cluster,t),d=await B(e,i),l=(0,C.IP)(d).answers.filter(([,u])=>j(u)===void 0);if(l.length>0)return new Map(l);throw new k.w({code:"no-other-load-balancer",host:t.name,step:"drain",message:i.length===0?"There is no other load balancer that could take the address.":"No other load balancer could take the address.",seen:[...d].map(([u,A])=>`${u}: ${A instanceof k.w?A.failure.message:j(A)}`).join(`
`),left:"Nothing was changed.",hint:i.length===0?"It takes two under `load-balancers:` in buka.yml.":"`buka status` tells more."})}const b=({loadBalancers:e},{name:t})=>e.hosts.filter(a=>a.name!==t),B=(e,t)=>(0,C.HA)(t,a=>O(e,a)),Y=()=>(0,R.K$)({name:"readmit the load balancer",text:`rm -f -- "$away_file"
`,values:{away_file:P.Wf},deadline:(0,S.YA)(10)}),te=(0,S.YA)(10),ie=(0,S.YA)(.2);async function de(e,{host:t,user:a}){const{reporter:i}=e,d=$(e,t,a),{host:l,address:u}=d,A=await i.group("Look",async()=>{const oe=await K(d),z=await O(d,l).catch(G=>{throw G instanceof k.w?G.with({left:"Nothing was changed."}):G});if(!z.address.heeds||!z.address.keepalived)throw le(t,z.address.keepalived);return{own:z,others:oe}});if(A.own.address.away&&!A.own.address.here)return{outcome:"was-drained",host:t,addressOn:await V(d),moved:!1};if(e.signal?.aborted)throw _();const H=(0,C.bz)(e,"maintenance"),Z=await i.group(`Drain ${t}`,()=>ne(d)),N=await i.group("Wait for another load balancer to have the address",()=>V(d));await H,i.step({host:N,name:"address",state:"done",detail:u});const se=Z.kind==="moved";return{outcome:"drained",host:t,addressOn:N,moved:se,held:se?Z.held:void 0}}async function ne(e){const{context:t,host:a,address:i}=e,{reporter:d,cluster:l}=t;d.step({host:a.name,name:"drain",state:"started"});const u=Z=>{const N=/^progress (\d+)$/.exec(Z)?.[1];N!==void 0&&d.step({host:a.name,name:"drain",state:"progress",detail:`${N} in flight`})},H=await(await w(e,a)).run(h(a.name,i,l.loadBalancers.masterSocket),{onLine:u});return d.step({host:a.name,name:"drained",state:"done"}),H}async function V(e){const{context:t,host:a,address:i}=e,d=t.clock??C.ml,l=d.now().getTime()+te;for(;;){const u=await(0,C.HA)(b(t.cluster,a),async H=>(await w(e,H)).run((0,P.xc)(i))),[A]=(0,C.IP)(u).answers.filter(([,{here:H}])=>H);if(A!==void 0)return A[0];if(d.now().getTime()>=l)break;await d.sleep(ie)}throw await(await w(e,a)).run(Y()),new k.w({code:"address-nowhere",host:a.name,step:"drain",message:`No other load balancer took the address ${i} within ${te/1e3} s.`,left:`${a.name} may have it again.`,hint:"`journalctl -u keepalived` on the others. Do they hear each other (VRRP, protocol 112)?"})}const le=(e,t)=>new k.w({code:"keepalived-foreign",host:e,step:"drain",message:t?"Its keepalived is not set up so that it can be told to leave the address to the others.":"keepalived does not run there.",left:"Nothing was changed.",hint:`\`buka provision ${e}\` puts that right. Where keepalived is your own: stop it there in a quiet moment.`}),_=()=>new k.w({code:"cancelled",step:"drain",message:"The run was cancelled.",left:"Nothing was changed."}),n=(0,S.YA)(60),r=(0,S.YA)(1);async function m(e,{host:t,user:a}){const{reporter:i,cluster:d}=e,l=$(e,t,a),{host:u}=l,A=e.clock??C.ml,H=()=>A.now().getTime(),Z=H()+n;return i.group(`Readmit ${t}`,async()=>{for(;;){if(e.signal?.aborted)throw q("cancelled",t,"The run was cancelled.");const[N,se]=await Promise.all([O(l,u).catch(fe=>fe),B(l,b(d,u))]),oe=(0,C.IP)(se).answers,z=oe.find(([,{address:fe}])=>fe.here)?.[0];if(f(N)&&!N.address.away)return{outcome:"was-in-service",host:t,addressOn:N.address.here?t:z};const G=E(N,new Map(oe));if(G===void 0)return await(await w(l,u)).run(Y()),i.step({host:t,name:"readmitted",state:"done"}),{outcome:"readmitted",host:t,addressOn:z};if(H()>=Z)throw X(t,G,N);i.step({host:t,name:"check",state:"progress",detail:G}),await A.sleep(r)}})}const f=e=>typeof e=="object"&&e!==null&&"address"in e;function E(e,t){if(!f(e))return e instanceof Error?e.message:String(e);if(!e.address.serves)return"HAProxy answers no request";if(!e.address.keepalived)return"keepalived does not run";const a=[...e.view.workers.values()],i=a.filter(({servers:l})=>l.some(({check:u,status:A})=>U(u,A)));if(i.length>0)return`it has not checked ${i.map(({worker:l})=>l).join(", ")} yet`;const d=a.filter(({worker:l,inRotation:u})=>!u&&[...t.values()].some(({view:A})=>A.workers.get(l)?.inRotation===!0));return d.length>0?`${d.map(({worker:l,servers:u})=>`${l} is ${u[0]?.status??"unknown"}`).join(", ")} here, and serves on another load balancer`:a.some(({inRotation:l})=>l)?void 0:"it has no worker in rotation"}const U=(e,t)=>e==="unchecked"&&t!=="no check",q=(e,t,a)=>new k.w({code:e,host:t,step:"readmit",message:a,left:`${t} is still drained.`}),X=(e,t,a)=>new k.w({code:"load-balancer-not-ready",host:e,step:"readmit",message:`It would not serve customers as it should, even after ${n/1e3} s.`,seen:t,left:`${e} is still drained, and customers are on another load balancer.`,hint:f(a)?"`buka status` tells what each load balancer sees; `buka provision` puts a configuration right.":`Is ${e} up? \`buka status\` tells.`,...a instanceof Error?{cause:a}:{}});var ee=s(2741),J=s(5217);async function ce(e,t,a){const i=await(0,I.vj)((0,x.join)(t.workingDirectory,t.config)),d=(0,M.F)(ae(a)),l=await(0,J.eQ)(i,a.reporter,t,u=>de(u,{host:e,user:t.user}),d);return a.end(),a.result(l,ue),ee.OK}async function he(e,t,a){const i=await(0,I.vj)((0,x.join)(t.workingDirectory,t.config)),d=(0,M.F)(ae(a)),l=await(0,J.eQ)(i,a.reporter,t,u=>m(u,{host:e,user:t.user}),d);return a.end(),a.result(l,me),ee.OK}const ae=e=>({cancelled:()=>e.reporter.warning("cancelled: a move of the address that has begun comes to its end, which takes seconds; nothing else is begun. Ctrl-C again stops at once."),quitting:()=>{e.end(),e.reporter.warning("stopped at once: a move of the address that has begun comes to its end by itself; `buka status` tells where it is.")}});function ue({outcome:e,host:t,addressOn:a,moved:i,held:d}){const l=`It can be rebooted. Afterwards: buka load-balancer readmit ${t}`;if(e==="was-drained")return`${t} is drained already, and the address is on ${a}.
${l}`;const u=i?`the address went to ${a}${d===void 0?"":`; new connections waited for ${(0,S.a3)(d)} meanwhile`}`:`the address was on ${a} already`;return`Drained: ${t}; ${u}.
${l}`}function me({outcome:e,host:t,addressOn:a}){const i=a===void 0?"":` The address is on ${a}${a===t?"":", and stays there until that one goes"}.`;return e==="was-in-service"?`${t} is in service already.${i}`:`Readmitted: ${t}.${i}`}}),6017:((re,W,s)=>{s.d(W,{S_:()=>L,UH:()=>S,YB:()=>I,qS:()=>D});var x=s(5260),M=s(1996);function I(o){const g=(o[0]??[]).map((c,v)=>Math.max(...o.map(T=>(T[v]??"").length)));return o.map(c=>c.map((v,T)=>T<c.length-1?v.padEnd(g[T]??0):v).join("  ")).map(c=>(0,x.g)(c).trimEnd()).join(`
`)}function k(o){const g=[...new Set(o.flatMap(({rotation:c})=>[...c.keys()]))];return I([["worker","release","process","health",...g],...o.map(c=>[c.worker,c.active??"-",c.running??"-",c.healthy===void 0?"unknown":c.healthy?"healthy":"UNHEALTHY",...g.map(v=>c.rotation.get(v)??"unknown")])])}const P={success:"Done","nothing-to-do":"Nothing to do",planned:"Planned, nothing was changed",failed:"FAILED"},C={reverted:"The workers that had been switched run their old release again.","revert-failed":"NOT ALL of the workers that had been switched could be put back on their old release.",halted:"Workers that had been switched stay as they are.",frozen:"FROZEN: workers that had been switched stay on the new release, the others on the old one."};function S(o){const{outcome:g,kind:c,from:v,to:T,timeline:h,startedAt:y,afterFailure:$,missed:w,watched:O}=o,p=b=>b?`+${(0,M.a3)((0,M.Rz)(Math.max(0,b.getTime()-y.getTime())))}`:"-",j=[c,v&&v!==T&&`from ${v}`,T&&`to ${T}`].filter(Boolean).join(" ");return[`${P[g]}: ${j}`,h.length>0&&I([["worker","batch","drained","switched","healthy","readmitted"],...h.map(b=>[b.worker,String(b.batch),...[b.drained,b.switched,b.healthy,b.readmitted].map(p)])]),o.workers.length>0&&k(o.workers),O.filter(({quiet:b})=>!b).map(({batch:b,verdict:B,seen:Y})=>`watch of batch ${b}: ${B}, ${Y}`).join(`
`),o.backup&&F(o.backup),o.withoutBackup&&`WITHOUT A BACKUP from before, as ${o.withoutBackup.by} wanted it: ${(0,x.g)(o.withoutBackup.reason)}`,o.despiteObjectives&&`WHATEVER THE OBJECTIVES SAY, as ${o.despiteObjectives.by} wanted it: ${(0,x.g)(o.despiteObjectives.reason)}`,$&&C[$],w.length>0&&`Left out, since it can't be reached: ${w.join(", ")}. Run the same again when it is back.`,o.cut>0&&`${o.cut} requests were cut when a drain's deadline passed.`].filter(Boolean).join(`

`)}const F=o=>(0,x.g)(`Backup ${o.id} of ${o.recoveryPoint.toISOString()}: ${(0,M.z3)(o.bytes)}, ${(0,M.z3)(o.bytesAdded)} new; ${R(o)}.`);function R({took:o,newestProven:g}){return o.restore!==null?`proven, restored in ${(0,M.a3)(o.restore)}`:`stored, NOT PROVEN${(g&&`; the newest proven one is ${g.id} of ${g.of.toISOString()}`)??""}`}function D({workers:o,loadBalancers:g,locks:c,leases:v}){return[k(o),...g.filter(({processes:h})=>h>1).map(({name:h,processes:y})=>`${h}: ${y} processes; an old one still finishes after a reload`),...g.flatMap(h=>Q(h)??[]),...v.map(({worker:h,loadBalancer:y,left:$,alive:w})=>`${h}: drained by Buka on ${y}; ${w?`has its traffic back in ${(0,M.a3)($)} if it is fit and no run goes on`:"its timer is gone: buka repair"}`),...c.map(({worker:h,owner:y,expired:$})=>`${h}: locked by ${(0,x.g)(y.by)}${y.url?` (${(0,x.g)(y.url)})`:""}${$?", expired":""}`)].join(`
`)}function Q({name:o,hasAddress:g,drained:c}){return g?`${o}: has the address${c?", and is to let it go":""}`:c?`${o}: drained; takes the address after buka load-balancer readmit ${o}`:void 0}function L({releases:o,history:g,rollbackTo:c}){const v=I([["release","staged","active on","good on","on",""],...o.map(h=>[h.id,h.stagedAt.toISOString(),h.activeOn.join(",")||"-",h.goodOn.join(",")||"-",h.everywhere?"every worker":h.workers.join(","),[h.id===c&&h.crossed.length===0&&"<- rollback",h.crossed.length>0&&`no way back: before ${h.crossed.map(({migration:y})=>y).join(", ")}`,h.contractMigrations.length>0&&`contract: ${h.contractMigrations.join(", ")}`].filter(Boolean).join("; ")])]),T=I([["when","what","release","by","reason"],...g.map(({at:h,event:y,release:$,by:w,from:O,reason:p,contract:j,backup:K})=>[h.toISOString(),y,$,w,[p,y==="reverted"&&O&&`from ${O}`,j&&`contract: ${j.join(", ")}`,K&&`backup ${K}`].filter(Boolean).join("; ")])]);return g.length>0?`${v}

${T}`:v}})};
