"use strict";exports.id=359,exports.ids=[359],exports.modules={5355:((Bt,We,H)=>{H.d(We,{Vp:()=>f,vj:()=>v});var G=H(1455),he=H(3916),_=H(7030),R=H(2857),oe=H(1996);function Z(m,y){return R.YjP({error:y}).regex(m,{error:y})}const K=Z(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,"a host's name: lower-case letters, digits and dashes, at most 63"),D=Z(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,"a name of lower-case letters, digits and dashes that starts with a letter, at most 32"),X="an IP address or a DNS name",le=Z(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,X).refine(m=>(0,_.isIP)(m)!==0||ue(m),{error:X});function ue(m){const y=m.split(".");return!(y.length>1&&/^[0-9]+$/.test(y.at(-1)??""))&&y.every(A=>/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(A))}const V=(m,y)=>(0,_.isIPv4)(m)?m===y:m.toLowerCase()===y.toLowerCase(),ae=Z(/^[a-z_][a-z0-9_-]{0,31}$/,"a Unix user name"),De=Z(/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,"a public key as in id_ed25519.pub: ssh-ed25519 AAAA\u2026"),ge=Z(/^[a-z0-9][a-z0-9+.-]{1,127}$/,"a package's name, such as nodejs"),ie=Z(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,"a name as HAProxy allows it: letters, digits and _ . : -"),et=Z(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,"a name of letters, digits, _ and -, at most 63"),tt=Z(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,"a metric's name: letters, digits and _, such as http_request_duration_seconds"),Q=Z(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,"an absolute path of letters, digits and . _ @ : + -, without a slash at its end"),Ae=Z(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,"a path relative to the app's folder, without . or .. in it"),Ue=Z(/^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,"a path that starts with a slash and has no . or .. in it, such as /readyz"),Ye=Z(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u,"a command"),Oe=R.Whr({error:"a port: 1 to 65535"}).min(1,{error:"a port: 1 to 65535"}).max(65535,{error:"a port: 1 to 65535"}),M=(m,y)=>{const S=`a whole number from ${m} to ${y}`;return R.Whr({error:S}).min(m,{error:S}).max(y,{error:S})},Re={ms:1,s:1e3,m:6e4,h:36e5,d:864e5},de=(m,y)=>{const S=`a length of time from ${m} to ${y}, with its unit: 500ms, 30s, 2m, 1h or 7d`;return Z(/^[0-9]{1,7}(?:ms|s|m|h|d)$/,S).refine(A=>ke(A)>=ke(m)&&ke(A)<=ke(y),{error:S}).transform(ke)};function ke(m){const y=/^([0-9]+)(ms|s|m|h|d)$/.exec(m);return y?(0,oe.Rz)(Number(y[1])*Re[y[2]]):(0,oe.Rz)(Number.NaN)}var qe=H(1916);function Ge(m,y,S){return y.issues.flatMap(A=>ve(m,A,[],S))}function ve(m,y,S,A){const O=[...S,...y.path.map(F=>typeof F=="number"?F:String(F))],P=xe(A,O);switch(y.code){case"unrecognized_keys":return y.keys.map(F=>({path:[...O,F],message:ft(m,O,F),at:"key"}));case"invalid_key":return[{path:O,message:`${fe(O.at(-1))} must be ${y.issues[0]?.message}`,at:"key"}];case"invalid_union":{const F=y.errors.find(U=>U.some(ee=>!Ie(ee)));if(F)return F.flatMap(U=>ve(m,U,O,A));const q=new Set(y.errors.flatMap(U=>U.map(Ke)));return[{path:O,message:Je(O,[...q].join(", or "),P),at:"value"}]}default:return[{path:O,message:Je(O,Ke(y),P),at:"value"}]}}const Ie=m=>m.code==="invalid_type"&&m.path.length===0,ut={object:"a mapping of keys to values",record:"a mapping of keys to values",array:"a list",string:"text",number:"a number"};function Ke(m){if(m.code==="invalid_type"&&m.message.startsWith("Invalid input"))return ut[m.expected]??m.expected;if(m.code==="invalid_value"){const y=m.values.map(String);return y.length===1?`${y[0]}`:`one of ${y.join(", ")}`}return m.message}function Je(m,y,S){const A=nt(m)||"the file";return S===void 0?`${A} is missing; it must be ${y}`:`${A} must be ${y}; found ${fe(S)}`}function ft(m,y,S){const A=Se(m,y),O=y.length>0?`in ${nt(y)}`:"at the top level";return`unknown key ${fe(S)} ${O}; ${_e(S,A)}`}function _e(m,y){const A=y.map(O=>({candidate:O,far:(0,qe.Io)(m.toLowerCase(),O)})).sort((O,P)=>O.far-P.far)[0];return A&&A.far<=Math.max(2,Math.floor(m.length/3))&&A.far<A.candidate.length?`did you mean ${fe(A.candidate)}?`:y.length>0?`known are ${y.join(", ")}`:"there are none"}function Se(m,y){if(m instanceof R.IiU||m instanceof R.XiL||m instanceof R.xgV)return Se(m.unwrap(),y);if(m instanceof R.fZ7)return m.options.flatMap(P=>Se(P,y));const[S,...A]=y;if(m instanceof R.b8S)return Se(m.valueType,A);if(!(m instanceof R.bvH))return[];if(S===void 0)return Object.keys(m.shape);const O=m.shape[S];return O?Se(O,A):[]}function xe(m,y){let S=m;for(const A of y){if(typeof S!="object"||S===null||!Object.hasOwn(S,A))return;S=S[A]}return S}const nt=m=>m.map((y,S)=>typeof y=="number"?`[${y+1}]`:`${S>0?".":""}${y}`).join("");function fe(m){if(m==null)return"nothing";const y=(JSON.stringify(m)??String(m)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,S=>`\\u{${S.codePointAt(0)?.toString(16)}}`);return y.length>80?`${y.slice(0,79)}\u2026`:y}function st(m,y){return[...Pe(m,y),...Fe(["load-balancers","hosts"],m["load-balancers"]?.hosts),...Fe(["workers","hosts"],m.workers?.hosts),...Fe(["load-balancers","backend"],m["load-balancers"]?.backend),...Fe(["release","include"],m.release?.include),...rt(m),...Ze(m),...Ve(m),...ot(m)]}const ce=(m,y)=>({path:m,message:y,at:"value"});function Pe(m,y){const S=[],A=(O,P)=>P!==void 0&&S.push([O,P]);A(["ssh","jump"],m.ssh?.jump);for(const O of["load-balancers","workers"])m[O]?.hosts.forEach((P,F)=>{A([O,"hosts",F],P)});for(const O of["database","backup","monitoring"])A([O,"host"],m[O]?.host);return S.filter(([,O])=>!y.includes(O)).map(([O,P])=>ce(O,`${fe(P)} is not a host under hosts; ${_e(P,y)}`))}function Fe(m,y){return(y??[]).flatMap((S,A,O)=>O.indexOf(S)<A?[ce([...m,A],`${fe(S)} is in ${m.join(".")} twice`)]:[])}function rt({hosts:m={},ssh:y}){const S=Object.entries(m).map(([A,O])=>{const P=typeof O=="string"?{address:O,port:void 0}:O;return{name:A,address:P.address,port:P.port??y?.port??22}});return S.flatMap((A,O)=>{const P=S.slice(0,O).find(({address:F,port:q})=>q===A.port&&V(F,A.address));return P?[ce(["hosts",A.name],`${A.name} has the address and port of ${P.name}`)]:[]})}function Ze({"load-balancers":m,workers:y}){if(!m||!y)return[];const S=Object.keys(m.servers).filter(F=>!y.hosts.includes(F)).map(F=>{const q=`${fe(F)} in load-balancers.servers is not in workers.hosts; ${_e(F,y.hosts)}`;return{path:["load-balancers","servers",F],message:q,at:"key"}}),A=new Map(Object.entries(m.servers)),O=new Map,P=y.hosts.flatMap(F=>{const q=A.get(F)??F,U=O.get(q)??F;if(O.set(q,U),U===F)return[];const ee=["load-balancers","servers",A.has(F)?F:U];return[ce(ee,`${U} and ${F} can't both be the server ${fe(q)}`)]});return[...S,...P]}function Ve({rollout:m,workers:y}){if(!m||!y)return[];const S=y.hosts.length,A=m["min-available"]??1,O=(q,U,ee)=>{if(S-ee>=A)return[];const J=m["min-available"]?`rollout.min-available asks for ${A}`:"one must stay";return[ce(["rollout",...q],`${U}, which leaves ${Math.max(0,S-ee)}; ${J}`)]},P=(q,U,ee)=>O(q,`${U} takes ${ee} of ${S} workers out of rotation`,ee),F=m["max-unreachable"];return[...P(["batch"],"rollout.batch",Le(m.batch,S)),...P(["canary","hosts"],"rollout.canary",m.canary?.hosts??0),...F===0?[]:O(["max-unreachable"],`rollout.max-unreachable leaves out ${F} of ${S} workers while another one is switched`,F+1)]}function ot(m){const{backup:y,database:S}=m;return y===void 0||!("database"in m)?[]:S===void 0?[{path:["backup"],message:"backup needs database: what is it to make backups of?",at:"key"}]:y.mode==="continuous"&&S.kind!=="postgresql"?[ce(["backup","mode"],`only postgresql has backups in continuous mode, ${S.kind} has not`)]:y.mode==="continuous"&&S.host===y.host?[ce(["backup","host"],"in continuous mode the backup server is another machine than the database host")]:y.proof==="nightly"&&y["before-deploy"]==="no"?[ce(["backup","proof"],"only a deploy's backup is left to the night, and with before-deploy: no there is none")]:[]}function me(m,y){return Math.max(1,y-Le(m.batch,y)-m["max-unreachable"])}function Le(m,y){return"hosts"in m?m.hosts:Math.max(1,Math.floor(y*m.percent/100))}var at=H(8532);const ze=/[|&;<>()$`\\*?#~{}[\]!\n\r]/;function mt(m){const y="write it as a list, [program, argument, \u2026], or call a script of the release",S=ze.exec(m);if(S)return{wrong:`one program with its arguments: no shell reads it, so ${JSON.stringify(S[0]).slice(1,-1)} has no meaning; ${y}`};if(!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(m))return{wrong:`a command with its quotes closed; or ${y}`};const A=m.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)??[];return A.length===0?{wrong:"a program with its arguments"}:{words:A.map(O=>O.replace(/'([^']*)'|"([^"]*)"/g,"$1$2"))}}const we=m=>R.YOg(K,{error:"a list of hosts' names"}).min(m,{error:m===1?"a list with at least one host":`a list with at least ${m} hosts`}),it=R.KCZ([le.describe("IP address or DNS name"),R.rej({address:le.describe("IP address or DNS name"),port:Oe.optional().describe("SSH port; default: ssh.port"),user:ae.optional().describe("SSH user; default: ssh.user")})]),Ne=R.rej({user:ae.default("deploy").describe("The user that every host is reached as"),port:Oe.default(22),jump:K.optional().describe("The host that every connection goes through"),"authorized-keys":R.YOg(De).min(1,{error:"a list with at least one public key"}).optional().describe("Public keys that may log in as the user; buka provision makes the account and its authorized_keys")}),wt=R.KCZ([ie,R.YOg(ie).min(1,{error:"a list with at least one name"})]).transform(m=>typeof m=="string"?[m]:m),pt=R.rej({kind:R.euz("haproxy"),hosts:we(1),address:le.optional().describe("The virtual address that customers use"),backend:wt.describe("The backend, or backends, that the workers are in; a worker is drained in each"),servers:R.g1P(K,ie).default({}).describe("A worker's name as a server in those backends, where it differs from its name here"),"master-socket":Q.default("/run/haproxy-master.sock").describe("The master process (haproxy -S)")}),ct=R.KCZ([R.YjP().transform((m,y)=>{const S=mt(m);return"words"in S?S.words:(y.issues.push({code:"custom",input:m,message:S.wrong}),at.tm)}),R.YOg(R.YjP().regex(/^[^\0]*$/,{error:"an argument without a NUL"})).min(1,{error:"a list with the program and its arguments"})]),$t=R.rej({hosts:we(2),port:Oe.describe("The port that the app listens on"),health:Ue.describe("Answers 2xx when the app can serve"),"env-file":Q.optional().describe("The file with the app's environment, on each worker"),start:ct.refine(([m=""])=>/^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(m),{error:"a program, such as node, or a file of the release, such as bin/server, with its arguments"}).optional().describe("Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it"),packages:R.YOg(ge).default([]).describe("The distribution's packages that the app needs; buka provision installs them")}),gt=R.rej({build:Ye.optional().describe("Run by bash in the app folder on the machine that builds"),test:Ye.optional().describe("Run by bash after build; nothing is packed when it fails"),include:R.YOg(Ae).min(1,{error:"a list with at least one path"}).describe("The files and folders that make a release"),keep:M(2,100).default(5).describe("Releases that stay on a worker"),migrate:ct.optional().describe("Runs once on one worker, in the staged release, before any worker switches; no shell reads it"),migrations:Ae.optional().describe("The folder whose files are the release's migrations")}),Xe="a number of workers such as 1, or a share of them such as 50%",te=R.KCZ([R.Whr({error:Xe}).min(1,{error:Xe}),Z(/^(?:[1-9][0-9]?|100)%$/,Xe)]).transform(m=>typeof m=="number"?{hosts:m}:{percent:Number.parseInt(m,10)}),Me=R.rej({batch:te.prefault(1).describe("Workers that are out of rotation at once"),canary:R.rej({hosts:M(1,1e3).describe("Workers of the first batch"),watch:de("1s","24h").describe("How long their answers are watched before the others follow")}).optional().describe("The first batch, watched before the others follow"),"min-available":M(1,1e3).optional().describe("Workers that stay in rotation at every moment; default: all but one batch and max-unreachable"),"drain-timeout":de("1s","24h").prefault("30s").describe("How long a drain waits for requests in flight"),"on-drain-timeout":R.k5n(["wait","cut","fail"]).default("cut").describe("What happens to requests that are still in flight then"),"start-timeout":de("1s","24h").prefault("60s").describe("How long a worker may take to get healthy"),"healthy-after":M(1,100).default(3).describe("Successes in a row that make a worker healthy"),"lock-timeout":de("0s","24h").prefault("15m").describe("How long a run waits for another run's lock"),"max-unreachable":M(0,1e3).default(0).describe("Workers that a run may leave out because they can't be reached and take no traffic"),"on-failure":R.k5n(["revert","halt","freeze"]).default("revert").describe("What becomes of the workers that run the new release already")}),je=M(1,1e4),dt={service:D.describe("Names everything that a run touches on a host"),ssh:Ne.prefault({}),hosts:R.g1P(K,it).describe("Every machine, by name"),"load-balancers":pt,workers:$t,release:gt,rollout:Me.prefault({}),database:R.rej({kind:R.k5n(["postgresql","mariadb"]),host:K,name:et}).optional(),backup:R.rej({host:K.describe("The machine that pulls backups of the database and holds them"),mode:R.k5n(["dump","continuous"]).default("dump").describe("What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most"),keep:R.rej({last:je.default(7).describe("The newest ones, whenever they were made"),daily:je.default(14).describe("The newest one of each of so many days"),weekly:je.default(8).describe("The newest one of each of so many weeks")}).prefault({}).describe("Proven backups that stay, besides the newest and those of releases on the workers"),proof:R.k5n(["every","nightly"]).default("every").describe("Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours"),"before-deploy":R.k5n(["required","no"]).default("required").describe("Whether a deploy makes a backup before it changes anything")}).optional(),monitoring:R.rej({host:K}).optional(),slo:R.rej({window:de("1h","90d").prefault("7d").describe("What both objectives are judged over, up to now"),availability:R.aig().gt(0,{error:"a percentage above 0 and below 100"}).lt(100,{error:"a percentage above 0 and below 100"}).default(99.9).describe("Percent of the time in which the service answers through the virtual address"),"mean-response-time":de("1ms","10m").prefault("3s").describe("What real requests take at most, on average"),histogram:tt.default("http_request_duration_seconds").describe("The app's Prometheus histogram of how long its requests took, in seconds")}).prefault({})},Be=R.rej(dt);function lt(m){if(typeof m!="object"||m===null)return{};const y=m;return Object.fromEntries(Object.entries(dt).flatMap(([S,A])=>{const O=A.safeParse(y[S]);return O.success?[[S,O.data]]:[]}))}function kt(){const m=z.toJSONSchema(Be,{io:"input",target:"draft-7"});return{$schema:m.$schema,title:"buka.yml",...m}}var ne=H(8815);class Ce{#e=new ne.HN;#t;data;problems;constructor(y){this.#t=(0,ne.Tp)(y,{lineCounter:this.#e,prettyErrors:!1}),this.problems=[...this.#t.errors.map(({pos:S,message:A})=>({...this.#r(S[0]),message:A})),...this.#s()],this.data=this.problems.length===0?this.#n():void 0}find(y){let S=this.#t.contents,A=0;for(const[O,P]of y.path.entries()){const F=O===y.path.length-1,q=(0,ne.Vj)(S)?S.resolve(this.#t):S,U=(0,ne.jh)(q)?q.items.find(J=>(0,ne.tO)(J)&&k(J)===String(P)):(0,ne.oP)(q)&&q.items[Number(P)];if(!U)break;const ee=(0,ne.tO)(U)?U.key:void 0;S=(0,ne.tO)(U)?U.value:U,A=i(ee)??i(S)??A,F&&y.at==="value"&&(A=i(S)??A)}return this.#r(A)}#n(){return this.#t.toJS({maxAliasCount:100})}#r(y){const{line:S,col:A}=this.#e.linePos(y);return{line:Math.max(S,1),column:Math.max(A,1)}}#s(){const y=[];return(0,ne.YR)(this.#t,{Pair:(S,A)=>{const O=A.key;if((0,ne.jn)(O)&&typeof O.value=="string"&&O.value!=="__proto__")return;const P=(0,ne.jn)(O)?`${fe(O.value)} can't be a key; a name is text`:"a key can't be a list or a mapping";y.push({...this.#r(i(O)??0),message:P})}}),y}}const k=m=>(0,ne.jn)(m.key)?String(m.key.value):void 0,i=m=>m?.range?.[0];class f extends he.j{problems;constructor(y,S){const A=S.map(({line:O,column:P,message:F})=>`  ${y}:${O}:${P}: ${F}`);super({code:"buka-yml-invalid",message:[`${y} has ${S.length===1?"a mistake":`${S.length} mistakes`}:`,...A].join(`
`),left:"Nothing was changed.",hint:`Correct ${y}; docs/buka-yml.md explains every key.`}),this.problems=S}}async function v(m){let y;try{y=await(0,G.readFile)(m,"utf8")}catch(S){throw new he.j({code:"buka-yml-missing",message:`${m} can't be read`,seen:S instanceof Error?S.message:String(S),left:"Nothing was changed.",hint:"Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.",cause:S})}return x(y,m)}function x(m,y="buka.yml"){const S=new Ce(m);if(S.problems.length>0)throw j(y,S.problems);const A=Be.safeParse(S.data),O=[...A.success?[]:Ge(Be,A.error,S.data),...st(lt(S.data),B(S.data))];if(!A.success||O.length>0)throw j(y,O.map(P=>({...S.find(P),message:P.message})));return W(A.data)}function j(m,y){const S=y.toSorted((A,O)=>A.line-O.line||A.column-O.column);return new f(m,S.map(({line:A,column:O,message:P})=>({file:m,line:A,column:O,message:P})))}function B(m){const y=m?.hosts;return typeof y=="object"&&y!==null?Object.keys(y):[]}function W(m){const y=Y(m),S=J=>{const Te=y.get(J);if(!Te)throw new Error(`${J} was checked to be a host`);return Te},{"load-balancers":A,workers:O,release:P,rollout:F,database:q,backup:U}=m,ee=new Map(Object.entries(A.servers));return{service:m.service,hosts:y,authorizedKeys:m.ssh["authorized-keys"],loadBalancers:{kind:A.kind,hosts:A.hosts.map(S),address:A.address,backends:A.backend,servers:new Map(O.hosts.map(J=>[J,ee.get(J)??J])),masterSocket:A["master-socket"]},workers:{hosts:O.hosts.map(S),port:O.port,health:O.health,envFile:O["env-file"],start:O.start,packages:O.packages,unit:`${m.service}.service`,root:`/srv/${m.service}`},release:P,rollout:{batch:F.batch,canary:F.canary,minAvailable:F["min-available"]??me(F,O.hosts.length),drainTimeout:F["drain-timeout"],onDrainTimeout:F["on-drain-timeout"],startTimeout:F["start-timeout"],healthyAfter:F["healthy-after"],lockTimeout:F["lock-timeout"],maxUnreachable:F["max-unreachable"],onFailure:F["on-failure"]},database:q&&{kind:q.kind,host:S(q.host),name:q.name},backup:U&&{host:S(U.host),mode:U.mode,keep:U.keep,proof:U.proof,beforeDeploy:U["before-deploy"]==="required"},monitoring:m.monitoring&&{host:S(m.monitoring.host)},slo:{window:m.slo.window,availability:m.slo.availability,meanResponseTime:m.slo["mean-response-time"],histogram:m.slo.histogram}}}function Y({hosts:m,ssh:y}){const S=new Map(Object.entries(m)),A=P=>{const F=S.get(P),{address:q="",port:U=y.port,user:ee=y.user}=typeof F=="string"?{address:F}:F??{};return{name:P,address:q,port:U,user:ee}},O=y.jump===void 0?void 0:A(y.jump);return new Map([...S.keys()].map(P=>[P,P===y.jump?A(P):{...A(P),jump:O}]))}}),1021:((Bt,We,H)=>{H.d(We,{td:()=>K,VI:()=>ne,F3:()=>we,bL:()=>pt,Fg:()=>Be,QW:()=>$t,vN:()=>k,p_:()=>at,qq:()=>O,Dp:()=>J,R3:()=>Ct,cJ:()=>wt,Bf:()=>it,dw:()=>bt});var G=H(3916);const he=66,_=67,R=`umask 022
[ -d "$root" ] || exit ${he}
cd -- "$root"
`,oe=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function Z(d,l,{root:u,id:w}){const p=d.stderr.trim().slice(-1e3)||`exit status ${d.status}`;if(d.status===he)return new G.w({code:"service-folder-missing",message:`${u} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${u}`});if(d.status===_)return new G.w({code:"release-not-staged",message:`release ${w} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const b=oe.find(E=>E.seen.test(p));return b?new G.w({code:b.code,message:`${l}: ${b.message}`,seen:p,hint:b.hint}):new G.w({code:"release-script-failed",message:`${l} failed`,seen:p})}const K=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${_}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
`;function D(d,l){return{name:`activate ${l}`,text:`${enterRoot}${K}`,values:{root:d,id:l},deadline:seconds(30),parse(u){if(u.status!==0)throw hostFailure(u,`activating ${l}`,{root:d,id:l})}}}var X=H(1455),le=H(7075),ue=H(6118),V=H(1996),ae=H(3024),De=H(6466),ge=H(8522);const ie=(d,l,u)=>new G.w({code:`archive-${d}`,message:`the archive ${l}`,seen:u,left:"Nothing was changed.",hint:d==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*et(d){const l=(0,ue.extract)(),u=(0,De.pipeline)((0,ae.createReadStream)(d),(0,ge.createZstdDecompress)(),l);u.catch(()=>{});try{for await(const w of l){const{name:p,type:b,mode:E,size:L,linkname:se}=w.header;yield{name:b==="directory"?p.replace(/\/$/,""):p,type:b??"unknown",mode:E??0,size:L??0,target:se??"",content:w}}await u}catch(w){throw w instanceof G.w?w:ie("damaged","can't be read to its end",w.message)}}var tt=H(7598),Q=H(2857);function Ae(d){if(new RegExp("\\p{Cc}","u").test(d))return"has a control character in its name";if(!d.isWellFormed())return"has a name that is not Unicode";if(d.startsWith("/"))return"is an absolute path";const l=d.split("/");if(l.includes(".."))return"leads outside the release";if(l.includes("")||l.includes("."))return"is not written plainly"}function Ue(d,l){const u=l.get(d)??"";return u===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(u)?"is a link to a name with a control character":u.isWellFormed()?u.startsWith("/")?`is a link to an absolute path, ${u}`:Ye(d,l)?`is a link that leads outside the release, to ${u}`:void 0:"is a link to a name that is not Unicode"}function Ye(d,l){const u=[],w=d.split("/").reverse();let p=0;for(let b=w.pop();b!==void 0;b=w.pop()){if(b===""||b===".")continue;if(b===".."){if(u.pop()===void 0)return!0;continue}u.push(b);const E=l.get(u.join("/"));if(E!==void 0){if(++p>40)return!1;if(E.startsWith("/"))return!0;u.pop(),w.push(...E.split("/").reverse())}}return!1}function Oe(d,l){return Buffer.compare(Buffer.from(d),Buffer.from(l))}const M=d=>d.slice(0,Math.max(0,d.lastIndexOf("/"))),Re=Q.aig().int().nonnegative(),de=Q.YjP(),ke=Q.YjP().regex(/^[0-9a-f]{64}$/),qe=Q.gMt("type",[Q.rej({type:Q.euz("file"),mode:Re,size:Re,sha256:ke,path:de}),Q.rej({type:Q.euz("directory"),mode:Re,path:de}),Q.rej({type:Q.euz("symlink"),target:de,path:de})]),Ge=Q.rej({service:Q.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:Q.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:Q.YOg(de),contractMigrations:Q.YOg(de).optional()}),ve=Ge.extend({entries:Q.YOg(qe)});function Ie({service:d,commit:l,migrations:u,contractMigrations:w,entries:p}){const b=w?.length?{contractMigrations:w}:{};return`${JSON.stringify({service:d,commit:l,migrations:u,...b}).slice(0,-1)},"entries":[
${p.map(ut).join(`,
`)}
]}
`}function ut(d){switch(d.type){case"file":{const{type:l,mode:u,size:w,sha256:p,path:b}=d;return JSON.stringify({type:l,mode:u,size:w,sha256:p,path:b})}case"directory":return JSON.stringify({type:d.type,mode:d.mode,path:d.path});case"symlink":return JSON.stringify({type:d.type,target:d.target,path:d.path})}}const Ke=d=>(0,tt.createHash)("sha256").update(d).digest("hex");function Je(d){return`${d.commit?.slice(0,7)??"local"}-${Ke(Ie(d)).slice(0,8)}`}function ft(d){const l=ve.safeParse(Se(d));if(!l.success)return;const u=l.data;return Ie(u)===d?u:void 0}function _e(d){const l=Ge.safeParse(Se(d.replace(/,"entries":\[$/,"}")));return l.success?l.data:void 0}function Se(d){try{return JSON.parse(d)}catch{return}}function xe(d){const l=new Map(d.map(({path:p,type:b})=>[p,b])),u=new Map(d.flatMap(p=>p.type==="symlink"?[[p.path,p.target]]:[]));let w;for(const p of d){const{path:b}=p,E=Ae(b)??(p.type==="symlink"?Ue(b,u):nt(p.type,p.mode))??fe(M(b),l)??st(w,b);if(E)return{path:b,why:E};w=b}return d.some(({type:p})=>p==="file")?void 0:{path:".",why:"has no file"}}function nt(d,l){if(l&2048)return"is setuid";if(l&1024)return"is setgid";if(l&512)return"has the sticky bit";if(l>511)return"has a mode that is none";const u=d==="directory"?320:256;return(l&u)===u?void 0:"is closed to its own owner"}function fe(d,l){if(d==="")return;const u=l.get(d);if(u!=="directory")return u===void 0?"is in a folder that is not listed":`lies behind a ${u}, ${d}`}function st(d,l){if(!(d===void 0||Oe(d,l)<0))return d===l?"is there twice":"is out of order"}function ce(){const d=(0,tt.createHash)("sha256");let l=0;return{async*passing(u){for await(const w of u)d.update(w),l+=w.length,yield w},size:()=>l,digest:()=>d.digest("hex")}}async function Pe(d){const l=ce();for await(const u of l.passing(d));return{size:l.size(),sha256:l.digest()}}const Fe=64*1024*1024;async function rt(d){let l;const u=new Set;for await(const p of et(d)){if(!l){l=await Ze(p);continue}const b=Ve(p,u);await ot(p,b,l.entries[u.size]),u.add(b)}if(!l)throw ie("damaged","is empty");const w=l.entries[u.size];if(w)throw ie("damaged",`lacks ${JSON.stringify(w.path)}, which its manifest lists`);return l}async function Ze({name:d,type:l,size:u,content:w}){if(d!=="manifest.json"||l!=="file"||u>Fe)throw ie("damaged","does not begin with a manifest",`${l} ${JSON.stringify(d)}`);const p=[];for await(const L of w)p.push(L);const b=ft(Buffer.concat(p).toString());if(!b)throw ie("damaged","has a manifest that Buka did not write");const E=xe(b.entries);if(E)throw ie("unsafe",`lists ${JSON.stringify(E.path)}, which ${E.why}`);return b}function Ve({name:d,type:l},u){const w=JSON.stringify(d);if(!["file","directory","symlink"].includes(l))throw ie("unsafe",`has ${w}, which is a ${l}`);const p=Ae(d);if(p)throw ie("unsafe",`has ${w}, which ${p}`);const b=d.replace(/^tree\//,"");if(b===d)throw ie("unsafe",`has ${w}, which is not below tree/`);if(u.has(b))throw ie("unsafe",`has ${w} twice`);return b}async function ot(d,l,u){const w=E=>ie("damaged",`does not match its manifest: ${E}`),p=JSON.stringify(l);if(u?.path!==l)throw w(`${p} is where ${JSON.stringify(u?.path??"its end")} should be`);if(u.type!==d.type)throw w(`${p} is a ${d.type}`);if(u.type==="symlink"){if(u.target!==d.target)throw w(`${p} leads to ${JSON.stringify(d.target)}`)}else if(u.mode!==d.mode)throw w(`${p} has the mode ${d.mode.toString(8)}`);if(u.type!=="file"){d.content.resume();return}if(u.size!==d.size)throw w(`${p} has ${d.size} bytes`);const{sha256:b}=await Pe(d.content);if(b!==u.sha256)throw w(`the checksum of ${p} is ${b}`)}function me(d,l,u){const w={name:d,mtime:u,uid:0,gid:0,type:l.type};return l.type==="symlink"?{...w,mode:511,linkname:l.target}:l.type==="directory"?{...w,mode:l.mode}:{...w,mode:l.mode,size:l.size}}function Le(d,l,u){return new Promise((w,p)=>{const b=L=>L?p(L):w();if(typeof u=="string"){d.entry(l,u,b);return}const E=d.entry(l,b);u&&(0,De.pipeline)(u,E).catch(p)})}async function at(d){const{size:l,mtime:u}=await(0,X.stat)(d).catch(p=>{throw new G.j({code:"archive-missing",message:`the archive ${d} can't be read (${p.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:p})}),w=await rt(d);return{id:Je(w),manifest:w,bytes:(0,V.ee)(l),payload(p){const b=(0,ue.pack)();return ze(d,w,p,u,b).catch(E=>b.destroy(E)),le.Readable.from(b,{objectMode:!1})}}}async function ze(d,l,u,w,p){const b=new Map(l.entries.filter(({type:E,path:L})=>E!=="file"||u.has(L)).map(E=>[`tree/${E.path}`,E]));for await(const{name:E,content:L}of et(d)){const se=b.get(E);se&&await Le(p,me(se.path,se,w),se.type==="file"?L:void 0),se?.type!=="file"&&L.resume()}p.finalize()}const mt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,we=d=>mt.test(d);function it(d){if(we(d))return d;throw new G.j({code:"release-id",message:`${JSON.stringify(d)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const Ne=1e3;function wt(d,l){return{name:`record ${l.event} ${l.release}`,text:`${R}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:d,line:ct(l)},deadline:(0,V.YA)(30),parse(u){if(u.status!==0)throw Z(u,"writing the history",{root:d})}}}function pt(d,l){return{name:`mark ${l} good`,text:`${R}[ -d "releases/$id/tree" ] || exit ${_}
: > "releases/$id/good"
`,values:{root:d,id:l},deadline:(0,V.YA)(30),parse(u){if(u.status!==0)throw Z(u,`marking ${l} good`,{root:d,id:l})}}}function ct(d){const{at:l,event:u,release:w,from:p,by:b,reason:E,contract:L,backup:se,recoveryPoint:pe}=d;return JSON.stringify({at:l.toISOString(),event:u,release:w,from:p,by:b.slice(0,Ne),reason:E?.slice(0,Ne),contract:L?.length?L:void 0,backup:se,recoveryPoint:pe?.toISOString()})}function $t(d,l){const u=[[]];let w=0;for(const p of l)w+=p.length,w>Ne&&(u.push([]),w=p.length),u.at(-1)?.push(p);return u.map(p=>({...d,event:"migrated",contract:p}))}const gt=["migrated","activated","good","reverted","restored"];function Xe(d){let l;try{l=JSON.parse(d)}catch{return}const u=$e=>typeof l?.[$e]=="string"?l[$e]:void 0,w=$e=>new Date(u($e)??Number.NaN),p=w("at"),b=u("event")??"",E=u("release")??"",L=u("from"),se=u("reason"),pe=Array.isArray(l?.contract)?l.contract.filter($e=>typeof $e=="string"):[],Qe=u("backup"),jt=w("recoveryPoint");if(!(Number.isNaN(p.getTime())||!gt.includes(b)||!we(E))&&!(b==="restored"&&(Qe===void 0||Number.isNaN(jt.getTime()))))return{at:p,event:b,release:E,...L!==void 0&&we(L)&&{from:L},by:u("by")??"",...se!==void 0&&{reason:se},...pe.length>0&&{contract:pe},...Qe!==void 0&&{backup:Qe},...b==="restored"&&{recoveryPoint:jt}}}var te=H(6760),Me=H(1916);const je=64*1024,dt=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function Be(d,l){const u=[...d.slice(0,je).matchAll(dt)].map(([,b=""])=>b.toLowerCase()),w=u.find(b=>!lt(b)&&((0,Me.Io)(b,"contract")<=3||(0,Me.Io)(b,"expand")<=2));if(w!==void 0)throw new G.j({code:"migration-mark",message:`${l} is marked \`buka: ${w}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const p=u.filter(lt);return p.includes("contract")?"contract":p[0]}const lt=d=>d==="contract"||d==="expand";async function kt(d,l){const u=[];for(const w of l)Be(await ne((0,te.join)(d,w),je),w)==="contract"&&u.push(w);return u}async function ne(d,l){const u=await(0,X.open)(d);try{const{buffer:w,bytesRead:p}=await u.read(Buffer.alloc(l),0,l,0);return w.toString("utf8",0,p)}finally{await u.close()}}const Ce=500;function k(d){return{name:"observe releases",text:`${R}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${Ce} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${Ce} history | sed 's/^/history /'
fi
`,values:{root:d},deadline:(0,V.YA)(30),parse(l){if(l.status!==0)throw Z(l,"reading the releases",{root:d});return i(l.stdout)}}}function i(d){const l=[],u=[];let w;for(const p of d.split(`
`)){const[,b,E]=/^([a-z]+) (.*)$/s.exec(p)??[];if(!(b===void 0||E===void 0)){if(b==="current"){const[,L=""]=/^releases\/([^/]+)\/tree$/.exec(E)??[];we(L)&&(w=L)}if(b==="release"&&l.push(...f(E)),b==="history"){const L=Xe(E);L&&u.push(L)}}}return l.sort((p,b)=>p.stagedAt.getTime()-b.stagedAt.getTime()),{staged:l,...w!==void 0&&{active:w},history:u}}function f(d){const[,l="",u="",w,p=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(d)??[],b=_e(p);return!we(l)||!b?[]:[{id:l,...b.commit!==void 0&&{commit:b.commit},migrations:b.migrations,...b.contractMigrations!==void 0&&{contractMigrations:b.contractMigrations},stagedAt:new Date(Number(u)*1e3),good:w==="yes"}]}async function v(d,l){const u=new Map;for(const p of l){const b=B(p);await W(d,p,b,u),await Y(d,b,u)}const w=[];for(const p of[...u.keys()].sort(Oe)){const b=u.get(p);b&&w.push(await m(d,p,b))}return w}async function x(d,l){return(await(0,X.readdir)((0,te.join)(d,l),{withFileTypes:!0}).catch(async p=>{throw new G.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(l)}, which is no folder${await A(d,l)}`,cause:p})})).filter(p=>p.isFile()&&!p.name.startsWith(".")).map(({name:p})=>p).sort(Oe)}function j(d,l){return new G.w({code:"release-refused",message:`${JSON.stringify(d)} ${l}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function B(d){const l=te.posix.normalize(d).replace(/\/$/,"").replace(/^\.$/,""),u=d.startsWith("/")||l.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,w=l.split("/").includes(".git")?"is of git, and is never packed":void 0;if(u===void 0&&w===void 0)return l;throw new G.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(d)}, which ${u??w}`})}async function W(d,l,u,w){const p=u===""?[]:u.split("/");for(let b=1;b<=p.length;b+=1){const E=p.slice(0,b).join("/"),L=await(0,X.lstat)((0,te.join)(d,E)).catch(()=>{});if(!L||b<p.length&&!L.isDirectory())throw new G.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(l)}, which ${L?`lies behind ${JSON.stringify(E)}, no real folder`:"does not exist"}${L?"":await A(d,u)}`,hint:"Is it made by the build? Then run the build first."});w.set(E,L)}}async function Y(d,l,u){if(l!==""&&!u.get(l)?.isDirectory())return;const w=await(0,X.readdir)((0,te.join)(d,l),{encoding:"buffer"});for(const p of w){const b=p.toString(),E=l===""?b:`${l}/${b}`;if(!Buffer.from(b).equals(p))throw j(E,"has a name that is not UTF-8");b!==".git"&&(u.set(E,await(0,X.lstat)((0,te.join)(d,E))),await Y(d,E,u))}}async function m(d,l,u){const w=u.mode&4095;if(u.isDirectory())return{type:"directory",path:l,mode:w};if(u.isSymbolicLink())return{type:"symlink",path:l,target:await y(d,l)};if(!u.isFile())throw j(l,`is a ${S(u)}`);const{size:p,sha256:b}=await Pe((0,ae.createReadStream)((0,te.join)(d,l))).catch(E=>{throw j(l,`can't be read (${E.code})`)});return{type:"file",path:l,mode:w,size:(0,V.ee)(p),sha256:b}}async function y(d,l){const u=await(0,X.readlink)((0,te.join)(d,l),{encoding:"buffer"}),w=u.toString();if(!Buffer.from(w).equals(u))throw j(l,"is a link to a name that is not UTF-8");return w}function S(d){return d.isFIFO()?"fifo":d.isSocket()?"socket":"device"}async function A(d,l){const u=l.split("/");for(let w=u.length-1;w>=0;w-=1){const p=u.slice(0,w).join("/"),b=await(0,X.readdir)((0,te.join)(d,p)).catch(()=>{});if(b)return b.length===0?"":`; did you mean ${JSON.stringify(te.posix.join(p,(0,Me.kp)(u[w]??"",b)))}?`}return""}async function O(d,l){const u=(0,te.resolve)(l);if(F(d,u),d.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(d.commit))throw new G.j({code:"commit-id",message:`${d.commit} is not a full commit id`});const w=await v(d.folder,d.include),p=xe(w);if(p)throw j(p.path,p.why);const b=d.migrations===void 0?[]:await x(d.folder,d.migrations),E=d.migrations===void 0?[]:await kt((0,te.join)(d.folder,d.migrations),b),L={service:d.service,...d.commit!==void 0&&{commit:d.commit},entries:w,migrations:b,...E.length>0&&{contractMigrations:E}},se=`${u}.partial`;try{await q(d.folder,L,se),await(0,X.rename)(se,u)}finally{await(0,X.rm)(se,{force:!0})}return{id:Je(L),manifest:L,bytes:(0,V.ee)((await(0,X.stat)(u)).size),archive:u}}const P=new Date(0);function F({folder:d,include:l},u){const w=l.find(p=>`${u}${te.sep}`.startsWith(`${(0,te.resolve)(d,p)}${te.sep}`));if(w!==void 0)throw new G.j({code:"release-output",message:`the archive ${u} would lie in ${w}, which is packed`,hint:"Write it somewhere else."})}async function q(d,l,u){const w=(0,ue.pack)(),p=(0,ge.createZstdCompress)({params:{[ge.constants.ZSTD_c_compressionLevel]:3}}),b=(0,De.pipeline)(w,p,(0,ae.createWriteStream)(u));await Promise.all([b,U(d,l,w).catch(L=>{throw w.destroy(L),L})]).catch(async L=>{throw await b.catch(()=>{}),L});const E=await(0,X.open)(u,"r+");await E.sync().finally(()=>E.close())}async function U(d,l,u){await Le(u,{name:"manifest.json",mode:420,mtime:P},Ie(l));for(const w of l.entries){const p=me(`tree/${w.path}`,w,P);if(w.type!=="file"){await Le(u,p);continue}const b=ce(),E=(0,ae.createReadStream)((0,te.resolve)(d,w.path));if(await Le(u,p,b.passing(E)).catch(L=>{throw L.message==="Size mismatch"?ee(w.path):L}),b.digest()!==w.sha256)throw ee(w.path)}u.finalize()}function ee(d){return new G.w({code:"release-changed",message:`${JSON.stringify(d)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function J(d,l){const u=Te(d),w=l===void 0?-1:u.lastIndexOf(l);return(w===-1?u:u.slice(0,w)).findLast(b=>d.every(({staged:E})=>E.some(L=>L.id===b)))}function Te(d){const l=d.flatMap(({history:p})=>p).filter(({event:p})=>p==="good"||p==="reverted").sort((p,b)=>p.at.getTime()-b.at.getTime()),u=new Set(l.filter(({event:p})=>p==="good").map(({release:p})=>p)),w=d.flatMap(({staged:p})=>p).filter(({id:p,good:b})=>b&&!u.has(p)).sort((p,b)=>p.stagedAt.getTime()-b.stagedAt.getTime()).map(({id:p})=>p).filter((p,b,E)=>E.indexOf(p)===b);for(const{event:p,release:b}of l){const E=w.indexOf(b);E!==-1?w.length=E+1:p==="good"&&w.push(b)}return w}const ht=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,xt=String.raw`list_entries() {
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
`,Jt=String.raw`compare() {
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
`,_t=`${ht}${xt}${Jt}`;function Ct(d,{keep:l,protect:u}){return{name:"prune releases",text:`${ht}${R}remove_leftovers
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
`,values:{root:d,keep:String(l),protect:u.join(" ")},deadline:(0,V.Gx)(10),parse(w){if(w.status!==0)throw Z(w,"pruning",{root:d});return[...w.stdout.matchAll(/^removed (\S+)$/gm)].map(([,p=""])=>p).filter(we)}}}function Zt(d,l,u){const w=Ht(d,u),p=w.paths("damaged");if(w.has("active"))throw Xt(l,Nt(p,w.surplus));const b=[...w.has("replaced")?[`release ${l} was damaged, and is replaced: ${Nt(p,w.surplus)}`]:[],...w.has("staged")&&w.surplus>0?[`release ${l} is active, and ${w.surplus} paths in it are not of the release`]:[],...w.paths("altered").map(L=>`${JSON.stringify(L)} of an earlier release is not what it was; a fresh one is sent`)],E=w.value("folder");if(!w.has("staged")&&(E===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(E)))throw new G.w({code:"release-script-failed",message:`preparing ${l} failed`,seen:d.slice(-500)});return{free:(0,V.ee)(Number(w.value("free"))),folder:w.has("staged")?void 0:E,needed:new Set(w.paths("needed")),warnings:b}}function Vt(d,l,u){const w=Ht(d,u),p=w.paths("wrong");if(!(p.length===0&&w.surplus===0))throw new G.w({code:"stage-mismatch",message:`what arrived is not release ${l}`,seen:Nt(p,w.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function Xt(d,l){return new G.w({code:"release-damaged",message:`release ${d} is active here, and its files are not what was deployed`,seen:l,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Nt(d,l){const u=d.slice(0,5).map(p=>JSON.stringify(p)),w=d.length>u.length?` and ${d.length-u.length} more`:"";return[...d.length>0?[`differs in ${u.join(", ")}${w}`]:[],...l>0?[`${l} paths too many`]:[]].join("; ")||"its manifest differs"}function Ht(d,l){const u=d.split(`
`).map(p=>p.split(" ")),w=p=>u.filter(([b])=>b===p).map(([,b=""])=>b);return{has:p=>w(p).length>0,value:p=>w(p)[0],surplus:Number(w("surplus")[0]??0),paths:p=>w(p).flatMap(b=>l.entries[Number(b)]?.path??[])}}const Qt=`(
${R}${_t}${String.raw`
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
`})`,en=`(
${R}${_t}${String.raw`
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
`})`,tn=`${R}${_t}remove_tree "releases/$folder"
`,yt=64*1024*1024,Mt=5e4;async function bt(d,l,u,w){const p=d.host.name;w.step({host:p,name:"stage",state:"started",detail:u.id});try{const b=await nn(d,l,u,L=>w.warning(`${p}: ${L}`)),E=`${(0,V.z3)(b.sent)} sent, ${b.files} files new, ${b.reused} reused`;return w.step({host:p,name:"stage",state:"done",detail:E}),b}catch(b){throw w.step({host:p,name:"stage",state:"failed"}),b instanceof G.w?b.with({host:p,step:"stage"}):b}}async function nn(d,l,u,w){const{id:p,manifest:b}=u,E=Ie(b),L=(0,ge.gzipSync)(E,{level:9}),se={root:l,id:p,sha256:Ke(E)},pe=await d.run(vt(se,b),{payload:le.Readable.from([L])}),Qe=b.entries.filter(({type:Ee})=>Ee==="file").length;for(const Ee of pe.warnings)w(Ee);if(pe.folder===void 0)return{sent:(0,V.ee)(L.length),files:0,reused:Qe};const $e=b.entries.filter(({path:Ee})=>pe.needed.has(Ee)).filter(({type:Ee})=>Ee==="file"),Et=Wt($e,b.entries.length-Qe);if(Et>pe.free)throw await d.run(Tt(l,pe.folder)),At(Et,pe.free);const Ut=Dt(),rn=(0,le.pipeline)(u.payload(new Set($e.map(({path:Ee})=>Ee))),(0,ge.createGzip)({level:3}),Ut.stream,()=>{});return await d.run(sn({...se,folder:pe.folder},b,Et),{payload:rn}),{sent:(0,V.ee)(L.length+Ut.count()),files:$e.length,reused:Qe-$e.length}}function vt(d,l){return{name:`compare with ${d.id}`,text:Qt,values:d,deadline:(0,V.Gx)(10),parse(u){if(u.status===0)return Zt(u.stdout,d.id,l);const w=Z(u,`preparing ${d.id}`,d);if(w.code!=="not-enough-disk")throw w;const[,p="0"]=/^free (\d+)$/m.exec(u.stdout)??[];throw At(Wt(l.entries,0),(0,V.ee)(Number(p)))}}}function sn(d,l,u){return{name:`stage ${d.id}`,text:en,values:d,deadline:(0,V.Rz)((0,V.Gx)(10)+(0,V.YA)(u/Mt)),parse(w){if(w.status!==0)throw Z(w,`unpacking ${d.id}`,d).with({left:"What had arrived was removed."});Vt(w.stdout,d.id,l)}}}function Tt(d,l){return{name:`discard ${l}`,text:tn,values:{root:d,folder:l},deadline:(0,V.Gx)(2),parse(){}}}function Wt(d,l){const w=d.map(p=>p.type==="file"?Math.ceil(p.size/4096)*4096:4096);return(0,V.ee)(w.reduce((p,b)=>p+b,yt)+l*4096)}function At(d,l){return new G.w({code:"not-enough-disk",message:`the release needs ${(0,V.z3)(d)} of disk, a margin of ${(0,V.z3)((0,V.ee)(yt))} included, and ${(0,V.z3)(l)} are free`,seen:`needed ${d} bytes, free ${l} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function Dt(){let d=0;return{stream:new le.Transform({transform(u,w,p){d+=u.length,p(null,u)}}),count:()=>d}}}),6259:((Bt,We,H)=>{H.d(We,{Connections:()=>lt,Uh:()=>_,OA:()=>Fe,aN:()=>ce,Mn:()=>Pe,Ge:()=>rt,K$:()=>ne,gq:()=>st});const G=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,he=new WeakMap;function _(k,i){const f=he.get(k)??new Map;he.set(k,f);const v=f.get(i)??{host:{...k.host,user:i},run:(x,j)=>k.run(R(x,i),j)};return f.set(i,v),v}const R=(k,i)=>({...k,text:G,values:{...k.values,become_user:i,become_names:Object.keys(k.values).join(" "),become_text:k.text}});var oe=H(1996),Z=H(5472),K=H.n(Z),D=H(3916),X=H(7598);class le{#e=[];#t=[];constructor(i){for(const[f,v]of i.split(/\r?\n/).entries()){const x=v.trim();if(x===""||x.startsWith("#"))continue;const j=De(x,f+1);j===void 0?this.#t.push(f+1):this.#e.push(j)}}typesFor(i,f){const v=this.#n(i,f).filter(({marker:x})=>x==="");return[...new Set(v.map(({type:x})=>x))]}judge(i,f,v){const x=this.#n(i,f),j=x.find(Y=>Y.marker==="@revoked"&&Y.key.equals(v));if(j!==void 0)return{kind:"revoked",line:j.line};const B=x.filter(({marker:Y})=>Y==="");if(B.some(Y=>Y.key.equals(v)))return{kind:"known"};const W=B.filter(({patterns:Y})=>ge(Y,ue(i,f)));return W.length>0?{kind:"mismatch",known:W.map(({line:Y,type:m,key:y})=>({line:Y,type:m,fingerprint:V(y)}))}:{kind:"unknown",authorities:x.filter(({marker:Y})=>Y==="@cert-authority").map(({line:Y})=>Y),unreadable:this.#t}}#n(i,f){const v=this.#e.filter(({patterns:x})=>ge(x,ue(i,f)));return f===22||v.some(({marker:x})=>x==="")?v:this.#e.filter(x=>v.includes(x)||ge(x.patterns,i.toLowerCase()))}}function ue(k,i){return i===22?k.toLowerCase():`[${k.toLowerCase()}]:${i}`}function V(k){return`SHA256:${(0,X.createHash)("sha256").update(k).digest("base64").replace(/=+$/,"")}`}function ae(k){const i=k.length<4?Number.NaN:k.readUInt32BE(0);return i<=k.length-4?k.toString("latin1",4,4+i):""}function De(k,i){const f=k.split(/[ \t]+/),v=f[0]?.startsWith("@")?f.shift():"",[x,j,B]=f;if(v!==""&&v!=="@cert-authority"&&v!=="@revoked"||x===void 0||j===void 0||B===void 0)return;const W=Buffer.from(B,"base64");return ae(W)===j?{line:i,marker:v,patterns:x,type:j,key:W}:void 0}function ge(k,i){if(k.startsWith("|"))return ie(k,i);let f=!1;for(const v of k.toLowerCase().split(",")){const x=v.startsWith("!");if(et(x?v.slice(1):v,i)){if(x)return!1;f=!0}}return f}function ie(k,i){const[,f,v,x]=k.split("|");if(f!=="1"||v===void 0||x===void 0)return!1;const j=Buffer.from(x,"base64"),B=(0,X.createHmac)("sha1",Buffer.from(v,"base64")).update(i).digest();return j.length===B.length&&(0,X.timingSafeEqual)(j,B)}function et(k,i){let f=new Set([0]);for(const v of k){const x=new Set;for(const j of f)if(v==="*")for(let B=j;B<=i.length;B+=1)x.add(B);else j<i.length&&(v==="?"||v===i[j])&&x.add(j+1);f=x}return f.has(i.length)}class tt{#e;#t;constructor({agent:i,privateKey:f,passphrase:v}){if(this.#t=i===""?void 0:i,this.#e=f?.trim()?Q(f,v):void 0,this.#e===void 0&&this.#t===void 0)throw new D.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${V(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(i){const f=[];return this.#e!==void 0&&f.push({type:"publickey",username:i,key:this.#e}),this.#t!==void 0&&f.push({type:"agent",username:i,agent:this.#t}),f}}function Q(k,i){const f=K().utils.parseKey(k,i===""?void 0:i);if(f instanceof Error)throw Ae(f.message);const v=Array.isArray(f)?f[0]:f;if(v===void 0||!v.isPrivateKey())throw Ae("It is a public key.");return v}function Ae(k){return/no passphrase given/i.test(k)?new D.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test(k)?new D.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new D.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:k,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const Ue="Nothing was changed on it.";function Ye({host:k,cause:i,tried:f,accepted:v,timeout:x}){const{level:j,code:B}=i,W=ve(i),Y={host:k.name,seen:W,left:Ue,cause:i};return j==="client-authentication"||j==="agent"||/authentication failures/i.test(W)?new D.w({...Y,code:"authentication-failed",message:`${k.user} can\u2019t log in; tried ${f}.`,seen:v.length>0?`${W}; the host takes ${v.join(", ")}`:W,hint:`\`ssh-keygen -lf ~${k.user}/.ssh/authorized_keys\` on ${k.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):j==="handshake"?new D.w({...Y,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${k.port} ${k.user}@${k.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new D.w({...Y,code:"unreachable",message:j==="client-timeout"?`${ue(k.address,k.port)} did not let us in within ${(0,oe.a3)(x)}.`:`${ue(k.address,k.port)} can\u2019t be reached by SSH${k.jump?` through ${k.jump.name}`:""}.`,hint:Oe(k,B)})}function Oe(k,i){return i==="ENOTFOUND"?`Check the address of ${k.name} in buka.yml.`:i==="ECONNREFUSED"?`Is sshd running, and on port ${k.port}? \`systemctl status ssh\` on ${k.name}.`:`Try \`ssh ${k.jump===void 0?"":`-J ${k.jump.user}@${k.jump.address}:${k.jump.port} `}-p ${k.port} ${k.user}@${k.address}\`; is the machine up, and does a firewall let you in?`}const M=1;function Re(k,i,f){return new D.w({code:"jump-failed",host:i.name,message:`${k.name} opened no connection to ${ue(i.address,i.port)}.`,seen:f.reason===M?"administratively prohibited":ve(f),left:Ue,hint:`On ${k.name}: does \`nc -z ${i.address} ${i.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:f})}function de(k,i,f){const v=f.reason===M;return new D.w({code:"port-closed",host:k.name,message:`It opened no connection to its own port ${i}.`,seen:v?"administratively prohibited":ve(f),left:Ue,hint:v?`On ${k.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${k.user}; PermitOpen 127.0.0.1:${i} is enough.`:`On ${k.name}: does \`ss -ltn\` list 127.0.0.1:${i}? If not, what should listen there is down.`,cause:f})}function ke(k,i){return new D.w({code:"session-refused",host:k.name,message:"The host opens no session on the connection.",seen:ve(i),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:i})}function qe(k,i,f,v){return new D.w({code:"connection-lost",host:k.name,step:f,message:`The connection to ${k.name} was lost.`,seen:ve(i),left:`"${f}" may still run on ${k.name}; it ends by itself within ${(0,oe.a3)(v)} of its start.`,hint:`When ${k.name} answers again, run the same command again.`,cause:i})}function Ge(k){return new D.w({code:"connections-closed",host:k.name,message:"The run is over, and has closed its connections."})}function ve(k){return k instanceof Error?k.message||String(k.code??k.name):String(k)}var Ie=H(7030),ut=H(9487);const Ke={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function Je(k,i){const f=k.typesFor(i.address,i.port);return Object.entries(Ke).sort(([x],[j])=>Number(f.includes(j))-Number(f.includes(x))).flatMap(([,x])=>[...x])}function ft(k,i,f){const v=k.judge(i.address,i.port,f),x=ue(i.address,i.port),j=`${x} ${ae(f)} ${f.toString("base64")}`,B=`${ae(f)} ${V(f)}`,W="The connection was refused before anything was sent; nothing was changed.",Y=`\`ssh-keygen -lf /etc/ssh/ssh_host_${Se(f)}_key.pub\` on ${i.name} itself`;switch(v.kind){case"known":return;case"revoked":return new D.w({code:"host-key-revoked",host:i.name,message:`${x} presented a key that known_hosts line ${v.line} revokes.`,seen:B,left:W,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new D.w({code:"host-key-mismatch",host:i.name,message:`${x} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${B}; known: ${v.known.map(({line:m,type:y,fingerprint:S})=>`${y} ${S} (line ${m})`).join(", ")}`,left:W,hint:`Compare with ${Y}. Only if it is the same: \`ssh-keygen -R '${x}' -f known_hosts\`, then add the line: ${j}`});case"unknown":return new D.w({code:"host-key-unknown",host:i.name,message:`known_hosts has no key for ${x}.${_e(v)}`,seen:B,left:W,hint:`Compare the fingerprint with ${Y}. Only if it is the same, add the line: ${j}`})}}function _e({authorities:k,unreadable:i}){const f=k.length>0?` Line ${k.join(", ")} names an authority; Buka takes plain keys only.`:"";return i.length>0?`${f} Not readable: line ${i.join(", ")}.`:f}function Se(k){const i=ae(k);return i==="ssh-rsa"?"rsa":i==="ssh-ed25519"?"ed25519":"ecdsa"}class xe{host;#e;#t=new Set;#n;constructor(i,f){this.host=i,this.#e=f,f.on("error",v=>this.#s(v)),f.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(i,f){const{login:v,knownHosts:x,through:j,signal:B}=f,W=j===void 0?nt(i):await j.forward(i),Y=()=>{W.destroy()};B.addEventListener("abort",Y),B.aborted&&Y();let m;const y={left:v.methods(i.user),accepted:[]},S={sock:W,username:i.user,algorithms:{serverHostKey:Je(x,i)},hostVerifier:q=>(m=ft(x,i,q),m===void 0),authHandler:(q,U,ee)=>{q!==null&&(y.accepted=q),ee(y.left.shift()??!1)},readyTimeout:f.connectTimeout,keepaliveInterval:f.keepalive,keepaliveCountMax:3},A=new ut.H,O=A.connect(S),P=A.connection;if(P===null)throw await O.then(()=>new Error("node-ssh made no client"));const F=new xe(i,P);try{return await O,F}catch(q){if(P.destroy(),B.aborted)throw Ge(i);const{accepted:U}=y;throw m??Ye({host:i,cause:q,tried:v.tried,accepted:U,timeout:f.connectTimeout})}finally{B.removeEventListener("abort",Y)}}get lost(){return this.#n}whenLost(i){return this.#n!==void 0?queueMicrotask(i):this.#t.add(i),()=>this.#t.delete(i)}exec(i){return this.#r(f=>this.#e.exec(i,f),f=>ke(this.host,f))}forward(i){return this.#r(f=>this.#e.forwardOut("127.0.0.1",0,i.address,i.port,f),f=>Re(this.host,i,f))}dial(i){return this.#r(f=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",i,f),f=>de(this.host,i,f))}async close(){this.#n===void 0&&(await new Promise(i=>{const f=setTimeout(i,1e3);this.whenLost(()=>{clearTimeout(f),i()}),this.#e.end()}),this.#e.destroy())}#r(i,f){return new Promise((v,x)=>{const j=this.whenLost(()=>x(f(this.lost)));try{i((B,W)=>{j(),B==null?v(W):x(f(this.lost??B))})}catch(B){j(),this.#s(B),x(f(B))}})}#s(i){if(this.#n===void 0){this.#n=i,this.#e.destroy();for(const f of this.#t)f();this.#t.clear()}}}function nt(k){return(0,Ie.connect)({host:k.address,port:k.port,noDelay:!0})}class fe{#e;#t;#n=[];#r=[];#s=[];#i=!1;#o;#a=0;constructor(i,f){this.#e=i,this.#t=f}get size(){return this.#a}get stdout(){const i=Buffer.concat(this.#n);return i.toString("utf8",0,Math.max(0,i.length-1))}get output(){if(this.#o!==0)return;const i=Buffer.concat(this.#r),f=i.lastIndexOf(`
`);return{status:Number(i.toString("latin1",f+1)),stdout:this.stdout,stderr:i.toString("utf8",0,Math.max(0,f))}}feed(i){this.#a+=i.length,this.#o===void 0?this.#d(i):this.#c(i)}#d(i){const f=i.lastIndexOf(`
`)+1,v=i.subarray(f);if(f===0){this.#s.push(v);return}const x=Buffer.concat([...this.#s,i.subarray(0,f)]);this.#s=[v];const j=x.indexOf(this.#e),B=j<0?x:x.subarray(0,j);if(this.#n.push(B),this.#l(B),j<0)return;const W=x.indexOf(`
`,j)+1;this.#o=Number(x.toString("latin1",j+this.#e.length,W)),this.#c(x.subarray(W)),this.#c(v)}#c(i){const f=i.subarray(0,this.#o);this.#r.push(f),this.#o=(this.#o??0)-f.length}#l(i){if(!(this.#t===void 0||i.length===0))for(const f of i.toString("utf8",0,i.length-1).split(`
`))this.#i&&this.#t(""),this.#i=f==="",f!==""&&this.#t(f)}}function st(k){if(k.status===0)return k;throw new D.w({code:"script-failed",message:`The script ended with status ${k.status}.`,seen:ce(k)})}function ce({stdout:k,stderr:i}){const f=i.trim()||k.trim();return f===""?void 0:f.split(`
`).slice(-10).join(`
`).slice(-2e3)}function Pe(k){return k.split(`
`).filter(i=>i!=="")}function Fe(k,i){const f=new Map(Pe(k).map(x=>{const j=x.indexOf("=");if(j<1)throw Ze(`Expected key=value, not ${JSON.stringify(x)}.`,k);return[x.slice(0,j),x.slice(j+1)]})),v=i.filter(x=>!f.has(x));if(v.length>0)throw Ze(`The answer lacks ${v.join(", ")}.`,k);return Object.fromEntries(i.map(x=>[x,f.get(x)]))}function rt(k,i){return Pe(k).map(f=>{const v=f.split("	");if(v.length!==i.length)throw Ze(`Expected ${i.length} columns, not ${JSON.stringify(f)}.`,k);return Object.fromEntries(i.map((x,j)=>[x,v[j]]))})}function Ze(k,i){return new D.w({code:"answer-unreadable",message:k,seen:i.slice(0,500)})}const Ve=5,Le=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${Ve} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,at=/^buka-lane (ready|unusable)$/;function ze(k,{payload:i,streamed:f}){const v=Buffer.from(["set -eu",i?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries(k.values).map(([Y,m])=>mt(k.name,Y,m)),k.text,""].join(`
`));if(v.includes(0))throw we(k.name,"the text");const x=(0,X.randomBytes)(16).toString("hex"),j=(k.deadline/1e3).toFixed(3),B=f?"bs=65536":"obs=65536",W=[x,j,v.length,B,...i?["last"]:[]].join(" ");return{token:x,bytes:Buffer.concat([Buffer.from(`${W}
`),v])}}function mt(k,i,f){if(f.includes("\0"))throw we(k,`"${i}"`);if(!f.isWellFormed())throw new D.w({code:"value-not-unicode",step:k,message:`"${i}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const v=Buffer.from(f).toString("base64");return`${i}=$(printf %s ${v} | base64 -d; echo .); ${i}=\${${i}%.}`}function we(k,i){return new D.w({code:"value-has-nul",step:k,message:`A NUL byte is in ${i}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const it=(0,oe.YA)(Ve+15),Ne=32e6,wt=[124,137];class pt{#e;#t;#n=Buffer.alloc(0);#r="";#s;#i=!1;#o;#a;#d=!1;constructor(i,f){this.#e=i,this.#t=setTimeout(()=>this.#h("The login shell did not start Buka\u2019s loop in time."),f),i.stdin.on("error",()=>{}),i.stdout.on("data",v=>this.#i?this.#u(v):this.#l(v)),i.stderr.on("data",v=>{this.#r=(this.#r+v).slice(-4e3)}),i.onClose(()=>{this.#i?this.close():this.#h(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#a===void 0&&!this.#d}run(i,{onLine:f,payload:v}={}){const x=ze(i,{payload:v!==void 0,streamed:f!==void 0}),j=performance.now();return v!==void 0&&(this.#d=!0),new Promise((B,W)=>{const Y=new fe(x.token,f),m=setTimeout(()=>S($t(i,Y)),(0,oe.Rz)(i.deadline+it)),y=()=>{clearTimeout(m),this.#o=void 0,v?.unpipe(this.#e.stdin).destroy()},S=P=>{y(),this.close(),W(P)},A=P=>{y(),performance.now()-j>=i.deadline&&wt.includes(P.status)?W(ct(i,P)):B(P)},O=this.#a??v?.errored;if(O){S(O);return}this.#o={script:i,answer:Y,finish:A,fail:S},this.#e.stdin.write(x.bytes),v?.on("error",S).pipe(this.#e.stdin)})}close(){this.#c(Xe())}#c(i){this.#a===void 0&&(this.#a=i,clearTimeout(this.#t),this.#e.destroy(),this.#o?.fail(i))}#l(i){this.#n=Buffer.concat([this.#n,i]);let f=0;for(let v=this.#n.indexOf(`
`);v>=0;v=this.#n.indexOf(`
`,f)){const x=this.#n.toString("latin1",f,v).match(at);if(f=v+1,x!==null){if(x[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#i=!0,this.#u(this.#n.subarray(f));return}}this.#n.length>Ne&&this.#h("The login shell talks without end.")}#u(i){if(this.#o===void 0)return;const{script:f,answer:v,finish:x,fail:j}=this.#o;try{v.feed(i)}catch(W){j(W);return}const{output:B}=v;B!==void 0?x(B):v.size>Ne&&j(gt(f))}#h(i){this.#c(new D.w({code:"shell-unusable",message:i,seen:ce({status:0,stdout:this.#n.toString("utf8"),stderr:this.#r}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function ct(k,i){return new D.w({code:"script-timeout",message:`It took longer than the ${(0,oe.a3)(k.deadline)} that it may take.`,seen:ce(i),left:"The host has ended it."})}function $t(k,{stdout:i}){return new D.w({code:"script-timeout",message:`The host told no end of it within ${(0,oe.a3)((0,oe.Rz)(k.deadline+it))}.`,seen:ce({status:0,stdout:i,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function gt({deadline:k}){return new D.w({code:"output-too-long",message:`It said more than ${Ne/1e6} MB.`,left:`The host ends it within ${(0,oe.a3)(k)} of its start.`})}function Xe(){return new D.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const te=8;class Me{#e;#t=[];#n=[];#r=0;#s=0;#i=te;constructor(i){this.#e=i}warm(){this.#c()}async run(i,f){const{payload:v}=f;v?.on("error",()=>{});const x=await this.#o();try{const j=x.run(i,f);return v!==void 0&&this.warm(),await j}finally{this.#a(x)}}#o(){for(let i=this.#t.pop();i!==void 0;i=this.#t.pop()){if(i.usable)return Promise.resolve(i);this.#r-=1}return new Promise((i,f)=>{this.#n.push({take:i,fail:f}),this.#d()})}#a(i){const f=i.usable?this.#n.shift():void 0;f!==void 0?f.take(i):i.usable?this.#t.push(i):this.#r-=1,this.#d()}#d(){this.#s<this.#n.length&&this.#c()}#c(){this.#r>=this.#i||(this.#r+=1,this.#s+=1,this.#e().then(i=>{this.#s-=1,this.#a(i)},i=>{this.#s-=1,this.#l(i)}))}#l(i){if(this.#r-=1,i instanceof D.w&&i.code==="session-refused"&&this.#r>0)this.#i=this.#r;else if(this.#r===0)for(const{fail:v}of this.#n.splice(0))v(i);else this.#n.shift()?.fail(i)}}class je{#e;#t;constructor(i,f){this.#e=i,this.#t=new Me(async()=>new pt(Be(i,await i.exec(Le)),f)),this.#t.warm()}get host(){return this.#e.host}async run(i,f={}){const v={host:this.host.name,step:i.name};try{return i.parse(await this.#t.run(i,f))}catch(x){const{lost:j}=this.#e;throw j!==void 0&&x instanceof D.w&&dt.has(x.code)?qe(this.host,j,i.name,i.deadline):x instanceof D.w?x.with(v):x}}}const dt=new Set(["lane-ended","shell-unusable","session-refused"]);function Be(k,i){return{stdin:i.stdin,stdout:i.stdout,stderr:i.stderr,onClose(f){const v=k.whenLost(f);i.once("close",()=>{v(),f()})},destroy:()=>i.destroy()}}class lt{#e;#t;#n;#r;#s=new Map;#i=new WeakMap;#o=new AbortController;constructor(i,{connectTimeout:f=(0,oe.YA)(15),keepalive:v=(0,oe.YA)(5)}={}){this.#e=new tt(i),this.#t=new le(i.knownHosts),this.#n=f,this.#r=v}async to(i){const f=await this.#a(i),v=this.#i.get(f);if(v!==void 0)return v;const x=new je(f,this.#n);return this.#i.set(f,x),x}async dial(i,f){return(await this.#a(i)).dial(f)}async close(){this.#o.abort();const f=(await Promise.allSettled(this.#s.values())).flatMap(x=>x.status==="fulfilled"?[x.value]:[]),v=f.filter(({host:x})=>x.jump!==void 0);await Promise.all(v.map(x=>x.close())),await Promise.all(f.map(x=>x.close()))}async#a(i){if(this.#o.signal.aborted)throw Ge(i);const f=kt(i),v=this.#s.get(f);if(v!==void 0){const j=await v;return j.lost===void 0?j:(this.#s.get(f)===v&&this.#s.delete(f),this.#a(i))}const x=this.#d(i);return this.#s.set(f,x),x.catch(()=>{this.#s.get(f)===x&&this.#s.delete(f)}),x}async#d(i){const f=i.jump===void 0?void 0:await this.#a(i.jump);return xe.open(i,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#r,through:f,signal:this.#o.signal})}}function kt({name:k,user:i,address:f,port:v,jump:x}){return JSON.stringify([k,i,f,v,x===void 0?null:kt(x)])}function ne({name:k,text:i,values:f={},deadline:v,parse:x}){const j=Object.keys(f).find(W=>!/^[a-z][a-z0-9_]*$/.test(W));if(j!==void 0)throw Ce(k,`${JSON.stringify(j)} can't be the name of a shell variable.`);if(!(v>0))throw Ce(k,`A deadline of ${v} ms is none.`);return{name:k,text:i,values:f,deadline:v,parse:x??(W=>{st(W)})}}const Ce=(k,i)=>new D.w({code:"script-unsound",step:k,message:i})}),9:((Bt,We,H)=>{H.d(We,{XC:()=>E,HA:()=>y,gg:()=>Qr,oj:()=>Qe,Qc:()=>an,wU:()=>jt,D8:()=>Ut,repair:()=>to,dU:()=>eo,vl:()=>G,IP:()=>S,h5:()=>fo,cr:()=>Ue,yS:()=>wo});const G=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,he={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var _=H(3916),R=H(1021);function oe(t,e,n){const r=K(t,e),s=n.entries.filter(({event:a,release:c,contract:h=[]})=>a==="migrated"&&(h.includes(e)||r.has(c)));return!s.some(({contract:a=[]})=>a.includes(e))||s.some(({at:a})=>X(a,n.restores))}function Z(t,{migrations:e}){const n=D(t),r=n.restores.at(-1);return r===void 0?[]:e.filter(s=>{const o=K(t,s),a=n.entries.filter(({event:h,release:$,contract:g=[]})=>h!=="restored"&&(o.has($)||g.includes(s))),c=a.filter(({event:h,at:$})=>h==="migrated"||$<=r.recoveryPoint);return a.length>0&&!c.some(({at:h})=>X(h,n.restores))})}const K=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function D(t){const e=t.flatMap(({history:r})=>r),n=e.flatMap(({event:r,at:s,recoveryPoint:o})=>r==="restored"&&o!==void 0?[{at:s,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((r,s)=>r.at.getTime()-s.at.getTime())}}function X(t,e,n){if(n!==void 0&&t>n)return!1;const r=e.findLastIndex(({at:o})=>n===void 0||o<=n),s=e[r];return s===void 0||t>s.at?!0:X(t,e.slice(0,r),s.recoveryPoint)}function le({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),r=ue(n),s=e??(0,R.Dp)(n,r);if(s===void 0)throw V([...t],r);const o=n.flatMap(a=>a.staged).find(a=>a.id===s);return{kind:"rollback",id:s,migrations:o?.migrations??[]}}function ue(t){const e=r=>Math.max(0,...t.flatMap(({history:s})=>s).filter(({event:s,release:o})=>s==="activated"&&o===r).map(({at:s})=>s.getTime()));return[...new Set(t.flatMap(r=>r.active??[]))].sort((r,s)=>e(s)-e(r))[0]}function V(t,e){const n=t.map(([r,{releases:s}])=>{const o=s.staged.map(({id:a,good:c})=>`${a}${c?" (good)":""}`).join(", ");return`
  - ${r}: ${o||"none"}`});return new _.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function ae(t,e){const n=new Set(e.migrations),r=D(t),s=new Map;for(const{migration:o,release:a}of t.flatMap(De))n.has(o)||s.has(o)||oe(t,o,r)&&s.set(o,a);return[...s].map(([o,a])=>({migration:o,release:a}))}function De({staged:t,active:e,history:n}){const r=n.flatMap(({release:a,contract:c=[]})=>c.map(h=>({migration:h,release:a}))),s=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),o=t.filter(({id:a,good:c})=>c||a===e||s.has(a)).flatMap(({id:a,contractMigrations:c=[]})=>c.map(h=>({migration:h,release:a})));return[...r,...o]}function ge({workers:t},e){const n=Ae(t),r=ae(n,e);if(r.length===0)return;const[s,o]=r.length===1?["it","a migration"]:["them","migrations"],a=r.map(({migration:$})=>$).join(", "),c=r.map(({migration:$,release:g})=>`release ${g} ran ${$}`).join(", "),h=`The only other way is to restore the database from a backup made before ${s}, as docs/restore.md tells: all that customers did since then would be lost.`;return new _.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${c}; ${e.id} does not list ${s}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${ie(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${h}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${r[0]?.release}. Was ${s} renamed or taken out? A file of the old name must stay. ${h}`})}function ie(t,e){const n=(0,R.Dp)(t,ue(t));return n===void 0||n===e.id||ae(t,Q(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const et=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function tt({workers:t},e,n){const r=Ae(t),s=Q(r,n);return(e?.contractMigrations?.filter(a=>!s.migrations.includes(a))??[]).length===0&&ae(r,s).length===0}const Q=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ae=t=>[...t.values()].flatMap(e=>e instanceof _.w?[]:[e.releases]);function Ue(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const r=Z(t,Q(t,n));return r.length===0?[]:[{release:n,migrations:r,backTo:Ye(t,n)}]})}function Ye(t,e){const n=(0,R.Dp)(t,e);if(n===void 0)return;const r=Q(t,n);return ae(t,r).length===0&&Z(t,r).length===0?n:Ye(t,n)}var Oe=H(7598),M=H(1996);const Re=(0,M.YA)(45),de=(0,M.YA)(5);var ke=H(1916);const qe="Nothing was changed.";function Ge(t,e,n,r){const{host:s,masterSocket:o,service:a,step:c}=r,h=r.worker??"the worker",$=`As root on ${s.name}: EXTRAOPTS="-S ${o},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${s.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,g=`~/.buka/${a}/${h}`,T=ve({give:$,mark:g,host:s,masterSocket:o,worker:h});if(t==="unknown-name")return Ie(n,r);const N=T[t]??{message:"The load balancer refused."};return new _.w({message:"",left:qe,...N,code:t,host:s.name,step:c,...e!==""&&{seen:e}})}function ve({give:t,mark:e,host:n,masterSocket:r,worker:s}){const o=`Look at the guard's log, ${e}/guard.log on ${n.name}, and run it again.`,a=`${s} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${n.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${a} If it was drained, its guard keeps it so.`,hint:`On ${n.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${r}; without it, requests of a process that a reload left behind can't be seen.`,hint:t},"socket-denied":{message:`${n.user} may not use HAProxy's master socket.`,hint:t},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${n.user} can't be written.`,hint:`On ${n.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${s} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${n.name}; then run it again.`},"last-server":{message:`${s} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${s} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${s} has passed no check since it was drained; it would get traffic unchecked.`,left:`${s} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${s}.`,left:`${s} may be in rotation in one process and not in another.`,hint:o},superseded:{message:`This run no longer holds ${s} out of rotation: something else readmitted it, or its lease ran out.`,left:`${s} is in rotation, or its guard readmits it when it is fit.`,hint:o},"lease-busy":{message:`The lease of ${s} could not be renewed: something has held its lock for 3 s.`,left:a,hint:`On ${n.name}: \`fuser ${e}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${n.user} leaves behind, so nothing would readmit ${s} if this run died.`,hint:`As root on ${n.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${n.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${s} was readmitted, but HAProxy does not see it up.`,left:`${s} is ready: it gets traffic as soon as its check passes.`,hint:`On ${n.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Ie({missing:t,unreadable:e,backendNames:n,serverNames:r},{host:s,step:o}){const a=e.find(({old:$})=>!$)?.backend,c=($,g,T,N,I)=>new _.w({code:$,message:g,host:s.name,step:o,seen:N.length>0?`known there: ${N.join(", ")}`:"none is known there",left:qe,hint:`Correct ${I} in buka.yml${ut(T,N)}.`});if(a!==void 0&&!n.includes(a)){const $=`HAProxy has no backend ${a}.`;return c("unknown-backend",$,a,n,"`load-balancers: backend:`")}const h=t[0];if(h!==void 0){const{backend:$,server:g}=h,T=r.filter(I=>I.backend===$).map(I=>I.server),N=`HAProxy has no server ${g} in backend ${$}.`;return c("unknown-server",N,g,T,"the worker's name under `load-balancers: servers:`")}return new _.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${a??""}.`,host:s.name,step:o,left:qe,hint:`On ${s.name}: \`systemctl status haproxy\`, then run it again.`})}function ut(t,e){const[n]=[...e].sort((r,s)=>(0,ke.Io)(t,r)-(0,ke.Io)(t,s));return n!==void 0&&(0,ke.Io)(t,n)<=Math.max(2,t.length/3)?`: ${n} is the nearest`:""}const Ke=39,Je=24,ft=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function _e(t){const e=t.split(`
`).map(o=>o.split(" ")),n=(o,a)=>e.filter(c=>c[0]===o&&c.length>=a).map(c=>c.slice(1)),r=([o="",a=""])=>({backend:o,server:a}),s=n("name",2);return{processes:n("pids",1).at(-1)??[],servers:n("server",12).map(Se),missing:n("missing",3).map(r),unreadable:n("unreadable",4).map(([o="",a,c=""])=>({process:o,old:a==="old",backend:c})),backendNames:s.filter(o=>o.length===1).map(([o=""])=>o),serverNames:s.filter(o=>o.length===2).map(r),traffic:n("traffic",8).map(([,o="",a="",...c])=>{const[h=0,$=0,g=0,T=0]=c.map(Number);return{backend:o,server:a,responses:h,serverErrors:$,failed:g,ttime:T}}),marks:new Map(n("mark",4).map(([o="",a,c,...h])=>[o,{processes:new Set(h.filter(Boolean)),lease:{left:(0,M.Rz)(Number(a)*10),alive:c==="alive"}}]))}}function Se(t){const[e="",n,r="",s="",o,a,,c,h,$,...g]=t;return{process:e,old:n==="old",backend:r,server:s,admin:Number(o),checking:Number(a),inFlight:Number(c),tracks:h!=="-",check:$==="-"?void 0:$,status:g.join(" ")}}function xe({admin:t}){return t&Ke?"maintenance":t&Je?"drain":"ready"}function nt(t){return t.tracks?/^(UP|DRAIN)$/.test(t.status)?"passed":fe(t.status):(t.checking&6)!==6||t.check===void 0||t.check==="INI"?"unchecked":ft.has(t.check)?fe(t.status,"passed"):"failed"}function fe(t,e="unchecked"){return t.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(t)?"unchecked":e}function st(t){return xe(t)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(t.status)}var ce=H(8522);const Pe=String.raw`
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
`,Fe=String.raw`
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
`,rt=String.raw`
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
`,Ze=String.raw`
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
`,Ve=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${Ze}'
${rt}
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
`,ot=45,me=t=>t.replace(/^ *(# .*)?\n?/gm,""),at=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,ce.gzipSync)(me(Ve+Pe+Fe),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,ze=at+me(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),mt=String.raw`
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
`,we=String.raw`
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
`,it=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,Ne=String.raw`
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
`,wt=String.raw`
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
`,pt=String.raw`
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
`,ct=String.raw`
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
`;function $t(t,e){return{name:"observe the load balancer",text:me(Ve+mt),values:{service:t.service,socket:t.masterSocket,workers:t.targets.map(({worker:n})=>n).join(`
`),...je(t.targets.flatMap(n=>n.servers))},deadline:(0,M.YA)(ot),parse:e}}function gt(t,e){return{name:"renew the leases",text:me(rt+pt),values:{service:t.service,workers:t.workers.join(`
`),lease:Me(t.lease)},deadline:(0,M.YA)(ot),parse:e}}const Xe={drain:ze+me(we),maintain:ze+me(it),check:ze+me(Ne),readmit:ze+me(wt),revive:at+me(ct)};function te(t,e,{deadline:n,lease:r,step:s},o){return{name:`${t} ${e.worker}`,text:Xe[t],values:{service:e.service,worker:e.worker,socket:e.masterSocket,deadline:Me(n),lease:Me(r),sender:s.process,this_step:String(s.number),...je(e.servers)},deadline:(0,M.Rz)(n+(0,M.YA)(ot)),parse:o}}const Me=t=>String(Math.ceil(t/10));function je(t){return{targets:t.map(({backend:e,server:n})=>`${e} ${n}`).join(`
`),backends:[...new Set(t.map(({backend:e})=>e))].join(" ")}}function dt(t,e,n){return{host:t,processes:e.processes.length,workers:new Map(n.map(r=>[r.worker,Be(e,r)]))}}function Be(t,{worker:e,servers:n}){const r=t.servers.filter(c=>n.some(({backend:h,server:$})=>h===c.backend&&$===c.server)),s=r.filter(({old:c})=>!c),o=t.marks.get(e),a=s.some(c=>xe(c)!=="ready"&&o?.processes.has(c.process)===!0);return{worker:e,servers:n.map(({backend:c,server:h})=>lt(r.filter($=>$.backend===c&&$.server===h),t.traffic.filter($=>$.backend===c&&$.server===h))),inRotation:s.length>0&&s.every(st),drainedByBuka:a,lease:a?o?.lease:void 0}}function lt(t,e){const[n]=t.filter(({old:r})=>!r);if(n===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:n.backend,server:n.server,admin:xe(n),check:nt(n),status:n.status,inFlight:t.reduce((r,{inFlight:s})=>r+s,0),traffic:kt(e)}}function kt(t){const e=s=>t.reduce((o,a)=>o+s(a),0),n=({responses:s})=>Math.min(s,1024),r=e(n);return{responses:e(({responses:s})=>s),serverErrors:e(({serverErrors:s})=>s),failed:e(({failed:s})=>s),meanTime:r===0?void 0:(0,M.Rz)(e(s=>s.ttime*n(s))/r)}}const ne=new WeakMap,Ce={process:(0,Oe.randomUUID)(),number:0};class k{cluster;host;remote;lease;#e;constructor(e,n,r,s=Re){this.cluster=e,this.host=n,this.remote=r,this.lease=s,this.#e=new Map(e.workers.hosts.map(o=>[o.name,f(e,o.name)]))}async observe(){const e=[...this.#e.values()],n={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:e};return this.remote.run($t(n,r=>dt(this.host,_e(this.#i(r,"observe")),e)))}async drain(e,{deadline:n,onProgress:r}){const s=$=>{const[g,...T]=this.#s($,"drain",e,["drained","still"]),[N=0,I=0,C=0]=T.map(Number);return g==="drained"?{kind:g,waited:(0,M.Rz)(N)}:{kind:"still-in-flight",inFlight:N,unreadable:I,waited:(0,M.Rz)(C)}},{promise:o,resolve:a}=Promise.withResolvers(),c=this.remote.run(this.#n("drain",e,n,s),{onLine:$=>{a();const g=/^progress (\d+)$/.exec($);g&&r?.(Number(g[1]))}}),h=ne.get(this.remote)??new Map;return ne.set(this.remote,h.set(e,Promise.race([o,c.catch(()=>{})]))),c}async maintain(e,{deadline:n=(0,M.YA)(10)}={}){return this.remote.run(this.#n("maintain",e,n,r=>({cut:Number(this.#s(r,"maintain",e,["cut"])[1])})))}async check(e,{deadline:n}){const r=s=>{const[o,a="",...c]=this.#s(s,"check",e,["passed","failed"]),h=a.startsWith("no")?"no check is configured; ":"";return{passed:o==="passed",seen:h+c.join(" ")}};return this.remote.run(this.#n("check",e,n,r))}async readmit(e){await ne.get(this.remote)?.get(e),await this.remote.run(this.#n("readmit",e,(0,M.YA)(5),n=>{this.#s(n,"readmit",e,["readmitted"])}))}async renew(e){const n={service:this.cluster.service,workers:e,lease:this.lease},r=await this.remote.run(gt(n,c=>i(this.#i(c,"renew")))),s=c=>r.filter(([h])=>h===c).map(([,h=""])=>h),o=await Promise.all(s("unguarded").map(async c=>({worker:c,held:await this.#t(c)}))),[a]=s("busy");if(a!==void 0)throw this.#o("lease-busy","",{worker:a,step:"renew"});return[...new Set([...s("lost"),...o.filter(({held:c})=>!c).map(({worker:c})=>c)])]}async#t(e){const n=r=>this.#s(r,"renew",e,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",e,(0,M.YA)(5),n))}#n(e,n,r,s){return Ce.number+=1,te(e,this.#r(n),{deadline:r,lease:this.lease,step:Ce},s)}#r(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`${e} is no worker of ${this.cluster.service}`);return n}#s(e,n,r,s){const a=(this.#i(e,n,r).trimEnd().split(`
`).at(-1)??"").split(" ");if(!s.includes(a[0]??""))throw this.#a(e,n);return a}#i(e,n,r){if(e.status===0)return e.stdout;const s=/^error (\S+) ?(.*)$/m.exec(e.stdout);if(s===null)throw this.#a(e,n);const[,o="",a=""]=s;throw this.#o(o,a,{worker:r,step:n,facts:_e(e.stdout)})}#o(e,n,{facts:r=_e(""),worker:s,step:o}){const{service:a,loadBalancers:c}=this.cluster,h={host:this.host,masterSocket:c.masterSocket,service:a,worker:s,step:o};return Ge(e,n,r,h)}#a({status:e,stdout:n,stderr:r},s){return new _.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${e}.`,host:this.host.name,step:s,seen:(r.trim()||n.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const i=t=>t.split(`
`).filter(Boolean).map(e=>e.split(" "));function f({service:t,loadBalancers:e},n){const{backends:r,masterSocket:s}=e,o=e.servers.get(n)??n;for(const a of[...r,o])if(!/^[A-Za-z0-9_.:-]+$/.test(a))throw v("name of a backend or server",a);if(!/^\/[A-Za-z0-9_./-]+$/.test(s))throw v("path of a socket",s);return{service:t,worker:n,masterSocket:s,servers:r.map(a=>({backend:a,server:o}))}}const v=(t,e)=>new _.j({code:"unusable-name",message:`${JSON.stringify(e)} can't be the ${t} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function x(t,e,n,r=Re){if(t.loadBalancers.kind==="haproxy")return new k(t,e,n,r)}async function j(t,e){return x(t.cluster,e,await t.remote(e))}const B=(t,e)=>j(t,m(t.cluster.loadBalancers.hosts,e)),W=(t,e)=>t.remote(m(t.cluster.workers.hosts,e));function Y(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function m(t,e){const n=t.find(r=>r.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function y(t,e){const n=await Promise.all(t.map(async r=>{try{return[r.name,await e(r)]}catch(s){if(s instanceof _.w)return[r.name,s.with({host:r.name})];throw s}}));return new Map(n)}function S(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof _.w)),failures:e.flatMap(([,n])=>n instanceof _.w?[n]:[])}}const A=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),O=t=>t instanceof _.w&&A.has(t.code),P=t=>O(t)||t instanceof _.w&&t.code==="load-balancer-down";var F=H(8161);const q=(0,M.YA)(5);class U{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw ee()}orLeave(e){return this.#n(e,0,()=>ee())}orHurry(e){return this.#n(e,q,()=>(this.#t=!0,ee()))}#n(e,n,r){return new Promise((s,o)=>{let a;const c=()=>{a=setTimeout(()=>o(r()),n)},h=()=>{clearTimeout(a),this.#e.removeEventListener("abort",c)};e.finally(h).then(s,o),this.requested?c():this.#e.addEventListener("abort",c,{once:!0})})}}const ee=()=>new _.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var J=H(6259);const Te=(0,M.YA)(30),ht=String.raw`
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
`,xt=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,Jt=String.raw`${ht}${xt}
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
`,_t=({run:t,...e})=>JSON.stringify({run:t,...e}),Ct=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function Zt(t,e,n){return{name:"lock",text:Jt,values:{root:t,owner:e,ttl:String(Te/1e3),after:n===void 0?"":Ct(n)},deadline:(0,M.YA)(30),parse(r){const{outcome:s,found:o}=(0,J.OA)((0,J.gq)(r).stdout,["outcome","found"]),a=bt(o);return s==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:s==="taken"?a?.owner:void 0}}}}const Vt=`${ht}${xt}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function Xt(t,e){return{name:"renew lock",text:Vt,values:{root:t,owner:e,ttl:String(Te/1e3)},deadline:(0,M.YA)(15),parse(n){const{stdout:r}=(0,J.gq)(n);return/^lost=$/m.test(r)?{lost:bt((0,J.OA)(r,["found"]).found)}:"renewed"}}}const Nt=`${xt}
if ours; then rm -f -- "$root/lock"; fi
`,Ht=`${ht}${xt}
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
`;function Qt(t,e){return{name:"lock release",text:Ht,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":Ct(e)},deadline:(0,M.YA)(15),parse(n){const{outcome:r,found:s}=(0,J.OA)((0,J.gq)(n).stdout,["outcome","found"]),o=bt(s);return r==="held"&&o?{kind:"held",lock:o}:{kind:r==="removed"?"removed":"free",lock:o}}}}function en(t){return{name:"lock status",text:`${ht}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,M.YA)(15),parse:e=>bt((0,J.OA)((0,J.gq)(e).stdout,["found"]).found)}}function tn(t,e){return{name:"unlock",text:Nt,values:{root:t,owner:e,ttl:"0"},deadline:(0,M.YA)(15),parse:n=>{(0,J.gq)(n)}}}const yt=75,Mt=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${yt}
`;function bt(t){const[,e,n,r,s=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=a=>(0,M.Rz)(a*1e3);return{owner:nn(s),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(r)),silent:o(Math.max(0,Te/1e3-Number(r)))}}function nn(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=s=>typeof e[s]=="string"?e[s]:void 0,{pid:r}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof r=="number"?r:0}}function vt({by:t,url:e,machine:n,run:r}){return`${t} (${e??`run ${r}`}), on ${n}`}function sn(t,{owner:e,age:n,silent:r},s){return new _.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,M.a3)(s)} were not enough.`,seen:`held by ${vt(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(r)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,M.a3)(Te)} after its last sign of life; \`buka lock status\` shows it.`})}function Tt(t,e){return new _.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${vt(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function Wt(t,e){return new _.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,M.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,M.a3)(Te)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const At=(0,M.YA)(10),Dt=(0,M.YA)(3);class d{context;clock;owner;#e;#t;#n;#r=!1;constructor(e,n,r,s,o){this.context=e,this.clock=n,this.owner=s,this.#e=new Map(r.map(a=>[a.name,{host:a,renewedAt:o}])),this.#t=setInterval(()=>{for(const a of this.#e.values())this.#a(a)},de),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(s=>this.#o(s))),this.#n!==void 0)throw this.#n;const r=n.find(s=>!this.#i(s));if(r!==void 0)throw r.failure??Wt(r.host.name,At)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#t);const e=[...this.#e.values()];await u(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#i({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=At}async#o(e){for(let n=0;n<2&&this.#n===void 0&&!this.#i(e);n+=1)await w(At,this.#a(e))}#a(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:r,cluster:s}=this.context,o=this.clock.now().getTime();try{const c=await(await this.context.remote(e.host)).run(Xt(s.workers.root,this.owner));if(!this.#c(n))return;c==="renewed"?(e.renewedAt=o,e.failure!==void 0&&r.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=Tt(n,c.lost)}catch(a){e.failure===void 0&&this.#c(n)&&r.warning(l(n,a)),e.failure=a}}#c(e){return!this.#r&&this.#e.has(e)}}function l(t,e){const n=e instanceof _.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,M.a3)(Te)} unless it can be. ${n}`}async function u(t,e,n){const{root:r}=t.cluster.workers;await Promise.all(e.map(async({host:s,renewing:o})=>{const a=async()=>(await t.remote(s)).run(tn(r,n)),c=await w(Dt,Promise.all([a(),o]).then(()=>"none",$=>$));if(c==="none")return;if(c!==void 0&&!(c instanceof _.w))throw c;const h=c?.failure.message??`It did not answer within ${(0,M.a3)(Dt)}.`;t.reporter.warning(`${s.name}: the lock could not be given back; it expires by itself within ${(0,M.a3)(Te)}. ${h}`)}))}async function w(t,e){let n;const r=new Promise(s=>{n=setTimeout(()=>s(void 0),t)});try{return await Promise.race([e,r])}finally{clearTimeout(n)}}const p=(0,M.YA)(2),b=(0,M.YA)(15);async function E(t,{after:e}={}){const n=t.clock??he,r=new U(t.signal),s=[...t.cluster.workers.hosts].sort((N,I)=>N.name<I.name?-1:1),{id:o,by:a,url:c}=t.run,h=_t({run:o,by:a,url:c,machine:(0,F.hostname)(),pid:process.pid}),{lockTimeout:$}=t.cluster.rollout,g=n.now().getTime()+$;let T=0;try{for(;;){r.check();const N=n.now().getTime(),I=await se(t,s,h,e);if(I===void 0)return new d(t,n,s,h,N);const C=n.now().getTime();if(C>=g)throw sn(I.worker,I.by,$);if(C-T>=b){T=C;const re=(0,M.a3)((0,M.Rz)(g-C)),ye=`waiting for ${vt(I.by.owner)}; ${re} left`;t.reporter.step({host:I.worker,name:"lock",state:"progress",detail:ye})}await r.orLeave(L(n,(0,M.Rz)(g-C)))}}catch(N){throw N instanceof _.w?N.with({step:"lock",left:"Nothing was changed."}):N}}const L=(t,e)=>t.sleep((0,M.Rz)(Math.min(e,p*(1+Math.random()/2))));async function se(t,[e,...n],r,s){const{root:o}=t.cluster.workers,a=[],c=async h=>{const $=await t.remote(h);return a.push({host:h}),{worker:h.name,answer:await $.run(Zt(o,r,s))}};try{const h=e===void 0?[]:[await c(e)];if(h[0]?.answer.kind==="acquired"){const $=await Promise.allSettled(n.map(c)),g=$.find(T=>T.status==="rejected");if(g)throw g.reason;h.push(...$.flatMap(T=>T.status==="fulfilled"?[T.value]:[]))}for(const{worker:$,answer:g}of h)if(g.kind==="held")return await u(t,a,r),{worker:$,by:g.by};for(const{worker:$,answer:g}of h)g.kind==="acquired"&&pe(t,$,g.from,s);return}catch(h){throw await u(t,a,r),h}}function pe({reporter:t},e,n,r){n!==void 0&&(n.run===r?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${vt(n)}, which stopped renewing it.`))}async function Qe(t){const{root:e}=t.cluster.workers,{answers:n,failures:r}=await $e(t,en(e));return{locks:n.map(([s,o])=>({worker:s,lock:o})),failures:r}}async function jt(t,e){const{root:n}=t.cluster.workers,{answers:r,failures:s}=await $e(t,Qt(n,e));return{released:r.flatMap(([o,a])=>a.kind==="removed"?[{worker:o,lock:a.lock}]:[]),failures:[...r.flatMap(([o,a])=>a.kind==="held"?[Et(o,a.lock,e)]:[]),...s]}}const $e=async({cluster:t,remote:e},n)=>S(await y(t.workers.hosts,async r=>(await e(r)).run(n)));function Et(t,{owner:e,age:n,silent:r},s){return new _.w({code:"lock-held",host:t,step:"lock release",message:s===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${s}, so it stays.`,seen:`held by ${vt(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(r)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}async function Ut(t){const{hosts:e,root:n}=t.cluster.workers,r=await y(e,async a=>(await t.remote(a)).run((0,R.vN)(n))),{answers:s,failures:o}=S(r);return{...rn(s,e.length),failures:o}}function rn(t,e){const r=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:a})=>a)))].map(o=>Ee(o,t,e)),s=t.map(([,o])=>o);return{releases:r.sort((o,a)=>a.stagedAt.getTime()-o.stagedAt.getTime()),history:es(t),rollbackTo:t.length===e?(0,R.Dp)(s,ue(s)):void 0}}function Ee(t,e,n){const r=e.flatMap(([a,{staged:c}])=>c.filter(h=>h.id===t).map(h=>({worker:a,release:h}))),[s]=r,o=r.map(({worker:a})=>a);return{id:t,commit:s?.release.commit,stagedAt:new Date(Math.min(...r.map(({release:a})=>a.stagedAt.getTime()))),migrations:s?.release.migrations??[],contractMigrations:s?.release.contractMigrations??[],crossed:ae(e.map(([,a])=>a),s?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:r.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:o.length===n}}function es(t){const e=t.flatMap(([s,{history:o}])=>o.map(a=>({worker:s,entry:a}))).sort((s,o)=>s.entry.at.getTime()-o.entry.at.getTime()),n=[],r=new Map;for(const{worker:s,entry:o}of e){const a=JSON.stringify([o.event,o.release,o.by,o.contract]),c=r.get(a);if(c&&!c.workers.includes(s))c.workers.push(s);else{const h={...o,workers:[s]};n.push(h),r.set(a,h)}}return n.reverse()}function on(t,e){const[n,...r]=t;return n!==void 0&&r.length===0?n:new _.w({...e,seen:t.map(({message:s})=>`
  - ${s.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function Rt(t,e,n){const r=await Promise.allSettled(t.map(e)),s=r.flatMap(a=>a.status==="rejected"?[a.reason]:[]),o=s.find(a=>!(a instanceof _.w));if(o!==void 0)throw o;if(s.length>0)throw on(s,n);return r.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const an=String.raw`
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
`,cn=String.raw`
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
`,ts=t=>({name:"look at the process",text:`${cn}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,M.YA)(15),parse:e=>(0,J.OA)((0,J.gq)(e).stdout,["pid"]).pid});async function ns({context:t,journal:e}){const{unit:n}=t.cluster.workers;await Rt([...e.processes].filter(([r])=>!e.missed.includes(r)),async([r,s])=>{const o=await ss(t,r);if(o!==void 0&&o!==s)throw rs(r,n,s,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function ss(t,e){try{return await(await W(t,e)).run(ts(t.cluster.workers.unit))}catch(n){if(O(n))return;throw n}}const rs=(t,e,n,r)=>new _.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${r==="0"?"none runs now":`systemd has started it again as ${r}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),os=(0,M.YA)(1),as=(0,M.YA)(30);async function dn(t,e){const{clock:n,journal:r,context:s,leases:o,cancellation:a}=t,{reporter:c,cluster:h}=s,{worker:$,drainOn:g}=e;a.check(),r.at($,"drainStarted",n.now()),c.step({host:$,name:"drain",state:"started",detail:`on ${g.join(", ")||"none"}`}),o.hold($,g);const[T,N]=await a.orLeave(fn([is(t,e),cs(t,e,h.rollout.drainTimeout)])),I=T.some(({kind:be})=>be==="still-in-flight");if(I&&h.rollout.onDrainTimeout==="fail")throw us($,T,h.rollout);const C=I?{deadline:os}:{},re=await Yt(t,e,"drain",be=>be.maintain($,C)),ye=[...N,...re.map(be=>be.cut)].reduce((be,Lt)=>be+Lt,0);r.cut+=ye,r.at($,"drained",n.now()),ye>0&&c.warning(`${$}: ${ye} requests were still in flight after the drain timeout, and are cut.`),c.step({host:$,name:"drained",state:"done",detail:ye>0?`${ye} cut`:void 0})}function is(t,e){const{reporter:n,cluster:r}=t.context,{worker:s}=e,{drainTimeout:o,onDrainTimeout:a}=r.rollout,c=new Map,h=()=>{const $=[...c.values()].reduce((g,T)=>g+T,0);n.step({host:s,name:"drain",state:"progress",detail:`${$} in flight`})};return Yt(t,e,"drain",async($,g)=>{const T=N=>{c.set(g,N),h()};for(;;){t.cancellation.check();const N=await $.drain(s,{deadline:o,onProgress:T});if(N.kind==="drained"||a!=="wait")return N;const I=(0,M.a3)(o);n.info(`${s}: ${N.inFlight} requests in flight on ${g} after ${I}; waiting on, as on-drain-timeout says.`)}})}async function cs(t,{worker:e,leaveOn:n},r){const{clock:s}=t,o=s.now().getTime()+r;return Yt(t,{worker:e,drainOn:n},"drain",async a=>{for(let c=0;;){const $=((await a.observe()).workers.get(e)?.servers??[]).reduce((g,{inFlight:T})=>g+T,0);if(c=$===0?c+1:0,c===2||s.now().getTime()>=o||t.cancellation.requested)return $;await s.sleep((0,M.Rz)(500))}})}async function ln(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout,s=(0,M.Rz)(r+as);await un(t,e,"check",async(o,a)=>{const{passed:c,seen:h}=await o.check(n,{deadline:s}).catch(ls);if(!c)throw new _.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:h,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function ds(t,e){await un(t,e,"drain",n=>n.maintain(e.worker))}function ls(t){if(t instanceof _.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function hn(t,e){const{context:n,clock:r,journal:s,leases:o}=t,{worker:a}=e;await fn([un(t,e,"readmit",c=>c.readmit(a)),hs(t)]),o.letGo(a),s.at(a,"readmitted",r.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function An(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout;try{await Yt(t,e,"readmit",async s=>{try{await s.readmit(n)}catch(o){if(!(o instanceof _.w&&o.code==="not-checked"))throw o;await s.check(n,{deadline:r}),await s.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function hs(t){const{context:e,journal:n}=t,r=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:s})=>{try{return[[s,await(await B(e,s)).observe()]]}catch(o){if(P(o))return[];throw o}}));n.views=new Map(r.flat())}async function Yt(t,{worker:e,drainOn:n},r,s){return await t.lock.confirm(e),fn(n.map(o=>On(t,o,r,s)))}async function un(t,{worker:e,drainOn:n},r,s){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(g=>On(t,g,r,s)))).flatMap((g,T)=>g.status==="rejected"?[{host:n[T],error:g.reason}]:[]),c=a.filter(({error:g})=>P(g)),[h]=a.filter(({error:g})=>!P(g));for(const{host:g,error:T}of c)t.journal.lost.set(g,T);if(h)throw h.error;const[$]=c;if($&&c.length===n.length)throw $.error}async function On({context:t},e,n,r){const s=async()=>r(await B(t,e),e);try{return await s().catch(o=>{if(o instanceof _.w&&o.code==="connection-lost")return s();throw o})}catch(o){throw o instanceof _.w?o.with({host:e,step:n}):o}}async function fn(t){return await Promise.allSettled(t),Promise.all(t)}function us(t,e,{drainTimeout:n}){const r=e.reduce((s,o)=>s+(o.kind==="still-in-flight"?o.inFlight:0),0);return new _.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,M.a3)(n)}.`,seen:`${r} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const fs=(0,M.Gx)(2),ms="restarted",ws=String.raw`${Mt}${an}${cn}
${R.td}
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
`;function ps(t,e){const{root:n,unit:r,port:s,health:o}=t,{id:a,owner:c,startTimeout:h,healthyAfter:$,steady:g}=e;return{name:`switch to ${a}`,text:ws,values:{root:n,unit:r,port:String(s),health:o,id:a,owner:c,healthy_after:String($),start_timeout:String(Math.ceil(h/10)),steady:String(Math.ceil(g/10))},deadline:(0,M.Rz)(h+g+fs),parse:$s}}function $s(t){if(t.status===yt)throw Tt(void 0,void 0);const e=(0,J.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),r=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),s=(0,J.OA)(r,["end","answer","state","folder","pid"]);return{...s,end:s.end,log:n}}function gs(t,e,{id:n,startTimeout:r}){const{unit:s,port:o,health:a,root:c}=t,{end:h,answer:$,state:g,folder:T,log:N}=e,I=N.length>0?`; the end of its log:
${N.join(`
`)}`:"",C=$==="000"?"nothing":$,re=`On the host: \`journalctl -u ${s} -n 50\`.`;switch(h){case"healthy":return;case"restart-failed":return new _.w({code:"restart-failed",message:`systemd could not start ${s} with ${n}.`,seen:`${g}${I}`,hint:re});case"crashed":return new _.w({code:"app-crashed",message:`${n} started and died.`,seen:`${g}${I}`,hint:re});case"unhealthy":return new _.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,M.a3)(r)}.`,seen:`GET http://127.0.0.1:${o}${a} answered ${C}; ${g}${I}`,hint:`${re} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new _.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:T===""?"where the process runs can\u2019t be told":`the process of ${s} runs in ${T}`,hint:`\`systemctl cat ${s}\` on the host: WorkingDirectory must be ${c}/current.`})}}async function _n(t,e,{to:n,from:r,event:s,steady:o}){const{context:a,clock:c,journal:h,lock:$}=t,{workers:g,rollout:T}=a.cluster,{worker:N}=e,I=await W(a,N),{startTimeout:C,healthyAfter:re}=T,ye={id:n,owner:$.owner,startTimeout:C,healthyAfter:re,steady:o},be=Promise.withResolvers(),Lt=He=>{He===ms&&(s==="activated"&&h.at(N,"switched",c.now()),a.reporter.step({host:N,name:s==="activated"?"switched":s,state:"done",detail:n}),be.resolve())},zt=G(a.run),St={at:c.now(),event:s,release:n,from:r,by:zt,reason:t.reason,backup:t.backup},Vn=be.promise.then(()=>ln(t,e)),Xn=be.promise.then(()=>I.run((0,R.cJ)(g.root,St)));for(const He of[Vn,Xn])He.catch(()=>{});try{await $.confirm(N);const He=await I.run(ps(g,ye),{onLine:Lt}),Qn=gs(g,He,ye);if(Qn)throw Qn;h.processes.set(N,He.pid),s==="activated"&&h.at(N,"healthy",c.now()),a.reporter.step({host:N,name:"healthy",state:"done"})}catch(He){throw He instanceof _.w?He.with({host:N,step:"switch"}):He}await Vn,await Xn}function Nn(t,e){return t.workers.hosts.map(({name:n})=>{const r=e.workers.get(n),s=r instanceof _.w?void 0:r;return{worker:n,active:s?.releases.active,running:s?.probe.running,healthy:s?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,a])=>[o,It(a,n)]))}})}function It(t,e){const n=t instanceof _.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:r})=>r!=="ready")?"drained-by-others":"down"}class ks{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return mn(await y(e,async({name:n})=>(await this.open(n)).observe()))}}function mn(t){const e=new Map,n=new Map,r=[];for(const[s,o]of t){if(o instanceof _.w){r.push(o);continue}for(const{worker:a,servers:c}of o.workers.values()){for(const{backend:h,server:$,traffic:g}of c)e.set(`${s} ${h}/${$}`,{worker:a,traffic:g});It(o,a)==="down"&&n.set(a,[...n.get(a)??[],s])}}return{counters:e,down:n,silent:r}}function Mn(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const r=n/(1-n);let s=Math.exp(ys(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=s;for(let a=t;a<e&&s>o*1e-12;a+=1)s*=(e-a)/(a+1)*r,o+=s;return Math.min(1,o)}const ys=(t,e)=>wn(t)-wn(e)-wn(t-e);function wn(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const Pt=20,jn=3,bs=.001,En=2,Rn=.01,vs=(0,M.YA)(3),Ss=(0,M.Rz)(200),In=1024;function xs(t,e,n,r=0){const s=[Pn("new release",t),Pn("old release",e),_s(t,e)].join("; ");if(t.requests<Pt)return{phase:"inconclusive",why:`too little traffic: fewer than ${Pt} requests`,seen:s};const o=e.requests>=Pt,a=As(t,n);if(o?Ts(t,e,n):a){const c=o?"clearly more errors than the old release":`more than ${Fn(Rn)} errors`;return t.errors>r?{phase:"failed",why:c,seen:s}:{phase:"inconclusive",why:`${c}, but none of late`,seen:s}}return Os(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:s}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:s}:{phase:"successful",seen:s}}function Ts(t,e,n){const r=pn(t);if(t.errors<jn||r<bs||r<En*pn(e))return!1;const s=t.requests/(t.requests+e.requests);return Mn(t.errors,t.errors+e.errors,s)<n}const As=({errors:t,requests:e},n)=>t>=jn&&Mn(t,e,Rn)<n;function Os(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<Pt&&t.meanTime>vs:t.meanTime>=Math.max(En*e.meanTime,e.meanTime+Ss)}const pn=({errors:t,requests:e})=>e===0?0:t/e;function Pn(t,e){const{workers:n,requests:r,errors:s}=e;if(n.length===0)return`${t}: none`;const o=r===0?"":` (${Fn(pn(e))})`;return`${t} on ${n.join(", ")}: ${s} of ${r} requests failed${o}`}function _s(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${In} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,M.a3)(e.meanTime)}`;return`mean response time ${(0,M.a3)(t.meanTime)}${n}`}const Fn=t=>`${Number((t*100).toPrecision(3))} %`;class Ns{#e=new Set;#t=new Map;#n=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,r]of e){const s=this.#n.get(n);if(this.#n.set(n,r),s===void 0||this.#e.size===0)continue;const o=this.#t.get(n)??Ms(r.worker);js(s.traffic,r.traffic)?this.#t.set(n,{...o,unbroken:0,meanTime:void 0}):this.#t.set(n,Es(o,s.traffic,r.traffic))}}switch(e,n){const r=new Set(e);for(const[s,o]of this.#t)r.has(o.worker)&&(this.#e.has(o.worker)||this.#r.push({...o,meanTime:void 0}),this.#t.delete(s));for(const[s,{worker:o}]of this.#n)r.has(o)&&this.#n.delete(s);this.add(n);for(const s of e)this.#e.add(s)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const r=[...n,...[...this.#t.values()].filter(e)],s=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...s].map(({worker:a})=>a))].sort(),requests:Ln(r,"requests"),errors:Ln(r,"errors"),meanTime:Rs(r)}}}const Ln=(t,e)=>Math.max(0,t.reduce((n,r)=>n+r[e],0)),Ms=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),js=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function Es({worker:t,requests:e,errors:n,unbroken:r},s,o){const a=o.failed-s.failed,c=o.responses-s.responses+a;return{worker:t,requests:e+c,errors:n+(o.serverErrors-s.serverErrors)+a,unbroken:r+c,meanTime:o.meanTime}}function Rs(t){const e=t.filter(({unbroken:r,meanTime:s})=>s!==void 0&&r>=In),n=e.reduce((r,s)=>r+s.requests,0);if(n!==0)return(0,M.Rz)(e.reduce((r,s)=>r+s.requests*(s.meanTime??0),0)/n)}const zn=(0,M.YA)(5),Is=1,Ps=4,Fs=.01;class Ls{#e=new Ns;#t;#n=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([r])=>!e.includes(r)))}}async watch(e,n){const r=Math.max(1,Math.ceil(n/zn)),s=n>0?(0,M.Rz)(n/r):zn;let o=0,a=0;n>0&&this.#a("started",`${r} measurements`);for(let c=1;;c+=1){(n>0||c>1)&&await this.#i(s);const{phase:h,why:$,seen:g}=this.#o(Fs/r),{silent:T}=this.#s;o+=h==="failed"?1:0,a=T.length>0?a+1:0;const N=[$,g,...T.map(({failure:C})=>`${C.host} does not answer: ${C.message}`)].filter(Boolean).join("; "),I=C=>{const re=C==="inconclusive"&&n===0&&this.#e.fresh().requests<Pt;return re||this.#a(C==="failure"?"failed":"done",`${C}: ${N}`),C==="inconclusive"&&!re&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${N}`),{batch:e,verdict:C,seen:N,quiet:re}};if(o>Is)return I("failure");if(a>Ps)return I("inconclusive");if(c>=r&&h!=="failed")return I(h==="successful"&&a===0?"success":"inconclusive");this.#a("progress",`${Math.min(c,r)} of ${r}: ${N}`)}}async#i(e){const{source:n,clock:r,cancellation:s}=this.#t;s.check(),await s.orLeave(r.sleep(e)),this.#s=await s.orLeave(n.read()),this.#e.add(this.#s)}#o(e){const n=this.#e.fresh(),r=xs(n,this.#e.rest(),e,this.#r);r.phase==="failed"&&(this.#r=n.errors);const s=[...this.#s.down].filter(([a])=>this.#e.switched.includes(a));if(s.length===0)return r;const o=s.map(([a,c])=>`${a} fails the health check of ${c.join(", ")}`).join("; ");return{...r,phase:"failed",why:o}}#a(e,n){for(const r of this.#n)this.#t.reporter.step({host:r,name:"watch",state:e,detail:n})}}function zs({batch:t,seen:e}){return new _.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function Bs(t,e,n){const{context:r,journal:s,watch:o}=t,{canary:a}=r.cluster.rollout,c=e.tasks.map(({worker:g})=>g).filter(g=>!s.missed.includes(g));o.switched(c,mn(s.views));const h=a!==void 0&&(n===1||e.title==="canary"),$=await o.watch(n,h?a.watch:(0,M.YA)(0));if(s.watched.push($),$.verdict==="failure")throw zs($)}const Cs=(0,M.YA)(5);async function Bn(t,e,n){const{context:r,journal:s,lock:o,cancellation:a}=t;let{trial:c}=n;for(const[h,$]of e.entries()){const g=$.tasks.map(({worker:N})=>N).join(", "),T=n.direction==="forward"?"Batch":"Going back, batch";await r.reporter.group(`${T} ${h+1} of ${e.length}: ${g}`,async()=>{a.check();for(const{worker:re}of $.tasks)await o.confirm(re);const N=e[h-1];N&&qs(t,$,N);const I=c?Cs:(0,M.YA)(0);for(const{worker:re}of $.tasks)s.begin(re,h+1);const C=Rt($.tasks,re=>Hs(t,re,n,I),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry(C),s.lost.size>0)throw Gs(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await Bs(t,$,h+1),await ns(t))}),$.tasks.some(({does:N})=>N==="switch")&&(c=!1)}}async function Hs(t,e,{direction:n},r){const{worker:s,to:o,previous:a}=e;let c="drain";try{await dn(t,e),e.does==="switch"?(await t.leases.confirm(s),c="switch",await _n(t,e,{to:o,from:a,event:n==="forward"?"activated":"reverted",steady:r})):await ln(t,e),c="readmit",await hn(t,e),t.journal.done.push(e)}catch(h){if(!(h instanceof _.w))throw h;if(Ws(t,s,h),O(h)&&h.failure.host===s)return Ds(t,e,h);throw await Us(t,e,c,n,h),h}}function Ws({context:t,cancellation:e},n,{failure:r}){if(e.requested)return;const{code:s,message:o,step:a="switch"}=r;t.reporter.step({host:n,name:a,state:"failed",detail:`${s}: ${o}`})}function Ds({context:t,journal:e,leases:n,lock:r},{worker:s},o){if(n.letGo(s),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(s),r.forget(s),t.reporter.warning(`${s} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function Us(t,e,n,r,s){const{worker:o,previous:a}=e,{reporter:c}=t.context,h=$=>c.warning(`${o} stays drained: ${$}`);try{n==="drain"&&s.code!=="check-failed"?await An(t,e):e.does==="readmit"?h("its check does not pass."):r==="back"?h("going back failed, and a revert is never reverted."):a===void 0?h("there is no release to go back to."):t.onFailure==="freeze"?h(`it is not put back to ${a}, as the policy is to freeze.`):(c.info(`${o}: going back to ${a}.`),n==="readmit"?await dn(t,e):await ds(t,e),Ys.has(s.code)||await t.leases.confirm(o),await _n(t,e,{to:a,from:e.to,event:"reverted",steady:(0,M.YA)(0)}),await hn(t,e))}catch($){if(!($ instanceof _.w))throw $;c.warning(`${o} could not be put back, and stays drained where it was: ${$.message}`)}finally{t.leases.letGo(o)}}const Ys=new Set(["app-crashed","app-unhealthy","restart-failed"]);function qs({context:t,journal:e},{tasks:n,title:r},s){if(r==="not serving")return;const{minAvailable:o}=t.cluster.rollout,a=new Set(n.map(({worker:T})=>T)),c=t.cluster.workers.hosts.map(({name:T})=>T).filter(T=>!a.has(T)),h=new Set(s.tasks.map(({worker:T})=>T).filter(T=>!e.missed.includes(T))),$=[...e.views.values()],g=c.filter(T=>!h.has(T)&&$.some(N=>It(N,T)!=="in"));if(!(c.length-g.length>=o))throw new _.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${c.length-g.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${g.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function Gs({journal:t}){const[[e,{failure:n}]=["",new _.w({code:"",message:""})]]=t.lost;return new _.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const Ks=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Js=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Zs=`${an}${cn}${ht}
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
`;function Vs(t){const{root:e,unit:n,port:r,health:s,envFile:o}=t.workers;return{name:"observe",text:Zs,values:{root:e,unit:n,port:String(r),health:s,env_file:o??"",tools:Ks.join(" ")},deadline:(0,M.YA)(20),parse:a=>Xs(a,e)}}function Xs(t,e){const n=(0,J.OA)((0,J.gq)(t).stdout,Js),r=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,M.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:r,running:Qs(r,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:bt(n.lock)}}function Qs(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[r="",s,...o]=t.slice(`${n}/releases/`.length).split("/");if(s==="tree"&&o.length===0&&(0,R.F3)(r))return r}}async function Ot(t){const{cluster:e}=t,[n,r]=await Promise.all([y(e.workers.hosts,async s=>{const o=await t.remote(s),[a,c]=await Promise.all([o.run((0,R.vN)(e.workers.root)).catch(er),o.run(Vs(e))]);return{releases:a,probe:c}}),y(e.loadBalancers.hosts,async s=>(await j(t,s)).observe())]);return{workers:n,loadBalancers:r}}function er(t){if(t instanceof _.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function $n({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof _.w)}const gn=({stage:t,migrate:e,batches:n,settle:r})=>t.length===0&&e===void 0&&n.length===0&&!r;function tr(t,e,n){const r=qt(t,n),s=r.flatMap(a=>sr(a,e)),o=new Set(s.map(({worker:a})=>a));return{target:e,from:bn(r.flatMap(({seen:a})=>yn(a)).filter(a=>a!==e.id)),stage:r.filter(({seen:a})=>!kn(a,e.id)).map(({name:a})=>a),migrate:cr(t,e,r,s),...Kt(t,s,r),finished:r.filter(({name:a})=>!o.has(a)).map(({name:a})=>a),proven:r.some(({seen:a})=>Cn(a,e.id)),settle:r.some(({seen:a})=>!Cn(a,e.id))}}function qt(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([r,s])=>[r,It(s,n)]))}))}const nr=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),kn=({releases:t},e)=>t.staged.some(n=>n.id===e),yn=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),Cn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),Gt=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Ft=t=>({drainOn:Gt(t,e=>e!=="drained-by-others"),leaveOn:Gt(t,e=>e==="drained-by-others")});function sr(t,e){const{name:n,seen:r}=t,{drainOn:s,leaveOn:o}=Ft(t),a=rr(r,e.id);if(a!==void 0){const $=ar(r,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:$,drainOn:s,leaveOn:o}]}const c=Gt(t,$=>$==="drained"||$==="down");if(c.length===0)return[];const h=`runs it, but is out of rotation on ${c.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:h,previous:void 0,drainOn:c,leaveOn:o}]}function rr({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${or(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const or=t=>t==="000"?"no answer":`answers ${t}`;function ar({releases:t,probe:e},n){const r=new Set(t.staged.map(({id:o})=>o)),s=t.staged.findLast(({id:o,good:a})=>a&&o!==n)?.id;return[t.active,e.running,s].find(o=>o!==void 0&&o!==n&&r.has(o))}function Kt(t,e,n){const{batch:r,canary:s,minAvailable:o}=t.rollout,a=Hn(r,t.workers.hosts.length),c=new Set(n.filter(nr).map(({name:I})=>I)),h=e.filter(({worker:I})=>!c.has(I)),$=e.filter(({worker:I})=>c.has(I)),g=[];let T=c.size;for(;h.length>0;){const I=h.splice(0,a);g.push({title:"not serving",tasks:I,available:T}),T+=I.filter(({leaveOn:C})=>C.length===0).length}let N=s?.hosts??0;for(;$.length>0;){const I=T-o;if(I<1)return{batches:g,problem:ir(t,T,$)};const C=$.splice(0,Math.min(N||a,I));g.push({title:N>0?"canary":"serving",tasks:C,available:T-C.length}),N=0}return{batches:g}}const Hn=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function ir(t,e,n){const{minAvailable:r}=t.rollout,s=n.map(({worker:o})=>o).join(", ");return new _.w({code:"too-few-available",step:"preflight",message:`Draining one of ${s} would leave ${e-1} in rotation; min-available is ${r}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function cr(t,e,n,r){const{migrate:s,migrations:o}=t.release,a=n[0];if(s===void 0||a===void 0||e.kind!=="deploy")return;const c=Z(n.map(({seen:T})=>T.releases),e);if(c.length===0&&!r.some(({does:T})=>T==="switch"))return;const h=n.flatMap(({seen:T})=>T.releases.staged.filter(({id:N})=>N===T.releases.active));if(c.length===0&&h.some(({id:T})=>T===e.id))return;if(o===void 0)return{worker:a.name,migrations:[]};const $=new Set(h.flatMap(({migrations:T})=>T)),g=e.migrations.filter(T=>!$.has(T)||c.includes(T));return g.length===0?void 0:{worker:a.name,migrations:g}}function bn(t){const e=n=>t.filter(r=>r===n).length;return t.reduce((n,r)=>n===void 0||e(r)>e(n)?r:n,void 0)}function dr(t,e,{plan:n,workers:r,done:s}){const o=qt(t,e),a=[],c=r.flatMap(T=>{const N=o.find(C=>C.name===T);if(N===void 0||!yn(N.seen).includes(n.target.id))return[];const I=s.find(C=>C.worker===T)?.previous??n.from;return I===void 0||!kn(N.seen,I)?(a.push(T),[]):[{worker:T,does:"switch",to:I,why:`goes back to ${I}`,previous:n.target.id,...Ft(N)}]}),h={...t,rollout:{...t.rollout,canary:void 0}},{batches:$,problem:g}=Kt(h,c,o);return{batches:$,problem:g,stuck:a}}function lr(t,e,n){const r=[...e.workers].flatMap(([g,T])=>O(T)?[g]:[]),s=[...e.loadBalancers.values()],o=r.filter(g=>!s.some(T=>It(T,g)==="in")),a=r.filter(g=>!o.includes(g)).map(g=>e.workers.get(g)),c=o.length<=t.rollout.maxUnreachable?o:[],h=Wn(t,[...c,...n]),$=[...h.workers.hosts.map(({name:g})=>e.workers.get(g)),...h.loadBalancers.hosts.map(({name:g})=>e.loadBalancers.get(g))].filter(g=>g instanceof _.w).map(g=>a.includes(g)?hr(g):g);return $.length>0?{problems:$}:{cluster:h,observation:Dn(h,e),missed:c}}const hr=({failure:t})=>new _.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function vn(t,e){const n=o=>[...o].filter(([,a])=>a instanceof _.w).map(([a])=>a),r=n(e.workers),s=Wn(t,[...r,...n(e.loadBalancers)]);return{cluster:s,observation:Dn(s,e),missed:r,silent:$n(e)}}function Wn(t,e){const n=({name:o})=>!e.includes(o),{workers:r,loadBalancers:s}=t;return{...t,workers:{...r,hosts:r.hosts.filter(n)},loadBalancers:{...s,hosts:s.hosts.filter(n)}}}function Dn(t,e){const n=(r,s)=>new Map(s.map(({name:o})=>[o,r.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const ur=new Set(["cancelled","lock-lost","lease-lost"]);async function fr(t,e,n){const{context:r,journal:s,onFailure:o}=t;if(ur.has(n.code))return;const a=s.done.filter(({does:$})=>$==="switch").map(({worker:$})=>$),h=[...e.proven?[]:e.finished,...a].reverse();if(h.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||s.lost.size>0)return"halted";try{return await r.reporter.group("Revert",async()=>{const $=vn(r.cluster,await Ot(r)),g=dr($.cluster,$.observation,{plan:e,workers:h,done:s.done});for(const N of g.stuck)r.reporter.warning(`${N} stays: it has no release to go back to.`);if(g.problem)throw g.problem;const T={...t,context:{...r,cluster:$.cluster}};await Bn(T,g.batches,{direction:"back",trial:!1})}),"reverted"}catch($){if(!($ instanceof _.w))throw $;return r.reporter.warning(`The revert stopped, and is not reverted: ${$.message}`),"revert-failed"}}}const mr=[80,443],wr=String.raw`
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
`,pr=(t,e)=>({name:`look for ${t.name}`,text:wr,values:{address:t.address,port:String(e),doors:[t.port,...mr].join(" ")},deadline:(0,M.YA)(20),parse:n=>(0,J.gq)(n).stdout.trim()});async function $r(t,e){const{workers:n}=t.cluster;await Rt(await Y(t),async({name:r,remote:s})=>{const o=await s.run(pr(e,n.port));if(o!=="nothing")throw gr(e,r,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const gr=(t,e,n)=>new _.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function kr(t,{takeBackup:e,withoutBackup:n},r){if(!Un(t))return;const{context:s,plan:o,observation:a}=t;if(n!==void 0){const{by:c}=s.run;r.withoutBackup={by:c,reason:n},s.reporter.warning(`There is no backup from before this deploy, as ${c} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const c=await e(s,{release:Sr(o,a),target:o.target.id}),{id:h,recoveryPoint:$,bytes:g,bytesAdded:T,took:N,newestProven:I}=c;r.backup={id:h,recoveryPoint:$,bytes:g,bytesAdded:T,took:N,newestProven:I}}catch(c){throw c instanceof _.w?yr(c):c}}function yr(t){const{failure:e}=t;if(e.code==="cancelled")return t;const r=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new _.w({...e,step:"backup",hint:r,cause:t})}function br(t,{withoutBackup:e}={}){if(!Un(t))return;const{cluster:n,run:r}=t.context;if(e!==void 0)return`no backup, as ${r.by} wants it: ${e}`;const s=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${s}, while the release is staged; nothing is migrated or switched before that`}function Un({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:r})=>r.some(({worker:s,does:o,to:a})=>o==="switch"&&vr(n.workers.get(s),a)))}const vr=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Sr({from:t,target:e},{workers:n}){const r=[...n.values()].map(({releases:a})=>a),s=t??(r.some(({active:a})=>a===e.id)?e.id:void 0),o=r.flatMap(({staged:a})=>a).find(a=>a.id===s)??{migrations:[]};return ae(r,o).at(-1)?.release??s}function xr({withoutBackup:t}){if(!(t===void 0||t.trim()!==""))throw new _.j({code:"reason-missing",message:"To deploy without a backup takes a reason.",left:"Nothing was changed.",hint:"--without-backup 'why'; it is kept in the history of every worker."})}function Tr(t,e,n){const{target:r,stage:s,migrate:o,batches:a,finished:c}=e;return gn(e)?[Or(r)]:[_r(e),...s.length>0?[`stage on ${s.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${Nr(o.migrations)}`]:[],...c.length>0?[`leave ${c.join(", ")}: ${Ar(r)}`]:[],...Mr(t,a),...a.flatMap((h,$)=>jr(t,h,$,a.length)),...r.kind==="repair"?[]:[`settle: mark ${r.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Ar=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Or=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function _r({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Nr=t=>t.length>0?t.join(", "):"the program knows which are new";function Mr({rollout:t,workers:e},n){const r=Hn(t.batch,e.hosts.length),s=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),o=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:c})=>a+c.length,0);return s===0||s>=Math.min(r,o)?[]:[`batches of ${s} instead of ${r}: min-available is ${t.minAvailable}`]}function jr(t,{title:e,tasks:n,available:r},s,o){const{drainTimeout:a,healthyAfter:c}=t.rollout,h={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${s+1} of ${o}${h}: ${r} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap($=>[`  ${$.worker}: ${$.why}`,...Er($,`wait up to ${(0,M.a3)(a)} for requests in flight`,c)])]}function Er({does:t,to:e,drainOn:n,leaveOn:r,previous:s},o,a){const c=n.join(", "),h=s===void 0?"there is no release to go back to":`if it fails, back to ${s}`;return[...n.length>0?[`    drain on ${c}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${h}`]:[],...n.length>0?[`    fresh check on ${c}; readmit`]:[],...r.length>0?[`    stays as it is on ${r.join(", ")}: somebody else drained it there`]:[]]}function Rr({worker:t,active:e,running:n,healthy:r,rotation:s}){const o=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,c=[...s],h={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[$]=c,T=$!==void 0&&c.every(([,I])=>I===$[1])?h[$[1]]:c.map(([I,C])=>`${h[C]} on ${I}`).join(", ");return`${t} ${o}${a}, ${r===void 0?"health unknown":r?"healthy":"unhealthy"}, ${T}`}const Ir=(0,M.YA)(10);class Yn{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),de),this.#t.unref()}hold(e,n){for(const r of n){const s=this.#e.get(r)??new Map;this.#e.set(r,s.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,r])=>{const s=r.get(e);if(!(s===void 0||this.#r(s))&&(await this.#i(n,[e]),!this.#r(r.get(e)??0)))throw Fr(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=Ir}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const r=this.#i(e,[...n.keys()]).catch(Pr).finally(()=>this.#n.delete(e));this.#n.set(e,r)}}async#i(e,n){const r=this.clock.now().getTime(),o=await(await B(this.context,e)).renew(n),a=this.#e.get(e);for(const c of n)!o.includes(c)&&a?.has(c)&&a.set(c,r)}}function Pr(t){if(!(t instanceof _.w))throw t}const Fr=(t,e)=>new _.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),Lr=(0,M.Gx)(15),zr=String.raw`
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
`;function Br({root:t,envFile:e},n,r,s){const o=r.map((a,c)=>`word${c}`);return{name:`migrate ${n}`,text:`${Mt}
set -- ${o.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${zr}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:s,env_file:e??"",...Object.fromEntries(o.map((a,c)=>[a,r[c]??""]))},deadline:Lr,parse(a){if(a.status===yt)throw Tt(void 0,void 0);(0,J.gq)(a)}}}function Cr(t,e,n){const r=(0,R.cJ)(t,e);return{...r,text:`${Mt}${r.text}`,values:{...r.values,owner:n},parse(s){if(s.status===yt)throw Tt(void 0,void 0);r.parse(s)}}}async function qn(t,e,{target:n,from:r},s,o){const{cluster:a,run:c,clock:h=he}=t,$={at:h.now(),release:n.id,from:r,by:G(c)},g=await t.remote(e);for(const T of(0,R.QW)($,o))await g.run(Cr(a.workers.root,T,s))}async function Hr(t,e,n,r){const{workers:s,release:o}=t.cluster,{migrate:a}=e,c=s.hosts.find(({name:N})=>N===a?.worker);if(a===void 0||c===void 0||o.migrate===void 0)return;await qn(t,c,e,n,r).catch(N=>{throw N instanceof _.w?N.with({host:c.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):N});const $=s.hosts.filter(N=>N!==c).map(N=>qn(t,N,e,n,r).catch(I=>{if(!(I instanceof _.w))throw I;t.reporter.warning(`${N.name} could not note the migration, which ${c.name} runs: ${I.message}`)})),g=Wr(t,c,e,o.migrate,n,r),T=(await Promise.allSettled([g,...$])).find(({status:N})=>N==="rejected");if(T?.status==="rejected")throw T.reason}async function Wr(t,e,{target:n,migrate:r},s,o,a){const{reporter:c,cluster:h}=t,$=await t.remote(e);c.step({host:e.name,name:"migrate",state:"started",detail:r?.migrations.join(", ")||void 0});try{await $.run(Br(h.workers,n.id,s,o),{onLine:g=>c.step({host:e.name,name:"migrate",state:"progress",detail:g})})}catch(g){throw g instanceof _.w?(c.step({host:e.name,name:"migrate",state:"failed",detail:g.failure.seen}),g.code!=="script-failed"?g.with({host:e.name,step:"migrate"}):new _.w({code:"migration-failed",host:e.name,step:"migrate",message:`${s.join(" ")} failed; no worker was switched.`,seen:g.failure.seen??g.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):g}c.step({host:e.name,name:"migrate",state:"done"})}function Dr(t,e){const n=qt(t,e),r=n.filter(c=>Gn(c)===void 0),s=bn(r.flatMap(({seen:c})=>c.probe.running??[]))??bn(n.flatMap(({seen:c})=>c.releases.active??[]));if(s===void 0)return;const o=n.flatMap(c=>Ur(c,s)),a=new Set(o.map(({worker:c})=>c));return{target:{kind:"repair",id:s,migrations:[]},from:void 0,stage:[],...Kt(t,o,n),finished:n.map(({name:c})=>c).filter(c=>!a.has(c)),proven:!0,settle:!1}}function Ur(t,e){const{name:n,seen:r}=t,s=Gn(t);if(s!==void 0){const h=kn(r,e)?e:r.releases.active;return h===void 0?[]:[{worker:n,does:"switch",to:h,why:s,...Ft(t)}]}const o=Gt(t,h=>h==="drained"),a=r.probe.running;if(o.length===0||a===void 0)return[];const c=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:c,drainOn:o,leaveOn:Ft(t).leaveOn}]}function Gn({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const Yr=(0,M.ee)(64*1024*1024),Sn=4096;function qr({entries:t}){const e=t.reduce((n,r)=>n+(r.type==="file"?Math.ceil(r.size/Sn)*Sn:Sn),0);return{size:(0,M.ee)(e),files:t.length}}function Gr(t,e,n,r){const s=tr(t,e,n),o=ge(n,e),a=[...[...n.workers].flatMap(([c,h])=>Kr(t,e,c,h,s,r)),...s.problem?[s.problem]:[],...o?[o]:[]];return a.length>0?{problems:a}:{plan:s}}function Kr(t,e,n,{releases:r,probe:s},o,a){const{unit:c,root:h,envFile:$}=t.workers,g=t.hosts.get(n)?.user??"the deploy user",T=[],N=r.staged.some(({id:C})=>C===e.id),I=(0,M.ee)((a?.size??0)+Yr);if(s.missingTools.length>0&&T.push({code:"tools-missing",message:`It lacks ${s.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),s.folder==="missing"&&T.push({code:"service-folder-missing",message:`${h} does not exist.`,hint:`On ${n}, as root: install -d -o ${g} -g ${g} ${h}`}),s.folder==="read-only"&&T.push({code:"permission-denied",message:`${g} may not write in ${h}.`,hint:`On ${n}, as root: chown ${g}: ${h}`}),!N&&e.kind==="deploy"&&(s.diskFree<I||s.inodesFree<(a?.files??0)+1e3)&&T.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,M.z3)(s.diskFree)} and ${s.inodesFree} inodes free, ${(0,M.z3)(I)} and ${(a?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${h}\` shows what is full, \`du -xsh ${h}/releases/*\` what the releases take.`}),s.unit.load!=="loaded"&&T.push({code:"unit-missing",message:`systemd has no usable unit ${c}.`,seen:`LoadState=${s.unit.load}`,hint:`On ${n}: \`systemctl status ${c}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!s.mayRestart||!s.mayReadRelease){const C=s.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${c}`;T.push({code:"sudo-denied",message:`${g} may not run \`sudo ${C}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return o.migrate?.worker===n&&s.envFile==="unreadable"&&T.push({code:"env-file-unreadable",message:`${g} can't read ${$}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${g} ${$} && chmod 640 ${$}`}),e.kind==="rollback"&&!N&&T.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${r.staged.map(({id:C})=>C).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),T.map(C=>new _.w({...C,host:n}))}class Kn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,r){const s=this.#e.get(e);s&&this.#e.set(e,{...s,[n]:r})}get timeline(){return[...this.#e.values()]}}const Jr=(0,M.Rz)(1500);class Zr{context;kind;clock;journal=new Kn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??he,this.#e=this.clock.now()}async phase(e,n){const r=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,M.Rz)(this.clock.now().getTime()-r)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const r=Nn(this.context.cluster,this.observation),s=`
${r.map(o=>`    ${Rr(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:r,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,error:n&&this.changing?new _.w({...n.failure,left:s}):n}}async#n(){const e=Ot(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(Jr).then(()=>this.observation)]))}}async function Vr(t,{target:e,from:n}){const{context:r,clock:s,journal:o}=t,{workers:a,release:c}=r.cluster,h={at:s.now(),event:"good",release:e.id,from:n,by:G(r.run),reason:t.reason,backup:t.backup},$={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await Rt(a.hosts.map(({name:g})=>g).filter(g=>!o.missed.includes(g)),g=>Xr(g,async()=>{const T=await W(r,g);await Promise.all([T.run((0,R.bL)(a.root,e.id)),T.run((0,R.cJ)(a.root,h))]);const N=[e.id,...n===void 0?[]:[n]],I=await T.run((0,R.R3)(a.root,{keep:c.keep,protect:N})),C=I.length>0?`removed ${I.join(", ")}`:void 0;r.reporter.step({host:g,name:"settle",state:"done",detail:C})}),$)}async function Xr(t,e){try{await e()}catch(n){throw n instanceof _.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function Qr(t,e,n={}){const{id:r,manifest:s}=e,o={kind:"deploy",id:r,migrations:s.migrations};return xn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(c,h)=>(xr(n),h.to=r,Jn(c,{...n,archive:e,choice:n},h,()=>o))})}function eo(t,{to:e,...n}={}){return xn(t,{...n,kind:"rollback",intend:(s,o)=>Jn(s,n,o,a=>le(a,e))})}function to(t,e={}){return xn(t,{...e,kind:"repair",intend:ao})}async function xn(t,e){const n=new Zr(t,e.kind),r=new U(t.signal);try{const s=await n.phase("Preflight",()=>r.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(gn(s.plan)&&!uo(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>E(s.context,{after:e.after}));try{return await n.finish(await no(t,e,n,o,r))}finally{r.unfinished||await o.release()}}catch(s){if(!(s instanceof _.w))throw s;return n.finish("failed",s)}}async function no(t,e,n,r,s){const{clock:o,journal:a}=n,c=await n.phase("Plan",()=>s.orLeave(e.intend(t,n))),{plan:h,context:$}=c;if(gn(h))return"nothing-to-do";const{archive:g,choice:T={}}=e,{target:N,migrate:I}=h;n.changing=!0,g&&await n.phase("Stage",()=>s.orLeave(Promise.all([co($,g),kr(c,T,n)])));const C=g&&I?et(g.manifest,I.migrations):[];I&&await n.phase("Migrate",()=>s.orHurry(Hr($,h,r.owner,C)));const re=ro(c,g),ye=new Yn($,o),be=oo(c,o,s),Lt=so(e,n),zt={context:$,clock:o,cancellation:s,lock:r,leases:ye,watch:be,target:N,onFailure:re,journal:a,...Lt};try{const St=!h.proven;await n.phase("Batches",()=>Bn(zt,h.batches,{direction:"forward",trial:St}))}catch(St){throw St instanceof _.w&&(n.afterFailure=await fr(zt,h,St)),St}finally{ye.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>Vr(zt,h)),"success"}function so({reason:t},{backup:e,withoutBackup:n}){return n!==void 0?{reason:`without a backup: ${n.reason}`}:{reason:t,backup:e?.id}}function ro({context:t,plan:e,observation:n},r){if(r===void 0)return"halt";const s=e.batches.flatMap(({tasks:a})=>a.map(({previous:c})=>c));return[e.from,...s].some(a=>a!==void 0&&!tt(n,r.manifest,a))?"freeze":t.cluster.rollout.onFailure}function oo({context:t,plan:e,observation:n},r,s){const o=t.cluster.loadBalancers.hosts.map(({name:h})=>h),a=new ks(o,h=>B(t,h)),c=new Ls({source:a,clock:r,reporter:t.reporter,cancellation:s});return c.switched(e.finished,mn(n.loadBalancers)),c}async function Jn(t,{archive:e,choice:n,without:r=[]},s,o){s.observation=await Ot(t);const a=await io(t,s.observation,r),c=lr(t.cluster,s.observation,a);if("problems"in c)throw Tn(c.problems);const h=o(c.observation);s.to=h.id;const $=e&&qr(e.manifest),g=Gr(c.cluster,h,c.observation,$);if("problems"in g)throw Tn(g.problems);return s.from=g.plan.from,Zn(t,s,c,g.plan,n)}async function ao(t,e){e.observation=await Ot(t);const{silent:n,...r}=vn(t.cluster,e.observation),s=Dr(r.cluster,r.observation);if(s===void 0)throw Tn(n.length>0?n:[lo()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=s.target.id,Zn(t,e,r,s)}function Zn(t,e,{cluster:n,missed:r,observation:s},o,a){const{reporter:c}=t,h=r.map(T=>`leave out ${T}: it can't be reached and takes no traffic`),$={context:{...t,cluster:n},plan:o,observation:s},g=[...Tr(n,o,br($,a)),...h];if(g.join(`
`)!==e.plan.join(`
`))for(const T of g)c.info(T);return e.plan=g,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...r),$}async function io(t,e,n){const{hosts:r}=t.cluster.loadBalancers,s=n.map(h=>r.find($=>$.name===h)??h),[o]=s.filter(h=>typeof h=="string");if(o!==void 0)throw ho(o,r);const a=r.filter(h=>s.includes(h)&&e.loadBalancers.get(h.name)instanceof _.w),{cluster:c}=vn(t.cluster,e);for(const h of a)await $r({...t,cluster:c},h),t.reporter.warning(`${h.name} is left out: no worker sees it either.`);return a.map(({name:h})=>h)}async function co(t,e){const{cluster:n,reporter:r}=t;await Rt(n.workers.hosts,async s=>(0,R.dw)(await t.remote(s),n.workers.root,e,r),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const Tn=t=>on(t.map(({failure:e})=>new _.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),lo=()=>new _.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),ho=(t,e)=>new _.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),uo=({workers:t})=>[...t.values()].some(e=>!(e instanceof _.w)&&e.probe.lock!==void 0);async function fo(t){const e=await Ot(t),n=Nn(t.cluster,e),r=$n(e);return{workers:n,loadBalancers:[...e.loadBalancers].flatMap(([s,o])=>o instanceof _.w?[]:[{name:s,processes:o.processes}]),locks:[...e.workers].flatMap(([s,o])=>o instanceof _.w||o.probe.lock===void 0?[]:[{worker:s,owner:o.probe.lock.owner,expired:o.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([s,o])=>o instanceof _.w?[]:[...o.workers.values()].flatMap(({worker:a,lease:c})=>c?[{worker:a,loadBalancer:s,...c}]:[])),failures:r,ok:r.length===0&&n.every(s=>mo(s)&&s.running===n[0]?.running)}}const mo=({active:t,running:e,healthy:n,rotation:r})=>e!==void 0&&e===t&&n===!0&&[...r.values()].every(s=>s==="in");async function wo(t,e,n){const r=t.clock??he,s=new U(t.signal),o=await E(t),a=new Yn(t,r),c={context:t,clock:r,cancellation:s,lock:o,leases:a,journal:new Kn};try{for(const[h,$]of e.entries())await t.reporter.group(`Worker ${$}, ${h+1} of ${e.length}`,async()=>{s.check(),await po(c,await go(t,$),n)})}finally{a.stop(),await o.release()}}async function po(t,e,n){const{worker:r}=e;try{await dn(t,e).catch(async o=>{throw await An(t,e).catch($o(t,r)),o}),await t.leases.confirm(r);const s=await n(r).then(()=>{},o=>o);if(await ln(t,e).catch(o=>{throw s??o}),await hn(t,e),s!==void 0)throw s}finally{t.leases.letGo(r)}}const $o=(t,e)=>n=>{if(!(n instanceof _.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function go(t,e){const{cluster:n}=t,r=await Ot(t),s=$n(r);if(s.length>0)throw on(s,{code:"preflight-failed",step:"drain",message:`${s.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const o=qt(n,r),a=o.find(({name:g})=>g===e);if(a===void 0)throw new Error(`${e} is no worker of this cluster`);const[c]=yn(a.seen);if(c===void 0)throw ko(e);const h={worker:e,does:"readmit",to:c,why:"is changed",...Ft(a)},{problem:$}=Kt(n,[h],o);if($!==void 0)throw new _.w({...$.failure,left:`${e} was not touched.`});return h}const ko=t=>new _.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),1996:((Bt,We,H)=>{H.d(We,{Gx:()=>_,Rz:()=>G,YA:()=>he,a3:()=>oe,ee:()=>R,z3:()=>Z});const G=K=>K,he=K=>G(K*1e3),_=K=>he(K*60),R=K=>K;function oe(K){if(K<1e3)return`${Math.round(K)} ms`;if(K<6e4)return`${(K/1e3).toFixed(1)} s`;const D=Math.round(K/1e3);return`${Math.floor(D/60)} min ${D%60} s`}function Z(K){const D=["B","kB","MB","GB","TB"];let X=K,le=0;for(;X>=1e3&&le<D.length-1;)X/=1e3,le+=1;return`${le===0?X:X.toFixed(1)} ${D[le]}`}})};
