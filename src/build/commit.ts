import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The commit that a folder is checked out at: what git says of it, else what GitHub says of the job (git refuses to
 * answer in a container where the folder belongs to another user). Undefined outside a repository.
 */
export async function commitOf(folder: string): Promise<string | undefined> {
  const asked = await promisify(execFile)('git', ['rev-parse', '--verify', 'HEAD'], { cwd: folder }).catch(
    () => undefined,
  );
  const commit = asked?.stdout.trim() || process.env.GITHUB_SHA || '';
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit) ? commit : undefined;
}
