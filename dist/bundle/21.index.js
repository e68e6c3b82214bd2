"use strict";exports.id=21,exports.ids=[21],exports.modules={1021:((St,ge,h)=>{h.d(ge,{td:()=>D,VI:()=>se,F3:()=>k,bL:()=>Be,Fg:()=>te,QW:()=>Ge,vN:()=>Ce,p_:()=>Ie,qq:()=>nt,Dp:()=>at,R3:()=>ft,cJ:()=>Le,Bf:()=>Pe,dw:()=>pt});var d=h(3916);const G=66,A=67,y=`umask 022
[ -d "$root" ] || exit ${G}
cd -- "$root"
`,$e=[{seen:/No space left on device|Disk quota exceeded/,code:"not-enough-disk",message:"the disk is full",hint:"Free some space on the host (`df -h`, `df -i`), then run this again."},{seen:/Read-only file system/,code:"read-only-file-system",message:"the file system is read-only",hint:"Look at `dmesg` on the host: Linux remounts a failing disk read-only."},{seen:/Permission denied|Operation not permitted/,code:"permission-denied",message:"the deploy user may not write there",hint:"The service's folder and all in it belong to the deploy user: `ls -la` it on the host."}];function b(e,t,{root:n,id:s}){const i=e.stderr.trim().slice(-1e3)||`exit status ${e.status}`;if(e.status===G)return new d.w({code:"service-folder-missing",message:`${n} does not exist`,left:"Nothing was changed.",hint:`Make it once, owned by the deploy user: install -d -o deploy -g deploy ${n}`});if(e.status===A)return new d.w({code:"release-not-staged",message:`release ${s} is not there`,left:"Nothing was changed.",hint:"`buka releases` lists what the workers have; a deploy stages a release first."});const r=$e.find(a=>a.seen.test(i));return r?new d.w({code:r.code,message:`${t}: ${r.message}`,seen:i,hint:r.hint}):new d.w({code:"release-script-failed",message:`${t} failed`,seen:i})}const D=`[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${A}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
`;function jt(e,t){return{name:`activate ${t}`,text:`${enterRoot}${D}`,values:{root:e,id:t},deadline:seconds(30),parse(n){if(n.status!==0)throw hostFailure(n,`activating ${t}`,{root:e,id:t})}}}var u=h(1455),j=h(7075),F=h(6118),c=h(1996),O=h(3024),M=h(6466),N=h(8522);const $=(e,t,n)=>new d.w({code:`archive-${e}`,message:`the archive ${t}`,seen:n,left:"Nothing was changed.",hint:e==="damaged"?"Run the build again.":"No build of Buka makes this: find out where it came from."});async function*Y(e){const t=(0,F.extract)(),n=(0,M.pipeline)((0,O.createReadStream)(e),(0,N.createZstdDecompress)(),t);n.catch(()=>{});try{for await(const s of t){const{name:i,type:r,mode:a,size:o,linkname:f}=s.header;yield{name:r==="directory"?i.replace(/\/$/,""):i,type:r??"unknown",mode:a??0,size:o??0,target:f??"",content:s}}await n}catch(s){throw s instanceof d.w?s:$("damaged","can't be read to its end",s.message)}}var X=h(7598),l=h(2857);function H(e){if(new RegExp("\\p{Cc}","u").test(e))return"has a control character in its name";if(!e.isWellFormed())return"has a name that is not Unicode";if(e.startsWith("/"))return"is an absolute path";const t=e.split("/");if(t.includes(".."))return"leads outside the release";if(t.includes("")||t.includes("."))return"is not written plainly"}function we(e,t){const n=t.get(e)??"";return n===""?"is a link to nothing":new RegExp("\\p{Cc}","u").test(n)?"is a link to a name with a control character":n.isWellFormed()?n.startsWith("/")?`is a link to an absolute path, ${n}`:pe(e,t)?`is a link that leads outside the release, to ${n}`:void 0:"is a link to a name that is not Unicode"}function pe(e,t){const n=[],s=e.split("/").reverse();let i=0;for(let r=s.pop();r!==void 0;r=s.pop()){if(r===""||r===".")continue;if(r===".."){if(n.pop()===void 0)return!0;continue}n.push(r);const a=t.get(n.join("/"));if(a!==void 0){if(++i>40)return!1;if(a.startsWith("/"))return!0;n.pop(),s.push(...a.split("/").reverse())}}return!1}function E(e,t){return Buffer.compare(Buffer.from(e),Buffer.from(t))}const ye=e=>e.slice(0,Math.max(0,e.lastIndexOf("/"))),I=l.aig().int().nonnegative(),x=l.YjP(),ke=l.YjP().regex(/^[0-9a-f]{64}$/),ve=l.gMt("type",[l.rej({type:l.euz("file"),mode:I,size:I,sha256:ke,path:x}),l.rej({type:l.euz("directory"),mode:I,path:x}),l.rej({type:l.euz("symlink"),target:x,path:x})]),C=l.rej({service:l.YjP().regex(/^[a-z][a-z0-9-]*$/),commit:l.YjP().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/).optional(),migrations:l.YOg(x),contractMigrations:l.YOg(x).optional()}),be=C.extend({entries:l.YOg(ve)});function z({service:e,commit:t,migrations:n,contractMigrations:s,entries:i}){const r=s?.length?{contractMigrations:s}:{};return`${JSON.stringify({service:e,commit:t,migrations:n,...r}).slice(0,-1)},"entries":[
${i.map(xe).join(`,
`)}
]}
`}function xe(e){switch(e.type){case"file":{const{type:t,mode:n,size:s,sha256:i,path:r}=e;return JSON.stringify({type:t,mode:n,size:s,sha256:i,path:r})}case"directory":return JSON.stringify({type:e.type,mode:e.mode,path:e.path});case"symlink":return JSON.stringify({type:e.type,target:e.target,path:e.path})}}const V=e=>(0,X.createHash)("sha256").update(e).digest("hex");function U(e){return`${e.commit?.slice(0,7)??"local"}-${V(z(e)).slice(0,8)}`}function Ne(e){const t=be.safeParse(Z(e));if(!t.success)return;const n=t.data;return z(n)===e?n:void 0}function Se(e){const t=C.safeParse(Z(e.replace(/,"entries":\[$/,"}")));return t.success?t.data:void 0}function Z(e){try{return JSON.parse(e)}catch{return}}function Q(e){const t=new Map(e.map(({path:i,type:r})=>[i,r])),n=new Map(e.flatMap(i=>i.type==="symlink"?[[i.path,i.target]]:[]));let s;for(const i of e){const{path:r}=i,a=H(r)??(i.type==="symlink"?we(r,n):je(i.type,i.mode))??Oe(ye(r),t)??ze(s,r);if(a)return{path:r,why:a};s=r}return e.some(({type:i})=>i==="file")?void 0:{path:".",why:"has no file"}}function je(e,t){if(t&2048)return"is setuid";if(t&1024)return"is setgid";if(t&512)return"has the sticky bit";if(t>511)return"has a mode that is none";const n=e==="directory"?320:256;return(t&n)===n?void 0:"is closed to its own owner"}function Oe(e,t){if(e==="")return;const n=t.get(e);if(n!=="directory")return n===void 0?"is in a folder that is not listed":`lies behind a ${n}, ${e}`}function ze(e,t){if(!(e===void 0||E(e,t)<0))return e===t?"is there twice":"is out of order"}function K(){const e=(0,X.createHash)("sha256");let t=0;return{async*passing(n){for await(const s of n)e.update(s),t+=s.length,yield s},size:()=>t,digest:()=>e.digest("hex")}}async function q(e){const t=K();for await(const n of t.passing(e));return{size:t.size(),sha256:t.digest()}}const Te=64*1024*1024;async function Ae(e){let t;const n=new Set;for await(const i of Y(e)){if(!t){t=await Fe(i);continue}const r=Me(i,n);await Ee(i,r,t.entries[n.size]),n.add(r)}if(!t)throw $("damaged","is empty");const s=t.entries[n.size];if(s)throw $("damaged",`lacks ${JSON.stringify(s.path)}, which its manifest lists`);return t}async function Fe({name:e,type:t,size:n,content:s}){if(e!=="manifest.json"||t!=="file"||n>Te)throw $("damaged","does not begin with a manifest",`${t} ${JSON.stringify(e)}`);const i=[];for await(const o of s)i.push(o);const r=Ne(Buffer.concat(i).toString());if(!r)throw $("damaged","has a manifest that Buka did not write");const a=Q(r.entries);if(a)throw $("unsafe",`lists ${JSON.stringify(a.path)}, which ${a.why}`);return r}function Me({name:e,type:t},n){const s=JSON.stringify(e);if(!["file","directory","symlink"].includes(t))throw $("unsafe",`has ${s}, which is a ${t}`);const i=H(e);if(i)throw $("unsafe",`has ${s}, which ${i}`);const r=e.replace(/^tree\//,"");if(r===e)throw $("unsafe",`has ${s}, which is not below tree/`);if(n.has(r))throw $("unsafe",`has ${s} twice`);return r}async function Ee(e,t,n){const s=a=>$("damaged",`does not match its manifest: ${a}`),i=JSON.stringify(t);if(n?.path!==t)throw s(`${i} is where ${JSON.stringify(n?.path??"its end")} should be`);if(n.type!==e.type)throw s(`${i} is a ${e.type}`);if(n.type==="symlink"){if(n.target!==e.target)throw s(`${i} leads to ${JSON.stringify(e.target)}`)}else if(n.mode!==e.mode)throw s(`${i} has the mode ${e.mode.toString(8)}`);if(n.type!=="file"){e.content.resume();return}if(n.size!==e.size)throw s(`${i} has ${e.size} bytes`);const{sha256:r}=await q(e.content);if(r!==n.sha256)throw s(`the checksum of ${i} is ${r}`)}function _(e,t,n){const s={name:e,mtime:n,uid:0,gid:0,type:t.type};return t.type==="symlink"?{...s,mode:511,linkname:t.target}:t.type==="directory"?{...s,mode:t.mode}:{...s,mode:t.mode,size:t.size}}function T(e,t,n){return new Promise((s,i)=>{const r=o=>o?i(o):s();if(typeof n=="string"){e.entry(t,n,r);return}const a=e.entry(t,r);n&&(0,M.pipeline)(n,a).catch(i)})}async function Ie(e){const{size:t,mtime:n}=await(0,u.stat)(e).catch(i=>{throw new d.j({code:"archive-missing",message:`the archive ${e} can't be read (${i.code})`,hint:"The build makes it: was its artifact downloaded to where the deploy looks?",cause:i})}),s=await Ae(e);return{id:U(s),manifest:s,bytes:(0,c.ee)(t),payload(i){const r=(0,F.pack)();return Re(e,s,i,n,r).catch(a=>r.destroy(a)),j.Readable.from(r,{objectMode:!1})}}}async function Re(e,t,n,s,i){const r=new Map(t.entries.filter(({type:a,path:o})=>a!=="file"||n.has(o)).map(a=>[`tree/${a.path}`,a]));for await(const{name:a,content:o}of Y(e)){const f=r.get(a);f&&await T(i,_(f.path,f,s),f.type==="file"?o:void 0),f?.type!=="file"&&o.resume()}i.finalize()}const Je=/^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/,k=e=>Je.test(e);function Pe(e){if(k(e))return e;throw new d.j({code:"release-id",message:`${JSON.stringify(e)} is not the id of a release`,hint:"Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have."})}const R=1e3;function Le(e,t){return{name:`record ${t.event} ${t.release}`,text:`${y}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,values:{root:e,line:We(t)},deadline:(0,c.YA)(30),parse(n){if(n.status!==0)throw b(n,"writing the history",{root:e})}}}function Be(e,t){return{name:`mark ${t} good`,text:`${y}[ -d "releases/$id/tree" ] || exit ${A}
: > "releases/$id/good"
`,values:{root:e,id:t},deadline:(0,c.YA)(30),parse(n){if(n.status!==0)throw b(n,`marking ${t} good`,{root:e,id:t})}}}function We(e){const{at:t,event:n,release:s,from:i,by:r,reason:a,contract:o,backup:f,recoveryPoint:g}=e;return JSON.stringify({at:t.toISOString(),event:n,release:s,from:i,by:r.slice(0,R),reason:a?.slice(0,R),contract:o?.length?o:void 0,backup:f,recoveryPoint:g?.toISOString()})}function Ge(e,t){const n=[[]];let s=0;for(const i of t)s+=i.length,s>R&&(n.push([]),s=i.length),n.at(-1)?.push(i);return n.map(i=>({...e,event:"migrated",contract:i}))}const De=["migrated","activated","good","reverted","restored"];function Ye(e){let t;try{t=JSON.parse(e)}catch{return}const n=w=>typeof t?.[w]=="string"?t[w]:void 0,s=w=>new Date(n(w)??Number.NaN),i=s("at"),r=n("event")??"",a=n("release")??"",o=n("from"),f=n("reason"),g=Array.isArray(t?.contract)?t.contract.filter(w=>typeof w=="string"):[],v=n("backup"),B=s("recoveryPoint");if(!(Number.isNaN(i.getTime())||!De.includes(r)||!k(a))&&!(r==="restored"&&(v===void 0||Number.isNaN(B.getTime()))))return{at:i,event:r,release:a,...o!==void 0&&k(o)&&{from:o},by:n("by")??"",...f!==void 0&&{reason:f},...g.length>0&&{contract:g},...v!==void 0&&{backup:v},...r==="restored"&&{recoveryPoint:B}}}var m=h(6760),J=h(1916);const ee=64*1024,Xe=new RegExp("^[^\\p{L}\\p{N}\\r\\n]*buka:[ \\t]*(\\p{L}+)","gimu");function te(e,t){const n=[...e.slice(0,ee).matchAll(Xe)].map(([,r=""])=>r.toLowerCase()),s=n.find(r=>!ne(r)&&((0,J.Io)(r,"contract")<=3||(0,J.Io)(r,"expand")<=2));if(s!==void 0)throw new d.j({code:"migration-mark",message:`${t} is marked \`buka: ${s}\`, which means nothing`,left:"Nothing was packed.",hint:"The marks are `buka: contract` and `buka: expand`; docs/releases.md tells what they mean."});const i=n.filter(ne);return i.includes("contract")?"contract":i[0]}const ne=e=>e==="contract"||e==="expand";async function He(e,t){const n=[];for(const s of t)te(await se((0,m.join)(e,s),ee),s)==="contract"&&n.push(s);return n}async function se(e,t){const n=await(0,u.open)(e);try{const{buffer:s,bytesRead:i}=await n.read(Buffer.alloc(t),0,t,0);return s.toString("utf8",0,i)}finally{await n.close()}}const ie=500;function Ce(e){return{name:"observe releases",text:`${y}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${ie} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${ie} history | sed 's/^/history /'
fi
`,values:{root:e},deadline:(0,c.YA)(30),parse(t){if(t.status!==0)throw b(t,"reading the releases",{root:e});return Ve(t.stdout)}}}function Ve(e){const t=[],n=[];let s;for(const i of e.split(`
`)){const[,r,a]=/^([a-z]+) (.*)$/s.exec(i)??[];if(!(r===void 0||a===void 0)){if(r==="current"){const[,o=""]=/^releases\/([^/]+)\/tree$/.exec(a)??[];k(o)&&(s=o)}if(r==="release"&&t.push(...Ue(a)),r==="history"){const o=Ye(a);o&&n.push(o)}}}return t.sort((i,r)=>i.stagedAt.getTime()-r.stagedAt.getTime()),{staged:t,...s!==void 0&&{active:s},history:n}}function Ue(e){const[,t="",n="",s,i=""]=/^(\S+) (\d+) (yes|no) (.*)$/s.exec(e)??[],r=Se(i);return!k(t)||!r?[]:[{id:t,...r.commit!==void 0&&{commit:r.commit},migrations:r.migrations,...r.contractMigrations!==void 0&&{contractMigrations:r.contractMigrations},stagedAt:new Date(Number(n)*1e3),good:s==="yes"}]}async function Ze(e,t){const n=new Map;for(const i of t){const r=Ke(i);await qe(e,i,r,n),await re(e,r,n)}const s=[];for(const i of[...n.keys()].sort(E)){const r=n.get(i);r&&s.push(await _e(e,i,r))}return s}async function Qe(e,t){return(await(0,u.readdir)((0,m.join)(e,t),{withFileTypes:!0}).catch(async i=>{throw new d.j({code:"migrations-missing",message:`\`release: migrations:\` names ${JSON.stringify(t)}, which is no folder${await ae(e,t)}`,cause:i})})).filter(i=>i.isFile()&&!i.name.startsWith(".")).map(({name:i})=>i).sort(E)}function S(e,t){return new d.w({code:"release-refused",message:`${JSON.stringify(e)} ${t}, and can't be in a release`,left:"Nothing was packed.",hint:"Mend it in the build, or leave it out of `release: include:`."})}function Ke(e){const t=m.posix.normalize(e).replace(/\/$/,"").replace(/^\.$/,""),n=e.startsWith("/")||t.split("/").includes("..")?"leads out of the app\u2019s folder":void 0,s=t.split("/").includes(".git")?"is of git, and is never packed":void 0;if(n===void 0&&s===void 0)return t;throw new d.j({code:"include-invalid",message:`\`release: include:\` names ${JSON.stringify(e)}, which ${n??s}`})}async function qe(e,t,n,s){const i=n===""?[]:n.split("/");for(let r=1;r<=i.length;r+=1){const a=i.slice(0,r).join("/"),o=await(0,u.lstat)((0,m.join)(e,a)).catch(()=>{});if(!o||r<i.length&&!o.isDirectory())throw new d.j({code:"include-missing",message:`\`release: include:\` names ${JSON.stringify(t)}, which ${o?`lies behind ${JSON.stringify(a)}, no real folder`:"does not exist"}${o?"":await ae(e,n)}`,hint:"Is it made by the build? Then run the build first."});s.set(a,o)}}async function re(e,t,n){if(t!==""&&!n.get(t)?.isDirectory())return;const s=await(0,u.readdir)((0,m.join)(e,t),{encoding:"buffer"});for(const i of s){const r=i.toString(),a=t===""?r:`${t}/${r}`;if(!Buffer.from(r).equals(i))throw S(a,"has a name that is not UTF-8");r!==".git"&&(n.set(a,await(0,u.lstat)((0,m.join)(e,a))),await re(e,a,n))}}async function _e(e,t,n){const s=n.mode&4095;if(n.isDirectory())return{type:"directory",path:t,mode:s};if(n.isSymbolicLink())return{type:"symlink",path:t,target:await et(e,t)};if(!n.isFile())throw S(t,`is a ${tt(n)}`);const{size:i,sha256:r}=await q((0,O.createReadStream)((0,m.join)(e,t))).catch(a=>{throw S(t,`can't be read (${a.code})`)});return{type:"file",path:t,mode:s,size:(0,c.ee)(i),sha256:r}}async function et(e,t){const n=await(0,u.readlink)((0,m.join)(e,t),{encoding:"buffer"}),s=n.toString();if(!Buffer.from(s).equals(n))throw S(t,"is a link to a name that is not UTF-8");return s}function tt(e){return e.isFIFO()?"fifo":e.isSocket()?"socket":"device"}async function ae(e,t){const n=t.split("/");for(let s=n.length-1;s>=0;s-=1){const i=n.slice(0,s).join("/"),r=await(0,u.readdir)((0,m.join)(e,i)).catch(()=>{});if(r)return r.length===0?"":`; did you mean ${JSON.stringify(m.posix.join(i,(0,J.kp)(n[s]??"",r)))}?`}return""}async function nt(e,t){const n=(0,m.resolve)(t);if(st(e,n),e.commit!==void 0&&!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(e.commit))throw new d.j({code:"commit-id",message:`${e.commit} is not a full commit id`});const s=await Ze(e.folder,e.include),i=Q(s);if(i)throw S(i.path,i.why);const r=e.migrations===void 0?[]:await Qe(e.folder,e.migrations),a=e.migrations===void 0?[]:await He((0,m.join)(e.folder,e.migrations),r),o={service:e.service,...e.commit!==void 0&&{commit:e.commit},entries:s,migrations:r,...a.length>0&&{contractMigrations:a}},f=`${n}.partial`;try{await it(e.folder,o,f),await(0,u.rename)(f,n)}finally{await(0,u.rm)(f,{force:!0})}return{id:U(o),manifest:o,bytes:(0,c.ee)((await(0,u.stat)(n)).size),archive:n}}const oe=new Date(0);function st({folder:e,include:t},n){const s=t.find(i=>`${n}${m.sep}`.startsWith(`${(0,m.resolve)(e,i)}${m.sep}`));if(s!==void 0)throw new d.j({code:"release-output",message:`the archive ${n} would lie in ${s}, which is packed`,hint:"Write it somewhere else."})}async function it(e,t,n){const s=(0,F.pack)(),i=(0,N.createZstdCompress)({params:{[N.constants.ZSTD_c_compressionLevel]:3}}),r=(0,M.pipeline)(s,i,(0,O.createWriteStream)(n));await Promise.all([r,rt(e,t,s).catch(o=>{throw s.destroy(o),o})]).catch(async o=>{throw await r.catch(()=>{}),o});const a=await(0,u.open)(n,"r+");await a.sync().finally(()=>a.close())}async function rt(e,t,n){await T(n,{name:"manifest.json",mode:420,mtime:oe},z(t));for(const s of t.entries){const i=_(`tree/${s.path}`,s,oe);if(s.type!=="file"){await T(n,i);continue}const r=K(),a=(0,O.createReadStream)((0,m.resolve)(e,s.path));if(await T(n,i,r.passing(a)).catch(o=>{throw o.message==="Size mismatch"?ce(s.path):o}),r.digest()!==s.sha256)throw ce(s.path)}n.finalize()}function ce(e){return new d.w({code:"release-changed",message:`${JSON.stringify(e)} changed while it was packed`,left:"Nothing was packed.",hint:"Pack when the build has ended."})}function at(e,t){const n=ot(e),s=t===void 0?-1:n.lastIndexOf(t);return(s===-1?n:n.slice(0,s)).findLast(r=>e.every(({staged:a})=>a.some(o=>o.id===r)))}function ot(e){const t=e.flatMap(({history:i})=>i).filter(({event:i})=>i==="good"||i==="reverted").sort((i,r)=>i.at.getTime()-r.at.getTime()),n=new Set(t.filter(({event:i})=>i==="good").map(({release:i})=>i)),s=e.flatMap(({staged:i})=>i).filter(({id:i,good:r})=>r&&!n.has(i)).sort((i,r)=>i.stagedAt.getTime()-r.stagedAt.getTime()).map(({id:i})=>i).filter((i,r,a)=>a.indexOf(i)===r);for(const{event:i,release:r}of t){const a=s.indexOf(r);a!==-1?s.length=a+1:i==="good"&&s.push(r)}return s}const de=`remove_tree() {
  find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx {} +
  rm -rf -- "$1"
}
remove_leftovers() {
  for leftover in releases/.incoming-* releases/.removed-*; do
    [ ! -d "$leftover" ] || remove_tree "$leftover"
  done
}
`,ct=String.raw`list_entries() {
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
`,dt=String.raw`compare() {
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
`,P=`${de}${ct}${dt}`;function ft(e,{keep:t,protect:n}){return{name:"prune releases",text:`${de}${y}remove_leftovers
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
`,values:{root:e,keep:String(t),protect:n.join(" ")},deadline:(0,c.Gx)(10),parse(s){if(s.status!==0)throw b(s,"pruning",{root:e});return[...s.stdout.matchAll(/^removed (\S+)$/gm)].map(([,i=""])=>i).filter(k)}}}function lt(e,t,n){const s=fe(e,n),i=s.paths("damaged");if(s.has("active"))throw ht(t,L(i,s.surplus));const r=[...s.has("replaced")?[`release ${t} was damaged, and is replaced: ${L(i,s.surplus)}`]:[],...s.has("staged")&&s.surplus>0?[`release ${t} is active, and ${s.surplus} paths in it are not of the release`]:[],...s.paths("altered").map(o=>`${JSON.stringify(o)} of an earlier release is not what it was; a fresh one is sent`)],a=s.value("folder");if(!s.has("staged")&&(a===void 0||!/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(a)))throw new d.w({code:"release-script-failed",message:`preparing ${t} failed`,seen:e.slice(-500)});return{free:(0,c.ee)(Number(s.value("free"))),folder:s.has("staged")?void 0:a,needed:new Set(s.paths("needed")),warnings:r}}function mt(e,t,n){const s=fe(e,n),i=s.paths("wrong");if(!(i.length===0&&s.surplus===0))throw new d.w({code:"stage-mismatch",message:`what arrived is not release ${t}`,seen:L(i,s.surplus),left:"What had arrived was removed; no release was changed.",hint:"Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`)."})}function ht(e,t){return new d.w({code:"release-damaged",message:`release ${e} is active here, and its files are not what was deployed`,seen:t,left:"Nothing was changed; the worker goes on with it.",hint:"Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active."})}function L(e,t){const n=e.slice(0,5).map(i=>JSON.stringify(i)),s=e.length>n.length?` and ${e.length-n.length} more`:"";return[...e.length>0?[`differs in ${n.join(", ")}${s}`]:[],...t>0?[`${t} paths too many`]:[]].join("; ")||"its manifest differs"}function fe(e,t){const n=e.split(`
`).map(i=>i.split(" ")),s=i=>n.filter(([r])=>r===i).map(([,r=""])=>r);return{has:i=>s(i).length>0,value:i=>s(i)[0],surplus:Number(s("surplus")[0]??0),paths:i=>s(i).flatMap(r=>t.entries[Number(r)]?.path??[])}}const ut=`(
${y}${P}${String.raw`
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
`})`,gt=`(
${y}${P}${String.raw`
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
`})`,$t=`${y}${P}remove_tree "releases/$folder"
`,le=64*1024*1024,wt=5e4;async function pt(e,t,n,s){const i=e.host.name;s.step({host:i,name:"stage",state:"started",detail:n.id});try{const r=await yt(e,t,n,o=>s.warning(`${i}: ${o}`)),a=`${(0,c.z3)(r.sent)} sent, ${r.files} files new, ${r.reused} reused`;return s.step({host:i,name:"stage",state:"done",detail:a}),r}catch(r){throw s.step({host:i,name:"stage",state:"failed"}),r instanceof d.w?r.with({host:i,step:"stage"}):r}}async function yt(e,t,n,s){const{id:i,manifest:r}=n,a=z(r),o=(0,N.gzipSync)(a,{level:9}),f={root:t,id:i,sha256:V(a)},g=await e.run(kt(f,r),{payload:j.Readable.from([o])}),v=r.entries.filter(({type:p})=>p==="file").length;for(const p of g.warnings)s(p);if(g.folder===void 0)return{sent:(0,c.ee)(o.length),files:0,reused:v};const w=r.entries.filter(({path:p})=>g.needed.has(p)).filter(({type:p})=>p==="file"),W=me(w,r.entries.length-v);if(W>g.free)throw await e.run(bt(t,g.folder)),he(W,g.free);const ue=xt(),Nt=(0,j.pipeline)(n.payload(new Set(w.map(({path:p})=>p))),(0,N.createGzip)({level:3}),ue.stream,()=>{});return await e.run(vt({...f,folder:g.folder},r,W),{payload:Nt}),{sent:(0,c.ee)(o.length+ue.count()),files:w.length,reused:v-w.length}}function kt(e,t){return{name:`compare with ${e.id}`,text:ut,values:e,deadline:(0,c.Gx)(10),parse(n){if(n.status===0)return lt(n.stdout,e.id,t);const s=b(n,`preparing ${e.id}`,e);if(s.code!=="not-enough-disk")throw s;const[,i="0"]=/^free (\d+)$/m.exec(n.stdout)??[];throw he(me(t.entries,0),(0,c.ee)(Number(i)))}}}function vt(e,t,n){return{name:`stage ${e.id}`,text:gt,values:e,deadline:(0,c.Rz)((0,c.Gx)(10)+(0,c.YA)(n/wt)),parse(s){if(s.status!==0)throw b(s,`unpacking ${e.id}`,e).with({left:"What had arrived was removed."});mt(s.stdout,e.id,t)}}}function bt(e,t){return{name:`discard ${t}`,text:$t,values:{root:e,folder:t},deadline:(0,c.Gx)(2),parse(){}}}function me(e,t){const s=e.map(i=>i.type==="file"?Math.ceil(i.size/4096)*4096:4096);return(0,c.ee)(s.reduce((i,r)=>i+r,le)+t*4096)}function he(e,t){return new d.w({code:"not-enough-disk",message:`the release needs ${(0,c.z3)(e)} of disk, a margin of ${(0,c.z3)((0,c.ee)(le))} included, and ${(0,c.z3)(t)} are free`,seen:`needed ${e} bytes, free ${t} bytes`,left:"Nothing was changed.",hint:"Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`."})}function xt(){let e=0;return{stream:new j.Transform({transform(n,s,i){e+=n.length,i(null,n)}}),count:()=>e}}})};
