"use strict";exports.id=351,exports.ids=[351],exports.modules={5355:((jt,at,G)=>{G.d(at,{Vp:()=>Ne,vj:()=>Fe});var ne=G(1455),he=G(3916),_=G(7030),I=G(2857),fe=G(1996);function te(u,b){return I.YjP({error:b}).regex(u,{error:b})}const se=te(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,"a host's name: lower-case letters, digits and dashes, at most 63"),J=te(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,"a name of lower-case letters, digits and dashes that starts with a letter, at most 32"),oe="an IP address or a DNS name",be=te(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,oe).refine(u=>(0,_.isIP)(u)!==0||Te(u),{error:oe});function Te(u){const b=u.split(".");return!(b.length>1&&/^[0-9]+$/.test(b.at(-1)??""))&&b.every(N=>/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(N))}const ae=(u,b)=>(0,_.isIPv4)(u)?u===b:u.toLowerCase()===b.toLowerCase(),me=te(/^[a-z_][a-z0-9_-]{0,31}$/,"a Unix user name"),ot=te(/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,"a public key as in id_ed25519.pub: ssh-ed25519 AAAA\u2026"),Me=te(/^[a-z0-9][a-z0-9+.-]{1,127}$/,"a package's name, such as nodejs"),we=te(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,"a name as HAProxy allows it: letters, digits and _ . : -"),Qe=te(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,"a name of letters, digits, _ and -, at most 63"),ut=te(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,"a metric's name: letters, digits and _, such as http_request_duration_seconds"),ce=te(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,"an absolute path of letters, digits and . _ @ : + -, without a slash at its end"),Ge=te(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,"a path relative to the app's folder, without . or .. in it"),it=te(/^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,"a path that starts with a slash and has no . or .. in it, such as /readyz"),ct=(u,b)=>te(u,b).refine(T=>!u.test(T)||URL.canParse(T),{error:b}),We=ct(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}$/,"an address without a path, such as https://shop.example.com"),et=ct(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}(?:\/[A-Za-z0-9._~%/?=&:+,;-]{0,500})?$/,"an address such as https://hooks.example.com/alerts, without a password in it"),Re=te(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])$/,"a mail address"),Ae="a mail server with its port, such as mail.example.com:25",dt=te(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:[1-9][0-9]{0,4}$/,Ae).refine(u=>!(Number(u.split(":")[1])>65535),{error:Ae}),ve=te(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u,"a command"),Oe=I.Whr({error:"a port: 1 to 65535"}).min(1,{error:"a port: 1 to 65535"}).max(65535,{error:"a port: 1 to 65535"}),ue=(u,b)=>{const T=`a whole number from ${u} to ${b}`;return I.Whr({error:T}).min(u,{error:T}).max(b,{error:T})},Be={ms:1,s:1e3,m:6e4,h:36e5,d:864e5},je=(u,b)=>{const T=`a length of time from ${u} to ${b}, with its unit: 500ms, 30s, 2m, 1h or 7d`;return te(/^[0-9]{1,7}(?:ms|s|m|h|d)$/,T).refine(N=>Pe(N)>=Pe(u)&&Pe(N)<=Pe(b),{error:T}).transform(Pe)};function Pe(u){const b=/^([0-9]+)(ms|s|m|h|d)$/.exec(u);return b?(0,fe.Rz)(Number(b[1])*Be[b[2]]):(0,fe.Rz)(Number.NaN)}var ft=G(1916);function L(u,b,T){return b.issues.flatMap(N=>mt(u,N,[],T))}function mt(u,b,T,N){const E=[...T,...b.path.map(U=>typeof U=="number"?U:String(U))],q=wt(N,E);switch(b.code){case"unrecognized_keys":return b.keys.map(U=>({path:[...E,U],message:Ue(u,E,U),at:"key"}));case"invalid_key":return[{path:E,message:`${xe(E.at(-1))} must be ${b.issues[0]?.message}`,at:"key"}];case"invalid_union":{const U=b.errors.find(Q=>Q.some(pe=>!tt(pe)));if(U)return U.flatMap(Q=>mt(u,Q,E,N));const ie=new Set(b.errors.flatMap(Q=>Q.map(de)));return[{path:E,message:Ie(E,[...ie].join(", or "),q),at:"value"}]}default:return[{path:E,message:Ie(E,de(b),q),at:"value"}]}}const tt=u=>u.code==="invalid_type"&&u.path.length===0,Ye={object:"a mapping of keys to values",record:"a mapping of keys to values",array:"a list",string:"text",number:"a number"};function de(u){if(u.code==="invalid_type"&&u.message.startsWith("Invalid input"))return Ye[u.expected]??u.expected;if(u.code==="invalid_value"){const b=u.values.map(String);return b.length===1?`${b[0]}`:`one of ${b.join(", ")}`}return u.message}function Ie(u,b,T){const N=lt(u)||"the file";return T===void 0?`${N} is missing; it must be ${b}`:`${N} must be ${b}; found ${xe(T)}`}function Ue(u,b,T){const N=_e(u,b),E=b.length>0?`in ${lt(b)}`:"at the top level";return`unknown key ${xe(T)} ${E}; ${Se(T,N)}`}function Se(u,b){const N=b.map(E=>({candidate:E,far:(0,ft.Io)(u.toLowerCase(),E)})).sort((E,q)=>E.far-q.far)[0];return N&&N.far<=Math.max(2,Math.floor(u.length/3))&&N.far<N.candidate.length?`did you mean ${xe(N.candidate)}?`:b.length>0?`known are ${b.join(", ")}`:"there are none"}function _e(u,b){if(u instanceof I.IiU||u instanceof I.XiL||u instanceof I.xgV)return _e(u.unwrap(),b);if(u instanceof I.fZ7)return u.options.flatMap(q=>_e(q,b));const[T,...N]=b;if(u instanceof I.b8S)return _e(u.valueType,N);if(!(u instanceof I.bvH))return[];if(T===void 0)return Object.keys(u.shape);const E=u.shape[T];return E?_e(E,N):[]}function wt(u,b){let T=u;for(const N of b){if(typeof T!="object"||T===null||!Object.hasOwn(T,N))return;T=T[N]}return T}const lt=u=>u.map((b,T)=>typeof b=="number"?`[${b+1}]`:`${T>0?".":""}${b}`).join("");function xe(u){if(u==null)return"nothing";const b=(JSON.stringify(u)??String(u)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,T=>`\\u{${T.codePointAt(0)?.toString(16)}}`);return b.length>80?`${b.slice(0,79)}\u2026`:b}function pt(u,b){return[...ht(u,b),...Le(["load-balancers","hosts"],u["load-balancers"]?.hosts),...Le(["workers","hosts"],u.workers?.hosts),...Le(["load-balancers","backend"],u["load-balancers"]?.backend),...Le(["release","include"],u.release?.include),...yt(u),...bt(u),...vt(u),...ke(u)]}const Ce=(u,b)=>({path:u,message:b,at:"value"});function ht(u,b){const T=[],N=(E,q)=>q!==void 0&&T.push([E,q]);N(["ssh","jump"],u.ssh?.jump);for(const E of["load-balancers","workers"])u[E]?.hosts.forEach((q,U)=>{N([E,"hosts",U],q)});for(const E of["database","backup","monitoring"])N([E,"host"],u[E]?.host);return T.filter(([,E])=>!b.includes(E)).map(([E,q])=>Ce(E,`${xe(q)} is not a host under hosts; ${Se(q,b)}`))}function Le(u,b){return(b??[]).flatMap((T,N,E)=>E.indexOf(T)<N?[Ce([...u,N],`${xe(T)} is in ${u.join(".")} twice`)]:[])}function yt({hosts:u={},ssh:b}){const T=Object.entries(u).map(([N,E])=>{const q=typeof E=="string"?{address:E,port:void 0}:E;return{name:N,address:q.address,port:q.port??b?.port??22}});return T.flatMap((N,E)=>{const q=T.slice(0,E).find(({address:U,port:ie})=>ie===N.port&&ae(U,N.address));return q?[Ce(["hosts",N.name],`${N.name} has the address and port of ${q.name}`)]:[]})}function bt({"load-balancers":u,workers:b}){if(!u||!b)return[];const T=Object.keys(u.servers).filter(U=>!b.hosts.includes(U)).map(U=>{const ie=`${xe(U)} in load-balancers.servers is not in workers.hosts; ${Se(U,b.hosts)}`;return{path:["load-balancers","servers",U],message:ie,at:"key"}}),N=new Map(Object.entries(u.servers)),E=new Map,q=b.hosts.flatMap(U=>{const ie=N.get(U)??U,Q=E.get(ie)??U;if(E.set(ie,Q),Q===U)return[];const pe=["load-balancers","servers",N.has(U)?U:Q];return[Ce(pe,`${Q} and ${U} can't both be the server ${xe(ie)}`)]});return[...T,...q]}function vt({rollout:u,workers:b}){if(!u||!b)return[];const T=b.hosts.length,N=u["min-available"]??1,E=(ie,Q,pe)=>{if(T-pe>=N)return[];const Ee=u["min-available"]?`rollout.min-available asks for ${N}`:"one must stay";return[Ce(["rollout",...ie],`${Q}, which leaves ${Math.max(0,T-pe)}; ${Ee}`)]},q=(ie,Q,pe)=>E(ie,`${Q} takes ${pe} of ${T} workers out of rotation`,pe),U=u["max-unreachable"];return[...q(["batch"],"rollout.batch",ye(u.batch,T)),...q(["canary","hosts"],"rollout.canary",u.canary?.hosts??0),...U===0?[]:E(["max-unreachable"],`rollout.max-unreachable leaves out ${U} of ${T} workers while another one is switched`,U+1)]}function ke(u){const{backup:b,database:T}=u;return b===void 0||!("database"in u)?[]:T===void 0?[{path:["backup"],message:"backup needs database: what is it to make backups of?",at:"key"}]:b.mode==="continuous"&&T.kind!=="postgresql"?[Ce(["backup","mode"],`only postgresql has backups in continuous mode, ${T.kind} has not`)]:b.mode==="continuous"&&T.host===b.host?[Ce(["backup","host"],"in continuous mode the backup server is another machine than the database host")]:b.proof==="nightly"&&b["before-deploy"]==="no"?[Ce(["backup","proof"],"only a deploy's backup is left to the night, and with before-deploy: no there is none")]:[]}function nt(u,b){return Math.max(1,b-ye(u.batch,b)-u["max-unreachable"])}function ye(u,b){return"hosts"in u?u.hosts:Math.max(1,Math.floor(b*u.percent/100))}var $t=G(8532);const De=/[|&;<>()$`\\*?#~{}[\]!\n\r]/;function St(u){const b="write it as a list, [program, argument, \u2026], or call a script of the release",T=De.exec(u);if(T)return{wrong:`one program with its arguments: no shell reads it, so ${JSON.stringify(T[0]).slice(1,-1)} has no meaning; ${b}`};if(!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(u))return{wrong:`a command with its quotes closed; or ${b}`};const N=u.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)??[];return N.length===0?{wrong:"a program with its arguments"}:{words:N.map(E=>E.replace(/'([^']*)'|"([^"]*)"/g,"$1$2"))}}const Ke=u=>I.YOg(se,{error:"a list of hosts' names"}).min(u,{error:u===1?"a list with at least one host":`a list with at least ${u} hosts`}),R=I.KCZ([be.describe("IP address or DNS name"),I.rej({address:be.describe("IP address or DNS name"),port:Oe.optional().describe("SSH port; default: ssh.port"),user:me.optional().describe("SSH user; default: ssh.user")})]),A=I.rej({user:me.default("deploy").describe("The user that every host is reached as"),port:Oe.default(22),jump:se.optional().describe("The host that every connection goes through"),"authorized-keys":I.YOg(ot).min(1,{error:"a list with at least one public key"}).optional().describe("Public keys that may log in as the user; buka provision makes the account and its authorized_keys")}),x=I.KCZ([we,I.YOg(we).min(1,{error:"a list with at least one name"})]).transform(u=>typeof u=="string"?[u]:u),B=I.rej({kind:I.euz("haproxy"),hosts:Ke(1),address:be.optional().describe("The virtual address that customers use"),backend:x.describe("The backend, or backends, that the workers are in; a worker is drained in each"),servers:I.g1P(se,we).default({}).describe("A worker's name as a server in those backends, where it differs from its name here"),"master-socket":ce.default("/run/haproxy-master.sock").describe("The master process (haproxy -S)")}),M=I.KCZ([I.YjP().transform((u,b)=>{const T=St(u);return"words"in T?T.words:(b.issues.push({code:"custom",input:u,message:T.wrong}),$t.tm)}),I.YOg(I.YjP().regex(/^[^\0]*$/,{error:"an argument without a NUL"})).min(1,{error:"a list with the program and its arguments"})]),H=I.rej({hosts:Ke(2),port:Oe.describe("The port that the app listens on"),health:it.describe("Answers 2xx when the app can serve"),"env-file":ce.optional().describe("The file with the app's environment, on each worker"),start:M.refine(([u=""])=>/^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(u),{error:"a program, such as node, or a file of the release, such as bin/server, with its arguments"}).optional().describe("Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it"),packages:I.YOg(Me).default([]).describe("The distribution's packages that the app needs; buka provision installs them")}),Y=I.rej({build:ve.optional().describe("Run by bash in the app folder on the machine that builds"),test:ve.optional().describe("Run by bash after build; nothing is packed when it fails"),include:I.YOg(Ge).min(1,{error:"a list with at least one path"}).describe("The files and folders that make a release"),keep:ue(2,100).default(5).describe("Releases that stay on a worker"),migrate:M.optional().describe("Runs once on one worker, in the staged release, before any worker switches; no shell reads it"),migrations:Ge.optional().describe("The folder whose files are the release's migrations")}),W="a number of workers such as 1, or a share of them such as 50%",re=I.KCZ([I.Whr({error:W}).min(1,{error:W}),te(/^(?:[1-9][0-9]?|100)%$/,W)]).transform(u=>typeof u=="number"?{hosts:u}:{percent:Number.parseInt(u,10)}),ee=I.rej({batch:re.prefault(1).describe("Workers that are out of rotation at once"),canary:I.rej({hosts:ue(1,1e3).describe("Workers of the first batch"),watch:je("1s","24h").describe("How long their answers are watched before the others follow")}).optional().describe("The first batch, watched before the others follow"),"min-available":ue(1,1e3).optional().describe("Workers that stay in rotation at every moment; default: all but one batch and max-unreachable"),"drain-timeout":je("1s","24h").prefault("30s").describe("How long a drain waits for requests in flight"),"on-drain-timeout":I.k5n(["wait","cut","fail"]).default("cut").describe("What happens to requests that are still in flight then"),"start-timeout":je("1s","24h").prefault("60s").describe("How long a worker may take to get healthy"),"healthy-after":ue(1,100).default(3).describe("Successes in a row that make a worker healthy"),"lock-timeout":je("0s","24h").prefault("15m").describe("How long a run waits for another run's lock"),"max-unreachable":ue(0,1e3).default(0).describe("Workers that a run may leave out because they can't be reached and take no traffic"),"on-failure":I.k5n(["revert","halt","freeze"]).default("revert").describe("What becomes of the workers that run the new release already")}),le=I.rej({host:se.describe("The machine that measures"),url:We.optional().describe("What customers type, where that is not the load balancers by HTTP: https://shop.example.com; probed instead of them"),alerts:I.rej({webhook:et.optional().describe("Gets Alertmanager's JSON by POST"),mail:I.rej({to:I.KCZ([Re,I.YOg(Re).min(1,{error:"a list with at least one mail address"})]).transform(u=>typeof u=="string"?[u]:u),from:Re,server:dt.describe("Takes mail of the monitoring host without a password: mail.example.com:25")}).optional()}).refine(({webhook:u,mail:b})=>u!==void 0||b!==void 0,{error:"a webhook, a mail, or both"}).optional().describe("Who is told of what the monitoring finds; without it, nobody")}),$=ue(1,1e4),i={service:J.describe("Names everything that a run touches on a host"),ssh:A.prefault({}),hosts:I.g1P(se,R).describe("Every machine, by name"),"load-balancers":B,workers:H,release:Y,rollout:ee.prefault({}),database:I.rej({kind:I.k5n(["postgresql","mariadb"]),host:se,name:Qe}).optional(),backup:I.rej({host:se.describe("The machine that pulls backups of the database and holds them"),mode:I.k5n(["dump","continuous"]).default("dump").describe("What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most"),keep:I.rej({last:$.default(7).describe("The newest ones, whenever they were made"),daily:$.default(14).describe("The newest one of each of so many days"),weekly:$.default(8).describe("The newest one of each of so many weeks")}).prefault({}).describe("Proven backups that stay, besides the newest and those of releases on the workers"),proof:I.k5n(["every","nightly"]).default("every").describe("Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours"),"before-deploy":I.k5n(["required","no"]).default("required").describe("Whether a deploy makes a backup before it changes anything")}).optional(),monitoring:le.optional(),slo:I.rej({window:je("1h","90d").prefault("7d").describe("What both objectives are judged over, up to now"),availability:I.aig().gt(0,{error:"a percentage above 0 and below 100"}).lt(100,{error:"a percentage above 0 and below 100"}).default(99.9).describe("Percent of the time in which the service answers through the virtual address"),"mean-response-time":je("1ms","10m").prefault("3s").describe("What real requests take at most, on average"),histogram:ut.default("http_request_duration_seconds").describe("The app's Prometheus histogram of how long its requests took, in seconds")}).prefault({})},h=I.rej(i);function v(u){if(typeof u!="object"||u===null)return{};const b=u;return Object.fromEntries(Object.entries(i).flatMap(([T,N])=>{const E=N.safeParse(b[T]);return E.success?[[T,E.data]]:[]}))}function S(){const u=z.toJSONSchema(h,{io:"input",target:"draft-7"});return{$schema:u.$schema,title:"buka.yml",...u}}var j=G(8815);class K{#e=new j.HN;#t;data;problems;constructor(b){this.#t=(0,j.Tp)(b,{lineCounter:this.#e,prettyErrors:!1}),this.problems=[...this.#t.errors.map(({pos:T,message:N})=>({...this.#r(T[0]),message:N})),...this.#s()],this.data=this.problems.length===0?this.#n():void 0}find(b){let T=this.#t.contents,N=0;for(const[E,q]of b.path.entries()){const U=E===b.path.length-1,ie=(0,j.Vj)(T)?T.resolve(this.#t):T,Q=(0,j.jh)(ie)?ie.items.find(Ee=>(0,j.tO)(Ee)&&V(Ee)===String(q)):(0,j.oP)(ie)&&ie.items[Number(q)];if(!Q)break;const pe=(0,j.tO)(Q)?Q.key:void 0;T=(0,j.tO)(Q)?Q.value:Q,N=X(pe)??X(T)??N,U&&b.at==="value"&&(N=X(T)??N)}return this.#r(N)}#n(){return this.#t.toJS({maxAliasCount:100})}#r(b){const{line:T,col:N}=this.#e.linePos(b);return{line:Math.max(T,1),column:Math.max(N,1)}}#s(){const b=[];return(0,j.YR)(this.#t,{Pair:(T,N)=>{const E=N.key;if((0,j.jn)(E)&&typeof E.value=="string"&&E.value!=="__proto__")return;const q=(0,j.jn)(E)?`${xe(E.value)} can't be a key; a name is text`:"a key can't be a list or a mapping";b.push({...this.#r(X(E)??0),message:q})}}),b}}const V=u=>(0,j.jn)(u.key)?String(u.key.value):void 0,X=u=>u?.range?.[0];class Ne extends he.j{problems;constructor(b,T){const N=T.map(({line:E,column:q,message:U})=>`  ${b}:${E}:${q}: ${U}`);super({code:"buka-yml-invalid",message:[`${b} has ${T.length===1?"a mistake":`${T.length} mistakes`}:`,...N].join(`
`),left:"Nothing was changed.",hint:`Correct ${b}; docs/buka-yml.md explains every key.`}),this.problems=T}}async function Fe(u){let b;try{b=await(0,ne.readFile)(u,"utf8")}catch(T){throw new he.j({code:"buka-yml-missing",message:`${u} can't be read`,seen:T instanceof Error?T.message:String(T),left:"Nothing was changed.",hint:"Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.",cause:T})}return qe(b,u)}function qe(u,b="buka.yml"){const T=new K(u);if(T.problems.length>0)throw st(b,T.problems);const N=h.safeParse(T.data),E=[...N.success?[]:L(h,N.error,T.data),...pt(v(T.data),rt(T.data))];if(!N.success||E.length>0)throw st(b,E.map(q=>({...T.find(q),message:q.message})));return ze(N.data)}function st(u,b){const T=b.toSorted((N,E)=>N.line-E.line||N.column-E.column);return new Ne(u,T.map(({line:N,column:E,message:q})=>({file:u,line:N,column:E,message:q})))}function rt(u){const b=u?.hosts;return typeof b=="object"&&b!==null?Object.keys(b):[]}function ze(u){const b=Tt(u),T=Ee=>{const Nt=b.get(Ee);if(!Nt)throw new Error(`${Ee} was checked to be a host`);return Nt},{"load-balancers":N,workers:E,release:q,rollout:U,database:ie,backup:Q}=u,pe=new Map(Object.entries(N.servers));return{service:u.service,hosts:b,authorizedKeys:u.ssh["authorized-keys"],loadBalancers:{kind:N.kind,hosts:N.hosts.map(T),address:N.address,backends:N.backend,servers:new Map(E.hosts.map(Ee=>[Ee,pe.get(Ee)??Ee])),masterSocket:N["master-socket"]},workers:{hosts:E.hosts.map(T),port:E.port,health:E.health,envFile:E["env-file"],start:E.start,packages:E.packages,unit:`${u.service}.service`,root:`/srv/${u.service}`},release:q,rollout:{batch:U.batch,canary:U.canary,minAvailable:U["min-available"]??nt(U,E.hosts.length),drainTimeout:U["drain-timeout"],onDrainTimeout:U["on-drain-timeout"],startTimeout:U["start-timeout"],healthyAfter:U["healthy-after"],lockTimeout:U["lock-timeout"],maxUnreachable:U["max-unreachable"],onFailure:U["on-failure"]},database:ie&&{kind:ie.kind,host:T(ie.host),name:ie.name},backup:Q&&{host:T(Q.host),mode:Q.mode,keep:Q.keep,proof:Q.proof,beforeDeploy:Q["before-deploy"]==="required"},monitoring:u.monitoring&&{...u.monitoring,host:T(u.monitoring.host)},slo:{window:u.slo.window,availability:u.slo.availability,meanResponseTime:u.slo["mean-response-time"],histogram:u.slo.histogram}}}function Tt({hosts:u,ssh:b}){const T=new Map(Object.entries(u)),N=q=>{const U=T.get(q),{address:ie="",port:Q=b.port,user:pe=b.user}=typeof U=="string"?{address:U}:U??{};return{name:q,address:ie,port:Q,user:pe}},E=b.jump===void 0?void 0:N(b.jump);return new Map([...T.keys()].map(q=>[q,q===b.jump?N(q):{...N(q),jump:E}]))}}),240:((jt,at,G)=>{G.d(at,{Wf:()=>De,MA:()=>fe,g_:()=>$t,R$:()=>nt,xc:()=>Ke});var ne=G(7598),he=G(3916),_=G(1996);const I=(0,_.YA)(45),fe=(0,_.YA)(5);var te=G(1916);const se="Nothing was changed.";function J(R,A,x,B){const{host:M,masterSocket:H,service:Y,step:W}=B,re=B.worker??"the worker",ee=`As root on ${M.name}: EXTRAOPTS="-S ${H},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${M.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,le=`~/.buka/${Y}/${re}`,$=oe({give:ee,mark:le,host:M,masterSocket:H,worker:re});if(R==="unknown-name")return be(x,B);const i=$[R]??{message:"The load balancer refused."};return new he.w({message:"",left:se,...i,code:R,host:M.name,step:W,...A!==""&&{seen:A}})}function oe({give:R,mark:A,host:x,masterSocket:B,worker:M}){const H=`Look at the guard's log, ${A}/guard.log on ${x.name}, and run it again.`,Y=`${M} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${x.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${Y} If it was drained, its guard keeps it so.`,hint:`On ${x.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${B}; without it, requests of a process that a reload left behind can't be seen.`,hint:R},"socket-denied":{message:`${x.user} may not use HAProxy's master socket.`,hint:R},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${x.user} can't be written.`,hint:`On ${x.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${M} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${x.name}; then run it again.`},"last-server":{message:`${M} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${M} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${M} has passed no check since it was drained; it would get traffic unchecked.`,left:`${M} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${M}.`,left:`${M} may be in rotation in one process and not in another.`,hint:H},superseded:{message:`This run no longer holds ${M} out of rotation: something else readmitted it, or its lease ran out.`,left:`${M} is in rotation, or its guard readmits it when it is fit.`,hint:H},"lease-busy":{message:`The lease of ${M} could not be renewed: something has held its lock for 3 s.`,left:Y,hint:`On ${x.name}: \`fuser ${A}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${x.user} leaves behind, so nothing would readmit ${M} if this run died.`,hint:`As root on ${x.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${x.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${M} was readmitted, but HAProxy does not see it up.`,left:`${M} is ready: it gets traffic as soon as its check passes.`,hint:`On ${x.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function be({missing:R,unreadable:A,backendNames:x,serverNames:B},{host:M,step:H}){const Y=A.find(({old:ee})=>!ee)?.backend,W=(ee,le,$,i,h)=>new he.w({code:ee,message:le,host:M.name,step:H,seen:i.length>0?`known there: ${i.join(", ")}`:"none is known there",left:se,hint:`Correct ${h} in buka.yml${Te($,i)}.`});if(Y!==void 0&&!x.includes(Y)){const ee=`HAProxy has no backend ${Y}.`;return W("unknown-backend",ee,Y,x,"`load-balancers: backend:`")}const re=R[0];if(re!==void 0){const{backend:ee,server:le}=re,$=B.filter(h=>h.backend===ee).map(h=>h.server),i=`HAProxy has no server ${le} in backend ${ee}.`;return W("unknown-server",i,le,$,"the worker's name under `load-balancers: servers:`")}return new he.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${Y??""}.`,host:M.name,step:H,left:se,hint:`On ${M.name}: \`systemctl status haproxy\`, then run it again.`})}function Te(R,A){const[x]=[...A].sort((B,M)=>(0,te.Io)(R,B)-(0,te.Io)(R,M));return x!==void 0&&(0,te.Io)(R,x)<=Math.max(2,R.length/3)?`: ${x} is the nearest`:""}const ae=39,me=24,ot=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function Me(R){const A=R.split(`
`).map(H=>H.split(" ")),x=(H,Y)=>A.filter(W=>W[0]===H&&W.length>=Y).map(W=>W.slice(1)),B=([H="",Y=""])=>({backend:H,server:Y}),M=x("name",2);return{processes:x("pids",1).at(-1)??[],servers:x("server",12).map(we),missing:x("missing",3).map(B),unreadable:x("unreadable",4).map(([H="",Y,W=""])=>({process:H,old:Y==="old",backend:W})),backendNames:M.filter(H=>H.length===1).map(([H=""])=>H),serverNames:M.filter(H=>H.length===2).map(B),traffic:x("traffic",8).map(([,H="",Y="",...W])=>{const[re=0,ee=0,le=0,$=0]=W.map(Number);return{backend:H,server:Y,responses:re,serverErrors:ee,failed:le,ttime:$}}),marks:new Map(x("mark",4).map(([H="",Y,W,...re])=>[H,{processes:new Set(re.filter(Boolean)),lease:{left:(0,_.Rz)(Number(Y)*10),alive:W==="alive"}}]))}}function we(R){const[A="",x,B="",M="",H,Y,,W,re,ee,...le]=R;return{process:A,old:x==="old",backend:B,server:M,admin:Number(H),checking:Number(Y),inFlight:Number(W),tracks:re!=="-",check:ee==="-"?void 0:ee,status:le.join(" ")}}function Qe({admin:R}){return R&ae?"maintenance":R&me?"drain":"ready"}function ut(R){return R.tracks?/^(UP|DRAIN)$/.test(R.status)?"passed":ce(R.status):(R.checking&6)!==6||R.check===void 0||R.check==="INI"?"unchecked":ot.has(R.check)?ce(R.status,"passed"):"failed"}function ce(R,A="unchecked"){return R.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(R)?"unchecked":A}function Ge(R){return Qe(R)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(R.status)}var it=G(8522);const ct=String.raw`
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
`,We=String.raw`
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
`,et=String.raw`
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
`,Re=String.raw`
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
`,Ae=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${Re}'
${et}
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
`,dt=45,ve=R=>R.replace(/^ *(# .*)?\n?/gm,""),ue=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,it.gzipSync)(ve(Ae+ct+We),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,Be=ue+ve(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),je=String.raw`
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
`,Pe=String.raw`
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
`,ft=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,L=String.raw`
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
`,mt=String.raw`
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
`,tt=String.raw`
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
`,Ye=String.raw`
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
`;function de(R,A){return{name:"observe the load balancer",text:ve(Ae+je),values:{service:R.service,socket:R.masterSocket,workers:R.targets.map(({worker:x})=>x).join(`
`),...wt(R.targets.flatMap(x=>x.servers))},deadline:(0,_.YA)(dt),parse:A}}function Ie(R,A){return{name:"renew the leases",text:ve(et+tt),values:{service:R.service,workers:R.workers.join(`
`),lease:_e(R.lease)},deadline:(0,_.YA)(dt),parse:A}}const Ue={drain:Be+ve(Pe),maintain:Be+ve(ft),check:Be+ve(L),readmit:Be+ve(mt),revive:ue+ve(Ye)};function Se(R,A,{deadline:x,lease:B,step:M},H){return{name:`${R} ${A.worker}`,text:Ue[R],values:{service:A.service,worker:A.worker,socket:A.masterSocket,deadline:_e(x),lease:_e(B),sender:M.process,this_step:String(M.number),...wt(A.servers)},deadline:(0,_.Rz)(x+(0,_.YA)(dt)),parse:H}}const _e=R=>String(Math.ceil(R/10));function wt(R){return{targets:R.map(({backend:A,server:x})=>`${A} ${x}`).join(`
`),backends:[...new Set(R.map(({backend:A})=>A))].join(" ")}}function lt(R,A,x){return{host:R,processes:A.processes.length,workers:new Map(x.map(B=>[B.worker,xe(A,B)]))}}function xe(R,{worker:A,servers:x}){const B=R.servers.filter(W=>x.some(({backend:re,server:ee})=>re===W.backend&&ee===W.server)),M=B.filter(({old:W})=>!W),H=R.marks.get(A),Y=M.some(W=>Qe(W)!=="ready"&&H?.processes.has(W.process)===!0);return{worker:A,servers:x.map(({backend:W,server:re})=>pt(B.filter(ee=>ee.backend===W&&ee.server===re),R.traffic.filter(ee=>ee.backend===W&&ee.server===re))),inRotation:M.length>0&&M.every(Ge),drainedByBuka:Y,lease:Y?H?.lease:void 0}}function pt(R,A){const[x]=R.filter(({old:B})=>!B);if(x===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:x.backend,server:x.server,admin:Qe(x),check:ut(x),status:x.status,inFlight:R.reduce((B,{inFlight:M})=>B+M,0),traffic:Ce(A)}}function Ce(R){const A=M=>R.reduce((H,Y)=>H+M(Y),0),x=({responses:M})=>Math.min(M,1024),B=A(x);return{responses:A(({responses:M})=>M),serverErrors:A(({serverErrors:M})=>M),failed:A(({failed:M})=>M),meanTime:B===0?void 0:(0,_.Rz)(A(M=>M.ttime*x(M))/B)}}const ht=new WeakMap,Le={process:(0,ne.randomUUID)(),number:0};class yt{cluster;host;remote;lease;#e;constructor(A,x,B,M=I){this.cluster=A,this.host=x,this.remote=B,this.lease=M,this.#e=new Map(A.workers.hosts.map(H=>[H.name,vt(A,H.name)]))}async observe(){const A=[...this.#e.values()],x={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:A};return this.remote.run(de(x,B=>lt(this.host,Me(this.#i(B,"observe")),A)))}async drain(A,{deadline:x,onProgress:B}){const M=ee=>{const[le,...$]=this.#s(ee,"drain",A,["drained","still"]),[i=0,h=0,v=0]=$.map(Number);return le==="drained"?{kind:le,waited:(0,_.Rz)(i)}:{kind:"still-in-flight",inFlight:i,unreadable:h,waited:(0,_.Rz)(v)}},{promise:H,resolve:Y}=Promise.withResolvers(),W=this.remote.run(this.#n("drain",A,x,M),{onLine:ee=>{Y();const le=/^progress (\d+)$/.exec(ee);le&&B?.(Number(le[1]))}}),re=ht.get(this.remote)??new Map;return ht.set(this.remote,re.set(A,Promise.race([H,W.catch(()=>{})]))),W}async maintain(A,{deadline:x=(0,_.YA)(10)}={}){return this.remote.run(this.#n("maintain",A,x,B=>({cut:Number(this.#s(B,"maintain",A,["cut"])[1])})))}async check(A,{deadline:x}){const B=M=>{const[H,Y="",...W]=this.#s(M,"check",A,["passed","failed"]),re=Y.startsWith("no")?"no check is configured; ":"";return{passed:H==="passed",seen:re+W.join(" ")}};return this.remote.run(this.#n("check",A,x,B))}async readmit(A){await ht.get(this.remote)?.get(A),await this.remote.run(this.#n("readmit",A,(0,_.YA)(5),x=>{this.#s(x,"readmit",A,["readmitted"])}))}async renew(A){const x={service:this.cluster.service,workers:A,lease:this.lease},B=await this.remote.run(Ie(x,W=>bt(this.#i(W,"renew")))),M=W=>B.filter(([re])=>re===W).map(([,re=""])=>re),H=await Promise.all(M("unguarded").map(async W=>({worker:W,held:await this.#t(W)}))),[Y]=M("busy");if(Y!==void 0)throw this.#a("lease-busy","",{worker:Y,step:"renew"});return[...new Set([...M("lost"),...H.filter(({held:W})=>!W).map(({worker:W})=>W)])]}async#t(A){const x=B=>this.#s(B,"renew",A,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",A,(0,_.YA)(5),x))}#n(A,x,B,M){return Le.number+=1,Se(A,this.#r(x),{deadline:B,lease:this.lease,step:Le},M)}#r(A){const x=this.#e.get(A);if(x===void 0)throw new Error(`${A} is no worker of ${this.cluster.service}`);return x}#s(A,x,B,M){const Y=(this.#i(A,x,B).trimEnd().split(`
`).at(-1)??"").split(" ");if(!M.includes(Y[0]??""))throw this.#o(A,x);return Y}#i(A,x,B){if(A.status===0)return A.stdout;const M=/^error (\S+) ?(.*)$/m.exec(A.stdout);if(M===null)throw this.#o(A,x);const[,H="",Y=""]=M;throw this.#a(H,Y,{worker:B,step:x,facts:Me(A.stdout)})}#a(A,x,{facts:B=Me(""),worker:M,step:H}){const{service:Y,loadBalancers:W}=this.cluster,re={host:this.host,masterSocket:W.masterSocket,service:Y,worker:M,step:H};return J(A,x,B,re)}#o({status:A,stdout:x,stderr:B},M){return new he.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${A}.`,host:this.host.name,step:M,seen:(B.trim()||x.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const bt=R=>R.split(`
`).filter(Boolean).map(A=>A.split(" "));function vt({service:R,loadBalancers:A},x){const{backends:B,masterSocket:M}=A,H=A.servers.get(x)??x;for(const Y of[...B,H])if(!/^[A-Za-z0-9_.:-]+$/.test(Y))throw ke("name of a backend or server",Y);if(!/^\/[A-Za-z0-9_./-]+$/.test(M))throw ke("path of a socket",M);return{service:R,worker:x,masterSocket:M,servers:B.map(Y=>({backend:Y,server:H}))}}const ke=(R,A)=>new he.j({code:"unusable-name",message:`${JSON.stringify(A)} can't be the ${R} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function nt(R,A,x,B=I){if(R.loadBalancers.kind==="haproxy")return new yt(R,A,x,B)}var ye=G(6259);const $t="/etc/keepalived/haproxy-serves",De="/var/lib/buka-load-balancer/away",St=String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`,Ke=R=>(0,ye.K$)({name:"look at the address",text:St,values:{address:R,away_file:De,serves_program:$t},deadline:(0,_.YA)(15),parse(A){const x=(0,ye.OA)((0,ye.gq)(A).stdout,["here","away","keepalived","serves","heeds"]),B=M=>x[M]==="yes";return{here:B("here"),away:B("away"),keepalived:B("keepalived"),serves:B("serves"),heeds:B("heeds")}}})}),1021:((jt,at,G)=>{G.d(at,{td:()=>se,VI:()=>ee,F3:()=>ke,bL:()=>De,Fg:()=>Y,QW:()=>Ke,vN:()=>$,p_:()=>yt,qq:()=>rt,Dp:()=>N,R3:()=>pe,cJ:()=>$t,Bf:()=>nt,dw:()=>Pt});var ne=G(3916);const he=66,_=67,I=`umask 022
[ -d "$root" ] || exit ${he}
cd -- "$root"
`,fe=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function te(c,l,{root:f,id:w}){const p=c.stderr.trim().slice(-1e3)||`exit status ${c.status}`;if(c.status===he)return new ne.w({code:"service-folder-missing",message:`${f} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${f}`});if(c.status===_)return new ne.w({code:"release-not-staged",message:`release ${w} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const g=fe.find(F=>F.seen.test(p));return g?new ne.w({code:g.code,message:`${l}: ${g.message}`,seen:p,hint:g.hint}):new ne.w({code:"release-script-failed",message:`${l} failed`,seen:p})}const se=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${_}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
`;function J(c,l){return{name:`activate ${l}`,text:`${enterRoot}${se}`,values:{root:c,id:l},deadline:seconds(30),parse(f){if(f.status!==0)throw hostFailure(f,`activating ${l}`,{root:c,id:l})}}}var oe=G(1455),be=G(7075),Te=G(6118),ae=G(1996),me=G(3024),ot=G(6466),Me=G(8522);const we=(c,l,f)=>new ne.w({code:`archive-${c}`,message:`the archive ${l}`,seen:f,left:"Nothing was changed.",hint:c==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*Qe(c){const l=(0,Te.extract)(),f=(0,ot.pipeline)((0,me.createReadStream)(c),(0,Me.createZstdDecompress)(),l);f.catch(()=>{});try{for await(const w of l){const{name:p,type:g,mode:F,size:D,linkname:$e}=w.header;yield{name:g==="directory"?p.replace(/\/$/,""):p,type:g??"unknown",mode:F??0,size:D??0,target:$e??"",content:w}}await f}catch(w){throw w instanceof ne.w?w:we("damaged","can't be read to its end",w.message)}}var ut=G(7598),ce=G(2857);function Ge(c){if(new RegExp("\\p{Cc}","u").test(c))return"has a control character in its name";if(!c.isWellFormed())return"has a name that is not Unicode";if(c.startsWith("/"))return"is an absolute path";const l=c.split("/");if(l.includes(".."))return"leads outside the release";if(l.includes("")||l.includes("."))return"is not written plainly"}function it(c,l){const f=l.get(c)??"";return f===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(f)?"is a link to a name with a control character":f.isWellFormed()?f.startsWith("/")?`is a link to an absolute path, ${f}`:ct(c,l)?`is a link that leads outside the release, to ${f}`:void 0:"is a link to a name that is not Unicode"}function ct(c,l){const f=[],w=c.split("/").reverse();let p=0;for(let g=w.pop();g!==void 0;g=w.pop()){if(g===""||g===".")continue;if(g===".."){if(f.pop()===void 0)return!0;continue}f.push(g);const F=l.get(f.join("/"));if(F!==void 0){if(++p>40)return!1;if(F.startsWith("/"))return!0;f.pop(),w.push(...F.split("/").reverse())}}return!1}function We(c,l){return Buffer.compare(Buffer.from(c),Buffer.from(l))}const et=c=>c.slice(0,Math.max(0,c.lastIndexOf("/"))),Re=ce.aig().int().nonnegative(),Ae=ce.YjP(),dt=ce.YjP().regex(/^[0-9a-f]{64}$/),ve=ce.gMt("type",[ce.rej({type:ce.euz("file"),mode:Re,size:Re,sha256:dt,path:Ae}),ce.rej({type:ce.euz("directory"),mode:Re,path:Ae}),ce.rej({type:ce.euz("symlink"),target:Ae,path:Ae})]),Oe=ce.rej({service:ce.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:ce.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:ce.YOg(Ae),contractMigrations:ce.YOg(Ae).optional()}),ue=Oe.extend({entries:ce.YOg(ve)});function Be({service:c,commit:l,migrations:f,contractMigrations:w,entries:p}){const g=w?.length?{contractMigrations:w}:{};return`${JSON.stringify({service:c,commit:l,migrations:f,...g}).slice(0,-1)},"entries":[
${p.map(je).join(`,
`)}
]}
`}function je(c){switch(c.type){case"file":{const{type:l,mode:f,size:w,sha256:p,path:g}=c;return JSON.stringify({type:l,mode:f,size:w,sha256:p,path:g})}case"directory":return JSON.stringify({type:c.type,mode:c.mode,path:c.path});case"symlink":return JSON.stringify({type:c.type,target:c.target,path:c.path})}}const Pe=c=>(0,ut.createHash)("sha256").update(c).digest("hex");function ft(c){return`${c.commit?.slice(0,7)??"local"}-${Pe(Be(c)).slice(0,8)}`}function L(c){const l=ue.safeParse(tt(c));if(!l.success)return;const f=l.data;return Be(f)===c?f:void 0}function mt(c){const l=Oe.safeParse(tt(c.replace(/,"entries":\[$/,"}")));return l.success?l.data:void 0}function tt(c){try{return JSON.parse(c)}catch{return}}function Ye(c){const l=new Map(c.map(({path:p,type:g})=>[p,g])),f=new Map(c.flatMap(p=>p.type==="symlink"?[[p.path,p.target]]:[]));let w;for(const p of c){const{path:g}=p,F=Ge(g)??(p.type==="symlink"?it(g,f):de(p.type,p.mode))??Ie(et(g),l)??Ue(w,g);if(F)return{path:g,why:F};w=g}return c.some(({type:p})=>p==="file")?void 0:{path:".",why:"has no file"}}function de(c,l){if(l&2048)return"is setuid";if(l&1024)return"is setgid";if(l&512)return"has the sticky bit";if(l>511)return"has a mode that is none";const f=c==="directory"?320:256;return(l&f)===f?void 0:"is closed to its own owner"}function Ie(c,l){if(c==="")return;const f=l.get(c);if(f!=="directory")return f===void 0?"is in a folder that is not listed":`lies behind a ${f}, ${c}`}function Ue(c,l){if(!(c===void 0||We(c,l)<0))return c===l?"is there twice":"is out of order"}function Se(){const c=(0,ut.createHash)("sha256");let l=0;return{async*passing(f){for await(const w of f)c.update(w),l+=w.length,yield w},size:()=>l,digest:()=>c.digest("hex")}}async function _e(c){const l=Se();for await(const f of l.passing(c));return{size:l.size(),sha256:l.digest()}}const wt=64*1024*1024;async function lt(c){let l;const f=new Set;for await(const p of Qe(c)){if(!l){l=await xe(p);continue}const g=pt(p,f);await Ce(p,g,l.entries[f.size]),f.add(g)}if(!l)throw we("damaged","is empty");const w=l.entries[f.size];if(w)throw we("damaged",`lacks ${JSON.stringify(w.path)}, which its manifest lists`);return l}async function xe({name:c,type:l,size:f,content:w}){if(c!=="manifest.json"||l!=="file"||f>wt)throw we("damaged","does not begin with a manifest",`${l} ${JSON.stringify(c)}`);const p=[];for await(const D of w)p.push(D);const g=L(Buffer.concat(p).toString());if(!g)throw we("damaged","has a manifest that Buka did not write");const F=Ye(g.entries);if(F)throw we("unsafe",`lists ${JSON.stringify(F.path)}, which ${F.why}`);return g}function pt({name:c,type:l},f){const w=JSON.stringify(c);if(!["file","directory","symlink"].includes(l))throw we("unsafe",`has ${w}, which is a ${l}`);const p=Ge(c);if(p)throw we("unsafe",`has ${w}, which ${p}`);const g=c.replace(/^tree\//,"");if(g===c)throw we("unsafe",`has ${w}, which is not below tree/`);if(f.has(g))throw we("unsafe",`has ${w} twice`);return g}async function Ce(c,l,f){const w=F=>we("damaged",`does not match its manifest: ${F}`),p=JSON.stringify(l);if(f?.path!==l)throw w(`${p} is where ${JSON.stringify(f?.path??"its end")} should be`);if(f.type!==c.type)throw w(`${p} is a ${c.type}`);if(f.type==="symlink"){if(f.target!==c.target)throw w(`${p} leads to ${JSON.stringify(c.target)}`)}else if(f.mode!==c.mode)throw w(`${p} has the mode ${c.mode.toString(8)}`);if(f.type!=="file"){c.content.resume();return}if(f.size!==c.size)throw w(`${p} has ${c.size} bytes`);const{sha256:g}=await _e(c.content);if(g!==f.sha256)throw w(`the checksum of ${p} is ${g}`)}function ht(c,l,f){const w={name:c,mtime:f,uid:0,gid:0,type:l.type};return l.type==="symlink"?{...w,mode:511,linkname:l.target}:l.type==="directory"?{...w,mode:l.mode}:{...w,mode:l.mode,size:l.size}}function Le(c,l,f){return new Promise((w,p)=>{const g=D=>D?p(D):w();if(typeof f=="string"){c.entry(l,f,g);return}const F=c.entry(l,g);f&&(0,ot.pipeline)(f,F).catch(p)})}async function yt(c){const{size:l,mtime:f}=await(0,oe.stat)(c).catch(p=>{throw new ne.j({code:"archive-missing",message:`the archive ${c} can't be read (${p.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:p})}),w=await lt(c);return{id:ft(w),manifest:w,bytes:(0,ae.ee)(l),payload(p){const g=(0,Te.pack)();return bt(c,w,p,f,g).catch(F=>g.destroy(F)),be.Readable.from(g,{objectMode:!1})}}}async function bt(c,l,f,w,p){const g=new Map(l.entries.filter(({type:F,path:D})=>F!=="file"||f.has(D)).map(F=>[`tree/${F.path}`,F]));for await(const{name:F,content:D}of Qe(c)){const $e=g.get(F);$e&&await Le(p,ht($e.path,$e,w),$e.type==="file"?D:void 0),$e?.type!=="file"&&D.resume()}p.finalize()}const vt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,ke=c=>vt.test(c);function nt(c){if(ke(c))return c;throw new ne.j({code:"release-id",message:`${JSON.stringify(c)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const ye=1e3;function $t(c,l){return{name:`record ${l.event} ${l.release}`,text:`${I}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:c,line:St(l)},deadline:(0,ae.YA)(30),parse(f){if(f.status!==0)throw te(f,"writing the history",{root:c})}}}function De(c,l){return{name:`mark ${l} good`,text:`${I}[ -d "releases/$id/tree" ] || exit ${_}
: > "releases/$id/good"
`,values:{root:c,id:l},deadline:(0,ae.YA)(30),parse(f){if(f.status!==0)throw te(f,`marking ${l} good`,{root:c,id:l})}}}function St(c){const{at:l,event:f,release:w,from:p,by:g,reason:F,contract:D,backup:$e,recoveryPoint:He}=c;return JSON.stringify({at:l.toISOString(),event:f,release:w,from:p,by:g.slice(0,ye),reason:F?.slice(0,ye),contract:D?.length?D:void 0,backup:$e,recoveryPoint:He?.toISOString()})}function Ke(c,l){const f=[[]];let w=0;for(const p of l)w+=p.length,w>ye&&(f.push([]),w=p.length),f.at(-1)?.push(p);return f.map(p=>({...c,event:"migrated",contract:p}))}const R=["migrated","activated","good","reverted","restored"];function A(c){let l;try{l=JSON.parse(c)}catch{return}const f=Ze=>typeof l?.[Ze]=="string"?l[Ze]:void 0,w=Ze=>new Date(f(Ze)??Number.NaN),p=w("at"),g=f("event")??"",F=f("release")??"",D=f("from"),$e=f("reason"),He=Array.isArray(l?.contract)?l.contract.filter(Ze=>typeof Ze=="string"):[],gt=f("backup"),xt=w("recoveryPoint");if(!(Number.isNaN(p.getTime())||!R.includes(g)||!ke(F))&&!(g==="restored"&&(gt===void 0||Number.isNaN(xt.getTime()))))return{at:p,event:g,release:F,...D!==void 0&&ke(D)&&{from:D},by:f("by")??"",...$e!==void 0&&{reason:$e},...He.length>0&&{contract:He},...gt!==void 0&&{backup:gt},...g==="restored"&&{recoveryPoint:xt}}}var x=G(6760),B=G(1916);const M=64*1024,H=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function Y(c,l){const f=[...c.slice(0,M).matchAll(H)].map(([,g=""])=>g.toLowerCase()),w=f.find(g=>!W(g)&&((0,B.Io)(g,"contract")<=3||(0,B.Io)(g,"expand")<=2));if(w!==void 0)throw new ne.j({code:"migration-mark",message:`${l} is marked \`buka: ${w}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const p=f.filter(W);return p.includes("contract")?"contract":p[0]}const W=c=>c==="contract"||c==="expand";async function re(c,l){const f=[];for(const w of l)Y(await ee((0,x.join)(c,w),M),w)==="contract"&&f.push(w);return f}async function ee(c,l){const f=await(0,oe.open)(c);try{const{buffer:w,bytesRead:p}=await f.read(Buffer.alloc(l),0,l,0);return w.toString("utf8",0,p)}finally{await f.close()}}const le=500;function $(c){return{name:"observe releases",text:`${I}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${le} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${le} history | sed 's/^/history /'
fi
`,values:{root:c},deadline:(0,ae.YA)(30),parse(l){if(l.status!==0)throw te(l,"reading the releases",{root:c});return i(l.stdout)}}}function i(c){const l=[],f=[];let w;for(const p of c.split(`
`)){const[,g,F]=/^([a-z]+) (.*)$/s.exec(p)??[];if(!(g===void 0||F===void 0)){if(g==="current"){const[,D=""]=/^releases\/([^/]+)\/tree$/.exec(F)??[];ke(D)&&(w=D)}if(g==="release"&&l.push(...h(F)),g==="history"){const D=A(F);D&&f.push(D)}}}return l.sort((p,g)=>p.stagedAt.getTime()-g.stagedAt.getTime()),{staged:l,...w!==void 0&&{active:w},history:f}}function h(c){const[,l="",f="",w,p=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(c)??[],g=mt(p);return!ke(l)||!g?[]:[{id:l,...g.commit!==void 0&&{commit:g.commit},migrations:g.migrations,...g.contractMigrations!==void 0&&{contractMigrations:g.contractMigrations},stagedAt:new Date(Number(f)*1e3),good:w==="yes"}]}async function v(c,l){const f=new Map;for(const p of l){const g=K(p);await V(c,p,g,f),await X(c,g,f)}const w=[];for(const p of[...f.keys()].sort(We)){const g=f.get(p);g&&w.push(await Ne(c,p,g))}return w}async function S(c,l){return(await(0,oe.readdir)((0,x.join)(c,l),{withFileTypes:!0}).catch(async p=>{throw new ne.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(l)}, which is no folder${await st(c,l)}`,cause:p})})).filter(p=>p.isFile()&&!p.name.startsWith(".")).map(({name:p})=>p).sort(We)}function j(c,l){return new ne.w({code:"release-refused",message:`${JSON.stringify(c)} ${l}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function K(c){const l=x.posix.normalize(c).replace(/\/$/,"").replace(/^\.$/,""),f=c.startsWith("/")||l.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,w=l.split("/").includes(".git")?"is of git, and is never packed":void 0;if(f===void 0&&w===void 0)return l;throw new ne.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(c)}, which ${f??w}`})}async function V(c,l,f,w){const p=f===""?[]:f.split("/");for(let g=1;g<=p.length;g+=1){const F=p.slice(0,g).join("/"),D=await(0,oe.lstat)((0,x.join)(c,F)).catch(()=>{});if(!D||g<p.length&&!D.isDirectory())throw new ne.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(l)}, which ${D?`lies behind ${JSON.stringify(F)}, no real folder`:"does not exist"}${D?"":await st(c,f)}`,hint:"Is it made by the build? Then run the build first."});w.set(F,D)}}async function X(c,l,f){if(l!==""&&!f.get(l)?.isDirectory())return;const w=await(0,oe.readdir)((0,x.join)(c,l),{encoding:"buffer"});for(const p of w){const g=p.toString(),F=l===""?g:`${l}/${g}`;if(!Buffer.from(g).equals(p))throw j(F,"has a name that is not UTF-8");g!==".git"&&(f.set(F,await(0,oe.lstat)((0,x.join)(c,F))),await X(c,F,f))}}async function Ne(c,l,f){const w=f.mode&4095;if(f.isDirectory())return{type:"directory",path:l,mode:w};if(f.isSymbolicLink())return{type:"symlink",path:l,target:await Fe(c,l)};if(!f.isFile())throw j(l,`is a ${qe(f)}`);const{size:p,sha256:g}=await _e((0,me.createReadStream)((0,x.join)(c,l))).catch(F=>{throw j(l,`can't be read (${F.code})`)});return{type:"file",path:l,mode:w,size:(0,ae.ee)(p),sha256:g}}async function Fe(c,l){const f=await(0,oe.readlink)((0,x.join)(c,l),{encoding:"buffer"}),w=f.toString();if(!Buffer.from(w).equals(f))throw j(l,"is a link to a name that is not UTF-8");return w}function qe(c){return c.isFIFO()?"fifo":c.isSocket()?"socket":"device"}async function st(c,l){const f=l.split("/");for(let w=f.length-1;w>=0;w-=1){const p=f.slice(0,w).join("/"),g=await(0,oe.readdir)((0,x.join)(c,p)).catch(()=>{});if(g)return g.length===0?"":`; did you mean ${JSON.stringify(x.posix.join(p,(0,B.kp)(f[w]??"",g)))}?`}return""}async function rt(c,l){const f=(0,x.resolve)(l);if(Tt(c,f),c.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(c.commit))throw new ne.j({code:"commit-id",message:`${c.commit} is not a full commit id`});const w=await v(c.folder,c.include),p=Ye(w);if(p)throw j(p.path,p.why);const g=c.migrations===void 0?[]:await S(c.folder,c.migrations),F=c.migrations===void 0?[]:await re((0,x.join)(c.folder,c.migrations),g),D={service:c.service,...c.commit!==void 0&&{commit:c.commit},entries:w,migrations:g,...F.length>0&&{contractMigrations:F}},$e=`${f}.partial`;try{await u(c.folder,D,$e),await(0,oe.rename)($e,f)}finally{await(0,oe.rm)($e,{force:!0})}return{id:ft(D),manifest:D,bytes:(0,ae.ee)((await(0,oe.stat)(f)).size),archive:f}}const ze=new Date(0);function Tt({folder:c,include:l},f){const w=l.find(p=>`${f}${x.sep}`.startsWith(`${(0,x.resolve)(c,p)}${x.sep}`));if(w!==void 0)throw new ne.j({code:"release-output",message:`the archive ${f} would lie in ${w}, which is packed`,hint:"Write it somewhere else."})}async function u(c,l,f){const w=(0,Te.pack)(),p=(0,Me.createZstdCompress)({params:{[Me.constants.ZSTD_c_compressionLevel]:3}}),g=(0,ot.pipeline)(w,p,(0,me.createWriteStream)(f));await Promise.all([g,b(c,l,w).catch(D=>{throw w.destroy(D),D})]).catch(async D=>{throw await g.catch(()=>{}),D});const F=await(0,oe.open)(f,"r+");await F.sync().finally(()=>F.close())}async function b(c,l,f){await Le(f,{name:"manifest.json",mode:420,mtime:ze},Be(l));for(const w of l.entries){const p=ht(`tree/${w.path}`,w,ze);if(w.type!=="file"){await Le(f,p);continue}const g=Se(),F=(0,me.createReadStream)((0,x.resolve)(c,w.path));if(await Le(f,p,g.passing(F)).catch(D=>{throw D.message==="Size mismatch"?T(w.path):D}),g.digest()!==w.sha256)throw T(w.path)}f.finalize()}function T(c){return new ne.w({code:"release-changed",message:`${JSON.stringify(c)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function N(c,l){const f=E(c),w=l===void 0?-1:f.lastIndexOf(l);return(w===-1?f:f.slice(0,w)).findLast(g=>c.every(({staged:F})=>F.some(D=>D.id===g)))}function E(c){const l=c.flatMap(({history:p})=>p).filter(({event:p})=>p==="good"||p==="reverted").sort((p,g)=>p.at.getTime()-g.at.getTime()),f=new Set(l.filter(({event:p})=>p==="good").map(({release:p})=>p)),w=c.flatMap(({staged:p})=>p).filter(({id:p,good:g})=>g&&!f.has(p)).sort((p,g)=>p.stagedAt.getTime()-g.stagedAt.getTime()).map(({id:p})=>p).filter((p,g,F)=>F.indexOf(p)===g);for(const{event:p,release:g}of l){const F=w.indexOf(g);F!==-1?w.length=F+1:p==="good"&&w.push(g)}return w}const q=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,U=String.raw`list_entries() {
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
`,ie=String.raw`compare() {
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
`,Q=`${q}${U}${ie}`;function pe(c,{keep:l,protect:f}){return{name:"prune releases",text:`${q}${I}remove_leftovers
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
`,values:{root:c,keep:String(l),protect:f.join(" ")},deadline:(0,ae.Gx)(10),parse(w){if(w.status!==0)throw te(w,"pruning",{root:c});return[...w.stdout.matchAll(/^removed (\S+)$/gm)].map(([,p=""])=>p).filter(ke)}}}function Ee(c,l,f){const w=Wt(c,f),p=w.paths("damaged");if(w.has("active"))throw Zt(l,Et(p,w.surplus));const g=[...w.has("replaced")?[`release ${l} was damaged, and is replaced: ${Et(p,w.surplus)}`]:[],...w.has("staged")&&w.surplus>0?[`release ${l} is active, and ${w.surplus} paths in it are not of the release`]:[],...w.paths("altered").map(D=>`${JSON.stringify(D)} of an earlier release is not what it was; a fresh one is sent`)],F=w.value("folder");if(!w.has("staged")&&(F===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(F)))throw new ne.w({code:"release-script-failed",message:`preparing ${l} failed`,seen:c.slice(-500)});return{free:(0,ae.ee)(Number(w.value("free"))),folder:w.has("staged")?void 0:F,needed:new Set(w.paths("needed")),warnings:g}}function Nt(c,l,f){const w=Wt(c,f),p=w.paths("wrong");if(!(p.length===0&&w.surplus===0))throw new ne.w({code:"stage-mismatch",message:`what arrived is not release ${l}`,seen:Et(p,w.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function Zt(c,l){return new ne.w({code:"release-damaged",message:`release ${c} is active here, and its files are not what was deployed`,seen:l,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Et(c,l){const f=c.slice(0,5).map(p=>JSON.stringify(p)),w=c.length>f.length?` and ${c.length-f.length} more`:"";return[...c.length>0?[`differs in ${f.join(", ")}${w}`]:[],...l>0?[`${l} paths too many`]:[]].join("; ")||"its manifest differs"}function Wt(c,l){const f=c.split(`
`).map(p=>p.split(" ")),w=p=>f.filter(([g])=>g===p).map(([,g=""])=>g);return{has:p=>w(p).length>0,value:p=>w(p)[0],surplus:Number(w("surplus")[0]??0),paths:p=>w(p).flatMap(g=>l.entries[Number(g)]?.path??[])}}const Jt=`(
${I}${Q}${String.raw`
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
`})`,Vt=`(
${I}${Q}${String.raw`
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
`})`,Rt=`${I}${Q}remove_tree "releases/$folder"
`,Yt=64*1024*1024,Xt=5e4;async function Pt(c,l,f,w){const p=c.host.name;w.step({host:p,name:"stage",state:"started",detail:f.id});try{const g=await Qt(c,l,f,D=>w.warning(`${p}: ${D}`)),F=`${(0,ae.z3)(g.sent)} sent, ${g.files} files new, ${g.reused} reused`;return w.step({host:p,name:"stage",state:"done",detail:F}),g}catch(g){throw w.step({host:p,name:"stage",state:"failed"}),g instanceof ne.w?g.with({host:p,step:"stage"}):g}}async function Qt(c,l,f,w){const{id:p,manifest:g}=f,F=Be(g),D=(0,Me.gzipSync)(F,{level:9}),$e={root:l,id:p,sha256:Pe(F)},He=await c.run(en($e,g),{payload:be.Readable.from([D])}),gt=g.entries.filter(({type:Je})=>Je==="file").length;for(const Je of He.warnings)w(Je);if(He.folder===void 0)return{sent:(0,ae.ee)(D.length),files:0,reused:gt};const Ze=g.entries.filter(({path:Je})=>He.needed.has(Je)).filter(({type:Je})=>Je==="file"),Ot=Dt(Ze,g.entries.length-gt);if(Ot>He.free)throw await c.run(Ut(l,He.folder)),At(Ot,He.free);const Ft=Lt(),tn=(0,be.pipeline)(f.payload(new Set(Ze.map(({path:Je})=>Je))),(0,Me.createGzip)({level:3}),Ft.stream,()=>{});return await c.run(It({...$e,folder:He.folder},g,Ot),{payload:tn}),{sent:(0,ae.ee)(D.length+Ft.count()),files:Ze.length,reused:gt-Ze.length}}function en(c,l){return{name:`compare with ${c.id}`,text:Jt,values:c,deadline:(0,ae.Gx)(10),parse(f){if(f.status===0)return Ee(f.stdout,c.id,l);const w=te(f,`preparing ${c.id}`,c);if(w.code!=="not-enough-disk")throw w;const[,p="0"]=/^free (\d+)$/m.exec(f.stdout)??[];throw At(Dt(l.entries,0),(0,ae.ee)(Number(p)))}}}function It(c,l,f){return{name:`stage ${c.id}`,text:Vt,values:c,deadline:(0,ae.Rz)((0,ae.Gx)(10)+(0,ae.YA)(f/Xt)),parse(w){if(w.status!==0)throw te(w,`unpacking ${c.id}`,c).with({left:"What had arrived was removed."});Nt(w.stdout,c.id,l)}}}function Ut(c,l){return{name:`discard ${l}`,text:Rt,values:{root:c,folder:l},deadline:(0,ae.Gx)(2),parse(){}}}function Dt(c,l){const w=c.map(p=>p.type==="file"?Math.ceil(p.size/4096)*4096:4096);return(0,ae.ee)(w.reduce((p,g)=>p+g,Yt)+l*4096)}function At(c,l){return new ne.w({code:"not-enough-disk",message:`the release needs ${(0,ae.z3)(c)} of disk, a margin of ${(0,ae.z3)((0,ae.ee)(Yt))} included, and ${(0,ae.z3)(l)} are free`,seen:`needed ${c} bytes, free ${l} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function Lt(){let c=0;return{stream:new be.Transform({transform(f,w,p){c+=f.length,p(null,f)}}),count:()=>c}}}),6259:((jt,at,G)=>{G.d(at,{Connections:()=>W,Uh:()=>_,OA:()=>wt,aN:()=>Se,Mn:()=>_e,Ge:()=>lt,K$:()=>ee,gq:()=>Ue});const ne=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,he=new WeakMap;function _($,i){const h=he.get($)??new Map;he.set($,h);const v=h.get(i)??{host:{...$.host,user:i},run:(S,j)=>$.run(I(S,i),j)};return h.set(i,v),v}const I=($,i)=>({...$,text:ne,values:{...$.values,become_user:i,become_names:Object.keys($.values).join(" "),become_text:$.text}});var fe=G(1996),te=G(5472),se=G.n(te),J=G(3916),oe=G(7598);class be{#e=[];#t=[];constructor(i){for(const[h,v]of i.split(/\r?\n/).entries()){const S=v.trim();if(S===""||S.startsWith("#"))continue;const j=ot(S,h+1);j===void 0?this.#t.push(h+1):this.#e.push(j)}}typesFor(i,h){const v=this.#n(i,h).filter(({marker:S})=>S==="");return[...new Set(v.map(({type:S})=>S))]}judge(i,h,v){const S=this.#n(i,h),j=S.find(X=>X.marker==="@revoked"&&X.key.equals(v));if(j!==void 0)return{kind:"revoked",line:j.line};const K=S.filter(({marker:X})=>X==="");if(K.some(X=>X.key.equals(v)))return{kind:"known"};const V=K.filter(({patterns:X})=>Me(X,Te(i,h)));return V.length>0?{kind:"mismatch",known:V.map(({line:X,type:Ne,key:Fe})=>({line:X,type:Ne,fingerprint:ae(Fe)}))}:{kind:"unknown",authorities:S.filter(({marker:X})=>X==="@cert-authority").map(({line:X})=>X),unreadable:this.#t}}#n(i,h){const v=this.#e.filter(({patterns:S})=>Me(S,Te(i,h)));return h===22||v.some(({marker:S})=>S==="")?v:this.#e.filter(S=>v.includes(S)||Me(S.patterns,i.toLowerCase()))}}function Te($,i){return i===22?$.toLowerCase():`[${$.toLowerCase()}]:${i}`}function ae($){return`SHA256:${(0,oe.createHash)("sha256").update($).digest("base64").replace(/=+$/,"")}`}function me($){const i=$.length<4?Number.NaN:$.readUInt32BE(0);return i<=$.length-4?$.toString("latin1",4,4+i):""}function ot($,i){const h=$.split(/[ \t]+/),v=h[0]?.startsWith("@")?h.shift():"",[S,j,K]=h;if(v!==""&&v!=="@cert-authority"&&v!=="@revoked"||S===void 0||j===void 0||K===void 0)return;const V=Buffer.from(K,"base64");return me(V)===j?{line:i,marker:v,patterns:S,type:j,key:V}:void 0}function Me($,i){if($.startsWith("|"))return we($,i);let h=!1;for(const v of $.toLowerCase().split(",")){const S=v.startsWith("!");if(Qe(S?v.slice(1):v,i)){if(S)return!1;h=!0}}return h}function we($,i){const[,h,v,S]=$.split("|");if(h!=="1"||v===void 0||S===void 0)return!1;const j=Buffer.from(S,"base64"),K=(0,oe.createHmac)("sha1",Buffer.from(v,"base64")).update(i).digest();return j.length===K.length&&(0,oe.timingSafeEqual)(j,K)}function Qe($,i){let h=new Set([0]);for(const v of $){const S=new Set;for(const j of h)if(v==="*")for(let K=j;K<=i.length;K+=1)S.add(K);else j<i.length&&(v==="?"||v===i[j])&&S.add(j+1);h=S}return h.has(i.length)}class ut{#e;#t;constructor({agent:i,privateKey:h,passphrase:v}){if(this.#t=i===""?void 0:i,this.#e=h?.trim()?ce(h,v):void 0,this.#e===void 0&&this.#t===void 0)throw new J.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${ae(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(i){const h=[];return this.#e!==void 0&&h.push({type:"publickey",username:i,key:this.#e}),this.#t!==void 0&&h.push({type:"agent",username:i,agent:this.#t}),h}}function ce($,i){const h=se().utils.parseKey($,i===""?void 0:i);if(h instanceof Error)throw Ge(h.message);const v=Array.isArray(h)?h[0]:h;if(v===void 0||!v.isPrivateKey())throw Ge("It is a public key.");return v}function Ge($){return/no passphrase given/i.test($)?new J.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test($)?new J.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new J.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:$,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const it="Nothing was changed on it.";function ct({host:$,cause:i,tried:h,accepted:v,timeout:S}){const{level:j,code:K}=i,V=ue(i),X={host:$.name,seen:V,left:it,cause:i};return j==="client-authentication"||j==="agent"||/authentication failures/i.test(V)?new J.w({...X,code:"authentication-failed",message:`${$.user} can\u2019t log in; tried ${h}.`,seen:v.length>0?`${V}; the host takes ${v.join(", ")}`:V,hint:`\`ssh-keygen -lf ~${$.user}/.ssh/authorized_keys\` on ${$.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):j==="handshake"?new J.w({...X,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${$.port} ${$.user}@${$.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new J.w({...X,code:"unreachable",message:j==="client-timeout"?`${Te($.address,$.port)} did not let us in within ${(0,fe.a3)(S)}.`:`${Te($.address,$.port)} can\u2019t be reached by SSH${$.jump?` through ${$.jump.name}`:""}.`,hint:We($,K)})}function We($,i){return i==="ENOTFOUND"?`Check the address of ${$.name} in buka.yml.`:i==="ECONNREFUSED"?`Is sshd running, and on port ${$.port}? \`systemctl status ssh\` on ${$.name}.`:`Try \`ssh ${$.jump===void 0?"":`-J ${$.jump.user}@${$.jump.address}:${$.jump.port} `}-p ${$.port} ${$.user}@${$.address}\`; is the machine up, and does a firewall let you in?`}const et=1;function Re($,i,h){return new J.w({code:"jump-failed",host:i.name,message:`${$.name} opened no connection to ${Te(i.address,i.port)}.`,seen:h.reason===et?"administratively prohibited":ue(h),left:it,hint:`On ${$.name}: does \`nc -z ${i.address} ${i.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:h})}function Ae($,i,h){const v=h.reason===et;return new J.w({code:"port-closed",host:$.name,message:`It opened no connection to its own port ${i}.`,seen:v?"administratively prohibited":ue(h),left:it,hint:v?`On ${$.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${$.user}; PermitOpen 127.0.0.1:${i} is enough.`:`On ${$.name}: does \`ss -ltn\` list 127.0.0.1:${i}? If not, what should listen there is down.`,cause:h})}function dt($,i){return new J.w({code:"session-refused",host:$.name,message:"The host opens no session on the connection.",seen:ue(i),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:i})}function ve($,i,h,v){return new J.w({code:"connection-lost",host:$.name,step:h,message:`The connection to ${$.name} was lost.`,seen:ue(i),left:`"${h}" may still run on ${$.name}; it ends by itself within ${(0,fe.a3)(v)} of its start.`,hint:`When ${$.name} answers again, run the same command again.`,cause:i})}function Oe($){return new J.w({code:"connections-closed",host:$.name,message:"The run is over, and has closed its connections."})}function ue($){return $ instanceof Error?$.message||String($.code??$.name):String($)}var Be=G(7030),je=G(9487);const Pe={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function ft($,i){const h=$.typesFor(i.address,i.port);return Object.entries(Pe).sort(([S],[j])=>Number(h.includes(j))-Number(h.includes(S))).flatMap(([,S])=>[...S])}function L($,i,h){const v=$.judge(i.address,i.port,h),S=Te(i.address,i.port),j=`${S} ${me(h)} ${h.toString("base64")}`,K=`${me(h)} ${ae(h)}`,V="The connection was refused before anything was sent; nothing was changed.",X=`\`ssh-keygen -lf /etc/ssh/ssh_host_${tt(h)}_key.pub\` on ${i.name} itself`;switch(v.kind){case"known":return;case"revoked":return new J.w({code:"host-key-revoked",host:i.name,message:`${S} presented a key that known_hosts line ${v.line} revokes.`,seen:K,left:V,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new J.w({code:"host-key-mismatch",host:i.name,message:`${S} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${K}; known: ${v.known.map(({line:Ne,type:Fe,fingerprint:qe})=>`${Fe} ${qe} (line ${Ne})`).join(", ")}`,left:V,hint:`Compare with ${X}. Only if it is the same: \`ssh-keygen -R '${S}' -f known_hosts\`, then add the line: ${j}`});case"unknown":return new J.w({code:"host-key-unknown",host:i.name,message:`known_hosts has no key for ${S}.${mt(v)}`,seen:K,left:V,hint:`Compare the fingerprint with ${X}. Only if it is the same, add the line: ${j}`})}}function mt({authorities:$,unreadable:i}){const h=$.length>0?` Line ${$.join(", ")} names an authority; Buka takes plain keys only.`:"";return i.length>0?`${h} Not readable: line ${i.join(", ")}.`:h}function tt($){const i=me($);return i==="ssh-rsa"?"rsa":i==="ssh-ed25519"?"ed25519":"ecdsa"}class Ye{host;#e;#t=new Set;#n;constructor(i,h){this.host=i,this.#e=h,h.on("error",v=>this.#s(v)),h.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(i,h){const{login:v,knownHosts:S,through:j,signal:K}=h,V=j===void 0?de(i):await j.forward(i),X=()=>{V.destroy()};K.addEventListener("abort",X),K.aborted&&X();let Ne;const Fe={left:v.methods(i.user),accepted:[]},qe={sock:V,username:i.user,algorithms:{serverHostKey:ft(S,i)},hostVerifier:u=>(Ne=L(S,i,u),Ne===void 0),authHandler:(u,b,T)=>{u!==null&&(Fe.accepted=u),T(Fe.left.shift()??!1)},readyTimeout:h.connectTimeout,keepaliveInterval:h.keepalive,keepaliveCountMax:3},st=new je.H,rt=st.connect(qe),ze=st.connection;if(ze===null)throw await rt.then(()=>new Error("node-ssh made no client"));const Tt=new Ye(i,ze);try{return await rt,Tt}catch(u){if(ze.destroy(),K.aborted)throw Oe(i);const{accepted:b}=Fe;throw Ne??ct({host:i,cause:u,tried:v.tried,accepted:b,timeout:h.connectTimeout})}finally{K.removeEventListener("abort",X)}}get lost(){return this.#n}whenLost(i){return this.#n!==void 0?queueMicrotask(i):this.#t.add(i),()=>this.#t.delete(i)}exec(i){return this.#r(h=>this.#e.exec(i,h),h=>dt(this.host,h))}forward(i){return this.#r(h=>this.#e.forwardOut("127.0.0.1",0,i.address,i.port,h),h=>Re(this.host,i,h))}dial(i){return this.#r(h=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",i,h),h=>Ae(this.host,i,h))}async close(){this.#n===void 0&&(await new Promise(i=>{const h=setTimeout(i,1e3);this.whenLost(()=>{clearTimeout(h),i()}),this.#e.end()}),this.#e.destroy())}#r(i,h){return new Promise((v,S)=>{const j=this.whenLost(()=>S(h(this.lost)));try{i((K,V)=>{j(),K==null?v(V):S(h(this.lost??K))})}catch(K){j(),this.#s(K),S(h(K))}})}#s(i){if(this.#n===void 0){this.#n=i,this.#e.destroy();for(const h of this.#t)h();this.#t.clear()}}}function de($){return(0,Be.connect)({host:$.address,port:$.port,noDelay:!0})}class Ie{#e;#t;#n=[];#r=[];#s=[];#i=!1;#a;#o=0;constructor(i,h){this.#e=i,this.#t=h}get size(){return this.#o}get stdout(){const i=Buffer.concat(this.#n);return i.toString("utf8",0,Math.max(0,i.length-1))}get output(){if(this.#a!==0)return;const i=Buffer.concat(this.#r),h=i.lastIndexOf(`
`);return{status:Number(i.toString("latin1",h+1)),stdout:this.stdout,stderr:i.toString("utf8",0,Math.max(0,h))}}feed(i){this.#o+=i.length,this.#a===void 0?this.#d(i):this.#c(i)}#d(i){const h=i.lastIndexOf(`
`)+1,v=i.subarray(h);if(h===0){this.#s.push(v);return}const S=Buffer.concat([...this.#s,i.subarray(0,h)]);this.#s=[v];const j=S.indexOf(this.#e),K=j<0?S:S.subarray(0,j);if(this.#n.push(K),this.#l(K),j<0)return;const V=S.indexOf(`
`,j)+1;this.#a=Number(S.toString("latin1",j+this.#e.length,V)),this.#c(S.subarray(V)),this.#c(v)}#c(i){const h=i.subarray(0,this.#a);this.#r.push(h),this.#a=(this.#a??0)-h.length}#l(i){if(!(this.#t===void 0||i.length===0))for(const h of i.toString("utf8",0,i.length-1).split(`
`))this.#i&&this.#t(""),this.#i=h==="",h!==""&&this.#t(h)}}function Ue($){if($.status===0)return $;throw new J.w({code:"script-failed",message:`The script ended with status ${$.status}.`,seen:Se($)})}function Se({stdout:$,stderr:i}){const h=i.trim()||$.trim();return h===""?void 0:h.split(`
`).slice(-10).join(`
`).slice(-2e3)}function _e($){return $.split(`
`).filter(i=>i!=="")}function wt($,i){const h=new Map(_e($).map(S=>{const j=S.indexOf("=");if(j<1)throw xe(`Expected key=value, not ${JSON.stringify(S)}.`,$);return[S.slice(0,j),S.slice(j+1)]})),v=i.filter(S=>!h.has(S));if(v.length>0)throw xe(`The answer lacks ${v.join(", ")}.`,$);return Object.fromEntries(i.map(S=>[S,h.get(S)]))}function lt($,i){return _e($).map(h=>{const v=h.split("	");if(v.length!==i.length)throw xe(`Expected ${i.length} columns, not ${JSON.stringify(h)}.`,$);return Object.fromEntries(i.map((S,j)=>[S,v[j]]))})}function xe($,i){return new J.w({code:"answer-unreadable",message:$,seen:i.slice(0,500)})}const pt=5,Le=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${pt} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,yt=/^buka-lane (ready|unusable)$/;function bt($,{payload:i,streamed:h}){const v=Buffer.from(["set -eu",i?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries($.values).map(([X,Ne])=>vt($.name,X,Ne)),$.text,""].join(`
`));if(v.includes(0))throw ke($.name,"the text");const S=(0,oe.randomBytes)(16).toString("hex"),j=($.deadline/1e3).toFixed(3),K=h?"bs=65536":"obs=65536",V=[S,j,v.length,K,...i?["last"]:[]].join(" ");return{token:S,bytes:Buffer.concat([Buffer.from(`${V}
`),v])}}function vt($,i,h){if(h.includes("\0"))throw ke($,`"${i}"`);if(!h.isWellFormed())throw new J.w({code:"value-not-unicode",step:$,message:`"${i}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const v=Buffer.from(h).toString("base64");return`${i}=$(printf %s ${v} | base64 -d; echo .); ${i}=\${${i}%.}`}function ke($,i){return new J.w({code:"value-has-nul",step:$,message:`A NUL byte is in ${i}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const nt=(0,fe.YA)(pt+15),ye=32e6,$t=[124,137];class De{#e;#t;#n=Buffer.alloc(0);#r="";#s;#i=!1;#a;#o;#d=!1;constructor(i,h){this.#e=i,this.#t=setTimeout(()=>this.#h("The login shell did not start Buka\u2019s loop in time."),h),i.stdin.on("error",()=>{}),i.stdout.on("data",v=>this.#i?this.#u(v):this.#l(v)),i.stderr.on("data",v=>{this.#r=(this.#r+v).slice(-4e3)}),i.onClose(()=>{this.#i?this.close():this.#h(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#o===void 0&&!this.#d}run(i,{onLine:h,payload:v}={}){const S=bt(i,{payload:v!==void 0,streamed:h!==void 0}),j=performance.now();return v!==void 0&&(this.#d=!0),new Promise((K,V)=>{const X=new Ie(S.token,h),Ne=setTimeout(()=>qe(Ke(i,X)),(0,fe.Rz)(i.deadline+nt)),Fe=()=>{clearTimeout(Ne),this.#a=void 0,v?.unpipe(this.#e.stdin).destroy()},qe=ze=>{Fe(),this.close(),V(ze)},st=ze=>{Fe(),performance.now()-j>=i.deadline&&$t.includes(ze.status)?V(St(i,ze)):K(ze)},rt=this.#o??v?.errored;if(rt){qe(rt);return}this.#a={script:i,answer:X,finish:st,fail:qe},this.#e.stdin.write(S.bytes),v?.on("error",qe).pipe(this.#e.stdin)})}close(){this.#c(A())}#c(i){this.#o===void 0&&(this.#o=i,clearTimeout(this.#t),this.#e.destroy(),this.#a?.fail(i))}#l(i){this.#n=Buffer.concat([this.#n,i]);let h=0;for(let v=this.#n.indexOf(`
`);v>=0;v=this.#n.indexOf(`
`,h)){const S=this.#n.toString("latin1",h,v).match(yt);if(h=v+1,S!==null){if(S[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#i=!0,this.#u(this.#n.subarray(h));return}}this.#n.length>ye&&this.#h("The login shell talks without end.")}#u(i){if(this.#a===void 0)return;const{script:h,answer:v,finish:S,fail:j}=this.#a;try{v.feed(i)}catch(V){j(V);return}const{output:K}=v;K!==void 0?S(K):v.size>ye&&j(R(h))}#h(i){this.#c(new J.w({code:"shell-unusable",message:i,seen:Se({status:0,stdout:this.#n.toString("utf8"),stderr:this.#r}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function St($,i){return new J.w({code:"script-timeout",message:`It took longer than the ${(0,fe.a3)($.deadline)} that it may take.`,seen:Se(i),left:"The host has ended it."})}function Ke($,{stdout:i}){return new J.w({code:"script-timeout",message:`The host told no end of it within ${(0,fe.a3)((0,fe.Rz)($.deadline+nt))}.`,seen:Se({status:0,stdout:i,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function R({deadline:$}){return new J.w({code:"output-too-long",message:`It said more than ${ye/1e6} MB.`,left:`The host ends it within ${(0,fe.a3)($)} of its start.`})}function A(){return new J.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const x=8;class B{#e;#t=[];#n=[];#r=0;#s=0;#i=x;constructor(i){this.#e=i}warm(){this.#c()}async run(i,h){const{payload:v}=h;v?.on("error",()=>{});const S=await this.#a();try{const j=S.run(i,h);return v!==void 0&&this.warm(),await j}finally{this.#o(S)}}#a(){for(let i=this.#t.pop();i!==void 0;i=this.#t.pop()){if(i.usable)return Promise.resolve(i);this.#r-=1}return new Promise((i,h)=>{this.#n.push({take:i,fail:h}),this.#d()})}#o(i){const h=i.usable?this.#n.shift():void 0;h!==void 0?h.take(i):i.usable?this.#t.push(i):this.#r-=1,this.#d()}#d(){this.#s<this.#n.length&&this.#c()}#c(){this.#r>=this.#i||(this.#r+=1,this.#s+=1,this.#e().then(i=>{this.#s-=1,this.#o(i)},i=>{this.#s-=1,this.#l(i)}))}#l(i){if(this.#r-=1,i instanceof J.w&&i.code==="session-refused"&&this.#r>0)this.#i=this.#r;else if(this.#r===0)for(const{fail:v}of this.#n.splice(0))v(i);else this.#n.shift()?.fail(i)}}class M{#e;#t;constructor(i,h){this.#e=i,this.#t=new B(async()=>new De(Y(i,await i.exec(Le)),h)),this.#t.warm()}get host(){return this.#e.host}async run(i,h={}){const v={host:this.host.name,step:i.name};try{return i.parse(await this.#t.run(i,h))}catch(S){const{lost:j}=this.#e;throw j!==void 0&&S instanceof J.w&&H.has(S.code)?ve(this.host,j,i.name,i.deadline):S instanceof J.w?S.with(v):S}}}const H=new Set(["lane-ended","shell-unusable","session-refused"]);function Y($,i){return{stdin:i.stdin,stdout:i.stdout,stderr:i.stderr,onClose(h){const v=$.whenLost(h);i.once("close",()=>{v(),h()})},destroy:()=>i.destroy()}}class W{#e;#t;#n;#r;#s=new Map;#i=new WeakMap;#a=new AbortController;constructor(i,{connectTimeout:h=(0,fe.YA)(15),keepalive:v=(0,fe.YA)(5)}={}){this.#e=new ut(i),this.#t=new be(i.knownHosts),this.#n=h,this.#r=v}async to(i){const h=await this.#o(i),v=this.#i.get(h);if(v!==void 0)return v;const S=new M(h,this.#n);return this.#i.set(h,S),S}async dial(i,h){return(await this.#o(i)).dial(h)}async close(){this.#a.abort();const h=(await Promise.allSettled(this.#s.values())).flatMap(S=>S.status==="fulfilled"?[S.value]:[]),v=h.filter(({host:S})=>S.jump!==void 0);await Promise.all(v.map(S=>S.close())),await Promise.all(h.map(S=>S.close()))}async#o(i){if(this.#a.signal.aborted)throw Oe(i);const h=re(i),v=this.#s.get(h);if(v!==void 0){const j=await v;return j.lost===void 0?j:(this.#s.get(h)===v&&this.#s.delete(h),this.#o(i))}const S=this.#d(i);return this.#s.set(h,S),S.catch(()=>{this.#s.get(h)===S&&this.#s.delete(h)}),S}async#d(i){const h=i.jump===void 0?void 0:await this.#o(i.jump);return Ye.open(i,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#r,through:h,signal:this.#a.signal})}}function re({name:$,user:i,address:h,port:v,jump:S}){return JSON.stringify([$,i,h,v,S===void 0?null:re(S)])}function ee({name:$,text:i,values:h={},deadline:v,parse:S}){const j=Object.keys(h).find(V=>!/^[a-z][a-z0-9_]*$/.test(V));if(j!==void 0)throw le($,`${JSON.stringify(j)} can't be the name of a shell variable.`);if(!(v>0))throw le($,`A deadline of ${v} ms is none.`);return{name:$,text:i,values:h,deadline:v,parse:S??(V=>{Ue(V)})}}const le=($,i)=>new J.w({code:"script-unsound",step:$,message:i})}),2861:((jt,at,G)=>{G.d(at,{Mp:()=>K,XC:()=>ee,HA:()=>Oe,gg:()=>mr,oj:()=>h,SU:()=>Tt,Qc:()=>pe,wU:()=>v,D8:()=>N,repair:()=>pr,dU:()=>wr,vl:()=>ne,IP:()=>ue,h5:()=>Or,ml:()=>he,cr:()=>it,yS:()=>Mr});const ne=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,he={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var _=G(3916),I=G(1021);function fe(t,e,n){const s=se(t,e),r=n.entries.filter(({event:a,release:d,contract:m=[]})=>a==="migrated"&&(m.includes(e)||s.has(d)));return!r.some(({contract:a=[]})=>a.includes(e))||r.some(({at:a})=>oe(a,n.restores))}function te(t,{migrations:e}){const n=J(t),s=n.restores.at(-1);return s===void 0?[]:e.filter(r=>{const o=se(t,r),a=n.entries.filter(({event:m,release:y,contract:k=[]})=>m!=="restored"&&(o.has(y)||k.includes(r))),d=a.filter(({event:m,at:y})=>m==="migrated"||y<=s.recoveryPoint);return a.length>0&&!d.some(({at:m})=>oe(m,n.restores))})}const se=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function J(t){const e=t.flatMap(({history:s})=>s),n=e.flatMap(({event:s,at:r,recoveryPoint:o})=>s==="restored"&&o!==void 0?[{at:r,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((s,r)=>s.at.getTime()-r.at.getTime())}}function oe(t,e,n){if(n!==void 0&&t>n)return!1;const s=e.findLastIndex(({at:o})=>n===void 0||o<=n),r=e[s];return r===void 0||t>r.at?!0:oe(t,e.slice(0,s),r.recoveryPoint)}function be({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),s=Te(n),r=e??(0,I.Dp)(n,s);if(r===void 0)throw ae([...t],s);const o=n.flatMap(a=>a.staged).find(a=>a.id===r);return{kind:"rollback",id:r,migrations:o?.migrations??[]}}function Te(t){const e=s=>Math.max(0,...t.flatMap(({history:r})=>r).filter(({event:r,release:o})=>r==="activated"&&o===s).map(({at:r})=>r.getTime()));return[...new Set(t.flatMap(s=>s.active??[]))].sort((s,r)=>e(r)-e(s))[0]}function ae(t,e){const n=t.map(([s,{releases:r}])=>{const o=r.staged.map(({id:a,good:d})=>`${a}${d?" (good)":""}`).join(", ");return`
  - ${s}: ${o||"none"}`});return new _.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function me(t,e){const n=new Set(e.migrations),s=J(t),r=new Map;for(const{migration:o,release:a}of t.flatMap(ot))n.has(o)||r.has(o)||fe(t,o,s)&&r.set(o,a);return[...r].map(([o,a])=>({migration:o,release:a}))}function ot({staged:t,active:e,history:n}){const s=n.flatMap(({release:a,contract:d=[]})=>d.map(m=>({migration:m,release:a}))),r=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),o=t.filter(({id:a,good:d})=>d||a===e||r.has(a)).flatMap(({id:a,contractMigrations:d=[]})=>d.map(m=>({migration:m,release:a})));return[...s,...o]}function Me({workers:t},e){const n=Ge(t),s=me(n,e);if(s.length===0)return;const[r,o]=s.length===1?["it","a migration"]:["them","migrations"],a=s.map(({migration:y})=>y).join(", "),d=s.map(({migration:y,release:k})=>`release ${k} ran ${y}`).join(", "),m=`The only other way is to restore the database from a backup made before ${r}, as docs/restore.md tells: all that customers did since then would be lost.`;return new _.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${d}; ${e.id} does not list ${r}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${we(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${m}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${s[0]?.release}. Was ${r} renamed or taken out? A file of the old name must stay. ${m}`})}function we(t,e){const n=(0,I.Dp)(t,Te(t));return n===void 0||n===e.id||me(t,ce(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Qe=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function ut({workers:t},e,n){const s=Ge(t),r=ce(s,n);return(e?.contractMigrations?.filter(a=>!r.migrations.includes(a))??[]).length===0&&me(s,r).length===0}const ce=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ge=t=>[...t.values()].flatMap(e=>e instanceof _.w?[]:[e.releases]);function it(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const s=te(t,ce(t,n));return s.length===0?[]:[{release:n,migrations:s,backTo:ct(t,n)}]})}function ct(t,e){const n=(0,I.Dp)(t,e);if(n===void 0)return;const s=ce(t,n);return me(t,s).length===0&&te(t,s).length===0?n:ct(t,n)}var We=G(240);async function et(t,e){return(0,We.R$)(t.cluster,e,await t.remote(e))}const Re=(t,e)=>et(t,ve(t.cluster.loadBalancers.hosts,e)),Ae=(t,e)=>t.remote(ve(t.cluster.workers.hosts,e));function dt(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function ve(t,e){const n=t.find(s=>s.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function Oe(t,e){const n=await Promise.all(t.map(async s=>{try{return[s.name,await e(s)]}catch(r){if(r instanceof _.w)return[s.name,r.with({host:s.name})];throw r}}));return new Map(n)}function ue(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof _.w)),failures:e.flatMap(([,n])=>n instanceof _.w?[n]:[])}}const Be=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),je=t=>t instanceof _.w&&Be.has(t.code),Pe=t=>je(t)||t instanceof _.w&&t.code==="load-balancer-down";var ft=G(8161),L=G(1996);const mt=(0,L.YA)(5);class tt{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw Ye()}orLeave(e){return this.#n(e,0,()=>Ye())}orHurry(e){return this.#n(e,mt,()=>(this.#t=!0,Ye()))}#n(e,n,s){return new Promise((r,o)=>{let a;const d=()=>{a=setTimeout(()=>o(s()),n)},m=()=>{clearTimeout(a),this.#e.removeEventListener("abort",d)};e.finally(m).then(r,o),this.requested?d():this.#e.addEventListener("abort",d,{once:!0})})}}const Ye=()=>new _.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var de=G(6259);const Ie=(0,L.YA)(30),Ue=String.raw`
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
`,Se=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,_e=String.raw`${Ue}${Se}
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
`,wt=({run:t,...e})=>JSON.stringify({run:t,...e}),lt=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function xe(t,e,n){return{name:"lock",text:_e,values:{root:t,owner:e,ttl:String(Ie/1e3),after:n===void 0?"":lt(n)},deadline:(0,L.YA)(30),parse(s){const{outcome:r,found:o}=(0,de.OA)((0,de.gq)(s).stdout,["outcome","found"]),a=ye(o);return r==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:r==="taken"?a?.owner:void 0}}}}const pt=`${Ue}${Se}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function Ce(t,e){return{name:"renew lock",text:pt,values:{root:t,owner:e,ttl:String(Ie/1e3)},deadline:(0,L.YA)(15),parse(n){const{stdout:s}=(0,de.gq)(n);return/^lost=$/m.test(s)?{lost:ye((0,de.OA)(s,["found"]).found)}:"renewed"}}}const ht=`${Se}
if ours; then rm -f -- "$root/lock"; fi
`,Le=`${Ue}${Se}
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
`;function yt(t,e){return{name:"lock release",text:Le,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":lt(e)},deadline:(0,L.YA)(15),parse(n){const{outcome:s,found:r}=(0,de.OA)((0,de.gq)(n).stdout,["outcome","found"]),o=ye(r);return s==="held"&&o?{kind:"held",lock:o}:{kind:s==="removed"?"removed":"free",lock:o}}}}function bt(t){return{name:"lock status",text:`${Ue}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,L.YA)(15),parse:e=>ye((0,de.OA)((0,de.gq)(e).stdout,["found"]).found)}}function vt(t,e){return{name:"unlock",text:ht,values:{root:t,owner:e,ttl:"0"},deadline:(0,L.YA)(15),parse:n=>{(0,de.gq)(n)}}}const ke=75,nt=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${ke}
`;function ye(t){const[,e,n,s,r=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=a=>(0,L.Rz)(a*1e3);return{owner:$t(r),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(s)),silent:o(Math.max(0,Ie/1e3-Number(s)))}}function $t(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=r=>typeof e[r]=="string"?e[r]:void 0,{pid:s}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof s=="number"?s:0}}function De({by:t,url:e,machine:n,run:s}){return`${t} (${e??`run ${s}`}), on ${n}`}function St(t,{owner:e,age:n,silent:s},r){return new _.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,L.a3)(r)} were not enough.`,seen:`held by ${De(e)}, process ${e.pid}, for ${(0,L.a3)(n)}; its last sign of life is ${(0,L.a3)(s)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,L.a3)(Ie)} after its last sign of life; \`buka lock status\` shows it.`})}function Ke(t,e){return new _.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${De(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function R(t,e){return new _.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,L.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,L.a3)(Ie)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const A=(0,L.YA)(10),x=(0,L.YA)(3);class B{context;clock;owner;#e;#t;#n;#r=!1;constructor(e,n,s,r,o){this.context=e,this.clock=n,this.owner=r,this.#e=new Map(s.map(a=>[a.name,{host:a,renewedAt:o}])),this.#t=setInterval(()=>{for(const a of this.#e.values())this.#o(a)},We.MA),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(r=>this.#a(r))),this.#n!==void 0)throw this.#n;const s=n.find(r=>!this.#i(r));if(s!==void 0)throw s.failure??R(s.host.name,A)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#t);const e=[...this.#e.values()];await H(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#i({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=A}async#a(e){for(let n=0;n<2&&this.#n===void 0&&!this.#i(e);n+=1)await Y(A,this.#o(e))}#o(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:s,cluster:r}=this.context,o=this.clock.now().getTime();try{const d=await(await this.context.remote(e.host)).run(Ce(r.workers.root,this.owner));if(!this.#c(n))return;d==="renewed"?(e.renewedAt=o,e.failure!==void 0&&s.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=Ke(n,d.lost)}catch(a){e.failure===void 0&&this.#c(n)&&s.warning(M(n,a)),e.failure=a}}#c(e){return!this.#r&&this.#e.has(e)}}function M(t,e){const n=e instanceof _.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,L.a3)(Ie)} unless it can be. ${n}`}async function H(t,e,n){const{root:s}=t.cluster.workers;await Promise.all(e.map(async({host:r,renewing:o})=>{const a=async()=>(await t.remote(r)).run(vt(s,n)),d=await Y(x,Promise.all([a(),o]).then(()=>"none",y=>y));if(d==="none")return;if(d!==void 0&&!(d instanceof _.w))throw d;const m=d?.failure.message??`It did not answer within ${(0,L.a3)(x)}.`;t.reporter.warning(`${r.name}: the lock could not be given back; it expires by itself within ${(0,L.a3)(Ie)}. ${m}`)}))}async function Y(t,e){let n;const s=new Promise(r=>{n=setTimeout(()=>r(void 0),t)});try{return await Promise.race([e,s])}finally{clearTimeout(n)}}const W=(0,L.YA)(2),re=(0,L.YA)(15);async function ee(t,{after:e}={}){const n=t.clock??he,s=new tt(t.signal),r=[...t.cluster.workers.hosts].sort((P,C)=>P.name<C.name?-1:1),{id:o,by:a,url:d}=t.run,m=wt({run:o,by:a,url:d,machine:(0,ft.hostname)(),pid:process.pid}),{lockTimeout:y}=t.cluster.rollout,k=n.now().getTime()+y;let O=0;try{for(;;){s.check();const P=n.now().getTime(),C=await $(t,r,m,e);if(C===void 0)return new B(t,n,r,m,P);const Z=n.now().getTime();if(Z>=k)throw St(C.worker,C.by,y);if(Z-O>=re){O=Z;const ge=(0,L.a3)((0,L.Rz)(k-Z)),Ve=`waiting for ${De(C.by.owner)}; ${ge} left`;t.reporter.step({host:C.worker,name:"lock",state:"progress",detail:Ve})}await s.orLeave(le(n,(0,L.Rz)(k-Z)))}}catch(P){throw P instanceof _.w?P.with({step:"lock",left:"Nothing was changed."}):P}}const le=(t,e)=>t.sleep((0,L.Rz)(Math.min(e,W*(1+Math.random()/2))));async function $(t,[e,...n],s,r){const{root:o}=t.cluster.workers,a=[],d=async m=>{const y=await t.remote(m);return a.push({host:m}),{worker:m.name,answer:await y.run(xe(o,s,r))}};try{const m=e===void 0?[]:[await d(e)];if(m[0]?.answer.kind==="acquired"){const y=await Promise.allSettled(n.map(d)),k=y.find(O=>O.status==="rejected");if(k)throw k.reason;m.push(...y.flatMap(O=>O.status==="fulfilled"?[O.value]:[]))}for(const{worker:y,answer:k}of m)if(k.kind==="held")return await H(t,a,s),{worker:y,by:k.by};for(const{worker:y,answer:k}of m)k.kind==="acquired"&&i(t,y,k.from,r);return}catch(m){throw await H(t,a,s),m}}function i({reporter:t},e,n,s){n!==void 0&&(n.run===s?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${De(n)}, which stopped renewing it.`))}async function h(t){const{root:e}=t.cluster.workers,{answers:n,failures:s}=await S(t,bt(e));return{locks:n.map(([r,o])=>({worker:r,lock:o})),failures:s}}async function v(t,e){const{root:n}=t.cluster.workers,{answers:s,failures:r}=await S(t,yt(n,e));return{released:s.flatMap(([o,a])=>a.kind==="removed"?[{worker:o,lock:a.lock}]:[]),failures:[...s.flatMap(([o,a])=>a.kind==="held"?[j(o,a.lock,e)]:[]),...r]}}const S=async({cluster:t,remote:e},n)=>ue(await Oe(t.workers.hosts,async s=>(await e(s)).run(n)));function j(t,{owner:e,age:n,silent:s},r){return new _.w({code:"lock-held",host:t,step:"lock release",message:r===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${r}, so it stays.`,seen:`held by ${De(e)}, process ${e.pid}, for ${(0,L.a3)(n)}; its last sign of life is ${(0,L.a3)(s)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}const K="muted_during",V=(0,L.Gx)(5),X=(0,L.Gx)(2),Ne=(0,L.YA)(3),Fe="http://127.0.0.1:9093",qe=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`,st=String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`,rt=({url:t,service:e,work:n,author:s,comment:r})=>(0,de.K$)({name:"mute",text:qe,values:{url:t,service:e,work:n,author:s,comment:r,label:K,length:`${V/1e3}s`},deadline:(0,L.YA)(30)}),ze=({url:t,author:e})=>(0,de.K$)({name:"unmute",text:st,values:{url:t,author:e},deadline:(0,L.YA)(30)});async function Tt(t,e,n){const s=u(t,e);try{return await n()}finally{await s()}}function u(t,e){const{monitoring:n,service:s}=t.cluster;if(n===void 0)return async()=>{};const{run:r,reporter:o}=t,a=`buka ${r.id}`,d={url:Fe,service:s,work:e,author:a,comment:`a ${e} of ${r.by}`};let m=!1;const y=P=>t.remote(n.host).then(P).catch(C=>{m||o.warning(T(C)),m=!0});let k=y(P=>P.run(rt(d)));const O=setInterval(()=>{k=k.then(()=>y(P=>P.run(rt(d))))},X);return O.unref(),async()=>{clearInterval(O);const P=k.then(()=>m?void 0:y(C=>C.run(ze(d))));t.signal?.aborted!==!0&&await b(P)}}function b(t){const e=Promise.withResolvers(),n=setTimeout(e.resolve,Ne);return Promise.race([t,e.promise]).finally(()=>clearTimeout(n))}const T=t=>`The alerts that this causes are not muted, or for up to ${(0,L.a3)(V)} more than they need be: ${t instanceof _.w?t.message:String(t)}`;async function N(t){const{hosts:e,root:n}=t.cluster.workers,s=await Oe(e,async a=>(await t.remote(a)).run((0,I.vN)(n))),{answers:r,failures:o}=ue(s);return{...E(r,e.length),failures:o}}function E(t,e){const s=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:a})=>a)))].map(o=>q(o,t,e)),r=t.map(([,o])=>o);return{releases:s.sort((o,a)=>a.stagedAt.getTime()-o.stagedAt.getTime()),history:U(t),rollbackTo:t.length===e?(0,I.Dp)(r,Te(r)):void 0}}function q(t,e,n){const s=e.flatMap(([a,{staged:d}])=>d.filter(m=>m.id===t).map(m=>({worker:a,release:m}))),[r]=s,o=s.map(({worker:a})=>a);return{id:t,commit:r?.release.commit,stagedAt:new Date(Math.min(...s.map(({release:a})=>a.stagedAt.getTime()))),migrations:r?.release.migrations??[],contractMigrations:r?.release.contractMigrations??[],crossed:me(e.map(([,a])=>a),r?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:s.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:o.length===n}}function U(t){const e=t.flatMap(([r,{history:o}])=>o.map(a=>({worker:r,entry:a}))).sort((r,o)=>r.entry.at.getTime()-o.entry.at.getTime()),n=[],s=new Map;for(const{worker:r,entry:o}of e){const a=JSON.stringify([o.event,o.release,o.by,o.contract]),d=s.get(a);if(d&&!d.workers.includes(r))d.workers.push(r);else{const m={...o,workers:[r]};n.push(m),s.set(a,m)}}return n.reverse()}function ie(t,e){const[n,...s]=t;return n!==void 0&&s.length===0?n:new _.w({...e,seen:t.map(({message:r})=>`
  - ${r.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function Q(t,e,n){const s=await Promise.allSettled(t.map(e)),r=s.flatMap(a=>a.status==="rejected"?[a.reason]:[]),o=r.find(a=>!(a instanceof _.w));if(o!==void 0)throw o;if(r.length>0)throw ie(r,n);return s.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const pe=String.raw`
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
`,Ee=String.raw`
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
`,Nt=t=>({name:"look at the process",text:`${Ee}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,L.YA)(15),parse:e=>(0,de.OA)((0,de.gq)(e).stdout,["pid"]).pid});async function Zt({context:t,journal:e}){const{unit:n}=t.cluster.workers;await Q([...e.processes].filter(([s])=>!e.missed.includes(s)),async([s,r])=>{const o=await Et(t,s);if(o!==void 0&&o!==r)throw Wt(s,n,r,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function Et(t,e){try{return await(await Ae(t,e)).run(Nt(t.cluster.workers.unit))}catch(n){if(je(n))return;throw n}}const Wt=(t,e,n,s)=>new _.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${s==="0"?"none runs now":`systemd has started it again as ${s}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),Jt=(0,L.YA)(1),Vt=(0,L.YA)(30);async function Rt(t,e){const{clock:n,journal:s,context:r,leases:o,cancellation:a}=t,{reporter:d,cluster:m}=r,{worker:y,drainOn:k}=e;a.check(),s.at(y,"drainStarted",n.now()),d.step({host:y,name:"drain",state:"started",detail:`on ${k.join(", ")||"none"}`}),o.hold(y,k);const[O,P]=await a.orLeave(l([Yt(t,e),Xt(t,e,m.rollout.drainTimeout)])),C=O.some(({kind:Xe})=>Xe==="still-in-flight");if(C&&m.rollout.onDrainTimeout==="fail")throw f(y,O,m.rollout);const Z=C?{deadline:Jt}:{},ge=await At(t,e,"drain",Xe=>Xe.maintain(y,Z)),Ve=[...P,...ge.map(Xe=>Xe.cut)].reduce((Xe,Ct)=>Xe+Ct,0);s.cut+=Ve,s.at(y,"drained",n.now()),Ve>0&&d.warning(`${y}: ${Ve} requests were still in flight after the drain timeout, and are cut.`),d.step({host:y,name:"drained",state:"done",detail:Ve>0?`${Ve} cut`:void 0})}function Yt(t,e){const{reporter:n,cluster:s}=t.context,{worker:r}=e,{drainTimeout:o,onDrainTimeout:a}=s.rollout,d=new Map,m=()=>{const y=[...d.values()].reduce((k,O)=>k+O,0);n.step({host:r,name:"drain",state:"progress",detail:`${y} in flight`})};return At(t,e,"drain",async(y,k)=>{const O=P=>{d.set(k,P),m()};for(;;){t.cancellation.check();const P=await y.drain(r,{deadline:o,onProgress:O});if(P.kind==="drained"||a!=="wait")return P;const C=(0,L.a3)(o);n.info(`${r}: ${P.inFlight} requests in flight on ${k} after ${C}; waiting on, as on-drain-timeout says.`)}})}async function Xt(t,{worker:e,leaveOn:n},s){const{clock:r}=t,o=r.now().getTime()+s;return At(t,{worker:e,drainOn:n},"drain",async a=>{for(let d=0;;){const y=((await a.observe()).workers.get(e)?.servers??[]).reduce((k,{inFlight:O})=>k+O,0);if(d=y===0?d+1:0,d===2||r.now().getTime()>=o||t.cancellation.requested)return y;await r.sleep((0,L.Rz)(500))}})}async function Pt(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout,r=(0,L.Rz)(s+Vt);await Lt(t,e,"check",async(o,a)=>{const{passed:d,seen:m}=await o.check(n,{deadline:r}).catch(en);if(!d)throw new _.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:m,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function Qt(t,e){await Lt(t,e,"drain",n=>n.maintain(e.worker))}function en(t){if(t instanceof _.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function It(t,e){const{context:n,clock:s,journal:r,leases:o}=t,{worker:a}=e;await l([Lt(t,e,"readmit",d=>d.readmit(a)),Dt(t)]),o.letGo(a),r.at(a,"readmitted",s.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function Ut(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout;try{await At(t,e,"readmit",async r=>{try{await r.readmit(n)}catch(o){if(!(o instanceof _.w&&o.code==="not-checked"))throw o;await r.check(n,{deadline:s}),await r.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function Dt(t){const{context:e,journal:n}=t,s=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:r})=>{try{return[[r,await(await Re(e,r)).observe()]]}catch(o){if(Pe(o))return[];throw o}}));n.views=new Map(s.flat())}async function At(t,{worker:e,drainOn:n},s,r){return await t.lock.confirm(e),l(n.map(o=>c(t,o,s,r)))}async function Lt(t,{worker:e,drainOn:n},s,r){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(k=>c(t,k,s,r)))).flatMap((k,O)=>k.status==="rejected"?[{host:n[O],error:k.reason}]:[]),d=a.filter(({error:k})=>Pe(k)),[m]=a.filter(({error:k})=>!Pe(k));for(const{host:k,error:O}of d)t.journal.lost.set(k,O);if(m)throw m.error;const[y]=d;if(y&&d.length===n.length)throw y.error}async function c({context:t},e,n,s){const r=async()=>s(await Re(t,e),e);try{return await r().catch(o=>{if(o instanceof _.w&&o.code==="connection-lost")return r();throw o})}catch(o){throw o instanceof _.w?o.with({host:e,step:n}):o}}async function l(t){return await Promise.allSettled(t),Promise.all(t)}function f(t,e,{drainTimeout:n}){const s=e.reduce((r,o)=>r+(o.kind==="still-in-flight"?o.inFlight:0),0);return new _.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,L.a3)(n)}.`,seen:`${s} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const w=(0,L.Gx)(2),p="restarted",g=String.raw`${nt}${pe}${Ee}
${I.td}
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
`;function F(t,e){const{root:n,unit:s,port:r,health:o}=t,{id:a,owner:d,startTimeout:m,healthyAfter:y,steady:k}=e;return{name:`switch to ${a}`,text:g,values:{root:n,unit:s,port:String(r),health:o,id:a,owner:d,healthy_after:String(y),start_timeout:String(Math.ceil(m/10)),steady:String(Math.ceil(k/10))},deadline:(0,L.Rz)(m+k+w),parse:D}}function D(t){if(t.status===ke)throw Ke(void 0,void 0);const e=(0,de.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),s=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),r=(0,de.OA)(s,["end","answer","state","folder","pid"]);return{...r,end:r.end,log:n}}function $e(t,e,{id:n,startTimeout:s}){const{unit:r,port:o,health:a,root:d}=t,{end:m,answer:y,state:k,folder:O,log:P}=e,C=P.length>0?`; the end of its log:
${P.join(`
`)}`:"",Z=y==="000"?"nothing":y,ge=`On the host: \`journalctl -u ${r} -n 50\`.`;switch(m){case"healthy":return;case"restart-failed":return new _.w({code:"restart-failed",message:`systemd could not start ${r} with ${n}.`,seen:`${k}${C}`,hint:ge});case"crashed":return new _.w({code:"app-crashed",message:`${n} started and died.`,seen:`${k}${C}`,hint:ge});case"unhealthy":return new _.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,L.a3)(s)}.`,seen:`GET http://127.0.0.1:${o}${a} answered ${Z}; ${k}${C}`,hint:`${ge} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new _.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:O===""?"where the process runs can\u2019t be told":`the process of ${r} runs in ${O}`,hint:`\`systemctl cat ${r}\` on the host: WorkingDirectory must be ${d}/current.`})}}async function He(t,e,{to:n,from:s,event:r,steady:o}){const{context:a,clock:d,journal:m,lock:y}=t,{workers:k,rollout:O}=a.cluster,{worker:P}=e,C=await Ae(a,P),{startTimeout:Z,healthyAfter:ge}=O,Ve={id:n,owner:y.owner,startTimeout:Z,healthyAfter:ge,steady:o},Xe=Promise.withResolvers(),Ct=kt=>{kt===p&&(r==="activated"&&m.at(P,"switched",d.now()),a.reporter.step({host:P,name:r==="activated"?"switched":r,state:"done",detail:n}),Xe.resolve())},Ht=ne(a.run),_t={at:d.now(),event:r,release:n,from:s,by:Ht,reason:t.reason,backup:t.backup},Rn=Xe.promise.then(()=>Pt(t,e)),Pn=Xe.promise.then(()=>C.run((0,I.cJ)(k.root,_t)));for(const kt of[Rn,Pn])kt.catch(()=>{});try{await y.confirm(P);const kt=await C.run(F(k,Ve),{onLine:Ct}),In=$e(k,kt,Ve);if(In)throw In;m.processes.set(P,kt.pid),r==="activated"&&m.at(P,"healthy",d.now()),a.reporter.step({host:P,name:"healthy",state:"done"})}catch(kt){throw kt instanceof _.w?kt.with({host:P,step:"switch"}):kt}await Rn,await Pn}function gt(t,e){return t.workers.hosts.map(({name:n})=>{const s=e.workers.get(n),r=s instanceof _.w?void 0:s;return{worker:n,active:r?.releases.active,running:r?.probe.running,healthy:r?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,a])=>[o,xt(a,n)]))}})}function xt(t,e){const n=t instanceof _.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:s})=>s!=="ready")?"drained-by-others":"down"}class Ze{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return Ot(await Oe(e,async({name:n})=>(await this.open(n)).observe()))}}function Ot(t){const e=new Map,n=new Map,s=[];for(const[r,o]of t){if(o instanceof _.w){s.push(o);continue}for(const{worker:a,servers:d}of o.workers.values()){for(const{backend:m,server:y,traffic:k}of d)e.set(`${r} ${m}/${y}`,{worker:a,traffic:k});xt(o,a)==="down"&&n.set(a,[...n.get(a)??[],r])}}return{counters:e,down:n,silent:s}}function Ft(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const s=n/(1-n);let r=Math.exp(tn(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=r;for(let a=t;a<e&&r>o*1e-12;a+=1)r*=(e-a)/(a+1)*s,o+=r;return Math.min(1,o)}const tn=(t,e)=>Je(t)-Je(e)-Je(t-e);function Je(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const zt=20,fn=3,Ln=.001,mn=2,wn=.01,Fn=(0,L.YA)(3),zn=(0,L.Rz)(200),pn=1024;function Bn(t,e,n,s=0){const r=[$n("new release",t),$n("old release",e),Yn(t,e)].join("; ");if(t.requests<zt)return{phase:"inconclusive",why:`too little traffic: fewer than ${zt} requests`,seen:r};const o=e.requests>=zt,a=Hn(t,n);if(o?Cn(t,e,n):a){const d=o?"clearly more errors than the old release":`more than ${gn(wn)} errors`;return t.errors>s?{phase:"failed",why:d,seen:r}:{phase:"inconclusive",why:`${d}, but none of late`,seen:r}}return Wn(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:r}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:r}:{phase:"successful",seen:r}}function Cn(t,e,n){const s=nn(t);if(t.errors<fn||s<Ln||s<mn*nn(e))return!1;const r=t.requests/(t.requests+e.requests);return Ft(t.errors,t.errors+e.errors,r)<n}const Hn=({errors:t,requests:e},n)=>t>=fn&&Ft(t,e,wn)<n;function Wn(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<zt&&t.meanTime>Fn:t.meanTime>=Math.max(mn*e.meanTime,e.meanTime+zn)}const nn=({errors:t,requests:e})=>e===0?0:t/e;function $n(t,e){const{workers:n,requests:s,errors:r}=e;if(n.length===0)return`${t}: none`;const o=s===0?"":` (${gn(nn(e))})`;return`${t} on ${n.join(", ")}: ${r} of ${s} requests failed${o}`}function Yn(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${pn} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,L.a3)(e.meanTime)}`;return`mean response time ${(0,L.a3)(t.meanTime)}${n}`}const gn=t=>`${Number((t*100).toPrecision(3))} %`;class Un{#e=new Set;#t=new Map;#n=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,s]of e){const r=this.#n.get(n);if(this.#n.set(n,s),r===void 0||this.#e.size===0)continue;const o=this.#t.get(n)??Dn(s.worker);qn(r.traffic,s.traffic)?this.#t.set(n,{...o,unbroken:0,meanTime:void 0}):this.#t.set(n,Gn(o,r.traffic,s.traffic))}}switch(e,n){const s=new Set(e);for(const[r,o]of this.#t)s.has(o.worker)&&(this.#e.has(o.worker)||this.#r.push({...o,meanTime:void 0}),this.#t.delete(r));for(const[r,{worker:o}]of this.#n)s.has(o)&&this.#n.delete(r);this.add(n);for(const r of e)this.#e.add(r)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const s=[...n,...[...this.#t.values()].filter(e)],r=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...r].map(({worker:a})=>a))].sort(),requests:kn(s,"requests"),errors:kn(s,"errors"),meanTime:Kn(s)}}}const kn=(t,e)=>Math.max(0,t.reduce((n,s)=>n+s[e],0)),Dn=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),qn=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function Gn({worker:t,requests:e,errors:n,unbroken:s},r,o){const a=o.failed-r.failed,d=o.responses-r.responses+a;return{worker:t,requests:e+d,errors:n+(o.serverErrors-r.serverErrors)+a,unbroken:s+d,meanTime:o.meanTime}}function Kn(t){const e=t.filter(({unbroken:s,meanTime:r})=>r!==void 0&&s>=pn),n=e.reduce((s,r)=>s+r.requests,0);if(n!==0)return(0,L.Rz)(e.reduce((s,r)=>s+r.requests*(r.meanTime??0),0)/n)}const yn=(0,L.YA)(5),Zn=1,Jn=4,Vn=.01;class Xn{#e=new Un;#t;#n=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([s])=>!e.includes(s)))}}async watch(e,n){const s=Math.max(1,Math.ceil(n/yn)),r=n>0?(0,L.Rz)(n/s):yn;let o=0,a=0;n>0&&this.#o("started",`${s} measurements`);for(let d=1;;d+=1){(n>0||d>1)&&await this.#i(r);const{phase:m,why:y,seen:k}=this.#a(Vn/s),{silent:O}=this.#s;o+=m==="failed"?1:0,a=O.length>0?a+1:0;const P=[y,k,...O.map(({failure:Z})=>`${Z.host} does not answer: ${Z.message}`)].filter(Boolean).join("; "),C=Z=>{const ge=Z==="inconclusive"&&n===0&&this.#e.fresh().requests<zt;return ge||this.#o(Z==="failure"?"failed":"done",`${Z}: ${P}`),Z==="inconclusive"&&!ge&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${P}`),{batch:e,verdict:Z,seen:P,quiet:ge}};if(o>Zn)return C("failure");if(a>Jn)return C("inconclusive");if(d>=s&&m!=="failed")return C(m==="successful"&&a===0?"success":"inconclusive");this.#o("progress",`${Math.min(d,s)} of ${s}: ${P}`)}}async#i(e){const{source:n,clock:s,cancellation:r}=this.#t;r.check(),await r.orLeave(s.sleep(e)),this.#s=await r.orLeave(n.read()),this.#e.add(this.#s)}#a(e){const n=this.#e.fresh(),s=Bn(n,this.#e.rest(),e,this.#r);s.phase==="failed"&&(this.#r=n.errors);const r=[...this.#s.down].filter(([a])=>this.#e.switched.includes(a));if(r.length===0)return s;const o=r.map(([a,d])=>`${a} fails the health check of ${d.join(", ")}`).join("; ");return{...s,phase:"failed",why:o}}#o(e,n){for(const s of this.#n)this.#t.reporter.step({host:s,name:"watch",state:e,detail:n})}}function Qn({batch:t,seen:e}){return new _.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function es(t,e,n){const{context:s,journal:r,watch:o}=t,{canary:a}=s.cluster.rollout,d=e.tasks.map(({worker:k})=>k).filter(k=>!r.missed.includes(k));o.switched(d,Ot(r.views));const m=a!==void 0&&(n===1||e.title==="canary"),y=await o.watch(n,m?a.watch:(0,L.YA)(0));if(r.watched.push(y),y.verdict==="failure")throw Qn(y)}const ts=(0,L.YA)(5);async function bn(t,e,n){const{context:s,journal:r,lock:o,cancellation:a}=t;let{trial:d}=n;for(const[m,y]of e.entries()){const k=y.tasks.map(({worker:P})=>P).join(", "),O=n.direction==="forward"?"Batch":"Going back, batch";await s.reporter.group(`${O} ${m+1} of ${e.length}: ${k}`,async()=>{a.check();for(const{worker:ge}of y.tasks)await o.confirm(ge);const P=e[m-1];P&&is(t,y,P);const C=d?ts:(0,L.YA)(0);for(const{worker:ge}of y.tasks)r.begin(ge,m+1);const Z=Q(y.tasks,ge=>ns(t,ge,n,C),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry(Z),r.lost.size>0)throw cs(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await es(t,y,m+1),await Zt(t))}),y.tasks.some(({does:P})=>P==="switch")&&(d=!1)}}async function ns(t,e,{direction:n},s){const{worker:r,to:o,previous:a}=e;let d="drain";try{await Rt(t,e),e.does==="switch"?(await t.leases.confirm(r),d="switch",await He(t,e,{to:o,from:a,event:n==="forward"?"activated":"reverted",steady:s})):await Pt(t,e),d="readmit",await It(t,e),t.journal.done.push(e)}catch(m){if(!(m instanceof _.w))throw m;if(ss(t,r,m),je(m)&&m.failure.host===r)return rs(t,e,m);throw await as(t,e,d,n,m),m}}function ss({context:t,cancellation:e},n,{failure:s}){if(e.requested)return;const{code:r,message:o,step:a="switch"}=s;t.reporter.step({host:n,name:a,state:"failed",detail:`${r}: ${o}`})}function rs({context:t,journal:e,leases:n,lock:s},{worker:r},o){if(n.letGo(r),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(r),s.forget(r),t.reporter.warning(`${r} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function as(t,e,n,s,r){const{worker:o,previous:a}=e,{reporter:d}=t.context,m=y=>d.warning(`${o} stays drained: ${y}`);try{n==="drain"&&r.code!=="check-failed"?await Ut(t,e):e.does==="readmit"?m("its check does not pass."):s==="back"?m("going back failed, and a revert is never reverted."):a===void 0?m("there is no release to go back to."):t.onFailure==="freeze"?m(`it is not put back to ${a}, as the policy is to freeze.`):(d.info(`${o}: going back to ${a}.`),n==="readmit"?await Rt(t,e):await Qt(t,e),os.has(r.code)||await t.leases.confirm(o),await He(t,e,{to:a,from:e.to,event:"reverted",steady:(0,L.YA)(0)}),await It(t,e))}catch(y){if(!(y instanceof _.w))throw y;d.warning(`${o} could not be put back, and stays drained where it was: ${y.message}`)}finally{t.leases.letGo(o)}}const os=new Set(["app-crashed","app-unhealthy","restart-failed"]);function is({context:t,journal:e},{tasks:n,title:s},r){if(s==="not serving")return;const{minAvailable:o}=t.cluster.rollout,a=new Set(n.map(({worker:O})=>O)),d=t.cluster.workers.hosts.map(({name:O})=>O).filter(O=>!a.has(O)),m=new Set(r.tasks.map(({worker:O})=>O).filter(O=>!e.missed.includes(O))),y=[...e.views.values()],k=d.filter(O=>!m.has(O)&&y.some(P=>xt(P,O)!=="in"));if(!(d.length-k.length>=o))throw new _.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${d.length-k.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${k.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function cs({journal:t}){const[[e,{failure:n}]=["",new _.w({code:"",message:""})]]=t.lost;return new _.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const ds=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],ls=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],hs=`${pe}${Ee}${Ue}
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
`;function us(t){const{root:e,unit:n,port:s,health:r,envFile:o}=t.workers;return{name:"observe",text:hs,values:{root:e,unit:n,port:String(s),health:r,env_file:o??"",tools:ds.join(" ")},deadline:(0,L.YA)(20),parse:a=>fs(a,e)}}function fs(t,e){const n=(0,de.OA)((0,de.gq)(t).stdout,ls),s=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,L.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:s,running:ms(s,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:ye(n.lock)}}function ms(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[s="",r,...o]=t.slice(`${n}/releases/`.length).split("/");if(r==="tree"&&o.length===0&&(0,I.F3)(s))return s}}async function Mt(t){const{cluster:e}=t,[n,s]=await Promise.all([Oe(e.workers.hosts,async r=>{const o=await t.remote(r),[a,d]=await Promise.all([o.run((0,I.vN)(e.workers.root)).catch(ws),o.run(us(e))]);return{releases:a,probe:d}}),Oe(e.loadBalancers.hosts,async r=>(await et(t,r)).observe())]);return{workers:n,loadBalancers:s}}function ws(t){if(t instanceof _.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function sn({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof _.w)}const rn=({stage:t,migrate:e,batches:n,settle:s})=>t.length===0&&e===void 0&&n.length===0&&!s;function ps(t,e,n){const s=qt(t,n),r=s.flatMap(a=>gs(a,e)),o=new Set(r.map(({worker:a})=>a));return{target:e,from:cn(s.flatMap(({seen:a})=>on(a)).filter(a=>a!==e.id)),stage:s.filter(({seen:a})=>!an(a,e.id)).map(({name:a})=>a),migrate:Ss(t,e,s,r),...Kt(t,r,s),finished:s.filter(({name:a})=>!o.has(a)).map(({name:a})=>a),proven:s.some(({seen:a})=>vn(a,e.id)),settle:s.some(({seen:a})=>!vn(a,e.id))}}function qt(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([s,r])=>[s,xt(r,n)]))}))}const $s=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),an=({releases:t},e)=>t.staged.some(n=>n.id===e),on=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),vn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),Gt=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Bt=t=>({drainOn:Gt(t,e=>e!=="drained-by-others"),leaveOn:Gt(t,e=>e==="drained-by-others")});function gs(t,e){const{name:n,seen:s}=t,{drainOn:r,leaveOn:o}=Bt(t),a=ks(s,e.id);if(a!==void 0){const y=bs(s,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:y,drainOn:r,leaveOn:o}]}const d=Gt(t,y=>y==="drained"||y==="down");if(d.length===0)return[];const m=`runs it, but is out of rotation on ${d.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:m,previous:void 0,drainOn:d,leaveOn:o}]}function ks({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${ys(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const ys=t=>t==="000"?"no answer":`answers ${t}`;function bs({releases:t,probe:e},n){const s=new Set(t.staged.map(({id:o})=>o)),r=t.staged.findLast(({id:o,good:a})=>a&&o!==n)?.id;return[t.active,e.running,r].find(o=>o!==void 0&&o!==n&&s.has(o))}function Kt(t,e,n){const{batch:s,canary:r,minAvailable:o}=t.rollout,a=Sn(s,t.workers.hosts.length),d=new Set(n.filter($s).map(({name:C})=>C)),m=e.filter(({worker:C})=>!d.has(C)),y=e.filter(({worker:C})=>d.has(C)),k=[];let O=d.size;for(;m.length>0;){const C=m.splice(0,a);k.push({title:"not serving",tasks:C,available:O}),O+=C.filter(({leaveOn:Z})=>Z.length===0).length}let P=r?.hosts??0;for(;y.length>0;){const C=O-o;if(C<1)return{batches:k,problem:vs(t,O,y)};const Z=y.splice(0,Math.min(P||a,C));k.push({title:P>0?"canary":"serving",tasks:Z,available:O-Z.length}),P=0}return{batches:k}}const Sn=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function vs(t,e,n){const{minAvailable:s}=t.rollout,r=n.map(({worker:o})=>o).join(", ");return new _.w({code:"too-few-available",step:"preflight",message:`Draining one of ${r} would leave ${e-1} in rotation; min-available is ${s}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function Ss(t,e,n,s){const{migrate:r,migrations:o}=t.release,a=n[0];if(r===void 0||a===void 0||e.kind!=="deploy")return;const d=te(n.map(({seen:O})=>O.releases),e);if(d.length===0&&!s.some(({does:O})=>O==="switch"))return;const m=n.flatMap(({seen:O})=>O.releases.staged.filter(({id:P})=>P===O.releases.active));if(d.length===0&&m.some(({id:O})=>O===e.id))return;if(o===void 0)return{worker:a.name,migrations:[]};const y=new Set(m.flatMap(({migrations:O})=>O)),k=e.migrations.filter(O=>!y.has(O)||d.includes(O));return k.length===0?void 0:{worker:a.name,migrations:k}}function cn(t){const e=n=>t.filter(s=>s===n).length;return t.reduce((n,s)=>n===void 0||e(s)>e(n)?s:n,void 0)}function xs(t,e,{plan:n,workers:s,done:r}){const o=qt(t,e),a=[],d=s.flatMap(O=>{const P=o.find(Z=>Z.name===O);if(P===void 0||!on(P.seen).includes(n.target.id))return[];const C=r.find(Z=>Z.worker===O)?.previous??n.from;return C===void 0||!an(P.seen,C)?(a.push(O),[]):[{worker:O,does:"switch",to:C,why:`goes back to ${C}`,previous:n.target.id,...Bt(P)}]}),m={...t,rollout:{...t.rollout,canary:void 0}},{batches:y,problem:k}=Kt(m,d,o);return{batches:y,problem:k,stuck:a}}function Ts(t,e,n){const s=[...e.workers].flatMap(([k,O])=>je(O)?[k]:[]),r=[...e.loadBalancers.values()],o=s.filter(k=>!r.some(O=>xt(O,k)==="in")),a=s.filter(k=>!o.includes(k)).map(k=>e.workers.get(k)),d=o.length<=t.rollout.maxUnreachable?o:[],m=xn(t,[...d,...n]),y=[...m.workers.hosts.map(({name:k})=>e.workers.get(k)),...m.loadBalancers.hosts.map(({name:k})=>e.loadBalancers.get(k))].filter(k=>k instanceof _.w).map(k=>a.includes(k)?As(k):k);return y.length>0?{problems:y}:{cluster:m,observation:Tn(m,e),missed:d}}const As=({failure:t})=>new _.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function dn(t,e){const n=o=>[...o].filter(([,a])=>a instanceof _.w).map(([a])=>a),s=n(e.workers),r=xn(t,[...s,...n(e.loadBalancers)]);return{cluster:r,observation:Tn(r,e),missed:s,silent:sn(e)}}function xn(t,e){const n=({name:o})=>!e.includes(o),{workers:s,loadBalancers:r}=t;return{...t,workers:{...s,hosts:s.hosts.filter(n)},loadBalancers:{...r,hosts:r.hosts.filter(n)}}}function Tn(t,e){const n=(s,r)=>new Map(r.map(({name:o})=>[o,s.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const Os=new Set(["cancelled","lock-lost","lease-lost"]);async function _s(t,e,n){const{context:s,journal:r,onFailure:o}=t;if(Os.has(n.code))return;const a=r.done.filter(({does:y})=>y==="switch").map(({worker:y})=>y),m=[...e.proven?[]:e.finished,...a].reverse();if(m.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||r.lost.size>0)return"halted";try{return await s.reporter.group("Revert",async()=>{const y=dn(s.cluster,await Mt(s)),k=xs(y.cluster,y.observation,{plan:e,workers:m,done:r.done});for(const P of k.stuck)s.reporter.warning(`${P} stays: it has no release to go back to.`);if(k.problem)throw k.problem;const O={...t,context:{...s,cluster:y.cluster}};await bn(O,k.batches,{direction:"back",trial:!1})}),"reverted"}catch(y){if(!(y instanceof _.w))throw y;return s.reporter.warning(`The revert stopped, and is not reverted: ${y.message}`),"revert-failed"}}}const Ns=[80,443],Ms=String.raw`
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
`,js=(t,e)=>({name:`look for ${t.name}`,text:Ms,values:{address:t.address,port:String(e),doors:[t.port,...Ns].join(" ")},deadline:(0,L.YA)(20),parse:n=>(0,de.gq)(n).stdout.trim()});async function Es(t,e){const{workers:n}=t.cluster;await Q(await dt(t),async({name:s,remote:r})=>{const o=await r.run(js(e,n.port));if(o!=="nothing")throw Rs(e,s,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const Rs=(t,e,n)=>new _.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function Ps(t,{takeBackup:e,withoutBackup:n},s){if(!An(t))return;const{context:r,plan:o,observation:a}=t;if(n!==void 0){const{by:d}=r.run;s.withoutBackup={by:d,reason:n},r.reporter.warning(`There is no backup from before this deploy, as ${d} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const d=await e(r,{release:zs(o,a),target:o.target.id}),{id:m,recoveryPoint:y,bytes:k,bytesAdded:O,took:P,newestProven:C}=d;s.backup={id:m,recoveryPoint:y,bytes:k,bytesAdded:O,took:P,newestProven:C}}catch(d){throw d instanceof _.w?Is(d):d}}function Is(t){const{failure:e}=t;if(e.code==="cancelled")return t;const s=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new _.w({...e,step:"backup",hint:s,cause:t})}function Ls(t,{withoutBackup:e}={}){if(!An(t))return;const{cluster:n,run:s}=t.context;if(e!==void 0)return`no backup, as ${s.by} wants it: ${e}`;const r=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${r}, while the release is staged; nothing is migrated or switched before that`}function An({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:s})=>s.some(({worker:r,does:o,to:a})=>o==="switch"&&Fs(n.workers.get(r),a)))}const Fs=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function zs({from:t,target:e},{workers:n}){const s=[...n.values()].map(({releases:a})=>a),r=t??(s.some(({active:a})=>a===e.id)?e.id:void 0),o=s.flatMap(({staged:a})=>a).find(a=>a.id===r)??{migrations:[]};return me(s,o).at(-1)?.release??r}function Bs({withoutBackup:t}){if(!(t===void 0||t.trim()!==""))throw new _.j({code:"reason-missing",message:"To deploy without a backup takes a reason.",left:"Nothing was changed.",hint:"--without-backup 'why'; it is kept in the history of every worker."})}function Cs(t,e,n){const{target:s,stage:r,migrate:o,batches:a,finished:d}=e;return rn(e)?[Ws(s)]:[Ys(e),...r.length>0?[`stage on ${r.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${Us(o.migrations)}`]:[],...d.length>0?[`leave ${d.join(", ")}: ${Hs(s)}`]:[],...Ds(t,a),...a.flatMap((m,y)=>qs(t,m,y,a.length)),...s.kind==="repair"?[]:[`settle: mark ${s.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Hs=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Ws=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Ys({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Us=t=>t.length>0?t.join(", "):"the program knows which are new";function Ds({rollout:t,workers:e},n){const s=Sn(t.batch,e.hosts.length),r=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),o=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:d})=>a+d.length,0);return r===0||r>=Math.min(s,o)?[]:[`batches of ${r} instead of ${s}: min-available is ${t.minAvailable}`]}function qs(t,{title:e,tasks:n,available:s},r,o){const{drainTimeout:a,healthyAfter:d}=t.rollout,m={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${r+1} of ${o}${m}: ${s} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(y=>[`  ${y.worker}: ${y.why}`,...Gs(y,`wait up to ${(0,L.a3)(a)} for requests in flight`,d)])]}function Gs({does:t,to:e,drainOn:n,leaveOn:s,previous:r},o,a){const d=n.join(", "),m=r===void 0?"there is no release to go back to":`if it fails, back to ${r}`;return[...n.length>0?[`    drain on ${d}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${m}`]:[],...n.length>0?[`    fresh check on ${d}; readmit`]:[],...s.length>0?[`    stays as it is on ${s.join(", ")}: somebody else drained it there`]:[]]}function Ks({worker:t,active:e,running:n,healthy:s,rotation:r}){const o=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,d=[...r],m={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[y]=d,O=y!==void 0&&d.every(([,C])=>C===y[1])?m[y[1]]:d.map(([C,Z])=>`${m[Z]} on ${C}`).join(", ");return`${t} ${o}${a}, ${s===void 0?"health unknown":s?"healthy":"unhealthy"}, ${O}`}const Zs=(0,L.YA)(10);class On{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),We.MA),this.#t.unref()}hold(e,n){for(const s of n){const r=this.#e.get(s)??new Map;this.#e.set(s,r.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,s])=>{const r=s.get(e);if(!(r===void 0||this.#r(r))&&(await this.#i(n,[e]),!this.#r(s.get(e)??0)))throw Vs(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=Zs}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const s=this.#i(e,[...n.keys()]).catch(Js).finally(()=>this.#n.delete(e));this.#n.set(e,s)}}async#i(e,n){const s=this.clock.now().getTime(),o=await(await Re(this.context,e)).renew(n),a=this.#e.get(e);for(const d of n)!o.includes(d)&&a?.has(d)&&a.set(d,s)}}function Js(t){if(!(t instanceof _.w))throw t}const Vs=(t,e)=>new _.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),Xs=(0,L.Gx)(15),Qs=String.raw`
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
`;function er({root:t,envFile:e},n,s,r){const o=s.map((a,d)=>`word${d}`);return{name:`migrate ${n}`,text:`${nt}
set -- ${o.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${Qs}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:r,env_file:e??"",...Object.fromEntries(o.map((a,d)=>[a,s[d]??""]))},deadline:Xs,parse(a){if(a.status===ke)throw Ke(void 0,void 0);(0,de.gq)(a)}}}function tr(t,e,n){const s=(0,I.cJ)(t,e);return{...s,text:`${nt}${s.text}`,values:{...s.values,owner:n},parse(r){if(r.status===ke)throw Ke(void 0,void 0);s.parse(r)}}}async function _n(t,e,{target:n,from:s},r,o){const{cluster:a,run:d,clock:m=he}=t,y={at:m.now(),release:n.id,from:s,by:ne(d)},k=await t.remote(e);for(const O of(0,I.QW)(y,o))await k.run(tr(a.workers.root,O,r))}async function nr(t,e,n,s){const{workers:r,release:o}=t.cluster,{migrate:a}=e,d=r.hosts.find(({name:P})=>P===a?.worker);if(a===void 0||d===void 0||o.migrate===void 0)return;await _n(t,d,e,n,s).catch(P=>{throw P instanceof _.w?P.with({host:d.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):P});const y=r.hosts.filter(P=>P!==d).map(P=>_n(t,P,e,n,s).catch(C=>{if(!(C instanceof _.w))throw C;t.reporter.warning(`${P.name} could not note the migration, which ${d.name} runs: ${C.message}`)})),k=sr(t,d,e,o.migrate,n,s),O=(await Promise.allSettled([k,...y])).find(({status:P})=>P==="rejected");if(O?.status==="rejected")throw O.reason}async function sr(t,e,{target:n,migrate:s},r,o,a){const{reporter:d,cluster:m}=t,y=await t.remote(e);d.step({host:e.name,name:"migrate",state:"started",detail:s?.migrations.join(", ")||void 0});try{await y.run(er(m.workers,n.id,r,o),{onLine:k=>d.step({host:e.name,name:"migrate",state:"progress",detail:k})})}catch(k){throw k instanceof _.w?(d.step({host:e.name,name:"migrate",state:"failed",detail:k.failure.seen}),k.code!=="script-failed"?k.with({host:e.name,step:"migrate"}):new _.w({code:"migration-failed",host:e.name,step:"migrate",message:`${r.join(" ")} failed; no worker was switched.`,seen:k.failure.seen??k.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):k}d.step({host:e.name,name:"migrate",state:"done"})}function rr(t,e){const n=qt(t,e),s=n.filter(d=>Nn(d)===void 0),r=cn(s.flatMap(({seen:d})=>d.probe.running??[]))??cn(n.flatMap(({seen:d})=>d.releases.active??[]));if(r===void 0)return;const o=n.flatMap(d=>ar(d,r)),a=new Set(o.map(({worker:d})=>d));return{target:{kind:"repair",id:r,migrations:[]},from:void 0,stage:[],...Kt(t,o,n),finished:n.map(({name:d})=>d).filter(d=>!a.has(d)),proven:!0,settle:!1}}function ar(t,e){const{name:n,seen:s}=t,r=Nn(t);if(r!==void 0){const m=an(s,e)?e:s.releases.active;return m===void 0?[]:[{worker:n,does:"switch",to:m,why:r,...Bt(t)}]}const o=Gt(t,m=>m==="drained"),a=s.probe.running;if(o.length===0||a===void 0)return[];const d=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:d,drainOn:o,leaveOn:Bt(t).leaveOn}]}function Nn({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const or=(0,L.ee)(64*1024*1024),ln=4096;function ir({entries:t}){const e=t.reduce((n,s)=>n+(s.type==="file"?Math.ceil(s.size/ln)*ln:ln),0);return{size:(0,L.ee)(e),files:t.length}}function cr(t,e,n,s){const r=ps(t,e,n),o=Me(n,e),a=[...[...n.workers].flatMap(([d,m])=>dr(t,e,d,m,r,s)),...r.problem?[r.problem]:[],...o?[o]:[]];return a.length>0?{problems:a}:{plan:r}}function dr(t,e,n,{releases:s,probe:r},o,a){const{unit:d,root:m,envFile:y}=t.workers,k=t.hosts.get(n)?.user??"the deploy user",O=[],P=s.staged.some(({id:Z})=>Z===e.id),C=(0,L.ee)((a?.size??0)+or);if(r.missingTools.length>0&&O.push({code:"tools-missing",message:`It lacks ${r.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),r.folder==="missing"&&O.push({code:"service-folder-missing",message:`${m} does not exist.`,hint:`On ${n}, as root: install -d -o ${k} -g ${k} ${m}`}),r.folder==="read-only"&&O.push({code:"permission-denied",message:`${k} may not write in ${m}.`,hint:`On ${n}, as root: chown ${k}: ${m}`}),!P&&e.kind==="deploy"&&(r.diskFree<C||r.inodesFree<(a?.files??0)+1e3)&&O.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,L.z3)(r.diskFree)} and ${r.inodesFree} inodes free, ${(0,L.z3)(C)} and ${(a?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${m}\` shows what is full, \`du -xsh ${m}/releases/*\` what the releases take.`}),r.unit.load!=="loaded"&&O.push({code:"unit-missing",message:`systemd has no usable unit ${d}.`,seen:`LoadState=${r.unit.load}`,hint:`On ${n}: \`systemctl status ${d}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!r.mayRestart||!r.mayReadRelease){const Z=r.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${d}`;O.push({code:"sudo-denied",message:`${k} may not run \`sudo ${Z}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return o.migrate?.worker===n&&r.envFile==="unreadable"&&O.push({code:"env-file-unreadable",message:`${k} can't read ${y}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${k} ${y} && chmod 640 ${y}`}),e.kind==="rollback"&&!P&&O.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${s.staged.map(({id:Z})=>Z).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),O.map(Z=>new _.w({...Z,host:n}))}class Mn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,s){const r=this.#e.get(e);r&&this.#e.set(e,{...r,[n]:s})}get timeline(){return[...this.#e.values()]}}const lr=(0,L.Rz)(1500);class hr{context;kind;clock;journal=new Mn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??he,this.#e=this.clock.now()}async phase(e,n){const s=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,L.Rz)(this.clock.now().getTime()-s)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const s=gt(this.context.cluster,this.observation),r=`
${s.map(o=>`    ${Ks(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:s,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,error:n&&this.changing?new _.w({...n.failure,left:r}):n}}async#n(){const e=Mt(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(lr).then(()=>this.observation)]))}}async function ur(t,{target:e,from:n}){const{context:s,clock:r,journal:o}=t,{workers:a,release:d}=s.cluster,m={at:r.now(),event:"good",release:e.id,from:n,by:ne(s.run),reason:t.reason,backup:t.backup},y={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await Q(a.hosts.map(({name:k})=>k).filter(k=>!o.missed.includes(k)),k=>fr(k,async()=>{const O=await Ae(s,k);await Promise.all([O.run((0,I.bL)(a.root,e.id)),O.run((0,I.cJ)(a.root,m))]);const P=[e.id,...n===void 0?[]:[n]],C=await O.run((0,I.R3)(a.root,{keep:d.keep,protect:P})),Z=C.length>0?`removed ${C.join(", ")}`:void 0;s.reporter.step({host:k,name:"settle",state:"done",detail:Z})}),y)}async function fr(t,e){try{await e()}catch(n){throw n instanceof _.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function mr(t,e,n={}){const{id:s,manifest:r}=e,o={kind:"deploy",id:s,migrations:r.migrations};return hn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(d,m)=>(Bs(n),m.to=s,jn(d,{...n,archive:e,choice:n},m,()=>o))})}function wr(t,{to:e,...n}={}){return hn(t,{...n,kind:"rollback",intend:(r,o)=>jn(r,n,o,a=>be(a,e))})}function pr(t,e={}){return hn(t,{...e,kind:"repair",intend:br})}async function hn(t,e){const n=new hr(t,e.kind),s=new tt(t.signal);try{const r=await n.phase("Preflight",()=>s.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(rn(r.plan)&&!Ar(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>ee(r.context,{after:e.after})),a=u(t,"rollout");try{return await n.finish(await $r(t,e,n,o,s))}finally{await Promise.all([a(),s.unfinished?void 0:o.release()])}}catch(r){if(!(r instanceof _.w))throw r;return n.finish("failed",r)}}async function $r(t,e,n,s,r){const{clock:o,journal:a}=n,d=await n.phase("Plan",()=>r.orLeave(e.intend(t,n))),{plan:m,context:y}=d;if(rn(m))return"nothing-to-do";const{archive:k,choice:O={}}=e,{target:P,migrate:C}=m;n.changing=!0,k&&await n.phase("Stage",()=>r.orLeave(Promise.all([Sr(y,k),Ps(d,O,n)])));const Z=k&&C?Qe(k.manifest,C.migrations):[];C&&await n.phase("Migrate",()=>r.orHurry(nr(y,m,s.owner,Z)));const ge=kr(d,k),Ve=new On(y,o),Xe=yr(d,o,r),Ct=gr(e,n),Ht={context:y,clock:o,cancellation:r,lock:s,leases:Ve,watch:Xe,target:P,onFailure:ge,journal:a,...Ct};try{const _t=!m.proven;await n.phase("Batches",()=>bn(Ht,m.batches,{direction:"forward",trial:_t}))}catch(_t){throw _t instanceof _.w&&(n.afterFailure=await _s(Ht,m,_t)),_t}finally{Ve.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>ur(Ht,m)),"success"}function gr({reason:t},{backup:e,withoutBackup:n}){return n!==void 0?{reason:`without a backup: ${n.reason}`}:{reason:t,backup:e?.id}}function kr({context:t,plan:e,observation:n},s){if(s===void 0)return"halt";const r=e.batches.flatMap(({tasks:a})=>a.map(({previous:d})=>d));return[e.from,...r].some(a=>a!==void 0&&!ut(n,s.manifest,a))?"freeze":t.cluster.rollout.onFailure}function yr({context:t,plan:e,observation:n},s,r){const o=t.cluster.loadBalancers.hosts.map(({name:m})=>m),a=new Ze(o,m=>Re(t,m)),d=new Xn({source:a,clock:s,reporter:t.reporter,cancellation:r});return d.switched(e.finished,Ot(n.loadBalancers)),d}async function jn(t,{archive:e,choice:n,without:s=[]},r,o){r.observation=await Mt(t);const a=await vr(t,r.observation,s),d=Ts(t.cluster,r.observation,a);if("problems"in d)throw un(d.problems);const m=o(d.observation);r.to=m.id;const y=e&&ir(e.manifest),k=cr(d.cluster,m,d.observation,y);if("problems"in k)throw un(k.problems);return r.from=k.plan.from,En(t,r,d,k.plan,n)}async function br(t,e){e.observation=await Mt(t);const{silent:n,...s}=dn(t.cluster,e.observation),r=rr(s.cluster,s.observation);if(r===void 0)throw un(n.length>0?n:[xr()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=r.target.id,En(t,e,s,r)}function En(t,e,{cluster:n,missed:s,observation:r},o,a){const{reporter:d}=t,m=s.map(O=>`leave out ${O}: it can't be reached and takes no traffic`),y={context:{...t,cluster:n},plan:o,observation:r},k=[...Cs(n,o,Ls(y,a)),...m];if(k.join(`
`)!==e.plan.join(`
`))for(const O of k)d.info(O);return e.plan=k,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...s),y}async function vr(t,e,n){const{hosts:s}=t.cluster.loadBalancers,r=n.map(m=>s.find(y=>y.name===m)??m),[o]=r.filter(m=>typeof m=="string");if(o!==void 0)throw Tr(o,s);const a=s.filter(m=>r.includes(m)&&e.loadBalancers.get(m.name)instanceof _.w),{cluster:d}=dn(t.cluster,e);for(const m of a)await Es({...t,cluster:d},m),t.reporter.warning(`${m.name} is left out: no worker sees it either.`);return a.map(({name:m})=>m)}async function Sr(t,e){const{cluster:n,reporter:s}=t;await Q(n.workers.hosts,async r=>(0,I.dw)(await t.remote(r),n.workers.root,e,s),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const un=t=>ie(t.map(({failure:e})=>new _.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),xr=()=>new _.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),Tr=(t,e)=>new _.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),Ar=({workers:t})=>[...t.values()].some(e=>!(e instanceof _.w)&&e.probe.lock!==void 0);async function Or(t){const[e,n]=await Promise.all([Mt(t),Nr(t)]),s=gt(t.cluster,e),r=sn(e);return{workers:s,loadBalancers:[...e.loadBalancers].flatMap(([o,a])=>a instanceof _.w?[]:[{name:o,processes:a.processes,hasAddress:n.get(o)?.here,drained:n.get(o)?.away}]),locks:[...e.workers].flatMap(([o,a])=>a instanceof _.w||a.probe.lock===void 0?[]:[{worker:o,owner:a.probe.lock.owner,expired:a.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([o,a])=>a instanceof _.w?[]:[...a.workers.values()].flatMap(({worker:d,lease:m})=>m?[{worker:d,loadBalancer:o,...m}]:[])),failures:r,ok:r.length===0&&s.every(o=>_r(o)&&o.running===s[0]?.running)}}const _r=({active:t,running:e,healthy:n,rotation:s})=>e!==void 0&&e===t&&n===!0&&[...s.values()].every(r=>r==="in");async function Nr({cluster:t,remote:e}){const{hosts:n,address:s}=t.loadBalancers;return s===void 0?new Map:new Map(ue(await Oe(n,async r=>(await e(r)).run((0,We.xc)(s)))).answers)}async function Mr(t,e,n){const s=t.clock??he,r=new tt(t.signal),o=await ee(t),a=new On(t,s),d={context:t,clock:s,cancellation:r,lock:o,leases:a,journal:new Mn};try{for(const[m,y]of e.entries())await t.reporter.group(`Worker ${y}, ${m+1} of ${e.length}`,async()=>{r.check(),await jr(d,await Rr(t,y),n)})}finally{a.stop(),await o.release()}}async function jr(t,e,n){const{worker:s}=e;try{await Rt(t,e).catch(async o=>{throw await Ut(t,e).catch(Er(t,s)),o}),await t.leases.confirm(s);const r=await n(s).then(()=>{},o=>o);if(await Pt(t,e).catch(o=>{throw r??o}),await It(t,e),r!==void 0)throw r}finally{t.leases.letGo(s)}}const Er=(t,e)=>n=>{if(!(n instanceof _.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function Rr(t,e){const{cluster:n}=t,s=await Mt(t),r=sn(s);if(r.length>0)throw ie(r,{code:"preflight-failed",step:"drain",message:`${r.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const o=qt(n,s),a=o.find(({name:k})=>k===e);if(a===void 0)throw new Error(`${e} is no worker of this cluster`);const[d]=on(a.seen);if(d===void 0)throw Pr(e);const m={worker:e,does:"readmit",to:d,why:"is changed",...Bt(a)},{problem:y}=Kt(n,[m],o);if(y!==void 0)throw new _.w({...y.failure,left:`${e} was not touched.`});return m}const Pr=t=>new _.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),1996:((jt,at,G)=>{G.d(at,{Gx:()=>_,Rz:()=>ne,YA:()=>he,a3:()=>fe,ee:()=>I,z3:()=>te});const ne=se=>se,he=se=>ne(se*1e3),_=se=>he(se*60),I=se=>se;function fe(se){if(se<1e3)return`${Math.round(se)} ms`;if(se<6e4)return`${(se/1e3).toFixed(1)} s`;const J=Math.round(se/1e3);return`${Math.floor(J/60)} min ${J%60} s`}function te(se){const J=["B","kB","MB","GB","TB"];let oe=se,be=0;for(;oe>=1e3&&be<J.length-1;)oe/=1e3,be+=1;return`${be===0?oe:oe.toFixed(1)} ${J[be]}`}})};
