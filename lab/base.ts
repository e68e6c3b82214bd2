import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { BukaError } from '../src/errors';
import { exec, must } from './exec';

/** Of any machine. On purpose without curl, socat and python3: real hosts often lack them. */
const common = 'systemd systemd-sysv dbus openssh-server openssh-client sudo iproute2 iputils-ping'.split(' ');
/** Of every role. */
const roles =
  'haproxy keepalived nftables postgresql mariadb-server mariadb-client restic prometheus prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter'.split(
    ' ',
  );

/** `set-up`: what all roles need is installed. `bare`: it is in a repository of packages on each machine. */
export type BaseKind = 'set-up' | 'bare';

const buildScript = join(import.meta.dirname, 'base/build.sh');

/** Outside the repository, since a clean checkout should not cost another base. */
const cacheFolder = () => join(process.env.XDG_CACHE_HOME || '/var/cache', 'buka-lab');

export interface BaseOptions {
  readonly kind: BaseKind;
  /** Code name of the release that the machines have; this machine's own unless it is told. */
  readonly suite?: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * The folder of the base, made where it isn't cached yet.
 * @throws BukaError `lab-base` with the end of what debootstrap or apt said.
 */
export async function ensureBase({ kind, suite = ownSuite(), say }: BaseOptions): Promise<string> {
  const node = nodeBinary();
  const packages = kind === 'bare' ? common : [...common, ...roles];
  const repository = kind === 'bare' ? roles : [];
  const key = createHash('sha256')
    .update(
      [suite, arch(), packages.join(' '), repository.join(' '), node.version, readFileSync(buildScript, 'utf8')].join(
        '\0',
      ),
    )
    .digest('hex')
    .slice(0, 12);
  const folder = cacheFolder();
  const target = join(folder, `${suite}-${key}`);
  if (existsSync(target)) return target;

  const { mirror, components, sources } = await aptSources(suite);
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${suite}-${key}.log`);
  say(`making the base of all machines in ${target}, once, in about a minute (log: ${log})`);
  const env = {
    PATH: process.env.PATH,
    ...(await proxies()),
    target,
    work: join(folder, `.${suite}-${key}`),
    suite,
    mirror,
    components,
    sources,
    packages: packages.join(' '),
    repository: repository.join(' '),
    node: node.path,
    log,
  };
  // Ends with this process, also when that is killed; of two builds at once the second waits and finds it done.
  const guard = ['--pdeathsig', 'KILL', 'flock', '--exclusive', '--no-fork', join(folder, 'lock')];
  const isolated = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', buildScript];
  const { status, stderr } = await exec('setpriv', [...guard, ...isolated], { env, onLine: say });
  if (status === 0) return target;
  const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n') : '';
  throw new BukaError({
    code: 'lab-base',
    step: 'lab',
    message: 'The base could not be made.',
    seen: [tail, stderr.trim()].filter(Boolean).join('\n').slice(-2000),
    left: 'Nothing but a folder beside it, which the next try removes.',
    hint: `See ${log}, and check that "apt-get update" works on this machine.`,
  });
}

/** The major version of the PostgreSQL in the base. */
export const postgresVersion = (base: string): string =>
  (existsSync(join(base, 'etc/postgresql')) ? readdirSync(join(base, 'etc/postgresql')) : []).sort().at(-1) ?? '15';

const ownSuite = (): string => /^VERSION_CODENAME="?(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';

/** The release after this machine's own, for what is to be tried on it; its own where no newer one is known. */
export const newerSuite = (): string => ({ bookworm: 'trixie' })[ownSuite()] ?? ownSuite();

/** Node 24 from the npm package that also runs this repository's scripts. */
function nodeBinary(): { path: string; version: string } {
  const manifest = resolveManifest(`node-linux-${arch()}`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { path: join(dirname(manifest), 'bin/node'), version };
}

function resolveManifest(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch (cause) {
    const message = `The npm package ${name}, which the workers' Node.js comes from, is not installed.`;
    throw new BukaError({ code: 'lab-no-node', step: 'lab', message, hint: 'npm install', cause });
  }
}

/** What apt itself reads on this machine, whichever format its sources are written in; for another release, its like. */
async function aptSources(suite: string): Promise<{ mirror: string; components: string; sources: string }> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const output = await must('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const own = ownSuite();
  const rows = [...new Set(output.trim().split('\n'))].map((row) => {
    const [uri = '', release = '', component = ''] = row.split(' ');
    return [uri, release.replace(own, suite), component] as const;
  });
  const main = rows.filter(([, release]) => release === suite);
  const mirror = main[0]?.[0];
  if (!mirror) {
    throw new BukaError({
      code: 'lab-no-mirror',
      step: 'lab',
      message: `apt on this machine has no source for ${suite || 'its own release'}, so there is nothing to make machines from.`,
      hint: 'apt-get indextargets',
    });
  }
  const taken = rows.filter(([uri, release]) => uri === mirror || release.startsWith(`${suite}-`));
  return {
    mirror,
    components: [...new Set(main.filter(([uri]) => uri === mirror).map(([, , component]) => component))].join(','),
    sources: taken.map(([uri, release, component]) => `deb ${uri} ${release} ${component}`).join('\n'),
  };
}

/** apt's own proxy, for the programs that read it from the environment. */
async function proxies(): Promise<Record<string, string>> {
  const settings = 'http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy'.split(' ');
  const output = await must('apt-config', ['shell', ...settings]);
  const found = [...output.matchAll(/^(\w+)='(.*)'$/gm)].map(([, key = '', value = '']) => [key, value]);
  const inherited = ['http_proxy', 'https_proxy', 'no_proxy'].map((key) => [key, process.env[key] ?? '']);
  return Object.fromEntries([...inherited, ...found].filter(([, value]) => value && value !== 'DIRECT'));
}
