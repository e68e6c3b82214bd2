import { BukaError } from '../errors';
import type { Output } from '../remote';
import type { ReleaseId } from './release';

/** Exit statuses that the scripts of this folder share; all else is a command's own. */
export const missingFolder = 66;
export const notStaged = 67;

/** Put before a script that works in the service's folder: says so when there is none. */
export const enterRoot = `umask 022
[ -d "$root" ] || exit ${missingFolder}
cd -- "$root"
`;

const told: readonly { seen: RegExp; code: string; message: string; hint: string }[] = [
  {
    seen: /No space left on device|Disk quota exceeded/,
    code: 'not-enough-disk',
    message: 'the disk is full',
    hint: 'Free some space on the host (`df -h`, `df -i`), then run this again.',
  },
  {
    seen: /Read-only file system/,
    code: 'read-only-file-system',
    message: 'the file system is read-only',
    hint: 'Look at `dmesg` on the host: Linux remounts a failing disk read-only.',
  },
  {
    seen: /Permission denied|Operation not permitted/,
    code: 'permission-denied',
    message: 'the deploy user may not write there',
    hint: "The service's folder and all in it belong to the deploy user: `ls -la` it on the host.",
  },
];

/** The error for a script that ended with another status than it should have; `root` is the service's folder. */
export function hostFailure(output: Output, work: string, { root, id }: { root: string; id?: ReleaseId }): BukaError {
  const seen = output.stderr.trim().slice(-1000) || `exit status ${output.status}`;
  if (output.status === missingFolder)
    return new BukaError({
      code: 'service-folder-missing',
      message: `${root} does not exist`,
      left: 'Nothing was changed.',
      hint: `Make it once, owned by the deploy user: install -d -o deploy -g deploy ${root}`,
    });
  if (output.status === notStaged)
    return new BukaError({
      code: 'release-not-staged',
      message: `release ${id} is not there`,
      left: 'Nothing was changed.',
      hint: '`buka releases` lists what the workers have; a deploy stages a release first.',
    });
  const known = told.find((one) => one.seen.test(seen));
  if (known) return new BukaError({ code: known.code, message: `${work}: ${known.message}`, seen, hint: known.hint });
  return new BukaError({ code: 'release-script-failed', message: `${work} failed`, seen });
}
