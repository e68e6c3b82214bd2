"use strict";exports.id=23,exports.ids=[23],exports.modules={5355:((Ut,Ke,H)=>{H.d(Ke,{Vp:()=>ie,vj:()=>ee});var q=H(1455),he=H(3916),N=H(7030),E=H(2857),re=H(1996);function G(m,y){return E.YjP({error:y}).regex(m,{error:y})}const K=G(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,"a host's name: lower-case letters, digits and dashes, at most 63"),Y=G(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,"a name of lower-case letters, digits and dashes that starts with a letter, at most 32"),J="an IP address or a DNS name",de=G(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,J).refine(m=>(0,N.isIP)(m)!==0||ue(m),{error:J});function ue(m){const y=m.split(".");return!(y.length>1&&/^[0-9]+$/.test(y.at(-1)??""))&&y.every(A=>/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(A))}const Z=(m,y)=>(0,N.isIPv4)(m)?m===y:m.toLowerCase()===y.toLowerCase(),oe=G(/^[a-z_][a-z0-9_-]{0,31}$/,"a Unix user name"),Ze=G(/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,"a public key as in id_ed25519.pub: ssh-ed25519 AAAA\u2026"),Te=G(/^[a-z0-9][a-z0-9+.-]{1,127}$/,"a package's name, such as nodejs"),ae=G(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,"a name as HAProxy allows it: letters, digits and _ . : -"),rt=G(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,"a name of letters, digits, _ and -, at most 63"),ot=G(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,"a metric's name: letters, digits and _, such as http_request_duration_seconds"),X=G(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,"an absolute path of letters, digits and . _ @ : + -, without a slash at its end"),Ie=G(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,"a path relative to the app's folder, without . or .. in it"),Je=G(/^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,"a path that starts with a slash and has no . or .. in it, such as /readyz"),Ve=(m,y)=>G(m,y).refine(x=>!m.test(x)||URL.canParse(x),{error:y}),Xe=Ve(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}$/,"an address without a path, such as https://shop.example.com"),M=Ve(/^https?:\/\/[A-Za-z0-9.[\]:-]{1,260}(?:\/[A-Za-z0-9._~%/?=&:+,;-]{0,500})?$/,"an address such as https://hooks.example.com/alerts, without a password in it"),_e=G(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])$/,"a mail address"),ge="a mail server with its port, such as mail.example.com:25",Qe=G(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:[1-9][0-9]{0,4}$/,ge).refine(m=>!(Number(m.split(":")[1])>65535),{error:ge}),Be=G(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u,"a command"),Le=E.Whr({error:"a port: 1 to 65535"}).min(1,{error:"a port: 1 to 65535"}).max(65535,{error:"a port: 1 to 65535"}),fe=(m,y)=>{const x=`a whole number from ${m} to ${y}`;return E.Whr({error:x}).min(m,{error:x}).max(y,{error:x})},Ce={ms:1,s:1e3,m:6e4,h:36e5,d:864e5},Ne=(m,y)=>{const x=`a length of time from ${m} to ${y}, with its unit: 500ms, 30s, 2m, 1h or 7d`;return G(/^[0-9]{1,7}(?:ms|s|m|h|d)$/,x).refine(A=>Me(A)>=Me(m)&&Me(A)<=Me(y),{error:x}).transform(Me)};function Me(m){const y=/^([0-9]+)(ms|s|m|h|d)$/.exec(m);return y?(0,re.Rz)(Number(y[1])*Ce[y[2]]):(0,re.Rz)(Number.NaN)}var at=H(1916);function pt(m,y,x){return y.issues.flatMap(A=>He(m,A,[],x))}function He(m,y,x,A){const _=[...x,...y.path.map(I=>typeof I=="number"?I:String(I))],L=$t(A,_);switch(y.code){case"unrecognized_keys":return y.keys.map(I=>({path:[..._,I],message:dt(m,_,I),at:"key"}));case"invalid_key":return[{path:_,message:`${le(_.at(-1))} must be ${y.issues[0]?.message}`,at:"key"}];case"invalid_union":{const I=y.errors.find(D=>D.some(se=>!it(se)));if(I)return I.flatMap(D=>He(m,D,_,A));const V=new Set(y.errors.flatMap(D=>D.map(ct)));return[{path:_,message:et(_,[...V].join(", or "),L),at:"value"}]}default:return[{path:_,message:et(_,ct(y),L),at:"value"}]}}const it=m=>m.code==="invalid_type"&&m.path.length===0,je={object:"a mapping of keys to values",record:"a mapping of keys to values",array:"a list",string:"text",number:"a number"};function ct(m){if(m.code==="invalid_type"&&m.message.startsWith("Invalid input"))return je[m.expected]??m.expected;if(m.code==="invalid_value"){const y=m.values.map(String);return y.length===1?`${y[0]}`:`one of ${y.join(", ")}`}return m.message}function et(m,y,x){const A=tt(m)||"the file";return x===void 0?`${A} is missing; it must be ${y}`:`${A} must be ${y}; found ${le(x)}`}function dt(m,y,x){const A=be(m,y),_=y.length>0?`in ${tt(y)}`:"at the top level";return`unknown key ${le(x)} ${_}; ${ke(x,A)}`}function ke(m,y){const A=y.map(_=>({candidate:_,far:(0,at.Io)(m.toLowerCase(),_)})).sort((_,L)=>_.far-L.far)[0];return A&&A.far<=Math.max(2,Math.floor(m.length/3))&&A.far<A.candidate.length?`did you mean ${le(A.candidate)}?`:y.length>0?`known are ${y.join(", ")}`:"there are none"}function be(m,y){if(m instanceof E.IiU||m instanceof E.XiL||m instanceof E.xgV)return be(m.unwrap(),y);if(m instanceof E.fZ7)return m.options.flatMap(L=>be(L,y));const[x,...A]=y;if(m instanceof E.b8S)return be(m.valueType,A);if(!(m instanceof E.bvH))return[];if(x===void 0)return Object.keys(m.shape);const _=m.shape[x];return _?be(_,A):[]}function $t(m,y){let x=m;for(const A of y){if(typeof x!="object"||x===null||!Object.hasOwn(x,A))return;x=x[A]}return x}const tt=m=>m.map((y,x)=>typeof y=="number"?`[${y+1}]`:`${x>0?".":""}${y}`).join("");function le(m){if(m==null)return"nothing";const y=(JSON.stringify(m)??String(m)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,x=>`\\u{${x.codePointAt(0)?.toString(16)}}`);return y.length>80?`${y.slice(0,79)}\u2026`:y}function nt(m,y){return[...pe(m,y),...Ee(["load-balancers","hosts"],m["load-balancers"]?.hosts),...Ee(["workers","hosts"],m.workers?.hosts),...Ee(["load-balancers","backend"],m["load-balancers"]?.backend),...Ee(["release","include"],m.release?.include),...lt(m),...We(m),...gt(m),...ye(m)]}const we=(m,y)=>({path:m,message:y,at:"value"});function pe(m,y){const x=[],A=(_,L)=>L!==void 0&&x.push([_,L]);A(["ssh","jump"],m.ssh?.jump);for(const _ of["load-balancers","workers"])m[_]?.hosts.forEach((L,I)=>{A([_,"hosts",I],L)});for(const _ of["database","backup","monitoring"])A([_,"host"],m[_]?.host);return x.filter(([,_])=>!y.includes(_)).map(([_,L])=>we(_,`${le(L)} is not a host under hosts; ${ke(L,y)}`))}function Ee(m,y){return(y??[]).flatMap((x,A,_)=>_.indexOf(x)<A?[we([...m,A],`${le(x)} is in ${m.join(".")} twice`)]:[])}function lt({hosts:m={},ssh:y}){const x=Object.entries(m).map(([A,_])=>{const L=typeof _=="string"?{address:_,port:void 0}:_;return{name:A,address:L.address,port:L.port??y?.port??22}});return x.flatMap((A,_)=>{const L=x.slice(0,_).find(({address:I,port:V})=>V===A.port&&Z(I,A.address));return L?[we(["hosts",A.name],`${A.name} has the address and port of ${L.name}`)]:[]})}function We({"load-balancers":m,workers:y}){if(!m||!y)return[];const x=Object.keys(m.servers).filter(I=>!y.hosts.includes(I)).map(I=>{const V=`${le(I)} in load-balancers.servers is not in workers.hosts; ${ke(I,y.hosts)}`;return{path:["load-balancers","servers",I],message:V,at:"key"}}),A=new Map(Object.entries(m.servers)),_=new Map,L=y.hosts.flatMap(I=>{const V=A.get(I)??I,D=_.get(V)??I;if(_.set(V,D),D===I)return[];const se=["load-balancers","servers",A.has(I)?I:D];return[we(se,`${D} and ${I} can't both be the server ${le(V)}`)]});return[...x,...L]}function gt({rollout:m,workers:y}){if(!m||!y)return[];const x=y.hosts.length,A=m["min-available"]??1,_=(V,D,se)=>{if(x-se>=A)return[];const $e=m["min-available"]?`rollout.min-available asks for ${A}`:"one must stay";return[we(["rollout",...V],`${D}, which leaves ${Math.max(0,x-se)}; ${$e}`)]},L=(V,D,se)=>_(V,`${D} takes ${se} of ${x} workers out of rotation`,se),I=m["max-unreachable"];return[...L(["batch"],"rollout.batch",Re(m.batch,x)),...L(["canary","hosts"],"rollout.canary",m.canary?.hosts??0),...I===0?[]:_(["max-unreachable"],`rollout.max-unreachable leaves out ${I} of ${x} workers while another one is switched`,I+1)]}function ye(m){const{backup:y,database:x}=m;return y===void 0||!("database"in m)?[]:x===void 0?[{path:["backup"],message:"backup needs database: what is it to make backups of?",at:"key"}]:y.mode==="continuous"&&x.kind!=="postgresql"?[we(["backup","mode"],`only postgresql has backups in continuous mode, ${x.kind} has not`)]:y.mode==="continuous"&&x.host===y.host?[we(["backup","host"],"in continuous mode the backup server is another machine than the database host")]:y.proof==="nightly"&&y["before-deploy"]==="no"?[we(["backup","proof"],"only a deploy's backup is left to the night, and with before-deploy: no there is none")]:[]}function ht(m,y){return Math.max(1,y-Re(m.batch,y)-m["max-unreachable"])}function Re(m,y){return"hosts"in m?m.hosts:Math.max(1,Math.floor(y*m.percent/100))}var kt=H(8532);const bt=/[|&;<>()$`\\*?#~{}[\]!\n\r]/;function yt(m){const y="write it as a list, [program, argument, \u2026], or call a script of the release",x=bt.exec(m);if(x)return{wrong:`one program with its arguments: no shell reads it, so ${JSON.stringify(x[0]).slice(1,-1)} has no meaning; ${y}`};if(!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(m))return{wrong:`a command with its quotes closed; or ${y}`};const A=m.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)??[];return A.length===0?{wrong:"a program with its arguments"}:{words:A.map(_=>_.replace(/'([^']*)'|"([^"]*)"/g,"$1$2"))}}const ut=m=>E.YOg(K,{error:"a list of hosts' names"}).min(m,{error:m===1?"a list with at least one host":`a list with at least ${m} hosts`}),vt=E.KCZ([de.describe("IP address or DNS name"),E.rej({address:de.describe("IP address or DNS name"),port:Le.optional().describe("SSH port; default: ssh.port"),user:oe.optional().describe("SSH user; default: ssh.user")})]),St=E.rej({user:oe.default("deploy").describe("The user that every host is reached as"),port:Le.default(22),jump:K.optional().describe("The host that every connection goes through"),"authorized-keys":E.YOg(Ze).min(1,{error:"a list with at least one public key"}).optional().describe("Public keys that may log in as the user; buka provision makes the account and its authorized_keys")}),Q=E.KCZ([ae,E.YOg(ae).min(1,{error:"a list with at least one name"})]).transform(m=>typeof m=="string"?[m]:m),ze=E.rej({kind:E.euz("haproxy"),hosts:ut(1),address:de.optional().describe("The virtual address that customers use"),backend:Q.describe("The backend, or backends, that the workers are in; a worker is drained in each"),servers:E.g1P(K,ae).default({}).describe("A worker's name as a server in those backends, where it differs from its name here"),"master-socket":X.default("/run/haproxy-master.sock").describe("The master process (haproxy -S)")}),Ye=E.KCZ([E.YjP().transform((m,y)=>{const x=yt(m);return"words"in x?x.words:(y.issues.push({code:"custom",input:m,message:x.wrong}),kt.tm)}),E.YOg(E.YjP().regex(/^[^\0]*$/,{error:"an argument without a NUL"})).min(1,{error:"a list with the program and its arguments"})]),xt=E.rej({hosts:ut(2),port:Le.describe("The port that the app listens on"),health:Je.describe("Answers 2xx when the app can serve"),"env-file":X.optional().describe("The file with the app's environment, on each worker"),start:Ye.refine(([m=""])=>/^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(m),{error:"a program, such as node, or a file of the release, such as bin/server, with its arguments"}).optional().describe("Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it"),packages:E.YOg(Te).default([]).describe("The distribution's packages that the app needs; buka provision installs them")}),ft=E.rej({build:Be.optional().describe("Run by bash in the app folder on the machine that builds"),test:Be.optional().describe("Run by bash after build; nothing is packed when it fails"),include:E.YOg(Ie).min(1,{error:"a list with at least one path"}).describe("The files and folders that make a release"),keep:fe(2,100).default(5).describe("Releases that stay on a worker"),migrate:Ye.optional().describe("Runs once on one worker, in the staged release, before any worker switches; no shell reads it"),migrations:Ie.optional().describe("The folder whose files are the release's migrations")}),Ue="a number of workers such as 1, or a share of them such as 50%",mt=E.KCZ([E.Whr({error:Ue}).min(1,{error:Ue}),G(/^(?:[1-9][0-9]?|100)%$/,Ue)]).transform(m=>typeof m=="number"?{hosts:m}:{percent:Number.parseInt(m,10)}),De=E.rej({batch:mt.prefault(1).describe("Workers that are out of rotation at once"),canary:E.rej({hosts:fe(1,1e3).describe("Workers of the first batch"),watch:Ne("1s","24h").describe("How long their answers are watched before the others follow")}).optional().describe("The first batch, watched before the others follow"),"min-available":fe(1,1e3).optional().describe("Workers that stay in rotation at every moment; default: all but one batch and max-unreachable"),"drain-timeout":Ne("1s","24h").prefault("30s").describe("How long a drain waits for requests in flight"),"on-drain-timeout":E.k5n(["wait","cut","fail"]).default("cut").describe("What happens to requests that are still in flight then"),"start-timeout":Ne("1s","24h").prefault("60s").describe("How long a worker may take to get healthy"),"healthy-after":fe(1,100).default(3).describe("Successes in a row that make a worker healthy"),"lock-timeout":Ne("0s","24h").prefault("15m").describe("How long a run waits for another run's lock"),"max-unreachable":fe(0,1e3).default(0).describe("Workers that a run may leave out because they can't be reached and take no traffic"),"on-failure":E.k5n(["revert","halt","freeze"]).default("revert").describe("What becomes of the workers that run the new release already")}),qe=E.rej({host:K.describe("The machine that measures"),url:Xe.optional().describe("What customers type, where that is not the load balancers by HTTP: https://shop.example.com; probed instead of them"),alerts:E.rej({webhook:M.optional().describe("Gets Alertmanager's JSON by POST"),mail:E.rej({to:E.KCZ([_e,E.YOg(_e).min(1,{error:"a list with at least one mail address"})]).transform(m=>typeof m=="string"?[m]:m),from:_e,server:Qe.describe("Takes mail of the monitoring host without a password: mail.example.com:25")}).optional()}).refine(({webhook:m,mail:y})=>m!==void 0||y!==void 0,{error:"a webhook, a mail, or both"}).optional().describe("Who is told of what the monitoring finds; without it, nobody")}),k=fe(1,1e4),c={service:Y.describe("Names everything that a run touches on a host"),ssh:St.prefault({}),hosts:E.g1P(K,vt).describe("Every machine, by name"),"load-balancers":ze,workers:xt,release:ft,rollout:De.prefault({}),database:E.rej({kind:E.k5n(["postgresql","mariadb"]),host:K,name:rt}).optional(),backup:E.rej({host:K.describe("The machine that pulls backups of the database and holds them"),mode:E.k5n(["dump","continuous"]).default("dump").describe("What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most"),keep:E.rej({last:k.default(7).describe("The newest ones, whenever they were made"),daily:k.default(14).describe("The newest one of each of so many days"),weekly:k.default(8).describe("The newest one of each of so many weeks")}).prefault({}).describe("Proven backups that stay, besides the newest and those of releases on the workers"),proof:E.k5n(["every","nightly"]).default("every").describe("Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours"),"before-deploy":E.k5n(["required","no"]).default("required").describe("Whether a deploy makes a backup before it changes anything")}).optional(),monitoring:qe.optional(),slo:E.rej({window:Ne("1h","90d").prefault("7d").describe("What both objectives are judged over, up to now"),availability:E.aig().gt(0,{error:"a percentage above 0 and below 100"}).lt(100,{error:"a percentage above 0 and below 100"}).default(99.9).describe("Percent of the time in which the service answers through the virtual address"),"mean-response-time":Ne("1ms","10m").prefault("3s").describe("What real requests take at most, on average"),histogram:ot.default("http_request_duration_seconds").describe("The app's Prometheus histogram of how long its requests took, in seconds")}).prefault({})},f=E.rej(c);function v(m){if(typeof m!="object"||m===null)return{};const y=m;return Object.fromEntries(Object.entries(c).flatMap(([x,A])=>{const _=A.safeParse(y[x]);return _.success?[[x,_.data]]:[]}))}function S(){const m=z.toJSONSchema(f,{io:"input",target:"draft-7"});return{$schema:m.$schema,title:"buka.yml",...m}}var j=H(8815);class B{#e=new j.HN;#t;data;problems;constructor(y){this.#t=(0,j.Tp)(y,{lineCounter:this.#e,prettyErrors:!1}),this.problems=[...this.#t.errors.map(({pos:x,message:A})=>({...this.#r(x[0]),message:A})),...this.#s()],this.data=this.problems.length===0?this.#n():void 0}find(y){let x=this.#t.contents,A=0;for(const[_,L]of y.path.entries()){const I=_===y.path.length-1,V=(0,j.Vj)(x)?x.resolve(this.#t):x,D=(0,j.jh)(V)?V.items.find($e=>(0,j.tO)($e)&&W($e)===String(L)):(0,j.oP)(V)&&V.items[Number(L)];if(!D)break;const se=(0,j.tO)(D)?D.key:void 0;x=(0,j.tO)(D)?D.value:D,A=U(se)??U(x)??A,I&&y.at==="value"&&(A=U(x)??A)}return this.#r(A)}#n(){return this.#t.toJS({maxAliasCount:100})}#r(y){const{line:x,col:A}=this.#e.linePos(y);return{line:Math.max(x,1),column:Math.max(A,1)}}#s(){const y=[];return(0,j.YR)(this.#t,{Pair:(x,A)=>{const _=A.key;if((0,j.jn)(_)&&typeof _.value=="string"&&_.value!=="__proto__")return;const L=(0,j.jn)(_)?`${le(_.value)} can't be a key; a name is text`:"a key can't be a list or a mapping";y.push({...this.#r(U(_)??0),message:L})}}),y}}const W=m=>(0,j.jn)(m.key)?String(m.key.value):void 0,U=m=>m?.range?.[0];class ie extends he.j{problems;constructor(y,x){const A=x.map(({line:_,column:L,message:I})=>`  ${y}:${_}:${L}: ${I}`);super({code:"buka-yml-invalid",message:[`${y} has ${x.length===1?"a mistake":`${x.length} mistakes`}:`,...A].join(`
`),left:"Nothing was changed.",hint:`Correct ${y}; docs/buka-yml.md explains every key.`}),this.problems=x}}async function ee(m){let y;try{y=await(0,q.readFile)(m,"utf8")}catch(x){throw new he.j({code:"buka-yml-missing",message:`${m} can't be read`,seen:x instanceof Error?x.message:String(x),left:"Nothing was changed.",hint:"Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.",cause:x})}return me(y,m)}function me(m,y="buka.yml"){const x=new B(m);if(x.problems.length>0)throw Pe(y,x.problems);const A=f.safeParse(x.data),_=[...A.success?[]:pt(f,A.error,x.data),...nt(v(x.data),ve(x.data))];if(!A.success||_.length>0)throw Pe(y,_.map(L=>({...x.find(L),message:L.message})));return ce(A.data)}function Pe(m,y){const x=y.toSorted((A,_)=>A.line-_.line||A.column-_.column);return new ie(m,x.map(({line:A,column:_,message:L})=>({file:m,line:A,column:_,message:L})))}function ve(m){const y=m?.hosts;return typeof y=="object"&&y!==null?Object.keys(y):[]}function ce(m){const y=wt(m),x=$e=>{const Nt=y.get($e);if(!Nt)throw new Error(`${$e} was checked to be a host`);return Nt},{"load-balancers":A,workers:_,release:L,rollout:I,database:V,backup:D}=m,se=new Map(Object.entries(A.servers));return{service:m.service,hosts:y,authorizedKeys:m.ssh["authorized-keys"],loadBalancers:{kind:A.kind,hosts:A.hosts.map(x),address:A.address,backends:A.backend,servers:new Map(_.hosts.map($e=>[$e,se.get($e)??$e])),masterSocket:A["master-socket"]},workers:{hosts:_.hosts.map(x),port:_.port,health:_.health,envFile:_["env-file"],start:_.start,packages:_.packages,unit:`${m.service}.service`,root:`/srv/${m.service}`},release:L,rollout:{batch:I.batch,canary:I.canary,minAvailable:I["min-available"]??ht(I,_.hosts.length),drainTimeout:I["drain-timeout"],onDrainTimeout:I["on-drain-timeout"],startTimeout:I["start-timeout"],healthyAfter:I["healthy-after"],lockTimeout:I["lock-timeout"],maxUnreachable:I["max-unreachable"],onFailure:I["on-failure"]},database:V&&{kind:V.kind,host:x(V.host),name:V.name},backup:D&&{host:x(D.host),mode:D.mode,keep:D.keep,proof:D.proof,beforeDeploy:D["before-deploy"]==="required"},monitoring:m.monitoring&&{...m.monitoring,host:x(m.monitoring.host)},slo:{window:m.slo.window,availability:m.slo.availability,meanResponseTime:m.slo["mean-response-time"],histogram:m.slo.histogram}}}function wt({hosts:m,ssh:y}){const x=new Map(Object.entries(m)),A=L=>{const I=x.get(L),{address:V="",port:D=y.port,user:se=y.user}=typeof I=="string"?{address:I}:I??{};return{name:L,address:V,port:D,user:se}},_=y.jump===void 0?void 0:A(y.jump);return new Map([...x.keys()].map(L=>[L,L===y.jump?A(L):{...A(L),jump:_}]))}}),1021:((Ut,Ke,H)=>{H.d(Ke,{td:()=>K,VI:()=>De,F3:()=>ye,bL:()=>bt,Fg:()=>ft,QW:()=>ut,vN:()=>k,p_:()=>lt,qq:()=>ve,Dp:()=>A,R3:()=>se,cJ:()=>kt,Bf:()=>ht,dw:()=>At});var q=H(3916);const he=66,N=67,E=`umask 022
[ -d "$root" ] || exit ${he}
cd -- "$root"
`,re=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function G(d,h,{root:u,id:w}){const p=d.stderr.trim().slice(-1e3)||`exit status ${d.status}`;if(d.status===he)return new q.w({code:"service-folder-missing",message:`${u} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${u}`});if(d.status===N)return new q.w({code:"release-not-staged",message:`release ${w} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const b=re.find(R=>R.seen.test(p));return b?new q.w({code:b.code,message:`${h}: ${b.message}`,seen:p,hint:b.hint}):new q.w({code:"release-script-failed",message:`${h} failed`,seen:p})}const K=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${N}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
`;function Y(d,h){return{name:`activate ${h}`,text:`${enterRoot}${K}`,values:{root:d,id:h},deadline:seconds(30),parse(u){if(u.status!==0)throw hostFailure(u,`activating ${h}`,{root:d,id:h})}}}var J=H(1455),de=H(7075),ue=H(6118),Z=H(1996),oe=H(3024),Ze=H(6466),Te=H(8522);const ae=(d,h,u)=>new q.w({code:`archive-${d}`,message:`the archive ${h}`,seen:u,left:"Nothing was changed.",hint:d==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*rt(d){const h=(0,ue.extract)(),u=(0,Ze.pipeline)((0,oe.createReadStream)(d),(0,Te.createZstdDecompress)(),h);u.catch(()=>{});try{for await(const w of h){const{name:p,type:b,mode:R,size:F,linkname:te}=w.header;yield{name:b==="directory"?p.replace(/\/$/,""):p,type:b??"unknown",mode:R??0,size:F??0,target:te??"",content:w}}await u}catch(w){throw w instanceof q.w?w:ae("damaged","can't be read to its end",w.message)}}var ot=H(7598),X=H(2857);function Ie(d){if(new RegExp("\\p{Cc}","u").test(d))return"has a control character in its name";if(!d.isWellFormed())return"has a name that is not Unicode";if(d.startsWith("/"))return"is an absolute path";const h=d.split("/");if(h.includes(".."))return"leads outside the release";if(h.includes("")||h.includes("."))return"is not written plainly"}function Je(d,h){const u=h.get(d)??"";return u===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(u)?"is a link to a name with a control character":u.isWellFormed()?u.startsWith("/")?`is a link to an absolute path, ${u}`:Ve(d,h)?`is a link that leads outside the release, to ${u}`:void 0:"is a link to a name that is not Unicode"}function Ve(d,h){const u=[],w=d.split("/").reverse();let p=0;for(let b=w.pop();b!==void 0;b=w.pop()){if(b===""||b===".")continue;if(b===".."){if(u.pop()===void 0)return!0;continue}u.push(b);const R=h.get(u.join("/"));if(R!==void 0){if(++p>40)return!1;if(R.startsWith("/"))return!0;u.pop(),w.push(...R.split("/").reverse())}}return!1}function Xe(d,h){return Buffer.compare(Buffer.from(d),Buffer.from(h))}const M=d=>d.slice(0,Math.max(0,d.lastIndexOf("/"))),_e=X.aig().int().nonnegative(),ge=X.YjP(),Qe=X.YjP().regex(/^[0-9a-f]{64}$/),Be=X.gMt("type",[X.rej({type:X.euz("file"),mode:_e,size:_e,sha256:Qe,path:ge}),X.rej({type:X.euz("directory"),mode:_e,path:ge}),X.rej({type:X.euz("symlink"),target:ge,path:ge})]),Le=X.rej({service:X.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:X.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:X.YOg(ge),contractMigrations:X.YOg(ge).optional()}),fe=Le.extend({entries:X.YOg(Be)});function Ce({service:d,commit:h,migrations:u,contractMigrations:w,entries:p}){const b=w?.length?{contractMigrations:w}:{};return`${JSON.stringify({service:d,commit:h,migrations:u,...b}).slice(0,-1)},"entries":[
${p.map(Ne).join(`,
`)}
]}
`}function Ne(d){switch(d.type){case"file":{const{type:h,mode:u,size:w,sha256:p,path:b}=d;return JSON.stringify({type:h,mode:u,size:w,sha256:p,path:b})}case"directory":return JSON.stringify({type:d.type,mode:d.mode,path:d.path});case"symlink":return JSON.stringify({type:d.type,target:d.target,path:d.path})}}const Me=d=>(0,ot.createHash)("sha256").update(d).digest("hex");function at(d){return`${d.commit?.slice(0,7)??"local"}-${Me(Ce(d)).slice(0,8)}`}function pt(d){const h=fe.safeParse(it(d));if(!h.success)return;const u=h.data;return Ce(u)===d?u:void 0}function He(d){const h=Le.safeParse(it(d.replace(/,"entries":\[$/,"}")));return h.success?h.data:void 0}function it(d){try{return JSON.parse(d)}catch{return}}function je(d){const h=new Map(d.map(({path:p,type:b})=>[p,b])),u=new Map(d.flatMap(p=>p.type==="symlink"?[[p.path,p.target]]:[]));let w;for(const p of d){const{path:b}=p,R=Ie(b)??(p.type==="symlink"?Je(b,u):ct(p.type,p.mode))??et(M(b),h)??dt(w,b);if(R)return{path:b,why:R};w=b}return d.some(({type:p})=>p==="file")?void 0:{path:".",why:"has no file"}}function ct(d,h){if(h&2048)return"is setuid";if(h&1024)return"is setgid";if(h&512)return"has the sticky bit";if(h>511)return"has a mode that is none";const u=d==="directory"?320:256;return(h&u)===u?void 0:"is closed to its own owner"}function et(d,h){if(d==="")return;const u=h.get(d);if(u!=="directory")return u===void 0?"is in a folder that is not listed":`lies behind a ${u}, ${d}`}function dt(d,h){if(!(d===void 0||Xe(d,h)<0))return d===h?"is there twice":"is out of order"}function ke(){const d=(0,ot.createHash)("sha256");let h=0;return{async*passing(u){for await(const w of u)d.update(w),h+=w.length,yield w},size:()=>h,digest:()=>d.digest("hex")}}async function be(d){const h=ke();for await(const u of h.passing(d));return{size:h.size(),sha256:h.digest()}}const $t=64*1024*1024;async function tt(d){let h;const u=new Set;for await(const p of rt(d)){if(!h){h=await le(p);continue}const b=nt(p,u);await we(p,b,h.entries[u.size]),u.add(b)}if(!h)throw ae("damaged","is empty");const w=h.entries[u.size];if(w)throw ae("damaged",`lacks ${JSON.stringify(w.path)}, which its manifest lists`);return h}async function le({name:d,type:h,size:u,content:w}){if(d!=="manifest.json"||h!=="file"||u>$t)throw ae("damaged","does not begin with a manifest",`${h} ${JSON.stringify(d)}`);const p=[];for await(const F of w)p.push(F);const b=pt(Buffer.concat(p).toString());if(!b)throw ae("damaged","has a manifest that Buka did not write");const R=je(b.entries);if(R)throw ae("unsafe",`lists ${JSON.stringify(R.path)}, which ${R.why}`);return b}function nt({name:d,type:h},u){const w=JSON.stringify(d);if(!["file","directory","symlink"].includes(h))throw ae("unsafe",`has ${w}, which is a ${h}`);const p=Ie(d);if(p)throw ae("unsafe",`has ${w}, which ${p}`);const b=d.replace(/^tree\//,"");if(b===d)throw ae("unsafe",`has ${w}, which is not below tree/`);if(u.has(b))throw ae("unsafe",`has ${w} twice`);return b}async function we(d,h,u){const w=R=>ae("damaged",`does not match its manifest: ${R}`),p=JSON.stringify(h);if(u?.path!==h)throw w(`${p} is where ${JSON.stringify(u?.path??"its end")} should be`);if(u.type!==d.type)throw w(`${p} is a ${d.type}`);if(u.type==="symlink"){if(u.target!==d.target)throw w(`${p} leads to ${JSON.stringify(d.target)}`)}else if(u.mode!==d.mode)throw w(`${p} has the mode ${d.mode.toString(8)}`);if(u.type!=="file"){d.content.resume();return}if(u.size!==d.size)throw w(`${p} has ${d.size} bytes`);const{sha256:b}=await be(d.content);if(b!==u.sha256)throw w(`the checksum of ${p} is ${b}`)}function pe(d,h,u){const w={name:d,mtime:u,uid:0,gid:0,type:h.type};return h.type==="symlink"?{...w,mode:511,linkname:h.target}:h.type==="directory"?{...w,mode:h.mode}:{...w,mode:h.mode,size:h.size}}function Ee(d,h,u){return new Promise((w,p)=>{const b=F=>F?p(F):w();if(typeof u=="string"){d.entry(h,u,b);return}const R=d.entry(h,b);u&&(0,Ze.pipeline)(u,R).catch(p)})}async function lt(d){const{size:h,mtime:u}=await(0,J.stat)(d).catch(p=>{throw new q.j({code:"archive-missing",message:`the archive ${d} can't be read (${p.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:p})}),w=await tt(d);return{id:at(w),manifest:w,bytes:(0,Z.ee)(h),payload(p){const b=(0,ue.pack)();return We(d,w,p,u,b).catch(R=>b.destroy(R)),de.Readable.from(b,{objectMode:!1})}}}async function We(d,h,u,w,p){const b=new Map(h.entries.filter(({type:R,path:F})=>R!=="file"||u.has(F)).map(R=>[`tree/${R.path}`,R]));for await(const{name:R,content:F}of rt(d)){const te=b.get(R);te&&await Ee(p,pe(te.path,te,w),te.type==="file"?F:void 0),te?.type!=="file"&&F.resume()}p.finalize()}const gt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,ye=d=>gt.test(d);function ht(d){if(ye(d))return d;throw new q.j({code:"release-id",message:`${JSON.stringify(d)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const Re=1e3;function kt(d,h){return{name:`record ${h.event} ${h.release}`,text:`${E}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:d,line:yt(h)},deadline:(0,Z.YA)(30),parse(u){if(u.status!==0)throw G(u,"writing the history",{root:d})}}}function bt(d,h){return{name:`mark ${h} good`,text:`${E}[ -d "releases/$id/tree" ] || exit ${N}
: > "releases/$id/good"
`,values:{root:d,id:h},deadline:(0,Z.YA)(30),parse(u){if(u.status!==0)throw G(u,`marking ${h} good`,{root:d,id:h})}}}function yt(d){const{at:h,event:u,release:w,from:p,by:b,reason:R,contract:F,backup:te,recoveryPoint:Se}=d;return JSON.stringify({at:h.toISOString(),event:u,release:w,from:p,by:b.slice(0,Re),reason:R?.slice(0,Re),contract:F?.length?F:void 0,backup:te,recoveryPoint:Se?.toISOString()})}function ut(d,h){const u=[[]];let w=0;for(const p of h)w+=p.length,w>Re&&(u.push([]),w=p.length),u.at(-1)?.push(p);return u.map(p=>({...d,event:"migrated",contract:p}))}const vt=["migrated","activated","good","reverted","restored"];function St(d){let h;try{h=JSON.parse(d)}catch{return}const u=xe=>typeof h?.[xe]=="string"?h[xe]:void 0,w=xe=>new Date(u(xe)??Number.NaN),p=w("at"),b=u("event")??"",R=u("release")??"",F=u("from"),te=u("reason"),Se=Array.isArray(h?.contract)?h.contract.filter(xe=>typeof xe=="string"):[],st=u("backup"),It=w("recoveryPoint");if(!(Number.isNaN(p.getTime())||!vt.includes(b)||!ye(R))&&!(b==="restored"&&(st===void 0||Number.isNaN(It.getTime()))))return{at:p,event:b,release:R,...F!==void 0&&ye(F)&&{from:F},by:u("by")??"",...te!==void 0&&{reason:te},...Se.length>0&&{contract:Se},...st!==void 0&&{backup:st},...b==="restored"&&{recoveryPoint:It}}}var Q=H(6760),ze=H(1916);const Ye=64*1024,xt=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function ft(d,h){const u=[...d.slice(0,Ye).matchAll(xt)].map(([,b=""])=>b.toLowerCase()),w=u.find(b=>!Ue(b)&&((0,ze.Io)(b,"contract")<=3||(0,ze.Io)(b,"expand")<=2));if(w!==void 0)throw new q.j({code:"migration-mark",message:`${h} is marked \`buka: ${w}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const p=u.filter(Ue);return p.includes("contract")?"contract":p[0]}const Ue=d=>d==="contract"||d==="expand";async function mt(d,h){const u=[];for(const w of h)ft(await De((0,Q.join)(d,w),Ye),w)==="contract"&&u.push(w);return u}async function De(d,h){const u=await(0,J.open)(d);try{const{buffer:w,bytesRead:p}=await u.read(Buffer.alloc(h),0,h,0);return w.toString("utf8",0,p)}finally{await u.close()}}const qe=500;function k(d){return{name:"observe releases",text:`${E}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${qe} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${qe} history | sed 's/^/history /'
fi
`,values:{root:d},deadline:(0,Z.YA)(30),parse(h){if(h.status!==0)throw G(h,"reading the releases",{root:d});return c(h.stdout)}}}function c(d){const h=[],u=[];let w;for(const p of d.split(`
`)){const[,b,R]=/^([a-z]+) (.*)$/s.exec(p)??[];if(!(b===void 0||R===void 0)){if(b==="current"){const[,F=""]=/^releases\/([^/]+)\/tree$/.exec(R)??[];ye(F)&&(w=F)}if(b==="release"&&h.push(...f(R)),b==="history"){const F=St(R);F&&u.push(F)}}}return h.sort((p,b)=>p.stagedAt.getTime()-b.stagedAt.getTime()),{staged:h,...w!==void 0&&{active:w},history:u}}function f(d){const[,h="",u="",w,p=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(d)??[],b=He(p);return!ye(h)||!b?[]:[{id:h,...b.commit!==void 0&&{commit:b.commit},migrations:b.migrations,...b.contractMigrations!==void 0&&{contractMigrations:b.contractMigrations},stagedAt:new Date(Number(u)*1e3),good:w==="yes"}]}async function v(d,h){const u=new Map;for(const p of h){const b=B(p);await W(d,p,b,u),await U(d,b,u)}const w=[];for(const p of[...u.keys()].sort(Xe)){const b=u.get(p);b&&w.push(await ie(d,p,b))}return w}async function S(d,h){return(await(0,J.readdir)((0,Q.join)(d,h),{withFileTypes:!0}).catch(async p=>{throw new q.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(h)}, which is no folder${await Pe(d,h)}`,cause:p})})).filter(p=>p.isFile()&&!p.name.startsWith(".")).map(({name:p})=>p).sort(Xe)}function j(d,h){return new q.w({code:"release-refused",message:`${JSON.stringify(d)} ${h}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function B(d){const h=Q.posix.normalize(d).replace(/\/$/,"").replace(/^\.$/,""),u=d.startsWith("/")||h.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,w=h.split("/").includes(".git")?"is of git, and is never packed":void 0;if(u===void 0&&w===void 0)return h;throw new q.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(d)}, which ${u??w}`})}async function W(d,h,u,w){const p=u===""?[]:u.split("/");for(let b=1;b<=p.length;b+=1){const R=p.slice(0,b).join("/"),F=await(0,J.lstat)((0,Q.join)(d,R)).catch(()=>{});if(!F||b<p.length&&!F.isDirectory())throw new q.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(h)}, which ${F?`lies behind ${JSON.stringify(R)}, no real folder`:"does not exist"}${F?"":await Pe(d,u)}`,hint:"Is it made by the build? Then run the build first."});w.set(R,F)}}async function U(d,h,u){if(h!==""&&!u.get(h)?.isDirectory())return;const w=await(0,J.readdir)((0,Q.join)(d,h),{encoding:"buffer"});for(const p of w){const b=p.toString(),R=h===""?b:`${h}/${b}`;if(!Buffer.from(b).equals(p))throw j(R,"has a name that is not UTF-8");b!==".git"&&(u.set(R,await(0,J.lstat)((0,Q.join)(d,R))),await U(d,R,u))}}async function ie(d,h,u){const w=u.mode&4095;if(u.isDirectory())return{type:"directory",path:h,mode:w};if(u.isSymbolicLink())return{type:"symlink",path:h,target:await ee(d,h)};if(!u.isFile())throw j(h,`is a ${me(u)}`);const{size:p,sha256:b}=await be((0,oe.createReadStream)((0,Q.join)(d,h))).catch(R=>{throw j(h,`can't be read (${R.code})`)});return{type:"file",path:h,mode:w,size:(0,Z.ee)(p),sha256:b}}async function ee(d,h){const u=await(0,J.readlink)((0,Q.join)(d,h),{encoding:"buffer"}),w=u.toString();if(!Buffer.from(w).equals(u))throw j(h,"is a link to a name that is not UTF-8");return w}function me(d){return d.isFIFO()?"fifo":d.isSocket()?"socket":"device"}async function Pe(d,h){const u=h.split("/");for(let w=u.length-1;w>=0;w-=1){const p=u.slice(0,w).join("/"),b=await(0,J.readdir)((0,Q.join)(d,p)).catch(()=>{});if(b)return b.length===0?"":`; did you mean ${JSON.stringify(Q.posix.join(p,(0,ze.kp)(u[w]??"",b)))}?`}return""}async function ve(d,h){const u=(0,Q.resolve)(h);if(wt(d,u),d.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(d.commit))throw new q.j({code:"commit-id",message:`${d.commit} is not a full commit id`});const w=await v(d.folder,d.include),p=je(w);if(p)throw j(p.path,p.why);const b=d.migrations===void 0?[]:await S(d.folder,d.migrations),R=d.migrations===void 0?[]:await mt((0,Q.join)(d.folder,d.migrations),b),F={service:d.service,...d.commit!==void 0&&{commit:d.commit},entries:w,migrations:b,...R.length>0&&{contractMigrations:R}},te=`${u}.partial`;try{await m(d.folder,F,te),await(0,J.rename)(te,u)}finally{await(0,J.rm)(te,{force:!0})}return{id:at(F),manifest:F,bytes:(0,Z.ee)((await(0,J.stat)(u)).size),archive:u}}const ce=new Date(0);function wt({folder:d,include:h},u){const w=h.find(p=>`${u}${Q.sep}`.startsWith(`${(0,Q.resolve)(d,p)}${Q.sep}`));if(w!==void 0)throw new q.j({code:"release-output",message:`the archive ${u} would lie in ${w}, which is packed`,hint:"Write it somewhere else."})}async function m(d,h,u){const w=(0,ue.pack)(),p=(0,Te.createZstdCompress)({params:{[Te.constants.ZSTD_c_compressionLevel]:3}}),b=(0,Ze.pipeline)(w,p,(0,oe.createWriteStream)(u));await Promise.all([b,y(d,h,w).catch(F=>{throw w.destroy(F),F})]).catch(async F=>{throw await b.catch(()=>{}),F});const R=await(0,J.open)(u,"r+");await R.sync().finally(()=>R.close())}async function y(d,h,u){await Ee(u,{name:"manifest.json",mode:420,mtime:ce},Ce(h));for(const w of h.entries){const p=pe(`tree/${w.path}`,w,ce);if(w.type!=="file"){await Ee(u,p);continue}const b=ke(),R=(0,oe.createReadStream)((0,Q.resolve)(d,w.path));if(await Ee(u,p,b.passing(R)).catch(F=>{throw F.message==="Size mismatch"?x(w.path):F}),b.digest()!==w.sha256)throw x(w.path)}u.finalize()}function x(d){return new q.w({code:"release-changed",message:`${JSON.stringify(d)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function A(d,h){const u=_(d),w=h===void 0?-1:u.lastIndexOf(h);return(w===-1?u:u.slice(0,w)).findLast(b=>d.every(({staged:R})=>R.some(F=>F.id===b)))}function _(d){const h=d.flatMap(({history:p})=>p).filter(({event:p})=>p==="good"||p==="reverted").sort((p,b)=>p.at.getTime()-b.at.getTime()),u=new Set(h.filter(({event:p})=>p==="good").map(({release:p})=>p)),w=d.flatMap(({staged:p})=>p).filter(({id:p,good:b})=>b&&!u.has(p)).sort((p,b)=>p.stagedAt.getTime()-b.stagedAt.getTime()).map(({id:p})=>p).filter((p,b,R)=>R.indexOf(p)===b);for(const{event:p,release:b}of h){const R=w.indexOf(b);R!==-1?w.length=R+1:p==="good"&&w.push(b)}return w}const L=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,I=String.raw`list_entries() {
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
`,V=String.raw`compare() {
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
`,D=`${L}${I}${V}`;function se(d,{keep:h,protect:u}){return{name:"prune releases",text:`${L}${E}remove_leftovers
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
`,values:{root:d,keep:String(h),protect:u.join(" ")},deadline:(0,Z.Gx)(10),parse(w){if(w.status!==0)throw G(w,"pruning",{root:d});return[...w.stdout.matchAll(/^removed (\S+)$/gm)].map(([,p=""])=>p).filter(ye)}}}function $e(d,h,u){const w=Dt(d,u),p=w.paths("damaged");if(w.has("active"))throw Qt(h,Rt(p,w.surplus));const b=[...w.has("replaced")?[`release ${h} was damaged, and is replaced: ${Rt(p,w.surplus)}`]:[],...w.has("staged")&&w.surplus>0?[`release ${h} is active, and ${w.surplus} paths in it are not of the release`]:[],...w.paths("altered").map(F=>`${JSON.stringify(F)} of an earlier release is not what it was; a fresh one is sent`)],R=w.value("folder");if(!w.has("staged")&&(R===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(R)))throw new q.w({code:"release-script-failed",message:`preparing ${h} failed`,seen:d.slice(-500)});return{free:(0,Z.ee)(Number(w.value("free"))),folder:w.has("staged")?void 0:R,needed:new Set(w.paths("needed")),warnings:b}}function Nt(d,h,u){const w=Dt(d,u),p=w.paths("wrong");if(!(p.length===0&&w.surplus===0))throw new q.w({code:"stage-mismatch",message:`what arrived is not release ${h}`,seen:Rt(p,w.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function Qt(d,h){return new q.w({code:"release-damaged",message:`release ${d} is active here, and its files are not what was deployed`,seen:h,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function Rt(d,h){const u=d.slice(0,5).map(p=>JSON.stringify(p)),w=d.length>u.length?` and ${d.length-u.length} more`:"";return[...d.length>0?[`differs in ${u.join(", ")}${w}`]:[],...h>0?[`${h} paths too many`]:[]].join("; ")||"its manifest differs"}function Dt(d,h){const u=d.split(`
`).map(p=>p.split(" ")),w=p=>u.filter(([b])=>b===p).map(([,b=""])=>b);return{has:p=>w(p).length>0,value:p=>w(p)[0],surplus:Number(w("surplus")[0]??0),paths:p=>w(p).flatMap(b=>h.entries[Number(b)]?.path??[])}}const en=`(
${E}${D}${String.raw`
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
`})`,tn=`(
${E}${D}${String.raw`
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
`})`,nn=`${E}${D}remove_tree "releases/$folder"
`,Tt=64*1024*1024,Pt=5e4;async function At(d,h,u,w){const p=d.host.name;w.step({host:p,name:"stage",state:"started",detail:u.id});try{const b=await sn(d,h,u,F=>w.warning(`${p}: ${F}`)),R=`${(0,Z.z3)(b.sent)} sent, ${b.files} files new, ${b.reused} reused`;return w.step({host:p,name:"stage",state:"done",detail:R}),b}catch(b){throw w.step({host:p,name:"stage",state:"failed"}),b instanceof q.w?b.with({host:p,step:"stage"}):b}}async function sn(d,h,u,w){const{id:p,manifest:b}=u,R=Ce(b),F=(0,Te.gzipSync)(R,{level:9}),te={root:h,id:p,sha256:Me(R)},Se=await d.run(Ot(te,b),{payload:de.Readable.from([F])}),st=b.entries.filter(({type:Fe})=>Fe==="file").length;for(const Fe of Se.warnings)w(Fe);if(Se.folder===void 0)return{sent:(0,Z.ee)(F.length),files:0,reused:st};const xe=b.entries.filter(({path:Fe})=>Se.needed.has(Fe)).filter(({type:Fe})=>Fe==="file"),Lt=qt(xe,b.entries.length-st);if(Lt>Se.free)throw await d.run(Mt(h,Se.folder)),jt(Lt,Se.free);const zt=Gt(),Kt=(0,de.pipeline)(u.payload(new Set(xe.map(({path:Fe})=>Fe))),(0,Te.createGzip)({level:3}),zt.stream,()=>{});return await d.run(rn({...te,folder:Se.folder},b,Lt),{payload:Kt}),{sent:(0,Z.ee)(F.length+zt.count()),files:xe.length,reused:st-xe.length}}function Ot(d,h){return{name:`compare with ${d.id}`,text:en,values:d,deadline:(0,Z.Gx)(10),parse(u){if(u.status===0)return $e(u.stdout,d.id,h);const w=G(u,`preparing ${d.id}`,d);if(w.code!=="not-enough-disk")throw w;const[,p="0"]=/^free (\d+)$/m.exec(u.stdout)??[];throw jt(qt(h.entries,0),(0,Z.ee)(Number(p)))}}}function rn(d,h,u){return{name:`stage ${d.id}`,text:tn,values:d,deadline:(0,Z.Rz)((0,Z.Gx)(10)+(0,Z.YA)(u/Pt)),parse(w){if(w.status!==0)throw G(w,`unpacking ${d.id}`,d).with({left:"What had arrived was removed."});Nt(w.stdout,d.id,h)}}}function Mt(d,h){return{name:`discard ${h}`,text:nn,values:{root:d,folder:h},deadline:(0,Z.Gx)(2),parse(){}}}function qt(d,h){const w=d.map(p=>p.type==="file"?Math.ceil(p.size/4096)*4096:4096);return(0,Z.ee)(w.reduce((p,b)=>p+b,Tt)+h*4096)}function jt(d,h){return new q.w({code:"not-enough-disk",message:`the release needs ${(0,Z.z3)(d)} of disk, a margin of ${(0,Z.z3)((0,Z.ee)(Tt))} included, and ${(0,Z.z3)(h)} are free`,seen:`needed ${d} bytes, free ${h} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function Gt(){let d=0;return{stream:new de.Transform({transform(u,w,p){d+=u.length,p(null,u)}}),count:()=>d}}}),6259:((Ut,Ke,H)=>{H.d(Ke,{Connections:()=>Ue,Uh:()=>N,OA:()=>$t,aN:()=>ke,Mn:()=>be,Ge:()=>tt,K$:()=>De,gq:()=>dt});const q=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,he=new WeakMap;function N(k,c){const f=he.get(k)??new Map;he.set(k,f);const v=f.get(c)??{host:{...k.host,user:c},run:(S,j)=>k.run(E(S,c),j)};return f.set(c,v),v}const E=(k,c)=>({...k,text:q,values:{...k.values,become_user:c,become_names:Object.keys(k.values).join(" "),become_text:k.text}});var re=H(1996),G=H(5472),K=H.n(G),Y=H(3916),J=H(7598);class de{#e=[];#t=[];constructor(c){for(const[f,v]of c.split(/\r?\n/).entries()){const S=v.trim();if(S===""||S.startsWith("#"))continue;const j=Ze(S,f+1);j===void 0?this.#t.push(f+1):this.#e.push(j)}}typesFor(c,f){const v=this.#n(c,f).filter(({marker:S})=>S==="");return[...new Set(v.map(({type:S})=>S))]}judge(c,f,v){const S=this.#n(c,f),j=S.find(U=>U.marker==="@revoked"&&U.key.equals(v));if(j!==void 0)return{kind:"revoked",line:j.line};const B=S.filter(({marker:U})=>U==="");if(B.some(U=>U.key.equals(v)))return{kind:"known"};const W=B.filter(({patterns:U})=>Te(U,ue(c,f)));return W.length>0?{kind:"mismatch",known:W.map(({line:U,type:ie,key:ee})=>({line:U,type:ie,fingerprint:Z(ee)}))}:{kind:"unknown",authorities:S.filter(({marker:U})=>U==="@cert-authority").map(({line:U})=>U),unreadable:this.#t}}#n(c,f){const v=this.#e.filter(({patterns:S})=>Te(S,ue(c,f)));return f===22||v.some(({marker:S})=>S==="")?v:this.#e.filter(S=>v.includes(S)||Te(S.patterns,c.toLowerCase()))}}function ue(k,c){return c===22?k.toLowerCase():`[${k.toLowerCase()}]:${c}`}function Z(k){return`SHA256:${(0,J.createHash)("sha256").update(k).digest("base64").replace(/=+$/,"")}`}function oe(k){const c=k.length<4?Number.NaN:k.readUInt32BE(0);return c<=k.length-4?k.toString("latin1",4,4+c):""}function Ze(k,c){const f=k.split(/[ \t]+/),v=f[0]?.startsWith("@")?f.shift():"",[S,j,B]=f;if(v!==""&&v!=="@cert-authority"&&v!=="@revoked"||S===void 0||j===void 0||B===void 0)return;const W=Buffer.from(B,"base64");return oe(W)===j?{line:c,marker:v,patterns:S,type:j,key:W}:void 0}function Te(k,c){if(k.startsWith("|"))return ae(k,c);let f=!1;for(const v of k.toLowerCase().split(",")){const S=v.startsWith("!");if(rt(S?v.slice(1):v,c)){if(S)return!1;f=!0}}return f}function ae(k,c){const[,f,v,S]=k.split("|");if(f!=="1"||v===void 0||S===void 0)return!1;const j=Buffer.from(S,"base64"),B=(0,J.createHmac)("sha1",Buffer.from(v,"base64")).update(c).digest();return j.length===B.length&&(0,J.timingSafeEqual)(j,B)}function rt(k,c){let f=new Set([0]);for(const v of k){const S=new Set;for(const j of f)if(v==="*")for(let B=j;B<=c.length;B+=1)S.add(B);else j<c.length&&(v==="?"||v===c[j])&&S.add(j+1);f=S}return f.has(c.length)}class ot{#e;#t;constructor({agent:c,privateKey:f,passphrase:v}){if(this.#t=c===""?void 0:c,this.#e=f?.trim()?X(f,v):void 0,this.#e===void 0&&this.#t===void 0)throw new Y.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${Z(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(c){const f=[];return this.#e!==void 0&&f.push({type:"publickey",username:c,key:this.#e}),this.#t!==void 0&&f.push({type:"agent",username:c,agent:this.#t}),f}}function X(k,c){const f=K().utils.parseKey(k,c===""?void 0:c);if(f instanceof Error)throw Ie(f.message);const v=Array.isArray(f)?f[0]:f;if(v===void 0||!v.isPrivateKey())throw Ie("It is a public key.");return v}function Ie(k){return/no passphrase given/i.test(k)?new Y.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test(k)?new Y.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new Y.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:k,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const Je="Nothing was changed on it.";function Ve({host:k,cause:c,tried:f,accepted:v,timeout:S}){const{level:j,code:B}=c,W=fe(c),U={host:k.name,seen:W,left:Je,cause:c};return j==="client-authentication"||j==="agent"||/authentication failures/i.test(W)?new Y.w({...U,code:"authentication-failed",message:`${k.user} can\u2019t log in; tried ${f}.`,seen:v.length>0?`${W}; the host takes ${v.join(", ")}`:W,hint:`\`ssh-keygen -lf ~${k.user}/.ssh/authorized_keys\` on ${k.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):j==="handshake"?new Y.w({...U,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${k.port} ${k.user}@${k.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new Y.w({...U,code:"unreachable",message:j==="client-timeout"?`${ue(k.address,k.port)} did not let us in within ${(0,re.a3)(S)}.`:`${ue(k.address,k.port)} can\u2019t be reached by SSH${k.jump?` through ${k.jump.name}`:""}.`,hint:Xe(k,B)})}function Xe(k,c){return c==="ENOTFOUND"?`Check the address of ${k.name} in buka.yml.`:c==="ECONNREFUSED"?`Is sshd running, and on port ${k.port}? \`systemctl status ssh\` on ${k.name}.`:`Try \`ssh ${k.jump===void 0?"":`-J ${k.jump.user}@${k.jump.address}:${k.jump.port} `}-p ${k.port} ${k.user}@${k.address}\`; is the machine up, and does a firewall let you in?`}const M=1;function _e(k,c,f){return new Y.w({code:"jump-failed",host:c.name,message:`${k.name} opened no connection to ${ue(c.address,c.port)}.`,seen:f.reason===M?"administratively prohibited":fe(f),left:Je,hint:`On ${k.name}: does \`nc -z ${c.address} ${c.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:f})}function ge(k,c,f){const v=f.reason===M;return new Y.w({code:"port-closed",host:k.name,message:`It opened no connection to its own port ${c}.`,seen:v?"administratively prohibited":fe(f),left:Je,hint:v?`On ${k.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${k.user}; PermitOpen 127.0.0.1:${c} is enough.`:`On ${k.name}: does \`ss -ltn\` list 127.0.0.1:${c}? If not, what should listen there is down.`,cause:f})}function Qe(k,c){return new Y.w({code:"session-refused",host:k.name,message:"The host opens no session on the connection.",seen:fe(c),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:c})}function Be(k,c,f,v){return new Y.w({code:"connection-lost",host:k.name,step:f,message:`The connection to ${k.name} was lost.`,seen:fe(c),left:`"${f}" may still run on ${k.name}; it ends by itself within ${(0,re.a3)(v)} of its start.`,hint:`When ${k.name} answers again, run the same command again.`,cause:c})}function Le(k){return new Y.w({code:"connections-closed",host:k.name,message:"The run is over, and has closed its connections."})}function fe(k){return k instanceof Error?k.message||String(k.code??k.name):String(k)}var Ce=H(7030),Ne=H(9487);const Me={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function at(k,c){const f=k.typesFor(c.address,c.port);return Object.entries(Me).sort(([S],[j])=>Number(f.includes(j))-Number(f.includes(S))).flatMap(([,S])=>[...S])}function pt(k,c,f){const v=k.judge(c.address,c.port,f),S=ue(c.address,c.port),j=`${S} ${oe(f)} ${f.toString("base64")}`,B=`${oe(f)} ${Z(f)}`,W="The connection was refused before anything was sent; nothing was changed.",U=`\`ssh-keygen -lf /etc/ssh/ssh_host_${it(f)}_key.pub\` on ${c.name} itself`;switch(v.kind){case"known":return;case"revoked":return new Y.w({code:"host-key-revoked",host:c.name,message:`${S} presented a key that known_hosts line ${v.line} revokes.`,seen:B,left:W,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new Y.w({code:"host-key-mismatch",host:c.name,message:`${S} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${B}; known: ${v.known.map(({line:ie,type:ee,fingerprint:me})=>`${ee} ${me} (line ${ie})`).join(", ")}`,left:W,hint:`Compare with ${U}. Only if it is the same: \`ssh-keygen -R '${S}' -f known_hosts\`, then add the line: ${j}`});case"unknown":return new Y.w({code:"host-key-unknown",host:c.name,message:`known_hosts has no key for ${S}.${He(v)}`,seen:B,left:W,hint:`Compare the fingerprint with ${U}. Only if it is the same, add the line: ${j}`})}}function He({authorities:k,unreadable:c}){const f=k.length>0?` Line ${k.join(", ")} names an authority; Buka takes plain keys only.`:"";return c.length>0?`${f} Not readable: line ${c.join(", ")}.`:f}function it(k){const c=oe(k);return c==="ssh-rsa"?"rsa":c==="ssh-ed25519"?"ed25519":"ecdsa"}class je{host;#e;#t=new Set;#n;constructor(c,f){this.host=c,this.#e=f,f.on("error",v=>this.#s(v)),f.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(c,f){const{login:v,knownHosts:S,through:j,signal:B}=f,W=j===void 0?ct(c):await j.forward(c),U=()=>{W.destroy()};B.addEventListener("abort",U),B.aborted&&U();let ie;const ee={left:v.methods(c.user),accepted:[]},me={sock:W,username:c.user,algorithms:{serverHostKey:at(S,c)},hostVerifier:m=>(ie=pt(S,c,m),ie===void 0),authHandler:(m,y,x)=>{m!==null&&(ee.accepted=m),x(ee.left.shift()??!1)},readyTimeout:f.connectTimeout,keepaliveInterval:f.keepalive,keepaliveCountMax:3},Pe=new Ne.H,ve=Pe.connect(me),ce=Pe.connection;if(ce===null)throw await ve.then(()=>new Error("node-ssh made no client"));const wt=new je(c,ce);try{return await ve,wt}catch(m){if(ce.destroy(),B.aborted)throw Le(c);const{accepted:y}=ee;throw ie??Ve({host:c,cause:m,tried:v.tried,accepted:y,timeout:f.connectTimeout})}finally{B.removeEventListener("abort",U)}}get lost(){return this.#n}whenLost(c){return this.#n!==void 0?queueMicrotask(c):this.#t.add(c),()=>this.#t.delete(c)}exec(c){return this.#r(f=>this.#e.exec(c,f),f=>Qe(this.host,f))}forward(c){return this.#r(f=>this.#e.forwardOut("127.0.0.1",0,c.address,c.port,f),f=>_e(this.host,c,f))}dial(c){return this.#r(f=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",c,f),f=>ge(this.host,c,f))}async close(){this.#n===void 0&&(await new Promise(c=>{const f=setTimeout(c,1e3);this.whenLost(()=>{clearTimeout(f),c()}),this.#e.end()}),this.#e.destroy())}#r(c,f){return new Promise((v,S)=>{const j=this.whenLost(()=>S(f(this.lost)));try{c((B,W)=>{j(),B==null?v(W):S(f(this.lost??B))})}catch(B){j(),this.#s(B),S(f(B))}})}#s(c){if(this.#n===void 0){this.#n=c,this.#e.destroy();for(const f of this.#t)f();this.#t.clear()}}}function ct(k){return(0,Ce.connect)({host:k.address,port:k.port,noDelay:!0})}class et{#e;#t;#n=[];#r=[];#s=[];#i=!1;#o;#a=0;constructor(c,f){this.#e=c,this.#t=f}get size(){return this.#a}get stdout(){const c=Buffer.concat(this.#n);return c.toString("utf8",0,Math.max(0,c.length-1))}get output(){if(this.#o!==0)return;const c=Buffer.concat(this.#r),f=c.lastIndexOf(`
`);return{status:Number(c.toString("latin1",f+1)),stdout:this.stdout,stderr:c.toString("utf8",0,Math.max(0,f))}}feed(c){this.#a+=c.length,this.#o===void 0?this.#d(c):this.#c(c)}#d(c){const f=c.lastIndexOf(`
`)+1,v=c.subarray(f);if(f===0){this.#s.push(v);return}const S=Buffer.concat([...this.#s,c.subarray(0,f)]);this.#s=[v];const j=S.indexOf(this.#e),B=j<0?S:S.subarray(0,j);if(this.#n.push(B),this.#l(B),j<0)return;const W=S.indexOf(`
`,j)+1;this.#o=Number(S.toString("latin1",j+this.#e.length,W)),this.#c(S.subarray(W)),this.#c(v)}#c(c){const f=c.subarray(0,this.#o);this.#r.push(f),this.#o=(this.#o??0)-f.length}#l(c){if(!(this.#t===void 0||c.length===0))for(const f of c.toString("utf8",0,c.length-1).split(`
`))this.#i&&this.#t(""),this.#i=f==="",f!==""&&this.#t(f)}}function dt(k){if(k.status===0)return k;throw new Y.w({code:"script-failed",message:`The script ended with status ${k.status}.`,seen:ke(k)})}function ke({stdout:k,stderr:c}){const f=c.trim()||k.trim();return f===""?void 0:f.split(`
`).slice(-10).join(`
`).slice(-2e3)}function be(k){return k.split(`
`).filter(c=>c!=="")}function $t(k,c){const f=new Map(be(k).map(S=>{const j=S.indexOf("=");if(j<1)throw le(`Expected key=value, not ${JSON.stringify(S)}.`,k);return[S.slice(0,j),S.slice(j+1)]})),v=c.filter(S=>!f.has(S));if(v.length>0)throw le(`The answer lacks ${v.join(", ")}.`,k);return Object.fromEntries(c.map(S=>[S,f.get(S)]))}function tt(k,c){return be(k).map(f=>{const v=f.split("	");if(v.length!==c.length)throw le(`Expected ${c.length} columns, not ${JSON.stringify(f)}.`,k);return Object.fromEntries(c.map((S,j)=>[S,v[j]]))})}function le(k,c){return new Y.w({code:"answer-unreadable",message:k,seen:c.slice(0,500)})}const nt=5,Ee=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${nt} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,lt=/^buka-lane (ready|unusable)$/;function We(k,{payload:c,streamed:f}){const v=Buffer.from(["set -eu",c?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries(k.values).map(([U,ie])=>gt(k.name,U,ie)),k.text,""].join(`
`));if(v.includes(0))throw ye(k.name,"the text");const S=(0,J.randomBytes)(16).toString("hex"),j=(k.deadline/1e3).toFixed(3),B=f?"bs=65536":"obs=65536",W=[S,j,v.length,B,...c?["last"]:[]].join(" ");return{token:S,bytes:Buffer.concat([Buffer.from(`${W}
`),v])}}function gt(k,c,f){if(f.includes("\0"))throw ye(k,`"${c}"`);if(!f.isWellFormed())throw new Y.w({code:"value-not-unicode",step:k,message:`"${c}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const v=Buffer.from(f).toString("base64");return`${c}=$(printf %s ${v} | base64 -d; echo .); ${c}=\${${c}%.}`}function ye(k,c){return new Y.w({code:"value-has-nul",step:k,message:`A NUL byte is in ${c}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const ht=(0,re.YA)(nt+15),Re=32e6,kt=[124,137];class bt{#e;#t;#n=Buffer.alloc(0);#r="";#s;#i=!1;#o;#a;#d=!1;constructor(c,f){this.#e=c,this.#t=setTimeout(()=>this.#h("The login shell did not start Buka\u2019s loop in time."),f),c.stdin.on("error",()=>{}),c.stdout.on("data",v=>this.#i?this.#u(v):this.#l(v)),c.stderr.on("data",v=>{this.#r=(this.#r+v).slice(-4e3)}),c.onClose(()=>{this.#i?this.close():this.#h(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#a===void 0&&!this.#d}run(c,{onLine:f,payload:v}={}){const S=We(c,{payload:v!==void 0,streamed:f!==void 0}),j=performance.now();return v!==void 0&&(this.#d=!0),new Promise((B,W)=>{const U=new et(S.token,f),ie=setTimeout(()=>me(ut(c,U)),(0,re.Rz)(c.deadline+ht)),ee=()=>{clearTimeout(ie),this.#o=void 0,v?.unpipe(this.#e.stdin).destroy()},me=ce=>{ee(),this.close(),W(ce)},Pe=ce=>{ee(),performance.now()-j>=c.deadline&&kt.includes(ce.status)?W(yt(c,ce)):B(ce)},ve=this.#a??v?.errored;if(ve){me(ve);return}this.#o={script:c,answer:U,finish:Pe,fail:me},this.#e.stdin.write(S.bytes),v?.on("error",me).pipe(this.#e.stdin)})}close(){this.#c(St())}#c(c){this.#a===void 0&&(this.#a=c,clearTimeout(this.#t),this.#e.destroy(),this.#o?.fail(c))}#l(c){this.#n=Buffer.concat([this.#n,c]);let f=0;for(let v=this.#n.indexOf(`
`);v>=0;v=this.#n.indexOf(`
`,f)){const S=this.#n.toString("latin1",f,v).match(lt);if(f=v+1,S!==null){if(S[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#i=!0,this.#u(this.#n.subarray(f));return}}this.#n.length>Re&&this.#h("The login shell talks without end.")}#u(c){if(this.#o===void 0)return;const{script:f,answer:v,finish:S,fail:j}=this.#o;try{v.feed(c)}catch(W){j(W);return}const{output:B}=v;B!==void 0?S(B):v.size>Re&&j(vt(f))}#h(c){this.#c(new Y.w({code:"shell-unusable",message:c,seen:ke({status:0,stdout:this.#n.toString("utf8"),stderr:this.#r}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function yt(k,c){return new Y.w({code:"script-timeout",message:`It took longer than the ${(0,re.a3)(k.deadline)} that it may take.`,seen:ke(c),left:"The host has ended it."})}function ut(k,{stdout:c}){return new Y.w({code:"script-timeout",message:`The host told no end of it within ${(0,re.a3)((0,re.Rz)(k.deadline+ht))}.`,seen:ke({status:0,stdout:c,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function vt({deadline:k}){return new Y.w({code:"output-too-long",message:`It said more than ${Re/1e6} MB.`,left:`The host ends it within ${(0,re.a3)(k)} of its start.`})}function St(){return new Y.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const Q=8;class ze{#e;#t=[];#n=[];#r=0;#s=0;#i=Q;constructor(c){this.#e=c}warm(){this.#c()}async run(c,f){const{payload:v}=f;v?.on("error",()=>{});const S=await this.#o();try{const j=S.run(c,f);return v!==void 0&&this.warm(),await j}finally{this.#a(S)}}#o(){for(let c=this.#t.pop();c!==void 0;c=this.#t.pop()){if(c.usable)return Promise.resolve(c);this.#r-=1}return new Promise((c,f)=>{this.#n.push({take:c,fail:f}),this.#d()})}#a(c){const f=c.usable?this.#n.shift():void 0;f!==void 0?f.take(c):c.usable?this.#t.push(c):this.#r-=1,this.#d()}#d(){this.#s<this.#n.length&&this.#c()}#c(){this.#r>=this.#i||(this.#r+=1,this.#s+=1,this.#e().then(c=>{this.#s-=1,this.#a(c)},c=>{this.#s-=1,this.#l(c)}))}#l(c){if(this.#r-=1,c instanceof Y.w&&c.code==="session-refused"&&this.#r>0)this.#i=this.#r;else if(this.#r===0)for(const{fail:v}of this.#n.splice(0))v(c);else this.#n.shift()?.fail(c)}}class Ye{#e;#t;constructor(c,f){this.#e=c,this.#t=new ze(async()=>new bt(ft(c,await c.exec(Ee)),f)),this.#t.warm()}get host(){return this.#e.host}async run(c,f={}){const v={host:this.host.name,step:c.name};try{return c.parse(await this.#t.run(c,f))}catch(S){const{lost:j}=this.#e;throw j!==void 0&&S instanceof Y.w&&xt.has(S.code)?Be(this.host,j,c.name,c.deadline):S instanceof Y.w?S.with(v):S}}}const xt=new Set(["lane-ended","shell-unusable","session-refused"]);function ft(k,c){return{stdin:c.stdin,stdout:c.stdout,stderr:c.stderr,onClose(f){const v=k.whenLost(f);c.once("close",()=>{v(),f()})},destroy:()=>c.destroy()}}class Ue{#e;#t;#n;#r;#s=new Map;#i=new WeakMap;#o=new AbortController;constructor(c,{connectTimeout:f=(0,re.YA)(15),keepalive:v=(0,re.YA)(5)}={}){this.#e=new ot(c),this.#t=new de(c.knownHosts),this.#n=f,this.#r=v}async to(c){const f=await this.#a(c),v=this.#i.get(f);if(v!==void 0)return v;const S=new Ye(f,this.#n);return this.#i.set(f,S),S}async dial(c,f){return(await this.#a(c)).dial(f)}async close(){this.#o.abort();const f=(await Promise.allSettled(this.#s.values())).flatMap(S=>S.status==="fulfilled"?[S.value]:[]),v=f.filter(({host:S})=>S.jump!==void 0);await Promise.all(v.map(S=>S.close())),await Promise.all(f.map(S=>S.close()))}async#a(c){if(this.#o.signal.aborted)throw Le(c);const f=mt(c),v=this.#s.get(f);if(v!==void 0){const j=await v;return j.lost===void 0?j:(this.#s.get(f)===v&&this.#s.delete(f),this.#a(c))}const S=this.#d(c);return this.#s.set(f,S),S.catch(()=>{this.#s.get(f)===S&&this.#s.delete(f)}),S}async#d(c){const f=c.jump===void 0?void 0:await this.#a(c.jump);return je.open(c,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#r,through:f,signal:this.#o.signal})}}function mt({name:k,user:c,address:f,port:v,jump:S}){return JSON.stringify([k,c,f,v,S===void 0?null:mt(S)])}function De({name:k,text:c,values:f={},deadline:v,parse:S}){const j=Object.keys(f).find(W=>!/^[a-z][a-z0-9_]*$/.test(W));if(j!==void 0)throw qe(k,`${JSON.stringify(j)} can't be the name of a shell variable.`);if(!(v>0))throw qe(k,`A deadline of ${v} ms is none.`);return{name:k,text:c,values:f,deadline:v,parse:S??(W=>{dt(W)})}}const qe=(k,c)=>new Y.w({code:"script-unsound",step:k,message:c})}),5245:((Ut,Ke,H)=>{H.d(Ke,{Mp:()=>zt,XC:()=>R,HA:()=>ee,gg:()=>fo,oj:()=>st,SU:()=>is,Qc:()=>an,wU:()=>It,D8:()=>ls,repair:()=>wo,dU:()=>mo,vl:()=>q,IP:()=>me,h5:()=>Ao,cr:()=>Je,yS:()=>_o});const q=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,he={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var N=H(3916),E=H(1021);function re(t,e,n){const r=K(t,e),s=n.entries.filter(({event:a,release:i,contract:l=[]})=>a==="migrated"&&(l.includes(e)||r.has(i)));return!s.some(({contract:a=[]})=>a.includes(e))||s.some(({at:a})=>J(a,n.restores))}function G(t,{migrations:e}){const n=Y(t),r=n.restores.at(-1);return r===void 0?[]:e.filter(s=>{const o=K(t,s),a=n.entries.filter(({event:l,release:$,contract:g=[]})=>l!=="restored"&&(o.has($)||g.includes(s))),i=a.filter(({event:l,at:$})=>l==="migrated"||$<=r.recoveryPoint);return a.length>0&&!i.some(({at:l})=>J(l,n.restores))})}const K=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function Y(t){const e=t.flatMap(({history:r})=>r),n=e.flatMap(({event:r,at:s,recoveryPoint:o})=>r==="restored"&&o!==void 0?[{at:s,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((r,s)=>r.at.getTime()-s.at.getTime())}}function J(t,e,n){if(n!==void 0&&t>n)return!1;const r=e.findLastIndex(({at:o})=>n===void 0||o<=n),s=e[r];return s===void 0||t>s.at?!0:J(t,e.slice(0,r),s.recoveryPoint)}function de({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),r=ue(n),s=e??(0,E.Dp)(n,r);if(s===void 0)throw Z([...t],r);const o=n.flatMap(a=>a.staged).find(a=>a.id===s);return{kind:"rollback",id:s,migrations:o?.migrations??[]}}function ue(t){const e=r=>Math.max(0,...t.flatMap(({history:s})=>s).filter(({event:s,release:o})=>s==="activated"&&o===r).map(({at:s})=>s.getTime()));return[...new Set(t.flatMap(r=>r.active??[]))].sort((r,s)=>e(s)-e(r))[0]}function Z(t,e){const n=t.map(([r,{releases:s}])=>{const o=s.staged.map(({id:a,good:i})=>`${a}${i?" (good)":""}`).join(", ");return`
  - ${r}: ${o||"none"}`});return new N.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function oe(t,e){const n=new Set(e.migrations),r=Y(t),s=new Map;for(const{migration:o,release:a}of t.flatMap(Ze))n.has(o)||s.has(o)||re(t,o,r)&&s.set(o,a);return[...s].map(([o,a])=>({migration:o,release:a}))}function Ze({staged:t,active:e,history:n}){const r=n.flatMap(({release:a,contract:i=[]})=>i.map(l=>({migration:l,release:a}))),s=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),o=t.filter(({id:a,good:i})=>i||a===e||s.has(a)).flatMap(({id:a,contractMigrations:i=[]})=>i.map(l=>({migration:l,release:a})));return[...r,...o]}function Te({workers:t},e){const n=Ie(t),r=oe(n,e);if(r.length===0)return;const[s,o]=r.length===1?["it","a migration"]:["them","migrations"],a=r.map(({migration:$})=>$).join(", "),i=r.map(({migration:$,release:g})=>`release ${g} ran ${$}`).join(", "),l=`The only other way is to restore the database from a backup made before ${s}, as docs/restore.md tells: all that customers did since then would be lost.`;return new N.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${i}; ${e.id} does not list ${s}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${ae(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${l}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${r[0]?.release}. Was ${s} renamed or taken out? A file of the old name must stay. ${l}`})}function ae(t,e){const n=(0,E.Dp)(t,ue(t));return n===void 0||n===e.id||oe(t,X(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const rt=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function ot({workers:t},e,n){const r=Ie(t),s=X(r,n);return(e?.contractMigrations?.filter(a=>!s.migrations.includes(a))??[]).length===0&&oe(r,s).length===0}const X=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},Ie=t=>[...t.values()].flatMap(e=>e instanceof N.w?[]:[e.releases]);function Je(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const r=G(t,X(t,n));return r.length===0?[]:[{release:n,migrations:r,backTo:Ve(t,n)}]})}function Ve(t,e){const n=(0,E.Dp)(t,e);if(n===void 0)return;const r=X(t,n);return oe(t,r).length===0&&G(t,r).length===0?n:Ve(t,n)}var Xe=H(7598),M=H(1996);const _e=(0,M.YA)(45),ge=(0,M.YA)(5);var Qe=H(1916);const Be="Nothing was changed.";function Le(t,e,n,r){const{host:s,masterSocket:o,service:a,step:i}=r,l=r.worker??"the worker",$=`As root on ${s.name}: EXTRAOPTS="-S ${o},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${s.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,g=`~/.buka/${a}/${l}`,T=fe({give:$,mark:g,host:s,masterSocket:o,worker:l});if(t==="unknown-name")return Ce(n,r);const O=T[t]??{message:"The load balancer refused."};return new N.w({message:"",left:Be,...O,code:t,host:s.name,step:i,...e!==""&&{seen:e}})}function fe({give:t,mark:e,host:n,masterSocket:r,worker:s}){const o=`Look at the guard's log, ${e}/guard.log on ${n.name}, and run it again.`,a=`${s} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${n.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${a} If it was drained, its guard keeps it so.`,hint:`On ${n.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${r}; without it, requests of a process that a reload left behind can't be seen.`,hint:t},"socket-denied":{message:`${n.user} may not use HAProxy's master socket.`,hint:t},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${n.user} can't be written.`,hint:`On ${n.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${s} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${n.name}; then run it again.`},"last-server":{message:`${s} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${s} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${s} has passed no check since it was drained; it would get traffic unchecked.`,left:`${s} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${s}.`,left:`${s} may be in rotation in one process and not in another.`,hint:o},superseded:{message:`This run no longer holds ${s} out of rotation: something else readmitted it, or its lease ran out.`,left:`${s} is in rotation, or its guard readmits it when it is fit.`,hint:o},"lease-busy":{message:`The lease of ${s} could not be renewed: something has held its lock for 3 s.`,left:a,hint:`On ${n.name}: \`fuser ${e}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${n.user} leaves behind, so nothing would readmit ${s} if this run died.`,hint:`As root on ${n.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${n.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${s} was readmitted, but HAProxy does not see it up.`,left:`${s} is ready: it gets traffic as soon as its check passes.`,hint:`On ${n.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function Ce({missing:t,unreadable:e,backendNames:n,serverNames:r},{host:s,step:o}){const a=e.find(({old:$})=>!$)?.backend,i=($,g,T,O,P)=>new N.w({code:$,message:g,host:s.name,step:o,seen:O.length>0?`known there: ${O.join(", ")}`:"none is known there",left:Be,hint:`Correct ${P} in buka.yml${Ne(T,O)}.`});if(a!==void 0&&!n.includes(a)){const $=`HAProxy has no backend ${a}.`;return i("unknown-backend",$,a,n,"`load-balancers: backend:`")}const l=t[0];if(l!==void 0){const{backend:$,server:g}=l,T=r.filter(P=>P.backend===$).map(P=>P.server),O=`HAProxy has no server ${g} in backend ${$}.`;return i("unknown-server",O,g,T,"the worker's name under `load-balancers: servers:`")}return new N.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${a??""}.`,host:s.name,step:o,left:Be,hint:`On ${s.name}: \`systemctl status haproxy\`, then run it again.`})}function Ne(t,e){const[n]=[...e].sort((r,s)=>(0,Qe.Io)(t,r)-(0,Qe.Io)(t,s));return n!==void 0&&(0,Qe.Io)(t,n)<=Math.max(2,t.length/3)?`: ${n} is the nearest`:""}const Me=39,at=24,pt=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function He(t){const e=t.split(`
`).map(o=>o.split(" ")),n=(o,a)=>e.filter(i=>i[0]===o&&i.length>=a).map(i=>i.slice(1)),r=([o="",a=""])=>({backend:o,server:a}),s=n("name",2);return{processes:n("pids",1).at(-1)??[],servers:n("server",12).map(it),missing:n("missing",3).map(r),unreadable:n("unreadable",4).map(([o="",a,i=""])=>({process:o,old:a==="old",backend:i})),backendNames:s.filter(o=>o.length===1).map(([o=""])=>o),serverNames:s.filter(o=>o.length===2).map(r),traffic:n("traffic",8).map(([,o="",a="",...i])=>{const[l=0,$=0,g=0,T=0]=i.map(Number);return{backend:o,server:a,responses:l,serverErrors:$,failed:g,ttime:T}}),marks:new Map(n("mark",4).map(([o="",a,i,...l])=>[o,{processes:new Set(l.filter(Boolean)),lease:{left:(0,M.Rz)(Number(a)*10),alive:i==="alive"}}]))}}function it(t){const[e="",n,r="",s="",o,a,,i,l,$,...g]=t;return{process:e,old:n==="old",backend:r,server:s,admin:Number(o),checking:Number(a),inFlight:Number(i),tracks:l!=="-",check:$==="-"?void 0:$,status:g.join(" ")}}function je({admin:t}){return t&Me?"maintenance":t&at?"drain":"ready"}function ct(t){return t.tracks?/^(UP|DRAIN)$/.test(t.status)?"passed":et(t.status):(t.checking&6)!==6||t.check===void 0||t.check==="INI"?"unchecked":pt.has(t.check)?et(t.status,"passed"):"failed"}function et(t,e="unchecked"){return t.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(t)?"unchecked":e}function dt(t){return je(t)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(t.status)}var ke=H(8522);const be=String.raw`
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
`,$t=String.raw`
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
`,tt=String.raw`
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
`,le=String.raw`
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
`,nt=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${le}'
${tt}
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
`,we=45,pe=t=>t.replace(/^ *(# .*)?\n?/gm,""),lt=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,ke.gzipSync)(pe(nt+be+$t),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,We=lt+pe(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),gt=String.raw`
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
`,ye=String.raw`
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
`,ht=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,Re=String.raw`
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
`,kt=String.raw`
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
`,bt=String.raw`
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
`,yt=String.raw`
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
`;function ut(t,e){return{name:"observe the load balancer",text:pe(nt+gt),values:{service:t.service,socket:t.masterSocket,workers:t.targets.map(({worker:n})=>n).join(`
`),...Ye(t.targets.flatMap(n=>n.servers))},deadline:(0,M.YA)(we),parse:e}}function vt(t,e){return{name:"renew the leases",text:pe(tt+bt),values:{service:t.service,workers:t.workers.join(`
`),lease:ze(t.lease)},deadline:(0,M.YA)(we),parse:e}}const St={drain:We+pe(ye),maintain:We+pe(ht),check:We+pe(Re),readmit:We+pe(kt),revive:lt+pe(yt)};function Q(t,e,{deadline:n,lease:r,step:s},o){return{name:`${t} ${e.worker}`,text:St[t],values:{service:e.service,worker:e.worker,socket:e.masterSocket,deadline:ze(n),lease:ze(r),sender:s.process,this_step:String(s.number),...Ye(e.servers)},deadline:(0,M.Rz)(n+(0,M.YA)(we)),parse:o}}const ze=t=>String(Math.ceil(t/10));function Ye(t){return{targets:t.map(({backend:e,server:n})=>`${e} ${n}`).join(`
`),backends:[...new Set(t.map(({backend:e})=>e))].join(" ")}}function xt(t,e,n){return{host:t,processes:e.processes.length,workers:new Map(n.map(r=>[r.worker,ft(e,r)]))}}function ft(t,{worker:e,servers:n}){const r=t.servers.filter(i=>n.some(({backend:l,server:$})=>l===i.backend&&$===i.server)),s=r.filter(({old:i})=>!i),o=t.marks.get(e),a=s.some(i=>je(i)!=="ready"&&o?.processes.has(i.process)===!0);return{worker:e,servers:n.map(({backend:i,server:l})=>Ue(r.filter($=>$.backend===i&&$.server===l),t.traffic.filter($=>$.backend===i&&$.server===l))),inRotation:s.length>0&&s.every(dt),drainedByBuka:a,lease:a?o?.lease:void 0}}function Ue(t,e){const[n]=t.filter(({old:r})=>!r);if(n===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:n.backend,server:n.server,admin:je(n),check:ct(n),status:n.status,inFlight:t.reduce((r,{inFlight:s})=>r+s,0),traffic:mt(e)}}function mt(t){const e=s=>t.reduce((o,a)=>o+s(a),0),n=({responses:s})=>Math.min(s,1024),r=e(n);return{responses:e(({responses:s})=>s),serverErrors:e(({serverErrors:s})=>s),failed:e(({failed:s})=>s),meanTime:r===0?void 0:(0,M.Rz)(e(s=>s.ttime*n(s))/r)}}const De=new WeakMap,qe={process:(0,Xe.randomUUID)(),number:0};class k{cluster;host;remote;lease;#e;constructor(e,n,r,s=_e){this.cluster=e,this.host=n,this.remote=r,this.lease=s,this.#e=new Map(e.workers.hosts.map(o=>[o.name,f(e,o.name)]))}async observe(){const e=[...this.#e.values()],n={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:e};return this.remote.run(ut(n,r=>xt(this.host,He(this.#i(r,"observe")),e)))}async drain(e,{deadline:n,onProgress:r}){const s=$=>{const[g,...T]=this.#s($,"drain",e,["drained","still"]),[O=0,P=0,C=0]=T.map(Number);return g==="drained"?{kind:g,waited:(0,M.Rz)(O)}:{kind:"still-in-flight",inFlight:O,unreadable:P,waited:(0,M.Rz)(C)}},{promise:o,resolve:a}=Promise.withResolvers(),i=this.remote.run(this.#n("drain",e,n,s),{onLine:$=>{a();const g=/^progress (\d+)$/.exec($);g&&r?.(Number(g[1]))}}),l=De.get(this.remote)??new Map;return De.set(this.remote,l.set(e,Promise.race([o,i.catch(()=>{})]))),i}async maintain(e,{deadline:n=(0,M.YA)(10)}={}){return this.remote.run(this.#n("maintain",e,n,r=>({cut:Number(this.#s(r,"maintain",e,["cut"])[1])})))}async check(e,{deadline:n}){const r=s=>{const[o,a="",...i]=this.#s(s,"check",e,["passed","failed"]),l=a.startsWith("no")?"no check is configured; ":"";return{passed:o==="passed",seen:l+i.join(" ")}};return this.remote.run(this.#n("check",e,n,r))}async readmit(e){await De.get(this.remote)?.get(e),await this.remote.run(this.#n("readmit",e,(0,M.YA)(5),n=>{this.#s(n,"readmit",e,["readmitted"])}))}async renew(e){const n={service:this.cluster.service,workers:e,lease:this.lease},r=await this.remote.run(vt(n,i=>c(this.#i(i,"renew")))),s=i=>r.filter(([l])=>l===i).map(([,l=""])=>l),o=await Promise.all(s("unguarded").map(async i=>({worker:i,held:await this.#t(i)}))),[a]=s("busy");if(a!==void 0)throw this.#o("lease-busy","",{worker:a,step:"renew"});return[...new Set([...s("lost"),...o.filter(({held:i})=>!i).map(({worker:i})=>i)])]}async#t(e){const n=r=>this.#s(r,"renew",e,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",e,(0,M.YA)(5),n))}#n(e,n,r,s){return qe.number+=1,Q(e,this.#r(n),{deadline:r,lease:this.lease,step:qe},s)}#r(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`${e} is no worker of ${this.cluster.service}`);return n}#s(e,n,r,s){const a=(this.#i(e,n,r).trimEnd().split(`
`).at(-1)??"").split(" ");if(!s.includes(a[0]??""))throw this.#a(e,n);return a}#i(e,n,r){if(e.status===0)return e.stdout;const s=/^error (\S+) ?(.*)$/m.exec(e.stdout);if(s===null)throw this.#a(e,n);const[,o="",a=""]=s;throw this.#o(o,a,{worker:r,step:n,facts:He(e.stdout)})}#o(e,n,{facts:r=He(""),worker:s,step:o}){const{service:a,loadBalancers:i}=this.cluster,l={host:this.host,masterSocket:i.masterSocket,service:a,worker:s,step:o};return Le(e,n,r,l)}#a({status:e,stdout:n,stderr:r},s){return new N.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${e}.`,host:this.host.name,step:s,seen:(r.trim()||n.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const c=t=>t.split(`
`).filter(Boolean).map(e=>e.split(" "));function f({service:t,loadBalancers:e},n){const{backends:r,masterSocket:s}=e,o=e.servers.get(n)??n;for(const a of[...r,o])if(!/^[A-Za-z0-9_.:-]+$/.test(a))throw v("name of a backend or server",a);if(!/^\/[A-Za-z0-9_./-]+$/.test(s))throw v("path of a socket",s);return{service:t,worker:n,masterSocket:s,servers:r.map(a=>({backend:a,server:o}))}}const v=(t,e)=>new N.j({code:"unusable-name",message:`${JSON.stringify(e)} can't be the ${t} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function S(t,e,n,r=_e){if(t.loadBalancers.kind==="haproxy")return new k(t,e,n,r)}async function j(t,e){return S(t.cluster,e,await t.remote(e))}const B=(t,e)=>j(t,ie(t.cluster.loadBalancers.hosts,e)),W=(t,e)=>t.remote(ie(t.cluster.workers.hosts,e));function U(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function ie(t,e){const n=t.find(r=>r.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function ee(t,e){const n=await Promise.all(t.map(async r=>{try{return[r.name,await e(r)]}catch(s){if(s instanceof N.w)return[r.name,s.with({host:r.name})];throw s}}));return new Map(n)}function me(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof N.w)),failures:e.flatMap(([,n])=>n instanceof N.w?[n]:[])}}const Pe=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),ve=t=>t instanceof N.w&&Pe.has(t.code),ce=t=>ve(t)||t instanceof N.w&&t.code==="load-balancer-down";var wt=H(8161);const m=(0,M.YA)(5);class y{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw x()}orLeave(e){return this.#n(e,0,()=>x())}orHurry(e){return this.#n(e,m,()=>(this.#t=!0,x()))}#n(e,n,r){return new Promise((s,o)=>{let a;const i=()=>{a=setTimeout(()=>o(r()),n)},l=()=>{clearTimeout(a),this.#e.removeEventListener("abort",i)};e.finally(l).then(s,o),this.requested?i():this.#e.addEventListener("abort",i,{once:!0})})}}const x=()=>new N.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var A=H(6259);const _=(0,M.YA)(30),L=String.raw`
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
`,I=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,V=String.raw`${L}${I}
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
`,D=({run:t,...e})=>JSON.stringify({run:t,...e}),se=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function $e(t,e,n){return{name:"lock",text:V,values:{root:t,owner:e,ttl:String(_/1e3),after:n===void 0?"":se(n)},deadline:(0,M.YA)(30),parse(r){const{outcome:s,found:o}=(0,A.OA)((0,A.gq)(r).stdout,["outcome","found"]),a=At(o);return s==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:s==="taken"?a?.owner:void 0}}}}const Nt=`${L}${I}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function Qt(t,e){return{name:"renew lock",text:Nt,values:{root:t,owner:e,ttl:String(_/1e3)},deadline:(0,M.YA)(15),parse(n){const{stdout:r}=(0,A.gq)(n);return/^lost=$/m.test(r)?{lost:At((0,A.OA)(r,["found"]).found)}:"renewed"}}}const Rt=`${I}
if ours; then rm -f -- "$root/lock"; fi
`,Dt=`${L}${I}
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
`;function en(t,e){return{name:"lock release",text:Dt,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":se(e)},deadline:(0,M.YA)(15),parse(n){const{outcome:r,found:s}=(0,A.OA)((0,A.gq)(n).stdout,["outcome","found"]),o=At(s);return r==="held"&&o?{kind:"held",lock:o}:{kind:r==="removed"?"removed":"free",lock:o}}}}function tn(t){return{name:"lock status",text:`${L}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,M.YA)(15),parse:e=>At((0,A.OA)((0,A.gq)(e).stdout,["found"]).found)}}function nn(t,e){return{name:"unlock",text:Rt,values:{root:t,owner:e,ttl:"0"},deadline:(0,M.YA)(15),parse:n=>{(0,A.gq)(n)}}}const Tt=75,Pt=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${Tt}
`;function At(t){const[,e,n,r,s=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=a=>(0,M.Rz)(a*1e3);return{owner:sn(s),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(r)),silent:o(Math.max(0,_/1e3-Number(r)))}}function sn(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=s=>typeof e[s]=="string"?e[s]:void 0,{pid:r}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof r=="number"?r:0}}function Ot({by:t,url:e,machine:n,run:r}){return`${t} (${e??`run ${r}`}), on ${n}`}function rn(t,{owner:e,age:n,silent:r},s){return new N.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,M.a3)(s)} were not enough.`,seen:`held by ${Ot(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(r)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,M.a3)(_)} after its last sign of life; \`buka lock status\` shows it.`})}function Mt(t,e){return new N.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${Ot(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function qt(t,e){return new N.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,M.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,M.a3)(_)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const jt=(0,M.YA)(10),Gt=(0,M.YA)(3);class d{context;clock;owner;#e;#t;#n;#r=!1;constructor(e,n,r,s,o){this.context=e,this.clock=n,this.owner=s,this.#e=new Map(r.map(a=>[a.name,{host:a,renewedAt:o}])),this.#t=setInterval(()=>{for(const a of this.#e.values())this.#a(a)},ge),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(s=>this.#o(s))),this.#n!==void 0)throw this.#n;const r=n.find(s=>!this.#i(s));if(r!==void 0)throw r.failure??qt(r.host.name,jt)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#t);const e=[...this.#e.values()];await u(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#i({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=jt}async#o(e){for(let n=0;n<2&&this.#n===void 0&&!this.#i(e);n+=1)await w(jt,this.#a(e))}#a(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:r,cluster:s}=this.context,o=this.clock.now().getTime();try{const i=await(await this.context.remote(e.host)).run(Qt(s.workers.root,this.owner));if(!this.#c(n))return;i==="renewed"?(e.renewedAt=o,e.failure!==void 0&&r.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=Mt(n,i.lost)}catch(a){e.failure===void 0&&this.#c(n)&&r.warning(h(n,a)),e.failure=a}}#c(e){return!this.#r&&this.#e.has(e)}}function h(t,e){const n=e instanceof N.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,M.a3)(_)} unless it can be. ${n}`}async function u(t,e,n){const{root:r}=t.cluster.workers;await Promise.all(e.map(async({host:s,renewing:o})=>{const a=async()=>(await t.remote(s)).run(nn(r,n)),i=await w(Gt,Promise.all([a(),o]).then(()=>"none",$=>$));if(i==="none")return;if(i!==void 0&&!(i instanceof N.w))throw i;const l=i?.failure.message??`It did not answer within ${(0,M.a3)(Gt)}.`;t.reporter.warning(`${s.name}: the lock could not be given back; it expires by itself within ${(0,M.a3)(_)}. ${l}`)}))}async function w(t,e){let n;const r=new Promise(s=>{n=setTimeout(()=>s(void 0),t)});try{return await Promise.race([e,r])}finally{clearTimeout(n)}}const p=(0,M.YA)(2),b=(0,M.YA)(15);async function R(t,{after:e}={}){const n=t.clock??he,r=new y(t.signal),s=[...t.cluster.workers.hosts].sort((O,P)=>O.name<P.name?-1:1),{id:o,by:a,url:i}=t.run,l=D({run:o,by:a,url:i,machine:(0,wt.hostname)(),pid:process.pid}),{lockTimeout:$}=t.cluster.rollout,g=n.now().getTime()+$;let T=0;try{for(;;){r.check();const O=n.now().getTime(),P=await te(t,s,l,e);if(P===void 0)return new d(t,n,s,l,O);const C=n.now().getTime();if(C>=g)throw rn(P.worker,P.by,$);if(C-T>=b){T=C;const ne=(0,M.a3)((0,M.Rz)(g-C)),Ae=`waiting for ${Ot(P.by.owner)}; ${ne} left`;t.reporter.step({host:P.worker,name:"lock",state:"progress",detail:Ae})}await r.orLeave(F(n,(0,M.Rz)(g-C)))}}catch(O){throw O instanceof N.w?O.with({step:"lock",left:"Nothing was changed."}):O}}const F=(t,e)=>t.sleep((0,M.Rz)(Math.min(e,p*(1+Math.random()/2))));async function te(t,[e,...n],r,s){const{root:o}=t.cluster.workers,a=[],i=async l=>{const $=await t.remote(l);return a.push({host:l}),{worker:l.name,answer:await $.run($e(o,r,s))}};try{const l=e===void 0?[]:[await i(e)];if(l[0]?.answer.kind==="acquired"){const $=await Promise.allSettled(n.map(i)),g=$.find(T=>T.status==="rejected");if(g)throw g.reason;l.push(...$.flatMap(T=>T.status==="fulfilled"?[T.value]:[]))}for(const{worker:$,answer:g}of l)if(g.kind==="held")return await u(t,a,r),{worker:$,by:g.by};for(const{worker:$,answer:g}of l)g.kind==="acquired"&&Se(t,$,g.from,s);return}catch(l){throw await u(t,a,r),l}}function Se({reporter:t},e,n,r){n!==void 0&&(n.run===r?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${Ot(n)}, which stopped renewing it.`))}async function st(t){const{root:e}=t.cluster.workers,{answers:n,failures:r}=await xe(t,tn(e));return{locks:n.map(([s,o])=>({worker:s,lock:o})),failures:r}}async function It(t,e){const{root:n}=t.cluster.workers,{answers:r,failures:s}=await xe(t,en(n,e));return{released:r.flatMap(([o,a])=>a.kind==="removed"?[{worker:o,lock:a.lock}]:[]),failures:[...r.flatMap(([o,a])=>a.kind==="held"?[Lt(o,a.lock,e)]:[]),...s]}}const xe=async({cluster:t,remote:e},n)=>me(await ee(t.workers.hosts,async r=>(await e(r)).run(n)));function Lt(t,{owner:e,age:n,silent:r},s){return new N.w({code:"lock-held",host:t,step:"lock release",message:s===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${s}, so it stays.`,seen:`held by ${Ot(e)}, process ${e.pid}, for ${(0,M.a3)(n)}; its last sign of life is ${(0,M.a3)(r)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}const zt="muted_during",Kt=(0,M.Gx)(5),Fe=(0,M.Gx)(2),ns=(0,M.YA)(3),ss="http://127.0.0.1:9093",rs=String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`,os=String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`,An=({url:t,service:e,work:n,author:r,comment:s})=>(0,A.K$)({name:"mute",text:rs,values:{url:t,service:e,work:n,author:r,comment:s,label:zt,length:`${Kt/1e3}s`},deadline:(0,M.YA)(30)}),as=({url:t,author:e})=>(0,A.K$)({name:"unmute",text:os,values:{url:t,author:e},deadline:(0,M.YA)(30)});async function is(t,e,n){const r=On(t,e);try{return await n()}finally{await r()}}function On(t,e){const{monitoring:n,service:r}=t.cluster;if(n===void 0)return async()=>{};const{run:s,reporter:o}=t,a=`buka ${s.id}`,i={url:ss,service:r,work:e,author:a,comment:`a ${e} of ${s.by}`};let l=!1;const $=O=>t.remote(n.host).then(O).catch(P=>{l||o.warning(ds(P)),l=!0});let g=$(O=>O.run(An(i)));const T=setInterval(()=>{g=g.then(()=>$(O=>O.run(An(i))))},Fe);return T.unref(),async()=>{clearInterval(T);const O=g.then(()=>l?void 0:$(P=>P.run(as(i))));t.signal?.aborted!==!0&&await cs(O)}}function cs(t){const e=Promise.withResolvers(),n=setTimeout(e.resolve,ns);return Promise.race([t,e.promise]).finally(()=>clearTimeout(n))}const ds=t=>`The alerts that this causes are not muted, or for up to ${(0,M.a3)(Kt)} more than they need be: ${t instanceof N.w?t.message:String(t)}`;async function ls(t){const{hosts:e,root:n}=t.cluster.workers,r=await ee(e,async a=>(await t.remote(a)).run((0,E.vN)(n))),{answers:s,failures:o}=me(r);return{...hs(s,e.length),failures:o}}function hs(t,e){const r=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:a})=>a)))].map(o=>us(o,t,e)),s=t.map(([,o])=>o);return{releases:r.sort((o,a)=>a.stagedAt.getTime()-o.stagedAt.getTime()),history:fs(t),rollbackTo:t.length===e?(0,E.Dp)(s,ue(s)):void 0}}function us(t,e,n){const r=e.flatMap(([a,{staged:i}])=>i.filter(l=>l.id===t).map(l=>({worker:a,release:l}))),[s]=r,o=r.map(({worker:a})=>a);return{id:t,commit:s?.release.commit,stagedAt:new Date(Math.min(...r.map(({release:a})=>a.stagedAt.getTime()))),migrations:s?.release.migrations??[],contractMigrations:s?.release.contractMigrations??[],crossed:oe(e.map(([,a])=>a),s?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:r.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:o.length===n}}function fs(t){const e=t.flatMap(([s,{history:o}])=>o.map(a=>({worker:s,entry:a}))).sort((s,o)=>s.entry.at.getTime()-o.entry.at.getTime()),n=[],r=new Map;for(const{worker:s,entry:o}of e){const a=JSON.stringify([o.event,o.release,o.by,o.contract]),i=r.get(a);if(i&&!i.workers.includes(s))i.workers.push(s);else{const l={...o,workers:[s]};n.push(l),r.set(a,l)}}return n.reverse()}function on(t,e){const[n,...r]=t;return n!==void 0&&r.length===0?n:new N.w({...e,seen:t.map(({message:s})=>`
  - ${s.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function Ft(t,e,n){const r=await Promise.allSettled(t.map(e)),s=r.flatMap(a=>a.status==="rejected"?[a.reason]:[]),o=s.find(a=>!(a instanceof N.w));if(o!==void 0)throw o;if(s.length>0)throw on(s,n);return r.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const an=String.raw`
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
`,ms=t=>({name:"look at the process",text:`${cn}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,M.YA)(15),parse:e=>(0,A.OA)((0,A.gq)(e).stdout,["pid"]).pid});async function ws({context:t,journal:e}){const{unit:n}=t.cluster.workers;await Ft([...e.processes].filter(([r])=>!e.missed.includes(r)),async([r,s])=>{const o=await ps(t,r);if(o!==void 0&&o!==s)throw $s(r,n,s,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function ps(t,e){try{return await(await W(t,e)).run(ms(t.cluster.workers.unit))}catch(n){if(ve(n))return;throw n}}const $s=(t,e,n,r)=>new N.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${r==="0"?"none runs now":`systemd has started it again as ${r}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),gs=(0,M.YA)(1),ks=(0,M.YA)(30);async function dn(t,e){const{clock:n,journal:r,context:s,leases:o,cancellation:a}=t,{reporter:i,cluster:l}=s,{worker:$,drainOn:g}=e;a.check(),r.at($,"drainStarted",n.now()),i.step({host:$,name:"drain",state:"started",detail:`on ${g.join(", ")||"none"}`}),o.hold($,g);const[T,O]=await a.orLeave(fn([bs(t,e),ys(t,e,l.rollout.drainTimeout)])),P=T.some(({kind:Oe})=>Oe==="still-in-flight");if(P&&l.rollout.onDrainTimeout==="fail")throw Ts($,T,l.rollout);const C=P?{deadline:gs}:{},ne=await Zt(t,e,"drain",Oe=>Oe.maintain($,C)),Ae=[...O,...ne.map(Oe=>Oe.cut)].reduce((Oe,Wt)=>Oe+Wt,0);r.cut+=Ae,r.at($,"drained",n.now()),Ae>0&&i.warning(`${$}: ${Ae} requests were still in flight after the drain timeout, and are cut.`),i.step({host:$,name:"drained",state:"done",detail:Ae>0?`${Ae} cut`:void 0})}function bs(t,e){const{reporter:n,cluster:r}=t.context,{worker:s}=e,{drainTimeout:o,onDrainTimeout:a}=r.rollout,i=new Map,l=()=>{const $=[...i.values()].reduce((g,T)=>g+T,0);n.step({host:s,name:"drain",state:"progress",detail:`${$} in flight`})};return Zt(t,e,"drain",async($,g)=>{const T=O=>{i.set(g,O),l()};for(;;){t.cancellation.check();const O=await $.drain(s,{deadline:o,onProgress:T});if(O.kind==="drained"||a!=="wait")return O;const P=(0,M.a3)(o);n.info(`${s}: ${O.inFlight} requests in flight on ${g} after ${P}; waiting on, as on-drain-timeout says.`)}})}async function ys(t,{worker:e,leaveOn:n},r){const{clock:s}=t,o=s.now().getTime()+r;return Zt(t,{worker:e,drainOn:n},"drain",async a=>{for(let i=0;;){const $=((await a.observe()).workers.get(e)?.servers??[]).reduce((g,{inFlight:T})=>g+T,0);if(i=$===0?i+1:0,i===2||s.now().getTime()>=o||t.cancellation.requested)return $;await s.sleep((0,M.Rz)(500))}})}async function ln(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout,s=(0,M.Rz)(r+ks);await un(t,e,"check",async(o,a)=>{const{passed:i,seen:l}=await o.check(n,{deadline:s}).catch(Ss);if(!i)throw new N.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:l,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function vs(t,e){await un(t,e,"drain",n=>n.maintain(e.worker))}function Ss(t){if(t instanceof N.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function hn(t,e){const{context:n,clock:r,journal:s,leases:o}=t,{worker:a}=e;await fn([un(t,e,"readmit",i=>i.readmit(a)),xs(t)]),o.letGo(a),s.at(a,"readmitted",r.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function _n(t,e){const{worker:n}=e,{startTimeout:r}=t.context.cluster.rollout;try{await Zt(t,e,"readmit",async s=>{try{await s.readmit(n)}catch(o){if(!(o instanceof N.w&&o.code==="not-checked"))throw o;await s.check(n,{deadline:r}),await s.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function xs(t){const{context:e,journal:n}=t,r=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:s})=>{try{return[[s,await(await B(e,s)).observe()]]}catch(o){if(ce(o))return[];throw o}}));n.views=new Map(r.flat())}async function Zt(t,{worker:e,drainOn:n},r,s){return await t.lock.confirm(e),fn(n.map(o=>Nn(t,o,r,s)))}async function un(t,{worker:e,drainOn:n},r,s){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(g=>Nn(t,g,r,s)))).flatMap((g,T)=>g.status==="rejected"?[{host:n[T],error:g.reason}]:[]),i=a.filter(({error:g})=>ce(g)),[l]=a.filter(({error:g})=>!ce(g));for(const{host:g,error:T}of i)t.journal.lost.set(g,T);if(l)throw l.error;const[$]=i;if($&&i.length===n.length)throw $.error}async function Nn({context:t},e,n,r){const s=async()=>r(await B(t,e),e);try{return await s().catch(o=>{if(o instanceof N.w&&o.code==="connection-lost")return s();throw o})}catch(o){throw o instanceof N.w?o.with({host:e,step:n}):o}}async function fn(t){return await Promise.allSettled(t),Promise.all(t)}function Ts(t,e,{drainTimeout:n}){const r=e.reduce((s,o)=>s+(o.kind==="still-in-flight"?o.inFlight:0),0);return new N.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,M.a3)(n)}.`,seen:`${r} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const As=(0,M.Gx)(2),Os="restarted",_s=String.raw`${Pt}${an}${cn}
${E.td}
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
`;function Ns(t,e){const{root:n,unit:r,port:s,health:o}=t,{id:a,owner:i,startTimeout:l,healthyAfter:$,steady:g}=e;return{name:`switch to ${a}`,text:_s,values:{root:n,unit:r,port:String(s),health:o,id:a,owner:i,healthy_after:String($),start_timeout:String(Math.ceil(l/10)),steady:String(Math.ceil(g/10))},deadline:(0,M.Rz)(l+g+As),parse:Ms}}function Ms(t){if(t.status===Tt)throw Mt(void 0,void 0);const e=(0,A.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),r=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),s=(0,A.OA)(r,["end","answer","state","folder","pid"]);return{...s,end:s.end,log:n}}function js(t,e,{id:n,startTimeout:r}){const{unit:s,port:o,health:a,root:i}=t,{end:l,answer:$,state:g,folder:T,log:O}=e,P=O.length>0?`; the end of its log:
${O.join(`
`)}`:"",C=$==="000"?"nothing":$,ne=`On the host: \`journalctl -u ${s} -n 50\`.`;switch(l){case"healthy":return;case"restart-failed":return new N.w({code:"restart-failed",message:`systemd could not start ${s} with ${n}.`,seen:`${g}${P}`,hint:ne});case"crashed":return new N.w({code:"app-crashed",message:`${n} started and died.`,seen:`${g}${P}`,hint:ne});case"unhealthy":return new N.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,M.a3)(r)}.`,seen:`GET http://127.0.0.1:${o}${a} answered ${C}; ${g}${P}`,hint:`${ne} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new N.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:T===""?"where the process runs can\u2019t be told":`the process of ${s} runs in ${T}`,hint:`\`systemctl cat ${s}\` on the host: WorkingDirectory must be ${i}/current.`})}}async function Mn(t,e,{to:n,from:r,event:s,steady:o}){const{context:a,clock:i,journal:l,lock:$}=t,{workers:g,rollout:T}=a.cluster,{worker:O}=e,P=await W(a,O),{startTimeout:C,healthyAfter:ne}=T,Ae={id:n,owner:$.owner,startTimeout:C,healthyAfter:ne,steady:o},Oe=Promise.withResolvers(),Wt=Ge=>{Ge===Os&&(s==="activated"&&l.at(O,"switched",i.now()),a.reporter.step({host:O,name:s==="activated"?"switched":s,state:"done",detail:n}),Oe.resolve())},Yt=q(a.run),_t={at:i.now(),event:s,release:n,from:r,by:Yt,reason:t.reason,backup:t.backup},Qn=Oe.promise.then(()=>ln(t,e)),es=Oe.promise.then(()=>P.run((0,E.cJ)(g.root,_t)));for(const Ge of[Qn,es])Ge.catch(()=>{});try{await $.confirm(O);const Ge=await P.run(Ns(g,Ae),{onLine:Wt}),ts=js(g,Ge,Ae);if(ts)throw ts;l.processes.set(O,Ge.pid),s==="activated"&&l.at(O,"healthy",i.now()),a.reporter.step({host:O,name:"healthy",state:"done"})}catch(Ge){throw Ge instanceof N.w?Ge.with({host:O,step:"switch"}):Ge}await Qn,await es}function jn(t,e){return t.workers.hosts.map(({name:n})=>{const r=e.workers.get(n),s=r instanceof N.w?void 0:r;return{worker:n,active:s?.releases.active,running:s?.probe.running,healthy:s?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,a])=>[o,Bt(a,n)]))}})}function Bt(t,e){const n=t instanceof N.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:r})=>r!=="ready")?"drained-by-others":"down"}class Es{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return mn(await ee(e,async({name:n})=>(await this.open(n)).observe()))}}function mn(t){const e=new Map,n=new Map,r=[];for(const[s,o]of t){if(o instanceof N.w){r.push(o);continue}for(const{worker:a,servers:i}of o.workers.values()){for(const{backend:l,server:$,traffic:g}of i)e.set(`${s} ${l}/${$}`,{worker:a,traffic:g});Bt(o,a)==="down"&&n.set(a,[...n.get(a)??[],s])}}return{counters:e,down:n,silent:r}}function En(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const r=n/(1-n);let s=Math.exp(Rs(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=s;for(let a=t;a<e&&s>o*1e-12;a+=1)s*=(e-a)/(a+1)*r,o+=s;return Math.min(1,o)}const Rs=(t,e)=>wn(t)-wn(e)-wn(t-e);function wn(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const Ct=20,Rn=3,Ps=.001,Pn=2,In=.01,Is=(0,M.YA)(3),Ls=(0,M.Rz)(200),Ln=1024;function zs(t,e,n,r=0){const s=[zn("new release",t),zn("old release",e),Hs(t,e)].join("; ");if(t.requests<Ct)return{phase:"inconclusive",why:`too little traffic: fewer than ${Ct} requests`,seen:s};const o=e.requests>=Ct,a=Bs(t,n);if(o?Fs(t,e,n):a){const i=o?"clearly more errors than the old release":`more than ${Fn(In)} errors`;return t.errors>r?{phase:"failed",why:i,seen:s}:{phase:"inconclusive",why:`${i}, but none of late`,seen:s}}return Cs(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:s}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:s}:{phase:"successful",seen:s}}function Fs(t,e,n){const r=pn(t);if(t.errors<Rn||r<Ps||r<Pn*pn(e))return!1;const s=t.requests/(t.requests+e.requests);return En(t.errors,t.errors+e.errors,s)<n}const Bs=({errors:t,requests:e},n)=>t>=Rn&&En(t,e,In)<n;function Cs(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<Ct&&t.meanTime>Is:t.meanTime>=Math.max(Pn*e.meanTime,e.meanTime+Ls)}const pn=({errors:t,requests:e})=>e===0?0:t/e;function zn(t,e){const{workers:n,requests:r,errors:s}=e;if(n.length===0)return`${t}: none`;const o=r===0?"":` (${Fn(pn(e))})`;return`${t} on ${n.join(", ")}: ${s} of ${r} requests failed${o}`}function Hs(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${Ln} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,M.a3)(e.meanTime)}`;return`mean response time ${(0,M.a3)(t.meanTime)}${n}`}const Fn=t=>`${Number((t*100).toPrecision(3))} %`;class Ws{#e=new Set;#t=new Map;#n=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,r]of e){const s=this.#n.get(n);if(this.#n.set(n,r),s===void 0||this.#e.size===0)continue;const o=this.#t.get(n)??Ys(r.worker);Us(s.traffic,r.traffic)?this.#t.set(n,{...o,unbroken:0,meanTime:void 0}):this.#t.set(n,Ds(o,s.traffic,r.traffic))}}switch(e,n){const r=new Set(e);for(const[s,o]of this.#t)r.has(o.worker)&&(this.#e.has(o.worker)||this.#r.push({...o,meanTime:void 0}),this.#t.delete(s));for(const[s,{worker:o}]of this.#n)r.has(o)&&this.#n.delete(s);this.add(n);for(const s of e)this.#e.add(s)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const r=[...n,...[...this.#t.values()].filter(e)],s=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...s].map(({worker:a})=>a))].sort(),requests:Bn(r,"requests"),errors:Bn(r,"errors"),meanTime:qs(r)}}}const Bn=(t,e)=>Math.max(0,t.reduce((n,r)=>n+r[e],0)),Ys=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),Us=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function Ds({worker:t,requests:e,errors:n,unbroken:r},s,o){const a=o.failed-s.failed,i=o.responses-s.responses+a;return{worker:t,requests:e+i,errors:n+(o.serverErrors-s.serverErrors)+a,unbroken:r+i,meanTime:o.meanTime}}function qs(t){const e=t.filter(({unbroken:r,meanTime:s})=>s!==void 0&&r>=Ln),n=e.reduce((r,s)=>r+s.requests,0);if(n!==0)return(0,M.Rz)(e.reduce((r,s)=>r+s.requests*(s.meanTime??0),0)/n)}const Cn=(0,M.YA)(5),Gs=1,Ks=4,Zs=.01;class Js{#e=new Ws;#t;#n=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([r])=>!e.includes(r)))}}async watch(e,n){const r=Math.max(1,Math.ceil(n/Cn)),s=n>0?(0,M.Rz)(n/r):Cn;let o=0,a=0;n>0&&this.#a("started",`${r} measurements`);for(let i=1;;i+=1){(n>0||i>1)&&await this.#i(s);const{phase:l,why:$,seen:g}=this.#o(Zs/r),{silent:T}=this.#s;o+=l==="failed"?1:0,a=T.length>0?a+1:0;const O=[$,g,...T.map(({failure:C})=>`${C.host} does not answer: ${C.message}`)].filter(Boolean).join("; "),P=C=>{const ne=C==="inconclusive"&&n===0&&this.#e.fresh().requests<Ct;return ne||this.#a(C==="failure"?"failed":"done",`${C}: ${O}`),C==="inconclusive"&&!ne&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${O}`),{batch:e,verdict:C,seen:O,quiet:ne}};if(o>Gs)return P("failure");if(a>Ks)return P("inconclusive");if(i>=r&&l!=="failed")return P(l==="successful"&&a===0?"success":"inconclusive");this.#a("progress",`${Math.min(i,r)} of ${r}: ${O}`)}}async#i(e){const{source:n,clock:r,cancellation:s}=this.#t;s.check(),await s.orLeave(r.sleep(e)),this.#s=await s.orLeave(n.read()),this.#e.add(this.#s)}#o(e){const n=this.#e.fresh(),r=zs(n,this.#e.rest(),e,this.#r);r.phase==="failed"&&(this.#r=n.errors);const s=[...this.#s.down].filter(([a])=>this.#e.switched.includes(a));if(s.length===0)return r;const o=s.map(([a,i])=>`${a} fails the health check of ${i.join(", ")}`).join("; ");return{...r,phase:"failed",why:o}}#a(e,n){for(const r of this.#n)this.#t.reporter.step({host:r,name:"watch",state:e,detail:n})}}function Vs({batch:t,seen:e}){return new N.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function Xs(t,e,n){const{context:r,journal:s,watch:o}=t,{canary:a}=r.cluster.rollout,i=e.tasks.map(({worker:g})=>g).filter(g=>!s.missed.includes(g));o.switched(i,mn(s.views));const l=a!==void 0&&(n===1||e.title==="canary"),$=await o.watch(n,l?a.watch:(0,M.YA)(0));if(s.watched.push($),$.verdict==="failure")throw Vs($)}const Qs=(0,M.YA)(5);async function Hn(t,e,n){const{context:r,journal:s,lock:o,cancellation:a}=t;let{trial:i}=n;for(const[l,$]of e.entries()){const g=$.tasks.map(({worker:O})=>O).join(", "),T=n.direction==="forward"?"Batch":"Going back, batch";await r.reporter.group(`${T} ${l+1} of ${e.length}: ${g}`,async()=>{a.check();for(const{worker:ne}of $.tasks)await o.confirm(ne);const O=e[l-1];O&&or(t,$,O);const P=i?Qs:(0,M.YA)(0);for(const{worker:ne}of $.tasks)s.begin(ne,l+1);const C=Ft($.tasks,ne=>er(t,ne,n,P),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry(C),s.lost.size>0)throw ar(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await Xs(t,$,l+1),await ws(t))}),$.tasks.some(({does:O})=>O==="switch")&&(i=!1)}}async function er(t,e,{direction:n},r){const{worker:s,to:o,previous:a}=e;let i="drain";try{await dn(t,e),e.does==="switch"?(await t.leases.confirm(s),i="switch",await Mn(t,e,{to:o,from:a,event:n==="forward"?"activated":"reverted",steady:r})):await ln(t,e),i="readmit",await hn(t,e),t.journal.done.push(e)}catch(l){if(!(l instanceof N.w))throw l;if(tr(t,s,l),ve(l)&&l.failure.host===s)return nr(t,e,l);throw await sr(t,e,i,n,l),l}}function tr({context:t,cancellation:e},n,{failure:r}){if(e.requested)return;const{code:s,message:o,step:a="switch"}=r;t.reporter.step({host:n,name:a,state:"failed",detail:`${s}: ${o}`})}function nr({context:t,journal:e,leases:n,lock:r},{worker:s},o){if(n.letGo(s),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(s),r.forget(s),t.reporter.warning(`${s} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function sr(t,e,n,r,s){const{worker:o,previous:a}=e,{reporter:i}=t.context,l=$=>i.warning(`${o} stays drained: ${$}`);try{n==="drain"&&s.code!=="check-failed"?await _n(t,e):e.does==="readmit"?l("its check does not pass."):r==="back"?l("going back failed, and a revert is never reverted."):a===void 0?l("there is no release to go back to."):t.onFailure==="freeze"?l(`it is not put back to ${a}, as the policy is to freeze.`):(i.info(`${o}: going back to ${a}.`),n==="readmit"?await dn(t,e):await vs(t,e),rr.has(s.code)||await t.leases.confirm(o),await Mn(t,e,{to:a,from:e.to,event:"reverted",steady:(0,M.YA)(0)}),await hn(t,e))}catch($){if(!($ instanceof N.w))throw $;i.warning(`${o} could not be put back, and stays drained where it was: ${$.message}`)}finally{t.leases.letGo(o)}}const rr=new Set(["app-crashed","app-unhealthy","restart-failed"]);function or({context:t,journal:e},{tasks:n,title:r},s){if(r==="not serving")return;const{minAvailable:o}=t.cluster.rollout,a=new Set(n.map(({worker:T})=>T)),i=t.cluster.workers.hosts.map(({name:T})=>T).filter(T=>!a.has(T)),l=new Set(s.tasks.map(({worker:T})=>T).filter(T=>!e.missed.includes(T))),$=[...e.views.values()],g=i.filter(T=>!l.has(T)&&$.some(O=>Bt(O,T)!=="in"));if(!(i.length-g.length>=o))throw new N.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${i.length-g.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${g.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function ar({journal:t}){const[[e,{failure:n}]=["",new N.w({code:"",message:""})]]=t.lost;return new N.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const ir=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],cr=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],dr=`${an}${cn}${L}
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
`;function lr(t){const{root:e,unit:n,port:r,health:s,envFile:o}=t.workers;return{name:"observe",text:dr,values:{root:e,unit:n,port:String(r),health:s,env_file:o??"",tools:ir.join(" ")},deadline:(0,M.YA)(20),parse:a=>hr(a,e)}}function hr(t,e){const n=(0,A.OA)((0,A.gq)(t).stdout,cr),r=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,M.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:r,running:ur(r,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:At(n.lock)}}function ur(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[r="",s,...o]=t.slice(`${n}/releases/`.length).split("/");if(s==="tree"&&o.length===0&&(0,E.F3)(r))return r}}async function Et(t){const{cluster:e}=t,[n,r]=await Promise.all([ee(e.workers.hosts,async s=>{const o=await t.remote(s),[a,i]=await Promise.all([o.run((0,E.vN)(e.workers.root)).catch(fr),o.run(lr(e))]);return{releases:a,probe:i}}),ee(e.loadBalancers.hosts,async s=>(await j(t,s)).observe())]);return{workers:n,loadBalancers:r}}function fr(t){if(t instanceof N.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function $n({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof N.w)}const gn=({stage:t,migrate:e,batches:n,settle:r})=>t.length===0&&e===void 0&&n.length===0&&!r;function mr(t,e,n){const r=Jt(t,n),s=r.flatMap(a=>pr(a,e)),o=new Set(s.map(({worker:a})=>a));return{target:e,from:yn(r.flatMap(({seen:a})=>bn(a)).filter(a=>a!==e.id)),stage:r.filter(({seen:a})=>!kn(a,e.id)).map(({name:a})=>a),migrate:yr(t,e,r,s),...Xt(t,s,r),finished:r.filter(({name:a})=>!o.has(a)).map(({name:a})=>a),proven:r.some(({seen:a})=>Wn(a,e.id)),settle:r.some(({seen:a})=>!Wn(a,e.id))}}function Jt(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([r,s])=>[r,Bt(s,n)]))}))}const wr=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),kn=({releases:t},e)=>t.staged.some(n=>n.id===e),bn=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),Wn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),Vt=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Ht=t=>({drainOn:Vt(t,e=>e!=="drained-by-others"),leaveOn:Vt(t,e=>e==="drained-by-others")});function pr(t,e){const{name:n,seen:r}=t,{drainOn:s,leaveOn:o}=Ht(t),a=$r(r,e.id);if(a!==void 0){const $=kr(r,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:$,drainOn:s,leaveOn:o}]}const i=Vt(t,$=>$==="drained"||$==="down");if(i.length===0)return[];const l=`runs it, but is out of rotation on ${i.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:l,previous:void 0,drainOn:i,leaveOn:o}]}function $r({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${gr(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const gr=t=>t==="000"?"no answer":`answers ${t}`;function kr({releases:t,probe:e},n){const r=new Set(t.staged.map(({id:o})=>o)),s=t.staged.findLast(({id:o,good:a})=>a&&o!==n)?.id;return[t.active,e.running,s].find(o=>o!==void 0&&o!==n&&r.has(o))}function Xt(t,e,n){const{batch:r,canary:s,minAvailable:o}=t.rollout,a=Yn(r,t.workers.hosts.length),i=new Set(n.filter(wr).map(({name:P})=>P)),l=e.filter(({worker:P})=>!i.has(P)),$=e.filter(({worker:P})=>i.has(P)),g=[];let T=i.size;for(;l.length>0;){const P=l.splice(0,a);g.push({title:"not serving",tasks:P,available:T}),T+=P.filter(({leaveOn:C})=>C.length===0).length}let O=s?.hosts??0;for(;$.length>0;){const P=T-o;if(P<1)return{batches:g,problem:br(t,T,$)};const C=$.splice(0,Math.min(O||a,P));g.push({title:O>0?"canary":"serving",tasks:C,available:T-C.length}),O=0}return{batches:g}}const Yn=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function br(t,e,n){const{minAvailable:r}=t.rollout,s=n.map(({worker:o})=>o).join(", ");return new N.w({code:"too-few-available",step:"preflight",message:`Draining one of ${s} would leave ${e-1} in rotation; min-available is ${r}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function yr(t,e,n,r){const{migrate:s,migrations:o}=t.release,a=n[0];if(s===void 0||a===void 0||e.kind!=="deploy")return;const i=G(n.map(({seen:T})=>T.releases),e);if(i.length===0&&!r.some(({does:T})=>T==="switch"))return;const l=n.flatMap(({seen:T})=>T.releases.staged.filter(({id:O})=>O===T.releases.active));if(i.length===0&&l.some(({id:T})=>T===e.id))return;if(o===void 0)return{worker:a.name,migrations:[]};const $=new Set(l.flatMap(({migrations:T})=>T)),g=e.migrations.filter(T=>!$.has(T)||i.includes(T));return g.length===0?void 0:{worker:a.name,migrations:g}}function yn(t){const e=n=>t.filter(r=>r===n).length;return t.reduce((n,r)=>n===void 0||e(r)>e(n)?r:n,void 0)}function vr(t,e,{plan:n,workers:r,done:s}){const o=Jt(t,e),a=[],i=r.flatMap(T=>{const O=o.find(C=>C.name===T);if(O===void 0||!bn(O.seen).includes(n.target.id))return[];const P=s.find(C=>C.worker===T)?.previous??n.from;return P===void 0||!kn(O.seen,P)?(a.push(T),[]):[{worker:T,does:"switch",to:P,why:`goes back to ${P}`,previous:n.target.id,...Ht(O)}]}),l={...t,rollout:{...t.rollout,canary:void 0}},{batches:$,problem:g}=Xt(l,i,o);return{batches:$,problem:g,stuck:a}}function Sr(t,e,n){const r=[...e.workers].flatMap(([g,T])=>ve(T)?[g]:[]),s=[...e.loadBalancers.values()],o=r.filter(g=>!s.some(T=>Bt(T,g)==="in")),a=r.filter(g=>!o.includes(g)).map(g=>e.workers.get(g)),i=o.length<=t.rollout.maxUnreachable?o:[],l=Un(t,[...i,...n]),$=[...l.workers.hosts.map(({name:g})=>e.workers.get(g)),...l.loadBalancers.hosts.map(({name:g})=>e.loadBalancers.get(g))].filter(g=>g instanceof N.w).map(g=>a.includes(g)?xr(g):g);return $.length>0?{problems:$}:{cluster:l,observation:Dn(l,e),missed:i}}const xr=({failure:t})=>new N.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function vn(t,e){const n=o=>[...o].filter(([,a])=>a instanceof N.w).map(([a])=>a),r=n(e.workers),s=Un(t,[...r,...n(e.loadBalancers)]);return{cluster:s,observation:Dn(s,e),missed:r,silent:$n(e)}}function Un(t,e){const n=({name:o})=>!e.includes(o),{workers:r,loadBalancers:s}=t;return{...t,workers:{...r,hosts:r.hosts.filter(n)},loadBalancers:{...s,hosts:s.hosts.filter(n)}}}function Dn(t,e){const n=(r,s)=>new Map(s.map(({name:o})=>[o,r.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const Tr=new Set(["cancelled","lock-lost","lease-lost"]);async function Ar(t,e,n){const{context:r,journal:s,onFailure:o}=t;if(Tr.has(n.code))return;const a=s.done.filter(({does:$})=>$==="switch").map(({worker:$})=>$),l=[...e.proven?[]:e.finished,...a].reverse();if(l.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||s.lost.size>0)return"halted";try{return await r.reporter.group("Revert",async()=>{const $=vn(r.cluster,await Et(r)),g=vr($.cluster,$.observation,{plan:e,workers:l,done:s.done});for(const O of g.stuck)r.reporter.warning(`${O} stays: it has no release to go back to.`);if(g.problem)throw g.problem;const T={...t,context:{...r,cluster:$.cluster}};await Hn(T,g.batches,{direction:"back",trial:!1})}),"reverted"}catch($){if(!($ instanceof N.w))throw $;return r.reporter.warning(`The revert stopped, and is not reverted: ${$.message}`),"revert-failed"}}}const Or=[80,443],_r=String.raw`
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
`,Nr=(t,e)=>({name:`look for ${t.name}`,text:_r,values:{address:t.address,port:String(e),doors:[t.port,...Or].join(" ")},deadline:(0,M.YA)(20),parse:n=>(0,A.gq)(n).stdout.trim()});async function Mr(t,e){const{workers:n}=t.cluster;await Ft(await U(t),async({name:r,remote:s})=>{const o=await s.run(Nr(e,n.port));if(o!=="nothing")throw jr(e,r,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const jr=(t,e,n)=>new N.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function Er(t,{takeBackup:e,withoutBackup:n},r){if(!qn(t))return;const{context:s,plan:o,observation:a}=t;if(n!==void 0){const{by:i}=s.run;r.withoutBackup={by:i,reason:n},s.reporter.warning(`There is no backup from before this deploy, as ${i} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const i=await e(s,{release:Lr(o,a),target:o.target.id}),{id:l,recoveryPoint:$,bytes:g,bytesAdded:T,took:O,newestProven:P}=i;r.backup={id:l,recoveryPoint:$,bytes:g,bytesAdded:T,took:O,newestProven:P}}catch(i){throw i instanceof N.w?Rr(i):i}}function Rr(t){const{failure:e}=t;if(e.code==="cancelled")return t;const r=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new N.w({...e,step:"backup",hint:r,cause:t})}function Pr(t,{withoutBackup:e}={}){if(!qn(t))return;const{cluster:n,run:r}=t.context;if(e!==void 0)return`no backup, as ${r.by} wants it: ${e}`;const s=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${s}, while the release is staged; nothing is migrated or switched before that`}function qn({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:r})=>r.some(({worker:s,does:o,to:a})=>o==="switch"&&Ir(n.workers.get(s),a)))}const Ir=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Lr({from:t,target:e},{workers:n}){const r=[...n.values()].map(({releases:a})=>a),s=t??(r.some(({active:a})=>a===e.id)?e.id:void 0),o=r.flatMap(({staged:a})=>a).find(a=>a.id===s)??{migrations:[]};return oe(r,o).at(-1)?.release??s}function zr({withoutBackup:t}){if(!(t===void 0||t.trim()!==""))throw new N.j({code:"reason-missing",message:"To deploy without a backup takes a reason.",left:"Nothing was changed.",hint:"--without-backup 'why'; it is kept in the history of every worker."})}function Fr(t,e,n){const{target:r,stage:s,migrate:o,batches:a,finished:i}=e;return gn(e)?[Cr(r)]:[Hr(e),...s.length>0?[`stage on ${s.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${Wr(o.migrations)}`]:[],...i.length>0?[`leave ${i.join(", ")}: ${Br(r)}`]:[],...Yr(t,a),...a.flatMap((l,$)=>Ur(t,l,$,a.length)),...r.kind==="repair"?[]:[`settle: mark ${r.id} good, keep ${t.release.keep} good releases besides those in use`]]}const Br=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Cr=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Hr({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const Wr=t=>t.length>0?t.join(", "):"the program knows which are new";function Yr({rollout:t,workers:e},n){const r=Yn(t.batch,e.hosts.length),s=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),o=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:i})=>a+i.length,0);return s===0||s>=Math.min(r,o)?[]:[`batches of ${s} instead of ${r}: min-available is ${t.minAvailable}`]}function Ur(t,{title:e,tasks:n,available:r},s,o){const{drainTimeout:a,healthyAfter:i}=t.rollout,l={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${s+1} of ${o}${l}: ${r} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap($=>[`  ${$.worker}: ${$.why}`,...Dr($,`wait up to ${(0,M.a3)(a)} for requests in flight`,i)])]}function Dr({does:t,to:e,drainOn:n,leaveOn:r,previous:s},o,a){const i=n.join(", "),l=s===void 0?"there is no release to go back to":`if it fails, back to ${s}`;return[...n.length>0?[`    drain on ${i}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${l}`]:[],...n.length>0?[`    fresh check on ${i}; readmit`]:[],...r.length>0?[`    stays as it is on ${r.join(", ")}: somebody else drained it there`]:[]]}function qr({worker:t,active:e,running:n,healthy:r,rotation:s}){const o=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,i=[...s],l={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[$]=i,T=$!==void 0&&i.every(([,P])=>P===$[1])?l[$[1]]:i.map(([P,C])=>`${l[C]} on ${P}`).join(", ");return`${t} ${o}${a}, ${r===void 0?"health unknown":r?"healthy":"unhealthy"}, ${T}`}const Gr=(0,M.YA)(10);class Gn{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),ge),this.#t.unref()}hold(e,n){for(const r of n){const s=this.#e.get(r)??new Map;this.#e.set(r,s.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,r])=>{const s=r.get(e);if(!(s===void 0||this.#r(s))&&(await this.#i(n,[e]),!this.#r(r.get(e)??0)))throw Zr(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=Gr}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const r=this.#i(e,[...n.keys()]).catch(Kr).finally(()=>this.#n.delete(e));this.#n.set(e,r)}}async#i(e,n){const r=this.clock.now().getTime(),o=await(await B(this.context,e)).renew(n),a=this.#e.get(e);for(const i of n)!o.includes(i)&&a?.has(i)&&a.set(i,r)}}function Kr(t){if(!(t instanceof N.w))throw t}const Zr=(t,e)=>new N.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),Jr=(0,M.Gx)(15),Vr=String.raw`
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
`;function Xr({root:t,envFile:e},n,r,s){const o=r.map((a,i)=>`word${i}`);return{name:`migrate ${n}`,text:`${Pt}
set -- ${o.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${Vr}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:s,env_file:e??"",...Object.fromEntries(o.map((a,i)=>[a,r[i]??""]))},deadline:Jr,parse(a){if(a.status===Tt)throw Mt(void 0,void 0);(0,A.gq)(a)}}}function Qr(t,e,n){const r=(0,E.cJ)(t,e);return{...r,text:`${Pt}${r.text}`,values:{...r.values,owner:n},parse(s){if(s.status===Tt)throw Mt(void 0,void 0);r.parse(s)}}}async function Kn(t,e,{target:n,from:r},s,o){const{cluster:a,run:i,clock:l=he}=t,$={at:l.now(),release:n.id,from:r,by:q(i)},g=await t.remote(e);for(const T of(0,E.QW)($,o))await g.run(Qr(a.workers.root,T,s))}async function eo(t,e,n,r){const{workers:s,release:o}=t.cluster,{migrate:a}=e,i=s.hosts.find(({name:O})=>O===a?.worker);if(a===void 0||i===void 0||o.migrate===void 0)return;await Kn(t,i,e,n,r).catch(O=>{throw O instanceof N.w?O.with({host:i.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):O});const $=s.hosts.filter(O=>O!==i).map(O=>Kn(t,O,e,n,r).catch(P=>{if(!(P instanceof N.w))throw P;t.reporter.warning(`${O.name} could not note the migration, which ${i.name} runs: ${P.message}`)})),g=to(t,i,e,o.migrate,n,r),T=(await Promise.allSettled([g,...$])).find(({status:O})=>O==="rejected");if(T?.status==="rejected")throw T.reason}async function to(t,e,{target:n,migrate:r},s,o,a){const{reporter:i,cluster:l}=t,$=await t.remote(e);i.step({host:e.name,name:"migrate",state:"started",detail:r?.migrations.join(", ")||void 0});try{await $.run(Xr(l.workers,n.id,s,o),{onLine:g=>i.step({host:e.name,name:"migrate",state:"progress",detail:g})})}catch(g){throw g instanceof N.w?(i.step({host:e.name,name:"migrate",state:"failed",detail:g.failure.seen}),g.code!=="script-failed"?g.with({host:e.name,step:"migrate"}):new N.w({code:"migration-failed",host:e.name,step:"migrate",message:`${s.join(" ")} failed; no worker was switched.`,seen:g.failure.seen??g.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):g}i.step({host:e.name,name:"migrate",state:"done"})}function no(t,e){const n=Jt(t,e),r=n.filter(i=>Zn(i)===void 0),s=yn(r.flatMap(({seen:i})=>i.probe.running??[]))??yn(n.flatMap(({seen:i})=>i.releases.active??[]));if(s===void 0)return;const o=n.flatMap(i=>so(i,s)),a=new Set(o.map(({worker:i})=>i));return{target:{kind:"repair",id:s,migrations:[]},from:void 0,stage:[],...Xt(t,o,n),finished:n.map(({name:i})=>i).filter(i=>!a.has(i)),proven:!0,settle:!1}}function so(t,e){const{name:n,seen:r}=t,s=Zn(t);if(s!==void 0){const l=kn(r,e)?e:r.releases.active;return l===void 0?[]:[{worker:n,does:"switch",to:l,why:s,...Ht(t)}]}const o=Vt(t,l=>l==="drained"),a=r.probe.running;if(o.length===0||a===void 0)return[];const i=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:i,drainOn:o,leaveOn:Ht(t).leaveOn}]}function Zn({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const ro=(0,M.ee)(64*1024*1024),Sn=4096;function oo({entries:t}){const e=t.reduce((n,r)=>n+(r.type==="file"?Math.ceil(r.size/Sn)*Sn:Sn),0);return{size:(0,M.ee)(e),files:t.length}}function ao(t,e,n,r){const s=mr(t,e,n),o=Te(n,e),a=[...[...n.workers].flatMap(([i,l])=>io(t,e,i,l,s,r)),...s.problem?[s.problem]:[],...o?[o]:[]];return a.length>0?{problems:a}:{plan:s}}function io(t,e,n,{releases:r,probe:s},o,a){const{unit:i,root:l,envFile:$}=t.workers,g=t.hosts.get(n)?.user??"the deploy user",T=[],O=r.staged.some(({id:C})=>C===e.id),P=(0,M.ee)((a?.size??0)+ro);if(s.missingTools.length>0&&T.push({code:"tools-missing",message:`It lacks ${s.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),s.folder==="missing"&&T.push({code:"service-folder-missing",message:`${l} does not exist.`,hint:`On ${n}, as root: install -d -o ${g} -g ${g} ${l}`}),s.folder==="read-only"&&T.push({code:"permission-denied",message:`${g} may not write in ${l}.`,hint:`On ${n}, as root: chown ${g}: ${l}`}),!O&&e.kind==="deploy"&&(s.diskFree<P||s.inodesFree<(a?.files??0)+1e3)&&T.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,M.z3)(s.diskFree)} and ${s.inodesFree} inodes free, ${(0,M.z3)(P)} and ${(a?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${l}\` shows what is full, \`du -xsh ${l}/releases/*\` what the releases take.`}),s.unit.load!=="loaded"&&T.push({code:"unit-missing",message:`systemd has no usable unit ${i}.`,seen:`LoadState=${s.unit.load}`,hint:`On ${n}: \`systemctl status ${i}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!s.mayRestart||!s.mayReadRelease){const C=s.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${i}`;T.push({code:"sudo-denied",message:`${g} may not run \`sudo ${C}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return o.migrate?.worker===n&&s.envFile==="unreadable"&&T.push({code:"env-file-unreadable",message:`${g} can't read ${$}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${g} ${$} && chmod 640 ${$}`}),e.kind==="rollback"&&!O&&T.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${r.staged.map(({id:C})=>C).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),T.map(C=>new N.w({...C,host:n}))}class Jn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,r){const s=this.#e.get(e);s&&this.#e.set(e,{...s,[n]:r})}get timeline(){return[...this.#e.values()]}}const co=(0,M.Rz)(1500);class lo{context;kind;clock;journal=new Jn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??he,this.#e=this.clock.now()}async phase(e,n){const r=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,M.Rz)(this.clock.now().getTime()-r)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const r=jn(this.context.cluster,this.observation),s=`
${r.map(o=>`    ${qr(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:r,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,error:n&&this.changing?new N.w({...n.failure,left:s}):n}}async#n(){const e=Et(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(co).then(()=>this.observation)]))}}async function ho(t,{target:e,from:n}){const{context:r,clock:s,journal:o}=t,{workers:a,release:i}=r.cluster,l={at:s.now(),event:"good",release:e.id,from:n,by:q(r.run),reason:t.reason,backup:t.backup},$={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await Ft(a.hosts.map(({name:g})=>g).filter(g=>!o.missed.includes(g)),g=>uo(g,async()=>{const T=await W(r,g);await Promise.all([T.run((0,E.bL)(a.root,e.id)),T.run((0,E.cJ)(a.root,l))]);const O=[e.id,...n===void 0?[]:[n]],P=await T.run((0,E.R3)(a.root,{keep:i.keep,protect:O})),C=P.length>0?`removed ${P.join(", ")}`:void 0;r.reporter.step({host:g,name:"settle",state:"done",detail:C})}),$)}async function uo(t,e){try{await e()}catch(n){throw n instanceof N.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function fo(t,e,n={}){const{id:r,manifest:s}=e,o={kind:"deploy",id:r,migrations:s.migrations};return xn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(i,l)=>(zr(n),l.to=r,Vn(i,{...n,archive:e,choice:n},l,()=>o))})}function mo(t,{to:e,...n}={}){return xn(t,{...n,kind:"rollback",intend:(s,o)=>Vn(s,n,o,a=>de(a,e))})}function wo(t,e={}){return xn(t,{...e,kind:"repair",intend:bo})}async function xn(t,e){const n=new lo(t,e.kind),r=new y(t.signal);try{const s=await n.phase("Preflight",()=>r.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(gn(s.plan)&&!To(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>R(s.context,{after:e.after})),a=On(t,"rollout");try{return await n.finish(await po(t,e,n,o,r))}finally{await Promise.all([a(),r.unfinished?void 0:o.release()])}}catch(s){if(!(s instanceof N.w))throw s;return n.finish("failed",s)}}async function po(t,e,n,r,s){const{clock:o,journal:a}=n,i=await n.phase("Plan",()=>s.orLeave(e.intend(t,n))),{plan:l,context:$}=i;if(gn(l))return"nothing-to-do";const{archive:g,choice:T={}}=e,{target:O,migrate:P}=l;n.changing=!0,g&&await n.phase("Stage",()=>s.orLeave(Promise.all([vo($,g),Er(i,T,n)])));const C=g&&P?rt(g.manifest,P.migrations):[];P&&await n.phase("Migrate",()=>s.orHurry(eo($,l,r.owner,C)));const ne=go(i,g),Ae=new Gn($,o),Oe=ko(i,o,s),Wt=$o(e,n),Yt={context:$,clock:o,cancellation:s,lock:r,leases:Ae,watch:Oe,target:O,onFailure:ne,journal:a,...Wt};try{const _t=!l.proven;await n.phase("Batches",()=>Hn(Yt,l.batches,{direction:"forward",trial:_t}))}catch(_t){throw _t instanceof N.w&&(n.afterFailure=await Ar(Yt,l,_t)),_t}finally{Ae.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>ho(Yt,l)),"success"}function $o({reason:t},{backup:e,withoutBackup:n}){return n!==void 0?{reason:`without a backup: ${n.reason}`}:{reason:t,backup:e?.id}}function go({context:t,plan:e,observation:n},r){if(r===void 0)return"halt";const s=e.batches.flatMap(({tasks:a})=>a.map(({previous:i})=>i));return[e.from,...s].some(a=>a!==void 0&&!ot(n,r.manifest,a))?"freeze":t.cluster.rollout.onFailure}function ko({context:t,plan:e,observation:n},r,s){const o=t.cluster.loadBalancers.hosts.map(({name:l})=>l),a=new Es(o,l=>B(t,l)),i=new Js({source:a,clock:r,reporter:t.reporter,cancellation:s});return i.switched(e.finished,mn(n.loadBalancers)),i}async function Vn(t,{archive:e,choice:n,without:r=[]},s,o){s.observation=await Et(t);const a=await yo(t,s.observation,r),i=Sr(t.cluster,s.observation,a);if("problems"in i)throw Tn(i.problems);const l=o(i.observation);s.to=l.id;const $=e&&oo(e.manifest),g=ao(i.cluster,l,i.observation,$);if("problems"in g)throw Tn(g.problems);return s.from=g.plan.from,Xn(t,s,i,g.plan,n)}async function bo(t,e){e.observation=await Et(t);const{silent:n,...r}=vn(t.cluster,e.observation),s=no(r.cluster,r.observation);if(s===void 0)throw Tn(n.length>0?n:[So()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=s.target.id,Xn(t,e,r,s)}function Xn(t,e,{cluster:n,missed:r,observation:s},o,a){const{reporter:i}=t,l=r.map(T=>`leave out ${T}: it can't be reached and takes no traffic`),$={context:{...t,cluster:n},plan:o,observation:s},g=[...Fr(n,o,Pr($,a)),...l];if(g.join(`
`)!==e.plan.join(`
`))for(const T of g)i.info(T);return e.plan=g,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...r),$}async function yo(t,e,n){const{hosts:r}=t.cluster.loadBalancers,s=n.map(l=>r.find($=>$.name===l)??l),[o]=s.filter(l=>typeof l=="string");if(o!==void 0)throw xo(o,r);const a=r.filter(l=>s.includes(l)&&e.loadBalancers.get(l.name)instanceof N.w),{cluster:i}=vn(t.cluster,e);for(const l of a)await Mr({...t,cluster:i},l),t.reporter.warning(`${l.name} is left out: no worker sees it either.`);return a.map(({name:l})=>l)}async function vo(t,e){const{cluster:n,reporter:r}=t;await Ft(n.workers.hosts,async s=>(0,E.dw)(await t.remote(s),n.workers.root,e,r),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const Tn=t=>on(t.map(({failure:e})=>new N.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),So=()=>new N.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),xo=(t,e)=>new N.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),To=({workers:t})=>[...t.values()].some(e=>!(e instanceof N.w)&&e.probe.lock!==void 0);async function Ao(t){const e=await Et(t),n=jn(t.cluster,e),r=$n(e);return{workers:n,loadBalancers:[...e.loadBalancers].flatMap(([s,o])=>o instanceof N.w?[]:[{name:s,processes:o.processes}]),locks:[...e.workers].flatMap(([s,o])=>o instanceof N.w||o.probe.lock===void 0?[]:[{worker:s,owner:o.probe.lock.owner,expired:o.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([s,o])=>o instanceof N.w?[]:[...o.workers.values()].flatMap(({worker:a,lease:i})=>i?[{worker:a,loadBalancer:s,...i}]:[])),failures:r,ok:r.length===0&&n.every(s=>Oo(s)&&s.running===n[0]?.running)}}const Oo=({active:t,running:e,healthy:n,rotation:r})=>e!==void 0&&e===t&&n===!0&&[...r.values()].every(s=>s==="in");async function _o(t,e,n){const r=t.clock??he,s=new y(t.signal),o=await R(t),a=new Gn(t,r),i={context:t,clock:r,cancellation:s,lock:o,leases:a,journal:new Jn};try{for(const[l,$]of e.entries())await t.reporter.group(`Worker ${$}, ${l+1} of ${e.length}`,async()=>{s.check(),await No(i,await jo(t,$),n)})}finally{a.stop(),await o.release()}}async function No(t,e,n){const{worker:r}=e;try{await dn(t,e).catch(async o=>{throw await _n(t,e).catch(Mo(t,r)),o}),await t.leases.confirm(r);const s=await n(r).then(()=>{},o=>o);if(await ln(t,e).catch(o=>{throw s??o}),await hn(t,e),s!==void 0)throw s}finally{t.leases.letGo(r)}}const Mo=(t,e)=>n=>{if(!(n instanceof N.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function jo(t,e){const{cluster:n}=t,r=await Et(t),s=$n(r);if(s.length>0)throw on(s,{code:"preflight-failed",step:"drain",message:`${s.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const o=Jt(n,r),a=o.find(({name:g})=>g===e);if(a===void 0)throw new Error(`${e} is no worker of this cluster`);const[i]=bn(a.seen);if(i===void 0)throw Eo(e);const l={worker:e,does:"readmit",to:i,why:"is changed",...Ht(a)},{problem:$}=Xt(n,[l],o);if($!==void 0)throw new N.w({...$.failure,left:`${e} was not touched.`});return l}const Eo=t=>new N.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),1996:((Ut,Ke,H)=>{H.d(Ke,{Gx:()=>N,Rz:()=>q,YA:()=>he,a3:()=>re,ee:()=>E,z3:()=>G});const q=K=>K,he=K=>q(K*1e3),N=K=>he(K*60),E=K=>K;function re(K){if(K<1e3)return`${Math.round(K)} ms`;if(K<6e4)return`${(K/1e3).toFixed(1)} s`;const Y=Math.round(K/1e3);return`${Math.floor(Y/60)} min ${Y%60} s`}function G(K){const Y=["B","kB","MB","GB","TB"];let J=K,de=0;for(;J>=1e3&&de<Y.length-1;)J/=1e3,de+=1;return`${de===0?J:J.toFixed(1)} ${Y[de]}`}})};
