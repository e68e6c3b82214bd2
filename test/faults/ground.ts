import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaults, Load } from '../../demo/load';
import { temporaryFolder } from '../../demo/temporary';
import { down, insideNetwork, type Lab, up } from '../../lab';
import type { Product } from './product';
import { Releases, type TestRelease } from './releases';
import { Run } from './run-of-action';
import { type Seen, see } from './seen';

export const clusterFile = join(import.meta.dirname, 'cluster.yml');

/** Requests a second; enough that each moment has some in flight, few enough that it measures the shop, not this machine. */
const rate = 40;

/** A lab with a shop that runs, for one cell after the other. */
export class Ground {
  private constructor(
    readonly name: string,
    readonly lab: Lab,
    readonly releases: Releases,
    private readonly product: Product,
    private readonly workspace: string,
  ) {}

  /** @throws Error when the first deploy fails */
  static async make(name: string, product: Product, built: string): Promise<Ground> {
    const lab = await up({ name, cluster: clusterFile });
    try {
      return await Ground.open(name, lab, product, built);
    } catch (error) {
      await down(name);
      throw error;
    }
  }

  private static async open(name: string, lab: Lab, product: Product, built: string): Promise<Ground> {
    const workspace = await temporaryFolder(`buka-${name}-workspace-`);
    await copyFile(clusterFile, join(workspace, 'buka.yml'));
    const ground = new Ground(name, lab, await Releases.of(built, name), product, workspace);
    const first = await ground.deploy(await ground.releases.next());
    const { status } = await first.end(120_000);
    if (status !== 0)
      throw new Error(`The first deploy on ${name} failed:\n${first.lines.map(({ text }) => text).join('\n')}`);
    return ground;
  }

  async deploy(release: TestRelease): Promise<Run> {
    return this.run('deploy', { archive: release.archive });
  }

  async rollback(reason: string): Promise<Run> {
    return this.run('rollback', { reason });
  }

  private run(name: 'deploy' | 'rollback', inputs: Record<string, string>): Promise<Run> {
    const access = {
      'ssh-key': readFileSync(this.lab.privateKeyFile, 'utf8'),
      'known-hosts': readFileSync(this.lab.knownHostsFile, 'utf8'),
    };
    const action = this.product.action(name);
    return Run.start({ lab: this.name, action, inputs: { ...access, ...inputs }, workspace: this.workspace });
  }

  /** Where customers go: the virtual address, and each load balancer by itself, since the address is on one at a time. */
  get targets(): readonly string[] {
    const { address = '', hosts } = this.lab.cluster.loadBalancers;
    return [address, ...hosts.map((host) => host.address)];
  }

  customers(seed: number): Load {
    const [program, args] = insideNetwork(this.name, []);
    const targets = this.targets.map((target) => `http://${target}`);
    return Load.start({ ...defaults, targets, rate, seed, maxSeconds: 400, browsers: 12 }, [program, ...args]);
  }

  see(hashed = false): Promise<Seen> {
    return see(this.lab, hashed);
  }

  /** @throws Error when the machine says no */
  async root(host: string, text: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.shell(host, text);
    if (status !== 0) throw new Error(`${host}: ${text}: ${stderr.trim() || stdout.trim() || `status ${status}`}`);
    return stdout;
  }

  /** Breaks releases on a machine, or mends them: lines as releases.ts reads them. */
  async breakApp(host: string, lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join('');
    await this.lab.shell(host, 'cat >/etc/pos/faults', { input: text });
  }

  /** Waits until `wanted` holds of what is seen, once a second. @returns the first sight that did, if any */
  async until(wanted: (seen: Seen) => boolean, limit: number): Promise<Seen | undefined> {
    const end = Date.now() + limit;
    for (;;) {
      const seen = await this.see();
      if (wanted(seen)) return seen;
      if (Date.now() > end) return undefined;
      await sleep(1000);
    }
  }

  async dispose(): Promise<void> {
    await down(this.name);
  }
}
