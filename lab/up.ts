import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Cluster, loadCluster } from '../src/cluster';
import { BukaError } from '../src/errors';
import { formatDuration, milliseconds } from '../src/units';
import { type Subnets, subnetsOf } from './addresses';
import { ensureBase, postgresVersion } from './base';
import { cgroupFolders } from './cgroups';
import { down } from './down';
import { findHolder, startHolder } from './holder';
import { ensureTools, needRoot } from './host';
import { type KeyPair, keyOf, keyPair, knownHost } from './keys';
import { attachLab, Lab } from './lab';
import { raiseLimits } from './limits';
import { type MachineHandle, mountMachine, startMachine } from './machine';
import { createNetwork } from './network';
import { startOf } from './processes';
import { accountsFor, type BackupSecrets, baseAccounts, common, rolesOf, seedOf } from './roles';
import { writeSeed } from './seed';
import { readSizes, type Sizes, sizeOf } from './sizes';
import { type LabRecord, labFolder, type MachineRecord, paths, readRecord, stateRoot, writeRecord } from './state';

export interface UpOptions {
  readonly name: string;
  /** Path of a `buka.yml`. */
  readonly cluster: string;
  /** Path of a sizes file, see docs/lab.md. */
  readonly sizes?: string | undefined;
  /** Machines as a provider hands them out: sshd and root's key, and a source of packages. */
  readonly bare?: boolean | undefined;
  /** Code name of the release that the machines have, such as `trixie`; this machine's own unless it is told. */
  readonly suite?: string | undefined;
  /** Called with a line for people at each step. */
  readonly say?: (line: string) => void;
}

/**
 * Brings up a lab of all the hosts of a `buka.yml`, and returns when each lets its user in over SSH and has booted to the
 * end. The machines live on when this process ends. When it fails, nothing of the lab stays.
 * @throws BukaError `lab-already-up`, `lab-needs-root`, `lab-base` and the other `lab-` codes
 */
export async function up({
  name,
  cluster: file,
  sizes: sizesFile,
  bare = false,
  suite,
  say = () => {},
}: UpOptions): Promise<Lab> {
  needRoot();
  const folder = labFolder(name);
  const cluster = await loadCluster(file);
  const sizes = readSizes(sizesFile, [...cluster.hosts.keys()]);
  await ensureTools(say);
  const base = await ensureBase({ kind: bare ? 'bare' : 'set-up', suite, say });
  await makeRoom(name, folder, say);

  const record = recordOf({ name, cluster, clusterFile: resolve(file), sizes, bare });
  claim(folder, record);
  raiseLimits(say);
  try {
    const start = Date.now();
    say(`starting ${record.machines.length} machines`);
    const lab = await bringUp(folder, record, cluster, base);
    await lab.waitForSsh();
    say(`all answer SSH after ${formatDuration(milliseconds(Date.now() - start))}`);
    await finishBoot(lab, say);
    writeFileSync(paths(folder).ready, '');
    say(`lab ${name} is up`);
    return attachLab(folder);
  } catch (error) {
    await down(name);
    throw error;
  }
}

/** Cleans the remains of a lab that died; refuses to touch one that lives. */
async function makeRoom(name: string, folder: string, say: (line: string) => void): Promise<void> {
  if (!existsSync(folder)) return;
  const record = readRecord(folder);
  const isReady = existsSync(paths(folder).ready);
  if (record && isReady && findHolder(record)) {
    throw new BukaError({
      code: 'lab-already-up',
      step: 'lab',
      message: `The lab ${name} is up already, with ${record.clusterFile}.`,
      left: 'It was left as it is.',
      hint: `npm run lab -- down --name ${name}`,
    });
  }
  if (record && !isReady && startOf(record.upBy.pid) === record.upBy.started) {
    throw new BukaError({
      code: 'lab-being-made',
      step: 'lab',
      message: `The process ${record.upBy.pid} is bringing up the lab ${name} right now.`,
      left: 'It was left as it is.',
      hint: 'Wait for it, or use another --name.',
    });
  }
  say(`cleaning up what a dead lab ${name} left`);
  await down(name);
}

interface Plan {
  readonly name: string;
  readonly cluster: Cluster;
  readonly clusterFile: string;
  readonly sizes: Sizes;
  readonly bare: boolean;
}

function recordOf({ name, cluster, clusterFile, sizes, bare }: Plan): LabRecord {
  const machines = [...cluster.hosts.values()].map((host, index): MachineRecord => {
    const roles = rolesOf(cluster, host.name);
    const size = sizeOf({ host: host.name, roles }, sizes);
    const user = bare ? 'root' : host.user;
    return { host: host.name, address: host.address, port: host.port, user, roles, id: `m${index}`, size };
  });
  const { service, database } = cluster;
  const password = randomBytes(12).toString('hex');
  const at = database && (database.host.address.includes(':') ? `[${database.host.address}]` : database.host.address);
  return {
    name,
    clusterFile,
    cgroups: cgroupFolders(name),
    upBy: { pid: process.pid, started: startOf(process.pid) ?? '' },
    machines,
    bare,
    runnerAddress: subnets(cluster).beside[0]?.split('/')[0] ?? '',
    databaseUrl:
      database &&
      (database.kind === 'mariadb'
        ? `mysql://${service}:${password}@${at}:3306/${database.name}`
        : `postgres://${service}:${password}@${at}:5432/${database.name}`),
  };
}

const subnets = ({ hosts, loadBalancers: { address } }: Cluster): Subnets =>
  subnetsOf([...[...hosts.values()].map((host) => host.address), ...(address ? [address] : [])]);

/** Takes the lab's folder, in one step and with all that `down` needs in it. */
function claim(folder: string, record: LabRecord): void {
  mkdirSync(stateRoot, { recursive: true, mode: 0o755 });
  const temporary = join(stateRoot, `.${record.name}.${process.pid}`);
  mkdirSync(join(temporary, 'ssh'), { recursive: true, mode: 0o700 });
  writeRecord(temporary, record);
  writeFileSync(paths(temporary).cluster, readFileSync(record.clusterFile));
  renameSync(temporary, folder);
}

async function bringUp(folder: string, record: LabRecord, cluster: Cluster, base: string): Promise<Lab> {
  const net = subnets(cluster);
  const [deployKey, ...hostKeys] = await Promise.all([
    keyPair(folder, `${record.name} lab`),
    ...record.machines.map(({ host }) => keyPair(folder, host)),
    createNetwork(record.name, net),
  ]);
  await startHolder(record, join(folder, 'holder.log'));
  const keys = record.machines.map((machine, index) => ({ machine, hostKey: hostKeys[index] as typeof deployKey }));
  writeFileSync(paths(folder).privateKey, deployKey.private, { mode: 0o600 });
  writeFileSync(`${paths(folder).privateKey}.pub`, deployKey.public);
  writeFileSync(
    paths(folder).knownHosts,
    keys.map(({ machine, hostKey }) => knownHost(machine, hostKey.public)).join(''),
  );

  const known = baseAccounts(base);
  const backups = await backupSecrets(folder, cluster, {
    postgresMajor: postgresVersion(base),
    hostKey: keys.find(({ machine }) => machine.host === cluster.backup?.host.name)?.hostKey,
  });
  await Promise.all(
    keys.map(async ({ machine, hostKey }) => {
      const handle: MachineHandle = { record, machine, folder };
      const accounts = record.bare ? known : accountsFor(known, cluster, machine);
      const entries = (record.bare ? common : seedOf)({
        cluster,
        machine,
        machines: record.machines,
        subnets: net,
        accounts,
        hostKey,
        deployKey: deployKey.public,
        machineId: randomBytes(16).toString('hex'),
        databaseUrl: record.databaseUrl,
        databasePassword: new URL(record.databaseUrl ?? 'postgres://none').password,
        postgresVersion: postgresVersion(base),
        backups,
      });
      writeSeed(paths(folder).machine(machine.host).seed, entries, accounts);
      await mountMachine(handle, base);
      await startMachine(handle);
    }),
  );
  return new Lab(folder, record, cluster);
}

/** What `buka provision` makes on the machines, made beforehand. */
async function backupSecrets(
  folder: string,
  cluster: Cluster,
  { postgresMajor, hostKey }: { postgresMajor: string; hostKey: KeyPair | undefined },
): Promise<BackupSecrets | undefined> {
  if (cluster.backup === undefined || hostKey === undefined) return undefined;
  const restoreKey = await keyPair(folder, `buka-restore@${cluster.database?.host.name}`);
  const password = () => randomBytes(32).toString('base64url');
  return {
    facts: {
      postgresMajor,
      postgresCluster: 'main',
      restoreKey: keyOf(restoreKey.public),
      hostKeys: [keyOf(hostKey.public)],
      authorizedKeys: '',
    },
    repositoryPassword: password(),
    readerPassword: password(),
    restoreKey: restoreKey.private,
  };
}

/** Waits for the end of each machine's boot, and names what failed in it. */
async function finishBoot(lab: Lab, say: (line: string) => void): Promise<void> {
  await Promise.all(
    lab.machines.map(async ({ host }) => {
      const text = 'systemctl is-system-running --wait >/dev/null || systemctl --failed --plain --no-legend';
      const { stdout } = await lab.shell(host, text);
      if (stdout.trim()) say(`${host}: failed to start: ${stdout.trim().replaceAll(/\s*\n\s*/g, '; ')}`);
    }),
  );
}
