import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../../lab';
import type { Cluster, Host } from '../../src/cluster';
import { type ProvisionOptions, type ProvisionReport, provision } from '../../src/provision';
import { Connections, type Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { makeKey } from '../remote/keys';

/** Root's own way in to a lab's machines, whose key logs in as the deploy user only, and provisioning by it. */
export class RootGround {
  readonly #folder = mkdtempSync(join(tmpdir(), 'buka-root-'));
  readonly #connections: Connections;
  readonly #shared: string;
  reporter = new RecordingReporter();

  constructor(
    private readonly lab: Lab,
    private readonly hosts: readonly string[],
  ) {
    const { secret, shared } = makeKey(this.#folder, 'root', '-t', 'ed25519');
    this.#shared = shared.trim();
    this.#connections = new Connections({ privateKey: secret, knownHosts: readFileSync(lab.knownHostsFile, 'utf8') });
  }

  async letIn(): Promise<void> {
    const text = `umask 077; mkdir -p /root/.ssh; printf '%s\n' '${this.#shared}' > /root/.ssh/authorized_keys`;
    await Promise.all(this.hosts.map((host) => this.root(host, text)));
  }

  async giveBack(): Promise<void> {
    await this.#connections.close();
    await Promise.all(this.hosts.map((host) => this.root(host, 'rm -rf /root/.ssh')));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async root(host: string, text: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.shell(host, text);
    if (status !== 0) throw new Error(`${host}: ${text}: ${stderr || stdout}`);
    return stdout;
  }

  /** A connection as root. */
  at(name: string): Promise<Remote> {
    const host = this.lab.cluster.hosts.get(name);
    if (host === undefined) throw new Error(`the lab has no ${name}`);
    return this.#connections.to({ ...host, user: 'root' });
  }

  async provision(
    options: Partial<ProvisionOptions> = {},
    cluster: Cluster = this.lab.cluster,
  ): Promise<ProvisionReport> {
    this.reporter = new RecordingReporter();
    const remote = (host: Host) => this.#connections.to(host);
    const work = { cluster, remote, reporter: this.reporter, run: { id: randomUUID(), by: 'test' } };
    return provision(work, { check: false, hosts: this.hosts, user: 'root', ...options });
  }
}

/** A line for each thing that differed. */
export const seen = ({ differences }: ProvisionReport): string[] =>
  differences.map((one) => `${one.host} ${one.what}: ${one.seen}`);
