import type { Script } from '../remote';
import { seconds } from '../units';
import { enterRoot, hostFailure, notStaged } from './host-failure';
import type { ReleaseId } from './release';

/**
 * Makes `current` lead to the release `$id` in the service's folder `$root`: one rename, so that at every moment
 * `current` leads to a whole release; and tells it to the machine's node exporter. Leaves the working directory as it was. Ends the script with the status
 * `notStaged` when the release isn't there.
 */
export const activateText = `[ -d "$root/releases/$id/tree" ] || { echo "release $id is not staged" >&2; exit ${notStaged}; }
ln -sfn -- "releases/$id/tree" "$root/.current.next"
mv -T -- "$root/.current.next" "$root/current"
sync -- "$root"
# For the monitoring alone: a switch doesn't fail for it.
{ mkdir -p -m 755 -- "$root/metrics" && printf '# HELP buka_worker_release The release that the worker was switched to last.
# TYPE buka_worker_release gauge
buka_worker_release{service="%s",release="%s"} 1
' "$(basename -- "$root")" "$id" > "$root/metrics/.release.new" && chmod 644 "$root/metrics/.release.new" &&
  mv -f -T -- "$root/metrics/.release.new" "$root/metrics/release.prom"; } 2>/dev/null || :
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
