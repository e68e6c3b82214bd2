import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Cluster } from '../cluster';
import { BukaError } from '../errors';
import { pack, type ReleaseId } from '../release';
import type { Reporter } from '../reporter';
import { type Bytes, bytes, formatBytes } from '../units';
import { type CommandSettings, runCommand } from './command';
import { commitOf } from './commit';
import type { TestResults } from './junit';
import { unmarkedMigrations } from './migration-check';
import { testResults } from './test-results';

export interface BuildSettings {
  readonly cluster: Cluster;
  /** The app's folder, where the commands run and `include` starts. */
  readonly folder: string;
  /** Path of the archive; its folder is made where it doesn't exist. */
  readonly output: string;
  readonly reporter: Reporter;
  /** Told what the tests came to, also where they failed. */
  tested?(results: TestResults): Promise<void>;
  /** Where the commands' standard output goes; a terminal that wants JSON keeps its own for that. */
  readonly commandOutput?: CommandSettings['output'];
}

export interface Built {
  readonly release: ReleaseId;
  readonly commit: string | undefined;
  /** Absolute path of the packed release. */
  readonly archive: string;
  readonly files: number;
  /** All files together, before packing. */
  readonly bytes: Bytes;
}

/**
 * Builds and tests the app by its own commands, then packs it; nothing is packed when one of them fails.
 * @throws BukaError `build-failed`, `test-failed`, and those of packing
 */
export async function build(settings: BuildSettings): Promise<Built> {
  const { cluster, reporter, output } = settings;
  const folder = resolve(settings.folder);
  const began = new Date();
  try {
    for (const step of ['build', 'test'] as const) {
      const command = cluster.release[step];
      if (command === undefined) continue;
      const run = () => runCommand(command, { step, folder, output: settings.commandOutput ?? 'stdout' });
      await reporter.group(`${step}: ${command}`, run);
    }
  } catch (error) {
    // Nothing was tested where the build failed.
    if (error instanceof BukaError && error.code === 'test-failed') await tell(settings, folder, began);
    throw error;
  }
  await tell(settings, folder, began);
  return reporter.group('pack', async () => {
    const commit = await commitOf(folder);
    const { include, migrations } = cluster.release;
    await mkdir(dirname(output), { recursive: true });
    const packed = await pack({ folder, include, service: cluster.service, commit, migrations }, output);
    if (migrations !== undefined) {
      const dialect = cluster.database?.kind ?? 'postgresql';
      const unmarked = await unmarkedMigrations(folder, migrations, packed.manifest.migrations, dialect);
      for (const message of unmarked) reporter.warning(message);
    }
    const files = packed.manifest.entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
    const size = bytes(files.reduce((sum, next) => sum + next, 0));
    reporter.info(
      `Release ${packed.id}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(size)}, packed ${formatBytes(packed.bytes)}`,
    );
    return { release: packed.id, commit, archive: packed.archive, files: files.length, bytes: size };
  });
}

async function tell({ cluster, reporter, tested }: BuildSettings, folder: string, since: Date): Promise<void> {
  const { testResults: patterns } = cluster.release;
  if (patterns === undefined) return;
  const results = await testResults(folder, patterns, since, reporter);
  if (results !== undefined) await tested?.(results);
}
