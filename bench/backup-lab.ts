import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeTemporary, temporaryFolder } from '../demo/temporary';
import { type Lab, up } from '../lab';
import { type Bytes, bytes } from '../src/units';

const run = promisify(execFile);

/** Two machines that are measured, and the fewest others that a cluster may have. */
const cluster = `service: pos
ssh: { user: deploy }
hosts: { lb1: 10.40.0.11, worker1: 10.40.0.21, worker2: 10.40.0.22, db1: 10.40.0.31, backup1: 10.40.0.41 }
load-balancers: { kind: haproxy, hosts: [lb1], address: 10.40.0.10, backend: pos }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz, env-file: /etc/pos/env, start: node dist/server.js }
release: { include: [dist] }
database: { kind: postgresql, host: db1, name: pos }
backup: { host: backup1 }
`;

/** Limits only: the database with its write-ahead log; several backups of it, and a restored copy at a time. */
export const sizes = (megabytes: number) => `hosts:
  db1: { memory: 2G, disk: ${3072 + 2 * megabytes}M }
  backup1: { memory: 2G, disk: ${3072 + 4 * megabytes}M }
`;

/**
 * What the machines need of this one's memory, their disks included, at the moment of the most: the database and its
 * log; of each tool's repository what three backups add up to; a restored copy.
 */
export const memoryNeeded = (megabytes: number): Bytes => bytes((2500 + 3.8 * megabytes) * 1e6);

/**
 * The machines, with the programs that the lab's base lacks.
 * @throws BukaError with the lab's codes; Error with what apt or dpkg said
 */
export async function bringUp(name: string, megabytes: number, say: (line: string) => void): Promise<Lab> {
  const folder = await temporaryFolder('buka-bench-');
  try {
    await writeFile(join(folder, 'buka.yml'), cluster);
    await writeFile(join(folder, 'sizes.yml'), sizes(megabytes));
    const lab = await up({ name, cluster: join(folder, 'buka.yml'), sizes: join(folder, 'sizes.yml'), say });
    say('installing pgbackrest and zstd on db1 and backup1');
    await install(lab, ['db1', 'backup1'], ['pgbackrest', 'zstd'], folder);
    return lab;
  } finally {
    removeTemporary(folder);
  }
}

/** Nothing leads out of the lab, so this machine's apt fetches what a machine of it lacks, knowing what it has. */
async function install(lab: Lab, hosts: readonly string[], packages: readonly string[], folder: string) {
  const archives = join(folder, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), await root(lab, hosts[0] ?? '', 'cat /var/lib/dpkg/status'));
  const settings = [
    ...[`Dir::State::status=${join(folder, 'status')}`, `Dir::Cache::archives=${archives}`],
    ...['Dir::Cache::pkgcache=', 'Dir::Cache::srcpkgcache=', 'Debug::NoLocking=1', 'APT::Sandbox::User=root'],
  ].flatMap((setting) => ['-o', setting]);
  const fetch = () =>
    run('apt-get', [...settings, '-q', '-y', '--no-install-recommends', '--download-only', 'install', ...packages]);
  // The package lists may be absent or old.
  await fetch().catch(() => run('apt-get', ['-q', 'update']).then(fetch));
  const files = (await readdir(archives)).filter((file) => file.endsWith('.deb'));
  for (const host of hosts) {
    await root(lab, host, 'mkdir /tmp/archives');
    for (const file of files) {
      await root(lab, host, `cat >'/tmp/archives/${file}'`, await readFile(join(archives, file)));
    }
    await root(lab, host, 'DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/archives/*.deb && rm -r /tmp/archives');
  }
}

/**
 * As root in a machine, past all that is measured.
 * @returns what it wrote to standard output
 * @throws Error with the end of what it said
 */
export async function root(lab: Lab, host: string, text: string, input?: string | Uint8Array): Promise<string> {
  const { status, stdout, stderr } = await lab.shell(host, text, { input });
  if (status === 0) return stdout;
  throw new Error(`${host}: ${text.slice(0, 200)}\nended with status ${status}: ${(stderr || stdout).slice(-1500)}`);
}

/** On the database host as PostgreSQL's superuser. @returns rows without alignment, columns with | between */
export const sql = async (lab: Lab, text: string, database = 'pos'): Promise<string> => {
  const command = `su postgres -s /bin/sh -c 'cd /; exec psql -X -q -A -t -v ON_ERROR_STOP=1 -d ${database}'`;
  return (await root(lab, 'db1', command, text)).trim();
};

/**
 * A program of the machine's own, as a user of it: unlike `root`, what it takes is counted as the machine's. It ends
 * with the program, and so does all that the program started.
 * @param text bash, which ends at the first failure, also within a pipe
 */
export const inside = (lab: Lab, host: string, user: string, text: string): Promise<string> =>
  root(
    lab,
    host,
    `exec systemd-run --quiet --wait --pipe --collect --uid=${user} /bin/bash -euo pipefail -s`,
    `cd /\nmain() {\n${text}\n}\nmain </dev/null\n`,
  );
