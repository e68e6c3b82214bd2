import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Cluster, parseCluster } from '../src/cluster';
import { BukaError, ConfigurationError } from '../src/errors';
import { type Duration, seconds } from '../src/units';
import { type ExecOptions, exec, type Output } from './exec';
import { isOn, leaderOf, type MachineHandle, setDiskSize, startMachine, stopMachine } from './machine';
import { execInNetwork, setPort, setRunnerPort } from './network';
import { type LabRecord, labFolder, type MachineRecord, needRecord, paths } from './state';

/** A lab that is up. Hosts are named as in `buka.yml`. */
export class Lab {
  readonly name: string;
  readonly cluster: Cluster;
  /** Each host with its address, roles and SSH port. */
  readonly machines: readonly MachineRecord[];
  /** The key of the cluster's SSH user on all hosts: ed25519, without a passphrase. */
  readonly privateKeyFile: string;
  /** The host keys of all hosts. */
  readonly knownHostsFile: string;
  /** The address of whoever runs inside the lab's network but outside its machines. */
  readonly runnerAddress: string;
  /** The service's own access to its database; undefined for a cluster without one. */
  readonly databaseUrl: string | undefined;
  readonly #record: LabRecord;

  /** The lab's folder, as in `BUKA_LAB`. */
  readonly folder: string;

  constructor(folder: string, record: LabRecord, cluster: Cluster) {
    this.folder = folder;
    this.#record = record;
    this.name = record.name;
    this.cluster = cluster;
    this.machines = record.machines;
    this.privateKeyFile = paths(folder).privateKey;
    this.knownHostsFile = paths(folder).knownHosts;
    this.runnerAddress = record.runnerAddress;
    this.databaseUrl = record.databaseUrl;
  }

  /**
   * Runs shell text as root in a machine, past SSH, and waits for it; every exit status is an answer.
   * @throws BukaError `lab-machine-off`
   */
  async shell(host: string, text: string, options: Pick<ExecOptions, 'input' | 'onLine'> = {}): Promise<Output> {
    return exec('nsenter', this.shellArguments(host, ['/bin/sh', '-c', text]), options);
  }

  /** The arguments of nsenter(1) that run a command as root in a machine. */
  shellArguments(host: string, command: readonly string[]): string[] {
    const leader = leaderOf(this.#handle(host));
    if (!leader) {
      throw new BukaError({
        code: 'lab-machine-off',
        step: 'lab',
        host,
        message: 'The machine is off.',
        hint: `npm run lab -- power-on ${host} --name ${this.name}`,
      });
    }
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
    const env = [
      'env',
      '-i',
      '--chdir=/',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
    ];
    const terminal = process.env.TERM ? [`TERM=${process.env.TERM}`] : [];
    return ['--target', String(leader), ...namespaces, '--', ...env, ...terminal, 'LANG=C.UTF-8', ...command];
  }

  /** Runs a program inside the lab's network, outside its machines. */
  execInNetwork(command: readonly string[], options?: ExecOptions): Promise<Output> {
    return execInNetwork(this.name, command, { ...options, env: { ...process.env, ...options?.env, ...this.env } });
  }

  /** What a process needs in its environment to find this lab with `attachLab`. */
  get env(): { readonly BUKA_LAB: string } {
    return { BUKA_LAB: this.folder };
  }

  isOn(host: string): boolean {
    return isOn(this.#handle(host));
  }

  isCut(host: string): boolean {
    return existsSync(this.#paths(host).cut);
  }

  /** Pulls the plug: no process of the machine gets a chance to finish. What it wrote stays. */
  async powerOff(host: string): Promise<void> {
    await stopMachine(this.#handle(host));
  }

  /** Switches a machine on; it boots by itself, see `waitForSsh`. A machine that is on stays as it is. */
  async powerOn(host: string): Promise<void> {
    const handle = this.#handle(host);
    if (isOn(handle)) return;
    await stopMachine(handle); // what is left of its cgroups
    await startMachine(handle);
  }

  /** Pulls the network cable; open connections hang, as they do then. */
  async cut(host: string): Promise<void> {
    const { id } = this.#machine(host);
    writeFileSync(this.#paths(host).cut, '');
    if (this.isOn(host)) await this.#port(host, id, 'down');
  }

  /** Plugs the cable in again. */
  async heal(host: string): Promise<void> {
    const { id } = this.#machine(host);
    rmSync(this.#paths(host).cut, { force: true });
    if (this.isOn(host)) await this.#port(host, id, 'up');
  }

  /** Pulls the cable of whoever was started by `insideRunner`; customers and machines keep theirs. */
  async cutRunner(): Promise<void> {
    await setRunnerPort(this.name, 'down');
  }

  async healRunner(): Promise<void> {
    await setRunnerPort(this.name, 'up');
  }

  /** Leaves no free byte on the machine's disk, and takes none from anybody else. */
  async fillDisk(host: string): Promise<void> {
    await setDiskSize(this.#handle(host), 'used');
  }

  /** Gives the disk its free space back. */
  async freeDisk(host: string): Promise<void> {
    await setDiskSize(this.#handle(host), this.#machine(host).size.disk);
  }

  /**
   * Waits until hosts let their user in over SSH with the host key that is known.
   * @throws BukaError `lab-no-ssh` with what ssh said last.
   */
  async waitForSsh(hosts = this.machines.map(({ host }) => host), deadline: Duration = seconds(60)): Promise<void> {
    const end = Date.now() + deadline;
    await Promise.all(hosts.map((host) => this.#waitForOne(host, end)));
  }

  async #waitForOne(host: string, end: number): Promise<void> {
    for (;;) {
      const { status, stderr } = await this.execInNetwork(['ssh', ...this.sshArguments(host, ['true'])]);
      if (status === 0) return;
      if (Date.now() > end) {
        const message = 'The machine does not let its user in over SSH.';
        const hint = `npm run lab -- logs ${host} --name ${this.name}`;
        throw new BukaError({ code: 'lab-no-ssh', step: 'lab', host, message, seen: stderr.trim(), hint });
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** The arguments of ssh(1) that log in to a host, and never accept a key that isn't known. */
  sshArguments(host: string, command: readonly string[] = [], user = this.#machine(host).user): string[] {
    const { address, port } = this.#machine(host);
    const options = [
      ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'ConnectTimeout=10', 'LogLevel=ERROR'],
      ...[`UserKnownHostsFile=${this.knownHostsFile}`, 'GlobalKnownHostsFile=/dev/null'],
    ].flatMap((option) => ['-o', option]);
    return ['-F', 'none', ...options, '-i', this.privateKeyFile, '-p', String(port), `${user}@${address}`, ...command];
  }

  /** The file that a machine's console writes to; it is kept while the machine is off. */
  consoleFile(host: string): string {
    return this.#paths(host).console;
  }

  #machine(host: string): MachineRecord {
    const machine = this.machines.find((one) => one.host === host);
    if (machine) return machine;
    throw new ConfigurationError({
      code: 'lab-unknown-host',
      step: 'lab',
      message: `The lab ${this.name} has no host ${JSON.stringify(host)}.`,
      hint: `Its hosts are ${this.machines.map((one) => one.host).join(', ')}.`,
    });
  }

  #handle(host: string): MachineHandle {
    return { record: this.#record, machine: this.#machine(host), folder: this.folder };
  }

  #paths(host: string) {
    return paths(this.folder).machine(this.#machine(host).host);
  }

  async #port(host: string, id: string, state: 'up' | 'down'): Promise<void> {
    const { status, stderr } = await setPort(this.name, id, state);
    if (status === 0) return;
    throw new BukaError({ code: 'lab-port', step: 'lab', host, message: `Its port won't go ${state}.`, seen: stderr });
  }
}

/**
 * The lab that this process runs in (`npm run lab -- run -- …`), or the one whose folder or name is given.
 * @throws BukaError `lab-not-attached`, `lab-not-up`
 */
export function attachLab(where: string | undefined = process.env.BUKA_LAB): Lab {
  if (!where) {
    throw new BukaError({
      code: 'lab-not-attached',
      step: 'lab',
      message: 'This has to run inside a lab: BUKA_LAB is not set.',
      hint: 'npm run lab -- run -- <command>',
    });
  }
  const folder = where.startsWith('/') ? where : labFolder(where);
  const record = needRecord(folder);
  return new Lab(folder, record, parseCluster(readFileSync(paths(folder).cluster, 'utf8'), paths(folder).cluster));
}
