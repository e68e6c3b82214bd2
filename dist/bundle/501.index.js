"use strict";exports.id=501,exports.ids=[501],exports.modules={7501:((he,H,l)=>{l.d(H,{j:()=>F});var m=l(1455),R=l(6760),M=l(8318),v=l(1996),L=l(1421),j=l(3916);async function G(u,{step:h,folder:f,output:S}){let N,c;const k=$=>{c=$,Y(N?.pid,"SIGTERM")},O=["SIGINT","SIGTERM","SIGHUP"];for(const $ of O)process.on($,k);try{const $=(0,L.spawn)("bash",["-euo","pipefail","-c",u],{cwd:f,env:E(process.env),stdio:["ignore",S==="stdout"?"inherit":2,"inherit"],detached:!0});N=$;const b=await new Promise(T=>{$.once("error",p=>T(`bash can't be started: ${p.message}`)),$.once("close",(p,x)=>{c!==void 0?(Y($.pid,"SIGKILL"),T(`cancelled by ${c}`)):T(p===0?void 0:x?`ended by ${x}`:`exit status ${p}`)})});if(b!==void 0)throw w(h,u,f,b)}finally{for(const $ of O)process.off($,k)}}function Y(u,h){if(u!==void 0)try{process.kill(-u,h)}catch{}}function w(u,h,f,S){return new j.w({code:`${u}-failed`,step:u,message:`The command release.${u} failed.`,seen:`${h}: ${S}`,left:"No release was made, and no host was changed.",hint:`Its own output is above. To try it alone: cd ${f} && ${h}`})}function E(u){return Object.fromEntries(Object.entries(u).filter(([h])=>!h.startsWith("INPUT_")&&!h.startsWith("BUKA_SSH_")))}var J=l(7975);async function d(u){const f=(await(0,J.promisify)(L.execFile)("git",["rev-parse","--verify","HEAD"],{cwd:u}).catch(()=>{}))?.stdout.trim()||process.env.GITHUB_SHA||"";return/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(f)?f:void 0}async function F(u){const{cluster:h,reporter:f,output:S}=u,N=(0,R.resolve)(u.folder);for(const c of["build","test"]){const k=h.release[c];if(k===void 0)continue;const O=()=>G(k,{step:c,folder:N,output:u.commandOutput??"stdout"});await f.group(`${c}: ${k}`,O)}return f.group("pack",async()=>{const c=await d(N),{include:k,migrations:O}=h.release;await(0,m.mkdir)((0,R.dirname)(S),{recursive:!0});const $=await(0,M.qq)({folder:N,include:k,service:h.service,commit:c,migrations:O},S),b=$.manifest.entries.flatMap(p=>p.type==="file"?[p.size]:[]),T=(0,v.ee)(b.reduce((p,x)=>p+x,0));return f.info(`Release ${$.id}: ${b.length} ${b.length===1?"file":"files"}, ${(0,v.z3)(T)}, packed ${(0,v.z3)($.bytes)}`),{release:$.id,commit:c,archive:$.archive,files:b.length,bytes:T}})}}),8318:((he,H,l)=>{l.d(H,{td:()=>G,F3:()=>A,bL:()=>Re,vN:()=>Ge,p_:()=>Te,qq:()=>Ke,Dp:()=>et,R3:()=>it,cJ:()=>Fe,Bf:()=>Ee,dw:()=>mt});var m=l(3916);const R=66,M=67,v=`umask 022
[ -d "$root" ] || exit ${R}
cd -- "$root"
`,L=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function j(e,t,{root:n,id:i}){const s=e.stderr.trim().slice(-1e3)||`exit status ${e.status}`;if(e.status===R)return new m.w({code:"service-folder-missing",message:`${n} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${n}`});if(e.status===M)return new m.w({code:"release-not-staged",message:`release ${i} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const r=L.find(a=>a.seen.test(s));return r?new m.w({code:r.code,message:`${t}: ${r.message}`,seen:s,hint:r.hint}):new m.w({code:"release-script-failed",message:`${t} failed`,seen:s})}const G=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${M}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
`;function Y(e,t){return{name:`activate ${t}`,text:`${enterRoot}${G}`,values:{root:e,id:t},deadline:seconds(30),parse(n){if(n.status!==0)throw hostFailure(n,`activating ${t}`,{root:e,id:t})}}}var w=l(1455),E=l(7075),J=l(6118),d=l(1996),F=l(3024),u=l(6466),h=l(8522);const f=(e,t,n)=>new m.w({code:`archive-${e}`,message:`the archive ${t}`,seen:n,left:"Nothing was changed.",hint:e==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*S(e){const t=(0,J.extract)(),n=(0,u.pipeline)((0,F.createReadStream)(e),(0,h.createZstdDecompress)(),t);n.catch(()=>{});try{for await(const i of t){const{name:s,type:r,mode:a,size:o,linkname:y}=i.header;yield{name:r==="directory"?s.replace(/\/$/,""):s,type:r??"unknown",mode:a??0,size:o??0,target:y??"",content:i}}await n}catch(i){throw i instanceof m.w?i:f("damaged","can't be read to its end",i.message)}}var N=l(7598),c=l(9691);function k(e){if(new RegExp("\\p{Cc}","u").test(e))return"has a control character in its name";if(!e.isWellFormed())return"has a name that is not Unicode";if(e.startsWith("/"))return"is an absolute path";const t=e.split("/");if(t.includes(".."))return"leads outside the release";if(t.includes("")||t.includes("."))return"is not written plainly"}function O(e,t){const n=t.get(e)??"";return n===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(n)?"is a link to a name with a control character":n.isWellFormed()?n.startsWith("/")?`is a link to an absolute path, ${n}`:$(e,t)?`is a link that leads outside the release, to ${n}`:void 0:"is a link to a name that is not Unicode"}function $(e,t){const n=[],i=e.split("/").reverse();let s=0;for(let r=i.pop();r!==void 0;r=i.pop()){if(r===""||r===".")continue;if(r===".."){if(n.pop()===void 0)return!0;continue}n.push(r);const a=t.get(n.join("/"));if(a!==void 0){if(++s>40)return!1;if(a.startsWith("/"))return!0;n.pop(),i.push(...a.split("/").reverse())}}return!1}function b(e,t){return Buffer.compare(Buffer.from(e),Buffer.from(t))}const T=e=>e.slice(0,Math.max(0,e.lastIndexOf("/"))),p=c.aig().int().nonnegative(),x=c.YjP(),$e=c.YjP().regex(/^[0-9a-f]{64}$/),ge=c.gMt("type",[c.rej({type:c.euz("file"),mode:p,size:p,sha256:$e,path:x}),c.rej({type:c.euz("directory"),mode:p,path:x}),c.rej({type:c.euz("symlink"),target:x,path:x})]),Z=c.rej({service:c.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:c.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:c.YOg(x)}),we=Z.extend({entries:c.YOg(ge)});function B({service:e,commit:t,migrations:n,entries:i}){return`${JSON.stringify({service:e,commit:t,migrations:n}).slice(0,-1)},"entries":[
${i.map(pe).join(`,
`)}
]}
`}function pe(e){switch(e.type){case"file":{const{type:t,mode:n,size:i,sha256:s,path:r}=e;return JSON.stringify({type:t,mode:n,size:i,sha256:s,path:r})}case"directory":return JSON.stringify({type:e.type,mode:e.mode,path:e.path});case"symlink":return JSON.stringify({type:e.type,target:e.target,path:e.path})}}const K=e=>(0,N.createHash)("sha256").update(e).digest("hex");function Q(e){return`${e.commit?.slice(0,7)??"local"}-${K(B(e)).slice(0,8)}`}function ye(e){const t=we.safeParse(q(e));if(!t.success)return;const n=t.data;return B(n)===e?n:void 0}function ve(e){const t=Z.safeParse(q(e.replace(/,"entries":\[$/,"}")));return t.success?t.data:void 0}function q(e){try{return JSON.parse(e)}catch{return}}function _(e){const t=new Map(e.map(({path:s,type:r})=>[s,r])),n=new Map(e.flatMap(s=>s.type==="symlink"?[[s.path,s.target]]:[]));let i;for(const s of e){const{path:r}=s,a=k(r)??(s.type==="symlink"?O(r,n):ke(s.type,s.mode))??be(T(r),t)??xe(i,r);if(a)return{path:r,why:a};i=r}return e.some(({type:s})=>s==="file")?void 0:{path:".",why:"has no file"}}function ke(e,t){if(t&2048)return"is setuid";if(t&1024)return"is setgid";if(t&512)return"has the sticky bit";if(t>511)return"has a mode that is none";const n=e==="directory"?320:256;return(t&n)===n?void 0:"is closed to its own owner"}function be(e,t){if(e==="")return;const n=t.get(e);if(n!=="directory")return n===void 0?"is in a folder that is not listed":`lies behind a ${n}, ${e}`}function xe(e,t){if(!(e===void 0||b(e,t)<0))return e===t?"is there twice":"is out of order"}function ee(){const e=(0,N.createHash)("sha256");let t=0;return{async*passing(n){for await(const i of n)e.update(i),t+=i.length,yield i},size:()=>t,digest:()=>e.digest("hex")}}async function te(e){const t=ee();for await(const n of t.passing(e));return{size:t.size(),sha256:t.digest()}}const Se=64*1024*1024;async function Ne(e){let t;const n=new Set;for await(const s of S(e)){if(!t){t=await ze(s);continue}const r=je(s,n);await Oe(s,r,t.entries[n.size]),n.add(r)}if(!t)throw f("damaged","is empty");const i=t.entries[n.size];if(i)throw f("damaged",`lacks ${JSON.stringify(i.path)}, which its manifest lists`);return t}async function ze({name:e,type:t,size:n,content:i}){if(e!=="manifest.json"||t!=="file"||n>Se)throw f("damaged","does not begin with a manifest",`${t} ${JSON.stringify(e)}`);const s=[];for await(const o of i)s.push(o);const r=ye(Buffer.concat(s).toString());if(!r)throw f("damaged","has a manifest that Buka did not write");const a=_(r.entries);if(a)throw f("unsafe",`lists ${JSON.stringify(a.path)}, which ${a.why}`);return r}function je({name:e,type:t},n){const i=JSON.stringify(e);if(!["file","directory","symlink"].includes(t))throw f("unsafe",`has ${i}, which is a ${t}`);const s=k(e);if(s)throw f("unsafe",`has ${i}, which ${s}`);const r=e.replace(/^tree\//,"");if(r===e)throw f("unsafe",`has ${i}, which is not below tree/`);if(n.has(r))throw f("unsafe",`has ${i} twice`);return r}async function Oe(e,t,n){const i=a=>f("damaged",`does not match its manifest: ${a}`),s=JSON.stringify(t);if(n?.path!==t)throw i(`${s} is where ${JSON.stringify(n?.path??"its end")} should be`);if(n.type!==e.type)throw i(`${s} is a ${e.type}`);if(n.type==="symlink"){if(n.target!==e.target)throw i(`${s} leads to ${JSON.stringify(e.target)}`)}else if(n.mode!==e.mode)throw i(`${s} has the mode ${e.mode.toString(8)}`);if(n.type!=="file"){e.content.resume();return}if(n.size!==e.size)throw i(`${s} has ${e.size} bytes`);const{sha256:r}=await te(e.content);if(r!==n.sha256)throw i(`the checksum of ${s} is ${r}`)}function ne(e,t,n){const i={name:e,mtime:n,uid:0,gid:0,type:t.type};return t.type==="symlink"?{...i,mode:511,linkname:t.target}:t.type==="directory"?{...i,mode:t.mode}:{...i,mode:t.mode,size:t.size}}function W(e,t,n){return new Promise((i,s)=>{const r=o=>o?s(o):i();if(typeof n=="string"){e.entry(t,n,r);return}const a=e.entry(t,r);n&&(0,u.pipeline)(n,a).catch(s)})}async function Te(e){const{size:t,mtime:n}=await(0,w.stat)(e).catch(s=>{throw new m.j({code:"archive-missing",message:`the archive ${e} can't be read (${s.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:s})}),i=await Ne(e);return{id:Q(i),manifest:i,bytes:(0,d.ee)(t),payload(s){const r=(0,J.pack)();return Ae(e,i,s,n,r).catch(a=>r.destroy(a)),E.Readable.from(r,{objectMode:!1})}}}async function Ae(e,t,n,i,s){const r=new Map(t.entries.filter(({type:a,path:o})=>a!=="file"||n.has(o)).map(a=>[`tree/${a.path}`,a]));for await(const{name:a,content:o}of S(e)){const y=r.get(a);y&&await W(s,ne(y.path,y,i),y.type==="file"?o:void 0),y?.type!=="file"&&o.resume()}s.finalize()}const Ie=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,A=e=>Ie.test(e);function Ee(e){if(A(e))return e;throw new m.j({code:"release-id",message:`${JSON.stringify(e)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const se=1e3;function Fe(e,t){return{name:`record ${t.event} ${t.release}`,text:`${v}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:e,line:Me(t)},deadline:(0,d.YA)(30),parse(n){if(n.status!==0)throw j(n,"writing the history",{root:e})}}}function Re(e,t){return{name:`mark ${t} good`,text:`${v}[ -d "releases/$id/tree" ] || exit ${M}
: > "releases/$id/good"
`,values:{root:e,id:t},deadline:(0,d.YA)(30),parse(n){if(n.status!==0)throw j(n,`marking ${t} good`,{root:e,id:t})}}}function Me({at:e,event:t,release:n,from:i,by:s,reason:r}){return JSON.stringify({at:e.toISOString(),event:t,release:n,from:i,by:s.slice(0,se),reason:r?.slice(0,se)})}const Je=["activated","good","reverted"];function Pe(e){let t;try{t=JSON.parse(e)}catch{return}const n=y=>typeof t?.[y]=="string"?t[y]:void 0,i=new Date(n("at")??Number.NaN),s=n("event")??"",r=n("release")??"",a=n("from"),o=n("reason");if(!(Number.isNaN(i.getTime())||!Je.includes(s)||!A(r)))return{at:i,event:s,release:r,...a!==void 0&&A(a)&&{from:a},by:n("by")??"",...o!==void 0&&{reason:o}}}const Le=500;function Ge(e){return{name:"observe releases",text:`${v}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
[ ! -f history ] || tail -n ${Le} history | sed 's/^/history /'
`,values:{root:e},deadline:(0,d.YA)(30),parse(t){if(t.status!==0)throw j(t,"reading the releases",{root:e});return Be(t.stdout)}}}function Be(e){const t=[],n=[];let i;for(const s of e.split(`
`)){const[,r,a]=/^([a-z]+) (.*)$/s.exec(s)??[];if(!(r===void 0||a===void 0)){if(r==="current"){const[,o=""]=/^releases\/([^/]+)\/tree$/.exec(a)??[];A(o)&&(i=o)}if(r==="release"&&t.push(...We(a)),r==="history"){const o=Pe(a);o&&n.push(o)}}}return t.sort((s,r)=>s.stagedAt.getTime()-r.stagedAt.getTime()),{staged:t,...i!==void 0&&{active:i},history:n}}function We(e){const[,t="",n="",i,s=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(e)??[],r=ve(s);return!A(t)||!r?[]:[{id:t,...r.commit!==void 0&&{commit:r.commit},migrations:r.migrations,stagedAt:new Date(Number(n)*1e3),good:i==="yes"}]}var g=l(6760),De=l(1916);async function He(e,t){const n=new Map;for(const s of t){const r=Xe(s);await Ue(e,s,r,n),await ie(e,r,n)}const i=[];for(const s of[...n.keys()].sort(b)){const r=n.get(s);r&&i.push(await Ce(e,s,r))}return i}async function Ye(e,t){return(await(0,w.readdir)((0,g.join)(e,t),{withFileTypes:!0}).catch(async s=>{throw new m.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(t)}, which is no folder${await re(e,t)}`,cause:s})})).filter(s=>s.isFile()&&!s.name.startsWith(".")).map(({name:s})=>s).sort(b)}function P(e,t){return new m.w({code:"release-refused",message:`${JSON.stringify(e)} ${t}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function Xe(e){const t=g.posix.normalize(e).replace(/\/$/,"").replace(/^\.$/,""),n=e.startsWith("/")||t.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,i=t.split("/").includes(".git")?"is of git, and is never packed":void 0;if(n===void 0&&i===void 0)return t;throw new m.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(e)}, which ${n??i}`})}async function Ue(e,t,n,i){const s=n===""?[]:n.split("/");for(let r=1;r<=s.length;r+=1){const a=s.slice(0,r).join("/"),o=await(0,w.lstat)((0,g.join)(e,a)).catch(()=>{});if(!o||r<s.length&&!o.isDirectory())throw new m.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(t)}, which ${o?`lies behind ${JSON.stringify(a)}, no real folder`:"does not exist"}${o?"":await re(e,n)}`,hint:"Is it made by the build? Then run the build first."});i.set(a,o)}}async function ie(e,t,n){if(t!==""&&!n.get(t)?.isDirectory())return;const i=await(0,w.readdir)((0,g.join)(e,t),{encoding:"buffer"});for(const s of i){const r=s.toString(),a=t===""?r:`${t}/${r}`;if(!Buffer.from(r).equals(s))throw P(a,"has a name that is not UTF-8");r!==".git"&&(n.set(a,await(0,w.lstat)((0,g.join)(e,a))),await ie(e,a,n))}}async function Ce(e,t,n){const i=n.mode&4095;if(n.isDirectory())return{type:"directory",path:t,mode:i};if(n.isSymbolicLink())return{type:"symlink",path:t,target:await Ve(e,t)};if(!n.isFile())throw P(t,`is a ${Ze(n)}`);const{size:s,sha256:r}=await te((0,F.createReadStream)((0,g.join)(e,t))).catch(a=>{throw P(t,`can't be read (${a.code})`)});return{type:"file",path:t,mode:i,size:(0,d.ee)(s),sha256:r}}async function Ve(e,t){const n=await(0,w.readlink)((0,g.join)(e,t),{encoding:"buffer"}),i=n.toString();if(!Buffer.from(i).equals(n))throw P(t,"is a link to a name that is not UTF-8");return i}function Ze(e){return e.isFIFO()?"fifo":e.isSocket()?"socket":"device"}async function re(e,t){const n=t.split("/");for(let i=n.length-1;i>=0;i-=1){const s=n.slice(0,i).join("/"),r=await(0,w.readdir)((0,g.join)(e,s)).catch(()=>{});if(r)return r.length===0?"":`; did you mean ${JSON.stringify(g.posix.join(s,(0,De.kp)(n[i]??"",r)))}?`}return""}async function Ke(e,t){const n=(0,g.resolve)(t);if(Qe(e,n),e.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(e.commit))throw new m.j({code:"commit-id",message:`${e.commit} is not a full commit id`});const i=await He(e.folder,e.include),s=_(i);if(s)throw P(s.path,s.why);const r=e.migrations===void 0?[]:await Ye(e.folder,e.migrations),a={service:e.service,...e.commit!==void 0&&{commit:e.commit},entries:i,migrations:r},o=`${n}.partial`;try{await qe(e.folder,a,o),await(0,w.rename)(o,n)}finally{await(0,w.rm)(o,{force:!0})}return{id:Q(a),manifest:a,bytes:(0,d.ee)((await(0,w.stat)(n)).size),archive:n}}const ae=new Date(0);function Qe({folder:e,include:t},n){const i=t.find(s=>`${n}${g.sep}`.startsWith(`${(0,g.resolve)(e,s)}${g.sep}`));if(i!==void 0)throw new m.j({code:"release-output",message:`the archive ${n} would lie in ${i}, which is packed`,hint:"Write it somewhere else."})}async function qe(e,t,n){const i=(0,J.pack)(),s=(0,h.createZstdCompress)({params:{[h.constants.ZSTD_c_compressionLevel]:3}}),r=(0,u.pipeline)(i,s,(0,F.createWriteStream)(n));await Promise.all([r,_e(e,t,i).catch(o=>{throw i.destroy(o),o})]).catch(async o=>{throw await r.catch(()=>{}),o});const a=await(0,w.open)(n,"r+");await a.sync().finally(()=>a.close())}async function _e(e,t,n){await W(n,{name:"manifest.json",mode:420,mtime:ae},B(t));for(const i of t.entries){const s=ne(`tree/${i.path}`,i,ae);if(i.type!=="file"){await W(n,s);continue}const r=ee(),a=(0,F.createReadStream)((0,g.resolve)(e,i.path));if(await W(n,s,r.passing(a)).catch(o=>{throw o.message==="Size mismatch"?oe(i.path):o}),r.digest()!==i.sha256)throw oe(i.path)}n.finalize()}function oe(e){return new m.w({code:"release-changed",message:`${JSON.stringify(e)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function et(e,t){const n=tt(e),i=t===void 0?-1:n.lastIndexOf(t);return(i===-1?n:n.slice(0,i)).findLast(r=>e.every(({staged:a})=>a.some(o=>o.id===r)))}function tt(e){const t=e.flatMap(({history:s})=>s).filter(({event:s})=>s==="good"||s==="reverted").sort((s,r)=>s.at.getTime()-r.at.getTime()),n=new Set(t.filter(({event:s})=>s==="good").map(({release:s})=>s)),i=e.flatMap(({staged:s})=>s).filter(({id:s,good:r})=>r&&!n.has(s)).sort((s,r)=>s.stagedAt.getTime()-r.stagedAt.getTime()).map(({id:s})=>s).filter((s,r,a)=>a.indexOf(s)===r);for(const{event:s,release:r}of t){const a=i.indexOf(r);a!==-1?i.length=a+1:s==="good"&&i.push(r)}return i}const ce=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,nt=String.raw`list_entries() {
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
`,st=String.raw`compare() {
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
`,X=`${ce}${nt}${st}`;function it(e,{keep:t,protect:n}){return{name:"prune releases",text:`${ce}${v}remove_leftovers
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
`,values:{root:e,keep:String(t),protect:n.join(" ")},deadline:(0,d.Gx)(10),parse(i){if(i.status!==0)throw j(i,"pruning",{root:e});return[...i.stdout.matchAll(/^removed (\S+)$/gm)].map(([,s=""])=>s).filter(A)}}}function rt(e,t,n){const i=de(e,n),s=i.paths("damaged");if(i.has("active"))throw ot(t,U(s,i.surplus));const r=[...i.has("replaced")?[`release ${t} was damaged, and is replaced: ${U(s,i.surplus)}`]:[],...i.has("staged")&&i.surplus>0?[`release ${t} is active, and ${i.surplus} paths in it are not of the release`]:[],...i.paths("altered").map(o=>`${JSON.stringify(o)} of an earlier release is not what it was; a fresh one is sent`)],a=i.value("folder");if(!i.has("staged")&&(a===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(a)))throw new m.w({code:"release-script-failed",message:`preparing ${t} failed`,seen:e.slice(-500)});return{free:(0,d.ee)(Number(i.value("free"))),folder:i.has("staged")?void 0:a,needed:new Set(i.paths("needed")),warnings:r}}function at(e,t,n){const i=de(e,n),s=i.paths("wrong");if(!(s.length===0&&i.surplus===0))throw new m.w({code:"stage-mismatch",message:`what arrived is not release ${t}`,seen:U(s,i.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function ot(e,t){return new m.w({code:"release-damaged",message:`release ${e} is active here, and its files are not what was deployed`,seen:t,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function U(e,t){const n=e.slice(0,5).map(s=>JSON.stringify(s)),i=e.length>n.length?` and ${e.length-n.length} more`:"";return[...e.length>0?[`differs in ${n.join(", ")}${i}`]:[],...t>0?[`${t} paths too many`]:[]].join("; ")||"its manifest differs"}function de(e,t){const n=e.split(`
`).map(s=>s.split(" ")),i=s=>n.filter(([r])=>r===s).map(([,r=""])=>r);return{has:s=>i(s).length>0,value:s=>i(s)[0],surplus:Number(i("surplus")[0]??0),paths:s=>i(s).flatMap(r=>t.entries[Number(r)]?.path??[])}}const ct=`(
${v}${X}${String.raw`
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
`})`,dt=`(
${v}${X}${String.raw`
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
`})`,ft=`${v}${X}remove_tree "releases/$folder"
`,fe=64*1024*1024,lt=5e4;async function mt(e,t,n,i){const s=e.host.name;i.step({host:s,name:"stage",state:"started",detail:n.id});try{const r=await ut(e,t,n,o=>i.warning(`${s}: ${o}`)),a=`${(0,d.z3)(r.sent)} sent, ${r.files} files new, ${r.reused} reused`;return i.step({host:s,name:"stage",state:"done",detail:a}),r}catch(r){throw i.step({host:s,name:"stage",state:"failed"}),r instanceof m.w?r.with({host:s,step:"stage"}):r}}async function ut(e,t,n,i){const{id:s,manifest:r}=n,a=B(r),o=(0,h.gzipSync)(a,{level:9}),y={root:t,id:s,sha256:K(a)},I=await e.run(ht(y,r),{payload:E.Readable.from([o])}),C=r.entries.filter(({type:z})=>z==="file").length;for(const z of I.warnings)i(z);if(I.folder===void 0)return{sent:(0,d.ee)(o.length),files:0,reused:C};const D=r.entries.filter(({path:z})=>I.needed.has(z)).filter(({type:z})=>z==="file"),V=le(D,r.entries.length-C);if(V>I.free)throw await e.run(gt(t,I.folder)),me(V,I.free);const ue=wt(),pt=(0,E.pipeline)(n.payload(new Set(D.map(({path:z})=>z))),(0,h.createGzip)({level:3}),ue.stream,()=>{});return await e.run($t({...y,folder:I.folder},r,V),{payload:pt}),{sent:(0,d.ee)(o.length+ue.count()),files:D.length,reused:C-D.length}}function ht(e,t){return{name:`compare with ${e.id}`,text:ct,values:e,deadline:(0,d.Gx)(10),parse(n){if(n.status===0)return rt(n.stdout,e.id,t);const i=j(n,`preparing ${e.id}`,e);if(i.code!=="not-enough-disk")throw i;const[,s="0"]=/^free (\d+)$/m.exec(n.stdout)??[];throw me(le(t.entries,0),(0,d.ee)(Number(s)))}}}function $t(e,t,n){return{name:`stage ${e.id}`,text:dt,values:e,deadline:(0,d.Rz)((0,d.Gx)(10)+(0,d.YA)(n/lt)),parse(i){if(i.status!==0)throw j(i,`unpacking ${e.id}`,e).with({left:"What had arrived was removed."});at(i.stdout,e.id,t)}}}function gt(e,t){return{name:`discard ${t}`,text:ft,values:{root:e,folder:t},deadline:(0,d.Gx)(2),parse(){}}}function le(e,t){const i=e.map(s=>s.type==="file"?Math.ceil(s.size/4096)*4096:4096);return(0,d.ee)(i.reduce((s,r)=>s+r,fe)+t*4096)}function me(e,t){return new m.w({code:"not-enough-disk",message:`the release needs ${(0,d.z3)(e)} of disk, a margin of ${(0,d.z3)((0,d.ee)(fe))} included, and ${(0,d.z3)(t)} are free`,seen:`needed ${e} bytes, free ${t} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function wt(){let e=0;return{stream:new E.Transform({transform(n,i,s){e+=n.length,s(null,n)}}),count:()=>e}}})};
