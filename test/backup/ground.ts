import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, Host } from '../../src/cluster';
import { RecordingReporter } from '../../src/reporter';
import type { Context } from '../../src/rollout';
import { localRemote } from '../remote/local-remote';
import { clusterOf } from '../rollout/ground';

const backup1: Host = { name: 'backup1', address: '192.0.2.41', port: 22, user: 'deploy' };

/** The cluster of the tests with a database, and a backup server for it. */
export function backedUp(cluster: Cluster = clusterOf()): Cluster {
  return {
    ...cluster,
    database: { kind: 'postgresql', host: { ...backup1, name: 'db1' }, name: 'shop', provision: false },
    backup: {
      host: backup1,
      mode: 'dump',
      keep: { last: 7, daily: 14, weekly: 8 },
      proof: 'every',
      beforeDeploy: true,
    },
  };
}

export const ID = '20261127T221500Z-3f2a91';

/** A manifest as the program on the backup server writes it, in answer to what the tests ask. */
export const manifestOf = (more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{ version: 1, id: ID, service: 'pos', kind: 'manual', release: null, run: 'run-1', by: 'ann', reason: null },
    ...{ engine: 'postgresql', database: 'shop', server: '15.8', client: '15.8', restic: '0.14.0', program: 'abc' },
    snapshot: '11aa',
    recoveryPoint: '2026-11-27T22:15:01Z',
    startedAt: '2026-11-27T22:15:00Z',
    finishedAt: '2026-11-27T22:15:09Z',
    ...{ bytes: 478_000_000, bytesAdded: 2_800_000, seconds: { dump: 3.2, prove: 5.5, restore: 4.1 } },
    tables: { 'public.sales': { rows: 12, hash: 'f00d' } },
    sequences: { 'public.sales_id_seq': 12 },
    largeObjects: { count: 0, hash: '0' },
    proof: { at: '2026-11-27T22:15:09Z', tables: 1, rows: 12 },
    ...more,
  });

/** Of a deploy's backup whose proof was left to the night. */
export const storedManifest = (more: Readonly<Record<string, unknown>> = {}): string =>
  manifestOf({
    kind: 'deploy',
    seconds: { dump: 3.2, prove: null, restore: null },
    newestProven: { id: '20261127T023011Z-90c1d2', of: '2026-11-27T02:30:12Z' },
    proof: null,
    ...more,
  });

/** This machine as the backup server: in the place of sudo is a program that answers as a test says. */
export class BackupGround {
  readonly folder = mkdtempSync(join(tmpdir(), 'buka-backup-'));
  readonly reporter = new RecordingReporter();
  readonly #abort = new AbortController();
  readonly #remote = localRemote({ path: [this.folder], host: backup1 });
  readonly context: Context = {
    cluster: backedUp(),
    reporter: this.reporter,
    run: { id: 'run-1', by: 'ann', url: 'https://ci.example/7' },
    remote: async () => this.#remote,
    signal: this.#abort.signal,
  };

  /** @param text shell that runs with the request in `$request` */
  answers(text: string): void {
    const program = join(this.folder, 'sudo');
    const asked = join(this.folder, 'asked');
    writeFileSync(program, `#!/bin/sh\necho "$*" > ${asked}\nrequest=$(cat)\necho "$request" >> ${asked}\n${text}\n`);
    chmodSync(program, 0o755);
  }

  says(lines: readonly string[], status = 0): void {
    const answer = join(this.folder, 'answer');
    writeFileSync(answer, lines.map((line) => `${line}\n`).join(''));
    this.answers(`cat ${answer}; exit ${status}`);
  }

  /** The command line, then the request, a line each. */
  get asked(): string[] {
    return readFileSync(join(this.folder, 'asked'), 'utf8').trimEnd().split('\n');
  }

  cancel(): void {
    this.#abort.abort();
  }

  close(): void {
    this.#remote.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
