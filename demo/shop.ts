import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Job } from './runner';
import { removeTemporary, temporaryFolder } from './temporary';

export const repository = join(import.meta.dirname, '..');
/** Where results go. */
export const out = join(repository, 'out');
export const clusterFile = join(repository, 'examples/pos/buka.yml');
export const action = (name: 'build' | 'deploy' | 'rollback') => join(repository, 'actions', name);

/** A release of the POS, built by the `build` action in a checkout of its own. */
export interface BuiltRelease {
  readonly id: string;
  /** Path of the packed release. */
  readonly archive: string;
  /** The checkout that it was built in. */
  readonly folder: string;
  /** The job that built it, which can go on to deploy it. */
  readonly job: Job;
  dispose(): Promise<void>;
}

export interface Making {
  /** A way to be broken that is baked in; see examples/pos/src/faults.ts. */
  readonly fault?: string | undefined;
  /** Without the POS's own tests, which take a minute. */
  readonly untested?: boolean;
}

/**
 * Checks the POS out and builds it as a job on a runner would.
 * @throws Error with the end of what the build said.
 */
export async function buildRelease(edition: 1 | 2, { fault, untested = false }: Making = {}): Promise<BuiltRelease> {
  const workspace = await temporaryFolder(`buka-pos-${edition}-`);
  const job = await Job.start({ workspace, env: { POS_RELEASE: String(edition), ...(fault && { POS_FAULT: fault }) } });
  const dispose = async () => {
    await job.finish();
    removeTemporary(workspace);
  };
  try {
    await checkOut(workspace);
    if (untested) await leaveTestsOut(workspace);
    const last: string[] = [];
    const { status, outputs } = await job.run(action('build'), {}, { onLine: (line) => last.push(line) });
    const { release: id, archive } = outputs;
    if (status !== 0 || !id || !archive) {
      throw new Error([`Release ${edition} of the POS does not build:`, ...last.slice(-30)].join('\n  '));
    }
    return { id, archive, folder: workspace, job, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The POS as it is in the repository, without what a build makes. */
async function checkOut(workspace: string): Promise<void> {
  const source = join(repository, 'examples/pos');
  const made = [join(source, 'node_modules'), join(source, 'dist')];
  await cp(source, workspace, { recursive: true, filter: (path) => !made.includes(path) });
}

async function leaveTestsOut(workspace: string): Promise<void> {
  const file = join(workspace, 'buka.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^ *test: .*\n/m, ''));
}
