import type { Script } from '../remote';
import { minutes } from '../units';
import { enterRoot, hostFailure } from './host-failure';
import { removeTree } from './host-text';
import { isReleaseId } from './id';
import type { ReleaseId } from './release';

export interface PruneRules {
  /** Good releases that stay besides those that no pruning touches. */
  readonly keep: number;
  /** What the caller knows to be in use: the running release, the one to go back to. */
  readonly protect: readonly ReleaseId[];
}

/**
 * Removes old releases from a worker, and what dead runs left behind. Never the active release, a protected one, the
 * last good one, or the last good one that isn't active. Of the other good ones the newest `keep` stay. One that was
 * never good is a failed attempt: it counts for nothing and goes. Runs under the lock, or it could take what another
 * run is staging. Folders that aren't releases are left alone.
 * @returns the ids that were removed
 */
export function prune(root: string, { keep, protect }: PruneRules): Script<ReleaseId[]> {
  return {
    name: 'prune releases',
    text: `${removeTree}${enterRoot}remove_leftovers
active=$(readlink current) || active=
active=\${active#releases/}
active=\${active%/tree}
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  if [ -e "$folder/good" ]; then
    printf '1 %s %s\\n' "$(stat -c %.9Y "$folder/good")" "\${folder#releases/}"
  else
    printf '0 0 %s\\n' "\${folder#releases/}"
  fi
done | sort -k1,1nr -k2,2nr | awk -v active="$active" -v protect="$protect" -v keep="$keep" '
  BEGIN { count = split(protect, ids, " "); for (i = 1; i <= count; i++) safe[ids[i]]; safe[active] }
  $3 !~ /^[0-9a-z]+-[0-9a-f]+$/ { next }
  $1 == 1 && !last { last = $3; safe[$3] }
  $1 == 1 && !back && $3 != active { back = $3; safe[$3] }
  $3 in safe { next }
  $1 == 1 && ++kept <= keep { next }
  { print $3 }
' | while read -r victim; do
  # Renamed first: what is called by an id is whole at every moment.
  mv -T -- "releases/$victim" "releases/.removed-$victim"
  printf 'removed %s\\n' "$victim"
  remove_tree "releases/.removed-$victim"
done
`,
    values: { root, keep: String(keep), protect: protect.join(' ') },
    deadline: minutes(10),
    parse(output) {
      if (output.status !== 0) throw hostFailure(output, 'pruning', { root });
      return [...output.stdout.matchAll(/^removed (\S+)$/gm)].map(([, id = '']) => id).filter(isReleaseId);
    },
  };
}
