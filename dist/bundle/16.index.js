"use strict";exports.id=16,exports.ids=[16],exports.modules={1016:((ks,pe,T)=>{T.d(pe,{mg:()=>cs});const ws={hostKeys:[],authorizedKeys:""};var w=T(3916),$=T(7889),m=T(1996);const G=77,M=78,g=e=>`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${G}
command -v apt-get >/dev/null || exit ${M}
${e}`;function b(e){if(e.status===G)throw new w.w({code:"not-root",message:"Setting a host up takes root, and this login is not.",left:"Nothing was changed on it.",hint:"Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand."});if(e.status===M)throw new w.w({code:"not-debian",message:"There is no apt on it: only Debian and Ubuntu are set up by this.",left:"Nothing was changed on it.",hint:"docs/backup-setup.md lists what must be there, to be set up by hand."});return(0,$.gq)(e)}const v="buka-backup",y="buka_backup",A=5432,R="/usr/local/lib/buka/backup",z="/usr/local/lib/buka/restore",E="/var/lib/buka-backup",B=`${E}/.ssh/authorized_keys`,N=e=>`/etc/buka/backup/${e}`,F=e=>`/etc/buka/restore/${e}`,le=e=>`${N(e)}/password`,q=e=>`${N(e)}/pgpass`,U=e=>`${F(e)}/key`;function k(e){const{database:s,backup:t,...n}=e;if(s===void 0||t===void 0)throw new Error("the cluster was checked to have backups");return{...n,database:s,backup:t}}var x=T(7598),W=T(7030);const Q=14;function L(e){const{database:s}=k(e);return`${s.host.address.replaceAll(":","\\:")}:${A}:*:${y}:`}const ys=(e,s)=>`${L(e)}${s}
`;function X(e){const{address:s}=k(e).backup.host,t=(0,W.isIP)(s)?`${s}/${(0,W.isIPv6)(s)?128:32}`:s;return`host all ${y} ${t} scram-sha-256 # Buka: backups`}const he=e=>`SET LOCAL log_statement = 'none';
SET LOCAL client_min_messages = 'warning';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${y}') THEN CREATE ROLE ${y}; END IF;
END $$;
ALTER ROLE ${y} LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION${e===void 0?"":` PASSWORD '${e}'`};
ALTER ROLE ${y} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${y};
`,ue=`SELECT EXISTS (
  SELECT FROM pg_catalog.pg_roles r
  WHERE r.rolname = '${y}' AND r.rolcanlogin AND r.rolbypassrls
    AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication)
    AND r.rolconfig @> ARRAY['default_transaction_read_only=on']
    AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
);`;function fe(e,s){const n=(0,x.pbkdf2Sync)(e,s,4096,32,"sha256"),a=r=>(0,x.createHmac)("sha256",n).update(r).digest(),o=(0,x.createHash)("sha256").update(a("Client Key")).digest("base64");return`SCRAM-SHA-256$4096:${Buffer.from(s).toString("base64")}$${o}:${a("Server Key").toString("base64")}`}const $e=g(String.raw`
keys=$(sshd -T 2>/dev/null | sed -n 's/^hostkey //p') || keys=
[ -n "$keys" ] || keys=$(ls /etc/ssh/ssh_host_*_key)
for key in $keys; do
  if [ -f "$key.pub" ]; then public=$(cat -- "$key.pub")
  elif [ -f "$key" ]; then public=$(ssh-keygen -y -P '' -f "$key" </dev/null)
  else continue
  fi
  printf 'key=%s\n' "$public"
done
if [ -f "$authorized" ]; then printf 'authorized=%s\n' "$(base64 -w 0 < "$authorized")"; else echo authorized=; fi

reading=not-yet
seen=
if getent passwd -- "$account" >/dev/null && command -v psql >/dev/null && grep -qsF -- "$line" "$pgpass"; then
  if ! seen=$(pg_isready -t 10 -h "$host" -p "$port" -U "$role" -d postgres 2>&1); then reading=unreachable
  elif seen=$(runuser -u "$account" -- env PGPASSFILE="$pgpass" PGCONNECT_TIMEOUT=10 \
    psql -X -w -q -At -h "$host" -p "$port" -U "$role" -d postgres -c 'SELECT 1' 2>&1 </dev/null); then reading=works
  else reading=refused
  fi
fi
printf 'reading=%s\nseen=%s\n' "$reading" "$(printf %s "$seen" | tr '\n\t' '  ')"
`);function me(e){const{service:s,database:t}=k(e);return{name:"look",text:$e,values:{authorized:B,account:v,role:y,line:L(e),pgpass:q(s),host:t.host.address,port:String(A)},deadline:(0,m.Gx)(1),parse(n){const{stdout:a}=b(n),{authorized:o,reading:r,seen:d}=(0,$.OA)(a,["authorized","reading","seen"]);return{hostKeys:[...a.matchAll(/^key=(\S+ \S+)/gm)].map(([,c=""])=>c),authorizedKeys:Buffer.from(o,"base64").toString(),reading:r==="refused"||r==="unreachable"?{kind:r,seen:d.trim()}:{kind:r==="works"?"works":"not-yet"}}}}}const ge=g(String.raw`
while IFS= read -r found; do
  case $found in "$line"*) printf '%s\n' "$found"; exit 0 ;; esac
done < "$pgpass"
exit 1
`);function be(e){const{service:s,backup:t,database:n}=k(e),a=q(s),o=L(e);return{name:"reader's password",text:ge,values:{pgpass:a,line:o},deadline:(0,m.YA)(15),parse(r){const[d=""]=r.stdout.split(`
`),c=d.slice(o.length).replace(/\\([\\:])/g,"$1");if(r.status===0&&/^[\x21-\x7e]+$/.test(c))return c;throw new w.w({code:"reader-password",host:t.host.name,message:`${a} has no line with a password of letters, digits and signs that begins with ${o}`,left:"The password of the role in PostgreSQL was not changed.",hint:`If there is such a line, remove it; then \`buka provision ${t.host.name} ${n.host.name}\` makes a new one.`})}}}const Y=e=>e?.content==="there",ke=g(String.raw`
tab=$(printf '\t')
place() { printf 'place\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(stat -L -c %a:%U:%G -- "$1")" "$3"; }

printf '%s\n' "$folders" | while IFS= read -r path; do
  if [ -d "$path" ]; then place "$path" folder -
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$files" | while IFS= read -r path; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then place "$path" file "$(sha256sum < "$path" | cut -c 1-64)"
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$secrets" | while IFS="$tab" read -r path line; do
  [ -n "$path" ] && [ -f "$path" ] || continue
  content=empty
  if [ -s "$path" ] && { [ -z "$line" ] || grep -qF -- "$line" "$path"; }; then content=there; fi
  place "$path" file "$content"
done
printf '%s\n' "$packages" | while IFS="$tab" read -r name unless; do
  state=missing
  if dpkg -s -- "$name" 2>/dev/null | grep -q '^Status: [a-z]* ok installed$'; then state=installed; fi
  if [ -n "$unless" ]; then
    for match in $unless; do if [ -e "$match" ]; then state=installed; fi; done
  fi
  printf 'package\t%s\t%s\t-\t-\n' "$name" "$state"
done
printf '%s\n' "$accounts" | while IFS= read -r name; do
  if line=$(getent passwd -- "$name"); then printf 'account\t%s\t%s\t-\t-\n' "$name" "$line"; fi
done
printf '%s\n' "$units" | while IFS= read -r unit; do
  if [ -n "$unit" ] && systemctl -q is-enabled -- "$unit" 2>/dev/null && systemctl -q is-active -- "$unit"; then
    printf 'unit\t%s\t-\t-\t-\n' "$unit"
  fi
done
`);function we(e){const s=(t,n)=>e.flatMap(t).map(n).join(`
`);return{name:"look",text:ke,values:{folders:s(({folders:t})=>t,({path:t})=>t),files:s(({preparation:t,files:n})=>[...t,...n],({path:t})=>t),secrets:s(({secrets:t})=>t,({path:t,line:n=""})=>`${t}	${n}`),packages:s(({packages:t})=>t,({name:t,unless:n=""})=>`${t}	${n}`),accounts:s(({accounts:t,users:n})=>[...t.map(({name:a})=>a),...n],t=>t),units:s(({units:t})=>t,t=>t)},deadline:(0,m.Gx)(1),parse:t=>ye(b(t).stdout)}}function ye(e){const s=(0,$.Ge)((0,$.Mn)(e).join(`
`),["of","name","first","second","third"]),t=n=>s.filter(a=>a.of===n);return{places:new Map(t("place").map(({name:n,first:a,second:o,third:r})=>{const[d="",c="",h=""]=o.split(":");return[n,{kind:a==="file"||a==="folder"?a:"other",mode:Number.parseInt(d,8),owner:c,group:h,content:r}]})),packages:new Set(t("package").flatMap(({name:n,first:a})=>a==="installed"?[n]:[])),accounts:new Map(t("account").map(({name:n,first:a})=>{const[,,,,,o="",r=""]=a.split(":");return[n,{home:o,shell:r}]})),units:new Set(t("unit").map(({name:n})=>n))}}function Se(e,s,t){const n=[],a=(o,r,d)=>{r!==void 0&&n.push({host:e,what:o,seen:r,mend:d})};for(const o of s.preparation)a(o.path,Z(o,t.places.get(o.path)),{kind:"preparation",file:o});for(const{name:o}of s.packages)a(`package ${o}`,t.packages.has(o)?void 0:"missing",{kind:"package",name:o});for(const o of s.accounts)a(`account ${o.name}`,ve(o,t),{kind:"account",account:o});for(const o of s.folders)a(o.path,C(o,t.places.get(o.path),"folder"),{kind:"folder",folder:o});for(const o of s.files)a(o.path,Z(o,t.places.get(o.path)),{kind:"file",file:o});for(const o of s.secrets)a(o.path,Ee(o,t.places.get(o.path)),{kind:"secret",secret:o,made:!Y(t.places.get(o.path))});for(const o of s.units)a(o,t.units.has(o)?void 0:"not enabled and running",{kind:"unit",unit:o});for(const o of s.users)a(`account ${o}`,t.accounts.has(o)?void 0:"missing",{kind:"by-hand",code:"deploy-user-missing",hint:`On ${e}: \`adduser --disabled-password ${o}\`, and put the deploy key into its authorized_keys.`});return n}function ve({name:e,home:s,shell:t},{accounts:n}){const a=n.get(e);return a===void 0?"missing":a.home!==s?`home ${a.home} instead of ${s}`:a.shell===t?void 0:`shell ${a.shell} instead of ${t}`}const J=e=>e.toString(8).padStart(4,"0");function C(e,s,t){if(s===void 0)return"missing";if(s.kind!==t)return`not a ${t}`;const n=[];return s.mode!==e.mode&&n.push(`mode ${J(s.mode)} instead of ${J(e.mode)}`),(s.owner!==e.owner||s.group!==e.group)&&n.push(`belongs to ${s.owner}:${s.group} instead of ${e.owner}:${e.group}`),n.length===0?void 0:n.join(", ")}function Z(e,s){const t=C(e,s,"file");return s?.kind!=="file"?t:[...s.content===(0,x.createHash)("sha256").update(e.content).digest("hex")?[]:["other content"],...t===void 0?[]:[t]].join(", ")||void 0}function Ee(e,s){return s?.kind==="file"&&!Y(s)?e.line===void 0?"empty":"has no line for this database":C(e,s,"file")}const Oe=g(String.raw`
public=
if [ -s "$key" ] && command -v ssh-keygen >/dev/null; then public=$(ssh-keygen -y -P '' -f "$key" </dev/null); fi
printf 'key=%s\n' "$public"

source=not-yet
seen=
if [ -n "$public" ] && [ -s "$known" ]; then
  # What it is answered doesn't matter: 255 is ssh's own failure, anything else the program's, so it was reached.
  status=0
  seen=$(runuser -u postgres -- ssh -F none -i "$key" -o BatchMode=yes -o IdentitiesOnly=yes \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$known" -o GlobalKnownHostsFile=/dev/null \
    -o ConnectTimeout=10 -p "$port" "$address" </dev/null 2>&1) || status=$?
  if [ "$status" = 255 ]; then source=unreachable; else source=reached; fi
fi
printf 'source=%s\nsource-seen=%s\n' "$source" "$(printf %s "$seen" | tr '\n\t' '  ')"

sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
postgres=missing
seen=; major=; reader=; path=; content=
for server in /usr/lib/postgresql/*/bin/postgres; do if [ -x "$server" ]; then postgres=down; fi; done
if [ "$postgres" = down ] && seen=$(sql "SELECT current_setting('server_version_num')::int / 10000" 2>&1); then
  major=$seen
  if [ "$major" -ge 14 ]; then reader=$(sql "$check"); fi
  path=$(sql 'SHOW hba_file')
  content=$(base64 -w 0 < "$path")
  postgres=up
fi
printf 'postgres=%s\npostgres-seen=%s\nmajor=%s\nreader=%s\nhba=%s\ncontent=%s\n' \
  "$postgres" "$(printf %s "$seen" | tr '\n\t' '  ')" "$major" "$reader" "$path" "$content"
`),Te=["key","source","source-seen","postgres","postgres-seen","major","reader","hba","content"];function xe(e){const{service:s,backup:t}=k(e);return{name:"look",text:Oe,values:{key:U(s),known:`${F(s)}/known_hosts`,address:`${v}@${t.host.address}`,port:String(t.host.port),postgres_port:String(A),check:ue},deadline:(0,m.Gx)(1),parse(n){const a=(0,$.OA)(b(n).stdout,Te);return{restoreKey:/^\S+ \S+/.exec(a.key)?.[0],source:a.source==="unreachable"?{kind:"unreachable",seen:a["source-seen"].trim()}:{kind:a.source==="reached"?"reached":"not-yet"},postgres:_e(a)}}}}function _e(e){if(e.postgres==="missing")return{kind:"missing"};if(e.postgres!=="up")return{kind:"down",seen:e["postgres-seen"].trim()};const s=Buffer.from(e.content,"base64").toString();return{kind:"up",major:e.major,reader:e.reader==="t",hba:{path:e.hba,content:s}}}const Ae=g(String.raw`
printf %s "$sql" | runuser -u postgres -- psql -X -q -1 -v ON_ERROR_STOP=1 -p "$postgres_port" -d postgres -f -
`),Re=e=>(0,$.K$)({name:"role",text:Ae,values:{sql:e,postgres_port:String(A)},deadline:(0,m.Gx)(1),parse(s){if(s.status===0)return;const t=s.stderr.replace(/SCRAM-SHA-256\$[^']*/g,"***");b({...s,stderr:t})}}),Pe=g(String.raw`
sql() { runuser -u postgres -- psql -X -q -At -p "$postgres_port" -d postgres -c "$1" </dev/null; }
if [ "$(sha256sum < "$path" | cut -c 1-64)" != "$seen" ]; then echo "somebody changed $path just now"; exit 23; fi
beside=$path.buka-new
before=$path.buka-before
rm -f -- "$beside" "$before"
cp -p -- "$path" "$before"
cp -p -- "$path" "$beside"
printf %s "$content" > "$beside"
mv -f -T -- "$beside" "$path"
wrong=$(sql "SELECT line_number || ': ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL") || wrong='it can not be read'
if [ -n "$wrong" ]; then
  mv -f -T -- "$before" "$path"
  printf 'line %s\n' "$wrong"
  exit 23
fi
rm -f -- "$before"
sql 'SELECT pg_reload_conf()' >/dev/null
`),Ne=({path:e,content:s},t)=>(0,$.K$)({name:"pg_hba.conf",text:Pe,values:{path:e,seen:(0,x.createHash)("sha256").update(s).digest("hex"),content:`${t}
${s}`,postgres_port:String(A)},deadline:(0,m.Gx)(1),parse(n){if(n.status!==23)return void b(n);throw new w.w({code:"pg-hba-refused",message:`PostgreSQL does not take ${e} with a line for the backups.`,seen:n.stdout.trim(),left:"It was left as it was, and the server goes on by what it had read.",hint:`Mend ${e}, or put this line at its top by hand and reload PostgreSQL: ${t}`})}}),Le=(e,s)=>e.split(`
`).includes(s);var V=T(6435);const ee=e=>`command="${R} restore-source ${e}",restrict `,Ie=new RegExp(`^command="${R} restore-source [a-z][a-z0-9-]*",restrict ssh-ed25519 [A-Za-z0-9+/=]+$`);function je(e,s,t){return[...e.split(`
`).filter(a=>Ie.test(a)&&!a.startsWith(ee(s))),`${ee(s)}${t}`].sort().map(a=>`${a}
`).join("")}const se={owner:"root",group:"root"},O=(e,s={})=>({...se,mode:493,...s,path:e}),S=(e,s,t={})=>({...se,mode:420,...t,path:e,content:s}),te=(e,{user:s,as:t,program:n})=>S(e,`${s} ALL=(${t}) NOPASSWD: ${n} ""
`,{mode:288,sudoers:!0}),ne=e=>Object.entries(e).map(([s,t])=>`${s}=${t}
`).join(""),Fe=()=>oe.flatMap(({unit:e,title:s,verb:t,when:n})=>[S(`/etc/systemd/system/${e}@.service`,Ce(s,t)),S(`/etc/systemd/system/${e}@.timer`,De(s,n))]),qe=e=>oe.map(({unit:s})=>`${s}@${e}.timer`),oe=[{unit:"buka-backup",title:"Nightly backup",verb:"nightly",when:"*-*-* 02:30"},{unit:"buka-backup-verify",title:"Weekly full read of the backups",verb:"verify",when:"Sun *-*-* 04:30"}],Ce=(e,s)=>`[Unit]
Description=${e} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${v}
ExecStart=${R} ${s} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${E}
`,De=(e,s)=>`[Unit]
Description=${e} of %i

[Timer]
OnCalendar=${s}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`;function Ke(e,{postgresMajor:s,restoreKey:t,authorizedKeys:n}){const{service:a,database:o,backup:r,release:d}=k(e),c={group:v},h={owner:v,group:v};return{role:"backup",preparation:[S("/etc/postgresql-common/createcluster.d/buka.conf",`create_main_cluster = false
`)],packages:[...["restic","openssh-server","sudo"].map(p=>({name:p})),...s===void 0?[]:[{name:`postgresql-${s}`}]],accounts:[{name:v,home:E,shell:"/bin/sh"}],users:[r.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/backup"].map(p=>O(p)),O(N(a),{...c,mode:488}),O(E),O(`${E}/.ssh`),O(`${E}/metrics`,h),O(`${E}/${a}`,{...h,mode:448,whole:!0})],files:[S(R,V.Pp,{mode:493}),S(`${N(a)}/settings`,ne({engine:o.kind,host:o.host.address,port:A,database:o.name,user:y,keep_last:r.keep.last,keep_daily:r.keep.daily,keep_weekly:r.keep.weekly,keep_releases:d.keep+1}),{...c,mode:416}),te("/etc/sudoers.d/buka-backup",{user:r.host.user,as:v,program:R}),...t===void 0?[]:[S(B,je(n,a,t))],...Fe()],secrets:[{kind:"password",path:le(a),owner:"root",...c,mode:416,opens:`${E}/${a}/repository/config`},{kind:"pgpass",path:q(a),...h,mode:384,line:L(e)}],units:qe(a)}}function He(e,{hostKeys:s}){const{service:t,database:n,backup:a}=k(e),{address:o,port:r}=a.host,d=F(t),c={owner:"postgres",group:"postgres"};return{role:"database",preparation:[],packages:[{name:"postgresql",unless:"/usr/lib/postgresql/*/bin/postgres"},...["openssh-client","sudo"].map(h=>({name:h}))],accounts:[],users:[n.host.user],folders:[...["/usr/local/lib/buka","/etc/buka","/etc/buka/restore"].map(h=>O(h)),O(d,{group:"postgres",mode:488})],files:[S(z,V.Hg,{mode:493}),S(`${d}/settings`,ne({database:n.name,source:`${v}@${o}`,port:r}),{group:"postgres",mode:416}),te("/etc/sudoers.d/buka-restore",{user:n.host.user,as:"postgres",program:z}),...s.length===0?[]:[S(`${d}/known_hosts`,Ge({address:o,port:r},s))]],secrets:[{kind:"key",path:U(t),...c,mode:384}],units:[]}}const Ge=({address:e,port:s},t)=>[...t].sort().map(n=>`${s===22?e.toLowerCase():`[${e.toLowerCase()}]:${s}`} ${n}
`).join("");function I(e,s){const t={"load-balancer":e.loadBalancers.hosts.map(({name:n})=>n),worker:e.workers.hosts.map(({name:n})=>n),database:[e.database?.host.name],backup:[e.backup?.host.name],monitoring:[e.monitoring?.host.name]};return Object.keys(t).filter(n=>t[n].includes(s))}const ae={backup:Ke,database:He},re=e=>e in ae;function Me(e,s,t){return e.backup===void 0?[]:I(e,s).filter(re).map(n=>ae[n](e,t))}const ze=(e,s)=>I(e,s).filter(t=>!re(t));async function Be(e,s){const{backup:t,database:n}=k(e),[a,o]=await Promise.all([s(t.host),s(n.host)]),[r,d]=await Promise.all([a.run(me(e)),o.run(xe(e))]),c={postgresMajor:d.postgres.kind==="up"?d.postgres.major:void 0,restoreKey:d.restoreKey,hostKeys:r.hostKeys,authorizedKeys:r.authorizedKeys},h=async u=>{const{name:_}=u.host,P=Me(e,_,c),j=await u.run(we(P));return P.flatMap(l=>Se(_,l,j))},p=t.host.name===n.host.name?[a]:[a,o];return{differences:[...(await Promise.all(p.map(h))).flat(),...Ue(e,r,d)],backup:r,database:d}}function Ue(e,{reading:s},t){const{backup:n,database:a}=k(e),{postgres:o,source:r}=t,d=[],c=(p,{name:i}=a.host)=>d.push({host:i,...p}),h=(p,i)=>({kind:"by-hand",code:p,hint:i});if(o.kind==="down"){const p=`On ${a.host.name}: \`systemctl status 'postgresql@*'\`, \`pg_lsclusters\`.`;c({what:"PostgreSQL",seen:`does not answer: ${o.seen}`,mend:h("database-down",p)})}if(o.kind==="up"&&Number(o.major)<Q){const p=`PostgreSQL ${Q} is the first with a role that may read everything: upgrade the server.`;c({what:"PostgreSQL",seen:`is version ${o.major}`,mend:h("postgresql-too-old",p)})}else if(o.kind==="up"){const p=X(e),i=Le(o.hba.content,p);if(o.reader||c({what:"role buka_backup",seen:"missing, or with other rights",mend:{kind:"reader"}}),i||c({what:o.hba.path,seen:"has no line for the backups",mend:{kind:"hba"}}),o.reader&&i&&s.kind==="refused"&&c({what:"role buka_backup",seen:`does not let ${n.host.name} in: ${s.seen}`,mend:{kind:"reader-password"}}),s.kind==="unreachable"){const u=`On ${a.host.name}: does listen_addresses in postgresql.conf let other hosts in (a change takes a restart), and does a firewall?`;c({what:"the way to PostgreSQL",seen:s.seen,mend:h("database-unreachable",u)},n.host)}}if(r.kind==="unreachable"){const p=`From ${a.host.name}, does \`ssh -p ${n.host.port} ${n.host.address}\` reach sshd? Its AllowUsers or AllowGroups, if any, must have buka-backup.`;c({what:`the way to ${n.host.name}`,seen:r.seen,mend:h("source-unreachable",p)})}return d}const D=e=>`0${e.toString(8)}`,K=e=>e.map(s=>s.join(" ")).join(`
`),We=g(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`),Qe=e=>(0,$.K$)({name:"packages",text:We,values:{packages:e.join(" ")},deadline:(0,m.Gx)(20),parse(s){if(s.status!==1)return void b(s);throw new w.w({code:"packages-failed",message:`apt did not install ${e.join(" ")}.`,seen:s.stdout.trim(),left:"What was set up before stays; nothing else was changed on it.",hint:`On the host: \`apt-get install ${e.join(" ")}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`})}}),Xe=g(String.raw`
printf '%s\n' "$accounts" | while IFS=' ' read -r name home shell; do
  if getent passwd -- "$name" >/dev/null; then usermod --home "$home" --shell "$shell" -- "$name"
  else
    if getent group -- "$name" >/dev/null; then group=--no-user-group; else group=--user-group; fi
    useradd --system "$group" --no-create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
    [ "$group" = --user-group ] || usermod --gid "$name" -- "$name"
  fi
done
`),Ye=e=>(0,$.K$)({name:"accounts",text:Xe,values:{accounts:K(e.map(({name:s,home:t,shell:n})=>[s,t,n]))},deadline:(0,m.YA)(30),parse:s=>{b(s)}}),Je=g(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),Ze=e=>(0,$.K$)({name:"folders",text:Je,values:{folders:K(e.map(({mode:s,owner:t,group:n,whole:a,path:o})=>[D(s),t,n,a?"yes":"no",o]))},deadline:(0,m.Gx)(5),parse:s=>{b(s)}}),Ve=g(String.raw`
umask 077
printf '%s\n' "$files" | while IFS=' ' read -r mode owner group check path content; do
  folder=$(dirname -- "$path")
  (umask 022; mkdir -p -- "$folder")
  beside=$folder/.$(basename -- "$path").buka
  rm -f -- "$beside"
  printf %s "$content" | base64 -d > "$beside"
  if [ "$check" = sudoers ] && ! words=$(visudo -c -f "$beside" 2>&1 </dev/null); then
    rm -f -- "$beside"
    printf '%s\n%s\n' "$path" "$words"
    exit 21
  fi
  chown -- "$owner:$group" "$beside"
  chmod -- "$mode" "$beside"
  mv -f -T -- "$beside" "$path"
done
case $files in *' /etc/systemd/system/'*) systemctl daemon-reload ;; esac
`),ie=e=>(0,$.K$)({name:"files",text:Ve,values:{files:K(e.map(({mode:s,owner:t,group:n,sudoers:a,path:o,content:r})=>[D(s),t,n,a?"sudoers":"no",o,Buffer.from(r).toString("base64")]))},deadline:(0,m.Gx)(1),parse:s=>s.status===21?es(s):void b(s)});function es({stdout:e}){const[s,...t]=e.trim().split(`
`);throw new w.w({code:"sudoers-refused",message:`visudo does not take the new ${s}.`,seen:t.join(`
`),left:"The one that was there stays as it was; files before it were written.",hint:"Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is."})}const ss=g(String.raw`
umask 077
printf '%s\n' "$secrets" | while IFS='	' read -r kind mode owner group path line opens; do
  folder=$(dirname -- "$path")
  beside=$folder/.$(basename -- "$path").buka
  rm -f -- "$beside" "$beside.pub"
  there=no
  if [ -s "$path" ] && { [ "$line" = - ] || grep -qF -- "$line" "$path"; }; then there=yes; fi
  if [ "$there" = no ]; then
    if [ "$opens" != - ] && [ -e "$opens" ]; then printf '%s\n%s\n' "$path" "$opens"; exit 22; fi
    case $kind in
      password) head -c 32 /dev/urandom | base64 | tr -d '=\n' > "$beside"; echo >> "$beside" ;;
      key) ssh-keygen -q -t ed25519 -N '' -C "buka-restore@$(uname -n)" -f "$beside" </dev/null; rm -f -- "$beside.pub" ;;
      pgpass)
        # Another service may read the same server already, with the same role.
        known=
        for other in /etc/buka/backup/*/pgpass; do
          if [ -z "$known" ] && [ -f "$other" ]; then known=$(grep -F -- "$line" "$other" | head -n 1) || known=; fi
        done
        [ -n "$known" ] || known=$line$password
        : > "$beside"
        if [ -s "$path" ]; then cat -- "$path" >> "$beside"; fi
        printf '%s\n' "$known" >> "$beside" ;;
    esac
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    mv -f -T -- "$beside" "$path"
  fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`),ts=(e,s)=>(0,$.K$)({name:"secrets",text:ss,values:{secrets:e.map(({kind:t,mode:n,owner:a,group:o,path:r,line:d="-",opens:c="-"})=>[t,D(n),a,o,r,d,c].join("	")).join(`
`),password:s},deadline:(0,m.Gx)(1),parse(t){if(t.status!==22)return void b(t);const[n,a]=t.stdout.trim().split(`
`);throw new w.w({code:"secret-lost",message:`${n} is gone, and only the one that was there opens ${a}.`,left:"No new one was made: nothing that is in the repository could be read with it.",hint:`Put the repository's password from the team's secret store into ${n}; docs/backup-setup.md has the command.`})}}),ns=g(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # a list of names
systemctl -q enable --now -- $units
`),os=e=>(0,$.K$)({name:"units",text:ns,values:{units:e.join(" ")},deadline:(0,m.Gx)(1),parse:s=>{b(s)}});async function as(e,s,t){const n=e.host.name;for(const{name:a,of:o,script:r}of rs(s))o.length!==0&&(t.step({host:n,name:a,state:"started",detail:o.join(", ")}),await e.run(r),t.step({host:n,name:a,state:"done",detail:o.join(", ")}))}function rs(e){const s=e.map(({mend:i})=>i),t=i=>s.filter(u=>u.kind===i),n=e.flatMap(({mend:i})=>i.kind==="preparation"?[i.file]:[]),a=t("package").map(({name:i})=>i),o=t("account").map(({account:i})=>i),r=t("folder").map(({folder:i})=>i),d=e.flatMap(({mend:i})=>i.kind==="file"?[i.file]:[]),c=t("secret").map(({secret:i})=>i),h=t("unit").map(({unit:i})=>i),p=i=>i.map(({path:u})=>u);return[{name:"before packages",of:p(n),script:ie(n)},{name:"packages",of:a,script:Qe(a)},{name:"accounts",of:o.map(({name:i})=>i),script:Ye(o)},{name:"folders",of:p(r),script:Ze(r)},{name:"files",of:p(d),script:ie(d)},{name:"secrets",of:p(c),script:ts(c,is())},{name:"timers",of:h,script:os(h)}]}const is=()=>(0,x.randomBytes)(32).toString("base64url");async function ds(e,s,{differences:t,seen:n,reporter:a}){const o=p=>t.some(({mend:i})=>i.kind===p),{backup:r,database:d}=k(e),c=await s(d.host),h=p=>a.step({host:d.host.name,name:p,state:"done"});if(o("hba")&&n.database.postgres.kind==="up"&&(await c.run(Ne(n.database.postgres.hba,X(e))),h("pg_hba.conf")),o("reader")||o("reader-password")){const i=n.backup.reading.kind==="works"?void 0:await(await s(r.host)).run(be(e));await c.run(Re(he(i===void 0?void 0:fe(i,(0,x.randomBytes)(16))))),h("role")}}async function cs({cluster:e,remote:s,reporter:t},{check:n,hosts:a,user:o}){const r=ls(e,a),d=r.map(l=>({host:l,roles:ze(e,l)})).filter(({roles:l})=>l.length>0),c=l=>I(e,l).length>0&&!d.some(f=>f.host===l);if(e.backup===void 0||!r.some(l=>ps(e,l))){for(const l of r.filter(c))t.info(`${l}: nothing to set up: buka.yml has no backup:`);return{outcome:"nothing-to-change",differences:[],byHand:d}}const h=l=>s({...l,user:o}),p=()=>t.group("Look at the hosts",()=>Be(e,h)),i=({host:l})=>r.includes(l);let u=await p();if(n){const l=u.differences.filter(i);return{outcome:l.length>0?"differs":"nothing-to-change",differences:H(l),byHand:d}}const _=[];let P="";for(;;){const l=u.differences.filter(f=>i(f)&&f.mend.kind!=="by-hand");if(l.length===0)break;if(P===de(l))throw ce(l);P=de(l),await t.group("Put right",async()=>{await us([...new Set(l.map(({host:f})=>f))].map(async f=>{const gs=await h(hs(e,f));await as(gs,l.filter(({host:bs})=>bs===f),t)}),t),await ds(e,h,{differences:l,seen:u,reporter:t})}),_.push(...l),u=await p()}const j=u.differences.filter(i);if(j.length>0)throw fs(j,t);for(const{host:l,mend:f}of _)f.kind==="secret"&&f.secret.kind==="password"&&f.made&&$s(l,f.secret,t);return ms(u.differences,t),{outcome:_.length>0?"changed":"nothing-to-change",differences:H(_),byHand:d}}const ps=(e,s)=>I(e,s).some(t=>t==="backup"||t==="database");function ls(e,s){const t=[...e.hosts.keys()],n=s.find(a=>!t.includes(a));if(n!==void 0)throw new w.j({code:"unknown-host",message:`buka.yml has no host ${JSON.stringify(n)}.`,left:"Nothing was changed.",hint:`Its hosts are ${t.join(", ")}.`});return s.length===0?t:[...new Set(s)]}function hs(e,s){const{backup:t,database:n}=k(e);return t.host.name===s?t.host:n.host}const H=e=>e.map(({host:s,what:t,seen:n})=>({host:s,what:t,seen:n})),de=e=>JSON.stringify(H(e));async function us(e,s){const t=await Promise.allSettled(e),[n,...a]=t.flatMap(o=>o.status==="rejected"?[o.reason]:[]);for(const o of a)s.warning(o instanceof Error?o.message:String(o));if(n!==void 0)throw n}function ce(e){const[s]=e;return new w.w({code:"provision-unsettled",host:s?.host,step:"provision",message:`${s?.what} was put right, and is as it was before.`,seen:e.map(({host:t,what:n,seen:a})=>`${t}: ${n}: ${a}`).join(`
`),left:"All that differed before it was put right.",hint:"Does something else keep changing it, such as Ansible or Puppet? Give the file to one of the two."})}function fs(e,s){const t=e.flatMap(({host:o,what:r,seen:d,mend:c})=>c.kind==="by-hand"?[new w.w({code:c.code,host:o,step:"provision",message:`${r}: ${d}`,left:"Everything else is set up.",hint:c.hint})]:[]),[n=ce(e),...a]=t;for(const o of a)s.warning(o.message);return n}const $s=(e,{path:s},t)=>t.warning(`${e}: the repository has a password now, in ${s} and nowhere else. Without it no backup can be read: put it into your team's secret store, as docs/backup-setup.md says.`);function ms(e,s){for(const t of new Set(e.map(n=>n.host)))s.warning(`${t} is not set up as it should be yet: \`buka provision --check ${t}\` lists what differs.`)}})};
