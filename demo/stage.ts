import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insideNetwork, type Lab } from '../lab';
import { defaults, Load, type LoadSettings } from './load';
import type { Job } from './runner';
import { action, type BuiltRelease, out } from './shop';

/** A lab with a shop in it: what a runner and customers do there. */
export class Stage {
  /** Goes before a command that has to run in the lab's network. */
  private readonly prefix: readonly string[];
  private readonly access: Readonly<Record<string, string>>;

  constructor(
    readonly lab: Lab,
    private readonly onLine: (line: string) => void,
  ) {
    const [program, args] = insideNetwork(lab.name, []);
    this.prefix = [program, ...args];
    this.access = {
      'ssh-key': readFileSync(lab.privateKeyFile, 'utf8'),
      'known-hosts': readFileSync(lab.knownHostsFile, 'utf8'),
    };
  }

  /**
   * Runs the `deploy` action.
   * @param title Names the copy of the job summary, `out/<title>.md`.
   * @throws Error when the action fails.
   */
  async deploy(release: BuiltRelease, title: string): Promise<void> {
    await this.run(release.job, 'deploy', { archive: release.archive }, title);
  }

  /**
   * Runs the `rollback` action, without a release: to the last good one before the present.
   * @throws Error when the action fails.
   */
  async rollback(job: Job, reason: string, title: string): Promise<void> {
    await this.run(job, 'rollback', { reason }, title);
  }

  /** Customers who come to the virtual address, from outside the machines. */
  customers(settings: Partial<LoadSettings>): Load {
    const { address } = this.lab.cluster.loadBalancers;
    return Load.start({ ...defaults, targets: [`http://${address}`], ...settings }, this.prefix);
  }

  private async run(job: Job, name: 'deploy' | 'rollback', inputs: Record<string, string>, title: string) {
    const result = await job.run(
      action(name),
      { ...this.access, ...inputs },
      { prefix: this.prefix, onLine: this.onLine },
    );
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${title}.md`), result.summary);
    if (result.status !== 0) throw new Error(`The ${name} action ended with status ${result.status}; see above.`);
  }
}
