"use strict";exports.id=256,exports.ids=[256],exports.modules={5355:((Dt,pt,Q)=>{Q.d(pt,{Vp:()=>Ye,vj:()=>st});var ne=Q(1455),pe=Q(3916),j=Q(7030),H=Q(2857),xe=Q(1996);function ae(p,v){return H.YjP({error:v}).regex(p,{error:v})}const he=ae(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,"a host's name: lower-case letters, digits and dashes, at most 63"),ie=ae(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,"a name of lower-case letters, digits and dashes that starts with a letter, at most 32"),we="an IP address or a DNS name",Ne=ae(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,we).refine(p=>(0,j.isIP)(p)!==0||Le(p),{error:we});function Le(p){const v=p.split(".");return!(v.length>1&&/^[0-9]+$/.test(v.at(-1)??""))&&v.every(R=>/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(R))}const me=(p,v)=>(0,j.isIPv4)(p)?p===v:p.toLowerCase()===v.toLowerCase(),Ae=ae(/^[a-z_][a-z0-9_-]{0,31}$/,"a Unix user name"),ce=ae(/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,"a public key as in id_ed25519.pub: ssh-ed25519 AAAA\u2026"),Fe=ae(/^[a-z0-9][a-z0-9+.-]{1,127}$/,"a package's name, such as nodejs"),Me=ae(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,"a name as HAProxy allows it: letters, digits and _ . : -"),ot=ae(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,"a name of letters, digits, _ and -, at most 63"),St=ae(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,"a metric's name: letters, digits and _, such as http_request_duration_seconds"),ke=ae(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,"an absolute path of letters, digits and . _ @ : + -, without a slash at its end"),rt=ae(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,"a path relative to the app's folder, without . or .. in it"),lt=ae(/^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,"a path that starts with a slash and has no . or .. in it, such as /readyz"),et=(p,v)=>ae(p,v).refine(A=>!p.test(A)||URL.canParse(A),{error:v}),Ue=et(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}$/,"an address without a path, such as https://shop.example.com"),Xe=et(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}(?:\/[A-Za-z0-9._~%/?=&:+,;-]{0,500})?$/,"an address such as https://hooks.example.com/alerts, without a password in it"),qe=ae(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])$/,"a mail address"),Ie="a mail server with its port, such as mail.example.com:25",wt=ae(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:[1-9][0-9]{0,4}$/,Ie).refine(p=>!(Number(p.split(":")[1])>65535),{error:Ie}),Te=ae(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u,"a command"),Ce=H.Whr({error:"a port: 1 to 65535"}).min(1,{error:"a port: 1 to 65535"}).max(65535,{error:"a port: 1 to 65535"}),_e=(p,v)=>{const A=`a whole number from ${p} to ${v}`;return H.Whr({error:A}).min(p,{error:A}).max(v,{error:A})},Be={ms:1,s:1e3,m:6e4,h:36e5,d:864e5},He=(p,v)=>{const A=`a length of time from ${p} to ${v}, with its unit: 500ms, 30s, 2m, 1h or 7d`;return ae(/^[0-9]{1,7}(?:ms|s|m|h|d)$/,A).refine(R=>Ze(R)>=Ze(p)&&Ze(R)<=Ze(v),{error:A}).transform(Ze)};function Ze(p){const v=/^([0-9]+)(ms|s|m|h|d)$/.exec(p);return v?(0,xe.Rz)(Number(v[1])*Be[v[2]]):(0,xe.Rz)(Number.NaN)}var Tt=Q(1916);function Y(p,v,A){return v.issues.flatMap(R=>At(p,R,[],A))}function At(p,v,A,R){const D=[...A,...v.path.map(te=>typeof te=="number"?te:String(te))],se=gt(R,D);switch(v.code){case"unrecognized_keys":return v.keys.map(te=>({path:[...D,te],message:ge(p,D,te),at:"key"}));case"invalid_key":return[{path:D,message:`${Pe(D.at(-1))} must be ${v.issues[0]?.message}`,at:"key"}];case"invalid_union":{const te=v.errors.find(fe=>fe.some(Se=>!ct(Se)));if(te)return te.flatMap(fe=>At(p,fe,D,R));const $e=new Set(v.errors.flatMap(fe=>fe.map(be)));return[{path:D,message:Ve(D,[...$e].join(", or "),se),at:"value"}]}default:return[{path:D,message:Ve(D,be(v),se),at:"value"}]}}const ct=p=>p.code==="invalid_type"&&p.path.length===0,tt={object:"a mapping of keys to values",record:"a mapping of keys to values",array:"a list",string:"text",number:"a number"};function be(p){if(p.code==="invalid_type"&&p.message.startsWith("Invalid input"))return tt[p.expected]??p.expected;if(p.code==="invalid_value"){const v=p.values.map(String);return v.length===1?`${v[0]}`:`one of ${v.join(", ")}`}return p.message}function Ve(p,v,A){const R=$t(p)||"the file";return A===void 0?`${R} is missing; it must be ${v}`:`${R} must be ${v}; found ${Pe(A)}`}function ge(p,v,A){const R=De(p,v),D=v.length>0?`in ${$t(v)}`:"at the top level";return`unknown key ${Pe(A)} ${D}; ${Ee(A,R)}`}function Ee(p,v){const R=v.map(D=>({candidate:D,far:(0,Tt.Io)(p.toLowerCase(),D)})).sort((D,se)=>D.far-se.far)[0];return R&&R.far<=Math.max(2,Math.floor(p.length/3))&&R.far<R.candidate.length?`did you mean ${Pe(R.candidate)}?`:v.length>0?`known are ${v.join(", ")}`:"there are none"}function De(p,v){if(p instanceof H.IiU||p instanceof H.XiL||p instanceof H.xgV)return De(p.unwrap(),v);if(p instanceof H.fZ7)return p.options.flatMap(se=>De(se,v));const[A,...R]=v;if(p instanceof H.b8S)return De(p.valueType,R);if(!(p instanceof H.bvH))return[];if(A===void 0)return Object.keys(p.shape);const D=p.shape[A];return D?De(D,R):[]}function gt(p,v){let A=p;for(const R of v){if(typeof A!="object"||A===null||!Object.hasOwn(A,R))return;A=A[R]}return A}const $t=p=>p.map((v,A)=>typeof v=="number"?`[${v+1}]`:`${A>0?".":""}${v}`).join("");function Pe(p){if(p==null)return"nothing";const v=(JSON.stringify(p)??String(p)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,A=>`\\u{${A.codePointAt(0)?.toString(16)}}`);return v.length>80?`${v.slice(0,79)}\u2026`:v}function _t(p,v){return[...kt(p,v),...We(["load-balancers","hosts"],p["load-balancers"]?.hosts),...We(["workers","hosts"],p.workers?.hosts),...We(["load-balancers","backend"],p["load-balancers"]?.backend),...We(["release","include"],p.release?.include),...jt(p),...Mt(p),...bt(p),...Oe(p),...dt(p)]}const Je=(p,v)=>({path:p,message:v,at:"value"});function kt(p,v){const A=[],R=(D,se)=>se!==void 0&&A.push([D,se]);R(["ssh","jump"],p.ssh?.jump);for(const D of["load-balancers","workers"])p[D]?.hosts.forEach((se,te)=>{R([D,"hosts",te],se)});for(const D of["database","backup","monitoring"])R([D,"host"],p[D]?.host);return A.filter(([,D])=>!v.includes(D)).map(([D,se])=>Je(D,`${Pe(se)} is not a host under hosts; ${Ee(se,v)}`))}function We(p,v){return(v??[]).flatMap((A,R,D)=>D.indexOf(A)<R?[Je([...p,R],`${Pe(A)} is in ${p.join(".")} twice`)]:[])}function jt({hosts:p={},ssh:v}){const A=Object.entries(p).map(([R,D])=>{const se=typeof D=="string"?{address:D,port:void 0}:D;return{name:R,address:se.address,port:se.port??v?.port??22}});return A.flatMap((R,D)=>{const se=A.slice(0,D).find(({address:te,port:$e})=>$e===R.port&&me(te,R.address));return se?[Je(["hosts",R.name],`${R.name} has the address and port of ${se.name}`)]:[]})}function Mt({"load-balancers":p,workers:v}){if(!p||!v)return[];const A=Object.keys(p.servers).filter(te=>!v.hosts.includes(te)).map(te=>{const $e=`${Pe(te)} in load-balancers.servers is not in workers.hosts; ${Ee(te,v.hosts)}`;return{path:["load-balancers","servers",te],message:$e,at:"key"}}),R=new Map(Object.entries(p.servers)),D=new Map,se=v.hosts.flatMap(te=>{const $e=R.get(te)??te,fe=D.get($e)??te;if(D.set($e,fe),fe===te)return[];const Se=["load-balancers","servers",R.has(te)?te:fe];return[Je(Se,`${fe} and ${te} can't both be the server ${Pe($e)}`)]});return[...A,...se]}function bt({rollout:p,workers:v}){if(!p||!v)return[];const A=v.hosts.length,R=p["min-available"]??1,D=($e,fe,Se)=>{if(A-Se>=R)return[];const Ge=p["min-available"]?`rollout.min-available asks for ${R}`:"one must stay";return[Je(["rollout",...$e],`${fe}, which leaves ${Math.max(0,A-Se)}; ${Ge}`)]},se=($e,fe,Se)=>D($e,`${fe} takes ${Se} of ${A} workers out of rotation`,Se),te=p["max-unreachable"];return[...se(["batch"],"rollout.batch",ut(p.batch,A)),...se(["canary","hosts"],"rollout.canary",p.canary?.hosts??0),...te===0?[]:D(["max-unreachable"],`rollout.max-unreachable leaves out ${te} of ${A} workers while another one is switched`,te+1)]}function Oe(p){const{backup:v,database:A}=p;return v===void 0||!("database"in p)?[]:A===void 0?[{path:["backup"],message:"backup needs database: what is it to make backups of?",at:"key"}]:v.mode==="continuous"&&A.kind!=="postgresql"?[Je(["backup","mode"],`only postgresql has backups in continuous mode, ${A.kind} has not`)]:v.mode==="continuous"&&A.host===v.host?[Je(["backup","host"],"in continuous mode the backup server is another machine than the database host")]:v.proof==="nightly"&&v["before-deploy"]==="no"?[Je(["backup","proof"],"only a deploy's backup is left to the night, and with before-deploy: no there is none")]:[]}function dt({monitoring:p,slo:v}){return v?.["before-deploy"]!=="checked"||p!==void 0?[]:[Je(["slo","before-deploy"],"without monitoring there is nobody to ask; name its host: monitoring: { host: \u2026 }")]}function ze(p,v){return Math.max(1,v-ut(p.batch,v)-p["max-unreachable"])}function ut(p,v){return"hosts"in p?p.hosts:Math.max(1,Math.floor(v*p.percent/100))}var nt=Q(8532);const Et=/[|&;<>()$`\\*?#~{}[\]!\n\r]/;function at(p){const v="write it as a list, [program, argument, \u2026], or call a script of the release",A=Et.exec(p);if(A)return{wrong:`one program with its arguments: no shell reads it, so ${JSON.stringify(A[0]).slice(1,-1)} has no meaning; ${v}`};if(!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(p))return{wrong:`a command with its quotes closed; or ${v}`};const R=p.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)??[];return R.length===0?{wrong:"a program with its arguments"}:{words:R.map(D=>D.replace(/'([^']*)'|"([^"]*)"/g,"$1$2"))}}const B=p=>H.YOg(he,{error:"a list of hosts' names"}).min(p,{error:p===1?"a list with at least one host":`a list with at least ${p} hosts`}),N=H.KCZ([Ne.describe("IP address or DNS name"),H.rej({address:Ne.describe("IP address or DNS name"),port:Ce.optional().describe("SSH port; default: ssh.port"),user:Ae.optional().describe("SSH user; default: ssh.user")})]),E=H.rej({user:Ae.default("deploy").describe("The user that every host is reached as"),port:Ce.default(22),jump:he.optional().describe("The host that every connection goes through"),"authorized-keys":H.YOg(ce).min(1,{error:"a list with at least one public key"}).optional().describe("Public keys that may log in as the user; buka provision makes the account and its authorized_keys")}),K=H.KCZ([Me,H.YOg(Me).min(1,{error:"a list with at least one name"})]).transform(p=>typeof p=="string"?[p]:p),C=H.rej({kind:H.euz("haproxy"),hosts:B(1),address:Ne.optional().describe("The virtual address that customers use"),backend:K.describe("The backend, or backends, that the workers are in; a worker is drained in each"),servers:H.g1P(he,Me).default({}).describe("A worker's name as a server in those backends, where it differs from its name here"),"master-socket":ke.default("/run/haproxy-master.sock").describe("The master process (haproxy -S)")}),Z=H.KCZ([H.YjP().transform((p,v)=>{const A=at(p);return"words"in A?A.words:(v.issues.push({code:"custom",input:p,message:A.wrong}),nt.tm)}),H.YOg(H.YjP().regex(/^[^\0]*$/,{error:"an argument without a NUL"})).min(1,{error:"a list with the program and its arguments"})]),X=H.rej({hosts:B(2),port:Ce.describe("The port that the app listens on"),health:lt.describe("Answers 2xx when the app can serve"),"env-file":ke.optional().describe("The file with the app's environment, on each worker"),start:Z.refine(([p=""])=>/^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(p),{error:"a program, such as node, or a file of the release, such as bin/server, with its arguments"}).optional().describe("Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it"),packages:H.YOg(Fe).default([]).describe("The distribution's packages that the app needs; buka provision installs them")}),ee=H.rej({build:Te.optional().describe("Run by bash in the app folder on the machine that builds"),test:Te.optional().describe("Run by bash after build; nothing is packed when it fails"),include:H.YOg(rt).min(1,{error:"a list with at least one path"}).describe("The files and folders that make a release"),keep:_e(2,100).default(5).describe("Releases that stay on a worker"),migrate:Z.optional().describe("Runs once on one worker, in the staged release, before any worker switches; no shell reads it"),migrations:rt.optional().describe("The folder whose files are the release's migrations")}),de="a number of workers such as 1, or a share of them such as 50%",le=H.KCZ([H.Whr({error:de}).min(1,{error:de}),ae(/^(?:[1-9][0-9]?|100)%$/,de)]).transform(p=>typeof p=="number"?{hosts:p}:{percent:Number.parseInt(p,10)}),ye=H.rej({batch:le.prefault(1).describe("Workers that are out of rotation at once"),canary:H.rej({hosts:_e(1,1e3).describe("Workers of the first batch"),watch:He("1s","24h").describe("How long their answers are watched before the others follow")}).optional().describe("The first batch, watched before the others follow"),"min-available":_e(1,1e3).optional().describe("Workers that stay in rotation at every moment; default: all but one batch and max-unreachable"),"drain-timeout":He("1s","24h").prefault("30s").describe("How long a drain waits for requests in flight"),"on-drain-timeout":H.k5n(["wait","cut","fail"]).default("cut").describe("What happens to requests that are still in flight then"),"start-timeout":He("1s","24h").prefault("60s").describe("How long a worker may take to get healthy"),"healthy-after":_e(1,100).default(3).describe("Successes in a row that make a worker healthy"),"lock-timeout":He("0s","24h").prefault("15m").describe("How long a run waits for another run's lock"),"max-unreachable":_e(0,1e3).default(0).describe("Workers that a run may leave out because they can't be reached and take no traffic"),"on-failure":H.k5n(["revert","halt","freeze"]).default("revert").describe("What becomes of the workers that run the new release already")}),k=H.rej({host:he.describe("The machine that measures"),url:Ue.optional().describe("What customers type, where that is not the load balancers by HTTP: https://shop.example.com; probed instead of them"),alerts:H.rej({webhook:Xe.optional().describe("Gets Alertmanager's JSON by POST"),mail:H.rej({to:H.KCZ([qe,H.YOg(qe).min(1,{error:"a list with at least one mail address"})]).transform(p=>typeof p=="string"?[p]:p),from:qe,server:wt.describe("Takes mail of the monitoring host without a password: mail.example.com:25")}).optional()}).refine(({webhook:p,mail:v})=>p!==void 0||v!==void 0,{error:"a webhook, a mail, or both"}).optional().describe("Who is told of what the monitoring finds; without it, nobody")}),l=_e(1,1e4),m={service:ie.describe("Names everything that a run touches on a host"),ssh:E.prefault({}),hosts:H.g1P(he,N).describe("Every machine, by name"),"load-balancers":C,workers:X,release:ee,rollout:ye.prefault({}),database:H.rej({kind:H.k5n(["postgresql","mariadb"]),host:he,name:ot}).optional(),backup:H.rej({host:he.describe("The machine that pulls backups of the database and holds them"),mode:H.k5n(["dump","continuous"]).default("dump").describe("What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most"),keep:H.rej({last:l.default(7).describe("The newest ones, whenever they were made"),daily:l.default(14).describe("The newest one of each of so many days"),weekly:l.default(8).describe("The newest one of each of so many weeks")}).prefault({}).describe("Proven backups that stay, besides the newest and those of releases on the workers"),proof:H.k5n(["every","nightly"]).default("every").describe("Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours"),"before-deploy":H.k5n(["required","no"]).default("required").describe("Whether a deploy makes a backup before it changes anything")}).optional(),monitoring:k.optional(),slo:H.rej({window:He("1h","90d").prefault("7d").describe("What both objectives are judged over, up to now"),availability:H.aig().gt(0,{error:"a percentage above 0 and below 100"}).lt(100,{error:"a percentage above 0 and below 100"}).default(99.9).describe("Percent of the time in which the service answers through the virtual address"),"mean-response-time":He("1ms","10m").prefault("3s").describe("What real requests take at most, on average"),histogram:St.default("http_request_duration_seconds").describe("The app's Prometheus histogram of how long its requests took, in seconds"),"before-deploy":H.k5n(["checked","no"]).default("no").describe("Whether a deploy asks the monitoring host first, and stops where an objective was missed, the error budget burns, or too little was measured")}).prefault({})},T=H.rej(m);function M(p){if(typeof p!="object"||p===null)return{};const v=p;return Object.fromEntries(Object.entries(m).flatMap(([A,R])=>{const D=R.safeParse(v[A]);return D.success?[[A,D.data]]:[]}))}function G(){const p=z.toJSONSchema(T,{io:"input",target:"draft-7"});return{$schema:p.$schema,title:"buka.yml",...p}}var J=Q(8815);class re{#e=new J.HN;#t;data;problems;constructor(v){this.#t=(0,J.Tp)(v,{lineCounter:this.#e,prettyErrors:!1}),this.problems=[...this.#t.errors.map(({pos:A,message:R})=>({...this.#i(A[0]),message:R})),...this.#s()],this.data=this.problems.length===0?this.#n():void 0}find(v){let A=this.#t.contents,R=0;for(const[D,se]of v.path.entries()){const te=D===v.path.length-1,$e=(0,J.Vj)(A)?A.resolve(this.#t):A,fe=(0,J.jh)($e)?$e.items.find(Ge=>(0,J.tO)(Ge)&&ue(Ge)===String(se)):(0,J.oP)($e)&&$e.items[Number(se)];if(!fe)break;const Se=(0,J.tO)(fe)?fe.key:void 0;A=(0,J.tO)(fe)?fe.value:fe,R=je(Se)??je(A)??R,te&&v.at==="value"&&(R=je(A)??R)}return this.#i(R)}#n(){return this.#t.toJS({maxAliasCount:100})}#i(v){const{line:A,col:R}=this.#e.linePos(v);return{line:Math.max(A,1),column:Math.max(R,1)}}#s(){const v=[];return(0,J.YR)(this.#t,{Pair:(A,R)=>{const D=R.key;if((0,J.jn)(D)&&typeof D.value=="string"&&D.value!=="__proto__")return;const se=(0,J.jn)(D)?`${Pe(D.value)} can't be a key; a name is text`:"a key can't be a list or a mapping";v.push({...this.#i(je(D)??0),message:se})}}),v}}const ue=p=>(0,J.jn)(p.key)?String(p.key.value):void 0,je=p=>p?.range?.[0];class Ye extends pe.j{problems;constructor(v,A){const R=A.map(({line:D,column:se,message:te})=>`  ${v}:${D}:${se}: ${te}`);super({code:"buka-yml-invalid",message:[`${v} has ${A.length===1?"a mistake":`${A.length} mistakes`}:`,...R].join(`
`),left:"Nothing was changed.",hint:`Correct ${v}; docs/buka-yml.md explains every key.`}),this.problems=A}}async function st(p){let v;try{v=await(0,ne.readFile)(p,"utf8")}catch(A){throw new pe.j({code:"buka-yml-missing",message:`${p} can't be read`,seen:A instanceof Error?A.message:String(A),left:"Nothing was changed.",hint:"Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.",cause:A})}return yt(v,p)}function yt(p,v="buka.yml"){const A=new re(p);if(A.problems.length>0)throw ft(v,A.problems);const R=T.safeParse(A.data),D=[...R.success?[]:Y(T,R.error,A.data),..._t(M(A.data),Qe(A.data))];if(!R.success||D.length>0)throw ft(v,D.map(se=>({...A.find(se),message:se.message})));return ht(R.data)}function ft(p,v){const A=v.toSorted((R,D)=>R.line-D.line||R.column-D.column);return new Ye(p,A.map(({line:R,column:D,message:se})=>({file:p,line:R,column:D,message:se})))}function Qe(p){const v=p?.hosts;return typeof v=="object"&&v!==null?Object.keys(v):[]}function ht(p){const v=Ke(p),A=Ge=>{const Nt=v.get(Ge);if(!Nt)throw new Error(`${Ge} was checked to be a host`);return Nt},{"load-balancers":R,workers:D,release:se,rollout:te,database:$e,backup:fe}=p,Se=new Map(Object.entries(R.servers));return{service:p.service,hosts:v,authorizedKeys:p.ssh["authorized-keys"],loadBalancers:{kind:R.kind,hosts:R.hosts.map(A),address:R.address,backends:R.backend,servers:new Map(D.hosts.map(Ge=>[Ge,Se.get(Ge)??Ge])),masterSocket:R["master-socket"]},workers:{hosts:D.hosts.map(A),port:D.port,health:D.health,envFile:D["env-file"],start:D.start,packages:D.packages,unit:`${p.service}.service`,root:`/srv/${p.service}`},release:se,rollout:{batch:te.batch,canary:te.canary,minAvailable:te["min-available"]??ze(te,D.hosts.length),drainTimeout:te["drain-timeout"],onDrainTimeout:te["on-drain-timeout"],startTimeout:te["start-timeout"],healthyAfter:te["healthy-after"],lockTimeout:te["lock-timeout"],maxUnreachable:te["max-unreachable"],onFailure:te["on-failure"]},database:$e&&{kind:$e.kind,host:A($e.host),name:$e.name},backup:fe&&{host:A(fe.host),mode:fe.mode,keep:fe.keep,proof:fe.proof,beforeDeploy:fe["before-deploy"]==="required"},monitoring:p.monitoring&&{...p.monitoring,host:A(p.monitoring.host)},slo:{window:p.slo.window,availability:p.slo.availability,meanResponseTime:p.slo["mean-response-time"],histogram:p.slo.histogram,beforeDeploy:p.slo["before-deploy"]==="checked"}}}function Ke({hosts:p,ssh:v}){const A=new Map(Object.entries(p)),R=se=>{const te=A.get(se),{address:$e="",port:fe=v.port,user:Se=v.user}=typeof te=="string"?{address:te}:te??{};return{name:se,address:$e,port:fe,user:Se}},D=v.jump===void 0?void 0:R(v.jump);return new Map([...A.keys()].map(se=>[se,se===v.jump?R(se):{...R(se),jump:D}]))}}),240:((Dt,pt,Q)=>{Q.d(pt,{Wf:()=>nt,MA:()=>xe,g_:()=>ut,R$:()=>dt,xc:()=>at});var ne=Q(7598),pe=Q(3916),j=Q(1996);const H=(0,j.YA)(45),xe=(0,j.YA)(5);var ae=Q(1916);const he="Nothing was changed.";function ie(B,N,E,K){const{host:C,masterSocket:Z,service:X,step:ee}=K,de=K.worker??"the worker",le=`As root on ${C.name}: EXTRAOPTS="-S ${Z},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${C.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,ye=`~/.buka/${X}/${de}`,k=we({give:le,mark:ye,host:C,masterSocket:Z,worker:de});if(B==="unknown-name")return Ne(E,K);const l=k[B]??{message:"The load balancer refused."};return new pe.w({message:"",left:he,...l,code:B,host:C.name,step:ee,...N!==""&&{seen:N}})}function we({give:B,mark:N,host:E,masterSocket:K,worker:C}){const Z=`Look at the guard's log, ${N}/guard.log on ${E.name}, and run it again.`,X=`${C} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${E.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${X} If it was drained, its guard keeps it so.`,hint:`On ${E.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${K}; without it, requests of a process that a reload left behind can't be seen.`,hint:B},"socket-denied":{message:`${E.user} may not use HAProxy's master socket.`,hint:B},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${E.user} can't be written.`,hint:`On ${E.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${C} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${E.name}; then run it again.`},"last-server":{message:`${C} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${C} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${C} has passed no check since it was drained; it would get traffic unchecked.`,left:`${C} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${C}.`,left:`${C} may be in rotation in one process and not in another.`,hint:Z},superseded:{message:`This run no longer holds ${C} out of rotation: something else readmitted it, or its lease ran out.`,left:`${C} is in rotation, or its guard readmits it when it is fit.`,hint:Z},"lease-busy":{message:`The lease of ${C} could not be renewed: something has held its lock for 3 s.`,left:X,hint:`On ${E.name}: \`fuser ${N}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${E.user} leaves behind, so nothing would readmit ${C} if this run died.`,hint:`As root on ${E.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${E.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${C} was readmitted, but HAProxy does not see it up.`,left:`${C} is ready: it gets traffic as soon as its check passes.`,hint:`On ${E.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Ne({missing:B,unreadable:N,backendNames:E,serverNames:K},{host:C,step:Z}){const X=N.find(({old:le})=>!le)?.backend,ee=(le,ye,k,l,m)=>new pe.w({code:le,message:ye,host:C.name,step:Z,seen:l.length>0?`known there: ${l.join(", ")}`:"none is known there",left:he,hint:`Correct ${m} in buka.yml${Le(k,l)}.`});if(X!==void 0&&!E.includes(X)){const le=`HAProxy has no backend ${X}.`;return ee("unknown-backend",le,X,E,"`load-balancers: backend:`")}const de=B[0];if(de!==void 0){const{backend:le,server:ye}=de,k=K.filter(m=>m.backend===le).map(m=>m.server),l=`HAProxy has no server ${ye} in backend ${le}.`;return ee("unknown-server",l,ye,k,"the worker's name under `load-balancers: servers:`")}return new pe.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${X??""}.`,host:C.name,step:Z,left:he,hint:`On ${C.name}: \`systemctl status haproxy\`, then run it again.`})}function Le(B,N){const[E]=[...N].sort((K,C)=>(0,ae.Io)(B,K)-(0,ae.Io)(B,C));return E!==void 0&&(0,ae.Io)(B,E)<=Math.max(2,B.length/3)?`: ${E} is the nearest`:""}const me=39,Ae=24,ce=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function Fe(B){const N=B.split(`
`).map(Z=>Z.split(" ")),E=(Z,X)=>N.filter(ee=>ee[0]===Z&&ee.length>=X).map(ee=>ee.slice(1)),K=([Z="",X=""])=>({backend:Z,server:X}),C=E("name",2);return{processes:E("pids",1).at(-1)??[],servers:E("server",12).map(Me),missing:E("missing",3).map(K),unreadable:E("unreadable",4).map(([Z="",X,ee=""])=>({process:Z,old:X==="old",backend:ee})),backendNames:C.filter(Z=>Z.length===1).map(([Z=""])=>Z),serverNames:C.filter(Z=>Z.length===2).map(K),traffic:E("traffic",8).map(([,Z="",X="",...ee])=>{const[de=0,le=0,ye=0,k=0]=ee.map(Number);return{backend:Z,server:X,responses:de,serverErrors:le,failed:ye,ttime:k}}),marks:new Map(E("mark",4).map(([Z="",X,ee,...de])=>[Z,{processes:new Set(de.filter(Boolean)),lease:{left:(0,j.Rz)(Number(X)*10),alive:ee==="alive"}}]))}}function Me(B){const[N="",E,K="",C="",Z,X,,ee,de,le,...ye]=B;return{process:N,old:E==="old",backend:K,server:C,admin:Number(Z),checking:Number(X),inFlight:Number(ee),tracks:de!=="-",check:le==="-"?void 0:le,status:ye.join(" ")}}function ot({admin:B}){return B&me?"maintenance":B&Ae?"drain":"ready"}function St(B){return B.tracks?/^(UP|DRAIN)$/.test(B.status)?"passed":ke(B.status):(B.checking&6)!==6||B.check===void 0||B.check==="INI"?"unchecked":ce.has(B.check)?ke(B.status,"passed"):"failed"}function ke(B,N="unchecked"){return B.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(B)?"unchecked":N}function rt(B){return ot(B)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(B.status)}var lt=Q(8522);const et=String.raw`
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
`,Ue=String.raw`
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
`,qe=String.raw`
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
`,Ie=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${qe}'
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
`,wt=45,Te=B=>B.replace(/^ *(# .*)?\n?/gm,""),_e=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,lt.gzipSync)(Te(Ie+et+Ue),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,Be=_e+Te(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),He=String.raw`
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
`,Ze=String.raw`
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
`,Tt=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,Y=String.raw`
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
`,At=String.raw`
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
`,ct=String.raw`
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
`,tt=String.raw`
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
`;function be(B,N){return{name:"observe the load balancer",text:Te(Ie+He),values:{service:B.service,socket:B.masterSocket,workers:B.targets.map(({worker:E})=>E).join(`
`),...gt(B.targets.flatMap(E=>E.servers))},deadline:(0,j.YA)(wt),parse:N}}function Ve(B,N){return{name:"renew the leases",text:Te(Xe+ct),values:{service:B.service,workers:B.workers.join(`
`),lease:De(B.lease)},deadline:(0,j.YA)(wt),parse:N}}const ge={drain:Be+Te(Ze),maintain:Be+Te(Tt),check:Be+Te(Y),readmit:Be+Te(At),revive:_e+Te(tt)};function Ee(B,N,{deadline:E,lease:K,step:C},Z){return{name:`${B} ${N.worker}`,text:ge[B],values:{service:N.service,worker:N.worker,socket:N.masterSocket,deadline:De(E),lease:De(K),sender:C.process,this_step:String(C.number),...gt(N.servers)},deadline:(0,j.Rz)(E+(0,j.YA)(wt)),parse:Z}}const De=B=>String(Math.ceil(B/10));function gt(B){return{targets:B.map(({backend:N,server:E})=>`${N} ${E}`).join(`
`),backends:[...new Set(B.map(({backend:N})=>N))].join(" ")}}function $t(B,N,E){return{host:B,processes:N.processes.length,workers:new Map(E.map(K=>[K.worker,Pe(N,K)]))}}function Pe(B,{worker:N,servers:E}){const K=B.servers.filter(ee=>E.some(({backend:de,server:le})=>de===ee.backend&&le===ee.server)),C=K.filter(({old:ee})=>!ee),Z=B.marks.get(N),X=C.some(ee=>ot(ee)!=="ready"&&Z?.processes.has(ee.process)===!0);return{worker:N,servers:E.map(({backend:ee,server:de})=>_t(K.filter(le=>le.backend===ee&&le.server===de),B.traffic.filter(le=>le.backend===ee&&le.server===de))),inRotation:C.length>0&&C.every(rt),drainedByBuka:X,lease:X?Z?.lease:void 0}}function _t(B,N){const[E]=B.filter(({old:K})=>!K);if(E===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:E.backend,server:E.server,admin:ot(E),check:St(E),status:E.status,inFlight:B.reduce((K,{inFlight:C})=>K+C,0),traffic:Je(N)}}function Je(B){const N=C=>B.reduce((Z,X)=>Z+C(X),0),E=({responses:C})=>Math.min(C,1024),K=N(E);return{responses:N(({responses:C})=>C),serverErrors:N(({serverErrors:C})=>C),failed:N(({failed:C})=>C),meanTime:K===0?void 0:(0,j.Rz)(N(C=>C.ttime*E(C))/K)}}const kt=new WeakMap,We={process:(0,ne.randomUUID)(),number:0};class jt{cluster;host;remote;lease;#e;constructor(N,E,K,C=H){this.cluster=N,this.host=E,this.remote=K,this.lease=C,this.#e=new Map(N.workers.hosts.map(Z=>[Z.name,bt(N,Z.name)]))}async observe(){const N=[...this.#e.values()],E={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:N};return this.remote.run(be(E,K=>$t(this.host,Fe(this.#a(K,"observe")),N)))}async drain(N,{deadline:E,onProgress:K}){const C=le=>{const[ye,...k]=this.#s(le,"drain",N,["drained","still"]),[l=0,m=0,T=0]=k.map(Number);return ye==="drained"?{kind:ye,waited:(0,j.Rz)(l)}:{kind:"still-in-flight",inFlight:l,unreadable:m,waited:(0,j.Rz)(T)}},{promise:Z,resolve:X}=Promise.withResolvers(),ee=this.remote.run(this.#n("drain",N,E,C),{onLine:le=>{X();const ye=/^progress (\d+)$/.exec(le);ye&&K?.(Number(ye[1]))}}),de=kt.get(this.remote)??new Map;return kt.set(this.remote,de.set(N,Promise.race([Z,ee.catch(()=>{})]))),ee}async maintain(N,{deadline:E=(0,j.YA)(10)}={}){return this.remote.run(this.#n("maintain",N,E,K=>({cut:Number(this.#s(K,"maintain",N,["cut"])[1])})))}async check(N,{deadline:E}){const K=C=>{const[Z,X="",...ee]=this.#s(C,"check",N,["passed","failed"]),de=X.startsWith("no")?"no check is configured; ":"";return{passed:Z==="passed",seen:de+ee.join(" ")}};return this.remote.run(this.#n("check",N,E,K))}async readmit(N){await kt.get(this.remote)?.get(N),await this.remote.run(this.#n("readmit",N,(0,j.YA)(5),E=>{this.#s(E,"readmit",N,["readmitted"])}))}async renew(N){const E={service:this.cluster.service,workers:N,lease:this.lease},K=await this.remote.run(Ve(E,ee=>Mt(this.#a(ee,"renew")))),C=ee=>K.filter(([de])=>de===ee).map(([,de=""])=>de),Z=await Promise.all(C("unguarded").map(async ee=>({worker:ee,held:await this.#t(ee)}))),[X]=C("busy");if(X!==void 0)throw this.#r("lease-busy","",{worker:X,step:"renew"});return[...new Set([...C("lost"),...Z.filter(({held:ee})=>!ee).map(({worker:ee})=>ee)])]}async#t(N){const E=K=>this.#s(K,"renew",N,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",N,(0,j.YA)(5),E))}#n(N,E,K,C){return We.number+=1,Ee(N,this.#i(E),{deadline:K,lease:this.lease,step:We},C)}#i(N){const E=this.#e.get(N);if(E===void 0)throw new Error(`${N} is no worker of ${this.cluster.service}`);return E}#s(N,E,K,C){const X=(this.#a(N,E,K).trimEnd().split(`
`).at(-1)??"").split(" ");if(!C.includes(X[0]??""))throw this.#o(N,E);return X}#a(N,E,K){if(N.status===0)return N.stdout;const C=/^error (\S+) ?(.*)$/m.exec(N.stdout);if(C===null)throw this.#o(N,E);const[,Z="",X=""]=C;throw this.#r(Z,X,{worker:K,step:E,facts:Fe(N.stdout)})}#r(N,E,{facts:K=Fe(""),worker:C,step:Z}){const{service:X,loadBalancers:ee}=this.cluster,de={host:this.host,masterSocket:ee.masterSocket,service:X,worker:C,step:Z};return ie(N,E,K,de)}#o({status:N,stdout:E,stderr:K},C){return new pe.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${N}.`,host:this.host.name,step:C,seen:(K.trim()||E.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const Mt=B=>B.split(`
`).filter(Boolean).map(N=>N.split(" "));function bt({service:B,loadBalancers:N},E){const{backends:K,masterSocket:C}=N,Z=N.servers.get(E)??E;for(const X of[...K,Z])if(!/^[A-Za-z0-9_.:-]+$/.test(X))throw Oe("name of a backend or server",X);if(!/^\/[A-Za-z0-9_./-]+$/.test(C))throw Oe("path of a socket",C);return{service:B,worker:E,masterSocket:C,servers:K.map(X=>({backend:X,server:Z}))}}const Oe=(B,N)=>new pe.j({code:"unusable-name",message:`${JSON.stringify(N)} can't be the ${B} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function dt(B,N,E,K=H){if(B.loadBalancers.kind==="haproxy")return new jt(B,N,E,K)}var ze=Q(6259);const ut="/etc/keepalived/haproxy-serves",nt="/var/lib/buka-load-balancer/away",Et=String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`,at=B=>(0,ze.K$)({name:"look at the address",text:Et,values:{address:B,away_file:nt,serves_program:ut},deadline:(0,j.YA)(15),parse(N){const E=(0,ze.OA)((0,ze.gq)(N).stdout,["here","away","keepalived","serves","heeds"]),K=C=>E[C]==="yes";return{here:K("here"),away:K("away"),keepalived:K("keepalived"),serves:K("serves"),heeds:K("heeds")}}})}),1021:((Dt,pt,Q)=>{Q.d(pt,{td:()=>he,VI:()=>le,F3:()=>Oe,bL:()=>nt,Fg:()=>X,QW:()=>at,vN:()=>k,p_:()=>jt,qq:()=>ft,Dp:()=>A,R3:()=>fe,cJ:()=>ut,Bf:()=>dt,dw:()=>h});var ne=Q(3916);const pe=66,j=67,H=`umask 022
[ -d "$root" ] || exit ${pe}
cd -- "$root"
`,xe=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function ae(a,c,{root:u,id:f}){const w=a.stderr.trim().slice(-1e3)||`exit status ${a.status}`;if(a.status===pe)return new ne.w({code:"service-folder-missing",message:`${u} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${u}`});if(a.status===j)return new ne.w({code:"release-not-staged",message:`release ${f} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const y=xe.find(W=>W.seen.test(w));return y?new ne.w({code:y.code,message:`${c}: ${y.message}`,seen:w,hint:y.hint}):new ne.w({code:"release-script-failed",message:`${c} failed`,seen:w})}const he=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${j}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
`;function ie(a,c){return{name:`activate ${c}`,text:`${enterRoot}${he}`,values:{root:a,id:c},deadline:seconds(30),parse(u){if(u.status!==0)throw hostFailure(u,`activating ${c}`,{root:a,id:c})}}}var we=Q(1455),Ne=Q(7075),Le=Q(6118),me=Q(1996),Ae=Q(3024),ce=Q(6466),Fe=Q(8522);const Me=(a,c,u)=>new ne.w({code:`archive-${a}`,message:`the archive ${c}`,seen:u,left:"Nothing was changed.",hint:a==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*ot(a){const c=(0,Le.extract)(),u=(0,ce.pipeline)((0,Ae.createReadStream)(a),(0,Fe.createZstdDecompress)(),c);u.catch(()=>{});try{for await(const f of c){const{name:w,type:y,mode:W,size:q,linkname:ve}=f.header;yield{name:y==="directory"?w.replace(/\/$/,""):w,type:y??"unknown",mode:W??0,size:q??0,target:ve??"",content:f}}await u}catch(f){throw f instanceof ne.w?f:Me("damaged","can't be read to its end",f.message)}}var St=Q(7598),ke=Q(2857);function rt(a){if(new RegExp("\\p{Cc}","u").test(a))return"has a control character in its name";if(!a.isWellFormed())return"has a name that is not Unicode";if(a.startsWith("/"))return"is an absolute path";const c=a.split("/");if(c.includes(".."))return"leads outside the release";if(c.includes("")||c.includes("."))return"is not written plainly"}function lt(a,c){const u=c.get(a)??"";return u===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(u)?"is a link to a name with a control character":u.isWellFormed()?u.startsWith("/")?`is a link to an absolute path, ${u}`:et(a,c)?`is a link that leads outside the release, to ${u}`:void 0:"is a link to a name that is not Unicode"}function et(a,c){const u=[],f=a.split("/").reverse();let w=0;for(let y=f.pop();y!==void 0;y=f.pop()){if(y===""||y===".")continue;if(y===".."){if(u.pop()===void 0)return!0;continue}u.push(y);const W=c.get(u.join("/"));if(W!==void 0){if(++w>40)return!1;if(W.startsWith("/"))return!0;u.pop(),f.push(...W.split("/").reverse())}}return!1}function Ue(a,c){return Buffer.compare(Buffer.from(a),Buffer.from(c))}const Xe=a=>a.slice(0,Math.max(0,a.lastIndexOf("/"))),qe=ke.aig().int().nonnegative(),Ie=ke.YjP(),wt=ke.YjP().regex(/^[0-9a-f]{64}$/),Te=ke.gMt("type",[ke.rej({type:ke.euz("file"),mode:qe,size:qe,sha256:wt,path:Ie}),ke.rej({type:ke.euz("directory"),mode:qe,path:Ie}),ke.rej({type:ke.euz("symlink"),target:Ie,path:Ie})]),Ce=ke.rej({service:ke.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:ke.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:ke.YOg(Ie),contractMigrations:ke.YOg(Ie).optional()}),_e=Ce.extend({entries:ke.YOg(Te)});function Be({service:a,commit:c,migrations:u,contractMigrations:f,entries:w}){const y=f?.length?{contractMigrations:f}:{};return`${JSON.stringify({service:a,commit:c,migrations:u,...y}).slice(0,-1)},"entries":[
${w.map(He).join(`,
`)}
]}
`}function He(a){switch(a.type){case"file":{const{type:c,mode:u,size:f,sha256:w,path:y}=a;return JSON.stringify({type:c,mode:u,size:f,sha256:w,path:y})}case"directory":return JSON.stringify({type:a.type,mode:a.mode,path:a.path});case"symlink":return JSON.stringify({type:a.type,target:a.target,path:a.path})}}const Ze=a=>(0,St.createHash)("sha256").update(a).digest("hex");function Tt(a){return`${a.commit?.slice(0,7)??"local"}-${Ze(Be(a)).slice(0,8)}`}function Y(a){const c=_e.safeParse(ct(a));if(!c.success)return;const u=c.data;return Be(u)===a?u:void 0}function At(a){const c=Ce.safeParse(ct(a.replace(/,"entries":\[$/,"}")));return c.success?c.data:void 0}function ct(a){try{return JSON.parse(a)}catch{return}}function tt(a){const c=new Map(a.map(({path:w,type:y})=>[w,y])),u=new Map(a.flatMap(w=>w.type==="symlink"?[[w.path,w.target]]:[]));let f;for(const w of a){const{path:y}=w,W=rt(y)??(w.type==="symlink"?lt(y,u):be(w.type,w.mode))??Ve(Xe(y),c)??ge(f,y);if(W)return{path:y,why:W};f=y}return a.some(({type:w})=>w==="file")?void 0:{path:".",why:"has no file"}}function be(a,c){if(c&2048)return"is setuid";if(c&1024)return"is setgid";if(c&512)return"has the sticky bit";if(c>511)return"has a mode that is none";const u=a==="directory"?320:256;return(c&u)===u?void 0:"is closed to its own owner"}function Ve(a,c){if(a==="")return;const u=c.get(a);if(u!=="directory")return u===void 0?"is in a folder that is not listed":`lies behind a ${u}, ${a}`}function ge(a,c){if(!(a===void 0||Ue(a,c)<0))return a===c?"is there twice":"is out of order"}function Ee(){const a=(0,St.createHash)("sha256");let c=0;return{async*passing(u){for await(const f of u)a.update(f),c+=f.length,yield f},size:()=>c,digest:()=>a.digest("hex")}}async function De(a){const c=Ee();for await(const u of c.passing(a));return{size:c.size(),sha256:c.digest()}}const gt=64*1024*1024;async function $t(a){let c;const u=new Set;for await(const w of ot(a)){if(!c){c=await Pe(w);continue}const y=_t(w,u);await Je(w,y,c.entries[u.size]),u.add(y)}if(!c)throw Me("damaged","is empty");const f=c.entries[u.size];if(f)throw Me("damaged",`lacks ${JSON.stringify(f.path)}, which its manifest lists`);return c}async function Pe({name:a,type:c,size:u,content:f}){if(a!=="manifest.json"||c!=="file"||u>gt)throw Me("damaged","does not begin with a manifest",`${c} ${JSON.stringify(a)}`);const w=[];for await(const q of f)w.push(q);const y=Y(Buffer.concat(w).toString());if(!y)throw Me("damaged","has a manifest that Buka did not write");const W=tt(y.entries);if(W)throw Me("unsafe",`lists ${JSON.stringify(W.path)}, which ${W.why}`);return y}function _t({name:a,type:c},u){const f=JSON.stringify(a);if(!["file","directory","symlink"].includes(c))throw Me("unsafe",`has ${f}, which is a ${c}`);const w=rt(a);if(w)throw Me("unsafe",`has ${f}, which ${w}`);const y=a.replace(/^tree\//,"");if(y===a)throw Me("unsafe",`has ${f}, which is not below tree/`);if(u.has(y))throw Me("unsafe",`has ${f} twice`);return y}async function Je(a,c,u){const f=W=>Me("damaged",`does not match its manifest: ${W}`),w=JSON.stringify(c);if(u?.path!==c)throw f(`${w} is where ${JSON.stringify(u?.path??"its end")} should be`);if(u.type!==a.type)throw f(`${w} is a ${a.type}`);if(u.type==="symlink"){if(u.target!==a.target)throw f(`${w} leads to ${JSON.stringify(a.target)}`)}else if(u.mode!==a.mode)throw f(`${w} has the mode ${a.mode.toString(8)}`);if(u.type!=="file"){a.content.resume();return}if(u.size!==a.size)throw f(`${w} has ${a.size} bytes`);const{sha256:y}=await De(a.content);if(y!==u.sha256)throw f(`the checksum of ${w} is ${y}`)}function kt(a,c,u){const f={name:a,mtime:u,uid:0,gid:0,type:c.type};return c.type==="symlink"?{...f,mode:511,linkname:c.target}:c.type==="directory"?{...f,mode:c.mode}:{...f,mode:c.mode,size:c.size}}function We(a,c,u){return new Promise((f,w)=>{const y=q=>q?w(q):f();if(typeof u=="string"){a.entry(c,u,y);return}const W=a.entry(c,y);u&&(0,ce.pipeline)(u,W).catch(w)})}async function jt(a){const{size:c,mtime:u}=await(0,we.stat)(a).catch(w=>{throw new ne.j({code:"archive-missing",message:`the archive ${a} can't be read (${w.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:w})}),f=await $t(a);return{id:Tt(f),manifest:f,bytes:(0,me.ee)(c),payload(w){const y=(0,Le.pack)();return Mt(a,f,w,u,y).catch(W=>y.destroy(W)),Ne.Readable.from(y,{objectMode:!1})}}}async function Mt(a,c,u,f,w){const y=new Map(c.entries.filter(({type:W,path:q})=>W!=="file"||u.has(q)).map(W=>[`tree/${W.path}`,W]));for await(const{name:W,content:q}of ot(a)){const ve=y.get(W);ve&&await We(w,kt(ve.path,ve,f),ve.type==="file"?q:void 0),ve?.type!=="file"&&q.resume()}w.finalize()}const bt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,Oe=a=>bt.test(a);function dt(a){if(Oe(a))return a;throw new ne.j({code:"release-id",message:`${JSON.stringify(a)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const ze=1e3;function ut(a,c){return{name:`record ${c.event} ${c.release}`,text:`${H}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:a,line:Et(c)},deadline:(0,me.YA)(30),parse(u){if(u.status!==0)throw ae(u,"writing the history",{root:a})}}}function nt(a,c){return{name:`mark ${c} good`,text:`${H}[ -d "releases/$id/tree" ] || exit ${j}
: > "releases/$id/good"
`,values:{root:a,id:c},deadline:(0,me.YA)(30),parse(u){if(u.status!==0)throw ae(u,`marking ${c} good`,{root:a,id:c})}}}function Et(a){const{at:c,event:u,release:f,from:w,by:y,reason:W,contract:q,backup:ve,recoveryPoint:it}=a;return JSON.stringify({at:c.toISOString(),event:u,release:f,from:w,by:y.slice(0,ze),reason:W?.slice(0,ze),contract:q?.length?q:void 0,backup:ve,recoveryPoint:it?.toISOString()})}function at(a,c){const u=[[]];let f=0;for(const w of c)f+=w.length,f>ze&&(u.push([]),f=w.length),u.at(-1)?.push(w);return u.map(w=>({...a,event:"migrated",contract:w}))}const B=["migrated","activated","good","reverted","restored"];function N(a){let c;try{c=JSON.parse(a)}catch{return}const u=mt=>typeof c?.[mt]=="string"?c[mt]:void 0,f=mt=>new Date(u(mt)??Number.NaN),w=f("at"),y=u("event")??"",W=u("release")??"",q=u("from"),ve=u("reason"),it=Array.isArray(c?.contract)?c.contract.filter(mt=>typeof mt=="string"):[],zt=u("backup"),Ht=f("recoveryPoint");if(!(Number.isNaN(w.getTime())||!B.includes(y)||!Oe(W))&&!(y==="restored"&&(zt===void 0||Number.isNaN(Ht.getTime()))))return{at:w,event:y,release:W,...q!==void 0&&Oe(q)&&{from:q},by:u("by")??"",...ve!==void 0&&{reason:ve},...it.length>0&&{contract:it},...zt!==void 0&&{backup:zt},...y==="restored"&&{recoveryPoint:Ht}}}var E=Q(6760),K=Q(1916);const C=64*1024,Z=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function X(a,c){const u=[...a.slice(0,C).matchAll(Z)].map(([,y=""])=>y.toLowerCase()),f=u.find(y=>!ee(y)&&((0,K.Io)(y,"contract")<=3||(0,K.Io)(y,"expand")<=2));if(f!==void 0)throw new ne.j({code:"migration-mark",message:`${c} is marked \`buka: ${f}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const w=u.filter(ee);return w.includes("contract")?"contract":w[0]}const ee=a=>a==="contract"||a==="expand";async function de(a,c){const u=[];for(const f of c)X(await le((0,E.join)(a,f),C),f)==="contract"&&u.push(f);return u}async function le(a,c){const u=await(0,we.open)(a);try{const{buffer:f,bytesRead:w}=await u.read(Buffer.alloc(c),0,c,0);return f.toString("utf8",0,w)}finally{await u.close()}}const ye=500;function k(a){return{name:"observe releases",text:`${H}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${ye} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${ye} history | sed 's/^/history /'
fi
`,values:{root:a},deadline:(0,me.YA)(30),parse(c){if(c.status!==0)throw ae(c,"reading the releases",{root:a});return l(c.stdout)}}}function l(a){const c=[],u=[];let f;for(const w of a.split(`
`)){const[,y,W]=/^([a-z]+) (.*)$/s.exec(w)??[];if(!(y===void 0||W===void 0)){if(y==="current"){const[,q=""]=/^releases\/([^/]+)\/tree$/.exec(W)??[];Oe(q)&&(f=q)}if(y==="release"&&c.push(...m(W)),y==="history"){const q=N(W);q&&u.push(q)}}}return c.sort((w,y)=>w.stagedAt.getTime()-y.stagedAt.getTime()),{staged:c,...f!==void 0&&{active:f},history:u}}function m(a){const[,c="",u="",f,w=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(a)??[],y=At(w);return!Oe(c)||!y?[]:[{id:c,...y.commit!==void 0&&{commit:y.commit},migrations:y.migrations,...y.contractMigrations!==void 0&&{contractMigrations:y.contractMigrations},stagedAt:new Date(Number(u)*1e3),good:f==="yes"}]}async function T(a,c){const u=new Map;for(const w of c){const y=J(w);await re(a,w,y,u),await ue(a,y,u)}const f=[];for(const w of[...u.keys()].sort(Ue)){const y=u.get(w);y&&f.push(await je(a,w,y))}return f}async function M(a,c){return(await(0,we.readdir)((0,E.join)(a,c),{withFileTypes:!0}).catch(async w=>{throw new ne.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(c)}, which is no folder${await yt(a,c)}`,cause:w})})).filter(w=>w.isFile()&&!w.name.startsWith(".")).map(({name:w})=>w).sort(Ue)}function G(a,c){return new ne.w({code:"release-refused",message:`${JSON.stringify(a)} ${c}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function J(a){const c=E.posix.normalize(a).replace(/\/$/,"").replace(/^\.$/,""),u=a.startsWith("/")||c.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,f=c.split("/").includes(".git")?"is of git, and is never packed":void 0;if(u===void 0&&f===void 0)return c;throw new ne.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(a)}, which ${u??f}`})}async function re(a,c,u,f){const w=u===""?[]:u.split("/");for(let y=1;y<=w.length;y+=1){const W=w.slice(0,y).join("/"),q=await(0,we.lstat)((0,E.join)(a,W)).catch(()=>{});if(!q||y<w.length&&!q.isDirectory())throw new ne.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(c)}, which ${q?`lies behind ${JSON.stringify(W)}, no real folder`:"does not exist"}${q?"":await yt(a,u)}`,hint:"Is it made by the build? Then run the build first."});f.set(W,q)}}async function ue(a,c,u){if(c!==""&&!u.get(c)?.isDirectory())return;const f=await(0,we.readdir)((0,E.join)(a,c),{encoding:"buffer"});for(const w of f){const y=w.toString(),W=c===""?y:`${c}/${y}`;if(!Buffer.from(y).equals(w))throw G(W,"has a name that is not UTF-8");y!==".git"&&(u.set(W,await(0,we.lstat)((0,E.join)(a,W))),await ue(a,W,u))}}async function je(a,c,u){const f=u.mode&4095;if(u.isDirectory())return{type:"directory",path:c,mode:f};if(u.isSymbolicLink())return{type:"symlink",path:c,target:await Ye(a,c)};if(!u.isFile())throw G(c,`is a ${st(u)}`);const{size:w,sha256:y}=await De((0,Ae.createReadStream)((0,E.join)(a,c))).catch(W=>{throw G(c,`can't be read (${W.code})`)});return{type:"file",path:c,mode:f,size:(0,me.ee)(w),sha256:y}}async function Ye(a,c){const u=await(0,we.readlink)((0,E.join)(a,c),{encoding:"buffer"}),f=u.toString();if(!Buffer.from(f).equals(u))throw G(c,"is a link to a name that is not UTF-8");return f}function st(a){return a.isFIFO()?"fifo":a.isSocket()?"socket":"device"}async function yt(a,c){const u=c.split("/");for(let f=u.length-1;f>=0;f-=1){const w=u.slice(0,f).join("/"),y=await(0,we.readdir)((0,E.join)(a,w)).catch(()=>{});if(y)return y.length===0?"":`; did you mean ${JSON.stringify(E.posix.join(w,(0,K.kp)(u[f]??"",y)))}?`}return""}async function ft(a,c){const u=(0,E.resolve)(c);if(ht(a,u),a.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(a.commit))throw new ne.j({code:"commit-id",message:`${a.commit} is not a full commit id`});const f=await T(a.folder,a.include),w=tt(f);if(w)throw G(w.path,w.why);const y=a.migrations===void 0?[]:await M(a.folder,a.migrations),W=a.migrations===void 0?[]:await de((0,E.join)(a.folder,a.migrations),y),q={service:a.service,...a.commit!==void 0&&{commit:a.commit},entries:f,migrations:y,...W.length>0&&{contractMigrations:W}},ve=`${u}.partial`;try{await Ke(a.folder,q,ve),await(0,we.rename)(ve,u)}finally{await(0,we.rm)(ve,{force:!0})}return{id:Tt(q),manifest:q,bytes:(0,me.ee)((await(0,we.stat)(u)).size),archive:u}}const Qe=new Date(0);function ht({folder:a,include:c},u){const f=c.find(w=>`${u}${E.sep}`.startsWith(`${(0,E.resolve)(a,w)}${E.sep}`));if(f!==void 0)throw new ne.j({code:"release-output",message:`the archive ${u} would lie in ${f}, which is packed`,hint:"Write it somewhere else."})}async function Ke(a,c,u){const f=(0,Le.pack)(),w=(0,Fe.createZstdCompress)({params:{[Fe.constants.ZSTD_c_compressionLevel]:3}}),y=(0,ce.pipeline)(f,w,(0,Ae.createWriteStream)(u));await Promise.all([y,p(a,c,f).catch(q=>{throw f.destroy(q),q})]).catch(async q=>{throw await y.catch(()=>{}),q});const W=await(0,we.open)(u,"r+");await W.sync().finally(()=>W.close())}async function p(a,c,u){await We(u,{name:"manifest.json",mode:420,mtime:Qe},Be(c));for(const f of c.entries){const w=kt(`tree/${f.path}`,f,Qe);if(f.type!=="file"){await We(u,w);continue}const y=Ee(),W=(0,Ae.createReadStream)((0,E.resolve)(a,f.path));if(await We(u,w,y.passing(W)).catch(q=>{throw q.message==="Size mismatch"?v(f.path):q}),y.digest()!==f.sha256)throw v(f.path)}u.finalize()}function v(a){return new ne.w({code:"release-changed",message:`${JSON.stringify(a)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function A(a,c){const u=R(a),f=c===void 0?-1:u.lastIndexOf(c);return(f===-1?u:u.slice(0,f)).findLast(y=>a.every(({staged:W})=>W.some(q=>q.id===y)))}function R(a){const c=a.flatMap(({history:w})=>w).filter(({event:w})=>w==="good"||w==="reverted").sort((w,y)=>w.at.getTime()-y.at.getTime()),u=new Set(c.filter(({event:w})=>w==="good").map(({release:w})=>w)),f=a.flatMap(({staged:w})=>w).filter(({id:w,good:y})=>y&&!u.has(w)).sort((w,y)=>w.stagedAt.getTime()-y.stagedAt.getTime()).map(({id:w})=>w).filter((w,y,W)=>W.indexOf(w)===y);for(const{event:w,release:y}of c){const W=f.indexOf(y);W!==-1?f.length=W+1:w==="good"&&f.push(y)}return f}const D=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,se=String.raw`list_entries() {
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
`,te=String.raw`compare() {
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
`,$e=`${D}${se}${te}`;function fe(a,{keep:c,protect:u}){return{name:"prune releases",text:`${D}${H}remove_leftovers
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
`,values:{root:a,keep:String(c),protect:u.join(" ")},deadline:(0,me.Gx)(10),parse(f){if(f.status!==0)throw ae(f,"pruning",{root:a});return[...f.stdout.matchAll(/^removed (\S+)$/gm)].map(([,w=""])=>w).filter(Oe)}}}function Se(a,c,u){const f=Bt(a,u),w=f.paths("damaged");if(f.has("active"))throw Nt(c,Pt(w,f.surplus));const y=[...f.has("replaced")?[`release ${c} was damaged, and is replaced: ${Pt(w,f.surplus)}`]:[],...f.has("staged")&&f.surplus>0?[`release ${c} is active, and ${f.surplus} paths in it are not of the release`]:[],...f.paths("altered").map(q=>`${JSON.stringify(q)} of an earlier release is not what it was; a fresh one is sent`)],W=f.value("folder");if(!f.has("staged")&&(W===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(W)))throw new ne.w({code:"release-script-failed",message:`preparing ${c} failed`,seen:a.slice(-500)});return{free:(0,me.ee)(Number(f.value("free"))),folder:f.has("staged")?void 0:W,needed:new Set(f.paths("needed")),warnings:y}}function Ge(a,c,u){const f=Bt(a,u),w=f.paths("wrong");if(!(w.length===0&&f.surplus===0))throw new ne.w({code:"stage-mismatch",message:`what arrived is not release ${c}`,seen:Pt(w,f.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function Nt(a,c){return new ne.w({code:"release-damaged",message:`release ${a} is active here, and its files are not what was deployed`,seen:c,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Pt(a,c){const u=a.slice(0,5).map(w=>JSON.stringify(w)),f=a.length>u.length?` and ${a.length-u.length} more`:"";return[...a.length>0?[`differs in ${u.join(", ")}${f}`]:[],...c>0?[`${c} paths too many`]:[]].join("; ")||"its manifest differs"}function Bt(a,c){const u=a.split(`
`).map(w=>w.split(" ")),f=w=>u.filter(([y])=>y===w).map(([,y=""])=>y);return{has:w=>f(w).length>0,value:w=>f(w)[0],surplus:Number(f("surplus")[0]??0),paths:w=>f(w).flatMap(y=>c.entries[Number(y)]?.path??[])}}const Yt=`(
${H}${$e}${String.raw`
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
`})`,Kt=`(
${H}${$e}${String.raw`
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
`})`,Gt=`${H}${$e}remove_tree "releases/$folder"
`,Lt=64*1024*1024,Ft=5e4;async function h(a,c,u,f){const w=a.host.name;f.step({host:w,name:"stage",state:"started",detail:u.id});try{const y=await $(a,c,u,q=>f.warning(`${w}: ${q}`)),W=`${(0,me.z3)(y.sent)} sent, ${y.files} files new, ${y.reused} reused`;return f.step({host:w,name:"stage",state:"done",detail:W}),y}catch(y){throw f.step({host:w,name:"stage",state:"failed"}),y instanceof ne.w?y.with({host:w,step:"stage"}):y}}async function $(a,c,u,f){const{id:w,manifest:y}=u,W=Be(y),q=(0,Fe.gzipSync)(W,{level:9}),ve={root:c,id:w,sha256:Ze(W)},it=await a.run(b(ve,y),{payload:Ne.Readable.from([q])}),zt=y.entries.filter(({type:Ot})=>Ot==="file").length;for(const Ot of it.warnings)f(Ot);if(it.folder===void 0)return{sent:(0,me.ee)(q.length),files:0,reused:zt};const mt=y.entries.filter(({path:Ot})=>it.needed.has(Ot)).filter(({type:Ot})=>Ot==="file"),Rt=L(mt,y.entries.length-zt);if(Rt>it.free)throw await a.run(O(c,it.folder)),F(Rt,it.free);const Qt=I(),Ut=(0,Ne.pipeline)(u.payload(new Set(mt.map(({path:Ot})=>Ot))),(0,Fe.createGzip)({level:3}),Qt.stream,()=>{});return await a.run(_({...ve,folder:it.folder},y,Rt),{payload:Ut}),{sent:(0,me.ee)(q.length+Qt.count()),files:mt.length,reused:zt-mt.length}}function b(a,c){return{name:`compare with ${a.id}`,text:Yt,values:a,deadline:(0,me.Gx)(10),parse(u){if(u.status===0)return Se(u.stdout,a.id,c);const f=ae(u,`preparing ${a.id}`,a);if(f.code!=="not-enough-disk")throw f;const[,w="0"]=/^free (\d+)$/m.exec(u.stdout)??[];throw F(L(c.entries,0),(0,me.ee)(Number(w)))}}}function _(a,c,u){return{name:`stage ${a.id}`,text:Kt,values:a,deadline:(0,me.Rz)((0,me.Gx)(10)+(0,me.YA)(u/Ft)),parse(f){if(f.status!==0)throw ae(f,`unpacking ${a.id}`,a).with({left:"What had arrived was removed."});Ge(f.stdout,a.id,c)}}}function O(a,c){return{name:`discard ${c}`,text:Gt,values:{root:a,folder:c},deadline:(0,me.Gx)(2),parse(){}}}function L(a,c){const f=a.map(w=>w.type==="file"?Math.ceil(w.size/4096)*4096:4096);return(0,me.ee)(f.reduce((w,y)=>w+y,Lt)+c*4096)}function F(a,c){return new ne.w({code:"not-enough-disk",message:`the release needs ${(0,me.z3)(a)} of disk, a margin of ${(0,me.z3)((0,me.ee)(Lt))} included, and ${(0,me.z3)(c)} are free`,seen:`needed ${a} bytes, free ${c} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function I(){let a=0;return{stream:new Ne.Transform({transform(u,f,w){a+=u.length,w(null,u)}}),count:()=>a}}}),6259:((Dt,pt,Q)=>{Q.d(pt,{Connections:()=>ee,Uh:()=>j,OA:()=>gt,aN:()=>Ee,Mn:()=>De,Ge:()=>$t,K$:()=>le,gq:()=>ge});const ne=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,pe=new WeakMap;function j(k,l){const m=pe.get(k)??new Map;pe.set(k,m);const T=m.get(l)??{host:{...k.host,user:l},run:(M,G)=>k.run(H(M,l),G)};return m.set(l,T),T}const H=(k,l)=>({...k,text:ne,values:{...k.values,become_user:l,become_names:Object.keys(k.values).join(" "),become_text:k.text}});var xe=Q(1996),ae=Q(5472),he=Q.n(ae),ie=Q(3916),we=Q(7598);class Ne{#e=[];#t=[];constructor(l){for(const[m,T]of l.split(/\r?\n/).entries()){const M=T.trim();if(M===""||M.startsWith("#"))continue;const G=ce(M,m+1);G===void 0?this.#t.push(m+1):this.#e.push(G)}}typesFor(l,m){const T=this.#n(l,m).filter(({marker:M})=>M==="");return[...new Set(T.map(({type:M})=>M))]}judge(l,m,T){const M=this.#n(l,m),G=M.find(ue=>ue.marker==="@revoked"&&ue.key.equals(T));if(G!==void 0)return{kind:"revoked",line:G.line};const J=M.filter(({marker:ue})=>ue==="");if(J.some(ue=>ue.key.equals(T)))return{kind:"known"};const re=J.filter(({patterns:ue})=>Fe(ue,Le(l,m)));return re.length>0?{kind:"mismatch",known:re.map(({line:ue,type:je,key:Ye})=>({line:ue,type:je,fingerprint:me(Ye)}))}:{kind:"unknown",authorities:M.filter(({marker:ue})=>ue==="@cert-authority").map(({line:ue})=>ue),unreadable:this.#t}}#n(l,m){const T=this.#e.filter(({patterns:M})=>Fe(M,Le(l,m)));return m===22||T.some(({marker:M})=>M==="")?T:this.#e.filter(M=>T.includes(M)||Fe(M.patterns,l.toLowerCase()))}}function Le(k,l){return l===22?k.toLowerCase():`[${k.toLowerCase()}]:${l}`}function me(k){return`SHA256:${(0,we.createHash)("sha256").update(k).digest("base64").replace(/=+$/,"")}`}function Ae(k){const l=k.length<4?Number.NaN:k.readUInt32BE(0);return l<=k.length-4?k.toString("latin1",4,4+l):""}function ce(k,l){const m=k.split(/[ \t]+/),T=m[0]?.startsWith("@")?m.shift():"",[M,G,J]=m;if(T!==""&&T!=="@cert-authority"&&T!=="@revoked"||M===void 0||G===void 0||J===void 0)return;const re=Buffer.from(J,"base64");return Ae(re)===G?{line:l,marker:T,patterns:M,type:G,key:re}:void 0}function Fe(k,l){if(k.startsWith("|"))return Me(k,l);let m=!1;for(const T of k.toLowerCase().split(",")){const M=T.startsWith("!");if(ot(M?T.slice(1):T,l)){if(M)return!1;m=!0}}return m}function Me(k,l){const[,m,T,M]=k.split("|");if(m!=="1"||T===void 0||M===void 0)return!1;const G=Buffer.from(M,"base64"),J=(0,we.createHmac)("sha1",Buffer.from(T,"base64")).update(l).digest();return G.length===J.length&&(0,we.timingSafeEqual)(G,J)}function ot(k,l){let m=new Set([0]);for(const T of k){const M=new Set;for(const G of m)if(T==="*")for(let J=G;J<=l.length;J+=1)M.add(J);else G<l.length&&(T==="?"||T===l[G])&&M.add(G+1);m=M}return m.has(l.length)}class St{#e;#t;constructor({agent:l,privateKey:m,passphrase:T}){if(this.#t=l===""?void 0:l,this.#e=m?.trim()?ke(m,T):void 0,this.#e===void 0&&this.#t===void 0)throw new ie.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${me(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(l){const m=[];return this.#e!==void 0&&m.push({type:"publickey",username:l,key:this.#e}),this.#t!==void 0&&m.push({type:"agent",username:l,agent:this.#t}),m}}function ke(k,l){const m=he().utils.parseKey(k,l===""?void 0:l);if(m instanceof Error)throw rt(m.message);const T=Array.isArray(m)?m[0]:m;if(T===void 0||!T.isPrivateKey())throw rt("It is a public key.");return T}function rt(k){return/no passphrase given/i.test(k)?new ie.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test(k)?new ie.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new ie.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:k,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const lt="Nothing was changed on it.";function et({host:k,cause:l,tried:m,accepted:T,timeout:M}){const{level:G,code:J}=l,re=_e(l),ue={host:k.name,seen:re,left:lt,cause:l};return G==="client-authentication"||G==="agent"||/authentication failures/i.test(re)?new ie.w({...ue,code:"authentication-failed",message:`${k.user} can\u2019t log in; tried ${m}.`,seen:T.length>0?`${re}; the host takes ${T.join(", ")}`:re,hint:`\`ssh-keygen -lf ~${k.user}/.ssh/authorized_keys\` on ${k.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):G==="handshake"?new ie.w({...ue,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${k.port} ${k.user}@${k.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new ie.w({...ue,code:"unreachable",message:G==="client-timeout"?`${Le(k.address,k.port)} did not let us in within ${(0,xe.a3)(M)}.`:`${Le(k.address,k.port)} can\u2019t be reached by SSH${k.jump?` through ${k.jump.name}`:""}.`,hint:Ue(k,J)})}function Ue(k,l){return l==="ENOTFOUND"?`Check the address of ${k.name} in buka.yml.`:l==="ECONNREFUSED"?`Is sshd running, and on port ${k.port}? \`systemctl status ssh\` on ${k.name}.`:`Try \`ssh ${k.jump===void 0?"":`-J ${k.jump.user}@${k.jump.address}:${k.jump.port} `}-p ${k.port} ${k.user}@${k.address}\`; is the machine up, and does a firewall let you in?`}const Xe=1;function qe(k,l,m){return new ie.w({code:"jump-failed",host:l.name,message:`${k.name} opened no connection to ${Le(l.address,l.port)}.`,seen:m.reason===Xe?"administratively prohibited":_e(m),left:lt,hint:`On ${k.name}: does \`nc -z ${l.address} ${l.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:m})}function Ie(k,l,m){const T=m.reason===Xe;return new ie.w({code:"port-closed",host:k.name,message:`It opened no connection to its own port ${l}.`,seen:T?"administratively prohibited":_e(m),left:lt,hint:T?`On ${k.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${k.user}; PermitOpen 127.0.0.1:${l} is enough.`:`On ${k.name}: does \`ss -ltn\` list 127.0.0.1:${l}? If not, what should listen there is down.`,cause:m})}function wt(k,l){return new ie.w({code:"session-refused",host:k.name,message:"The host opens no session on the connection.",seen:_e(l),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:l})}function Te(k,l,m,T){return new ie.w({code:"connection-lost",host:k.name,step:m,message:`The connection to ${k.name} was lost.`,seen:_e(l),left:`"${m}" may still run on ${k.name}; it ends by itself within ${(0,xe.a3)(T)} of its start.`,hint:`When ${k.name} answers again, run the same command again.`,cause:l})}function Ce(k){return new ie.w({code:"connections-closed",host:k.name,message:"The run is over, and has closed its connections."})}function _e(k){return k instanceof Error?k.message||String(k.code??k.name):String(k)}var Be=Q(7030),He=Q(9487);const Ze={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function Tt(k,l){const m=k.typesFor(l.address,l.port);return Object.entries(Ze).sort(([M],[G])=>Number(m.includes(G))-Number(m.includes(M))).flatMap(([,M])=>[...M])}function Y(k,l,m){const T=k.judge(l.address,l.port,m),M=Le(l.address,l.port),G=`${M} ${Ae(m)} ${m.toString("base64")}`,J=`${Ae(m)} ${me(m)}`,re="The connection was refused before anything was sent; nothing was changed.",ue=`\`ssh-keygen -lf /etc/ssh/ssh_host_${ct(m)}_key.pub\` on ${l.name} itself`;switch(T.kind){case"known":return;case"revoked":return new ie.w({code:"host-key-revoked",host:l.name,message:`${M} presented a key that known_hosts line ${T.line} revokes.`,seen:J,left:re,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new ie.w({code:"host-key-mismatch",host:l.name,message:`${M} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${J}; known: ${T.known.map(({line:je,type:Ye,fingerprint:st})=>`${Ye} ${st} (line ${je})`).join(", ")}`,left:re,hint:`Compare with ${ue}. Only if it is the same: \`ssh-keygen -R '${M}' -f known_hosts\`, then add the line: ${G}`});case"unknown":return new ie.w({code:"host-key-unknown",host:l.name,message:`known_hosts has no key for ${M}.${At(T)}`,seen:J,left:re,hint:`Compare the fingerprint with ${ue}. Only if it is the same, add the line: ${G}`})}}function At({authorities:k,unreadable:l}){const m=k.length>0?` Line ${k.join(", ")} names an authority; Buka takes plain keys only.`:"";return l.length>0?`${m} Not readable: line ${l.join(", ")}.`:m}function ct(k){const l=Ae(k);return l==="ssh-rsa"?"rsa":l==="ssh-ed25519"?"ed25519":"ecdsa"}class tt{host;#e;#t=new Set;#n;constructor(l,m){this.host=l,this.#e=m,m.on("error",T=>this.#s(T)),m.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(l,m){const{login:T,knownHosts:M,through:G,signal:J}=m,re=G===void 0?be(l):await G.forward(l),ue=()=>{re.destroy()};J.addEventListener("abort",ue),J.aborted&&ue();let je;const Ye={left:T.methods(l.user),accepted:[]},st={sock:re,username:l.user,algorithms:{serverHostKey:Tt(M,l)},hostVerifier:Ke=>(je=Y(M,l,Ke),je===void 0),authHandler:(Ke,p,v)=>{Ke!==null&&(Ye.accepted=Ke),v(Ye.left.shift()??!1)},readyTimeout:m.connectTimeout,keepaliveInterval:m.keepalive,keepaliveCountMax:3},yt=new He.H,ft=yt.connect(st),Qe=yt.connection;if(Qe===null)throw await ft.then(()=>new Error("node-ssh made no client"));const ht=new tt(l,Qe);try{return await ft,ht}catch(Ke){if(Qe.destroy(),J.aborted)throw Ce(l);const{accepted:p}=Ye;throw je??et({host:l,cause:Ke,tried:T.tried,accepted:p,timeout:m.connectTimeout})}finally{J.removeEventListener("abort",ue)}}get lost(){return this.#n}whenLost(l){return this.#n!==void 0?queueMicrotask(l):this.#t.add(l),()=>this.#t.delete(l)}exec(l){return this.#i(m=>this.#e.exec(l,m),m=>wt(this.host,m))}forward(l){return this.#i(m=>this.#e.forwardOut("127.0.0.1",0,l.address,l.port,m),m=>qe(this.host,l,m))}dial(l){return this.#i(m=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",l,m),m=>Ie(this.host,l,m))}async close(){this.#n===void 0&&(await new Promise(l=>{const m=setTimeout(l,1e3);this.whenLost(()=>{clearTimeout(m),l()}),this.#e.end()}),this.#e.destroy())}#i(l,m){return new Promise((T,M)=>{const G=this.whenLost(()=>M(m(this.lost)));try{l((J,re)=>{G(),J==null?T(re):M(m(this.lost??J))})}catch(J){G(),this.#s(J),M(m(J))}})}#s(l){if(this.#n===void 0){this.#n=l,this.#e.destroy();for(const m of this.#t)m();this.#t.clear()}}}function be(k){return(0,Be.connect)({host:k.address,port:k.port,noDelay:!0})}class Ve{#e;#t;#n=[];#i=[];#s=[];#a=!1;#r;#o=0;constructor(l,m){this.#e=l,this.#t=m}get size(){return this.#o}get stdout(){const l=Buffer.concat(this.#n);return l.toString("utf8",0,Math.max(0,l.length-1))}get output(){if(this.#r!==0)return;const l=Buffer.concat(this.#i),m=l.lastIndexOf(`
`);return{status:Number(l.toString("latin1",m+1)),stdout:this.stdout,stderr:l.toString("utf8",0,Math.max(0,m))}}feed(l){this.#o+=l.length,this.#r===void 0?this.#c(l):this.#l(l)}#c(l){const m=l.lastIndexOf(`
`)+1,T=l.subarray(m);if(m===0){this.#s.push(T);return}const M=Buffer.concat([...this.#s,l.subarray(0,m)]);this.#s=[T];const G=M.indexOf(this.#e),J=G<0?M:M.subarray(0,G);if(this.#n.push(J),this.#d(J),G<0)return;const re=M.indexOf(`
`,G)+1;this.#r=Number(M.toString("latin1",G+this.#e.length,re)),this.#l(M.subarray(re)),this.#l(T)}#l(l){const m=l.subarray(0,this.#r);this.#i.push(m),this.#r=(this.#r??0)-m.length}#d(l){if(!(this.#t===void 0||l.length===0))for(const m of l.toString("utf8",0,l.length-1).split(`
`))this.#a&&this.#t(""),this.#a=m==="",m!==""&&this.#t(m)}}function ge(k){if(k.status===0)return k;throw new ie.w({code:"script-failed",message:`The script ended with status ${k.status}.`,seen:Ee(k)})}function Ee({stdout:k,stderr:l}){const m=l.trim()||k.trim();return m===""?void 0:m.split(`
`).slice(-10).join(`
`).slice(-2e3)}function De(k){return k.split(`
`).filter(l=>l!=="")}function gt(k,l){const m=new Map(De(k).map(M=>{const G=M.indexOf("=");if(G<1)throw Pe(`Expected key=value, not ${JSON.stringify(M)}.`,k);return[M.slice(0,G),M.slice(G+1)]})),T=l.filter(M=>!m.has(M));if(T.length>0)throw Pe(`The answer lacks ${T.join(", ")}.`,k);return Object.fromEntries(l.map(M=>[M,m.get(M)]))}function $t(k,l){return De(k).map(m=>{const T=m.split("	");if(T.length!==l.length)throw Pe(`Expected ${l.length} columns, not ${JSON.stringify(m)}.`,k);return Object.fromEntries(l.map((M,G)=>[M,T[G]]))})}function Pe(k,l){return new ie.w({code:"answer-unreadable",message:k,seen:l.slice(0,500)})}const _t=5,We=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${_t} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,jt=/^buka-lane (ready|unusable)$/;function Mt(k,{payload:l,streamed:m}){const T=Buffer.from(["set -eu",l?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries(k.values).map(([ue,je])=>bt(k.name,ue,je)),k.text,""].join(`
`));if(T.includes(0))throw Oe(k.name,"the text");const M=(0,we.randomBytes)(16).toString("hex"),G=(k.deadline/1e3).toFixed(3),J=m?"bs=65536":"obs=65536",re=[M,G,T.length,J,...l?["last"]:[]].join(" ");return{token:M,bytes:Buffer.concat([Buffer.from(`${re}
`),T])}}function bt(k,l,m){if(m.includes("\0"))throw Oe(k,`"${l}"`);if(!m.isWellFormed())throw new ie.w({code:"value-not-unicode",step:k,message:`"${l}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const T=Buffer.from(m).toString("base64");return`${l}=$(printf %s ${T} | base64 -d; echo .); ${l}=\${${l}%.}`}function Oe(k,l){return new ie.w({code:"value-has-nul",step:k,message:`A NUL byte is in ${l}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const dt=(0,xe.YA)(_t+15),ze=32e6,ut=[124,137];class nt{#e;#t;#n=Buffer.alloc(0);#i="";#s;#a=!1;#r;#o;#c=!1;constructor(l,m){this.#e=l,this.#t=setTimeout(()=>this.#u("The login shell did not start Buka\u2019s loop in time."),m),l.stdin.on("error",()=>{}),l.stdout.on("data",T=>this.#a?this.#f(T):this.#d(T)),l.stderr.on("data",T=>{this.#i=(this.#i+T).slice(-4e3)}),l.onClose(()=>{this.#a?this.close():this.#u(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#o===void 0&&!this.#c}run(l,{onLine:m,payload:T}={}){const M=Mt(l,{payload:T!==void 0,streamed:m!==void 0}),G=performance.now();return T!==void 0&&(this.#c=!0),new Promise((J,re)=>{const ue=new Ve(M.token,m),je=setTimeout(()=>st(at(l,ue)),(0,xe.Rz)(l.deadline+dt)),Ye=()=>{clearTimeout(je),this.#r=void 0,T?.unpipe(this.#e.stdin).destroy()},st=Qe=>{Ye(),this.close(),re(Qe)},yt=Qe=>{Ye(),performance.now()-G>=l.deadline&&ut.includes(Qe.status)?re(Et(l,Qe)):J(Qe)},ft=this.#o??T?.errored;if(ft){st(ft);return}this.#r={script:l,answer:ue,finish:yt,fail:st},this.#e.stdin.write(M.bytes),T?.on("error",st).pipe(this.#e.stdin)})}close(){this.#l(N())}#l(l){this.#o===void 0&&(this.#o=l,clearTimeout(this.#t),this.#e.destroy(),this.#r?.fail(l))}#d(l){this.#n=Buffer.concat([this.#n,l]);let m=0;for(let T=this.#n.indexOf(`
`);T>=0;T=this.#n.indexOf(`
`,m)){const M=this.#n.toString("latin1",m,T).match(jt);if(m=T+1,M!==null){if(M[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#a=!0,this.#f(this.#n.subarray(m));return}}this.#n.length>ze&&this.#u("The login shell talks without end.")}#f(l){if(this.#r===void 0)return;const{script:m,answer:T,finish:M,fail:G}=this.#r;try{T.feed(l)}catch(re){G(re);return}const{output:J}=T;J!==void 0?M(J):T.size>ze&&G(B(m))}#u(l){this.#l(new ie.w({code:"shell-unusable",message:l,seen:Ee({status:0,stdout:this.#n.toString("utf8"),stderr:this.#i}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function Et(k,l){return new ie.w({code:"script-timeout",message:`It took longer than the ${(0,xe.a3)(k.deadline)} that it may take.`,seen:Ee(l),left:"The host has ended it."})}function at(k,{stdout:l}){return new ie.w({code:"script-timeout",message:`The host told no end of it within ${(0,xe.a3)((0,xe.Rz)(k.deadline+dt))}.`,seen:Ee({status:0,stdout:l,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function B({deadline:k}){return new ie.w({code:"output-too-long",message:`It said more than ${ze/1e6} MB.`,left:`The host ends it within ${(0,xe.a3)(k)} of its start.`})}function N(){return new ie.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const E=8;class K{#e;#t=[];#n=[];#i=0;#s=0;#a=E;constructor(l){this.#e=l}warm(){this.#l()}async run(l,m){const{payload:T}=m;T?.on("error",()=>{});const M=await this.#r();try{const G=M.run(l,m);return T!==void 0&&this.warm(),await G}finally{this.#o(M)}}#r(){for(let l=this.#t.pop();l!==void 0;l=this.#t.pop()){if(l.usable)return Promise.resolve(l);this.#i-=1}return new Promise((l,m)=>{this.#n.push({take:l,fail:m}),this.#c()})}#o(l){const m=l.usable?this.#n.shift():void 0;m!==void 0?m.take(l):l.usable?this.#t.push(l):this.#i-=1,this.#c()}#c(){this.#s<this.#n.length&&this.#l()}#l(){this.#i>=this.#a||(this.#i+=1,this.#s+=1,this.#e().then(l=>{this.#s-=1,this.#o(l)},l=>{this.#s-=1,this.#d(l)}))}#d(l){if(this.#i-=1,l instanceof ie.w&&l.code==="session-refused"&&this.#i>0)this.#a=this.#i;else if(this.#i===0)for(const{fail:T}of this.#n.splice(0))T(l);else this.#n.shift()?.fail(l)}}class C{#e;#t;constructor(l,m){this.#e=l,this.#t=new K(async()=>new nt(X(l,await l.exec(We)),m)),this.#t.warm()}get host(){return this.#e.host}async run(l,m={}){const T={host:this.host.name,step:l.name};try{return l.parse(await this.#t.run(l,m))}catch(M){const{lost:G}=this.#e;throw G!==void 0&&M instanceof ie.w&&Z.has(M.code)?Te(this.host,G,l.name,l.deadline):M instanceof ie.w?M.with(T):M}}}const Z=new Set(["lane-ended","shell-unusable","session-refused"]);function X(k,l){return{stdin:l.stdin,stdout:l.stdout,stderr:l.stderr,onClose(m){const T=k.whenLost(m);l.once("close",()=>{T(),m()})},destroy:()=>l.destroy()}}class ee{#e;#t;#n;#i;#s=new Map;#a=new WeakMap;#r=new AbortController;constructor(l,{connectTimeout:m=(0,xe.YA)(15),keepalive:T=(0,xe.YA)(5)}={}){this.#e=new St(l),this.#t=new Ne(l.knownHosts),this.#n=m,this.#i=T}async to(l){const m=await this.#o(l),T=this.#a.get(m);if(T!==void 0)return T;const M=new C(m,this.#n);return this.#a.set(m,M),M}async dial(l,m){return(await this.#o(l)).dial(m)}async close(){this.#r.abort();const m=(await Promise.allSettled(this.#s.values())).flatMap(M=>M.status==="fulfilled"?[M.value]:[]),T=m.filter(({host:M})=>M.jump!==void 0);await Promise.all(T.map(M=>M.close())),await Promise.all(m.map(M=>M.close()))}async#o(l){if(this.#r.signal.aborted)throw Ce(l);const m=de(l),T=this.#s.get(m);if(T!==void 0){const G=await T;return G.lost===void 0?G:(this.#s.get(m)===T&&this.#s.delete(m),this.#o(l))}const M=this.#c(l);return this.#s.set(m,M),M.catch(()=>{this.#s.get(m)===M&&this.#s.delete(m)}),M}async#c(l){const m=l.jump===void 0?void 0:await this.#o(l.jump);return tt.open(l,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#i,through:m,signal:this.#r.signal})}}function de({name:k,user:l,address:m,port:T,jump:M}){return JSON.stringify([k,l,m,T,M===void 0?null:de(M)])}function le({name:k,text:l,values:m={},deadline:T,parse:M}){const G=Object.keys(m).find(re=>!/^[a-z][a-z0-9_]*$/.test(re));if(G!==void 0)throw ye(k,`${JSON.stringify(G)} can't be the name of a shell variable.`);if(!(T>0))throw ye(k,`A deadline of ${T} ms is none.`);return{name:k,text:l,values:m,deadline:T,parse:M??(re=>{ge(re)})}}const ye=(k,l)=>new ie.w({code:"script-unsound",step:k,message:l})}),2474:((Dt,pt,Q)=>{Q.d(pt,{Mp:()=>J,XC:()=>le,HA:()=>Ce,gg:()=>$i,oj:()=>m,bz:()=>p,SU:()=>ht,Qc:()=>Ge,wU:()=>T,D8:()=>D,repair:()=>bi,dU:()=>ki,vl:()=>ne,IP:()=>_e,h5:()=>Ni,ml:()=>pe,cr:()=>lt,yS:()=>zi});const ne=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,pe={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var j=Q(3916),H=Q(1021);function xe(t,e,n){const s=he(t,e),i=n.entries.filter(({event:o,release:d,contract:g=[]})=>o==="migrated"&&(g.includes(e)||s.has(d)));return!i.some(({contract:o=[]})=>o.includes(e))||i.some(({at:o})=>we(o,n.restores))}function ae(t,{migrations:e}){const n=ie(t),s=n.restores.at(-1);return s===void 0?[]:e.filter(i=>{const r=he(t,i),o=n.entries.filter(({event:g,release:x,contract:S=[]})=>g!=="restored"&&(r.has(x)||S.includes(i))),d=o.filter(({event:g,at:x})=>g==="migrated"||x<=s.recoveryPoint);return o.length>0&&!d.some(({at:g})=>we(g,n.restores))})}const he=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function ie(t){const e=t.flatMap(({history:s})=>s),n=e.flatMap(({event:s,at:i,recoveryPoint:r})=>s==="restored"&&r!==void 0?[{at:i,recoveryPoint:r}]:[]);return{entries:e,restores:n.sort((s,i)=>s.at.getTime()-i.at.getTime())}}function we(t,e,n){if(n!==void 0&&t>n)return!1;const s=e.findLastIndex(({at:r})=>n===void 0||r<=n),i=e[s];return i===void 0||t>i.at?!0:we(t,e.slice(0,s),i.recoveryPoint)}function Ne({workers:t},e){const n=[...t.values()].map(({releases:o})=>o),s=Le(n),i=e??(0,H.Dp)(n,s);if(i===void 0)throw me([...t],s);const r=n.flatMap(o=>o.staged).find(o=>o.id===i);return{kind:"rollback",id:i,migrations:r?.migrations??[]}}function Le(t){const e=s=>Math.max(0,...t.flatMap(({history:i})=>i).filter(({event:i,release:r})=>i==="activated"&&r===s).map(({at:i})=>i.getTime()));return[...new Set(t.flatMap(s=>s.active??[]))].sort((s,i)=>e(i)-e(s))[0]}function me(t,e){const n=t.map(([s,{releases:i}])=>{const r=i.staged.map(({id:o,good:d})=>`${o}${d?" (good)":""}`).join(", ");return`
  - ${s}: ${r||"none"}`});return new j.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function Ae(t,e){const n=new Set(e.migrations),s=ie(t),i=new Map;for(const{migration:r,release:o}of t.flatMap(ce))n.has(r)||i.has(r)||xe(t,r,s)&&i.set(r,o);return[...i].map(([r,o])=>({migration:r,release:o}))}function ce({staged:t,active:e,history:n}){const s=n.flatMap(({release:o,contract:d=[]})=>d.map(g=>({migration:g,release:o}))),i=new Set(n.filter(({event:o})=>o!=="restored").map(({release:o})=>o)),r=t.filter(({id:o,good:d})=>d||o===e||i.has(o)).flatMap(({id:o,contractMigrations:d=[]})=>d.map(g=>({migration:g,release:o})));return[...s,...r]}function Fe({workers:t},e){const n=rt(t),s=Ae(n,e);if(s.length===0)return;const[i,r]=s.length===1?["it","a migration"]:["them","migrations"],o=s.map(({migration:x})=>x).join(", "),d=s.map(({migration:x,release:S})=>`release ${S} ran ${x}`).join(", "),g=`The only other way is to restore the database from a backup made before ${i}, as docs/restore.md tells: all that customers did since then would be lost.`;return new j.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${r} marked \`buka: contract\` came after it.`,seen:`${d}; ${e.id} does not list ${i}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${Me(n,e)}Mend the fault in a commit that has ${o}, and deploy that: docs/rollback.md has the steps. ${g}`:`Deploy a commit that has ${o}: put this one on top of the commit of ${s[0]?.release}. Was ${i} renamed or taken out? A file of the old name must stay. ${g}`})}function Me(t,e){const n=(0,H.Dp)(t,Le(t));return n===void 0||n===e.id||Ae(t,ke(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const ot=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function St({workers:t},e,n){const s=rt(t),i=ke(s,n);return(e?.contractMigrations?.filter(o=>!i.migrations.includes(o))??[]).length===0&&Ae(s,i).length===0}const ke=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},rt=t=>[...t.values()].flatMap(e=>e instanceof j.w?[]:[e.releases]);function lt(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const s=ae(t,ke(t,n));return s.length===0?[]:[{release:n,migrations:s,backTo:et(t,n)}]})}function et(t,e){const n=(0,H.Dp)(t,e);if(n===void 0)return;const s=ke(t,n);return Ae(t,s).length===0&&ae(t,s).length===0?n:et(t,n)}var Ue=Q(240);async function Xe(t,e){return(0,Ue.R$)(t.cluster,e,await t.remote(e))}const qe=(t,e)=>Xe(t,Te(t.cluster.loadBalancers.hosts,e)),Ie=(t,e)=>t.remote(Te(t.cluster.workers.hosts,e));function wt(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function Te(t,e){const n=t.find(s=>s.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function Ce(t,e){const n=await Promise.all(t.map(async s=>{try{return[s.name,await e(s)]}catch(i){if(i instanceof j.w)return[s.name,i.with({host:s.name})];throw i}}));return new Map(n)}function _e(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof j.w)),failures:e.flatMap(([,n])=>n instanceof j.w?[n]:[])}}const Be=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),He=t=>t instanceof j.w&&Be.has(t.code),Ze=t=>He(t)||t instanceof j.w&&t.code==="load-balancer-down";var Tt=Q(8161),Y=Q(1996);const At=(0,Y.YA)(5);class ct{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw tt()}orLeave(e){return this.#n(e,0,()=>tt())}orHurry(e){return this.#n(e,At,()=>(this.#t=!0,tt()))}#n(e,n,s){return new Promise((i,r)=>{let o;const d=()=>{o=setTimeout(()=>r(s()),n)},g=()=>{clearTimeout(o),this.#e.removeEventListener("abort",d)};e.finally(g).then(i,r),this.requested?d():this.#e.addEventListener("abort",d,{once:!0})})}}const tt=()=>new j.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var be=Q(6259);const Ve=(0,Y.YA)(30),ge=String.raw`
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
`,De=String.raw`${ge}${Ee}
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
`,gt=({run:t,...e})=>JSON.stringify({run:t,...e}),$t=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function Pe(t,e,n){return{name:"lock",text:De,values:{root:t,owner:e,ttl:String(Ve/1e3),after:n===void 0?"":$t(n)},deadline:(0,Y.YA)(30),parse(s){const{outcome:i,found:r}=(0,be.OA)((0,be.gq)(s).stdout,["outcome","found"]),o=ze(r);return i==="held"&&o?{kind:"held",by:o}:{kind:"acquired",from:i==="taken"?o?.owner:void 0}}}}const _t=`${ge}${Ee}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function Je(t,e){return{name:"renew lock",text:_t,values:{root:t,owner:e,ttl:String(Ve/1e3)},deadline:(0,Y.YA)(15),parse(n){const{stdout:s}=(0,be.gq)(n);return/^lost=$/m.test(s)?{lost:ze((0,be.OA)(s,["found"]).found)}:"renewed"}}}const kt=`${Ee}
if ours; then rm -f -- "$root/lock"; fi
`,We=`${ge}${Ee}
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
`;function jt(t,e){return{name:"lock release",text:We,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":$t(e)},deadline:(0,Y.YA)(15),parse(n){const{outcome:s,found:i}=(0,be.OA)((0,be.gq)(n).stdout,["outcome","found"]),r=ze(i);return s==="held"&&r?{kind:"held",lock:r}:{kind:s==="removed"?"removed":"free",lock:r}}}}function Mt(t){return{name:"lock status",text:`${ge}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,Y.YA)(15),parse:e=>ze((0,be.OA)((0,be.gq)(e).stdout,["found"]).found)}}function bt(t,e){return{name:"unlock",text:kt,values:{root:t,owner:e,ttl:"0"},deadline:(0,Y.YA)(15),parse:n=>{(0,be.gq)(n)}}}const Oe=75,dt=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${Oe}
`;function ze(t){const[,e,n,s,i=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const r=o=>(0,Y.Rz)(o*1e3);return{owner:ut(i),expired:e==="expired",age:r(Math.max(0,Number(n))),left:r(Number(s)),silent:r(Math.max(0,Ve/1e3-Number(s)))}}function ut(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=i=>typeof e[i]=="string"?e[i]:void 0,{pid:s}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof s=="number"?s:0}}function nt({by:t,url:e,machine:n,run:s}){return`${t} (${e??`run ${s}`}), on ${n}`}function Et(t,{owner:e,age:n,silent:s},i){return new j.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,Y.a3)(i)} were not enough.`,seen:`held by ${nt(e)}, process ${e.pid}, for ${(0,Y.a3)(n)}; its last sign of life is ${(0,Y.a3)(s)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,Y.a3)(Ve)} after its last sign of life; \`buka lock status\` shows it.`})}function at(t,e){return new j.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${nt(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function B(t,e){return new j.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,Y.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,Y.a3)(Ve)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const N=(0,Y.YA)(10),E=(0,Y.YA)(3);class K{context;clock;owner;#e;#t;#n;#i=!1;constructor(e,n,s,i,r){this.context=e,this.clock=n,this.owner=i,this.#e=new Map(s.map(o=>[o.name,{host:o,renewedAt:r}])),this.#t=setInterval(()=>{for(const o of this.#e.values())this.#o(o)},Ue.MA),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(i=>this.#r(i))),this.#n!==void 0)throw this.#n;const s=n.find(i=>!this.#a(i));if(s!==void 0)throw s.failure??B(s.host.name,N)}forget(e){this.#e.delete(e)}async release(){this.#i=!0,clearInterval(this.#t);const e=[...this.#e.values()];await Z(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#a({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=N}async#r(e){for(let n=0;n<2&&this.#n===void 0&&!this.#a(e);n+=1)await X(N,this.#o(e))}#o(e){return e.renewing??=this.#c(e).finally(()=>{e.renewing=void 0}),e.renewing}async#c(e){const{name:n}=e.host,{reporter:s,cluster:i}=this.context,r=this.clock.now().getTime();try{const d=await(await this.context.remote(e.host)).run(Je(i.workers.root,this.owner));if(!this.#l(n))return;d==="renewed"?(e.renewedAt=r,e.failure!==void 0&&s.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=at(n,d.lost)}catch(o){e.failure===void 0&&this.#l(n)&&s.warning(C(n,o)),e.failure=o}}#l(e){return!this.#i&&this.#e.has(e)}}function C(t,e){const n=e instanceof j.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,Y.a3)(Ve)} unless it can be. ${n}`}async function Z(t,e,n){const{root:s}=t.cluster.workers;await Promise.all(e.map(async({host:i,renewing:r})=>{const o=async()=>(await t.remote(i)).run(bt(s,n)),d=await X(E,Promise.all([o(),r]).then(()=>"none",x=>x));if(d==="none")return;if(d!==void 0&&!(d instanceof j.w))throw d;const g=d?.failure.message??`It did not answer within ${(0,Y.a3)(E)}.`;t.reporter.warning(`${i.name}: the lock could not be given back; it expires by itself within ${(0,Y.a3)(Ve)}. ${g}`)}))}async function X(t,e){let n;const s=new Promise(i=>{n=setTimeout(()=>i(void 0),t)});try{return await Promise.race([e,s])}finally{clearTimeout(n)}}const ee=(0,Y.YA)(2),de=(0,Y.YA)(15);async function le(t,{after:e}={}){const n=t.clock??pe,s=new ct(t.signal),i=[...t.cluster.workers.hosts].sort((U,V)=>U.name<V.name?-1:1),{id:r,by:o,url:d}=t.run,g=gt({run:r,by:o,url:d,machine:(0,Tt.hostname)(),pid:process.pid}),{lockTimeout:x}=t.cluster.rollout,S=n.now().getTime()+x;let P=0;try{for(;;){s.check();const U=n.now().getTime(),V=await k(t,i,g,e);if(V===void 0)return new K(t,n,i,g,U);const oe=n.now().getTime();if(oe>=S)throw Et(V.worker,V.by,x);if(oe-P>=de){P=oe;const Re=(0,Y.a3)((0,Y.Rz)(S-oe)),vt=`waiting for ${nt(V.by.owner)}; ${Re} left`;t.reporter.step({host:V.worker,name:"lock",state:"progress",detail:vt})}await s.orLeave(ye(n,(0,Y.Rz)(S-oe)))}}catch(U){throw U instanceof j.w?U.with({step:"lock",left:"Nothing was changed."}):U}}const ye=(t,e)=>t.sleep((0,Y.Rz)(Math.min(e,ee*(1+Math.random()/2))));async function k(t,[e,...n],s,i){const{root:r}=t.cluster.workers,o=[],d=async g=>{const x=await t.remote(g);return o.push({host:g}),{worker:g.name,answer:await x.run(Pe(r,s,i))}};try{const g=e===void 0?[]:[await d(e)];if(g[0]?.answer.kind==="acquired"){const x=await Promise.allSettled(n.map(d)),S=x.find(P=>P.status==="rejected");if(S)throw S.reason;g.push(...x.flatMap(P=>P.status==="fulfilled"?[P.value]:[]))}for(const{worker:x,answer:S}of g)if(S.kind==="held")return await Z(t,o,s),{worker:x,by:S.by};for(const{worker:x,answer:S}of g)S.kind==="acquired"&&l(t,x,S.from,i);return}catch(g){throw await Z(t,o,s),g}}function l({reporter:t},e,n,s){n!==void 0&&(n.run===s?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${nt(n)}, which stopped renewing it.`))}async function m(t){const{root:e}=t.cluster.workers,{answers:n,failures:s}=await M(t,Mt(e));return{locks:n.map(([i,r])=>({worker:i,lock:r})),failures:s}}async function T(t,e){const{root:n}=t.cluster.workers,{answers:s,failures:i}=await M(t,jt(n,e));return{released:s.flatMap(([r,o])=>o.kind==="removed"?[{worker:r,lock:o.lock}]:[]),failures:[...s.flatMap(([r,o])=>o.kind==="held"?[G(r,o.lock,e)]:[]),...i]}}const M=async({cluster:t,remote:e},n)=>_e(await Ce(t.workers.hosts,async s=>(await e(s)).run(n)));function G(t,{owner:e,age:n,silent:s},i){return new j.w({code:"lock-held",host:t,step:"lock release",message:i===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${i}, so it stays.`,seen:`held by ${nt(e)}, process ${e.pid}, for ${(0,Y.a3)(n)}; its last sign of life is ${(0,Y.a3)(s)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}const J="muted_during",re=(0,Y.Gx)(5),ue=(0,Y.Gx)(2),je=(0,Y.YA)(3),Ye="http://127.0.0.1:9093",st=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`,yt=String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`,ft=({url:t,service:e,work:n,author:s,comment:i})=>(0,be.K$)({name:"mute",text:st,values:{url:t,service:e,work:n,author:s,comment:i,label:J,length:`${re/1e3}s`},deadline:(0,Y.YA)(30)}),Qe=({url:t,author:e})=>(0,be.K$)({name:"unmute",text:yt,values:{url:t,author:e},deadline:(0,Y.YA)(30)});async function ht(t,e,n){const s=Ke(t,e);try{return await n()}finally{await s()}}function Ke(t,e){const n=v(t,e);if(n===void 0)return async()=>{};let s=n.silence();const i=setInterval(()=>{s=s.then(n.silence)},ue);return i.unref(),async()=>{clearInterval(i);const r=s.then(n.unsilence);t.signal?.aborted!==!0&&await A(r)}}async function p(t,e){await A(v(t,e)?.silence())}function v({cluster:{monitoring:t,service:e},run:n,reporter:s,remote:i},r){if(t===void 0)return;const o={url:Ye,service:e,work:r,author:`buka ${n.id}`,comment:`a ${r} of ${n.by}`};let d=!1;const g=async x=>{try{await x(await i(t.host))}catch(S){d||s.warning(R(S)),d=!0}};return{silence:()=>g(x=>x.run(ft(o))),unsilence:async()=>{d||await g(x=>x.run(Qe(o)))}}}function A(t){const e=Promise.withResolvers(),n=setTimeout(e.resolve,je);return Promise.race([t,e.promise]).finally(()=>clearTimeout(n))}const R=t=>`The alerts that this causes are not muted, or for up to ${(0,Y.a3)(re)} more than they need be: ${t instanceof j.w?t.message:String(t)}`;async function D(t){const{hosts:e,root:n}=t.cluster.workers,s=await Ce(e,async o=>(await t.remote(o)).run((0,H.vN)(n))),{answers:i,failures:r}=_e(s);return{...se(i,e.length),failures:r}}function se(t,e){const s=[...new Set(t.flatMap(([,{staged:r}])=>r.map(({id:o})=>o)))].map(r=>te(r,t,e)),i=t.map(([,r])=>r);return{releases:s.sort((r,o)=>o.stagedAt.getTime()-r.stagedAt.getTime()),history:$e(t),rollbackTo:t.length===e?(0,H.Dp)(i,Le(i)):void 0}}function te(t,e,n){const s=e.flatMap(([o,{staged:d}])=>d.filter(g=>g.id===t).map(g=>({worker:o,release:g}))),[i]=s,r=s.map(({worker:o})=>o);return{id:t,commit:i?.release.commit,stagedAt:new Date(Math.min(...s.map(({release:o})=>o.stagedAt.getTime()))),migrations:i?.release.migrations??[],contractMigrations:i?.release.contractMigrations??[],crossed:Ae(e.map(([,o])=>o),i?.release??{migrations:[]}),workers:r,activeOn:e.filter(([,{active:o}])=>o===t).map(([o])=>o),goodOn:s.filter(({release:o})=>o.good).map(({worker:o})=>o),everywhere:r.length===n}}function $e(t){const e=t.flatMap(([i,{history:r}])=>r.map(o=>({worker:i,entry:o}))).sort((i,r)=>i.entry.at.getTime()-r.entry.at.getTime()),n=[],s=new Map;for(const{worker:i,entry:r}of e){const o=JSON.stringify([r.event,r.release,r.by,r.contract]),d=s.get(o);if(d&&!d.workers.includes(i))d.workers.push(i);else{const g={...r,workers:[i]};n.push(g),s.set(o,g)}}return n.reverse()}function fe(t,e){const[n,...s]=t;return n!==void 0&&s.length===0?n:new j.w({...e,seen:t.map(({message:i})=>`
  - ${i.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function Se(t,e,n){const s=await Promise.allSettled(t.map(e)),i=s.flatMap(o=>o.status==="rejected"?[o.reason]:[]),r=i.find(o=>!(o instanceof j.w));if(r!==void 0)throw r;if(i.length>0)throw fe(i,n);return s.flatMap(o=>o.status==="fulfilled"?[o.value]:[])}const Ge=String.raw`
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
`,Nt=String.raw`
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
`,Pt=t=>({name:"look at the process",text:`${Nt}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,Y.YA)(15),parse:e=>(0,be.OA)((0,be.gq)(e).stdout,["pid"]).pid});async function Bt({context:t,journal:e}){const{unit:n}=t.cluster.workers;await Se([...e.processes].filter(([s])=>!e.missed.includes(s)),async([s,i])=>{const r=await Yt(t,s);if(r!==void 0&&r!==i)throw Kt(s,n,i,r)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function Yt(t,e){try{return await(await Ie(t,e)).run(Pt(t.cluster.workers.unit))}catch(n){if(He(n))return;throw n}}const Kt=(t,e,n,s)=>new j.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${s==="0"?"none runs now":`systemd has started it again as ${s}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),Gt=(0,Y.YA)(1),Lt=(0,Y.YA)(30);async function Ft(t,e){const{clock:n,journal:s,context:i,leases:r,cancellation:o}=t,{reporter:d,cluster:g}=i,{worker:x,drainOn:S}=e;o.check(),s.at(x,"drainStarted",n.now()),d.step({host:x,name:"drain",state:"started",detail:`on ${S.join(", ")||"none"}`}),r.hold(x,S);const[P,U]=await o.orLeave(f([h(t,e),$(t,e,g.rollout.drainTimeout)])),V=P.some(({kind:xt})=>xt==="still-in-flight");if(V&&g.rollout.onDrainTimeout==="fail")throw w(x,P,g.rollout);const oe=V?{deadline:Gt}:{},Re=await a(t,e,"drain",xt=>xt.maintain(x,oe)),vt=[...U,...Re.map(xt=>xt.cut)].reduce((xt,Vt)=>xt+Vt,0);s.cut+=vt,s.at(x,"drained",n.now()),vt>0&&d.warning(`${x}: ${vt} requests were still in flight after the drain timeout, and are cut.`),d.step({host:x,name:"drained",state:"done",detail:vt>0?`${vt} cut`:void 0})}function h(t,e){const{reporter:n,cluster:s}=t.context,{worker:i}=e,{drainTimeout:r,onDrainTimeout:o}=s.rollout,d=new Map,g=()=>{const x=[...d.values()].reduce((S,P)=>S+P,0);n.step({host:i,name:"drain",state:"progress",detail:`${x} in flight`})};return a(t,e,"drain",async(x,S)=>{const P=U=>{d.set(S,U),g()};for(;;){t.cancellation.check();const U=await x.drain(i,{deadline:r,onProgress:P});if(U.kind==="drained"||o!=="wait")return U;const V=(0,Y.a3)(r);n.info(`${i}: ${U.inFlight} requests in flight on ${S} after ${V}; waiting on, as on-drain-timeout says.`)}})}async function $(t,{worker:e,leaveOn:n},s){const{clock:i}=t,r=i.now().getTime()+s;return a(t,{worker:e,drainOn:n},"drain",async o=>{for(let d=0;;){const x=((await o.observe()).workers.get(e)?.servers??[]).reduce((S,{inFlight:P})=>S+P,0);if(d=x===0?d+1:0,d===2||i.now().getTime()>=r||t.cancellation.requested)return x;await i.sleep((0,Y.Rz)(500))}})}async function b(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout,i=(0,Y.Rz)(s+Lt);await c(t,e,"check",async(r,o)=>{const{passed:d,seen:g}=await r.check(n,{deadline:i}).catch(O);if(!d)throw new j.w({code:"check-failed",host:o,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:g,hint:`Can ${o} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function _(t,e){await c(t,e,"drain",n=>n.maintain(e.worker))}function O(t){if(t instanceof j.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function L(t,e){const{context:n,clock:s,journal:i,leases:r}=t,{worker:o}=e;await f([c(t,e,"readmit",d=>d.readmit(o)),I(t)]),r.letGo(o),i.at(o,"readmitted",s.now()),n.reporter.step({host:o,name:"readmitted",state:"done"})}async function F(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout;try{await a(t,e,"readmit",async i=>{try{await i.readmit(n)}catch(r){if(!(r instanceof j.w&&r.code==="not-checked"))throw r;await i.check(n,{deadline:s}),await i.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function I(t){const{context:e,journal:n}=t,s=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:i})=>{try{return[[i,await(await qe(e,i)).observe()]]}catch(r){if(Ze(r))return[];throw r}}));n.views=new Map(s.flat())}async function a(t,{worker:e,drainOn:n},s,i){return await t.lock.confirm(e),f(n.map(r=>u(t,r,s,i)))}async function c(t,{worker:e,drainOn:n},s,i){await t.lock.confirm(e);const o=(await Promise.allSettled(n.map(S=>u(t,S,s,i)))).flatMap((S,P)=>S.status==="rejected"?[{host:n[P],error:S.reason}]:[]),d=o.filter(({error:S})=>Ze(S)),[g]=o.filter(({error:S})=>!Ze(S));for(const{host:S,error:P}of d)t.journal.lost.set(S,P);if(g)throw g.error;const[x]=d;if(x&&d.length===n.length)throw x.error}async function u({context:t},e,n,s){const i=async()=>s(await qe(t,e),e);try{return await i().catch(r=>{if(r instanceof j.w&&r.code==="connection-lost")return i();throw r})}catch(r){throw r instanceof j.w?r.with({host:e,step:n}):r}}async function f(t){return await Promise.allSettled(t),Promise.all(t)}function w(t,e,{drainTimeout:n}){const s=e.reduce((i,r)=>i+(r.kind==="still-in-flight"?r.inFlight:0),0);return new j.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,Y.a3)(n)}.`,seen:`${s} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const y=(0,Y.Gx)(2),W="restarted",q=String.raw`${dt}${Ge}${Nt}
${H.td}
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
`;function ve(t,e){const{root:n,unit:s,port:i,health:r}=t,{id:o,owner:d,startTimeout:g,healthyAfter:x,steady:S}=e;return{name:`switch to ${o}`,text:q,values:{root:n,unit:s,port:String(i),health:r,id:o,owner:d,healthy_after:String(x),start_timeout:String(Math.ceil(g/10)),steady:String(Math.ceil(S/10))},deadline:(0,Y.Rz)(g+S+y),parse:it}}function it(t){if(t.status===Oe)throw at(void 0,void 0);const e=(0,be.gq)(t).stdout.split(`
`),n=e.filter(r=>r.startsWith("log=")).map(r=>r.slice(4)),s=e.filter(r=>/^(end|answer|state|folder|pid)=/.test(r)).join(`
`),i=(0,be.OA)(s,["end","answer","state","folder","pid"]);return{...i,end:i.end,log:n}}function zt(t,e,{id:n,startTimeout:s}){const{unit:i,port:r,health:o,root:d}=t,{end:g,answer:x,state:S,folder:P,log:U}=e,V=U.length>0?`; the end of its log:
${U.join(`
`)}`:"",oe=x==="000"?"nothing":x,Re=`On the host: \`journalctl -u ${i} -n 50\`.`;switch(g){case"healthy":return;case"restart-failed":return new j.w({code:"restart-failed",message:`systemd could not start ${i} with ${n}.`,seen:`${S}${V}`,hint:Re});case"crashed":return new j.w({code:"app-crashed",message:`${n} started and died.`,seen:`${S}${V}`,hint:Re});case"unhealthy":return new j.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,Y.a3)(s)}.`,seen:`GET http://127.0.0.1:${r}${o} answered ${oe}; ${S}${V}`,hint:`${Re} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new j.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:P===""?"where the process runs can\u2019t be told":`the process of ${i} runs in ${P}`,hint:`\`systemctl cat ${i}\` on the host: WorkingDirectory must be ${d}/current.`})}}async function Ht(t,e,{to:n,from:s,event:i,steady:r}){const{context:o,clock:d,journal:g,lock:x}=t,{workers:S,rollout:P}=o.cluster,{worker:U}=e,V=await Ie(o,U),{startTimeout:oe,healthyAfter:Re}=P,vt={id:n,owner:x.owner,startTimeout:oe,healthyAfter:Re,steady:r},xt=Promise.withResolvers(),Vt=It=>{It===W&&(i==="activated"&&g.at(U,"switched",d.now()),o.reporter.step({host:U,name:i==="activated"?"switched":i,state:"done",detail:n}),xt.resolve())},Jt=ne(o.run),Ct={at:d.now(),event:i,release:n,from:s,by:Jt,reason:t.reason,backup:t.backup},Pn=xt.promise.then(()=>b(t,e)),zn=xt.promise.then(()=>V.run((0,H.cJ)(S.root,Ct)));for(const It of[Pn,zn])It.catch(()=>{});try{await x.confirm(U);const It=await V.run(ve(S,vt),{onLine:Vt}),Rn=zt(S,It,vt);if(Rn)throw Rn;g.processes.set(U,It.pid),i==="activated"&&g.at(U,"healthy",d.now()),o.reporter.step({host:U,name:"healthy",state:"done"})}catch(It){throw It instanceof j.w?It.with({host:U,step:"switch"}):It}await Pn,await zn}function mt(t,e){return t.workers.hosts.map(({name:n})=>{const s=e.workers.get(n),i=s instanceof j.w?void 0:s;return{worker:n,active:i?.releases.active,running:i?.probe.running,healthy:i?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([r,o])=>[r,Rt(o,n)]))}})}function Rt(t,e){const n=t instanceof j.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:s})=>s!=="ready")?"drained-by-others":"down"}class Qt{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return Ut(await Ce(e,async({name:n})=>(await this.open(n)).observe()))}}function Ut(t){const e=new Map,n=new Map,s=[];for(const[i,r]of t){if(r instanceof j.w){s.push(r);continue}for(const{worker:o,servers:d}of r.workers.values()){for(const{backend:g,server:x,traffic:S}of d)e.set(`${i} ${g}/${x}`,{worker:o,traffic:S});Rt(r,o)==="down"&&n.set(o,[...n.get(o)??[],i])}}return{counters:e,down:n,silent:s}}function Ot(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const s=n/(1-n);let i=Math.exp(Ln(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),r=i;for(let o=t;o<e&&i>r*1e-12;o+=1)i*=(e-o)/(o+1)*s,r+=i;return Math.min(1,r)}const Ln=(t,e)=>sn(t)-sn(e)-sn(t-e);function sn(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const qt=20,mn=3,Fn=.001,pn=2,wn=.01,Cn=(0,Y.YA)(3),Dn=(0,Y.Rz)(200),gn=1024;function Bn(t,e,n,s=0){const i=[$n("new release",t),$n("old release",e),Kn(t,e)].join("; ");if(t.requests<qt)return{phase:"inconclusive",why:`too little traffic: fewer than ${qt} requests`,seen:i};const r=e.requests>=qt,o=Wn(t,n);if(r?Hn(t,e,n):o){const d=r?"clearly more errors than the old release":`more than ${kn(wn)} errors`;return t.errors>s?{phase:"failed",why:d,seen:i}:{phase:"inconclusive",why:`${d}, but none of late`,seen:i}}return Yn(t,e)?{phase:"failed",why:r?"clearly slower than the old release":"slower than the objective",seen:i}:o?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:i}:{phase:"successful",seen:i}}function Hn(t,e,n){const s=on(t);if(t.errors<mn||s<Fn||s<pn*on(e))return!1;const i=t.requests/(t.requests+e.requests);return Ot(t.errors,t.errors+e.errors,i)<n}const Wn=({errors:t,requests:e},n)=>t>=mn&&Ot(t,e,wn)<n;function Yn(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<qt&&t.meanTime>Cn:t.meanTime>=Math.max(pn*e.meanTime,e.meanTime+Dn)}const on=({errors:t,requests:e})=>e===0?0:t/e;function $n(t,e){const{workers:n,requests:s,errors:i}=e;if(n.length===0)return`${t}: none`;const r=s===0?"":` (${kn(on(e))})`;return`${t} on ${n.join(", ")}: ${i} of ${s} requests failed${r}`}function Kn(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${gn} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,Y.a3)(e.meanTime)}`;return`mean response time ${(0,Y.a3)(t.meanTime)}${n}`}const kn=t=>`${Number((t*100).toPrecision(3))} %`;class Gn{#e=new Set;#t=new Map;#n=new Map;#i=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,s]of e){const i=this.#n.get(n);if(this.#n.set(n,s),i===void 0||this.#e.size===0)continue;const r=this.#t.get(n)??Un(s.worker);qn(i.traffic,s.traffic)?this.#t.set(n,{...r,unbroken:0,meanTime:void 0}):this.#t.set(n,Zn(r,i.traffic,s.traffic))}}switch(e,n){const s=new Set(e);for(const[i,r]of this.#t)s.has(r.worker)&&(this.#e.has(r.worker)||this.#i.push({...r,meanTime:void 0}),this.#t.delete(i));for(const[i,{worker:r}]of this.#n)s.has(r)&&this.#n.delete(i);this.add(n);for(const i of e)this.#e.add(i)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#i)}#s(e,n=[]){const s=[...n,...[...this.#t.values()].filter(e)],i=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:o})=>o>0),...i].map(({worker:o})=>o))].sort(),requests:bn(s,"requests"),errors:bn(s,"errors"),meanTime:Vn(s)}}}const bn=(t,e)=>Math.max(0,t.reduce((n,s)=>n+s[e],0)),Un=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),qn=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function Zn({worker:t,requests:e,errors:n,unbroken:s},i,r){const o=r.failed-i.failed,d=r.responses-i.responses+o;return{worker:t,requests:e+d,errors:n+(r.serverErrors-i.serverErrors)+o,unbroken:s+d,meanTime:r.meanTime}}function Vn(t){const e=t.filter(({unbroken:s,meanTime:i})=>i!==void 0&&s>=gn),n=e.reduce((s,i)=>s+i.requests,0);if(n!==0)return(0,Y.Rz)(e.reduce((s,i)=>s+i.requests*(i.meanTime??0),0)/n)}const yn=(0,Y.YA)(5),Jn=1,Qn=4,Xn=.01;class es{#e=new Gn;#t;#n=[];#i=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([s])=>!e.includes(s)))}}async watch(e,n){const s=Math.max(1,Math.ceil(n/yn)),i=n>0?(0,Y.Rz)(n/s):yn;let r=0,o=0;n>0&&this.#o("started",`${s} measurements`);for(let d=1;;d+=1){(n>0||d>1)&&await this.#a(i);const{phase:g,why:x,seen:S}=this.#r(Xn/s),{silent:P}=this.#s;r+=g==="failed"?1:0,o=P.length>0?o+1:0;const U=[x,S,...P.map(({failure:oe})=>`${oe.host} does not answer: ${oe.message}`)].filter(Boolean).join("; "),V=oe=>{const Re=oe==="inconclusive"&&n===0&&this.#e.fresh().requests<qt;return Re||this.#o(oe==="failure"?"failed":"done",`${oe}: ${U}`),oe==="inconclusive"&&!Re&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${U}`),{batch:e,verdict:oe,seen:U,quiet:Re}};if(r>Jn)return V("failure");if(o>Qn)return V("inconclusive");if(d>=s&&g!=="failed")return V(g==="successful"&&o===0?"success":"inconclusive");this.#o("progress",`${Math.min(d,s)} of ${s}: ${U}`)}}async#a(e){const{source:n,clock:s,cancellation:i}=this.#t;i.check(),await i.orLeave(s.sleep(e)),this.#s=await i.orLeave(n.read()),this.#e.add(this.#s)}#r(e){const n=this.#e.fresh(),s=Bn(n,this.#e.rest(),e,this.#i);s.phase==="failed"&&(this.#i=n.errors);const i=[...this.#s.down].filter(([o])=>this.#e.switched.includes(o));if(i.length===0)return s;const r=i.map(([o,d])=>`${o} fails the health check of ${d.join(", ")}`).join("; ");return{...s,phase:"failed",why:r}}#o(e,n){for(const s of this.#n)this.#t.reporter.step({host:s,name:"watch",state:e,detail:n})}}function ts({batch:t,seen:e}){return new j.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function ns(t,e,n){const{context:s,journal:i,watch:r}=t,{canary:o}=s.cluster.rollout,d=e.tasks.map(({worker:S})=>S).filter(S=>!i.missed.includes(S));r.switched(d,Ut(i.views));const g=o!==void 0&&(n===1||e.title==="canary"),x=await r.watch(n,g?o.watch:(0,Y.YA)(0));if(i.watched.push(x),x.verdict==="failure")throw ts(x)}const ss=(0,Y.YA)(5);async function vn(t,e,n){const{context:s,journal:i,lock:r,cancellation:o}=t;let{trial:d}=n;for(const[g,x]of e.entries()){const S=x.tasks.map(({worker:U})=>U).join(", "),P=n.direction==="forward"?"Batch":"Going back, batch";await s.reporter.group(`${P} ${g+1} of ${e.length}: ${S}`,async()=>{o.check();for(const{worker:Re}of x.tasks)await r.confirm(Re);const U=e[g-1];U&&cs(t,x,U);const V=d?ss:(0,Y.YA)(0);for(const{worker:Re}of x.tasks)i.begin(Re,g+1);const oe=Se(x.tasks,Re=>is(t,Re,n,V),{code:"batch-failed",message:"Several workers of the batch failed."});if(await o.orHurry(oe),i.lost.size>0)throw ds(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await ns(t,x,g+1),await Bt(t))}),x.tasks.some(({does:U})=>U==="switch")&&(d=!1)}}async function is(t,e,{direction:n},s){const{worker:i,to:r,previous:o}=e;let d="drain";try{await Ft(t,e),e.does==="switch"?(await t.leases.confirm(i),d="switch",await Ht(t,e,{to:r,from:o,event:n==="forward"?"activated":"reverted",steady:s})):await b(t,e),d="readmit",await L(t,e),t.journal.done.push(e)}catch(g){if(!(g instanceof j.w))throw g;if(os(t,i,g),He(g)&&g.failure.host===i)return rs(t,e,g);throw await as(t,e,d,n,g),g}}function os({context:t,cancellation:e},n,{failure:s}){if(e.requested)return;const{code:i,message:r,step:o="switch"}=s;t.reporter.step({host:n,name:o,state:"failed",detail:`${i}: ${r}`})}function rs({context:t,journal:e,leases:n,lock:s},{worker:i},r){if(n.letGo(i),e.missed.length>=t.cluster.rollout.maxUnreachable)throw r;e.missed.push(i),s.forget(i),t.reporter.warning(`${i} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function as(t,e,n,s,i){const{worker:r,previous:o}=e,{reporter:d}=t.context,g=x=>d.warning(`${r} stays drained: ${x}`);try{n==="drain"&&i.code!=="check-failed"?await F(t,e):e.does==="readmit"?g("its check does not pass."):s==="back"?g("going back failed, and a revert is never reverted."):o===void 0?g("there is no release to go back to."):t.onFailure==="freeze"?g(`it is not put back to ${o}, as the policy is to freeze.`):(d.info(`${r}: going back to ${o}.`),n==="readmit"?await Ft(t,e):await _(t,e),ls.has(i.code)||await t.leases.confirm(r),await Ht(t,e,{to:o,from:e.to,event:"reverted",steady:(0,Y.YA)(0)}),await L(t,e))}catch(x){if(!(x instanceof j.w))throw x;d.warning(`${r} could not be put back, and stays drained where it was: ${x.message}`)}finally{t.leases.letGo(r)}}const ls=new Set(["app-crashed","app-unhealthy","restart-failed"]);function cs({context:t,journal:e},{tasks:n,title:s},i){if(s==="not serving")return;const{minAvailable:r}=t.cluster.rollout,o=new Set(n.map(({worker:P})=>P)),d=t.cluster.workers.hosts.map(({name:P})=>P).filter(P=>!o.has(P)),g=new Set(i.tasks.map(({worker:P})=>P).filter(P=>!e.missed.includes(P))),x=[...e.views.values()],S=d.filter(P=>!g.has(P)&&x.some(U=>Rt(U,P)!=="in"));if(!(d.length-S.length>=r))throw new j.w({code:"too-few-available",step:"drain",message:`Draining ${[...o].join(", ")} would leave ${d.length-S.length} in rotation; min-available is ${r}.`,seen:`out of rotation since this run began: ${S.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function ds({journal:t}){const[[e,{failure:n}]=["",new j.w({code:"",message:""})]]=t.lost;return new j.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const us=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],fs=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],hs=`${Ge}${Nt}${ge}
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
`;function ms(t){const{root:e,unit:n,port:s,health:i,envFile:r}=t.workers;return{name:"observe",text:hs,values:{root:e,unit:n,port:String(s),health:i,env_file:r??"",tools:us.join(" ")},deadline:(0,Y.YA)(20),parse:o=>ps(o,e)}}function ps(t,e){const n=(0,be.OA)((0,be.gq)(t).stdout,fs),s=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,Y.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:s,running:ws(s,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:ze(n.lock)}}function ws(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[s="",i,...r]=t.slice(`${n}/releases/`.length).split("/");if(i==="tree"&&r.length===0&&(0,H.F3)(s))return s}}async function Wt(t){const{cluster:e}=t,[n,s]=await Promise.all([Ce(e.workers.hosts,async i=>{const r=await t.remote(i),[o,d]=await Promise.all([r.run((0,H.vN)(e.workers.root)).catch(gs),r.run(ms(e))]);return{releases:o,probe:d}}),Ce(e.loadBalancers.hosts,async i=>(await Xe(t,i)).observe())]);return{workers:n,loadBalancers:s}}function gs(t){if(t instanceof j.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function rn({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof j.w)}const Xt=({stage:t,migrate:e,batches:n,settle:s})=>t.length===0&&e===void 0&&n.length===0&&!s;function $s(t,e,n){const s=en(t,n),i=s.flatMap(o=>bs(o,e)),r=new Set(i.map(({worker:o})=>o));return{target:e,from:cn(s.flatMap(({seen:o})=>ln(o)).filter(o=>o!==e.id)),stage:s.filter(({seen:o})=>!an(o,e.id)).map(({name:o})=>o),migrate:Ts(t,e,s,i),...nn(t,i,s),finished:s.filter(({name:o})=>!r.has(o)).map(({name:o})=>o),proven:s.some(({seen:o})=>xn(o,e.id)),settle:s.some(({seen:o})=>!xn(o,e.id))}}function en(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([s,i])=>[s,Rt(i,n)]))}))}const ks=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),an=({releases:t},e)=>t.staged.some(n=>n.id===e),ln=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),xn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),tn=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Zt=t=>({drainOn:tn(t,e=>e!=="drained-by-others"),leaveOn:tn(t,e=>e==="drained-by-others")});function bs(t,e){const{name:n,seen:s}=t,{drainOn:i,leaveOn:r}=Zt(t),o=ys(s,e.id);if(o!==void 0){const x=xs(s,e.id);return[{worker:n,does:"switch",to:e.id,why:o,previous:x,drainOn:i,leaveOn:r}]}const d=tn(t,x=>x==="drained"||x==="down");if(d.length===0)return[];const g=`runs it, but is out of rotation on ${d.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:g,previous:void 0,drainOn:d,leaveOn:r}]}function ys({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${vs(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const vs=t=>t==="000"?"no answer":`answers ${t}`;function xs({releases:t,probe:e},n){const s=new Set(t.staged.map(({id:r})=>r)),i=t.staged.findLast(({id:r,good:o})=>o&&r!==n)?.id;return[t.active,e.running,i].find(r=>r!==void 0&&r!==n&&s.has(r))}function nn(t,e,n){const{batch:s,canary:i,minAvailable:r}=t.rollout,o=Sn(s,t.workers.hosts.length),d=new Set(n.filter(ks).map(({name:V})=>V)),g=e.filter(({worker:V})=>!d.has(V)),x=e.filter(({worker:V})=>d.has(V)),S=[];let P=d.size;for(;g.length>0;){const V=g.splice(0,o);S.push({title:"not serving",tasks:V,available:P}),P+=V.filter(({leaveOn:oe})=>oe.length===0).length}let U=i?.hosts??0;for(;x.length>0;){const V=P-r;if(V<1)return{batches:S,problem:Ss(t,P,x)};const oe=x.splice(0,Math.min(U||o,V));S.push({title:U>0?"canary":"serving",tasks:oe,available:P-oe.length}),U=0}return{batches:S}}const Sn=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function Ss(t,e,n){const{minAvailable:s}=t.rollout,i=n.map(({worker:r})=>r).join(", ");return new j.w({code:"too-few-available",step:"preflight",message:`Draining one of ${i} would leave ${e-1} in rotation; min-available is ${s}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Ts(t,e,n,s){const{migrate:i,migrations:r}=t.release,o=n[0];if(i===void 0||o===void 0||e.kind!=="deploy")return;const d=ae(n.map(({seen:P})=>P.releases),e);if(d.length===0&&!s.some(({does:P})=>P==="switch"))return;const g=n.flatMap(({seen:P})=>P.releases.staged.filter(({id:U})=>U===P.releases.active));if(d.length===0&&g.some(({id:P})=>P===e.id))return;if(r===void 0)return{worker:o.name,migrations:[]};const x=new Set(g.flatMap(({migrations:P})=>P)),S=e.migrations.filter(P=>!x.has(P)||d.includes(P));return S.length===0?void 0:{worker:o.name,migrations:S}}function cn(t){const e=n=>t.filter(s=>s===n).length;return t.reduce((n,s)=>n===void 0||e(s)>e(n)?s:n,void 0)}function As(t,e,{plan:n,workers:s,done:i}){const r=en(t,e),o=[],d=s.flatMap(P=>{const U=r.find(oe=>oe.name===P);if(U===void 0||!ln(U.seen).includes(n.target.id))return[];const V=i.find(oe=>oe.worker===P)?.previous??n.from;return V===void 0||!an(U.seen,V)?(o.push(P),[]):[{worker:P,does:"switch",to:V,why:`goes back to ${V}`,previous:n.target.id,...Zt(U)}]}),g={...t,rollout:{...t.rollout,canary:void 0}},{batches:x,problem:S}=nn(g,d,r);return{batches:x,problem:S,stuck:o}}function _s(t,e,n){const s=[...e.workers].flatMap(([S,P])=>He(P)?[S]:[]),i=[...e.loadBalancers.values()],r=s.filter(S=>!i.some(P=>Rt(P,S)==="in")),o=s.filter(S=>!r.includes(S)).map(S=>e.workers.get(S)),d=r.length<=t.rollout.maxUnreachable?r:[],g=Tn(t,[...d,...n]),x=[...g.workers.hosts.map(({name:S})=>e.workers.get(S)),...g.loadBalancers.hosts.map(({name:S})=>e.loadBalancers.get(S))].filter(S=>S instanceof j.w).map(S=>o.includes(S)?Ms(S):S);return x.length>0?{problems:x}:{cluster:g,observation:An(g,e),missed:d}}const Ms=({failure:t})=>new j.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function dn(t,e){const n=r=>[...r].filter(([,o])=>o instanceof j.w).map(([o])=>o),s=n(e.workers),i=Tn(t,[...s,...n(e.loadBalancers)]);return{cluster:i,observation:An(i,e),missed:s,silent:rn(e)}}function Tn(t,e){const n=({name:r})=>!e.includes(r),{workers:s,loadBalancers:i}=t;return{...t,workers:{...s,hosts:s.hosts.filter(n)},loadBalancers:{...i,hosts:i.hosts.filter(n)}}}function An(t,e){const n=(s,i)=>new Map(i.map(({name:r})=>[r,s.get(r)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const Es=new Set(["cancelled","lock-lost","lease-lost"]);async function Os(t,e,n){const{context:s,journal:i,onFailure:r}=t;if(Es.has(n.code))return;const o=i.done.filter(({does:x})=>x==="switch").map(({worker:x})=>x),g=[...e.proven?[]:e.finished,...o].reverse();if(g.length!==0){if(r==="freeze")return"frozen";if(r==="halt"||i.lost.size>0)return"halted";try{return await s.reporter.group("Revert",async()=>{const x=dn(s.cluster,await Wt(s)),S=As(x.cluster,x.observation,{plan:e,workers:g,done:i.done});for(const U of S.stuck)s.reporter.warning(`${U} stays: it has no release to go back to.`);if(S.problem)throw S.problem;const P={...t,context:{...s,cluster:x.cluster}};await vn(P,S.batches,{direction:"back",trial:!1})}),"reverted"}catch(x){if(!(x instanceof j.w))throw x;return s.reporter.warning(`The revert stopped, and is not reverted: ${x.message}`),"revert-failed"}}}const js=[80,443],Ns=String.raw`
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
`,Is=(t,e)=>({name:`look for ${t.name}`,text:Ns,values:{address:t.address,port:String(e),doors:[t.port,...js].join(" ")},deadline:(0,Y.YA)(20),parse:n=>(0,be.gq)(n).stdout.trim()});async function Ps(t,e){const{workers:n}=t.cluster;await Se(await wt(t),async({name:s,remote:i})=>{const r=await i.run(Is(e,n.port));if(r!=="nothing")throw zs(e,s,r)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const zs=(t,e,n)=>new j.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function Rs(t,{takeBackup:e,withoutBackup:n},s){if(!_n(t))return;const{context:i,plan:r,observation:o}=t;if(n!==void 0){const{by:d}=i.run;s.withoutBackup={by:d,reason:n},i.reporter.warning(`There is no backup from before this deploy, as ${d} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const d=await e(i,{release:Ds(r,o),target:r.target.id}),{id:g,recoveryPoint:x,bytes:S,bytesAdded:P,took:U,newestProven:V}=d;s.backup={id:g,recoveryPoint:x,bytes:S,bytesAdded:P,took:U,newestProven:V}}catch(d){throw d instanceof j.w?Ls(d):d}}function Ls(t){const{failure:e}=t;if(e.code==="cancelled")return t;const s=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new j.w({...e,step:"backup",hint:s,cause:t})}function Fs(t,{withoutBackup:e}={}){if(!_n(t))return;const{cluster:n,run:s}=t.context;if(e!==void 0)return`no backup, as ${s.by} wants it: ${e}`;const i=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${i}, while the release is staged; nothing is migrated or switched before that`}function _n({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:s})=>s.some(({worker:i,does:r,to:o})=>r==="switch"&&Cs(n.workers.get(i),o)))}const Cs=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Ds({from:t,target:e},{workers:n}){const s=[...n.values()].map(({releases:o})=>o),i=t??(s.some(({active:o})=>o===e.id)?e.id:void 0),r=s.flatMap(({staged:o})=>o).find(o=>o.id===i)??{migrations:[]};return Ae(s,r).at(-1)?.release??i}function Bs({withoutBackup:t,despiteObjectives:e}){const n=[{reason:t,what:"without a backup",option:"--without-backup"},{reason:e,what:"despite the objectives",option:"--despite-objectives"}].find(({reason:s})=>s!==void 0&&s.trim()==="");if(n!==void 0)throw new j.j({code:"reason-missing",message:`To deploy ${n.what} takes a reason.`,left:"Nothing was changed.",hint:`${n.option} 'why'; it is kept in the history of every worker.`})}function Hs(t,e,n){const{target:s,stage:i,migrate:r,batches:o,finished:d}=e;return Xt(e)?[Ys(s)]:[Ks(e),...i.length>0?[`stage on ${i.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...r?[`migrate once, on ${r.worker}, by ${t.release.migrate?.join(" ")}: ${Gs(r.migrations)}`]:[],...d.length>0?[`leave ${d.join(", ")}: ${Ws(s)}`]:[],...Us(t,o),...o.flatMap((g,x)=>qs(t,g,x,o.length)),...s.kind==="repair"?[]:[`settle: mark ${s.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Ws=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Ys=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Ks({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Gs=t=>t.length>0?t.join(", "):"the program knows which are new";function Us({rollout:t,workers:e},n){const s=Sn(t.batch,e.hosts.length),i=Math.max(0,...n.filter(({title:o})=>o==="serving").map(({tasks:o})=>o.length)),r=n.filter(({title:o})=>o==="serving").reduce((o,{tasks:d})=>o+d.length,0);return i===0||i>=Math.min(s,r)?[]:[`batches of ${i} instead of ${s}: min-available is ${t.minAvailable}`]}function qs(t,{title:e,tasks:n,available:s},i,r){const{drainTimeout:o,healthyAfter:d}=t.rollout,g={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${i+1} of ${r}${g}: ${s} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(x=>[`  ${x.worker}: ${x.why}`,...Zs(x,`wait up to ${(0,Y.a3)(o)} for requests in flight`,d)])]}function Zs({does:t,to:e,drainOn:n,leaveOn:s,previous:i},r,o){const d=n.join(", "),g=i===void 0?"there is no release to go back to":`if it fails, back to ${i}`;return[...n.length>0?[`    drain on ${d}; ${r}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${o} times in a row; ${g}`]:[],...n.length>0?[`    fresh check on ${d}; readmit`]:[],...s.length>0?[`    stays as it is on ${s.join(", ")}: somebody else drained it there`]:[]]}function Vs({worker:t,active:e,running:n,healthy:s,rotation:i}){const r=n===void 0?"runs no known release":`runs ${n}`,o=e===void 0||e===n?"":` while current is ${e}`,d=[...i],g={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[x]=d,P=x!==void 0&&d.every(([,V])=>V===x[1])?g[x[1]]:d.map(([V,oe])=>`${g[oe]} on ${V}`).join(", ");return`${t} ${r}${o}, ${s===void 0?"health unknown":s?"healthy":"unhealthy"}, ${P}`}const Js=(0,Y.YA)(10);class Mn{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),Ue.MA),this.#t.unref()}hold(e,n){for(const s of n){const i=this.#e.get(s)??new Map;this.#e.set(s,i.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,s])=>{const i=s.get(e);if(!(i===void 0||this.#i(i))&&(await this.#a(n,[e]),!this.#i(s.get(e)??0)))throw Xs(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#i(e){return this.clock.now().getTime()-e<=Js}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const s=this.#a(e,[...n.keys()]).catch(Qs).finally(()=>this.#n.delete(e));this.#n.set(e,s)}}async#a(e,n){const s=this.clock.now().getTime(),r=await(await qe(this.context,e)).renew(n),o=this.#e.get(e);for(const d of n)!r.includes(d)&&o?.has(d)&&o.set(d,s)}}function Qs(t){if(!(t instanceof j.w))throw t}const Xs=(t,e)=>new j.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),ei=(0,Y.Gx)(15),ti=String.raw`
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
`;function ni({root:t,envFile:e},n,s,i){const r=s.map((o,d)=>`word${d}`);return{name:`migrate ${n}`,text:`${dt}
set -- ${r.map(o=>`"$${o}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${ti}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:i,env_file:e??"",...Object.fromEntries(r.map((o,d)=>[o,s[d]??""]))},deadline:ei,parse(o){if(o.status===Oe)throw at(void 0,void 0);(0,be.gq)(o)}}}function si(t,e,n){const s=(0,H.cJ)(t,e);return{...s,text:`${dt}${s.text}`,values:{...s.values,owner:n},parse(i){if(i.status===Oe)throw at(void 0,void 0);s.parse(i)}}}async function En(t,e,{target:n,from:s},i,r){const{cluster:o,run:d,clock:g=pe}=t,x={at:g.now(),release:n.id,from:s,by:ne(d)},S=await t.remote(e);for(const P of(0,H.QW)(x,r))await S.run(si(o.workers.root,P,i))}async function ii(t,e,n,s){const{workers:i,release:r}=t.cluster,{migrate:o}=e,d=i.hosts.find(({name:U})=>U===o?.worker);if(o===void 0||d===void 0||r.migrate===void 0)return;await En(t,d,e,n,s).catch(U=>{throw U instanceof j.w?U.with({host:d.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):U});const x=i.hosts.filter(U=>U!==d).map(U=>En(t,U,e,n,s).catch(V=>{if(!(V instanceof j.w))throw V;t.reporter.warning(`${U.name} could not note the migration, which ${d.name} runs: ${V.message}`)})),S=oi(t,d,e,r.migrate,n,s),P=(await Promise.allSettled([S,...x])).find(({status:U})=>U==="rejected");if(P?.status==="rejected")throw P.reason}async function oi(t,e,{target:n,migrate:s},i,r,o){const{reporter:d,cluster:g}=t,x=await t.remote(e);d.step({host:e.name,name:"migrate",state:"started",detail:s?.migrations.join(", ")||void 0});try{await x.run(ni(g.workers,n.id,i,r),{onLine:S=>d.step({host:e.name,name:"migrate",state:"progress",detail:S})})}catch(S){throw S instanceof j.w?(d.step({host:e.name,name:"migrate",state:"failed",detail:S.failure.seen}),S.code!=="script-failed"?S.with({host:e.name,step:"migrate"}):new j.w({code:"migration-failed",host:e.name,step:"migrate",message:`${i.join(" ")} failed; no worker was switched.`,seen:S.failure.seen??S.failure.message,left:o.length>0?`The database is as the program left it. Whether it had run ${o.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${o.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):S}d.step({host:e.name,name:"migrate",state:"done"})}async function ri({context:t,plan:e},{checkObjectives:n,despiteObjectives:s},i){const{cluster:r,reporter:o,run:d}=t;if(!(!r.slo.beforeDeploy||e.target.kind!=="deploy"||Xt(e))){if(s!==void 0){i.despiteObjectives={by:d.by,reason:s},o.warning(`The objectives were not asked whether they allow this deploy, as ${d.by} wants it: ${s}`);return}if(n===void 0)throw new Error("this deploy needs the objectives, and was given no way to ask");try{o.info(`The objectives allow a deploy: ${await n(t)}.`)}catch(g){throw g instanceof j.w?ai(g):g}}}function ai({failure:t}){const n=[t.hint,"To deploy all the same: `--despite-objectives REASON`, in a workflow `despite-objectives:`. A rollback is never held up."].filter(Boolean).join(" ");return new j.w({...t,step:"objectives",hint:n,left:"Nothing was changed."})}function li(t,e){const n=en(t,e),s=n.filter(d=>On(d)===void 0),i=cn(s.flatMap(({seen:d})=>d.probe.running??[]))??cn(n.flatMap(({seen:d})=>d.releases.active??[]));if(i===void 0)return;const r=n.flatMap(d=>ci(d,i)),o=new Set(r.map(({worker:d})=>d));return{target:{kind:"repair",id:i,migrations:[]},from:void 0,stage:[],...nn(t,r,n),finished:n.map(({name:d})=>d).filter(d=>!o.has(d)),proven:!0,settle:!1}}function ci(t,e){const{name:n,seen:s}=t,i=On(t);if(i!==void 0){const g=an(s,e)?e:s.releases.active;return g===void 0?[]:[{worker:n,does:"switch",to:g,why:i,...Zt(t)}]}const r=tn(t,g=>g==="drained"),o=s.probe.running;if(r.length===0||o===void 0)return[];const d=`was left drained on ${r.join(", ")}`;return[{worker:n,does:"readmit",to:o,why:d,drainOn:r,leaveOn:Zt(t).leaveOn}]}function On({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const di=(0,Y.ee)(64*1024*1024),un=4096;function ui({entries:t}){const e=t.reduce((n,s)=>n+(s.type==="file"?Math.ceil(s.size/un)*un:un),0);return{size:(0,Y.ee)(e),files:t.length}}function fi(t,e,n,s){const i=$s(t,e,n),r=Fe(n,e),o=[...[...n.workers].flatMap(([d,g])=>hi(t,e,d,g,i,s)),...i.problem?[i.problem]:[],...r?[r]:[]];return o.length>0?{problems:o}:{plan:i}}function hi(t,e,n,{releases:s,probe:i},r,o){const{unit:d,root:g,envFile:x}=t.workers,S=t.hosts.get(n)?.user??"the deploy user",P=[],U=s.staged.some(({id:oe})=>oe===e.id),V=(0,Y.ee)((o?.size??0)+di);if(i.missingTools.length>0&&P.push({code:"tools-missing",message:`It lacks ${i.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),i.folder==="missing"&&P.push({code:"service-folder-missing",message:`${g} does not exist.`,hint:`On ${n}, as root: install -d -o ${S} -g ${S} ${g}`}),i.folder==="read-only"&&P.push({code:"permission-denied",message:`${S} may not write in ${g}.`,hint:`On ${n}, as root: chown ${S}: ${g}`}),!U&&e.kind==="deploy"&&(i.diskFree<V||i.inodesFree<(o?.files??0)+1e3)&&P.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,Y.z3)(i.diskFree)} and ${i.inodesFree} inodes free, ${(0,Y.z3)(V)} and ${(o?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${g}\` shows what is full, \`du -xsh ${g}/releases/*\` what the releases take.`}),i.unit.load!=="loaded"&&P.push({code:"unit-missing",message:`systemd has no usable unit ${d}.`,seen:`LoadState=${i.unit.load}`,hint:`On ${n}: \`systemctl status ${d}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!i.mayRestart||!i.mayReadRelease){const oe=i.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${d}`;P.push({code:"sudo-denied",message:`${S} may not run \`sudo ${oe}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return r.migrate?.worker===n&&i.envFile==="unreadable"&&P.push({code:"env-file-unreadable",message:`${S} can't read ${x}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${S} ${x} && chmod 640 ${x}`}),e.kind==="rollback"&&!U&&P.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${s.staged.map(({id:oe})=>oe).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),P.map(oe=>new j.w({...oe,host:n}))}class jn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,s){const i=this.#e.get(e);i&&this.#e.set(e,{...i,[n]:s})}get timeline(){return[...this.#e.values()]}}const mi=(0,Y.Rz)(1500);class pi{context;kind;clock;journal=new jn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;despiteObjectives;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??pe,this.#e=this.clock.now()}async phase(e,n){const s=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,Y.Rz)(this.clock.now().getTime()-s)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const s=mt(this.context.cluster,this.observation),i=`
${s.map(r=>`    ${Vs(r)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:s,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,despiteObjectives:this.despiteObjectives,error:n&&this.changing?new j.w({...n.failure,left:i}):n}}async#n(){const e=Wt(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(mi).then(()=>this.observation)]))}}async function wi(t,{target:e,from:n}){const{context:s,clock:i,journal:r}=t,{workers:o,release:d}=s.cluster,g={at:i.now(),event:"good",release:e.id,from:n,by:ne(s.run),reason:t.reason,backup:t.backup},x={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await Se(o.hosts.map(({name:S})=>S).filter(S=>!r.missed.includes(S)),S=>gi(S,async()=>{const P=await Ie(s,S);await Promise.all([P.run((0,H.bL)(o.root,e.id)),P.run((0,H.cJ)(o.root,g))]);const U=[e.id,...n===void 0?[]:[n]],V=await P.run((0,H.R3)(o.root,{keep:d.keep,protect:U})),oe=V.length>0?`removed ${V.join(", ")}`:void 0;s.reporter.step({host:S,name:"settle",state:"done",detail:oe})}),x)}async function gi(t,e){try{await e()}catch(n){throw n instanceof j.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function $i(t,e,n={}){const{id:s,manifest:i}=e,r={kind:"deploy",id:s,migrations:i.migrations};return fn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(d,g)=>(Bs(n),g.to=s,Nn(d,{...n,archive:e,choice:n},g,()=>r))})}function ki(t,{to:e,...n}={}){return fn(t,{...n,kind:"rollback",intend:(i,r)=>Nn(i,n,r,o=>Ne(o,e))})}function bi(t,e={}){return fn(t,{...e,kind:"repair",intend:Ai})}async function fn(t,e){const n=new pi(t,e.kind),s=new ct(t.signal);try{const i=await n.phase("Preflight",()=>s.orLeave(yi(t,e,n)));if(e.dryRun)return await n.finish("planned");if(Xt(i.plan)&&!ji(n.observation))return await n.finish("nothing-to-do");const r=await n.phase("Lock",()=>le(i.context,{after:e.after})),o=Ke(t,"rollout");try{return await n.finish(await vi(t,e,n,r,s))}finally{await Promise.all([o(),s.unfinished?void 0:r.release()])}}catch(i){if(!(i instanceof j.w))throw i;return n.finish("failed",i)}}async function yi(t,e,n){const s=await e.intend(t,n);return await ri(s,e.choice??{},n),s}async function vi(t,e,n,s,i){const{clock:r,journal:o}=n,d=await n.phase("Plan",()=>i.orLeave(e.intend(t,n))),{plan:g,context:x}=d;if(Xt(g))return"nothing-to-do";const{archive:S,choice:P={}}=e,{target:U,migrate:V}=g;n.changing=!0,S&&await n.phase("Stage",()=>i.orLeave(Promise.all([Mi(x,S),Rs(d,P,n)])));const oe=S&&V?ot(S.manifest,V.migrations):[];V&&await n.phase("Migrate",()=>i.orHurry(ii(x,g,s.owner,oe)));const Re=Si(d,S),vt=new Mn(x,r),xt=Ti(d,r,i),Vt=xi(e,n),Jt={context:x,clock:r,cancellation:i,lock:s,leases:vt,watch:xt,target:U,onFailure:Re,journal:o,...Vt};try{const Ct=!g.proven;await n.phase("Batches",()=>vn(Jt,g.batches,{direction:"forward",trial:Ct}))}catch(Ct){throw Ct instanceof j.w&&(n.afterFailure=await Os(Jt,g,Ct)),Ct}finally{vt.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>wi(Jt,g)),"success"}function xi({reason:t},{backup:e,withoutBackup:n,despiteObjectives:s}){return{reason:[n&&`without a backup: ${n.reason}`,s&&`despite the objectives: ${s.reason}`,t].filter(Boolean).join("; ")||void 0,backup:e?.id}}function Si({context:t,plan:e,observation:n},s){if(s===void 0)return"halt";const i=e.batches.flatMap(({tasks:o})=>o.map(({previous:d})=>d));return[e.from,...i].some(o=>o!==void 0&&!St(n,s.manifest,o))?"freeze":t.cluster.rollout.onFailure}function Ti({context:t,plan:e,observation:n},s,i){const r=t.cluster.loadBalancers.hosts.map(({name:g})=>g),o=new Qt(r,g=>qe(t,g)),d=new es({source:o,clock:s,reporter:t.reporter,cancellation:i});return d.switched(e.finished,Ut(n.loadBalancers)),d}async function Nn(t,{archive:e,choice:n,without:s=[]},i,r){i.observation=await Wt(t);const o=await _i(t,i.observation,s),d=_s(t.cluster,i.observation,o);if("problems"in d)throw hn(d.problems);const g=r(d.observation);i.to=g.id;const x=e&&ui(e.manifest),S=fi(d.cluster,g,d.observation,x);if("problems"in S)throw hn(S.problems);return i.from=S.plan.from,In(t,i,d,S.plan,n)}async function Ai(t,e){e.observation=await Wt(t);const{silent:n,...s}=dn(t.cluster,e.observation),i=li(s.cluster,s.observation);if(i===void 0)throw hn(n.length>0?n:[Ei()]);for(const{message:r}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${r}`);return e.to=i.target.id,In(t,e,s,i)}function In(t,e,{cluster:n,missed:s,observation:i},r,o){const{reporter:d}=t,g=s.map(P=>`leave out ${P}: it can't be reached and takes no traffic`),x={context:{...t,cluster:n},plan:r,observation:i},S=[...Hs(n,r,Fs(x,o)),...g];if(S.join(`
`)!==e.plan.join(`
`))for(const P of S)d.info(P);return e.plan=S,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...s),x}async function _i(t,e,n){const{hosts:s}=t.cluster.loadBalancers,i=n.map(g=>s.find(x=>x.name===g)??g),[r]=i.filter(g=>typeof g=="string");if(r!==void 0)throw Oi(r,s);const o=s.filter(g=>i.includes(g)&&e.loadBalancers.get(g.name)instanceof j.w),{cluster:d}=dn(t.cluster,e);for(const g of o)await Ps({...t,cluster:d},g),t.reporter.warning(`${g.name} is left out: no worker sees it either.`);return o.map(({name:g})=>g)}async function Mi(t,e){const{cluster:n,reporter:s}=t;await Se(n.workers.hosts,async i=>(0,H.dw)(await t.remote(i),n.workers.root,e,s),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const hn=t=>fe(t.map(({failure:e})=>new j.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),Ei=()=>new j.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),Oi=(t,e)=>new j.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),ji=({workers:t})=>[...t.values()].some(e=>!(e instanceof j.w)&&e.probe.lock!==void 0);async function Ni(t){const[e,n]=await Promise.all([Wt(t),Pi(t)]),s=mt(t.cluster,e),i=rn(e);return{workers:s,loadBalancers:[...e.loadBalancers].flatMap(([r,o])=>o instanceof j.w?[]:[{name:r,processes:o.processes,hasAddress:n.get(r)?.here,drained:n.get(r)?.away}]),locks:[...e.workers].flatMap(([r,o])=>o instanceof j.w||o.probe.lock===void 0?[]:[{worker:r,owner:o.probe.lock.owner,expired:o.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([r,o])=>o instanceof j.w?[]:[...o.workers.values()].flatMap(({worker:d,lease:g})=>g?[{worker:d,loadBalancer:r,...g}]:[])),failures:i,ok:i.length===0&&s.every(r=>Ii(r)&&r.running===s[0]?.running)}}const Ii=({active:t,running:e,healthy:n,rotation:s})=>e!==void 0&&e===t&&n===!0&&[...s.values()].every(i=>i==="in");async function Pi({cluster:t,remote:e}){const{hosts:n,address:s}=t.loadBalancers;return s===void 0?new Map:new Map(_e(await Ce(n,async i=>(await e(i)).run((0,Ue.xc)(s)))).answers)}async function zi(t,e,n){const s=t.clock??pe,i=new ct(t.signal),r=await le(t),o=new Mn(t,s),d={context:t,clock:s,cancellation:i,lock:r,leases:o,journal:new jn};try{for(const[g,x]of e.entries())await t.reporter.group(`Worker ${x}, ${g+1} of ${e.length}`,async()=>{i.check(),await Ri(d,await Fi(t,x),n)})}finally{o.stop(),await r.release()}}async function Ri(t,e,n){const{worker:s}=e;try{await Ft(t,e).catch(async r=>{throw await F(t,e).catch(Li(t,s)),r}),await t.leases.confirm(s);const i=await n(s).then(()=>{},r=>r);if(await b(t,e).catch(r=>{throw i??r}),await L(t,e),i!==void 0)throw i}finally{t.leases.letGo(s)}}const Li=(t,e)=>n=>{if(!(n instanceof j.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function Fi(t,e){const{cluster:n}=t,s=await Wt(t),i=rn(s);if(i.length>0)throw fe(i,{code:"preflight-failed",step:"drain",message:`${i.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const r=en(n,s),o=r.find(({name:S})=>S===e);if(o===void 0)throw new Error(`${e} is no worker of this cluster`);const[d]=ln(o.seen);if(d===void 0)throw Ci(e);const g={worker:e,does:"readmit",to:d,why:"is changed",...Zt(o)},{problem:x}=nn(n,[g],r);if(x!==void 0)throw new j.w({...x.failure,left:`${e} was not touched.`});return g}const Ci=t=>new j.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),5026:((Dt,pt,Q)=>{Q.d(pt,{If:()=>bt,Wz:()=>Mt,tw:()=>Be,DW:()=>Fe,N4:()=>l,qS:()=>Le,MZ:()=>Ie,PE:()=>he,wt:()=>ie,Hl:()=>ue,Ko:()=>J,ix:()=>ne,K9:()=>xe,l9:()=>pe,Rx:()=>H,fU:()=>j,I9:()=>re,xP:()=>m,MY:()=>Ge,zG:()=>ut,L2:()=>ae});function ne(h){const $=h<0?"-":"",b=Math.round(Math.abs(h)/1e3);if(b<60)return`${$}${we(Math.abs(h)/1e3,1)} s`;const _=[[Math.floor(b/86400),"d"],[Math.floor(b/3600)%24,"h"],[Math.floor(b/60)%60,"min"],[b%60,"s"]],O=_.findIndex(([F])=>F>0),L=_.slice(O,O+2).filter(([F])=>F>0);return $+L.map(([F,I])=>`${F} ${I}`).join(" ")}function pe(h,$=3){if(h===void 0)return"not measured";const b=10**$;return`${we(Math.floor(h*b+1e-6)/b,$)} %`}function j(h){return h===void 0?"no requests":h<1e3?`${we(h,h<10?1:0)} ms`:`${we(h/1e3,2)} s`}function H(h){return h===void 0?j(void 0):`${h.beyond?"> ":""}${j(h.time)}`}const xe=h=>`${h.toISOString().slice(0,16).replace("T"," ")} UTC`,ae={met:"met",missed:"missed",unknown:"not known: too little was measured"},he=({overLong:h,long:$,limit:b})=>`${h?.toFixed(1)} times as fast as the budget allows over ${ne($)}; the limit is ${b.toFixed(2)}`;function ie({overLong:h,overShort:$,tooFast:b}){return b?"too fast":h===void 0||$===void 0?"not known":"fine"}const we=(h,$)=>String(Number(h.toFixed($))),Ne={met:"#1a7f37",missed:"#cf222e",unknown:"#656d76"};function Le({verdict:h,availability:$,responseTime:b}){const _=[pe($.measured,2),j(b.mean)],O=h==="unknown"?"unknown":_.join(" \xB7 "),L="objectives",[F,I]=[Ae(L),Ae(O)],a=F+I,c=(u,f,w)=>`<text x="${u}" y="14" textLength="${f}" lengthAdjust="spacingAndGlyphs">${w}</text>`;return`<svg xmlns="http://www.w3.org/2000/svg" width="${a}" height="20" role="img" aria-label="${L}: ${h}, ${O}">
<title>${L}: ${h}, ${O}</title>
<clipPath id="r"><rect width="${a}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${F}" height="20" fill="#3d444d"/><rect x="${F}" width="${I}" height="20" fill="${Ne[h]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-rendering="geometricPrecision">
${c(me,F-2*me,L)}
${c(F+me,I-2*me,O)}
</g>
</svg>
`}const me=7,Ae=h=>Math.round(h.length*6.6)+2*me;var ce=Q(1996);const Fe=5e3,Me=6e4;function ot(h){const $=h.slice(1).map(({at:_},O)=>_-(h[O]?.at??_)),b=$.sort((_,O)=>_-O)[Math.floor($.length/2)];return Math.min(b??Fe,Me)}const St=1.5;function ke(h,$){const _=h.flatMap(rt).flatMap(({from:a,to:c,state:u})=>[{at:et(a,$),up:u==="up"?1:0,down:u==="down"?1:0},{at:et(c,$),up:u==="up"?-1:0,down:u==="down"?-1:0}]);_.push({at:$.to,up:0,down:0}),_.sort((a,c)=>a.at-c.at);const O=[];let[L,F,I]=[0,0,$.from];for(const a of _){const c=F>0?"down":L>0?"up":"unmeasured";a.at>I&&lt(O,{from:I,to:a.at,state:c}),I=a.at,L+=a.up,F+=a.down}return O}function rt(h){const $=ot(h),b=[];return h.forEach(({at:_,value:O},L)=>{const F=h[L+1]?.at??Number.POSITIVE_INFINITY,I=F-_<=St*$?F:_+$;lt(b,{from:_,to:I,state:O>0?"up":"down"})}),b}function lt(h,$){const b=h.at(-1);b?.state===$.state&&b.to===$.from?h[h.length-1]={...b,to:$.to}:h.push($)}const et=(h,{from:$,to:b})=>Math.min(Math.max(h,$),b);function Ue(h,$){const b={up:0,down:0,unmeasured:0};for(const{from:_,to:O,state:L}of h)b[L]+=Math.max(0,et(O,$)-et(_,$));return b}const Xe=h=>(0,ce.Gx)(60*h),qe=[{long:Xe(1),short:(0,ce.Gx)(5),share:.08},{long:Xe(6),short:(0,ce.Gx)(30),share:.125},{long:Xe(24),short:Xe(2),share:.2}],Ie=h=>qe.filter(({long:$})=>$<h).map(({long:$,short:b,share:_})=>({long:$,short:b,limit:_*h/$}));function wt(h,$,b){const _=h.at(-1)?.to??0,O=L=>{const{up:F,down:I}=Ue(h,{from:_-L,to:_});return F+I===0?void 0:I/(F+I)/b};return Ie($).map(({long:L,short:F,limit:I})=>{const[a,c]=[O((0,ce.Rz)(L)),O((0,ce.Rz)(F))],u=(a??0)>=I&&(c??0)>=I;return{long:L,short:F,limit:I,overLong:a,overShort:c,tooFast:u}})}var Te=Q(3916);function Ce(h){const $=[];let b=!1;for(const{from:_,to:O,state:L}of h){if(L==="up"&&(b=!1),L!=="down")continue;const F=$.at(-1);b&&F!==void 0?(F.to=O,F.down+=O-_):$.push({from:_,to:O,down:O-_}),b=!0}return $.map(({from:_,to:O,down:L},F)=>({from:new Date(_),to:new Date(O),ongoing:b&&F===$.length-1,length:(0,ce.Rz)(O-_),down:(0,ce.Rz)(L)}))}function _e(h){return h.filter(({state:$})=>$==="unmeasured").map(({from:$,to:b})=>({from:new Date($),to:new Date(b),length:(0,ce.Rz)(b-$)}))}const Be=.95;function He(h){return h.includes("missed")?"missed":h.includes("unknown")?"unknown":"met"}function Ze(h,$,b){const _=ke(h,$),{up:O,down:L,unmeasured:F}=Ue(_,$),I=$.to-$.from,a=Math.round(I*(100-b.availability)/100),c=O+L===0?void 0:100*O/(O+L);return{verdict:Tt({up:O,down:L,whole:a,length:I}),objective:b.availability,measured:c,atLeast:100*O/I,coverage:(O+L)/I,up:(0,ce.Rz)(O),down:(0,ce.Rz)(L),unmeasured:(0,ce.Rz)(F),budget:{whole:(0,ce.Rz)(a),spent:(0,ce.Rz)(L),left:(0,ce.Rz)(a-L),leftShare:(a-L)/a},burns:wt(_,(0,ce.Rz)(I),a/I),now:_.at(-1)?.state??"unmeasured",incidents:Ce(_),blindSpots:_e(_),probeInterval:(0,ce.Rz)(Math.max(0,...h.map(ot))),timeline:_}}function Tt({up:h,down:$,whole:b,length:_}){return $>b?"missed":h+$<Be*_?"unknown":$*_>b*(h+$)?"missed":"met"}var Y=Q(2474);async function At(h,$){const{history:b,failures:_}=await(0,Y.D8)(h);for(const O of _)h.reporter.warning(`Its history is missing: ${O.message}`);return _.length===h.cluster.workers.hosts.length?void 0:ct(b,$)}function ct(h,{from:$,to:b}){const _=new Set;return h.toReversed().flatMap(({event:O,at:L,release:F,by:I,reason:a})=>{const c=_.has(F);return O==="activated"&&_.add(F),O==="restored"?[{at:L,kind:"restore",release:F,by:I,reason:a}]:O==="reverted"?[{at:L,kind:"rollback",release:F,by:I,reason:a}]:O!=="activated"?[]:[{at:L,kind:c&&a?"rollback":"deploy",release:F,by:I,reason:a}]}).filter(({at:O})=>O.getTime()>=$&&O.getTime()<=b)}var tt=Q(7067),be=Q(8321),Ve=Q(8522),ge=Q(2857);const Ee=(0,ce.Gx)(3),De=8,gt=ge.PVZ([ge.aig(),ge.YjP()]).transform(([h,$])=>({at:Math.round(h*1e3),value:jt($)})),$t=ge.Ikc({status:ge.euz("success"),data:ge.Ikc({resultType:ge.euz("matrix"),result:ge.YOg(ge.Ikc({metric:ge.g1P(ge.YjP(),ge.YjP()),values:ge.YOg(gt)}))})}),Pe=ge.Ikc({errorType:ge.YjP(),error:ge.YjP()}),_t=ge.Ikc({status:ge.euz("success"),data:ge.Ikc({result:gt})});class Je{dial;name;#e=De;#t=[];constructor($,b){this.dial=$,this.name=b}async now(){return new Date(this.#i(_t,await this.#s("query",{query:"scalar(vector(time()))"})).data.result.at)}async samples($,b){return this.#n(await this.#s("query",{query:$,time:String(b/1e3)}))}async steps($,{from:b,to:_},O){const[L,F]=[b+O,_].map(I=>String(I/1e3));return this.#n(await this.#s("query_range",{query:$,start:L,end:F,step:String(O/1e3)}))}#n($){const{result:b}=this.#i($t,$).data;return b.map(({metric:_,values:O})=>({labels:_,samples:O}))}#i($,b){const _=$.safeParse(We(b));if(_.success)return _.data;throw this.#o("answers something that is no answer to what it was asked.",b.slice(0,500))}async#s($,b){const _=new URLSearchParams(Object.entries(b).filter(O=>O[1]!==void 0));await this.#a();try{const O=await this.dial(),{status:L,body:F}=await this.#r(O,$,_.toString());if(L===200)return F;const I=Pe.safeParse(We(F));throw this.#o(`refuses a question, with status ${L}.`,I.success?`${I.data.errorType}: ${I.data.error}`:F.slice(0,500))}finally{this.#e+=1,this.#t.shift()?.()}}async#a(){for(;this.#e===0;)await new Promise($=>this.#t.push($));this.#e-=1}#r($,b,_){return new Promise((O,L)=>{const F=c=>{clearTimeout(I),$.destroy(),L(this.#o("broke off.",c instanceof Error?c.message:String(c)))},I=setTimeout(()=>F(`no answer within ${(0,ce.a3)(Ee)}`),Ee),a=(0,tt.request)({createConnection:()=>$,host:"localhost",method:"POST",path:`/api/v1/${b}`,headers:{"content-type":"application/x-www-form-urlencoded","content-length":Buffer.byteLength(_),"accept-encoding":"gzip"}});a.on("error",F),a.on("response",c=>{kt(c).then(u=>{clearTimeout(I),$.destroy(),O({status:c.statusCode,body:u})},F)}),a.end(_)})}#o($,b){return new Te.w({code:"prometheus-failed",host:this.name,step:"objectives",message:`Prometheus there ${$}`,seen:b,left:"Nothing was changed.",hint:"`systemctl status prometheus` and `journalctl -u prometheus --since -15min` there."})}}function kt(h){if(h.headers["content-encoding"]!=="gzip")return(0,be.text)(h);const $=(0,Ve.createGunzip)();return h.on("error",b=>$.destroy(b)),(0,be.text)(h.pipe($))}function We(h){try{return JSON.parse(h)}catch{return}}const jt=h=>Number(h.replace("Inf","Infinity")),Mt="availability",bt="app",Oe=["route","path","handler","url","uri","endpoint"],dt=h=>`probe_success{job="${Mt}"}[${h}s]`,ze=h=>`up{job="${bt}"}[${h}s]`;function ut(h,$){const b=_=>`increase(${h.slo.histogram}_${_}${nt(h)}[${$}s])`;return{count:`sum(${b("count")})`,sum:`sum(${b("sum")})`,buckets:`sum by (le) (${b("bucket")})`}}function nt({workers:h}){const[$=""]=h.health.split("?"),b=["/metrics",$].map(_=>_.replace(/[^A-Za-z0-9/]/g,O=>`[${O}]`)).join("|");return`{${[`job="${bt}"`,...Oe.map(_=>`${_}!~"${b}"`)].join(",")}}`}const Et=864e5,at=(0,ce.Gx)(2),B=168,N=(0,ce.Gx)(5);async function E(h,$,b){const[_,O,L]=await Promise.all([K(h,dt,b),K(h,ze,b),C(h,$,b)]),F=Map.groupBy(O,({labels:I})=>I.host??I.instance??"unnamed");return{probes:_.map(({samples:I})=>I),scrapes:new Map([...F].map(([I,a])=>[I,a.map(({samples:c})=>c)])),requests:L}}async function K(h,$,{from:b,to:_}){const O=[];for(let I=_;I>b-at;I-=Et)O.push({from:Math.max(I-Et,b-at),to:I});const L=await Promise.all(O.reverse().map(async I=>(await h.samples($(Math.ceil((I.to-I.from)/1e3)),I.to)).map(({labels:c,samples:u})=>({labels:c,samples:u.filter(({at:f})=>f>I.from)}))));return[...Map.groupBy(L.flat(),({labels:I})=>JSON.stringify(Object.entries(I).sort())).values()].map(I=>({labels:I[0]?.labels??{},samples:I.flatMap(({samples:a})=>a)}))}async function C(h,$,b){const _=b.to-b.from,O=Math.max(1,Math.min(B,Math.floor(_/N))),L=Math.floor(_/O/1e3)*1e3,F={from:b.to-O*L,to:b.to},I=ut($,L/1e3),[a,c,u]=await Promise.all([I.count,I.sum,I.buckets].map(q=>h.steps(q,F,L))),f=Array.from({length:O},(q,ve)=>F.from+(ve+1)*L),[w,y]=[a,c].map((q=[])=>Z(q[0]?.samples)),W=(u??[]).map(({labels:q,samples:ve})=>[X(q.le),Z(ve)]);return f.map(q=>({from:q-L,to:q,count:w?.get(q)??0,sum:y?.get(q)??0,buckets:new Map(W.map(([ve,it])=>[ve,it.get(q)??0]))}))}const Z=(h=[])=>new Map(h.filter(({value:$})=>Number.isFinite($)).map(({at:$,value:b})=>[$,b])),X=(h="+Inf")=>h==="+Inf"?Number.POSITIVE_INFINITY:Number(h);function ee(h,$){const b=[...$].sort(([I],[a])=>I-a),_=b.at(-1)?.[1]??0;if(!(_>0))return;const O=h*_;let[L,F]=[0,0];for(const[I,a]of b){if(a>=O){if(I===Number.POSITIVE_INFINITY)return{time:(0,ce.YA)(L),beyond:!0};const c=a>F?(O-F)/(a-F):1;return{time:(0,ce.YA)(L+(I-L)*c),beyond:!1}}[L,F]=[I,a]}return{time:(0,ce.YA)(L),beyond:!0}}function de(h){const $=new Map;for(const b of h)for(const[_,O]of b)$.set(_,($.get(_)??0)+O);return $}function le(h,$,b,_){const O=I=>{const a=I.map(c=>c.filter(({value:u})=>u>0));return Ue(ke(a,b),b).up/(b.to-b.from)},L=O([...$.values()].flat()),F=k({count:h.reduce((I,{count:a})=>I+a,0),sum:h.reduce((I,{sum:a})=>I+a,0),buckets:de(h.map(({buckets:I})=>I))});return{verdict:ye(F.mean,L,_.meanResponseTime),objective:_.meanResponseTime,...F,coverage:L,workers:[...$].map(([I,a])=>({worker:I,coverage:O(a)})),course:h.map(({from:I,to:a,...c})=>({from:I,to:a,...k(c)}))}}function ye(h,$,b){return h===void 0||$<Be?"unknown":h>b?"missed":"met"}function k({count:h,sum:$,buckets:b}){if(h<.5)return{requests:0};const[_,O,L]=[.5,.95,.99].map(F=>ee(F,b));return{requests:Math.round(h),mean:(0,ce.Rz)((0,ce.YA)($/h)),p50:_,p95:O,p99:L}}const l=9090;async function m(h,$,b){const{cluster:_,reporter:O}=h;return O.group(`Measuring the objectives of ${_.service}`,async()=>{const L=await T(_,$,b),F={from:L.from.getTime(),to:L.to.getTime()};return{...L,marks:await At(h,F)}})}async function T(h,$,b){const _=M(h.monitoring?.host),O=new Je(()=>$(_,l),_.name),L=Math.floor((b??await O.now()).getTime()/1e3)*1e3,F={from:L-h.slo.window,to:L},I=await E(O,h,F),a=Ze(I.probes,F,h.slo),c=le(I.requests,I.scrapes,F,h.slo);return{service:h.service,from:new Date(F.from),to:new Date(F.to),verdict:He([a.verdict,c.verdict]),availability:a,responseTime:c}}function M(h){if(h!==void 0)return h;throw new Te.j({code:"monitoring-not-configured",message:"buka.yml has no monitoring, so nothing measures the objectives.",left:"Nothing was changed.",hint:"Name the machine that Prometheus runs on: `monitoring: { host: monitor1 }`; docs/objectives.md tells what it must hold."})}const G=["nothing","missed","unknown"];function J(h){const $=G.find(b=>b===h);if($!==void 0)return $;throw new Te.j({code:"fail-on-invalid",message:`fail-on must be one of ${G.join(", ")}.`,seen:h,left:"Nothing was changed.",hint:"`missed` fails when an objective is missed; `unknown` also when too little was measured to say."})}function re(h,$){const{verdict:b,availability:_,responseTime:O}=h;if(!($==="nothing"||b==="met"||$==="missed"&&b==="unknown"))return new Te.w({code:b==="missed"?"objectives-missed":"objectives-unknown",message:b==="missed"?"The objectives were missed over the window.":"Too little of the window was measured to say whether the objectives were met.",seen:[`availability ${ae[_.verdict]}: ${pe(_.measured)} of ${pe(_.objective)}, ${pe(100*_.coverage,1)} measured`,`response time ${ae[O.verdict]}: mean ${j(O.mean)} of ${j(O.objective)}, ${pe(100*O.coverage,1)} measured`].join(`
`),left:"Nothing was changed.",hint:b==="missed"?"The report lists the incidents that spent the budget.":"The report lists when nobody looked: docs/objectives.md#not-measured."})}const ue=h=>async({cluster:$})=>{const b=await T($,h),_=je(b);if(_)throw _;const{budget:O}=b.availability;return`${ne(O.left)} of ${ne(O.whole)} of the error budget are left`},je=h=>re(h,"unknown")??Ye(h);function Ye({availability:{burns:h,budget:$}}){const b=h.filter(({tooFast:_})=>_);if(b.length!==0)return new Te.w({code:"budget-burns",message:"Customers get errors now, at a rate that would spend the error budget too soon.",seen:[...b.map(he),`${ne($.left)} left`].join(`
`),left:"Nothing was changed.",hint:"docs/alerts/error-budget-burns.md tells how to find out why."})}function st({from:h,to:$,availability:b,responseTime:_,marks:O=[]}){const L=f=>b.timeline.filter(w=>w.state===f).map(w=>[w.from/1e3,w.to/1e3]),F=L("down"),I=b.budget.whole/1e3,a=f=>f===void 0?null:Number((f/1e3).toFixed(6)),{course:c}=_,[u]=c;return{from:h.getTime()/1e3,to:$.getTime()/1e3,down:F,blind:L("unmeasured"),marks:O.map(({at:f})=>f.getTime()/1e3),budget:yt(h.getTime()/1e3,$.getTime()/1e3,I,F),whole:I,part:u===void 0?0:(u.to-u.from)/1e3,course:{at:c.map(f=>(f.from+f.to)/2e3),requests:c.map(({requests:f})=>f),mean:c.map(({mean:f})=>a(f)),p95:c.map(({p95:f})=>a(f?.time)),p99:c.map(({p99:f})=>a(f?.time)),beyond:{p95:c.flatMap(({p95:f},w)=>f?.beyond?[w]:[]),p99:c.flatMap(({p99:f},w)=>f?.beyond?[w]:[])}},objective:_.objective/1e3}}function yt(h,$,b,_){const O=[h],L=[b];let F=b;for(const[I,a]of _)O.push(I),L.push(F),F-=a-I,O.push(a),L.push(F);return O.push($),L.push(F),[O,L]}const ft=String.raw`
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
`;var Qe=Q(5260);const ht=h=>(0,Qe.g)(h).replace(/[&<>"']/g,$=>`&#${$.charCodeAt(0)};`);function Ke(h,$){const b=(_,O)=>`<tr>${_.map(L=>`<${O}>${p(L)}</${O}>`).join("")}</tr>`;return`<div class="scroll"><table><thead>${b(h,"th")}</thead><tbody>${$.map(_=>b(_,"td")).join("")}</tbody></table></div>`}const p=h=>h.replace(/(\d) (?=(?:%|×|ms|s|min|h|d)(?![a-z]))/g,"$1\xA0");function v(h){const[$="",...b]=xe(h).split(" ");return`<span class="at"><span>${$}</span> <span>${b.join(" ")}</span></span>`}const A=(h,$)=>`<section class="card"><h2>${h}</h2>${$}</section>`,R=h=>`<p class="soft">${p(h)}</p>`,D=h=>`<span class="pill ${h}">${h}</span>`,se=`
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
`;function te({availability:h,responseTime:$}){const{measured:b,objective:_,verdict:O,coverage:L,atLeast:F,unmeasured:I}=h,{requests:a,p50:c,p95:u,p99:f}=$,w=I>0?`${ne(I)} not measured; ${pe(F)} if it was down all that time.`:"The whole window was measured.";return[fe("Availability",O,pe(b),[`Asked for: at least ${pe(_)}. Coverage ${pe(100*L,2)}.`,w]),fe("Mean response time",$.verdict,j($.mean),[`Asked for: at most ${j($.objective)}. Coverage ${pe(100*$.coverage,2)}.`,a===0?"No request was counted.":`${a.toLocaleString("en-US")} requests: p50 ${H(c)}, p95 ${H(u)}, p99 ${H(f)}.`]),$e(h)]}function $e({budget:{whole:h,spent:$,left:b,leftShare:_},measured:O}){if(O===void 0)return A("Error budget",`<div class="figure">${ne(h)}</div>${R("What was spent of it nobody knows.")}`);const[L,F]=b<0?["missed",100]:["met",(100*_).toFixed(1)],I=b<0?`${ne((0,ce.Rz)(-b))} too much`:`${ne(b)} left`;return A("Error budget",`<div class="figure${b<0?" missed":""}">${p(I)}</div><div class="bar"><i class="${L}" style="width:${F}%"></i></div>${R(`${ne($)} spent of ${ne(h)}.`)}`)}const fe=(h,$,b,_)=>`<section class="card"><h2>${h} ${D($)}</h2><div class="figure ${$}">${p(b)}</div>${_.map(R).join("")}</section>`,Se=JSON.parse('{"js":"/*\\nThe MIT License (MIT)\\n\\nCopyright (c) 2022 Leon Sorokin\\n\\nPermission is hereby granted, free of charge, to any person obtaining a copy\\nof this software and associated documentation files (the \\"Software\\"), to deal\\nin the Software without restriction, including without limitation the rights\\nto use, copy, modify, merge, publish, distribute, sublicense, and/or sell\\ncopies of the Software, and to permit persons to whom the Software is\\nfurnished to do so, subject to the following conditions:\\n\\nThe above copyright notice and this permission notice shall be included in\\nall copies or substantial portions of the Software.\\n\\nTHE SOFTWARE IS PROVIDED \\"AS IS\\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\\nIMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\\nFITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\\nAUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\\nLIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,\\nOUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN\\nTHE SOFTWARE.\\n*/\\n/*! https://github.com/leeoniya/uPlot (v1.6.32) */\\nvar uPlot=function(){\\"use strict\\";const l=\\"u-off\\",e=\\"u-label\\",t=\\"width\\",n=\\"height\\",i=\\"top\\",o=\\"bottom\\",s=\\"left\\",r=\\"right\\",u=\\"#000\\",a=u+\\"0\\",f=\\"mousemove\\",c=\\"mousedown\\",h=\\"mouseup\\",d=\\"mouseenter\\",p=\\"mouseleave\\",m=\\"dblclick\\",g=\\"change\\",x=\\"dppxchange\\",w=\\"--\\",_=\\"undefined\\"!=typeof window,b=_?document:null,v=_?window:null,k=_?navigator:null;let y,M;function S(l,e){if(null!=e){let t=l.classList;!t.contains(e)&&t.add(e)}}function T(l,e){let t=l.classList;t.contains(e)&&t.remove(e)}function E(l,e,t){l.style[e]=t+\\"px\\"}function z(l,e,t,n){let i=b.createElement(l);return null!=e&&S(i,e),null!=t&&t.insertBefore(i,n),i}function D(l,e){return z(\\"div\\",l,e)}const P=new WeakMap;function A(e,t,n,i,o){let s=\\"translate(\\"+t+\\"px,\\"+n+\\"px)\\";s!=P.get(e)&&(e.style.transform=s,P.set(e,s),0>t||0>n||t>i||n>o?S(e,l):T(e,l))}const W=new WeakMap;function Y(l,e,t){let n=e+t;n!=W.get(l)&&(W.set(l,n),l.style.background=e,l.style.borderColor=t)}const C=new WeakMap;function H(l,e,t,n){let i=e+\\"\\"+t;i!=C.get(l)&&(C.set(l,i),l.style.height=t+\\"px\\",l.style.width=e+\\"px\\",l.style.marginLeft=n?-e/2+\\"px\\":0,l.style.marginTop=n?-t/2+\\"px\\":0)}const F={passive:!0},R={...F,capture:!0};function G(l,e,t,n){e.addEventListener(l,t,n?R:F)}function I(l,e,t){e.removeEventListener(l,t,F)}function L(l,e,t,n){let i;t=t||0;let o=2147483647>=(n=n||e.length-1);for(;n-t>1;)i=o?t+n>>1:sl((t+n)/2),l>e[i]?t=i:n=i;return l-e[t]>e[n]-l?n:t}function O(l){return(e,t,n)=>{let i=-1,o=-1;for(let o=t;n>=o;o++)if(l(e[o])){i=o;break}for(let i=n;i>=t;i--)if(l(e[i])){o=i;break}return[i,o]}}_&&function l(){let e=devicePixelRatio;y!=e&&(y=e,M&&I(g,M,l),M=matchMedia(`(min-resolution: ${y-.001}dppx) and (max-resolution: ${y+.001}dppx)`),G(g,M,l),v.dispatchEvent(new CustomEvent(x)))}();const N=l=>null!=l,j=l=>null!=l&&l>0,U=O(N),V=O(j);function B(l,e,t,n){let i=hl(l),o=hl(e);l==e&&(-1==i?(l*=t,e/=t):(l/=t,e*=t));let s=10==t?dl:pl,r=1==o?ul:sl,u=(1==i?sl:ul)(s(ol(l))),a=r(s(ol(e))),f=cl(t,u),c=cl(t,a);return 10==t&&(0>u&&(f=Al(f,-u)),0>a&&(c=Al(c,-a))),n||2==t?(l=f*i,e=c*o):(l=Pl(l,f),e=Dl(e,c)),[l,e]}function $(l,e,t,n){let i=B(l,e,t,n);return 0==l&&(i[0]=0),0==e&&(i[1]=0),i}const J=.1,q={mode:3,pad:J},K={pad:0,soft:null,mode:0},X={min:K,max:K};function Z(l,e,t,n){return Ol(t)?ll(l,e,t):(K.pad=t,K.soft=n?0:null,K.mode=n?3:0,ll(l,e,X))}function Q(l,e){return null==l?e:l}function ll(l,e,t){let n=t.min,i=t.max,o=Q(n.pad,0),s=Q(i.pad,0),r=Q(n.hard,-gl),u=Q(i.hard,gl),a=Q(n.soft,gl),f=Q(i.soft,-gl),c=Q(n.mode,0),h=Q(i.mode,0),d=e-l,p=dl(d),m=fl(ol(l),ol(e)),g=dl(m),x=ol(g-p);(1e-24>d||x>10)&&(d=0,0!=l&&0!=e||(d=1e-24,2==c&&a!=gl&&(o=0),2==h&&f!=-gl&&(s=0)));let w=d||m||1e3,_=dl(w),b=cl(10,sl(_)),v=Al(Pl(l-w*(0==d?0==l?.1:1:o),b/10),24),k=a>l||1!=c&&(3!=c||v>a)&&(2!=c||a>v)?gl:a,y=fl(r,k>v&&l>=k?k:al(k,v)),M=Al(Dl(e+w*(0==d?0==e?.1:1:s),b/10),24),S=e>f||1!=h&&(3!=h||f>M)&&(2!=h||M>f)?-gl:f,T=al(u,M>S&&S>=e?S:fl(S,M));return y==T&&0==y&&(T=100),[y,T]}const el=new Intl.NumberFormat(_?k.language:\\"en-US\\"),tl=l=>el.format(l),nl=Math,il=nl.PI,ol=nl.abs,sl=nl.floor,rl=nl.round,ul=nl.ceil,al=nl.min,fl=nl.max,cl=nl.pow,hl=nl.sign,dl=nl.log10,pl=nl.log2,ml=(l,e=1)=>nl.asinh(l/e),gl=1/0;function xl(l){return 1+(0|dl((l^l>>31)-(l>>31)))}function wl(l,e,t){return al(fl(l,e),t)}function _l(l){return\\"function\\"==typeof l}function bl(l){return _l(l)?l:()=>l}const vl=l=>l,kl=(l,e)=>e,yl=()=>null,Ml=()=>!0,Sl=(l,e)=>l==e,Tl=/\\\\.\\\\d*?(?=9{6,}|0{6,})/gm,El=l=>{if(Il(l)||Wl.has(l))return l;const e=\\"\\"+l,t=e.match(Tl);if(null==t)return l;let n=t[0].length-1;if(-1!=e.indexOf(\\"e-\\")){let[l,t]=e.split(\\"e\\");return+`${El(l)}e${t}`}return Al(l,n)};function zl(l,e){return El(Al(El(l/e))*e)}function Dl(l,e){return El(ul(El(l/e))*e)}function Pl(l,e){return El(sl(El(l/e))*e)}function Al(l,e=0){if(Il(l))return l;let t=10**e;return rl(l*t*(1+Number.EPSILON))/t}const Wl=new Map;function Yl(l){return((\\"\\"+l).split(\\".\\")[1]||\\"\\").length}function Cl(l,e,t,n){let i=[],o=n.map(Yl);for(let s=e;t>s;s++){let e=ol(s),t=Al(cl(l,s),e);for(let r=0;n.length>r;r++){let u=10==l?+`${n[r]}e${s}`:n[r]*t,a=(0>s?e:0)+(o[r]>s?o[r]:0),f=10==l?u:Al(u,a);i.push(f),Wl.set(f,a)}}return i}const Hl={},Fl=[],Rl=[null,null],Gl=Array.isArray,Il=Number.isInteger;function Ll(l){return\\"string\\"==typeof l}function Ol(l){let e=!1;if(null!=l){let t=l.constructor;e=null==t||t==Object}return e}function Nl(l){return null!=l&&\\"object\\"==typeof l}const jl=Object.getPrototypeOf(Uint8Array),Ul=\\"__proto__\\";function Vl(l,e=Ol){let t;if(Gl(l)){let n=l.find((l=>null!=l));if(Gl(n)||e(n)){t=Array(l.length);for(let n=0;l.length>n;n++)t[n]=Vl(l[n],e)}else t=l.slice()}else if(l instanceof jl)t=l.slice();else if(e(l)){t={};for(let n in l)n!=Ul&&(t[n]=Vl(l[n],e))}else t=l;return t}function Bl(l){let e=arguments;for(let t=1;e.length>t;t++){let n=e[t];for(let e in n)e!=Ul&&(Ol(l[e])?Bl(l[e],Vl(n[e])):l[e]=Vl(n[e]))}return l}function $l(l,e,t){for(let n,i=0,o=-1;e.length>i;i++){let s=e[i];if(s>o){for(n=s-1;n>=0&&null==l[n];)l[n--]=null;for(n=s+1;t>n&&null==l[n];)l[o=n++]=null}}}const Jl=\\"undefined\\"==typeof queueMicrotask?l=>Promise.resolve().then(l):queueMicrotask,ql=[\\"January\\",\\"February\\",\\"March\\",\\"April\\",\\"May\\",\\"June\\",\\"July\\",\\"August\\",\\"September\\",\\"October\\",\\"November\\",\\"December\\"],Kl=[\\"Sunday\\",\\"Monday\\",\\"Tuesday\\",\\"Wednesday\\",\\"Thursday\\",\\"Friday\\",\\"Saturday\\"];function Xl(l){return l.slice(0,3)}const Zl=Kl.map(Xl),Ql=ql.map(Xl),le={MMMM:ql,MMM:Ql,WWWW:Kl,WWW:Zl};function ee(l){return(10>l?\\"0\\":\\"\\")+l}const te={YYYY:l=>l.getFullYear(),YY:l=>(l.getFullYear()+\\"\\").slice(2),MMMM:(l,e)=>e.MMMM[l.getMonth()],MMM:(l,e)=>e.MMM[l.getMonth()],MM:l=>ee(l.getMonth()+1),M:l=>l.getMonth()+1,DD:l=>ee(l.getDate()),D:l=>l.getDate(),WWWW:(l,e)=>e.WWWW[l.getDay()],WWW:(l,e)=>e.WWW[l.getDay()],HH:l=>ee(l.getHours()),H:l=>l.getHours(),h:l=>{let e=l.getHours();return 0==e?12:e>12?e-12:e},AA:l=>12>l.getHours()?\\"AM\\":\\"PM\\",aa:l=>12>l.getHours()?\\"am\\":\\"pm\\",a:l=>12>l.getHours()?\\"a\\":\\"p\\",mm:l=>ee(l.getMinutes()),m:l=>l.getMinutes(),ss:l=>ee(l.getSeconds()),s:l=>l.getSeconds(),fff:l=>function(l){return(10>l?\\"00\\":100>l?\\"0\\":\\"\\")+l}(l.getMilliseconds())};function ne(l,e){e=e||le;let t,n=[],i=/\\\\{([a-z]+)\\\\}|[^{]+/gi;for(;t=i.exec(l);)n.push(\\"{\\"==t[0][0]?te[t[1]]:t[0]);return l=>{let t=\\"\\";for(let i=0;n.length>i;i++)t+=\\"string\\"==typeof n[i]?n[i]:n[i](l,e);return t}}const ie=(new Intl.DateTimeFormat).resolvedOptions().timeZone,oe=l=>l%1==0,se=[1,2,2.5,5],re=Cl(10,-32,0,se),ue=Cl(10,0,32,se),ae=ue.filter(oe),fe=re.concat(ue),ce=\\"{YYYY}\\",he=\\"\\\\n\\"+ce,de=\\"{M}/{D}\\",pe=\\"\\\\n\\"+de,me=pe+\\"/{YY}\\",ge=\\"{aa}\\",xe=\\"{h}:{mm}\\"+ge,we=\\"\\\\n\\"+xe,_e=\\":{ss}\\",be=null;function ve(l){let e=1e3*l,t=60*e,n=60*t,i=24*n,o=30*i,s=365*i;return[(1==l?Cl(10,0,3,se).filter(oe):Cl(10,-3,0,se)).concat([e,5*e,10*e,15*e,30*e,t,5*t,10*t,15*t,30*t,n,2*n,3*n,4*n,6*n,8*n,12*n,i,2*i,3*i,4*i,5*i,6*i,7*i,8*i,9*i,10*i,15*i,o,2*o,3*o,4*o,6*o,s,2*s,5*s,10*s,25*s,50*s,100*s]),[[s,ce,be,be,be,be,be,be,1],[28*i,\\"{MMM}\\",he,be,be,be,be,be,1],[i,de,he,be,be,be,be,be,1],[n,\\"{h}\\"+ge,me,be,pe,be,be,be,1],[t,xe,me,be,pe,be,be,be,1],[e,_e,me+\\" \\"+xe,be,pe+\\" \\"+xe,be,we,be,1],[l,_e+\\".{fff}\\",me+\\" \\"+xe,be,pe+\\" \\"+xe,be,we,be,1]],function(e){return(r,u,a,f,c,h)=>{let d=[],p=c>=s,m=c>=o&&s>c,g=e(a),x=Al(g*l,3),w=Pe(g.getFullYear(),p?0:g.getMonth(),m||p?1:g.getDate()),_=Al(w*l,3);if(m||p){let t=m?c/o:0,n=p?c/s:0,i=x==_?x:Al(Pe(w.getFullYear()+n,w.getMonth()+t,1)*l,3),r=new Date(rl(i/l)),u=r.getFullYear(),a=r.getMonth();for(let o=0;f>=i;o++){let s=Pe(u+n*o,a+t*o,1),r=s-e(Al(s*l,3));i=Al((+s+r)*l,3),i>f||d.push(i)}}else{let o=i>c?c:i,s=_+(sl(a)-sl(x))+Dl(x-_,o);d.push(s);let p=e(s),m=p.getHours()+p.getMinutes()/t+p.getSeconds()/n,g=c/n,w=h/r.axes[u]._space;for(;s=Al(s+c,1==l?0:3),f>=s;)if(g>1){let l=sl(Al(m+g,6))%24,t=e(s).getHours()-l;t>1&&(t=-1),s-=t*n,m=(m+g)%24,.7>Al((s-d[d.length-1])/c,3)*w||d.push(s)}else d.push(s)}return d}}]}const[ke,ye,Me]=ve(1),[Se,Te,Ee]=ve(.001);function ze(l,e){return l.map((l=>l.map(((t,n)=>0==n||8==n||null==t?t:e(1==n||0==l[8]?t:l[1]+t)))))}function De(l,e){return(t,n,i,o,s)=>{let r,u,a,f,c,h,d=e.find((l=>s>=l[0]))||e[e.length-1];return n.map((e=>{let t=l(e),n=t.getFullYear(),i=t.getMonth(),o=t.getDate(),s=t.getHours(),p=t.getMinutes(),m=t.getSeconds(),g=n!=r&&d[2]||i!=u&&d[3]||o!=a&&d[4]||s!=f&&d[5]||p!=c&&d[6]||m!=h&&d[7]||d[1];return r=n,u=i,a=o,f=s,c=p,h=m,g(t)}))}}function Pe(l,e,t){return new Date(l,e,t)}function Ae(l,e){return e(l)}function We(l,e){return(t,n,i,o)=>null==o?w:e(l(n))}Cl(2,-53,53,[1]);const Ye={show:!0,live:!0,isolate:!1,mount:()=>{},markers:{show:!0,width:2,stroke:function(l,e){let t=l.series[e];return t.width?t.stroke(l,e):t.points.width?t.points.stroke(l,e):null},fill:function(l,e){return l.series[e].fill(l,e)},dash:\\"solid\\"},idx:null,idxs:null,values:[]},Ce=[0,0];function He(l,e,t,n=!0){return l=>{0==l.button&&(!n||l.target==e)&&t(l)}}function Fe(l,e,t,n=!0){return l=>{(!n||l.target==e)&&t(l)}}const Re={show:!0,x:!0,y:!0,lock:!1,move:function(l,e,t){return Ce[0]=e,Ce[1]=t,Ce},points:{one:!1,show:function(l,e){let i=l.cursor.points,o=D(),s=i.size(l,e);E(o,t,s),E(o,n,s);let r=s/-2;E(o,\\"marginLeft\\",r),E(o,\\"marginTop\\",r);let u=i.width(l,e,s);return u&&E(o,\\"borderWidth\\",u),o},size:function(l,e){return l.series[e].points.size},width:0,stroke:function(l,e){let t=l.series[e].points;return t._stroke||t._fill},fill:function(l,e){let t=l.series[e].points;return t._fill||t._stroke}},bind:{mousedown:He,mouseup:He,click:He,dblclick:He,mousemove:Fe,mouseleave:Fe,mouseenter:Fe},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(l,e)=>{e.stopPropagation(),e.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(l,e,t,n,i)=>n-i,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Ge={show:!0,stroke:\\"rgba(0,0,0,0.07)\\",width:2},Ie=Bl({},Ge,{filter:kl}),Le=Bl({},Ie,{size:10}),Oe=Bl({},Ge,{show:!1}),Ne=\'12px system-ui, -apple-system, \\"Segoe UI\\", Roboto, \\"Helvetica Neue\\", Arial, \\"Noto Sans\\", sans-serif, \\"Apple Color Emoji\\", \\"Segoe UI Emoji\\", \\"Segoe UI Symbol\\", \\"Noto Color Emoji\\"\',je=\\"bold \\"+Ne,Ue={show:!0,scale:\\"x\\",stroke:u,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:je,side:2,grid:Ie,ticks:Le,border:Oe,font:Ne,lineGap:1.5,rotate:0},Ve={show:!0,scale:\\"x\\",auto:!1,sorted:1,min:gl,max:-gl,idxs:[]};function Be(l,e){return e.map((l=>null==l?\\"\\":tl(l)))}function $e(l,e,t,n,i,o,s){let r=[],u=Wl.get(i)||0;for(let l=t=s?t:Al(Dl(t,i),u);n>=l;l=Al(l+i,u))r.push(Object.is(l,-0)?0:l);return r}function Je(l,e,t,n,i){const o=[],s=l.scales[l.axes[e].scale].log,r=sl((10==s?dl:pl)(t));i=cl(s,r),10==s&&(i=fe[L(i,fe)]);let u=t,a=i*s;10==s&&(a=fe[L(a,fe)]);do{o.push(u),u+=i,10!=s||Wl.has(u)||(u=Al(u,Wl.get(i))),a>u||(a=(i=u)*s,10==s&&(a=fe[L(a,fe)]))}while(n>=u);return o}function qe(l,e,t,n,i){let o=l.scales[l.axes[e].scale].asinh,s=n>o?Je(l,e,fl(o,t),n,i):[o],r=0>n||t>0?[]:[0];return(-o>t?Je(l,e,fl(o,-n),-t,i):[o]).reverse().map((l=>-l)).concat(r,s)}const Ke=/./,Xe=/[12357]/,Ze=/[125]/,Qe=/1/,lt=(l,e,t,n)=>l.map(((l,i)=>4==e&&0==l||i%n==0&&t.test(l.toExponential()[0>l?1:0])?l:null));function et(l,e,t){let n=l.axes[t],i=n.scale,o=l.scales[i],s=l.valToPos,r=n._space,u=s(10,i),a=s(9,i)-u<r?s(7,i)-u<r?s(5,i)-u<r?Qe:Ze:Xe:Ke;if(a==Qe){let l=ol(s(1,i)-u);if(r>l)return lt(e.slice().reverse(),o.distr,a,ul(r/l)).reverse()}return lt(e,o.distr,a,1)}function tt(l,e,t){let n=l.axes[t],i=n.scale,o=n._space,s=l.valToPos,r=ol(s(1,i)-s(2,i));return o>r?lt(e.slice().reverse(),3,Ke,ul(o/r)).reverse():e}function nt(l,e,t,n){return null==n?w:null==e?\\"\\":tl(e)}const it={show:!0,scale:\\"y\\",stroke:u,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:je,side:3,grid:Ie,ticks:Le,border:Oe,font:Ne,lineGap:1.5,rotate:0},ot={scale:null,auto:!0,sorted:0,min:gl,max:-gl},st=(l,e,t,n,i)=>i,rt={show:!0,auto:!0,sorted:0,gaps:st,alpha:1,facets:[Bl({},ot,{scale:\\"x\\"}),Bl({},ot,{scale:\\"y\\"})]},ut={scale:\\"y\\",auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:st,alpha:1,points:{show:function(l,e){let{scale:t,idxs:n}=l.series[0],i=l._data[0],o=l.valToPos(i[n[0]],t,!0),s=l.valToPos(i[n[1]],t,!0);return ol(s-o)/(l.series[e].points.space*y)>=n[1]-n[0]},filter:null},values:null,min:gl,max:-gl,idxs:[],path:null,clip:null};function at(l,e,t){return t/10}const ft={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},ct=Bl({},ft,{time:!1,ori:1}),ht={};function dt(l){let e=ht[l];return e||(e={key:l,plots:[],sub(l){e.plots.push(l)},unsub(l){e.plots=e.plots.filter((e=>e!=l))},pub(l,t,n,i,o,s,r){for(let u=0;e.plots.length>u;u++)e.plots[u]!=t&&e.plots[u].pub(l,t,n,i,o,s,r)}},null!=l&&(ht[l]=e)),e}function pt(l,e,t){const n=l.mode,i=l.series[e],o=2==n?l._data[e]:l._data,s=l.scales,r=l.bbox;let u=o[0],a=2==n?o[1]:o[e],f=2==n?s[i.facets[0].scale]:s[l.series[0].scale],c=2==n?s[i.facets[1].scale]:s[i.scale],h=r.left,d=r.top,p=r.width,m=r.height,g=l.valToPosH,x=l.valToPosV;return 0==f.ori?t(i,u,a,f,c,g,x,h,d,p,m,kt,Mt,Tt,zt,Pt):t(i,u,a,f,c,x,g,d,h,m,p,yt,St,Et,Dt,At)}function mt(l,e){let t=0,n=0,i=Q(l.bands,Fl);for(let l=0;i.length>l;l++){let o=i[l];o.series[0]==e?t=o.dir:o.series[1]==e&&(n|=1==o.dir?1:2)}return[t,1==n?-1:2==n?1:3==n?2:0]}function gt(l,e,t,n,i){let o=l.series[e],s=l.scales[2==l.mode?o.facets[1].scale:o.scale];return-1==i?s.min:1==i?s.max:3==s.distr?1==s.dir?s.min:s.max:0}function xt(l,e,t,n,i,o){return pt(l,e,((l,e,s,r,u,a,f,c,h,d,p)=>{let m=l.pxRound;const g=0==r.ori?Mt:St;let x,w;1==r.dir*(0==r.ori?1:-1)?(x=t,w=n):(x=n,w=t);let _=m(a(e[x],r,d,c)),b=m(f(s[x],u,p,h)),v=m(a(e[w],r,d,c)),k=m(f(1==o?u.max:u.min,u,p,h)),y=new Path2D(i);return g(y,v,k),g(y,_,k),g(y,_,b),y}))}function wt(l,e,t,n,i,o){let s=null;if(l.length>0){s=new Path2D;const r=0==e?Tt:Et;let u=t;for(let e=0;l.length>e;e++){let t=l[e];if(t[1]>t[0]){let l=t[0]-u;l>0&&r(s,u,n,l,n+o),u=t[1]}}let a=t+i-u,f=10;a>0&&r(s,u,n-f/2,a,n+o+f)}return s}function _t(l,e,t,n,i,o,s){let r=[],u=l.length;for(let a=1==i?t:n;a>=t&&n>=a;a+=i)if(null===e[a]){let f=a,c=a;if(1==i)for(;++a<=n&&null===e[a];)c=a;else for(;--a>=t&&null===e[a];)c=a;let h=o(l[f]),d=c==f?h:o(l[c]),p=f-i;h=s>0||0>p||p>=u?h:o(l[p]);let m=c+i;d=0>s||0>m||m>=u?d:o(l[m]),h>d||r.push([h,d])}return r}function bt(l){return 0==l?vl:1==l?rl:e=>zl(e,l)}function vt(l){let e=0==l?kt:yt,t=0==l?(l,e,t,n,i,o)=>{l.arcTo(e,t,n,i,o)}:(l,e,t,n,i,o)=>{l.arcTo(t,e,i,n,o)},n=0==l?(l,e,t,n,i)=>{l.rect(e,t,n,i)}:(l,e,t,n,i)=>{l.rect(t,e,i,n)};return(l,i,o,s,r,u=0,a=0)=>{0==u&&0==a?n(l,i,o,s,r):(u=al(u,s/2,r/2),a=al(a,s/2,r/2),e(l,i+u,o),t(l,i+s,o,i+s,o+r,u),t(l,i+s,o+r,i,o+r,a),t(l,i,o+r,i,o,a),t(l,i,o,i+s,o,u),l.closePath())}}const kt=(l,e,t)=>{l.moveTo(e,t)},yt=(l,e,t)=>{l.moveTo(t,e)},Mt=(l,e,t)=>{l.lineTo(e,t)},St=(l,e,t)=>{l.lineTo(t,e)},Tt=vt(0),Et=vt(1),zt=(l,e,t,n,i,o)=>{l.arc(e,t,n,i,o)},Dt=(l,e,t,n,i,o)=>{l.arc(t,e,n,i,o)},Pt=(l,e,t,n,i,o,s)=>{l.bezierCurveTo(e,t,n,i,o,s)},At=(l,e,t,n,i,o,s)=>{l.bezierCurveTo(t,e,i,n,s,o)};function Wt(){return(l,e,t,n,i)=>pt(l,e,((e,o,s,r,u,a,f,c,h,d,p)=>{let m,g,{pxRound:x,points:w}=e;0==r.ori?(m=kt,g=zt):(m=yt,g=Dt);const _=Al(w.width*y,3);let b=(w.size-w.width)/2*y,v=Al(2*b,3),k=new Path2D,M=new Path2D,{left:S,top:T,width:E,height:z}=l.bbox;Tt(M,S-v,T-v,E+2*v,z+2*v);const D=l=>{if(null!=s[l]){let e=x(a(o[l],r,d,c)),t=x(f(s[l],u,p,h));m(k,e+b,t),g(k,e,t,b,0,2*il)}};if(i)i.forEach(D);else for(let l=t;n>=l;l++)D(l);return{stroke:_>0?k:null,fill:k,clip:M,flags:3}}))}function Yt(l){return(e,t,n,i,o,s)=>{n!=i&&(o!=n&&s!=n&&l(e,t,n),o!=i&&s!=i&&l(e,t,i),l(e,t,s))}}const Ct=Yt(Mt),Ht=Yt(St);function Ft(l){const e=Q(l?.alignGaps,0);return(l,t,n,i)=>pt(l,t,((o,s,r,u,a,f,c,h,d,p,m)=>{[n,i]=U(r,n,i);let g,x,w=o.pxRound,_=l=>w(f(l,u,p,h)),b=l=>w(c(l,a,m,d));0==u.ori?(g=Mt,x=Ct):(g=St,x=Ht);const v=u.dir*(0==u.ori?1:-1),k={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:1},y=k.stroke;let M=!1;if(i-n<4*p)for(let l=1==v?n:i;l>=n&&i>=l;l+=v){let e=r[l];null===e?M=!0:null!=e&&g(y,_(s[l]),b(e))}else{let e,t,o,a=e=>l.posToVal(e,u.key,!0),f=null,c=null,h=_(s[1==v?n:i]),d=_(s[n]),p=_(s[i]),m=a(1==v?d+1:p-1);for(let l=1==v?n:i;l>=n&&i>=l;l+=v){let n=s[l],i=(1==v?m>n:n>m)?h:_(n),o=r[l];i==h?null!=o?(t=o,null==f?(g(y,i,b(t)),e=f=c=t):f>t?f=t:t>c&&(c=t)):null===o&&(M=!0):(null!=f&&x(y,h,b(f),b(c),b(e),b(t)),null!=o?(t=o,g(y,i,b(t)),f=c=e=t):(f=c=null,null===o&&(M=!0)),h=i,m=a(h+v))}null!=f&&f!=c&&o!=h&&x(y,h,b(f),b(c),b(e),b(t))}let[S,T]=mt(l,t);if(null!=o.fill||0!=S){let e=k.fill=new Path2D(y),r=b(o.fillTo(l,t,o.min,o.max,S)),u=_(s[n]),a=_(s[i]);-1==v&&([a,u]=[u,a]),g(e,a,r),g(e,u,r)}if(!o.spanGaps){let a=[];M&&a.push(..._t(s,r,n,i,v,_,e)),k.gaps=a=o.gaps(l,t,n,i,a),k.clip=wt(a,u.ori,h,d,p,m)}return 0!=T&&(k.band=2==T?[xt(l,t,n,i,y,-1),xt(l,t,n,i,y,1)]:xt(l,t,n,i,y,T)),k}))}function Rt(l,e,t,n,i,o,s=gl){if(l.length>1){let r=null;for(let u=0,a=1/0;l.length>u;u++)if(void 0!==e[u]){if(null!=r){let e=ol(l[u]-l[r]);a>e&&(a=e,s=ol(t(l[u],n,i,o)-t(l[r],n,i,o)))}r=u}}return s}function Gt(l,e,t,n,i){const o=l.length;if(2>o)return null;const s=new Path2D;if(t(s,l[0],e[0]),2==o)n(s,l[1],e[1]);else{let t=Array(o),n=Array(o-1),r=Array(o-1),u=Array(o-1);for(let t=0;o-1>t;t++)r[t]=e[t+1]-e[t],u[t]=l[t+1]-l[t],n[t]=r[t]/u[t];t[0]=n[0];for(let l=1;o-1>l;l++)0===n[l]||0===n[l-1]||n[l-1]>0!=n[l]>0?t[l]=0:(t[l]=3*(u[l-1]+u[l])/((2*u[l]+u[l-1])/n[l-1]+(u[l]+2*u[l-1])/n[l]),isFinite(t[l])||(t[l]=0));t[o-1]=n[o-2];for(let n=0;o-1>n;n++)i(s,l[n]+u[n]/3,e[n]+t[n]*u[n]/3,l[n+1]-u[n]/3,e[n+1]-t[n+1]*u[n]/3,l[n+1],e[n+1])}return s}const It=new Set;function Lt(){for(let l of It)l.syncRect(!0)}_&&(G(\\"resize\\",v,Lt),G(\\"scroll\\",v,Lt,!0),G(x,v,(()=>{en.pxRatio=y})));const Ot=Ft(),Nt=Wt();function jt(l,e,t,n){return(n?[l[0],l[1]].concat(l.slice(2)):[l[0]].concat(l.slice(1))).map(((l,n)=>Ut(l,n,e,t)))}function Ut(l,e,t,n){return Bl({},0==e?t:n,l)}function Vt(l,e,t){return null==e?Rl:[e,t]}const Bt=Vt;function $t(l,e,t){return null==e?Rl:Z(e,t,J,!0)}function Jt(l,e,t,n){return null==e?Rl:B(e,t,l.scales[n].log,!1)}const qt=Jt;function Kt(l,e,t,n){return null==e?Rl:$(e,t,l.scales[n].log,!1)}const Xt=Kt;function Zt(l,e,t,n,i){let o=fl(xl(l),xl(e)),s=e-l,r=L(i/n*s,t);do{let l=t[r],e=n*l/s;if(e>=i&&17>=o+(5>l?Wl.get(l):0))return[l,e]}while(++r<t.length);return[0,0]}function Qt(l){let e,t;return[l=l.replace(/(\\\\d+)px/,((l,n)=>(e=rl((t=+n)*y))+\\"px\\")),e,t]}function ln(l){l.show&&[l.font,l.labelFont].forEach((l=>{let e=Al(l[2]*y,1);l[0]=l[0].replace(/[0-9.]+px/,e+\\"px\\"),l[1]=e}))}function en(u,g,_){const k={mode:Q(u.mode,1)},M=k.mode;function P(l,e,t,n){let i=e.valToPct(l);return n+t*(-1==e.dir?1-i:i)}function W(l,e,t,n){let i=e.valToPct(l);return n+t*(-1==e.dir?i:1-i)}function C(l,e,t,n){return 0==e.ori?P(l,e,t,n):W(l,e,t,n)}k.valToPosH=P,k.valToPosV=W;let F=!1;k.status=0;const R=k.root=D(\\"uplot\\");null!=u.id&&(R.id=u.id),S(R,u.class),u.title&&(D(\\"u-title\\",R).textContent=u.title);const O=z(\\"canvas\\"),K=k.ctx=O.getContext(\\"2d\\"),X=D(\\"u-wrap\\",R);G(\\"click\\",X,(l=>{l.target===el&&(Nn!=Gn||jn!=In)&&Zn.click(k,l)}),!0);const ll=k.under=D(\\"u-under\\",X);X.appendChild(O);const el=k.over=D(\\"u-over\\",X),tl=+Q((u=Vl(u)).pxAlign,1),sl=bt(tl);(u.plugins||[]).forEach((l=>{l.opts&&(u=l.opts(k,u)||u)}));const hl=u.ms||.001,pl=k.series=1==M?jt(u.series||[],Ve,ut,!1):function(l,e){return l.map(((l,t)=>0==t?{}:Bl({},e,l)))}(u.series||[null],rt),xl=k.axes=jt(u.axes||[],Ue,it,!0),vl=k.scales={},Tl=k.bands=u.bands||[];Tl.forEach((l=>{l.fill=bl(l.fill||null),l.dir=Q(l.dir,-1)}));const El=2==M?pl[1].facets[0].scale:pl[0].scale,Dl={axes:function(){for(let l=0;xl.length>l;l++){let e=xl[l];if(!e.show||!e._show)continue;let t,n,u=e.side,a=u%2,f=e.stroke(k,l),c=0==u||3==u?-1:1,[h,d]=e._found;if(null!=e.label){let s=rl((e._lpos+e.labelGap*c)*y);_n(e.labelFont[0],f,\\"center\\",2==u?i:o),K.save(),1==a?(t=n=0,K.translate(s,rl(lt+st/2)),K.rotate((3==u?-il:il)/2)):(t=rl(Qe+ot/2),n=s);let r=_l(e.label)?e.label(k,l,h,d):e.label;K.fillText(r,t,n),K.restore()}if(0==d)continue;let p=vl[e.scale],m=0==a?ot:st,g=0==a?Qe:lt,x=e._splits,w=2==p.distr?x.map((l=>pn[l])):x,_=2==p.distr?pn[x[1]]-pn[x[0]]:h,b=e.ticks,v=e.border,M=b.show?b.size:0,S=rl(M*y),T=rl((2==e.alignTo?e._size-M-e.gap:e.gap)*y),E=e._rotate*-il/180,z=sl(e._pos*y),D=z+(S+T)*c;n=0==a?D:0,t=1==a?D:0,_n(e.font[0],f,1==e.align?s:2==e.align?r:E>0?s:0>E?r:0==a?\\"center\\":3==u?r:s,E||1==a?\\"middle\\":2==u?i:o);let P=e.font[1]*e.lineGap,A=x.map((l=>sl(C(l,p,m,g)))),W=e._values;for(let l=0;W.length>l;l++){let e=W[l];if(null!=e){0==a?t=A[l]:n=A[l],e=\\"\\"+e;let i=-1==e.indexOf(\\"\\\\n\\")?[e]:e.split(/\\\\n/gm);for(let l=0;i.length>l;l++){let e=i[l];E?(K.save(),K.translate(t,n+l*P),K.rotate(E),K.fillText(e,0,0),K.restore()):K.fillText(e,t,n+l*P)}}}b.show&&zn(A,b.filter(k,w,l,d,_),a,u,z,S,Al(b.width*y,3),b.stroke(k,l),b.dash,b.cap);let Y=e.grid;Y.show&&zn(A,Y.filter(k,w,l,d,_),a,0==a?2:1,0==a?lt:Qe,0==a?st:ot,Al(Y.width*y,3),Y.stroke(k,l),Y.dash,Y.cap),v.show&&zn([z],[1],0==a?1:0,0==a?1:2,1==a?lt:Qe,1==a?st:ot,Al(v.width*y,3),v.stroke(k,l),v.dash,v.cap)}Ci(\\"drawAxes\\")},series:function(){if(Gt>0){let l=pl.some((l=>l._focus))&&dn!=Tt.alpha;l&&(K.globalAlpha=dn=Tt.alpha),pl.forEach(((l,e)=>{if(e>0&&l.show&&(kn(e,!1),kn(e,!0),null==l._paths)){let t=dn;dn!=l.alpha&&(K.globalAlpha=dn=l.alpha);let n=2==M?[0,g[e][0].length-1]:function(l){let e=wl(Lt-1,0,Gt-1),t=wl(en+1,0,Gt-1);for(;null==l[e]&&e>0;)e--;for(;null==l[t]&&Gt-1>t;)t++;return[e,t]}(g[e]);l._paths=l.paths(k,e,n[0],n[1]),dn!=t&&(K.globalAlpha=dn=t)}})),pl.forEach(((l,e)=>{if(e>0&&l.show){let t=dn;dn!=l.alpha&&(K.globalAlpha=dn=l.alpha),null!=l._paths&&yn(e,!1);{let t=null!=l._paths?l._paths.gaps:null,n=l.points.show(k,e,Lt,en,t),i=l.points.filter(k,e,n,t);(n||i)&&(l.points._paths=l.points.paths(k,e,Lt,en,i),yn(e,!0))}dn!=t&&(K.globalAlpha=dn=t),Ci(\\"drawSeries\\",e)}})),l&&(K.globalAlpha=dn=1)}}},Pl=(u.drawOrder||[\\"axes\\",\\"series\\"]).map((l=>Dl[l]));function Cl(l){const e=3==l.distr?e=>dl(e>0?e:l.clamp(k,e,l.min,l.max,l.key)):4==l.distr?e=>ml(e,l.asinh):100==l.distr?e=>l.fwd(e):l=>l;return t=>{let n=e(t),{_min:i,_max:o}=l;return(n-i)/(o-i)}}function Il(l){let e=vl[l];if(null==e){let t=(u.scales||Hl)[l]||Hl;if(null!=t.from){Il(t.from);let e=Bl({},vl[t.from],t,{key:l});e.valToPct=Cl(e),vl[l]=e}else{e=vl[l]=Bl({},l==El?ft:ct,t),e.key=l;let n=e.time,i=e.range,o=Gl(i);if((l!=El||2==M&&!n)&&(!o||null!=i[0]&&null!=i[1]||(i={min:null==i[0]?q:{mode:1,hard:i[0],soft:i[0]},max:null==i[1]?q:{mode:1,hard:i[1],soft:i[1]}},o=!1),!o&&Ol(i))){let l=i;i=(e,t,n)=>null==t?Rl:Z(t,n,l)}e.range=bl(i||(n?Bt:l==El?3==e.distr?qt:4==e.distr?Xt:Vt:3==e.distr?Jt:4==e.distr?Kt:$t)),e.auto=bl(!o&&e.auto),e.clamp=bl(e.clamp||at),e._min=e._max=null,e.valToPct=Cl(e)}}}Il(\\"x\\"),Il(\\"y\\"),1==M&&pl.forEach((l=>{Il(l.scale)})),xl.forEach((l=>{Il(l.scale)}));for(let l in u.scales)Il(l);const jl=vl[El],Ul=jl.distr;let $l,ql;0==jl.ori?(S(R,\\"u-hz\\"),$l=P,ql=W):(S(R,\\"u-vt\\"),$l=W,ql=P);const Kl={};for(let l in vl){let e=vl[l];null==e.min&&null==e.max||(Kl[l]={min:e.min,max:e.max},e.min=e.max=null)}const Xl=u.tzDate||(l=>new Date(rl(l/hl))),Zl=u.fmtDate||ne,Ql=1==hl?Me(Xl):Ee(Xl),le=De(Xl,ze(1==hl?ye:Te,Zl)),ee=We(Xl,Ae(\\"{YYYY}-{MM}-{DD} {h}:{mm}{aa}\\",Zl)),te=[],ie=k.legend=Bl({},Ye,u.legend),oe=k.cursor=Bl({},Re,{drag:{y:2==M}},u.cursor),se=ie.show,re=oe.show,ue=ie.markers;let ce,he,de;ie.idxs=te,ue.width=bl(ue.width),ue.dash=bl(ue.dash),ue.stroke=bl(ue.stroke),ue.fill=bl(ue.fill);let pe,me=[],ge=[],xe=!1,we={};if(ie.live){const l=pl[1]?pl[1].values:null;xe=null!=l,pe=xe?l(k,1,0):{_:0};for(let l in pe)we[l]=w}if(se)if(ce=z(\\"table\\",\\"u-legend\\",R),de=z(\\"tbody\\",null,ce),ie.mount(k,ce),xe){he=z(\\"thead\\",null,ce,de);let l=z(\\"tr\\",null,he);for(var _e in z(\\"th\\",null,l),pe)z(\\"th\\",e,l).textContent=_e}else S(ce,\\"u-inline\\"),ie.live&&S(ce,\\"u-live\\");const be={show:!0},ve={show:!1},Pe=new Map;function Ce(l,e,t,n=!0){const i=Pe.get(e)||{},o=oe.bind[l](k,e,t,n);o&&(G(l,e,i[l]=o),Pe.set(e,i))}function He(l,e){const t=Pe.get(e)||{};for(let n in t)null!=l&&n!=l||(I(n,e,t[n]),delete t[n]);null==l&&Pe.delete(e)}let Fe=0,Ge=0,Ie=0,Le=0,Oe=0,Ne=0,je=Oe,Ke=Ne,Xe=Ie,Ze=Le,Qe=0,lt=0,ot=0,st=0;k.bbox={};let ht=!1,pt=!1,mt=!1,xt=!1,wt=!1,_t=!1;function vt(l,e,t){(t||l!=k.width||e!=k.height)&&kt(l,e),An(!1),mt=!0,pt=!0,Jn()}function kt(l,e){k.width=Fe=Ie=l,k.height=Ge=Le=e,Oe=Ne=0,function(){let l=!1,e=!1,t=!1,n=!1;xl.forEach((i=>{if(i.show&&i._show){let{side:o,_size:s}=i,r=s+(null!=i.label?i.labelSize:0);r>0&&(o%2?(Ie-=r,3==o?(Oe+=r,n=!0):t=!0):(Le-=r,0==o?(Ne+=r,l=!0):e=!0))}})),Ct[0]=l,Ct[1]=t,Ct[2]=e,Ct[3]=n,Ie-=Rt[1]+Rt[3],Oe+=Rt[3],Le-=Rt[2]+Rt[0],Ne+=Rt[0]}(),function(){let l=Oe+Ie,e=Ne+Le,t=Oe,n=Ne;function i(i,o){switch(i){case 1:return l+=o,l-o;case 2:return e+=o,e-o;case 3:return t-=o,t+o;case 0:return n-=o,n+o}}xl.forEach((l=>{if(l.show&&l._show){let e=l.side;l._pos=i(e,l._size),null!=l.label&&(l._lpos=i(e,l.labelSize))}}))}();let t=k.bbox;Qe=t.left=zl(Oe*y,.5),lt=t.top=zl(Ne*y,.5),ot=t.width=zl(Ie*y,.5),st=t.height=zl(Le*y,.5)}const yt=3;if(k.setSize=function({width:l,height:e}){vt(l,e)},null==oe.dataIdx){let l=oe.hover,e=l.skip=new Set(l.skip??[]);e.add(void 0);let t=l.prox=bl(l.prox),n=l.bias??=0;oe.dataIdx=(l,i,o,s)=>{if(0==i)return o;let r=o,u=t(l,i,o,s)??gl,a=u>=0&&gl>u,f=0==jl.ori?Ie:Le,c=oe.left,h=g[0],d=g[i];if(e.has(d[o])){r=null;let l,t=null,i=null;if(0==n||-1==n)for(l=o;null==t&&l-- >0;)e.has(d[l])||(t=l);if(0==n||1==n)for(l=o;null==i&&l++<d.length;)e.has(d[l])||(i=l);if(null!=t||null!=i)if(a){let l=c-(null==t?-1/0:$l(h[t],jl,f,0)),e=(null==i?1/0:$l(h[i],jl,f,0))-c;l>e?e>u||(r=i):l>u||(r=t)}else r=null==i?t:null==t||o-t>i-o?i:t}else a&&ol(c-$l(h[o],jl,f,0))>u&&(r=null);return r}}const Mt=l=>{oe.event=l};oe.idxs=te,oe._lock=!1;let St=oe.points;St.show=bl(St.show),St.size=bl(St.size),St.stroke=bl(St.stroke),St.width=bl(St.width),St.fill=bl(St.fill);const Tt=k.focus=Bl({},u.focus||{alpha:.3},oe.focus),Et=Tt.prox>=0,zt=Et&&St.one;let Dt=[],Pt=[],At=[];function Wt(l,e){let t=St.show(k,e);if(t instanceof HTMLElement)return S(t,\\"u-cursor-pt\\"),S(t,l.class),A(t,-10,-10,Ie,Le),el.insertBefore(t,Dt[e]),t}function Yt(t,n){if(1==M||n>0){let l=1==M&&vl[t.scale].time,e=t.value;t.value=l?Ll(e)?We(Xl,Ae(e,Zl)):e||ee:e||nt,t.label=t.label||(l?\\"Time\\":\\"Value\\")}if(zt||n>0){t.width=null==t.width?1:t.width,t.paths=t.paths||Ot||yl,t.fillTo=bl(t.fillTo||gt),t.pxAlign=+Q(t.pxAlign,tl),t.pxRound=bt(t.pxAlign),t.stroke=bl(t.stroke||null),t.fill=bl(t.fill||null),t._stroke=t._fill=t._paths=t._focus=null;let l=function(l){return Al(1*(3+2*(l||1)),3)}(fl(1,t.width)),e=t.points=Bl({},{size:l,width:fl(1,.2*l),stroke:t.stroke,space:2*l,paths:Nt,_stroke:null,_fill:null},t.points);e.show=bl(e.show),e.filter=bl(e.filter),e.fill=bl(e.fill),e.stroke=bl(e.stroke),e.paths=bl(e.paths),e.pxAlign=t.pxAlign}if(se){let i=function(t,n){if(0==n&&(xe||!ie.live||2==M))return Rl;let i=[],o=z(\\"tr\\",\\"u-series\\",de,de.childNodes[n]);S(o,t.class),t.show||S(o,l);let s=z(\\"th\\",null,o);if(ue.show){let l=D(\\"u-marker\\",s);if(n>0){let e=ue.width(k,n);e&&(l.style.border=e+\\"px \\"+ue.dash(k,n)+\\" \\"+ue.stroke(k,n)),l.style.background=ue.fill(k,n)}}let r=D(e,s);for(var u in t.label instanceof HTMLElement?r.appendChild(t.label):r.textContent=t.label,n>0&&(ue.show||(r.style.color=t.width>0?ue.stroke(k,n):ue.fill(k,n)),Ce(\\"click\\",s,(l=>{if(oe._lock)return;Mt(l);let e=pl.indexOf(t);if((l.ctrlKey||l.metaKey)!=ie.isolate){let l=pl.some(((l,t)=>t>0&&t!=e&&l.show));pl.forEach(((t,n)=>{n>0&&oi(n,l?n==e?be:ve:be,!0,Fi.setSeries)}))}else oi(e,{show:!t.show},!0,Fi.setSeries)}),!1),Et&&Ce(d,s,(l=>{oe._lock||(Mt(l),oi(pl.indexOf(t),ai,!0,Fi.setSeries))}),!1)),pe){let l=z(\\"td\\",\\"u-value\\",o);l.textContent=\\"--\\",i.push(l)}return[o,i]}(t,n);me.splice(n,0,i[0]),ge.splice(n,0,i[1]),ie.values.push(null)}if(re){te.splice(n,0,null);let l=null;zt?0==n&&(l=Wt(t,n)):n>0&&(l=Wt(t,n)),Dt.splice(n,0,l),Pt.splice(n,0,0),At.splice(n,0,0)}Ci(\\"addSeries\\",n)}k.addSeries=function(l,e){e=null==e?pl.length:e,l=1==M?Ut(l,e,Ve,ut):Ut(l,e,{},rt),pl.splice(e,0,l),Yt(pl[e],e)},k.delSeries=function(l){if(pl.splice(l,1),se){ie.values.splice(l,1),ge.splice(l,1);let e=me.splice(l,1)[0];He(null,e.firstChild),e.remove()}re&&(te.splice(l,1),Dt.splice(l,1)[0].remove(),Pt.splice(l,1),At.splice(l,1)),Ci(\\"delSeries\\",l)};const Ct=[!1,!1,!1,!1];function Ht(l,e,t){let[n,i,o,s]=t,r=e%2,u=0;return 0==r&&(s||i)&&(u=0==e&&!n||2==e&&!o?rl(Ue.size/3):0),1==r&&(n||o)&&(u=1==e&&!i||3==e&&!s?rl(it.size/2):0),u}const Ft=k.padding=(u.padding||[Ht,Ht,Ht,Ht]).map((l=>bl(Q(l,Ht)))),Rt=k._padding=Ft.map(((l,e)=>l(k,e,Ct,0)));let Gt,Lt=null,en=null;const tn=1==M?pl[0].idxs:null;let nn,on,sn,rn,un,an,fn,cn,hn,dn,pn=null,mn=!1;function gn(l,e){if(k.data=k._data=g=null==l?[]:l,2==M){Gt=0;for(let l=1;pl.length>l;l++)Gt+=g[l][0].length}else{0==g.length&&(k.data=k._data=g=[[]]),pn=g[0],Gt=pn.length;let l=g;if(2==Ul){l=g.slice();let e=l[0]=Array(Gt);for(let l=0;Gt>l;l++)e[l]=l}k._data=g=l}if(An(!0),Ci(\\"setData\\"),2==Ul&&(mt=!0),!1!==e){let l=jl;l.auto(k,mn)?xn():ii(El,l.min,l.max),xt=xt||oe.left>=0,_t=!0,Jn()}}function xn(){let l,e;mn=!0,1==M&&(Gt>0?(Lt=tn[0]=0,en=tn[1]=Gt-1,l=g[0][Lt],e=g[0][en],2==Ul?(l=Lt,e=en):l==e&&(3==Ul?[l,e]=B(l,l,jl.log,!1):4==Ul?[l,e]=$(l,l,jl.log,!1):jl.time?e=l+rl(86400/hl):[l,e]=Z(l,e,J,!0))):(Lt=tn[0]=l=null,en=tn[1]=e=null)),ii(El,l,e)}function wn(l,e,t,n,i,o){l??=a,t??=Fl,n??=\\"butt\\",i??=a,o??=\\"round\\",l!=nn&&(K.strokeStyle=nn=l),i!=on&&(K.fillStyle=on=i),e!=sn&&(K.lineWidth=sn=e),o!=un&&(K.lineJoin=un=o),n!=an&&(K.lineCap=an=n),t!=rn&&K.setLineDash(rn=t)}function _n(l,e,t,n){e!=on&&(K.fillStyle=on=e),l!=fn&&(K.font=fn=l),t!=cn&&(K.textAlign=cn=t),n!=hn&&(K.textBaseline=hn=n)}function bn(l,e,t,n,i=0){if(n.length>0&&l.auto(k,mn)&&(null==e||null==e.min)){let e=Q(Lt,0),o=Q(en,n.length-1),s=null==t.min?function(l,e,t,n=0,i=!1){let o=i?V:U,s=i?j:N;[e,t]=o(l,e,t);let r=l[e],u=l[e];if(e>-1)if(1==n)r=l[e],u=l[t];else if(-1==n)r=l[t],u=l[e];else for(let n=e;t>=n;n++){let e=l[n];s(e)&&(r>e?r=e:e>u&&(u=e))}return[r??gl,u??-gl]}(n,e,o,i,3==l.distr):[t.min,t.max];l.min=al(l.min,t.min=s[0]),l.max=fl(l.max,t.max=s[1])}}k.setData=gn;const vn={min:null,max:null};function kn(l,e){let t=e?pl[l].points:pl[l];t._stroke=t.stroke(k,l),t._fill=t.fill(k,l)}function yn(l,e){let t=e?pl[l].points:pl[l],{stroke:n,fill:i,clip:o,flags:s,_stroke:r=t._stroke,_fill:u=t._fill,_width:a=t.width}=t._paths;a=Al(a*y,3);let f=null,c=a%2/2;e&&null==u&&(u=a>0?\\"#fff\\":r);let h=1==t.pxAlign&&c>0;if(h&&K.translate(c,c),!e){let l=Qe-a/2,e=lt-a/2,t=ot+a,n=st+a;f=new Path2D,f.rect(l,e,t,n)}e?Sn(r,a,t.dash,t.cap,u,n,i,s,o):function(l,e,t,n,i,o,s,r,u,a,f){let c=!1;0!=u&&Tl.forEach(((h,d)=>{if(h.series[0]==l){let l,p=pl[h.series[1]],m=g[h.series[1]],x=(p._paths||Hl).band;Gl(x)&&(x=1==h.dir?x[0]:x[1]);let w=null;p.show&&x&&function(l,e,t){for(e=Q(e,0),t=Q(t,l.length-1);t>=e;){if(null!=l[e])return!0;e++}return!1}(m,Lt,en)?(w=h.fill(k,d)||o,l=p._paths.clip):x=null,Sn(e,t,n,i,w,s,r,u,a,f,l,x),c=!0}})),c||Sn(e,t,n,i,o,s,r,u,a,f)}(l,r,a,t.dash,t.cap,u,n,i,s,f,o),h&&K.translate(-c,-c)}const Mn=3;function Sn(l,e,t,n,i,o,s,r,u,a,f,c){wn(l,e,t,n,i),(u||a||c)&&(K.save(),u&&K.clip(u),a&&K.clip(a)),c?(r&Mn)==Mn?(K.clip(c),f&&K.clip(f),En(i,s),Tn(l,o,e)):2&r?(En(i,s),K.clip(c),Tn(l,o,e)):1&r&&(K.save(),K.clip(c),f&&K.clip(f),En(i,s),K.restore(),Tn(l,o,e)):(En(i,s),Tn(l,o,e)),(u||a||c)&&K.restore()}function Tn(l,e,t){t>0&&(e instanceof Map?e.forEach(((l,e)=>{K.strokeStyle=nn=e,K.stroke(l)})):null!=e&&l&&K.stroke(e))}function En(l,e){e instanceof Map?e.forEach(((l,e)=>{K.fillStyle=on=e,K.fill(l)})):null!=e&&l&&K.fill(e)}function zn(l,e,t,n,i,o,s,r,u,a){let f=s%2/2;1==tl&&K.translate(f,f),wn(r,s,u,a,r),K.beginPath();let c,h,d,p,m=i+(0==n||3==n?-o:o);0==t?(h=i,p=m):(c=i,d=m);for(let n=0;l.length>n;n++)null!=e[n]&&(0==t?c=d=l[n]:h=p=l[n],K.moveTo(c,h),K.lineTo(d,p));K.stroke(),1==tl&&K.translate(-f,-f)}function Dn(l){let e=!0;return xl.forEach(((t,n)=>{if(!t.show)return;let i=vl[t.scale];if(null==i.min)return void(t._show&&(e=!1,t._show=!1,An(!1)));t._show||(e=!1,t._show=!0,An(!1));let o=t.side,s=o%2,{min:r,max:u}=i,[a,f]=function(l,e,t,n){let i,o=xl[l];if(n>0){let s=o._space=o.space(k,l,e,t,n);i=Zt(e,t,o._incrs=o.incrs(k,l,e,t,n,s),n,s)}else i=[0,0];return o._found=i}(n,r,u,0==s?Ie:Le);if(0==f)return;let c=t._splits=t.splits(k,n,r,u,a,f,2==i.distr),h=2==i.distr?c.map((l=>pn[l])):c,d=2==i.distr?pn[c[1]]-pn[c[0]]:a,p=t._values=t.values(k,t.filter(k,h,n,f,d),n,f,d);t._rotate=2==o?t.rotate(k,p,n,f):0;let m=t._size;t._size=ul(t.size(k,p,n,l)),null!=m&&t._size!=m&&(e=!1)})),e}function Pn(l){let e=!0;return Ft.forEach(((t,n)=>{let i=t(k,n,Ct,l);i!=Rt[n]&&(e=!1),Rt[n]=i})),e}function An(l){pl.forEach(((e,t)=>{t>0&&(e._paths=null,l&&(1==M?(e.min=null,e.max=null):e.facets.forEach((l=>{l.min=null,l.max=null}))))}))}let Wn,Yn,Cn,Hn,Fn,Rn,Gn,In,Ln,On,Nn,jn,Un=!1,Vn=!1,Bn=[];function $n(){Vn=!1;for(let l=0;Bn.length>l;l++)Ci(...Bn[l]);Bn.length=0}function Jn(){Un||(Jl(qn),Un=!0)}function qn(){if(ht&&(function(){for(let l in vl){let e=vl[l];null==Kl[l]&&(null==e.min||null!=Kl[El]&&e.auto(k,mn))&&(Kl[l]=vn)}for(let l in vl){let e=vl[l];null==Kl[l]&&null!=e.from&&null!=Kl[e.from]&&(Kl[l]=vn)}null!=Kl[El]&&An(!0);let l={};for(let e in Kl){let t=Kl[e];if(null!=t){let n=l[e]=Vl(vl[e],Nl);if(null!=t.min)Bl(n,t);else if(e!=El||2==M)if(0==Gt&&null==n.from){let l=n.range(k,null,null,e);n.min=l[0],n.max=l[1]}else n.min=gl,n.max=-gl}}if(Gt>0){pl.forEach(((e,t)=>{if(1==M){let n=e.scale,i=Kl[n];if(null==i)return;let o=l[n];if(0==t){let l=o.range(k,o.min,o.max,n);o.min=l[0],o.max=l[1],Lt=L(o.min,g[0]),en=L(o.max,g[0]),en-Lt>1&&(o.min>g[0][Lt]&&Lt++,g[0][en]>o.max&&en--),e.min=pn[Lt],e.max=pn[en]}else e.show&&e.auto&&bn(o,i,e,g[t],e.sorted);e.idxs[0]=Lt,e.idxs[1]=en}else if(t>0&&e.show&&e.auto){let[n,i]=e.facets,o=n.scale,s=i.scale,[r,u]=g[t],a=l[o],f=l[s];null!=a&&bn(a,Kl[o],n,r,n.sorted),null!=f&&bn(f,Kl[s],i,u,i.sorted),e.min=i.min,e.max=i.max}}));for(let e in l){let t=l[e],n=Kl[e];if(null==t.from&&(null==n||null==n.min)){let l=t.range(k,t.min==gl?null:t.min,t.max==-gl?null:t.max,e);t.min=l[0],t.max=l[1]}}}for(let e in l){let t=l[e];if(null!=t.from){let n=l[t.from];if(null==n.min)t.min=t.max=null;else{let l=t.range(k,n.min,n.max,e);t.min=l[0],t.max=l[1]}}}let e={},t=!1;for(let n in l){let i=l[n],o=vl[n];if(o.min!=i.min||o.max!=i.max){o.min=i.min,o.max=i.max;let l=o.distr;o._min=3==l?dl(o.min):4==l?ml(o.min,o.asinh):100==l?o.fwd(o.min):o.min,o._max=3==l?dl(o.max):4==l?ml(o.max,o.asinh):100==l?o.fwd(o.max):o.max,e[n]=t=!0}}if(t){pl.forEach(((l,t)=>{2==M?t>0&&e.y&&(l._paths=null):e[l.scale]&&(l._paths=null)}));for(let l in e)mt=!0,Ci(\\"setScale\\",l);re&&oe.left>=0&&(xt=_t=!0)}for(let l in Kl)Kl[l]=null}(),ht=!1),mt&&(function(){let l=!1,e=0;for(;!l;){e++;let t=Dn(e),n=Pn(e);l=e==yt||t&&n,l||(kt(k.width,k.height),pt=!0)}}(),mt=!1),pt){if(E(ll,s,Oe),E(ll,i,Ne),E(ll,t,Ie),E(ll,n,Le),E(el,s,Oe),E(el,i,Ne),E(el,t,Ie),E(el,n,Le),E(X,t,Fe),E(X,n,Ge),O.width=rl(Fe*y),O.height=rl(Ge*y),xl.forEach((({_el:e,_show:t,_size:n,_pos:i,side:o})=>{if(null!=e)if(t){let t=o%2==1;E(e,t?\\"left\\":\\"top\\",i-(3===o||0===o?n:0)),E(e,t?\\"width\\":\\"height\\",n),E(e,t?\\"top\\":\\"left\\",t?Ne:Oe),E(e,t?\\"height\\":\\"width\\",t?Le:Ie),T(e,l)}else S(e,l)})),nn=on=sn=un=an=fn=cn=hn=rn=null,dn=1,_i(!0),Oe!=je||Ne!=Ke||Ie!=Xe||Le!=Ze){An(!1);let l=Ie/Xe,e=Le/Ze;if(re&&!xt&&oe.left>=0){oe.left*=l,oe.top*=e,Cn&&A(Cn,rl(oe.left),0,Ie,Le),Hn&&A(Hn,0,rl(oe.top),Ie,Le);for(let t=0;Dt.length>t;t++){let n=Dt[t];null!=n&&(Pt[t]*=l,At[t]*=e,A(n,ul(Pt[t]),ul(At[t]),Ie,Le))}}if(ei.show&&!wt&&ei.left>=0&&ei.width>0){ei.left*=l,ei.width*=l,ei.top*=e,ei.height*=e;for(let l in ki)E(ti,l,ei[l])}je=Oe,Ke=Ne,Xe=Ie,Ze=Le}Ci(\\"setSize\\"),pt=!1}Fe>0&&Ge>0&&(K.clearRect(0,0,O.width,O.height),Ci(\\"drawClear\\"),Pl.forEach((l=>l())),Ci(\\"draw\\")),ei.show&&wt&&(ni(ei),wt=!1),re&&xt&&(xi(null,!0,!1),xt=!1),ie.show&&ie.live&&_t&&(mi(),_t=!1),F||(F=!0,k.status=1,Ci(\\"ready\\")),mn=!1,Un=!1}function Kn(l,e){let t=vl[l];if(null==t.from){if(0==Gt){let n=t.range(k,e.min,e.max,l);e.min=n[0],e.max=n[1]}if(e.min>e.max){let l=e.min;e.min=e.max,e.max=l}if(Gt>1&&null!=e.min&&null!=e.max&&1e-16>e.max-e.min)return;l==El&&2==t.distr&&Gt>0&&(e.min=L(e.min,g[0]),e.max=L(e.max,g[0]),e.min==e.max&&e.max++),Kl[l]=e,ht=!0,Jn()}}k.batch=function(l,e=!1){Un=!0,Vn=e,l(k),qn(),e&&Bn.length>0&&queueMicrotask($n)},k.redraw=(l,e)=>{mt=e||!1,!1!==l?ii(El,jl.min,jl.max):Jn()},k.setScale=Kn;let Xn=!1;const Zn=oe.drag;let Qn=Zn.x,li=Zn.y;re&&(oe.x&&(Wn=D(\\"u-cursor-x\\",el)),oe.y&&(Yn=D(\\"u-cursor-y\\",el)),0==jl.ori?(Cn=Wn,Hn=Yn):(Cn=Yn,Hn=Wn),Nn=oe.left,jn=oe.top);const ei=k.select=Bl({show:!0,over:!0,left:0,width:0,top:0,height:0},u.select),ti=ei.show?D(\\"u-select\\",ei.over?el:ll):null;function ni(l,e){if(ei.show){for(let e in l)ei[e]=l[e],e in ki&&E(ti,e,l[e]);!1!==e&&Ci(\\"setSelect\\")}}function ii(l,e,t){Kn(l,{min:e,max:t})}function oi(e,t,n,i){null!=t.focus&&function(l){if(l!=ui){let e=null==l,t=1!=Tt.alpha;pl.forEach(((n,i)=>{if(1==M||i>0){let o=e||0==i||i==l;n._focus=e?null:o,t&&function(l,e){pl[l].alpha=e,re&&null!=Dt[l]&&(Dt[l].style.opacity=e),se&&me[l]&&(me[l].style.opacity=e)}(i,o?1:Tt.alpha)}})),ui=l,t&&Jn()}}(e),null!=t.show&&pl.forEach(((n,i)=>{0>=i||e!=i&&null!=e||(n.show=t.show,function(e){if(pl[e].show)se&&T(me[e],l);else if(se&&S(me[e],l),re){let l=zt?Dt[0]:Dt[e];null!=l&&A(l,-10,-10,Ie,Le)}}(i),2==M?(ii(n.facets[0].scale,null,null),ii(n.facets[1].scale,null,null)):ii(n.scale,null,null),Jn())})),!1!==n&&Ci(\\"setSeries\\",e,t),i&&Ii(\\"setSeries\\",k,e,t)}let si,ri,ui;k.setSelect=ni,k.setSeries=oi,k.addBand=function(l,e){l.fill=bl(l.fill||null),l.dir=Q(l.dir,-1),Tl.splice(e=null==e?Tl.length:e,0,l)},k.setBand=function(l,e){Bl(Tl[l],e)},k.delBand=function(l){null==l?Tl.length=0:Tl.splice(l,1)};const ai={focus:!0};function fi(l,e,t){let n=vl[e];t&&(l=l/y-(1==n.ori?Ne:Oe));let i=Ie;1==n.ori&&(i=Le,l=i-l),-1==n.dir&&(l=i-l);let o=n._min,s=o+l/i*(n._max-o),r=n.distr;return 3==r?cl(10,s):4==r?((l,e=1)=>nl.sinh(l)*e)(s,n.asinh):100==r?n.bwd(s):s}function ci(l,e){E(ti,s,ei.left=l),E(ti,t,ei.width=e)}function hi(l,e){E(ti,i,ei.top=l),E(ti,n,ei.height=e)}se&&Et&&Ce(p,ce,(l=>{oe._lock||(Mt(l),null!=ui&&oi(null,ai,!0,Fi.setSeries))})),k.valToIdx=l=>L(l,g[0]),k.posToIdx=function(l,e){return L(fi(l,El,e),g[0],Lt,en)},k.posToVal=fi,k.valToPos=(l,e,t)=>0==vl[e].ori?P(l,vl[e],t?ot:Ie,t?Qe:0):W(l,vl[e],t?st:Le,t?lt:0),k.setCursor=(l,e,t)=>{Nn=l.left,jn=l.top,xi(null,e,t)};let di=0==jl.ori?ci:hi,pi=1==jl.ori?ci:hi;function mi(l,e){if(null!=l&&(l.idxs?l.idxs.forEach(((l,e)=>{te[e]=l})):(l=>void 0===l)(l.idx)||te.fill(l.idx),ie.idx=te[0]),se&&ie.live){for(let l=0;pl.length>l;l++)(l>0||1==M&&!xe)&&gi(l,te[l]);!function(){if(se&&ie.live)for(let l=2==M?1:0;pl.length>l;l++){if(0==l&&xe)continue;let e=ie.values[l],t=0;for(let n in e)ge[l][t++].firstChild.nodeValue=e[n]}}()}_t=!1,!1!==e&&Ci(\\"setLegend\\")}function gi(l,e){let t,n=pl[l],i=0==l&&2==Ul?pn:g[l];xe?t=n.values(k,l,e)??we:(t=n.value(k,null==e?null:i[e],l,e),t=null==t?we:{_:t}),ie.values[l]=t}function xi(l,e,t){let n;Ln=Nn,On=jn,[Nn,jn]=oe.move(k,Nn,jn),oe.left=Nn,oe.top=jn,re&&(Cn&&A(Cn,rl(Nn),0,Ie,Le),Hn&&A(Hn,0,rl(jn),Ie,Le)),si=gl,ri=null;let i=0==jl.ori?Ie:Le,o=1==jl.ori?Ie:Le;if(0>Nn||0==Gt||Lt>en){n=oe.idx=null;for(let l=0;pl.length>l;l++){let e=Dt[l];null!=e&&A(e,-10,-10,Ie,Le)}Et&&oi(null,ai,!0,null==l&&Fi.setSeries),ie.live&&(te.fill(n),_t=!0)}else{let l,e,t;1==M&&(l=0==jl.ori?Nn:jn,e=fi(l,El),n=oe.idx=L(e,g[0],Lt,en),t=$l(g[0][n],jl,i,0));let s=-10,r=-10,u=0,a=0,f=!0,c=\\"\\",h=\\"\\";for(let l=2==M?1:0;pl.length>l;l++){let d=pl[l],p=te[l],m=null==p?null:1==M?g[l][p]:g[l][1][p],x=oe.dataIdx(k,l,n,e),w=null==x?null:1==M?g[l][x]:g[l][1][x];if(_t=_t||w!=m||x!=p,te[l]=x,l>0&&d.show){let e=null==x?-10:x==n?t:$l(1==M?g[0][x]:g[l][0][x],jl,i,0),p=null==w?-10:ql(w,1==M?vl[d.scale]:vl[d.facets[1].scale],o,0);if(Et&&null!=w){let e=1==jl.ori?Nn:jn,t=ol(Tt.dist(k,l,x,p,e));if(si>t){let n=Tt.bias;if(0!=n){let i=fi(e,d.scale),o=0>i?-1:1;o!=(0>w?-1:1)||(1==o?1==n?i>w:w>i:1==n?w>i:i>w)||(si=t,ri=l)}else si=t,ri=l}}if(_t||zt){let t,n;0==jl.ori?(t=e,n=p):(t=p,n=e);let i,o,d,m,g,x,w=!0,_=St.bbox;if(null!=_){w=!1;let e=_(k,l);d=e.left,m=e.top,i=e.width,o=e.height}else d=t,m=n,i=o=St.size(k,l);if(x=St.fill(k,l),g=St.stroke(k,l),zt)l!=ri||si>Tt.prox||(s=d,r=m,u=i,a=o,f=w,c=x,h=g);else{let e=Dt[l];null!=e&&(Pt[l]=d,At[l]=m,H(e,i,o,w),Y(e,x,g),A(e,ul(d),ul(m),Ie,Le))}}}}if(zt){let l=Tt.prox;if(_t||(null==ui?l>=si:si>l||ri!=ui)){let l=Dt[0];null!=l&&(Pt[0]=s,At[0]=r,H(l,u,a,f),Y(l,c,h),A(l,ul(s),ul(r),Ie,Le))}}}if(ei.show&&Xn)if(null!=l){let[e,t]=Fi.scales,[n,s]=Fi.match,[r,u]=l.cursor.sync.scales,a=l.cursor.drag;if(Qn=a._x,li=a._y,Qn||li){let a,f,c,h,d,{left:p,top:m,width:g,height:x}=l.select,w=l.scales[r].ori,_=l.posToVal,b=null!=e&&n(e,r),v=null!=t&&s(t,u);b&&Qn?(0==w?(a=p,f=g):(a=m,f=x),c=vl[e],h=$l(_(a,r),c,i,0),d=$l(_(a+f,r),c,i,0),di(al(h,d),ol(d-h))):di(0,i),v&&li?(1==w?(a=p,f=g):(a=m,f=x),c=vl[t],h=ql(_(a,u),c,o,0),d=ql(_(a+f,u),c,o,0),pi(al(h,d),ol(d-h))):pi(0,o)}else yi()}else{let l=ol(Ln-Fn),e=ol(On-Rn);if(1==jl.ori){let t=l;l=e,e=t}Qn=Zn.x&&l>=Zn.dist,li=Zn.y&&e>=Zn.dist;let t,n,s=Zn.uni;null!=s?Qn&&li&&(Qn=l>=s,li=e>=s,Qn||li||(e>l?li=!0:Qn=!0)):Zn.x&&Zn.y&&(Qn||li)&&(Qn=li=!0),Qn&&(0==jl.ori?(t=Gn,n=Nn):(t=In,n=jn),di(al(t,n),ol(n-t)),li||pi(0,o)),li&&(1==jl.ori?(t=Gn,n=Nn):(t=In,n=jn),pi(al(t,n),ol(n-t)),Qn||di(0,i)),Qn||li||(di(0,0),pi(0,0))}if(Zn._x=Qn,Zn._y=li,null==l){if(t){if(null!=Ri){let[l,e]=Fi.scales;Fi.values[0]=null!=l?fi(0==jl.ori?Nn:jn,l):null,Fi.values[1]=null!=e?fi(1==jl.ori?Nn:jn,e):null}Ii(f,k,Nn,jn,Ie,Le,n)}if(Et){let l=t&&Fi.setSeries,e=Tt.prox;null==ui?si>e||oi(ri,ai,!0,l):si>e?oi(null,ai,!0,l):ri!=ui&&oi(ri,ai,!0,l)}}_t&&(ie.idx=n,mi()),!1!==e&&Ci(\\"setCursor\\")}k.setLegend=mi;let wi=null;function _i(l=!1){l?wi=null:(wi=el.getBoundingClientRect(),Ci(\\"syncRect\\",wi))}function bi(l,e,t,n,i,o){oe._lock||Xn&&null!=l&&0==l.movementX&&0==l.movementY||(vi(l,e,t,n,i,o,0,!1,null!=l),null!=l?xi(null,!0,!0):xi(e,!0,!1))}function vi(l,e,t,n,i,o,s,r,u){if(null==wi&&_i(!1),Mt(l),null!=l)t=l.clientX-wi.left,n=l.clientY-wi.top;else{if(0>t||0>n)return Nn=-10,void(jn=-10);let[l,s]=Fi.scales,r=e.cursor.sync,[u,a]=r.values,[f,c]=r.scales,[h,d]=Fi.match,p=e.axes[0].side%2==1,m=0==jl.ori?Ie:Le,g=1==jl.ori?Ie:Le,x=p?o:i,w=p?i:o,_=p?n:t,b=p?t:n;if(t=null!=f?h(l,f)?C(u,vl[l],m,0):-10:m*(_/x),n=null!=c?d(s,c)?C(a,vl[s],g,0):-10:g*(b/w),1==jl.ori){let l=t;t=n,n=l}}!u||null!=e&&e.cursor.event.type!=f||(t>1&&Ie-1>t||(t=zl(t,Ie)),n>1&&Le-1>n||(n=zl(n,Le))),r?(Fn=t,Rn=n,[Gn,In]=oe.move(k,t,n)):(Nn=t,jn=n)}Object.defineProperty(k,\\"rect\\",{get:()=>(null==wi&&_i(!1),wi)});const ki={width:0,height:0,left:0,top:0};function yi(){ni(ki,!1)}let Mi,Si,Ti,Ei;function zi(l,e,t,n,i,o){Xn=!0,Qn=li=Zn._x=Zn._y=!1,vi(l,e,t,n,i,o,0,!0,!1),null!=l&&(Ce(h,b,Di,!1),Ii(c,k,Gn,In,Ie,Le,null));let{left:s,top:r,width:u,height:a}=ei;Mi=s,Si=r,Ti=u,Ei=a}function Di(l,e,t,n,i,o){Xn=Zn._x=Zn._y=!1,vi(l,e,t,n,i,o,0,!1,!0);let{left:s,top:r,width:u,height:a}=ei,f=u>0||a>0,c=Mi!=s||Si!=r||Ti!=u||Ei!=a;if(f&&c&&ni(ei),Zn.setScale&&f&&c){let l=s,e=u,t=r,n=a;if(1==jl.ori&&(l=r,e=a,t=s,n=u),Qn&&ii(El,fi(l,El),fi(l+e,El)),li)for(let l in vl){let e=vl[l];l!=El&&null==e.from&&e.min!=gl&&ii(l,fi(t+n,l),fi(t,l))}yi()}else oe.lock&&(oe._lock=!oe._lock,xi(e,!0,null!=l));null!=l&&(He(h,b),Ii(h,k,Nn,jn,Ie,Le,null))}function Pi(l){oe._lock||(Mt(l),xn(),yi(),null!=l&&Ii(m,k,Nn,jn,Ie,Le,null))}function Ai(){xl.forEach(ln),vt(k.width,k.height,!0)}G(x,v,Ai);const Wi={};Wi.mousedown=zi,Wi.mousemove=bi,Wi.mouseup=Di,Wi.dblclick=Pi,Wi.setSeries=(l,e,t,n)=>{-1!=(t=(0,Fi.match[2])(k,e,t))&&oi(t,n,!0,!1)},re&&(Ce(c,el,zi),Ce(f,el,bi),Ce(d,el,(l=>{Mt(l),_i(!1)})),Ce(p,el,(function(l){if(oe._lock)return;Mt(l);let e=Xn;if(Xn){let l,e,t=!0,n=!0,i=10;0==jl.ori?(l=Qn,e=li):(l=li,e=Qn),l&&e&&(t=i>=Nn||Nn>=Ie-i,n=i>=jn||jn>=Le-i),l&&t&&(Nn=Gn>Nn?0:Ie),e&&n&&(jn=In>jn?0:Le),xi(null,!0,!0),Xn=!1}Nn=-10,jn=-10,te.fill(null),xi(null,!0,!0),e&&(Xn=e)})),Ce(m,el,Pi),It.add(k),k.syncRect=_i);const Yi=k.hooks=u.hooks||{};function Ci(l,e,t){Vn?Bn.push([l,e,t]):l in Yi&&Yi[l].forEach((l=>{l.call(null,k,e,t)}))}(u.plugins||[]).forEach((l=>{for(let e in l.hooks)Yi[e]=(Yi[e]||[]).concat(l.hooks[e])}));const Hi=(l,e,t)=>t,Fi=Bl({key:null,setSeries:!1,filters:{pub:Ml,sub:Ml},scales:[El,pl[1]?pl[1].scale:null],match:[Sl,Sl,Hi],values:[null,null]},oe.sync);2==Fi.match.length&&Fi.match.push(Hi),oe.sync=Fi;const Ri=Fi.key,Gi=dt(Ri);function Ii(l,e,t,n,i,o,s){Fi.filters.pub(l,e,t,n,i,o,s)&&Gi.pub(l,e,t,n,i,o,s)}function Li(){Ci(\\"init\\",u,g),gn(g||u.data,!1),Kl[El]?Kn(El,Kl[El]):xn(),wt=ei.show&&(ei.width>0||ei.height>0),xt=_t=!0,vt(u.width,u.height)}return Gi.sub(k),k.pub=function(l,e,t,n,i,o,s){Fi.filters.sub(l,e,t,n,i,o,s)&&Wi[l](null,e,t,n,i,o,s)},k.destroy=function(){Gi.unsub(k),It.delete(k),Pe.clear(),I(x,v,Ai),R.remove(),ce?.remove(),Ci(\\"destroy\\")},pl.forEach(Yt),xl.forEach((function(l,e){if(l._show=l.show,l.show){let t=vl[l.scale];null==t&&(l.scale=l.side%2?pl[1].scale:El,t=vl[l.scale]);let n=t.time;l.size=bl(l.size),l.space=bl(l.space),l.rotate=bl(l.rotate),Gl(l.incrs)&&l.incrs.forEach((l=>{!Wl.has(l)&&Wl.set(l,Yl(l))})),l.incrs=bl(l.incrs||(2==t.distr?ae:n?1==hl?ke:Se:fe)),l.splits=bl(l.splits||(n&&1==t.distr?Ql:3==t.distr?Je:4==t.distr?qe:$e)),l.stroke=bl(l.stroke),l.grid.stroke=bl(l.grid.stroke),l.ticks.stroke=bl(l.ticks.stroke),l.border.stroke=bl(l.border.stroke);let i=l.values;l.values=Gl(i)&&!Gl(i[0])?bl(i):n?Gl(i)?De(Xl,ze(i,Zl)):Ll(i)?function(l,e){let t=ne(e);return(e,n)=>n.map((e=>t(l(e))))}(Xl,i):i||le:i||Be,l.filter=bl(l.filter||(3>t.distr||10!=t.log?3==t.distr&&2==t.log?tt:kl:et)),l.font=Qt(l.font),l.labelFont=Qt(l.labelFont),l._size=l.size(k,null,e,0),l._space=l._rotate=l._incrs=l._found=l._splits=l._values=null,l._size>0&&(Ct[e]=!0,l._el=D(\\"u-axis\\",X))}})),_?_ instanceof HTMLElement?(_.appendChild(R),Li()):_(k,Li):Li(),k}en.assign=Bl,en.fmtNum=tl,en.rangeNum=Z,en.rangeLog=B,en.rangeAsinh=$,en.orient=pt,en.pxRatio=y,en.join=function(l,e){if(function(l){let e=l[0][0],t=e.length;for(let n=1;l.length>n;n++){let i=l[n][0];if(i.length!=t)return!1;if(i!=e)for(let l=0;t>l;l++)if(i[l]!=e[l])return!1}return!0}(l)){let e=l[0].slice();for(let t=1;l.length>t;t++)e.push(...l[t].slice(1));return function(l,e=100){const t=l.length;if(1>=t)return!0;let n=0,i=t-1;for(;i>=n&&null==l[n];)n++;for(;i>=n&&null==l[i];)i--;if(n>=i)return!0;const o=fl(1,sl((i-n+1)/e));for(let e=l[n],t=n+o;i>=t;t+=o){const n=l[t];if(null!=n){if(e>=n)return!1;e=n}}return!0}(e[0])||(e=function(l){let e=l[0],t=e.length,n=Array(t);for(let l=0;n.length>l;l++)n[l]=l;n.sort(((l,t)=>e[l]-e[t]));let i=[];for(let e=0;l.length>e;e++){let o=l[e],s=Array(t);for(let l=0;t>l;l++)s[l]=o[n[l]];i.push(s)}return i}(e)),e}let t=new Set;for(let e=0;l.length>e;e++){let n=l[e][0],i=n.length;for(let l=0;i>l;l++)t.add(n[l])}let n=[Array.from(t).sort(((l,e)=>l-e))],i=n[0].length,o=new Map;for(let l=0;i>l;l++)o.set(n[0][l],l);for(let t=0;l.length>t;t++){let s=l[t],r=s[0];for(let l=1;s.length>l;l++){let u=s[l],a=Array(i).fill(void 0),f=e?e[t][l]:1,c=[];for(let l=0;u.length>l;l++){let e=u[l],t=o.get(r[l]);null===e?0!=f&&(a[t]=e,2==f&&c.push(t)):a[t]=e}$l(a,c,i),n.push(a)}}return n},en.fmtDate=ne,en.tzDate=function(l,e){let t;return\\"UTC\\"==e||\\"Etc/UTC\\"==e?t=new Date(+l+6e4*l.getTimezoneOffset()):e==ie?t=l:(t=new Date(l.toLocaleString(\\"en-US\\",{timeZone:e})),t.setMilliseconds(l.getMilliseconds())),t},en.sync=dt;{en.addGap=function(l,e,t){let n=l[l.length-1];n&&n[0]==e?n[1]=t:l.push([e,t])},en.clipGaps=wt;let l=en.paths={points:Wt};l.linear=Ft,l.stepped=function(l){const e=Q(l.align,1),t=Q(l.ascDesc,!1),n=Q(l.alignGaps,0),i=Q(l.extend,!1);return(l,o,s,r)=>pt(l,o,((u,a,f,c,h,d,p,m,g,x,w)=>{[s,r]=U(f,s,r);let _=u.pxRound,{left:b,width:v}=l.bbox,k=l=>_(d(l,c,x,m)),M=l=>_(p(l,h,w,g)),S=0==c.ori?Mt:St;const T={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:1},E=T.stroke,z=c.dir*(0==c.ori?1:-1);let D=M(f[1==z?s:r]),P=k(a[1==z?s:r]),A=P,W=P;i&&-1==e&&(W=b,S(E,W,D)),S(E,P,D);for(let l=1==z?s:r;l>=s&&r>=l;l+=z){let t=f[l];if(null==t)continue;let n=k(a[l]),i=M(t);1==e?S(E,n,D):S(E,A,i),S(E,n,i),D=i,A=n}let Y=A;i&&1==e&&(Y=b+v,S(E,Y,D));let[C,H]=mt(l,o);if(null!=u.fill||0!=C){let e=T.fill=new Path2D(E),t=M(u.fillTo(l,o,u.min,u.max,C));S(e,Y,t),S(e,W,t)}if(!u.spanGaps){let i=[];i.push(..._t(a,f,s,r,z,k,n));let h=u.width*y/2,d=t||1==e?h:-h,p=t||-1==e?-h:h;i.forEach((l=>{l[0]+=d,l[1]+=p})),T.gaps=i=u.gaps(l,o,s,r,i),T.clip=wt(i,c.ori,m,g,x,w)}return 0!=H&&(T.band=2==H?[xt(l,o,s,r,E,-1),xt(l,o,s,r,E,1)]:xt(l,o,s,r,E,H)),T}))},l.bars=function(l){const e=Q((l=l||Hl).size,[.6,gl,1]),t=l.align||0,n=l.gap||0;let i=l.radius;i=null==i?[0,0]:\\"number\\"==typeof i?[i,0]:i;const o=bl(i),s=1-e[0],r=Q(e[1],gl),u=Q(e[2],1),a=Q(l.disp,Hl),f=Q(l.each,(()=>{})),{fill:c,stroke:h}=a;return(l,e,i,d)=>pt(l,e,((p,m,g,x,w,_,b,v,k,M,S)=>{let T,E,z=p.pxRound,D=t,P=n*y,A=r*y,W=u*y;0==x.ori?[T,E]=o(l,e):[E,T]=o(l,e);const Y=x.dir*(0==x.ori?1:-1);let C,H,F,R=0==x.ori?Tt:Et,G=0==x.ori?f:(l,e,t,n,i,o,s)=>{f(l,e,t,i,n,s,o)},I=Q(l.bands,Fl).find((l=>l.series[0]==e)),L=p.fillTo(l,e,p.min,p.max,null!=I?I.dir:0),O=z(b(L,w,S,k)),N=M,j=z(p.width*y),U=!1,V=null,B=null,$=null,J=null;null==c||0!=j&&null==h||(U=!0,V=c.values(l,e,i,d),B=new Map,new Set(V).forEach((l=>{null!=l&&B.set(l,new Path2D)})),j>0&&($=h.values(l,e,i,d),J=new Map,new Set($).forEach((l=>{null!=l&&J.set(l,new Path2D)}))));let{x0:q,size:K}=a;if(null!=q&&null!=K){D=1,m=q.values(l,e,i,d),2==q.unit&&(m=m.map((e=>l.posToVal(v+e*M,x.key,!0))));let t=K.values(l,e,i,d);H=2==K.unit?t[0]*M:_(t[0],x,M,v)-_(0,x,M,v),N=Rt(m,g,_,x,M,v,N),F=N-H+P}else N=Rt(m,g,_,x,M,v,N),F=N*s+P,H=N-F;1>F&&(F=0),H/2>j||(j=0),5>F&&(z=vl);let X=F>0;H=z(wl(N-F-(X?j:0),W,A)),C=(0==D?H/2:D==Y?0:H)-D*Y*((0==D?P/2:0)+(X?j/2:0));const Z={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},ll=U?null:new Path2D;let el=null;if(null!=I)el=l.data[I.series[1]];else{let{y0:t,y1:n}=a;null!=t&&null!=n&&(g=n.values(l,e,i,d),el=t.values(l,e,i,d))}let tl=T*H,nl=E*H;for(let t=1==Y?i:d;t>=i&&d>=t;t+=Y){let n=g[t];if(null==n)continue;if(null!=el){let l=el[t]??0;if(n-l==0)continue;O=b(l,w,S,k)}let i=_(2!=x.distr||null!=a?m[t]:t,x,M,v),o=b(Q(n,L),w,S,k),s=z(i-C),r=z(fl(o,O)),u=z(al(o,O)),f=r-u;if(null!=n){let i=0>n?nl:tl,o=0>n?tl:nl;U?(j>0&&null!=$[t]&&R(J.get($[t]),s,u+sl(j/2),H,fl(0,f-j),i,o),null!=V[t]&&R(B.get(V[t]),s,u+sl(j/2),H,fl(0,f-j),i,o)):R(ll,s,u+sl(j/2),H,fl(0,f-j),i,o),G(l,e,t,s-j/2,u,H+j,f)}}return j>0?Z.stroke=U?J:ll:U||(Z._fill=0==p.width?p._fill:p._stroke??p._fill,Z.width=0),Z.fill=U?B:ll,Z}))},l.spline=function(l){return function(l,e){const t=Q(e?.alignGaps,0);return(e,n,i,o)=>pt(e,n,((s,r,u,a,f,c,h,d,p,m,g)=>{[i,o]=U(u,i,o);let x,w,_,b=s.pxRound,v=l=>b(c(l,a,m,d)),k=l=>b(h(l,f,g,p));0==a.ori?(x=kt,_=Mt,w=Pt):(x=yt,_=St,w=At);const y=a.dir*(0==a.ori?1:-1);let M=v(r[1==y?i:o]),S=M,T=[],E=[];for(let l=1==y?i:o;l>=i&&o>=l;l+=y)if(null!=u[l]){let e=v(r[l]);T.push(S=e),E.push(k(u[l]))}const z={stroke:l(T,E,x,_,w,b),fill:null,clip:null,band:null,gaps:null,flags:1},D=z.stroke;let[P,A]=mt(e,n);if(null!=s.fill||0!=P){let l=z.fill=new Path2D(D),t=k(s.fillTo(e,n,s.min,s.max,P));_(l,S,t),_(l,M,t)}if(!s.spanGaps){let l=[];l.push(..._t(r,u,i,o,y,v,t)),z.gaps=l=s.gaps(e,n,i,o,l),z.clip=wt(l,a.ori,d,p,m,g)}return 0!=A&&(z.band=2==A?[xt(e,n,i,o,D,-1),xt(e,n,i,o,D,1)]:xt(e,n,i,o,D,A)),z}))}(Gt,l)}}return en}();","A":".uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, \\"Segoe UI\\", Roboto, \\"Helvetica Neue\\", Arial, \\"Noto Sans\\", sans-serif, \\"Apple Color Emoji\\", \\"Segoe UI Emoji\\", \\"Segoe UI Symbol\\", \\"Noto Color Emoji\\";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: relative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th > * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: \\":\\";vertical-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.07);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 solid;pointer-events: none;will-change: transform;/*this has to be !important since we set inline \\"background\\" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-cursor-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}"}');function Ge(h){const $=`Objectives of ${ht(h.service)}`;return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${$}</title>
<style>${Se.A}${se}</style>
</head>
<body>
<main>
${Nt($,h).filter(Boolean).join(`
`)}
</main>
<script>${Se.js}</script>
<script>var data = ${JSON.stringify(st(h))};${ft}</script>
</body>
</html>
`}function Nt(h,$){const{from:b,to:_,verdict:O,availability:L,responseTime:F,marks:I}=$,{blindSpots:a,measured:c}=L,u=F.requests>0;return[`<h1>${h} ${D(O)}</h1>`,`<p class="soft">${xe(b)} to ${xe(_)}</p>`,`<div class="tiles">${te($).join("")}</div>`,(c!==void 0||u)&&A("In the charts",Bt),c!==void 0&&Pt("Error budget that is left","budget","It falls while the service is down."),u&&Pt("Response time of real requests","times","Mean, p95 and p99, on a logarithmic scale. A gap: no request, or none that was counted."),u&&Pt("Requests","requests",`How many there were, in parts of ${ne(Kt($))}.`),L.burns.length>0&&A("Burn rate",Gt($)),A("Incidents",L.incidents.length===0?R("None was measured."):Ke(["from","to","length","measured down"],L.incidents.map(({from:f,to:w,ongoing:y,length:W,down:q})=>[v(f),y?'<b class="missed">not over</b>':v(w),ne(W),ne(q)]))),a.length>0&&A("Nobody looked",`${R("This time counts neither as up nor as down.")}${Ke(["from","to","length"],a.map(({from:f,to:w,length:y})=>[v(f),v(w),ne(y)]))}`),I===void 0&&A("Done on purpose",R("No worker could be asked what was deployed when.")),I!==void 0&&I.length>0&&A("Done on purpose",Yt(I)),A("How it was measured",Ft($))]}const Pt=(h,$,b)=>A(h,`${R(b)}<div class="chart" id="${$}"></div>`),Bt=`<ul class="key">${[["down","down",""],["blind","nobody looked",""],["mark","deploy, rollback or restore","thin"],["bad","objective, or the end of the budget","dashed"]].map(([h,$,b])=>`<li><i class="${b}" style="--colour:var(--${h})"></i>${$}</li>`).join("")}</ul>${R("All times are UTC.")}`,Yt=h=>Ke(["when","what","by whom and why"],h.map(({at:$,kind:b,release:_,by:O,reason:L})=>[v($),`${b} <code>${ht(_)}</code>`,`<span class="free">${ht(O)}${L===void 0?"":`: ${ht(L)}`}</span>`])),Kt=({responseTime:{course:h}})=>(0,ce.Rz)(h[0]===void 0?0:h[0].to-h[0].from),Gt=({availability:h})=>Ke(["over","burn rate","limit",""],h.burns.map($=>[`${ne($.long)}<br>${ne($.short)}`,`${Lt($.overLong)}<br>${Lt($.overShort)}`,Lt($.limit),$.tooFast?`<b class="missed">${ie($)}</b>`:ie($)])),Lt=h=>h===void 0?"not measured":`${Number(h.toFixed(2))} \xD7`;function Ft({availability:{probeInterval:h},responseTime:{workers:$}}){const b=h>0?`, each ${ne(h)}`:"";return[R(`Availability: a probe through the address that customers use${b}; it stands for the time until the next one. Response time: of real requests, counted by the workers themselves; what load balancers and monitoring ask for is left out.`),$.length===0?R("No figures of any worker were read."):Ke(["worker","its figures were read in"],$.map(({worker:_,coverage:O})=>[ht(_),pe(100*O,2)]))].join("")}}),1996:((Dt,pt,Q)=>{Q.d(pt,{Gx:()=>j,Rz:()=>ne,YA:()=>pe,a3:()=>xe,ee:()=>H,z3:()=>ae});const ne=he=>he,pe=he=>ne(he*1e3),j=he=>pe(he*60),H=he=>he;function xe(he){if(he<1e3)return`${Math.round(he)} ms`;if(he<6e4)return`${(he/1e3).toFixed(1)} s`;const ie=Math.round(he/1e3);return`${Math.floor(ie/60)} min ${ie%60} s`}function ae(he){const ie=["B","kB","MB","GB","TB"];let we=he,Ne=0;for(;we>=1e3&&Ne<ie.length-1;)we/=1e3,Ne+=1;return`${Ne===0?we:we.toFixed(1)} ${ie[Ne]}`}})};
