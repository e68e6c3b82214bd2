"use strict";exports.id=56,exports.ids=[56],exports.modules={5355:((Tt,Qe,G)=>{G.d(Qe,{Vp:()=>h,vj:()=>v});var ne=G(1455),ue=G(3916),_=G(7030),P=G(2857),$e=G(1996);function re(f,k){return P.YjP({error:k}).regex(f,{error:k})}const se=re(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,"a host's name: lower-case letters, digits and dashes, at most 63"),V=re(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,"a name of lower-case letters, digits and dashes that starts with a letter, at most 32"),ie="an IP address or a DNS name",ve=re(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,ie).refine(f=>(0,_.isIP)(f)!==0||xe(f),{error:ie});function xe(f){const k=f.split(".");return!(k.length>1&&/^[0-9]+$/.test(k.at(-1)??""))&&k.every(N=>/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(N))}const oe=(f,k)=>(0,_.isIPv4)(f)?f===k:f.toLowerCase()===k.toLowerCase(),ge=re(/^[a-z_][a-z0-9_-]{0,31}$/,"a Unix user name"),et=re(/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,"a public key as in id_ed25519.pub: ssh-ed25519 AAAA\u2026"),Oe=re(/^[a-z0-9][a-z0-9+.-]{1,127}$/,"a package's name, such as nodejs"),ke=re(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,"a name as HAProxy allows it: letters, digits and _ . : -"),Je=re(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,"a name of letters, digits, _ and -, at most 63"),it=re(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,"a metric's name: letters, digits and _, such as http_request_duration_seconds"),ce=re(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,"an absolute path of letters, digits and . _ @ : + -, without a slash at its end"),We=re(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,"a path relative to the app's folder, without . or .. in it"),tt=re(/^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,"a path that starts with a slash and has no . or .. in it, such as /readyz"),nt=re(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u,"a command"),Ne=P.Whr({error:"a port: 1 to 65535"}).min(1,{error:"a port: 1 to 65535"}).max(65535,{error:"a port: 1 to 65535"}),_e=(f,k)=>{const S=`a whole number from ${f} to ${k}`;return P.Whr({error:S}).min(f,{error:S}).max(k,{error:S})},Ie={ms:1,s:1e3,m:6e4,h:36e5,d:864e5},me=(f,k)=>{const S=`a length of time from ${f} to ${k}, with its unit: 500ms, 30s, 2m, 1h or 7d`;return re(/^[0-9]{1,7}(?:ms|s|m|h|d)$/,S).refine(N=>Ee(N)>=Ee(f)&&Ee(N)<=Ee(k),{error:S}).transform(Ee)};function Ee(f){const k=/^([0-9]+)(ms|s|m|h|d)$/.exec(f);return k?(0,$e.Rz)(Number(k[1])*Ie[k[2]]):(0,$e.Rz)(Number.NaN)}var Te=G(1916);function Me(f,k,S){return k.issues.flatMap(N=>Ae(f,N,[],S))}function Ae(f,k,S,N){const M=[...S,...k.path.map(Y=>typeof Y=="number"?Y:String(Y))],H=Fe(N,M);switch(k.code){case"unrecognized_keys":return k.keys.map(Y=>({path:[...M,Y],message:B(f,M,Y),at:"key"}));case"invalid_key":return[{path:M,message:`${fe(M.at(-1))} must be ${k.issues[0]?.message}`,at:"key"}];case"invalid_union":{const Y=k.errors.find(ee=>ee.some(we=>!Re(we)));if(Y)return Y.flatMap(ee=>Ae(f,ee,M,N));const te=new Set(k.errors.flatMap(ee=>ee.map(De)));return[{path:M,message:st(M,[...te].join(", or "),H),at:"value"}]}default:return[{path:M,message:st(M,De(k),H),at:"value"}]}}const Re=f=>f.code==="invalid_type"&&f.path.length===0,Ze={object:"a mapping of keys to values",record:"a mapping of keys to values",array:"a list",string:"text",number:"a number"};function De(f){if(f.code==="invalid_type"&&f.message.startsWith("Invalid input"))return Ze[f.expected]??f.expected;if(f.code==="invalid_value"){const k=f.values.map(String);return k.length===1?`${k[0]}`:`one of ${k.join(", ")}`}return f.message}function st(f,k,S){const N=de(f)||"the file";return S===void 0?`${N} is missing; it must be ${k}`:`${N} must be ${k}; found ${fe(S)}`}function B(f,k,S){const N=je(f,k),M=k.length>0?`in ${de(k)}`:"at the top level";return`unknown key ${fe(S)} ${M}; ${rt(S,N)}`}function rt(f,k){const N=k.map(M=>({candidate:M,far:(0,Te.Io)(f.toLowerCase(),M)})).sort((M,H)=>M.far-H.far)[0];return N&&N.far<=Math.max(2,Math.floor(f.length/3))&&N.far<N.candidate.length?`did you mean ${fe(N.candidate)}?`:k.length>0?`known are ${k.join(", ")}`:"there are none"}function je(f,k){if(f instanceof P.IiU||f instanceof P.XiL||f instanceof P.xgV)return je(f.unwrap(),k);if(f instanceof P.fZ7)return f.options.flatMap(H=>je(H,k));const[S,...N]=k;if(f instanceof P.b8S)return je(f.valueType,N);if(!(f instanceof P.bvH))return[];if(S===void 0)return Object.keys(f.shape);const M=f.shape[S];return M?je(M,N):[]}function Fe(f,k){let S=f;for(const N of k){if(typeof S!="object"||S===null||!Object.hasOwn(S,N))return;S=S[N]}return S}const de=f=>f.map((k,S)=>typeof k=="number"?`[${k+1}]`:`${S>0?".":""}${k}`).join("");function fe(f){if(f==null)return"nothing";const k=(JSON.stringify(f)??String(f)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu,S=>`\\u{${S.codePointAt(0)?.toString(16)}}`);return k.length>80?`${k.slice(0,79)}\u2026`:k}function Le(f,k){return[...ze(f,k),...Ye(["load-balancers","hosts"],f["load-balancers"]?.hosts),...Ye(["workers","hosts"],f.workers?.hosts),...Ye(["load-balancers","backend"],f["load-balancers"]?.backend),...Ye(["release","include"],f.release?.include),...ct(f),...at(f),...dt(f),...$t(f)]}const he=(f,k)=>({path:f,message:k,at:"value"});function ze(f,k){const S=[],N=(M,H)=>H!==void 0&&S.push([M,H]);N(["ssh","jump"],f.ssh?.jump);for(const M of["load-balancers","workers"])f[M]?.hosts.forEach((H,Y)=>{N([M,"hosts",Y],H)});for(const M of["database","backup","monitoring"])N([M,"host"],f[M]?.host);return S.filter(([,M])=>!k.includes(M)).map(([M,H])=>he(M,`${fe(H)} is not a host under hosts; ${rt(H,k)}`))}function Ye(f,k){return(k??[]).flatMap((S,N,M)=>M.indexOf(S)<N?[he([...f,N],`${fe(S)} is in ${f.join(".")} twice`)]:[])}function ct({hosts:f={},ssh:k}){const S=Object.entries(f).map(([N,M])=>{const H=typeof M=="string"?{address:M,port:void 0}:M;return{name:N,address:H.address,port:H.port??k?.port??22}});return S.flatMap((N,M)=>{const H=S.slice(0,M).find(({address:Y,port:te})=>te===N.port&&oe(Y,N.address));return H?[he(["hosts",N.name],`${N.name} has the address and port of ${H.name}`)]:[]})}function at({"load-balancers":f,workers:k}){if(!f||!k)return[];const S=Object.keys(f.servers).filter(Y=>!k.hosts.includes(Y)).map(Y=>{const te=`${fe(Y)} in load-balancers.servers is not in workers.hosts; ${rt(Y,k.hosts)}`;return{path:["load-balancers","servers",Y],message:te,at:"key"}}),N=new Map(Object.entries(f.servers)),M=new Map,H=k.hosts.flatMap(Y=>{const te=N.get(Y)??Y,ee=M.get(te)??Y;if(M.set(te,ee),ee===Y)return[];const we=["load-balancers","servers",N.has(Y)?Y:ee];return[he(we,`${ee} and ${Y} can't both be the server ${fe(te)}`)]});return[...S,...H]}function dt({rollout:f,workers:k}){if(!f||!k)return[];const S=k.hosts.length,N=f["min-available"]??1,M=(te,ee,we)=>{if(S-we>=N)return[];const Pe=f["min-available"]?`rollout.min-available asks for ${N}`:"one must stay";return[he(["rollout",...te],`${ee}, which leaves ${Math.max(0,S-we)}; ${Pe}`)]},H=(te,ee,we)=>M(te,`${ee} takes ${we} of ${S} workers out of rotation`,we),Y=f["max-unreachable"];return[...H(["batch"],"rollout.batch",Be(f.batch,S)),...H(["canary","hosts"],"rollout.canary",f.canary?.hosts??0),...Y===0?[]:M(["max-unreachable"],`rollout.max-unreachable leaves out ${Y} of ${S} workers while another one is switched`,Y+1)]}function $t(f){const{backup:k,database:S}=f;return k===void 0||!("database"in f)?[]:S===void 0?[{path:["backup"],message:"backup needs database: what is it to make backups of?",at:"key"}]:k.mode==="continuous"&&S.kind!=="postgresql"?[he(["backup","mode"],`only postgresql has backups in continuous mode, ${S.kind} has not`)]:k.mode==="continuous"&&S.host===k.host?[he(["backup","host"],"in continuous mode the backup server is another machine than the database host")]:k.proof==="nightly"&&k["before-deploy"]==="no"?[he(["backup","proof"],"only a deploy's backup is left to the night, and with before-deploy: no there is none")]:[]}function ot(f,k){return Math.max(1,k-Be(f.batch,k)-f["max-unreachable"])}function Be(f,k){return"hosts"in f?f.hosts:Math.max(1,Math.floor(k*f.percent/100))}var ft=G(8532);const mt=/[|&;<>()$`\\*?#~{}[\]!\n\r]/;function wt(f){const k="write it as a list, [program, argument, \u2026], or call a script of the release",S=mt.exec(f);if(S)return{wrong:`one program with its arguments: no shell reads it, so ${JSON.stringify(S[0]).slice(1,-1)} has no meaning; ${k}`};if(!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(f))return{wrong:`a command with its quotes closed; or ${k}`};const N=f.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)??[];return N.length===0?{wrong:"a program with its arguments"}:{words:N.map(M=>M.replace(/'([^']*)'|"([^"]*)"/g,"$1$2"))}}const ye=f=>P.YOg(se,{error:"a list of hosts' names"}).min(f,{error:f===1?"a list with at least one host":`a list with at least ${f} hosts`}),Ve=P.KCZ([ve.describe("IP address or DNS name"),P.rej({address:ve.describe("IP address or DNS name"),port:Ne.optional().describe("SSH port; default: ssh.port"),user:ge.optional().describe("SSH user; default: ssh.user")})]),Se=P.rej({user:ge.default("deploy").describe("The user that every host is reached as"),port:Ne.default(22),jump:se.optional().describe("The host that every connection goes through"),"authorized-keys":P.YOg(et).min(1,{error:"a list with at least one public key"}).optional().describe("Public keys that may log in as the user; buka provision makes the account and its authorized_keys")}),lt=P.KCZ([ke,P.YOg(ke).min(1,{error:"a list with at least one name"})]).transform(f=>typeof f=="string"?[f]:f),Ce=P.rej({kind:P.euz("haproxy"),hosts:ye(1),address:ve.optional().describe("The virtual address that customers use"),backend:lt.describe("The backend, or backends, that the workers are in; a worker is drained in each"),servers:P.g1P(se,ke).default({}).describe("A worker's name as a server in those backends, where it differs from its name here"),"master-socket":ce.default("/run/haproxy-master.sock").describe("The master process (haproxy -S)")}),ht=P.KCZ([P.YjP().transform((f,k)=>{const S=wt(f);return"words"in S?S.words:(k.issues.push({code:"custom",input:f,message:S.wrong}),ft.tm)}),P.YOg(P.YjP().regex(/^[^\0]*$/,{error:"an argument without a NUL"})).min(1,{error:"a list with the program and its arguments"})]),Xe=P.rej({hosts:ye(2),port:Ne.describe("The port that the app listens on"),health:tt.describe("Answers 2xx when the app can serve"),"env-file":ce.optional().describe("The file with the app's environment, on each worker"),start:ht.refine(([f=""])=>/^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(f),{error:"a program, such as node, or a file of the release, such as bin/server, with its arguments"}).optional().describe("Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it"),packages:P.YOg(Oe).default([]).describe("The distribution's packages that the app needs; buka provision installs them")}),E=P.rej({build:nt.optional().describe("Run by bash in the app folder on the machine that builds"),test:nt.optional().describe("Run by bash after build; nothing is packed when it fails"),include:P.YOg(We).min(1,{error:"a list with at least one path"}).describe("The files and folders that make a release"),keep:_e(2,100).default(5).describe("Releases that stay on a worker"),migrate:ht.optional().describe("Runs once on one worker, in the staged release, before any worker switches; no shell reads it"),migrations:We.optional().describe("The folder whose files are the release's migrations")}),A="a number of workers such as 1, or a share of them such as 50%",T=P.KCZ([P.Whr({error:A}).min(1,{error:A}),re(/^(?:[1-9][0-9]?|100)%$/,A)]).transform(f=>typeof f=="number"?{hosts:f}:{percent:Number.parseInt(f,10)}),L=P.rej({batch:T.prefault(1).describe("Workers that are out of rotation at once"),canary:P.rej({hosts:_e(1,1e3).describe("Workers of the first batch"),watch:me("1s","24h").describe("How long their answers are watched before the others follow")}).optional().describe("The first batch, watched before the others follow"),"min-available":_e(1,1e3).optional().describe("Workers that stay in rotation at every moment; default: all but one batch and max-unreachable"),"drain-timeout":me("1s","24h").prefault("30s").describe("How long a drain waits for requests in flight"),"on-drain-timeout":P.k5n(["wait","cut","fail"]).default("cut").describe("What happens to requests that are still in flight then"),"start-timeout":me("1s","24h").prefault("60s").describe("How long a worker may take to get healthy"),"healthy-after":_e(1,100).default(3).describe("Successes in a row that make a worker healthy"),"lock-timeout":me("0s","24h").prefault("15m").describe("How long a run waits for another run's lock"),"max-unreachable":_e(0,1e3).default(0).describe("Workers that a run may leave out because they can't be reached and take no traffic"),"on-failure":P.k5n(["revert","halt","freeze"]).default("revert").describe("What becomes of the workers that run the new release already")}),j=_e(1,1e4),C={service:V.describe("Names everything that a run touches on a host"),ssh:Se.prefault({}),hosts:P.g1P(se,Ve).describe("Every machine, by name"),"load-balancers":Ce,workers:Xe,release:E,rollout:L.prefault({}),database:P.rej({kind:P.k5n(["postgresql","mariadb"]),host:se,name:Je}).optional(),backup:P.rej({host:se.describe("The machine that pulls backups of the database and holds them"),mode:P.k5n(["dump","continuous"]).default("dump").describe("What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most"),keep:P.rej({last:j.default(7).describe("The newest ones, whenever they were made"),daily:j.default(14).describe("The newest one of each of so many days"),weekly:j.default(8).describe("The newest one of each of so many weeks")}).prefault({}).describe("Proven backups that stay, besides the newest and those of releases on the workers"),proof:P.k5n(["every","nightly"]).default("every").describe("Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours"),"before-deploy":P.k5n(["required","no"]).default("required").describe("Whether a deploy makes a backup before it changes anything")}).optional(),monitoring:P.rej({host:se}).optional(),slo:P.rej({window:me("1h","90d").prefault("7d").describe("What both objectives are judged over, up to now"),availability:P.aig().gt(0,{error:"a percentage above 0 and below 100"}).lt(100,{error:"a percentage above 0 and below 100"}).default(99.9).describe("Percent of the time in which the service answers through the virtual address"),"mean-response-time":me("1ms","10m").prefault("3s").describe("What real requests take at most, on average"),histogram:it.default("http_request_duration_seconds").describe("The app's Prometheus histogram of how long its requests took, in seconds")}).prefault({})},D=P.rej(C);function U(f){if(typeof f!="object"||f===null)return{};const k=f;return Object.fromEntries(Object.entries(C).flatMap(([S,N])=>{const M=N.safeParse(k[S]);return M.success?[[S,M.data]]:[]}))}function ae(){const f=z.toJSONSchema(D,{io:"input",target:"draft-7"});return{$schema:f.$schema,title:"buka.yml",...f}}var K=G(8815);class le{#e=new K.HN;#t;data;problems;constructor(k){this.#t=(0,K.Tp)(k,{lineCounter:this.#e,prettyErrors:!1}),this.problems=[...this.#t.errors.map(({pos:S,message:N})=>({...this.#r(S[0]),message:N})),...this.#s()],this.data=this.problems.length===0?this.#n():void 0}find(k){let S=this.#t.contents,N=0;for(const[M,H]of k.path.entries()){const Y=M===k.path.length-1,te=(0,K.Vj)(S)?S.resolve(this.#t):S,ee=(0,K.jh)(te)?te.items.find(Pe=>(0,K.tO)(Pe)&&$(Pe)===String(H)):(0,K.oP)(te)&&te.items[Number(H)];if(!ee)break;const we=(0,K.tO)(ee)?ee.key:void 0;S=(0,K.tO)(ee)?ee.value:ee,N=i(we)??i(S)??N,Y&&k.at==="value"&&(N=i(S)??N)}return this.#r(N)}#n(){return this.#t.toJS({maxAliasCount:100})}#r(k){const{line:S,col:N}=this.#e.linePos(k);return{line:Math.max(S,1),column:Math.max(N,1)}}#s(){const k=[];return(0,K.YR)(this.#t,{Pair:(S,N)=>{const M=N.key;if((0,K.jn)(M)&&typeof M.value=="string"&&M.value!=="__proto__")return;const H=(0,K.jn)(M)?`${fe(M.value)} can't be a key; a name is text`:"a key can't be a list or a mapping";k.push({...this.#r(i(M)??0),message:H})}}),k}}const $=f=>(0,K.jn)(f.key)?String(f.key.value):void 0,i=f=>f?.range?.[0];class h extends ue.j{problems;constructor(k,S){const N=S.map(({line:M,column:H,message:Y})=>`  ${k}:${M}:${H}: ${Y}`);super({code:"buka-yml-invalid",message:[`${k} has ${S.length===1?"a mistake":`${S.length} mistakes`}:`,...N].join(`
`),left:"Nothing was changed.",hint:`Correct ${k}; docs/buka-yml.md explains every key.`}),this.problems=S}}async function v(f){let k;try{k=await(0,ne.readFile)(f,"utf8")}catch(S){throw new ue.j({code:"buka-yml-missing",message:`${f} can't be read`,seen:S instanceof Error?S.message:String(S),left:"Nothing was changed.",hint:"Run it in the folder that has buka.yml, or name the file: --config PATH, in a workflow `config: PATH`.",cause:S})}return x(k,f)}function x(f,k="buka.yml"){const S=new le(f);if(S.problems.length>0)throw I(k,S.problems);const N=D.safeParse(S.data),M=[...N.success?[]:Me(D,N.error,S.data),...Le(U(S.data),J(S.data))];if(!N.success||M.length>0)throw I(k,M.map(H=>({...S.find(H),message:H.message})));return X(N.data)}function I(f,k){const S=k.toSorted((N,M)=>N.line-M.line||N.column-M.column);return new h(f,S.map(({line:N,column:M,message:H})=>({file:f,line:N,column:M,message:H})))}function J(f){const k=f?.hosts;return typeof k=="object"&&k!==null?Object.keys(k):[]}function X(f){const k=Q(f),S=Pe=>{const gt=k.get(Pe);if(!gt)throw new Error(`${Pe} was checked to be a host`);return gt},{"load-balancers":N,workers:M,release:H,rollout:Y,database:te,backup:ee}=f,we=new Map(Object.entries(N.servers));return{service:f.service,hosts:k,authorizedKeys:f.ssh["authorized-keys"],loadBalancers:{kind:N.kind,hosts:N.hosts.map(S),address:N.address,backends:N.backend,servers:new Map(M.hosts.map(Pe=>[Pe,we.get(Pe)??Pe])),masterSocket:N["master-socket"]},workers:{hosts:M.hosts.map(S),port:M.port,health:M.health,envFile:M["env-file"],start:M.start,packages:M.packages,unit:`${f.service}.service`,root:`/srv/${f.service}`},release:H,rollout:{batch:Y.batch,canary:Y.canary,minAvailable:Y["min-available"]??ot(Y,M.hosts.length),drainTimeout:Y["drain-timeout"],onDrainTimeout:Y["on-drain-timeout"],startTimeout:Y["start-timeout"],healthyAfter:Y["healthy-after"],lockTimeout:Y["lock-timeout"],maxUnreachable:Y["max-unreachable"],onFailure:Y["on-failure"]},database:te&&{kind:te.kind,host:S(te.host),name:te.name},backup:ee&&{host:S(ee.host),mode:ee.mode,keep:ee.keep,proof:ee.proof,beforeDeploy:ee["before-deploy"]==="required"},monitoring:f.monitoring&&{host:S(f.monitoring.host)},slo:{window:f.slo.window,availability:f.slo.availability,meanResponseTime:f.slo["mean-response-time"],histogram:f.slo.histogram}}}function Q({hosts:f,ssh:k}){const S=new Map(Object.entries(f)),N=H=>{const Y=S.get(H),{address:te="",port:ee=k.port,user:we=k.user}=typeof Y=="string"?{address:Y}:Y??{};return{name:H,address:te,port:ee,user:we}},M=k.jump===void 0?void 0:N(k.jump);return new Map([...S.keys()].map(H=>[H,H===k.jump?N(H):{...N(H),jump:M}]))}}),240:((Tt,Qe,G)=>{G.d(Qe,{Wf:()=>Ce,MA:()=>$e,g_:()=>lt,R$:()=>Ve,xc:()=>Xe});var ne=G(7598),ue=G(3916),_=G(1996);const P=(0,_.YA)(45),$e=(0,_.YA)(5);var re=G(1916);const se="Nothing was changed.";function V(E,A,T,L){const{host:j,masterSocket:C,service:D,step:U}=L,ae=L.worker??"the worker",K=`As root on ${j.name}: EXTRAOPTS="-S ${C},mode,660,group,haproxy" in /etc/default/haproxy, \`usermod -aG haproxy ${j.user}\`, \`systemctl restart haproxy\`. See docs/haproxy.md.`,le=`~/.buka/${D}/${ae}`,$=ie({give:K,mark:le,host:j,masterSocket:C,worker:ae});if(E==="unknown-name")return ve(T,L);const i=$[E]??{message:"The load balancer refused."};return new ue.w({message:"",left:se,...i,code:E,host:j.name,step:U,...A!==""&&{seen:A}})}function ie({give:E,mark:A,host:T,masterSocket:L,worker:j}){const C=`Look at the guard's log, ${A}/guard.log on ${T.name}, and run it again.`,D=`${j} is as the last step left it.`;return{"tool-missing":{message:"Nothing there can speak to a socket: no socat, nc with -N and -U, perl, or python3.",hint:`As root on ${T.name}: \`apt-get install socat\`.`},"load-balancer-down":{message:"HAProxy does not answer.",left:`${D} If it was drained, its guard keeps it so.`,hint:`On ${T.name}: \`systemctl status haproxy\`, then \`journalctl -u haproxy -n 50\`.`},"master-socket-missing":{message:`HAProxy has no master socket at ${L}; without it, requests of a process that a reload left behind can't be seen.`,hint:E},"socket-denied":{message:`${T.user} may not use HAProxy's master socket.`,hint:E},"too-old":{message:"This HAProxy is too old: Buka needs 2.2.",hint:"Install a newer HAProxy."},"state-folder":{message:`The home folder of ${T.user} can't be written.`,hint:`On ${T.name}: \`df ~\`, \`ls -ld ~ ~/.buka\`.`},"tracked-elsewhere":{message:"The server is checked through another one, in a backend that buka.yml does not name.",hint:"Add the backend of the tracked server to `load-balancers: backend:` in buka.yml."},"drained-by-others":{message:`Somebody else took ${j} out of rotation; it is theirs to put back.`,hint:`When it may have traffic, \`set server \u2026 state ready\` on ${T.name}; then run it again.`},"last-server":{message:`${j} is the only server that takes traffic in this backend: draining it is an outage.`,hint:"`buka status` shows which workers are out of rotation and why; bring one back first."},"not-drained":{message:`${j} is not drained here.`,hint:"Somebody may have put it back; `buka status` shows it."},"not-checked":{message:`${j} has passed no check since it was drained; it would get traffic unchecked.`,left:`${j} is still out of rotation.`,hint:"Make the worker healthy, then run it again."},"not-applied":{message:`HAProxy did not do as it was told about ${j}.`,left:`${j} may be in rotation in one process and not in another.`,hint:C},superseded:{message:`This run no longer holds ${j} out of rotation: something else readmitted it, or its lease ran out.`,left:`${j} is in rotation, or its guard readmits it when it is fit.`,hint:C},"lease-busy":{message:`The lease of ${j} could not be renewed: something has held its lock for 3 s.`,left:D,hint:`On ${T.name}: \`fuser ${A}/lock\` tells which process; when that is stopped, \`kill\` it.`},"guard-killed":{message:`systemd-logind there kills what ${T.user} leaves behind, so nothing would readmit ${j} if this run died.`,hint:`As root on ${T.name}: \`mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillExcludeUsers=root ${T.user}\\n' > /etc/systemd/logind.conf.d/buka.conf; systemctl restart systemd-logind\`.`},"still-down":{message:`${j} was readmitted, but HAProxy does not see it up.`,left:`${j} is ready: it gets traffic as soon as its check passes.`,hint:`On ${T.name}: \`journalctl -u haproxy -n 50\` tells what its check says.`}}}function ve({missing:E,unreadable:A,backendNames:T,serverNames:L},{host:j,step:C}){const D=A.find(({old:K})=>!K)?.backend,U=(K,le,$,i,h)=>new ue.w({code:K,message:le,host:j.name,step:C,seen:i.length>0?`known there: ${i.join(", ")}`:"none is known there",left:se,hint:`Correct ${h} in buka.yml${xe($,i)}.`});if(D!==void 0&&!T.includes(D)){const K=`HAProxy has no backend ${D}.`;return U("unknown-backend",K,D,T,"`load-balancers: backend:`")}const ae=E[0];if(ae!==void 0){const{backend:K,server:le}=ae,$=L.filter(h=>h.backend===K).map(h=>h.server),i=`HAProxy has no server ${le} in backend ${K}.`;return U("unknown-server",i,le,$,"the worker's name under `load-balancers: servers:`")}return new ue.w({code:"load-balancer-down",message:`HAProxy does not tell about backend ${D??""}.`,host:j.name,step:C,left:se,hint:`On ${j.name}: \`systemctl status haproxy\`, then run it again.`})}function xe(E,A){const[T]=[...A].sort((L,j)=>(0,re.Io)(E,L)-(0,re.Io)(E,j));return T!==void 0&&(0,re.Io)(E,T)<=Math.max(2,E.length/3)?`: ${T} is the nearest`:""}const oe=39,ge=24,et=new Set(["L4OK","L6OK","L7OK","PROCOK"]);function Oe(E){const A=E.split(`
`).map(C=>C.split(" ")),T=(C,D)=>A.filter(U=>U[0]===C&&U.length>=D).map(U=>U.slice(1)),L=([C="",D=""])=>({backend:C,server:D}),j=T("name",2);return{processes:T("pids",1).at(-1)??[],servers:T("server",12).map(ke),missing:T("missing",3).map(L),unreadable:T("unreadable",4).map(([C="",D,U=""])=>({process:C,old:D==="old",backend:U})),backendNames:j.filter(C=>C.length===1).map(([C=""])=>C),serverNames:j.filter(C=>C.length===2).map(L),traffic:T("traffic",8).map(([,C="",D="",...U])=>{const[ae=0,K=0,le=0,$=0]=U.map(Number);return{backend:C,server:D,responses:ae,serverErrors:K,failed:le,ttime:$}}),marks:new Map(T("mark",4).map(([C="",D,U,...ae])=>[C,{processes:new Set(ae.filter(Boolean)),lease:{left:(0,_.Rz)(Number(D)*10),alive:U==="alive"}}]))}}function ke(E){const[A="",T,L="",j="",C,D,,U,ae,K,...le]=E;return{process:A,old:T==="old",backend:L,server:j,admin:Number(C),checking:Number(D),inFlight:Number(U),tracks:ae!=="-",check:K==="-"?void 0:K,status:le.join(" ")}}function Je({admin:E}){return E&oe?"maintenance":E&ge?"drain":"ready"}function it(E){return E.tracks?/^(UP|DRAIN)$/.test(E.status)?"passed":ce(E.status):(E.checking&6)!==6||E.check===void 0||E.check==="INI"?"unchecked":et.has(E.check)?ce(E.status,"passed"):"failed"}function ce(E,A="unchecked"){return E.startsWith("DOWN")?"failed":/ \d+\/\d+$/.test(E)?"unchecked":A}function We(E){return Je(E)==="ready"&&/^(UP( \d+\/\d+)?|no check)$/.test(E.status)}var tt=G(8522);const nt=String.raw`
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
`,Ne=String.raw`
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
`,_e=String.raw`
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
`,Ie=String.raw`
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
`,me=String.raw`
set -f
export LC_ALL=C socket service targets
newline='
'
reading='${Ie}'
${_e}
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
`,Ee=45,Te=E=>E.replace(/^ *(# .*)?\n?/gm,""),Ae=`library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${(0,tt.gzipSync)(Te(me+nt+Ne),{level:9}).toString("base64")}
BUKA_LIBRARY
)
eval "$library"
`,Re=Ae+Te(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`),Ze=String.raw`
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
`,De=String.raw`
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
`,st=String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`,B=String.raw`
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
`,rt=String.raw`
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
`,je=String.raw`
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
`,Fe=String.raw`
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
`;function de(E,A){return{name:"observe the load balancer",text:Te(me+Ze),values:{service:E.service,socket:E.masterSocket,workers:E.targets.map(({worker:T})=>T).join(`
`),...Ye(E.targets.flatMap(T=>T.servers))},deadline:(0,_.YA)(Ee),parse:A}}function fe(E,A){return{name:"renew the leases",text:Te(_e+je),values:{service:E.service,workers:E.workers.join(`
`),lease:ze(E.lease)},deadline:(0,_.YA)(Ee),parse:A}}const Le={drain:Re+Te(De),maintain:Re+Te(st),check:Re+Te(B),readmit:Re+Te(rt),revive:Ae+Te(Fe)};function he(E,A,{deadline:T,lease:L,step:j},C){return{name:`${E} ${A.worker}`,text:Le[E],values:{service:A.service,worker:A.worker,socket:A.masterSocket,deadline:ze(T),lease:ze(L),sender:j.process,this_step:String(j.number),...Ye(A.servers)},deadline:(0,_.Rz)(T+(0,_.YA)(Ee)),parse:C}}const ze=E=>String(Math.ceil(E/10));function Ye(E){return{targets:E.map(({backend:A,server:T})=>`${A} ${T}`).join(`
`),backends:[...new Set(E.map(({backend:A})=>A))].join(" ")}}function ct(E,A,T){return{host:E,processes:A.processes.length,workers:new Map(T.map(L=>[L.worker,at(A,L)]))}}function at(E,{worker:A,servers:T}){const L=E.servers.filter(U=>T.some(({backend:ae,server:K})=>ae===U.backend&&K===U.server)),j=L.filter(({old:U})=>!U),C=E.marks.get(A),D=j.some(U=>Je(U)!=="ready"&&C?.processes.has(U.process)===!0);return{worker:A,servers:T.map(({backend:U,server:ae})=>dt(L.filter(K=>K.backend===U&&K.server===ae),E.traffic.filter(K=>K.backend===U&&K.server===ae))),inRotation:j.length>0&&j.every(We),drainedByBuka:D,lease:D?C?.lease:void 0}}function dt(E,A){const[T]=E.filter(({old:L})=>!L);if(T===void 0)throw new Error("a reading without the current process is refused by the script");return{backend:T.backend,server:T.server,admin:Je(T),check:it(T),status:T.status,inFlight:E.reduce((L,{inFlight:j})=>L+j,0),traffic:$t(A)}}function $t(E){const A=j=>E.reduce((C,D)=>C+j(D),0),T=({responses:j})=>Math.min(j,1024),L=A(T);return{responses:A(({responses:j})=>j),serverErrors:A(({serverErrors:j})=>j),failed:A(({failed:j})=>j),meanTime:L===0?void 0:(0,_.Rz)(A(j=>j.ttime*T(j))/L)}}const ot=new WeakMap,Be={process:(0,ne.randomUUID)(),number:0};class ft{cluster;host;remote;lease;#e;constructor(A,T,L,j=P){this.cluster=A,this.host=T,this.remote=L,this.lease=j,this.#e=new Map(A.workers.hosts.map(C=>[C.name,wt(A,C.name)]))}async observe(){const A=[...this.#e.values()],T={service:this.cluster.service,masterSocket:this.cluster.loadBalancers.masterSocket,targets:A};return this.remote.run(de(T,L=>ct(this.host,Oe(this.#i(L,"observe")),A)))}async drain(A,{deadline:T,onProgress:L}){const j=K=>{const[le,...$]=this.#s(K,"drain",A,["drained","still"]),[i=0,h=0,v=0]=$.map(Number);return le==="drained"?{kind:le,waited:(0,_.Rz)(i)}:{kind:"still-in-flight",inFlight:i,unreadable:h,waited:(0,_.Rz)(v)}},{promise:C,resolve:D}=Promise.withResolvers(),U=this.remote.run(this.#n("drain",A,T,j),{onLine:K=>{D();const le=/^progress (\d+)$/.exec(K);le&&L?.(Number(le[1]))}}),ae=ot.get(this.remote)??new Map;return ot.set(this.remote,ae.set(A,Promise.race([C,U.catch(()=>{})]))),U}async maintain(A,{deadline:T=(0,_.YA)(10)}={}){return this.remote.run(this.#n("maintain",A,T,L=>({cut:Number(this.#s(L,"maintain",A,["cut"])[1])})))}async check(A,{deadline:T}){const L=j=>{const[C,D="",...U]=this.#s(j,"check",A,["passed","failed"]),ae=D.startsWith("no")?"no check is configured; ":"";return{passed:C==="passed",seen:ae+U.join(" ")}};return this.remote.run(this.#n("check",A,T,L))}async readmit(A){await ot.get(this.remote)?.get(A),await this.remote.run(this.#n("readmit",A,(0,_.YA)(5),T=>{this.#s(T,"readmit",A,["readmitted"])}))}async renew(A){const T={service:this.cluster.service,workers:A,lease:this.lease},L=await this.remote.run(fe(T,U=>mt(this.#i(U,"renew")))),j=U=>L.filter(([ae])=>ae===U).map(([,ae=""])=>ae),C=await Promise.all(j("unguarded").map(async U=>({worker:U,held:await this.#t(U)}))),[D]=j("busy");if(D!==void 0)throw this.#a("lease-busy","",{worker:D,step:"renew"});return[...new Set([...j("lost"),...C.filter(({held:U})=>!U).map(({worker:U})=>U)])]}async#t(A){const T=L=>this.#s(L,"renew",A,["held","lost"])[0]==="held";return this.remote.run(this.#n("revive",A,(0,_.YA)(5),T))}#n(A,T,L,j){return Be.number+=1,he(A,this.#r(T),{deadline:L,lease:this.lease,step:Be},j)}#r(A){const T=this.#e.get(A);if(T===void 0)throw new Error(`${A} is no worker of ${this.cluster.service}`);return T}#s(A,T,L,j){const D=(this.#i(A,T,L).trimEnd().split(`
`).at(-1)??"").split(" ");if(!j.includes(D[0]??""))throw this.#o(A,T);return D}#i(A,T,L){if(A.status===0)return A.stdout;const j=/^error (\S+) ?(.*)$/m.exec(A.stdout);if(j===null)throw this.#o(A,T);const[,C="",D=""]=j;throw this.#a(C,D,{worker:L,step:T,facts:Oe(A.stdout)})}#a(A,T,{facts:L=Oe(""),worker:j,step:C}){const{service:D,loadBalancers:U}=this.cluster,ae={host:this.host,masterSocket:U.masterSocket,service:D,worker:j,step:C};return V(A,T,L,ae)}#o({status:A,stdout:T,stderr:L},j){return new ue.w({code:"load-balancer-script",message:`The script on the load balancer ended with status ${A}.`,host:this.host.name,step:j,seen:(L.trim()||T.trim()).split(`
`).slice(-3).join(`
`),hint:"`buka status` shows what state it left."})}}const mt=E=>E.split(`
`).filter(Boolean).map(A=>A.split(" "));function wt({service:E,loadBalancers:A},T){const{backends:L,masterSocket:j}=A,C=A.servers.get(T)??T;for(const D of[...L,C])if(!/^[A-Za-z0-9_.:-]+$/.test(D))throw ye("name of a backend or server",D);if(!/^\/[A-Za-z0-9_./-]+$/.test(j))throw ye("path of a socket",j);return{service:E,worker:T,masterSocket:j,servers:L.map(D=>({backend:D,server:C}))}}const ye=(E,A)=>new ue.j({code:"unusable-name",message:`${JSON.stringify(A)} can't be the ${E} in HAProxy.`,left:"Nothing was changed.",hint:"Correct it under `load-balancers:` in buka.yml: letters, digits, and - _ . : only."});function Ve(E,A,T,L=P){if(E.loadBalancers.kind==="haproxy")return new ft(E,A,T,L)}var Se=G(6259);const lt="/etc/keepalived/haproxy-serves",Ce="/var/lib/buka-load-balancer/away",ht=String.raw`
PATH=$PATH:/usr/sbin:/sbin
tell() { if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
is_here() { ip -o address show to "$address" | grep -q .; }
is_away() { [ "$(cat "$away_file")" = 1 ]; }
name=here tell is_here
name=away tell is_away
name=keepalived tell systemctl -q is-active keepalived.service
name=serves tell "$serves_program"
name=heeds tell grep -qF "$away_file" /etc/keepalived/keepalived.conf
`,Xe=E=>(0,Se.K$)({name:"look at the address",text:ht,values:{address:E,away_file:Ce,serves_program:lt},deadline:(0,_.YA)(15),parse(A){const T=(0,Se.OA)((0,Se.gq)(A).stdout,["here","away","keepalived","serves","heeds"]),L=j=>T[j]==="yes";return{here:L("here"),away:L("away"),keepalived:L("keepalived"),serves:L("serves"),heeds:L("heeds")}}})}),1021:((Tt,Qe,G)=>{G.d(Qe,{td:()=>se,VI:()=>K,F3:()=>ye,bL:()=>Ce,Fg:()=>D,QW:()=>Xe,vN:()=>$,p_:()=>ft,qq:()=>M,Dp:()=>Pe,R3:()=>Ut,cJ:()=>lt,Bf:()=>Ve,dw:()=>Jt});var ne=G(3916);const ue=66,_=67,P=`umask 022
[ -d "$root" ] || exit ${ue}
cd -- "$root"
`,$e=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function re(c,l,{root:u,id:p}){const w=c.stderr.trim().slice(-1e3)||`exit status ${c.status}`;if(c.status===ue)return new ne.w({code:"service-folder-missing",message:`${u} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${u}`});if(c.status===_)return new ne.w({code:"release-not-staged",message:`release ${p} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const g=$e.find(F=>F.seen.test(w));return g?new ne.w({code:g.code,message:`${l}: ${g.message}`,seen:w,hint:g.hint}):new ne.w({code:"release-script-failed",message:`${l} failed`,seen:w})}const se=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${_}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
`;function V(c,l){return{name:`activate ${l}`,text:`${enterRoot}${se}`,values:{root:c,id:l},deadline:seconds(30),parse(u){if(u.status!==0)throw hostFailure(u,`activating ${l}`,{root:c,id:l})}}}var ie=G(1455),ve=G(7075),xe=G(6118),oe=G(1996),ge=G(3024),et=G(6466),Oe=G(8522);const ke=(c,l,u)=>new ne.w({code:`archive-${c}`,message:`the archive ${l}`,seen:u,left:"Nothing was changed.",hint:c==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*Je(c){const l=(0,xe.extract)(),u=(0,et.pipeline)((0,ge.createReadStream)(c),(0,Oe.createZstdDecompress)(),l);u.catch(()=>{});try{for await(const p of l){const{name:w,type:g,mode:F,size:q,linkname:pe}=p.header;yield{name:g==="directory"?w.replace(/\/$/,""):w,type:g??"unknown",mode:F??0,size:q??0,target:pe??"",content:p}}await u}catch(p){throw p instanceof ne.w?p:ke("damaged","can't be read to its end",p.message)}}var it=G(7598),ce=G(2857);function We(c){if(new RegExp("\\p{Cc}","u").test(c))return"has a control character in its name";if(!c.isWellFormed())return"has a name that is not Unicode";if(c.startsWith("/"))return"is an absolute path";const l=c.split("/");if(l.includes(".."))return"leads outside the release";if(l.includes("")||l.includes("."))return"is not written plainly"}function tt(c,l){const u=l.get(c)??"";return u===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(u)?"is a link to a name with a control character":u.isWellFormed()?u.startsWith("/")?`is a link to an absolute path, ${u}`:nt(c,l)?`is a link that leads outside the release, to ${u}`:void 0:"is a link to a name that is not Unicode"}function nt(c,l){const u=[],p=c.split("/").reverse();let w=0;for(let g=p.pop();g!==void 0;g=p.pop()){if(g===""||g===".")continue;if(g===".."){if(u.pop()===void 0)return!0;continue}u.push(g);const F=l.get(u.join("/"));if(F!==void 0){if(++w>40)return!1;if(F.startsWith("/"))return!0;u.pop(),p.push(...F.split("/").reverse())}}return!1}function Ne(c,l){return Buffer.compare(Buffer.from(c),Buffer.from(l))}const _e=c=>c.slice(0,Math.max(0,c.lastIndexOf("/"))),Ie=ce.aig().int().nonnegative(),me=ce.YjP(),Ee=ce.YjP().regex(/^[0-9a-f]{64}$/),Te=ce.gMt("type",[ce.rej({type:ce.euz("file"),mode:Ie,size:Ie,sha256:Ee,path:me}),ce.rej({type:ce.euz("directory"),mode:Ie,path:me}),ce.rej({type:ce.euz("symlink"),target:me,path:me})]),Me=ce.rej({service:ce.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:ce.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:ce.YOg(me),contractMigrations:ce.YOg(me).optional()}),Ae=Me.extend({entries:ce.YOg(Te)});function Re({service:c,commit:l,migrations:u,contractMigrations:p,entries:w}){const g=p?.length?{contractMigrations:p}:{};return`${JSON.stringify({service:c,commit:l,migrations:u,...g}).slice(0,-1)},"entries":[
${w.map(Ze).join(`,
`)}
]}
`}function Ze(c){switch(c.type){case"file":{const{type:l,mode:u,size:p,sha256:w,path:g}=c;return JSON.stringify({type:l,mode:u,size:p,sha256:w,path:g})}case"directory":return JSON.stringify({type:c.type,mode:c.mode,path:c.path});case"symlink":return JSON.stringify({type:c.type,target:c.target,path:c.path})}}const De=c=>(0,it.createHash)("sha256").update(c).digest("hex");function st(c){return`${c.commit?.slice(0,7)??"local"}-${De(Re(c)).slice(0,8)}`}function B(c){const l=Ae.safeParse(je(c));if(!l.success)return;const u=l.data;return Re(u)===c?u:void 0}function rt(c){const l=Me.safeParse(je(c.replace(/,"entries":\[$/,"}")));return l.success?l.data:void 0}function je(c){try{return JSON.parse(c)}catch{return}}function Fe(c){const l=new Map(c.map(({path:w,type:g})=>[w,g])),u=new Map(c.flatMap(w=>w.type==="symlink"?[[w.path,w.target]]:[]));let p;for(const w of c){const{path:g}=w,F=We(g)??(w.type==="symlink"?tt(g,u):de(w.type,w.mode))??fe(_e(g),l)??Le(p,g);if(F)return{path:g,why:F};p=g}return c.some(({type:w})=>w==="file")?void 0:{path:".",why:"has no file"}}function de(c,l){if(l&2048)return"is setuid";if(l&1024)return"is setgid";if(l&512)return"has the sticky bit";if(l>511)return"has a mode that is none";const u=c==="directory"?320:256;return(l&u)===u?void 0:"is closed to its own owner"}function fe(c,l){if(c==="")return;const u=l.get(c);if(u!=="directory")return u===void 0?"is in a folder that is not listed":`lies behind a ${u}, ${c}`}function Le(c,l){if(!(c===void 0||Ne(c,l)<0))return c===l?"is there twice":"is out of order"}function he(){const c=(0,it.createHash)("sha256");let l=0;return{async*passing(u){for await(const p of u)c.update(p),l+=p.length,yield p},size:()=>l,digest:()=>c.digest("hex")}}async function ze(c){const l=he();for await(const u of l.passing(c));return{size:l.size(),sha256:l.digest()}}const Ye=64*1024*1024;async function ct(c){let l;const u=new Set;for await(const w of Je(c)){if(!l){l=await at(w);continue}const g=dt(w,u);await $t(w,g,l.entries[u.size]),u.add(g)}if(!l)throw ke("damaged","is empty");const p=l.entries[u.size];if(p)throw ke("damaged",`lacks ${JSON.stringify(p.path)}, which its manifest lists`);return l}async function at({name:c,type:l,size:u,content:p}){if(c!=="manifest.json"||l!=="file"||u>Ye)throw ke("damaged","does not begin with a manifest",`${l} ${JSON.stringify(c)}`);const w=[];for await(const q of p)w.push(q);const g=B(Buffer.concat(w).toString());if(!g)throw ke("damaged","has a manifest that Buka did not write");const F=Fe(g.entries);if(F)throw ke("unsafe",`lists ${JSON.stringify(F.path)}, which ${F.why}`);return g}function dt({name:c,type:l},u){const p=JSON.stringify(c);if(!["file","directory","symlink"].includes(l))throw ke("unsafe",`has ${p}, which is a ${l}`);const w=We(c);if(w)throw ke("unsafe",`has ${p}, which ${w}`);const g=c.replace(/^tree\//,"");if(g===c)throw ke("unsafe",`has ${p}, which is not below tree/`);if(u.has(g))throw ke("unsafe",`has ${p} twice`);return g}async function $t(c,l,u){const p=F=>ke("damaged",`does not match its manifest: ${F}`),w=JSON.stringify(l);if(u?.path!==l)throw p(`${w} is where ${JSON.stringify(u?.path??"its end")} should be`);if(u.type!==c.type)throw p(`${w} is a ${c.type}`);if(u.type==="symlink"){if(u.target!==c.target)throw p(`${w} leads to ${JSON.stringify(c.target)}`)}else if(u.mode!==c.mode)throw p(`${w} has the mode ${c.mode.toString(8)}`);if(u.type!=="file"){c.content.resume();return}if(u.size!==c.size)throw p(`${w} has ${c.size} bytes`);const{sha256:g}=await ze(c.content);if(g!==u.sha256)throw p(`the checksum of ${w} is ${g}`)}function ot(c,l,u){const p={name:c,mtime:u,uid:0,gid:0,type:l.type};return l.type==="symlink"?{...p,mode:511,linkname:l.target}:l.type==="directory"?{...p,mode:l.mode}:{...p,mode:l.mode,size:l.size}}function Be(c,l,u){return new Promise((p,w)=>{const g=q=>q?w(q):p();if(typeof u=="string"){c.entry(l,u,g);return}const F=c.entry(l,g);u&&(0,et.pipeline)(u,F).catch(w)})}async function ft(c){const{size:l,mtime:u}=await(0,ie.stat)(c).catch(w=>{throw new ne.j({code:"archive-missing",message:`the archive ${c} can't be read (${w.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:w})}),p=await ct(c);return{id:st(p),manifest:p,bytes:(0,oe.ee)(l),payload(w){const g=(0,xe.pack)();return mt(c,p,w,u,g).catch(F=>g.destroy(F)),ve.Readable.from(g,{objectMode:!1})}}}async function mt(c,l,u,p,w){const g=new Map(l.entries.filter(({type:F,path:q})=>F!=="file"||u.has(q)).map(F=>[`tree/${F.path}`,F]));for await(const{name:F,content:q}of Je(c)){const pe=g.get(F);pe&&await Be(w,ot(pe.path,pe,p),pe.type==="file"?q:void 0),pe?.type!=="file"&&q.resume()}w.finalize()}const wt=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,ye=c=>wt.test(c);function Ve(c){if(ye(c))return c;throw new ne.j({code:"release-id",message:`${JSON.stringify(c)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const Se=1e3;function lt(c,l){return{name:`record ${l.event} ${l.release}`,text:`${P}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:c,line:ht(l)},deadline:(0,oe.YA)(30),parse(u){if(u.status!==0)throw re(u,"writing the history",{root:c})}}}function Ce(c,l){return{name:`mark ${l} good`,text:`${P}[ -d "releases/$id/tree" ] || exit ${_}
: > "releases/$id/good"
`,values:{root:c,id:l},deadline:(0,oe.YA)(30),parse(u){if(u.status!==0)throw re(u,`marking ${l} good`,{root:c,id:l})}}}function ht(c){const{at:l,event:u,release:p,from:w,by:g,reason:F,contract:q,backup:pe,recoveryPoint:He}=c;return JSON.stringify({at:l.toISOString(),event:u,release:p,from:w,by:g.slice(0,Se),reason:F?.slice(0,Se),contract:q?.length?q:void 0,backup:pe,recoveryPoint:He?.toISOString()})}function Xe(c,l){const u=[[]];let p=0;for(const w of l)p+=w.length,p>Se&&(u.push([]),p=w.length),u.at(-1)?.push(w);return u.map(w=>({...c,event:"migrated",contract:w}))}const E=["migrated","activated","good","reverted","restored"];function A(c){let l;try{l=JSON.parse(c)}catch{return}const u=Ue=>typeof l?.[Ue]=="string"?l[Ue]:void 0,p=Ue=>new Date(u(Ue)??Number.NaN),w=p("at"),g=u("event")??"",F=u("release")??"",q=u("from"),pe=u("reason"),He=Array.isArray(l?.contract)?l.contract.filter(Ue=>typeof Ue=="string"):[],pt=u("backup"),St=p("recoveryPoint");if(!(Number.isNaN(w.getTime())||!E.includes(g)||!ye(F))&&!(g==="restored"&&(pt===void 0||Number.isNaN(St.getTime()))))return{at:w,event:g,release:F,...q!==void 0&&ye(q)&&{from:q},by:u("by")??"",...pe!==void 0&&{reason:pe},...He.length>0&&{contract:He},...pt!==void 0&&{backup:pt},...g==="restored"&&{recoveryPoint:St}}}var T=G(6760),L=G(1916);const j=64*1024,C=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function D(c,l){const u=[...c.slice(0,j).matchAll(C)].map(([,g=""])=>g.toLowerCase()),p=u.find(g=>!U(g)&&((0,L.Io)(g,"contract")<=3||(0,L.Io)(g,"expand")<=2));if(p!==void 0)throw new ne.j({code:"migration-mark",message:`${l} is marked \`buka: ${p}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const w=u.filter(U);return w.includes("contract")?"contract":w[0]}const U=c=>c==="contract"||c==="expand";async function ae(c,l){const u=[];for(const p of l)D(await K((0,T.join)(c,p),j),p)==="contract"&&u.push(p);return u}async function K(c,l){const u=await(0,ie.open)(c);try{const{buffer:p,bytesRead:w}=await u.read(Buffer.alloc(l),0,l,0);return p.toString("utf8",0,w)}finally{await u.close()}}const le=500;function $(c){return{name:"observe releases",text:`${P}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
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
`,values:{root:c},deadline:(0,oe.YA)(30),parse(l){if(l.status!==0)throw re(l,"reading the releases",{root:c});return i(l.stdout)}}}function i(c){const l=[],u=[];let p;for(const w of c.split(`
`)){const[,g,F]=/^([a-z]+) (.*)$/s.exec(w)??[];if(!(g===void 0||F===void 0)){if(g==="current"){const[,q=""]=/^releases\/([^/]+)\/tree$/.exec(F)??[];ye(q)&&(p=q)}if(g==="release"&&l.push(...h(F)),g==="history"){const q=A(F);q&&u.push(q)}}}return l.sort((w,g)=>w.stagedAt.getTime()-g.stagedAt.getTime()),{staged:l,...p!==void 0&&{active:p},history:u}}function h(c){const[,l="",u="",p,w=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(c)??[],g=rt(w);return!ye(l)||!g?[]:[{id:l,...g.commit!==void 0&&{commit:g.commit},migrations:g.migrations,...g.contractMigrations!==void 0&&{contractMigrations:g.contractMigrations},stagedAt:new Date(Number(u)*1e3),good:p==="yes"}]}async function v(c,l){const u=new Map;for(const w of l){const g=J(w);await X(c,w,g,u),await Q(c,g,u)}const p=[];for(const w of[...u.keys()].sort(Ne)){const g=u.get(w);g&&p.push(await f(c,w,g))}return p}async function x(c,l){return(await(0,ie.readdir)((0,T.join)(c,l),{withFileTypes:!0}).catch(async w=>{throw new ne.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(l)}, which is no folder${await N(c,l)}`,cause:w})})).filter(w=>w.isFile()&&!w.name.startsWith(".")).map(({name:w})=>w).sort(Ne)}function I(c,l){return new ne.w({code:"release-refused",message:`${JSON.stringify(c)} ${l}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function J(c){const l=T.posix.normalize(c).replace(/\/$/,"").replace(/^\.$/,""),u=c.startsWith("/")||l.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,p=l.split("/").includes(".git")?"is of git, and is never packed":void 0;if(u===void 0&&p===void 0)return l;throw new ne.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(c)}, which ${u??p}`})}async function X(c,l,u,p){const w=u===""?[]:u.split("/");for(let g=1;g<=w.length;g+=1){const F=w.slice(0,g).join("/"),q=await(0,ie.lstat)((0,T.join)(c,F)).catch(()=>{});if(!q||g<w.length&&!q.isDirectory())throw new ne.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(l)}, which ${q?`lies behind ${JSON.stringify(F)}, no real folder`:"does not exist"}${q?"":await N(c,u)}`,hint:"Is it made by the build? Then run the build first."});p.set(F,q)}}async function Q(c,l,u){if(l!==""&&!u.get(l)?.isDirectory())return;const p=await(0,ie.readdir)((0,T.join)(c,l),{encoding:"buffer"});for(const w of p){const g=w.toString(),F=l===""?g:`${l}/${g}`;if(!Buffer.from(g).equals(w))throw I(F,"has a name that is not UTF-8");g!==".git"&&(u.set(F,await(0,ie.lstat)((0,T.join)(c,F))),await Q(c,F,u))}}async function f(c,l,u){const p=u.mode&4095;if(u.isDirectory())return{type:"directory",path:l,mode:p};if(u.isSymbolicLink())return{type:"symlink",path:l,target:await k(c,l)};if(!u.isFile())throw I(l,`is a ${S(u)}`);const{size:w,sha256:g}=await ze((0,ge.createReadStream)((0,T.join)(c,l))).catch(F=>{throw I(l,`can't be read (${F.code})`)});return{type:"file",path:l,mode:p,size:(0,oe.ee)(w),sha256:g}}async function k(c,l){const u=await(0,ie.readlink)((0,T.join)(c,l),{encoding:"buffer"}),p=u.toString();if(!Buffer.from(p).equals(u))throw I(l,"is a link to a name that is not UTF-8");return p}function S(c){return c.isFIFO()?"fifo":c.isSocket()?"socket":"device"}async function N(c,l){const u=l.split("/");for(let p=u.length-1;p>=0;p-=1){const w=u.slice(0,p).join("/"),g=await(0,ie.readdir)((0,T.join)(c,w)).catch(()=>{});if(g)return g.length===0?"":`; did you mean ${JSON.stringify(T.posix.join(w,(0,L.kp)(u[p]??"",g)))}?`}return""}async function M(c,l){const u=(0,T.resolve)(l);if(Y(c,u),c.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(c.commit))throw new ne.j({code:"commit-id",message:`${c.commit} is not a full commit id`});const p=await v(c.folder,c.include),w=Fe(p);if(w)throw I(w.path,w.why);const g=c.migrations===void 0?[]:await x(c.folder,c.migrations),F=c.migrations===void 0?[]:await ae((0,T.join)(c.folder,c.migrations),g),q={service:c.service,...c.commit!==void 0&&{commit:c.commit},entries:p,migrations:g,...F.length>0&&{contractMigrations:F}},pe=`${u}.partial`;try{await te(c.folder,q,pe),await(0,ie.rename)(pe,u)}finally{await(0,ie.rm)(pe,{force:!0})}return{id:st(q),manifest:q,bytes:(0,oe.ee)((await(0,ie.stat)(u)).size),archive:u}}const H=new Date(0);function Y({folder:c,include:l},u){const p=l.find(w=>`${u}${T.sep}`.startsWith(`${(0,T.resolve)(c,w)}${T.sep}`));if(p!==void 0)throw new ne.j({code:"release-output",message:`the archive ${u} would lie in ${p}, which is packed`,hint:"Write it somewhere else."})}async function te(c,l,u){const p=(0,xe.pack)(),w=(0,Oe.createZstdCompress)({params:{[Oe.constants.ZSTD_c_compressionLevel]:3}}),g=(0,et.pipeline)(p,w,(0,ge.createWriteStream)(u));await Promise.all([g,ee(c,l,p).catch(q=>{throw p.destroy(q),q})]).catch(async q=>{throw await g.catch(()=>{}),q});const F=await(0,ie.open)(u,"r+");await F.sync().finally(()=>F.close())}async function ee(c,l,u){await Be(u,{name:"manifest.json",mode:420,mtime:H},Re(l));for(const p of l.entries){const w=ot(`tree/${p.path}`,p,H);if(p.type!=="file"){await Be(u,w);continue}const g=he(),F=(0,ge.createReadStream)((0,T.resolve)(c,p.path));if(await Be(u,w,g.passing(F)).catch(q=>{throw q.message==="Size mismatch"?we(p.path):q}),g.digest()!==p.sha256)throw we(p.path)}u.finalize()}function we(c){return new ne.w({code:"release-changed",message:`${JSON.stringify(c)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function Pe(c,l){const u=gt(c),p=l===void 0?-1:u.lastIndexOf(l);return(p===-1?u:u.slice(0,p)).findLast(g=>c.every(({staged:F})=>F.some(q=>q.id===g)))}function gt(c){const l=c.flatMap(({history:w})=>w).filter(({event:w})=>w==="good"||w==="reverted").sort((w,g)=>w.at.getTime()-g.at.getTime()),u=new Set(l.filter(({event:w})=>w==="good").map(({release:w})=>w)),p=c.flatMap(({staged:w})=>w).filter(({id:w,good:g})=>g&&!u.has(w)).sort((w,g)=>w.stagedAt.getTime()-g.stagedAt.getTime()).map(({id:w})=>w).filter((w,g,F)=>F.indexOf(w)===g);for(const{event:w,release:g}of l){const F=p.indexOf(g);F!==-1?p.length=F+1:w==="good"&&p.push(g)}return p}const It=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,Yt=String.raw`list_entries() {
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
`,At=String.raw`compare() {
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
`,Ot=`${It}${Yt}${At}`;function Ut(c,{keep:l,protect:u}){return{name:"prune releases",text:`${It}${P}remove_leftovers
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
`,values:{root:c,keep:String(l),protect:u.join(" ")},deadline:(0,oe.Gx)(10),parse(p){if(p.status!==0)throw re(p,"pruning",{root:c});return[...p.stdout.matchAll(/^removed (\S+)$/gm)].map(([,w=""])=>w).filter(ye)}}}function _t(c,l,u){const p=vt(c,u),w=p.paths("damaged");if(p.has("active"))throw qt(l,kt(w,p.surplus));const g=[...p.has("replaced")?[`release ${l} was damaged, and is replaced: ${kt(w,p.surplus)}`]:[],...p.has("staged")&&p.surplus>0?[`release ${l} is active, and ${p.surplus} paths in it are not of the release`]:[],...p.paths("altered").map(q=>`${JSON.stringify(q)} of an earlier release is not what it was; a fresh one is sent`)],F=p.value("folder");if(!p.has("staged")&&(F===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(F)))throw new ne.w({code:"release-script-failed",message:`preparing ${l} failed`,seen:c.slice(-500)});return{free:(0,oe.ee)(Number(p.value("free"))),folder:p.has("staged")?void 0:F,needed:new Set(p.paths("needed")),warnings:g}}function Ft(c,l,u){const p=vt(c,u),w=p.paths("wrong");if(!(w.length===0&&p.surplus===0))throw new ne.w({code:"stage-mismatch",message:`what arrived is not release ${l}`,seen:kt(w,p.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function qt(c,l){return new ne.w({code:"release-damaged",message:`release ${c} is active here, and its files are not what was deployed`,seen:l,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function kt(c,l){const u=c.slice(0,5).map(w=>JSON.stringify(w)),p=c.length>u.length?` and ${c.length-u.length} more`:"";return[...c.length>0?[`differs in ${u.join(", ")}${p}`]:[],...l>0?[`${l} paths too many`]:[]].join("; ")||"its manifest differs"}function vt(c,l){const u=c.split(`
`).map(w=>w.split(" ")),p=w=>u.filter(([g])=>g===w).map(([,g=""])=>g);return{has:w=>p(w).length>0,value:w=>p(w)[0],surplus:Number(p("surplus")[0]??0),paths:w=>p(w).flatMap(g=>l.entries[Number(g)]?.path??[])}}const Lt=`(
${P}${Ot}${String.raw`
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
`})`,Nt=`(
${P}${Ot}${String.raw`
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
`})`,Gt=`${P}${Ot}remove_tree "releases/$folder"
`,zt=64*1024*1024,Kt=5e4;async function Jt(c,l,u,p){const w=c.host.name;p.step({host:w,name:"stage",state:"started",detail:u.id});try{const g=await Zt(c,l,u,q=>p.warning(`${w}: ${q}`)),F=`${(0,oe.z3)(g.sent)} sent, ${g.files} files new, ${g.reused} reused`;return p.step({host:w,name:"stage",state:"done",detail:F}),g}catch(g){throw p.step({host:w,name:"stage",state:"failed"}),g instanceof ne.w?g.with({host:w,step:"stage"}):g}}async function Zt(c,l,u,p){const{id:w,manifest:g}=u,F=Re(g),q=(0,Oe.gzipSync)(F,{level:9}),pe={root:l,id:w,sha256:De(F)},He=await c.run(Vt(pe,g),{payload:ve.Readable.from([q])}),pt=g.entries.filter(({type:qe})=>qe==="file").length;for(const qe of He.warnings)p(qe);if(He.folder===void 0)return{sent:(0,oe.ee)(q.length),files:0,reused:pt};const Ue=g.entries.filter(({path:qe})=>He.needed.has(qe)).filter(({type:qe})=>qe==="file"),jt=Mt(Ue,g.entries.length-pt);if(jt>He.free)throw await c.run(Bt(l,He.folder)),yt(jt,He.free);const Ct=Qt(),en=(0,ve.pipeline)(u.payload(new Set(Ue.map(({path:qe})=>qe))),(0,Oe.createGzip)({level:3}),Ct.stream,()=>{});return await c.run(Xt({...pe,folder:He.folder},g,jt),{payload:en}),{sent:(0,oe.ee)(q.length+Ct.count()),files:Ue.length,reused:pt-Ue.length}}function Vt(c,l){return{name:`compare with ${c.id}`,text:Lt,values:c,deadline:(0,oe.Gx)(10),parse(u){if(u.status===0)return _t(u.stdout,c.id,l);const p=re(u,`preparing ${c.id}`,c);if(p.code!=="not-enough-disk")throw p;const[,w="0"]=/^free (\d+)$/m.exec(u.stdout)??[];throw yt(Mt(l.entries,0),(0,oe.ee)(Number(w)))}}}function Xt(c,l,u){return{name:`stage ${c.id}`,text:Nt,values:c,deadline:(0,oe.Rz)((0,oe.Gx)(10)+(0,oe.YA)(u/Kt)),parse(p){if(p.status!==0)throw re(p,`unpacking ${c.id}`,c).with({left:"What had arrived was removed."});Ft(p.stdout,c.id,l)}}}function Bt(c,l){return{name:`discard ${l}`,text:Gt,values:{root:c,folder:l},deadline:(0,oe.Gx)(2),parse(){}}}function Mt(c,l){const p=c.map(w=>w.type==="file"?Math.ceil(w.size/4096)*4096:4096);return(0,oe.ee)(p.reduce((w,g)=>w+g,zt)+l*4096)}function yt(c,l){return new ne.w({code:"not-enough-disk",message:`the release needs ${(0,oe.z3)(c)} of disk, a margin of ${(0,oe.z3)((0,oe.ee)(zt))} included, and ${(0,oe.z3)(l)} are free`,seen:`needed ${c} bytes, free ${l} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function Qt(){let c=0;return{stream:new ve.Transform({transform(u,p,w){c+=u.length,w(null,u)}}),count:()=>c}}}),6259:((Tt,Qe,G)=>{G.d(Qe,{Connections:()=>U,Uh:()=>_,OA:()=>Ye,aN:()=>he,Mn:()=>ze,Ge:()=>ct,K$:()=>K,gq:()=>Le});const ne=String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`,ue=new WeakMap;function _($,i){const h=ue.get($)??new Map;ue.set($,h);const v=h.get(i)??{host:{...$.host,user:i},run:(x,I)=>$.run(P(x,i),I)};return h.set(i,v),v}const P=($,i)=>({...$,text:ne,values:{...$.values,become_user:i,become_names:Object.keys($.values).join(" "),become_text:$.text}});var $e=G(1996),re=G(5472),se=G.n(re),V=G(3916),ie=G(7598);class ve{#e=[];#t=[];constructor(i){for(const[h,v]of i.split(/\r?\n/).entries()){const x=v.trim();if(x===""||x.startsWith("#"))continue;const I=et(x,h+1);I===void 0?this.#t.push(h+1):this.#e.push(I)}}typesFor(i,h){const v=this.#n(i,h).filter(({marker:x})=>x==="");return[...new Set(v.map(({type:x})=>x))]}judge(i,h,v){const x=this.#n(i,h),I=x.find(Q=>Q.marker==="@revoked"&&Q.key.equals(v));if(I!==void 0)return{kind:"revoked",line:I.line};const J=x.filter(({marker:Q})=>Q==="");if(J.some(Q=>Q.key.equals(v)))return{kind:"known"};const X=J.filter(({patterns:Q})=>Oe(Q,xe(i,h)));return X.length>0?{kind:"mismatch",known:X.map(({line:Q,type:f,key:k})=>({line:Q,type:f,fingerprint:oe(k)}))}:{kind:"unknown",authorities:x.filter(({marker:Q})=>Q==="@cert-authority").map(({line:Q})=>Q),unreadable:this.#t}}#n(i,h){const v=this.#e.filter(({patterns:x})=>Oe(x,xe(i,h)));return h===22||v.some(({marker:x})=>x==="")?v:this.#e.filter(x=>v.includes(x)||Oe(x.patterns,i.toLowerCase()))}}function xe($,i){return i===22?$.toLowerCase():`[${$.toLowerCase()}]:${i}`}function oe($){return`SHA256:${(0,ie.createHash)("sha256").update($).digest("base64").replace(/=+$/,"")}`}function ge($){const i=$.length<4?Number.NaN:$.readUInt32BE(0);return i<=$.length-4?$.toString("latin1",4,4+i):""}function et($,i){const h=$.split(/[ \t]+/),v=h[0]?.startsWith("@")?h.shift():"",[x,I,J]=h;if(v!==""&&v!=="@cert-authority"&&v!=="@revoked"||x===void 0||I===void 0||J===void 0)return;const X=Buffer.from(J,"base64");return ge(X)===I?{line:i,marker:v,patterns:x,type:I,key:X}:void 0}function Oe($,i){if($.startsWith("|"))return ke($,i);let h=!1;for(const v of $.toLowerCase().split(",")){const x=v.startsWith("!");if(Je(x?v.slice(1):v,i)){if(x)return!1;h=!0}}return h}function ke($,i){const[,h,v,x]=$.split("|");if(h!=="1"||v===void 0||x===void 0)return!1;const I=Buffer.from(x,"base64"),J=(0,ie.createHmac)("sha1",Buffer.from(v,"base64")).update(i).digest();return I.length===J.length&&(0,ie.timingSafeEqual)(I,J)}function Je($,i){let h=new Set([0]);for(const v of $){const x=new Set;for(const I of h)if(v==="*")for(let J=I;J<=i.length;J+=1)x.add(J);else I<i.length&&(v==="?"||v===i[I])&&x.add(I+1);h=x}return h.has(i.length)}class it{#e;#t;constructor({agent:i,privateKey:h,passphrase:v}){if(this.#t=i===""?void 0:i,this.#e=h?.trim()?ce(h,v):void 0,this.#e===void 0&&this.#t===void 0)throw new V.j({code:"credentials-missing",message:"There is neither a private key nor an agent to log in with.",hint:'Set the input `ssh-key`, or start an agent: `eval "$(ssh-agent)" && ssh-add`.'})}get tried(){return[this.#e&&`the private key (${this.#e.type} ${oe(this.#e.getPublicSSH())})`,this.#t&&`the agent at ${this.#t}`].filter(Boolean).join(", ")}methods(i){const h=[];return this.#e!==void 0&&h.push({type:"publickey",username:i,key:this.#e}),this.#t!==void 0&&h.push({type:"agent",username:i,agent:this.#t}),h}}function ce($,i){const h=se().utils.parseKey($,i===""?void 0:i);if(h instanceof Error)throw We(h.message);const v=Array.isArray(h)?h[0]:h;if(v===void 0||!v.isPrivateKey())throw We("It is a public key.");return v}function We($){return/no passphrase given/i.test($)?new V.j({code:"passphrase-needed",message:"The private key is encrypted, and no passphrase was given.",hint:"Set the input `ssh-passphrase`, or load the key into an agent with `ssh-add`."}):/bad passphrase/i.test($)?new V.j({code:"passphrase-wrong",message:"The passphrase does not open the private key.",hint:"Check it with `ssh-keygen -y -f KEY`, which asks for it."}):new V.j({code:"private-key-unreadable",message:"The private key can\u2019t be read.",seen:$,hint:"Give the whole file, from -----BEGIN to -----END; `ssh-keygen -p -f KEY` rewrites it in OpenSSH\u2019s format."})}const tt="Nothing was changed on it.";function nt({host:$,cause:i,tried:h,accepted:v,timeout:x}){const{level:I,code:J}=i,X=Ae(i),Q={host:$.name,seen:X,left:tt,cause:i};return I==="client-authentication"||I==="agent"||/authentication failures/i.test(X)?new V.w({...Q,code:"authentication-failed",message:`${$.user} can\u2019t log in; tried ${h}.`,seen:v.length>0?`${X}; the host takes ${v.join(", ")}`:X,hint:`\`ssh-keygen -lf ~${$.user}/.ssh/authorized_keys\` on ${$.name} has to list that key; the host\u2019s \`journalctl -u ssh\` tells why it refused.`}):I==="handshake"?new V.w({...Q,code:"handshake-failed",message:"The two sides share no way to encrypt or to prove the host\u2019s key.",hint:`\`ssh -v -p ${$.port} ${$.user}@${$.address}\` shows what the host offers; SHA-1 signatures are not taken.`}):new V.w({...Q,code:"unreachable",message:I==="client-timeout"?`${xe($.address,$.port)} did not let us in within ${(0,$e.a3)(x)}.`:`${xe($.address,$.port)} can\u2019t be reached by SSH${$.jump?` through ${$.jump.name}`:""}.`,hint:Ne($,J)})}function Ne($,i){return i==="ENOTFOUND"?`Check the address of ${$.name} in buka.yml.`:i==="ECONNREFUSED"?`Is sshd running, and on port ${$.port}? \`systemctl status ssh\` on ${$.name}.`:`Try \`ssh ${$.jump===void 0?"":`-J ${$.jump.user}@${$.jump.address}:${$.jump.port} `}-p ${$.port} ${$.user}@${$.address}\`; is the machine up, and does a firewall let you in?`}const _e=1;function Ie($,i,h){return new V.w({code:"jump-failed",host:i.name,message:`${$.name} opened no connection to ${xe(i.address,i.port)}.`,seen:h.reason===_e?"administratively prohibited":Ae(h),left:tt,hint:`On ${$.name}: does \`nc -z ${i.address} ${i.port}\` succeed, and does sshd_config have AllowTcpForwarding yes?`,cause:h})}function me($,i,h){const v=h.reason===_e;return new V.w({code:"port-closed",host:$.name,message:`It opened no connection to its own port ${i}.`,seen:v?"administratively prohibited":Ae(h),left:tt,hint:v?`On ${$.name}: sshd_config needs AllowTcpForwarding local, or yes, for ${$.user}; PermitOpen 127.0.0.1:${i} is enough.`:`On ${$.name}: does \`ss -ltn\` list 127.0.0.1:${i}? If not, what should listen there is down.`,cause:h})}function Ee($,i){return new V.w({code:"session-refused",host:$.name,message:"The host opens no session on the connection.",seen:Ae(i),left:"Nothing was started.",hint:"Check MaxSessions and ForceCommand in sshd_config, and the options before the key in authorized_keys.",cause:i})}function Te($,i,h,v){return new V.w({code:"connection-lost",host:$.name,step:h,message:`The connection to ${$.name} was lost.`,seen:Ae(i),left:`"${h}" may still run on ${$.name}; it ends by itself within ${(0,$e.a3)(v)} of its start.`,hint:`When ${$.name} answers again, run the same command again.`,cause:i})}function Me($){return new V.w({code:"connections-closed",host:$.name,message:"The run is over, and has closed its connections."})}function Ae($){return $ instanceof Error?$.message||String($.code??$.name):String($)}var Re=G(7030),Ze=G(9487);const De={"ssh-ed25519":["ssh-ed25519"],"ecdsa-sha2-nistp256":["ecdsa-sha2-nistp256"],"ecdsa-sha2-nistp384":["ecdsa-sha2-nistp384"],"ecdsa-sha2-nistp521":["ecdsa-sha2-nistp521"],"ssh-rsa":["rsa-sha2-512","rsa-sha2-256"]};function st($,i){const h=$.typesFor(i.address,i.port);return Object.entries(De).sort(([x],[I])=>Number(h.includes(I))-Number(h.includes(x))).flatMap(([,x])=>[...x])}function B($,i,h){const v=$.judge(i.address,i.port,h),x=xe(i.address,i.port),I=`${x} ${ge(h)} ${h.toString("base64")}`,J=`${ge(h)} ${oe(h)}`,X="The connection was refused before anything was sent; nothing was changed.",Q=`\`ssh-keygen -lf /etc/ssh/ssh_host_${je(h)}_key.pub\` on ${i.name} itself`;switch(v.kind){case"known":return;case"revoked":return new V.w({code:"host-key-revoked",host:i.name,message:`${x} presented a key that known_hosts line ${v.line} revokes.`,seen:J,left:X,hint:"Give the host a new key (`ssh-keygen -A` after removing the old ones) and add it to known_hosts."});case"mismatch":return new V.w({code:"host-key-mismatch",host:i.name,message:`${x} presented another key than known_hosts has: the host is a new one, or someone is in between.`,seen:`${J}; known: ${v.known.map(({line:f,type:k,fingerprint:S})=>`${k} ${S} (line ${f})`).join(", ")}`,left:X,hint:`Compare with ${Q}. Only if it is the same: \`ssh-keygen -R '${x}' -f known_hosts\`, then add the line: ${I}`});case"unknown":return new V.w({code:"host-key-unknown",host:i.name,message:`known_hosts has no key for ${x}.${rt(v)}`,seen:J,left:X,hint:`Compare the fingerprint with ${Q}. Only if it is the same, add the line: ${I}`})}}function rt({authorities:$,unreadable:i}){const h=$.length>0?` Line ${$.join(", ")} names an authority; Buka takes plain keys only.`:"";return i.length>0?`${h} Not readable: line ${i.join(", ")}.`:h}function je($){const i=ge($);return i==="ssh-rsa"?"rsa":i==="ssh-ed25519"?"ed25519":"ecdsa"}class Fe{host;#e;#t=new Set;#n;constructor(i,h){this.host=i,this.#e=h,h.on("error",v=>this.#s(v)),h.on("close",()=>this.#s(new Error("The connection was closed.")))}static async open(i,h){const{login:v,knownHosts:x,through:I,signal:J}=h,X=I===void 0?de(i):await I.forward(i),Q=()=>{X.destroy()};J.addEventListener("abort",Q),J.aborted&&Q();let f;const k={left:v.methods(i.user),accepted:[]},S={sock:X,username:i.user,algorithms:{serverHostKey:st(x,i)},hostVerifier:te=>(f=B(x,i,te),f===void 0),authHandler:(te,ee,we)=>{te!==null&&(k.accepted=te),we(k.left.shift()??!1)},readyTimeout:h.connectTimeout,keepaliveInterval:h.keepalive,keepaliveCountMax:3},N=new Ze.H,M=N.connect(S),H=N.connection;if(H===null)throw await M.then(()=>new Error("node-ssh made no client"));const Y=new Fe(i,H);try{return await M,Y}catch(te){if(H.destroy(),J.aborted)throw Me(i);const{accepted:ee}=k;throw f??nt({host:i,cause:te,tried:v.tried,accepted:ee,timeout:h.connectTimeout})}finally{J.removeEventListener("abort",Q)}}get lost(){return this.#n}whenLost(i){return this.#n!==void 0?queueMicrotask(i):this.#t.add(i),()=>this.#t.delete(i)}exec(i){return this.#r(h=>this.#e.exec(i,h),h=>Ee(this.host,h))}forward(i){return this.#r(h=>this.#e.forwardOut("127.0.0.1",0,i.address,i.port,h),h=>Ie(this.host,i,h))}dial(i){return this.#r(h=>this.#e.forwardOut("127.0.0.1",0,"127.0.0.1",i,h),h=>me(this.host,i,h))}async close(){this.#n===void 0&&(await new Promise(i=>{const h=setTimeout(i,1e3);this.whenLost(()=>{clearTimeout(h),i()}),this.#e.end()}),this.#e.destroy())}#r(i,h){return new Promise((v,x)=>{const I=this.whenLost(()=>x(h(this.lost)));try{i((J,X)=>{I(),J==null?v(X):x(h(this.lost??J))})}catch(J){I(),this.#s(J),x(h(J))}})}#s(i){if(this.#n===void 0){this.#n=i,this.#e.destroy();for(const h of this.#t)h();this.#t.clear()}}}function de($){return(0,Re.connect)({host:$.address,port:$.port,noDelay:!0})}class fe{#e;#t;#n=[];#r=[];#s=[];#i=!1;#a;#o=0;constructor(i,h){this.#e=i,this.#t=h}get size(){return this.#o}get stdout(){const i=Buffer.concat(this.#n);return i.toString("utf8",0,Math.max(0,i.length-1))}get output(){if(this.#a!==0)return;const i=Buffer.concat(this.#r),h=i.lastIndexOf(`
`);return{status:Number(i.toString("latin1",h+1)),stdout:this.stdout,stderr:i.toString("utf8",0,Math.max(0,h))}}feed(i){this.#o+=i.length,this.#a===void 0?this.#d(i):this.#c(i)}#d(i){const h=i.lastIndexOf(`
`)+1,v=i.subarray(h);if(h===0){this.#s.push(v);return}const x=Buffer.concat([...this.#s,i.subarray(0,h)]);this.#s=[v];const I=x.indexOf(this.#e),J=I<0?x:x.subarray(0,I);if(this.#n.push(J),this.#l(J),I<0)return;const X=x.indexOf(`
`,I)+1;this.#a=Number(x.toString("latin1",I+this.#e.length,X)),this.#c(x.subarray(X)),this.#c(v)}#c(i){const h=i.subarray(0,this.#a);this.#r.push(h),this.#a=(this.#a??0)-h.length}#l(i){if(!(this.#t===void 0||i.length===0))for(const h of i.toString("utf8",0,i.length-1).split(`
`))this.#i&&this.#t(""),this.#i=h==="",h!==""&&this.#t(h)}}function Le($){if($.status===0)return $;throw new V.w({code:"script-failed",message:`The script ended with status ${$.status}.`,seen:he($)})}function he({stdout:$,stderr:i}){const h=i.trim()||$.trim();return h===""?void 0:h.split(`
`).slice(-10).join(`
`).slice(-2e3)}function ze($){return $.split(`
`).filter(i=>i!=="")}function Ye($,i){const h=new Map(ze($).map(x=>{const I=x.indexOf("=");if(I<1)throw at(`Expected key=value, not ${JSON.stringify(x)}.`,$);return[x.slice(0,I),x.slice(I+1)]})),v=i.filter(x=>!h.has(x));if(v.length>0)throw at(`The answer lacks ${v.join(", ")}.`,$);return Object.fromEntries(i.map(x=>[x,h.get(x)]))}function ct($,i){return ze($).map(h=>{const v=h.split("	");if(v.length!==i.length)throw at(`Expected ${i.length} columns, not ${JSON.stringify(h)}.`,$);return Object.fromEntries(i.map((x,I)=>[x,v[I]]))})}function at($,i){return new V.w({code:"answer-unreadable",message:$,seen:i.slice(0,500)})}const dt=5,Be=`sh -c '${`
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${dt} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c 65536);
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`.trim().replace(/\s*\n\s*/g," ")}'`,ft=/^buka-lane (ready|unusable)$/;function mt($,{payload:i,streamed:h}){const v=Buffer.from(["set -eu",i?"exec 3<&-":"exec 3<&- </dev/null",...Object.entries($.values).map(([Q,f])=>wt($.name,Q,f)),$.text,""].join(`
`));if(v.includes(0))throw ye($.name,"the text");const x=(0,ie.randomBytes)(16).toString("hex"),I=($.deadline/1e3).toFixed(3),J=h?"bs=65536":"obs=65536",X=[x,I,v.length,J,...i?["last"]:[]].join(" ");return{token:x,bytes:Buffer.concat([Buffer.from(`${X}
`),v])}}function wt($,i,h){if(h.includes("\0"))throw ye($,`"${i}"`);if(!h.isWellFormed())throw new V.w({code:"value-not-unicode",step:$,message:`"${i}" holds half a surrogate pair, which no byte stands for.`,left:"Nothing was sent."});const v=Buffer.from(h).toString("base64");return`${i}=$(printf %s ${v} | base64 -d; echo .); ${i}=\${${i}%.}`}function ye($,i){return new V.w({code:"value-has-nul",step:$,message:`A NUL byte is in ${i}, and nothing on a host could receive it.`,left:"Nothing was sent."})}const Ve=(0,$e.YA)(dt+15),Se=32e6,lt=[124,137];class Ce{#e;#t;#n=Buffer.alloc(0);#r="";#s;#i=!1;#a;#o;#d=!1;constructor(i,h){this.#e=i,this.#t=setTimeout(()=>this.#h("The login shell did not start Buka\u2019s loop in time."),h),i.stdin.on("error",()=>{}),i.stdout.on("data",v=>this.#i?this.#u(v):this.#l(v)),i.stderr.on("data",v=>{this.#r=(this.#r+v).slice(-4e3)}),i.onClose(()=>{this.#i?this.close():this.#h(this.#s??"The login shell ended before it started Buka\u2019s loop.")})}get usable(){return this.#o===void 0&&!this.#d}run(i,{onLine:h,payload:v}={}){const x=mt(i,{payload:v!==void 0,streamed:h!==void 0}),I=performance.now();return v!==void 0&&(this.#d=!0),new Promise((J,X)=>{const Q=new fe(x.token,h),f=setTimeout(()=>S(Xe(i,Q)),(0,$e.Rz)(i.deadline+Ve)),k=()=>{clearTimeout(f),this.#a=void 0,v?.unpipe(this.#e.stdin).destroy()},S=H=>{k(),this.close(),X(H)},N=H=>{k(),performance.now()-I>=i.deadline&&lt.includes(H.status)?X(ht(i,H)):J(H)},M=this.#o??v?.errored;if(M){S(M);return}this.#a={script:i,answer:Q,finish:N,fail:S},this.#e.stdin.write(x.bytes),v?.on("error",S).pipe(this.#e.stdin)})}close(){this.#c(A())}#c(i){this.#o===void 0&&(this.#o=i,clearTimeout(this.#t),this.#e.destroy(),this.#a?.fail(i))}#l(i){this.#n=Buffer.concat([this.#n,i]);let h=0;for(let v=this.#n.indexOf(`
`);v>=0;v=this.#n.indexOf(`
`,h)){const x=this.#n.toString("latin1",h,v).match(ft);if(h=v+1,x!==null){if(x[1]!=="ready"){this.#s="The host lacks `timeout -k`, `base64` or `dd` of coreutils.";return}clearTimeout(this.#t),this.#i=!0,this.#u(this.#n.subarray(h));return}}this.#n.length>Se&&this.#h("The login shell talks without end.")}#u(i){if(this.#a===void 0)return;const{script:h,answer:v,finish:x,fail:I}=this.#a;try{v.feed(i)}catch(X){I(X);return}const{output:J}=v;J!==void 0?x(J):v.size>Se&&I(E(h))}#h(i){this.#c(new V.w({code:"shell-unusable",message:i,seen:he({status:0,stdout:this.#n.toString("utf8"),stderr:this.#r}),left:"Nothing was started.",hint:"Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils."}))}}function ht($,i){return new V.w({code:"script-timeout",message:`It took longer than the ${(0,$e.a3)($.deadline)} that it may take.`,seen:he(i),left:"The host has ended it."})}function Xe($,{stdout:i}){return new V.w({code:"script-timeout",message:`The host told no end of it within ${(0,$e.a3)((0,$e.Rz)($.deadline+Ve))}.`,seen:he({status:0,stdout:i,stderr:""}),left:"The host ends it by itself, unless it started something with setsid that holds its output."})}function E({deadline:$}){return new V.w({code:"output-too-long",message:`It said more than ${Se/1e6} MB.`,left:`The host ends it within ${(0,$e.a3)($)} of its start.`})}function A(){return new V.w({code:"lane-ended",message:"The shell on the host that ran it has ended.",left:"It may still run, and ends by itself within its deadline.",hint:"Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session)."})}const T=8;class L{#e;#t=[];#n=[];#r=0;#s=0;#i=T;constructor(i){this.#e=i}warm(){this.#c()}async run(i,h){const{payload:v}=h;v?.on("error",()=>{});const x=await this.#a();try{const I=x.run(i,h);return v!==void 0&&this.warm(),await I}finally{this.#o(x)}}#a(){for(let i=this.#t.pop();i!==void 0;i=this.#t.pop()){if(i.usable)return Promise.resolve(i);this.#r-=1}return new Promise((i,h)=>{this.#n.push({take:i,fail:h}),this.#d()})}#o(i){const h=i.usable?this.#n.shift():void 0;h!==void 0?h.take(i):i.usable?this.#t.push(i):this.#r-=1,this.#d()}#d(){this.#s<this.#n.length&&this.#c()}#c(){this.#r>=this.#i||(this.#r+=1,this.#s+=1,this.#e().then(i=>{this.#s-=1,this.#o(i)},i=>{this.#s-=1,this.#l(i)}))}#l(i){if(this.#r-=1,i instanceof V.w&&i.code==="session-refused"&&this.#r>0)this.#i=this.#r;else if(this.#r===0)for(const{fail:v}of this.#n.splice(0))v(i);else this.#n.shift()?.fail(i)}}class j{#e;#t;constructor(i,h){this.#e=i,this.#t=new L(async()=>new Ce(D(i,await i.exec(Be)),h)),this.#t.warm()}get host(){return this.#e.host}async run(i,h={}){const v={host:this.host.name,step:i.name};try{return i.parse(await this.#t.run(i,h))}catch(x){const{lost:I}=this.#e;throw I!==void 0&&x instanceof V.w&&C.has(x.code)?Te(this.host,I,i.name,i.deadline):x instanceof V.w?x.with(v):x}}}const C=new Set(["lane-ended","shell-unusable","session-refused"]);function D($,i){return{stdin:i.stdin,stdout:i.stdout,stderr:i.stderr,onClose(h){const v=$.whenLost(h);i.once("close",()=>{v(),h()})},destroy:()=>i.destroy()}}class U{#e;#t;#n;#r;#s=new Map;#i=new WeakMap;#a=new AbortController;constructor(i,{connectTimeout:h=(0,$e.YA)(15),keepalive:v=(0,$e.YA)(5)}={}){this.#e=new it(i),this.#t=new ve(i.knownHosts),this.#n=h,this.#r=v}async to(i){const h=await this.#o(i),v=this.#i.get(h);if(v!==void 0)return v;const x=new j(h,this.#n);return this.#i.set(h,x),x}async dial(i,h){return(await this.#o(i)).dial(h)}async close(){this.#a.abort();const h=(await Promise.allSettled(this.#s.values())).flatMap(x=>x.status==="fulfilled"?[x.value]:[]),v=h.filter(({host:x})=>x.jump!==void 0);await Promise.all(v.map(x=>x.close())),await Promise.all(h.map(x=>x.close()))}async#o(i){if(this.#a.signal.aborted)throw Me(i);const h=ae(i),v=this.#s.get(h);if(v!==void 0){const I=await v;return I.lost===void 0?I:(this.#s.get(h)===v&&this.#s.delete(h),this.#o(i))}const x=this.#d(i);return this.#s.set(h,x),x.catch(()=>{this.#s.get(h)===x&&this.#s.delete(h)}),x}async#d(i){const h=i.jump===void 0?void 0:await this.#o(i.jump);return Fe.open(i,{login:this.#e,knownHosts:this.#t,connectTimeout:this.#n,keepalive:this.#r,through:h,signal:this.#a.signal})}}function ae({name:$,user:i,address:h,port:v,jump:x}){return JSON.stringify([$,i,h,v,x===void 0?null:ae(x)])}function K({name:$,text:i,values:h={},deadline:v,parse:x}){const I=Object.keys(h).find(X=>!/^[a-z][a-z0-9_]*$/.test(X));if(I!==void 0)throw le($,`${JSON.stringify(I)} can't be the name of a shell variable.`);if(!(v>0))throw le($,`A deadline of ${v} ms is none.`);return{name:$,text:i,values:h,deadline:v,parse:x??(X=>{Le(X)})}}const le=($,i)=>new V.w({code:"script-unsound",step:$,message:i})}),4942:((Tt,Qe,G)=>{G.d(Qe,{XC:()=>K,HA:()=>Me,gg:()=>tr,oj:()=>h,Qc:()=>N,wU:()=>v,D8:()=>J,repair:()=>sr,dU:()=>nr,vl:()=>ne,IP:()=>Ae,h5:()=>mr,ml:()=>ue,cr:()=>tt,yS:()=>$r});const ne=({by:t,url:e})=>e===void 0?t:`${t}, ${e}`,ue={now:()=>new Date,sleep:t=>new Promise(e=>setTimeout(e,t))};var _=G(3916),P=G(1021);function $e(t,e,n){const s=se(t,e),r=n.entries.filter(({event:a,release:d,contract:m=[]})=>a==="migrated"&&(m.includes(e)||s.has(d)));return!r.some(({contract:a=[]})=>a.includes(e))||r.some(({at:a})=>ie(a,n.restores))}function re(t,{migrations:e}){const n=V(t),s=n.restores.at(-1);return s===void 0?[]:e.filter(r=>{const o=se(t,r),a=n.entries.filter(({event:m,release:b,contract:y=[]})=>m!=="restored"&&(o.has(b)||y.includes(r))),d=a.filter(({event:m,at:b})=>m==="migrated"||b<=s.recoveryPoint);return a.length>0&&!d.some(({at:m})=>ie(m,n.restores))})}const se=(t,e)=>new Set(t.flatMap(({staged:n})=>n).filter(({migrations:n})=>n.includes(e)).map(({id:n})=>n));function V(t){const e=t.flatMap(({history:s})=>s),n=e.flatMap(({event:s,at:r,recoveryPoint:o})=>s==="restored"&&o!==void 0?[{at:r,recoveryPoint:o}]:[]);return{entries:e,restores:n.sort((s,r)=>s.at.getTime()-r.at.getTime())}}function ie(t,e,n){if(n!==void 0&&t>n)return!1;const s=e.findLastIndex(({at:o})=>n===void 0||o<=n),r=e[s];return r===void 0||t>r.at?!0:ie(t,e.slice(0,s),r.recoveryPoint)}function ve({workers:t},e){const n=[...t.values()].map(({releases:a})=>a),s=xe(n),r=e??(0,P.Dp)(n,s);if(r===void 0)throw oe([...t],s);const o=n.flatMap(a=>a.staged).find(a=>a.id===r);return{kind:"rollback",id:r,migrations:o?.migrations??[]}}function xe(t){const e=s=>Math.max(0,...t.flatMap(({history:r})=>r).filter(({event:r,release:o})=>r==="activated"&&o===s).map(({at:r})=>r.getTime()));return[...new Set(t.flatMap(s=>s.active??[]))].sort((s,r)=>e(r)-e(s))[0]}function oe(t,e){const n=t.map(([s,{releases:r}])=>{const o=r.staged.map(({id:a,good:d})=>`${a}${d?" (good)":""}`).join(", ");return`
  - ${s}: ${o||"none"}`});return new _.w({code:"nothing-to-roll-back-to",step:"preflight",message:`No good release before ${e??"the present"} is on every worker.`,seen:`staged there:${n.join("")}`,left:"Nothing was changed.",hint:"Name a release that is on every worker, good or not, or deploy an older commit; `buka releases` lists them with their dates."})}function ge(t,e){const n=new Set(e.migrations),s=V(t),r=new Map;for(const{migration:o,release:a}of t.flatMap(et))n.has(o)||r.has(o)||$e(t,o,s)&&r.set(o,a);return[...r].map(([o,a])=>({migration:o,release:a}))}function et({staged:t,active:e,history:n}){const s=n.flatMap(({release:a,contract:d=[]})=>d.map(m=>({migration:m,release:a}))),r=new Set(n.filter(({event:a})=>a!=="restored").map(({release:a})=>a)),o=t.filter(({id:a,good:d})=>d||a===e||r.has(a)).flatMap(({id:a,contractMigrations:d=[]})=>d.map(m=>({migration:m,release:a})));return[...s,...o]}function Oe({workers:t},e){const n=We(t),s=ge(n,e);if(s.length===0)return;const[r,o]=s.length===1?["it","a migration"]:["them","migrations"],a=s.map(({migration:b})=>b).join(", "),d=s.map(({migration:b,release:y})=>`release ${y} ran ${b}`).join(", "),m=`The only other way is to restore the database from a backup made before ${r}, as docs/restore.md tells: all that customers did since then would be lost.`;return new _.w({code:"migration-crossed",step:"preflight",message:`Release ${e.id} can't live with the database as it is now: ${o} marked \`buka: contract\` came after it.`,seen:`${d}; ${e.id} does not list ${r}`,left:"Nothing was changed.",hint:e.kind==="rollback"?`${ke(n,e)}Mend the fault in a commit that has ${a}, and deploy that: docs/rollback.md has the steps. ${m}`:`Deploy a commit that has ${a}: put this one on top of the commit of ${s[0]?.release}. Was ${r} renamed or taken out? A file of the old name must stay. ${m}`})}function ke(t,e){const n=(0,P.Dp)(t,xe(t));return n===void 0||n===e.id||ge(t,ce(t,n)).length>0?"":`\`buka rollback ${n}\` can be done. `}const Je=({contractMigrations:t=[]},e)=>e.filter(n=>t.includes(n));function it({workers:t},e,n){const s=We(t),r=ce(s,n);return(e?.contractMigrations?.filter(a=>!r.migrations.includes(a))??[]).length===0&&ge(s,r).length===0}const ce=(t,e)=>t.flatMap(({staged:n})=>n).find(({id:n})=>n===e)??{migrations:[]},We=t=>[...t.values()].flatMap(e=>e instanceof _.w?[]:[e.releases]);function tt(t){return[...new Set(t.flatMap(n=>n.active??[]))].flatMap(n=>{const s=re(t,ce(t,n));return s.length===0?[]:[{release:n,migrations:s,backTo:nt(t,n)}]})}function nt(t,e){const n=(0,P.Dp)(t,e);if(n===void 0)return;const s=ce(t,n);return ge(t,s).length===0&&re(t,s).length===0?n:nt(t,n)}var Ne=G(240);async function _e(t,e){return(0,Ne.R$)(t.cluster,e,await t.remote(e))}const Ie=(t,e)=>_e(t,Te(t.cluster.loadBalancers.hosts,e)),me=(t,e)=>t.remote(Te(t.cluster.workers.hosts,e));function Ee(t){return Promise.all(t.cluster.workers.hosts.map(async e=>({name:e.name,remote:await t.remote(e)})))}function Te(t,e){const n=t.find(s=>s.name===e);if(n===void 0)throw new Error(`${e} is not in this run`);return n}async function Me(t,e){const n=await Promise.all(t.map(async s=>{try{return[s.name,await e(s)]}catch(r){if(r instanceof _.w)return[s.name,r.with({host:s.name})];throw r}}));return new Map(n)}function Ae(t){const e=[...t];return{answers:e.filter(n=>!(n[1]instanceof _.w)),failures:e.flatMap(([,n])=>n instanceof _.w?[n]:[])}}const Re=new Set(["unreachable","jump-failed","connection-lost","script-timeout"]),Ze=t=>t instanceof _.w&&Re.has(t.code),De=t=>Ze(t)||t instanceof _.w&&t.code==="load-balancer-down";var st=G(8161),B=G(1996);const rt=(0,B.YA)(5);class je{#e;#t=!1;constructor(e=new AbortController().signal){this.#e=e}get requested(){return this.#e.aborted}get unfinished(){return this.#t}check(){if(this.requested)throw Fe()}orLeave(e){return this.#n(e,0,()=>Fe())}orHurry(e){return this.#n(e,rt,()=>(this.#t=!0,Fe()))}#n(e,n,s){return new Promise((r,o)=>{let a;const d=()=>{a=setTimeout(()=>o(s()),n)},m=()=>{clearTimeout(a),this.#e.removeEventListener("abort",d)};e.finally(m).then(r,o),this.requested?d():this.#e.addEventListener("abort",d,{once:!0})})}}const Fe=()=>new _.w({code:"cancelled",message:"The run was cancelled.",hint:"Run the same again to go on from here, or `buka rollback` to go back."});var de=G(6259);const fe=(0,B.YA)(30),Le=String.raw`
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
`,he=`
exec 9>>"$root/lock.guard"
flock -w 10 9
ours() { [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ]; }
push_forward() { touch -d "@$(($(date +%s) + $ttl))" -- "$1"; }
`,ze=String.raw`${Le}${he}
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
`,Ye=({run:t,...e})=>JSON.stringify({run:t,...e}),ct=t=>`${JSON.stringify({run:t}).slice(0,-1)},`;function at(t,e,n){return{name:"lock",text:ze,values:{root:t,owner:e,ttl:String(fe/1e3),after:n===void 0?"":ct(n)},deadline:(0,B.YA)(30),parse(s){const{outcome:r,found:o}=(0,de.OA)((0,de.gq)(s).stdout,["outcome","found"]),a=Se(o);return r==="held"&&a?{kind:"held",by:a}:{kind:"acquired",from:r==="taken"?a?.owner:void 0}}}}const dt=`${Le}${he}
if ours; then push_forward "$root/lock"; echo "found="; else echo "found=$(read_lock)"; echo "lost="; fi
`;function $t(t,e){return{name:"renew lock",text:dt,values:{root:t,owner:e,ttl:String(fe/1e3)},deadline:(0,B.YA)(15),parse(n){const{stdout:s}=(0,de.gq)(n);return/^lost=$/m.test(s)?{lost:Se((0,de.OA)(s,["found"]).found)}:"renewed"}}}const ot=`${he}
if ours; then rm -f -- "$root/lock"; fi
`,Be=`${Le}${he}
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
`;function ft(t,e){return{name:"lock release",text:Be,values:{root:t,owner:"",ttl:"0",run:e===void 0?"":ct(e)},deadline:(0,B.YA)(15),parse(n){const{outcome:s,found:r}=(0,de.OA)((0,de.gq)(n).stdout,["outcome","found"]),o=Se(r);return s==="held"&&o?{kind:"held",lock:o}:{kind:s==="removed"?"removed":"free",lock:o}}}}function mt(t){return{name:"lock status",text:`${Le}
printf 'found=%s\\n' "$(read_lock)"
`,values:{root:t},deadline:(0,B.YA)(15),parse:e=>Se((0,de.OA)((0,de.gq)(e).stdout,["found"]).found)}}function wt(t,e){return{name:"unlock",text:ot,values:{root:t,owner:e,ttl:"0"},deadline:(0,B.YA)(15),parse:n=>{(0,de.gq)(n)}}}const ye=75,Ve=`
(
  flock -w 10 9
  [ -f "$root/lock" ] && [ "$(head -n 1 -- "$root/lock")" = "$owner" ] || exit 1
  left=$(($(stat -c %Y -- "$root/lock") - $(date +%s)))
  [ "$left" -gt 0 ] && [ "$left" -le 600 ]
) 9>>"$root/lock.guard" || exit ${ye}
`;function Se(t){const[,e,n,s,r=""]=/^(held|expired) (-?\d+) (-?\d+) (.*)$/.exec(t)??[];if(e===void 0)return;const o=a=>(0,B.Rz)(a*1e3);return{owner:lt(r),expired:e==="expired",age:o(Math.max(0,Number(n))),left:o(Number(s)),silent:o(Math.max(0,fe/1e3-Number(s)))}}function lt(t){let e={};try{e=Object(JSON.parse(t))}catch{}const n=r=>typeof e[r]=="string"?e[r]:void 0,{pid:s}=e;return{run:n("run")??"unknown",by:n("by")??`unknown (${t.slice(0,100)})`,url:n("url"),machine:n("machine")??"unknown",pid:typeof s=="number"?s:0}}function Ce({by:t,url:e,machine:n,run:s}){return`${t} (${e??`run ${s}`}), on ${n}`}function ht(t,{owner:e,age:n,silent:s},r){return new _.w({code:"lock-held",host:t,step:"lock",message:`Another run holds the lock, ${(0,B.a3)(r)} were not enough.`,seen:`held by ${Ce(e)}, process ${e.pid}, for ${(0,B.a3)(n)}; its last sign of life is ${(0,B.a3)(s)} old`,left:"Nothing was changed.",hint:`Wait for that run to end${e.url?`: ${e.url}`:""}, then run this again. If it is dead, its lock gives way ${(0,B.a3)(fe)} after its last sign of life; \`buka lock status\` shows it.`})}function Xe(t,e){return new _.w({code:"lock-lost",host:t,step:"lock",message:"This run no longer holds the lock, and stops.",seen:e?`held by ${Ce(e.owner)}`:"no lock is there, or it has expired or is of another run",hint:"`buka status` shows what each worker runs; run this again when no other run is at work."})}function E(t,e){return new _.w({code:"script-timeout",host:t,step:"lock",message:`It did not answer within ${(0,B.a3)(e)} when the lock was to be renewed.`,left:`Its lock expires within ${(0,B.a3)(fe)} of the last renewal.`,hint:"Is the machine on, and is its network whole? Then run the same again: it goes on from here."})}const A=(0,B.YA)(10),T=(0,B.YA)(3);class L{context;clock;owner;#e;#t;#n;#r=!1;constructor(e,n,s,r,o){this.context=e,this.clock=n,this.owner=r,this.#e=new Map(s.map(a=>[a.name,{host:a,renewedAt:o}])),this.#t=setInterval(()=>{for(const a of this.#e.values())this.#o(a)},Ne.MA),this.#t.unref()}async confirm(e){const n=e===void 0?[...this.#e.values()]:[this.#s(e)];if(await Promise.all(n.map(r=>this.#a(r))),this.#n!==void 0)throw this.#n;const s=n.find(r=>!this.#i(r));if(s!==void 0)throw s.failure??E(s.host.name,A)}forget(e){this.#e.delete(e)}async release(){this.#r=!0,clearInterval(this.#t);const e=[...this.#e.values()];await C(this.context,e,this.owner)}#s(e){const n=this.#e.get(e);if(n===void 0)throw new Error(`this run has no lock on ${e}`);return n}#i({renewedAt:e}){const n=this.clock.now().getTime()-e;return n>=0&&n<=A}async#a(e){for(let n=0;n<2&&this.#n===void 0&&!this.#i(e);n+=1)await D(A,this.#o(e))}#o(e){return e.renewing??=this.#d(e).finally(()=>{e.renewing=void 0}),e.renewing}async#d(e){const{name:n}=e.host,{reporter:s,cluster:r}=this.context,o=this.clock.now().getTime();try{const d=await(await this.context.remote(e.host)).run($t(r.workers.root,this.owner));if(!this.#c(n))return;d==="renewed"?(e.renewedAt=o,e.failure!==void 0&&s.info(`${n}: the lock is renewed again.`),e.failure=void 0):this.#n??=Xe(n,d.lost)}catch(a){e.failure===void 0&&this.#c(n)&&s.warning(j(n,a)),e.failure=a}}#c(e){return!this.#r&&this.#e.has(e)}}function j(t,e){const n=e instanceof _.w?e.failure.message:String(e);return`${t}: the lock can't be renewed just now, and expires in ${(0,B.a3)(fe)} unless it can be. ${n}`}async function C(t,e,n){const{root:s}=t.cluster.workers;await Promise.all(e.map(async({host:r,renewing:o})=>{const a=async()=>(await t.remote(r)).run(wt(s,n)),d=await D(T,Promise.all([a(),o]).then(()=>"none",b=>b));if(d==="none")return;if(d!==void 0&&!(d instanceof _.w))throw d;const m=d?.failure.message??`It did not answer within ${(0,B.a3)(T)}.`;t.reporter.warning(`${r.name}: the lock could not be given back; it expires by itself within ${(0,B.a3)(fe)}. ${m}`)}))}async function D(t,e){let n;const s=new Promise(r=>{n=setTimeout(()=>r(void 0),t)});try{return await Promise.race([e,s])}finally{clearTimeout(n)}}const U=(0,B.YA)(2),ae=(0,B.YA)(15);async function K(t,{after:e}={}){const n=t.clock??ue,s=new je(t.signal),r=[...t.cluster.workers.hosts].sort((R,W)=>R.name<W.name?-1:1),{id:o,by:a,url:d}=t.run,m=Ye({run:o,by:a,url:d,machine:(0,st.hostname)(),pid:process.pid}),{lockTimeout:b}=t.cluster.rollout,y=n.now().getTime()+b;let O=0;try{for(;;){s.check();const R=n.now().getTime(),W=await $(t,r,m,e);if(W===void 0)return new L(t,n,r,m,R);const Z=n.now().getTime();if(Z>=y)throw ht(W.worker,W.by,b);if(Z-O>=ae){O=Z;const be=(0,B.a3)((0,B.Rz)(y-Z)),Ge=`waiting for ${Ce(W.by.owner)}; ${be} left`;t.reporter.step({host:W.worker,name:"lock",state:"progress",detail:Ge})}await s.orLeave(le(n,(0,B.Rz)(y-Z)))}}catch(R){throw R instanceof _.w?R.with({step:"lock",left:"Nothing was changed."}):R}}const le=(t,e)=>t.sleep((0,B.Rz)(Math.min(e,U*(1+Math.random()/2))));async function $(t,[e,...n],s,r){const{root:o}=t.cluster.workers,a=[],d=async m=>{const b=await t.remote(m);return a.push({host:m}),{worker:m.name,answer:await b.run(at(o,s,r))}};try{const m=e===void 0?[]:[await d(e)];if(m[0]?.answer.kind==="acquired"){const b=await Promise.allSettled(n.map(d)),y=b.find(O=>O.status==="rejected");if(y)throw y.reason;m.push(...b.flatMap(O=>O.status==="fulfilled"?[O.value]:[]))}for(const{worker:b,answer:y}of m)if(y.kind==="held")return await C(t,a,s),{worker:b,by:y.by};for(const{worker:b,answer:y}of m)y.kind==="acquired"&&i(t,b,y.from,r);return}catch(m){throw await C(t,a,s),m}}function i({reporter:t},e,n,s){n!==void 0&&(n.run===s?t.info(`${e}: took the lock over from the run before, which has ended.`):t.warning(`${e}: took over the lock of ${Ce(n)}, which stopped renewing it.`))}async function h(t){const{root:e}=t.cluster.workers,{answers:n,failures:s}=await x(t,mt(e));return{locks:n.map(([r,o])=>({worker:r,lock:o})),failures:s}}async function v(t,e){const{root:n}=t.cluster.workers,{answers:s,failures:r}=await x(t,ft(n,e));return{released:s.flatMap(([o,a])=>a.kind==="removed"?[{worker:o,lock:a.lock}]:[]),failures:[...s.flatMap(([o,a])=>a.kind==="held"?[I(o,a.lock,e)]:[]),...r]}}const x=async({cluster:t,remote:e},n)=>Ae(await Me(t.workers.hosts,async s=>(await e(s)).run(n)));function I(t,{owner:e,age:n,silent:s},r){return new _.w({code:"lock-held",host:t,step:"lock release",message:r===void 0?"Its run is alive, so it keeps the lock.":`The lock is not of run ${r}, so it stays.`,seen:`held by ${Ce(e)}, process ${e.pid}, for ${(0,B.a3)(n)}; its last sign of life is ${(0,B.a3)(s)} old`,left:"The lock is as it was.",hint:`Cancel that run instead${e.url?`: ${e.url}`:`: process ${e.pid} on ${e.machine}`}. Without its lock it stops in the middle, and its workers are as they are then; if that is what you want: buka lock release --run ${e.run}`})}async function J(t){const{hosts:e,root:n}=t.cluster.workers,s=await Me(e,async a=>(await t.remote(a)).run((0,P.vN)(n))),{answers:r,failures:o}=Ae(s);return{...X(r,e.length),failures:o}}function X(t,e){const s=[...new Set(t.flatMap(([,{staged:o}])=>o.map(({id:a})=>a)))].map(o=>Q(o,t,e)),r=t.map(([,o])=>o);return{releases:s.sort((o,a)=>a.stagedAt.getTime()-o.stagedAt.getTime()),history:f(t),rollbackTo:t.length===e?(0,P.Dp)(r,xe(r)):void 0}}function Q(t,e,n){const s=e.flatMap(([a,{staged:d}])=>d.filter(m=>m.id===t).map(m=>({worker:a,release:m}))),[r]=s,o=s.map(({worker:a})=>a);return{id:t,commit:r?.release.commit,stagedAt:new Date(Math.min(...s.map(({release:a})=>a.stagedAt.getTime()))),migrations:r?.release.migrations??[],contractMigrations:r?.release.contractMigrations??[],crossed:ge(e.map(([,a])=>a),r?.release??{migrations:[]}),workers:o,activeOn:e.filter(([,{active:a}])=>a===t).map(([a])=>a),goodOn:s.filter(({release:a})=>a.good).map(({worker:a})=>a),everywhere:o.length===n}}function f(t){const e=t.flatMap(([r,{history:o}])=>o.map(a=>({worker:r,entry:a}))).sort((r,o)=>r.entry.at.getTime()-o.entry.at.getTime()),n=[],s=new Map;for(const{worker:r,entry:o}of e){const a=JSON.stringify([o.event,o.release,o.by,o.contract]),d=s.get(a);if(d&&!d.workers.includes(r))d.workers.push(r);else{const m={...o,workers:[r]};n.push(m),s.set(a,m)}}return n.reverse()}function k(t,e){const[n,...s]=t;return n!==void 0&&s.length===0?n:new _.w({...e,seen:t.map(({message:r})=>`
  - ${r.replaceAll(`
`,`
    `)}`).join(""),cause:t})}async function S(t,e,n){const s=await Promise.allSettled(t.map(e)),r=s.flatMap(a=>a.status==="rejected"?[a.reason]:[]),o=r.find(a=>!(a instanceof _.w));if(o!==void 0)throw o;if(r.length>0)throw k(r,n);return s.flatMap(a=>a.status==="fulfilled"?[a.value]:[])}const N=String.raw`
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
`,M=String.raw`
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
`,H=t=>({name:"look at the process",text:`${M}
look
echo "pid=$pid"
`,values:{unit:t},deadline:(0,B.YA)(15),parse:e=>(0,de.OA)((0,de.gq)(e).stdout,["pid"]).pid});async function Y({context:t,journal:e}){const{unit:n}=t.cluster.workers;await S([...e.processes].filter(([s])=>!e.missed.includes(s)),async([s,r])=>{const o=await te(t,s);if(o!==void 0&&o!==r)throw ee(s,n,r,o)},{code:"app-restarted",step:"watch",message:"On several workers the app died since it was switched."})}async function te(t,e){try{return await(await me(t,e)).run(H(t.cluster.workers.unit))}catch(n){if(Ze(n))return;throw n}}const ee=(t,e,n,s)=>new _.w({code:"app-restarted",host:t,step:"watch",message:"The app died since it was switched.",seen:`its process was ${n}; ${s==="0"?"none runs now":`systemd has started it again as ${s}`}`,hint:`On the host: \`journalctl -u ${e} -n 50\`.`}),we=(0,B.YA)(1),Pe=(0,B.YA)(30);async function gt(t,e){const{clock:n,journal:s,context:r,leases:o,cancellation:a}=t,{reporter:d,cluster:m}=r,{worker:b,drainOn:y}=e;a.check(),s.at(b,"drainStarted",n.now()),d.step({host:b,name:"drain",state:"started",detail:`on ${y.join(", ")||"none"}`}),o.hold(b,y);const[O,R]=await a.orLeave(Nt([It(t,e),Yt(t,e,m.rollout.drainTimeout)])),W=O.some(({kind:Ke})=>Ke==="still-in-flight");if(W&&m.rollout.onDrainTimeout==="fail")throw Gt(b,O,m.rollout);const Z=W?{deadline:we}:{},be=await kt(t,e,"drain",Ke=>Ke.maintain(b,Z)),Ge=[...R,...be.map(Ke=>Ke.cut)].reduce((Ke,Rt)=>Ke+Rt,0);s.cut+=Ge,s.at(b,"drained",n.now()),Ge>0&&d.warning(`${b}: ${Ge} requests were still in flight after the drain timeout, and are cut.`),d.step({host:b,name:"drained",state:"done",detail:Ge>0?`${Ge} cut`:void 0})}function It(t,e){const{reporter:n,cluster:s}=t.context,{worker:r}=e,{drainTimeout:o,onDrainTimeout:a}=s.rollout,d=new Map,m=()=>{const b=[...d.values()].reduce((y,O)=>y+O,0);n.step({host:r,name:"drain",state:"progress",detail:`${b} in flight`})};return kt(t,e,"drain",async(b,y)=>{const O=R=>{d.set(y,R),m()};for(;;){t.cancellation.check();const R=await b.drain(r,{deadline:o,onProgress:O});if(R.kind==="drained"||a!=="wait")return R;const W=(0,B.a3)(o);n.info(`${r}: ${R.inFlight} requests in flight on ${y} after ${W}; waiting on, as on-drain-timeout says.`)}})}async function Yt(t,{worker:e,leaveOn:n},s){const{clock:r}=t,o=r.now().getTime()+s;return kt(t,{worker:e,drainOn:n},"drain",async a=>{for(let d=0;;){const b=((await a.observe()).workers.get(e)?.servers??[]).reduce((y,{inFlight:O})=>y+O,0);if(d=b===0?d+1:0,d===2||r.now().getTime()>=o||t.cancellation.requested)return b;await r.sleep((0,B.Rz)(500))}})}async function At(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout,r=(0,B.Rz)(s+Pe);await vt(t,e,"check",async(o,a)=>{const{passed:d,seen:m}=await o.check(n,{deadline:r}).catch(Ut);if(!d)throw new _.w({code:"check-failed",host:a,step:"check",message:`Its health check of ${n} does not pass, though ${n} answers on its own port.`,seen:m,hint:`Can ${a} reach ${n} on port ${t.context.cluster.workers.port}? Its check must ask for what the app answers 2xx to.`})})}async function Ot(t,e){await vt(t,e,"drain",n=>n.maintain(e.worker))}function Ut(t){if(t instanceof _.w&&t.code==="not-drained")return{passed:!0,seen:"it restarted"};throw t}async function _t(t,e){const{context:n,clock:s,journal:r,leases:o}=t,{worker:a}=e;await Nt([vt(t,e,"readmit",d=>d.readmit(a)),qt(t)]),o.letGo(a),r.at(a,"readmitted",s.now()),n.reporter.step({host:a,name:"readmitted",state:"done"})}async function Ft(t,e){const{worker:n}=e,{startTimeout:s}=t.context.cluster.rollout;try{await kt(t,e,"readmit",async r=>{try{await r.readmit(n)}catch(o){if(!(o instanceof _.w&&o.code==="not-checked"))throw o;await r.check(n,{deadline:s}),await r.readmit(n)}})}finally{t.leases.letGo(n)}t.context.reporter.step({host:n,name:"readmitted",state:"done",detail:"as it was"})}async function qt(t){const{context:e,journal:n}=t,s=await Promise.all(e.cluster.loadBalancers.hosts.map(async({name:r})=>{try{return[[r,await(await Ie(e,r)).observe()]]}catch(o){if(De(o))return[];throw o}}));n.views=new Map(s.flat())}async function kt(t,{worker:e,drainOn:n},s,r){return await t.lock.confirm(e),Nt(n.map(o=>Lt(t,o,s,r)))}async function vt(t,{worker:e,drainOn:n},s,r){await t.lock.confirm(e);const a=(await Promise.allSettled(n.map(y=>Lt(t,y,s,r)))).flatMap((y,O)=>y.status==="rejected"?[{host:n[O],error:y.reason}]:[]),d=a.filter(({error:y})=>De(y)),[m]=a.filter(({error:y})=>!De(y));for(const{host:y,error:O}of d)t.journal.lost.set(y,O);if(m)throw m.error;const[b]=d;if(b&&d.length===n.length)throw b.error}async function Lt({context:t},e,n,s){const r=async()=>s(await Ie(t,e),e);try{return await r().catch(o=>{if(o instanceof _.w&&o.code==="connection-lost")return r();throw o})}catch(o){throw o instanceof _.w?o.with({host:e,step:n}):o}}async function Nt(t){return await Promise.allSettled(t),Promise.all(t)}function Gt(t,e,{drainTimeout:n}){const s=e.reduce((r,o)=>r+(o.kind==="still-in-flight"?o.inFlight:0),0);return new _.w({code:"drain-timeout",host:t,step:"drain",message:`Requests to ${t} were still in flight after ${(0,B.a3)(n)}.`,seen:`${s} in flight`,hint:"Raise rollout.drain-timeout in buka.yml, or let on-drain-timeout be `wait` or `cut`; then run this again."})}const zt=(0,B.Gx)(2),Kt="restarted",Jt=String.raw`${Ve}${N}${M}
${P.td}
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
`;function Zt(t,e){const{root:n,unit:s,port:r,health:o}=t,{id:a,owner:d,startTimeout:m,healthyAfter:b,steady:y}=e;return{name:`switch to ${a}`,text:Jt,values:{root:n,unit:s,port:String(r),health:o,id:a,owner:d,healthy_after:String(b),start_timeout:String(Math.ceil(m/10)),steady:String(Math.ceil(y/10))},deadline:(0,B.Rz)(m+y+zt),parse:Vt}}function Vt(t){if(t.status===ye)throw Xe(void 0,void 0);const e=(0,de.gq)(t).stdout.split(`
`),n=e.filter(o=>o.startsWith("log=")).map(o=>o.slice(4)),s=e.filter(o=>/^(end|answer|state|folder|pid)=/.test(o)).join(`
`),r=(0,de.OA)(s,["end","answer","state","folder","pid"]);return{...r,end:r.end,log:n}}function Xt(t,e,{id:n,startTimeout:s}){const{unit:r,port:o,health:a,root:d}=t,{end:m,answer:b,state:y,folder:O,log:R}=e,W=R.length>0?`; the end of its log:
${R.join(`
`)}`:"",Z=b==="000"?"nothing":b,be=`On the host: \`journalctl -u ${r} -n 50\`.`;switch(m){case"healthy":return;case"restart-failed":return new _.w({code:"restart-failed",message:`systemd could not start ${r} with ${n}.`,seen:`${y}${W}`,hint:be});case"crashed":return new _.w({code:"app-crashed",message:`${n} started and died.`,seen:`${y}${W}`,hint:be});case"unhealthy":return new _.w({code:"app-unhealthy",message:`${n} did not become healthy in ${(0,B.a3)(s)}.`,seen:`GET http://127.0.0.1:${o}${a} answered ${Z}; ${y}${W}`,hint:`${be} If it only needs longer, raise rollout.start-timeout in buka.yml.`});case"wrong-release":return new _.w({code:"wrong-release",message:`The app is healthy, but its process is not of release ${n}.`,seen:O===""?"where the process runs can\u2019t be told":`the process of ${r} runs in ${O}`,hint:`\`systemctl cat ${r}\` on the host: WorkingDirectory must be ${d}/current.`})}}async function Bt(t,e,{to:n,from:s,event:r,steady:o}){const{context:a,clock:d,journal:m,lock:b}=t,{workers:y,rollout:O}=a.cluster,{worker:R}=e,W=await me(a,R),{startTimeout:Z,healthyAfter:be}=O,Ge={id:n,owner:b.owner,startTimeout:Z,healthyAfter:be,steady:o},Ke=Promise.withResolvers(),Rt=ut=>{ut===Kt&&(r==="activated"&&m.at(R,"switched",d.now()),a.reporter.step({host:R,name:r==="activated"?"switched":r,state:"done",detail:n}),Ke.resolve())},Pt=ne(a.run),bt={at:d.now(),event:r,release:n,from:s,by:Pt,reason:t.reason,backup:t.backup},On=Ke.promise.then(()=>At(t,e)),_n=Ke.promise.then(()=>W.run((0,P.cJ)(y.root,bt)));for(const ut of[On,_n])ut.catch(()=>{});try{await b.confirm(R);const ut=await W.run(Zt(y,Ge),{onLine:Rt}),Nn=Xt(y,ut,Ge);if(Nn)throw Nn;m.processes.set(R,ut.pid),r==="activated"&&m.at(R,"healthy",d.now()),a.reporter.step({host:R,name:"healthy",state:"done"})}catch(ut){throw ut instanceof _.w?ut.with({host:R,step:"switch"}):ut}await On,await _n}function Mt(t,e){return t.workers.hosts.map(({name:n})=>{const s=e.workers.get(n),r=s instanceof _.w?void 0:s;return{worker:n,active:r?.releases.active,running:r?.probe.running,healthy:r?.probe.healthy,rotation:new Map([...e.loadBalancers].map(([o,a])=>[o,yt(a,n)]))}})}function yt(t,e){const n=t instanceof _.w?void 0:t?.workers.get(e);return n===void 0?"unknown":n.inRotation?"in":n.drainedByBuka?"drained":n.servers.some(({admin:s})=>s!=="ready")?"drained-by-others":"down"}class Qt{hosts;open;constructor(e,n){this.hosts=e,this.open=n}async read(){const e=this.hosts.map(n=>({name:n}));return c(await Me(e,async({name:n})=>(await this.open(n)).observe()))}}function c(t){const e=new Map,n=new Map,s=[];for(const[r,o]of t){if(o instanceof _.w){s.push(o);continue}for(const{worker:a,servers:d}of o.workers.values()){for(const{backend:m,server:b,traffic:y}of d)e.set(`${r} ${m}/${b}`,{worker:a,traffic:y});yt(o,a)==="down"&&n.set(a,[...n.get(a)??[],r])}}return{counters:e,down:n,silent:s}}function l(t,e,n){if(t<=e*n||t===0)return 1;if(n<=0)return 0;const s=n/(1-n);let r=Math.exp(u(e,t)+t*Math.log(n)+(e-t)*Math.log1p(-n)),o=r;for(let a=t;a<e&&r>o*1e-12;a+=1)r*=(e-a)/(a+1)*s,o+=r;return Math.min(1,o)}const u=(t,e)=>p(t)-p(e)-p(t-e);function p(t){if(t<100){let e=0;for(let n=2;n<=t;n+=1)e+=Math.log(n);return e}return t*Math.log(t)-t+Math.log(2*Math.PI*t)/2+1/(12*t)-1/(360*t**3)}const w=20,g=3,F=.001,q=2,pe=.01,He=(0,B.YA)(3),pt=(0,B.Rz)(200),St=1024;function Ue(t,e,n,s=0){const r=[hn("new release",t),hn("old release",e),Mn(t,e)].join("; ");if(t.requests<w)return{phase:"inconclusive",why:`too little traffic: fewer than ${w} requests`,seen:r};const o=e.requests>=w,a=Ct(t,n);if(o?jt(t,e,n):a){const d=o?"clearly more errors than the old release":`more than ${un(pe)} errors`;return t.errors>s?{phase:"failed",why:d,seen:r}:{phase:"inconclusive",why:`${d}, but none of late`,seen:r}}return en(t,e)?{phase:"failed",why:o?"clearly slower than the old release":"slower than the objective",seen:r}:a?{phase:"inconclusive",why:"many errors, but the old release has them as well",seen:r}:{phase:"successful",seen:r}}function jt(t,e,n){const s=qe(t);if(t.errors<g||s<F||s<q*qe(e))return!1;const r=t.requests/(t.requests+e.requests);return l(t.errors,t.errors+e.errors,r)<n}const Ct=({errors:t,requests:e},n)=>t>=g&&l(t,e,pe)<n;function en(t,e){return t.meanTime===void 0?!1:e.meanTime===void 0?e.requests<w&&t.meanTime>He:t.meanTime>=Math.max(q*e.meanTime,e.meanTime+pt)}const qe=({errors:t,requests:e})=>e===0?0:t/e;function hn(t,e){const{workers:n,requests:s,errors:r}=e;if(n.length===0)return`${t}: none`;const o=s===0?"":` (${un(qe(e))})`;return`${t} on ${n.join(", ")}: ${r} of ${s} requests failed${o}`}function Mn(t,e){if(t.meanTime===void 0)return`response time not judged: no server answered ${St} times since its switch`;const n=e.meanTime===void 0?"":` against ${(0,B.a3)(e.meanTime)}`;return`mean response time ${(0,B.a3)(t.meanTime)}${n}`}const un=t=>`${Number((t*100).toPrecision(3))} %`;class jn{#e=new Set;#t=new Map;#n=new Map;#r=[];get switched(){return[...this.#e]}add({counters:e}){for(const[n,s]of e){const r=this.#n.get(n);if(this.#n.set(n,s),r===void 0||this.#e.size===0)continue;const o=this.#t.get(n)??En(s.worker);Rn(r.traffic,s.traffic)?this.#t.set(n,{...o,unbroken:0,meanTime:void 0}):this.#t.set(n,Pn(o,r.traffic,s.traffic))}}switch(e,n){const s=new Set(e);for(const[r,o]of this.#t)s.has(o.worker)&&(this.#e.has(o.worker)||this.#r.push({...o,meanTime:void 0}),this.#t.delete(r));for(const[r,{worker:o}]of this.#n)s.has(o)&&this.#n.delete(r);this.add(n);for(const r of e)this.#e.add(r)}fresh(){return this.#s(({worker:e})=>this.#e.has(e))}rest(){return this.#s(({worker:e})=>!this.#e.has(e),this.#r)}#s(e,n=[]){const s=[...n,...[...this.#t.values()].filter(e)],r=[...this.#n.values()].filter(e);return{workers:[...new Set([...n.filter(({requests:a})=>a>0),...r].map(({worker:a})=>a))].sort(),requests:fn(s,"requests"),errors:fn(s,"errors"),meanTime:In(s)}}}const fn=(t,e)=>Math.max(0,t.reduce((n,s)=>n+s[e],0)),En=t=>({worker:t,requests:0,errors:0,unbroken:0,meanTime:void 0}),Rn=(t,e)=>e.responses<t.responses||e.serverErrors<t.serverErrors;function Pn({worker:t,requests:e,errors:n,unbroken:s},r,o){const a=o.failed-r.failed,d=o.responses-r.responses+a;return{worker:t,requests:e+d,errors:n+(o.serverErrors-r.serverErrors)+a,unbroken:s+d,meanTime:o.meanTime}}function In(t){const e=t.filter(({unbroken:s,meanTime:r})=>r!==void 0&&s>=St),n=e.reduce((s,r)=>s+r.requests,0);if(n!==0)return(0,B.Rz)(e.reduce((s,r)=>s+r.requests*(r.meanTime??0),0)/n)}const mn=(0,B.YA)(5),Fn=1,Ln=4,zn=.01;class Bn{#e=new jn;#t;#n=[];#r=0;#s={counters:new Map,down:new Map,silent:[]};constructor(e){this.#t=e}switched(e,n){this.#e.switch(e,n),this.#n=e,this.#s={...n,down:new Map([...n.down].filter(([s])=>!e.includes(s)))}}async watch(e,n){const s=Math.max(1,Math.ceil(n/mn)),r=n>0?(0,B.Rz)(n/s):mn;let o=0,a=0;n>0&&this.#o("started",`${s} measurements`);for(let d=1;;d+=1){(n>0||d>1)&&await this.#i(r);const{phase:m,why:b,seen:y}=this.#a(zn/s),{silent:O}=this.#s;o+=m==="failed"?1:0,a=O.length>0?a+1:0;const R=[b,y,...O.map(({failure:Z})=>`${Z.host} does not answer: ${Z.message}`)].filter(Boolean).join("; "),W=Z=>{const be=Z==="inconclusive"&&n===0&&this.#e.fresh().requests<w;return be||this.#o(Z==="failure"?"failed":"done",`${Z}: ${R}`),Z==="inconclusive"&&!be&&this.#t.reporter.warning(`The watch of batch ${e} is inconclusive; the rollout goes on. ${R}`),{batch:e,verdict:Z,seen:R,quiet:be}};if(o>Fn)return W("failure");if(a>Ln)return W("inconclusive");if(d>=s&&m!=="failed")return W(m==="successful"&&a===0?"success":"inconclusive");this.#o("progress",`${Math.min(d,s)} of ${s}: ${R}`)}}async#i(e){const{source:n,clock:s,cancellation:r}=this.#t;r.check(),await r.orLeave(s.sleep(e)),this.#s=await r.orLeave(n.read()),this.#e.add(this.#s)}#a(e){const n=this.#e.fresh(),s=Ue(n,this.#e.rest(),e,this.#r);s.phase==="failed"&&(this.#r=n.errors);const r=[...this.#s.down].filter(([a])=>this.#e.switched.includes(a));if(r.length===0)return s;const o=r.map(([a,d])=>`${a} fails the health check of ${d.join(", ")}`).join("; ");return{...s,phase:"failed",why:o}}#o(e,n){for(const s of this.#n)this.#t.reporter.step({host:s,name:"watch",state:e,detail:n})}}function Cn({batch:t,seen:e}){return new _.w({code:"watch-failed",step:"watch",message:`The new release does worse than it may, after batch ${t}.`,seen:e,hint:"`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md."})}async function Hn(t,e,n){const{context:s,journal:r,watch:o}=t,{canary:a}=s.cluster.rollout,d=e.tasks.map(({worker:y})=>y).filter(y=>!r.missed.includes(y));o.switched(d,c(r.views));const m=a!==void 0&&(n===1||e.title==="canary"),b=await o.watch(n,m?a.watch:(0,B.YA)(0));if(r.watched.push(b),b.verdict==="failure")throw Cn(b)}const Wn=(0,B.YA)(5);async function wn(t,e,n){const{context:s,journal:r,lock:o,cancellation:a}=t;let{trial:d}=n;for(const[m,b]of e.entries()){const y=b.tasks.map(({worker:R})=>R).join(", "),O=n.direction==="forward"?"Batch":"Going back, batch";await s.reporter.group(`${O} ${m+1} of ${e.length}: ${y}`,async()=>{a.check();for(const{worker:be}of b.tasks)await o.confirm(be);const R=e[m-1];R&&Kn(t,b,R);const W=d?Wn:(0,B.YA)(0);for(const{worker:be}of b.tasks)r.begin(be,m+1);const Z=S(b.tasks,be=>Dn(t,be,n,W),{code:"batch-failed",message:"Several workers of the batch failed."});if(await a.orHurry(Z),r.lost.size>0)throw Jn(t);n.direction!=="back"&&(t.target.kind==="deploy"&&await Hn(t,b,m+1),await Y(t))}),b.tasks.some(({does:R})=>R==="switch")&&(d=!1)}}async function Dn(t,e,{direction:n},s){const{worker:r,to:o,previous:a}=e;let d="drain";try{await gt(t,e),e.does==="switch"?(await t.leases.confirm(r),d="switch",await Bt(t,e,{to:o,from:a,event:n==="forward"?"activated":"reverted",steady:s})):await At(t,e),d="readmit",await _t(t,e),t.journal.done.push(e)}catch(m){if(!(m instanceof _.w))throw m;if(Yn(t,r,m),Ze(m)&&m.failure.host===r)return Un(t,e,m);throw await qn(t,e,d,n,m),m}}function Yn({context:t,cancellation:e},n,{failure:s}){if(e.requested)return;const{code:r,message:o,step:a="switch"}=s;t.reporter.step({host:n,name:a,state:"failed",detail:`${r}: ${o}`})}function Un({context:t,journal:e,leases:n,lock:s},{worker:r},o){if(n.letGo(r),e.missed.length>=t.cluster.rollout.maxUnreachable)throw o;e.missed.push(r),s.forget(r),t.reporter.warning(`${r} went away and is left out, as max-unreachable allows; run the same again when it is back.`)}async function qn(t,e,n,s,r){const{worker:o,previous:a}=e,{reporter:d}=t.context,m=b=>d.warning(`${o} stays drained: ${b}`);try{n==="drain"&&r.code!=="check-failed"?await Ft(t,e):e.does==="readmit"?m("its check does not pass."):s==="back"?m("going back failed, and a revert is never reverted."):a===void 0?m("there is no release to go back to."):t.onFailure==="freeze"?m(`it is not put back to ${a}, as the policy is to freeze.`):(d.info(`${o}: going back to ${a}.`),n==="readmit"?await gt(t,e):await Ot(t,e),Gn.has(r.code)||await t.leases.confirm(o),await Bt(t,e,{to:a,from:e.to,event:"reverted",steady:(0,B.YA)(0)}),await _t(t,e))}catch(b){if(!(b instanceof _.w))throw b;d.warning(`${o} could not be put back, and stays drained where it was: ${b.message}`)}finally{t.leases.letGo(o)}}const Gn=new Set(["app-crashed","app-unhealthy","restart-failed"]);function Kn({context:t,journal:e},{tasks:n,title:s},r){if(s==="not serving")return;const{minAvailable:o}=t.cluster.rollout,a=new Set(n.map(({worker:O})=>O)),d=t.cluster.workers.hosts.map(({name:O})=>O).filter(O=>!a.has(O)),m=new Set(r.tasks.map(({worker:O})=>O).filter(O=>!e.missed.includes(O))),b=[...e.views.values()],y=d.filter(O=>!m.has(O)&&b.some(R=>yt(R,O)!=="in"));if(!(d.length-y.length>=o))throw new _.w({code:"too-few-available",step:"drain",message:`Draining ${[...a].join(", ")} would leave ${d.length-y.length} in rotation; min-available is ${o}.`,seen:`out of rotation since this run began: ${y.join(", ")}`,hint:"`buka status` shows why. Bring them back, then run this again: it goes on where it stopped."})}function Jn({journal:t}){const[[e,{failure:n}]=["",new _.w({code:"",message:""})]]=t.lost;return new _.w({code:"load-balancer-lost",host:e,step:"batch",message:`${e} went away while the rollout ran; no other worker can be drained there.`,seen:n.seen??n.message,hint:`Bring ${e} back, then run the same again: it goes on where it stopped. docs/lost-load-balancer.md tells how to go on without it.`})}const Zn=["tar","sha256sum","flock","timeout","systemctl","sudo","awk","readlink"],Vn=["missing","folder","free","inodes","load","active","sub","restart","readlink","env","answer","real","lock","running"],Xn=`${N}${M}${Le}
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
`;function Qn(t){const{root:e,unit:n,port:s,health:r,envFile:o}=t.workers;return{name:"observe",text:Xn,values:{root:e,unit:n,port:String(s),health:r,env_file:o??"",tools:Zn.join(" ")},deadline:(0,B.YA)(20),parse:a=>es(a,e)}}function es(t,e){const n=(0,de.OA)((0,de.gq)(t).stdout,Vn),s=n.running===""?void 0:n.running;return{missingTools:n.missing.split(" ").filter(Boolean),folder:n.folder,diskFree:(0,B.ee)(Number(n.free)),inodesFree:/^\d+$/.test(n.inodes)?Number(n.inodes):Number.POSITIVE_INFINITY,unit:{load:n.load,active:n.active,sub:n.sub},mayRestart:n.restart==="yes",mayReadRelease:n.readlink==="yes",envFile:n.env,workingFolder:s,running:ts(s,[n.real,e]),answer:n.answer,healthy:n.answer.startsWith("2"),lock:Se(n.lock)}}function ts(t,e){for(const n of e){if(!t?.startsWith(`${n}/releases/`))continue;const[s="",r,...o]=t.slice(`${n}/releases/`.length).split("/");if(r==="tree"&&o.length===0&&(0,P.F3)(s))return s}}async function xt(t){const{cluster:e}=t,[n,s]=await Promise.all([Me(e.workers.hosts,async r=>{const o=await t.remote(r),[a,d]=await Promise.all([o.run((0,P.vN)(e.workers.root)).catch(ns),o.run(Qn(e))]);return{releases:a,probe:d}}),Me(e.loadBalancers.hosts,async r=>(await _e(t,r)).observe())]);return{workers:n,loadBalancers:s}}function ns(t){if(t instanceof _.w&&t.code==="service-folder-missing")return{staged:[],history:[]};throw t}function tn({workers:t,loadBalancers:e}){return[...t.values(),...e.values()].filter(n=>n instanceof _.w)}const nn=({stage:t,migrate:e,batches:n,settle:s})=>t.length===0&&e===void 0&&n.length===0&&!s;function ss(t,e,n){const s=Ht(t,n),r=s.flatMap(a=>as(a,e)),o=new Set(r.map(({worker:a})=>a));return{target:e,from:an(s.flatMap(({seen:a})=>rn(a)).filter(a=>a!==e.id)),stage:s.filter(({seen:a})=>!sn(a,e.id)).map(({name:a})=>a),migrate:ls(t,e,s,r),...Dt(t,r,s),finished:s.filter(({name:a})=>!o.has(a)).map(({name:a})=>a),proven:s.some(({seen:a})=>pn(a,e.id)),settle:s.some(({seen:a})=>!pn(a,e.id))}}function Ht(t,e){return t.workers.hosts.map(({name:n})=>({name:n,seen:e.workers.get(n),rotation:new Map([...e.loadBalancers].map(([s,r])=>[s,yt(r,n)]))}))}const rs=({seen:t,rotation:e})=>t.probe.healthy&&[...e.values()].every(n=>n==="in"),sn=({releases:t},e)=>t.staged.some(n=>n.id===e),rn=({releases:t,probe:e})=>[e.running??t.active].filter(n=>n!==void 0),pn=({releases:t},e)=>t.staged.some(n=>n.id===e&&n.good),Wt=({rotation:t},e)=>[...t].filter(([,n])=>e(n)).map(([n])=>n),Et=t=>({drainOn:Wt(t,e=>e!=="drained-by-others"),leaveOn:Wt(t,e=>e==="drained-by-others")});function as(t,e){const{name:n,seen:s}=t,{drainOn:r,leaveOn:o}=Et(t),a=os(s,e.id);if(a!==void 0){const b=cs(s,e.id);return[{worker:n,does:"switch",to:e.id,why:a,previous:b,drainOn:r,leaveOn:o}]}const d=Wt(t,b=>b==="drained"||b==="down");if(d.length===0)return[];const m=`runs it, but is out of rotation on ${d.join(", ")}`;return[{worker:n,does:"readmit",to:e.id,why:m,previous:void 0,drainOn:d,leaveOn:o}]}function os({releases:t,probe:e},n){if(t.active===void 0)return"has no release yet";if(e.running===void 0&&e.workingFolder!==void 0)return`its process runs in ${e.workingFolder}`;if(e.running===void 0)return`has ${t.active}, which isn't running`;if(e.running!==n&&t.active===n)return`still runs ${e.running}, to be restarted`;if(!e.healthy)return`runs ${e.running}, unhealthy: ${is(e.answer)}`;if(e.running!==n||t.active!==n)return`runs ${e.running}`}const is=t=>t==="000"?"no answer":`answers ${t}`;function cs({releases:t,probe:e},n){const s=new Set(t.staged.map(({id:o})=>o)),r=t.staged.findLast(({id:o,good:a})=>a&&o!==n)?.id;return[t.active,e.running,r].find(o=>o!==void 0&&o!==n&&s.has(o))}function Dt(t,e,n){const{batch:s,canary:r,minAvailable:o}=t.rollout,a=$n(s,t.workers.hosts.length),d=new Set(n.filter(rs).map(({name:W})=>W)),m=e.filter(({worker:W})=>!d.has(W)),b=e.filter(({worker:W})=>d.has(W)),y=[];let O=d.size;for(;m.length>0;){const W=m.splice(0,a);y.push({title:"not serving",tasks:W,available:O}),O+=W.filter(({leaveOn:Z})=>Z.length===0).length}let R=r?.hosts??0;for(;b.length>0;){const W=O-o;if(W<1)return{batches:y,problem:ds(t,O,b)};const Z=b.splice(0,Math.min(R||a,W));y.push({title:R>0?"canary":"serving",tasks:Z,available:O-Z.length}),R=0}return{batches:y}}const $n=(t,e)=>"hosts"in t?t.hosts:Math.max(1,Math.floor(e*t.percent/100));function ds(t,e,n){const{minAvailable:s}=t.rollout,r=n.map(({worker:o})=>o).join(", ");return new _.w({code:"too-few-available",step:"preflight",message:`Draining one of ${r} would leave ${e-1} in rotation; min-available is ${s}.`,seen:`${e} of ${t.workers.hosts.length} workers would be healthy and in rotation on every load balancer`,left:"Nothing was changed.",hint:"`buka status` shows which worker is out and why: bring it back, or lower rollout.min-available in buka.yml."})}function ls(t,e,n,s){const{migrate:r,migrations:o}=t.release,a=n[0];if(r===void 0||a===void 0||e.kind!=="deploy")return;const d=re(n.map(({seen:O})=>O.releases),e);if(d.length===0&&!s.some(({does:O})=>O==="switch"))return;const m=n.flatMap(({seen:O})=>O.releases.staged.filter(({id:R})=>R===O.releases.active));if(d.length===0&&m.some(({id:O})=>O===e.id))return;if(o===void 0)return{worker:a.name,migrations:[]};const b=new Set(m.flatMap(({migrations:O})=>O)),y=e.migrations.filter(O=>!b.has(O)||d.includes(O));return y.length===0?void 0:{worker:a.name,migrations:y}}function an(t){const e=n=>t.filter(s=>s===n).length;return t.reduce((n,s)=>n===void 0||e(s)>e(n)?s:n,void 0)}function hs(t,e,{plan:n,workers:s,done:r}){const o=Ht(t,e),a=[],d=s.flatMap(O=>{const R=o.find(Z=>Z.name===O);if(R===void 0||!rn(R.seen).includes(n.target.id))return[];const W=r.find(Z=>Z.worker===O)?.previous??n.from;return W===void 0||!sn(R.seen,W)?(a.push(O),[]):[{worker:O,does:"switch",to:W,why:`goes back to ${W}`,previous:n.target.id,...Et(R)}]}),m={...t,rollout:{...t.rollout,canary:void 0}},{batches:b,problem:y}=Dt(m,d,o);return{batches:b,problem:y,stuck:a}}function us(t,e,n){const s=[...e.workers].flatMap(([y,O])=>Ze(O)?[y]:[]),r=[...e.loadBalancers.values()],o=s.filter(y=>!r.some(O=>yt(O,y)==="in")),a=s.filter(y=>!o.includes(y)).map(y=>e.workers.get(y)),d=o.length<=t.rollout.maxUnreachable?o:[],m=gn(t,[...d,...n]),b=[...m.workers.hosts.map(({name:y})=>e.workers.get(y)),...m.loadBalancers.hosts.map(({name:y})=>e.loadBalancers.get(y))].filter(y=>y instanceof _.w).map(y=>a.includes(y)?fs(y):y);return b.length>0?{problems:b}:{cluster:m,observation:kn(m,e),missed:d}}const fs=({failure:t})=>new _.w({...t,hint:`${t.hint??""} It still takes requests from a load balancer, so max-unreachable can't leave it out.`.trim()});function on(t,e){const n=o=>[...o].filter(([,a])=>a instanceof _.w).map(([a])=>a),s=n(e.workers),r=gn(t,[...s,...n(e.loadBalancers)]);return{cluster:r,observation:kn(r,e),missed:s,silent:tn(e)}}function gn(t,e){const n=({name:o})=>!e.includes(o),{workers:s,loadBalancers:r}=t;return{...t,workers:{...s,hosts:s.hosts.filter(n)},loadBalancers:{...r,hosts:r.hosts.filter(n)}}}function kn(t,e){const n=(s,r)=>new Map(r.map(({name:o})=>[o,s.get(o)]));return{workers:n(e.workers,t.workers.hosts),loadBalancers:n(e.loadBalancers,t.loadBalancers.hosts)}}const ms=new Set(["cancelled","lock-lost","lease-lost"]);async function ws(t,e,n){const{context:s,journal:r,onFailure:o}=t;if(ms.has(n.code))return;const a=r.done.filter(({does:b})=>b==="switch").map(({worker:b})=>b),m=[...e.proven?[]:e.finished,...a].reverse();if(m.length!==0){if(o==="freeze")return"frozen";if(o==="halt"||r.lost.size>0)return"halted";try{return await s.reporter.group("Revert",async()=>{const b=on(s.cluster,await xt(s)),y=hs(b.cluster,b.observation,{plan:e,workers:m,done:r.done});for(const R of y.stuck)s.reporter.warning(`${R} stays: it has no release to go back to.`);if(y.problem)throw y.problem;const O={...t,context:{...s,cluster:b.cluster}};await wn(O,y.batches,{direction:"back",trial:!1})}),"reverted"}catch(b){if(!(b instanceof _.w))throw b;return s.reporter.warning(`The revert stopped, and is not reverted: ${b.message}`),"revert-failed"}}}const ps=[80,443],$s=String.raw`
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
`,gs=(t,e)=>({name:`look for ${t.name}`,text:$s,values:{address:t.address,port:String(e),doors:[t.port,...ps].join(" ")},deadline:(0,B.YA)(20),parse:n=>(0,de.gq)(n).stdout.trim()});async function ks(t,e){const{workers:n}=t.cluster;await S(await Ee(t),async({name:s,remote:r})=>{const o=await r.run(gs(e,n.port));if(o!=="nothing")throw ys(e,s,o)},{code:"load-balancer-there",host:e.name,step:"preflight",message:"It can't be left out: several workers see it.",left:"Nothing was changed."})}const ys=(t,e,n)=>new _.w({code:"load-balancer-there",host:t.name,step:"preflight",message:`It can't be left out: it is not reachable for this run, but ${e} sees it, so it may send customers there.`,seen:n,left:"Nothing was changed.",hint:`Let this run reach ${t.name}, or switch it off; then run this again.`});async function bs(t,{takeBackup:e,withoutBackup:n},s){if(!yn(t))return;const{context:r,plan:o,observation:a}=t;if(n!==void 0){const{by:d}=r.run;s.withoutBackup={by:d,reason:n},r.reporter.warning(`There is no backup from before this deploy, as ${d} wants it: ${n}`);return}if(e===void 0)throw new Error("this deploy needs a backup, and was given no way to make one");try{const d=await e(r,{release:Ts(o,a),target:o.target.id}),{id:m,recoveryPoint:b,bytes:y,bytesAdded:O,took:R,newestProven:W}=d;s.backup={id:m,recoveryPoint:b,bytes:y,bytesAdded:O,took:R,newestProven:W}}catch(d){throw d instanceof _.w?vs(d):d}}function vs(t){const{failure:e}=t;if(e.code==="cancelled")return t;const s=[e.hint,"To deploy without a backup all the same: `--without-backup REASON`, in a workflow `without-backup:`."].filter(Boolean).join(" ");return new _.w({...e,step:"backup",hint:s,cause:t})}function Ss(t,{withoutBackup:e}={}){if(!yn(t))return;const{cluster:n,run:s}=t.context;if(e!==void 0)return`no backup, as ${s.by} wants it: ${e}`;const r=n.backup?.proof==="nightly"?", unless one of the last 36 hours is proven":"";return`back up ${n.database?.name} on ${n.backup?.host.name} and prove it${r}, while the release is staged; nothing is migrated or switched before that`}function yn({context:t,plan:e,observation:n}){return!t.cluster.backup?.beforeDeploy||e.target.kind!=="deploy"?!1:e.migrate!==void 0?!0:e.batches.some(({tasks:s})=>s.some(({worker:r,does:o,to:a})=>o==="switch"&&xs(n.workers.get(r),a)))}const xs=(t,e)=>t?.releases.active!==e||t.probe.running!==void 0&&t.probe.running!==e;function Ts({from:t,target:e},{workers:n}){const s=[...n.values()].map(({releases:a})=>a),r=t??(s.some(({active:a})=>a===e.id)?e.id:void 0),o=s.flatMap(({staged:a})=>a).find(a=>a.id===r)??{migrations:[]};return ge(s,o).at(-1)?.release??r}function As({withoutBackup:t}){if(!(t===void 0||t.trim()!==""))throw new _.j({code:"reason-missing",message:"To deploy without a backup takes a reason.",left:"Nothing was changed.",hint:"--without-backup 'why'; it is kept in the history of every worker."})}function Os(t,e,n){const{target:s,stage:r,migrate:o,batches:a,finished:d}=e;return nn(e)?[Ns(s)]:[Ms(e),...r.length>0?[`stage on ${r.join(", ")}: only what each lacks is sent`]:[],...n===void 0?[]:[n],...o?[`migrate once, on ${o.worker}, by ${t.release.migrate?.join(" ")}: ${js(o.migrations)}`]:[],...d.length>0?[`leave ${d.join(", ")}: ${_s(s)}`]:[],...Es(t,a),...a.flatMap((m,b)=>Rs(t,m,b,a.length)),...s.kind==="repair"?[]:[`settle: mark ${s.id} good, keep ${t.release.keep} good releases besides those in use`]]}const _s=({kind:t})=>t==="repair"?"nothing is wrong there":"runs it already, healthy and in rotation",Ns=({kind:t,id:e})=>t==="repair"?"Every worker that can be reached is healthy, runs one release, and is not left drained: nothing to repair.":`Every worker runs ${e}, healthy and in rotation: nothing to do.`;function Ms({target:t,from:e}){return t.kind==="repair"?`Repair; most workers run ${t.id}`:`${t.kind==="deploy"?"Deploy":"Roll back to"} ${t.id}${e===void 0?"":`; most others run ${e}`}`}const js=t=>t.length>0?t.join(", "):"the program knows which are new";function Es({rollout:t,workers:e},n){const s=$n(t.batch,e.hosts.length),r=Math.max(0,...n.filter(({title:a})=>a==="serving").map(({tasks:a})=>a.length)),o=n.filter(({title:a})=>a==="serving").reduce((a,{tasks:d})=>a+d.length,0);return r===0||r>=Math.min(s,o)?[]:[`batches of ${r} instead of ${s}: min-available is ${t.minAvailable}`]}function Rs(t,{title:e,tasks:n,available:s},r,o){const{drainTimeout:a,healthyAfter:d}=t.rollout,m={"not serving":", not serving now",canary:", the canary",serving:""}[e];return[`batch ${r+1} of ${o}${m}: ${s} of ${t.workers.hosts.length} workers stay in rotation`,...n.flatMap(b=>[`  ${b.worker}: ${b.why}`,...Ps(b,`wait up to ${(0,B.a3)(a)} for requests in flight`,d)])]}function Ps({does:t,to:e,drainOn:n,leaveOn:s,previous:r},o,a){const d=n.join(", "),m=r===void 0?"there is no release to go back to":`if it fails, back to ${r}`;return[...n.length>0?[`    drain on ${d}; ${o}; maintenance`]:[],...t==="switch"?[`    switch to ${e} and restart; healthy ${a} times in a row; ${m}`]:[],...n.length>0?[`    fresh check on ${d}; readmit`]:[],...s.length>0?[`    stays as it is on ${s.join(", ")}: somebody else drained it there`]:[]]}function Is({worker:t,active:e,running:n,healthy:s,rotation:r}){const o=n===void 0?"runs no known release":`runs ${n}`,a=e===void 0||e===n?"":` while current is ${e}`,d=[...r],m={in:"in rotation",drained:"drained","drained-by-others":"drained by others",down:"down",unknown:"unknown"},[b]=d,O=b!==void 0&&d.every(([,W])=>W===b[1])?m[b[1]]:d.map(([W,Z])=>`${m[Z]} on ${W}`).join(", ");return`${t} ${o}${a}, ${s===void 0?"health unknown":s?"healthy":"unhealthy"}, ${O}`}const Fs=(0,B.YA)(10);class bn{context;clock;#e=new Map;#t;#n=new Map;constructor(e,n){this.context=e,this.clock=n,this.#t=setInterval(()=>this.#s(),Ne.MA),this.#t.unref()}hold(e,n){for(const s of n){const r=this.#e.get(s)??new Map;this.#e.set(s,r.set(e,this.clock.now().getTime()))}}letGo(e){for(const n of this.#e.values())n.delete(e)}async confirm(e){await Promise.all([...this.#e].map(async([n,s])=>{const r=s.get(e);if(!(r===void 0||this.#r(r))&&(await this.#i(n,[e]),!this.#r(s.get(e)??0)))throw zs(e,n)}))}stop(){clearInterval(this.#t),this.#e.clear()}#r(e){return this.clock.now().getTime()-e<=Fs}#s(){for(const[e,n]of this.#e){if(n.size===0||this.#n.has(e))continue;const s=this.#i(e,[...n.keys()]).catch(Ls).finally(()=>this.#n.delete(e));this.#n.set(e,s)}}async#i(e,n){const s=this.clock.now().getTime(),o=await(await Ie(this.context,e)).renew(n),a=this.#e.get(e);for(const d of n)!o.includes(d)&&a?.has(d)&&a.set(d,s)}}function Ls(t){if(!(t instanceof _.w))throw t}const zs=(t,e)=>new _.w({code:"lease-lost",host:e,message:`${t} may have traffic again there: its lease fired, since this run could not renew it in time.`,hint:"`buka status` shows every worker; run the same again: it goes on from here."}),Bs=(0,B.Gx)(15),Cs=String.raw`
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
`;function Hs({root:t,envFile:e},n,s,r){const o=s.map((a,d)=>`word${d}`);return{name:`migrate ${n}`,text:`${Ve}
set -- ${o.map(a=>`"$${a}"`).join(" ")}
cd -- "$root/releases/$id/tree"
exec 2>&1
if [ -n "$env_file" ]; then
  exec 3<"$env_file"
  {${Cs}} <&3
  exec 3<&-
fi
exec "$@"
`,values:{root:t,id:n,owner:r,env_file:e??"",...Object.fromEntries(o.map((a,d)=>[a,s[d]??""]))},deadline:Bs,parse(a){if(a.status===ye)throw Xe(void 0,void 0);(0,de.gq)(a)}}}function Ws(t,e,n){const s=(0,P.cJ)(t,e);return{...s,text:`${Ve}${s.text}`,values:{...s.values,owner:n},parse(r){if(r.status===ye)throw Xe(void 0,void 0);s.parse(r)}}}async function vn(t,e,{target:n,from:s},r,o){const{cluster:a,run:d,clock:m=ue}=t,b={at:m.now(),release:n.id,from:s,by:ne(d)},y=await t.remote(e);for(const O of(0,P.QW)(b,o))await y.run(Ws(a.workers.root,O,r))}async function Ds(t,e,n,s){const{workers:r,release:o}=t.cluster,{migrate:a}=e,d=r.hosts.find(({name:R})=>R===a?.worker);if(a===void 0||d===void 0||o.migrate===void 0)return;await vn(t,d,e,n,s).catch(R=>{throw R instanceof _.w?R.with({host:d.name,step:"migrate",left:"Nothing was migrated; no worker was switched."}):R});const b=r.hosts.filter(R=>R!==d).map(R=>vn(t,R,e,n,s).catch(W=>{if(!(W instanceof _.w))throw W;t.reporter.warning(`${R.name} could not note the migration, which ${d.name} runs: ${W.message}`)})),y=Ys(t,d,e,o.migrate,n,s),O=(await Promise.allSettled([y,...b])).find(({status:R})=>R==="rejected");if(O?.status==="rejected")throw O.reason}async function Ys(t,e,{target:n,migrate:s},r,o,a){const{reporter:d,cluster:m}=t,b=await t.remote(e);d.step({host:e.name,name:"migrate",state:"started",detail:s?.migrations.join(", ")||void 0});try{await b.run(Hs(m.workers,n.id,r,o),{onLine:y=>d.step({host:e.name,name:"migrate",state:"progress",detail:y})})}catch(y){throw y instanceof _.w?(d.step({host:e.name,name:"migrate",state:"failed",detail:y.failure.seen}),y.code!=="script-failed"?y.with({host:e.name,step:"migrate"}):new _.w({code:"migration-failed",host:e.name,step:"migrate",message:`${r.join(" ")} failed; no worker was switched.`,seen:y.failure.seen??y.failure.message,left:a.length>0?`The database is as the program left it. Whether it had run ${a.join(", ")} can't be told from here, so releases from before are refused from now on.`:"The database is as the program left it.",hint:`Mend the migration${a.length>0?", under the same name,":""} and deploy again. The program must leave the database as it was when it fails.`})):y}d.step({host:e.name,name:"migrate",state:"done"})}function Us(t,e){const n=Ht(t,e),s=n.filter(d=>Sn(d)===void 0),r=an(s.flatMap(({seen:d})=>d.probe.running??[]))??an(n.flatMap(({seen:d})=>d.releases.active??[]));if(r===void 0)return;const o=n.flatMap(d=>qs(d,r)),a=new Set(o.map(({worker:d})=>d));return{target:{kind:"repair",id:r,migrations:[]},from:void 0,stage:[],...Dt(t,o,n),finished:n.map(({name:d})=>d).filter(d=>!a.has(d)),proven:!0,settle:!1}}function qs(t,e){const{name:n,seen:s}=t,r=Sn(t);if(r!==void 0){const m=sn(s,e)?e:s.releases.active;return m===void 0?[]:[{worker:n,does:"switch",to:m,why:r,...Et(t)}]}const o=Wt(t,m=>m==="drained"),a=s.probe.running;if(o.length===0||a===void 0)return[];const d=`was left drained on ${o.join(", ")}`;return[{worker:n,does:"readmit",to:a,why:d,drainOn:o,leaveOn:Et(t).leaveOn}]}function Sn({seen:{releases:t,probe:e}}){return t.active===void 0?"has no release":e.running===void 0?`has ${t.active}, which isn't running`:e.running!==t.active?`runs ${e.running} while current is ${t.active}`:e.healthy?void 0:`runs ${e.running}, unhealthy`}const Gs=(0,B.ee)(64*1024*1024),cn=4096;function Ks({entries:t}){const e=t.reduce((n,s)=>n+(s.type==="file"?Math.ceil(s.size/cn)*cn:cn),0);return{size:(0,B.ee)(e),files:t.length}}function Js(t,e,n,s){const r=ss(t,e,n),o=Oe(n,e),a=[...[...n.workers].flatMap(([d,m])=>Zs(t,e,d,m,r,s)),...r.problem?[r.problem]:[],...o?[o]:[]];return a.length>0?{problems:a}:{plan:r}}function Zs(t,e,n,{releases:s,probe:r},o,a){const{unit:d,root:m,envFile:b}=t.workers,y=t.hosts.get(n)?.user??"the deploy user",O=[],R=s.staged.some(({id:Z})=>Z===e.id),W=(0,B.ee)((a?.size??0)+Gs);if(r.missingTools.length>0&&O.push({code:"tools-missing",message:`It lacks ${r.missingTools.join(", ")}.`,hint:`Install them on ${n}; Debian has them in coreutils, util-linux, tar, sudo, mawk and curl.`}),r.folder==="missing"&&O.push({code:"service-folder-missing",message:`${m} does not exist.`,hint:`On ${n}, as root: install -d -o ${y} -g ${y} ${m}`}),r.folder==="read-only"&&O.push({code:"permission-denied",message:`${y} may not write in ${m}.`,hint:`On ${n}, as root: chown ${y}: ${m}`}),!R&&e.kind==="deploy"&&(r.diskFree<W||r.inodesFree<(a?.files??0)+1e3)&&O.push({code:"not-enough-disk",message:"There is too little room for the release.",seen:`${(0,B.z3)(r.diskFree)} and ${r.inodesFree} inodes free, ${(0,B.z3)(W)} and ${(a?.files??0)+1e3} inodes needed`,hint:`On ${n}: \`df -h ${m}\` shows what is full, \`du -xsh ${m}/releases/*\` what the releases take.`}),r.unit.load!=="loaded"&&O.push({code:"unit-missing",message:`systemd has no usable unit ${d}.`,seen:`LoadState=${r.unit.load}`,hint:`On ${n}: \`systemctl status ${d}\`. Install the unit, then \`systemctl daemon-reload\`.`}),!r.mayRestart||!r.mayReadRelease){const Z=r.mayRestart?"/usr/bin/readlink /proc/1/cwd":`/usr/bin/systemctl restart ${d}`;O.push({code:"sudo-denied",message:`${y} may not run \`sudo ${Z}\` without a password.`,hint:`Allow it in /etc/sudoers.d on ${n}; docs/hosts.md has the lines.`})}return o.migrate?.worker===n&&r.envFile==="unreadable"&&O.push({code:"env-file-unreadable",message:`${y} can't read ${b}, which the migration needs.`,hint:`On ${n}, as root: chgrp ${y} ${b} && chmod 640 ${b}`}),e.kind==="rollback"&&!R&&O.push({code:"release-not-staged",message:`Release ${e.id} is not there.`,seen:`staged: ${s.staged.map(({id:Z})=>Z).join(", ")||"none"}`,hint:"`buka releases` lists the releases that every worker has."}),O.map(Z=>new _.w({...Z,host:n}))}class xn{#e=new Map;cut=0;done=[];processes=new Map;missed=[];lost=new Map;watched=[];views=new Map;begin(e,n){this.#e.set(e,{worker:e,batch:n})}at(e,n,s){const r=this.#e.get(e);r&&this.#e.set(e,{...r,[n]:s})}get timeline(){return[...this.#e.values()]}}const Vs=(0,B.Rz)(1500);class Xs{context;kind;clock;journal=new xn;#e;#t=[];observation={workers:new Map,loadBalancers:new Map};from;to;plan=[];afterFailure;backup;withoutBackup;changing=!1;constructor(e,n){this.context=e,this.kind=n,this.clock=e.clock??ue,this.#e=this.clock.now()}async phase(e,n){const s=this.clock.now().getTime();try{return await this.context.reporter.group(e,n)}finally{this.#t.push({name:e,took:(0,B.Rz)(this.clock.now().getTime()-s)})}}async finish(e,n){this.changing&&(this.observation=await this.#n());const s=Mt(this.context.cluster,this.observation),r=`
${s.map(o=>`    ${Is(o)}`).join(`
`)}`;return{outcome:e,kind:this.kind,from:this.from,to:this.to,startedAt:this.#e,phases:this.#t,timeline:this.journal.timeline,workers:s,cut:this.journal.cut,plan:this.plan,afterFailure:this.afterFailure,missed:this.journal.missed,watched:this.journal.watched,backup:this.backup,withoutBackup:this.withoutBackup,error:n&&this.changing?new _.w({...n.failure,left:r}):n}}async#n(){const e=xt(this.context);return this.context.signal?.aborted!==!0?e:(e.catch(()=>{}),Promise.race([e,this.clock.sleep(Vs).then(()=>this.observation)]))}}async function Qs(t,{target:e,from:n}){const{context:s,clock:r,journal:o}=t,{workers:a,release:d}=s.cluster,m={at:r.now(),event:"good",release:e.id,from:n,by:ne(s.run),reason:t.reason,backup:t.backup},b={code:"settle-failed",step:"settle",message:"Several workers could not note the release as good."};await S(a.hosts.map(({name:y})=>y).filter(y=>!o.missed.includes(y)),y=>er(y,async()=>{const O=await me(s,y);await Promise.all([O.run((0,P.bL)(a.root,e.id)),O.run((0,P.cJ)(a.root,m))]);const R=[e.id,...n===void 0?[]:[n]],W=await O.run((0,P.R3)(a.root,{keep:d.keep,protect:R})),Z=W.length>0?`removed ${W.join(", ")}`:void 0;s.reporter.step({host:y,name:"settle",state:"done",detail:Z})}),b)}async function er(t,e){try{await e()}catch(n){throw n instanceof _.w?n.with({host:t,step:"settle",hint:"Every worker runs the release. Run this again to finish."}):n}}function tr(t,e,n={}){const{id:s,manifest:r}=e,o={kind:"deploy",id:s,migrations:r.migrations};return dn(t,{...n,kind:"deploy",archive:e,choice:n,intend:(d,m)=>(As(n),m.to=s,Tn(d,{...n,archive:e,choice:n},m,()=>o))})}function nr(t,{to:e,...n}={}){return dn(t,{...n,kind:"rollback",intend:(r,o)=>Tn(r,n,o,a=>ve(a,e))})}function sr(t,e={}){return dn(t,{...e,kind:"repair",intend:cr})}async function dn(t,e){const n=new Xs(t,e.kind),s=new je(t.signal);try{const r=await n.phase("Preflight",()=>s.orLeave(e.intend(t,n)));if(e.dryRun)return await n.finish("planned");if(nn(r.plan)&&!fr(n.observation))return await n.finish("nothing-to-do");const o=await n.phase("Lock",()=>K(r.context,{after:e.after}));try{return await n.finish(await rr(t,e,n,o,s))}finally{s.unfinished||await o.release()}}catch(r){if(!(r instanceof _.w))throw r;return n.finish("failed",r)}}async function rr(t,e,n,s,r){const{clock:o,journal:a}=n,d=await n.phase("Plan",()=>r.orLeave(e.intend(t,n))),{plan:m,context:b}=d;if(nn(m))return"nothing-to-do";const{archive:y,choice:O={}}=e,{target:R,migrate:W}=m;n.changing=!0,y&&await n.phase("Stage",()=>r.orLeave(Promise.all([lr(b,y),bs(d,O,n)])));const Z=y&&W?Je(y.manifest,W.migrations):[];W&&await n.phase("Migrate",()=>r.orHurry(Ds(b,m,s.owner,Z)));const be=or(d,y),Ge=new bn(b,o),Ke=ir(d,o,r),Rt=ar(e,n),Pt={context:b,clock:o,cancellation:r,lock:s,leases:Ge,watch:Ke,target:R,onFailure:be,journal:a,...Rt};try{const bt=!m.proven;await n.phase("Batches",()=>wn(Pt,m.batches,{direction:"forward",trial:bt}))}catch(bt){throw bt instanceof _.w&&(n.afterFailure=await ws(Pt,m,bt)),bt}finally{Ge.stop()}return e.kind!=="repair"&&await n.phase("Settle",()=>Qs(Pt,m)),"success"}function ar({reason:t},{backup:e,withoutBackup:n}){return n!==void 0?{reason:`without a backup: ${n.reason}`}:{reason:t,backup:e?.id}}function or({context:t,plan:e,observation:n},s){if(s===void 0)return"halt";const r=e.batches.flatMap(({tasks:a})=>a.map(({previous:d})=>d));return[e.from,...r].some(a=>a!==void 0&&!it(n,s.manifest,a))?"freeze":t.cluster.rollout.onFailure}function ir({context:t,plan:e,observation:n},s,r){const o=t.cluster.loadBalancers.hosts.map(({name:m})=>m),a=new Qt(o,m=>Ie(t,m)),d=new Bn({source:a,clock:s,reporter:t.reporter,cancellation:r});return d.switched(e.finished,c(n.loadBalancers)),d}async function Tn(t,{archive:e,choice:n,without:s=[]},r,o){r.observation=await xt(t);const a=await dr(t,r.observation,s),d=us(t.cluster,r.observation,a);if("problems"in d)throw ln(d.problems);const m=o(d.observation);r.to=m.id;const b=e&&Ks(e.manifest),y=Js(d.cluster,m,d.observation,b);if("problems"in y)throw ln(y.problems);return r.from=y.plan.from,An(t,r,d,y.plan,n)}async function cr(t,e){e.observation=await xt(t);const{silent:n,...s}=on(t.cluster,e.observation),r=Us(s.cluster,s.observation);if(r===void 0)throw ln(n.length>0?n:[hr()]);for(const{message:o}of e.plan.length===0?n:[])t.reporter.warning(`Left out: ${o}`);return e.to=r.target.id,An(t,e,s,r)}function An(t,e,{cluster:n,missed:s,observation:r},o,a){const{reporter:d}=t,m=s.map(O=>`leave out ${O}: it can't be reached and takes no traffic`),b={context:{...t,cluster:n},plan:o,observation:r},y=[...Os(n,o,Ss(b,a)),...m];if(y.join(`
`)!==e.plan.join(`
`))for(const O of y)d.info(O);return e.plan=y,e.journal.missed.splice(0,Number.POSITIVE_INFINITY,...s),b}async function dr(t,e,n){const{hosts:s}=t.cluster.loadBalancers,r=n.map(m=>s.find(b=>b.name===m)??m),[o]=r.filter(m=>typeof m=="string");if(o!==void 0)throw ur(o,s);const a=s.filter(m=>r.includes(m)&&e.loadBalancers.get(m.name)instanceof _.w),{cluster:d}=on(t.cluster,e);for(const m of a)await ks({...t,cluster:d},m),t.reporter.warning(`${m.name} is left out: no worker sees it either.`);return a.map(({name:m})=>m)}async function lr(t,e){const{cluster:n,reporter:s}=t;await S(n.workers.hosts,async r=>(0,P.dw)(await t.remote(r),n.workers.root,e,s),{code:"stage-failed",step:"stage",message:"Several workers could not take the release; none was switched."})}const ln=t=>k(t.map(({failure:e})=>new _.w({...e,step:"preflight",left:"Nothing was changed."})),{code:"preflight-failed",step:"preflight",message:`${t.length} problems stand in the way.`,left:"Nothing was changed.",hint:"Mend each of them as it says, then run this again."}),hr=()=>new _.w({code:"nothing-to-repair",message:"No worker has a release yet.",hint:"Deploy one; there is nothing to put right."}),ur=(t,e)=>new _.j({code:"unknown-load-balancer",message:`${JSON.stringify(t)} is no load balancer of this cluster.`,seen:`there are ${e.map(n=>n.name).join(", ")}`,left:"Nothing was changed.",hint:"Name one as buka.yml does."}),fr=({workers:t})=>[...t.values()].some(e=>!(e instanceof _.w)&&e.probe.lock!==void 0);async function mr(t){const[e,n]=await Promise.all([xt(t),pr(t)]),s=Mt(t.cluster,e),r=tn(e);return{workers:s,loadBalancers:[...e.loadBalancers].flatMap(([o,a])=>a instanceof _.w?[]:[{name:o,processes:a.processes,hasAddress:n.get(o)?.here,drained:n.get(o)?.away}]),locks:[...e.workers].flatMap(([o,a])=>a instanceof _.w||a.probe.lock===void 0?[]:[{worker:o,owner:a.probe.lock.owner,expired:a.probe.lock.expired}]),leases:[...e.loadBalancers].flatMap(([o,a])=>a instanceof _.w?[]:[...a.workers.values()].flatMap(({worker:d,lease:m})=>m?[{worker:d,loadBalancer:o,...m}]:[])),failures:r,ok:r.length===0&&s.every(o=>wr(o)&&o.running===s[0]?.running)}}const wr=({active:t,running:e,healthy:n,rotation:s})=>e!==void 0&&e===t&&n===!0&&[...s.values()].every(r=>r==="in");async function pr({cluster:t,remote:e}){const{hosts:n,address:s}=t.loadBalancers;return s===void 0?new Map:new Map(Ae(await Me(n,async r=>(await e(r)).run((0,Ne.xc)(s)))).answers)}async function $r(t,e,n){const s=t.clock??ue,r=new je(t.signal),o=await K(t),a=new bn(t,s),d={context:t,clock:s,cancellation:r,lock:o,leases:a,journal:new xn};try{for(const[m,b]of e.entries())await t.reporter.group(`Worker ${b}, ${m+1} of ${e.length}`,async()=>{r.check(),await gr(d,await yr(t,b),n)})}finally{a.stop(),await o.release()}}async function gr(t,e,n){const{worker:s}=e;try{await gt(t,e).catch(async o=>{throw await Ft(t,e).catch(kr(t,s)),o}),await t.leases.confirm(s);const r=await n(s).then(()=>{},o=>o);if(await At(t,e).catch(o=>{throw r??o}),await _t(t,e),r!==void 0)throw r}finally{t.leases.letGo(s)}}const kr=(t,e)=>n=>{if(!(n instanceof _.w))throw n;t.context.reporter.warning(`${e} stays drained, until its lease finds it fit: ${n.message}`)};async function yr(t,e){const{cluster:n}=t,s=await xt(t),r=tn(s);if(r.length>0)throw k(r,{code:"preflight-failed",step:"drain",message:`${r.length} hosts can't be asked, so no worker is drained.`,left:`${e} was not touched.`});const o=Ht(n,s),a=o.find(({name:y})=>y===e);if(a===void 0)throw new Error(`${e} is no worker of this cluster`);const[d]=rn(a.seen);if(d===void 0)throw br(e);const m={worker:e,does:"readmit",to:d,why:"is changed",...Et(a)},{problem:b}=Dt(n,[m],o);if(b!==void 0)throw new _.w({...b.failure,left:`${e} was not touched.`});return m}const br=t=>new _.w({code:"nothing-to-repair",host:t,step:"drain",message:"Its app runs, and is of no release of Buka\u2019s.",left:"It was not touched.",hint:"Deploy a release first."})}),1996:((Tt,Qe,G)=>{G.d(Qe,{Gx:()=>_,Rz:()=>ne,YA:()=>ue,a3:()=>$e,ee:()=>P,z3:()=>re});const ne=se=>se,ue=se=>ne(se*1e3),_=se=>ue(se*60),P=se=>se;function $e(se){if(se<1e3)return`${Math.round(se)} ms`;if(se<6e4)return`${(se/1e3).toFixed(1)} s`;const V=Math.round(se/1e3);return`${Math.floor(V/60)} min ${V%60} s`}function re(se){const V=["B","kB","MB","GB","TB"];let ie=se,ve=0;for(;ie>=1e3&&ve<V.length-1;)ie/=1e3,ve+=1;return`${ve===0?ie:ie.toFixed(1)} ${V[ve]}`}})};
