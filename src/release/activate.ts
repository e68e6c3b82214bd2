import type { Script } from '../remote';
import { seconds } from '../units';
import { enterRoot, hostFailure, notStaged } from './host-failure';
import type { ReleaseId } from './release';

/**
 * Makes `current` lead to the release `$id` in the service's folder `$root`: one rename, so that at every moment
 * `current` leads to a whole release. Leaves the working directory as it was. Ends the script with the status
 * `notStaged` when the release isn't there.
 */
export const activateText = `[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${notStaged}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
`;

/** Switches a worker's files to a release; the running process keeps the old one until it is restarted. */
export function activate(root: string, id: ReleaseId): Script<void> {
  return {
    name: `activate ${id}`,
    text: `${enterRoot}${activateText}`,
    values: { root, id },
    deadline: seconds(30),
    parse(output) {
      if (output.status !== 0) throw hostFailure(output, `activating ${id}`, { root, id });
    },
  };
}
