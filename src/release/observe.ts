import type { Script } from '../remote';
import { seconds } from '../units';
import { readHistoryLine } from './history';
import { enterRoot, hostFailure } from './host-failure';
import { isReleaseId } from './id';
import { parseHeader } from './manifest';
import type { HistoryEntry, ReleaseId, StagedRelease, WorkerReleases } from './release';

/** Enough for months of deploys, and little to send. */
const historyLines = 500;

/** What a worker has: its releases, oldest first, the active one, and its history. Changes nothing. */
export function observeReleases(root: string): Script<WorkerReleases> {
  return {
    name: 'observe releases',
    // Only the first line of a manifest is sent: it holds all but the entries.
    text: `${enterRoot}if [ -L current ]; then printf 'current %s\\n' "$(readlink current)"; fi
for manifest in releases/*/manifest.json; do
  [ -f "$manifest" ] || continue
  folder=\${manifest%/manifest.json}
  good=no
  [ ! -e "$folder/good" ] || good=yes
  printf 'release %s %s %s %s\\n' "\${folder#releases/}" "$(stat -c %Y "$manifest")" "$good" "$(head -n 1 "$manifest")"
done
if [ -f history ]; then
  # What was done to the database stays done, however long ago.
  head -n -${historyLines} history | grep -F -e '"contract":[' -e '"event":"restored"' | sed 's/^/history /' || :
  tail -n ${historyLines} history | sed 's/^/history /'
fi
`,
    values: { root },
    deadline: seconds(30),
    parse(output) {
      if (output.status !== 0) throw hostFailure(output, 'reading the releases', { root });
      return readReleases(output.stdout);
    },
  };
}

export function readReleases(stdout: string): WorkerReleases {
  const staged: StagedRelease[] = [];
  const history: HistoryEntry[] = [];
  let active: ReleaseId | undefined;
  for (const line of stdout.split('\n')) {
    const [, kind, rest] = /^([a-z]+) (.*)$/s.exec(line) ?? [];
    if (kind === undefined || rest === undefined) continue;
    if (kind === 'current') {
      const [, id = ''] = /^releases\/([^/]+)\/tree$/.exec(rest) ?? [];
      if (isReleaseId(id)) active = id;
    }
    if (kind === 'release') staged.push(...readRelease(rest));
    if (kind === 'history') {
      const entry = readHistoryLine(rest);
      if (entry) history.push(entry);
    }
  }
  staged.sort((a, b) => a.stagedAt.getTime() - b.stagedAt.getTime());
  return { staged, ...(active !== undefined && { active }), history };
}

/** None for a folder that isn't a release of ours: it is left alone, and staging that id names it as damaged. */
function readRelease(text: string): StagedRelease[] {
  const [, id = '', seconds = '', good, head = ''] = /^(\S+) (\d+) (yes|no) (.*)$/s.exec(text) ?? [];
  const header = parseHeader(head);
  if (!isReleaseId(id) || !header) return [];
  return [
    {
      id,
      ...(header.commit !== undefined && { commit: header.commit }),
      migrations: header.migrations,
      ...(header.contractMigrations !== undefined && { contractMigrations: header.contractMigrations }),
      stagedAt: new Date(Number(seconds) * 1000),
      good: good === 'yes',
    },
  ];
}
