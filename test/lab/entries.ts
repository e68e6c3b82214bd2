import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** The actions and the terminal's program as the sources make them now, laid out as in the repository. */
export class Entries {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Entries> {
    const folder = await mkdtemp(join(tmpdir(), 'buka-entries-'));
    const build = promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs'), join(folder, 'dist')]);
    await Promise.all([build, cp(join(root, 'actions'), join(folder, 'actions'), { recursive: true })]);
    return new Entries(folder);
  }

  /** The folder of an action. */
  action(name: string): string {
    return join(this.folder, 'actions', name);
  }

  get cli(): string {
    return join(this.folder, 'dist/cli.js');
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A `buka.yml` for the lab's machines, with the patience of a test. */
export const clusterFile = `service: pos
ssh: { user: deploy }
hosts:
  lb1: 10.20.0.11
  lb2: 10.20.0.12
  worker1: 10.20.0.21
  worker2: 10.20.0.22
  worker3: 10.20.0.23
load-balancers: { kind: haproxy, hosts: [lb1, lb2], backend: pos }
workers: { hosts: [worker1, worker2, worker3], port: 3000, health: /readyz, env-file: /etc/pos/env, start: node dist/server.js }
release: { include: [dist] }
rollout: { batch: 1, min-available: 2, drain-timeout: 30s, start-timeout: 20s, lock-timeout: 2s, on-failure: halt }
`;
